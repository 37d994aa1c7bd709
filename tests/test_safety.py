"""Folders of strangers: all the bad ones are refused, and nothing of them runs."""

from __future__ import annotations

import shutil
import sys
import threading
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from malicious_models import MALICIOUS
from tiny_models import change, write

from biasscore import Checkpoint
from biasscore.errors import ConfigError, ModelError
from biasscore.models import hub
from biasscore.models.registry import load
from biasscore.models.safety import inspect_folder

_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "pickle.find_class")
_seen: list[str] | None = None
#: Threads that other tests left behind (Ray's, the hub client's): what they do is not the model's doing.
_older: frozenset[int | None] = frozenset()


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note what must not happen while `_seen` is a list."""
    if _seen is not None and threading.get_ident() not in _older:
        if event in _FORBIDDEN:
            _seen.append(event)
        if event == "exec" and "evil" in str(getattr(arguments[0], "co_filename", "")):
            _seen.append("code of the folder")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("good"))


@pytest.fixture
def watched() -> Any:
    global _seen, _older
    _older = frozenset(thread.ident for thread in threading.enumerate()) - {threading.get_ident()}
    if not getattr(sys, "_biasscore_watched", False):
        sys.addaudithook(_watch)
        sys._biasscore_watched = True  # type: ignore[attr-defined]
    _seen = []
    yield _seen
    _seen = None


@pytest.mark.parametrize("name", list(MALICIOUS))
def test_refused_before_anything_runs(name: str, good: Path, tmp_path: Path, watched: list[str]) -> None:
    folder = tmp_path / "model"
    shutil.copytree(good, folder)
    MALICIOUS[name](folder)
    with pytest.raises(ModelError, match=r"Expected .* got "):
        load(Checkpoint(folder, kind="pair", self_check=False), device="cpu")
    assert watched == []
    assert not (folder / "canary").exists()


def test_there_are_enough_of_them_and_the_good_one_passes(good: Path, watched: list[str]) -> None:
    assert len(MALICIOUS) >= 30
    load(Checkpoint(good, kind="pair", self_check=False), device="cpu")
    assert watched == []  # a local folder opens no connection


def test_the_canary_would_sing(tmp_path: Path) -> None:
    import pickle

    from malicious_models import _Bomb

    pickle.loads(pickle.dumps(_Bomb(tmp_path / "canary")))
    assert (tmp_path / "canary").exists()


def test_pickles_are_refused_with_the_way_to_convert(good: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(good, folder)
    MALICIOUS["pickled weights"](folder)
    with pytest.raises(ModelError, match="save_pretrained"):
        inspect_folder(folder)


def test_the_caches_links_are_no_way_out(good: Path, tmp_path: Path) -> None:
    """A snapshot of the hub's cache is made of links to its blobs, and may be named as a folder."""
    snapshot = tmp_path / "models--owner--model" / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    blobs = tmp_path / "models--owner--model" / "blobs"
    blobs.mkdir()
    for file in good.iterdir():
        shutil.copy(file, blobs / file.name)
        (snapshot / file.name).symlink_to(Path("../../blobs") / file.name)
    assert inspect_folder(snapshot).weights
    (snapshot / "config.json").unlink()
    (snapshot / "config.json").symlink_to(good / "config.json")
    with pytest.raises(ModelError, match="leads out"):
        inspect_folder(snapshot)


def test_remote_code_is_asked_for_by_name_and_commit(good: Path) -> None:
    with pytest.raises(ConfigError, match="trust_remote_code"):
        Checkpoint("owner/model", trust_remote_code="another/model")
    with pytest.raises(ConfigError, match="trust_remote_code"):
        Checkpoint("owner/model", trust_remote_code=True)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="commit"):
        hub.fetch("owner/model", "main", allow_code=True)


def test_code_of_the_checkpoint_that_was_named_runs(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "modules"))
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    folder = tmp_path / "own"
    shutil.copytree(good, folder)
    code = """
    from pathlib import Path
    from transformers import BertConfig, BertForSequenceClassification
    Path(CANARY).write_text("ran")
    class OwnConfig(BertConfig):
        model_type = "own"
    class Own(BertForSequenceClassification):
        config_class = OwnConfig
    """
    (folder / "modeling_own.py").write_text(dedent(code).replace("CANARY", repr(str(folder / "canary"))))
    mapped = {"AutoConfig": "modeling_own.OwnConfig", "AutoModelForSequenceClassification": "modeling_own.Own"}
    change(folder, model_type="own", architectures=["Own"], auto_map=mapped)
    with pytest.raises(ModelError, match="auto_map"):
        load(Checkpoint(folder, kind="pair", self_check=False), device="cpu")
    assert not (folder / "canary").exists()
    trusting = Checkpoint(folder, kind="pair", self_check=False, trust_remote_code=str(folder))
    model = load(trusting, device="cpu")
    assert (folder / "canary").exists()
    assert "padded" in model.description
    assert "as you asked" in caplog.text
    MALICIOUS["pickled weights"](folder)
    with pytest.raises(ModelError, match="safetensors"):
        load(trusting, device="cpu")


def test_weights_can_be_pinned(good: Path) -> None:
    with pytest.raises(ModelError, match="other weights"):
        load(Checkpoint(good, kind="pair", weights="0" * 16, self_check=False), device="cpu")


def test_tokens_are_blotted_out() -> None:
    assert (
        hub.without_secrets("401 for hf_abcDEF123 at https://me:pass@host/x")
        == "401 for [secret] at https://[secret]host/x"
    )
    assert "s3cret" not in hub.without_secrets("Authorization: Bearer s3cret")


def test_what_looks_like_a_path_is_never_looked_for_on_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the hub was asked")

    monkeypatch.setattr("biasscore.models.registry.fetch", fail)
    for name in ("./missing", "/missing/model", "~/missing", Path("owner/model"), "missing", "a/b/c"):
        with pytest.raises(ModelError, match="Check the name or the path"):
            load(Checkpoint(name), device="cpu")
