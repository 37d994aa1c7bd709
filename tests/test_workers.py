"""Worker processes: what is refused in one of them reaches the caller, and nothing that goes wrong there hangs the run.

Whatever could hang runs in a process of its own with a time limit.
"""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from corpus_tools import FakeScorer, articles, content, make_fake, run, write_jsonl

from biasscore import CorpusSettings, score_corpus
from biasscore.actors import load_catalogue, resolve
from biasscore.config import Measurement, Runtime
from biasscore.errors import BiasscoreError, ConfigError, ModelError
from biasscore.workers import Pool, ScorerSpec

HERE = Path(__file__).resolve().parent
#: Seconds after which a run that should take a few of them hangs.
LIMIT = 100
TEXT = "The UK kept promise {}. Russia told a court that Britain had broken it."


def make_broken(error: Exception, rank: int) -> FakeScorer:
    raise error


class UnpicklableError(Exception):
    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} {other}")


def make_unpicklable(rank: int) -> FakeScorer:
    raise UnpicklableError(1, 2)


def make_dead(rank: int) -> FakeScorer:
    raise SystemExit(3)


def make_warned(rank: int) -> FakeScorer:
    logging.getLogger("biasscore.models.selfcheck").warning("The self-check found %d%%.", 12)
    return FakeScorer()


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (partial(make_broken, ModelError("Expected `kind` to be named.")), ModelError, "^Expected `kind` to be named"),
        (make_unpicklable, RuntimeError, "UnpicklableError: 1 2"),
        (make_dead, ConfigError, "`workers` to be processes that can be started"),
    ],
)
def test_why_no_scorer_could_be_made_reaches_the_caller(make: Any, kind: type[Exception], words: str) -> None:
    with Pool(make, 2) as pool, pytest.raises(kind, match=words):
        pool.provenance()


def test_warnings_of_the_first_worker_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING"), Pool(make_warned, 2) as pool:
        pool.provenance()
    told = [(record.name, record.getMessage()) for record in caplog.records]
    assert told == [("biasscore.models.selfcheck", "The self-check found 12%.")]


def test_what_starts_a_child_fits_into_a_pipe() -> None:
    """Many actors do not: a child that died early would then leave the parent waiting for ever."""
    spec = ScorerSpec(resolve(list(load_catalogue())[:40]), "default", Measurement(), Runtime())
    assert len(pickle.dumps(spec.build)) > 1 << 16
    code = f"""
import sys
sys.path[:0] = {[str(HERE), *sys.path]!r}
from biasscore.workers import Pool
from test_workers import spec_that_kills
with Pool(spec_that_kills, 1) as pool:
    try:
        pool.provenance()
    except Exception as error:
        print(type(error).__name__)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.stdout == "ConfigError\n", done.stderr


class KillerSpec:
    """Large, and kills the child that unpacks it before it has begun."""

    def __init__(self) -> None:
        self.content = b"x" * (1 << 20)

    def __reduce__(self) -> tuple[Any, ...]:
        return _dies, (self.content,)

    def __call__(self, rank: int) -> FakeScorer:
        return make_fake(rank)


def _dies(_: bytes) -> None:
    import os

    os._exit(5)


spec_that_kills = KillerSpec()


@pytest.mark.parametrize("device", ["cuda", "abacus"])
def test_a_device_that_is_not_there_is_refused_as_in_one_process(
    tiny_model: Path, tmp_path: Path, device: str, capfd: pytest.CaptureFixture[str]
) -> None:
    import torch

    if device == "cuda" and torch.cuda.is_available():
        pytest.skip("it is there")
    source = write_jsonl(tmp_path / "a.jsonl", ({"text": TEXT.format(n)} for n in range(9)))
    told = []
    for workers in (1, 2):
        with pytest.raises(BiasscoreError) as refused:
            score_corpus(
                source,
                tmp_path / str(workers),
                model=tiny_model,
                device=device,
                settings=CorpusSettings(chunk_records=3),
                workers=workers,
            )
        told.append((type(refused.value), str(refused.value)))
    assert told[0] == told[1]
    assert told[0][0] is ConfigError
    assert "Traceback" not in capfd.readouterr().err


SCRIPT = """
import sys
sys.path[:0] = {path!r}
import biasscore as bs
print(bs.score_corpus({source!r}, {output!r}, model={model!r}, workers=2, resume={resume},
                      settings=bs.CorpusSettings(chunk_records=5), measurement=bs.Measurement(resamples=100)).articles)
"""


@pytest.mark.parametrize("how", ["file", "stdin", "command"])
def test_a_script_needs_no_guard(tiny_model: Path, tmp_path: Path, how: str) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", ({"text": TEXT.format(n)} for n in range(12)))
    paths = {"source": str(source), "output": str(tmp_path / "out"), "model": str(tiny_model)}
    code = SCRIPT.format(path=sys.path, resume=False, **paths)
    script = tmp_path / "script.py"
    script.write_text(code)
    arguments = {"file": [str(script)], "stdin": ["-"], "command": ["-c", code]}[how]
    done = subprocess.run(
        [sys.executable, *arguments],
        input=code if how == "stdin" else "",
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "12\n"), done.stderr


def test_a_script_whose_own_processes_import_it_is_told_of_the_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        f"""
import sys
sys.path[:0] = {[str(HERE), *sys.path]!r}
import biasscore as bs
from biasscore.workers import Pool
from corpus_tools import FakeScorer

def make(rank):  # of this script alone: the children must import it
    return FakeScorer()

if __name__ != "__main__":
    bs.score_corpus("nothing.jsonl", "out")
with Pool(make, 1) as pool:
    try:
        pool.provenance()
    except bs.ConfigError as error:
        print(error)
"""
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert "`score_corpus` to be called once" in done.stderr
    assert "__main__" in done.stdout
    assert "`workers`" in done.stdout


def test_the_main_module_is_left_as_it_was(tmp_path: Path) -> None:
    main = sys.modules["__main__"]
    before = dict(vars(main))
    source = write_jsonl(tmp_path / "a.jsonl", articles(9))
    run(source, tmp_path / "one", records=3)
    from biasscore.corpus import run_corpus
    from biasscore.sources import open_source

    with Pool(make_fake, 2) as pool:
        settings = CorpusSettings(chunk_records=3)
        run_corpus(open_source(source), tmp_path / "two", lambda reading, stack: pool, settings=settings)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert dict(vars(main)) == before


def test_a_refused_model_is_one_line_of_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from tiny_models import write

    from biasscore.cli import main

    source = write_jsonl(tmp_path / "a.jsonl", ({"text": TEXT.format(n)} for n in range(9)))
    model = str(write(tmp_path / "pair"))
    capfd.readouterr()
    arguments = ["corpus", str(source), str(tmp_path / "out"), "--sentiment", model, "--workers=2", "--shard-records=3"]
    assert main([*arguments, "--quiet"]) == 2
    told = capfd.readouterr().err
    assert told.startswith("biasscore: Expected `kind` to be ")
    assert told.count("\n") == 1
    assert "`--kind`" in told
    assert main([*arguments, "--workers=1", "--quiet", "--kind=plain"]) == 0
    out, told = capfd.readouterr()
    assert "target-blind" in out
    assert told.count("self-check") <= 1
