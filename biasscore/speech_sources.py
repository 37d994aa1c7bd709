"""Who speaks: the words before or after a reporting verb that name its source."""

from __future__ import annotations

import re
from itertools import pairwise

from .clauses import QUOTED, RELATIVES, SOURCE_WORDS, Line, Report, quote_before
from .records import Span
from .reporting_lexicon import load_lexicon


def find_subject(line: Line, index: int) -> Span | None:
    """The words before a verb that name who speaks; None where none are found."""
    words, lexicon = line.words, load_lexicon()
    auxiliaries, stops = lexicon.words["auxiliaries"], lexicon.words["subject_stops"]
    last = index
    while last > max(0, index - 8) and (words[last - 1] in auxiliaries or words[last - 1].endswith("ly")):
        last -= 1
    apposed = False
    if last > 0 and words[last - 1] == ",":
        apposed = True
        last -= 1
    if last > 0 and words[last - 1] == "who":
        last -= 1
        if last > 0 and words[last - 1] == ",":
            last -= 1
    first = last
    crossed = False
    for position in range(last - 1, max(-1, last - SOURCE_WORDS), -1):
        word = words[position]
        if word in {";", ":", QUOTED, "—", "–", "(", ")"} or word in stops:
            break
        if word == ",":
            if not apposed or (crossed and _heads(line, first)):
                break
            crossed = True
        if word == "and" and position and not (line.is_capital(position - 1) and line.is_capital(position + 1)):
            break
        first = position
    first = _without_adjunct(line, first, last)
    return line.span(first, last) if first < last else None


def source_of(line: Line, index: int, reports: list[Report]) -> Span | None:
    """Who says what a verb reports.

    After a comma a form in -ing goes on with the source before it ("he said ..., adding that").
    """
    if index and line.words[index] in load_lexicon().ing and line.words[index - 1] in {",", QUOTED, "and"}:
        if reports:
            return reports[-1].source
        near = (line.quotes[p] for p in range(index - 1, max(-1, index - SOURCE_WORDS), -1) if p in line.quotes)
        quote = next(near, None)
        return quote.source if quote else None
    return find_subject(line, index)


def _heads(line: Line, first: int) -> bool:
    """Whether the words from ``first`` to the next comma look like the noun that an apposition explains."""
    second = first + 1 < len(line.words) and line.words[first + 1] != ","
    later_comma = "," in line.words[first : first + 12]
    return second and later_comma and (line.is_capital(first) or line.words[first] in {"the", "a", "an"})


def _without_adjunct(line: Line, first: int, last: int) -> int:
    """Skip "On Monday" and the like before a subject."""
    lexicon = load_lexicon()
    while first < last and line.words[first] in {",", "'s", "’s", ".", "and", "but"}:
        first += 1
    if first >= last or line.words[first] not in lexicon.words["prepositions"]:
        return first
    for position in range(first + 1, last):
        if line.words[position] == ",":
            return _without_adjunct(line, position + 1, last)
    for position in range(last - 1, first, -1):
        if line.words[position] in lexicon.words["pronouns"] or line.words[position] in {"the", "a", "an"}:
            return position
        if line.is_capital(position) and not line.is_capital(position - 1):
            return position
    return first


def first_word(line: Line, index: int, source: Span | None) -> int:
    """The first word of a source that stands before ``index``; ``index`` itself where there is none."""
    while index and source is not None and line.starts[index - 1] >= source.start:
        index -= 1
    return index


def is_speaker(line: Line, index: int, after: int) -> bool:
    """Whether a phrase after a verb is a speaker: "said the deputy,", not "said the deputy would lie"."""
    words, lexicon = line.words, load_lexicon()
    somebody = words[after] in lexicon.words["speaker_articles"] or words[after] in lexicon.words["some"]
    if not somebody and not (line.is_capital(after) and {"'s", "’s", "of"} & set(words[after + 1 : after + 4])):
        return False
    last = after + 1
    quoted = quote_before(line, index) is not None
    stops = {",", ";", ":", "—", "–", "("} | (lexicon.words["asides"] if quoted else set())
    while last < min(len(words), after + 12) and words[last] not in stops:
        if words[last] in lexicon.words["be"] or words[last] in lexicon.words["copulas"] or last in line.quotes:
            return False
        last += 1
    if last == after + 12:
        return False
    heads = words[after + 1 : last]
    if not quoted and (words[index] in lexicon.words["transitive"] or follows_insertion(line, index)):
        return False
    if words[index] in lexicon.words["document_verbs"]:
        return not lexicon.words["documents"].isdisjoint(heads)
    return quoted or last - after <= 10


def follows_insertion(line: Line, index: int) -> bool:
    """Whether the comma before a verb closes a clause about its subject: "Riga, which pays, said the plan ..."."""
    words = line.words
    for position in range(index - 2, max(0, index - 40), -1):
        if words[position] == ",":
            return words[position + 1] in RELATIVES or words[position + 1] in {
                "whose",
                "a",
                "an",
                "the",
                "once",
                "long",
            }
    return False


def names_somebody(line: Line, after: int) -> bool:
    """Whether a phrase after a verb is a name: "said Ann Lee, a nurse", but not "a nurse, said Ann lied"."""
    last = after
    while last < min(len(line.words), after + 10) and line.words[last] not in {",", ";", "—", "–", "("}:
        if line.words[last] in load_lexicon().words["be"] or last in line.quotes:
            return False
        if line.words[last] in load_lexicon().words["copulas"]:
            return False
        last += 1
    return last > after and line.is_capital(last - 1) and not line.words[last - 1].isdigit()


def is_figures(line: Line, source: Span, shows: bool = False) -> bool:
    """Whether a source is nobody's words: "figures from the office", "exit polls"; facts too if they only show."""
    words = re.findall(r"\w+", line.text[source.start : source.end].lower())[:5]
    figures, after = load_lexicon().words["figures"], load_lexicon().words["figures_after"]
    if shows:
        figures = figures | load_lexicon().words["facts"]
    return any(
        word in figures and (following is None or following in after) for word, following in pairwise([*words, None])
    )
