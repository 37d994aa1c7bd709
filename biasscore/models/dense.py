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
        if weight.device.type != "cpu" or weight.dtype is not torch.float32 or not _can_pack():
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
