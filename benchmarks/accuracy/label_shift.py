"""Texts whose labels have other shares than the model expects: as it is, told the shares, and estimating them itself.

    python -m benchmarks.accuracy.label_shift --data PATH [--json FILE]

The sentiment on NewsMTSC (held-out articles) and on gold's development half, where the model is asked once. Rows are
drawn again, label by label, so that the labels have the shares of a column, in samples of 50, 150 and 500 rows, 40 of
each; every way of setting the shares then gets the same rows. Printed and written: the mean log loss (nats a row) and
the mean calibration error. What a model makes of a set that people labelled by other rules is in `benchmarks.accuracy
--shares` (DSE).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from biasscore.calibration import logits_of, probabilities
from biasscore.labels import Task
from biasscore.metrics import expected_calibration_error
from biasscore.priors import Shares, estimate_prior
from biasscore.scorer import Scorer

from .answers import ask
from .sets import load_sets

RESULTS: Final = Path(__file__).with_name("results") / "label_shift.json"
#: None: the shares that the set has.
SHIFTS: Final[tuple[Shares | None, ...]] = (None, (0.1, 0.8, 0.1), (0.6, 0.3, 0.1), (0.1, 0.3, 0.6))
SIZES: Final = (50, 150, 500)
SAMPLES: Final = 40
SETS: Final = ("newsmtsc", "gold")


@dataclass(frozen=True, slots=True)
class Row:
    """One set, shift and size.

    Attributes:
        set: Name of the set.
        shares: Of the labels in the samples; None for those of the set.
        n: Rows of a sample.
        loss: "as it is", "told" and "estimated" -> mean negative log-probability of the label, in nats.
        ece: The same for the calibration error.
    """

    set: str
    shares: Shares | None
    n: int
    loss: dict[str, float]
    ece: dict[str, float]


def samples(gold: NDArray[np.int64], shares: Shares | None, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows drawn with replacement so that the labels have the shares.

    Args:
        gold: Labels of the set, 0 to 2.
        shares: None for those of the set.
        n: Rows.
        rng: Draws.

    Returns:
        (n,) int64, row numbers.
    """
    if shares is None:
        return rng.integers(0, len(gold), n)
    wanted = rng.choice(3, n, p=shares)
    return np.array([rng.choice(np.flatnonzero(gold == label)) for label in wanted], np.int64)


def _rows(scorer: Scorer, data: Path) -> Iterator[Row]:
    calibration = scorer.calibration[Task.SENTIMENT]
    assert calibration.prior is not None
    for labelled in load_sets(data, "development", SETS):
        probs = ask(scorer, labelled)[Task.SENTIMENT].probs
        assert probs is not None
        gold = np.array([target.allowed[Task.SENTIMENT][0] for target in labelled.targets], np.int64)
        own = np.bincount(gold, minlength=3) / len(gold)
        for shares in SHIFTS:
            first, second, third = (own if shares is None else np.array(shares)).tolist()
            for n in SIZES:
                rng = np.random.default_rng(0)
                found: dict[str, list[tuple[float, float]]] = {}
                for _ in range(SAMPLES):
                    rows = samples(gold, shares, n, rng)
                    estimated = estimate_prior(probs[rows], calibration.prior)
                    priors = {"as it is": calibration.prior, "told": (first, second, third), "estimated": estimated}
                    for how, prior in priors.items():
                        moved = probabilities(logits_of(probs[rows], calibration), calibration.for_prior(prior))
                        loss = float(-np.log(np.maximum(moved[np.arange(n), gold[rows]], 1e-9)).mean())
                        found.setdefault(how, []).append((loss, expected_calibration_error(moved, gold[rows])))
                means = {how: np.mean(pairs, axis=0).round(4).tolist() for how, pairs in found.items()}
                yield Row(
                    labelled.name,
                    shares,
                    n,
                    {how: mean[0] for how, mean in means.items()},
                    {how: mean[1] for how, mean in means.items()},
                )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy.label_shift",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", type=Path, default=RESULTS)
    options = parser.parse_args()
    rows = list(_rows(Scorer(), options.data))
    table = Table("set", "shares of the labels", "n", "loss: as it is", "told", "estimated", "ECE", "told", "estimated")
    for row in rows:
        figures = [f"{value:.3f}" for value in (*row.loss.values(), *row.ece.values())]
        table.add_row(row.set, "its own" if row.shares is None else str(row.shares), str(row.n), *figures)
    Console(width=140).print(table)
    lines = ",\n".join(json.dumps(asdict(row)) for row in rows)
    options.json.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
