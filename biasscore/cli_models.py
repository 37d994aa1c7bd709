"""The flags of the command line that say which model is used and how it is asked, and ``biasscore calibrate``."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from .checkpoint import Checkpoint, Kind, known_checkpoints, read_checkpoint
from .errors import ConfigError, Described, InputError, expected
from .labels import Task

if TYPE_CHECKING:
    from .actors import Actor
    from .config import Measurement
    from .scorer import Scorer

_DECIMALS: Final = 6


def add_model_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags to a command.

    Args:
        parser: The command's.
    """
    group = parser.add_argument_group(
        "model", "a folder, 'owner/model' of the Hugging Face hub, or a TOML file with the settings of a checkpoint"
    )
    group.add_argument("--model", default="default", metavar="M", help="for both tasks (default: %(default)s)")
    group.add_argument("--sentiment", metavar="M", help="for the sentiment alone")
    group.add_argument("--stance", metavar="M", help="for the stance alone")
    group.add_argument("--device", default="auto", metavar="D", help="auto, cpu, cuda, cuda:N (default: %(default)s)")
    group.add_argument("--named", action="store_true", help="show models of your own the actors' names")
    group.add_argument("--calibration", metavar="FILE", help="as written by `biasscore calibrate`")
    asked = parser.add_argument_group(
        "how a model of your own is asked",
        "of --model, or of the one that --sentiment, --stance or both name without it; not for TOML files",
    )
    asked.add_argument("--kind", choices=get_args(Kind), default="auto", help="default: found out if that is certain")
    asked.add_argument("--labels", metavar="MAP", help="such as LABEL_0=negative,LABEL_1=neutral,LABEL_2=positive")
    asked.add_argument("--neutral-band", type=float, metavar="B", help="for models of two classes, between 0 and 1")
    asked.add_argument("--markers", nargs=2, metavar=("BEFORE", "AFTER"), help="for models with a marked mention")
    asked.add_argument("--revision", metavar="R", help="branch, tag or commit of the hub")
    asked.add_argument("--language", metavar="L", help="of hypotheses and self-check (default: the model's, or en)")
    asked.add_argument("--no-self-check", action="store_true", help="do not score obvious sentences after loading")


def checkpoint_of(options: argparse.Namespace) -> Checkpoint:
    """The checkpoint that ``--model`` and its flags describe.

    Args:
        options: Parsed flags of `add_model_flags`.

    Returns:
        The checkpoint.

    Raises:
        ConfigError: A flag makes no sense, or goes with a TOML file.
    """
    return _checkpoint(options.model, _asked(options))


def _asked(options: argparse.Namespace) -> dict[str, Any]:
    """What the flags say of how a model is asked."""
    flags: dict[str, Any] = {}
    for name in ("neutral_band", "revision", "language"):
        if getattr(options, name) is not None:
            flags[name] = getattr(options, name)
    if options.kind != "auto":
        flags["kind"] = options.kind
    if options.labels:
        flags["labels"] = _label_map(options.labels)
    if options.markers:
        flags["markers"] = tuple(options.markers)
    if options.no_self_check:
        flags["self_check"] = False
    return flags


def _checkpoint(name: str, flags: dict[str, Any]) -> Checkpoint:
    if name.endswith(".toml"):
        if flags:
            advice = f"Write {', '.join(flags)} into the file."
            raise ConfigError(expected("flags", "none beside a TOML file", Described(", ".join(flags)), advice))
        return read_checkpoint(name)
    return Checkpoint(name, **flags)


def make_scorer(
    options: argparse.Namespace,
    actors: Sequence[str | Actor] | None = None,
    measurement: Measurement | None = None,
    *,
    blind: bool | None = None,
) -> Scorer:
    """Make the scorer that the flags describe.

    Args:
        options: Parsed flags of `add_model_flags`.
        actors: As for `biasscore.Scorer`.
        measurement: As for `biasscore.Scorer`.
        blind: Wins over ``--named``; for commands that try both.

    Returns:
        The scorer.

    Raises:
        BiasscoreError: As `biasscore.Scorer` does.
    """
    from .scorer import Scorer

    return Scorer(actors, device=options.device, measurement=measurement, **model_settings(options, blind=blind))


def model_settings(options: argparse.Namespace, *, blind: bool | None = None) -> dict[str, Any]:
    """The arguments of `biasscore.Scorer` that say which models are used and how they are asked.

    Args:
        options: Parsed flags of `add_model_flags`.
        blind: Wins over ``--named``; for commands that try both.

    Returns:
        ``model``, ``sentiment``, ``stance``, ``blind`` and ``calibration``.

    Raises:
        BiasscoreError: A flag makes no sense, or a file cannot be read.
    """
    flags = _asked(options)
    own = {name for name in (options.sentiment, options.stance) if name is not None}
    meant = flags if own and options.model == "default" else {}
    if meant and len(own) > 1:
        advice = "Write a TOML file for each, with what the flags say of it."
        raise ConfigError(expected(", ".join(flags), "for one model", Described(" and ".join(sorted(own))), advice))
    one, other = (
        None if name is None else _checkpoint(name, meant) if meant or name.endswith(".toml") else name
        for name in (options.sentiment, options.stance)
    )
    return {
        "model": _checkpoint(options.model, {} if meant else flags),
        "sentiment": one,
        "stance": other,
        "blind": blind if blind is not None else False if options.named else None,
        "calibration": options.calibration,
    }


def add_calibrate(commands: Any) -> None:
    """Add ``biasscore calibrate``.

    Args:
        commands: What ``add_subparsers`` gave.
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
    parser.set_defaults(run=run_calibrate)


def run_calibrate(options: argparse.Namespace) -> int:
    """Calibrate, write the file, say what it is worth.

    Args:
        options: Parsed flags.

    Returns:
        The exit code.

    Raises:
        InputError: The rows do not suffice, or the file cannot be written.
        ConfigError: The file that is there is no calibration.
    """
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


def audit_modes(options: argparse.Namespace) -> tuple[tuple[str, bool | None], ...]:
    """In which modes ``biasscore audit`` tries a model: blind and named, where it can be either.

    Args:
        options: Parsed flags of `add_model_flags`.

    Returns:
        Pairs of a title and ``blind`` for `make_scorer`.
    """
    chosen = (options.sentiment, options.stance)
    own = [name for name in (options.model, *chosen) if name is not None and name != "default"]
    if not own or (len(own) == 1 and _is_span(own[0])):
        return (("blind by construction", None),)
    return (("blind", True), ("named", False))


def _is_span(name: str) -> bool:
    """Whether a folder is of our own format, which never sees a name."""
    try:
        config = json.loads((Path(name) / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and str(config.get("format", "")).startswith("biasscore-span")


def _label_map(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(","):
        name, sign, label = part.partition("=")
        if not sign or not name.strip() or not label.strip():
            raise ConfigError(expected("labels", "NAME=LABEL,NAME=LABEL", text, "Write LABEL_0=negative,..."))
        found[name.strip()] = label.strip()
    return found


def checkpoint_table() -> str:
    """The known checkpoints as a table in Markdown, for the documentation.

    Returns:
        Lines with name, kind, languages, licence and note.
    """
    lines = ["| Checkpoint | Kind | Languages | Licence | Note |", "|---|---|---|---|---|"]
    for known in known_checkpoints().values():
        if known.refused is None:
            languages = ", ".join(known.languages)
            lines.append(f"| `{known.name}` | {known.kind} | {languages} | {known.licence} | {known.note} |")
    return "\n".join(lines)
