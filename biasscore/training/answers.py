"""What a network in training answers, and how right it is on labelled sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from tokenizers import Tokenizer
from torch import Tensor

from .examples import UNKNOWN, Example, Source, Target
from .network import Batch, SpanNetwork, collate
from .recipes import Precision

#: A sentence, the targets that are asked in one pass of it, and where it comes from.
Pass = tuple[str, Sequence[Target], Source]


def products(precision: Precision) -> torch.autocast:
    """In what format matrices are multiplied; weights, sums and optimiser stay in float32."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16")


def predict(network: SpanNetwork, tokenizer: Tokenizer, items: Sequence[Pass], batch: int = 64) -> NDArray[np.float32]:
    """Logits of every target, in order.

    Args:
        network: The model.
        tokenizer: Its tokenizer.
        items: The passes.
        batch: Sentences a step.

    Returns:
        (targets, 2, 3) float32: sentiment and stance.
    """
    return _each(lambda step: torch.stack(network(step), dim=1), network, tokenizer, items, batch, "float32")


def think(
    network: SpanNetwork, tokenizer: Tokenizer, items: Sequence[Pass], precision: Precision = "float32"
) -> NDArray[np.float32]:
    """What the heads make of every target before they answer.

    Args:
        network: The model.
        tokenizer: Its tokenizer.
        items: The passes.
        precision: Number format of the products.

    Returns:
        (targets, 2 * width) float32: sentiment beside stance.
    """

    def thoughts(step: Batch) -> Tensor:
        return torch.cat(network.heads.thoughts(network.pooled(step)), dim=1).float()

    return _each(thoughts, network, tokenizer, items, 64, precision)


@torch.inference_mode()
def _each(
    ask: Callable[[Batch], Tensor],
    network: SpanNetwork,
    tokenizer: Tokenizer,
    items: Sequence[Pass],
    batch: int,
    precision: Precision,
) -> NDArray[np.float32]:
    """Rows of every target, in order; sentences of like length go together."""
    network.eval()
    order = sorted(range(len(items)), key=lambda i: len(items[i][0]))
    found: dict[int, NDArray[np.float32]] = {}
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        with products(precision):
            rows = ask(collate(tokenizer, [items[i] for i in chosen])).numpy()
        position = 0
        for i in chosen:
            found[i] = rows[position : position + len(items[i][1])]
            position += len(items[i][1])
    return np.concatenate([found[i] for i in range(len(items))])


def single_passes(examples: Sequence[Example]) -> list[Pass]:
    """One pass for each target with no other target blinded: the way labelled rows are evaluated."""
    return [(e.text, [t], e.source) for e in examples for t in e.targets]


def evaluate(network: SpanNetwork, tokenizer: Tokenizer, examples: Sequence[Example]) -> dict[str, float]:
    """Macro-F1 and accuracy of both tasks on labelled examples, one target a pass.

    Returns:
        ``sentiment_f1``, ``sentiment_accuracy``, and the same for stance where there are labels.
    """
    items = single_passes(examples)
    logits = predict(network, tokenizer, items)
    result: dict[str, float] = {"n": float(len(items))}
    for column, task in enumerate(("sentiment", "stance")):
        gold = np.array([getattr(item[1][0], task) for item in items])
        known = gold != UNKNOWN
        if known.any():
            guess = logits[known, column].argmax(1)
            result[f"{task}_f1"] = float(
                f1_score(gold[known], guess, average="macro", labels=[0, 1, 2], zero_division=0)
            )
            result[f"{task}_accuracy"] = float((guess == gold[known]).mean())
    return result


def evaluate_together(network: SpanNetwork, tokenizer: Tokenizer, examples: Sequence[Example]) -> dict[str, float]:
    """Macro-F1 of both tasks with all targets of a sentence in one pass, as articles are scored.

    Returns:
        ``sentiment_f1``, ``stance_f1`` (where there are labels), and ``opposite_both_right``: of the sentences with a
        negative and a positive target, the share in which every target has its sentiment.
    """
    items: list[Pass] = [(e.text, e.targets, e.source) for e in examples]
    logits = predict(network, tokenizer, items)
    result: dict[str, float] = {}
    for column, task in enumerate(("sentiment", "stance")):
        gold = np.array([getattr(t, task) for e in examples for t in e.targets])
        known = gold != UNKNOWN
        if known.any():
            guess = logits[known, column].argmax(1)
            result[f"{task}_f1"] = float(
                f1_score(gold[known], guess, average="macro", labels=[0, 1, 2], zero_division=0)
            )
    right: list[bool] = []
    position = 0
    for example in examples:
        labels = [t.sentiment for t in example.targets]
        guesses = logits[position : position + len(labels), 0].argmax(1)
        position += len(labels)
        if {0, 2} <= set(labels):
            right.append(bool((guesses == np.array(labels)).all()))
    if right:
        result["opposite_both_right"] = float(np.mean(right))
    return result
