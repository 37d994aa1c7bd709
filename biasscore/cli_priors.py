"""The command ``priors``: articles of a corpus -> the shares of labels to score it with."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from .actors import resolve
from .cli_corpus import add_column_flags, columns_of
from .cli_measurement import actors_of, add_actor_flags
from .cli_models import add_model_flags, make_scorer
from .cli_output import ALL_WELL, SOME_BAD, print_json
from .errors import InputError, expected
from .labels import LABELS, Task

if TYPE_CHECKING:
    from .priors import Priors
    from .reading import Failure, Reading
    from .records import Article

_LOG = logging.getLogger(__name__)
#: Records that cannot be read and are named.
_NAMED: Final = 5
#: Articles that are scored unless a number is given: a few thousand mentions, a minute or two.
_ARTICLES: Final = 500


def add_priors(commands: Any) -> None:
    """Add ``priors`` to the commands of `biasscore.cli`.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` gave.
    """
    parser = commands.add_parser(
        "priors",
        help="estimate the shares of labels in a corpus",
        description="Estimate, without labels, what share of a corpus's mentions is negative, neutral and positive.",
        allow_abbrev=False,
    )
    parser.add_argument("input", nargs="+", metavar="IN", help="files, folders, globs, or hf:NAME[:CONFIG]")
    parser.add_argument(
        "--articles", type=int, default=_ARTICLES, metavar="N", help="score the first N (default: %(default)s)"
    )
    add_actor_flags(parser)
    add_column_flags(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_model_flags(parser)
    parser.set_defaults(run=_priors)


def _priors(options: argparse.Namespace) -> int:
    if options.articles < 1:
        raise InputError(expected("--articles", "at least 1", options.articles, "Some hundred will do."))
    whom = resolve(actors_of(options))
    from .priors import estimate_priors
    from .reading import Reading
    from .sources import open_source

    given: list[str] = options.input
    source = open_source(given[0] if len(given) == 1 else given, split=options.split)
    unread: list[Failure] = []
    articles = islice(_articles(Reading(source, columns_of(options)), unread), options.articles)
    found = estimate_priors(articles, make_scorer(options, whom))
    for failure in unread[:_NAMED]:
        _LOG.warning("%s:%s: %s", failure.file, failure.position, failure.reason)
    found = replace(found, failures=found.failures + len(unread))
    if options.json:
        print_json(found.to_dict())
    else:
        _print_priors(found)
    return ALL_WELL if not found.failures else SOME_BAD


def _articles(reading: Reading, unread: list[Failure]) -> Iterator[Article]:
    """The articles of an input; its records that are none are added to ``unread``."""
    from .tables import articles_of

    for chunk in reading.chunks():
        unread.extend(chunk.failures)
        yield from articles_of(chunk)


def _print_priors(found: Priors) -> None:
    from .terminal import open_console

    console = open_console(sys.stdout)
    failed = f", {found.failures:,} failed" if found.failures else ""
    console.print(f"{found.sentences:,} sentences and actors in {found.articles:,} articles{failed}", highlight=False)
    for task in Task:
        shares = found.shares.get(task)
        if shares is None:
            console.print(f"{task.value}: the model states no prior to set out from", highlight=False)
            continue
        parts = [
            f"{label} {share:.3f} ({before:.3f})"
            for label, share, before in zip(LABELS[task], shares, found.assumed[task], strict=True)
        ]
        console.print(f"{task.value}: {', '.join(parts)}", highlight=False, soft_wrap=True)
    for note in found.warnings:
        console.print(f"Note: {note}", highlight=False, soft_wrap=True)
    console.print("In brackets: what the model expects by itself. To score with what was found:", highlight=False)
    flags = [f"--{task.value}-prior {_flag(shares)}" for task, shares in found.shares.items()]
    console.print(f"  {' '.join(flags)}", highlight=False, soft_wrap=True)


def _flag(shares: tuple[float, float, float]) -> str:
    """Three decimals that sum to 1: the middle takes what rounding leaves."""
    first, last = round(max(shares[0], 0.001), 3), round(max(shares[2], 0.001), 3)
    return f"{first:.3f},{1 - first - last:.3f},{last:.3f}"
