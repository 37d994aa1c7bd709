"""Mentions of states and organisations other than the default actors."""

import pytest
from test_mentions import find, only, spans

from biasscore.actors import find_collisions, load_catalogue, resolve

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


AMERICA = [
    # An American state of the name of a country, by its people, its districts and who votes there.
    (["Georgia"], "The seat in Georgia's 6th district went to a Democrat.", []),
    (["Georgia"], "Rep. Ann Poole of Georgia asked for a recount.", []),
    (["Georgia"], "A Georgia businessman paid for it, and Georgia prosecutors asked why.", []),
    (["Georgia"], "In Georgia a bill on guns failed after the state's Republican governor spoke against it.", []),
    (["Georgia"], "Georgia's parliament adopted the law. Georgia jailed an editor.", ["Georgia", "Georgia"]),
    (["Georgia"], "Republican senators met Georgia's prime minister.", ["Georgia", "prime minister"]),
    (["the West"], "The race moves to Western states where the primaries come late.", []),
    (["the West"], "She did well in the Midwest and in other Western states.", []),
    (["the West"], "Western states armed the rebels.", ["Western"]),
    (["Spain"], "They went on speaking in Spanish and laughing. Spanish and French troops left.", ["Spanish"]),
]


@pytest.mark.parametrize(("actors", "text", "expected"), AMERICA)
def test_american_states(actors: list[str], text: str, expected: list[str]) -> None:
    assert spans(text, only(actors)) == expected


SPELLINGS = [
    ("Syria", "President Bashar Assad spoke. Nobody asked Assad why.", ["President Bashar Assad", "Assad"]),
    ("North Korea", "Kim Jong-Il wrote to Mr. Kim.", ["Kim Jong-Il"]),
    ("Egypt", "Abdel Fattah el-Sissi came, and Sissi left.", ["Abdel Fattah el-Sissi", "Sissi"]),
    (
        "Libya",
        "Moammar Gadhafi, Muammar el-Qaddafi: Gadhafi fell.",
        ["Moammar Gadhafi", "Muammar el-Qaddafi", "Gadhafi"],
    ),
    ("Israel", "Bibi Netanyahu, or Binyamin Netanyahu.", ["Bibi Netanyahu", "Binyamin Netanyahu"]),
    ("Iran", "Hasan Rowhani and Abbas Araqchi met.", ["Hasan Rowhani", "Abbas Araqchi"]),
    ("Ukraine", "Viktor Yanukovich fled.", ["Viktor Yanukovich"]),
    ("World Bank", "Ajay Banga succeeded David Malpass.", ["Ajay Banga", "David Malpass"]),
]


@pytest.mark.parametrize(("actor", "text", "expected"), SPELLINGS)
def test_names_of_leaders_as_news_spell_them(actor: str, text: str, expected: list[str]) -> None:
    assert spans(text, only([actor])) == expected


ORGANS = [
    # Another's own, or beside another's name; the nearest of those that have one; else the default.
    (["US", "Peru"], "Peru's Congress sat. Washington waited.", ["Peru", "Congress", "Washington"]),
    (["US"], "Peru's Congress sat. Washington waited.", ["Washington"]),
    (["US"], "The Congress of Peru sat; the Peruvian Congress rose.", []),
    (["US"], "In Lima the president said that Congress would rise.", []),
    (
        ["US"],
        "The farmer wrote to Congress, and the House of Representatives rose.",
        ["Congress", "House of Representatives"],
    ),
    (["US"], "Modi mocked Congress leaders at the party congress and the Trades Union Congress.", []),
    (["US"], "The Florida House of Representatives and the Wisconsin Supreme Court rose in America.", ["America"]),
    (["US"], "The Fed and the Treasury told Washington; the FBI slept.", ["Fed", "Treasury", "Washington", "FBI"]),
    (["US"], "The Treasury in London fed the poor.", []),
    (["UK", "US"], "London said that the Treasury would pay.", ["London", "Treasury"]),
    (["Switzerland"], "The Federal Council has agreed, said a Swiss farmer.", ["Federal Council", "Swiss"]),
    (["Switzerland"], "The Federal Council of Russia met. A year passed in the valley.", []),
    (["Japan"], "The Diet met in Tokyo, on a diet of rice. Diet Coke sold well.", ["Diet", "Tokyo"]),
    (["Japan"], "The Diet of Worms met.", []),
    (["Iran", "Maldives"], "The Majlis rose, a Maldivian paper said.", ["Majlis", "Maldivian"]),
    (["Iran"], "The Majlis rose.", []),
    (
        ["Thailand"],
        "Government House in Bangkok paid; Government House in Perth did not.",
        ["Government House", "Bangkok"],
    ),
    (["Latvia", "Norway"], "The Saeima copied the Storting; Norges Bank paid.", ["Saeima", "Storting", "Norges Bank"]),
    (["France"], "The Elysée, the Élysée and the Elysee wept.", ["Elysée", "Élysée", "Elysee"]),
]


@pytest.mark.parametrize(("actors", "text", "expected"), ORGANS)
def test_organs(actors: list[str], text: str, expected: list[str]) -> None:
    assert spans(text, only(actors)) == expected


COUNCILS = [
    ("The Security Council voted for the mandate.", ["Security Council"]),
    ("Russia vetoed a resolution at the Security Council.", ["Security Council"]),
    ("Russia's Security Council met; the Russian Security Council rose.", []),
    ("Putin told the Security Council that he would wait.", []),
    ("Shoigu, the secretary of the Security Council, and the National Security Council met.", []),
    ("The General Assembly heard the church bells.", ["General Assembly"]),
    ("The Georgia General Assembly and the state General Assembly rose.", []),
]


@pytest.mark.parametrize(("text", "expected"), COUNCILS)
def test_councils_of_the_united_nations(text: str, expected: list[str]) -> None:
    assert spans(text, only(["UN"])) == expected


def test_what_is_shared_collides_with_nothing() -> None:
    catalogue = [*load_catalogue().values()]
    shared = {alias.text for actor in catalogue for alias in actor.aliases if alias.shared}
    assert "Federal Council" in shared
    assert [collision.alias for collision in find_collisions(catalogue) if collision.alias in shared] == []
    assert resolve(["Government House"])[0].id == "Government House"  # an actor of that name, nobody's else


OFFICES = [
    (["Latvia"], "Latvia's transport minister to resign.", ["Latvia", "transport minister"]),
    (["Georgia"], "They asked Georgia's finance minister for a moratorium.", ["Georgia", "finance minister"]),
    (["Latvia"], "Latvia's finance minister candidate wept.", ["Latvia"]),
    (["India"], "Then External Affairs Minister Jaishankar slept.", ["External Affairs Minister Jaishankar"]),
    (["Saudi Arabia"], "Saudi Crown Prince Mohammed bin Salman slept.", ["Saudi Crown Prince Mohammed bin Salman"]),
    (
        ["Peru", "Panama"],
        "Dina Boluarte met President Mulino.",
        ["Dina Boluarte", "President Mulino"],
    ),
    (["Bulgaria"], "Denis Borisov sang. Borisov wept.", []),
]


@pytest.mark.parametrize(("actors", "text", "expected"), OFFICES)
def test_offices_and_leaders(actors: list[str], text: str, expected: list[str]) -> None:
    assert spans(text, only(actors)) == expected


def test_a_national_security_council_keeps_its_secretary() -> None:
    text = "Russian Security Council Secretary Nikolai Patrushev met nobody."
    assert spans(text, only(["Russia", "UN"])) == ["Russian Security Council Secretary Nikolai Patrushev"]


DESCRIBED = [
    ("Ireland", "The Emerald Isle is cold.", ["Emerald Isle"]),
    ("Ireland", "They rented a beach house in Emerald Isle, North Carolina.", []),
    ("Australia", "Robots Down Under are not upside down under tables.", ["Down Under"]),
    ("Australia", "Men at Work sang Down Under.", []),
    ("South Africa", "In the rainbow nation it rained.", ["rainbow nation"]),
    (
        "Japan",
        "The land of the rising sun and the Land of the Rising Sun.",
        ["land of the rising sun", "Land of the Rising Sun"],
    ),
    ("US", "Uncle Sam pays.", ["Uncle Sam"]),
]


@pytest.mark.parametrize(("actor", "text", "expected"), DESCRIBED)
def test_standing_descriptions(actor: str, text: str, expected: list[str]) -> None:
    assert [(surface, kind) for surface, _, kind in find(text, only([actor]))] == [
        (it, "paraphrase") for it in expected
    ]
