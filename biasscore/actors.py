"""Whom we measure toward: actors, their aliases, and the catalogue of those that come with the package.

An actor is an id, a name and a table of aliases; each alias says how it refers to the actor (name, demonym, metonym,
person, paraphrase), which capitals it needs, and, for people in office, from when until when. The catalogue stands in
``data/*.toml``; a user's own actors are made in code (`Actor`), by name (`resolve`) or in a file of the same form
(`load_actors_file`).
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as _date
from functools import cache
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, cast, get_args

from .errors import ActorError, Described, expected
from .files import clean, read_data, read_data_text
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
from .records import MentionKind

Case = Literal["any", "exact", "capitalised"]

#: The actors that are measured where the user names none.
DEFAULT_ACTORS: Final = ("UK", "NATO", "Kazakhstan", "Russia")

_KINDS: Final = tuple(kind for kind in get_args(MentionKind) if kind != "anaphor")
_CASES: Final = get_args(Case)
_LONGEST_ALIAS: Final = 120

# --- folding ---------------------------------------------------------------------------------------------------------

_SPACES: Final = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u180e\u2028\u2029\u202f\u205f\u3000\u200b\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_APOSTROPHES: Final = "’‘ʼ′＇`´"
_DASHES: Final = "‐‑‒–—−﹣－"
_FOLDS: Final = (
    [(char, " ") for char in _SPACES]
    + [(char, "'") for char in _APOSTROPHES]
    + [(char, "-") for char in _DASHES]
    + [("ё", "е"), ("ς", "σ")]
)
_NARROW_FOLDS: Final = [(old, new) for old, new in _FOLDS if old < "\x80"]


def fold(text: str) -> str:
    """Put a text into the form in which aliases are compared, keeping its length.

    Lower case; every Unicode space, line breaks included, becomes a space; curly apostrophes become straight, dashes
    hyphens, "ё" "е".

    Args:
        text: Any string.

    Returns:
        A string with as many code points, each from the one at the same place.
    """
    # U+0130 is the one code point whose lower case is longer than itself.
    folded = text.replace("İ", "i").lower()
    for old, new in _NARROW_FOLDS if folded.isascii() else _FOLDS:
        folded = folded.replace(old, new)
    return folded


# --- records ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alias:
    """One way in which texts refer to an actor.

    Attributes:
        text: The words.
        kind: How they refer to the actor; never "anaphor" (anaphors belong to the actor).
        case: "any" in any case; "exact" as written; "capitalised": what is a capital here must be one in the text, so
        that
            "Kremlin" finds "Kremlin" and "KREMLIN", not "kremlin".
        from_date: First day, ``YYYY-MM-DD``, on which a person in office stands for the actor; None for no limit.
        until: Last day; None for no limit.
        after: Another alias that must stand earlier in the text ("Johnson" only after "Boris Johnson"); None for no
            condition.
        shared: Whether others have something of that name too ("Congress"): it is the actor's where the actor is named
            beside it or near it, and of several that have it that which is named nearest.

    Raises:
        ActorError: The alias is empty or too long, a field is none of its values, or the term ends before it begins.
    """

    text: str
    kind: MentionKind = "name"
    case: Case = "capitalised"
    from_date: str | None = None
    until: str | None = None
    after: str | None = None
    shared: bool = False

    def __post_init__(self) -> None:
        advice = "Give the words as they stand in a text."
        if not isinstance(self.text, str) or not any(map(str.isalnum, self.text)):
            raise ActorError(expected("alias", "a string with at least one letter or digit", self.text, advice))
        if self.text != self.text.strip() or len(self.text) > _LONGEST_ALIAS:
            bound = f"without white space around it and at most {_LONGEST_ALIAS} characters long"
            raise ActorError(expected("alias", bound, self.text, advice))
        if self.kind not in _KINDS:
            raise ActorError(
                expected(f"kind of {self.text!r}", f"one of {', '.join(_KINDS)}", self.kind, "Correct it.")
            )
        if self.case not in _CASES:
            raise ActorError(
                expected(f"case of {self.text!r}", f"one of {', '.join(_CASES)}", self.case, "Correct it.")
            )
        for day in (self.from_date, self.until):
            if day is not None and not is_date(day):
                raise ActorError(expected(f"date of {self.text!r}", "a day as YYYY-MM-DD", day, "Correct it."))
        if self.from_date is not None and self.until is not None and self.until < self.from_date:
            term, order = f"{self.from_date} to {self.until}", "a first day that is not after the last"
            raise ActorError(expected(f"term of {self.text!r}", order, term, "Exchange the two, or correct them."))

    def covers(self, date: str | None) -> bool:
        """Whether the alias stands for its actor on a day.

        Args:
            date: ``YYYY-MM-DD``; None if it is not known, which every alias covers.

        Returns:
            False only if the day lies outside the term of office.
        """
        if date is None:
            return True
        return (self.from_date is None or self.from_date <= date) and (self.until is None or date <= self.until)


def is_date(day: object) -> bool:
    """Whether a value is a day written as ``YYYY-MM-DD``."""
    try:
        # Weeks ("2025-W01-1") are read too, and are as long.
        return isinstance(day, str) and _date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False


def _default_case(text: str) -> Case:
    """Short acronyms ("US", "EU") are words too in lower case; names need their capitals; the rest needs nothing."""
    letters = [char for char in text if char.isalpha()]
    if len(letters) <= 4 and all(map(str.isupper, letters)):
        return "exact"
    return "capitalised" if any(map(str.isupper, letters)) else "any"


@dataclass(frozen=True, slots=True, init=False)
class Actor:
    """Somebody toward whom a text can be biased: a state, a bloc, an organisation, a person.

    ``Actor("EU", aliases=["European Union", "Brussels"])`` is found as "EU", "European Union" and "Brussels".

    Attributes:
        id: What it is called in the output.
        name: Its name for people.
        aliases: Everything that refers to it by itself; the name is among them.
        anaphors: Descriptions that refer to it where it is the last fitting actor named ("the republic"), lower case.
        members: Ids of the actors that a composite actor consists of. Their aliases stay their own.
        codes: Codes by which a user may call it ("GB"); they are not looked for in texts.
    """

    id: str
    name: str
    aliases: tuple[Alias, ...]
    anaphors: tuple[str, ...]
    members: tuple[str, ...]
    codes: tuple[str, ...]

    def __init__(
        self,
        id: str,
        name: str | None = None,
        aliases: Iterable[str | Alias] = (),
        anaphors: Iterable[str] = (),
        members: Iterable[str] = (),
        codes: Iterable[str] = (),
    ) -> None:
        """Make an actor.

        Args:
            id: What it is called in the output, not empty.
            name: Its name for people, which is an alias too; the id if None.
            aliases: Aliases; a string stands for a name, in which acronyms of at most four letters must be written
                exactly so, and other capitals must be capitals.
            anaphors: Descriptions such as "the republic".
            members: Ids of the members of a composite actor.
            codes: Other short names by which `resolve` knows it.

        Raises:
            ActorError: The id or an alias is empty, or an alias occurs twice.
        """
        if not isinstance(id, str) or not id.strip():
            raise ActorError(expected("actor id", "a string that is not empty", id, "Name the actor."))
        own = name if name is not None else id
        if not isinstance(own, str) or clean(id + own) != id + own:
            got = own if not isinstance(own, str) else Described("one with half a character (a lone surrogate)")
            raise ActorError(expected(f"name of {id!r}", "a string of whole characters", got, "Correct the name."))
        for title, words in (("aliases", aliases), ("anaphors", anaphors), ("members", members), ("codes", codes)):
            if isinstance(words, str) or not isinstance(words, Iterable):
                raise ActorError(expected(f"{title} of {id}", "a list", words, "Put it into a list."))
        aliases, anaphors, members, codes = tuple(aliases), tuple(anaphors), tuple(members), tuple(codes)
        for title, words in (("anaphors", anaphors), ("members", members), ("codes", codes)):
            wrong = next((word for word in words if not isinstance(word, str) or not word.strip()), None)
            if wrong is not None:
                raise ActorError(expected(f"{title} of {id}", "strings that are not empty", wrong, "Leave it out."))
        given = [
            alias if isinstance(alias, Alias) else Alias(alias, "name", _default_case(str(alias))) for alias in aliases
        ]
        if not any(fold(alias.text) == fold(own) for alias in given):
            given.insert(0, Alias(own, "name", _default_case(own)))
        seen: set[tuple[str, str | None, str | None, str | None]] = set()
        for alias in given:
            key = (fold(alias.text), alias.from_date, alias.until, alias.after)
            if key in seen:
                raise ActorError(
                    expected(f"aliases of {id}", "all different", alias.text, "Remove the duplicate alias.")
                )
            seen.add(key)
        object.__setattr__(self, "id", id.strip())
        object.__setattr__(self, "name", own)
        object.__setattr__(self, "aliases", tuple(given))
        object.__setattr__(self, "anaphors", tuple(fold(anaphor) for anaphor in anaphors))
        object.__setattr__(self, "members", members)
        object.__setattr__(self, "codes", codes)

    @property
    def is_person(self) -> bool:
        """Whether it is one person, of whom a text may go on to say "he" or "she": each alias is a person's name."""
        return all(alias.kind == "person" for alias in self.aliases)


@dataclass(frozen=True, slots=True)
class Collision:
    """Words that stand for two actors.

    Attributes:
        alias: The alias as the first of them writes it.
        first: Id of the one actor.
        second: Id of the other.
        anaphor: Whether the words are an anaphor of the second.
    """

    alias: str
    first: str
    second: str
    anaphor: bool = False

    def __str__(self) -> str:
        """What is wrong, such as ``'Storm' is an alias of both Rain and Wind``."""
        if self.anaphor:
            return f"{self.alias!r} is an alias of {self.first} and an anaphor of {self.second}"
        return f"{self.alias!r} is an alias of both {self.first} and {self.second}"


# --- the catalogue ---------------------------------------------------------------------------------------------------


@cache
def load_catalogue() -> Mapping[str, Actor]:
    """The actors that come with the package.

    Returns:
        Id -> actor: the four default actors, then organisations and composites, then every other country of ISO 3166.
        Read only.

    Sources: short names and codes of countries as in CLDR; everything else curated by the authors.
    """
    return MappingProxyType({actor.id: actor for file in _FILES for actor in _parse_actors(read_data_text(file), file)})


_FILES: Final = ("actors.toml", "organisations.toml", "countries.toml")


def load_actors_file(path: str | Path) -> tuple[Actor, ...]:
    """Read a user's actors.

    The file is TOML with a table ``[[actor]]`` for each. Its keys: ``id`` (needed), ``name``, ``codes``, ``aliases``,
    ``demonyms``, ``metonyms``, ``paraphrases`` (lists of strings, or of tables with ``text``, ``case``, ``from``,
    ``until``, ``shared``), ``anaphors``, ``members`` (lists of strings), ``people`` (tables with ``name``, ``also``,
    ``surname``, ``common``, ``terms``) and ``inflected`` (tables with ``stem``, ``endings`` separated by spaces,
    ``kind``, and ``person``, whose name among ``people`` it is). ``data/actors.toml`` in this package is such a file.

    An actor that has nothing but ``people``, of one of whom it bears the name, is a person and goes by "he" or "she"
    too::

        [[actor]]
        id = "Jaroslava Quist"
        people = [{ name = "Jaroslava Quist", also = ["Jara Quist"], surname = "Quist" }]

    With ``common = true`` the surname counts only after the name or a title.

    Args:
        path: The file.

    Returns:
        The actors in the order of the file, at least one.

    Raises:
        ActorError: The file cannot be read, is no TOML, or has a wrong key or value; the message names the file and the
            key.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")  # a byte order mark is no part of the text
    except OSError as error:
        reason = error.strerror or str(error)
        raise ActorError(
            expected("actors file", "a file that can be read", Described(f"{file} ({reason})"), "Check the path.")
        ) from error
    except UnicodeDecodeError as error:
        raise ActorError(expected(str(file), "a text in UTF-8", error, "Save it as UTF-8.")) from error
    return _parse_actors(text, str(file))


def find_collisions(actors: Sequence[Actor]) -> list[Collision]:
    """Find aliases that stand for two actors at once, and anaphors of one that are aliases of another.

    Aliases that differ only by "the " are the same; those that no text can mean both of are not: terms of office that
    do not overlap, words that must be written exactly so and differ ("Apple", "APPLE"), and those that are `shared`.

    Args:
        actors: Any actors.

    Returns:
        One record for each alias and pair, in the order of the actors. A composite may share aliases with its members:
        there the member is meant.
    """
    holders: dict[str, list[tuple[Actor, Alias]]] = {}
    described: dict[str, list[Actor]] = {}
    for actor in actors:
        for alias in actor.aliases:
            holders.setdefault(_without_article(alias.text), []).append((actor, alias))
        for anaphor in actor.anaphors:
            described.setdefault(_without_article(anaphor), []).append(actor)
    collisions: dict[tuple[str, str, str], Collision] = {}
    for key, held in holders.items():
        for (first, one), (second, other) in combinations(held, 2):
            if _are_apart(first, second) and _may_both_be_meant(one, other):
                collisions.setdefault((key, first.id, second.id), Collision(one.text, first.id, second.id))
        for first, one in held:
            for second in described.get(key, ()):
                if _are_apart(first, second):
                    collisions.setdefault((key, first.id, second.id), Collision(one.text, first.id, second.id, True))
    return list(collisions.values())


def _without_article(words: str) -> str:
    return fold(words).removeprefix("the ")


def _are_apart(first: Actor, second: Actor) -> bool:
    """Whether two actors are different ones of which neither is a member of the other."""
    return first is not second and first.id not in second.members and second.id not in first.members


def _may_both_be_meant(one: Alias, other: Alias) -> bool:
    """Whether a text can hold words that are either of two aliases, which differ only by case and article."""
    if one.shared or other.shared:
        return False  # it is that of the two which is named near
    if "person" in (one.kind, other.kind) and fold(one.text) != fold(other.text):
        return False  # no person is "the Hague"
    if "exact" in (one.case, other.case):
        exact, loose = (one, other) if one.case == "exact" else (other, one)
        letters = list(zip(reversed(exact.text), reversed(loose.text), strict=False))
        if loose.case == "exact" and any(written != char for written, char in letters if written.isalpha()):
            return False
        if loose.case == "capitalised" and any(char.isupper() and not written.isupper() for written, char in letters):
            return False
    return max(one.from_date or "", other.from_date or "") <= min(one.until or "9999", other.until or "9999")


# --- what the user asks for ------------------------------------------------------------------------------------------


def resolve(actors: Sequence[str | Actor] | None) -> tuple[Actor, ...]:
    """Turn what a user asks for into actors.

    A string is an id, a name, a code or an alias of the catalogue, in any case ("UK", "uk", "Britain", "FR", "France"),
    or the name of a person whom the catalogue knows in office ("Volodymyr Zelenskyy"), or only the surname, if nobody
    else may be meant ("Putin"); that person is then found in every spelling of the catalogue. Any other string of at
    least two capitalised words, or in quotation marks, becomes an actor of that name. If it is surely a person's
    (`biasscore.personal_names`), it goes by "he" or "she" too and by the surname alone; a surname that many bear, or
    that is a word or a month, counts only after the full name or a title, and so does that of a name of two or three
    words that may be a person's. The given name counts after the full name where the text has no other bearer of it
    ("Boris"), and so does an office that the text has given the person ("the prime minister": `biasscore.incumbents`);
    a title or an office before the name is no part of the mention. Everything else is found by its full name; an
    actors file can say more. A person asked for by name is taken away from the actor in whose office the catalogue
    knows it.

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
    # "Nouri al-Maliki" has two.
    capitalised = [word for word in name.split() if word[:1].isupper() or is_capitalised(word)]
    near = [] if quoted else _suggestions(name)
    if not quoted and (len(capitalised) < 2 or any(likeness >= 0.86 for _, likeness in near)):
        advice = "`biasscore actors list` shows the catalogue; a name in quotation marks makes a new actor."
        if near:
            advice = f"Did you mean {' or '.join(repr(word) for word, _ in near)}? " + advice
        raise ActorError(expected("actor", "a known actor, or a name of at least two capitalised words", asked, advice))
    person = read_name(name)
    if person is None and not _index().get(_key(name.rpartition(" ")[2])):  # "Northern Cyprus" is no Mr Cyprus
        person = guess_name(name)
    return Actor(name, aliases=_person_aliases(person) if person else [Alias(name, "name", "capitalised")])


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
                for alias in _inflect(entry["stem"], entry["endings"]):
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


# --- reading TOML ----------------------------------------------------------------------------------------------------

#: Lists of aliases in an actors file, and the kind of mention they make.
_LISTS: Final[Mapping[str, MentionKind]] = {
    "aliases": "name",
    "demonyms": "demonym",
    "metonyms": "metonym",
    "paraphrases": "paraphrase",
}
_ACTOR_KEYS: Final = {"id", "name", "codes", "anaphors", "members", "people", "inflected", *_LISTS}
_ALIAS_KEYS: Final = {"text", "case", "from", "until", "shared"}
_PERSON_KEYS: Final = {"name", "also", "surname", "common", "terms"}
_INFLECTED_KEYS: Final = {"stem", "endings", "kind", "person"}


@dataclass(frozen=True, slots=True)
class _Reader:
    """A table of an actors file, with its place in the file for the messages."""

    table: Mapping[str, Any]
    place: str

    @classmethod
    def of(cls, value: object, place: str, keys: set[str]) -> _Reader:
        if not isinstance(value, dict):
            raise ActorError(expected(place, "a table", value, "See `data/actors.toml` in the package for an example."))
        for key in value:
            if key not in keys:
                near = difflib.get_close_matches(str(key), keys, n=1)
                advice = f"Did you mean {near[0]!r}?" if near else "Remove or rename it."
                raise ActorError(
                    expected(f"{place}", f"a table of {', '.join(sorted(keys))}", Described(f"key {key!r}"), advice)
                )
        return cls(value, place)

    def string(self, key: str, default: str | None = None) -> str | None:
        value = self.table.get(key, default)
        if value is not None and not isinstance(value, str):
            raise ActorError(expected(f"{self.place}: {key}", "a string", value, "Put it into quotation marks."))
        return value

    def needed(self, key: str) -> str:
        value = self.string(key)
        if not value:
            raise ActorError(expected(f"{self.place}: {key}", "a string that is not empty", value, "Add it."))
        return value

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise ActorError(expected(f"{self.place}: {key}", "true or false", value, "Correct it."))
        return value

    def list(self, key: str) -> Sequence[object]:
        value = self.table.get(key, [])
        if not isinstance(value, list):
            raise ActorError(expected(f"{self.place}: {key}", "a list", value, "Put it into square brackets."))
        return value

    def strings(self, key: str) -> Sequence[str]:
        values = self.list(key)
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise ActorError(
                    expected(f"{self.place}: {key}", "a list of strings that are not empty", value, "Correct it.")
                )
        return [str(value) for value in values]


def _parse_actors(text: str, file: str) -> tuple[Actor, ...]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ActorError(expected(file, "valid TOML", error, "Correct the line it names.")) from error
    root = _Reader.of(content, file, {"actor"})
    actors = [_parse_actor(table, f"{file}, actor {number}") for number, table in enumerate(root.list("actor"), 1)]
    if not actors:
        raise ActorError(expected(file, "a file with at least one [[actor]]", Described("none"), "Add one."))
    ids = [actor.id for actor in actors]
    for actor_id in ids:
        if ids.count(actor_id) > 1:
            raise ActorError(expected(f"{file}: id", "different for each actor", actor_id, "Rename one of them."))
    return tuple(actors)


def _parse_actor(table: object, place: str) -> Actor:
    reader = _Reader.of(table, place, _ACTOR_KEYS)
    actor_id = reader.needed("id")
    reader = replace(reader, place=f"{place} ({actor_id})")
    try:
        return Actor(
            actor_id,
            reader.string("name"),
            list(_parse_aliases(reader)),
            reader.strings("anaphors"),
            reader.strings("members"),
            reader.strings("codes"),
        )
    except ActorError as error:
        raise (
            error if str(error).startswith(f"Expected `{place}") else ActorError(f"{reader.place}: {error}")
        ) from error


def _parse_aliases(reader: _Reader) -> Iterator[Alias]:
    for key, kind in _LISTS.items():
        for value in reader.list(key):
            yield _parse_alias(value, kind, f"{reader.place}: {key}")
    for number, value in enumerate(reader.list("people"), 1):
        yield from _parse_person(_Reader.of(value, f"{reader.place}: people {number}", _PERSON_KEYS))
    for number, value in enumerate(reader.list("inflected"), 1):
        yield from _parse_inflected(_Reader.of(value, f"{reader.place}: inflected {number}", _INFLECTED_KEYS))


def _parse_alias(value: object, kind: MentionKind, place: str) -> Alias:
    if isinstance(value, str):
        return Alias(value, kind, _default_case(value))
    entry = _Reader.of(value, place, _ALIAS_KEYS)
    text = entry.needed("text")
    case = cast(Case, entry.string("case", _default_case(text)))
    first, last = entry.string("from") or None, entry.string("until") or None
    return Alias(text, kind, case, first, last, shared=entry.flag("shared"))


def _parse_person(entry: _Reader) -> Iterator[Alias]:
    """A person's names, once for each term of office; a common surname once for each name that must come before it."""
    names = (entry.needed("name"), *entry.strings("also"))
    surname = entry.string("surname")
    after: tuple[str | None, ...] = names if entry.flag("common") else (None,)
    for start, end in _parse_terms(entry):
        for name in names:
            yield Alias(name, "person", "capitalised", start, end)
        for earlier in after if surname else ():
            yield Alias(cast(str, surname), "person", "capitalised", start, end, earlier)


def _parse_terms(entry: _Reader) -> Iterator[tuple[str | None, str | None]]:
    for term in entry.list("terms") or [["", ""]]:
        if not isinstance(term, list) or len(term) != 2 or not all(isinstance(day, str) for day in term):
            raise ActorError(
                expected(f"{entry.place}: terms", "a list of [from, until]", term, "Write two dates as strings.")
            )
        yield term[0] or None, term[1] or None


def _parse_inflected(entry: _Reader) -> Iterator[Alias]:
    kind = cast(MentionKind, entry.string("kind", "name"))
    entry.string("person")
    for text in _inflect(entry.needed("stem"), entry.needed("endings")):
        yield Alias(text, kind, _default_case(text))


def _inflect(stem: str, endings: str) -> Iterator[str]:
    """A stem with each of its endings; "-" is no ending, "~" a space within one."""
    for ending in endings.split():
        yield stem if ending == "-" else stem + ending.replace("~", " ")
