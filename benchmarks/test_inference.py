"""One article, and a thousand sentences of several actors, warm: ``python -m pytest benchmarks --benchmark-only``."""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.inference import texts
from biasscore import Scorer


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer(device="cpu")


def test_one_article(benchmark: BenchmarkFixture, scorer: Scorer) -> None:
    article = texts.article(25, seed=3)
    benchmark.extra_info["sentences"] = 25
    benchmark.extra_info["backend"] = scorer.provenance.backend
    profile = benchmark(scorer.score, article)
    assert profile["UK"].sentences > 0


def test_thousand_sentences(benchmark: BenchmarkFixture, scorer: Scorer) -> None:
    rows = texts.sentences(1000, seed=4)
    given = [row.text for row in rows], [row.spans for row in rows]
    benchmark.extra_info["sentences"] = len(rows)
    benchmark.extra_info["backend"] = scorer.provenance.backend
    found = benchmark(scorer.score_spans, *given)
    assert len(found["sentiment"]) == sum(len(row.spans) for row in rows)
    assert np.isfinite(found["sentiment"]).all()
