import tomllib
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import biasscore
from biasscore.actors import (
    DEFAULT_ACTORS,
    Actor,
    Alias,
    find_collisions,
    fold,
    load_actors_file,
    load_catalogue,
    resolve,
)
from biasscore.errors import ActorError
from biasscore.personal_names import spelling_key

DATA = Path(biasscore.__file__).parent / "data"


def texts(actor: Actor) -> list[str]:
    return [alias.text for alias in actor.aliases]


# --- folding


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_folding_keeps_the_length_of_every_code_point() -> None:
    every = [chr(point) for point in range(0x110000)]
    assert all(len(fold(char)) == 1 for char in every)


def test_folding_by_hand() -> None:
    assert fold("The\u00a0U.K.’s\nCrème–ЁЛКА İ") == "the u.k.'s crème-елка i"


# --- aliases and actors


def test_an_actor_is_made_from_strings() -> None:
    actor = Actor("EU", aliases=["European Union", "Brussels", "the eurocrats"])
    assert (actor.id, actor.name) == ("EU", "EU")
    assert [(alias.text, alias.kind, alias.case) for alias in actor.aliases] == [
        ("EU", "name", "exact"),
        ("European Union", "name", "capitalised"),
        ("Brussels", "name", "capitalised"),
        ("the eurocrats", "name", "any"),
    ]


def test_the_name_is_an_alias_and_may_be_repeated() -> None:
    assert texts(Actor("eu1", "European Union")) == ["European Union"]
    assert texts(Actor("EU", aliases=["EU", "Brussels"])) == ["EU", "Brussels"]


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda: Actor(""), "actor id"),
        (lambda: Actor("  "), "actor id"),
        (lambda: Actor("EU", aliases=[""]), "alias"),
        (lambda: Actor("EU", aliases=["..."]), "alias"),
        (lambda: Actor("EU", aliases=[" Brussels"]), "white space"),
        (lambda: Actor("EU", aliases=["x" * 121]), "120"),
        (lambda: Actor("EU", aliases=["Brussels", "brussels"]), "duplicate"),
        (lambda: Actor("EU", aliases="Brussels"), "a list"),
        (lambda: Alias("Brussels", "anaphor"), "kind"),
        (lambda: Alias("Brussels", "name", "upper"), "case"),  # type: ignore[arg-type]
        (lambda: Alias("Brussels", from_date="2024-13-01"), "YYYY-MM-DD"),
        (lambda: Alias("Brussels", from_date="2024-W13-1"), "YYYY-MM-DD"),
        (lambda: Alias("Brussels", from_date="2024-02-01", until="2024-01-31"), "2024-02-01 to 2024-01-31"),
    ],
)
def test_nonsense_is_refused(make, part: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ActorError, match=part):
        make()


def test_a_term_of_office_covers_its_first_and_last_day() -> None:
    alias = Alias("Rishi Sunak", "person", "capitalised", "2022-10-25", "2024-07-05")
    assert [alias.covers(day) for day in ("2022-10-24", "2022-10-25", "2024-07-05", "2024-07-06", None)] == [
        False,
        True,
        True,
        False,
        True,
    ]


# --- the catalogue


def test_the_catalogue_holds_the_defaults_every_country_and_what_people_ask_about() -> None:
    catalogue = load_catalogue()
    assert tuple(catalogue)[:4] == DEFAULT_ACTORS
    codes = [code for actor in catalogue.values() for code in actor.codes]
    assert len(codes) == len(set(codes))
    # ISO 3166-1 has 249 entries; Kosovo's user-assigned code is the 250th.
    assert sum(len(code) == 2 for code in codes) == 250
    assert sum(len(code) == 3 for code in codes) == 250
    assert {"EU", "UN", "OSCE", "CSTO", "SCO", "BRICS", "West"} <= set(catalogue)


def test_the_catalogue_shares_no_alias() -> None:
    assert find_collisions(list(load_catalogue().values())) == []


def test_members_of_composites_exist() -> None:
    catalogue = load_catalogue()
    assert all(member in catalogue for actor in catalogue.values() for member in actor.members)


def test_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        load_catalogue()["UK"] = Actor("UK")  # type: ignore[index]


# --- resolve


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("UK", "UK"),
        ("uk", "UK"),
        ("GB", "UK"),
        ("GBR", "UK"),
        ("Britain", "UK"),
        ("United Kingdom", "UK"),
        ("British", "UK"),
        ("London", "UK"),
        ("nato", "NATO"),
        ("НАТО", "NATO"),
        ("kz", "Kazakhstan"),
        ("FR", "France"),
        ("France", "France"),
        ("french republic", "France"),
        ("Paris", "France"),
        ("the Netherlands", "Netherlands"),
        ("Cote d'Ivoire", "Ivory Coast"),
        ("Brussels", "EU"),
        ("the West", "West"),
        ("US", "US"),
        ("usa", "US"),
    ],
)
def test_an_actor_goes_by_many_names(asked: str, found: str) -> None:
    assert [actor.id for actor in resolve([asked])] == [found]


def test_none_is_the_defaults() -> None:
    assert tuple(actor.id for actor in resolve(None)) == DEFAULT_ACTORS


def test_an_actor_passes_as_it_is() -> None:
    actor = Actor("X", aliases=["Y"])
    assert resolve([actor, "UK"])[0] is actor


def test_a_person_by_name_is_found_by_surname_too() -> None:
    (actor,) = resolve(["Jens Stoltenberg"])
    assert actor.id == "Jens Stoltenberg"
    assert {"Jens Stoltenberg", "Stoltenberg", "Столтенбергом"} <= set(texts(actor))
    assert {alias.kind for alias in actor.aliases} == {"person"}


@pytest.mark.parametrize(
    "name", ["World Weather Watch", "Real Madrid", "Red Cross", "Northern Cyprus", "South Ossetia"]
)
def test_what_is_no_person_has_no_surname(name: str) -> None:
    (actor,) = resolve([name])
    assert (texts(actor), actor.is_person) == ([name], False)


@pytest.mark.parametrize(
    "asked",
    [
        ["Cyprus", "Northern Cyprus"],
        ["Ireland", "Northern Ireland"],
        ["Spain", "Real Madrid"],
        ["France", "Air France"],
    ],
)
def test_a_name_that_ends_like_anothers_collides_with_none(asked: list[str]) -> None:
    assert [actor.id for actor in resolve(asked)] == asked


@pytest.mark.parametrize(
    ("asked", "actor_id"),
    [
        ("Putin", "Vladimir Putin"),
        ("trump", "Donald Trump"),
        ("Xi", "Xi Jinping"),
        ("Erdoğan", "Recep Tayyip Erdogan"),
        ("Erdogan", "Recep Tayyip Erdogan"),
        ("Tayyip Erdogan", "Recep Tayyip Erdogan"),
        ("Volodymyr Zelenskyy", "Volodymyr Zelensky"),
        ('"Sergey Lavrov"', "Sergei Lavrov"),
        ("Donald J. Trump", "Donald Trump"),
        ("President Macron", "Emmanuel Macron"),
        ("Lord Cameron", "David Cameron"),
        ("Kim Jong-un", "Kim Jong Un"),
        ("George Bush", "George W. Bush"),
        ("George H.W. Bush", "George H.W. Bush"),
        ("Alyaksandr Lukashenka", "Alexander Lukashenko"),
        ("Lukashenka", "Alexander Lukashenko"),
        # Others of the name.
        ("Donald Trump Jr.", "Donald Trump Jr."),
        ("Daniil Medvedev", "Daniil Medvedev"),
        ("Lyudmila Putina", "Lyudmila Putina"),
        # Official names of states.
        ("Republic of Trinidad and Tobago", "Trinidad and Tobago"),
        ('"Kingdom of Norway"', "Norway"),
        ("Republic of China", "Taiwan"),
        ('"State of Georgia"', "State of Georgia"),
    ],
)
def test_people_and_states_go_by_more_than_one_name(asked: str, actor_id: str) -> None:
    assert [actor.id for actor in resolve([asked])] == [actor_id]


def test_a_common_surname_of_the_catalogue_needs_the_full_name() -> None:
    for name, surname in (
        ("Theresa May", "May"),
        ("Gordon Brown", "Brown"),
        ("Wang Yi", "Wang"),
        ("Charles Michel", "Michel"),
    ):
        (actor,) = resolve([name])
        assert {alias.after for alias in actor.aliases if alias.text == surname} == {name}


def test_a_person_asked_for_twice_in_two_spellings() -> None:
    with pytest.raises(ActorError, match="Volodymyr Zelensky' twice"):
        resolve(["Volodymyr Zelensky", "Volodymyr Zelenskyy"])


def test_quotation_marks_make_any_name_an_actor() -> None:
    assert texts(resolve(["'siegfried'"])[0]) == ["siegfried"]
    assert texts(resolve(["“Frnace”"])[0]) == ["Frnace"]


def test_a_person_asked_for_is_no_longer_the_alliance() -> None:
    nato, person = resolve(["NATO", "Jens Stoltenberg"])
    assert not set(texts(nato)) & set(texts(person))
    assert "Mark Rutte" in texts(nato)


def test_two_people_of_one_surname_keep_their_full_and_given_names() -> None:
    assert [texts(actor) for actor in resolve(["Igor Smirnoff", "Oleg Smirnoff"])] == [
        ["Igor Smirnoff", "Igor"],
        ["Oleg Smirnoff", "Oleg"],
    ]


def test_a_surname_that_needs_no_full_name_stays_its_bearers() -> None:
    father, son = resolve(["Donald Trump", "Donald Trump Jr."])
    assert (texts(father), texts(son)) == (["Donald Trump", "Trump", "Donald"], ["Donald Trump Jr."])


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (["Frnace"], "Did you mean 'France'"),
        (["Saudi Arabai"], "Did you mean 'Saudi Arabia'"),
        (["zzz"], "zzz"),
        (["Korea"], "'North Korea' or 'South Korea'"),
        (["Johnson"], "'Boris Johnson' or 'Alan Johnson'"),
        (["May"], "'Theresa May'"),
        ([""], "actor"),
        (["UK", "uk"], "'UK' twice"),
        (["UK", "GB"], "'UK' twice"),
        ([], "at least one"),
        ("UK", "a list"),
        ([1], "string"),
        ([Actor("A", aliases=["Same"]), Actor("B", aliases=["same"])], "Same"),
        (["EU", Actor("Belgium2", aliases=["Brussels"])], "Brussels"),
        ([Actor("A", aliases=["the Firm"]), Actor("B", aliases=["Firm"])], "'the Firm' is an alias of both A and B"),
        ([Actor("A", anaphors=["the firm"]), Actor("B", aliases=["Firm"])], "an alias of B and an anaphor of A"),
    ],
)
def test_what_cannot_be_resolved_says_why(asked, part: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ActorError, match=part):
        resolve(asked)


def test_a_composite_may_share_aliases_with_its_members() -> None:
    west = Actor("Allies", aliases=["Britain", "France"], members=["UK", "France"])
    assert len(resolve([west, "UK", "France"])) == 3
    with pytest.raises(ActorError, match="Britain"):
        resolve([Actor("Allies", aliases=["Britain"], members=["France"]), "UK"])


def test_what_no_text_can_mean_both_of_is_no_collision() -> None:
    def collide(first: Alias, second: Alias) -> bool:
        return bool(find_collisions([Actor("A", aliases=[first]), Actor("B", aliases=[second])]))

    assert not collide(Alias("Apple", case="exact"), Alias("APPLE", case="exact"))
    assert not collide(Alias("Apple", case="exact"), Alias("APPLE", case="capitalised"))
    assert collide(Alias("Apple", case="exact"), Alias("apple", case="any"))
    assert collide(Alias("Apple", case="exact"), Alias("the Apple", case="exact"))
    assert collide(Alias("Apple", case="capitalised"), Alias("APPLE", case="capitalised"))
    one, two = ("2001-01-01", "2002-01-01"), ("2002-01-02", None)
    assert not collide(Alias("Teal", "person", "capitalised", *one), Alias("Teal", "person", "capitalised", *two))
    assert collide(Alias("Teal", "person", "capitalised", *one), Alias("Teal", "person"))


# --- files


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [[actor]]
        id = "Wagner"
        aliases = ["Wagner Group", { text = "PMC", case = "exact", from = "2014-05-01", until = "2023-08-23" }]
        metonyms = ["Molkino"]
        anaphors = ["the Company"]
        people = [{ name = "Yevgeny Prigozhin", surname = "Prigozhin", terms = [["2014-05-01", ""]] }]
        inflected = [{ stem = "Вагнер", endings = "- а у ом е" }]

        [[actor]]
        id = "X1"
        name = "Example"
        """,
    )
    wagner, other = load_actors_file(path)
    assert texts(wagner)[:4] == ["Wagner", "Wagner Group", "PMC", "Molkino"]
    assert wagner.anaphors == ("the company",)
    assert wagner.aliases[2] == Alias("PMC", "name", "exact", "2014-05-01", "2023-08-23")
    assert Alias("Prigozhin", "person", "capitalised", "2014-05-01", None) in wagner.aliases
    assert texts(wagner)[-5:] == ["Вагнер", "Вагнера", "Вагнеру", "Вагнером", "Вагнере"]
    assert texts(other) == ["Example"]


def test_a_file_can_hold_a_person(tmp_path: Path) -> None:
    quist = "people = [{ name = 'Jaroslava Quist', also = ['Jara Quist'], surname = 'Quist', common = true }]"
    (person,) = load_actors_file(write(tmp_path, f"[[actor]]\nid = 'Jaroslava Quist'\n{quist}"))
    assert person.is_person
    assert texts(person) == ["Jaroslava Quist", "Jara Quist", "Quist", "Quist"]
    (other,) = load_actors_file(write(tmp_path, f"[[actor]]\nid = 'Quists'\n{quist}"))
    assert not other.is_person


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", r"at least one \[\[actor\]\]"),
        ("[[actor]\n", "valid TOML"),
        ("[[actors]]\nid = 'A'", "key 'actors'"),
        ("[[actor]]\nname = 'A'", "id"),
        ("[[actor]]\nid = 'A'\nalias = ['B']", "Did you mean 'aliases'"),
        ("[[actor]]\nid = 'A'\naliases = 'B'", r"\(A\): aliases"),
        ("[[actor]]\nid = 'A'\naliases = [1]", r"\(A\): aliases"),
        ("[[actor]]\nid = 'A'\naliases = ['B', 'b']", "duplicate"),
        ("[[actor]]\nid = 'A'\naliases = ['']", "letter or digit"),
        ("[[actor]]\nid = 1", "id"),
        ("[[actor]]\nid = 'A'\nanaphors = [2]", "anaphors"),
        ("[[actor]]\nid = 'A'\naliases = [{ text = 'B', case = 'Any' }]", "case"),
        ("[[actor]]\nid = 'A'\naliases = [{ text = 'B', form = 'x' }]", "form"),
        ("[[actor]]\nid = 'A'\npeople = [{ name = 'B C', terms = ['2020'] }]", "terms"),
        ("[[actor]]\nid = 'A'\npeople = [{ name = 'B C', common = 'yes' }]", "common"),
        ("[[actor]]\nid = 'A'\npeople = [{ name = 'B C', terms = [['2020-01-02', '2020-01-01']] }]", r"\(A\): .*term"),
        ("[[actor]]\nid = 'A'\n[[actor]]\nid = 'A'", "different for each"),
        ("actor = [1]", "a table"),
    ],
)
def test_a_file_that_is_wrong_names_itself_and_the_key(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(ActorError, match=part) as caught:
        load_actors_file(write(tmp_path, text))
    assert "mine.toml" in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ActorError, match="absent"):
        load_actors_file(tmp_path / "absent.toml")
    with pytest.raises(ActorError, match="can be read"):
        load_actors_file(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"[[actor]]\nid = '\xe9'")
    with pytest.raises(ActorError, match="UTF-8"):
        load_actors_file(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    ("word", "country"),
    [("Freetown", "Sierra Leone"), ("Suva", "Fiji"), ("Dili", "Timor-Leste"), ("Éire", "Ireland")],
)
def test_smaller_capitals_and_other_forms_are_known(word: str, country: str) -> None:
    (actor,) = resolve([word])
    assert actor.id == country


#: Places without people of their own, or without a word for them.
NO_DEMONYM = {
    "AX", "AS", "AQ", "BV", "IO", "VG", "BQ", "CX", "CC", "GF", "PF", "TF", "GG", "HM", "JE", "NF", "MP", "PN", "BL",
    "SH", "MF", "PM", "SX", "GS", "SJ", "TC", "UM", "VI", "VA", "WF", "DM", "CG",
}  # fmt: skip
#: Places without a capital, whose capital has their own name, or a name that nobody would take for it.
NO_CAPITAL = {"AI", "AQ", "BV", "CC", "TF", "GI", "HM", "HK", "MO", "NF", "SG", "TK", "UM", "VA", "BE"}


def test_every_country_has_its_demonym_and_its_capital() -> None:
    # The demonyms of DM and CG and the capital of BE are aliases of others, handed over by `[[shift]]` (test_mentions).
    countries = [actor for actor in load_catalogue().values() if actor.codes and len(actor.codes[0]) == 2]
    kinds = {actor.codes[0]: {alias.kind for alias in actor.aliases} for actor in countries}
    assert len(kinds) == 250
    assert {code for code, found in kinds.items() if "demonym" not in found} <= NO_DEMONYM
    assert {code for code, found in kinds.items() if "metonym" not in found} <= NO_CAPITAL


# --- what the catalogue knows of other countries


@pytest.mark.parametrize(
    ("asked", "actor_id"),
    [
        ("Congo", "DR Congo"),
        ("Congo - Kinshasa", "DR Congo"),
        ("Congo - Brazzaville", "Congo-Brazzaville"),
        ("Republic of the Congo", "Congo-Brazzaville"),
        ("Organisation for Security and Cooperation in Europe", "OSCE"),
        ("Socialist Republic of Viet Nam", "Vietnam"),
        ("Tobago", "Trinidad and Tobago"),
        ("FYROM", "North Macedonia"),
        ("Palestinian National Authority", "Palestine"),
        ("the Emirates", "UAE"),
        ("Virgin Islanders", "U.S. Virgin Islands"),
        ("Guernseyman", "Guernsey"),
        ("Republic of Hungary", "Hungary"),
    ],
)
def test_an_actor_is_known_by_its_other_names(asked: str, actor_id: str) -> None:
    assert [actor.id for actor in resolve([asked])] == [actor_id]


def test_no_term_of_office_ends_before_it_begins() -> None:
    aliases = [alias for actor in load_catalogue().values() for alias in actor.aliases]
    dated = [alias for alias in aliases if alias.from_date is not None and alias.until is not None]
    assert [alias for alias in dated if alias.from_date > alias.until] == []  # type: ignore[operator]


def people_in_office() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Actor, name and terms of everybody in the data who has terms, an open end as a day of the far future."""
    for file in ("actors.toml", "organisations.toml", "countries.toml"):
        for actor in tomllib.loads((DATA / file).read_text(encoding="utf-8"))["actor"]:
            for person in actor.get("people", ()):
                if "terms" in person:
                    yield (
                        actor["id"],
                        person["name"],
                        [(first, last or "9999-12-31") for first, last in person["terms"]],
                    )


def overlaps(terms: list[tuple[str, str]]) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    return [(one, other) for one, other in pairwise(sorted(terms)) if other[0] < one[1]]


def test_nobody_holds_office_twice_at_once() -> None:
    assert [(actor, name) for actor, name, terms in people_in_office() if overlaps(terms)] == []


def test_spellings_of_one_name_have_the_same_terms() -> None:
    known: dict[tuple[str, str], tuple[str, list[tuple[str, str]]]] = {}
    differing = []
    for actor, name, terms in people_in_office():
        first, before = known.setdefault((actor, spelling_key(name, {})), (name, terms))
        if before != terms:
            differing.append((actor, first, name))
    assert differing == []


def test_a_throne_has_one_king_and_one_pope_at_a_time() -> None:
    reigns = defaultdict(list)
    for actor, name, terms in people_in_office():
        if name.startswith(("King ", "Pope ")):
            reigns[actor] += terms
    assert len(reigns) > 5
    assert {actor: both for actor, terms in reigns.items() if (both := overlaps(terms))} == {}


@pytest.mark.parametrize("lists", [{"anaphors": "the thing"}, {"members": "UK"}, {"codes": 3}, {"anaphors": [""]}])
def test_lists_of_an_actor_are_lists_of_strings(lists: dict) -> None:
    with pytest.raises(ActorError, match="of A` to be "):
        Actor("A", **lists)


def test_half_a_character_is_no_name() -> None:
    with pytest.raises(ActorError, match="whole characters"):
        Actor("Foo\udcff Bar")


def test_a_surname_that_is_a_states_name_stays_the_states() -> None:
    person, state = resolve(["Luís Montenegro", "Montenegro"])
    assert "Montenegro" not in {alias.text for alias in person.aliases}
    assert "Montenegro" in {alias.text for alias in state.aliases}
    (alone,) = resolve(["Luís Montenegro"])
    assert "Montenegro" in {alias.text for alias in alone.aliases}


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("The Labour Party", "Labour Party"),
        ("the Labour Party", "Labour Party"),
        ("The Rolling  Stones", "Rolling Stones"),
        ("The al-Nusra Front", "al-Nusra Front"),
        ('"The New Republic"', "The New Republic"),  # in quotation marks it is what is there
        ("The Times", "The Times"),  # whose every "times" would else be counted
        ("A Just Russia", "A Just Russia"),
        ("Theodore Marburg Society", "Theodore Marburg Society"),
    ],
)
def test_an_article_is_no_part_of_a_name(asked: str, name: str) -> None:
    (actor,) = resolve([asked])
    assert (actor.id, actor.name) == (name, name)
    assert [alias.text for alias in actor.aliases] == [name]
