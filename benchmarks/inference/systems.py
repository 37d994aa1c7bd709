"""The systems that are compared: each turns rows (sentence, actor) into probabilities of three labels, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.inference.texts import Sentence

Pairs = list[tuple[str, str]]
Run = Callable[[], NDArray[np.float32]]


def pairs_of(rows: Sequence[Sentence]) -> Pairs:
    """One (sentence, actor's name) for each actor of each sentence."""
    return [(row.text, row.text[start:end]) for row in rows for start, end, _ in row.spans]


def pipeline(folder: Path, pairs: Pairs, batch: int) -> Run:
    """`transformers.pipeline`, as its documentation shows it for pairs."""
    from transformers import pipeline as make

    classify = make("text-classification", model=str(folder), device="cpu", top_k=None)
    inputs = [{"text": text, "text_pair": name} for text, name in pairs]

    def run() -> NDArray[np.float32]:
        answers = classify(inputs, batch_size=batch, truncation=True, max_length=256)
        order = ("negative", "neutral", "positive")
        return np.array(
            [[next(a["score"] for a in answer if a["label"] == name) for name in order] for answer in answers],
            np.float32,
        )

    return run


def loop(folder: Path, pairs: Pairs, batch: int) -> Run:
    """The loop that people write by hand: tokenise a batch, pad it, run it."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    @torch.inference_mode()
    def run() -> NDArray[np.float32]:
        found = []
        for start in range(0, len(pairs), batch):
            texts, names = zip(*pairs[start : start + batch], strict=True)
            encoded = tokenizer(
                list(texts), list(names), padding=True, truncation=True, max_length=256, return_tensors="pt"
            )
            encoded.pop("token_type_ids", None)
            found.append(model(**encoded).logits.softmax(-1).numpy())
        return np.concatenate(found)

    return run


def cross_encoder(folder: Path, pairs: Pairs, batch: int) -> Run:
    """sentence-transformers' CrossEncoder, which sorts by length."""
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(folder), device="cpu", max_length=256, local_files_only=True)

    def run() -> NDArray[np.float32]:
        return np.asarray(
            model.predict(pairs, batch_size=batch, show_progress_bar=False, apply_softmax=True), np.float32
        )

    return run


def biasscore_default(rows: Sequence[Sentence], threads: int | None) -> Run:
    """The default model of this package: one pass a sentence, both tasks."""
    from biasscore import Runtime, Scorer

    scorer = Scorer(runtime=Runtime(threads=threads, device="cpu"))
    texts, spans = [row.text for row in rows], [row.spans for row in rows]
    return lambda: scorer.score_spans(texts, spans)["sentiment"]
