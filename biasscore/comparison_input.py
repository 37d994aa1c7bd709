"""What is compared -> tables of articles with their groups, once their numbers are known to be sound."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .actors import is_date
from .errors import Described, InputError, expected
from .profile import ArticleProfile
from .records import ActorProfile, Estimate, Provenance
from .results import read_shards
from .schema import Tables
from .writing import read_manifest

_LOG = logging.getLogger(__name__)
#: Most sentences of an article: what the column of an output holds, and far from where sums of powers overflow.
_MOST_SENTENCES: Final = 2**31 - 1
_PAIRS: Final = pa.schema([("id", pa.string()), ("actor", pa.string())])


def is_table(source: object) -> bool:
    """Whether a source is an output or tables; if not, it should be profiles."""
    return isinstance(source, str | PathLike | Tables | pa.Table) or hasattr(source, "__arrow_c_stream__")


def warnings_of(source: Any) -> tuple[str, ...]:
    """What the provenance of an output, of tables or of profiles says of the models.

    Args:
        source: As for `biasscore.comparison.compare`, and sound; profiles in a list.

    Returns:
        Warnings, one sentence each; none for tables without the metadata of `biasscore.schema`.
    """
    if not is_table(source):
        return tuple(dict.fromkeys(warning for profile in source for warning in profile.provenance.warnings))
    if isinstance(source, str | PathLike):
        told = read_manifest(Path(source))["run"]["provenance"]
    else:
        table = source.articles if isinstance(source, Tables) else source
        metadata = getattr(getattr(table, "schema", None), "metadata", None) or {}
        told = json.loads(metadata.get(b"biasscore.provenance", b"{}"))
    return Provenance("", "", "", "", "", classifiers=told.get("classifiers", {})).warnings


def tables_of(source: Any, by: str | Sequence[str | None], tasks: Sequence[str]) -> Iterator[pa.Table]:
    """Read what is compared.

    Args:
        source: As for `biasscore.comparison.compare`.
        by: The column of the groups, or the group of each profile.
        tasks: Parts of the profile.

    Yields:
        Tables with the columns ``actor``, ``group`` and ``date`` (text), and ``TASK_score`` and ``TASK_n`` (float64)
        for each task; dates are days or null. They have ``id`` too, of any type, where the source has it: errors name
        it.

    Raises:
        InputError: A column is not there or of another type, groups are not as many as profiles, or a number is none
            that an article can have.
        OutputError: The folder is no output, or a shard of it is damaged.
    """
    numbers = [f"{task}_{name}" for task in tasks for name in ("score", "n")]
    if hasattr(source, "__arrow_c_stream__") and not isinstance(source, pa.Table):
        source = pa.table(source)
    if isinstance(source, str | PathLike | Tables | pa.Table):
        if not isinstance(by, str):
            raise InputError(expected("by", "the name of a column", type(by), "Name one of the table's."))
        columns = list(dict.fromkeys(["id", "actor", by, "date", *numbers]))
        if isinstance(source, str | PathLike):
            found = read_shards(Path(source), "articles", columns)
        else:
            found = iter([source.articles if isinstance(source, Tables) else source])
        rows = groups = 0
        for table in found:
            if by not in table.column_names:
                raise InputError(expected("by", f"one of {', '.join(table.column_names)}", by, "Name one of these."))
            # In an output no two articles share an id.
            named = {"id", "actor"} <= set(table.column_names)
            if named and not isinstance(source, str | PathLike):
                _warn_of_copies(table.select(["id", "actor"]))
            rows, groups = rows + table.num_rows, groups + table.num_rows - table[by].null_count
            yield _sound(_prepared(table, by, numbers), tasks)
        if rows and not groups:
            got = f"none ({rows} rows in no group)"
            raise InputError(f"Expected `{by}` to tell groups of articles apart, got {got}. Name another column.")
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
            got = Described(f"one without {name!r} ({', '.join(table.column_names)})")
            advice = "Give the table `articles` with its columns."
            raise InputError(expected("source", "a table of articles and actors", got, advice))
    if table["actor"].null_count:
        advice = "Leave these rows out."
        raise InputError(
            expected("actor", "an id in every row", Described(f"{table['actor'].null_count} nulls"), advice)
        )
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
        n, score = (float_column(table[f"{task}_{name}"]) for name in ("n", "score"))
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
        got = Described("none" if np.isnan(values[row]) else f"{values[row]:.16g}")
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
        raise InputError(expected(name, to_be, Described(f"one of type {found}"), "Name another column.")) from error


def _no_profiles(found: object) -> InputError:
    advice = "Give the folder of an output, tables, or what `Scorer.score_many` yields."
    return InputError(expected("source", "an output, tables or profiles", type(found), advice))


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


def float_column(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """A column as float64, with NaN for null."""
    return np.asarray(pc.fill_null(pc.cast(column, pa.float64()), math.nan).to_numpy(), np.float64)
