"""How right the numbers are, on every labelled set, beside baselines.

    python -m benchmarks.accuracy --data PATH [--model M] [--half development|test] [--sets newsmtsc,gold]
        [--baselines] [--probe FOLDER] [--blind FOLDER] [--shares] [--json FILE]

PATH is the folder with ``newsmtsc/``, ``dse/`` and ``unscon/``; gold is the repository's own. Everything goes through
`biasscore.Scorer` as it is shipped, with its calibration. Sets: `benchmarks.accuracy.sets`. The rows, documented key by
key in `benchmarks.accuracy.figures.Row`, are written as a JSON list, one row a line, to
``benchmarks/accuracy/results/MODEL.HALF.json`` or to ``--json FILE``.

Baselines: *majority*, the most frequent label of the set; *VADER* on the sentence (``pip install vaderSentiment``); *no
target*, the same encoder trained and asked with the actor mark in front of the sentence instead of on the actor (a
checkpoint folder, ``--blind``); *probe*, the recipe of that name (``--probe``), which has no stance head to speak of.

With ``--shares`` there are rows of the same model that was told the shares of each set's labels (``sentiment_prior``
and ``stance_prior`` of `biasscore.Measurement`), as somebody who knows a corpus may tell it: what is left of the
calibration error then is not the prior's fault. And there are rows of the model told the shares that
`biasscore.priors.estimate_prior` makes of its own answers to the set, no label seen, as `biasscore priors` does.

The test half of gold is asked for by name: it is there to be looked at last.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.console import Console

from biasscore.errors import BiasscoreError, ConfigError
from biasscore.labels import Task
from biasscore.scorer import Scorer

from .answers import Answers, ask, ask_blind, estimated, majority, shares, vader
from .figures import Row, absent, figures, show
from .sets import HALVES, SETS, LabelledSet, load_sets

RESULTS: Final = Path(__file__).with_name("results")


def _rows(sets: Sequence[LabelledSet], scorer: Scorer, options: argparse.Namespace) -> Iterator[Row]:
    probe = Scorer(model=options.probe) if options.probe else None
    no_target = Scorer(model=options.blind) if options.blind else None
    for labelled in sets:
        answers = ask(scorer, labelled)
        yield from figures(labelled, answers, scorer.provenance.model, scorer.provenance.weights)
        if labelled.name == "gold-single":
            continue
        if options.shares and all(len(classes) == 3 for classes in labelled.classes.values()):
            yield from _told(labelled, answers, scorer, options.model)
        if options.baselines:
            yield from figures(labelled, majority(labelled), "majority", None)
            try:
                yield from figures(labelled, vader(labelled), "VADER", None)
            except ImportError:
                yield from absent(labelled, "VADER", "not installed: pip install vaderSentiment")
        if no_target:
            yield from figures(labelled, ask_blind(no_target, labelled), "no target", no_target.provenance.weights)
        elif options.baselines:
            yield from absent(labelled, "no target", "not asked: --blind FOLDER")
        if probe:
            tasks = (Task.SENTIMENT,)
            yield from figures(labelled, ask(probe, labelled), "probe", probe.provenance.weights, tasks)
        elif options.baselines:
            yield from absent(labelled, "probe", "not asked: --probe FOLDER")


def _told(labelled: LabelledSet, answers: Answers, scorer: Scorer, model: str) -> Iterator[Row]:
    """The model that is told the shares of the set's labels, and told what it makes of them itself."""
    name, weights = scorer.provenance.model, scorer.provenance.weights
    ways = {
        "told the shares": lambda: shares(labelled),
        "estimated shares": lambda: estimated(answers, scorer.calibration),
    }
    for how, measure in ways.items():
        try:
            told = Scorer(model=model, measurement=measure())
        except ConfigError:
            yield from absent(labelled, f"{name}, {how}", "the model states no prior")
        else:
            yield from figures(labelled, ask(told, labelled), f"{name}, {how}", weights)


def _sets(names: str) -> list[str]:
    asked = names.split(",")
    for name in asked:
        if name not in SETS:
            raise argparse.ArgumentTypeError(f"Expected a set to be one of {', '.join(SETS)}, got {name!r}.")
    return asked


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="default")
    parser.add_argument("--half", choices=HALVES, default="development")
    parser.add_argument("--sets", type=_sets, default=list(SETS))
    parser.add_argument("--baselines", action="store_true")
    parser.add_argument("--probe", type=Path)
    parser.add_argument("--blind", type=Path)
    parser.add_argument("--shares", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    try:
        scorer = Scorer(model=options.model)
        rows = list(_rows(load_sets(options.data, options.half, options.sets), scorer, options))
    except BiasscoreError as error:
        parser.exit(1, f"{error}\n")
    show(rows, Console(width=165))
    target = options.json or RESULTS / f"{scorer.provenance.model}.{options.half}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(asdict(row)) for row in rows)
    target.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
