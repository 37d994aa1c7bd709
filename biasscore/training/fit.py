"""Training proper: batches, loss, optimiser, checkpoints."""

from __future__ import annotations

import json
import logging
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from .answers import Pass, evaluate, evaluate_together, products
from .augment import spliced
from .examples import SOURCES, UNKNOWN, Example
from .low_rank import folded
from .network import Batch, SpanNetwork, collate, passes
from .recipes import Recipe

_LOG = logging.getLogger(__name__)

#: The column of NewsMTSC among the sources.
_PERSONS: Final = SOURCES.index("newsmtsc")


def _epoch(examples: Sequence[Example], lengths: Mapping[str, int], batch: int, rng: random.Random) -> list[list[Pass]]:
    """Batches of sentences of nearly equal length in tokens, in random order."""
    everything = [p for example in examples for p in passes(example, rng.random())]
    rng.shuffle(everything)
    chunk = batch * 100
    batches: list[list[Pass]] = []
    for start in range(0, len(everything), chunk):
        window = sorted(everything[start : start + chunk], key=lambda p: lengths[p[0]])
        batches += [window[i : i + batch] for i in range(0, len(window), batch)]
    rng.shuffle(batches)
    return batches


def _loss(network: SpanNetwork, batch: Batch, recipe: Recipe, guesses: nn.Linear | None = None) -> Tensor:
    passed = [_answers(network, batch, recipe) for _ in range(2 if recipe.consistency else 1)]
    losses = [
        _loss_of(answers, batch, recipe) + recipe.hints * _off(thoughts, batch, guesses) for answers, thoughts in passed
    ]
    total = torch.stack(losses).mean()
    if recipe.consistency:
        (first, _), (second, _) = passed
        for one, other, scale in zip(first, second, (1.0, recipe.stance), strict=True):
            total = total + recipe.consistency * scale * disagreement(one, other)
    return total


def _answers(network: SpanNetwork, batch: Batch, recipe: Recipe) -> tuple[tuple[Tensor, Tensor], Tensor]:
    """Logits with the sources' offsets, and what they were made from, (targets, 2 * width)."""
    with products(recipe.precision):
        thoughts = network.heads.thoughts(network.pooled(batch))
        sentiment, stance = network.heads.answer(thoughts)
    return network.with_offsets((sentiment.float(), stance.float()), batch), torch.cat(thoughts, dim=1).float()


def _off(thoughts: Tensor, batch: Batch, guesses: nn.Linear | None) -> Tensor:
    """How far a linear guess at the teacher's thoughts is off: the mean square, 1 for a guess that knows nothing."""
    told = ~batch.hints[:, :1].isnan().any(dim=1)
    if guesses is None or not batch.hints.shape[1] or not bool(told.any()):
        return torch.zeros(())
    return functional.mse_loss(guesses(thoughts[told]), batch.hints[told])


def disagreement(first: Tensor, second: Tensor) -> Tensor:
    """How far two answers are apart: the mean of both Kullback-Leibler divergences (Liang et al. 2021, equation 2).

    Args:
        first: Logits, (targets, 3).
        second: Logits of the same targets.

    Returns:
        One number, in nats, averaged over targets.
    """
    one, other = functional.log_softmax(first, dim=-1), functional.log_softmax(second, dim=-1)
    there = functional.kl_div(other, one, reduction="batchmean", log_target=True)
    back = functional.kl_div(one, other, reduction="batchmean", log_target=True)
    return (there + back) / 2


def _loss_of(answers: tuple[Tensor, Tensor], batch: Batch, recipe: Recipe) -> Tensor:
    total = torch.zeros(())
    for column, (logits, labels, weights, scale) in enumerate(
        (
            (answers[0], batch.sentiment, batch.weight, 1.0),
            (answers[1], batch.stance, batch.stance_weight, recipe.stance),
        )
    ):
        weights = torch.where(batch.source == _PERSONS, weights * recipe.persons, weights)
        if scale and bool((labels != UNKNOWN).any()):
            each = functional.cross_entropy(
                logits, labels, ignore_index=UNKNOWN, reduction="none", label_smoothing=recipe.smoothing
            )
            if recipe.focus:
                right = logits.softmax(dim=-1).gather(1, labels.clamp(min=0)[:, None])[:, 0]
                each = each * (1 - right) ** recipe.focus
            weight = weights * (labels != UNKNOWN)
            total = total + scale * (1 - recipe.taught) * (each * weight).sum() / weight.sum().clamp(min=1e-6)
        taught = batch.taught[:, column]
        asked = ~taught[:, 0].isnan()
        if scale and recipe.taught and bool(asked.any()):
            each = functional.cross_entropy(logits[asked], taught[asked], reduction="none")
            weight = weights[asked]
            total = total + scale * recipe.taught * (each * weight).sum() / weight.sum().clamp(min=1e-6)
    return total


def schedule(steps: int, warmup: float) -> Callable[[int], float]:
    """Factor of the learning rate at each step: a linear rise, then a linear fall to 0.

    Args:
        steps: How many there are.
        warmup: Share of them in which the rate rises.

    Returns:
        Step, from 0 -> factor in [0, 1].
    """
    rise = max(1, math.ceil(steps * warmup))
    return lambda step: min((step + 1) / rise, max(0.0, (steps - step) / max(1, steps - rise)))


def rate_groups(network: SpanNetwork, recipe: Recipe) -> list[dict[str, object]]:
    """Parameters with their rates: each layer of the encoder learns slower than the one above it.

    Args:
        network: The model.
        recipe: Gives the rates of heads and encoder, and the factor from layer to layer.

    Returns:
        Groups for an optimiser, from the heads down to the embeddings.
    """
    layers = network.encoder.config.num_hidden_layers
    groups: dict[int, list[torch.nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        parts = name.split(".")
        if parts[0] != "encoder":
            depth = -1
        elif "layer" in parts:
            depth = layers - 1 - int(parts[parts.index("layer") + 1])
        else:
            depth = layers
        groups.setdefault(depth, []).append(parameter)
    return [
        {
            "params": parameters,
            "lr": recipe.head_rate if depth < 0 else recipe.encoder_rate * recipe.layer_decay**depth,
        }
        for depth, parameters in sorted(groups.items())
    ]


def _guesses(network: SpanNetwork, training: Sequence[Example]) -> nn.Linear | None:
    width = next((len(t.hints) for e in training for t in e.targets if t.hints is not None), None)
    return None if width is None else nn.Linear(2 * network.encoder.config.hidden_size, width)


def _averaged(mean: dict[str, Tensor], network: SpanNetwork, decay: float) -> None:
    for name, value in network.named_parameters():
        if value.requires_grad:
            mean[name].mul_(decay).add_(value.detach(), alpha=1 - decay)


def fit(
    network: SpanNetwork,
    tokenizer: Tokenizer,
    training: Sequence[Example],
    development: Mapping[str, Sequence[Example]],
    recipe: Recipe,
    folder: Path,
) -> list[dict[str, object]]:
    """Train, and leave a checkpoint and a line of figures after every epoch.

    Args:
        network: Changed in place; ends with the weights (or their running mean) of the last epoch.
        tokenizer: Its tokenizer.
        training: Training sentences.
        development: Named development sets, evaluated after every epoch.
        recipe: What to do.
        folder: Where ``checkpoint.safetensors`` and ``log.jsonl`` go.

    Returns:
        The figures of every epoch.
    """
    rng = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    groups = rate_groups(network, recipe)
    guesses = _guesses(network, training) if recipe.hints else None
    if guesses is not None:  # they only teach, and are thrown away
        groups.append({"params": list(guesses.parameters()), "lr": recipe.head_rate})
    optimiser = torch.optim.AdamW(groups, weight_decay=recipe.weight_decay, fused=True)
    shown = [[*training, *spliced(training, recipe.splices, rng)] for _ in range(recipe.epochs)]
    texts = list({example.text for examples in shown for example in examples})
    lengths = {t: len(e.ids) for t, e in zip(texts, tokenizer.encode_batch_fast(texts), strict=True)}
    epochs = [_epoch(examples, lengths, recipe.batch, rng) for examples in shown]
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimiser, schedule(sum(map(len, epochs)), recipe.warmup))
    mean = {name: value.detach().clone() for name, value in network.state_dict().items()}
    history: list[dict[str, object]] = []
    step = 0
    last = recipe.stop or recipe.epochs
    for number, batches in enumerate(epochs[:last], 1):
        network.train()
        started = time.perf_counter()
        losses: list[float] = []
        for batch in tqdm(
            _collated(tokenizer, batches), total=len(batches), desc=f"{recipe.name} {number}", mininterval=10
        ):
            loss = _loss(network, batch, recipe, guesses)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            scheduler.step()
            losses.append(float(loss.detach()))
            step += 1
            if recipe.average:
                _averaged(mean, network, min(recipe.average, (1 + step) / (10 + step)))
        raw = {name: value.detach().clone() for name, value in network.state_dict().items()}
        if recipe.average:
            network.load_state_dict(mean)
        figures: dict[str, object] = {
            "recipe": asdict(recipe),
            "epoch": number,
            "loss": float(np.mean(losses)),
            "seconds": round(time.perf_counter() - started, 1),
            "development": {name: evaluate(network, tokenizer, rows) for name, rows in development.items()},
            "together": {name: evaluate_together(network, tokenizer, rows) for name, rows in development.items()},
        }
        history.append(figures)
        _LOG.info("epoch %d: %s, together: %s", number, figures["development"], figures["together"])
        save_file(folded(network), folder / "checkpoint.safetensors")
        with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(figures) + "\n")
        if number < last:
            network.load_state_dict(raw)
    return history


def _collated(tokenizer: Tokenizer, batches: Sequence[Sequence[Pass]]) -> Iterator[Batch]:
    for batch in batches:
        yield collate(tokenizer, batch)
