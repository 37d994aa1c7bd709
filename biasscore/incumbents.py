"""Which bare office ("the prime minister") is a person who is an actor.

Only where the text itself has given the person that office, by a title or an apposition ("Prime Minister Mette
Frederiksen", "Mette Frederiksen, Denmark's prime minister,"), and has named nobody else since who may hold it: no other
name after the office, no owner or demonym before it, no other person in office in the paragraph. Every look to the side
is bounded.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from .mention_lexicon import load_homonyms
from .mention_spans import MEASURED_RANK, Span, find_adjective
from .mention_text import Reading
from .records import Sentence

#: ", Denmark's ", ", the Danish ", ", " between a name and its office.
_BETWEEN: Final = re.compile(r", (?:the |then |now )?(?:[\w.-]{2,20}(?:'s)? ){0,2}")
#: Roles of offices by which a text goes on to call whoever holds them.
_HELD: Final = ("high", "chief")


def settle_offices(
    reading: Reading,
    spans: Sequence[Span],
    sentences: Sequence[Sentence],
    bounds: Sequence[tuple[int, int]],
    people: Collection[int],
) -> list[Span]:
    """Find the bare offices that are surely those of actors who are people.

    Args:
        reading: The text.
        spans: All spans of one block, in order.
        sentences: The sentences of the text.
        bounds: Where each of them begins and ends in the text as it is read.
        people: Actors that are people.

    Returns:
        The spans in order, with those offices among them.
    """
    given = {start: span.actor for span in spans if span.actor in people for start in _offices_beside(reading, span)}
    if not given:
        return list(spans)
    own = _states_beside(reading, spans, given, people)
    named = {_titled(reading, start) for start in given}
    places = [start for start in reading.offices if _titled(reading, start) in named]
    begins = [low for low, _ in bounds]
    held: dict[str, int] = {}
    found: dict[int, Span] = {}
    paragraph, rivals, reach, abroad = -1, False, -1, -1
    others = (span for span in spans if span.actor >= 0 and span.kind in ("person", "name", "metonym"))
    events: list[tuple[int, Span | None]] = [*((span.start, span) for span in others), *((at, None) for at in places)]
    for start, span in sorted(events, key=lambda event: event[0]):
        index = bisect_right(begins, start) - 1
        if sentences[index].paragraph != paragraph:
            paragraph, rivals = sentences[index].paragraph, False
        if span is not None and span.kind != "person":
            if span.actor not in own and span.actor not in people:
                abroad = index  # "In Washington the president said"
            continue
        if span is not None:
            rivals = rivals or (span.actor not in people and given.keys().isdisjoint(range(span.start, span.end)))
            reach = max(reach, span.end)
            continue
        office = _titled(reading, start)
        if start in given:
            held[office] = given[start]
        elif office in held and _is_anothers(reading, start):
            del held[office]
        elif (
            office in held
            and not rivals
            and abroad != index
            and start >= reach
            and _is_bare(reading, start)
            and not _is_meant_at_large(reading, start, begins[index])
        ):
            low = start - len(find_adjective(reading, start))
            found[low] = Span(low, reading.offices[start][0], held[office], "person", False, MEASURED_RANK, index)
    kept = [span for span in spans if span.start not in found or span.actor >= 0]
    return sorted([*kept, *found.values()], key=lambda span: span.start)


def _states_beside(
    reading: Reading, spans: Sequence[Span], given: Collection[int], people: Collection[int]
) -> frozenset[int]:
    """The states of which the text, or the catalogue, says that people are in office."""
    own = {span.shadow for span in spans if span.actor in people}
    for span in spans:
        near = range(max(0, span.start - 4), span.end + 4)  # "Denmark's prime minister", "president of France"
        beside = any(start in near or reading.offices[start][0] in near for start in given)
        if span.actor >= 0 and span.actor not in people and beside:
            own.add(span.actor)
    return frozenset(own)


def _titled(reading: Reading, start: int) -> str:
    """An office with the adjective before it ("former president")."""
    low = start - len(find_adjective(reading, start))
    return reading.folded[low : reading.offices[start][0]]


def _offices_beside(reading: Reading, span: Span) -> Iterator[int]:
    """Where the offices begin that a title or an apposition gives a name."""
    folded, following = reading.folded, reading.folded[span.end : span.end + 1]
    title = reading.office_starts.get(span.start - 1, -1)
    while title >= 0 and reading.offices[title][1] == "title":  # "the prime minister, Sir Keir Starmer,"
        before = title
        title = reading.office_starts.get(before - 1, -1)
        if title < 0 and following in (",", ".") and folded.startswith(", ", before - 2):
            title = reading.office_starts.get(before - 2, -1)
    if title < 0 and following in (",", ".") and folded.startswith(", ", span.start - 2):
        title = reading.office_starts.get(span.start - 2, -1)
    if title >= 0 and reading.offices[title][1] in _HELD:
        yield title
    match = _BETWEEN.match(folded, span.end) if following == "," else None
    for start in range(span.end + 2, match.end() + 1) if match is not None else ():
        end, role = reading.offices.get(start, (0, "title"))
        if role in _HELD and folded[end : end + 1] in (",", ".", ";"):
            yield start
            return


#: ", Ann Lee,", " was Ann Lee".
_NAMED: Final = re.compile(r"(?:,| is| was| became) (?:[A-Z][\w.'’-]* ){1,3}?[A-Z][\w.'’-]+")


def _is_anothers(reading: Reading, start: int) -> bool:
    """Whether an office is given to somebody else: "Prime Minister Ann Lee", "Norway's prime minister"."""
    end = reading.offices[start][0]
    if reading.folded[end : end + 1] == " " and reading.plain[end + 1 : end + 2].isupper():
        return True
    if _NAMED.match(reading.plain, end):
        return True
    written, previous = reading.words_before(start - len(find_adjective(reading, start)))
    words = load_homonyms().incumbents
    if previous in words.bodies or reading.folded.startswith(" of ", end):
        return True
    return written[:1].isupper() and previous not in words.openers


def _is_bare(reading: Reading, start: int) -> bool:
    """Whether "the" stands before an office, and nothing after it that makes it another's."""
    if reading.folded_before(start - len(find_adjective(reading, start))) != "the":
        return False
    end = reading.offices[start][0]
    following = reading.word_after(end)
    lexicon = load_homonyms()
    if reading.offices[start][1] == "chief" and following in lexicon.chief_stops:
        return False  # "the chief economist"
    return reading.folded[end : end + 1] != "-" and following != "there" and following not in lexicon.office_stops


#: "in 1968": whoever held an office then.
_LONG_AGO: Final = re.compile(r"\bin (?:1[0-9]|20[01])\d\d\b")
_REACH: Final = 120


def _is_meant_at_large(reading: Reading, start: int, begin: int) -> bool:
    """Whether an office is meant, whoever holds it or held it once: "under the constitution, the president"."""
    words, low = load_homonyms().incumbents, max(begin, start - _REACH)
    if reading.folded.endswith(" the ", low, start):
        ruled = reading.folded_before(start - 4)
        if ruled in words.ruling or (ruled == "of" and reading.folded_before(start - 7) in words.posts):
            return True
    before = reading.folded[low:start]
    return words.law.occur_in(before) or _LONG_AGO.search(before) is not None
