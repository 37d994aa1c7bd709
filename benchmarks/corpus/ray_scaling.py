"""What Ray adds and what it brings: the plain runner in one process beside Ray with 1 and 2 actors, one thread each.

    python -m benchmarks.corpus.ray_scaling [--articles 400] [--model default] [--json FILE]

A cluster of this machine alone is started. Each run scores the same articles in shards of 50; times are those between
the first shard and the last, so that starting processes and loading models does not count, and whole runs beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus.generate import write
from benchmarks.machine import machine
from biasscore import CorpusSettings, Runtime, score_corpus
from biasscore.corpus import Status
from biasscore.distributed import score_corpus_on_ray


def timed(action: Callable[..., Any]) -> dict[str, float]:
    marks: list[tuple[float, int]] = []

    def watch(status: Status) -> None:
        marks.append((time.monotonic(), status.totals.records))

    began = time.monotonic()
    action(watch=watch)
    first = next(mark for mark in marks if mark[1])
    last = marks[-1]
    rate = (last[1] - first[1]) / (last[0] - first[0])
    return {"seconds": time.monotonic() - began, "articles_per_second": rate}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--model", default="default")
    parser.add_argument("--json", type=Path, help="write the raw figures here")
    options = parser.parse_args(arguments)
    import ray

    root = str(Path(__file__).resolve().parents[2])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False)
    common: dict[str, Any] = {
        "model": options.model,
        "device": "cpu",
        "runtime": Runtime(device="cpu", threads=1),
        "settings": CorpusSettings(chunk_records=50),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = write(folder / "corpus.jsonl", options.articles)
        found = {
            "plain, 1 process": timed(
                lambda watch: score_corpus(source, folder / "plain", workers=1, watch=watch, **common)
            )
        }
        for size in (1, 2):
            found[f"Ray, {size} actors"] = timed(
                lambda watch, size=size: score_corpus_on_ray(
                    source, folder / f"ray-{size}", size=size, watch=watch, **common
                )
            )
    ray.shutdown()
    raw = json.dumps({"machine": machine(), "articles": options.articles, **found}, indent=1)
    print(raw)
    if options.json:
        options.json.write_text(raw + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
