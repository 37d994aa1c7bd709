"""The lists of the data files: each entry once, none that can never match, none that nobody reads."""

from __future__ import annotations

import copy
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from biasscore import mention_lexicon, reporting_lexicon
from biasscore.actors import load_catalogue
from biasscore.clauses import _TOKEN
from biasscore.errors import ConfigError
from biasscore.files import read_data
from biasscore.mention_patterns import compile_patterns
from biasscore.word_lists import check_keys, check_words

FILES = [
    "abbreviations",
    "actors",
    "countries",
    "descriptions",
    "given_names",
    "homonyms",
    "organisations",
    "reporting",
]
#: Aliases with a rule that are no catalogue actor's: for an `Actor` of a user's own, and an organ of several states.
OF_OTHERS = {"who", "federal council"}


def lists(value: Any, place: str) -> Iterator[tuple[str, list[str]]]:
    """All lists of strings in a file, with their places."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from lists(inner, f"{place}.{key}")
    elif isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        yield place, value
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from lists(inner, f"{place}[{index}]")


@pytest.mark.parametrize("name", FILES)
def test_no_list_has_an_entry_twice(name: str) -> None:
    for place, entries in lists(read_data(f"{name}.toml"), name):
        if "terms" not in place:
            assert [entry for entry, count in Counter(entries).items() if count > 1] == [], place


def test_words_of_reporting_are_words_as_sentences_are_read() -> None:
    raw = read_data("reporting.toml")
    for section in ("nouns", "words", "act_words"):
        for name, entries in raw[section].items():
            if name in ("no_source", "no_source_first", "common"):  # sources and names are parted at spaces
                continue
            for entry in entries:
                assert [match.group() for match in _TOKEN.finditer(entry)] == [entry], (name, entry)


def test_every_key_of_a_rule_or_a_description_is_found() -> None:
    lexicon, actors = mention_lexicon.load_homonyms(), list(load_catalogue().values())
    patterns = compile_patterns(actors, metonyms=True, anaphors=True)
    found = {pattern.text for pattern in patterns if pattern.entries}
    described = {pattern.anaphor for pattern in patterns} | {pattern.bare for pattern in patterns}
    bare = {pattern.text for pattern in patterns if pattern.bare}
    assert lexicon.rules.keys() - found == OF_OTHERS - found
    assert lexicon.shifts.keys() <= found
    for keys in (lexicon.ahead, lexicon.things, lexicon.rivals, lexicon.defaults):
        assert set(keys) <= described
    for keys in (lexicon.capital_offices, lexicon.its, lexicon.posted, lexicon.own_secretaries, lexicon.office_far):
        assert set(keys) <= bare
    known = load_catalogue().keys()
    assert {context.actor for contexts in lexicon.shifts.values() for context in contexts} <= known
    assert {context.actor for context in lexicon.defaults.values()} <= known
    names = lexicon.names
    for aliases in (lexicon.seats, lexicon.language_never, names.surnames, names.bare, names.women):
        assert aliases <= found


def test_a_string_beside_an_alias_has_a_joint_where_it_meets_it() -> None:
    for alias, rule in mention_lexicon.load_homonyms().rules.items():
        assert not any(string[-1].isalnum() for string in rule.led + rule.perhaps_led), alias
        assert not any(string[0].isalnum() for string in rule.follows + rule.perhaps_follows), alias


SPOILT: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("homonyms", lambda raw: raw["rule"][0].update(befor=["x"]), "befor"),
    ("homonyms", lambda raw: raw["rule"][0].update(before=["under-21"]), "under-21"),
    ("homonyms", lambda raw: raw["rule"][0].update(after=["the north"]), "the north"),
    ("homonyms", lambda raw: raw["names"]["branches"].append("philip morris"), "philip morris"),
    ("homonyms", lambda raw: raw["names"]["things"].append("tom cat"), "tom cat"),
    ("homonyms", lambda raw: raw["people"]["before_month"].append("mid-"), "mid-"),
    ("homonyms", lambda raw: raw["people"]["others"].append("film maker"), "film maker"),
    ("homonyms", lambda raw: raw["name_ends"]["any"].append("tea room"), "tea room"),
    ("homonyms", lambda raw: raw["shift"][0].update(nera=["x"]), "nera"),
    ("homonyms", lambda raw: raw["anaphors"]["default"][0].update(farr=["x"]), "farr"),
    ("reporting", lambda raw: raw["acts"]["attack"].update(unles=["x"]), "unles"),
    ("reporting", lambda raw: raw["acts"]["attack"].update(people=True), "people"),
    ("reporting", lambda raw: raw["acts"]["attack"].update(unless=["in words"]), "in words"),
    ("reporting", lambda raw: raw["words"]["labels"].append("of note"), "of note"),
    ("reporting", lambda raw: raw["nouns"]["that"].append("point of view"), "point of view"),
]


@pytest.mark.parametrize(("name", "spoil", "entry"), SPOILT, ids=[f"{name}-{entry}" for name, _, entry in SPOILT])
def test_what_can_never_match_is_an_error(
    monkeypatch: pytest.MonkeyPatch, name: str, spoil: Callable[[dict[str, Any]], object], entry: str
) -> None:
    raw = copy.deepcopy(read_data(f"{name}.toml"))
    spoil(raw)
    load = mention_lexicon.load_homonyms if name == "homonyms" else reporting_lexicon.load_reporting
    module = sys.modules[load.__module__]
    monkeypatch.setattr(module, "read_data", lambda file: raw if file == f"{name}.toml" else read_data(file))
    with pytest.raises(ConfigError, match=rf"^Expected `.+` to be .+, got '{entry}'\. \w.+\.$"):
        load.__wrapped__()


def test_the_rules_of_an_alias_add_up() -> None:
    table = {
        "aliases": ["Utopia"],
        "before": ["Beer"],
        "near": ["ale"],
        "led": ["of "],
        "only_before": "-",
        "whole": True,
    }
    one = mention_lexicon.Rule.of(table)
    other = mention_lexicon.Rule.of({"aliases": ["Utopia"], "before": ["wine"], "led": ["in "], "named": True})
    both = one.joined(other)
    assert (both.before, both.led, both.only_before) == ({"beer", "wine"}, ("of ", "in "), "-")
    assert both.whole and both.named and not both.places
    assert both.near.words == ("ale",) and both.after == frozenset()


def test_words_and_keys() -> None:
    check_words(["a", "b.", "c-d"], "x", joints=" ")
    check_keys({"a": 1}, ["a", "b"], "x")
    with pytest.raises(ConfigError, match=r"^Expected `x` to be a list of single words, got 'c-d'"):
        check_words(["a", "c-d"], "x")
    with pytest.raises(ConfigError, match=r"^Expected `x` to be a table with keys among a, b, got 'c'"):
        check_keys({"c": 1}, ["b", "a"], "x")
