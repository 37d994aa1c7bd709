"""Text -> sentences with exact offsets.

Rules for English news, with Russian and Kazakh where they occur in it. The text is read once from left to right: first
its lines (which line breaks end a paragraph?), then, within each paragraph, its full stops (which of them end a
sentence?). What is known of single words stands in ``data/abbreviations.toml``. The time is linear in the length of the
text whatever it holds: every pattern either consumes what it looked at or looks at a bounded number of characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, Protocol

from .files import read_data
from .records import Sentence


class Splitter(Protocol):
    """Anything that cuts a text into sentences; `split_sentences` is one."""

    def __call__(self, text: str) -> list[Sentence]:
        """Sentences in order, without the white space around them; every other character stands in exactly one."""
        ...


def split_sentences(text: str) -> list[Sentence]:
    """Cut a text into sentences.

    A paragraph ends at every blank line, and at a single line break unless the lines look hard-wrapped. No sentence
    crosses a paragraph's end, so that a headline on a line of its own is a sentence of its own. Sentences inside a
    quotation are sentences; marks that close a quotation or a bracket belong to the sentence before them. In doubt two
    sentences stay one ("end.Next").

    Args:
        text: Any string.

    Returns:
        The sentences in order. Their spans are half-open character offsets into ``text``, begin and end with a
        character that is not white space (`str.isspace`), do not overlap, and cover every character that is not white
        space. Empty for blank text.
    """
    sentences: list[Sentence] = []
    for paragraph, (start, end) in enumerate(_paragraphs(text)):
        for first, last in _sentences(text, start, end):
            sentences.append(Sentence(len(sentences), first, last, paragraph))
    return sentences


# --- words -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The lists of ``data/abbreviations.toml``, ready to be looked up.

    Attributes:
        classes: Abbreviation without its final full stop -> "never", "number", "weak" or "clock".
        after_clock: Days and time zones, lower case.
        before_letter: Words after which a single capital is no initial, lower case.
        exclaimed: Names that end in an exclamation mark, lower case.
        starters: Words likely to begin a sentence, lower case.
        subjects: Names that can be the subject of a sentence by themselves, lower case.
        verbs: Verbs that may follow them, lower case.
        speech: Verbs of speaking, lower case.
    """

    classes: dict[str, str]
    after_clock: frozenset[str]
    before_letter: frozenset[str]
    exclaimed: frozenset[str]
    starters: frozenset[str]
    subjects: frozenset[str]
    verbs: frozenset[str]
    speech: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    raw = read_data("abbreviations.toml")
    classes: dict[str, str] = {}
    # Classes named later win: "rev. 2" is a number's, "Rev. Smith" a title's.
    for name in ("number", "weak", "clock", "never"):
        for entry in raw[name]:
            forms = {entry, entry.upper()}
            if entry == entry.lower():
                forms.add(entry[:1].upper() + entry[1:])
            # A single capital letter is an initial, not an abbreviation of the list.
            classes.update((form, name) for form in forms if len(form) > 1 or form == entry)
    names = ("after_clock", "before_letter", "exclaimed", "starters", "subjects", "verbs", "speech")
    return _Lexicon(classes, *(frozenset(raw[name]) for name in names))


# --- paragraphs ------------------------------------------------------------------------------------------------------

_LINE: Final = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BREAKS: Final = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
#: Ends of lines, closing marks apart, after which a paragraph may well end.
_TERMINAL: Final = frozenset(".!?…:;。！？")
_CLOSING_MARKS: Final = "\"'”’»›)]}*"
#: Beginnings of list items and of dialogue.
_BULLETS: Final = frozenset("•‣▪●◦·*-–—−+>#")
#: Invisible characters that may stand before the first letter of a line or a sentence.
_INVISIBLE: Final = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
_OPENING_MARKS: Final = "\"'“‘„«‹([{" + _INVISIBLE
#: A hard-wrapped line is no longer than this.
_WIDEST_WRAP: Final = 120
_FIRST_WORD: Final = re.compile(r"\S{1,40}")


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the paragraphs, without the white space around them."""
    lines = _lines(text)
    width = _wrap_width(text, lines)
    start = line_start = end = -1
    previous = ""
    for first, last, after_blank in lines:
        line = text[first : min(last, first + 60)]
        if start >= 0 and (after_blank or not _continues(previous, line, end - line_start, width)):
            yield start, end
            start = -1
        if start < 0:
            start = first
        line_start, end = first, last
        previous = text[max(first, last - 60) : last]
    if start >= 0:
        yield start, end


def _lines(text: str) -> list[tuple[int, int, bool]]:
    """Start and end of every line that is not blank, and whether a blank line comes before it."""
    lines: list[tuple[int, int, bool]] = []
    previous = 0
    for match in _LINE.finditer(text):
        line = match.group()
        stripped = line.strip()
        if not stripped:
            continue
        start = match.start() + len(line) - len(line.lstrip())
        gap = text[previous : match.start()] if lines else ""
        breaks = gap.count("\n") or gap.count("\r") or sum(character in _BREAKS for character in gap)
        lines.append((start, start + len(stripped), breaks > 1 or "\f" in gap or "\u2029" in gap))
        previous = match.end()
    return lines


def _wrap_width(text: str, lines: list[tuple[int, int, bool]]) -> int:
    """Width at which the text was hard-wrapped; 0 if it was not.

    Only breaks inside a sentence prove wrapping. They are certain where a line that does not end in punctuation is
    followed by one in lower case; such pairs must be frequent. Texts without lower case (or with many names) are told
    by their shape: most lines end in mid-sentence, and the next line's first word would not have fitted.
    """
    pairs = certain = open_ends = 0
    widest_certain = widest = 0
    for (first, last, _), (start, end, after_blank) in pairwise(lines):
        if after_blank or text[start] in _BULLETS:
            continue
        pairs += 1
        if _ends_closed(text[max(first, last - 8) : last]):
            continue
        open_ends += 1
        widest = max(widest, last - first)
        if _starts_lower(text[start : min(end, start + 8)]):
            certain += 1
            widest_certain = max(widest_certain, last - first)
    if certain >= 2 and certain >= 0.35 * pairs and widest_certain <= _WIDEST_WRAP:
        return widest_certain
    if open_ends >= 3 and open_ends >= 0.6 * pairs and 30 <= widest <= _WIDEST_WRAP:
        full = sum(
            1
            for (first, last, _), (start, end, after_blank) in pairwise(lines)
            if not after_blank and last - first + 1 + _first_word_length(text, start, end) > widest
        )
        if full >= 0.8 * pairs:
            return widest
    return 0


def _continues(previous: str, line: str, length: int, width: int) -> bool:
    """Whether a line goes on in the paragraph of the line before it.

    Args:
        previous: The end of the line before.
        line: The beginning of this line.
        length: Length of the line before, in characters.
        width: Width at which the text is wrapped, or 0.
    """
    if line[0] in _BULLETS and not line[1:2].isalnum():
        return False
    if previous[-1] == "," or (_starts_lower(line) and not _ends_closed(previous)):
        return True
    return width > 0 and length <= width + 20 and length + 1 + _first_word_length(line, 0, len(line)) > width


def _ends_closed(line: str) -> bool:
    return line.rstrip(_CLOSING_MARKS)[-1:] in _TERMINAL


def _starts_lower(line: str) -> bool:
    return line.lstrip(_OPENING_MARKS)[:1].islower()


def _first_word_length(text: str, start: int, end: int) -> int:
    match = _FIRST_WORD.match(text, start, end)
    return len(match.group()) if match else 0


# --- sentences -------------------------------------------------------------------------------------------------------

# Every part is possessive or optional, so a match never fails after it has begun and nothing is read twice.
_STOP: Final = re.compile(
    r"(?P<run>[.!?…‥؟۔।。！？]++)"
    r"(?P<close>[\"'”’“‘»›«)\]}*]*+(?:\[\d{1,3}\])*+)"
    r"(?P<space>\s*+)"
    r"(?P<open>(?:[—–−-]{1,3}+\s*+)?[\"'“”‘’„‚«‹»(\[{¿¡*_\ufeff\u200b-\u200f\u2060]*+)"
)
_WORD: Final = re.compile(r"[^\W_]{1,40}(?:[-'’.][^\W_]{1,40}){0,4}")
_NEXT_WORD: Final = re.compile(r"[^\W_]{1,40}(?:['’-][^\W_]{1,40}){0,2}")
_FULLWIDTH: Final = frozenset("。！？")
_QUOTES: Final = frozenset("\"“”»«’'")
#: How far back the word before a full stop is looked for, in characters.
_LOOK_BACK: Final = 40


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of one paragraph."""
    uncased = not _has_upper(text, start, end)
    begin = start
    for match in _STOP.finditer(text, start, end):
        space, follow = match.start("space"), match.end()
        if match.end("space") == space and text[match.end("run") - 1] not in _FULLWIDTH:
            continue  # "3.5", "U.S", "end.Next"
        if follow >= end:
            if match.end("open") > match.start("open") and match.end("space") > space:
                continue  # a stray closing mark at the end of the paragraph
            break
        cut, resume = space, match.start("open")
        if text[follow].isspace() and match["open"][-1:] in _QUOTES:
            cut = resume = follow  # a closing mark after a space
            follow = _skip_space(text, follow, end)
        if _ends_sentence(text, begin, match, follow, end, uncased):
            yield begin, cut
            begin = _skip_space(text, resume, end)
    yield begin, end


def _skip_space(text: str, position: int, end: int) -> int:
    while position < end and text[position].isspace():
        position += 1
    return position


def _has_upper(text: str, start: int, end: int) -> bool:
    """Whether a paragraph uses capitals at all; a bounded look suffices."""
    return not text[start : min(end, start + 2000)].islower()


def _ends_sentence(text: str, begin: int, match: re.Match[str], follow: int, end: int, uncased: bool) -> bool:
    """Whether a run of terminal punctuation ends the sentence that began at ``begin``.

    Args:
        text: The whole text.
        begin: Start of the current sentence.
        match: A match of `_STOP`.
        follow: First character after the space and the opening marks.
        end: End of the paragraph.
        uncased: The paragraph has no capitals, so that lower case means nothing.
    """
    character = text[follow]
    if character.islower() and not uncased and not _hidden_capital(text, follow, end):
        return False
    if character in ".,;:?!…":
        return False
    run = match["run"]
    stop = match.start("run")
    if text[stop - 1 : stop] in {"[", "("} and match["close"][:1] in {"]", ")"}:
        return False  # "[...]" marks an omission
    if run == ".":
        return match["close"] != "" or not _is_abbreviation(text, begin, stop, follow, end)
    return not (run[-1] in "!?" and _exclamation_goes_on(text, begin, stop, match["close"], follow, end))


def _hidden_capital(text: str, follow: int, end: int) -> bool:
    """Words that begin a sentence in lower case: "iPhone", "eBay", "al-Assad"."""
    return text[follow + 1 : min(end, follow + 2)].isupper() or (
        text[follow : min(end, follow + 3)] in {"al-", "el-"} and text[follow + 3 : min(end, follow + 4)].isupper()
    )


def _exclamation_goes_on(text: str, begin: int, stop: int, close: str, follow: int, end: int) -> bool:
    """Whether the sentence goes on after "!" or "?" before a capital: '"Why?" Smith asked', "Yahoo! News"."""
    lexicon = _lexicon()
    if not close:
        return _word_before(text, begin, stop).lower() in lexicon.exclaimed
    if close[-1] not in _QUOTES:
        return False
    position = follow
    for _ in range(4):  # a name of up to four words, then the verb
        word = _NEXT_WORD.match(text, position, end)
        if word is None:
            return False
        if word.group() in lexicon.speech:
            return position > follow
        if not word.group()[0].isupper() or word.group().lower() in lexicon.starters:
            return False
        position = word.end() + 1
        if text[word.end() : position] != " ":
            return False
    return False


def _word_before(text: str, begin: int, stop: int) -> str:
    """The word that ends at ``stop``, without marks before it, at most `_LOOK_BACK` characters."""
    piece = text[max(begin, stop - _LOOK_BACK) : stop]
    if not piece or piece[-1].isspace():
        return ""
    return piece.split()[-1].lstrip("\"'“‘„«‹([{—–-" + _INVISIBLE)


def _is_abbreviation(text: str, begin: int, stop: int, follow: int, end: int) -> bool:
    """Whether the full stop at ``stop`` belongs to an abbreviation, an initial or a list number and ends nothing."""
    word = _word_before(text, begin, stop)
    if not word:
        return False
    if len(word) > 12 and "." not in word:
        return False
    lexicon = _lexicon()
    kind = lexicon.classes.get(word)
    if kind is None and "-" in word:
        kind = lexicon.classes.get(word.rpartition("-")[2])  # "Maj.-Gen", "mid-Jan"
    if kind == "never":
        return True
    if begin == stop - len(word) and (len(word) == 1 or word.isdigit()) and len(word) <= 3:
        return True  # "1. The ...", "A. We ..."
    if kind == "number":
        return text[follow].isdigit() or _is_roman(text, follow, end) or (len(word) == 1 and word.isupper())
    if kind == "clock":
        return text[follow].isdigit() or _next_word(text, follow, end) in lexicon.after_clock
    if kind == "weak":
        return not _begins_sentence(text, follow, end)
    if len(word) == 1 and word.isalpha():
        return _is_initial(text, begin, stop, word, follow, end)
    return "." in word and _is_acronym(word) and not _begins_sentence(text, follow, end)


def _is_initial(text: str, begin: int, stop: int, letter: str, follow: int, end: int) -> bool:
    """Whether a single letter with a full stop is an initial ("J. Smith") or part of one ("т. д.")."""
    if not letter.isupper():
        return not letter.isascii() and not _begins_sentence(text, follow, end)
    before = text[max(begin, stop - _LOOK_BACK) : stop - 1].split()
    if before and before[-1].lower() in _lexicon().before_letter:
        return False
    return not _begins_sentence(text, follow, end)


def _is_acronym(word: str) -> bool:
    """Whether a word with full stops inside is made of short parts: "U.S", "Ph.D", "N.V"."""
    return all(0 < len(part) <= 3 and part.isalpha() for part in word.split("."))


def _is_roman(text: str, follow: int, end: int) -> bool:
    word = _NEXT_WORD.match(text, follow, end)
    return word is not None and len(word.group()) <= 5 and set(word.group()) <= set("IVXLC")


def _next_word(text: str, position: int, end: int) -> str:
    word = _NEXT_WORD.match(text, position, end)
    return word.group().lower().replace("’", "'") if word else ""


def _begins_sentence(text: str, follow: int, end: int) -> bool:
    """Whether what follows an abbreviation looks like the beginning of a sentence."""
    lexicon = _lexicon()
    match = _NEXT_WORD.match(text, follow, end)
    if match is None:
        return False
    word = match.group().lower().replace("’", "'")
    if len(word) == 1 and text[match.end() : match.end() + 1] == ".":
        return False  # another initial: "J. A. Smith"
    if word in lexicon.starters:
        return True
    if word not in lexicon.subjects:
        return False
    after = _skip_space(text, match.end(), min(end, match.end() + 3))
    verb = _next_word(text, after, end)
    return verb in lexicon.verbs or (len(verb) > 4 and verb.endswith("ed"))
