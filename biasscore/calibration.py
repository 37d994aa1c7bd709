"""Logits -> probabilities that mean what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ConfigError, expected
from .labels import Task


@dataclass(frozen=True, slots=True)
class Calibration:
    """Temperature and class offsets of one task.

    ``probs = softmax(logits / temperature + bias)``: temperature scaling (Guo et al. 2017, *On Calibration of Modern
    Neural Networks*, section 4.2) with an offset for each class, which also moves the prior from that of the training
    data to that of the news.

    Attributes:
        temperature: Positive; above 1 it flattens.
        bias: Added to the scaled logits, in the order of the labels.

    Raises:
        ConfigError: The temperature is not positive, or a number is not finite.
    """

    temperature: float = 1.0
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        if not (np.isfinite(self.temperature) and self.temperature > 0):
            raise ConfigError(expected("temperature", "a positive number", self.temperature, "Calibrate again."))
        if len(self.bias) != 3 or not all(np.isfinite(self.bias)):
            raise ConfigError(expected("bias", "three finite numbers", self.bias, "Calibrate again."))


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
        try:
            table = tables[task.value]
            first, second, third = (float(value) for value in table["bias"])
            found[task] = Calibration(float(table["temperature"]), (first, second, third))
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(
                expected(
                    f"calibration of {task.value}", "a temperature and three biases", str(error), "Calibrate again."
                )
            ) from error
    return found
