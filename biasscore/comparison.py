"""Groups of articles compared: means with intervals, differences with corrected p-values, months.

The unit is the article. Sentences of one article are alike, so that a thousand sentences from ten articles say what ten
articles say, not what a thousand do: whatever is computed here takes articles as clusters (Cameron and Miller 2015, *A
Practitioner's Guide to Cluster-Robust Inference*, Journal of Human Resources 50(2)). Articles themselves are taken as
independent of each other; where several outlets print one wire report they are not, and intervals are too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from os import PathLike
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa

from .comparison_input import is_table, tables_of, warnings_of
from .errors import ConfigError, expected
from .group_sums import Cell, Mean, Sums, Weights, mean_of
from .profile import ArticleProfile
from .schema import PARTS, Tables
from .student import CORRECTIONS, Correction, correct, t_quantile, t_tail

Differences = Literal["pairs", "rest"]
#: Groups of which all pairs are compared, at most.
_MOST_GROUPS: Final = 100
#: What "all others" are called.
REST: Final = "all others"

_ESTIMATE: Final = [
    ("mean", pa.float64()),
    ("low", pa.float64()),
    ("high", pa.float64()),
    ("articles", pa.int64()),
    ("sentences", pa.int64()),
]
MEANS: Final = pa.schema([("task", pa.string()), ("actor", pa.string()), ("group", pa.string()), *_ESTIMATE])
MONTHS: Final = pa.schema(
    [("task", pa.string()), ("actor", pa.string()), ("group", pa.string()), ("month", pa.string()), *_ESTIMATE]
)
DIFFERENCES: Final = pa.schema(
    [
        ("task", pa.string()),
        ("actor", pa.string()),
        ("first", pa.string()),
        ("second", pa.string()),
        ("difference", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("p", pa.float64()),
        ("p_corrected", pa.float64()),
        ("certain", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How groups of articles treat the actors.

    Attributes:
        by: What the groups are groups of.
        level: Coverage of the intervals.
        correction: How p-values were corrected.
        means: One row a task, actor and group: ``mean`` in [-1, 1] with its interval ``low``, ``high`` (null where
            nothing tells how far articles differ: with fewer than two, or with one score for all of them), ``articles``
            and ``sentences`` that mention the actor.
        differences: One row a task, actor and pair of groups: ``difference = first - second`` with its interval, ``p``
            of a two-sided test that there is none, ``p_corrected`` for all rows of this table, and ``certain``, whether
            that is below ``1 - level``; null where the interval of one of the groups is.
        months: As ``means``, for each month that has articles, ``YYYY-MM``.
        left_out: Rows of articles that mention an actor but are in no group.
        warnings: What must be said of the models that made the numbers, one sentence each: see
            `biasscore.records.Provenance`. Tables tell it only if they have the metadata of `biasscore.schema`.
    """

    by: str
    level: float
    correction: Correction
    means: pa.Table
    differences: pa.Table
    months: pa.Table
    left_out: int
    warnings: tuple[str, ...] = ()

    def named(self) -> dict[str, pa.Table]:
        """The tables by their names."""
        return {"means": self.means, "differences": self.differences, "months": self.months}


def compare(
    source: str | PathLike[str] | Tables | pa.Table | Iterable[ArticleProfile],
    by: str | Sequence[str | None] = "outlet",
    *,
    tasks: Sequence[str] = ("sentiment", "stance"),
    weights: Weights = "sentences",
    differences: Differences = "pairs",
    correction: Correction = "holm",
    level: float = 0.95,
) -> Comparison:
    """Compare groups of articles.

    With ``w`` the weight of an article (its number of sentences that mention the actor, or 1), ``s`` its score and
    ``p = w / sum(w)``, a group's mean is ``m = sum(p * s)``. Its variance is estimated by ``c * sum(p**2 * (s -
    m)**2)``, the cluster-robust estimate, with the factor c that makes it unbiased where all articles vary alike
    (``n / (n - 1)`` for equal weights). Its degrees of freedom are those of Satterthwaite (1946) as Bell and McCaffrey
    (2002), *Bias Reduction in Standard Errors for Linear Regression with Multi-Stage Samples*, Survey Methodology
    28(2), use them: ``n - 1`` for equal weights, fewer where few articles hold most sentences. Intervals and p-values
    are those of Student's distribution; for differences, Welch's (1947).

    An article that is there twice counts twice, and makes intervals too narrow. In an output no two articles share an
    id; where two of the tables or profiles do, it is logged how many. Dates that are no day count as none, as they do
    wherever articles are read; it is logged how many these are.

    Args:
        source: The folder of an output; the tables of `Scorer.score_table` or *articles* alone, as a table or a data
            frame; or profiles.
        by: The column that tells the groups apart, or, for profiles, "outlet" or the group of each of them (None for
            no group).
        tasks: Parts of the profile to compare: see `biasscore.schema.PARTS`.
        weights: Whether each sentence counts the same, or each article.
        differences: Whether all pairs of groups are compared, or each group with all others together. Two groups are
            one pair either way: each is all that the other is compared with, and one test that is counted twice would
            be corrected twice.
        correction: "holm" or "bh": see `biasscore.student.correct`.
        level: Coverage of the intervals, in [0.5, 1).

    Returns:
        The comparison. Groups, actors and tasks are in the order of their names, actors in that of their first
        appearance.

    Raises:
        InputError: There is no such column or it holds no groups, the source is neither tables nor profiles, or as many
            groups as profiles are not given; or an article that mentions the actor has no score or one outside [-1, 1].
        OutputError: The folder is no output, or a shard of it is damaged.
        ConfigError: A setting is outside its range, or there are too many groups for all their pairs.
    """
    _check(tasks, weights, differences, correction, level)
    if isinstance(source, Iterable) and not is_table(source):
        source = list(source)  # it may be a generator, and is looked at twice
    sums = Sums(tasks, weights)
    for table in tables_of(source, by, tasks):
        sums.add(table)
    whole, months = sums.by_group(), sums.by_month()
    return Comparison(
        by if isinstance(by, str) else "group",
        level,
        correction,
        _means(whole, MEANS, level),
        _differences(whole, differences, correction, level),
        _means(months, MONTHS, level),
        sums.left_out,
        warnings_of(source),
    )


def _check(tasks: Sequence[str], weights: str, differences: str, correction: str, level: float) -> None:
    known = {"weights": ("sentences", "articles"), "differences": ("pairs", "rest"), "correction": CORRECTIONS}
    for name, value in (("weights", weights), ("differences", differences), ("correction", correction)):
        if value not in known[name]:
            raise ConfigError(expected(name, " or ".join(known[name]), value, "Name one of these."))
    if isinstance(tasks, str) or not isinstance(tasks, Sequence) or not tasks:
        raise ConfigError(expected("tasks", "a list of parts of the profile", tasks, "Give `tasks=['stance']`, say."))
    for task in tasks:
        if task not in PARTS:
            raise ConfigError(expected("tasks", f"among {', '.join(PARTS)}", task, "Name some of these."))
    if len(set(tasks)) < len(tasks):
        raise ConfigError(expected("tasks", "all different", ", ".join(tasks), "Name each of them once."))
    if isinstance(level, bool) or not isinstance(level, int | float | np.number):
        raise ConfigError(expected("level", "a number", level, "Give one in [0.5, 1)."))
    if not 0.5 <= level < 1.0:
        raise ConfigError(expected("level", "in [0.5, 1)", level, "Give a number in that range."))


# --- estimates -------------------------------------------------------------------------------------------------------


def _interval(
    value: float, variance: float | None, dof: float | None, level: float, limit: float
) -> list[float | None]:
    if variance is None or dof is None:
        return [None, None]
    reach = t_quantile((1.0 - level) / 2.0, dof) * math.sqrt(variance)
    return [max(value - reach, -limit), min(value + reach, limit)]


def _means(cells: dict[tuple[str, ...], Cell], schema: pa.Schema, level: float) -> pa.Table:
    rows: list[list[Any]] = []
    for name, cell in cells.items():
        found = mean_of(cell)
        ends = _interval(found.mean, found.variance, found.dof, level, 1.0)
        rows.append([*name, found.mean, *ends, cell.articles, cell.sentences])
    return _table(rows, schema)


def _differences(
    cells: dict[tuple[str, ...], Cell], which: Differences, correction: Correction, level: float
) -> pa.Table:
    families: dict[tuple[str, ...], dict[str, Cell]] = {}
    for name, cell in cells.items():
        families.setdefault(name[:2], {})[name[2]] = cell
    rows: list[list[Any]] = []
    for family, groups in families.items():
        if which == "pairs" and len(groups) > _MOST_GROUPS:
            advice = "Compare each with all others: `differences='rest'` (`--differences rest`)."
            raise ConfigError(expected("by", f"a column of at most {_MOST_GROUPS} groups", len(groups), advice))
        for first, second, one, other in _opposed(groups, which):
            rows.append([*family, first, second, *_difference(mean_of(one), mean_of(other), level)])
    tested = [index for index, row in enumerate(rows) if row[-1] is not None]
    corrected = correct([rows[index][-1] for index in tested], correction)
    extra: list[list[Any]] = [[None, None] for _ in rows]
    for index, p in zip(tested, corrected.tolist(), strict=True):
        extra[index] = [p, p < 1.0 - level]
    return _table([[*row, *more] for row, more in zip(rows, extra, strict=True)], DIFFERENCES)


def _opposed(groups: dict[str, Cell], which: Differences) -> Iterator[tuple[str, str, Cell, Cell]]:
    if which == "pairs" or len(groups) == 2:
        for first, second in combinations(groups, 2):
            yield first, second, groups[first], groups[second]
    elif len(groups) > 2:
        for first, cell in groups.items():
            others = [other for name, other in groups.items() if name != first]
            yield first, REST, cell, sum(others[1:], start=others[0])


def _difference(first: Mean, second: Mean, level: float) -> list[float | None]:
    """Difference, interval and p of Welch's test."""
    value = first.mean - second.mean
    if first.variance is None or second.variance is None or first.dof is None or second.dof is None:
        return [value, None, None, None]
    variance = first.variance + second.variance
    dof = variance**2 / (first.variance**2 / first.dof + second.variance**2 / second.dof)
    ends = _interval(value, variance, dof, level, 2.0)
    return [value, *ends, min(2.0 * t_tail(abs(value) / math.sqrt(variance), dof), 1.0)]


def _table(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    columns = [[row[index] for row in rows] for index in range(len(schema))]
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
