"""Student's distribution with any degrees of freedom, whole or not, and p-values corrected for their number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from .errors import ConfigError, InputError, expected

Correction = Literal["holm", "bh"]
CORRECTIONS: Final = ("holm", "bh")
_TINY: Final = 1e-300


def t_tail(t: float, dof: float) -> float:
    """P(T > t) for t >= 0.

    ``I_x(dof / 2, 1 / 2) / 2`` with ``x = dof / (dof + t**2)`` (Abramowitz and Stegun 1964, 26.7.1), I being the
    incomplete beta function.

    Args:
        t: Not negative, finite.
        dof: Degrees of freedom, above 0.

    Returns:
        In [0, 0.5], with a relative error below 1e-10.

    Raises:
        InputError: A number is outside its range, or none.
    """
    _check_dof(dof)
    if not 0.0 <= t < math.inf:
        raise InputError(expected("t", "a finite number that is not negative", t, "Take its absolute value."))
    if t == 0.0:
        return 0.5
    return 0.5 * _incomplete_beta(dof / 2.0, 0.5, dof / (dof + t * t), t * t / (dof + t * t))


def t_quantile(tail: float, dof: float) -> float:
    """The t with ``P(T > t) = tail``.

    Newton's method. The tail is convex and falling for t > 0, and the normal quantile lies below the root, so that the
    steps approach the root from below and can neither overshoot nor oscillate.

    Args:
        tail: In (0, 0.5].
        dof: Degrees of freedom, above 0.

    Returns:
        Not negative.

    Raises:
        InputError: A number is outside its range, or none: with NaN the search would have no end.
    """
    _check_dof(dof)
    if not 0.0 < tail <= 0.5:
        raise InputError(expected("tail", "in (0, 0.5]", tail, "Give a probability in that range."))
    t = max(-NormalDist().inv_cdf(tail), 0.0)
    scale = math.exp(math.lgamma((dof + 1.0) / 2.0) - math.lgamma(dof / 2.0)) / math.sqrt(dof * math.pi)
    for _ in range(2000):  # far out in a heavy tail each step is no more than a doubling
        density = scale * math.exp(-(dof + 1.0) / 2.0 * math.log1p(t * t / dof))
        step = (t_tail(t, dof) - tail) / density
        t += step
        if step <= 1e-12 * t:
            break
    return t


def _check_dof(dof: float) -> None:
    if not 0.0 < dof < math.inf:
        raise InputError(expected("dof", "a finite number above 0", dof, "Check the variances that it comes from."))


def _incomplete_beta(a: float, b: float, x: float, rest: float) -> float:
    """I_x(a, b), given x and ``rest = 1 - x``, either of which may be tiny.

    The continued fraction of Abramowitz and Stegun 26.5.8, which converges fast for ``x < (a + 1) / (a + b + 2)``; for
    larger x the symmetry ``I_x(a, b) = 1 - I_(1-x)(b, a)``.
    """
    if x <= 0.0:
        return 0.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _incomplete_beta(b, a, rest, x)
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(max(rest, _TINY))
    return math.exp(log) / (a * _fraction(a, b, x))


def _fraction(a: float, b: float, x: float) -> float:
    """``1 + d1 / (1 + d2 / (1 + ...))`` by the method of Lentz (1976), Applied Optics 15(3)."""
    value = numerator = 1.0
    denominator = 0.0
    for index in range(1, 10_000):
        half = index // 2
        if index % 2:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        denominator = 1.0 / (_off_zero(1.0 + term * denominator))
        numerator = _off_zero(1.0 + term / numerator)
        step = numerator * denominator
        value *= step
        if abs(step - 1.0) < 1e-14:
            break
    return value


def _off_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def correct(p_values: Sequence[float], method: Correction) -> NDArray[np.float64]:
    """Correct p-values for being many.

    "holm" keeps the chance of *any* false alarm below the level, whatever depends on what (Holm 1979, Scandinavian
    Journal of Statistics 6(2)): the k-th smallest of n is multiplied by ``n - k + 1``. "bh" keeps the expected *part*
    of false alarms among all alarms below it, for p-values that are independent or rise together (Benjamini and
    Hochberg 1995, Journal of the Royal Statistical Society B 57(1)): the k-th smallest is multiplied by ``n / k``. Then
    a larger p-value never gets a smaller corrected one, and none exceeds 1.

    Args:
        p_values: n numbers in [0, 1].
        method: "holm" or "bh".

    Returns:
        float64 (n,) in the order given.

    Raises:
        ConfigError: There is no such method.
    """
    if method not in CORRECTIONS:
        raise ConfigError(expected("correction", "'holm' or 'bh'", method, "Name one of these."))
    values = np.asarray(p_values, dtype=np.float64)
    n = len(values)
    order = np.argsort(values, kind="stable")
    ranks = np.arange(1, n + 1)
    if method == "holm":
        raised = np.maximum.accumulate(values[order] * (n - ranks + 1))
    else:
        raised = np.minimum.accumulate((values[order] * n / ranks)[::-1])[::-1]
    corrected = np.empty(n)
    corrected[order] = np.minimum(raised, 1.0)
    return corrected
