"""One text as the finder reads it: without what a reader does not see, folded, with its offices and addresses."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, Literal

from ahocorasick_rs import AhoCorasick

from .actors import fold
from .files import clean
from .records import Sentence

#: How far the rules look to either side for a hint, and for a word, in characters.
NEAR: Final = 200
WORD_REACH: Final = 32
#: How many strings are looked for one after the other.
_FEW: Final = 5
#: How long a web or e-mail address may be.
_TOKEN_REACH: Final = 300

_COMBINING: Final = "\u0300-\u036f"
#: What a reader does not see, apart from all but the first of several spaces: combining marks, soft hyphens, joiners,
#: directions.
_UNSEEN: Final = f"{_COMBINING}\u00ad\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069"
_SURPLUS: Final = re.compile(f" {{2,}}|[{_UNSEEN}]+")
_MARKED: Final = re.compile(f"[{_UNSEEN}]")
_LETTER_MARKS: Final = re.compile(f"[{_COMBINING}]*")
_SPACES: Final = re.compile(" +")

_JOINTS: Final = (" ", "-")
_NO_WORDS: Final = ("", "")
_AFTER: Final = re.compile(r"[ -]([^\s,;:!?()\"“”«»/-]{1,32})")
OPENING: Final = "\"'“‘„«([{"
#: What may stand right before a word, a full stop without a space among it.
_BEFORE: Final = OPENING + ".!?"
#: Marks that open a quotation, and the straight one.
#: What stands before the first word of a sentence, or of what follows a colon or a semicolon.
_BEGUN: Final = re.compile(r"(?:^|[.!?\n:;] ?)[\"“‘']?\Z")
_QUOTES: Final = re.compile('[“"«„]')


# --- without what a reader does not see -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Squeezed:
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
    def of(cls, text: str) -> Squeezed:
        """Squeeze a text."""
        folded = fold(text)
        starts, ends = _surplus(text, folded)
        if not starts:
            return cls(text, text, folded, [], [], [])
        lost = list(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
        cuts = [end - count for end, count in zip(ends, lost, strict=True)]
        kept = list(zip([0, *ends], [*starts, len(text)], strict=True))
        plain, short = ("".join([whole[a:b] for a, b in kept]) for whole in (text, folded))
        return cls(text, plain, short, cuts, ends, lost)

    def bounds(self, sentences: Iterable[Sentence]) -> list[tuple[int, int]]:
        """Where sentences begin and end in `plain`."""
        if not self.cuts:
            return [(sentence.start, sentence.end) for sentence in sentences]
        return [(self._place(sentence.start), self._place(sentence.end)) for sentence in sentences]

    def _place(self, position: int) -> int:
        """The place in `plain` of a place in `text` at which no character was left out."""
        before = bisect_right(self.ends, position)
        return position - self.lost[before - 1] if before else position

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in `text` of a span in `plain`, with the marks on its last letter."""
        cuts, lost = self.cuts, self.lost
        if not cuts:
            return start, end
        before = bisect_right(cuts, start)
        inside = before if before == len(cuts) or end <= cuts[before] else bisect_right(cuts, end - 1)
        first = start + lost[before - 1] if before else start
        last = end + lost[inside - 1] if inside else end
        if self.text[last : last + 1] > "\u02ff":
            match = _LETTER_MARKS.match(self.text, last)
            last = match.end() if match else last
        return first, last


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


# --- as it is read ----------------------------------------------------------------------------------------------------


#: What an office word may do. "high": joined to the name or demonym before it ("the Kazakh leader"). "plural": to a
#: demonym only. "chief": to a name only ("the NATO chief"), or with its holder's name. "peer": to a demonym, after
#: another person ("his Kazakh counterpart"). "junior", "title": to its holder's name only. "ruler": to the name after
#: "of" ("master of the Kremlin"). "genitive": to the name right after it, in Russian.
Role = Literal["high", "plural", "chief", "peer", "junior", "title", "ruler", "genitive"]


@dataclass(slots=True)
class Reading:
    """One text being read.

    Attributes:
        plain: The text without surplus characters.
        folded: The same, folded; places are places in either.
        date: Day of publication.
        uncased: Whether the text has letters and no capital.
        offices: Start -> end and role of office words and titles, the longest.
        office_starts: End -> start of the same.
        first: Actor and folded alias -> where it occurs first.
        elsewhere: Actor and folded alias -> whether its first occurrence was the place of the same name elsewhere.
        others: Actor and folded alias of organs that were named as those of another state.
        ends: Ends of the aliases that are no people's, whatever they refer to.
        starts: Starts of all aliases.
        named: Start, end and actor of every name, where a word occurs that several actors share.
        people: Actor and surname of the people whose full name occurs.
        namesakes: Surnames of people in office that somebody else in the text bears.
        doubles: Starts and ends of full names of such people that are somebody else's.
        given_names: Start of a surname -> start of the given name before its patronymic or initial.
        forenames: Actor and given name -> whether the text has another bearer of it.
        ranks: Actor and title -> whether the text gives the actor that title.
        outnumbered: Actor, surname and the sex that a title leaves out -> whether others bear it more often.
        borrowed: Actor and spelling of the aliases that are somebody or something else's name in this text.
        bearers: Actor and spelling of an alias that is somebody's surname -> where it was so last.
        tongues: The names of languages that occur, folded.
        tongue: Where the last of them ends; -1 at first.
        urls: Where web and e-mail addresses begin, and where they end.
        url_ends: See `urls`.
        pastimes: Starts of words of sport, music and dance.
        quotes: Where opening and straight double quotation marks stand.
        asked_place: The place before which a word was asked for last; -1 at first.
        asked_words: That word, as written and folded.
        asked_end: The place after which a word was asked for last; -1 at first.
        asked_after: That word, folded.
    """

    plain: str
    folded: str
    date: str | None
    uncased: bool = False
    offices: dict[int, tuple[int, Role]] = field(default_factory=dict)
    office_starts: dict[int, int] = field(default_factory=dict)
    first: dict[tuple[int, str], int] = field(default_factory=dict)
    elsewhere: dict[tuple[int, str], bool] = field(default_factory=dict)
    others: set[tuple[int, str]] = field(default_factory=set)
    ends: set[int] = field(default_factory=set)
    starts: set[int] = field(default_factory=set)
    named: list[tuple[int, int, int]] = field(default_factory=list)
    people: set[tuple[int, str]] = field(default_factory=set)
    namesakes: set[str] = field(default_factory=set)
    doubles: set[tuple[int, int]] = field(default_factory=set)
    given_names: dict[int, int] = field(default_factory=dict)
    forenames: dict[tuple[int, str], bool] = field(default_factory=dict)
    ranks: dict[tuple[int, str], bool] = field(default_factory=dict)
    outnumbered: dict[tuple[int, str, str], bool] = field(default_factory=dict)
    borrowed: set[tuple[int, str]] = field(default_factory=set)
    bearers: dict[tuple[int, str], int] = field(default_factory=dict)
    tongues: set[str] = field(default_factory=set)
    tongue: int = -1
    urls: list[int] = field(default_factory=list)
    url_ends: list[int] = field(default_factory=list)
    pastimes: list[int] = field(default_factory=list)
    quotes: list[int] = field(default_factory=list)
    asked_place: int = -1
    asked_words: tuple[str, str] = "", ""
    asked_end: int = -1
    asked_after: str = ""

    def __post_init__(self) -> None:
        self.quotes = [match.start() for match in _QUOTES.finditer(self.plain)]
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
        self.doubles.clear()
        self.given_names.clear()
        self.pastimes.clear()
        self.named.clear()

    def add_office(self, start: int, end: int, role: Role) -> None:
        """Remember an office word; of several that begin or end at one place the longest counts."""
        if start not in self.offices or self.offices[start][0] < end:
            self.offices[start] = end, role
        if start < self.office_starts.get(end, start + 1):
            self.office_starts[end] = start

    def word_after(self, end: int) -> str:
        """The word joined to a span by one space or hyphen, folded; empty if there is none."""
        if end != self.asked_end:  # several rules ask in turn
            self.asked_end = end
            match = _AFTER.match(self.folded, end)
            self.asked_after = match[1].rstrip(".'") if match else ""
        return self.asked_after

    def word_before(self, start: int) -> str:
        """The word before a span, joined to it by one space or hyphen, as written, with its punctuation."""
        return self.words_before(start)[0]

    def folded_before(self, start: int) -> str:
        """The same, folded."""
        return self.asked_words[1] if start == self.asked_place else self.words_before(start)[1]

    def compound_before(self, start: int) -> str:
        """The same with what a hyphen joins to it ("start-up"), folded."""
        word = self.folded_before(start)
        place = start - len(word) - 1
        if not word or self.folded[place - 1 : place] != "-":
            return word
        return f"{self.folded_before(place)}-{word}"

    def words_before(self, start: int) -> tuple[str, str]:
        """The same, as written and folded."""
        if start != self.asked_place:  # several rules ask in turn
            self.asked_place = start
            folded, stop = self.folded, start - 1
            if start == 0 or folded[stop] not in _JOINTS:
                self.asked_words = _NO_WORDS
            else:
                low = start - WORD_REACH if start > WORD_REACH else 0
                low = folded.rfind(" ", low, stop) + 1 or low
                low = folded.rfind("-", low, stop) + 1 or low
                self.asked_words = self.plain[low:stop].lstrip(_BEFORE), folded[low:stop].lstrip(_BEFORE)
        return self.asked_words

    def quote_before(self, start: int, reach: int) -> int:
        """The last opening or straight quotation mark before a place, at most `reach` away; -1 if there is none."""
        index = bisect_left(self.quotes, start)
        return self.quotes[index - 1] if index and self.quotes[index - 1] >= start - reach else -1

    def in_address(self, start: int, end: int) -> bool:
        """Whether a span is part of a web or e-mail address."""
        folded = self.folded
        if start > 1 and folded[start - 1] == "." and folded[start - 2].isalnum() and self.plain[start].islower():
            return True
        if folded[end : end + 1] == "." and self.plain[end + 1 : end + 2].islower() and folded[end - 1] != ".":
            return True
        place = bisect_right(self.urls, start)
        return place > 0 and start < self.url_ends[place - 1]


def find_all(automaton: AhoCorasick, text: str, *, overlapping: bool) -> list[tuple[int, int, int]]:
    """Number, start and end of every string of an automaton that occurs in a text."""
    hits: list[tuple[int, int, int]]
    try:
        hits = automaton.find_matches_as_indexes(text, overlapping=overlapping)
    except UnicodeEncodeError:
        # Lone surrogates cannot be encoded; they are in no string that is looked for.
        hits = automaton.find_matches_as_indexes(clean(text), overlapping=overlapping)
    return hits


def opens(reading: Reading, start: int) -> bool:
    """Whether a sentence, or what follows a colon or a semicolon, begins here."""
    return _BEGUN.search(reading.plain, max(0, start - 3), start) is not None


def is_led_by(reading: Reading, strings: tuple[str, ...], start: int) -> bool:
    """Whether one of some strings stands right before a place, as whole words: "port ", but not "support "."""
    folded = reading.folded
    if not folded.endswith(strings, 0, start):
        return False
    begun = (start - len(string) for string in strings if folded.endswith(string, 0, start))
    return not all(begin > 0 and folded[begin - 1].isalnum() for begin in begun)


def is_followed_by(reading: Reading, strings: tuple[str, ...], end: int) -> bool:
    """Whether one of some strings stands right after a place, as whole words: "'s mum", but not "'s Mumbai"."""
    folded = reading.folded
    if not folded.startswith(strings, end):
        return False
    ended = (end + len(string) for string in strings if folded.startswith(string, end))
    return not all(folded[stop - 1].isalnum() and folded[stop : stop + 1].isalnum() for stop in ended)


class AnyOf:
    """Strings of which one may occur in a text, folded.

    Many are looked for together by an automaton, which takes a tenth of the time of one after the other.
    """

    __slots__ = ("_automaton", "words")

    def __init__(self, words: Iterable[str] = ()) -> None:
        """Keep the strings; an automaton is built when it is first needed."""
        self.words = tuple(dict.fromkeys(words))
        self._automaton: AhoCorasick | None = None

    def __bool__(self) -> bool:
        return bool(self.words)

    def __or__(self, other: AnyOf) -> AnyOf:
        """Those of both."""
        return AnyOf((*self.words, *other.words)) if other else self

    def occur_in(self, text: str) -> bool:
        """Whether one of them occurs in a text."""
        if len(self.words) > _FEW:
            if self._automaton is None:
                self._automaton = AhoCorasick(self.words)
            return bool(find_all(self._automaton, text, overlapping=False))
        for word in self.words:  # noqa: SIM110 (a generator would take half as long again)
            if word in text:
                return True
        return False


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
