"""The corpus that comes with the package -> training examples.

Each line of ``corpus/*.jsonl`` is an object: ``s`` is the sentence with its mentions marked ``[[key|words]]``, where
all mentions of one actor share a key; ``pairs`` gives for each key sentiment, stance, voice and category as the
guidelines beside it define them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final

from ..errors import InputError, expected
from ..labels import label_index
from .examples import Example, Target

_MENTION: Final = re.compile(r"\[\[([a-z])\|([^\[\]|]+)\]\]")
#: The finder leaves an article before a name outside the mention, and keeps that of a description ("the alliance").
_ARTICLE: Final = re.compile(r"(?:[Tt]he|[Aa]n?) (?=[A-ZЀ-Я])")
#: Weight of an authored label beside one of the public sets: the corpus is small, clean and of the domain.
_WEIGHT: Final = 2.0


@dataclass(frozen=True, slots=True)
class Pair:
    """One labelled actor of an authored sentence.

    Attributes:
        spans: Its mentions, half-open, in the sentence without markup.
        sentiment: Column of the sentiment label, 0 to 2.
        stance: Column of the stance label, 0 to 2.
        voice: "author" or "attributed".
        category: What the pair was written to show.
    """

    spans: tuple[tuple[int, int], ...]
    sentiment: int
    stance: int
    voice: str
    category: str


def parse(line: str, place: str) -> tuple[str, tuple[Pair, ...]]:
    """Read one line of the corpus.

    Args:
        line: The JSON object.
        place: File and line, for the message.

    Returns:
        The sentence without markup, and its labelled actors in the order of their keys.

    Raises:
        InputError: The line is no such object, or its keys do not agree.
    """
    try:
        record = json.loads(line)
        marked, labels = record["s"], record["pairs"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise InputError(expected(place, "an object with `s` and `pairs`", line, "Mend the line.")) from error
    text, spans = _unmark(marked)
    if spans.keys() != labels.keys():
        raise InputError(expected(place, f"labels for {sorted(spans)}", sorted(labels), "Mend the keys."))
    pairs = [
        Pair(tuple(spans[key]), label_index(sentiment), label_index(stance), voice, category)
        for key, (sentiment, stance, voice, category) in sorted(labels.items())
    ]
    return text, tuple(pairs)


def _unmark(marked: str) -> tuple[str, dict[str, list[tuple[int, int]]]]:
    pieces: list[str] = []
    spans: dict[str, list[tuple[int, int]]] = {}
    position = length = 0
    for match in _MENTION.finditer(marked):
        article = _ARTICLE.match(match[2])
        before = marked[position : match.start()] + (article.group() if article else "")
        words = match[2][article.end() :] if article else match[2]
        length += len(before)
        spans.setdefault(match[1], []).append((length, length + len(words)))
        pieces += [before, words]
        length += len(words)
        position = match.end()
    pieces.append(marked[position:])
    return "".join(pieces), spans


def corpus_lines(parts: int | None = None, since: int = 1) -> Iterator[tuple[str, str]]:
    """Every line of the corpus with its place, file by file.

    Args:
        parts: Number of the last file; None for all.
        since: Number of the first file.

    Yields:
        Place and line.
    """
    folder = resources.files("biasscore.training").joinpath("corpus")
    files = [file for file in folder.iterdir() if file.name.endswith(".jsonl")]
    for file in sorted(files, key=lambda item: (len(item.name), item.name))[since - 1 : parts]:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{file.name} line {number}", line


def read_authored(lines: Iterable[tuple[str, str]] | None = None) -> list[Example]:
    """The corpus as training examples.

    Args:
        lines: Place and line of each sentence; None for the corpus of the package.

    Returns:
        One example a sentence, with both tasks' labels.

    Raises:
        InputError: A line is wrong; the message names it.
    """
    examples = []
    for place, line in corpus_lines() if lines is None else lines:
        text, pairs = parse(line, place)
        targets = tuple(Target(pair.spans, pair.sentiment, pair.stance, _WEIGHT, _WEIGHT) for pair in pairs)
        examples.append(Example(text, targets, "authored", f"authored:{place}"))
    return examples
