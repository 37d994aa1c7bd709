"""What a first profile costs, beside what it cannot cost less than.

    python -m benchmarks.first_use [--rounds 5]

Each line is a fresh process of this Python; the lines take turns, and medians of wall time are printed:

- ``import biasscore``;
- ``floor``: importing torch and reading the shipped weights, nothing else;
- ``command``: ``biasscore score`` of a short article, from start to exit;
- ``warm``: `biasscore.Scorer.score` of a longer article in a process that has scored before.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import machine

ROOT = Path(__file__).resolve().parent.parent
SHORT = ROOT / "fixtures" / "articles" / "very_short.txt"
LONG = ROOT / "fixtures" / "articles" / "opinion_against_uk.txt"
FLOOR = (
    "import torch, safetensors.torch, importlib.util, pathlib;"
    "root = pathlib.Path(importlib.util.find_spec('biasscore').origin).parent;"
    "safetensors.torch.load_file(root / 'weights' / 'model.safetensors')"
)
COMMANDS = {
    "import biasscore": [sys.executable, "-c", "import biasscore"],
    "bare python": [sys.executable, "-c", "pass"],
    "floor": [sys.executable, "-c", FLOOR],
    "command": [sys.executable, "-m", "biasscore.cli", "score", str(SHORT)],
}


def seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - began


def warm(rounds: int) -> float:
    from biasscore import Scorer

    scorer, text = Scorer(), LONG.read_text(encoding="utf-8")
    scorer.score(text)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        scorer.score(text)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the raw times here")
    options = parser.parse_args(argv)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(options.rounds):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    medians["warm"] = warm(options.rounds)
    for name, value in medians.items():
        print(f"{name:<18}{value:8.3f} s")
    print(f"{'command / floor':<18}{medians['command'] / medians['floor']:8.2f}")
    if options.json:
        raw = {"machine": machine(), "seconds": times, "medians": medians}
        options.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
