"""The stages in a row: article -> sentences -> mentions -> voices -> rows -> logits -> probabilities -> profile."""

from __future__ import annotations

import hashlib
import logging
import platform
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .actors import Actor, resolve
from .aggregate import profile_actors
from .calibration import Calibration
from .checkpoint import Checkpoint
from .classifier import Classifier, Material
from .config import Measurement, Runtime
from .errors import BiasscoreError
from .files import clean
from .inputs import (
    as_article,
    as_list,
    asked_actors,
    check_articles,
    check_kinds,
    check_lengths,
    check_spans,
    check_text,
    failed_profile,
    id_and_title,
)
from .labels import Task
from .loading import load_models, matching_calibration
from .mentions import Finder
from .models.registry import set_threads, torch_device
from .profile import ArticleProfile
from .reading import Chunk, Reading
from .records import Article, Mention, MentionKind, MentionScore, MentionVoice, Provenance, Sentence, Span, Voice
from .schema import Columns, Tables, provenance_dict, with_provenance
from .segment import split_sentences
from .sources import open_source
from .spans import Spans
from .tables import MapFunction, articles_of, join, tabulate
from .voice import assign_voices, find_attributions, open_quotes

_LOG = logging.getLogger(__name__)
#: Sentences that are collected over several articles before the model runs on a CPU; on an accelerator it is a window.
_GATHER: Final = 2048
#: Articles whose profiles are kept for copies of them, and how long they may be, in characters.
_RECENT: Final = 256
_COPIED: Final = 30_000

Scores = Mapping[Task, NDArray[np.float32]]


@lru_cache(maxsize=4)
def _finder(actors: tuple[Actor, ...], metonyms: bool, anaphors: bool) -> Finder:
    """Finders hold no state of the texts, and building one takes longer than scoring a short article."""
    return Finder(actors, metonyms=metonyms, anaphors=anaphors)


class Scorer:
    """Scores articles toward some actors. Immutable after it was made; threads may share it."""

    def __init__(
        self,
        actors: Sequence[str | Actor] | None = None,
        *,
        model: str | Path | Checkpoint = "default",
        sentiment: str | Path | Checkpoint | None = None,
        stance: str | Path | Checkpoint | None = None,
        blind: bool | None = None,
        calibration: str | Path | Mapping[str, object] | None = None,
        device: str = "auto",
        measurement: Measurement | None = None,
        runtime: Runtime | None = None,
    ) -> None:
        """Load the models and build the finder.

        Args:
            actors: Names or actors; None for UK, NATO, Kazakhstan and Russia.
            model: "default", a folder, "owner/model" on the hub, or a `Checkpoint` that says how to ask it. What it
                does not answer (most answer either sentiment or stance) is left to "default".
            sentiment: A model for the sentiment alone; wins over ``model``.
            stance: A model for the stance alone; wins over ``model``.
            blind: Whether models of one's own see placeholders in the place of names; None leaves it to the
                checkpoints, which are blind unless they say otherwise. The default model is always blind.
            calibration: A file written by `biasscore calibrate`, or its content, for the models that are used here;
                None for the models' own.
            device: "auto", "cpu", "cuda" or "cuda:N"; wins over ``runtime.device`` unless it is "auto".
            measurement: What is measured, and how; None for the defaults.
            runtime: How fast; None for the defaults.

        Raises:
            ActorError: An actor is unknown, doubled or ambiguous.
            ModelError: There is no such model, or it is refused.
            LabelError: A model's labels cannot be mapped without guessing.
            ConfigError: The device is not there, the calibration is of another model, or an argument is none of its
                kind.
        """
        check_kinds(blind, calibration, measurement, runtime)
        self.measurement: Final = measurement if measurement is not None else Measurement()
        runtime = runtime if runtime is not None else Runtime()
        self.runtime: Final = runtime if device == "auto" else replace(runtime, device=device)
        self.actors: Final = resolve(asked_actors(actors))
        self._finder: Final = _finder(self.actors, self.measurement.metonyms, self.measurement.anaphors)
        runtime = replace(self.runtime, device=torch_device(self.runtime.device))
        set_threads(runtime.threads)
        models = load_models(model, {Task.SENTIMENT: sentiment, Task.STANCE: stance}, blind, runtime)
        self._window: Final = runtime.window if runtime.accelerated else None
        self._classifier: Final = Classifier(
            models,
            runtime,
            matching_calibration(calibration, models),
            {Task.SENTIMENT: self.measurement.sentiment_prior, Task.STANCE: self.measurement.stance_prior},
        )
        self._names: Final = {actor.id: actor.name for actor in self.actors}
        self.provenance: Final = _provenance(self._classifier, self.measurement, self.actors)
        self._made_of: Final = (self.actors, model, sentiment, stance, blind, calibration)

    def __reduce__(self) -> tuple[Callable[..., Scorer], tuple[object, ...]]:
        """A pickled scorer is what it was made of; the models are loaded anew where it is unpickled."""
        return _rebuilt, (*self._made_of, self.measurement, self.runtime)

    def __repr__(self) -> str:
        return f"Scorer({[actor.id for actor in self.actors]}, model={self.provenance.model!r})"

    @property
    def calibration(self) -> Mapping[Task, Calibration]:
        """The calibration of each task that is in force."""
        return dict(self._classifier.calibration)

    @property
    def identities(self) -> Mapping[Task, tuple[str, str]]:
        """Name and weights (SHA-256, first 16 hex digits) of each task's model."""
        return {task: (model.name, model.weights) for task, model in self._classifier.models.items()}

    def score(self, article: str | Mapping[str, object] | Article) -> ArticleProfile:
        """Score one article.

        Args:
            article: Its text, an `Article`, or a mapping with ``text`` and optionally ``id`` (a string or a whole
                number), ``title``, ``date`` (a date, or text that begins with ``YYYY-MM-DD``) and ``outlet``. None and
                what data frames put in its place (NaN, NaT, NA) is nothing.

        Returns:
            Its profile.

        Raises:
            InputError: There is no text to score, or a field is none of its kind; the message says which.
        """
        prepared = self._prepare(as_article(article))
        return self._finish([prepared])[0]

    def score_many(self, articles: Iterable[str | Mapping[str, object] | Article]) -> Iterator[ArticleProfile]:
        """Score many articles, lazily and in order, with sentences of several articles in one pass of the model.

        An article that cannot be scored yields a profile whose ``error`` says why; the others are not touched by it.
        Where ``articles`` itself fails, what it gave before is scored and yielded, and then its error is raised.

        Args:
            articles: As for `score`; read as far ahead as a pass of the model needs.

        Yields:
            One profile an article.

        Raises:
            InputError: ``articles`` is a single article, or a table, which iterates over its columns; at the first step
                of the iteration.
            Exception: Whatever ``articles`` raises while it is read, after the profiles of what was read.
        """
        check_articles(articles)
        waiting: list[_Prepared | _Copy | ArticleProfile] = []
        recent: _Recent = OrderedDict()
        gathered = 0
        stopped: Exception | None = None
        source = iter(articles)
        while True:
            try:
                article = next(source)
            except StopIteration:
                break
            except Exception as error:
                stopped = error
                break
            item = self._prepare_or_fail(article, recent)
            waiting.append(item)
            gathered += len(item.rows[0].texts) if isinstance(item, _Prepared) else 0
            if max(gathered, len(waiting)) >= (self._window or _GATHER):
                yield from self._drain(waiting, recent)
                waiting, gathered = [], 0
        yield from self._drain(waiting, recent)
        if stopped is not None:
            raise stopped

    def score_table(self, table: object, columns: Columns | None = None) -> Tables:
        """Score a table of articles: the core that corpora, Ray and `datasets` call.

        Args:
            table: A `pyarrow.Table`, or anything that speaks Arrow's C stream protocol (a data frame of pandas or
                polars, say), with one row an article.
            columns: Which columns have a role; None for ``text``, ``id``, ``title``, ``date`` and ``outlet``. All but
                the text may be missing; all others are carried along.

        Returns:
            The tables of `biasscore.schema`. Rows that cannot be scored are in *failures* and touch no other.

        Raises:
            InputError: It is no table, or there is no column with the text.
        """
        reading = Reading(open_source(table), columns or Columns())
        parts = [self.score_chunk(chunk) for chunk in reading.chunks()]
        found = join(parts) if parts else tabulate(reading.empty(), [])
        made = provenance_dict(self.provenance)
        return Tables(**{name: with_provenance(part, name, made) for name, part in found.named().items()})

    def score_chunk(self, chunk: Chunk) -> Tables:
        """Score the articles of a chunk (see `biasscore.reading`); its failures are handed on in their places."""
        return tabulate(chunk, self.score_many(articles_of(chunk)))

    def map_fn(self, text_column: str = "text") -> MapFunction:
        """A function for ``datasets.Dataset.map(..., batched=True)``.

        Args:
            text_column: The column with the articles.

        Returns:
            It takes a batch (column -> values) and gives the columns to add: for each actor those of
            `biasscore.tables.FEATURES` and ``ACTOR_verdict``, and ``error``. It can be pickled and hashed.
        """
        return MapFunction(self, text_column)

    def score_mentions(self, texts: Sequence[str], spans: Sequence[tuple[int, int]]) -> dict[str, NDArray[np.float32]]:
        """Score one given span in each text, without looking for actors.

        Args:
            texts: n sentences.
            spans: n half-open character spans ``(start, end)``, each of the actor's mention in its text; or an array
                (n, 2) of whole numbers.

        Returns:
            ``{"sentiment": (n, 3) float32, "stance": (n, 3) float32}``: P(negative, neutral, positive) and P(against,
            none, favor), rows sum to 1.

        Raises:
            InputError: The lengths differ, or a span lies outside its text; the message names the record.
        """
        check_lengths(texts, spans, "Give one (start, end) a text.")
        pairs = [as_list(span) for span in as_list(spans)]
        return self.score_spans(texts, [[(*span, 0)] if isinstance(span, tuple | list) else span for span in pairs])

    def score_spans(self, texts: Sequence[str], spans: Sequence[Spans]) -> dict[str, NDArray[np.float32]]:
        """Score the given spans of several actors in each text, in one pass a text, without looking for actors.

        Args:
            texts: n sentences.
            spans: For each text, half-open character spans ``(start, end, actor)``, at least one and none overlapping
                another; spans with one number are mentions of one actor.

        Returns:
            ``{"sentiment": (k, 3) float32, "stance": (k, 3) float32}`` with one row for each actor of each text, text
            after text, a text's actors in the order of their first spans.

        Raises:
            InputError: The lengths differ, a text has no span, or a span lies outside its text or overlaps another; the
                message names the record.
        """
        check_lengths(texts, spans, "Give a list of (start, end, actor) for each text.")
        spans = [as_list(own) for own in spans]
        for record, (text, own) in enumerate(zip(texts, spans, strict=True)):
            check_spans(text, own, record)
        material = self._classifier.rows([clean(text) for text in texts], spans)
        probs = self._classifier.judge([material]).probs
        return {task.value: probs[task] for task in Task}

    # --- one article up to its rows ----------------------------------------------------------------------------------

    def _prepare_or_fail(self, article: object, recent: _Recent) -> _Prepared | _Copy | ArticleProfile:
        try:
            return self._prepare_or_copy(as_article(article), recent)
        except BiasscoreError as error:
            failed = failed_profile(article, self.provenance, str(error))
            _LOG.warning("article %s: %s", failed.id, error)
            return failed
        except Exception as error:  # a mistake of ours in one article must not take the others with it
            reason = f"A mistake of biasscore, {type(error).__name__}: {error}. Please report it."
            failed = failed_profile(article, self.provenance, reason)
            _LOG.exception("article %s", failed.id)
            return failed

    def _prepare_or_copy(self, article: Article, recent: _Recent) -> _Prepared | _Copy | ArticleProfile:
        """A report that many print is read once, as long as the same people are in office."""
        if not self.runtime.dedupe or len(article.text) > _COPIED:
            return self._prepare(article)
        key = (article.text, self._finder.era(article.date))
        known = recent.get(key)
        if known is None:
            recent[key] = known = self._prepare(article)
            if len(recent) > _RECENT:
                recent.popitem(last=False)
            return known
        recent.move_to_end(key)
        return _Copy(article, known) if isinstance(known, _Prepared) else _renamed(known, article)

    def _prepare(self, article: Article) -> _Prepared:
        text = article.text
        check_text(text, self.measurement.max_chars)
        sentences = split_sentences(text)
        mentions = self._finder.find(text, sentences, date=article.date)
        # Who is quoted must not hang on what an actor is called, any more than the classifier's answer.
        attributions = find_attributions(_anonymous(text, mentions), sentences, {m.sentence for m in mentions})
        voices = assign_voices(attributions, mentions)
        quotes = open_quotes(attributions, sentences)
        groups: dict[int, list[int]] = {}
        for position, mention in enumerate(mentions):
            groups.setdefault(mention.sentence, []).append(position)
        pairs: list[_Pair] = []
        texts: list[str] = []
        spans: list[list[tuple[int, int, int]]] = []
        names: list[dict[int, str]] = []
        for index, positions in groups.items():
            order = list(dict.fromkeys(mentions[position].actor for position in positions))
            sentence = sentences[index]
            begins, ends = quotes[index]
            # A sentence in the middle of a quotation shows the model that it is one.
            opening = "“" if begins else ""
            shift = len(opening) - sentence.start
            words = clean(text[sentence.start : sentence.end])
            texts.append(opening + words + ("”" if ends else ""))
            spans.append(
                [
                    (m.start + shift, m.end + shift, order.index(m.actor))
                    for m in (mentions[position] for position in positions)
                ]
            )
            names.append({number: self._names[actor] for number, actor in enumerate(order)})
            for actor in order:
                own = [position for position in positions if mentions[position].actor == actor]
                pairs.append(_pair(text, index, actor, [mentions[p] for p in own], [voices[p] for p in own]))
        rows = self._classifier.rows(texts, spans, names)
        return _Prepared(article, tuple(sentences), tuple(pairs), rows)

    # --- the model, and back -----------------------------------------------------------------------------------------

    def _drain(
        self, waiting: Sequence[_Prepared | _Copy | ArticleProfile], recent: _Recent
    ) -> Iterator[ArticleProfile]:
        prepared = [item for item in waiting if isinstance(item, _Prepared)]
        finished = {id(item): profile for item, profile in zip(prepared, self._finish(prepared), strict=True)}
        for key, known in recent.items():
            if isinstance(known, _Prepared):
                recent[key] = finished[id(known)]
        for item in waiting:
            if isinstance(item, _Copy):
                yield _renamed(finished[id(item.original)], item.article)
            else:
                yield finished[id(item)] if isinstance(item, _Prepared) else item

    def _finish(self, prepared: Sequence[_Prepared]) -> list[ArticleProfile]:
        """Run the model over the rows of all articles at once, and aggregate each."""
        starts = np.cumsum([0, *(len(item.pairs) for item in prepared)]).tolist()
        judged = self._classifier.judge([item.rows for item in prepared])
        return [
            self._profile(
                item,
                {task: values[start : start + len(item.pairs)] for task, values in judged.probs.items()},
                judged.truncated[start : start + len(item.pairs)],
                {task: values[start : start + len(item.pairs)] for task, values in judged.spread.items()},
            )
            for item, start in zip(prepared, starts, strict=False)
        ]

    def _profile(
        self,
        item: _Prepared,
        probs: Scores,
        truncated: NDArray[np.bool_],
        spread: Mapping[Task, NDArray[np.float32]],
    ) -> ArticleProfile:
        scores: list[MentionScore] = []
        skipped: set[int] = set()
        kinds: dict[tuple[int, str], Sequence[MentionKind]] = {}
        columns = zip(item.pairs, probs[Task.SENTIMENT].tolist(), probs[Task.STANCE].tolist(), truncated, strict=True)
        for place, (pair, sentiment, stance, cut) in enumerate(columns):
            if not all(value == value for value in (*sentiment, *stance)):  # NaN
                skipped.add(pair.sentence)
                continue
            kinds[pair.sentence, pair.actor] = pair.kinds
            scores.append(
                MentionScore(
                    pair.sentence,
                    pair.actor,
                    pair.spans,
                    pair.voice,
                    pair.source,
                    (sentiment[0], sentiment[1], sentiment[2]),
                    (stance[0], stance[1], stance[2]),
                    bool(cut),
                    {task.value: float(values[place]) for task, values in spread.items()},
                    pair.kinds,
                )
            )
        names = [(actor.id, actor.name) for actor in self.actors]
        actors, contrasts = profile_actors(names, scores, kinds, self.measurement)
        id_, title = id_and_title(item.article, item.sentences)
        return ArticleProfile(
            id=id_,
            title=title,
            text=item.article.text,
            sentences=item.sentences,
            actors=actors,
            contrasts=contrasts,
            scores=tuple(scores),
            provenance=self.provenance,
            skipped=tuple(sorted(skipped)),
            date=item.article.date,
            outlet=item.article.outlet,
        )


def _rebuilt(
    actors: Sequence[Actor],
    model: str | Path | Checkpoint,
    sentiment: str | Path | Checkpoint | None,
    stance: str | Path | Checkpoint | None,
    blind: bool | None,
    calibration: str | Path | Mapping[str, object] | None,
    measurement: Measurement,
    runtime: Runtime,
) -> Scorer:
    return Scorer(
        actors,
        model=model,
        sentiment=sentiment,
        stance=stance,
        blind=blind,
        calibration=calibration,
        measurement=measurement,
        runtime=runtime,
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """One actor in one sentence, before it is scored."""

    sentence: int
    actor: str
    spans: tuple[Span, ...]
    kinds: tuple[MentionKind, ...]
    voice: Voice
    source: str | None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One article, ready for the model."""

    article: Article
    sentences: tuple[Sentence, ...]
    pairs: tuple[_Pair, ...]
    rows: Material


@dataclass(frozen=True, slots=True)
class _Copy:
    """One article whose text waits for the model already."""

    article: Article
    original: _Prepared


#: Text and era of the last articles -> what was made of them.
_Recent = OrderedDict[tuple[str, tuple[int, int] | None], _Prepared | ArticleProfile]


def _renamed(profile: ArticleProfile, article: Article) -> ArticleProfile:
    """The profile of a text under the names of another article with that text."""
    id_, title = id_and_title(article, profile.sentences)
    return replace(profile, id=id_, title=title, date=article.date, outlet=article.outlet)


def _pair(text: str, sentence: int, actor: str, mentions: Sequence[Mention], voices: Sequence[MentionVoice]) -> _Pair:
    """The author speaks of an actor if at least one of its mentions in the sentence is the author's own."""
    attributed = all(voice.voice == "attributed" for voice in voices)
    source = next((voice.source for voice in voices if voice.source is not None), None) if attributed else None
    return _Pair(
        sentence,
        actor,
        tuple(Span(mention.start, mention.end) for mention in mentions),
        tuple(mention.kind for mention in mentions),
        "attributed" if attributed else "author",
        text[source.start : source.end] if source is not None else None,
    )


#: How long the label of a speaker's paragraph may be.
_LABEL: Final = 60


def _is_label(text: str, start: int, end: int) -> bool:
    """Whether a span stands in what a paragraph in several begins with: capitals up to a colon ("LAVROV: ...")."""
    begin = text.rfind("\n", max(0, start - _LABEL), start) + 1
    colon = text.find(":", end, begin + _LABEL)
    if colon < 0 or (begin == 0 and start >= _LABEL):
        return False
    several = begin > 0 or "\n" in text
    return several and "\n" not in text[begin:colon] and text[begin:colon].isupper()


def _anonymous(text: str, mentions: Sequence[Mention]) -> str:
    """The text with each mention turned into a capitalised word of the same length.

    In the label of a paragraph that is all in capitals it is in capitals too, so that "LAVROV:" still begins a turn.
    """
    pieces: list[str] = []
    position = 0
    for mention in mentions:
        length = mention.end - mention.start
        filler = "A" if _is_label(text, mention.start, mention.end) else "a"
        pieces += [text[position : mention.start], "A".ljust(length, filler)]
        position = mention.end
    return "".join([*pieces, text[position:]])


# --- provenance ------------------------------------------------------------------------------------------------------


def _provenance(classifier: Classifier, measurement: Measurement, actors: Sequence[Actor]) -> Provenance:
    stated = " ".join(filter(None, [measurement.digest(), repr(tuple(actors)), classifier.digest()]))
    classifiers = classifier.describe()
    packages = ("torch", "tokenizers", "numpy", *(("transformers",) if classifiers else ()))
    libraries = {name: metadata.version(name) for name in packages}
    return Provenance(
        version=metadata.version("biasscore"),
        model=classifier.identity("name"),
        weights=classifier.identity("weights"),
        config=hashlib.sha256(stated.encode()).hexdigest()[:16],
        backend=classifier.identity("description"),
        libraries={"python": platform.python_version(), **libraries},
        classifiers=classifiers,
    )
