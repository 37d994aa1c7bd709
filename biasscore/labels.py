"""The two tasks and the order of their labels.

Probabilities are always arrays of three columns in the order given here: the first label pulls the score down, the
second leaves it, the third lifts it, so that ``score = probs[2] - probs[0]`` holds for both tasks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from .errors import LabelError, expected


class Task(StrEnum):
    """What a classifier measures."""

    SENTIMENT = "sentiment"
    STANCE = "stance"


LABELS: Final[Mapping[Task, tuple[str, str, str]]] = {
    Task.SENTIMENT: ("negative", "neutral", "positive"),
    Task.STANCE: ("against", "none", "favor"),
}

#: Numeric labels of data sets, in the order of the columns.
VALUES: Final = (-1, 0, 1)

_SYNONYMS: Final[Mapping[str, int]] = {
    "negative": 0, "neg": 0, "against": 0, "con": 0, "disagree": 0, "unfavorable": 0, "oppose": 0,
    "neutral": 1, "neu": 1, "none": 1, "no stance": 1, "neither": 1,
    "positive": 2, "pos": 2, "favor": 2, "favour": 2, "pro": 2, "agree": 2, "favorable": 2, "support": 2,
}  # fmt: skip


def label_index(value: object) -> int:
    """Column of a label in the order of `LABELS`.

    Args:
        value: -1, 0 or 1, or a label's name in any case ("negative", "AGAINST", "pos", ...).

    Returns:
        0, 1 or 2.

    Raises:
        LabelError: The value is none of these.
    """
    if isinstance(value, bool):
        pass
    elif isinstance(value, int | float) and value in VALUES:
        return int(value) + 1
    elif isinstance(value, str):
        key = re.sub(r"[\s_-]+", " ", value.strip().lower())
        if key in _SYNONYMS:
            return _SYNONYMS[key]
        if key in {"-1", "0", "1"}:
            return int(key) + 1
    raise LabelError(
        expected("label", "-1, 0, 1 or a name such as 'negative' or 'favor'", value, "Map your labels to these first.")
    )


def column_order(id2label: Mapping[int, str]) -> tuple[int, int, int]:
    """Where a checkpoint keeps the three labels, found by name and never by position.

    Args:
        id2label: The mapping of the checkpoint's configuration: output column -> label name.

    Returns:
        For each of our three columns, the checkpoint's column.

    Raises:
        LabelError: A name is unknown, missing or doubled, as with ``LABEL_0``.
    """
    found: dict[int, int] = {}
    for column, name in id2label.items():
        index = label_index(name)
        if index in found:
            raise LabelError(
                expected("id2label", "one name for each label", dict(id2label), "Give a label map of your own.")
            )
        found[index] = int(column)
    if len(found) != 3:
        raise LabelError(expected("id2label", "three labels", dict(id2label), "Give a label map of your own."))
    return found[0], found[1], found[2]
