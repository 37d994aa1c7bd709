"""A corpus on a Ray cluster: the chunks, the scorer, the tables and the output of `biasscore.corpus`, on more machines.

One task on the driver's machine reads the input, with the reader of the plain runner, and the driver writes the output,
with its writer, so that bad records, resuming and the bytes of the output are the same. Between the two, Ray Data
carries whole chunks to a pool of actors, each of which holds a model: a chunk is one row, so that no block of Ray's is
cut through it and the model sees its thousands of sentences together. If an actor or its machine dies, Ray runs its
chunks elsewhere; a chunk that came back is written once, under its own number, so that nothing is lost and nothing
doubled. The back-pressure is Ray's own: the reader is stopped while the object store is full.

Needs Ray: ``pip install "ray[data]"``. `TableScorer` is for those who have a data set of Ray's already::

    rows.map_batches(TableScorer, batch_format="pyarrow", batch_size=2048, fn_constructor_kwargs={"spec": spec},
                     compute=ray.data.ActorPoolStrategy(size=4))
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from .actors import Actor, resolve
from .checkpoint import Checkpoint
from .config import Measurement, Runtime, check_count
from .corpus import CorpusSettings, Watch, run_corpus, what_is_measured
from .errors import ConfigError, Described, expected
from .reading import Head, Reading
from .records import Provenance
from .schema import Columns
from .sources import open_source
from .tables import ChunkScorer
from .workers import Executor, Make, Result, ScorerSpec, Tick, score_safely
from .writing import Totals

#: Cores of the task that reads, which waits most of the time.
_READER_CORES: Final = 0.5
#: Bytes at which Ray closes a block: fewer than any chunk has, so that no two of them ever share one.
_BLOCK_BYTES: Final = 1


class ChunkActor:
    """What Ray keeps on each of the pool's machines: a scorer, asked chunk by chunk."""

    def __init__(self, make: Make) -> None:
        """Load the model.

        Args:
            make: Makes the scorer. Ray shows an actor its own GPU only, so that its number is always 0.
        """
        self._scorer: ChunkScorer = make(0)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Score the chunks of a batch.

        Args:
            batch: ``head`` binary (pickled `Head`), ``chunk`` binary (pickled `Chunk`, or null: not to be scored).

        Returns:
            ``head`` as it came, ``tables`` binary (pickled `Tables`, or null).
        """
        tables = [self._score(raw) for raw in batch["chunk"].to_pylist()]
        return pa.table({"head": batch["head"], "tables": _binary(tables)})

    def _score(self, raw: bytes | None) -> bytes | None:
        return None if raw is None else pickle.dumps(score_safely(self._scorer, pickle.loads(raw)))


def read_chunks(batch: pa.Table, reading: Reading, done: frozenset[int]) -> Iterator[pa.Table]:
    """The task that reads: one table with one row for each chunk.

    Args:
        batch: Not looked at.
        reading: The input.
        done: Chunks that are not to be scored.

    Yields:
        ``head`` and ``chunk`` as `ChunkActor` takes them.
    """
    for chunk in reading.chunks():
        raw = None if chunk.head.number in done else pickle.dumps(chunk)
        yield pa.table({"head": _binary([pickle.dumps(chunk.head)]), "chunk": _binary([raw])})


def _binary(values: Sequence[bytes | None]) -> pa.Array:
    return pa.array(values, pa.large_binary())


class TableScorer:
    """For ``map_batches`` on a data set of articles: a table of articles in, the table *articles* out.

    Ask for batches of some thousand rows, or the model sees too few sentences at a time. Articles that cannot be scored
    are left out; `biasscore.corpus` keeps account of them.
    """

    def __init__(self, spec: ScorerSpec, columns: Columns | None = None) -> None:
        """Load the model.

        Args:
            spec: What to measure.
            columns: Which columns have a role.
        """
        self._scorer = spec.build()
        self._columns = columns

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Score a batch; see `biasscore.schema` for the columns."""
        return self._scorer.score_table(batch, self._columns).articles


@dataclass(frozen=True, slots=True)
class RayPool:
    """Actors of a Ray cluster do the work: an executor for `biasscore.corpus.run_corpus`.

    Attributes:
        make: Makes an actor's scorer; must be picklable.
        size: Number of actors.
        gpus: GPUs of each.
        cpus: Cores of each.
    """

    make: Make
    size: int
    gpus: float = 0.0
    cpus: float = 1.0

    def provenance(self) -> Provenance:
        """What makes the numbers, as a task on the cluster tells it."""
        import ray

        asked = ray.remote(num_cpus=self.cpus, num_gpus=self.gpus)(_provenance)
        found: Provenance = ray.get(asked.remote(self.make))
        return found

    def results(self, reading: Reading, done: Container[int], tick: Tick) -> Iterator[Result]:
        """Let Ray read the chunks on this machine, score them wherever there is room, and bring them back."""
        import ray

        with _ray_data_settings():
            chunks = ray.data.from_items([0]).map_batches(
                read_chunks,
                batch_format="pyarrow",
                fn_kwargs={"reading": reading, "done": done},
                num_cpus=_READER_CORES,
                # Where the files are; and what the actors do not ask for, or Ray would read and score in one task.
                resources={f"node:{ray.util.get_node_ip_address()}": 0.001},
            )
            scored = chunks.map_batches(
                ChunkActor,
                batch_format="pyarrow",
                batch_size=1,
                compute=ray.data.ActorPoolStrategy(size=self.size),
                fn_constructor_kwargs={"make": self.make},
                num_cpus=self.cpus,
                num_gpus=self.gpus,
            )
            for batch in scored.iter_batches(batch_size=1, batch_format="pyarrow", prefetch_batches=0):
                for head, raw in zip(batch["head"].to_pylist(), batch["tables"].to_pylist(), strict=True):
                    found: Head = pickle.loads(head)
                    tick(found, found.records if raw is not None else 0)
                    yield found, None if raw is None else pickle.loads(raw)


@contextmanager
def _ray_data_settings() -> Iterator[None]:
    """Blocks of one chunk each, and no display beside our own."""
    import ray

    context = ray.data.DataContext.get_current()
    wanted = {"target_max_block_size": _BLOCK_BYTES, "enable_progress_bars": False}
    before = {name: getattr(context, name) for name in wanted}
    for name, value in wanted.items():
        setattr(context, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(context, name, value)


def score_corpus_on_ray(
    source: object,
    output: str | os.PathLike[str],
    *,
    address: str = "auto",
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
    size: int | None = None,
    resume: bool = False,
    watch: Watch | None = None,
) -> Totals:
    """Score a corpus on a Ray cluster into the same folder, byte for byte, as `biasscore.corpus.score_corpus`.

    Args:
        source: As there; read by this process.
        output: As there; written by this process.
        address: "auto" for the cluster that this machine belongs to, "local" for a new one on this machine alone, or
            the address of a cluster. A connection of this process that is there already is used as it is.
        actors: As there.
        model: As there; a folder must be at the same path on every machine.
        sentiment: As there.
        stance: As there.
        blind: As there.
        calibration: As there.
        device: As there.
        measurement: As there.
        runtime: As there.
        settings: As there.
        split: As there.
        size: Number of Ray actors; None for one on each GPU of the cluster, or without GPUs on each core but one.
        resume: As there.
        watch: As there.

    Returns:
        The totals.

    Raises:
        ConfigError: ``size`` is below 1, Ray is not installed, or there is no cluster at that address.
        InputError: As there.
        OutputError: As there.
    """
    if size is not None:
        size = check_count("size", size, 1)
    connect(address)
    runtime = runtime or Runtime()
    device = runtime.device if device == "auto" else device
    gpus, cpus = _resources()
    on_gpu = gpus >= 1 and device != "cpu"
    threads = runtime.threads or 1
    # Whatever is "auto" is decided here, since machines of one cluster must not decide differently.
    made = replace(runtime, device="cuda" if on_gpu else "cpu", threads=threads)
    whole = measurement or Measurement()
    spec = ScorerSpec(resolve(actors), model, whole, made, sentiment, stance, blind, calibration)
    wanted = size or max(1, int(gpus if on_gpu else (cpus - 1) // threads))
    pool = RayPool(spec.build, wanted, gpus=1.0 if on_gpu else 0.0, cpus=float(threads))

    def choose(reading: Reading, stack: ExitStack) -> Executor:
        return pool

    return run_corpus(
        open_source(source, split=split, exclude=Path(output)),
        Path(output),
        choose,
        what=what_is_measured(spec),
        settings=settings or CorpusSettings(),
        resume=resume,
        watch=watch,
    )


def connect(address: str) -> None:
    """Connect this process to a cluster, unless it is connected.

    Args:
        address: "auto", "local" or an address.

    Raises:
        ConfigError: Ray is not installed, or there is no cluster at that address.
    """
    try:
        import ray
        import ray.data
    except ImportError as error:
        advice = 'Install it: `pip install "ray[data]"`.'
        raise ConfigError(expected("ray", "installed, with its part for data", Described("nothing"), advice)) from error
    if ray.is_initialized():
        return
    try:
        ray.init(address=None if address == "local" else address, log_to_driver=False)
    except (ConnectionError, ValueError) as error:
        advice = "Start one (`ray start --head`), or say 'local'."
        raise ConfigError(
            expected("ray", "the address of a cluster", Described(f"{address}: {error}"), advice)
        ) from error


def _resources() -> tuple[float, float]:
    import ray

    found = ray.cluster_resources()
    return float(found.get("GPU", 0.0)), float(found.get("CPU", 1.0))


def _provenance(make: Make) -> Provenance:
    return make(0).provenance
