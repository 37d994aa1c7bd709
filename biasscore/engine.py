"""Rows of blinded sentences -> logits of every (sentence, actor): dedupe, tokenise, cut, plan, forward, scatter.

Everything between the texts and the answer is columns of numbers. Rows that are equal letter for letter are scored
once. The answer to a row depends on that row alone: which other rows stand beside it, in which order, and how many
tokens a step may hold change nothing, not even the last bit (as long as the backend's matrix products treat a row alike
whatever stands beside it, which the tests check for the default backend).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from .batching import plan_steps
from .errors import Described, InputError, expected
from .models.base import Backend, Done, Pending, Rows, Step, StepTooLargeError, Tokens

__all__ = ["Engine", "Logits", "Rows", "Usage", "ahead"]

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
#: Rows that are deduplicated, tokenised and planned together, at least; more share a window only for speed.
_CHUNK: Final = 16_384
#: Steps that may be begun before the answer to the first of them is waited for, so that an accelerator never waits for
#: the next one.
_BEGUN: Final = 2


@dataclass(frozen=True, slots=True)
class Logits:
    """The answer.

    Attributes:
        values: (slots, 2, 3) float32, sentiment and stance logits. NaN where the model gave no finite answer.
        truncated: (slots,) bool, whether the sentence was longer than the model's window.
    """

    values: NDArray[np.float32]
    truncated: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run of the engine did.

    Attributes:
        rows: Rows given.
        unique: Rows left after equal ones were put together.
        tokens: Tokens that went through the model.
        steps: Forward passes.
        tokenise_seconds: Wall time of tokenising, planning and scattering.
        forward_seconds: Wall time of the model.
    """

    rows: int
    unique: int
    tokens: int
    steps: int
    tokenise_seconds: float
    forward_seconds: float


class Engine:
    """Runs a backend over rows. Holds no state of the rows, so that threads may share it."""

    def __init__(self, backend: Backend, *, step_tokens: int, window: int, dedupe: bool = True) -> None:
        """Take a backend.

        Args:
            backend: The model.
            step_tokens: Most tokens in a forward pass.
            window: Rows that are planned together.
            dedupe: Whether equal rows are scored once.
        """
        self._backend: Final = backend
        self._step_tokens: Final = step_tokens
        self._window: Final = window
        self._dedupe: Final = dedupe

    def run(self, rows: Rows) -> tuple[Logits, Usage]:
        """Classify.

        Args:
            rows: Any number of rows.

        Returns:
            Logits of every slot in the order of the slots, and what it took.

        Raises:
            InputError: A row has no mark, or a text does not hold as many marks as it should.
        """
        n_slots = rows.slots
        values = np.full((n_slots, 2, 3), np.nan, np.float32)
        truncated = np.zeros(n_slots, np.bool_)
        began = time.perf_counter()
        forward = 0.0
        tokens = steps = unique = 0
        limit = _Limit(self._step_tokens)
        chunks = _chunks(rows, max(_CHUNK, self._window))
        # The next chunk is tokenised while the model works on this one.
        prepared = map(self._ready, chunks)
        for chunk, inverse, sequences in ahead(prepared) if len(rows.texts) > _CHUNK else prepared:
            unique += len(sequences.offsets) - 1
            answer = np.full((sequences.slots, 2, 3), np.nan, np.float32)
            begun: deque[tuple[NDArray[np.int64], Pending]] = deque()
            for step, where in _steps(sequences, self._step_tokens, self._window):
                start = time.perf_counter()
                begun += self._begin(step, where, limit)
                while len(begun) > _BEGUN:
                    place, pending = begun.popleft()
                    answer[place] = pending.result()
                forward += time.perf_counter() - start
                tokens += len(step.ids)
                steps += 1
            start = time.perf_counter()
            for place, pending in begun:
                answer[place] = pending.result()
            forward += time.perf_counter() - start
            answer[~np.isfinite(answer).all(axis=(1, 2))] = np.nan
            values[chunk.first_slot : chunk.first_slot + chunk.slots] = answer[inverse]
            truncated[chunk.first_slot : chunk.first_slot + chunk.slots] = sequences.truncated[inverse]
        wall = time.perf_counter() - began
        usage = Usage(len(rows.texts), unique, tokens, steps, wall - forward, forward)
        _LOG.debug("%s", usage)
        return Logits(values, truncated), usage

    def _ready(self, chunk: _Chunk) -> tuple[_Chunk, NDArray[np.int64], _Sequences]:
        index, inverse = _distinct(chunk) if self._dedupe else _all_distinct(chunk)
        return chunk, inverse, self._prepare(chunk, index)

    def _begin(self, step: Step, where: NDArray[np.int64], limit: _Limit) -> list[tuple[NDArray[np.int64], Pending]]:
        """Begin a step, in halves where the device has no memory for it; a sequence that fails alone gives NaN."""
        if len(step.lengths) == 1 or len(step.ids) <= limit.tokens:
            try:
                return [(where, self._backend.begin(step))]
            except StepTooLargeError:
                limit.tokens = max(1, min(limit.tokens, len(step.ids)) // 2)
                _LOG.warning("no memory for a step of %d tokens; going on with %d", len(step.ids), limit.tokens)
                if len(step.lengths) == 1:
                    return [(where, Done(np.full((len(step.sequences), 2, 3), np.nan, np.float32)))]
        begun: list[tuple[NDArray[np.int64], Pending]] = []
        middle = len(step.lengths) // 2
        for first, last in ((0, middle), (middle, len(step.lengths))):
            part, mine = _part(step, first, last)
            begun += self._begin(part, where[mine], limit)
        return begun

    def _prepare(self, chunk: _Chunk, index: NDArray[np.int64]) -> _Sequences:
        """Tokenise the distinct rows of a chunk and find their marks."""
        tokens = self._backend.tokenise([chunk.texts[i] for i in index.tolist()])
        counts = chunk.counts[index]
        places = np.flatnonzero(tokens.ids == self._backend.actor_id) if tokens.marks is None else tokens.marks
        owners = np.searchsorted(tokens.offsets, places, side="right") - 1
        seen = np.bincount(owners, minlength=len(index))
        if not np.array_equal(seen, counts):
            row = int(np.flatnonzero(seen != counts)[0])
            raise InputError(
                expected(f"row {int(index[row])}", f"a text with {int(counts[row])} marks", int(seen[row]), "Blind it.")
            )
        first = np.cumsum(chunk.counts) - chunk.counts
        marks = chunk.marks[np.repeat(first[index] - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())]
        # Slots of the rows that are left, numbered anew from 0.
        slots_of = chunk.slot_counts[index]
        slots = marks - np.repeat(chunk.slot_starts[index] - (np.cumsum(slots_of) - slots_of), counts)
        return _cut(tokens, places, owners, slots, int(slots_of.sum()), self._backend)


@dataclass(slots=True)
class _Limit:
    """Most tokens that a step has been found to have memory for, during one run."""

    tokens: int


def _part(step: Step, first: int, last: int) -> tuple[Step, NDArray[np.int64]]:
    """Some sequences of a step as a step of their own, and which of its slots they answer."""
    start, end = int(step.lengths[:first].sum()), int(step.lengths[:last].sum())
    where = np.flatnonzero((step.sequences >= first) & (step.sequences < last))
    inside = (step.marks >= start) & (step.marks < end)
    slots = np.searchsorted(where, step.slots[inside])
    part = Step(
        step.ids[start:end], step.lengths[first:last], step.marks[inside] - start, slots, step.sequences[where] - first
    )
    return part, where


def ahead(items: Iterable[T], depth: int = 1) -> Iterator[T]:
    """Make the next items in a thread while the last one is being used.

    Args:
        items: What to make; an exception in it reaches the caller at the item where it happened.
        depth: How many may wait.

    Yields:
        The items in order. When the caller stops early, the thread ends with the item it is at.
    """
    waiting: queue.Queue[tuple[bool, T | BaseException | None]] = queue.Queue(depth)
    stopped = threading.Event()

    def put(entry: tuple[bool, T | BaseException | None]) -> None:
        while not stopped.is_set():
            try:
                waiting.put(entry, timeout=0.1)
            except queue.Full:
                continue
            return

    def work() -> None:
        try:
            for item in items:
                put((True, item))
                if stopped.is_set():
                    return
            put((False, None))
        except BaseException as error:
            put((False, error))

    thread = threading.Thread(target=work, name="biasscore-ahead", daemon=True)
    thread.start()
    try:
        while True:
            more, item = waiting.get()
            if more:
                yield cast(T, item)
            elif isinstance(item, BaseException):
                raise item
            else:
                return
    finally:
        stopped.set()
        thread.join()


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some consecutive rows; slots are counted from the chunk's first."""

    texts: Sequence[str]
    marks: NDArray[np.int64]
    counts: NDArray[np.int64]
    slot_starts: NDArray[np.int64]
    slot_counts: NDArray[np.int64]
    first_slot: int
    slots: int


def _chunks(rows: Rows, size: int) -> Iterator[_Chunk]:
    if len(rows.counts) != len(rows.texts) or (len(rows.counts) and int(rows.counts.min()) < 1):
        raise InputError(
            expected("rows", "sentences with at least one mark each", Described("fewer"), "Leave such rows out.")
        )
    ends = np.cumsum(rows.counts)
    starts = ends - rows.counts
    # Slots are numbered by first appearance: a row's slots begin with that of its first mark.
    slot_starts = rows.marks[starts] if len(starts) else np.zeros(0, np.int64)
    slot_ends = np.append(slot_starts[1:], rows.slots)
    for first in range(0, len(rows.texts), size):
        last = min(first + size, len(rows.texts))
        base = int(slot_starts[first])
        yield _Chunk(
            rows.texts[first:last],
            rows.marks[starts[first] : ends[last - 1]] - base,
            rows.counts[first:last],
            slot_starts[first:last] - base,
            (slot_ends - slot_starts)[first:last],
            base,
            int(slot_ends[last - 1]) - base,
        )


def _all_distinct(chunk: _Chunk) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.arange(len(chunk.texts)), np.arange(chunk.slots)


def _distinct(chunk: _Chunk) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First row of each kind, and for each slot of the chunk the slot of the kept rows that answers it.

    Rows are of one kind if their texts are equal and their marks stand for their actors in the same pattern.
    """
    kinds: dict[tuple[str, bytes], int] = {}
    local = (chunk.marks - np.repeat(chunk.slot_starts, chunk.counts)).astype(
        np.uint8 if chunk.slots < 256 else np.int64
    )
    ends = np.cumsum(chunk.counts).tolist()
    kept: list[int] = []
    kind_of = np.empty(len(chunk.texts), np.int64)
    start = 0
    for row, end in enumerate(ends):
        kind = kinds.setdefault((chunk.texts[row], local[start:end].tobytes()), len(kept))
        if kind == len(kept):
            kept.append(row)
        kind_of[row] = kind
        start = end
    index = np.array(kept, np.int64)
    slots_of = chunk.slot_counts[index]
    kept_starts = np.cumsum(slots_of) - slots_of
    shift = kept_starts[kind_of] - chunk.slot_starts
    return index, np.arange(chunk.slots) + np.repeat(shift, chunk.slot_counts)


@dataclass(frozen=True, slots=True)
class _Sequences:
    """Token sequences no longer than the model's window, and where their actors stand.

    Attributes:
        ids: (tokens,) int32.
        offsets: (sequences + 1,) int64.
        marks: (marks,) int64, positions in ``ids``, ascending.
        mark_slots: (marks,) int64.
        slots: Number of slots.
        slot_sequence: (slots,) int64, the sequence of each slot.
        truncated: (slots,) bool.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    marks: NDArray[np.int64]
    mark_slots: NDArray[np.int64]
    slots: int
    slot_sequence: NDArray[np.int64]
    truncated: NDArray[np.bool_]


def _cut(
    tokens: Tokens,
    places: NDArray[np.int64],
    owners: NDArray[np.int64],
    slots: NDArray[np.int64],
    n_slots: int,
    backend: Backend,
) -> _Sequences:
    """Give each actor of an overlong sentence a window of its own, centred on its first mention."""
    slot_sequence = np.empty(n_slots, np.int64)
    slot_sequence[slots] = owners
    truncated = np.zeros(n_slots, np.bool_) if tokens.truncated is None else tokens.truncated[slot_sequence]
    lengths = np.diff(tokens.offsets)
    if not len(lengths) or int(lengths.max()) <= backend.max_tokens:
        return _Sequences(tokens.ids, tokens.offsets, places, slots, n_slots, slot_sequence, truncated)
    pieces: list[NDArray[np.int32]] = []
    sizes: list[int] = []
    marks: list[NDArray[np.int64]] = []
    mark_slots: list[NDArray[np.int64]] = []
    position = 0
    inner = backend.max_tokens - 2
    bounds = np.searchsorted(owners, np.arange(len(lengths) + 1))
    for row, length in enumerate(lengths.tolist()):
        start = int(tokens.offsets[row])
        mine = slice(bounds[row], bounds[row + 1])
        row_places, row_slots = places[mine] - start, slots[mine]
        if length <= backend.max_tokens:
            slot_sequence[row_slots] = len(pieces)
            pieces.append(tokens.ids[start : start + length])
            marks.append(row_places + position)
            mark_slots.append(row_slots)
            sizes.append(length)
            position += length
            continue
        body = tokens.ids[start + 1 : start + length - 1]
        for slot in np.unique(row_slots).tolist():
            own = row_places[row_slots == slot] - 1
            left = max(0, min(int(own[0]) - inner // 2, len(body) - inner))
            inside = own[(own >= left) & (own < left + inner)] - left
            edges = np.array(backend.edges, np.int32)
            slot_sequence[slot] = len(pieces)
            pieces.append(np.concatenate([edges[:1], body[left : left + inner], edges[1:]]))
            marks.append(inside + 1 + position)
            mark_slots.append(np.full(len(inside), slot))
            truncated[slot] = True
            sizes.append(inner + 2)
            position += inner + 2
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(sizes, np.int64))])
    return _Sequences(
        np.concatenate(pieces),
        offsets,
        np.concatenate(marks),
        np.concatenate(mark_slots),
        n_slots,
        slot_sequence,
        truncated,
    )


def _steps(sequences: _Sequences, step_tokens: int, window: int) -> Iterator[tuple[Step, NDArray[np.int64]]]:
    """Steps for the backend, each with the slots that it answers."""
    lengths = np.diff(sequences.offsets)
    mark_bounds = np.searchsorted(sequences.marks, sequences.offsets)
    mark_counts = np.diff(mark_bounds)
    for chosen in plan_steps(lengths, step_tokens=step_tokens, window=window):
        sizes = lengths[chosen]
        starts = np.cumsum(sizes) - sizes
        ids = sequences.ids[_ranges(sequences.offsets[chosen], sizes)]
        counts = mark_counts[chosen]
        picked = _ranges(mark_bounds[chosen], counts)
        marks = sequences.marks[picked] + np.repeat(starts - sequences.offsets[chosen], counts)
        where, slots = np.unique(sequences.mark_slots[picked], return_inverse=True)
        back = np.empty(len(lengths), np.int64)
        back[chosen] = np.arange(len(chosen))
        yield Step(ids, sizes, marks, slots.reshape(-1), back[sequences.slot_sequence[where]]), where


def _ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of all ranges ``starts[i] .. starts[i] + sizes[i]``, one range after the other."""
    shift = starts - (np.cumsum(sizes) - sizes)
    return np.repeat(shift, sizes) + np.arange(int(sizes.sum()))
