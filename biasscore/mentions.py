"""Sentences and actors -> mentions, with exact offsets.

One pass of one automaton over the folded text finds every alias of every actor, those of the whole catalogue among
them: an actor that is not measured still takes its own names ("Papua New Guinea" is not Guinea) and is what "the
country" refers to if it was named last. Then

1. *filter*: word boundaries, capitals, term of office, and the context rules of ``data/homonyms.toml``;
2. *select*: of spans that overlap, the longest;
3. *join*: an actor's name with an office and its holder is one mention ("British Foreign Secretary David Lammy",
"President Tokayev"); 4. *refer*: "the republic", "the alliance" go to the last fitting actor.

What counts as a mention. Spans leave out "the", the possessive "'s" and the rest of a hyphenated word ("UK" of
"UK-based"); an anaphor keeps its "the". A demonym counts wherever it says where somebody or something belongs ("Kazakh
shops"), not as the name of a language and not in the name of a company or a cultural institution ("British Airways"). A
capital counts wherever it can stand for its state, also as a place ("in London"), but not with a part of town or a
municipal office. A person in office counts while in office, or always where the text's date is not known; a surname
that is common counts only after the full name or a title.

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
from itertools import accumulate
from typing import Any, Final

from ahocorasick_rs import AhoCorasick

from .actors import Actor, Alias, fold, is_date, load_catalogue
from .errors import InputError, expected
from .records import Mention, MentionKind, Sentence

#: How far the rules look to either side, in characters.
_NEAR: Final = 200
_WORD_REACH: Final = 32
_TOKEN_REACH: Final = 300


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
            anaphors: Whether "the republic" and "the alliance" are.
        """
        self._measured: Final = len(actors)
        own = {actor.id for actor in actors if actor.anaphors}
        self._actors: Final = [*actors, *(actor for actor in load_catalogue().values() if actor.id not in own)]
        self._metonyms: Final = metonyms
        self._anaphors: Final = anaphors
        self._patterns: Final = _patterns(self._actors, anaphors)
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
        reading = _Reading(squeezed.plain, fold(squeezed.plain), date)
        bounds = [(squeezed.place(sentence.start), squeezed.place(sentence.end)) for sentence in sentences]
        found = self._search(reading)
        groups = _join(reading, _seat(_select(self._admit(reading, found)), bounds), bounds)
        if self._anaphors:
            groups = _Discourse(reading, self._actors, self._measured, sentences, bounds).refer(groups)
        mentions: list[Mention] = []
        for group in groups:
            if group.actor >= self._measured or group.actor < 0 or group.silent:
                continue
            sentence = sentences[group.sentence]
            start, end = squeezed.span(group.start, group.end)
            mentions.append(
                Mention(self._actors[group.actor].id, sentence.index, start, min(end, sentence.end), group.kind)
            )
        return mentions

    def _search(self, reading: _Reading) -> list[tuple[_Pattern, int, int]]:
        """Everything the automaton knows, at word boundaries."""
        folded, patterns, size = reading.folded, self._patterns, len(reading.folded)
        found: list[tuple[_Pattern, int, int]] = []
        for index, start, end in self._hits(folded):
            pattern = patterns[index]
            if pattern.left and start and (folded[start - 1].isalnum() or folded[start - 1] == "_"):
                continue
            if pattern.right and end < size and (folded[end].isalnum() or folded[end] == "_"):
                continue
            if pattern.office:
                reading.offices[start] = max(end, reading.offices.get(start, 0))
                reading.office_starts[end] = min(start, reading.office_starts.get(end, start))
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

    def _admit(self, reading: _Reading, found: Sequence[tuple[_Pattern, int, int]]) -> Iterator[_Span]:
        """The spans that may refer to an actor, and those that shield others."""
        for pattern, start, end in found:
            for entry in pattern.entries:
                reading.first.setdefault((entry.actor, pattern.text), start)
                if entry.alias.kind != "person":
                    reading.ends.add(end)
        for pattern, start, end in found:
            if pattern.phrase:
                yield _Span(start, end, -1, "name", False, 1)
            if pattern.anaphor and self._may_refer(reading, end):
                yield _Span(start, end, -2, "person" if pattern.is_office else "anaphor", False, 3)
            fits = [entry for entry in pattern.entries if _fits(reading, entry, start, end)]
            if fits:
                yield self._span(fits, start, end, reading.date)

    def _span(self, fits: Sequence[_Entry], start: int, end: int, date: str | None) -> _Span:
        entry = next((entry for entry in fits if entry.alias.covers(date)), fits[0])
        measured = entry.actor < self._measured
        silent = not entry.alias.covers(date) or (entry.alias.kind == "metonym" and measured and not self._metonyms)
        shadow = next((other.actor for other in fits if other.actor >= self._measured), -1) if measured else -1
        return _Span(start, end, entry.actor, entry.alias.kind, silent, 0 if measured else 2, shadow=shadow)

    def _may_refer(self, reading: _Reading, end: int) -> bool:
        return reading.word_after(end) not in _lexicon().no_anaphor_before


# --- text ------------------------------------------------------------------------------------------------------------

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_SPACE: Final = "[\\s\u180e\u200b\ufeff]"
_MARKS: Final = "\u0300-\u036f"
#: What a reader does not see: all but the first of several spaces, combining marks, soft hyphens, joiners, directions.
_SURPLUS: Final = re.compile(f"{_SPACE}{{2,}}|[{_MARKS}\u00ad\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069]+")
_LETTER_MARKS: Final = re.compile(f"[{_MARKS}]*")
_URL: Final = re.compile(r"://|www\.|\w@\w", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """A text without what would keep an alias from being found, and the way back to the text as it was given.

    Attributes:
        text: The text as it was given.
        plain: The same without surplus characters.
        cuts: Where characters were left out, as places in `plain`.
        ends: Where they ended in `text`.
        lost: How many were left out so far.
    """

    text: str
    plain: str
    cuts: list[int]
    ends: list[int]
    lost: list[int]

    @classmethod
    def of(cls, text: str) -> _Squeezed:
        starts: list[int] = []
        ends: list[int] = []
        for match in _SURPLUS.finditer(text):
            starts.append(match.start() + match.group()[0].isspace())
            ends.append(match.end())
        if not starts:
            return cls(text, text, [], [], [])
        lost = list(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
        cuts = [end - count for end, count in zip(ends, lost, strict=True)]
        plain = "".join([text[a:b] for a, b in zip([0, *ends], [*starts, len(text)], strict=True)])
        return cls(text, plain, cuts, ends, lost)

    def place(self, position: int) -> int:
        """The place in `plain` of a place in `text` at which no character was left out."""
        before = bisect_right(self.ends, position)
        return position - self.lost[before - 1] if before else position

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in `text` of a span in `plain`, with the marks on its last letter."""
        last = self._origin(end - 1) + 1
        match = _LETTER_MARKS.match(self.text, last)
        return self._origin(start), match.end() if match and self.cuts else last

    def _origin(self, position: int) -> int:
        before = bisect_right(self.cuts, position)
        return position + self.lost[before - 1] if before else position


@dataclass(slots=True)
class _Reading:
    """One text being read.

    Attributes:
        plain: The text without surplus characters.
        folded: The same, folded; places are places in either.
        date: Day of publication.
        offices: Start -> end of office words and titles.
        office_starts: The reverse.
        first: Actor and folded alias -> where it occurs first.
        elsewhere: Actor and folded alias -> whether its first occurrence was the place of the same name elsewhere.
        ends: Ends of the aliases that are no people's, whatever they refer to.
        urls: Whether the text holds addresses at all.
    """

    plain: str
    folded: str
    date: str | None
    offices: dict[int, int] = field(default_factory=dict)
    office_starts: dict[int, int] = field(default_factory=dict)
    first: dict[tuple[int, str], int] = field(default_factory=dict)
    elsewhere: dict[tuple[int, str], bool] = field(default_factory=dict)
    ends: set[int] = field(default_factory=set)
    urls: bool = False

    def __post_init__(self) -> None:
        self.urls = _URL.search(self.plain) is not None

    def word_after(self, end: int) -> str:
        """The word joined to a span by one space or hyphen, folded; empty if there is none."""
        if self.folded[end : end + 1] not in _JOINTS:
            return ""
        match = _WORD.match(self.folded, end + 1)
        return match.group().rstrip(".'") if match else ""

    def word_before(self, start: int) -> str:
        """The word before a span, joined to it by one space or hyphen, as written, with its punctuation."""
        if start == 0 or self.folded[start - 1] not in _JOINTS:
            return ""
        chunk = self.plain[max(0, start - _WORD_REACH) : start - 1]
        return _BREAK.split(chunk)[-1].lstrip(_OPENING) if chunk else ""

    def in_address(self, start: int, end: int) -> bool:
        """Whether a span is part of a web or e-mail address."""
        folded = self.folded
        if start > 1 and folded[start - 1] == "." and folded[start - 2].isalnum() and self.plain[start].islower():
            return True
        if folded[end : end + 1] == "." and self.plain[end + 1 : end + 2].islower() and folded[end - 1] != ".":
            return True
        if not self.urls:
            return False
        left = folded[max(0, start - _TOKEN_REACH) : start].rpartition(" ")[2]
        right = folded[end : end + _TOKEN_REACH].partition(" ")[0]
        return _URL.search(f"{left}{folded[start:end]}{right}") is not None


_JOINTS: Final = (" ", "-")
_WORD: Final = re.compile(r"[^\s,;:!?()\"“”«»/-]{1,32}")
_BREAK: Final = re.compile(r"[\s-]")
_STOP: Final = re.compile(r"[.!?\n]")
_OPENING: Final = "\"'“‘„«([{"


# --- what is known of words ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rule:
    """Where one alias is no mention (``[[rule]]`` in ``data/homonyms.toml``)."""

    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    near: tuple[str, ...] = ()
    places: bool = False
    capitals: bool = False
    only_before: str = ""


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """``data/homonyms.toml``, ready to be looked up; all folded."""

    phrases: frozenset[str]
    rules: Mapping[str, _Rule]
    places: tuple[str, ...]
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
    offices: frozenset[str]
    office_titles: frozenset[str]
    no_anaphor_before: frozenset[str]
    ahead: frozenset[str]
    defaults: Mapping[str, str]
    default_near: tuple[str, ...]
    default_far: tuple[str, ...]


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


@cache
def _lexicon() -> _Lexicon:
    raw = tomllib.loads(resources.files("biasscore").joinpath("data", "homonyms.toml").read_text(encoding="utf-8"))
    people, language, anaphors = raw["people"], raw["language"], raw["anaphors"]
    return _Lexicon(
        phrases=_folded(phrase for phrases in raw["phrases"].values() for phrase in phrases),
        rules={fold(alias): _rule(table) for table in raw["rule"] for alias in table["aliases"]},
        places=tuple(sorted(", " + fold(name) for name in raw["places"]["names"])),
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
        offices=_folded(raw["offices"]["words"]),
        office_titles=_folded(raw["offices"]["titles"]),
        no_anaphor_before=_folded(anaphors["before"]),
        ahead=_folded(anaphors["ahead"]),
        defaults={fold(key): value for key, value in anaphors["default"].items() if isinstance(value, str)},
        default_near=tuple(map(fold, anaphors["default"]["near"])),
        default_far=tuple(map(fold, anaphors["default"]["far"])),
    )


def _rule(table: Mapping[str, Any]) -> _Rule:
    return _Rule(
        _folded(table.get("before", [])),
        _folded(table.get("after", [])),
        tuple(map(fold, table.get("near", []))),
        table.get("places", False),
        table.get("capitals", False),
        table.get("only_before", ""),
    )


# --- patterns --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """One alias of one actor.

    Attributes:
        actor: Index of the actor; the measured ones come first.
        alias: The alias.
        capitals: Places in it that must be capitals.
        rule: Where it is no mention.
        given: Other names of the same people, folded, where the alias is a person's single name.
    """

    actor: int
    alias: Alias
    capitals: tuple[int, ...]
    rule: _Rule | None
    given: frozenset[str]


@dataclass(slots=True)
class _Pattern:
    """A string the automaton looks for, and all it may be."""

    text: str
    entries: list[_Entry] = field(default_factory=list)
    phrase: bool = False
    anaphor: bool = False
    office: bool = False
    is_office: bool = False
    left: bool = True
    right: bool = True


def _patterns(actors: Sequence[Actor], anaphors: bool) -> list[_Pattern]:
    lexicon = _lexicon()
    patterns: dict[str, _Pattern] = {}

    def at(text: str) -> _Pattern:
        return patterns.setdefault(text, _Pattern(text, left=_needs_boundary(text[0]), right=_needs_boundary(text[-1])))

    for index, actor in enumerate(actors):
        given = _given_names(actor)
        for alias in actor.aliases:
            for written in _spellings(alias.text):
                capitals = () if alias.case == "any" else tuple(i for i, char in enumerate(written) if char.isupper())
                names = given.get(fold(written), frozenset()) if alias.kind == "person" else frozenset()
                entry = _Entry(index, alias, capitals, lexicon.rules.get(fold(alias.text)), names)
                at(fold(written)).entries.append(entry)
        for anaphor in actor.anaphors if anaphors else ():
            at(anaphor).anaphor = True
            at(anaphor).is_office = anaphor.removeprefix("the ") in lexicon.offices
    for phrase in lexicon.phrases:
        at(phrase).phrase = True
    for office in lexicon.offices | lexicon.office_titles:
        at(office).office = True
    return list(patterns.values())


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
    plain, alias = reading.plain, entry.alias
    for place in entry.capitals:
        if not plain[start + place].isupper():
            return False
    if alias.case == "exact" and any(
        char != written for char, written in zip(plain[start:end], alias.text, strict=False) if written.isalpha()
    ):
        return False
    if reading.in_address(start, end):
        return False
    if alias.kind == "demonym" and _is_language(reading, start, end):
        return False
    if alias.kind == "person" and " " not in alias.text and not _is_person(reading, entry, start, end):
        return False
    return entry.rule is None or _allowed(reading, entry, start, end)


def _allowed(reading: _Reading, entry: _Entry, start: int, end: int) -> bool:
    """Whether the alias's context rule lets it pass."""
    rule = entry.rule
    assert rule is not None
    if rule.only_before and reading.folded[end : end + 1] != rule.only_before:
        return False
    if rule.capitals and _in_capitals(reading.plain, start, end):
        return False
    if rule.before and reading.word_after(end) in rule.before:
        return False
    if rule.after and fold(reading.word_before(start)) in rule.after:
        return False
    if rule.places and _is_elsewhere(reading, entry, start, end):
        return False
    if rule.near:
        around = reading.folded[max(0, start - _NEAR) : end + _NEAR]
        return not any(word in around for word in rule.near)
    return True


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
    return reading.elsewhere.setdefault((entry.actor, folded[start:end]), namesake) or namesake


def _is_language(reading: _Reading, start: int, end: int) -> bool:
    """Whether a demonym is the name of a language ("in Russian,", "speaks Kazakh", "Russian-language")."""
    lexicon = _lexicon()
    following = reading.word_after(end)
    if following in lexicon.language_before:
        return True
    if reading.folded[end - 1] == "s" or reading.folded[start:end] in lexicon.language_never:
        return False
    if following in ("is", "was") and "language" in reading.folded[end : end + _WORD_REACH]:
        return True
    words = _BREAK.split(reading.folded[max(0, start - 2 * _WORD_REACH) : start])[:-1]
    if words and words[-1] in lexicon.language_verbs:
        return following == "" or following in lexicon.language_stops
    if reading.folded[end : end + 1] in ("'", "-") or _describes(reading, end, following):
        return False
    if len(words) > 2 and words[-1] in ("and", "or"):
        words = words[:-2]
    return bool(words) and (words[-1] in lexicon.language_verbs or words[-1] in lexicon.language_prepositions)


def _describes(reading: _Reading, end: int, following: str) -> bool:
    """Whether a demonym is an adjective with a word of its own: "Russian waters", "British and Finnish utilities"."""
    stops = _lexicon().language_stops
    if following in ("and", "or"):
        pair = _PAIR.match(reading.folded, end)
        return pair is not None and pair.group(1) not in stops
    return following != "" and following not in stops


_PAIR: Final = re.compile(r" (?:and|or) \w{1,32} (\w{1,32})")


def _is_person(reading: _Reading, entry: _Entry, start: int, end: int) -> bool:
    """Whether a single name is that of the person who holds the office."""
    lexicon, common = _lexicon(), entry.alias.after
    written = reading.word_before(start)
    previous = fold(written)
    if previous in lexicon.others:
        return False
    if start - 1 not in reading.ends and not _is_own(written, previous, entry.given):
        return False
    if common is None:
        return True
    if reading.folded[start:end] in lexicon.months and (
        previous in lexicon.before_month or reading.word_after(end)[:1].isdigit()
    ):
        return False
    if reading.folded[end : end + 1] == " " and reading.plain[end + 1 : end + 2].isupper():
        return False
    titled = reading.folded[max(0, start - _WORD_REACH) : start].endswith(lexicon.offices_before)
    return titled or reading.first.get((entry.actor, fold(common)), start) < start


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
    """

    start: int
    end: int
    actor: int
    kind: MentionKind
    silent: bool
    rank: int
    sentence: int = -1
    shadow: int = -1


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


def _seat(spans: Iterable[_Span], bounds: Sequence[tuple[int, int]]) -> list[_Span]:
    """Give each span its sentence; those that lie across sentences are dropped."""
    seated: list[_Span] = []
    sentence = 0
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
    for span in spans:
        if span.actor < 0:
            joined.append(span)
            continue
        low, high = bounds[span.sentence]
        if span.kind == "person":
            _take_titles(reading, span, max(low, joined[-1].end if joined and joined[-1].actor >= 0 else low))
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
        _take_office(reading, joined[-1], high)
    return [span for span in joined if not (span.silent and span.kind == "person")]


def _belong(reading: _Reading, first: _Span, second: _Span) -> bool:
    """Whether two spans are of one actor and side by side: "British Royal Navy", "British prime minister" + "Blair"."""
    if first.actor != second.actor or first.actor < 0 or first.silent:
        return False
    if second.kind != "person" and (second.kind != "metonym" or second.silent or first.kind not in ("name", "demonym")):
        return False
    return second.start == first.end + 1 and reading.folded[first.end] == " "


def _is_anothers(reading: _Reading, first: _Span, second: _Span) -> bool:
    """Whether a person is named with another actor's office: "Dutch Prime Minister Mark Rutte"."""
    if second.kind != "person" or first.kind != "person" or first.actor < 0:
        return False
    adjacent = second.start == first.end + 1 and reading.folded[first.end] == " "
    return adjacent and first.actor != second.actor and first.end in reading.office_starts


def _take_office(reading: _Reading, span: _Span, high: int) -> None:
    """Lengthen a span by the office right after it: "British foreign secretary"."""
    if span.kind == "person" or span.actor < 0 or span.silent:
        return
    end = reading.offices.get(span.end + 1, 0)
    word = reading.folded[span.end + 1 : end]
    if end and end <= high and reading.folded[span.end] == " " and word not in _lexicon().office_titles:
        span.end, span.kind = end, "person"
        following = reading.offices.get(end + 1, 0)
        # "British prime minister Sir ..."
        if following and following <= high and reading.folded[end] == " ":
            span.end = following


def _take_titles(reading: _Reading, span: _Span, low: int) -> None:
    """Lengthen a person's span by offices and titles right before it: "Prime Minister Sir Keir Starmer"."""
    for _ in range(3):
        start = reading.office_starts.get(span.start - 1, -1)
        if start < low or start < 0 or reading.folded[span.start - 1] != " ":
            return
        span.start = start


# --- refer -----------------------------------------------------------------------------------------------------------

#: Between two actors of a pair, after which "the country" could be either.
_PAIRED: Final = frozenset([" and ", ", ", " or ", "/", "-", " & ", ", and ", " and the ", ", the ", " with ", " nor "])


@dataclass(slots=True)
class _Referent:
    """The actor to which a description would refer now.

    Attributes:
        span: Where it was named last.
        paired: It was named side by side with another that fits as well.
        actors: All fitting actors named so far.
    """

    span: _Span
    paired: bool
    actors: set[int]


class _Discourse:
    """What "the country", "the alliance" and the like refer to, sentence by sentence.

    A description goes to the last fitting actor of the paragraph, measured or not. If the paragraph has none it goes to
    the one actor that fits in the whole text so far, if there is only one. A demonym does not displace a name in the
    same sentence ("Kazakhstan received a British delegation"), and of two actors side by side neither is meant.
    """

    def __init__(
        self,
        reading: _Reading,
        actors: Sequence[Actor],
        measured: int,
        sentences: Sequence[Sentence],
        bounds: Sequence[tuple[int, int]],
    ) -> None:
        self._reading = reading
        self._actors = actors
        self._measured = measured
        self._sentences = sentences
        self._bounds = bounds
        self._referents: dict[str, _Referent] = {}
        self._subjects: dict[int, _Span] = {}
        self._named: dict[int, set[int]] = {}

    def refer(self, spans: Sequence[_Span]) -> list[_Span]:
        """Give every anaphor its actor; anaphors without one are dropped."""
        ordered = sorted([*spans, *self._pronouns()], key=lambda span: span.start)
        result: list[_Span] = []
        for index, span in enumerate(ordered):
            if span.actor == -2:
                span.actor = self._resolve(span, ordered, index)
                if span.actor == -2:
                    continue
            self._name(span)
            result.append(span)
        return result

    def _text(self, span: _Span) -> str:
        return self._reading.folded[span.start : span.end]

    def _paragraph(self, span: _Span) -> int:
        return self._sentences[span.sentence].paragraph

    def _pronouns(self) -> Iterator[_Span]:
        """Find "its" at the beginning of sentences."""
        for index, (start, _) in enumerate(self._bounds):
            if index and self._reading.folded.startswith("its ", start):
                yield _Span(start, start + 3, -2, "anaphor", False, 3, index)

    def _resolve(self, span: _Span, ordered: Sequence[_Span], index: int) -> int:
        """The actor that a description refers to, or -2."""
        phrase = self._text(span)
        if phrase == "its":
            return self._last_subject(span)
        referent = self._referents.get(phrase)
        if referent is None:
            ahead = self._named_ahead(phrase, span, ordered, index) if phrase in _lexicon().ahead else -2
            return ahead if ahead != -2 else self._default(phrase, span)
        if referent.paired:
            return -2
        same = self._paragraph(referent.span) == self._paragraph(span)
        return referent.span.actor if same or len(referent.actors) == 1 else -2

    def _named_ahead(self, phrase: str, span: _Span, ordered: Sequence[_Span], index: int) -> int:
        """The one fitting actor among the next few in the sentence: "The bloc's secretary general ..., NATO said"."""
        fitting: set[int] = set()
        for later in ordered[index + 1 : index + 9]:
            if later.sentence != span.sentence:
                break
            if later.actor >= 0 and phrase in self._actors[later.actor].anaphors:
                fitting.add(later.actor)
        return fitting.pop() if len(fitting) == 1 else -2

    def _default(self, phrase: str, span: _Span) -> int:
        """Whom a description means in the news without a name before it."""
        lexicon = _lexicon()
        actor_id = lexicon.defaults.get(phrase)
        if actor_id is None:
            return -2
        around = self._reading.folded[max(0, span.start - _NEAR) : span.end + _NEAR]
        if not any(word in around for word in lexicon.default_near) or any(
            word in around for word in lexicon.default_far
        ):
            return -2
        return next((index for index, actor in enumerate(self._actors) if actor.id == actor_id), -2)

    def _last_subject(self, span: _Span) -> int:
        """The actor with which the sentence before begins, if it names no other."""
        before = span.sentence - 1
        subject = self._subjects.get(before)
        same = self._sentences[before].paragraph == self._paragraph(span)
        if (
            subject is None
            or not same
            or len(self._named.get(before, ())) != 1
            or subject.kind in ("demonym", "person")
        ):
            return -2
        opening = self._reading.folded[self._bounds[before][0] : subject.start].strip(_OPENING + " ")
        follows = self._reading.folded[subject.end : subject.end + 1] == " "
        return subject.actor if opening in ("", "the") and follows and subject.actor >= 0 else -2

    def _name(self, span: _Span) -> None:
        """Remember an actor that was named."""
        if span.actor >= 0:
            self._subjects.setdefault(span.sentence, span)
            self._named.setdefault(span.sentence, set()).add(span.actor)
            own = self._actors[span.actor].anaphors
            for phrase in own:
                self._remember(phrase, span)
            if span.shadow >= 0:
                other = _Span(span.start, span.end, span.shadow, span.kind, span.silent, span.rank, span.sentence)
                for phrase in self._actors[span.shadow].anaphors:
                    if phrase not in own:
                        self._remember(phrase, other)
        elif span.actor == -1:
            self._remember("the " + self._text(span).rpartition(" ")[2], span)

    def _remember(self, phrase: str, span: _Span) -> None:
        last = self._referents.get(phrase)
        if last is None:
            self._referents[phrase] = _Referent(span, False, {span.actor})
            return
        last.actors.add(span.actor)
        paired = False
        if last.span.actor != span.actor and last.span.sentence == span.sentence:
            paired = self._reading.folded[last.span.end : min(span.start, last.span.end + 12)] in _PAIRED
            if not paired and self._is_weak(span) and not self._is_weak(last.span):
                return
        last.span, last.paired = span, paired

    def _is_weak(self, span: _Span) -> bool:
        """Whether a span names its actor only in passing: "a British delegation", "a conference in Vienna"."""
        before = self._reading.folded[max(0, span.start - 6) : span.start]
        return span.kind == "demonym" or (
            span.kind == "metonym" and before.endswith((" in ", " at ", " from ", " to ", " near "))
        )
