"""What an audit finds: the rows of its tables, the checks that failed, and the whole as JSON or as one table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from .behaviour import Kind
from .labels import Task

#: From how far on (score, of a range of 2) an actor has moved: more is asked of the one whose treatment changes, and
#: no more allowed to the others. It is one number for both, so that what is too little to be held against a bystander
#: is too little to count as an answer: changes without meaning move scores too. A twentieth of the range is far less
#: than the half or more that lies between praise and none.
MOVED: Final = 0.1
#: By how much (score, of a range of 2) two actors that are treated oppositely must differ.
APART: Final = 0.2
#: Stands for all capabilities of a table.
ALL: Final = "all"
_DECIMALS: Final = 6


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
