"""Learning on top of a checkpoint: its matrices stay as they are stored, and what is learned is few outer products."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ..models.refinement import FILE, refine
from ..models.span import dequantise
from .network import SpanNetwork

#: Names of a layer's parts: in the checkpoint, and in the encoder of transformers.
PARTS: Final[Mapping[str, str]] = {
    "out": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm": "output.LayerNorm",
}
#: What a checkpoint keeps in one matrix.
PROJECTIONS: Final = ("query", "key", "value")


class LowRank(nn.Module):
    """A frozen linear map and what is learned beside it: ``x W^T + b + (x right^T) left^T``.

    Hu et al. (2022), *LoRA*, section 4.1; ``left`` begins at zero, so that nothing changes at first.
    """

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.left = nn.Parameter(torch.zeros(base.out_features, rank))
        self.right = nn.Parameter(torch.empty(rank, base.in_features))
        nn.init.kaiming_uniform_(self.right, a=5**0.5)

    def forward(self, states: Tensor) -> Tensor:
        """Apply both.

        Args:
            states: (..., inputs) float.

        Returns:
            (..., outputs) float.
        """
        changed: Tensor = self.base(states) + states @ self.right.T @ self.left.T
        return changed


def constrain(network: SpanNetwork, rank: int) -> None:
    """Leave only the heads, the sources' offsets and `rank` outer products of each linear map of the encoder to learn.

    Args:
        network: Changed in place.
        rank: Outer products a map.
    """
    network.encoder.requires_grad_(False)
    maps = [
        (module, name)
        for module in network.encoder.modules()
        for name, child in module.named_children()
        if isinstance(child, nn.Linear)
    ]
    for module, name in maps:
        setattr(module, name, LowRank(getattr(module, name), rank))


def folded(network: SpanNetwork) -> dict[str, Tensor]:
    """The weights of a network as if nothing had held it to low rank.

    Args:
        network: Constrained or not.

    Returns:
        Name -> weight, as ``state_dict`` of a network that was never constrained has them.
    """
    state = network.state_dict()
    for name, module in network.named_modules():
        if isinstance(module, LowRank):
            left, right = state.pop(f"{name}.left"), state.pop(f"{name}.right")
            state[f"{name}.weight"] = state.pop(f"{name}.base.weight") + left @ right
            state[f"{name}.bias"] = state.pop(f"{name}.base.bias")
    return dict(state)


def restore(network: SpanNetwork, folder: Path) -> None:
    """Give a network the weights of an exported checkpoint, without what refined it.

    Args:
        network: Of the checkpoint's shape; changed in place. What a checkpoint does not keep (the sources' offsets,
            positions beyond its window) stays as it is.
        folder: The checkpoint.
    """
    _load(network, dequantise(load_file(folder / "model.safetensors")))


def resume(network: SpanNetwork, folder: Path) -> None:
    """Give a constrained network the outer products that refined a checkpoint, and everything that they came with.

    Args:
        network: Constrained on top of the same checkpoint; changed in place. Where a map was refined with more outer
            products than it may learn, the largest stay.
        folder: The refined checkpoint.
    """
    stored = dequantise(load_file(folder / "model.safetensors"))
    refined = SpanNetwork(network.encoder.config, offsets=network.offsets.requires_grad)
    refined.load_state_dict(folded(network))
    _load(refined, refine(stored, load_file(folder / FILE)))
    state = refined.state_dict()
    for name, module in network.named_modules():
        if isinstance(module, LowRank):
            change = state.pop(f"{name}.weight") - module.base.weight.detach()
            left, values, right = torch.linalg.svd(change, full_matrices=False)
            root = values[: module.left.shape[1]].sqrt()
            state[f"{name}.left"] = left[:, : len(root)] * root
            state[f"{name}.right"] = root[:, None] * right[: len(root)]
            state[f"{name}.base.weight"], state[f"{name}.base.bias"] = module.base.weight, state.pop(f"{name}.bias")
    network.load_state_dict(state)


def _load(network: SpanNetwork, stored: Mapping[str, Tensor]) -> None:
    state = network.encoder.state_dict()
    found = {"embeddings.word_embeddings.weight": stored["embeddings.words"]}
    for name, rows in (("position", stored["embeddings.positions"]), ("token_type", stored["embeddings.segment"])):
        table = state[f"embeddings.{name}_embeddings.weight"].clone()
        table[: len(rows) if rows.dim() == 2 else 1] = rows
        found[f"embeddings.{name}_embeddings.weight"] = table
    for part in ("weight", "bias"):
        found[f"embeddings.LayerNorm.{part}"] = stored[f"embeddings.norm.{part}"]
        for index in range(network.encoder.config.num_hidden_layers):
            old, new = f"layers.{index}", f"encoder.layer.{index}"
            for name, matrix in zip(PROJECTIONS, stored[f"{old}.qkv.{part}"].chunk(3), strict=True):
                found[f"{new}.attention.self.{name}.{part}"] = matrix
            for name, place in PARTS.items():
                found[f"{new}.{place}.{part}"] = stored[f"{old}.{name}.{part}"]
    network.encoder.load_state_dict({**state, **found})
    heads = {
        f"{task}.{place}.{part}": stored[f"heads.{task}.{name}.{part}"]
        for task in ("sentiment", "stance")
        for place, name in ((0, "inner"), (3, "outer"))
        for part in ("weight", "bias")
    }
    network.heads.load_state_dict(heads)
