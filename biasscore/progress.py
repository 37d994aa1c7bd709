"""How far a run is, for a person: a bar where stderr is a terminal, a plain line now and then where it is not."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final, Self, TextIO

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from .corpus import Status
from .terminal import open_console

#: Seconds between two plain lines.
_PAUSE: Final = 15.0


class Display:
    """Shows a run while it goes on. Its `update` is what `biasscore.corpus.score_corpus` takes as ``watch``."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Take the stream that is written to; None for stderr."""
        self._console = open_console(stream or sys.stderr)
        self._bar: Progress | None = None
        if self._console.is_terminal:
            columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task("", total=None)
        self._next = 0.0
        self._untold: Status | None = None

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif self._untold is not None:
            self._print(self._untold)

    def update(self, status: Status) -> None:
        """Show how far the run is."""
        if self._bar is not None:
            line, part = describe(status), status.fraction
            self._bar.update(self._task, description=line, total=None if part is None else 1.0, completed=part or 0.0)
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + _PAUSE
            self._untold = None
            self._print(status)
        else:
            self._untold = status  # how far it came is said at the end

    def _print(self, status: Status) -> None:
        part_done = "" if status.fraction is None else f"{status.fraction:.0%}, "
        self._console.print(part_done + describe(status), soft_wrap=True)


def describe(status: Status) -> str:
    """One line: records done, speed, time left, failures.

    Args:
        status: How far the run is.

    Returns:
        Such as ``12,288 records, 41.2 articles/s, 0:12:31 left, 3 failures``. The speed is that of this run alone.
    """
    parts = [f"{status.records:,} records"]
    fresh = status.records - status.resumed
    if fresh > 0 and status.seconds > 0.0:
        parts.append(f"{fresh / status.seconds:,.1f} articles/s")
        if status.fraction:
            left = status.records / status.fraction - status.records
            parts.append(f"{clock(left * status.seconds / fresh)} left")
    parts.append(f"{status.totals.failures:,} failure" + ("" if status.totals.failures == 1 else "s"))
    return ", ".join(parts)


def clock(seconds: float) -> str:
    """Seconds as ``H:MM:SS``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
