"""An actor and its aliases, and where the aliases of two actors collide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as _date
from itertools import combinations
from typing import Final, Literal, get_args

from .errors import ActorError, Described, expected
from .files import clean
from .folding import fold
from .records import MentionKind

Case = Literal["any", "exact", "capitalised"]
_KINDS: Final = tuple(kind for kind in get_args(MentionKind) if kind != "anaphor")
_CASES: Final = get_args(Case)
_LONGEST_ALIAS: Final = 120


@dataclass(frozen=True, slots=True)
class Alias:
    """One way in which texts refer to an actor.

    Attributes:
        text: The words.
        kind: How they refer to the actor; never "anaphor" (anaphors belong to the actor).
        case: "any" in any case; "exact" as written; "capitalised": what is a capital here must be one in the text, so
            that "Kremlin" finds "Kremlin" and "KREMLIN", not "kremlin" (but in a text without any capital, where names
            that are no words are found in small letters).
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


def default_case(text: str) -> Case:
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
            alias if isinstance(alias, Alias) else Alias(alias, "name", default_case(str(alias))) for alias in aliases
        ]
        if not any(fold(alias.text) == fold(own) for alias in given):
            given.insert(0, Alias(own, "name", default_case(own)))
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
