"""The behaviour suite: texts whose right answer is known, for the audit that every model can be put through.

The suite (``data/behaviour.jsonl``) has the three forms of Ribeiro et al. 2020, "Beyond Accuracy: Behavioral Testing of
NLP Models with CheckList" (arXiv:2005.04118):

- minimum functionality (``mft``): short texts with the labels that nearly every reader would give them;
- invariance (``inv``): changes that must leave the answer as it is: typos, dates, another city or reporting verb, and
  paraphrases (passive, nominalisation, order of clauses, cleft, apposition, synonyms of neutral words and of the
  evaluation itself);
- direction (``dir``): a clause of praise or blame of one actor is added, or what is said of it is negated, which must
  move that actor and no other.

Every text has the placeholders ``{A}``, ``{B}``, ``{C}`` for actors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from .errors import InputError, expected
from .files import read_data_text
from .labels import LABELS, Task

Kind = Literal["mft", "inv", "dir"]
Direction = Literal["down", "up"]

#: Capabilities with a part of their own in the audit's report.
OPPOSITE: Final = "opposite"
#: One text alone (mft), and pairs of a text and its negated form (dir).
NEGATION: Final = ("negation", "negate-praise", "negate-blame", "not-only")

#: The placeholders, and what is between their braces.
PLACEHOLDER: Final = re.compile(r"\{([ABC])\}")
LETTERS: Final = "ABC"
_ARTICLE: Final = re.compile(r"\bthe\s+\{", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expectation:
    """The right label of one actor.

    Attributes:
        actor: Its placeholder's letter.
        task: Which classifier is asked.
        label: Column of the label, 0 to 2, in the order of `LABELS`.
    """

    actor: str
    task: Task
    label: int


@dataclass(frozen=True, slots=True)
class MinimumCase:
    """A text with the labels that it must get."""

    id: str
    capability: str
    text: str
    expect: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class InvarianceCase:
    """A text, and variants of it that must get the same labels."""

    id: str
    capability: str
    text: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DirectionCase:
    """A text, and a variant that must move one actor's score in one direction and leave the others where they are."""

    id: str
    capability: str
    text: str
    variant: str
    actor: str
    task: Task
    direction: Direction


Case = MinimumCase | InvarianceCase | DirectionCase

_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "mft": frozenset({"id", "kind", "capability", "text", "expect"}),
    "inv": frozenset({"id", "kind", "capability", "text", "variants"}),
    "dir": frozenset({"id", "kind", "capability", "text", "variant", "actor", "task", "direction"}),
}


def load_cases() -> tuple[Case, ...]:
    """Read the suite that comes with the package.

    Returns:
        Its cases, in the order of the file.
    """
    return read_cases(read_data_text("behaviour.jsonl").split("\n"), "behaviour.jsonl")


def read_cases(lines: Iterable[str], name: str = "cases") -> tuple[Case, ...]:
    """Read a suite.

    Args:
        lines: One JSON object a line; empty lines are left out. All have ``id``, ``kind``, ``capability`` and ``text``;
            "mft" has ``expect`` (``{"A": {"sentiment": "negative", "stance": "none"}, ...}``, either task may be
            missing), "inv" ``variants``, "dir" ``variant``, ``actor``, ``task`` and ``direction`` ("down" or "up").
        name: What to call the suite in messages.

    Returns:
        The cases in order.

    Raises:
        InputError: A line is no such object, an id occurs twice, or a text's placeholders are wrong; the message names
            the line.
    """
    cases: list[Case] = []
    ids: set[str] = set()
    for number, line in enumerate(lines, 1):
        if line.strip():
            case = _parse(line, f"{name} line {number}")
            if case.id in ids:
                raise InputError(expected(f"{name} line {number}: id", "new", case.id, "Rename the case."))
            ids.add(case.id)
            cases.append(case)
    return tuple(cases)


def _parse(line: str, place: str) -> Case:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(expected(place, "a JSON object", line, "Mend the line.")) from error
    kind = record.get("kind") if isinstance(record, dict) else None
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise InputError(expected(f"{place}: kind", f"one of {', '.join(get_args(Kind))}", kind, "Mend the line."))
    if record.keys() != _FIELDS[kind]:
        raise InputError(expected(place, f"an object with {', '.join(sorted(_FIELDS[kind]))}", line, "Mend its keys."))
    id_, capability, text = (_string(record, key, place) for key in ("id", "capability", "text"))
    letters = _letters(text, place)
    if kind == "mft":
        return MinimumCase(id_, capability, text, _expectations(record["expect"], letters, place))
    if kind == "inv":
        variants = record["variants"]
        if not isinstance(variants, list) or not variants or not all(isinstance(item, str) for item in variants):
            raise InputError(expected(f"{place}: variants", "a list of strings", variants, "Add one."))
        for variant in variants:
            _check_variant(variant, text, letters, place)
        return InvarianceCase(id_, capability, text, tuple(variants))
    variant, actor, task, direction = (_string(record, key, place) for key in ("variant", "actor", "task", "direction"))
    _check_variant(variant, text, letters, place)
    if actor not in letters:
        raise InputError(expected(f"{place}: actor", f"one of {', '.join(letters)}", actor, "Correct it."))
    if direction not in get_args(Direction):
        raise InputError(expected(f"{place}: direction", "'down' or 'up'", direction, "Correct it."))
    return DirectionCase(id_, capability, text, variant, actor, _task(task, place), cast(Direction, direction))


def _string(record: Mapping[str, object], key: str, place: str) -> str:
    value = record[key]
    if not isinstance(value, str) or not value:
        raise InputError(expected(f"{place}: {key}", "a string that is not empty", value, "Correct it."))
    return value


def _letters(text: str, place: str) -> tuple[str, ...]:
    """The placeholders of a text, in alphabetical order: A, or A and B, or all three."""
    letters = tuple(sorted(set(PLACEHOLDER.findall(text))))
    rest = PLACEHOLDER.sub("", text)
    if not letters or "".join(letters) != LETTERS[: len(letters)] or "{" in rest or "}" in rest:
        raise InputError(expected(place, "a text with {A}, or {A} and {B}, or {A}, {B} and {C}", text, "Rename them."))
    if _ARTICLE.search(text):
        raise InputError(expected(place, "a text without 'the' before a placeholder", text, "Most names take none."))
    return letters


def _check_variant(variant: str, text: str, letters: tuple[str, ...], place: str) -> None:
    if _letters(variant, place) != letters:
        to_be = f"a variant with {', '.join(letters)}, as its text"
        raise InputError(expected(place, to_be, variant, "Name them all."))
    if variant == text:
        raise InputError(expected(place, "a variant that differs from its text", variant, "Change something."))


def _expectations(expect: object, letters: tuple[str, ...], place: str) -> tuple[Expectation, ...]:
    found: list[Expectation] = []
    for actor, labels in expect.items() if isinstance(expect, dict) else ():
        if actor not in letters or not isinstance(labels, dict) or not labels:
            raise InputError(expected(f"{place}: expect", f"labels for {', '.join(letters)}", expect, "Correct it."))
        for key, name in labels.items():
            task = _task(key, place)
            if name not in LABELS[task]:
                raise InputError(expected(f"{place}: {key}", f"one of {', '.join(LABELS[task])}", name, "Correct it."))
            found.append(Expectation(actor, task, LABELS[task].index(name)))
    if not found:
        raise InputError(expected(f"{place}: expect", "at least one label", expect, "Add one."))
    return tuple(found)


def _task(name: str, place: str) -> Task:
    try:
        return Task(name)
    except ValueError as error:
        raise InputError(expected(f"{place}: task", f"one of {', '.join(Task)}", name, "Correct it.")) from error
