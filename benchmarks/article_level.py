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
import hashlib
import json
import re
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

import biasscore
from biasscore.actors import Actor, fold, resolve
from biasscore.aggregate import estimate, salience, to_scores, verdict
from biasscore.calibration import Calibration, logits_of, probabilities
from biasscore.config import Measurement, Runtime
from biasscore.labels import Task, label_index
from biasscore.records import Estimate, MentionKind, MentionScore, Verdict
from biasscore.scorer import Scorer

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
TaskUsed = Literal["sentiment", "stance", "mean"]
Weights = Literal["uniform", "anaphors 0.5", "lead", "mentions"]
Aggregation = Literal["mean", "non-neutral", "trimmed"]
Centre = float | Literal["median"]

ROOT: Final = Path(__file__).parent.parent
RESULT: Final = ROOT / "benchmarks" / "results" / "article_level.json"
CACHE: Final = ROOT / "runs" / "article_level.jsonl"
FIXTURES: Final = ROOT / "fixtures" / "articles"

# Simplest first: among settings that are equally good, the first is chosen.
TASKS: Final[tuple[TaskUsed, ...]] = ("stance", "sentiment", "mean")
WEIGHTS: Final[tuple[Weights, ...]] = ("uniform", "anaphors 0.5", "lead", "mentions")
AGGREGATIONS: Final[tuple[Aggregation, ...]] = ("mean", "trimmed", "non-neutral")
CENTRES: Final[tuple[Centre, ...]] = (0.0, "median")
CONSTANTS: Final[tuple[Centre, ...]] = (0.0, *(sign * step / 50 for step in range(1, 16) for sign in (-1, 1)))
BANDS: Final = tuple(step / 100.0 for step in range(51))
SHOWN: Final = (0.0, 0.02, 0.04, 0.06, 0.08, 0.10, 0.12, 0.15, 0.20, 0.25)

FOLDS: Final = 5
PARTITIONS: Final = 10
RESAMPLES: Final = 2000
TRIM: Final = 0.2
LONG: Final = 20
LABELS: Final = ("negative", "neutral", "positive")


# --- articles and their cached scores --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """The sentences of one article that mention its main person.

    Attributes:
        id: The article's id.
        gold: Label as a column: 0 negative, 1 neutral, 2 positive.
        paragraphs: Paragraph of each sentence, int64 (n,).
        mentions: Mentions of the person in each sentence, int64 (n,).
        salience: `biasscore.aggregate.salience` of each sentence, float64 (n,).
        author: Whether the sentence is in the author's voice, bool (n,).
        sentiment: P(negative, neutral, positive), float64 (n, 3).
        stance: P(against, none, favor), float64 (n, 3).
    """

    id: str
    gold: int
    paragraphs: IntArray
    mentions: IntArray
    salience: FloatArray
    author: NDArray[np.bool_]
    sentiment: FloatArray
    stance: FloatArray

    def __len__(self) -> int:
        return len(self.paragraphs)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Scored:
        """Read one line of the cache."""
        return cls(
            row["id"],
            row["gold"],
            np.array(row["paragraphs"], np.int64),
            np.array(row["mentions"], np.int64),
            np.array(row["salience"], np.float64),
            np.array(row["author"], np.bool_),
            np.array(row["sentiment"], np.float64).reshape(-1, 3),
            np.array(row["stance"], np.float64).reshape(-1, 3),
        )

    def probs(self, task: TaskUsed) -> FloatArray:
        """Probabilities (n, 3) of a task, or the mean of both."""
        return {"sentiment": self.sentiment, "stance": self.stance, "mean": (self.sentiment + self.stance) / 2}[task]


def repair(text: str) -> str:
    """Put back what the published text lost: UTF-8 read as Latin-1, and commas."""

    def decode(run: re.Match[str]) -> str:
        try:
            return run.group().encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return run.group()

    text = re.sub(r"[\x80-\xff]{2,}", decode, text)
    text = re.sub(r"(?<=\w) (?=[\"”](?:\s|$))", ",", text)
    return re.sub(r"(?<=[\w)\]%\"”])(?<!,[\"”])  (?=\S)", ", ", text)


def main_person(target: str) -> Actor:
    """The actor that a user would ask for by the target's name."""
    name = re.sub(r"['’]s$", "", re.sub(r"^\W+|\W+$", "", target))
    if name.isupper():
        name = name.title()
    return resolve([f'"{name}"'])[0]


def read_scored(path: Path, cache: Path, threads: int) -> tuple[list[Scored], dict[str, Any]]:
    """Score the articles, or read their scores if the cache has them.

    Returns:
        The articles, and what made their scores: hashes of weights, data and code.
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    runtime = Runtime(device="cpu", threads=threads)
    probe = Scorer(["UK"], runtime=runtime)
    made_by = {
        "weights": probe.provenance.weights,
        "data": hashlib.sha256(path.read_bytes()).hexdigest()[:16],
        "code": _code_hash(),
        "articles": len(rows),
    }
    if cache.exists():
        with cache.open(encoding="utf-8") as lines:
            if json.loads(lines.readline() or "null") == made_by:
                return [Scored.of(json.loads(line)) for line in lines], made_by
    began = time.monotonic()
    kept = []
    for number, row in enumerate(rows, 1):
        kept.append(_score(row, runtime))
        if number % 100 == 0:
            print(f"scored {number} of {len(rows)} articles, {time.monotonic() - began:.0f} s", file=sys.stderr)
    cache.parent.mkdir(parents=True, exist_ok=True)
    partial = cache.with_name(cache.name + ".part")
    partial.write_text("".join(json.dumps(line) + "\n" for line in (made_by, *kept)), encoding="utf-8")
    partial.replace(cache)
    return [Scored.of(row) for row in kept], made_by


def _code_hash() -> str:
    """Hash of everything between a text and its probabilities, the weights apart."""
    package = Path(biasscore.__file__).parent
    after = {"aggregate.py", "cli.py", "config.py", "metrics.py", "profile.py", "terminal.py", "audit.py"}
    files = [path for path in package.glob("*.py") if path.name not in after]
    files += [*package.glob("models/*.py"), *package.glob("data/*.toml"), *package.glob("weights/*.json")]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _score(row: Mapping[str, Any], runtime: Runtime) -> dict[str, Any]:
    actor = main_person(row["target"])
    profile = Scorer([actor], runtime=runtime).score(repair(row["text"]))
    names = [fold(alias.text) for alias in actor.aliases]

    def kinds(score: MentionScore) -> list[MentionKind]:
        # A profile does not keep the kinds; what names the actor holds one of its aliases.
        found = [fold(profile.text[span.start : span.end]) for span in score.spans]
        return ["name" if any(name in words for name in names) else "anaphor" for words in found]

    return {
        "id": row["id"],
        "gold": label_index(row["label"]),
        "paragraphs": [profile.sentences[score.sentence].paragraph for score in profile.scores],
        "mentions": [len(score.spans) for score in profile.scores],
        "salience": [salience(kinds(score)) for score in profile.scores],
        "author": [score.voice == "author" for score in profile.scores],
        "sentiment": [[round(value, 6) for value in score.sentiment] for score in profile.scores],
        "stance": [[round(value, 6) for value in score.stance] for score in profile.scores],
    }


# --- from sentences to an article ------------------------------------------------------------------------------------


def sentence_weights(article: Scored, weights: Weights) -> FloatArray:
    """Weights of an article's sentences, float64 (n,), above 0."""
    if weights == "anaphors 0.5":
        return article.salience
    if weights == "lead":
        return np.reciprocal(1.0 + article.paragraphs.astype(np.float64))
    if weights == "mentions":
        return article.mentions.astype(np.float64)
    return np.ones(len(article))


def aggregate(probs: FloatArray, weights: FloatArray, aggregation: Aggregation) -> float:
    """One score of an article, in [-1, 1]; NaN if it has no sentence.

    Args:
        probs: Probabilities of its sentences, float64 (n, 3).
        weights: Their weights, float64 (n,).
        aggregation: "mean"; "non-neutral": of the sentences whose likeliest label is not the second; "trimmed": of
            those that are left when a fifth of them (rounded down) is cut at either end.
    """
    if not len(probs):
        return float("nan")
    scores = to_scores(probs)
    kept = np.ones(len(scores), np.bool_)
    if aggregation == "non-neutral":
        kept = probs.argmax(axis=1) != 1
        if not kept.any():
            return 0.0
    elif aggregation == "trimmed":
        cut = int(TRIM * len(scores))
        ranks = np.argsort(np.argsort(scores, kind="stable"), kind="stable")
        kept = (ranks >= cut) & (ranks < len(scores) - cut)
    return float(np.average(scores[kept], weights=weights[kept]))


def classify(values: FloatArray, bands: FloatArray | float) -> NDArray[np.int8]:
    """Labels of scores: 0 below ``-band``, 2 above ``band``, else 1; NaN is 1."""
    return (1 + (values > bands).astype(np.int8) - (values < np.negative(bands)).astype(np.int8)).astype(np.int8)


# --- rules and their choice ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Family:
    """How an article's score is made."""

    task: TaskUsed
    weights: Weights
    aggregation: Aggregation


@dataclass(frozen=True, slots=True)
class Rule:
    """A whole rule: a family, what is subtracted, and the band."""

    task: TaskUsed
    weights: Weights
    aggregation: Aggregation
    centre: Centre
    band: float

    def line(self) -> str:
        return f"{self.task}, {self.weights}, {self.aggregation}, centre {self.centre}, band {self.band:.2f}"


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """The rules among which is chosen.

    Attributes:
        families: How scores are made, f of them, simplest first.
        scores: Scores of the articles, float64 (f, n); NaN where the person is not found.
        centres: Which centres may be chosen.
        bands: Half-widths, rising, b of them.
    """

    families: tuple[Family, ...]
    scores: FloatArray
    centres: tuple[Centre, ...] = CENTRES
    bands: tuple[float, ...] = BANDS

    @classmethod
    def of(cls, articles: Sequence[Scored], families: tuple[Family, ...] = ()) -> Space:
        """Some families, or all."""
        families = families or tuple(Family(*parts) for parts in product(TASKS, WEIGHTS, AGGREGATIONS))
        scores = [
            [aggregate(a.probs(f.task), sentence_weights(a, f.weights), f.aggregation) for a in articles]
            for f in families
        ]
        return cls(families, np.array(scores))

    def part(
        self,
        tasks: Sequence[TaskUsed] = TASKS,
        weights: Sequence[Weights] = WEIGHTS,
        aggregations: Sequence[Aggregation] = AGGREGATIONS,
        centres: Sequence[Centre] = CENTRES,
    ) -> Space:
        """The rules whose parts are among those given."""
        rows = [
            index
            for index, f in enumerate(self.families)
            if f.task in tasks and f.weights in weights and f.aggregation in aggregations
        ]
        return Space(tuple(self.families[row] for row in rows), self.scores[rows], tuple(centres), self.bands)

    def predict(self, fitted: IntArray, asked: IntArray) -> NDArray[np.int8]:
        """Labels by every rule, int8 (f, c, b, len(asked)), with centres taken from the ``fitted`` articles only."""
        middle = np.empty((len(self.families), len(self.centres)))
        for column, centre in enumerate(self.centres):
            if centre == "median":
                seen = self.scores[:, fitted]
                middle[:, column] = np.nanmedian(seen, axis=1) if np.isfinite(seen).any() else 0.0
            else:
                middle[:, column] = centre
        shifted = self.scores[:, np.newaxis, asked] - middle[:, :, np.newaxis]
        return classify(shifted[:, :, np.newaxis, :], np.array(self.bands)[:, np.newaxis])

    def rule(self, place: tuple[int, int, int]) -> Rule:
        """The rule at a place of the axes of `predict`."""
        f = self.families[place[0]]
        return Rule(f.task, f.weights, f.aggregation, self.centres[place[1]], self.bands[place[2]])


def folds(gold: IntArray, count: int, seed: Sequence[int]) -> list[IntArray]:
    """Split articles into folds with like shares of the labels.

    Args:
        gold: Labels, int64 (n,).
        count: Number of folds.
        seed: Seed of the shuffling.

    Returns:
        Sorted indices; together they are 0 to n - 1, each once. A label's number differs between folds by at most one.
    """
    generator = np.random.default_rng(seed)
    number = np.empty(len(gold), np.int64)
    dealt = 0
    for label in np.unique(gold):
        rows = generator.permutation(np.flatnonzero(gold == label))
        number[rows] = (dealt + np.arange(len(rows))) % count
        dealt += len(rows)
    return [np.flatnonzero(number == index) for index in range(count)]


def macro_f1s(gold: IntArray, predicted: NDArray[np.int8]) -> FloatArray:
    """Macro-F1 of many predictions, (..., n) -> (...), as `biasscore.metrics.macro_f1` defines it."""
    rows = predicted.reshape(-1, predicted.shape[-1]).astype(np.int64)
    cells = gold * 3 + rows + 9 * np.arange(len(rows))[:, np.newaxis]
    tables = np.bincount(cells.ravel(), minlength=9 * len(rows)).reshape(-1, 3, 3)
    return _f1_of_tables(tables).reshape(predicted.shape[:-1])


def _f1_of_tables(tables: NDArray[Any]) -> FloatArray:
    """Macro-F1 of confusion tables, (m, 3, 3) -> (m,)."""
    both = (tables.sum(axis=1) + tables.sum(axis=2)).astype(np.float64)
    f1 = np.full(both.shape, np.nan)
    np.divide(2.0 * np.diagonal(tables, axis1=1, axis2=2), both, out=f1, where=both > 0.0)
    return np.asarray(np.nanmean(f1, axis=1), np.float64)


def inner_scores(space: Space, gold: IntArray, train: IntArray, seed: Sequence[int]) -> FloatArray:
    """Cross-validated macro-F1 of every rule on the articles of ``train``, float64 (f, c, b).

    The validation predictions of all folds are pooled, since a fold holds too few negative articles for an F1 of its
    own. Neighbouring bands are averaged by threes, so that a lonely peak does not win.
    """
    pooled: list[NDArray[np.int8]] = []
    labels: list[IntArray] = []
    for held in folds(gold[train], FOLDS, seed):
        asked = train[held]
        pooled.append(space.predict(np.setdiff1d(train, asked), asked))
        labels.append(gold[asked])
    f1 = macro_f1s(np.concatenate(labels), np.concatenate(pooled, axis=-1))
    padded = np.concatenate([f1[..., :1], f1, f1[..., -1:]], axis=-1)
    return np.asarray((padded[..., :-2] + padded[..., 1:-1] + padded[..., 2:]) / 3.0, np.float64)


def choose(space: Space, gold: IntArray, train: IntArray, seed: Sequence[int]) -> tuple[int, int, int]:
    """Place of the rule with the highest inner score; the first among equals."""
    scores = np.round(inner_scores(space, gold, train, seed), 9)
    family, centre, band = np.unravel_index(int(np.argmax(scores)), scores.shape)
    return int(family), int(centre), int(band)


def nested(space: Space, gold: IntArray, seed: int) -> tuple[NDArray[np.int8], list[Rule]]:
    """Predict every article by the rule that the articles outside its fold choose.

    Returns:
        Labels, int8 (n,), and the rule of each outer fold.
    """
    predicted = np.ones(len(gold), np.int8)
    rules = []
    for number, held in enumerate(folds(gold, FOLDS, [seed])):
        train = np.setdiff1d(np.arange(len(gold)), held)
        place = choose(space, gold, train, [seed, number])
        predicted[held] = space.predict(train, held)[place]
        rules.append(space.rule(place))
    return predicted, rules


# --- told the shares of labels ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What the model is told beside the articles.

    Attributes:
        counts: Labels of the paragraphs of each article, int64 (n, 3).
        priors: Task -> the shares of labels that the model expects unless it is told others.
    """

    counts: IntArray
    priors: Mapping[Task, tuple[float, float, float]]

    @classmethod
    def of(cls, path: Path, articles: Sequence[Scored]) -> Told:
        """Read the file of paragraphs; the shares that the model expects are those it was calibrated on."""
        counts = {article.id: [0, 0, 0] for article in articles}
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            article = row["id"].rpartition("-p")[0]
            if article in counts:
                counts[article][label_index(row["label"])] += 1
        calibration = Scorer(["UK"], runtime=Runtime(device="cpu")).calibration
        priors = {task: one.prior for task, one in calibration.items() if one.prior is not None}
        return cls(np.array([counts[article.id] for article in articles], np.int64), priors)

    def move(self, article: Scored, train: IntArray) -> Scored:
        """The article as scored by a model that is told the shares of the labels around some articles."""
        negative, neutral, positive = (self.counts[train].sum(axis=0) / self.counts[train].sum()).tolist()

        def moved(probs: FloatArray, task: Task) -> FloatArray:
            untold = Calibration(prior=self.priors[task])
            told = untold.for_prior((negative, neutral, positive))
            return probabilities(logits_of(probs, untold), told).astype(np.float64)

        sentiment, stance = moved(article.sentiment, Task.SENTIMENT), moved(article.stance, Task.STANCE)
        return replace(article, sentiment=sentiment, stance=stance)


def nested_told(articles: Sequence[Scored], told: Told, gold: IntArray, seed: int) -> NDArray[np.int8]:
    """`nested` for the plain form, with a model that is told the shares of the paragraphs outside each outer fold."""
    families = tuple(Family(task, "uniform", "mean") for task in TASKS)
    predicted = np.ones(len(gold), np.int8)
    for number, held in enumerate(folds(gold, FOLDS, [seed])):
        train = np.setdiff1d(np.arange(len(gold)), held)
        space = Space.of([told.move(article, train) for article in articles], families).part(centres=[0.0])
        predicted[held] = space.predict(train, held)[choose(space, gold, train, [seed, number])]
    return predicted


# --- baselines -------------------------------------------------------------------------------------------------------


def baselines(articles: Sequence[Scored]) -> dict[str, NDArray[np.int8]]:
    """Labels by rules that need no choice.

    *Majority* is the label that most sentences have as their likeliest, neutral if two lead; *first paragraph* the sign
    of the mean over the first paragraph that mentions the person.
    """
    found = {"always positive": np.full(len(articles), 2, np.int8)}
    tasks: tuple[TaskUsed, ...] = ("sentiment", "stance")
    for task in tasks:
        found[f"majority of sentences, {task}"] = np.array([_majority(a.probs(task)) for a in articles], np.int8)
        means = [aggregate(a.probs(task), np.ones(len(a)), "mean") for a in articles]
        found[f"sign of the mean, {task}"] = classify(np.array(means), 0.0)
        firsts = [a.probs(task)[a.paragraphs == a.paragraphs.min(initial=1 << 30)] for a in articles]
        lead = [aggregate(first, np.ones(len(first)), "mean") for first in firsts]
        found[f"first paragraph, {task}"] = classify(np.array(lead), 0.0)
    return found


def _majority(probs: FloatArray) -> int:
    votes = np.bincount(probs.argmax(axis=1), minlength=3) if len(probs) else np.array([0, 1, 0])
    leading = np.flatnonzero(votes == votes.max())
    return int(leading[0]) if len(leading) == 1 else 1


# --- uncertainty of macro-F1 -----------------------------------------------------------------------------------------


def bootstrap_f1(gold: IntArray, predicted: NDArray[np.int8], seed: int) -> FloatArray:
    """Macro-F1 of resampled articles, float64 (RESAMPLES,); one seed draws the same articles for all predictions."""
    n = len(gold)
    drawn = np.random.default_rng([seed, n]).multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES)
    cells = np.eye(9)[gold * 3 + predicted]
    return _f1_of_tables((drawn @ cells).reshape(-1, 3, 3))


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: macro-F1 with its 95 % interval, F1 by label, accuracy, share of each label."""

    name: str
    macro_f1: float
    low: float
    high: float
    f1: tuple[float, ...]
    accuracy: float
    predicted: tuple[float, ...]
    partitions: tuple[float, ...] = ()
    gain: tuple[float, float, float] | None = None

    def line(self) -> str:
        other = f" {np.mean(self.partitions):.3f} ±{np.std(self.partitions):.3f}" if self.partitions else " " * 13
        gain = "" if self.gain is None else f"  {self.gain[0]:+.3f} [{self.gain[1]:+.3f}, {self.gain[2]:+.3f}]"
        parts = "/".join(f"{value:.2f}" for value in self.f1)
        return (
            f"{self.name:<44.44} {self.macro_f1:.3f} [{self.low:.3f}, {self.high:.3f}]{other}  {parts}  "
            f"{self.accuracy:.3f}{gain}"
        )


def figure(
    name: str,
    gold: IntArray,
    predicted: NDArray[np.int8],
    seed: int,
    partitions: Iterable[float] = (),
    against: NDArray[np.int8] | None = None,
) -> Figure:
    """Make a row; ``against`` are the predictions to which it is compared article by article."""
    table = np.bincount(gold * 3 + predicted, minlength=9).reshape(3, 3)
    f1 = 2.0 * np.diag(table) / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)
    replicates = bootstrap_f1(gold, predicted, seed)
    low, high = np.quantile(replicates, [0.025, 0.975])
    whole = float(macro_f1s(gold, predicted))
    gain = None
    if against is not None:
        ends = np.quantile(replicates - bootstrap_f1(gold, against, seed), [0.025, 0.975])
        gain = (whole - float(macro_f1s(gold, against)), float(ends[0]), float(ends[1]))
    return Figure(
        name,
        whole,
        float(low),
        float(high),
        tuple(f1.tolist()),
        float(np.trace(table) / table.sum()),
        tuple((table.sum(axis=0) / table.sum()).tolist()),
        tuple(partitions),
        gain,
    )


# --- reliability of the interval -------------------------------------------------------------------------------------


def agree(first: Estimate, second: Estimate) -> bool:
    """Whether two estimates of one thing differ by no more than their intervals allow together."""
    if first.score > second.score:
        first, second = second, first
    return second.score - first.score <= float(np.hypot(first.high - first.score, second.score - second.low))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often an interval of level 0.95 holds.

    Attributes:
        what: Which check, on what.
        articles: Number of articles.
        trials: Number of comparisons.
        share: Share of them in which it holds, corrected where both sides are uncertain.
        plain: Share in which half A's interval holds half B's score as it is (0.83 expected); None in a simulation.
        width: Mean half-width of the intervals.
    """

    what: str
    articles: int
    trials: int
    share: float
    plain: float | None
    width: float


def halves(articles: Sequence[Scored], task: TaskUsed, least: int, splits: int, seed: int) -> Iterator[Coverage]:
    """Compare the halves of the articles with at least ``least`` sentences."""
    chosen = [article for article in articles if len(article) >= least]
    generator = np.random.default_rng([seed, least])
    for kind, times in (("random", splits), ("odd and even", 1), ("front and back", 1)):
        trials: list[tuple[bool, bool, float]] = []
        for article in chosen:
            scores, ones = to_scores(article.probs(task)), np.ones(len(article))
            for _ in range(times):
                if kind == "random":
                    mask = generator.permutation(len(article)) < len(article) // 2
                elif kind == "odd and even":
                    mask = np.arange(len(article)) % 2 == 1
                else:
                    mask = np.arange(len(article)) < len(article) // 2
                a, b = (estimate(scores[part], ones[part], _MEASUREMENT) for part in (mask, ~mask))
                if a is not None and b is not None:
                    trials.append((agree(a, b), a.low <= b.score <= a.high, (a.high - a.low) / 2))
        if trials:
            share, plain, width = np.mean(np.array(trials, np.float64), axis=0)
            name = f"{task}, {kind} halves, {least}+ sentences"
            yield Coverage(name, len(chosen), len(trials), float(share), float(plain), float(width))


def simulate(articles: Sequence[Scored], task: TaskUsed, draws: int, seed: int) -> Iterator[Coverage]:
    """Draw n sentences with replacement from those of long articles, and look for the article's mean."""
    chosen = [to_scores(article.probs(task)) for article in articles if len(article) >= LONG]
    for n in (3, 4, 8, 16, 32):
        generator = np.random.default_rng([seed, n])
        trials: list[tuple[bool, float]] = []
        for population in chosen:
            truth = float(population.mean())
            for sample in generator.choice(population, size=(draws, n)):
                found = estimate(sample, np.ones(n), _MEASUREMENT)
                if found is not None:
                    trials.append((found.low <= truth <= found.high, (found.high - found.low) / 2))
        if trials:
            share, width = np.mean(np.array(trials, np.float64), axis=0)
            yield Coverage(f"{task}, simulation, n = {n}", len(chosen), len(trials), float(share), None, float(width))


_MEASUREMENT: Final = Measurement()


# --- fixtures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreed:
    """What any reader would say of an actor in a fixture article, and what was measured."""

    article: str
    actor: str
    task: str
    wanted: str
    found: Estimate

    def right(self, band: float) -> tuple[bool, bool]:
        """Whether the score's label is right; whether the verdict is, for which doubt is as good as neutral."""
        label = LABELS[int(classify(np.array([self.found.score]), band)[0])]
        said = verdict(self.found, Measurement(stance_band=band, sentiment_band=band), Task(self.task))
        if self.wanted == "neutral":
            return label == "neutral", said in ("balanced", "insufficient evidence")
        return label == self.wanted, said == self.wanted


def read_fixtures(threads: int) -> list[Agreed]:
    """Score the fixture articles."""
    scorer = Scorer(runtime=Runtime(device="cpu", threads=threads))
    agreed: list[Agreed] = []
    for path in sorted(FIXTURES.glob("*.toml")):
        wanted = tomllib.loads(path.read_text(encoding="utf-8"))
        profile = scorer.score(path.with_suffix(".txt").read_text(encoding="utf-8"))
        for section, task in (("sign", "stance"), ("portrayal", "sentiment")):
            for actor, label in wanted.get(section, {}).items():
                found: Estimate | None = getattr(profile[actor], task)
                if found is not None:
                    agreed.append(Agreed(path.stem, actor, task, label, found))
    return agreed


# --- the run ---------------------------------------------------------------------------------------------------------


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
        "bands": _band_curves(space, gold, seed),
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


def _band_curves(space: Space, gold: IntArray, seed: int) -> dict[str, Any]:
    """Macro-F1 by band for the plain form of each task, and which bands are as good as the best.

    A band is as good if it falls behind by no more than one standard error of the paired difference.
    """
    curves: dict[str, Any] = {}
    for task in TASKS:
        scores = space.scores[space.families.index(Family(task, "uniform", "mean"))]
        labels = classify(scores, np.array(BANDS)[:, np.newaxis])
        f1 = macro_f1s(gold, labels)
        best = int(f1.argmax())
        replicates = np.array([bootstrap_f1(gold, row, seed) for row in labels])
        errors = (replicates[best] - replicates).std(axis=1)
        curves[task] = {
            "macro_f1": f1.tolist(),
            "best": BANDS[best],
            "as_good": [band for band, gap, error in zip(BANDS, f1[best] - f1, errors, strict=True) if gap <= error],
        }
    return curves


def recommend(curves: Mapping[str, Any], fixtures: Mapping[str, Any]) -> dict[str, float]:
    """The band for each task, as the head of the module says."""
    bands: dict[str, float] = {}
    for task in ("stance", "sentiment"):
        best, as_good = curves[task]["best"], curves[task]["as_good"]
        held = dict(zip(BANDS, fixtures[task]["label"], strict=True))
        bands[task] = max(as_good, key=lambda band: (held[band], -abs(band - best)))
    return bands


def verdicts(articles: Sequence[Scored]) -> dict[str, Any]:
    """How many articles of each label get each verdict of `biasscore.aggregate.verdict` as shipped, for each task."""
    found: dict[str, Any] = {}
    for task, probs in ((Task.STANCE, [a.stance for a in articles]), (Task.SENTIMENT, [a.sentiment for a in articles])):
        counts = {said: [0, 0, 0] for said in get_args(Verdict)}
        for article, own in zip(articles, probs, strict=True):
            found_here = estimate(to_scores(own), article.salience, _MEASUREMENT)
            counts[verdict(found_here, _MEASUREMENT, task)][article.gold] += 1
        found[task.value] = counts
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


def check_interval(articles: Sequence[Scored], seed: int) -> list[Coverage]:
    """Both checks for both tasks."""
    rows: list[Coverage] = []
    tasks: tuple[TaskUsed, ...] = ("sentiment", "stance")
    for task in tasks:
        rows += halves(articles, task, LONG, 100, seed)
        rows += halves(articles, task, 12, 5, seed)
        rows += simulate(articles, task, 100, seed)
    return rows


def check_fixtures(agreed: Sequence[Agreed]) -> dict[str, Any]:
    """Agreement with the fixtures for each band."""
    found: dict[str, Any] = {"rows": [asdict(row) for row in agreed]}
    for task in ("stance", "sentiment"):
        rows = [row for row in agreed if row.task == task]
        rights = [[row.right(band) for row in rows] for band in BANDS]
        found[task] = {
            "n": len(rows),
            "label": [sum(right for right, _ in one) for one in rights],
            "verdict": [sum(right for _, right in one) for one in rights],
        }
    return found


def report(result: Mapping[str, Any]) -> None:
    """Print what was found."""
    total = sum(result["labels"].values())
    print(
        f"{total} articles {result['labels']}, {result['sentences']} sentences ({result['attributed']:.0%} attributed, "
        f"{result['only_anaphors']} by anaphors only), person not found in {result['not_found']}"
    )
    for task, found in result["distributions"].items():
        parts = "  ".join(
            f"{name} {' '.join(f'{value:+.2f}' for value in found[name])}" for name in ("sentences", "articles")
        )
        middles = "/".join(f"{found[name][2]:+.2f}" for name in LABELS)
        print(f"{task:<9} 5-25-50-75-95 %: {parts}  median by label {middles}")
    print(f"\n{'rule':<44} macro-F1 [95 %]        10 partitions  F1 neg/neu/pos  acc    gain over the first row")
    for line in result["lines"]:
        print(line)
    print("\nchosen by all articles")
    for name, chosen in result["chosen"].items():
        print(f"  {name:<42} {chosen['line']}, subtracted {chosen['subtracted']:+.3f}")
    for field, values in result["levels"].items():
        print(f"  best with {field:<12} " + "  ".join(f"{name} {value:.3f}" for name, value in values.items()))
    for task, curve in result["bands"].items():
        good = curve["as_good"]
        print(
            f"  plain mean of {task:<10} best band {curve['best']:.2f} (macro-F1 {max(curve['macro_f1']):.3f}); "
            f"{len(good)} bands from {good[0]:.2f} to {good[-1]:.2f} are as good"
        )
    print("\ninterval of level 0.95                               articles  trials  holds  (plain)  half-width")
    for row in result["coverage"]:
        plain = "   -   " if row["plain"] is None else f" {row['plain']:.3f} "
        counts = f"{row['articles']:>7} {row['trials']:>7}"
        print(f"  {row['what']:<50} {counts}  {row['share']:.3f} {plain}   {row['width']:.3f}")
    columns = [BANDS.index(band) for band in SHOWN]
    print("\nfixtures: agreed signs that hold, by band     " + " ".join(f"{band:.2f}" for band in SHOWN))
    for task in ("stance", "sentiment"):
        found = result["fixtures"][task]
        for kind in ("label", "verdict"):
            name = f"{task}, {kind} (of {found['n']})"
            print(f"  {name:<43} " + " ".join(f"{found[kind][column]:>4}" for column in columns))
    for task, band in result["recommended"].items():
        said = "; ".join(f"{name} {'/'.join(map(str, counts))}" for name, counts in result["verdicts"][task].items())
        print(f"recommended {task}_band: {band:.2f}; verdicts of the package by label neg/neu/pos: {said}")


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
