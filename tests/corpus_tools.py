"""A scorer without a model, corpora, and outputs to compare: for the tests of corpora. Imports no torch."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from biasscore.corpus import CorpusSettings, run_corpus
from biasscore.disk import Disk
from biasscore.profile import ArticleProfile
from biasscore.reading import Chunk, Reading
from biasscore.records import ActorProfile, Estimate, MentionScore, Provenance, Sentence, Span, VoicePart
from biasscore.schema import Tables
from biasscore.sources import open_source
from biasscore.tables import articles_of, tabulate
from biasscore.workers import Executor, Here, Pool
from biasscore.writing import LOCK, TableFormat, Totals

PROVENANCE = Provenance("0", "fake", "0" * 16, "1" * 16, "none", {"python": "3"})
#: What stands in a text that the scorer chokes on, and in one that kills its process.
CHOKE, KILL = "<choke>", "<kill>"


class FakeScorer:
    """Numbers made from a hash of the text, for two actors."""

    provenance = PROVENANCE

    def score_chunk(self, chunk: Chunk) -> Tables:
        return tabulate(chunk, (self._profile(article.text) for article in articles_of(chunk)))

    def _profile(self, text: str) -> ArticleProfile:
        if CHOKE in text:
            raise RuntimeError("choked")
        if KILL in text:
            os._exit(9)
        if not text.strip():
            return ArticleProfile.failed("", None, PROVENANCE, "empty")
        if "\0" in text:
            return ArticleProfile.failed("", None, PROVENANCE, "a NUL character")
        numbers = [byte / 255 for byte in hashlib.sha256(text.encode()).digest()]
        score = numbers[0] * 2 - 1
        estimate = Estimate(score, max(-1.0, score - 0.1), min(1.0, score + 0.1), 1)
        probs = (numbers[1] / 3, 1 - numbers[1] / 3 - numbers[2] / 3, numbers[2] / 3)
        part = VoicePart(estimate, estimate)
        none = VoicePart(None, None)
        actors = {
            "UK": ActorProfile("UK", "United Kingdom", 1, 1, 1.0, estimate, estimate, part, none, "balanced", (0,)),
            "Russia": ActorProfile("Russia", "Russia", 0, 0, 0.0, None, None, none, none, "insufficient evidence", ()),
        }
        scores = (MentionScore(0, "UK", (Span(0, 1),), "author", None, probs, probs),)
        sentences = (Sentence(0, 0, len(text), 0),)
        return ArticleProfile("", None, text, sentences, MappingProxyType(actors), (), scores, PROVENANCE)


def make_fake(rank: int) -> FakeScorer:
    return FakeScorer()


class InterruptedMaker:
    """Makes the fake scorer, and interrupts the child that reads it before any of the child's own code runs."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _interrupted, ()

    def __call__(self, rank: int) -> FakeScorer:
        return FakeScorer()


def _interrupted() -> InterruptedMaker:
    os.kill(os.getpid(), signal.SIGINT)
    return InterruptedMaker()


class SlowScorer(FakeScorer):
    """Takes its time, and leaves its process's number."""

    def __init__(self, folder: Path) -> None:
        (folder / str(os.getpid())).touch()

    def score_chunk(self, chunk: Chunk) -> Tables:
        time.sleep(0.3)
        return super().score_chunk(chunk)


def make_slow(folder: Path, rank: int) -> SlowScorer:
    return SlowScorer(folder)


def here(reading: Reading, stack: ExitStack) -> Executor:
    return Here(FakeScorer())


def run(
    source: object,
    output: Path,
    *,
    records: int = 10,
    table_format: TableFormat = "parquet",
    resume: bool = False,
    disk: Disk | None = None,
    what: dict[str, object] | None = None,
) -> Totals:
    """A run with the fake scorer in this process."""
    settings = CorpusSettings(chunk_records=records, table_format=table_format)
    found = open_source(source, exclude=output)
    return run_corpus(found, output, here, settings=settings, resume=resume, disk=disk, what=what)


def articles(n: int, seed: int = 0) -> Iterator[dict[str, object]]:
    for number in range(n):
        yield {
            "id": f"a{number}",
            "text": f"The UK and text {seed} {number}.",
            "outlet": "AB"[number % 2],
            "views": number,
        }


def write_jsonl(path: Path, records: Sequence[object] | Iterator[object]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def content(folder: Path) -> dict[str, bytes]:
    """Every file of an output but the lock: name -> bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LOCK
    }


# --- runs that are killed --------------------------------------------------------------------------------------------


class DyingDisk(Disk):
    """Kills its process before the n-th operation; a write is done by half first."""

    def __init__(self, last: int) -> None:
        self._left = last

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def create(self, path: Path) -> int:
        self._count()
        return super().create(path)

    def write(self, handle: int, data: memoryview) -> int:
        if self._left == 0:
            super().write(handle, data[: len(data) // 2])
        self._count()
        return super().write(handle, data)

    def sync(self, handle: int) -> None:
        self._count()

    def close(self, handle: int) -> None:
        self._count()
        super().close(handle)

    def replace(self, old: Path, new: Path) -> None:
        self._count()
        super().replace(old, new)

    def sync_folder(self, folder: Path) -> None:
        self._count()


def run_in_child(started: Any, source: Path, output: Path, table_format: TableFormat, last: int | None) -> None:
    """A resumed run with the fake scorer, for a process of its own."""
    started.send(True)
    run(
        source,
        output,
        records=5,
        table_format=table_format,
        resume=True,
        disk=None if last is None else DyingDisk(last),
    )


def run_model_in_child(started: Any, source: Path, output: Path, model: Path) -> None:
    """A resumed run with a real model, for a process of its own."""
    from biasscore import Measurement, Runtime, score_corpus

    started.send(True)
    score_corpus(
        source,
        output,
        model=model,
        measurement=Measurement(resamples=100),
        runtime=Runtime(threads=1),
        settings=CorpusSettings(chunk_records=5),
        workers=1,
        resume=True,
    )


def slow_run_in_child(started: Any, source: Path, output: Path) -> None:
    """A run that goes on until it is killed."""

    class Endless(FakeScorer):
        def score_chunk(self, chunk: Chunk) -> Tables:
            started.send(True)
            time.sleep(600)
            return super().score_chunk(chunk)

    run_corpus(open_source(source), output, lambda reading, stack: Here(Endless()))


def pool_run(source: Path, output: Path, pids: Path) -> None:
    """A run with two slow child processes that leave their numbers."""
    with Pool(partial(make_slow, pids), 2) as pool:
        settings = CorpusSettings(chunk_records=10)
        run_corpus(open_source(source), output, lambda reading, stack: pool, settings=settings)
