"""The flags of the command line that say what is measured: which mentions count, and which labels are expected."""

from __future__ import annotations

import argparse

from .config import Measurement
from .errors import expected
from .labels import LABELS, Task


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
