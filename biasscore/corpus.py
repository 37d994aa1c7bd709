"""A corpus from its source to its output folder: read, score, write, in shards, interrupted and resumed at will.

::

    import biasscore as bs

    totals = bs.score_corpus("news/*.jsonl.gz", "scored", resume=True)

What decides the output is the input and what is measured. How many processes work on it, where they run and how often
the run was killed change no byte.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from .actors import Actor, resolve
from .checkpoint import Checkpoint
from .config import Measurement, Runtime, check_count
from .disk import Disk
from .errors import ConfigError, Described, expected
from .reading import CHUNK_RECORDS, Head, Reading
from .schema import VERSION, Columns, provenance_dict
from .sources import Source, open_source
from .streams import Limits
from .workers import Executor, Here, Pool, ScorerSpec
from .writing import FORMATS, Output, TableFormat, Totals, begin, hold

_GPU: Final = re.compile(r"cuda:\d+")
#: What is there where there is a GPU: to ask torch would cost seconds, and memory that only the workers need.
_GPU_DEVICES: Final = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/kfd", "/dev/dxg")


@dataclass(frozen=True, slots=True)
class Status:
    """How far a run is.

    Attributes:
        totals: What is in finished shards.
        records: Records that are done, finished shards or not.
        resumed: Of these, records that were done before this run.
        fraction: Part of the input that is done, in [0, 1]; None where its size is not known.
        seconds: Since the run began.
    """

    totals: Totals
    records: int
    resumed: int
    fraction: float | None
    seconds: float


Watch = Callable[[Status], None]
Choose = Callable[[Reading, ExitStack], Executor]


@dataclass(frozen=True, slots=True)
class CorpusSettings:
    """How a corpus is read and cut; all of it is part of what a resumed run must agree with.

    Attributes:
        columns: Which columns of the input have a role.
        limits: What is accepted.
        chunk_records: Records of a shard, at least 1.
        table_format: "parquet" or "jsonl".

    Raises:
        ConfigError: A value is outside its range.
    """

    columns: Columns = field(default_factory=Columns)
    limits: Limits = field(default_factory=Limits)
    chunk_records: int = CHUNK_RECORDS
    table_format: TableFormat = "parquet"

    def __post_init__(self) -> None:
        records = check_count("chunk_records", self.chunk_records, 1, "Give such a number (`--shard-records`).")
        object.__setattr__(self, "chunk_records", records)
        if self.table_format not in FORMATS:
            raise ConfigError(expected("table_format", " or ".join(FORMATS), self.table_format, "Name one of these."))


def score_corpus(
    source: object,
    output: str | os.PathLike[str],
    *,
    actors: Sequence[str | Actor] | None = None,
    model: str | Path | Checkpoint = "default",
    sentiment: str | Path | Checkpoint | None = None,
    stance: str | Path | Checkpoint | None = None,
    blind: bool | None = None,
    calibration: str | Path | Mapping[str, object] | None = None,
    device: str = "auto",
    measurement: Measurement | None = None,
    runtime: Runtime | None = None,
    settings: CorpusSettings | None = None,
    split: str = "train",
    workers: int | None = None,
    resume: bool = False,
    watch: Watch | None = None,
) -> Totals:
    """Score a corpus into an output folder (see `biasscore.schema` for what is in it).

    With several workers the processes are spawned. They do not import your script, but should it start processes of its
    own, they do: then call this below ``if __name__ == "__main__":``, as every script should that uses several
    processes.

    Args:
        source: Files (JSONL, CSV, Parquet; text also compressed with gzip or zstd), folders or globs of them;
            ``hf:NAME`` for a data set of the hub; a data set of `datasets`; a table or data frame. See
            `biasscore.sources`.
        output: The folder.
        actors: As for `biasscore.Scorer`.
        model: As for `biasscore.Scorer`.
        sentiment: As for `biasscore.Scorer`.
        stance: As for `biasscore.Scorer`.
        blind: As for `biasscore.Scorer`.
        calibration: As for `biasscore.Scorer`.
        device: As for `biasscore.Scorer`. With "auto" and several GPUs each worker takes one of them.
        measurement: What is measured.
        runtime: How fast.
        settings: How the corpus is read and cut.
        split: Which split of a data set of the hub.
        workers: Processes that score. None: one for each GPU; without a GPU one for each core, with one thread each; in
            this process if the corpus is no larger than one shard.
        resume: Whether to go on with what is in the folder.
        watch: Called every few seconds with how far the run is.

    Returns:
        The totals.

    Raises:
        InputError: There is no such input, or it has no column with the text.
        OutputError: The folder is in use, holds something else, or cannot be written.
        ActorError: An actor is unknown, doubled or ambiguous.
        ModelError: There is no such model.
        ConfigError: A setting is outside its range; a worker cannot be started; or this is called by a process that is
            still importing the script that started it.
    """
    _check_imported()
    runtime = runtime or Runtime()
    if device != "auto":
        runtime = replace(runtime, device=device)
    if workers is not None:
        workers = check_count("workers", workers, 1)
    whole = measurement or Measurement()
    spec = ScorerSpec(resolve(actors), model, whole, runtime, sentiment, stance, blind, calibration)

    def choose(reading: Reading, stack: ExitStack) -> Executor:
        several = workers is None and len(list(islice(reading.chunks(), 2))) > 1
        wanted = workers or (default_workers(runtime) if several else 1)
        if wanted == 1:
            return Here(spec.build())
        shared = _shared(spec, wanted)
        return stack.enter_context(Pool(shared.build, wanted))

    return run_corpus(
        open_source(source, split=split, exclude=Path(output)),
        Path(output),
        choose,
        what=what_is_measured(spec),
        settings=settings or CorpusSettings(),
        resume=resume,
        watch=watch,
    )


def run_corpus(
    source: Source,
    folder: Path,
    choose: Choose,
    *,
    what: dict[str, Any] | None = None,
    settings: CorpusSettings | None = None,
    resume: bool = False,
    watch: Watch | None = None,
    disk: Disk | None = None,
) -> Totals:
    """Score a corpus with whatever scores it; `score_corpus` with its parts in the open.

    Args:
        source: The input.
        folder: The output.
        choose: Gives the executor, told what is read, and where to leave what is to be closed at the end.
        what: Further settings that a resumed run must agree with, as plain JSON.
        settings: How the corpus is read and cut.
        resume: Whether to go on with what is in the folder.
        watch: Called with how far the run is.
        disk: The operations of writing; None for the real ones.

    Returns:
        The totals.

    Raises:
        InputError: There is no column with the text.
        OutputError: The folder is in use, holds something else, or cannot be written.
    """
    settings = settings or CorpusSettings()
    reading = Reading(source, settings.columns, settings.limits, settings.chunk_records)
    with ExitStack() as stack:
        stack.enter_context(hold(folder, resume=resume))
        executor = choose(reading, stack)
        made = provenance_dict(executor.provenance())
        made["backend"] = _GPU.sub("cuda", made["backend"])
        run = {
            "schema": VERSION,
            "table_format": settings.table_format,
            "chunk_records": settings.chunk_records,
            "columns": asdict(settings.columns),
            "limits": asdict(settings.limits),
            "provenance": made,
            **(what or {}),
        }
        output = begin(folder, run, source.fingerprint(), disk)
        return _Run(output, watch).drive(executor, reading)


def what_is_measured(spec: ScorerSpec) -> dict[str, Any]:
    """Settings in plain words, so that a refusal can name the difference and not only say that there is one."""
    return {"actors": [actor.id for actor in spec.actors], "measurement": asdict(spec.measurement)}


def default_workers(runtime: Runtime) -> int:
    """Processes that score if nobody says how many: one for each GPU, or else one for each core."""
    if runtime.device != "cpu" and any(Path(device).exists() for device in _GPU_DEVICES):
        from .models.registry import count_gpus

        if gpus := count_gpus():
            return gpus if runtime.device in {"auto", "cuda"} else 1
    return available_cores()


def _check_imported() -> None:
    """A script without a guard is run once more by each process that it spawns, and must not begin the run anew."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        got = Described("a call by a process that only imports your script")
        advice = "Put what your script does below `if __name__ == '__main__':`."
        raise ConfigError(expected("score_corpus", "called once", got, advice))


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _shared(spec: ScorerSpec, workers: int) -> ScorerSpec:
    """The cores divided among the workers, unless threads were asked for."""
    if spec.runtime.threads is not None:
        return spec
    return replace(spec, runtime=replace(spec.runtime, threads=max(1, available_cores() // workers)))


class _Run:
    """One run from its first chunk to its last."""

    def __init__(self, output: Output, watch: Watch | None) -> None:
        self._output = output
        self._watch = watch
        self._began = time.monotonic()
        self._totals = Totals()
        self._resumed = self._loose = 0
        self._reach = 0.0, 0

    def drive(self, executor: Executor, reading: Reading) -> Totals:
        """Write what the executor gives, and see that it is of the input that the output was begun with."""
        shards = 0
        for head, tables in executor.results(reading, frozenset(self._output.done), self._tick):
            shards += 1
            if tables is None:
                self._output.check_input(head)
                shard = self._output.done[head.number]
                self._resumed += head.records
            else:
                shard = self._output.write(head, tables)
                self._loose = max(0, self._loose - head.records)
            self._totals = self._totals.plus(shard)
            self._tell(head)
        return self._output.finish(shards)

    def _tick(self, head: Head, articles: int) -> None:
        self._loose += articles
        self._tell(head)

    def _tell(self, head: Head) -> None:
        if self._watch is None:
            return
        records = self._totals.records + self._loose
        reach = head.before + head.records
        if head.fraction is not None and reach > self._reach[1]:
            self._reach = head.fraction, reach
        # What is known of the input's size is known for the end of a chunk.
        fraction, until = self._reach
        part = min(fraction * records / until, 1.0) if until and head.fraction is not None else None
        self._watch(Status(self._totals, records, self._resumed, part, time.monotonic() - self._began))
