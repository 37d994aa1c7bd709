"""A classifier of token sequences from a folder or the hub, behind the seam of `biasscore.models.base`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..labels import Task
from ..spans import Spans
from .asking import Asker
from .base import Answers, Done, Pending, Rows, Step, Tokens
from .encoders import Encoder
from .forks import mind_fork
from .texts import Texts

#: Calibration of a model that nobody has calibrated.
UNCALIBRATED: Final[Mapping[str, Any]] = MappingProxyType(
    {task.value: {"temperature": 1.0, "bias": [0.0, 0.0, 0.0]} for task in Task}
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model came from.

    Attributes:
        name: As the user named it.
        weights: SHA-256 of its weights, first 16 hex digits.
        revision: The hub's commit; None for a folder.
        settings: Digest of how it is asked.
    """

    name: str
    weights: str
    revision: str | None
    settings: str


class SequenceBackend:
    """A way of asking, a tokenizer and an encoder. Immutable after loading; see `biasscore.models.base.Model`."""

    def __init__(self, asker: Asker, texts: Texts, encoder: Encoder, origin: Origin, description: str) -> None:
        """Put the parts together.

        Args:
            asker: How the model is asked.
            texts: Its tokenizer.
            encoder: Its network.
            origin: Where it came from.
            description: How it runs, for provenance.
        """
        self._asker = asker
        self._texts = texts
        self._encoder = encoder
        self._origin = origin
        self.name = origin.name
        self.weights = origin.weights
        self.description = description
        self.max_tokens = texts.max_tokens
        self.actor_id = -1
        self.edges = texts.edges
        self.tasks = asker.tasks
        self.per_pair = asker.per_pair
        self.calibration = UNCALIBRATED
        self.notes: tuple[str, ...] = ()

    def rows(
        self, texts: Sequence[str], spans: Sequence[Spans], names: Sequence[Mapping[int, str]] | None = None
    ) -> Rows:
        """Rows of some sentences; see `biasscore.models.base.RowMaker.rows`."""
        return self._asker.rows(texts, spans, names)

    def tokenise(self, texts: Sequence[str]) -> Tokens:
        """Tokenise rows, cut to the window; see `biasscore.models.base.Backend.tokenise`."""
        return self._texts.encode(texts)

    def begin(self, step: Step) -> Pending:
        """Answers of every slot; see `biasscore.models.base.Backend.begin`."""
        mind_fork()
        raw = self._encoder.logits(step.ids, step.lengths)
        return Done(self._asker.place(raw[step.sequences]))

    def finish(self, values: NDArray[np.float32]) -> Answers:
        """Join the answers of a pair's rows; see `biasscore.models.base.RowMaker.finish`."""
        return self._asker.finish(values)

    def describe(self) -> Mapping[str, Any]:
        """Model, revision, labels and the way of asking, for provenance."""
        found: dict[str, Any] = {
            "model": self._origin.name,
            "weights": self._origin.weights,
            "revision": self._origin.revision,
            "settings": self._origin.settings,
            **self._asker.describe(),
        }
        if self.notes:
            found["notes"] = list(self.notes)
        return found
