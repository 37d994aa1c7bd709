"""Profiles -> rows of the three tables, and one flat row an article for feature matrices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa

from .actors import Actor
from .errors import Described, InputError, expected
from .profile import ArticleProfile
from .reading import ROLES, Chunk, Failure
from .records import ActorProfile, Article, Estimate, MentionScore, Provenance
from .schema import ARTICLES, FAILURES, MENTIONS, Tables

#: A longer sentence is a text that lost its full stops, or none at all.
_LONGEST_SENTENCE: Final = 100_000
#: What a flat row tells of each actor.
FEATURES: Final = ("sentiment", "stance", "author_stance", "attributed_sentiment", "share", "sentences")


class ManyScorer(Protocol):
    """What turns texts into profiles: a `biasscore.Scorer`."""

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Whom it measures."""
        ...

    def score_many(self, articles: Iterable[Any]) -> Iterator[ArticleProfile]:
        """One profile an article, in order."""
        ...


class ChunkScorer(Protocol):
    """What turns articles into tables: a `biasscore.Scorer`, or a stand-in for it in tests."""

    @property
    def provenance(self) -> Provenance:
        """What makes the numbers."""
        ...

    def score_chunk(self, chunk: Chunk) -> Tables:
        """Score the articles of a chunk."""
        ...


def articles_of(chunk: Chunk) -> list[Article]:
    """The articles of a chunk, in order."""
    columns = [chunk.table[name].to_pylist() for name in ("text", "id", "title", "date")]
    return [Article(*values) for values in zip(*columns, strict=True)]


def tabulate(chunk: Chunk, profiles: Iterable[ArticleProfile]) -> Tables:
    """Make the tables of a chunk.

    Args:
        chunk: The articles.
        profiles: One profile an article, in order.

    Returns:
        The tables; *failures* holds the chunk's own and the articles that could not be scored, in their order.
    """
    articles: dict[str, list[Any]] = {name: [] for name in ARTICLES.names}
    mentions: dict[str, list[Any]] = {name: [] for name in MENTIONS.names}
    failures: list[Failure] = []
    rows: list[int] = []
    places = [chunk.table[name].to_pylist() for name in ("id", "file", "position", "title", "date", "outlet")]
    for index, (profile, place) in enumerate(zip(profiles, zip(*places, strict=True), strict=True)):
        id_, file, position, title, day, outlet = place
        reason = profile.error or _endless(profile)
        if reason is not None:
            failures.append(Failure(index, id_, file, position, "score", reason))
            continue
        for actor in profile.actors.values():
            rows.append(index)
            _append(
                articles,
                {
                    "id": id_,
                    "file": file,
                    "position": position,
                    "title": title,
                    "date": day,
                    "outlet": outlet,
                    "length": len(profile.text),
                    "n_sentences": len(profile.sentences),
                    "skipped": len(profile.skipped),
                    **_actor(actor),
                },
            )
        for score in profile.scores:
            _append(mentions, _mention(id_, profile, score))
    own = [name for name in chunk.table.column_names if name not in ROLES]
    carried = chunk.table.select(own).take(pa.array(rows, pa.int64()))
    table = pa.Table.from_pydict(articles, schema=ARTICLES)
    for name in own:
        table = table.append_column(carried.schema.field(name), carried[name])
    return Tables(table, pa.Table.from_pydict(mentions, schema=MENTIONS), _failures([*chunk.failures, *failures]))


def join(parts: Sequence[Tables]) -> Tables:
    """Put tables of consecutive articles together."""
    return Tables(
        pa.concat_tables([part.articles for part in parts]),
        pa.concat_tables([part.mentions for part in parts]),
        pa.concat_tables([part.failures for part in parts]),
    )


def failed(chunk: Chunk, reason: str) -> Tables:
    """The tables of a chunk none of whose articles could be scored."""
    places = zip(*(chunk.table[name].to_pylist() for name in ("id", "file", "position")), strict=True)
    failures = [
        Failure(index, id_, file, position, "score", reason) for index, (id_, file, position) in enumerate(places)
    ]
    empty = tabulate(chunk.part(0, 0), [])
    return Tables(empty.articles, empty.mentions, _failures([*chunk.failures, *failures]))


def flat_names(actors: Sequence[str]) -> list[str]:
    """Names of the numbers in a flat row: ``ACTOR_FEATURE``, actor after actor."""
    return [f"{actor}_{feature}" for actor in actors for feature in FEATURES]


def flat(profile: ArticleProfile, actors: Sequence[str]) -> list[float | None]:
    """An article as one row of numbers.

    Args:
        profile: Of an article; one that could not be scored has None everywhere.
        actors: Ids of the measured actors.

    Returns:
        In the order of `flat_names`: for each actor the scores of the sentiment and of the author's position, of the
        stance in the author's voice and the sentiment in the voice of sources (in [-1, 1], None without a sentence),
        its share of the mentions and the number of sentences that mention it.
    """
    row: list[float | None] = []
    for id_ in actors:
        actor = profile.actors.get(id_)
        if actor is None:
            row += [None] * len(FEATURES)
            continue
        estimates = (actor.sentiment, actor.stance, actor.author.stance, actor.attributed.sentiment)
        row += [None if estimate is None else estimate.score for estimate in estimates]
        row += [actor.share, float(actor.sentences)]
    return row


@dataclass(frozen=True, slots=True)
class MapFunction:
    """What `datasets.Dataset.map` calls with a batch.

    With ``num_proc`` each process scores with one thread: those of torch are lost where a process is forked.

    Attributes:
        scorer: Scores the articles.
        text_column: The column with the articles.
    """

    scorer: ManyScorer
    text_column: str = "text"

    def __call__(self, batch: Mapping[str, Sequence[Any]] | pa.Table) -> dict[str, Any]:
        """Score a batch.

        Args:
            batch: Column -> n values; a table for a data set in Arrow's format.

        Returns:
            Column -> n values: for each actor ``ACTOR_FEATURE`` for each of `FEATURES`, float64 (n,), NaN where there
            is no such number, and ``ACTOR_verdict``; and ``error``, why an article could not be scored (then there are
            no numbers and verdicts), or an empty text. There is no None: `datasets` takes the type of a column from the
            first batch, which may hold nothing else.

        Raises:
            InputError: There is no such column, or it holds one row's value instead of many.
        """
        names = batch.column_names if isinstance(batch, pa.Table) else list(batch)
        if self.text_column not in names:
            found = ", ".join(map(str, names))
            advice = "Name it: `map_fn(text_column=...)`."
            raise InputError(expected("text column", f"one of those found ({found})", self.text_column, advice))
        actors = [actor.id for actor in self.scorer.actors]
        texts: Any = batch[self.text_column]
        if isinstance(batch, pa.Table):
            texts = texts.to_pylist()
        if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
            advice = "Call `dataset.map(scorer.map_fn(), batched=True)`."
            raise InputError(expected("batch", "columns of many rows", Described("a single row"), advice))
        profiles = list(self.scorer.score_many(texts))
        features = flat_names(actors)
        numbers = np.array([flat(profile, actors) for profile in profiles], np.float64).reshape(-1, len(features))
        columns: dict[str, Any] = {name: numbers[:, place] for place, name in enumerate(features)}
        for actor in actors:
            columns[f"{actor}_verdict"] = [
                profile.actors[actor].verdict if profile.error is None else "" for profile in profiles
            ]
        columns["error"] = [profile.error or "" for profile in profiles]
        return columns


def _actor(actor: ActorProfile) -> dict[str, Any]:
    found: dict[str, Any] = {
        "actor": actor.id,
        "actor_name": actor.name,
        "mentions": actor.mentions,
        "sentences": actor.sentences,
        "share": actor.share,
        "verdict": actor.verdict,
        "evidence": actor.evidence,
    }
    voices = (("", actor), ("author_", actor.author), ("attributed_", actor.attributed))
    for prefix, part in voices:
        for task, estimate in (("sentiment", part.sentiment), ("stance", part.stance)):
            found.update(_estimate(f"{prefix}{task}", estimate))
    return found


def _estimate(name: str, estimate: Estimate | None) -> dict[str, Any]:
    if estimate is None:
        return {f"{name}_score": None, f"{name}_low": None, f"{name}_high": None, f"{name}_n": 0}
    return {
        f"{name}_score": estimate.score,
        f"{name}_low": estimate.low,
        f"{name}_high": estimate.high,
        f"{name}_n": estimate.n,
    }


def _mention(id_: str, profile: ArticleProfile, score: MentionScore) -> dict[str, Any]:
    sentence = profile.sentences[score.sentence]
    negative, neutral, positive = score.sentiment
    against, none, favor = score.stance
    return {
        "id": id_,
        "actor": score.actor,
        "sentence": score.sentence,
        "start": sentence.start,
        "end": sentence.end,
        "spans": [{"start": span.start, "end": span.end} for span in score.spans],
        "kinds": list(score.kinds),
        "voice": score.voice,
        "source": score.source,
        "sentiment_negative": negative,
        "sentiment_neutral": neutral,
        "sentiment_positive": positive,
        "stance_against": against,
        "stance_none": none,
        "stance_favor": favor,
        "truncated": score.truncated,
    }


def _endless(profile: ArticleProfile) -> str | None:
    """What ends no sentence for that long is no prose: an interval over sentences would say nothing."""
    longest = max((sentence.end - sentence.start for sentence in profile.sentences), default=0)
    if longest <= _LONGEST_SENTENCE:
        return None
    got = Described(f"one of {longest:,}")
    return expected("text", f"sentences of at most {_LONGEST_SENTENCE:,} characters", got, "Restore its full stops.")


def _append(columns: Mapping[str, list[Any]], row: Mapping[str, Any]) -> None:
    for name, values in columns.items():
        values.append(row[name])


def _failures(failures: Sequence[Failure]) -> pa.Table:
    # What could not be read stands before the article that follows it; that article may itself have failed.
    ordered = sorted(failures, key=lambda failure: (failure.after, failure.stage == "score"))
    return pa.Table.from_pydict(
        {name: [getattr(failure, name) for failure in ordered] for name in FAILURES.names}, schema=FAILURES
    )
