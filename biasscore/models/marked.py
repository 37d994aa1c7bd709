"""Models that read a sentence with markers round the mention of the actor that is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..checkpoint import Checkpoint
from ..label_maps import LabelMap
from ..spans import Spans
from .asking import OneRowAsker, writer
from .base import Rows
from .rows import may_be_long, questions, rewrite, single_rows


class MarkedAsker(OneRowAsker):
    """(sentence, actor) -> the sentence with markers round the actor's first mention."""

    segments = 1

    def __init__(self, checkpoint: Checkpoint, labels: LabelMap, max_tokens: int) -> None:
        """Take a checkpoint's settings, markers among them: see `OneRowAsker`."""
        super().__init__(checkpoint, labels, max_tokens)
        self._markers = checkpoint.markers or ("", "")

    def rows(
        self, texts: Sequence[str], spans: Sequence[Spans], names: Sequence[Mapping[int, str]] | None = None
    ) -> Rows:
        """Rows of some sentences; see `biasscore.models.base.RowMaker.rows`."""
        write = writer(self._checkpoint)
        before, after = self._markers

        def mark(words: str, own: bool, first: bool) -> str:
            shown = write(words, own, first)
            return f"{before} {shown} {after}" if first else shown

        found = []
        for question in questions(texts, spans, names):
            locate = may_be_long(question.text, before + after, self._max_tokens)
            found.append(rewrite(question, mark, locate=locate))
        return single_rows(found)

    def describe(self) -> Mapping[str, Any]:
        """What the model is asked and how its labels were read, for provenance."""
        return {
            "kind": "marked",
            "target": "placeholder" if self._checkpoint.blind else "mention",
            "markers": list(self._markers),
            "labels": self._labels.describe(),
            "neutral_band": self._labels.neutral_band,
            "target_blind": False,
        }
