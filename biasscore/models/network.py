"""An inspected folder -> a network of transformers, with every weight from the folder and none left to chance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors

from ..errors import Described, ModelError, expected
from .architectures import ARCHITECTURES
from .safety import Inspected, label_names

#: Settings of a configuration that are ours to choose or that say nothing about the network.
_DROPPED: Final = frozenset(
    {"torch_dtype", "dtype", "architectures", "transformers_version", "model_type", "num_labels"}
)


def fingerprint(files: Sequence[bytes]) -> str:
    """Hash weights.

    Args:
        files: The bytes of each file, in the order of the names.

    Returns:
        The first 16 hex digits of the SHA-256 of all of them in a row.
    """
    digest = hashlib.sha256()
    for raw in files:
        digest.update(raw)
    return digest.hexdigest()[:16]


def build(inspected: Inspected, files: Sequence[bytes]) -> Any:
    """Build the classifier.

    The configuration and the tensors are handed over as objects, so that transformers opens no file and no connection.
    All weights become float32: DeBERTa overflows in float16, whatever its file was saved in.

    Args:
        inspected: The folder.
        files: The bytes of its weights.

    Returns:
        The network, in evaluation mode on the CPU.

    Raises:
        ModelError: Weights are missing (as when a checkpoint comes without its head), do not fit, or are not finite.
    """
    import transformers

    architecture = ARCHITECTURES[inspected.config["model_type"]]
    settings = {
        key: value
        for key, value in inspected.config.items()
        if key not in _DROPPED and not key.startswith("_") and not key.endswith("_implementation")
    }
    names = label_names(inspected.config)
    settings["id2label"] = dict(enumerate(names))
    settings["label2id"] = {name: column for column, name in enumerate(names)}
    tensors = _tensors(files)
    try:
        config = getattr(transformers, architecture.config)(**settings)
        with _quiet():
            network, report = getattr(transformers, architecture.model).from_pretrained(
                None, config=config, state_dict=tensors, dtype=torch.float32, output_loading_info=True
            )
    except (RuntimeError, TypeError, ValueError, KeyError, AttributeError) as error:
        advice = "config.json and the weights do not belong together: get the folder anew."
        raise ModelError(expected("model", "a network that fits its weights", error, advice)) from error
    _check_complete(report)
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise ModelError(
                expected("model.safetensors", "finite numbers", Described(f"others in {name}"), "Get it anew.")
            )
    return network.eval()


def _tensors(files: Sequence[bytes]) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = {}
    for raw in files:
        try:
            tensors = load_tensors(raw)
        except (SafetensorError, ValueError) as error:
            raise ModelError(expected("model.safetensors", "sound", error, "Get the file anew.")) from error
        found.update({name: t.float() if t.is_floating_point() else t for name, t in tensors.items()})
    return found


def _check_complete(report: Mapping[str, Any]) -> None:
    """Nothing may be left to a random start."""
    missing = sorted(report["missing_keys"])
    if missing:
        head = any(name.startswith(("classifier", "pre_classifier", "score", "head", "pooler")) for name in missing)
        what = "its trained head" if head else "all its weights"
        advice = "What is missing would be random numbers, and so would the answers: use another checkpoint."
        raise ModelError(expected("model", f"a checkpoint with {what}", Described(f"none for {missing[0]}"), advice))
    broken = sorted(str(key) for key in report["mismatched_keys"])
    if broken or report.get("error_msgs"):
        advice = "config.json and the weights do not belong together: get the folder anew."
        raise ModelError(expected("model", "weights of the right sizes", broken[:1] or report["error_msgs"], advice))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the progress bar and the load report of transformers; what it says is checked here."""
    from transformers.utils import logging

    level, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()
