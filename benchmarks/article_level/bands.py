"""Which half-widths of the neutral zone are as good as the best, and which the fixtures prefer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from biasscore.aggregate import estimate, to_scores, verdict
from biasscore.config import Measurement, Runtime
from biasscore.labels import Task
from biasscore.records import Estimate, Verdict
from biasscore.scorer import Scorer

from .figures import bootstrap_f1
from .rules import BANDS, LABELS, TASKS, Family, Space, classify
from .scored import IntArray, Scored
from .selection import macro_f1s

FIXTURES: Final = Path(__file__).parents[2] / "fixtures" / "articles"
_MEASUREMENT: Final = Measurement()


@dataclass(frozen=True, slots=True)
class Agreed:
    """What any reader would say of an actor in a fixture article, and what was measured."""

    article: str
    actor: str
    task: str
    wanted: str
    found: Estimate

    def right(self, band: float) -> tuple[bool, bool]:
        """Whether the score's label is right; whether the verdict is, for which doubt is as good as neutral."""
        label = LABELS[int(classify(np.array([self.found.score]), band)[0])]
        said = verdict(self.found, Measurement(stance_band=band, sentiment_band=band), Task(self.task))
        if self.wanted == "neutral":
            return label == "neutral", said in ("balanced", "insufficient evidence")
        return label == self.wanted, said == self.wanted


def read_fixtures(threads: int) -> list[Agreed]:
    """Score the fixture articles."""
    scorer = Scorer(runtime=Runtime(device="cpu", threads=threads))
    agreed: list[Agreed] = []
    for path in sorted(FIXTURES.glob("*.toml")):
        wanted = tomllib.loads(path.read_text(encoding="utf-8"))
        profile = scorer.score(path.with_suffix(".txt").read_text(encoding="utf-8"))
        for section, task in (("sign", "stance"), ("portrayal", "sentiment")):
            for actor, label in wanted.get(section, {}).items():
                found: Estimate | None = getattr(profile[actor], task)
                if found is not None:
                    agreed.append(Agreed(path.stem, actor, task, label, found))
    return agreed


def check_fixtures(agreed: Sequence[Agreed]) -> dict[str, Any]:
    """Agreement with the fixtures for each band."""
    found: dict[str, Any] = {"rows": [asdict(row) for row in agreed]}
    for task in ("stance", "sentiment"):
        rows = [row for row in agreed if row.task == task]
        rights = [[row.right(band) for row in rows] for band in BANDS]
        found[task] = {
            "n": len(rows),
            "label": [sum(right for right, _ in one) for one in rights],
            "verdict": [sum(right for _, right in one) for one in rights],
        }
    return found


def band_curves(space: Space, gold: IntArray, seed: int) -> dict[str, Any]:
    """Macro-F1 by band for the plain form of each task, and which bands are as good as the best.

    A band is as good if it falls behind by no more than one standard error of the paired difference.
    """
    curves: dict[str, Any] = {}
    for task in TASKS:
        scores = space.scores[space.families.index(Family(task, "uniform", "mean"))]
        labels = classify(scores, np.array(BANDS)[:, np.newaxis])
        f1 = macro_f1s(gold, labels)
        best = int(f1.argmax())
        replicates = np.array([bootstrap_f1(gold, row, seed) for row in labels])
        errors = (replicates[best] - replicates).std(axis=1)
        curves[task] = {
            "macro_f1": f1.tolist(),
            "best": BANDS[best],
            "as_good": [band for band, gap, error in zip(BANDS, f1[best] - f1, errors, strict=True) if gap <= error],
        }
    return curves


def recommend(curves: Mapping[str, Any], fixtures: Mapping[str, Any]) -> dict[str, float]:
    """The band for each task, as the head of the module says."""
    bands: dict[str, float] = {}
    for task in ("stance", "sentiment"):
        best, as_good = curves[task]["best"], curves[task]["as_good"]
        held = dict(zip(BANDS, fixtures[task]["label"], strict=True))
        bands[task] = max(as_good, key=lambda band: (held[band], -abs(band - best)))
    return bands


def verdicts(articles: Sequence[Scored]) -> dict[str, Any]:
    """How many articles of each label get each verdict of `biasscore.aggregate.verdict` as shipped, for each task."""
    found: dict[str, Any] = {}
    for task, probs in ((Task.STANCE, [a.stance for a in articles]), (Task.SENTIMENT, [a.sentiment for a in articles])):
        counts = {said: [0, 0, 0] for said in get_args(Verdict)}
        for article, own in zip(articles, probs, strict=True):
            found_here = estimate(to_scores(own), article.salience, _MEASUREMENT)
            counts[verdict(found_here, _MEASUREMENT, task)][article.gold] += 1
        found[task.value] = counts
    return found
