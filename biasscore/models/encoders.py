"""Any encoder of transformers with a classification head -> logits of packed sequences.

There are three fast ways, of which the first that a network can go is taken: all tokens packed into one table
(`biasscore.models.packed`); groups of exactly equal length with the attention of DeBERTa trimmed
(`biasscore.models.deberta`); and such groups through the network's own forward, without padding and without a mask. The
slow way is the network as its authors run it: one padded batch with its mask. `Encoder.check` compares after loading,
and the slow way is kept where no fast one agrees with it.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from . import deberta, packed
from .base import StepTooLargeError, equal_lengths

_LOG = logging.getLogger(__name__)
#: Largest difference of logits between the two ways, in units of the largest logit (at least 1).
TOLERANCE: Final = 1e-4

_Way = Callable[[NDArray[np.int32], NDArray[np.int64]], NDArray[np.float32]]


class Encoder:
    """A network of transformers, ready to run. Immutable once `check` is done and ``typed`` set.

    Attributes:
        typed: Whether the network is told which segment a token is of.
        way: How it runs, for provenance.
    """

    def __init__(self, network: Any, *, device: str, separator: int, segments: int, grouped: bool = True) -> None:
        """Take a network.

        Args:
            network: A sequence classifier of transformers, in evaluation mode.
            device: A torch device.
            separator: The token that ends a segment.
            segments: 1 or 2, segments of a sequence.
            grouped: Whether the fast way may be tried.
        """
        self._network = network.to(device)
        self._device = torch.device(device)
        self._separator = separator
        types = getattr(network.config, "type_vocab_size", None) or 0
        accepts = "token_type_ids" in inspect.signature(network.forward).parameters
        self.typed = segments == 2 and types > 1 and accepts
        self._pad = network.config.pad_token_id if network.config.pad_token_id is not None else 0
        self.way = "equal lengths" if grouped else "padded"
        self._way: _Way = self._grouped if grouped else self._padded

    def logits(self, ids: NDArray[np.int32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """Classify packed sequences.

        Args:
            ids: (tokens,) int32, whole sequences one after the other.
            lengths: (sequences,) int64.

        Returns:
            (sequences, k) float32, in the checkpoint's order of labels.

        Raises:
            StepTooLargeError: The device has no memory for them.
        """
        try:
            return self._way(ids, lengths)
        except torch.OutOfMemoryError as error:
            if self._device.type == "cuda":
                torch.cuda.empty_cache()
            raise StepTooLargeError(str(error)) from error

    def check(self, ids: NDArray[np.int32], lengths: NDArray[np.int64]) -> float:
        """Compare the fast way with the model's own, and fall back where they differ by more than `TOLERANCE`.

        Args:
            ids: As for `logits`; sequences of several lengths.
            lengths: As for `logits`.

        Returns:
            The largest difference, in units of the largest logit (at least 1); infinite if the fast way failed.
        """
        if self.way == "padded":
            return 0.0
        slow = self._padded(ids, lengths)
        size = max(1.0, float(np.abs(slow).max()))
        apart = float("inf")
        ways: tuple[tuple[str, _Way, Callable[[Any], bool], Callable[[Any], None]], ...] = (
            ("packed", self._packed, packed.prepare, packed.restore),
            ("equal lengths, trimmed positions", self._grouped, deberta.trim, deberta.restore),
            ("equal lengths", self._grouped, lambda network: True, lambda network: None),
        )
        for name, way, prepare, restore in ways:
            try:
                if not prepare(self._network):
                    continue
                apart = float(np.abs(way(ids, lengths) - slow).max()) / size
            except (RuntimeError, TypeError, ValueError, IndexError, AttributeError, KeyError) as error:
                _LOG.warning("The forward %r failed (%s).", name, type(error).__name__)
                apart = float("inf")
            if apart <= TOLERANCE:
                self.way, self._way = name, way
                return apart
            restore(self._network)
            _LOG.warning("The forward %r differs by %.1e of the scale: it is not used.", name, apart)
        self.way, self._way = "padded", self._padded
        return apart

    def types(self, ids: NDArray[np.int32]) -> NDArray[np.int64]:
        """Segment numbers of one sequence, as the network is told them.

        Args:
            ids: (tokens,) int32.

        Returns:
            (tokens,) int64.
        """
        found: NDArray[np.int64] = segment_types(torch.from_numpy(ids.astype(np.int64))[None], self._separator)[
            0
        ].numpy()
        return found

    @torch.inference_mode()
    def _packed(self, ids: NDArray[np.int32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        types = None
        if self.typed:
            types = np.empty(len(ids), np.int64)
            for first, count, length in equal_lengths(lengths):
                group = torch.from_numpy(ids[first : first + count * length].astype(np.int64)).view(count, length)
                types[first : first + count * length] = segment_types(group, self._separator).numpy().reshape(-1)
        found: NDArray[np.float32] = packed.logits(self._network, ids, lengths, types).float().cpu().numpy()
        return found

    def _grouped(self, ids: NDArray[np.int32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        found: list[NDArray[np.float32]] = []
        table = torch.from_numpy(ids.astype(np.int64)).to(self._device)
        for first, count, length in equal_lengths(lengths):
            group = table[first : first + count * length].view(count, length)
            found.append(self._run(group, None))
        return np.concatenate(found)

    def _padded(self, ids: NDArray[np.int32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        table = np.full((len(lengths), int(lengths.max())), self._pad, np.int64)
        mask = np.arange(table.shape[1]) < lengths[:, None]
        table[mask] = ids
        return self._run(
            torch.from_numpy(table).to(self._device), torch.from_numpy(mask.astype(np.int64)).to(self._device)
        )

    @torch.inference_mode()
    def _run(self, ids: Tensor, mask: Tensor | None) -> NDArray[np.float32]:
        inputs: dict[str, Tensor | None] = {"input_ids": ids, "attention_mask": mask}
        if self.typed:
            inputs["token_type_ids"] = segment_types(ids, self._separator, mask)
        found: NDArray[np.float32] = self._network(**inputs).logits.float().cpu().numpy()
        return found


def segment_types(ids: Tensor, separator: int, mask: Tensor | None = None) -> Tensor:
    """Segment number of each token: 0 up to the first separator, 1 after it, 0 for padding, as for BERT.

    Args:
        ids: (sequences, length) int64.
        separator: The token that ends a segment.
        mask: (sequences, length), 0 for padding; None if there is none.

    Returns:
        (sequences, length) int64.
    """
    ends = (ids == separator).long()
    types = ((ends.cumsum(dim=1) - ends) > 0).long()
    return types if mask is None else types * mask
