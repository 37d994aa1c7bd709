"""Labelled mentions -> a calibration of the model that scores them, with what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from .calibration import Calibration, CalibrationEntry, logits_of, probabilities
from .calibration_fit import fit_calibration
from .errors import Described, InputError, expected
from .labels import Task
from .metrics import expected_calibration_error, macro_f1
from .spans import SpanScorer, of_one_actor

#: Parts of the rows, each of which is calibrated by the others for the figures.
_FOLDS: Final = 5


class Calibrated(SpanScorer, Protocol):
    """What is calibrated; `biasscore.Scorer` is one."""

    @property
    def calibration(self) -> Mapping[Task, Calibration]:
        """The calibration in force."""
        ...

    @property
    def identities(self) -> Mapping[Task, tuple[str, str]]:
        """Name and weights of each task's model."""
        ...


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """A calibration and figures of it.

    Attributes:
        entry: The calibration, from all rows.
        figures: ``{"n", "ece_before", "ece_after", "macro_f1_before", "macro_f1_after"}``; those "after" from five
            parts of the rows, each calibrated by the other four, so that no row judges a fit that it was part of; None
            where four parts have too few rows of a label for that (fewer than 7 in all).
    """

    entry: CalibrationEntry
    figures: Mapping[str, float | int | None]


def calibrate(
    scorer: Calibrated,
    texts: Sequence[str],
    spans: Sequence[Sequence[tuple[int, int]]],
    gold: NDArray[np.int64],
    task: Task,
) -> CalibrationReport:
    """Calibrate one task of a scorer.

    Args:
        scorer: The scorer; its present calibration is taken into account and replaced.
        texts: n sentences.
        spans: For each the spans of the labelled actor, all of them: see `biasscore.labelled.Labelled`.
        gold: (n,) int64, true labels, 0 to 2.
        task: What is labelled.

    Returns:
        The calibration and its figures.

    Raises:
        InputError: A label has too few rows, or the model gave no finite answers.
    """
    probs = scorer.score_spans(texts, [of_one_actor(own) for own in spans])[task.value]
    finite = np.isfinite(probs).all(axis=1)
    probs, gold = probs[finite], gold[finite]
    if not len(gold):
        raise InputError(expected("rows", "at least one with a finite answer", Described("none"), "Check the model."))
    logits = logits_of(probs, scorer.calibration[task])
    fitted = fit_calibration(logits, gold)
    after = _cross_validated(logits, gold)
    name, weights = scorer.identities[task]
    figures = {
        "n": len(gold),
        "ece_before": expected_calibration_error(probs, gold),
        "ece_after": None if after is None else expected_calibration_error(after, gold),
        "macro_f1_before": macro_f1(gold, probs.argmax(axis=1)),
        "macro_f1_after": None if after is None else macro_f1(gold, after.argmax(axis=1)),
    }
    return CalibrationReport(CalibrationEntry(fitted, name, weights, len(gold)), figures)


def _cross_validated(logits: NDArray[np.float64], gold: NDArray[np.int64]) -> NDArray[np.float32] | None:
    """Probabilities of each row by a fit of other rows; None if a part's others do not suffice for a fit."""
    after = np.empty(logits.shape, np.float32)
    # Rows of each label are dealt out in turn, so that every part has all labels.
    dealt = np.empty(len(gold), np.int64)
    for label in range(3):
        dealt[gold == label] = np.arange((gold == label).sum()) % _FOLDS
    for part in range(_FOLDS):
        held = dealt == part
        try:
            fitted = fit_calibration(logits[~held], gold[~held])
        except InputError:
            return None
        after[held] = probabilities(logits[held], fitted)
    return after
