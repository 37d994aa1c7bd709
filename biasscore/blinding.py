"""A sentence with its actors' names taken out.

Every mention of every measured actor is replaced by one and the same character before anything else sees the sentence.
What comes after cannot tell one actor from another, so the measurement cannot depend on who the actor is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: The character that stands for any actor. From Unicode's private use area: no text means anything by it, and the
#: tokenizer knows it as one token.
ACTOR_MARK: Final = "\ue000"


def blind(text: str, spans: Iterable[tuple[int, int, int]]) -> tuple[str, list[int]]:
    """Replace each mention by `ACTOR_MARK`.

    Args:
        text: The sentence.
        spans: ``(start, end, target)`` of each mention, half-open, in any order; ``target`` is any number that tells
            the targets apart. Of two spans that overlap the earlier (and at one start the longer) one counts.

    Returns:
        The blinded sentence, and for each mark in it, from left to right, the target it stands for. A mark that was in
        the text already is turned into a space.
    """
    pieces: list[str] = []
    targets: list[int] = []
    position = 0
    for start, end, target in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < position or end <= start:
            continue
        pieces.append(text[position:start].replace(ACTOR_MARK, " "))
        pieces.append(ACTOR_MARK)
        targets.append(target)
        position = end
    pieces.append(text[position:].replace(ACTOR_MARK, " "))
    return "".join(pieces), targets
