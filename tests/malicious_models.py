"""Folders that a model should not come in, each a small change of a good one."""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file
from tiny_models import change

Spoil = Callable[[Path], object]


class _Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.write_text, (self.canary, "ran")


def _code(folder: Path) -> None:
    text = f"from pathlib import Path\nPath({str(folder / 'canary')!r}).write_text('ran')\nclass Evil: pass\n"
    for name in ("modeling_evil.py", "configuration_evil.py", "tokenization_evil.py", "pipeline.py", "conftest.py"):
        (folder / name).write_text(text)


def _config(**settings: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        _code(folder)
        change(folder, **settings)

    return spoil


def _tokenizer(**settings: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        _code(folder)
        path = folder / "tokenizer_config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **settings}))

    return spoil


def _raw(name: str, content: bytes | str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return spoil


def _pickled(name: str, *, keep: bool = False) -> Spoil:
    def spoil(folder: Path) -> None:
        if not keep:
            (folder / "model.safetensors").unlink()
        (folder / name).write_bytes(pickle.dumps(_Bomb(folder / "canary")))

    return spoil


def _header(edit: Callable[[dict[str, Any]], Any]) -> Spoil:
    """Change the header of the weights."""

    def spoil(folder: Path) -> None:
        path = folder / "model.safetensors"
        raw = path.read_bytes()
        size = struct.unpack("<Q", raw[:8])[0]
        header = json.loads(raw[8 : 8 + size])
        changed = edit(header)
        text = changed if isinstance(changed, str) else json.dumps(header)
        path.write_bytes(struct.pack("<Q", len(text)) + text.encode() + raw[8 + size :])

    return spoil


def _tensors(edit: Callable[[dict[str, Any]], Any]) -> Spoil:
    def spoil(folder: Path) -> None:
        tensors = load_file(folder / "model.safetensors")
        edit(tensors)
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})

    return spoil


def _link(name: str) -> Spoil:
    def spoil(folder: Path) -> None:
        outside = folder.parent / f"outside-{folder.name}-{name}"
        (folder / name).rename(outside)
        (folder / name).symlink_to(outside)

    return spoil


def _index(file: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / "model.safetensors").rename(folder.parent / "stolen.safetensors")
        names = {"classifier.weight": file}
        (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))

    return spoil


def _first(header: dict[str, Any]) -> dict[str, Any]:
    return next(entry for name, entry in header.items() if name != "__metadata__")


def _all(tensors: dict[str, Any], value: float) -> None:
    name = min(tensors)
    tensors[name] = np.full_like(tensors[name], value)


def _twice(header: dict[str, Any]) -> str:
    name, entry = next((name, entry) for name, entry in header.items() if name != "__metadata__")
    return json.dumps(header)[:-1] + f", {json.dumps(name)}: {json.dumps(entry)}}}"


def _overlap(header: dict[str, Any]) -> None:
    first, second = [entry for name, entry in header.items() if name != "__metadata__"][:2]
    second.update(first)


MALICIOUS: dict[str, Spoil] = {
    "auto_map": _config(auto_map={"AutoModelForSequenceClassification": "modeling_evil.Evil"}),
    "auto_map of another repository": _config(auto_map={"AutoConfig": "evil/repo--configuration_evil.Evil"}),
    "auto_map deep inside": _config(task_specific_params={"x": [{"auto_map": {"AutoModel": "modeling_evil.Evil"}}]}),
    "custom pipelines": _config(custom_pipelines={"text-classification": {"impl": "pipeline.Evil", "pt": ["Evil"]}}),
    "trust_remote_code": _config(trust_remote_code=True),
    "attention from the hub": _config(_attn_implementation="evil/kernel"),
    "attention from the hub, internal": _config(_attn_implementation_internal="evil/kernel:main"),
    "attention by a public key": _config(attn_implementation="kernels-community/flash-attn:evil"),
    "attention by a table": _config(attn_implementation={"": "evil/kernel"}),
    "experts from the hub": _config(_experts_implementation_internal="evil/kernel"),
    "private key": _config(_load_from="modeling_evil.py"),
    "kernels": _config(use_kernels=True),
    "other weights file": _config(transformers_weights="../../weights.safetensors"),
    "quantisation by code": _config(quantization_config={"quant_method": "custom", "modules": "modeling_evil"}),
    "backbone from the hub": _config(backbone="evil/backbone"),
    "unknown model type": _config(model_type="evil"),
    "no model type": _config(model_type=None),
    "model type that is a list": _config(model_type=["bert"]),
    "another head": _config(architectures=["BertForMaskedLM"]),
    "class of its own": _config(architectures=["EvilForSequenceClassification"]),
    "activation by path": _config(hidden_act="modeling_evil.run"),
    "type of numbers by path": _config(torch_dtype="os.system"),
    "monstrous size": _config(hidden_size=10**9),
    "monstrous vocabulary": _config(vocab_size=2**40),
    "sizes that do not fit": _config(hidden_size=48),
    "labels by the million": _config(id2label={str(i): str(i) for i in range(5000)}),
    "labels of no columns": _config(id2label={"7": "negative", "9": "positive"}),
    "adapter": _raw("adapter_config.json", '{"base_model_name_or_path": "evil/base"}'),
    "config that is a list": _raw("config.json", "[]"),
    "config that is a pickle": _raw("config.json", pickle.dumps({"model_type": "bert"})),
    "config without end": _raw("config.json", '{"a":' * 100_000),
    "config with a key twice": _raw("config.json", '{"model_type": "bert", "auto_map": null, "auto_map": {"a": "b"}}'),
    "config too large": _raw("config.json", '{"a": "' + "x" * (5 << 20) + '"}'),
    "config that is a link": _link("config.json"),
    "weights that are a link": _link("model.safetensors"),
    "tokenizer that is a link": _link("tokenizer.json"),
    "pickled weights": _pickled("pytorch_model.bin"),
    "pickled weights of another name": _pickled("model.pt"),
    "pickle named safetensors": _pickled("model.safetensors", keep=True),
    "header longer than the file": _raw("model.safetensors", struct.pack("<Q", 2**40) + b"{}"),
    "header of nothing": _raw("model.safetensors", b""),
    "header that is a list": _header(lambda header: "[]"),
    "header with a tensor twice": _header(_twice),
    "tensors that overlap": _header(_overlap),
    "tensor beyond the file": _header(lambda header: _first(header).update(data_offsets=[2**33, 2**33 + 4])),
    "tensor of negative size": _header(lambda header: _first(header).update(shape=[-1, -4])),
    "tensor of unknown type": _header(lambda header: _first(header).update(dtype="OBJECT")),
    "tensor larger than its bytes": _header(lambda header: _first(header).update(shape=[2**31, 2**31])),
    "weights that are NaN": _tensors(lambda tensors: _all(tensors, float("nan"))),
    "weights that are infinite": _tensors(lambda tensors: _all(tensors, float("inf"))),
    "index that leads out": _index("../stolen.safetensors"),
    "index with an absolute path": _index("/etc/passwd"),
    "index to a pickle": _index("pytorch_model.bin"),
    "tokenizer with code": _tokenizer(auto_map={"AutoTokenizer": ["tokenization_evil.Evil", None]}),
    "tokenizer that trusts": _tokenizer(trust_remote_code=True),
    "tokenizer that is no JSON": _raw("tokenizer.json", b"\x80\x04evil"),
    "tokenizer of nothing": _raw("tokenizer.json", "{}"),
}
