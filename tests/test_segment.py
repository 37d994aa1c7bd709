"""Sentence splitting: a hard set, properties, and single rules.

In a passage "¦" marks where a sentence ends; it is taken out before the splitter sees the text.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biasscore.segment import split_sentences

MARK = "¦"

# Written in one go before the splitter was run on any of them, and not used to tune it.
HARD_SET = [
    # abbreviations
    "Mr. Arun Patel met Gen. Sir Miles Corder at No. 11 on Jan. 4.¦ Neither spoke afterwards.",
    "Talks resume at 9 a.m. Thursday in Almaty.¦ They end at 6 p.m.¦ Nobody expects a deal by then.",
    "The cable was sent by the U.K.¦ The embassy's reply came late.",
    "Grain was bought from the U.S. Department of Agriculture.¦ Barley was not.",
    "It was paid for by the U.S.¦ Kazakhstan called that a misunderstanding.",
    "The U.S. Kazakhstan policy review runs to 80 pages.¦ Few have read it.",
    "Shell plc and Corvus Petroleum N.V. signed first.¦ The others waited.",
    "He sued Delgado Bros. Inc. and lost.¦ An appeal is pending.",
    "Several envoys, e.g. those of Oman, stayed away, i.e. they sent deputies.¦ Others came.",
    "London asked and Astana said no.¦ Moscow was not consulted.",
    "See vol. II, pp. 14-19, and art. 5 of the treaty.¦ Nothing there forbids it.",
    "Lt. Col. R. J. Hargreave Jr. testified.¦ He was calm.",
    "Inflation hit 8.4 percent in Dec.¦ The bank did nothing.",
    "The parade on Whitehall St. was short.¦ It rained.",
    "Prof. A. N. Whitlow, Ph.D., disagreed with Sen. Ortiz et al. on nearly everything.",
    # initials, Russian and Kazakh
    "Қ. Тоқаев Астанада сөйледі.¦ Ол қысқа айтты.",
    "В. В. Гусев прибыл в 9 ч. 30 мин. утра.¦ Встреча началась без него.",
    "Экспорт нефти, газа и т. д. вырос на 3,5 млрд долл.¦ Это рекорд.",
    "В 2019 г. Лондон открыл представительство.¦ Через год его закрыли.",
    "— Вы подпишете договор?\u00a0— спросил журналист.¦ — Нет, — ответил министр.¦ — Пока нет.",
    "Спикер пояснил: «Мы не спешим.¦ Время у нас есть».¦ Потом он ушёл.",
    # question and exclamation marks, quotations
    '"Is that a threat?" asked the envoy.¦ "It is a forecast!" came the answer.',
    "“Who pays?” Minister Aldous Grey asked.¦ No one answered.",
    "“We waited.¦ We were patient.¦ Now we are neither,” she said.",
    "He called it ‘a farce.’¦ The hall fell silent.",
    "The general said: “Hold the bridge.”¦ Then the line went dead.",
    "“Enough!”¦ The shout came from the gallery.",
    "Why now?¦ And why here?!¦ Nobody knows.",
    "The deal (signed in Baku.¦ Not in Tbilisi.) was void.",
    "(The minister declined to comment.)¦ His deputy did not.",
    # ellipses
    "This is how wars begin…¦ What comes next is known.",
    "We were told to wait... and wait... and then to leave.¦ So we left.",
    "“I thought... well, never mind,” he said.¦ [...] The record ends there.",
    # numbers, addresses, missing spaces
    "Turnover fell 2.7 percent to $3.1 bn.¦ 40 jobs went.",
    "Write to press.office@mod.example.kz or see www.mod.example.kz/news?id=4.¦ Replies are slow.",
    "The border closed at dusk.Trucks were turned back.¦ None complained.",
    # layout
    "ASTANA SIGNS WITH LONDON\n¦The ink was hardly dry.¦ Critics spoke first.",
    "Ministers agreed on three points:\n¦- open the road\n¦- close the camp\n¦- say nothing",
    "First paragraph ends here.\r\n¦Second one begins.¦ It is short.\r\n\r\n¦Third.",
    "The delegation arrived late in the evening and went straight to the\n"
    "embassy on Cosmonaut Street, where the ambassador and a small group of\n"
    "officers were waiting for it.¦ Nothing was said about the treaty that\n"
    "both sides had signed in the spring of the year before.",
    "The column,\u00a0Gen.\u00a0Ives said,\u00a0had stopped.¦\u00a0No shot was fired.",
    # capitals
    "NATO AND THE U.S. ARMY DENY IT.¦ MR. GREY DOES NOT.",
    "no capitals here.¦ none at all.¦ see p. 7 of the memo.",
    "Yahoo! News carried it first.¦ Others followed.",
    "World War I.¦ Russia left it early.",
]
#: How many of the hard set were right when it was written; a change may only raise it.
HARD_SET_RIGHT = 43


def split(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


def is_right(passage: str) -> bool:
    return split(passage.replace(MARK, "")) == [piece.strip() for piece in passage.split(MARK)]


def test_hard_set() -> None:
    wrong = [passage for passage in HARD_SET if not is_right(passage)]
    assert len(HARD_SET) >= 40
    assert len(HARD_SET) - len(wrong) >= HARD_SET_RIGHT, wrong


@pytest.mark.parametrize(
    "passage",
    [
        "One.¦ Two.",
        '"Why?" asked Bo.',
        "He said J. A. Smith left.¦ It rained.",
        "It cost 3.5 tenge.¦ Then 4.",
        "He came.[2]¦ She went.",
        "iPhones sell.¦ eBay does not.",
        "Ein „Versprechen.“¦ Danach nichts.",
        "It ended.”¦ Then nothing.",
        "1. The first point.¦ It is long.",
        "All agreed. ”¦ Then nothing.",
        "Grüße.¦ Это всё.¦ Бітті.",
        "\ufeffFirst.¦ \u200bSecond.",
        "He left at once. . . . and came back.",
        "今天。¦明天。",
    ],
)
def test_passage(passage: str) -> None:
    assert split(passage.replace(MARK, "")) == [piece.strip() for piece in passage.split(MARK)]


@pytest.mark.parametrize("blank", ["", " ", "\n\r\n", "\u00a0\t", "\x1c\x85"])
def test_blank_text_has_no_sentences(blank: str) -> None:
    assert split_sentences(blank) == []


def test_offsets_and_paragraphs() -> None:
    text = "  Headline\n\nOne. Two.\nThree.  "
    assert [(s.index, text[s.start : s.end], s.paragraph) for s in split_sentences(text)] == [
        (0, "Headline", 0),
        (1, "One.", 1),
        (2, "Two.", 1),
        (3, "Three.", 2),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028"])
def test_every_kind_of_line_break(newline: str) -> None:
    text = newline.join(["First line.", "Second line."])
    assert [sentence.paragraph for sentence in split_sentences(text)] == [0, 1]


def test_blank_line_ends_a_paragraph_in_wrapped_text_too() -> None:
    text = "the caravan went on over the pass and\nthe river and came down in a plain of\n\nthe five wells and\nrested."
    assert [sentence.paragraph for sentence in split_sentences(text)] == [0, 1]


def test_a_bracket_at_the_end_of_a_line_does_not_end_a_sentence() -> None:
    assert len(split_sentences("It was signed by the minister (of defence)\nand nobody else.")) == 1


def test_wrapped_text_in_capitals() -> None:
    lines = [
        "THE CARAVAN WENT ON OVER THE HIGH PASS AND",
        "THE RIVER AND CAME DOWN TO A WIDE PLAIN OF",
        "FIVE DEEP WELLS AND RESTED THERE A DAY AND",
        "A NIGHT.",
    ]
    assert len(split_sentences("\n".join(lines))) == 1


def test_a_list_of_short_lines_is_not_wrapped_text() -> None:
    lines = ["Oil", "Natural gas", "Wheat and barley", "Uranium"]
    assert split("\n".join(lines)) == lines


def test_one_sentence_of_a_million_characters_stays_one() -> None:
    text = "word " * 199_999 + "end."
    assert split(text) == [text]


news = st.lists(
    st.sampled_from([*"aAbTŰқҚЯя.!?…,;:'\"“”‘’«»()[]—- \n\r\t\u00a0\u200b\u0301\u202813🎉$", "U.S. ", "Mr. ", ". The "])
).map("".join)


@given(st.one_of(news, st.text()))
@settings(max_examples=600, deadline=None)
def test_sentences_cover_every_character_once_and_in_order(text: str) -> None:
    sentences = split_sentences(text)
    previous_end, previous_paragraph = 0, 0
    for index, sentence in enumerate(sentences):
        assert sentence.index == index
        assert text[previous_end : sentence.start].strip() == ""
        assert sentence.start < sentence.end
        assert text[sentence.start : sentence.end] == text[sentence.start : sentence.end].strip()
        assert sentence.paragraph - previous_paragraph in {0, 1}
        previous_end, previous_paragraph = sentence.end, sentence.paragraph
    assert text[previous_end:].strip() == ""


@given(st.lists(st.sampled_from(["The envoy left.", "Nobody came?", "It rained!"]), min_size=1, max_size=6))
def test_joined_sentences_come_apart_again(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "unit",
    [
        ".",
        " ",
        "A. ",
        '"',
        "\n",
        "a\n",
        ". ",
        '?" A ',
        "x",
        "U.S. Russia called ",
        '."',
        ". - ",
        "a.",
        "\u00a0",
        "U\u00a0. ",
        ".(",
        "… ",
        "’ ",
        "\r\n ",
        "[1]",
    ],
)
def test_a_million_pathological_characters(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    found = split_sentences(text)  # what it costs is measured in benchmarks, not here
    assert sum(len(text[item.start : item.end].split()) for item in found) == len(text.split())
