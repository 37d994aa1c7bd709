"""biasscore: how news articles treat actors.

::

    import biasscore as bs

    profile = bs.score(text)
    profile["UK"].stance            # Estimate(score=-0.41, low=-0.58, high=-0.22, n=14)

Importing the package loads neither torch nor a model; the first score does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .actors import Actor, Alias, load_actors_file
from .checkpoint import Checkpoint
from .config import Measurement, Runtime
from .errors import ActorError, BiasscoreError, ConfigError, InputError, LabelError, ModelError, OutputError
from .profile import ArticleProfile
from .records import ActorProfile, Article, Contrast, Estimate, MentionScore

if TYPE_CHECKING:
    from .comparison import Comparison, compare
    from .corpus import CorpusSettings, score_corpus
    from .features import BiasFeatures
    from .priors import Priors, estimate_priors
    from .schema import Columns
    from .scorer import Scorer

__all__ = [
    "Actor",
    "ActorError",
    "ActorProfile",
    "Alias",
    "Article",
    "ArticleProfile",
    "BiasFeatures",
    "BiasscoreError",
    "Checkpoint",
    "Columns",
    "Comparison",
    "ConfigError",
    "Contrast",
    "CorpusSettings",
    "Estimate",
    "InputError",
    "LabelError",
    "Measurement",
    "MentionScore",
    "ModelError",
    "OutputError",
    "Priors",
    "Runtime",
    "Scorer",
    "compare",
    "estimate_priors",
    "load_actors_file",
    "score",
    "score_corpus",
]

#: Names that are imported when they are first asked for: they bring torch, pyarrow or scikit-learn along, which takes
#: time or is not there.
_LATER = {
    "BiasFeatures": "features",
    "Columns": "schema",
    "Comparison": "comparison",
    "CorpusSettings": "corpus",
    "Priors": "priors",
    "Scorer": "scorer",
    "compare": "comparison",
    "estimate_priors": "priors",
    "score_corpus": "corpus",
}


def score(article: str | Mapping[str, object] | Article, actors: Sequence[str | Actor] | None = None) -> ArticleProfile:
    """Score one article with the model that comes with the package, which is loaded once per process.

    Args:
        article: Its text, a mapping with ``text`` and optionally ``id``, ``title`` and ``date``, or an `Article`.
        actors: Names or actors; None for UK, NATO, Kazakhstan and Russia.

    Returns:
        Its profile.

    Raises:
        InputError: There is no text to score.
        ActorError: An actor is unknown, doubled or ambiguous.
    """
    from .scorer import Scorer

    return Scorer(actors).score(article)


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


def __getattr__(name: str) -> Any:
    if name in _LATER:
        from importlib import import_module

        return getattr(import_module(f".{_LATER[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
