"""Torch in a forked process: its threads stayed in the parent, and whoever waits for them there waits for ever.

`datasets.Dataset.map` with ``num_proc`` forks, as do many servers. One thread alone needs no other: it works.
"""

from __future__ import annotations

import os

import torch


class _Process:
    """Which process has used torch last, as far as the models know, and whether it was forked from such a one."""

    number: int | None = None
    forked: bool = False


def mind_fork() -> None:
    """Keep torch to one thread in a process that was forked from one in which a model was loaded.

    To be called before torch computes. Where nothing was forked it costs less than a microsecond.
    """
    process, before = os.getpid(), _Process.number  # read once: another thread may write it meanwhile
    if process != before:
        _Process.forked = before is not None
        _Process.number = process
    if _Process.forked and torch.get_num_threads() != 1:
        torch.set_num_threads(1)
