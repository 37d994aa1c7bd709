"""Quotations, reported speech, and the voice of mentions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biasscore.records import Attribution, Mention, MentionVoice, Sentence, Span
from biasscore.reporting_lexicon import load_reporting
from biasscore.segment import split_sentences
from biasscore.voice import assign_voices, find_attributions, open_quotes


def attributions(text: str) -> list[tuple[str, str | None, bool]]:
    """Content, source and directness of each attribution, as words."""
    return [
        (
            text[found.content.start : found.content.end],
            text[found.source.start : found.source.end] if found.source else None,
            found.direct,
        )
        for found in find_attributions(text, split_sentences(text))
    ]


def voices(text: str, *names: str) -> list[tuple[str, str | None]]:
    """Voice and source of the first occurrence of each name."""
    mentions = [Mention("X", 0, start, start + len(name), "name") for name in names for start in [text.index(name)]]
    found = assign_voices(find_attributions(text, split_sentences(text)), mentions)
    return [(voice.voice, text[voice.source.start : voice.source.end] if voice.source else None) for voice in found]


# --- direct quotations


@pytest.mark.parametrize(
    ("opening", "closing"),
    [('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"), ("‘", "’"), ("'", "'"), ("''", "''"), ("”", "”")],
)
def test_every_kind_of_quotation_mark(opening: str, closing: str) -> None:
    text = f"{opening}We will never sign that paper,{closing} the envoy said."
    assert attributions(text) == [("We will never sign that paper,", "the envoy", True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We are ready now," said Ann Lee, a deputy.', [("We are ready now,", "Ann Lee", True)]),
        ('The deputy told reporters: "We are ready now."', [("We are ready now.", "The deputy", True)]),
        ('"No," he said.', [("No,", "he", True)]),
        ('"We go," he said. "They stay here."', [("We go,", "he", True), ("They stay here.", "he", True)]),
        ('Ann Lee, a deputy, said, "We are ready to go."', [("We are ready to go.", "Ann Lee, a deputy", True)]),
        ("“It is all over for us now.”", [("It is all over for us now.", None, True)]),
    ],
)
def test_direct_speech_and_its_source(text: str, expected: list[tuple[str, str | None, bool]]) -> None:
    assert attributions(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The “peacekeepers” burned the bridge.",
        "The so-called “army of the free and brave people” burned the bridge.",
        "The film “The Long Road to the Sea” opened in London.",
        "Troops entered in the name of 'order'.",
        "It was the '90s, and rock 'n' roll was king.",
        "The soldiers' homes and the workers’ union were sold.",
        "It’s the envoy’s car, isn’t it?",
        'The plank is 6\' 2" long and 5" wide.',
        "Nothing is quoted here.",
    ],
)
def test_scare_quotes_titles_and_apostrophes_are_no_speech(text: str) -> None:
    assert attributions(text) == []


def test_apostrophes_inside_single_marks_do_not_end_the_quotation() -> None:
    text = "‘The workers’ union won’t sign,’ he said."
    assert attributions(text) == [("The workers’ union won’t sign,", "he", True)]


def test_nested_quotation() -> None:
    text = "“He told us ‘the treaty is dead and buried’ and left,” she said."
    assert attributions(text) == [
        ("He told us ‘the treaty is dead and buried’ and left,", "she", True),
        ("the treaty is dead and buried", None, True),
    ]
    assert voices(text, "treaty") == [("attributed", "she")]


def test_quotation_across_sentences() -> None:
    text = "He rose. “NATO is weak. Moscow knows it. London too,” the general said. London slept."
    assert voices(text, "NATO", "Moscow", "London") == [("attributed", "the general")] * 3
    last = text.rindex("London")
    found = find_attributions(text, split_sentences(text))
    assert assign_voices(found, [Mention("X", 4, last, last + 6, "name")]) == [MentionVoice("author")]


def test_quotation_of_several_paragraphs_with_reopened_marks() -> None:
    text = "“Russia left us no way out at all.\n\n“Kazakhstan did not either,” said Ann Lee.\n\nNATO slept."
    assert voices(text, "Russia", "Kazakhstan", "NATO") == [
        ("attributed", "Ann Lee"),
        ("attributed", "Ann Lee"),
        ("author", None),
    ]


def test_unclosed_quotation_ends_with_its_paragraph() -> None:
    text = "The envoy said: “Russia has left us no way out.\nKazakhstan waits."
    assert voices(text, "Russia", "Kazakhstan") == [("attributed", "The envoy"), ("author", None)]


# --- reported speech


@pytest.mark.parametrize(
    ("text", "content", "source"),
    [
        ("Hanoi said that Manila had lied.", "Manila had lied", "Hanoi"),
        ("Hanoi said Monday that Manila had lied.", "Manila had lied", "Hanoi"),
        ("Hanoi said in a statement that Manila had lied.", "Manila had lied", "Hanoi"),
        ("Hanoi told reporters that Manila had lied.", "Manila had lied", "Hanoi"),
        ("Hanoi claims Manila lied.", "Manila lied", "Hanoi"),
        ("Hanoi believes Manila is weak.", "Manila is weak", "Hanoi"),
        ("Manila had lied, Hanoi said.", "Manila had lied", "Hanoi"),
        ("Manila had lied, said Ann Lee, a deputy.", "Manila had lied", "Ann Lee"),
        ("Manila had lied, according to Hanoi.", "Manila had lied", "Hanoi"),
        ("According to Hanoi, Manila had lied.", "Manila had lied", "Hanoi"),
        ("The envoy accused Manila of robbing Hanoi.", "Manila of robbing Hanoi", "The envoy"),
        ("The envoy called Manila a thief.", "Manila a thief", "The envoy"),
        ("The envoy urged Manila to leave.", "Manila to leave", "The envoy"),
        ("In Hanoi’s view, Manila lied.", "Manila lied", "Hanoi"),
        ("As the envoy put it, Manila lied.", "Manila lied", "the envoy"),
        ("As the envoy said, Manila lied.", "Manila lied", "the envoy"),
        ("Manila reportedly lied.", "Manila reportedly lied", None),
        ("Manila is believed to have lied.", "Manila is believed to have lied", None),
        ("The report shows that Manila lied.", "Manila lied", "The report"),
        ("While Hanoi said Manila lied, nobody cared.", "Manila lied", "Hanoi"),
        ("Hanoi said Manila lied, but nobody cared.", "Manila lied", "Hanoi"),
        ("Hanoi’s claim that Manila lied was heard.", "Manila lied", "Hanoi"),
        ("The U.S. said that Mr. Cruz lied.", "Mr. Cruz lied", "The U.S."),
        ("Manila: Hanoi has betrayed us all", "Hanoi has betrayed us all", "Manila"),
        ("Manila was accused of fraud by Hanoi.", "Manila was accused of fraud", "Hanoi"),
    ],
)
def test_reported_speech(text: str, content: str, source: str | None) -> None:
    assert attributions(text) == [(content, source, False)]


@pytest.mark.parametrize(
    "text",
    [
        "Manila will pay in May, Hanoi said on the edge of a meeting in Vienna.",
        "Manila will pay in May, the envoy claims in a letter to parliament.",
        "Manila will pay in May, said two people in the room.",
        "Manila, reads the decree, must pay.",
        "Manila, a colleague notes, must pay.",
        "Manila, so the protocol, must pay.",
        "Manila, it is stressed in the commentary, must pay.",
        "“Manila must pay”, sighs the envoy.",
        "«Manila must pay», — reminded the envoy, smiling.",
        "‘Poor Manila’, my neighbour calls it.",
        "If we are to believe the envoy, Manila must pay.",
        "It was reported from Hue that Manila must pay.",
        "The envoy said Manila was “weak”, and nothing more.",
        "The envoy sees Manila as a friend.",
        "The envoy compared Manila to a fox.",
        "The envoy asked Manila to help.",
        "The envoy is certain that Manila is weak.",
        "The envoy made it clear that Manila must pay.",
        "The claim by the envoy that Manila lied was heard.",
        "The envoy’s argument is that Manila lied.",
        "You write that Manila is weak.",
        "Ann: talks possible; Bob: Manila must pay",
        "The envoy told a forum, “we go”; it would go on speaking to Manila.",
        "Manila must pay, says minister",
    ],
)
def test_more_ways_to_report(text: str) -> None:
    assert voices(text, "Manila")[0][0] == "attributed"


@pytest.mark.parametrize(
    "text",
    [
        "Hanoi fell, said the envoy, and Manila has paid.",
        "Hanoi has said nothing about the letter, and Manila is silent.",
        "Hanoi fell, official figures showed, and so did Manila.",
        "Manila fell, exit polls suggested.",
        "The envoy said Hanoi would pay, a charge that Manila denied.",
        "The envoy said Hanoi would pay, which Manila denied.",
        "The envoy urged Hanoi to help, and Manila agreed.",
        "Hanoi, which accuses the envoy of theft, has left Manila.",
        "Denying that Hanoi had paid, the envoy left Manila.",
        "Hanoi said it would leave, and Manila spoke of “a farewell to all”.",
        "In Manila, they laughed.",
        "Q: Do you still have friends in Manila?",
        "When did you see that Manila is small?",
        "I have spent my life explaining that Manila is small.",
        "Nobody says that Manila is small.",
        "Say what you like about Manila.",
        "Two people briefed on the talks in Manila resigned.",
        "A book called “Manila” was sold.",
        "Talks regarding Manila went on.",
        "The police came under questioning at a hearing in Manila.",
    ],
)
def test_more_that_is_the_authors(text: str) -> None:
    assert voices(text, "Manila") == [("author", None)]


def test_interrupted_report_has_two_contents() -> None:
    assert attributions("The talks, she said, were a farce.") == [
        ("The talks", "she", False),
        ("were a farce", "she", False),
    ]


def test_two_reports_in_one_sentence() -> None:
    assert attributions("Hanoi said it would leave, and Manila said it would stay.") == [
        ("it would leave", "Hanoi", False),
        ("it would stay", "Manila", False),
    ]


def test_a_participle_goes_on_with_the_source_before_it() -> None:
    assert attributions("Hanoi said it would leave, adding that Manila lied.")[-1] == ("Manila lied", "Hanoi", False)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ('"We go to Manila now," Ann Lee, who has not voted, told reporters in Hue.', "Ann Lee"),
        ("Ann Lee, 58, told Reuters in Hue that Manila lied.", "Ann Lee, 58"),
        ("“Manila must pay for it all,” Ann Lee, a law professor, wrote last week.", "Ann Lee, a law professor"),
        ("Ann Lee said Monday she hopes Manila will pay.", "Ann Lee"),
        ("Ann Lee told a forum that she did not know whether Manila would pay.", "Ann Lee"),
        ("The envoys in two ports — Hue and Hanoi — said that Manila lied.", "The envoys in two ports"),
        ("Ann Lee (R) said that Manila lied.", "Ann Lee"),
        ("The envoy, when the question reached him in Hue, denied that Manila had paid.", "The envoy"),
        ("Hanoi, which pays for the talks, believes that Manila lied.", "Hanoi"),
        ("After a week of letters he said that Manila lied.", "he"),
        ("Hanoi closed the port at midnight, saying that Manila had lied.", "Hanoi"),
        ("The envoy said it was late, but insisted that Manila had lied.", "The envoy"),
        ("As reported by the Herald, Manila has paid.", "the Herald"),
        ("“Hanoi has paid,” the envoy told me on the train, “but Manila has not paid yet.”", "the envoy"),
        ("“It is all over for us,” he continued. “Manila must pay.”", "he"),
        ("Ann Lee delivered a blunt message to us: “Manila must pay for it all.”", "Ann Lee"),
        ("The envoy went on to say:\n\n“Manila must pay for it all.”", "The envoy"),
        ("Ann Lee, a nurse, attacked the plan, saying Manila must pay.", "Ann Lee, a nurse"),
    ],
)
def test_who_speaks(text: str, source: str) -> None:
    assert voices(text, "Manila") == [("attributed", source)]


@pytest.mark.parametrize("name", ["Ann Lee", "Reuters"])
def test_who_speaks_between_a_quotation_and_its_verb_is_the_authors(name: str) -> None:
    assert voices('"We go now," Ann Lee, 58, told Reuters in Hue.', name) == [("author", None)]


@pytest.mark.parametrize(
    "text",
    [
        "I believe that Manila lied.",
        "We say that Manila lied.",
        "This shows that Manila is weak.",
        "It should be noted that Manila lied.",
        "There is no doubt that Manila lied.",
        "The claims were old and the reports thin.",
        "That said, Manila is weak.",
        "The talks in Manila ended on Monday.",
    ],
)
def test_the_author_is_no_source(text: str) -> None:
    assert attributions(text) == []


def test_the_source_itself_stands_in_the_authors_voice() -> None:
    assert voices("Hanoi said that Manila lied.", "Hanoi", "Manila") == [("author", None), ("attributed", "Hanoi")]
    assert voices("“Manila lied to us all again,” Hanoi said.", "Hanoi") == [("author", None)]


# --- voices and open quotations, by hand


def test_innermost_source_counts() -> None:
    outer = Attribution(Span(0, 100), Span(200, 210), False)
    inner = Attribution(Span(20, 40), Span(220, 230), True)
    unnamed = Attribution(Span(50, 60), None, True)
    mentions = [Mention("X", 0, start, start + 2, "name") for start in (110, 55, 25, 5, 40, 99)]
    sources = [voice.source for voice in assign_voices([inner, unnamed, outer], mentions)]
    assert sources == [None, Span(200, 210), Span(220, 230), Span(200, 210), Span(200, 210), Span(200, 210)]
    assert [voice.voice for voice in assign_voices([unnamed], mentions)] == ["author", "attributed", *["author"] * 4]


def test_voices_of_no_mentions() -> None:
    assert assign_voices([], []) == []
    assert find_attributions("", []) == []


def test_open_quotes() -> None:
    text = "He rose. “One is here. Two is here. Three,” he said. Four. “Five is open."
    sentences = split_sentences(text)
    assert open_quotes(find_attributions(text, sentences), sentences) == [
        (False, False),
        (False, True),
        (True, True),
        (True, False),
        (False, False),
        (False, True),
    ]


def test_open_quotes_ignores_reported_speech() -> None:
    sentences = [Sentence(0, 0, 10, 0), Sentence(1, 11, 20, 0)]
    assert open_quotes([Attribution(Span(5, 10), None, False)], sentences) == [(False, False)] * 2


def test_open_quotes_hold_a_turn_of_several_sentences() -> None:
    text = "LEE: Hello. Riga lies. Bonn is weak.\n\nKASK: Oslo is not."
    sentences = split_sentences(text)
    assert open_quotes(find_attributions(text, sentences), sentences) == [
        (False, True),
        (True, True),
        (True, True),
        (False, False),
    ]


# --- properties

WORDS = (
    "Hanoi said that “ ” \" ' ‘ ’ « » , . he according to claims of accused as put it in view 's was by U.S. é Қ 🎉 "
    "while but : adding ( ) told I reported is shows LEE: Q: A:"
)
pieces = st.lists(st.sampled_from([*WORDS.split(), "\n", "\n\n", "\u00a0"]), max_size=40)


@given(pieces, st.sampled_from([" ", ""]))
@settings(max_examples=600, deadline=None)
def test_spans_are_ordered_and_lie_in_the_text(words: list[str], gap: str) -> None:
    text = gap.join(words)
    sentences = split_sentences(text)
    found = find_attributions(text, sentences)
    assert found == sorted(found, key=lambda a: (a.content.start, -a.content.end))
    for attribution in found:
        assert 0 <= attribution.content.start < attribution.content.end <= len(text)
        if attribution.source is not None:
            assert 0 <= attribution.source.start < attribution.source.end <= len(text)


@given(pieces)
@settings(max_examples=200, deadline=None)
def test_a_mention_is_attributed_exactly_if_it_begins_inside_some_content(words: list[str]) -> None:
    text = " ".join(words)
    found = find_attributions(text, split_sentences(text))
    mentions = [Mention("X", 0, start, start + 1, "name") for start in range(len(text))]
    for mention, voice in zip(mentions, assign_voices(found, mentions), strict=True):
        inside = any(a.content.start <= mention.start < a.content.end for a in found)
        assert (voice.voice == "attributed") == inside


@given(pieces, st.sampled_from([" ", "\n"]), st.sets(st.integers(0, 8)))
@settings(max_examples=400, deadline=None)
def test_sentences_that_nobody_asks_about_do_not_change_the_voices_of_others(
    words: list[str], gap: str, wanted: set[int]
) -> None:
    text = gap.join(words)
    sentences = split_sentences(text)
    mentions = [
        Mention("X", sentence.index, start, start + 1, "name")
        for sentence in sentences
        if sentence.index in wanted
        for start in range(sentence.start, sentence.end)
    ]
    whole, part = find_attributions(text, sentences), find_attributions(text, sentences, wanted)
    assert assign_voices(part, mentions) == assign_voices(whole, mentions)
    assert open_quotes(part, sentences) == open_quotes(whole, sentences)


@given(pieces)
@settings(max_examples=200, deadline=None)
def test_open_quotes_agrees_with_its_definition(words: list[str]) -> None:
    text = " ".join(words)
    sentences = split_sentences(text)
    found = find_attributions(text, sentences)
    direct = [a.content for a in found if a.direct or any(a.content.start < s.end < a.content.end for s in sentences)]
    expected = [
        (
            any(c.start < s.start < c.end for c in direct),
            any(c.start < s.end <= c.end for c in direct),
        )
        for s in sentences
    ]
    assert open_quotes(found, sentences) == expected


PATHOLOGICAL = [
    *(
        ".",
        " ",
        "A. ",
        '"',
        '" ',
        "“",
        "“a ",
        "“a” ",
        "«",
        "‘",
        "’ ",
        "s’ ",
        "'",
        "'a ",
        "”, ",
        "“a ‘b “c ",
        "“\n",
        '. "',
    ),
    *("he said ", "said, ", '"a" said. ', '"a b c" he said, ', "X said that ", "according to ", ", but he said ", "; "),
    *("it's ", "as he said, ", "While X said ", "in 's view ", "words of ", "told ", "reply ", "“a b”: ", "x", "\n"),
    *("<b>he</b> said, ", "@ ", "@a said, ", "< said ", "> said ", "- he said "),
    *("Lee said no. He said, Bob came. ", "Lee: ‘a b’ – c\n", "of A, he said ", "Lee, dated b, "),
    *("LEE: a.\n", "LEE: a. ", "Q: a.\nA: b. ", "A", "A ("),
    *("x, says a ", "A: b; ", ", so Lee ", "in his view, ", "; it would say ", "per Lee, ", "it is said, ", "( "),
]


@pytest.mark.parametrize("unit", PATHOLOGICAL)
def test_a_million_pathological_characters(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    sentences = split_sentences(text)
    found = find_attributions(text, sentences)  # what it costs is measured in benchmarks, not here
    assert all(0 <= item.content.start < item.content.end <= len(text) for item in found)


def test_deeply_nested_quotations_are_read_to_the_end() -> None:
    depth = 50_000
    text = "“‘" + "“ " * depth + "Manila" + "” " * depth
    assert voices(text, "Manila") == [("author", None)]


def test_a_speaker_at_the_end_of_a_long_headline_is_read_to_the_end() -> None:
    line = "Alpha beta " * 40_000
    assert voices(f"{line}Manila is “poor”: Lee", "Manila") == [("attributed", "Lee")]
    assert voices(f"{line}Manila: Lee", "Manila") == [("author", None)]


@pytest.mark.parametrize(
    ("text", "attributed", "authors"),
    [
        ("She said “Sarnia is bluffing” and drove on to Oleria.", ["Sarnia"], ["Oleria"]),
        ("Students chanted “Sarnia out” in Oleria.", ["Sarnia"], ["Oleria"]),
        ("Vennland says “never” to Sarnia.", [], ["Vennland", "Sarnia"]),
        ("Okafor maintains Sarnia is broke.", ["Sarnia"], []),
        ("Per Okafor, Sarnia is broke.", ["Sarnia"], []),
        ("On Okafor’s account, Sarnia is broke.", ["Sarnia"], []),
        ("Okafor’s warning: Sarnia is broke.", ["Sarnia"], []),
        ("Mayor: Sarnia cheated", ["Sarnia"], []),
        ("Okafor said of Sarnia: “A sinking ship.”", ["Sarnia"], []),
        ("The figures show that Sarnia cheated.", [], ["Sarnia"]),
        ("»Sarnia cheated«, said the mayor.", ["Sarnia"], []),
        ("“Sarnia cheated us.\n\nOleria did too, and it knew.\n\nVennland slept,” said Okafor.", ["Oleria"], []),
        ("Okafor said Sarnia was broke, and she was right about Oleria.", ["Sarnia"], ["Oleria"]),
    ],
)
def test_what_a_quotation_or_report_reaches(text: str, attributed: list[str], authors: list[str]) -> None:
    assert [name for name in [*attributed, *authors] if voices(text, name)[0][0] == "attributed"] == attributed


# --- acts that verbs of reporting name


@pytest.mark.parametrize(
    "text",
    [
        "Hanoi attacked Manila in February 2022.",
        "Militants attacked Manila.",
        "Vietnamese drones attacked Manila overnight.",
        "The German army attacked Manila in 1939.",
        "A bear attacked a hiker in Manila.",
        "A knifeman attacked tourists in Manila.",
        "Hackers who attacked Manila were jailed.",
        "It attacked Manila for the third time in a week.",
        "The envoy attacked Manila with missiles.",
        "Months later the Taliban attacked troops from Manila.",
        "Ships of Manila were attacked by pirates.",
        "Attacked by drones, Manila fell.",
        "Hanoi sent troops, attacking Manila.",
        "The car slammed into a wall in Manila.",
        "Storm Eunice slammed Manila.",
        "The economy of Manila was slammed by the pandemic.",
        "Missiles blasted the ports of Manila.",
        "Hanoi blasted Manila's ports.",
        "A bomb ripped through a bus in Manila.",
        "A court condemned two men from Manila to death.",
        "Two men from Manila were condemned to ten years in prison by a court.",
        "The bomb claimed ten lives in Manila.",
        "She claimed the Manila title.",
        "Hanoi claims Manila.",
        "She hails from Manila.",
        "Hanoi declared war on Manila.",
        "Hanoi declared a state of emergency in Manila.",
        "Hanoi welcomed 200 refugees from Manila.",
        "Hanoi welcomed the Manila delegation.",
        "Hanoi admits refugees from Manila.",
        "The alliance admitted Manila in 2030.",
        "Hanoi dismissed the Manila ambassador.",
        "The Manila ambassador was dismissed by the president.",
        "Police questioned two men in Manila.",
        "A man from Manila was questioned by police.",
        "The senate confirmed the Manila ambassador.",
        "Hanoi denied Manila inspectors entry.",
        "Hanoi denied Manila athletes visas.",
        "Hanoi rejected 300 visa applications from Manila.",
        "Hanoi added Manila to its list.",
        "Hanoi invited Manila to the talks.",
        "Hanoi threatens Manila.",
        "The dispute threatens the economy of Manila.",
        "Hanoi works to counter Manila's influence.",
        "Hanoi boasts two ships built in Manila.",
        "Hanoi called up reservists in Manila.",
        "Hanoi observed a minute of silence for Manila.",
        "Hanoi posted 500 soldiers to Manila.",
        "The company reported a loss in Manila.",
        "Hanoi conceded territory to Manila.",
        "The rebels swore allegiance to Manila.",
        "A woman from Manila was questioned by the police.",
        "Hanoi called a snap election over Manila.",
        "Citing Manila, it said Hanoi lied.",
        "The agency, citing officials in Manila, said Hanoi lied.",
        "Hanoi attacked Manila on several fronts, on land and at sea.",
        "Hanoi attacked Manila overnight.",
        "Ivory Coast attacked Manila in 1990.",
        "Hanoi attacked Manila on Friday.",
        "Hanoi attacked Manila in May.",
        "Hanoi attacked southern Manila on foot.",
        "Hanoi attacked Manila as planned.",
        "Hanoi attacked Manila's oil tankers.",
        "Hanoi attacked Manila and Oslo.",
        "Hanoi attacked the port and the shipyards of Manila.",
        "Hanoi attacked Haiphong, near Manila.",
        "Hanoi attacked peacekeepers from Manila in the UN zone.",
        "Hanoi threatens Manila's security.",
        "Hanoi threatened Manila's president.",
        "Hanoi dismissed its ambassador to Manila.",
        "The president dismissed Vietnam's ambassador to Manila.",
        "Hanoi dismissed 30 generals near Manila.",
        "Hanoi dismissed her in Manila.",
        "Hanoi claimed the land as Manila fell.",
        "Hanoi rejected the bill on Manila.",
        "Lee posted a victory in Manila.",
    ],
)
def test_an_act_is_nobodys_speech(text: str) -> None:
    assert voices(text, "Manila") == [("author", None)]


@pytest.mark.parametrize(
    "text",
    [
        "The minister attacked Manila over its visa rules.",
        "The Times attacked Manila's plan.",
        "Ann Lee attacked Manila in a speech.",
        "Ann Lee hit back, attacking Manila for its rules.",
        "A spokesman for the army attacked Manila.",
        "The government attacked Manila's record.",
        "An ad that attacked Manila was shown.",
        "Hanoi attacked Manila for expelling envoys.",
        "Hanoi attacked Manila over its decision to leave.",
        "Manila was attacked by ministers for its rules.",
        "The paper slammed Manila.",
        "Hanoi slams Manila.",
        "The European Union slammed Manila.",
        "The Army chief slammed Manila.",
        "Ann Lee blasted Manila for its bases.",
        "Critics condemned Manila.",
        "Leaders condemned Manila's refusal to withdraw.",
        "He hailed Manila as a partner.",
        "Hanoi declared that Manila lied.",
        "Ann Lee welcomed Manila's decision.",
        "Hanoi welcomed the Manila ambassador's remarks.",
        "Hanoi claims Manila has lost.",
        "Hanoi claimed Manila's victory was near.",
        "Hanoi claimed Manila troops killed nobody.",
        "Hanoi admitted Manila had won.",
        "Hanoi dismissed the Manila ambassador as a liar.",
        "Hanoi dismissed the Manila ambassador's remarks.",
        "Hanoi rejected Manila's claims.",
        "Officials confirmed Manila's troops had left.",
        "Hanoi questioned Manila's motives.",
        "She added that Manila lied.",
        "She added Manila would lose.",
        "He denied Manila's guilt.",
        "He threatened to attack Manila.",
        "The envoy threatened Manila with sanctions.",
        "Hanoi threatened action against Manila.",
        "Hanoi invited Manila to join the pact.",
        "He countered that Manila lied.",
        "He boasted on Monday that Manila had lost.",
        "He called the Manila ambassador a liar.",
        "He called out Manila for lying.",
        "He called in a speech for Manila to leave.",
        "He called the election in Manila a farce.",
        "Hanoi countered Manila's claims.",
        "Critics kept questioning Manila's role.",
        "Manila's motives were questioned by critics.",
        "Hanoi claims Manila takes lives.",
        "Hanoi claims Manila won the land.",
        "The minister attacked the deal with Manila on missiles.",
        "Officials confirmed troops from Manila in the port.",
        "He cited reports that Manila lied.",
        "Hanoi attacked Manila in a statement on Tuesday.",
        "Hanoi attacked Manila in a speech broadcast yesterday.",
        "Hanoi attacked Manila at a press conference.",
        "Hanoi attacked Manila in an editorial.",
        "Hanoi attacked Manila on Twitter.",
        "Hanoi attacked Manila in the UN Security Council.",
        "Hanoi attacked Manila on migration.",
        "Hanoi attacked Manila as biased.",
        "Manila was attacked by Hanoi in a letter.",
        "The islanders attacked Manila in a letter.",
        "Hanoi attacked Manila's hegemony.",
        "Hanoi attacked the Manila embargo.",
        "Hanoi attacked the double standards of Manila.",
        "Hanoi attacked Manila's interference in its affairs.",
        "Hanoi attacked the BBC over Manila.",
        "Hanoi attacked the BBC's coverage of Manila.",
        "Hanoi attacked the ICC in Manila.",
        "Hanoi attacked President Lee in Manila.",
        "Hanoi attacked British and Manila arrogance.",
        "A cartoon attacked Manila.",
        "The document attacked Manila.",
        "The aviation authority attacked Manila.",
        "The city attacked Manila.",
        "Hanoi threatened a veto of Manila's bid.",
        "Hanoi threatened nuclear strikes on Manila.",
        "Hanoi threatened Manila's destruction.",
        "Militants threatened strikes on Manila.",
        "Hanoi reported Vietnamese losses of 1,200 soldiers in Manila.",
        "Hanoi reported a heavy Manila loss.",
        "Hanoi reported a rise in attacks on Manila.",
        "Hanoi reported gains in Manila.",
        "Hanoi rejected the Manila motion as absurd.",
        "Hanoi rejected the Manila amendments.",
        "Hanoi rejected a bill from Manila as interference.",
        "Hanoi dismissed Manila leaders.",
        "Hanoi dismissed the Manila government.",
        "Hanoi dismissed Manila ministers, calling them weak.",
        "Hanoi claims Manila as its own.",
        "Hanoi declared a Manila emergency.",
    ],
)
def test_an_act_needs_its_signs(text: str) -> None:
    assert voices(text, "Manila")[0][0] == "attributed"


@pytest.mark.parametrize(
    "text",
    [
        "Manila, Oslo and Hanoi agreed.",
        "Manila, Oslo, and Hanoi agreed on Monday.",
        "Manila, the UK and Hanoi agreed.",
        "Last year Manila, Oslo and Hanoi agreed.",
        "Manila signed the pact, Hanoi protested.",
        "Manila voted, Hanoi objected.",
        "Manila and Oslo signed the pact, Hanoi protested.",
        "Manila quit, Hanoi responded.",
        "Manila attacks, Hanoi responds.",
        "When tariffs on Manila rose, Hanoi protested.",
        "After the strikes on Manila, Hanoi protested.",
    ],
)
def test_neither_a_list_of_subjects_nor_a_spliced_clause_is_reported(text: str) -> None:
    assert voices(text, "Manila") == [("author", None)]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("There are fears that Manila will pay.", None),
        ("There are hopes Manila will pay.", None),
        ("From Hanoi’s perspective, Manila lied.", "Hanoi"),
        ("From Hanoi’s point of view, Manila lied.", "Hanoi"),
        ("From the perspective of Hanoi, Manila lied.", "Hanoi"),
        ("By Hanoi’s own admission, Manila paid.", "Hanoi"),
        ("The port, by Hanoi’s own admission, fell to Manila.", "Hanoi"),
        ("Manila behind theft: Lee", "Lee"),
        ("Manila must pay: minister", "minister"),
        ("Manila to attack ports: Hanoi", "Hanoi"),
        ("Manila was wrong, Ann and Lee said.", "Ann and Lee"),
        ("Manila was wrong, Lee agreed.", "Lee"),
        ("Manila was wrong, Hanoi said.", "Hanoi"),
        ("“Manila is a threat, said Lee.", "Lee"),
        ("“Manila is a threat, Ann Lee said.", "Ann Lee"),
        ("«Manila threatens us all today.\n\nHanoi must act», said Lee.", "Lee"),
        ("“Manila threatens us all today.\n\nHanoi must act”, said Lee.", "Lee"),
        ("Manila's rules are too lax, the city agreed.", "the city"),
        ("Manila's rules are too lax, the aviation authority agreed.", "the aviation authority"),
        ("The exercises near Manila are a threat, Hanoi protested.", "Hanoi"),
        ("The tariffs were unfair to Manila, Hanoi agreed.", "Hanoi"),
        ("Manila was to blame, Hanoi responded.", "Hanoi"),
        ("The sanctions hurt Manila, Hanoi objected.", "Hanoi"),
        ("Manila is finished, Oslo and Hanoi agreed.", "Oslo and Hanoi"),
        ("In Oslo the strikes on Manila were illegal, Hanoi protested.", "Hanoi"),
        ("From the viewpoint of the general, Manila lied.", "the general"),
        ("By its own admission, Manila lied.", "its"),
        ("Manila will attack ports: Lee", "Lee"),
        ("Manila is broken: minister", "minister"),
        ("Manila still has ‘full confidence’ in Oslo: Ann Lee", "Ann Lee"),
        ("Manila 'a menace', minister says", "minister"),
        ("Manila “a menace,” he said.", "he"),
        ("'Manila is a menace' - minister", "minister"),
        ("‘Manila is a menace’ – Defence Minister\n\nIt fell.", "Defence Minister"),
        ("“Manila is a menace” - Ann Lee", "Ann Lee"),
        ("Manila 'to blame' for theft - Hanoi", "Hanoi"),
    ],
)
def test_more_sources(text: str, source: str | None) -> None:
    assert voices(text, "Manila") == [("attributed", source)]


@pytest.mark.parametrize(
    "text",
    [
        "Where to go this year: Manila",
        "Next stop on the tour: Manila",
        "Player to watch in Manila: Lee",
        "Most polluted place in the world: Manila",
        "One port will close: Manila.",
        "Hanoi was shocked by an admission in Manila.",
        "Manila was shocked by Hanoi’s admission.",
        "Manila was hurt by Hanoi’s account of the talks.",
        "Manila under fire: Vietnam War",
        "Manila must pay: Vietnam War",
        "Manila is ready: Haiphong",
        "Manila is the winner: Hanoi",
        "What Manila must do: minister",
        "Manila 'to blame' for theft - Herald News",
        "Manila 'to blame' for theft - Ann Lee",
        "Manila 'to blame' for theft - minister.",
        "'Manila is a menace' - Herald News",
        "'A history of Manila' - Ann Lee",
        "'Manila with Love' - minister",
        "Hotel 'Manila' in flames - minister",
        "Manila 'a menace'-minister",
        "Photo: 'a menace' in Manila - minister",
        "> Manila is a menace",
        "From the point of view of security, Manila is weak.",
        "From the perspective of history, Manila was lucky.",
        "From the viewpoint of Vietnamese security, Manila is weak.",
        "From the viewpoint of Vietnam's security, Manila is weak.",
        "The bank wrote down its stake in Manila.",
        "Lee has written off Manila.",
        "Does anyone still think that Manila is a menace?",
        "Do you think that Manila is a menace?",
    ],
)
def test_no_headline_and_no_view(text: str) -> None:
    assert voices(text, "Manila") == [("author", None)]


def test_that_may_be_a_pronoun_in_what_is_reported() -> None:
    text = "Hanoi lost; from Manila’s viewpoint, that was good."
    assert attributions(text) == [("that was good", "Manila", False)]


def test_acts_count_among_the_reporting_words_of_a_sentence() -> None:
    text = "Militants attacked Hanoi and " * 600 + "Lee said that Manila lied."
    assert voices(text, "Manila") == [("author", None)]


@pytest.mark.parametrize("word", ["authority", "city", "coast", "islands", "man", "port", "see", "town", "martin"])
def test_common_nouns_are_no_names_of_states(word: str) -> None:
    assert word not in load_reporting().states
    assert {"vietnam", "korea", "timor", "lanka"} <= load_reporting().states


@pytest.mark.parametrize(
    "text",
    [
        "It is time to say it plainly: Manila has lost.",
        "It is for Hanoi to say that Manila lied.",
        "Everyone knows that Manila is weak.",
        "Everyone in Hue knows that Manila is weak.",
        "Manila is weak, as everyone knows.",
        "The whole world knows that Manila is weak.",
        "Nobody sane doubts that Manila is weak.",
        "No serious historian denies that Manila is weak.",
        "Few would deny that Manila is weak.",
        "Verdict: Manila failed.",
        "Final Verdict: Manila Has Failed",
        "HANOI: Manila is a menace to all.",
        "NEW DELHI: Manila is a menace to all.",
        "HANOI, March 4 (Reuters): Manila is a menace to all.",
        "Photograph: Manila Look/Alamy",
        "Photo credit: Manila Look/Alamy",
        "• I said that Manila lied.",
        "HUE, March 4 - I said that Manila lied.",
        "If one claims that Manila lied, one must prove it.",
        "(Reporting by Ann Lee in Manila)",
        "(Reporting by Bob Roe in Hue; additional reporting by Ann Lee in Manila)",
    ],
)
def test_nobody_in_particular_is_no_source(text: str) -> None:
    assert voices(text, "Manila") == [("author", None)]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The paper was late. It is expected to say that Manila lied.", "It"),
        ("Everyone said that Manila is weak.", "Everyone"),
        ("Few said that Manila is weak.", "Few"),
        ("Minister: Manila is a menace", "Minister"),
        ("Lee’s verdict: Manila is a menace", "Lee"),
        ("Hanoi: Manila is a menace", "Hanoi"),
        ("UN: Manila is a menace", "UN"),
        ("LEE: Manila is a menace", "LEE"),
        ("No 10 said that Manila lied.", "No 10"),
    ],
)
def test_somebody_in_particular_is_a_source(text: str, source: str) -> None:
    assert voices(text, "Manila") == [("attributed", source)]


def test_a_headline_in_capitals_has_no_dateline() -> None:
    assert attributions("HANOI: MANILA IS A MENACE") == [("MANILA IS A MENACE", "HANOI", False)]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("HUE, March 4 - Hanoi said Manila lied.", "Hanoi"),
        ("HUE, March 4 (Reuters) - Hanoi said on Friday that Manila lied.", "Hanoi"),
        ("HUE -- Hanoi said Manila lied.", "Hanoi"),
        ("- Hanoi said Manila lied.", "Hanoi"),
        ("• Hanoi said Manila lied.", "Hanoi"),
        ("❗️🔥 Hanoi said Manila lied.", "Hanoi"),
        ("@Hanoi said Manila lied.", "Hanoi"),
        ("<p>Hanoi said Manila lied.</p>", "Hanoi"),
        ('<a href="x.html">Hanoi</a> said Manila lied.', "Hanoi"),
        ("Manila lied, <b>Hanoi</b> said.", "Hanoi"),
        ("Manila lied, @Hanoi said.", "Hanoi"),
        ("“Manila lied to us all,” 🔥 Hanoi said.", "Hanoi"),
        ("“Manila lied to us all,” said @Hanoi.", "Hanoi"),
        ("According to <b>Hanoi</b>, Manila lied.", "Hanoi"),
        ("The envoys in two ports - Hue and Hanoi - said that Manila lied.", "The envoys in two ports"),
        ("Lee -- a nurse who wrote a long and very odd book on his work -- said that Manila lied.", "Lee"),
        ("Anti- war groups said Manila lied.", "Anti- war groups"),
        ("Hue paid, and one question that remains is whether Manila lied.", None),
        ("There is one claim that Manila lied.", None),
    ],
)
def test_a_source_has_no_dateline_and_no_markup(text: str, source: str | None) -> None:
    assert voices(text, "Manila") == [("attributed", source)]


# --- transcripts


def test_a_label_covers_its_paragraph_in_a_transcript() -> None:
    text = (
        "KASK: Hanoi was great. Manila was too.\n\nSEN. McCOY (on tape): No. Oslo lied, and Ann said Riga lied. "
        "McKASK: Bonn is weak. Rome is not.\n\nParis slept."
    )
    assert voices(text, "Hanoi", "Manila", "Oslo", "Riga", "Bonn", "Rome", "Paris") == [
        ("attributed", "KASK"),
        ("attributed", "KASK"),
        ("attributed", "SEN. McCOY"),
        ("attributed", "Ann"),
        ("attributed", "McKASK"),
        ("attributed", "McKASK"),
        ("author", None),
    ]


def test_questions_and_answers_without_names_are_the_authors() -> None:
    text = "Q: What of Hanoi? Do you fear Manila?\n\nA: Oslo is a menace. Riga is not."
    assert voices(text, "Hanoi", "Manila", "Oslo", "Riga") == [("author", None)] * 4


@pytest.mark.parametrize(
    "text",
    [
        "KASK: Hanoi was great. Manila was too.",
        "A: Hanoi fell. Manila did not.\n\nA: Oslo fell.",
        "Q: What of Hanoi? And of Manila?\n\nQ: What of Oslo?",
        "UPDATE: Hanoi fell. Manila did not.\n\nBREAKING: Oslo fell.",
        "WEATHER: Hanoi is dry. Manila is not.\n\nSPORT: Oslo won.",
        "VIETNAM: Hanoi is dry. Manila is not.\n\nNORWAY: Oslo won.",
        "BANGKOK: Hanoi fell. Manila did not.\n\nJAKARTA: Oslo fell.",
        "KASK: HANOI FELL. Manila did not.\n\nLEE: OSLO FELL.",
        "Note: Hanoi fell. Manila did not.\n\nLee: Oslo fell.",
        "MARCH 4: Hanoi fell. Manila did not.\n\nMARCH 5: Oslo fell.",
    ],
)
def test_headings_make_no_transcript(text: str) -> None:
    assert voices(text, "Manila") == [("author", None)]
