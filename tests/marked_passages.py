"""Passages with their mentions marked in the text, and how what is found compares with the marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

MARK = re.compile(r"\[\[([^|\]]+)\|(.+?)\]\]")

#: Actor, start and end of mentions.
Found = set[tuple[str, int, int]]
#: Whether a passage is a trap, its marked mentions, and those that were found.
Case = tuple[bool, Found, Found]


def parse(marked: str) -> tuple[str, Found]:
    """``[[UK|British]]`` -> the text without marks, and actor, start and end of each."""
    text, found, place = "", set(), 0
    for match in MARK.finditer(marked):
        text += marked[place : match.start()]
        found.add((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        place = match.end()
    return text + marked[place:], found


def figures(cases: Sequence[Case]) -> tuple[float, float, int]:
    """Precision and recall of the mentions, and in how many traps something was found that overlaps no mark."""
    marked, found, right = (
        sum(len(spans) for spans in column)
        for column in zip(*((marked, found, marked & found) for _, marked, found in cases), strict=True)
    )
    taken = 0
    for trap, spans, others in cases:
        wrong = [o for o in others if not any(o[0] == m[0] and o[1] < m[2] and m[1] < o[2] for m in spans)]
        taken += trap and bool(wrong)
    return right / found, right / marked, taken
