"""Labels and answers -> rows of figures, and rows -> a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from biasscore.labels import Task
from biasscore.metrics import accuracy, expected_calibration_error, f1_per_class, macro_f1, reliability

from .answers import Answers
from .sets import LabelledSet, Target


@dataclass(frozen=True, slots=True)
class Row:
    """One (model, set, task), or a group of the set. What does not apply is None.

    Attributes:
        model: Who answered: the model's name, or "majority", "VADER", "probe", "no target".
        weights: First 16 hexadecimal digits of the SHA-256 of the checkpoint.
        set: Name of the set.
        half: Which part of it: "development", "test" or "train".
        group: None for all of it, else "actor ID", "category NAME", "countries and blocs", "opposite treatment"
            (sentences in which one actor is portrayed well and another badly), "sentiment != stance" (the stance of all
            these is none: one who always says so has 100 %), "stance taken" (the others, in a way: stance for or
            against) or "both heads" (accuracy of both answers together where sentiment != stance).
        task: "sentiment" or "stance".
        n: Number of targets; of sentences in the group "opposite treatment".
        macro_f1: Mean F1 over the classes that occur or are predicted.
        accuracy: Share that is right. In "opposite treatment": of the sentences, those with all such actors right.
        ece: Expected calibration error in 15 bins.
        ece_of_chance: The mean of the same over labels drawn from the probabilities themselves: what a model that is
            perfectly calibrated would show on so few rows.
        f1: Label -> F1; None for a class that neither occurs nor is predicted.
        heads_differ: Share of the targets to which the two heads give different columns (stance rows).
        right_where_heads_differ: Accuracy of stance there.
        note: Why there are no figures.
        reliability: The reliability table behind ``ece``: bins with targets, each ``[low, high, n, mean confidence,
            accuracy]`` (`biasscore.metrics.reliability`); of whole sets only.
    """

    model: str
    weights: str | None
    set: str
    half: str
    group: str | None
    task: str
    n: int
    macro_f1: float | None = None
    accuracy: float | None = None
    ece: float | None = None
    f1: dict[str, float | None] | None = None
    heads_differ: float | None = None
    right_where_heads_differ: float | None = None
    note: str | None = None
    ece_of_chance: float | None = None
    reliability: list[tuple[float, ...]] | None = None


def figures(
    labelled: LabelledSet, answers: Answers, model: str, weights: str | None, tasks: Sequence[Task] = tuple(Task)
) -> Iterator[Row]:
    """All rows of one answerer on one set.

    Args:
        labelled: The set.
        answers: What it answered to each target.
        model: Its name.
        weights: Of its checkpoint, if it has one.
        tasks: Those to report.

    Yields:
        The whole set, then its groups, each with every task that the set is labelled for.
    """
    everything = {None: np.ones(len(labelled.targets), np.bool_)}
    for group, mask in (everything | dict(labelled.groups)).items():
        for task in labelled.classes:
            if task in tasks and mask.any():
                yield _row(
                    labelled,
                    answers,
                    task,
                    mask,
                    Row(model, weights, labelled.name, labelled.half, group, task.value, 0),
                )
    if labelled.name == "gold" and Task.SENTIMENT in tasks:
        n, right = opposite(labelled, answers)
        yield Row(model, weights, "gold", labelled.half, "opposite treatment", Task.SENTIMENT.value, n, accuracy=right)
        if set(tasks) == set(Task):
            n, right = both_heads(labelled, answers)
            yield Row(model, weights, "gold", labelled.half, "both heads", Task.STANCE.value, n, accuracy=right)


def absent(labelled: LabelledSet, model: str, note: str) -> Iterator[Row]:
    """Rows of an answerer that was not asked, so that the table shows that it is missing."""
    n = len(labelled.targets)
    for task in labelled.classes:
        yield Row(model, None, labelled.name, labelled.half, None, task.value, n, note=note)


def gold_labels(targets: Sequence[Target], task: Task, predicted: NDArray[np.int64]) -> NDArray[np.int64]:
    """The true column of each target: the prediction itself where it is allowed, else the preferred one."""
    return np.array(
        [
            int(guess) if guess in target.allowed[task] else target.allowed[task][0]
            for target, guess in zip(targets, predicted, strict=True)
        ]
    )


def opposite(labelled: LabelledSet, answers: Answers) -> tuple[int, float]:
    """Sentences with an actor portrayed well and another badly, and the share of them with all such actors right."""
    predicted = answers[Task.SENTIMENT].labels.tolist()
    results = []
    position = 0
    for one in labelled.passes:
        guesses = predicted[position : position + len(one.targets)]
        position += len(one.targets)
        pairs = [(t.allowed[Task.SENTIMENT], guess) for t, guess in zip(one.targets, guesses, strict=True)]
        if {(0,), (2,)} <= {allowed for allowed, _ in pairs}:
            results.append(all(guess in allowed for allowed, guess in pairs if 1 not in allowed))
    return len(results), float(np.mean(results)) if results else float("nan")


def both_heads(labelled: LabelledSet, answers: Answers) -> tuple[int, float]:
    """Targets whose sentiment is not their stance, and the share of them with both right."""
    apart = dict(labelled.groups)["sentiment != stance"]
    right = np.ones(len(labelled.targets), np.bool_)
    for task in Task:
        predicted = answers[task].labels
        right &= gold_labels(labelled.targets, task, predicted) == predicted
    return int(apart.sum()), float(right[apart].mean()) if apart.any() else float("nan")


def _row(labelled: LabelledSet, answers: Answers, task: Task, mask: NDArray[np.bool_], head: Row) -> Row:
    names = labelled.classes[task]
    answer = answers[task]
    predicted = answer.labels[mask]
    targets = [target for target, inside in zip(labelled.targets, mask, strict=True) if inside]
    gold = gold_labels(targets, task, predicted)
    classes = len(names)
    per_class = f1_per_class(gold, predicted, classes).tolist()
    differ = right = None
    if task is Task.STANCE and Task.SENTIMENT in answers and answer.probs is not None:
        apart = predicted != answers[Task.SENTIMENT].labels[mask]
        differ = float(apart.mean())
        right = float((gold == predicted)[apart].mean()) if apart.any() else None
    return Row(
        head.model,
        head.weights,
        head.set,
        head.half,
        head.group,
        head.task,
        len(targets),
        macro_f1(gold, predicted, classes),
        accuracy(gold, predicted, classes),
        expected_calibration_error(answer.probs[mask], gold) if answer.probs is not None else None,
        {name: value if value == value else None for name, value in zip(names, per_class, strict=True)},
        differ,
        right,
        ece_of_chance=chance_error(answer.probs[mask]) if answer.probs is not None else None,
        reliability=_bins(answer.probs, gold) if answer.probs is not None and head.group is None else None,
    )


def _bins(probs: NDArray[np.float64], gold: NDArray[np.int64]) -> list[tuple[float, ...]]:
    """The bins of a reliability table that hold anything, four decimals."""
    return [
        (round(row.low, 4), round(row.high, 4), row.n, round(row.confidence, 4), round(row.accuracy, 4))
        for row in reliability(probs, gold)
        if row.confidence is not None and row.accuracy is not None
    ]


def chance_error(probs: NDArray[np.float64], draws: int = 100) -> float:
    """The mean calibration error over labels that are drawn from the probabilities, seeded."""
    rng = np.random.default_rng(0)
    sums = (probs / probs.sum(axis=1, keepdims=True)).cumsum(axis=1)
    last = probs.shape[1] - 1
    drawn = [(rng.random(len(probs))[:, None] > sums).sum(axis=1).clip(max=last) for _ in range(draws)]
    return float(np.mean([expected_calibration_error(probs, gold) for gold in drawn]))


def show(rows: Sequence[Row], console: Console) -> None:
    """Print one table for each set: the first model with all groups, the others as a whole."""
    for name in dict.fromkeys(row.set for row in rows):
        own = [row for row in rows if row.set == name]
        table = Table(title=f"{name}, {own[0].half}", title_justify="left")
        for heading in ("model", "group", "task"):
            table.add_column(heading, no_wrap=True)
        for heading in ("n", "macro-F1", "accuracy", "ECE", "by chance", "F1 by class", "heads differ", "right there"):
            table.add_column(heading, justify="right", no_wrap=True)
        for row in [row for row in own if row.group is None or row.model == own[0].model]:
            table.add_row(row.model, row.group or "all", row.task, *_cells(row))
        console.print(table)


def _cells(row: Row) -> list[str]:
    by_class = " ".join(_number(value, 1) for value in (row.f1 or {}).values())
    return [
        str(row.n),
        _number(row.macro_f1),
        _number(row.accuracy),
        _number(row.ece),
        _number(row.ece_of_chance),
        row.note or by_class,
        _number(row.heads_differ, 1),
        _number(row.right_where_heads_differ, 1),
    ]


def _number(value: float | None, digits: int = 2) -> str:
    """In per cent."""
    return "-" if value is None else f"{100 * value:.{digits}f}"
