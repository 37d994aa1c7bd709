"""An honest development set: whole articles, and no sentence on both sides."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from .examples import Example


def _bucket(name: str, seed: int) -> float:
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _fingerprint(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def split_by_article(examples: Sequence[Example], *, fraction: float, seed: int) -> tuple[list[Example], list[Example]]:
    """Cut a development set of whole articles.

    Which side an article falls on depends on its name and the seed alone, so the cut stays the same when data are
    added.

    Args:
        examples: Everything.
        fraction: Share of the articles that goes to development, in (0, 1).
        seed: Another seed gives another cut.

    Returns:
        Training and development examples. Training sentences that stand in development too (letter for letter, but for
        case and punctuation) are dropped.
    """
    development = [e for e in examples if _bucket(e.doc, seed) < fraction]
    held = {_fingerprint(e.text) for e in development}
    training = [e for e in examples if _bucket(e.doc, seed) >= fraction and _fingerprint(e.text) not in held]
    return training, development
