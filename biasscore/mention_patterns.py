"""The strings the finder looks for, compiled from actors and lexicon."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from .actors import Actor, Alias, fold, load_catalogue
from .descriptions import load_forms
from .mention_lexicon import Context, Lexicon, Rule, load_homonyms
from .mention_text import Role
from .personal_names import find_pronoun, is_forename, is_prefix, with_nicknames
from .records import MentionKind

#: How many aliases, and how many actors' names, are remembered.
_REMEMBERED: Final = 1 << 16
#: How many letters a name in small letters has at least.
_SHORTEST: Final = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One alias of one actor.

    Attributes:
        actor: Index of the actor; the measured ones come first.
        alias: The alias.
        folded: Its words, folded.
        kind: How it refers to the actor.
        capitals: Places in it that must be capitals.
        rule: Where it is no mention.
        given: Other names of the same people, folded, where the alias is a person's single name.
        single: Whether it is a person's single name.
        exact: Whether each letter must be as written.
        name_ends: Words that make a longer name with it, somebody else's ("London Bridge").
        shifts: When it is another actor's.
        after: Actor and string, folded, of the alias that must stand before it.
        even: Whether it is one Latin word whose letters after the first are small: then all are, or all are capitals.
        asked: Whether its actor is one person, asked for by name: what tells a politician from others of the name tells
            nothing.
        forename: Whether it is the given name of such a person, which counts after the full name.
        pronoun: Of such a person, "he" or "she" if the given name tells it.
        eclipsed: Whether the catalogue knows somebody else by the surname, and not such a person: "President Trump" is
            none of Mary Trump's.
        simple: Whether nothing but its capitals (and `even`) and addresses can rule it out.
        skipped: How many of its first characters are "the ", which no mention holds.
        uncased: Whether it is a name in small letters too, where the text has no capitals.
    """

    actor: int
    alias: Alias
    folded: str
    kind: MentionKind
    capitals: tuple[int, ...]
    rule: Rule | None
    given: frozenset[str]
    single: bool
    exact: bool
    name_ends: frozenset[str]
    shifts: tuple[Context, ...]
    after: tuple[int, str] | None
    even: bool
    asked: bool
    forename: bool
    pronoun: str
    eclipsed: bool
    simple: bool
    skipped: int
    uncased: bool


@dataclass(slots=True)
class Pattern:
    """A string the automaton looks for, and all it may be.

    Attributes:
        text: The string.
        entries: Aliases.
        phrase: It shields whatever is inside.
        capitals: Places in it that must be capitals if the first is one.
        written: The phrase as it must be written; empty if it may be written in any way.
        anaphor: The description it stands for ("the alliance"); empty if it is none.
        bare: The description that the actors have whose office it is; empty if it is no office that may stand alone.
        role: What it may do as an office.
        pastime: It tells of sport, music or dance.
        left: A word must not go on before it.
        right: A word must not go on after it.
        keys: Actor and string of each entry that other aliases must come after.
        people: Actor and surname of each entry that is a person's full name.
        asked: One of them is somebody who is asked for by name.
        shared: One of them is an actor's only where it is named near.
        impersonal: One of the entries is no person's.
        speaks: It is anything but an office word.
        only: Its one entry, if it is nothing else and whatever fits is a mention, on any day.
    """

    text: str
    entries: list[Entry] = field(default_factory=list)
    phrase: bool = False
    capitals: tuple[int, ...] = ()
    written: str = ""
    anaphor: str = ""
    bare: str = ""
    role: Role | None = None
    pastime: bool = False
    left: bool = True
    right: bool = True
    keys: tuple[tuple[int, str], ...] = ()
    people: tuple[tuple[int, str], ...] = ()
    asked: bool = False
    shared: bool = False
    impersonal: bool = False
    speaks: bool = True
    only: Entry | None = None

    def shields(self, plain: str, start: int, end: int) -> bool:
        """Whether it is a phrase that is written here as it must be."""
        if not self.phrase or (self.written and plain[start:end] != self.written):
            return False
        return plain[start].islower() or all(plain[start + place].isupper() for place in self.capitals)

    def is_anothers(self, plain: str, start: int) -> bool:
        """Whether an alias of several words that fits no actor is written as a name: no part of it fits either."""
        return " " in self.text and any(
            entry.rule is not None
            and 0 in entry.capitals
            and all(plain[start + place].isupper() for place in entry.capitals)
            for entry in self.entries
        )

    def eclipse(self, held: Collection[str]) -> None:
        """Mark the surname of people who are asked for where the catalogue knows others by it alone, and not them.

        Args:
            held: Surnames that stand alone after an office.
        """
        others = [entry for entry in self.entries if entry.single and not entry.asked]
        known = {name for entry in others if entry.after is None or self.text in held for name in entry.given}
        for index, entry in enumerate(self.entries if known else ()):
            if entry.asked and entry.single and not entry.forename:
                eclipsed = known.isdisjoint(with_nicknames(entry.given))
                self.entries[index] = replace(entry, eclipsed=eclipsed)

    def settle(self, earlier: frozenset[tuple[int, str]], metonyms: bool) -> None:
        """Fill in what follows from the rest.

        Args:
            earlier: The aliases that others must come after.
            metonyms: Whether metonyms are mentions.
        """
        more = bool(self.phrase or self.anaphor or self.bare)
        self.speaks = more or bool(self.entries)
        if not self.entries:
            return
        self.keys = tuple(key for entry in self.entries if (key := (entry.actor, entry.folded)) in earlier)
        self.shared = any(entry.alias.shared for entry in self.entries)
        full = [entry for entry in self.entries if entry.kind == "person" and not entry.single]
        if full:
            self.asked = any(entry.asked for entry in full)
            surname = self.text.rpartition(" ")[2]
            prefix, _, bare = surname.partition("-")
            surnames = (surname, bare) if bare and is_prefix(prefix) else (surname,)  # "al-Sisi" is Sisi
            words = tuple(self.text.split())  # "Luiz Inácio Lula da Silva" is Lula
            self.people = tuple(
                (entry.actor, called) for entry in full for called in ((*surnames, *words) if entry.asked else surnames)
            )
        self.impersonal = any(entry.kind != "person" for entry in self.entries)
        if len(self.entries) == 1 and not more:
            entry = self.entries[0]
            dated = entry.alias.from_date is not None or entry.alias.until is not None
            if not (dated or entry.shifts or self.shared or (entry.kind == "metonym" and not metonyms)):
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
    lexicon, catalogue = load_homonyms(), load_catalogue()
    patterns: dict[str, Pattern] = {}

    def at(text: str) -> Pattern:
        pattern = patterns.get(text)
        if pattern is None:
            pattern = patterns[text] = Pattern(text, left=_needs_boundary(text[0]), right=_needs_boundary(text[-1]))
        return pattern

    for index, actor in enumerate(actors):
        given = _given_names(actor.aliases)
        forenames = _forenames(actor) if actor.is_person else frozenset()
        pronoun = find_pronoun(actor.aliases[0].text) if actor.is_person else ""
        familiar = actor.is_person or actor.id in catalogue
        for alias in actor.aliases:
            entry = _entry(lexicon, index, alias, given, actor.is_person, forenames, pronoun, familiar)
            for written, folded, capitals in _spellings(alias):
                held = at(folded).entries
                if written == alias.text or not any(_is_same(entry, other) for other in held):
                    held.append(entry if capitals == entry.capitals else replace(entry, capitals=capitals))
    for phrase, capitals in lexicon.phrases.items():
        at(phrase).phrase = True
        at(phrase).capitals = capitals
    for phrase in sorted(lexicon.exact_phrases):
        at(fold(phrase)).phrase = True
        at(fold(phrase)).written = phrase
    for office, role in lexicon.offices.items():
        at(office).role = role
    for word in lexicon.pastimes:
        at(word).pastime = True
        at(word).right = False
    if anaphors:
        for office, role in lexicon.offices.items():
            if role in ("high", "chief", "junior"):
                at(office).bare = OWNED
        for office, key in lexicon.bare.items():
            at(office).bare = key
        described = list(dict.fromkeys(anaphor for actor in actors for anaphor in actor.anaphors))
        for anaphor in described:
            words = anaphor.removeprefix("the ")
            if words in lexicon.offices:
                at(words).bare = anaphor
            elif " " in words:  # what stands before it is looked at where it is found: "the small Baltic state"
                at(words).anaphor = "the " + words
            else:
                at(anaphor).anaphor = "the " + words if anaphor.isascii() else anaphor
                for form in load_forms().get(anaphor, [words] if anaphor.startswith("the ") else []):
                    for wide in lexicon.wide:
                        at(f"the {wide} {form}").anaphor = anaphor
    entries = (entry for pattern in patterns.values() for entry in pattern.entries)
    earlier = frozenset(entry.after for entry in entries if entry.after is not None)
    for pattern in patterns.values():
        pattern.eclipse(lexicon.offices_held)
        pattern.settle(earlier, metonyms)
    return list(patterns.values())


def _entry(
    lexicon: Lexicon,
    actor: int,
    alias: Alias,
    given: Mapping[str, frozenset[str]],
    asked: bool,
    forenames: frozenset[str],
    pronoun: str,
    familiar: bool,
) -> Entry:
    person = alias.kind == "person"
    folded = _fold(alias.text)
    # "Medvédev" is also found, and ruled out, as "Medvedev".
    rule = None if asked else lexicon.rules.get(folded) or lexicon.rules.get(_fold(_unmarked(alias.text)))
    if alias.shared and rule is not None and rule.needs:
        rule = None  # what must be near another actor's Treasury
    ends = lexicon.name_ends.get(alias.kind, frozenset())
    single, exact = person and " " not in alias.text, alias.case == "exact"
    return Entry(
        actor=actor,
        alias=alias,
        folded=folded,
        kind=alias.kind,
        capitals=_capitals(alias, alias.text),
        rule=rule,
        given=given.get(folded, frozenset()) if person else frozenset(),
        single=single,
        exact=exact,
        name_ends=ends,
        shifts=() if person else lexicon.shifts.get(folded, ()),
        after=(actor, fold(alias.after)) if alias.after is not None else None,
        asked=asked,
        forename=single and alias.after is not None and folded in forenames,
        pronoun=pronoun if single else "",
        eclipsed=False,
        even=alias.text.isascii() and alias.text[1:].isalpha() and alias.text[1:].islower(),
        simple=rule is None and not (ends or single or exact or alias.kind == "demonym" or alias.after is not None),
        # "the West", but "The Hague" is a whole name, and "the firm" a description.
        skipped=4 if alias.text.startswith("the ") and alias.text[4].isupper() else 0,
        uncased=" " in folded or (familiar and _is_name_in_small_letters(alias, folded)),
    )


def _is_name_in_small_letters(alias: Alias, folded: str) -> bool:
    """Whether a single word is a name even in small letters: "russia", "uk", not "us", "turkey", "who", "brown"."""
    lexicon = load_homonyms()
    if folded in lexicon.uncased_acronyms:
        return True
    acronym = alias.text[1:2].isupper()
    if acronym or len(folded) < _SHORTEST or folded in lexicon.uncased_words:
        return False
    return alias.kind != "person" or not (folded in lexicon.words or folded in lexicon.faint)


def _needs_boundary(char: str) -> bool:
    """Scripts from the Chinese onwards write no spaces."""
    return not ("\u2e80" <= char <= "\ua4cf" or "\uac00" <= char <= "\ud7a3")


@lru_cache(maxsize=_REMEMBERED)
def _capitals(alias: Alias, written: str) -> tuple[int, ...]:
    """Places in a spelling of an alias that must be capitals."""
    return () if alias.case == "any" else tuple(i for i, char in enumerate(written) if char.isupper())


def _is_same(entry: Entry, other: Entry) -> bool:
    """Whether two entries of one string are of one actor and term, one of them for another spelling."""
    one, two = entry.alias, other.alias
    terms = (one.kind, one.from_date, one.until, one.after) == (two.kind, two.from_date, two.until, two.after)
    return terms and entry.actor == other.actor


# The catalogue's aliases are the same for every finder: what follows from an alias alone is found once.
_fold: Final = lru_cache(maxsize=_REMEMBERED)(fold)


@lru_cache(maxsize=_REMEMBERED)
def _unmarked(text: str) -> str:
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


@lru_cache(maxsize=_REMEMBERED)
def _spellings(alias: Alias) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
    """The alias as it is, without marks on its letters ("Élysée", "Elysee"), and as names are transliterated.

    Returns:
        Each spelling, the same folded, and the places that must be capitals.
    """
    composed, plain = unicodedata.normalize("NFC", alias.text), _unmarked(alias.text)
    written = [composed] if plain == composed else [composed, plain]
    if alias.kind == "person" and plain.isascii():
        lexicon = load_homonyms()
        given, _, surname = plain.rpartition(" ")
        surnames, names = _surnames(surname, lexicon), lexicon.spellings.get(given, (given,))
        written += [f"{name} {last}".lstrip() for name in names for last in surnames]
    return tuple((each, fold(each), _capitals(alias, each)) for each in dict.fromkeys(written))


def _surnames(surname: str, lexicon: Lexicon) -> list[str]:
    for ending, other in lexicon.surname_spellings.items():
        if surname.endswith(ending):
            return [surname, surname.removesuffix(ending) + other]
    return [surname]


def _forenames(actor: Actor) -> frozenset[str]:
    """What a person's full names begin with and none ends in, unless it is a family name that stands first ("Xi")."""
    full = [fold(alias.text).split() for alias in actor.aliases if " " in alias.text]
    first = {words[0] for words in full} - {words[-1] for words in full}
    return frozenset(name for name in first if is_forename(name))


@lru_cache(maxsize=_REMEMBERED)
def _given_names(aliases: tuple[Alias, ...]) -> Mapping[str, frozenset[str]]:
    """Single names of people -> the other words of their full names, in each spelling."""
    lexicon = load_homonyms()
    given: dict[str, set[str]] = {}
    for alias in aliases:
        if alias.kind == "person":
            first, _, last = alias.text.rpartition(" ")
            words = {fold(name) for name in lexicon.spellings.get(first, first.split())}
            words |= {_unmarked(word) for word in words}
            for surname in _surnames(last, lexicon):
                given.setdefault(fold(surname), set()).update(words)
    return {name: frozenset(words) for name, words in given.items()}
