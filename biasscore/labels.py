"""The two tasks, the order of their labels, and the names that labels go by.

Probabilities are always arrays of three columns in the order given here: the first label pulls the score down, the
second leaves it, the third lifts it, so that ``score = probs[2] - probs[0]`` holds for both tasks. The synonyms are
data (``data/label_names.toml``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from .errors import LabelError, expected
from .files import read_data


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

_GAPS: Final = re.compile(r"[\s_-]+")


def fold(name: str) -> str:
    """The form in which label names are compared.

    Args:
        name: As a checkpoint or a data set writes it.

    Returns:
        NFKC, lower case, with one space for each run of white space, underscores and hyphens.
    """
    return _GAPS.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()


@lru_cache(maxsize=1)
def label_names() -> Mapping[str, Mapping[str, str]]:
    """The names that are known.

    Returns:
        Table ("sentiment", "stance", "nli", "stars") -> folded name -> label.
    """
    return MappingProxyType(
        {
            table: MappingProxyType({fold(name): label for label, names in groups.items() for name in names})
            for table, groups in read_data("label_names.toml").items()
        }
    )


def label_index(value: object) -> int:
    """Column of a label in the order of `LABELS`.

    Args:
        value: -1, 0 or 1, or a label's name in any case ("negative", "AGAINST", "pos", ...). Whether a data set means
            by its numbers what is meant here shows in all of its labels only: see `biasscore.labelled.read_labelled`.

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
        if value.strip() in {"-1", "0", "1"}:
            return int(value) + 1
        for task, order in LABELS.items():
            label = label_names()[task.value].get(fold(value))
            if label is not None:
                return order.index(label)
    raise LabelError(
        expected("label", "-1, 0, 1 or a name such as 'negative' or 'favor'", value, "Map your labels to these first.")
    )
