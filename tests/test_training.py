"""The road from labelled files to a checkpoint, on tiny data and a tiny network."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, MPNetConfig, MPNetModel

from benchmarks.accuracy.sets import agreed
from biasscore.blinding import ACTOR_MARK
from biasscore.calibration import Calibration, from_mapping
from biasscore.errors import InputError, ModelError
from biasscore.labels import Task, label_index
from biasscore.models.span import SpanBackend, dequantise
from biasscore.training import __main__ as training_command
from biasscore.training.answers import evaluate, evaluate_together, predict, single_passes, think
from biasscore.training.augment import derive_stance, others, quoted, spliced
from biasscore.training.authored import corpus_lines, parse, read_authored
from biasscore.training.calibrate import calibrate, exported_logits
from biasscore.training.data import untargeted, untaught, without_stance
from biasscore.training.distil import mean_weights, teach, trained
from biasscore.training.examples import (
    UNKNOWN,
    Example,
    Labels,
    Target,
    read_dse,
    read_dse_relabelled,
    read_gold,
    read_newsmtsc,
)
from biasscore.training.export import export, export_refinement, set_calibration, shipped_tensors
from biasscore.training.fit import disagreement, fit, rate_groups
from biasscore.training.low_rank import constrain, folded, restore, resume
from biasscore.training.masked import hide, read_on
from biasscore.training.network import (
    MAX_TOKENS,
    Beside,
    SpanNetwork,
    actor_tokenizer,
    collate,
    passes,
    starting_point,
)
from biasscore.training.recipes import AFTER, STUDENT, TEACHER, Recipe
from biasscore.training.relabelled import read_relabelled
from biasscore.training.split import split_by_article

#: "[unused0]" of the BERT vocabulary.
ACTOR_ID = 1
TINY = BertConfig(
    vocab_size=30522,
    hidden_size=32,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=64,
    max_position_embeddings=256,
)


def tiny(seed: int = 0) -> SpanNetwork:
    torch.manual_seed(seed)
    return SpanNetwork(TINY, offsets=True)


def target(text: str, word: str, sentiment: int, stance: int = UNKNOWN) -> Target:
    start = text.index(word)
    return Target(((start, start + len(word)),), sentiment, stance)


def toy(n: int = 24) -> list[Example]:
    bad, good = "ruined the harvest again", "saved the harvest again"
    examples = []
    for i in range(n):
        text = f"Sarnia {bad if i % 2 else good} in district {i}."
        examples.append(Example(text, (target(text, "Sarnia", 0 if i % 2 else 2, 1),), "newsmtsc", f"d{i // 2}"))
    return examples


def write(path: Path, rows: list[dict]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_authored_line_becomes_text_spans_and_columns() -> None:
    line = json.dumps(
        {
            "s": "While [[a|Oslo]] drafted, [[b|Lima]] acted; [[a|Norway]] sulked.",
            "pairs": {"a": ["negative", "against", "author", "opposite"], "b": ["positive", "none", "author", "agent"]},
        }
    )
    text, (first, second) = parse(line, "x line 1")
    assert text == "While Oslo drafted, Lima acted; Norway sulked."
    assert [text[s:e] for s, e in first.spans] == ["Oslo", "Norway"]
    assert (first.sentiment, first.stance, second.sentiment, second.stance) == (0, 0, 2, 1)
    assert second.category == "agent"


@pytest.mark.parametrize("line", ["{", "[]", '{"s": "x"}', '{"s": "[[a|X]] y", "pairs": {}}'])
def test_wrong_authored_line_names_its_place(line: str) -> None:
    with pytest.raises(InputError, match=r"part9\.jsonl line 7"):
        parse(line, "part9.jsonl line 7")


def test_the_whole_corpus_of_the_package_can_be_read() -> None:
    examples = read_authored()
    assert len(examples) >= 2500
    assert sum(len(example.targets) for example in examples) >= 4000
    assert all(example.text[s:e].strip() for example in examples for t in example.targets for s, e in t.spans)


def test_rows_of_one_sentence_are_put_together(tmp_path: Path) -> None:
    text = "Ann praised Bob."
    rows = [
        {"doc_id": "1", "text": text, "target": "Ann", "spans": [[0, 3]], "label": 0, "extra": {}},
        {"doc_id": "1", "text": text, "target": "Bob", "spans": [[12, 15]], "label": 1, "extra": {}},
        {"doc_id": "1", "text": "No span.", "target": "x", "spans": [], "label": 1, "extra": {}},
    ]
    (example,) = read_newsmtsc(write(tmp_path / "train.jsonl", rows))
    assert [(t.spans, t.sentiment, t.stance) for t in example.targets] == [
        (((0, 3),), 1, UNKNOWN),
        (((12, 15),), 2, UNKNOWN),
    ]


def test_dse_keeps_an_attitude_over_none_and_knows_no_authors_stance(tmp_path: Path) -> None:
    text = "Ann praised Bob before Cy."
    rows = [
        {"doc_id": "1", "text": text, "target": "Bob", "spans": [[12, 15]], "label": 0, "extra": {}},
        {"doc_id": "2", "text": text, "target": "Bob", "spans": [[12, 15]], "label": 1, "extra": {}},
        {"doc_id": "3", "text": text, "target": "Bob", "spans": [[12, 15]], "label": 0, "extra": {}},
    ]
    (example,) = read_dse(write(tmp_path / "train.jsonl", rows))
    assert [(t.sentiment, t.stance) for t in example.targets] == [(2, 1)]


def test_stance_that_is_told_goes_before_one_that_is_derived(tmp_path: Path) -> None:
    text = "Sarnia cheated while Oleria and Tarn watched."
    rows = [
        {"id": "1", "doc_id": "1", "text": text, "target": "Sarnia", "spans": [[0, 6]], "label": -1, "extra": {}},
        {"id": "2", "doc_id": "1", "text": text, "target": "Oleria", "spans": [[21, 27]], "label": 0, "extra": {}},
        {"id": "3", "doc_id": "1", "text": text, "target": "Tarn", "spans": [[32, 36]], "label": 1, "extra": {}},
    ]
    path = write(tmp_path / "train.jsonl", rows)
    (told,) = read_newsmtsc(path, {"1": Labels(UNKNOWN, 1)})
    assert [t.stance for t in told.targets] == [1, 1, UNKNOWN]  # told, *none* of a neutral portrayal, not told
    assert [t.stance for t in derive_stance(told).targets] == [1, 1, 2]
    (own,) = read_newsmtsc(path)
    assert [t.stance for t in derive_stance(own).targets] == [0, 1, 2]


def test_stance_can_be_left_out() -> None:
    text = "Sarnia cheated."
    (example,) = without_stance([Example(text, (target(text, "Sarnia", 0, 0),), "newsmtsc", "d")])
    assert [(t.sentiment, t.stance) for t in example.targets] == [(0, UNKNOWN)]


def test_sentences_of_dse_can_have_the_labels_of_the_guidelines(tmp_path: Path) -> None:
    text = "Ann praised Bob."
    rows = [
        {"id": "1-p", "doc_id": "1", "text": text, "target": "Ann", "spans": [[0, 3]], "label": 0, "extra": {}},
        {"id": "1-q", "doc_id": "1", "text": text, "target": "Bob", "spans": [[12, 15]], "label": 0, "extra": {}},
        {"id": "2-p", "doc_id": "2", "text": "Cy left.", "target": "Cy", "spans": [[0, 2]], "label": 0, "extra": {}},
    ]
    path = write(tmp_path / "train.jsonl", rows)
    (example,) = read_dse_relabelled(path, {"1-p": Labels(1, 1), "1-q": Labels(2, 1)})
    assert example.text == text
    assert [(t.spans, t.sentiment, t.stance) for t in example.targets] == [(((0, 3),), 1, 1), (((12, 15),), 2, 1)]


def test_labels_of_public_sets_in_the_package_are_labels_of_their_rows() -> None:
    news, dse = read_relabelled("newsmtsc"), read_relabelled("dse")
    assert all(key.startswith("newsmtsc-train-") for key in news)
    assert all(key.startswith("dse-train-") for key in dse)
    assert {labels.sentiment for labels in news.values()} == {UNKNOWN}
    for labels in dse.values():  # the author takes no side against the portrayal
        assert labels.stance in {1, labels.sentiment}


def test_labels_that_train_hold_the_settled_ones_that_measure() -> None:
    settled = agreed()
    news = read_relabelled("newsmtsc")
    ours = {key: label_index(stance) for key, (_, stance) in settled.items() if key.startswith("newsmtsc")}
    assert {key: news[key].stance for key in ours} == ours
    assert not settled.keys() & read_relabelled("dse").keys()


def test_gold_halves_are_apart(tmp_path: Path) -> None:
    pair = {"spans": [[0, 3]], "sentiment": ["negative", "neutral"], "stance": ["none"]}
    rows = [
        {"id": "a", "text": "Ann lied.", "half": "development", "pairs": [pair]},
        {"id": "b", "text": "Bob lied.", "half": "test", "pairs": [pair]},
    ]
    path = write(tmp_path / "stance.jsonl", rows)
    (example,) = read_gold(path, "development")
    assert example.text == "Ann lied."
    assert (example.targets[0].sentiment, example.targets[0].stance) == (0, 1)


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--data"):
        read_newsmtsc(tmp_path / "newsmtsc" / "train.jsonl")
    (tmp_path / "bad.jsonl").write_text('{"spans": []}\nnope\n')
    with pytest.raises(InputError, match=r"bad\.jsonl line 2"):
        read_dse(tmp_path / "bad.jsonl")


def test_stance_is_none_inside_a_quotation_and_the_attitude_outside() -> None:
    text = "“Sarnia has robbed us for years and nobody dares to say so,” the mayor said, while Oleria cheated too."
    example = Example(text, (target(text, "Sarnia", 0), target(text, "Oleria", 0)), "newsmtsc", "d")
    inside, outside = derive_stance(example).targets
    assert (inside.stance, outside.stance) == (1, 0)
    assert outside.stance_weight < inside.stance_weight


def test_quoting_keeps_sentiment_and_takes_the_stance_away() -> None:
    text = "The council of Sarnia has failed its own pupils."
    source = [Example(text, (target(text, "Sarnia", 0, 0),), "authored", "d")]
    for seed in range(12):
        (example,) = quoted(source, seed)
        assert [(t.sentiment, t.stance) for t in example.targets] == [(0, 1)]
        assert [example.text[s:e] for t in example.targets for s, e in t.spans] == ["Sarnia"]
    neutral = [Example(text, (target(text, "Sarnia", 1, 1),), "authored", "d")]
    assert quoted(neutral, 0) == []


def halves(source: str = "newsmtsc") -> list[Example]:
    texts = [
        ("The mayor of Sarnia robbed the school.", "Sarnia", 0),
        ("The nurses of Oleria kept their word.", "Oleria", 2),
    ]
    return [Example(text, (target(text, word, label, 1),), source, word) for text, word, label in texts]  # type: ignore[arg-type]


def test_splices_keep_every_label_at_its_mention() -> None:
    made = spliced(halves(), 60, random.Random(0))
    assert len(made) == 60
    opposite = 0
    for example in made:
        labels = {example.text[s:e]: t.sentiment for t in example.targets for s, e in t.spans}
        assert len(example.targets) == 2
        assert all({"Sarnia": 0, "Oleria": 2}[word] == label for word, label in labels.items())
        opposite += len(labels) == 2
    assert opposite >= 40
    assert len({example.text for example in made}) > 15
    assert any(", while the nurses of" in example.text or ", but the nurses of" in example.text for example in made)


def test_splices_join_only_plain_sentences_of_one_source() -> None:
    quoted_text = "“We robbed the school,” said the mayor of Sarnia."
    other = [Example(quoted_text, (target(quoted_text, "Sarnia", 0, 1),), "newsmtsc", "d")]
    assert spliced([*other, halves()[1]], 5, random.Random(0)) == []
    mixed = [halves("newsmtsc")[0], halves("authored")[1]]
    assert spliced(mixed, 5, random.Random(0)) == []
    assert {e.source for e in spliced([*halves("newsmtsc"), *halves("authored")], 40, random.Random(0))} == {
        "newsmtsc",
        "authored",
    }


def test_evaluate_together_counts_sentences_that_treat_actors_oppositely(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Ann robbed Bob and thanked Cy."
    examples = [Example(text, (target(text, "Ann", 0, 1), target(text, "Cy", 2, 1)), "newsmtsc", "d")] * 2
    logits = np.zeros((4, 2, 3), np.float32)
    logits[:, 0] = [[1, 0, 0], [0, 0, 1], [1, 0, 0], [1, 0, 0]]
    monkeypatch.setattr("biasscore.training.answers.predict", lambda *_: logits)
    found = evaluate_together(tiny(), actor_tokenizer(starting_point()), examples)
    assert found["opposite_both_right"] == 0.5
    assert found["sentiment_f1"] == pytest.approx((0.8 + 0 + 2 / 3) / 3)


def test_rates_fall_from_layer_to_layer() -> None:
    config = BertConfig(**{**TINY.to_dict(), "num_hidden_layers": 3})
    network = SpanNetwork(config, offsets=True)
    groups = rate_groups(network, Recipe("r", ("newsmtsc",), encoder_rate=1.0, head_rate=7.0, layer_decay=0.5))
    assert [group["lr"] for group in groups] == [7.0, 1.0, 0.5, 0.25, 0.125]
    assert sum(len(group["params"]) for group in groups) == len(list(network.parameters()))


def left(network: SpanNetwork, tokenizer: Tokenizer, run: Path) -> Path:
    """A run's folder as training leaves it."""
    run.mkdir()
    network.encoder.config.save_pretrained(run)
    tokenizer.save(str(run / "tokenizer.json"))
    save_file(dict(network.state_dict()), run / "checkpoint.safetensors")
    return run


def larger_encoder(folder: Path) -> Path:
    """An encoder of another architecture, whose tokenizer numbers its words otherwise."""
    words = [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        "[PAD]",
        "[unused0]",
        *["sarnia", "ruined", "saved", "the", "harvest", "again", "in", "district"],
    ]
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.enable_padding(length=128, pad_id=1, pad_token="<pad>")
    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=len(words),
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=130,
    )
    MPNetModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def test_teachers_answer_with_the_mean_of_their_probabilities(tmp_path: Path) -> None:
    """Teachers may be of different architectures, each with its own tokenizer."""
    folder = larger_encoder(tmp_path / "encoder")
    made = [
        (tiny(1), actor_tokenizer(starting_point())),
        (SpanNetwork.from_encoder(folder, offsets=True), actor_tokenizer(folder)),
    ]
    examples = [replace(example, source="dse") for example in toy(6)]
    total = np.zeros((6, 2, 3))
    runs = []
    for number, (network, tokenizer) in enumerate(made):
        torch.nn.init.normal_(network.offsets)
        runs.append(left(network, tokenizer, tmp_path / str(number)))
        logits = torch.from_numpy(predict(network, tokenizer, [(e.text, e.targets, e.source) for e in examples]))
        total += torch.softmax(logits.double() + network.offsets[1].detach(), dim=-1).numpy()
    taught = teach(examples, runs)
    assert [e.text for e in taught] == [e.text for e in examples]
    found = np.array([target.taught for e in taught for target in e.targets]).reshape(-1, 2, 3)
    assert np.allclose(found, total / 2, atol=1e-6)
    hints = np.array([target.hints for e in taught for target in e.targets])
    thoughts = think(*made[0], [(e.text, e.targets, e.source) for e in examples])
    moving = thoughts.std(axis=0) > 1e-6
    assert hints.shape == thoughts.shape == (6, 64)
    expected = (thoughts - thoughts.mean(axis=0))[:, moving] / thoughts.std(axis=0)[moving]
    assert np.allclose(hints[:, moving], expected, atol=1e-2)
    roughly = np.array([t.taught for e in teach(examples, runs, "bfloat16") for t in e.targets]).reshape(-1, 2, 3)
    assert 0 < np.abs(roughly - found).max() < 0.05


def test_the_mean_of_runs_is_that_of_their_weights(tmp_path: Path) -> None:
    networks = [tiny(1), tiny(2)]
    files = [tmp_path / "1.safetensors", tmp_path / "2.safetensors"]
    for network, file in zip(networks, files, strict=True):
        save_file(dict(network.state_dict()), file)
    for name, value in mean_weights(files).items():
        one, other = (network.state_dict()[name] for network in networks)
        assert torch.allclose(value, (one + other) / 2)


def test_a_larger_encoder_keeps_its_padding_and_has_the_mark(tmp_path: Path) -> None:
    """Positions of this encoder are counted from its padding: with another number there, answers would depend on it."""
    folder = larger_encoder(tmp_path / "encoder")
    network, tokenizer = SpanNetwork.from_encoder(folder, offsets=False).eval(), actor_tokenizer(folder)
    batch = collate(tokenizer, [(e.text, e.targets, e.source) for e in toy(1)])
    assert tokenizer.token_to_id(ACTOR_MARK) == 5
    assert batch.ids[0, batch.marks].tolist() == [5]
    length = int(batch.mask.sum())
    assert batch.ids[0, length:].eq(1).all()
    assert len(batch.ids[0]) > length
    short = replace(batch, ids=batch.ids[:, :length], mask=batch.mask[:, :length])
    assert torch.allclose(network(batch)[0], network(short)[0], atol=1e-5)


def test_a_run_can_be_read_again_from_its_folder(tmp_path: Path) -> None:
    network = tiny(4).eval()
    run = left(network, actor_tokenizer(starting_point()), tmp_path / "run")
    again, tokenizer = trained(run)
    items = [(e.text, e.targets, e.source) for e in toy(4)]
    assert np.array_equal(predict(again, tokenizer, items), predict(network, tokenizer, items))
    (run / "config.json").unlink()
    with pytest.raises(InputError, match=r"config\.json"):
        trained(run)


def test_disagreement_is_the_mean_of_both_divergences() -> None:
    first, second = np.array([0.7, 0.2, 0.1]), np.array([0.1, 0.6, 0.3])
    expected = (np.sum(first * np.log(first / second)) + np.sum(second * np.log(second / first))) / 2
    logits = [torch.from_numpy(np.log([p, p])) for p in (first, second)]
    assert float(disagreement(logits[0], logits[1] + 3.0)) == pytest.approx(expected)
    assert float(disagreement(logits[0], logits[0])) == 0.0


@pytest.mark.parametrize("way", [{"consistency": 1.0}, {"focus": 1.0}])
def test_other_losses_learn_too_and_are_others(way: dict[str, float], tmp_path: Path) -> None:
    tokenizer = actor_tokenizer(starting_point())
    plain = Recipe("toy", ("newsmtsc",), epochs=12, batch=8, encoder_rate=3e-3, head_rate=3e-3)
    losses = []
    for recipe in (plain, replace(plain, **way)):
        history = fit(tiny(), tokenizer, toy(), {"toy": toy(6)}, recipe, tmp_path)
        assert history[-1]["development"]["toy"]["sentiment_accuracy"] == 1.0
        losses.append(history[0]["loss"])
    assert losses[0] != losses[1]


@pytest.mark.parametrize("beside", ["nothing", "attention"])
def test_heads_may_read_something_else_beside_the_marks(beside: Beside, tmp_path: Path) -> None:
    tokenizer = actor_tokenizer(starting_point())
    torch.manual_seed(0)
    network = SpanNetwork(TINY, offsets=True, beside=beside)
    recipe = Recipe("toy", ("newsmtsc",), epochs=12, batch=8, encoder_rate=3e-3, head_rate=3e-3, beside=beside)
    history = fit(network, tokenizer, toy(), {"toy": toy(6)}, recipe, tmp_path)
    assert history[-1]["development"]["toy"]["sentiment_accuracy"] == 1.0


def test_attention_looks_at_no_padding() -> None:
    torch.manual_seed(0)
    network = SpanNetwork(TINY, offsets=True, beside="attention").eval()
    tokenizer = actor_tokenizer(starting_point())
    (short, *_), long = toy(), "Sarnia " + "and the district " * 12 + "ruined the harvest."
    batches = [[short], [short, Example(long, (target(long, "Sarnia", 0),), "newsmtsc", "d")]]
    with torch.no_grad():
        alone, beside_a_longer_one = (network(collate(tokenizer, single_passes(b)))[0][0] for b in batches)
    assert torch.allclose(alone, beside_a_longer_one, atol=1e-5)


def test_products_in_bfloat16_learn_the_same(tmp_path: Path) -> None:
    tokenizer = actor_tokenizer(starting_point())
    recipe = Recipe("toy", ("newsmtsc",), epochs=12, batch=8, encoder_rate=3e-3, head_rate=3e-3, precision="bfloat16")
    network = tiny()
    history = fit(network, tokenizer, toy(), {"toy": toy(6)}, recipe, tmp_path)
    assert history[-1]["development"]["toy"]["sentiment_accuracy"] == 1.0
    assert {value.dtype for value in network.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("recipe", "missing"),
    [(TEACHER, "--encoder"), (STUDENT, "--teachers"), (replace(AFTER, taught=0.0), "--start")],
)
def test_a_recipe_says_what_it_needs(recipe: Recipe, missing: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=missing):
        training_command.train(recipe, tmp_path, None, tmp_path, 1)


def test_a_student_learns_what_only_teachers_say(tmp_path: Path) -> None:
    tokenizer = actor_tokenizer(starting_point())
    answers = {0: (0.9, 0.05, 0.05, 0, 1, 0), 2: (0.05, 0.05, 0.9, 0, 1, 0)}
    lessons = [
        replace(e, targets=tuple(replace(t, sentiment=UNKNOWN, taught=answers[t.sentiment]) for t in e.targets))
        for e in toy()
    ]
    recipe = Recipe(
        "toy", ("newsmtsc",), epochs=12, batch=8, encoder_rate=3e-3, head_rate=3e-3, average=0.9, taught=0.5
    )
    history = fit(tiny(), tokenizer, lessons, {"toy": toy(6)}, recipe, tmp_path)
    assert history[-1]["development"]["toy"]["sentiment_accuracy"] == 1.0


def test_hints_alone_move_the_network_toward_the_teacher(tmp_path: Path) -> None:
    """With no label and no answer, a student learns to think what the teacher thinks of each kind of sentence."""
    tokenizer = actor_tokenizer(starting_point())
    lessons = [
        replace(
            e,
            targets=tuple(
                replace(t, sentiment=UNKNOWN, stance=UNKNOWN, hints=np.array([t.sentiment - 1.0] * 4, np.float16))
                for t in e.targets
            ),
        )
        for e in toy()
    ]
    recipe = Recipe("toy", ("newsmtsc",), epochs=12, batch=8, encoder_rate=3e-3, head_rate=3e-3, hints=1.0)
    history = fit(tiny(), tokenizer, lessons, {}, recipe, tmp_path)
    assert history[0]["loss"] > 0.5
    assert history[-1]["loss"] < history[0]["loss"] / 2
    assert set(load_file(tmp_path / "checkpoint.safetensors")) == set(tiny().state_dict())


def test_untaught_sentences_are_new_and_have_no_labels(tmp_path: Path) -> None:
    rows = [
        {"doc_id": "d", "text": f"Ann met Bob {i} times.", "spans": [[0, 3]], "label": 0, "extra": {}} for i in range(9)
    ]
    write(tmp_path / "dse" / "train.jsonl", rows)
    write(tmp_path / "dse" / "dev.jsonl", rows[:2])
    training = read_dse(tmp_path / "dse" / "train.jsonl")[2:4]
    found = untaught(tmp_path, training, 100, 0)
    assert sorted(e.text for e in found) == [row["text"] for row in rows[4:]]
    assert {(t.sentiment, t.stance) for e in found for t in e.targets} == {(UNKNOWN, UNKNOWN)}
    assert len(untaught(tmp_path, training, 3, 0)) == 3


def test_others_are_names_without_labels() -> None:
    text = "When Ann Lee met Bob Ray in Oslo, the mayor left."
    labelled = Example(text, (target(text, "Ann Lee", 0),), "newsmtsc", "d")
    nobody = Example("Ann left.", (target("Ann left.", "Ann", 2),), "newsmtsc", "d")
    found = [e for seed in range(9) for e in others([labelled, nobody], random.Random(seed))]
    assert {text[s:e] for e in found for t in e.targets for s, e in t.spans} == {"Bob Ray", "Oslo"}
    assert {(t.sentiment, t.stance) for e in found for t in e.targets} == {(UNKNOWN, UNKNOWN)}
    assert len(found) == 9


def test_split_keeps_articles_and_sentences_on_one_side() -> None:
    examples = [Example(f"Sentence {i}.", (), "newsmtsc", f"article {i % 40}") for i in range(200)]
    examples.append(Example("sentence 1", (), "newsmtsc", "another article"))
    training, development = split_by_article(examples, fraction=0.3, seed=1)
    assert {e.doc for e in training}.isdisjoint(e.doc for e in development)
    assert 0.1 < len(development) / len(examples) < 0.5
    bare = {e.text.lower().rstrip(".") for e in development}
    assert all(e.text.lower().rstrip(".") not in bare for e in training)
    again = split_by_article(examples[::-1], fraction=0.3, seed=1)[1]
    assert {e.text for e in again} == {e.text for e in development}


def test_passes_show_all_targets_at_once_or_one_at_a_time() -> None:
    text = "Ann thanked Bob."
    example = Example(text, (target(text, "Ann", 1), target(text, "Bob", 2)), "newsmtsc", "d")
    assert [len(targets) for _, targets, _ in passes(example, 0.2)] == [2]
    assert [len(targets) for _, targets, _ in passes(example, 0.7)] == [1, 1]


def test_collate_blinds_and_points_at_the_marks() -> None:
    text = "Ann thanked Bob."
    batch = collate(
        actor_tokenizer(starting_point()),
        [
            (text, [target(text, "Ann", 1), target(text, "Bob", 2)], "newsmtsc"),
            ("so Ann", [Target(((3, 6),), 0)], "dse"),
        ],
    )
    flat = batch.ids.reshape(-1)
    assert (flat[batch.marks] == 1).all()
    assert batch.owners.tolist() == [0, 1, 2]
    assert batch.rows.tolist() == [0, 0, 1]
    assert batch.sentiment.tolist() == [1, 2, 0]
    assert batch.source.tolist() == [0, 0, 1]


def test_a_target_beyond_the_window_teaches_nothing() -> None:
    text = "word " * (MAX_TOKENS + 50) + "Ann"
    batch = collate(actor_tokenizer(starting_point()), [(text, [Target(((len(text) - 3, len(text)),), 0)], "dse")])
    assert batch.ids.shape[1] == MAX_TOKENS
    assert batch.sentiment.tolist() == [UNKNOWN]
    assert batch.weight.tolist() == [0.0]


def test_a_run_that_stops_early_keeps_its_rates_and_its_mean(tmp_path: Path) -> None:
    tokenizer = actor_tokenizer(starting_point())
    whole = Recipe("toy", ("newsmtsc",), epochs=3, batch=8, encoder_rate=3e-3, head_rate=3e-3, average=0.9)
    found = []
    for recipe in (whole, replace(whole, stop=2)):
        folder = tmp_path / str(recipe.stop)
        folder.mkdir()
        network = tiny()
        history = fit(network, tokenizer, toy(), {}, recipe, folder)
        found.append([epoch["loss"] for epoch in history])
        left = load_file(folder / "checkpoint.safetensors")
        assert all(torch.equal(left[name], value) for name, value in network.state_dict().items())
    assert found[1] == found[0][:2]


def test_training_learns_is_seeded_and_leaves_figures(tmp_path: Path) -> None:
    tokenizer = actor_tokenizer(starting_point())
    recipe = Recipe(
        "toy", ("newsmtsc",), epochs=12, batch=8, encoder_rate=3e-3, head_rate=3e-3, average=0.9, stance=0.5
    )
    results = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        network = tiny()
        history = fit(network, tokenizer, toy(), {"toy": toy(6)}, recipe, tmp_path / name)
        results.append(predict(network, tokenizer, single_passes(toy(6))))
        assert history[-1]["development"]["toy"]["sentiment_accuracy"] == 1.0
        assert len((tmp_path / name / "log.jsonl").read_text().splitlines()) == recipe.epochs
        assert (tmp_path / name / "checkpoint.safetensors").is_file()
    assert np.array_equal(results[0], results[1])


def test_evaluate_on_a_hand_made_case(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Ann thanked Bob."
    examples = [Example(text, (target(text, "Ann", 1), target(text, "Bob", 2)), "newsmtsc", "d")] * 2
    logits = np.array([[[0, 1, 0], [0, 0, 0]], [[0, 0, 1], [0, 0, 0]]] * 2, np.float32)
    logits[1, 0] = [1, 0, 0]  # one of two positives is taken for a negative
    monkeypatch.setattr("biasscore.training.answers.predict", lambda *_: logits)
    found = evaluate(tiny(), actor_tokenizer(starting_point()), examples)
    assert found["sentiment_accuracy"] == 0.75
    assert found["sentiment_f1"] == pytest.approx((0 + 1 + 2 / 3) / 3)
    assert "stance_f1" not in found


def test_exported_weights_are_the_networks_up_to_a_rounding(tmp_path: Path) -> None:
    network = tiny()
    export(network, starting_point(), tmp_path)
    stored = dequantise(load_file(tmp_path / "model.safetensors"))
    wanted = shipped_tensors(network)
    assert stored.keys() == wanted.keys()
    for name, tensor in wanted.items():
        step = tensor.abs().amax(dim=-1, keepdim=True) / 127
        assert ((stored[name] - tensor).abs() <= 25 * step + 1e-7).all(), name
        assert (stored[name] - tensor).norm() <= 0.012 * tensor.norm() + 1e-7, name


def test_a_restored_network_has_the_weights_of_the_checkpoint(tmp_path: Path) -> None:
    export(tiny(), starting_point(), tmp_path)
    stored = dequantise(load_file(tmp_path / "model.safetensors"))
    other = tiny(1)
    restore(other, tmp_path)
    assert shipped_tensors(other).keys() == stored.keys()
    assert all(torch.equal(tensor, stored[name]) for name, tensor in shipped_tensors(other).items())


def test_at_low_rank_only_factors_heads_and_offsets_learn(tmp_path: Path) -> None:
    network = tiny()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    constrain(network, 2)
    assert all(torch.equal(before[name], value) for name, value in folded(network).items())
    recipe = Recipe("low", ("newsmtsc",), epochs=6, batch=4, encoder_rate=1e-2, average=0.9, rank=2)
    first, *_, last = fit(network, actor_tokenizer(starting_point()), toy(), {}, recipe, tmp_path)
    assert float(str(last["loss"])) < float(str(first["loss"]))
    after = load_file(tmp_path / "checkpoint.safetensors")
    assert after.keys() == before.keys()
    ranks = {
        name: int(torch.linalg.matrix_rank(value - before[name], rtol=1e-3))
        for name, value in after.items()
        if name.startswith("encoder.") and value.dim() == 2 and not torch.equal(value, before[name])
    }
    assert len(ranks) == 6 and set(ranks.values()) == {2}  # queries, keys, values, out, up, down


def test_a_refinement_gives_back_what_was_learned(tmp_path: Path) -> None:
    base, refined = tmp_path / "base", tmp_path / "refined"
    export(tiny(), starting_point(), base)
    network = tiny(1)
    restore(network, base)
    constrain(network, 2)
    recipe = Recipe("low", ("newsmtsc",), epochs=4, batch=4, encoder_rate=1e-2, rank=2)
    fit(network, actor_tokenizer(starting_point()), toy(), {}, recipe, tmp_path)
    plain = tiny(2)
    plain.load_state_dict(folded(network))
    export_refinement(plain, base, refined)
    assert (refined / "model.safetensors").read_bytes() == (base / "model.safetensors").read_bytes()
    assert (refined / "refinement.safetensors").stat().st_size < (base / "model.safetensors").stat().st_size / 10
    items = [(e.text, e.targets, e.source) for e in toy()]
    want = predict(plain, actor_tokenizer(starting_point()), items)
    assert np.abs(exported_logits(refined, toy()) - want).max() < 0.02
    assert np.abs(exported_logits(base, toy()) - want).max() > 0.1
    assert SpanBackend(refined, name="x").weights != SpanBackend(base, name="x").weights


def test_a_refinement_keeps_the_largest_of_too_many_products(tmp_path: Path) -> None:
    export(tiny(), starting_point(), tmp_path)
    network = tiny(1)
    restore(network, tmp_path)
    weight = network.encoder.encoder.layer[0].intermediate.dense.weight
    large, small = torch.zeros_like(weight), torch.zeros_like(weight)
    large[0, 1:], small[1, 0] = 1.0, 0.1
    with torch.no_grad():
        weight.add_(large + small)
    export_refinement(network, tmp_path, tmp_path, 1)
    tensors = load_file(tmp_path / "refinement.safetensors")
    kept = (tensors["layers.0.up.weight.left"] @ tensors["layers.0.up.weight.right"]).float()
    assert torch.allclose(kept, large, atol=0.01)


def test_a_refinement_is_gone_on_with(tmp_path: Path) -> None:
    base, refined = tmp_path / "base", tmp_path / "refined"
    export(tiny(), starting_point(), base)
    network = tiny(1)
    restore(network, base)
    learned = folded(network)
    generator = torch.Generator().manual_seed(3)
    for name, value in learned.items():
        if name.startswith("encoder.encoder.layer.") and value.dim() == 2:
            rows, columns = value.shape
            factors = torch.randn(rows, 2, generator=generator), torch.randn(2, columns, generator=generator)
            learned[name] = value + factors[0] @ factors[1] / 50
    learned["heads.stance.3.bias"] = torch.tensor([1.0, 2.0, 3.0])
    plain = tiny(2)
    plain.load_state_dict(learned)
    export_refinement(plain, base, refined)
    resumed = tiny(1)
    restore(resumed, refined)
    assert torch.equal(resumed.state_dict()["heads.stance.3.bias"], network.state_dict()["heads.stance.3.bias"])
    constrain(resumed, 2)
    resume(resumed, refined)
    after = folded(resumed)
    assert after.keys() == learned.keys()
    assert all(torch.allclose(after[name], value, atol=2e-3) for name, value in learned.items())
    # What stays as it is stored is still the base's, so that the next refinement replaces this one.
    under = resumed.encoder.encoder.layer[0].intermediate.dense.base.weight
    assert torch.equal(under, network.encoder.encoder.layer[0].intermediate.dense.weight)


@pytest.mark.parametrize("broken", ["gone", "factor", "shape", "name", "torn", "empty"])
def test_a_broken_refinement_is_refused(broken: str, tmp_path: Path) -> None:
    export(tiny(), starting_point(), tmp_path)
    network = tiny(1)
    restore(network, tmp_path)
    with torch.no_grad():
        network.encoder.encoder.layer[0].intermediate.dense.weight.add_(torch.ones(64, 32))
    export_refinement(network, tmp_path, tmp_path)
    file = tmp_path / "refinement.safetensors"
    tensors = load_file(file)
    if broken == "gone":
        file.unlink()
    elif broken == "empty":
        file.write_bytes(b"")
    elif broken == "torn":
        file.write_bytes(file.read_bytes()[:-10])
    else:
        left = tensors.pop("layers.0.up.weight.left")
        if broken == "shape":
            tensors["layers.0.up.weight.left"] = left[:-1].contiguous()
        elif broken == "name":
            tensors = {"layers.7.up.weight": left}
        save_file(tensors, file)
    with pytest.raises(ModelError, match=r"refinement\.safetensors"):
        SpanBackend(tmp_path, name="x")


def test_calibration_is_written_into_the_checkpoint(tmp_path: Path) -> None:
    export(tiny(), starting_point(), tmp_path)
    # Every label of both tasks, evenly.
    examples = [
        replace(e, targets=tuple(replace(t, sentiment=i % 3, stance=(i // 3) % 3) for t in e.targets))
        for i, e in enumerate(toy(45))
    ]
    assert exported_logits(tmp_path, examples).shape == (45, 2, 3)
    calibrations = calibrate(tmp_path, {"toy": examples})
    set_calibration(tmp_path, calibrations)
    assert from_mapping(SpanBackend(tmp_path, name="x").calibration) == calibrations
    assert calibrations[Task.STANCE] != Calibration()
    assert calibrations[Task.SENTIMENT].prior == pytest.approx((1 / 3, 1 / 3, 1 / 3), abs=1e-5)


def test_hidden_words_are_words_and_never_the_mark() -> None:
    generator = torch.Generator().manual_seed(0)
    ids = torch.tensor([[101, ACTOR_ID, *range(2000, 2300), 102, 0, 0]] * 20)
    hidden, chosen = hide(ids, 30522, generator)
    words = (ids >= 2000) & (ids < 2300)
    assert not chosen[~words].any()
    assert torch.equal(hidden[~chosen], ids[~chosen])
    assert chosen.sum() / words.sum() == pytest.approx(0.15, abs=0.02)
    assert (hidden[chosen] == 103).float().mean() == pytest.approx(0.8, abs=0.05)
    assert (hidden[chosen] == ids[chosen]).float().mean() == pytest.approx(0.1, abs=0.05)


def test_masked_words_are_learned_and_repeatable() -> None:
    tokenizer = actor_tokenizer(starting_point())
    texts = [replace(example, targets=()) if i % 2 else example for i, example in enumerate(toy())]
    runs = []
    for _ in range(2):
        network = tiny()
        before = network.encoder.encoder.layer[0].output.dense.weight.detach().clone()
        losses = read_on(network.encoder, tokenizer, texts, 40, seed=3)
        assert not torch.equal(before, network.encoder.encoder.layer[0].output.dense.weight)
        runs.append(losses)
    assert runs[0] == runs[1]
    assert np.mean(runs[0][-5:]) < np.mean(runs[0][:5]) - 0.1


def test_untargeted_sentences_ask_about_nobody() -> None:
    text = "Ann robbed Bob and thanked Cy."
    example = Example(text, (target(text, "Ann", 0, 1), target(text, "Cy", 2, 1)), "newsmtsc", "d")
    made = untargeted([example])
    assert [e.text for e in made] == [f"_ {text}"] * 2
    assert [(t.spans, t.sentiment) for e in made for t in e.targets] == [(((0, 1),), 0), (((0, 1),), 2)]
    batch = collate(actor_tokenizer(starting_point()), [(e.text, e.targets, e.source) for e in made])
    assert torch.equal(batch.ids[0], batch.ids[1])


def test_a_part_of_the_corpus_is_its_first_files() -> None:
    whole = list(corpus_lines())
    first = list(corpus_lines(9))
    assert first == whole[: len(first)]
    assert {place.split(" ")[0] for place, _ in first} == {f"part{number}.jsonl" for number in range(1, 10)}
    assert len(whole) > len(first)
    assert first + list(corpus_lines(since=10)) == whole


def test_without_a_recipe_the_runs_that_are_shipped_are_trained_and_averaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}
    refinements: list[tuple[torch.Tensor, bool]] = []

    def train(
        recipe: Recipe,
        data: Path,
        gold: Path | None,
        out: Path,
        threads: int,
        *,
        teachers: Sequence[Path],
        start: Path | None,
        encoder: Path | None,
    ) -> None:
        assert len(refinements) == {"continued": 1, "mended": 2}.get(recipe.name, 0)  # they go on from the one before
        assert start == (out.parent / recipe.start if recipe.start else None)
        assert teachers == [out.parent / name for name in recipe.teachers]
        assert encoder == tmp_path / "larger"
        state = SpanNetwork.from_encoder(starting_point(), offsets=True).state_dict()
        state["offsets"] = torch.full_like(state["offsets"], float(len(seen)))
        seen[recipe.name] = state["offsets"]
        out.mkdir(parents=True)
        save_file(state, out / "checkpoint.safetensors")

    monkeypatch.setattr(training_command, "train", train)
    monkeypatch.setattr(training_command, "SHIPPED_MEAN", (AFTER, AFTER, STUDENT))
    monkeypatch.setattr(training_command, "_development", lambda *_: {})
    monkeypatch.setattr(training_command, "export", lambda network, *_: seen.update(mean=network.offsets.detach()))
    monkeypatch.setattr(
        training_command,
        "export_refinement",
        lambda network, base, folder, rank: refinements.append((network.offsets.detach(), base == folder)),
    )
    monkeypatch.setattr(training_command, "calibrate", lambda *_: None)
    monkeypatch.setattr(training_command, "set_calibration", lambda *_: None)
    folders = ["--data", str(tmp_path), "--out", str(tmp_path / "runs"), "--encoder", str(tmp_path / "larger")]
    training_command.main(folders)
    assert list(seen) == ["teacher", "student", "after", "mean", "tutor", "second", "refined", "continued", "mended"]
    # (2 + 2 + 1) / 3: the last run counts twice.
    assert torch.allclose(seen["mean"], torch.full_like(seen["mean"], 5 / 3))
    runs = [float(seen[name].flatten()[0]) for name in ("refined", "continued", "mended")]
    assert [float(offsets.flatten()[0]) for offsets, _ in refinements] == [*runs, (runs[1] + runs[2]) / 2]
    assert all(same for _, same in refinements)
