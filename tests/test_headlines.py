"""Speakers of headlines."""

from __future__ import annotations

import pytest

from biasscore.records import Mention
from biasscore.segment import split_sentences
from biasscore.voice import assign_voices, find_attributions


def voice(text: str, word: str) -> tuple[str, str | None]:
    """Voice and source of the first occurrence of a word."""
    start = text.index(word)
    attributions = find_attributions(text, split_sentences(text))
    found = assign_voices(attributions, [Mention("", 0, start, start + len(word), "name")])[0]
    return found.voice, text[found.source.start : found.source.end] if found.source is not None else None


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("NATO chief: Russia “is losing”", "NATO chief"),
        ("Lammy: Russia ‘must pay’", "Lammy"),
        ("Baltic Council deputy: Russia “at its end” in the north", "Baltic Council deputy"),
        ("Russia “is losing” war: NATO chief", "NATO chief"),
        ("Russia 'ready for talks' – Lavrov", "Lavrov"),
        ("Russia 'bombed hospitals' in the city – UN", "UN"),
        ("Exclusive: Russia to move fuel depot out of Pskov – sources", "sources"),
        ("Russia to close its port in May - energy minister", "energy minister"),
        ("'Russia will not stop': Bonn's warning to Europe", "Bonn"),
        ("'Don't forget what Russia did': a surgeon's plea", "surgeon"),
        ("'Russia must pay': Ann Lee", "Ann Lee"),
        ("Russia 'a menace' from pole to pole, says ex-minister", "ex-minister"),
        ("Putin 'open to talks', Kremlin says", "Kremlin"),
        ("Russia accused of ‘playing with fire’ by Bonn", "Bonn"),
        ("Russia 'planned to sink ferry' before talks", None),
        ("Russia accused of 'playing with fire'", None),
    ],
)
def test_a_headline_is_its_speakers(text: str, source: str | None) -> None:
    assert voice(text, "Putin" if text.startswith("Putin") else "Russia") == ("attributed", source)


@pytest.mark.parametrize(
    "text",
    [
        "Russia's ‘shadow fleet’ sails past Dover",
        "Russia 'Never Again' tour sells out",
        "And ‘they go’ to Russia",
        "NATO chief: who is he, and why does Russia care?",
        "Russia: the 'sick man' again",
        "PUTIN THE BOOT IN: Russian boss axes third chief of Russia",
        "Politics: the Russia files",
        "Sanctions: Russia still sells its oil",
        "Russia to close its port in May - Herald News",
        "Russia to close its port in May - Ann Lee",
        "'A history of Russia': Ann Lee",
        "Exclusive: inside Russia",
        "Russia accused of theft has paid for it",
    ],
)
def test_a_headline_without_speaker_is_the_authors(text: str) -> None:
    assert voice(text, "Russia") == ("author", None)


@pytest.mark.parametrize(
    ("text", "word", "source"),
    [
        ("The envoy said of Riga that nobody would stop it.", "Riga", "The envoy"),
        ("Of Riga, the envoy said: “They will not stop.”", "Riga", "the envoy"),
        ("Of Riga, the envoy said they would never stop.", "Riga", "the envoy"),
        ("The crew was told that Riga would come.", "Riga", None),
        ("The crew had been promised that Riga would come.", "Riga", None),
        ("Supporters answer that Riga has no better tool.", "Riga", "Supporters"),
        ("The general ordered that every ship of Riga be photographed.", "Riga", "The general"),
        ("The report, published on Monday and seen by Reuters, says Riga has no plan.", "Riga", "The report"),
        ("The envoy, speaking on Tuesday in Oslo, told reporters that Riga had lost.", "Riga", "The envoy"),
        ("Riga, the envoy told the Danish broadcaster on Sunday, “rams first”.", "Riga", "the envoy"),
        ("Ann Lee, 61, a driller, has a simple answer: Riga must pay.", "Riga", "Ann Lee, 61, a driller"),
        ("The panel concluded, in a note on page 12, that Riga had been warned.", "Riga", "The panel"),
    ],
)
def test_who_said_it(text: str, word: str, source: str | None) -> None:
    assert voice(text, word) == ("attributed", source)


@pytest.mark.parametrize(
    "text",
    [
        "A brooch said to be hers was sold in Riga.",
        "Riga, let it be said, pays its dues on time.",
        "The port's claims ‘absurd’, Riga went on fishing.",
    ],
)
def test_nobody_said_it(text: str) -> None:
    assert voice(text, "Riga") == ("author", None)
