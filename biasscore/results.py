"""Reading an output back, shard by shard."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from .errors import BiasscoreError, Described, InputError, OutputError, expected
from .schema import ARTICLES, FAILURES, MENTIONS
from .writing import SHARDS, finished_shards, read_manifest, read_record, stem

_SCHEMAS = {"articles": ARTICLES, "mentions": MENTIONS, "failures": FAILURES}


def read_shards(folder: Path, name: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Read some columns of a table of an output.

    Only finished shards are read, so that a run may be looked at while it is going on, or after it was killed.

    Args:
        folder: The output.
        name: "articles", "mentions" or "failures".
        columns: Their names.

    Yields:
        One table a shard. Of an output in JSONL, the input's own columns are text.

    Raises:
        OutputError: The folder is no output, or a shard of it is damaged.
        InputError: There is no such column.
    """
    table_format = read_manifest(folder)["run"]["table_format"]
    for number in finished_shards(folder):
        record = read_record(folder, number)
        if record is None:
            raise _damaged(folder / SHARDS / f"{stem(number)}.json")
        path = folder / name / f"{stem(number)}.{table_format}"
        try:
            if path.stat().st_size != record["files"][name]["bytes"]:
                raise _damaged(path)
            table = _read_parquet(path, columns) if table_format == "parquet" else _read_jsonl(path, name, columns)
        except BiasscoreError:
            raise
        except (OSError, ValueError, TypeError, LookupError, pa.ArrowException) as error:
            raise _damaged(path) from error
        yield table


def _damaged(path: Path) -> OutputError:
    got = Described("a damaged one" if path.exists() else "none")
    advice = "Resume the run (`resume=True`, `--resume`): what is damaged is made anew."
    return OutputError(expected(str(path), "a whole file", got, advice))


def _read_parquet(path: Path, columns: Sequence[str]) -> pa.Table:
    with pq.ParquetFile(path) as file:
        _check(columns, file.schema_arrow.names)
        return file.read(columns=list(columns))


def _read_jsonl(path: Path, name: str, columns: Sequence[str]) -> pa.Table:
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    known = _SCHEMAS[name]
    if rows:
        _check(columns, list(rows[0]))
    kinds = {column: known.field(column).type if column in known.names else pa.string() for column in columns}
    values = {
        column: [_text(row[column]) if column not in known.names else row[column] for row in rows] for column in columns
    }
    return pa.table({column: pa.array(values[column], kinds[column]) for column in columns})


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _check(columns: Sequence[str], found: Sequence[str]) -> None:
    for column in columns:
        if column not in found:
            advice = f"The output has {', '.join(found)}."
            raise InputError(expected("column", "one of the output's", column, advice))
