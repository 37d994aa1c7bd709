"""The command line: flags -> settings -> one call of the library -> text or JSON.

Exit codes: 0 all went well; 1 some of several articles could not be scored, or an actors file has collisions; 2 nothing
could be done; 130 interrupted; 141 the reader of the output went away. Whatever goes wrong is one line on stderr.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

from .actors import is_date, resolve
from .cli_actors import add_actors
from .cli_corpus import add_parsers
from .cli_evaluation import add_evaluation
from .cli_measurement import actors_of, add_actor_flags, add_measurement_flags, measurement_of
from .cli_models import add_model_flags, make_scorer
from .cli_output import ALL_WELL, NOTHING_DONE, SOME_BAD, complain, print_json
from .cli_priors import add_priors
from .errors import BiasscoreError, ConfigError, InputError, expected
from .files import decode, read_bytes
from .profile import ArticleProfile
from .records import Article, Provenance

if TYPE_CHECKING:
    from .scorer import Scorer

_INTERRUPTED, _NO_READER = 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Without the program's name; None takes the process's own.

    Returns:
        The exit code: see the top of this file.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Cyrillic shows question marks
    try:
        options = _parser().parse_args(arguments)
        with _logging_to_stderr():
            code: int = options.run(options)
        sys.stdout.flush()
    except SystemExit as stop:  # argparse after --help and --version
        return stop.code if isinstance(stop.code, int) else NOTHING_DONE
    except KeyboardInterrupt:
        complain("interrupted")
        return _INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more when it ends: there must be somebody to take it.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NO_READER
    except BiasscoreError as error:
        complain(str(error))
        return NOTHING_DONE
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        advice = "Please report it; `python -X dev -m biasscore.cli` shows where it is."
        complain(f"A mistake of biasscore, {type(error).__name__}: {str(error).rstrip('.')}. {advice}")
        return NOTHING_DONE
    return code


# --- flags -----------------------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Complains in one line."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message}. `{self.prog} --help` shows how.")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"biasscore {version('biasscore')}")
        parser.exit()


def _parser() -> _Parser:
    parser = _Parser(prog="biasscore", description="Measure how news articles treat actors.", allow_abbrev=False)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    score = commands.add_parser("score", help="profile articles", description="Profile articles.", allow_abbrev=False)
    score.add_argument("articles", nargs="+", metavar="ARTICLE", help="a text file in UTF-8 or UTF-16; - is stdin")
    add_actor_flags(score)
    score.add_argument("--json", action="store_true", help="print one JSON object an article, one a line")
    score.add_argument("--date", type=_date, metavar="YYYY-MM-DD", help="when it was published: who is in office")
    add_measurement_flags(score)
    add_model_flags(score)
    score.set_defaults(run=_score)

    add_evaluation(commands)
    add_priors(commands)
    add_parsers(commands)

    add_actors(commands)
    return parser


def _date(text: str) -> str:
    if not is_date(text):
        raise argparse.ArgumentTypeError(expected("date", "a day as YYYY-MM-DD", text, "Correct it"))
    return text


# --- score -----------------------------------------------------------------------------------------------------------


def _score(options: argparse.Namespace) -> int:
    """Profile the articles in their order, each as soon as it is there."""
    paths: list[str] = options.articles
    measurement = measurement_of(options)
    # What can be refused without the model is refused before it is loaded, which takes seconds.
    whom = resolve(actors_of(options))
    inputs = _Inputs(paths, options.date, measurement.max_chars)
    if len(paths) == 1:
        try:
            inputs = replace(inputs, held=inputs.read(0))
        except InputError as error:
            complain(f"{paths[0]}: {error}")
            return NOTHING_DONE
    from .terminal import open_console, rule, show

    scorer = make_scorer(options, whom, measurement)
    console = open_console(sys.stdout)
    bad = good = 0
    for profile in _profiles(scorer, inputs):
        if profile.error is not None:
            bad += 1
            complain(f"{profile.id}: {profile.error}")
        if options.json and (profile.error is None or len(paths) > 1):
            print_json(profile.to_dict())
        elif profile.error is None:
            if good:
                console.print(rule(console))
            show(profile, console)
        good += profile.error is None
        sys.stdout.flush()
    return ALL_WELL if not bad else SOME_BAD if good else NOTHING_DONE


@dataclass(frozen=True, slots=True)
class _Inputs:
    """The articles of the command line.

    Attributes:
        paths: Where they are; "-" is stdin.
        date: When they were published.
        max_chars: Longest text.
        held: The only one of them, if it was read already.
    """

    paths: Sequence[str]
    date: str | None
    max_chars: int
    held: Article | None = None

    def read(self, position: int) -> Article:
        """Read one of them.

        Raises:
            InputError: It cannot be read, or is no text.
        """
        if self.held is not None:
            return self.held
        path = self.paths[position]
        limit = 4 * self.max_chars + 4  # bytes: a character and the byte order mark have four at most
        raw = read_bytes(path, limit + 1)
        if len(raw) > limit:
            raise InputError(f"Expected `text` to be at most {self.max_chars:,} characters, got more. Split it.")
        text = decode(raw)
        if not text.strip():
            got = "white space only" if text else "an empty file"
            raise InputError(f"Expected `text` to be an article, got {got}. Check the path.")
        return Article(text, id=path, date=self.date)

    def failed(self, position: int, provenance: Provenance, reason: str) -> ArticleProfile:
        """The profile of one that cannot be read."""
        return ArticleProfile.failed(self.paths[position], None, provenance, reason, date=self.date)


def _profiles(scorer: Scorer, inputs: _Inputs) -> Iterator[ArticleProfile]:
    """Score what can be read; what cannot comes back as a failed profile in its place."""
    failures: dict[int, str] = {}

    def readable() -> Iterator[Article]:
        for position in range(len(inputs.paths)):
            try:
                yield inputs.read(position)
            except InputError as error:
                failures[position] = str(error)

    position = 0
    # The scorer reads ahead and keeps the order: when it answers, all articles before that one have been read.
    for profile in scorer.score_many(readable()):
        while position in failures:
            yield inputs.failed(position, scorer.provenance, failures[position])
            position += 1
        yield profile
        position += 1
    for last in range(position, len(inputs.paths)):
        yield inputs.failed(last, scorer.provenance, failures[last])


# --- writing ---------------------------------------------------------------------------------------------------------


class _Complaints(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        complain(record.getMessage())


@contextmanager
def _logging_to_stderr() -> Iterator[None]:
    """Show the warnings about files and rows of an input and models; those about articles come back in the profiles."""
    complaints = _Complaints(logging.WARNING)
    handlers = {
        "biasscore": logging.NullHandler(),
        "biasscore.calibrating": complaints,
        "biasscore.labelled": complaints,
        "biasscore.cli_priors": complaints,
        "biasscore.models": complaints,
        "biasscore.sources": complaints,
    }
    for name, handler in handlers.items():
        logging.getLogger(name).addHandler(handler)
    try:
        yield
    finally:
        for name, handler in handlers.items():
            logging.getLogger(name).removeHandler(handler)


if __name__ == "__main__":
    sys.exit(main())
