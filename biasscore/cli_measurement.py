"""The flags of the command line that say what is measured: toward whom, which mentions count, what is expected."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Final

from .actors import DEFAULT_ACTORS, Actor, load_actors_file
from .config import Measurement
from .errors import ActorError, expected
from .labels import LABELS, Task


def add_actor_flags(parser: argparse.ArgumentParser) -> None:
    """Add ``--actors`` and ``--actors-file``.

    Args:
        parser: The command's.
    """
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument("--actors", metavar="NAMES", help='such as: UK,NATO,"Jens Stoltenberg" (default: %(default)s)')
    whom.add_argument("--actors-file", metavar="FILE", help="TOML with a table [[actor]] for each")
    parser.set_defaults(actors=",".join(DEFAULT_ACTORS))


def actors_of(options: argparse.Namespace) -> Sequence[str | Actor]:
    """Whom the flags ask for, not yet looked up.

    Args:
        options: Parsed flags of `add_actor_flags`.

    Returns:
        The names, or the actors of the file.

    Raises:
        ActorError: A quotation mark is never closed, or the file is none of actors.
    """
    return load_actors_file(options.actors_file) if options.actors_file else split_names(options.actors)


_NAME: Final = re.compile(
    r"""\s*(?P<name>"[^"]*"|“[^”]*”|«[^»]*»|'[^',]*'(?=\s*(?:,|$))|[^,"“«][^,]*|)\s*(?:,|$)""", re.DOTALL
)


def split_names(text: str) -> list[str]:
    """Split a list of names at its commas, but not inside quotation marks.

    Args:
        text: Such as ``UK,NATO,"Jens Stoltenberg"``.

    Returns:
        The names with their quotation marks, without white space around them; empty ones are left out.

    Raises:
        ActorError: A quotation mark is never closed, or something follows it before the comma.
    """
    names: list[str] = []
    position = 0
    while position < len(text):
        match = _NAME.match(text, position)
        if match is None:
            got = text[position:].strip()
            raise ActorError(expected("actors", "names between commas", got, "Close the quotation mark."))
        names.append(match["name"].strip())
        position = match.end()
    return [name for name in names if name]


def add_measurement_flags(parser: argparse.ArgumentParser) -> None:
    """Add all of them to a command that profiles articles.

    Args:
        parser: The command's.
    """
    parser.add_argument("--no-metonyms", action="store_true", help='"London" and "the Kremlin" are no mentions')
    parser.add_argument("--no-anaphors", action="store_true", help='"the republic" and "the alliance" are no mentions')
    add_prior_flags(parser)


def add_prior_flags(parser: argparse.ArgumentParser) -> None:
    """Add ``--sentiment-prior`` and ``--stance-prior``.

    Args:
        parser: The command's.
    """
    for task in Task:
        labels = ",".join(LABELS[task])
        parser.add_argument(
            f"--{task}-prior", type=_prior, metavar="P,P,P", help=f"shares of {labels} that are expected of the texts"
        )


def measurement_of(options: argparse.Namespace) -> Measurement:
    """What the flags of a command say.

    Args:
        options: Parsed flags of `add_measurement_flags`.

    Returns:
        The measurement; what has no flag is as by default.

    Raises:
        ConfigError: A prior is none.
    """
    return Measurement(
        metonyms=not options.no_metonyms,
        anaphors=not options.no_anaphors,
        sentiment_prior=options.sentiment_prior,
        stance_prior=options.stance_prior,
    )


def priors_of(options: argparse.Namespace) -> Measurement:
    """The same for a command whose mentions are given.

    Args:
        options: Parsed flags of `add_prior_flags`.

    Returns:
        The measurement; all else is as by default.

    Raises:
        ConfigError: A prior is none.
    """
    return Measurement(sentiment_prior=options.sentiment_prior, stance_prior=options.stance_prior)


def _prior(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(share) for share in text.split(","))  # whether they are a prior is for `Measurement` to say
    except ValueError as error:
        to_be = "three positive shares that sum to 1"
        raise argparse.ArgumentTypeError(expected("prior", to_be, text, "Write them as 0.2,0.6,0.2")) from error
