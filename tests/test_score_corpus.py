"""A corpus from end to end with a stand-in for the model; the commands on top of it."""

from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpus_tools import CHOKE, KILL, FakeScorer, articles, content, here, make_fake, run, write_jsonl

from biasscore import CorpusSettings, Measurement, score_corpus
from biasscore.cli_corpus import add_parsers, csv_text
from biasscore.comparison import compare
from biasscore.corpus import Status, default_workers, run_corpus
from biasscore.distributed import score_corpus_on_ray
from biasscore.errors import BiasscoreError, ConfigError
from biasscore.progress import Display, clock, describe
from biasscore.reading import Reading
from biasscore.results import read_shards
from biasscore.sources import open_source
from biasscore.workers import Here, Pool, score_safely
from biasscore.writing import Totals


def test_every_record_is_in_a_table_once(tmp_path: Path) -> None:
    """One in twenty is bad, in four ways; the good ones are as in a clean run."""
    bad = [{"text": None}, {"id": "a0", "text": "twice"}, {"text": CHOKE}, {"id": "empty", "text": " "}]
    records: list[Any] = []
    for number, record in enumerate(articles(1000)):
        records.append(record)
        if number % 20 == 19:
            records.append(bad[number // 20 % 4])
    # An empty text's id is taken by the first of them.
    totals = run(write_jsonl(tmp_path / "mixed.jsonl", records), tmp_path / "mixed", records=64)
    run(write_jsonl(tmp_path / "clean.jsonl", articles(1000)), tmp_path / "clean", records=64)
    assert totals.records == len(records) == totals.articles + totals.failures
    assert totals.articles == 1000

    def good(name: str) -> pa.Table:
        table = pa.concat_tables(read_shards(tmp_path / name, "articles", ["id", "actor", "stance_score", "views"]))
        return table.combine_chunks()

    assert good("mixed").equals(good("clean"))
    failed = pa.concat_tables(read_shards(tmp_path / "mixed", "failures", ["position", "stage"]))
    assert failed["position"].to_pylist() == list(range(21, 1051, 21))
    assert set(failed["stage"].to_pylist()) == {"read", "score"}


def test_one_folder_is_one_data_set(tmp_path: Path) -> None:
    run(write_jsonl(tmp_path / "a.jsonl", articles(25)), tmp_path / "out")
    table = pq.read_table(tmp_path / "out" / "articles")
    assert table.num_rows == 50
    assert json.loads(table.schema.metadata[b"biasscore.provenance"])["weights"] == "0" * 16
    run(tmp_path / "a.jsonl", tmp_path / "lines", table_format="jsonl")
    lines = [
        json.loads(line)
        for path in sorted((tmp_path / "lines" / "articles").iterdir())
        for line in path.read_text().splitlines()
    ]
    assert lines == table.to_pylist()


def test_formats_of_the_input_give_the_same_rows(tmp_path: Path) -> None:
    records = list(articles(30))
    table = pa.Table.from_pylist(records)
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=7)
    write_jsonl(tmp_path / "a.jsonl", records)
    datasets = pytest.importorskip("datasets")
    (tmp_path / "a.csv").write_text(csv_text(table))
    sources = {
        "parquet": tmp_path / "a.parquet",
        "jsonl": tmp_path / "a.jsonl",
        "csv": tmp_path / "a.csv",
        "table": table,
        "dataset": datasets.Dataset.from_list(records),
    }
    found = {}
    for name, source in sources.items():
        run(source, tmp_path / name)
        columns = ["id", "outlet", "actor", "stance_score", "views"]
        found[name] = pa.concat_tables(read_shards(tmp_path / name, "articles", columns)).to_pylist()
    for row in found["csv"]:
        row["views"] = int(row["views"])
    assert found["jsonl"] == found["parquet"] == found["csv"] == found["table"] == found["dataset"]


def test_a_scorer_that_breaks_loses_one_article() -> None:
    texts = [f"Text {number}." for number in range(9)]
    texts[4] = CHOKE
    (chunk,) = Reading(open_source(pa.table({"text": texts}))).chunks()
    tables = score_safely(FakeScorer(), chunk)
    assert tables.articles.num_rows == 2 * 8
    assert tables.failures.to_pylist()[0]["reason"] == "Unexpected RuntimeError: choked"
    assert tables.failures.to_pylist()[0]["position"] == 5


def test_failures_keep_their_places_in_parts() -> None:
    texts = [None, "a", None, "b", "c", None, None]
    (chunk,) = Reading(open_source(pa.table({"text": texts}))).chunks()
    for size in (1, 2, 3):
        parts = chunk.parts(size)
        assert [f.position for part in parts for f in part.failures] == [1, 3, 6, 7]
        assert sum(part.articles for part in parts) == 3


def test_a_process_that_dies_costs_one_article(tmp_path: Path) -> None:
    records = [{"text": KILL} if number == 3 else record for number, record in enumerate(articles(8))]
    source = write_jsonl(tmp_path / "a.jsonl", records)
    settings = CorpusSettings(chunk_records=2)
    found = open_source(source)

    def pool(reading: Reading, stack: Any) -> Any:
        return stack.enter_context(Pool(make_fake, 2))

    totals = run_corpus(found, tmp_path / "out", pool, settings=settings)
    assert (totals.articles, totals.failures) == (7, 1)
    (reason,) = pa.concat_tables(read_shards(tmp_path / "out", "failures", ["reason"]))["reason"].to_pylist()
    assert "died" in reason
    # The same without the killer gives the same rows around it.
    records[3] = {"text": CHOKE}
    write_jsonl(source, records)
    run(source, tmp_path / "alone", records=2)
    columns = ["id", "actor", "stance_score"]
    tables = [pa.concat_tables(read_shards(tmp_path / name, "articles", columns)) for name in ("out", "alone")]
    assert tables[0].combine_chunks().equals(tables[1].combine_chunks())


def test_progress_is_told(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", articles(50))
    seen: list[Status] = []
    run_corpus(
        open_source(source), tmp_path / "out", here, settings=CorpusSettings(chunk_records=10), watch=seen.append
    )
    assert [status.records for status in seen] == sorted(status.records for status in seen)
    assert seen[-1].records == 50
    assert seen[-1].fraction == 1.0
    assert seen[-1].totals == Totals(50, 50, 50, 0, 5)


def test_the_end_is_shown_where_there_is_no_terminal() -> None:
    shown = io.StringIO()
    with Display(shown) as display:
        for records in (300, 1500, 3000):
            display.update(Status(Totals(), records, 0, records / 3000, 1.0))
    lines = shown.getvalue().splitlines()
    assert [line.partition(",")[0] for line in lines] == ["10%", "100%"]
    assert "3,000 records" in lines[-1]
    with Display(shown) as display:  # nothing is said twice
        display.update(Status(Totals(), 5, 0, None, 1.0))
    assert shown.getvalue().splitlines()[2:] == ["5 records, 5.0 articles/s, 0 failures"]


def test_a_line_of_progress() -> None:
    status = Status(Totals(failures=1), records=300, resumed=100, fraction=0.5, seconds=10.0)
    assert describe(status) == "300 records, 20.0 articles/s, 0:00:15 left, 1 failure"
    assert describe(Status(Totals(), 0, 0, None, 0.0)) == "0 records, 0 failures"
    assert clock(3725) == "1:02:05"


def test_settings_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"`chunk_records`.*`--shard-records`"):
        CorpusSettings(chunk_records=0)
    with pytest.raises(ConfigError, match="table_format"):
        CorpusSettings(table_format="xml")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="workers"):
        score_corpus(pa.table({"text": ["x"]}), tmp_path / "out", workers=0)
    with pytest.raises(ConfigError, match="`size` to be a whole number of at least 1, got 0"):
        score_corpus_on_ray(pa.table({"text": ["x"]}), tmp_path / "out", size=0)  # without Ray, too
    from biasscore.config import Runtime

    assert default_workers(Runtime(device="cpu")) >= 1


def test_reading_and_writing_load_no_torch() -> None:
    code = "import sys, biasscore.corpus, biasscore.comparison, biasscore.cli_corpus; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_children_of_a_killed_parent_end(tmp_path: Path) -> None:
    """SIGKILL gives a parent no chance to end them."""
    pids = tmp_path / "pids"
    pids.mkdir()
    source = write_jsonl(tmp_path / "a.jsonl", articles(2000))
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
from pathlib import Path
from corpus_tools import pool_run
if __name__ == "__main__":
    pool_run(Path({str(source)!r}), Path({str(tmp_path / "out")!r}), Path({str(pids)!r}))
"""
    script = tmp_path / "script.py"
    script.write_text(code)
    parent = subprocess.Popen([sys.executable, str(script)])
    wait_until(lambda: len(list(pids.iterdir())) == 2)
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(Path(f"/proc/{path.name}/cmdline").is_file() for path in pids.iterdir()))


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it never came to pass")


def test_a_data_set_of_the_hub_is_streamed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    asked: list[Any] = []

    def load_dataset(name: str, config: str | None, **settings: Any) -> Any:
        asked.append((name, config, settings))
        if name == "nobody/nothing":
            raise ConnectionError("no such data set")
        return datasets.Dataset.from_list(list(articles(12))).to_iterable_dataset()

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    run("hf:owner/news:en", tmp_path / "hub")
    run(write_jsonl(tmp_path / "a.jsonl", articles(12)), tmp_path / "file")
    assert asked == [("owner/news", "en", {"split": "train", "streaming": True})]
    columns = ["id", "actor", "stance_score", "views"]
    tables = [pa.concat_tables(read_shards(tmp_path / name, "articles", columns)) for name in ("hub", "file")]
    assert tables[0].combine_chunks().equals(tables[1].combine_chunks())
    assert json.loads((tmp_path / "hub" / "_manifest.json").read_text())["input"]["name"] == "owner/news"
    with pytest.raises(BiasscoreError, match="no such data set"):
        open_source("hf:nobody/nothing")


# --- commands --------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The commands, with the stand-in in place of a model."""
    monkeypatch.setattr("biasscore.workers.ScorerSpec.build", lambda self, rank=0: FakeScorer())

    def call(*arguments: object) -> int:
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers()
        add_parsers(commands)
        options = parser.parse_args(list(map(str, arguments)))
        code: int = options.run(options)
        return code

    return call


def test_corpus_and_report(command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", articles(200))
    assert command("corpus", source, tmp_path / "out") == 0
    assert "200 records: 200 articles scored" in capsys.readouterr().out
    with pytest.raises(BiasscoreError, match="complete"):
        command("corpus", source, tmp_path / "out")
    assert command("corpus", source, tmp_path / "out", "--resume", "--json") == 0
    assert json.loads(capsys.readouterr().out)["articles"] == 200
    assert command("report", tmp_path / "out", "-o", tmp_path / "report", "--months") == 0
    shown = capsys.readouterr().out
    assert "sentiment" in shown
    assert "differences" in shown or "No difference" in shown
    written = pq.read_table(tmp_path / "report" / "means.parquet")
    assert written.equals(compare(tmp_path / "out").means)
    assert (tmp_path / "report" / "differences.csv").read_text().startswith("task,actor,first,second,difference")
    assert command("report", tmp_path / "out", "--json", "--differences", "rest", "--correction", "bh") == 0
    assert json.loads(capsys.readouterr().out)["means"][0]["group"] == "A"
    with pytest.raises(BiasscoreError, match="to tell groups of articles apart"):
        command("report", tmp_path / "out", "--by", "title")


def test_bad_records_end_with_1_and_are_named(
    command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [*articles(3), *[{"text": None}] * 7, {"text": "\x1b[31mred \0"}]
    source = write_jsonl(tmp_path / "a.jsonl", records)
    assert command("corpus", source, tmp_path / "out", "--quiet") == 1
    shown = capsys.readouterr().out
    assert "a.jsonl:4: Expected `text` to be a text" in shown
    assert "... and 3 more" in shown
    assert "\x1b" not in shown
    write_jsonl(source, [{"text": None}])
    assert command("corpus", source, tmp_path / "none", "--quiet") == 2
    write_jsonl(source, [])
    with pytest.raises(BiasscoreError, match="records"):
        command("corpus", source, tmp_path / "nothing")


def test_articles_without_a_date_are_told_of(
    command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = ["2025-01-02", "3 March 2025", "", None, "2025-02-30"]
    records = [{**record, "date": days[number % 5]} for number, record in enumerate(articles(20))]
    source = write_jsonl(tmp_path / "a.jsonl", records)
    assert command("corpus", source, tmp_path / "out", "--shard-records=7", "--workers=1", "--quiet") == 0
    assert "8 of the dates are no days as YYYY-MM-DD" in capsys.readouterr().out
    assert (
        command("corpus", source, tmp_path / "out", "--shard-records=7", "--workers=1", "--resume", "--json", "--quiet")
        == 0
    )
    assert json.loads(capsys.readouterr().out)["no_days"] == 8
    assert command("report", tmp_path / "out", "--months") == 0
    assert "16 of 20 articles have no date (YYYY-MM-DD) and are in no month." in capsys.readouterr().out
    assert command("report", tmp_path / "out", "--json") == 0
    assert json.loads(capsys.readouterr().out)["undated"] == 16
    write_jsonl(source, articles(3))
    assert command("corpus", source, tmp_path / "none", "--quiet") == 0
    assert "dates" not in capsys.readouterr().out
    assert command("report", tmp_path / "none") == 0
    assert "have no date" not in capsys.readouterr().out
    assert command("report", tmp_path / "none", "--months") == 0
    assert "3 of 3 articles have no date" in capsys.readouterr().out


def test_a_target_blind_model_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
    command: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    classifiers = {"sentiment": {"model": "a/[b]", "target_blind": True, "notes": ["The self-check found 3%."]}}
    monkeypatch.setattr(FakeScorer, "provenance", replace(FakeScorer.provenance, classifiers=classifiers))
    source = write_jsonl(tmp_path / "a.jsonl", articles(3))
    assert command("corpus", source, tmp_path / "out", "--quiet") == 0
    wanted = ["The sentiment is target-blind: a/[b] does not know which actor is meant.", "The self-check found 3%."]
    assert capsys.readouterr().out.splitlines()[-2:] == [f"Note: {note}" for note in wanted]
    assert command("corpus", source, tmp_path / "out", "--quiet", "--resume", "--json") == 0
    assert json.loads(capsys.readouterr().out)["warnings"] == wanted
    assert command("report", tmp_path / "out") == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [f"Note: {note}" for note in wanted]
    assert command("report", tmp_path / "out", "--json") == 0
    assert json.loads(capsys.readouterr().out)["warnings"] == wanted


def test_flags_reach_the_settings(command: Callable[..., int], tmp_path: Path) -> None:
    records = [{"body": "Text one.", "key": "k", "paper": "P", "day": "2024-01-01", "head": "H"}]
    source = write_jsonl(tmp_path / "a.jsonl", records)
    flags = [
        f"--{role}-column={name}"
        for role, name in zip(("text", "id", "outlet", "date", "title"), records[0], strict=True)
    ]
    flags += ["--format=jsonl", "--no-metonyms", "--shard-records=5", "--workers=1", "--actors=UK,NATO"]
    flags += ["--max-ratio=50"]
    assert command("corpus", source, tmp_path / "out", *flags) == 0
    run_settings = json.loads((tmp_path / "out" / "_manifest.json").read_text())["run"]
    assert run_settings["measurement"]["metonyms"] is False
    assert run_settings["measurement"]["level"] == Measurement().level
    assert (run_settings["chunk_records"], run_settings["table_format"]) == (5, "jsonl")
    assert (run_settings["actors"], run_settings["limits"]["ratio"]) == (["UK", "NATO"], 50)
    row = json.loads((tmp_path / "out" / "articles" / "part-000000.jsonl").read_text().splitlines()[0])
    assert [row[name] for name in ("id", "outlet", "date", "title")] == ["k", "P", "2024-01-01", "H"]


def test_csv_is_safe_for_spreadsheets() -> None:
    formulas = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1", "－1"]
    table = pa.table({"group": [*formulas, "-1.5", "BBC", ""], "mean": [-0.5] * 12})
    cells = [row[0] for row in csv.reader(io.StringIO(csv_text(table), newline=""))][1:]
    assert cells == [*(f"'{text}" for text in formulas), "-1.5", "BBC", ""]


def test_an_executor_is_told_what_is_done(tmp_path: Path) -> None:
    """Finished shards are read and compared, but not scored."""
    source = write_jsonl(tmp_path / "a.jsonl", articles(30))
    run(source, tmp_path / "out")
    (tmp_path / "out" / "_shards" / "part-000001.json").unlink()
    asked: list[int] = []

    class Counting(FakeScorer):
        def score_chunk(self, chunk: Any) -> Any:
            asked.append(chunk.head.number)
            return super().score_chunk(chunk)

    before = content(tmp_path / "out")
    settings = CorpusSettings(chunk_records=10)
    run_corpus(open_source(source), tmp_path / "out", lambda r, s: Here(Counting()), settings=settings, resume=True)
    assert asked == [1]
    assert before.items() <= content(tmp_path / "out").items()
