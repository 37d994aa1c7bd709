"""Arrays to a device and answers back, without making either side wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .base import Done, Pending


def send(values: NDArray[Any], device: torch.device) -> Tensor:
    """Copy an array to a device; to an accelerator from pinned memory, while the caller goes on.

    Args:
        values: Any array; it may be changed afterwards only where the device is an accelerator.
        device: Where to.

    Returns:
        A tensor of its shape and type. On a CPU it shares the array's memory.
    """
    tensor = torch.from_numpy(values)
    if device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)


def fetch(logits: Tensor) -> Pending:
    """Bring an answer back; from an accelerator into pinned memory, while it goes on with what comes next.

    Args:
        logits: (n_slots, 2, 3) float32 on any device.

    Returns:
        The answer, which is waited for when it is asked for.
    """
    if logits.device.type != "cuda":
        there: NDArray[np.float32] = logits.cpu().numpy()
        return Done(there)
    here = torch.empty(logits.shape, dtype=logits.dtype, pin_memory=True)
    here.copy_(logits, non_blocking=True)
    arrived = torch.cuda.Event()  # type: ignore[no-untyped-call]
    arrived.record()
    return _Fetched(here, arrived)


@dataclass(frozen=True, slots=True)
class _Fetched:
    """An answer on its way into pinned memory."""

    logits: Tensor
    arrived: torch.cuda.Event

    def result(self) -> NDArray[np.float32]:
        self.arrived.synchronize()
        found: NDArray[np.float32] = self.logits.numpy()
        return found
