"""Files and tables -> rows of values, one format after the other. A bad record is a row with an error, never an end."""

from __future__ import annotations

import csv
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .errors import Described, InputError, expected
from .streams import Limits, Line, Progress, lines

#: Rows that are decoded at once: their texts are in memory together.
_BATCH: Final = 256
#: Records of a CSV file whose quotation marks never close before the rest of the file is given up.
_UNCLOSED: Final = 100
#: How a file begins that is one array of objects, or one object, printed on several lines.
_BROKEN_UP: Final = re.compile(rb"\[\s*(\{.*[^\]])?|\{", re.DOTALL)
#: What Arrow raises for values and types that Python or Parquet cannot hold, overflows and unknown zones among them.
_UNFIT: Final = (pa.ArrowException, ArithmeticError, LookupError, TypeError, ValueError)
#: Kinds of time without a zone, in the finest unit of Python.
_MICRO: Final = {kind.id: kind for kind in (pa.time64("us"), pa.duration("us"))}


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it was read.

    Attributes:
        file: Name of its file, or None.
        position: Line or row in it, from 1; None if the whole file is meant.
        values: Column -> value; empty if there is an error.
        error: Why it could not be read.
    """

    file: str | None
    position: int | None
    values: Mapping[str, Any]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A text of a table that is no UTF-8.

    Attributes:
        reason: Which byte is wrong.
        text: The text with U+FFFD for what is wrong.
    """

    reason: str
    text: str


# --- JSON lines ------------------------------------------------------------------------------------------------------


def jsonl_rows(path: Path, name: str, limits: Limits, progress: Progress) -> Iterator[Row]:
    """Read one JSON object a line; blank lines are passed over.

    ``NaN`` and infinities, which are no JSON but are often written, are read as null.

    Args:
        path: The file.
        name: Its name in the output.
        limits: What is accepted.
        progress: Grows by the bytes read.

    Yields:
        One row a line, and one more if the file cannot be read to its end.
    """
    number, empty = 0, True
    try:
        for line in lines(path, limits, progress):
            number = line.number
            if line.content is None:
                yield Row(name, number, {}, too_long(limits))
            elif content := line.content.strip():
                row = _object(line.content, name, number)
                if empty and row.error is not None and _BROKEN_UP.fullmatch(content):
                    yield Row(name, None, {}, _not_by_lines(content))
                    return
                empty = False
                yield row
    except InputError as error:
        yield Row(name, number + 1 if number else None, {}, str(error))


def _object(content: bytes, name: str, number: int) -> Row:
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=lambda _: None)
    except UnicodeDecodeError as error:
        return Row(name, number, {}, _not_utf8(error))
    except RecursionError:
        return Row(name, number, {}, expected("record", "JSON", Described("brackets nested too deep"), "Flatten it."))
    except ValueError as error:
        return Row(name, number, {}, expected("record", "JSON", error, "Correct or remove the line."))
    if not isinstance(value, dict):
        advice = "Write one object a line."
        return Row(name, number, {}, expected("record", "a JSON object", type(value), advice))
    return Row(name, number, value)


# --- CSV -------------------------------------------------------------------------------------------------------------


class _TooLongError(Exception):
    """A record grew beyond the limit; most likely a quotation mark was never closed."""


class _Feed:
    """Hands lines to the CSV reader and remembers which of them the record at hand has taken."""

    def __init__(self, source: Iterator[Line], limit: int) -> None:
        self._source = source
        self._again: deque[Line] = deque()
        self._limit = limit
        self._size = 0
        self.taken: list[Line] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        self.taken.append(line)
        if line.content is None:
            raise _TooLongError
        self._size += len(line.content)
        if self._size > self._limit:
            raise _TooLongError
        # Wrong bytes survive as lone surrogates until it is known whose record they are in.
        return line.content.decode("utf-8", "surrogateescape") + "\n"

    def finish(self) -> None:
        """The record at hand is done."""
        self.taken, self._size = [], 0

    def again(self) -> None:
        """Give up the record at hand: its first line is lost, the others are read anew."""
        self._again.extendleft(reversed(self.taken[1:]))
        self.finish()


def csv_rows(path: Path, name: str, limits: Limits, progress: Progress, delimiter: str | None) -> Iterator[Row]:
    """Read CSV with a header (RFC 4180: quotation marks are doubled, quoted fields may hold line ends).

    A record that breaks the rules costs its first line only: reading goes on with the line after it.

    Args:
        path: The file.
        name: Its name in the output.
        limits: What is accepted.
        progress: Grows by the bytes read.
        delimiter: Between the fields; None takes the comma, or what the header has instead of one: semicolons, as
            spreadsheets write where the comma is the decimal sign, or tabs.

    Yields:
        One row a record; empty fields are None; lines without anything are passed over.
    """
    # The standard reader refuses fields of more than 131,072 characters unless told otherwise, for the whole process.
    csv.field_size_limit(max(csv.field_size_limit(), limits.record_bytes))
    broken: list[str] = []
    source = _until_broken(lines(path, limits, progress), broken)
    if delimiter is None:
        delimiter, source = _delimiter(source)
    feed = _Feed(source, limits.record_bytes)
    header: list[str] | None = None
    last = unclosed = 0
    reader = csv.reader(feed, strict=True, delimiter=delimiter)
    while unclosed < _UNCLOSED:
        try:
            fields = next(reader)
        except StopIteration:
            break
        except (_TooLongError, csv.Error) as error:
            first = feed.taken[0].number if feed.taken else last + 1
            unclosed += len(feed.taken) > 1
            yield Row(name, first, {}, too_long(limits) if isinstance(error, _TooLongError) else _bad_csv(error))
            if header is None:
                return
            last = first
            feed.again()
            reader = csv.reader(feed, strict=True, delimiter=delimiter)
            continue
        first = feed.taken[0].number
        last = feed.taken[-1].number
        feed.finish()
        if not fields:
            continue
        if header is None:
            header = fields
            if problem := _bad_header(header):
                yield Row(name, None, {}, problem)
                return
            continue
        yield _record(fields, header, name, first)
    else:
        got = Described(f"{_UNCLOSED} records with quotation marks that do not close")
        yield Row(name, last + 1, {}, expected("file", "CSV", got, "Write the file anew: the rest was not read."))
    if broken:
        yield Row(name, last + 1 if last else None, {}, broken[0])


def _delimiter(source: Iterator[Line]) -> tuple[str, Iterator[Line]]:
    """What stands between the names of the header, and the lines with those read for it put back."""
    begun: list[Line] = []
    for line in source:
        begun.append(line)
        if line.content is None or line.content.strip():
            break
    header = (begun[-1].content or b"") if begun else b""
    bare = b"".join(header.split(b'"')[::2])  # names may hold any of them, in quotation marks
    found = next((sign for sign in (",", ";", "\t") if sign.encode() in bare), ",")
    return found, chain(begun, source)


def _until_broken(source: Iterator[Line], broken: list[str]) -> Iterator[Line]:
    try:
        yield from source
    except InputError as error:
        broken.append(str(error))


def _record(fields: Sequence[str], header: Sequence[str], name: str, number: int) -> Row:
    for field in fields:
        if not field.isascii():
            try:
                field.encode("utf-8", "surrogateescape").decode("utf-8")
            except UnicodeDecodeError as error:
                return Row(name, number, {}, _not_utf8(error))
    if len(fields) != len(header):
        advice = "Quote fields that hold delimiters."
        return Row(name, number, {}, expected("record", f"{len(header)} fields", len(fields), advice))
    return Row(name, number, {key: value or None for key, value in zip(header, fields, strict=True)})


def _bad_header(header: Sequence[str]) -> str | None:
    if len(set(header)) < len(header):
        double = next(name for name in header if header.count(name) > 1)
        return expected("header", "names that differ", Described(f"{double!r} twice"), "Rename one of the columns.")
    return None


def _bad_csv(error: csv.Error) -> str:
    if "new-line character" in str(error):
        got = Described("a carriage return without a line feed outside of quotation marks")
        return expected("record", "CSV", got, r"Write the file with \n or \r\n at the end of each line.")
    return expected("record", "CSV", error, "Double the quotation marks inside quoted fields.")


# --- Arrow and Parquet -----------------------------------------------------------------------------------------------


def parquet_rows(path: Path, name: str, limits: Limits, progress: Progress) -> Iterator[Row]:
    """Read a Parquet file in small batches; a damaged row group costs what is left of that group.

    Texts are kept as dictionaries as long as they are, so that a value that is repeated a million times is in memory
    once.

    Args:
        path: The file.
        name: Its name in the output.
        limits: What is accepted.
        progress: Grows by the file's size, in proportion to the rows read.

    Yields:
        One row a row, and one for each row group that cannot be read to its end.
    """
    before, size = progress.done, path.stat().st_size if path.is_file() else 0
    try:
        schema = pq.read_schema(path)
        texts = [
            field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        ]
        file = pq.ParquetFile(path, read_dictionary=texts)
    except (OSError, pa.ArrowException) as error:
        yield Row(name, None, {}, _bad_parquet(error))
        progress.done = before + size
        return
    with file:
        total = max(file.metadata.num_rows, 1)
        end = 0
        for group in range(file.metadata.num_row_groups):
            position, end = end, end + file.metadata.row_group(group).num_rows
            try:
                for batch in file.iter_batches(_BATCH, row_groups=[group], use_threads=False):
                    yield from arrow_rows(batch, name, position, limits)
                    position += batch.num_rows
                    progress.done = before + size * position // total
            except (OSError, pa.ArrowException) as error:
                yield Row(name, position + 1, {}, _bad_parquet(error))
    progress.done = before + size


def arrow_rows(batch: pa.RecordBatch, name: str | None, before: int, limits: Limits) -> Iterator[Row]:
    """Read the rows of a batch.

    Args:
        batch: Any columns.
        name: Name of the file in the output.
        before: Rows of the file before this batch.
        limits: What is accepted.

    Yields:
        One row a row; a text that is no UTF-8 is an `Undecodable`, and what Python cannot hold (a date after the year
        9999, say) is text.
    """
    columns = {field.name: _values(column) for field, column in zip(batch.schema, batch.columns, strict=True)}
    for index in range(batch.num_rows):
        values = {key: column[index] for key, column in columns.items()}
        if any(isinstance(value, str) and not limits.holds(value) for value in values.values()):
            yield Row(name, before + index + 1, {}, too_long(limits))
        else:
            yield Row(name, before + index + 1, values)


def plain_types(schema: pa.Schema) -> dict[str, pa.DataType]:
    """Types of columns as they are carried along.

    They are plain text for every kind of text, microseconds for nanoseconds, and text for what Parquet or Python does
    not know: unions, intervals, structs without fields, moments in a time zone of another world.
    """
    kinds = {field.name: _plain(field.type) for field in schema}
    return {name: kind if _is_known(kind) else pa.string() for name, kind in kinds.items()}


def _is_known(kind: pa.DataType) -> bool:
    """Whether Parquet can hold a type, and Python its time zone."""
    try:
        pq.ParquetWriter(pa.BufferOutputStream(), pa.schema([("it", kind)])).close()
        if pa.types.is_timestamp(kind):
            pa.scalar(0, kind).as_py()
    except _UNFIT:
        return False
    return True


def _plain(kind: pa.DataType) -> pa.DataType:
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return _plain(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_binary_view(kind):
        return pa.binary()
    if _is_fine(kind):
        return pa.timestamp("us", kind.tz) if pa.types.is_timestamp(kind) else _MICRO[kind.id]
    return kind


def _is_fine(kind: pa.DataType) -> bool:
    """Whether it counts nanoseconds, which Python does not."""
    return (pa.types.is_timestamp(kind) or kind.id in _MICRO) and kind.unit == "ns"


def _values(column: pa.Array) -> list[Any]:
    """A column as Python values; equal texts of a dictionary are one string."""
    if isinstance(column, pa.ExtensionArray):
        return _values(column.storage)
    if pa.types.is_dictionary(column.type):
        known = _values(column.dictionary)
        return [None if index is None else known[index] for index in column.indices.to_pylist()]
    if pa.types.is_run_end_encoded(column.type):
        return _values(pc.run_end_decode(column))
    if _is_fine(column.type):
        column = column.cast(_plain(column.type), safe=False)
    try:
        values: list[Any] = column.to_pylist()
    except _UNFIT:
        return [_value(item) for item in column]
    return values


def _value(item: pa.Scalar) -> Any:
    """One value of a column that holds some that Python cannot."""
    try:
        return item.as_py()
    except UnicodeDecodeError as error:
        if isinstance(item, pa.StringScalar):
            return Undecodable(_not_utf8(error), item.as_buffer().to_pybytes().decode("utf-8", "replace"))
    except _UNFIT:
        pass
    if isinstance(item, pa.StructScalar):
        return {field.name: _inner(item[index]) for index, field in enumerate(item.type)}
    if isinstance(item, pa.ListScalar):  # of every kind, maps included
        return [_inner(part) for part in item.values]
    return _text(item)


def _inner(item: pa.Scalar) -> Any:
    value = _value(item)
    return value.text if isinstance(value, Undecodable) else value


def _text(item: pa.Scalar) -> str | None:
    """A date or time that Python does not know, as text; in UTC if its time zone is unknown."""
    try:
        if pa.types.is_timestamp(item.type) and item.type.tz is not None:
            item = item.cast(pa.timestamp(item.type.unit, "UTC"))
        return str(item.cast(pa.string()).as_py())
    except _UNFIT:
        return None


# --- words -----------------------------------------------------------------------------------------------------------


def _not_by_lines(content: bytes) -> str:
    got = Described("an array of them" if content.startswith(b"[") else "one that is broken up into lines")
    advice = "Write one object a line, without brackets and commas round them: `jq -c '.[]'` does it for an array."
    return expected("file", "one JSON object a line", got, advice)


def too_long(limits: Limits) -> str:
    """Why a record was refused that is longer than it may be."""
    return expected(
        "record", f"at most {limits.record_bytes:,} bytes", Described("more"), "Split it, or raise `record_bytes`."
    )


def _not_utf8(error: UnicodeDecodeError) -> str:
    got = Described(f"the invalid byte 0x{error.object[error.start]:02x} at offset {error.start}")
    return expected("record", "UTF-8", got, "Convert the file to UTF-8.")


def _bad_parquet(error: Exception) -> str:
    reason = (getattr(error, "strerror", None) or str(error)).strip().splitlines()
    return expected("file", "Parquet", Described(reason[0]) if reason else type(error), "Restore or replace the file.")
