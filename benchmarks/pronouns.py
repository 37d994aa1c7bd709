"""How often "he" and "she" go to the person that is measured, and rightly so.

    python -m benchmarks.pronouns

Reads ``fixtures/gold/pronouns.jsonl``: passages in which every pronoun that means the main person is marked
(``[[She]]``), written without sight of the rules, which were then improved by them. Precision is the share of the
pronouns found that are marked; one pronoun a sentence is looked for, so that recall is counted in sentences: of those
that have a marked pronoun and do not name the person, the share in which a marked one was found.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from biasscore.actors import resolve
from biasscore.mentions import Finder
from biasscore.segment import split_sentences

GOLD: Final = Path(__file__).parent.parent / "fixtures" / "gold" / "pronouns.jsonl"
_MARK: Final = re.compile(r"\[\[(\w+)\]\]")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted.

    Attributes:
        passages: How many were read.
        found: Pronouns found.
        right: Those of them that are marked.
        sentences: Sentences without the name and with a marked pronoun.
        seen: Those of them in which a marked pronoun was found.
    """

    passages: int
    found: int
    right: int
    sentences: int
    seen: int

    @property
    def precision(self) -> float:
        """Share of the pronouns found that are marked."""
        return self.right / self.found

    @property
    def recall(self) -> float:
        """Share of the sentences in which a marked pronoun was found."""
        return self.seen / self.sentences


def parse(marked: str) -> tuple[str, set[int]]:
    """``[[She]] left`` -> the text without marks, and where the marked words begin."""
    parts = _MARK.split(marked)
    places, text = set(), ""
    for index, part in enumerate(parts):
        if index % 2:
            places.add(len(text))
        text += part
    return text, places


def measure(path: Path = GOLD) -> Figures:
    """Count over all passages."""
    passages = found = right = sentences = seen = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text, marked = parse(row["text"])
        split = split_sentences(text)
        mentions = Finder(resolve([f'"{row["person"]}"'])).find(text, split)
        named = {mention.sentence for mention in mentions if mention.kind != "anaphor"}
        pronouns = [mention for mention in mentions if mention.kind == "anaphor"]
        good = {mention.sentence for mention in pronouns if mention.start in marked}
        asked = {s.index for s in split if any(s.start <= place < s.end for place in marked)} - named
        passages += 1
        found += len(pronouns)
        right += sum(mention.start in marked for mention in pronouns)
        sentences += len(asked)
        seen += len(asked & good)
    return Figures(passages, found, right, sentences, seen)


def main() -> None:
    """Print the figures."""
    figures = measure()
    print(
        f"{figures.passages} passages: precision {figures.precision:.3f} (n={figures.found}), sentences found "
        f"{figures.recall:.3f} (n={figures.sentences})"
    )


if __name__ == "__main__":
    main()
