"""What a user names as input -> a source of rows: files, folders and globs; tables; data sets of `datasets`."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import glob, has_magic
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from .errors import ConfigError, Described, InputError, expected
from .parsing import Row, arrow_rows, csv_rows, jsonl_rows, parquet_rows, plain_types
from .schema import FORMAT, MANIFEST
from .streams import CODECS, Limits, Progress

_LOG = logging.getLogger(__name__)

#: Suffix -> how a file is read.
FORMATS: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
#: What the name of a data set on the hub begins with, so that no mistyped path ever touches the network.
HUB: Final = "hf:"
#: None: as the header has it.
_DELIMITERS: Final[Mapping[str, str | None]] = {"csv": None, "tsv": "\t"}
#: What to do with texts and JSON that are no JSON lines.
_BY_LINES: Final = (
    "Write one JSON object a line (.jsonl), each with its `text`; single texts are for `biasscore score`."
)
#: Rows that a data set hands over at once.
_BATCH: Final = 256


class Source(Protocol):
    """Where records come from."""

    def fingerprint(self) -> dict[str, Any]:
        """What can be told of the input without reading it, for the manifest: plain JSON."""
        ...

    def declared(self) -> dict[str, pa.DataType]:
        """Types of columns, as far as the input itself declares them."""
        ...

    def rows(self, limits: Limits, progress: Progress) -> Iterator[Row]:
        """All records in an order that is always the same."""
        ...


def open_source(source: object, *, split: str = "train", exclude: Path | None = None) -> Source:
    """Find out what the input is.

    Args:
        source: A path, a folder or a glob (text or `Path`), or several of them; ``hf:NAME`` or ``hf:NAME:CONFIG`` for a
            data set of the hub, which is streamed; a `datasets.Dataset` or `datasets.IterableDataset`; or anything that
            speaks Arrow's C stream protocol: a table, a data frame of pandas or polars, a record batch reader.
        split: Which split of a data set of the hub.
        exclude: A folder in which no input is looked for.

    Returns:
        The source.

    Raises:
        InputError: There is no such input, or it is of no known kind.
        ConfigError: A data set of the hub is asked for and `datasets` is not installed.
    """
    if isinstance(source, str) and source.startswith(HUB):
        return _hub(source, split)
    if isinstance(source, str | os.PathLike):
        return find_files([source], exclude)
    if isinstance(source, Sequence) and source and all(isinstance(item, str | os.PathLike) for item in source):
        return find_files(source, exclude)
    if type(source).__module__.partition(".")[0] == "datasets" and hasattr(source, "with_format"):
        if isinstance(source, Mapping):
            got = Described(f"all its splits ({', '.join(map(str, source))})")
            raise InputError(expected("source", "one split of a data set", got, "Take one: `dataset[NAME]`."))
        return DatasetSource(source, {"kind": "dataset", "columns": _column_names(source)})
    if isinstance(source, pa.RecordBatch):
        source = pa.Table.from_batches([source])
    if hasattr(source, "__arrow_c_stream__"):
        return TableSource(source if isinstance(source, pa.Table) else _table(source))
    advice = "Give a path, a folder, a glob, a table, a data frame or a data set."
    raise InputError(expected("source", "an input of a known kind", type(source), advice))


# --- files -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of the input.

    Attributes:
        path: Where it is.
        name: What it is called in the output: relative to the folder that holds all input files, with ``/``.
        kind: "jsonl", "csv", "tsv" or "parquet".
        size: In bytes.
    """

    path: Path
    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class FileSource:
    """Files, in the order of their names."""

    files: tuple[InputFile, ...]

    def fingerprint(self) -> dict[str, Any]:
        """Names and sizes."""
        return {"kind": "files", "files": {file.name: file.size for file in self.files}}

    def declared(self) -> dict[str, pa.DataType]:
        """The columns of the first Parquet file that can be opened."""
        for file in self.files:
            if file.kind == "parquet":
                try:
                    return plain_types(pq.read_schema(file.path))
                except (OSError, pa.ArrowException):
                    continue
        return {}

    def rows(self, limits: Limits, progress: Progress) -> Iterator[Row]:
        """File after file."""
        progress.total = sum(file.size for file in self.files)
        for file in self.files:
            if file.kind == "parquet":
                yield from parquet_rows(file.path, file.name, limits, progress)
            elif file.kind == "jsonl":
                yield from jsonl_rows(file.path, file.name, limits, progress)
            else:
                yield from csv_rows(file.path, file.name, limits, progress, _DELIMITERS[file.kind])


def find_files(patterns: Sequence[str | os.PathLike[str]], exclude: Path | None = None) -> FileSource:
    """Find the files of paths, folders and globs.

    In folders, and in folders within them, every file with a known suffix is taken whose name does not begin with ``.``
    or ``_``; symbolic links to folders are not followed. Files of other kinds are left out, and a warning counts them;
    so are the outputs of `biasscore corpus`, whose tables would pass for articles. A file that is named is read.

    Args:
        patterns: Paths, folders or globs (``**`` is any number of folders).
        exclude: A folder in which nothing is looked for: the output, if it lies within the input.

    Returns:
        The files, each once.

    Raises:
        InputError: A path is not there, a folder or glob has no file of a known format or only those of outputs, or a
            suffix is unknown.
    """
    found: dict[Path, str] = {}
    for pattern in patterns:
        path = Path(pattern)
        outputs: list[Path] = []
        if path.is_dir():
            paths = _readable(list(_walk(path, exclude, outputs)), str(pattern))
        elif path.exists():
            paths = [path]
        elif has_magic(str(pattern)):
            hits = [Path(hit) for hit in glob(str(pattern), recursive=True)]  # noqa: PTH207  (may be absolute)
            kept = _outside(hits, _without_magic(path), exclude, outputs)
            paths = _readable([hit for hit in kept if hit.is_file()], str(pattern))
        else:
            advice = f"Check the path. A data set of the hub is written {HUB}NAME."
            raise InputError(expected("source", "there", str(pattern), advice))
        if outputs:
            if not paths:
                advice = "Give the articles that it was made of."
                got = Described("an output of `biasscore corpus`")
                raise InputError(expected(str(pattern), "a place of articles", got, advice))
            shown = "1 output" if len(outputs) == 1 else f"{len(outputs)} outputs"
            _LOG.warning("%s: %s of `biasscore corpus` left out, such as %r", pattern, shown, str(outputs[0]))
        if not paths:
            advice = f"Check the path. {_BY_LINES}"
            raise InputError(expected("source", f"files of a known format ({_known()})", Described("none"), advice))
        for file in paths:
            kind = _format(file)
            if kind is None:
                raise InputError(
                    expected(file.name, f"a file of a known format ({_known()})", Described("another"), _BY_LINES)
                )
            found[Path(os.path.abspath(file))] = kind  # noqa: PTH100  (resolve() would follow symbolic links)
    root = os.path.commonpath([str(path.parent) for path in found])
    files = [
        InputFile(path, path.relative_to(root).as_posix(), kind, path.stat().st_size) for path, kind in found.items()
    ]
    return FileSource(tuple(sorted(files, key=lambda file: file.name)))


def _readable(files: Sequence[Path], where: str) -> list[Path]:
    kept = [file for file in files if _format(file) is not None]
    if kept and len(kept) < len(files):
        other = next(file.name for file in files if _format(file) is None)
        _LOG.warning("%s: %d files of other kinds are left out, such as %r", where, len(files) - len(kept), other)
    return kept


def _walk(folder: Path, exclude: Path | None, outputs: list[Path]) -> Iterator[Path]:
    """The files of a folder but those of ``exclude`` and of outputs, which are noted in ``outputs``."""
    if _is_output(folder):
        outputs.append(folder)
        return
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith((".", "_")):
            continue
        if entry.is_dir():
            if not entry.is_symlink() and not _is_same(entry, exclude):
                yield from _walk(entry, exclude, outputs)
        elif entry.is_file():
            yield entry


def _outside(hits: Sequence[Path], root: Path, exclude: Path | None, outputs: list[Path]) -> Iterator[Path]:
    """The hits of a glob that are below no output; ``root`` is the last folder that the glob names."""
    known: dict[Path, bool] = {}
    for hit in hits:
        inside = False
        for folder in (parent for parent in hit.parents if parent.is_relative_to(root)):
            if folder not in known:
                own = _is_same(folder, exclude)
                known[folder] = own or _is_output(folder)
                if known[folder] and not own:
                    outputs.append(folder)
            inside = inside or known[folder]
        if not inside:
            yield hit


def _without_magic(pattern: Path) -> Path:
    return Path(*takewhile(lambda part: not has_magic(part), pattern.parts))


def _is_same(folder: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and folder.samefile(other)


def _is_output(folder: Path) -> bool:
    """Whether `biasscore corpus` has written a folder."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):  # there is none, or it is somebody else's
        return False
    return isinstance(manifest, dict) and manifest.get("format") == FORMAT


def _format(path: Path) -> str | None:
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if suffixes and suffixes[-1] in CODECS:
        kind = FORMATS.get(suffixes[0]) if len(suffixes) == 2 else None
        return None if kind == "parquet" else kind
    return FORMATS.get(suffixes[-1]) if suffixes else None


def _known() -> str:
    return ", ".join(FORMATS) + "; text also with " + ", ".join(CODECS)


def _table(source: object) -> pa.Table:
    try:
        return pa.RecordBatchReader.from_stream(source).read_all()
    except (pa.ArrowException, ArithmeticError, TypeError, ValueError) as error:  # a series; a column of mixed types
        got = Described(f"{type(source).__name__}: {error}")
        advice = "Give a table, and convert columns of several types to text."
        raise InputError(expected("source", "a table whose columns have one type each", got, advice)) from error


# --- tables and data sets --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table in memory."""

    table: pa.Table

    def fingerprint(self) -> dict[str, Any]:
        """Columns and the number of rows."""
        return {"kind": "table", "columns": self.table.column_names, "rows": self.table.num_rows}

    def declared(self) -> dict[str, pa.DataType]:
        """The table's types."""
        return plain_types(self.table.schema)

    def rows(self, limits: Limits, progress: Progress) -> Iterator[Row]:
        """Row after row."""
        progress.total = self.table.num_rows
        for batch in self.table.to_batches(max_chunksize=_BATCH):
            yield from arrow_rows(batch, None, progress.done, limits)
            progress.done += batch.num_rows


@dataclass(frozen=True, slots=True)
class DatasetSource:
    """A `datasets.Dataset` or `datasets.IterableDataset`.

    Attributes:
        dataset: It.
        name: What is told of it in the manifest.
    """

    dataset: Any
    name: Mapping[str, Any]

    def fingerprint(self) -> dict[str, Any]:
        """Its name, if it is of the hub, or its columns, and the number of rows where that is known."""
        rows = len(self.dataset) if hasattr(self.dataset, "__len__") else None
        return {**self.name, "rows": rows}

    def declared(self) -> dict[str, pa.DataType]:
        """The types of its features, where they are known."""
        features = getattr(self.dataset, "features", None)
        return plain_types(features.arrow_schema) if features else {}

    def rows(self, limits: Limits, progress: Progress) -> Iterator[Row]:
        """Row after row, streamed where the data set is."""
        progress.total = len(self.dataset) if hasattr(self.dataset, "__len__") else None
        if getattr(self.dataset, "features", None) is None:  # nor are types: rows may differ
            for values in self.dataset.with_format(None):
                progress.done += 1
                yield Row(None, progress.done, values)
            return
        for table in self.dataset.with_format("arrow").iter(batch_size=_BATCH):
            for batch in table.to_batches():
                yield from arrow_rows(batch, None, progress.done, limits)
                progress.done += batch.num_rows


def _hub(source: str, split: str) -> DatasetSource:
    try:
        import datasets
    except ImportError as error:
        advice = "Install it: `pip install datasets`."
        raise ConfigError(
            expected("datasets", "installed, to read from the hub", Described("nothing"), advice)
        ) from error
    name, _, config = source.removeprefix(HUB).partition(":")
    try:
        dataset = datasets.load_dataset(name, config or None, split=split, streaming=True)
    except Exception as error:  # of the hub's client, of the network, of the data set's own making
        advice = "Check its name, configuration and split."
        raise InputError(expected("source", "a data set of the hub", Described(f"{name}: {error}"), advice)) from error
    return DatasetSource(dataset, {"kind": "hub", "name": name, "config": config or None, "split": split})


def _column_names(dataset: Any) -> list[str] | None:
    names = dataset.column_names
    return list(names) if names is not None else None
