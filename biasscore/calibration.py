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
from .errors import ConfigError, Described, InputError, expected
from .labels import LABELS, Task

#: Version of the files written by `write_calibration`.
FORMAT: Final = "biasscore-calibration-2"
#: Versions that are read; the first knew no knee.
_READ: Final = ("biasscore-calibration-1", FORMAT)
#: How steeply logits are stretched beyond the knee.
POWER: Final = 8


@dataclass(frozen=True, slots=True)
class Calibration:
    """Temperature, knee and class offsets of one task.

    ``probs = softmax(centred * (1 + (size / knee)^8) / temperature + bias)``, where *centred* are a row's logits less
    their mean and *size* the largest of them, signs aside. Without a knee this is temperature scaling (Guo et al. 2017,
    *On Calibration of Modern Neural Networks*, section 4.2) with an offset for each class, which also moves the prior
    from that of the training data to that of the news. With one the temperature depends on the row, as in
    parameterized temperature scaling (Tomani, Cremers and Buettner 2022), by one number instead of a network: label
    smoothing keeps logits from growing (Müller, Kornblith and Hinton 2019, *When Does Label Smoothing Help?*, section
    3), so that the surest answers are surer than they look.

    Attributes:
        temperature: Positive; above 1 it flattens.
        bias: Added to the scaled logits, in the order of the labels.
        prior: Shares of the labels in the texts that it was fitted on, which it expects of any text; None where nobody
            knows.
        knee: Size of the logits at which they are stretched to twice what the temperature makes of them, positive; None
            for no stretching. The order of a row's logits stays the same.

    Raises:
        ConfigError: The temperature or the knee is not positive, a number is not finite, or the shares are none.
    """

    temperature: float = 1.0
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    prior: tuple[float, float, float] | None = None
    knee: float | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.temperature) and self.temperature > 0):
            raise ConfigError(expected("temperature", "a positive number", self.temperature, "Calibrate again."))
        if len(self.bias) != 3 or not all(np.isfinite(self.bias)):
            raise ConfigError(expected("bias", "three finite numbers", self.bias, "Calibrate again."))
        if self.prior is not None:
            check_prior("prior", self.prior)
        if self.knee is not None and not (np.isfinite(self.knee) and self.knee > 0):
            raise ConfigError(expected("knee", "a positive number or None", self.knee, "Calibrate again."))

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
        return Calibration(self.temperature, (moved[0] - moved[1], 0.0, moved[2] - moved[1]), prior, self.knee)


def probabilities(logits: NDArray[np.floating[Any]], calibration: Calibration) -> NDArray[np.float32]:
    """Calibrated probabilities.

    Args:
        logits: (n, 3) float; a row with NaN gives NaN.
        calibration: Of the task.

    Returns:
        (n, 3) float32, rows sum to 1.
    """
    scaled = logits.astype(np.float64)
    if calibration.knee is not None:
        scaled, size = centre(scaled)
        scaled *= 1.0 + (size / calibration.knee) ** POWER
    scaled = scaled / calibration.temperature + np.array(calibration.bias)
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True, initial=-np.inf))
    found: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def logits_of(probs: NDArray[np.floating[Any]], calibration: Calibration) -> NDArray[np.float64]:
    """The logits, less their mean, that gave these probabilities.

    Args:
        probs: (n, 3) float, finite; what is below 1e-30 counts as that.
        calibration: The one under which they were given.

    Returns:
        (n, 3) float64.
    """
    raw = np.log(np.maximum(probs.astype(np.float64), 1e-30)) - np.array(calibration.bias)
    scaled, size = centre(raw * calibration.temperature)
    if calibration.knee is None:
        return scaled
    # size = x + x^9 / knee^8 is convex and rises, so that Newton's steps from above fall to its root.
    reached = size / calibration.knee
    root = np.minimum(reached, reached ** (1 / (POWER + 1)))
    for _ in range(30):
        root -= (root + root ** (POWER + 1) - reached) / (1 + (POWER + 1) * root**POWER)
    return scaled / (1.0 + root**POWER)


def centre(logits: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logits less their mean, and their size.

    Args:
        logits: (n, 3) float64.

    Returns:
        (n, 3) float64, each row with mean 0; (n, 1) float64, the largest of each row, signs aside.
    """
    centred = logits - logits.mean(axis=1, keepdims=True)
    return centred, np.abs(centred).max(axis=1, keepdims=True)


def from_mapping(tables: Mapping[str, Mapping[str, Any]]) -> dict[Task, Calibration]:
    """Read the calibration of a checkpoint's configuration.

    Args:
        tables: ``{"sentiment": {"temperature": float, "bias": [float, float, float]}, "stance": {...}}``, with
            ``"prior"`` and ``"knee"`` where there are any.

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
    knee = None if table.get("knee") is None else float(table["knee"])
    return Calibration(float(table["temperature"]), (first, second, third), prior, knee)


@contextmanager
def _reading(task: Task) -> Iterator[None]:
    """Say whose table it is that lacks something."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        name, needed = f"calibration of {task.value}", "a temperature and three biases"
        raise ConfigError(expected(name, needed, error, "Calibrate again.")) from error


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
            "knee": entry.calibration.knee,
        }
    target = Path(path)
    partial = target.with_name(target.name + ".partial")
    try:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        reason = Described(error.strerror or str(error))
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
            raise ConfigError(
                expected("calibration", "a JSON file", Described(f"{given} ({error})"), advice)
            ) from error
    if not isinstance(content, Mapping) or content.get("format") not in _READ:
        got = content.get("format") if isinstance(content, Mapping) else type(content)
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
