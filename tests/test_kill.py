"""Runs that are killed at any moment and resumed have the bytes of a run that was not."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from corpus_tools import (
    CHOKE,
    PROVENANCE,
    InterruptedMaker,
    articles,
    content,
    run,
    run_in_child,
    run_model_in_child,
    slow_run_in_child,
    write_jsonl,
)

from biasscore.errors import OutputError
from biasscore.workers import Pool

HERE = Path(__file__).resolve().parent
RANDOM_KILLS = 200
MODEL_KILLS = 20


@pytest.fixture(scope="module")
def forks() -> Iterator[Any]:
    """Processes that begin with everything imported already, torch too."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE), str(HERE.parent), before]))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["corpus_tools", "biasscore.scorer"])
    process = context.Process(target=print)
    process.start()
    process.join()
    yield context
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    records: list[object] = [*articles(38), {"text": CHOKE}, {"id": "a1", "text": "twice"}, "no object"]
    random.Random(1).shuffle(records)
    return write_jsonl(tmp_path_factory.mktemp("source") / "corpus.jsonl", records)


def start(forks: Any, target: Callable[..., None], *arguments: object) -> Any:
    """A process that has begun to work."""
    here, there = forks.Pipe(duplex=False)
    process = forks.Process(target=target, args=(there, *arguments))
    process.start()
    there.close()
    here.recv()
    return process


def kill_until_done(forks: Any, begin: Callable[[], Any], longest: float, chance: random.Random) -> int:
    """Kill and resume until a run comes through; how many were killed."""
    kills = 0
    while True:
        process = begin()
        process.join(chance.uniform(0.0, longest))
        process.kill()
        process.join()
        if process.exitcode == 0:
            return kills
        assert process.exitcode == -9
        kills += 1


@pytest.mark.parametrize("table_format", ["parquet", "jsonl"])
def test_random_kills(forks: Any, source: Path, tmp_path: Path, table_format: Any) -> None:
    run(source, tmp_path / "whole", records=5, table_format=table_format)
    whole = content(tmp_path / "whole")
    chance = random.Random(7)

    def begin(output: Path) -> Any:
        return start(forks, run_in_child, source, output, table_format, None)

    began = time.monotonic()
    process = begin(tmp_path / "timed")
    process.join()
    longest = time.monotonic() - began
    assert content(tmp_path / "timed") == whole
    kills = sequences = 0
    while kills < RANDOM_KILLS // 2:
        output = tmp_path / f"killed-{sequences}"
        kills += kill_until_done(forks, lambda output=output: begin(output), longest, chance)
        sequences += 1
        assert content(output) == whole
    assert sequences > 1


def test_a_kill_before_each_operation_of_the_disk(forks: Any, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "corpus.jsonl", articles(9))
    run(source, tmp_path / "whole", records=5)
    whole = content(tmp_path / "whole")
    operations = 0
    while True:
        output = tmp_path / f"killed-{operations}"
        process = start(forks, run_in_child, source, output, "parquet", operations)
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -9
        run(source, output, records=5, resume=True)
        assert content(output) == whole
        operations += 1
    # Two shards of four files, and the manifest twice: five operations a file, and the folders' names.
    assert operations == 2 * (4 * 5 + 4) + 2 * (5 + 1)


def test_random_kills_with_a_model(forks: Any, tiny_model: Path, tmp_path: Path) -> None:
    texts = (
        f"The UK kept promise {number}. Russia told a court that Britain had broken it. Nobody in NATO was surprised."
        for number in range(25)
    )
    source = write_jsonl(tmp_path / "corpus.jsonl", ({"text": text} for text in texts))

    def begin(output: Path) -> Any:
        return start(forks, run_model_in_child, source, output, tiny_model)

    began = time.monotonic()
    process = begin(tmp_path / "whole")
    process.join()
    assert process.exitcode == 0
    longest = time.monotonic() - began
    whole = content(tmp_path / "whole")
    assert len(whole) == 1 + 5 * 4
    chance = random.Random(3)
    kills = sequences = 0
    while kills < MODEL_KILLS:
        output = tmp_path / f"killed-{sequences}"
        kills += kill_until_done(forks, lambda output=output: begin(output), longest, chance)
        sequences += 1
        assert content(output) == whole


def test_a_second_process_is_refused(forks: Any, source: Path, tmp_path: Path) -> None:
    process = start(forks, slow_run_in_child, source, tmp_path / "out")
    for _ in range(50):
        with pytest.raises(OutputError, match=f"process {process.pid} writes"):
            run(source, tmp_path / "out", resume=True)
    process.kill()
    process.join()
    # The lock is no longer in the way, and a run that finished nothing binds nobody to its settings.
    run(source, tmp_path / "other")
    run(source, tmp_path / "out", resume=True)
    assert content(tmp_path / "out") == content(tmp_path / "other")


def _alive(group: int) -> list[str]:
    """Processes of a group that are no zombies."""
    told = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], check=True, capture_output=True, text=True).stdout
    rows = [line.split(maxsplit=2) for line in told.splitlines()]
    return [row[-1] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


def test_a_child_is_deaf_to_interrupts_from_its_birth() -> None:
    with Pool(InterruptedMaker(), 1) as pool:
        assert pool.provenance() == PROVENANCE


def test_an_interrupt_ends_all_processes_and_resumes(tiny_model: Path, tmp_path: Path) -> None:
    texts = (f"The UK kept promise {number}. Russia told a court that it had not." for number in range(2000))
    source = write_jsonl(tmp_path / "corpus.jsonl", ({"text": text} for text in texts))

    def command(output: Path) -> list[str]:
        settings = ["--model", str(tiny_model), "--workers", "2", "--shard-records", "100", "--resume", "--quiet"]
        return [sys.executable, "-m", "biasscore.cli", "corpus", str(source), str(output), *settings]

    subprocess.run(command(tmp_path / "whole"), check=True, capture_output=True)
    output = tmp_path / "interrupted"
    process = subprocess.Popen(
        command(output), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while process.poll() is None and not any(output.glob("articles/*")):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes of the group
    said = process.communicate()[1]
    assert process.returncode == 130
    assert said.splitlines()[-1].endswith("interrupted")
    assert "Traceback" not in said
    while _alive(process.pid):  # the helpers of multiprocessing follow; a worker that stays would hang the test
        time.sleep(0.01)
    assert content(output) != content(tmp_path / "whole")
    subprocess.run(command(output), check=True, capture_output=True)
    assert content(output) == content(tmp_path / "whole")
