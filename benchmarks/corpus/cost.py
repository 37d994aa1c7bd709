"""Time and memory of a corpus run on synthetic articles.

    python -m benchmarks.corpus.cost shares  [--articles 500] [--model default] [--copies 0.3]
    python -m benchmarks.corpus.cost memory  [--articles 1000 100000] [--model none]
    python -m benchmarks.corpus.cost workers [--articles 500] [--model default]

- ``shares``: where the CPU time of one process goes: reading, finding mentions and voices, the model's forward passes,
  aggregation, tables and writing; without copies, and with a share of wire copies.
- ``memory``: the most resident memory of a process that scores each number of articles. ``none`` in place of a model
  gives every article one and the same profile, so that what is measured is everything around the model.
- ``workers``: wall time with 1 worker of all threads and with one worker a core.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus.generate import write
from benchmarks.machine import machine


def shares(articles: int, model: str, copies: float) -> dict[str, Any]:
    """CPU seconds of each part, in one process with one thread."""
    import torch

    from biasscore import Runtime, Scorer
    from biasscore.models.span import SpanBackend
    from biasscore.reading import Reading
    from biasscore.sources import open_source
    from biasscore.tables import articles_of, tabulate
    from biasscore.writing import begin, hold

    torch.set_num_threads(1)
    spent = {"forward": 0.0}
    plain = SpanBackend.begin

    def timed(self: SpanBackend, step: Any) -> Any:
        began = time.process_time()
        try:
            return plain(self, step)
        finally:
            spent["forward"] += time.process_time() - began

    SpanBackend.begin = timed  # type: ignore[method-assign]
    scorer = Scorer(model=model, device="cpu", runtime=Runtime(device="cpu", threads=1))
    with tempfile.TemporaryDirectory() as folder:
        source = write(Path(folder) / "corpus.jsonl", articles, copies=copies)
        clock = time.process_time
        warm = write(Path(folder) / "warm.jsonl", 5)  # what is imported or built once is not counted
        for chunk in Reading(open_source(warm)).chunks():
            scorer.score_chunk(chunk)
        spent["forward"] = 0.0
        began = clock()
        chunks = list(Reading(open_source(source)).chunks())
        read = clock() - began
        score = table = written = 0.0
        with hold(Path(folder) / "out", resume=False):
            run = {"table_format": "parquet", "provenance": {}}
            output = begin(Path(folder) / "out", run, {})
            for chunk in chunks:
                began = clock()
                profiles = list(scorer.score_many(articles_of(chunk)))
                score += clock() - began
                began = clock()
                tables = tabulate(chunk, profiles)
                table += clock() - began
                began = clock()
                output.write(chunk.head, tables)
                written += clock() - began
    SpanBackend.begin = plain  # type: ignore[method-assign]
    whole = read + score + table + written
    seconds = {
        "reading": read,
        "text work and aggregation": score - spent["forward"],
        "forward": spent["forward"],
        "tables": table,
        "writing": written,
    }
    return {
        "articles": articles,
        "copies": copies,
        "cpu_seconds": seconds,
        "articles_per_cpu_second": articles / whole,
        "around_the_scorer": (read + table + written) / whole,
        "all_but_forward": 1.0 - spent["forward"] / whole,
    }


def peak(articles: int, model: str) -> dict[str, Any]:
    """Most resident memory of this process after a run, in MB, and its seconds."""
    from biasscore.corpus import run_corpus, score_corpus
    from biasscore.sources import open_source

    with tempfile.TemporaryDirectory() as folder:
        source = write(Path(folder) / "corpus.jsonl", articles)
        size = source.stat().st_size
        began, cpu = time.monotonic(), time.process_time()
        if model == "none":
            from benchmarks.corpus.stand_in import StandIn
            from biasscore.workers import Here

            run_corpus(open_source(source), Path(folder) / "out", lambda reading, stack: Here(StandIn()))
        else:
            score_corpus(source, Path(folder) / "out", model=model, device="cpu", workers=1)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"articles": articles, "input_mb": size / 1e6, "peak_mb": most, "seconds": seconds, "cpu_seconds": cpu}


def memory(sizes: Sequence[int], model: str) -> dict[str, Any]:
    """`peak` of each size in a process of its own."""
    rows = []
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.corpus.cost", "peak", "--articles", str(size), "--model", model]
        rows.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return {"runs": rows, "growth_mb": rows[-1]["peak_mb"] - rows[0]["peak_mb"]}


def workers(articles: int, model: str) -> dict[str, Any]:
    """Wall seconds of whole runs, start of the processes included."""
    from biasscore import CorpusSettings, score_corpus
    from biasscore.corpus import available_cores

    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        source = write(Path(folder) / "corpus.jsonl", articles)
        for number in dict.fromkeys((1, available_cores())):
            began = time.monotonic()
            settings = CorpusSettings(chunk_records=512)
            score_corpus(
                source, Path(folder) / str(number), model=model, device="cpu", workers=number, settings=settings
            )
            found[f"{number} workers"] = time.monotonic() - began
    return {"articles": articles, "seconds": found}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["shares", "memory", "peak", "workers"])
    parser.add_argument("--articles", type=int, nargs="+")
    parser.add_argument("--model", default=None)
    parser.add_argument("--copies", type=float, default=0.3)
    parser.add_argument("--json", type=Path, help="write the raw figures here")
    options = parser.parse_args(arguments)
    found: dict[str, Any]
    if options.what == "shares":
        n, model = (options.articles or [500])[0], options.model or "default"
        found = {name: shares(n, model, copies) for name, copies in (("plain", 0.0), ("copies", options.copies))}
    elif options.what == "memory":
        found = memory(options.articles or [1000, 100_000], options.model or "none")
    elif options.what == "peak":
        found = peak((options.articles or [1000])[0], options.model or "none")
    else:
        found = workers((options.articles or [500])[0], options.model or "default")
    print(json.dumps(found, indent=None if options.what == "peak" else 1))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), **found}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
