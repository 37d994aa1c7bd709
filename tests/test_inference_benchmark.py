"""What the speed benchmarks count, and the plain network that they compare with: no test here measures time."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest

from benchmarks.inference import backends, ceiling, systems, texts
from biasscore import Scorer
from biasscore.models.registry import load


def test_padded_tokens_by_hand() -> None:
    lengths = np.array([5, 3, 2, 7, 1])
    assert systems.padded_tokens(lengths, 1) == 18
    assert systems.padded_tokens(lengths, 2) == 2 * 5 + 2 * 7 + 1
    assert systems.padded_tokens(lengths, 64) == 5 * 7


def test_packed_tokens_by_hand() -> None:
    assert systems.packed_tokens(np.array([30, 30])) == systems.GRAIN
    assert systems.packed_tokens(np.array([30, 35])) == 2 * systems.GRAIN
    # A step holds 1,024 tokens: 1,000 and 20 fill one, 600 another.
    assert systems.packed_tokens(np.array([1000, 600, 20])) == 1024 + 640


def test_operations_by_hand() -> None:
    # One token, width 1, inner width 2, one layer: four 1 x 1 products, two 1 x 2, and attention to itself twice.
    assert ceiling.operations(1, 1, hidden=1, inner=2, layers=1) == 2 * 4 + 2 * 4 + 4


def test_rows_are_asked_in_the_order_of_the_answers() -> None:
    rows = texts.sentences(20, seed=5)
    assert texts.sentences(20, seed=5) == rows  # the seed decides
    pairs = systems.pairs_of(rows)
    assert len(pairs) == sum(len(row.spans) for row in rows)
    assert {name for _, name in pairs} <= set(texts.ACTORS)


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_the_plain_network_says_what_the_package_says(scorer: Scorer, attention: str) -> None:
    """The packed forward against the encoder of transformers with the same weights: an independent reference."""
    rows = texts.sentences(12, seed=6)
    found = scorer.score_spans([row.text for row in rows], [row.spans for row in rows])
    model = load("default", device="cpu")
    with resources.as_file(resources.files("biasscore") / "weights") as folder:
        network = backends.PlainModel(folder, attention)
    plain = backends.scored(model, rows, backends.torch_forward(network))()
    assert np.abs(plain - np.concatenate([found["sentiment"], found["stance"]], axis=1)).max() < 1e-5


def test_groups_hold_every_slot_once() -> None:
    rows = [
        *texts.sentences(30, seed=8),
        texts.Sentence("NATO met NATO and Russia.", ((0, 4, 0), (9, 13, 0), (18, 24, 1))),
    ]
    found = list(backends.groups(load("default", device="cpu"), rows))
    slots = np.concatenate([group.slots for group in found])
    assert np.array_equal(np.sort(slots), np.arange(len(slots)))
    last = next(group for group in found if len(slots) - 1 in group.slots)
    at = int(last.rows[last.slots == len(slots) - 1][0])
    assert np.count_nonzero(last.shares[at, 0]) == 2  # two marks of one actor, half of its mean each
    assert np.allclose(last.shares[last.rows, last.actors].sum(axis=1), 1)
