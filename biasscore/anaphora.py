"""What "the country", "the alliance" and a bare office refer to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from operator import attrgetter
from typing import Final

from .actors import Actor
from .descriptions import load_words
from .mention_context import in_capitals
from .mention_lexicon import load_homonyms
from .mention_patterns import OWNED, Pattern
from .mention_spans import DESCRIPTION_RANK, HOLDER, OPEN, SHIELD, Span, find_adjective
from .mention_text import OPENING, AnyOf, Reading
from .records import Sentence

#: Determiners of a bare office beside "the" and "its" (`find_determiner`): of the owner right before it,
_OWNED: Final = "'s"
#: of the one country named ("Energy Minister Ann Lee" at the head of a clause),
_SOLE: Final = " "
#: of the person right before it ("Putin sent his foreign minister"),
_HIS: Final = "his"
#: and of whoever was named in it before ("the British ambassador ... The ambassador ...").
AGAIN: Final = "again"
#: How far behind a description a rival may stand, in characters.
_NEAR: Final = 60
#: How many words may stand between "the" and a description.
_WIDE_WORDS: Final = 2
#: How far the rules look to either side for whom a description means, in characters.
_FAR: Final = 300


def fitting_actors(actors: Sequence[Actor]) -> dict[str, frozenset[int]]:
    """Description -> the actors that it may refer to; "#republic" stands for states without a king."""
    fitting: dict[str, set[int]] = {}
    for index, actor in enumerate(actors):
        for anaphor in actor.anaphors:
            fitting.setdefault(anaphor, set()).add(index)
            fitting.setdefault("the " + anaphor.removeprefix("the "), set()).add(index)
    states, kingdoms = fitting.get("the country", set()), fitting.get("the kingdom", set())
    fitting["#republic"] = states - kingdoms
    return {key: frozenset(held) for key, held in fitting.items()}


def find_description(reading: Reading, pattern: Pattern, start: int, end: int) -> Span | None:
    """The description that begins or ends here, with its article; None if it cannot refer to what was named.

    One word without "the" refers only before a noun of its own ("alliance jets").
    """
    key, definite = pattern.anaphor, pattern.text.startswith("the ") or not pattern.text.isascii()
    if reading.plain[start:end].isupper() and in_capitals(reading.plain, start, end):
        pass  # headlines leave out articles
    elif not definite and " " in pattern.text:
        article, words = _find_article(reading, start)
        if article < 0 or not _may_refer(reading, pattern, start, end, definite=True):
            return None
        start, key = article, " ".join(["the", *words, pattern.text])
    elif not _may_refer(reading, pattern, start, end, definite):
        return None
    return Span(start, end, OPEN, "anaphor", False, DESCRIPTION_RANK, key=key)


def _find_article(reading: Reading, start: int) -> tuple[int, list[str]]:
    """Where "the" stands before a description; -1 if nowhere.

    Adjectives may stand between them ("the small, oil-rich Gulf state"); with the place come those that do not fit
    every state.
    """
    wide, words = load_homonyms().wide, load_words()
    narrowing: list[str] = []
    for _ in range(_WIDE_WORDS + 1):
        word = reading.compound_before(start)
        start -= len(word) + 1
        if word == "the":
            return start, narrowing
        plain = word.removesuffix(",")
        if plain in words:
            narrowing.insert(0, plain)
        elif plain not in wide:
            break
    return -1, []


def _may_refer(reading: Reading, pattern: Pattern, start: int, end: int, definite: bool) -> bool:
    lexicon, following = load_homonyms(), reading.word_after(end)
    if following == "that" and pattern.text == "the country" and (start == 0 or reading.plain[start - 1] == "\n"):
        titled = _TITLED.match(reading.plain, end)
        return titled is not None and titled.end() in reading.starts
    if definite:
        if following not in lexicon.no_anaphor_before:
            return True
        if following == "of":  # "the country of 20 million"; "Moscow accused the bloc of encircling it."
            return reading.folded[end + 4 : end + 5].isdigit() or reading.folded_before(start) in _ACCUSED
        if following == "for":  # "He thanked the alliance for waiting."
            return not _is_titled(reading, end)
        # "The alliance called it absurd", but "the country called Utopia".
        return following == "called" and not reading.plain[end + 8 : end + 9].isupper()
    if following not in lexicon.attributive_before or reading.folded[end : end + 1] != " ":
        return False
    before = reading.folded[start - 2] if start > 1 else " "
    if before == "," or (before in ".?!:\n" and reading.plain[start].isupper()):
        return True  # "It was, alliance headquarters said, ..."; "Alliance officials called it routine"
    return start == 0 or reading.folded_before(start) in lexicon.attributive_after


_ACCUSED: Final = frozenset(["accused", "accuses", "accuse", "accusing", "suspects", "suspected", "suspecting"])
#: "The country that forgot how to build: Britain ...", a headline.
_TITLED: Final = re.compile(r" that [^.!?:;\n]{3,80}: ")


def _is_titled(reading: Reading, end: int) -> bool:
    """Whether the last word of a description is written as a name: "the Alliance for the Future of Kosovo"."""
    return reading.plain[reading.plain.rfind(" ", 0, end) + 1].isupper()


def is_thing(reading: Reading, pattern: Pattern, start: int, end: int) -> bool:
    """Whether a description with "of" is something else, to which it may refer later: "the alliance of farmers"."""
    following = reading.word_after(end)
    led = following == "of" or (following == "for" and _is_titled(reading, end))
    if pattern.text not in load_homonyms().things or not led:
        return False
    place = end + 2 + len(following)
    named = {place, place + 4} if reading.folded.startswith("the ", place) else {place}
    return reading.starts.isdisjoint(named) and not reading.folded[place : place + 1].isdigit()


#: Between an owner and an office.
_OWNED_WORDS: Final = ("then ", "own ", "acting ", "outgoing ", "caretaker ", "interim ")
_POSSESSIVES: Final = frozenset(["'s ", *("'s " + word for word in _OWNED_WORDS)])


def find_determiner(reading: Reading, pattern: Pattern, start: int, end: int) -> str:
    """The word that makes a bare office somebody's ("the prime minister", "its prime minister"); empty if none does.

    Returns:
        "the", "its", "whose", or one of the determiners at the head of this module.
    """
    lexicon = load_homonyms()
    if pattern.text in lexicon.capital_offices and not reading.plain[start].isupper():
        return ""
    its = _find_its(reading, start) if pattern.bare == OWNED and pattern.text in lexicon.its else False
    following = reading.word_after(end).removesuffix("'s")
    if following in ("at", "of") and reading.folded.startswith(lexicon.past, end):
        return ""
    start -= len(find_adjective(reading, start))
    # "Britain's then foreign secretary", "Kazakhstan's own prime minister"
    then = 0
    if reading.folded.endswith(_OWNED_WORDS, 0, start):
        then = next(len(word) for word in _OWNED_WORDS if reading.folded.endswith(word, 0, start))
    owned = reading.folded[max(0, start - then - 3) : start - then] == "'s "
    posted = (owned or its) and pattern.text in lexicon.posted
    # "Latvia's transport minister to resign", "asked Georgia's finance minister for a moratorium"
    posted = posted or (owned and pattern.role == "high" and pattern.text.endswith(" minister"))
    before = reading.folded_before(start)
    sent = following == "to" and before in ("its", "his", "her")  # "sent his foreign minister to Riga"
    sent = sent or (posted and following in ("in", "to", "for"))
    if following in lexicon.office_stops and not sent:
        return ""
    if its:
        return "its"
    if before in ("his", "her") and pattern.text.endswith((" minister", " secretary")):
        return _HIS if pattern.role == "high" and pattern.text != "prime minister" else ""
    if pattern.bare == OWNED and not owned and pattern.role == "high":
        return AGAIN if before == "the" else ""
    if pattern.bare == OWNED:
        held = pattern.role != "junior" or HOLDER.match(reading.plain, end) is not None
        return _OWNED if owned and held and (posted or following not in lexicon.chief_stops) else ""
    if before == "then":
        before = reading.folded_before(start - 5)
    if before == "whose":
        return before
    if before in ("the", "its"):
        far = lexicon.office_far.get(pattern.text) if before == "the" else None
        return "" if far and far.occur_in(reading.folded[max(0, start - _FAR) : end + _FAR]) else before
    if owned:
        return _OWNED
    own = pattern.text in lexicon.own_secretaries
    if not (own or pattern.text in lexicon.own_ministers) or not reading.plain[start].isupper():
        return ""
    heads = not before or before[-1] in ".?!:;," or (own and not reading.word_before(start)[0].isupper())
    return _SOLE if heads and HOLDER.match(reading.plain, end) else ""


def _find_its(reading: Reading, start: int) -> bool:
    """Whether "its", or "its own" and the like, stands before an office."""
    before = reading.folded_before(start)
    if before in load_homonyms().its_adjectives:
        before = reading.folded_before(start - len(before) - 1)
    return before == "its"


#: Between two actors of a pair, after which "the country" could be either.
_AND: Final = " and "
_PAIRED: Final = frozenset([_AND, ", ", " or ", "/", "-", " & ", ", and ", " and the ", ", the ", " with ", " nor "])


@dataclass(slots=True)
class _Referent:
    """The actor to which a description would refer now.

    Attributes:
        span: Where it was named last in the paragraph; None if no fitting actor was.
        actor: The actor; `SHIELD` for a thing that is none.
        paired: It was named side by side with another that fits as well.
        read: How many of the spans were taken into account.
        passed: End of the last name that was passed over since a preposition puts it behind the subject.
    """

    span: Span | None = None
    actor: int = OPEN
    paired: bool = False
    read: int = 0
    passed: int = -1


#: What may stand before the subject: "For thirty years NATO ...".
_WHILE: Final = re.compile(
    r"(?:for|in|after|since|until|over|during) (?:[\w-]{1,20} ){0,4}"
    r"(?:years?|months?|weeks?|days?|decades?|century|centuries)"
)


#: "CONSTANTA (AP) — " before the first sentence of a wire story.
_DATELINE: Final = re.compile(
    r"[^\W\d_a-z][^a-z\n]{1,24}(?:, [A-Z][a-z]{2,8}\.? \d{1,2})?(?: \([\w ]{2,20}\))? ?[-–—] ?"
)
#: "As if two alphabets were not enough, " before the subject.
_CLAUSE: Final = re.compile(r"[^.!?:;\n\"“”]{3,100}, (?:the )?")
_NO_RIVALS: Final = AnyOf()
#: Alliances with a name of their own: "the Brotherhood Alliance", "the Alliance for the Union of Romanians".
_ALLIANCE: Final = re.compile(
    r"\b(?!(?:The|This|Our|North|Atlantic|Western|NATO|Defen[cs]ive|Military)\b)[A-Z][\w'’-]+ Alliance\b"
    r"|\bAlliance (?:for|of) (?:the )?[A-Z]"
)
#: Before a capital that is only a place.
_THERE: Final = (" in ", " at ", " from ", " to ", " near ", " over ", " outside ", " around ", " across ")
#: What puts a name behind the subject.
_BEHIND: Final = (" to ", " from ", " with ", " for ", " in ", " unlike ", " like ", " than ")


def _only(actors: Collection[int]) -> int:
    """The one actor of a collection; `OPEN` if there are none or several."""
    return next(iter(actors)) if len(actors) == 1 else OPEN


def _leads(phrase: str) -> bool:
    """Whether a description may come before the name: of several words, it says more of whom it means."""
    return phrase.count(" ") > 1 or phrase in load_homonyms().ahead


class Discourse:
    """What "the country", "the alliance" and the like refer to, sentence by sentence.

    A description goes to the last fitting actor of the paragraph, measured or not. If the paragraph has none it goes to
    the one actor that fits in the whole text so far, if there is only one. A demonym does not displace a name in the
    same sentence ("Kazakhstan received a British delegation"), and of two actors side by side neither is meant. A bare
    office goes to the last actor that has one; after a possessive, to the possessor.
    """

    def __init__(
        self,
        reading: Reading,
        fitting: Mapping[str, frozenset[int]],
        places: Mapping[str, int],
        sentences: Sequence[Sentence],
        bounds: Sequence[tuple[int, int]],
        measured: int,
        people: Collection[int] = (),
    ) -> None:
        self._reading = reading
        self._fitting = fitting
        self._places = places
        self._sentences = sentences
        self._bounds = bounds
        self._measured = measured
        self._people = people
        self._referents: dict[str, _Referent] = {}
        self._narrowed: dict[str, frozenset[int]] = {}
        self._said: list[Span] = []
        self._actors: set[int] = set()
        self._things: set[str] = set()
        self._now = -1

    def refer(self, spans: Sequence[Span], block: range) -> list[Span]:
        """Give every anaphor among some sentences its actor; anaphors without one are dropped."""
        ordered = sorted([*spans, *self._pronouns(block)], key=attrgetter("start"))
        sentences = self._sentences
        result: list[Span] = []
        for index, span in enumerate(ordered):
            if sentences[span.sentence].paragraph != self._now:
                self._begin(span)
            if span.actor == OPEN:
                span.actor = self._resolve(span, ordered, index)
                if span.actor == OPEN:
                    continue
            self._name(span)
            result.append(span)
        return result

    def _fits(self, phrase: str) -> frozenset[int]:
        """The actors that a description fits; adjectives before another one leave some of its actors."""
        fits = self._fitting.get(phrase)
        if fits is None:
            fits = self._narrowed.get(phrase)
        if fits is None:
            word, _, rest = phrase.removeprefix("the ").partition(" ")
            fits = self._fits(f"the {rest}") & self._fits(f"the {word} country") if rest else frozenset()
            self._narrowed[phrase] = fits
        return fits

    def _begin(self, span: Span) -> None:
        """Begin a paragraph: what was named before counts only for the whole text."""
        self._now = self._sentences[span.sentence].paragraph
        self._said.clear()
        self._referents.clear()

    def _pronouns(self, block: range) -> Iterator[Span]:
        """Find "its" at the beginning of sentences, unless it is a thing's ("Its engine failed")."""
        parts = load_homonyms().parts
        for index in block:
            start = self._bounds[index][0]
            if index and self._reading.folded.startswith("its ", start):
                if self._reading.word_after(start + 3) in parts:
                    continue
                yield Span(start, start + 3, OPEN, "anaphor", False, DESCRIPTION_RANK, index, key="its")

    def _resolve(self, span: Span, ordered: Sequence[Span], index: int) -> int:
        """The actor that a description refers to, or `OPEN`."""
        phrase = span.key
        if phrase == "its":
            return self._last_subject(span)
        if span.determiner == AGAIN:
            return self._held_before(phrase)
        if span.determiner == _SOLE:
            named = self._fits(phrase) & self._actors
            return _only(named) if named else self._named_ahead(phrase, span, ordered, index)
        if span.determiner in (_HIS, _OWNED):
            return self._owner(phrase, span, ordered[index - 1]) if index else OPEN
        referent = self._referent(phrase)
        if referent.span is not None:
            last = referent.span
            since = self._bounds[last.sentence][0] if self._is_weak(last) else last.end
            if self._has_rival(phrase, since, span):
                return OPEN
            disputed = referent.paired or (span.kind == "person" and self._is_disputed(phrase, span.sentence))
            return OPEN if disputed else referent.actor
        earlier = self._fits(phrase) & self._actors
        if earlier or phrase in self._things:
            return _only(earlier) if phrase not in self._things else OPEN
        if self._has_rival(phrase, 0, span):
            return OPEN
        ahead = self._named_ahead(phrase, span, ordered, index)
        meant = ahead if ahead != OPEN else self._default(phrase, span)
        return meant if meant != OPEN else self._named_next(phrase, span, ordered, index)

    def _owner(self, phrase: str, span: Span, owner: Span) -> int:
        """The actor of the span right before an office, if it is that which owns the office.

        An actor who is a person owns none: whoever is "Smith's chief of staff" is not Smith.
        """
        if owner.actor in self._people:
            return OPEN
        if span.determiner == _HIS:
            between = self._reading.plain[owner.end : span.start]
            near = owner.kind == "person" and owner.sentence == span.sentence and between == between.lower()
            return owner.actor if near else OPEN
        if self._reading.folded[owner.end : span.start] not in _POSSESSIVES or owner.kind == "demonym":
            return OPEN
        return owner.actor if phrase == OWNED or owner.actor in self._fitting.get(phrase, ()) else OPEN

    def _held_before(self, office: str) -> int:
        """The one actor of whom the paragraph has named somebody in this office."""
        folded, holders = self._reading.folded, set[int]()
        for other in islice(reversed(self._said), 12):
            if other.kind == "person" and re.search(rf"\b{re.escape(office)}\b", folded[other.start : other.end]):
                holders.add(other.actor)
        return _only(holders)

    def _has_rival(self, phrase: str, low: int, span: Span) -> bool:
        """Whether a thing that the description may mean was named since a place ("Tatarstan ... the republic")."""
        low = max(low, span.start - _FAR)
        if phrase == "the alliance" and _ALLIANCE.search(self._reading.plain, low, span.start):
            return True
        # "The kingdom has promised a hall in Jeddah", "move to the country and keep a sheepdog"
        high = span.end + _NEAR if phrase in ("the kingdom", "the country") else span.start
        between = self._reading.folded[low:high]
        return load_homonyms().rivals.get(phrase, _NO_RIVALS).occur_in(between)

    def _is_disputed(self, phrase: str, sentence: int) -> bool:
        """Whether a sentence has named two actors that a bare office could belong to."""
        fits = self._fits(phrase)
        claimed: dict[bool, set[int]] = {False: set(), True: set()}
        for span in islice(reversed(self._said), 12):
            if span.sentence != sentence:
                break
            if span.actor in fits:
                claimed[self._is_weak(span)].add(span.actor)
        return len(claimed[False] or claimed[True]) > 1

    def _named_ahead(self, phrase: str, span: Span, ordered: Sequence[Span], index: int) -> int:
        """The one fitting actor among the next few in the sentence: "The bloc's secretary general ..., NATO said"."""
        if span.kind != "person" and not _leads(phrase):
            return OPEN
        fitting: set[int] = set()
        fits = self._fits(phrase)
        for later in ordered[index + 1 : index + 9]:
            if later.sentence != span.sentence:
                break
            passing = self._is_weak(later) and (span.kind == "person" or later.kind == "metonym")
            if later.actor in fits and not passing:
                fitting.add(later.actor)
        return _only(fitting)

    def _named_next(self, phrase: str, span: Span, ordered: Sequence[Span], index: int) -> int:
        """The fitting actor whose name begins the next sentence.

        "The kingdom has no surplus. Britain borrows." No fitting actor may stand between them or be named beside it.
        Whom alone a description of several words fits may be named anywhere in the paragraph: "The oil cartel met. It
        took an hour, and nobody at OPEC complained."
        """
        if span.kind == "person" or not _leads(phrase):
            return OPEN
        fits = self._fits(phrase)
        named = [other for other in ordered[index + 1 : index + 9] if other.actor in fits]
        later = named[0] if named else None
        if later is None or later.kind != "name":
            return OPEN
        same = self._sentences[later.sentence].paragraph == self._now
        if same and len(fits) == 1 and phrase.count(" ") > 1:
            return later.actor
        if later.sentence != span.sentence + 1:
            return OPEN
        if any(other.sentence == later.sentence and other.actor != later.actor for other in named):
            return OPEN
        opening = self._opening(later)
        return later.actor if same and opening in ("", "the", "in", "in the") else OPEN

    def _opening(self, span: Span) -> str:
        """What stands before a span in its sentence; of a long opening, which no rule asks for, only the end."""
        low = max(self._bounds[span.sentence][0], span.start - _FAR)
        return self._reading.folded[low : span.start].strip(OPENING + " .,;:!?-")

    def _default(self, phrase: str, span: Span) -> int:
        """Whom a description means in the news without a name before it."""
        context = load_homonyms().defaults.get(phrase)
        if context is None or not context.applies(self._reading, span.start, span.end, _FAR):
            return OPEN
        return self._places.get(context.actor, OPEN)

    def _last_subject(self, span: Span) -> int:
        """The actor with which the sentence before begins, if it names no other."""
        before = span.sentence - 1
        last = takewhile(lambda other: other.sentence == before, reversed(self._said))
        # A foreign capital "in" or "from" which something happened is no second actor.
        said = [
            other
            for other in last
            if 0 <= other.actor < self._measured
            or (other.actor >= self._measured and not self._is_weak(other) and not self._is_oblique(other))
        ]
        subject = said[-1] if said else None
        if subject is None or subject.kind in ("demonym", "person") or len({other.actor for other in said}) != 1:
            return OPEN
        opening = self._opening(subject)
        follows = self._reading.folded[subject.end : subject.end + 1] == " "
        low = self._bounds[before][0]
        led = any(form.fullmatch(self._reading.plain, low, subject.start) for form in (_DATELINE, _CLAUSE))
        opens = opening in ("", "the") or led or _WHILE.fullmatch(opening) is not None
        return subject.actor if opens and follows and subject.actor >= 0 else OPEN

    def _name(self, span: Span) -> None:
        """Remember an actor that was named, or a thing that is no actor but that a description may mean."""
        if span.actor >= 0:
            self._actors.add(span.actor)
            if span.shadow >= 0:
                self._actors.add(span.shadow)
        else:
            span.key = "the " + self._reading.folded[span.start : span.end].rpartition(" ")[2]
            self._things.add(span.key)
        self._said.append(span)

    def _meant(self, span: Span, phrase: str, fits: frozenset[int]) -> int:
        """The actor of a span to which a description may refer; `SHIELD` for a thing, `OPEN` for none."""
        if span.actor in fits:
            return span.actor
        if span.shadow in fits:
            return span.shadow
        return SHIELD if span.actor == SHIELD and span.key == phrase else OPEN

    def _referent(self, phrase: str) -> _Referent:
        """What a description refers to after all that was said.

        Only the last sentence of the paragraph that names a fitting actor matters. Each span is looked at once for each
        description, so that the time stays linear.
        """
        referent = self._referents.setdefault(phrase, _Referent())
        said, fits = self._said, self._fits(phrase)
        fresh: list[Span] = []
        for place in range(len(said) - 1, referent.read - 1, -1):
            span = said[place]
            if fresh and span.sentence != fresh[-1].sentence:
                break
            if self._meant(span, phrase, fits) != OPEN:
                fresh.append(span)
        referent.read = len(said)
        for span in reversed(fresh):
            self._update(referent, span, self._meant(span, phrase, fits))
        return referent

    def _update(self, referent: _Referent, span: Span, actor: int) -> None:
        last = referent.span
        paired = False
        if last is not None and referent.actor != actor and last.sentence == span.sentence:
            paired = self._reading.folded[last.end : min(span.start, last.end + 12)] in _PAIRED
            paired = paired or referent.actor == SHIELD  # the bloc of growers, or the alliance named beside it
            if not paired and self._is_weak(span) and not self._is_weak(last):
                return
            if not paired and last.kind == "name" and self._opening(last) in ("", "the"):
                near = span.start - referent.passed == len(_AND)
                joined = near and self._reading.folded.startswith(_AND, referent.passed)
                if self._is_oblique(span) or joined:
                    referent.passed = span.end
                    return  # "Georgia bought wheat from Russia and Iran. The country ..."
        referent.span, referent.actor, referent.paired = span, actor, paired

    def _is_oblique(self, span: Span) -> bool:
        """Whether a preposition puts a name behind the subject: "... closed two crossings to Kazakhstan"."""
        before = self._reading.folded[max(0, span.start - 12) : span.start].removesuffix("the ")
        return span.kind == "name" and before.endswith(_BEHIND)

    def _is_weak(self, span: Span) -> bool:
        """Whether a span names its actor only in passing: "a British delegation", "a conference in Vienna"."""
        if self._reading.folded[span.end : span.end + 1] == "-":
            return True  # "Russia-friendly"
        office = self._reading.offices.get(self._reading.office_starts.get(span.end, -1))
        if span.kind == "person" and office is not None and office[1] == "peer":
            return True  # "... waited for his Russian counterpart"
        if span.kind != "metonym":
            return span.kind == "demonym"
        folded = self._reading.folded
        seat = folded[span.start : span.end] in load_homonyms().seats  # "At Akorda, the minister ..."
        return not seat and folded[max(0, span.start - 9) : span.start].endswith(_THERE)
