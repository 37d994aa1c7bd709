"""Labelled files -> training examples.

The files have one JSON object a line with the fields ``doc_id``, ``text``, ``target``, ``spans``, ``label`` and
``extra``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, expected
from ..labels import label_index

Source = Literal["newsmtsc", "dse", "authored"]
SOURCES: Final[tuple[Source, ...]] = ("newsmtsc", "dse", "authored")

#: Label of a task that an example says nothing about; the loss passes over it.
UNKNOWN: Final = -100


@dataclass(frozen=True, slots=True)
class Target:
    """One actor in a sentence with its labels.

    Attributes:
        spans: Its mentions, half-open.
        sentiment: Column of the sentiment label (0 to 2), or `UNKNOWN`.
        stance: Column of the stance label (0 to 2), or `UNKNOWN`.
        weight: Weight of the sentiment label in the loss.
        stance_weight: Weight of the stance label in the loss; derived labels count less than those of people.
        taught: Probabilities of both tasks according to teachers, six numbers that sum to two; None where nobody was
            asked.
        hints: What a teacher's heads made of the target before they answered, float16 (2 * its width); None where
            nobody was asked.
    """

    spans: tuple[tuple[int, int], ...]
    sentiment: int
    stance: int = UNKNOWN
    weight: float = 1.0
    stance_weight: float = 1.0
    taught: tuple[float, ...] | None = None
    hints: NDArray[np.float16] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence with its targets.

    Attributes:
        text: The sentence.
        targets: At least one.
        source: The data set.
        doc: Article it comes from; sentences of one article stay on one side of a split.
    """

    text: str
    targets: tuple[Target, ...]
    source: Source
    doc: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of one row by the guidelines of the corpus.

    Attributes:
        sentiment: Column of the sentiment label (0 to 2), or `UNKNOWN` where the set's own stands.
        stance: Column of the stance label (0 to 2).
    """

    sentiment: int
    stance: int


#: Weight of DSE's labels. "No attitude" there means none between the two entities of a pair, which leaves room for
#: somebody else's.
_PAIR_WEIGHT: Final = (1.0, 0.5, 1.0)


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Read one labelled file.

    Args:
        path: A JSONL file.

    Yields:
        One object a line.

    Raises:
        InputError: The file is missing or a line is not a JSON object.
    """
    if not path.is_file():
        raise InputError(expected("--data", "a folder with " + "/".join(path.parts[-2:]), str(path), "Give its path."))
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(
                    expected(f"{path.name} line {number}", "a JSON object", line, "Mend or drop the line.")
                ) from error
            yield record


def _spans(record: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    return tuple((int(start), int(end)) for start, end in record["spans"])


def _grouped(path: Path, source: Source, labels: Mapping[str, Labels]) -> list[Example]:
    """Put the rows of one sentence together: they are one pass of the model."""
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for record in read_records(path):
        if record["spans"]:
            rows.setdefault((record["doc_id"], record["text"]), []).append(record)
    examples = []
    for (doc, text), records in rows.items():
        targets = {_spans(r): Target(_spans(r), label_index(r["label"]), _stance(r, labels)) for r in records}
        examples.append(Example(text, tuple(targets.values()), source, f"{source}:{doc}"))
    return examples


def _stance(record: dict[str, Any], labels: Mapping[str, Labels]) -> int:
    """The label that is told, or *none* of a portrayal that is neutral."""
    told = labels.get(record.get("id", ""))
    if told is not None:
        return told.stance
    return 1 if labels and label_index(record["label"]) == 1 else UNKNOWN


def read_newsmtsc(path: Path, labels: Mapping[str, Labels] | None = None) -> list[Example]:
    """NewsMTSC: persons in political news, with the sentiment of anyone in the sentence toward them.

    Hamborg and Donnay (2021), *NewsMTSC: A Dataset for (Multi-)Target-dependent Sentiment Classification in Political
    News Articles*.

    Args:
        path: ``newsmtsc/train.jsonl``.
        labels: Identifier of a row -> labels, of which the stance is taken. Rows that are not there have no stance, or
            *none* where the sentiment is neutral.

    Returns:
        One example a sentence.

    Raises:
        InputError: The file cannot be read.
    """
    return _grouped(path, "newsmtsc", labels or {})


def read_dse(path: Path) -> list[Example]:
    """DSE: pairs of entities in news, with the attitude of the one (the holder) toward the other.

    Park et al. (2021), *Who Blames or Endorses Whom? Entity-to-Entity Directed Sentiment Extraction in News Text*.

    An attitude here is always that of somebody in the sentence and never the author's own, so the author's stance is
    *none*. Sentences that occur with several partners are put together; a target that has an attitude in one of its
    rows keeps that one.

    Args:
        path: ``dse/train.jsonl`` or ``dse/dev.jsonl``.

    Returns:
        One example a sentence.

    Raises:
        InputError: The file cannot be read.
    """
    sentences: dict[str, dict[tuple[tuple[int, int], ...], int]] = {}
    for record in read_records(path):
        if not record["spans"]:
            continue
        labels = sentences.setdefault(record["text"], {})
        label = label_index(record["label"])
        if labels.get(_spans(record), 1) == 1:
            labels[_spans(record)] = label
    return [
        Example(
            text,
            tuple(Target(spans, label, 1, _PAIR_WEIGHT[label]) for spans, label in labels.items()),
            "dse",
            f"dse:{index}",
        )
        for index, (text, labels) in enumerate(sentences.items())
    ]


def read_dse_relabelled(path: Path, labels: Mapping[str, Labels]) -> list[Example]:
    """Sentences of DSE with other labels than its own.

    Args:
        path: ``dse/train.jsonl``.
        labels: Identifier of a row -> labels; other rows are left out.

    Returns:
        One example a sentence, of the corpus's kind, since the labels keep to its guidelines.

    Raises:
        InputError: The file cannot be read.
    """
    sentences: dict[str, list[Target]] = {}
    for record in read_records(path):
        if (told := labels.get(record["id"])) is not None:
            sentences.setdefault(record["text"], []).append(Target(_spans(record), told.sentiment, told.stance))
    return [Example(text, tuple(targets), "authored", f"dse:{text}") for text, targets in sentences.items()]


def read_gold(path: Path, half: str) -> list[Example]:
    """One half of the gold set of this repository.

    Args:
        path: ``fixtures/gold/stance.jsonl``.
        half: "development" or "test".

    Returns:
        One example a sentence, with both tasks' labels; a pair for which two labels are allowed has the first.

    Raises:
        InputError: The file cannot be read.
    """
    return [
        Example(
            record["text"],
            tuple(
                Target(_spans(pair), label_index(pair["sentiment"][0]), label_index(pair["stance"][0]))
                for pair in record["pairs"]
            ),
            "authored",
            f"gold:{record['id']}",
        )
        for record in read_records(path)
        if record["half"] == half
    ]
