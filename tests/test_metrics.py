import math
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from sklearn import metrics as sklearn_metrics

from biasscore.errors import InputError
from biasscore.metrics import (
    accuracy,
    brier,
    confusion,
    expected_calibration_error,
    f1_per_class,
    krippendorff_alpha_nominal,
    macro_f1,
    reliability,
)

GOLD = [0, 0, 0, 1, 1, 2]
PREDICTED = [0, 0, 1, 1, 2, 2]

pairs = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40)


# --- labels


def test_labels_by_hand() -> None:
    assert confusion(GOLD, PREDICTED).tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]
    assert accuracy(GOLD, PREDICTED) == pytest.approx(4 / 6)
    # class 0: precision 1, recall 2/3; class 1: 1/2 and 1/2; class 2: 1/2 and 1
    assert f1_per_class(GOLD, PREDICTED) == pytest.approx([0.8, 0.5, 2 / 3])
    assert macro_f1(GOLD, PREDICTED) == pytest.approx((0.8 + 0.5 + 2 / 3) / 3)


def test_a_class_that_never_occurs_does_not_count() -> None:
    f1 = f1_per_class([0, 0, 2], [0, 2, 2])
    assert math.isnan(f1[1])
    assert macro_f1([0, 0, 2], [0, 2, 2]) == pytest.approx(2 / 3)


@settings(deadline=None)
@given(pairs)
def test_f1_and_accuracy_are_those_of_scikit_learn(rows: list[tuple[int, int]]) -> None:
    gold, predicted = zip(*rows, strict=True)
    by_class = sklearn_metrics.f1_score(gold, predicted, labels=[0, 1, 2], average=None, zero_division=np.nan)
    assert f1_per_class(gold, predicted) == pytest.approx(by_class, abs=1e-12, nan_ok=True)
    average = sklearn_metrics.f1_score(gold, predicted, average="macro", zero_division=np.nan)
    assert macro_f1(gold, predicted) == pytest.approx(average, abs=1e-12)
    assert accuracy(gold, predicted) == pytest.approx(sklearn_metrics.accuracy_score(gold, predicted))


@pytest.mark.parametrize(
    ("gold", "predicted", "part"),
    [
        ([], [], "n > 0"),
        ([0, 1], [0], "of length 2"),
        ([0, 3], [0, 0], "from 0 to 2"),
        ([0, 1], [-1, 0], "from 0 to 2"),
        ([0.0, 1.0], [0, 0], "integers"),
        ([[0, 1]], [0, 0], "integers"),
    ],
)
def test_labels_that_make_no_sense_are_refused(gold: ArrayLike, predicted: ArrayLike, part: str) -> None:
    with pytest.raises(InputError, match=part):
        macro_f1(gold, predicted)


# --- probabilities

PROBS = [[0.9, 0.1, 0.0], [0.8, 0.1, 0.1], [0.2, 0.2, 0.6], [0.3, 0.4, 0.3]]
TRUE = [0, 1, 2, 0]


def test_calibration_by_hand() -> None:
    # two bins: (0, 0.5] holds the fourth (0.4, wrong), (0.5, 1] the others (0.9 right, 0.8 wrong, 0.6 right)
    low, high = reliability(PROBS, TRUE, bins=2)
    assert (low.low, low.high, low.n, low.confidence, low.accuracy) == (0.0, 0.5, 1, 0.4, 0.0)
    assert (high.low, high.high, high.n) == (0.5, 1.0, 3)
    assert (high.confidence, high.accuracy) == pytest.approx((2.3 / 3, 2 / 3))
    assert expected_calibration_error(PROBS, TRUE, bins=2) == pytest.approx((0.4 + 0.3) / 4)


def test_the_upper_edge_belongs_to_a_bin() -> None:
    rows = reliability([[0.5, 0.5], [0.5000001, 0.4999999], [1.0, 0.0]], [0, 0, 0], bins=2)
    assert [row.n for row in rows] == [1, 2]
    assert reliability([[1.0, 0.0]], [0])[-1].n == 1


def test_a_bin_without_predictions_has_no_accuracy() -> None:
    rows = reliability(PROBS, TRUE)
    assert len(rows) == 15
    assert rows[0].confidence is rows[0].accuracy is None


def test_the_calibration_error_against_a_plain_loop() -> None:
    generator = np.random.default_rng(0)
    probs = generator.dirichlet([1.0, 1.0, 1.0], 500)
    gold = generator.integers(0, 3, 500)
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == gold
    error = 0.0
    for m in range(15):
        inside = (confidence > m / 15) & (confidence <= (m + 1) / 15)
        if inside.any():
            error += inside.sum() / 500 * abs(right[inside].mean() - confidence[inside].mean())
    assert expected_calibration_error(probs, gold) == pytest.approx(error, abs=1e-12)


def test_perfect_calibration_has_no_error() -> None:
    probs = [[0.75, 0.25]] * 4 + [[0.0, 1.0]] * 2
    assert expected_calibration_error(probs, [0, 0, 0, 1, 1, 1]) == pytest.approx(0.0, abs=1e-15)


def test_the_brier_score_by_hand() -> None:
    assert brier([[0.7, 0.2, 0.1]], [0]) == pytest.approx(0.09 + 0.04 + 0.01)
    assert brier([[0.0, 0.0, 1.0]], [0]) == 2.0
    assert brier([[0.0, 0.0, 1.0]], [2]) == 0.0


def test_the_brier_score_is_the_sum_of_the_binary_ones() -> None:
    generator = np.random.default_rng(1)
    probs = generator.dirichlet([1.0, 2.0, 1.0], 200)
    gold = generator.integers(0, 3, 200)
    binary = [sklearn_metrics.brier_score_loss(gold == k, probs[:, k]) for k in range(3)]
    assert brier(probs, gold) == pytest.approx(sum(binary), abs=1e-12)


@pytest.mark.parametrize(
    ("probs", "gold", "part"),
    [
        ([], [], r"\(n, k\)"),
        ([0.5, 0.5], [0], r"\(n, k\)"),
        ([[2.0, -1.0]], [0], "logits"),
        ([[float("nan"), 1.0]], [0], "logits"),
        ([[0.5, 0.5]], [2], "from 0 to 1"),
        ([[0.5, 0.5]], [0, 1], "of length 2"),
    ],
)
def test_probabilities_that_make_no_sense_are_refused(probs: ArrayLike, gold: ArrayLike, part: str) -> None:
    with pytest.raises(InputError, match=part):
        brier(probs, gold)


def test_there_must_be_a_bin() -> None:
    with pytest.raises(InputError, match="bins"):
        reliability(PROBS, TRUE, bins=0)


# --- agreement

_: Final = None


def test_the_worked_example_of_krippendorff() -> None:
    # Krippendorff (2011), section C: four observers, twelve units; nominal alpha 0.743.
    ratings = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
    assert krippendorff_alpha_nominal(ratings) == pytest.approx(0.743, abs=5e-4)


def test_two_coders_by_hand() -> None:
    # 4 units, 8 labels (5 a, 3 b), 1 unit of disagreement: 1 - 7 * 2 / (64 - 25 - 9)
    assert krippendorff_alpha_nominal(["aaab", "aabb"]) == pytest.approx(1 - 14 / 30)


def test_agreement_and_its_opposite() -> None:
    assert krippendorff_alpha_nominal([[0, 1, 2], [0, 1, 2], [0, 1, _]]) == 1.0
    assert krippendorff_alpha_nominal([[0, 1, 0, 1], [1, 0, 1, 0]]) < 0.0


@pytest.mark.parametrize("ratings", [[], [[0, 1]], [[0, 0], [0, 0]], [[0, _], [_, 1]]])
def test_where_alpha_is_not_defined(ratings: list[list[int | None]]) -> None:
    assert math.isnan(krippendorff_alpha_nominal(ratings))


def test_rows_of_different_length_are_refused() -> None:
    with pytest.raises(InputError, match="one length"):
        krippendorff_alpha_nominal([[0, 1], [0]])


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=6, max_size=6), min_size=2, max_size=5))
def test_neither_coders_nor_units_have_an_order(ratings: list[list[str | None]]) -> None:
    alpha = krippendorff_alpha_nominal(ratings)
    turned = krippendorff_alpha_nominal([row[::-1] for row in reversed(ratings)])
    assert turned == pytest.approx(alpha, abs=1e-12, nan_ok=True)
