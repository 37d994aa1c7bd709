"""How many kills a run survives: it is killed at random times, resumed, and its output compared byte for byte.

    python -m benchmarks.corpus.kills [--points 200] [--model tiny] [--articles 40] [--format parquet] [--json FILE]

The model "tiny" is a random one of two narrow layers: what is tested is the writing, not the numbers.
Each run is a process that begins with everything imported (a fork server), scores synthetic articles in shards of ten,
and is killed (SIGKILL) at a time drawn from the length of a whole run; it is resumed until it comes through.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus.generate import write
from benchmarks.machine import machine

SHARD = 10


def run(started: Any, source: Path, output: Path, model: str, table_format: Any) -> None:
    from biasscore import CorpusSettings, Runtime, score_corpus

    started.send(True)
    settings = CorpusSettings(chunk_records=SHARD, table_format=table_format)
    runtime = Runtime(device="cpu", threads=1)
    score_corpus(source, output, model=model, runtime=runtime, settings=settings, workers=1, resume=True)


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "_lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--format", choices=["parquet", "jsonl"], default="parquet")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write the counts here")
    options = parser.parse_args(arguments)
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["benchmarks.corpus.kills", "biasscore.scorer"])
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        source = write(Path(folder) / "corpus.jsonl", options.articles)
        model = options.model
        if model == "tiny":
            from benchmarks.inference.models import span_tiny

            model = str(span_tiny(Path(folder)))

        def start(output: Path) -> Any:
            here, there = forks.Pipe(duplex=False)
            process = forks.Process(target=run, args=(there, source, output, model, options.format))
            process.start()
            here.recv()
            return process

        start(Path(folder) / "warm").join()
        began = time.monotonic()
        start(Path(folder) / "whole").join()
        longest = time.monotonic() - began
        whole = content(Path(folder) / "whole")
        points = equal = sequences = 0
        began = time.monotonic()
        while points < options.points:
            output = Path(folder) / f"killed-{sequences}"
            sequences += 1
            kills = 0
            while True:
                process = start(output)
                process.join(chance.uniform(0.0, longest))
                process.kill()
                process.join()
                if process.exitcode == 0:
                    break
                kills += 1
            points += kills
            equal += kills * (content(output) == whole)
        seconds = time.monotonic() - began
    print(f"{equal} of {points} kill points byte-identical after resuming ({sequences} runs, {seconds:.0f} s)")
    if options.json:
        counts = {"model": options.model, "points": points, "byte_identical": equal, "runs": sequences}
        raw = {"machine": machine(), **counts, "seconds": round(seconds, 1)}
        options.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(equal != points)


if __name__ == "__main__":
    main()
