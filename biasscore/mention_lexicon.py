"""What is known of words around mentions: ``data/homonyms.toml``, ready to be looked up."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, get_args

from .actors import fold
from .mention_text import Reading, Role, has_any


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one alias is no mention (``[[rule]]`` in ``data/homonyms.toml``)."""

    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    near: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()
    only_after: frozenset[str] = frozenset()
    only_before: str = ""
    places: bool = False
    capitals: bool = False
    unowned: bool = False
    whole: bool = False

    def joined(self, other: Rule) -> Rule:
        """Both rules in one."""
        return Rule(
            self.before | other.before,
            self.after | other.after,
            self.near + other.near,
            self.needs + other.needs,
            self.only | other.only,
            self.only_after | other.only_after,
            self.only_before + other.only_before,
            self.places or other.places,
            self.capitals or other.capitals,
            self.unowned or other.unowned,
            self.whole or other.whole,
        )


@dataclass(frozen=True, slots=True)
class Context:
    """Words that must, and words that must not, stand near a span for it to mean an actor.

    Attributes:
        actor: The actor's id.
        near: One of these must.
        far: None of these may.
        capital: The span's last word must begin with a capital.
    """

    actor: str
    near: tuple[str, ...]
    far: tuple[str, ...]
    capital: bool

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Context:
        """Read a table of the file."""
        near, far = (tuple(map(fold, table.get(key, []))) for key in ("near", "far"))
        return cls(table["actor"], near, far, table.get("capital", False))

    def applies(self, reading: Reading, start: int, end: int, reach: int) -> bool:
        """Whether the words up to so many characters around a span allow it."""
        if self.capital and not reading.plain[reading.plain.rfind(" ", start, end) + 1 or start].isupper():
            return False
        around = reading.folded[max(0, start - reach) : end + reach]
        return has_any(around, self.near) and not has_any(around, self.far)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``data/homonyms.toml``, ready to be looked up; all folded."""

    phrases: frozenset[str]
    rules: Mapping[str, Rule]
    shifts: Mapping[str, tuple[Context, ...]]
    places: tuple[str, ...]
    name_ends: Mapping[str, frozenset[str]]
    language_before: frozenset[str]
    language_verbs: frozenset[str]
    language_prepositions: frozenset[str]
    language_stops: frozenset[str]
    language_never: frozenset[str]
    titles: frozenset[str]
    offices_before: tuple[str, ...]
    openers: frozenset[str]
    others: frozenset[str]
    months: frozenset[str]
    before_month: frozenset[str]
    words: frozenset[str]
    faint: frozenset[str]
    spellings: Mapping[str, tuple[str, ...]]
    surname_spellings: Mapping[str, str]
    hints: tuple[str, ...]
    known: frozenset[str]
    company: tuple[str, ...]
    elsewhere: tuple[str, ...]
    surname_ends: tuple[str, ...]
    ladies: frozenset[str]
    women: frozenset[str]
    doubles: tuple[str, ...]
    double_stops: frozenset[str]
    strangers: tuple[str, ...]
    lowly: frozenset[str]
    offices: Mapping[str, Role]
    bare: Mapping[str, str]
    capital_offices: frozenset[str]
    office_far: Mapping[str, tuple[str, ...]]
    heads: tuple[str, ...]
    bodies: tuple[str, ...]
    chief_stops: frozenset[str]
    office_stops: frozenset[str]
    posted: frozenset[str]
    past: tuple[str, ...]
    no_anaphor_before: frozenset[str]
    attributive_before: frozenset[str]
    attributive_after: frozenset[str]
    wide: tuple[str, ...]
    ahead: frozenset[str]
    fits: Mapping[str, frozenset[str]]
    defaults: Mapping[str, Context]


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


@cache
def load_lexicon() -> Lexicon:
    """The lists of the file; read once."""
    raw = tomllib.loads(resources.files("biasscore").joinpath("data", "homonyms.toml").read_text(encoding="utf-8"))
    people, language, anaphors, offices = raw["people"], raw["language"], raw["anaphors"], raw["offices"]
    rules: dict[str, Rule] = {}
    for table in raw["rule"]:
        for alias in map(fold, table["aliases"]):
            rules[alias] = rules[alias].joined(_rule(table)) if alias in rules else _rule(table)
    bare = dict.fromkeys(_ministers(offices), "the country")
    bare |= {fold(office): key for key, listed in offices["bare"].items() for office in listed}
    return Lexicon(
        phrases=_folded(phrase for phrases in raw["phrases"].values() for phrase in phrases),
        rules=rules,
        shifts=_shifts(raw["shift"]),
        places=tuple(sorted(", " + fold(name) for name in raw["places"]["names"])),
        name_ends={kind: _folded(words) for kind, words in raw["name_ends"].items()},
        language_before=_folded(language["before"]),
        language_verbs=_folded(language["verbs"]),
        language_prepositions=_folded(language["prepositions"]),
        language_stops=_folded(language["stops"]),
        language_never=_folded(language["never"]),
        titles=_folded(people["titles"]),
        offices_before=tuple(fold(office) + " " for office in people["offices"]),
        openers=_folded(people["openers"]),
        others=_folded(people["others"]),
        months=_folded(people["months"]),
        before_month=_folded(people["before_month"]),
        words=_folded(people["words"]),
        faint=_folded(people["faint"]),
        spellings={name: tuple(group) for group in raw["spellings"]["given"] for name in group},
        surname_spellings=dict(raw["spellings"]["endings"]),
        hints=tuple(map(fold, people["hints"])),
        known=_folded(people["known"]),
        company=tuple(map(fold, people["company"])),
        elsewhere=tuple(map(fold, people["elsewhere"])),
        surname_ends=tuple(map(fold, people["surname_ends"])),
        ladies=_folded(people["ladies"]),
        women=_folded(people["women"]),
        doubles=tuple(map(fold, people["doubles"])),
        double_stops=_folded(people["double_stops"]),
        strangers=tuple(map(fold, people["strangers"])),
        lowly=_folded(people["lowly"]),
        offices=_offices(offices),
        bare=bare,
        capital_offices=_folded(offices["capital"]),
        office_far={fold(office): tuple(map(fold, words)) for office, words in offices["far"].items()},
        heads=tuple(map(fold, offices["heads"])),
        bodies=tuple(map(fold, offices["bodies"])),
        chief_stops=_folded(offices["chief_stops"]),
        office_stops=_folded(offices["stops"]),
        posted=_folded(offices["posted"]),
        past=tuple(map(fold, offices["past"])),
        no_anaphor_before=_folded(anaphors["before"]),
        attributive_before=_folded(anaphors["attributive"]["before"]),
        attributive_after=_folded(anaphors["attributive"]["after"]),
        wide=tuple(f"the {fold(word)} " for word in anaphors["wide"]),
        ahead=_folded(anaphors["ahead"]),
        fits={fold(phrase): frozenset(ids) for phrase, ids in anaphors["fits"].items()},
        defaults={fold(table["phrase"]): Context.of(table) for table in anaphors["default"]},
    )


def _shifts(tables: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Context, ...]]:
    shifts: dict[str, tuple[Context, ...]] = {}
    for table in tables:
        alias = fold(table["alias"])
        shifts[alias] = (*shifts.get(alias, ()), Context.of(table))
    return shifts


def _rule(table: Mapping[str, Any]) -> Rule:
    return Rule(
        _folded(table.get("before", [])),
        _folded(table.get("after", [])),
        tuple(map(fold, table.get("near", []))),
        tuple(map(fold, table.get("needs", []))),
        _folded(table.get("only", [])),
        _folded(table.get("only_after", [])),
        table.get("only_before", ""),
        table.get("places", False),
        table.get("capitals", False),
        table.get("unowned", False),
        table.get("whole", False),
    )


def _ministers(offices: Mapping[str, Any]) -> list[str]:
    """An "oil minister", a "minister of oil" and a "minister for oil" for each portfolio."""
    names = [fold(name) for name in offices["portfolios"]]
    return [made for name in names for made in (f"{name} minister", f"minister of {name}", f"minister for {name}")]


def _offices(offices: Mapping[str, Any]) -> dict[str, Role]:
    """Office word -> role."""
    ministers = _ministers(offices)
    listed: dict[Role, list[str]] = {
        "junior": [
            f"{rank} {name}"
            for name in (*ministers, "minister")
            for rank in ("deputy", "first deputy", "junior", "vice")
        ],
        "plural": [name.replace("minister", "ministers", 1) for name in ministers]
        + [f"{name} secretaries" for name in offices["secretaries"]],
        "high": [*ministers, *(f"{name} secretary" for name in offices["secretaries"])]
        + [f"secretary of state for {name}" for name in offices["portfolios"]],
    }
    roles: dict[str, Role] = {}
    for role in get_args(Role):
        for office in (*offices["roles"].get(role, []), *listed.get(role, [])):
            roles.setdefault(fold(office), role)
    return roles
