"""Whether a name of a person, where it was found, is the one who is meant: surnames, titles, namesakes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from .actors import fold
from .mention_lexicon import load_homonyms
from .mention_names import in_headline, is_called
from .mention_patterns import Entry
from .mention_text import NEAR, WORD_REACH, Reading, is_followed_by, opens
from .personal_names import begins_with_particle, find_pronoun, is_prefix, is_rank, is_title, load_given_names

_STOP: Final = re.compile(r"[.!?\n]")


def is_borne(reading: Reading, entry: Entry, start: int) -> bool:
    """Whether a surname of several words ("von der Leyen", "dos Santos") is its bearer's here, not another's."""
    if not begins_with_particle(entry.alias.text) or not (entry.asked or entry.alias.text[0].islower()):
        return True
    written, previous = reading.words_before(start)
    return start - 1 in reading.ends or _is_own(reading, written, previous, start, frozenset())


def is_person(reading: Reading, entry: Entry, start: int, end: int) -> bool:
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
    if entry.asked and previous in entry.given and reading.plain[start - len(previous) - 1 : start - 1].islower():
        return False  # "told to mark Carney"
    if (previous in lexicon.ladies and entry.pronoun == "he") or (previous in lexicon.men and entry.pronoun == "she"):
        if (entry.actor, surname) not in reading.people:  # "Madame Macron" takes nothing from Emmanuel Macron
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
        not in_office
        and (start - 1 not in reading.ends or _is_forename_too(previous))
        and not _is_own(reading, written, previous, start, entry.given)
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
    if is_followed_by(reading, load_homonyms().places, end):
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
            begun = opens(reading, start - 1 - len(written))
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


def _is_forename_too(place: str) -> bool:
    """Whether a place's name is somebody's given name as well: "Victoria Starmer", not "Moscow Putin"."""
    rule = load_homonyms().rules.get(place)
    return rule is not None and rule.named


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
