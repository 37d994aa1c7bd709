"""What the accuracy benchmark tells a model about a set."""

from __future__ import annotations

import pytest

from benchmarks.accuracy.answers import shares
from benchmarks.accuracy.sets import LabelledSet, Pass, Target
from biasscore.labels import LABELS, Task


def test_shares_are_those_of_the_preferred_labels_and_none_is_zero() -> None:
    labels = [(0,), (0, 1), (1,), (1,), (1, 0), (1,), (1,)]
    targets = tuple(Target(((0, 1),), {Task.SENTIMENT: allowed}) for allowed in labels)
    classes = {Task.SENTIMENT: LABELS[Task.SENTIMENT]}
    told = shares(LabelledSet("toy", "development", (Pass("1", "x", targets),), classes, {}))
    assert told.sentiment_prior == pytest.approx((2 / 8, 5 / 8, 1 / 8))
    assert told.stance_prior is None
