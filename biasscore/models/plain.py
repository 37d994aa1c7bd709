"""Models that read a sentence alone, and so cannot tell its actors apart: allowed, and said so in every output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..checkpoint import Checkpoint
from ..errors import ModelError, expected
from ..label_maps import LabelMap
from ..labels import Task
from ..spans import Spans
from .asking import OneRowAsker
from .base import Rows
from .rows import may_be_long, questions, rewrite, single_rows


class PlainAsker(OneRowAsker):
    """(sentence, actor) -> the sentence, the same for all its actors."""

    segments = 1

    def __init__(self, checkpoint: Checkpoint, labels: LabelMap, max_tokens: int) -> None:
        """Take a checkpoint's settings: see `OneRowAsker`.

        Raises:
            ModelError: It is a stance model: a stance toward nobody in particular is a topic.
        """
        if labels.task is Task.STANCE:
            advice = "A stance model that does not read its target classifies topics: use a pair or NLI model."
            raise ModelError(expected("kind", "'pair', 'marked' or 'nli' for a stance model", "plain", advice))
        super().__init__(checkpoint, labels, max_tokens)

    def rows(
        self, texts: Sequence[str], spans: Sequence[Spans], names: Sequence[Mapping[int, str]] | None = None
    ) -> Rows:
        """Rows of some sentences; see `biasscore.models.base.RowMaker.rows`."""
        hidden = self._checkpoint.placeholders[0]

        def write(words: str, own: bool, first: bool) -> str:
            # One placeholder for all: the row must not depend on which actor is asked about.
            return hidden if self._checkpoint.blind else words

        found = []
        for question in questions(texts, spans, names):
            locate = may_be_long(question.text, "", self._max_tokens)
            found.append(rewrite(question, write, locate=locate))
        return single_rows(found)

    def describe(self) -> Mapping[str, Any]:
        """What the model is asked and how its labels were read, for provenance."""
        return {
            "kind": "plain",
            "target": None,
            "labels": self._labels.describe(),
            "neutral_band": self._labels.neutral_band,
            "target_blind": True,
        }
