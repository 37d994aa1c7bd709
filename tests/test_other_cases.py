"""Passages about other actors than the default ones, written without sight of the finder, then used to improve it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from marked_passages import Case, figures, parse

from benchmarks.other_actors import PRONOUNS
from biasscore.actors import resolve
from biasscore.mentions import Finder
from biasscore.segment import split_sentences

CASES = Path(__file__).parent.parent / "fixtures" / "gold" / "other_cases.jsonl"


@pytest.fixture(scope="module")
def cases() -> list[Case]:
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
            if text[mention.start : mention.end].casefold() not in PRONOUNS
        }
        rows.append((record["trap"], marked, found))
    return rows


def test_passages() -> None:
    records = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    assert len(records) == 557 and sum(record["trap"] for record in records) == 323
    for record in records:
        assert {actor for actor, _, _ in parse(record["text"])[1]} <= set(record["actors"])


def test_mentions_are_found_and_traps_are_not_taken(cases: list[Case]) -> None:
    assert len(cases) == 557
    precision, recall, taken = figures(cases)
    assert precision >= 0.93
    assert recall >= 0.966
    assert taken <= 55
