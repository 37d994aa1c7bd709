"""The choice of the article-level rule: folds, what the choice may see, baselines, aggregation, intervals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import biasscore
from benchmarks.article_level import scored
from benchmarks.article_level.bands import recommend
from benchmarks.article_level.baselines import baselines
from benchmarks.article_level.figures import bootstrap_f1
from benchmarks.article_level.intervals import agree, halves
from benchmarks.article_level.rules import BANDS, Family, Space, aggregate, classify, sentence_weights
from benchmarks.article_level.scored import Scored, main_person, read_scored, repair
from benchmarks.article_level.selection import FOLDS, choose, folds, macro_f1s, nested
from benchmarks.article_level.told import Told, nested_told
from biasscore.aggregate import salience
from biasscore.config import Measurement
from biasscore.labels import Task
from biasscore.metrics import macro_f1
from biasscore.records import Estimate

FAMILIES = Space.of([]).families


def article(
    sentiment: list[list[float]],
    stance: list[list[float]] | None = None,
    paragraphs: list[int] | None = None,
    mentions: list[int] | None = None,
) -> Scored:
    """An article with these probabilities."""
    n = len(sentiment)
    return Scored(
        "a",
        1,
        np.array(paragraphs or range(n), np.int64),
        np.array(mentions or [1] * n, np.int64),
        np.ones(n),
        np.ones(n, np.bool_),
        np.array(sentiment, np.float64).reshape(-1, 3),
        np.array(stance if stance is not None else sentiment, np.float64).reshape(-1, 3),
    )


def from_scores(scores: list[float]) -> Scored:
    """An article whose sentences have these scores."""
    return article([[max(-score, 0.0), 1.0 - abs(score), max(score, 0.0)] for score in scores])


# --- folds


@given(st.lists(st.integers(0, 2), min_size=1, max_size=80), st.integers(0, 9))
def test_folds_are_disjoint_whole_and_stratified(labels: list[int], seed: int) -> None:
    gold = np.array(labels)
    found = folds(gold, FOLDS, [seed])
    assert sorted(np.concatenate(found).tolist()) == list(range(len(gold)))
    sizes = [len(fold) for fold in found]
    assert max(sizes) - min(sizes) <= 1
    for label in range(3):
        counts = [int((gold[fold] == label).sum()) for fold in found]
        assert max(counts) - min(counts) <= 1


def test_folds_hang_on_the_seed_alone() -> None:
    gold = np.arange(60) % 3
    once, again, other = (np.concatenate(folds(gold, FOLDS, [seed])).tolist() for seed in (1, 1, 2))
    assert once == again != other


# --- what the choice may see


def planted() -> tuple[Space, np.ndarray[Any, np.dtype[np.int64]]]:
    """Five families; the k-th is right on all of outer fold k, and elsewhere as often as not (0.6).

    Who does not see fold k finds family k the worst. Who sees all articles finds them equal, chooses the same one for
    every fold, and so for one fold its own.
    """
    gold = np.arange(300) % 3
    scores = np.tile(gold - 1.0, (FOLDS, 1))
    for k, held in enumerate(folds(gold, FOLDS, [0])):
        others = np.setdiff1d(np.arange(len(gold)), held)
        wrong = others[np.random.default_rng(k).random(len(others)) < 0.4]
        scores[k, wrong] = (gold[wrong] + 1) % 3 - 1.0
    return Space(FAMILIES[:FOLDS], scores, (0.0,)), gold


def test_an_outer_fold_does_not_choose_its_own_rule() -> None:
    space, gold = planted()
    _, rules = nested(space, gold, 0)
    for rule, own in zip(rules, space.families, strict=True):
        assert Family(rule.task, rule.weights, rule.aggregation) != own


def test_what_is_held_out_changes_no_choice() -> None:
    space, gold = planted()
    _, rules = nested(space, gold, 0)
    for number, held in enumerate(folds(gold, FOLDS, [0])):
        train = np.setdiff1d(np.arange(len(gold)), held)
        poisoned = gold.copy()
        poisoned[held] = 2 - poisoned[held]
        scores = space.scores.copy()
        scores[:, held] = 0.7
        other = Space(space.families, scores, space.centres)
        assert other.rule(choose(other, poisoned, train, [0, number])) == rules[number]


def test_choice_among_noise_gains_nothing_once_it_is_nested() -> None:
    generator = np.random.default_rng(5)
    gold = generator.integers(0, 3, 150)
    space = Space(FAMILIES, generator.uniform(-1.0, 1.0, (len(FAMILIES), len(gold))))
    everything = np.arange(len(gold))
    seen = float(macro_f1s(gold, space.predict(everything, everything)).max())
    outside = np.mean([macro_f1s(gold, nested(space, gold, seed)[0]) for seed in range(5)])
    assert seen > 0.42
    assert abs(outside - 1 / 3) < 0.05


def test_a_real_effect_is_found() -> None:
    generator = np.random.default_rng(6)
    gold = generator.integers(0, 3, 150)
    scores = generator.uniform(-1.0, 1.0, (len(FAMILIES), len(gold)))
    scores[7] = 0.3 * (gold - 1.0) + 0.2
    predicted, rules = nested(Space(FAMILIES, scores), gold, 0)
    assert macro_f1s(gold, predicted) == 1.0
    assert {(rule.task, rule.weights, rule.aggregation, rule.centre) for rule in rules} == {
        (FAMILIES[7].task, FAMILIES[7].weights, FAMILIES[7].aggregation, "median")
    }


def test_the_centre_is_that_of_the_fitted_articles() -> None:
    space = Space(FAMILIES[:1], np.array([[0.1, 0.2, 0.9, np.nan, 0.5, -0.5]]), (0.0, "median"), (0.0, 0.25))
    predicted = space.predict(np.array([0, 1, 2, 3]), np.array([3, 4, 5]))
    # the median of 0.1, 0.2 and 0.9 is 0.2: what is asked about is 0.3 and -0.7
    assert predicted[0].tolist() == [[[1, 2, 0], [1, 2, 0]], [[1, 2, 0], [1, 2, 0]]]
    assert space.predict(np.array([2]), np.array([4]))[0, 1].tolist() == [[0], [0]]


def test_what_the_model_is_told_by_hand() -> None:
    priors = {Task.SENTIMENT: (0.25, 0.5, 0.25), Task.STANCE: (0.5, 0.25, 0.25)}
    told = Told(np.array([[1, 1, 2], [9, 0, 0]]), priors)
    moved = told.move(article([[0.25, 0.5, 0.25]], [[0.5, 0.25, 0.25]]), np.array([0]))
    # The first article's shares are 1/4, 1/4, 1/2; where the model has seen nothing, they are its answer.
    assert moved.sentiment[0] == pytest.approx([0.25, 0.25, 0.5])
    assert moved.stance[0] == pytest.approx([0.25, 0.25, 0.5])


def test_paragraphs_of_the_held_out_articles_are_not_told() -> None:
    generator = np.random.default_rng(7)
    gold = np.repeat(np.arange(3), 20)
    articles = [article(generator.dirichlet(np.ones(3), 4).tolist()) for _ in gold]
    priors = dict.fromkeys(Task, (0.3, 0.4, 0.3))
    counts = np.eye(3, dtype=np.int64)[gold] + 1
    predicted = nested_told(articles, Told(counts, priors), gold, 0)
    for held in folds(gold, FOLDS, [0]):
        poisoned = counts.copy()
        poisoned[held] = [1000, 1, 1]
        assert np.array_equal(nested_told(articles, Told(poisoned, priors), gold, 0)[held], predicted[held])


def test_paragraphs_are_read_by_article(tmp_path: Path) -> None:
    rows = [{"id": "a-p0", "label": -1}, {"id": "a-p1", "label": 1}, {"id": "b-p0", "label": 0}]
    (tmp_path / "paragraphs.jsonl").write_text("\n".join(map(json.dumps, rows)))
    told = Told.of(tmp_path / "paragraphs.jsonl", [article([])])
    assert told.counts.tolist() == [[1, 0, 1]]
    assert set(told.priors) == set(Task)


def test_unequal_thresholds_are_a_constant_centre() -> None:
    gold = np.arange(90) % 3
    scores = np.array([[-0.5, -0.3, 0.1]])[:, gold]  # what is neutral lies at -0.3
    space = Space(FAMILIES[:1], scores, (0.0, -0.3))
    predicted, rules = nested(space, gold, 0)
    assert macro_f1s(gold, predicted) == 1.0
    assert {rule.centre for rule in rules} == {-0.3}
    assert macro_f1s(gold, nested(Space(FAMILIES[:1], scores, (0.0,)), gold, 0)[0]) < 0.6


def test_the_band_is_recommended_by_articles_then_by_fixtures_then_by_nearness() -> None:
    def held(**rights: int) -> dict[str, list[int]]:
        return {"label": [rights.get(f"b{round(100 * band)}", 0) for band in BANDS]}

    curve = {"best": 0.1, "as_good": [0.06, 0.08, 0.1, 0.13]}
    fixtures = {"stance": held(b2=9, b6=7, b8=8, b13=8), "sentiment": held(b2=9)}
    assert recommend({"stance": curve, "sentiment": curve}, fixtures) == {"stance": 0.08, "sentiment": 0.1}


# --- scores and labels


def test_aggregation_by_hand() -> None:
    probs = np.array([[0.1, 0.2, 0.7], [0.2, 0.6, 0.2], [0.8, 0.1, 0.1], [0.3, 0.4, 0.3], [0.5, 0.1, 0.4]])
    scores = [0.6, 0.0, -0.7, 0.0, -0.1]
    ones, weights = np.ones(5), np.array([1.0, 2.0, 1.0, 1.0, 5.0])
    assert aggregate(probs, ones, "mean") == pytest.approx(sum(scores) / 5)
    assert aggregate(probs, weights, "mean") == pytest.approx((0.6 - 0.7 - 0.5) / 10)
    assert aggregate(probs, weights, "non-neutral") == pytest.approx((0.6 - 0.7 - 0.5) / 7)
    assert aggregate(probs, ones, "trimmed") == pytest.approx(-0.1 / 3)
    assert aggregate(probs[:4], ones[:4], "trimmed") == pytest.approx(-0.1 / 4)
    assert aggregate(probs[1:2], ones[:1], "non-neutral") == 0.0
    assert np.isnan(aggregate(probs[:0], ones[:0], "non-neutral"))


def test_weights_by_hand() -> None:
    one = article([[0.0, 1.0, 0.0]] * 3, paragraphs=[0, 1, 3], mentions=[2, 1, 3])
    assert sentence_weights(one, "uniform").tolist() == [1, 1, 1]
    assert sentence_weights(one, "lead").tolist() == [1, 1 / 2, 1 / 4]
    assert sentence_weights(one, "mentions").tolist() == [2, 1, 3]


def test_labels_by_hand() -> None:
    values = np.array([-0.3, -0.2, 0.0, 0.2, 0.3, np.nan])
    assert classify(values, 0.2).tolist() == [0, 1, 1, 1, 2, 1]
    assert classify(values, 0.0).tolist() == [0, 0, 1, 2, 2, 1]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30))
def test_macro_f1_is_that_of_the_package(pairs: list[tuple[int, int]]) -> None:
    gold, predicted = np.array(pairs).T
    both = np.stack([predicted, gold]).astype(np.int8)
    assert macro_f1s(gold, both) == pytest.approx([macro_f1(gold, predicted), 1.0])


def test_the_bootstrap_knows_certainty_and_scatters_around_the_rest() -> None:
    gold = np.arange(300) % 3
    assert set(bootstrap_f1(gold, gold.astype(np.int8), 0).tolist()) == {1.0}
    mixed = np.where(np.arange(300) < 60, (gold + 1) % 3, gold).astype(np.int8)  # 80 % right in every class
    replicates = bootstrap_f1(gold, mixed, 0)
    assert replicates.mean() == pytest.approx(0.8, abs=0.01)
    assert replicates.std() == pytest.approx(np.sqrt(0.8 * 0.2 / 300), rel=0.1)


# --- baselines


def test_baselines_by_hand() -> None:
    good, none, bad = [0.1, 0.2, 0.7], [0.2, 0.7, 0.1], [0.9, 0.05, 0.05]
    toy = [
        article([good, good, bad], [none, none, bad], paragraphs=[2, 2, 5]),  # scores 0.6 0.6 -0.85, -0.1 -0.1 -0.85
        article([bad, none, none, good]),  # two sentences of four are neutral; one bad and one good
        article([good, bad]),  # a tie
        article([]),
    ]
    found = {name: labels.tolist() for name, labels in baselines(toy).items()}
    assert found == {
        "always positive": [2, 2, 2, 2],
        "majority of sentences, sentiment": [2, 1, 1, 1],
        "sign of the mean, sentiment": [2, 0, 0, 1],
        "first paragraph, sentiment": [2, 0, 2, 1],
        "majority of sentences, stance": [1, 1, 1, 1],
        "sign of the mean, stance": [0, 0, 0, 1],
        "first paragraph, stance": [0, 0, 2, 1],
    }


# --- intervals


def test_two_estimates_agree_within_the_root_of_squares() -> None:
    low = Estimate(0.0, -0.9, 0.3, 5)
    assert agree(low, Estimate(0.5, 0.1, 0.6, 5))  # 0.5 = hypot(0.3, 0.4)
    assert not agree(low, Estimate(0.51, 0.12, 0.9, 5))
    assert agree(Estimate(0.5, 0.1, 0.6, 5), low)


def test_an_article_that_turns_round_is_no_sample_of_one_attitude() -> None:
    turning = from_scores([-0.8, -0.7] * 6 + [0.8, 0.7] * 6)
    found = {row.what.split(",")[1].strip(): row for row in halves([turning], "stance", 20, 20, 0)}
    assert found["front and back halves"].share == 0.0
    assert found["odd and even halves"].share == 1.0
    assert found["random halves"].trials == 20
    assert list(halves([from_scores([0.1] * 19)], "stance", 20, 20, 0)) == []


# --- reading


def test_repair_by_hand() -> None:
    broken = 'In May  the mayor (a baker)  said "we are late " and left. \nShe  too.  Then'
    assert repair(broken) == 'In May, the mayor (a baker), said "we are late," and left. \nShe, too.  Then'
    assert repair("caf\u00e9 \u00e2\u0080\u009cyes\u00e2\u0080\u009d") == "caf\u00e9 \u201cyes\u201d"


@pytest.mark.parametrize(
    ("target", "name"), [("-- Ann Lee", "Ann Lee"), ("Ann Lee's", "Ann Lee"), ("LEE", "Lee"), ("Bush", "Bush")]
)
def test_the_main_person_is_asked_for_by_name(target: str, name: str) -> None:
    assert main_person(target).id == name


def test_scores_are_kept_until_weights_or_data_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    weights = ["first"]

    def score(row: Mapping[str, Any], _: object) -> dict[str, Any]:
        asked.append(row["id"])
        probs = [[0.2, 0.3, 0.5]]
        lists = {"paragraphs": [0], "mentions": [2], "kinds": [["anaphor"]], "author": [True]}
        return {"id": row["id"], "gold": 2, **lists, "sentiment": probs, "stance": probs}

    monkeypatch.setattr(scored, "_score", score)
    monkeypatch.setattr(
        scored, "Scorer", lambda *_, **__: SimpleNamespace(provenance=SimpleNamespace(weights=weights[0]))
    )
    data, cache = tmp_path / "data.jsonl", tmp_path / "kept" / "cache.jsonl"
    data.write_text(json.dumps({"id": "x"}) + "\n", encoding="utf-8")
    for change, times in (("nothing", 1), ("nothing", 1), ("weights", 2), ("data", 3)):
        if change == "weights":
            weights[0] = "second"
        elif change == "data":
            data.write_text(json.dumps({"id": "y"}) + "\n", encoding="utf-8")
        articles, made_by = read_scored(data, cache, 1)
        assert len(asked) == times
        assert made_by["weights"] == weights[0]
        assert articles[0].mentions.tolist() == [2]
        assert articles[0].salience.tolist() == [salience(["anaphor"])]  # that of the present code, not of the cache's
    assert asked == ["x", "x", "y"]


def test_scores_are_made_anew_by_other_code_or_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = scored._code_hash()
    monkeypatch.setattr(scored, "Measurement", lambda: Measurement(anaphors=False))
    assert scored._code_hash() != before
    monkeypatch.setattr(scored, "Measurement", lambda: Measurement(stance_band=0.2, seed=7))
    assert scored._code_hash() == before  # what the benchmark recommends is read off the scores
    own = tmp_path / "scored.py"
    own.write_bytes(Path(scored.__file__).read_bytes() + b"#")
    monkeypatch.setattr(scored, "__file__", str(own))
    assert scored._code_hash() != before


def test_what_the_hash_leaves_out_is_there() -> None:
    package = Path(biasscore.__file__).parent
    assert {f"{name}.py" for name in scored._AFTER} <= {path.name for path in package.glob("*.py")}


def test_bands_begin_at_the_sign_of_the_mean() -> None:
    assert BANDS[0] == 0.0
    assert list(BANDS) == sorted(set(BANDS))
