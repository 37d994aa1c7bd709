"""The answer for one article, and the forms it can take."""

from __future__ import annotations

import operator
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .actors import resolve
from .errors import ActorError, InputError, expected
from .files import clean
from .records import ActorProfile, Contrast, Estimate, MentionScore, Provenance, Sentence, VoicePart

if TYPE_CHECKING:
    import pandas

#: Decimals of the numbers in dictionaries and JSON.
_DECIMALS: Final = 6
#: Columns of `ArticleProfile.to_pandas` before those of the estimates -> type; None leaves it to pandas.
_COLUMNS: Final[dict[str, str | None]] = {
    **dict.fromkeys(("actor", "id", "date", "outlet", "name")),
    "mentions": "int64",
    "sentences": "int64",
    "share": "float64",
    "verdict": None,
}
#: Parts of an actor's profile, as they begin the names of columns.
_PARTS: Final = ("", "author_", "attributed_")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class ArticleProfile:
    """How one article treats the measured actors.

    ``profile["UK"]`` is the `ActorProfile` of one actor, by its id or its name; iterating gives the actors' ids, and
    `keys`, `values`, `items` and `get` are those of a mapping from ids to profiles.

    Attributes:
        id: The article's id: as given, or made from a hash of its text.
        title: The headline: as given, or a first line that looks like one.
        text: The text as given.
        sentences: All sentences of the text.
        actors: Id -> profile, in the order in which the actors were asked for; actors that are never mentioned are
            there too.
        contrasts: Differences between any two mentioned actors.
        scores: The classifiers' answers, sentence by sentence; the evidence behind everything else.
        provenance: What made this profile.
        skipped: Indices of sentences for which the model gave no finite answer; they count for nothing.
        error: Why the article could not be scored (then everything else is empty), or None.
        date: Publication date as given, or None.
        outlet: Who published it, as given, or None.
    """

    id: str
    title: str | None
    text: str
    sentences: tuple[Sentence, ...]
    actors: Mapping[str, ActorProfile]
    contrasts: tuple[Contrast, ...]
    scores: tuple[MentionScore, ...]
    provenance: Provenance
    skipped: tuple[int, ...] = ()
    error: str | None = None
    date: str | None = field(default=None, kw_only=True)
    outlet: str | None = field(default=None, kw_only=True)

    @classmethod
    def failed(
        cls,
        id: str,
        title: str | None,
        provenance: Provenance,
        error: str,
        *,
        date: str | None = None,
        outlet: str | None = None,
    ) -> ArticleProfile:
        """The profile of an article that could not be scored."""
        return cls(id, title, "", (), {}, (), (), provenance, error=error, date=date, outlet=outlet)

    def __repr__(self) -> str:
        """Id, number of sentences and verdicts: all of it would fill pages."""
        if self.error is not None:
            return f"ArticleProfile(id={self.id!r}, error={self.error!r})"
        verdicts = {key: actor.verdict for key, actor in self.actors.items()}
        return f"ArticleProfile(id={self.id!r}, sentences={len(self.sentences)}, verdicts={verdicts})"

    def __getitem__(self, actor: str) -> ActorProfile:
        """The profile of one actor.

        Args:
            actor: Its id, or whatever may be asked for it: a name, a code ("Britain", "GB").

        Raises:
            InputError: The article could not be scored.
            ActorError: The actor was not measured.
        """
        if self.error is not None:
            raise InputError(f"Article {self.id!r} could not be scored. {self.error}")
        found = self._find(actor)
        if found is None:
            known = ", ".join(self.actors)
            raise ActorError(
                expected("actor", f"one of those measured ({known})", actor, "Measure it: `actors=[...]`.")
            )
        return found

    def __contains__(self, actor: object) -> bool:
        """Whether an actor was measured, by its id or whatever may be asked for it."""
        return self._find(actor) is not None

    def _find(self, actor: object) -> ActorProfile | None:
        if not isinstance(actor, str):
            return None
        if actor in self.actors:
            return self.actors[actor]
        by_name = next((profile for profile in self.actors.values() if profile.name == actor), None)
        if by_name is not None:
            return by_name
        try:
            (asked,) = resolve([actor])
        except ActorError:
            return None
        return self.actors.get(asked.id)

    def __iter__(self) -> Iterator[str]:
        """Ids of the measured actors."""
        return iter(self.actors)

    def __len__(self) -> int:
        """Number of measured actors."""
        return len(self.actors)

    def keys(self) -> KeysView[str]:
        """Ids of the measured actors; none of an article that could not be scored."""
        return self.actors.keys()

    def values(self) -> ValuesView[ActorProfile]:
        """Profiles of the measured actors."""
        return self.actors.values()

    def items(self) -> ItemsView[str, ActorProfile]:
        """Ids and profiles of the measured actors."""
        return self.actors.items()

    def get(self, actor: str, default: T | None = None) -> ActorProfile | T | None:
        """The profile of one actor.

        Args:
            actor: As for ``profile[actor]``.
            default: What is returned if it was not measured, or the article could not be scored.
        """
        found = self._find(actor)
        return default if found is None else found

    def sentence(self, index: int) -> str:
        """The words of one sentence.

        Args:
            index: Its index, from 0; negative ones count from the end.

        Raises:
            InputError: There is no such sentence.
        """
        try:
            sentence = self.sentences[operator.index(index)]
        except (IndexError, TypeError) as error:
            to_be = f"the index of one of {len(self.sentences)} sentences"
            raise InputError(expected("index", to_be, index, "Take one from `scores` or `evidence`.")) from error
        return self.text[sentence.start : sentence.end]

    def to_dict(self) -> dict[str, Any]:
        """The profile as plain dictionaries, lists, strings and numbers, ready for JSON.

        Returns:
            ``{"id", "title", "date", "outlet", "n_sentences", "actors": {ID: {"name", "mentions", "sentences", "share",
            "sentiment": {"score", "low", "high", "n"} | None, "stance": ..., "author": {"sentiment", "stance"},
            "attributed": ..., "verdict", "evidence"}}, "contrasts": [{"first", "second", "sentiment", "stance"}],
            "sentences": [{"index", "start", "end", "actors": {ID: {"spans", "kinds", "voice", "source", "sentiment",
            "stance", "truncated"}}}], "skipped", "error", "provenance"}``. ``sentences`` lists those that mention an
            actor. Numbers have six decimals; a lone surrogate, which cannot be encoded, is U+FFFD. With a model of
            one's own ``provenance`` also has "classifiers" and "warnings", and an NLI model adds the "spread" of its
            templates to each actor of a sentence.
        """
        return {
            "id": clean(self.id),
            "title": _clean(self.title),
            "date": _clean(self.date),
            "outlet": _clean(self.outlet),
            "n_sentences": len(self.sentences),
            "actors": {key: _actor(profile) for key, profile in self.actors.items()},
            "contrasts": [
                {
                    "first": contrast.first,
                    "second": contrast.second,
                    "sentiment": _estimate(contrast.sentiment),
                    "stance": _estimate(contrast.stance),
                }
                for contrast in self.contrasts
            ],
            "sentences": self._sentences(),
            "skipped": list(self.skipped),
            "error": _clean(self.error),
            "provenance": {
                "version": self.provenance.version,
                "model": self.provenance.model,
                "weights": self.provenance.weights,
                "config": self.provenance.config,
                "backend": self.provenance.backend,
                "libraries": dict(self.provenance.libraries),
                **self._models(),
            },
        }

    def _models(self) -> dict[str, Any]:
        """What must be said of models of the user's own; nothing of that which comes with the package."""
        if not self.provenance.classifiers:
            return {}
        classifiers = {task: dict(details) for task, details in self.provenance.classifiers.items()}
        return {"classifiers": classifiers, "warnings": list(self.provenance.warnings)}

    def _sentences(self) -> list[dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for score in self.scores:
            sentence = self.sentences[score.sentence]
            entry = found.setdefault(
                score.sentence,
                {"index": sentence.index, "start": sentence.start, "end": sentence.end, "actors": {}},
            )
            entry["actors"][score.actor] = {
                "spans": [[span.start, span.end] for span in score.spans],
                "kinds": list(score.kinds),
                "voice": score.voice,
                "source": _clean(score.source),
                "sentiment": [round(value, _DECIMALS) for value in score.sentiment],
                "stance": [round(value, _DECIMALS) for value in score.stance],
                "truncated": score.truncated,
                **({"spread": {k: round(v, _DECIMALS) for k, v in score.spread.items()}} if score.spread else {}),
            }
        return [found[index] for index in sorted(found)]

    def to_pandas(self) -> pandas.DataFrame:
        """The actors as a data frame.

        Returns:
            One row an actor, indexed by its id, with the columns ``id``, ``date`` and ``outlet`` of the article,
            ``name``, ``mentions``, ``sentences``, ``share``, ``verdict`` and, for each of ``sentiment``, ``stance``,
            ``author_sentiment``, ``author_stance``, ``attributed_sentiment`` and ``attributed_stance``, the columns
            ``*_score``, ``*_low``, ``*_high`` (float64, NaN where there is no estimate) and ``*_n`` (int64). What must
            be said of the models is in ``attrs["warnings"]``. An article that could not be scored has no rows.

        Raises:
            ImportError: pandas is not installed.
        """
        import pandas

        rows = []
        for key, actor in self.actors.items():
            row: dict[str, Any] = {
                "actor": key,
                "id": self.id,
                "date": self.date,
                "outlet": self.outlet,
                "name": actor.name,
                "mentions": actor.mentions,
                "sentences": actor.sentences,
                "share": actor.share,
                "verdict": actor.verdict,
            }
            parts = (VoicePart(actor.sentiment, actor.stance), actor.author, actor.attributed)
            for prefix, part in zip(_PARTS, parts, strict=True):
                for task, estimate in (("sentiment", part.sentiment), ("stance", part.stance)):
                    found = estimate or Estimate(float("nan"), float("nan"), float("nan"), 0)
                    for name in ("score", "low", "high", "n"):
                        row[f"{prefix}{task}_{name}"] = getattr(found, name)
            rows.append(row)
        kinds = dict(_COLUMNS)
        for name in (f"{prefix}{task}" for prefix in _PARTS for task in ("sentiment", "stance")):
            kinds.update({f"{name}_{end}": "float64" for end in ("score", "low", "high")}, **{f"{name}_n": "int64"})
        frame = pandas.DataFrame(rows, columns=list(kinds))
        frame = frame.astype({name: kind for name, kind in kinds.items() if kind is not None}).set_index("actor")
        if self.provenance.warnings:
            frame.attrs["warnings"] = list(self.provenance.warnings)
        return frame


def _clean(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _estimate(estimate: Estimate | None) -> dict[str, float | int] | None:
    if estimate is None:
        return None
    return {
        "score": round(estimate.score, _DECIMALS),
        "low": round(estimate.low, _DECIMALS),
        "high": round(estimate.high, _DECIMALS),
        "n": estimate.n,
    }


def _part(part: VoicePart) -> dict[str, Any]:
    return {"sentiment": _estimate(part.sentiment), "stance": _estimate(part.stance)}


def _actor(profile: ActorProfile) -> dict[str, Any]:
    return {
        "name": clean(profile.name),
        "mentions": profile.mentions,
        "sentences": profile.sentences,
        "share": round(profile.share, _DECIMALS),
        "sentiment": _estimate(profile.sentiment),
        "stance": _estimate(profile.stance),
        "author": _part(profile.author),
        "attributed": _part(profile.attributed),
        "verdict": profile.verdict,
        "evidence": list(profile.evidence),
    }
