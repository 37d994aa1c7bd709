"""Models of one's own behind the scorer: detection, traps, windows, blindness, provenance, calibration."""

from __future__ import annotations

import json
import shutil
from functools import partialmethod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_models import NLI, SENTIMENT, change, write
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

import biasscore as bs
from biasscore import Checkpoint, Scorer
from biasscore.calibration import Calibration, CalibrationEntry, write_calibration
from biasscore.classifier import Classifier
from biasscore.config import Runtime
from biasscore.errors import ConfigError, LabelError, ModelError
from biasscore.labels import Task
from biasscore.models import assemble, encoders
from biasscore.models.deberta import restore
from biasscore.models.registry import load

ARTICLE = (
    "Britain praised NATO on Monday. Russia attacked Kazakhstan, NATO said. "
    '"Britain lied," said the minister. Nobody answered. Russia and Britain met.'
)
STANCE = ("against", "none", "favor")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("own")
    return {
        "sentiment": write(base / "sentiment", "bert", SENTIMENT),
        "stance": write(base / "stance", "roberta", STANCE),
        "nli": write(base / "nli", "deberta-v2", NLI),
        "two": write(base / "two", "distilbert", ("NEGATIVE", "POSITIVE")),
        "nameless": write(base / "nameless", "electra", ("LABEL_0", "LABEL_1", "LABEL_2")),
    }


def pair(folder: Path, **settings: Any) -> Checkpoint:
    return Checkpoint(folder, **{"kind": "pair", "self_check": False, **settings})


# --- the face --------------------------------------------------------------------------------------------------------


def test_a_scorer_of_two_own_models(folders: dict[str, Path]) -> None:
    scorer = Scorer(sentiment=pair(folders["sentiment"]), stance=Checkpoint(folders["nli"], self_check=False))
    profile = scorer.score(ARTICLE)
    assert profile["NATO"].sentences == 2
    for score in profile.scores:
        assert sum(score.sentiment) == pytest.approx(1, abs=1e-5)
        assert sum(score.stance) == pytest.approx(1, abs=1e-5)
        assert set(score.spread) == {"stance"}
        assert 0 < score.spread["stance"] <= 2
    told = profile.to_dict()
    assert told["provenance"]["classifiers"]["sentiment"]["kind"] == "pair"
    assert told["provenance"]["classifiers"]["stance"]["kind"] == "nli"
    assert len(told["provenance"]["classifiers"]["stance"]["templates"]["stance"]) == 2
    assert "transformers" in told["provenance"]["libraries"]
    assert all("spread" in actor for entry in told["sentences"] for actor in entry["actors"].values())
    json.dumps(told, allow_nan=False)


def test_one_nli_model_answers_both_tasks(folders: dict[str, Path]) -> None:
    scorer = Scorer(model=Checkpoint(folders["nli"], self_check=False))
    alone = Scorer(
        sentiment=Checkpoint(folders["nli"], self_check=False, task=Task.SENTIMENT), stance=pair(folders["stance"])
    )
    texts, spans = ["Britain lied to NATO."], [[(0, 7, 0), (16, 20, 1)]]
    both = scorer.score_spans(texts, spans)
    assert both["sentiment"].shape == both["stance"].shape == (2, 3)
    assert np.abs(both["sentiment"] - alone.score_spans(texts, spans)["sentiment"]).max() < 1e-6


def test_many_articles_and_one_give_the_same(folders: dict[str, Path]) -> None:
    scorer = Scorer(sentiment=pair(folders["sentiment"]), stance=Checkpoint(folders["nli"], self_check=False))
    articles = [ARTICLE, "Russia slept. NATO did not.", "Nothing here.", ARTICLE.replace("NATO", "Kazakhstan")]
    for article, together in zip(articles, scorer.score_many(articles), strict=True):
        alone = scorer.score(article)
        assert [s.actor for s in alone.scores] == [s.actor for s in together.scores]
        for one, other in zip(alone.scores, together.scores, strict=True):
            assert one.stance == pytest.approx(other.stance, abs=1e-5)


def test_names_of_the_face(folders: dict[str, Path]) -> None:
    assert bs.Checkpoint is Checkpoint
    with pytest.raises(ModelError, match="answers stance"):
        Scorer(sentiment=pair(folders["sentiment"]), stance=pair(folders["sentiment"]))


# --- blind or named --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pair", "nli", "plain"])
def test_blind_models_mirror_when_actors_are_exchanged(kind: str, folders: dict[str, Path]) -> None:
    own = Checkpoint(folders["nli"], self_check=False) if kind == "nli" else pair(folders["sentiment"], kind=kind)
    texts = ["Russia attacked Britain again.", "Britain attacked Russia again."]
    spans = [[(0, 6, 0), (16, 23, 1)], [(0, 7, 0), (17, 23, 1)]]
    scorer = Scorer(sentiment=own, stance=pair(folders["stance"]))
    assert np.array_equal(*np.split(scorer.score_spans(texts, spans)["sentiment"], 2))
    named = Scorer(sentiment=own, stance=pair(folders["stance"]), blind=False)
    assert not np.array_equal(*np.split(named.score_spans(texts, spans)["sentiment"], 2))
    if kind != "plain":
        assert named.provenance.classifiers["sentiment"]["target"] in ("mention", "name")
    assert named.provenance.config != scorer.provenance.config


def test_plain_models_are_called_target_blind_in_every_output(folders: dict[str, Path]) -> None:
    scorer = Scorer(sentiment=pair(folders["sentiment"], kind="plain"), stance=pair(folders["stance"]))
    profile = scorer.score("Britain praised Russia.")
    (warning,) = profile.to_dict()["provenance"]["warnings"]
    assert "target-blind" in warning
    assert profile.to_dict()["provenance"]["classifiers"]["sentiment"]["target_blind"] is True
    assert profile.to_dict()["provenance"]["classifiers"]["stance"]["target_blind"] is False
    assert profile.to_pandas().attrs["warnings"] == [warning]
    one, other = profile.scores
    assert one.sentiment == other.sentiment


# --- what is certain, and what must be said --------------------------------------------------------------------------


def test_the_kind_is_said_where_nothing_tells(folders: dict[str, Path]) -> None:
    with pytest.raises(ModelError, match="give `kind`"):
        load(folders["sentiment"], device="cpu")
    with pytest.raises(ConfigError, match="nli"):
        load(pair(folders["nli"]), device="cpu")
    assert load(Checkpoint(folders["nli"], self_check=False), device="cpu").describe()["kind"] == "nli"


def test_a_stance_model_that_does_not_read_its_target_is_refused(folders: dict[str, Path]) -> None:
    with pytest.raises(ModelError, match="topics"):
        load(pair(folders["stance"], kind="plain"), device="cpu")


def test_names_that_say_nothing(folders: dict[str, Path]) -> None:
    with pytest.raises(LabelError, match="LABEL_0"):
        load(pair(folders["nameless"]), device="cpu")
    said = {"LABEL_0": "positive", "LABEL_1": "negative", "LABEL_2": "neutral"}
    model = load(pair(folders["nameless"], labels=said), device="cpu")
    assert model.describe()["labels"] == said


def test_two_classes(folders: dict[str, Path]) -> None:
    with pytest.raises(LabelError, match="neutral_band"):
        load(pair(folders["two"], kind="plain"), device="cpu")
    model = load(pair(folders["two"], kind="plain", neutral_band=0.4), device="cpu")
    assert model.describe()["neutral_band"] == 0.4


def test_the_self_check_knows_how_many_classes_there_are(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def note(*_: object, two_classes: bool, **__: object) -> tuple[str, ...]:
        asked.append(two_classes)
        return ()

    monkeypatch.setattr(assemble, "check", note)
    load(pair(folders["two"], kind="plain", neutral_band=0.4, self_check=True), device="cpu")
    load(pair(folders["sentiment"], self_check=True), device="cpu")
    load(Checkpoint(folders["nli"], task=Task.SENTIMENT), device="cpu")
    assert set(asked[1:]) == {False}
    assert asked[0] is True


def test_a_checkpoint_without_its_head_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    """Transformers would fill it with random numbers and say so in a log."""
    folder = write(tmp_path)
    tensors = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in tensors.items() if not name.startswith("classifier")}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="trained head"):
        load(pair(folder), device="cpu")


def test_half_precision_files_are_run_in_single(tmp_path: Path) -> None:
    """DeBERTa overflows in float16."""
    folder = write(tmp_path, "deberta-v2")
    tensors = {name: t.half() for name, t in load_file(folder / "model.safetensors").items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    change(folder, dtype="float16", torch_dtype="float16")
    model: Any = load(pair(folder), device="cpu")
    assert {p.dtype for p in model._encoder._network.parameters()} == {torch.float32}


def test_orders_of_nli_do_not_matter(tmp_path: Path) -> None:
    """One network under the column orders in use; a library that guesses contradiction's column reads some wrongly."""
    answers = []
    first = write(tmp_path / "first", "bert", NLI)
    tensors = load_file(first / "model.safetensors")
    for number, order in enumerate([(0, 1, 2), (0, 2, 1), (2, 0, 1), (2, 1, 0)]):
        folder = tmp_path / f"order-{number}"
        shutil.copytree(first, folder)
        rows = list(order)
        moved = {n: t[rows].clone() if n.startswith("classifier") else t for n, t in tensors.items()}
        save_file(moved, folder / "model.safetensors", metadata={"format": "pt"})
        change(folder, id2label={str(c): NLI[o] for c, o in enumerate(order)}, label2id=None)
        scorer = Scorer(model=Checkpoint(folder, self_check=False))
        answers.append(scorer.score_spans(["Britain lied to NATO."], [[(0, 7, 0)]])["stance"])
    for answer in answers[1:]:
        assert np.abs(answer - answers[0]).max() < 1e-6


def test_a_tokenizer_that_needs_a_missing_package_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, "deberta-v2")
    (folder / "tokenizer.json").unlink()
    (folder / "spm.model").write_bytes(b"\x0a")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install sentencepiece"):
        load(pair(folder), device="cpu")


def test_a_word_list_is_tokenizer_enough_for_bert(tmp_path: Path) -> None:
    folder = write(tmp_path)
    texts = ["The minister of Norland wasn't THERE, « Велика »"]
    model = load(pair(folder, kind="plain"), device="cpu")
    before = model.tokenise(texts).ids.tolist()
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    (folder / "vocab.txt").write_text("\n".join(sorted(vocabulary, key=vocabulary.get)) + "\n")
    (folder / "tokenizer.json").unlink()
    assert load(pair(folder, kind="plain", max_tokens=100), device="cpu").tokenise(texts).ids.tolist() == before


def test_markers_that_are_special_tokens(tmp_path: Path) -> None:
    """They must be recognised, and what an article writes like a special token must not."""
    folder = write(tmp_path)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.add_special_tokens(["<e>", "</e>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    network = BertForSequenceClassification.from_pretrained(folder)
    network.resize_token_embeddings(tokenizer.get_vocab_size())
    network.save_pretrained(folder)
    markers = ("<e>", "</e>")
    model = load(Checkpoint(folder, kind="marked", markers=markers, self_check=False), device="cpu")
    text = "Britain [SEP] lied to NATO."
    ids = model.tokenise(model.rows([text], [[(0, 7, 0)]]).texts).ids.tolist()
    assert [ids.count(tokenizer.token_to_id(marker)) for marker in markers] == [1, 1]
    assert ids.count(tokenizer.token_to_id("[SEP]")) == 1
    assert model.describe()["markers"] == list(markers)
    with pytest.raises(ModelError, match="markers"):
        load(Checkpoint(folder, kind="marked", markers=("<x>", "</x>"), self_check=False), device="cpu")


# --- the core --------------------------------------------------------------------------------------------------------


def test_special_tokens_in_an_article_are_text(folders: dict[str, Path]) -> None:
    scorer = Scorer(sentiment=pair(folders["sentiment"]), stance=pair(folders["stance"]))
    texts = ["Britain [SEP] lied [CLS] </s> to <s> NATO [PAD] .", "Britain lied."]
    probs = scorer.score_spans(texts, [[(0, 7, 0)], [(0, 7, 0)]])
    alone = scorer.score_spans(texts[1:], [[(0, 7, 0)]])
    assert np.isfinite(probs["sentiment"]).all()
    assert np.abs(probs["sentiment"][1] - alone["sentiment"][0]).max() < 1e-6
    model = load(pair(folders["sentiment"]), device="cpu")
    ids = model.tokenise([f"{texts[0]}\ue001NATO"]).ids
    assert (ids == model.edges[1]).sum() == 2


def test_a_long_sentence_is_scored_in_a_window_round_the_mention(folders: dict[str, Path]) -> None:
    model = load(pair(folders["sentiment"], max_tokens=48), device="cpu")
    text = "river " * 80 + "Britain broke its promise " + "river " * 80
    start = text.index("Britain")
    tokens = model.tokenise(model.rows([text], [[(start, start + 7, 0)]]).texts)
    assert len(tokens.ids) == 48
    assert tokens.truncated is not None
    assert tokens.truncated.all()
    short = model.tokenise(model.rows(["Britain broke"], [[(0, 7, 0)]]).texts)
    words = short.ids[1 : list(short.ids).index(model.edges[1])].tolist()
    inside = tokens.ids.tolist()
    assert any(inside[i : i + len(words)] == words for i in range(len(inside)))  # the mention is in the window
    target = short.ids[len(words) + 1 :].tolist()
    assert inside[-len(target) :] == target  # the second segment is whole


def test_truncated_sentences_are_said_to_be(folders: dict[str, Path]) -> None:
    scorer = Scorer(sentiment=pair(folders["sentiment"], max_tokens=48), stance=pair(folders["stance"], max_tokens=48))
    profile = scorer.score(f"Britain {'river ' * 120}slept. Russia slept.")
    assert [score.truncated for score in profile.scores] == [True, False]


def test_the_fast_forward_falls_back_where_it_differs(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = load(pair(folders["sentiment"]), device="cpu")
    for way in ("_packed", "_grouped"):
        real = getattr(encoders.Encoder, way)
        wrong_way = partialmethod(lambda self, real, ids, lengths: real(self, ids, lengths) * 1.01, real)
        monkeypatch.setattr(encoders.Encoder, way, wrong_way)
    wrong = load(pair(folders["sentiment"], max_tokens=120), device="cpu")
    assert "padded" in wrong.description
    assert "it is not used" in caplog.text
    assert "packed" in right.description
    texts, spans = ["Britain lied to NATO.", "NATO met."], [[(0, 7, 0), (16, 20, 1)], [(0, 4, 0)]]
    monkeypatch.undo()
    answers = []
    for model in (right, wrong):
        classifier = Classifier({Task.SENTIMENT: model, Task.STANCE: model}, Runtime())
        answers.append(classifier.judge([classifier.rows(texts, spans)]).probs[Task.SENTIMENT])
    assert np.abs(answers[0] - answers[1]).max() < 1e-5


@pytest.mark.parametrize("runtime", [Runtime(step_tokens=64), Runtime(window=2), Runtime(dedupe=False)])
def test_answers_do_not_depend_on_how_fast_they_are_made(runtime: Runtime, folders: dict[str, Path]) -> None:
    texts = [f"{'river ' * n}Britain lied to NATO." for n in range(6)] * 2
    spans = [[(6 * n, 6 * n + 7, 0), (6 * n + 16, 6 * n + 20, 1)] for n in range(6)] * 2
    models = {"sentiment": pair(folders["sentiment"]), "stance": Checkpoint(folders["nli"], self_check=False)}
    one = Scorer(**models).score_spans(texts, spans)
    other = Scorer(**models, runtime=runtime).score_spans(texts, spans)
    for task in Task:
        assert np.abs(one[task.value] - other[task.value]).max() < 1e-5


def test_trimmed_positions_beyond_the_buckets(tmp_path: Path) -> None:
    """Sentences longer than the range in which each distance has a bucket of its own."""
    folder = write(tmp_path, "deberta-v2", share_att_key=False)
    model: Any = load(pair(folder, max_tokens=128), device="cpu")
    assert "trimmed" in model.description
    ids = np.arange(5, 125, dtype=np.int32)
    lengths = np.array([90, 30], np.int64)
    fast = model._encoder._grouped(ids, lengths)
    restore(model._encoder._network)
    slow = model._encoder._padded(ids, lengths)
    assert np.abs(fast - slow).max() < 1e-4 * max(1.0, np.abs(slow).max())


def test_a_folder_of_our_own_training_is_used_the_same_way(tmp_path: Path) -> None:
    from importlib import resources

    with resources.as_file(resources.files("biasscore").joinpath("weights")) as weights:
        if not (weights / "model.safetensors").is_file():
            pytest.skip("no weights in this copy")
        scorer = Scorer(model=weights)
        default = Scorer()
        assert scorer.score(ARTICLE).to_dict()["sentences"] == default.score(ARTICLE).to_dict()["sentences"]
        assert scorer.provenance.weights == default.provenance.weights
        with pytest.raises(ConfigError, match="blind"):
            Scorer(model=weights, blind=False)
        with pytest.raises(ConfigError, match="kind"):
            Scorer(model=Checkpoint(weights, kind="pair"))
        folder = tmp_path / "linked"
        shutil.copytree(weights, folder)
        (folder / "refinement.safetensors").unlink()
        (folder / "refinement.safetensors").symlink_to(weights / "refinement.safetensors")
        with pytest.raises(ModelError, match=r"refinement\.safetensors"):
            Scorer(model=folder)


@pytest.mark.parametrize(
    "setting",
    [
        {"task": "stance"},
        {"labels": {"a": "against"}},
        {"neutral_band": 0.4},
        {"placeholders": ("X", "Y")},
        {"target": "name"},
        {"language": "xx"},
        {"max_tokens": 64},
        {"revision": "abc"},
        {"kind": "pair"},
        {"blind": False},
    ],
)
def test_what_the_default_model_cannot_follow_is_refused(setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"Expected `{next(iter(setting))}`"):
        Scorer(model=Checkpoint("default", **setting))


def test_weights_can_be_pinned(folders: dict[str, Path]) -> None:
    pinned = load("default", device="cpu").weights
    assert load(Checkpoint("default", weights=pinned), device="cpu").weights == pinned
    for checkpoint in (Checkpoint("default", weights="0" * 16), pair(folders["sentiment"], weights="0" * 16)):
        with pytest.raises(ModelError, match=f"Expected `weights` to be {'0' * 16}"):
            load(checkpoint, device="cpu")


def test_a_model_that_was_trained_anew_is_loaded_anew(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(folders["sentiment"], folder)
    first = Scorer(sentiment=pair(folder), stance="default")
    assert Scorer(sentiment=pair(folder))._classifier.models[Task.SENTIMENT] is first._classifier.models[Task.SENTIMENT]
    tensors = load_file(folder / "model.safetensors")
    tensors["classifier.bias"] += 1.0  # the file keeps its size
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    second = Scorer(sentiment=pair(folder))
    assert second.identities[Task.SENTIMENT] != first.identities[Task.SENTIMENT]
    change(folder, id2label={"0": "positive", "1": "neutral", "2": "negative"}, label2id=None)
    third = Scorer(sentiment=pair(folder))
    texts, spans = ["Britain lied."], [[(0, 7, 0)]]
    before, after = (each.score_spans(texts, spans)["sentiment"] for each in (second, third))
    assert after[:, ::-1] == pytest.approx(before)


@pytest.mark.parametrize(
    "setting",
    [
        {"labels": 3},
        {"labels": "ab"},
        {"labels": {}},
        {"labels": {"LABEL_0": 1}},
        {"neutral_band": "a"},
        {"neutral_band": True},
        {"neutral_band": 1.0},
        {"language": 3},
        {"revision": 7},
        {"weights": b"0"},
    ],
)
def test_a_setting_that_is_none_of_its_kind(setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"Expected `{next(iter(setting))}`"):
        Checkpoint("x", **setting)


# --- calibration -----------------------------------------------------------------------------------------------------


def test_a_calibration_is_read_back_and_fits_one_model_only(folders: dict[str, Path], tmp_path: Path) -> None:
    plain = Scorer(sentiment=pair(folders["sentiment"]), stance=pair(folders["stance"]))
    weights = plain.provenance.classifiers["sentiment"]["weights"]
    entry = CalibrationEntry(Calibration(2.0, (0.5, 0.0, -0.5)), "m", weights, 100)
    write_calibration(tmp_path / "calibration.json", {Task.SENTIMENT: entry})
    models = {"sentiment": pair(folders["sentiment"]), "stance": pair(folders["stance"])}
    scorer = Scorer(**models, calibration=tmp_path / "calibration.json")
    texts, spans = ["Britain lied."], [[(0, 7, 0)]]
    before, after = plain.score_spans(texts, spans), scorer.score_spans(texts, spans)
    logits = np.log(before["sentiment"].astype(np.float64)) / 2 + [0.5, 0, -0.5]
    assert after["sentiment"] == pytest.approx(np.exp(logits) / np.exp(logits).sum(), abs=1e-5)
    assert np.array_equal(after["stance"], before["stance"])
    assert scorer.provenance.config != plain.provenance.config
    with pytest.raises(ConfigError, match="one model only"):
        Scorer(
            sentiment=pair(folders["two"], kind="plain", neutral_band=0.4), calibration=tmp_path / "calibration.json"
        )


def test_old_names_of_weights_are_understood(folders: dict[str, Path], tmp_path: Path) -> None:
    """Files of the first years call a layer norm's weights gamma and beta, and hold what is no weight any more."""
    folder = tmp_path / "old"
    shutil.copytree(folders["sentiment"], folder)
    tensors = load_file(folder / "model.safetensors")
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in tensors.items()
    }
    old["bert.embeddings.position_ids"] = torch.arange(160)[None]
    save_file(old, folder / "model.safetensors", metadata={"format": "pt"})
    texts, spans = ["Britain lied to NATO."], [[(0, 7, 0)]]
    answers = [
        Scorer(sentiment=pair(each), stance=pair(folders["stance"])).score_spans(texts, spans)["sentiment"]
        for each in (folder, folders["sentiment"])
    ]
    assert np.array_equal(*answers)
