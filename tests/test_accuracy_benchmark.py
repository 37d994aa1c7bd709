"""What the accuracy benchmark tells a model about a set."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.accuracy.answers import shares
from benchmarks.accuracy.figures import chance_error
from benchmarks.accuracy.label_shift import samples
from benchmarks.accuracy.sets import LabelledSet, Pass, Target
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
