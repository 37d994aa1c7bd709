"""Whom "he" and "she" mean, where a person is an actor.

An article names the person it is about once or twice and then says "he". A pronoun goes to a person whom the words
before it leave alone on the stage: the only one who was named in its sentence before it or, if nobody was, in the
sentence before; the first who was named there, if the pronoun begins its sentence, as its subject goes on to be the
subject. Whoever else has a name with capitals is somebody else, who keeps the pronoun from being anybody's. What is
quoted is another's speech: names and pronouns in it do not count. Which of both words a person goes by the given name
says or, where it does not, most of the pronouns that can be nobody else's.

One pronoun is found in a sentence that does not name the person: more than one mark would say no more. The time is
linear in the length of the text.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from .actors import fold
from .mention_lexicon import load_homonyms
from .quotations import find_quotes
from .records import Mention, Sentence

_PRONOUN: Final = re.compile(r"\b(?:(he|him|his|himself)|(?:she|her|hers|herself))\b", re.IGNORECASE)
WORD: Final = re.compile(r"[^\W\d_][\w'’.-]*")
#: Instead of the id of a person who is an actor: somebody else, and no person at all.
NOBODY: Final = ""
NO_PERSON: Final = "#"
#: How many sentences without names may stand between a name and a pronoun.
_PATIENCE: Final = 2
#: What may stand before the subject at the beginning of a sentence.
_LEADS: Final = frozenset(["", "and", "but", "then", "so", "yet", "still", "later", "now", "instead", "today"])
_LEAD: Final = 24
#: How many pronouns of a sentence are looked at.
_TRIED: Final = 8
#: Titles that tell which word somebody goes by.
WAYS: Final = {
    **dict.fromkeys(["mr", "sir", "lord", "king", "prince"], "he"),
    **dict.fromkeys(["mrs", "ms", "miss", "dame", "lady", "queen", "princess", "baroness"], "she"),
}
#: After these a name is that of a place, a day or an institution.
_NO_PERSON_AFTER: Final = frozenset(["the", "in", "at", "near", "on", "across", "outside", "inside"])


@dataclass(slots=True)
class _Focus:
    """Who may be meant next: an actor's id, alone or as the first of several, and since how many sentences.

    Where another of the several is an actor too, nobody is meant: "Starmer thanked Zelensky. He was brave."
    """

    actor: str = NOBODY
    alone: bool = False
    rivalled: bool = False
    age: int = 0


@dataclass(frozen=True, slots=True)
class _Pronoun:
    """A pronoun, and which of both words it is a form of: "he" or "she"."""

    start: int
    end: int
    way: str


@dataclass(frozen=True, slots=True)
class _Name:
    """A person's name: where, whose (`NOBODY` for somebody who is no actor), and "he", "she" or "" if nobody knows."""

    place: float
    actor: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    """What a sentence says.

    Attributes:
        names: The persons' names outside quotation marks.
        pronouns: The pronouns outside quotation marks.
        quoted: Start and end of what is in quotation marks.
        named: Whom it names anywhere.
    """

    names: list[_Name]
    pronouns: list[_Pronoun]
    quoted: list[tuple[int, int]]
    named: frozenset[str]


def find_pronouns(
    text: str,
    sentences: Sequence[Sentence],
    names: Sequence[tuple[int, int, str]],
    known: Mapping[str, str] | None = None,
) -> list[Mention]:
    """Find the pronouns that mean persons.

    Args:
        text: The text.
        sentences: Its sentences, in order.
        names: Start, end and bearer of the names that are known, in order: the id of a person who is an actor, `NOBODY`
            for any other person, `NO_PERSON` for a state, an alliance and the like.
        known: Of actors whose names tell it, "he" or "she".

    Returns:
        Mentions of kind "anaphor", in order, one a sentence at most, in sentences that do not name the person.
    """
    if all(whose in (NOBODY, NO_PERSON) for _, _, whose in names) or _PRONOUN.search(text) is None:
        return []
    told, known = _read(text, sentences, names), known or {}
    ways: dict[str, Counter[str]] = {}
    for actor, _, pronoun in _resolve(text, sentences, told, known):
        ways.setdefault(actor, Counter())[pronoun.way] += 1
    surely = {**{actor: counts.most_common(1)[0][0] for actor, counts in ways.items()}, **known}
    return [
        Mention(actor, sentences[index].index, pronoun.start, pronoun.end, "anaphor")
        for actor, index, pronoun in _resolve(text, sentences, told, surely)
        if actor not in told[index].named
    ]


def _read(text: str, sentences: Sequence[Sentence], known: Sequence[tuple[int, int, str]]) -> list[_Told]:
    quotes = [(quote.left, quote.right) for quote in find_quotes(text, sentences) if not quote.nested]
    starts, opened = [start for start, _, _ in known], [left for left, _ in quotes]
    familiar = _familiar(text, sentences)

    def at(place: int) -> str | None:
        """The bearer of the name that covers a place; None if no name is known there."""
        index = bisect_right(starts, place) - 1
        return known[index][2] if index >= 0 and place < known[index][1] else None

    def is_open(place: int) -> bool:
        index = bisect_right(opened, place) - 1
        return index < 0 or place >= quotes[index][1]

    told: list[_Told] = []
    for sentence in sentences:
        start, end = sentence.start, sentence.end
        names = list(_names(text, start, end, at, familiar))
        pronouns = [
            _Pronoun(match.start(), match.end(), "he" if match.group(1) else "she")
            for match in islice(_PRONOUN.finditer(text, start, end), _TRIED)
            if is_open(match.start()) and at(match.start()) is None  # not "Her Majesty's Government"
        ]
        first = max(0, bisect_right(opened, start) - 1)
        quoted = [quote for quote in quotes[first : bisect_right(opened, end)] if quote[1] > start]
        named = frozenset(name.actor for name in names)
        told.append(_Told([name for name in names if is_open(int(name.place))], pronouns, quoted, named))
    return told


def _names(
    text: str, start: int, end: int, at: Callable[[int], str | None], familiar: frozenset[str]
) -> Iterator[_Name]:
    """The persons' names in a sentence."""
    run: list[re.Match[str]] = []
    before, last = "", ""  # the words before the run and before this word
    for word in WORD.finditer(text, start, end):
        owner = at(word.start())
        goes_on = owner is None and word.group()[0].isupper()
        joined = bool(run) and text[run[-1].end() : word.start()] == " "
        if run and not (goes_on and joined):
            # "Detective Inspector Helen Sadler" is one person.
            if not (owner and joined) and _is_person(run, before, start, familiar):
                yield _stranger(run)
            run = []
        if goes_on:
            before = before if run else last
            run.append(word)
        elif owner is not None and owner != NO_PERSON:
            yield _Name(word.start(), owner)
        last = fold(word.group())
    if run and _is_person(run, before, start, familiar):
        yield _stranger(run)


def _stranger(run: Sequence[re.Match[str]]) -> _Name:
    return _Name(run[0].start(), NOBODY, WAYS.get(fold(bare(run[0].group())), ""))


def _familiar(text: str, sentences: Sequence[Sentence]) -> frozenset[str]:
    """Words that have a capital where no sentence begins."""
    found: set[str] = set()
    for sentence in sentences:
        words = WORD.findall(text, sentence.start, sentence.end)
        found.update(bare(word) for word in words[1:] if word[0].isupper())
    return frozenset(found)


def bare(word: str) -> str:
    """A word without a full stop and the possessive's ending."""
    return word.rstrip(".").removesuffix("'s").removesuffix("’s")


def _is_person(run: Sequence[re.Match[str]], before: str, start: int, familiar: frozenset[str]) -> bool:
    """Whether words with capitals, side by side, may be the name of somebody."""
    openers = load_homonyms().no_given_names
    words = [bare(match.group()) for match in run]
    if run[0].start() <= start + 1:  # it begins the sentence, maybe after a quotation mark
        if fold(words[0]) in openers or (len(words) == 1 and words[0] not in familiar):
            words = words[1:]
    elif before in _NO_PERSON_AFTER:
        return False
    words = [word for word in words if fold(word) not in openers and word != "I" and not _PRONOUN.fullmatch(word)]
    return any(not (len(word) > 1 and word.isupper()) for word in words)


def _resolve(
    text: str, sentences: Sequence[Sentence], told: Sequence[_Told], surely: Mapping[str, str]
) -> Iterator[tuple[str, int, _Pronoun]]:
    """Actor, index of the sentence, and pronoun, for each sentence's first pronoun that is surely somebody's.

    Args:
        text: The text.
        sentences: Its sentences.
        told: What they say.
        surely: Which word each actor goes by, as far as it is known.
    """
    focus = _Focus()
    for index, (sentence, says) in enumerate(zip(sentences, told, strict=True)):
        names = says.names
        way = surely.get(focus.actor, "")
        for pronoun in says.pronouns:
            earlier = {name.actor for name in names if name.place < pronoun.start and name.way in ("", pronoun.way)}
            if earlier == {NOBODY} and way == pronoun.way and _is_other(says, pronoun):
                earlier = set()  # "Mr Stone said he regretted her decision"
            if earlier:
                meant = earlier.pop() if len(earlier) == 1 else NOBODY
            else:
                begins = _begins(text, sentence.start, pronoun.start, says.quoted)
                meant = focus.actor if focus.alone or (begins and not focus.rivalled) else NOBODY
            if meant != NOBODY and surely.get(meant, pronoun.way) == pronoun.way:
                yield meant, index, pronoun
                # "His opponent, Bob Stone, came": he is no subject.
                owner = names and text[pronoun.start : pronoun.end].lower() in ("his", "her")
                names = sorted(
                    [*names, _Name(math.inf if owner else pronoun.start, meant)], key=lambda name: name.place
                )
                break
        if names:
            actors = {name.actor for name in names}
            focus = _Focus(names[0].actor, len(actors) == 1, len(actors - {NOBODY}) > 1)
        elif focus.age == _PATIENCE:
            focus = _Focus()
        else:
            focus.age += 1


def _is_other(says: _Told, pronoun: _Pronoun) -> bool:
    """Whether another word stands between the names before a pronoun and it, so that it is not theirs."""
    named = max(name.place for name in says.names if name.place < pronoun.start)
    return any(named < other.start < pronoun.start and other.way != pronoun.way for other in says.pronouns)


def _begins(text: str, start: int, place: int, quoted: Sequence[tuple[int, int]]) -> bool:
    """Whether a pronoun is the first word of its sentence, but for a conjunction and one quotation."""
    left, right = quoted[0] if quoted and quoted[0][0] < place else (start, start)
    left, right = max(start, left), max(start, right)
    if left - start + place - right >= _LEAD:
        return False
    return (text[start:left] + text[right:place]).strip(" ,.-–—\n").lower() in _LEADS
