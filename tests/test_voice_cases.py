"""Passages about voice, written without sight of the rules, then used to improve them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from biasscore.records import Mention, MentionVoice
from biasscore.segment import split_sentences
from biasscore.voice import assign_voices, find_attributions

CASES = Path(__file__).parent.parent / "fixtures" / "gold" / "voice_cases.jsonl"
MARK = re.compile(r"\[\[(.+?)\]\]")
SMALL = {"the", "a", "an", "of", "in"}

#: The text, what is marked (actor, voice, source), and what is found, mention by mention.
Case = tuple[str, list[dict[str, Any]], list[MentionVoice]]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    rows = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text, places, end = "", [], 0
        for match in MARK.finditer(record["text"]):
            text += record["text"][end : match.start()]
            places.append(Mention("", 0, len(text), len(text) + len(match[1]), "name"))
            text, end = text + match[1], match.end()
        text += record["text"][end:]
        voices = assign_voices(find_attributions(text, split_sentences(text)), places)
        rows.append((text, record["mentions"], voices))
    return rows


def names(text: str, found: MentionVoice, source: str) -> bool:
    """Whether the source that is found has a word of the one that is marked."""
    said = text[found.source.start : found.source.end] if found.source is not None else ""
    return bool((set(said.lower().split()) & set(source.lower().split())) - SMALL)


def test_passages(cases: list[Case]) -> None:
    assert len(cases) == 120
    for text, marked, voices in cases:
        assert len(marked) == len(voices)
        for mark in marked:
            assert mark["voice"] in ("author", "attributed")
            assert mark["source"] is None or (mark["voice"] == "attributed" and mark["source"] in text)


def test_voices_and_sources_do_not_get_worse(cases: list[Case]) -> None:
    pairs = [(text, mark, found) for text, marked, voices in cases for mark, found in zip(marked, voices, strict=True)]
    right = [found.voice == mark["voice"] for _, mark, found in pairs]
    named = [names(text, found, mark["source"]) for text, mark, found in pairs if mark["source"] is not None]
    assert len(right) == 158 and len(named) == 71
    assert sum(right) >= 153
    assert sum(named) >= 64
