"""Names put into the texts of the behaviour suite, and a model's answers to them, all asked for in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .behaviour import LETTERS, PLACEHOLDER
from .errors import Described, ModelError, expected
from .labels import Task
from .spans import SpanScorer

#: The names for A, B and C.
Cast = tuple[str, str, str]


def choose_cast(names: Sequence[str], index: int) -> Cast:
    """Choose who stands in the places of a case.

    Args:
        names: At least three different names.
        index: Number of the case, from 0.

    Returns:
        Three different names; over the suite every name comes in every place, with ever other neighbours.
    """
    first = index % len(names)
    # Twice the stride is less than the number of names, so that the third is not the first again.
    stride = 1 + index // len(names) % ((len(names) - 1) // 2)
    return names[first], names[(first + stride) % len(names)], names[(first + 2 * stride) % len(names)]


def both_ways(pair: tuple[str, str], names: Sequence[str]) -> tuple[Cast, Cast]:
    """Exchange two actors.

    Args:
        pair: Their names.
        names: All names, at least one more.

    Returns:
        The pair in A and B, and in B and A, with the same third in C.
    """
    first, second = pair
    third = next(name for name in names if name not in pair)
    return (first, second, third), (second, first, third)


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with names in its placeholders.

    Attributes:
        text: The text.
        spans: ``(start, end, actor)`` of each name, half-open, from left to right; actors are numbered from 0 by first
            mention.
        letters: The placeholders in the order of the actors' numbers.
    """

    text: str
    spans: tuple[tuple[int, int, int], ...]
    letters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says of one actor in one text.

    Attributes:
        score: Task -> score in [-1, 1].
        label: Task -> column of the likeliest label, 0 to 2.
    """

    score: Mapping[Task, float]
    label: Mapping[Task, int]


#: Template and cast -> letter -> answer.
Answers = Mapping[tuple[str, Cast], Mapping[str, Answer]]


def fill(template: str, people: Cast) -> Filled:
    """Put names into a template.

    Args:
        template: A text with placeholders.
        people: The names for A, B and C.

    Returns:
        The text, and where the names stand.
    """
    pieces: list[str] = []
    spans: list[tuple[int, int, int]] = []
    letters: list[str] = []
    position = length = 0
    for match in PLACEHOLDER.finditer(template):
        before, letter = template[position : match.start()], match[1]
        name = people[LETTERS.index(letter)]
        if letter not in letters:
            letters.append(letter)
        length += len(before)
        spans.append((length, length + len(name), letters.index(letter)))
        length += len(name)
        pieces += [before, name]
        position = match.end()
    pieces.append(template[position:])
    return Filled("".join(pieces), tuple(spans), tuple(letters))


def ask(scorer: SpanScorer, wanted: Sequence[tuple[str, Cast]]) -> Answers:
    """Score all texts in one call, each once.

    Args:
        scorer: What to audit.
        wanted: Templates, with the names for their placeholders.

    Returns:
        For each template and cast, the answer for each letter.

    Raises:
        ModelError: The answer of the scorer has another shape than promised, or numbers that are not finite.
    """
    filled = {key: fill(*key) for key in wanted}
    texts = list(dict.fromkeys(filled.values()))
    probs = scorer.score_spans([item.text for item in texts], [item.spans for item in texts])
    size = sum(len(item.letters) for item in texts)
    scores: dict[Task, list[float]] = {}
    labels: dict[Task, list[int]] = {}
    for task in Task:
        values = np.asarray(probs[task.value], dtype=np.float64) if task.value in probs else np.empty(0)
        advice = "See `SpanScorer` for what a scorer must answer."
        if values.shape != (size, 3):
            raise ModelError(expected(f"scores for {task}", f"of shape ({size}, 3)", values.shape, advice))
        if not np.isfinite(values).all():
            raise ModelError(
                expected(f"scores for {task}", "finite", Described("NaN or infinity"), "Check the checkpoint.")
            )
        scores[task] = (values[:, 2] - values[:, 0]).tolist()
        labels[task] = values.argmax(axis=1).tolist()
    answers: dict[Filled, dict[str, Answer]] = {}
    row = 0
    for item in texts:
        answers[item] = {}
        for letter in item.letters:
            one = Answer({task: scores[task][row] for task in Task}, {task: labels[task][row] for task in Task})
            answers[item][letter] = one
            row += 1
    return {key: answers[item] for key, item in filled.items()}
