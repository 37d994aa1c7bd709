"""Passages about other actors than the default ones, written without sight of the finder, then used to improve it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from biasscore.actors import resolve
from biasscore.mentions import Finder
from biasscore.segment import split_sentences

CASES = Path(__file__).parent.parent / "fixtures" / "gold" / "other_cases.jsonl"
MARK = re.compile(r"\[\[([^|\]]+)\|(.+?)\]\]")
#: Not marked in these passages.
PRONOUNS = {"he", "she", "him", "her", "his", "hers", "himself", "herself"}

Found = set[tuple[str, int, int]]


def parse(marked: str) -> tuple[str, Found]:
    """``[[Iceland|Reykjavik]]`` -> the text without marks, and actor, start and end of each."""
    text, found, place = "", set(), 0
    for match in MARK.finditer(marked):
        text += marked[place : match.start()]
        found.add((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        place = match.end()
    return text + marked[place:], found


@pytest.fixture(scope="module")
def cases() -> list[tuple[bool, Found, Found]]:
    """Whether it is a trap, the marked mentions, and the found ones, for each passage whose actors can be asked for."""
    rows = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text, marked = parse(record["text"])
        actors = resolve(record["actors"])
        names = {actor.id: name for actor, name in zip(actors, record["actors"], strict=True)}
        found = {
            (names[mention.actor], mention.start, mention.end)
            for mention in Finder(actors).find(text, split_sentences(text))
            if text[mention.start : mention.end].lower() not in PRONOUNS
        }
        rows.append((record["trap"], marked, found))
    return rows


def test_passages() -> None:
    records = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    assert len(records) == 360 and sum(record["trap"] for record in records) == 210
    for record in records:
        assert {actor for actor, _, _ in parse(record["text"])[1]} <= set(record["actors"])


def test_mentions_are_found_and_traps_are_not_taken(cases: list[tuple[bool, Found, Found]]) -> None:
    assert len(cases) == 360
    marked, found, right = (
        sum(len(spans) for spans in column)
        for column in zip(*((marked, found, marked & found) for _, marked, found in cases), strict=True)
    )
    assert right / found >= 0.925
    assert right / marked >= 0.975
    taken = 0
    for trap, spans, others in cases:
        wrong = [o for o in others if not any(o[0] == m[0] and o[1] < m[2] and m[1] < o[2] for m in spans)]
        taken += trap and bool(wrong)
    assert taken <= 36
