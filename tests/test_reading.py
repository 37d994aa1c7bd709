"""Bad records of every kind, in every format: each is named with its place, and touches no other."""

from __future__ import annotations

import csv
import gzip
import io
import json
import resource
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from biasscore.carried import Shape
from biasscore.errors import ConfigError, InputError
from biasscore.parsing import csv_rows
from biasscore.reading import Chunk, Reading, _Seen
from biasscore.schema import FORMAT, MANIFEST, Columns
from biasscore.sources import open_source
from biasscore.streams import Limits, Progress, lines


def read(source: object, **settings: Any) -> list[Chunk]:
    return list(Reading(open_source(source), **settings).chunks())


def rows(chunks: Sequence[Chunk]) -> list[dict[str, Any]]:
    return [row for chunk in chunks for row in chunk.table.to_pylist()]


def failures(chunks: Sequence[Chunk]) -> list[tuple[str | None, int | None, str]]:
    return [(failure.file, failure.position, failure.reason) for chunk in chunks for failure in chunk.failures]


# --- bad records -----------------------------------------------------------------------------------------------------

GOOD = [{"id": f"g{number}", "text": f"Good text {number}."} for number in range(6)]
#: What is wrong -> record -> words of the reason. Records that a format cannot hold are left out there.
BAD: dict[str, tuple[Mapping[str, Any], str]] = {
    "no text": ({"id": "b1"}, "to be a text, got nothing"),
    "null": ({"id": "b2", "text": None}, "to be a text, got nothing"),
    "number": ({"id": "b3", "text": 5}, "to be a text, got int"),
    "list": ({"id": "b4", "text": ["a"]}, "to be a text, got list"),
    "twice": ({"id": "g0", "text": "Another."}, "one record's alone, got 'g0'"),
    "id of a kind": ({"id": 1.5, "text": "Text."}, "a string or a whole number, got float"),
    "too long": ({"id": "b7", "text": "long " * 500}, "at most 1,000 bytes"),
    "too long in bytes": ({"id": "b8", "text": "долг" * 200}, "at most 1,000 bytes"),
}
SMALL = Limits(record_bytes=1000)


@pytest.mark.parametrize("text", ["a" * 1000, "я" * 500, "€" * 333, "🎉" * 250, "\ud800" * 333])
def test_how_long_a_text_may_be_goes_by_its_bytes(text: str) -> None:
    assert SMALL.holds(text)
    assert not SMALL.holds(text + text[0])


def mixed(bad: Sequence[Any]) -> list[Any]:
    """Bad records, each between good ones."""
    found: list[Any] = []
    for index in range(max(len(GOOD), len(bad))):
        found += [*GOOD[index : index + 1], *bad[index : index + 1]]
    return found


def check(chunks: Sequence[Chunk], file: str | None, expected: Sequence[tuple[int, str]]) -> None:
    assert [row["id"] for row in rows(chunks)] == [row["id"] for row in GOOD]
    assert [row["text"] for row in rows(chunks)] == [row["text"] for row in GOOD]
    found = failures(chunks)
    assert [(name, position) for name, position, _ in found] == [(file, position) for position, _ in expected]
    for (_, _, reason), (_, words) in zip(found, expected, strict=True):
        assert words in reason
    assert sum(chunk.head.records for chunk in chunks) == len(GOOD) + len(expected)


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
@pytest.mark.parametrize("records", [2, 100])
def test_bad_lines_of_jsonl(tmp_path: Path, suffix: str, records: int) -> None:
    raw = [(json.dumps(record).encode(), words) for record, words in BAD.values()] + [
        (b"not json", "to be JSON"),
        (b'{"text": "cut', "to be JSON"),
        (b"[1]", "to be a JSON object, got list"),
        (b'{"text": "\xff"}', "invalid byte 0xff at offset 10"),
        (b"[" * 100_000, "at most 1,000 bytes"),
        (b'{"text": ' + b"[" * 990, "JSON"),
        (b'{"id": 1' + b"0" * 900 + b', "text": "Huge."}', ""),
        (b'{"text": NaN}', "to be a text, got nothing"),
    ]
    del raw[-2]  # a number of 900 digits is an id like any other
    content = mixed([line for line, _ in raw])
    data = b"\n".join(json.dumps(line).encode() if isinstance(line, dict) else line for line in content)
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(compress(data, suffix))
    places = [number for number, line in enumerate(content, 1) if isinstance(line, bytes)]
    expected = list(zip(places, [words for _, words in raw], strict=True))
    check(read(path, limits=SMALL, records=records), path.name, expected)


def compress(data: bytes, suffix: str) -> bytes:
    if suffix == ".gz":
        return gzip.compress(data, mtime=0)
    return bytes(pa.compress(data, "zstd", asbytes=True)) if suffix else data


def test_bad_records_of_csv(tmp_path: Path) -> None:
    sink = io.StringIO()
    writer = csv.writer(sink)

    def line(*fields: str) -> bytes:
        sink.seek(0)
        sink.truncate()
        writer.writerow(fields)
        return sink.getvalue().encode()

    bad = [
        (line("b1", ""), "to be a text, got nothing"),
        (line("g0", "Another."), "one record's alone"),
        (line("b3", "Text.", "more"), "to be 2 fields, got 3"),
        (line("b4"), "to be 2 fields, got 1"),
        (b"b5,\xff\n", "invalid byte 0xff"),
        (b'b6,"never closed\n', "to be CSV"),
        (b'b7,"closed" badly\n', "to be CSV"),
        (line("b8", "long " * 500), "at most 1,000 bytes"),
    ]
    good = [line(row["id"], row["text"]) for row in GOOD]
    good[2] = line("g2", GOOD[2]["text"])
    content: list[bytes] = []
    places: list[int] = []
    for index in range(len(bad)):
        content += good[index : index + 1]
        places.append(len(content) + 2)
        content.append(bad[index][0])
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfid,text\n" + b"".join(content))
    expected = [(place, words) for place, (_, words) in zip(places, bad, strict=True)]
    check(read(path, limits=SMALL), "a.csv", expected)


def test_csv_that_only_looks_bad(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text,inches\r\n"Two\r\nlines, ""quoted"".",5" wide\r\n\r\nx' + "y" * 200_000 + ",1\n", newline="")
    found = rows(read(path))
    assert [row["text"] for row in found] == ['Two\r\nlines, "quoted".', "x" + "y" * 200_000]
    assert [row["inches"] for row in found] == ['5" wide', "1"]
    assert [row["position"] for row in found] == [2, 5]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id;text\na;One, two.\n", {"id": "a", "text": "One, two."}),
        ("\n\nid\ttext\na\tOne; two.\n", {"id": "a", "text": "One; two."}),
        ('id,"text;body"\na,One; two.\n', {"id": "a", "text;body": "One; two."}),
        ('"id,of;it";text\na;"One; two."\n', {"id,of;it": "a", "text": "One; two."}),
        ("text\nOne; two.\n", {"text": "One; two."}),
    ],
)
def test_the_header_of_a_csv_file_tells_its_delimiter(content: str, expected: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    found = list(csv_rows(path, "a.csv", Limits(), Progress(), None))
    assert [row.values for row in found] == [expected]


def test_a_csv_file_of_unclosed_quotes_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text\n" + 'a,"b\n' * 2001)
    found = failures(read(path))
    assert len(found) <= 102
    assert "quotation marks that do not close" in found[-1][2]


def test_bad_rows_of_parquet_and_tables(tmp_path: Path) -> None:
    records = mixed([record for name, (record, _) in BAD.items() if name not in {"number", "list", "id of a kind"}])
    table = pa.Table.from_pylist(records, pa.schema([("id", pa.string()), ("text", pa.string())]))
    bad = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff\xfe"]).buffers())
    table = pa.concat_tables([table, pa.table({"id": ["b9"], "text": bad})])
    words = [words for name, (_, words) in BAD.items() if name not in {"number", "list", "id of a kind"}]
    places = [index + 1 for index, record in enumerate(records) if record not in GOOD]
    expected = [*zip(places, words, strict=True), (len(records) + 1, "invalid byte 0xff at offset 0")]
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=4)
    check(read(tmp_path / "a.parquet", limits=SMALL), "a.parquet", expected)
    check(read(table, limits=SMALL), None, expected)
    check(read(table.to_batches()[0], limits=SMALL), None, expected[:-1])


def test_a_column_of_numbers_is_no_text() -> None:
    assert "got int" in failures(read(pa.table({"text": [1, 2]})))[0][2]


# --- damaged and hostile files ---------------------------------------------------------------------------------------


def test_a_gzip_file_that_is_cut_short_gives_what_it_has(tmp_path: Path) -> None:
    data = b"".join(json.dumps({"text": f"Text {number}."}).encode() + b"\n" for number in range(50_000))
    whole = gzip.compress(data)
    for name, content in {
        "cut.jsonl.gz": whole[: len(whole) // 2],
        "sum.jsonl.gz": whole[:-8] + b"\0" * 8,
        "none.jsonl.gz": b"no gzip at all",
        "cut.jsonl.zst": compress(data, ".zst")[:-20],
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        chunks = read(path)
        ((file, position, reason),) = [found for found in failures(chunks) if "file" in found[2]]
        assert file == name
        assert "readable to its end" in reason
        if name != "none.jsonl.gz":
            assert position is not None
            assert rows(chunks)[0]["text"] == "Text 0."
            assert len(rows(chunks)) > 100


def test_members_and_padding_of_gzip(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "one"}\n') + gzip.compress(b'{"text": "two"}\n') + b"\0" * 100_000)
    assert [row["text"] for row in rows(read(path))] == ["one", "two"]


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9, 0.999])
def test_a_parquet_file_that_is_cut_short(tmp_path: Path, keep: float) -> None:
    pq.write_table(pa.table({"text": [f"Text {number}." for number in range(100)]}), tmp_path / "whole.parquet")
    data = (tmp_path / "whole.parquet").read_bytes()
    path = tmp_path / "b.parquet"
    path.write_bytes(data[: int(len(data) * keep)])
    ((file, position, reason),) = failures(read([path, tmp_path / "whole.parquet"]))
    assert (file, position) == ("b.parquet", None)
    assert "to be Parquet" in reason
    assert len(rows(read([path, tmp_path / "whole.parquet"]))) == 100


def test_a_damaged_row_group_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"text": [f"Text number {number} of many." for number in range(300)]})
    pq.write_table(table, path, row_group_size=100, compression="zstd", use_dictionary=False)
    offset = pq.read_metadata(path).row_group(1).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[offset + 40 : offset + 200] = b"\0" * 160
    path.write_bytes(data)
    chunks = read(path)
    ((_, position, reason),) = failures(chunks)
    assert position == 101
    assert "to be Parquet" in reason
    assert [row["position"] for row in rows(chunks)] == [*range(1, 101), *range(201, 301)]


def peak_growth(action: Callable[[], object]) -> int:
    """Bytes by which an action raises the most memory that this process ever had."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    action()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


def bomb(suffix: str, size: int) -> bytes:
    piece = b"\0" * (1 << 20)
    if suffix == ".gz":
        packer = zlib.compressobj(9, wbits=31)
        return b"".join([*(packer.compress(piece) for _ in range(size >> 20)), packer.flush()])
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        for _ in range(size >> 20):
            stream.write(piece)
    return bytes(sink.getvalue())


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_bombs_are_refused_in_bounded_memory(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.jsonl{suffix}"
    data = bomb(suffix, 1 << 30)
    assert (1 << 30) / len(data) > 1000
    path.write_bytes(data)
    found: list[Chunk] = []
    grown = peak_growth(lambda: found.extend(read(path)))
    ((_, _, reason),) = [item for item in failures(found) if "compressed at most" in item[2]]
    assert "200 to 1" in reason
    assert grown < 200 << 20
    (also,) = failures(read(path, limits=Limits(file_bytes=1 << 20)))
    assert "at most 1,048,576 bytes when decompressed" in also[2]


def test_a_line_without_an_end_is_passed_over_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.truncate(1 << 30)  # a sparse file: 1 GB of NULs
        file.seek(0, 2)
        file.write(b'\n{"text": "after"}\n')
    found: list[Chunk] = []
    assert peak_growth(lambda: found.extend(read(path))) < 200 << 20
    assert [row["text"] for row in rows(found)] == ["after"]
    assert failures(found)[0][1] == 1


def test_a_parquet_bomb_is_streamed_in_bounded_memory(tmp_path: Path) -> None:
    """1,000 times one text of 1 MB: 1 GB in a file of some kilobytes."""
    path = tmp_path / "a.parquet"
    index = pa.array([0] * 1000, pa.int32())
    table = pa.table({"text": pa.DictionaryArray.from_arrays(index, pa.array(["word " * 200_000]))})
    pq.write_table(table, path)
    assert path.stat().st_size < 1 << 20

    def consume() -> int:
        return sum(chunk.articles for chunk in Reading(open_source(path)).chunks())

    assert peak_growth(lambda: consume()) < 400 << 20


# --- what is read ----------------------------------------------------------------------------------------------------


def test_roles_and_carried_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    records: list[dict[str, Any]] = [
        {"key": 7, "body": "One \ud800.", "paper": "X", "day": "2024-02-29T10:00:00Z", "views": 3, "actor": "me"},
        {"body": "Two.", "paper": 5, "day": "yesterday", "views": "many", "tags": ["a"], "deep": {"b": 1}},
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    (chunk,) = read(path, columns=Columns(text="body", id="key", outlet="paper", date="day"))
    first, second = rows([chunk])
    assert first == {
        "id": "7", "file": "a.jsonl", "position": 1, "text": "One \ufffd.", "title": None, "date": "2024-02-29",
        "outlet": "X", "views": "3", "input_actor": "me", "tags": None, "deep": None, "day": None, "extra": None,
    }  # fmt: skip
    assert second["id"] == "a.jsonl:2"
    assert (second["outlet"], second["date"], second["day"]) == ("5", None, "yesterday")
    assert (second["views"], second["tags"], second["deep"]) == ("many", '["a"]', '{"b": 1}')


def test_what_fits_no_column_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    records = [{"text": "a", "n": 1}, {"text": "b", "n": "x", "new": True}, {"text": "c", "n": 2**80}]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    first, second = read(path, records=1)[:2]
    assert first.table.schema == second.table.schema
    assert second.table.to_pylist()[0]["n"] is None
    assert json.loads(second.table.to_pylist()[0]["extra"]) == {"n": "x", "new": True}


def test_types_of_tables_are_kept() -> None:
    table = pa.table(
        {
            "text": pa.array(["One.", "Two."], pa.large_string()),
            "date": pa.array([date(2024, 1, 2), None]),
            "when": pa.array([datetime(2024, 1, 2, 3), None], pa.timestamp("ns", "UTC")),
            "price": pa.array([Decimal("1.50"), None]),
            "kind": pa.array(["a", "b"]).dictionary_encode(),
            "tags": pa.array([["x"], []]),
        }
    )
    (chunk,) = read(table)
    found = chunk.table
    assert found["date"].to_pylist() == ["2024-01-02", None]
    assert found.schema.field("when").type == pa.timestamp("us", "UTC")
    assert found.schema.field("price").type == table.schema.field("price").type
    assert found["price"].to_pylist() == [Decimal("1.50"), None]
    assert found["kind"].to_pylist() == ["a", "b"]
    assert found["tags"].to_pylist() == [["x"], []]


def test_folders_and_globs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in (
        "b/two.jsonl",
        "a.csv",
        "b/_not.jsonl",
        ".hidden.jsonl",
        "notes.txt",
        "out/three.jsonl",
        "c.parquet.gz",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("text\nx\n" if name.endswith("csv") else '{"text": "x"}\n')
    source = open_source(tmp_path, exclude=tmp_path / "out")
    assert source.fingerprint() == {"kind": "files", "files": {"a.csv": 7, "b/two.jsonl": 14}}
    assert [record.message for record in caplog.records] == [
        f"{tmp_path}: 2 files of other kinds are left out, such as 'c.parquet.gz'"
    ]
    assert list(open_source(f"{tmp_path}/**/t*.jsonl").fingerprint()["files"]) == ["b/two.jsonl", "out/three.jsonl"]
    assert list(open_source([tmp_path / "a.csv", str(tmp_path / "a.csv")]).fingerprint()["files"]) == ["a.csv"]
    for nothing, words in {
        f"{tmp_path}/nothing.jsonl": "A data set of the hub is written hf:NAME",
        f"{tmp_path}/*.xml": "known format",
        f"{tmp_path}/notes.txt": r"known format .*one JSON object a line \(\.jsonl\).*`biasscore score`",
    }.items():
        with pytest.raises(InputError, match=words):
            open_source(nothing)
    with pytest.raises(InputError, match="got int"):
        open_source(5)


def test_outputs_of_corpus_are_no_articles(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("a.jsonl", "b/two.jsonl", "b/out/articles/part-000000.jsonl", "own/articles/part-000000.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"text": "x"}\n')
    output = tmp_path / "b" / "out"
    for folder in (output, tmp_path / "own"):
        (folder / MANIFEST).write_text(json.dumps({"format": FORMAT}))
    (tmp_path / "b" / MANIFEST).write_text('{"format": "another"}')  # somebody else's
    for source in (tmp_path, f"{tmp_path}/**/*.jsonl"):
        caplog.clear()
        found = open_source(source, exclude=tmp_path / "own")
        assert list(found.fingerprint()["files"]) == ["a.jsonl", "b/two.jsonl"]
        assert [record.message for record in caplog.records] == [
            f"{source}: 1 output of `biasscore corpus` left out, such as {str(output)!r}"
        ]
    for source in (output, f"{output}/*/*.jsonl"):
        with pytest.raises(InputError, match="to be a place of articles, got an output of `biasscore corpus`"):
            open_source(source)
    for source in (output / "articles", f"{output}/articles/*.jsonl"):  # who names a table means it
        assert list(open_source(source).fingerprint()["files"]) == ["part-000000.jsonl"]


def test_a_missing_column_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"body": "x"}\n')
    with pytest.raises(InputError, match=r"one of those found \(body\), got 'text'"):
        read(path)


def test_a_data_set_gives_what_its_table_gives() -> None:
    datasets = pytest.importorskip("datasets")
    columns = {"text": ["One.", None, "Two."], "n": [1, 2, 3]}
    dataset = datasets.Dataset.from_dict(columns)
    table = read(pa.table(columns))
    for source in (dataset, dataset.to_iterable_dataset()):
        found = read(source)
        assert rows(found) == rows(table)
        assert failures(found) == failures(table)
        assert found[0].head.digest == table[0].head.digest


def test_limits_are_checked() -> None:
    with pytest.raises(ConfigError, match=r"`ratio`.*`--max-ratio`"):
        Limits(ratio=0)


# --- values and types that Python or Parquet cannot hold -------------------------------------------------------------


def test_a_second_column_text_is_carried_under_another_name() -> None:
    (row,) = rows(read(pa.table({"text": ["summary"], "body": ["Whole."]}), columns=Columns(text="body")))
    assert (row["text"], row["input_text"]) == ("Whole.", "summary")


@pytest.mark.parametrize(
    "kind",
    [pa.timestamp("us", "UTC"), pa.date32(), pa.duration("s"), pa.timestamp("s", "No/Where")],
)
def test_times_out_of_range_touch_no_other_value(tmp_path: Path, kind: pa.DataType) -> None:
    far = {pa.date32(): (1 << 31) - 1, pa.timestamp("us", "UTC"): 1 << 60}.get(kind, 1 << 50)
    table = pa.table({"text": ["a", "b", "c"], "when": pa.array([0, far, None], kind)})
    pq.write_table(table, tmp_path / "a.parquet")
    for source in (table, tmp_path / "a.parquet"):
        first, second, third = rows(read(source))
        assert first["when"] is not None
        assert (third["when"], third["extra"]) == (None, None)
        assert second["when"] or json.loads(second["extra"])["when"]
    assert len(rows(read(table, columns=Columns(date="when")))) == 3


def test_a_wrong_byte_within_a_struct_touches_no_other_value() -> None:
    texts = pa.Array.from_buffers(pa.string(), 2, pa.array([b"ok", b"\xff"]).buffers())
    table = pa.table({"text": ["a", "b"], "deep": pa.StructArray.from_arrays([texts], names=["s"])})
    assert [row["deep"] for row in rows(read(table))] == [{"s": "ok"}, {"s": "\ufffd"}]


def test_types_that_parquet_lacks_become_text() -> None:
    columns = {
        "interval": pa.array([(1, 2, 3)], pa.month_day_nano_interval()),
        "empty": pa.array([{}], pa.struct([])),
        "union": pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([7])]),
        "runs": pa.RunEndEncodedArray.from_arrays([1], ["x"]),
    }
    (chunk,) = read(pa.table({"text": ["a"], **columns}))
    pq.write_table(chunk.table, pa.BufferOutputStream())
    (row,) = rows([chunk])
    assert [row[name] for name in columns] == ["[1, 2, 3]", "{}", "7", "x"]


# --- what callers get wrong ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["id", "title", "date", "outlet"])
def test_a_named_column_must_be_there(role: str) -> None:
    with pytest.raises(InputError, match=f"`{role} column` to be one of those found.*`--{role}-column`"):
        read(pa.table({"text": ["a"]}), columns=Columns(**{role: "nowhere"}))


def test_ids_that_are_whole_or_empty() -> None:
    assert [row["id"] for row in rows(read(pa.table({"text": ["a", "b"], "id": [3.0, None]})))] == ["3", "row:2"]
    assert [row["id"] for row in rows(read(pa.table({"text": ["a", "b"], "id": ["", ""]})))] == ["row:1", "row:2"]


def test_what_pandas_has_for_nothing_is_none() -> None:
    """A missing value is NaN there, and makes floats of the whole numbers beside it."""
    nan = float("nan")
    columns = {"id": [7.0, nan, 8.0], "outlet": [1.0, nan, 2.5], "title": [nan, 2024.0, float("inf")]}
    chunks = read(pa.table({"text": ["a", "b", "c"], **columns}))
    assert not failures(chunks)
    found = rows(chunks)
    assert [row["id"] for row in found] == ["7", "row:2", "8"]
    assert [row["outlet"] for row in found] == ["1", None, "2.5"]
    assert [row["title"] for row in found] == [None, "2024", "inf"]
    assert set(chunks[0].table.column_names) == {"id", "file", "position", "text", "title", "date", "outlet", "extra"}
    (_, _, reason), *_ = failures(read(pa.table({"text": [nan]})))
    assert "got nothing" in reason


def test_an_id_of_two_texts_is_no_copy(tmp_path: Path) -> None:
    for name, texts in (("a", ("One.", "Two.")), ("b", ("One.", "Other."))):
        lines_ = [json.dumps({"id": number, "text": text}) for number, text in enumerate(texts)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines_))
    for records in (1, 100):
        (_, _, copy), (_, _, other) = failures(read(tmp_path, records=records))
        assert "this one is a copy" in copy
        assert "copy" not in other
        assert "with another text has it: make the ids differ" in other
        assert "`--id-column`" in other


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('[{"text": "a"},\n {"text": "b"}]\n', "got an array of them"),
        ('\n[\n{"text": "a"},\n{"text": "b"}\n]\n', "got an array of them"),
        ('[{"text": "a"}, {"text": "b"}]', "to be a JSON object, got list"),
        ('{\n  "text": "a"\n}\n', "got one that is broken up into lines"),
    ],
)
def test_json_that_is_no_json_lines_is_told_once(content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(content)
    (tmp_path / "b.jsonl").write_text('{"text": "good"}\n[\n{\n')
    found = read(tmp_path)
    assert [row["text"] for row in rows(found)] == ["good"]
    first, *others = failures(found)
    assert words in first[2]
    assert "Write one object a line" in first[2]
    assert [place for _, place, _ in others] == [2, 3]  # of an ordinary file these are two bad lines


def test_utf_32_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes('{"text": "a"}\n'.encode("utf-32"))
    ((_, _, reason),) = failures(read(tmp_path / "a.jsonl"))
    assert reason.startswith("Expected `file` to be in UTF-8 or UTF-16, got UTF-32")


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_byte_order_mark_of_utf_16_is_believed(tmp_path: Path, suffix: str, encoding: str, form: str) -> None:
    texts = ["Ёлка \U0001f384", "“Two”", "x" * 40_000, "ž" * 40_000]
    content = {
        "jsonl": "".join(json.dumps({"text": text}, ensure_ascii=False) + "\r\n" for text in texts),
        "csv": "text\r\n" + "".join(f'"{text}"\r\n' for text in texts),
    }[form]
    path = tmp_path / f"a.{form}{suffix}"
    path.write_bytes(compress(("\ufeff" + content).encode(encoding), suffix))
    found = read(path)
    assert not failures(found)
    assert [row["text"] for row in rows(found)] == texts
    assert found[-1].head.fraction == 1.0
    # Half a pair costs its record, half a character the end of the file.
    wrong = '\ufeff{"text": "\ud83c"}\n{"text": "b"}\n'.encode(encoding, "surrogatepass")
    (tmp_path / "b.jsonl").write_bytes(wrong + b"!")
    found = read(tmp_path / "b.jsonl")
    assert [row["text"] for row in rows(found)] == ["b"]
    assert [reason[:30] for _, _, reason in failures(found)] == [
        "Expected `record` to be UTF-8,",
        "Expected `file` to be whole in",
    ]


def test_bare_carriage_returns_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,text\ra,One.\rb,Two.\r")
    ((_, _, reason),) = failures(read(tmp_path / "a.csv"))
    assert "got a carriage return without a line feed" in reason
    assert "Double" not in reason


def test_a_stream_of_records_of_any_kind() -> None:
    datasets = pytest.importorskip("datasets")
    records = [{"text": "a", "by": "x"}, {"text": "b", "by": None}, {"text": 3, "by": 1}]
    found = read(datasets.IterableDataset.from_generator(lambda: iter(records)))
    assert [row["by"] for row in rows(found)] == ["x", None]
    assert [position for _, position, _ in failures(found)] == [3]
    with pytest.raises(InputError, match=r"all its splits \(old, new\)"):
        read(datasets.DatasetDict({name: datasets.Dataset.from_dict({"text": ["a"]}) for name in ("old", "new")}))


def test_frames_that_are_no_tables() -> None:
    pandas = pytest.importorskip("pandas")
    for source in (pandas.DataFrame({"text": ["a", 5]}), pandas.Series(["a"])):
        with pytest.raises(InputError, match="one type each"):
            read(source)


# --- properties ------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=400), st.integers(1, 50))
def test_lines_are_those_of_split(tmp_path_factory: pytest.TempPathFactory, data: bytes, limit: int) -> None:
    assume(not data.startswith((b"\xff\xfe", b"\xfe\xff")))
    path = tmp_path_factory.getbasetemp() / "lines.jsonl"
    path.write_bytes(data)
    progress = Progress()
    found = list(lines(path, Limits(record_bytes=limit), progress))
    wanted = data.split(b"\n")
    wanted = wanted[:-1] if not wanted[-1] else wanted
    wanted = [line.removeprefix(b"\xef\xbb\xbf") if not index else line for index, line in enumerate(wanted)]
    raw = data.split(b"\n")
    assert [line.number for line in found] == list(range(1, len(wanted) + 1))
    for line, want, whole in zip(found, wanted, raw, strict=False):
        assert line.content == (want if len(whole) <= limit else None)
    assert progress.done == len(data)


@given(st.lists(st.text(max_size=5), max_size=60), st.integers(1, 7))
def test_ids_are_new_once(ids: list[str], every: int) -> None:
    ids = [id_.encode("utf-8", "replace").decode() for id_ in ids]
    seen, known = _Seen(), dict[str, str]()
    for index, id_ in enumerate(ids):
        text = "ab"[index % 2]  # whose marks differ
        assert seen.met(id_, text) == (known[id_] == text if id_ in known else None)
        known.setdefault(id_, text)
        if index % every == 0:
            seen.settle()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), json_values), min_size=1, max_size=6), st.integers(1, 6))
def test_every_value_is_in_its_column_or_in_extra(records: list[dict[str, Any]], first: int) -> None:
    shape = Shape.of(records[:first], {})
    arrays, extra = shape.fit(records)
    columns = dict(zip(shape.schema.names, (array.to_pylist() for array in arrays), strict=True))
    for index, record in enumerate(records):
        left = json.loads(extra[index].as_py() or "{}")
        for name, value in record.items():
            there = columns.get(name, [None] * len(records))[index]
            assert value is None or there is not None or name in left
