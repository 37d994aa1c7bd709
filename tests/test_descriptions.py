"""What a state or an organisation is called after it was named: by region, by office, by what it is known for."""

from __future__ import annotations

import pytest
from test_mentions import only, spans

from biasscore import descriptions
from biasscore.actors import load_catalogue
from biasscore.anaphora import fitting_actors
from biasscore.errors import ConfigError
from biasscore.files import read_data
from biasscore.folding import fold

REGIONS = [
    (["Latvia"], "Latvia closed the road. The Baltic state fears floods.", ["Latvia", "The Baltic state"]),
    (["Qatar"], "Qatar paid. The gas-rich Gulf emirate asked for nothing.", ["Qatar", "The gas-rich Gulf emirate"]),
    (["Oman"], "Oman, said the Gulf monarchy's envoy, is neutral.", ["Oman", "the Gulf monarchy"]),
    (
        ["Nepal"],
        "Nepal voted. The small, impoverished Himalayan nation waits.",
        ["Nepal", "The small, impoverished Himalayan nation"],
    ),
    (["Guam"], "Guam lost its power. The Pacific territory has one cable.", ["Guam", "The Pacific territory"]),
    (["Cuba"], "Cuba is dark. The communist-run island has no fuel.", ["Cuba", "The communist-run island"]),
    (["Ukraine"], "Ukraine asked again. The war-torn nation has no gas.", ["Ukraine", "The war-torn nation"]),
    (["North Korea"], "North Korea tested it. The isolated state is proud.", ["North Korea", "The isolated state"]),
    # The one that fits, wherever it was named last; a rival that fits as well takes it.
    (["Latvia"], "Latvia signed with Poland. The Baltic state pays.", ["Latvia", "The Baltic state"]),
    (["Latvia"], "Latvia signed. Estonia waits. The Baltic state is late.", ["Latvia"]),
    (["Estonia"], "Latvia signed. Estonia waits. The Baltic state is late.", ["Estonia", "The Baltic state"]),
    (["Latvia"], "Latvia and Estonia signed. The Baltic state pays.", ["Latvia"]),
    (["Latvia"], "The Baltic state is bankrupt, Latvia's auditors said.", ["The Baltic state", "Latvia"]),
    (["Kazakhstan"], "Kazakhstan sells it. The steppe nation is rich.", ["Kazakhstan", "steppe nation"]),
    # Each adjective leaves out some.
    (
        ["Ethiopia", "Eritrea"],
        "Ethiopia met Eritrea. The landlocked African country wants a port.",
        ["Ethiopia", "Eritrea", "The landlocked African country"],
    ),
    (["Eritrea"], "Ethiopia met Eritrea. The landlocked African country wants a port.", ["Eritrea"]),
    # Where nothing says that it is this one.
    (["Latvia"], "A Baltic state may join. Latvia would be glad.", ["Latvia"]),
    (["Latvia"], "Latvia met every Baltic state. The Baltic states agreed.", ["Latvia"]),
    (["Latvia"], "Latvia exports butter. The Andean nation buys it.", ["Latvia"]),
    (["Latvia"], "Latvia sells butter. The rather large Baltic state fund lost.", ["Latvia"]),
    (["Ghana"], "The West African nation is poor.", []),
]


@pytest.mark.parametrize(("actors", "text", "expected"), REGIONS)
def test_descriptions_by_region(actors: list[str], text: str, expected: list[str]) -> None:
    assert spans(text, only(actors)) == expected


OFFICES = [
    (["US"], "Donald Trump flew home. The president was tired.", ["Donald Trump", "president"]),
    (
        ["US"],
        "US Secretary of State Marco Rubio left. The secretary of state slept.",
        ["US Secretary of State Marco Rubio", "secretary of state"],
    ),
    (["Germany"], "Angela Merkel resigned. The chancellor had ruled long.", ["Angela Merkel", "chancellor"]),
    (["UK", "Germany"], "Germany waits. The chancellor is ill.", ["Germany", "chancellor"]),
    (
        ["Iran"],
        "Iran's supreme leader spoke. The supreme leader said no.",
        ["Iran", "supreme leader", "supreme leader"],
    ),
    (
        ["Ireland"],
        "Irish Taoiseach Ann Lee paid. The taoiseach had no coins.",
        ["Irish Taoiseach Ann Lee", "taoiseach"],
    ),
    (["EU"], "EU foreign policy chief Kaja Kallas came.", ["EU foreign policy chief Kaja Kallas"]),
    (["US"], "Congress met in Washington. The Senate voted no.", ["Congress", "Washington", "Senate"]),
    (["EU"], "The EU met. The Commission will sue the Federal Trade Commission.", ["EU", "Commission"]),
    (
        ["South Korea", "North Korea"],
        "Seoul protested. The North had fired at the South in the north of the sea.",
        ["Seoul", "North", "South"],
    ),
    (["South Korea", "North Korea"], "The South rose again in Georgia, and the North Sea froze.", []),
]


@pytest.mark.parametrize(("actors", "text", "expected"), OFFICES)
def test_offices_and_organs_of_one_actor(actors: list[str], text: str, expected: list[str]) -> None:
    assert spans(text, only(actors)) == expected


ORGANISATIONS = [
    (["ECOWAS"], "Ecowas lifted it. The West African bloc was tired.", ["Ecowas", "The West African bloc"]),
    (["Hamas"], "Hamas agreed. The militant group freed two.", ["Hamas", "The militant group"]),
    (["Houthis"], "Houthi rebels fired. The rebels missed.", ["Houthi", "The rebels"]),
    (["PKK"], "Ocalan asked the PKK to disarm, and Abdullah Ocalan meant it.", ["Ocalan", "PKK", "Abdullah Ocalan"]),
    (["Wagner Group"], "She sang Wagner at Bayreuth.", []),
    (["Wagner Group"], "Wagner left Mali; Yevgeny Prigozhin was dead.", ["Wagner", "Yevgeny Prigozhin"]),
    (["Quad"], "He rode a Quad bike in Sydney, Australia.", []),
    (["Quad"], "The Quad met in Tokyo; India was late.", ["Quad"]),
    (["UN"], "The UN has no money. The global body will shrink.", ["UN", "The global body"]),
]


@pytest.mark.parametrize(("actors", "text", "expected"), ORGANISATIONS)
def test_organisations(actors: list[str], text: str, expected: list[str]) -> None:
    assert spans(text, only(actors)) == expected


def test_every_description_fits_whom_the_file_names() -> None:
    catalogue = load_catalogue()
    places = {name: index for index, name in enumerate(catalogue)}
    fitting = fitting_actors(list(catalogue.values()))
    raw = read_data("descriptions.toml")
    for table in raw["description"]:
        for phrase in table["phrases"]:
            assert {places[name] for name in table["actors"]} <= fitting[fold(phrase)]
    baltic = next(table for table in raw["group"] if table["words"] == ["Baltic"])
    assert fitting["the baltic republic"] == {places[name] for name in baltic["actors"]}
    assert "the baltic kingdom" not in fitting


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"forms": {"the realm": ["realm"]}}, "the realm"),
        ({"group": [{"words": ["Baltic"], "actors": ["Atlantis"]}]}, "Atlantis"),
        ({"group": [{"words": ["northern"], "actors": ["NATO"]}]}, "NATO"),
        ({"group": [{"word": ["Baltic"], "actors": ["Latvia"]}]}, "word"),
        ({"regions": []}, "regions"),
    ],
)
def test_a_file_that_is_wrong_says_where(monkeypatch: pytest.MonkeyPatch, change: dict[str, object], part: str) -> None:
    raw = {**read_data("descriptions.toml"), **change}
    monkeypatch.setattr(descriptions, "read_data", lambda _: raw)
    descriptions.load_forms.cache_clear()
    try:
        with pytest.raises(ConfigError, match=part):
            descriptions.describe(load_catalogue().values())
    finally:
        descriptions.load_forms.cache_clear()
