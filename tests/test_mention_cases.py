"""Passages beside the gold set, written by people who had not seen the finder and then used to improve it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from biasscore.actors import DEFAULT_ACTORS, resolve
from biasscore.mentions import Finder
from biasscore.segment import split_sentences

CASES = Path(__file__).parent.parent / "fixtures" / "gold" / "mention_cases.jsonl"
MARK = re.compile(r"\[\[(\w+)\|(.+?)\]\]")

Found = set[tuple[str, int, int]]


def parse(marked: str) -> tuple[str, Found]:
    """``[[UK|British]]`` -> the text without marks, and actor, start and end of each."""
    text, found, place = "", set(), 0
    for match in MARK.finditer(marked):
        text += marked[place : match.start()]
        found.add((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        place = match.end()
    return text + marked[place:], found


@pytest.fixture(scope="module")
def cases() -> list[tuple[bool, Found, Found]]:
    """Whether it is a trap, the marked mentions, and the found ones, for each passage."""
    finder = Finder(resolve(None))
    rows = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text, marked = parse(record["text"])
        found = {(m.actor, m.start, m.end) for m in finder.find(text, split_sentences(text))}
        rows.append((record["trap"], marked, found))
    return rows


def test_marks_are_of_the_default_actors(cases: list[tuple[bool, Found, Found]]) -> None:
    assert len(cases) == 10004 and sum(trap for trap, _, _ in cases) == 5441
    assert {actor for _, marked, _ in cases for actor, _, _ in marked} == set(DEFAULT_ACTORS)


def test_mentions_are_found_and_traps_are_not_taken(cases: list[tuple[bool, Found, Found]]) -> None:
    marked, found, right = (
        sum(len(spans) for spans in column)
        for column in zip(*((marked, found, marked & found) for _, marked, found in cases), strict=True)
    )
    assert right / found >= 0.96
    assert right / marked >= 0.98
    taken = 0
    for trap, spans, others in cases:
        wrong = [o for o in others if not any(o[0] == m[0] and o[1] < m[2] and m[1] < o[2] for m in spans)]
        taken += trap and bool(wrong)
    assert taken <= 262
