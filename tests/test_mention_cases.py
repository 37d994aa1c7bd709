"""Passages beside the gold set, written by people who had not seen the finder and then used to improve it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from marked_passages import Case, figures, parse

from biasscore.actors import DEFAULT_ACTORS, resolve
from biasscore.mentions import Finder
from biasscore.segment import split_sentences

CASES = Path(__file__).parent.parent / "fixtures" / "gold" / "mention_cases.jsonl"


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Whether it is a trap, the marked mentions, and the found ones, for each passage."""
    finder = Finder(resolve(None))
    rows = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text, marked = parse(record["text"])
        found = {(m.actor, m.start, m.end) for m in finder.find(text, split_sentences(text))}
        rows.append((record["trap"], marked, found))
    return rows


def test_marks_are_of_the_default_actors(cases: list[Case]) -> None:
    assert len(cases) == 10004 and sum(trap for trap, _, _ in cases) == 5441
    assert {actor for _, marked, _ in cases for actor, _, _ in marked} == set(DEFAULT_ACTORS)


def test_mentions_are_found_and_traps_are_not_taken(cases: list[Case]) -> None:
    precision, recall, taken = figures(cases)
    assert precision >= 0.96
    assert recall >= 0.98
    assert taken <= 262
