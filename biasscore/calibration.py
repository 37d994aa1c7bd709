"""Logits -> probabilities that mean what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .config import check_prior
from .errors import ConfigError, InputError, expected
from .labels import LABELS, Task

#: Version of the files written by `write_calibration`.
FORMAT: Final = "biasscore-calibration-1"
#: Rows of each label that a fit needs.
_LEAST: Final = 5
#: Weight of the penalty on the offsets, in rows: keeps them finite where the labels are separable.
_RIDGE: Final = 0.1
_SLOPES: Final = (0.05, 20.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Temperature and class offsets of one task.

    ``probs = softmax(logits / temperature + bias)``: temperature scaling (Guo et al. 2017, *On Calibration of Modern
    Neural Networks*, section 4.2) with an offset for each class, which also moves the prior from that of the training
    data to that of the news.

    Attributes:
        temperature: Positive; above 1 it flattens.
        bias: Added to the scaled logits, in the order of the labels.
        prior: Shares of the labels in the texts that it was fitted on, which it expects of any text; None where nobody
            knows.

    Raises:
        ConfigError: The temperature is not positive, a number is not finite, or the shares are none.
    """

    temperature: float = 1.0
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    prior: tuple[float, float, float] | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.temperature) and self.temperature > 0):
            raise ConfigError(expected("temperature", "a positive number", self.temperature, "Calibrate again."))
        if len(self.bias) != 3 or not all(np.isfinite(self.bias)):
            raise ConfigError(expected("bias", "three finite numbers", self.bias, "Calibrate again."))
        if self.prior is not None:
            check_prior("prior", self.prior)

    def for_prior(self, prior: tuple[float, float, float]) -> Calibration:
        """The calibration for texts in which the labels have other shares.

        ``bias'[k] = bias[k] + log(new[k] / old[k])``, but for a constant: the change of the posterior with the prior
        (Saerens, Latinne and Decaestecker 2002, *Adjusting the Outputs of a Classifier to New a Priori Probabilities*,
        equation 2.4).

        Args:
            prior: Three positive shares that sum to 1, in the order of the labels.

        Returns:
            The calibration; the offset of the middle class is 0.

        Raises:
            ConfigError: The shares are none, or this calibration does not know its own.
        """
        check_prior("prior", prior)
        if self.prior is None:
            advice = "Calibrate the model with `biasscore calibrate` first."
            raise ConfigError(expected("prior", "None for a model that states none", prior, advice))
        moved = [b + float(np.log(new / old)) for b, new, old in zip(self.bias, prior, self.prior, strict=True)]
        return Calibration(self.temperature, (moved[0] - moved[1], 0.0, moved[2] - moved[1]), prior)


def probabilities(logits: NDArray[np.float32], calibration: Calibration) -> NDArray[np.float32]:
    """Calibrated probabilities.

    Args:
        logits: (n, 3) float32; a row with NaN gives NaN.
        calibration: Of the task.

    Returns:
        (n, 3) float32, rows sum to 1.
    """
    scaled = logits.astype(np.float64) / calibration.temperature + np.array(calibration.bias)
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True, initial=-np.inf))
    found: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def from_mapping(tables: Mapping[str, Mapping[str, Any]]) -> dict[Task, Calibration]:
    """Read the calibration of a checkpoint's configuration.

    Args:
        tables: ``{"sentiment": {"temperature": float, "bias": [float, float, float]}, "stance": {...}}``.

    Returns:
        Task -> calibration.

    Raises:
        ConfigError: A task or a number is missing or wrong.
    """
    found: dict[Task, Calibration] = {}
    for task in Task:
        with _reading(task):
            found[task] = _from_table(tables[task.value])
    return found


def _from_table(table: Mapping[str, Any]) -> Calibration:
    first, second, third = (float(value) for value in table["bias"])
    shares = table.get("prior")
    prior = None if shares is None else (float(shares[0]), float(shares[1]), float(shares[2]))
    return Calibration(float(table["temperature"]), (first, second, third), prior)


@contextmanager
def _reading(task: Task) -> Iterator[None]:
    """Say whose table it is that lacks something."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        name, needed = f"calibration of {task.value}", "a temperature and three biases"
        raise ConfigError(expected(name, needed, str(error), "Calibrate again.")) from error


@dataclass(frozen=True, slots=True)
class CalibrationEntry:
    """A calibration and what it is for.

    Attributes:
        calibration: The numbers.
        model: Name of the model.
        weights: SHA-256 of its weights, first 16 hex digits.
        rows: Labelled rows behind it.
    """

    calibration: Calibration
    model: str
    weights: str
    rows: int


def fit_calibration(
    probs: NDArray[np.floating[Any]],
    gold: NDArray[np.int64],
    current: Calibration | None = None,
    weights: NDArray[np.float64] | None = None,
) -> Calibration:
    """Find the temperature and the offsets of least cross-entropy, by Newton's method.

    The loss is convex in the inverse temperature and the offsets. ``log(probs)`` are the logits but for a constant a
    row, so the logits themselves are not needed.

    Args:
        probs: (n, 3) float, probabilities under the current calibration.
        gold: (n,) int64, true labels, 0 to 2.
        current: The calibration that the probabilities were made with; None for none. The result replaces it.
        weights: (n,) float64, positive, what each row counts; None for all the same.

    Returns:
        The calibration, with the shares of the labels as its prior; the offset of the middle class is 0.

    Raises:
        InputError: The shapes differ, a probability is none, or a label has fewer than 5 rows.
    """
    if probs.ndim != 2 or probs.shape[1] != 3 or probs.shape[0] != len(gold) or not np.isfinite(probs).all():
        raise InputError(expected("probs", f"finite, of shape ({len(gold)}, 3)", probs.shape, "Leave out bad rows."))
    counts = np.bincount(gold, minlength=3) if len(gold) else np.zeros(3, np.int64)
    if len(counts) != 3 or counts.min() < _LEAST:
        raise InputError(
            expected("labels", f"at least {_LEAST} rows of each", counts.tolist(), "Label more rows of the rare ones.")
        )
    scores = np.log(np.maximum(probs.astype(np.float64), 1e-30))
    scores -= scores.mean(axis=1, keepdims=True)
    # Features of each class for the parameters (slope, offset of the first class, offset of the third).
    features = np.zeros((len(gold), 3, 3))
    features[:, :, 0] = scores
    features[:, 0, 1] = features[:, 2, 2] = 1.0
    penalty = np.array([0.0, _RIDGE, _RIDGE]) / len(gold)
    shares = np.full(len(gold), 1 / len(gold)) if weights is None else weights / weights.sum()

    def loss(parameters: NDArray[np.float64]) -> float:
        logits = features @ parameters
        top = logits.max(axis=1)
        total = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top
        misses = total - logits[np.arange(len(gold)), gold]
        return float((shares * misses).sum() + (penalty * parameters**2).sum() / 2)

    parameters = np.array([1.0, 0.0, 0.0])
    for _ in range(100):
        logits = features @ parameters
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances = powers / powers.sum(axis=1, keepdims=True)
        means = np.einsum("nc,ncp->np", chances, features)
        slope = shares @ (means - features[np.arange(len(gold)), gold]) + penalty * parameters
        second = np.einsum("n,nc,ncp,ncq->pq", shares, chances, features, features)
        curve = second - (means * shares[:, None]).T @ means
        step = np.linalg.solve(curve + np.diag(penalty + 1e-12), slope)
        size, before = 1.0, loss(parameters)
        while size > 1e-9:
            tried = parameters - size * step
            tried[0] = np.clip(tried[0], *_SLOPES)
            if loss(tried) <= before:
                break
            size /= 2
        else:
            break
        moved = float(np.abs(tried - parameters).max())
        parameters = tried
        if moved < 1e-10:
            break
    before_it = current or Calibration()
    inverse, low, high = parameters.tolist()
    first, middle, last = (inverse * offset for offset in before_it.bias)
    bias = (round(first + low - middle, 6), 0.0, round(last + high - middle, 6))
    negative, neutral, positive = np.bincount(gold, shares, minlength=3).round(6).tolist()
    return Calibration(round(before_it.temperature / inverse, 6), bias, (negative, neutral, positive))


def write_calibration(path: str | Path, entries: Mapping[Task, CalibrationEntry]) -> None:
    """Write calibrations to a file, which is complete or not there.

    Args:
        path: Where to.
        entries: Task -> calibration.

    Raises:
        InputError: The file cannot be written.
    """
    content: dict[str, Any] = {"format": FORMAT}
    for task, entry in entries.items():
        content[task.value] = {
            "model": entry.model,
            "weights": entry.weights,
            "rows": entry.rows,
            "labels": list(LABELS[task]),
            "temperature": entry.calibration.temperature,
            "bias": list(entry.calibration.bias),
            "prior": None if entry.calibration.prior is None else list(entry.calibration.prior),
        }
    target = Path(path)
    partial = target.with_name(target.name + ".partial")
    try:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise InputError(expected(str(path), "a file that can be written", reason, "Check the path.")) from error


def read_calibration(given: str | Path | Mapping[str, object]) -> dict[Task, CalibrationEntry]:
    """Read what `write_calibration` wrote.

    Args:
        given: The file, or its content.

    Returns:
        Task -> calibration, for the tasks that it has.

    Raises:
        ConfigError: It is not there or is no calibration.
    """
    content: object = given
    if not isinstance(given, Mapping):
        try:
            content = json.loads(Path(given).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            advice = "Write one with `biasscore calibrate`."
            raise ConfigError(expected("calibration", "a JSON file", f"{given} ({error})", advice)) from error
    if not isinstance(content, Mapping) or content.get("format") != FORMAT:
        got = content.get("format") if isinstance(content, Mapping) else type(content).__name__
        raise ConfigError(
            expected("calibration", f"of format {FORMAT!r}", got, "Write one with `biasscore calibrate`.")
        )
    found: dict[Task, CalibrationEntry] = {}
    for task in Task:
        table = content.get(task.value)
        if table is None:
            continue
        with _reading(task):
            calibration = _from_table(table)
            found[task] = CalibrationEntry(calibration, str(table["model"]), str(table["weights"]), int(table["rows"]))
    return found
