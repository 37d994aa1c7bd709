"""The stages in a row: article -> sentences -> mentions -> voices -> rows -> logits -> probabilities -> profile."""

from __future__ import annotations

import hashlib
import logging
import operator
import platform
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date as _date
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .actors import Actor, is_date, resolve
from .aggregate import profile_actors
from .calibration import Calibration, read_calibration
from .checkpoint import Checkpoint
from .classifier import Classifier, Material
from .config import Measurement, Precision, Runtime
from .errors import ActorError, BiasscoreError, ConfigError, InputError, expected
from .files import clean
from .labels import Task
from .mentions import Finder
from .models.base import Model
from .models.registry import load, set_threads, torch_device
from .profile import ArticleProfile
from .reading import Chunk, Reading, read_id, read_label
from .records import Article, Mention, MentionKind, MentionScore, MentionVoice, Provenance, Sentence, Span, Voice
from .schema import Columns, Tables, provenance_dict, with_provenance
from .segment import split_sentences
from .sources import open_source
from .tables import MapFunction, articles_of, join, tabulate
from .voice import assign_voices, find_attributions, open_quotes

_LOG = logging.getLogger(__name__)
#: Sentences that are collected over several articles before the model runs on a CPU; on an accelerator it is a window.
_GATHER: Final = 2048
#: Articles whose profiles are kept for copies of them, and how long they may be, in characters.
_RECENT: Final = 256
_COPIED: Final = 30_000
#: Suffixes of the files in a folder that make a model what it is.
_MODEL_FILES: Final = frozenset({".json", ".safetensors", ".txt", ".model", ".py"})
_ARTICLE_KEYS: Final = ("text", "id", "title", "date", "outlet")

Scores = Mapping[Task, NDArray[np.float32]]


#: What tells a file of a model from another: its name, size, and when it was changed.
_Files = tuple[tuple[str, int, int], ...]


@lru_cache(maxsize=4)
def _backend(model: Checkpoint, files: _Files, tasks: tuple[Task, ...], device: str, precision: Precision) -> Model:
    """Backends are immutable, so all scorers of a process share them; the device is one of torch's."""
    return load(model, tasks=tasks, device=device, precision=precision)


def _shared(model: Checkpoint, tasks: tuple[Task, ...], runtime: Runtime) -> Model:
    return _backend(model, _files(model), tasks, runtime.device, runtime.precision)


def _files(model: Checkpoint) -> _Files:
    """The files of a folder, so that a model that was trained anew is loaded anew; none for a name."""
    try:
        folder = Path(model.name).expanduser()
        if not folder.is_dir():
            return ()
        files = [path for path in folder.resolve().iterdir() if path.suffix in _MODEL_FILES]
        told = [(str(path), path.stat()) for path in sorted(files) if path.is_file()]
    except (OSError, RuntimeError):  # a name that is too long, nobody's home, a folder that cannot be read
        return ()  # whoever loads it says so
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in told)


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
        _check_kinds(blind, calibration, measurement, runtime)
        self.measurement: Final = measurement if measurement is not None else Measurement()
        runtime = runtime if runtime is not None else Runtime()
        self.runtime: Final = runtime if device == "auto" else replace(runtime, device=device)
        self.actors: Final = resolve(_asked(actors))
        self._finder: Final = _finder(self.actors, self.measurement.metonyms, self.measurement.anaphors)
        runtime = replace(self.runtime, device=torch_device(self.runtime.device))
        set_threads(runtime.threads)
        models = _models(model, {Task.SENTIMENT: sentiment, Task.STANCE: stance}, blind, runtime)
        self._window: Final = runtime.window if runtime.accelerated else None
        self._classifier: Final = Classifier(
            models,
            runtime,
            _calibration(calibration, models),
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
        prepared = self._prepare(_as_article(article))
        return self._finish([prepared])[0]

    def score_many(self, articles: Iterable[str | Mapping[str, object] | Article]) -> Iterator[ArticleProfile]:
        """Score many articles, lazily and in order, with sentences of several articles in one pass of the model.

        An article that cannot be scored yields a profile whose ``error`` says why; the others are not touched by it.

        Args:
            articles: As for `score`; read as far ahead as a pass of the model needs.

        Yields:
            One profile an article.

        Raises:
            InputError: ``articles`` is a single article, or a table, which iterates over its columns; at the first step
                of the iteration.
        """
        _check_articles(articles)
        waiting: list[_Prepared | _Copy | ArticleProfile] = []
        recent: _Recent = OrderedDict()
        gathered = 0
        for article in articles:
            item = self._prepare_or_fail(article, recent)
            waiting.append(item)
            gathered += len(item.rows[0].texts) if isinstance(item, _Prepared) else 0
            if max(gathered, len(waiting)) >= (self._window or _GATHER):
                yield from self._drain(waiting, recent)
                waiting, gathered = [], 0
        yield from self._drain(waiting, recent)

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
        _check_lengths(texts, spans, "Give one (start, end) a text.")
        pairs = [_listed(span) for span in _listed(spans)]
        return self.score_spans(texts, [[(*span, 0)] if isinstance(span, tuple | list) else span for span in pairs])

    def score_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int, int]]]
    ) -> dict[str, NDArray[np.float32]]:
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
        _check_lengths(texts, spans, "Give a list of (start, end, actor) for each text.")
        spans = [_listed(own) for own in spans]
        for record, (text, own) in enumerate(zip(texts, spans, strict=True)):
            _check_spans(text, own, record)
        material = self._classifier.rows([clean(text) for text in texts], spans)
        probs = self._classifier.judge([material]).probs
        return {task.value: probs[task] for task in Task}

    # --- one article up to its rows ----------------------------------------------------------------------------------

    def _prepare_or_fail(self, article: object, recent: _Recent) -> _Prepared | _Copy | ArticleProfile:
        try:
            return self._prepare_or_copy(_as_article(article), recent)
        except BiasscoreError as error:
            failed = _failed(article, self.provenance, str(error))
            _LOG.warning("article %s: %s", failed.id, error)
            return failed
        except Exception as error:  # a mistake of ours in one article must not take the others with it
            reason = f"A mistake of biasscore, {type(error).__name__}: {error}. Please report it."
            failed = _failed(article, self.provenance, reason)
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
        _check_text(text, self.measurement.max_chars)
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
        id_, title = _id_and_title(item.article, item.sentences)
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
    id_, title = _id_and_title(article, profile.sentences)
    return replace(profile, id=id_, title=title, date=article.date, outlet=article.outlet)


def _id_and_title(article: Article, sentences: Sequence[Sentence]) -> tuple[str, str | None]:
    """Id and title, made from the text where none was given."""
    id_ = article.id if article.id is not None else _hash_id(article.text)
    return id_, article.title if article.title is not None else _headline(article.text, sentences)


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


# --- models ----------------------------------------------------------------------------------------------------------


def _models(
    model: str | Path | Checkpoint,
    chosen: Mapping[Task, str | Path | Checkpoint | None],
    blind: bool | None,
    runtime: Runtime,
) -> dict[Task, Model]:
    """The model of each task; what the general one does not answer is left to the default."""

    def get(which: str | Path | Checkpoint, tasks: tuple[Task, ...]) -> Model:
        checkpoint = which if isinstance(which, Checkpoint) else Checkpoint(which)
        if str(checkpoint.name) == "default":
            tasks = tuple(Task)  # it answers both in one pass, so one copy of it is enough
            own = any(other is not None for other in chosen.values())
            if blind is False and not own:
                checkpoint = replace(checkpoint, blind=False)  # refused where it is loaded
        elif blind is not None:
            checkpoint = replace(checkpoint, blind=blind)
        return _shared(checkpoint, tasks, runtime)

    found = {task: get(which, (task,)) for task, which in chosen.items() if which is not None}
    left = tuple(task for task in Task if task not in found)
    if left:
        general = get(model, left)
        found.update({task: general for task in left if task in general.tasks})
    for task in Task:
        if task not in found:
            found[task] = _shared(Checkpoint("default"), tuple(Task), runtime)
    return {task: found[task] for task in Task}


def _calibration(
    given: str | Path | Mapping[str, object] | None, models: Mapping[Task, Model]
) -> Mapping[Task, Calibration] | None:
    """Read a calibration, which must be of the very weights that it is used for."""
    if given is None:
        return None
    found: dict[Task, Calibration] = {}
    for task, entry in read_calibration(given).items():
        if entry.weights != models[task].weights:
            advice = "A calibration fits one model only: calibrate this one."
            raise ConfigError(
                expected(f"calibration of {task.value}", f"of weights {models[task].weights}", entry.weights, advice)
            )
        found[task] = entry.calibration
    return found


# --- input -----------------------------------------------------------------------------------------------------------


def _as_article(article: object) -> Article:
    if isinstance(article, str):
        return Article(article)
    if isinstance(article, Article):
        found: Mapping[str, object] = {key: getattr(article, key) for key in _ARTICLE_KEYS}
    elif isinstance(article, Mapping):
        found = article
    else:
        advice = "Give the text, a mapping with `text`, or an `Article`."
        raise InputError(expected("article", "a string, a mapping or an Article", type(article).__name__, advice))
    if "text" not in found:
        advice = "Put the article's words under the key `text`."
        raise InputError(expected("article", "a mapping with `text`", sorted(map(str, found)), advice))
    text = found["text"]
    if not isinstance(text, str):
        advice = "Leave the record out." if _is_missing(text) else "Convert it first."
        raise InputError(expected("article text", "a string", type(text).__name__, advice))
    fields: dict[str, str | None] = {}
    for key in _READERS:
        value = found.get(key)
        fields[key] = _field(key, value)
        # An outlet is only a name to group by.
        if fields[key] is None and not (_is_missing(value) or _is_empty(value) or key == "outlet"):
            raise InputError(expected(f"article {key}", _KINDS[key], type(value).__name__, "Convert it first."))
    return Article(text, **fields)


def _field(key: str, value: object) -> str | None:
    """A field of an article as text; None where there is nothing, or nothing of its kind."""
    if _is_missing(value):
        return None
    if isinstance(value, np.floating):
        value = float(str(value))  # with the digits that numpy shows: 1.1 of float32
    elif isinstance(value, np.integer | np.bool_):
        value = value.item()
    return _READERS[key](value)


def _is_missing(value: object) -> bool:
    """Nothing, or what data frames put where there is nothing: NaN, NaT and NA."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except Exception:  # NA is neither equal nor unequal to itself; an array has many answers; others refuse to tell
        return type(value).__name__ == "NAType"


def _is_empty(value: object) -> bool:
    return isinstance(value, str) and not value


def _day(value: object) -> str | None:
    """The day of a date, or of a text that begins with one; any other text as it is, None for what is neither."""
    text = value.isoformat() if isinstance(value, _date) else str(value) if isinstance(value, np.datetime64) else value
    if not isinstance(text, str) or not text:
        return None
    return text[:10] if is_date(text[:10]) else text


_READERS: Final[Mapping[str, Callable[[object], str | None]]] = {
    "id": read_id,
    "title": read_label,
    "date": _day,
    "outlet": read_label,
}
#: What a field that cannot be read should have been; an outlet that is none is passed over.
_KINDS: Final = {"id": "a string or a whole number", "title": "a string or a number", "date": "a string or a date"}


def _failed(article: object, provenance: Provenance, error: str) -> ArticleProfile:
    """The profile of an article that cannot be scored, with its names as far as they can be read.

    Whatever its fields do when they are looked at, nothing is raised: the other articles go on.
    """
    found: Mapping[str, object] = article if isinstance(article, Mapping) else {}
    if isinstance(article, Article):
        found = {key: getattr(article, key) for key in _ARTICLE_KEYS}
    names: dict[str, str | None] = {}
    for key in _READERS:
        with suppress(Exception):
            names[key] = _field(key, found.get(key))
    names = dict.fromkeys(_READERS) | names
    text: object = article
    with suppress(Exception):
        text = str(article if isinstance(article, str) else found.get("text"))
    id_ = names["id"] if names["id"] is not None else _hash_id(text if isinstance(text, str) else type(text).__name__)
    day = names["date"] if is_date(names["date"]) else None
    return ArticleProfile.failed(id_, names["title"], provenance, error, date=day, outlet=names["outlet"])


def _check_articles(articles: object) -> None:
    if isinstance(articles, str | bytes | Mapping | Article):
        advice = "Put the one article into a list, or call `score`."
        raise InputError(expected("articles", "an iterable of articles", type(articles).__name__, advice))
    # A data set of `datasets` has names of columns as well, and the result of a query chooses some by `columns()`: both
    # iterate over their rows.
    kind = type(articles)
    rows = kind.__module__.partition(".")[0] == "datasets"
    told = (getattr(kind, name, None) for name in ("columns", "column_names"))
    if not rows and any(columns is not None and not callable(columns) for columns in told):
        advice = "Call `score_table` with it, or give its rows: `to_dict('records')`, `to_dicts()`, `to_pylist()`."
        raise InputError(expected("articles", "an iterable of articles", f"a table ({kind.__name__})", advice))
    if not isinstance(articles, Iterable):
        raise InputError(expected("articles", "an iterable of articles", kind.__name__, "Put them into a list."))


def _check_kinds(blind: object, calibration: object, measurement: object, runtime: object) -> None:
    """What would be noticed late, or not at all."""
    if blind is not None and not isinstance(blind, bool):
        raise ConfigError(expected("blind", "True, False or None", blind, "Give one of the three."))
    if calibration is not None and not isinstance(calibration, str | Path | Mapping):
        advice = "Give what `biasscore calibrate` wrote."
        raise ConfigError(expected("calibration", "a file or its content", type(calibration).__name__, advice))
    if measurement is not None and not isinstance(measurement, Measurement):
        advice = "Give `Measurement(level=0.9)`, say."
        raise ConfigError(expected("measurement", "a `Measurement`", type(measurement).__name__, advice))
    if runtime is not None and not isinstance(runtime, Runtime):
        advice = "Give `Runtime(device='cpu')`, say."
        raise ConfigError(expected("runtime", "a `Runtime`", type(runtime).__name__, advice))


def _asked(actors: Any) -> Any:
    """The actors as a list, if they are an array, a series or anything else that holds some."""
    if actors is None or isinstance(actors, str):
        return actors  # one name alone is refused by `resolve`
    if isinstance(actors, Actor) or not isinstance(actors, Iterable):
        got = type(actors).__name__
        raise ActorError(expected("actors", "a list of at least one actor", got, "Give names or `Actor`s."))
    return list(_listed(actors))


def _listed(value: Any) -> Any:
    """An array as a list; anything else as it is."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def _check_text(text: object, max_chars: int) -> None:
    if not isinstance(text, str):
        raise InputError(expected("text", "a string", type(text).__name__, "Decode or convert it first."))
    if not text.strip():
        got = "white space only" if text else "an empty string"
        raise InputError(f"Expected `text` to be an article, got {got}. Leave the record out.")
    if len(text) > max_chars:
        raise InputError(
            expected("text", f"at most {max_chars:,} characters", f"{len(text):,}", "Split it or raise `max_chars`.")
        )
    nul = text.find("\0")
    if nul >= 0:
        advice = "This looks like binary data: convert it to text."
        raise InputError(f"Expected `text` to be text, got a NUL character at {nul}. {advice}")


def _check_lengths(texts: Sized, spans: Sized, advice: str) -> None:
    """See that there are two lists of one length."""
    for name, given in (("texts", texts), ("spans", spans)):
        if isinstance(given, str) or not isinstance(given, Sized):
            raise InputError(expected(name, "a list", type(given).__name__, "Put it into a list."))
    if len(texts) != len(spans):
        raise InputError(expected("spans", f"as many as texts ({len(texts)})", len(spans), advice))


def _check_spans(text: object, spans: Sequence[tuple[int, int, int]], record: int) -> None:
    if not isinstance(text, str):
        raise InputError(expected(f"texts[{record}]", "a string", type(text).__name__, "Leave the record out."))
    form = "a list of (start, end, actor) with whole numbers"
    if not isinstance(spans, Sequence):
        raise InputError(expected(f"spans[{record}]", form, type(spans).__name__, "Give half-open offsets."))
    if not spans:
        raise InputError(expected(f"spans[{record}]", "at least one span", "none", "Leave the record out."))
    previous = 0
    try:
        ordered = sorted((operator.index(start), operator.index(end)) for start, end, _ in spans)
    except (TypeError, ValueError) as error:
        raise InputError(expected(f"spans[{record}]", form, f"{spans}", "Give half-open offsets.")) from error
    for start, end in ordered:
        if not previous <= start < end <= len(text):
            room = f"within {previous} to {len(text)} and not empty"
            raise InputError(expected(f"spans[{record}]", room, (start, end), "Give half-open offsets."))
        previous = end


def _anonymous(text: str, mentions: Sequence[Mention]) -> str:
    """The text with each mention turned into a capitalised word of the same length."""
    pieces: list[str] = []
    position = 0
    for mention in mentions:
        pieces += [text[position : mention.start], "A".ljust(mention.end - mention.start, "a")]
        position = mention.end
    return "".join([*pieces, text[position:]])


def _hash_id(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _headline(text: str, sentences: Sequence[Sentence]) -> str | None:
    """The first line, if it stands alone and does not end like a sentence of the text."""
    first = text.strip().partition("\n")[0].strip()
    several = bool(sentences) and sentences[-1].paragraph > 0
    return first if several and 0 < len(first) <= 200 and first[-1] not in ".,;:" else None


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
