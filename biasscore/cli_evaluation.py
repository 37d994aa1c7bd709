"""The commands that judge a model: ``evaluate``, ``calibrate`` and ``audit``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from .actors import unquoted
from .cli_measurement import add_prior_flags, priors_of, split_names
from .cli_models import add_model_flags, audit_modes, make_scorer
from .cli_output import ALL_WELL, clean, print_json
from .errors import Described, InputError, expected
from .labels import Task

_DECIMALS: Final = 6
#: Rows that a target needs to have a line of its own in the table.
_TABLE_ROWS: Final = 10


def add_evaluation(commands: Any) -> None:
    """Add ``evaluate``, ``calibrate`` and ``audit`` to the commands of `biasscore.cli`.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` gave.
    """
    _add_evaluate(commands)
    _add_audit(commands)
    add_calibrate(commands)


def _add_evaluate(commands: Any) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="compare the model with labels",
        description="Compare the model with labels: one JSON object a line, with text, spans, label and target.",
        allow_abbrev=False,
    )
    parser.add_argument("labelled", metavar="LABELLED.jsonl", help="labelled rows; - is stdin")
    parser.add_argument("--task", required=True, choices=[task.value for task in Task], help="what is labelled")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_prior_flags(parser)
    add_model_flags(parser)
    parser.set_defaults(run=_evaluate)


def _add_audit(commands: Any) -> None:
    parser = commands.add_parser(
        "audit",
        help="put a model through behaviour tests",
        description="Put a model through behaviour tests: does it see who the actor is, can it tell two actors apart?",
        allow_abbrev=False,
    )
    parser.add_argument("--actors", metavar="NAMES", help="names as a text has them, without an article")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_model_flags(parser)
    parser.set_defaults(run=_audit)


def add_calibrate(commands: Any) -> None:
    """Add ``calibrate`` alone.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` gave.
    """
    parser = commands.add_parser(
        "calibrate",
        help="fit a model's probabilities to labels",
        description="Fit a model's probabilities to labels: one JSON object a line, with text, spans and label.",
        allow_abbrev=False,
    )
    parser.add_argument("labelled", metavar="LABELLED.jsonl", help="labelled rows; - is stdin")
    parser.add_argument("--task", required=True, choices=[task.value for task in Task], help="what is labelled")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="where it goes; the other task is kept")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_model_flags(parser)
    parser.set_defaults(run=_calibrate)


def _evaluate(options: argparse.Namespace) -> int:
    """Score each row's target and compare."""
    from .evaluation import evaluate
    from .labelled import read_labelled, warn_of_skipped

    task = Task(options.task)
    rows, skipped = read_labelled(options.labelled, task)
    warn_of_skipped(skipped)
    scorer = make_scorer(options, measurement=priors_of(options))
    try:
        figures = evaluate(scorer, rows, task, skipped=len(skipped))
    except InputError as error:
        raise InputError(f"{options.labelled}: {error}") from error
    name, weights = scorer.identities[task]
    classifiers = {key: told for key, told in scorer.provenance.classifiers.items() if key == task.value}
    warnings = replace(scorer.provenance, classifiers=classifiers).warnings
    if options.json:
        blind = bool(classifiers.get(task.value, {}).get("target_blind"))
        model = {"model": name, "weights": weights, "target_blind": blind, "warnings": list(warnings)}
        print_json({"task": task.value, **model, **figures})
    else:
        _print_figures(figures, task, name)
        for warning in warnings:
            print(clean(f"Note: {warning}"))
    return ALL_WELL


def _print_figures(figures: Mapping[str, Any], task: Task, model: str) -> None:
    from rich.table import Table

    from .terminal import cut, open_console

    console = open_console(sys.stdout)

    def table(*titles: str) -> Table:
        made = Table()
        for index, title in enumerate(titles):
            made.add_column(title, justify="right" if index else "left")
        return made

    whole = table(task.value, "value")
    whole.add_row("model", cut(model, 40, console.encoding))
    whole.add_row("rows", f"{figures['n']:,}")
    whole.add_row("skipped", f"{figures['skipped']:,}")
    whole.add_row("macro-F1", _shown(figures["macro_f1"]))
    for name, value in figures["f1_per_class"].items():
        whole.add_row(f"  F1 {name}", _shown(value))
    whole.add_row("accuracy", _shown(figures["accuracy"]))
    whole.add_row("calibration error", _shown(figures["ece"]))
    console.print(whole)
    sure = table("confidence", "n", "mean confidence", "accuracy")
    for row in figures["reliability"]:
        edges = f"{row['low']:.2f} to {row['high']:.2f}"
        sure.add_row(edges, f"{row['n']:,}", _shown(row["confidence"]), _shown(row["accuracy"]))
    console.print(sure)
    targets = {name: row for name, row in figures["per_target"].items() if row["n"] >= _TABLE_ROWS}
    if targets:
        each = table("target", "n", "accuracy", "macro-F1")
        for name, row in targets.items():
            each.add_row(
                cut(name, 40, console.encoding), f"{row['n']:,}", _shown(row["accuracy"]), _shown(row["macro_f1"])
            )
        console.print(each)


def _calibrate(options: argparse.Namespace) -> int:
    """Calibrate, write the file, say what it is worth."""
    import numpy as np

    from .calibrating import calibrate
    from .calibration import read_calibration, write_calibration
    from .labelled import read_labelled, warn_of_skipped

    task = Task(options.task)
    output = Path(options.output)
    special = output.exists() and not output.is_file()  # a pipe would wait for what it is to be given
    if special or not os.access(output.parent, os.W_OK):
        got = Described("something else" if special else "one whose folder is not there, or cannot be written")
        raise InputError(expected(str(output), "a file that can be written", got, "Check the path."))
    rows, skipped = read_labelled(options.labelled, task)
    warn_of_skipped(skipped)
    if not rows:
        advice = "Each needs a text, a span within it and a label."
        raise InputError(expected(options.labelled, "a file with at least one row of use", Described("none"), advice))
    # What is in the way is found before the model is loaded, which takes seconds.
    entries = read_calibration(options.output) if Path(options.output).exists() else {}
    gold = np.array([row.label for row in rows], np.int64)
    report = calibrate(make_scorer(options), [row.text for row in rows], [row.spans for row in rows], gold, task)
    write_calibration(options.output, {**entries, task: report.entry})
    figures = {name: None if value is None else round(value, _DECIMALS) for name, value in report.figures.items()}
    if options.json:
        calibration = report.entry.calibration
        print(json.dumps({**asdict(calibration), **figures}))
    else:
        print(f"{options.output}: {task.value} from {figures['n']:,} rows")
        for title, key in (("calibration error", "ece"), ("macro-F1         ", "macro_f1")):
            after = figures[f"{key}_after"]
            print(f"{title} {figures[f'{key}_before']:.3f} -> {'?' if after is None else f'{after:.3f}'}")
        crossed = figures["ece_after"] is not None
        print("cross-validated" if crossed else "not cross-validated: each label needs 7 rows for that")
    return 0


def _audit(options: argparse.Namespace) -> int:
    """Run the behaviour suite of the package."""
    from .audit import DEFAULT_NAMES, run_audit

    given = options.actors is not None
    names = [unquoted(name) for name in split_names(options.actors)] if given else list(DEFAULT_NAMES)
    reports = {title: run_audit(make_scorer(options, blind=blind), names) for title, blind in audit_modes(options)}
    if options.json:
        print_json({title: report.to_dict() for title, report in reports.items()})
        return ALL_WELL
    from rich.table import Table

    from .terminal import open_console

    for title, report in reports.items():
        heading, *rows = report.rows()
        table = Table(title=title)
        for number, name in enumerate(heading):
            table.add_column(name, justify="right" if number > 2 else "left")
        for row in rows:
            table.add_row(*row)
        open_console(sys.stdout).print(table)
    return ALL_WELL


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
