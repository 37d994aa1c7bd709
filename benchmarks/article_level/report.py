"""The result in print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .rules import BANDS, LABELS

SHOWN: Final = (0.0, 0.02, 0.04, 0.06, 0.08, 0.10, 0.12, 0.15, 0.20, 0.25)


def report(result: Mapping[str, Any]) -> None:
    """Print what was found."""
    total = sum(result["labels"].values())
    print(
        f"{total} articles {result['labels']}, {result['sentences']} sentences ({result['attributed']:.0%} attributed, "
        f"{result['only_anaphors']} by anaphors only), person not found in {result['not_found']}"
    )
    for task, found in result["distributions"].items():
        parts = "  ".join(
            f"{name} {' '.join(f'{value:+.2f}' for value in found[name])}" for name in ("sentences", "articles")
        )
        middles = "/".join(f"{found[name][2]:+.2f}" for name in LABELS)
        print(f"{task:<9} 5-25-50-75-95 %: {parts}  median by label {middles}")
    print(f"\n{'rule':<44} macro-F1 [95 %]        10 partitions  F1 neg/neu/pos  acc    gain over the first row")
    for line in result["lines"]:
        print(line)
    print("\nchosen by all articles")
    for name, chosen in result["chosen"].items():
        print(f"  {name:<42} {chosen['line']}, subtracted {chosen['subtracted']:+.3f}")
    for field, values in result["levels"].items():
        print(f"  best with {field:<12} " + "  ".join(f"{name} {value:.3f}" for name, value in values.items()))
    for task, curve in result["bands"].items():
        good = curve["as_good"]
        print(
            f"  plain mean of {task:<10} best band {curve['best']:.2f} (macro-F1 {max(curve['macro_f1']):.3f}); "
            f"{len(good)} bands from {good[0]:.2f} to {good[-1]:.2f} are as good"
        )
    print("\ninterval of level 0.95                               articles  trials  holds  (plain)  half-width")
    for row in result["coverage"]:
        plain = "   -   " if row["plain"] is None else f" {row['plain']:.3f} "
        counts = f"{row['articles']:>7} {row['trials']:>7}"
        print(f"  {row['what']:<50} {counts}  {row['share']:.3f} {plain}   {row['width']:.3f}")
    columns = [BANDS.index(band) for band in SHOWN]
    print("\nfixtures: agreed signs that hold, by band     " + " ".join(f"{band:.2f}" for band in SHOWN))
    for task in ("stance", "sentiment"):
        found = result["fixtures"][task]
        for kind in ("label", "verdict"):
            name = f"{task}, {kind} (of {found['n']})"
            print(f"  {name:<43} " + " ".join(f"{found[kind][column]:>4}" for column in columns))
    for task, band in result["recommended"].items():
        said = "; ".join(f"{name} {'/'.join(map(str, counts))}" for name, counts in result["verdicts"][task].items())
        print(f"recommended {task}_band: {band:.2f}; verdicts of the package by label neg/neu/pos: {said}")
