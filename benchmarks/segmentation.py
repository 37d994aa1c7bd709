"""How fast sentences are found, on a user's text and on text made to be slow, and how many are found.

    python -m benchmarks.segmentation --text article.txt [--text more.jsonl]

A ``.jsonl`` file is read for the ``text`` of each row. Times are processor time.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from biasscore.segment import split_sentences

#: Units repeated up to a million characters.
PATHOLOGICAL = (".", " ", "A. ", '"', "\n", "a\n", ". ", '?" A ', "x", "U.S. Russia called ", "a.", "\u00a0")


def texts(path: Path) -> list[str]:
    """The texts of a file."""
    raw = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line)["text"] for line in raw.splitlines() if line.strip()]
    return [raw]


def timed(text: str) -> tuple[int, float]:
    """Number of sentences, seconds."""
    began = time.process_time()
    count = len(split_sentences(text))
    return count, time.process_time() - began


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, action="append", default=[], help="a text file or JSON Lines file")
    for path in parser.parse_args(argv).text:
        results = [(len(text), *timed(text)) for text in texts(path)]
        characters = sum(result[0] for result in results)
        seconds = max(sum(result[2] for result in results), 1e-9)
        count = sum(result[1] for result in results)
        print(
            f"{path.name}: {len(results)} texts, {characters} characters, {count} sentences, "
            f"{characters / 1e6 / seconds:.1f} million characters a second"
        )
    for unit in PATHOLOGICAL:
        text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
        count, seconds = timed(text)
        print(f"1,000,000 characters of {unit!r:<24} {count:>7} sentences  {seconds:.2f} s")


if __name__ == "__main__":
    main()
