"""Actors in TOML, the package's own and a user's -> actors, or an error that names the key."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from .actor_records import Actor, Alias, Case, default_case
from .errors import ActorError, Described, expected
from .records import MentionKind


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
    return parse_actors(text, str(file))


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


def parse_actors(text: str, file: str) -> tuple[Actor, ...]:
    """Read the actors of a file's text.

    Args:
        text: TOML, see `load_actors_file`.
        file: What to call it in messages.

    Returns:
        The actors in order, at least one.

    Raises:
        ActorError: It is no TOML, or has a wrong key or value; the message names the file and the key.
    """
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
        return Alias(value, kind, default_case(value))
    entry = _Reader.of(value, place, _ALIAS_KEYS)
    text = entry.needed("text")
    case = cast(Case, entry.string("case", default_case(text)))
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
    for text in inflect(entry.needed("stem"), entry.needed("endings")):
        yield Alias(text, kind, default_case(text))


def inflect(stem: str, endings: str) -> Iterator[str]:
    """A stem with each of its endings; "-" is no ending, "~" a space within one."""
    for ending in endings.split():
        yield stem if ending == "-" else stem + ending.replace("~", " ")
