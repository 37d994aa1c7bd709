"""The records that one stage hands to the next, in the order in which they arise.

All offsets are half-open character offsets (Python string indices) into the article's text as it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Voice = Literal["author", "attributed"]
MentionKind = Literal["name", "demonym", "metonym", "person", "paraphrase", "anaphor"]
Verdict = Literal["negative", "positive", "balanced", "insufficient evidence"]


@dataclass(frozen=True, slots=True)
class Article:
    """One text to score.

    Attributes:
        text: The article as it was given, headline first where there is one.
        id: A name for it in the output; None leaves the choice to the scorer.
        title: The headline if it is known apart from the text.
        date: Publication date, ``YYYY-MM-DD``; leaders are matched by their terms of office where it is known.
        outlet: Who published it; moves no number.
    """

    text: str
    id: str | None = None
    title: str | None = None
    date: str | None = None
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, half-open."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence without the white space around it.

    Attributes:
        index: Position among the article's sentences, from 0.
        start: First character.
        end: One past the last character.
        paragraph: Position of its paragraph, from 0.
    """

    index: int
    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Mention:
    """One span that refers to an actor.

    Attributes:
        actor: The actor's id.
        sentence: Index of the sentence it stands in.
        start: First character.
        end: One past the last character.
        kind: How it refers to the actor.
    """

    actor: str
    sentence: int
    start: int
    end: int
    kind: MentionKind


@dataclass(frozen=True, slots=True)
class Attribution:
    """A stretch of text that is somebody else's words or thoughts.

    Attributes:
        content: What is quoted or reported.
        source: Who is quoted, where the text names it.
        direct: Whether it stands in quotation marks.
    """

    content: Span
    source: Span | None
    direct: bool


@dataclass(frozen=True, slots=True)
class MentionVoice:
    """Who holds the attitude at one mention.

    Attributes:
        voice: The article's author or an attributed source.
        source: The source's span, where it is named.
    """

    voice: Voice
    source: Span | None = None


@dataclass(frozen=True, slots=True)
class MentionScore:
    """The two classifiers' answer for one actor in one sentence.

    Attributes:
        sentence: Index of the sentence.
        actor: The actor's id.
        spans: Where the sentence mentions the actor.
        voice: Who holds the attitude.
        source: The source's words, where it is named.
        sentiment: P(negative, neutral, positive); sums to 1.
        stance: P(against, none, favor); sums to 1.
        truncated: The sentence was longer than the model's window and was scored in a window around the mention.
        spread: Task -> largest minus smallest score over the hypothesis templates, in [0, 2]; only for tasks that were
            asked by several.
        kinds: How each span refers to the actor, in the order of ``spans``.
    """

    sentence: int
    actor: str
    spans: tuple[Span, ...]
    voice: Voice
    source: str | None
    sentiment: tuple[float, float, float]
    stance: tuple[float, float, float]
    truncated: bool = False
    spread: Mapping[str, float] = field(default_factory=dict)
    kinds: tuple[MentionKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean score with its interval.

    Attributes:
        score: Weighted mean of P(third label) - P(first label), in [-1, 1].
        low: Lower end of the bootstrap interval.
        high: Upper end of the bootstrap interval.
        n: Number of sentences behind it.
    """

    score: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class VoicePart:
    """The estimates from one voice only; None where that voice never speaks of the actor."""

    sentiment: Estimate | None
    stance: Estimate | None


@dataclass(frozen=True, slots=True)
class ActorProfile:
    """How one article treats one actor.

    Attributes:
        id: The actor's id.
        name: The actor's name for people.
        mentions: Number of spans.
        sentences: Number of sentences with at least one span.
        share: The actor's part of all mentions of measured actors, in [0, 1].
        sentiment: How the sentences portray the actor, whoever speaks; None if it is never mentioned.
        stance: The author's own position toward the actor; None if it is never mentioned.
        author: The same from sentences in the author's voice only.
        attributed: The same from sentences in a source's voice only.
        verdict: What can be said of the author's treatment with the evidence at hand.
        evidence: Indices of the sentences that move the actor's score most, strongest first.
    """

    id: str
    name: str
    mentions: int
    sentences: int
    share: float
    sentiment: Estimate | None
    stance: Estimate | None
    author: VoicePart
    attributed: VoicePart
    verdict: Verdict
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """The difference of two actors' mean scores, ``first - second``, with its interval.

    Attributes:
        first: Id of the one actor.
        second: Id of the other.
        sentiment: Difference of the sentiment scores, in [-2, 2].
        stance: Difference of the stance scores, in [-2, 2].
    """

    first: str
    second: str
    sentiment: Estimate
    stance: Estimate


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a profile, so that it can be made again.

    Attributes:
        version: Version of biasscore.
        model: Name of the model.
        weights: SHA-256 of the weights (first 16 hex digits).
        config: Hash of everything that is measured (first 16 hex digits).
        backend: How the model was run.
        libraries: Versions of the libraries that can move a number.
        classifiers: Task -> what a model of the user's own was asked and how its labels were read: "model", "weights",
            "revision", "settings", "kind", "target", "labels", "target_blind" and more; no entry for a task of the
            model that comes with the package.
    """

    version: str
    model: str
    weights: str
    config: str
    backend: str
    libraries: Mapping[str, str] = field(default_factory=dict)
    classifiers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What every output must say of the models, one sentence each; empty for the model of the package."""
        found = [
            f"The {task} is target-blind: {details['model']} does not know which actor is meant."
            for task, details in self.classifiers.items()
            if details.get("target_blind")
        ]
        return (*found, *(note for details in self.classifiers.values() for note in details.get("notes", ())))
