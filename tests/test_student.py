"""Student's distribution and corrected p-values beside scipy's."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from biasscore.errors import ConfigError, InputError
from biasscore.student import correct, t_quantile, t_tail


@given(st.floats(0.0, 1e6), st.floats(0.05, 1e6))
def test_tail(t: float, dof: float) -> None:
    want = stats.t.sf(t, dof)
    assert t_tail(t, dof) == pytest.approx(want, rel=1e-8, abs=1e-290)


@given(st.floats(1e-12, 0.5), st.floats(0.5, 1e5))
def test_quantile(tail: float, dof: float) -> None:
    assert t_tail(t_quantile(tail, dof), dof) == pytest.approx(tail, rel=1e-8)


def test_quantiles_of_the_tables() -> None:
    assert t_quantile(0.025, 1) == pytest.approx(12.7062047)
    assert t_quantile(0.025, 10) == pytest.approx(2.2281389)
    assert t_quantile(0.025, 2.5) == pytest.approx(stats.t.isf(0.025, 2.5))


@pytest.mark.parametrize("dof", [1, 2, 3, 4, 7, 20, 59, 200, 1001])
@pytest.mark.parametrize("tail", [0.25, 0.05, 0.025, 0.005, 0.0005])
def test_quantiles_of_students_distribution(dof: int, tail: float) -> None:
    assert t_quantile(tail, dof) == pytest.approx(stats.t.isf(tail, dof), rel=1e-9)


def test_the_normal_distribution_is_the_limit() -> None:
    assert t_quantile(0.025, 10**6) == pytest.approx(NormalDist().inv_cdf(0.975), rel=1e-5)


@pytest.mark.parametrize(
    ("tail", "dof", "part"),
    [
        (float("nan"), 3.0, "`tail` to be in"),
        (0.0, 3.0, "`tail` to be in"),
        (0.6, 3.0, "`tail` to be in"),
        (0.025, float("nan"), "`dof` to be a finite number above 0"),
        (0.025, 0.0, "`dof` to be"),
        (0.025, float("inf"), "`dof` to be"),
    ],
)
def test_a_search_without_an_end_is_not_begun(tail: float, dof: float, part: str) -> None:
    with pytest.raises(InputError, match=part):
        t_quantile(tail, dof)


@pytest.mark.parametrize("t", [-1.0, float("nan"), float("inf")])
def test_a_tail_of_nothing_is_refused(t: float) -> None:
    with pytest.raises(InputError, match="`t` to be"):
        t_tail(t, 3.0)


def test_corrections_by_hand() -> None:
    p = [0.01, 0.04, 0.03, 0.5]
    assert correct(p, "holm").tolist() == pytest.approx([0.04, 0.09, 0.09, 0.5])
    assert correct(p, "bh").tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert correct([], "holm").tolist() == []
    assert correct([0.9, 0.8], "holm").tolist() == [1.0, 1.0]


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20))
def test_benjamini_and_hochberg_as_scipy_has_it(p: list[float]) -> None:
    assert np.allclose(correct(p, "bh"), stats.false_discovery_control(p, method="bh"))


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20))
def test_holm_rejects_step_by_step(p: list[float]) -> None:
    """The procedure as it is defined: stop at the first that is too large."""
    rejected = np.zeros(len(p), bool)
    for step, index in enumerate(np.argsort(p, kind="stable")):
        if p[index] * (len(p) - step) >= 0.05:
            break
        rejected[index] = True
    assert np.array_equal(correct(p, "holm") < 0.05, rejected)


def test_other_corrections_are_refused() -> None:
    with pytest.raises(ConfigError, match="correction"):
        correct([0.1], "none")  # type: ignore[arg-type]
