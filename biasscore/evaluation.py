"""Labelled rows -> figures of a model: macro-F1, accuracy, calibration error, each target apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .errors import Described, InputError, expected
from .labelled import Labelled, Skipped, rows_in_words, warn_of_skipped
from .labels import LABELS, Task
from .metrics import accuracy, expected_calibration_error, f1_per_class, macro_f1, reliability
from .spans import SpanScorer, of_one_actor

_DECIMALS: Final = 6


def evaluate(scorer: SpanScorer, rows: Sequence[Labelled], task: Task, *, skipped: int = 0) -> dict[str, Any]:
    """Score each row's target in one pass, all of its spans together, as an article's sentences are scored.

    The answers are compared with the labels; see `biasscore.metrics` for the formulas.

    Args:
        scorer: The model.
        rows: Labelled mentions.
        task: Which of the two answers is compared.
        skipped: Rows that were left out before; those without a finite answer are added.

    Returns:
        ``{"n", "skipped", "macro_f1", "accuracy", "f1_per_class": {label: f1}, "ece", "reliability": [{"low", "high",
        "n", "confidence", "accuracy"}], "per_target": {target: {"n", "accuracy", "macro_f1"}}}``: bins of
        `biasscore.metrics.reliability` that hold rows, targets with the most rows first, figures with six decimals,
        None where a class neither occurs nor is predicted.

    Raises:
        InputError: No row is left.
    """
    if rows:
        spans = [of_one_actor(row.spans) for row in rows]
        probs = scorer.score_spans([row.text for row in rows], spans)[task.value]
        answered: list[bool] = np.asarray(np.isfinite(probs).all(axis=1)).tolist()
        lost = [Skipped(row.line, "no finite answer") for row, known in zip(rows, answered, strict=True) if not known]
        warn_of_skipped(lost)
        skipped += len(lost)
        rows, probs = [row for row, known in zip(rows, answered, strict=True) if known], probs[answered]
    if not rows:
        got = Described(f"{rows_in_words(skipped)}, all skipped" if skipped else "none")
        advice = "Each needs a text, a span within it and a label."
        raise InputError(expected("rows", "at least one of use", got, advice))
    return {"n": len(rows), "skipped": skipped, **_figures(rows, probs, task)}


def _figures(rows: Sequence[Labelled], probs: NDArray[np.float32], task: Task) -> dict[str, Any]:
    """All figures but the counts."""
    gold = np.array([row.label for row in rows], np.int64)
    predicted = probs.argmax(axis=1).astype(np.int64)
    places: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        places.setdefault(row.target, []).append(position)
    ordered = sorted(places.items(), key=lambda item: (-len(item[1]), item[0]))
    return {
        "macro_f1": _rounded(macro_f1(gold, predicted)),
        "accuracy": _rounded(accuracy(gold, predicted)),
        "f1_per_class": dict(zip(LABELS[task], map(_rounded, f1_per_class(gold, predicted)), strict=True)),
        "ece": _rounded(expected_calibration_error(probs, gold)),
        "reliability": [
            {name: round(value, _DECIMALS) for name, value in asdict(row).items()}
            for row in reliability(probs, gold)
            if row.n
        ],
        "per_target": {
            target: {
                "n": len(place),
                "accuracy": _rounded(accuracy(gold[place], predicted[place])),
                "macro_f1": _rounded(macro_f1(gold[place], predicted[place])),
            }
            for target, place in ordered
        },
    }


def _rounded(value: float) -> float | None:
    """A figure for JSON, which knows no NaN (a class that neither occurs nor is predicted has no F1)."""
    return round(float(value), _DECIMALS) if value == value else None
