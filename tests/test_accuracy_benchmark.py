"""What the accuracy benchmark tells a model about a set."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy import sets
from benchmarks.accuracy.answers import shares
from benchmarks.accuracy.figures import chance_error
from benchmarks.accuracy.label_shift import samples
from benchmarks.accuracy.sets import LabelledSet, Pass, Target, load_sets
from biasscore.labels import LABELS, Task


def test_shares_are_those_of_the_preferred_labels_and_none_is_zero() -> None:
    labels = [(0,), (0, 1), (1,), (1,), (1, 0), (1,), (1,)]
    targets = tuple(Target(((0, 1),), {Task.SENTIMENT: allowed}) for allowed in labels)
    classes = {Task.SENTIMENT: LABELS[Task.SENTIMENT]}
    told = shares(LabelledSet("toy", "development", (Pass("1", "x", targets),), classes, {}))
    assert told.sentiment_prior == pytest.approx((2 / 8, 5 / 8, 1 / 8))
    assert told.stance_prior is None


def test_chance_leaves_no_error_where_all_is_sure_and_less_on_more_rows() -> None:
    assert chance_error(np.tile([0.0, 1.0, 0.0], (50, 1))) == 0.0
    few, many = (chance_error(np.tile([0.3, 0.4, 0.3], (n, 1))) for n in (50, 5000))
    assert 0 < many < few / 3
    assert few == pytest.approx(np.sqrt(0.4 * 0.6 / 50) * np.sqrt(2 / np.pi), rel=0.2)  # the mean size of a deviation


def test_samples_have_the_shares_that_are_asked_for() -> None:
    gold = np.array([0] * 5 + [1] * 90 + [2] * 5)
    drawn = gold[samples(gold, (0.6, 0.1, 0.3), 4000, np.random.default_rng(0))]
    assert np.bincount(drawn) / 4000 == pytest.approx((0.6, 0.1, 0.3), abs=0.03)
    drawn = gold[samples(gold, None, 4000, np.random.default_rng(0))]
    assert np.bincount(drawn) / 4000 == pytest.approx((0.05, 0.9, 0.05), abs=0.03)


def test_real_news_has_the_labels_on_which_both_passes_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(path: Path, rows: list[dict[str, object]]) -> Path:
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    text = {"doc_id": "d", "text": "The Ghanaian envoy and Ann lied.", "label": -1}
    passes: list[dict[str, object]] = [
        {"id": "newsmtsc-train-1", "first": [None, "against"], "second": [None, "against"]},
        {"id": "dse-dev-1-p", "first": ["neutral", "none"], "second": ["neutral", "none"]},
        {"id": "dse-dev-1-q", "first": ["negative", "none"], "second": ["negative", "against"]},
    ]
    monkeypatch.setattr(sets, "NEWS", write(tmp_path / "news" / "passes.jsonl", passes))
    write(tmp_path / "newsmtsc" / "train.jsonl", [{**text, "id": "newsmtsc-train-1", "spans": [[23, 26]]}])
    rows = [{**text, "id": f"dse-dev-1-{key}", "spans": [span]} for key, span in (("p", [4, 12]), ("q", [23, 26]))]
    write(tmp_path / "dse" / "dev.jsonl", rows)
    persons, states = load_sets(tmp_path, "development", ["newsmtsc-relabelled", "dse-relabelled"])
    # The sentiment is the row's own where only the stance was asked; DSE's is not.
    assert [dict(target.allowed) for target in persons.targets] == [{Task.SENTIMENT: (0,), Task.STANCE: (0,)}]
    assert [dict(target.allowed) for target in states.targets] == [{Task.SENTIMENT: (1,), Task.STANCE: (1,)}]
    assert [group.tolist() for group in (persons.groups["stance taken"], states.groups["countries and blocs"])] == [
        [True],
        [True],
    ]
