"""Articles of groups -> sums that can be added, and from them a mean, its variance and its degrees of freedom.

Nothing is kept of the single article, so that a corpus of any size is compared shard by shard. The formulas are those
of `biasscore.comparison.compare`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .comparison_input import float_column

Weights = Literal["sentences", "articles"]
#: Highest power of the weights whose sum is needed.
_POWERS: Final = 5


@dataclass(slots=True)
class Cell:
    """Sums over the articles of one cell; sums of two cells are those of both together.

    The article of most weight stands apart: where it holds nearly all of the weight, what the others add to a sum of
    all would be lost to rounding, and the variance hangs on these others.

    Attributes:
        articles: Their number.
        sentences: Sum of their sentences.
        top: Weight of the article of most weight.
        top_score: Its score.
        powers: Sums over the other articles of w**k for k from 1 to `_POWERS`.
        ws: Sum over the others of w * s.
        w2s: Sum over the others of w**2 * s.
        w2s2: Sum over the others of w**2 * s**2.
    """

    articles: int
    sentences: int
    top: float
    top_score: float
    powers: NDArray[np.float64]
    ws: float
    w2s: float
    w2s2: float

    def __add__(self, other: Cell) -> Cell:
        high, low = (self, other) if self.top >= other.top else (other, self)
        w, s = low.top, low.top_score
        return Cell(
            high.articles + low.articles,
            high.sentences + low.sentences,
            high.top,
            high.top_score,
            high.powers + low.powers + w ** np.arange(1.0, _POWERS + 1),
            high.ws + low.ws + w * s,
            high.w2s + low.w2s + w**2 * s,
            high.w2s2 + low.w2s2 + (w * s) ** 2,
        )


Key = tuple[str, str, str, str]


class Sums:
    """Cells by (task, actor, group, month); the month is "" where there is no date.

    Attributes:
        left_out: Rows of articles that mention an actor but are in no group.
    """

    def __init__(self, tasks: Sequence[str], weights: Weights) -> None:
        self._tasks = tasks
        self._weights = weights
        self._cells: dict[Key, Cell] = {}
        self._actors: dict[str, int] = {}
        self.left_out = 0

    def add(self, table: pa.Table) -> None:
        """Add the articles of a table, as `biasscore.comparison_input.tables_of` yields them."""
        month = pc.utf8_slice_codeunits(pc.fill_null(table["date"], ""), 0, 7)
        names = [table["actor"], table["group"], month]
        encoded = [pc.dictionary_encode(column).combine_chunks() for column in names]
        words = [_words(array) for array in encoded]
        codes = [_codes(array) for array in encoded]
        for actor in words[0]:
            self._actors.setdefault(actor, len(self._actors))
        missing = codes[1] < 0
        mixed = (codes[0] * max(len(words[1]), 1) + codes[1]) * max(len(words[2]), 1) + codes[2]
        mentioned = np.zeros(len(mixed), np.bool_)
        for task in self._tasks:
            n, score = (float_column(table[f"{task}_{name}"]) for name in ("n", "score"))
            mentioned |= n > 0
            here = (n > 0) & ~missing
            keys, place = np.unique(mixed[here], return_inverse=True)
            cells = _cells(n[here], score[here], place.reshape(-1), len(keys), self._weights)
            for key, cell in zip(keys.tolist(), cells, strict=True):
                rest, last = divmod(key, max(len(words[2]), 1))
                first, second = divmod(rest, max(len(words[1]), 1))
                name = (task, words[0][first], words[1][second], words[2][last])
                self._cells[name] = self._cells[name] + cell if name in self._cells else cell
        self.left_out += int((mentioned & missing).sum())

    def by_group(self) -> dict[tuple[str, ...], Cell]:
        """Cells by (task, actor, group): tasks in the order asked for, actors in that of appearance, groups sorted."""
        whole: dict[tuple[str, ...], Cell] = {}
        for (task, actor, group, _), cell in self._cells.items():
            name = (task, actor, group)
            whole[name] = whole[name] + cell if name in whole else cell
        return self._sorted(whole)

    def by_month(self) -> dict[tuple[str, ...], Cell]:
        """Cells by (task, actor, group, month) in the same order; articles without a date are left out."""
        return self._sorted({name: cell for name, cell in self._cells.items() if name[3]})

    def _sorted(self, cells: dict[Any, Cell]) -> dict[tuple[str, ...], Cell]:
        return dict(
            sorted(
                cells.items(), key=lambda item: (self._tasks.index(item[0][0]), self._actors[item[0][1]], item[0][2:])
            )
        )


def _words(array: pa.Array) -> list[str]:
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    return list(array.dictionary.to_pylist())


def _codes(array: pa.Array) -> NDArray[np.int64]:
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    return np.asarray(array.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)


def _cells(
    n: NDArray[np.float64], score: NDArray[np.float64], place: NDArray[np.intp], cells: int, weights: Weights
) -> list[Cell]:
    w = n if weights == "sentences" else np.ones(len(n))
    counts = np.bincount(place, minlength=cells)
    last = np.cumsum(counts) - 1
    tops = np.lexsort((w, place))[last]  # no cell is empty
    top, top_score = w[tops], score[tops]
    w = w.copy()
    w[tops] = 0.0

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(place, weights=values, minlength=cells), np.float64)

    powers = np.stack([total(w**power) for power in range(1, _POWERS + 1)], axis=1)
    rows = zip(
        counts.tolist(),
        total(n).tolist(),
        top.tolist(),
        top_score.tolist(),
        powers,
        total(w * score).tolist(),
        total(w**2 * score).tolist(),
        total((w * score) ** 2).tolist(),
        strict=True,
    )
    return [Cell(count, int(sentences), *sums) for count, sentences, *sums in rows]


@dataclass(frozen=True, slots=True)
class Mean:
    """A group's mean, its variance and degrees of freedom; the last two are None where the variance cannot be told.

    So it is with fewer than two articles, and with several of one score: articles do differ, and a few that happen to
    agree (two that say nothing of note, or copies) would make the interval a point and any difference certain.
    """

    mean: float
    variance: float | None
    dof: float | None


def mean_of(cell: Cell) -> Mean:
    """Estimate the mean of a cell.

    Args:
        cell: Of at least one article.

    Returns:
        The weighted mean with its cluster-robust variance and Satterthwaite's degrees of freedom, from 1 to the number
        of articles less 1.
    """
    total = cell.top + float(cell.powers[0])
    mean = (cell.top * cell.top_score + cell.ws) / total
    if cell.articles < 2:
        return Mean(mean, None, None)
    # With p1 the largest share: e is the sum of the others, t2 to t5 are sums of their powers. All terms below are
    # small of their own accord where p1 is nearly 1; none is the small difference of large ones.
    p1 = cell.top / total
    e, t2, t3, t4, t5 = (float(cell.powers[k - 1]) / total**k for k in range(1, _POWERS + 1))
    s2 = p1**2 + t2
    off = (cell.ws - cell.top_score * float(cell.powers[0])) / total  # mean - top_score
    others = max(cell.w2s2 - 2 * mean * cell.w2s + mean**2 * float(cell.powers[1]), 0.0) / total**2
    raw = (p1 * off) ** 2 + others
    if raw < 1e-14 * ((p1 * e) ** 2 + t2):  # nothing but rounding: all articles have one score
        return Mean(mean, None, None)
    # With M = I - 1p' and D = diag(p**2): trace of M'DM, and of its square, which is that of (D MM')**2, where MM' has
    # e**2 + t2 for the first article with itself and -(a + p) for it with one of share p.
    trace = p1**2 * (e**2 + t2) + t2 * (1 + s2) - 2 * t3
    a = p1 * e - t2
    square = p1**4 * (e**2 + t2) ** 2 + 2 * p1**2 * (a**2 * t2 + 2 * a * t3 + t4)
    square += s2**2 * t2**2 - 4 * s2 * t2 * t3 + 2 * t2 * t4 + 2 * t3**2  # the others among each other
    square += t4 * (1 + 2 * s2) - 4 * t5  # and each with itself
    dof = min(max(trace**2 / square, 1.0), cell.articles - 1.0)  # its bounds, but for rounding
    return Mean(mean, raw * s2 / trace, dof)
