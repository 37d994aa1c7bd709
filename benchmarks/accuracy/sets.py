"""The labelled sets, in one form: passes of the model, with a labelled target for each row of its answer.

`newsmtsc` (whole articles held out of the training file), `dse` (its development file), `unscon` (rows with spans) and
the `gold` of this repository. `newsmtsc-relabelled` and `dse-relabelled` are rows of the first two with the labels that
two passes gave them from the guidelines of gold (``fixtures/gold/news_passes.jsonl``), where both agree: stance in
both, sentiment in the second only. Public sets are asked one target a pass, gold all actors of a sentence in one pass,
as an article is scored; `gold-single` asks gold one actor a pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from biasscore.actors import fold, load_catalogue
from biasscore.labels import LABELS, Task, label_index
from biasscore.training.data import development_sets
from biasscore.training.examples import UNKNOWN, Example, read_records

GOLD: Final = Path(__file__).parents[2] / "fixtures" / "gold" / "stance.jsonl"
NEWS: Final = GOLD.with_name("news_passes.jsonl")
HALVES: Final = ("development", "test")


@dataclass(frozen=True, slots=True)
class Target:
    """One labelled actor of a sentence: its spans, and for each task the right columns, preferred one first."""

    spans: tuple[tuple[int, int], ...]
    allowed: Mapping[Task, tuple[int, ...]]
    actor: str | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """One sentence and the targets that are blinded in it together, in the order of their first spans."""

    sentence: str
    text: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A set: its passes, the tasks with labels, the names of the classes, and named groups of its targets.

    Where a set has two classes they are the first label and everything else. A group is a mask over the targets, in the
    order of the passes.
    """

    name: str
    half: str
    passes: tuple[Pass, ...]
    classes: Mapping[Task, tuple[str, ...]]
    groups: Mapping[str, NDArray[np.bool_]]

    @property
    def targets(self) -> list[Target]:
        return [target for one in self.passes for target in one.targets]


def load_sets(folder: Path, half: str, wanted: Sequence[str]) -> list[LabelledSet]:
    """The wanted sets, in their own order; `folder` is only opened for those that are not gold."""
    loaders: dict[str, Callable[[], LabelledSet]] = {
        "newsmtsc": lambda: _public("newsmtsc", development_sets(folder)["newsmtsc"]),
        "dse": lambda: _public("dse", development_sets(folder)["dse"]),
        "newsmtsc-relabelled": lambda: _relabelled("newsmtsc-relabelled", folder / "newsmtsc" / "train.jsonl"),
        "dse-relabelled": lambda: _relabelled("dse-relabelled", folder / "dse" / "dev.jsonl"),
        "unscon": lambda: _unscon(folder / "unscon" / "train.jsonl"),
        "gold": lambda: read_gold(half),
        "gold-single": lambda: _single(read_gold(half)),
    }
    return [load() for name, load in loaders.items() if name in wanted]


SETS: Final = ("newsmtsc", "dse", "newsmtsc-relabelled", "dse-relabelled", "unscon", "gold", "gold-single")


def _public(name: str, examples: Sequence[Example]) -> LabelledSet:
    passes = [
        _alone(example.text, Target(target.spans, {Task.SENTIMENT: (target.sentiment,)}))
        for example in examples
        for target in example.targets
        if target.sentiment != UNKNOWN
    ]
    groups = {"countries and blocs": _of_states(passes)} if name == "dse" else {}
    return LabelledSet(name, "development", tuple(passes), {Task.SENTIMENT: LABELS[Task.SENTIMENT]}, groups)


def _relabelled(name: str, path: Path) -> LabelledSet:
    """Rows of a public set on which both passes agree; a sentiment that they were not asked for is the row's own."""
    settled = agreed()
    passes = []
    for record in read_records(path):
        if record["id"] not in settled:
            continue
        sentiment, stance = settled[record["id"]]
        own = label_index(record["label"] if sentiment is None else sentiment)
        allowed = {Task.SENTIMENT: (own,), Task.STANCE: (label_index(stance),)}
        passes.append(_alone(record["text"], Target(_spans(record), allowed)))
    groups = {"stance taken": np.array([one.targets[0].allowed[Task.STANCE][0] != 1 for one in passes])}
    if name == "dse-relabelled":
        groups["countries and blocs"] = _of_states(passes)
    return LabelledSet(name, "development", tuple(passes), {task: LABELS[task] for task in Task}, groups)


def read_news() -> list[tuple[str, list[str], list[str]]]:
    """Identifier, first and second labels of each row of real news: sentiment (None if it was not asked) and stance."""
    records = map(json.loads, NEWS.read_text(encoding="utf-8").splitlines())
    return [(record["id"], record["first"], record["second"]) for record in records]


def agreed() -> dict[str, list[str]]:
    """Identifier of a row of real news -> the labels on which both passes agree."""
    return {row: first for row, first, second in read_news() if first == second}


def _of_states(passes: Sequence[Pass]) -> NDArray[np.bool_]:
    """Which sentences of one target each name a state or an organisation first."""
    countries = _names()
    starts = [(one.text, *one.targets[0].spans[0]) for one in passes]
    return np.array([fold(text[start:end]).removeprefix("the ") in countries for text, start, end in starts])


def _spans(record: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    return tuple((int(start), int(end)) for start, end in record["spans"])


def _names() -> frozenset[str]:
    """Names and demonyms of the catalogue's states and organisations, folded."""
    aliases = (alias for actor in load_catalogue().values() for alias in actor.aliases)
    return frozenset(fold(alias.text) for alias in aliases if alias.kind in {"name", "demonym"})


def _unscon(path: Path) -> LabelledSet:
    """Speeches: the speaker evaluates the country negatively or not. The speaker is the author, so both heads apply."""
    passes = []
    for record in read_records(path):
        if record["spans"]:
            column = 0 if record["label"] == -1 else 1
            passes.append(_alone(record["text"], Target(_spans(record), dict.fromkeys(Task, (column,)))))
    classes = {task: (LABELS[task][0], f"not {LABELS[task][0]}") for task in Task}
    return LabelledSet("unscon", "train", tuple(passes), classes, {})


def read_gold(half: str) -> LabelledSet:
    """One half of the gold set."""
    passes: list[Pass] = []
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["half"] == half:
            targets = sorted(map(_gold_target, record["pairs"]), key=lambda target: min(target.spans))
            passes.append(Pass(record["id"], record["text"], tuple(targets)))
    targets = [target for one in passes for target in one.targets]
    groups: dict[str, NDArray[np.bool_]] = {}
    for actor in sorted({target.actor for target in targets if target.actor}):
        groups[f"actor {actor}"] = np.array([target.actor == actor for target in targets])
    for category in sorted({target.category for target in targets}):
        groups[f"category {category}"] = np.array([target.category == category for target in targets])
    groups["sentiment != stance"] = np.array([len({column[0] for column in t.allowed.values()}) > 1 for t in targets])
    groups["stance taken"] = np.array([t.allowed[Task.STANCE][0] != 1 for t in targets])
    return LabelledSet("gold", half, tuple(passes), {task: LABELS[task] for task in Task}, groups)


def _gold_target(pair: Mapping[str, Any]) -> Target:
    allowed = {task: tuple(label_index(label) for label in pair[task.value]) for task in Task}
    return Target(_spans(pair), allowed, pair["actor"], pair["category"])


def _single(gold: LabelledSet) -> LabelledSet:
    alone = [_alone(one.text, target) for one in gold.passes for target in one.targets]
    return replace(gold, name="gold-single", passes=tuple(alone), groups={})


def _alone(text: str, target: Target) -> Pass:
    return Pass("", text, (target,))
