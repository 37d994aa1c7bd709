"""Which rule turns the scores of sentences into an article's label, and how far its interval can be trusted.

    python -m benchmarks.article_level --persent FILE [--paragraphs FILE] [--json FILE] [--cache FILE] [--seed N]
        [--threads N]

Reads articles with a main person and the author's sentiment toward it (``text``, ``target``, ``label`` of -1, 0, 1),
scores each toward this person with `biasscore.Scorer`, and tunes the rule:

- *task*: sentiment, stance, or the mean of both;
- *weights* of sentences: uniform; 0.5 where only anaphors refer to the person; ``1 / (1 + paragraph)``; mentions;
- *aggregation*: weighted mean; weighted mean of the sentences whose likeliest label is not neutral (0 if there are
  none); weighted mean without a fifth of the sentences at either end;
- *centre*: what is subtracted from an article's score: 0, or the median of the training articles;
- *band*: half-width of the neutral zone, 0 to 0.5. A score within it is neutral; so is a person who is not found.

The figures come from nested cross-validation (5 outer folds, 5 inner ones, stratified by label): the rule is chosen by
the inner folds, and the outer fold is only predicted. Macro-F1 is that of the pooled outer predictions, its interval
the percentile interval of a bootstrap over articles; ten more partitions show how much hangs on the partition. Parts
of the space stand beside the whole: the plain form that the package has (weighted mean around 0, uniform weights) and
one departure from it at a time, among them a centre that may be any constant, which two unequal thresholds amount to.
So do baselines without a choice. Every row is compared with the first, article by article. The last rule is chosen by
all articles.

With ``--paragraphs``, a file of labelled paragraphs of the same articles, one more row has the plain form with a model
that is told the shares of their labels (the priors of `biasscore.Measurement`), those of the paragraphs of the articles
outside the outer fold.

The interval of `biasscore.aggregate.estimate` is checked in two ways. *Halves*: an article's sentences are split at
random (or into odd and even ones, or front and back); half A's interval is compared with half B's score. Both are
uncertain, so the gap is held against the root of the sum of squares of the two half-widths that face each other
(Zou and Donner 2008, *Construction of confidence limits about effect measures*, Statistics in Medicine 27(10)).
*Simulation*: n sentences are drawn with replacement from those of a long article, whose mean is the truth.

Last, the articles in ``fixtures/articles`` are scored, and their agreed signs compared with each band. The band that is
recommended for a task is, among those whose macro-F1 in the plain form lies within one standard error of the best one's
(of the paired difference), the one with most agreed signs, and among equals the nearest to the best.

What reading repairs, since the published texts lost it: UTF-8 that was read as Latin-1, and commas, of which a double
space (or a space before a closing quotation mark) is left. Scores are kept in the cache under a key of the weights, the
data and the code that makes scores; another key scores all anew.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from biasscore.aggregate import to_scores
from biasscore.config import Measurement

from .bands import band_curves, check_fixtures, read_fixtures, recommend, verdicts
from .baselines import baselines
from .figures import Figure, figure
from .intervals import check_interval
from .report import report
from .rules import (
    CENTRES,
    CONSTANTS,
    LABELS,
    TASKS,
    Aggregation,
    Centre,
    Family,
    Rule,
    Space,
    Weights,
    aggregate,
    classify,
)
from .scored import IntArray, Scored, read_scored
from .selection import FOLDS, choose, inner_scores, macro_f1s, nested
from .told import Told, nested_told

ROOT: Final = Path(__file__).parents[2]
RESULT: Final = ROOT / "benchmarks" / "results" / "article_level.json"
CACHE: Final = ROOT / "runs" / "article_level.jsonl"
PARTITIONS: Final = 10
_MEASUREMENT: Final = Measurement()


def run(articles: Sequence[Scored], seed: int, told: Told | None = None) -> dict[str, Any]:
    """All figures that need no model."""
    gold = np.array([article.gold for article in articles], np.int64)
    space = Space.of(articles)
    uniform: Sequence[Weights] = ["uniform"]
    mean: Sequence[Aggregation] = ["mean"]
    zero: Sequence[Centre] = [0.0]
    parts = {
        "plain: task chosen": space.part(TASKS, uniform, mean, zero),
        **{f"plain: {task} only": space.part([task], uniform, mean, zero) for task in TASKS},
        "plain, but lead-weighted": space.part(TASKS, ["lead"], mean, zero),
        "plain, but weighted by mentions": space.part(TASKS, ["mentions"], mean, zero),
        "plain, but trimmed": space.part(TASKS, uniform, ["trimmed"], zero),
        "plain, but non-neutral sentences": space.part(TASKS, uniform, ["non-neutral"], zero),
        "plain, but centre 0 or median": space.part(TASKS, uniform, mean, CENTRES),
        "plain, but any constant centre": space.part(TASKS, uniform, mean, CONSTANTS),
        "whole space": space,
    }
    figures: list[Figure] = []
    rules: dict[str, list[Rule]] = {}
    reference: NDArray[np.int8] | None = None
    for name, part in parts.items():
        predicted, rules[name] = nested(part, gold, seed)
        others = [float(macro_f1s(gold, nested(part, gold, seed + 1 + more)[0])) for more in range(PARTITIONS)]
        figures.append(figure(name, gold, predicted, seed, others, reference))
        reference = predicted if reference is None else reference
    if told is not None:
        labels = nested_told(articles, told, gold, seed)
        others = [
            float(macro_f1s(gold, nested_told(articles, told, gold, seed + 1 + more))) for more in range(PARTITIONS)
        ]
        figures.append(figure("plain, told the shares of paragraphs", gold, labels, seed, others, reference))
    for name, labels in baselines(articles).items():
        figures.append(figure(name, gold, labels, seed, (), reference))
    for task, band in (("sentiment", _MEASUREMENT.sentiment_band), ("stance", _MEASUREMENT.stance_band)):
        row = space.families.index(Family(task, "anaphors 0.5", "mean"))  # type: ignore[arg-type]
        labels = classify(space.scores[row], band)
        figures.append(figure(f"package now: {task}, band {band:.2f}", gold, labels, seed, (), reference))
    everything = np.arange(len(gold))
    return {
        "labels": dict(zip(LABELS, np.bincount(gold, minlength=3).tolist(), strict=True)),
        "not_found": sum(not len(article) for article in articles),
        "sentences": sum(map(len, articles)),
        "attributed": float(1.0 - np.concatenate([article.author for article in articles]).mean()),
        "only_anaphors": int(sum((article.salience < 1.0).sum() for article in articles)),
        "distributions": _distributions(articles, gold),
        "figures": [asdict(one) for one in figures],
        "lines": [one.line() for one in figures],
        "outer_rules": {name: Counter(rule.line() for rule in found) for name, found in rules.items()},
        "chosen": {name: _chosen(part, gold, everything, seed) for name, part in parts.items()},
        "levels": _levels(space, gold, everything, seed),
        "bands": band_curves(space, gold, seed),
    }


def _chosen(space: Space, gold: IntArray, everything: IntArray, seed: int) -> dict[str, Any]:
    """The rule that all articles choose, with the centre that they give."""
    place = choose(space, gold, everything, [seed, FOLDS])
    rule = space.rule(place)
    centre = float(np.nanmedian(space.scores[place[0]])) if rule.centre == "median" else rule.centre
    return {**asdict(rule), "subtracted": centre, "line": rule.line()}


def _levels(space: Space, gold: IntArray, everything: IntArray, seed: int) -> dict[str, dict[str, float]]:
    """The best inner score that each part of a rule can reach: what the part itself is worth."""
    best = inner_scores(space, gold, everything, [seed, FOLDS])
    found: dict[str, dict[str, float]] = {}
    for field in ("task", "weights", "aggregation"):
        values = [getattr(family, field) for family in space.families]
        found[field] = {
            value: float(best[[index for index, other in enumerate(values) if other == value]].max())
            for value in dict.fromkeys(values)
        }
    found["centre"] = {str(name): float(best[:, index].max()) for index, name in enumerate(space.centres)}
    return found


def _distributions(articles: Sequence[Scored], gold: IntArray) -> dict[str, Any]:
    """Quantiles of scores, of sentences and of articles by label."""
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    found: dict[str, Any] = {}
    for task in TASKS:
        sentences = np.concatenate([to_scores(article.probs(task)) for article in articles])
        means = np.array([aggregate(article.probs(task), np.ones(len(article)), "mean") for article in articles])
        found[task] = {
            "levels": levels,
            "sentences": np.quantile(sentences, levels).tolist(),
            "articles": np.nanquantile(means, levels).tolist(),
            **{name: np.nanquantile(means[gold == label], levels).tolist() for label, name in enumerate(LABELS)},
        }
    return found


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persent", type=Path, required=True, help="JSON Lines file of labelled articles")
    parser.add_argument("--paragraphs", type=Path, help="JSON Lines file of labelled paragraphs of the articles")
    parser.add_argument("--json", type=Path, default=RESULT, help="where the raw result goes (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where scores are kept (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(argv)
    articles, made_by = read_scored(given.persent, given.cache, given.threads)
    told = None if given.paragraphs is None else Told.of(given.paragraphs, articles)
    result = {"made_by": made_by, "seed": given.seed, **run(articles, given.seed, told)}
    result["coverage"] = [asdict(row) for row in check_interval(articles, given.seed)]
    result["fixtures"] = check_fixtures(read_fixtures(given.threads))
    result["recommended"] = recommend(result["bands"], result["fixtures"])
    result["verdicts"] = verdicts(articles)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    report(result)


if __name__ == "__main__":
    main()
