"""The commands ``corpus`` and ``report``: flags -> settings -> one call of the library -> a summary."""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .actors import resolve
from .cli_measurement import actors_of, add_actor_flags, add_measurement_flags, measurement_of
from .cli_models import add_model_flags, model_settings
from .cli_output import ALL_WELL, NOTHING_DONE, SOME_BAD
from .errors import Described, InputError, expected

if TYPE_CHECKING:
    import pyarrow as pa

    from .comparison import Comparison
    from .schema import Columns
    from .writing import Totals

#: Failures named in the summary.
_NAMED: Final = 5
#: Differences shown in the terminal.
_SHOWN: Final = 20
#: Groups that the table of months has room for.
_MONTH_GROUPS: Final = 6
#: What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), full-width forms included.
_FORMULA: Final = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)


def add_parsers(commands: Any) -> None:
    """Add ``corpus`` and ``report`` to the commands of `biasscore.cli`.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` gave.
    """
    add_corpus(commands)
    add_report(commands)


def add_corpus(commands: Any) -> None:
    """Add ``corpus``.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` gave.
    """
    parser = commands.add_parser(
        "corpus",
        help="score a corpus into a folder of tables",
        description="Score a corpus: JSONL, CSV (both also .gz, .zst), Parquet, folders and globs of them, or hf:NAME.",
        allow_abbrev=False,
    )
    parser.add_argument("input", nargs="+", metavar="IN", help="files, folders, globs, or hf:NAME[:CONFIG]")
    parser.add_argument("output", metavar="OUT", help="a folder for the tables articles, mentions and failures")
    parser.add_argument("--resume", action="store_true", help="go on with what is in OUT")
    add_actor_flags(parser)
    add_column_flags(parser)
    parser.add_argument("--format", choices=["parquet", "jsonl"], default="parquet", help="default: %(default)s")
    parser.add_argument("--shard-records", type=int, metavar="N", help="records of a shard (default: 2048)")
    parser.add_argument(
        "--max-ratio",
        type=int,
        metavar="N",
        help="how many times its size a compressed file may have when it is read (default: 200)",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, metavar="N", help="processes (default: one a GPU, or one a core)")
    where.add_argument("--ray", metavar="ADDRESS", help="run on Ray: auto, local or an address")
    add_measurement_flags(parser)
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.add_argument("--json", action="store_true", help="print the totals as one JSON object")
    add_model_flags(parser)
    parser.set_defaults(run=_corpus)


def add_column_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say where in the input the articles are.

    Args:
        parser: The command's.
    """
    for role in ("text", "id", "title", "date", "outlet"):
        parser.add_argument(f"--{role}-column", default=role, metavar="NAME", help=f"default: {role}")
    parser.add_argument("--split", default="train", metavar="NAME", help="split of a data set (default: %(default)s)")


def columns_of(options: argparse.Namespace) -> Columns:
    """The columns that the flags name.

    Args:
        options: Parsed flags of `add_column_flags`.

    Returns:
        Which column has which role.
    """
    from .schema import Columns

    return Columns(
        options.text_column, options.id_column, options.title_column, options.date_column, options.outlet_column
    )


def add_report(commands: Any) -> None:
    """Add ``report``.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` gave.
    """
    parser = commands.add_parser(
        "report",
        help="compare the outlets of a scored corpus",
        description="Compare groups of articles: means and differences with intervals that respect articles, months.",
        allow_abbrev=False,
    )
    parser.add_argument("folder", metavar="OUT", help="what `biasscore corpus` wrote")
    parser.add_argument("--by", default="outlet", metavar="COLUMN", help="tells groups apart (default: %(default)s)")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="write the tables there, as CSV and Parquet")
    parser.add_argument(
        "--weights", choices=["sentences", "articles"], default="sentences", help="what counts the same each"
    )
    parser.add_argument(
        "--differences", choices=["pairs", "rest"], default="pairs", help="all pairs, or each group and all others"
    )
    parser.add_argument("--correction", choices=["holm", "bh"], default="holm", help="of p-values for being many")
    parser.add_argument("--level", type=float, default=0.95, metavar="P", help="of intervals (default: %(default)s)")
    parser.add_argument("--months", action="store_true", help="show the months too")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_report)


# --- corpus ----------------------------------------------------------------------------------------------------------


def _corpus(options: argparse.Namespace) -> int:
    actors = actors_of(options)
    resolve(actors)  # what can be refused without the model is refused before it is loaded
    from .corpus import CorpusSettings, score_corpus
    from .progress import Display
    from .reading import CHUNK_RECORDS
    from .records import Provenance
    from .streams import Limits
    from .writing import read_manifest

    given: list[str] = options.input
    source: object = given[0] if len(given) == 1 else given
    settings = CorpusSettings(
        columns=columns_of(options),
        limits=Limits() if options.max_ratio is None else Limits(ratio=options.max_ratio),
        chunk_records=CHUNK_RECORDS if options.shard_records is None else options.shard_records,
        table_format=options.format,
    )
    measurement = measurement_of(options)
    with Display() as display:
        common: dict[str, Any] = {
            "actors": actors,
            **model_settings(options),
            "device": options.device,
            "measurement": measurement,
            "settings": settings,
            "split": options.split,
            "resume": options.resume,
            "watch": None if options.quiet else display.update,
        }
        if options.ray:
            from .distributed import score_corpus_on_ray

            totals = score_corpus_on_ray(source, options.output, address=options.ray, **common)
        else:
            totals = score_corpus(source, options.output, workers=options.workers, **common)
    notes = Provenance(**read_manifest(Path(options.output))["run"]["provenance"]).warnings
    if options.json:
        print(json.dumps({**asdict(totals), "warnings": notes}))
    else:
        _print_summary(Path(options.output), totals, notes)
    if not totals.records:
        raise InputError(expected("source", "records", Described("none"), "Check the path."))
    return ALL_WELL if not totals.failures else SOME_BAD if totals.articles else NOTHING_DONE


def _print_summary(folder: Path, totals: Totals, notes: Sequence[str]) -> None:
    from .results import read_shards
    from .terminal import open_console, printable

    console = open_console(sys.stdout)
    console.print(
        f"{totals.records:,} records: {totals.articles:,} articles scored, {totals.mentions:,} mentions, "
        f"{totals.failures:,} failures, {totals.shards:,} shards",
        soft_wrap=True,
    )
    left = min(totals.failures, _NAMED)
    for table in read_shards(folder, "failures", ["file", "position", "reason"]) if left else ():
        for row in table.slice(0, left).to_pylist():
            place = ":".join(str(part) for part in (row["file"], row["position"]) if part is not None)
            console.print(printable(f"  {place}: {row['reason']}", console.encoding), soft_wrap=True)
        left -= min(left, table.num_rows)
        if not left:
            break
    if totals.failures > _NAMED:
        console.print(f"  ... and {totals.failures - _NAMED:,} more in the table failures", soft_wrap=True)
    if totals.no_days:
        text = f"{totals.no_days:,} of the dates are no days as YYYY-MM-DD: these articles count as undated."
        console.print(text, soft_wrap=True)
    for note in notes:
        console.print(printable(f"Note: {note}", console.encoding), soft_wrap=True, markup=False)


# --- report ----------------------------------------------------------------------------------------------------------


def _report(options: argparse.Namespace) -> int:
    from .comparison import compare
    from .terminal import open_console, printable
    from .writing import is_complete

    unfinished = not is_complete(Path(options.folder))
    if unfinished:
        print("biasscore: the run is unfinished: this is of its finished shards only.", file=sys.stderr)
    comparison = compare(
        options.folder,
        options.by,
        weights=options.weights,
        differences=options.differences,
        correction=options.correction,
        level=options.level,
    )
    if comparison.means.num_rows == 0:
        got = f"none ({comparison.left_out} rows in no group)"
        raise InputError(f"Expected `{options.by}` to tell groups of articles apart, got {got}. Name another column.")
    if options.output:
        write_tables(comparison, Path(options.output))
    undated, articles = _undated(Path(options.folder)) if options.json or options.months else (0, 0)
    if options.json:
        found = {name: table.to_pylist() for name, table in comparison.named().items()}
        told = {"by": comparison.by, "level": comparison.level, "left_out": comparison.left_out}
        notes = {"warnings": list(comparison.warnings)}
        print(json.dumps({**told, **notes, "undated": undated, "unfinished": unfinished, **found}))
    else:
        _print_comparison(comparison, months=options.months)
        console = open_console(sys.stdout)
        for note in comparison.warnings:
            console.print(printable(f"Note: {note}", console.encoding), soft_wrap=True, markup=False)
        if undated:
            print(f"{undated:,} of {articles:,} articles have no date (YYYY-MM-DD) and are in no month.")
    return ALL_WELL


def _undated(folder: Path) -> tuple[int, int]:
    """Articles without a date, and all of them."""
    import pyarrow.compute as pc

    from .results import read_shards

    undated = articles = 0
    for table in read_shards(folder, "articles", ["id", "date"]):  # no article is in two shards
        undated += pc.count_distinct(table["id"].filter(pc.is_null(table["date"]))).as_py()
        articles += pc.count_distinct(table["id"]).as_py()
    return undated, articles


def write_tables(comparison: Comparison, folder: Path) -> None:
    """Write a comparison as ``means``, ``differences`` and ``months``, each ``.csv`` and ``.parquet``.

    In CSV a text that a spreadsheet would take for a formula gets a ``'`` before it.

    Args:
        comparison: It.
        folder: Made if it is not there; files of these names are replaced.

    Raises:
        OutputError: A file cannot be written.
    """
    import pyarrow.parquet as pq

    from .disk import Disk, failure, write_file

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failure(folder, error) from error
    for name, table in comparison.named().items():
        write_file(Disk(), folder / f"{name}.csv", csv_text(table).encode())
        unfinished = io.BytesIO()
        pq.write_table(table, unfinished)
        write_file(Disk(), folder / f"{name}.parquet", unfinished.getvalue())


def csv_text(table: pa.Table) -> str:
    """A table as CSV that is safe to open in a spreadsheet.

    Args:
        table: Numbers, truth values and texts.

    Returns:
        Header and rows; null is an empty field.
    """
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([_safe(value) for value in row.values()])
    return sink.getvalue()


def _safe(value: object) -> object:
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _print_comparison(comparison: Comparison, *, months: bool) -> None:
    from rich.table import Table

    from .terminal import cut, open_console

    console = open_console(sys.stdout)

    def table(title: str, *names: str) -> Table:
        made = Table(title=title, title_justify="left")
        for name in names:
            text = name in {"task", "actor", comparison.by, "first", "second", "month"}
            made.add_column(name, justify="left" if text else "right")
        return made

    def name(value: str) -> str:
        return cut(value, 32, console.encoding)

    for task in dict.fromkeys(comparison.means["task"].to_pylist()):
        shown = table(task, "actor", comparison.by, "mean", "interval", "articles", "sentences")
        for row in comparison.means.to_pylist():
            if row["task"] == task:
                counts = f"{row['articles']:,}", f"{row['sentences']:,}"
                shown.add_row(name(row["actor"]), name(row["group"]), _score(row["mean"]), _interval(row), *counts)
        console.print(shown)
    rows = [row for row in comparison.differences.to_pylist() if row["certain"]]
    rows.sort(key=lambda row: -abs(row["difference"]))
    tested = sum(row["p"] is not None for row in comparison.differences.to_pylist())
    if rows:
        shown = table(
            f"differences beyond chance: {len(rows):,} of {tested:,}",
            *("task", "actor", "first", "second", "difference", "interval", "p corrected"),
        )
        for row in rows[:_SHOWN]:
            names = [name(row[key]) for key in ("task", "actor", "first", "second")]
            p = "<0.001" if row["p_corrected"] < 0.001 else f"{row['p_corrected']:.3f}"
            shown.add_row(*names, _score(row["difference"]), _interval(row), p)
        console.print(shown)
        if len(rows) > _SHOWN:
            console.print(f"... and {len(rows) - _SHOWN:,} more: write them with -o", soft_wrap=True)
    else:
        console.print(f"No difference between groups is beyond chance, of {tested:,} tested.", soft_wrap=True)
    if months:
        _print_months(comparison, table, name, console.print)
    if comparison.left_out:
        console.print(f"{comparison.left_out:,} rows are in no group and were left out.", soft_wrap=True)


def _print_months(
    comparison: Comparison, table: Callable[..., Any], name: Callable[[str], str], show: Callable[..., None]
) -> None:
    rows = comparison.months.to_pylist()
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row["group"]] = sizes.get(row["group"], 0) + row["articles"]
    groups = sorted(sorted(sizes), key=lambda group: -sizes[group])[:_MONTH_GROUPS]
    cells = {(row["task"], row["actor"], row["month"], row["group"]): row["mean"] for row in rows}
    for task, actor in dict.fromkeys((row["task"], row["actor"]) for row in rows):
        shown = table(f"{task}, {name(actor)}, by month", "month", *map(name, groups))
        for month in sorted({row["month"] for row in rows}):
            means = [cells.get((task, actor, month, group)) for group in groups]
            if any(mean is not None for mean in means):
                shown.add_row(month, *("" if mean is None else _score(mean) for mean in means))
        show(shown)
    if len(sizes) > len(groups):
        show(f"Months of the {len(groups)} largest of {len(sizes)} groups; all of them are written with -o.")


def _score(value: float) -> str:
    text = f"{value:+.2f}"
    return text if text[1:] != "0.00" else "0.00"


def _interval(row: dict[str, Any]) -> str:
    return "" if row["low"] is None else f"[{_score(row['low'])}, {_score(row['high'])}]"
