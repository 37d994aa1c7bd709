"""Calibration of an exported checkpoint on development data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from ..blinding import blind
from ..calibration import Calibration
from ..engine import Engine, Rows
from ..labels import Task
from ..models.span import SpanBackend
from .examples import UNKNOWN, Example


def exported_logits(folder: Path, examples: Sequence[Example]) -> NDArray[np.float32]:
    """Logits of an exported checkpoint, one target a pass, as `biasscore.Scorer.score_mentions` would see them.

    Args:
        folder: The checkpoint.
        examples: Labelled sentences.

    Returns:
        (targets, 2, 3) float32.
    """
    passes = [blind(e.text, [(start, end, 0) for start, end in t.spans]) for e in examples for t in e.targets]
    counts = np.array([len(order) for _, order in passes], np.int64)
    rows = Rows([text for text, _ in passes], np.repeat(np.arange(len(passes), dtype=np.int64), counts), counts)
    logits, _ = Engine(SpanBackend(folder, name=folder.name), step_tokens=512, window=16384).run(rows)
    return logits.values


def fit_calibration(
    logits: NDArray[np.float32], labels: NDArray[np.int64], weights: NDArray[np.float64]
) -> Calibration:
    """Temperature and class offsets of least cross-entropy (Guo et al. 2017, section 4.2, with an offset a class).

    Args:
        logits: (n, 3) float32.
        labels: (n,) int64, 0 to 2.
        weights: (n,) float64, not negative.

    Returns:
        The calibration; the offset of the middle class is 0.
    """
    scores, gold = torch.from_numpy(logits).double(), torch.from_numpy(labels)
    weight = torch.from_numpy(weights / weights.sum())
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)
    offsets = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([log_temperature, offsets], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        bias = torch.stack([offsets[0], offsets.new_zeros(()), offsets[1]])
        value = (cross_entropy(scores / log_temperature.exp() + bias, gold, reduction="none") * weight).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    low, high = offsets.detach().tolist()
    return Calibration(round(float(log_temperature.detach().exp()), 6), (round(low, 6), 0.0, round(high, 6)))


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
