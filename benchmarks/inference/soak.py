"""Whether memory stays flat over a long run.

    python -m benchmarks.inference.soak [--sentences 1000000] [--articles] [--json FILE]

Feeds sentences from a seeded generator, mostly distinct, through a scorer with the smallest model of the package's own
kind, lot after lot, and prints resident memory after a warm-up of a twentieth of them, at most and at the end. With
`--articles` they come as articles of 25 sentences through the whole path, from text to profile.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.inference import texts
from benchmarks.inference.memory import resident
from benchmarks.machine import machine

#: Sentences of a lot: more than the engine plans at once, so that tokenising and the model overlap.
_LOT = 20_000
_ARTICLE = 25
#: Least growth after warm-up that counts as a leak, MB.
BAR = 50


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=1_000_000)
    parser.add_argument("--articles", action="store_true", help="through the whole path, from text to profile")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    from benchmarks.inference.models import span_tiny
    from biasscore import Runtime, Scorer

    with tempfile.TemporaryDirectory() as name:
        scorer = Scorer(model=span_tiny(Path(name)), runtime=Runtime(device="cpu"))
    lot = min(_LOT, max(1, options.sentences // 20))
    warm = options.sentences // 20
    score = _articles if options.articles else _spans
    samples: list[tuple[int, int]] = []
    done = last = 0
    began = time.perf_counter()
    for size in _sizes(options.sentences, lot):
        score(scorer, size, done)
        done += size
        samples.append((done, resident()[0]))
        if done - last >= options.sentences / 20:
            last = done
            print(
                f"{done:>9} sentences  {samples[-1][1]:>6} MB  {done / (time.perf_counter() - began):8.0f} /s",
                flush=True,
            )
    after = next(memory for count, memory in samples if count >= warm)
    later = [memory for count, memory in samples if count >= warm]
    found = {
        "machine": machine(),
        "sentences": done,
        "way": "articles" if options.articles else "sentences",
        "seconds": time.perf_counter() - began,
        "after warm-up, MB": after,
        "at most, MB": max(later),
        "at the end, MB": later[-1],
        "growth, MB": later[-1] - after,
        "samples": samples,
    }
    print(
        f"resident memory: {after} MB after warm-up ({warm} sentences), {max(later)} MB at most, {later[-1]} MB at the "
        f"end; growth {later[-1] - after} MB (bar: under {BAR} MB)"
    )
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _sizes(total: int, lot: int) -> Iterator[int]:
    for start in range(0, total, lot):
        yield min(lot, total - start)


def _spans(scorer: object, size: int, seed: int) -> None:
    rows = texts.sentences(size, seed=seed)
    scorer.score_spans([row.text for row in rows], [row.spans for row in rows])  # type: ignore[attr-defined]


def _articles(scorer: object, size: int, seed: int) -> None:
    made = (texts.article(min(_ARTICLE, size - first), seed + first) for first in range(0, size, _ARTICLE))
    for _ in scorer.score_many(made):  # type: ignore[attr-defined]
        pass


if __name__ == "__main__":
    main()
