"""Quotation marks: paired, and which quotations are speech by their looks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final

from .records import Sentence, Span
from .reporting_lexicon import load_reporting

_MARK: Final = re.compile("''|``|[\"“”„‟«»‘’‚'‹›]")
_SINGLE: Final = frozenset("‘’‚'‹›")
_OPENERS: Final = frozenset("([{—–-/")
_DOUBLE: Final = re.compile("''|``|[\"“”„‟«»]")
#: »German« guillemets: one opens before a word, one closes after a word, and none opens as in «this».
_OPENS_REVERSED: Final = re.compile(r"(?<!\S)»(?=\w)")
_CLOSES_REVERSED: Final = re.compile(r"(?<=\S)«(?!\w)")
_OPENS_FORWARD: Final = re.compile(r"(?<![^\s(\[])«")
_SWAPPED: Final = {"«": "»", "»": "«"}
_WORDS: Final = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*+")
#: Who said it, at the end of a paragraph: ", said Ann Lee." or ", she said.".
_SPEAKER: Final = re.compile(
    r",\s(?:([a-z]+)\s(?:[A-Z][\w.'’-]*+\s?){1,4}|(?:he|she|they|(?:[A-Z][\w.'’-]*+\s?){1,4})\s([a-z]+))\.?$"
)
_LONGEST_SPEAKER: Final = 80
#: A quotation may run over so many paragraphs without a mark between the first and the last.
_MOST_PLAIN: Final = 2
#: A quotation is looked at so far: as many words as are counted, and as many characters, since marks may be nested.
_COUNTED: Final = 40
_LOOKED: Final = 1000
#: Quotations of at least this many words are speech unless they look like a title or a name.
LONG: Final = 5


@dataclass(slots=True)
class Quote:
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


def find_quotes(text: str, sentences: Sequence[Sentence]) -> list[Quote]:
    """All quotations in order, judged by their looks alone."""
    quotes: list[Quote] = []
    first = 0
    running = False
    left_open: Quote | None = None
    plain: list[Quote] = []
    swapped = _are_guillemets_reversed(text)
    while first < len(sentences):
        last = first
        while last + 1 < len(sentences) and sentences[last + 1].paragraph == sentences[first].paragraph:
            last += 1
        start, end = sentences[first].start, sentences[last].end
        found = _pair_marks(text, start, end, swapped, left_open is not None)
        _cut_at_speaker(text, found, end)
        for quote in found:
            quote.paragraph = sentences[first].paragraph
            quote.resumed = running and quote.left == start
            _look_at(text, quote)
        if left_open is not None and found and found[0].closed and found[0].left == found[0].start == start:
            quotes += plain
            for quote in (left_open, *plain, found[0]):  # one quotation, marked at its two ends alone
                quote.speech = True
                quote.resumed = quote is not left_open or quote.resumed
        open_now = next((quote for quote in found if not quote.closed and quote.end == end), None)
        running = open_now is not None
        if left_open is None or found or len(plain) == _MOST_PLAIN or _DOUBLE.search(text, start, end):
            left_open, plain = open_now, []
        else:
            plain.append(Quote(start, end, start, end, False, False, paragraph=sentences[first].paragraph))
            _look_at(text, plain[-1])
        quotes.extend(found)
        first = last + 1
    return quotes


def _are_guillemets_reversed(text: str) -> bool:
    """Whether a text quotes »like this« and nowhere «like this»."""
    if "«" not in text or not _OPENS_REVERSED.search(text) or not _CLOSES_REVERSED.search(text):
        return False
    return _OPENS_FORWARD.search(text) is None


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
    quotes: list[Quote] = field(default_factory=list)
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
                self.quotes.append(Quote(begin, left, before, left, False, bool(self.stack)))
        self.stack.append((single, left, inside))
        self.depth[single] += 1

    def close(self, single: bool, right: int, outside: int) -> None:
        """Close the last mark of a kind, forgetting those of the other kind inside that were never closed."""
        while self.stack[-1][0] != single:
            self._pop()
        _, left, begin = self._pop()
        self.quotes.append(Quote(begin, right, left, outside, True, bool(self.stack)))

    def finish(self, start: int) -> None:
        """Let the outermost mark that is still open run to the end; a single one only if it opens the paragraph."""
        for single, left, begin in self.stack:
            if begin < self.end and (not single or left == start):
                self.quotes.append(Quote(begin, self.end, left, self.end, False, False))
                return


def _cut_at_speaker(text: str, quotes: list[Quote], end: int) -> None:
    """End a quotation that lost its closing mark where its paragraph ends in who said it: "..., said Lee."."""
    if not quotes or quotes[-1].closed or quotes[-1].nested or quotes[-1].end != end:
        return
    speaker = _SPEAKER.search(text, max(quotes[-1].start, end - _LONGEST_SPEAKER), end)
    if speaker and load_reporting().verbs.get(speaker[1] or speaker[2]) == "say":
        quotes[-1].end = quotes[-1].right = speaker.start() + 1


def _pair_marks(text: str, start: int, end: int, swapped: bool, left_open: bool) -> list[Quote]:
    """Pair the marks of one paragraph, with « and » read for each other where they are ``swapped``.

    Single marks are apostrophes more often than not, so one that is not closed is forgotten (but at the paragraph's
    start); a double one that is not closed runs to the end of the paragraph, or to the next opening mark of its kind.
    A closing mark alone belongs to a quotation that the paragraph before left open, or whose opening mark is missing.
    """
    marks = [(match.start(), match.group()) for match in _MARK.finditer(text, start, end)]
    shapes = [_SWAPPED.get(mark, mark) for _, mark in marks] if swapped else [mark for _, mark in marks]
    roles = [_role(text, position, shape, start, end) for (position, _), shape in zip(marks, shapes, strict=True)]
    surely_closed_later = _sure_closings(text, marks, roles, start)
    pairing = _Pairing(end)
    for index, ((position, mark), role) in enumerate(zip(marks, roles, strict=True)):
        single = mark in _SINGLE
        inside = position + len(mark)
        if "c" in role and pairing.depth[single]:
            if not (single and surely_closed_later[index] and _may_be_possessive(text, position, end)):
                pairing.close(single, position, inside)
        elif (
            role == "c"
            and not (single or pairing.quotes or pairing.stack)
            and (text[position - 1] in ",.!?…" or (left_open and text[inside : inside + 1] == ","))
        ):
            pairing.quotes.append(Quote(start, position, start, inside, True, False))  # the opening mark is missing
        elif "o" in role and not (single and pairing.depth[1]):
            pairing.open(single, position, inside)
    pairing.finish(start)
    pairing.quotes.sort(key=lambda quote: (quote.start, -quote.end))
    return _without_overlaps(pairing.quotes)


def _without_overlaps(quotes: list[Quote]) -> list[Quote]:
    """Mark as nested whatever begins inside an earlier quotation; drop what crosses its end."""
    kept: list[Quote] = []
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
    return word is not None and word.group().lower() in load_reporting().words["elisions"]


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


def _look_at(text: str, quote: Quote) -> None:
    """Fill in what a quotation's own words tell."""
    end = min(quote.end, quote.start + _LOOKED)
    words = [match.group() for match in islice(_WORDS.finditer(text, quote.start, end), _COUNTED)]
    quote.words = len(words)
    long_words = [word for word in words if len(word) > 4 and word[0].isalpha()]
    quote.titled = 0 < len(words) <= 14 and words[0][0].isupper() and all(word[0].isupper() for word in long_words)
    inner = text[max(quote.start, quote.end - 3) : quote.end].rstrip("’'” ")
    quote.whole = bool(words) and words[0][0].isupper() and inner[-1:] in {".", "!", "?", "…"}
    if quote.nested:
        quote.speech = quote.words >= LONG and not quote.titled
    else:
        ends_in_comma = inner[-1:] == ","
        quote.speech = quote.words >= LONG and not (quote.titled and not quote.whole and not ends_in_comma)


def spread_sources(text: str, quotes: list[Quote]) -> None:
    """Let quotations without a source of their own take that of the one they go on from: "A," he said, "b"."""
    outer = [quote for quote in quotes if not quote.nested]
    for before, quote in pairwise(outer):
        halved = before.speech and text[before.end - 1] in ",?!" and text[quote.start : quote.end][:1].islower()
        goes_on = quote.resumed or ((quote.whole or halved) and before.paragraph == quote.paragraph)
        if goes_on and quote.source is None:
            quote.source = before.source
        if quote.resumed and before.speech:
            quote.speech = True
    for after, quote in pairwise(reversed(outer)):
        if quote.source is None and after.resumed:
            quote.source = after.source


def speak(quote: Quote, source: Span | None) -> None:
    """Make a quotation somebody's words; a source that it has already stays."""
    quote.speech = True
    if quote.source is None:
        quote.source = source
