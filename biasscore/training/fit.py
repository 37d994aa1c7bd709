"""Training proper: batches, loss, optimiser, checkpoints."""

from __future__ import annotations

import json
import logging
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from sklearn.metrics import f1_score
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from .augment import spliced
from .examples import SOURCES, UNKNOWN, Example, Source, Target
from .low_rank import folded
from .network import Batch, Beside, SpanNetwork, collate, passes

_LOG = logging.getLogger(__name__)

#: The column of NewsMTSC among the sources.
_PERSONS: Final = SOURCES.index("newsmtsc")

Pass = tuple[str, Sequence[Target], Source]
Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training run does.

    Attributes:
        name: A name for logs and results.
        sources: Which data train it.
        epochs: Passes over the data.
        batch: Sentences a step.
        encoder_rate: Peak learning rate of the encoder.
        head_rate: Peak learning rate of the heads.
        smoothing: Label smoothing.
        warmup: Share of the steps in which the rate rises.
        weight_decay: Of AdamW.
        average: Decay of the running mean of the weights (0: none); the mean is what is kept.
        offsets: Whether each source has an offset of its own.
        stance: Weight of the stance loss (0: sentiment only).
        seed: Of everything random.
        splices: Sentences of an epoch that are two joined to one, drawn anew each epoch.
        taught: Share of the loss that compares with teachers' answers instead of labels, in [0, 1] (Hinton, Vinyals and
            Dean 2015, section 2, at temperature 1).
        untaught: Sentences without labels that teachers label.
        others: Whether teachers are also asked about a name that has no label, in each sentence that is not
            of the corpus.
        layer_decay: Factor of the learning rate from each layer of the encoder to the one below it.
        masked: Steps of masked-word training on the same texts before any label is shown.
        parts: Number of the last file of the corpus that is used; None for all.
        since: Number of the first.
        persons: Weight of a label of NewsMTSC, where an authored one weighs 2 and one of DSE 1.
        start: Name of the run whose weights it starts from, or "weights" for an exported checkpoint (with `rank`);
            None for the encoder as it comes.
        beside: What the heads read beside the states of the actor's marks; only a network with the first state can be
            shipped.
        rank: If positive, the encoder keeps its weights and learns so many outer products a matrix beside them.
        resumes: Whether these begin as those that the start was refined with, where others begin at zero.
        teachers: Names of the runs whose answers are learned from.
        large: Whether it starts from a larger encoder than the one that is shipped, and only teaches.
        stop: Epochs after which it ends, though its rates were made for more; None for all of them.
        hints: Weight of what a teacher's heads thought before they answered (Romero et al. 2015, *FitNets*).
        consistency: Weight of the disagreement of two passes that differ in dropout (Liang et al. 2021, *R-Drop*).
        focus: Exponent that takes weight from labels which the model has right anyway (Lin et al. 2017, *Focal Loss for
            Dense Object Detection*, equation 4).
        precision: Number format of the encoder's products while it learns; bfloat16 is for processors that have matrix
            tiles for it (AMX).
        targeted: Whether the model is told whom the question is about; without, it is a baseline.
    """

    name: str
    sources: tuple[Source, ...]
    epochs: int = 4
    batch: int = 32
    encoder_rate: float = 1e-4
    head_rate: float = 5e-4
    smoothing: float = 0.05
    warmup: float = 0.06
    weight_decay: float = 0.01
    average: float = 0.0
    offsets: bool = False
    stance: float = 0.0
    seed: int = 0
    splices: int = 0
    layer_decay: float = 1.0
    taught: float = 0.0
    untaught: int = 0
    masked: int = 0
    targeted: bool = True
    parts: int | None = None
    since: int = 1
    persons: float = 1.0
    start: str | None = None
    teachers: tuple[str, ...] = ()
    large: bool = False
    stop: int | None = None
    hints: float = 0.0
    consistency: float = 0.0
    focus: float = 0.0
    precision: Precision = "float32"
    rank: int = 0
    resumes: bool = False
    others: bool = False
    beside: Beside = "first"


#: The recipe that the floor of the project was measured with: one task, nothing tuned.
PROBE = Recipe("probe", ("newsmtsc", "dse"))
#: Labels alone, what the others below vary. DSE is left out: its labels tell pairs apart, not portrayals.
DEFAULT: Final = Recipe(
    "default",
    ("newsmtsc", "authored"),
    epochs=3,
    average=0.998,
    offsets=True,
    stance=0.8,
    splices=2000,
    persons=2.0,
)
#: The same with persons weighing more, and another seed; later epochs read persons worse.
PERSONS: Final = replace(DEFAULT, name="persons", persons=4.0, seed=1, stop=2)
#: The same with DSE, balanced.
DSE: Final = replace(DEFAULT, name="dse", sources=("newsmtsc", "dse", "authored"), persons=1.0)
#: The same with rates by layer, and another seed.
LAYERED: Final = replace(DEFAULT, name="layered", layer_decay=0.9, seed=1)
#: The same after masked-word training.
MASKED: Final = replace(DEFAULT, name="masked", masked=400)
#: The baseline that is not told the target.
BLIND: Final = Recipe("blind", ("newsmtsc",), epochs=3, average=0.998, targeted=False)
#: NewsMTSC and nothing else, with its derived stance.
ALONE: Final = replace(DEFAULT, name="newsmtsc", sources=("newsmtsc",), splices=0, persons=1.0)
#: The same in bfloat16, and, against that: two passes that have to agree, a loss that looks away from what is easy, and
#: less, or something else, beside the states of the marks.
QUICK: Final = replace(ALONE, name="quick", precision="bfloat16")
CONSISTENT: Final = replace(QUICK, name="consistent", consistency=1.0)
FOCUSED: Final = replace(QUICK, name="focused", focus=1.0, smoothing=0.0)
BARE: Final = replace(QUICK, name="bare", beside="nothing")
ATTENTIVE: Final = replace(QUICK, name="attentive", beside="attention")
#: What several seeds of it say together, in one model: of the same sentences, and of unlabelled ones.
SEEDS: Final = replace(QUICK, name="seeds", taught=0.7, untaught=10000)
#: A model of five times the size (all-mpnet-base-v2) that labels for the small one. What came into the corpus later
#: it has never seen, so that its answers there are no echo of the labels.
TEACHER: Final = replace(
    DEFAULT,
    name="teacher",
    epochs=2,
    stop=1,
    encoder_rate=5e-5,
    head_rate=2e-4,
    layer_decay=0.9,
    precision="bfloat16",
    parts=33,
    large=True,
)
#: Learns from what the teacher says of all sentences, and of unlabelled ones, beside the labels.
STUDENT: Final = replace(
    DEFAULT,
    name="student",
    encoder_rate=1.5e-4,
    splices=4000,
    taught=0.7,
    hints=0.5,
    untaught=10000,
    parts=41,
    teachers=("teacher",),
    precision="bfloat16",
)
#: After that, at low rates, persons and the later files of the corpus once more.
AFTER: Final = replace(
    STUDENT,
    name="after",
    epochs=2,
    encoder_rate=3e-5,
    head_rate=1e-4,
    splices=1500,
    parts=None,
    since=34,
    untaught=0,
    start="student",
)
#: The runs behind the shipped weights, in order, and those whose mean they are (Wortsman et al. 2022, *Model soups*): a
#: run that is named twice counts twice.
SHIPPED: Final = (TEACHER, STUDENT, AFTER)
SHIPPED_MEAN: Final = (AFTER,)

#: The first teacher's rates ran over two epochs; this one goes on to their end.
TUTOR: Final = replace(TEACHER, name="tutor", stop=None)
#: The first epoch from another seed: what two teachers agree on is more often right.
SECOND: Final = replace(TEACHER, name="second", seed=1)
#: What the tutor adds to the weights without another copy of them: few outer products a matrix, and the heads.
REFINED: Final = replace(
    STUDENT,
    name="refined",
    encoder_rate=1e-3,
    head_rate=2e-4,
    parts=None,
    untaught=20000,
    others=True,
    start="weights",
    teachers=("tutor",),
    rank=16,
)
#: Goes on from there at lower rates with both teachers, on other unlabelled sentences and other names.
CONTINUED: Final = replace(
    REFINED,
    name="continued",
    epochs=2,
    encoder_rate=6e-4,
    head_rate=1e-4,
    seed=1,
    teachers=("tutor", "second"),
    resumes=True,
)
#: The runs that refine the shipped weights, in order; the last one's changes are shipped beside them.
REFINING: Final = (TUTOR, SECOND, REFINED, CONTINUED)

_BASELINES: Final = (PROBE, BLIND, ALONE)
_VARIED: Final = (QUICK, CONSISTENT, FOCUSED, BARE, ATTENTIVE, SEEDS, DEFAULT, PERSONS, DSE, LAYERED, MASKED)
RECIPES: Final = {recipe.name: recipe for recipe in (*_BASELINES, *_VARIED, *SHIPPED, *REFINING)}


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


def _products(precision: Precision) -> torch.autocast:
    """In what format matrices are multiplied; weights, sums and optimiser stay in float32."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16")


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
    with _products(recipe.precision):
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


def predict(network: SpanNetwork, tokenizer: Tokenizer, items: Sequence[Pass], batch: int = 64) -> NDArray[np.float32]:
    """Logits of every target, in order.

    Args:
        network: The model.
        tokenizer: Its tokenizer.
        items: The passes.
        batch: Sentences a step.

    Returns:
        (targets, 2, 3) float32: sentiment and stance.
    """
    return _each(lambda step: torch.stack(network(step), dim=1), network, tokenizer, items, batch, "float32")


def think(
    network: SpanNetwork, tokenizer: Tokenizer, items: Sequence[Pass], precision: Precision = "float32"
) -> NDArray[np.float32]:
    """What the heads make of every target before they answer.

    Args:
        network: The model.
        tokenizer: Its tokenizer.
        items: The passes.
        precision: Number format of the products.

    Returns:
        (targets, 2 * width) float32: sentiment beside stance.
    """

    def thoughts(step: Batch) -> Tensor:
        return torch.cat(network.heads.thoughts(network.pooled(step)), dim=1).float()

    return _each(thoughts, network, tokenizer, items, 64, precision)


@torch.inference_mode()
def _each(
    ask: Callable[[Batch], Tensor],
    network: SpanNetwork,
    tokenizer: Tokenizer,
    items: Sequence[Pass],
    batch: int,
    precision: Precision,
) -> NDArray[np.float32]:
    """Rows of every target, in order; sentences of like length go together."""
    network.eval()
    order = sorted(range(len(items)), key=lambda i: len(items[i][0]))
    found: dict[int, NDArray[np.float32]] = {}
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        with _products(precision):
            rows = ask(collate(tokenizer, [items[i] for i in chosen])).numpy()
        position = 0
        for i in chosen:
            found[i] = rows[position : position + len(items[i][1])]
            position += len(items[i][1])
    return np.concatenate([found[i] for i in range(len(items))])


def single_passes(examples: Sequence[Example]) -> list[Pass]:
    """One pass for each target with no other target blinded: the way labelled rows are evaluated."""
    return [(e.text, [t], e.source) for e in examples for t in e.targets]


def evaluate(network: SpanNetwork, tokenizer: Tokenizer, examples: Sequence[Example]) -> dict[str, float]:
    """Macro-F1 and accuracy of both tasks on labelled examples, one target a pass.

    Returns:
        ``sentiment_f1``, ``sentiment_accuracy``, and the same for stance where there are labels.
    """
    items = single_passes(examples)
    logits = predict(network, tokenizer, items)
    result: dict[str, float] = {"n": float(len(items))}
    for column, task in enumerate(("sentiment", "stance")):
        gold = np.array([getattr(item[1][0], task) for item in items])
        known = gold != UNKNOWN
        if known.any():
            guess = logits[known, column].argmax(1)
            result[f"{task}_f1"] = float(
                f1_score(gold[known], guess, average="macro", labels=[0, 1, 2], zero_division=0)
            )
            result[f"{task}_accuracy"] = float((guess == gold[known]).mean())
    return result


def evaluate_together(network: SpanNetwork, tokenizer: Tokenizer, examples: Sequence[Example]) -> dict[str, float]:
    """Macro-F1 of both tasks with all targets of a sentence in one pass, as articles are scored.

    Returns:
        ``sentiment_f1``, ``stance_f1`` (where there are labels), and ``opposite_both_right``: of the sentences with a
        negative and a positive target, the share in which every target has its sentiment.
    """
    items: list[Pass] = [(e.text, e.targets, e.source) for e in examples]
    logits = predict(network, tokenizer, items)
    result: dict[str, float] = {}
    for column, task in enumerate(("sentiment", "stance")):
        gold = np.array([getattr(t, task) for e in examples for t in e.targets])
        known = gold != UNKNOWN
        if known.any():
            guess = logits[known, column].argmax(1)
            result[f"{task}_f1"] = float(
                f1_score(gold[known], guess, average="macro", labels=[0, 1, 2], zero_division=0)
            )
    right: list[bool] = []
    position = 0
    for example in examples:
        labels = [t.sentiment for t in example.targets]
        guesses = logits[position : position + len(labels), 0].argmax(1)
        position += len(labels)
        if {0, 2} <= set(labels):
            right.append(bool((guesses == np.array(labels)).all()))
    if right:
        result["opposite_both_right"] = float(np.mean(right))
    return result


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
