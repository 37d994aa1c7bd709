"""``python -m biasscore.training --data PATH``: labelled files in, the shipped checkpoint out."""

from __future__ import annotations

import argparse
import json
import logging
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from ..errors import Described, InputError, expected
from .answers import evaluate, evaluate_together
from .augment import others
from .calibrate import calibrate
from .data import development_sets, training_set, untargeted, untaught, without_stance
from .distil import mean_weights, teach
from .examples import Example
from .export import export, export_refinement, set_calibration
from .fit import fit
from .low_rank import constrain, restore, resume
from .masked import read_on
from .network import SpanNetwork, actor_tokenizer, starting_point
from .recipes import RECIPES, REFINING, REFINING_MEAN, SHIPPED, SHIPPED_MEAN, Recipe

_LOG = logging.getLogger("biasscore.training")
_CHECKPOINT = "checkpoint.safetensors"
#: All runs start from the same heads, so that the mean of their weights means something.
_HEADS_SEED = 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Train one recipe, or those whose mean is shipped; log figures, write the checkpoint and calibrate it.

    ``OUT/log.jsonl`` gets a line of figures an epoch (one file a run, in folders of their names, if there are several),
    ``OUT/checkpoint.safetensors`` the raw weights, ``OUT/weights/`` the folder that is shipped.

    Args:
        arguments: The command line; None takes the process's own.
    """
    parser = argparse.ArgumentParser(prog="python -m biasscore.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with newsmtsc/, dse/ and their JSONL files")
    parser.add_argument(
        "--gold", type=Path, help="fixtures/gold/stance.jsonl: its development half measures both tasks"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/shipped"), help="folder for logs and checkpoints")
    parser.add_argument(
        "--recipe", choices=sorted(RECIPES), help="one run of it alone; without, the runs whose mean is shipped"
    )
    parser.add_argument("--seed", type=int, help="instead of the recipe's own")
    parser.add_argument("--teachers", type=Path, nargs="*", default=[], help="folders of runs, for students")
    parser.add_argument("--encoder", type=Path, help="folder of all-mpnet-base-v2, from which the teacher starts")
    parser.add_argument("--start", type=Path, help="folder of the run, or of the weights, that the recipe starts from")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--checkpoint", type=Path, help="export these raw weights instead of training")
    parser.add_argument(
        "--mean",
        type=Path,
        nargs="*",
        help="export the mean of these runs' weights instead of training; a run may be named twice",
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = RECIPES[options.recipe or "default"]
    if options.seed is not None:
        recipe = replace(recipe, seed=options.seed)
    if options.recipe is None and options.checkpoint is None and options.mean is None:
        _train_everything(options)
        return
    if options.checkpoint is None and options.mean is None:
        where = (options.data, options.gold, options.out, options.threads)
        train(recipe, *where, teachers=options.teachers, start=options.start, encoder=options.encoder)
        if recipe.large or recipe.beside != "first":  # it only teaches, or only measures
            return
    elif recipe.beside != "first" or (recipe.rank and options.start is None):
        needed = "a recipe that can be shipped, with --start if it is of low rank"
        raise InputError(expected("--recipe", needed, recipe.name, "Train it, or name what it refines."))
    if options.mean:
        options.checkpoint = _averaged(options.mean, options.out)
    checkpoint = options.checkpoint or options.out / _CHECKPOINT
    rank = recipe.rank if options.mean else None
    ship(recipe, checkpoint, options.data, options.gold, options.out / "weights", base=options.start, rank=rank)


def _averaged(runs: Sequence[Path], out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean_weights([run / _CHECKPOINT for run in runs]), out / _CHECKPOINT)
    return out / _CHECKPOINT


def _train_everything(options: argparse.Namespace) -> None:
    """The shipped runs, their mean, and what refines it."""
    weights = options.out / "weights"
    _train_all(SHIPPED, options)
    mean = _averaged([options.out / part.name for part in SHIPPED_MEAN], options.out)
    ship(SHIPPED_MEAN[0], mean, options.data, options.gold, weights)
    for part in REFINING:
        _train_all([part], options)
        if part.rank:
            ship(part, options.out / part.name / _CHECKPOINT, options.data, options.gold, weights, base=weights)
    mean = _averaged([options.out / part.name for part in REFINING_MEAN], options.out / "mean")
    last = REFINING_MEAN[-1]
    ship(last, mean, options.data, options.gold, weights, base=weights, rank=last.rank)


def _train_all(recipes: Sequence[Recipe], options: argparse.Namespace) -> None:
    for part in recipes:
        train(
            part,
            options.data,
            options.gold,
            options.out / part.name,
            options.threads,
            teachers=[options.out / name for name in part.teachers],
            start=options.out / part.start if part.start else None,
            encoder=options.encoder,
        )


def ship(
    recipe: Recipe,
    checkpoint: Path,
    data: Path,
    gold: Path | None,
    folder: Path,
    *,
    base: Path | None = None,
    rank: int | None = None,
) -> None:
    """Raw weights -> the folder that is shipped, calibrated; log how good they are.

    Args:
        recipe: How they were trained.
        checkpoint: The raw weights.
        data: Folder with the labelled files.
        gold: The gold set of the repository.
        folder: Where the checkpoint goes.
        base: The exported checkpoint that they refine, for recipes of low rank.
        rank: Outer products that are kept of each matrix then: a mean of runs has more than one of them has. None for
            all.
    """
    network = SpanNetwork.from_encoder(starting_point(), offsets=recipe.offsets)
    network.load_state_dict(load_file(checkpoint))
    tokenizer = actor_tokenizer(starting_point())
    development = _development(recipe, data, gold)
    for name, examples in development.items():
        alone, together = (f(network, tokenizer, examples) for f in (evaluate, evaluate_together))
        _LOG.info("%s: %s, together: %s", name, json.dumps(alone), json.dumps(together))
    if recipe.rank and base is not None:
        export_refinement(network, base, folder, rank)
    else:
        export(network, starting_point(), folder)
    # DSE's labels tell pairs apart, not sentences: its prior is not that of any text. NewsMTSC's neutral rows have a
    # stance by rule, that nobody read.
    sets = {k: without_stance(v) if k == "newsmtsc" else v for k, v in development.items() if k != "dse"}
    set_calibration(folder, calibrate(folder, sets))
    _LOG.info("wrote %s", folder)


def train(
    recipe: Recipe,
    data: Path,
    gold: Path | None,
    out: Path,
    threads: int,
    *,
    teachers: Sequence[Path] = (),
    start: Path | None = None,
    encoder: Path | None = None,
) -> None:
    """Train one recipe.

    Args:
        recipe: What to do.
        data: Folder with the labelled files.
        gold: The gold set of the repository, to measure with after each epoch.
        out: Where the log and the raw weights go; made if it is not there.
        threads: Of torch.
        teachers: Folders of runs whose answers are learned from.
        start: Folder of the run whose weights are the start, for recipes that say so; of an exported checkpoint, for
            those of low rank.
        encoder: Folder of the larger encoder, for recipes that start from one.

    Raises:
        InputError: The recipe needs a run to start from, teachers or a larger encoder, and none is given.
    """
    if recipe.large and encoder is None:
        raise InputError(expected("--encoder", "the folder of a larger encoder", None, "Give all-mpnet-base-v2."))
    if recipe.taught and not teachers:
        raise InputError(
            expected("--teachers", "folders of runs", Described("none"), "Train the recipe 'teacher' first.")
        )
    if recipe.start is not None and start is None:
        raise InputError(expected("--start", f"the folder of the run {recipe.start!r}", None, "Train that one first."))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(threads)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(_HEADS_SEED)
    encoder = encoder if recipe.large and encoder is not None else starting_point()
    network = SpanNetwork.from_encoder(encoder, offsets=recipe.offsets, beside=recipe.beside)
    tokenizer = actor_tokenizer(encoder)
    network.encoder.config.save_pretrained(out)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    training = training_set(data, recipe)
    if teachers:
        training += untaught(data, training, recipe.untaught, recipe.seed)
        if recipe.others:
            named = [example for example in training if example.source != "authored"]
            training += others(named, random.Random(recipe.seed))
        training = teach(training, teachers, "bfloat16")
    if start is not None and recipe.rank:
        restore(network, start)
        constrain(network, recipe.rank)
        if recipe.resumes:
            resume(network, start)
    elif start is not None:
        network.load_state_dict(load_file(start / _CHECKPOINT))
    _LOG.info("%s: %d training sentences", recipe.name, len(training))
    if recipe.masked:
        texts = training + untaught(data, training, len(training), recipe.seed)
        read_on(network.encoder, tokenizer, texts, recipe.masked, recipe.seed)
    if not recipe.targeted:
        training = untargeted(training)
    measured = {name: rows for name, rows in _development(recipe, data, gold).items() if name != "dse"}
    fit(network, tokenizer, training, measured, recipe, out)


def _development(recipe: Recipe, data: Path, gold: Path | None) -> dict[str, list[Example]]:
    sets = development_sets(data, gold)
    return sets if recipe.targeted else {name: untargeted(rows) for name, rows in sets.items()}


if __name__ == "__main__":
    main()
