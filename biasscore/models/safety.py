"""Model folders of strangers: what is read of them, and why a folder is refused before anything of it runs.

``config.json`` is read here, as JSON and nothing else, before any other library sees the folder. Only what is known to
be harmless goes on: model types of a list, no key that can make a library fetch or run code, weights in safetensors
only. There is no way round a check that fails.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from ..errors import Described, ModelError, expected
from .architectures import ARCHITECTURES
from .refinement import FILE as REFINEMENT
from .span import FORMATS, REFINED

#: Largest file of each kind, in bytes.
_MAX_JSON: Final = 4 << 20
_MAX_TOKENIZER: Final = 256 << 20
_MAX_WEIGHTS: Final = 16 << 30
_MAX_HEADER: Final = 64 << 20
#: Largest number that a size in a configuration may have.
_MAX_SIZE: Final = 4 << 20
_MAX_LABELS: Final = 1000

#: Keys that can make a library fetch or run something, at any depth.
_REFUSED_KEYS: Final = frozenset(
    {
        "auto_map", "custom_pipelines", "custom_pipeline", "custom_generate", "trust_remote_code", "remote_code",
        "transformers_weights", "quantization_config", "quantization", "compression_config", "peft_config",
        "adapter_config", "base_model_name_or_path", "backbone", "backbone_config", "use_timm_backbone",
        "distributed_config", "kernel_config", "use_kernels", "fusion_config", "tokenizer_class_file", "code_revision",
        "code_paths", "import_path", "module_path", "script", "requirements",
    }
)  # fmt: skip
#: Keys with a leading underscore that transformers itself has written into harmless configurations.
_PRIVATE_KEYS: Final = frozenset({"_name_or_path", "_num_labels", "_attn_implementation_autoset", "_commit_hash"})
_ATTENTION: Final = re.compile(r"_?(attn|attention|experts)_implementation(_internal)?")
_ATTENTION_VALUES: Final = frozenset({None, "eager", "sdpa", "flash_attention_2"})
_ACTIVATIONS: Final = frozenset(
    {"gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "quick_gelu", "relu", "silu", "swish", "tanh", "sigmoid"}
)
_ACTIVATION_KEYS: Final = re.compile(r".*(_act|_activation)(_fn)?|activation|.*_hidden_activation")
_DTYPES: Final = frozenset({None, "float32", "float16", "bfloat16", "auto"})
#: Names of files that hold pickled Python objects.
_PICKLES: Final = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.pickle", "*.ckpt", "*.joblib")
_TENSOR_BYTES: Final[Mapping[str, int]] = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip
_CONVERT: Final = (
    "Pickled weights can run code: load them once where that does no harm and save them with "
    "`model.save_pretrained(folder, safe_serialization=True)`, or name a revision with safetensors ('refs/pr/1')."
)


@dataclass(frozen=True, slots=True)
class Inspected:
    """A folder that passed.

    Attributes:
        folder: The folder.
        root: What its files may lie in: itself, or the hub's cache of this model, where they are links.
        config: Its ``config.json``.
        span: Whether it is of our own format.
        weights: Its safetensors files; all of them, in the order of their names.
        tokenizer: Its ``tokenizer_config.json``, empty if there is none.
    """

    folder: Path
    root: Path
    config: Mapping[str, Any]
    span: bool
    weights: tuple[Path, ...]
    tokenizer: Mapping[str, Any]


def inspect_folder(folder: Path, *, allow_code: bool = False) -> Inspected:
    """Decide whether a folder may be loaded. Runs nothing of it and opens no connection.

    Args:
        folder: With ``config.json``, weights and a tokenizer.
        allow_code: Whether its owner's code was asked for by name; then keys that lead to code pass.

    Returns:
        What was read.

    Raises:
        ModelError: It may not; the message says why and what to do.
    """
    root = _root(folder)
    config = inspect_config(_json(folder, root, "config.json"), allow_code=allow_code)
    if (folder / "adapter_config.json").exists():
        got = Described("an adapter, which names another model to load")
        _refuse("a whole model", got, "Merge the adapter and save it.")
    tokenizer = _json(folder, root, "tokenizer_config.json") if (folder / "tokenizer_config.json").exists() else {}
    if not allow_code:
        _refuse_keys(tokenizer, "tokenizer_config.json")
    for name in ("tokenizer.json", "vocab.txt", "vocab.json", "merges.txt", "spm.model", "sentencepiece.bpe.model"):
        if (folder / name).exists() or (folder / name).is_symlink():
            safe_file(folder, root, name, _MAX_TOKENIZER)
    weights = _weight_files(folder, root)
    if config.get("format") == REFINED:
        safe_file(folder, root, REFINEMENT, _MAX_WEIGHTS)
    return Inspected(folder, root, config, config.get("format") in FORMATS, weights, tokenizer)


def inspect_config(config: object, *, allow_code: bool = False) -> dict[str, Any]:
    """Decide whether a configuration is harmless and of a kind that is run here.

    Args:
        config: The parsed ``config.json``.
        allow_code: As in `inspect_folder`.

    Returns:
        The configuration.

    Raises:
        ModelError: It is not.
    """
    if not isinstance(config, dict):
        _refuse("a JSON object", type(config), "Check the folder.", "config.json")
    if config.get("format") in FORMATS:
        return config
    if not allow_code:
        _refuse_keys(config, "config.json")
        kind = config.get("model_type")
        if not isinstance(kind, str) or kind not in ARCHITECTURES:
            advice = "Use a checkpoint of one of these architectures."
            _refuse(f"one of {', '.join(ARCHITECTURES)}", kind, advice, "model_type of config.json")
        names = config.get("architectures")
        if names is not None and names != [ARCHITECTURES[kind].model]:
            advice = "Use a checkpoint that was trained to classify sequences: another head would be random."
            _refuse(f"[{ARCHITECTURES[kind].model!r}]", names, advice, "architectures of config.json")
    _check_values(config, "config.json")
    label_names(config)
    return config


def label_names(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The label names of a configuration, column after column.

    Args:
        config: Of a checkpoint.

    Returns:
        Its names; ``LABEL_0`` and so on where it names none.

    Raises:
        ModelError: They are no names of columns 0 to n - 1, or the head is none of single labels.
    """
    named = config.get("id2label")
    if named is None:
        count = config.get("num_labels", config.get("_num_labels", 2))
        if isinstance(count, bool) or not isinstance(count, int) or not 2 <= count <= _MAX_LABELS:
            _refuse("a number of at least 2", count, "Use a checkpoint that classifies.", "num_labels of config.json")
        return tuple(f"LABEL_{column}" for column in range(count))
    if not isinstance(named, dict) or not 2 <= len(named) <= _MAX_LABELS:
        _refuse("two names or more", named, "Use a checkpoint that classifies.", "id2label of config.json")
    columns = [str(column) for column in range(len(named))]
    if sorted(named) != sorted(columns) or not all(isinstance(name, str) for name in named.values()):
        _refuse("names of columns 0, 1, ...", named, "Correct config.json.", "id2label of config.json")
    if config.get("problem_type") not in (None, "single_label_classification"):
        advice = "Its labels do not exclude each other: use another checkpoint."
        _refuse("single_label_classification", config["problem_type"], advice, "problem_type of config.json")
    return tuple(named[column] for column in columns)


def read_json(raw: bytes, name: str) -> Any:
    """Parse JSON in which no object has a key twice (parsers differ on which one counts).

    Args:
        raw: The bytes.
        name: For messages.

    Returns:
        The value.

    Raises:
        ModelError: It is none, or is nested without measure.
    """
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ModelError(expected(name, "JSON in UTF-8", error, "Check the folder.")) from error


def check_safetensors(raw: bytes | memoryview, name: str) -> dict[str, tuple[int, ...]]:
    """Check the header of a safetensors file against the file.

    Args:
        raw: All bytes of the file.
        name: For messages.

    Returns:
        Tensor name -> shape.

    Raises:
        ModelError: The header is not one, or its tensors overlap, leave gaps, or lie outside the file.
    """
    advice = "The file is broken or made to break its reader: get it anew from a source you trust."

    def refuse(got: str) -> NoReturn:
        _refuse("a safetensors file", Described(got), advice, name)

    size = int.from_bytes(raw[:8], "little") if len(raw) >= 8 else -1
    if not 0 < size <= min(_MAX_HEADER, len(raw) - 8):
        refuse("no header")
    header = read_json(bytes(raw[8 : 8 + size]), name)
    if not isinstance(header, dict):
        refuse("a header that is no object")
    spans: list[tuple[int, int]] = []
    shapes: dict[str, tuple[int, ...]] = {}
    for key, entry in header.items():
        if key == "__metadata__":
            continue
        try:
            shape, (begin, end), width = entry["shape"], entry["data_offsets"], _TENSOR_BYTES[entry["dtype"]]
            numbers = (*shape, begin, end)
        except (KeyError, TypeError, ValueError):
            refuse(f"a broken entry for {key[:40]!r}")
        if any(type(number) is not int or number < 0 for number in numbers) or end - begin != math.prod(shape) * width:
            refuse(f"sizes that do not fit for {key[:40]!r}")
        spans.append((begin, end))
        shapes[key] = tuple(shape)
    position = 0
    for begin, end in sorted(spans):
        if begin != position:
            refuse("tensors that overlap or leave gaps")
        position = end
    if position != len(raw) - 8 - size:
        refuse("tensors that do not fill the file")
    return shapes


def safe_file(folder: Path, root: Path, name: str, limit: int) -> Path:
    """A file of the folder that really lies in it.

    Args:
        folder: The folder.
        root: What the file may lie in.
        name: Its name.
        limit: Its largest size in bytes.

    Returns:
        Its path.

    Raises:
        ModelError: There is none, it is a link that leads elsewhere, or it is too large.
    """
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts or not path.resolve().is_relative_to(root):
        got = Described("a path that leads out of it")
        _refuse("a file of the folder", got, "Copy the file into the folder.", name)
    if not path.is_file():
        _refuse(f"a folder with {name}", str(folder), "Check the folder.")
    if path.stat().st_size > limit:
        _refuse(f"at most {limit:,} bytes", Described(f"{path.stat().st_size:,}"), "Check the folder.", name)
    return path


def read_weights(inspected: Inspected) -> tuple[bytes, ...]:
    """Read the weights once, so that what was checked is what is used.

    Args:
        inspected: The folder.

    Returns:
        The bytes of each file.

    Raises:
        ModelError: A file is no sound safetensors file, or two hold one tensor.
    """
    found = []
    seen: set[str] = set()
    for path in inspected.weights:
        raw = path.read_bytes()
        names = set(check_safetensors(raw, path.name))
        if names & seen:
            _refuse(
                "tensors of its own", Described(f"{min(names & seen)[:40]!r} again"), "Get the file anew.", path.name
            )
        seen |= names
        found.append(raw)
    if inspected.config.get("format") == REFINED:  # what it holds replaces, or is added to, what the others hold
        raw = (inspected.folder / REFINEMENT).read_bytes()
        check_safetensors(raw, REFINEMENT)
        found.append(raw)
    return tuple(found)


def _root(folder: Path) -> Path:
    """The folder, or the whole cache of one model of the hub, in which the files of a snapshot are links to blobs."""
    resolved = folder.resolve()
    cache = resolved.parent.parent
    if resolved.parent.name == "snapshots" and cache.name.startswith("models--"):
        return cache
    return resolved


def _json(folder: Path, root: Path, name: str) -> dict[str, Any]:
    value = read_json(safe_file(folder, root, name, _MAX_JSON).read_bytes(), name)
    if not isinstance(value, dict):
        _refuse("a JSON object", type(value), "Check the folder.", name)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key that stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"the constant {name}")


def _refuse_keys(value: object, name: str) -> None:
    """Look for keys that lead to code, at any depth."""
    if isinstance(value, list):
        for item in value:
            _refuse_keys(item, name)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key in ("id2label", "label2id"):
            continue
        if key in _REFUSED_KEYS and item not in (None, False, {}, []):
            advice = "Use a checkpoint that is weights and settings alone."
            _refuse("without keys that can fetch or run code", key, advice, name)
        if _ATTENTION.fullmatch(key):
            if not (item is None or isinstance(item, str)) or item not in _ATTENTION_VALUES:
                advice = "Such a value can name code to fetch: remove it if you trust the checkpoint."
                _refuse("a way of attention that is built in", item, advice, f"{key} of {name}")
        elif key.startswith("_") and key not in _PRIVATE_KEYS:
            _refuse("without private keys", key, "Remove it if you trust the checkpoint.", name)
        _refuse_keys(item, name)


def _check_values(config: Mapping[str, Any], name: str) -> None:
    for key, value in config.items():
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _MAX_SIZE:
            if key in {"model_max_length"}:
                continue
            _refuse(f"at most {_MAX_SIZE:,}", value, "No model has such a size.", f"{key} of {name}")
        if _ACTIVATION_KEYS.fullmatch(key) and isinstance(value, str) and value not in _ACTIVATIONS:
            _refuse("an activation that is built in", value, "Check the checkpoint.", f"{key} of {name}")
        if key in {"torch_dtype", "dtype"} and (not isinstance(value, str | None) or value not in _DTYPES):
            _refuse("a type of numbers", value, "Check the checkpoint.", f"{key} of {name}")


def _weight_files(folder: Path, root: Path) -> tuple[Path, ...]:
    index = folder / "model.safetensors.index.json"
    if (folder / "model.safetensors").exists() or (folder / "model.safetensors").is_symlink():
        return (safe_file(folder, root, "model.safetensors", _MAX_WEIGHTS),)
    if index.exists():
        table = _json(folder, root, index.name).get("weight_map")
        if not isinstance(table, dict) or not all(isinstance(file, str) for file in table.values()):
            _refuse("a table of files", type(table), "Get the file anew.", index.name)
        names = sorted(set(table.values()))
        for file in names:
            if not re.fullmatch(r"[\w.-]+\.safetensors", file):
                _refuse("a table of safetensors files of the folder", file, _CONVERT, index.name)
        return tuple(safe_file(folder, root, file, _MAX_WEIGHTS) for file in names)
    pickles = sorted(path.name for pattern in _PICKLES for path in folder.glob(pattern))
    if pickles:
        raise ModelError(expected("model", "weights in safetensors", pickles[0], _CONVERT))
    raise ModelError(expected("model", "a folder with model.safetensors", str(folder), "Check the folder."))


def _refuse(to_be: str, got: object, advice: str, name: str = "model") -> NoReturn:
    raise ModelError(expected(name, to_be, got, advice))
