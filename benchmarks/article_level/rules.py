"""Scores of sentences -> an article's score and its label: every rule among which is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from biasscore.aggregate import to_scores

from .scored import FloatArray, IntArray, Scored, TaskUsed

Weights = Literal["uniform", "anaphors 0.5", "lead", "mentions"]
Aggregation = Literal["mean", "non-neutral", "trimmed"]
Centre = float | Literal["median"]
# Simplest first: among settings that are equally good, the first is chosen.
TASKS: Final[tuple[TaskUsed, ...]] = ("stance", "sentiment", "mean")
WEIGHTS: Final[tuple[Weights, ...]] = ("uniform", "anaphors 0.5", "lead", "mentions")
AGGREGATIONS: Final[tuple[Aggregation, ...]] = ("mean", "trimmed", "non-neutral")
CENTRES: Final[tuple[Centre, ...]] = (0.0, "median")
CONSTANTS: Final[tuple[Centre, ...]] = (0.0, *(sign * step / 50 for step in range(1, 16) for sign in (-1, 1)))
BANDS: Final = tuple(step / 100.0 for step in range(51))
TRIM: Final = 0.2
LABELS: Final = ("negative", "neutral", "positive")


def sentence_weights(article: Scored, weights: Weights) -> FloatArray:
    """Weights of an article's sentences, float64 (n,), above 0."""
    if weights == "anaphors 0.5":
        return article.salience
    if weights == "lead":
        return np.reciprocal(1.0 + article.paragraphs.astype(np.float64))
    if weights == "mentions":
        return article.mentions.astype(np.float64)
    return np.ones(len(article))


def aggregate(probs: FloatArray, weights: FloatArray, aggregation: Aggregation) -> float:
    """One score of an article, in [-1, 1]; NaN if it has no sentence.

    Args:
        probs: Probabilities of its sentences, float64 (n, 3).
        weights: Their weights, float64 (n,).
        aggregation: "mean"; "non-neutral": of the sentences whose likeliest label is not the second; "trimmed": of
            those that are left when a fifth of them (rounded down) is cut at either end.
    """
    if not len(probs):
        return float("nan")
    scores = to_scores(probs)
    kept = np.ones(len(scores), np.bool_)
    if aggregation == "non-neutral":
        kept = probs.argmax(axis=1) != 1
        if not kept.any():
            return 0.0
    elif aggregation == "trimmed":
        cut = int(TRIM * len(scores))
        ranks = np.argsort(np.argsort(scores, kind="stable"), kind="stable")
        kept = (ranks >= cut) & (ranks < len(scores) - cut)
    return float(np.average(scores[kept], weights=weights[kept]))


def classify(values: FloatArray, bands: FloatArray | float) -> NDArray[np.int8]:
    """Labels of scores: 0 below ``-band``, 2 above ``band``, else 1; NaN is 1."""
    return (1 + (values > bands).astype(np.int8) - (values < np.negative(bands)).astype(np.int8)).astype(np.int8)


@dataclass(frozen=True, slots=True)
class Family:
    """How an article's score is made."""

    task: TaskUsed
    weights: Weights
    aggregation: Aggregation


@dataclass(frozen=True, slots=True)
class Rule:
    """A whole rule: a family, what is subtracted, and the band."""

    task: TaskUsed
    weights: Weights
    aggregation: Aggregation
    centre: Centre
    band: float

    def line(self) -> str:
        return f"{self.task}, {self.weights}, {self.aggregation}, centre {self.centre}, band {self.band:.2f}"


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """The rules among which is chosen.

    Attributes:
        families: How scores are made, f of them, simplest first.
        scores: Scores of the articles, float64 (f, n); NaN where the person is not found.
        centres: Which centres may be chosen.
        bands: Half-widths, rising, b of them.
    """

    families: tuple[Family, ...]
    scores: FloatArray
    centres: tuple[Centre, ...] = CENTRES
    bands: tuple[float, ...] = BANDS

    @classmethod
    def of(cls, articles: Sequence[Scored], families: tuple[Family, ...] = ()) -> Space:
        """Some families, or all."""
        families = families or tuple(Family(*parts) for parts in product(TASKS, WEIGHTS, AGGREGATIONS))
        scores = [
            [aggregate(a.probs(f.task), sentence_weights(a, f.weights), f.aggregation) for a in articles]
            for f in families
        ]
        return cls(families, np.array(scores))

    def part(
        self,
        tasks: Sequence[TaskUsed] = TASKS,
        weights: Sequence[Weights] = WEIGHTS,
        aggregations: Sequence[Aggregation] = AGGREGATIONS,
        centres: Sequence[Centre] = CENTRES,
    ) -> Space:
        """The rules whose parts are among those given."""
        rows = [
            index
            for index, f in enumerate(self.families)
            if f.task in tasks and f.weights in weights and f.aggregation in aggregations
        ]
        return Space(tuple(self.families[row] for row in rows), self.scores[rows], tuple(centres), self.bands)

    def predict(self, fitted: IntArray, asked: IntArray) -> NDArray[np.int8]:
        """Labels by every rule, int8 (f, c, b, len(asked)), with centres taken from the ``fitted`` articles only."""
        middle = np.empty((len(self.families), len(self.centres)))
        for column, centre in enumerate(self.centres):
            if centre == "median":
                seen = self.scores[:, fitted]
                middle[:, column] = np.nanmedian(seen, axis=1) if np.isfinite(seen).any() else 0.0
            else:
                middle[:, column] = centre
        shifted = self.scores[:, np.newaxis, asked] - middle[:, :, np.newaxis]
        return classify(shifted[:, :, np.newaxis, :], np.array(self.bands)[:, np.newaxis])

    def rule(self, place: tuple[int, int, int]) -> Rule:
        """The rule at a place of the axes of `predict`."""
        f = self.families[place[0]]
        return Rule(f.task, f.weights, f.aggregation, self.centres[place[1]], self.bands[place[2]])
