"""Rows of any source -> chunks of articles, each a table for the scorer and the failures met on the way.

A chunk is what becomes one shard of the output. Where it begins and ends depends on the input alone, so that the output
does not depend on who works on it, nor on how often the work was interrupted.
"""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date as _date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .actors import is_date
from .carried import Shape, names
from .errors import Described, InputError, expected
from .files import clean
from .parsing import Row, Undecodable, too_long
from .schema import Columns
from .sources import Source
from .streams import Limits, Progress

#: Records of a chunk, unless asked otherwise: enough for the model's batches, little enough to lose.
CHUNK_RECORDS: Final = 2048
#: What to do if different texts have one id, as when each file counts from 1.
_ANOTHER: Final = (
    "An earlier record with another text has it: make the ids differ, such as with the file's name before them, name "
    "another column (`Columns(id=...)`, `--id-column`), or leave the ids out: then they are made from file and line."
)
#: Characters after which a chunk ends, however few its records are.
_CHUNK_CHARS: Final = 1 << 25
#: Columns of a chunk's table before the carried ones.
ROLES: Final = ("id", "file", "position", "text", "title", "date", "outlet")
_SCHEMA: Final = [
    (name, pa.int64() if name == "position" else pa.large_string() if name == "text" else pa.string()) for name in ROLES
]


@dataclass(frozen=True, slots=True)
class Failure:
    """One record that never becomes a row of *articles*.

    Attributes:
        after: Articles of the chunk that come before it.
        id: As far as it is known.
        file: Its file.
        position: Its line or row.
        stage: "read" or "score".
        reason: In words.
    """

    after: int
    id: str | None
    file: str | None
    position: int | None
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a chunk is, without its articles.

    Attributes:
        number: From 0.
        before: Records of the input before it.
        records: Records of the input in it.
        digest: SHA-256 of everything that was read.
        last: File and position of the last record.
        fraction: Part of the input that was read with it, in [0, 1]; None where that is not known.
        no_days: Articles in it whose date is given but is no day.
    """

    number: int
    before: int
    records: int
    digest: str
    last: tuple[str | None, int | None]
    fraction: float | None
    no_days: int = 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive records of the input, or some of them.

    Attributes:
        head: What the whole chunk is.
        table: The articles: ``id``, ``file``, ``position``, ``text``, ``title``, ``date``, ``outlet``, then the carried
            columns under the names that they have in the output, then ``extra``.
        failures: The records that could not be read, in their places.
    """

    head: Head
    table: pa.Table
    failures: tuple[Failure, ...]

    @property
    def articles(self) -> int:
        """Number of articles."""
        return int(self.table.num_rows)

    def part(self, start: int, end: int) -> Chunk:
        """Its articles from ``start`` to ``end``, with the failures before each of them (and after the last one)."""
        last = self.articles
        failures = tuple(
            replace(failure, after=failure.after - start)
            for failure in self.failures
            if start <= failure.after < end or failure.after == end == last
        )
        return Chunk(self.head, self.table.slice(start, end - start), failures)

    def parts(self, size: int) -> list[Chunk]:
        """All of it in parts of at most ``size`` articles; at least one."""
        starts = range(0, max(self.articles, 1), size)
        return [self.part(start, min(start + size, self.articles)) for start in starts]


@dataclass(frozen=True, slots=True)
class Reading:
    """How an input becomes chunks, for whoever is to read it, in this process or in another.

    Attributes:
        source: The input.
        columns: Which columns have a role.
        limits: What is accepted.
        records: Records of a chunk; a chunk also ends after 32 million characters.
    """

    source: Source
    columns: Columns = field(default_factory=Columns)
    limits: Limits = field(default_factory=Limits)
    records: int = CHUNK_RECORDS

    def chunks(self) -> Iterator[Chunk]:
        """Read everything from the beginning, in order, with one chunk in memory.

        Yields:
            The chunks. All tables have one schema; the first chunk's records decide it.

        Raises:
            InputError: The column with the text, or another whose name is not the usual one, is not there at all: in no
                record of the first chunk that could be read.
        """
        seen, progress = _Seen(), Progress()
        roles = self.columns.roles()
        declared = self._declared()
        shape: Shape | None = None
        before = 0
        rows = self.source.rows(self.limits, progress)
        for number, group in enumerate(_groups(rows, self.columns, self.records)):
            if number == 0:
                _check_columns(group, self.columns)
            gathered = _Gathered()
            for row in group:
                gathered.add(row, roles, self.limits, seen)
            shape = shape or Shape.of(gathered.carried, declared)
            yield gathered.chunk(number, before, shape, group[-1], progress.fraction)
            before += len(group)
            seen.settle()

    def empty(self) -> Chunk:
        """What an input without records amounts to: a chunk with its carried columns, as far as they are declared."""
        return _Gathered().chunk(0, 0, Shape.of([], self._declared()), Row(None, None, {}), None)

    def _declared(self) -> dict[str, pa.DataType]:
        taken = set(self.columns.roles().values())
        return {name: kind for name, kind in self.source.declared().items() if name not in taken}


def _groups(rows: Iterator[Row], columns: Columns, records: int) -> Iterator[list[Row]]:
    group: list[Row] = []
    chars = 0
    for row in rows:
        group.append(row)
        text = row.values.get(columns.text)
        chars += len(text) if isinstance(text, str) else 0
        if len(group) >= records or chars >= _CHUNK_CHARS:
            yield group
            group, chars = [], 0
    if group:
        yield group


def _check_columns(group: list[Row], columns: Columns) -> None:
    """The text must be there, and every other column that somebody has named."""
    read = [row for row in group if row.error is None]
    usual = Columns().roles()
    for role, name in columns.roles().items():
        if read and (role == "text" or name != usual[role]) and not any(name in row.values for row in read):
            found = ", ".join(dict.fromkeys(str(key) for row in read[:10] for key in row.values))
            advice = f"Name it: `Columns({role}=...)`, `--{role}-column`."
            raise InputError(expected(f"{role} column", f"one of those found ({found})", name, advice))


@dataclass(slots=True)
class _Gathered:
    """The articles and failures of a chunk in the making."""

    roles: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in ROLES})
    carried: list[dict[str, Any]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    no_days: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def add(self, row: Row, roles: Mapping[str, str], limits: Limits, seen: _Seen) -> None:
        self.hash.update(_canonical(row))
        values = row.values
        try:
            if row.error is not None:
                raise InputError(row.error)
            text = _text(values.get(roles["text"]), roles["text"], limits)
            id_ = _id(values.get(roles["id"]), row)
            if (copy := seen.met(id_, text)) is not None:
                advice = "An earlier record has it: this one is a copy." if copy else _ANOTHER
                raise InputError(expected("id", "one record's alone", id_, advice))
        except InputError as error:
            known = read_id(values.get(roles["id"]))
            self.failures.append(Failure(len(self.carried), known, row.file, row.position, "read", str(error)))
            return
        taken = set(roles.values())
        rest = {_name(key): _plain(value) for key, value in values.items() if key not in taken}
        found = {
            "title": read_label(values.get(roles["title"])),
            "outlet": read_label(values.get(roles["outlet"])),
            "date": _day(values.get(roles["date"])),
        }
        for role, value in found.items():
            given = values.get(roles[role])
            if value is None and not _is_none(given):  # of no use as what it should be, but not lost
                rest[roles[role]] = _plain(given)
                self.no_days += role == "date" and given != ""
        row_values: dict[str, Any] = {"id": id_, "file": row.file, "position": row.position, "text": text, **found}
        for name, value in row_values.items():
            self.roles[name].append(value)
        self.carried.append(rest)

    def chunk(self, number: int, before: int, shape: Shape, last: Row, fraction: float | None) -> Chunk:
        arrays, extra = shape.fit(self.carried)
        fixed = [pa.array(self.roles[name], kind) for name, kind in _SCHEMA]
        table = pa.Table.from_arrays([*fixed, *arrays, extra], names=[*ROLES, *names(shape.schema)])
        records = len(self.carried) + len(self.failures)
        place = last.file, last.position
        head = Head(number, before, records, self.hash.hexdigest(), place, fraction, self.no_days)
        return Chunk(head, table, tuple(self.failures))


# --- the columns with a role -----------------------------------------------------------------------------------------


def _text(value: object, name: str, limits: Limits) -> str:
    if _is_none(value):
        raise InputError(expected(name, "a text", Described("nothing"), "Leave the record out."))
    if isinstance(value, Undecodable):
        raise InputError(value.reason)
    if not isinstance(value, str):
        raise InputError(expected(name, "a text", type(value), "Name the right column."))
    if not limits.holds(value):
        raise InputError(too_long(limits))
    return clean(value)


def _id(value: object, row: Row) -> str:
    """The id as given, or one made from the place, which no other record has."""
    if _is_none(value) or value == "":
        return f"{row.file or 'row'}:{row.position}"
    known = read_id(value)
    if known is not None:
        return known
    advice = "Convert it, or name another column."
    raise InputError(expected("id", "a string or a whole number", type(value), advice))


def read_id(value: object) -> str | None:
    """An id as text; None for what is none.

    Args:
        value: Of any type of Python's.
    """
    if isinstance(value, str):
        return clean(value) or None
    value = _whole(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def read_label(value: object) -> str | None:
    """A title or an outlet as text; None for what is none.

    Args:
        value: Of any type of Python's.
    """
    if isinstance(value, str):
        return clean(value)
    value = _whole(value)
    return str(value) if isinstance(value, int | float) and not (isinstance(value, bool) or _is_none(value)) else None


def _whole(value: object) -> object:
    """Undo that pandas makes floats of whole numbers where one is missing; beyond 2**53 they are no longer exact."""
    exact = isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53
    return int(value) if exact else value  # type: ignore[call-overload]


def _is_none(value: object) -> bool:
    """Whether it is null, or the NaN that pandas has in its place."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _day(value: object) -> str | None:
    """The day of a date, or of a text that begins with one."""
    text = value.isoformat() if isinstance(value, _date) else value
    return text[:10] if isinstance(text, str) and is_date(text[:10]) else None


def _name(key: object) -> str:
    return clean(str(key))


def _plain(value: Any) -> Any:
    return value.text if isinstance(value, Undecodable) else value


def _canonical(row: Row) -> bytes:
    """A row as bytes, for the fingerprint of the input."""
    parts = [row.file, row.position, row.error, row.values]
    return json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str).encode()


class _Seen:
    """Ids that were met, with a mark of their texts, 9 bytes each: sorted runs that are merged when they are of a size.

    Two ids are taken for one if 64 bits of their hashes agree: a chance of 3e-6 in ten million articles. Of 256 other
    texts under an id that was met one is taken for a copy.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[NDArray[np.uint64], NDArray[np.uint8]]] = []
        self._fresh: dict[int, int] = {}

    def met(self, id_: str, text: str) -> bool | None:
        """None for an id that is new, from now on met; of another one whether the text is that of the first record."""
        key = int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=8).digest())
        mark = zlib.crc32(text.encode("utf-8", "surrogatepass")) & 0xFF
        if (first := self._fresh.get(key)) is not None:
            return first == mark
        wanted = np.uint64(key)
        for run, marks in self._runs:
            place = int(np.searchsorted(run, wanted))
            if place < len(run) and run[place] == wanted:
                return int(marks[place]) == mark
        self._fresh[key] = mark
        return None

    def settle(self) -> None:
        """Put the ids of a chunk to the others."""
        if not self._fresh:
            return
        run = np.fromiter(self._fresh, np.uint64, len(self._fresh))
        marks = np.fromiter(self._fresh.values(), np.uint8, len(self._fresh))
        self._fresh = {}
        order = np.argsort(run)
        run, marks = run[order], marks[order]
        while self._runs and len(self._runs[-1][0]) <= 2 * len(run):
            other, others = self._runs.pop()
            run, marks = np.concatenate([other, run]), np.concatenate([others, marks])
            order = np.argsort(run, kind="stable")
            run, marks = run[order], marks[order]
        self._runs.append((run, marks))
