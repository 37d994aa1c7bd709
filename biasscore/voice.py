"""Whose words are these? Quotations, reported speech, and the voice of each mention.

Three steps, each linear in the length of the text:

1. *Quotation marks* (`_Quote`): paired within each paragraph by a stack, so that kinds may be mixed and nested. A
   quotation that is not closed ends with its paragraph; where the next paragraph opens with a mark again, the same
   source goes on.
2. *Reporting words* (``data/reporting.toml``): each sentence is read as words, with every quotation folded into one
   token. A reporting verb, noun or phrase gives a content span, and the source before or after it.
3. *Which quotations are speech*: long ones, whole sentences, and short ones that a reporting word introduces. Titles
   and scare quotes stay the author's.

The source itself is never content: in "Hanoi said that Manila lied", "Hanoi" is the author's and "Manila" is Hanoi's.
"""

from __future__ import annotations

import heapq
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import islice, pairwise
from typing import Final

from .records import Attribution, Mention, MentionVoice, Sentence, Span


def find_attributions(text: str, sentences: Sequence[Sentence]) -> list[Attribution]:
    """Find what is said or thought by somebody other than the author.

    Args:
        text: The article.
        sentences: Its sentences, in order, as a `biasscore.segment.Splitter` gives them.

    Returns:
        Attributions in the order of their content's start (the longer first). A quotation's content excludes its marks,
        and a quotation of several paragraphs gives one attribution for each. Contents may be nested (a quotation within
        reported speech) and one utterance may have several ("A, she said, B"). The source is the span of its words
        where they were found.
    """
    if not sentences:
        return []
    quotes = _find_quotes(text, sentences)
    reports: list[_Report] = []
    for line in _lines(text, sentences, quotes):
        reports.extend(_read(line))
    _spread_sources(quotes)
    found = [Attribution(report.content, report.source, False) for report in reports]
    found += [Attribution(Span(quote.start, quote.end), quote.source, True) for quote in quotes if quote.speech]
    found = [attribution for attribution in found if attribution.content.start < attribution.content.end]
    return sorted(found, key=lambda attribution: (attribution.content.start, -attribution.content.end))


def assign_voices(attributions: Sequence[Attribution], mentions: Sequence[Mention]) -> list[MentionVoice]:
    """Say for each mention whose voice it stands in.

    Args:
        attributions: What `find_attributions` found.
        mentions: The mentions, in any order.

    Returns:
        One voice for each mention, in the order of ``mentions``: attributed if the mention begins inside some content,
        with the source of the innermost content that names one; else the author's.
    """
    voices: list[MentionVoice] = [MentionVoice("author")] * len(mentions)
    ordered = sorted(attributions, key=lambda attribution: attribution.content.start)
    # Contents that have begun: those with a source first, then the shortest. Ended ones are dropped when they come up.
    begun: list[tuple[bool, int, int, int]] = []
    position = 0
    for index in sorted(range(len(mentions)), key=lambda index: mentions[index].start):
        start = mentions[index].start
        while position < len(ordered) and ordered[position].content.start <= start:
            content = ordered[position].content
            heapq.heappush(
                begun, (ordered[position].source is None, content.end - content.start, position, content.end)
            )
            position += 1
        while begun and begun[0][3] <= start:
            heapq.heappop(begun)
        if begun:
            voices[index] = MentionVoice("attributed", ordered[begun[0][2]].source)
    return voices


def open_quotes(attributions: Sequence[Attribution], sentences: Sequence[Sentence]) -> list[tuple[bool, bool]]:
    """Say for each sentence whether it stands in a quotation whose marks are elsewhere.

    Args:
        attributions: What `find_attributions` found.
        sentences: The sentences, in order.

    Returns:
        For each sentence, whether it begins inside a direct quotation that an earlier sentence opened, and whether it
        ends inside one that goes on (or was never closed).
    """
    begins = [False] * len(sentences)
    ends = [False] * len(sentences)
    first, reach = 0, 0
    for attribution in sorted((a for a in attributions if a.direct), key=lambda a: a.content.start):
        content = attribution.content
        while first < len(sentences) and sentences[first].end <= content.start:
            first += 1
        # Sentences up to `reach` are settled by a quotation that began before; only what is new is walked again.
        index = max(first, reach - 1)
        while index < len(sentences) and sentences[index].start < content.end:
            begins[index] |= content.start < sentences[index].start
            ends[index] |= content.start < sentences[index].end <= content.end
            index += 1
        reach = max(reach, index)
    return list(zip(begins, ends, strict=True))


# --- words -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The lists of ``data/reporting.toml``, ready to be looked up; all lower case.

    Attributes:
        verbs: Form of a verb -> its class ("say", "tell", "show" or "judge").
        particles: Form of a verb, particle -> class, for verbs with a particle.
        ing: The forms in -ing.
        passive: Participles that make hearsay.
        ambiguous: Forms of verbs that are nouns as often.
        nouns_that: Nouns with "that" and content after them.
        nouns_of: Nouns with "of", "about" or the like and content after them.
        nouns_view: Nouns of "in X's view".
        words: The other lists by name.
        phrases: First word -> set phrases of saying.
    """

    verbs: dict[str, str]
    particles: dict[tuple[str, str], str]
    ing: frozenset[str]
    passive: frozenset[str]
    ambiguous: frozenset[str]
    nouns_that: frozenset[str]
    nouns_of: frozenset[str]
    nouns_view: frozenset[str]
    words: dict[str, frozenset[str]]
    phrases: dict[str, tuple[tuple[str, ...], ...]]


def _inflect(base: str) -> tuple[str, ...]:
    """The forms of a regular verb."""
    if base.endswith("e"):
        return base, base + "s", base + "d", base[:-1] + "ing"
    if base.endswith("y") and base[-2] not in "aeou":
        return base, base[:-1] + "ies", base[:-1] + "ied", base + "ing"
    sibilant = "es" if base.endswith(("s", "x", "z", "ch", "sh")) else "s"
    return base, base + sibilant, base + "ed", base + "ing"


@cache
def _lexicon() -> _Lexicon:
    raw = tomllib.loads(resources.files("biasscore").joinpath("data/reporting.toml").read_text(encoding="utf-8"))
    verbs: dict[str, str] = {}
    particles: dict[tuple[str, str], str] = {}
    ing: set[str] = set()
    for kind in ("judge", "show", "tell", "say"):  # a verb in two lists is of the class that asks least
        for entry in raw["verbs"][kind]:
            head, _, particle = entry.partition("+")
            forms = tuple(head.split()) if " " in head else _inflect(head)
            ing.update(form for form in forms if form.endswith("ing"))
            if particle:
                particles.update(((form, particle), kind) for form in forms)
            else:
                verbs.update((form, kind) for form in forms)
    nouns = {name: frozenset(raw["nouns"][name]) for name in ("that", "of", "view")}
    phrases = [tuple(phrase.split()) for phrase in raw["verbs"]["phrases"]]
    words = {name: frozenset(entries) for name, entries in raw["words"].items()}
    return _Lexicon(
        verbs=verbs,
        particles=particles,
        ing=frozenset(ing),
        passive=frozenset(raw["verbs"]["passive"]),
        ambiguous=(nouns["that"] | nouns["of"] | frozenset(raw["verbs"]["ambiguous"])) & verbs.keys(),
        nouns_that=nouns["that"],
        nouns_of=nouns["of"],
        nouns_view=nouns["view"],
        words=words,
        phrases={first: tuple(p for p in phrases if p[0] == first) for first in {p[0] for p in phrases}},
    )


# --- quotation marks -------------------------------------------------------------------------------------------------

_MARK: Final = re.compile("''|``|[\"“”„‟«»‘’‚'‹›]")
_SINGLE: Final = frozenset("‘’‚'‹›")
_OPENERS: Final = frozenset("([{—–-/")
_WORDS: Final = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*+")
#: Quotations of at least this many words are speech unless they look like a title or a name.
_LONG: Final = 5


@dataclass(slots=True)
class _Quote:
    """A stretch in quotation marks.

    Attributes:
        start: First character inside.
        end: One past the last character inside.
        left: Start of the opening mark.
        right: End of the closing mark; ``end`` where there is none.
        closed: Whether it has a closing mark.
        nested: Whether it stands inside another quotation.
        resumed: Whether it opens a paragraph while the quotation of the paragraph before was not closed.
        words: Number of words inside, counted up to 40.
        titled: Whether it looks like a title (every long word has a capital).
        whole: Whether it is a sentence of its own (capital at the start, terminal punctuation at the end).
        speech: Whether it is somebody's words.
        source: Who is quoted.
        paragraph: Index of its paragraph.
    """

    start: int
    end: int
    left: int
    right: int
    closed: bool
    nested: bool
    resumed: bool = False
    words: int = 0
    titled: bool = False
    whole: bool = False
    speech: bool = False
    source: Span | None = None
    paragraph: int = 0


def _find_quotes(text: str, sentences: Sequence[Sentence]) -> list[_Quote]:
    """All quotations in order, judged by their looks alone."""
    quotes: list[_Quote] = []
    first = 0
    running = False
    while first < len(sentences):
        last = first
        while last + 1 < len(sentences) and sentences[last + 1].paragraph == sentences[first].paragraph:
            last += 1
        start, end = sentences[first].start, sentences[last].end
        found = _pair_marks(text, start, end)
        for quote in found:
            quote.paragraph = sentences[first].paragraph
            quote.resumed = running and quote.left == start
            _look_at(text, quote)
        running = any(not quote.closed and quote.end == end for quote in found)
        quotes.extend(found)
        first = last + 1
    return quotes


@dataclass(slots=True)
class _Pairing:
    """The marks of one paragraph that are open at some place, and the quotations closed before it.

    Attributes:
        end: End of the paragraph.
        quotes: The quotations so far.
        stack: For each open mark: whether it is a single one, its start, the first character inside.
        depth: How many double (0) and single (1) marks are open.
    """

    end: int
    quotes: list[_Quote] = field(default_factory=list)
    stack: list[tuple[bool, int, int]] = field(default_factory=list)
    depth: list[int] = field(default_factory=lambda: [0, 0])

    def _pop(self) -> tuple[bool, int, int]:
        self.depth[self.stack[-1][0]] -= 1
        return self.stack.pop()

    def open(self, single: bool, left: int, inside: int) -> None:
        """Open a mark.

        A double one that is still open, with no single one in it, lost its closing mark: it ends here.
        """
        if not single and self.depth[0] and not self.depth[1]:
            _, before, begin = self._pop()
            if begin + 1 < left:
                self.quotes.append(_Quote(begin, left, before, left, False, bool(self.stack)))
        self.stack.append((single, left, inside))
        self.depth[single] += 1

    def close(self, single: bool, right: int, outside: int) -> None:
        """Close the last mark of a kind, forgetting those of the other kind inside that were never closed."""
        while self.stack[-1][0] != single:
            self._pop()
        _, left, begin = self._pop()
        self.quotes.append(_Quote(begin, right, left, outside, True, bool(self.stack)))

    def finish(self, start: int) -> None:
        """Let the outermost mark that is still open run to the end; a single one only if it opens the paragraph."""
        for single, left, begin in self.stack:
            if begin < self.end and (not single or left == start):
                self.quotes.append(_Quote(begin, self.end, left, self.end, False, False))
                return


def _pair_marks(text: str, start: int, end: int) -> list[_Quote]:
    """Pair the marks of one paragraph.

    Single marks are apostrophes more often than not, so one that is not closed is forgotten (but at the paragraph's
    start); a double one that is not closed runs to the end of the paragraph, or to the next opening mark of its kind.
    """
    marks = [(match.start(), match.group()) for match in _MARK.finditer(text, start, end)]
    roles = [_role(text, position, mark, start, end) for position, mark in marks]
    surely_closed_later = _sure_closings(text, marks, roles, start)
    pairing = _Pairing(end)
    for index, ((position, mark), role) in enumerate(zip(marks, roles, strict=True)):
        single = mark in _SINGLE
        inside = position + len(mark)
        if "c" in role and pairing.depth[single]:
            if not (single and surely_closed_later[index] and _may_be_possessive(text, position, end)):
                pairing.close(single, position, inside)
        elif role == "c" and not (single or pairing.quotes or pairing.stack) and text[position - 1] in ",.!?…":
            pairing.quotes.append(_Quote(start, position, start, inside, True, False))  # the opening mark is missing
        elif "o" in role and not (single and pairing.depth[1]):
            pairing.open(single, position, inside)
    pairing.finish(start)
    pairing.quotes.sort(key=lambda quote: (quote.start, -quote.end))
    return _without_overlaps(pairing.quotes)


def _without_overlaps(quotes: list[_Quote]) -> list[_Quote]:
    """Mark as nested whatever begins inside an earlier quotation; drop what crosses its end."""
    kept: list[_Quote] = []
    reach = -1
    for quote in quotes:
        quote.nested = quote.start < reach
        if quote.nested and quote.end > reach:
            continue
        kept.append(quote)
        reach = max(reach, quote.end)
    return kept


def _role(text: str, position: int, mark: str, start: int, end: int) -> str:
    """What a mark may be by its shape and its neighbours.

    Returns:
        "o" (opens), "c" (closes), "co" (closes if one is open, else opens), or "" (no quotation mark).
    """
    before = text[position - 1] if position > start else " "
    after = text[position + len(mark)] if position + len(mark) < end else " "
    if before == mark == after:
        return ""  # a row of marks quotes nothing
    free_left = before.isspace() or before in _OPENERS or before in "\"“‘'„«"
    free_right = not (after.isalnum() or after == "_")
    if mark in "’'":
        if before.isalnum() and after.isalnum():
            return ""
        if mark == "'" and free_left and not free_right and not after.isdigit():
            return "" if _elides(text, position, end) else "o"
        return "c" if not before.isspace() and free_right else ""
    if mark in "‘‚‹":
        return "o" if free_left and not after.isspace() and not _elides(text, position, end) else ""
    if mark in {'"', "''"}:
        if free_left and not after.isspace():
            return "o" if not free_right or before.isspace() or position == start else "co"
        if after.isspace() or free_right:
            return "c" if not before.isdigit() or free_right else ""
        return "co"
    if mark in "„‟``":
        return "o"
    if mark == "“":
        return "co" if not free_left and free_right else "o"
    if mark == "«":
        return "o" if not after.isspace() or free_left else "c"
    return "co" if free_left and not after.isspace() else "c"  # ” » ›


def _elides(text: str, position: int, end: int) -> bool:
    word = _WORDS.match(text, position + 1, min(end, position + 12))
    return word is not None and word.group().lower() in _lexicon().words["elisions"]


def _sure_closings(text: str, marks: list[tuple[int, str]], roles: list[str], start: int) -> list[bool]:
    """For each mark, whether a single closing mark after punctuation comes later, before another single one opens."""
    later = [False] * len(marks)
    sure = False
    for index in range(len(marks) - 1, -1, -1):
        later[index] = sure
        position, mark = marks[index]
        if mark in _SINGLE and roles[index] == "o":
            sure = False
        elif mark in _SINGLE and roles[index] == "c":
            sure = sure or (position > start and text[position - 1] in ".,!?…")
    return later


def _may_be_possessive(text: str, position: int, end: int) -> bool:
    """Whether a single mark looks like the apostrophe of "the workers' union"."""
    return text[position - 1] in "sS" and text[position + 1 : min(end, position + 2)] == " "


def _look_at(text: str, quote: _Quote) -> None:
    """Fill in what a quotation's own words tell."""
    words = [match.group() for match in islice(_WORDS.finditer(text, quote.start, quote.end), 40)]
    quote.words = len(words)
    long_words = [word for word in words if len(word) > 4 and word[0].isalpha()]
    quote.titled = 0 < len(words) <= 14 and words[0][0].isupper() and all(word[0].isupper() for word in long_words)
    inner = text[max(quote.start, quote.end - 3) : quote.end].rstrip("’'” ")
    quote.whole = bool(words) and words[0][0].isupper() and inner[-1:] in {".", "!", "?", "…"}
    if quote.nested:
        quote.speech = quote.words >= _LONG and not quote.titled
    else:
        ends_in_comma = inner[-1:] == ","
        quote.speech = quote.words >= _LONG and not (quote.titled and not quote.whole and not ends_in_comma)


def _spread_sources(quotes: list[_Quote]) -> None:
    """Let quotations without a source of their own take that of the one they go on from."""
    outer = [quote for quote in quotes if not quote.nested]
    for before, quote in pairwise(outer):
        goes_on = quote.resumed or (quote.whole and before.paragraph == quote.paragraph)
        if goes_on and quote.source is None:
            quote.source = before.source
        if quote.resumed and before.speech:
            quote.speech = True
    for after, quote in pairwise(reversed(outer)):
        if quote.source is None and after.resumed:
            quote.source = after.source


# --- sentences as words ----------------------------------------------------------------------------------------------

_TOKEN: Final = re.compile(r"(?:[^\W\d_]\.){2,6}|[^\W_]+(?:[-.&][^\W_]+|['’](?!s\b)[^\W_]+)*+|['’]s\b|[^\w\s.]|_+")
#: How many words a source or the way from the verb to its content may have.
_SOURCE_WORDS: Final = 30
_ADJUNCT_WORDS: Final = 14
#: After so many reporting words in one sentence it is no prose, and the rest of it is left to the author.
_MOST_CUES: Final = 500
#: So many reports of a sentence may lend their source to a quotation in them.
_MOST_AROUND: Final = 20


@dataclass(slots=True)
class _Line:
    """One sentence (outside quotations) as words.

    Attributes:
        text: The whole text.
        start: Start of the sentence.
        end: End of the sentence.
        words: The words and punctuation marks in lower case; `_QUOTED` for a folded quotation.
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
    quotes: dict[int, _Quote] = field(default_factory=dict)

    def span(self, first: int, last: int) -> Span:
        """Span of the words from ``first`` up to, not with, ``last``."""
        return Span(self.starts[first], self.ends[last - 1])

    def is_capital(self, index: int) -> bool:
        """Whether a word begins with a capital letter."""
        return self.text[self.starts[index]].isupper()


@dataclass(slots=True)
class _Report:
    """Reported speech in the making; `content` may still be cut short."""

    content: Span
    source: Span | None


#: Stands for a folded quotation among the words of a sentence.
_QUOTED: Final = '"'
#: What stands between a clause and "he said".
_CLAUSE_MARKS: Final = frozenset({",", "?", "!", _QUOTED})
_NO_SOURCE: Final = frozenset({"let", "i", "we", "i've", "i’ve", "i'm", "i’m", "i'd", "i’d", "we've", "we’ve"})
_QUESTIONS: Final = frozenset({"when", "why", "how", "where", "what", "do", "did", "does", "who", "q"})
_HEIRS: Final = frozenset({"it", "he", "she", "they"})
_HEIRLOOMS: Final = frozenset({"would", "had", "could"})
_RELATIVES: Final = frozenset({"which", "who", "that", "where"})
_DASHES: Final = frozenset({"—", "–", "-"})
#: Prepositions of where and when something is said.
_PLACES: Final = frozenset({"in", "on", "at", "during", "after", "to", "from", "by"})


def _lines(text: str, sentences: Sequence[Sentence], quotes: Sequence[_Quote]) -> Iterator[_Line]:
    """The sentences, with outer quotations folded into one token each."""
    outer = [quote for quote in quotes if not quote.nested]
    position = 0
    for sentence in sentences:
        line = _Line(text, sentence.start, sentence.end)
        here = sentence.start
        while position < len(outer) and outer[position].left < sentence.end:
            quote = outer[position]
            _add_words(line, here, max(here, quote.left))
            line.quotes[len(line.words)] = quote
            line.words.append(_QUOTED)
            line.starts.append(max(sentence.start, quote.left))
            line.ends.append(min(sentence.end, quote.right))
            here = min(sentence.end, max(here, quote.right))
            if quote.right > sentence.end:
                break  # it goes on in the next sentence
            position += 1
        _add_words(line, here, sentence.end)
        yield line


def _add_words(line: _Line, start: int, end: int) -> None:
    for match in _TOKEN.finditer(line.text, start, end):
        line.words.append(match.group().lower())
        line.starts.append(match.start())
        line.ends.append(match.end())


# --- reporting words -------------------------------------------------------------------------------------------------


def _read(line: _Line) -> list[_Report]:
    """Find what one sentence reports, and mark its quotations as speech where a reporting word says so."""
    lexicon = _lexicon()
    reports: list[_Report] = []
    ends = _clause_ends(line)
    cues = 0
    for index, word in enumerate(line.words):
        if index in line.quotes:
            continue
        if cues >= _MOST_CUES:
            break
        kind = lexicon.verbs.get(word)
        following = line.words[index + 1] if index + 1 < len(line.words) else ""
        particle = lexicon.particles.get((word, following))
        phrase = _phrase_cue(line, index)
        if phrase:
            _verb(line, index, index + phrase, "say", ends, reports)
            cues += 1
            continue
        if word in lexicon.words["directing"] and kind in {"show", "tell", "say", None} and _directs(line, index):
            kind, particle = "judge", None
        if kind is None and word in lexicon.words["comparing"] and _directs(line, index, following_verb=False):
            kind = "judge"
        if kind == "show" and word in lexicon.words["seeing"] and "as" in line.words[index + 2 : index + 7]:
            kind = "judge" if _sees_as(line, index) else kind
        if word == "according" and following == "to":
            _according(line, index, ends, reports)
        elif (
            word in {"put", "puts", "sees", "saw"}
            and following == "it"
            and "as" in line.words[max(0, index - 12) : index]
        ):
            _as_put(line, index, ends, reports)
        elif word == "so" and _is_so(line, index):
            last = _phrase_end(line, index + 1, ends)
            _around(line, index, last, line.span(index + 1, last), ends, reports)
        elif word == "believe" and "if" in line.words[max(0, index - 4) : max(0, index - 1)]:
            _believe(line, index, ends, reports)
        elif word in {"is", "was"} and index and line.words[index - 1] == "it" and _is_impersonal(line, index):
            _impersonal(line, index, ends, reports)
        elif word in lexicon.passive and line.words[max(0, index - 2) : index] in (["it", "is"], ["it", "was"]):
            _hearsay(line, index, ends, reports)
        elif word in lexicon.words["points"] and _is_point(line, index):
            that = line.words.index("that", index + 2)
            _push(line, that + 1, ends[that], _subject(line, index - 1) if that == index + 2 else None, reports)
        elif word in lexicon.words["sure"] and following == "that" and _is_passive(line, index):
            _sure(line, index, ends, reports)
        elif word in lexicon.words["hearsay"]:
            _clause_of(line, index, ends, reports)
        elif word in lexicon.nouns_view and _is_in_view(line, index):
            _view(line, index, ends, reports)
        elif _is_noun(line, index):
            _noun(line, index, ends, reports)
        elif word in lexicon.passive and _is_passive(line, index) and following in {"to", "that", "as"}:
            _clause_of(line, index, ends, reports)
        elif kind == "judge" and not particle and _is_passive(line, index) and word not in lexicon.ing:
            _passive(line, index, ends, reports)
        elif particle or kind:
            _verb(line, index, index + (2 if particle else 1), particle or kind or "", ends, reports)
        else:
            continue
        cues += 1
    _speaker_label(line, reports)
    _go_on(line, ends, reports)
    for index, quote in line.quotes.items():
        _settle_quote(line, index, quote)
        if quote.source is None and quote.start >= line.start:
            around = (r.source for r in reports[:_MOST_AROUND] if r.content.start <= quote.start < r.content.end)
            quote.source = next(around, None)
    return reports


def _go_on(line: _Line, ends: list[int], reports: list[_Report]) -> None:
    """Report what goes on with a report in its tense after a semicolon: "...; it would go on speaking to all"."""
    for index in range(2, len(line.words) - 2):
        if line.words[index] != ";" or line.words[index + 1] not in _HEIRS or line.words[index + 2] not in _HEIRLOOMS:
            continue
        sources = [report.source for report in reports[-_MOST_AROUND:] if report.content.end <= line.ends[index]]
        sources += [quote.source for place, quote in line.quotes.items() if place < index and quote.speech][-1:]
        if sources and sources[-1] is not None:
            _push(line, index + 1, ends[index + 1], sources[-1], reports)
        return


def _speaker_label(line: _Line, reports: list[_Report]) -> None:
    """Report "Minister: The talks will go on" in headlines and transcripts; after a semicolon there may be another."""
    begin = 0
    while begin < len(line.words):
        end = next((p for p in range(begin, len(line.words)) if line.words[p] == ";"), len(line.words))
        if not _is_labelled(line, begin, end, reports):
            return
        begin = end + 1


def _is_labelled(line: _Line, begin: int, end: int, reports: list[_Report]) -> bool:
    """Report one part of a line after its label; False if it has none."""
    colon = next((p for p in range(begin + 1, min(end, begin + 7)) if line.words[p] == ":"), end)
    if colon == end or line.words[begin] in _lexicon().words["labels"] or not line.is_capital(begin):
        return False
    if begin == 0 and end == len(line.words) and end < colon + 4:
        return False
    for position in range(begin, colon):
        if position in line.quotes or not (line.is_capital(position) or len(line.words[position]) <= 3):
            return False
    _push(line, colon + 1, end, line.span(begin, colon), reports)
    return True


def _clause_ends(line: _Line) -> list[int]:
    """For each word, where its clause ends: before a semicolon, or a comma with "but", "while" and the like."""
    resumes, be = _lexicon().words["author_resumes"], _lexicon().words["be"]
    count = len(line.words)
    ends = [count] * (count + 1)
    for index in range(count - 1, -1, -1):
        word = line.words[index]
        following = line.words[index + 1] if index + 1 < count else ""
        after = line.words[index + 2] if index + 2 < count else ""
        goes_on = after == "that" and (index + 3 >= count or line.words[index + 3] not in be)
        resumed = following in resumes and not goes_on
        if word == ";" or (word in {",", "—", "–"} and (resumed or _is_comment(line, index + 1))):
            ends[index] = index
        else:
            ends[index] = ends[index + 1]
    return ends


def _phrase_cue(line: _Line, index: int) -> int:
    """Number of words of a set phrase of saying that begins here ("made it clear"), with "that" after it; else 0."""
    for phrase in _lexicon().phrases.get(line.words[index], ()):
        end = index + len(phrase)
        if tuple(line.words[index:end]) == phrase and line.words[end : end + 1] == ["that"]:
            return len(phrase)
    return 0


def _is_comment(line: _Line, first: int) -> bool:
    """Whether the words after a comma speak of what was said: "a charge that Riga denies", "which Riga denies"."""
    words, lexicon = line.words, _lexicon()
    if words[first : first + 1] == ["which"]:
        return not lexicon.words["responses"].isdisjoint(words[first + 1 : first + 7])
    if words[first : first + 1] in (["a"], ["an"], ["the"]):
        first += 1
        first += first < len(words) and words[first].isalpha() and words[first] not in lexicon.words["comments"]
    noun = words[first : first + 1]
    relative = {"that", "which"} & set(words[first + 1 : first + 3])
    return bool(noun) and noun[0] in lexicon.words["comments"] and bool(relative)


def _is_noun(line: _Line, index: int) -> bool:
    """Whether a word that may be a noun of reporting is one here: its content follows, and no subject precedes."""
    lexicon = _lexicon()
    word = line.words[index]
    if word not in lexicon.nouns_that and word not in lexicon.nouns_of:
        return False
    if word in lexicon.words["occasions"] and "in" in line.words[max(0, index - 2) : index]:
        return False  # "said in a statement that"
    if index > 1 and line.words[index - 2] == "," and line.words[index - 1] in {"a", "an"}:
        return False  # "..., a claim that Riga denied"
    before = line.words[index - 1] if index else ""
    after = line.words[index + 1] if index + 1 < len(line.words) else ""
    nominal = (
        index == 0 or before in lexicon.words["determiners"] or before in {"'s", "’s"} or word not in lexicon.verbs
    )
    return nominal and (
        (word in lexicon.nouns_that and (after == "that" or (after == "whether" and word == "question")))
        or (word in lexicon.nouns_that and after == "by" and "that" in line.words[index + 3 : index + 9])
        or (word in lexicon.nouns_that and after in {"in", "among"} and "that" in line.words[index + 3 : index + 6])
        or (word in lexicon.nouns_of and after in {"of", "about", "against", "over", "for"})
    )


def _noun(line: _Line, index: int, ends: list[int], reports: list[_Report]) -> None:
    """Report "Moscow's claim that ...", "accusations of ..."."""
    start = index + 2
    source = None
    if line.words[index + 1] in {"by", "in", "among"}:  # "the claim by X that ...", "a belief in Riga that ..."
        start = line.words.index("that", index + 3) + 1
        source = line.span(index + 2, start - 1) if line.words[index + 1] == "by" else None
    end = ends[start] if start <= len(line.words) else start
    if start >= end:
        return
    if index <= 3:  # a subject: what its own verb says is the author's
        copulas = [p for p in range(start + 2, min(end, start + 40)) if line.words[p] in _lexicon().words["copulas"]]
        end = copulas[-1] if copulas else end
    if source is None and index and line.words[index - 1] in {"'s", "’s"}:
        source = _subject(line, index - 1)
    _push(line, start, end, source, reports)


def _is_in_view(line: _Line, index: int) -> bool:
    """Whether a noun stands in "in X's view", "in the words of X", "in his opinion"."""
    if index + 1 < len(line.words) and line.words[index + 1] == "of":
        near = line.words[max(0, index - 2) : index]
        return "in" in near or ("from" in near and line.words[0] == "as")
    before = line.words[index - 1] if index else ""
    if before in {"his", "her", "their"}:
        return line.words[max(0, index - 2)] == "in"
    return before in {"'s", "’s", "'", "’"} and "in" in line.words[max(0, index - 8) : index]


def _view(line: _Line, index: int, ends: list[int], reports: list[_Report]) -> None:
    if index + 1 < len(line.words) and line.words[index + 1] == "of":
        first, last = index + 2, _phrase_end(line, index + 2, ends)
        source = line.span(first, last) if first < last else None
        begin = max(index - 2, 0) if "in" in line.words[max(0, index - 2) : index] else 0
    else:
        begin = index - 1
        while line.words[begin] != "in":
            begin -= 1
        last = index + 1
        source = line.span(begin + 1, index - 1) if begin + 1 < index - 1 else None
    _around(line, begin, last, source, ends, reports)


def _according(line: _Line, index: int, ends: list[int], reports: list[_Report]) -> None:
    """Report "According to X, ...", "..., according to X", "..., according to X, ..."."""
    last = _phrase_end(line, index + 2, ends)
    source = line.span(index + 2, last) if index + 2 < last else None
    _around(line, index, last, source, ends, reports)


def _as_put(line: _Line, index: int, ends: list[int], reports: list[_Report]) -> None:
    """Report "As X put it, ..."."""
    begin = index
    while line.words[begin] != "as":
        begin -= 1
    _around(line, begin, index + 2, _subject(line, index), ends, reports)


def _is_point(line: _Line, index: int) -> bool:
    """Whether a noun says what somebody holds: "the minister's argument is that ..."."""
    owner = line.words[index - 1] if index else ""
    owned = owner in {"'s", "’s", "his", "her", "their", "official"}
    if line.words[index + 1 : index + 2] in (["in"], ["of"], ["among"], ["at"]):
        owned = owner == "the"
    for position in range(index + 1, min(len(line.words) - 1, index + 7)):
        if line.words[position] in {"is", "was"}:
            return owned and line.words[position + 1] == "that"
    return False


def _sure(line: _Line, index: int, ends: list[int], reports: list[_Report]) -> None:
    """Report "X is certain that ..."."""
    source = _subject(line, index)
    names = line.text[source.start : source.end].lower() if source is not None else "it"
    if names not in _lexicon().words["no_witness"]:
        _push(line, index + 2, ends[index + 2] if index + 2 < len(line.words) else index + 2, source, reports)


def _is_so(line: _Line, index: int) -> bool:
    """Whether "so" stands for "says", as in translated prose: ", so the protocol,", "— so Lee in Riga."."""
    words, lexicon = line.words, _lexicon()
    before = words[index - 1] if index else ""
    named = index + 1 < len(words) and (line.is_capital(index + 1) or words[index + 1] in {"the", "a", "an"})
    if before not in {",", *_DASHES} or not named:
        return False
    last = next((p for p in range(index + 1, len(words)) if words[p] in {",", *_DASHES}), len(words))
    closed = last < len(words) or before in _DASHES
    return (
        closed and last - index <= 7 and (lexicon.words["be"] | lexicon.words["copulas"]).isdisjoint(words[index:last])
    )


def _believe(line: _Line, index: int, ends: list[int], reports: list[_Report]) -> None:
    """Report "If we are to believe X, ..."."""
    last = _phrase_end(line, index + 1, ends)
    source = line.span(index + 1, last) if index + 1 < last else None
    begin = next(p for p in range(index - 1, -1, -1) if line.words[p] == "if")
    _around(line, begin, last, source, ends, reports)


def _is_impersonal(line: _Line, index: int) -> bool:
    """Whether "it is" begins an insertion: ", it is stressed in the commentary,"."""
    participle = line.words[index + 1 : index + 2]
    inserted = index > 1 and line.words[index - 2] == ","
    if not inserted or not participle:
        return False
    return participle[0] in _lexicon().passive or (participle[0].endswith("ed") and participle[0] in _lexicon().verbs)


def _hearsay(line: _Line, index: int, ends: list[int], reports: list[_Report]) -> None:
    """Report "It was reported from Riga that ..."."""
    start = next((p for p in range(index + 1, min(len(line.words), index + 8)) if line.words[p] == "that"), None)
    if start is not None:
        _push(line, start + 1, ends[start], None, reports)


def _impersonal(line: _Line, index: int, ends: list[int], reports: list[_Report]) -> None:
    last = min(index + 2, len(line.words))
    source = None
    if line.words[last : last + 1] in (["in"], ["by"]):
        end = _phrase_end(line, last + 1, ends)
        source, last = (line.span(last + 1, end) if last + 1 < end else None), end
    _around(line, index - 1, last, source, ends, reports)


def _phrase_end(line: _Line, start: int, ends: list[int]) -> int:
    """Where a noun phrase after a preposition ends: at a comma, a quotation, a bracket, or with the clause."""
    stop = min(ends[min(start, len(line.words))], start + _SOURCE_WORDS)
    for index in range(start, stop):
        if line.words[index] in {",", ".", "(", ":", "—", "–", _QUOTED, "?", "!"}:
            return index
    return max(stop, min(start, len(line.words)))


def _around(line: _Line, begin: int, last: int, source: Span | None, ends: list[int], reports: list[_Report]) -> None:
    """Report the clause around a phrase, without the phrase."""
    first = _clause_start(line, begin)
    stop = begin - 1 if begin > first and line.words[begin - 1] == "," else begin
    if stop > first and line.words[stop - 1] in _RELATIVES:
        first = stop  # "... which, in X's view, ...": what stands before is not X's
    goes_on = last < len(line.words) and line.words[last] == "," and ends[last] > last + 1
    if goes_on and last + 1 in line.quotes:
        _speak(line.quotes[last + 1], source)
    goes_on = goes_on and ends[last] > last + 2
    if stop - first >= 2 or (stop > first and goes_on and line.words[first] not in _lexicon().words["openers"]):
        _push(line, first, stop, source, reports)
        if goes_on:
            _push(line, last + 1, ends[last], source, reports)
    elif last < len(line.words):
        _push(line, last, ends[last], source, reports)


def _clause_of(line: _Line, index: int, ends: list[int], reports: list[_Report]) -> None:
    """Hearsay: the whole clause."""
    _push(line, _clause_start(line, index), ends[index], None, reports)


def _passive(line: _Line, index: int, ends: list[int], reports: list[_Report]) -> None:
    """Report "A was criticised by B for C": the whole clause is B's, but for B."""
    stop = min(ends[index], index + 12)
    by = next((p for p in range(index + 1, stop) if line.words[p] == "by"), None)
    if by is None and line.words[index] not in _lexicon().passive:
        return
    source = None
    if by is not None:
        last = _phrase_end(line, by + 1, ends)
        links = {"for", "as", "to", "over"} | ({"of"} if line.words[index].startswith(("accus", "suspect")) else set())
        cut = next((p for p in range(by + 2, last) if line.words[p] in links), last)
        source = line.span(by + 1, cut) if by + 1 < cut else None
        _push(line, _passive_start(line, index), by, source, reports)
        if cut < last:
            _push(line, cut, ends[index], source, reports)
        return
    _push(line, _passive_start(line, index), ends[index], source, reports)


def _passive_start(line: _Line, index: int) -> int:
    """Where the clause of a passive verb begins: "... after Moscow was accused"."""
    low = _clause_start(line, index)
    stops = _lexicon().words["subject_stops"]
    return next((p + 1 for p in range(index - 1, low - 1, -1) if line.words[p] in stops), low)


def _clause_start(line: _Line, index: int) -> int:
    """Where the clause before a word begins: after a semicolon, or after a comma with "but" and the like."""
    resumes = _lexicon().words["author_resumes"]
    for position in range(index - 1, max(-1, index - 80), -1):
        if line.words[position] == ";" or (
            position and line.words[position] in resumes and line.words[position - 1] == ","
        ):
            return position + 1
    return max(0, index - 80)


def _is_passive(line: _Line, index: int) -> bool:
    """Whether a form of "be" stands before a participle, adverbs apart."""
    be, words = _lexicon().words["be"], line.words
    if index and (words[index - 1] in be or words[index - 1] in {"'s", "’s"}):
        return True
    if index < 2 or not (words[index - 1].endswith("ly") or words[index - 1] in _lexicon().words["auxiliaries"]):
        return index > 1 and words[index - 2] in be
    return words[index - 2] in be or words[index - 2] in {"'s", "’s"}


def _verb(line: _Line, index: int, after: int, kind: str, ends: list[int], reports: list[_Report]) -> None:
    """A reporting verb: find its source, and its content before or after it."""
    lexicon = _lexicon()
    words = line.words
    before = words[index - 1] if index else ""
    if (index == 1 and before == "that") or (words[after : after + 1] == ["by"] and _is_passive(line, index)):
        return  # "That said, ...", "was denied by ..."
    if words[index] in lexicon.words["naming"] and _names_noun(line, index, after):
        return  # "a book called “...”"
    if words[index] == "briefing" and not _is_passive(line, index):
        return  # a noun
    if words[index].startswith("brief") and words[after : after + 1] in (["on"], ["about"], ["by"]):
        return  # "a person briefed on the talks"
    if (before in lexicon.words["determiners"] and before not in lexicon.words["quantifiers"]) or (
        before == "to" and index > 1 and words[index - 2] in lexicon.words["idle"]
    ):
        return  # a noun ("the report"), or a set phrase
    if words[index] in lexicon.ambiguous and not _is_finite(line, index):
        return
    if _is_trailing(line, index, after, kind):
        _trailing(line, index, after, kind, ends, reports)
        return
    source = _source_of(line, index, reports)
    if source is not None:
        names = line.text[source.start : source.end].lower()
        if names == "you" and index == 1 and words[index] in lexicon.words["addressed"]:
            names = ""  # "You write that ...": the one who is answered
        if names in lexicon.words["no_source"] or names.split(" ", 1)[0] in _NO_SOURCE or names.endswith("nobody"):
            return
        if words[0] in _QUESTIONS and names.split()[-1] in {"you", "we", "i"}:
            return  # "When did you realise that ...?"
        if _is_figures(line, source):
            return
        if kind == "show" and names in lexicon.words["no_witness"]:
            return
        if names == "it" and _is_passive(line, index):
            return  # "it should be noted that"
    if kind in {"say", "judge"} and words[after : after + 1] and words[after] in _PLACES and _is_passive(line, index):
        return  # "was denied in Paris"
    if kind == "show" and (before == "became" or _is_passive(line, index)):
        return  # "it became known that"
    if kind == "judge" and after < len(words) and words[after] in lexicon.words["be"]:
        return
    if source is None and index == 0 and words[index] not in lexicon.ing and not words[index].endswith(("s", "ed")):
        return  # "Say what you like"
    if source is None and words[index] == "believe" and words[after : after + 1] == ["me"]:
        return
    start = _content_start(line, after, kind, ends)
    if start is None or words[start] in {"and", "or"}:
        return
    if start in line.quotes and kind != "judge":
        _claim_quote(line, start, source)
        _cut_last(line, index, source, reports)
        if line.quotes[start].words >= _LONG or line.quotes[start].whole:
            return
    _cut_last(line, index, source, reports)
    end = _content_end(line, start, kind, source, ends)
    if _is_inserted(line, index, after, kind):  # "..., accused of theft, ...", "Denying that ..., she ..."
        end = next((p for p in range(start, end) if words[p] == ","), end)
    _push(line, start, end, source, reports)


def _is_clause(line: _Line, first: int) -> bool:
    """Whether words begin like a clause with a subject of its own."""
    words = _lexicon().words
    return line.is_capital(first) or line.words[first] in words["speaker_articles"] | words["pronouns"]


def _content_end(line: _Line, start: int, kind: str, source: Span | None, ends: list[int]) -> int:
    """Where content ends that begins at ``start``.

    With its clause, and at a comma already if the clause is subordinate ("While X said A, B").
    """
    if start >= len(line.words):
        return start
    if kind == "judge":
        for position in range(start + 1, min(ends[start] - 2, start + 60)):
            joint = line.words[position] == "," and line.words[position + 1] in {"and", "but"}
            if joint and _is_clause(line, position + 2):
                return position
    if source is not None and line.words[0] in _lexicon().words["subordinators"]:
        begin = next((p for p in range(min(8, len(line.words))) if line.starts[p] >= source.start), 8)
        if begin < 8 and "," not in line.words[:begin]:
            return next(
                (p for p in range(start + 1, min(ends[start], start + 60)) if line.words[p] == ","), ends[start]
            )
    return ends[start]


def _is_finite(line: _Line, index: int) -> bool:
    """Whether a word that is a noun as often as a verb ("claims") has a subject, or what only a verb has after it."""
    words, lexicon = line.words, _lexicon()
    after = words[index + 1] if index + 1 < len(words) else ""
    if index + 1 in line.quotes or after == "that" or (after and _quote_before(line, index)):
        return True
    present = words[index].endswith("s")
    if present and _is_aside(line, index):
        return True
    past = _skip_adjuncts(line, index + 1, "say")
    if past > index + 1 and words[past : past + 1] == ["that"]:
        return True
    named = after != "" and line.is_capital(index + 1)
    if present and named and _has_subject(line, index):
        return True
    if present and (named or after in lexicon.words["speaker_articles"]):
        later = words[index + 2 : index + 6]
        if not lexicon.words["copulas"].isdisjoint(later) and "," not in later and index > 1:
            return True
    if after in lexicon.words["pronouns"]:
        return True
    inverted = index > 0 and words[index - 1] == "," and after != ""
    if inverted and (_is_speaker(line, index, index + 1) or (named and _names_somebody(line, index + 1))):
        return True
    position = index - 1
    while position > index - 4 and position >= 0 and words[position].endswith("ly"):
        position -= 1
    if position < 0:
        return False
    if not after:
        return True
    before = words[position]
    if (
        before in lexicon.words["pronouns"]
        or before in lexicon.words["auxiliaries"]
        or before in {"we", "i", "you", "people"}
    ):
        return True
    if after in lexicon.words["noun_followers"]:
        return False
    return line.is_capital(position) or (
        not words[index].endswith("s") and before.endswith("s") and before not in {"'s", "’s"}
    )


def _is_inserted(line: _Line, index: int, after: int, kind: str) -> bool:
    """Whether what a verb reports ends at the next comma, its clause being none of its own."""
    words = line.words
    if index == 0:
        return words[0] in _lexicon().ing
    if words[:2] == ["in", "what"] and index < 14:
        return True
    for position in range(index - 1, max(0, index - 12), -1):
        if words[position] == ",":
            if words[position + 1] in {"which", "who", "whose"}:
                return True
            break
    participle = words[index - 1] == "," and kind == "judge" and words[index].endswith("ed")
    return participle and words[after : after + 1] in (["of"], ["as"])


def _has_subject(line: _Line, index: int) -> bool:
    """Whether words that begin like a subject lead from the sentence's start, or a comma, to a word."""
    words, lexicon = line.words, _lexicon()
    for position in range(index - 1, max(-1, index - 10), -1):
        if words[position] in lexicon.words["subject_stops"] | {";", ":"} or position in line.quotes:
            return False
        if position == 0 or words[position - 1] == ",":
            named = line.is_capital(position) or words[position] in lexicon.words["speaker_articles"]
            return named and words[index - 1] not in lexicon.words["determiners"]
    return False


def _is_aside(line: _Line, index: int) -> bool:
    """Whether a verb ends an insertion, when and where apart: ", a colleague reports," or ", Lee notes in a letter"."""
    words, lexicon = line.words, _lexicon()
    heads = lexicon.words["speaker_articles"] | lexicon.words["some"]
    end = _skip_adjuncts(line, index + 1, "say")
    ends = end >= len(words) or words[end] in {",", ";", ":", "—", "–"}
    if not ends and words[end] not in _PLACES and words[index + 1] not in _PLACES:
        return False
    for position in range(index - 1, max(-1, index - 10), -1):
        if words[position] in {",", "as", "—", "–"} or position in line.quotes:
            return index - position > 1 and (line.is_capital(position + 1) or words[position + 1] in heads)
        if words[position] in lexicon.words["subject_stops"] | {";", ":"}:
            return False
        owner = line.is_capital(position + 1) or words[position + 1] in lexicon.words["articles"]
        if words[position] == "of" and not owner:
            return False
    return False


def _directs(line: _Line, index: int, following_verb: bool = True) -> bool:
    """Whether a verb is followed by somebody and "to": "asked Moscow to help", "compared Moscow to a fox"."""
    words = line.words
    for position in range(index + 1, min(len(words) - 1, index + 10)):
        if words[position] == "to":
            name = line.is_capital(position + 1) and following_verb
            return position > index + 1 and not name and words[index + 1] not in _PLACES
        if words[position] in {",", ";", ":", "that", "and"} or position in line.quotes:
            return False
    return False


def _sees_as(line: _Line, index: int) -> bool:
    """Whether a verb of seeing says what something is taken for: "sees Moscow as a friend"."""
    for position in range(index + 1, min(len(line.words), index + 7)):
        if line.words[position] == "as":
            return position > index + 1 and _HEIRS.isdisjoint(line.words[position + 1 : position + 2])
        if line.words[position] in {",", ";", ":", "that"} or position in line.quotes:
            return False
    return False


def _push(line: _Line, first: int, last: int, source: Span | None, reports: list[_Report]) -> None:
    """Report the words from ``first`` up to ``last``, without punctuation and "that" at their edges."""
    while first < last and line.words[first] in {",", ":", "that", "—", "–"}:
        first += 1
    while first < last and line.words[last - 1] in {",", ".", ":", "—", "–"}:
        last -= 1
    if first < last:
        reports.append(_Report(line.span(first, last), source))


def _cut_last(line: _Line, index: int, source: Span | None, reports: list[_Report]) -> None:
    """End the report before where a coordinate clause with a verb of its own begins: "X said A, and Y said B"."""
    if not reports:
        return
    begin = source.start if source is not None else line.starts[index]
    last = reports[-1].content
    if not last.start < begin < last.end:
        return
    before = line.text[max(last.start, begin - 8) : begin].rstrip()
    for joint in (", and", ", but", ", while", ",", ";"):
        if before.endswith(joint):
            reports[-1].content = Span(last.start, max(last.start, begin - 8) + len(before) - len(joint))
            return


# --- sources ---------------------------------------------------------------------------------------------------------


def _subject(line: _Line, index: int) -> Span | None:
    """The words before a verb that name who speaks; None where none are found."""
    words, lexicon = line.words, _lexicon()
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
    for position in range(last - 1, max(-1, last - _SOURCE_WORDS), -1):
        word = words[position]
        if word in {";", ":", _QUOTED, "—", "–", "(", ")"} or word in stops:
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


def _source_of(line: _Line, index: int, reports: list[_Report]) -> Span | None:
    """Who says what a verb reports.

    After a comma a form in -ing goes on with the source before it ("he said ..., adding that").
    """
    if index and line.words[index] in _lexicon().ing and line.words[index - 1] in {",", _QUOTED, "and"}:
        if reports:
            return reports[-1].source
        near = (line.quotes[p] for p in range(index - 1, max(-1, index - _SOURCE_WORDS), -1) if p in line.quotes)
        quote = next(near, None)
        return quote.source if quote else None
    return _subject(line, index)


def _heads(line: _Line, first: int) -> bool:
    """Whether the words from ``first`` to the next comma look like the noun that an apposition explains."""
    second = first + 1 < len(line.words) and line.words[first + 1] != ","
    later_comma = "," in line.words[first : first + 12]
    return second and later_comma and (line.is_capital(first) or line.words[first] in {"the", "a", "an"})


def _without_adjunct(line: _Line, first: int, last: int) -> int:
    """Skip "On Monday" and the like before a subject."""
    lexicon = _lexicon()
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


def _is_trailing(line: _Line, index: int, after: int, kind: str) -> bool:
    """Whether the content stands before the verb: "..., he said.", "..., said Smith."."""
    words, lexicon = line.words, _lexicon()
    if index == 0 or words[index] in lexicon.ing:
        return False
    following = words[after] if after < len(words) else ""
    if _is_inverted(line, index) and following:  # the subject may follow the verb
        if following in {_QUOTED, ",", ":", "that"}:
            return False
        if kind == "judge":
            return False
        if words[index - 1] == _QUOTED or _is_speaker(line, index, after):
            return True
        subject = line.is_capital(after) or words[index] not in lexicon.words["transitive"]
        if subject and _names_somebody(line, after) and not _follows_insertion(line, index):
            return True
        spoken = _quote_before(line, index) is not None
        if spoken and (line.is_capital(after) or words[after] in lexicon.words["some"] or words[index - 1] == ","):
            return words[after] not in lexicon.words["pronouns"]
        if _is_headline(line, index, after):
            return True
    source = _subject(line, index)
    if source is None:
        return False
    first = _first_word(line, index, source)
    quoted = _quote_before(line, first)
    if quoted and following not in {"", "that", ":", _QUOTED} and (kind != "judge" or _takes_it(line, after)):
        return True  # '"...," she said of the plan', '"...", she calls it'
    if kind == "judge":
        return False
    spoken = kind != "show" or words[index] in lexicon.words["spoken"]
    if spoken and not _is_passive(line, index) and _is_long_adjunct(line, first, _past_addressee(line, after, kind)):
        return True  # "..., she said on the edge of a meeting in Vienna"
    end = _skip_adjuncts(line, after, kind)
    if end < len(words) and words[end] not in {",", ";", "?", "!", "—", "–"}:
        return False
    short = 2 < first < 7 and "," not in words[: first - 1]
    if end >= len(words) and short and words[0] in lexicon.words["prepositions"]:
        return False  # "In Riga, she complained."
    if end + 1 in line.quotes and _QUOTED not in words[max(0, index - _SOURCE_WORDS) : index]:
        quote = line.quotes[end + 1]
        if not line.text[quote.start : quote.start + 1].islower():
            return False  # 'she said, "We ..."'
    return first > 0 and (words[first - 1] in _CLAUSE_MARKS or words[first - 1] in {"—", "–", "as"})


def _first_word(line: _Line, index: int, source: Span | None) -> int:
    """The first word of a source that stands before ``index``; ``index`` itself where there is none."""
    while index and source is not None and line.starts[index - 1] >= source.start:
        index -= 1
    return index


def _is_inverted(line: _Line, index: int) -> bool:
    """Whether a verb stands where the subject follows it: after a comma or a quotation, with or without a dash."""
    before = line.words[index - 1]
    return before in _CLAUSE_MARKS or (before in _DASHES and _quote_before(line, index) is not None)


def _quote_before(line: _Line, position: int) -> _Quote | None:
    """The quotation that ends as speech does right before a word; its comma, and a dash, may stand outside."""
    place = position - 1
    outside = False
    while place > max(0, position - 3) and line.words[place] in {",", *_DASHES}:
        outside = True
        place -= 1
    quote = line.quotes.get(place)
    return quote if quote and (outside or _ends_speech(line, quote)) else None


def _is_speaker(line: _Line, index: int, after: int) -> bool:
    """Whether a phrase after a verb is a speaker: "said the deputy,", not "said the deputy would lie"."""
    words, lexicon = line.words, _lexicon()
    somebody = words[after] in lexicon.words["speaker_articles"] or words[after] in lexicon.words["some"]
    if not somebody and not (line.is_capital(after) and {"'s", "’s", "of"} & set(words[after + 1 : after + 4])):
        return False
    last = after + 1
    quoted = _quote_before(line, index) is not None
    stops = {",", ";", ":", "—", "–", "("} | (lexicon.words["asides"] if quoted else set())
    while last < min(len(words), after + 12) and words[last] not in stops:
        if words[last] in lexicon.words["be"] or words[last] in lexicon.words["copulas"] or last in line.quotes:
            return False
        last += 1
    if last == after + 12:
        return False
    heads = words[after + 1 : last]
    if not quoted and (words[index] in lexicon.words["transitive"] or _follows_insertion(line, index)):
        return False
    if words[index] in lexicon.words["document_verbs"]:
        return not lexicon.words["documents"].isdisjoint(heads)
    return quoted or last - after <= 10


def _follows_insertion(line: _Line, index: int) -> bool:
    """Whether the comma before a verb closes a clause about its subject: "Riga, which pays, said the plan ..."."""
    words = line.words
    for position in range(index - 2, max(0, index - 40), -1):
        if words[position] == ",":
            return words[position + 1] in _RELATIVES or words[position + 1] in {
                "whose",
                "a",
                "an",
                "the",
                "once",
                "long",
            }
    return False


def _is_headline(line: _Line, index: int, after: int) -> bool:
    """Whether a line ends in a verb in the present and a speaker without an article: "..., says minister"."""
    speaker = line.words[after:]
    words = _lexicon().words
    plain = 0 < len(speaker) <= 4 and all(word.isalpha() for word in speaker)
    present = index > 3 and line.words[index].endswith(("s", "say", "warn")) and not line.is_capital(index)
    verbal = not (words["be"] | words["copulas"] | words["amounts"]).isdisjoint(speaker)
    return plain and present and not verbal and "," not in line.words[: index - 1]


def _takes_it(line: _Line, after: int) -> bool:
    return line.words[after : after + 1] in (["it"], ["him"], ["her"], ["them"], ["this"])


def _past_addressee(line: _Line, after: int, kind: str) -> int:
    return _skip_addressee(line, after) if kind == "tell" else after


def _is_long_adjunct(line: _Line, first: int, after: int) -> bool:
    """Whether a clause stands before "she said" and nothing but when and where it was said behind."""
    words, lexicon = line.words, _lexicon()
    if first < 3 or words[first - 1] != "," or words[after : after + 1] == [] or words[after] not in _PLACES:
        return False
    begin = _clause_start(line, first)
    if first - begin < 4 or words[begin] in lexicon.words["adverbials"]:
        return False
    for position in range(after + 1, min(len(words), after + 14)):
        if words[position] in {",", ";", "."}:
            return True
        if words[position] == "that" or position in line.quotes:
            return False
        if words[position] in lexicon.words["copulas"] or words[position] in lexicon.words["pronouns"]:
            return False
    return len(words) <= after + 14


def _ends_speech(line: _Line, quote: _Quote) -> bool:
    """Whether a quotation ends as one before "she said" does: with a comma, or another mark that ends a clause."""
    return line.text[quote.end - 1 : quote.end] in {",", "?", "!", "…", ".", "-", "—"}


def _names_somebody(line: _Line, after: int) -> bool:
    """Whether a phrase after a verb is a name: "said Ann Lee, a nurse", but not "a nurse, said Ann lied"."""
    last = after
    while last < min(len(line.words), after + 10) and line.words[last] not in {",", ";", "—", "–", "("}:
        if line.words[last] in _lexicon().words["be"] or last in line.quotes:
            return False
        if line.words[last] in _lexicon().words["copulas"]:
            return False
        last += 1
    return last > after and line.is_capital(last - 1) and not line.words[last - 1].isdigit()


def _is_figures(line: _Line, source: Span) -> bool:
    """Whether a source is nobody's words: "figures from the office", "exit polls"."""
    words = re.findall(r"\w+", line.text[source.start : source.end].lower())[:5]
    figures, after = _lexicon().words["figures"], _lexicon().words["figures_after"]
    return any(
        word in figures and (following is None or following in after) for word, following in pairwise([*words, None])
    )


def _trailing(line: _Line, index: int, after: int, kind: str, ends: list[int], reports: list[_Report]) -> None:
    """Report what stands before (and, after a comma, also behind) "he said" or "said Smith"."""
    words, lexicon = line.words, _lexicon()
    inverted = _is_inverted(line, index)
    source: Span | None
    if inverted:
        begin, last = index, _phrase_end(line, after, ends)
        asides = lexicon.words["asides"]
        last = next((p for p in range(after + 1, last) if words[p] in asides), last)
        source = line.span(after, last) if after < last else None
    else:
        source = _subject(line, index)
        begin, last = _first_word(line, index, source), _skip_adjuncts(line, after, "tell")
        if _is_long_adjunct(line, begin, _past_addressee(line, after, kind)):
            last = next((p for p in range(after, len(words)) if words[p] in {",", ";"}), len(words))
    if source is not None and line.text[source.start : source.end].lower() in lexicon.words["no_source"]:
        return
    if source is not None and _is_figures(line, source):
        return
    for position in range(max(0, begin - _SOURCE_WORDS), min(len(words), last + 3)):
        if position in line.quotes:
            _speak(line.quotes[position], source)
    if begin and words[begin - 1] == "as":  # "as he said, ..."
        _around(line, begin - 1, last, source, ends, reports)
        return
    first = _clause_start(line, begin)
    for report in reports[-_MOST_AROUND:]:  # what was taken to go on up to here ends before who says it
        if source is not None and report.content.start <= source.start < report.content.end and begin:
            report.content = Span(report.content.start, max(report.content.start, line.ends[begin - 1] - 1))
    if begin - 2 >= first and words[begin - 1] == "," and words[begin - 2] in _RELATIVES:
        first = begin  # "men who, prosecutors say, ..."
    if begin - first > 3 or not any(position in line.quotes for position in range(first, begin)):
        _push(line, first, begin, source, reports)
    if words[last : last + 1] == [":"]:
        _push(line, last + 1, ends[last + 1], source, reports)
        return
    if inverted and words[last : last + 1] == [","] and last + 1 < len(words):
        following = words[last + 1]
        goes_on = (
            following == "that" or following in lexicon.words["copulas"] | lexicon.words["be"] | lexicon.words["modals"]
        )
        adverbial = begin - first < 8 and words[first] in lexicon.words["prepositions"]
        if goes_on or adverbial or words[index] in lexicon.words["document_verbs"]:
            _push(line, last + 1, ends[last + 1], source, reports)
        return
    if inverted or begin - 1 in line.quotes or words[last : last + 1] != [","] or last + 1 >= len(words):
        return  # what follows tells when, where or of whom it was said
    following = words[last + 1]
    if following in {"before", "after", "without"} and words[last + 2 : last + 3] and words[last + 2].endswith("ing"):
        return  # "..., she said, before leaving"
    acts = lexicon.words["speaker_acts"]
    if following != _QUOTED and following not in lexicon.ing and following not in {"and", "who", "whose", *acts}:
        _push(line, last + 1, ends[last + 1], source, reports)


# --- content ---------------------------------------------------------------------------------------------------------


def _content_start(line: _Line, after: int, kind: str, ends: list[int]) -> int | None:
    """The word at which the content after a verb begins; None where nothing is reported."""
    words, lexicon = line.words, _lexicon()
    stop = min(len(words), ends[min(after, len(words))])
    if after >= stop:
        return None
    start = _skip_adjuncts(line, after, kind)
    adjunct = start > after or words[after] == "," or words[after] in lexicon.words["adjuncts"]
    for position in range(after, min(stop, after + _ADJUNCT_WORDS)):
        word = words[position]
        if word == "that" and (position in {after, start} or (adjunct and kind in {"say", "tell", "show"})):
            return position + 1 if position + 1 < stop else None
        if position in line.quotes:
            plain = _plain_start(line, after, start, stop, kind)
            return position if kind != "judge" and (plain is None or _leads_to(line, start, position)) else plain
        if word == ":" and position + 1 < stop:
            return position + 1
        if word in lexicon.words["complement"] and kind in {"tell", "show"} and position <= start + 1:
            return position
        if position > start + 4 and (word in {",", ";"} or not adjunct):
            break
    return _plain_start(line, after, start, stop, kind)


def _leads_to(line: _Line, start: int, position: int) -> bool:
    """Whether nothing but an adverbial stands between a verb and a quotation: "said in Paris: “...”"."""
    if position <= start or line.words[position - 1] in {",", ":"}:
        return True
    return line.words[start] in _PLACES and line.quotes[position].whole


def _plain_start(line: _Line, after: int, start: int, stop: int, kind: str) -> int | None:
    """Where content begins that neither "that" nor a mark announces."""
    if kind == "show" and not _is_survey(line, after):
        return None
    if kind == "judge":
        return after
    if _is_topic(line, after):
        return None
    return start if start < stop else None


def _names_noun(line: _Line, index: int, after: int) -> bool:
    """Whether "called" and a few words in quotation marks name the noun before it."""
    quote = line.quotes.get(after)
    if quote is None or quote.words >= _LONG:
        return False
    return line.words[index - 1] not in _lexicon().words["pronouns"] | _lexicon().words["auxiliaries"]


def _is_topic(line: _Line, after: int) -> bool:
    """Whether "said" is followed by what was spoken of: "said of the plan"."""
    said = line.words[after - 1] in {"said", "says", "say", "saying", "wrote", "writes", "write"}
    first = after
    while first < len(line.words) - 1 and first < after + 3 and line.words[first] in _lexicon().words["amounts"]:
        first += 1
    return said and line.words[first] in {"of", "about", "on"} and (first > after or line.words[first] != "on")


def _is_survey(line: _Line, after: int) -> bool:
    """Whether the subject of a verb of showing is a poll or a study: then whatever it shows is its finding."""
    return any(word in _lexicon().words["surveys"] for word in line.words[max(0, after - 6) : after])


def _skip_addressee(line: _Line, after: int) -> int:
    """Skip the person spoken to after "told": a pronoun, a name, or a noun, with what determines it."""
    words, lexicon = line.words, _lexicon()
    if words[after : after + 1] and words[after] in lexicon.words["pronouns"]:
        return after + 1
    position, last = after, min(len(words), after + 6)
    while position < last and (words[position] in lexicon.words["articles"] or line.is_capital(position)):
        position += 1
    noun = position < last and words[position].isalpha()
    return (
        position + 1 if noun and (position == after or words[position - 1] in lexicon.words["articles"]) else position
    )


def _skip_adjuncts(line: _Line, after: int, kind: str) -> int:
    """Skip "on Monday", "in an interview", "to reporters" after a verb."""
    words, lexicon = line.words, _lexicon()
    times, occasions = lexicon.words["time"], lexicon.words["occasions"]
    position = _skip_addressee(line, after) if kind == "tell" else after
    while position < min(len(words), after + 30):
        if words[position] in times or words[position].endswith("ly"):
            position += 1
            continue
        if words[position] in lexicon.words["adjuncts"]:
            end = next((p for p in range(position + 1, min(len(words), position + 7)) if words[p] in occasions), None)
            if end is not None and not any(words[p] in {",", "."} or p in line.quotes for p in range(position, end)):
                position = end + 1
                continue
        if words[position].isdigit() and position > after:
            position += 1
            continue
        break
    return position


# --- quotations and reporting words ----------------------------------------------------------------------------------


def _speak(quote: _Quote, source: Span | None) -> None:
    quote.speech = True
    if quote.source is None:
        quote.source = source


def _claim_quote(line: _Line, index: int, source: Span | None) -> None:
    """A reporting verb leads up to a quotation: it is speech, and its source is the verb's."""
    _speak(line.quotes[index], source)


def _settle_quote(line: _Line, index: int, quote: _Quote) -> None:
    """Decide on a quotation from the words beside it."""
    lexicon = _lexicon()
    before = line.words[index - 1] if index else ""
    if before in lexicon.words["naming"] and not quote.whole:
        quote.speech = False
    elif len(line.words) <= 2 and quote.whole:
        quote.speech = True  # a paragraph or a sentence of its own
    elif before == ":" and quote.words >= 2:
        _speak(quote, _subject(line, index - 1))
