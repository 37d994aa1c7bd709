"""The flags of the command line that say which model is used and how it is asked."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from .checkpoint import Checkpoint, Kind, known_checkpoints, read_checkpoint
from .errors import ConfigError, Described, expected

if TYPE_CHECKING:
    from .actors import Actor
    from .config import Measurement
    from .scorer import Scorer


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
