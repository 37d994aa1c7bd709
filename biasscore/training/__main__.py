"""``python -m biasscore.training --data PATH``: labelled files in, the shipped checkpoint out."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import torch

from .data import development_sets, training_set
from .export import export
from .fit import RECIPES, fit
from .network import SpanNetwork, actor_tokenizer, starting_point


def main(arguments: Sequence[str] | None = None) -> None:
    """Train one recipe, print its figures as JSON lines, and write its checkpoint.

    Args:
        arguments: The command line; None takes the process's own.
    """
    parser = argparse.ArgumentParser(prog="python -m biasscore.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with newsmtsc/, dse/ and their JSONL files")
    parser.add_argument("--out", type=Path, default=Path("runs/default"), help="folder for logs and checkpoints")
    parser.add_argument("--recipe", choices=sorted(RECIPES), default="default")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    recipe = RECIPES[options.recipe]
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    network = SpanNetwork.from_encoder(starting_point(), offsets=recipe.offsets)
    tokenizer = actor_tokenizer(starting_point())
    training = training_set(options.data, recipe.sources, recipe.seed)
    logging.info("%d training sentences", len(training))
    history = fit(network, tokenizer, training, development_sets(options.data), recipe, options.out)
    export(network, starting_point(), options.out / "weights")
    logging.info("%s", json.dumps(history[-1]["development"]))


if __name__ == "__main__":
    main()
