"""What is known of words around mentions: ``data/homonyms.toml``, ready to be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Final, get_args

from .actors import fold
from .files import read_data
from .mention_text import AnyOf, Reading, Role
from .personal_names import load_given_names

_NONE: Final = AnyOf()


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one alias is no mention (``[[rule]]`` in ``data/homonyms.toml``)."""

    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    near: AnyOf = _NONE
    needs: AnyOf = _NONE
    only: frozenset[str] = frozenset()
    only_after: frozenset[str] = frozenset()
    only_before: str = ""
    places: bool = False
    capitals: bool = False
    unowned: bool = False
    whole: bool = False
    free: frozenset[str] = frozenset()
    plural: frozenset[str] = frozenset()
    degrees: frozenset[str] = frozenset()
    venues: bool = False
    abroad: bool = False
    named: bool = False
    or_before: frozenset[str] = frozenset()
    second: frozenset[str] = frozenset()
    led: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    perhaps_before: frozenset[str] = frozenset()
    perhaps_led: tuple[str, ...] = ()
    perhaps_follows: tuple[str, ...] = ()
    unless: AnyOf = _NONE
    towns: bool = False
    played: bool = False

    def joined(self, other: Rule) -> Rule:
        """Both rules in one."""
        return Rule(
            self.before | other.before,
            self.after | other.after,
            self.near | other.near,
            self.needs | other.needs,
            self.only | other.only,
            self.only_after | other.only_after,
            self.only_before + other.only_before,
            self.places or other.places,
            self.capitals or other.capitals,
            self.unowned or other.unowned,
            self.whole or other.whole,
            self.free | other.free,
            self.plural | other.plural,
            self.degrees | other.degrees,
            self.venues or other.venues,
            self.abroad or other.abroad,
            self.named or other.named,
            self.or_before | other.or_before,
            self.second | other.second,
            self.led + other.led,
            self.follows + other.follows,
            self.perhaps_before | other.perhaps_before,
            self.perhaps_led + other.perhaps_led,
            self.perhaps_follows + other.perhaps_follows,
            self.unless | other.unless,
            self.towns or other.towns,
            self.played or other.played,
        )


@dataclass(frozen=True, slots=True)
class Names:
    """Words that make an alias somebody or something else's name (``[names]`` in ``data/homonyms.toml``)."""

    surnames: frozenset[str]
    given: frozenset[str]
    no_given: frozenset[str]
    callings: frozenset[str]
    reigns: frozenset[str]
    called: frozenset[str]
    called_stops: frozenset[str]
    things: frozenset[str]
    people: frozenset[str]
    vessels: frozenset[str]
    vessel_stops: frozenset[str]
    pets: frozenset[str]
    apposed: frozenset[str]
    leading: frozenset[str]
    crowns: frozenset[str]
    branches: frozenset[str]
    works: frozenset[str]
    women: frozenset[str]
    kin: frozenset[str]
    kept: frozenset[str]
    venues: frozenset[str]
    venue_kinds: frozenset[str]
    institutions: frozenset[str]
    loose: frozenset[str]
    suffixes: frozenset[str]
    small: frozenset[str]
    partners: frozenset[str]
    acronym_bodies: frozenset[str]
    seamstresses: frozenset[str]
    shops: frozenset[str]
    settlements: frozenset[str]
    italian: frozenset[str]
    parties: frozenset[str]
    bare: frozenset[str]
    unarticled: frozenset[str]
    articled: frozenset[str]
    bare_stops: frozenset[str]
    clerks: frozenset[str]


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
    near: AnyOf
    far: AnyOf
    capital: bool

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Context:
        """Read a table of the file."""
        near, far = (_any_of(table.get(key, [])) for key in ("near", "far"))
        return cls(table["actor"], near, far, table.get("capital", False))

    def applies(self, reading: Reading, start: int, end: int, reach: int) -> bool:
        """Whether the words up to so many characters around a span allow it."""
        if self.capital and not reading.plain[reading.plain.rfind(" ", start, end) + 1 or start].isupper():
            return False
        around = reading.folded[max(0, start - reach) : end + reach]
        return self.near.occur_in(around) and not self.far.occur_in(around)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``data/homonyms.toml``, ready to be looked up; all folded.

    `namers` are the words of `names` right after which an alias may be a name.
    """

    phrases: Mapping[str, tuple[int, ...]]
    exact_phrases: frozenset[str]
    rules: Mapping[str, Rule]
    shifts: Mapping[str, tuple[Context, ...]]
    places: tuple[str, ...]
    shared_places: frozenset[str]
    shared_states: frozenset[str]
    own_towns: frozenset[str]
    homes: frozenset[str]
    names: Names
    namers: frozenset[str]
    glosses: tuple[str, ...]
    meanings: tuple[str, ...]
    name_ends: Mapping[str, frozenset[str]]
    language_before: frozenset[str]
    language_verbs: frozenset[str]
    language_prepositions: frozenset[str]
    language_stops: frozenset[str]
    language_never: frozenset[str]
    language_owners: frozenset[str]
    language_learnt: frozenset[str]
    language_media: frozenset[str]
    language_spoken: frozenset[str]
    language_spoken_stops: frozenset[str]
    language_classes: frozenset[str]
    titles: frozenset[str]
    offices_before: tuple[str, ...]
    offices_held: Mapping[str, tuple[str, ...]]
    openers: frozenset[str]
    no_given_names: frozenset[str]
    others: frozenset[str]
    months: frozenset[str]
    before_month: frozenset[str]
    words: frozenset[str]
    faint: frozenset[str]
    modest: frozenset[str]
    politics: AnyOf
    pastimes: tuple[str, ...]
    affairs: AnyOf
    abroad: AnyOf
    colon: AnyOf
    spellings: Mapping[str, tuple[str, ...]]
    surname_spellings: Mapping[str, str]
    hints: AnyOf
    known: frozenset[str]
    company: AnyOf
    addresses: frozenset[str]
    addressed: AnyOf
    elsewhere: AnyOf
    surname_ends: tuple[str, ...]
    plural_makers: frozenset[str]
    ladies: frozenset[str]
    peers: frozenset[str]
    women: frozenset[str]
    doubles: tuple[str, ...]
    double_stops: frozenset[str]
    strangers: tuple[str, ...]
    lowly: frozenset[str]
    trades: frozenset[str]
    offices: Mapping[str, Role]
    bare: Mapping[str, str]
    capital_offices: frozenset[str]
    own_ministers: frozenset[str]
    own_secretaries: frozenset[str]
    office_far: Mapping[str, AnyOf]
    heads: tuple[str, ...]
    bodies: tuple[str, ...]
    chief_stops: frozenset[str]
    office_stops: frozenset[str]
    posted: frozenset[str]
    its: frozenset[str]
    its_adjectives: frozenset[str]
    deputies: tuple[str, ...]
    past: tuple[str, ...]
    no_anaphor_before: frozenset[str]
    seats: frozenset[str]
    parts: frozenset[str]
    attributive_before: frozenset[str]
    attributive_after: frozenset[str]
    wide: tuple[str, ...]
    things: frozenset[str]
    ahead: frozenset[str]
    fits: Mapping[str, frozenset[str]]
    rivals: Mapping[str, AnyOf]
    defaults: Mapping[str, Context]


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


def _any_of(words: Iterable[str]) -> AnyOf:
    return AnyOf(map(fold, words))


@cache
def load_lexicon() -> Lexicon:
    """The lists of the file; read once."""
    raw = read_data("homonyms.toml")
    people, language, anaphors, offices = raw["people"], raw["language"], raw["anaphors"], raw["offices"]
    ends = raw["name_ends"]
    rules: dict[str, Rule] = {}
    for table in raw["rule"]:
        for alias in map(fold, _ungrouped(table["aliases"], raw["groups"])):
            rules[alias] = rules[alias].joined(_rule(table)) if alias in rules else _rule(table)
    bare = dict.fromkeys(_ministers(offices), "the country")
    names = Names(*(_folded(_ungrouped(raw["names"][field.name], raw["groups"])) for field in fields(Names)))
    names = replace(
        names, given=names.given | (load_given_names() - names.no_given), unarticled=names.unarticled - names.articled
    )
    bare |= {fold(office): key for key, listed in offices["bare"].items() for office in listed}
    return Lexicon(
        phrases=_phrases(raw["phrases"]),
        exact_phrases=frozenset(raw["exact_phrases"]),
        rules=rules,
        shifts=_shifts(raw["shift"]),
        places=tuple(sorted(", " + fold(name) for name in raw["places"]["names"])),
        shared_places=frozenset(", " + fold(name) for name in raw["places"]["shared"]),
        shared_states=frozenset(", " + fold(name) for name in raw["places"]["shared_states"]),
        homes=_folded(raw["places"]["homes"]),
        own_towns=_folded(raw["places"]["own"]),
        names=names,
        namers=names.called | names.pets | names.vessels | names.branches | names.callings | names.given,
        glosses=tuple(raw["names"]["glosses"]),
        meanings=tuple(raw["names"]["meanings"]),
        name_ends={kind: _folded([*words, *ends["any"]]) for kind, words in ends.items() if kind != "any"},
        language_before=_folded(language["before"]),
        language_verbs=_folded(language["verbs"]),
        language_prepositions=_folded(language["prepositions"]),
        language_stops=_folded(language["stops"]),
        language_never=_folded(language["never"]),
        language_owners=_folded(language["owners"]),
        language_learnt=_folded(language["learnt"]),
        language_media=_folded(language["media"]),
        language_spoken=_folded(language["spoken"]),
        language_spoken_stops=_folded(language["spoken_stops"]),
        language_classes=_folded(language["classes"]),
        titles=_folded(people["titles"]),
        offices_before=tuple(fold(office) + " " for office in people["offices"]),
        offices_held=_offices_held(people["held"]),
        openers=_folded(people["openers"]),
        no_given_names=_folded([*people["openers"], *people["titles"]]),
        others=_folded(people["others"]),
        months=_folded(people["months"]),
        before_month=_folded(people["before_month"]),
        words=_folded(people["words"]),
        faint=_folded(people["faint"]),
        modest=_folded(people["modest"]),
        politics=_any_of(people["politics"]),
        pastimes=tuple(map(fold, people["pastimes"])),
        affairs=_any_of(people["affairs"]),
        abroad=_any_of(raw["places"]["abroad"]),
        colon=_any_of(people["colon"]),
        spellings={name: tuple(group) for group in raw["spellings"]["given"] for name in group},
        surname_spellings=dict(raw["spellings"]["endings"]),
        hints=_any_of(people["hints"]),
        known=_folded(people["known"]),
        company=_any_of(people["company"]),
        addresses=_folded(people["addresses"]),
        addressed=_any_of(people["addressed"]),
        elsewhere=_any_of(people["elsewhere"]),
        surname_ends=tuple(map(fold, people["surname_ends"])),
        plural_makers=_folded(raw["names"]["plural_makers"]),
        ladies=_folded(people["ladies"]),
        peers=_folded(people["peers"]),
        women=_folded(people["women"]),
        doubles=tuple(map(fold, people["doubles"])),
        double_stops=_folded(people["double_stops"]),
        strangers=tuple(map(fold, people["strangers"])),
        lowly=_folded(people["lowly"]),
        trades=_folded(people["trades"]),
        offices=_offices(offices),
        bare=bare,
        capital_offices=_folded(offices["capital"]),
        own_secretaries=_folded(offices["own_secretaries"]),
        own_ministers=frozenset(_ministers(offices)) - _folded(offices["abroad"]),
        office_far={fold(office): _any_of(words) for office, words in offices["far"].items()},
        heads=tuple(map(fold, offices["heads"])),
        bodies=tuple(map(fold, offices["bodies"])),
        chief_stops=_folded(offices["chief_stops"]),
        office_stops=_folded(offices["stops"]),
        posted=_folded(offices["posted"]),
        its=_folded(offices["its"]),
        its_adjectives=_folded(offices["its_adjectives"]),
        deputies=tuple(fold(rank) + " " for rank in offices["deputies"]),
        past=tuple(map(fold, offices["past"])),
        no_anaphor_before=_folded(anaphors["before"]),
        seats=_folded(anaphors["seats"]),
        parts=_folded(anaphors["parts"]),
        attributive_before=_folded(anaphors["attributive"]["before"]),
        attributive_after=_folded(anaphors["attributive"]["after"]),
        wide=tuple(f"the {fold(word)} " for word in anaphors["wide"]),
        things=_folded(anaphors["things"]),
        ahead=_folded(anaphors["ahead"]),
        fits={fold(phrase): frozenset(table["actors"]) for table in anaphors["fits"] for phrase in table["phrases"]},
        rivals={fold(phrase): _any_of(names) for phrase, names in anaphors["rivals"].items()},
        defaults={fold(table["phrase"]): Context.of(table) for table in anaphors["default"]},
    )


def _ungrouped(listed: Iterable[str], groups: Mapping[str, Iterable[str]]) -> list[str]:
    """The same with the members of a group instead of its name ("#states")."""
    return [word for name in listed for word in (groups[name[1:]] if name[:1] == "#" else (name,))]


def find_shifted(actor: str) -> list[str]:
    """Aliases of others that are an actor's where the words around say so: "brussels" for NATO.

    Args:
        actor: Its id.

    Returns:
        The aliases, folded, in the order of the file.
    """
    shifts = load_lexicon().shifts
    return [alias for alias, contexts in shifts.items() if any(context.actor == actor for context in contexts)]


def _phrases(groups: Mapping[str, Iterable[str]]) -> dict[str, tuple[int, ...]]:
    """Phrase -> places of the capitals that it must have if it begins with one (not so "British steel", "US open")."""
    phrases: dict[str, tuple[int, ...]] = {}
    for group, listed in groups.items():
        for phrase in listed:
            named = group == "organisations" or group.endswith("_of_others")
            phrases[fold(phrase)] = tuple(i for i, char in enumerate(phrase) if named and char.isupper())
    return phrases


def _offices_held(held: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Surname -> the offices, each with a space, after which it needs no full name."""
    offices: dict[str, tuple[str, ...]] = {}
    for office, surnames in held.items():
        for surname in map(fold, surnames):
            offices[surname] = (*offices.get(surname, ()), fold(office) + " ")
    return offices


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
        _any_of(table.get("near", [])),
        _any_of(table.get("needs", [])),
        _folded(table.get("only", [])),
        _folded(table.get("only_after", [])),
        table.get("only_before", ""),
        table.get("places", False),
        table.get("capitals", False),
        table.get("unowned", False),
        table.get("whole", False),
        _folded(table.get("free", [])),
        _folded(table.get("plural", [])),
        _folded(table.get("degrees", [])),
        table.get("venues", False),
        table.get("abroad", False),
        table.get("named", False),
        _folded(table.get("or_before", [])),
        _folded(table.get("second", [])),
        tuple(map(fold, table.get("led", []))),
        tuple(map(fold, table.get("follows", []))),
        _folded(table.get("perhaps_before", [])),
        tuple(map(fold, table.get("perhaps_led", []))),
        tuple(map(fold, table.get("perhaps_follows", []))),
        _any_of(table.get("unless", [])),
        table.get("towns", False),
        table.get("played", False),
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
