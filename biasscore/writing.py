"""The output folder of a corpus: shards that are there completely or not at all, and a manifest that tells of them.

::

    OUT/
      _manifest.json            what is measured of which input, how it is cut; at the end ``complete`` and totals
      _shards/part-000000.json  one for each finished shard, written last: what it holds, with checksums
      _lock                     held by the process that writes
      articles/part-000000.parquet   (or .jsonl)
      mentions/part-000000.parquet
      failures/part-000000.parquet

A shard is finished when its record in ``_shards`` is there; files of a table without a record are leftovers of a run
that was killed, and are written anew. Nothing in the folder depends on the time, on the machine's name or on how often
the run was interrupted: an output that was resumed has the same bytes as one that was not.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, NoReturn, Self

import pyarrow as pa
import pyarrow.parquet as pq

from .disk import UNFINISHED, Disk, failure, sync_folders, write_file
from .errors import Described, OutputError, expected
from .reading import Head
from .schema import FORMAT, MANIFEST, TABLES, Tables, with_provenance

SHARDS: Final = "_shards"
LOCK: Final = "_lock"
TableFormat = Literal["parquet", "jsonl"]
FORMATS: Final = ("parquet", "jsonl")
_RECORD: Final = re.compile(r"part-(\d{6,})")
#: Differences that a refusal names.
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Totals:
    """What a run has done, resumed parts included.

    Attributes:
        records: Records of the input.
        articles: Articles that were scored.
        mentions: Rows of *mentions*.
        failures: Records that could not be read or scored; ``articles + failures == records``.
        shards: Number of shards.
        no_days: Articles whose date is given but is no day, scored or not: they are in no month.
    """

    records: int = 0
    articles: int = 0
    mentions: int = 0
    failures: int = 0
    shards: int = 0
    no_days: int = 0

    def plus(self, shard: Mapping[str, Any]) -> Totals:
        """With one shard more."""
        rows = {name: shard["files"][name]["rows"] for name in TABLES}
        return Totals(
            self.records + shard["records"],
            self.articles + shard["articles"],
            self.mentions + rows["mentions"],
            self.failures + rows["failures"],
            self.shards + 1,
            self.no_days + shard.get("no_days", 0),
        )


class Output:
    """An output folder that this process may write. Made by `begin`."""

    def __init__(self, folder: Path, manifest: dict[str, Any], disk: Disk) -> None:
        """Take a folder whose lock is held and whose manifest is written."""
        self.folder: Final = folder
        self.manifest: Final = manifest
        self._disk: Final = disk
        self._format: Final[str] = manifest["run"]["table_format"]
        #: Number -> record of every shard that was finished before.
        self.done: Final = dict(_sound_shards(folder))

    def totals(self) -> Totals:
        """Totals of all finished shards."""
        totals = Totals()
        for _, shard in sorted(self.done.items()):
            totals = totals.plus(shard)
        return totals

    def check_input(self, head: Head) -> None:
        """Compare what was read with the finished shard that was made of it.

        Args:
            head: Of the chunk.

        Raises:
            OutputError: The input has changed.
        """
        shard = self.done[head.number]
        if shard["input"] != head.digest:
            place = ":".join(str(part) for part in head.last if part is not None)
            got = f"other records in shard {head.number} (the one that ends at {place})"
            raise OutputError(
                f"Expected `input` to be the one that this output was begun with, got {got}. "
                "Restore the input, or choose another output folder."
            )

    def write(self, head: Head, tables: Tables) -> dict[str, Any]:
        """Finish a shard.

        Args:
            head: Of the chunk that it was made of; its number is the shard's.
            tables: Its tables.

        Returns:
            Its record.

        Raises:
            OutputError: It could not be written; nothing of it counts then.
        """
        files: dict[str, dict[str, Any]] = {}
        for name, table in tables.named().items():
            data = encode(with_provenance(table, name, self.manifest["run"]["provenance"]), self._format)
            write_file(self._disk, self.folder / name / f"{stem(head.number)}.{self._format}", data)
            files[name] = {"rows": table.num_rows, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        sync_folders(self._disk, *(self.folder / name for name in TABLES))
        shard = {
            "shard": head.number,
            "input": head.digest,
            "last": list(head.last),
            "records": head.records,
            "articles": head.records - tables.failures.num_rows,
            "no_days": head.no_days,
            "files": files,
        }
        write_file(self._disk, self.folder / SHARDS / f"{stem(head.number)}.json", _json(shard))
        sync_folders(self._disk, self.folder / SHARDS)
        self.done[head.number] = shard
        return shard

    def finish(self, shards: int) -> Totals:
        """Declare the output complete.

        Args:
            shards: Number of shards that the input makes.

        Returns:
            The totals, which are in the manifest from now on.

        Raises:
            OutputError: There are more shards than the input makes, or the manifest could not be written.
        """
        if len(self.done) != shards:
            got = f"an end after {shards} shards, of which {len(self.done)} were finished before"
            raise OutputError(
                f"Expected `input` to be the one that this output was begun with, got {got}. Restore the input."
            )
        totals = self.totals()
        self.manifest.update(complete=True, totals=asdict(totals))
        write_file(self._disk, self.folder / MANIFEST, _json(self.manifest))
        sync_folders(self._disk, self.folder)
        return totals


@contextmanager
def hold(folder: Path, *, resume: bool) -> Iterator[None]:
    """Keep a folder to this process, after a look at what is in it.

    Args:
        folder: Made if it is not there.
        resume: Whether to go on with what is in the folder. With an empty folder it makes no difference.

    Raises:
        OutputError: Another process writes there; the folder holds something else, or finished shards of a run that was
            not to be resumed; or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failure(folder, error) from error
    with _Lock(folder / LOCK):
        _check_folder(folder, resume=resume)
        yield


def begin(folder: Path, run: Mapping[str, Any], source: Mapping[str, Any], disk: Disk | None = None) -> Output:
    """Begin or continue a run in a folder that is held.

    A manifest without a finished shard, such as a refused run leaves, binds to nothing: it gives way to other settings.

    Args:
        folder: The output.
        run: Everything that decides the bytes of the output, as plain JSON: ``provenance`` and ``table_format`` at
            least.
        source: What can be told of the input without reading it, as plain JSON.
        disk: The operations; None for the real ones.

    Returns:
        The output.

    Raises:
        OutputError: The folder holds another run, the differences being named, or cannot be written.
    """
    disk = disk or Disk()
    run, source = json.loads(_json(run)), json.loads(_json(source))
    fresh = {"format": FORMAT, "complete": False, "run": run, "input": source, "totals": None}
    manifest = read_manifest(folder) if (folder / MANIFEST).exists() else None
    if manifest is not None and (different := _differences(manifest, run, source)):
        if finished_shards(folder):
            _refuse(different)
        manifest = None
        for leftover in [path for name in TABLES for path in (folder / name).glob("part-*")]:
            leftover.unlink(missing_ok=True)
    try:
        for name in (*TABLES, SHARDS):
            (folder / name).mkdir(exist_ok=True)
    except OSError as error:
        raise failure(folder, error) from error
    if manifest is None:
        manifest = fresh
        write_file(disk, folder / MANIFEST, _json(manifest))
        sync_folders(disk, folder)
    for leftover in sorted(folder.rglob(f"*{UNFINISHED}")):
        leftover.unlink(missing_ok=True)
    return Output(folder, manifest, disk)


def stem(number: int) -> str:
    """Name of a shard's files without their suffix."""
    return f"part-{number:06d}"


def encode(table: pa.Table, table_format: str) -> bytes:
    """A table as the bytes of a file, always the same for the same rows.

    Args:
        table: Rows, and a schema with metadata.
        table_format: "parquet" or "jsonl" (one object a line, keys in the order of the columns; numbers that JSON does
            not know are null).

    Returns:
        The file's content.
    """
    if table_format == "jsonl":
        return b"".join(_line(row) for row in table.to_pylist())
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks(), sink, compression="zstd")
    return bytes(sink.getvalue())


# --- the manifest ----------------------------------------------------------------------------------------------------


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an output.

    Raises:
        OutputError: There is none, or it is damaged.
    """
    manifest = _read_json(folder / MANIFEST)
    if manifest is None or manifest.get("format") != FORMAT:
        advice = "Give a folder written by `biasscore corpus`."
        raise OutputError(expected("folder", f"an output of format {FORMAT!r}", str(folder), advice))
    run = manifest.get("run")
    if not (
        isinstance(run, dict)
        and run.get("table_format") in FORMATS
        and isinstance(run.get("provenance"), dict)
        and isinstance(manifest.get("input"), dict)
    ):
        advice = "Restore it, or score into another folder."
        to_be = "a manifest with `run` and `input`"
        raise OutputError(expected(str(folder / MANIFEST), to_be, Described("a damaged one"), advice))
    return manifest


def is_complete(folder: Path) -> bool:
    """Whether the run that wrote an output came to its end, and all its shards are still there.

    Raises:
        OutputError: The folder is no output.
    """
    manifest = read_manifest(folder)
    totals = manifest.get("totals")
    shards = totals.get("shards") if isinstance(totals, dict) else None
    return manifest.get("complete") is True and shards == len(finished_shards(folder))


def finished_shards(folder: Path) -> list[int]:
    """Numbers of the finished shards of an output, ascending; files of other names are not of this package."""
    found = (_RECORD.fullmatch(path.stem) for path in (folder / SHARDS).glob("part-*.json"))
    return sorted(int(name[1]) for name in found if name is not None and stem(int(name[1])) == name[0])


def read_record(folder: Path, number: int) -> dict[str, Any] | None:
    """What is told of a finished shard; None if the record is not there or damaged."""
    shard = _read_json(folder / SHARDS / f"{stem(number)}.json")
    if shard is None or not isinstance(files := shard.get("files"), dict):
        return None
    whole = (
        shard.get("shard") == number
        and isinstance(shard.get("input"), str)
        and isinstance(shard.get("last"), list)
        and all(isinstance(shard.get(name), int) for name in ("records", "articles"))
        and all(
            isinstance(told := files.get(name), dict)
            and isinstance(told.get("rows"), int)
            and isinstance(told.get("bytes"), int)
            and isinstance(told.get("sha256"), str)
            for name in TABLES
        )
    )
    return shard if whole else None


def _check_folder(folder: Path, *, resume: bool) -> None:
    if not (folder / MANIFEST).exists():
        ours = {LOCK, SHARDS, *TABLES, MANIFEST + UNFINISHED}
        others = sorted(entry.name for entry in folder.iterdir() if entry.name not in ours)
        if others:
            advice = "Choose another folder."
            raise OutputError(
                expected("output", "an empty or new folder", Described(f"one that holds {others[0]!r}"), advice)
            )
        if finished_shards(folder):  # nobody knows any longer what was measured, and how
            got = Described(f"finished shards without {MANIFEST}")
            advice = "Restore it, or choose another folder."
            raise OutputError(expected("output", "a folder whose shards have a manifest", got, advice))
    elif not resume and finished_shards(folder):
        state = "complete" if read_manifest(folder).get("complete") is True else "unfinished"
        advice = "Resume it (`resume=True`, `--resume`), or choose another folder."
        raise OutputError(
            expected("output", "an empty or new folder", Described(f"one with a run that is {state}"), advice)
        )


def _differences(manifest: Mapping[str, Any], run: Mapping[str, Any], source: Mapping[str, Any]) -> list[str]:
    was = {**_flat(manifest["run"], ""), **_flat(manifest["input"], "input.")}
    now = {**_flat(run, ""), **_flat(source, "input.")}
    different = [name for name in dict.fromkeys([*was, *now]) if was.get(name, _NONE) != now.get(name, _NONE)]
    return [f"{name} was {was.get(name, _NONE)} and is {now.get(name, _NONE)}" for name in different]


def _refuse(different: Sequence[str]) -> NoReturn:
    told = different[:_NAMED]
    more = f"; and {len(different) - _NAMED} more" if len(different) > _NAMED else ""
    raise OutputError(
        f"Expected `output` to be of the same settings and input, got others: {'; '.join(told)}{more}. "
        "Restore them, or choose another output folder."
    )


_NONE: Final = "nothing"


def _flat(value: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, item in value.items():
        if isinstance(item, dict):
            found.update(_flat(item, f"{prefix}{name}."))
        else:
            found[f"{prefix}{name}"] = item
    return found


def _sound_shards(folder: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Records of the shards whose files are all there and unharmed; of others the record is thrown away."""
    suffix = read_manifest(folder)["run"]["table_format"]
    for number in finished_shards(folder):
        record = folder / SHARDS / f"{stem(number)}.json"
        shard = read_record(folder, number)
        if shard is not None and all(
            _is_sound(folder / name / f"{stem(number)}.{suffix}", shard["files"][name]) for name in TABLES
        ):
            yield number, shard
        else:
            record.unlink()


def _is_sound(path: Path, told: Mapping[str, Any]) -> bool:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return False
    return bool(digest == told["sha256"])


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _line(row: Mapping[str, Any]) -> bytes:
    try:
        text = json.dumps(row, ensure_ascii=False, allow_nan=False, default=str)
    except ValueError:
        text = json.dumps(_finite(row), ensure_ascii=False, default=str)
    return text.encode() + b"\n"


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


# --- the lock --------------------------------------------------------------------------------------------------------


class _Lock:
    """A file that one process can hold; the system lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = -1

    def __enter__(self) -> Self:
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise failure(self._path, error) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._handle, 32).decode(errors="replace").strip()
            os.close(self._handle)
            got = f"one that process {holder} writes" if holder else "one that another process writes"
            advice = "Wait for it, or choose another folder."
            raise OutputError(f"Expected `output` to be a folder of its own, got {got}. {advice}") from error
        self._tell(str(os.getpid()))
        return self

    def __exit__(self, *_: object) -> None:
        self._tell("")
        os.close(self._handle)

    def _tell(self, text: str) -> None:
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, text.encode(), 0)
