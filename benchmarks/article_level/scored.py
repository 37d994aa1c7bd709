"""Articles about a person -> the scores of their sentences toward it, kept in a cache."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

import biasscore
from biasscore.actors import Actor, fold, resolve
from biasscore.aggregate import salience
from biasscore.config import Measurement, Runtime
from biasscore.labels import label_index
from biasscore.records import MentionKind, MentionScore
from biasscore.scorer import Scorer

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
TaskUsed = Literal["sentiment", "stance", "mean"]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """The sentences of one article that mention its main person.

    Attributes:
        id: The article's id.
        gold: Label as a column: 0 negative, 1 neutral, 2 positive.
        paragraphs: Paragraph of each sentence, int64 (n,).
        mentions: Mentions of the person in each sentence, int64 (n,).
        salience: `biasscore.aggregate.salience` of each sentence, float64 (n,).
        author: Whether the sentence is in the author's voice, bool (n,).
        sentiment: P(negative, neutral, positive), float64 (n, 3).
        stance: P(against, none, favor), float64 (n, 3).
    """

    id: str
    gold: int
    paragraphs: IntArray
    mentions: IntArray
    salience: FloatArray
    author: NDArray[np.bool_]
    sentiment: FloatArray
    stance: FloatArray

    def __len__(self) -> int:
        return len(self.paragraphs)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Scored:
        """Read one line of the cache."""
        return cls(
            row["id"],
            row["gold"],
            np.array(row["paragraphs"], np.int64),
            np.array(row["mentions"], np.int64),
            np.array([salience(kinds) for kinds in row["kinds"]], np.float64),
            np.array(row["author"], np.bool_),
            np.array(row["sentiment"], np.float64).reshape(-1, 3),
            np.array(row["stance"], np.float64).reshape(-1, 3),
        )

    def probs(self, task: TaskUsed) -> FloatArray:
        """Probabilities (n, 3) of a task, or the mean of both."""
        return {"sentiment": self.sentiment, "stance": self.stance, "mean": (self.sentiment + self.stance) / 2}[task]


def repair(text: str) -> str:
    """Put back what the published text lost: UTF-8 read as Latin-1, and commas."""

    def decode(run: re.Match[str]) -> str:
        try:
            return run.group().encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return run.group()

    text = re.sub(r"[\x80-\xff]{2,}", decode, text)
    text = re.sub(r"(?<=\w) (?=[\"”](?:\s|$))", ",", text)
    return re.sub(r"(?<=[\w)\]%\"”])(?<!,[\"”])  (?=\S)", ", ", text)


def main_person(target: str) -> Actor:
    """The actor that a user would ask for by the target's name."""
    name = re.sub(r"['’]s$", "", re.sub(r"^\W+|\W+$", "", target))
    if name.isupper():
        name = name.title()
    return resolve([f'"{name}"'])[0]


def read_scored(path: Path, cache: Path, threads: int) -> tuple[list[Scored], dict[str, Any]]:
    """Score the articles, or read their scores if the cache has them.

    Returns:
        The articles, and what made their scores: hashes of weights, data and code.
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    runtime = Runtime(device="cpu", threads=threads)
    probe = Scorer(["UK"], runtime=runtime)
    made_by = {
        "weights": probe.provenance.weights,
        "data": hashlib.sha256(path.read_bytes()).hexdigest()[:16],
        "code": _code_hash(),
        "articles": len(rows),
    }
    if cache.exists():
        with cache.open(encoding="utf-8") as lines:
            if json.loads(lines.readline() or "null") == made_by:
                return [Scored.of(json.loads(line)) for line in lines], made_by
    began = time.monotonic()
    kept = []
    for number, row in enumerate(rows, 1):
        kept.append(_score(row, runtime))
        if number % 100 == 0:
            print(f"scored {number} of {len(rows)} articles, {time.monotonic() - began:.0f} s", file=sys.stderr)
    cache.parent.mkdir(parents=True, exist_ok=True)
    partial = cache.with_name(cache.name + ".part")
    partial.write_text("".join(json.dumps(line) + "\n" for line in (made_by, *kept)), encoding="utf-8")
    partial.replace(cache)
    return [Scored.of(row) for row in kept], made_by


#: Modules that see probabilities only, or none. What `Measurement` says is hashed as it is in force.
_AFTER: Final = frozenset({
    "aggregate", "audit", "audit_answers", "audit_report", "behaviour", "calibrating", "calibration_fit", "cli",
    "cli_actors", "cli_corpus", "cli_evaluation", "cli_measurement", "cli_models", "cli_output", "cli_priors",
    "comparison", "comparison_input", "config", "corpus", "disk", "distributed", "evaluation", "features", "group_sums",
    "labelled", "metrics", "priors", "profile", "progress", "results", "student", "terminal", "workers", "writing",
})  # fmt: skip


def _code_hash() -> str:
    """Hash of everything between a text and what is kept of it, this file with it, the weights apart."""
    package = Path(biasscore.__file__).parent
    files = [path for path in package.glob("*.py") if path.stem not in _AFTER]
    files += [*package.glob("models/*.py"), *package.glob("data/*.toml"), *package.glob("weights/*.json")]
    now = Measurement()
    settings = (now.metonyms, now.anaphors, now.max_chars, now.sentiment_prior, now.stance_prior)
    digest = hashlib.sha256(repr(settings).encode())
    for file in [*sorted(files), Path(__file__)]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _score(row: Mapping[str, Any], runtime: Runtime) -> dict[str, Any]:
    actor = main_person(row["target"])
    profile = Scorer([actor], runtime=runtime).score(repair(row["text"]))
    names = [fold(alias.text) for alias in actor.aliases]

    def kinds(score: MentionScore) -> list[MentionKind]:
        # A profile does not keep the kinds; what names the actor holds one of its aliases.
        found = [fold(profile.text[span.start : span.end]) for span in score.spans]
        return ["name" if any(name in words for name in names) else "anaphor" for words in found]

    return {
        "id": row["id"],
        "gold": label_index(row["label"]),
        "paragraphs": [profile.sentences[score.sentence].paragraph for score in profile.scores],
        "mentions": [len(score.spans) for score in profile.scores],
        "kinds": [kinds(score) for score in profile.scores],
        "author": [score.voice == "author" for score in profile.scores],
        "sentiment": [[round(value, 6) for value in score.sentiment] for score in profile.scores],
        "stance": [[round(value, 6) for value in score.stance] for score in profile.scores],
    }
