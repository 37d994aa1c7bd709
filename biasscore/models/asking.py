"""What the ways of asking a model from the hub have in common: names or placeholders, and where an answer goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..checkpoint import Checkpoint
from ..label_maps import LabelMap
from ..labels import Task
from ..spans import Spans
from .base import Answers, Rows


class Asker(Protocol):
    """One way of asking a classifier of sequences about an actor.

    Attributes:
        tasks: What the model answers.
        per_pair: Rows for each (sentence, actor).
        segments: 1 or 2, segments of a row.
    """

    tasks: tuple[Task, ...]
    per_pair: int
    segments: int

    def rows(
        self, texts: Sequence[str], spans: Sequence[Spans], names: Sequence[Mapping[int, str]] | None = None
    ) -> Rows:
        """Rows of some sentences; see `biasscore.models.base.RowMaker.rows`."""
        ...

    def place(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Bring raw logits (n, k) into the engine's shape (n, 2, 3)."""
        ...

    def finish(self, values: NDArray[np.float32]) -> Answers:
        """Join the answers of a pair's rows; see `biasscore.models.base.RowMaker.finish`."""
        ...

    def describe(self) -> Mapping[str, Any]:
        """What the model is asked and how its labels were read, for provenance."""
        ...


def writer(checkpoint: Checkpoint) -> Callable[[str, bool, bool], str]:
    """How mentions are written: as they stand, or as placeholders.

    Args:
        checkpoint: How the model is asked.

    Returns:
        For `biasscore.models.rows.rewrite`.
    """
    own_words, other_words = checkpoint.placeholders

    def hide(words: str, own: bool, first: bool) -> str:
        return own_words if own else other_words

    def show(words: str, own: bool, first: bool) -> str:
        return words

    return hide if checkpoint.blind else show


def at_task(task: Task, logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Put logits of one task in its place.

    Args:
        task: The task.
        logits: (n, 3) float32.

    Returns:
        (n, 2, 3) float32, zeros for the other task.
    """
    values = np.zeros((len(logits), len(Task), 3), np.float32)
    values[:, list(Task).index(task)] = logits
    return values


class OneRowAsker:
    """What the ways of asking with one row for each pair do alike; the rest is the subclass's."""

    per_pair = 1

    def __init__(self, checkpoint: Checkpoint, labels: LabelMap, max_tokens: int) -> None:
        """Take a checkpoint's settings.

        Args:
            checkpoint: How it is asked.
            labels: Its labels.
            max_tokens: Its window.
        """
        self.tasks: tuple[Task, ...] = (labels.task,)
        self._checkpoint = checkpoint
        self._labels = labels
        self._max_tokens = max_tokens

    def place(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Bring raw logits (n, k) into the engine's shape (n, 2, 3)."""
        return at_task(self._labels.task, self._labels.logits(raw))

    def finish(self, values: NDArray[np.float32]) -> Answers:
        """One row a pair: nothing to join."""
        return Answers(values)
