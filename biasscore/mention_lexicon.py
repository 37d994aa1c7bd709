"""What is known of words around mentions: ``data/homonyms.toml``, ready to be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Final, get_args

from .actors import fold
from .files import read_data
from .mention_text import AnyOf, Reading, Role
from .personal_names import load_given_names
from .word_lists import check_keys, check_words

_NONE: Final = AnyOf()


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one alias is no mention (``[[rule]]`` in ``data/homonyms.toml``)."""

    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
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
    namesake: bool = False
    named: bool = False
    or_before: frozenset[str] = frozenset()
    second: frozenset[str] = frozenset()
    led: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    opening: bool = False
    perhaps_before: frozenset[str] = frozenset()
    perhaps_led: tuple[str, ...] = ()
    perhaps_follows: tuple[str, ...] = ()
    unless: AnyOf = _NONE
    towns: bool = False
    played: bool = False

    def joined(self, other: Rule) -> Rule:
        """Both rules in one."""
        pairs = ((field.name, getattr(self, field.name), getattr(other, field.name)) for field in fields(Rule))
        # Sets and switches are united, strings and sequences of strings are put one behind the other.
        return Rule(**{name: mine + its if isinstance(mine, (tuple, str)) else mine | its for name, mine, its in pairs})

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Rule:
        """Read a table of the file.

        Raises:
            ConfigError: It has a key that is none of a rule's, or an entry that can never match.
        """
        place = f"[[rule]] of {table['aliases'][0]}"
        defaults = {field.name: field.default for field in fields(Rule)}
        check_keys(table, ("aliases", *defaults), place)
        given = table.keys() & defaults.keys()
        return Rule(**{key: _read_like(defaults[key], table[key], f"{place}, {key}") for key in given})


def _read_like(default: object, value: Any, place: str) -> Any:
    """A value of the file as what its field holds: words, strings of which one may occur, strings, or as it is."""
    if isinstance(default, frozenset):
        return _words(value, place)
    if isinstance(default, AnyOf):
        return _any_of(value)
    return tuple(map(fold, value)) if isinstance(default, tuple) else value


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
    loose_works: frozenset[str]
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
    told: frozenset[str]
    auxiliaries: frozenset[str]
    parties: frozenset[str]
    bare: frozenset[str]
    unarticled: frozenset[str]
    articled: frozenset[str]
    bare_stops: frozenset[str]
    bare_places: frozenset[str]
    rivers: frozenset[str]
    clerks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Incumbents:
    """Words that make a bare office somebody else's, or anybody's (``[incumbents]`` in ``data/homonyms.toml``)."""

    openers: frozenset[str]
    bodies: frozenset[str]
    posts: frozenset[str]
    ruling: frozenset[str]
    law: AnyOf

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Incumbents:
        """Read the table of the file.

        Raises:
            ConfigError: It lacks a key, has one that nobody reads, or an entry that can never match.
        """
        check_keys(table, [field.name for field in fields(Incumbents)], "[incumbents]")
        single = {key: _words(table[key], f"[incumbents] {key}") for key in ("openers", "bodies", "posts", "ruling")}
        return Incumbents(**single, law=_any_of(table["law"]))


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
        """Read a table of the file.

        Raises:
            ConfigError: It has a key that is none of a context's.
        """
        name = "alias" if "alias" in table else "phrase"
        check_keys(table, (name, *(field.name for field in fields(cls))), f"table of {table[name]}")
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
    statesmen: tuple[str, ...]
    towns: frozenset[str]
    communities: frozenset[str]
    own_towns: frozenset[str]
    homes: frozenset[str]
    names: Names
    namers: frozenset[str]
    glosses: tuple[str, ...]
    meanings: tuple[str, ...]
    enzyme_ends: tuple[str, ...]
    name_ends: Mapping[str, frozenset[str]]
    uncased_words: frozenset[str]
    uncased_acronyms: frozenset[str]
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
    men: frozenset[str]
    terms: frozenset[str]
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
    incumbents: Incumbents
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
    wide: frozenset[str]
    things: frozenset[str]
    ahead: frozenset[str]
    rivals: Mapping[str, AnyOf]
    defaults: Mapping[str, Context]


#: Where the text's words are parted before they are compared with a list: one beside a span, and a whole one.
_BESIDE: Final = " -"
_WHOLE: Final = " "
#: Lists of [names] of which aliases, or whole words, are looked up.
_NAMES_JOINTS: Final = {
    **dict.fromkeys(("surnames", "bare", "women", "unarticled", "articled", "rivers"), ""),
    **dict.fromkeys(
        (
            "things",
            "apposed",
            "works",
            "loose_works",
            "small",
            "acronym_bodies",
            "seamstresses",
            "settlements",
            "italian",
        ),
        _WHOLE,
    ),
}


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


def _words(words: Sequence[str], place: str, joints: str = _BESIDE) -> frozenset[str]:
    """Words that are compared with one word of the text."""
    check_words(words, place, joints)
    return _folded(words)


def _any_of(words: Iterable[str]) -> AnyOf:
    return AnyOf(map(fold, words))


@cache
def load_homonyms() -> Lexicon:
    """The lists of the file; read once.

    Raises:
        ConfigError: A table has a key that nobody reads, or a list has an entry that can never match.
    """
    raw = read_data("homonyms.toml")

    def words(section: str, key: str, joints: str = _BESIDE) -> frozenset[str]:
        listed: Sequence[str] = raw[section][key]
        groups = [name for name in listed if name.startswith("#")]
        own = [word for word in listed if word not in groups]
        return _words(own, f"[{section}] {key}", joints) | _folded(_ungrouped(groups, raw["groups"]))

    people, language, anaphors, offices = raw["people"], raw["language"], raw["anaphors"], raw["offices"]
    ends = raw["name_ends"]
    rules: dict[str, Rule] = {}
    for table in raw["rule"]:
        rule = Rule.of(table)
        for alias in map(fold, _ungrouped(table["aliases"], raw["groups"])):
            rules[alias] = rules[alias].joined(rule) if alias in rules else rule
    bare = dict.fromkeys(_ministers(offices), "the country")
    names = Names(*(words("names", field.name, _NAMES_JOINTS.get(field.name, _BESIDE)) for field in fields(Names)))
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
        statesmen=tuple(map(fold, raw["places"]["statesmen"])),
        towns=words("places", "towns", _WHOLE),
        communities=words("places", "communities", _WHOLE),
        homes=_folded(raw["places"]["homes"]),
        own_towns=_folded(raw["places"]["own"]),
        names=names,
        namers=names.called | names.pets | names.vessels | names.branches | names.callings | names.given,
        glosses=tuple(raw["names"]["glosses"]),
        meanings=tuple(raw["names"]["meanings"]),
        enzyme_ends=tuple(map(fold, raw["names"]["enzyme_ends"])),
        name_ends={kind: words("name_ends", kind) | words("name_ends", "any") for kind in ends if kind != "any"},
        uncased_words=words("uncased", "words"),
        uncased_acronyms=words("uncased", "acronyms"),
        language_before=words("language", "before"),
        language_verbs=words("language", "verbs"),
        language_prepositions=words("language", "prepositions"),
        language_stops=words("language", "stops"),
        language_never=_folded(language["never"]),
        language_owners=words("language", "owners"),
        language_learnt=words("language", "learnt"),
        language_media=words("language", "media"),
        language_spoken=words("language", "spoken"),
        language_spoken_stops=words("language", "spoken_stops"),
        language_classes=words("language", "classes"),
        titles=words("people", "titles", _WHOLE),
        offices_before=tuple(fold(office) + " " for office in people["offices"]),
        offices_held=_offices_held(people["held"]),
        openers=words("people", "openers", _WHOLE),
        no_given_names=_folded([*people["openers"], *people["titles"]]),
        others=words("people", "others", _WHOLE),
        months=words("people", "months", _WHOLE),
        before_month=words("people", "before_month"),
        words=words("people", "words", _WHOLE),
        faint=words("people", "faint", _WHOLE),
        modest=words("people", "modest", _WHOLE),
        politics=_any_of(people["politics"]),
        pastimes=tuple(map(fold, people["pastimes"])),
        affairs=_any_of(people["affairs"]),
        abroad=_any_of(raw["places"]["abroad"]),
        colon=_any_of(people["colon"]),
        spellings={name: tuple(group) for group in raw["spellings"]["given"] for name in group},
        surname_spellings=dict(raw["spellings"]["endings"]),
        hints=_any_of(people["hints"]),
        known=words("people", "known", _WHOLE),
        company=_any_of(people["company"]),
        addresses=words("people", "addresses"),
        addressed=_any_of(people["addressed"]),
        elsewhere=_any_of(people["elsewhere"]),
        surname_ends=tuple(map(fold, people["surname_ends"])),
        plural_makers=words("names", "plural_makers"),
        ladies=words("people", "ladies"),
        men=words("people", "men"),
        terms=words("people", "terms"),
        peers=words("people", "peers"),
        women=words("people", "women", _WHOLE),
        doubles=tuple(map(fold, people["doubles"])),
        double_stops=words("people", "double_stops"),
        strangers=tuple(map(fold, people["strangers"])),
        lowly=words("people", "lowly", _WHOLE),
        trades=words("people", "trades"),
        offices=_offices(offices),
        bare=bare,
        capital_offices=_folded(offices["capital"]),
        own_secretaries=_folded(offices["own_secretaries"]),
        own_ministers=frozenset(_ministers(offices)) - _folded(offices["abroad"]),
        office_far={fold(office): _any_of(words) for office, words in offices["far"].items()},
        heads=tuple(map(fold, offices["heads"])),
        bodies=tuple(map(fold, offices["bodies"])),
        chief_stops=words("offices", "chief_stops"),
        office_stops=words("offices", "stops"),
        incumbents=Incumbents.of(raw["incumbents"]),
        posted=_folded(offices["posted"]),
        its=_folded(offices["its"]),
        its_adjectives=words("offices", "its_adjectives"),
        deputies=tuple(fold(rank) + " " for rank in offices["deputies"]),
        past=tuple(map(fold, offices["past"])),
        no_anaphor_before=words("anaphors", "before"),
        seats=_folded(anaphors["seats"]),
        parts=words("anaphors", "parts"),
        attributive_before=_words(anaphors["attributive"]["before"], "[anaphors.attributive] before"),
        attributive_after=_words(anaphors["attributive"]["after"], "[anaphors.attributive] after"),
        wide=_folded(anaphors["wide"]),
        things=_folded(anaphors["things"]),
        ahead=_folded(anaphors["ahead"]),
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
    shifts = load_homonyms().shifts
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
