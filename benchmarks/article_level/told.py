"""A model that is told the shares of labels in the paragraphs of other articles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from biasscore.calibration import Calibration, logits_of, probabilities
from biasscore.config import Runtime
from biasscore.labels import Task, label_index
from biasscore.scorer import Scorer

from .rules import TASKS, Family, Space
from .scored import FloatArray, IntArray, Scored
from .selection import FOLDS, choose, folds


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What the model is told beside the articles.

    Attributes:
        counts: Labels of the paragraphs of each article, int64 (n, 3).
        priors: Task -> the shares of labels that the model expects unless it is told others.
    """

    counts: IntArray
    priors: Mapping[Task, tuple[float, float, float]]

    @classmethod
    def of(cls, path: Path, articles: Sequence[Scored]) -> Told:
        """Read the file of paragraphs; the shares that the model expects are those it was calibrated on."""
        counts = {article.id: [0, 0, 0] for article in articles}
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            article = row["id"].rpartition("-p")[0]
            if article in counts:
                counts[article][label_index(row["label"])] += 1
        calibration = Scorer(["UK"], runtime=Runtime(device="cpu")).calibration
        priors = {task: one.prior for task, one in calibration.items() if one.prior is not None}
        return cls(np.array([counts[article.id] for article in articles], np.int64), priors)

    def move(self, article: Scored, train: IntArray) -> Scored:
        """The article as scored by a model that is told the shares of the labels around some articles."""
        negative, neutral, positive = (self.counts[train].sum(axis=0) / self.counts[train].sum()).tolist()

        def moved(probs: FloatArray, task: Task) -> FloatArray:
            untold = Calibration(prior=self.priors[task])
            told = untold.for_prior((negative, neutral, positive))
            return probabilities(logits_of(probs, untold), told).astype(np.float64)

        sentiment, stance = moved(article.sentiment, Task.SENTIMENT), moved(article.stance, Task.STANCE)
        return replace(article, sentiment=sentiment, stance=stance)


def nested_told(articles: Sequence[Scored], told: Told, gold: IntArray, seed: int) -> NDArray[np.int8]:
    """`nested` for the plain form, with a model that is told the shares of the paragraphs outside each outer fold."""
    families = tuple(Family(task, "uniform", "mean") for task in TASKS)
    predicted = np.ones(len(gold), np.int8)
    for number, held in enumerate(folds(gold, FOLDS, [seed])):
        train = np.setdiff1d(np.arange(len(gold)), held)
        space = Space.of([told.move(article, train) for article in articles], families).part(centres=[0.0])
        predicted[held] = space.predict(train, held)[choose(space, gold, train, [seed, number])]
    return predicted
