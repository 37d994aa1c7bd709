"""Synthetic news sentences from a seed: lengths as in news, one to four actors each, no two alike unless asked for.

The words are drawn from a list, so the sentences mean nothing; for the speed of a transformer only their lengths in
tokens count. Those follow a log-normal distribution fitted to news sentences (median 32 word pieces, 95th percentile
67, 99th 94).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

ACTORS: Final = ("Britain", "NATO", "Kazakhstan", "Russia")
_WORDS: Final = (  # noqa: SIM905
    "government minister parliament agreement border sanctions energy pipeline exports report official statement "
    "meeting visit delegation army defence budget election court ruling protest strike market price currency bank "
    "growth crisis reform treaty alliance summit talks envoy spokesman journalist analyst company industry "
    "minerals railway harbour flood drought harvest school hospital university museum festival champion stadium "
    "railway refugees migration visa passport warned announced signed rejected welcomed criticised postponed "
    "approved expected denied promised offered demanded joined during against between after before because "
    "although while under over without within across toward despite following the a of in on to for with and by "
    "at from that which its their new old large small regional national foreign joint recent public early late "
    "deep long strong weak former"
).split()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the half-open spans of its actors, ``(start, end, actor number)``."""

    text: str
    spans: tuple[tuple[int, int, int], ...]


def sentences(n: int, *, actors: int | None = None, seed: int = 0) -> list[Sentence]:
    """Make sentences.

    Args:
        n: How many.
        actors: Actors in each; None for one to four (60, 25, 10 and 5 %).
        seed: Of everything.

    Returns:
        n sentences.
    """
    rng = np.random.default_rng(seed)
    words = np.array(_WORDS)
    lengths = np.clip(np.exp(rng.normal(np.log(24), 0.46, n)), 5, 180).astype(int)
    counts = rng.choice([1, 2, 3, 4], n, p=[0.6, 0.25, 0.1, 0.05]) if actors is None else np.full(n, actors)
    made = []
    for length, count in zip(lengths.tolist(), counts.tolist(), strict=True):
        chosen = words[rng.integers(0, len(words), max(length, count))].tolist()
        places = rng.choice(len(chosen), count, replace=False)
        for actor, place in enumerate(sorted(places.tolist())):
            chosen[place] = ACTORS[actor]
        made.append(_join(chosen))
    return made


def _join(words: list[str]) -> Sentence:
    pieces: list[str] = []
    spans: list[tuple[int, int, int]] = []
    position = 0
    for word in words:
        if word in ACTORS:
            spans.append((position, position + len(word), ACTORS.index(word)))
        pieces.append(word)
        position += len(word) + 1
    return Sentence(" ".join(pieces) + ".", tuple(spans))


def article(n: int, seed: int) -> str:
    """An article of n sentences in paragraphs of four."""
    made = [sentence.text[:1].upper() + sentence.text[1:] for sentence in sentences(n, seed=seed)]
    return "\n\n".join(" ".join(made[start : start + 4]) for start in range(0, n, 4))
