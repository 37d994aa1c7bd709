"""How far the two passes over the gold set agree, and the two over real news.

    python -m benchmarks.accuracy.agreement

Prints, for each task and for voice, how many pairs have two labels, the share with one, and Krippendorff's alpha
(nominal), over all pairs and for each category. Where all labels are the same there is no alpha; where nearly all are,
a single difference takes it to zero. Below them the same for the rows of NewsMTSC (stance alone) and DSE (sentiment and
stance) that were labelled from the guidelines of gold.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from biasscore.metrics import krippendorff_alpha_nominal

from .sets import GOLD, read_news

PASSES: Final = GOLD.with_name("stance_passes.jsonl")
LAYERS: Final = ("sentiment", "stance", "voice")


def read_passes(gold: Path = GOLD, passes: Path = PASSES) -> list[tuple[str, list[str], list[str]]]:
    """Category, first and second labels (sentiment, stance, voice) of every pair."""
    sentences = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    both = [json.loads(line) for line in passes.read_text(encoding="utf-8").splitlines()]
    found = []
    for sentence, labels in zip(sentences, both, strict=True):
        for pair, first, second in zip(sentence["pairs"], labels["first"], labels["second"], strict=True):
            found.append((pair["category"], first, second))
    return found


def agreement(pairs: Sequence[tuple[str, list[str], list[str]]], layer: int) -> tuple[int, float, float]:
    """Number of pairs with different labels, share with the same, and alpha (NaN where it is not defined)."""
    first = [labels[layer] for _, labels, _ in pairs]
    second = [labels[layer] for _, _, labels in pairs]
    apart = sum(a != b for a, b in zip(first, second, strict=True))
    return apart, 1 - apart / len(pairs), krippendorff_alpha_nominal([first, second])


def main() -> None:
    pairs = read_passes()
    table = Table(title="Two passes over fixtures/gold/stance.jsonl", title_justify="left")
    table.add_column("category", no_wrap=True)
    table.add_column("pairs", justify="right")
    for name in LAYERS:
        table.add_column(f"{name}: differ", justify="right")
        table.add_column("same %", justify="right")
        table.add_column("alpha", justify="right")
    for category in ("", *sorted({category for category, _, _ in pairs})):
        own = [pair for pair in pairs if category in ("", pair[0])]
        cells: list[str] = []
        for layer in range(len(LAYERS)):
            apart, same, alpha = agreement(own, layer)
            cells += [str(apart), f"{100 * same:.1f}", "-" if alpha != alpha else f"{alpha:.3f}"]
        table.add_row(category or "all", str(len(own)), *cells)
    console = Console(width=120)
    console.print(table)
    news = read_news()
    for name, layers in (("newsmtsc", (1,)), ("dse", (0, 1))):
        own = [row for row in news if row[0].startswith(f"{name}-")]
        for layer in layers:
            apart, same, alpha = agreement(own, layer)
            console.print(
                f"{name}, {LAYERS[layer]}: {len(own)} rows, {apart} differ, same {100 * same:.1f} %, alpha {alpha:.3f}"
            )


if __name__ == "__main__":
    main()
