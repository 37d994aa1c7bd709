"""Mentions of states and organisations other than the default actors."""

import pytest
from test_mentions import find, only, spans

from biasscore.actors import load_catalogue

WEST = [
    ("Critics in the West and of the West wept.", ["West", "West"]),
    ("The West agreed; Western aid came.", ["West", "Western"]),
    ("MINISTER PRESSES WEST FOR AID AS WINTER NEARS", ["WEST"]),
    ("STORM MOVES WEST AS RIVERS RISE", []),
    ("COACH WARNS WEST HAM AS KANYE WEST SINGS", []),
]


@pytest.mark.parametrize(("text", "expected"), WEST)
def test_west_without_its_article(text: str, expected: list[str]) -> None:
    assert spans(text, only(["the West"])) == expected


def test_who() -> None:
    text = "The WHO and the United Nations met. Those who knew Who's Who were absent. WHO WON THE RACE?"
    assert find(text, only(["WHO", "UN"])) == [("WHO", "WHO", "name"), ("United Nations", "UN", "name")]


def test_acronyms_are_aliases() -> None:
    catalogue = load_catalogue().values()
    acronyms = [actor for actor in catalogue if actor.id.isupper()]
    assert acronyms
    assert [actor.id for actor in acronyms if actor.id not in {alias.text for alias in actor.aliases}] == []
