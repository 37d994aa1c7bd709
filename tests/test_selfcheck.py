"""The check after loading: an order that is wrong fails loudly, a target without effect warns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_models import change, write
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from biasscore import Checkpoint
from biasscore.errors import ModelError
from biasscore.label_maps import map_labels
from biasscore.labels import LABELS, Task
from biasscore.models.pair import PairAsker
from biasscore.models.registry import load
from biasscore.models.rows import BREAK
from biasscore.models.selfcheck import check, fill, sentences

Spans = Sequence[tuple[int, int, int]]


def oracle(task: Task = Task.SENTIMENT, order: tuple[int, ...] = (0, 1, 2), sure: float = 0.9, blind: bool = False):
    """A model that knows the sentences, with its columns in some order."""
    known = {}
    for column, label in enumerate(LABELS[task]):
        for template in sentences()["en"][task.value][label]:
            known[fill(template)[0]] = column

    def score(texts: Sequence[str], spans: Sequence[Spans]) -> np.ndarray:
        rows = []
        for text, own in zip(texts, spans, strict=True):
            for actor in dict.fromkeys(number for _, _, number in own):
                column = known.get(text, 2 if blind or actor == 0 else 0)
                row = np.full(3, (1 - sure) / 2)
                row[order[column]] = sure
                rows.append(row)
        return np.array(rows, np.float32)

    return score


@pytest.mark.parametrize("task", list(Task))
def test_a_good_model_passes_in_silence(task: Task) -> None:
    assert check(oracle(task), task) == ()


@pytest.mark.parametrize("order", [order for order in permutations(range(3)) if order != (0, 1, 2)])
def test_every_other_order_fails_loudly(order: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match=r"if .* means"):
        check(oracle(order=order), Task.SENTIMENT)


def test_a_model_of_two_classes_is_not_told_what_its_neutral_means() -> None:
    """It says neutral where it is not sure, which may be of what is positive; only its two labels can be exchanged."""
    unsure = oracle(order=(0, 2, 1))
    with pytest.raises(ModelError, match="neutral means positive"):
        check(unsure, Task.SENTIMENT)
    check(unsure, Task.SENTIMENT, two_classes=True)
    with pytest.raises(ModelError, match="if negative means positive, positive means negative"):
        check(oracle(order=(2, 1, 0)), Task.SENTIMENT, two_classes=True)


def test_a_target_without_effect_warns(caplog: pytest.LogCaptureFixture) -> None:
    warnings = check(oracle(blind=True), Task.SENTIMENT)
    assert len(warnings) == 1
    assert "target has no effect" in warnings[0]
    assert "target has no effect" in caplog.text
    assert check(oracle(blind=True), Task.SENTIMENT, target_blind=True) == ()


def test_a_model_of_one_answer_warns_and_is_not_called_inverted() -> None:
    def flat(texts: Sequence[str], spans: Sequence[Spans]) -> np.ndarray:
        return np.full((sum(len({n for _, _, n in own}) for own in spans), 3), 1 / 3, np.float32)

    warnings = check(flat, Task.SENTIMENT)
    assert any("no higher" in warning for warning in warnings)


def test_no_finite_answers_are_refused() -> None:
    with pytest.raises(ModelError, match="finite"):
        check(lambda texts, spans: np.full((len(texts), 3), np.nan, np.float32), Task.SENTIMENT)


def test_there_is_a_dozen_of_each_and_all_can_be_filled() -> None:
    for table in sentences().values():
        for task in Task:
            groups = table[task.value]
            assert list(groups) != []
            assert set(groups) == set(LABELS[task])
            assert sum(map(len, groups.values())) >= 12
        for template in table["opposite"]["sentences"]:
            text, spans = fill(template)
            assert [number for _, _, number in spans] == [0, 1]
            assert text[slice(*spans[1][:2])] == "Velmira"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny pair model that has learnt the sentences by heart, target and all."""
    folder = write(tmp_path_factory.mktemp("trained"), "bert", intermediate_size=128)
    asker = PairAsker(Checkpoint(folder, kind="pair"), map_labels(LABELS[Task.SENTIMENT]), 128)
    texts, spans, gold = [], [], []
    for column, label in enumerate(LABELS[Task.SENTIMENT]):
        for template in sentences()["en"]["sentiment"][label]:
            text, own = fill(template)
            texts.append(text)
            spans.append(own)
            gold.append(column)
    for template in sentences()["en"]["opposite"]["sentences"]:
        text, own = fill(template)
        texts.append(text)
        spans.append(own)
        gold += [2, 0]
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    rows = [row.split(BREAK) for row in asker.rows(texts, spans).texts]
    batch = tokenizer([a for a, _ in rows], [b for _, b in rows], padding=True, return_tensors="pt")
    torch.manual_seed(0)
    network = BertForSequenceClassification.from_pretrained(folder)
    network.apply(network._init_weights)
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3)
    network.eval()  # no dropout: the loss is that of the model as it will be used
    for _ in range(500):
        loss = network(**batch, labels=torch.tensor(gold)).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if loss.item() < 0.01:
            break
    assert loss.item() < 0.05
    network.save_pretrained(folder)
    return folder


def test_a_trained_model_passes_and_its_inversion_does_not(trained: Path) -> None:
    model = load(Checkpoint(trained, kind="pair"), device="cpu")
    assert "notes" not in model.describe()
    change(trained, id2label={"0": "positive", "1": "neutral", "2": "negative"})
    with pytest.raises(ModelError, match="positive means negative"):
        load(Checkpoint(trained, kind="pair"), device="cpu")
    # Who knows better may say so.
    labels = {"positive": "negative", "negative": "positive", "neutral": "neutral"}
    load(Checkpoint(trained, kind="pair", labels=labels), device="cpu")
    change(trained, id2label={"0": "negative", "1": "neutral", "2": "positive"})


def test_a_target_that_has_no_effect_is_in_provenance(trained: Path, tmp_path: Path) -> None:
    """The same weights asked with a target that is always the same."""
    checkpoint = Checkpoint(trained, kind="pair", placeholders=("Entity A", "Entity A"))
    model = load(checkpoint, device="cpu")
    assert any("no effect" in note for note in model.describe()["notes"])
