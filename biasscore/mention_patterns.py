"""The strings the finder looks for, compiled from actors and lexicon."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from .actors import Actor, Alias, fold
from .mention_lexicon import Context, Lexicon, Rule, load_lexicon
from .mention_text import Role
from .records import MentionKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One alias of one actor.

    Attributes:
        actor: Index of the actor; the measured ones come first.
        alias: The alias.
        kind: How it refers to the actor.
        capitals: Places in it that must be capitals.
        rule: Where it is no mention.
        given: Other names of the same people, folded, where the alias is a person's single name.
        single: Whether it is a person's single name.
        exact: Whether each letter must be as written.
        name_ends: Words that make a longer name with it, somebody else's ("London Bridge").
        shifts: When it is another actor's.
        after: Actor and string, folded, of the alias that must stand before it.
        simple: Whether nothing but its capitals and addresses can rule it out.
    """

    actor: int
    alias: Alias
    kind: MentionKind
    capitals: tuple[int, ...]
    rule: Rule | None
    given: frozenset[str]
    single: bool
    exact: bool
    name_ends: frozenset[str]
    shifts: tuple[Context, ...]
    after: tuple[int, str] | None
    simple: bool


@dataclass(slots=True)
class Pattern:
    """A string the automaton looks for, and all it may be.

    Attributes:
        text: The string.
        entries: Aliases.
        phrase: It shields whatever is inside.
        anaphor: The description it stands for ("the alliance"); empty if it is none.
        bare: The description that the actors have whose office it is; empty if it is no office that may stand alone.
        role: What it may do as an office.
        left: A word must not go on before it.
        right: A word must not go on after it.
        keys: Actor and string of each entry that other aliases must come after.
        people: Actor and surname of each entry that is a person's full name.
        impersonal: One of the entries is no person's.
        speaks: It is anything but an office word.
        only: Its one entry, if it is nothing else and whatever fits is a mention, on any day.
    """

    text: str
    entries: list[Entry] = field(default_factory=list)
    phrase: bool = False
    anaphor: str = ""
    bare: str = ""
    role: Role | None = None
    left: bool = True
    right: bool = True
    keys: tuple[tuple[int, str], ...] = ()
    people: tuple[tuple[int, str], ...] = ()
    impersonal: bool = False
    speaks: bool = True
    only: Entry | None = None

    def settle(self, earlier: frozenset[tuple[int, str]], metonyms: bool) -> None:
        """Fill in what follows from the rest.

        Args:
            earlier: The aliases that others must come after.
            metonyms: Whether metonyms are mentions.
        """
        keys = ((entry.actor, self.text) for entry in self.entries)
        self.keys = tuple(key for key in keys if key in earlier)
        full = [entry for entry in self.entries if entry.alias.kind == "person" and not entry.single]
        self.people = tuple((entry.actor, self.text.rpartition(" ")[2]) for entry in full)
        self.impersonal = any(entry.alias.kind != "person" for entry in self.entries)
        more = bool(self.phrase or self.anaphor or self.bare)
        self.speaks = more or bool(self.entries)
        if len(self.entries) == 1 and not more:
            entry = self.entries[0]
            dated = entry.alias.from_date is not None or entry.alias.until is not None
            if not (dated or entry.shifts or (entry.kind == "metonym" and not metonyms)):
                self.only = entry


#: Instead of a description: an office that stands alone only after its owner ("Britain's ambassador").
OWNED: Final = "#owned"


def compile_patterns(actors: Sequence[Actor], metonyms: bool, anaphors: bool) -> list[Pattern]:
    """All strings to look for, each once.

    Args:
        actors: Whose aliases and descriptions; an entry names its actor by the index here.
        metonyms: Whether metonyms are mentions.
        anaphors: Whether descriptions and bare offices are.
    """
    lexicon = load_lexicon()
    patterns: dict[str, Pattern] = {}

    def at(text: str) -> Pattern:
        return patterns.setdefault(text, Pattern(text, left=_needs_boundary(text[0]), right=_needs_boundary(text[-1])))

    for index, actor in enumerate(actors):
        given = _given_names(actor)
        for alias in actor.aliases:
            for written in _spellings(alias.text):
                at(fold(written)).entries.append(_entry(lexicon, index, alias, written, given))
    for phrase in lexicon.phrases:
        at(phrase).phrase = True
    for office, role in lexicon.offices.items():
        at(office).role = role
    if anaphors:
        for office, role in lexicon.offices.items():
            if role in ("high", "chief", "junior"):
                at(office).bare = OWNED
        for office, key in lexicon.bare.items():
            at(office).bare = key
        for anaphor in {anaphor for actor in actors for anaphor in actor.anaphors}:
            office = anaphor.removeprefix("the ")
            if office in lexicon.offices:
                at(office).bare = anaphor
                continue
            at(anaphor).anaphor = anaphor if anaphor.startswith("the ") or not anaphor.isascii() else "the " + anaphor
            for wide in lexicon.wide if anaphor.startswith("the ") else ():
                at(wide + anaphor.removeprefix("the ")).anaphor = anaphor
    entries = (entry for pattern in patterns.values() for entry in pattern.entries)
    earlier = frozenset(entry.after for entry in entries if entry.after is not None)
    for pattern in patterns.values():
        pattern.settle(earlier, metonyms)
    return list(patterns.values())


def _entry(lexicon: Lexicon, actor: int, alias: Alias, written: str, given: Mapping[str, frozenset[str]]) -> Entry:
    person = alias.kind == "person"
    folded = fold(alias.text)
    rule, ends = lexicon.rules.get(folded), lexicon.name_ends.get(alias.kind, frozenset())
    single, exact = person and " " not in alias.text, alias.case == "exact"
    return Entry(
        actor=actor,
        alias=alias,
        kind=alias.kind,
        capitals=() if alias.case == "any" else tuple(i for i, char in enumerate(written) if char.isupper()),
        rule=rule,
        given=given.get(fold(written), frozenset()) if person else frozenset(),
        single=single,
        exact=exact,
        name_ends=ends,
        shifts=lexicon.shifts.get(folded, ()) if alias.kind in {"metonym", "demonym"} else (),
        after=(actor, fold(alias.after)) if alias.after is not None else None,
        simple=rule is None and not (ends or single or exact or alias.kind == "demonym"),
    )


def _needs_boundary(char: str) -> bool:
    """Scripts from the Chinese onwards write no spaces."""
    return not ("\u2e80" <= char <= "\ua4cf" or "\uac00" <= char <= "\ud7a3")


def _spellings(text: str) -> list[str]:
    """The alias as it is and without marks on its letters ("Élysée", "Elysee")."""
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return [composed] if plain == composed else [composed, plain]


def _given_names(actor: Actor) -> dict[str, frozenset[str]]:
    """Single names of people -> the other words of their full names."""
    given: dict[str, set[str]] = {}
    for alias in actor.aliases:
        if alias.kind == "person":
            *others, last = fold(alias.text).split()
            given.setdefault(last, set()).update(others)
    return {name: frozenset(words) for name, words in given.items()}
