"""Trained network -> the checkpoint that is shipped: matrices in int8 with one scale a row, the rest in float32."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from ..blinding import ACTOR_MARK
from ..calibration import Calibration
from ..labels import Task
from ..models.refinement import FILE, LEFT, RIGHT
from ..models.span import FORMAT, REFINED, dequantise
from .low_rank import PARTS, PROJECTIONS
from .network import MAX_TOKENS, SpanNetwork, actor_tokenizer

#: Temperatures of a model that has not been calibrated.
UNCALIBRATED: Final[Mapping[str, Any]] = {
    "sentiment": {"temperature": 1.0, "bias": [0.0, 0.0, 0.0]},
    "stance": {"temperature": 1.0, "bias": [0.0, 0.0, 0.0]},
}
#: Singular values below this share of the largest, and changes below this size, are roundings.
_RELATIVE: Final = 1e-4
_NOTHING: Final = 1e-7


def export(network: SpanNetwork, encoder: Path, folder: Path) -> None:
    """Write a checkpoint that `biasscore.models.span.SpanBackend` reads.

    Args:
        network: The trained network.
        encoder: Folder of the encoder it started from, for its tokenizer.
        folder: Where ``config.json``, ``model.safetensors`` and ``tokenizer.json`` go; made if it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = actor_tokenizer(encoder)
    stored: dict[str, Tensor] = {}
    for name, tensor in shipped_tensors(network).items():
        stored.update(_quantise(name, tensor))
    save_file(stored, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)  # the writer makes it unreadable for others
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = network.encoder.config
    settings = {
        "format": FORMAT,
        "layers": config.num_hidden_layers,
        "heads": config.num_attention_heads,
        "layer_norm_epsilon": config.layer_norm_eps,
        "max_tokens": MAX_TOKENS,
        "actor_id": tokenizer.token_to_id(ACTOR_MARK),
        "first_id": tokenizer.token_to_id("[CLS]"),
        "last_id": tokenizer.token_to_id("[SEP]"),
        "calibration": UNCALIBRATED,
    }
    (folder / "config.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def export_refinement(network: SpanNetwork, base: Path, folder: Path, rank: int | None = None) -> None:
    """Write a checkpoint that keeps the matrices of another and says what has changed.

    Args:
        network: A network that learned on top of `base` at low rank, its weights folded.
        base: The checkpoint that it started from.
        folder: Where ``refinement.safetensors`` goes, in float16, and copies of the base's files; made if it is
            missing. May be the base itself.
        rank: Outer products that a stored matrix may have (queries, keys and values are one); where the network has
            more, the largest stay. None for all that there are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        if folder.resolve() != base.resolve():
            shutil.copyfile(base / name, folder / name)
    before = dequantise(load_file(base / "model.safetensors"))
    changes: dict[str, Tensor] = {}
    for name, tensor in shipped_tensors(network).items():
        change = tensor.float() - before[name]
        if name.startswith("layers.") and tensor.dim() == 2:
            left, values, right = torch.linalg.svd(change.double(), full_matrices=False)
            kept = int((values[:rank] > _RELATIVE * values[0]).sum()) if values[0] > _NOTHING else 0
            root = values[:kept].sqrt()
            if kept:
                changes[name + LEFT] = (left[:, :kept] * root).half().contiguous()
                changes[name + RIGHT] = (root[:, None] * right[:kept]).half().contiguous()
        elif change.abs().max() > _NOTHING:
            changes[name] = tensor.half().contiguous()
    save_file(changes, folder / FILE)
    (folder / FILE).chmod(0o644)
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    settings["format"] = REFINED
    (folder / "config.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def set_calibration(folder: Path, calibrations: Mapping[Task, Calibration]) -> None:
    """Write a calibration into an exported checkpoint.

    Args:
        folder: The checkpoint.
        calibrations: One for each task.
    """
    file = folder / "config.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    settings["calibration"] = {task.value: asdict(calibration) for task, calibration in calibrations.items()}
    file.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def shipped_tensors(network: SpanNetwork) -> dict[str, Tensor]:
    """The network's weights under the checkpoint's names, float32; a layer's queries, keys and values in one matrix."""
    state = network.encoder.state_dict()
    result = {
        "embeddings.words": state["embeddings.word_embeddings.weight"],
        "embeddings.positions": state["embeddings.position_embeddings.weight"][:MAX_TOKENS],
        "embeddings.segment": state["embeddings.token_type_embeddings.weight"][0],
    }
    _put(result, "embeddings.norm", state, "embeddings.LayerNorm")
    for index in range(network.encoder.config.num_hidden_layers):
        old, new = f"encoder.layer.{index}", f"layers.{index}"
        for part in ("weight", "bias"):
            joined = [state[f"{old}.attention.self.{name}.{part}"] for name in PROJECTIONS]
            result[f"{new}.qkv.{part}"] = torch.cat(joined)
        for name, source in PARTS.items():
            _put(result, f"{new}.{name}", state, f"{old}.{source}")
    heads = network.heads.state_dict()
    for task in ("sentiment", "stance"):
        _put(result, f"heads.{task}.inner", heads, f"{task}.0")
        _put(result, f"heads.{task}.outer", heads, f"{task}.3")
    return result


def _put(result: dict[str, Tensor], name: str, state: Mapping[str, Tensor], source: str) -> None:
    for part in ("weight", "bias"):
        result[f"{name}.{part}"] = state[f"{source}.{part}"]


def _quantise(name: str, tensor: Tensor) -> dict[str, Tensor]:
    """Symmetric int8 with one scale for each row, chosen among several for the least squared error of the row."""
    if tensor.dim() < 2 or name.startswith("heads.") or name == "embeddings.positions":
        return {name: tensor.float().contiguous()}
    best = torch.full((tensor.shape[0],), torch.inf)
    scale = torch.ones(tensor.shape[0])
    peak = tensor.abs().amax(dim=1).clamp(min=1e-12)
    for share in torch.linspace(0.7, 1.0, 13):
        candidate = peak * share / 127
        rounded = (tensor / candidate[:, None]).round().clamp(-127, 127) * candidate[:, None]
        error = ((tensor - rounded) ** 2).sum(dim=1)
        scale = torch.where(error < best, candidate, scale)
        best = torch.minimum(error, best)
    values = (tensor / scale[:, None]).round().clamp(-127, 127).to(torch.int8)
    return {name: values.contiguous(), f"{name}.scale": scale}
