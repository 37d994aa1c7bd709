"""The systems that are compared: each turns rows (sentence, actor) into probabilities of three labels, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.inference.models import MINILM, Shape
from benchmarks.inference.texts import Sentence
from biasscore.batching import plan_steps
from biasscore.blinding import blind
from biasscore.config import Runtime

Pairs = list[tuple[str, str]]
Run = Callable[[], NDArray[np.float32]]
Lengths = NDArray[np.int64]
#: Tables of a step are rounded up to this many rows by the default model and by packed ones.
GRAIN = 64
_ORDER = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class System:
    """One way of scoring some rows.

    Attributes:
        run: Scores all of them.
        sentences: How many sentences they come from.
        lengths: (rows,) int64, real tokens of each row as this way asks it, special tokens included.
        computed: Tokens that go through its matrix products, padding included.
        shape: Of its encoder.
    """

    run: Run
    sentences: int
    lengths: Lengths
    computed: int
    shape: Shape = MINILM


def pairs_of(rows: Sequence[Sentence]) -> Pairs:
    """One (sentence, actor's name) for each actor of each sentence."""
    return [(row.text, row.text[start:end]) for row in rows for start, end, _ in row.spans]


# --- tokens, counted apart from the systems ----------------------------------------------------------------------


def pair_lengths(folder: Path, pairs: Pairs) -> Lengths:
    """Tokens of each pair."""
    tokenizer = _tokenizer(folder)
    return np.array([len(encoding.ids) for encoding in tokenizer.encode_batch(pairs)], np.int64)


def sentence_lengths(rows: Sequence[Sentence]) -> Lengths:
    """Tokens of each sentence as the default model reads it."""
    with resources.as_file(resources.files("biasscore").joinpath("weights")) as folder:
        tokenizer = _tokenizer(folder)
    texts = [blind(row.text, row.spans)[0] for row in rows]
    return np.array([len(encoding.ids) for encoding in tokenizer.encode_batch(texts)], np.int64)


def packed_tokens(lengths: Lengths) -> int:
    """Tokens of packed steps, each rounded up."""
    runtime = Runtime()
    steps = plan_steps(lengths, step_tokens=runtime.tokens, window=runtime.window)
    return sum(-(-int(lengths[chosen].sum()) // GRAIN) * GRAIN for chosen in steps)


def padded_tokens(lengths: Lengths, batch: int) -> int:
    """Tokens of batches that are filled in order and padded to their longest row."""
    parts = [lengths[start : start + batch] for start in range(0, len(lengths), batch)]
    return sum(int(part.max()) * len(part) for part in parts)


def _tokenizer(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


# --- what people use -----------------------------------------------------------------------------------------------


def pipeline(folder: Path, rows: Sequence[Sentence], batch: int) -> System:
    """`transformers.pipeline`, as its documentation shows it for pairs."""
    from transformers import pipeline as make

    classify = make("text-classification", model=str(folder), device="cpu", top_k=None)
    pairs = pairs_of(rows)
    inputs = [{"text": text, "text_pair": name} for text, name in pairs]

    def run() -> NDArray[np.float32]:
        answers = classify(inputs, batch_size=batch, truncation=True, max_length=256)
        return np.array(
            [[next(a["score"] for a in answer if a["label"] == name) for name in _ORDER] for answer in answers],
            np.float32,
        )

    lengths = pair_lengths(folder, pairs)
    return System(run, len(rows), lengths, padded_tokens(lengths, batch))


def loop(folder: Path, rows: Sequence[Sentence], batch: int, shape: Shape = MINILM) -> System:
    """The loop that people write by hand: tokenise a batch, pad it, run it."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    pairs = pairs_of(rows)

    @torch.inference_mode()
    def run() -> NDArray[np.float32]:
        found = []
        for start in range(0, len(pairs), batch):
            texts, names = zip(*pairs[start : start + batch], strict=True)
            encoded = tokenizer(
                list(texts), list(names), padding=True, truncation=True, max_length=256, return_tensors="pt"
            )
            found.append(model(**encoded).logits.softmax(-1).numpy())
        return np.concatenate(found)

    lengths = pair_lengths(folder, pairs)
    return System(run, len(rows), lengths, padded_tokens(lengths, batch), shape)


def cross_encoder(folder: Path, rows: Sequence[Sentence], batch: int) -> System | None:
    """sentence-transformers' CrossEncoder, which sorts by characters; None where it is not installed."""
    if find_spec("sentence_transformers") is None:
        return None
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(folder), device="cpu", max_length=256, local_files_only=True)
    pairs = pairs_of(rows)

    def run() -> NDArray[np.float32]:
        return np.asarray(
            model.predict(pairs, batch_size=batch, show_progress_bar=False, apply_softmax=True), np.float32
        )

    lengths = pair_lengths(folder, pairs)
    order = np.argsort([-len(text) - len(name) for text, name in pairs])
    return System(run, len(rows), lengths, padded_tokens(lengths[order], batch))


# --- this package --------------------------------------------------------------------------------------------------


def biasscore_default(rows: Sequence[Sentence], threads: int | None) -> System:
    """The default model of this package: one pass a sentence, both tasks."""
    from biasscore import Scorer

    scorer = Scorer(runtime=Runtime(threads=threads, device="cpu"))
    texts, spans = [row.text for row in rows], [row.spans for row in rows]
    lengths = sentence_lengths(rows)
    return System(lambda: scorer.score_spans(texts, spans)["sentiment"], len(rows), lengths, packed_tokens(lengths))


def biasscore_pair(folder: Path, rows: Sequence[Sentence], threads: int | None) -> System:
    """A pair checkpoint behind this package: rows, engine, calibration, as a `Scorer` runs them.

    A `Scorer` would leave the task that the checkpoint does not answer to the default model, which the others need not
    run. So the classifier that stands behind a scorer is given the checkpoint alone.
    """
    from biasscore import Checkpoint
    from biasscore.classifier import Classifier
    from biasscore.labels import Task
    from biasscore.models.registry import load

    checkpoint = Checkpoint(folder, kind="pair", task=Task.SENTIMENT, blind=False, self_check=False, max_tokens=256)
    model = load(checkpoint, tasks=(Task.SENTIMENT,), device="cpu", threads=threads)
    classifier = Classifier(dict.fromkeys(Task, model), Runtime(threads=threads, device="cpu"))
    texts, spans = [row.text for row in rows], [row.spans for row in rows]
    lengths = pair_lengths(folder, pairs_of(rows))
    return System(
        lambda: classifier.judge([classifier.rows(texts, spans)]).probs[Task.SENTIMENT],
        len(rows),
        lengths,
        packed_tokens(lengths),
    )
