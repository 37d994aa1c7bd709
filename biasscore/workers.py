"""Who scores the chunks: this process, or several of its children. The tables are the same, bit for bit."""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Container, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing import reduction
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar

from .actors import Actor
from .checkpoint import Checkpoint
from .config import Measurement, Runtime
from .errors import BiasscoreError, ConfigError, Described, expected
from .reading import Chunk, Head, Reading
from .records import Provenance
from .schema import Tables
from .tables import ChunkScorer, failed, join

if TYPE_CHECKING:
    from .scorer import Scorer

_LOG = logging.getLogger(__name__)
#: Articles that a process scores at a time: some thousand sentences, enough for a pass of the model.
_PART: Final = 256
#: Parts that are on their way for each process, so that none of them ever waits.
_AHEAD: Final = 2

#: A chunk's head and tables.
Result = tuple[Head, Tables | None]
#: Told of every few articles of a chunk that are done.
Tick = Callable[[Head, int], None]
Make = Callable[[int], ChunkScorer]
T = TypeVar("T")


class Executor(Protocol):
    """Scores chunks somewhere."""

    def provenance(self) -> Provenance:
        """What makes the numbers."""
        ...

    def results(self, reading: Reading, done: Container[int], tick: Tick) -> Iterator[Result]:
        """Read the input and score its chunks, in any order.

        Args:
            reading: The input.
            done: Numbers of the chunks that are not to be scored.
            tick: Told of every few articles that are done.

        Yields:
            Each chunk's head once, with its tables, or with None if it was not to be scored.
        """
        ...


@dataclass(frozen=True, slots=True)
class ScorerSpec:
    """What a scorer is made of, for a process that has none yet.

    Attributes:
        actors: Whom it measures.
        model: As for `biasscore.Scorer`, like the four below.
        measurement: What is measured.
        runtime: How fast.
        sentiment: A model for the sentiment alone.
        stance: A model for the stance alone.
        blind: Whether models of one's own see placeholders in the place of names.
        calibration: Of models of one's own.
    """

    actors: tuple[Actor, ...]
    model: str | Path | Checkpoint
    measurement: Measurement
    runtime: Runtime
    sentiment: str | Path | Checkpoint | None = None
    stance: str | Path | Checkpoint | None = None
    blind: bool | None = None
    calibration: str | Path | Mapping[str, object] | None = None

    def build(self, rank: int = 0) -> Scorer:
        """Make the scorer of one of several processes.

        Args:
            rank: Number of the process, from 0. Where there are several GPUs and none is asked for, each process takes
                the next one.

        Returns:
            The scorer.
        """
        from .models.registry import count_gpus
        from .scorer import Scorer

        gpus = count_gpus() if self.runtime.device in {"auto", "cuda"} else 0
        runtime = replace(self.runtime, device=f"cuda:{rank % gpus}") if gpus else self.runtime
        return Scorer(
            self.actors,
            model=self.model,
            sentiment=self.sentiment,
            stance=self.stance,
            blind=self.blind,
            calibration=self.calibration,
            measurement=self.measurement,
            runtime=runtime,
        )


# --- this process ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Here:
    """This process does the work.

    Attributes:
        scorer: Scores.
    """

    scorer: ChunkScorer

    def provenance(self) -> Provenance:
        """What makes the numbers."""
        return self.scorer.provenance

    def results(self, reading: Reading, done: Container[int], tick: Tick) -> Iterator[Result]:
        """Score chunk after chunk."""
        for chunk in reading.chunks():
            if chunk.head.number in done:
                yield chunk.head, None
                continue
            tables: list[Tables] = []
            for part in chunk.parts(_PART):
                tables.append(score_safely(self.scorer, part))
                tick(chunk.head, part.articles)
            yield chunk.head, join(tables)


def score_safely(scorer: ChunkScorer, chunk: Chunk) -> Tables:
    """Score a chunk; an article at which the scorer breaks becomes a failure and takes no other with it.

    Args:
        scorer: Scores.
        chunk: The articles.

    Returns:
        The tables.
    """
    try:
        return scorer.score_chunk(chunk)
    except Exception as error:
        articles = chunk.articles
        if articles == 0:
            raise
        _LOG.debug("a chunk of %d articles broke the scorer", articles, exc_info=True)
        if articles == 1:
            return failed(chunk, f"Unexpected {type(error).__name__}: {error}")
        return join([score_safely(scorer, half) for half in chunk.parts((articles + 1) // 2)])


# --- other processes -------------------------------------------------------------------------------------------------


class Pool:
    """Child processes do the work, each with a scorer of its own.

    They are spawned, never forked: a forked child of a process that has used torch can hang. A child that dies (out of
    memory, a crash of a library) is replaced; what it was working on is scored again, alone, in ever smaller parts,
    until the article that kills is found, and becomes a failure. Unless what they are made with needs it, they do not
    import the main module, so that a script needs no guard.
    """

    def __init__(self, make: Make, workers: int) -> None:
        """Start no process yet.

        Args:
            make: Makes the scorer of a process from its number; must be picklable.
            workers: Number of processes.
        """
        self._make: Final = make
        self._parcel: Final = _Parcel(make)
        self._workers: Final = workers
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._parcel.close()

    def provenance(self) -> Provenance:
        """What makes the numbers, as one of the processes tells it; what it warned of is logged here.

        Raises:
            BiasscoreError: Its scorer could not be made.
            ConfigError: It died before it was ready.
        """
        try:
            found, warnings = self._handed(_provenance).result()
        except BrokenProcessPool as error:
            got = Described("one that died before it was ready")
            advice = (
                "What it said is above: out of memory, or a script whose own code belongs below "
                "`if __name__ == '__main__':`. In one process (`workers=1`, `--workers 1`) there is no other to die."
            )
            raise ConfigError(expected("workers", "processes that can be started", got, advice)) from error
        for name, level, message in warnings:
            logging.getLogger(name).log(level, "%s", message)
        return found

    def results(self, reading: Reading, done: Container[int], tick: Tick) -> Iterator[Result]:
        """Score the chunks, some parts of them at a time, and give them back in order."""
        waiting: deque[_Task] = deque()
        tables: list[Tables] = []
        for chunk in reading.chunks():
            if chunk.head.number in done:
                yield chunk.head, None
                continue
            parts = chunk.parts(_PART)
            for index, part in enumerate(parts):
                task = _Task(part, last=index == len(parts) - 1)
                waiting.append(task)
                self._submit(task)
                if len(waiting) > _AHEAD * self._workers:
                    yield from self._take(waiting, tables, tick)
        while waiting:
            yield from self._take(waiting, tables, tick)

    def _take(self, waiting: deque[_Task], done: list[Tables], tick: Tick) -> Iterator[Result]:
        task = waiting.popleft()
        try:
            done.append(task.future.result())
        except BrokenProcessPool:
            # All that was under way is lost. Whose fault it was is found out by scoring this part alone.
            self._stop()
            done.append(self._alone(task.part))
            for other in waiting:
                self._submit(other)
        tick(task.part.head, task.part.articles)
        if task.last:
            tables = join(done)
            done.clear()
            yield task.part.head, tables

    def _alone(self, part: Chunk) -> Tables:
        articles = part.articles
        with Pool(self._make, 1) as single:
            try:
                return single._handed(_score, part).result()
            except BrokenProcessPool:
                _LOG.warning("a process died over %d articles", articles)
        if articles <= 1:
            return failed(part, "The process that scored it died, twice: out of memory, or a crash of a library.")
        return join([self._alone(half) for half in part.parts((articles + 1) // 2)])

    def _submit(self, task: _Task) -> None:
        try:
            task.future = self._handed(_score, task.part)
        except BrokenProcessPool as error:  # found out only now; `_take` sees to it
            task.future = Future()
            task.future.set_exception(error)

    def _handed(self, work: Callable[..., T], *args: object) -> Future[T]:
        """Hand work in, which may start a child."""
        pool = self._pool()
        with ExitStack() as birth:
            birth.enter_context(_deaf())
            if not self._parcel.needs_main:
                birth.enter_context(_hidden_main())
            return pool.submit(work, *args)

    def _pool(self) -> ProcessPoolExecutor:
        if self._executor is None:
            context = multiprocessing.get_context("spawn")
            ranks = context.Value("i", 0)
            made: Any = self._parcel  # what comes out of it in the child
            self._executor = ProcessPoolExecutor(
                self._workers, mp_context=context, initializer=_start, initargs=(made, ranks)
            )
        return self._executor

    def _stop(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


@dataclass(slots=True)
class _Task:
    """A part on its way, and whether it is its chunk's last."""

    part: Chunk
    last: bool
    future: Future[Tables] = None  # type: ignore[assignment]  # set when it is submitted


class _Parcel:
    """What children are made with, in a file without a name: pickled as itself it is there as what was put in.

    A spawned child is written to through a pipe of some 64 KiB, and nobody reads on if it dies early: more than that,
    such as the aliases of some actors, would let the parent wait for ever.
    """

    def __init__(self, make: Make) -> None:
        content = pickle.dumps(make)
        #: Whether it is of classes or functions that only the main module has.
        self.needs_main: Final = b"__main__" in content
        self._file: Final = TemporaryFile()  # noqa: SIM115  (as long as there may be new children)
        self._file.write(content)
        self._file.flush()

    def close(self) -> None:
        """There will be no more children."""
        self._file.close()

    def __reduce__(self) -> tuple[Callable[..., Make], tuple[Any, ...]]:
        return _unpacked, (reduction.DupFd(self._file.fileno()),)


def _unpacked(handed: Any) -> Make:
    descriptor: int = handed.detach()
    # All children share one place in the file.
    content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    os.close(descriptor)
    made: Make = pickle.loads(content)
    return made


@contextmanager
def _deaf() -> Iterator[None]:
    """Have children that are born within deaf to SIGINT.

    A terminal sends SIGINT to all processes of a group, and a child can refuse it by itself only after it has imported
    its modules; but a mask is inherited. An interrupt of this process meanwhile is kept, not lost.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_ONE_HIDES: Final = threading.Lock()


@contextmanager
def _hidden_main() -> Iterator[None]:
    """Have children that are born within not import the main module.

    A script without a guard would begin its run once more in each of them, and what came from stdin or a notebook
    cannot be imported at all.
    """
    main = sys.modules["__main__"]
    with _ONE_HIDES:
        before: dict[str, Any] = {name: vars(main)[name] for name in ("__spec__", "__file__") if name in vars(main)}
        main.__spec__ = None
        vars(main).pop("__file__", None)
        try:
            yield
        finally:
            vars(main).update(before)


#: A log record: logger, level, message.
Warned = tuple[str, int, str]


class _Kept(logging.Handler):
    """Keeps warnings for another process."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warnings: list[Warned] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.warnings.append((record.name, record.levelno, record.getMessage()))


#: The scorer of a child process, or why there is none; and what was warned of when it was made.
_SCORER: list[ChunkScorer | Exception] = []
_WARNINGS: list[Warned] = []


def _start(make: Make, ranks: Any) -> None:
    """Make a child process ready."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and ends its children
    threading.Thread(target=_follow_parent, daemon=True).start()
    logger = logging.getLogger("biasscore")
    logger.addHandler(logging.NullHandler())  # what went wrong with an article is in the tables
    with ranks.get_lock():
        rank = ranks.value
        ranks.value += 1
    kept = _Kept()
    logger.addHandler(kept)
    try:
        _SCORER[:] = [make(rank)]
    except BiasscoreError as error:  # for the parent: an error here would be no more than a broken pool there
        _SCORER[:] = [error]
    except Exception as error:  # which may be of a kind that cannot be pickled
        told = RuntimeError(str(error) if type(error) is RuntimeError else f"{type(error).__name__}: {error}")
        _SCORER[:] = [told.with_traceback(error.__traceback__)]
    finally:
        logger.removeHandler(kept)
    _WARNINGS[:] = kept.warnings


def _follow_parent() -> None:
    """End when the parent was killed: nothing else would tell a child that waits for work."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _scorer() -> ChunkScorer:
    (made,) = _SCORER
    if isinstance(made, Exception):
        raise made
    return made


def _score(part: Chunk) -> Tables:
    return score_safely(_scorer(), part)


def _provenance() -> tuple[Provenance, list[Warned]]:
    return _scorer().provenance, _WARNINGS
