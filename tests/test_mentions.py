import datetime
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biasscore.actors import Actor, Alias, fold, load_catalogue, resolve
from biasscore.errors import InputError
from biasscore.mention_lexicon import load_homonyms
from biasscore.mention_text import AnyOf
from biasscore.mentions import Finder
from biasscore.records import MentionKind, Sentence

FOUR = Finder(resolve(None))


def split(text: str) -> list[Sentence]:
    """Sentences for the tests: paragraphs end at blank lines, sentences at ". " before a capital."""
    sentences: list[Sentence] = []
    place = 0
    for paragraph, block in enumerate(text.split("\n\n")):
        for match in re.finditer(r"\S.*?(?:[.!?][”\"]?(?= [“\"A-Z])|\Z)", block, re.DOTALL):
            start, end = match.span()
            end -= len(match.group()) - len(match.group().rstrip())
            sentences.append(Sentence(len(sentences), place + start, place + end, paragraph))
        place += len(block) + 2
    return sentences


def find(text: str, finder: Finder = FOUR, date: str | None = None) -> list[tuple[str, str, str]]:
    return [(text[m.start : m.end], m.actor, m.kind) for m in finder.find(text, split(text), date=date)]


def spans(text: str, finder: Finder = FOUR, date: str | None = None) -> list[str]:
    return [surface for surface, _, _ in find(text, finder, date)]


def only(actors: Sequence[str | Actor]) -> Finder:
    return Finder(resolve(actors))


# --- what is a mention

ASKED = [
    ("The novelist Anna Lee won.", ["Anna Lee"]),
    ("Anna Lee, a retired dentist, won. Lee, 34, wept.", ["Anna Lee", "Lee"]),
    ("Mrs Lee of Leeds and Lee the plumber won.", ["Lee", "Lee"]),
    ("Goalkeeper Anna Lee had a hat-trick. Lee wept at the soprano.", ["Anna Lee", "Lee"]),
    ("Bob Lee won.", []),
    ("The other Anna Lee, who was ill, lost.", []),
    ("They left Lee Street and went to the Anna Lee Museum in the rain.", []),
]


@pytest.mark.parametrize(("text", "wanted"), ASKED)
def test_who_is_asked_for_may_be_a_butcher(text: str, wanted: list[str]) -> None:
    assert spans(text, only(['"Anna Lee"'])) == wanted


def test_rules_for_politicians_are_not_for_others_of_their_names() -> None:
    text = "Daniil Medvedev lost the tie-break. Medvedev threw his racket."
    assert spans(text, only(['"Daniil Medvedev"'])) == ["Daniil Medvedev", "Medvedev"]
    assert spans(text) == []


INTRODUCED = [
    ("The British ambassador, Ann Teal, spoke.", ["British ambassador", "Ann Teal"]),
    ("The British ambassador to Peru, Ann Teal, spoke. Teal left.", ["British ambassador", "Ann Teal", "Teal"]),
    ("Russia’s ambassador to Kazakhstan, Pavel Grin, left.", ["Russia", "ambassador", "Kazakhstan", "Pavel Grin"]),
    # Nobody else of the name, nothing before the name is known, no name of a list, no deputy.
    ("The British ambassador, Ann Teal, spoke. Bob Teal left.", ["British ambassador", "Ann Teal"]),
    ("Teal came. The British ambassador, Ann Teal, spoke.", ["British ambassador", "Ann Teal"]),
    ("The British ambassador, Ann Teal and others spoke.", ["British ambassador"]),
    ("The British ambassador, Ann May, spoke. In May it rained. May came.", ["British ambassador", "Ann May"]),
    ("The British ambassador, Prime Minister Bob Stone, and others met. Stone left.", ["British ambassador"]),
    ("The British ambassador, Emmanuel Macron, and others met. Macron left.", ["British ambassador"]),
    ("The Kazakh deputy consul, Dana Ali, spoke. Ali left.", ["Kazakh"]),
    ("The British ambassador, said Ann Teal, spoke.", ["British ambassador"]),
]


@pytest.mark.parametrize(("text", "wanted"), INTRODUCED)
def test_whoever_gets_an_office_is_known_from_there_on(text: str, wanted: list[str]) -> None:
    assert spans(text) == wanted


MENTIONS = [
    ("The UK and NATO met.", ["UK", "NATO"]),
    ("Britain's ally, Nato’s friend, NATO-led", ["Britain", "Nato", "NATO"]),
    ("The U.K.'s offer to the U.K. government", ["U.K.", "U.K."]),
    ("A UK-based, pro-Russian, anti-NATO, non-NATO group", ["UK", "Russian", "NATO", "NATO"]),
    ("Anglo-Kazakh and Russo-British trade", ["Anglo", "Kazakh", "Russo", "British"]),
    ("the United\u00a0Kingdom and the United\nKingdom", ["United\u00a0Kingdom", "United\nKingdom"]),
    ("the United\r\nKingdom, the United   Kingdom", ["United\r\nKingdom", "United   Kingdom"]),
    ("the Rus\u00adsian side in Mos\u00adcow", ["Rus\u00adsian", "Mos\u00adcow"]),
    ("RUSSIA AND THE KREMLIN", ["RUSSIA", "KREMLIN"]),
    ("russia and britain", ["russia", "britain"]),
    ("Росси\u0301я и Казахста\u0301н", ["Росси\u0301я", "Казахста\u0301н"]),
    ("Britons, Brits, a Briton and two Kazakhstanis", ["Britons", "Brits", "Briton", "Kazakhstanis"]),
    ("London, Astana, Moscow and Whitehall agree.", ["London", "Astana", "Moscow", "Whitehall"]),
    ("Smolenskaya Square and the Akorda", ["Smolenskaya Square", "Akorda"]),
    ("They teach in Russian and in Latvian.", []),
    ("They teach in Russian and Latvian schools.", ["Russian"]),
    ("The train stops at Kazakh for plums.", []),
    ("We stayed at the Kazakhstan, on the third floor.", []),
    ("Look at the UK, he said.", ["UK"]),
    ("Our rooster is called Putin because he crows.", []),
    ("“Sit down, Nato,” her aunt said.", []),
    ("Boris Johnson came. Johnson the gardener left.", ["Boris Johnson"]),
    ("And John Major? Major I met twice.", ["John Major", "Major"]),
    ("Georgia bought wheat from Russia. The country has three mills.", ["Russia"]),
    ("Georgia fears Russia. The country is large.", ["Russia", "The country"]),
    ("Slovakia grew Russia-friendly. The prime minister smiled.", ["Russia"]),
    ("Lukashenko of Belarus waited for his Russian counterpart. The president left.", ["Russian counterpart"]),
    ("A judge in Adams County, Colorado, sent a Westminster man to jail.", []),
    ("A judge told ministers in Colorado what Westminster had told him.", ["Westminster"]),
    ("Turkey called Russia irresponsible.", ["Russia"]),
    ("Britain Hollis caught nine passes and left.", []),
    ("In Britain Christmas came early.", ["Britain"]),
    ("They say Britain Parliament met and left.", ["Britain"]),
    ("Marvin E. London, 87, and J. D. England died.", []),
    ("Fern Britain baked. Britain never smiled.", []),
    ("Fern Britain baked. People in Britain smiled.", ["Britain"]),
    ("Theresa May of Spokane taught piano.", []),
    ("They told Theresa May of Britain to wait.", ["Theresa May", "Britain"]),
    ("Obama and Cameron argued all night.", ["Cameron"]),
    ("A Rasmussen poll has Obama ahead.", []),
    ("NATO jets flew. Alliance officials watched.", ["NATO", "Alliance"]),
    ("NATO knew: it was, alliance headquarters said, a bird.", ["NATO", "alliance"]),
    ("No 10 said so; No. 10 denied it; Number 10 is silent", ["No 10", "No. 10", "Number 10"]),
    ("the Royal Navy and the British Empire", ["Royal Navy", "British Empire"]),
    ("Foggy Albion, the “lord of the seas”", ["Foggy Albion", "lord of the seas"]),
    ("the North Atlantic Treaty Organization", ["North Atlantic Treaty Organization"]),
    ("🇬🇧 Britain 🎉 Russia", ["Britain", "Russia"]),
    ("Россия, России, Россию, Россией, российского", ["Россия", "России", "Россию", "Россией", "российского"]),
    ("Великобританией, британских, Лондоном", ["Великобританией", "британских", "Лондоном"]),
    ("НАТО и Кремль, в Кремле, Казахстаном", ["НАТО", "Кремль", "Кремле", "Казахстаном"]),
    ("Қазақстан мен Ресей", ["Қазақстан", "Ресей"]),
    ("#NATO and @NATO", ["NATO", "NATO"]),
    ("Russia's and the Russians' friends", ["Russia", "Russians"]),
    ("the collapse of Russian-British ties", ["Russian", "British"]),
    ("They sailed in Russian waters and spoke to British and Finnish crews.", ["Russian", "British"]),
]


@pytest.mark.parametrize(("text", "expected"), MENTIONS)
def test_mentions(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


TRAPS = [
    "Police in London, Ontario, and in London, Ky., said so.",
    "Jack London wrote it. London Breed read it.",
    "British Columbia and the British Virgin Islands",
    "In New England and New Britain",
    "Russian roulette, Russian salad, a Russian doll, Russian dressing and a Russian Blue",
    "Moscow, Idaho, serves a Moscow mule.",
    "a fire in the West Kazakhstan region",
    "the Astana cycling team and the Astana Pro Team",
    "the Kremlin of Kazan and the Kazan Kremlin",
    "Johnson & Johnson hired Alexandra Johnson and Dustin Johnson; Johnson thanked them.",
    "West Bromwich Albion beat Brighton and Hove Albion.",
    "They told us and US, the band, about the uk",
    "https://www.russia.com/nato-uk/kremlin and www.nato.int and info@britain.co.uk",
    "mail press@russia.org or see gov.uk",
    "сенатор, анатомия и сенаторы",
    "Natolin, Prussian, Belorussian, Britney, Rutten and Stoltenberger",
    "the Russian language, Russian-speaking voters who speak Russian, wrote in Russian, and read in Kazakh.",
    "a book in Russian and Kazakh, translated into Russian",
    "British Airways, the British Museum and the British Geological Survey",
    "Cameron Diaz and the Cameron Highlands; in May 2024",
    "The pianist Stoltenberg and his sister Mia Stoltenberg played.",
    "RF signals and RF engineers",
    "a number 10 shirt, the No. 10 seed, ranked No. 10",
    "the London Stock Exchange, south London and the Mayor of London",
    "The alliance won 34 seats after its party lost voters.",
    "The airline alliance carried more passengers; the alliance's carriers agree.",
    "in the kingdom of heaven, the country that counts",
    "Russiа with a Cyrillic letter",
    "Russian_bot and UK2 and xUK",
    "She speaks fluent Russian and some Kazakh. Kazakh is a Turkic language.",
    "Dutch Prime Minister Mark Rutte spoke.",
    "Cherie Blair and Cancer Research UK",
]


@pytest.mark.parametrize("text", TRAPS)
def test_traps(text: str) -> None:
    assert find(text) == []


def test_a_place_named_elsewhere_stays_there() -> None:
    assert spans("London, Ontario, voted. London is happy. Britain is not.") == ["Britain"]
    assert spans("London voted. " + "Nobody knows why. " * 15 + "London, Ontario, did not.") == ["London"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("British foreign secretary David Lammy said", ["British foreign secretary David Lammy"]),
        ("British Foreign Secretary, David Lammy, said", ["British Foreign Secretary", "David Lammy"]),
        (
            "President Tokayev and Prime Minister Sir Keir Starmer",
            ["President Tokayev", "Prime Minister Sir Keir Starmer"],
        ),
        ("Kremlin spokesman Dmitry Peskov", ["Kremlin spokesman Dmitry Peskov"]),
        ("Russian President Vladimir Putin", ["Russian President Vladimir Putin"]),
        ("NATO Secretary-General Mark Rutte", ["NATO Secretary-General Mark Rutte"]),
        ("Russia's foreign minister Sergei Lavrov", ["Russia", "foreign minister Sergei Lavrov"]),
        ("Boris Johnson left. Johnson returned.", ["Boris Johnson", "Johnson"]),
        ("Lord Cameron left. Cameron returned.", ["Lord Cameron", "Cameron"]),
        ("In Astana Putin met UK PM Starmer.", ["Astana", "Putin", "UK PM Starmer"]),
        ("Prime Minister Johnson returned.", ["Prime Minister Johnson"]),
        ("It was the U.K. President Putin disagreed.", ["U.K.", "President Putin"]),
    ],
)
def test_offices_and_their_holders(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize("end", ["", ".", " -", "-"])
def test_the_end_of_a_text_does_not_matter_to_a_surname_at_its_beginning(end: str) -> None:
    assert spans(f"Johnson's Downing Street aides resigned over Brexit{end}") == ["Johnson", "Downing Street"]


def test_kinds() -> None:
    text = "Britain and the British in London saw Foggy Albion; Keir Starmer and the British minister saw the kingdom."
    assert [kind for _, _, kind in find(text)] == [
        "name",
        "demonym",
        "metonym",
        "paraphrase",
        "person",
        "person",
        "anaphor",
    ]


def test_people_stand_for_their_office_only_during_it() -> None:
    text = "Rishi Sunak met Keir Starmer and Jens Stoltenberg."
    assert spans(text) == ["Rishi Sunak", "Keir Starmer", "Jens Stoltenberg"]
    assert spans(text, date="2023-05-01") == ["Rishi Sunak", "Jens Stoltenberg"]
    assert spans(text, date="2025-05-01") == ["Keir Starmer"]
    # The office itself is named: the holder belongs to the mention whenever it was.
    assert spans("former British Prime Minister Rishi Sunak", date="2025-05-01") == [
        "former British Prime Minister Rishi Sunak"
    ]


@pytest.mark.parametrize("date", ["2025", "yesterday", "2025-02-30", "05/01/2025"])
def test_a_date_that_is_none(date: str) -> None:
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        FOUR.find("Britain", split("Britain"), date=date)


@pytest.mark.parametrize("first", ["2016-07-12", "2022-09-05", "2022-10-24", "2024-07-04", "2024-09-30"])
def test_an_era_changes_when_and_only_when_what_is_found_may(first: str) -> None:
    text = "David Cameron, Theresa May, Boris Johnson, Liz Truss, Rishi Sunak, Keir Starmer, Mark Rutte."
    days = [(datetime.date.fromisoformat(first) + datetime.timedelta(days=k)).isoformat() for k in range(-3, 4)]
    for one, other in itertools.pairwise(days):
        if FOUR.era(one) == FOUR.era(other):
            assert spans(text, date=one) == spans(text, date=other)
    assert len({FOUR.era(day) for day in days}) > 1
    assert len({tuple(spans(text, date=day)) for day in days}) > 1
    assert FOUR.era(None) is None


# --- anaphors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kazakhstan signed. The republic will pay.", [("The republic", "Kazakhstan")]),
        ("NATO met. Nobody spoke. The alliance’s planners slept.", [("The alliance", "NATO")]),
        ("Britain waits. Across the kingdom people queue.", [("the kingdom", "UK")]),
        ("Russia voted. The country is large.", [("The country", "Russia")]),
        ("Tokayev flew home. The republic waited.", [("The republic", "Kazakhstan")]),
        ("Kazakhstan thanked Uzbekistan. The republic will pay.", []),
        ("Kazakhstan and Russia signed. The country will pay.", []),
        ("NATO met the EU. The bloc was silent.", []),
        ("NATO met the CSTO. The alliance was silent.", []),
        ("NATO met. The airline alliance grew. The alliance is rich.", []),
        ("Kazakhstan received a British delegation. The country is large.", [("The country", "Kazakhstan")]),
        ("Kazakhstan signed in Vienna. The republic will pay.", [("The republic", "Kazakhstan")]),
        ("The republic's parliament in Chisinau voted.", []),
        ("Riyadh pays. The kingdom will export.", []),
        ("NATO met.\n\nThe alliance was silent.", [("The alliance", "NATO")]),
        ("Kazakhstan signed. Kyrgyzstan did not.\n\nThe republic was silent.", []),
        ("The bloc's troops stay, NATO said.", [("The bloc", "NATO")]),
        ("The alliance's defence ministers will meet in February.", [("The alliance", "NATO")]),
        ("NATO met. Its troops stayed.", [("Its", "NATO")]),
        ("NATO met Russia. Its troops stayed.", []),
        ("Yesterday NATO met. Its troops stayed.", []),
        ("NATO met. The defensive alliance slept.", [("The defensive alliance", "NATO")]),
        ("Kazakhstan votes. The country of 20 million is calm.", [("The country", "Kazakhstan")]),
        ("Kazakhstan votes. The country of the year is calm.", []),
        ("The oil-rich nation, Kazakhstan, is calm.", [("The oil-rich nation", "Kazakhstan")]),
        ("Nigeria votes. The oil-rich nation is calm.", []),
        ("The island kingdom left. Britain is calm.", [("The island kingdom", "UK")]),
        ("The island kingdom left. Bahrain is calm, Britain is not.", []),
        ("The former Soviet state, Kazakhstan, is calm.", [("The former Soviet state", "Kazakhstan")]),
    ],
)
def test_anaphors(text: str, expected: list[tuple[str, str]]) -> None:
    found = [m for m in FOUR.find(text, split(text)) if text[m.start :].lower().startswith(("the ", "its "))]
    assert [(text[m.start : m.end], m.actor) for m in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Britain waits. The foreign secretary does not.", ["Britain", "foreign secretary"]),
        ("Kazakhstan will wait, its energy minister said.", ["Kazakhstan", "energy minister"]),
        ("Kazakhstan mourns. The country's president spoke.", ["Kazakhstan", "The country", "president"]),
        ("The bloc's secretary general will go, NATO said.", ["The bloc", "secretary general", "NATO"]),
        ("Britain’s ambassador and its king left.", ["Britain", "ambassador"]),
        ("Britain and Russia wait, the prime minister said.", ["Britain", "Russia"]),
        ("Britain waits. The PM does not, at 5 pm or in the pm.", ["Britain", "PM"]),
        ("Russia's UN ambassador and its navy chief left.", ["Russia", "UN ambassador"]),
        ("Romania's defence minister met Britain's deputy minister.", ["Britain"]),
        ("The prime minister of Latvia and the shadow defence secretary met in Britain.", ["Britain"]),
        ("The president of the chess club resigned.", []),
    ],
)
def test_bare_offices(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Kazakh leader, a Kazakh general and a Kazakh consul", ["Kazakh leader", "Kazakh", "Kazakh"]),
        ("NATO ministers and British ministers", ["NATO", "British ministers"]),
        ("the NATO chief and the Russian chief of staff", ["NATO chief", "Russian"]),
        ("Lavrov and his Kazakh counterpart", ["Lavrov", "Kazakh counterpart"]),
        ("the Kazakh counterpart of the fund", ["Kazakh"]),
        ("Lavrov waits. His Kazakh counterpart does not.", ["Lavrov", "Kazakh counterpart"]),
        ("Moscow waits. His Kazakh counterpart does not.", ["Moscow", "Kazakh"]),
        ("eight British foreign secretaries", ["British foreign secretaries"]),
        (
            "Britain's minister for Europe and its minister for trade",
            ["Britain", "minister for Europe", "minister for trade"],
        ),
        ("Senate chairman Maulen Ashimbayev left.", ["Senate chairman Maulen Ashimbayev"]),
        ("Culture and Information Minister Aida Balayeva", ["Culture and Information Minister Aida Balayeva"]),
        ("The head of NATO spoke; the head of NATO's mission slept.", ["head of NATO", "NATO"]),
        ("SACEUR General Christopher Cavoli, the SACEUR", ["SACEUR General Christopher Cavoli", "SACEUR"]),
        ("the President of the Republic of Kazakhstan", ["President of the Republic of Kazakhstan"]),
        ("the present master of the Kremlin", ["master of the Kremlin"]),
        ("the head of the Kazakh diplomacy", ["head of the Kazakh diplomacy"]),
        ("Kazakh Energy Minister Almas Tulegenov spoke.", ["Kazakh Energy Minister Almas Tulegenov"]),
        ("a Kremlin aide, and Kremlin aide Ivan Smirnov", ["Kremlin", "Kremlin aide Ivan Smirnov"]),
        ("the former president Nazarbayev and V.V.Putin", ["former president Nazarbayev", "V.V.Putin"]),
        ("In Moscow Putin spoke.", ["Moscow", "Putin"]),
        ("Президент России", ["Президент России"]),
    ],
)
def test_what_an_office_takes_in(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NATO planners in Brussels sighed.", [("NATO", "NATO"), ("Brussels", "NATO")]),
        ("Brussels sighed.", []),
        ("NATO waits, but Brussels and the European Commission want a tariff.", [("NATO", "NATO")]),
        ("Six alliance countries will pay, NATO said.", [("alliance", "NATO"), ("NATO", "NATO")]),
        ("Six airline alliance countries will pay, NATO said.", [("NATO", "NATO")]),
        ("NATO met. The whole alliance slept.", [("NATO", "NATO"), ("The whole alliance", "NATO")]),
        ("The Kingdom armed the Ukrainian side.", [("The Kingdom", "UK")]),
        ("The kingdom armed the Ukrainian side.", []),
        ("The English woman took an English muffin.", [("English", "UK")]),
        ("Of Carnegie Moscow and the London Clinic one is in Moscow.", [("Moscow", "Russia")]),
        ("Whitehall, a town upstate, is not Whitehall.", []),
        ("The Treasury in London and the US Treasury", [("Treasury", "UK"), ("London", "UK")]),
    ],
)
def test_what_the_words_around_decide(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(surface, actor) for surface, actor, _ in find(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The former British foreign secretary left.", ["former British foreign secretary"]),
        ("A former British officer left.", ["British"]),
        ("The former head of MI6 and a former Putin ally", ["former head of MI6", "Putin"]),
        ("Russia's former foreign minister left.", ["Russia", "former foreign minister"]),
        ("Britain waits. The former prime minister does not.", ["Britain", "former prime minister"]),
        ("Kazakhstan's ambassador in Oslo left.", ["Kazakhstan", "ambassador"]),
        ("Britain's leader in the race fell.", ["Britain"]),
        ("Sergei Lavrov, Putin's foreign minister at the time, left.", ["Sergei Lavrov", "Putin"]),
        ("Britain's intelligence chief and a British intelligence chief", ["Britain", "intelligence chief", "British"]),
        ("The head of MI5 spoke.", ["head of MI5"]),
        ("FSB director Alexander Bortnikov spoke.", ["FSB director Alexander Bortnikov"]),
        ("MI5 director general Sir Ken McCallum spoke.", ["MI5 director general Sir Ken McCallum"]),
        ("his chancellor of the exchequer, the shadow chancellor of the exchequer", ["chancellor of the exchequer"]),
        ("Air Chief Marshal Sir Rich Knighton spoke.", ["Air Chief Marshal Sir Rich Knighton"]),
        ("The chairman of the Mazhilis sat.", ["chairman of the Mazhilis"]),
        ("The chairman of the Mazhilis budget committee sat.", ["Mazhilis"]),
        ("The first president of Kazakhstan rests.", ["first president of Kazakhstan"]),
    ],
)  # fmt: skip
def test_offices_former_and_current(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gordon Brown, a baker from Hull, sang. Brown smiled.", []),
        ("Gordon Brown, a former chancellor, sang. Brown smiled.", ["Gordon Brown", "Brown"]),
        ("The other Vladimir Putin has a shop. Putin sells tea.", []),
        ("Another Vladimir Putin speech, another Putin plan", ["Vladimir Putin", "Putin"]),
        ("Tony Blair smiled at a Mr Blair and at Mrs Blair.", ["Tony Blair"]),
        ("Margaret Thatcher sang. Mrs Thatcher smiled.", ["Margaret Thatcher", "Mrs Thatcher"]),
        ("Boris Johnson waved; Johnson the florist did not.", ["Boris Johnson"]),
        ("Tony Blair met Ann Blair. Blair, 44, is a vet.", ["Tony Blair"]),
        ("Peskov scored; the midfielder fell.", []),
        ("Nazarbaev and Nebenzia met Masimov.", ["Nazarbaev", "Nebenzia", "Masimov"]),
        ("Boris Nemtsov met Nurlan Balgimbaev. Nemtsov sang.", ["Boris Nemtsov", "Nurlan Balgimbaev", "Nemtsov"]),
        ("Sergey Prikhodko met Aleksandr Pankin. Pankin left.", ["Sergey Prikhodko", "Aleksandr Pankin", "Pankin"]),
        ("Qasym-Jomart Toqaev and Kasym-Zhomart Tokaev", ["Qasym-Jomart Toqaev", "Kasym-Zhomart Tokaev"]),
        ("Sergey Viktorovich Lavrov and Pavel Viktorovich Lavrov", ["Sergey Viktorovich Lavrov"]),
        ("Igor Sergeyevich Ivanov left. Ivanov returned.", ["Igor Sergeyevich Ivanov", "Ivanov"]),
        ("Igor Sergeyevich Ivanov, a plumber, left. Ivanov returned.", []),
        (
            "Владимира Владимировича Путина и Мария Захарова, Иван Путин",
            ["Владимира Владимировича Путина", "Мария Захарова"],
        ),
        ("Javier Solana left. Solana returned.", ["Javier Solana", "Solana"]),
        ("Smith and Lord Walker met Starmer in Downing Street.", ["Starmer", "Downing Street"]),
        # Common surnames behind "Mr" count in such company.
        ("Mr Brown accuses the Tories of sloth.", ["Mr Brown"]),
        ("Mr Brown accuses the neighbours of sloth.", []),
        ("Mr Johnson told the Senate speaker that Brexit was done.", []),
        ("He would repeal the Johnson amendment; the Churchill Club met.", []),
        ("Blair, Putin and a photograph", ["Blair", "Putin"]),
        ("Johnson told the Senate that Putin lost; Blair slept.", ["Putin"]),
        ("Putin Peak and Nursultan Nazarbayev airport were closed.", []),
    ],
)
def test_namesakes(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nato Beridze sang; Nato Commanders listened.", ["Nato"]),
        ("Egli disse: sono nato qui.", []),
        ("The FSB wants help for small business.", []),
        ("The FSB searched a flat.", ["FSB"]),
        ("The crew of Rossiya 24 left; the Hotel Rossiya stood.", []),
        ("A ship, the SS Great Britain, and the Treaty of London", []),
        ("The Kazakhstan Hotel and the Hotel Astana", []),
        ("The Moscow City Duma met; the State Duma did not.", ["State Duma"]),
        ("Lubyanka metro is open; Lubyanka is silent.", ["Lubyanka"]),
        ("India is the world's largest country by population.", []),
        ("Kremlin, Oklahoma, has a shop.", []),
        ("RK Ljubljana won in Kazakhstan; the RK signed.", ["Kazakhstan", "RK"]),
        ("LONDON RED-FACED OVER BILL", ["LONDON"]),
        ("NATO MEETS: ALLIANCE WANTS MORE", ["NATO", "ALLIANCE"]),
        ("the western alliance and the land of the Great Steppe", ["western alliance", "land of the Great Steppe"]),
        ("The Bank of Russia and the National Bank of Kazakhstan", ["Bank of Russia", "National Bank of Kazakhstan"]),
        ("Perfidious or not, Albion and France agree.", ["Albion"]),
        ("Britannia, said the British, rules the waves.", ["Britannia", "British"]),
        ("The Royal Yacht Britannia left Britain.", ["Britain"]),
        ("The aggressor state pays, says Kyiv; an aggressor state does not.", ["aggressor state"]),
        ("the transatlantic bloc, the 32-nation bloc", ["transatlantic bloc", "the 32-nation bloc"]),
        ("Kazakhstan is the world's largest uranium producer.", ["Kazakhstan", "world's largest uranium producer"]),
        ("Kazatomprom, of Kazakhstan, is the world's largest uranium producer.", ["Kazakhstan"]),
        ("Teachers of Kazakh are scarce in Kazakhstan Street.", []),
        ("The Albion lost at home.", []),
        ("She knew no Russian and speaks Dutch at work and Kazakh at home.", []),
        ("He spoke to a Russian and a Kazakh.", ["Russian", "Kazakh"]),
        ("a British accent, the Kazakhstani edition, the Russian edition", ["British", "Kazakhstani"]),
    ],
)
def test_traps_of_names_and_languages(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What is called so is something else.
        ("Clerks call the top floor the Kremlin, and Moscow is far.", ["Moscow"]),
        ("He called on his partners to tell the Kremlin so.", ["Kremlin"]),
        ("She called the deal with the Kremlin a farce.", ["Kremlin"]),
        ("He called it the Kremlin's mistake.", ["Kremlin"]),
        # A calling, a first name that no list has, and the surname.
        ("Goalkeeper Odalys England saved twice.", []),
        ("Under Mr Putin Russia grew.", ["Mr Putin", "Russia"]),
        # It goes on to be somebody's inside quotation marks.
        ("Fern England has left. “England was tired,” said the club.", []),
        # Other kingdoms, navies and seats.
        ("The United Kingdom of Libya printed stamps; the United Kingdom of those years did not.", ["United Kingdom"]),
        ("A boat of the Royal Navy of Oman; a boat of the Royal Navy.", ["Royal Navy"]),
        ("From Islamabad the Foreign Office rebuked the envoy.", []),
        ("An Arab NATO was announced; NATO was not asked.", ["NATO"]),
        # Who keeps a shop, and where a village bears the name.
        ("Tokayev's bakery on the corner sells rolls; Tokayev's speech was long.", ["Tokayev"]),
        ("In Stoltenberg, a village near the sea, nobody votes.", []),
        ("Rutte's of Leiden bakes; Rutte's of course late.", ["Rutte"]),
        # Known by surname from there on, and beside the office.
        (
            "British Defence Secretary Conrad Ashdell flew in. Ashdell said little.",
            ["British Defence Secretary Conrad Ashdell", "Ashdell"],
        ),
        ("Healey, Britain's defence secretary, sat down.", ["Healey", "Britain", "defence secretary"]),
        (
            "Kazakhstan's own prime minister, Tereshchenko, said nothing.",
            ["Kazakhstan", "prime minister", "Tereshchenko"],
        ),
        # A name that is not meant leaves no part of itself.
        ("A King Charles asleep in a pram; King Charles arrived.", ["King Charles"]),
        ("Boris Johnson Oyelaran, born in 2019, cannot read yet. Johnson is six.", []),
        # Numbers of a product; plurals of the Queen's people.
        ("The compound UK-92,480 failed in the UK.", ["UK"]),
        ("Give Tokayev his due.", ["Tokayev"]),
        ("The Queen guitarist's hair came first.", []),
        # What governments do is no shop; England may be left for California, the King may meet a Dane.
        ("Starmer's farm tax divides Britain.", ["Starmer", "Britain"]),
        ("She left England for California.", ["England"]),
        ("Asian NATO partners met; Lavrov accused the alliance of meddling.", ["Lavrov"]),
        ("NATO waited, and he thanked the alliance for waiting.", ["NATO", "the alliance"]),
        ("NATO waited. The Alliance for the Future of Kosovo left. The Alliance wanted a vote.", ["NATO"]),
        (
            "A Commons committee and a Home Office director met in June.",
            ["Commons", "Home Office"],
        ),
        ("The tanker British Cadet sailed; a tanker Britain sent arrived.", ["Britain"]),
        ("Nazarbayev University's club won. Afterwards Rutte spoke.", ["Rutte"]),
        ("NATO aircraft flew from Germany. Its crews slept.", ["NATO", "Its"]),
        ("NATO was accused. The alliance called the charge absurd.", ["NATO", "The alliance"]),
        ("Police have charged Boris Johnson, 44, a roofing contractor. Johnson denies it.", []),
        ("Tatarstan courts Kazakh investors. The republic offers them ten years without tax.", ["Kazakh"]),
        ("It was written in Kazakh and only later turned into German.", []),
        ("“Nato a Trieste nel 1931,” it read; she gave a mural to NATO.", ["NATO"]),
        ("Britain's envoy flew to Riyadh. The kingdom, he heard, would not raise its output.", ["Britain"]),
        ("Choose between Russian and English from the third year.", []),
        # A minister at the head of a sentence is that of the one country named, unless such ministers travel.
        (
            "Kazakhstan drills deeper. Energy Minister Almas Beisov told parliament so. Beisov gave no figure.",
            ["Kazakhstan", "Energy Minister Almas Beisov", "Beisov"],
        ),
        ("Kazakhstan and Uzbekistan drill. Energy Minister Almas Beisov told parliament so.", ["Kazakhstan"]),
        ("Kazakhstan waits. Foreign Minister Jana Wohl flew in.", ["Kazakhstan"]),
        # Another alliance named before keeps the description.
        ("SEATO was wound up. The alliance had lost its purpose, and NATO sent a wreath.", ["NATO"]),
        ("NATO outlived the Warsaw Pact. The alliance grew.", ["NATO", "The alliance"]),
        ("An Irish House of Lords committee met; a House of Lords committee did not.", ["House of Lords"]),
        ("Germany's Foreign Office summoned him. The Foreign Office kept silent.", []),
        ("If NATO fails, the Farmers Alliance said, the alliance will march.", ["NATO"]),
    ],
)
def test_what_belongs_to_others(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tugs refloated the Astana at high water.", []),
        ("Staff of the Moscow office met at the Astana summit.", ["Moscow", "Astana"]),
        ("The bakery at the corner of Moscow and Ibraimov streets will close.", []),
        ("They dismissed their UK, as the management firms are known for short. The UK took the money.", []),
        ("He answered in Russian, and an interpreter took it down.", []),
        ("Chairman U.K. Raghavan told the U.K. Treasury so.", ["U.K."]),
        ("Coach Tamika England called time.", []),
        ("Two tugs nudged the icebreaker Viktor Chernomyrdin off the quay.", []),
        ("John Major, the Haddington logician, lectured. Major split hairs.", []),
        ("Tell them that you are English and smile.", ["English"]),
        ("Passengers booked on UK 943 sat in the UK.", ["UK"]),
        ("They spend 2% on UK 2030 goals.", ["UK"]),
        ("Moscow, the 52-year-old ward councillor, smiled.", []),
        ("On board one for Kazakhstan, a 14-year-old won.", ["Kazakhstan"]),
        ("No school will offer Russian as a foreign language.", []),
        ("Kazak, the hound of space, has few lines.", []),
        ("Somebody in the Kremlin, as we ratepayers call the new offices, erred.", []),
        ("Our Home Is Russia lost.", []),
        ("All clerks pass a test in Kazakh, and teachers of it despair.", []),
        ("He has spoken nothing but Russian all his life.", []),
        ("The sign is English.", []),
        ("Shells killed two cows outside Kazakh, a district seat in Azerbaijan.", []),
        ("NATO, the lobby that speaks for theatre owners, met.", []),
        ("A retired English bus driver painted an English bus stop.", ["English"]),
    ],
)
def test_what_bears_the_name_and_is_not_meant(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Presidents Putin and Tokayev met.", ["Putin", "Tokayev"]),
        (
            "The British ambassador to Kazakhstan, Dame Ann Teal, left. Teal smiled.",
            ["British ambassador", "Kazakhstan", "Dame Ann Teal", "Teal"],
        ),
        (
            "Kazakhstan's ambassador in Riga was late. The ambassador smiled.",
            ["Kazakhstan", "ambassador", "ambassador"],
        ),
        (
            "The Russian ambassador and the British ambassador met. The ambassador smiled.",
            ["Russian ambassador", "British ambassador"],
        ),
        ("The three NATO secretaries general sang.", ["NATO secretaries general"]),
        (
            "Minister of Trade of the Republic of Kazakhstan Daniyar Omarov left.",
            ["Minister of Trade of the Republic of Kazakhstan Daniyar Omarov"],
        ),
        ("London put off a visit by its foreign secretary to Riga.", ["London", "foreign secretary"]),
        ("Kazakhstan's acting prime minister resigned.", ["Kazakhstan", "prime minister"]),
        ("The order, signed by Home Secretary Ann Teal, is Britain's first.", ["Home Secretary Ann Teal", "Britain"]),
        (
            "Warm words as Healey presses on. John Healey, the British defence secretary, left.",
            ["Healey", "John Healey", "British defence secretary"],
        ),
        (
            "Ann Teal, 58, the British ambassador to Riga, left. Teal smiled.",
            ["Ann Teal", "British ambassador", "Teal"],
        ),
        ("It was Ann Teal, Kazakhstan's finance minister, who left.", ["Ann Teal", "Kazakhstan", "finance minister"]),
        ("He met Ann Teal, the British ambassador and the mayor.", ["British ambassador"]),
        ("He met Bob Ray, Ann Teal, the British ambassador, and others.", ["British ambassador"]),
        ("For Ann Teal, the British ambassador was late.", ["British ambassador"]),
        ("The new ambassador of Kazakhstan, Ann Teal, left.", ["ambassador of Kazakhstan", "Ann Teal"]),
        ("NATO chief Ann Teal left. Teal smiled.", ["NATO chief Ann Teal", "Teal"]),
        ("Minister Tamm, did you ask your British counterpart?", ["British counterpart"]),
        ("The baker asked her British counterpart.", ["British"]),
        ("Blair and Truss came late.", ["Blair", "Truss"]),
        ("Blair came late.", []),
        ("NATO Deputy Secretary General Ann Teal left.", ["NATO"]),
        ("Yeltsin dismissed the head of state television.", ["Yeltsin"]),
        (
            "British Foreign Secretary Owen Tarrant left. Tarrant smiled.",
            ["British Foreign Secretary Owen Tarrant", "Tarrant"],
        ),
        (
            "British Home Secretary Ruth Lancaster left. They met in Lancaster.",
            ["British Home Secretary Ruth Lancaster"],
        ),
        ("Putin sent his foreign minister to Riga.", ["Putin", "foreign minister"]),
        ("Putin met Macron and his foreign minister.", ["Putin"]),
        ("Kazakh Water Minister Ann Teal left.", ["Kazakh Water Minister Ann Teal"]),
    ],
)
def test_offices_and_whoever_holds_them(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NATO has a choir. The organisation pays for it.", ["NATO", "The organisation"]),
        (
            "Kazakhstan's exports rose as mills in Uzbekistan and Iran ran dry. The country smiled.",
            ["Kazakhstan", "The country"],
        ),
        ("CONSTANTA - NATO began to unload armour. Its tanks leave by night.", ["NATO", "Its"]),
        ("NATO moved its dinner indoors as it rained over Vilnius. Its cooks wept.", ["NATO", "Its"]),
        ("They met in Kazakhstan, whose energy minister smiled.", ["Kazakhstan", "energy minister"]),
        ("As if one were not enough, Kazakhstan pays for a third. Its clerks smile.", ["Kazakhstan", "Its"]),
        ("ATYRAU, April 8 - Kazakhstan cut its output. Its exports grew.", ["Kazakhstan", "Its"]),
        ("Kazakhstan has flour. Dushanbe needs it: the former Soviet republic is dry.", ["Kazakhstan"]),
        (
            "At Akorda, where Russian weather is read, the energy minister smiled.",
            ["Akorda", "Russian", "energy minister"],
        ),
        ("The British sold a flat to move to the country and keep a sheepdog.", ["British"]),
        ("Fifteen British chefs have entered, and the kingdom has promised a hall in Jeddah.", ["British"]),
        ("NATO will not name a date. The 32-nation alliance waits.", ["NATO", "The 32-nation alliance"]),
        ("Eleven alliance governments paid NATO.", ["alliance", "NATO"]),
    ],
)
def test_what_descriptions_refer_to(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        # somebody's name
        "Fern Britain bakes; Mr London paints; Nurse Moscow and Vasily Kazak dance.",
        "Grandmother Nato kept bees; Nato's wedding was in May. Nato sang.",
        "“Nato was tired,” said the coach of Nato Beridze.",
        "Truss of Leeds, Rutte & Sons and the plumber Gordon Brown",
        # a thing's
        "A noodle shop called Downing Street, a boy named Moscow, her cat Putin, a bulldog named Churchill",
        "The trawler Kazakhstan was towed past the Pride of Britain.",
        "The song “Moscow Nights” and the film “British Intelligence”",
        "the Moscow Arms, the Old Russia Tavern, the Royal Navy Tavern, the NATO nightclub, the Kremlin karaoke bar",
        "the Primakov Readings, the Boris Yeltsin Presidential Library, a Churchill tank, Attlee Way",
        "Deloitte UK, Hotel Russia, Radio Russia and Great British Buttons Ltd",
        "The Kremlin, a pub in Bermondsey, has closed.",
        # a club's
        "Astana ride to second as rain falls on Umbria.",
        "Kairat beat Astana on penalties after a late equaliser.",
        # places'
        "The Barkol Kazakh Autonomous County; Kazakh, a town in Azerbaijan; Russia, Ohio",
        # others' acronyms
        "The National Association of Tyre Outlets (NATO) and its chief met; NATO sells tyres.",
        "NATO, no action, talk only, was her verdict.",
        "Luca è nato a Bari.",
        "For our caretaker NATO stands for “now attend to others”, and NATO is what he does.",
        "She was given urokinase (UK) twice.",
        "NATO, the bus drivers' charity, has moved.",
        # somebody's, with a trade
        "Nato, a weaver from Gori, sells rugs.",
        "Putin, a one-eyed whippet, has found a home.",
        # somebody's who plays or dances
        "Medvedev broke a racket in the tie-break; Zakharova's Giselle was all air.",
        # written as no state is
        "We ranked the tasks by MoSCoW.",
        # languages
        "Her Russian is poor, and it comes from the Russian for “snow”.",
        "It is in two languages, English and Russian. Kazakh is hard.",
        "The manual comes in Russian, Kazakh and Uzbek.",
    ],
)
def test_names_of_others(text: str) -> None:
    assert spans(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In Russia today few sing; Russia house prices fell.", ["Russia", "Russia"]),
        ("British steel, British gas and British rail fares", ["British", "British", "British"]),
        ("London, Washington and Paris agree; Russia, Canada and Norway do not.", ["London", "Russia"]),
        ("Moscow Says Talks Are Over", ["Moscow"]),
        ("Russian Ballet Dancers Defect", ["Russian"]),
        ("The Russian Energy Ministry and the Kazakh Energy Minister", ["Russian", "Kazakh Energy Minister"]),
        ("A rival from Astana took best in show.", ["Astana"]),
        ("Relations with Astana are good.", ["Astana"]),
        ("Will Russia bar them?", ["Russia"]),
        ("The note named Russia as the culprit and called Britain a vassal.", ["Russia", "Britain"]),
        ("Under Catherine Russia grew.", ["Russia"]),
        ("The Putin-Starmer call", ["Putin", "Starmer"]),
        ("the North Atlantic Treaty Organization (NATO)", ["North Atlantic Treaty Organization", "NATO"]),
        ("The English go to bed early; she was wholly English.", ["English", "English"]),
        ("Healey: UK to send sappers", ["Healey", "UK"]),
        ("Russia recalled its ambassador. Its embassy shut.", ["Russia", "ambassador", "Its"]),
        ("Britain's then foreign secretary left.", ["Britain", "foreign secretary"]),
        ("Russian Deputy Foreign Minister Sergei Ryabkov left.", ["Russian"]),
        (
            "Schoigu, Wladimir Putin and Nasarbajew; Angleterre",
            ["Schoigu", "Wladimir Putin", "Nasarbajew", "Angleterre"],
        ),
        ("For thirty years NATO has met. Its cooks know.", ["NATO", "Its"]),
        ("The country that forgot how to sing: Britain in its choirs", ["The country", "Britain"]),
        ("The alliance of bakers met NATO before the alliance rose.", ["NATO"]),
        ("Kazakhstan sends melons to Tatarstan. The republic likes them.", ["Kazakhstan"]),
        (
            "NATO stands for peace; NATO stands for North Atlantic Treaty Organization.",
            ["NATO"] * 2 + ["North Atlantic Treaty Organization"],
        ),
        ("The UK, a union of four nations, and NATO, the military alliance", ["UK", "NATO", "the military alliance"]),
        ("In Russia, Kazakh and Uzbek drivers went home; RUSSIA and russia", ["Russia", "Kazakh", "RUSSIA", "russia"]),
        ("Westminster Tories met; Nato, a club of thirty-two, did not.", ["Westminster", "Nato"]),
        ("The kingdom borrows again. Britain has done so since May.", ["The kingdom", "Britain"]),
        ("The country is at peace.\n\nBritain is not.", ["Britain"]),
        ("The country is at peace. Britain and France are not.", ["Britain"]),
        ("In the UK, a charity that helps, and in Russia, a distillery in Omsk, closed.", ["UK", "Russia"]),
        ("Moscow rules out a truce; Trump will visit Britain; exiles miss Russia.", ["Moscow", "Britain", "Russia"]),
        ("NATO, not able to offer it, paused; Nato, a key player, did not.", ["NATO", "Nato"]),
        ("Relief to Russian, Kazakh, and Chinese firms; a Kazakh Baptist", ["Russian", "Kazakh", "Kazakh"]),
        ("Lavrov held marathon talks; Starmer laid a wreath at Dunkirk.", ["Lavrov", "Starmer"]),
        ("In the country all is well. A British tourist left.", ["British"]),
        ("Rutte, a former Dutch prime minister, leads.", ["Rutte"]),
        ("British Energy Secretary Ed Miliband left British Energy.", ["British Energy Secretary Ed Miliband"]),
        (
            "Courses are in Kazakh opening in May. Who likes the republic? In Kazakhstan many do.",
            ["the republic", "Kazakhstan"],
        ),
        (
            "The Kazakh economy minister and the Russian culture minister",
            ["Kazakh economy minister", "Russian culture minister"],
        ),
        ("Vaccine uptake (UK) rose.", ["UK"]),
        ("Medvedev, the former president, broke a racket.", ["Medvedev", "former president"]),
    ],
)
def test_what_stands_near_to_names_of_others(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("actors", "text", "expected"),
    [
        (
            ["France", "Jens Stoltenberg"],
            "NATO Secretary General Jens Stoltenberg said so. Stoltenberg left.",
            [("Jens Stoltenberg", "Jens Stoltenberg"), ("Stoltenberg", "Jens Stoltenberg")],
        ),
        (
            ["Russia", "Vladimir Putin"],
            "Russian President Vladimir Putin spoke.",
            [("Russian President", "Russia"), ("Vladimir Putin", "Vladimir Putin")],
        ),
        (
            ["Netherlands", "NATO"],
            "Dutch Prime Minister Mark Rutte spoke.",
            [("Dutch Prime Minister Mark Rutte", "Netherlands")],
        ),
    ],
)
def test_a_person_who_is_an_actor_stays_apart_from_the_office(
    actors: list[str], text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(surface, actor) for surface, actor, _ in find(text, only(actors))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The England under-21 team left.", []),
        ("England under-19s lost.", []),
        ("The England fly-half left.", []),
        ("England under-funded its courts.", ["England"]),
        ("Downing Street residents' association met.", []),
        ("Westminster lost and Downing Street residents voted.", ["Westminster", "Downing Street"]),
        ("A start-up called Moscow failed.", []),
        ("Our start-up is called Moscow.", []),
        ("The commission it set up called Moscow's claims false.", ["Moscow"]),
        ("His black-cat called Russia slept.", []),
        ("Shares in Rolls-Royce UK fell.", []),
        ("Philip Morris Kazakhstan left.", []),
        ("Boris Johnson left. The film-maker Johnson stayed.", ["Boris Johnson"]),
        ("Boris Johnson left. The deal-maker Johnson stayed.", ["Boris Johnson", "Johnson"]),
    ],
)
def test_words_of_several_parts_beside_an_alias(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The justice secretary told MPs a court would sit.", ["justice secretary"]),
        ("Britain waits. The justice secretary said no.", ["Britain", "justice secretary"]),
        ("Inmates rioted in two prison camps, the justice secretary said.", []),
        ("The justice secretary said the court would hear the bill.", []),
        ("Manila waits. The justice secretary said the court in Manila would hear MPs.", []),
        ("Scottish ministers met. The UK objected. The justice secretary told Holyrood no.", ["UK"]),
        ("The steppe republic sells uranium, Kazakhstan said.", ["The steppe republic", "Kazakhstan"]),
    ],
)
def test_descriptions_that_need_no_name_before_them(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russia bought a ship. Its engine failed.", ["Russia"]),
        ("Russia bought a ship. Its generals smiled.", ["Russia", "Its"]),
        ("Britain won the cup. Its captain wept.", ["Britain", "Its"]),
        ("The parties formed an alliance. The alliance failed. NATO watched.", ["NATO"]),
    ],
)
def test_things_that_an_anaphor_may_mean(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


def test_an_acronym_behind_the_article_in_capitals() -> None:
    assert spans("THE US SAID THEY WOULD LEAVE US ALONE.", only(["US"])) == ["US"]


def test_a_chief_of_something_is_no_leader() -> None:
    assert spans("The EU's chief diplomat left. The EU's chief left.", only(["EU"])) == ["EU", "EU", "chief"]


def test_a_surname_that_somebody_else_bears_first() -> None:
    assert spans("The lawyer spoke for Anna Zakharova. Zakharova wept.") == []
    assert spans("Maria Zakharova met Anna Zakharova. Zakharova wept.") == ["Maria Zakharova", "Zakharova"]


def test_an_initial_between_names() -> None:
    text = "Dmitry A. Medvedev met Christopher G. Cavoli and Ann B. Putin"
    mentions = FOUR.find(text, [Sentence(0, 0, len(text), 0)])
    assert [text[m.start : m.end] for m in mentions] == ["Dmitry A. Medvedev", "Christopher G. Cavoli"]


def test_an_actor_that_is_not_measured_takes_its_own() -> None:
    guinea = only(["Guinea"])
    assert spans("Guinea, Papua New Guinea, Equatorial Guinea and a guinea pig", guinea) == ["Guinea"]
    assert spans("Sudan and South Sudan", only(["Sudan"])) == ["Sudan"]


def test_switches() -> None:
    text = "Britain and London agree. The kingdom is calm."
    assert spans(text) == ["Britain", "London", "The kingdom"]
    assert spans(text, Finder(resolve(None), metonyms=False)) == ["Britain", "The kingdom"]
    assert spans(text, Finder(resolve(None), anaphors=False)) == ["Britain", "London"]


# --- any actor


@pytest.mark.parametrize("actor_id", list(load_catalogue()))
def test_every_actor_of_the_catalogue_is_found_by_its_name(actor_id: str) -> None:
    actor = load_catalogue()[actor_id]
    text = f"Today {actor.name} replied."
    assert [m.actor for m in Finder([actor]).find(text, [Sentence(0, 0, len(text), 0)])] == [actor_id]


@pytest.mark.parametrize(
    ("text", "actor", "found"),
    [
        ("Sofia said that Bulgaria would pay.", "Bulgaria", ["Sofia", "Bulgaria"]),
        ("Sofia Coppola likes Bulgaria. Sofia, her niece, is in Milan.", "Bulgaria", ["Bulgaria", "Sofia"]),
        ("Sofia came late to the wedding.", "Bulgaria", []),
        ("Wellington told New Zealand's exporters to wait.", "New Zealand", ["Wellington", "New Zealand"]),
        ("Wellington won at Waterloo.", "New Zealand", []),
        ("New Zealand sent Wellington boots.", "New Zealand", ["New Zealand"]),
        ("Belgian police shut a tunnel in Brussels.", "Belgium", ["Belgian", "Brussels"]),
        ("Brussels fined the company.", "Belgium", []),
        ("Belgian farmers told the European Commission that Brussels lied.", "Belgium", ["Belgian"]),
        ("Congolese miners went home.", "DR Congo", ["Congolese"]),
        ("Congolese miners went home.", "Congo-Brazzaville", []),
        ("In Brazzaville, Congolese voters re-elected Sassou.", "Congo-Brazzaville", ["Brazzaville", "Congolese"]),
        ("In Brazzaville, Congolese voters re-elected Sassou.", "DR Congo", []),
        ("Dominican voters in Roseau waited.", "Dominica", ["Dominican", "Roseau"]),
        ("Dominican voters waited.", "Dominica", []),
        ("Dominican voters waited.", "Dominican Republic", ["Dominican"]),
    ],
)
def test_a_name_of_several_places_goes_by_what_stands_near(text: str, actor: str, found: list[str]) -> None:
    assert spans(text, only([actor])) == found


def test_other_actors() -> None:
    finder = only(["France", "EU", "Jens Stoltenberg", "US", "Georgia", "the West"])
    text = "Paris and Brussels told us that the US and Stoltenberg left Tbilisi; the West Bank is not the West."
    assert [(surface, actor) for surface, actor, _ in find(text, finder)] == [
        ("Paris", "France"),
        ("Brussels", "EU"),
        ("US", "US"),
        ("Stoltenberg", "Jens Stoltenberg"),
        ("Tbilisi", "Georgia"),
        ("West", "West"),
    ]
    assert spans("Georgia counts votes again as Atlanta suburbs swing. TELL US NOW, THEY SAID", finder) == []


def test_an_actor_of_ones_own() -> None:
    finder = Finder([Actor("Firm", aliases=["British Airways", Alias("BA", "name", "exact"), "Élan"])])
    assert spans("British Airways (BA) and Elan, Ba and ba", finder) == ["British Airways", "BA", "Elan"]


@pytest.mark.parametrize("kind", ["name", "metonym", "paraphrase"])
def test_an_alias_that_counts_only_after_another(kind: MentionKind) -> None:
    finder = Finder([Actor("Firm", aliases=["Acme Widgets", Alias("the firm", kind, "any", after="Acme Widgets")])])
    assert spans("The firm fell. Acme Widgets rose, said the firm.", finder) == ["Acme Widgets", "the firm"]


def test_scripts_without_spaces() -> None:
    assert spans("今天英国说", Finder([Actor("UK2", "英国")])) == ["英国"]


def test_cyrillic_substrings() -> None:
    assert spans("Сенатор о НАТО: натовские сенаторы, Натальей") == ["НАТО", "натовские"]


# --- properties

TWO = Finder(resolve(["UK", "NATO"]), anaphors=False)
PIECES = st.sampled_from(
    [
        "Britain", "the UK", "U.K.", "NATO", "Russian", "London", ", Ontario", "the republic", "The alliance", "Its ",
        "Kazakh", "president", "Putin", "Tokayev", "Boris Johnson", "Johnson", " ", "  ", "\n\n", ". ", "\r\n", "’s",
        "-", "\u00a0", "\u0301", "\u00ad", "\u200b", "“", "”", "Росси", "я", "НАТО", "😀", "İ", "ß", "www.", "@",
        "https://", "in ", "and ", "\ud800", "France", "the country", "speaks ", "a",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.booleans())
def test_mentions_lie_in_their_sentences_in_order_and_are_the_same_each_time(text: str, anaphors: bool) -> None:
    finder = FOUR if anaphors else TWO
    sentences = split(text)
    mentions = finder.find(text, sentences)
    assert mentions == finder.find(text, sentences)
    end = 0
    for mention in mentions:
        sentence = sentences[mention.sentence]
        assert sentence.start <= mention.start < mention.end <= sentence.end
        assert mention.start >= end
        assert not text[mention.start].isspace() and not text[mention.end - 1].isspace()
        assert anaphors or mention.kind != "anaphor"
        end = mention.end


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    sentences = [Sentence(0, 0, len(text), 0)] if text else []
    for mention in FOUR.find(text, sentences):
        assert 0 <= mention.start < mention.end <= len(text)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(MENTIONS), st.text(alphabet=" .\n", max_size=5))
def test_what_stands_before_does_not_matter(case: tuple[str, list[str]], before: str) -> None:
    text, expected = case
    assert spans(before + text) == expected


@given(st.lists(st.text("ab \ud800é", min_size=1, max_size=3), max_size=12), st.text("ab \ud800é", max_size=30))
def test_any_of_some_strings_is_found_as_one_after_the_other(words: list[str], text: str) -> None:
    words = [word for word in words if "\ud800" not in word]
    assert AnyOf(words).occur_in(text) == any(word in text for word in words)
    assert (AnyOf(words[:3]) | AnyOf(words[3:])).occur_in(text) == AnyOf(words).occur_in(text)
    assert bool(AnyOf(words)) == bool(words)


HASHED = """
from biasscore.actors import resolve
from biasscore.mentions import Finder
from biasscore.segment import split_sentences
text = "The mine is in Kazakhstan. Paris was glad, and indeed the Central Asian republic sells it fuel. NATO met."
print([text[m.start:m.end] for m in Finder(resolve(None)).find(text, split_sentences(text))])
"""


def test_what_is_found_does_not_hang_on_the_hash_seed() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", HASHED],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "0123"
    }
    assert found == {"['Kazakhstan', 'the Central Asian republic', 'NATO']\n"}


def test_nothing_in_nothing() -> None:
    assert FOUR.find("", []) == []


@pytest.mark.parametrize(
    "piece",
    [
        ".", " ", "A. ", '"', "UK ", "UK-", "London, ", "in Russian and ", "Russia the country ", "Its NATO. ",
        "Britain fears Russia and the country ", "Britain met Iran and the country left. ",
        "Britain's ambassador; ",
        "a\u0301", "www.uk.", "@uk", "May ",
    ],
)  # fmt: skip
def test_a_million_pathological_characters_are_read_to_the_end(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    sentences = [Sentence(0, 0, len(text), 0)]
    found = FOUR.find(text, sentences)  # what it costs is measured in benchmarks, not here
    assert all(0 <= mention.start < mention.end <= len(text) for mention in found)


# --- other countries


#: Sentences with a homonym of an actor and with the actor itself, and what is found of it.
OTHERS: dict[str, list[tuple[str, list[str]]]] = {
    "Niger": [
        ("The Niger River burst its banks.", []),
        ("Oil theft in the Niger Delta cost Shell millions.", []),
        ("Gunmen attacked a school in Niger State, Nigeria.", []),
        ("Niger expelled the French ambassador.", ["Niger"]),
        ("Soldiers seized power in Niger, and ECOWAS met.", ["Niger"]),
        ("Nigerien troops in Niger killed 20.", ["Nigerien", "Niger"]),
        ("The Niger basin is drying.", []),
    ],
    "Guinea": [
        ("A quake shook New Guinea on Sunday.", []),
        ("Guinea pigs are popular pets.", []),
        ("Pirates struck in the Gulf of Guinea.", []),
        ("Guinea reopened its border with Mali.", ["Guinea"]),
    ],
    "Poland": [
        ("He walked to the North Pole and the South Pole.", []),
        ("Verstappen took Pole position in Spa.", []),
        ("The Pole vault final is on Sunday.", []),
        ("Polish your shoes before the interview.", []),
        ("Poles voted on Sunday.", ["Poles"]),
        ("A Pole won the vote, and Polish farmers cheered.", ["Pole", "Polish"]),
        ("Poland, New York, has one shop.", []),
        ("The North Pole is far from Poland.", ["Poland"]),
        ("A Polish cabinet minister resigned.", ["Polish"]),
        ("Every Pole remembers it. The Pole, 40, leads the EU council.", ["Pole", "Pole"]),
        ("The Pole Robert Kubica won the Grand Prix of Canada.", ["Pole"]),
        ("The Pole came through qualifying in Melbourne.", ["Pole"]),
        ("President Duda visited Ukraine.", ["President Duda"]),
        ("Poland's President Duda visited Ukraine.", ["Poland", "President Duda"]),
    ],
    "Finland": [
        ("Huckleberry Finn sailed down the river.", []),
        ("Finn Wolfhard stars in it.", []),
        ("A Finn was elected to lead the agency; most Finns agreed.", ["Finn", "Finns"]),
        ("Finnish and Swedish ships left Helsinki; a Finn was held.", ["Finnish", "Helsinki", "Finn"]),
    ],
    "Sweden": [
        ("She had Stockholm syndrome.", []),
        ("Stockholm said Sweden would join.", ["Stockholm", "Sweden"]),
        ("Sweden Democrats won; Sweden shifted.", ["Sweden"]),
    ],
    "India": [
        ("Delhi police and the Delhi High Court disagree.", []),
        ("Delhi told its envoy to wait.", ["Delhi"]),
        ("Delhi said that police would come.", ["Delhi"]),
        ("The Cleveland Indians lost again.", []),
        ("American Indians sued the state over water.", []),
        ("West Indians settled in Brixton.", []),
        ("The East India Company ruled by the sword.", []),
        ("It was an Indian summer.", []),
        ("The ship crossed the Indian Ocean.", []),
        ("Indians vote in May.", ["Indians"]),
        ("Air India cancelled flights to New Delhi.", ["New Delhi"]),
        ("India Today reported the poll.", []),
        ("India Inc cheered as India grew.", ["India"]),
        ("West Indies beat India by ten runs.", ["India"]),
        ("India beat Pakistan in Dubai.", ["India"]),
        ("India's Mumbai was attacked.", ["India"]),
        ("India's motherland cult grows.", ["India"]),
        ("India's mothers and India's parents are angry.", ["India", "India"]),
        ("India laughed at the tariffs.", ["India"]),
        ("India's wife called the police.", []),
        ("The Indian army bought six Apache helicopters.", ["Indian"]),
        ("An Indian court upheld the reservation of jobs.", ["Indian"]),
        ("An Indian student in Cleveland was found dead.", ["Indian"]),
        ("Indian tribes in Assam and Indian casinos in Goa sued.", ["Indian", "Indian"]),
        ("The Indian reservation lies in Oregon. The Indian tribe and the Navajo agreed.", []),
    ],
    "Jordan": [
        ("Pilgrims bathed in the Jordan River and the River Jordan.", []),
        ("Settlers in the Jordan Valley protested.", []),
        ("Jim Jordan led the committee.", []),
        ("Michael Jordan retired. Jordan had won six titles.", []),
        ("Jordan Peterson spoke.", []),
        ("Jordan Spieth birdied the last.", []),
        ("Jordan intercepted drones over Amman.", ["Jordan", "Amman"]),
        ("King Abdullah of Jordan and his wife flew to Paris.", ["Jordan"]),
        ("Jordan, 34, was arrested in Leeds.", []),
        ("Jordan's foreign minister flew to Cairo.", ["Jordan", "foreign minister"]),
        ("The US killed drones over Jordan, Texas troops said.", ["Jordan"]),
        ("Jordan, New York and Cairo hosted talks.", ["Jordan"]),
        ("Jordan beat Qatar in the basketball final.", ["Jordan"]),
        ("Nike opened a shop in Jordan.", ["Jordan"]),
        ("The new Jordan king spoke.", ["Jordan king"]),
        ("Jordan told the court that the ICJ must act.", ["Jordan"]),
        ("Jordan told the court he was asleep.", []),
    ],
    "Georgia": [
        ("Trump lost Georgia and Arizona.", []),
        ("Ukraine and Georgia want to join NATO.", ["Georgia"]),
        ("Georgia, Moldova and Ukraine applied.", ["Georgia"]),
        ("A Georgia jury awarded millions.", []),
        ("Georgia police arrested a man in Macon.", []),
        ("The senator from Georgia spoke.", []),
        ("Marjorie Taylor Greene of Georgia resigned.", []),
        ("Stacey Abrams ran in Georgia.", []),
        ("Georgia beat Florida 24-20.", []),
        ("She studied at Georgia Tech.", []),
        ("Georgia O'Keeffe painted flowers.", []),
        ("Georgia's president vetoed the foreign agents law.", ["Georgia", "president"]),
        ("Senators from Alabama urged sanctions on Georgia over the vote in Tbilisi.", ["Georgia", "Tbilisi"]),
        ("Georgia and Armenia opened a border crossing.", ["Georgia"]),
        ("Georgian Dream won; Georgians protested.", ["Georgians"]),
        ("Georgia signed the treaty with the European Union.", ["Georgia"]),
        ("Protesters in Georgia want new elections, and police used water cannon.", ["Georgia"]),
        ("The Republican governor of Georgia, Brian Kemp, said no.", []),
        ("Georgia lost to Wales in the rugby.", ["Georgia"]),
        ("Russian troops stay in Georgia.", ["Georgia"]),
        ("He was born in Savannah, Georgia.", []),
        ("He visited Athens, Georgia and Armenia.", ["Georgia"]),
        ("US Republican senators urged sanctions against Georgia.", ["Georgia"]),
        ("A Republican lawmaker said Georgia must hold new elections.", ["Georgia"]),
        ("The EU suspended aid to Georgia after the democrats lost.", ["Georgia"]),
        ("Georgia sent troops to Iraq. Democrats in Washington praised it.", ["Georgia"]),
        ("Georgia arrested a Texas man at the airport.", ["Georgia"]),
        ("Putin invaded Georgia in 2008. The Republican candidate protested.", ["Georgia"]),
        ("Georgia woman wins beauty contest in Batumi.", ["Georgia"]),
        ("Georgia football chiefs met UEFA.", ["Georgia"]),
        ("Georgia football coach Kirby Smart won.", []),
        ("A Georgia woman sued the clinic.", []),
        ("The state of Georgia's democracy worries Brussels.", ["Georgia"]),
        ("Voters in the state of Georgia chose.", []),
        ("Arizona, Georgia and Nevada chose.", []),
        ("Joe Biden won Georgia by 12,000 votes.", []),
        ("Georgia beat Portugal 2-0, and Georgia police cheered.", ["Georgia", "Georgia"]),
    ],
    "Turkey": [
        ("Turkey prices rose before Thanksgiving.", []),
        ("Turkey farms in Norfolk were culled.", []),
        ("Turkey raised rates to 50 percent.", ["Turkey"]),
        ("Ankara said Turkey would veto it.", ["Ankara", "Turkey"]),
        ("Erdogan called. A Turk won.", ["Erdogan", "Turk"]),
        ("Turkey farmers lost birds to flu in Norfolk.", ["Turkey"]),
        ("Cold turkey and roast Turkey with cranberries.", []),
        ("A quake hit Turkey and Syria.", ["Turkey"]),
        ("Under the impact of Ankara's decree, prices rose.", ["Ankara"]),
        ("Talks in Cairo, Georgia and Turkey failed.", ["Turkey"]),
        ("Turkey bans poultry imports from Brazil.", ["Turkey"]),
        ("Turkey day of mourning after quake.", ["Turkey"]),
        ("Turkey day parade in New York.", []),
        ("Turkey farm exports rose.", ["Turkey"]),
        ("Bird flu hit Turkey's poultry farms.", ["Turkey"]),
        ("Greece and Turkey clashed on Thanksgiving.", ["Turkey"]),
        ("Turkey prices rose sharply, Ankara's central bank said.", ["Turkey", "Ankara"]),
        ("Why did Turkey shoot down the jet?", ["Turkey"]),
    ],
    "Chad": [
        ("Chad, 34, was arrested on Friday.", []),
        ("Chad told the court he was asleep.", []),
        ("Chad Le Clos won gold.", []),
        ("Chad Smith plays drums.", []),
        ("Chad told France to leave.", ["Chad"]),
        ("Refugees from Sudan crossed into Chad.", ["Chad"]),
        ("Fishermen on Lake Chad fled.", []),
        ("Chad's junta leader Mahamat Idriss Déby won the vote.", ["Chad", "leader Mahamat Idriss Déby"]),
        ("Troops from Chad and Niger fought Boko Haram near Lake Chad.", ["Chad"]),
        ("Chad and his girlfriend split up.", []),
    ],
    "Cuba": [
        ("Cuba Gooding Jr. appeared in court.", []),
        ("Cuba freed 553 prisoners.", ["Cuba"]),
        ("Cuban heels are back.", []),
        ("Cubans in Florida cheered as Cuba lost power.", ["Cubans", "Cuba"]),
    ],
    "Kenya": [
        ("Kenya Moore left the show.", []),
        ("Kenya sent police to Haiti.", ["Kenya"]),
        ("Kenya's William Ruto met Kenyan police.", ["Kenya", "William Ruto", "Kenyan"]),
        ("Kenya's parents are protesting over school fees.", ["Kenya"]),
    ],
    "Israel": [
        ("Israel Folau was sacked.", []),
        ("Israel struck Beirut on Friday.", ["Israel"]),
        ("Israel Police and the Israel Defense Forces said so.", ["Israel", "Israel"]),
        ("Israel Hayom reported it.", []),
        ("Israel told the court in The Hague that it obeys.", ["Israel"]),
        ("Prime minister Netanyahu said Israel would win.", ["Prime minister Netanyahu", "Israel"]),
        ("Israel told the hearing that South Africa had distorted the facts.", ["Israel"]),
        ("Israel shrugged off the warning.", ["Israel"]),
        ("President Herzog met Trump.", ["President Herzog"]),
    ],
    "Jamaica": [
        ("A man was shot in Jamaica, Queens.", []),
        ("Jamaica braced for the hurricane.", ["Jamaica"]),
        ("Kingston said Jamaica would pay. Mo Farah beat Jamaica's Bolt.", ["Kingston", "Jamaica", "Jamaica"]),
    ],
    "Palestine": [
        ("A train derailed in East Palestine, Ohio.", []),
        ("Spain recognised Palestine.", ["Palestine"]),
        ("The Palestinian National Authority paid.", ["Palestinian National Authority"]),
        ("East Jerusalem is in Palestine, Abbas said.", ["Palestine"]),
        ("Israel tried to derail the recognition of Palestine.", ["Palestine"]),
        ("A new Palestine will rise.", ["Palestine"]),
        ("The train derailment shook Palestine.", []),
        ("President Abbas rejected it.", ["President Abbas"]),
        ("Russia held referendums in the occupied territories of Ukraine.", []),
    ],
    "Cyprus": [
        ("Cypress Hill and Cyprus Hill differ.", []),
        ("Cyprus offered help.", ["Cyprus"]),
    ],
    "France": [
        ("Paris signed the Paris climate accord.", ["Paris"]),
        ("The Paris Climate Agreement is old.", []),
        ("Paris talks on climate failed.", ["Paris"]),
        ("It is made of Plaster of Paris.", []),
        ("Alcaraz won the French Open.", []),
        ("She ate French fries by the French window.", []),
        ("Paris Hilton sang; Paris Saint-Germain won.", []),
        ("The Paris Agreement and the Treaty of Paris differ.", []),
        ("Dawn French laughed.", []),
        ("Paris and Berlin agreed.", ["Paris"]),
        ("French troops left, and Frenchwomen marched in Paris.", ["French", "Frenchwomen", "Paris"]),
        ("A farmer in Paris, Texas, sued.", []),
        ("Paris-based banks cut jobs.", ["Paris"]),
        ("Mr Cruz's French mother sang.", ["French"]),
        ("Prime Minister Michel Barnier resigned. Barnier lost a vote.", ["Prime Minister Michel Barnier", "Barnier"]),
        ("The French president met Italy's leader in Rome.", ["French president"]),
        ("Marseille is in France, Texas is not.", ["France"]),
        ("The French leave Niger, and a Frenchman took French leave.", ["French", "Frenchman"]),
        ("Manuel Valls rose. Valls fell.", ["Manuel Valls", "Valls"]),
        ("Valls scored.", []),
    ],
    "Panama": [
        ("The Panama Papers named him.", []),
        ("Panama City Beach is in Florida.", []),
        ("Panama and Washington signed a deal.", ["Panama"]),
        ("Trump wants the Panama Canal.", []),
        ("Panama's president hit back at Trump.", ["Panama", "president"]),
    ],
    "Singapore": [
        ("He ordered a Singapore sling.", []),
        ("Singapore raised its forecast.", ["Singapore"]),
    ],
    "Switzerland": [
        ("The Bern Convention protects wolves.", []),
        ("Swiss cheese and a Swiss army knife.", []),
        ("Bern said Swiss banks would comply.", ["Bern", "Swiss"]),
        ("Swiss voters and Bern rejected the plan.", ["Swiss", "Bern"]),
    ],
    "EU": [
        ("Police searched flats after the Brussels attacks.", []),
        ("They remembered the dead of the bombings in Brussels.", []),
        ("The EU agreed. Brussels attacks on the budget hurt.", ["EU", "Brussels"]),
        ("Warsaw resents the attacks of Brussels on its judges.", ["Brussels"]),
        ("Paris and Brussels agreed on a quota.", ["Brussels"]),
        ("Brussels sprouts are cheap.", []),
        ("Brussels fined Apple under EU law.", ["Brussels", "EU"]),
        ("EU envoys met in Brussels, the mayor of Brussels said.", ["EU", "Brussels"]),
        ("El presidente de EU habló.", []),
        ("Barnier rejected the UK's Brexit plan.", ["Barnier"]),
    ],
    "Austria": [
        ("The Vienna Convention applies.", []),
        ("Vienna expelled two diplomats; Austrian police agreed.", ["Vienna", "Austrian"]),
        ("Vienna, Virginia, is a town.", []),
        (
            "Vienna hosts the talks, and Austrian chancellor Christian Stocker spoke.",
            ["Vienna", "Austrian chancellor Christian Stocker"],
        ),
    ],
    "Norway": [
        ("The Oslo Accords failed.", []),
        ("Oslo said Norwegian gas would flow.", ["Oslo", "Norwegian"]),
    ],
    "Spain": [
        ("Real Madrid beat Atlético Madrid.", []),
        ("Spanish flu killed millions.", []),
        ("Madrid and the Spanish king agreed.", ["Madrid", "Spanish king"]),
        ("Madrid Open winner Alcaraz flew home to Spain.", ["Spain"]),
    ],
    "China": [
        ("Bank of China lent to China.", ["China"]),
        ("The China Seas and the China syndrome.", []),
        ("The South China Morning Post said so.", []),
        ("Chinese whispers spread at Chinese New Year.", []),
        ("China, Maine, is small.", []),
        ("China told Chinese firms to stop.", ["China", "Chinese"]),
        ("China Evergrande fell; China fined it.", ["China"]),
        ("The West Philippine Sea is the South China Sea, China says.", ["China"]),
        ("The tariffs hurt China, Texas farmers said.", ["China"]),
        ("China, Texas and California compete.", ["China"]),
        ("China cabinet approves a stimulus.", ["China"]),
        ("Chinese democracy activists fled.", ["Chinese"]),
    ],
    "Japan": [
        ("Tokyo Electric Power owes money.", []),
        ("The Japan Times said so.", []),
        ("Japan and Tokyo's allies agreed.", ["Japan", "Tokyo"]),
        ("Japan Airlines cut flights to Japan.", ["Japan"]),
    ],
    "Germany": [
        ("Germany feared the Alternative for Germany.", ["Germany"]),
        ("German measles and a German shepherd.", []),
        ("The Berlin Wall fell. Hertha Berlin lost.", []),
        ("German exports fell, Berlin said.", ["German", "Berlin"]),
        (
            "Germany's Friedrich Merz, the German chancellor, left Berlin on Monday.",
            ["Germany", "Friedrich Merz", "German chancellor", "Berlin"],
        ),
        ("Berlin Mayor Kai Wegner spoke.", []),
        ("Isaiah Berlin wrote it. Berlin was a liberal.", []),
        ("The impact of Berlin sanctions was small.", ["Berlin"]),
        ("The Pact of Berlin was signed.", []),
        ("In Berlin, Maryland governor Wes Moore met Merz.", ["Berlin", "Merz"]),
        ("He lives in Berlin, Maryland.", []),
    ],
    "Netherlands": [
        ("Dutch courage and a Dutch oven.", []),
        ("The Dutch voted in The Hague.", ["Dutch", "The Hague"]),
        ("Tom Holland stars; Holland America sails.", []),
        ("Holland beat Brazil, and the Dutch cheered.", ["Holland", "Dutch"]),
    ],
    "Greece": [
        ("Greek yoghurt is thick.", []),
        ("Athens, Georgia, has a university.", []),
        ("Athens bailed out the Greek banks.", ["Athens", "Greek"]),
        ("He visited Athens, Georgia and Armenia.", ["Athens"]),
    ],
    "Ireland": [
        ("Irish stew and an Irish setter.", []),
        ("Kathy Ireland and Ireland Baldwin posed.", []),
        ("Dublin said Irish firms would move.", ["Dublin", "Irish"]),
        ("The luck of the Irish; the Fighting Irish won.", []),
        ("Ireland backed Irish farmers.", ["Ireland", "Irish"]),
        ("Ireland nodded through the treaty.", ["Ireland"]),
    ],
    "Italy": [
        ("The Rome Statute and the Treaty of Rome.", []),
        ("AS Roma and Lazio met in Rome.", ["Rome"]),
        ("Italy and Greece, Rome said, agree.", ["Italy", "Rome"]),
        ("The company has offices in London, Rome, New York and Tokyo.", ["Rome"]),
    ],
    "Lebanon": [
        ("Lebanon, Pennsylvania, has a fair.", []),
        ("Lebanon elected a president in Beirut.", ["Lebanon", "Beirut"]),
        ("Lebanon fired back, Beirut said; Lebanese banks shut.", ["Lebanon", "Beirut", "Lebanese"]),
        ("Mount Lebanon is high.", []),
    ],
    "Peru": [
        ("Peru, Indiana, has a circus.", []),
        ("Lima beans and Lima, Ohio.", []),
        ("Peru's congress impeached her in Lima.", ["Peru", "Lima"]),
        ("Peru Indiana is no rule here.", ["Peru"]),
    ],
    "Mexico": [
        ("Gulf of Mexico oil; Mexico City police; Mexico's Pemex.", ["Mexico City", "Mexico"]),
        ("Mexico, Missouri, and New Mexico.", []),
        ("The Mexican wave led to a Mexican standoff.", []),
        ("Mexico sent troops to the Mexican border.", ["Mexico", "Mexican"]),
        ("In Mexico, California companies hire more.", ["Mexico"]),
        ("He moved from Mexico, Texas officials said.", ["Mexico"]),
        ("Tariffs on China, Mexico, and Canada start.", ["Mexico"]),
        ("Mexico, Maine and Canada trade lobsters.", ["Mexico"]),
    ],
    "Egypt": [
        ("Cairo, Illinois, was flooded.", []),
        ("Cairo urged Egyptian banks to wait.", ["Cairo", "Egyptian"]),
        ("Cairo, Georgia, has a fair.", []),
        ("Abdel Fattah al-Sisi met Sisi's generals in Cairo.", ["Abdel Fattah al-Sisi", "Sisi", "Cairo"]),
        ("Talks in Cairo, Georgia and Turkey failed.", ["Cairo"]),
        ("President Mubarak resigned.", ["President Mubarak"]),
    ],
    "West": [
        ("A Western movie and Country and Western songs.", []),
        ("He won in the Wild West.", []),
        ("The West sanctioned Moscow; Western leaders agreed.", ["West", "Western leaders"]),
        ("The West Midlands and the West End.", []),
        ("Western governments and the West blame Putin.", ["Western", "West"]),
        ("It was filmed in Western Pacific waters.", []),
        ("Western films are banned in North Korea.", ["Western"]),
        ("Western novels were smuggled into Iran.", ["Western"]),
        ("Western film makers left Moscow.", ["Western"]),
        ("The great Western powers agreed; the Great Western line shut.", ["Western powers"]),
        ("The Western film won; it is a Western novel.", []),
    ],
    "UN": [
        ("UN Ambassador Lena Orford left. Orford wept.", ["UN"]),
        ("UN Secretary-General Antonio Guterres left.", ["UN Secretary-General Antonio Guterres"]),
        ("United Nations ambassador Lena Orford wept.", ["United Nations"]),
        ("UN Women hired her.", []),
        ("The General Assembly of Virginia met.", []),
        ("The General Assembly voted for the UN resolution.", ["General Assembly", "UN"]),
        ("The Kentucky General Assembly passed it.", []),
        ("At the UN General Assembly he spoke.", ["UN General Assembly"]),
        ("The General Assembly of the United Nations voted.", ["General Assembly", "United Nations"]),
        ("Virginia's General Assembly met.", []),
    ],
    "Benin": [
        ("Thieves struck in Benin City, Nigeria.", []),
        ("Benin foiled a coup.", ["Benin"]),
    ],
    "Portugal": [
        ("The Lisbon Treaty and the Treaty of Lisbon.", []),
        ("Lisbon said Portuguese forests burned.", ["Lisbon", "Portuguese"]),
    ],
    "Philippines": [
        ("He left Manila envelopes.", []),
        ("Manila accused Beijing of ramming a Philippine boat.", ["Manila", "Philippine"]),
        ("Rodrigo Duterte left Manila. Duterte faces trial.", ["Rodrigo Duterte", "Manila", "Duterte"]),
        ("President Duterte was sent to prison; President Marcos spoke.", ["President Duterte", "President Marcos"]),
    ],
    "Luxembourg": [
        ("They walked in the Luxembourg Gardens.", []),
        ("Luxembourg blocked the tax.", ["Luxembourg"]),
    ],
    "Monaco": [
        ("AS Monaco lost; Leclerc won the Monaco Grand Prix.", []),
        ("Monaco expelled him.", ["Monaco"]),
        ("Lisa Monaco advised him.", []),
        ("Monaco's prince spoke.", ["Monaco"]),
    ],
    "San Marino": [
        ("He lives in San Marino, California.", []),
        ("San Marino joined the sanctions.", ["San Marino"]),
    ],
    "Vatican City": [
        ("He died at the Vatican.", ["Vatican"]),
        ("Vatican II changed the Mass.", []),
        ("The Vatican condemned it.", ["Vatican"]),
        ("Pope Francis died at the Vatican.", ["Pope Francis", "Vatican"]),
    ],
    "North Macedonia": [
        ("Philip of Macedonia won. Macedonia's government fell.", ["Macedonia"]),
        ("Alexander the Great ruled Macedonia.", []),
        ("Macedonia changed its name in 2019.", ["Macedonia"]),
        ("FYROM joined.", ["FYROM"]),
    ],
    "Libya": [
        ("Troops left Tripoli in northern Lebanon.", []),
        ("Clashes in Tripoli, Lebanon, killed two.", []),
        ("Tripoli asked Ankara for drones.", ["Tripoli"]),
        ("Tripoli accused Lebanon of holding Hannibal Gaddafi.", ["Tripoli"]),
        ("Talks in Tripoli, Lebanon and Amman failed.", ["Tripoli"]),
    ],
    "Brazil": [
        ("Brazil nuts and a Brazilian wax.", []),
        ("Brazil's Supreme Court jailed him.", ["Brazil", "Supreme Court"]),
        ("Lula and Bolsonaro split Brazil.", ["Lula", "Bolsonaro", "Brazil"]),
        ("He got a Brazilian wax in Brasilia.", ["Brasilia"]),
    ],
    "Hungary": [
        ("The Budapest Memorandum was signed.", []),
        ("Budapest blocked aid; Hungarian farmers cheered.", ["Budapest", "Hungarian"]),
    ],
    "DR Congo": [
        ("Congo said M23 rebels had entered Goma.", ["Congo"]),
        ("In Brazzaville, Congo held an election.", []),
        ("The Congo River is deep.", []),
        (
            "The Democratic Republic of the Congo signed. Congo, which is vast, agreed.",
            ["Democratic Republic of the Congo", "Congo"],
        ),
        ("The Belgian Congo was brutal.", []),
        ("Congo and Rwanda signed a deal in Washington.", ["Congo"]),
        ("Congo's army fled Goma; Congolese troops wept.", ["Congo", "Congolese"]),
    ],
    "Congo-Brazzaville": [
        ("In Brazzaville, Congo held an election.", ["Brazzaville", "Congo"]),
        ("Congo said M23 rebels had entered Goma.", []),
        ("The Republic of the Congo voted. Congo has oil.", ["Republic of the Congo", "Congo"]),
        ("Congo's Sassou Nguesso, in power in Brazzaville, won.", ["Congo", "Sassou Nguesso", "Brazzaville"]),
    ],
    "UAE": [
        ("The Emirates joined the talks.", ["Emirates"]),
        ("Arsenal won at the Emirates.", []),
        ("He took the Emirates flight to Rome.", []),
        ("The Emirates Stadium was full.", []),
        ("The Emirates, like Qatar, want peace.", ["Emirates"]),
        ("The Emirates' foreign minister flew to Abu Dhabi.", ["Emirates", "Abu Dhabi"]),
        ("Emirates ordered 50 Airbus jets.", []),
        ("The Emirates ordered fifty Boeing fighter jets.", ["Emirates"]),
    ],
    "OSCE": [
        (
            "The Organisation for Security and Cooperation in Europe left.",
            ["Organisation for Security and Cooperation in Europe"],
        ),
    ],
    "Vietnam": [
        ("The Socialist Republic of Viet Nam signed.", ["Socialist Republic of Viet Nam"]),
    ],
    "Trinidad and Tobago": [
        ("He lives in Trinidad, Colorado.", []),
        ("Trinidad and Jamaica agreed.", ["Trinidad"]),
        ("The Republic of Trinidad and Tobago signed; Tobago voted.", ["Republic of Trinidad and Tobago", "Tobago"]),
    ],
    "Myanmar": [
        ("Naypyitaw and Burmese troops agreed.", ["Naypyitaw", "Burmese"]),
    ],
    "Denmark": [
        ("The Great Dane barked in Dane County.", []),
        ("Danes eat Danish pastries.", ["Danes"]),
        ("Denmark, Norway and Sweden agree; the Danes cheer.", ["Denmark", "Danes"]),
    ],
    "US": [
        ("Americans for Prosperity bought airtime.", []),
        ("It is good for Americans for many reasons.", ["Americans"]),
        ("The American Civil Liberties Union sued; American civil liberties shrank.", ["American"]),
        ("Good Morning America asked what America rising would mean.", ["America"]),
        ("The Washington Examiner quoted Priorities USA.", []),
        ("A Washington examiner of patents slept.", ["Washington"]),
        ("The US Open champion met the US president.", ["US president"]),
        ("The Washington Redskins and George Washington.", []),
        ("Washington told us the US would pay.", ["Washington", "US"]),
        ("The University of Washington and Washington State.", []),
        ("At its Washington convention the group met US officials.", ["Washington", "US"]),
        ("Clint Eastwood plays an American in the film American Psycho.", ["American"]),
        ("American Indians met American officials.", ["American"]),
        ("Allies support Washington over Iran.", ["Washington"]),
        ("They will report Washington to the WTO.", ["Washington"]),
        ("In an effort Washington called historic, Iran signed.", ["Washington"]),
        ("The amount Washington owes is disputed.", ["Washington"]),
        ("Port Washington and Fort Washington are small.", []),
        ("President Bush defended the war.", ["President Bush"]),
        ("The Bush administration invaded Iraq.", ["Bush"]),
        ("Vice President Harris lost.", ["Vice President Harris"]),
        ("President Clinton met Yeltsin. Clinton smiled.", ["President Clinton", "Clinton"]),
        ("President Bush Friday urged restraint.", ["President Bush"]),
        ("President Bush Street and the Clinton Street shop; Clinton smiled.", []),
        ("Secretary of State Rice met Lavrov.", ["Secretary of State Rice"]),
        ("President Rice and Secretary of State Bush are nobody.", []),
        ("US open to talks with Iran; the U.S. Open began.", ["US"]),
    ],
    "Argentina": [
        ("Argentine voters chose Milei.", ["Argentine", "Milei"]),
        ("Javier Milei cut Argentina's rates.", ["Javier Milei", "Argentina"]),
    ],
    "Bulgaria": [
        ("Sofia said Bulgaria would pay.", ["Sofia", "Bulgaria"]),
    ],
    "Haiti": [
        ("Haiti asked Kenya for police.", ["Haiti"]),
    ],
    "Oman": [
        ("Muscat wine is sweet.", []),
        ("Muscat said Oman would mediate.", ["Muscat", "Oman"]),
        ("Ships left the Gulf of Oman.", []),
        ("Oman mediated between Iran and the US.", ["Oman"]),
        ("David Oman ran. Oman's sultan spoke.", []),
        ("Oman's sultan spoke in Muscat.", ["Oman", "sultan", "Muscat"]),
    ],
    "Taiwan": [
        ("A ship crossed the Taiwan Strait.", []),
        ("Taiwan scrambled jets over the Strait.", ["Taiwan"]),
        ("Taiwan Semiconductor rose; Taiwan, Japan and Korea cheered.", ["Taiwan", "Taiwan"]),
    ],
    "Canada": [
        ("Canada geese flew over Ottawa, Canada.", ["Ottawa", "Canada"]),
        ("Leaders of Mexico, Canada and the US met.", ["Canada"]),
    ],
    "Mali": [
        ("Mali cut ties with Ukraine.", ["Mali"]),
    ],
    "Australia": [
        (
            "The Australian Open began; Anthony Albanese, Australia's leader, came.",
            ["Anthony Albanese", "Australia", "leader"],
        ),
    ],
    "Iran": [
        ("Iran Air flew to Tehran.", ["Tehran"]),
        ("Iran and Iraq talked.", ["Iran"]),
        ("Rouhani and Raisi led Iran.", ["Rouhani", "Raisi", "Iran"]),
    ],
    "South Africa": [
        ("Cyril Ramaphosa spoke in Pretoria, South Africa.", ["Cyril Ramaphosa", "Pretoria", "South Africa"]),
    ],
    "New Zealand": [
        (
            "New Zealand's Jacinda Ardern left Wellington, New Zealand.",
            ["New Zealand", "Jacinda Ardern", "Wellington", "New Zealand"],
        ),
    ],
    "Slovakia": [
        ("His FICO credit score fell.", []),
        ("Fico met Slovak farmers.", ["Fico", "Slovak"]),
        ("Slovakia's Fico took credit for the gas deal.", ["Slovakia", "Fico"]),
        ("A Fico score tells banks whom to trust.", []),
    ],
    "Sri Lanka": [
        ("Colombo devalued; Sri Lankan buses stopped.", ["Colombo", "Sri Lankan"]),
    ],
    "Tunisia": [
        ("Tunis jailed him; Tunisia fell.", ["Tunis", "Tunisia"]),
    ],
    "Jersey": [
        ("New Jersey and Jersey Shore.", []),
        ("Jersey froze Abramovich's assets.", ["Jersey"]),
    ],
    "Iceland": [
        ("Iceland sells frozen food, like Aldi.", []),
        ("Iceland's volcano erupted near Reykjavik.", ["Iceland", "Reykjavik"]),
        ("Iceland banned the supermarket chain from using its name.", ["Iceland"]),
    ],
    "Angola": [
        ("Prisoners at Angola, Louisiana's penitentiary, strike.", []),
        ("Angola left OPEC.", ["Angola"]),
    ],
    "Macau": [
        ("Macau voted.", ["Macau"]),
    ],
    "Sudan": [
        ("Sudan and South Sudan share oil.", ["Sudan"]),
        ("Sudan's army took Khartoum.", ["Sudan", "Khartoum"]),
    ],
    "Malta": [
        ("The Maltese Falcon; Maltese courts.", ["Maltese"]),
    ],
    "Ukraine": [
        ("Dynamo Kyiv lost; Kyiv struck back.", ["Kyiv"]),
        ("The Kyiv Independent reported from Kyiv.", ["Kyiv"]),
    ],
    "Belarus": [
        ("Dinamo Minsk; the Minsk agreements; Minsk said no.", ["Minsk"]),
        (
            "Alexander Lukashenko and Alyaksandr Lukashenka; Lukashenka spoke.",
            ["Alexander Lukashenko", "Alyaksandr Lukashenka", "Lukashenka"],
        ),
    ],
    "Chile": [
        ("He walked to Santiago de Compostela from Chile.", ["Chile"]),
        ("Santiago said Chile would pay.", ["Santiago", "Chile"]),
        ("Chile oil imports rose.", ["Chile"]),
        ("Chile sauce is hot.", []),
    ],
    "Dominican Republic": [
        ("A Dominican friar met Dominican ministers.", ["Dominican ministers"]),
    ],
    "Bolivia": [
        ("A storm hit La Paz, Mexico.", []),
    ],
}


@pytest.mark.parametrize("actor", OTHERS)
def test_homonyms_of_other_countries(actor: str) -> None:
    finder = only([actor])
    assert [(text, spans(text, finder)) for text, _ in OTHERS[actor]] == OTHERS[actor]


@pytest.mark.parametrize(
    ("actor", "text", "expected"),
    [
        # Rivers, ships and other things after an article; states of a kind, and what a state is joined to.
        ("Jordan", "They were dipped in the Jordan, which is shallow here. The Jordan is muddy.", []),
        ("Jordan", "The Jordan that he left, the Jordan deal and the Jordan, Egypt and Israel talks", ["Jordan"] * 3),
        ("Uruguay", "The Uruguay stood nine metres above its mark.", []),
        ("Niger", "They paddled down the upper Niger in a week.", []),
        ("Estonia", "Those who died on the Estonia were remembered.", []),
        ("Estonia", "Talks on the Estonia border; an Estonia in mourning", ["Estonia", "Estonia"]),
        ("Belarus", "He restored a 1979 Belarus in red. Since 1994 Belarus has had one president.", ["Belarus"]),
        ("Sudan", "The Sudan is vast, and the Sudan of 1955 was British.", ["Sudan", "Sudan"]),
        ("Canada", "HMCS Ottawa sailed. Signals from the Ottawa were polite.", []),
        # Provinces, towns, streets.
        ("Argentina", "The governor of Buenos Aires province spoke in Buenos Aires.", ["Buenos Aires"]),
        ("Canada", "Ottawa, Kansas, and Canada Water have pools.", []),
        ("Liberia", "Monrovia, California, and Freetown, Massachusetts, agreed.", []),
        ("US", "They live in Yakima, Washington, near the river.", []),
        ("US", "He flew from Kyiv, Washington said.", ["Washington"]),
        ("US", "In London, Washington and Paris they agreed.", ["Washington"]),
        ("Georgia", "Growers around Macon, Georgia, lost a third of the crop.", []),
        ("Georgia", "A quake was felt in Batumi, Georgia, on Monday.", ["Georgia"]),
        ("Georgia", "He drove from Yerevan to Tbilisi, Georgia.", ["Tbilisi", "Georgia"]),
        ("Germany", "The Turkish diaspora in Germany, a community of millions, voted.", ["Germany"]),
        ("Serbia", "The Belgrade school board met in the county's only hall.", []),
        ("Serbia", "Belgrade said that its government would not pay.", ["Belgrade"]),
        # Given names and surnames.
        ("Brazil", "Denise Brazil came. Brazil sang. In Brazil it rained.", ["Brazil"]),
        ("India", "India Whitfield, nine, cut her hair. \"Cold,\" said India. She was born in India.", ["India"]),
        ("Israel", "Israel Hayom, a daily, said that Israel would wait.", ["Israel"]),
        ("Jordan", "Big thanks to Jordan from accounts. Jordan, you are a star!", []),
        ("France", "Cécile de France acts; the Tour de France ends in France.", ["France"]),
        ("Azerbaijan", "A cat called Baku sleeps. Baku prefers the landing.", []),
        ("Egypt", "Roman Egypt fed Rome. Under Angela Merkel Egypt got loans.", ["Egypt", "Egypt"]),
        # Shops, airlines, clubs, dishes.
        ("Iceland", "Iceland branches sold fish fingers from Iceland.", ["Iceland"]),
        ("Norway", "Norwegian will fly fewer aircraft. A Norwegian will lead NATO.", ["Norwegian"]),
        ("Monaco", "Monaco came back at Lens to stay third in Ligue 1.", []),
        ("Monaco", "Monaco votes on Sunday.", ["Monaco"]),
        ("Mongolia", "We had Mongolian beef. Mongolian soldiers came.", ["Mongolian"]),
        ("Malta", "A Maltese called Biscuit is back; the dog was found by its microchip.", []),
        ("Malta", "A Maltese called Joseph Muscat resigned as prime minister.", ["Maltese", "Joseph Muscat"]),
        ("Turkey", "Turkey is dear this year, the butcher says.", []),
        ("Turkey", "Turkey is growing, the bank says.", ["Turkey"]),
        # Works.
        ("Brazil", "Gilliam's 'Brazil' is on. He called 'Brazil' a friend.", ["Brazil"]),
        ("Madagascar", "The film that evening was \"Madagascar\" at eight.", []),
        # Languages in lists.
        ("Japan", "Classes in Japanese, Turkish and Chinese begin in May. Japanese is full.", []),
        ("China", "Classes in Japanese, Turkish and Chinese begin in May. Chinese officials came.", ["Chinese"]),
        ("China", "He spoke in Russian and Chinese officials replied.", ["Chinese"]),
        ("France", "I teach German to eleven people, French to nine and Portuguese to a hundred.", []),
        ("Netherlands", "Portuguese for beginners on Mondays, Polish conversation on Fridays and Dutch on Sundays", []),
        ("Iraq", "Iraqi and Arab leaders met; it was Arabic for peace.", ["Iraqi"]),
        ("France", "They said that it was French for land. It was French, for once.", ["French"]),
        # Acronyms of other things.
        ("SCO", "A Senior Compliance Officer, or SCO, warned him. The SCO left.", []),
        ("SCO", "The SCO plays Haydn on Friday.", []),
        ("SCO", "The SCO met in Tashkent.", ["SCO"]),
        ("OSCE", "Students sit their OSCE in May.", []),
        ("OSCE", "An OSCE mission got an invitation to Vienna.", ["OSCE"]),
        ("US", "US Monastir beat US Ben Guerdane.", []),
        ("West", "The West was short of rain, and ranchers in Utah know it.", []),
        ("West", "The West has let Ukraine down.", ["West"]),
        # What bore a name is not meant for long: not in politics, not in the next paragraph, and no ship is.
        ("Jordan", "Jordan Marchand, who heads the group, wants Jordan to help.", ["Jordan"]),
        ("Oman", "The tanker Oman was boarded. Oman asked why.", ["Oman"]),
        ("Latvia", "A ferry called Latvia was stopped by Spain. Latvia protested.", ["Latvia"]),
        ("Norway", "Norway, the dog in the manger, gave in. Norway sold the fish.", ["Norway"]),
        ("Brazil", "Denise Brazil came. The government of Brazil met. Brazil asked for talks.", ["Brazil", "Brazil"]),
        ("Brazil", "Denise Brazil came.\n\nBrazil lost.", ["Brazil"]),
        ("Iran", "Cuba, 31, was the first to sign, and Iran, 27, was the last of them.", ["Iran"]),
        # Quotation marks of scorn, and ordinary words beside them.
        ("China", "The Commission's \"China\" strategy is late.", ["China"]),
        ("Russia", "In Macron's \"Russia\" nobody lives.", ["Russia"]),
        ("Iran", "They hit back at \"Iran\". A hit on \"Iran\" would be wrong.", ["Iran", "Iran"]),
        ("Syria", "In a poem of hope, the bishop wrote \"Syria\" again and again.", ["Syria"]),
        ("Panama", "Their hit 'Panama' was sung.", []),
        # Beside capitals and states.
        ("Japan", "The Tokyo district court fined him. Tokyo steel is cheap. A Tokyo rally grew.", ["Tokyo"] * 3),
        ("Chile", "From every corner of Chile they came.", ["Chile"]),
        ("Syria", "A Damascus steel knife fell.", []),
        ("Turkey", "Ankara prints are worn. Ankara prints money.", ["Ankara"]),
        # States of a kind and of a time.
        ("France", "A France at odds with itself; the France before the war was rich.", ["France", "France"]),
        ("Syria", "They left the Syria from which news came.", ["Syria"]),
        ("Niger", "The Niger below Bamako is wide.", []),
        ("Senegal", "Along the Senegal frontier they wait. Along the Senegal they fish.", ["Senegal"]),
        ("Gambia", "Gambia in flood of arms. Gambia in flood.", ["Gambia"]),
        ("Moldova", "Moldova, a farming community of two million, votes. Moldova is small.", ["Moldova", "Moldova"]),
        ("Poland", "Poland, a quiet community in Ohio, has a fair.", []),
        ("Lebanon", "Western Australia ships lambs to Lebanon.", ["Lebanon"]),
        # Given names that are saints', towns' and leaders'.
        ("Japan", "In San Antonio Japan's prime minister spoke.", ["Japan", "prime minister"]),
        ("Chile", "In San Diego Chile won. Without Carlos Chile would be lost.", ["Chile", "Chile"]),
        ("Cuba", "For Carlos Cuba was home; they heard Carlos Cuba sing.", ["Cuba"]),
        # Ordinary words that other bearers of a name have as well.
        ("Austria", "The Austrian will fly to Oslo. Austrian will fly fewer aircraft.", ["Austrian"]),
        ("OSCE", "The OSCE sends an examiner to watch the count.", ["OSCE"]),
        ("CSTO", "The CSTO wooed a start-up from Gyumri.", ["CSTO"]),
        ("SCO", "A conductor waved as the SCO met.", ["SCO"]),
        ("West", "A cowboy film taught us how the West thinks.", ["West"]),
        ("West", "Ranchers left Gaza, and the West looked on.", ["West"]),
        ("Georgia", "Georgian buildings burned, and the Georgian property market fell.", ["Georgian", "Georgian"]),
        ("China", "China dogs its neighbours. China dogs, in pairs, sold well.", ["China"]),
        ("Iceland", "Iceland shoppers and high street banks suffer.", ["Iceland"]),
        ("Japan", "Japan is remastering its fleet.", ["Japan"]),
        ("UAE", "The Emirates have a second goal.", ["Emirates"]),
        ("Monaco", "Monaco was its defender in court.", ["Monaco"]),
        ("Iran", "The Iran Gate affair hurt Reagan.", ["Iran"]),
    ],
)  # fmt: skip
def test_what_has_the_name_of_another_state_or_organisation(actor: str, text: str, expected: list[str]) -> None:
    assert spans(text, only([actor])) == expected


@pytest.mark.parametrize(
    ("name", "actor", "within", "without"),
    [
        ("Hillary Clinton", "US", "2010-05-01", "2014-05-01"),
        ("Joe Biden", "US", "2012-05-01", "2018-05-01"),
        ("Silvio Berlusconi", "Italy", "2009-01-01", "2007-01-01"),
        ("Alexis Tsipras", "Greece", "2015-10-01", "2015-09-01"),
        ("Benjamin Netanyahu", "Israel", "1998-01-01", "2005-01-01"),
        ("Shinzo Abe", "Japan", "2006-12-01", "2010-01-01"),
        ("Jean-Claude Juncker", "EU", "2016-01-01", "2020-01-01"),
        ("Cyril Ramaphosa", "South Africa", "2018-02-15", "2018-02-14"),
        ("Dominique de Villepin", "France", "2003-02-14", "2004-06-01"),
        ("Pervez Musharraf", "Pakistan", "1999-11-14", "1999-10-11"),
        ("Yair Lapid", "Israel", "2022-01-14", "2020-01-14"),
        ("Sebastian Kurz", "Austria", "2016-01-14", "2019-08-01"),
        ("Ehud Barak", "Israel", "2010-01-14", "2005-01-14"),
        ("Sheikh Hasina", "Bangladesh", "1998-01-14", "2005-01-14"),
        ("Abdullah Gül", "Turkey", "2005-01-14", "2015-01-14"),
        ("Ahmet Davutoğlu", "Turkey", "2010-01-14", "2017-01-14"),
        ("Micheál Martin", "Ireland", "2023-06-01", "2015-01-14"),
        ("Israel Katz", "Israel", "2024-05-01", "2023-05-01"),
        ("Michel Barnier", "EU", "2018-05-01", "2024-10-01"),
        ("Michel Barnier", "France", "2024-10-01", "2018-05-01"),
        ("George Bush", "US", "1991-01-20", "1998-01-20"),
        ("George Bush", "US", "2003-03-20", "2010-01-20"),
    ],
)
def test_terms_of_other_leaders(name: str, actor: str, within: str, without: str) -> None:
    finder = only([actor])
    text = f"The talks were hard, {name} said."
    assert (spans(text, finder), spans(text, finder, within), spans(text, finder, without)) == ([name], [name], [])


def test_a_surname_that_is_common_counts_after_the_full_name() -> None:
    finder = only(["US"])
    assert spans("Clinton rose. Bush fell.", finder) == []
    assert spans("Hillary Clinton rose. Clinton smiled.", finder) == ["Hillary Clinton", "Clinton"]


@pytest.mark.parametrize("name", ["Carter", "Johnson", "Brown", "Cooper", "Straw", "Hunt"])
def test_a_president_is_no_minister_of_the_default_actors(name: str) -> None:
    assert spans(f"President {name} spoke. Vice President {name} left.") == []


def test_who_held_an_office_of_many_countries_bears_no_surname_of_the_default_actors() -> None:
    held = load_homonyms().offices_held
    assert held
    default = {fold(alias.text) for actor in resolve(None) for alias in actor.aliases}
    assert default.isdisjoint(held)


def test_an_undated_text_on_brexit_has_the_union_as_the_party() -> None:
    text = "EU chief negotiator Michel Barnier rejected Britain's plan."
    assert ("Michel Barnier", "EU", "person") in find(text, only(["EU", "France", "UK"]))


def test_a_leader_who_was_another_countrys_before_stays_with_the_default_actor() -> None:
    text = "Jens Stoltenberg and Mark Rutte spoke."
    assert [actor for _, actor, _ in find(text)] == ["NATO", "NATO"]
    assert spans(text, only(["Norway"])) == spans(text, only(["Netherlands"])) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mr Smith's London flat is for sale.", []),
        ("Mr Cruz's British mother sang.", ["British"]),
        ("Moscow, 34, was arrested.", []),
        ("Moscow, 34, Astana, 12, and Minsk, 7, report cases.", ["Moscow", "Astana"]),
        ("In Russia, Virginia Hall thought, all is well.", ["Russia"]),
        ("They met in Russia, Texas.", []),
        ("Analysts told Reuters Moscow would pay and Carnegie London had moved.", ["Moscow"]),
        ("She told Radio Moscow on Friday.", []),
    ],
)
def test_ages_and_states_beside_a_name(text: str, found: list[str]) -> None:
    assert spans(text) == found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("russia lies again and nobody in london cares.", ["russia", "london"]),
        ("putin must go. the uk is done, says vladimir putin.", ["putin", "uk", "vladimir putin"]),
        ("kazakh shops, tokayev and astana; nobody asked us.", ["kazakh", "tokayev", "astana"]),
        ("who may hunt the brown fox in jersey?", []),
        ("we all moved to london, ontario, and jack london wrote it.", []),
        ("london lies. So says everybody.", []),
        ("Nobody in london cares.", []),
    ],
)
def test_a_text_without_capitals_has_names_in_small_letters(text: str, wanted: list[str]) -> None:
    assert [text[m.start : m.end] for m in FOUR.find(text, split(text))] == wanted


def test_names_in_small_letters_are_those_of_the_catalogue_and_of_people() -> None:
    finder = Finder([*resolve(["France", "Turkey", "Mark Carney"]), Actor("Acme", aliases=["Acme Works"])])
    text = "france and acme works met carney over turkey, said acme."
    found = [text[m.start : m.end] for m in finder.find(text, split(text))]
    assert found == ["france", "acme works", "carney"]


def test_a_surname_that_ends_its_clause_takes_nothing_from_what_follows() -> None:
    text = "The envoy met Mr Petrov. Kazakhstan protested. Unlike Mrs Hill, Moscow paid. Mr E. London sang."
    assert [text[m.start : m.end] for m in FOUR.find(text, split(text))] == ["Kazakhstan", "Moscow"]
