"""Side by side, in one process, in turns.

    python -m benchmarks.inference [--quick] [--rounds 5] [--threads 2] [--json FILE]

Workloads: sentences with one actor each, with three actors each, and with one, two, three and four actors (cost a
sentence). Every system scores the same rows with the same number of threads. Rows a second and ratios are medians over
rounds in which the systems take turns; utilisation is real tokens times operations a token over the best matrix
products measured in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.machine import machine


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds: under three minutes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=600, help="sentences of each workload")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    rounds, n = (3, 160) if options.quick else (options.rounds, options.rows)
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    import torch

    from benchmarks.inference import ceiling, models, systems, texts
    from biasscore import Runtime, Scorer

    torch.set_num_threads(options.threads)
    raw: dict[str, object] = {"machine": machine(), "threads": options.threads, "rows": n, "rounds": rounds}
    with tempfile.TemporaryDirectory() as name:
        minilm, base = models.pair_minilm(Path(name)), models.pair_base(Path(name))
        one, three = texts.sentences(n, actors=1), texts.sentences(n, actors=3, seed=1)
        few = three[: max(8, n // 20)]
        sizes = (32,) if options.quick else (1, 8, 32, 64)
        workloads: dict[str, dict[str, tuple[systems.Run, int]]] = {
            "one actor a sentence": {
                "biasscore default": (systems.biasscore_default(one, options.threads), n),
                **{f"pipeline, batch {b}": (systems.pipeline(minilm, systems.pairs_of(one), b), n) for b in sizes},
                "plain loop, batch 32": (systems.loop(minilm, systems.pairs_of(one), 32), n),
                "CrossEncoder, batch 32": (systems.cross_encoder(minilm, systems.pairs_of(one), 32), n),
            },
            "three actors a sentence": {
                "biasscore default": (systems.biasscore_default(three, options.threads), n),
                "pipeline, batch 32": (systems.pipeline(minilm, systems.pairs_of(three), 32), n),
                "CrossEncoder, batch 32": (systems.cross_encoder(minilm, systems.pairs_of(three), 32), n),
                "RoBERTa-base pair loop": (systems.loop(base, systems.pairs_of(few), 16), len(few)),
            },
            "actors a sentence": {
                f"biasscore, {k}": (
                    systems.biasscore_default(texts.sentences(n, actors=k, seed=7), options.threads),
                    n,
                )
                for k in (1, 2, 3, 4)
            },
        }
        for workload, runs in workloads.items():
            print(f"\n{workload} ({n} sentences, {options.threads} threads, medians of {rounds} rounds)")
            times = _turns({name: run for name, (run, _) in runs.items()}, rounds)
            raw[workload] = {name: {"sentences": runs[name][1], "seconds": values} for name, values in times.items()}
            first = next(iter(runs))
            ours = runs[first][1] / statistics.median(times[first])
            for name, values in times.items():
                rate = runs[name][1] / statistics.median(values)
                print(f"  {name:<26}{rate:9.1f} sentences/s   {first} is {ours / rate:6.2f} x")
        peak = ceiling.matmul_peak()
        scorer = Scorer(runtime=Runtime(threads=options.threads, device="cpu"))
        raw["end to end"] = _utilisation(scorer, texts.sentences(n, seed=11), peak, ceiling.operations)
    raw["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\npeak memory of this process {raw['peak memory, MB']} MB; {json.dumps(raw['machine'])}")
    if options.json:
        options.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


def _turns(runs: dict[str, object], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):  # the first round warms up
        for name, run in runs.items():
            began = time.perf_counter()
            run()  # type: ignore[operator]
            if number:
                times[name].append(time.perf_counter() - began)
    return times


def _utilisation(scorer: object, rows: Sequence[object], peak: float, operations: object) -> dict[str, float]:
    spans = [row.spans for row in rows]  # type: ignore[attr-defined]
    sentences = [row.text for row in rows]  # type: ignore[attr-defined]
    scorer.score_spans(sentences, spans)  # type: ignore[attr-defined]
    began = time.perf_counter()
    scorer.score_spans(sentences, spans)  # type: ignore[attr-defined]
    wall = time.perf_counter() - began
    backend = scorer._engine._backend  # type: ignore[attr-defined]
    lengths = np.diff(backend.tokenise(sentences).offsets)
    work = operations(int(lengths.sum()), int((lengths**2).sum()))  # type: ignore[operator]
    print(
        f"\nend to end: {len(rows) / wall:.1f} sentences/s, {lengths.sum() / wall:.0f} tokens/s, "
        f"{work / wall / 1e9:.1f} of {peak / 1e9:.1f} GFLOP/s = {work / wall / peak:.1%} of the matrix-product peak"
    )
    return {"seconds": wall, "tokens": float(lengths.sum()), "operations": float(work), "peak": peak}


if __name__ == "__main__":
    main()
