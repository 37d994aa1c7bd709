"""Transcripts: paragraphs that begin with a label for who speaks in them, "KASK: ...".

"Q:" and "A:" are no labels here: the gold set counts what stands behind them as the author's, who names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from .records import Sentence, Span
from .reporting_lexicon import load_reporting

#: So many paragraphs with labels make a transcript; one alone may be a headline, a heading or a dateline.
_FEWEST: Final = 2
#: How many words a label may have.
_MOST_WORDS: Final = 6
#: These begin a label as they begin other phrases: "THE PRESIDENT: ...".
_ARTICLES: Final = frozenset({"the", "a", "an"})
_LABEL: Final = re.compile(r"([^\W\d_][^\n:\d]{0,59}):(?=\s)")
#: "LEE (on tape)", "LEE [via interpreter]".
_REMARK: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")
#: Small letters of a name in capitals: "McCAIN", "DeSANTIS".
_PREFIX: Final = re.compile(r"\b(?:Mc|Mac|De|Di|La|Le|Van)(?=[A-Z])")
_WORDS: Final = re.compile(r"[^\W\d_]+")


def find_turns(text: str, sentences: Sequence[Sentence]) -> list[tuple[Span, Span]]:
    """Find what is said in the paragraphs of a transcript.

    Args:
        text: The article.
        sentences: Its sentences, in order.

    Returns:
        Content and source of each turn, in order: the content goes from behind the label to the next label, or to the
        end of the paragraph. None where fewer than two paragraphs begin with a label.
    """
    if ":" not in text:
        return []
    turns: list[tuple[Span, Span]] = []
    labelled = 0
    for _, paragraph in groupby(sentences, key=lambda sentence: sentence.paragraph):
        found = list(_read_paragraph(text, paragraph))
        labelled += bool(found)
        turns += found
    return turns if labelled >= _FEWEST else []


def _read_paragraph(text: str, sentences: Iterator[Sentence]) -> Iterator[tuple[Span, Span]]:
    """The turns of a paragraph that begins with a label; nothing of others."""
    source: Span | None = None
    start = end = 0
    for position, sentence in enumerate(sentences):
        label = _find_label(text, sentence)
        if label is None:
            if position == 0:
                return
        else:
            if source is not None and start < end:
                yield Span(start, end), source
            source = label
            start = text.index(":", label.end) + 1
            while start < sentence.end and text[start].isspace():
                start += 1
        end = sentence.end
    if source is not None and start < end:
        yield Span(start, end), source


def _find_label(text: str, sentence: Sentence) -> Span | None:
    """The label that a sentence begins with: in capitals, of a name or an office; what follows is in small letters."""
    start = sentence.start
    second = text[start + 1 : start + 2]
    if not text[start].isupper() or (second.islower() and second not in "ace"):  # "McCAIN", "DeSANTIS"
        return None
    label = _LABEL.match(text, start, sentence.end)
    if label is None:
        return None
    name = _REMARK.sub("", label[1]).rstrip()
    words = [word.lower() for word in _WORDS.findall(name)]
    if len(words) > _MOST_WORDS or not _PREFIX.sub("", name).isupper() or text[label.end() : sentence.end].isupper():
        return None
    return Span(start, start + len(name)) if len(name) > 1 and _names_speaker(words) else None


def _names_speaker(words: Sequence[str]) -> bool:
    """Whether a label in capitals is no heading ("UPDATE", "WEATHER"), state ("UKRAINE") or dateline ("RIGA")."""
    lexicon = load_reporting()
    lists = lexicon.words
    first, last = words[0], words[-1]
    if any(first in lists[name] or last in lists[name] for name in ("label_nouns", "headings", "complement")):
        return False
    if last in lists["labels"] or last in lexicon.states or (first in lists["labels"] and first not in _ARTICLES):
        return False
    return lists["datelines"].isdisjoint(words)
