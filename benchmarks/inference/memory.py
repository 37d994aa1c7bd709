"""Resident memory of processes, without which a table of speeds hides what was paid."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_STATUS = Path("/proc/self/status")


def resident() -> tuple[int, int]:
    """Memory of this process.

    Returns:
        Now and at most so far, MB. Where the system does not tell, the peak stands for both.
    """
    if _STATUS.is_file():
        lines = dict(line.split(":", 1) for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines())
        return int(lines["VmRSS"].split()[0]) // 1024, int(lines["VmHWM"].split()[0]) // 1024
    import resource

    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
    return peak, peak


def peak_alone(system: str, folder: Path, rows: int, threads: int) -> int:
    """Peak memory of a process that scores rows in one way and does nothing else.

    Args:
        system: A function of `benchmarks.inference.systems`, with a batch size after a colon where it takes one.
        folder: The pair checkpoint.
        rows: Sentences, of one actor each.
        threads: Threads.

    Returns:
        MB.
    """
    command = [sys.executable, "-m", "benchmarks.inference.memory", system, str(folder), str(rows), str(threads)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(json.loads(answer.stdout.splitlines()[-1]))


def main(argv: Sequence[str]) -> None:
    name, folder, rows, threads = argv
    import torch

    from benchmarks.inference import systems, texts

    torch.set_num_threads(int(threads))
    sentences = texts.sentences(int(rows), actors=1)
    way, _, batch = name.partition(":")
    arguments: dict[str, tuple[object, ...]] = {
        "biasscore_default": (sentences, int(threads)),
        "biasscore_pair": (Path(folder), sentences, int(threads)),
    }
    system = getattr(systems, way)(*arguments.get(way, (Path(folder), sentences, int(batch or 0))))
    system.run()
    print(json.dumps(resident()[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
