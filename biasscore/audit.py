"""What a model does where the right answer is known: the audit that every model can be put through.

The suite is that of `biasscore.behaviour`. Whoever is put into the places of its texts, the answer should be the same.
So the same texts with actors exchanged measure a model's own bias (the counterfactual test of Kiritchenko and Mohammad
2018, "Examining Gender and Race Bias in Two Hundred Sentiment Analysis Systems").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from .audit_answers import Answer, Answers, Cast, ask, both_ways, choose_cast, fill
from .audit_report import (
    ALL,
    APART,
    MOVED,
    AuditReport,
    CapabilityRow,
    DirectionRow,
    Failure,
    StabilityRow,
    SwapRow,
    TargetRow,
)
from .behaviour import (
    LETTERS,
    NEGATION,
    OPPOSITE,
    Case,
    DirectionCase,
    Expectation,
    InvarianceCase,
    Kind,
    MinimumCase,
    load_cases,
)
from .errors import ActorError, InputError, expected
from .labels import LABELS, Task
from .spans import SpanScorer

#: The default actors as a text would name them without an article.
DEFAULT_NAMES: Final = ("Britain", "NATO", "Kazakhstan", "Russia")
#: Who else stands in for the placeholders: states, blocs, and two invented names as a control.
OTHER_NAMES: Final = (
    "France", "Japan", "Brazil", "Nigeria", "Turkey", "Poland", "Iran", "India", "Canada", "Kenya", "Vietnam", "ASEAN",
    "Mercosur", "Talvonia", "Merovia",
)  # fmt: skip


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
    asked = [(choose_cast(names, index), case) for index, case in enumerate(suite)]
    minimum = [(people, case) for people, case in asked if isinstance(case, MinimumCase)]
    invariance = [(people, case) for people, case in asked if isinstance(case, InvarianceCase)]
    direction = [(people, case) for people, case in asked if isinstance(case, DirectionCase)]
    pairs = list(combinations(tuple(actors), 2))
    wanted = [(case.text, people) for people, case in asked]
    wanted += [(variant, people) for people, inv in invariance for variant in inv.variants]
    wanted += [(step.variant, people) for people, step in direction]
    wanted += [(mft.text, people) for pair in pairs for people in both_ways(pair, names) for _, mft in minimum]
    answers = ask(scorer, wanted)

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


# --- checks ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Check:
    """One thing that can be right or wrong; two failures count as one."""

    kind: Kind
    capability: str
    task: Task
    failures: tuple[Failure, ...] = ()


def _minimum_checks(cases: Sequence[tuple[Cast, MinimumCase]], answers: Answers) -> Iterator[_Check]:
    for people, case in cases:
        for wanted in case.expect:
            got = answers[case.text, people][wanted.actor].label[wanted.task]
            yield _label_check("mft", case, case.text, people, wanted, got)


def _invariance_checks(cases: Sequence[tuple[Cast, InvarianceCase]], answers: Answers) -> Iterator[_Check]:
    for people, case in cases:
        for variant in case.variants:
            for letter, before in answers[case.text, people].items():
                after = answers[variant, people][letter]
                for task in Task:
                    wanted = Expectation(letter, task, before.label[task])
                    yield _label_check("inv", case, variant, people, wanted, after.label[task])


def _label_check(kind: Kind, case: Case, template: str, people: Cast, wanted: Expectation, got: int) -> _Check:
    if got == wanted.label:
        return _Check(kind, case.capability, wanted.task)
    names = LABELS[wanted.task]
    failure = _failure(kind, case, wanted.task, wanted.actor, template, people, names[wanted.label], names[got])
    return _Check(kind, case.capability, wanted.task, (failure,))


def _direction_checks(cases: Sequence[tuple[Cast, DirectionCase]], answers: Answers) -> Iterator[_Check]:
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
    kind: Kind, case: Case, task: Task, letter: str, template: str, people: Cast, wanted: str, got: str
) -> Failure:
    name, text = people[LETTERS.index(letter)], fill(template, people).text
    return Failure(case.id, kind, case.capability, task, name, text, wanted, got)


def _moves(case: DirectionCase, people: Cast, answers: Answers) -> dict[str, float]:
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
    pairs: Sequence[tuple[str, str]], names: Sequence[str], cases: Sequence[MinimumCase], answers: Answers
) -> Iterator[SwapRow]:
    """A place that held the first name and then the second is compared with itself; the third actor stays out of it."""
    for first, second in pairs if cases else ():
        one, other = both_ways((first, second), names)
        places: list[tuple[Answer, Answer]] = []
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


def _target_rows(cases: Sequence[tuple[Cast, MinimumCase]], answers: Answers) -> Iterator[TargetRow]:
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


def _stability_rows(cases: Sequence[tuple[Cast, InvarianceCase]], answers: Answers) -> Iterator[StabilityRow]:
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


def _direction_rows(cases: Sequence[tuple[Cast, DirectionCase]], answers: Answers) -> Iterator[DirectionRow]:
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
