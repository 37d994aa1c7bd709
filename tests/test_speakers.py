"""Whom pronouns mean that say something."""

from __future__ import annotations

import pytest

from biasscore.records import Attribution, Span
from biasscore.segment import split_sentences
from biasscore.speakers import name_speakers
from biasscore.voice import find_attributions


def sources(text: str) -> list[str | None]:
    """The source of each attribution, in order."""
    return [
        text[a.source.start : a.source.end] if a.source is not None else None
        for a in find_attributions(text, split_sentences(text))
    ]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The envoy said that Riga had lied. He added that Bonn knew.", "The envoy"),
        ("Ann Lee said that Riga had lied. She added that Bonn knew.", "Ann Lee"),
        ("Lee said that Riga had lied. The hall was full. “Bonn knew it all along,” she added.", "Lee"),
        ("The ministry said that Riga had lied. It added that Bonn knew.", "The ministry"),
        ("Critics said that Riga had lied. They added that Bonn knew.", "Critics"),
        ("Ann Lee and Bob Roe said that Riga had lied. They added that Bonn knew.", "Ann Lee and Bob Roe"),
        ("Ann Lee said that Riga had lied. The ministry said that all was well. She added that Bonn knew.", "Ann Lee"),
        ("Ann Lee said that Putin was mad. She added that Bonn knew.", "Ann Lee"),
        ("Mr Holm put down the bill. The Finns, he decided, were no worse.", "Mr Holm"),
        ("Professor Amory's thesis deserves a hearing. Bonn, he holds, never left.", "Professor Amory"),
        ("A second diplomat was blunter. “Bonn cannot agree on lunch,” he said.", "A second diplomat"),
        ("Ann Lee came to Riga at night, where she said that Bonn knew.", "Ann Lee"),
    ],
)
def test_a_pronoun_is_whoever_spoke_last(text: str, source: str) -> None:
    assert sources(text)[-1] == source


@pytest.mark.parametrize(
    ("text", "pronoun"),
    [
        ("Ann Lee said that Riga had lied. He added that Bonn knew.", "He"),
        ("Mrs Lee said that Riga had lied. He added that Bonn knew.", "He"),
        ("The ministry said that Riga had lied. He added that Bonn knew.", "He"),
        ("Riga said that all was lost. He added that Bonn knew.", "He"),
        ("Delegates of the party said that Riga had lied. It added that Bonn knew.", "It"),
        ("Lee said that Riga had lied. Stone disagreed. He added that Bonn knew.", "He"),
        ("Lee said that Riga had lied. At noon Bob Stone arrived. He added that Bonn knew.", "He"),
        (
            "The envoy said that Riga had lied. It rained. It snowed. It hailed. It froze. He added that Bonn knew.",
            "He",
        ),
        ("I said that Riga had lied. He added that Bonn knew.", "He"),
        ("The talks had failed. They added that Bonn knew.", "They"),
        ("He added that Bonn knew.", "He"),
    ],
)
def test_a_pronoun_stays_where_nobody_surely_is_meant(text: str, pronoun: str) -> None:
    assert sources(text)[-1] == pronoun


def test_all_but_the_sources_stays() -> None:
    text = "Lee said no. He left. She ran."
    given = [Attribution(Span(9, 11), Span(0, 3), False), Attribution(Span(16, 20), Span(13, 15), True)]
    assert name_speakers(text, split_sentences(text), given) == [given[0], Attribution(Span(16, 20), Span(0, 3), True)]
    assert name_speakers(text, split_sentences(text), given[:1]) == given[:1]
    assert name_speakers(text, split_sentences(text), []) == []
