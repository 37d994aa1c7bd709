"""Calibration of an exported checkpoint on development data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..blinding import blind
from ..calibration import Calibration
from ..calibration_fit import fit_calibration
from ..engine import Engine, Rows
from ..labels import Task
from ..models.span import SpanBackend
from ..spans import of_one_actor
from .examples import UNKNOWN, Example


def exported_logits(folder: Path, examples: Sequence[Example]) -> NDArray[np.float32]:
    """Logits of an exported checkpoint, one target a pass, as `biasscore.Scorer.score_mentions` would see them.

    Args:
        folder: The checkpoint.
        examples: Labelled sentences.

    Returns:
        (targets, 2, 3) float32.
    """
    passes = [blind(e.text, of_one_actor(t.spans)) for e in examples for t in e.targets]
    counts = np.array([len(order) for _, order in passes], np.int64)
    rows = Rows([text for text, _ in passes], np.repeat(np.arange(len(passes), dtype=np.int64), counts), counts)
    logits, _ = Engine(SpanBackend(folder, name=folder.name), step_tokens=512, window=16384).run(rows)
    return logits.values


def calibrate(folder: Path, sets: Mapping[str, Sequence[Example]]) -> dict[Task, Calibration]:
    """Calibrate both tasks of an exported checkpoint, each development set counting the same.

    Args:
        folder: The checkpoint.
        sets: Labelled sentences by name; a set without labels of a task says nothing about that task.

    Returns:
        Task -> calibration.
    """
    answers = {name: exported_logits(folder, examples) for name, examples in sets.items()}
    found = {}
    for column, task in enumerate(Task):
        logits, labels, weights = [], [], []
        for name, examples in sets.items():
            gold = np.array([getattr(t, task.value) for e in examples for t in e.targets], np.int64)
            known = gold != UNKNOWN
            if known.any():
                logits.append(answers[name][known, column])
                labels.append(gold[known])
                weights.append(np.full(int(known.sum()), 1 / known.sum()))
        found[task] = fit_calibration(np.concatenate(logits), np.concatenate(labels), np.concatenate(weights))
    return found
