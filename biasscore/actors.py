"""Whom we measure toward: actors, their aliases, and the catalogue of those that come with the package.

An actor is an id, a name and a table of aliases; each alias says how it refers to the actor (name, demonym, metonym,
person, paraphrase), which capitals it needs, and, for people in office, from when until when. The catalogue stands in
``data/*.toml``; a user's own actors are made in code (`Actor`), by name (`resolve`) or in a file of the same form
(`load_actors_file`).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from .actor_files import inflect, load_actors_file, parse_actors
from .actor_records import Actor, Alias, Case, Collision, find_collisions, is_date
from .descriptions import describe
from .errors import ActorError, Described, expected
from .files import read_data, read_data_text
from .folding import fold
from .personal_names import (
    PersonalName,
    guess_name,
    is_capitalised,
    is_common,
    plain,
    read_name,
    spelling_key,
    without_titles,
)

__all__ = [
    "DEFAULT_ACTORS",
    "Actor",
    "Alias",
    "Case",
    "Collision",
    "find_collisions",
    "fold",
    "is_date",
    "load_actors_file",
    "load_catalogue",
    "resolve",
    "unquoted",
]

#: The actors that are measured where the user names none.
DEFAULT_ACTORS: Final = ("UK", "NATO", "Kazakhstan", "Russia")


@cache
def load_catalogue() -> Mapping[str, Actor]:
    """The actors that come with the package.

    Returns:
        Id -> actor: the four default actors, then organisations and composites, then every other country of ISO 3166.
        Read only.

    Sources: short names and codes of countries as in CLDR; everything else curated by the authors.
    """
    actors = (actor for file in _FILES for actor in parse_actors(read_data_text(file), file))
    return MappingProxyType({actor.id: actor for actor in describe(actors)})


_FILES: Final = ("actors.toml", "organisations.toml", "countries.toml")


# --- what the user asks for ------------------------------------------------------------------------------------------


def resolve(actors: Sequence[str | Actor] | None) -> tuple[Actor, ...]:
    """Turn what a user asks for into actors.

    A string is an id, a name, a code or an alias of the catalogue, in any case ("UK", "uk", "Britain", "FR", "France"),
    or the name of a person whom the catalogue knows in office ("Volodymyr Zelenskyy"), or only the surname, if nobody
    else may be meant ("Putin"); that person is then found in every spelling of the catalogue. Any other string of at
    least two capitalised words, or in quotation marks, becomes an actor of that name; "The" before such words is no
    part of it, unless the quotation marks hold it ("The Labour Party" is found as "Labour Party"). If the name is
    surely a person's (`biasscore.personal_names`), it goes by "he" or "she" too and by the surname alone; a surname
    that many bear, or that is a word or a month, counts only after the full name or a title, and so does that of a name
    of two or three words that may be a person's. The given name counts after the full name where the text has no other
    bearer of it ("Boris"), and so does an office that the text has given the person ("the prime minister":
    `biasscore.incumbents`); a title or an office before the name is no part of the mention. Everything else is found by
    its full name; an actors file can say more. A person asked for by name is taken away from the actor in whose office
    the catalogue knows it.

    Args:
        actors: Strings and actors; None for `DEFAULT_ACTORS`.

    Returns:
        The actors in the order asked for.

    Raises:
        ActorError: A name is unknown, an actor is asked for twice, or two actors share an alias.
    """
    if actors is None:
        actors = DEFAULT_ACTORS
    if isinstance(actors, str) or not actors:
        raise ActorError(expected("actors", "a list of at least one actor", actors, "Give names or `Actor`s."))
    resolved: list[Actor] = []
    made: list[int] = []
    for asked in actors:
        if isinstance(asked, Actor):
            resolved.append(asked)
            continue
        if not isinstance(asked, str):
            raise ActorError(expected("actor", "a string or an `Actor`", type(asked), "Give its name."))
        known = _look_up(asked) or _look_up(unquoted(asked)) or _look_up_official(unquoted(asked))
        if known is None:
            made.append(len(resolved))
        resolved.append(known or _known_person(unquoted(asked)) or _custom(asked))
    _refuse_duplicates(resolved)
    resolved = _give_people_their_names(resolved, made)
    for collision in find_collisions(resolved):
        advice = f"Remove {collision.alias!r} from one of them."
        raise ActorError(expected("aliases", "each one actor's", collision, advice))
    return tuple(resolved)


def _refuse_duplicates(actors: Sequence[Actor]) -> None:
    ids: set[str] = set()
    for actor in actors:
        if fold(actor.id) in ids:
            raise ActorError(
                expected("actors", "all different", Described(f"{actor.id!r} twice"), "Name each actor once.")
            )
        ids.add(fold(actor.id))


def _give_people_their_names(actors: list[Actor], made: Sequence[int]) -> list[Actor]:
    """Let an actor made by name keep its name where others have it as an office holder's, and share no bare surname.

    A surname that counts only after one's full name leaves it to whom it means without ("Trump" to Donald Trump, not to
    Donald Trump Jr.), and a surname that is another actor's name stays that actor's ("Montenegro" beside Luís
    Montenegro).
    """
    named = {
        fold(alias.text)
        for index, actor in enumerate(actors)
        if index not in made
        for alias in actor.aliases
        if alias.kind != "person"
    }
    held = Counter(key for index in made for key in {fold(alias.text) for alias in actors[index].aliases})
    surely = Counter(fold(alias.text) for index in made for alias in actors[index].aliases if alias.after is None)
    for index, actor in enumerate(actors):
        if index in made:
            kept = tuple(
                alias
                for alias in actor.aliases
                if alias.text == actor.name
                or (
                    fold(alias.text) not in named
                    and (held[fold(alias.text)] < 2 or (alias.after is None and surely[fold(alias.text)] < 2))
                )
            )
        else:
            kept = tuple(
                alias
                for alias in actor.aliases
                # "Sir Keir", too
                if alias.kind != "person" or not (held[fold(alias.text)] or held[fold(without_titles(alias.text))])
            )
        if len(kept) < len(actor.aliases):
            actors[index] = Actor(actor.id, actor.name, kept, actor.anaphors, actor.members, actor.codes)
    return actors


@cache
def _index() -> Mapping[str, tuple[str, ...]]:
    """What a user may call an actor of the catalogue -> ids; ids and names win over codes, codes over aliases."""
    index: dict[str, tuple[str, ...]] = {}
    catalogue = load_catalogue().values()
    levels: list[list[tuple[str, str]]] = [
        [(actor.id, actor.id) for actor in catalogue],
        [(actor.name, actor.id) for actor in catalogue],
        [(code, actor.id) for actor in catalogue for code in actor.codes],
        [
            (alias.text, actor.id)
            for actor in catalogue
            for alias in actor.aliases
            if alias.kind != "person" and not alias.shared
        ],
    ]
    for level in levels:
        found: dict[str, list[str]] = {}
        for called, actor_id in level:
            ids = found.setdefault(_key(called), [])
            if actor_id not in ids:
                ids.append(actor_id)
        for key, ids in found.items():
            index.setdefault(key, tuple(ids))
    return index


def _key(called: str) -> str:
    """How a user's words are compared: folded, without marks and a leading article ("cote d'ivoire")."""
    plain = "".join(char for char in unicodedata.normalize("NFD", fold(called)) if not unicodedata.combining(char))
    return " ".join(plain.split()).removeprefix("the ")


def _look_up(asked: str) -> Actor | None:
    ids = _index().get(_key(asked), ())
    if len(ids) > 1:
        advice = f"Say which: {', '.join(ids)}."
        raise ActorError(expected("actor", "the name of one actor", asked, advice))
    return load_catalogue()[ids[0]] if ids else None


#: "Republic of Trinidad and Tobago".
_OFFICIAL: Final = re.compile(
    r"(?:(?:democratic|federal|federative|islamic|socialist|united|people's|plurinational|co-?operative) ){0,3}"
    r"(?:republic|kingdom|commonwealth|principality|federation|sultanate|grand duchy|union|emirate) of (.+)"
)


def _look_up_official(asked: str) -> Actor | None:
    """A state of the catalogue by an official name that the catalogue does not hold."""
    match = _OFFICIAL.fullmatch(_key(asked))
    known = _look_up(match.group(1)) if match else None
    return known if known is not None and match and match.group(1) in (_key(known.id), _key(known.name)) else None


_QUOTED: Final = re.compile(r"""["'“”„«‘](.{1,120})["'“”«»’]""", re.DOTALL)


def unquoted(name: str) -> str:
    """A name without the quotation marks round it, if there are any."""
    match = _QUOTED.fullmatch(name.strip())
    return match.group(1).strip() if match else name


def _custom(asked: str) -> Actor:
    """An actor that the catalogue does not know, from its name alone."""
    stripped = asked.strip()
    quoted = _QUOTED.fullmatch(stripped)
    name = " ".join((quoted.group(1) if quoted else stripped).split())
    near = [] if quoted else _suggestions(name)
    if not quoted and (_capitalised_words(name) < 2 or any(likeness >= 0.86 for _, likeness in near)):
        advice = "`biasscore actors list` shows the catalogue; a name in quotation marks makes a new actor."
        if near:
            advice = f"Did you mean {' or '.join(repr(word) for word, _ in near)}? " + advice
        raise ActorError(expected("actor", "a known actor, or a name of at least two capitalised words", asked, advice))
    person = read_name(name)
    if person is None and not _index().get(_key(name.rpartition(" ")[2])):  # "Northern Cyprus" is no Mr Cyprus
        person = guess_name(name)
    bare = name.split(maxsplit=1)[-1] if name.lower().startswith("the ") else name
    # In "The Times" the article is all that makes a name of a word.
    if person is None and not quoted and _capitalised_words(bare) > 1:
        name = bare
    return Actor(name, aliases=_person_aliases(person) if person else [Alias(name, "name", "capitalised")])


def _capitalised_words(name: str) -> int:
    """How many words of a name are capitalised; "Nouri al-Maliki" has two."""
    return sum(word[:1].isupper() or is_capitalised(word) for word in name.split())


def _person_aliases(person: PersonalName) -> list[Alias]:
    """The aliases of somebody who is asked for by name; what is common counts after the full names that hold it."""
    asked: list[tuple[str, str | None]] = [(text, None) for text in (*person.full, *person.surnames)]
    for text in person.common:
        holding = [full for full in person.full if f" {text} " in f" {full} "]
        asked += [(text, full) for full in holding or person.full]
    for text in person.given:
        if not _index().get(_key(text)):  # "Israel" after "Israel Katz" may be the state
            asked += [(text, full) for full in person.full if full.startswith(text + " ")]
    aliases: dict[tuple[str, str | None], Alias] = {}
    for text, after in asked:
        case: Case = "exact" if len(text) < 3 else "capitalised"  # "MA" and "XI" in capitals are no names
        aliases.setdefault((fold(text), after), Alias(text, "person", case, after=after))
    return list(aliases.values())


# --- people of the catalogue -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Bearer:
    """A person whom the catalogue knows in office.

    Attributes:
        name: The name by which it calls the person.
        full: That and all others of several words.
        surnames: What stands for the person alone.
        common: Of those, what many bear.
    """

    name: str
    full: dict[str, None] = field(default_factory=dict)
    surnames: dict[str, None] = field(default_factory=dict)
    common: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _People:
    """Those people, by what the spellings of their full names have in common, and by surname."""

    by_name: Mapping[str, _Bearer]
    by_surname: Mapping[str, Sequence[_Bearer]]
    spellings: Mapping[str, str]


@cache
def _people() -> _People:
    lexicon = read_data("homonyms.toml")
    spellings = {plain(name): plain(group[0]) for group in lexicon["spellings"]["given"] for name in group}
    faint = frozenset(plain(name) for key in ("modest", "faint", "words") for name in lexicon["people"][key])
    ruled = frozenset(plain(alias) for rule in lexicon["rule"] for alias in rule["aliases"])
    by_name: dict[str, _Bearer] = {}
    for table in (actor for file in _FILES for actor in read_data(file)["actor"]):
        for entry in table.get("people", ()):
            _add_person(by_name, entry, spellings, faint, ruled)
        for entry in table.get("inflected", ()):
            bearer = by_name.get(spelling_key(entry.get("person", ""), spellings))
            if bearer is not None:
                for alias in inflect(entry["stem"], entry["endings"]):
                    (bearer.full if " " in alias else bearer.surnames)[alias] = None
    by_surname: dict[str, list[_Bearer]] = {}
    for bearer in by_name.values():
        for surname in (*bearer.surnames, *bearer.common):
            held = by_surname.setdefault(spelling_key(surname, {}), [])
            if not any(bearer is other for other in held):
                held.append(bearer)
    return _People(by_name, by_surname, spellings)


def _add_person(
    by_name: dict[str, _Bearer],
    entry: Mapping[str, Any],
    spellings: Mapping[str, str],
    faint: frozenset[str],
    ruled: frozenset[str],
) -> None:
    """Add a table of ``people``, to the same person's if another has the name in another spelling.

    Args:
        by_name: What there is.
        entry: The table; an office without a name ("head of MI5") is left out.
        spellings: For `spelling_key`.
        faint: Surnames that count only where something else tells whose they are.
        ruled: Aliases of which ``data/homonyms.toml`` says where they are something else ("Poutine").
    """
    name, own = entry["name"], entry.get("surname")
    read = read_name(name)
    if read is None and own is None:
        return
    names = (name, *entry.get("also", ()))
    keys = [spelling_key(other, spellings) for other in names if " " in other]
    bearer = next((by_name[key] for key in keys if key in by_name), _Bearer(name))
    by_name.update({key: bearer for key in keys if key not in by_name})
    for other in names:
        if " " in other and other[0].isupper():
            bearer.full[other] = None
        else:
            (bearer.common if plain(other) in ruled or entry.get("common") else bearer.surnames)[other] = None
    if own is not None:
        common = entry.get("common") or plain(own) in faint or is_common(own)
        (bearer.common if common else bearer.surnames)[own] = None
        if read is not None and own in read.surnames and not common:
            bearer.surnames.update(dict.fromkeys(read.surnames))  # "al-Assad" beside "Assad"
    elif read is not None and not bearer.surnames:
        # The catalogue has none, as too many bear it.
        bearer.common.update(dict.fromkeys((*read.surnames, *read.common)))
    if read is not None:
        bearer.full.update(dict.fromkeys(read.full))


def _find_bearers(name: str) -> Sequence[_Bearer]:
    """Whom of the catalogue's people a name, or a surname, may mean."""
    people = _people()
    bare = without_titles(name)
    key = ""
    for called in (name, bare):  # "Lord Cameron" is a name of his
        key = spelling_key(called, people.spellings)
        if key in people.by_name:
            return [people.by_name[key]]
    found = people.by_surname.get(spelling_key(bare, {}), ())
    if found:
        return found
    given, last = key.split()[:-1], key.rpartition(" ")[2]
    # "Donald J. Trump", "Tayyip Erdogan"
    return [
        bearer
        for bearer in people.by_surname.get(last, ())
        if given and _are_of_one(given, spelling_key(bearer.name, people.spellings).split(), last)
    ]


def _are_of_one(given: Sequence[str], own: Sequence[str], last: str) -> bool:
    """Whether given names are some of a person's own, or all of them and more after the first."""
    if own[-1] != last:
        return False
    return set(given) <= set(own[:-1]) or (given[0] == own[0] and set(own[:-1]) <= set(given))


def _known_person(name: str) -> Actor | None:
    """A person of the catalogue; None if nobody, or not surely one, is meant."""
    found = _find_bearers(name)
    if len(found) != 1:
        return None
    bearer = found[0]
    if spelling_key(name, _people().spellings) not in _people().by_name:
        alone = spelling_key(without_titles(name), {})
        if any(spelling_key(surname, {}) == alone for surname in bearer.common):
            return None
    common = tuple(surname for surname in bearer.common if surname not in bearer.surnames)
    read = read_name(bearer.name)
    single = (*bearer.surnames, *common)
    given = tuple(name for name in read.given if name not in single) if read is not None else ()
    person = PersonalName(tuple(bearer.full), tuple(bearer.surnames), common, given)
    return Actor(bearer.name, aliases=_person_aliases(person))


def _suggestions(name: str) -> list[tuple[str, float]]:
    """Up to three names of the catalogue that a name may mean, with their likeness in [0, 1].

    First people of that surname and names that have its words, then those that resemble it, the most alike first.
    """
    shown: dict[str, tuple[str, str]] = {}
    for actor in load_catalogue().values():
        for called in (
            actor.id,
            actor.name,
            *(alias.text for alias in actor.aliases if alias.kind in ("name", "demonym")),
        ):
            shown.setdefault(_key(called), (called, actor.id))
    key = _key(name)
    found: dict[str, tuple[str, float]] = {}
    words = set(key.split())
    for bearer in _find_bearers(name):
        found[bearer.name] = bearer.name, 0.0
    for actor in load_catalogue().values():
        if words and words <= set(_key(actor.id).replace("-", " ").split()):
            found[actor.id] = actor.id, 0.0  # "Korea": "North Korea", "South Korea"
    for match in difflib.get_close_matches(key, shown, n=9, cutoff=0.7):
        called, actor_id = shown[match]
        likeness = difflib.SequenceMatcher(None, key, match).ratio()
        if actor_id in found:
            likeness = max(likeness, found[actor_id][1])
        # Of several names of one actor its own is shown, with the likeness of the nearest.
        if actor_id not in found or called in (actor_id, load_catalogue()[actor_id].name):
            found[actor_id] = called, likeness
    return list(found.values())[:3]
