"""Sentences and actors -> mentions, with exact offsets.

One pass of one automaton over the folded text finds every alias of every actor, those of the whole catalogue among
them: an actor that is not measured still takes its own names ("Papua New Guinea" is not Guinea) and is what "the
country" refers to if it was named last. Then

1. *filter*: word boundaries, capitals, term of office, and the context rules of ``data/homonyms.toml``;
2. *select*: of spans that overlap, the longest;
3. *join*: an actor's name with an office and its holder is one mention ("British Foreign Secretary David Lammy",
"President Tokayev", "the President of Russia");
4. *refer*: "the republic", "the alliance" and a bare office ("the prime minister") go to the last fitting actor.

What counts as a mention. Spans leave out "the", the possessive "'s" and the rest of a hyphenated word ("UK" of
"UK-based"); an anaphor keeps its "the". A demonym counts wherever it says where somebody or something belongs ("Kazakh
shops"), not as the name of a language and not in the name of a company or a cultural institution ("British Airways"). A
capital counts wherever it can stand for its state, also as a place ("in London"), but not with a part of town or a
municipal office, nor as part of another name. A high office makes one mention with the demonym before it ("the Kazakh
leader"); a lower one only where its holder is named. A person in office counts while in office, or always where the
text's date is not known; a surname that is common counts only after the full name or a title.

The time is linear in the length of the text and does not depend on the number of aliases; every look to the side is
bounded.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import accumulate, islice, takewhile
from typing import Any, Final, Literal, get_args

from ahocorasick_rs import AhoCorasick

from .actors import Actor, Alias, fold, is_date, load_catalogue
from .errors import InputError, expected
from .records import Mention, MentionKind, Sentence

#: How far the rules look to either side, in characters.
_NEAR: Final = 200
_FAR: Final = 300
_WORD_REACH: Final = 32
_TOKEN_REACH: Final = 300
#: How many characters are read at a time, at least. A surname counts from its bearer's full name on, and in this block.
_BLOCK: Final = 60_000


class Finder:
    """Finds the mentions of some actors in any number of texts.

    Building one takes some 30 ms. It holds no state of the texts, so that threads may share it.
    """

    def __init__(self, actors: Sequence[Actor], *, metonyms: bool = True, anaphors: bool = True) -> None:
        """Build the automaton.

        Args:
            actors: Whom to find; no two should share an alias (`biasscore.actors.resolve` sees to it; otherwise the
                first wins).
            metonyms: Whether "London" and "the Kremlin" are mentions.
            anaphors: Whether "the republic", "the alliance" and bare offices are.
        """
        self._measured: Final = len(actors)
        own = {actor.id for actor in actors if actor.anaphors}
        self._actors: Final = [*actors, *(actor for actor in load_catalogue().values() if actor.id not in own)]
        self._places: Final = {actor.id: index for index, actor in reversed(list(enumerate(self._actors)))}
        self._fitting: Final = _fitting(self._actors)
        self._metonyms: Final = metonyms
        self._anaphors: Final = anaphors
        self._patterns: Final = _patterns(self._actors, metonyms, anaphors)
        self._automaton: Final = AhoCorasick([pattern.text for pattern in self._patterns])

    def find(self, text: str, sentences: Sequence[Sentence], *, date: str | None = None) -> list[Mention]:
        """Find the mentions in one text.

        Args:
            text: The text as it was given.
            sentences: Its sentences, in order, as a `biasscore.segment.Splitter` gives them.
            date: Day of publication, ``YYYY-MM-DD``; people are then mentions only within their terms of office.

        Returns:
            Mentions in the order of the text. They do not overlap; each lies within its sentence.

        Raises:
            InputError: The date is none.
        """
        if date is not None and not is_date(date):
            raise InputError(expected("date", "a day as YYYY-MM-DD", date, "Leave it out if it is not known."))
        if not sentences:
            return []
        squeezed = _Squeezed.of(text)
        reading = _Reading(squeezed.plain, squeezed.folded, date)
        bounds = [(squeezed.place(sentence.start), squeezed.place(sentence.end)) for sentence in sentences]
        discourse = _Discourse(reading, self._fitting, self._places, sentences, bounds)
        mentions: list[Mention] = []
        for block in _blocks(sentences):
            reading.begin()
            found = self._search(reading, bounds[block.start][0], bounds[block.stop - 1][1])
            groups = _join(reading, _seat(_select(self._admit(reading, found)), bounds, block), bounds)
            if self._anaphors:
                groups = discourse.refer(groups, block)
            for group in groups:
                if group.actor >= self._measured or group.actor < 0 or group.silent:
                    continue
                sentence = sentences[group.sentence]
                start, end = squeezed.span(group.start, group.end)
                mentions.append(
                    Mention(self._actors[group.actor].id, sentence.index, start, min(end, sentence.end), group.kind)
                )
        return mentions

    def _search(self, reading: _Reading, low: int, high: int) -> list[tuple[_Pattern, int, int]]:
        """Everything the automaton knows between two places, at word boundaries."""
        folded, patterns, size = reading.folded, self._patterns, len(reading.folded)
        found: list[tuple[_Pattern, int, int]] = []
        for index, start, end in self._hits(folded[low:high]):
            pattern = patterns[index]
            start, end = start + low, end + low
            if pattern.left and start and (folded[start - 1].isalnum() or folded[start - 1] == "_"):
                continue
            if pattern.right and end < size and (folded[end].isalnum() or folded[end] == "_"):
                continue
            if pattern.role:
                reading.add_office(start, end, pattern.role)
            if pattern.speaks:
                found.append((pattern, start, end))
        return found

    def _hits(self, folded: str) -> list[tuple[int, int, int]]:
        hits: list[tuple[int, int, int]]
        try:
            hits = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        except UnicodeEncodeError:
            # Lone surrogates cannot be encoded; they are in no alias.
            hits = self._automaton.find_matches_as_indexes(_SURROGATES.sub("\ufffd", folded), overlapping=True)
        return hits

    def _admit(self, reading: _Reading, found: Sequence[tuple[_Pattern, int, int]]) -> list[_Span]:
        """The spans that may refer to an actor, and those that shield others."""
        first, ends, people, measured = reading.first, reading.ends, reading.people, self._measured
        starts = reading.starts
        for pattern, start, end in found:
            if pattern.entries:
                starts.add(start)
            if pattern.impersonal:
                ends.add(end)
            if pattern.keys or pattern.people:
                for key in pattern.keys:
                    first.setdefault(key, start)
                people.update(pattern.people)
        spans: list[_Span] = []
        for pattern, start, end in found:
            entry = pattern.only
            if entry is not None:
                if _fits(reading, entry, start, end):
                    actor = entry.actor
                    spans.append(_Span(start, end, actor, entry.kind, False, 0 if actor < measured else 2))
                continue
            fits = [entry for entry in pattern.entries if _fits(reading, entry, start, end)]
            if fits:
                spans.append(self._span(reading, fits, start, end))
            if pattern.phrase:
                spans.append(_Span(start, end, -1, "name", False, 1))
            if pattern.anaphor and _may_refer(reading, pattern, start, end):
                spans.append(_Span(start, end, -2, "anaphor", False, 3, key=pattern.anaphor))
            if pattern.bare:
                determiner = _determiner(reading, pattern, start, end)
                if determiner:
                    spans.append(_Span(start, end, -2, "person", False, 3, key=pattern.bare, owned=determiner == "'s"))
        return spans

    def _span(self, reading: _Reading, fits: Sequence[_Entry], start: int, end: int) -> _Span:
        date = reading.date
        entry = fits[0] if date is None else next((entry for entry in fits if entry.alias.covers(date)), fits[0])
        actor, kind = entry.actor, entry.alias.kind
        shift = entry.shift
        if shift is not None and shift.actor in self._places and shift.applies(reading, start, end, _NEAR):
            actor, fits = self._places[shift.actor], ()
        measured = actor < self._measured
        silent = (date is not None and not entry.alias.covers(date)) or (
            kind == "metonym" and measured and not self._metonyms
        )
        shadow = -1
        if measured and len(fits) > 1:
            shadow = next((other.actor for other in fits if other.actor >= self._measured), -1)
        return _Span(start, end, actor, kind, silent, 0 if measured else 2, shadow=shadow)


# --- text ------------------------------------------------------------------------------------------------------------

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_COMBINING: Final = "\u0300-\u036f"
#: What a reader does not see, apart from all but the first of several spaces: combining marks, soft hyphens, joiners,
#: directions.
_UNSEEN: Final = f"{_COMBINING}\u00ad\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069"
_SURPLUS: Final = re.compile(f" {{2,}}|[{_UNSEEN}]+")
_MARKED: Final = re.compile(f"[{_UNSEEN}]")
_LETTER_MARKS: Final = re.compile(f"[{_COMBINING}]*")
_SPACES: Final = re.compile(" +")


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """A text without what would keep an alias from being found, and the way back to the text as it was given.

    Attributes:
        text: The text as it was given.
        plain: The same without surplus characters.
        folded: `plain`, folded.
        cuts: Where characters were left out, as places in `plain`.
        ends: Where they ended in `text`.
        lost: How many were left out so far.
    """

    text: str
    plain: str
    folded: str
    cuts: list[int]
    ends: list[int]
    lost: list[int]

    @classmethod
    def of(cls, text: str) -> _Squeezed:
        folded = fold(text)
        starts, ends = _surplus(text, folded)
        if not starts:
            return cls(text, text, folded, [], [], [])
        lost = list(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
        cuts = [end - count for end, count in zip(ends, lost, strict=True)]
        kept = list(zip([0, *ends], [*starts, len(text)], strict=True))
        plain, short = ("".join([whole[a:b] for a, b in kept]) for whole in (text, folded))
        return cls(text, plain, short, cuts, ends, lost)

    def place(self, position: int) -> int:
        """The place in `plain` of a place in `text` at which no character was left out."""
        before = bisect_right(self.ends, position)
        return position - self.lost[before - 1] if before else position

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in `text` of a span in `plain`, with the marks on its last letter."""
        if not self.cuts:
            return start, end
        last = self._origin(end - 1) + 1
        if self.text[last : last + 1] > "\u02ff":
            match = _LETTER_MARKS.match(self.text, last)
            last = match.end() if match else last
        return self._origin(start), last

    def _origin(self, position: int) -> int:
        before = bisect_right(self.cuts, position)
        return position + self.lost[before - 1] if before else position


def _surplus(text: str, folded: str) -> tuple[list[int], list[int]]:
    """Where characters that a reader does not see begin, and where they end; blank lines stay, no alias spans them."""
    starts: list[int] = []
    ends: list[int] = []
    if not folded.isascii() and _MARKED.search(folded):
        for match in _SURPLUS.finditer(folded):
            if text.count("\n", match.start(), match.end()) < 2:
                starts.append(match.start() + (match.group()[0] == " "))
                ends.append(match.end())
        return starts, ends
    place = folded.find("  ")
    while place >= 0:
        run = _SPACES.match(folded, place)
        end = run.end() if run else place + 2
        if text.count("\n", place, end) < 2:
            starts.append(place + 1)
            ends.append(end)
        place = folded.find("  ", end)
    return starts, ends


def _blocks(sentences: Sequence[Sentence]) -> Iterator[range]:
    """The sentences in blocks of whole paragraphs, so that the work on one long text fits into the cache."""
    first = 0
    for index in range(1, len(sentences)):
        new = sentences[index].paragraph != sentences[index - 1].paragraph
        if new and sentences[index].start - sentences[first].start > _BLOCK:
            yield range(first, index)
            first = index
    yield range(first, len(sentences))


@dataclass(slots=True)
class _Reading:
    """One text being read.

    Attributes:
        plain: The text without surplus characters.
        folded: The same, folded; places are places in either.
        date: Day of publication.
        offices: Start -> end and role of office words and titles, the longest.
        office_starts: End -> start of the same.
        first: Actor and folded alias -> where it occurs first.
        elsewhere: Actor and folded alias -> whether its first occurrence was the place of the same name elsewhere.
        ends: Ends of the aliases that are no people's, whatever they refer to.
        starts: Starts of all aliases.
        people: Actor and surname of the people whose full name occurs.
        namesakes: Surnames of people in office that somebody else in the text bears.
        urls: Where web and e-mail addresses begin, and where they end.
        url_ends: See `urls`.
    """

    plain: str
    folded: str
    date: str | None
    offices: dict[int, tuple[int, _Role]] = field(default_factory=dict)
    office_starts: dict[int, int] = field(default_factory=dict)
    first: dict[tuple[int, str], int] = field(default_factory=dict)
    elsewhere: dict[tuple[int, str], bool] = field(default_factory=dict)
    ends: set[int] = field(default_factory=set)
    starts: set[int] = field(default_factory=set)
    people: set[tuple[int, str]] = field(default_factory=set)
    namesakes: set[str] = field(default_factory=set)
    urls: list[int] = field(default_factory=list)
    url_ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        reach = 0
        for place in _addresses(self.folded):
            if place < reach:
                continue
            low = max(0, place - _TOKEN_REACH)
            self.urls.append(max(low, self.folded.rfind(" ", low, place) + 1))
            reach = self.folded.find(" ", place, place + _TOKEN_REACH)
            reach = reach if reach >= 0 else min(len(self.folded), place + _TOKEN_REACH)
            self.url_ends.append(reach)

    def begin(self) -> None:
        """Forget what matters within a block only."""
        self.offices.clear()
        self.office_starts.clear()
        self.ends.clear()
        self.starts.clear()

    def add_office(self, start: int, end: int, role: _Role) -> None:
        """Remember an office word; of several that begin or end at one place the longest counts."""
        if start not in self.offices or self.offices[start][0] < end:
            self.offices[start] = end, role
        if start < self.office_starts.get(end, start + 1):
            self.office_starts[end] = start

    def word_after(self, end: int) -> str:
        """The word joined to a span by one space or hyphen, folded; empty if there is none."""
        if self.folded[end : end + 1] not in _JOINTS:
            return ""
        match = _WORD.match(self.folded, end + 1)
        return match.group().rstrip(".'") if match else ""

    def word_before(self, start: int) -> str:
        """The word before a span, joined to it by one space or hyphen, as written, with its punctuation."""
        return self.plain[self._before(start) : start - 1].lstrip(_OPENING) if start else ""

    def folded_before(self, start: int) -> str:
        """The same, folded."""
        return self.folded[self._before(start) : start - 1].lstrip(_OPENING) if start else ""

    def _before(self, start: int) -> int:
        if self.folded[start - 1] not in _JOINTS:
            return start
        low = max(0, start - _WORD_REACH)
        return max(low - 1, self.folded.rfind(" ", low, start - 1), self.folded.rfind("-", low, start - 1)) + 1

    def in_address(self, start: int, end: int) -> bool:
        """Whether a span is part of a web or e-mail address."""
        folded = self.folded
        if start > 1 and folded[start - 1] == "." and folded[start - 2].isalnum() and self.plain[start].islower():
            return True
        if folded[end : end + 1] == "." and self.plain[end + 1 : end + 2].islower() and folded[end - 1] != ".":
            return True
        place = bisect_right(self.urls, start)
        return place > 0 and start < self.url_ends[place - 1]


def _addresses(folded: str) -> list[int]:
    """Places inside web and e-mail addresses."""
    places: list[int] = []
    for sign in ("://", "www.", "@"):
        place = folded.find(sign)
        while place >= 0:
            if sign != "@" or (folded[place - 1 : place].isalnum() and folded[place + 1 : place + 2].isalnum()):
                places.append(place)
            place = folded.find(sign, place + len(sign))
    return sorted(places)


#: What stands beside no part of an address; "" too.
_CLEAR: Final = " ,;!?'()\"“”"
_JOINTS: Final = (" ", "-")
_WORD: Final = re.compile(r"[^\s,;:!?()\"“”«»/-]{1,32}")
_BREAK: Final = re.compile(r"[\s-]")
_STOP: Final = re.compile(r"[.!?\n]")
_OPENING: Final = "\"'“‘„«([{"


# --- what is known of words ------------------------------------------------------------------------------------------


#: What an office word may do. "high": joined to the name or demonym before it ("the Kazakh leader"). "plural": to a
#: demonym only. "chief": to a name only ("the NATO chief"). "peer": to a demonym, after another person ("his Kazakh
#: counterpart"). "junior", "title": to its holder's name only. "ruler": to the name after "of" ("master of the
#: Kremlin"). "genitive": to the name right after it, in Russian.
_Role = Literal["high", "plural", "chief", "peer", "junior", "title", "ruler", "genitive"]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Where one alias is no mention (``[[rule]]`` in ``data/homonyms.toml``)."""

    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    near: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()
    only_after: frozenset[str] = frozenset()
    only_before: str = ""
    places: bool = False
    capitals: bool = False
    unowned: bool = False
    whole: bool = False

    def joined(self, other: _Rule) -> _Rule:
        """Both rules in one."""
        return _Rule(
            self.before | other.before,
            self.after | other.after,
            self.near + other.near,
            self.needs + other.needs,
            self.only | other.only,
            self.only_after | other.only_after,
            self.only_before + other.only_before,
            self.places or other.places,
            self.capitals or other.capitals,
            self.unowned or other.unowned,
            self.whole or other.whole,
        )


@dataclass(frozen=True, slots=True)
class _Context:
    """Words that must, and words that must not, stand near a span for it to mean an actor.

    Attributes:
        actor: The actor's id.
        near: One of these must.
        far: None of these may.
        capital: The span's last word must begin with a capital.
    """

    actor: str
    near: tuple[str, ...]
    far: tuple[str, ...]
    capital: bool

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> _Context:
        near, far = (tuple(map(fold, table.get(key, []))) for key in ("near", "far"))
        return cls(table["actor"], near, far, table.get("capital", False))

    def applies(self, reading: _Reading, start: int, end: int, reach: int) -> bool:
        """Whether the words up to so many characters around a span allow it."""
        if self.capital and not reading.plain[reading.plain.rfind(" ", start, end) + 1 or start].isupper():
            return False
        around = reading.folded[max(0, start - reach) : end + reach]
        return any(word in around for word in self.near) and not any(word in around for word in self.far)


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """``data/homonyms.toml``, ready to be looked up; all folded."""

    phrases: frozenset[str]
    rules: Mapping[str, _Rule]
    shifts: Mapping[str, _Context]
    places: tuple[str, ...]
    name_ends: Mapping[str, frozenset[str]]
    language_before: frozenset[str]
    language_verbs: frozenset[str]
    language_prepositions: frozenset[str]
    language_stops: frozenset[str]
    language_never: frozenset[str]
    titles: frozenset[str]
    offices_before: tuple[str, ...]
    openers: frozenset[str]
    others: frozenset[str]
    months: frozenset[str]
    before_month: frozenset[str]
    words: frozenset[str]
    hints: tuple[str, ...]
    offices: Mapping[str, _Role]
    bare: Mapping[str, str]
    capital_offices: frozenset[str]
    office_far: Mapping[str, tuple[str, ...]]
    heads: tuple[str, ...]
    bodies: tuple[str, ...]
    chief_stops: frozenset[str]
    office_stops: frozenset[str]
    no_anaphor_before: frozenset[str]
    attributive_before: frozenset[str]
    attributive_after: frozenset[str]
    wide: tuple[str, ...]
    ahead: frozenset[str]
    defaults: Mapping[str, _Context]


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


@cache
def _lexicon() -> _Lexicon:
    raw = tomllib.loads(resources.files("biasscore").joinpath("data", "homonyms.toml").read_text(encoding="utf-8"))
    people, language, anaphors, offices = raw["people"], raw["language"], raw["anaphors"], raw["offices"]
    rules: dict[str, _Rule] = {}
    for table in raw["rule"]:
        for alias in map(fold, table["aliases"]):
            rules[alias] = rules[alias].joined(_rule(table)) if alias in rules else _rule(table)
    bare = dict.fromkeys(_ministers(offices), "the country")
    bare |= {fold(office): key for key, listed in offices["bare"].items() for office in listed}
    return _Lexicon(
        phrases=_folded(phrase for phrases in raw["phrases"].values() for phrase in phrases),
        rules=rules,
        shifts={fold(table["alias"]): _Context.of(table) for table in raw["shift"]},
        places=tuple(sorted(", " + fold(name) for name in raw["places"]["names"])),
        name_ends={kind: _folded(words) for kind, words in raw["name_ends"].items()},
        language_before=_folded(language["before"]),
        language_verbs=_folded(language["verbs"]),
        language_prepositions=_folded(language["prepositions"]),
        language_stops=_folded(language["stops"]),
        language_never=_folded(language["never"]),
        titles=_folded(people["titles"]),
        offices_before=tuple(fold(office) + " " for office in people["offices"]),
        openers=_folded(people["openers"]),
        others=_folded(people["others"]),
        months=_folded(people["months"]),
        before_month=_folded(people["before_month"]),
        words=_folded(people["words"]),
        hints=tuple(map(fold, people["hints"])),
        offices=_offices(offices),
        bare=bare,
        capital_offices=_folded(offices["capital"]),
        office_far={fold(office): tuple(map(fold, words)) for office, words in offices["far"].items()},
        heads=tuple(map(fold, offices["heads"])),
        bodies=tuple(map(fold, offices["bodies"])),
        chief_stops=_folded(offices["chief_stops"]),
        office_stops=_folded(offices["stops"]),
        no_anaphor_before=_folded(anaphors["before"]),
        attributive_before=_folded(anaphors["attributive"]["before"]),
        attributive_after=_folded(anaphors["attributive"]["after"]),
        wide=tuple(f"the {fold(word)} " for word in anaphors["wide"]),
        ahead=_folded(anaphors["ahead"]),
        defaults={fold(table["phrase"]): _Context.of(table) for table in anaphors["default"]},
    )


def _rule(table: Mapping[str, Any]) -> _Rule:
    return _Rule(
        _folded(table.get("before", [])),
        _folded(table.get("after", [])),
        tuple(map(fold, table.get("near", []))),
        tuple(map(fold, table.get("needs", []))),
        _folded(table.get("only", [])),
        _folded(table.get("only_after", [])),
        table.get("only_before", ""),
        table.get("places", False),
        table.get("capitals", False),
        table.get("unowned", False),
        table.get("whole", False),
    )


def _ministers(offices: Mapping[str, Any]) -> list[str]:
    """An "oil minister" and a "minister of oil" for each portfolio."""
    names = [fold(name) for name in offices["portfolios"]]
    return [f"{name} minister" for name in names] + [f"minister of {name}" for name in names]


def _offices(offices: Mapping[str, Any]) -> dict[str, _Role]:
    """Office word -> role."""
    ministers = _ministers(offices)
    listed: dict[_Role, list[str]] = {
        "junior": [
            f"{rank} {name}" for name in (*ministers, "minister") for rank in ("deputy", "first deputy", "junior")
        ],
        "plural": [name.replace("minister", "ministers", 1) for name in ministers],
        "high": [*ministers, *(f"{name} secretary" for name in offices["secretaries"])]
        + [f"secretary of state for {name}" for name in offices["portfolios"]],
    }
    roles: dict[str, _Role] = {}
    for role in get_args(_Role):
        for office in (*offices["roles"].get(role, []), *listed.get(role, [])):
            roles.setdefault(fold(office), role)
    return roles


# --- patterns --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
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
        shift: When it is another actor's.
        after: Actor and string, folded, of the alias that must stand before it.
        simple: Whether nothing but its capitals and addresses can rule it out.
    """

    actor: int
    alias: Alias
    kind: MentionKind
    capitals: tuple[int, ...]
    rule: _Rule | None
    given: frozenset[str]
    single: bool
    exact: bool
    name_ends: frozenset[str]
    shift: _Context | None
    after: tuple[int, str] | None
    simple: bool


@dataclass(slots=True)
class _Pattern:
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
    entries: list[_Entry] = field(default_factory=list)
    phrase: bool = False
    anaphor: str = ""
    bare: str = ""
    role: _Role | None = None
    left: bool = True
    right: bool = True
    keys: tuple[tuple[int, str], ...] = ()
    people: tuple[tuple[int, str], ...] = ()
    impersonal: bool = False
    speaks: bool = True
    only: _Entry | None = None

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
            if not (dated or entry.shift or (entry.kind == "metonym" and not metonyms)):
                self.only = entry


#: Instead of a description: an office that stands alone only after its owner ("Britain's ambassador").
_OWNED: Final = "#owned"


def _patterns(actors: Sequence[Actor], metonyms: bool, anaphors: bool) -> list[_Pattern]:
    lexicon = _lexicon()
    patterns: dict[str, _Pattern] = {}

    def at(text: str) -> _Pattern:
        return patterns.setdefault(text, _Pattern(text, left=_needs_boundary(text[0]), right=_needs_boundary(text[-1])))

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
                at(office).bare = _OWNED
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


def _entry(lexicon: _Lexicon, actor: int, alias: Alias, written: str, given: Mapping[str, frozenset[str]]) -> _Entry:
    person = alias.kind == "person"
    folded = fold(alias.text)
    rule, ends = lexicon.rules.get(folded), lexicon.name_ends.get(alias.kind, frozenset())
    single, exact = person and " " not in alias.text, alias.case == "exact"
    return _Entry(
        actor=actor,
        alias=alias,
        kind=alias.kind,
        capitals=() if alias.case == "any" else tuple(i for i, char in enumerate(written) if char.isupper()),
        rule=rule,
        given=given.get(fold(written), frozenset()) if person else frozenset(),
        single=single,
        exact=exact,
        name_ends=ends,
        shift=lexicon.shifts.get(folded) if alias.kind == "metonym" else None,
        after=(actor, fold(alias.after)) if alias.after is not None else None,
        simple=rule is None and not (ends or single or exact or alias.kind == "demonym"),
    )


def _fitting(actors: Sequence[Actor]) -> dict[str, frozenset[int]]:
    """Description -> the actors that it may refer to; "#republic" stands for states without a king."""
    fitting: dict[str, set[int]] = {}
    for index, actor in enumerate(actors):
        for anaphor in actor.anaphors:
            fitting.setdefault(anaphor, set()).add(index)
            fitting.setdefault("the " + anaphor.removeprefix("the "), set()).add(index)
    states, kingdoms = fitting.get("the country", set()), fitting.get("the kingdom", set())
    fitting["#republic"] = states - kingdoms
    return {key: frozenset(held) for key, held in fitting.items()}


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


# --- filter ----------------------------------------------------------------------------------------------------------


def _fits(reading: _Reading, entry: _Entry, start: int, end: int) -> bool:
    """Whether an alias, found at word boundaries, may refer to its actor here."""
    plain, folded = reading.plain, reading.folded
    for place in entry.capitals:
        if not plain[start + place].isupper():
            return False
    if entry.exact and any(
        char != written for char, written in zip(plain[start:end], entry.alias.text, strict=False) if written.isalpha()
    ):
        return False
    after = folded[end : end + 1]
    if not (after in _CLEAR and folded[start - 1 : start] in _CLEAR) and reading.in_address(start, end):
        return False
    if entry.simple:
        return True
    if after == " " and entry.name_ends and plain[end + 1 : end + 2].isupper():
        following = reading.word_after(end)
        if following in entry.name_ends:
            return False
    if entry.kind == "demonym" and _is_language(reading, start, end):
        return False
    if entry.single and not _is_person(reading, entry, start, end):
        return False
    return entry.rule is None or _allowed(reading, entry, entry.rule, start, end)


def _allowed(reading: _Reading, entry: _Entry, rule: _Rule, start: int, end: int) -> bool:
    """Whether the alias's context rule lets it pass."""
    if rule.only_before and reading.folded[end : end + 1] not in rule.only_before:
        return False
    if rule.capitals and _in_capitals(reading.plain, start, end):
        return False
    if rule.before and reading.word_after(end) in rule.before:
        return False
    if rule.unowned and start - 1 in reading.ends:
        return False
    if rule.after or rule.only_after:
        previous = reading.folded_before(start)
        if previous in rule.after or (rule.only_after and previous not in rule.only_after):
            return False
    if rule.whole and _is_in_name(reading, start, end):
        return False
    if rule.only and not _is_only(reading, rule, start, end):
        return False
    if rule.places and _is_elsewhere(reading, entry, start, end):
        return False
    if rule.near or rule.needs:
        around = reading.folded[max(0, start - _NEAR) : end + _NEAR]
        if any(word in around for word in rule.near):
            return False
        return not rule.needs or any(word in around for word in rule.needs)
    return True


def _is_in_name(reading: _Reading, start: int, end: int) -> bool:
    """Whether a capital is part of a longer name ("Carnegie Moscow", "London Clinic"), in prose, not in a headline."""
    lexicon, plain = _lexicon(), reading.plain
    match = _NAME_AFTER.match(plain, end) if plain[end + 1 : end + 2].isupper() else None
    if match is not None and end + 1 not in reading.offices and end + 1 not in reading.starts:
        word = fold(match.group(1))
        if not (word.isalpha() and match.group(1).isupper()) and word not in lexicon.openers and word != "mps":
            return True
    if not reading.word_before(start)[:1].isupper():
        return False
    match = _NAME_BEFORE.search(plain, max(0, start - 2 * _WORD_REACH), start)
    return match is not None and start - 1 not in reading.ends and fold(match.group(1)) not in lexicon.openers


_NAME_AFTER: Final = re.compile(r" ([A-Z][\w'’.-]*)(?! [A-Z])")
_NAME_BEFORE: Final = re.compile(r"(?<=[a-z,;)–—] )([A-Z][a-z]+) \Z")


def _is_only(reading: _Reading, rule: _Rule, start: int, end: int) -> bool:
    """Whether a word stands before one of those it may describe, or after "the" with no word to describe."""
    following = reading.word_after(end)
    if following in rule.only:
        return True
    return reading.folded_before(start) == "the" and (
        following in _lexicon().language_stops or (following == "" and reading.folded[end : end + 1] not in "'-")
    )


def _in_capitals(plain: str, start: int, end: int) -> bool:
    """Whether the text on either side is in capitals, so that capitals say nothing ("TELL US NOW")."""
    around = _STOP.split(plain[max(0, start - 20) : start])[-1] + _STOP.split(plain[end : end + 20])[0]
    letters = [char for char in around if char.isalpha()]
    return len(letters) > 3 and not any(map(str.islower, letters))


def _is_elsewhere(reading: _Reading, entry: _Entry, start: int, end: int) -> bool:
    """Whether a place is its namesake ("London, Ontario"), here or where the text first named it."""
    folded = reading.folded
    namesake = False
    for place in _lexicon().places if folded[end : end + 2] == ", " else ():
        if folded.startswith(place, end) and not folded[end + len(place) : end + len(place) + 1].isalnum():
            namesake = True
            break
    namesake = namesake or (folded[end : end + 1] == "," and _TOWN.match(folded, end) is not None)
    return reading.elsewhere.setdefault((entry.actor, folded[start:end]), namesake) or namesake


_TOWN: Final = re.compile(
    r", (?:an?|the) (?:[\w-]{1,20} ){0,3}?(?:town|village|hamlet|township|suburb|community|neighbou?rhood|parish)\b"
)


def _is_language(reading: _Reading, start: int, end: int) -> bool:
    """Whether a demonym is the name of a language ("in Russian,", "speaks Kazakh", "Russian-language")."""
    lexicon = _lexicon()
    following = reading.word_after(end)
    if following in lexicon.language_before:
        return True
    if following not in lexicon.language_stops and following != "":
        return False  # an adjective with a word of its own: "Russian waters"
    if reading.folded[end - 1] == "s" or reading.folded[start:end] in lexicon.language_never:
        return False
    if following in ("is", "was") and "language" in reading.folded[end : end + _WORD_REACH]:
        return True
    words = _BREAK.split(reading.folded[max(0, start - 2 * _WORD_REACH) : start])[:-1]
    if words and words[-1] in lexicon.language_verbs:
        return following == "" or following in lexicon.language_stops
    if reading.folded[end : end + 1] in ("'", "-") or (following in ("and", "or") and _is_paired(reading, end)):
        return False
    if len(words) > 2 and words[-1] in ("and", "or"):
        words = words[:-2]
    if len(words) > 1 and words[-1] == "the" and words[-2] in ("from", "into"):
        return "translat" in reading.folded[max(0, start - 2 * _WORD_REACH) : start]
    return bool(words) and (words[-1] in lexicon.language_verbs or words[-1] in lexicon.language_prepositions)


def _is_paired(reading: _Reading, end: int) -> bool:
    """Whether a demonym shares a word with the next: "British and Finnish utilities"."""
    pair = _PAIR.match(reading.folded, end)
    return pair is not None and pair.group(1) not in _lexicon().language_stops


_PAIR: Final = re.compile(r" (?:and|or) \w{1,32} (\w{1,32})")


def _is_person(reading: _Reading, entry: _Entry, start: int, end: int) -> bool:
    """Whether a single name is that of the person who holds the office."""
    lexicon, common = _lexicon(), entry.after
    written = reading.word_before(start)
    previous = reading.folded_before(start)
    if previous in lexicon.others:
        return False
    surname = reading.folded[start:end]
    if start - 1 not in reading.ends and not _is_own(written, previous, entry.given):
        reading.namesakes.add(surname)
        return False
    if surname in reading.namesakes and (entry.actor, surname) not in reading.people:
        return False
    if common is None:
        return True
    if surname in lexicon.months and (previous in lexicon.before_month or reading.word_after(end)[:1].isdigit()):
        return False
    if reading.folded[end : end + 1] == " " and reading.plain[end + 1 : end + 2].isupper():
        return False
    titled = reading.folded[max(0, start - _WORD_REACH) : start].endswith(lexicon.offices_before)
    return titled or reading.first.get(common, start) < start or _is_hinted(reading, start, end)


def _is_hinted(reading: _Reading, start: int, end: int) -> bool:
    """Whether the words around a common surname leave no doubt whose it is: "Johnson's Downing Street"."""
    lexicon = _lexicon()
    if reading.folded[start:end] in lexicon.words or start - 1 in reading.ends:
        return False
    around = reading.folded[max(0, start - _NEAR) : end + _NEAR]
    return any(hint in around for hint in lexicon.hints)


def _may_refer(reading: _Reading, pattern: _Pattern, start: int, end: int) -> bool:
    """Whether a description may refer back here; one without "the" only before a noun of its own ("alliance jets")."""
    lexicon, following = _lexicon(), reading.word_after(end)
    if pattern.text.startswith("the ") or not pattern.text.isascii():
        return following not in lexicon.no_anaphor_before
    if following not in lexicon.attributive_before or reading.folded[end : end + 1] != " ":
        return False
    return start == 0 or reading.folded_before(start) in lexicon.attributive_after


def _determiner(reading: _Reading, pattern: _Pattern, start: int, end: int) -> str:
    """The word that makes a bare office somebody's ("the prime minister", "its prime minister"); empty if none does."""
    lexicon = _lexicon()
    if pattern.text in lexicon.capital_offices and not reading.plain[start].isupper():
        return ""
    if reading.word_after(end) in lexicon.office_stops:
        return ""
    if pattern.bare == _OWNED:
        owned = (
            reading.folded[max(0, start - 3) : start] == "'s " and reading.word_after(end) not in lexicon.chief_stops
        )
        held = pattern.role != "junior" or _HOLDER.match(reading.plain, end) is not None
        return "'s" if owned and held else ""
    before = reading.folded_before(start)
    if before == "then":
        before = reading.folded_before(start - 5)
    if before in ("the", "its"):
        far = lexicon.office_far.get(pattern.text, ()) if before == "the" else ()
        around = reading.folded[max(0, start - _FAR) : end + _FAR] if far else ""
        return "" if any(word in around for word in far) else before
    return "'s" if reading.folded[max(0, start - 3) : start] == "'s " else ""


def _is_own(written: str, previous: str, given: frozenset[str]) -> bool:
    """Whether the word before a surname leaves it to its bearer; another's given name does not."""
    if not written[:1].isupper() or previous in _lexicon().titles or previous in given:
        return True
    if len(written) == 2 and written[1] == ".":
        return any(name.startswith(previous[0]) for name in given)
    # "Smith, Putin", "Moscow: Putin", "said. Putin": not joined. "Today Putin": no name.
    return not written[-1].isalnum() or previous in _lexicon().openers or previous.endswith("'s")


# --- select ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Span:
    """A span of the squeezed text that refers to an actor, or keeps others from it.

    Attributes:
        start: First character.
        end: One past the last.
        actor: Index of the actor; -1 for a phrase that shields, -2 for an anaphor whose actor is not known yet.
        kind: How it refers.
        silent: No mention by itself (a metonym that is switched off, a person out of office), though still something to
            refer to.
        rank: Which of equal spans wins, the lowest.
        sentence: Position of its sentence.
        shadow: Another actor, not measured, that has the same alias.
        key: The description that an anaphor or a bare office stands for.
        owned: A bare office after a possessive.
    """

    start: int
    end: int
    actor: int
    kind: MentionKind
    silent: bool
    rank: int
    sentence: int = -1
    shadow: int = -1
    key: str = ""
    owned: bool = False


def _select(spans: Iterable[_Span]) -> list[_Span]:
    """Of spans that overlap, the longest; of equally long ones the first."""
    selected: list[_Span] = []
    cluster: list[_Span] = []
    reach = -1
    for span in sorted(spans, key=lambda span: span.start):
        if span.start >= reach and cluster:
            selected += _longest(cluster)
            cluster = []
        cluster.append(span)
        reach = max(reach, span.end)
    return selected + _longest(cluster)


def _longest(cluster: list[_Span]) -> list[_Span]:
    if len(cluster) < 2:
        return cluster
    taken: list[_Span] = []
    starts: list[int] = []
    for span in sorted(cluster, key=lambda span: (span.start - span.end, span.rank, span.start)):
        place = bisect_right(starts, span.start)
        if place and taken[place - 1].end > span.start:
            continue
        if place < len(taken) and taken[place].start < span.end:
            continue
        taken.insert(place, span)
        starts.insert(place, span.start)
    return taken


def _seat(spans: Iterable[_Span], bounds: Sequence[tuple[int, int]], block: range) -> list[_Span]:
    """Give each span its sentence, of a range; those that lie across sentences are dropped."""
    seated: list[_Span] = []
    sentence = block.start
    for span in spans:
        while sentence < len(bounds) and bounds[sentence][1] <= span.start:
            sentence += 1
        if sentence < len(bounds) and bounds[sentence][0] <= span.start and span.end <= bounds[sentence][1]:
            span.sentence = sentence
            seated.append(span)
    return seated


# --- join ------------------------------------------------------------------------------------------------------------


def _join(reading: _Reading, spans: list[_Span], bounds: Sequence[tuple[int, int]]) -> list[_Span]:
    """Make one span of an actor's name, an office and its holder where they stand side by side."""
    joined: list[_Span] = []
    offices, starts, folded = reading.offices, reading.office_starts, reading.folded
    for index, span in enumerate(spans):
        place = span.start - 1
        lonely = place not in starts and span.end + 1 not in offices and span.end not in starts
        if lonely and (not joined or joined[-1].end < place) and not _is_led(folded[max(0, place - 7) : span.start]):
            joined.append(span)  # nothing beside it to join
            continue
        low, high = bounds[span.sentence]
        if index + 1 < len(spans):
            high = min(high, spans[index + 1].start)
        if span.actor == -1:
            joined.append(span)
            continue
        low = max(low, joined[-1].end if joined and joined[-1].actor >= 0 else low)
        if span.kind == "person":
            _take_titles(reading, span, low)
        else:
            _take_office_before(reading, span, low)
        while joined and joined[-1].actor == -2 and joined[-1].end > span.start:
            joined.pop()
        last = joined[-1] if joined else None
        if last is not None and last.sentence == span.sentence and _belong(reading, last, span):
            last.end = span.end
            last.kind = span.kind
        elif last is not None and last.sentence == span.sentence and _is_anothers(reading, last, span):
            last.end = span.end
        elif not (last is not None and last.end > span.start):
            joined.append(span)
        _take_office(reading, joined, high)
    return [span for span in joined if not (span.silent and span.kind == "person")]


def _is_led(before: str) -> bool:
    """Whether "of", an initial or a Russian word stands right before a span, which an office or a name may join."""
    return before.endswith((" of ", " of the ", ". ", ".")) or not before.isascii()


def _belong(reading: _Reading, first: _Span, second: _Span) -> bool:
    """Whether two spans are of one actor and side by side: "British Royal Navy", "British prime minister" + "Blair"."""
    if second.start != first.end + 1 or first.actor != second.actor or first.actor < 0 or first.silent:
        return False
    if reading.folded[first.end] != " ":
        return False
    if second.kind == "person":
        # "In Moscow Putin spoke" are two.
        return first.kind in ("demonym", "person") or second.start in reading.offices
    return second.kind == "metonym" and not second.silent and first.kind in ("name", "demonym")


def _is_anothers(reading: _Reading, first: _Span, second: _Span) -> bool:
    """Whether a person is named with another actor's office: "Dutch Prime Minister Mark Rutte"."""
    if second.kind != "person" or first.kind != "person" or first.actor < 0:
        return False
    adjacent = second.start == first.end + 1 and reading.folded[first.end] == " "
    return adjacent and first.actor != second.actor and first.end in reading.office_starts


def _take_office(reading: _Reading, joined: Sequence[_Span], high: int) -> None:
    """Lengthen the last span by the office right after it, and its holder: "British foreign secretary"."""
    span = joined[-1]
    if span.kind == "person":
        if span.end in reading.office_starts:
            _take_holder(reading, span, high)
        return
    office = reading.offices.get(span.end + 1)
    if office is None or span.actor < 0 or span.silent or reading.folded[span.end] != " ":
        return
    end, role = office
    if end > high:
        return
    start, kind = span.end, span.kind
    if role == "high" or _is_joined(reading, joined, end, role):
        span.end, span.kind = end, "person"
        title, _ = reading.offices.get(end + 1, (0, role))
        # "British prime minister Sir ..."
        if title and title <= high and reading.folded[end] == " ":
            span.end = title
        _take_holder(reading, span, high)
    elif role == "junior":
        span.end = end
        _take_holder(reading, span, high)
        span.end, span.kind = (start, kind) if span.end == end else (span.end, "person")


def _is_joined(reading: _Reading, joined: Sequence[_Span], end: int, role: _Role) -> bool:
    """Whether an office that is not always joined to the span before it is so here."""
    span = joined[-1]
    if role == "plural":
        return span.kind == "demonym"
    if role == "chief":
        return span.kind in ("name", "metonym") and reading.word_after(end) not in _lexicon().chief_stops
    if role == "peer" and span.kind == "demonym":
        for other in reversed(joined[-9:-1]):
            if other.sentence != span.sentence:
                break
            if other.kind == "person":
                return True
    return False


_HOLDER: Final = re.compile(
    r" [^\W\d_a-z][\w'’-]{1,24}"
    r"(?: (?:(?:de|del|van|von|der|den|bin|al|el) ){0,2}[^\W\d_a-z][\w'’-]{1,24}){1,2}(?=[^\w-]|$)"
)


def _take_holder(reading: _Reading, span: _Span, high: int) -> None:
    """Lengthen a span that ends in an office by the name of whoever holds it, two or three words with capitals."""
    match = _HOLDER.match(reading.plain, span.end, high)
    if match is None or any(word.isupper() for word in match.group().split()):
        return
    after = reading.plain[match.end() : match.end() + 2]
    # Where capitals go on it is a headline, which gives every word one.
    if not (after[:1] == " " and after[1:].isupper()) and reading.plain[span.start : span.end].isascii():
        span.end = match.end()


_INITIALS: Final = re.compile(r"(?:[A-ZА-Я]\. ?){1,2}\Z")


def _take_titles(reading: _Reading, span: _Span, low: int) -> None:
    """Lengthen a person's span by offices and titles right before it: "Prime Minister Sir Keir Starmer"."""
    initials = _INITIALS.search(reading.plain, max(low, span.start - 8), span.start) if span.actor >= 0 else None
    if initials is not None and (initials.start() == low or not reading.plain[initials.start() - 1].isalnum()):
        span.start = initials.start()
    for _ in range(3):
        start = reading.office_starts.get(span.start - 1, -1)
        if start < low or start < 0 or reading.folded[span.start - 1] != " ":
            break
        span.start = start
    if span.actor >= 0:
        _take_adjective(reading, span, low)


def _take_adjective(reading: _Reading, span: _Span, low: int) -> None:
    """Lengthen a span that begins with an office by "former" or "current"."""
    role = reading.offices.get(span.start, (0, "title"))[1]
    for word in ("former ", "current "):
        start = span.start - len(word)
        if role != "title" and start >= low and reading.folded.startswith(word, start) and _is_free(reading, start):
            span.start = start


def _is_free(reading: _Reading, start: int) -> bool:
    return start == 0 or not reading.folded[start - 1].isalnum()


def _take_office_before(reading: _Reading, span: _Span, low: int) -> None:
    """Lengthen a span by an office of that actor before it: "President of Russia", "head of Kazakh diplomacy"."""
    folded = reading.folded
    place = span.start - 1
    if place < 3 or folded[place] != " " or (folded[place - 1] not in "fe" and folded[place - 1].isascii()):
        return  # neither "of" nor "the" nor a Russian word stands before it
    if span.kind == "demonym":
        _take_head(reading, span, low)
        return
    start = reading.office_starts.get(place, -1)
    if start >= low and span.kind == "name" and reading.offices[start][1] == "genitive":
        span.start, span.kind = start, "person"
        return
    for link in (" of the", " of"):
        if not folded.endswith(link, 0, place):
            continue
        start = reading.office_starts.get(place - len(link), -1)
        high_office = start >= low and reading.offices[start][1] in ("high", "ruler", "chief")
        if high_office and folded[span.end : span.end + 2] != "'s" and folded[span.end : span.end + 1] != "-":
            span.start, span.kind = start, "person"
            _take_adjective(reading, span, low)
        return


def _take_head(reading: _Reading, span: _Span, low: int) -> None:
    """Make a person of "head of the Kazakh diplomacy"."""
    lexicon, folded = _lexicon(), reading.folded
    head = next((head for head in lexicon.heads if folded.endswith(head, 0, span.start)), None)
    body = next((body for body in lexicon.bodies if folded.startswith(" " + body, span.end)), None)
    if head is None or body is None or span.start - len(head) < low:
        return
    end = span.end + 1 + len(body)
    if not folded[end : end + 1].isalnum() and _is_free(reading, span.start - len(head)):
        span.start, span.end, span.kind = span.start - len(head), end, "person"


# --- refer -----------------------------------------------------------------------------------------------------------

#: Between two actors of a pair, after which "the country" could be either.
_PAIRED: Final = frozenset([" and ", ", ", " or ", "/", "-", " & ", ", and ", " and the ", ", the ", " with ", " nor "])


@dataclass(slots=True)
class _Referent:
    """The actor to which a description would refer now.

    Attributes:
        span: Where it was named last in the paragraph; None if no fitting actor was.
        actor: The actor, -1 for a thing that is none.
        paired: It was named side by side with another that fits as well.
        read: How many of the spans were taken into account.
    """

    span: _Span | None = None
    actor: int = -2
    paired: bool = False
    read: int = 0


class _Discourse:
    """What "the country", "the alliance" and the like refer to, sentence by sentence.

    A description goes to the last fitting actor of the paragraph, measured or not. If the paragraph has none it goes to
    the one actor that fits in the whole text so far, if there is only one. A demonym does not displace a name in the
    same sentence ("Kazakhstan received a British delegation"), and of two actors side by side neither is meant. A bare
    office goes to the last actor that has one; after a possessive, to the possessor.
    """

    def __init__(
        self,
        reading: _Reading,
        fitting: Mapping[str, frozenset[int]],
        places: Mapping[str, int],
        sentences: Sequence[Sentence],
        bounds: Sequence[tuple[int, int]],
    ) -> None:
        self._reading = reading
        self._fitting = fitting
        self._places = places
        self._sentences = sentences
        self._bounds = bounds
        self._referents: dict[str, _Referent] = {}
        self._said: list[_Span] = []
        self._actors: set[int] = set()
        self._things: set[str] = set()
        self._now = -1

    def refer(self, spans: Sequence[_Span], block: range) -> list[_Span]:
        """Give every anaphor among some sentences its actor; anaphors without one are dropped."""
        ordered = sorted([*spans, *self._pronouns(block)], key=lambda span: span.start)
        result: list[_Span] = []
        for index, span in enumerate(ordered):
            if self._paragraph(span) != self._now:
                self._begin(span)
            if span.actor == -2:
                span.actor = self._resolve(span, ordered, index)
                if span.actor == -2:
                    continue
            self._name(span)
            result.append(span)
        return result

    def _paragraph(self, span: _Span) -> int:
        return self._sentences[span.sentence].paragraph

    def _begin(self, span: _Span) -> None:
        """Begin a paragraph: what was named before counts only for the whole text."""
        self._now = self._paragraph(span)
        self._said.clear()
        self._referents.clear()

    def _pronouns(self, block: range) -> Iterator[_Span]:
        """Find "its" at the beginning of sentences."""
        for index in block:
            start = self._bounds[index][0]
            if index and self._reading.folded.startswith("its ", start):
                yield _Span(start, start + 3, -2, "anaphor", False, 3, index, key="its")

    def _resolve(self, span: _Span, ordered: Sequence[_Span], index: int) -> int:
        """The actor that a description refers to, or -2."""
        phrase = span.key
        if phrase == "its":
            return self._last_subject(span)
        if span.owned:
            owner = ordered[index - 1] if index else span
            if owner.end + 3 != span.start or owner.kind == "demonym":
                return -2
            return owner.actor if phrase == _OWNED or owner.actor in self._fitting.get(phrase, ()) else -2
        referent = self._referent(phrase)
        if referent.span is not None:
            disputed = referent.paired or (span.kind == "person" and self._is_disputed(phrase, span.sentence))
            return -2 if disputed else referent.actor
        earlier = self._fitting.get(phrase, frozenset()) & self._actors
        if earlier or phrase in self._things:
            return next(iter(earlier)) if len(earlier) == 1 and phrase not in self._things else -2
        ahead = self._named_ahead(phrase, span, ordered, index)
        return ahead if ahead != -2 else self._default(phrase, span)

    def _is_disputed(self, phrase: str, sentence: int) -> bool:
        """Whether a sentence has named two actors that a bare office could belong to."""
        fits = self._fitting.get(phrase, frozenset())
        claimed: dict[bool, set[int]] = {False: set(), True: set()}
        for span in islice(reversed(self._said), 12):
            if span.sentence != sentence:
                break
            if span.actor in fits:
                claimed[self._is_weak(span)].add(span.actor)
        return len(claimed[False] or claimed[True]) > 1

    def _named_ahead(self, phrase: str, span: _Span, ordered: Sequence[_Span], index: int) -> int:
        """The one fitting actor among the next few in the sentence: "The bloc's secretary general ..., NATO said"."""
        if span.kind != "person" and phrase not in _lexicon().ahead:
            return -2
        fitting: set[int] = set()
        fits = self._fitting.get(phrase, frozenset())
        for later in ordered[index + 1 : index + 9]:
            if later.sentence != span.sentence:
                break
            passing = self._is_weak(later) and (span.kind == "person" or later.kind == "metonym")
            if later.actor in fits and not passing:
                fitting.add(later.actor)
        return fitting.pop() if len(fitting) == 1 else -2

    def _default(self, phrase: str, span: _Span) -> int:
        """Whom a description means in the news without a name before it."""
        context = _lexicon().defaults.get(phrase)
        if context is None or not context.applies(self._reading, span.start, span.end, _FAR):
            return -2
        return self._places.get(context.actor, -2)

    def _last_subject(self, span: _Span) -> int:
        """The actor with which the sentence before begins, if it names no other."""
        before = span.sentence - 1
        last = takewhile(lambda other: other.sentence == before, reversed(self._said))
        said = [other for other in last if other.actor >= 0]
        subject = said[-1] if said else None
        if subject is None or subject.kind in ("demonym", "person") or len({other.actor for other in said}) != 1:
            return -2
        opening = self._reading.folded[self._bounds[before][0] : subject.start].strip(_OPENING + " ")
        follows = self._reading.folded[subject.end : subject.end + 1] == " "
        return subject.actor if opening in ("", "the") and follows and subject.actor >= 0 else -2

    def _name(self, span: _Span) -> None:
        """Remember an actor that was named, or a thing that is no actor but that a description may mean."""
        if span.actor >= 0:
            self._actors.add(span.actor)
            if span.shadow >= 0:
                self._actors.add(span.shadow)
        else:
            span.key = "the " + self._reading.folded[span.start : span.end].rpartition(" ")[2]
            self._things.add(span.key)
        self._said.append(span)

    def _meant(self, span: _Span, phrase: str, fits: frozenset[int]) -> int:
        """The actor of a span to which a description may refer; -1 for a thing, -2 for none."""
        if span.actor in fits:
            return span.actor
        if span.shadow in fits:
            return span.shadow
        return -1 if span.actor == -1 and span.key == phrase else -2

    def _referent(self, phrase: str) -> _Referent:
        """What a description refers to after all that was said.

        Only the last sentence of the paragraph that names a fitting actor matters. Each span is looked at once for each
        description, so that the time stays linear.
        """
        referent = self._referents.setdefault(phrase, _Referent())
        said, fits = self._said, self._fitting.get(phrase, frozenset())
        fresh: list[_Span] = []
        for place in range(len(said) - 1, referent.read - 1, -1):
            span = said[place]
            if fresh and span.sentence != fresh[-1].sentence:
                break
            if self._meant(span, phrase, fits) != -2:
                fresh.append(span)
        referent.read = len(said)
        for span in reversed(fresh):
            self._update(referent, span, self._meant(span, phrase, fits))
        return referent

    def _update(self, referent: _Referent, span: _Span, actor: int) -> None:
        last = referent.span
        paired = False
        if last is not None and referent.actor != actor and last.sentence == span.sentence:
            paired = self._reading.folded[last.end : min(span.start, last.end + 12)] in _PAIRED
            if not paired and self._is_weak(span) and not self._is_weak(last):
                return
        referent.span, referent.actor, referent.paired = span, actor, paired

    def _is_weak(self, span: _Span) -> bool:
        """Whether a span names its actor only in passing: "a British delegation", "a conference in Vienna"."""
        before = self._reading.folded[max(0, span.start - 6) : span.start]
        return span.kind == "demonym" or (
            span.kind == "metonym" and before.endswith((" in ", " at ", " from ", " to ", " near "))
        )
