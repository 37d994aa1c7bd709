"""How well voice agrees with people's annotations of quotations and reported speech.

    python -m benchmarks.voice --polnear /path/to/polnear/dev.jsonl

Reads articles with their attributions (``text`` and ``extra.attributions[].content``, lists of character spans) and
prints, beside a baseline that takes everything in quotation marks and nothing else:

- sentence accuracy: a sentence counts as attributed if more than half of its words lie in content spans, and as found
  to be if more than half of them lie in the spans that were found;
- content tokens: precision, recall and F1 of the words found inside content spans;
- sources: of the annotated contents with a source whose middle is found to be attributed, the share for which the
  source that is found there overlaps one that is annotated there.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biasscore.records import Attribution, Mention, Sentence, Span
from biasscore.segment import split_sentences
from biasscore.voice import assign_voices, find_attributions

_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"[“\"«][^“”\"«»\n]*[”\"»\n]|''[^\n]*?''")


@dataclass(slots=True)
class Counts:
    """Sums over articles."""

    sentences: int = 0
    right: int = 0
    gold_attributed: int = 0
    both: int = 0
    gold: int = 0
    found: int = 0

    def line(self, name: str) -> str:
        precision = self.both / max(self.found, 1)
        recall = self.both / max(self.gold, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        return (
            f"{name:<12} sentence accuracy {self.right / max(self.sentences, 1):.4f} (n={self.sentences})   "
            f"content tokens: P {precision:.4f}  R {recall:.4f}  F1 {f1:.4f}"
        )


def covered(words: Sequence[tuple[int, int]], spans: Iterable[tuple[int, int]]) -> list[bool]:
    """For each word (in order), whether it begins inside one of the spans."""
    result = [False] * len(words)
    position, reach = 0, -1
    ordered = sorted(spans)
    for index, (start, _) in enumerate(words):
        while position < len(ordered) and ordered[position][0] <= start:
            reach = max(reach, ordered[position][1])
            position += 1
        result[index] = start < reach
    return result


def _is_pronoun(text: str, span: Sequence[int]) -> bool:
    return text[span[0] : span[1]].lower() in {"he", "she", "it", "they", "i", "we"}


@dataclass(slots=True)
class Sources:
    """Sums over annotated contents that have a source, other than a pronoun.

    What is found for "he" is whom it means, often far from it, where it is annotated.

    Attributes:
        named: Such contents.
        attributed: Those whose middle is found to be somebody's words.
        right: Those for which a right source is found.
    """

    named: int = 0
    attributed: int = 0
    right: int = 0

    def add(self, text: str, attributions: Sequence[Attribution], annotated: Sequence[Mapping[str, Any]]) -> None:
        """Add what was found in one article, and what is annotated there."""
        named = [(a["content"], a["source"]) for a in annotated if a.get("content") and a.get("source")]
        named = [(content, source) for content, source in named if not all(_is_pronoun(text, span) for span in source)]
        middles = [(content[0][0] + content[0][1]) // 2 for content, _ in named]
        places = [Mention("", 0, middle, middle + 1, "name") for middle in middles]
        for middle, found in zip(middles, assign_voices(attributions, places), strict=True):
            here = [span for content, source in named if _holds(content, middle) for span in source]
            self.named += 1
            self.attributed += found.voice == "attributed"
            source = found.source
            self.right += source is not None and any(source.start < end and start < source.end for start, end in here)

    def line(self) -> str:
        return (
            f"sources      right {self.right / max(self.attributed, 1):.4f} of the contents found (n={self.attributed})"
            f"   of all that name one {self.right / max(self.named, 1):.4f} (n={self.named})"
        )


def _holds(spans: Sequence[Sequence[int]], place: int) -> bool:
    return any(start <= place < end for start, end in spans)


def add(
    counts: Counts, sentences: Sequence[Sentence], words: list[tuple[int, int]], gold: list[bool], found: list[bool]
) -> None:
    """Add one article."""
    index = 0
    for sentence in sentences:
        total = in_gold = in_found = 0
        while index < len(words) and words[index][0] < sentence.end:
            total += 1
            in_gold += gold[index]
            in_found += found[index]
            counts.both += gold[index] and found[index]
            index += 1
        if total:
            counts.sentences += 1
            counts.gold += in_gold
            counts.found += in_found
            counts.gold_attributed += 2 * in_gold > total
            counts.right += (2 * in_gold > total) == (2 * in_found > total)


def quoted(text: str, _: Sequence[Sentence]) -> list[Span]:
    """The baseline: whatever stands in quotation marks within a paragraph."""
    return [Span(match.start(), match.end()) for match in _QUOTED.finditer(text)]


def rules(text: str, sentences: Sequence[Sentence]) -> list[Span]:
    """What `find_attributions` finds."""
    return [attribution.content for attribution in find_attributions(text, sentences)]


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polnear", type=Path, required=True, help="JSON Lines file of annotated articles")
    path: Path = parser.parse_args(argv).polnear
    counts = {name: Counts() for name in ("author only", "quotes only", "biasscore")}
    sources = Sources()
    seconds = characters = 0.0
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text: str = row["text"]
            sentences = split_sentences(text)
            words = [match.span() for match in _WORD.finditer(text)]
            contents = [content for a in row["extra"]["attributions"] for content in a.get("content") or []]
            gold = covered(words, [(start, end) for start, end in contents])
            began = time.process_time()
            attributions = find_attributions(text, sentences)
            seconds += time.process_time() - began
            characters += len(text)
            sources.add(text, attributions, row["extra"]["attributions"])
            found = [attribution.content for attribution in attributions]
            for count, spans in zip(counts.values(), ([], quoted(text, sentences), found), strict=True):
                add(count, sentences, words, gold, covered(words, [(span.start, span.end) for span in spans]))
    share = counts["biasscore"].gold_attributed / max(counts["biasscore"].sentences, 1)
    print(f"{path.name}: {share:.1%} of sentences attributed as annotated")
    for name, count in counts.items():
        print(count.line(name))
    print(sources.line())
    speed = characters / 1e6 / max(seconds, 1e-9)
    print(f"finding attributions: {speed:.1f} million characters a second (processor time)")


if __name__ == "__main__":
    main()
