"""Every operation of the disk fails once; damaged outputs are mended; what does not belong together is refused."""

from __future__ import annotations

import errno
import json
import random
from pathlib import Path
from typing import Any

import pytest
from corpus_tools import articles, content, run, write_jsonl

from biasscore.comparison import compare
from biasscore.disk import Disk
from biasscore.errors import InputError, OutputError


class FailingDisk(Disk):
    """The n-th operation fails; a write that fails has written half."""

    def __init__(self, last: int, code: int) -> None:
        self._left, self._code = last, code

    def _count(self) -> None:
        self._left -= 1
        if self._left == -1:
            raise OSError(self._code, f"error {self._code}")

    def create(self, path: Path) -> int:
        self._count()
        return super().create(path)

    def write(self, handle: int, data: memoryview) -> int:
        if self._left == 0:
            super().write(handle, data[: len(data) // 2])
        self._count()
        return super().write(handle, data)

    def sync(self, handle: int) -> None:
        self._count()

    def close(self, handle: int) -> None:
        super().close(handle)
        self._count()

    def replace(self, old: Path, new: Path) -> None:
        self._count()
        super().replace(old, new)

    def sync_folder(self, folder: Path) -> None:
        self._count()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "corpus.jsonl", articles(9))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_every_operation_fails_once(source: Path, tmp_path: Path, code: int) -> None:
    run(source, tmp_path / "whole", records=5)
    whole = content(tmp_path / "whole")
    operations = 0
    while True:
        output = tmp_path / f"out-{operations}"
        try:
            run(source, output, records=5, disk=FailingDisk(operations, code))
        except OutputError as error:
            assert f"error {code}" in str(error)
            assert ("MB are free" in str(error)) == (code == errno.ENOSPC)
        else:
            break
        # What is there is complete, and nothing unfinished was left behind.
        assert all(whole[name] == data for name, data in content(output).items() if name != "_manifest.json")
        run(source, output, records=5, resume=True)
        assert content(output) == whole
        operations += 1
    assert operations == 2 * (4 * 5 + 4) + 2 * (5 + 1)


def test_a_full_disk_names_the_file_and_the_way_on(source: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"part-000000\.parquet.*make room and go on with `resume`"):
        run(source, tmp_path / "out", disk=FailingDisk(8, errno.ENOSPC))


def test_writing_in_small_pieces_is_carried_on(source: Path, tmp_path: Path) -> None:
    class Slow(Disk):
        def write(self, handle: int, data: memoryview) -> int:
            return super().write(handle, data[:1000])

    run(source, tmp_path / "whole")
    run(source, tmp_path / "out", disk=Slow())
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_a_damaged_shard_is_made_anew(source: Path, tmp_path: Path) -> None:
    """One bit of any file of a shard, 100 times; and a file that is cut short or gone."""
    output = tmp_path / "out"
    run(source, output, records=2)
    whole = content(output)
    files = [path for path in output.rglob("part-*") if path.parent.name != "_shards"]
    chance = random.Random(5)
    for attempt in range(102):
        path = chance.choice(files)
        data = bytearray(path.read_bytes())
        if attempt == 100:
            path.unlink()
        elif attempt == 101:
            path.write_bytes(data[:-1])
        else:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            path.write_bytes(data)
        run(source, output, records=2, resume=True)
        assert content(output) == whole


def test_other_settings_are_refused_and_named(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    run(source, output, what={"measurement": {"stance_band": 0.1}, "actors": ["UK"]})
    before = content(output)
    with pytest.raises(OutputError, match=r"measurement\.stance_band was 0\.1 and is 0\.2"):
        run(source, output, resume=True, what={"measurement": {"stance_band": 0.2}, "actors": ["UK"]})
    with pytest.raises(OutputError, match=r"actors was \['UK'\] and is \['UK', 'NATO'\]"):
        run(source, output, resume=True, what={"measurement": {"stance_band": 0.1}, "actors": ["UK", "NATO"]})
    with pytest.raises(OutputError, match="table_format was parquet and is jsonl"):
        run(source, output, resume=True, table_format="jsonl")
    assert content(output) == before


def test_another_input_is_refused_and_named(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    run(source, output, records=3)
    lines = source.read_text().splitlines(keepends=True)
    write_jsonl(source, articles(10))
    with pytest.raises(OutputError, match=r"input\.files\.corpus\.jsonl was \d+ and is \d+"):
        run(source, output, records=3, resume=True)
    # The same size, but one letter is another: found where it stands.
    lines[4] = lines[4].replace("The", "the")
    source.write_text("".join(lines))
    with pytest.raises(OutputError, match=r"other records in shard 1 \(the one that ends at corpus\.jsonl:6\)"):
        run(source, output, records=3, resume=True)


def test_an_output_is_never_begun_over_something_else(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    output.mkdir()
    (output / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"one that holds 'notes\.txt'"):
        run(source, output, resume=True)
    (output / "notes.txt").unlink()
    run(source, output)
    with pytest.raises(OutputError, match="a run that is complete"):
        run(source, output)
    manifest = json.loads((output / "_manifest.json").read_text())
    manifest["format"] = "other"
    (output / "_manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(OutputError, match="an output of format"):
        run(source, output, resume=True)


@pytest.mark.parametrize("resume", [False, True])
def test_shards_without_a_manifest_are_no_part_of_another_run(source: Path, tmp_path: Path, resume: bool) -> None:
    run(source, tmp_path / "out")
    (tmp_path / "out" / "_manifest.json").unlink()
    with pytest.raises(OutputError, match=r"got finished shards without _manifest\.json\. Restore it"):
        run(source, tmp_path / "out", resume=resume)


def test_a_finished_run_is_resumed_by_doing_nothing(source: Path, tmp_path: Path) -> None:
    totals = run(source, tmp_path / "out")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("part-*")}
    assert run(source, tmp_path / "out", resume=True) == totals
    assert times == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("part-*")}


@pytest.mark.parametrize("resume", [False, True])
def test_a_run_that_finished_nothing_binds_to_nothing(source: Path, tmp_path: Path, resume: bool) -> None:
    """No text where it was looked for, or no records: the corrected call gives what it gives in a new folder."""
    run(source, tmp_path / "want", records=5)
    output = tmp_path / "refused"
    with pytest.raises(OutputError):  # the manifest is there, and half of the first table
        run(source, output, table_format="jsonl", disk=FailingDisk(7, errno.EIO))
    (output / "articles" / "part-000000.jsonl").touch()
    run(source, output, records=5, resume=resume)
    assert content(output) == content(tmp_path / "want")
    source.rename(tmp_path / "kept.jsonl")
    source.touch()
    run(source, tmp_path / "none")
    (tmp_path / "kept.jsonl").rename(source)
    run(source, tmp_path / "none", records=5, resume=resume)
    assert content(tmp_path / "none") == content(tmp_path / "want")


@pytest.mark.parametrize("table_format", ["parquet", "jsonl"])
@pytest.mark.parametrize("harm", ["cut", "gone", "line", "record"])
def test_a_damaged_output_names_the_file_and_is_mended(
    source: Path, tmp_path: Path, table_format: Any, harm: str
) -> None:
    output = tmp_path / "out"
    run(source, output, records=5, table_format=table_format)
    whole = content(output)
    path = output / "articles" / f"part-000001.{table_format}"
    if harm == "record":
        path = output / "_shards" / "part-000001.json"
        path.write_text("{}")
    elif harm == "gone":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    else:
        path.write_bytes(b"?" * path.stat().st_size)
    with pytest.raises(OutputError, match=rf"Expected `.*{path.name}` to be .*--resume"):
        compare(output)
    run(source, output, records=5, table_format=table_format, resume=True)
    assert content(output) == whole


def test_a_stray_record_is_no_shard(source: Path, tmp_path: Path) -> None:
    totals = run(source, tmp_path / "out")
    (tmp_path / "out" / "_shards" / "part-x.json").write_text("{}")
    assert compare(tmp_path / "out").means.num_rows
    assert run(source, tmp_path / "out", resume=True) == totals


@pytest.mark.parametrize("resume", [False, True])
def test_a_manifest_without_its_settings_is_named(source: Path, tmp_path: Path, resume: bool) -> None:
    run(source, tmp_path / "out")
    manifest = tmp_path / "out" / "_manifest.json"
    manifest.write_text(json.dumps({"format": "biasscore-corpus-1"}))
    for call in (lambda: compare(tmp_path / "out"), lambda: run(source, tmp_path / "out", resume=resume)):
        with pytest.raises(OutputError, match=r"_manifest\.json. to be a manifest with `run`"):
            call()


def test_where_no_folder_can_be_is_told_without_talk_of_room(source: Path, tmp_path: Path) -> None:
    for output in (source, source / "below"):
        with pytest.raises(OutputError, match="Choose a folder that can be made") as refused:
            run(source, output)
        assert "free" not in str(refused.value)


@pytest.mark.parametrize("table_format", ["parquet", "jsonl"])
def test_lists_are_no_groups(source: Path, tmp_path: Path, table_format: Any) -> None:
    run(source, tmp_path / "out", table_format=table_format)
    with pytest.raises(InputError, match="`evidence` to be a column of texts"):
        compare(tmp_path / "out", by="evidence")
