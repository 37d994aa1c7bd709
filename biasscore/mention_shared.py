"""Whose something is that several actors have under one name: a congress, a supreme court, a federal council."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from .actors import fold
from .mention_lexicon import load_homonyms
from .mention_patterns import Entry, Pattern
from .mention_text import Reading

#: How far from the word its owner may be named, in characters.
_REACH: Final = 240
#: Between the word and its owner after it: "the Supreme Court of Panama", "Government House in Bangkok".
_LINKS: Final = (" of ", " of the ", " in ", " in the ")

#: "Government House in Perth", where no actor has that name.
_ELSEWHERE: Final = re.compile(r" (?:of|in) (?:the )?([^\W\d_a-z][\w'’-]*)")


def find_named(
    reading: Reading, found: Sequence[tuple[Pattern, int, int]], places: Sequence[int]
) -> list[tuple[int, int, int]]:
    """Everything near some places that names an actor by a name of its own.

    Args:
        reading: The text.
        found: Patterns and where they begin and end, in any order.
        places: Where the words begin whose owner is wanted.

    Returns:
        Start, end and actor, in the order of the text.
    """
    plain = reading.plain
    # Parts of the text of 256 characters, so that one look tells whether a name is near.
    parts = {part for place in places for part in range((place >> 8) - 1, (place >> 8) + 2)}
    near = [(pattern, start, end) for pattern, start, end in found if start >> 8 in parts]
    # "The Panama Papers" name nobody.
    shielded = {
        spot for pattern, start, end in near if pattern.shields(plain, start, end) for spot in range(start, end)
    }
    return sorted(
        {
            (start, end, entry.actor)
            for pattern, start, end in near
            for entry in pattern.entries
            if start not in shielded
            and not (entry.alias.shared or entry.alias.after)
            and all(plain[start + place].isupper() for place in entry.capitals)
            and (not entry.exact or plain[start:end] == entry.alias.text)
        }
    )


def choose_owner(reading: Reading, fits: Sequence[Entry], start: int, end: int) -> list[Entry]:
    """The entries of a word that is shared whose actor is meant.

    An actor named right beside it owns it ("Peru's Congress", "the Supreme Court of Panama"), also one that has no such
    entry. Otherwise it is that of the entries' actors which is named nearest; where none is, it is the actor's that has
    it without a condition.

    Args:
        reading: The text; `Reading.named` is filled.
        fits: The entries that fit otherwise.
        start: Where the word begins.
        end: Where it ends.

    Returns:
        Those entries of the one actor; empty if it is another's or nobody's who is known.
    """
    named = reading.named
    low = bisect_left(named, (start - _REACH, 0, 0))
    high = bisect_left(named, (end + _REACH, 0, 0))
    owners: set[int] = set()
    distances: dict[int, int] = {}
    folded = reading.folded
    for begun, ended, actor in named[low:high]:
        if ended <= start:
            distance = start - ended
            if folded[ended:start] in (" ", "'s ", "' ", " - "):
                owners.add(actor)
        elif begun >= end:
            # What comes after is said of it less often than what came before.
            distance = 2 * (begun - end)
            if folded[end:begun] in _LINKS:
                owners.add(actor)
        else:
            continue
        distances[actor] = min(distance, distances.get(actor, distance))
    if owners:
        return [entry for entry in fits if entry.actor in owners]
    elsewhere = _ELSEWHERE.match(reading.plain, end)
    if elsewhere is not None and fold(elsewhere.group(1)) not in load_homonyms().months:
        return []
    near = [(distances[entry.actor], entry.actor) for entry in fits if entry.actor in distances]
    if near:
        nearest = min(near)[1]
        return [entry for entry in fits if entry.actor == nearest]
    return [entry for entry in fits if not entry.alias.shared]
