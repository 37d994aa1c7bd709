"""``python -m biasscore.training --data PATH``: labelled files in, the shipped checkpoint out."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file

from .calibrate import calibrate
from .data import development_sets, training_set
from .export import export, set_calibration
from .fit import RECIPES, evaluate, fit
from .network import SpanNetwork, actor_tokenizer, starting_point

_LOG = logging.getLogger("biasscore.training")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train one recipe, log its figures, write its checkpoint and calibrate it.

    ``OUT/log.jsonl`` gets a line of figures an epoch, ``OUT/checkpoint.safetensors`` the raw weights, ``OUT/weights/``
    the folder that is shipped.

    Args:
        arguments: The command line; None takes the process's own.
    """
    parser = argparse.ArgumentParser(prog="python -m biasscore.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with newsmtsc/, dse/ and their JSONL files")
    parser.add_argument(
        "--gold", type=Path, help="fixtures/gold/stance.jsonl: its development half measures both tasks"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/default"), help="folder for logs and checkpoints")
    parser.add_argument("--recipe", choices=sorted(RECIPES), default="default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--checkpoint", type=Path, help="export these raw weights instead of training")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    recipe = RECIPES[options.recipe]
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    network = SpanNetwork.from_encoder(starting_point(), offsets=recipe.offsets)
    tokenizer = actor_tokenizer(starting_point())
    development = development_sets(options.data, options.gold)
    if options.checkpoint is None:
        training = training_set(options.data, recipe.sources, recipe.seed)
        _LOG.info("%d training sentences", len(training))
        fit(network, tokenizer, training, development, recipe, options.out)
    else:
        network.load_state_dict(load_file(options.checkpoint))
    for name, examples in development.items():
        _LOG.info("%s: %s", name, json.dumps(evaluate(network, tokenizer, examples)))
    weights = options.out / "weights"
    export(network, starting_point(), weights)
    # DSE's labels tell pairs apart, not sentences: its prior is not that of any text.
    set_calibration(weights, calibrate(weights, {k: v for k, v in development.items() if k != "dse"}))
    _LOG.info("wrote %s", weights)


if __name__ == "__main__":
    main()
