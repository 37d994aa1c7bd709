"""A checkpoint's labels -> ours, by name and never by position.

Four orders of three sentiments and four of three NLI labels are in use among public checkpoints, and an order that is
guessed wrong gives numbers that look right. So a name that says nothing (``LABEL_0``) is refused until somebody who
knows says what it means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .errors import LabelError, expected
from .labels import LABELS, Task, fold, label_names

#: Names that a checkpoint has when nobody named its labels.
_NAMELESS: Final = re.compile(r"(label|class)?[ _-]*\d+", re.IGNORECASE)
_MAP_ADVICE: Final = "Read its card and give `labels` (`--labels`), such as {'LABEL_0': 'negative', ...}."


@dataclass(frozen=True, slots=True)
class LabelMap:
    """Which columns of a checkpoint answer for which of our labels.

    Attributes:
        task: What the checkpoint classifies.
        names: The checkpoint's own label names, column after column.
        columns: For each of our three labels the checkpoint's columns; the middle one may have none.
        neutral_band: Half-width of the neutral zone of a model without a neutral label, in (0, 1); None for others.
    """

    task: Task
    names: tuple[str, ...]
    columns: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    neutral_band: float | None = None

    def logits(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Bring a checkpoint's logits into our order.

        Columns that share a label are joined by the logarithm of the sum of their exponentials, so that their
        probabilities add up. A model of two classes gets a third by Davidson (1970), *On Extending the Bradley-Terry
        Model to Accommodate Ties in Paired Comparison Experiments*, section 2: with ``p`` its probability of the
        positive class, the three are proportional to ``1 - p``, ``nu * sqrt(p * (1 - p))`` and ``p``. This keeps the
        odds of the two classes; ``nu = sqrt((1 + b) / (1 - b))`` makes the neutral one win where ``|2 p - 1| < b``.

        Args:
            raw: (n, k) float32, the checkpoint's columns.

        Returns:
            (n, 3) float32.
        """
        if self.neutral_band is None:
            return np.stack([_joined(raw, columns) for columns in self.columns], axis=1)
        half = (_joined(raw, self.columns[2]) - _joined(raw, self.columns[0])) / np.float32(2.0)
        middle = np.full_like(half, np.arctanh(self.neutral_band))  # log(nu)
        return np.stack([-half, middle, half], axis=1)

    def describe(self) -> dict[str, str]:
        """The mapping for provenance: the checkpoint's label -> ours."""
        ours = LABELS[self.task]
        owner = {column: ours[index] for index, columns in enumerate(self.columns) for column in columns}
        return {name: owner[column] for column, name in enumerate(self.names)}


def map_labels(
    names: tuple[str, ...],
    *,
    task: Task | None = None,
    labels: Mapping[str, str] | None = None,
    neutral_band: float | None = None,
) -> LabelMap:
    """Map the labels of a sentiment or stance checkpoint.

    Args:
        names: Its label names, column after column.
        task: What it classifies; None leaves it to the names.
        labels: The user's own mapping, a label name or a column's number -> one of our labels or a synonym; None leaves
            it to the names.
        neutral_band: For a checkpoint of two classes: where ``|P(positive) - P(negative)|`` is below it, the answer is
            neutral. In (0, 1).

    Returns:
        The mapping.

    Raises:
        LabelError: A name says nothing or is unknown, a label is missing, two names mean the same without the user
            having said so, or the checkpoint has two classes and no band was declared.
    """
    said = _apply(names, labels)
    task = task or _task(said, names)
    order = LABELS[task]
    found: list[list[int]] = [[], [], []]
    merges = labels is not None
    own, stars = label_names()[task.value], label_names()["stars"]
    for column, name in enumerate(said):
        label = own.get(fold(name))
        if label is None and task is Task.SENTIMENT:
            label = stars.get(fold(name))
            merges = merges or label is not None
        if label is None:
            raise LabelError(expected("labels", f"names of {task.value}", name, _MAP_ADVICE))
        found[order.index(label)].append(column)
    columns = (tuple(found[0]), tuple(found[1]), tuple(found[2]))
    if any(len(each) > 1 for each in columns) and not merges:
        raise LabelError(expected("labels", "one name for each label", list(names), _MAP_ADVICE))
    if not columns[0] or not columns[2]:
        raise LabelError(expected("labels", f"at least {order[0]} and {order[2]}", list(names), _MAP_ADVICE))
    if columns[1]:
        if neutral_band is not None:
            advice = f"This checkpoint has a label for {order[1]}: leave the band out."
            raise LabelError(expected("neutral_band", "None", neutral_band, advice))
        return LabelMap(task, names, columns)
    if neutral_band is None:
        advice = f"It has no label for {order[1]}: give `neutral_band`, such as 0.5, and report it with the results."
        raise LabelError(expected("labels", "three, or two with a declared band", list(names), advice))
    if not 0.0 < neutral_band < 1.0:
        raise LabelError(expected("neutral_band", "a number in (0, 1)", neutral_band, "Try 0.5."))
    return LabelMap(task, names, columns, float(neutral_band))


@dataclass(frozen=True, slots=True)
class EntailmentMap:
    """Which column of an NLI checkpoint is which.

    Attributes:
        names: The checkpoint's own label names, column after column.
        meanings: What each column means: "entailment", "neutral", "contradiction" or "not_entailment".
        entailment: The column of entailment.
    """

    names: tuple[str, ...]
    meanings: tuple[str, ...]
    entailment: int

    def describe(self) -> dict[str, str]:
        """The mapping for provenance: the checkpoint's label -> its meaning."""
        return dict(zip(self.names, self.meanings, strict=True))


def map_entailment(names: tuple[str, ...], labels: Mapping[str, str] | None = None) -> EntailmentMap:
    """Map the labels of an NLI checkpoint with two or three classes.

    Args:
        names: Its label names, column after column.
        labels: The user's own mapping, a label name or a column's number -> a name of NLI; None leaves it to the names.

    Returns:
        The mapping.

    Raises:
        LabelError: A name says nothing or is unknown, or the classes are not entailment with either its negation or
            neutral and contradiction.
    """
    known = label_names()["nli"]
    meanings: list[str] = []
    for name in _apply(names, labels):
        if fold(name) not in known:
            advice = "Give `labels`, such as {'LABEL_0': 'entailment', 'LABEL_1': 'not_entailment'}."
            raise LabelError(expected("labels", "names of NLI", name, advice))
        meanings.append(known[fold(name)])
    if sorted(meanings) not in (["entailment", "not_entailment"], ["contradiction", "entailment", "neutral"]):
        raise LabelError(expected("labels", "the two or three of NLI, once each", meanings, "Check `labels`."))
    return EntailmentMap(names, tuple(meanings), meanings.index("entailment"))


def is_nli(names: tuple[str, ...], labels: Mapping[str, str] | None = None) -> bool:
    """Whether the names are those of NLI beyond doubt, which "neutral" alone is not.

    Args:
        names: A checkpoint's label names.
        labels: The user's own mapping.

    Returns:
        True if all are names of NLI and entailment is among them.
    """
    known = label_names()["nli"]
    meanings = [known.get(fold(name)) for name in _rename(names, labels)]
    return None not in meanings and "entailment" in meanings


def _joined(raw: NDArray[np.float32], columns: tuple[int, ...]) -> NDArray[np.float32]:
    if len(columns) == 1:
        return raw[:, columns[0]]
    joined: NDArray[np.float32] = np.logaddexp.reduce(raw[:, list(columns)], axis=1).astype(np.float32)
    return joined


def _rename(names: tuple[str, ...], labels: Mapping[str, str] | None) -> list[str]:
    given = {fold(key): value for key, value in (labels or {}).items()}
    return [given.get(fold(name), given.get(str(column), name)) for column, name in enumerate(names)]


def _apply(names: tuple[str, ...], labels: Mapping[str, str] | None) -> list[str]:
    """The names after the user's mapping, which must name columns that are there and leave no empty name."""
    known = {fold(name) for name in names} | {str(column) for column in range(len(names))}
    for key in labels or {}:
        if fold(key) not in known:
            raise LabelError(expected("labels", f"keys among {list(names)}", key, "Use the checkpoint's own names."))
    said = _rename(names, labels)
    for name in said:
        if _NAMELESS.fullmatch(name.strip()) or not name.strip():
            raise LabelError(expected("labels", "names that mean something", name, _MAP_ADVICE))
    return said


def _task(said: list[str], names: tuple[str, ...]) -> Task:
    """The task whose polar labels are among the names."""
    for task in Task:
        polar = {LABELS[task][0], LABELS[task][2]}
        tables = [label_names()[task.value], *([label_names()["stars"]] if task is Task.SENTIMENT else [])]
        if any(table.get(fold(name)) in polar for name in said for table in tables):
            return task
    raise LabelError(expected("labels", "names of sentiment or stance", list(names), _MAP_ADVICE))
