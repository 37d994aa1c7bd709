"""The commands ``actors list``, ``actors show`` and ``actors check``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from .actors import (
    DEFAULT_ACTORS,
    Actor,
    Alias,
    Case,
    find_collisions,
    load_actors_file,
    load_catalogue,
    resolve,
)
from .cli_output import ALL_WELL, SOME_BAD, clean
from .errors import ActorError
from .mention_lexicon import find_shifted

_CASES: Final[Mapping[Case, str]] = {
    "any": "any case",
    "exact": "exactly as written",
    "capitalised": "with its capitals",
}


def add_actors(commands: Any) -> None:
    """Add ``actors`` to the commands of `biasscore.cli`.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` gave.
    """
    actors = commands.add_parser("actors", help="show and check actors", description="Show and check actors.")
    kinds = actors.add_subparsers(required=True, metavar="COMMAND")
    kinds.add_parser("list", help="ids and names of all that are known").set_defaults(run=_list_actors)
    show = kinds.add_parser("show", help="all aliases of one of them")
    show.add_argument("name", metavar="NAME", help="an id, a name, a code or an alias")
    show.set_defaults(run=_show_actor)
    check = kinds.add_parser("check", help="look for collisions in an actors file")
    check.add_argument("file", metavar="FILE.toml")
    check.set_defaults(run=_check_actors)


def _list_actors(_: argparse.Namespace) -> int:
    catalogue = load_catalogue()
    width = max(map(len, catalogue))
    for actor in catalogue.values():
        print(f"{actor.id:{width}}  {actor.name}")
    return ALL_WELL


def _show_actor(options: argparse.Namespace) -> int:
    (actor,) = resolve([options.name])
    known = actor.id in load_catalogue()
    print(clean(f"{actor.id}: {actor.name}") + ("" if known else " (not in the catalogue: made from its name)"))
    if not known and not actor.is_person:
        print("found by its name only, not surely a person: an actors file can say more")
    for title, words in (("codes", actor.codes), ("members", actor.members)):
        if words:
            print(clean(f"{title}: {', '.join(words)}"))
    groups: dict[str, list[Alias]] = {}
    for alias in actor.aliases:
        groups.setdefault(alias.kind, []).append(alias)
    for kind, aliases in groups.items():
        print(f"\n{kind} ({len(aliases)})")
        width = min(max(len(alias.text) for alias in aliases), 40)
        for alias in aliases:
            print(f"  {clean(alias.text):{width}}  {_CASES[alias.case]}{clean(_conditions(alias))}")
    elsewhere = find_shifted(actor.id)
    if elsewhere:
        print(f"\nanother's ({len(elsewhere)}), where the words around say so")
        for word in elsewhere:
            print(f"  {clean(word.title())}")
    if actor.anaphors:
        print(f"\nanaphor ({len(actor.anaphors)}), where it is the last fitting actor named")
        for anaphor in actor.anaphors:
            print(f"  {clean(anaphor)}")
    if actor.is_person:
        print("\nanaphor (1), where nobody else can be meant\n  he or she")
    return ALL_WELL


def _conditions(alias: Alias) -> str:
    term = ""
    if alias.from_date or alias.until:
        term = f", in office {' '.join(filter(None, [alias.from_date, 'to', alias.until or 'today']))}"
        term = term.replace("office to", "office until")
    near = ", only where the actor is named near" if alias.shared else ""
    return term + near + (f", only after {alias.after!r}" if alias.after else "")


def _check_actors(options: argparse.Namespace) -> int:
    """Load, compare each with each, and with the catalogue's actors that the file does not replace; look up members.

    Collisions within the file are errors; warnings tell of default actors, notes of others.
    """
    actors = load_actors_file(options.file)
    print(clean(f"{len(actors)} actor{'s' * (len(actors) > 1)}: {', '.join(actor.id for actor in actors)}"))
    problems = [str(collision) for collision in find_collisions(actors)]
    if not problems:
        try:
            resolve(actors)
        except ActorError as error:
            problems = [str(error)]
    for problem in problems:
        print(clean(f"collision: {problem}"))
    for line in (*_collisions_with_catalogue(actors), *_unknown_members(actors)):
        print(clean(line))
    return SOME_BAD if problems else ALL_WELL


def _unknown_members(actors: Sequence[Actor]) -> Iterator[str]:
    known = {actor.id for actor in actors} | load_catalogue().keys()
    for actor in actors:
        for member in actor.members:
            if member not in known:
                yield f"warning: {member!r}, a member of {actor.id}, is the id of no actor of the file or the catalogue"


def _collisions_with_catalogue(actors: Sequence[Actor]) -> Iterator[str]:
    """What would be refused, or taken from one of two, if an actor that the file does not replace were measured too."""
    own = {actor.id for actor in actors}
    others = [actor for actor in load_catalogue().values() if actor.id not in own]
    for collision in find_collisions([*actors, *others]):
        first, second = collision.first, collision.second
        if (first in own) == (second in own):
            continue
        mine, other = (first, second) if first in own else (second, first)
        kinds = ("alias", "anaphor" if collision.anaphor else "alias")
        of_mine, of_other = kinds if first in own else kinds[::-1]
        shared = f"{collision.alias!r}, an {of_mine} of {mine}, is also an {of_other} of {other}"
        shared = f"{collision.alias!r} of {mine} is also an {of_other} of {other}" if of_mine == "alias" else shared
        if other in DEFAULT_ACTORS:
            yield f"warning: {shared}, a default actor"
        elif not collision.anaphor:
            yield f"note: {shared}, an actor of the catalogue"
