"""A sentence as words, with its quotations folded, and where its clauses begin and end."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from .quotations import Quote, speak
from .records import Sentence, Span
from .reporting_lexicon import load_reporting

_TOKEN: Final = re.compile(r"(?:[^\W\d_]\.){2,6}|[^\W_]+(?:[-.&][^\W_]+|['’](?!s\b)[^\W_]+)*+|['’]s\b|[^\w\s.]|_+")
#: Stands for a folded quotation among the words of a sentence.
QUOTED: Final = '"'
RELATIVES: Final = frozenset({"which", "who", "that", "where"})
DASHES: Final = frozenset({"—", "–", "-"})
_IS: Final = frozenset({"is", "was", "isn't", "isn’t", "wasn't", "wasn’t"})
ARTICLES: Final = frozenset({"the", "a", "an"})
#: What makes an owner of the word before it, as a word of its own.
POSSESSIVES: Final = frozenset({"'s", "’s"})
#: Prepositions of where and when something is said.
PLACES: Final = frozenset({"in", "on", "at", "during", "after", "to", "from", "by"})
#: How many words a source may have.
SOURCE_WORDS: Final = 30
#: So many reports of a sentence may lend their source to a quotation in them.
MOST_AROUND: Final = 20


@dataclass(slots=True)
class Line:
    """One sentence (outside quotations) as words.

    Attributes:
        text: The whole text.
        start: Start of the sentence.
        end: End of the sentence.
        words: The words and punctuation marks in lower case; `QUOTED` for a folded quotation.
        starts: Where each begins.
        ends: Where each ends.
        quotes: The quotation where the word is one.
    """

    text: str
    start: int
    end: int
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    quotes: dict[int, Quote] = field(default_factory=dict)

    def span(self, first: int, last: int) -> Span:
        """Span of the words from ``first`` up to, not with, ``last``."""
        return Span(self.starts[first], self.ends[last - 1])

    def is_capital(self, index: int) -> bool:
        """Whether a word begins with a capital letter."""
        return self.text[self.starts[index]].isupper()


@dataclass(slots=True)
class Report:
    """Reported speech in the making; `content` may still be cut short."""

    content: Span
    source: Span | None


def lines(
    text: str, sentences: Sequence[Sentence], quotes: Sequence[Quote], wanted: Container[int] | None = None
) -> Iterator[Line]:
    """The sentences, with outer quotations folded into one token each.

    Args:
        text: The article.
        sentences: Its sentences.
        quotes: Its quotations.
        wanted: Indices of the sentences that matter; None for all. Of the others only those with a quotation come, and
            those that end with a colon.

    Yields:
        One line a sentence.
    """
    outer = [quote for quote in quotes if not quote.nested]
    position = 0
    for index, sentence in enumerate(sentences):
        if (
            wanted is not None
            and index not in wanted
            and (position == len(outer) or outer[position].left >= sentence.end)
            and not text.endswith(":", sentence.start, sentence.end)
        ):
            continue
        line = Line(text, sentence.start, sentence.end)
        here = sentence.start
        while position < len(outer) and outer[position].left < sentence.end:
            quote = outer[position]
            _add_words(line, here, max(here, quote.left))
            line.quotes[len(line.words)] = quote
            line.words.append(QUOTED)
            line.starts.append(max(sentence.start, quote.left))
            line.ends.append(min(sentence.end, quote.right))
            here = min(sentence.end, max(here, quote.right))
            if quote.right > sentence.end:
                break  # it goes on in the next sentence
            position += 1
        _add_words(line, here, sentence.end)
        yield line


def _add_words(line: Line, start: int, end: int) -> None:
    found = list(_TOKEN.finditer(line.text, start, end))
    line.words += [match[0].lower() for match in found]
    line.starts += [match.start() for match in found]
    line.ends += [match.end() for match in found]


def clause_ends(line: Line) -> list[int]:
    """For each word, where its clause ends: before a semicolon, or a comma with "but", "while" and the like."""
    resumes, be = load_reporting().words["author_resumes"], load_reporting().words["be"]
    count = len(line.words)
    ends = [count] * (count + 1)
    for index in range(count - 1, -1, -1):
        word = line.words[index]
        if word not in {";", ",", "—", "–"}:
            ends[index] = ends[index + 1]
            continue
        following = line.words[index + 1] if index + 1 < count else ""
        after = line.words[index + 2] if index + 2 < count else ""
        goes_on = after == "that" and (index + 3 >= count or line.words[index + 3] not in be)
        resumed = following in resumes and not goes_on
        if word == ";" or resumed or _is_comment(line, index + 1):
            ends[index] = index
        else:
            ends[index] = ends[index + 1]
    return ends


def _is_comment(line: Line, first: int) -> bool:
    """Whether words after a comma speak of what was said: "a charge that Riga denies", "which Riga denies"."""
    words, lexicon = line.words, load_reporting()
    if words[first : first + 1] == ["and"]:  # "..., and he was right"
        judged = not lexicon.words["right"].isdisjoint(words[first + 3 : first + 5])
        return judged and words[first + 1] in lexicon.words["pronouns"] and words[first + 2] in lexicon.words["be"]
    if words[first : first + 1] == ["which"]:
        return not lexicon.words["responses"].isdisjoint(words[first + 1 : first + 7])
    if not ARTICLES.isdisjoint(words[first : first + 1]):
        first += 1
        first += first < len(words) and words[first].isalpha() and words[first] not in lexicon.words["comments"]
    noun = words[first : first + 1]
    relative = {"that", "which"} & set(words[first + 1 : first + 3])
    return bool(noun) and noun[0] in lexicon.words["comments"] and bool(relative)


def phrase_end(line: Line, start: int, ends: list[int]) -> int:
    """Where a noun phrase after a preposition ends: at a comma, a quotation, a bracket, or with the clause."""
    stop = min(ends[min(start, len(line.words))], start + SOURCE_WORDS)
    for index in range(start, stop):
        if line.words[index] in {",", ".", "(", ":", "—", "–", QUOTED, "?", "!"}:
            return index
    return max(stop, min(start, len(line.words)))


def report_around(
    line: Line, begin: int, last: int, source: Span | None, ends: list[int], reports: list[Report]
) -> None:
    """Report the clause around a phrase, without the phrase."""
    first = clause_start(line, begin)
    stop = begin - 1 if begin > first and line.words[begin - 1] == "," else begin
    if stop > first and line.words[stop - 1] in RELATIVES:
        first = stop  # "... which, in X's view, ...": what stands before is not X's
    goes_on = last < len(line.words) and line.words[last] == "," and ends[last] > last + 1
    if goes_on and last + 1 in line.quotes:
        speak(line.quotes[last + 1], source)
    goes_on = goes_on and ends[last] > last + 2
    if stop - first >= 2 or (stop > first and goes_on and line.words[first] not in load_reporting().words["openers"]):
        push(line, first, stop, source, reports)
        if goes_on:
            push(line, last + 1, ends[last], source, reports)
    elif last < len(line.words):
        push(line, last, ends[last], source, reports)


def clause_start(line: Line, index: int) -> int:
    """Where the clause before a word begins: after a semicolon, or after a comma with "but" and the like."""
    resumes = load_reporting().words["author_resumes"]
    for position in range(index - 1, max(-1, index - 80), -1):
        if line.words[position] == ";" or (
            position and line.words[position] in resumes and line.words[position - 1] == ","
        ):
            return position + 1
    return max(0, index - 80)


def is_passive(line: Line, index: int) -> bool:
    """Whether a form of "be" stands before a participle, adverbs apart."""
    be, words = load_reporting().words["be"], line.words
    if index and (words[index - 1] in be or words[index - 1] in POSSESSIVES):
        return True
    if index < 2 or not (words[index - 1].endswith("ly") or words[index - 1] in load_reporting().words["auxiliaries"]):
        return index > 1 and words[index - 2] in be
    return words[index - 2] in be or words[index - 2] in POSSESSIVES


def push(line: Line, first: int, last: int, source: Span | None, reports: list[Report]) -> None:
    """Report the words from ``first`` up to ``last``, without punctuation and "that" at their edges."""
    while first < last and line.words[first] in {",", ":", "that", "—", "–"}:
        if line.words[first] == "that" and first + 1 < last and line.words[first + 1] in _IS:
            break  # "that was good": a pronoun
        first += 1
    while first < last and line.words[last - 1] in {",", ".", ":", "—", "–"}:
        last -= 1
    if first < last:
        reports.append(Report(line.span(first, last), source))


def quote_before(line: Line, position: int) -> Quote | None:
    """The quotation that ends as speech does right before a word; its comma, and a dash, may stand outside."""
    place = position - 1
    outside = False
    while place > max(0, position - 3) and line.words[place] in {",", *DASHES}:
        outside = True
        place -= 1
    quote = line.quotes.get(place)
    return quote if quote and (outside or _ends_speech(line, quote)) else None


def _ends_speech(line: Line, quote: Quote) -> bool:
    """Whether a quotation ends as one before "she said" does: with a comma, or another mark that ends a clause."""
    return line.text[quote.end - 1 : quote.end] in {",", "?", "!", "…", ".", "-", "—"}


def is_predicate(line: Line, index: int) -> bool:
    """Whether a quotation goes on with the name before it: "Riga 'a menace'", "Lee 'open to talks'".

    Args:
        line: The sentence.
        index: A word.

    Returns:
        False in "Riga's 'shadow fleet'", "And 'we go'", "Riga 'We go'". A single word needs the name of a state.
    """
    quote, lists = line.quotes.get(index), load_reporting().words
    if quote is None or not index or not line.text[quote.start : quote.start + 1].islower():
        return False
    before = line.words[index - 1]
    if before in load_reporting().states:
        return True
    if quote.words < 2 or quote.titled or not before.isalpha() or not line.is_capital(index - 1):
        return False
    functional = ("subject_stops", "openers", "adverbials", "prepositions", "pronouns", "determiners", "auxiliaries")
    return not before.endswith("ly") and not any(before in lists[name] for name in functional)
