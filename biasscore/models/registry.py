"""A model's name -> the backend that runs it."""

from __future__ import annotations

import os
import threading
from importlib import resources
from pathlib import Path
from typing import Final

import torch

from ..checkpoint import Checkpoint, known_checkpoints
from ..config import Precision
from ..errors import ConfigError, ModelError, expected
from ..labels import Task
from .assemble import assemble
from .base import Model
from .forks import mind_fork
from .hub import fetch, is_hub_name
from .network import fingerprint
from .safety import inspect_folder, read_weights
from .sequence import Origin
from .span import SpanBackend

#: Names of the models that come with the package -> folder under ``biasscore/``.
SHIPPED: Final = {"default": "weights"}
#: Settings of a checkpoint that say how to ask it, or which labels it has; a model of the span kind takes none of them.
_QUESTIONS: Final = (
    "task", "labels", "neutral_band", "placeholders", "target", "templates", "language", "max_tokens",
    "trust_remote_code",
)  # fmt: skip
#: Threads of torch before a scorer asked for a number of its own, and that number; none, or one pair.
_replaced: list[tuple[int, int]] = []
_replacing: Final = threading.Lock()


def load(
    model: str | Path | Checkpoint,
    *,
    tasks: tuple[Task, ...] = tuple(Task),
    device: str = "auto",
    threads: int | None = None,
    precision: Precision = "float32",
) -> Model:
    """Load a model.

    Args:
        model: "default" for the one that comes with the package, a folder, "owner/model" on the hub, or a checkpoint
            with how to ask it.
        tasks: What it is wanted for; a model that answers only some of it answers these.
        device: "auto" (a GPU if torch sees one), "cpu", "cuda" or "cuda:N".
        threads: Threads of the CPU; None leaves torch's own setting.
        precision: Number format of a span model's encoder: "float32", "bfloat16", or "auto", which is bfloat16 on a GPU
            and float32 on a CPU.

    Returns:
        The backend.

    Raises:
        ModelError: There is no such model, it is refused, or it answers nothing that is wanted.
        LabelError: Its labels cannot be mapped without guessing.
        ConfigError: The device is unknown or not there, or a setting does not fit the model.
    """
    checkpoint = model if isinstance(model, Checkpoint) else Checkpoint(model)
    where = torch_device(device)
    name = str(checkpoint.name)
    if precision == "auto":
        precision = "float32" if where == "cpu" else "bfloat16"
    if threads is not None:
        set_threads(threads)
    if name in SHIPPED:
        _span_only(checkpoint)
        if checkpoint.revision is not None:
            raise _no_revision(checkpoint)
        with resources.as_file(resources.files("biasscore").joinpath(SHIPPED[name])) as folder:
            backend = SpanBackend(folder, name=name, device=where, precision=precision)
        _check_weights(checkpoint, backend.weights)
        return backend
    folder, revision = _find(checkpoint)
    inspected = inspect_folder(folder, allow_code=checkpoint.trust_remote_code is not None)
    files = read_weights(inspected)
    weights = fingerprint(files)
    _check_weights(checkpoint, weights)
    if inspected.span:
        _span_only(checkpoint)
        return SpanBackend(folder, name=folder.name, device=where, precision=precision)
    mind_fork()
    shown = folder.name if revision is None else name
    return assemble(checkpoint, inspected, files, Origin(shown, weights, revision, checkpoint.digest()), tasks, where)


def _find(checkpoint: Checkpoint) -> tuple[Path, str | None]:
    """The folder, and the commit if it is of the hub. Whatever is a folder here is never looked for elsewhere."""
    name = str(checkpoint.name)
    try:
        folder = Path(name).expanduser()
        there = folder.is_dir()
    except (OSError, RuntimeError) as error:  # a name that is too long, nobody's home
        raise ModelError(expected("model", "a folder that exists", name[:80], "Check the path.")) from error
    if there:
        if checkpoint.revision is not None:
            raise _no_revision(checkpoint)
        return folder, None
    known = known_checkpoints().get(name)
    if known is not None and known.refused is not None:
        raise ModelError(f"Expected `model` to be of use, got {name!r}: {known.refused}. Use another checkpoint.")
    local = isinstance(checkpoint.name, Path) or name.startswith((".", "~", os.sep)) or name.count(os.sep) > 1
    if local:
        raise ModelError(expected("model", "a folder that exists", name, "Check the name or the path."))
    if not (is_hub_name(name) or known is not None):
        names = ", ".join(repr(shipped) for shipped in SHIPPED)
        to_be = f"{names}, a folder or 'owner/model' on the hub"
        raise ModelError(expected("model", to_be, name, "Check the name or the path."))
    return fetch(name, checkpoint.revision, allow_code=checkpoint.trust_remote_code is not None)


def _no_revision(checkpoint: Checkpoint) -> ConfigError:
    advice = "Only models of the hub have revisions; `weights` pins any model."
    return ConfigError(expected("revision", f"left out for {str(checkpoint.name)!r}", checkpoint.revision, advice))


def _check_weights(checkpoint: Checkpoint, weights: str) -> None:
    if checkpoint.weights not in (None, weights):
        advice = "These are other weights than the ones you asked for."
        raise ModelError(expected("weights", str(checkpoint.weights), weights, advice))


def _span_only(checkpoint: Checkpoint) -> None:
    """The default kind is blind, has our labels, and takes no question."""
    if checkpoint.kind not in ("auto", "span"):
        raise ConfigError(expected("kind", "'span' for this model", checkpoint.kind, "Leave it out."))
    if not checkpoint.blind:
        advice = "It never sees a name; `blind=False` is for models of the hub."
        raise ConfigError(expected("blind", "True for this model", False, advice))
    plain = Checkpoint(checkpoint.name)
    for name in _QUESTIONS:
        if getattr(checkpoint, name) != getattr(plain, name):
            advice = "The model takes no question and has its own labels and window: leave the setting out."
            raise ConfigError(expected(name, "left out for this model", getattr(checkpoint, name), advice))


def set_threads(threads: int | None) -> None:
    """Set the threads of torch on the CPU, for the whole process.

    Args:
        threads: Their number; None gives torch back the number that it had before the first one was set here, unless
            somebody else has set another since.
    """
    with _replacing:
        before = torch.get_num_threads()
        if _replaced:
            first, ours = _replaced.pop()
            before = first if before == ours else before
        wanted = before if threads is None else threads
        if threads is not None:
            _replaced.append((before, threads))
        if wanted != torch.get_num_threads():
            torch.set_num_threads(wanted)


def count_gpus() -> int:
    """Number of GPUs that torch sees."""
    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def torch_device(device: str) -> str:
    """The torch device that a user's word means.

    Args:
        device: "auto" (a GPU if torch sees one), "cpu", "cuda" or "cuda:N".

    Returns:
        "cpu", "cuda" or "cuda:N".

    Raises:
        ConfigError: The device is unknown or not there.
    """
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    kind, _, number = device.partition(":")
    if kind not in {"cpu", "cuda"} or (number and not number.isdigit()):
        raise ConfigError(expected("device", "'auto', 'cpu', 'cuda' or 'cuda:N'", device, "Correct it."))
    if kind == "cuda" and not torch.cuda.is_available():
        raise ConfigError(expected("device", "a device of this machine", device, "Torch sees no GPU here: use 'cpu'."))
    return device
