"""A real cluster of two nodes on this machine, with a stand-in for the model."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from corpus_tools import CHOKE, articles, content, make_fake, make_slow, run, write_jsonl

from biasscore.corpus import CorpusSettings, Status, run_corpus
from biasscore.reading import Reading
from biasscore.sources import open_source
from biasscore.workers import Executor

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'ray[data]'")
HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from ray.cluster_utils import Cluster

    # The nodes' processes import the tests' own modules.
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE), str(HERE.parent), path]))
    memory = {"object_store_memory": 150 << 20, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 3, **memory})
    cluster.add_node(num_cpus=1, object_store_memory=150 << 20)
    ray.init(address=cluster.address, log_to_driver=False, logging_level="error")
    yield cluster
    ray.shutdown()
    cluster.shutdown()
    if path is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = path


def on_ray(source: Path, output: Path, make: Any, watch: Any = None, resume: bool = False) -> Any:
    from biasscore.distributed import RayPool

    def choose(reading: Reading, stack: ExitStack) -> Executor:
        return RayPool(make, size=2)

    settings = CorpusSettings(chunk_records=10)
    return run_corpus(open_source(source), output, choose, settings=settings, watch=watch, resume=resume)


def test_the_output_is_that_of_the_plain_runner_even_when_a_worker_and_a_node_are_killed(
    cluster: Any, tmp_path: Path
) -> None:
    assert len([node for node in ray.nodes() if node["Alive"]]) == 2
    records = [
        *articles(140),
        {"text": CHOKE},
        {"id": "a1", "text": "twice"},
        "no object",
        {"text": "fine", "new": [1]},
    ]
    source = write_jsonl(tmp_path / "corpus.jsonl", records)
    plain = run(source, tmp_path / "plain")
    workers = tmp_path / "workers"
    workers.mkdir()
    killed: list[str] = []

    def kill(status: Status) -> None:
        if status.totals.shards == 2 and not killed:
            killed.append("worker")
            for entry in list(workers.iterdir()):
                with suppress(ProcessLookupError):
                    os.kill(int(entry.name), signal.SIGKILL)
        if status.totals.shards == 5 and len(killed) == 1:
            killed.append("node")
            (other,) = cluster.list_all_nodes()[1:]
            cluster.remove_node(other, allow_graceful=False)

    totals = on_ray(source, tmp_path / "ray", partial(make_slow, workers), watch=kill)
    assert killed == ["worker", "node"]
    assert totals == plain
    assert totals.records == len(records)
    assert content(tmp_path / "ray") == content(tmp_path / "plain")


def test_what_is_finished_is_not_scored_again(cluster: Any, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "corpus.jsonl", articles(45))
    run(source, tmp_path / "plain")
    run(source, tmp_path / "ray")
    for number in (1, 3):
        (tmp_path / "ray" / "_shards" / f"part-00000{number}.json").unlink()
    seen: list[Status] = []
    on_ray(source, tmp_path / "ray", make_fake, watch=seen.append, resume=True)
    assert seen[-1].resumed == 25
    assert content(tmp_path / "ray") == content(tmp_path / "plain")
