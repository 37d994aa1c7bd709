"""A matrix product with a bias, and a GELU after it where one follows: packed once, for the processor at hand.

Where torch carries oneDNN, the matrix is reordered once into the blocks that the processor reads, and GELU is computed
while the product is still in its caches. Unlike the product that torch otherwise chooses by the number of rows, it also
gives a row the same bits in tables of any multiple of 64 rows, with any number of threads
(``tests/test_span_backend.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import torch
from torch import Tensor
from torch.nn.functional import gelu, linear

#: Names of oneDNN's functions after the product, and how GELU is computed: exactly, by the error function.
_NOTHING: Final = ("none", "")
_GELU: Final = ("gelu", "none")


@dataclass(frozen=True, slots=True)
class Dense:
    """``x W' + b``, with or without ``gelu`` (Hendrycks and Gimpel 2016) of it.

    Attributes:
        weight: (out, in), or what oneDNN made of it.
        bias: (out,).
        packed: Whether it is oneDNN's.
        activated: Whether GELU follows.
    """

    weight: Tensor
    bias: Tensor
    packed: bool
    activated: bool

    @classmethod
    def of(cls, weight: Tensor, bias: Tensor, *, activated: bool = False) -> Dense:
        """Pack a matrix, where that can be done.

        Args:
            weight: (out, in).
            bias: (out,), on the same device and of the same format.
            activated: Whether GELU follows.

        Returns:
            The product.
        """
        if not _is_plain(weight) or not _can_pack():
            return cls(weight, bias, packed=False, activated=activated)
        with torch.inference_mode():
            return cls(torch.ops.mkldnn._reorder_linear_weight(weight), bias, packed=True, activated=activated)

    def __call__(self, rows: Tensor) -> Tensor:
        """Multiply.

        Args:
            rows: (rows, in).

        Returns:
            (rows, out).
        """
        if self.packed:
            name, algorithm = _GELU if self.activated else _NOTHING
            found: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self.weight, self.bias, name, [], algorithm)
            return found
        product = linear(rows, self.weight, self.bias)
        return gelu(product) if self.activated else product


class PackedLinear(torch.nn.Module):
    """A linear layer of a network of transformers as a `Dense`, and the exact GELU that stood behind it, if one did."""

    def __init__(self, layer: torch.nn.Linear, activation: torch.nn.Module | None) -> None:
        super().__init__()
        weight, bias = layer.weight.detach(), layer.bias.detach()
        self.dense: Final = Dense.of(weight, bias, activated=activation is not None)
        self.activation = activation

    def forward(self, states: Tensor) -> Tensor:
        """Multiply the last axis."""
        return self.dense(states)

    def unpacked(self) -> torch.nn.Linear:
        """The layer that it was made of."""
        weight = self.dense.weight.to_dense() if self.dense.packed else self.dense.weight
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], device="meta")
        layer.weight, layer.bias = (torch.nn.Parameter(part, requires_grad=False) for part in (weight, self.dense.bias))
        return layer


def pack(network: torch.nn.Module) -> None:
    """Replace a network's linear layers by packed ones, and the exact GELU behind one by none, where that can be done.

    Args:
        network: In evaluation mode.
    """
    if not _can_pack():
        return
    for parent in list(network.modules()):
        activation = getattr(parent, "intermediate_act_fn", None)
        exact = getattr(activation, "act", None) is gelu
        for name, layer in list(parent.named_children()):
            if type(layer) is torch.nn.Linear and layer.bias is not None and _is_plain(layer.weight):
                joined = activation if exact and name == "dense" else None
                setattr(parent, name, PackedLinear(layer, joined))
                if joined is not None:
                    parent.intermediate_act_fn = torch.nn.Identity()


def unpack(network: torch.nn.Module) -> None:
    """Undo `pack`."""
    for parent in list(network.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, PackedLinear):
                setattr(parent, name, layer.unpacked())
                if layer.activation is not None:
                    parent.intermediate_act_fn = layer.activation


def _is_plain(weight: Tensor) -> bool:
    return weight.device.type == "cpu" and weight.dtype is torch.float32


@cache
def _can_pack() -> bool:
    """Whether this torch has the two functions, which are its own and not promised, and they do what is expected."""
    rows, weight, bias = torch.eye(2, 3), torch.arange(6.0).reshape(2, 3), torch.ones(2)
    try:
        with torch.inference_mode():
            packed = torch.ops.mkldnn._reorder_linear_weight(weight)
            found = torch.ops.mkldnn._linear_pointwise(rows, packed, bias, _GELU[0], [], _GELU[1])
            return torch.allclose(found, gelu(linear(rows, weight, bias)), atol=1e-5)
    except (AttributeError, RuntimeError, TypeError):
        return False
