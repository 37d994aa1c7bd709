"""Whether an alias, where it was found, may refer to its actor: capitals, homonyms, languages, namesakes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Final

from .actors import fold
from .mention_lexicon import Rule, load_homonyms
from .mention_names import in_headline, is_anothers_name, is_called, is_things
from .mention_patterns import Entry
from .mention_text import NEAR, WORD_REACH, Reading
from .personal_names import begins_with_particle, find_pronoun, is_prefix, is_rank, is_title, load_given_names

#: What stands beside no part of an address; "" too.
_CLEAR: Final = " ,;!?'()\"“”"
_OPENING: Final = re.compile(r"(?:^|[.!?\n:;] ?)[\"“‘']?\Z")
#: "is a hard language": what may be said of one in the first or the second word.
_LEARNT: Final = re.compile(r" (?:is|was|has|had) (\w+)(?: (\w+))?")
_NAMING: Final = re.compile(r"\b(?:it|that|which|word|name)(?: is| was|'s) \Z")
_QUOTED: Final = re.compile(r" for [\"'“‘«]")
_BREAK: Final = re.compile(r"[\s-]")
_STOP: Final = re.compile(r"[.!?\n]")


def fits_context(reading: Reading, entry: Entry, start: int, end: int) -> bool:
    """Whether an alias, found at word boundaries, may refer to its actor here.

    What one place says of a name holds for the text after it, so that the order of calls matters, which is that of
    the text: whose surname is somebody else's (`Reading.namesakes`, `Reading.bearers`) and whose full name was met
    (`Reading.first`, `Reading.given_names`), of which other state an organ is (`Reading.others`), whether a place is
    the one elsewhere (`Reading.elsewhere`), and which acronyms stand for something else (`Reading.borrowed`).
    """
    plain, folded = reading.plain, reading.folded
    for place in entry.capitals:
        if not plain[start + place].isupper():
            return False
    if entry.exact and any(
        char != written for char, written in zip(plain[start:end], entry.alias.text, strict=False) if written.isalpha()
    ):
        return False
    if entry.even and not plain[start + 1 : end].islower() and not plain[start + 1 : end].isupper():
        return False  # "MoSCoW"
    after = folded[end : end + 1]
    if not (after in _CLEAR and folded[start - 1 : start] in _CLEAR) and reading.in_address(start, end):
        return False
    if (
        end - start < 4
        and after in ("-", " ")
        and folded[end + 1 : end + 2].isdigit()
        and _is_code(reading, start, end)
    ):
        return False
    if entry.simple:
        return True
    if is_anothers_name(reading, entry, start, end):
        return False
    if entry.kind == "demonym":
        if _is_language(reading, start, end):
            return False
    elif entry.kind == "person" and not entry.asked and reading.pastimes and _is_at_play(reading, start, end):
        return False
    if entry.asked and is_things(reading, entry, start, end):
        return False
    if entry.single:
        if not _is_person(reading, entry, start, end):
            return False
    else:
        if entry.after is not None and reading.first.get(entry.after, start) >= start:
            return False
        if entry.kind == "person" and not _is_borne(reading, entry, start):
            return False
    return entry.rule is None or _allowed(reading, entry, entry.rule, start, end)


def _is_code(reading: Reading, start: int, end: int) -> bool:
    """Whether digits make a registration or a flight of an acronym: "UK-92,480", "booked on UK 943"."""
    if reading.folded[end] == "-":
        return True
    number = reading.word_after(end)
    year = len(number) == 4 and number.startswith(("19", "20"))
    return number.isdigit() and not year and reading.folded_before(start) in ("on", "flight", "flights", "aboard")


def _is_at_play(reading: Reading, start: int, end: int) -> bool:
    """Whether sport, music or dance is the matter around a name and politics is not."""
    place = bisect_left(reading.pastimes, start - NEAR)
    if place == len(reading.pastimes) or reading.pastimes[place] > end + NEAR:
        return False
    return not load_homonyms().affairs.occur_in(reading.folded[max(0, start - NEAR) : end + NEAR])


def _is_abroad(reading: Reading, start: int, end: int) -> bool:
    """Whether a place in America, Canada or Australia is near, and nothing that governments do."""
    around = reading.folded[max(0, start - NEAR) : end + NEAR]
    if not load_homonyms().abroad.occur_in(around):
        return False
    return not load_homonyms().affairs.occur_in(around.replace(reading.folded[start:end], ""))


def _is_given(reading: Reading, start: int, end: int) -> bool:
    """Whether a word with a capital makes a state's name that of somebody or something: "Britain Hollis caught it"."""
    match = _NAME_AFTER.match(reading.plain, end)
    if match is None or end + 1 in reading.offices or end + 1 in reading.starts or in_headline(reading, start, end):
        return False
    word, lexicon = fold(match.group(1)), load_homonyms()
    if reading.folded_before(start) in lexicon.names.leading:
        return False  # "In Britain Christmas ..."
    known = word in lexicon.openers or word in lexicon.names.parties or word in lexicon.names.institutions
    return not known and not match.group(1).isupper()


#: "India Whitfield, nine, ": only children are called by their given names afterwards.
_SOMEBODY: Final = re.compile(r" [A-Z][\w'’-]{1,20}, (?:aged )?(?:1?\d|five|six|seven|eight|nine|ten|eleven|twelve),")
#: "In Macon, Georgia, ".
_IN_TOWN: Final = re.compile(
    r"\b(?:in|at|near|around|from|of|to|outside|for|off) (?:[A-Z][\w.'’-]{1,20} ){0,2}?([A-Z][\w.'’-]{1,20}), \Z"
)


def _is_in_state(reading: Reading, start: int, end: int) -> bool:
    """Whether a town of America before a comma makes an American state of an alias, unlike a list of countries."""
    if start - 2 in reading.ends or not _ENDED.match(reading.plain, end):
        return False
    match = _IN_TOWN.search(reading.plain, max(0, start - 3 * WORD_REACH), start)
    return match is not None and fold(match.group(1)) not in load_homonyms().own_towns


def _allowed(reading: Reading, entry: Entry, rule: Rule, start: int, end: int) -> bool:
    """Whether the alias's context rule lets it pass.

    Words beside the alias are asked first, the words around it, which cost most, only where they can still decide.
    """
    if rule.only_before and reading.folded[end : end + 1] not in rule.only_before:
        return False
    if rule.capitals and in_capitals(reading.plain, start, end) and not reading.folded.endswith("the ", 0, start):
        return False  # "TELL US", unlike "THE US SAID"
    if rule.before and reading.word_after(end) in rule.before:
        return False
    if rule.unowned and start - 1 in reading.ends:
        return False
    if (
        rule.follows
        and _is_followed_by(reading, rule.follows, end)
        and (not rule.opening or _opens(reading, start) or reading.folded_before(start) in ("and", "but", "while"))
    ):
        if rule.named:
            reading.bearers[entry.actor, reading.plain[start:end]] = start  # "Jordan from accounts"
        return False
    if rule.led and _is_led_by(reading, rule.led, start) and reading.word_after(end) not in rule.or_before:
        return False
    if reading.others and (entry.actor, reading.folded[start:end]) in reading.others:
        if reading.folded.endswith("the ", 0, start):
            return False  # "Germany's Foreign Office summoned him. The Foreign Office ..."
        if reading.folded.endswith("'s ", 0, start) and start - 3 in reading.ends:
            reading.others.discard((entry.actor, reading.folded[start:end]))  # "Britain's Foreign Office"
    if rule.after or rule.articles or rule.only_after:
        previous = reading.folded_before(start)
        if previous in rule.after:
            if entry.kind == "metonym" and reading.word_before(start)[:1].isupper():
                reading.others.add((entry.actor, reading.folded[start:end]))
            return False  # also "a German Foreign Office official", unlike "a Foreign Office official"
        led = previous in rule.articles or (rule.only_after and previous not in rule.only_after)
        if led and reading.word_after(end) not in rule.or_before:
            return False
    if rule.whole and _is_in_name(reading, start, end):
        return False
    if rule.only and not _is_only(reading, rule, start, end):
        return False
    if rule.places and _is_elsewhere(reading, entry, start, end):
        return False
    if rule.towns and reading.folded.endswith(", ", 0, start) and _is_in_state(reading, start, end):
        reading.bearers[entry.actor, reading.plain[start:end]] = start
        return False
    if rule.played and reading.pastimes and _is_at_play(reading, start, end):
        return False
    if rule.plural and reading.word_after(end) in rule.plural and _opens(reading, start):
        return False  # a club: "Astana ride to second"
    if (
        (rule.perhaps_before and reading.word_after(end) in rule.perhaps_before)
        or (rule.perhaps_led and _is_led_by(reading, rule.perhaps_led, start))
        or (rule.perhaps_follows and _is_followed_by(reading, rule.perhaps_follows, end))
    ) and not _is_kept(reading, rule, start, end):
        return False
    if (
        rule.abroad
        and (_is_abroad(reading, start, end) or (reading.pastimes and _is_at_play(reading, start, end)))
        and not _is_kept(reading, rule, start, end)
    ):
        return False
    if rule.named and reading.plain[end + 1 : end + 2].isupper() and _is_given(reading, start, end):
        if _SOMEBODY.match(reading.plain, end) or reading.folded_before(start) in load_homonyms().names.callings:
            reading.bearers[entry.actor, reading.plain[start:end]] = start
        return False
    if rule.venues and _is_venue(reading, end) and _is_alone(reading, start):
        return False
    if rule.free and reading.folded_before(start) in rule.free:
        return True
    near, needs = rule.near, rule.needs
    if near.words or needs.words:
        around = reading.folded[max(0, start - NEAR) : end + NEAR]
        if near.occur_in(around) or (needs.words and not needs.occur_in(around)):
            return _is_kept(reading, rule, start, end)
    return True


def _is_kept(reading: Reading, rule: Rule, start: int, end: int) -> bool:
    """Whether words around an alias say that it is its actor, whatever else is near."""
    return rule.unless.occur_in(reading.folded[max(0, start - NEAR) : end + NEAR])


def _is_led_by(reading: Reading, strings: tuple[str, ...], start: int) -> bool:
    """Whether one of some strings stands right before a place, as whole words: "port ", but not "support "."""
    folded = reading.folded
    if not folded.endswith(strings, 0, start):
        return False
    begun = (start - len(string) for string in strings if folded.endswith(string, 0, start))
    return not all(begin > 0 and folded[begin - 1].isalnum() for begin in begun)


def _is_followed_by(reading: Reading, strings: tuple[str, ...], end: int) -> bool:
    """Whether one of some strings stands right after a place, as whole words: "'s mum", but not "'s Mumbai"."""
    folded = reading.folded
    if not folded.startswith(strings, end):
        return False
    ended = (end + len(string) for string in strings if folded.startswith(string, end))
    return not all(folded[stop - 1].isalnum() and folded[stop : stop + 1].isalnum() for stop in ended)


def _opens(reading: Reading, start: int) -> bool:
    """Whether a sentence, or what follows a colon or a semicolon, begins here."""
    return _OPENING.search(reading.plain, max(0, start - 3), start) is not None


def _is_alone(reading: Reading, start: int) -> bool:
    """Whether no auxiliary makes a verb of the word after an alias ("will Russia bar them")."""
    return reading.folded_before(start) not in load_homonyms().plural_makers


def _is_venue(reading: Reading, end: int) -> bool:
    """Whether a place of entertainment stands right after, or after one more word: "the NATO nightclub"."""
    following, names = reading.word_after(end), load_homonyms().names
    return following in names.venues or (
        following in names.venue_kinds and reading.word_after(end + 1 + len(following)) in names.venues
    )


def _is_in_name(reading: Reading, start: int, end: int) -> bool:
    """Whether a capital is part of a longer name ("Carnegie Moscow", "London Clinic"), in prose, not in a headline."""
    lexicon, plain = load_homonyms(), reading.plain
    if end - start > 4 and plain[start:end].isupper():
        return False  # a headline in capitals, no acronym
    match = _NAME_AFTER.match(plain, end) if plain[end + 1 : end + 2].isupper() else None
    if match is not None and end + 1 not in reading.offices and end + 1 not in reading.starts:
        word = fold(match.group(1))
        acronym = word.isalpha() and match.group(1).isupper()
        if not acronym and word not in lexicon.openers and word not in lexicon.names.parties:
            return not in_headline(reading, start, end)
    if not reading.word_before(start)[:1].isupper() or start - 1 in reading.ends:
        return False
    match = _NAME_BEFORE.search(plain, max(0, start - 2 * WORD_REACH), start)
    if match is None or fold(match.group(1)) in lexicon.openers:
        return False
    names = lexicon.names
    if reading.word_after(end) in names.auxiliaries and reading.folded_before(match.start(1)) in names.told:
        return False  # "told Reuters London would pay"
    return not in_headline(reading, start, end)


_NAME_AFTER: Final = re.compile(r" ([A-Z][\w'’.-]*)(?![\w'’.-]| [A-Z])")
_NAME_BEFORE: Final = re.compile(r"(?<=[a-z,;)–—] )([A-Z][a-z]+) \Z")


def _is_only(reading: Reading, rule: Rule, start: int, end: int) -> bool:
    """Whether a word stands before one of those it may describe, or after "the" with no word to describe."""
    following, before = reading.word_after(end), reading.folded_before(start)
    if following in rule.only or before in rule.degrees:
        return True
    stops = load_homonyms().language_stops
    if before in _BE and (following == "" or following in stops):
        return _THEY.search(reading.folded, max(0, start - WORD_REACH), start) is not None
    if rule.second and reading.word_after(end + 1 + len(following)) in rule.second:
        return True  # "an English bus driver"
    return before == "the" and (following in stops or (following == "" and reading.folded[end : end + 1] not in "'-"))


_BE: Final = frozenset(["am", "are", "is", "was", "were"])
#: "you are English".
_THEY: Final = re.compile(r"\b(?:you|we|they|i|he|she) (?:am|are|is|was|were) \Z")


def in_capitals(plain: str, start: int, end: int) -> bool:
    """Whether the text on either side is in capitals, so that capitals say nothing ("TELL US NOW")."""
    around = _STOP.split(plain[max(0, start - 20) : start])[-1] + _STOP.split(plain[end : end + 20])[0]
    letters = [char for char in around if char.isalpha()]
    return len(letters) > 3 and not any(map(str.islower, letters))


def _is_elsewhere(reading: Reading, entry: Entry, start: int, end: int) -> bool:
    """Whether a place is its namesake ("London, Ontario"), here or where the text first named it."""
    folded = reading.folded
    if folded[end : end + 1] != ",":
        return reading.elsewhere.setdefault((entry.actor, folded[start:end]), False)
    namesake = False
    lexicon = load_homonyms()
    places = lexicon.places
    for place in places if folded.startswith(places, end) else ():
        stop = end + len(place)
        if folded.startswith(place, end) and not folded[stop : stop + 1].isalnum():
            if folded[start:stop] in lexicon.homes:
                break  # "in Ottawa, Canada"
            # "London, Washington and Paris"; "Russia, Virginia Hall thought".
            shared = place in lexicon.shared_places and (entry.kind == "name" or _LISTED.match(reading.plain, stop))
            shared = shared or _is_followed_by(reading, lexicon.statesmen, stop)
            shared = shared and not _is_in_other_town(folded, stop, places)
            ended = place in lexicon.shared_states and _ENDED.match(reading.plain, stop)  # "in Peru, Indiana."
            namesake = not shared or bool(ended and not _LISTING.search(folded, max(0, start - 5), start))
            break
    if not namesake:
        said = _DESCRIBED.match(folded, end)
        called = lexicon.towns.intersection(said.group(1).split()) if said else frozenset()
        if called and entry.kind == "name" and called <= lexicon.communities:
            return _SITED.match(reading.plain, end) is not None  # "Armenia, a landlocked community of millions"
        namesake = bool(called)
    return reading.elsewhere.setdefault((entry.actor, folded[start:end]), namesake) or namesake


def _is_in_other_town(folded: str, stop: int, places: tuple[str, ...]) -> bool:
    """Whether another town and its state come next in a list: "Monrovia, California, and Freetown, Massachusetts"."""
    match = _NEXT.match(folded, stop)
    return match is not None and folded.startswith(places, match.end())


_NEXT: Final = re.compile(r",? and [\w.'-]{1,20}(?: [\w.'-]{1,20})?(?=, )")
_LISTED: Final = re.compile(r" (?:and|or|nor|but) |, (?:and )?[A-Z]\w+(?: [A-Z]\w+)?(?:,| and| or)| [A-Z]")
#: What ends a place's name, unlike a list.
_ENDED: Final = re.compile(r"[.;:]|, (?!and |or |nor |but )[a-z]")
_LISTING: Final = re.compile(r"(?:,| and| or) \Z")
#: ", a small mining town".
_DESCRIBED: Final = re.compile(r", (?:an?|the) ([\w-]{1,20}(?: [\w-]{1,20}){0,3})")


#: ", a community in Ohio", ", the quiet suburb outside Columbus".
_SITED: Final = re.compile(r", (?:an?|the) (?:[\w-]{1,20} ){1,4}(?:in|near|outside) (?!Europe\b|Asia\b|Africa\b)[A-Z]")


def _is_language(reading: Reading, start: int, end: int) -> bool:
    """Whether a demonym is the name of a language, here or in a list of languages that goes on here."""
    if not (_is_tongue(reading, start, end) or (reading.tongues and _is_next_tongue(reading, start, end))):
        return False
    reading.tongues.add(reading.folded[start:end])
    reading.tongue = end
    return True


#: "French to nine, ", "Polish conversation on Wednesdays and ": what may stand between two languages.
_COURSES: Final = re.compile(
    r"(?: [\w-]{1,20})?(?: (?:to|for|on|at|with|through) [^.;!?\n]{1,40}?)?(?:,|,? (?:and|or)) "
)


def _is_next_tongue(reading: Reading, start: int, end: int) -> bool:
    """Whether a demonym with no word of its own stands in a list after a language, or is one that the text named."""
    lexicon, following = load_homonyms(), reading.word_after(end)
    if reading.folded[end - 1] == "s" or reading.folded[start:end] in lexicon.language_never:
        return False
    if following in ("is", "was", "has") and reading.folded[start:end] in reading.tongues:
        return _opens(reading, start)
    if not 0 < start - reading.tongue < 2 * WORD_REACH or reading.folded[end : end + 1] in ("'", "-"):
        return False
    gap = reading.folded[reading.tongue : start]
    if following and following not in lexicon.language_stops:
        return False
    if following in ("and", "or") and _is_paired(reading, end):
        return False
    return not (reading.folded[end : end + 1] == "," and _describes(reading, end)) and bool(_COURSES.fullmatch(gap))


def _is_tongue(reading: Reading, start: int, end: int) -> bool:
    """Whether the words around make a demonym the name of a language ("in Russian,", "speaks Kazakh")."""
    lexicon = load_homonyms()
    following = reading.word_after(end)
    if following in lexicon.language_before:
        return reading.folded[start:end] not in lexicon.language_never
    if following not in lexicon.language_stops and following != "":
        return False  # an adjective with a word of its own: "Russian waters"
    if reading.folded[end - 1] == "s" or reading.folded[start:end] in lexicon.language_never:
        return False
    if reading.folded.endswith(" in ", 0, start) and reading.folded_before(start - 3) in lexicon.language_classes:
        return True  # "classes in Japanese, Turkish and Chinese begin"
    if following == "for" and (
        reading.folded.startswith(" for beginners", end) or _NAMING.search(reading.folded, max(0, start - 16), start)
    ):
        return True  # "it is Arabic for “the base”"
    if reading.folded[end : end + 1] == "," and _describes(reading, end):
        return False
    said = _LEARNT.match(reading.folded, end)
    if said is not None and not lexicon.language_learnt.isdisjoint(said.groups()):
        return _opens(reading, start)
    if (
        following in ("has", "had", "lacks")
        and " word" in reading.folded[end : end + WORD_REACH]
        and _opens(reading, start)
    ):
        return True  # "Kazakh has a dozen words for it"
    if following in ("is", "was") and "language" in reading.folded[max(0, start - 2 * WORD_REACH) : end + WORD_REACH]:
        return True
    words = _BREAK.split(reading.folded[max(0, start - 2 * WORD_REACH) : start])[:-1]
    if words and words[-1] == "no":
        words = words[:-1]
    if words[-2:] == ["nothing", "but"]:
        words = words[:-2]
    if words and words[-1] in lexicon.language_owners and following in ("", "is", "was", "has", "had"):
        return reading.folded[end : end + 1] not in ("'", "-")
    if following == "for" and _QUOTED.match(reading.folded, end):
        return True  # "the Russian for “blizzard”"
    if following == "as" and "language" in reading.folded[end : end + WORD_REACH]:
        return True  # "Russian as a foreign language"
    if words and words[-1] in lexicon.language_verbs:
        return following == "" or following in lexicon.language_stops
    if reading.folded[end : end + 1] in ("'", "-") or (following in ("and", "or") and _is_paired(reading, end)):
        return False
    if words and words[-1] in ("and", "or") and "languages" in reading.folded[max(0, start - 2 * WORD_REACH) : start]:
        return True
    if len(words) > 1 and words[-1][-1:] == "," and start - 2 in reading.ends:  # "in Russian, Kazakh and English"
        return words[-2] in lexicon.language_media or words[-2] in lexicon.language_verbs
    if words and words[-1] in ("and", "or") and _is_listed(words, reading.folded[start - 1]):
        return True
    if len(words) > 2 and words[-1] in ("and", "or"):
        words = words[:-2]
        while len(words) > 1 and words[-1][-1:] == ",":  # "in English, Turkish and Kazakh"
            words = words[:-1]
    if len(words) > 1 and words[-1] == "the" and words[-2] in ("from", "into"):
        around = reading.folded[max(0, start - 4 * WORD_REACH) : start]
        return "translat" in around or "rendered" in around
    return bool(words) and (words[-1] in lexicon.language_verbs or words[-1] in lexicon.language_prepositions)


def _is_listed(words: Sequence[str], joint: str) -> bool:
    """Whether "speaks" and a language stand before the last of several: "speaks Dutch at home and Kazakh"."""
    lexicon = load_homonyms()
    said = [place for place, word in enumerate(words[:-1]) if word in lexicon.language_spoken]
    return joint == " " and bool(said) and words[said[-1] + 1] not in lexicon.language_spoken_stops


def _describes(reading: Reading, end: int) -> bool:
    """Whether a list of adjectives that goes on here ends in a noun: ", and Chinese companies"."""
    last, stops = _LAST.match(reading.folded, end), load_homonyms().language_stops
    return last is not None and stops.isdisjoint(last.groups())


def _is_paired(reading: Reading, end: int) -> bool:
    """Whether a demonym shares a word with the next: "British and Finnish utilities"."""
    pair = _PAIR.match(reading.folded, end)
    return pair is not None and pair.group(1) not in load_homonyms().language_stops


_LAST: Final = re.compile(
    r"(?:, \w{1,32}){1,4},? (?:and|or) (?!the |an? |his |her |its |their |then )(\w{1,32}) (\w{1,32})"
)
_PAIR: Final = re.compile(
    r" (?:and|or) (?!in |into |his |her |its |their |my |the |a |an |then |was |is |to |only |later |now |not )"
    r"\w{1,32} (\w{1,32})"
)


def _is_borne(reading: Reading, entry: Entry, start: int) -> bool:
    """Whether a surname of several words ("von der Leyen", "dos Santos") is its bearer's here, not another's."""
    if not begins_with_particle(entry.alias.text) or not (entry.asked or entry.alias.text[0].islower()):
        return True
    written, previous = reading.words_before(start)
    return start - 1 in reading.ends or _is_own(reading, written, previous, start, frozenset())


def _is_person(reading: Reading, entry: Entry, start: int, end: int) -> bool:
    """Whether a single name is that of the person who holds the office."""
    lexicon, common = load_homonyms(), entry.after
    written, previous = reading.words_before(start)
    if reading.folded[start - 1 : start] == "-" and is_prefix(previous):
        written, previous = reading.words_before(start - 1 - len(previous))  # "Rifaat al-Assad"
    if entry.forename:
        return _is_first_name(reading, entry, written, previous, start, end)
    if not entry.asked:
        if previous in lexicon.others or reading.compound_before(start) in lexicon.others:
            return False
        if _is_private(reading, previous, end):
            return False
        if previous in lexicon.ladies and not entry.given & lexicon.women:
            return False
    surname = reading.folded[start:end]
    if (previous in lexicon.ladies and entry.pronoun == "he") or (previous in lexicon.men and entry.pronoun == "she"):
        reading.namesakes.add(surname)
        return False
    if entry.eclipsed and _is_of_office(reading, start, end):
        reading.namesakes.add(surname)
        return False
    held = lexicon.offices_held.get(surname, ()) if not entry.eclipsed else ()
    in_office = len(held) > 0 and (
        reading.folded.endswith(held, 0, start) or reading.word_after(end) == "administration"
    )
    if is_double(reading, start, end, entry.asked):
        reading.namesakes.add(surname)
        return False
    if _is_in_full(reading, entry, written, start):
        if common is not None:
            reading.first.setdefault(common, start)
        return True
    if entry.asked and _is_known_as(reading, entry, written, previous, start):
        pass
    elif (
        not in_office and start - 1 not in reading.ends and not _is_own(reading, written, previous, start, entry.given)
    ):
        reading.namesakes.add(surname)
        return False
    if surname in reading.namesakes and (
        (entry.actor, surname) not in reading.people or (not entry.asked and _AGE.match(reading.folded, end))
    ):
        return False
    known = (entry.actor, surname) in reading.people
    if entry.asked and entry.eclipsed and not known:
        return False
    shared = entry.asked and known and (entry.eclipsed or surname in reading.namesakes)
    if shared and _is_outnumbered(reading, entry, previous, start, end):
        return False
    if entry.asked and common is None:
        return True
    if common is None and (surname not in lexicon.modest or (entry.actor, surname) in reading.people):
        return True
    titled = in_office or reading.folded[max(0, start - WORD_REACH) : start].endswith(lexicon.offices_before)
    if common is None:
        if titled:
            return True
        around = reading.folded[max(0, start - NEAR) : end + NEAR]
        return start - 1 in reading.office_starts or lexicon.politics.occur_in(around)
    if surname in lexicon.months and (previous in lexicon.before_month or _is_day(reading, previous, end)):
        return False
    if _is_presented(reading, start, end):
        return True
    going_on = reading.folded[end : end + 1] == " " and reading.plain[end + 1 : end + 2].isupper()
    following = reading.word_after(end)
    if in_office and (not going_on or following in lexicon.openers):
        # also "President Bush Friday urged"
        reading.first.setdefault(common, start)
        return True
    if going_on and following != "i":  # "Major I met twice"
        return False
    if reading.first.get(common, start) < start:
        return True
    if entry.asked:
        titled = (previous in lexicon.titles or is_title(previous)) and _holds(reading, entry, previous)
        if titled and not entry.eclipsed:
            reading.first.setdefault(common, start)
            return True
        if end >= NEAR or not reading.word_before(start)[-1:].isalpha():
            return False
        return _is_headlined(reading, start, end, reading.first.get(common, 0))
    if end < NEAR and _is_headlined(reading, start, end, reading.first.get(common, 0)):
        return True
    return surname not in lexicon.faint and (
        titled or _heads_line(reading, start, end) or _is_hinted(reading, start, end)
    )


def _is_of_office(reading: Reading, start: int, end: int) -> bool:
    """Whether a high office or a government tells of the bearer whom the catalogue knows: "President Trump"."""
    office = reading.offices.get(reading.office_starts.get(start - 1, -1), (0, ""))[1]
    return office == "high" or reading.word_after(end) in load_homonyms().terms


def _is_outnumbered(reading: Reading, entry: Entry, title: str, start: int, end: int) -> bool:
    """Whether a surname that several people in the text bear is another's here.

    It is that of the one whom the text names in full most often, unless the last full name is another's and near. A
    title that only women or only men have leaves out the others.
    """
    lexicon, surname = load_homonyms(), reading.plain[start:end]
    barred = "he" if title in lexicon.ladies else "she" if title in lexicon.men else "-"
    full = rf"\b([A-Z][\w'’-]*) (?:[A-Z]\.? ?){{0,3}}{re.escape(surname)}\b"
    key = entry.actor, surname, barred
    if key not in reading.outnumbered:
        named = Counter(map(fold, re.findall(full, reading.plain)))
        own = sum(named[name] for name in named.keys() & entry.given)
        others = {name for name in named.keys() & load_given_names() if find_pronoun(name) != barred}
        if entry.eclipsed and barred == "-":
            others |= named.keys() & lexicon.titles - lexicon.men - lexicon.ladies  # "President Trump"
        reading.outnumbered[key] = any(named[name] > own for name in others - entry.given)
    if not reading.outnumbered[key]:
        return False
    near = re.findall(full, reading.plain[max(0, start - NEAR) : start])
    return not near or fold(near[-1]) not in entry.given


def _is_known_as(reading: Reading, entry: Entry, written: str, previous: str, start: int) -> bool:
    """Whether a title or initials stand right before a surname that is asked for: "Justice Ginsburg", "PV Rao"."""
    if written[:1].isupper() and is_title(previous):
        return entry.after is None or _holds(reading, entry, previous)
    if not (0 < len(written) < 3 and written.isupper() and written.isalpha()) or written in ("A", "I"):
        return False
    initials = [part[0] for name in entry.given for part in name.split()]
    if any(previous.count(letter) > initials.count(letter) for letter in previous):
        return False
    reading.given_names[start] = start - len(written) - 1
    reading.people.add((entry.actor, fold(entry.alias.text)))
    return True


def _holds(reading: Reading, entry: Entry, title: str) -> bool:
    """Whether a title before a common surname may be its bearer's: one of a rank or a trade is, if the text says so.

    "Captain Khan" is Imran Khan only where "captain Imran Khan" or "Imran Khan, the captain," stands.
    """
    if not is_rank(title) or not entry.given:
        return not is_rank(title)
    key = entry.actor, title
    if key not in reading.ranks:
        surname, rank = re.escape(fold(entry.alias.text)), re.escape(title.rstrip(".")) + r"[\w.]{0,6}"
        given = "|".join(re.escape(name) for name in sorted(entry.given))
        full = rf"(?:{surname} (?:{given})|(?:{given}) (?:(?:[\w'-]{{1,16}}|\w\.) ){{0,2}}{surname})\b"
        held = re.search(
            rf"\b{rank},? (?:(?:[\w'-]{{1,16}}|\w\.) ){{0,2}}?{full}|{full}, [^.;\n]{{0,50}}\b{rank}", reading.folded
        )
        reading.ranks[key] = held is not None
    return reading.ranks[key]


def _is_first_name(reading: Reading, entry: Entry, written: str, previous: str, start: int, end: int) -> bool:
    """Whether a given name by itself is that of somebody whose full name stood before: "Boris", "Sir Keir"."""
    lexicon, name = load_homonyms(), reading.folded[start:end]
    if entry.after is None or reading.first.get(entry.after, start) >= start or name in lexicon.months:
        return False
    if name in reading.namesakes or _BYNAME.match(reading.plain, end) or _is_town(reading, end):
        return False
    if written[:1].isupper() and written[-1].isalnum() and previous not in ("sir", "dame", *lexicon.openers):
        return False
    if reading.word_after(end) in entry.after[1].split():
        return False  # "the carrier Charles de Gaulle"
    if previous in _THERE or reading.folded[end : end + 1] == "-" or reading.folded[start - 1 : start] == "-":
        return False
    going_on = reading.folded[end : end + 1] == " " and reading.plain[end + 1 : end + 2].isupper()
    if going_on and reading.word_after(end) not in lexicon.openers and reading.word_after(end) != "i":
        return False
    key = entry.actor, name
    if key not in reading.forenames:
        alias, own = entry.alias.text, entry.after[1].split()
        reading.forenames[key] = _has_other_bearer(reading, alias, own) or _has_other_given(reading, alias, own)
    return not reading.forenames[key]


def _has_other_bearer(reading: Reading, name: str, own: Sequence[str]) -> bool:
    """Whether a surname that is none of somebody's own stands after the given name anywhere in the text."""
    openers, plain = load_homonyms().openers, reading.plain
    start = plain.find(name + " ")
    while start >= 0:
        end = start + len(name)
        word = reading.word_after(end).removesuffix("'s")
        begun = start == 0 or not (plain[start - 1].isalnum() or plain[start - 1] == "-")
        if begun and plain[end + 1 : end + 2].isupper() and len(word) > 1 and word not in own and word not in openers:
            joined = any(word in part.split("-") for part in own)  # "Ocasio-Cortez"
            if not joined and end + 1 not in reading.offices and not in_headline(reading, start, end):
                return True
        start = plain.find(name + " ", end)
    return False


#: "Carlos the Jackal".
_BYNAME: Final = re.compile(r" the [A-Z]")
#: ", Egypt", unlike ", Egypt's president".
_OWNED: Final = re.compile(r"[A-Z][\w.-]*(?: [A-Z][\w.-]*)?['’]s?\b")


def _is_town(reading: Reading, end: int) -> bool:
    """Whether a place follows that a given name lies in: "Alexandria, Egypt"."""
    if not reading.plain.startswith(", ", end) or not reading.plain[end + 2 : end + 3].isupper():
        return False
    if _is_followed_by(reading, load_homonyms().places, end):
        return True
    return end + 2 in reading.starts and end + 2 not in reading.offices and not _OWNED.match(reading.plain, end + 2)


def _has_other_given(reading: Reading, name: str, own: Sequence[str]) -> bool:
    """Whether another's given name stands before a given name anywhere in the text: "LeBron James"."""
    lexicon, plain = load_homonyms(), reading.plain
    start = plain.find(" " + name) + 1
    while start > 0:
        end = start + len(name)
        written, previous = reading.words_before(start)
        after = reading.word_after(end).removesuffix("'s")
        named = written[:1].isupper() and written.isalpha() and len(written) > 1 and not plain[end : end + 1].isalnum()
        if named and after not in own and previous not in lexicon.openers and not is_title(previous):
            begun = _opens(reading, start - 1 - len(written))
            known = previous in load_given_names() or not begun or not previous.endswith(("ed", "ly", "ing"))
            if known and previous not in lexicon.titles and not in_headline(reading, start, end):
                return True
        start = plain.find(" " + name, end) + 1
    return False


_THERE: Final = frozenset(["in", "near"])
#: "the 3rd".
_DAY: Final = re.compile(r"\d{1,2}(?:st|nd|rd|th)?")


def _is_day(reading: Reading, previous: str, end: int) -> bool:
    """Whether a number makes a date of a month: "3 May", "May 9"."""
    return reading.word_after(end)[:1].isdigit() or _DAY.fullmatch(previous) is not None


#: ", Britain's defence secretary,".
_PRESENTED: Final = re.compile(r", (?:the )?([\w.-]{2,20})(?:'s)? ")


def _is_presented(reading: Reading, start: int, end: int) -> bool:
    """Whether an office stands beside a surname: "Healey, Britain's defence secretary", "the prime minister, Eden,"."""
    folded = reading.folded
    match = _PRESENTED.match(folded, end) if folded[end : end + 1] == "," else None
    office = reading.offices.get(match.end()) if match is not None and match.start(1) in reading.starts else None
    if office is None and folded.endswith(", ", 0, start) and folded[end : end + 1] in (",", ".", ";"):
        office = reading.offices.get(reading.office_starts.get(start - 2, -1))
    return office is not None and office[1] == "high"


def _is_private(reading: Reading, previous: str, end: int) -> bool:
    """Whether a place or a firm of its own goes with a surname: "Mrs Truss of Leeds", "Rutte & Sons"."""
    plain, folded = reading.plain, reading.folded
    if not folded.startswith(("'s ", " of ", " & "), end):
        return False
    if folded.startswith("'s ", end):  # "Tokayev's bakery", "Rutte's of Leiden"
        return reading.word_after(end + 2) in load_homonyms().names.shops or (
            folded.startswith("of ", end + 3) and plain[end + 6 : end + 7].isupper()
        )
    if folded.startswith(" of ", end):
        place = end + 4
        return (
            plain[place : place + 1].isupper() and place not in reading.starts and previous not in load_homonyms().peers
        )
    return reading.word_after(end + 2) in load_homonyms().names.partners


#: A given name, and a patronymic or an initial before the surname: "Sergey Viktorovich ", "Dmitry A. ".
_GIVEN: Final = re.compile(
    r"(?<![\w-])([^\W\d_][\w'’-]{1,20}) "
    r"(?:[A-ZА-Я]\.|[A-ZА-Я]\w{2,16}(?:ich|ych|vna|chna|ич[а-я]{0,2}|[вч]н[а-я]{1,2})) \Z"
)


def _is_in_full(reading: Reading, entry: Entry, written: str, start: int) -> bool:
    """Whether a surname stands after the person's own given name and a patronymic or an initial."""
    if not written or (written[-1] not in "ha." and written[-1].isascii()):
        return False
    match = _GIVEN.search(reading.plain, max(0, start - 2 * WORD_REACH), start)
    if match is None or fold(match.group(1)) not in entry.given:
        return False
    reading.given_names[start] = match.start()
    return True


#: The press gives the ages of private people: "Blair, 71, said".
_AGE: Final = re.compile(r", \d\d[,.]")
_APPOSITION: Final = re.compile(r"(?:,? the|(?:, \d\d)?, an?) ([\w'-]{1,20}(?: [\w'-]{1,20}){0,2})")


def is_double(reading: Reading, start: int, end: int, asked: bool) -> bool:
    """Whether a name of somebody in office is another's ("the other X", "a Mr X", "X, a plumber", "X the butcher").

    Who is asked for by name may be a butcher.
    """
    lexicon, folded, previous = load_homonyms(), reading.folded, reading.folded_before(start)
    if previous in lexicon.names.vessels:
        return True  # "the icebreaker Viktor Chernomyrdin"
    if folded.endswith(lexicon.strangers, 0, start):
        return True
    if previous in lexicon.names.called and is_called(reading, start, end, person=True):
        return True
    if not asked and _is_tradesman(reading, start, end):
        return True
    if folded.endswith(lexicon.doubles, 0, start):
        # "Another Blair government" is no other Blair's.
        return folded[end : end + 1] in (",", ".") or reading.word_after(end) in lexicon.double_stops
    return False


def _is_tradesman(reading: Reading, start: int, end: int) -> bool:
    """Whether a trade stands beside a name: "the plumber X", "X the butcher", "X, a retired dentist"."""
    lexicon, folded = load_homonyms(), reading.folded
    trade = reading.folded_before(start)
    if trade in lexicon.lowly or trade in lexicon.trades or _is_private(reading, trade, end):
        return True
    if folded.startswith(" the ", end) and reading.word_after(end + 4) in lexicon.lowly:
        return True
    # A space that is not followed by "the" begins no apposition.
    match = _APPOSITION.match(folded, end) if folded.startswith((",", " the "), end) else None
    if match is None:
        return False
    words = match.group(1).split()
    return "former" not in words and not lexicon.lowly.isdisjoint(words)


def _is_headlined(reading: Reading, start: int, end: int, full: int) -> bool:
    """Whether a surname stands within a headline whose next sentence has the full name at ``full``."""
    if not end < full < end + NEAR or not _STOP.search(reading.plain, end, full):
        return False
    return reading.word_before(start).islower() and reading.folded_before(start) not in ("a", "an", "the")


def _heads_line(reading: Reading, start: int, end: int) -> bool:
    """Whether a surname opens a headline of its bearer's affairs: "Healey: UK to send sappers"."""
    if reading.folded[end : end + 2] != ": " or (start and reading.plain[start - 1] != "\n"):
        return False
    return load_homonyms().colon.occur_in(reading.folded[end + 1 : end + NEAR // 2] + " ")


def _is_hinted(reading: Reading, start: int, end: int) -> bool:
    """Whether the words around a common surname leave no doubt whose it is: "Johnson's Downing Street"."""
    lexicon = load_homonyms()
    if start - 1 in reading.ends or reading.folded[start - 1 : start] == "-":
        return False
    around = reading.folded[max(0, start - NEAR) : end + NEAR]
    addressed = reading.folded_before(start) in lexicon.addresses and lexicon.addressed.occur_in(around)
    if addressed and not lexicon.elsewhere.occur_in(around):
        return True  # "Mr Brown accuses the Tories"
    if reading.folded[start:end] in lexicon.words:
        return False
    if lexicon.hints.occur_in(around):
        return True
    if reading.folded[start:end] not in lexicon.known or lexicon.elsewhere.occur_in(around):
        return False
    return lexicon.company.occur_in(around.replace(reading.folded[start:end], ""))


_SHORT_PLACES: Final = frozenset(["DC", "EU", "LA", "NY", "UK", "UN", "US"])


def _is_own(reading: Reading, written: str, previous: str, start: int, given: frozenset[str]) -> bool:
    """Whether the word before a surname leaves it to its bearer; another's given name does not."""
    if not written[:1].isupper() or previous in load_homonyms().titles or previous in given:
        return True
    if len(written) == 2 and written[1] == ".":
        return any(name.startswith(previous[0]) for name in given)
    if written in _SHORT_PLACES:
        return True  # "a DC Trump rally"
    # "Smith, Putin", "Moscow: Putin", "said. Putin": not joined. "Today Putin": no name.
    if reading.folded[start - 1] == "-" and start - 1 - len(previous) in reading.starts:
        return True  # "the Putin-Starmer call"
    return not written[-1].isalnum() or previous in load_homonyms().openers or previous.endswith("'s")
