"""Several trained members -> one student: the mean of their answers as labels, the mean of their weights as a start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from .examples import SOURCES, Example
from .fit import Pass, predict
from .network import SpanNetwork


def mean_weights(checkpoints: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of the weights of runs that started from the same heads (Wortsman et al. 2022, *Model soups*).

    Args:
        checkpoints: Files of raw weights.

    Returns:
        Name -> weight.
    """
    members = [load_file(path) for path in checkpoints]
    return {name: torch.stack([member[name] for member in members]).mean(dim=0) for name in members[0]}


def teach(
    examples: Sequence[Example], network: SpanNetwork, tokenizer: Tokenizer, checkpoints: Sequence[Path]
) -> list[Example]:
    """Ask every member about every target, all targets of a sentence in one pass.

    Args:
        examples: Sentences, labelled or not.
        network: Any network of the members' shape; its weights are changed.
        tokenizer: Its tokenizer.
        checkpoints: The members' weights.

    Returns:
        The sentences with the mean of the members' probabilities at each target, each source with its own prior.
    """
    items: list[Pass] = [(e.text, e.targets, e.source) for e in examples]
    sources = np.array([SOURCES.index(e.source) for e in examples for _ in e.targets])
    total = np.zeros((len(sources), 2, 3))
    for path in checkpoints:
        network.load_state_dict(load_file(path))
        offsets = network.offsets.detach().numpy() * (np.arange(len(SOURCES)) != 0)[:, None, None]
        logits = predict(network, tokenizer, items).astype(np.float64) + offsets[sources]
        shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
        total += shifted / shifted.sum(axis=-1, keepdims=True)
    answers = iter((total / len(checkpoints)).reshape(-1, 6).tolist())
    return [replace(e, targets=tuple(replace(t, taught=tuple(next(answers))) for t in e.targets)) for e in examples]
