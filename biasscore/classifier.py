"""One model or two -> sentiment and stance of (sentence, actor) pairs: rows, engine, calibration."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .calibration import Calibration, from_mapping, probabilities
from .config import Runtime
from .engine import Engine
from .labels import Task
from .models.base import Model, Rows, join_rows
from .spans import Spans

#: Rows of some sentences for each model.
Material = tuple[Rows, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the models say of some (sentence, actor) pairs.

    Attributes:
        probs: Task -> (pairs, 3) float32 in the order of the task's labels; NaN where a model gave no finite answer.
        truncated: (pairs,) bool, whether a sentence was longer than a model's window.
        spread: Task -> (pairs,) float32, how far a task's hypothesis templates lie apart; only for tasks asked by
            several.
    """

    probs: Mapping[Task, NDArray[np.float32]]
    truncated: NDArray[np.bool_]
    spread: Mapping[Task, NDArray[np.float32]]


class Classifier:
    """The models of a scorer. Immutable, so that threads may share it."""

    def __init__(
        self,
        models: Mapping[Task, Model],
        runtime: Runtime,
        calibration: Mapping[Task, Calibration] | None = None,
        priors: Mapping[Task, tuple[float, float, float] | None] | None = None,
    ) -> None:
        """Put models behind engines.

        Args:
            models: The model of each task; one that answers both runs once.
            runtime: How fast.
            calibration: Replaces the models' own, task by task.
            priors: Shares of the labels that are expected of the texts, task by task; None for those of the
                calibration.

        Raises:
            ConfigError: A prior is asked of a model that does not state its own.
        """
        self.models = dict(models)
        self._parts: list[tuple[Model, Engine]] = []
        self._part_of: dict[Task, int] = {}
        for task, model in models.items():
            place = next((index for index, (other, _) in enumerate(self._parts) if other is model), None)
            if place is None:
                place = len(self._parts)
                engine = Engine(model, step_tokens=runtime.tokens, window=runtime.window, dedupe=runtime.dedupe)
                self._parts.append((model, engine))
            self._part_of[task] = place
        own = {task: from_mapping(model.calibration)[task] for task, model in models.items()}
        self.calibration = {**own, **(calibration or {})}
        for task, prior in (priors or {}).items():
            if prior is not None:
                self.calibration[task] = self.calibration[task].for_prior(prior)

    def rows(
        self, texts: Sequence[str], spans: Sequence[Spans], names: Sequence[Mapping[int, str]] | None = None
    ) -> Material:
        """Make each model's rows of some sentences; see `biasscore.models.base.RowMaker.rows`."""
        return tuple(model.rows(texts, spans, names) for model, _ in self._parts)

    def judge(self, material: Sequence[Material]) -> Judgement:
        """Run the models.

        Args:
            material: Rows, as `rows` makes them, of any number of lots.

        Returns:
            One answer a pair, lot after lot.
        """
        answers, cuts = [], []
        for index, (model, engine) in enumerate(self._parts):
            logits, _ = engine.run(join_rows([lot[index] for lot in material]))
            answers.append(model.finish(logits.values))
            cuts.append(logits.truncated.reshape(-1, model.per_pair).any(axis=1))
        probs: dict[Task, NDArray[np.float32]] = {}
        spread: dict[Task, NDArray[np.float32]] = {}
        for column, task in enumerate(Task):
            answer = answers[self._part_of[task]]
            probs[task] = probabilities(answer.values[:, column], self.calibration[task])
            if answer.spread is not None:
                spread[task] = answer.spread[:, column]
        return Judgement(probs, np.logical_or.reduce(cuts), spread)

    def pairs(self, material: Material) -> int:
        """Number of (sentence, actor) pairs of a lot."""
        return material[0].slots // self._parts[0][0].per_pair

    def describe(self) -> dict[str, Mapping[str, Any]]:
        """What each model that does not come with the package was asked, by task, for provenance."""
        found = {task.value: dict(self.models[task].describe()) for task in Task}
        return {task: details for task, details in found.items() if details}

    def identity(self, pick: str) -> str:
        """An attribute that identifies the models, such as their names.

        Args:
            pick: "name", "weights" or "description".

        Returns:
            The one model's, or both tasks' with the tasks' names.
        """
        if len(self._parts) == 1:
            return str(getattr(self._parts[0][0], pick))
        return "; ".join(f"{task.value}: {getattr(self.models[task], pick)}" for task in Task)

    def digest(self) -> str:
        """Hash what the models are asked and how their answers are calibrated, beyond the models of the package.

        Returns:
            16 hex digits; empty for models that need no telling and bring their own calibration.
        """
        asked = {task: details.get("settings") for task, details in self.describe().items()}
        own = {task: from_mapping(model.calibration)[task] for task, model in self.models.items()}
        if not asked and own == self.calibration:
            return ""
        stated = repr((sorted(asked.items()), sorted((task.value, c) for task, c in self.calibration.items())))
        return hashlib.sha256(stated.encode()).hexdigest()[:16]
