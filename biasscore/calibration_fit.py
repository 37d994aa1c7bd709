"""Logits and true labels -> the calibration that makes probabilities of them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .calibration import POWER, Calibration, centre
from .errors import InputError, expected

#: Rows of each label that a fit needs.
LEAST: Final = 5
#: Weight of the penalty on all but the slope, in rows: keeps them finite where the labels are separable.
_RIDGE: Final = 0.1
#: Bounds of the slope; a fit at the upper one would like to be surer still, as where the labels are separable.
SLOPES: Final = (0.05, 20.0)


def fit_calibration(
    logits: NDArray[np.floating[Any]], gold: NDArray[np.int64], weights: NDArray[np.float64] | None = None
) -> Calibration:
    """Find the temperature, the knee and the offsets of least cross-entropy.

    The loss is convex in the slope ``1 / temperature``, in ``1 / (temperature * knee^8)`` and in the offsets. A knee is
    kept if it lowers the loss by more than a parameter must (the Bayesian information criterion, Schwarz 1978).

    Args:
        logits: (n, 3) float, before calibration; a constant a row does not matter.
        gold: (n,) int64, true labels, 0 to 2.
        weights: (n,) float64, positive, what each row counts; None for all the same.

    Returns:
        The calibration, with the shares of the labels as its prior; the offset of the middle class is 0.

    Raises:
        InputError: The shapes differ, a logit is not finite, or a label has fewer than 5 rows.
    """
    n = len(gold)
    if logits.ndim != 2 or logits.shape != (n, 3) or not np.isfinite(logits).all():
        raise InputError(expected("logits", f"finite, of shape ({n}, 3)", logits.shape, "Leave out bad rows."))
    counts = np.bincount(gold, minlength=3) if n else np.zeros(3, np.int64)
    if len(counts) != 3 or counts.min() < LEAST:
        raise InputError(
            expected("labels", f"at least {LEAST} rows of each", counts.tolist(), "Label more rows of the rare ones.")
        )
    centred, size = centre(logits.astype(np.float64))
    unit = max(float(np.median(size)), 1e-30)  # so that what is fitted is of one order, whatever the model
    # Features of each class for the parameters (slope, stretch, offset of the first class, offset of the third).
    features = np.zeros((n, 3, 4))
    features[:, :, 0] = centred
    features[:, :, 1] = centred * (size / unit) ** POWER
    features[:, 0, 2] = features[:, 2, 3] = 1.0
    shares = np.full(n, 1 / n) if weights is None else weights / weights.sum()
    plain, loss = _minimise(features[:, :, [0, 2, 3]], gold, shares)
    (slope, low, high), knee = plain.tolist(), None
    stretched, lower = _minimise(features, gold, shares)
    if stretched[1] > 0 and n * (loss - lower) > np.log(n) / 2:
        slope, stretch, low, high = stretched.tolist()
        knee = round(unit * float(slope / stretch) ** (1 / POWER), 6)
    negative, neutral, positive = np.bincount(gold, shares, minlength=3).round(6).tolist()
    bias = (round(low, 6), 0.0, round(high, 6))
    return Calibration(round(1 / slope, 6), bias, (negative, neutral, positive), knee)


def _minimise(
    features: NDArray[np.float64], gold: NDArray[np.int64], shares: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """The parameters of least cross-entropy, by Newton's method with halved steps.

    Args:
        features: (n, 3, p) float64: what each parameter adds to each class; the first parameter is the slope.
        gold: (n,) int64.
        shares: (n,) float64, what each row counts, with sum 1.

    Returns:
        (p,) float64, and the loss with its penalty.
    """
    rows = np.arange(len(gold))
    penalty = np.full(features.shape[2], _RIDGE / len(gold))
    penalty[0] = 0.0

    def loss(parameters: NDArray[np.float64]) -> float:
        logits = features @ parameters
        top = logits.max(axis=1)
        total = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top
        return float((shares * (total - logits[rows, gold])).sum() + (penalty * parameters**2).sum() / 2)

    parameters = np.zeros(features.shape[2])
    parameters[0] = 1.0
    before = loss(parameters)
    for _ in range(100):
        logits = features @ parameters
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances = powers / powers.sum(axis=1, keepdims=True)
        means = np.einsum("nc,ncp->np", chances, features)
        slope = shares @ (means - features[rows, gold]) + penalty * parameters
        second = np.einsum("n,nc,ncp,ncq->pq", shares, chances, features, features)
        curve = second - (means * shares[:, None]).T @ means
        step = np.linalg.solve(curve + np.diag(penalty + 1e-12), slope)
        size = 1.0
        while size > 1e-9:
            tried = parameters - size * step
            tried[0] = np.clip(tried[0], *SLOPES)
            after = loss(tried)
            if after <= before:
                break
            size /= 2
        else:
            break
        moved = float(np.abs(tried - parameters).max())
        parameters, before = tried, after
        if moved < 1e-10:
            break
    return parameters, before
