"""Calibration: what is fitted, what the file holds, and the command that writes it."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tiny_models import write

from biasscore import Checkpoint, Measurement, Scorer
from biasscore.behaviour import load_cases
from biasscore.calibrating import calibrate
from biasscore.calibration import (
    Calibration,
    CalibrationEntry,
    logits_of,
    probabilities,
    read_calibration,
    write_calibration,
)
from biasscore.calibration_fit import fit_calibration
from biasscore.checkpoint import read_checkpoint
from biasscore.cli import main
from biasscore.cli_evaluation import add_calibrate
from biasscore.cli_models import (
    add_model_flags,
    audit_modes,
    checkpoint_of,
    checkpoint_table,
    make_scorer,
    model_settings,
)
from biasscore.errors import ConfigError, InputError
from biasscore.labels import Task


def sample(n: int = 4000, seed: int = 0) -> tuple[np.ndarray, np.ndarray, Calibration]:
    """Logits, labels drawn from them under a calibration, and that calibration."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (n, 3)).astype(np.float32)
    true = Calibration(2.5, (0.4, 0.0, -0.6))
    chances = probabilities(logits, true).cumsum(axis=1)
    gold = (rng.random((n, 1)) > chances).sum(axis=1).clip(0, 2)
    return logits, gold, true


def loss(probs: np.ndarray, gold: np.ndarray) -> float:
    return float(-np.log(probs[np.arange(len(gold)), gold]).mean())


def test_a_known_calibration_is_found() -> None:
    logits, gold, true = sample()
    found = fit_calibration(logits, gold)
    assert found.temperature == pytest.approx(true.temperature, rel=0.1)
    assert found.bias == pytest.approx(true.bias, abs=0.15)


def test_the_fit_is_a_minimum() -> None:
    logits, gold, _ = sample(500)
    found = fit_calibration(logits, gold)
    best = loss(probabilities(logits, found), gold)
    for change in (0.97, 1.03):
        assert best <= loss(probabilities(logits, Calibration(found.temperature * change, found.bias)), gold)
    for place in (0, 2):
        for step in (-0.03, 0.03):
            bias = tuple(b + step * (index == place) for index, b in enumerate(found.bias))
            # The penalty on the offsets is a thousandth of what such a step costs.
            assert best <= loss(probabilities(logits, Calibration(found.temperature, bias)), gold) + 1e-6


def test_a_present_calibration_is_replaced_not_added_to() -> None:
    logits, gold, _ = sample(800)
    present = Calibration(0.7, (1.0, 0.2, -0.5), knee=9.0)
    first = fit_calibration(logits, gold)
    second = fit_calibration(logits_of(probabilities(logits, present), present), gold)
    assert np.abs(probabilities(logits, first) - probabilities(logits, second)).max() < 1e-2


def test_parity_with_a_general_optimiser() -> None:
    from scipy.optimize import minimize

    logits, gold, _ = sample(600)
    weights = np.where(np.arange(600) < 200, 3.0, 1.0)

    def cost(parameters: np.ndarray) -> float:
        log_temperature, low, high = parameters
        scores = logits / np.exp(log_temperature) + np.array([low, 0.0, high])
        scores = scores - scores.max(axis=1, keepdims=True)
        chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        return float(-(weights * np.log(chances[np.arange(600), gold])).sum() / weights.sum())

    theirs = minimize(cost, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12}).x
    ours = fit_calibration(logits, gold, weights)
    assert ours.temperature == pytest.approx(np.exp(theirs[0]), rel=1e-2)
    assert ours.bias == pytest.approx((theirs[1], 0.0, theirs[2]), abs=1e-2)
    assert ours.prior == pytest.approx(np.bincount(gold, weights, 3) / weights.sum(), abs=1e-5)


def test_another_prior_by_hand() -> None:
    calibration = Calibration(1.0, (0.0, 0.0, 0.0), (0.25, 0.5, 0.25))
    moved = calibration.for_prior((0.1, 0.8, 0.1))
    logits = np.log(np.array([[0.25, 0.5, 0.25]], np.float32))
    # 0.25 * 0.1 / 0.25 : 0.5 * 0.8 / 0.5 : 0.25 * 0.1 / 0.25 = 0.1 : 0.8 : 0.1
    assert probabilities(logits, moved)[0] == pytest.approx([0.1, 0.8, 0.1], abs=1e-6)
    assert moved.for_prior((0.25, 0.5, 0.25)).bias == pytest.approx(calibration.bias)


@pytest.mark.parametrize("prior", [(0.5, 0.5), (0.0, 0.5, 0.5), (0.4, 0.4, 0.4), "even"])
def test_what_is_no_prior(prior: Any) -> None:
    with pytest.raises(ConfigError, match="three positive shares"):
        Measurement(sentiment_prior=prior)


def test_a_model_without_a_prior_takes_none() -> None:
    with pytest.raises(ConfigError, match="biasscore calibrate"):
        Calibration().for_prior((0.2, 0.6, 0.2))


def test_a_prior_moves_the_scorer_and_its_digest() -> None:
    measurement = Measurement(sentiment_prior=(0.05, 0.9, 0.05))
    plain, moved = Scorer(device="cpu"), Scorer(device="cpu", measurement=measurement)
    text = "Russia signed the treaty and kept to it."
    before, after = (scorer.score_mentions([text], [(0, 6)]) for scorer in (plain, moved))
    assert after["sentiment"][0, 1] > before["sentiment"][0, 1]
    assert np.array_equal(after["stance"], before["stance"])
    assert plain.provenance != moved.provenance


@pytest.mark.parametrize("counts", [(0, 10, 10), (4, 10, 10), (0, 0, 0)])
def test_too_few_rows_of_a_label(counts: tuple[int, int, int]) -> None:
    gold = np.repeat(np.arange(3), counts)
    with pytest.raises(InputError, match="at least 5 rows of each"):
        fit_calibration(np.zeros((len(gold), 3)), gold)


def test_separable_labels_stay_finite() -> None:
    gold = np.repeat(np.arange(3), 20)
    found = fit_calibration(np.eye(3)[gold] * 4.0, gold)
    assert np.isfinite([found.temperature, *found.bias, found.knee or 0.0]).all()


# --- the knee --------------------------------------------------------------------------------------------------------


def test_a_knee_by_hand() -> None:
    logits = np.array([[3.0, 1.0, -1.0], [1.0, 1.0, 1.0]], np.float32)
    # Less the mean: 2, 0, -2. At a knee of 2 they are doubled: 4, 0, -4, and halved by the temperature.
    found = probabilities(logits, Calibration(2.0, (0.0, 0.0, 0.0), knee=2.0))
    powers = np.exp([2.0, 0.0, -2.0])
    assert found[0] == pytest.approx(powers / powers.sum(), abs=1e-6)
    assert found[1] == pytest.approx([1 / 3] * 3)


def test_a_known_knee_is_found_and_none_where_there_is_none() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 1.5, (6000, 3))
    for knee in (None, 2.5):
        true = Calibration(1.5, (0.3, 0.0, -0.3), knee=knee)
        chances = probabilities(logits, true).cumsum(axis=1)
        gold = (rng.random((6000, 1)) > chances).sum(axis=1).clip(0, 2)
        found = fit_calibration(logits, gold)
        assert found.knee == (None if knee is None else pytest.approx(knee, rel=0.1))
        assert found.temperature == pytest.approx(1.5, rel=0.1)
        assert found.bias == pytest.approx(true.bias, abs=0.15)


def test_the_fit_of_a_knee_is_a_minimum_and_forgets_the_scale() -> None:
    logits, _, _ = sample(800)
    true = Calibration(2.0, (0.2, 0.0, -0.2), knee=6.0)
    drawn = np.random.default_rng(5).random((800, 1))
    gold = (drawn > probabilities(logits, true).cumsum(axis=1)).sum(axis=1).clip(0, 2)
    found = fit_calibration(logits, gold)
    assert found.knee is not None
    best = loss(probabilities(logits, found), gold)
    for change in (0.98, 1.02):
        assert best <= loss(probabilities(logits, replace(found, knee=found.knee * change)), gold) + 1e-6
        assert best <= loss(probabilities(logits, replace(found, temperature=found.temperature * change)), gold) + 1e-6
    tenth = fit_calibration(logits / 10, gold)
    assert tenth.knee == pytest.approx(found.knee / 10, rel=1e-2)
    assert tenth.temperature == pytest.approx(found.temperature / 10, rel=1e-2)


@given(
    arrays(np.float64, (7, 3), elements=st.floats(-6, 6)),
    st.floats(0.3, 4.0),
    st.one_of(st.none(), st.floats(0.5, 8.0)),
)
def test_the_order_of_logits_stays_and_they_come_back(
    logits: np.ndarray, temperature: float, knee: float | None
) -> None:
    calibration = Calibration(temperature, (0.0, 0.0, 0.0), knee=knee)
    probs = probabilities(logits, calibration)
    centred = logits - logits.mean(axis=1, keepdims=True)
    for row, found in zip(centred, probs, strict=True):
        order = np.argsort(row, kind="stable")
        assert (np.diff(found[order]) >= 0).all()
    for place in range(len(logits)):  # a row's answer does not hang on its company
        assert np.array_equal(probabilities(logits[place : place + 1], calibration)[0], probs[place])
    kept = probs.min(axis=1) > 1e-20
    assert logits_of(probs, calibration)[kept] == pytest.approx(centred[kept], abs=1e-4)


def test_files_of_the_first_version_are_read() -> None:
    table = {"model": "m", "weights": "f" * 16, "rows": 9, "temperature": 1.5, "bias": [0.1, 0.0, -0.2]}
    found = read_calibration({"format": "biasscore-calibration-1", "stance": table})
    assert found[Task.STANCE].calibration == Calibration(1.5, (0.1, 0.0, -0.2))


@pytest.mark.parametrize("knee", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_knee(knee: float) -> None:
    with pytest.raises(ConfigError, match="knee"):
        Calibration(knee=knee)


# --- the file --------------------------------------------------------------------------------------------------------


def test_the_file_is_read_back(tmp_path: Path) -> None:
    entry = CalibrationEntry(Calibration(1.5, (0.1, 0.0, -0.2), knee=3.25), "m", "0123456789abcdef", 7)
    write_calibration(tmp_path / "c.json", {Task.STANCE: entry})
    assert read_calibration(tmp_path / "c.json") == {Task.STANCE: entry}
    content = json.loads((tmp_path / "c.json").read_text())
    assert read_calibration(content) == {Task.STANCE: entry}
    assert content["stance"]["labels"] == ["against", "none", "favor"]
    assert list(tmp_path.iterdir()) == [tmp_path / "c.json"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "biasscore-calibration-1", "stance": {"bias": [1]}}'])
def test_what_is_no_calibration(content: str, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(content)
    with pytest.raises(ConfigError, match="calibrat"):
        read_calibration(tmp_path / "c.json")


class Fake:
    """A scorer of a model that is too sure of itself."""

    def __init__(self, logits: np.ndarray) -> None:
        self.logits = logits
        self.calibration = {task: Calibration() for task in Task}
        self.identities = dict.fromkeys(Task, ("fake", "f" * 16))

    def score_spans(self, texts: Any, spans: Any) -> dict[str, np.ndarray]:
        assert spans == [[(0, 1, 0)]] * len(texts)
        return {task.value: probabilities(self.logits, self.calibration[task]) for task in Task}


def texts_of(number: int) -> list[str]:
    return [f"x {row}" for row in range(number)]


@pytest.mark.parametrize("rows", [8, 60])
@pytest.mark.parametrize(("bias", "words"), [(0.0, "all gets right"), (3.0, "endlessly sure")])
def test_rows_that_are_too_easy_are_refused(rows: int, bias: float, words: str) -> None:
    """Separable labels have no best slope: the fit would make every confidence 1."""
    gold = np.repeat(np.arange(3), rows)
    logits = np.random.default_rng(0).normal(0, 0.1, (len(gold), 3)) + 2 * np.eye(3)[gold] + [bias, 0, 0]
    with pytest.raises(InputError, match=rf"`rows` to be some that the model gets wrong, got .*{words}.*harder rows"):
        calibrate(Fake(logits), texts_of(len(gold)), [[(0, 1)]] * len(gold), gold, Task.SENTIMENT)


def test_rows_that_are_there_twice_count_once(caplog: pytest.LogCaptureFixture) -> None:
    logits, gold, _ = sample(240)
    spans = [[(0, 1)]] * len(gold)
    calibrate(Fake(logits), texts_of(len(gold)), spans, gold, Task.STANCE)
    assert not caplog.records
    calibrate(Fake(logits), [f"x {row % 90}" for row in range(len(gold))], spans, gold, Task.STANCE)
    assert [record.message for record in caplog.records] == [
        "calibrated on 90 different rows only: label at least 100, hard ones among them"
    ]
    with pytest.raises(InputError, match=r"at least 5 rows of each, got \[\d+, \d+, 1\] different ones"):
        texts = ["x" if label == 2 else f"x {row}" for row, label in enumerate(gold)]
        calibrate(Fake(logits), texts, spans, gold, Task.STANCE)


def test_what_is_not_cross_validated_is_not_given() -> None:
    """With 6 rows of a label, four parts of five have 4 of them, and a fit needs 5."""
    for rows, told in ((6, False), (7, True)):
        gold = np.repeat(np.arange(3), (rows, 20, 20))
        logits = np.random.default_rng(0).normal(0, 1, (len(gold), 3)) + 2 * np.eye(3)[gold]
        report = calibrate(Fake(logits), texts_of(len(gold)), [[(0, 1)]] * len(gold), gold, Task.SENTIMENT)
        after = [report.figures[name] for name in ("ece_after", "macro_f1_after")]
        assert [figure is not None for figure in after] == [told] * 2
        assert report.entry.calibration == fit_calibration(
            logits_of(probabilities(logits, Calibration()), Calibration()), gold
        )


def test_calibration_lowers_the_error_and_says_for_which_weights() -> None:
    logits, gold, _ = sample(1500)
    report = calibrate(Fake(logits), texts_of(1500), [[(0, 1)]] * 1500, gold, Task.STANCE)
    assert report.figures["ece_after"] < report.figures["ece_before"] / 3
    assert report.entry.weights == "f" * 16
    assert report.entry.rows == report.figures["n"] == 1500


# --- the command line ------------------------------------------------------------------------------------------------


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_model_flags(parser)
    return parser.parse_args(arguments)


def test_flags_become_a_checkpoint() -> None:
    made = checkpoint_of(
        options("--model", "a/b", "--kind", "plain", "--labels", "LABEL_0=negative, LABEL_1=positive", "--neutral-band",
                "0.4", "--revision", "main", "--language", "ru", "--no-self-check")
    )  # fmt: skip
    assert made == Checkpoint(
        "a/b",
        kind="plain",
        labels={"LABEL_0": "negative", "LABEL_1": "positive"},
        neutral_band=0.4,
        revision="main",
        language="ru",
        self_check=False,
    )
    marked = checkpoint_of(options("--model", "a/b", "--kind", "marked", "--markers", "<e>", "</e>"))
    assert marked.markers == ("<e>", "</e>")
    with pytest.raises(ConfigError, match="NAME=LABEL"):
        checkpoint_of(options("--labels", "negative"))


def test_flags_go_to_the_only_model_of_ones_own(tmp_path: Path) -> None:
    """The default model has nothing to ask, so that a flag never means it where another model is there."""
    flags = ("--kind", "pair", "--no-self-check")
    made = Checkpoint("a/b", kind="pair", self_check=False)
    for tasks in (("sentiment",), ("stance",), ("sentiment", "stance")):
        given = model_settings(options(*flags, *(word for task in tasks for word in (f"--{task}", "a/b"))))
        assert given["model"] == Checkpoint("default")
        assert {task: given[task] for task in tasks} == dict.fromkeys(tasks, made)
    with_model = model_settings(options("--model", "c/d", *flags, "--stance", "a/b"))
    assert (with_model["model"], with_model["stance"]) == (Checkpoint("c/d", kind="pair", self_check=False), "a/b")
    with pytest.raises(ConfigError, match=r"`kind, self_check` to be for one model, got a/b and c/d.*TOML"):
        model_settings(options(*flags, "--sentiment", "c/d", "--stance", "a/b"))
    assert model_settings(options("--sentiment", "c/d", "--stance", "a/b"))["stance"] == "a/b"
    with pytest.raises(ConfigError, match="beside a TOML file"):
        model_settings(options(*flags, "--sentiment", "own.toml"))


def test_a_toml_file_says_it_all(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        'name = "a/b"\nkind = "nli"\ntask = "stance"\n[labels]\nLABEL_0 = "entailment"\nLABEL_1 = "not_entailment"\n'
    )
    made = checkpoint_of(options("--model", str(file)))
    assert made == Checkpoint(
        "a/b", kind="nli", task=Task.STANCE, labels={"LABEL_0": "entailment", "LABEL_1": "not_entailment"}
    )
    with pytest.raises(ConfigError, match="beside a TOML file"):
        checkpoint_of(options("--model", str(file), "--kind", "pair"))
    file.write_text('nome = "a/b"\n')
    with pytest.raises(ConfigError, match="keys among"):
        read_checkpoint(file)
    file.write_text('kind = "pair"\n')
    with pytest.raises(ConfigError, match="name"):
        read_checkpoint(file)


def test_audit_tries_both_modes_where_there_are_two() -> None:
    assert audit_modes(options()) == (("blind by construction", None),)
    assert audit_modes(options("--model", "a/b")) == (("blind", True), ("named", False))


def test_the_table_of_checkpoints_has_no_useless_ones() -> None:
    table = checkpoint_table()
    assert "`yangheng/deberta-v3-base-absa-v1.1` | pair | en | MIT" in table
    assert "fhamborg" not in table


def test_calibrate_writes_and_keeps_the_other_task(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "model", "bert")
    stance = write(tmp_path / "stance", "bert", ("against", "none", "favor"))
    (tmp_path / "stance.toml").write_text('name = "stance"\nkind = "pair"\nself_check = false\n')
    rows = [
        {"text": f"Russia {word} Britain {number}.", "spans": [[0, 6]], "label": label, "target": "Russia"}
        for number in range(7)
        for word, label in zip(
            ("attacked", "met", "helped"),
            # one of each is labelled wrong, so that no model gets them all right
            ("negative", "neutral", "positive") if number else ("neutral", "positive", "negative"),
            strict=True,
        )
    ]
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text("\n".join(map(json.dumps, rows)))
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(map(json.dumps, rows[:18])))
    output = tmp_path / "calibration.json"
    old = CalibrationEntry(Calibration(2.0), "other", "0" * 16, 9)
    write_calibration(output, {Task.STANCE: old})
    parser = argparse.ArgumentParser()
    add_calibrate(parser.add_subparsers())
    arguments = [
        "calibrate", str(labelled), "--task", "sentiment", "-o", str(output), "--model", str(folder), "--kind", "pair",
        "--no-self-check", "--stance", str(tmp_path / "stance.toml"), "--device", "cpu",
    ]  # fmt: skip
    given = parser.parse_args([arguments[0], str(few), *arguments[2:]])
    assert given.run(given) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1].endswith(" -> ?")
    assert said[-1] == "not cross-validated: each label needs 7 rows for that"
    given.json = True
    assert given.run(given) == 0
    assert json.loads(capsys.readouterr().out)["ece_after"] is None
    given = parser.parse_args(arguments)
    assert given.run(given) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "cross-validated"
    entries = read_calibration(output)
    assert entries[Task.STANCE] == old
    assert entries[Task.SENTIMENT].rows == 21
    scorer = make_scorer(given)
    assert entries[Task.SENTIMENT].weights == scorer.identities[Task.SENTIMENT][1]
    assert scorer.identities[Task.STANCE][0] == stance.name
    write_calibration(output, {Task.SENTIMENT: entries[Task.SENTIMENT]})
    given.calibration = str(output)
    assert make_scorer(given).calibration[Task.SENTIMENT] == entries[Task.SENTIMENT].calibration


def test_a_calibration_that_cannot_be_written_is_refused_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for output, words in ((tmp_path / "no" / "cal.json", "got one whose folder"), (tmp_path, "got something else")):
        assert main(["calibrate", "never-read.jsonl", "--task", "stance", "-o", str(output)]) == 2
        assert words in capsys.readouterr().err


def test_the_commands_take_a_model_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # A target-blind model says so, and a calibration that was written is the one that is used.
    flags = ["--model", str(write(tmp_path / "model", "bert")), "--no-self-check", "--device", "cpu", "--kind"]
    article = tmp_path / "article.txt"
    article.write_text("Russia attacked Britain. Britain helped Russia.", encoding="utf-8")
    assert main(["score", str(article), *flags, "plain"]) == 0
    assert "target-blind" in capsys.readouterr().out
    rows = [
        {"text": f"Russia {word} Britain {number}.", "spans": [[0, 6]], "label": label, "target": "Russia"}
        for number in range(6)
        for word, label in zip(
            ("attacked", "met", "helped"),
            # one of each is labelled wrong, so that no model gets them all right
            ("negative", "neutral", "positive") if number else ("neutral", "positive", "negative"),
            strict=True,
        )
    ]
    labelled, output = tmp_path / "labelled.jsonl", tmp_path / "calibration.json"
    labelled.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    asked = [str(labelled), "--task", "sentiment", *flags, "pair"]
    assert main(["calibrate", *asked, "-o", str(output)]) == 0
    capsys.readouterr()
    found = []
    for more in ([], ["--calibration", str(output)]):
        assert main(["evaluate", *asked, "--json", *more]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert [figures["n"] for figures in found] == [18, 18]
    assert found[0]["ece"] != found[1]["ece"]


def test_audit_reports_both_modes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "model", "bert")
    few = load_cases()[:4]
    monkeypatch.setattr("biasscore.audit.load_cases", lambda: few)
    flags = ["--model", str(folder), "--kind", "pair", "--no-self-check", "--device", "cpu"]
    assert main(["audit", *flags, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report) == ["blind", "named"]
    assert all(row["mean_delta"] == 0 for row in report["blind"]["swap"])
    assert main(["audit", *flags]) == 0
    assert {"blind", "named"} <= set(capsys.readouterr().out.split())
