"""Whether an alias is used as, or as a part of, somebody or something else's proper name.

"Mr London", "a cat called Kremlin", "the ferry Pride of Britain", the song “Moscow Nights”, "the Primakov Readings",
"NATO, no action, talk only". The words that decide stand in ``data/homonyms.toml``, most of them in ``[names]``. Every
look to the side is bounded.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from .actors import fold, load_catalogue
from .mention_lexicon import load_homonyms
from .mention_patterns import Entry
from .mention_text import NEAR, OPENING, WORD_REACH, Reading
from .personal_names import load_things

#: How far a title in quotation marks, and the words that an acronym stands for, may reach.
_TITLE: Final = 60
_SPELLED: Final = 100
_LINE: Final = 80
#: How long a text remembers that an alias is somebody's surname.
_MOMENT: Final = 300

_STOP: Final = re.compile(r"[.!?\n“”\"]| http")
#: "the corner of Moscow and Ibraimov streets".
_CROSSING: Final = re.compile(r" and (?:[\w'-]{1,20} ){1,2}(?:streets|avenues|roads|lanes|squares)\b")
_LONG_WORD: Final = re.compile(r"[^\W\d_][\w'’]{3,}")
_QUOTES: Final = {"“": "”", '"': '"', "«": "»", "„": "“"}
_WORD: Final = re.compile(r"[^\W\d_][\w'’-]*")


def is_anothers_name(reading: Reading, entry: Entry, start: int, end: int) -> bool:
    """Whether an alias that stands here belongs to a proper name that is not its actor's."""
    plain, folded = reading.plain, reading.folded
    name, after = folded[start:end], folded[end : end + 1]
    # Most aliases are nobody else's: what one look rules out is asked here, and a function only where it may say yes.
    key = (entry.actor, plain[start:end]) if reading.borrowed or reading.bearers else None
    if key in reading.borrowed:
        return True
    if after == " " and plain[end + 1 : end + 2].isupper() and _is_headed(reading, entry, end):
        return True
    lexicon = load_homonyms()
    names, kind = lexicon.names, entry.kind
    place = start - (start > 0 and folded[start - 1] in OPENING)
    definite = folded.endswith("the ", 0, place)
    if definite:
        place -= 4
    written, previous = reading.words_before(place)
    if (
        key in reading.bearers
        and (not definite or name in names.unarticled)
        and _is_bearer(reading, entry, previous, start, end)
    ):
        return True
    if definite and name in names.bare and _is_at_rest(reading, end):
        listed = after == "," and plain[end + 2 : end + 3].isupper()
        return not listed  # "Tugs refloated the Astana at high water."
    singled = definite or previous in _ONE or (len(previous) == 4 and previous.isdigit())
    if singled and name in names.unarticled and _is_thing(reading, definite, previous, place, end):
        return True
    if definite and kind == "metonym":
        if previous and _is_nicknamed(reading, previous, place, end):
            return True
        if _ABBREVIATED.match(plain, end):
            return True  # "in the Kremlin, as we call the new county offices"
    named = previous in lexicon.namers or (name in names.surnames and written[:1].isupper())
    if named and _is_named(reading, entry, (written, previous), place, start, end):
        return True
    if after == "," and _is_explained(reading, entry, previous, start, end):
        if kind in ("name", "metonym") and not _APPOSITION.match(folded, end):
            reading.bearers[entry.actor, plain[start:end]] = start  # "Jordan, 34, was", unlike "Poland, the dog"
        return True
    if kind != "person":
        if len(written) == 2:
            if written[1] == "." and place == start and _is_initialled(reading, start, end):
                reading.bearers[entry.actor, plain[start:end]] = start
                return True
            if written == "of" and _is_crowned(reading, place - 3):
                return True
            if written == "at" and definite and kind == "name" and _is_lodging(reading, entry, end):
                return True
        # No acronym of an alliance or a state is longer.
        if end - start < 6:
            if name in names.women and plain[start].isupper() and plain[start + 1 : end].islower():
                return _is_given_name(reading, entry, previous, start, end)
            acronym = entry.alias.text.isupper() and plain[start:end].isupper()
            if acronym and _is_anothers_acronym(reading, entry, start, end):
                return True
            if acronym and plain[start + 1] == "." and previous in names.clerks and _is_followed(reading, end):
                return True
        if kind == "metonym" and after == " " and _CROSSING.match(folded, end):
            return True
    opening = reading.quote_before(start, _TITLE) if reading.quotes else -1
    if opening >= 0 and _is_in_title(reading, opening, start, end):
        return True
    return kind != "demonym" and start > 0 and plain[start - 1] in _OPENED and _is_title(reading, start, end)


_ONE: Final = frozenset(["a", "an", "each", "every"])


def _is_thing(reading: Reading, definite: bool, previous: str, place: int, end: int) -> bool:
    """Whether an article, and nothing to describe, makes a thing of a state's name: "the Jordan", "a 1979 Belarus".

    Not so "the Jordan that we knew", "the Iran deal" and, since states are said to be of a kind, "an Iran in ruins".
    """
    folded, names = reading.folded, load_homonyms().names
    if not definite and previous not in _ONE and not folded.endswith((" a ", " the "), 0, place - 1 - len(previous)):
        return False  # "Since 1979 Iran"
    after, following = folded[end : end + 1], reading.word_after(end)
    if after == ",":
        return definite and not reading.plain[end + 2 : end + 3].isupper()
    if after in ".;:)" or folded.startswith("'s ", end):
        return definite or after in ";:)"
    if following == "in":
        return previous not in _ONE and not folded.startswith("which", end + 4)
    if following in names.bare_places:  # "The Germany after the war", "a Germany on its knees"
        return definite and after == " " and reading.folded[place + 4 : end] in names.rivers
    return after == " " and following in names.bare_stops


#: What stands around a title that is nothing but a name.
_OPENED: Final = "'‘\"“"
_CLOSED: Final = "'’\"”"


def _is_title(reading: Reading, start: int, end: int) -> bool:
    """Whether an alias alone in quotation marks is a work's title: "Gilliam's 'Brazil'", "sang 'Panama'"."""
    plain, folded = reading.plain, reading.folded
    if plain[end : end + 1] not in _CLOSED or plain[end + 1 : end + 2].isalnum():
        return False
    names = load_homonyms().names
    before = _WORD.findall(_STOP.split(folded[max(0, start - _LINE) : start - 1])[-1])[-4:]
    after = _WORD.findall(_STOP.split(folded[end + 1 : end + 1 + WORD_REACH])[0])[:3]
    if before and before[-1].endswith(("'s", "s'")):
        rests = not after or after[0] in names.auxiliaries or plain[end + 1 : end + 2] not in (" ", "")
        if rests and before[-1].removesuffix("'s").removesuffix("'") not in _actors():
            return True  # "Gilliam's 'Brazil' is on", unlike "Putin's “Russia”" and "the Union's “China” strategy"
    if before and before[-1].removesuffix("s") in names.loose_works:
        return True  # "her hit 'Panama'", unlike "She hit out at 'Russia'"
    return any(
        word in names.works and word not in names.loose_works
        for word in (word.removesuffix("s") for word in before + after)
    )


@cache
def _actors() -> frozenset[str]:
    """The last words of the catalogue's names, whose quotation marks are of scorn."""
    aliases = (alias.text for actor in load_catalogue().values() for alias in actor.aliases)
    return frozenset(fold(text).rsplit(" ", 1)[-1] for text in aliases)


def _is_followed(reading: Reading, end: int) -> bool:
    """Whether a surname comes next: "Chairman U.K. Raghavan", but "chairman, U.K. Treasury"."""
    end += reading.folded[end : end + 1] == "."
    if reading.folded[end : end + 1] != " " or not reading.plain[end + 1 : end + 2].isupper():
        return False
    return end + 1 not in reading.offices and end + 1 not in reading.starts and not heads_office(reading, end)


def _is_named(reading: Reading, entry: Entry, words: tuple[str, str], place: int, start: int, end: int) -> bool:
    """Whether the word before an alias, or before its article, makes it the name of a thing or of somebody else."""
    names, (written, previous) = load_homonyms().names, words
    if (
        previous in names.vessels
        and reading.folded[end : end + 1] == " "
        and reading.plain[end + 1 : end + 2].isupper()
    ):
        return not in_headline(reading, start, end)  # "the tanker British Cadet"
    if previous in names.called and is_called(reading, place, end, entry.kind == "person"):
        if entry.kind in ("name", "metonym") and reading.folded_before(place - len(written) - 1) in names.pets:
            reading.bearers[entry.actor, reading.plain[start:end]] = start
        return True
    if entry.kind != "demonym" and (
        previous in names.pets or (previous in names.vessels and _is_at_rest(reading, end))
    ):
        if entry.kind in ("name", "metonym") and previous in names.pets:
            reading.bearers[entry.actor, reading.plain[start:end]] = start  # nobody calls a ship by its bare name
        return True
    if entry.kind == "person":
        return False
    if (
        place == start
        and reading.folded[start:end] in names.surnames
        and _is_surname(reading, written, previous, start, end)
    ):
        reading.bearers[entry.actor, reading.plain[start:end]] = start
        return True
    return entry.kind != "demonym" and written[:1].isupper() and previous in names.branches


def in_headline(reading: Reading, start: int, end: int) -> bool:
    """Whether every word of some length around a span begins with a capital, so that capitals make no names."""
    plain = reading.plain
    around = _STOP.split(plain[max(0, start - _LINE) : start])[-1] + " " + _STOP.split(plain[end : end + _LINE])[0]
    words = [word for word in _WORD.findall(around) if word not in load_homonyms().names.small]
    return len(words) > 1 and all(word[0].isupper() for word in words)


def heads_office(reading: Reading, end: int) -> bool:
    """Whether what looks like a name goes on to be that of an office or an organ: "British Energy Secretary"."""
    return reading.plain[end + 1 : end + 2].isupper() and reading.word_after(end) in load_homonyms().names.institutions


def _is_headed(reading: Reading, entry: Entry, end: int) -> bool:
    """Whether a word with a capital makes a longer name of an alias: "London Bridge", "Yeltsin Memorial Library"."""
    lexicon, plain, folded = load_homonyms(), reading.plain, reading.folded
    place = end
    if end + 1 in reading.offices:
        return False  # "Kazakh Energy Minister"
    for number in range(3):
        whole = reading.word_after(place)
        word = whole.removesuffix("'s")
        if word in entry.name_ends:
            if reading.word_after(place + 1 + len(word)) in lexicon.names.institutions:
                return False
            if word in lexicon.names.suffixes or (word not in lexicon.names.loose and not number):
                return True
            return not in_headline(reading, end, end)
        if not number and entry.kind == "name" and word.endswith(lexicon.surname_ends):
            return True
        if not word or place + 1 in reading.starts or place + 1 in reading.offices:
            return False
        place += 1 + len(whole)
        if folded[place : place + 1] != " " or not plain[place + 1 : place + 2].isupper():
            return False
    return False


def is_called(reading: Reading, start: int, end: int, person: bool) -> bool:
    """Whether the noun before "called" is a thing, or somebody, of that name ("a dog called Russia")."""
    names, folded = load_homonyms().names, reading.folded
    called = reading.folded_before(start)
    if called not in names.called:
        return False
    place = start - len(called) - 1
    noun = reading.folded_before(place).rstrip(",")
    if noun in ("is", "was"):  # "our rooster is called"
        place -= len(noun) + 1
        noun = reading.folded_before(place)
    if reading.word_after(end) in names.called_stops:
        return False  # "The poet named Russia as his home"
    for thing in (noun, reading.compound_before(place).rstrip(",")):
        if thing in names.things or thing.removesuffix("s") in names.things:
            return True
    return not person and noun in names.people and folded[end : end + 1] in " ,.;:)”\"'’"


#: "-Oxley Act", "-Stiftung".
_HYPHENED: Final = re.compile(r"(?:-([^\W\d_][\w'’]{1,20})){1,3}(?: ([^\W\d_]\w{1,20}))?")


_CLITIC: Final = re.compile(r"(?:s|d|ll|re|ve)(?!\w)")


def is_things(reading: Reading, entry: Entry, start: int, end: int) -> bool:
    """Whether the name of somebody asked for is a firm's, a storm's, a street's or a prize's here: "Trump Tower".

    A surname that was a storm's once goes on to be so where the text has no full name.
    """
    things, folded = load_things(), reading.folded
    joint, following = folded[end : end + 1], reading.word_after(end)
    if following and following in things.after:
        return True
    if joint == "-":
        match = _HYPHENED.match(folded, end)
        return match is not None and not things.joined.isdisjoint(match.groups())
    if joint == "'" and _WORD.match(folded, end + 1) and not _CLITIC.match(folded, end + 1):
        return True  # "Xi'an"
    written, previous = reading.words_before(start)
    if entry.single and len(written) == 2 and written[1] == ".":
        given = reading.word_before(start - 3)  # "the USS John S. McCain"
        written, previous = reading.words_before(start - 4 - len(given))
    if written[:1].isupper() and previous in things.storms:
        reading.namesakes.add(folded[start:end])
        return True
    if written[:1].isupper() and previous in things.before:
        return True
    if not entry.single:
        return False
    if previous in things.firms and _is_firm(reading, previous, start, end):
        return True
    if joint == ",":
        return previous in _WITHIN and _is_town(reading, end)
    if entry.forename or joint != " " or not reading.plain[end + 1 : end + 2].isupper():
        return False
    word = following.removesuffix("'s")  # "Trump Media", unlike "Trump Tuesday said"
    return word in things.named and not heads_office(reading, end) and not in_headline(reading, start, end)


#: "the sportswear ", "the Italian sportswear ": what stands before the trade of a firm.
_TRADE: Final = re.compile(r"\bthe (?:[\w-]{2,20} ){1,3}\Z")
#: " has extended its", unlike " attacked was": a clause that is whole after the firm.
_DEALS: Final = re.compile(
    r" (?:(?:has|had|also|is|will|now|then|once) ){0,2}(\w+(?:ed|s)) (?:its?|an?|the|their|new|\d+)\b"
)


def _is_firm(reading: Reading, previous: str, start: int, end: int) -> bool:
    """Whether a surname after "maker" and the like is the maker's, not that of somebody who does something with it.

    "The airline Musk attacked was" tells of him, "the sportswear maker Macron has extended its" of a firm.
    """
    things, folded, place = load_things(), reading.folded, start - 1 - len(previous)
    if previous == "maker" and reading.folded_before(place) in things.makers:
        return False
    if folded[end : end + 1] in (",", ".", ";", ":", ")"):
        return True
    if reading.word_after(end + 2 if folded.startswith("'s ", end) else end) in things.trading:
        return True
    match = _DEALS.match(folded, end)
    if match is None or match.group(1) in things.said or match.group(1) in things.owning:
        return False
    return _TRADE.search(folded, max(0, place - _LINE), place) is not None


_WITHIN: Final = frozenset(["in", "near", "at"])
#: What ends the name of a place, unlike a list or the beginning of a clause ("In Trump, Texas has an ally").
_PLACED: Final = re.compile(r"[.;:)]|, (?!and |or |nor |but )[a-z]")


def _is_town(reading: Reading, end: int) -> bool:
    """Whether a state of America or the like follows and ends there: "in Biden, Pennsylvania."."""
    folded = reading.folded
    return any(
        folded.startswith(place, end) and _PLACED.match(reading.plain, end + len(place)) is not None
        for place in load_homonyms().places
    )


#: "Moscow, the 52-year-old ward councillor,".
_AGED: Final = re.compile(r", the \d{1,2}-year-old")
#: "Jordan, 34, was arrested", unlike "Jordan, 20, Israel, 15".
_AGE: Final = re.compile(
    r", \d{1,2}, (?:of|from|was(?! the\b)|who|an?|the|has|had|said|told|died|faces|denie[sd]|pleaded|lives|appeared)\b"
)
#: A noun that says what was just named: ", a pub in", ", the dog,".
_APPOSITION: Final = re.compile(
    r", (?:an?|the) (?:[\w'-]{1,20} ){0,4}?([\w-]{1,20})"
    r"(?=[,.;:)]| (?:in|of|on|at|from|near|off|behind|under|above|beside|opposite|that|which|who|with|bought|built)\b)"
)


def _is_explained(reading: Reading, entry: Entry, previous: str, start: int, end: int) -> bool:
    """Whether somebody, a beast, a vessel or a venue is said to bear the name ("the Kremlin, a pub"), or a body.

    After a preposition the comma may begin the clause ("In the UK, a charity said"): then only what no clause is about.
    """
    if entry.kind in ("name", "metonym"):
        if _AGED.match(reading.folded, end):
            return True
        if reading.folded[start:end] in load_homonyms().names.surnames and _AGE.match(reading.folded, end):
            return True
    match, lexicon = _APPOSITION.match(reading.folded, end), load_homonyms()
    if match is None:
        return False
    noun, names = match.group(1), lexicon.names
    if entry.kind in ("person", "demonym") and noun in names.settlements:
        return True  # "in Stoltenberg, a village near the Baltic"
    if entry.kind == "demonym":
        return noun in names.pets
    if noun in names.pets or noun in names.vessels or noun in names.venues:
        return True
    if previous in names.leading:
        return False
    body = noun in names.acronym_bodies and reading.folded.startswith((",", " that ", " which "), match.end())
    return noun in names.apposed or (body and reading.plain[start:end].isupper())


#: "They call the ninth floor ": what is called so stands between the verb and its name.
_CALLED: Final = re.compile(
    r"\b(?:calls?|called|calling|nicknamed|dubbed) (?:the|this|that|it|him|their|our|its|his|her|my)"
    r"(?: (?!to |on |for |in |with |by |at |from |against |over |and )[\w'-]{1,20}){0,6}\Z"
)

_REASONS: Final = frozenset(["since", "because", "and", "for"])


def _is_nicknamed(reading: Reading, previous: str, place: int, end: int) -> bool:
    """Whether something else is said to be called so: "Staff call the ninth floor the Kremlin"."""
    names = load_homonyms().names
    if reading.folded[end : end + 1] not in ",.;)" and reading.word_after(end) not in _REASONS:
        return False  # "He called it the Kremlin's mistake"
    if previous in names.leading or previous in names.reigns or previous in load_homonyms().plural_makers:
        return False
    return _CALLED.search(reading.folded, max(0, place - _LINE), place - 1) is not None


def _is_lodging(reading: Reading, entry: Entry, end: int) -> bool:
    """Whether "at the" before a state's name, and nothing after it, tell of a house: "We stayed at the Kazakhstan"."""
    if fold(entry.alias.text) in load_homonyms().seats:
        return False  # "died at the Vatican."
    return entry.even and reading.folded[end : end + 1] in ",.;" and reading.folded[end + 1 : end + 2] in " \n"


def _is_at_rest(reading: Reading, end: int) -> bool:
    """Whether what follows "the tanker Moscow" cannot go on with a clause about a tanker that Moscow sent."""
    after = reading.folded[end : end + 1]
    return after in ",.;:)”" or reading.word_after(end) in load_homonyms().names.vessel_stops


def _is_crowned(reading: Reading, place: int) -> bool:
    """Whether "Pride" or the like stands with its capital before "of"."""
    written, previous = reading.words_before(place)
    return written[:1].isupper() and previous in load_homonyms().names.crowns


def _is_surname(reading: Reading, written: str, previous: str, start: int, end: int) -> bool:
    """Whether a given name or a title of private people stands right before: "Fern Britain", "Nurse Moscow"."""
    names = load_homonyms().names
    if not written[:1].isupper() or reading.folded[start - 1] != " ":
        return False
    if previous in names.callings:
        return True
    place = start - len(written) - 1
    before = reading.folded_before(place)
    if reading.folded.startswith("'s ", end) and end + 3 in reading.offices:
        return False  # "In San Felipe Mexico's president spoke."
    if previous in names.given:
        if before in names.leading and reading.word_before(place)[:1].isupper():
            return False  # "For Vladimir Russia is sacred."
        return before not in names.reigns  # "Under Catherine Russia grew."
    if before not in names.callings or place in reading.starts or previous in load_homonyms().no_given_names:
        return False  # "Under Mr Putin Russia grew."
    if not (written[-1].isalnum() or len(written) == 2):  # "He met Mr Petrov. Russia ..."; not "Mr E. London"
        return False
    if previous.endswith("'s"):
        return False  # "Mr Cruz's Irish mother"
    return reading.folded_before(place - len(before) - 1) not in names.reigns  # "coach Marlon England"


def _is_initialled(reading: Reading, start: int, end: int) -> bool:
    """Whether a given name or another initial stands before the initial before an alias: "Marvin E. London"."""
    names = load_homonyms().names
    if reading.folded[start:end] not in names.surnames:
        return False
    written, given = reading.words_before(start - 3)
    return given in names.given or (len(written) == 2 and written[1] == "." and written[0].isupper())


def _is_bearer(reading: Reading, entry: Entry, previous: str, start: int, end: int) -> bool:
    """Whether an alias goes on to be the surname that it was a moment ago: "Julie London ... London sang softly".

    Not in another paragraph, and not before what states do: "Brazil asked for talks".
    """
    plain, lexicon = reading.plain, load_homonyms()
    since = reading.bearers[entry.actor, plain[start:end]]
    if start - since >= _MOMENT or previous in lexicon.names.leading or plain.find("\n", since, start) >= 0:
        return False
    return not lexicon.affairs.occur_in(reading.folded[end : end + 2 * WORD_REACH])


def _is_in_title(reading: Reading, opening: int, start: int, end: int) -> bool:
    """Whether a quotation is the title of a work of art or entertainment: the film “British Intelligence”."""
    plain = reading.plain
    closing = plain.find(_QUOTES[plain[opening]], end, end + _TITLE)
    if closing < 0 or plain.find(_QUOTES[plain[opening]], opening + 1, start) >= 0:
        return False
    if not all(word[0].isupper() for word in _LONG_WORD.findall(plain, opening, closing)):
        return False
    works = load_homonyms().names.works
    before = _WORD.findall(reading.folded[max(0, opening - WORD_REACH) : opening])[-1:]
    after = _WORD.findall(_STOP.split(reading.folded[closing + 1 : closing + 1 + WORD_REACH])[0])[:5]
    return any(word.removesuffix("s") in works for word in (*before, *after))


def _is_anothers_acronym(reading: Reading, entry: Entry, start: int, end: int) -> bool:
    """Whether an acronym is spelled out right here as something else: "National Association of Tyre Outlets (NATO)".

    If so, it means that wherever it occurs from here on.
    """
    plain, letters = reading.plain, reading.folded[start:end].replace(".", "")
    if plain[start - 1 : start] == "(" or plain.endswith(", or ", 0, start) or plain.startswith(_FAMILIAR, end):
        low = max(0, start - _SPELLED)
        before = plain[low:start].removesuffix(", or ").rstrip(" (,")
        words = _WORD.findall(before)
        spelled = [word for word in words if word[0].isupper()][-len(letters) :]
        borrowed = low + len(before) not in reading.ends and (
            _initials(spelled) == letters or (plain[end : end + 1] == ")" and _is_short(words[-1:], letters))
        )
    elif _ABBREVIATED.match(plain, end):
        borrowed = True
    else:
        lexicon, folded = load_homonyms(), reading.folded
        glosses = (*lexicon.meanings, *lexicon.glosses)
        if not folded.startswith(glosses, end):
            return False
        gloss = next(gloss for gloss in glosses if folded.startswith(gloss, end))
        after = end + len(gloss)
        following = _WORD.findall(plain[after : after + _SPELLED])
        ways = [[word for word in following if word not in lexicon.names.small]]
        if gloss in lexicon.meanings:
            ways.append(following)
        spelled = next((way for way in ways if _initials(way[: len(letters)]) == letters), [])[: len(letters)]
        long = len(letters) > 2 or all(word[0].isupper() for word in spelled)
        borrowed = bool(spelled) and long and reading.starts.isdisjoint(range(after, after + 6))
    if borrowed:
        reading.borrowed.add((entry.actor, plain[start:end]))
    return borrowed


#: "the UK, as the management companies are known,".
_ABBREVIATED: Final = re.compile(
    r", as (?!it |they |the (?:alliance|bloc|country|kingdom|island) )(?:[\w'-]+ ){1,14}?"
    r"(?:(?:is|are) (?:known|abbreviated|shortened|called)"
    r"|calls? (?:the|their) (?!alliance|bloc|country|kingdom|island|state))\b"
)
#: "The Association of Tyre Outlets, NATO to its members,".
_FAMILIAR: Final = (" for short", " to its members", " to its friends", " to insiders")


def _is_short(words: list[str], letters: str) -> bool:
    """Whether letters come from the name of an enzyme or a drug, in its order: "urokinase (UK)"."""
    word = words[0] if words else ""
    rest = iter(word)
    return (
        word.islower()
        and word.endswith(load_homonyms().enzyme_ends)
        and word[0] == letters[0]
        and all(letter in rest for letter in letters)
    )


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words).lower()


def _has_trade(reading: Reading, end: int) -> bool:
    """Whether a comma and somebody's trade follow: "Nato, a seamstress in Kutaisi"."""
    match = _APPOSITION.match(reading.folded, end)
    return match is not None and match.group(1) in load_homonyms().names.seamstresses


#: "Sit down, Nato," she said.
_ADDRESSED: Final = re.compile(r"[,.!?][”\"]")


def _is_given_name(reading: Reading, entry: Entry, previous: str, start: int, end: int) -> bool:
    """Whether an acronym written as a name is a woman's: "Grandmother Nato", "Nato's wedding"; a Nato Beridze near."""
    names, plain, folded = load_homonyms().names, reading.plain, reading.folded
    own = (
        previous in names.kin
        or (folded.startswith(", who ", end) and (not start or plain[start - 2 : start] in (". ", "\n\n")))
        or _has_trade(reading, end)
        or not names.italian.isdisjoint(_WORD.findall(folded, end, end + _SPELLED))  # "Nato a Trieste nel 1931"
        or (plain[start - 2 : start] == ", " and _ADDRESSED.match(plain, end) is not None)
        or (folded.startswith("'s ", end) and reading.word_after(end + 2) in names.kept)
    )
    if own:
        reading.borrowed.add((entry.actor, plain[start:end]))
        return True
    if plain[end + 1 : end + 2].isupper():
        return False  # "Nato Commanders"
    around = plain[max(0, start - NEAR) : end + NEAR]
    ends = load_homonyms().surname_ends
    return any(word.endswith(ends) for word in re.findall(rf"\b{plain[start:end]} ([A-Z]\w{{2,20}})", around))
