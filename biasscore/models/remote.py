"""The one road to code that comes with a checkpoint: only for the one that was named, weights in safetensors only."""

from __future__ import annotations

import logging
from typing import Any

from ..errors import ModelError, expected
from .safety import Inspected

_LOG = logging.getLogger(__name__)


def build_remote(inspected: Inspected) -> Any:
    """Build a network by the Python code of its folder.

    Args:
        inspected: The folder, inspected with ``allow_code``.

    Returns:
        The network, in evaluation mode on the CPU. It runs padded, as its authors run it.

    Raises:
        ModelError: The code cannot build it.
    """
    import torch
    from transformers import AutoModelForSequenceClassification

    _LOG.warning("Running the Python code in %s, as you asked.", inspected.folder.name)
    try:
        network = AutoModelForSequenceClassification.from_pretrained(
            str(inspected.folder),
            trust_remote_code=True,
            use_safetensors=True,
            local_files_only=True,
            dtype=torch.float32,
        )
    except (OSError, ValueError, RuntimeError, ImportError, AttributeError, KeyError) as error:
        raise ModelError(expected("model", "one that its own code can load", error, "Ask its author.")) from error
    return network.eval()
