"""What a state may be called once it has been named, by where it lies and what it is: "the Baltic state"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from .actor_records import Actor
from .errors import ConfigError, expected
from .files import read_data
from .folding import fold
from .word_lists import check_keys

_FILE: Final = "descriptions.toml"


def describe(actors: Iterable[Actor]) -> list[Actor]:
    """Give the actors of the catalogue the descriptions that ``data/descriptions.toml`` has of them.

    Args:
        actors: All actors of the catalogue.

    Returns:
        The same actors in the same order; the descriptions come after their own anaphors. What is somebody's name
        describes nobody else.

    Raises:
        ConfigError: The file has a key that nobody reads, names an actor that there is not, or has words that nothing
            could follow.
    """
    known = {actor.id: actor for actor in actors}
    raw = read_data(_FILE)
    check_keys(raw, ("forms", "group", "description"), _FILE)
    forms = load_forms()
    _check(forms, {anaphor for actor in known.values() for anaphor in actor.anaphors}, f"{_FILE}, [forms]")
    anaphors = {name: list(actor.anaphors) for name, actor in known.items()}
    taken = {fold(alias.text) for actor in known.values() for alias in actor.aliases}  # "Central African Republic"
    for table in raw["group"]:
        for name in _described(table, "words", known):
            own = [form for anaphor, held in forms.items() if anaphor in known[name].anaphors for form in held]
            _check([name], [name] if own else (), f"actors of {table['words']}")
            phrases = [fold(f"{word} {form}") for word in table["words"] for form in own]
            anaphors[name] += [f"the {phrase}" for phrase in phrases if phrase not in taken]
    for table in raw["description"]:
        for name in _described(table, "phrases", known):
            anaphors[name] += [fold(phrase) for phrase in table["phrases"]]
    return [
        Actor(name, actor.name, actor.aliases, dict.fromkeys(anaphors[name]), actor.members, actor.codes)
        for name, actor in known.items()
    ]


@cache
def load_forms() -> Mapping[str, list[str]]:
    """What a state goes by after an adjective, by its anaphors: "the country" is "the war-torn nation" too."""
    forms: dict[str, list[str]] = read_data(_FILE)["forms"]
    return MappingProxyType(forms)


@cache
def load_words() -> frozenset[str]:
    """The single words that say where a state lies or what it is, folded ("baltic", "oil-rich")."""
    return frozenset(fold(word) for table in read_data(_FILE)["group"] for word in table["words"] if " " not in word)


def _described(table: Mapping[str, Any], key: str, known: Collection[str]) -> list[str]:
    """The actors of a table that has besides them one key."""
    place = f"{_FILE}, {table.get(key)}"
    check_keys(table, (key, "actors"), place)
    names: list[str] = table["actors"]
    _check(names, known, place)
    return names


def _check(names: Iterable[str], known: Collection[str], place: str) -> None:
    for name in names:
        if name not in known:
            raise ConfigError(expected(place, "names that the catalogue has a use for", name, "Correct it."))
