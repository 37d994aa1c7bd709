"""Teachers of any size -> labels for one student; runs of one shape -> the mean of their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from transformers import AutoConfig

from ..errors import InputError, expected
from .answers import Pass, think
from .examples import SOURCES, Example, Target
from .network import SpanNetwork
from .recipes import Precision


def mean_weights(checkpoints: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of the weights of runs that started from the same heads (Wortsman et al. 2022, *Model soups*).

    Args:
        checkpoints: Files of raw weights.

    Returns:
        Name -> weight.
    """
    members = [load_file(path) for path in checkpoints]
    return {name: torch.stack([member[name] for member in members]).mean(dim=0) for name in members[0]}


def trained(run: Path) -> tuple[SpanNetwork, Tokenizer]:
    """A network as a run left it, of whatever encoder it was made.

    Args:
        run: The run's folder, with ``config.json``, ``tokenizer.json`` and ``checkpoint.safetensors``.

    Returns:
        The network and its tokenizer.

    Raises:
        InputError: The folder holds no finished run.
    """
    for name in ("config.json", "tokenizer.json", "checkpoint.safetensors"):
        if not (run / name).is_file():
            raise InputError(expected("run", f"a folder with {name}", str(run), "Name a run that has ended."))
    network = SpanNetwork(AutoConfig.from_pretrained(run, local_files_only=True), offsets=True)
    network.load_state_dict(load_file(run / "checkpoint.safetensors"))
    return network, Tokenizer.from_file(str(run / "tokenizer.json"))


def teach(examples: Sequence[Example], runs: Sequence[Path], precision: Precision = "float32") -> list[Example]:
    """Ask every teacher about every target, all targets of a sentence in one pass.

    Args:
        examples: Sentences, labelled or not.
        runs: Folders of the teachers' runs.
        precision: Number format of the teachers' products.

    Returns:
        The sentences with the mean of the teachers' probabilities at each target, each source with its own prior, and
        the first teacher's hints, each number with mean 0 and deviation 1 over all targets.

    Raises:
        InputError: A folder holds no finished run.
    """
    items: list[Pass] = [(e.text, e.targets, e.source) for e in examples]
    sources = np.array([SOURCES.index(e.source) for e in examples for _ in e.targets])
    total = np.zeros((len(sources), 2, 3))
    hints: NDArray[np.float16] | None = None
    for run in runs:
        network, tokenizer = trained(run)
        offsets = network.offsets.detach().numpy() * (np.arange(len(SOURCES)) != 0)[:, None, None]
        thoughts = think(network, tokenizer, items, precision)
        if hints is None:
            hints = _standard(thoughts)
        halves = torch.from_numpy(thoughts).tensor_split(2, dim=1)
        with torch.inference_mode():
            answers = torch.stack(network.heads.answer((halves[0], halves[1])), dim=1).numpy()
        logits = answers.astype(np.float64) + offsets[sources]
        shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
        total += shifted / shifted.sum(axis=-1, keepdims=True)
    assert hints is not None
    said = zip((total / len(runs)).reshape(-1, 6).tolist(), hints, strict=True)

    def told(target: Target) -> Target:
        answer, hint = next(said)
        return replace(target, taught=tuple(answer), hints=hint)

    return [replace(example, targets=tuple(map(told, example.targets))) for example in examples]


def _standard(thoughts: NDArray[np.float32]) -> NDArray[np.float16]:
    deviation = thoughts.std(axis=0)
    standard = (thoughts - thoughts.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    return np.asarray(standard, dtype=np.float16)
