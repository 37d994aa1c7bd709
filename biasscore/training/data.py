"""Which sentences train, and which measure: the two lists that every run shares."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from .augment import derive_stance, quoted
from .authored import corpus_lines, read_authored
from .examples import UNKNOWN, Example, read_dse, read_dse_relabelled, read_gold, read_newsmtsc
from .recipes import Recipe
from .relabelled import read_relabelled
from .split import split_by_article

#: The cut of NewsMTSC's articles: share and seed of the development set.
DEVELOPMENT_SHARE: Final = 0.12
SPLIT_SEED: Final = 0
#: For each sentence of DSE with an attitude, this many without one are kept by recipes that balance it.
_DSE_NEUTRAL_SHARE: Final = 0.2
#: What becomes the mark of a question about nobody.
_FRONT: Final = "_ "


def training_set(folder: Path, recipe: Recipe) -> list[Example]:
    """The training sentences of a recipe.

    With "authored" among its sources, stance labels are derived where none are told, sentences are quoted, and DSE is
    balanced; NewsMTSC and DSE without it are taken as they are.

    Args:
        folder: With ``newsmtsc/train.jsonl`` and ``dse/train.jsonl``.
        recipe: Says which sources, which files of the corpus, and whether labels by the guidelines.

    Returns:
        Sentences; none of them stands in the development set.

    Raises:
        InputError: A file is missing or wrong.
    """
    newsmtsc, _ = _persons(folder, recipe.relabelled)
    dse = read_dse(folder / "dse" / "train.jsonl") if "dse" in recipe.sources else []
    if "dse" in recipe.sources and "authored" not in recipe.sources:
        return newsmtsc + dse
    persons = [derive_stance(example) for example in newsmtsc]
    if "authored" not in recipe.sources:
        return persons
    authored = read_authored(corpus_lines(recipe.parts, recipe.since))
    others = _relabelled_dse(folder) if recipe.relabelled else []
    return persons + _balanced(dse, recipe.seed) + authored + quoted(authored, recipe.seed) + others


def _persons(folder: Path, relabelled: bool) -> tuple[list[Example], list[Example]]:
    """NewsMTSC, training and development articles."""
    labels = read_relabelled("newsmtsc") if relabelled else None
    rows = read_newsmtsc(folder / "newsmtsc" / "train.jsonl", labels)
    return split_by_article(rows, fraction=DEVELOPMENT_SHARE, seed=SPLIT_SEED)


def _relabelled_dse(folder: Path) -> list[Example]:
    held = _held_of_dse(folder)
    rows = read_dse_relabelled(folder / "dse" / "train.jsonl", read_relabelled("dse"))
    return [example for example in rows if example.text not in held]


def _held_of_dse(folder: Path) -> set[str]:
    """Sentences of DSE's development file: some stand in its training file as well."""
    return {example.text for example in read_dse(folder / "dse" / "dev.jsonl")}


def _balanced(dse: Sequence[Example], seed: int) -> list[Example]:
    """All sentences with an attitude and some without: most sentences of DSE teach only that pairs are unrelated."""
    polar = [example for example in dse if any(target.sentiment != 1 for target in example.targets)]
    neutral = [example for example in dse if all(target.sentiment == 1 for target in example.targets)]
    return polar + random.Random(seed).sample(neutral, min(len(neutral), round(_DSE_NEUTRAL_SHARE * len(polar))))


def untaught(folder: Path, training: Sequence[Example], count: int, seed: int) -> list[Example]:
    """Sentences of DSE that no recipe trains on, without their labels: text for teachers to label.

    Args:
        folder: As for `training_set`.
        training: What is trained on anyway.
        count: How many, or as many as there are.
        seed: Of the choice.

    Returns:
        Sentences whose labels are all unknown.

    Raises:
        InputError: The file is missing or wrong.
    """
    used = {example.text for example in training}
    held = _held_of_dse(folder)
    rest = [e for e in read_dse(folder / "dse" / "train.jsonl") if e.text not in used and e.text not in held]
    chosen = random.Random(seed).sample(rest, min(count, len(rest)))
    return [replace(e, targets=tuple(replace(t, sentiment=UNKNOWN, stance=UNKNOWN) for t in e.targets)) for e in chosen]


def untargeted(examples: Sequence[Example]) -> list[Example]:
    """Sentences that do not say whom the question is about: the mark stands in front, and all words are kept.

    Args:
        examples: Any sentences.

    Returns:
        One example for each target, with that target's labels.
    """
    return [
        replace(example, text=_FRONT + example.text, targets=(replace(target, spans=((0, 1),)),))
        for example in examples
        for target in example.targets
    ]


def without_stance(examples: Sequence[Example]) -> list[Example]:
    """The same sentences with a sentiment alone.

    Args:
        examples: Labelled sentences.

    Returns:
        Sentences whose stance is unknown.
    """
    return [replace(e, targets=tuple(replace(t, stance=UNKNOWN) for t in e.targets)) for e in examples]


def development_sets(folder: Path, gold: Path | None = None) -> dict[str, list[Example]]:
    """The development sets.

    Args:
        folder: As for `training_set`.
        gold: The gold set of the repository, ``fixtures/gold/stance.jsonl``.

    Returns:
        ``newsmtsc``: whole articles that no recipe trains on, with a stance by the guidelines. ``dse``: DSE's own
        development set. ``gold``: the development half of the gold set, if it is given.

    Raises:
        InputError: A file is missing or wrong.
    """
    _, newsmtsc = _persons(folder, relabelled=True)
    sets = {"newsmtsc": newsmtsc, "dse": read_dse(folder / "dse" / "dev.jsonl")}
    return sets if gold is None else {**sets, "gold": read_gold(gold, "development")}
