"""Attention within packed sequences: by blocks of equal length, or by one call for sequences of any length.

On a CPU blocks of equal length lose nothing. On an accelerator a step holds a hundred lengths, and a call for each
would take longer than the work; there `torch.nn.attention.varlen` takes them all at once, in half precision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from .base import equal_lengths
from .transfer import send

#: Query, key, value (rows, heads, size), bounds of the sequences twice, longest sequence twice -> (rows, heads, size).
Varlen = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor, int, int], Tensor]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the sequences of a table lie.

    Attributes:
        blocks: First row, number and length of sequences of one length.
        bounds: (sequences + 1,) int32 on the device, where each begins and the last ends; None where blocks are used.
            What fills the table up is a sequence, too.
        longest: Length of the longest.
    """

    blocks: Sequence[tuple[int, int, int]]
    bounds: Tensor | None
    longest: int


def find_varlen(device: torch.device, precision: torch.dtype) -> Varlen | None:
    """The call for sequences of any length, where torch has it for this device and number format."""
    if device.type != "cuda" or precision is torch.float32:
        return None
    try:
        from torch.nn.attention.varlen import varlen_attn
    except ImportError:  # torch before 2.10
        return None
    return cast(Varlen, varlen_attn)  # without `return_aux` it gives a tensor alone


def lay_out(lengths: NDArray[np.int64], rows: int, device: torch.device, *, varlen: bool) -> Layout:
    """Describe a table.

    Args:
        lengths: (sequences,) int64, of the sequences in it, one after the other.
        rows: Of the table, at least the sum of the lengths.
        device: Where the table is.
        varlen: Whether one call takes them all.

    Returns:
        The layout.
    """
    if not varlen:
        return Layout(equal_lengths(lengths), None, int(lengths.max()))
    ends = np.cumsum(lengths)
    filler = [rows] if rows > ends[-1] else []
    bounds = np.concatenate([[0], ends, filler]).astype(np.int32)
    return Layout((), send(bounds, device), int(np.diff(bounds).max()))


def attend(projected: Tensor, layout: Layout, heads: int, varlen: Varlen | None) -> Tensor:
    """Softmax(QK'/sqrt(d))V (Vaswani et al. 2017, equation 1) within each sequence.

    Args:
        projected: (rows, 3 * hidden), queries, keys and values of every token.
        layout: Of the sequences.
        heads: Number of heads.
        varlen: The call for sequences of any length, if the layout has bounds.

    Returns:
        (rows, hidden); what stands in rows after the last sequence means nothing.
    """
    rows, hidden = projected.shape[0], projected.shape[1] // 3
    size = hidden // heads
    if layout.bounds is not None and varlen is not None:
        query, key, value = projected.view(rows, 3, heads, size).unbind(1)
        longest = layout.longest
        return varlen(query, key, value, layout.bounds, layout.bounds, longest, longest).reshape(rows, hidden)
    result = projected.new_zeros(rows, hidden)
    for first, count, length in layout.blocks:
        part = projected[first : first + count * length].view(count, length, 3, heads, size)
        query, key, value = part.permute(2, 0, 3, 1, 4)
        mixed = scaled_dot_product_attention(query, key, value)
        result[first : first + count * length] = mixed.transpose(1, 2).reshape(count * length, hidden)
    return result
