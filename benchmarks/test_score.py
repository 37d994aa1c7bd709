"""How long one article takes, warm: ``python -m pytest benchmarks --benchmark-only``."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from biasscore import Scorer

ARTICLES = Path(__file__).parent.parent / "fixtures" / "articles"


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer()


@pytest.mark.parametrize("name", ["opinion_for_nato", "long_report"])
def test_score(benchmark: BenchmarkFixture, scorer: Scorer, name: str) -> None:
    text = (ARTICLES / f"{name}.txt").read_text(encoding="utf-8")
    benchmark.extra_info["words"] = len(text.split())
    benchmark.extra_info["backend"] = scorer.provenance.backend
    profile = benchmark(scorer.score, text)
    assert profile["NATO"].sentences > 0
