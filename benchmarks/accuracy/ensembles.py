"""Runs alone, the mean of their answers, and the mean of their weights, on the development sets.

    python -m benchmarks.accuracy.ensembles --data PATH RUN [RUN ...] [--json FILE]

RUN is a folder that `biasscore.training` wrote; only runs of one encoder have a mean of weights. All actors of a
sentence are in one pass, as articles are scored. Macro-F1 of both tasks, and of the sentences that have a negative and
a positive actor the share with every sentiment right. Answers are compared as they come, before storage in int8 and
calibration.
"""

from __future__ import annotations

import argparse
import json
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from tokenizers import Tokenizer

from biasscore.training.answers import predict
from biasscore.training.data import development_sets
from biasscore.training.distil import mean_weights, trained
from biasscore.training.examples import UNKNOWN, Example
from biasscore.training.network import SpanNetwork

GOLD = Path(__file__).parents[2] / "fixtures" / "gold" / "stance.jsonl"
Answers = dict[str, NDArray[np.float32]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sets = {name: rows for name, rows in development_sets(options.data, GOLD).items() if name != "dse"}
    rows: list[dict[str, object]] = []

    def answers(network: SpanNetwork, tokenizer: Tokenizer) -> Answers:
        found = {}
        for name, examples in sets.items():
            logits = predict(network, tokenizer, [(e.text, e.targets, e.source) for e in examples])
            found[name] = torch.softmax(torch.from_numpy(logits), dim=-1).numpy()
        return found

    def report(how: str, runs: tuple[str, ...], found: Answers) -> None:
        row = {"how": how, "runs": runs, **{name: figures(sets[name], found[name]) for name in sets}}
        rows.append(row)
        print(json.dumps(row), flush=True)

    runs = {run.name: run for run in options.runs}
    networks = {name: trained(run) for name, run in runs.items()}
    shapes = {name: network.encoder.config.to_diff_dict() for name, (network, _) in networks.items()}
    alone = {name: answers(*pair) for name, pair in networks.items()}
    for name, found in alone.items():
        report("alone", (name,), found)
    for size in range(2, len(runs) + 1):
        for chosen in combinations(runs, size):
            mean = {name: np.mean([alone[run][name] for run in chosen], axis=0) for name in sets}
            report("mean of answers", chosen, mean)
            if all(shapes[run] == shapes[chosen[0]] for run in chosen):
                network, tokenizer = networks[chosen[0]]  # it has answered for itself
                network.load_state_dict(mean_weights([runs[run] / "checkpoint.safetensors" for run in chosen]))
                report("mean of weights", chosen, answers(network, tokenizer))
    if options.json:
        options.json.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def figures(examples: list[Example], answers: NDArray[np.float32]) -> dict[str, float]:
    """Macro-F1 of both tasks, and sentences of opposite treatment with every sentiment right."""
    found: dict[str, float] = {}
    for column, task in enumerate(("sentiment", "stance")):
        gold = np.array([getattr(t, task) for e in examples for t in e.targets])
        known = gold != UNKNOWN
        if known.any():
            guess = answers[known, column].argmax(1)
            found[task] = round(float(f1_score(gold[known], guess, average="macro", labels=[0, 1, 2])), 4)
    right, position = [], 0
    for example in examples:
        labels = [t.sentiment for t in example.targets]
        guesses = answers[position : position + len(labels), 0].argmax(1).tolist()
        position += len(labels)
        if {0, 2} <= set(labels):
            right.append(guesses == labels)
    return {**found, "opposite_both_right": round(float(np.mean(right)), 4)}


if __name__ == "__main__":
    main()
