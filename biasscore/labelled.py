"""A file of labelled mentions -> the rows of use, and why the others are of none."""

from __future__ import annotations

import json
import logging
import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from .errors import Described, InputError, LabelError, expected
from .files import decode, read_bytes
from .labels import VALUES, Task, fold, label_index, label_names

_LOG = logging.getLogger(__name__)
#: Labels named in a warning.
_NAMED_LABELS: Final = 5
#: Line numbers named for each reason of skipping.
_NAMED_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that cannot be used: its line, from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled mention.

    Attributes:
        line: Its line in the file, from 1.
        text: The sentence.
        spans: All spans of the target, half-open, each once and none overlapping another. All of them count: a model
            that is blind must not read in the second mention the name that it was spared in the first.
        label: Column of the label, 0 to 2.
        target: The actor's name.
    """

    line: int
    text: str
    spans: tuple[tuple[int, int], ...]
    label: int
    target: str


def read_labelled(path: str, task: Task) -> tuple[list[Labelled], list[Skipped]]:
    """Read labelled rows: one JSON object a line with ``text``, ``spans``, ``label`` and ``target``.

    Labels are names, or the numbers -1, 0 and 1. Other codings of numbers are common, 0, 1, 2 above all, and their 0
    and 1 would pass for neutral and positive. So a file with another number is refused as a whole; and so is one with
    numbers of which none is -1 (and without a name for it): nothing in it tells 0 for neutral from 0 for negative.

    Args:
        path: The file, or "-" for stdin.
        task: What the labels are of; rows that say they are of another task are taken with a warning, and so are rows
            of sentiments whose labels are all names of stances.

    Returns:
        The rows that can be used, and the others.

    Raises:
        InputError: The file cannot be read, is in another format, or its labels are numbers of another coding.
    """
    skipped: list[Skipped] = []
    return list(_labelled(path, task, skipped)), skipped


def warn_of_skipped(skipped: Sequence[Skipped]) -> None:
    """Log rows that were left out, one warning for each reason with the first few lines.

    Args:
        skipped: The rows, in any order.
    """
    reasons: dict[str, list[int]] = {}
    for row in skipped:
        reasons.setdefault(row.reason, []).append(row.line)
    for reason, lines in reasons.items():
        named = ", ".join(map(str, lines[:_NAMED_LINES])) + (", ..." if len(lines) > _NAMED_LINES else "")
        _LOG.warning("%s skipped: %s (line %s)", rows_in_words(len(lines)), reason, named)


def rows_in_words(number: int) -> str:
    """The number with its noun, for messages."""
    return f"{number:,} row" + ("" if number == 1 else "s")


def _labelled(path: str, task: Task, skipped: list[Skipped]) -> Iterator[Labelled]:
    """Read the usable rows; the others are noted with their line number and the reason."""
    others: Counter[str] = Counter()
    labels: set[object] = set()
    coding = _Coding(path)
    try:
        content = decode(read_bytes(path))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    # Lines end with "\n" alone: U+2028 and the like may stand inside a JSON string.
    for line, text in enumerate(content.split("\n"), 1):
        if not text.strip():
            continue
        try:
            record = json.loads(text)
            coding.see(record, line)
            row = _row(record, line)
        except (ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, InputError) else "no JSON"
            skipped.append(Skipped(line, reason))
            _LOG.info("line %d is skipped: %s", line, reason)
            continue
        if record.get("task") not in (None, task.value):
            others[str(record["task"])] += 1
        labels.add(record["label"])
        yield row
    if not labels and (got := _other_format(content)) is not None:
        raise InputError(f"{path}: {expected('file', 'one JSON object a line', Described(got), 'Convert it.')}")
    coding.check()
    for name, count in others.items():
        _LOG.warning("%s labelled for the task %r, taken for %r", rows_in_words(count), name, task.value)
    if not others and task is Task.SENTIMENT and _are_of_stance(labels):
        shown = ", ".join(sorted(map(repr, labels))[:_NAMED_LABELS])
        _LOG.warning("labels are all of the task 'stance' (%s), taken for 'sentiment'", shown)


def _other_format(content: str) -> str | None:
    """What a file without a row of use is instead of JSON lines, as far as its first line tells."""
    first = content.lstrip().partition("\n")[0].strip()
    if first.startswith("["):
        return "a JSON array of them"
    if first == "{":
        return "one that is broken up into lines"
    if not first.startswith("{") and any(sign in first for sign in ",;\t"):
        return "what looks like CSV"
    return None


def _are_of_stance(labels: Collection[object]) -> bool:
    """Whether all labels are names of stances and some are no sentiment's.

    The other way round is common and right: many write "negative" and "positive" for stances, too.
    """
    names = {fold(label) for label in labels if isinstance(label, str)}
    stance, sentiment = (label_names()[task.value].keys() for task in (Task.STANCE, Task.SENTIMENT))
    return all(isinstance(label, str) for label in labels) and names <= stance and not names <= sentiment


class _Coding:
    """Which numbers a file has for labels, usable rows or not."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._numbers: dict[float, int] = {}
        self._lowest = False

    def see(self, record: object, line: int) -> None:
        """Note the label of a record."""
        label = record.get("label") if isinstance(record, dict) else None
        number = _number(label)
        if number is not None:
            self._numbers.setdefault(number, line)
        with suppress(LabelError):
            self._lowest |= label_index(label) == 0

    def check(self) -> None:
        """Raise an error if the numbers are not surely -1, 0 and 1 as they are meant here."""
        other = next((number for number in self._numbers if number not in VALUES), None)
        if other is not None:
            got = Described(f"{other:g} (line {self._numbers[other]})")
            advice = "Write names: 'negative', 'neutral', 'positive'."
            if self._numbers.keys() <= {0, 1, 2}:
                mapping = "0 -> -1 (negative), 1 -> 0 (neutral), 2 -> 1 (positive)"
                advice = f"Of labels coded 0, 1, 2 make {mapping}, or write names."
        elif self._numbers and not self._lowest:
            got = Described(
                "no -1, only " + " and ".join(f"{number:g} (line {line})" for number, line in self._numbers.items())
            )
            advice = "If 0 is negative, write -1 for it; if nothing is negative, write names: 'neutral', 'positive'."
        else:
            return
        to_be = "-1 (negative), 0 (neutral), 1 (positive), or names"
        raise InputError(f"{self._path}: {expected('label', to_be, got, advice)}")


def _number(label: object) -> float | None:
    """A label that is a number, or the text of one."""
    if isinstance(label, bool) or not isinstance(label, int | float | str):
        return None
    try:
        number = float(label)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _row(record: object, line: int) -> Labelled:
    """Check one row; the error's message is the reason why it cannot be used."""
    if not isinstance(record, dict):
        raise InputError("no JSON object")
    text, spans, label = record.get("text"), record.get("spans"), record.get("label")
    if not isinstance(text, str) or not text.strip():
        raise InputError("no text")
    if not isinstance(spans, list) or not spans:
        raise InputError("no span")
    for span in spans:
        if not isinstance(span, list) or len(span) != 2 or any(type(offset) is not int for offset in span):
            raise InputError("a span that is no [start, end]")
        if not 0 <= span[0] < span[1] <= len(text):
            raise InputError("a span outside the text")
    own = tuple(dict.fromkeys((start, end) for start, end in spans))  # one that is there twice counts once
    if any(before[1] > after[0] for before, after in pairwise(sorted(own))):
        raise InputError("spans that overlap")
    if label is None:
        raise InputError("no label")
    try:
        index = label_index(label)
    except LabelError:
        raise InputError("an unknown label") from None
    target = record.get("target")
    return Labelled(line, text, own, index, target if isinstance(target, str) else text[own[0][0] : own[0][1]])
