"""Writing a file so that it is there completely or not at all, whatever happens meanwhile."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from .errors import Described, OutputError, expected

#: What a file is called before it is complete.
UNFINISHED: Final = ".tmp"
#: Errors that more room mends, and those that another place mends.
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_PLACE: Final = frozenset(
    (
        errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EEXIST, errno.ENOTDIR, errno.EISDIR,
        errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL,
    )
)  # fmt: skip


class Disk:
    """The operations that can fail, one by one, so that a test can let each of them fail."""

    def create(self, path: Path) -> int:
        """Open an empty file for writing."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)

    def write(self, handle: int, data: memoryview) -> int:
        """Write some of the data; how much is returned."""
        return os.write(handle, data)

    def sync(self, handle: int) -> None:
        """Wait until the file is on the medium."""
        os.fsync(handle)

    def close(self, handle: int) -> None:
        """Close the file."""
        os.close(handle)

    def replace(self, old: Path, new: Path) -> None:
        """Rename in one step, in place of what is there."""
        os.replace(old, new)  # noqa: PTH105  (beside its siblings of `os`)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the names in a folder are on the medium."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_file(disk: Disk, path: Path, data: bytes | memoryview) -> None:
    """Write a whole file under another name, wait for the medium, and rename it.

    The new name itself survives a loss of power only after `Disk.sync_folder`.

    Args:
        disk: The operations.
        path: The file; what is there is replaced.
        data: All of it.

    Raises:
        OutputError: An operation failed: the disk is full, say. ``path`` is as it was.
    """
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        handle = disk.create(unfinished)
        try:
            left = memoryview(data)
            while left:
                left = left[disk.write(handle, left) :]
            disk.sync(handle)
        finally:
            disk.close(handle)
        disk.replace(unfinished, path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise failure(path, error) from error


def sync_folders(disk: Disk, *folders: Path) -> None:
    """Wait until the names in some folders are on the medium.

    Raises:
        OutputError: It failed.
    """
    for folder in folders:
        try:
            disk.sync_folder(folder)
        except OSError as error:
            raise failure(folder, error) from error


def failure(path: Path, error: OSError) -> OutputError:
    """What to tell the user of a failed operation: where, why, what to do, and how much room a full disk has."""
    if error.errno in _FULL:
        room = "unknown"
        with suppress(OSError):
            room = f"{shutil.disk_usage(path.parent).free / 1e6:,.0f} MB"
        advice = f"{room} are free there. What was finished is safe: make room and go on with `resume` (`--resume`)."
    elif error.errno in _NO_PLACE:
        advice = f"Choose a folder that can be made and written in place of {path}."
    else:
        advice = "What was finished is safe: see to the disk and go on with `resume` (`--resume`)."
    return OutputError(expected(str(path.name), "written", Described(error.strerror or str(error)), advice))
