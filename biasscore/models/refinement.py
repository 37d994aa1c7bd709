"""What a later training added to a checkpoint, kept beside it: few outer products for a matrix, small tensors whole.

A refined checkpoint has the matrices of its ``model.safetensors`` and adds ``left @ right`` to them (Hu et al. 2022,
*LoRA: Low-Rank Adaptation of Large Language Models*, section 4.1). So a model can learn more without another copy of
itself in a repository's history.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from torch import Tensor

#: The file beside ``model.safetensors``.
FILE: Final = "refinement.safetensors"
LEFT: Final = ".left"
RIGHT: Final = ".right"


def refine(weights: Mapping[str, Tensor], refinement: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Apply a refinement.

    Args:
        weights: Name -> float32 tensor of the checkpoint.
        refinement: As stored, any floats: ``NAME.left`` (rows, rank) and ``NAME.right`` (rank, columns) for a matrix
            that changes, ``NAME`` for a tensor that is replaced.

    Returns:
        Name -> float32 tensor.

    Raises:
        KeyError: It speaks of a tensor that the checkpoint lacks, or has one factor without the other.
        ValueError: Its shapes do not fit the checkpoint's.
    """
    result = dict(weights)
    for name, tensor in refinement.items():
        if name.endswith(RIGHT):
            refinement[name.removesuffix(RIGHT) + LEFT]  # a factor alone is a broken file
            continue
        of = name.removesuffix(LEFT)
        change = tensor.float()
        if of != name:
            left, right = change, refinement[of + RIGHT].float()
            if left.dim() != 2 or right.dim() != 2 or left.shape[1] != right.shape[0]:
                raise ValueError(f"{of}: factors of shapes {tuple(left.shape)} and {tuple(right.shape)}")
            change = left @ right
        if change.shape != weights[of].shape:
            raise ValueError(f"{of}: {tuple(change.shape)} beside {tuple(weights[of].shape)}")
        result[of] = weights[of] + change if of != name else change
    return result
