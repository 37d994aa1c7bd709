"""Labelled mentions -> a calibration of the model that scores them, with what it is worth."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from .calibration import Calibration, CalibrationEntry, logits_of, probabilities
from .calibration_fit import LEAST, SLOPES, fit_calibration
from .errors import Described, InputError, expected
from .labels import Task
from .metrics import expected_calibration_error, macro_f1
from .spans import SpanScorer, of_one_actor

_LOG = logging.getLogger(__name__)
#: Different rows below which a calibration comes with a warning.
_FEW: Final = 100
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

    Rows with one text and the same spans count once where it is asked how many there are; fewer than 100 are a warning.

    Args:
        scorer: The scorer; its present calibration is taken into account and replaced.
        texts: n sentences.
        spans: For each the spans of the labelled actor, all of them: see `biasscore.labelled.Labelled`.
        gold: (n,) int64, true labels, 0 to 2.
        task: What is labelled.

    Returns:
        The calibration and its figures.

    Raises:
        InputError: A label has too few different rows, the model gave no finite answers, or the rows are so easy that
            nothing tells how sure it may be: it gets them all right, or would once it is calibrated.
    """
    probs = scorer.score_spans(texts, [of_one_actor(own) for own in spans])[task.value]
    finite: NDArray[np.bool_] = np.asarray(np.isfinite(probs).all(axis=1))
    probs, gold = probs[finite], gold[finite]
    if not len(gold):
        raise InputError(expected("rows", "at least one with a finite answer", Described("none"), "Check the model."))
    different = _different(texts, spans, finite, gold)
    if (probs.argmax(axis=1) == gold).all():
        raise InputError(_too_easy(f"{len(gold):,} that it all gets right"))
    logits = logits_of(probs, scorer.calibration[task])
    fitted = fit_calibration(logits, gold)
    # Where a fit makes no mistake either, only the penalty on the offsets and the bound keep its slope finite.
    if fitted.temperature <= 1 / SLOPES[1] or (probabilities(logits, fitted).argmax(axis=1) == gold).all():
        raise InputError(_too_easy(f"{len(gold):,} that would make it endlessly sure"))
    if different < _FEW:
        _LOG.warning("calibrated on %d different rows only: label at least %d, hard ones among them", different, _FEW)
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


def _different(
    texts: Sequence[str],
    spans: Sequence[Sequence[tuple[int, int]]],
    kept: NDArray[np.bool_],
    gold: NDArray[np.int64],
) -> int:
    """How many different rows are kept; an error where a label has too few.

    Args:
        texts: n sentences.
        spans: n spans.
        kept: (n,) bool.
        gold: (k,) int64, labels of those that are kept.
    """
    asked = [
        (text, tuple(sorted(map(tuple, own))))
        for text, own, here in zip(texts, spans, kept.tolist(), strict=True)
        if here
    ]
    counts = [len({row for row, its in zip(asked, gold.tolist(), strict=True) if its == label}) for label in range(3)]
    if min(counts) < LEAST:
        got = Described(f"{counts} different ones")
        raise InputError(
            expected("labels", f"at least {LEAST} rows of each", got, "Label more sentences of the rare ones.")
        )
    return len(set(asked))


def _too_easy(got: str) -> str:
    advice = "Add harder rows: these do not tell how sure the model may be."
    return expected("rows", "some that the model gets wrong", Described(got), advice)


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
