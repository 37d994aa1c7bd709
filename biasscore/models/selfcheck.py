"""Obvious sentences, scored once after loading: does the model read its labels, and its target, as we think it does?

An order of labels that was named wrongly gives numbers that look right; it is refused when another order would make the
model as good as the declared one makes it bad. A model that gives two oppositely treated actors the same answer cannot
tell them apart, which may be so by design and is said in a warning and in provenance.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import permutations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import Described, ModelError, expected
from ..files import read_data
from ..labels import LABELS, Task
from ..spans import Spans

_LOG = logging.getLogger(__name__)
#: Share of the sentences that another order must get right, and how much more than the declared one, to be believed.
_SURE: Final = 0.75
_BETTER: Final = 1 / 3
#: Smallest difference of scores (of a range of 2) between two actors that are treated oppositely.
_APART: Final = 0.05
#: Names for the placeholders; not those of default actors, to which a model may have grown used.
_NAMES: Final = {"A": "Norland", "B": "Velmira"}

Score = Callable[[Sequence[str], Sequence[Spans]], NDArray[np.float32]]


def check(
    score: Score, task: Task, *, language: str = "en", target_blind: bool = False, two_classes: bool = False
) -> tuple[str, ...]:
    """Score obvious sentences.

    Args:
        score: ``(texts, spans)`` -> probabilities (actors, 3), as `biasscore.Scorer.score_spans` orders them.
        task: What the model answers.
        language: Of the sentences; English where there are none.
        target_blind: Whether the model cannot know which actor is meant; then nobody expects it to.
        two_classes: Whether the model has no label in the middle, which then cannot have been named wrongly.

    Returns:
        What a user should be warned of, one sentence each.

    Raises:
        ModelError: The labels look as if they were in another order than declared.
    """
    tables = sentences()
    table = tables.get(language, tables["en"])
    texts, spans, gold = [], [], []
    for label, templates in table[task.value].items():
        for template in templates:
            text, own = fill(template)
            texts.append(text)
            spans.append(own)
            gold.append(LABELS[task].index(label))
    probs = score(texts, spans)
    warnings = _order(probs, np.array(gold), task, two_classes)
    if not target_blind:
        warnings += _target(score, table["opposite"]["sentences"])
    for warning in warnings:
        _LOG.warning("%s", warning)
    return tuple(warnings)


def _order(probs: NDArray[np.float32], gold: NDArray[np.int64], task: Task, two_classes: bool) -> list[str]:
    """Compare the declared order with the others."""
    labels = LABELS[task]
    if not np.isfinite(probs).all():
        raise ModelError(
            expected("model", "one with finite answers", Described("NaN or infinity"), "Use another checkpoint.")
        )
    predicted = probs.argmax(axis=1)
    orders = [order for order in permutations(range(3)) if order[1] == 1 or not two_classes]
    right = {order: float(np.mean(np.array(order)[predicted] == gold)) for order in orders}
    declared = right[0, 1, 2]
    best = max(right, key=lambda order: right[order])
    if right[best] >= _SURE and right[best] - declared >= _BETTER:
        looks = ", ".join(
            f"{labels[column]} means {labels[best[column]]}" for column in range(3) if best[column] != column
        )
        advice = (
            "Check its card and give `labels`; `self_check=False` (`--no-self-check`) turns this off if you are sure."
        )
        got = f"{declared:.0%} of obvious sentences right, but {right[best]:.0%} if {looks}"
        raise ModelError(f"Expected `labels` to be in the order of the checkpoint, got {got}. {advice}")
    low, high = (float((probs[gold == side, 2] - probs[gold == side, 0]).mean()) for side in (0, 2))
    if high <= low:
        got = f"scores {labels[2]} sentences ({high:+.2f}) no higher than {labels[0]} ones ({low:+.2f})"
        return [f"The self-check found that the model {got}: measure it on labelled data before use."]
    if declared < 0.5:
        return [f"The self-check found {declared:.0%} of obvious {task.value} right: measure the model before use."]
    return []


def _target(score: Score, templates: Sequence[str]) -> list[str]:
    """Ask for each of two actors that one sentence treats oppositely."""
    filled = [fill(template) for template in templates]
    probs = score([text for text, _ in filled], [spans for _, spans in filled])
    scores = (probs[:, 2] - probs[:, 0]).reshape(-1, 2)  # each sentence names both, {A} first
    apart = np.abs(scores[:, 0] - scores[:, 1])
    if float(apart.max()) < _APART:
        return ["The self-check found that the target has no effect: two actors treated oppositely get one score."]
    return []


def fill(template: str) -> tuple[str, list[tuple[int, int, int]]]:
    """Put names into a sentence.

    Args:
        template: With {A}, and perhaps {B}.

    Returns:
        The sentence, and ``(start, end, actor)`` of each name, {A} being 0.
    """
    text, spans = "", []
    for index, piece in enumerate(template.replace("{", "\0{").replace("}", "}\0").split("\0")):
        if index % 2:
            name = _NAMES[piece[1:-1]]
            spans.append((len(text), len(text) + len(name), "AB".index(piece[1:-1])))
            piece = name
        text += piece
    return text, spans


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, Any]:
    """Read ``data/selfcheck.toml``.

    Returns:
        Language -> task or "opposite" -> label -> sentences.
    """
    return read_data("selfcheck.toml")
