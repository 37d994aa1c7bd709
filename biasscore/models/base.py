"""The seam between the engine and a classifier: what goes in, what comes out, and who tokenises.

The engine knows sequences of tokens and *slots*: a slot is one (sentence, actor) whose two logit vectors are wanted. A
backend turns texts into tokens, and steps of packed tokens into logits. It never sees which article, actor or order
they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids of n texts, one after the other.

    Attributes:
        ids: (tokens,) int32.
        offsets: (n + 1,) int64; text i has the ids from ``offsets[i]`` to ``offsets[i + 1]``.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]


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


class StepTooLargeError(Exception):
    """The device has no memory for a step; the engine answers it in halves."""


class Backend(Protocol):
    """A classifier of marked actors in sentences.

    Implementations are immutable after loading, so that threads may share one.

    Attributes:
        name: Name of the model.
        weights: SHA-256 of its weights, first 16 hex digits.
        description: How it runs, for provenance ("torch 2.13.0, cpu, float32, packed").
        max_tokens: Longest sequence it takes, special tokens included.
        actor_id: Token id of the actor mark.
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

    def forward(self, step: Step) -> NDArray[np.float32]:
        """Logits of every slot.

        Args:
            step: Packed sequences.

        Returns:
            (n_slots, 2, 3) float32: sentiment and stance logits.

        Raises:
            StepTooLargeError: The device has no memory for it.
        """
        ...
