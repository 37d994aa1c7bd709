"""Models that read a sentence and an actor as two segments (target-dependent and aspect sentiment, stance)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..checkpoint import Checkpoint
from ..label_maps import LabelMap
from ..spans import Spans
from .asking import OneRowAsker, writer
from .base import Rows
from .rows import BREAK, may_be_long, questions, rewrite, single_rows


class PairAsker(OneRowAsker):
    """(sentence, actor) -> one row of two segments."""

    segments = 2

    def __init__(self, checkpoint: Checkpoint, labels: LabelMap, max_tokens: int) -> None:
        """Take a checkpoint's settings: see `OneRowAsker`."""
        super().__init__(checkpoint, labels, max_tokens)
        self._target = checkpoint.target or "mention"

    def rows(
        self, texts: Sequence[str], spans: Sequence[Spans], names: Sequence[Mapping[int, str]] | None = None
    ) -> Rows:
        """Rows of some sentences; see `biasscore.models.base.RowMaker.rows`."""
        write = writer(self._checkpoint)
        found = []
        for question in questions(texts, spans, names):
            if self._checkpoint.blind:
                target = self._checkpoint.placeholders[0]
            else:
                target = question.mention if self._target == "mention" else question.name
            locate = may_be_long(question.text, target, self._max_tokens)
            found.append(rewrite(question, write, locate=locate) + BREAK + target)
        return single_rows(found)

    def describe(self) -> Mapping[str, Any]:
        """What the model is asked and how its labels were read, for provenance."""
        return {
            "kind": "pair",
            "target": "placeholder" if self._checkpoint.blind else self._target,
            "labels": self._labels.describe(),
            "neutral_band": self._labels.neutral_band,
            "target_blind": False,
        }
