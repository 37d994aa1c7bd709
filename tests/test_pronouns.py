"""Whom "he" and "she" mean, where a person is an actor."""

from __future__ import annotations

import pytest

from benchmarks.pronouns import measure, parse
from biasscore.actors import resolve
from biasscore.mentions import Finder
from biasscore.pronouns import NO_PERSON, NOBODY, find_pronouns
from biasscore.segment import split_sentences

LEE = '"Anna Lee"'


def pronouns(text: str, *actors: str) -> list[tuple[str, str]]:
    """Actor, and the pronoun with what follows it, of each anaphor."""
    mentions = Finder(resolve(list(actors) or [LEE])).find(text, split_sentences(text))
    return [(m.actor, text[m.start : m.end + 6]) for m in mentions if m.kind == "anaphor"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # The only one who was named in the sentence before, wherever the pronoun stands.
        ("Anna Lee left early. She took the tram.", ["She took "]),
        ("Anna Lee left early. In the rain her hat was lost.", ["her hat w"]),
        ("Anna Lee left early. It rained. Then she came back.", ["she came "]),
        # One pronoun a sentence, and none where the name stands.
        ("Anna Lee left early. She said she would.", ["She said "]),
        ("Anna Lee said she would leave.", []),
        # A chain.
        ("Anna Lee left early. She took the tram. She read.", ["She took ", "She read."]),
        # A new paragraph goes on with whom the last one ended with.
        ("Anna Lee left early.\n\nShe took the tram.", ["She took "]),
        # Too long ago.
        ("Anna Lee left. It rained. It hailed. It snowed. She took the tram.", []),
        # Nobody, or somebody else, was named.
        ("She took the tram. Anna Lee left early.", []),
        ("Anna Lee left early. Then Maria Novak said she would stay.", []),
        # Two of them: the first goes on to be the subject, and nothing else is sure.
        ("Anna Lee thanked Maria Novak. She left early.", ["She left "]),
        ("Anna Lee thanked Maria Novak. The tram took her home.", []),
        ("Maria Novak thanked Anna Lee. She left early.", []),
        ("Anna Lee and Maria Novak met before she left. It rained.", []),
        # A surname at the head of a sentence, known from elsewhere, is a name; other words there are none.
        ("We met Maria Novak. Anna Lee came. Novak thinks she is late.", []),
        ("Anna Lee came. Police think she is late.", ["she is la"]),
        # Places, days, months, abbreviations are nobody.
        ("Anna Lee went to France on Monday. In May the BBC called her a liar.", ["her a lia"]),
        ("Anna Lee spoke in Springfield. There she was loved.", ["she was l"]),
        # Titles tell who goes by which word; those before the person's own name are nobody's.
        ("Anna Lee came. Mr Stone said he regretted her haste.", ["her haste"]),
        ("Anna Lee came. Mr Stone thinks she is late.", ["she is la"]),
        ("Anna Lee came. Mrs Stone thinks she is late.", []),
        ("Detective Inspector Anna Lee came. In the hall she was late.", ["she was l"]),
        # Whoever has an owner is the subject, not the owner.
        ("Anna Lee came. She sat. Her rival, Maria Novak, stood. She was tall.", ["She sat. ", "Her rival"]),
        # A person goes by one word.
        ("Anna Lee came. She sat. She ate. He paid.", ["She sat. ", "She ate. "]),
        ("Anna Lee came. She sat. His coat was wet.", ["She sat. "]),
    ],
)
def test_pronouns_go_to_whom_the_words_leave(text: str, wanted: list[str]) -> None:
    assert pronouns(text) == [("Anna Lee", found) for found in wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Anna Lee spoke. “She is a fool,” the mayor said.", []),
        ("Anna Lee spoke. “It is late,” she said.", ["she said."]),
        ("Anna Lee thanked the mayor. “Bob Stone is here,” she said.", ["she said."]),
        ('Anna Lee spoke. "He is late." She laughed.', ["She laugh"]),
    ],
)
def test_what_is_quoted_is_anothers_speech(text: str, wanted: list[str]) -> None:
    assert pronouns(text) == [("Anna Lee", found) for found in wanted]


def test_two_persons_have_their_own_pronouns() -> None:
    text = "Anna Lee arrived. She sat down. Tom Berg arrived. He stood. She left."
    assert pronouns(text, LEE, '"Tom Berg"') == [("Anna Lee", "She sat d"), ("Tom Berg", "He stood")]


def test_where_two_actors_may_be_meant_nobody_is() -> None:
    finder = Finder(resolve(["Keir Starmer", "Volodymyr Zelensky"]))
    for text, words in (
        ("Starmer thanked Zelensky. He was brave.", ["Starmer", "Zelensky"]),
        ("Starmer thanked Zelensky. Starmer left. He was brave.", ["Starmer", "Zelensky", "Starmer", "He"]),
    ):
        assert [text[m.start : m.end] for m in finder.find(text, split_sentences(text))] == words


def test_states_and_alliances_have_no_he_or_she() -> None:
    text = "Putin arrived in Astana. He sat down. Britain waited. She ruled the waves."
    assert pronouns(text, "UK", "Russia", "Kazakhstan") == []


def test_mentions_do_not_overlap() -> None:
    text = "Anna Lee came. Her Majesty's Government thanked her."
    assert pronouns(text, LEE, "UK") == [("Anna Lee", "her.")]


def test_anaphors_can_be_left_out() -> None:
    text = "Anna Lee left early. She took the tram."
    finder = Finder(resolve([LEE]), anaphors=False)
    assert [m.kind for m in finder.find(text, split_sentences(text))] == ["person"]


def test_mentions_stay_in_order_and_within_sentences() -> None:
    text = "Anna Lee left early. She took the tram. NATO met. Lee slept."
    sentences = split_sentences(text)
    mentions = Finder(resolve([LEE, "NATO"])).find(text, sentences)
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    assert all(sentences[m.sentence].start <= m.start < m.end <= sentences[m.sentence].end for m in mentions)
    assert [(m.actor, m.kind) for m in mentions] == [
        ("Anna Lee", "person"),
        ("Anna Lee", "anaphor"),
        ("NATO", "name"),
        ("Anna Lee", "person"),
    ]


def test_surplus_characters_move_nothing() -> None:
    text = "Anna  Lee left  early.  She took the tram."
    (found,) = (m for m in Finder(resolve([LEE])).find(text, split_sentences(text)) if m.kind == "anaphor")
    assert text[found.start : found.end] == "She"


def test_without_people_nothing_is_read() -> None:
    text = "She took the tram."
    assert find_pronouns(text, split_sentences(text), []) == []
    assert find_pronouns("Nobody. " + text, split_sentences("Nobody. " + text), [(0, 6, NOBODY)]) == []


def test_the_work_is_linear() -> None:
    """Each sentence is looked at a fixed number of times: twice the text, twice the pronouns."""
    unit = "Anna Lee left early. She took the tram. Maria Novak stayed. "
    for times in (1, 10, 100):
        assert len(pronouns(unit * times)) == times


def test_who_is_known_to_be_somebody_else_is_a_rival() -> None:
    text = "Anna Lee came. Putin came. He sat down."
    assert pronouns(text) == []
    names = [(0, 8, "Anna Lee"), (15, 20, NO_PERSON)]
    assert [m.start for m in find_pronouns(text, split_sentences(text), names)] == [27]
    assert find_pronouns(text, split_sentences(text), [names[0], (15, 20, NOBODY)]) == []


def test_marked_passages_do_not_get_worse() -> None:
    figures = measure()
    assert figures.passages == 60
    assert figures.precision >= 0.96 and figures.recall >= 0.5


def test_marks_are_read() -> None:
    assert parse("Ann left. [[She]] took [[her]] hat.") == ("Ann left. She took her hat.", {10, 19})
