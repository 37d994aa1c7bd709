"""The relative attention of DeBERTa-v2 and v3 (He et al. 2021), computed for the distances that occur.

The network of transformers projects all 512 relative positions in every layer and every pass, copies them for every
sequence, and multiplies them with every token, although a sentence of L tokens has 2 L - 1 distances. Here the
projections are made once after loading, and only the rows between the smallest and the largest distance are
multiplied. The sums are the same numbers; the check after loading compares them with the network's own.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import Module


def trim(network: Any) -> bool:
    """Speed up a network in place.

    Args:
        network: A classifier of transformers, in evaluation mode on its device.

    Returns:
        Whether it is a DeBERTa with relative attention; if not, nothing was changed.
    """
    if network.config.model_type != "deberta-v2":
        return False
    encoder = network.deberta.encoder
    if not getattr(encoder, "relative_attention", False):
        return False
    with torch.inference_mode():
        table = encoder.get_rel_embedding()
        for layer in encoder.layer:
            attention = layer.attention.self
            attention.disentangled_attention_bias = TrimmedBias(attention, table)
    return True


def restore(network: Any) -> None:
    """Undo `trim`.

    Args:
        network: As given to `trim`.
    """
    for layer in network.deberta.encoder.layer:
        layer.attention.self.__dict__.pop("disentangled_attention_bias", None)


class TrimmedBias:
    """Stands in for ``DisentangledSelfAttention.disentangled_attention_bias`` of one layer."""

    def __init__(self, attention: Any, table: Tensor) -> None:
        """Project the relative positions once.

        Args:
            attention: The layer's attention.
            table: (2 * span or more, hidden) float32, embeddings of the relative positions.
        """
        self._heads = int(attention.num_attention_heads)
        self._span = int(attention.pos_ebd_size)
        kinds = attention.pos_att_type
        own = not attention.share_att_key
        used = table[: 2 * self._span]
        self._keys = self._queries = None
        if "c2p" in kinds:
            self._keys = self._split(attention.pos_key_proj if own else attention.key_proj, used)
        if "p2c" in kinds:
            self._queries = self._split(attention.pos_query_proj if own else attention.query_proj, used)

    def __call__(
        self, query_layer: Tensor, key_layer: Tensor, relative_pos: Tensor, rel_embeddings: Tensor, scale_factor: int
    ) -> Tensor:
        """Content-to-position and position-to-content scores (He et al. 2021, *DeBERTa*, equation 4).

        Args:
            query_layer: (batch * heads, length, size) float32.
            key_layer: The same shape.
            relative_pos: (..., length, length) int64, distances of tokens, in buckets.
            rel_embeddings: Not used: projected once.
            scale_factor: Number of terms of the attention.

        Returns:
            (batch * heads, length, length) float32.
        """
        length, size = query_layer.shape[1], query_layer.shape[2]
        distances = relative_pos.reshape(-1, length, length)[0].to(query_layer.device)
        scale = math.sqrt(size * scale_factor)
        scores = query_layer.new_zeros(query_layer.shape[0], length, length)
        # Distances grow from the last key to the first, and buckets with them, so the corners are the extremes.
        places = torch.clamp(distances + self._span, 0, 2 * self._span - 1)
        low, high = int(places[0, -1]), int(places[-1, 0]) + 1
        if self._keys is not None:
            scores += self._gather(query_layer, self._keys[:, low:high], places - low) / scale
        if self._queries is not None:
            places = torch.clamp(self._span - distances, 0, 2 * self._span - 1)
            low, high = int(places[-1, 0]), int(places[0, -1]) + 1
            scores += self._gather(key_layer, self._queries[:, low:high], places - low).transpose(-1, -2) / scale
        return scores

    def _split(self, projection: Module, table: Tensor) -> Tensor:
        projected: Tensor = projection(table)
        return projected.view(len(table), self._heads, -1).transpose(0, 1).contiguous()

    def _gather(self, content: Tensor, positions: Tensor, places: Tensor) -> Tensor:
        """(batch * heads, length, length): for each pair of tokens the product with its relative position."""
        rows, length, size = content.shape
        batch = rows // self._heads
        # All sequences of a head share its positions: one product a head, nothing copied.
        heads = content.view(batch, self._heads, length, size).transpose(0, 1).reshape(self._heads, -1, size)
        products = torch.bmm(heads, positions.transpose(-1, -2)).view(self._heads, batch, length, -1)
        picked = products.gather(-1, places.expand(self._heads, batch, length, length))
        return picked.transpose(0, 1).reshape(rows, length, length)
