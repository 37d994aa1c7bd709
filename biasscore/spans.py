"""Mentions that are given instead of found: their numbering, and what scores them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

#: Mentions in a sentence: half-open characters, and a number that tells the sentence's actors apart.
Spans = Sequence[tuple[int, int, int]]


def of_one_actor(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Number the mentions of one actor.

    Args:
        spans: Half-open character spans ``(start, end)``, all of the same actor.

    Returns:
        ``(start, end, 0)`` of each.
    """
    return [(start, end, 0) for start, end in spans]


class SpanScorer(Protocol):
    """What scores given mentions; `biasscore.Scorer` is one."""

    def score_spans(self, texts: Sequence[str], spans: Sequence[Spans], /) -> Mapping[str, NDArray[np.float32]]:
        """Score actors whose mentions are given.

        Args:
            texts: n sentences.
            spans: For each text ``(start, end, actor)`` of each mention, at least one and none overlapping another;
                mentions with one number are of one actor.

        Returns:
            ``{"sentiment": (k, 3) float32, "stance": (k, 3) float32}``: probabilities, one row for each actor of each
            text, text after text, a text's actors in the order of their first mentions.
        """
        ...
