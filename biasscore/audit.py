"""What a model does where the right answer is known: the audit that every model can be put through.

The suite (``data/behaviour.jsonl``) has the three forms of Ribeiro et al. 2020, "Beyond Accuracy: Behavioral Testing of
NLP Models with CheckList" (arXiv:2005.04118):

- minimum functionality (``mft``): short texts with the labels that nearly every reader would give them;
- invariance (``inv``): changes that must leave the answer as it is: typos, dates, another city or reporting verb, and
  paraphrases (passive, nominalisation, order of clauses, cleft, apposition, synonyms of neutral words and of the
  evaluation itself);
- direction (``dir``): a clause of praise or blame of one actor is added, or what is said of it is negated, which must
  move that actor and no other.

Every text has the placeholders ``{A}``, ``{B}``, ``{C}`` for actors, and whoever is put there, the answer should be the
same. So the same texts with actors exchanged measure the model's own bias (the counterfactual test of Kiritchenko and
Mohammad 2018, "Examining Gender and Race Bias in Two Hundred Sentiment Analysis Systems").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from itertools import combinations
from typing import Any, Final, Literal, Protocol, cast, get_args

import numpy as np
from numpy.typing import NDArray

from .errors import ActorError, InputError, ModelError, expected
from .labels import LABELS, Task

Kind = Literal["mft", "inv", "dir"]
Direction = Literal["down", "up"]

#: The default actors as a text would name them without an article.
DEFAULT_NAMES: Final = ("Britain", "NATO", "Kazakhstan", "Russia")
#: Who else stands in for the placeholders: states, blocs, and two invented names as a control.
OTHER_NAMES: Final = (
    "France", "Japan", "Brazil", "Nigeria", "Turkey", "Poland", "Iran", "India", "Canada", "Kenya", "Vietnam", "ASEAN",
    "Mercosur", "Talvonia", "Merovia",
)  # fmt: skip

#: From how far on (score, of a range of 2) an actor has moved: more is asked of the one whose treatment changes, and
#: no more allowed to the others. It is one number for both, so that what is too little to be held against a bystander
#: is too little to count as an answer: changes without meaning move scores too. A twentieth of the range is far less
#: than the half or more that lies between praise and none.
MOVED: Final = 0.1
#: By how much (score, of a range of 2) two actors that are treated oppositely must differ.
APART: Final = 0.2

#: Capabilities with a part of their own in the report.
OPPOSITE: Final = "opposite"
#: One text alone (mft), and pairs of a text and its negated form (dir).
NEGATION: Final = ("negation", "negate-praise", "negate-blame", "not-only")
#: Stands for all capabilities of a table.
ALL: Final = "all"

_PLACEHOLDER: Final = re.compile(r"\{([ABC])\}")
_ARTICLE: Final = re.compile(r"\bthe\s+\{", re.IGNORECASE)
_LETTERS: Final = "ABC"
_DECIMALS: Final = 6


class SpanScorer(Protocol):
    """What can be audited; `biasscore.Scorer` is one."""

    def score_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int, int]]], /
    ) -> Mapping[str, NDArray[np.floating[Any]]]:
        """Score actors whose mentions are given.

        Args:
            texts: n sentences.
            spans: For each text, ``(start, end, actor)`` of each mention: half-open characters, and a number that tells
                the text's actors apart. Here they come from left to right, numbered from 0 by first mention.

        Returns:
            ``{"sentiment": (k, 3), "stance": (k, 3)}``: probabilities, one row for each actor of each text, text after
            text, a text's actors in the order of their first mentions.
        """


# --- the suite -------------------------------------------------------------------------------------------------------


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
    text = resources.files("biasscore").joinpath("data", "behaviour.jsonl").read_text(encoding="utf-8")
    return read_cases(text.split("\n"), "behaviour.jsonl")


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
    letters = tuple(sorted(set(_PLACEHOLDER.findall(text))))
    rest = _PLACEHOLDER.sub("", text)
    if not letters or "".join(letters) != _LETTERS[: len(letters)] or "{" in rest or "}" in rest:
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


# --- the report ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SwapRow:
    """What changes when two actors change places in a text. All zeros for a model that cannot see names.

    Attributes:
        first: The one name.
        second: The other.
        task: Which classifier.
        n: Comparisons: places in texts that held the one name and then the other.
        mean_delta: Mean absolute difference of the score, in [0, 2].
        shift: Mean of the score with ``first`` less the score with ``second``, in [-2, 2]; above 0, ``first`` is
            favoured.
        flip_rate: Share of the comparisons in which the label is another one.
    """

    first: str
    second: str
    task: Task
    n: int
    mean_delta: float
    shift: float
    flip_rate: float


@dataclass(frozen=True, slots=True)
class TargetRow:
    """Whether two actors that one text treats oppositely can be told apart.

    Attributes:
        task: Which classifier.
        n: Texts of the capability "opposite" in which one actor must get the first label and another the third.
        signs_right: Share in which all scores of the former are below 0 and all of the latter above.
        apart: Share in which every score of the latter exceeds every one of the former by more than `APART`.
    """

    task: Task
    n: int
    signs_right: float
    apart: float


@dataclass(frozen=True, slots=True)
class StabilityRow:
    """What changes where nothing should.

    Attributes:
        capability: Kind of the change; "all" for all of them.
        task: Which classifier.
        n: Comparisons: actors of variants.
        mean_delta: Mean absolute difference of the score, in [0, 2].
        flip_rate: Share of the comparisons in which the label is another one.
    """

    capability: str
    task: Task
    n: int
    mean_delta: float
    flip_rate: float


@dataclass(frozen=True, slots=True)
class DirectionRow:
    """What a clause about one actor, or its negation, does.

    Attributes:
        capability: Kind of the clause; "all" for all of them.
        task: Which classifier.
        n: Pairs of a text and its variant.
        right_rate: Share in which the actor's score moves in the right direction by more than `MOVED`.
        mean_move: Mean move in the right direction, in [-2, 2].
        bystanders: Other actors in these variants.
        bystander_rate: Share of them that move by more than `MOVED`; 0 where there are none.
    """

    capability: str
    task: Task
    n: int
    right_rate: float
    mean_move: float
    bystanders: int
    bystander_rate: float


@dataclass(frozen=True, slots=True)
class CapabilityRow:
    """How often one capability fails.

    Attributes:
        kind: Form of the cases.
        capability: Its name.
        task: Which classifier.
        n: Checks: expected labels (mft), actors of variants (inv), variants (dir).
        failures: Checks with another label (mft, inv), with the wrong direction, hardly a move, or a bystander that
            moves (dir).
        failure_rate: ``failures / n``.
    """

    kind: Kind
    capability: str
    task: Task
    n: int
    failures: int
    failure_rate: float


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that failed.

    Attributes:
        case: The case's id.
        kind: Its form.
        capability: What it tests.
        task: Which classifier.
        actor: The name that was scored.
        text: The text as it was scored.
        expected: What should have come: a label, a direction ("down", "up") or "still" for a bystander.
        got: What came: a label, or the move of the score.
    """

    case: str
    kind: Kind
    capability: str
    task: Task
    actor: str
    text: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The outcome of an audit.

    Attributes:
        actors: The names between which actors were exchanged.
        names: All names that stood in for placeholders.
        n_cases: Size of the suite.
        swap: One row for each pair of ``actors`` and task.
        target: Target sensitivity, one row a task.
        stability: Invariance by capability, and "all"; "reporting-verb" only exchanges verbs of saying, "paraphrase"
            says the same in another form or in other words.
        negation: The rows of ``capabilities`` on negation: texts that negate, and pairs of a text and its negated form.
        direction: Direction by capability, and "all"; pairs of negation are "negate-praise", "negate-blame" and
            "not-only" ("not only ... but", which negates nothing).
        capabilities: Failures by form, capability and task.
        failures: Every check that failed, in the order of the suite.
    """

    actors: tuple[str, ...]
    names: tuple[str, ...]
    n_cases: int
    swap: tuple[SwapRow, ...]
    target: tuple[TargetRow, ...]
    stability: tuple[StabilityRow, ...]
    negation: tuple[CapabilityRow, ...]
    direction: tuple[DirectionRow, ...]
    capabilities: tuple[CapabilityRow, ...]
    failures: tuple[Failure, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain dictionaries, lists, strings and numbers, ready for JSON.

        Returns:
            One key for each attribute; the tables are lists of dictionaries whose keys are the attributes of the rows.
            Numbers have six decimals.
        """
        return {key: _plain(value) for key, value in asdict(self).items()}

    def rows(self) -> list[tuple[str, str, str, str, str, str]]:
        """The report as one table for people.

        Returns:
            A heading and rows of ``(test, of, task, n, failed, mean move)``. In ``failed`` less is better: the share of
            labels that flip, of checks that fail, of opposite treatments that are not seen. ``mean move`` is the mean
            absolute difference of the score where nothing should move, and the mean move in the right direction for
            directions. Tests without cases have no rows.
        """
        table = [("test", "of", "task", "n", "failed", "mean move")]
        for swap in self.swap:
            pair = f"{swap.first} / {swap.second}"
            table.append(_row("actor swap", pair, swap.task, swap.n, swap.flip_rate, swap.mean_delta))
        for target in self.target:
            for of, rate in (("signs", target.signs_right), (f"apart by {APART}", target.apart)):
                table.append(_row("target sensitivity", of, target.task, target.n, 1.0 - rate))
        for stability in self.stability:
            of, n = stability.capability, stability.n
            table.append(_row("invariance", of, stability.task, n, stability.flip_rate, stability.mean_delta))
        for move in self.direction:
            of, failed = move.capability, 1.0 - move.right_rate
            table.append(_row("direction", of, move.task, move.n, failed, move.mean_move))
        table.extend(
            _row("direction", "bystanders", move.task, move.bystanders, move.bystander_rate)
            for move in self.direction
            if move.capability == ALL and move.bystanders
        )
        table.extend(
            _row("minimum functionality", row.capability, row.task, row.n, row.failure_rate)
            for row in self.capabilities
            if row.kind == "mft"
        )
        return table


def _row(
    test: str, of: str, task: Task, n: int, failed: float, move: float | None = None
) -> tuple[str, str, str, str, str, str]:
    return test, of, task.value, str(n), f"{failed:.3f}", "" if move is None else f"{move:.4f}"


def _plain(value: Any) -> Any:
    """Tuples -> lists, tasks -> strings, numbers -> six decimals; the rest as it is."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Task):
        return value.value
    return round(value, _DECIMALS) if isinstance(value, float) else value


# --- the audit -------------------------------------------------------------------------------------------------------


def run_audit(
    scorer: SpanScorer, actors: Sequence[str] = DEFAULT_NAMES, *, cases: Sequence[Case] | None = None
) -> AuditReport:
    """Put a model through the audit.

    ``actors`` are exchanged with each other; in all other tests the placeholders go round ``actors`` and `OTHER_NAMES`,
    so that a model which sees names is tested with all of them. Everything is scored in one call.

    Args:
        scorer: What to audit.
        actors: At least two names as a text would have them, without an article ("Britain", not "the UK").
        cases: The suite, as `read_cases` gives it; None for the one of the package.

    Returns:
        The report.

    Raises:
        ActorError: There are fewer than two names, or a name is empty, doubled, or has a brace.
        InputError: The suite is empty.
        ModelError: The answer of the scorer has another shape than promised, or numbers that are not finite.
    """
    names = _check_names(actors)
    suite = load_cases() if cases is None else tuple(cases)
    if not suite:
        raise InputError(expected("cases", "at least one case", 0, "Give a suite, or None for the package's own."))
    asked = [(_cast(names, index), case) for index, case in enumerate(suite)]
    minimum = [(people, case) for people, case in asked if isinstance(case, MinimumCase)]
    invariance = [(people, case) for people, case in asked if isinstance(case, InvarianceCase)]
    direction = [(people, case) for people, case in asked if isinstance(case, DirectionCase)]
    pairs = list(combinations(tuple(actors), 2))
    wanted = [(case.text, people) for people, case in asked]
    wanted += [(variant, people) for people, inv in invariance for variant in inv.variants]
    wanted += [(step.variant, people) for people, step in direction]
    wanted += [(mft.text, people) for pair in pairs for people in _both_ways(pair, names) for _, mft in minimum]
    answers = _ask(scorer, wanted)

    checks = [
        *_minimum_checks(minimum, answers),
        *_invariance_checks(invariance, answers),
        *_direction_checks(direction, answers),
    ]
    capabilities = _capability_rows(checks)
    order = {case.id: index for index, case in enumerate(suite)}
    failures = [failure for check in checks for failure in check.failures]
    return AuditReport(
        actors=tuple(actors),
        names=names,
        n_cases=len(suite),
        swap=tuple(_swap_rows(pairs, names, [mft for _, mft in minimum], answers)),
        target=tuple(_target_rows(minimum, answers)),
        stability=tuple(_stability_rows(invariance, answers)),
        negation=tuple(row for row in capabilities if row.capability in NEGATION),
        direction=tuple(_direction_rows(direction, answers)),
        capabilities=capabilities,
        failures=tuple(sorted(failures, key=lambda failure: order[failure.case])),
    )


def _check_names(actors: Sequence[str]) -> tuple[str, ...]:
    """The actors and the others, each once."""
    advice = "Give names as a text would have them, as in ['Britain', 'NATO']."
    if isinstance(actors, str) or len(actors) < 2 or len(set(actors)) < len(actors):
        raise ActorError(expected("actors", "a list of at least two different names", actors, advice))
    for name in actors:
        if not isinstance(name, str) or not name.strip() or "{" in name or "}" in name:
            raise ActorError(expected("actors", "names that are not empty and have no brace", name, advice))
    return tuple(dict.fromkeys([*actors, *OTHER_NAMES]))


# --- who stands where ------------------------------------------------------------------------------------------------

_Cast = tuple[str, str, str]  # the names for A, B and C


def _cast(names: Sequence[str], index: int) -> _Cast:
    """Three different names; over the suite every name comes in every place, with ever other neighbours."""
    first = index % len(names)
    # Twice the stride is less than the number of names, so that the third is not the first again.
    stride = 1 + index // len(names) % ((len(names) - 1) // 2)
    return names[first], names[(first + stride) % len(names)], names[(first + 2 * stride) % len(names)]


def _both_ways(pair: tuple[str, str], names: Sequence[str]) -> tuple[_Cast, _Cast]:
    """The pair in A and B, and in B and A, with the same third in C."""
    first, second = pair
    third = next(name for name in names if name not in pair)
    return (first, second, third), (second, first, third)


# --- asking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Filled:
    """A text with names in its placeholders; ``letters`` are the placeholders in the order of the actors' numbers."""

    text: str
    spans: tuple[tuple[int, int, int], ...]
    letters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """Score, in [-1, 1], and label of one actor in one text, by task."""

    score: Mapping[Task, float]
    label: Mapping[Task, int]


_Answers = Mapping[tuple[str, _Cast], Mapping[str, _Answer]]


def _fill(template: str, people: _Cast) -> _Filled:
    pieces: list[str] = []
    spans: list[tuple[int, int, int]] = []
    letters: list[str] = []
    position = length = 0
    for match in _PLACEHOLDER.finditer(template):
        before, letter = template[position : match.start()], match[1]
        name = people[_LETTERS.index(letter)]
        if letter not in letters:
            letters.append(letter)
        length += len(before)
        spans.append((length, length + len(name), letters.index(letter)))
        length += len(name)
        pieces += [before, name]
        position = match.end()
    pieces.append(template[position:])
    return _Filled("".join(pieces), tuple(spans), tuple(letters))


def _ask(scorer: SpanScorer, wanted: Sequence[tuple[str, _Cast]]) -> _Answers:
    """Score all texts in one call, each once.

    Args:
        scorer: What to audit.
        wanted: Templates, with the names for their placeholders.

    Returns:
        For each template and cast, the answer for each letter.
    """
    filled = {key: _fill(*key) for key in wanted}
    texts = list(dict.fromkeys(filled.values()))
    probs = scorer.score_spans([item.text for item in texts], [item.spans for item in texts])
    size = sum(len(item.letters) for item in texts)
    scores: dict[Task, list[float]] = {}
    labels: dict[Task, list[int]] = {}
    for task in Task:
        values = np.asarray(probs[task.value], dtype=np.float64) if task.value in probs else np.empty(0)
        advice = "See `SpanScorer` for what a scorer must answer."
        if values.shape != (size, 3):
            raise ModelError(expected(f"scores for {task}", f"of shape ({size}, 3)", values.shape, advice))
        if not np.isfinite(values).all():
            raise ModelError(expected(f"scores for {task}", "finite", "NaN or infinity", "Check the checkpoint."))
        scores[task] = (values[:, 2] - values[:, 0]).tolist()
        labels[task] = values.argmax(axis=1).tolist()
    answers: dict[_Filled, dict[str, _Answer]] = {}
    row = 0
    for item in texts:
        answers[item] = {}
        for letter in item.letters:
            one = _Answer({task: scores[task][row] for task in Task}, {task: labels[task][row] for task in Task})
            answers[item][letter] = one
            row += 1
    return {key: answers[item] for key, item in filled.items()}


# --- checks ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Check:
    """One thing that can be right or wrong; two failures count as one."""

    kind: Kind
    capability: str
    task: Task
    failures: tuple[Failure, ...] = ()


def _minimum_checks(cases: Sequence[tuple[_Cast, MinimumCase]], answers: _Answers) -> Iterator[_Check]:
    for people, case in cases:
        for wanted in case.expect:
            got = answers[case.text, people][wanted.actor].label[wanted.task]
            yield _label_check("mft", case, case.text, people, wanted, got)


def _invariance_checks(cases: Sequence[tuple[_Cast, InvarianceCase]], answers: _Answers) -> Iterator[_Check]:
    for people, case in cases:
        for variant in case.variants:
            for letter, before in answers[case.text, people].items():
                after = answers[variant, people][letter]
                for task in Task:
                    wanted = Expectation(letter, task, before.label[task])
                    yield _label_check("inv", case, variant, people, wanted, after.label[task])


def _label_check(kind: Kind, case: Case, template: str, people: _Cast, wanted: Expectation, got: int) -> _Check:
    if got == wanted.label:
        return _Check(kind, case.capability, wanted.task)
    names = LABELS[wanted.task]
    failure = _failure(kind, case, wanted.task, wanted.actor, template, people, names[wanted.label], names[got])
    return _Check(kind, case.capability, wanted.task, (failure,))


def _direction_checks(cases: Sequence[tuple[_Cast, DirectionCase]], answers: _Answers) -> Iterator[_Check]:
    for people, case in cases:
        failures = []
        for letter, move in _moves(case, people, answers).items():
            own = letter == case.actor
            right = _rightward(case, move) > MOVED if own else abs(move) <= MOVED
            if not right:
                wanted, got = case.direction if own else "still", f"{move:+.3f}"
                failures.append(_failure("dir", case, case.task, letter, case.variant, people, wanted, got))
        yield _Check("dir", case.capability, case.task, tuple(failures))


def _failure(
    kind: Kind, case: Case, task: Task, letter: str, template: str, people: _Cast, wanted: str, got: str
) -> Failure:
    name, text = people[_LETTERS.index(letter)], _fill(template, people).text
    return Failure(case.id, kind, case.capability, task, name, text, wanted, got)


def _moves(case: DirectionCase, people: _Cast, answers: _Answers) -> dict[str, float]:
    """How far each actor's score moves from the text to the variant."""
    before, after = answers[case.text, people], answers[case.variant, people]
    return {letter: after[letter].score[case.task] - before[letter].score[case.task] for letter in before}


def _rightward(case: DirectionCase, move: float) -> float:
    return move if case.direction == "up" else -move


# --- tables ----------------------------------------------------------------------------------------------------------


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(np.asarray(values, dtype=np.float64)))


def _capability_rows(checks: Iterable[_Check]) -> tuple[CapabilityRow, ...]:
    """One row for each form, capability and task that occur, in the order in which they first occur."""
    tallies: dict[tuple[Kind, str, Task], list[bool]] = {}
    for check in checks:
        tallies.setdefault((check.kind, check.capability, check.task), []).append(bool(check.failures))
    return tuple(CapabilityRow(*key, len(failed), sum(failed), _mean(failed)) for key, failed in tallies.items())


def _swap_rows(
    pairs: Sequence[tuple[str, str]], names: Sequence[str], cases: Sequence[MinimumCase], answers: _Answers
) -> Iterator[SwapRow]:
    """A place that held the first name and then the second is compared with itself; the third actor stays out of it."""
    for first, second in pairs if cases else ():
        one, other = _both_ways((first, second), names)
        places: list[tuple[_Answer, _Answer]] = []
        for case in cases:
            straight, crossed = answers[case.text, one], answers[case.text, other]
            places.append((straight["A"], crossed["A"]))
            if "B" in straight:
                places.append((crossed["B"], straight["B"]))
        for task in Task:
            deltas = [with_first.score[task] - with_second.score[task] for with_first, with_second in places]
            flips = [with_first.label[task] != with_second.label[task] for with_first, with_second in places]
            mean_delta = _mean([abs(delta) for delta in deltas])
            yield SwapRow(first, second, task, len(places), mean_delta, _mean(deltas), _mean(flips))


def _target_rows(cases: Sequence[tuple[_Cast, MinimumCase]], answers: _Answers) -> Iterator[TargetRow]:
    for task in Task:
        signs: list[bool] = []
        apart: list[bool] = []
        for people, case in cases:
            if case.capability != OPPOSITE:
                continue
            answer = answers[case.text, people]
            low, high = (
                [answer[it.actor].score[task] for it in case.expect if it.task is task and it.label == label]
                for label in (0, 2)
            )
            if low and high:
                signs.append(max(low) < 0.0 < min(high))
                apart.append(min(high) - max(low) > APART)
        if signs:
            yield TargetRow(task, len(signs), _mean(signs), _mean(apart))


def _stability_rows(cases: Sequence[tuple[_Cast, InvarianceCase]], answers: _Answers) -> Iterator[StabilityRow]:
    changes: dict[tuple[str, Task], list[tuple[float, bool]]] = {}
    for people, case in cases:
        for variant in case.variants:
            for letter, before in answers[case.text, people].items():
                after = answers[variant, people][letter]
                for task in Task:
                    change = abs(after.score[task] - before.score[task]), after.label[task] != before.label[task]
                    for capability in (case.capability, ALL):
                        changes.setdefault((capability, task), []).append(change)
    for capability, task in _all_last(changes):
        deltas, flips = zip(*changes[capability, task], strict=True)
        yield StabilityRow(capability, task, len(flips), _mean(deltas), _mean(flips))


def _direction_rows(cases: Sequence[tuple[_Cast, DirectionCase]], answers: _Answers) -> Iterator[DirectionRow]:
    moved: dict[tuple[str, Task], list[float]] = {}
    beside: dict[tuple[str, Task], list[bool]] = {}
    for people, case in cases:
        moves = _moves(case, people, answers)
        own = _rightward(case, moves.pop(case.actor))
        for key in ((case.capability, case.task), (ALL, case.task)):
            moved.setdefault(key, []).append(own)
            beside.setdefault(key, []).extend(abs(move) > MOVED for move in moves.values())
    for key in _all_last(moved):
        own_moves, others = moved[key], beside[key]
        right = _mean([move > MOVED for move in own_moves])
        rate = _mean(others) if others else 0.0
        yield DirectionRow(*key, len(own_moves), right, _mean(own_moves), len(others), rate)


def _all_last(keys: Iterable[tuple[str, Task]]) -> list[tuple[str, Task]]:
    return sorted(keys, key=lambda key: key[0] == ALL)
