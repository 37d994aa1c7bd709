"""Lengths in tokens -> steps of nearly equal size. Knows no model and no text.

A step packs whole sequences one after the other, without padding between them. Sequences of one length stand together,
so that attention runs over blocks of one shape and needs no mask.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .errors import ConfigError, expected


def plan_steps(lengths: NDArray[np.int64], *, step_tokens: int, window: int) -> Iterator[NDArray[np.int64]]:
    """Distribute sequences over steps.

    Within each window of sequences the longest go first, and what is left of a step is filled with the longest that
    still fit (first fit over the counts of each length, so that the work does not grow with the number of sequences but
    with that of steps).

    Args:
        lengths: (n,) int64, tokens of each sequence, all > 0.
        step_tokens: Most tokens in a step; a longer sequence has a step of its own.
        window: How many sequences are planned together.

    Yields:
        Indices into ``lengths``, (k,) int64, longest sequence first, sequences of one length in input order. Every
        index appears exactly once.

    Raises:
        ConfigError: ``step_tokens`` or ``window`` is not positive, or a length is.
    """
    if step_tokens < 1 or window < 1:
        raise ConfigError(expected("step_tokens and window", "positive", (step_tokens, window), "Leave the defaults."))
    if len(lengths) and int(lengths.min()) < 1:
        raise ConfigError(expected("lengths", "positive", int(lengths.min()), "Drop empty sequences."))
    for first in range(0, len(lengths), window):
        part = lengths[first : first + window]
        order = np.argsort(-part, kind="stable") + first
        yield from _fill(order, lengths, step_tokens)


def _fill(order: NDArray[np.int64], lengths: NDArray[np.int64], budget: int) -> Iterator[NDArray[np.int64]]:
    """Take slices of a window whose sequences are sorted, longest first."""
    # Runs of equal length: where each begins in `order`, and how many of it are left.
    sizes, starts, counts = np.unique(-lengths[order], return_index=True, return_counts=True)
    values = [-int(size) for size in sizes]
    heads, left = starts.tolist(), counts.tolist()
    first = 0
    while first < len(values):
        room = budget
        taken: list[NDArray[np.int64]] = []
        for run in range(first, len(values)):
            if not left[run]:
                continue
            fit = min(left[run], room // values[run])
            if not taken:
                fit = max(fit, 1)
            if fit:
                taken.append(order[heads[run] : heads[run] + fit])
                heads[run] += fit
                left[run] -= fit
                room -= fit * values[run]
            if room < values[-1]:
                break
        yield np.concatenate(taken)
        while first < len(values) and not left[first]:
            first += 1
