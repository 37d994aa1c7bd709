"""The choice of a rule by nested cross-validation: what is predicted never chooses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .rules import Rule, Space
from .scored import FloatArray, IntArray

FOLDS: Final = 5


def folds(gold: IntArray, count: int, seed: Sequence[int]) -> list[IntArray]:
    """Split articles into folds with like shares of the labels.

    Args:
        gold: Labels, int64 (n,).
        count: Number of folds.
        seed: Seed of the shuffling.

    Returns:
        Sorted indices; together they are 0 to n - 1, each once. A label's number differs between folds by at most one.
    """
    generator = np.random.default_rng(seed)
    number = np.empty(len(gold), np.int64)
    dealt = 0
    for label in np.unique(gold):
        rows = generator.permutation(np.flatnonzero(gold == label))
        number[rows] = (dealt + np.arange(len(rows))) % count
        dealt += len(rows)
    return [np.flatnonzero(number == index) for index in range(count)]


def macro_f1s(gold: IntArray, predicted: NDArray[np.int8]) -> FloatArray:
    """Macro-F1 of many predictions, (..., n) -> (...), as `biasscore.metrics.macro_f1` defines it."""
    rows = predicted.reshape(-1, predicted.shape[-1]).astype(np.int64)
    cells = gold * 3 + rows + 9 * np.arange(len(rows))[:, np.newaxis]
    tables = np.bincount(cells.ravel(), minlength=9 * len(rows)).reshape(-1, 3, 3)
    return f1_of_tables(tables).reshape(predicted.shape[:-1])


def f1_of_tables(tables: NDArray[Any]) -> FloatArray:
    """Macro-F1 of confusion tables, (m, 3, 3) -> (m,)."""
    both = (tables.sum(axis=1) + tables.sum(axis=2)).astype(np.float64)
    f1 = np.full(both.shape, np.nan)
    np.divide(2.0 * np.diagonal(tables, axis1=1, axis2=2), both, out=f1, where=both > 0.0)
    return np.asarray(np.nanmean(f1, axis=1), np.float64)


def inner_scores(space: Space, gold: IntArray, train: IntArray, seed: Sequence[int]) -> FloatArray:
    """Cross-validated macro-F1 of every rule on the articles of ``train``, float64 (f, c, b).

    The validation predictions of all folds are pooled, since a fold holds too few negative articles for an F1 of its
    own. Neighbouring bands are averaged by threes, so that a lonely peak does not win.
    """
    pooled: list[NDArray[np.int8]] = []
    labels: list[IntArray] = []
    for held in folds(gold[train], FOLDS, seed):
        asked = train[held]
        pooled.append(space.predict(np.setdiff1d(train, asked), asked))
        labels.append(gold[asked])
    f1 = macro_f1s(np.concatenate(labels), np.concatenate(pooled, axis=-1))
    padded = np.concatenate([f1[..., :1], f1, f1[..., -1:]], axis=-1)
    return np.asarray((padded[..., :-2] + padded[..., 1:-1] + padded[..., 2:]) / 3.0, np.float64)


def choose(space: Space, gold: IntArray, train: IntArray, seed: Sequence[int]) -> tuple[int, int, int]:
    """Place of the rule with the highest inner score; the first among equals."""
    scores = np.round(inner_scores(space, gold, train, seed), 9)
    family, centre, band = np.unravel_index(int(np.argmax(scores)), scores.shape)
    return int(family), int(centre), int(band)


def nested(space: Space, gold: IntArray, seed: int) -> tuple[NDArray[np.int8], list[Rule]]:
    """Predict every article by the rule that the articles outside its fold choose.

    Returns:
        Labels, int8 (n,), and the rule of each outer fold.
    """
    predicted = np.ones(len(gold), np.int8)
    rules = []
    for number, held in enumerate(folds(gold, FOLDS, [seed])):
        train = np.setdiff1d(np.arange(len(gold)), held)
        place = choose(space, gold, train, [seed, number])
        predicted[held] = space.predict(train, held)[place]
        rules.append(space.rule(place))
    return predicted, rules
