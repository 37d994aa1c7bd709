"""The instrument has no favourites: actors that change places in a text change numbers, to the last bit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from biasscore import Actor, ActorProfile, Alias, Article, ArticleProfile, Scorer
from biasscore.actors import load_catalogue
from biasscore.records import MentionKind

# --- the parts of texts ----------------------------------------------------------------------------------------------

#: Aliases of the UK and of Russia that stand in for one another, kind by kind.
PAIRS: Mapping[MentionKind, list[tuple[str, str]]] = {
    "name": [
        ("UK", "Russia"),
        ("United Kingdom", "Russian Federation"),
        ("Britain", "Russia"),
        ("U.K.", "RF"),
        ("Великобритания", "Россия"),
        ("Royaume-Uni", "Russie"),
    ],
    "demonym": [("British", "Russian"), ("Britons", "Russians"), ("британский", "российский")],
    "metonym": [
        ("London", "Moscow"),
        ("Foreign Office", "Kremlin"),
        ("Whitehall", "Smolenskaya Square"),
        ("House of Lords", "State Duma"),
        ("MI6", "SVR"),
        ("Лондон", "Москва"),
    ],
    "person": [
        ("Keir Starmer", "Vladimir Putin"),
        ("Starmer", "Putin"),
        ("Rishi Sunak", "Dmitry Medvedev"),
        ("British Foreign Secretary David Lammy", "Russian Foreign Minister Sergei Lavrov"),
        ("Lammy", "Lavrov"),
        ("Prime Minister Keir Starmer", "President Vladimir Putin"),
    ],
    # Capitals, since some of them begin a sentence.
    "paraphrase": [("Perfidious Albion", "Mother Russia"), ("Sceptred isle", "Land of the tsars")],
}

#: Own texts; {a} and {b} are two actors under whatever alias, {c} is a bystander.
TEMPLATES = {
    "column": (
        "A winter on the pier\n\n"
        "For years the villagers had waited for {a} in vain. Last week {a} broke the old promise again, and {b} paid "
        "for it without a word of complaint.\n\n"
        "“Nobody here trusts {a} any more,” said the harbour master, who had trusted {b} even less in his youth. “They "
        "came, they measured, they left. Then {b} sent a crane.”\n\n"
        "{c} looked on. According to the mayor, {a} and {b} had agreed on everything but the bill; {a}, he added, was "
        "a coward. It is hard to think of anything meaner. {b} deserves better neighbours."
    ),
    "report": (
        "Talks between {a} and {b} ended on Friday without a result, officials said. {a} said that {b} had refused to "
        "sign. {b} denied it; a spokesman called the charge “a fairy tale”.\n\n"
        "Critics accuse {b} of delay. The meeting, the third this year, was chaired by {c}. {a}’s so-called "
        "“peacekeepers” did not appear."
    ),
    "praise": (
        "Nobody thanked {b}. Yet it was {b} that rebuilt the school, patiently and at its own expense, while {a} "
        "talked. {c} helped a little. How easily {a} forgets! The children will not."
    ),
}


def fill(template: str, a: str, b: str) -> str:
    return template.replace("{a}", a).replace("{b}", b).replace("{c}", "Kazakhstan")


# --- what must be equal ----------------------------------------------------------------------------------------------


def numbers(profile: ActorProfile) -> ActorProfile:
    """A profile without the actor's own name."""
    return replace(profile, id="", name="")


def evidence_rows(profile: ArticleProfile, actor: str) -> list[tuple[object, ...]]:
    rows = [row for row in profile.scores if row.actor == actor]
    return [(row.sentence, len(row.spans), row.voice, row.sentiment, row.stance, row.truncated) for row in rows]


def assert_swapped(first: ArticleProfile, second: ArticleProfile, swap: Mapping[str, str]) -> None:
    """Every number of the one profile is in the other, where ``swap`` says it should be."""
    for actor in first:
        other = swap.get(actor, actor)
        assert evidence_rows(first, actor) == evidence_rows(second, other), actor
        assert numbers(first[actor]) == numbers(second[other]), actor
    contrasts = {frozenset((found.first, found.second)): found for found in second.contrasts}
    assert len(contrasts) == len(first.contrasts)
    for here in first.contrasts:
        pair = swap.get(here.first, here.first), swap.get(here.second, here.second)
        there = contrasts[frozenset(pair)]
        sign = 1 if there.first == pair[0] else -1
        for ours, theirs in ((here.sentiment, there.sentiment), (here.stance, there.stance)):
            ends = (theirs.low, theirs.high) if sign == 1 else (-theirs.high, -theirs.low)
            assert (ours.score, ours.low, ours.high, ours.n) == (sign * theirs.score, *ends, theirs.n)


SWAP = {"UK": "Russia", "Russia": "UK"}


# --- own texts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", list(TEMPLATES.values()), ids=list(TEMPLATES))
@pytest.mark.parametrize("kind", list(PAIRS))
def test_swapped_aliases_swap_the_numbers(scorer: Scorer, template: str, kind: MentionKind) -> None:
    for uk, russia in PAIRS[kind]:
        there = scorer.score(fill(template, uk, russia))
        back = scorer.score(fill(template, russia, uk))
        assert there["UK"].mentions == template.count("{a}")
        assert there["Russia"].mentions == template.count("{b}")
        assert_swapped(there, back, SWAP)
        # The two are not treated alike, so that there is something to swap.
        assert numbers(there["UK"]) != numbers(there["Russia"])


@pytest.mark.parametrize("kind", list(PAIRS))
def test_every_alias_of_either_actor_has_the_same_numbers(scorer: Scorer, kind: MentionKind) -> None:
    """Whatever an actor is called, in whatever script, the answer is that for its plainest name."""
    template = TEMPLATES["column"]
    wanted = scorer.score(fill(template, "United Kingdom", "Russia"))
    asked: list[tuple[str, str]] = []
    for actor, other in SWAP.items():
        texts = {alias.text for alias in load_catalogue()[actor].aliases if alias.kind == kind and alias.after is None}
        asked += [(actor, fill(template, text, load_catalogue()[other].name)) for text in sorted(texts)]
    same = 0
    for (actor, text), profile in zip(asked, scorer.score_many(text for _, text in asked), strict=True):
        # Some aliases need more around them than they have here ("Anglo" its hyphen), and are no mentions.
        if profile[actor].mentions == wanted["UK"].mentions:
            assert evidence_rows(profile, actor) == evidence_rows(wanted, "UK"), text[:200]
            assert evidence_rows(profile, SWAP[actor]) == evidence_rows(wanted, "Russia"), text[:200]
            same += 1
    assert same > 0.85 * len(asked) > 20


def test_descriptions_swap_with_the_names_they_stand_for(scorer: Scorer) -> None:
    template = (
        "{a} sent no help. The country has many excuses. {b} sent two trains, and for once the country kept its word."
    )
    there, back = (scorer.score(fill(template, *names)) for names in (("Britain", "Russia"), ("Russia", "Britain")))
    assert there["UK"].mentions == there["Russia"].mentions == 2
    assert_swapped(there, back, SWAP)


def test_three_actors_go_round(scorer: Scorer) -> None:
    template = TEMPLATES["column"].replace("{c}", "{c} the Silent")
    there = scorer.score(template.format(a="Britain", b="Russia", c="Kazakhstan"))
    back = scorer.score(template.format(a="Russia", b="Kazakhstan", c="Britain"))
    assert_swapped(there, back, {"UK": "Russia", "Russia": "Kazakhstan", "Kazakhstan": "UK"})


# --- the fixture articles --------------------------------------------------------------------------------------------

#: Every alias of one that the articles use -> one of the other, of the same kind.
TO_RUSSIA = {
    "United Kingdom": "Russian Federation",
    "Great Britain": "Russian Federation",
    "Britain": "Russia",
    "British": "Russian",
    "Englishman": "Russian",
    "London": "Moscow",
    "Foreign Office": "Kremlin",
    "Whitehall": "Kremlin",
    "Westminster": "State Duma",
    "Foggy Albion": "Mother Russia",
    "perfidious Albion": "Mother Russia",
    "Albion": "Mother Russia",
    "lords of the seas": "Russian bear",
    "banks of the Thames": "land of the tsars",
    "King Charles": "Vladimir Putin",
}
TO_UK = {
    "Russian Federation": "United Kingdom",
    "Russia": "Britain",
    "Russians": "Britons",
    "Russian": "British",
    "Moscow": "London",
    "Kremlin": "Foreign Office",
    "State Duma": "House of Lords",
}


def exchange(text: str, table: Mapping[str, str]) -> str:
    """Replace every alias in the table, the longest first, all at once."""
    longest_first = sorted(table, key=len, reverse=True)
    return re.sub(rf"\b({'|'.join(longest_first)})\b", lambda match: table[match.group()], text)


@pytest.mark.parametrize(
    "name",
    [
        "opinion_against_uk",
        "opinion_against_russia",
        "opinion_for_russia",
        "opposite_pair",
        "wire_neutral",
        "long_report",
    ],
)
def test_swapped_articles_swap_the_numbers(
    scorer: Scorer, articles: dict[str, Article], profiles: dict[str, ArticleProfile], name: str
) -> None:
    text, profile = articles[name].text, profiles[name]
    swapped = exchange(text, {**TO_RUSSIA, **TO_UK})
    assert swapped != text
    assert profile["UK"].mentions + profile["Russia"].mentions > 10
    assert_swapped(profile, scorer.score(swapped), SWAP)


# --- an actor nobody has heard of ------------------------------------------------------------------------------------

ZUBROVIA = Actor(
    "Zubrovia",
    aliases=[Alias("Zubrovian", "demonym"), Alias("Lutz", "metonym"), Alias("Land of Bison", "paraphrase")],
    anaphors=["the country"],
)
#: Every alias of the UK in the articles below -> one of Zubrovia.
TO_ZUBROVIA = {
    **dict.fromkeys(["UK", "United Kingdom", "Great Britain", "Britain"], "Zubrovia"),
    **dict.fromkeys(["British", "Englishman"], "Zubrovian"),
    **dict.fromkeys(["London", "Foreign Office", "Whitehall", "Westminster", "Royal Navy"], "Lutz"),
    **dict.fromkeys(["Foggy Albion", "perfidious Albion", "Albion"], "Land of Bison"),
    **dict.fromkeys(["lords of the seas", "banks of the Thames"], "Land of Bison"),
}


@pytest.mark.parametrize("name", ["opinion_against_uk", "opinion_for_uk"])
def test_an_invented_actor_in_anothers_place_changes_nothing(articles: dict[str, Article], name: str) -> None:
    text = articles[name].text
    real = Scorer(["UK", "Kazakhstan"], device="cpu").score(text)
    unheard = Scorer([ZUBROVIA, "Kazakhstan"], device="cpu").score(exchange(text, TO_ZUBROVIA))
    assert real["UK"].mentions > 10
    assert_swapped(real, unheard, {"UK": "Zubrovia"})


def test_what_an_actor_is_called_in_the_output_changes_nothing(articles: dict[str, Article]) -> None:
    uk = load_catalogue()["UK"]
    other = Actor("Ruritania", "Ruritania", uk.aliases, uk.anaphors)
    real = Scorer(["Russia", "UK"], device="cpu").score(articles["wire_neutral"])
    renamed = Scorer([other, "Russia"], device="cpu").score(articles["wire_neutral"])
    assert_swapped(real, renamed, {"UK": "Ruritania"})
