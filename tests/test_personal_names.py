"""Whether a name is a person's, and where its bearer is found."""

from __future__ import annotations

import pytest

from biasscore.actors import resolve
from biasscore.mentions import Finder
from biasscore.personal_names import PersonalName, guess_name, plain, read_name
from biasscore.segment import split_sentences


@pytest.mark.parametrize(
    "name",
    [
        "Real Madrid", "Northern Cyprus", "Red Cross", "South Ossetia", "Federal Reserve", "Royal Bank",
        "Victoria Falls", "Elizabeth Line", "Queen Mary University", "Adam Smith Institute", "Christian Democrats",
        "Kim Regime", "Li Auto", "Sun Microsystems", "Park Avenue", "Ho Chi Minh City", "Le Monde", "Le Pen",
        "Anna Al-", "Kim Jong-", "Anna O'",
        "Morgan Stanley", "Diego Garcia", "Alexander the Great", "NELSON MANDELA", "angela merkel", "Angela",
        "World Food Programme", "General Electric", "Marks and Spencer", "Thomas & Sons", "Charles de Gaulle Airport",
    ],
)  # fmt: skip
def test_what_is_not_surely_a_person_is_none(name: str) -> None:
    assert read_name(name) is None


@pytest.mark.parametrize(
    ("name", "surnames", "common"),
    [
        ("Angela Merkel", ["Merkel"], []),
        ("Alexandria Ocasio-Cortez", ["Ocasio-Cortez"], []),
        ("Sinead O'Neill", ["O'Neill"], []),
        ("Betty White", [], ["White"]),
        ("George W. Bush", [], ["Bush"]),
        ("Donald Trump Jr.", [], ["Trump"]),
        ("Harold Wilson", [], ["Wilson"]),
        # Particles and prefixes belong to the surname.
        ("Ursula von der Leyen", ["von der Leyen"], []),
        ("Marine Le Pen", ["Le Pen"], []),
        ("Mohammed bin Salman", ["bin Salman"], []),
        ("Itamar Ben Gvir", ["Ben Gvir"], []),
        ("José Eduardo dos Santos", [], ["dos Santos"]),
        ("Abdel Fattah el-Sisi", ["el-Sisi", "Sisi", "Fattah el-Sisi", "al-Sisi"], []),
        ("Luiz Inácio Lula da Silva", ["Lula"], []),
        ("Lula da Silva", ["Lula"], []),
        ("Gabriel García Márquez", ["Márquez", "García Márquez"], []),
        # Two surnames, the first of which is used alone.
        ("Claudia Sheinbaum Pardo", ["Pardo", "Sheinbaum Pardo", "Sheinbaum"], []),
        ("Ruth Bader Ginsburg", ["Ginsburg", "Bader Ginsburg"], []),
        # The family name first.
        ("Xi Jinping", [], ["Xi"]),
        ("Tsai Ing-wen", [], ["Tsai"]),
        ("Kim Jong Un", [], ["Kim"]),
        ("Park Geun-hye", [], ["Park"]),
        ("Lee Hsien Loong", [], ["Lee"]),
        ("Nguyen Phu Trong", [], ["Nguyen", "Trong"]),
        # Not so westerners whose given name looks like one.
        ("Kim Clijsters", ["Clijsters"], []),
        ("Lee Harvey Oswald", [], ["Oswald"]),
        ("Jack Ma", [], ["Ma"]),
        # Sovereigns and titles.
        ("King Charles III", [], ["Charles"]),
        ("Pope Francis", [], ["Francis"]),
        ("Sir Simon Rattle", ["Rattle"], []),
    ],
)
def test_which_part_of_a_name_is_the_surname(name: str, surnames: list[str], common: list[str]) -> None:
    read = read_name(name)
    assert read is not None
    assert (list(read.surnames), list(read.common)) == (surnames, common)


def test_other_forms_of_a_full_name() -> None:
    assert read_name("Kim Jong-un") == PersonalName(("Kim Jong-un", "Kim Jong Un"), (), ("Kim",))
    assert read_name("Kim Jong Un") == PersonalName(("Kim Jong Un", "Kim Jong-un"), (), ("Kim",))
    charles = read_name("King Charles III")
    assert charles is not None and charles.full == ("King Charles III", "Charles III", "King Charles")
    rattle = read_name("Sir Simon Rattle")
    assert rattle is not None and rattle.full == ("Simon Rattle", "Sir Simon Rattle")


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Viktor Orbán", ("Viktor Orbán", "Orbán Viktor")),
        ("Fumio Kishida", ("Fumio Kishida", "Kishida Fumio")),
        ("James Martin", ("James Martin",)),  # "Martin James" is another man
        ("Claudia Sheinbaum Pardo", ("Claudia Sheinbaum Pardo", "Claudia Sheinbaum")),
        ("David Lloyd George", ("David Lloyd George",)),
        ("Bashar al-Assad", ("Bashar al-Assad", "Bashar Assad", "Bashar el-Assad")),
        ("William Gates", ("William Gates",)),  # Bill Gates is not the only one
        ("Benjamin Netanyahu", ("Benjamin Netanyahu", "Ben Netanyahu", "Bibi Netanyahu")),
    ],
)
def test_how_else_a_full_name_is_written(name: str, forms: tuple[str, ...]) -> None:
    read = read_name(name)
    assert read is not None and read.full == forms


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Boris Johnson", ("Boris",)),
        ("Bill Clinton", ()),  # a word
        ("Sydney Brown", ()),  # a town
        ("Kim Jong Un", ()),
        ("Donald Trump Jr.", ()),  # his father's name
        # Called so at home; "Sigrún" is on no other list.
        ("Sigrún Hallsdóttir", ("Sigrún",)),
        ("Sigrún Bergmann", ()),
        ("Thaksin Shinawatra", ("Thaksin",)),
    ],
)
def test_which_given_names_stand_alone(name: str, given: tuple[str, ...]) -> None:
    read = read_name(name) or guess_name(name)
    assert read is not None and read.given == given


def test_plain() -> None:
    assert plain("Recep  Tayyip Erdoğan, Łukasz Bjørn") == "recep tayyip erdogan, lukasz bjorn"


def found(text: str, *actors: str) -> list[str]:
    mentions = Finder(resolve(list(actors))).find(text, split_sentences(text))
    return [text[mention.start : mention.end] for mention in mentions if mention.actor == resolve(list(actors))[0].id]


@pytest.mark.parametrize(
    ("actors", "text", "wanted"),
    [
        # What is no person is found by its full name and has no "he".
        (["Red Cross"], "The Red Cross met Mary Smith. He said they won. Cross men came.", ["Red Cross"]),
        (["Real Madrid", "Spain"], "Real Madrid beat Lyon. Madrid was glad.", ["Real Madrid"]),
        (["Cyprus", "Northern Cyprus"], "Northern Cyprus and Cyprus talk.", ["Cyprus"]),
        (["Northern Cyprus", "Cyprus"], "Northern Cyprus and Cyprus talk.", ["Northern Cyprus"]),
        # A surname that is a month or a common word: after the full name or a title.
        (["Theresa May"], "It was 3 May. In May it rained. May was warm. By May 9 all was over.", []),
        (["Theresa May"], "Theresa May left on 3 May. May said in May: go.", ["Theresa May", "May"]),
        (["Theresa May", "UK"], "Mrs May told them. In late May it rained. May left.", ["May", "May"]),
        (["Theresa May"], "Mr May laughed. Then May 4th came.", []),
        (["George W. Bush"], "Bush fires burn. President Bush spoke.", ["Bush"]),
        (["Betty White"], "White smoke rose. Betty White came. White laughed.", ["Betty White", "White"]),
        # Surnames of several words, also at the head of a sentence, but no one else's.
        (
            ["Ursula von der Leyen"],
            "Von der Leyen spoke. Mrs von der Leyen left. Heiko von der Leyen wept.",
            ["Von der Leyen", "von der Leyen"],
        ),
        (["Marine Le Pen"], "Jean-Marie Le Pen left. LE PEN WINS. Le Pen stayed.", ["LE PEN", "Le Pen"]),
        (["José Eduardo dos Santos"], "Maria dos Santos ran. The dos Santos clan fled.", []),
        (["Bashar al-Assad"], "Al-Assad fled. Assad left. Rifaat al-Assad stayed.", ["Al-Assad", "Assad"]),
        # The family name first: nobody else's of the family.
        (["Kim Jong Un"], "Kim Clijsters won.", []),
        (["Kim Jong Un"], "Kim Jong-un met Kim Yo Jong. Kim left.", ["Kim Jong-un", "Kim"]),
        (["Xi Jinping", "China"], "Xi Jinping left Beijing. Xi slept. Pius XI died.", ["Xi Jinping", "Xi"]),
        # People of the catalogue, in its spellings, whoever else is measured.
        (["Volodymyr Zelensky"], "Zelenskyy and Volodymyr Zelenskiy", ["Zelenskyy", "Volodymyr Zelenskiy"]),
        (["Recep Tayyip Erdogan"], "Erdoğan and Recep Tayyip Erdogan", ["Erdoğan", "Recep Tayyip Erdogan"]),
        (
            ["Vladimir Putin", "Russia"],
            "Путин и Владимиром Путиным. Putin, Poutine",
            ["Путин", "Владимиром Путиным", "Putin"],
        ),
        (["Putin", "Russia"], "Russia and Putin", ["Putin"]),
        (
            ["Luiz Inácio Lula da Silva"],
            "Luiz Inacio Lula da Silva left. LULA WINS.",
            ["Luiz Inacio Lula da Silva", "LULA"],
        ),
        (["Lula da Silva"], "Lula da Silva met Lula. Marina da Silva left.", ["Lula da Silva", "Lula"]),
    ],
)
def test_where_an_actor_asked_for_by_name_is_found(actors: list[str], text: str, wanted: list[str]) -> None:
    assert found(text, *actors) == wanted


@pytest.mark.parametrize(
    ("actor", "text", "wanted"),
    [
        ("Issa Tounkara", "President Issa Tounkara reads. Mr. Tounkara left.", ["Issa Tounkara", "Tounkara"]),
        ("Narendra Modi", "Indian Prime Minister Narendra Modi spoke. PM Modi left.", ["Narendra Modi", "Modi"]),
        ("Simon Rattle", "Sir Simon Rattle conducted. Sir Simon bowed.", ["Simon Rattle", "Simon"]),
        ("Eleanor Prewitt", "Justice Prewitt wrote that Judge Eleanor Prewitt erred.", ["Prewitt", "Eleanor Prewitt"]),
        (
            "S. Jaishankar",
            "External Affairs Minister S. Jaishankar spoke. Jaishankar left.",
            ["S. Jaishankar", "Jaishankar"],
        ),
        ("Subrahmanyam Jaishankar", "EAM S Jaishankar spoke. A Jaishankar aide left.", ["S Jaishankar", "Jaishankar"]),
        ("King Charles III", "King Charles III came.", ["King Charles III"]),
    ],
)
def test_a_title_is_no_part_of_a_persons_mention(actor: str, text: str, wanted: list[str]) -> None:
    assert found(text, actor) == wanted


def test_an_office_before_an_asked_name_is_nobodys_unless_a_demonym_owns_it() -> None:
    actors = ["India", "Narendra Modi"]
    assert found("Foreign Minister Wang Yi met Prime Minister Narendra Modi in Delhi.", *actors) == ["Delhi"]
    assert found("Indian Prime Minister Narendra Modi spoke.", *actors) == ["Indian Prime Minister"]


@pytest.mark.parametrize(
    ("actor", "text", "wanted"),
    [
        # firms,
        (
            "Emmanuel Macron",
            "The sportswear maker Macron has extended it. Macron shares rose. The Macron shop shut.",
            ["Macron"],
        ),
        ("Emmanuel Macron", "The retailer Macron, of Bologna, grew. The brand Macron supplies clubs.", []),
        ("Viktor Orban", "The airline Orban grounded is broke. Orban smiled.", ["Orban"] * 2),
        ("Javier Milei", "It is a label Milei loathes, and as a deal maker Milei failed.", ["Milei"] * 2),
        ("Javier Milei", "The Spanish airline Milei blamed has left.", ["Milei"]),
        ("Elon Musk", "The carmaker Musk runs fell, as did the rocket maker Musk had founded.", ["Musk", "Musk"]),
        ("Ken Loach", "The film maker Loach spoke.", ["Loach"]),
        ("Donald Trump", "Guests left Trump Media early. The Trump Organization sued.", []),
        # but what is his,
        (
            "Donald Trump",
            "The Trump White House denied it. The Trump Administration and Trump Republicans sued.",
            ["Trump"] * 3,
        ),
        (
            "Angela Merkel",
            "The Merkel era ended. In post-Merkel Germany the Merkel-Macron plan lives on.",
            ["Merkel"] * 3,
        ),
        ("Donald Trump", "The deal, said Trump Tuesday, is dead. Trump Hails Deal With China.", ["Trump", "Trump"]),
        (
            "Javier Milei",
            "A Milei Radical left with Milei Senior Adviser Ana Gil. The Milei Energy Ministry and the Milei Peso "
            "plan fell.",
            ["Milei"] * 4,
        ),
        ("Nancy Pelosi", "They oppose Pelosi\nRep. Lou Day and Pelosi Super PACs paid.", ["Pelosi"] * 2),
        ("Nancy Pelosi", "Pelosi Shuns Talks - live updates from the House as it votes", ["Pelosi"]),
        # storms, ships, places, prizes, treatises.
        ("Will Milton", "Will Milton spoke. Hurricane Milton grew.", ["Will Milton"]),
        ("Volodymyr Zelensky", "Hurricane Zelensky grew. Zelensky hit Cuba.", []),
        ("John McCain", "The USS John S. McCain sailed. McCain spoke.", ["McCain"]),
        ("Javier Milei", "Milei smiled. Nobody on Team Milei slept. Milei left.", ["Milei"] * 3),
        ("Charles de Gaulle", "They met at Charles de Gaulle airport. The carrier Charles de Gaulle sailed.", []),
        ("Joe Biden", "They live in Biden, Pennsylvania. In Biden, Washington sees a friend.", ["Biden"]),
        ("Javier Milei", "For Milei, Georgia was a model. In Milei, Texas has a friend. Milei left.", ["Milei"] * 3),
        ("Angela Merkel", "At Merkel, Texas, it rained. Merkel left.", ["Merkel"]),
        ("Alfred Nobel", "Two Nobel laureates met in the Nobel museum.", []),
        ("Konrad Adenauer", "The Konrad-Adenauer-Stiftung spoke. Adenauer died.", ["Adenauer"]),
        ("Sarah Sarbanes", "Sarah Sarbanes spoke of the Sarbanes-Oxley Act.", ["Sarah Sarbanes"]),
        ("Xi Jinping", "Xi Jinping came to Xi'an. Xi’s train left.", ["Xi Jinping", "Xi"]),
    ],
)
def test_a_things_name_is_no_mention(actor: str, text: str, wanted: list[str]) -> None:
    assert found(text, actor) == wanted


@pytest.mark.parametrize(
    ("actor", "text", "wanted"),
    [
        (
            "Sigrún Hallsdóttir",
            "Sigrún rang. Sigrún Hallsdóttir came. “So?” Sigrún says.",
            ["Sigrún Hallsdóttir", "Sigrún"],
        ),
        ("Boris Johnson", "Boris Johnson spoke. Sir Boris left. Dear Boris!", ["Boris Johnson", "Boris", "Boris"]),
        ("Boris Johnson", "Boris Johnson met Boris Becker. Boris left.", ["Boris Johnson"]),
        ("Boris Johnson", "Boris Johnson spoke. Pope Boris left. Storm Boris grew.", ["Boris Johnson"]),
        ("Vladimir Putin", "Vladimir Putin spoke in Vladimir.", ["Vladimir Putin"]),
        ("Boris Johnson", "Boris Johnson spoke. Hurricane Boris hit Cuba. Boris killed nine.", ["Boris Johnson"]),
        (
            "Henry Kissinger",
            "Henry Kissinger spoke. Thierry Henry scored. Henry, who is 30, left.",
            ["Henry Kissinger"],
        ),
        (
            "Boris Johnson",
            "Boris Johnson ran. Yesterday Boris won. Thanks, Boris!",
            ["Boris Johnson", "Boris", "Boris"],
        ),
        ("Ivan Duque", "Ivan Duque spoke of Ivan the Terrible.", ["Ivan Duque"]),
        (
            "Alexandria Ocasio-Cortez",
            "Alexandria Ocasio-Cortez flew to Alexandria, Virginia.",
            ["Alexandria Ocasio-Cortez"],
        ),
        ("Catherine Ashton", "Catherine Ashton saw the Catherine wheel.", ["Catherine Ashton"]),
    ],
)
def test_a_given_name_alone_after_the_full_name(actor: str, text: str, wanted: list[str]) -> None:
    assert found(text, actor) == wanted


def test_sovereigns_of_one_name_are_different_people() -> None:
    named = [resolve([name])[0].id for name in ("Elizabeth I", "Elizabeth II", "Charles I", "Charles III")]
    assert named == ["Elizabeth I", "Queen Elizabeth II", "Charles I", "King Charles III"]


def test_a_name_that_may_be_a_persons_lends_its_surname_after_the_full_name() -> None:
    text = "Bryant waited. Kobe Bryant scored. Bryant left."
    finder = Finder(resolve(["Kobe Bryant"]))
    assert [text[m.start : m.end] for m in finder.find(text, split_sentences(text))] == ["Kobe Bryant", "Bryant"]


@pytest.mark.parametrize("name", ["Real Madrid", "Red Cross", "Federal Reserve", "Boko Haram", "KOBE BRYANT", "Kobe"])
def test_what_can_hardly_be_a_persons_name(name: str) -> None:
    assert guess_name(name) is None


@pytest.mark.parametrize(
    ("actor", "text", "wanted"),
    [
        # Many bear the surname: a rank or a trade is not enough.
        ("Sadiq Khan", "Sadiq Khan sued. Justice Khan threw it out and Captain Khan laughed.", ["Sadiq Khan"]),
        (
            "Elaine Thompson",
            "Judge Thompson ruled. Elaine Thompson left. Mrs Thompson sat.",
            ["Elaine Thompson", "Thompson"],
        ),
        (
            "Elaine Thompson",
            "Elaine Thompson, a judge in Leeds, sat. Judge Thompson ruled.",
            ["Elaine Thompson", "Thompson"],
        ),
        ("John Kelly", "Gen. Kelly left. Retired general John Kelly spoke.", ["Kelly", "John Kelly"]),
        ("Sonia Sotomayor", "Justice Sotomayor dissented.", ["Sotomayor"]),
        # All initials are the actor's.
        ("William Henry Gates", "William Henry Gates left. WH Gates spoke.", ["William Henry Gates", "WH Gates"]),
        ("Subrahmanyam Jaishankar", "SK Jaishankar won the race.", []),
        ("Javier Milei", "A DC Milei rally. Milei left.", ["Milei", "Milei"]),
    ],
)
def test_a_title_or_initials_before_a_surname(actor: str, text: str, wanted: list[str]) -> None:
    assert found(text, actor) == wanted


@pytest.mark.parametrize(
    ("actor", "text", "wanted"),
    [
        # A title or a pronoun of the other sex is somebody else's.
        ("Bill Clinton", "Mrs. Clinton paused. Clinton left, and she waved.", []),
        ("Bill Clinton", "Bill Clinton paused. Mrs. Clinton nodded.", ["Bill Clinton"]),
        ("James Comey", "Mr. Comey paused. He doubted her words.", ["Comey", "He"]),
        # Whom the catalogue knows in office keeps the bare surname, the office and the government.
        ("Melania Trump", "President Trump left. Trump laughed.", []),
        ("Michelle Obama", "Michelle Obama praised the Obama administration.", ["Michelle Obama"]),
        ("Jeb Bush", "The Bush administration agreed. President Bush did.", []),
        ("Jeb Bush", "Jeb Bush praised the Bush administration. Mr. Bush left.", ["Jeb Bush", "Bush"]),
        ("Joseph Biden", "Biden spoke.", ["Biden"]),
        # Of two bearers the one named in full more often, or named just before.
        (
            "Ann Velt",
            "Tom Velt sued. Tom Velt lost. Ann Velt wept. Velt left." + " It rained on." * 20 + " Velt slept.",
            ["Ann Velt", "Velt"],
        ),
        ("Ann Velt", "Ann Velt met Tom Velt. Ann Velt wept. Velt left.", ["Ann Velt", "Ann Velt", "Velt"]),
        # Nobody is his own chief of something.
        ("Barack Obama", "Mr. Obama's chief strategist left.", ["Obama"]),
        ("Issa Tounkara", "Chief Issa Tounkara spoke. The chief creative officer left.", ["Issa Tounkara"]),
        ("Mark Warner", "Mark Warner sued Warner Bros. in May.", ["Mark Warner"]),
    ],
)
def test_whose_a_surname_is_that_others_bear(actor: str, text: str, wanted: list[str]) -> None:
    mentions = Finder(resolve([actor])).find(text, split_sentences(text))
    assert [text[mention.start : mention.end] for mention in mentions] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Madame Macron wore blue.", []),
        ("Emmanuel Macron came. Brigitte Macron smiled. Macron spoke.", ["Emmanuel Macron", "Macron"]),
        ("Emmanuel Macron came. Madame Macron smiled. Macron spoke.", ["Emmanuel Macron", "Macron"]),
        ("Brigitte Macron came. Macron spoke.", []),
    ],
)
def test_a_relative_takes_the_surname_only_where_nobody_else_was_named(text: str, wanted: list[str]) -> None:
    assert found(text, "Emmanuel Macron") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Victoria Burns came to Leeds.", []),
        ("Conor Burns, a defender, was told to mark Burns.", ["Conor Burns", "Burns"]),
        ("A pupil wrote conor Burns on the wall.", []),
    ],
)
def test_relatives_and_verbs(text: str, wanted: list[str]) -> None:
    assert found(text, "Conor Burns") == wanted
