"""The default classifier: one encoder pass a sentence, states pooled at the actors' marks, two heads.

The encoder is a BERT (Devlin et al. 2019) without padding: the tokens of all sequences of a step go through the matrix
products as one table, and attention runs within each (`biasscore.models.attention`). Sizes of tables are rounded up to
`_GRAIN` rows, at which the products of `biasscore.models.dense` give a row the same bits whatever stands beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import layer_norm

from ..config import Precision
from ..errors import Described, ModelError, expected
from ..labels import Task
from ..spans import Spans
from .attention import Layout, attend, find_varlen, lay_out
from .base import Answers, Pending, Rows, Step, StepTooLargeError, Tokens
from .dense import Dense
from .forks import mind_fork
from .refinement import FILE as REFINEMENT
from .refinement import refine
from .rows import span_rows
from .transfer import fetch, send

#: Versions of the checkpoint format written by `biasscore.training.export`, without a refinement and with one.
FORMAT: Final = "biasscore-span-1"
REFINED: Final = "biasscore-span-2"
FORMATS: Final = (FORMAT, REFINED)
_GRAIN: Final = 64
_PRECISIONS: Final[Mapping[str, torch.dtype]] = {"float32": torch.float32, "bfloat16": torch.bfloat16}
_FILES: Final = ("config.json", "model.safetensors", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class _Layer:
    """One encoder layer; a norm is a scale and a bias."""

    qkv: Dense
    out: Dense
    attention_norm: tuple[Tensor, Tensor]
    up: Dense
    down: Dense
    norm: tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class _Head:
    """One head: pooled -> hidden, hidden -> labels."""

    inner: Dense
    outer: Dense


class SpanBackend:
    """The span classifier on torch. Immutable after loading; see `biasscore.models.base.Model`."""

    tasks = tuple(Task)
    per_pair = 1

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        device: str = "cpu",
        precision: Precision = "float32",
    ) -> None:
        """Load a checkpoint.

        Args:
            folder: With ``config.json``, ``model.safetensors`` and ``tokenizer.json``, and with
                ``refinement.safetensors`` if the format says so.
            name: Name of the model, for provenance.
            device: A torch device.
            precision: Number format of the encoder, not "auto"; embeddings, pooled states and heads stay in float32.

        Raises:
            ModelError: A file is missing, or is not of this format.
        """
        for file in _FILES:
            if not (folder / file).is_file():
                raise ModelError(
                    expected("model", f"a folder with {file}", str(folder), "Give a folder of our format.")
                )
        config = _read_config(folder / "config.json")
        mind_fork()
        self._device = torch.device(device)
        self.name = name
        stored, self.weights = load_weights(folder, config["format"])
        self._precision: Final = _PRECISIONS[precision]
        self._varlen: Final = find_varlen(self._device, self._precision)
        self.description = f"torch {torch.__version__}, {self._device}, {precision}, packed"
        advice = "Export or copy the model again."
        try:
            self._heads = int(config["heads"])
            self._epsilon = float(config["layer_norm_epsilon"])
            self.max_tokens = int(config["max_tokens"])
            self.actor_id = int(config["actor_id"])
            self.edges = (int(config["first_id"]), int(config["last_id"]))
            self.calibration: Mapping[str, Any] = config["calibration"]
            layers = int(config["layers"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(expected("config.json", "a complete configuration", error, advice)) from error
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # the tokenizers library raises bare exceptions
            raise ModelError(expected("tokenizer.json", "a tokenizer", error, advice)) from error
        try:
            weights = {key: value.to(self._device) for key, value in stored.items()}
            self._words = weights["embeddings.words"]
            # Every token is of the first segment: its embedding is added to the positions once.
            self._positions = weights["embeddings.positions"] + weights["embeddings.segment"]
            self._embedding_norm = _pair(weights, "embeddings.norm")
            self._layers = [_layer(weights, f"layers.{index}", self._precision) for index in range(layers)]
            self._classifiers = [
                _Head(
                    Dense.of(*_pair(weights, f"heads.{task}.inner"), activated=True),
                    Dense.of(*_pair(weights, f"heads.{task}.outer")),
                )
                for task in ("sentiment", "stance")
            ]
        except KeyError as error:
            raise ModelError(
                expected("model.safetensors", "a complete checkpoint", Described(f"no {error}"), advice)
            ) from error

    def rows(
        self, texts: Sequence[str], spans: Sequence[Spans], names: Sequence[Mapping[int, str]] | None = None
    ) -> Rows:
        """Rows of some sentences, whatever the names; see `biasscore.models.base.RowMaker.rows`."""
        return span_rows(texts, spans)

    def finish(self, values: NDArray[np.float32]) -> Answers:
        """One slot a pair: nothing to join."""
        return Answers(values)

    def describe(self) -> Mapping[str, Any]:
        """Nothing: the name and the weights say it all."""
        return {}

    def tokenise(self, texts: Sequence[str]) -> Tokens:
        """Tokenise blinded texts, uncut, with the edges.

        Args:
            texts: n strings without lone surrogates.

        Returns:
            Their tokens.
        """
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        lists = [encoding.ids for encoding in encodings]
        lengths = np.fromiter(map(len, lists), np.int64, len(lists))
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        return Tokens(np.fromiter(chain.from_iterable(lists), np.int32, int(offsets[-1])), offsets)

    def begin(self, step: Step) -> Pending:
        """Begin to compute the logits of every slot; see `biasscore.models.base.Backend.begin`."""
        mind_fork()
        try:
            return self._begin(step)
        except torch.OutOfMemoryError as error:
            if self._device.type == "cuda":
                torch.cuda.empty_cache()
            raise StepTooLargeError(str(error)) from error

    @torch.inference_mode()
    def _begin(self, step: Step) -> Pending:
        tokens = len(step.ids)
        rows = -(-tokens // _GRAIN) * _GRAIN
        ids = np.zeros(rows, np.int64)
        ids[:tokens] = step.ids
        starts = np.cumsum(step.lengths) - step.lengths
        positions = np.zeros(rows, np.int64)
        positions[:tokens] = np.arange(tokens) - np.repeat(starts, step.lengths)
        layout = lay_out(step.lengths, rows, self._device, varlen=self._varlen is not None)
        states = self._words[self._tensor(ids)] + self._positions[self._tensor(positions)]
        states = self._norm(states, self._embedding_norm).to(self._precision)
        for layer in self._layers[:-1]:
            states = self._dense(states, self._attend(layer.qkv(states), layout), layer)
        # The heads read no state but those of marks and first tokens: the last layer need not finish the others.
        last = self._layers[-1]
        firsts = starts[step.sequences]
        read = np.unique(np.concatenate([step.marks, firsts]))
        kept = np.zeros(-(-len(read) // _GRAIN) * _GRAIN, np.int64)
        kept[: len(read)] = read
        chosen = self._tensor(kept)
        states = self._dense(states[chosen], self._attend(last.qkv(states), layout)[chosen], last)
        pooled = self._pool(
            states.float(), step.slots, np.searchsorted(read, step.marks), np.searchsorted(read, firsts)
        )
        logits = [head.outer(head.inner(pooled)) for head in self._classifiers]
        return fetch(torch.stack(logits, dim=1)[: len(step.sequences)])

    def _tensor(self, values: NDArray[np.int64]) -> Tensor:
        return send(values, self._device)

    def _norm(self, states: Tensor, weights: tuple[Tensor, Tensor]) -> Tensor:
        return layer_norm(states, (states.shape[-1],), *weights, eps=self._epsilon)

    def _dense(self, states: Tensor, attended: Tensor, layer: _Layer) -> Tensor:
        """What a layer does to each token by itself, after attention."""
        states = self._norm(states + layer.out(attended), layer.attention_norm)
        return self._norm(states + layer.down(layer.up(states)), layer.norm)

    def _attend(self, projected: Tensor, layout: Layout) -> Tensor:
        return attend(projected, layout, self._heads, self._varlen)

    def _pool(
        self, states: Tensor, slots: NDArray[np.int64], marks: NDArray[np.int64], firsts: NDArray[np.int64]
    ) -> Tensor:
        """Mean state of each slot's marks beside the state of its sequence's first token, (rows, 2 * hidden)."""
        n, hidden = len(firsts), states.shape[1]
        rows = -(-n // _GRAIN) * _GRAIN
        pooled = states.new_zeros(rows, 2 * hidden)
        counts = np.maximum(np.bincount(slots, minlength=n), 1).astype(np.float32)
        pooled[:n, :hidden].index_add_(0, self._tensor(slots), states[self._tensor(marks)])
        pooled[:n, :hidden] /= send(counts, self._device)[:, None]
        pooled[:n, hidden:] = states[self._tensor(firsts)]
        return pooled


def dequantise(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Undo the storage format: ``NAME`` of int8 with ``NAME.scale`` of float32 becomes ``NAME`` of float32.

    A row's weights are ``int8 * scale`` of that row. Tensors without a scale are taken as float32.

    Args:
        tensors: As read.

    Returns:
        float32 tensors.
    """
    result: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if name.endswith(".scale"):
            continue
        scale = tensors.get(f"{name}.scale")
        result[name] = tensor.float() if scale is None else tensor.float() * scale[:, None]
    return result


def load_weights(folder: Path, version: str) -> tuple[dict[str, Tensor], str]:
    """Read a checkpoint's weights, with what refines them.

    Args:
        folder: The checkpoint.
        version: Its format, one of `FORMATS`.

    Returns:
        Name -> float32 tensor, and the first 16 hexadecimal digits of the SHA-256 of the files.

    Raises:
        ModelError: A file is missing or broken.
    """
    advice = "Copy the whole folder again."
    raw = (folder / "model.safetensors").read_bytes()
    digest = hashlib.sha256(raw)
    try:
        weights = dequantise(load(raw))
    except SafetensorError as error:
        raise ModelError(expected("model.safetensors", "a whole file", error, advice)) from error
    if version == REFINED:
        if not (folder / REFINEMENT).is_file():
            raise ModelError(expected("model", f"a folder with {REFINEMENT}", str(folder), advice))
        more = (folder / REFINEMENT).read_bytes()
        digest.update(more)
        try:
            weights = refine(weights, load(more))
        except (KeyError, ValueError, SafetensorError) as error:
            raise ModelError(expected(REFINEMENT, "a whole file that fits the checkpoint", error, advice)) from error
    return weights, digest.hexdigest()[:16]


def _read_config(file: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelError(expected(str(file), "JSON", error, "Export the model again.")) from error
    if not isinstance(config, dict) or config.get("format") not in FORMATS:
        raise ModelError(
            expected(str(file), f"of format {FORMAT!r} or {REFINED!r}", config.get("format"), "Export the model again.")
        )
    return config


def _pair(weights: dict[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _layer(weights: dict[str, Tensor], name: str, precision: torch.dtype) -> _Layer:
    def pair(part: str) -> tuple[Tensor, Tensor]:
        matrix, bias = _pair(weights, f"{name}.{part}")
        return matrix.to(precision), bias.to(precision)

    return _Layer(
        qkv=Dense.of(*pair("qkv")),
        out=Dense.of(*pair("out")),
        attention_norm=pair("attention_norm"),
        up=Dense.of(*pair("up"), activated=True),
        down=Dense.of(*pair("down")),
        norm=pair("norm"),
    )
