"""How good a classifier is: F1, accuracy, calibration; and how far annotators agree.

Labels are columns (0 to classes - 1), as `biasscore.labels.label_index` gives them. All of it is numpy, so that an
evaluation needs no more than the package itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import Described, InputError, expected

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# --- labels ----------------------------------------------------------------------------------------------------------


def confusion(gold: ArrayLike, predicted: ArrayLike, classes: int = 3) -> IntArray:
    """Count the pairs of labels.

    Args:
        gold: True labels, integers (n,), n > 0.
        predicted: Predicted labels, integers (n,).
        classes: Number of classes.

    Returns:
        int64 (classes, classes); rows are true labels, columns predicted ones.

    Raises:
        InputError: There are no labels, the lengths differ, or a label is outside its range.
    """
    rows, columns = _labels("gold", gold, classes), _labels("predicted", predicted, classes)
    _same_length("predicted", columns, rows)
    return np.bincount(rows * classes + columns, minlength=classes * classes).reshape(classes, classes)


def accuracy(gold: ArrayLike, predicted: ArrayLike, classes: int = 3) -> float:
    """Share of the predictions that are right.

    Args:
        gold: True labels, integers (n,), n > 0.
        predicted: Predicted labels, integers (n,).
        classes: Number of classes.

    Returns:
        The share, in [0, 1].

    Raises:
        InputError: As in `confusion`.
    """
    table = confusion(gold, predicted, classes)
    return float(np.trace(table) / table.sum())


def f1_per_class(gold: ArrayLike, predicted: ArrayLike, classes: int = 3) -> FloatArray:
    """F1 of each class: ``2 * tp / (2 * tp + fp + fn)``.

    Args:
        gold: True labels, integers (n,), n > 0.
        predicted: Predicted labels, integers (n,).
        classes: Number of classes.

    Returns:
        float64 (classes,), in [0, 1]; NaN for a class that neither occurs nor is predicted.

    Raises:
        InputError: As in `confusion`.
    """
    table = confusion(gold, predicted, classes)
    both = (table.sum(axis=0) + table.sum(axis=1)).astype(np.float64)  # 2 tp + fp + fn
    f1 = np.full(classes, np.nan)
    np.divide(2.0 * np.diag(table), both, out=f1, where=both > 0.0)
    return f1


def macro_f1(gold: ArrayLike, predicted: ArrayLike, classes: int = 3) -> float:
    """Mean F1 over the classes that occur or are predicted, each with the same weight.

    Args:
        gold: True labels, integers (n,), n > 0.
        predicted: Predicted labels, integers (n,).
        classes: Number of classes.

    Returns:
        The mean of `f1_per_class` without its NaN, in [0, 1].

    Raises:
        InputError: As in `confusion`.
    """
    return float(np.nanmean(f1_per_class(gold, predicted, classes)))


# --- probabilities ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """One row of a reliability table.

    Attributes:
        low: Lower edge of the confidence, not part of the bin.
        high: Upper edge, part of the bin.
        n: Number of predictions in it.
        confidence: Their mean confidence; None if there are none.
        accuracy: Share of them that is right; None if there are none.
    """

    low: float
    high: float
    n: int
    confidence: float | None
    accuracy: float | None


def reliability(probs: ArrayLike, gold: ArrayLike, bins: int = 15) -> tuple[ReliabilityBin, ...]:
    """Compare confidence with accuracy, bin by bin.

    The confidence of a prediction is the probability of its class, the largest of the row. The bins are of equal width,
    ``((m - 1) / bins, m / bins]``, as in Guo et al. (2017), *On Calibration of Modern Neural Networks*, section 2.

    Args:
        probs: Probabilities, float (n, k), n > 0; rows sum to 1.
        gold: True labels, integers (n,), 0 to k - 1.
        bins: Number of bins, at least 1.

    Returns:
        One row a bin, by rising confidence.

    Raises:
        InputError: There are no rows, the lengths differ, a row is no distribution, a label is outside its range, or
            ``bins`` is below 1.
    """
    table, labels = _probabilities(probs, gold)
    if bins < 1:
        raise InputError(expected("bins", "at least 1", bins, "Guo et al. use 15."))
    confidence = table.max(axis=1)
    right = table.argmax(axis=1) == labels
    edges = np.arange(1, bins) / bins
    place = np.searchsorted(edges, confidence, side="left")
    counts = np.bincount(place, minlength=bins)
    sure, hits = (np.bincount(place, weights=values, minlength=bins) for values in (confidence, right))
    return tuple(
        ReliabilityBin(
            low=m / bins,
            high=(m + 1) / bins,
            n=int(counts[m]),
            confidence=float(sure[m] / counts[m]) if counts[m] else None,
            accuracy=float(hits[m] / counts[m]) if counts[m] else None,
        )
        for m in range(bins)
    )


def expected_calibration_error(probs: ArrayLike, gold: ArrayLike, bins: int = 15) -> float:
    """Expected calibration error: ``sum over bins of n_m / n * |accuracy_m - confidence_m|``.

    Guo et al. (2017), *On Calibration of Modern Neural Networks*, equation 3; the bins are those of `reliability`.

    Args:
        probs: Probabilities, float (n, k), n > 0; rows sum to 1.
        gold: True labels, integers (n,), 0 to k - 1.
        bins: Number of bins, at least 1.

    Returns:
        The error, in [0, 1]; 0 is best.

    Raises:
        InputError: As in `reliability`.
    """
    rows = reliability(probs, gold, bins)
    gaps = [
        row.n * abs(row.accuracy - row.confidence)
        for row in rows
        if row.accuracy is not None and row.confidence is not None
    ]
    return sum(gaps) / sum(row.n for row in rows)


def brier(probs: ArrayLike, gold: ArrayLike) -> float:
    """Brier score: ``mean over rows of sum over classes of (p - y)**2``, y being 1 for the true class and 0 otherwise.

    Brier (1950), *Verification of Forecasts Expressed in Terms of Probability*, Monthly Weather Review 78(1).

    Args:
        probs: Probabilities, float (n, k), n > 0; rows sum to 1.
        gold: True labels, integers (n,), 0 to k - 1.

    Returns:
        The score, in [0, 2]; 0 is best.

    Raises:
        InputError: There are no rows, the lengths differ, a row is no distribution, or a label is outside its range.
    """
    table, labels = _probabilities(probs, gold)
    return float(np.mean(np.sum((table - np.eye(table.shape[1])[labels]) ** 2, axis=1)))


# --- agreement -------------------------------------------------------------------------------------------------------


def krippendorff_alpha_nominal(ratings: Sequence[Sequence[Hashable | None]]) -> float:
    """Krippendorff's alpha for nominal labels, any number of coders, and missing values.

    ``alpha = 1 - D_o / D_e`` with, for a unit u that m_u >= 2 coders labelled, n_uc of them with c,

    - ``D_o = 1 / n * sum over u of (m_u**2 - sum over c of n_uc**2) / (m_u - 1)``,
    - ``D_e = (n**2 - sum over c of n_c**2) / (n * (n - 1))``, n_c and n being sums over these units.

    Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*, section C.

    Args:
        ratings: A row of labels for each coder, all of one length, one entry a unit; None where a coder gave none.

    Returns:
        Alpha: 1 for perfect agreement, 0 for chance, below 0 for less than chance. NaN where it is not defined: no unit
        has two labels, or all labels are the same.

    Raises:
        InputError: The rows differ in length.
    """
    if len({len(row) for row in ratings}) > 1:
        lengths = [len(row) for row in ratings]
        raise InputError(expected("ratings", "rows of one length", lengths, "Put None where a label is missing."))
    totals: Counter[Hashable] = Counter()
    observed = 0.0
    for unit in zip(*ratings, strict=True):
        labels = Counter(label for label in unit if label is not None)
        size = labels.total()
        if size >= 2:
            totals += labels
            observed += _unequal_pairs(labels) / (size - 1)
    if len(totals) < 2:
        return float("nan")
    return 1.0 - (totals.total() - 1) * observed / _unequal_pairs(totals)


def _unequal_pairs(labels: Counter[Hashable]) -> int:
    """Number of ordered pairs of different labels."""
    return labels.total() ** 2 - sum(count**2 for count in labels.values())


# --- checks ----------------------------------------------------------------------------------------------------------


def _labels(name: str, values: ArrayLike, classes: int) -> IntArray:
    labels = np.asarray(values)
    if labels.ndim != 1 or len(labels) == 0 or not np.issubdtype(labels.dtype, np.integer):
        raise InputError(
            expected(
                name, "integers of shape (n,), n > 0", Described(f"{labels.dtype} {labels.shape}"), "Use `label_index`."
            )
        )
    if labels.min() < 0 or labels.max() >= classes:
        wrong = labels[(labels < 0) | (labels >= classes)][0]
        raise InputError(expected(name, f"labels from 0 to {classes - 1}", wrong, "Use `label_index`."))
    return labels.astype(np.int64)


def _same_length(name: str, values: NDArray[np.generic], gold: IntArray) -> None:
    if len(values) != len(gold):
        raise InputError(expected(name, f"of length {len(gold)}", len(values), "Give one a true label."))


def _probabilities(probs: ArrayLike, gold: ArrayLike) -> tuple[FloatArray, IntArray]:
    table = np.asarray(probs, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] == 0 or table.shape[1] == 0:
        raise InputError(expected("probs", "of shape (n, k), n > 0", table.shape, "Give one row a true label."))
    # float32 rows miss 1 by a hair; comparisons with NaN are false, so NaN is refused too
    if not (np.all(table >= 0.0) and np.all(np.abs(table.sum(axis=1) - 1.0) <= 1e-3)):
        raise InputError(
            expected("probs", "rows that sum to 1", Described("others"), "Give probabilities, not logits.")
        )
    labels = _labels("gold", gold, table.shape[1])
    _same_length("probs", table, labels)
    return table, labels
