"""Who speaks: the words before or after a reporting verb that name its source."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from .clauses import ARTICLES, POSSESSIVES, QUOTED, RELATIVES, SOURCE_WORDS, Line, Report, quote_before
from .records import Span
from .reporting_lexicon import load_reporting

#: A subject is looked for beyond so many insertions or verbs between it and the verb of speaking.
_MOST_HOPS: Final = 3
#: Between a noun and whose it is.
_OF: Final = POSSESSIVES | {"of"}
#: Marks that a subject may begin with, and such as others skip themselves.
_BEGIN: Final = frozenset({"$", "€", "£", "[", "(", ",", *POSSESSIVES})
#: Marks that stand beside a subject and are none of its own.
_BESIDE: Final = _BEGIN | {")", "]", ";", ":", "?", "!", "…", "—", "–", "-", QUOTED}
#: How many words a part between dashes or in brackets may have.
_INSERTED: Final = 24
#: How many words, and characters, an HTML tag may have.
_TAG_WORDS: Final = 12
_LONGEST_TAG: Final = 80
_MARKUP_BEFORE: Final = re.compile(r"(?:<[^<>]{1,80}>|[^\w\"“”‘’'«»„(\[$€£#<>.]|_)+")
_TAGS_AFTER: Final = re.compile(r"(?:\s*</?\w[^<>]*>)+$")
#: What follows a speaker's name and is no part of it: ", whose plane had landed", ", speaking in Oslo".
_ASIDE: Final = re.compile(
    r",\s+(?:who|whom|whose|which|where|when|while|asked|quoted|dated|in|at|on|during|after|[a-z]+ing)\b"
)
#: No subject reaches back across these.
_NO_SUBJECT: Final = frozenset({";", ":", QUOTED, "—", "–", "(", ")"})


def find_subject(line: Line, index: int, hops: int = _MOST_HOPS) -> Span | None:
    """The words before a verb that name who speaks; None where none are found within so many ``hops``."""
    words, lexicon = line.words, load_reporting()
    last = index
    while last > max(0, index - 8) and (
        words[last - 1] in lexicon.words["auxiliaries"] or words[last - 1].endswith("ly")
    ):
        last -= 1
    last = _before_insertion(line, last)
    apposed = False
    if last > 0 and words[last - 1] == ",":
        apposed = True
        last -= 1
    if last > 0 and words[last - 1] == "who":
        last -= 1
        if last > 0 and words[last - 1] == ",":
            last -= 1
    described = _before_participle(line, last) if apposed else last
    if described < last:
        return find_subject(line, described, hops - 1) if hops else None
    first = last
    crossed = False
    for position in range(last - 1, max(-1, last - SOURCE_WORDS), -1):
        word = words[position]
        if word in lexicon.words["subject_stops"]:
            if apposed and not crossed and position > 1 and words[position - 1] == ",":
                # "the envoy, when asked, said", "Riga, which pays, said": the subject is before the first comma
                return find_subject(line, position - 1, hops - 1) if hops else None
            break
        if word in _NO_SUBJECT or word in lexicon.words["saying"] or _is_free_hyphen(line, position):
            break
        if word == ",":
            if not apposed or (crossed and _heads(line, first)):
                break
            crossed = True
        if word == "and" and position and not (line.is_capital(position - 1) and line.is_capital(position + 1)):
            break
        first = position
    if first < last and words[last - 1] in lexicon.words["subject_pronouns"]:
        first = last - 1  # "After a week of letters he said"
    first = _without_adjunct(line, _without_marks(line, first, last), last)
    last = _without_tag(line, first, last)
    acted = 0 < first < last - 1 and words[first - 1] in {",", "and"}
    if acted and words[first].endswith("ed") and not line.is_capital(first):
        # "Lee, a nurse, attacked the plan, saying": these words are what the subject before them did
        return find_subject(line, first, hops - 1) if hops else None
    if first >= last or any(words[first] in lexicon.words[kind] for kind in ("be", "copulas", "days")):
        return None
    if words[first] == "there" and last == first + 1:
        return None  # "there are fears that"
    if words[first] == "it" or words[first] in lexicon.words["subject_pronouns"]:
        last = first + 1  # "they were very worried", before "about the threat"
    return line.span(first, last)


def _before_participle(line: Line, last: int) -> int:
    """Where a subject ends that a participle tells more of: "the letter, dated 3 May and signed by eleven mayors,".

    Args:
        line: The sentence.
        last: The comma that ends the participle's part.

    Returns:
        The comma before it; ``last`` if there is none.
    """
    words, lists = line.words, load_reporting().words
    for position in range(last - 1, max(0, last - SOURCE_WORDS), -1):
        if words[position] in _NO_SUBJECT or position in line.quotes:
            return last
        if words[position] == "," and words[position + 1] in lists["described"]:
            return position
    return last


def _before_insertion(line: Line, last: int) -> int:
    """Where a subject ends that a part in brackets or between dashes follows: "two ports — Riga and Tallinn — said"."""
    closing = line.words[last - 1] if last else ""
    if closing not in {")", "—", "–"} and not (last and _is_free_hyphen(line, last - 1)):
        return last
    opening = "(" if closing == ")" else closing
    inside = last - 3 if line.words[max(0, last - 2) : last] == ["-", "-"] else last - 2
    begin = next((p for p in range(inside, max(0, last - _INSERTED), -1) if line.words[p] == opening), last)
    return begin - (begin > 0 and opening == "-" == line.words[begin - 1])


def _is_free_hyphen(line: Line, position: int) -> bool:
    """Whether a word is a hyphen that stands for a dash: "RIGA, May 1 - Latvia said", not "pro- and anti-"."""
    before = line.text[line.starts[position] - 1] if line.starts[position] > line.start else " "
    return line.words[position] == "-" and (before.isspace() or before == "-")


def _without_marks(line: Line, first: int, last: int) -> int:
    """Skip an emoji, "@", a bullet or an HTML tag before a subject."""
    while first < last and not line.words[first][0].isalnum() and line.words[first] not in _BEGIN:
        tag = line.words[first] == "<"
        end = next((p for p in range(first, min(last, first + _TAG_WORDS)) if line.words[p] == ">"), first)
        first = (end if tag else first) + 1
    return first


def _without_tag(line: Line, first: int, last: int) -> int:
    """Leave out an HTML tag behind a subject: "<b>Riga</b> said"."""
    while last > first + 1 and line.words[last - 1] == ">":
        begin = next((p for p in range(last - 1, max(first, last - _TAG_WORDS), -1) if line.words[p] == "<"), last)
        if begin == last:
            return last
        last = begin
    return last


def source_of(line: Line, index: int, reports: list[Report]) -> Span | None:
    """Who says what a verb reports.

    After a comma a form in -ing goes on with the source before it ("he said ..., adding that"), or with the subject of
    the sentence ("Riga closed the port, saying that"); a verb after "and" goes on with the source before it.
    """
    before = line.words[index - 1] if index else ""
    participle = line.words[index] in load_reporting().ing and before in {",", QUOTED, "and"}
    subject = None if participle else find_subject(line, index)
    if subject is not None or not (participle or before in {"and", "but"}):
        return subject
    if reports:
        return reports[-1].source
    near = (line.quotes[p] for p in range(index - 1, max(-1, index - SOURCE_WORDS), -1) if p in line.quotes)
    quote = next(near, None)
    return quote.source if quote else first_subject(line, index)


def first_subject(line: Line, index: int) -> Span | None:
    """The words a sentence begins with, up to its verb, if they are a name or have an article; None elsewhere."""
    words, lexicon = line.words, load_reporting()
    first = 1 if words[0] in lexicon.words["speaker_articles"] else 0
    last = first
    if index < 4 or words[0] in lexicon.words["prepositions"] or not line.is_capital(0):
        return None
    while last < min(index - 1, 9) and words[last].isalpha() and (line.is_capital(last) or last <= first == 1):
        last += 1
    if last == first or words[last] in {",", "of"} or words[last] in POSSESSIVES:
        return None
    if words[last - 1] in lexicon.words["subject_stops"]:
        return None
    return line.span(0, last)


def _heads(line: Line, first: int) -> bool:
    """Whether the words from ``first`` to the next comma look like the noun that an apposition explains."""
    second = first + 1 < len(line.words) and line.words[first + 1] != ","
    later_comma = "," in line.words[first : first + 12]
    return second and later_comma and (line.is_capital(first) or line.words[first] in ARTICLES)


def _without_adjunct(line: Line, first: int, last: int) -> int:
    """Skip "On Monday" and the like before a subject."""
    lexicon = load_reporting()
    while first < last and (line.words[first] in {",", ".", "and", "but"} or line.words[first] in POSSESSIVES):
        first += 1
    while first < last - 1 and line.words[first] in lexicon.words["days"]:  # "... said Wednesday he hopes"
        first += 1
    if first >= last or line.words[first] not in lexicon.words["prepositions"]:
        return first
    for position in range(first + 1, last):
        if line.words[position] == ",":
            return _without_adjunct(line, position + 1, last)
    for position in range(last - 1, first, -1):
        if line.words[position] in lexicon.words["pronouns"] or line.words[position] in ARTICLES:
            return position
        if line.is_capital(position) and not line.is_capital(position - 1):
            return position
    return first


def first_word(line: Line, index: int, source: Span | None) -> int:
    """The first word of a source that stands before ``index``, or of the marks before it; else ``index`` itself."""
    while index and source is not None and line.starts[index - 1] >= source.start:
        index -= 1
    while index and line.words[index - 1] == ">":
        begin = next((p for p in range(index - 1, max(-1, index - _TAG_WORDS), -1) if line.words[p] == "<"), index)
        if begin == index:
            break
        index = begin
    least = max(0, index - _TAG_WORDS)
    while index > least and not line.words[index - 1][0].isalnum() and line.words[index - 1] not in _BESIDE:
        index -= 1
    return index


def without_markup(text: str, source: Span) -> Span:
    """A source without an emoji, "@", a bullet or HTML tags around it; as it is if nothing else were left."""
    if text[source.start].isalnum() and text[source.end - 1] != ">":
        return source
    before = _MARKUP_BEFORE.match(text, source.start, source.end)
    start = before.end() if before else source.start
    after = _TAGS_AFTER.search(text, max(start, source.end - _LONGEST_TAG), source.end)
    end = after.start() if after else source.end
    return Span(start, end) if start < end else source


def without_aside(text: str, source: Span) -> Span:
    """A source up to where a clause or a participle tells more of it: "Lee, speaking in Oslo" -> "Lee"."""
    aside = _ASIDE.search(text, source.start + 1, source.end)
    return source if aside is None else Span(source.start, aside.start())


def is_speaker(line: Line, index: int, after: int) -> bool:
    """Whether a phrase after a verb is a speaker: "said the deputy,", not "said the deputy would lie"."""
    words, lexicon = line.words, load_reporting()
    somebody = words[after] in lexicon.words["speaker_articles"] or words[after] in lexicon.words["some"]
    if not somebody and not (line.is_capital(after) and _OF.intersection(words[after + 1 : after + 4])):
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
            following = words[position + 1]
            return following in RELATIVES or following in ARTICLES or following in {"whose", "once", "long"}
    return False


def names_somebody(line: Line, after: int) -> bool:
    """Whether a phrase after a verb is a name: "said Ann Lee, a nurse", but not "a nurse, said Ann lied"."""
    last = after
    while last < min(len(line.words), after + 10) and line.words[last] not in {",", ";", "—", "–", "("}:
        if line.words[last] in load_reporting().words["be"] or last in line.quotes:
            return False
        if line.words[last] in load_reporting().words["copulas"]:
            return False
        last += 1
    return last > after and line.is_capital(last - 1) and not line.words[last - 1].isdigit()


def is_figures(line: Line, source: Span, shows: bool = False) -> bool:
    """Whether a source is nobody's words: "figures from the office", "exit polls"; facts too if they only show."""
    words = re.findall(r"\w+", line.text[source.start : source.end].lower())[:5]
    figures, after = load_reporting().words["figures"], load_reporting().words["figures_after"]
    if shows:
        figures = figures | load_reporting().words["facts"]
    return any(
        word in figures and (following is None or following in after) for word, following in pairwise([*words, None])
    )
