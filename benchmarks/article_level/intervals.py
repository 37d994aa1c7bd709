"""How often the interval of `biasscore.aggregate.estimate` holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from biasscore.aggregate import estimate, to_scores
from biasscore.config import Measurement
from biasscore.records import Estimate

from .scored import Scored, TaskUsed

LONG: Final = 20
_MEASUREMENT: Final = Measurement()


def agree(first: Estimate, second: Estimate) -> bool:
    """Whether two estimates of one thing differ by no more than their intervals allow together."""
    if first.score > second.score:
        first, second = second, first
    return second.score - first.score <= float(np.hypot(first.high - first.score, second.score - second.low))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often an interval of level 0.95 holds.

    Attributes:
        what: Which check, on what.
        articles: Number of articles.
        trials: Number of comparisons.
        share: Share of them in which it holds, corrected where both sides are uncertain.
        plain: Share in which half A's interval holds half B's score as it is (0.83 expected); None in a simulation.
        width: Mean half-width of the intervals.
    """

    what: str
    articles: int
    trials: int
    share: float
    plain: float | None
    width: float


def halves(articles: Sequence[Scored], task: TaskUsed, least: int, splits: int, seed: int) -> Iterator[Coverage]:
    """Compare the halves of the articles with at least ``least`` sentences."""
    chosen = [article for article in articles if len(article) >= least]
    generator = np.random.default_rng([seed, least])
    for kind, times in (("random", splits), ("odd and even", 1), ("front and back", 1)):
        trials: list[tuple[bool, bool, float]] = []
        for article in chosen:
            scores, ones = to_scores(article.probs(task)), np.ones(len(article))
            for _ in range(times):
                if kind == "random":
                    mask = generator.permutation(len(article)) < len(article) // 2
                elif kind == "odd and even":
                    mask = np.arange(len(article)) % 2 == 1
                else:
                    mask = np.arange(len(article)) < len(article) // 2
                a, b = (estimate(scores[part], ones[part], _MEASUREMENT) for part in (mask, ~mask))
                if a is not None and b is not None:
                    trials.append((agree(a, b), a.low <= b.score <= a.high, (a.high - a.low) / 2))
        if trials:
            share, plain, width = np.mean(np.array(trials, np.float64), axis=0)
            name = f"{task}, {kind} halves, {least}+ sentences"
            yield Coverage(name, len(chosen), len(trials), float(share), float(plain), float(width))


def simulate(articles: Sequence[Scored], task: TaskUsed, draws: int, seed: int) -> Iterator[Coverage]:
    """Draw n sentences with replacement from those of long articles, and look for the article's mean."""
    chosen = [to_scores(article.probs(task)) for article in articles if len(article) >= LONG]
    for n in (3, 4, 8, 16, 32):
        generator = np.random.default_rng([seed, n])
        trials: list[tuple[bool, float]] = []
        for population in chosen:
            truth = float(population.mean())
            for sample in generator.choice(population, size=(draws, n)):
                found = estimate(sample, np.ones(n), _MEASUREMENT)
                if found is not None:
                    trials.append((found.low <= truth <= found.high, (found.high - found.low) / 2))
        if trials:
            share, width = np.mean(np.array(trials, np.float64), axis=0)
            yield Coverage(f"{task}, simulation, n = {n}", len(chosen), len(trials), float(share), None, float(width))


def check_interval(articles: Sequence[Scored], seed: int) -> list[Coverage]:
    """Both checks for both tasks."""
    rows: list[Coverage] = []
    tasks: tuple[TaskUsed, ...] = ("sentiment", "stance")
    for task in tasks:
        rows += halves(articles, task, LONG, 100, seed)
        rows += halves(articles, task, 12, 5, seed)
        rows += simulate(articles, task, 100, seed)
    return rows
