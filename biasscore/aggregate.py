"""Scores of sentences -> estimates, contrasts, verdicts and evidence.

Everything here is arithmetic on arrays; no model and no text is seen. What can be relied on:

- *Order does not count.* The sentences are brought into an order of their own before they are resampled.
- *Actors do not count.* The random numbers depend on the seed and the number of sentences only, so that equal scores
  have equal intervals, and two actors that change places change numbers, to the last bit.
- *Direction does not count.* Scores of opposite sign give the mirrored estimate, to the last bit.
- *The machine does not count.* What is summed in the bootstrap is rounded to multiples of 2**-30 first; such sums are
  exact in float64, in whatever order and on however many threads a matrix product takes them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .config import Measurement
from .errors import Described, InputError, expected
from .labels import Task
from .records import ActorProfile, Contrast, Estimate, MentionKind, MentionScore, Verdict, VoicePart
from .student import t_quantile

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Weight of a sentence that refers to the actor by nothing more than "the republic", "the alliance".
_FAINT_MENTION: Final = 0.5
#: Scores nearer to 0 than this move nothing and are no evidence.
_FAINT_SCORE: Final = 0.05
#: How far from 0 the sentence is that an interval must always leave room for.
_ONE_MORE: Final = 0.5
#: How far the interval of a balanced actor may reach, in bands.
_BALANCED_REACH: Final = 1.5
#: Grid of the numbers summed in the bootstrap: exact for up to 2**23 sentences.
_GRID: Final = 2.0**30
#: Cells of a block of counts: few enough for BLAS not to wake its threads, which cost more than they bring here.
_BLOCK: Final = 1 << 14
#: Counts of up to so many sentences are kept between calls: for 128 numbers of sentences, 0.5 MB each at most.
_KEPT: Final = 512


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One actor's scores in one task, one row for each sentence that mentions it.

    Attributes:
        sentences: Index of each sentence, int64 (n,), no two alike.
        scores: P(third label) - P(first label), float64 (n,), in [-1, 1].
        weights: Salience, float64 (n,), above 0.
    """

    sentences: IntArray
    scores: FloatArray
    weights: FloatArray


# --- one sentence ----------------------------------------------------------------------------------------------------


def to_scores(probs: NDArray[np.floating]) -> FloatArray:
    """Turn probabilities into scores: ``probs[:, 2] - probs[:, 0]``.

    Args:
        probs: Probabilities in the order of `biasscore.labels.LABELS`, any float (n, 3).

    Returns:
        float64 (n,), in [-1, 1].

    Raises:
        InputError: The shape is another.
    """
    if probs.ndim != 2 or probs.shape[1] != 3:
        raise InputError(expected("probs", "an array of shape (n, 3)", probs.shape, "Give one row a mention."))
    wide = probs.astype(np.float64)
    return np.asarray(wide[:, 2] - wide[:, 0], dtype=np.float64)


def salience(kinds: Iterable[MentionKind]) -> float:
    """Weight of a sentence for an actor.

    Args:
        kinds: How the sentence refers to the actor, one entry a mention.

    Returns:
        1.0 if at least one mention says by itself who is meant (name, demonym, metonym, person, paraphrase); 0.5 if all
        are anaphors, since a sentence that needs another one to say whom it is about is less about it, and since
        anaphors are resolved with more errors than names.

    Raises:
        InputError: There is no mention.
    """
    found = set(kinds)
    if not found:
        raise InputError(
            expected("kinds", "at least one mention", Described("none"), "Leave out sentences without a mention.")
        )
    return _FAINT_MENTION if found == {"anaphor"} else 1.0


# --- estimates -------------------------------------------------------------------------------------------------------


def estimate(scores: FloatArray, weights: FloatArray, measurement: Measurement) -> Estimate | None:
    """Weighted mean of one actor's scores with its bootstrap interval over sentences.

    The score is ``sum(w * s) / sum(w)``. For the interval the sentences are drawn n at a time with replacement; the
    replicates' quantiles at ``(1 - level) / 2`` on either side make the percentile interval (Efron and Tibshirani 1993,
    chapter 13). For few sentences it is too narrow, on two grounds that Hesterberg (2015), *What Teachers Should Know
    About the Bootstrap*, The American Statistician 69(4), works out: the bootstrap's standard error lacks the factor
    ``sqrt(n / (n - 1))``, and normal quantiles stand in for Student's. Both ends are therefore moved away from the
    score by the factor ``sqrt(n / (n - 1)) * t / z``, with t the quantile of Student's distribution with n - 1 degrees
    of freedom and z the normal one (1.9 for n = 4, 1.3 for n = 8, 1.03 for n = 60). He moves the levels of the
    quantiles instead; but no level reaches beyond the most extreme sentence, which is too near where there are fewer
    than five or so.

    Sentences that all say the same have no spread, but they are not beyond doubt: the interval is never narrower than
    what one sentence more, with a score of -0.5 or 0.5, would do to the mean: ``(n * score ± 0.5) / (n + 1)``. One
    sentence alone says nothing about spread: its interval is [-1, 1].

    The interval tells how far other sentences of the same hand might have moved the mean. It does not know of
    systematic errors of the classifier, nor of what no sentence shows: where most sentences are neutral and a few are
    harsh, four or five may hold no harsh one, and then an interval of level 0.95 covers the truth three times in four
    only (nine times in ten for n = 8).

    Args:
        scores: float64 (n,), in [-1, 1].
        weights: float64 (n,), above 0; their scale does not matter.
        measurement: Level, resamples and seed.

    Returns:
        The estimate, all of it in [-1, 1] and ``low <= score <= high``; None if n is 0.

    Raises:
        InputError: The arrays differ in length or hold numbers outside their range.
    """
    _check_rows(scores, weights)
    return _estimate(scores, weights, measurement)


def _estimate(scores: FloatArray, weights: FloatArray, measurement: Measurement) -> Estimate | None:
    """`estimate` of rows that are known to be sound."""
    n = len(scores)
    if n == 0:
        return None
    score = _mean(scores, weights)
    if n == 1:
        return _bounded(score, -1.0, 1.0, 1.0, n)
    sums = _replicate(
        measurement.seed,
        _on_grid(scores, weights),
        # Rising and falling order change places when all signs change: pooled, they are their own mirror image.
        (np.lexsort((weights, scores)), np.lexsort((weights, -scores))),
        measurement.resamples,
    )
    low, high = _percentiles(sums[0] / sums[1], measurement.level)
    factor = _widening(n, measurement.level)
    room = _room(score, n)
    return _bounded(
        score, min(score + factor * (low - score), room[0]), max(score + factor * (high - score), room[1]), 1.0, n
    )


def contrast(first: Series, second: Series, measurement: Measurement) -> Estimate | None:
    """Difference of two actors' scores, ``first - second``, with a paired bootstrap interval.

    The sentences that mention either actor are drawn together, so that whatever a sentence says of both at once stays
    together. Replicates in which one of the actors does not occur have no difference and are passed over. The ends are
    moved away from the score by the same factor as in `estimate`, for the actor with fewer sentences (the cautious
    degrees of freedom of Welch's test), and leave room for one more sentence about each actor. If one of the actors has
    a single sentence, the interval is [-2, 2].

    Args:
        first: Scores of the one actor.
        second: Scores of the other in the same task and article.
        measurement: Level, resamples and seed.

    Returns:
        The estimate, all of it in [-2, 2], n being the number of sentences that mention either; None if one of the
        actors has no sentence. ``contrast(b, a)`` is the mirror image of ``contrast(a, b)``, to the last bit.

    Raises:
        InputError: A series is malformed.
    """
    for series in (first, second):
        _check_series(series)
    return _contrast(first, second, measurement)


def _contrast(first: Series, second: Series, measurement: Measurement) -> Estimate | None:
    """`contrast` of series that are known to be sound."""
    n_first, n_second = len(first.scores), len(second.scores)
    if not (n_first and n_second):
        return None
    means = _mean(first.scores, first.weights), _mean(second.scores, second.weights)
    score = means[0] - means[1]
    fewest = min(n_first, n_second)
    if fewest == 1:
        n = len({*first.sentences.tolist(), *second.sentences.tolist()})
        return _bounded(score, -2.0, 2.0, 2.0, n)
    union = np.union1d(first.sentences, second.sentences)
    n = len(union)
    rows = np.zeros((n, 4))  # a row is: score and weight of the first actor, score and weight of the second
    for column, series in ((0, first), (2, second)):
        at = np.searchsorted(union, series.sentences)
        rows[at, column], rows[at, column + 1] = series.scores, series.weights
    keys = (rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])
    mirrored = (-keys[0], keys[1], -keys[2], keys[3])
    sums = _replicate(
        measurement.seed,
        np.hstack([_on_grid(rows[:, 0], rows[:, 1]), _on_grid(rows[:, 2], rows[:, 3])]),
        # To exchange the actors, or to change all signs, permutes these orders: pooled, the differences change sign.
        tuple(np.lexsort((*key[2:], *key[:2])) for key in (keys, mirrored))
        + tuple(np.lexsort((*key[:2], *key[2:])) for key in (keys, mirrored)),
        measurement.resamples,
    )
    sums = sums[:, (sums[1] > 0.0) & (sums[3] > 0.0)]
    low, high = _percentiles(sums[0] / sums[1] - sums[2] / sums[3], measurement.level)
    factor = _widening(fewest, measurement.level)
    rooms = _room(means[0], n_first), _room(means[1], n_second)
    return _bounded(
        score,
        min(score + factor * (low - score), rooms[0][0] - rooms[1][1]),
        max(score + factor * (high - score), rooms[0][1] - rooms[1][0]),
        2.0,
        n,
    )


def _mean(scores: FloatArray, weights: FloatArray) -> float:
    """Weighted mean whose sums are rounded once, and so do not depend on the order."""
    # + 0.0 turns -0.0 into 0.0
    return math.fsum((weights * scores).tolist()) / math.fsum(weights.tolist()) + 0.0


def _on_grid(scores: FloatArray, weights: FloatArray) -> FloatArray:
    """Numerator and denominator of each sentence, (n, 2), on the grid on which sums are exact."""
    parts = np.column_stack([weights * scores, weights]) / weights.max()
    return np.asarray(np.rint(parts * _GRID) / _GRID, dtype=np.float64)


def _replicate(seed: int, parts: FloatArray, orders: Sequence[NDArray[np.intp]], resamples: int) -> FloatArray:
    """Sums of the parts over bootstrap samples.

    Args:
        seed: Seed of the draws.
        parts: What is summed, float64 (n, k), on the grid.
        orders: Orders of the n sentences; the same draws are made of each.
        resamples: Number of samples wanted.

    Returns:
        float64 (k, m) with m the least multiple of the number of orders that is not below ``resamples``.
    """
    n, k = parts.shape
    samples = -(-resamples // len(orders))
    columns = np.hstack([parts[order] for order in orders])
    blocks = _kept_counts(seed, n, samples) if n <= _KEPT else _draw_counts(seed, n, samples)
    sums = np.concatenate([counts.astype(np.float64) @ columns for counts in blocks])
    return sums.reshape(-1, k).T


def _draw_counts(seed: int, n: int, samples: int) -> Iterator[NDArray[np.uint8]]:
    """Draw n of n sentences with replacement, ``samples`` times.

    Yields:
        Blocks of how often each sentence was drawn, uint8 (b, n), whose rows are ``samples`` in all.
    """
    generator = np.random.default_rng([seed, n])
    step = max(1, _BLOCK // n)
    for start in range(0, samples, step):
        size = min(step, samples - start)
        drawn = generator.integers(0, n, size=(size, n)) + np.arange(0, size * n, n)[:, np.newaxis]
        # A byte is enough: that one of n sentences is drawn more than 255 times has a probability below 1e-500.
        yield np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(np.uint8)


@lru_cache(maxsize=128)
def _kept_counts(seed: int, n: int, samples: int) -> tuple[NDArray[np.uint8], ...]:
    return tuple(_draw_counts(seed, n, samples))


def _percentiles(replicates: FloatArray, level: float) -> tuple[float, float]:
    """The ``(m + 1) * (1 - level) / 2``-th smallest and largest of m replicates, interpolated.

    The rank is that of Davison and Hinkley (1997), *Bootstrap Methods and their Application*, chapter 5.
    """
    ordered = np.sort(replicates)
    last = len(ordered) - 1
    position = min(max((last + 2) * (1.0 - level) / 2.0 - 1.0, 0.0), float(last))
    outer = int(position)
    inner = min(outer + 1, last)
    # Counted from either end in the same way, so that mirrored replicates have mirrored percentiles to the last bit.
    low, high = ordered[outer], ordered[last - outer]
    part = position - outer
    return float(low + part * (ordered[inner] - low)), float(high + part * (ordered[last - inner] - high))


@lru_cache(maxsize=4096)
def _widening(n: int, level: float) -> float:
    """How much wider than the percentile interval an honest one is for n >= 2 sentences."""
    tail = (1.0 - level) / 2.0
    return math.sqrt(n / (n - 1)) * t_quantile(tail, n - 1) / -NormalDist().inv_cdf(tail)


def _room(score: float, n: int) -> tuple[float, float]:
    """Where one more sentence could take the mean of n."""
    return (n * score - _ONE_MORE) / (n + 1), (n * score + _ONE_MORE) / (n + 1)


def _bounded(score: float, low: float, high: float, limit: float, n: int) -> Estimate:
    score = min(max(score, -limit), limit) + 0.0
    return Estimate(score, min(max(low, -limit), score) + 0.0, max(min(high, limit), score) + 0.0, n)


# --- verdicts and evidence -------------------------------------------------------------------------------------------


def verdict(estimate: Estimate | None, measurement: Measurement, task: Task = Task.STANCE) -> Verdict:
    """Say in a word what an estimate supports.

    With b the band of the task (the zone in which a score is as good as neutral), in this order:

    1. *insufficient evidence*: no estimate; fewer than ``min_sentences`` sentences; or the interval leaves the zone on
       both sides (``low < -b`` and ``high > b``), so that not even the direction is known;
    2. *balanced*: the score lies in the zone, ``|score| <= b``, and the whole interval not far from it, within
       ``1.5 * b`` on either side;
    3. *negative*: the score lies below the zone and the whole interval below 0 (``score < -b`` and ``high < 0``), so
       that the attitude is both strong enough to matter and more than chance;
    4. *positive*: the mirror image (``score > b`` and ``low > 0``);
    5. *insufficient evidence*: the score lies in the zone, but the interval far beyond it; or the score lies outside,
       but the interval does not exclude 0.

    That an actor is treated evenly is a claim like the others, and must be shown: a score near 0 with an interval down
    to three bands is no news of balance but lack of news. Whoever wants to show that two things are as good as equal
    asks that the whole interval lie within a margin (Schuirmann 1987, *A Comparison of the Two One-Sided Tests
    Procedure and the Power Approach*, Journal of Pharmacokinetics and Biopharmaceutics 15(6)). The margin is not the
    band itself, which is so narrow that intervals of articles hardly ever fit in: of 578 articles about persons one
    would be balanced. At one and a half bands it is 14 (42 without a margin, 18 at two bands), and of articles of 40
    sentences whose true score is two and a quarter bands hardly any is called balanced (6 % at two bands or without).
    No margin helps where a few sentences hold none of the harsh ones that others would: see `estimate`.

    Args:
        estimate: The estimate; for an actor's verdict, that of the author's stance.
        measurement: Bands and ``min_sentences``.
        task: Whose band counts.

    Returns:
        The verdict; mirrored estimates have mirrored verdicts.
    """
    band = measurement.stance_band if task is Task.STANCE else measurement.sentiment_band
    if estimate is None or estimate.n < measurement.min_sentences or (estimate.low < -band and estimate.high > band):
        return "insufficient evidence"
    reach = _BALANCED_REACH * band
    if abs(estimate.score) <= band:
        return "balanced" if -reach <= estimate.low and estimate.high <= reach else "insufficient evidence"
    if estimate.score < -band and estimate.high < 0.0:
        return "negative"
    if estimate.score > band and estimate.low > 0.0:
        return "positive"
    return "insufficient evidence"


def evidence(series: Series, measurement: Measurement) -> tuple[int, ...]:
    """Choose the sentences that move an actor's score most.

    Args:
        series: The actor's scores. For a profile they are the stance where the voice is the author's and the sentiment
            where it is a source's: what the author thinks, and what the author lets others say.
        measurement: How many are chosen at most.

    Returns:
        Indices of sentences by falling ``|weight * score|``, earlier ones first among equals; those with ``|score| <
        0.05`` are left out.
    """
    order = np.lexsort((series.sentences, -np.abs(series.weights * series.scores)))
    strong = order[np.abs(series.scores[order]) >= _FAINT_SCORE]
    return tuple(series.sentences[strong[: measurement.evidence]].tolist())


# --- profiles --------------------------------------------------------------------------------------------------------


def profile_actors(
    actors: Sequence[tuple[str, str]],
    mention_scores: Sequence[MentionScore],
    kinds: Mapping[tuple[int, str], Sequence[MentionKind]],
    measurement: Measurement,
) -> tuple[dict[str, ActorProfile], tuple[Contrast, ...]]:
    """Aggregate one article.

    Args:
        actors: Id and name of every measured actor.
        mention_scores: The classifiers' answers, one for each sentence and actor that it mentions, in any order.
        kinds: For each (sentence, actor id) of these, how the sentence refers to the actor.
        measurement: The settings.

    Returns:
        The profiles by id, in the order of ``actors``, and the contrasts of all pairs of actors that are mentioned, in
        that order. An actor that is never mentioned has a profile without estimates.

    Raises:
        InputError: A score belongs to no measured actor, is there twice, or has no kinds.
    """
    grouped: dict[str, dict[int, MentionScore]] = {id_: {} for id_, _ in actors}
    for score in mention_scores:
        own = grouped.get(score.actor)
        if own is None or score.sentence in own:
            raise InputError(
                expected(
                    "mention_scores",
                    "one score for each sentence and measured actor",
                    Described(f"{'another' if own else 'one'} of {score.actor} in sentence {score.sentence}"),
                    "Measure that actor, and join its mentions in one sentence.",
                )
            )
        own[score.sentence] = score
    total = sum(len(score.spans) for score in mention_scores)
    profiles: dict[str, ActorProfile] = {}
    tasks: dict[str, tuple[Series, Series]] = {}
    for id_, name in actors:
        rows = [grouped[id_][sentence] for sentence in sorted(grouped[id_])]
        sentiment, stance = _series(rows, kinds)
        author = np.array([row.voice == "author" for row in rows], dtype=np.bool_)
        mentions = sum(len(row.spans) for row in rows)
        whole, by_author, by_others = _voice_parts(sentiment, stance, author, measurement)
        telling = Series(stance.sentences, np.where(author, stance.scores, sentiment.scores), stance.weights)
        profiles[id_] = ActorProfile(
            id=id_,
            name=name,
            mentions=mentions,
            sentences=len(rows),
            share=mentions / total if total else 0.0,
            sentiment=whole.sentiment,
            stance=whole.stance,
            author=by_author,
            attributed=by_others,
            verdict=verdict(whole.stance, measurement),
            evidence=evidence(telling, measurement),
        )
        if rows:
            tasks[id_] = (sentiment, stance)
    contrasts = []
    for first, second in combinations(tasks, 2):
        of_sentiment = _contrast(tasks[first][0], tasks[second][0], measurement)
        of_stance = _contrast(tasks[first][1], tasks[second][1], measurement)
        if of_sentiment is not None and of_stance is not None:  # always so: both actors are mentioned
            contrasts.append(Contrast(first, second, of_sentiment, of_stance))
    return profiles, tuple(contrasts)


def _series(
    rows: Sequence[MentionScore], kinds: Mapping[tuple[int, str], Sequence[MentionKind]]
) -> tuple[Series, Series]:
    """Sentiment and stance of one actor, checked."""
    sentences = np.array([row.sentence for row in rows], dtype=np.int64)
    weights = np.array([salience(kinds.get((row.sentence, row.actor), ())) for row in rows], dtype=np.float64)
    sentiment = np.array([row.sentiment for row in rows], dtype=np.float64).reshape(-1, 3)
    stance = np.array([row.stance for row in rows], dtype=np.float64).reshape(-1, 3)
    both = Series(sentences, to_scores(sentiment), weights), Series(sentences, to_scores(stance), weights)
    if rows:
        for series in both:
            _check_rows(series.scores, series.weights)
    return both


def _voice_parts(
    sentiment: Series, stance: Series, author: NDArray[np.bool_], measurement: Measurement
) -> tuple[VoicePart, VoicePart, VoicePart]:
    """Estimates from all sentences, from those in the author's voice, and from the others."""

    def part(rows: NDArray[np.bool_]) -> VoicePart:
        return VoicePart(
            _estimate(sentiment.scores[rows], sentiment.weights[rows], measurement),
            _estimate(stance.scores[rows], stance.weights[rows], measurement),
        )

    whole, nothing = part(np.ones(len(author), dtype=np.bool_)), VoicePart(None, None)
    if author.all():  # most actors of a short article have one voice, and resampling costs
        return whole, whole, nothing
    return (whole, part(author), part(~author)) if author.any() else (whole, nothing, whole)


def _check_rows(scores: FloatArray, weights: FloatArray) -> None:
    if scores.ndim != 1 or scores.shape != weights.shape:
        shapes = Described(f"{scores.shape} and {weights.shape}")
        raise InputError(expected("scores and weights", "of one shape (n,)", shapes, "Give one of each a sentence."))
    # Probabilities that were rounded to float32 may pass 1 by a hair.
    if not np.all(np.abs(scores) <= 1.0 + 1e-6):
        raise InputError(expected("scores", "in [-1, 1]", scores, "Make them with `to_scores`."))
    if not np.all((weights > 0.0) & np.isfinite(weights)):
        raise InputError(expected("weights", "finite and above 0", weights, "Leave out sentences without weight."))


def _check_series(series: Series) -> None:
    _check_rows(series.scores, series.weights)
    if series.sentences.shape != series.scores.shape or len(np.unique(series.sentences)) != len(series.sentences):
        raise InputError(
            expected("sentences", "one index a score, no two alike", series.sentences, "Join what is doubled.")
        )
