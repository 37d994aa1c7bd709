"""How well mentions of actors other than the four default ones are found: states, organisations, persons by name.

    python -m benchmarks.other_actors [--json FILE] [--errors]

Reads ``fixtures/gold/mentions_others.jsonl`` (guidelines in ``MENTIONS.md`` beside it), whose passages say which actors
they are asked about, and prints for each half what `benchmarks.mentions` prints for the default actors: agreement of
the two annotation passes, precision and recall of mentions by kind and by sort of actor, traps taken. Pronouns of
persons are not marked, and those that are found are not counted (`benchmarks.pronouns` measures them).

``--errors`` lists the errors of the development half; those of the test half are never shown.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from biasscore.actors import Actor, load_catalogue, resolve
from biasscore.mentions import Finder
from biasscore.records import MentionVoice
from biasscore.segment import split_sentences

from . import mentions
from .mentions import HALVES, KINDS, GoldMention, Passage, Result, count_mentions, mention_lines

GOLD: Final = Path(__file__).parent.parent / "fixtures" / "gold" / "mentions_others.jsonl"
PASSES: Final = GOLD.with_name("mentions_others_passes.jsonl")
RESULTS: Final = Path(__file__).parent / "results" / "other_actors.json"
SORTS: Final = ("state", "organisation", "personal name")
#: Voice is not marked here: it does not hang on who the actor is.
_VOICE: Final = MentionVoice("author", None)
#: Not marked where a person is the actor.
PRONOUNS: Final = frozenset({"he", "she", "him", "her", "his", "hers", "himself", "herself"})
_ORGANISATIONS: Final = frozenset({"EU", "UN", "OSCE", "CSTO", "SCO", "BRICS", "the West"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A passage and the actors it is asked about, as a user would write them."""

    passage: Passage
    actors: tuple[str, ...]


def load_gold(path: Path = GOLD) -> list[Asked]:
    """Read the passages in the order of the file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        mentions = tuple(GoldMention(m["start"], m["end"], m["actor"], m["kind"], _VOICE) for m in row["mentions"])
        found.append(Asked(Passage(row["id"], row["trap"], row["half"], row["text"], mentions), tuple(row["actors"])))
    return found


def sort_of(name: str, actor: Actor) -> str:
    """Which of `SORTS` an actor is that a passage calls by a name."""
    if name in _ORGANISATIONS:
        return "organisation"
    return "state" if actor.id in load_catalogue() else "personal name"


def agreement(passages: Sequence[Asked], path: Path = PASSES) -> dict[str, float | int]:
    """`benchmarks.mentions.agreement` of the two passes over some passages, which have no voices."""
    return mentions.agreement([asked.passage for asked in passages], path, ("kind",))


def evaluate(passages: Iterable[Asked]) -> Result:
    """Compare what is found with the gold set, each passage for the actors it is asked about.

    Returns:
        The counts, with a row for each of `SORTS` beside those of the kinds.
    """
    result = Result()
    for name in ("all", *SORTS, *KINDS):
        result.row(name)
    for asked in passages:
        actors = resolve(asked.actors)
        names = {actor.id: sort_of(name, actor) for actor, name in zip(actors, asked.actors, strict=True)}
        ids = {name: actor.id for actor, name in zip(actors, asked.actors, strict=True)}
        gold = replace(asked.passage, mentions=tuple(replace(m, actor=ids[m.actor]) for m in asked.passage.mentions))
        text = gold.text
        found = [
            mention
            for mention in Finder(actors).find(text, split_sentences(text))
            if text[mention.start : mention.end].casefold() not in PRONOUNS or names[mention.actor] != "personal name"
        ]
        count_mentions(result, gold, found, names)
    return result


def _lines(half: str, passages: Sequence[Asked], figures: Mapping[str, Any]) -> Iterator[str]:
    traps, alpha = figures["traps"], figures["agreement"]
    yield f"{half} half: {len(passages)} passages, {traps['passages']} of them traps"
    yield (
        f"  agreement of two passes (Krippendorff's alpha): spans {alpha['spans_alpha']:.3f}, kind "
        f"{alpha['kind_alpha']:.3f} ({alpha['spans_a']} and {alpha['spans_b']} spans, {alpha['spans_both']} the same)"
    )
    yield from mention_lines(figures)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, default=RESULTS, help="where the figures go (default: %(default)s)")
    parser.add_argument("--errors", action="store_true", help="list the errors of the development half")
    arguments = parser.parse_args(argv)
    gold = load_gold()
    figures: dict[str, Any] = {}
    for half in HALVES:
        passages = [asked for asked in gold if asked.passage.half == half]
        result = evaluate(passages)
        counted = result.figures()
        figures[half] = {
            "agreement": agreement(passages),
            **{key: counted[key] for key in ("mentions", "kind_accuracy", "traps")},
        }
        print("\n".join(_lines(half, passages, figures[half])))
        if arguments.errors and half == "development":
            print("\n".join(result.errors))
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(figures, indent=2, allow_nan=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
