"""BERT and its relatives without padding: all tokens of a step as one table, attention within each sequence.

transformers lets a network's attention be replaced by name, and hands further arguments through to it. So the network's
own layers run over one sequence that holds all tokens, and only the attention knows where sequences begin. The
classifiers read the first token of a sequence only, so the last layer finishes no other. Tables are rounded up to
`_GRAIN` rows, at which the products of `biasscore.models.dense`, which take the place of the network's own, give a row
the same bits whatever stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import relu, scaled_dot_product_attention
from torch.utils.hooks import RemovableHandle

from .base import equal_lengths
from .dense import pack, unpack

#: Under which transformers knows our attention.
_NAME: Final = "biasscore_packed"
_GRAIN: Final = 64
#: Model type -> whether positions count from the padding id on.
_TYPES: Final = {
    "bert": False, "distilbert": False, "electra": False, "roberta": True, "camembert": True, "xlm-roberta": True,
}  # fmt: skip
#: Networks that were prepared, with what makes their last layer keep some rows only.
_HOOKS: Final[WeakKeyDictionary[Any, RemovableHandle]] = WeakKeyDictionary()
#: Rows that the last layer keeps, in the pass that runs in this thread; None for all.
_KEPT: Final[ContextVar[Tensor | None]] = ContextVar("kept", default=None)


def prepare(network: Any) -> bool:
    """Let a network run packed.

    Args:
        network: A classifier of transformers.

    Returns:
        Whether it can; if not, nothing was changed.
    """
    if network.config.model_type not in _TYPES or getattr(network.config, "is_decoder", False):
        return False
    from transformers import AttentionInterface, AttentionMaskInterface

    AttentionInterface.register(_NAME, _attend)
    AttentionMaskInterface.register(_NAME, _no_mask)
    network.set_attn_implementation(_NAME)
    if network.config.model_type != "distilbert":
        last = network.base_model.encoder.layer[-1].attention.output
        _HOOKS[network] = last.register_forward_pre_hook(_keep)
    pack(network)
    return True


def restore(network: Any) -> None:
    """Undo `prepare`.

    Args:
        network: As given to `prepare`.
    """
    network.set_attn_implementation("sdpa")
    unpack(network)
    hook = _HOOKS.pop(network, None)
    if hook is not None:
        hook.remove()


def logits(network: Any, ids: NDArray[np.int32], lengths: NDArray[np.int64], types: NDArray[np.int64] | None) -> Tensor:
    """Classify packed sequences.

    Args:
        network: Prepared, in evaluation mode.
        ids: (tokens,) int32, whole sequences one after the other, those of one length side by side.
        lengths: (sequences,) int64.
        types: (tokens,) int64, segment of each token; None where the network knows none.

    Returns:
        (sequences, k) float32 on the network's device.
    """
    kind = network.config.model_type
    starts = np.cumsum(lengths) - lengths
    first = network.config.pad_token_id + 1 if _TYPES[kind] else 0
    positions = np.arange(len(ids)) - np.repeat(starts, lengths) + first
    inputs = {"input_ids": _table(ids, network), "position_ids": _table(positions, network)}
    if types is not None:
        inputs["token_type_ids"] = _table(types, network)
    padded = np.zeros(-(-len(starts) // _GRAIN) * _GRAIN, np.int64)
    padded[: len(starts)] = starts
    firsts = torch.from_numpy(padded).to(network.device)
    token = _KEPT.set(firsts if network in _HOOKS else None)
    try:
        states = network.base_model(**inputs, biasscore_blocks=equal_lengths(lengths)).last_hidden_state[0]
    finally:
        _KEPT.reset(token)
    if network not in _HOOKS:
        states = states[firsts]
    heads = states[:, None]  # each a sequence of its first token
    if kind == "bert":
        found = network.classifier(network.bert.pooler(heads))
    elif kind == "distilbert":
        found = network.classifier(relu(network.pre_classifier(heads[:, 0])))
    else:
        found = network.classifier(heads)
    result: Tensor = found[: len(starts)]
    return result


def _keep(_: Any, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...] | None:
    """Of what attention gives and of what is added to it, the rows that somebody will read."""
    kept = _KEPT.get()
    return None if kept is None else tuple(states[:, kept] for states in inputs)


def _table(values: NDArray[Any], network: Any) -> Tensor:
    """One row, (1, tokens rounded up) int64, zeros at the end."""
    table = np.zeros((1, -(-len(values) // _GRAIN) * _GRAIN), np.int64)
    table[0, : len(values)] = values
    return torch.from_numpy(table).to(network.device)


def _no_mask(*_: Any, **__: Any) -> None:
    """Sequences are kept apart by their bounds."""


def _attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    biasscore_blocks: Sequence[tuple[int, int, int]] = (),
    **_: Any,
) -> tuple[Tensor, None]:
    """Softmax(QK' * scaling)V within each sequence.

    Args:
        module: The layer.
        query: (1, heads, tokens, size) float32.
        key: The same shape.
        value: The same shape.
        attention_mask: None.
        scaling: Factor of the products; None for 1 / sqrt(size).
        dropout: Not used: the network is in evaluation mode.
        biasscore_blocks: First token, number and length of sequences of one length.

    Returns:
        (1, tokens, heads, size) float32, zeros after the last sequence; and no weights.
    """
    heads, tokens, size = query.shape[1:]
    result = query.new_zeros(1, tokens, heads, size)
    for first, count, length in biasscore_blocks:
        last = first + count * length
        shape = (heads, count, length, size)
        parts = [states[0, :, first:last].reshape(shape).transpose(0, 1) for states in (query, key, value)]
        mixed = scaled_dot_product_attention(parts[0], parts[1], parts[2], scale=scaling)
        result[0, first:last] = mixed.transpose(1, 2).reshape(-1, heads, size)
    return result, None
