"""The seam between the engine and a classifier: what goes in, what comes out, and who tokenises.

A model says how a sentence with its actors becomes rows of text (`RowMaker`), and turns rows into tokens and steps of
packed tokens into logits (`Backend`). The engine in between knows sequences of tokens and *slots*: a slot is one answer
that is wanted of a row. It never sees which article, actor or order they come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..labels import Task
from ..spans import Spans


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as a model wants them, and the slots that their marks stand for.

    Attributes:
        texts: n rows. For the default model a sentence with its actors' mentions replaced by the mark, as
            `biasscore.blinding.blind` does it.
        marks: (marks,) int64, the slot of each mark, row after row and left to right; slots of a row are consecutive,
            those of row i come before those of row i + 1, and within a row they are numbered by first appearance.
        counts: (n,) int64, marks of each row, all > 0.
    """

    texts: Sequence[str]
    marks: NDArray[np.int64]
    counts: NDArray[np.int64]

    @property
    def slots(self) -> int:
        """Number of slots."""
        return int(self.marks.max()) + 1 if len(self.marks) else 0


def join_rows(parts: Sequence[Rows]) -> Rows:
    """Put rows one after the other.

    Args:
        parts: Any number of them.

    Returns:
        All rows, their slots numbered on.
    """
    empty = np.zeros(0, np.int64)
    starts = np.cumsum([0, *(part.slots for part in parts)])
    return Rows(
        [text for part in parts for text in part.texts],
        np.concatenate([empty, *(part.marks + start for part, start in zip(parts, starts, strict=False))]),
        np.concatenate([empty, *(part.counts for part in parts)]),
    )


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids of n texts, one after the other.

    Attributes:
        ids: (tokens,) int32.
        offsets: (n + 1,) int64; text i has the ids from ``offsets[i]`` to ``offsets[i + 1]``.
        marks: (marks,) int64, ascending positions in ``ids`` of the marks; None where they have an id of their own.
        truncated: (n,) bool, texts that were cut to the model's window already; None if none was.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    marks: NDArray[np.int64] | None = None
    truncated: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one forward pass reads.

    Attributes:
        ids: (tokens,) int32, whole sequences packed without padding, sequences of one length side by side.
        lengths: (sequences,) int64, their lengths, which add up to ``tokens``.
        marks: (marks,) int64, ascending positions in ``ids`` at which actors stand.
        slots: (marks,) int64, the slot of each mark, from 0 to ``n_slots - 1``.
        sequences: (n_slots,) int64, the sequence each slot belongs to.
    """

    ids: NDArray[np.int32]
    lengths: NDArray[np.int64]
    marks: NDArray[np.int64]
    slots: NDArray[np.int64]
    sequences: NDArray[np.int64]


def equal_lengths(lengths: NDArray[np.int64]) -> Sequence[tuple[int, int, int]]:
    """Runs of sequences of equal length.

    Args:
        lengths: (sequences,) int64.

    Returns:
        For each run its first token, its number of sequences and their length.
    """
    edges = np.flatnonzero(np.diff(lengths)) + 1
    first = np.concatenate([np.zeros(1, np.int64), edges])
    counts = np.diff(np.append(first, len(lengths)))
    sizes = lengths[first]
    starts = np.cumsum(counts * sizes) - counts * sizes
    return list(zip(starts.tolist(), counts.tolist(), sizes.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model says of (sentence, actor) pairs.

    Attributes:
        values: (pairs, 2, 3) float32, sentiment and stance logits; zeros for a task that the model does not answer, NaN
            where it gave no finite answer.
        spread: (pairs, 2) float32, largest minus smallest score over a task's hypothesis templates, in [0, 2]; None
            for models that are asked once.
    """

    values: NDArray[np.float32]
    spread: NDArray[np.float32] | None = None


class RowMaker(Protocol):
    """How a model is asked about the actors of a sentence.

    Attributes:
        tasks: What it answers.
        per_pair: Slots for each (sentence, actor).
        calibration: Task -> temperature and biases, as `biasscore.calibration.from_mapping` reads it.
    """

    tasks: tuple[Task, ...]
    per_pair: int
    calibration: Mapping[str, Any]

    def rows(
        self, texts: Sequence[str], spans: Sequence[Spans], names: Sequence[Mapping[int, str]] | None = None
    ) -> Rows:
        """Make the rows of some sentences.

        Args:
            texts: n sentences without lone surrogates.
            spans: For each its mentions, at least one.
            names: For each the names of its actors by their numbers; None takes the words of their first mentions.

        Returns:
            Rows with ``per_pair`` slots for each actor of each sentence: sentence after sentence, a sentence's actors
            in the order of their first mentions.
        """
        ...

    def finish(self, values: NDArray[np.float32]) -> Answers:
        """Join the answers of a pair's slots.

        Args:
            values: (pairs * per_pair, 2, 3) float32, as the engine gives them.

        Returns:
            One answer a pair.
        """
        ...

    def describe(self) -> Mapping[str, Any]:
        """What a reader must know to repeat the measurement, for provenance; empty for the model of the package."""
        ...


class StepTooLargeError(Exception):
    """The device has no memory for a step; the engine answers it in halves."""


class Pending(Protocol):
    """The answer to a step that has been begun; an accelerator may still be at work on it."""

    def result(self) -> NDArray[np.float32]:
        """Wait for it.

        Returns:
            (n_slots, 2, 3) float32: sentiment and stance logits.
        """
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """An answer that is there already.

    Attributes:
        logits: (n_slots, 2, 3) float32.
    """

    logits: NDArray[np.float32]

    def result(self) -> NDArray[np.float32]:
        """The answer."""
        return self.logits


class Backend(Protocol):
    """A classifier of marked actors in sentences.

    Implementations are immutable after loading, so that threads may share one.

    Attributes:
        name: Name of the model.
        weights: SHA-256 of its weights, first 16 hex digits.
        description: How it runs, for provenance ("torch 2.13.0, cpu, float32, packed").
        max_tokens: Longest sequence it takes, special tokens included.
        actor_id: Token id of the actor mark, where `Tokens.marks` does not say where the marks are.
        edges: Token ids that every sequence begins and ends with.
    """

    name: str
    weights: str
    description: str
    max_tokens: int
    actor_id: int
    edges: tuple[int, int]

    def tokenise(self, texts: Sequence[str]) -> Tokens:
        """Tokenise blinded texts, uncut, with the edges."""
        ...

    def begin(self, step: Step) -> Pending:
        """Begin to compute the logits of every slot.

        Args:
            step: Packed sequences.

        Returns:
            The answer, which may not be there yet: the next step can be begun before it is asked for.

        Raises:
            StepTooLargeError: The device has no memory for it.
        """
        ...


class Model(Backend, RowMaker, Protocol):
    """A classifier with its way of asking."""
