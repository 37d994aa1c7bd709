"""Whether a name is a person's, and by which part of it texts go on to call its bearer.

A name is a person's if it begins with a given name that is known, or has a family name before syllables of East Asia
("Xi Jinping"), and has no word that only clubs, places and firms have ("Federal Reserve", "Victoria Falls"). The lists
stand in ``data/given_names.toml``. What is not surely a person's name is none: precision is worth more than recall, as
a surname that is none ("Madrid" of "Real Madrid") finds somebody else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Final, Literal

from .errors import ConfigError, expected
from .files import read_data


@dataclass(frozen=True, slots=True)
class PersonalName:
    """What a person is called.

    Attributes:
        full: The name as it was given, then other forms of it ("Kim Jong-un", "Kim Jong Un").
        surnames: What stands for the person by itself ("von der Leyen", "Xi").
        common: Those that do so only after one of `full`, as many bear them or they are words ("May", "Kim").
        given: Given names that do so after one of `full`, unless the text has another bearer ("Boris").
    """

    full: tuple[str, ...]
    surnames: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Things:
    """Words beside which a person's name is a thing's (``[things]`` in ``data/given_names.toml``)."""

    storms: frozenset[str]
    before: frozenset[str]
    firms: frozenset[str]
    trading: frozenset[str]
    said: frozenset[str]
    owning: frozenset[str]
    makers: frozenset[str]
    after: frozenset[str]
    joined: frozenset[str]
    named: frozenset[str]


@cache
def load_things() -> Things:
    """The lists of the file; read once."""
    raw = read_data("given_names.toml")["things"]
    return Things(*(frozenset(raw[field.name]) for field in fields(Things)))


@dataclass(frozen=True, slots=True)
class _Lists:
    given: frozenset[str]
    women: frozenset[str]
    either: frozenset[str]
    sole: frozenset[str]
    shared: frozenset[str]
    patronymic: frozenset[str]
    patronymics: tuple[str, ...]
    forename: frozenset[str]
    reversed: frozenset[str]
    hispanic: frozenset[str]
    nicknames: Mapping[str, tuple[str, ...]]
    titles: frozenset[str]
    ranks: frozenset[str]
    royal: frozenset[str]
    particles: frozenset[str]
    prefixes: tuple[str, ...]
    chinese: frozenset[str]
    korean: frozenset[str]
    vietnamese: frozenset[str]
    words: frozenset[str]
    ends: frozenset[str]
    names: frozenset[str]
    common: frozenset[str]


_FLAT: Final = ("given", "women", "either", "sole", "titles", "ranks", "royal", "particles")
_FORMS: Final = ("shared", "patronymic", "forename", "reversed", "hispanic")


@cache
def _lists() -> _Lists:
    raw = read_data("given_names.toml")
    family, no_person, common = raw["family_first"], raw["no_person"], raw["common"]
    given, women, either, sole, titles, ranks, royal, particles = (frozenset(raw[key]) for key in _FLAT)
    for key, names in (("women", women), ("either", either)):
        for name in sorted(names - given):
            raise ConfigError(expected(key, "given names that stand in `given` too", name, "Add it there."))
    chinese, korean, vietnamese = (frozenset(family[key]) for key in ("chinese", "korean", "vietnamese"))
    words, ends, names = (frozenset(no_person[key]) for key in ("words", "ends", "names"))
    shared, patronymic, forename, reverse, hispanic = (frozenset(raw[key]) for key in _FORMS)
    nicknames: dict[str, tuple[str, ...]] = {}
    for group in raw["nicknames"]:
        for name in group:
            others = tuple(other for other in group if other != name)
            nicknames[name] = (*nicknames.get(name, ()), *others)
    return _Lists(
        given=given,
        women=women,
        either=either,
        sole=sole,
        shared=shared,
        patronymic=patronymic,
        patronymics=tuple(raw["patronymics"]),
        forename=forename,
        reversed=reverse,
        hispanic=hispanic,
        nicknames=nicknames,
        titles=titles,
        ranks=ranks,
        royal=royal,
        particles=particles,
        prefixes=tuple(prefix + "-" for prefix in raw["prefixes"]),
        chinese=chinese,
        korean=korean,
        vietnamese=vietnamese,
        words=words,
        ends=ends,
        names=names,
        common=frozenset(common["borne"] + common["words"]),
    )


def load_given_names() -> frozenset[str]:
    """Given names that are no places and no words, without marks, in small letters."""
    return _lists().given


def find_pronoun(name: str) -> Literal["he", "she", ""]:
    """The pronoun that somebody's given name tells; "" if it tells none, as both women and men have it or nobody knows.

    Args:
        name: A full name that begins with the given name.
    """
    lists, first = _lists(), plain(without_titles(name)).partition(" ")[0]
    if first in lists.women:
        return "she"
    family_first = first in lists.chinese or first in lists.korean or first in lists.vietnamese
    return "he" if first in lists.given and first not in lists.either and not family_first else ""


#: Letters that are no other letter with a mark.
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "ı": "i", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "’": "'", "‘": "'"}
)


def plain(name: str) -> str:
    """A name in small letters without marks, with single spaces ("Erdoğan" -> "erdogan").

    Args:
        name: Any string.
    """
    bare = "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))
    return " ".join(bare.lower().translate(_LETTERS).split())


def is_common(surname: str) -> bool:
    """Whether a surname by itself leaves open who is meant: many bear it, or it is a word, a month or a given name.

    Args:
        surname: A surname of one word or more.
    """
    lists, (first, _, last) = _lists(), plain(surname).rpartition(" ")
    if last in lists.sole:
        return False
    if first:
        return last in lists.common  # "dos Santos", but not "bin Salman"
    return last in lists.common or last in lists.given or last in lists.words or last in lists.ends


@cache
def begins_with_particle(name: str) -> bool:
    """Whether a name is a surname of several words ("von der Leyen", "Le Pen"), as no given name stands before it."""
    first = plain(name).partition(" ")[0]
    return first in _lists().particles and first not in _lists().given


def is_prefix(word: str) -> bool:
    """Whether a word, folded, is joined by a hyphen to the surname after it ("al" of "al-Assad")."""
    return f"{word}-" in _lists().prefixes


def is_capitalised(word: str) -> bool:
    """Whether a capital follows a prefix that has none ("al-Maliki")."""
    prefix, _, rest = word.partition("-")
    return is_prefix(prefix) and rest[:1].isupper()


def is_title(word: str) -> bool:
    """Whether a word, folded, may stand with a capital before somebody's surname ("justice" in "Justice Ginsburg")."""
    return word in _lists().titles


def is_rank(word: str) -> bool:
    """Whether a title, folded, is one that many hold at a time ("judge"): it does not tell bearers of a name apart."""
    return word in _lists().ranks


def with_nicknames(names: Iterable[str]) -> frozenset[str]:
    """Given names, folded, and the other forms of each ("joseph", "joe")."""
    nicknames = _lists().nicknames
    return frozenset(form for name in names for form in (name, *nicknames.get(plain(name), ())))


def is_forename(name: str) -> bool:
    """Whether a name is a given name, and no family name that stands first."""
    lists = _lists()
    return plain(name) not in lists.chinese | lists.korean | lists.vietnamese


def without_titles(name: str) -> str:
    """A name without the titles before it ("Prime Minister Keir Starmer" -> "Keir Starmer")."""
    words = name.split()
    while len(words) > 1 and plain(words[0]) in _lists().titles:
        words = words[1:]
    return " ".join(words)


def read_name(name: str) -> PersonalName | None:
    """Tell what a person of this name is called.

    Args:
        name: A name without quotation marks, with single spaces.

    Returns:
        None if it is not surely a person's name. ``common`` holds what needs the full name before it.
    """
    lists = _lists()
    bare = without_titles(name)
    words, folded = bare.split(), plain(bare).split()
    if not 2 <= len(words) <= 6 or len(folded) != len(words) or plain(bare) in lists.names:
        return None
    if not _is_written_as_name(words, folded):
        return None
    found = _family_first(words, folded) or _royal(words, folded) or _given_first(words, folded)
    if found is not None and bare != name:
        return replace(found, full=(bare, name, *found.full[1:]))
    return found


def guess_name(name: str) -> PersonalName | None:
    """Tell what a person of this name would be called, if it is one's: given names are more than any list has.

    Args:
        name: A name without quotation marks, with single spaces.

    Returns:
        None if it can hardly be a person's. The surname needs the full name before it.
    """
    lists = _lists()
    words, folded = name.split(), plain(name).split()
    if not 2 <= len(words) <= 3 or len(folded) != len(words) or plain(name) in lists.names:
        return None
    no_person = lists.words | lists.ends
    if not _is_written_as_name(words, folded) or any(word in no_person for word in folded):
        return None
    surnames = _surnames(words, folded)
    if not surnames or len(surnames[0]) < 3:
        return None
    forms, first = _other_forms(words, folded)
    return PersonalName((name, *forms), (), (surnames[0], *first), _forenames(words, folded))


#: "Jr.", "III".
_SUFFIX: Final = re.compile(r"jr\.?|sr\.?|[ivx]{1,5}")
_INITIAL: Final = re.compile(r"(?:[^\W\d_]\.){1,3}|[^\W\d_]")
_SMALL: Final = frozenset(["y", "e", "i"])


def _is_written_as_name(words: list[str], folded: list[str]) -> bool:
    """Whether each word has its capital, but for particles, and none is one that no person's name has."""
    lists = _lists()
    for index, (word, low) in enumerate(zip(words, folded, strict=True)):
        small = low in lists.particles or low in _SMALL or low.startswith(lists.prefixes)
        if not (word[0].isupper() or (index and small)):
            return False
        if index == 0 and any(low in group for group in (lists.given, lists.chinese, lists.korean, lists.vietnamese)):
            continue  # "Park Geun-hye"
        if low in lists.words or (low in lists.ends and index < len(words) - 1 and low not in lists.particles):
            return False
        if not all(char.isalpha() or char in "-'’‘." for char in word) or not (word[-1].isalpha() or word[-1] == "."):
            return False
    long = [word for word in words if len(word) > 2]
    return not (long and all(map(str.isupper, long)))


# --- the family name first -------------------------------------------------------------------------------------------

_PINYIN: Final = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|[aeiou])){1,2}"
)
#: One syllable, in whichever spelling.
_SYLLABLE: Final = re.compile(r"[b-df-hj-np-tv-z]{0,3}[aeiouyw]{1,4}[b-df-hj-np-tv-z]{0,2}")


def _family_first(words: list[str], folded: list[str]) -> PersonalName | None:
    """Chinese, Korean and Vietnamese names: "Xi Jinping", "Moon Jae-in", "Nguyen Phu Trong"."""
    lists, family, given = _lists(), folded[0], folded[1:]
    syllables = [part for word in given for part in word.split("-")]
    if len(given) > 3 or not all(map(_SYLLABLE.fullmatch, syllables)):
        if len(given) != 1 or family not in lists.chinese or not _PINYIN.fullmatch(given[0]):
            return None
        return PersonalName((" ".join(words),), (), (words[0],))
    if any(word in lists.given or word in lists.particles for word in given) and family not in lists.vietnamese:
        return None
    if len(syllables) == 2 and (family in lists.chinese or family in lists.korean):
        return PersonalName(_both_ways(words), (), (words[0],))
    if len(given) == 1 and family in lists.chinese and _PINYIN.fullmatch(given[0]):
        return PersonalName((" ".join(words),), (), (words[0],))
    if len(given) in (2, 3) and family in lists.vietnamese and "-" not in "".join(given):
        return PersonalName((" ".join(words),), (), (words[0], words[-1]))
    return None


def _both_ways(words: list[str]) -> tuple[str, ...]:
    """A name whose given name has two syllables, as it was given and with a hyphen or a space instead."""
    family, *given = words
    if len(given) == 2:
        return " ".join(words), f"{family} {given[0]}-{given[1].lower()}"
    first, _, second = given[0].partition("-")
    return " ".join(words), f"{family} {first} {second.capitalize()}"


# --- the given name first --------------------------------------------------------------------------------------------


def _royal(words: list[str], folded: list[str]) -> PersonalName | None:
    """A sovereign or a pope: "King Charles III", "Pope Francis"."""
    lists = _lists()
    if folded[0] not in lists.royal or folded[1] not in lists.given:
        return None
    if len(words) == 2:
        return PersonalName((" ".join(words),), (), (words[1],))
    if len(words) == 3 and _SUFFIX.fullmatch(folded[2]):
        return PersonalName((" ".join(words), " ".join(words[1:]), " ".join(words[:2])), (), (words[1],))
    return None


def _given_first(words: list[str], folded: list[str]) -> PersonalName | None:
    lists = _lists()
    if folded[0] not in lists.given and folded[0].partition("-")[0] not in lists.given:
        return None
    full, suffix = (" ".join(words),), ""
    if _SUFFIX.fullmatch(folded[-1]) and not _INITIAL.fullmatch(folded[-1]):
        if len(words) == 2:
            return PersonalName(full)  # "Charles III"
        words, folded, suffix = words[:-1], folded[:-1], words[-1]
    alone = next((index for index, word in enumerate(folded) if word in lists.sole), None)
    if alone is not None:
        called = " ".join(words[alone:])
        return PersonalName((*full, called) if alone else full, (words[alone],))
    forms, first = ((), ()) if suffix else _other_forms(words, folded)
    surnames = [*_surnames(words, folded), *first]
    family = lists.chinese | lists.korean | lists.vietnamese
    # A son's name is his father's too.
    common = tuple(name for name in surnames if suffix or is_common(name) or plain(name) in family)
    own = tuple(surname for surname in surnames if surname not in common)
    alike = () if common else _nicknamed(words, folded)
    return PersonalName((*full, *forms, *alike), own, common, () if suffix else _forenames(words, folded))


def _other_forms(words: list[str], folded: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Other forms of a full name, and the surnames that they end in.

    "Orbán Viktor" of Viktor Orbán; "Claudia Sheinbaum" of Claudia Sheinbaum Pardo; "Bashar Assad" of Bashar al-Assad.
    """
    lists, last = _lists(), words[-1]
    if len(words) == 2 and folded[0] in lists.reversed:
        return (f"{last} {words[0]}",), ()
    if folded[-1].startswith(("al-", "el-")):
        given, bare = " ".join(words[:-1]), last.partition("-")[2]
        other = ("el-" if folded[-1].startswith("al-") else "al-") + bare
        return (f"{given} {bare}", f"{given} {other}"), (other,)
    second = len(words) > 2 and not any(word in lists.particles or word in _SMALL for word in folded)
    if second and folded[0] in lists.hispanic and folded[-2] not in lists.given and len(folded[-2].rstrip(".")) > 1:
        return (" ".join(words[:-1]),), (words[-2],)
    return (), ()


def _nicknamed(words: list[str], folded: list[str]) -> tuple[str, ...]:
    """A full name with other forms of its given name: "Bill Gates" of William Gates."""
    return tuple(" ".join((form.capitalize(), *words[1:])) for form in _lists().nicknames.get(folded[0], ()))


def _forenames(words: list[str], folded: list[str]) -> tuple[str, ...]:
    """The given name, if it may stand for its bearer after the full name."""
    lists, (first, *_, last) = _lists(), folded
    known = first in lists.given or first in lists.forename
    known = known or (first in lists.patronymic and last.endswith(lists.patronymics))
    barred = first in lists.shared or first in lists.common or first in lists.particles or not is_forename(first)
    return (words[0],) if known and not barred and len(first) > 2 and first not in lists.words | lists.ends else ()


def _surnames(words: list[str], folded: list[str]) -> list[str]:
    """What remains of a name without given names: with its particles, and without a prefix joined to it."""
    lists = _lists()
    start = next((index for index in range(1, len(words) - 1) if folded[index] in lists.particles), None)
    if start is not None:
        return [" ".join(words[start:])]
    last = words[-1]
    if _INITIAL.fullmatch(folded[-1]):
        return []
    surnames = [last]
    if folded[-1].startswith(lists.prefixes):
        surnames.append(last.partition("-")[2])
    second = len(words) > 2 and folded[-2] not in lists.given and not _INITIAL.fullmatch(folded[-2])
    if second:
        surnames.append(f"{words[-2]} {last}")  # "García Márquez"
    return surnames


# --- spellings -------------------------------------------------------------------------------------------------------

_ENDING: Final = re.compile(r"[iy]+\b")
_ORDINAL: Final = re.compile(r"[ivx]+")


def spelling_key(name: str, given: Mapping[str, str]) -> str:
    """What the spellings of one name have in common ("Volodymyr Zelenskyy", "Volodymyr Zelenskiy").

    Args:
        name: A name.
        given: Spellings of given names, plain -> the one that stands for them all.
    """
    words: Iterable[str] = plain(name).replace("-", " ").split()
    return " ".join(word if _ORDINAL.fullmatch(word) else _ENDING.sub("y", given.get(word, word)) for word in words)
