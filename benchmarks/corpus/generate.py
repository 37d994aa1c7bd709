"""Synthetic articles: many, cheap, alike to news in length and in how often actors are named, and always the same.

    python -m benchmarks.corpus.generate OUT.jsonl --articles 100000 [--copies 0.3] [--seed 0]

Each article has an outlet with a leaning of its own toward each actor, a date within two years, and about twenty
sentences of which a third name an actor. A share of them are copies of one wire report under another outlet's name.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

OUTLETS = ("Harbour Post", "Steppe Herald", "Northern Ledger", "City Wire", "The Evening Lamp")
NAMES = {
    "UK": ("the United Kingdom", "Britain", "London", "the British government"),
    "NATO": ("NATO", "the alliance's secretariat", "Nato's council"),
    "Kazakhstan": ("Kazakhstan", "Astana", "the Kazakh government"),
    "Russia": ("Russia", "Moscow", "the Kremlin"),
}
HARSH = (
    "{actor} broke its promise to the {people} once again",
    "{actor} has nothing but excuses for the {thing}",
    "the {thing} shows how little {actor} can be trusted",
    "the {people} pay the price for what {actor} calls prudence",
)
KIND = (
    "{actor} kept its word about the {thing}",
    "the {people} have {actor} to thank for the {thing}",
    "{actor} showed patience where others lost theirs",
    "no one did more for the {thing} than {actor}",
)
PLAIN = (
    "{actor} will discuss the {thing} on {day}",
    "a delegation from {actor} met the {people} on {day}",
    "{actor} published figures about the {thing}",
    "officials said {actor} would answer the {people} by {day}",
)
EMPTY = (
    "the {thing} has been under repair since {day}",
    "few of the {people} expected rain on {day}",
    "the market for the {thing} opened late",
    "a choir of {people} sang outside the hall until dusk",
    "on {day} the road was closed for the {thing}",
    "nobody could say who had paid for the {thing}",
)
THINGS = ("harbour wall", "grain silo", "railway bridge", "tram line", "weather station", "fish market", "power line")
PEOPLE = ("pensioners", "dockers", "teachers", "farmers", "ferrymen", "archivists", "bakers", "apprentices")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SENTENCES = (12, 30)


def articles(n: int, *, copies: float = 0.0, seed: int = 0) -> Iterator[dict[str, object]]:
    """Make articles.

    Args:
        n: Number.
        copies: Part of them that repeat the text of an earlier one, in [0, 1).
        seed: Of everything.

    Yields:
        ``{"id", "text", "title", "date", "outlet", "words"}``.
    """
    chance = random.Random(seed)
    leanings = {outlet: {actor: chance.uniform(-0.6, 0.6) for actor in NAMES} for outlet in OUTLETS}
    wire: list[tuple[str, str]] = []
    for number in range(n):
        outlet = chance.choice(OUTLETS)
        if wire and chance.random() < copies:
            title, text = chance.choice(wire)
        else:
            title, text = _article(chance, leanings[outlet])
            wire = [*wire[-199:], (title, text)]
        day = date(2024, 1, 1) + timedelta(days=chance.randrange(730))
        yield {
            "id": f"s{number:07d}",
            "text": text,
            "title": title,
            "date": day.isoformat(),
            "outlet": outlet,
            "words": len(text.split()),
        }


def _article(chance: random.Random, leaning: dict[str, float]) -> tuple[str, str]:
    theme = chance.sample(sorted(NAMES), k=chance.choice((1, 2, 2, 3)))
    paragraphs: list[str] = []
    left = chance.randint(*SENTENCES)
    while left > 0:
        size = min(left, chance.randint(2, 4))
        paragraphs.append(" ".join(_sentence(chance, theme, leaning) for _ in range(size)))
        left -= size
    title = f"{chance.choice(THINGS).capitalize()} divides {chance.choice(PEOPLE)}"
    return title, "\n\n".join([title, *paragraphs])


def _sentence(chance: random.Random, theme: Sequence[str], leaning: dict[str, float]) -> str:
    fill = {"thing": chance.choice(THINGS), "people": chance.choice(PEOPLE), "day": chance.choice(DAYS)}
    if chance.random() < 0.67:
        text = chance.choice(EMPTY).format(**fill)
    else:
        actor = chance.choice(theme)
        mood = leaning[actor] + chance.gauss(0.0, 0.5)
        kind = HARSH if mood < -0.3 else KIND if mood > 0.3 else PLAIN
        text = chance.choice(kind).format(actor=chance.choice(NAMES[actor]), **fill)
    # A number makes sentences differ, as those of real articles do: equal ones are scored once.
    tail = chance.choice(("the clerk noted in file {n}", "as in case {n} last year", "page {n} of the minutes says"))
    text = f"{text}, {tail.format(n=chance.randrange(100_000))}"
    return text[0].upper() + text[1:] + "."


def write(path: Path, n: int, *, copies: float = 0.0, seed: int = 0) -> Path:
    """Write articles as JSONL."""
    with path.open("w", encoding="utf-8") as file:
        for article in articles(n, copies=copies, seed=seed):
            file.write(json.dumps(article) + "\n")
    return path


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--copies", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    write(options.output, options.articles, copies=options.copies, seed=options.seed)


if __name__ == "__main__":
    main()
