"""Words of reporting: ``data/reporting.toml``, ready to be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final

from .files import read_data
from .word_lists import check_keys, check_words


@dataclass(frozen=True, slots=True)
class ActRule:
    """What makes a verb of reporting an act rather than words; see ``[acts]`` of ``data/reporting.toml``.

    Attributes:
        by: "anyone" (but one who speaks), "force" (an army, a weapon, a beast), or "" if the subject does not matter.
        after: The verb's next word.
        hits: Heads of the object that a state can hit.
        objects: Heads of the object.
        offices: Whether one of `objects` may be the subject of the passive voice.
        first: What the object must begin with; empty for anything.
        people: Whether people may be the object: a noun for them, a number, a pronoun, or the people of a state.
        unnamed: Whether the object must name no state.
        names: Whether a bare name of a state may be the object.
        names_unless: Words right behind such a name that make it words again.
        things: Whether any object may be one that is no clause.
        to: What may follow "to" behind the object; "*" for any noun.
        unless: Words soon after the verb that make it words again.
    """

    by: str = ""
    after: frozenset[str] = frozenset()
    hits: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    offices: bool = False
    first: frozenset[str] = frozenset()
    people: bool = False
    unnamed: bool = False
    names: bool = False
    names_unless: frozenset[str] = frozenset()
    things: bool = False
    to: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReportingLexicon:
    """The lists of ``data/reporting.toml``, ready to be looked up; all lower case.

    Attributes:
        verbs: Form of a verb -> its class ("say", "tell", "show" or "judge").
        particles: Form of a verb, particle -> class, for verbs with a particle.
        ing: The forms in -ing.
        passive: Participles that make hearsay.
        ambiguous: Forms of verbs that are nouns as often.
        nouns_that: Nouns with "that" and content after them.
        nouns_of: Nouns with "of", "about" or the like and content after them.
        nouns_view: Nouns of "in X's view".
        words: The other lists by name.
        phrases: First word -> set phrases of saying.
        acts: Form of a verb -> what makes it an act.
        act_words: The lists of acts by name.
        states: Names of states and their peoples, by their last word, or by two where the last is a common noun.
        cues: Every word at which something may be reported; most words of a text are none of these.
    """

    verbs: dict[str, str]
    particles: dict[tuple[str, str], str]
    ing: frozenset[str]
    passive: frozenset[str]
    ambiguous: frozenset[str]
    nouns_that: frozenset[str]
    nouns_of: frozenset[str]
    nouns_view: frozenset[str]
    words: dict[str, frozenset[str]]
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    acts: dict[str, ActRule]
    act_words: dict[str, frozenset[str]]
    states: frozenset[str]
    cues: frozenset[str]


#: Lists of [words] that are compared with a whole source, not with a word.
_SOURCES: Final = frozenset(["no_source", "no_source_first"])
#: Words that only `biasscore.reported_speech` asks for by name.
_SINGLE_CUES: Final = ("according", "so", "is", "was", "per")
#: Lists of the file whose words begin a report by themselves.
_CUE_LISTS: Final = ("directing", "comparing", "points", "sure", "hearsay", "putting", "believing")


def _words(words: Sequence[str], place: str) -> frozenset[str]:
    """Words that are compared with one word of a sentence, which a hyphen does not end."""
    check_words(words, place, joints=" ")
    return frozenset(words)


def _inflect(base: str) -> tuple[str, ...]:
    """The forms of a regular verb."""
    if base.endswith("e"):
        return base, base + "s", base + "d", base[:-1] + "ing"
    if base.endswith("y") and base[-2] not in "aeou":
        return base, base[:-1] + "ies", base[:-1] + "ied", base + "ing"
    sibilant = "es" if base.endswith(("s", "x", "z", "ch", "sh")) else "s"
    return base, base + sibilant, base + "ed", base + "ing"


def _act_rules(
    raw: Mapping[str, Mapping[str, Any]], lists: Mapping[str, frozenset[str]], forms: Iterable[str]
) -> dict[str, ActRule]:
    """The rule of each form whose beginning is a key of ``[acts]``."""
    rules = {stem: _act_rule(stem, entry, lists) for stem, entry in raw.items()}
    return {form: rule for form in forms for stem, rule in rules.items() if form.startswith(stem)}


def _act_rule(stem: str, entry: Mapping[str, Any], lists: Mapping[str, frozenset[str]]) -> ActRule:
    """Read an entry of ``[acts]``; what it says of offices and people follows from the names of its `objects`."""
    place = f"[acts] {stem}"
    check_keys(entry, {field.name for field in fields(ActRule)} - {"offices", "people"}, place)
    held: dict[str, Any] = {}
    for key, value in entry.items():
        if key in ("hits", "objects"):
            held[key] = frozenset[str]().union(*(lists[name] for name in value))
        else:
            held[key] = _words(value, f"{place}, {key}") if isinstance(value, list) else value
    named = entry.get("objects", ())
    return ActRule(**held, offices="offices_held" in named, people="people" in named)


def _names_of_states(more: Iterable[str], common: frozenset[str]) -> frozenset[str]:
    """Names, peoples and capitals of all countries, by their last word, in lower case.

    Args:
        more: Further names.
        common: Last words of longer names that mean something else where they stand by themselves: nouns ("Palestinian
            Authority", "Ivory Coast"; "the authority agreed") and names of persons ("Port Louis"). Of such a name the
            last two words are taken.

    Returns:
        The words.
    """
    countries = read_data("countries.toml")["actor"]
    names = [
        name
        for country in countries
        for key in ("aliases", "demonyms", "metonyms")
        for name in country.get(key, ())
        if isinstance(name, str)  # a table is a word with conditions, as other things have it too
    ]
    names += [country["id"] for country in countries]
    parts = [name.lower().split() for name in names]
    return frozenset(" ".join(part[-2:]) if len(part) > 1 and part[-1] in common else part[-1] for part in parts).union(
        more
    )


@cache
def load_reporting() -> ReportingLexicon:
    """The lists of the file; read once.

    Raises:
        ConfigError: An entry of ``[acts]`` has a key that nobody reads, or a list has an entry that can never match.
    """
    raw = read_data("reporting.toml")
    verbs: dict[str, str] = {}
    particles: dict[tuple[str, str], str] = {}
    ing: set[str] = set()
    for kind in ("judge", "show", "tell", "say"):  # a verb in two lists is of the class that asks least
        for entry in raw["verbs"][kind]:
            head, _, particle = entry.partition("+")
            forms = tuple(head.split()) if " " in head else _inflect(head)
            ing.update(form for form in forms if form.endswith("ing"))
            if particle:
                particles.update(((form, particle), kind) for form in forms)
            else:
                verbs.update((form, kind) for form in forms)
    nouns = {name: _words(raw["nouns"][name], f"[nouns] {name}") for name in ("that", "of", "view")}
    phrases = [tuple(phrase.split()) for phrase in raw["verbs"]["phrases"]]
    words = {
        name: frozenset(entries) if name in _SOURCES else _words(entries, f"[words] {name}")
        for name, entries in raw["words"].items()
    }
    passive = _words(raw["verbs"]["passive"], "[verbs] passive")
    act_words = {name: _words(entries, f"[act_words] {name}") for name, entries in raw["act_words"].items()}
    heads = {head for head, _ in particles} | {phrase[0] for phrase in phrases}
    cues = heads.union(_SINGLE_CUES, verbs, passive, *nouns.values(), *(words[name] for name in _CUE_LISTS))
    return ReportingLexicon(
        verbs=verbs,
        particles=particles,
        ing=frozenset(ing),
        passive=passive,
        ambiguous=(nouns["that"] | nouns["of"] | _words(raw["verbs"]["ambiguous"], "[verbs] ambiguous")) & verbs.keys(),
        nouns_that=nouns["that"],
        nouns_of=nouns["of"],
        nouns_view=nouns["view"],
        words=words,
        phrases={first: tuple(p for p in phrases if p[0] == first) for first in {p[0] for p in phrases}},
        acts=_act_rules(raw["acts"], act_words, words["directing"].union(verbs)),
        act_words=act_words,
        states=_names_of_states(act_words["states"], act_words["common"]),
        cues=frozenset(cues),
    )
