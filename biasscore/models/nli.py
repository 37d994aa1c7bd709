"""Models of natural language inference, asked by hypotheses about the actor.

For each template three hypotheses stand for the three labels, and the probabilities are the softmax of their entailment
logits, as in the zero-shot pipeline of transformers (Yin et al. 2019, *Benchmarking Zero-shot Text Classification*).
Only the column of entailment is used, and it is found by its name. Answers are averaged over the templates; how far
they lie apart is reported with them, because such models are known to change their minds when the wording does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checkpoint import Checkpoint
from ..errors import ConfigError, expected
from ..files import read_data
from ..label_maps import EntailmentMap
from ..labels import Task
from ..spans import Spans
from .asking import writer
from .base import Answers, Rows
from .rows import BREAK, may_be_long, questions, rewrite, single_rows

Templates = tuple[tuple[str, str, str], ...]


class NliAsker:
    """(sentence, actor) -> a row for each task, template and label: the sentence, and a hypothesis."""

    segments = 2

    def __init__(self, checkpoint: Checkpoint, labels: EntailmentMap, tasks: tuple[Task, ...], max_tokens: int) -> None:
        """Take a checkpoint's settings.

        Args:
            checkpoint: How it is asked.
            labels: Its labels.
            tasks: What it is asked for.
            max_tokens: Its window.

        Raises:
            ConfigError: There are no hypotheses in that language.
        """
        self.tasks = tasks
        self._checkpoint = checkpoint
        self._labels = labels
        self._max_tokens = max_tokens
        self._target = checkpoint.target or "name"
        if checkpoint.templates is not None:
            self._templates = {task: tuple(checkpoint.templates) for task in tasks}
        else:
            self._templates = {task: hypotheses(checkpoint.language or "en", task) for task in tasks}
        self.per_pair = sum(3 * len(templates) for templates in self._templates.values())

    def rows(
        self, texts: Sequence[str], spans: Sequence[Spans], names: Sequence[Mapping[int, str]] | None = None
    ) -> Rows:
        """Rows of some sentences; see `biasscore.models.base.RowMaker.rows`."""
        write = writer(self._checkpoint)
        asked = [text for task in self.tasks for template in self._templates[task] for text in template]
        longest = max(asked, key=len)
        found = []
        for question in questions(texts, spans, names):
            if self._checkpoint.blind:
                actor = self._checkpoint.placeholders[0]
            else:
                actor = question.mention if self._target == "mention" else question.name
            locate = may_be_long(question.text, longest + actor, self._max_tokens)
            premise = rewrite(question, write, locate=locate) + BREAK
            found += [premise + text.replace("{actor}", actor) for text in asked]
        return single_rows(found)

    def place(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Keep the entailment logits (n, k) in the first cell of the engine's shape (n, 2, 3)."""
        values = np.zeros((len(raw), len(Task), 3), np.float32)
        values[:, 0, 0] = raw[:, self._labels.entailment]
        return values

    def finish(self, values: NDArray[np.float32]) -> Answers:
        """Average over templates; see `biasscore.models.base.RowMaker.finish`."""
        entailed = values[:, 0, 0].reshape(-1, self.per_pair).astype(np.float64)
        joined = np.zeros((len(entailed), len(Task), 3), np.float32)
        spread = np.zeros((len(entailed), len(Task)), np.float32)
        position = 0
        for task in self.tasks:
            size = 3 * len(self._templates[task])
            logits = entailed[:, position : position + size].reshape(len(entailed), size // 3, 3)
            powers = np.exp(logits - logits.max(axis=2, keepdims=True))
            probs = powers / powers.sum(axis=2, keepdims=True)
            column = list(Task).index(task)
            # Below the smallest float32 a probability would have no finite logarithm.
            joined[:, column] = np.log(np.maximum(probs.mean(axis=1), 1e-30))
            scores = probs[:, :, 2] - probs[:, :, 0]
            spread[:, column] = np.ptp(scores, axis=1)
            position += size
        return Answers(joined, spread)

    def describe(self) -> Mapping[str, Any]:
        """What the model is asked and how its labels were read, for provenance."""
        return {
            "kind": "nli",
            "target": "placeholder" if self._checkpoint.blind else self._target,
            "labels": self._labels.describe(),
            "templates": {task.value: [list(each) for each in self._templates[task]] for task in self.tasks},
            "target_blind": False,
        }


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, Any]]:
    return read_data("hypotheses.toml")


def hypotheses(language: str, task: Task) -> Templates:
    """The templates that come with the package.

    Args:
        language: Two letters.
        task: What is asked.

    Returns:
        Templates, each three hypotheses in the order of the task's labels.

    Raises:
        ConfigError: There are none in that language.
    """
    tables = _tables()
    if language not in tables:
        advice = "Use one of these, or give `templates`."
        raise ConfigError(expected("language", f"one of {', '.join(tables)}", language, advice))
    return tuple((first, second, third) for first, second, third in tables[language][task.value])
