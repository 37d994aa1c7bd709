"""Sentences with their actors -> rows of text, for each way of asking a model. Knows neither tokens nor torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..blinding import ACTOR_MARK, blind
from ..spans import Spans
from .base import Rows

#: Stands between the two segments of a row. Like the actor mark a character that no text means anything by.
BREAK: Final = "\ue001"
_RESERVED: Final = str.maketrans({ACTOR_MARK: " ", BREAK: " "})


def span_rows(texts: Sequence[str], spans: Sequence[Spans]) -> Rows:
    """One row a sentence, each mention replaced by the actor mark: the default model's way.

    Args:
        texts: n sentences.
        spans: For each its mentions.

    Returns:
        Rows with a slot for each actor of each sentence.
    """
    blinded: list[str] = []
    marks: list[int] = []
    counts: list[int] = []
    slots = 0
    for text, own in zip(texts, spans, strict=True):
        masked, order = blind(text, own)
        numbers = {actor: slots + index for index, actor in enumerate(dict.fromkeys(order))}
        blinded.append(masked)
        marks += [numbers[actor] for actor in order]
        counts.append(len(order))
        slots += len(numbers)
    return Rows(blinded, np.array(marks, np.int64), np.array(counts, np.int64))


def single_rows(texts: Sequence[str]) -> Rows:
    """Rows with one slot each.

    Args:
        texts: n rows.

    Returns:
        The rows.
    """
    return Rows(texts, np.arange(len(texts), dtype=np.int64), np.ones(len(texts), np.int64))


@dataclass(frozen=True, slots=True)
class Question:
    """One actor in one sentence.

    Attributes:
        text: The sentence.
        spans: All its mentions, from left to right, none overlapping another.
        actor: The number of the actor that is asked about.
        name: The actor's name if one was given, else the words of its first mention.
    """

    text: str
    spans: Spans
    actor: int
    name: str

    @property
    def mention(self) -> str:
        """The words of the actor's first mention."""
        start, end = next((start, end) for start, end, actor in self.spans if actor == self.actor)
        return self.text[start:end].translate(_RESERVED)


def questions(
    texts: Sequence[str], spans: Sequence[Spans], names: Sequence[Mapping[int, str]] | None
) -> Iterator[Question]:
    """Take sentences apart into their actors.

    Args:
        texts: n sentences.
        spans: For each its mentions; of two that overlap the earlier (and at one start the longer) one counts.
        names: For each its actors' names, or None.

    Yields:
        A question for each actor, in the order of the rows.
    """
    for index, (text, given) in enumerate(zip(texts, spans, strict=True)):
        kept: list[tuple[int, int, int]] = []
        for span in sorted(given, key=lambda span: (span[0], -span[1])):
            if span[0] >= (kept[-1][1] if kept else 0) and span[1] > span[0]:
                kept.append(span)
        for actor in dict.fromkeys(number for _, _, number in kept):
            words = next(text[start:end] for start, end, number in kept if number == actor)
            name = names[index].get(actor, words) if names is not None else words
            yield Question(text, kept, actor, name.translate(_RESERVED))


def rewrite(question: Question, replace: Callable[[str, bool, bool], str], *, locate: bool) -> str:
    """Write a sentence anew, mention by mention.

    Args:
        question: The sentence and whom it is asked about.
        replace: ``(words, own, first)`` -> what stands for a mention: its words, whether it is the actor's, and whether
            it is the actor's first.
        locate: Whether `ACTOR_MARK` is put before the actor's first mention, for a window around it.

    Returns:
        The sentence.
    """
    pieces: list[str] = []
    position = 0
    first = True
    for start, end, actor in question.spans:
        own = actor == question.actor
        pieces.append(question.text[position:start].translate(_RESERVED))
        if own and first and locate:
            pieces.append(ACTOR_MARK)
        pieces.append(replace(question.text[start:end].translate(_RESERVED), own, own and first))
        first = first and not own
        position = end
    pieces.append(question.text[position:].translate(_RESERVED))
    return "".join(pieces)


def may_be_long(text: str, extra: str, max_tokens: int) -> bool:
    """Whether a row could have more tokens than a model takes: no token is shorter than a byte.

    Args:
        text: The sentence.
        extra: What else is in the row.
        max_tokens: The model's limit.

    Returns:
        False if it surely has not.
    """
    if len(text) + len(extra) > max_tokens // 2 or not (text.isascii() and extra.isascii()):
        return len(text.encode()) + len(extra.encode()) + 16 > max_tokens
    return False
