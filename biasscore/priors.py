"""Articles without labels -> the shares of the labels among what a scorer answers of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from .config import check_prior
from .errors import ConfigError, Described, InputError, expected
from .labels import LABELS, Task
from .records import Article

if TYPE_CHECKING:
    from .scorer import Scorer

Shares = tuple[float, float, float]

#: What the prior of the model counts, in rows: enough to keep a share of fifty rows from falling to 0, and too few to
#: be felt among five hundred.
_HELD_BY: Final = 10.0
#: Below so many answers an estimate is a guess, and below such a share a label hardly occurs.
_FEW: Final = 100
_RARE: Final = 0.02
#: An estimate that moves by less has arrived.
_ARRIVED: Final = 1e-7
_MOST_STEPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Priors:
    """Shares of the labels among the mentions of some articles, as `biasscore.Measurement` takes them.

    Attributes:
        sentiment: Of negative, neutral and positive, positive numbers that sum to 1; None if the model states no prior.
        stance: Of against, none and favor, likewise.
        assumed: Task -> the shares that the scorer expected before, where its model states any.
        sentences: Answers behind the estimates, one for each sentence and actor.
        articles: Articles that were scored.
        failures: Articles that could not be.
    """

    sentiment: Shares | None
    stance: Shares | None
    assumed: Mapping[Task, Shares]
    sentences: int
    articles: int
    failures: int

    @property
    def shares(self) -> Mapping[Task, Shares]:
        """Task -> its shares, of those that were estimated."""
        own = {Task.SENTIMENT: self.sentiment, Task.STANCE: self.stance}
        return {task: shares for task, shares in own.items() if shares is not None}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to think of before the shares are used, one sentence each."""
        found = []
        if self.sentences < _FEW:
            found.append(f"{self.sentences} sentences and actors are few: give more articles.")
        for task, shares in self.shares.items():
            rare = [label for label, share in zip(LABELS[task], shares, strict=True) if share < _RARE]
            if rare:
                found.append(
                    f"Hardly anything is {' or '.join(rare)} ({task.value}) here: under these shares an article of "
                    "another kind would be read as one of these."
                )
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """Plain values.

        Returns:
            ``{"sentiment": {label: share} or None, "stance": likewise, "assumed": {task: {label: share}}, "sentences",
            "articles", "failures", "warnings"}``.
        """
        return {
            **{task.value: _named(task, self.shares[task]) if task in self.shares else None for task in Task},
            "assumed": {task.value: _named(task, shares) for task, shares in self.assumed.items()},
            "sentences": self.sentences,
            "articles": self.articles,
            "failures": self.failures,
            "warnings": list(self.warnings),
        }


def estimate_priors(articles: Iterable[str | Mapping[str, object] | Article], scorer: Scorer | None = None) -> Priors:
    """Score articles and estimate what share of their mentions has which label, without any label.

    Which shares a model expects moves all its numbers; what a corpus holds, wire copy or comment, is seldom known. Take
    some hundred articles of it, and score the corpus with what is found:
    ``Measurement(sentiment_prior=found.sentiment, stance_prior=found.stance)``. What is to be compared must be scored
    under one prior, estimated from all of it: shares of each outlet's own would hide a part of how they differ, or add
    to it. See `estimate_prior` for what the estimate rests on.

    Args:
        articles: As for `biasscore.Scorer.score_many`.
        scorer: Who scores; None for the default actors and model.

    Returns:
        The shares.

    Raises:
        InputError: ``articles`` is a single article or a table, or no sentence in them mentions an actor.
        ConfigError: The models state no prior, so that there is nothing to set out from.
    """
    if scorer is None:
        from .scorer import Scorer

        scorer = Scorer()
    assumed = {task: made.prior for task, made in scorer.calibration.items() if made.prior is not None}
    if not assumed:
        advice = "Calibrate the model with `biasscore calibrate` first."
        raise ConfigError(expected("prior", "stated by the model", Described("none"), advice))
    scored = failures = 0
    probs: dict[Task, list[Shares]] = {task: [] for task in Task}
    for profile in scorer.score_many(articles):
        scored += profile.error is None
        failures += profile.error is not None
        probs[Task.SENTIMENT] += [one.sentiment for one in profile.scores]
        probs[Task.STANCE] += [one.stance for one in profile.scores]
    sentences = len(probs[Task.STANCE])
    if not sentences:
        got = Described(f"no mention in {scored} articles, {failures} more failed")
        raise InputError(expected("articles", "about the actors", got, "Name actors that they mention."))
    found = {task: estimate_prior(np.array(probs[task]), shares) for task, shares in assumed.items()}
    return Priors(found.get(Task.SENTIMENT), found.get(Task.STANCE), assumed, sentences, scored, failures)


def estimate_prior(probs: NDArray[np.floating[Any]], prior: Shares) -> Shares:
    """The shares of the labels that make the answers of a model likeliest.

    Expectation-maximisation: shares move each answer by ``share / prior``, and the means of the moved answers are the
    next shares (Saerens, Latinne and Decaestecker 2002, *Adjusting the Outputs of a Classifier to New a Priori
    Probabilities*, section 2.3). The likelihood is concave in the shares; ``prior`` counts ten rows beside those given
    (a Dirichlet distribution), which keeps few rows from saying too much.

    It rests on answers that are calibrated (Alexandari, Kundaje and Shrikumar 2020, *Maximum Likelihood with
    Bias-Corrected Calibration is Hard-To-Beat at Label Shift Adaptation*) and on labels that look as they did where the
    model learned them. Where people label by other rules it goes a part of the way, or none.

    Args:
        probs: (n, 3) float, finite, in [0, 1], rows sum to 1.
        prior: The shares that they were given under, positive, of sum 1.

    Returns:
        Three positive shares that sum to 1; those of ``prior`` for no rows.

    Raises:
        InputError: The probabilities are no finite numbers of that shape.
        ConfigError: The prior is none.
    """
    check_prior("prior", prior)
    if probs.ndim != 2 or probs.shape[1] != 3 or not np.isfinite(probs).all():
        raise InputError(expected("probs", "finite, of shape (n, 3)", probs.shape, "Leave out bad rows."))
    given = np.array(prior, np.float64)
    # What a row says of the labels, whatever their shares, but for a factor of its own.
    likelihoods = probs.astype(np.float64) / given
    shares = given
    for _ in range(_MOST_STEPS):
        moved = likelihoods * shares
        moved /= moved.sum(axis=1, keepdims=True)
        before = shares
        shares = (moved.sum(axis=0) + _HELD_BY * given) / (len(probs) + _HELD_BY)
        if np.abs(shares - before).max() < _ARRIVED:
            break
    first, second, third = (shares / shares.sum()).tolist()
    return first, second, third


def _named(task: Task, shares: Shares) -> dict[str, float]:
    return dict(zip(LABELS[task], shares, strict=True))
