"""Sentences and actors -> mentions, with exact offsets.

One pass of one automaton (`mention_patterns`) over the folded text (`mention_text`) finds every alias of every actor,
those of the whole catalogue among them: an actor that is not measured still takes its own names ("Papua New Guinea" is
not Guinea) and is what "the country" refers to if it was named last. Then

1. *filter* (`mention_context`): word boundaries, capitals, term of office, proper names that are others'
(`mention_names`), and the context rules of ``data/homonyms.toml`` (`mention_lexicon`);
2. *select* (`mention_spans`): of spans that overlap, the longest;
3. *join* (`mention_spans`): an actor's name with an office and its holder is one mention ("British Foreign Secretary
David Lammy", "President Tokayev", "the President of Russia");
4. *refer* (`anaphora`; `incumbents` for people who are actors): "the republic", "the alliance" and a bare office ("the
prime minister") go to the last fitting actor; "he" and "she" (`pronouns`) to a person who is an actor, where nobody
else can be meant.

What counts as a mention. Spans leave out "the", the possessive "'s" and the rest of a hyphenated word ("UK" of
"UK-based"); an anaphor keeps its "the". A demonym counts wherever it says where somebody or something belongs ("Kazakh
shops"), not as the name of a language and not in the name of a company or a cultural institution ("British Airways"). A
capital counts wherever it can stand for its state, also as a place ("in London"), but not with a part of town or a
municipal office, nor as part of another name. A high office makes one mention with the demonym before it ("the Kazakh
leader"); a lower one only where its holder is named. A person in office counts while in office, or always where the
text's date is not known; a surname that is common counts only after the full name or a title. Whoever the text itself
gives a high office ("the British ambassador, Ann Teal,", "Ann Teal, Britain's foreign secretary,") is known from there
on, and "the ambassador" is that ambassador again where the paragraph has no other.

The time is linear in the length of the text and does not depend on the number of aliases; every look to the side is
bounded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from ahocorasick_rs import AhoCorasick

from .actors import Actor, is_date, load_catalogue
from .anaphora import AGAIN, Discourse, find_description, find_determiner, fitting_actors, is_thing
from .errors import InputError, expected
from .incumbents import settle_offices
from .mention_context import fits_context
from .mention_names import heads_office
from .mention_patterns import OWNED, Entry, Pattern, compile_patterns
from .mention_people import is_double
from .mention_shared import choose_owner, find_named
from .mention_spans import (
    DESCRIPTION_RANK,
    MEASURED_RANK,
    OPEN,
    OTHERS_RANK,
    SHIELD,
    SHIELD_RANK,
    Span,
    find_adjective,
    introduce,
    join,
    seat,
    select,
)
from .mention_text import NEAR, Reading, Squeezed, find_all
from .personal_names import find_pronoun
from .pronouns import NO_PERSON, NOBODY, find_pronouns
from .records import Mention, Sentence

#: How many characters are read at a time, at least. A surname counts from its bearer's full name on, and in this block.
_BLOCK: Final = 60_000


class Finder:
    """Finds the mentions of some actors in any number of texts.

    Building one takes a fraction of a second. It holds no state of the texts, so that threads may share it.
    """

    def __init__(self, actors: Sequence[Actor], *, metonyms: bool = True, anaphors: bool = True) -> None:
        """Build the automaton.

        Args:
            actors: Whom to find; no two should share an alias (`biasscore.actors.resolve` sees to it; otherwise the
                first wins).
            metonyms: Whether "London" and "the Kremlin" are mentions.
            anaphors: Whether "the republic", "the alliance", bare offices and, where a person is an actor, "he" and
                "she" are.
        """
        self._measured: Final = len(actors)
        own = {actor.id for actor in actors if actor.anaphors}
        self._actors: Final = [*actors, *(actor for actor in load_catalogue().values() if actor.id not in own)]
        self._places: Final = {actor.id: index for index, actor in reversed(list(enumerate(self._actors)))}
        self._fitting: Final = fitting_actors(self._actors)
        self._metonyms: Final = metonyms
        self._anaphors: Final = anaphors
        aliases = [alias for actor in self._actors for alias in actor.aliases]
        self._begins: Final = sorted(alias.from_date for alias in aliases if alias.from_date is not None)
        self._ends: Final = sorted(alias.until for alias in aliases if alias.until is not None)
        self._patterns: Final = compile_patterns(self._actors, metonyms, anaphors)
        self._people: Final = frozenset(index for index, actor in enumerate(actors) if actor.is_person)
        told = {actor.id: find_pronoun(actor.aliases[0].text) for actor in actors if actor.is_person}
        self._pronouns: Final = {actor: pronoun for actor, pronoun in told.items() if pronoun}
        self._automaton: Final = AhoCorasick([pattern.text for pattern in self._patterns])

    def era(self, date: str | None) -> tuple[int, int] | None:
        """What a day means for the terms of office: on two days of one era `find` finds the same.

        Args:
            date: Day of publication, ``YYYY-MM-DD``.

        Returns:
            How many terms have begun by that day, and how many have ended before it; None without a day.

        Raises:
            InputError: The date is none.
        """
        _check_date(date)
        return None if date is None else (bisect_right(self._begins, date), bisect_left(self._ends, date))

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
        _check_date(date)
        if not sentences:
            return []
        squeezed = Squeezed.of(text)
        reading = Reading(squeezed.plain, squeezed.folded, date, squeezed.plain.islower())
        bounds = squeezed.bounds(sentences)
        discourse = Discourse(reading, self._fitting, self._places, sentences, bounds, self._measured, self._people)
        actors, measured = self._actors, self._measured
        mentions: list[Mention] = []
        names: list[tuple[int, int, str]] = []
        for block in _blocks(sentences):
            reading.begin()
            found = self._search(reading, bounds[block.start][0], bounds[block.stop - 1][1])
            groups = join(reading, seat(select(self._admit(reading, found)), bounds, block), bounds, self._people)
            if self._people and self._anaphors:
                groups = settle_offices(reading, groups, sentences, bounds, self._people)
            if self._anaphors:
                groups = discourse.refer(groups, block)
            introduced = introduce(reading, groups, bounds, block)
            if introduced:
                groups = sorted([*groups, *introduced], key=lambda span: span.start)
            if self._people and self._anaphors:
                names += [(*squeezed.span(group.start, group.end), self._whose(group)) for group in groups]
            for group in groups:
                if not 0 <= group.actor < measured or group.silent:
                    continue
                sentence = sentences[group.sentence]
                start, end = squeezed.span(group.start, group.end)
                end = min(end, sentence.end)
                mentions.append(Mention(actors[group.actor].id, sentence.index, start, end, group.kind))
        if names:
            mentions += find_pronouns(text, sentences, names, self._pronouns)
            mentions.sort(key=lambda mention: mention.start)
        return mentions

    def _whose(self, span: Span) -> str:
        """Whose name a span is, for whoever looks for pronouns."""
        if span.actor in self._people:
            return self._actors[span.actor].id
        return NOBODY if span.kind == "person" else NO_PERSON

    def _search(self, reading: Reading, low: int, high: int) -> list[tuple[Pattern, int, int]]:
        """Everything the automaton knows between two places, at word boundaries."""
        folded, patterns, size = reading.folded, self._patterns, len(reading.folded)
        found: list[tuple[Pattern, int, int]] = []
        for index, start, end in find_all(self._automaton, folded[low:high], overlapping=True):
            pattern = patterns[index]
            start, end = start + low, end + low
            # A space, which most often stands there, is asked for first.
            if pattern.left and start and (char := folded[start - 1]) != " " and (char.isalnum() or char == "_"):
                continue
            if pattern.right and end < size and (char := folded[end]) != " " and (char.isalnum() or char == "_"):
                continue
            if pattern.role:
                reading.add_office(start, end, pattern.role)
            if pattern.pastime:
                reading.pastimes.append(start)
            if pattern.speaks:
                found.append((pattern, start, end))
        reading.pastimes.sort()
        return found

    def _admit(self, reading: Reading, found: Sequence[tuple[Pattern, int, int]]) -> list[Span]:
        """The spans that may refer to an actor, and those that shield others."""
        first, ends, people, measured = reading.first, reading.ends, reading.people, self._measured
        reading.starts.update([start for pattern, start, _ in found if pattern.entries])
        shared: list[int] = []
        for pattern, start, end in found:
            if pattern.impersonal:
                ends.add(end)
                if pattern.shared:
                    shared.append(start)
            if pattern.people and self._is_double(reading, pattern, start, end):
                reading.doubles.add((start, end))
                reading.namesakes.update(surname for _, surname in pattern.people)
            elif pattern.keys or pattern.people:
                for key in pattern.keys:
                    first.setdefault(key, start)
                people.update(pattern.people)
        if shared:
            reading.named += find_named(reading, found, shared)
        spans: list[Span] = []
        for pattern, start, end in found:
            if pattern.people and reading.doubles and (start, end) in reading.doubles:
                spans.append(_shield(start, end))
                continue
            entry = pattern.only
            if entry is not None:
                if fits_context(reading, entry, start, end):
                    actor = entry.actor
                    start += entry.skipped
                    if entry.single:
                        start = reading.given_names.get(start, start)
                    rank = MEASURED_RANK if actor < measured else OTHERS_RANK
                    spans.append(Span(start, end, actor, entry.kind, False, rank))
                elif pattern.is_anothers(reading.plain, start):
                    spans.append(_shield(start, end))
                continue
            if pattern.entries:
                fits = [entry for entry in pattern.entries if fits_context(reading, entry, start, end)]
                office = reading.offices.get(start, (0, ""))[0] > end
                if pattern.shared and fits:
                    fits = [] if office else choose_owner(reading, fits, start, end)
                if fits:
                    spans.append(self._span(reading, fits, start, end))
                elif office:
                    pass  # "Security Council Secretary", "Treasury Secretary"
                elif pattern.is_anothers(reading.plain, start):
                    spans.append(_shield(start, end))
            if pattern.phrase and pattern.shields(reading.plain, start, end) and not heads_office(reading, end):
                spans.append(_shield(start, end))
            if pattern.anaphor:
                description = find_description(reading, pattern, start, end)
                if description is not None:
                    spans.append(description)
                elif is_thing(reading, pattern, start, end):
                    spans.append(Span(start, end, SHIELD, "name", False, DESCRIPTION_RANK))
            if pattern.bare:
                determiner = find_determiner(reading, pattern, start, end)
                if determiner:
                    start -= len(find_adjective(reading, start))
                    meant = "the country" if determiner == "its" and pattern.bare == OWNED else pattern.bare
                    meant = pattern.text if determiner == AGAIN else meant
                    spans.append(
                        Span(start, end, OPEN, "person", False, DESCRIPTION_RANK, key=meant, determiner=determiner)
                    )
        return spans

    def _is_double(self, reading: Reading, pattern: Pattern, start: int, end: int) -> bool:
        """Whether somebody's full name is another's of that name, or goes on to be one ("Boris Johnson Oyelaran")."""
        if is_double(reading, start, end, pattern.asked):
            return True
        return pattern.is_anothers(reading.plain, start) and not any(
            fits_context(reading, entry, start, end) for entry in pattern.entries
        )

    def _span(self, reading: Reading, fits: Sequence[Entry], start: int, end: int) -> Span:
        date = reading.date
        entry = fits[0] if date is None else next((entry for entry in fits if entry.alias.covers(date)), fits[0])
        actor, kind = entry.actor, entry.alias.kind
        for shift in entry.shifts:
            if shift.actor in self._places and shift.applies(reading, start, end, NEAR):
                actor, fits = self._places[shift.actor], ()
                break
        start += entry.skipped
        if entry.single:
            start = reading.given_names.get(start, start)
        measured = actor < self._measured
        silent = (date is not None and not entry.alias.covers(date)) or (
            kind == "metonym" and measured and not self._metonyms
        )
        shadow = -1
        if measured and len(fits) > 1:
            shadow = next((other.actor for other in fits if other.actor >= self._measured), -1)
        rank = MEASURED_RANK if measured else OTHERS_RANK
        return Span(start, end, actor, kind, silent, rank, shadow=shadow)


def _shield(start: int, end: int) -> Span:
    """A span that keeps others from what is inside."""
    return Span(start, end, SHIELD, "name", False, SHIELD_RANK)


def _check_date(date: str | None) -> None:
    if date is not None and not is_date(date):
        raise InputError(expected("date", "a day as YYYY-MM-DD", date, "Leave it out if it is not known."))


def _blocks(sentences: Sequence[Sentence]) -> Iterator[range]:
    """The sentences in blocks of whole paragraphs, so that the work on one long text fits into the cache."""
    first = 0
    for index in range(1, len(sentences)):
        new = sentences[index].paragraph != sentences[index - 1].paragraph
        if new and sentences[index].start - sentences[first].start > _BLOCK:
            yield range(first, index)
            first = index
    yield range(first, len(sentences))
