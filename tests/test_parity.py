"""Every architecture and way of asking, against the pipelines of transformers on the same folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import FAMILY, NLI, SENTIMENT, write
from transformers import pipeline

from biasscore import Checkpoint
from biasscore.classifier import Classifier
from biasscore.config import Runtime
from biasscore.labels import Task
from biasscore.models import packed
from biasscore.models.registry import load

TEXTS = (
    "The minister of Norland told a court that Velmira had broken its promise.",
    "Velmira met Norland.",
    "« Делегация » прибыла: Norland, Velmira — isn't it?",
    "Norland generously saved lives, while Velmira, which had lied about it, did nothing at all for anybody.",
)
ARCHITECTURES = list(FAMILY)
#: How those run that cannot be packed.
WAYS = {
    "mpnet": "equal lengths",
    "modernbert": "equal lengths",
    "deberta-v2": "equal lengths, trimmed positions",
}


def spans(text: str) -> list[tuple[int, int, int]]:
    return [
        (text.index(name), text.index(name) + len(name), number) for number, name in enumerate(("Norland", "Velmira"))
    ]


def asked() -> list[tuple[str, str]]:
    """(sentence, actor), in the order of the answers."""
    return [(text, text[start:end]) for text in TEXTS for start, end, _ in sorted(spans(text))]


def judge(checkpoint: Checkpoint, task: Task = Task.SENTIMENT) -> np.ndarray:
    model = load(checkpoint, tasks=(task,), device="cpu")
    classifier = Classifier({task: model, **{t: model for t in Task if t is not task}}, Runtime())
    return classifier.judge([classifier.rows(list(TEXTS), [spans(text) for text in TEXTS])]).probs[task]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_pairs_equal_the_pipeline(architecture: str, tmp_path: Path) -> None:
    write(tmp_path, architecture)
    theirs = pipeline("text-classification", model=str(tmp_path), device="cpu")
    expected = theirs([{"text": text, "text_pair": actor} for text, actor in asked()], top_k=None)
    want = np.array([[{e["label"]: e["score"] for e in row}[name] for name in SENTIMENT] for row in expected])
    got = judge(Checkpoint(tmp_path, kind="pair", blind=False, self_check=False))
    assert np.abs(got - want).max() < 1e-5
    # The answers differ by far more than may lie between both, so that equality says something. How far they differ
    # hangs on the word pieces: the trainer of the tokenizer breaks ties differently from run to run.
    assert np.ptp(want, axis=0).max() > 0.01


def test_a_tokenizer_without_segments_gives_none(tmp_path: Path) -> None:
    write(tmp_path, "bert")
    path = tmp_path / "tokenizer_config.json"
    settings = json.loads(path.read_text())
    assert "token_type_ids" in settings["model_input_names"]
    path.write_text(json.dumps({**settings, "model_input_names": ["input_ids", "attention_mask"]}))
    theirs = pipeline("text-classification", model=str(tmp_path), device="cpu")
    expected = theirs([{"text": text, "text_pair": actor} for text, actor in asked()], top_k=None)
    want = np.array([[{e["label"]: e["score"] for e in row}[name] for name in SENTIMENT] for row in expected])
    got = judge(Checkpoint(tmp_path, kind="pair", blind=False, self_check=False))
    assert np.abs(got - want).max() < 1e-5
    path.write_text(json.dumps(settings))
    assert np.abs(judge(Checkpoint(tmp_path, kind="pair", blind=False, self_check=False)) - want).max() > 1e-3


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_zero_shot_equals_the_pipeline(architecture: str, tmp_path: Path) -> None:
    write(tmp_path, architecture, NLI)
    templates = [
        ("The author opposes {actor}.", "The author is neutral toward {actor}.", "The author supports {actor}."),
        ("{actor} is bad.", "{actor} is there.", "{actor} is good."),
    ]
    theirs = pipeline("zero-shot-classification", model=str(tmp_path), device="cpu")
    want = np.zeros((len(asked()), 3))
    for index, (text, actor) in enumerate(asked()):
        for template in templates:
            labels = [hypothesis.replace("{actor}", actor) for hypothesis in template]
            answer: Any = theirs(text, labels, hypothesis_template="{}", multi_label=False)
            scores = dict(zip(answer["labels"], answer["scores"], strict=True))
            want[index] += [scores[label] / len(templates) for label in labels]
    checkpoint = Checkpoint(tmp_path, task=Task.STANCE, templates=templates, blind=False, self_check=False)
    got = judge(checkpoint, Task.STANCE)
    assert np.abs(got - want).max() < 1e-5
    assert np.ptp(want, axis=0).max() > 0.01


def test_plain_models_equal_the_pipeline(tmp_path: Path) -> None:
    write(tmp_path, "roberta")
    theirs = pipeline("text-classification", model=str(tmp_path), device="cpu")
    expected = theirs([text for text, _ in asked()], top_k=None)
    want = np.array([[{e["label"]: e["score"] for e in row}[name] for name in SENTIMENT] for row in expected])
    got = judge(Checkpoint(tmp_path, kind="plain", blind=False, self_check=False))
    assert np.abs(got - want).max() < 1e-5
    assert np.array_equal(got[0], got[1])  # one sentence, two actors, one answer


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_fast_forward_is_used_and_equals_the_padded_one(architecture: str, tmp_path: Path) -> None:
    write(tmp_path, architecture)
    model: Any = load(Checkpoint(tmp_path, kind="pair", self_check=False), device="cpu")
    assert model._encoder.way == WAYS.get(architecture, "packed")
    tokens = model.tokenise([text + "\ue001" + actor for text, actor in asked()])
    lengths = np.diff(tokens.offsets)
    order = np.argsort(-lengths, kind="stable")
    ids = np.concatenate([tokens.ids[tokens.offsets[i] : tokens.offsets[i + 1]] for i in order])
    fast = model._encoder.logits(ids, lengths[order])
    packed.restore(model._encoder._network) if model._encoder.way == "packed" else None
    slow = model._encoder._padded(ids, lengths[order])
    assert np.abs(fast - slow).max() < 1e-5 * max(1.0, np.abs(slow).max())
