"""Spans of mentions: the longest of those that overlap, joined with offices and their holders."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from .actors import fold
from .mention_lexicon import load_homonyms
from .mention_names import in_headline
from .mention_text import NEAR, Reading, Role
from .records import MentionKind

#: Instead of an actor's index: a phrase that is no actor, which keeps others from its words and to which a description
#: may refer; and nobody, or nobody yet, where a description is.
SHIELD: Final = -1
OPEN: Final = -2
#: Which of equally long spans wins, the lowest.
MEASURED_RANK: Final = 0
SHIELD_RANK: Final = 1
OTHERS_RANK: Final = 2
DESCRIPTION_RANK: Final = 3

# --- select -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Span:
    """A span of the squeezed text that refers to an actor, or keeps others from it.

    Attributes:
        start: First character.
        end: One past the last.
        actor: Index of the actor; `SHIELD` for a phrase that shields, `OPEN` for a description whose actor is not known
            yet.
        kind: How it refers.
        silent: No mention by itself (a metonym that is switched off, a person out of office), though still something to
            refer to.
        rank: Which of equal spans wins, the lowest: `MEASURED_RANK` and the others.
        sentence: Position of its sentence.
        shadow: Another actor, not measured, that has the same alias; negative if there is none.
        key: The description that an anaphor or a bare office stands for.
        determiner: What `biasscore.anaphora.find_determiner` found before a bare office.
    """

    start: int
    end: int
    actor: int
    kind: MentionKind
    silent: bool
    rank: int
    sentence: int = -1
    shadow: int = -1
    key: str = ""
    determiner: str = ""


def select(spans: Iterable[Span]) -> list[Span]:
    """Of spans that overlap, the longest; of equally long ones the first."""
    selected: list[Span] = []
    cluster: list[Span] = []
    reach = -1
    for span in sorted(spans, key=attrgetter("start")):
        if span.start >= reach:
            selected += cluster if len(cluster) < 2 else _longest(cluster)
            cluster = []
        cluster.append(span)
        reach = max(reach, span.end)
    return selected + _longest(cluster)


def _longest(cluster: list[Span]) -> list[Span]:
    taken: list[Span] = []
    starts: list[int] = []
    for span in sorted(cluster, key=lambda span: (span.start - span.end, span.rank, span.start)):
        place = bisect_right(starts, span.start)
        if place and taken[place - 1].end > span.start:
            continue
        if place < len(taken) and taken[place].start < span.end:
            continue
        taken.insert(place, span)
        starts.insert(place, span.start)
    return taken


def seat(spans: Iterable[Span], bounds: Sequence[tuple[int, int]], block: range) -> list[Span]:
    """Give each span its sentence, of a range; those that lie across sentences are dropped."""
    seated: list[Span] = []
    sentence = block.start
    for span in spans:
        while sentence < len(bounds) and bounds[sentence][1] <= span.start:
            sentence += 1
        if sentence < len(bounds) and bounds[sentence][0] <= span.start and span.end <= bounds[sentence][1]:
            span.sentence = sentence
            seated.append(span)
    return seated


# --- join -------------------------------------------------------------------------------------------------------------


def join(
    reading: Reading, spans: list[Span], bounds: Sequence[tuple[int, int]], people: Collection[int] = ()
) -> list[Span]:
    """Make one span of an actor's name, an office and its holder where they stand side by side.

    Args:
        reading: The text.
        spans: Those that were selected.
        bounds: Where each sentence begins and ends.
        people: Actors that are people themselves: their mentions are their names, without office or title.

    Returns:
        The spans in their order.
    """
    joined: list[Span] = []
    offices, starts, folded = reading.offices, reading.office_starts, reading.folded
    for index, span in enumerate(spans):
        if span.actor in people and span.kind == "person":
            low = max(bounds[span.sentence][0], joined[-1].end if joined and joined[-1].actor >= 0 else 0)
            _take_name(reading, span, low)
            while joined and joined[-1].actor == -2 and joined[-1].end >= span.start - 1:
                joined.pop()  # "Prime Minister Narendra Modi"
            joined.append(span)
            continue
        place, end = span.start - 1, span.end
        lonely = place not in starts and end + 1 not in offices and end not in starts
        if lonely and (not joined or joined[-1].end < place) and not _is_led(folded[max(0, place - 7) : span.start]):
            joined.append(span)  # nothing beside it to join
            continue
        low, high = bounds[span.sentence]
        if index + 1 < len(spans):
            high = min(high, spans[index + 1].start)
        if span.actor == SHIELD:
            joined.append(span)
            continue
        low = max(low, joined[-1].end if joined and joined[-1].actor >= 0 else low)
        if span.kind == "person":
            _take_titles(reading, span, low)
        else:
            _take_office_before(reading, span, low, high)
        while joined and joined[-1].actor == OPEN and joined[-1].end > span.start:
            joined.pop()
        last = joined[-1] if joined else None
        if last is not None and _is_deputy(reading, last, span.start) and span.start in reading.offices:
            continue  # "Russian Deputy Foreign Minister Sergei Ryabkov": the demonym alone
        if last is not None and last.sentence == span.sentence and _belong(reading, last, span):
            last.end = span.end
            last.kind = span.kind
        elif last is not None and last.sentence == span.sentence and _is_anothers(reading, last, span, people):
            last.end = span.end
        elif not (last is not None and last.end > span.start):
            joined.append(span)
        if _take_office(reading, joined, high):
            floor = bounds[joined[-1].sentence][0]
            _take_adjective(reading, joined[-1], max(floor, joined[-2].end) if len(joined) > 1 else floor)
    return [span for span in joined if not (span.silent and span.kind == "person")]


def _is_led(before: str) -> bool:
    """Whether "of", an initial, "former" or a Russian word stands right before a span, which these may join."""
    return before.endswith((" of ", " of the ", ". ", ".", "former ", "current ")) or not before.isascii()


def _belong(reading: Reading, first: Span, second: Span) -> bool:
    """Whether two spans are of one actor and side by side: "British Royal Navy", "British prime minister" + "Blair"."""
    if second.start != first.end + 1 or first.actor != second.actor or first.actor < 0 or first.silent:
        return False
    if reading.folded[first.end] != " ":
        return False
    if second.kind == "person":
        # "In Moscow Putin spoke" are two.
        return first.kind in ("demonym", "person") or second.start in reading.offices
    return second.kind == "metonym" and not second.silent and first.kind in ("name", "demonym")


def _is_anothers(reading: Reading, first: Span, second: Span, people: Collection[int]) -> bool:
    """Whether a person is named with another actor's office: "Dutch Prime Minister Mark Rutte"."""
    if second.kind != "person" or first.kind != "person" or first.actor < 0 or second.actor in people:
        return False
    adjacent = second.start == first.end + 1 and reading.folded[first.end] == " "
    return adjacent and first.actor != second.actor and first.end in reading.office_starts


def _take_office(reading: Reading, joined: Sequence[Span], high: int) -> bool:
    """Lengthen the last span by the office right after it, and its holder ("British foreign secretary").

    Returns:
        Whether it begins with an office or what belongs to one, so that "former" before it is part of it.
    """
    span = joined[-1]
    if span.kind == "person":
        if span.end in reading.office_starts:
            _take_holder(reading, span, high)
        return _is_office(reading, span)
    office = reading.offices.get(span.end + 1)
    if office is None or span.actor < 0 or span.silent or reading.folded[span.end] != " ":
        return False
    end, role = office
    if end > high or reading.folded[span.start : end] in load_homonyms().posted:
        return False  # "UN Ambassador Nikki Haley" is some member's
    start, kind = span.end, span.kind
    if role == "high" or _is_joined(reading, joined, end, role):
        span.end, span.kind = end, "person"
        title, _ = reading.offices.get(end + 1, (0, role))
        # "British prime minister Sir ..."
        if title and title <= high and reading.folded[end] == " ":
            span.end = title
        _take_holder(reading, span, high)
    elif role == "junior" and _is_deputy(reading, span, start + 1):
        pass
    elif role == "junior" or (role == "chief" and span.kind == "demonym"):
        span.end = end
        _take_holder(reading, span, high)
        span.end, span.kind = (start, kind) if span.end == end else (span.end, "person")
    return span.kind == "person"


def _is_deputy(reading: Reading, span: Span, place: int) -> bool:
    """Whether a demonym or a name stands right before a deputy's office, which is no leading one."""
    if span.kind not in ("demonym", "name") or span.end + 1 != place or span.actor < 0:
        return False
    return reading.folded.startswith(load_homonyms().deputies, place)


def _is_office(reading: Reading, span: Span) -> bool:
    """Whether a person's span is an office by itself: "head of MI5", "FSB director"."""
    plain = reading.plain
    return plain[span.start].islower() or plain[plain.rfind(" ", span.start, span.end) + 1].islower()


def _is_joined(reading: Reading, joined: Sequence[Span], end: int, role: Role) -> bool:
    """Whether an office that is not always joined to the span before it is so here."""
    span = joined[-1]
    if role == "plural":
        return span.kind == "demonym"
    if role == "chief":
        return span.kind in ("name", "metonym") and reading.word_after(end) not in load_homonyms().chief_stops
    if role == "peer" and span.kind == "demonym":
        own = reading.folded_before(span.start) in ("his", "her", "their")
        for other in reversed(joined[-9:-1]):
            if other.sentence != span.sentence and not (own and other.sentence == span.sentence - 1):
                break
            if other.kind == "person":
                return True
        return _has_owner(reading, span.start, end)
    return False


def _has_owner(reading: Reading, start: int, end: int) -> bool:
    """Whether a counterpart belongs to somebody in office near: "Minister Tamm ... your British counterpart"."""
    if reading.folded_before(start) not in ("his", "her", "their", "your", "my", "our"):
        return False
    around = (*range(max(0, start - NEAR), start), *range(end, end + NEAR // 2))
    return any(reading.offices[place][1] == "high" for place in around if place in reading.offices)


#: A word with a capital, and the two or three of somebody's name.
_CAPITAL: Final = r"[^\W\d_a-z][\w'’-]{1,24}"
_NAME: Final = rf"{_CAPITAL}(?: {_CAPITAL}){{1,2}}"
HOLDER: Final = re.compile(
    rf" {_CAPITAL}(?: (?:(?:de|del|van|von|der|den|bin|al|el) ){{0,2}}{_CAPITAL}){{1,2}}(?=[^\w-]|$)"
)


def _take_holder(reading: Reading, span: Span, high: int) -> None:
    """Lengthen a span that ends in an office by the name of whoever holds it, two or three words with capitals."""
    match = HOLDER.match(reading.plain, span.end, high)
    if match is None or any(word.isupper() for word in match.group().split()):
        return
    after = reading.plain[match.end() : match.end() + 2]
    # Where capitals go on it is a headline, which gives every word one.
    if not (after[:1] == " " and after[1:].isupper()) and reading.plain[span.start : span.end].isascii():
        span.end = match.end()


_INITIALS: Final = re.compile(r"(?:[A-ZА-Я]\. ?){1,2}\Z")


def _take_name(reading: Reading, span: Span, low: int) -> None:
    """Make a span the name alone of a person who is an actor: with initials, without "Sir"."""
    initials = _INITIALS.search(reading.plain, max(low, span.start - 8), span.start)
    if initials is not None and (initials.start() == low or not reading.plain[initials.start() - 1].isalnum()):
        span.start = initials.start()
    for _ in range(2):
        end, role = reading.offices.get(span.start, (0, "high"))
        if role != "title" or end + 1 >= span.end:
            break
        span.start = end + 1


def _take_titles(reading: Reading, span: Span, low: int) -> None:
    """Lengthen a person's span by offices and titles right before it: "Prime Minister Sir Keir Starmer"."""
    initials = _INITIALS.search(reading.plain, max(low, span.start - 8), span.start) if span.actor >= 0 else None
    if initials is not None and (initials.start() == low or not reading.plain[initials.start() - 1].isalnum()):
        span.start = initials.start()
    for _ in range(3):
        start = reading.office_starts.get(span.start - 1, -1)
        if start < low or start < 0 or reading.folded[span.start - 1] != " ":
            break
        if reading.offices[start][1] == "plural":
            break  # "Presidents Putin and Tokayev"
        span.start = start
    if span.actor >= 0 and reading.offices.get(span.start, (0, "title"))[1] != "title":
        _take_adjective(reading, span, low)


def _take_adjective(reading: Reading, span: Span, low: int) -> None:
    """Lengthen a span that begins with an office by "former" or "current"."""
    start = span.start - len(find_adjective(reading, span.start))
    if start >= low:
        span.start = start


def find_adjective(reading: Reading, start: int) -> str:
    """The adjective right before an office that belongs to its mention ("former "); empty if there is none."""
    if reading.folded[start - 2 : start] not in ("r ", "t "):
        return ""
    for word in ("former ", "current "):
        if reading.folded.endswith(word, 0, start) and _is_free(reading, start - len(word)):
            return word
    return ""


def _is_free(reading: Reading, start: int) -> bool:
    return start == 0 or not reading.folded[start - 1].isalnum()


def _take_office_before(reading: Reading, span: Span, low: int, high: int) -> None:
    """Lengthen a span by an office of that actor before it: "President of Russia", "head of Kazakh diplomacy".

    After a name, whoever holds the office belongs to it: "Minister of Trade of Kazakhstan Daniyar Omarov".
    """
    folded = reading.folded
    place = span.start - 1
    if place < 3 or folded[place] != " " or (folded[place - 1] not in "fe" and folded[place - 1].isascii()):
        return  # neither "of" nor "the" nor a Russian word stands before it
    if span.kind == "demonym":
        _take_head(reading, span, low)
        return
    start = reading.office_starts.get(place, -1)
    if start >= low and span.kind == "name" and reading.offices[start][1] == "genitive":
        span.start, span.kind = start, "person"
        return
    for link in (" of the", " of"):
        if not folded.endswith(link, 0, place):
            continue
        start = reading.office_starts.get(place - len(link), -1)
        high_office = start >= low and reading.offices[start][1] in ("high", "ruler", "chief")
        if high_office and folded[span.end : span.end + 2] != "'s" and folded[span.end : span.end + 1] != "-":
            span.start, span.kind = start, "person"
            _take_adjective(reading, span, low)
            if not in_headline(reading, span.start, span.end):
                _take_holder(reading, span, high)
        return


def _take_head(reading: Reading, span: Span, low: int) -> None:
    """Make a person of "head of the Kazakh diplomacy"."""
    lexicon, folded = load_homonyms(), reading.folded
    head = next((head for head in lexicon.heads if folded.endswith(head, 0, span.start)), None)
    body = next((body for body in lexicon.bodies if folded.startswith(" " + body, span.end)), None)
    if head is None or body is None or span.start - len(head) < low:
        return
    end = span.end + 1 + len(body)
    if not folded[end : end + 1].isalnum() and _is_free(reading, span.start - len(head)):
        span.start, span.end, span.kind = span.start - len(head), end, "person"


# --- introduce --------------------------------------------------------------------------------------------------------

#: ", Harriet Colefax," after an office, and after the place to which it belongs.
_INTRODUCED: Final = re.compile(rf"(?: (?:to|in|at) (?:the )?{_CAPITAL}(?: {_CAPITAL}){{0,2}})?, ({_NAME})(?=[,.;:)])")
#: "said Harriet Colefax, 58, the ", before an office; not in a list of names.
_PRESENTED: Final = re.compile(
    rf"(?:^|(?<=\n)|(?<=[a-z:;] )|(?<=[.!?—–] )|(?<=[“\"]))({_NAME})(?:, \d\d)?, (?:the |a |an |then |now )?\Z"
)
#: How far before an office such a name may begin, and an owner of the office.
_PRESENTED_REACH: Final = 120
_OWNER_REACH: Final = 40
#: After an office that was only said of the name before it: its place, and the comma or full stop.
_CLOSED: Final = re.compile(
    rf"(?: (?:to|in|at|of) (?:the )?{_CAPITAL}(?: {_CAPITAL}){{0,3}})?"
    r"(?:[.;:)\n]|,(?! and\b)|\Z| (?:when|until|from|since|who|under|between) )"
)
#: The name at the end of "British Defence Secretary Conrad Ashdown", of two words or of three.
_HELD: Final = tuple(re.compile(rf" ({_CAPITAL}(?: {_CAPITAL}){{{more}}})\Z") for more in (1, 2))
#: How far the text remembers who somebody is, in characters.
_MEMORY: Final = 6000


def introduce(reading: Reading, spans: Sequence[Span], bounds: Sequence[tuple[int, int]], block: range) -> list[Span]:
    """The names of people whom nobody knew before the text gave them an office: "the British ambassador, Ann Lee, ...".

    Args:
        reading: The text.
        spans: All spans of the block, in order; they do not overlap.
        bounds: Start and end of every sentence.
        block: The sentences that are looked at.

    Returns:
        Spans of the name after the comma, and of the surname alone wherever it stands not too far after the name.
    """
    found: list[Span] = []
    seen: set[str] = set()
    for span in spans:
        if span.kind != "person" or span.actor < 0:
            continue
        match = _find_introduced(reading, span, bounds[span.sentence])
        if match is None or match.group().isupper() or match.group(1) in seen:
            continue
        if _is_known(reading, match):
            continue
        seen.add(match.group(1))
        high = min(bounds[block.stop - 1][1], match.end() + _MEMORY)
        places = [match.span(1), *_again(reading, match.group(1).rpartition(" ")[2], match.end(), high)]
        found += [Span(start, end, span.actor, "person", False, MEASURED_RANK) for start, end in places]
    if not found:
        return []
    begins = [span.start for span in spans]

    def is_free(place: int) -> bool:
        index = bisect_right(begins, place) - 1
        return index < 0 or spans[index].end <= place

    fresh = [span for span in found if is_free(span.start) and is_free(span.end - 1)]
    return seat(select(fresh), bounds, block)


def _is_known(reading: Reading, match: re.Match[str]) -> bool:
    """Whether a name is that of somebody the catalogue has, of an actor, or an office: the next of a list."""
    given, _, surname = fold(match.group(1)).rpartition(" ")
    if any(known == surname for _, known in reading.people):
        return True
    _, role = reading.offices.get(match.start(1), (0, "title"))
    # "Owen" is a surname of the catalogue's, too
    return role != "title" or (match.start(1) in reading.starts and given not in load_homonyms().names.given)


def _find_introduced(reading: Reading, span: Span, bounds: tuple[int, int]) -> re.Match[str] | None:
    """The name of the holder of an office: after a comma, before one, or at the end of the mention."""
    low, high = bounds
    if span.end in reading.office_starts or reading.offices.get(span.start, (0, "title"))[1] == "high":
        match = _INTRODUCED.match(reading.plain, span.end, high) or _find_presented(reading, span, low, high)
        if match is not None or span.end in reading.office_starts:
            return match
    for pattern in _HELD:
        held = pattern.search(reading.plain, span.start, span.end)
        office = reading.offices.get(reading.office_starts.get(held.start(), -1)) if held is not None else None
        if held is not None and office is not None:
            return held if office[1] == "high" or (office[1] == "chief" and held.start() > span.start) else None
    return None


def _find_presented(reading: Reading, span: Span, low: int, high: int) -> re.Match[str] | None:
    """The name before the comma before an office: "Ann Lee, the British ambassador", "Ann Lee, Britain's envoy"."""
    plain = reading.plain
    if not _CLOSED.match(plain, span.end, high):
        return None
    start = span.start
    if reading.folded.endswith("'s ", low, start):
        start = plain.rfind(", ", max(low, start - _OWNER_REACH - 2), start) + 2
        if start - 2 < low or start not in reading.starts:
            return None
    return _PRESENTED.search(plain, max(low, start - _PRESENTED_REACH), start)


def _again(reading: Reading, surname: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Where a surname stands alone, or after a title; nowhere, if it is a common word."""
    plain, lexicon = reading.plain, load_homonyms()
    if fold(surname) in lexicon.no_given_names or fold(surname) in lexicon.months:
        return  # "Ann May ... in May"
    start = plain.find(surname, low, high)
    while start >= 0:
        end = start + len(surname)
        before = reading.word_before(start)
        given = before[:1].isupper() and before[-1].isalnum() and fold(before) not in lexicon.no_given_names
        if before not in ("in", "near") and not (given or plain[start - 1].isalnum() or plain[end : end + 1].isalnum()):
            yield start, end
        start = plain.find(surname, end, high)
