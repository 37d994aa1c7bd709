"""Shares of labels that are estimated from answers alone: the arithmetic, what it rests on, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from tiny_models import write

import biasscore as bs
from biasscore.cli import main
from biasscore.errors import ConfigError, InputError
from biasscore.priors import Priors, estimate_prior

EVEN = (1 / 3, 1 / 3, 1 / 3)


def answers(shares: tuple[float, float, float], n: int, assumed: tuple[float, float, float], seed: int) -> np.ndarray:
    """Answers, calibrated for the assumed shares, to n texts whose labels have others: three bells on a plane."""
    rng = np.random.default_rng(seed)
    centres = np.array([[0.0, 2.0], [-1.8, -1.0], [1.8, -1.0]])
    labels = rng.choice(3, n, p=shares)
    seen = centres[labels] + rng.normal(size=(n, 2))
    likelihoods = np.exp(-((seen[:, None] - centres) ** 2).sum(axis=2) / 2) * np.array(assumed)
    return likelihoods / likelihoods.sum(axis=1, keepdims=True)


def test_sure_answers_are_counted_beside_ten_rows_of_the_prior() -> None:
    probs = np.array([[1.0, 0.0, 0.0]] * 6 + [[0.0, 1.0, 0.0]] * 24)
    assert estimate_prior(probs, (0.2, 0.5, 0.3)) == pytest.approx((8 / 40, 29 / 40, 3 / 40))


def test_answers_that_say_nothing_leave_the_prior_and_so_do_none() -> None:
    prior = (0.35, 0.38, 0.27)
    assert estimate_prior(np.tile(prior, (500, 1)), prior) == pytest.approx(prior, abs=1e-6)
    assert estimate_prior(np.empty((0, 3)), prior) == pytest.approx(prior)


@pytest.mark.parametrize("shares", [(0.1, 0.8, 0.1), (0.6, 0.3, 0.1), (0.05, 0.15, 0.8), (0.34, 0.33, 0.33)])
def test_the_shares_of_texts_are_found_whatever_the_model_assumed(shares: tuple[float, float, float]) -> None:
    for assumed in (EVEN, (0.5, 0.3, 0.2)):
        assert estimate_prior(answers(shares, 6000, assumed, 1), assumed) == pytest.approx(shares, abs=0.03)


def test_counting_the_answers_would_not_find_them() -> None:
    probs = answers((0.1, 0.8, 0.1), 6000, EVEN, 2)
    counted = np.bincount(probs.argmax(axis=1), minlength=3) / 6000
    means = probs.mean(axis=0)
    found = np.array(estimate_prior(probs, EVEN))
    errors = [np.abs(got - (0.1, 0.8, 0.1)).max() for got in (found, counted, means)]
    assert errors[0] < 0.02 < min(errors[1:]) / 2


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_it_is_the_maximum_that_an_optimiser_finds(seed: int, n: int) -> None:
    prior = (0.5, 0.3, 0.2)
    probs = np.random.default_rng(seed).dirichlet((0.6, 0.6, 0.6), n)
    likelihoods = probs / np.array(prior)

    def loss(logits: np.ndarray) -> float:
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        return float(-np.log(likelihoods @ shares).sum() - 10 * np.array(prior) @ np.log(shares))

    found = np.array(estimate_prior(probs, prior))
    best = minimize(loss, np.log(prior)).fun
    assert found.min() > 0
    assert found.sum() == pytest.approx(1)
    assert loss(np.log(found)) <= best + 1e-6 * (1 + abs(best))


def test_what_is_no_probability_or_prior_is_refused() -> None:
    with pytest.raises(InputError, match=r"`probs` to be finite, of shape \(n, 3\)"):
        estimate_prior(np.full((2, 3), np.nan), EVEN)
    with pytest.raises(InputError, match="probs"):
        estimate_prior(np.zeros((2, 2)), EVEN)
    with pytest.raises(ConfigError, match="three positive shares"):
        estimate_prior(np.zeros((0, 3)), (0.5, 0.5, 0.0))


WIRE = "NATO will meet on Friday, an official said. Russia and Kazakhstan signed a protocol on tariffs."


def test_wire_copy_is_found_more_neutral_and_its_scores_come_nearer_to_nought() -> None:
    scorer = bs.Scorer()
    found = bs.estimate_priors([WIRE.replace("Friday", day) for day in ("Monday", "Tuesday", "Sunday")] * 20, scorer)
    assert found.sentiment is not None and found.stance is not None
    assert (found.articles, found.sentences, found.failures) == (60, 180, 0)
    assert found.assumed == {task: made.prior for task, made in scorer.calibration.items()}
    assert found.sentiment[1] > 0.8 > found.to_dict()["assumed"]["sentiment"]["neutral"]
    text = "NATO's envoy came late to the talks."
    told = bs.Scorer(measurement=bs.Measurement(sentiment_prior=found.sentiment, stance_prior=found.stance))
    before, after = (made.score(text).scores[0].sentiment for made in (scorer, told))
    assert after[1] > before[1]


def test_few_sentences_and_labels_that_hardly_occur_are_said() -> None:
    few = Priors((0.3, 0.4, 0.3), (0.01, 0.98, 0.01), {}, 99, 4, 0)
    first, second = few.warnings
    assert first.startswith("99 sentences")
    assert "against or favor (stance)" in second
    assert few.to_dict()["warnings"] == [first, second]
    assert replace(few, sentences=100, stance=None).warnings == ()


def test_articles_that_fail_are_counted_and_those_without_actors_refused() -> None:
    scorer = bs.Scorer()
    found = bs.estimate_priors([WIRE, "", WIRE], scorer)
    assert (found.articles, found.failures) == (2, 1)
    with pytest.raises(InputError, match="`articles` to be about the actors, got no mention in 1 articles"):
        bs.estimate_priors(["The rain had stopped."], scorer)
    with pytest.raises(InputError, match="articles"):
        bs.estimate_priors(WIRE, scorer)


def test_a_model_that_states_no_prior_is_refused_and_one_task_alone_is_estimated(tmp_path: Path) -> None:
    bare = bs.Checkpoint(
        str(write(tmp_path / "m", "bert", ("negative", "neutral", "positive"))), kind="pair", self_check=False
    )
    found = bs.estimate_priors([WIRE], bs.Scorer(sentiment=bare))
    assert found.sentiment is None
    assert found.stance is not None
    assert found.to_dict()["sentiment"] is None


def test_the_command_prints_flags_that_the_other_commands_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "a.jsonl"
    corpus.write_text("".join(json.dumps({"body": WIRE, "id": n}) + "\n" for n in range(5)))
    assert main(["priors", str(corpus), "--text-column", "body", "--articles", "4"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "12 sentences and actors in 4 articles"
    assert main(["priors", str(corpus), "--text-column", "body", "--articles", "4", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (
        f"negative {told['sentiment']['negative']:.3f} ({told['assumed']['sentiment']['negative']:.3f})" in printed[1]
    )
    article = tmp_path / "a.txt"
    article.write_text(WIRE)
    assert main(["score", str(article), "--json", *printed[-1].split()]) == 0
    assert json.loads(capsys.readouterr().out)["actors"]


def test_the_command_refuses_no_articles_and_says_that_some_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "a.jsonl"
    lines = [json.dumps({"text": WIRE}), "{no record", json.dumps({"text": "NATO" * 300_000})]
    corpus.write_text("\n".join(lines))
    assert main(["priors", str(corpus)]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("3 sentences and actors in 1 articles, 2 failed")
    assert "a.jsonl:2" in told.err
    assert main(["priors", str(corpus), "--articles", "0"]) == 2
    assert "--articles" in capsys.readouterr().err
