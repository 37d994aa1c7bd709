"""Side by side, in one process, in turns.

    python -m benchmarks.inference [--quick] [--rounds 5] [--rows 600] [--threads 2] [--end-to-end N] [--json FILE]

Before any timing, a pair checkpoint is asked the same questions by this package and by the others, and the largest
difference of their probabilities is printed. Workloads: a pair checkpoint and the default model on the same sentences
with one actor each; three actors each; one, two, three and four actors (cost a sentence); and sentences as in news,
end to end. Every system scores the same rows with the same number of threads. Rows a second and ratios are medians over
rounds in which the systems take turns. Tokens are real ones, counted with the checkpoint's tokenizer and without
padding; "useful" is their share of the tokens that were computed. Utilisation is real tokens times operations a token
over the best matrix products measured in the same run. `--end-to-end 100000` is the length of a corpus.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine

#: (workload, ours, prefix of theirs, least ratio to the best of theirs).
BARS = (
    ("one actor", "biasscore, pair checkpoint", "pipeline", 1.8),
    ("one actor", "biasscore, pair checkpoint", "CrossEncoder", 1.3),
    ("three actors", "biasscore, default", "pipeline", 5.0),
    ("three actors", "biasscore, default", "RoBERTa-base", 30.0),
)

#: Largest difference of probabilities with which two systems can be said to do the same work.
APART = 1e-4


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds: under three minutes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=600, help="sentences of each workload")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--end-to-end", type=int, metavar="N", help="sentences of the last workload; 5 times the rows")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    rounds, n = (min(3, options.rounds), min(100, options.rows)) if options.quick else (options.rounds, options.rows)
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    os.environ["HF_HUB_OFFLINE"] = "1"  # nothing here is of a hub
    import torch
    from transformers.utils import logging as theirs

    from benchmarks.inference import ceiling, memory, models, systems, texts

    theirs.set_verbosity_error()
    theirs.disable_progress_bar()
    torch.set_num_threads(options.threads)
    raw: dict[str, Any] = {"machine": machine(), "threads": options.threads, "rows": n, "rounds": rounds}
    with tempfile.TemporaryDirectory() as name:
        minilm, base = models.pair_minilm(Path(name)), models.pair_base(Path(name))
        one, three = texts.sentences(n, actors=1), texts.sentences(max(8, n // 2), actors=3, seed=1)
        few = three[: max(4, n // 30)]
        sizes = (1, 8, 32) if options.quick else (1, 8, 32, 64)
        ours = systems.biasscore_pair(minilm, one, options.threads)
        encoder, encoder3 = systems.cross_encoder(minilm, one, 32), systems.cross_encoder(minilm, three, 32)
        workloads: dict[str, dict[str, systems.System | None]] = {
            "one actor": {
                "biasscore, pair checkpoint": ours,
                "biasscore, default": systems.biasscore_default(one, options.threads),
                **{f"pipeline, batch {size}": systems.pipeline(minilm, one, size) for size in sizes},
                "plain loop, batch 32": systems.loop(minilm, one, 32),
                "CrossEncoder, batch 32": encoder,
            },
            "three actors": {
                "biasscore, default": systems.biasscore_default(three, options.threads),
                "biasscore, pair checkpoint": systems.biasscore_pair(minilm, three, options.threads),
                **{
                    f"pipeline, batch {size}": systems.pipeline(minilm, three, size)
                    for size in sizes
                    if size in (8, 32)
                },
                "CrossEncoder, batch 32": encoder3,
                "RoBERTa-base pair loop": systems.loop(base, few, 16, models.BASE),
            },
            "actors a sentence": {
                f"biasscore, {k}": systems.biasscore_default(texts.sentences(n, actors=k, seed=7), options.threads)
                for k in (1, 2, 3, 4)
            },
        }
        raw["parity"] = _parity(workloads["one actor"])
        peak = ceiling.matmul_peak()
        raw["matrix products, operations a second"] = peak
        print(f"\nmatrix products: {peak / 1e9:.0f} GFLOP/s at best, fp32, {options.threads} threads")
        for workload, given in workloads.items():
            runs = {key: system for key, system in given.items() if system is not None}
            print(f"\n{workload}: medians of {rounds} rounds, {options.threads} threads")
            raw[workload] = _table(runs, _turns(runs, rounds), peak)
        raw["not installed"] = [] if encoder is not None else ["sentence-transformers"]
        if encoder is None:
            print("\nsentence-transformers is not installed: no CrossEncoder")
        raw["end to end"] = _end_to_end(texts.sentences(options.end_to_end or 5 * n, seed=11), options.threads, peak)
        raw["bars"] = _bars(raw)
        raw["peak memory, MB"] = {"all systems in one process": memory.resident()[1]}
        if not options.quick:  # each starts a process that loads torch
            for system in ("biasscore_default", "biasscore_pair", "pipeline:32", "cross_encoder:32"):
                if encoder is not None or not system.startswith("cross"):
                    raw["peak memory, MB"][system] = memory.peak_alone(system, minilm, n, options.threads)
    print(f"\npeak memory, MB: {json.dumps(raw['peak memory, MB'])}\n{json.dumps(raw['machine'])}")
    if options.json:
        options.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


def _parity(given: Mapping[str, Any]) -> dict[str, float]:
    """Largest difference of probabilities between this package and the others, on the same checkpoint and questions."""
    want = given["biasscore, pair checkpoint"].run()
    print(f"parity on {len(want)} questions, answers of one label spread over {np.ptp(want, axis=0).max():.2f}")
    apart = {
        name: float(np.abs(system.run() - want).max())
        for name, system in given.items()
        if system is not None and not name.startswith("biasscore")
    }
    for name, value in apart.items():
        print(f"  {name:<28}max |difference of probabilities| {value:.1e}", flush=True)
    if max(apart.values()) > APART:
        raise SystemExit(f"the answers differ by more than {APART:g}: they are not to the same questions")
    return apart


def _turns(runs: Mapping[str, Any], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):  # the first round warms up
        for name, system in runs.items():
            began = time.perf_counter()
            system.run()
            if number:
                times[name].append(time.perf_counter() - began)
    return times


def _table(runs: Mapping[str, Any], times: Mapping[str, Sequence[float]], peak: float) -> dict[str, dict[str, Any]]:
    """Print a line for each system.

    Args:
        runs: Name -> `systems.System`.
        times: Name -> seconds of each round.
        peak: Operations a second.

    Returns:
        What is printed, and the seconds.
    """
    from benchmarks.inference.ceiling import operations

    table: dict[str, dict[str, Any]] = {}
    first = next(iter(runs))
    base = runs[first].sentences / statistics.median(times[first])
    print(f"  {'':<28}{'sentences/s':>12}{'tokens/s':>10}{'useful':>8}{'of peak':>9}   {first} is")
    for name, system in runs.items():
        seconds = statistics.median(times[name])
        hidden, inner, layers = system.shape
        tokens = int(system.lengths.sum())
        work = operations(tokens, int((system.lengths**2).sum()), hidden=hidden, inner=inner, layers=layers)
        rate, useful, share = system.sentences / seconds, tokens / system.computed, work / seconds / peak
        print(
            f"  {name:<28}{rate:12.1f}{tokens / seconds:10.0f}{useful:8.1%}{share:9.1%}   {base / rate:8.2f} x as fast"
        )
        table[name] = {
            "sentences": system.sentences,
            "rows": len(system.lengths),
            "tokens": tokens,
            "computed tokens": system.computed,
            "operations": work,
            "seconds": list(times[name]),
            "sentences a second": rate,
            "tokens a second": tokens / seconds,
            "useful tokens": useful,
            "of the peak": share,
        }
    return table


class _Usage(logging.Handler):
    """Keeps what the engine reports of its runs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.found: list[Any] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found += [item for item in record.args or () if hasattr(item, "forward_seconds")]


def _end_to_end(rows: Sequence[Any], threads: int, peak: float) -> dict[str, Any]:
    """Sentences as in news through the default model, and the share of the time that the model has of it."""
    from benchmarks.inference import systems

    system = systems.biasscore_default(rows, threads)
    log = logging.getLogger("biasscore.engine")
    usage, level = _Usage(), log.level
    systems.biasscore_default(rows[:64], threads).run()
    log.addHandler(usage)
    log.setLevel(logging.DEBUG)
    began = time.perf_counter()
    try:
        system.run()
    finally:
        log.removeHandler(usage)
        log.setLevel(level)
    wall = time.perf_counter() - began
    print(f"\nend to end: {len(rows)} sentences of one to four actors, once")
    name = "biasscore, default"
    found = _table({name: system}, {name: [wall]}, peak)[name]
    forward = sum(run.forward_seconds for run in usage.found)
    found["model, seconds"] = forward
    found["tokens that the model read"] = sum(run.tokens for run in usage.found)
    print(f"  all but the model: {1 - forward / wall:.1%} of the time (bar: at most 10 %)")
    return found


def _bars(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Print the ratios that were promised beside what they must be."""
    print()
    found: list[dict[str, Any]] = []
    for workload, ours, theirs, least in BARS:
        table = raw[workload]
        rates = {name: entry["sentences a second"] for name, entry in table.items() if name.startswith(theirs)}
        if rates:
            best = max(rates, key=lambda name: rates[name])
            ratio = table[ours]["sentences a second"] / rates[best]
            found.append({"what": f"{workload}: {ours} / {best}", "ratio": ratio, "at least": least})
            print(f"  {found[-1]['what']:<76}{ratio:7.2f} x   (bar {least:g} x)")
    costs = [1 / entry["sentences a second"] for entry in raw["actors a sentence"].values()]
    growth = costs[-1] / costs[0] - 1
    found.append({"what": "cost of a sentence, 4 actors against 1", "growth": growth, "at most": 0.05})
    print(f"  {'cost of a sentence, 4 actors against 1':<76}{growth:+7.1%}     (bar +5 %)")
    share = raw["end to end"]["of the peak"]
    found.append({"what": "end to end, share of the matrix-product peak", "share": share, "at least": 0.7})
    print(f"  {'end to end, share of the matrix-product peak':<76}{share:7.1%}     (bar 70 %)")
    return found


if __name__ == "__main__":
    main()
