"""Rows of the table: macro-F1 with its interval over articles, and the gain over another rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .scored import FloatArray, IntArray
from .selection import f1_of_tables, macro_f1s

RESAMPLES: Final = 2000


def bootstrap_f1(gold: IntArray, predicted: NDArray[np.int8], seed: int) -> FloatArray:
    """Macro-F1 of resampled articles, float64 (RESAMPLES,); one seed draws the same articles for all predictions."""
    n = len(gold)
    drawn = np.random.default_rng([seed, n]).multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES)
    cells = np.eye(9)[gold * 3 + predicted]
    return f1_of_tables((drawn @ cells).reshape(-1, 3, 3))


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: macro-F1 with its 95 % interval, F1 by label, accuracy, share of each label."""

    name: str
    macro_f1: float
    low: float
    high: float
    f1: tuple[float, ...]
    accuracy: float
    predicted: tuple[float, ...]
    partitions: tuple[float, ...] = ()
    gain: tuple[float, float, float] | None = None

    def line(self) -> str:
        other = f" {np.mean(self.partitions):.3f} ±{np.std(self.partitions):.3f}" if self.partitions else " " * 13
        gain = "" if self.gain is None else f"  {self.gain[0]:+.3f} [{self.gain[1]:+.3f}, {self.gain[2]:+.3f}]"
        parts = "/".join(f"{value:.2f}" for value in self.f1)
        return (
            f"{self.name:<44.44} {self.macro_f1:.3f} [{self.low:.3f}, {self.high:.3f}]{other}  {parts}  "
            f"{self.accuracy:.3f}{gain}"
        )


def figure(
    name: str,
    gold: IntArray,
    predicted: NDArray[np.int8],
    seed: int,
    partitions: Iterable[float] = (),
    against: NDArray[np.int8] | None = None,
) -> Figure:
    """Make a row; ``against`` are the predictions to which it is compared article by article."""
    table = np.bincount(gold * 3 + predicted, minlength=9).reshape(3, 3)
    f1 = 2.0 * np.diag(table) / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)
    replicates = bootstrap_f1(gold, predicted, seed)
    low, high = np.quantile(replicates, [0.025, 0.975])
    whole = float(macro_f1s(gold, predicted))
    gain = None
    if against is not None:
        ends = np.quantile(replicates - bootstrap_f1(gold, against, seed), [0.025, 0.975])
        gain = (whole - float(macro_f1s(gold, against)), float(ends[0]), float(ends[1]))
    return Figure(
        name,
        whole,
        float(low),
        float(high),
        tuple(f1.tolist()),
        float(np.trace(table) / table.sum()),
        tuple((table.sum(axis=0) / table.sum()).tolist()),
        tuple(partitions),
        gain,
    )
