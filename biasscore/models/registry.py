"""A model's name -> the backend that runs it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Final

import torch

from ..errors import ConfigError, ModelError, expected
from .span import SpanBackend

#: Names of the models that come with the package -> folder under ``biasscore/``.
SHIPPED: Final = {"default": "weights"}


def load(model: str | Path, *, device: str = "auto", threads: int | None = None) -> SpanBackend:
    """Load a model.

    Args:
        model: "default" for the one that comes with the package, or a folder written by `biasscore.training`.
        device: "auto" (a GPU if torch sees one), "cpu", "cuda" or "cuda:N".
        threads: Threads of the CPU; None leaves torch's own setting.

    Returns:
        The backend.

    Raises:
        ModelError: There is no such model, or its folder is incomplete.
        ConfigError: The device is unknown or not there.
    """
    if isinstance(model, str) and model in SHIPPED:
        with resources.as_file(resources.files("biasscore").joinpath(SHIPPED[model])) as folder:
            return SpanBackend(folder, name=model, device=torch_device(device), threads=threads)
    folder = Path(model) if isinstance(model, str | Path) else None
    if folder is None or not folder.is_dir():
        names = ", ".join(repr(name) for name in SHIPPED)
        raise ModelError(expected("model", f"{names} or a folder", str(model), "Check the name or the path."))
    return SpanBackend(folder, name=folder.name, device=torch_device(device), threads=threads)


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
