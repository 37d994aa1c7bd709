"""The command line: flags -> settings -> one call of the library -> text or JSON.

Exit codes: 0 all went well; 1 some of several articles could not be scored, or an actors file has collisions; 2 nothing
could be done; 130 interrupted; 141 the reader of the output went away. Whatever goes wrong is one line on stderr.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final, NoReturn

from .actors import (
    DEFAULT_ACTORS,
    Actor,
    Alias,
    Case,
    find_collisions,
    is_date,
    load_actors_file,
    load_catalogue,
    resolve,
    unquoted,
)
from .cli_corpus import add_parsers
from .cli_measurement import add_measurement_flags, add_prior_flags, measurement_of, priors_of
from .cli_models import add_calibrate, add_model_flags, audit_modes, make_scorer
from .errors import ActorError, BiasscoreError, ConfigError, InputError, expected
from .files import decode, read_bytes
from .labels import Task
from .mention_lexicon import find_shifted
from .profile import ArticleProfile
from .records import Article, Provenance

if TYPE_CHECKING:
    from .scorer import Scorer

_ALL_WELL, _SOME_BAD, _NOTHING_DONE, _INTERRUPTED, _NO_READER = 0, 1, 2, 130, 141
#: Rows that a target needs to have a line of its own in the table.
_TABLE_ROWS: Final = 10


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
        return stop.code if isinstance(stop.code, int) else _NOTHING_DONE
    except KeyboardInterrupt:
        _complain("interrupted")
        return _INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more when it ends: there must be somebody to take it.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NO_READER
    except BiasscoreError as error:
        _complain(str(error))
        return _NOTHING_DONE
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        advice = "Please report it; `python -X dev -m biasscore.cli` shows where it is."
        _complain(f"A mistake of biasscore, {type(error).__name__}: {str(error).rstrip('.')}. {advice}")
        return _NOTHING_DONE
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
    whom = score.add_mutually_exclusive_group()
    whom.add_argument("--actors", metavar="NAMES", help='such as: UK,NATO,"Jens Stoltenberg" (default: %(default)s)')
    whom.add_argument("--actors-file", metavar="FILE", help="TOML with a table [[actor]] for each")
    score.set_defaults(actors=",".join(DEFAULT_ACTORS))
    score.add_argument("--json", action="store_true", help="print one JSON object an article, one a line")
    score.add_argument("--date", type=_date, metavar="YYYY-MM-DD", help="when it was published: who is in office")
    add_measurement_flags(score)
    add_model_flags(score)
    score.set_defaults(run=_score)

    evaluate = commands.add_parser(
        "evaluate",
        help="compare the model with labels",
        description="Compare the model with labels: one JSON object a line, with text, spans, label and target.",
        allow_abbrev=False,
    )
    evaluate.add_argument("labelled", metavar="LABELLED.jsonl", help="labelled rows; - is stdin")
    evaluate.add_argument("--task", required=True, choices=[task.value for task in Task], help="what is labelled")
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")
    add_prior_flags(evaluate)
    add_model_flags(evaluate)
    evaluate.set_defaults(run=_evaluate)

    audit = commands.add_parser(
        "audit",
        help="put a model through behaviour tests",
        description="Put a model through behaviour tests: does it see who the actor is, can it tell two actors apart?",
        allow_abbrev=False,
    )
    audit.add_argument("--actors", metavar="NAMES", help="names as a text has them, without an article")
    audit.add_argument("--json", action="store_true", help="print one JSON object")
    add_model_flags(audit)
    audit.set_defaults(run=_audit)

    add_calibrate(commands)
    add_parsers(commands, split_names)

    actors = commands.add_parser("actors", help="show and check actors", description="Show and check actors.")
    kinds = actors.add_subparsers(required=True, metavar="COMMAND")
    kinds.add_parser("list", help="ids and names of all that are known").set_defaults(run=_list_actors)
    show = kinds.add_parser("show", help="all aliases of one of them")
    show.add_argument("name", metavar="NAME", help="an id, a name, a code or an alias")
    show.set_defaults(run=_show_actor)
    check = kinds.add_parser("check", help="look for collisions in an actors file")
    check.add_argument("file", metavar="FILE.toml")
    check.set_defaults(run=_check_actors)
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
    actors = load_actors_file(options.actors_file) if options.actors_file else split_names(options.actors)
    whom = resolve(actors)
    inputs = _Inputs(paths, options.date, measurement.max_chars)
    if len(paths) == 1:
        try:
            inputs = replace(inputs, held=inputs.read(0))
        except InputError as error:
            _complain(f"{paths[0]}: {error}")
            return _NOTHING_DONE
    from .terminal import open_console, rule, show

    scorer = make_scorer(options, whom, measurement)
    console = open_console(sys.stdout)
    bad = good = 0
    for profile in _profiles(scorer, inputs):
        if profile.error is not None:
            bad += 1
            _complain(f"{profile.id}: {profile.error}")
        if options.json and (profile.error is None or len(paths) > 1):
            _print_json(profile.to_dict())
        elif profile.error is None:
            if good:
                console.print(rule(console))
            show(profile, console)
        good += profile.error is None
        sys.stdout.flush()
    return _ALL_WELL if not bad else _SOME_BAD if good else _NOTHING_DONE


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


# --- evaluate --------------------------------------------------------------------------------------------------------


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
        _print_json({"task": task.value, **model, **figures})
    else:
        _print_figures(figures, task, name)
        for warning in warnings:
            print(_clean(f"Note: {warning}"))
    return _ALL_WELL


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


def _audit(options: argparse.Namespace) -> int:
    """Run the behaviour suite of the package."""
    from .audit import DEFAULT_NAMES, run_audit

    given = options.actors is not None
    names = [unquoted(name) for name in split_names(options.actors)] if given else list(DEFAULT_NAMES)
    reports = {title: run_audit(make_scorer(options, blind=blind), names) for title, blind in audit_modes(options)}
    if options.json:
        _print_json({title: report.to_dict() for title, report in reports.items()})
        return _ALL_WELL
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
    return _ALL_WELL


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


# --- actors ----------------------------------------------------------------------------------------------------------

_CASES: Final[Mapping[Case, str]] = {
    "any": "any case",
    "exact": "exactly as written",
    "capitalised": "with its capitals",
}


def _list_actors(_: argparse.Namespace) -> int:
    catalogue = load_catalogue()
    width = max(map(len, catalogue))
    for actor in catalogue.values():
        print(f"{actor.id:{width}}  {actor.name}")
    return _ALL_WELL


def _show_actor(options: argparse.Namespace) -> int:
    (actor,) = resolve([options.name])
    known = actor.id in load_catalogue()
    print(_clean(f"{actor.id}: {actor.name}") + ("" if known else " (not in the catalogue: made from its name)"))
    if not known and not actor.is_person:
        print("found by its name only, not surely a person: an actors file can say more")
    for title, words in (("codes", actor.codes), ("members", actor.members)):
        if words:
            print(_clean(f"{title}: {', '.join(words)}"))
    groups: dict[str, list[Alias]] = {}
    for alias in actor.aliases:
        groups.setdefault(alias.kind, []).append(alias)
    for kind, aliases in groups.items():
        print(f"\n{kind} ({len(aliases)})")
        width = min(max(len(alias.text) for alias in aliases), 40)
        for alias in aliases:
            print(f"  {_clean(alias.text):{width}}  {_CASES[alias.case]}{_clean(_conditions(alias))}")
    elsewhere = find_shifted(actor.id)
    if elsewhere:
        print(f"\nanother's ({len(elsewhere)}), where the words around say so")
        for word in elsewhere:
            print(f"  {_clean(word.title())}")
    if actor.anaphors:
        print(f"\nanaphor ({len(actor.anaphors)}), where it is the last fitting actor named")
        for anaphor in actor.anaphors:
            print(f"  {_clean(anaphor)}")
    if actor.is_person:
        print("\nanaphor (1), where nobody else can be meant\n  he or she")
    return _ALL_WELL


def _conditions(alias: Alias) -> str:
    term = ""
    if alias.from_date or alias.until:
        term = f", in office {' '.join(filter(None, [alias.from_date, 'to', alias.until or 'today']))}"
        term = term.replace("office to", "office until")
    near = ", only where the actor is named near" if alias.shared else ""
    return term + near + (f", only after {alias.after!r}" if alias.after else "")


def _check_actors(options: argparse.Namespace) -> int:
    """Load, compare each with each, and with the catalogue's actors that the file does not replace; look up members.

    Collisions within the file are errors; warnings tell of default actors, notes of others.
    """
    actors = load_actors_file(options.file)
    print(_clean(f"{len(actors)} actor{'s' * (len(actors) > 1)}: {', '.join(actor.id for actor in actors)}"))
    problems = [str(collision) for collision in find_collisions(actors)]
    if not problems:
        try:
            resolve(actors)
        except ActorError as error:
            problems = [str(error)]
    for problem in problems:
        print(_clean(f"collision: {problem}"))
    for line in (*_collisions_with_catalogue(actors), *_unknown_members(actors)):
        print(_clean(line))
    return _SOME_BAD if problems else _ALL_WELL


def _unknown_members(actors: Sequence[Actor]) -> Iterator[str]:
    known = {actor.id for actor in actors} | load_catalogue().keys()
    for actor in actors:
        for member in actor.members:
            if member not in known:
                yield f"warning: {member!r}, a member of {actor.id}, is the id of no actor of the file or the catalogue"


def _collisions_with_catalogue(actors: Sequence[Actor]) -> Iterator[str]:
    """What would be refused, or taken from one of two, if an actor that the file does not replace were measured too."""
    own = {actor.id for actor in actors}
    others = [actor for actor in load_catalogue().values() if actor.id not in own]
    for collision in find_collisions([*actors, *others]):
        first, second = collision.first, collision.second
        if (first in own) == (second in own):
            continue
        mine, other = (first, second) if first in own else (second, first)
        kinds = ("alias", "anaphor" if collision.anaphor else "alias")
        of_mine, of_other = kinds if first in own else kinds[::-1]
        shared = f"{collision.alias!r}, an {of_mine} of {mine}, is also an {of_other} of {other}"
        shared = f"{collision.alias!r} of {mine} is also an {of_other} of {other}" if of_mine == "alias" else shared
        if other in DEFAULT_ACTORS:
            yield f"warning: {shared}, a default actor"
        elif not collision.anaphor:
            yield f"note: {shared}, an actor of the catalogue"


# --- writing ---------------------------------------------------------------------------------------------------------

#: What may stand in a JSON string but not go to a terminal: DEL, C1, line separators, controls of direction, lone
#: surrogates.
_UNSAFE: Final = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _print_json(value: Mapping[str, Any]) -> None:
    unicode = (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not unicode, allow_nan=False)
    print(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def _clean(text: str) -> str:
    """What a user wrote, harmless for stdout."""
    from .terminal import printable

    return printable(text, sys.stdout.encoding or "utf-8")


def _complain(text: str) -> None:
    """Print one line on stderr."""
    from .terminal import printable

    print(printable(f"biasscore: {text}", sys.stderr.encoding or "utf-8"), file=sys.stderr)


class _Complaints(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _complain(record.getMessage())


@contextmanager
def _logging_to_stderr() -> Iterator[None]:
    """Show the warnings about labelled rows and models; those about articles come back in the profiles."""
    complaints = _Complaints(logging.WARNING)
    handlers = {
        "biasscore": logging.NullHandler(),
        "biasscore.labelled": complaints,
        "biasscore.models": complaints,
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
