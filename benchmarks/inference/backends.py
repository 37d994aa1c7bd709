"""Which engine should run the default model on a CPU.

    python -m benchmarks.inference.backends [--rows 600] [--rounds 5] [--json FILE]

The default model's weights behind several engines, on the same rows and in turns, with one thread and with two:

- the packed forward in float32, as shipped;
- torch, the encoder of transformers over groups of sentences of exactly equal length, eager and with fused attention;
- ONNX Runtime in float32, on the graph of the same network and the same groups;
- OpenVINO in float32, on that graph;
- ONNX Runtime in int8: weights with a scale for each column, activations with scales fixed beforehand on other
  sentences, so that a row's answer does not depend on its company. Only the encoder's products are quantised.

All begin with texts and end with calibrated probabilities. Engines that are not installed are named and left out
(`pip install onnx onnxruntime openvino`).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata, resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from benchmarks.inference import texts as synthetic
from benchmarks.machine import machine
from biasscore import Runtime, Scorer
from biasscore.calibration import from_mapping, probabilities
from biasscore.labels import Task
from biasscore.models.base import Model
from biasscore.models.registry import load
from biasscore.models.span import load_weights
from biasscore.training.network import SpanHeads

#: (sentences, length) int64 ids, (sentences, actors, length) float32 shares of each mark -> (sentences, actors, 6).
Forward = Callable[[NDArray[np.int64], NDArray[np.float32]], NDArray[np.float32]]
Run = Callable[[], NDArray[np.float32]]
#: Threads do not fall asleep at once when their engine is done, which would be charged to the next one.
_REST = 0.2
_GROUP_TOKENS = 512
_SHIPPED = "biasscore, packed, float32"


class PlainModel(nn.Module):
    """The default model as one would write it with transformers: its encoder, a mean over marks, the two heads."""

    def __init__(self, folder: Path, attention: str) -> None:
        super().__init__()
        settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights, _ = load_weights(folder, settings["format"])
        hidden = weights["embeddings.words"].shape[1]
        config = BertConfig(
            vocab_size=len(weights["embeddings.words"]),
            hidden_size=hidden,
            num_hidden_layers=settings["layers"],
            num_attention_heads=settings["heads"],
            intermediate_size=len(weights["layers.0.up.bias"]),
            max_position_embeddings=len(weights["embeddings.positions"]),
            type_vocab_size=1,
            layer_norm_eps=settings["layer_norm_epsilon"],
        )
        config._attn_implementation = attention
        self.encoder: Any = BertModel(config, add_pooling_layer=False)
        self.heads = SpanHeads(hidden)
        self.encoder.load_state_dict(_encoder_state(weights, settings["layers"]), strict=True)
        parts = (("inner", 0), ("outer", 3))
        self.heads.load_state_dict(
            {
                f"{task}.{place}.{kind}": weights[f"heads.{task}.{part}.{kind}"]
                for task in ("sentiment", "stance")
                for part, place in parts
                for kind in ("weight", "bias")
            }
        )
        self.eval()

    def forward(self, ids: Tensor, shares: Tensor) -> Tensor:
        """Logits (sentences, actors, 6): three of the sentiment, three of the stance."""
        states = self.encoder(input_ids=ids).last_hidden_state
        marked = torch.matmul(shares, states)
        pooled = torch.cat([marked, states[:, :1].expand_as(marked)], dim=-1)
        sentiment, stance = self.heads(pooled)
        return torch.cat([sentiment, stance], dim=-1)


def _encoder_state(weights: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    """The shipped tensors under the names of transformers."""
    state = {
        "embeddings.word_embeddings.weight": weights["embeddings.words"],
        "embeddings.position_embeddings.weight": weights["embeddings.positions"],
        "embeddings.token_type_embeddings.weight": weights["embeddings.segment"][None],
    }
    names = {
        "out": "attention.output.dense",
        "attention_norm": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm": "output.LayerNorm",
    }
    for kind in ("weight", "bias"):
        state[f"embeddings.LayerNorm.{kind}"] = weights[f"embeddings.norm.{kind}"]
        for layer in range(layers):
            old, new = f"layers.{layer}", f"encoder.layer.{layer}"
            thirds = weights[f"{old}.qkv.{kind}"].chunk(3)
            for name, third in zip(("query", "key", "value"), thirds, strict=True):
                state[f"{new}.attention.self.{name}.{kind}"] = third
            for part, name in names.items():
                state[f"{new}.{name}.{kind}"] = weights[f"{old}.{part}.{kind}"]
    return state


# --- rows in groups of equal length -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences of equal length.

    Attributes:
        ids: (k, length) int64.
        shares: (k, actors, length) float32, the weight of each token in the mean over an actor's marks.
        rows: (slots,) int64, the sentence of each answer that is wanted, within the group.
        actors: (slots,) int64, the actor of each, within the sentence.
        slots: (slots,) int64, its place among the answers to all sentences.
    """

    ids: NDArray[np.int64]
    shares: NDArray[np.float32]
    rows: NDArray[np.int64]
    actors: NDArray[np.int64]
    slots: NDArray[np.int64]


def groups(model: Model, sentences: Sequence[synthetic.Sentence]) -> Iterator[Group]:
    """Tokenise, and put sentences of equal length together.

    Args:
        model: The default model, for its rows and tokens.
        sentences: Any number.

    Yields:
        Groups of at most `_GROUP_TOKENS` tokens, or of one sentence that has more.
    """
    rows = model.rows([s.text for s in sentences], [s.spans for s in sentences])
    tokens = model.tokenise(rows.texts)
    lengths = np.diff(tokens.offsets)
    owners = np.repeat(np.arange(len(lengths)), rows.counts)
    firsts = rows.marks[np.cumsum(rows.counts) - rows.counts]
    within = rows.marks - firsts[owners]
    slots = np.diff(np.append(firsts, rows.slots))
    places = np.flatnonzero(tokens.ids == model.actor_id) - tokens.offsets[owners]
    order = np.argsort(lengths, kind="stable")
    edges = np.flatnonzero(np.diff(lengths[order])) + 1
    for same in np.split(order, edges):
        length = int(lengths[same[0]])
        size = max(1, _GROUP_TOKENS // length)
        for start in range(0, len(same), size):
            chosen = same[start : start + size]
            ids = np.stack([tokens.ids[tokens.offsets[i] : tokens.offsets[i + 1]] for i in chosen]).astype(np.int64)
            shares = np.zeros((len(chosen), int(slots[chosen].max()), length), np.float32)
            back = np.full(len(lengths), -1)
            back[chosen] = np.arange(len(chosen))
            mine = np.flatnonzero(back[owners] >= 0)
            shares[back[owners[mine]], within[mine], places[mine]] = 1
            shares /= np.maximum(shares.sum(axis=2, keepdims=True), 1)
            counts = slots[chosen]
            row = np.repeat(np.arange(len(chosen)), counts)
            actor = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
            yield Group(ids, shares, row, actor, firsts[chosen][row] + actor)


def scored(model: Model, sentences: Sequence[synthetic.Sentence], forward: Forward) -> Run:
    """Texts -> probabilities through a forward over groups of equal length.

    Args:
        model: The default model, for its rows, tokens and calibration.
        sentences: To be scored.
        forward: The engine.

    Returns:
        A function that gives (slots, 6) float32.
    """
    calibration = from_mapping(model.calibration)
    n_slots = sum(len({actor for _, _, actor in s.spans}) for s in sentences)

    def run() -> NDArray[np.float32]:
        logits = np.empty((n_slots, 6), np.float32)
        for group in groups(model, sentences):
            logits[group.slots] = forward(group.ids, group.shares)[group.rows, group.actors]
        both = [probabilities(logits[:, 3 * place : 3 * place + 3], calibration[t]) for place, t in enumerate(Task)]
        return np.concatenate(both, axis=1)

    return run


# --- engines -------------------------------------------------------------------------------------------------------


def torch_forward(network: PlainModel) -> Forward:
    def forward(ids: NDArray[np.int64], shares: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            found: NDArray[np.float32] = network(torch.from_numpy(ids), torch.from_numpy(shares)).numpy()
        return found

    return forward


def export_graph(network: PlainModel, file: Path) -> None:
    """Write the network as ONNX with free numbers of sentences, actors and tokens."""
    sample = (torch.randint(5, 500, (2, 9)), torch.rand(2, 3, 9))
    axes = {
        "ids": {0: "sentences", 1: "length"},
        "shares": {0: "sentences", 1: "actors", 2: "length"},
        "logits": {0: "sentences", 1: "actors"},
    }
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the exporter in use is the older one, which needs no further package
        torch.onnx.export(
            network,
            sample,
            str(file),
            input_names=["ids", "shares"],
            output_names=["logits"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def onnxruntime_forward(file: Path, threads: int) -> Forward:
    onnxruntime = import_module("onnxruntime")
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    settings.inter_op_num_threads = 1
    settings.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(file), settings, providers=["CPUExecutionProvider"])

    def forward(ids: NDArray[np.int64], shares: NDArray[np.float32]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = session.run(None, {"ids": ids, "shares": shares})[0]
        return found

    return forward


def openvino_forward(file: Path, threads: int) -> Forward:
    openvino = import_module("openvino")
    settings = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    request = openvino.Core().compile_model(str(file), "CPU", settings).create_infer_request()

    def forward(ids: NDArray[np.int64], shares: NDArray[np.float32]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = request.infer({"ids": ids, "shares": shares})["logits"].copy()
        return found

    return forward


def fuse(file: Path, heads: int, hidden: int) -> Path:
    """ONNX Runtime's own fusions for encoders, beyond those that a session does by itself."""
    optimizer = import_module("onnxruntime.transformers.optimizer")
    target = file.with_name("fused.onnx")
    fused = optimizer.optimize_model(str(file), model_type="bert", num_heads=heads, hidden_size=hidden, opt_level=0)
    fused.save_model_to_file(str(target))
    return target


class _Reader:
    """Hands groups to the calibration of ONNX Runtime, one by one."""

    def __init__(self, given: Iterator[Group]) -> None:
        self._given = given

    def get_next(self) -> dict[str, Any] | None:
        group = next(self._given, None)
        return None if group is None else {"ids": group.ids, "shares": group.shares}


def quantise(file: Path, model: Model, sentences: Sequence[synthetic.Sentence]) -> Path:
    """Static int8 of the encoder's products with weights.

    Args:
        file: The graph in float32.
        model: For rows and tokens.
        sentences: To fix the scales of the activations on; not those that are scored.

    Returns:
        The new graph.
    """
    quantization = import_module("onnxruntime.quantization")
    graph = import_module("onnx").load(str(file)).graph
    constants = {tensor.name for tensor in graph.initializer}
    products = [
        node.name
        for node in graph.node
        if node.op_type in ("MatMul", "Gemm") and node.input[1] in constants and "heads" not in node.name
    ]
    target = file.with_name("int8.onnx")
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").is_file() else ""
    quantization.quantize_static(
        str(file),
        str(target),
        _Reader(groups(model, sentences)),
        quant_format=quantization.QuantFormat.QDQ,
        per_channel=True,
        reduce_range="vnni" not in flags,  # without these instructions sums of products overflow at 8 bits
        activation_type=quantization.QuantType.QUInt8,
        weight_type=quantization.QuantType.QInt8,
        nodes_to_quantize=products,
        extra_options={"WeightSymmetric": True, "ActivationSymmetric": False},
    )
    return target


# --- the table -----------------------------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=600, help="sentences, of one to four actors")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calibrate", type=int, default=128, help="sentences that fix the scales of int8")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    logging.getLogger().setLevel(logging.ERROR)
    versions = {name: _version(name) for name in ("onnx", "onnxruntime", "openvino")}
    raw: dict[str, Any] = {"machine": machine(), "rows": options.rows, "rounds": options.rounds, "versions": versions}
    sentences = synthetic.sentences(options.rows, seed=21)
    model = load("default", device="cpu")
    scorer = Scorer(runtime=Runtime(device="cpu"))
    given = [s.text for s in sentences], [s.spans for s in sentences]

    def shipped() -> NDArray[np.float32]:
        found = scorer.score_spans(*given)
        return np.concatenate([found["sentiment"], found["stance"]], axis=1)

    with tempfile.TemporaryDirectory() as name, resources.as_file(resources.files("biasscore") / "weights") as folder:
        eager, fused = PlainModel(folder, "eager"), PlainModel(folder, "sdpa")
        graphs, missing = _graphs(eager, model, Path(name), options.calibrate)
        for what in missing:
            print(f"left out: {what}")
        raw["left out"] = missing
        for threads in (1, 2):
            runs: dict[str, Run] = {
                _SHIPPED: shipped,
                "torch, equal lengths, eager": scored(model, sentences, torch_forward(eager)),
                "torch, equal lengths, sdpa": scored(model, sentences, torch_forward(fused)),
            }
            for engine, (file, make) in graphs.items():
                runs[engine] = scored(model, sentences, make(file, threads))
            print(f"\n{threads} thread{'s' if threads > 1 else ''}: {options.rows} sentences, {options.rounds} rounds")
            raw[f"threads {threads}"] = _compare(runs, options.rounds, threads, options.rows)
    print(f"\n{json.dumps(versions)} {json.dumps(raw['machine'])}")
    if options.json:
        options.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


def _graphs(
    network: PlainModel, model: Model, folder: Path, calibrate: int
) -> tuple[dict[str, tuple[Path, Callable[[Path, int], Forward]]], list[str]]:
    """The graph of each engine that is there, and a line for each that is not or that fails."""
    found: dict[str, tuple[Path, Callable[[Path, int], Forward]]] = {}
    missing = [f"{name} (not installed)" for name in ("onnx", "onnxruntime", "openvino") if find_spec(name) is None]
    if find_spec("onnxruntime") is None and find_spec("openvino") is None:
        return found, missing
    plain = folder / "plain.onnx"
    try:
        export_graph(network, plain)
    except Exception as error:  # whatever a foreign exporter raises: the rest can still be compared
        return found, [*missing, f"graph: {type(error).__name__}: {error}"]
    if find_spec("onnxruntime") is not None:
        found["ONNX Runtime, float32"] = (plain, onnxruntime_forward)
    if find_spec("openvino") is not None:
        found["OpenVINO, float32"] = (plain, openvino_forward)
    if find_spec("onnxruntime") is not None and find_spec("onnx") is not None:
        config = network.encoder.config
        best = plain
        try:
            best = fuse(plain, config.num_attention_heads, config.hidden_size)
            found["ONNX Runtime, float32, fused"] = (best, onnxruntime_forward)
        except Exception as error:
            missing.append(f"fused graph: {type(error).__name__}: {error}")
        try:
            other = synthetic.sentences(calibrate, seed=99)
            found["ONNX Runtime, static int8"] = (quantise(plain, model, other), onnxruntime_forward)
        except Exception as error:
            missing.append(f"int8: {type(error).__name__}: {error}")
    return found, missing


def _compare(runs: dict[str, Run], rounds: int, threads: int, rows: int) -> dict[str, Any]:
    times: dict[str, list[float]] = {name: [] for name in runs}
    answers: dict[str, NDArray[np.float32]] = {}
    torch.set_num_threads(threads)
    for number in range(rounds + 1):  # the first round warms up
        for name, run in runs.items():
            time.sleep(_REST)
            began = time.perf_counter()
            answers[name] = run()
            if number:
                times[name].append(time.perf_counter() - began)
    table: dict[str, Any] = {}
    print(f"  {'':<32}{'rows/s':>9}{'x shipped':>11}{'max |dp|':>11}{'labels that differ':>20}")
    ours = rows / statistics.median(times[_SHIPPED])
    for name, seconds in times.items():
        rate = rows / statistics.median(seconds)
        apart = float(np.abs(answers[name] - answers[_SHIPPED]).max())
        labels = [answers[which].reshape(-1, 2, 3).argmax(axis=2) for which in (name, _SHIPPED)]
        flips = float((labels[0] != labels[1]).mean())
        print(f"  {name:<32}{rate:9.1f}{rate / ours:10.2f}x{apart:11.1e}{flips:20.2%}")
        table[name] = {"seconds": seconds, "rows a second": rate, "ratio": rate / ours, "apart": apart, "flips": flips}
    return table


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
