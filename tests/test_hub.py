"""The hub without a hub: its cache on disk, and what is said when something cannot be had."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import constants
from malicious_models import MALICIOUS
from tiny_models import SENTIMENT, write

from biasscore import Checkpoint, Scorer
from biasscore.errors import ConfigError, ModelError
from biasscore.models import hub
from biasscore.models.registry import load

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("good"))


@pytest.fixture
def cache(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's cache with one model, and no way to the hub."""
    model = tmp_path / "models--owner--model"
    shutil.copytree(good, model / "snapshots" / COMMIT)
    (model / "refs").mkdir()
    (model / "refs" / "main").write_text(COMMIT)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", no_network)
    return model


def test_offline_the_cache_is_used_and_the_commit_is_in_provenance(cache: Path) -> None:
    checkpoint = Checkpoint("owner/model", kind="pair", self_check=False)
    scorer = Scorer(sentiment=checkpoint, stance=write(cache.parent / "nli", labels=("entailment", "not_entailment")))
    told = scorer.provenance.classifiers["sentiment"]
    assert (told["model"], told["revision"]) == ("owner/model", COMMIT)
    assert told["labels"] == {name: name for name in SENTIMENT}
    assert scorer.provenance.classifiers["stance"]["revision"] is None


def test_a_revision_that_the_cache_has(cache: Path) -> None:
    load(Checkpoint("owner/model", kind="pair", revision=COMMIT, self_check=False), device="cpu")
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        load(Checkpoint("owner/model", kind="pair", revision="f" * 40, self_check=False), device="cpu")


def test_offline_a_model_that_is_not_there(cache: Path) -> None:
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE is set and the cache lacks"):
        load("owner/other", device="cpu")


def test_the_configuration_is_refused_before_the_rest_is_fetched(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MALICIOUS["auto_map"](cache / "snapshots" / COMMIT)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("more was fetched")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)
    with pytest.raises(ModelError, match="auto_map"):
        load("owner/model", device="cpu")


def test_no_code_and_no_pickles_are_fetched(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def note(name: str, **settings: Any) -> str:
        asked.update(settings)
        return str(cache / "snapshots" / COMMIT)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", note)
    hub.fetch("owner/model", None)
    assert asked["revision"] == COMMIT
    assert not [p for p in asked["allow_patterns"] if p.endswith((".py", ".bin", ".pt", "*"))]


def test_tokens_are_never_in_messages_or_logs(
    cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = "hf_" + "s3cret" * 5

    def refuse(*_: object, **__: object) -> None:
        raise OSError(f"403 Forbidden: {token}")

    monkeypatch.setenv("HF_TOKEN", token)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", refuse)
    with caplog.at_level("DEBUG"), pytest.raises(ModelError) as caught:
        load("owner/model", device="cpu")
    assert token not in str(caught.value)
    assert caught.value.__cause__ is None
    assert token not in caplog.text


def test_what_the_hub_says_is_one_line_cut_at_a_word(
    cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    words = "a reason of many words " * 20

    def refuse(*_: object, **__: object) -> None:
        logging.getLogger("huggingface_hub.utils._http").warning("Retrying in 1s [Retry 1/5].")
        raise OSError(words)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", refuse)
    with pytest.raises(ModelError) as caught:
        load("owner/model", device="cpu")
    message = str(caught.value)
    assert "\n" not in message
    shown = message[message.rindex("(") + 1 :].removesuffix(" ...)")
    assert words.startswith(f"{shown} ")
    assert "Retrying" not in caplog.text
    assert "There is no folder" not in message


def test_a_folder_that_is_not_there_is_said_not_to_be_there(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("./none", "/none/of/these", "runs/none/last", "~/none", Path("none")):
        with pytest.raises(ModelError, match="`model` to be a folder that exists"):
            load(Checkpoint(name), device="cpu")
    (tmp_path / "runs").mkdir()
    with pytest.raises(ModelError, match="There is no folder 'runs/none' here"):
        load("runs/none", device="cpu")
    # A folder of the owner's name is no reason not to look on the hub.
    (tmp_path / "owner").mkdir()
    load(Checkpoint("owner/model", kind="pair", self_check=False), device="cpu")


def test_only_models_of_the_hub_have_revisions(good: Path) -> None:
    for name in (good, "default"):
        with pytest.raises(ConfigError, match="`revision` to be left out"):
            load(Checkpoint(name, kind="auto", revision="main", self_check=False), device="cpu")


def test_checkpoints_that_are_known_to_be_useless_are_refused_unasked() -> None:
    with pytest.raises(ModelError, match="head"):
        load("fhamborg/roberta-targeted-sentiment-classification-newsarticles", device="cpu")
    with pytest.raises(ModelError, match="target is fixed"):
        load("cardiffnlp/twitter-roberta-base-stance-climate", device="cpu")


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("owner/model", True),
        ("MoritzLaurer/deberta-v3-base-zeroshot-v2.0", True),
        ("model", False),
        ("../model", False),
        ("owner/../model", False),
        ("https://host/model", False),
        ("owner/model@main", False),
        ("a/b/c", False),
    ],
)
def test_names_of_the_hub(name: str, right: bool) -> None:
    assert hub.is_hub_name(name) is right
