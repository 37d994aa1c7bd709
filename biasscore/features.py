"""Bias profiles as features for scikit-learn (which is not installed with biasscore: ``pip install scikit-learn``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from .actors import Actor
from .errors import ConfigError, Described, InputError, expected
from .records import Article
from .tables import ManyScorer, flat, flat_names


class BiasFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Articles -> numbers: how each treats each actor.

    For each actor six columns (`biasscore.tables.FEATURES`): the scores of the sentiment, of the author's stance, of
    the stance in the author's voice, of the sentiment in the voice of sources, the share of the mentions, and the
    number of sentences that mention it. An actor that is not mentioned, or an article that cannot be scored, has
    ``missing`` in place of a score, and 0 sentences.

    Attributes:
        actors: As for `biasscore.Scorer`.
        model: As for `biasscore.Scorer`.
        device: As for `biasscore.Scorer`.
        missing: What stands in place of a score that is not there; NaN for estimators that know it.
        n_features_out_: Number of columns, after `fit`.
    """

    def __init__(
        self,
        actors: Sequence[str | Actor] | None = None,
        *,
        model: str | Path = "default",
        device: str = "auto",
        missing: float = 0.0,
    ) -> None:
        self.actors = actors
        self.model = model
        self.device = device
        self.missing = missing

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803  (scikit-learn's name)
        """Load the model; nothing is learnt from the articles.

        Args:
            X: Articles, as for `transform`.
            y: Not looked at.

        Returns:
            Itself.

        Raises:
            InputError: As of `transform`.
            ActorError: An actor is unknown, doubled or ambiguous.
            ModelError: There is no such model.
            ConfigError: ``missing`` is no number.
        """
        self._check_missing()
        _texts(X)
        self._scorer: ManyScorer = self._build()
        self.n_features_out_ = len(flat_names(self._ids()))
        return self

    def transform(self, X: Sequence[str]) -> NDArray[np.float64]:  # noqa: N803
        """Score articles.

        Args:
            X: n texts: a list, an array (n,) or (n, 1), a column or a data frame of one column. None and NaN stand for
                articles that are not there.

        Returns:
            float64 (n, 6 * actors), in the order of `get_feature_names_out`.

        Raises:
            InputError: It is a single text, has several columns, or holds something else than texts.
            ConfigError: ``missing`` is no number.
            sklearn.exceptions.NotFittedError: `fit` was not called.
        """
        check_is_fitted(self, "n_features_out_")
        self._check_missing()
        texts = _texts(X)
        ids = self._ids()
        rows = [flat(profile, ids) for profile in self._scorer.score_many(texts)]
        counts = [name.endswith(("_share", "_sentences")) for name in flat_names(ids)]
        filled = [
            [
                (0.0 if count else self.missing) if value is None else value
                for value, count in zip(row, counts, strict=True)
            ]
            for row in rows
        ]
        return np.array(filled, dtype=np.float64).reshape(len(rows), self.n_features_out_)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Names of the columns, ``ACTOR_FEATURE``.

        Args:
            input_features: Not looked at.

        Returns:
            object (6 * actors,).
        """
        check_is_fitted(self, "n_features_out_")
        return np.array(flat_names(self._ids()), dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.no_validation = True
        return tags

    def _check_missing(self) -> None:
        if isinstance(self.missing, bool) or not isinstance(self.missing, int | float | np.number):
            raise ConfigError(expected("missing", "a number", self.missing, "Give 0.0, or NaN."))

    def _build(self) -> ManyScorer:
        from .scorer import Scorer  # loads torch

        return Scorer(self.actors, model=self.model, device=self.device)

    def _ids(self) -> list[str]:
        return [actor.id for actor in self._scorer.actors]


def _texts(given: Any) -> list[Any]:
    """The texts of a sequence, an array, a series, or a data frame of one column."""
    if isinstance(given, str | bytes):
        raise InputError(expected("X", "a sequence of texts", Described("one text"), "Put it into a list."))
    if not hasattr(given, "__array__") and not isinstance(given, Sequence):
        raise InputError(expected("X", "a sequence of texts", type(given), "Put the texts into a list."))
    if isinstance(given, Sequence):
        texts = list(given)
    else:
        array = np.asarray(given, dtype=object)
        if array.ndim == 0 or array.size != len(array):
            raise InputError(
                expected("X", "one column of texts", Described(f"the shape {array.shape}"), "Choose a column.")
            )
        texts = array.ravel().tolist()
    for text in texts:
        missing = text is None or (isinstance(text, float) and np.isnan(text))
        if not (missing or isinstance(text, str | Mapping | Article)):
            raise InputError(expected("X", "texts", type(text), "Give the texts, one an article."))
    return [None if isinstance(text, float) else text for text in texts]
