"""Where a bare office is a person who is an actor."""

from __future__ import annotations

import pytest

from biasscore.actors import resolve
from biasscore.mentions import Finder
from biasscore.segment import split_sentences


def found(text: str, *actors: str) -> list[str]:
    asked = resolve(list(actors))
    mentions = Finder(asked).find(text, split_sentences(text))
    return [text[mention.start : mention.end] for mention in mentions if mention.actor == asked[0].id]


NAME = "Mette Frederiksen"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"Prime Minister {NAME} spoke. The prime minister left.", [NAME, "prime minister"]),
        (f"Denmark's prime minister, {NAME}, spoke. Then the prime minister left.", [NAME, "prime minister"]),
        (f"{NAME}, the Danish prime minister, spoke.\nThe prime minister left.", [NAME, "prime minister"]),
        (f"Former Prime Minister {NAME} spoke. The prime minister left.", [NAME]),
        (f"Former Prime Minister {NAME} spoke. The former prime minister left.", [NAME, "former prime minister"]),
        # Nobody gave her the office, or it comes too early.
        (f"{NAME} spoke. The prime minister left.", [NAME]),
        (f"The prime minister left. Prime Minister {NAME} stayed.", [NAME]),
        # Somebody else may hold it.
        (f"Prime Minister {NAME} met Prime Minister Jonas Store. The prime minister left.", [NAME]),
        (f"Prime Minister {NAME} spoke of Norway's prime minister. The prime minister left.", [NAME]),
        (f"Prime Minister {NAME} met Emmanuel Macron. The prime minister left.", [NAME]),
        (f"Prime Minister {NAME} asked the prime minister of Samoa. The prime minister left.", [NAME]),
        (f"Prime Minister {NAME} spoke. A prime minister, any prime minister, must.", [NAME]),
        (f"Prime Minister {NAME} spoke. Then the prime minister, Ann Lee, left. The prime minister slept.", [NAME]),
        (f"Prime Minister {NAME} spoke. Then the prime minister was Ann Lee.", [NAME]),
        (f"Prime Minister {NAME} spoke. The prime minister there, too, left.", [NAME]),
        (f"Prime Minister {NAME} spoke. The constitution says when the prime minister has to leave.", [NAME]),
        (f"Prime Minister {NAME} spoke. It is the job of the prime minister to listen.", [NAME]),
        (f"Prime Minister {NAME} spoke. In 1968 the prime minister had one car.", [NAME]),
        # In another state, unlike one that is spoken of.
        (f"Prime Minister {NAME} spoke. In Ottawa the prime minister left.", [NAME]),
        (f"Prime Minister {NAME} spoke. A Kremlin aide said the prime minister would wait.", [NAME]),
        (f"Prime Minister {NAME} spoke. The prime minister left for Ottawa.", [NAME, "prime minister"]),
        (f"Danish Prime Minister {NAME} spoke. In Denmark the prime minister stays.", [NAME, "prime minister"]),
    ],
)
def test_an_office_that_the_text_gave_the_person(text: str, wanted: list[str]) -> None:
    assert found(text, NAME) == wanted


def test_a_person_keeps_the_office_where_the_state_is_asked_for_too() -> None:
    assert found(f"Prime Minister {NAME} spoke. The prime minister left.", NAME, "Denmark") == [NAME, "prime minister"]


def test_offices_that_need_a_capital_elsewhere() -> None:
    assert found("President Issa Tounkara spoke. The president left.", "Issa Tounkara") == [
        "Issa Tounkara",
        "president",
    ]


def test_the_president_of_a_university_takes_the_office() -> None:
    text = "President Issa Tounkara spoke. Ann Lee, the university president, sued. The president lost."
    assert found(text, "Issa Tounkara") == ["Issa Tounkara"]
