"""Labels of articles by rules that need no choice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .rules import aggregate, classify
from .scored import FloatArray, Scored, TaskUsed


def baselines(articles: Sequence[Scored]) -> dict[str, NDArray[np.int8]]:
    """Labels by rules that need no choice.

    *Majority* is the label that most sentences have as their likeliest, neutral if two lead; *first paragraph* the sign
    of the mean over the first paragraph that mentions the person.
    """
    found = {"always positive": np.full(len(articles), 2, np.int8)}
    tasks: tuple[TaskUsed, ...] = ("sentiment", "stance")
    for task in tasks:
        found[f"majority of sentences, {task}"] = np.array([_majority(a.probs(task)) for a in articles], np.int8)
        means = [aggregate(a.probs(task), np.ones(len(a)), "mean") for a in articles]
        found[f"sign of the mean, {task}"] = classify(np.array(means), 0.0)
        firsts = [a.probs(task)[a.paragraphs == a.paragraphs.min(initial=1 << 30)] for a in articles]
        lead = [aggregate(first, np.ones(len(first)), "mean") for first in firsts]
        found[f"first paragraph, {task}"] = classify(np.array(lead), 0.0)
    return found


def _majority(probs: FloatArray) -> int:
    votes = np.bincount(probs.argmax(axis=1), minlength=3) if len(probs) else np.array([0, 1, 0])
    leading = np.flatnonzero(votes == votes.max())
    return int(leading[0]) if len(leading) == 1 else 1
