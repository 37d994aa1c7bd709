"""Who answers: the model, a model that is not told the target, and two baselines that need none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from biasscore.calibration import Calibration
from biasscore.config import Measurement
from biasscore.errors import ConfigError, expected
from biasscore.labels import Task
from biasscore.priors import estimate_prior
from biasscore.scorer import Scorer

from .sets import LabelledSet

#: From which compound score on VADER's authors call a sentence positive, and negative below its opposite.
_VADER_THRESHOLD: Final = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """Predicted columns (k,) of one task, and the probabilities (k, classes) where the answerer has any."""

    labels: NDArray[np.int64]
    probs: NDArray[np.float64] | None = None


Answers = Mapping[Task, Answer]


def ask(scorer: Scorer, labelled: LabelledSet) -> Answers:
    """The model, told where the targets are."""
    texts = [one.text for one in labelled.passes]
    spans = [
        [(start, end, number) for number, target in enumerate(one.targets) for start, end in target.spans]
        for one in labelled.passes
    ]
    probs = scorer.score_spans(texts, spans)
    return {task: _from_probs(probs[task.value], labelled, task) for task in labelled.classes}


def shares(labelled: LabelledSet) -> Measurement:
    """The shares of a set's labels (three of each task) as what a scorer expects; a missing label gets one row."""
    found: dict[Task, tuple[float, float, float]] = {}
    for task in labelled.classes:
        counts = np.bincount([target.allowed[task][0] for target in labelled.targets], minlength=3).clip(min=1)
        first, second, third = (counts / counts.sum()).tolist()
        found[task] = (first, second, third)
    return Measurement(sentiment_prior=found.get(Task.SENTIMENT), stance_prior=found.get(Task.STANCE))


def estimated(answers: Answers, calibration: Mapping[Task, Calibration]) -> Measurement:
    """The shares that a model's answers to a set speak for, no label seen, as what a scorer expects.

    Raises:
        ConfigError: The model states no prior to set out from.
    """
    found: dict[Task, tuple[float, float, float]] = {}
    for task, answer in answers.items():
        prior = calibration[task].prior
        if answer.probs is None or prior is None:
            raise ConfigError(expected("prior", f"stated by the model for {task.value}", prior, "Calibrate it."))
        found[task] = estimate_prior(answer.probs, prior)
    return Measurement(sentiment_prior=found.get(Task.SENTIMENT), stance_prior=found.get(Task.STANCE))


def ask_blind(scorer: Scorer, labelled: LabelledSet) -> Answers:
    """A checkpoint of the same form that is not told the target: the actor mark stands in front of the sentence.

    The sentence keeps all its words, and all its targets get one answer. The checkpoint must have been trained so.
    """
    front = "_ "
    texts = [front + one.text for one in labelled.passes]
    probs = scorer.score_mentions(texts, [(0, 1)] * len(texts))
    copies = [len(one.targets) for one in labelled.passes]
    return {
        task: _from_probs(np.repeat(probs[task.value], copies, axis=0), labelled, task) for task in labelled.classes
    }


def majority(labelled: LabelledSet) -> Answers:
    """The label that is most frequent in the whole set."""
    found = {}
    for task in labelled.classes:
        counts = Counter(target.allowed[task][0] for target in labelled.targets)
        found[task] = Answer(np.full(counts.total(), counts.most_common(1)[0][0]))
    return found


def vader(labelled: LabelledSet) -> Answers:
    """VADER (Hutto and Gilbert 2014) on the whole sentence; its answer is taken for both tasks.

    Raises:
        ImportError: It is not installed.
    """
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    columns = []
    for one in labelled.passes:
        compound = analyser.polarity_scores(one.text)["compound"]
        column = 1 + int(compound >= _VADER_THRESHOLD) - int(compound <= -_VADER_THRESHOLD)
        columns += [column] * len(one.targets)
    return {task: Answer(np.minimum(np.array(columns), len(classes) - 1)) for task, classes in labelled.classes.items()}


def _from_probs(probs: NDArray[np.float32], labelled: LabelledSet, task: Task) -> Answer:
    """The likeliest of the three labels; then, in a set of two classes, the last two are one."""
    labels = probs.argmax(axis=1)
    table = probs.astype(np.float64)
    if len(labelled.classes[task]) == 2:
        labels = np.minimum(labels, 1)
        table = np.stack([table[:, 0], table[:, 1] + table[:, 2]], axis=1)
    return Answer(labels, table)
