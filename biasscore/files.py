"""Bytes of a file -> text, or one clear reason why not."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any, Final

from .errors import Described, InputError, expected

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def clean(text: str) -> str:
    """Replace lone surrogates, which cannot be stored, by U+FFFD, one by one, so that no offset moves."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def read_data(name: str) -> dict[str, Any]:
    """Read one of the package's TOML files, anew each time.

    Args:
        name: Its name in ``data/``.

    Returns:
        Its tables.
    """
    return tomllib.loads(read_data_text(name))


def read_data_text(name: str) -> str:
    """Read one of the package's data files as text.

    Args:
        name: Its name in ``data/``.

    Returns:
        Its text.
    """
    return resources.files("biasscore").joinpath("data", name).read_text(encoding="utf-8")


def read_bytes(path: str, limit: int = -1) -> bytes:
    """Read a file, or stdin for "-".

    Args:
        path: The file.
        limit: Most bytes to read; -1 for all.

    Returns:
        The bytes.

    Raises:
        InputError: It is not there, is a folder or cannot be read.
    """
    try:
        if path == "-":
            return sys.stdin.buffer.read(limit)
        with Path(path).open("rb") as file:
            return file.read(limit)
    except FileNotFoundError as error:
        raise InputError(expected("file", "there", Described("nothing of that name"), "Check the path.")) from error
    except IsADirectoryError as error:
        raise InputError(expected("file", "a file", Described("a folder"), "Name the files in it.")) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = Described(getattr(error, "strerror", None) or str(error))
        raise InputError(expected("file", "readable", reason, "Check the path and who may read it.")) from error


def decode(raw: bytes) -> str:
    """Turn a file's bytes into text: UTF-8, or what its byte order mark says.

    Line ends are left as they are. The mark is no part of the text.

    Args:
        raw: The bytes.

    Returns:
        The text.

    Raises:
        InputError: They are no such text; the message names the first offset that is wrong.
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if raw.startswith(mark)), (b"", "utf-8"))
    try:
        text = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        # Of binary data the NUL says more than the byte that happens to be the first wrong one.
        if not mark and b"\0" in raw:
            raise InputError(_nul(raw.index(b"\0"), "byte")) from error
        offset = len(mark) + error.start
        got = Described(f"the invalid byte 0x{raw[offset]:02x} at offset {offset}")
        raise InputError(expected("text", encoding.upper(), got, "Save it as UTF-8.")) from error
    if "\0" in text:
        raise InputError(_nul(text.index("\0"), "character"))
    return text


def _nul(offset: int, unit: str) -> str:
    return expected("text", "text", Described(f"a NUL {unit} at offset {offset}"), "Convert what is binary to text.")
