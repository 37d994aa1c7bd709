"""Whether an alias, where it was found, may refer to its actor: capitals, addresses, homonyms, rules of the alias."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from .actors import fold
from .mention_lexicon import Rule, load_homonyms
from .mention_names import in_headline, is_anothers_name, is_things
from .mention_patterns import Entry
from .mention_people import is_borne, is_person
from .mention_text import NEAR, WORD_REACH, Reading, is_followed_by, is_led_by, opens
from .mention_tongues import is_language

#: What stands beside no part of an address; "" too.
_CLEAR: Final = " ,;!?'()\"“”"
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
            if not (reading.uncased and entry.uncased):
                return False
            break
    if (
        entry.exact
        and not reading.uncased
        and any(
            char != written
            for char, written in zip(plain[start:end], entry.alias.text, strict=False)
            if written.isalpha()
        )
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
        if is_language(reading, start, end):
            return False
    elif entry.kind == "person" and not entry.asked and reading.pastimes and _is_at_play(reading, start, end):
        return False
    if entry.asked and is_things(reading, entry, start, end):
        return False
    if entry.single:
        if not is_person(reading, entry, start, end):
            return False
    else:
        if entry.after is not None and reading.first.get(entry.after, start) >= start:
            return False
        if entry.kind == "person" and not is_borne(reading, entry, start):
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
        and is_followed_by(reading, rule.follows, end)
        and (not rule.opening or opens(reading, start) or reading.folded_before(start) in ("and", "but", "while"))
    ):
        if rule.named:
            reading.bearers[entry.actor, reading.plain[start:end]] = start  # "Jordan from accounts"
        return False
    if rule.led and is_led_by(reading, rule.led, start) and reading.word_after(end) not in rule.or_before:
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
    if rule.plural and reading.word_after(end) in rule.plural and opens(reading, start):
        return False  # a club: "Astana ride to second"
    if (
        (rule.perhaps_before and reading.word_after(end) in rule.perhaps_before)
        or (rule.perhaps_led and is_led_by(reading, rule.perhaps_led, start))
        or (rule.perhaps_follows and is_followed_by(reading, rule.perhaps_follows, end))
    ) and not _is_kept(reading, rule, start, end):
        return False
    if (
        (rule.abroad or rule.namesake)
        and (_is_abroad(reading, start, end) or (rule.abroad and reading.pastimes and _is_at_play(reading, start, end)))
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
            shared = shared or is_followed_by(reading, lexicon.statesmen, stop)
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
