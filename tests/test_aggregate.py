import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from biasscore.aggregate import (
    FloatArray,
    Series,
    _on_grid,
    contrast,
    estimate,
    evidence,
    profile_actors,
    salience,
    to_scores,
    verdict,
)
from biasscore.config import Measurement
from biasscore.errors import InputError
from biasscore.labels import Task
from biasscore.records import Estimate, MentionKind, MentionScore, Span, Voice, VoicePart

DEFAULT = Measurement(sentiment_band=0.10, stance_band=0.10)
NOTHING = "insufficient evidence"

# Few distinct values make ties, which is where an order could show.
score_values = st.one_of(st.integers(-4, 4).map(lambda k: k / 4), st.floats(-1, 1, width=32))
weight_values = st.sampled_from([0.5, 1.0])
Rows = list[tuple[float, float]]
rows_of = st.lists(st.tuples(score_values, weight_values), min_size=1, max_size=12)


def measure(rows: Sequence[tuple[float, float]]) -> Estimate:
    found = estimate(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]), DEFAULT)
    assert found is not None
    return found


def series(scores: Mapping[int, float], weight: float = 1.0) -> Series:
    return Series(np.array(list(scores), dtype=np.int64), np.array(list(scores.values())), np.full(len(scores), weight))


def difference(first: Series, second: Series) -> Estimate:
    found = contrast(first, second, DEFAULT)
    assert found is not None
    return found


def mirrored(found: Estimate) -> Estimate:
    return Estimate(-found.score, -found.high, -found.low, found.n)


# --- one sentence


def test_scores_by_hand() -> None:
    probs = np.array([[0.7, 0.2, 0.1], [0.0, 0.25, 0.75], [0.0, 1.0, 0.0]])
    assert to_scores(probs) == pytest.approx([-0.6, 0.75, 0.0], abs=1e-15)
    assert to_scores(probs.astype(np.float32)).dtype == np.float64
    assert to_scores(np.empty((0, 3))).shape == (0,)


@pytest.mark.parametrize("shape", [(3,), (2, 2), (1, 3, 1)])
def test_probabilities_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"\(n, 3\)"):
        to_scores(np.zeros(shape))


@pytest.mark.parametrize(
    ("kinds", "weight"),
    [
        (["name"], 1.0),
        (["paraphrase"], 1.0),
        (["person", "anaphor"], 1.0),
        (["anaphor"], 0.5),
        (["anaphor", "anaphor"], 0.5),
    ],
)
def test_salience_by_hand(kinds: list[MentionKind], weight: float) -> None:
    assert salience(kinds) == weight


def test_a_sentence_without_a_mention_has_no_salience() -> None:
    with pytest.raises(InputError, match="at least one mention"):
        salience([])


# --- estimates


def test_the_score_is_the_weighted_mean() -> None:
    found = measure([(0.6, 1.0), (-0.2, 0.5), (0.5, 1.0)])
    assert found.score == pytest.approx((0.6 - 0.1 + 0.5) / 2.5, abs=1e-15)
    assert found.n == 3


def test_without_sentences_there_is_no_estimate() -> None:
    assert estimate(np.empty(0), np.empty(0), DEFAULT) is None


def test_one_sentence_says_nothing_about_spread() -> None:
    assert measure([(0.4, 0.5)]) == Estimate(0.4, -1.0, 1.0, 1)


def test_sentences_that_agree_leave_room_for_one_more() -> None:
    found = measure([(0.2, 1.0)] * 4)
    assert (found.low, found.high) == pytest.approx(((4 * 0.2 - 0.5) / 5, (4 * 0.2 + 0.5) / 5), abs=1e-8)


@pytest.mark.parametrize(
    "rows",
    [
        [(-0.9, 1.0), (-0.4, 1.0), (-0.1, 1.0), (0.0, 1.0), (0.35, 1.0)],
        [(-0.9, 0.5), (-0.4, 1.0), (-0.1, 1.0), (0.0, 0.5), (0.3, 1.0), (0.2, 0.5)],
    ],
)
def test_the_interval_is_that_of_all_possible_samples(rows: Rows) -> None:
    scores, weights = np.array(rows).T
    n = len(rows)
    drawn = np.array(list(product(range(n), repeat=n)))
    means = (weights[drawn] * scores[drawn]).sum(axis=1) / weights[drawn].sum(axis=1)
    factor = math.sqrt(n / (n - 1)) * stats.t.ppf(0.975, n - 1) / stats.norm.ppf(0.975)
    centre = float(np.average(scores, weights=weights))
    found = measure(rows)
    for end, quantile in ((found.low, 0.025), (found.high, 0.975)):
        assert end == pytest.approx(centre + factor * (np.quantile(means, quantile) - centre), abs=0.02 * factor)


@pytest.mark.parametrize("n", [8, 20, 60])
def test_the_interval_covers_the_true_mean(n: int) -> None:
    values, probs = np.array([-0.9, -0.4, -0.1, 0.2, 0.7]), np.array([0.35, 0.3, 0.2, 0.1, 0.05])
    truth = float(values @ probs)
    drawn = np.random.default_rng(n).choice(values, p=probs, size=(1500, n))
    found = [estimate(scores, np.ones(n), DEFAULT) for scores in drawn]
    covered = [one is not None and one.low <= truth <= one.high for one in found]
    assert 0.92 <= np.mean(covered) <= 0.98


def test_a_higher_level_is_a_wider_interval() -> None:
    scores, weights = np.linspace(-0.9, 0.5, 15), np.ones(15)
    widths = []
    for level in (0.8, 0.95, 0.99):
        found = estimate(scores, weights, replace(DEFAULT, level=level))
        assert found is not None
        widths.append(found.high - found.low)
    assert widths == sorted(set(widths))


def test_the_seed_alone_moves_the_interval() -> None:
    scores, weights = np.linspace(-0.9, 0.5, 15) ** 3, np.ones(15)
    first = estimate(scores, weights, DEFAULT)
    np.random.default_rng().random(7)
    second, other = estimate(scores, weights, DEFAULT), estimate(scores, weights, replace(DEFAULT, seed=1))
    assert first is not None
    assert other is not None
    assert first == second
    assert first != other
    assert first.low == pytest.approx(other.low, abs=0.05)


@settings(deadline=None)
@given(rows_of)
def test_an_estimate_is_in_order_and_in_range(rows: Rows) -> None:
    found = measure(rows)
    assert -1.0 <= found.low <= found.score <= found.high <= 1.0
    assert found.n == len(rows)
    assert min(row[0] for row in rows) - 1e-12 <= found.score <= max(row[0] for row in rows) + 1e-12


@settings(deadline=None)
@given(rows_of, st.randoms())
def test_the_order_of_sentences_does_not_count(rows: Rows, random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert measure(shuffled) == measure(rows)


@settings(deadline=None)
@given(rows_of)
def test_opposite_scores_give_the_mirrored_estimate(rows: Rows) -> None:
    assert measure([(-score, weight) for score, weight in rows]) == mirrored(measure(rows))


@settings(deadline=None)
@given(rows_of)
def test_the_scale_of_weights_does_not_count(rows: Rows) -> None:
    assert measure([(score, 4 * weight) for score, weight in rows]) == measure(rows)


@settings(deadline=None)
@given(rows_of)
def test_twice_the_evidence_is_the_same_mean_and_a_narrower_interval(rows: Rows) -> None:
    once, twice = measure(rows), measure(rows * 2)
    assert twice.score == pytest.approx(once.score, abs=1e-12)
    width = once.high - once.low
    assert twice.high - twice.low < width or width == twice.high - twice.low == 2.0


@settings(deadline=None)
@given(rows_of)
def test_what_is_summed_in_the_bootstrap_is_summed_exactly(rows: Rows) -> None:
    for part in _on_grid(*np.array(rows).T).T:
        forward, backward = sum(part.tolist()), sum(part[::-1].tolist())
        assert forward == backward == math.fsum(part.tolist())


@settings(deadline=None)
@given(rows_of, weight_values)
def test_a_neutral_sentence_never_raises_the_score(rows: Rows, weight: float) -> None:
    assert abs(measure([*rows, (0.0, weight)]).score) <= abs(measure(rows).score)


@pytest.mark.parametrize(
    ("scores", "weights", "part"),
    [
        ([0.1], [1.0, 1.0], "one shape"),
        ([1.1], [1.0], r"\[-1, 1\]"),
        ([float("nan")], [1.0], r"\[-1, 1\]"),
        ([0.1], [0.0], "above 0"),
        ([0.1], [float("inf")], "finite"),
    ],
)
def test_rows_that_make_no_sense_are_refused(scores: list[float], weights: list[float], part: str) -> None:
    with pytest.raises(InputError, match=part):
        estimate(np.array(scores), np.array(weights), DEFAULT)


def test_more_sentences_than_are_kept_between_calls() -> None:
    scores = np.random.default_rng(0).uniform(-0.8, 0.4, 3000)
    found = estimate(scores, np.ones(3000), DEFAULT)
    assert found is not None
    assert found == estimate(scores[::-1].copy(), np.ones(3000), DEFAULT)
    half = 1.96 * scores.std() / math.sqrt(3000)
    assert (found.score - found.low, found.high - found.score) == pytest.approx((half, half), rel=0.1)


# --- contrasts


def two_series(data: st.DataObject) -> tuple[Series, Series]:
    found = []
    for _ in range(2):
        rows = data.draw(st.dictionaries(st.integers(0, 9), st.tuples(score_values, weight_values), min_size=1))
        scores, weights = np.array(list(rows.values())).T
        found.append(Series(np.array(list(rows), dtype=np.int64), scores, weights))
    return found[0], found[1]


def test_the_contrast_is_the_difference_of_the_means() -> None:
    found = difference(series({0: 0.5, 1: 0.1, 4: 0.3}), series({1: -0.4, 2: 0.0}))
    assert found.score == pytest.approx(0.3 + 0.2, abs=1e-15)
    assert found.n == 4
    assert -2.0 <= found.low < found.score < found.high <= 2.0


def test_a_contrast_needs_both_actors() -> None:
    assert contrast(series({}), series({0: 0.1}), DEFAULT) is None
    assert contrast(series({0: 0.1}), series({}), DEFAULT) is None


def test_an_actor_with_one_sentence_leaves_a_contrast_open() -> None:
    assert difference(series({0: 0.5, 1: 0.1}), series({1: -0.2})) == Estimate(0.5, -2.0, 2.0, 2)


def test_the_interval_of_a_contrast_is_that_of_a_plain_paired_bootstrap() -> None:
    generator = np.random.default_rng(3)
    scores = generator.uniform(-1, 1, (2, 40))
    present = np.array([np.arange(40) < 28, np.arange(40) >= 8])
    first, second = (
        Series(np.flatnonzero(present[k]), scores[k][present[k]], np.ones(int(present[k].sum()))) for k in (0, 1)
    )
    differences = []
    for _ in range(4000):
        drawn = generator.integers(0, 40, 40)
        means = [scores[k][drawn][present[k][drawn]].mean() for k in (0, 1)]
        differences.append(means[0] - means[1])
    factor = math.sqrt(28 / 27) * stats.t.ppf(0.975, 27) / stats.norm.ppf(0.975)
    found = difference(first, second)
    for end, quantile in ((found.low, 0.025), (found.high, 0.975)):
        assert end == pytest.approx(found.score + factor * (np.quantile(differences, quantile) - found.score), abs=0.04)


def test_the_interval_of_a_contrast_covers_the_true_difference_though_one_actor_is_rare() -> None:
    values, probs = np.array([-0.9, -0.4, -0.1, 0.2, 0.7]), np.array([0.35, 0.3, 0.2, 0.1, 0.05])
    rare, common = np.arange(4), np.arange(2, 42)
    generator = np.random.default_rng(0)
    covered = []
    for _ in range(500):
        first = Series(rare, generator.choice(values, 4, p=probs), np.ones(4))
        second = Series(common, generator.choice(values, 40, p=probs), np.ones(40))
        found = difference(first, second)
        covered.append(found.low <= 0.0 <= found.high)
    assert 0.92 <= np.mean(covered) <= 0.99


def test_what_is_said_of_both_at_once_stays_together() -> None:
    scores = np.linspace(-0.9, 0.9, 20).tolist()
    together = difference(series(dict(enumerate(scores))), series(dict(enumerate(scores))))
    apart = difference(series(dict(enumerate(scores))), series(dict(enumerate(scores, 20))))
    assert together.score == apart.score == 0.0
    assert together.high - together.low < 0.2 * (apart.high - apart.low)


@settings(deadline=None)
@given(st.data())
def test_a_contrast_is_antisymmetric_to_the_last_bit(data: st.DataObject) -> None:
    first, second = two_series(data)
    assert difference(second, first) == mirrored(difference(first, second))


@settings(deadline=None)
@given(st.data())
def test_opposite_scores_give_the_mirrored_contrast(data: st.DataObject) -> None:
    first, second = two_series(data)
    opposite = [Series(one.sentences, -one.scores, one.weights) for one in (first, second)]
    assert difference(opposite[0], opposite[1]) == mirrored(difference(first, second))


@settings(deadline=None)
@given(st.data(), st.permutations(range(10)))
def test_where_the_sentences_stand_does_not_count_for_a_contrast(data: st.DataObject, places: list[int]) -> None:
    first, second = two_series(data)
    moved = [Series(np.array(places)[one.sentences], one.scores, one.weights) for one in (first, second)]
    assert difference(moved[0], moved[1]) == difference(first, second)


def test_doubled_sentences_are_refused() -> None:
    doubled = Series(np.array([1, 1]), np.array([0.1, 0.2]), np.ones(2))
    with pytest.raises(InputError, match="no two alike"):
        contrast(doubled, series({0: 0.1}), DEFAULT)


# --- verdicts


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (None, NOTHING),
        (Estimate(-0.8, -0.9, -0.7, 2), NOTHING),  # too few sentences
        (Estimate(-0.8, -0.9, -0.7, 3), "negative"),
        (Estimate(0.8, 0.7, 0.9, 3), "positive"),
        (Estimate(-0.11, -0.2, -0.01, 9), "negative"),
        (Estimate(-0.11, -0.2, 0.0, 9), NOTHING),  # perhaps neutral
        (Estimate(-0.5, -0.9, 0.05, 9), NOTHING),
        (Estimate(-0.10, -0.14, -0.01, 9), "balanced"),  # more than chance, but too weak to matter
        (Estimate(-0.10, -0.19, -0.01, 9), NOTHING),  # perhaps strong enough
        (Estimate(0.02, -0.09, 0.16, 9), NOTHING),
        (Estimate(0.0, -0.1, 0.1, 9), "balanced"),
        (Estimate(0.02, -0.09, 0.14, 9), "balanced"),
        (Estimate(0.0, -0.11, 0.11, 9), NOTHING),  # not even the direction is known
    ],
)
def test_verdicts_by_hand(found: Estimate | None, word: str) -> None:
    assert verdict(found, DEFAULT) == word


def test_a_score_near_zero_alone_is_not_balance() -> None:
    """One harsh sentence among ten, and many articles of a hand that writes one in seven: 2.25 bands below 0."""
    settings = Measurement()
    found = estimate(np.array([-0.55] + [0.0] * 9), np.ones(10), settings)
    assert found is not None
    assert -settings.stance_band < found.score < found.high < settings.stance_band
    assert verdict(found, settings) == NOTHING
    assert verdict(estimate(np.zeros(10), np.ones(10), settings), settings) == "balanced"
    generator = np.random.default_rng(0)
    for n, most in ((20, 0.07), (40, 0.02)):
        harsh = generator.random((300, n)) < 0.15
        words = [verdict(estimate(np.where(row, -0.9, 0.0), np.ones(n), settings), settings) for row in harsh]
        assert words.count("balanced") <= most * 300
        assert words.count("negative") > 4 * words.count("balanced")


def test_each_task_has_a_band_of_its_own() -> None:
    found = Estimate(-0.2, -0.3, -0.1, 9)
    assert verdict(found, replace(DEFAULT, stance_band=0.25)) == "balanced"
    assert verdict(found, replace(DEFAULT, stance_band=0.25), Task.SENTIMENT) == "negative"
    assert verdict(found, replace(DEFAULT, sentiment_band=0.25), Task.SENTIMENT) == "balanced"


@settings(deadline=None)
@given(st.tuples(*[st.integers(-20, 20)] * 3).map(sorted), st.integers(1, 5), st.integers(0, 8))
def test_there_is_exactly_one_verdict(ends: list[int], n: int, width: int) -> None:
    low, score, high = (end / 20 for end in ends)
    band = width / 20
    found = verdict(Estimate(score, low, high, n), replace(DEFAULT, stance_band=band))
    known = n >= 3 and not (low < -band and high > band)
    reasons = {
        "negative": known and score < -band and high < 0,
        "positive": known and score > band and low > 0,
        "balanced": known and -band <= score <= band and -1.5 * band <= low and high <= 1.5 * band,
    }
    assert [word for word, holds in reasons.items() if holds] == ([] if found == NOTHING else [found])
    opposite = {"negative": "positive", "positive": "negative"}
    other = verdict(Estimate(-score, -high, -low, n), replace(DEFAULT, stance_band=band))
    assert other == opposite.get(found, found)


# --- evidence


def test_evidence_by_hand() -> None:
    found = Series(
        np.array([2, 0, 5, 7, 9, 11]),
        np.array([0.5, -0.5, -0.9, 0.04, 0.6, 0.06]),
        np.array([1.0, 1.0, 0.5, 1.0, 1.0, 1.0]),
    )
    # 9: 0.6; 0 and 2: 0.5, the earlier first; 5: 0.45 for its weight; 11: 0.06; 7 is too faint.
    assert evidence(found, replace(DEFAULT, evidence=9)) == (9, 0, 2, 5, 11)
    assert evidence(found, DEFAULT) == (9, 0, 2)
    assert evidence(found, replace(DEFAULT, evidence=0)) == ()


# --- profiles


def probs(score: float) -> tuple[float, float, float]:
    """Probabilities with this score."""
    return max(-score, 0.0), 1.0 - abs(score), max(score, 0.0)


def told(
    sentence: int, actor: str, sentiment: float, stance: float, voice: Voice = "author", spans: int = 1
) -> MentionScore:
    places = tuple(Span(10 * k, 10 * k + 2) for k in range(spans))
    return MentionScore(sentence, actor, places, voice, None, probs(sentiment), probs(stance))


ACTORS = [("UK", "United Kingdom"), ("NATO", "NATO"), ("RUS", "Russia"), ("KAZ", "Kazakhstan")]
ARTICLE = [
    told(0, "RUS", -0.8, -0.6),
    told(0, "UK", 0.2, 0.1, spans=2),
    told(1, "RUS", -0.5, 0.0, "attributed"),
    told(2, "UK", 0.3, 0.3),
    told(3, "RUS", -0.7, -0.5),
    told(4, "RUS", -0.4, -0.7),
    told(4, "KAZ", 0.0, 0.0),
    told(5, "UK", -0.9, 0.0, "attributed"),
]
KINDS: dict[tuple[int, str], list[MentionKind]] = {(one.sentence, one.actor): ["name"] for one in ARTICLE}
KINDS[2, "UK"] = ["anaphor"]


def test_a_profile_by_hand() -> None:
    profiles, _ = profile_actors(ACTORS, ARTICLE, KINDS, DEFAULT)
    assert list(profiles) == ["UK", "NATO", "RUS", "KAZ"]
    russia, kingdom = profiles["RUS"], profiles["UK"]
    assert (russia.id, russia.name, russia.mentions, russia.sentences, russia.share) == ("RUS", "Russia", 4, 4, 4 / 9)
    assert (kingdom.mentions, kingdom.sentences, kingdom.share) == (4, 3, 4 / 9)
    assert russia.sentiment == measure([(-0.8, 1), (-0.5, 1), (-0.7, 1), (-0.4, 1)])
    assert russia.stance == measure([(-0.6, 1), (0.0, 1), (-0.5, 1), (-0.7, 1)])
    assert russia.author == VoicePart(
        measure([(-0.8, 1), (-0.7, 1), (-0.4, 1)]), measure([(-0.6, 1), (-0.5, 1), (-0.7, 1)])
    )
    assert russia.attributed == VoicePart(measure([(-0.5, 1)]), measure([(0.0, 1)]))
    # In the author's voice the stance counts (-0.6, -0.5, -0.7), in a source's the sentiment (-0.5).
    assert russia.evidence == (4, 0, 1)
    assert kingdom.sentiment is not None
    assert kingdom.sentiment.score == pytest.approx((0.2 + 0.5 * 0.3 - 0.9) / 2.5)
    assert kingdom.evidence == (5, 2, 0)
    assert (profiles["KAZ"].verdict, profiles["KAZ"].evidence) == (NOTHING, ())


def test_the_verdict_is_on_the_stance() -> None:
    article = [told(k, "RUS", 0.9, -0.6 - k / 100) for k in range(6)]
    profiles, _ = profile_actors(ACTORS, article, {(k, "RUS"): ["name"] for k in range(6)}, DEFAULT)
    assert profiles["RUS"].verdict == "negative"


@pytest.mark.parametrize("voice", ["author", "attributed"])
def test_an_actor_of_one_voice_has_its_whole_estimate_there(voice: Voice) -> None:
    article = [told(k, "RUS", -k / 10, k / 20, voice) for k in range(6)]
    profiles, _ = profile_actors(ACTORS, article, {(k, "RUS"): ["name"] for k in range(6)}, DEFAULT)
    whole = VoicePart(measure([(-k / 10, 1) for k in range(6)]), measure([(k / 20, 1) for k in range(6)]))
    parts = {"author": profiles["RUS"].author, "attributed": profiles["RUS"].attributed}
    assert parts.pop(voice) == whole
    assert list(parts.values()) == [VoicePart(None, None)]


def test_never_mentioned_is_none() -> None:
    profiles, contrasts = profile_actors(ACTORS, ARTICLE, KINDS, DEFAULT)
    nato = profiles["NATO"]
    assert (nato.mentions, nato.sentences, nato.share, nato.verdict, nato.evidence) == (0, 0, 0.0, NOTHING, ())
    assert nato.sentiment is nato.stance is None
    assert nato.author == nato.attributed == VoicePart(None, None)
    assert [(one.first, one.second) for one in contrasts] == [("UK", "RUS"), ("UK", "KAZ"), ("RUS", "KAZ")]


def test_contrasts_are_those_of_the_series() -> None:
    _, contrasts = profile_actors(ACTORS, ARTICLE, KINDS, DEFAULT)
    kingdom = Series(np.array([0, 2, 5]), np.array([0.1, 0.3, 0.0]), np.array([1.0, 0.5, 1.0]))
    assert contrasts[0].stance == difference(kingdom, series({0: -0.6, 1: 0.0, 3: -0.5, 4: -0.7}))


def test_an_article_without_mentions() -> None:
    profiles, contrasts = profile_actors(ACTORS, [], {}, DEFAULT)
    assert [profile.share for profile in profiles.values()] == [0.0] * 4
    assert contrasts == ()


def test_actors_that_change_places_change_numbers() -> None:
    swap = {"UK": "RUS", "RUS": "UK"}
    article = [replace(one, actor=swap.get(one.actor, one.actor)) for one in reversed(ARTICLE)]
    kinds = {(sentence, swap.get(actor, actor)): found for (sentence, actor), found in KINDS.items()}
    before, contrasts = profile_actors(ACTORS, ARTICLE, KINDS, DEFAULT)
    after, contrasts_after = profile_actors(ACTORS, article, kinds, DEFAULT)
    for one, other in (("UK", "RUS"), ("RUS", "UK"), ("KAZ", "KAZ")):
        assert after[one] == replace(before[other], id=one, name=after[one].name)
    assert contrasts_after[0].sentiment == mirrored(contrasts[0].sentiment)
    assert contrasts_after[0].stance == mirrored(contrasts[0].stance)
    assert contrasts_after[1].stance == contrasts[2].stance


def test_which_actors_are_measured_beside_does_not_count() -> None:
    alone, _ = profile_actors([("RUS", "Russia")], [one for one in ARTICLE if one.actor == "RUS"], KINDS, DEFAULT)
    among, _ = profile_actors(ACTORS[::-1], ARTICLE, KINDS, DEFAULT)
    assert replace(alone["RUS"], share=0.0) == replace(among["RUS"], share=0.0)


@pytest.mark.parametrize(
    ("extra", "part"),
    [
        (told(9, "EU", 0.1, 0.1), "one of EU in sentence 9"),
        (told(0, "UK", 0.1, 0.1), "another of UK in sentence 0"),
        (told(9, "UK", 0.1, 0.1), "kinds"),
    ],
)
def test_scores_that_belong_nowhere_are_refused(extra: MentionScore, part: str) -> None:
    with pytest.raises(InputError, match=part):
        profile_actors(ACTORS, [*ARTICLE, extra], KINDS, DEFAULT)


def test_the_probabilities_of_the_tests_have_the_scores_they_say() -> None:
    values: FloatArray = np.array([-1.0, -0.3, 0.0, 0.8])
    assert to_scores(np.array([probs(float(value)) for value in values])) == pytest.approx(values)
