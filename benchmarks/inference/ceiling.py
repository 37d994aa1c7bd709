"""What the machine could do at best: matrix products of the model's own shapes, measured in the same run."""

from __future__ import annotations

import time

import torch

#: Products (in, out) of one MiniLM-L6 layer.
SHAPES = ((384, 1152), (384, 384), (384, 1536), (1536, 384))


def matmul_peak(tokens: int = 512, seconds: float = 1.0) -> float:
    """Floating-point operations a second of fp32 matrix products, the best of several repeats.

    Args:
        tokens: Rows of the product.
        seconds: How long to measure.

    Returns:
        Operations a second, a multiplication and an addition counting as two.
    """
    best = 0.0
    with torch.inference_mode():
        operands = [(torch.randn(tokens, k), torch.randn(n, k)) for k, n in SHAPES]
        work = sum(2 * tokens * k * n for k, n in SHAPES) * 6
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            began = time.perf_counter()
            for _ in range(6):
                for left, right in operands:
                    torch.nn.functional.linear(left, right)
            best = max(best, work / (time.perf_counter() - began))
    return best


def operations(tokens: int, lengths_squared: int, *, hidden: int = 384, inner: int = 1536, layers: int = 6) -> int:
    """Operations of an encoder on packed tokens: ``layers * (2 n (4 h^2 + 2 h m) + 4 h sum(L^2))``."""
    return layers * (2 * tokens * (4 * hidden * hidden + 2 * hidden * inner) + 4 * hidden * lengths_squared)
