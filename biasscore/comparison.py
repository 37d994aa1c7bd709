"""Groups of articles compared: means with intervals, differences with corrected p-values, months.

The unit is the article. Sentences of one article are alike, so that a thousand sentences from ten articles say what ten
articles say, not what a thousand do: whatever is computed here takes articles as clusters (Cameron and Miller 2015, *A
Practitioner's Guide to Cluster-Robust Inference*, Journal of Human Resources 50(2)). Articles themselves are taken as
independent of each other; where several outlets print one wire report they are not, and intervals are too narrow.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from os import PathLike
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .actors import is_date
from .errors import ConfigError, InputError, expected
from .profile import ArticleProfile
from .records import ActorProfile, Estimate, Provenance
from .results import read_shards
from .schema import PARTS, Tables
from .student import CORRECTIONS, Correction, correct, t_quantile, t_tail
from .writing import read_manifest

_LOG = logging.getLogger(__name__)
Weights = Literal["sentences", "articles"]
Differences = Literal["pairs", "rest"]
#: Groups of which all pairs are compared, at most.
_MOST_GROUPS: Final = 100
#: Highest power of the weights whose sum is needed.
_POWERS: Final = 5
#: Most sentences of an article: what the column of an output holds, and far from where sums of powers overflow.
_MOST_SENTENCES: Final = 2**31 - 1
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
_PAIRS: Final = pa.schema([("id", pa.string()), ("actor", pa.string())])
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
    if isinstance(source, Iterable) and not _is_table(source):
        source = list(source)  # it may be a generator, and is looked at twice
    sums = _Sums(tasks, weights)
    for table in _tables(source, by, tasks):
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
        _warnings(source),
    )


# --- input -----------------------------------------------------------------------------------------------------------


def _is_table(source: object) -> bool:
    return isinstance(source, str | PathLike | Tables | pa.Table) or hasattr(source, "__arrow_c_stream__")


def _warnings(source: Any) -> tuple[str, ...]:
    """What the provenance of an output, of tables or of profiles says of the models."""
    if not _is_table(source):
        return tuple(dict.fromkeys(warning for profile in source for warning in profile.provenance.warnings))
    if isinstance(source, str | PathLike):
        told = read_manifest(Path(source))["run"]["provenance"]
    else:
        table = source.articles if isinstance(source, Tables) else source
        metadata = getattr(getattr(table, "schema", None), "metadata", None) or {}
        told = json.loads(metadata.get(b"biasscore.provenance", b"{}"))
    return Provenance("", "", "", "", "", classifiers=told.get("classifiers", {})).warnings


def _tables(source: Any, by: str | Sequence[str | None], tasks: Sequence[str]) -> Iterator[pa.Table]:
    """Tables with the columns ``actor``, ``group``, ``date``, and ``TASK_score`` and ``TASK_n`` for each task.

    They have ``id`` too, of any type, where the source has it: errors name it.
    """
    numbers = [f"{task}_{name}" for task in tasks for name in ("score", "n")]
    if hasattr(source, "__arrow_c_stream__") and not isinstance(source, pa.Table):
        source = pa.table(source)
    if isinstance(source, str | PathLike | Tables | pa.Table):
        if not isinstance(by, str):
            raise InputError(expected("by", "the name of a column", type(by).__name__, "Name one of the table's."))
        columns = list(dict.fromkeys(["id", "actor", by, "date", *numbers]))
        if isinstance(source, str | PathLike):
            found = read_shards(Path(source), "articles", columns)
        else:
            found = iter([source.articles if isinstance(source, Tables) else source])
        for table in found:
            if by not in table.column_names:
                raise InputError(expected("by", f"one of {', '.join(table.column_names)}", by, "Name one of these."))
            # In an output no two articles share an id.
            named = {"id", "actor"} <= set(table.column_names)
            if named and not isinstance(source, str | PathLike):
                _warn_of_copies(table.select(["id", "actor"]))
            yield _sound(_prepared(table, by, numbers), tasks)
    else:
        if not isinstance(source, Iterable):
            raise _no_profiles(source)
        yield _sound(_of_profiles(list(source), by, numbers), tasks)


def _warn_of_copies(table: pa.Table) -> None:
    """Log how many articles have the id of another; tables put together may number their rows alike."""
    try:  # polars has another kind of strings, pandas has categories
        table = table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
    except pa.ArrowException:
        return  # ids of lists and the like: nothing hangs on them
    counts = table.group_by(["id", "actor"], use_threads=False).aggregate([([], "count_all")])
    again = counts.filter(pc.greater(counts["count_all"], 1))
    ids = pc.count_distinct(again["id"]).as_py()
    if ids:
        advice = "an article that is there twice makes intervals too narrow: leave copies out, or give ids"
        _LOG.warning("%d of the ids belong to several articles each (%r, say); %s", ids, again["id"][0].as_py(), advice)


def _prepared(table: pa.Table, by: str, numbers: Sequence[str]) -> pa.Table:
    for name in ("actor", "date", *numbers):
        if name not in table.column_names:
            got = f"one without {name!r} ({', '.join(table.column_names)})"
            advice = "Give the table `articles` with its columns."
            raise InputError(expected("source", "a table of articles and actors", got, advice))
    if table["actor"].null_count:
        advice = "Leave these rows out."
        raise InputError(expected("actor", "an id in every row", f"{table['actor'].null_count} nulls", advice))
    columns = {
        "actor": _cast(table["actor"], "actor", pa.string()),
        "date": _cast(table["date"], "date", pa.string()),
        **{name: _cast(table[name], name, pa.float64()) for name in numbers},
        "group": _cast(_without_nan(table[by]), by, pa.string()),
    }
    return pa.table(columns | ({"id": table["id"]} if "id" in table.column_names else {}))


def _sound(table: pa.Table, tasks: Sequence[str]) -> pa.Table:
    """The table with null for dates that are no day, once its numbers are known to be what they must be.

    One score that is no number would make all sums of its group none, and a null must not pass for a score of 0.
    """
    for task in tasks:
        n, score = (_numbers(table[f"{task}_{name}"]) for name in ("n", "score"))
        whole = (n >= 0.0) & (n <= _MOST_SENTENCES) & (n == np.floor(n))
        to_be = f"a whole number from 0 to {_MOST_SENTENCES}"
        _refuse(table, f"{task}_n", to_be, n, whole | np.isnan(n))
        # Probabilities that were rounded to float32 may pass 1 by a hair.
        inside = np.abs(score) <= 1.0 + 1e-6
        to_be = f"in [-1, 1] where {task}_n is above 0"
        _refuse(table, f"{task}_score", to_be, score, inside | ~(n > 0.0))
    place = table.column_names.index("date")
    return table.set_column(place, "date", _days(table["date"]))


def _refuse(table: pa.Table, name: str, to_be: str, values: NDArray[np.float64], right: NDArray[np.bool_]) -> None:
    """Raise an error that names the first row of those that are not right, its article and its actor."""
    if not right.all():
        row = int(np.argmin(right))
        got = "none" if np.isnan(values[row]) else f"{values[row]:.16g}"
        known = {"article": "id", "actor": "actor"}
        named = [f"{what} {table[key][row].as_py()!r}" for what, key in known.items() if key in table.column_names]
        advice = f"Correct that row, counted from 0 ({', '.join(named)}), or leave it out."
        raise InputError(expected(f"{name}[{row}]", to_be, got, advice))


def _days(dates: pa.ChunkedArray) -> pa.ChunkedArray:
    """The days that dates begin with; null for what begins with none, and a warning that says so."""
    given = pc.unique(dates).to_pylist()
    odd = [date for date in given if date and not is_date(date[:10])]
    if odd:
        rows = pc.sum(pc.is_in(dates, value_set=pa.array(odd, dates.type))).as_py()
        text = "%d of the rows have a date that is no day as YYYY-MM-DD (%r, say): they count as undated"
        _LOG.warning(text, rows, odd[0])
    known = pa.array([date for date in given if date and is_date(date[:10])], dates.type)
    return pc.if_else(pc.is_in(dates, value_set=known), pc.utf8_slice_codeunits(dates, 0, 10), None)


def _without_nan(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A number that is none names no group."""
    return pc.if_else(pc.is_nan(column), None, column) if pa.types.is_floating(column.type) else column


def _cast(column: pa.ChunkedArray, name: str, kind: pa.DataType) -> pa.ChunkedArray:
    found = column.type
    texts = pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found)
    opaque = pa.types.is_nested(found) or any(word in str(found) for word in ("binary", "extension"))
    try:
        if opaque or (kind == pa.float64() and texts):
            raise pa.ArrowNotImplementedError(str(found))
        return pc.cast(column, kind)
    except pa.ArrowException as error:
        to_be = "a column of texts or days, or of whole numbers" if kind == pa.string() else "a column of numbers"
        raise InputError(expected(name, to_be, f"one of type {found}", "Name another column.")) from error


def _no_profiles(found: object) -> InputError:
    advice = "Give the folder of an output, tables, or what `Scorer.score_many` yields."
    return InputError(expected("source", "an output, tables or profiles", type(found).__name__, advice))


def _of_profiles(
    profiles: Sequence[ArticleProfile], by: str | Sequence[str | None], numbers: Sequence[str]
) -> pa.Table:
    for profile in profiles:
        if not isinstance(profile, ArticleProfile):
            raise _no_profiles(profile)
    groups: list[str | None] = []
    if isinstance(by, str):
        if by != "outlet":
            to_be = f"'outlet', or a list with the group of each of {len(profiles)} profiles"
            raise InputError(expected("by", to_be, by, "Profiles have no other column: give a list."))
        groups = [profile.outlet for profile in profiles]
        known = any(group is not None for group in groups)
    else:
        known = isinstance(by, Iterable)
        groups = list(by) if known else []
    if not known or len(groups) != len(profiles):
        got = f"the name {by!r}" if isinstance(by, str) else f"{len(groups)}" if known else type(by).__name__
        advice = "These know no outlet: score mappings with `outlet`, or give a list with the group of each."
        raise InputError(f"Expected `by` to be one group for each of {len(profiles)} profiles, got {got}. {advice}")
    for group in groups:
        if group is not None and not isinstance(group, str):
            raise InputError(expected("by", "a list of strings, or None for no group", group, "Convert them first."))
    pairs = [(profile.id, actor) for profile in profiles for actor in profile.actors]
    _warn_of_copies(pa.table({"id": [id_ for id_, _ in pairs], "actor": [actor for _, actor in pairs]}, _PAIRS))
    rows: list[dict[str, Any]] = []
    for profile, group in zip(profiles, groups, strict=True):
        for actor in profile.actors.values():
            row: dict[str, Any] = {"id": profile.id, "actor": actor.id, "date": profile.date, "group": group}
            for name in numbers:
                part, _, what = name.rpartition("_")
                estimate = _part(actor, part)
                row[name] = (0 if what == "n" else None) if estimate is None else getattr(estimate, what)
            rows.append(row)
    kinds = [(name, pa.int32() if name.endswith("_n") else pa.float64()) for name in numbers]
    schema = pa.schema([*_PAIRS, ("date", pa.string()), *kinds, ("group", pa.string())])
    return pa.Table.from_pylist(rows, schema=schema)


def _part(actor: ActorProfile, part: str) -> Estimate | None:
    voice, _, task = part.rpartition("_")
    found: Estimate | None = getattr(getattr(actor, voice) if voice else actor, task)
    return found


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


# --- sums ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Cell:
    """Sums over the articles of one cell; sums of two cells are those of both together.

    The article of most weight stands apart: where it holds nearly all of the weight, what the others add to a sum of
    all would be lost to rounding, and the variance hangs on these others.

    Attributes:
        articles: Their number.
        sentences: Sum of their sentences.
        top: Weight of the article of most weight.
        top_score: Its score.
        powers: Sums over the other articles of w**k for k from 1 to `_POWERS`.
        ws: Sum over the others of w * s.
        w2s: Sum over the others of w**2 * s.
        w2s2: Sum over the others of w**2 * s**2.
    """

    articles: int
    sentences: int
    top: float
    top_score: float
    powers: NDArray[np.float64]
    ws: float
    w2s: float
    w2s2: float

    def __add__(self, other: _Cell) -> _Cell:
        high, low = (self, other) if self.top >= other.top else (other, self)
        w, s = low.top, low.top_score
        return _Cell(
            high.articles + low.articles,
            high.sentences + low.sentences,
            high.top,
            high.top_score,
            high.powers + low.powers + w ** np.arange(1.0, _POWERS + 1),
            high.ws + low.ws + w * s,
            high.w2s + low.w2s + w**2 * s,
            high.w2s2 + low.w2s2 + (w * s) ** 2,
        )


Key = tuple[str, str, str, str]


class _Sums:
    """Cells by (task, actor, group, month); the month is "" where there is no date."""

    def __init__(self, tasks: Sequence[str], weights: Weights) -> None:
        self._tasks = tasks
        self._weights = weights
        self._cells: dict[Key, _Cell] = {}
        self._actors: dict[str, int] = {}
        self.left_out = 0

    def add(self, table: pa.Table) -> None:
        month = pc.utf8_slice_codeunits(pc.fill_null(table["date"], ""), 0, 7)
        names = [table["actor"], table["group"], month]
        encoded = [pc.dictionary_encode(column).combine_chunks() for column in names]
        words = [_words(array) for array in encoded]
        codes = [_codes(array) for array in encoded]
        for actor in words[0]:
            self._actors.setdefault(actor, len(self._actors))
        missing = codes[1] < 0
        mixed = (codes[0] * max(len(words[1]), 1) + codes[1]) * max(len(words[2]), 1) + codes[2]
        mentioned = np.zeros(len(mixed), np.bool_)
        for task in self._tasks:
            n = _numbers(table[f"{task}_n"])
            mentioned |= n > 0
            here = (n > 0) & ~missing
            keys, place = np.unique(mixed[here], return_inverse=True)
            cells = _cells(n[here], _numbers(table[f"{task}_score"])[here], place.reshape(-1), len(keys), self._weights)
            for key, cell in zip(keys.tolist(), cells, strict=True):
                rest, last = divmod(key, max(len(words[2]), 1))
                first, second = divmod(rest, max(len(words[1]), 1))
                name = (task, words[0][first], words[1][second], words[2][last])
                self._cells[name] = self._cells[name] + cell if name in self._cells else cell
        self.left_out += int((mentioned & missing).sum())

    def by_group(self) -> dict[tuple[str, ...], _Cell]:
        whole: dict[tuple[str, ...], _Cell] = {}
        for (task, actor, group, _), cell in self._cells.items():
            name = (task, actor, group)
            whole[name] = whole[name] + cell if name in whole else cell
        return self._sorted(whole)

    def by_month(self) -> dict[tuple[str, ...], _Cell]:
        return self._sorted({name: cell for name, cell in self._cells.items() if name[3]})

    def _sorted(self, cells: dict[Any, _Cell]) -> dict[tuple[str, ...], _Cell]:
        return dict(
            sorted(
                cells.items(), key=lambda item: (self._tasks.index(item[0][0]), self._actors[item[0][1]], item[0][2:])
            )
        )


def _words(array: pa.Array) -> list[str]:
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    return list(array.dictionary.to_pylist())


def _codes(array: pa.Array) -> NDArray[np.int64]:
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    return np.asarray(array.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """A column as float64, with NaN for null."""
    return np.asarray(pc.fill_null(pc.cast(column, pa.float64()), math.nan).to_numpy(), np.float64)


def _cells(
    n: NDArray[np.float64], score: NDArray[np.float64], place: NDArray[np.intp], cells: int, weights: Weights
) -> list[_Cell]:
    w = n if weights == "sentences" else np.ones(len(n))
    counts = np.bincount(place, minlength=cells)
    last = np.cumsum(counts) - 1
    tops = np.lexsort((w, place))[last]  # no cell is empty
    top, top_score = w[tops], score[tops]
    w = w.copy()
    w[tops] = 0.0

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(place, weights=values, minlength=cells), np.float64)

    powers = np.stack([total(w**power) for power in range(1, _POWERS + 1)], axis=1)
    rows = zip(
        counts.tolist(),
        total(n).tolist(),
        top.tolist(),
        top_score.tolist(),
        powers,
        total(w * score).tolist(),
        total(w**2 * score).tolist(),
        total((w * score) ** 2).tolist(),
        strict=True,
    )
    return [_Cell(count, int(sentences), *sums) for count, sentences, *sums in rows]


# --- estimates -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mean:
    """A group's mean, its variance and degrees of freedom; the last two are None where the variance cannot be told.

    So it is with fewer than two articles, and with several of one score: articles do differ, and a few that happen to
    agree (two that say nothing of note, or copies) would make the interval a point and any difference certain.
    """

    mean: float
    variance: float | None
    dof: float | None


def _mean(cell: _Cell) -> _Mean:
    total = cell.top + float(cell.powers[0])
    mean = (cell.top * cell.top_score + cell.ws) / total
    if cell.articles < 2:
        return _Mean(mean, None, None)
    # With p1 the largest share: e is the sum of the others, t2 to t5 are sums of their powers. All terms below are
    # small of their own accord where p1 is nearly 1; none is the small difference of large ones.
    p1 = cell.top / total
    e, t2, t3, t4, t5 = (float(cell.powers[k - 1]) / total**k for k in range(1, _POWERS + 1))
    s2 = p1**2 + t2
    off = (cell.ws - cell.top_score * float(cell.powers[0])) / total  # mean - top_score
    others = max(cell.w2s2 - 2 * mean * cell.w2s + mean**2 * float(cell.powers[1]), 0.0) / total**2
    raw = (p1 * off) ** 2 + others
    if raw < 1e-14 * ((p1 * e) ** 2 + t2):  # nothing but rounding: all articles have one score
        return _Mean(mean, None, None)
    # With M = I - 1p' and D = diag(p**2): trace of M'DM, and of its square, which is that of (D MM')**2, where MM' has
    # e**2 + t2 for the first article with itself and -(a + p) for it with one of share p.
    trace = p1**2 * (e**2 + t2) + t2 * (1 + s2) - 2 * t3
    a = p1 * e - t2
    square = p1**4 * (e**2 + t2) ** 2 + 2 * p1**2 * (a**2 * t2 + 2 * a * t3 + t4)
    square += s2**2 * t2**2 - 4 * s2 * t2 * t3 + 2 * t2 * t4 + 2 * t3**2  # the others among each other
    square += t4 * (1 + 2 * s2) - 4 * t5  # and each with itself
    dof = min(max(trace**2 / square, 1.0), cell.articles - 1.0)  # its bounds, but for rounding
    return _Mean(mean, raw * s2 / trace, dof)


def _interval(
    value: float, variance: float | None, dof: float | None, level: float, limit: float
) -> list[float | None]:
    if variance is None or dof is None:
        return [None, None]
    reach = t_quantile((1.0 - level) / 2.0, dof) * math.sqrt(variance)
    return [max(value - reach, -limit), min(value + reach, limit)]


def _means(cells: dict[tuple[str, ...], _Cell], schema: pa.Schema, level: float) -> pa.Table:
    rows: list[list[Any]] = []
    for name, cell in cells.items():
        found = _mean(cell)
        ends = _interval(found.mean, found.variance, found.dof, level, 1.0)
        rows.append([*name, found.mean, *ends, cell.articles, cell.sentences])
    return _table(rows, schema)


def _differences(
    cells: dict[tuple[str, ...], _Cell], which: Differences, correction: Correction, level: float
) -> pa.Table:
    families: dict[tuple[str, ...], dict[str, _Cell]] = {}
    for name, cell in cells.items():
        families.setdefault(name[:2], {})[name[2]] = cell
    rows: list[list[Any]] = []
    for family, groups in families.items():
        if which == "pairs" and len(groups) > _MOST_GROUPS:
            advice = "Compare each with all others: `differences='rest'` (`--differences rest`)."
            raise ConfigError(expected("by", f"a column of at most {_MOST_GROUPS} groups", len(groups), advice))
        for first, second, one, other in _opposed(groups, which):
            rows.append([*family, first, second, *_difference(_mean(one), _mean(other), level)])
    tested = [index for index, row in enumerate(rows) if row[-1] is not None]
    corrected = correct([rows[index][-1] for index in tested], correction)
    extra: list[list[Any]] = [[None, None] for _ in rows]
    for index, p in zip(tested, corrected.tolist(), strict=True):
        extra[index] = [p, p < 1.0 - level]
    return _table([[*row, *more] for row, more in zip(rows, extra, strict=True)], DIFFERENCES)


def _opposed(groups: dict[str, _Cell], which: Differences) -> Iterator[tuple[str, str, _Cell, _Cell]]:
    if which == "pairs" or len(groups) == 2:
        for first, second in combinations(groups, 2):
            yield first, second, groups[first], groups[second]
    elif len(groups) > 2:
        for first, cell in groups.items():
            others = [other for name, other in groups.items() if name != first]
            yield first, REST, cell, sum(others[1:], start=others[0])


def _difference(first: _Mean, second: _Mean, level: float) -> list[float | None]:
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
