"""Bytes of a file, decompressed within limits, cut into lines within limits. Memory does not depend on the file."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow as pa

from .config import check_count
from .errors import Described, InputError, expected

#: Suffix -> codec of a compressed file.
CODECS: Final = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
_PIECE: Final = 1 << 16
#: What may come out of a file before the ratio is looked at: small files of repeated text compress very well.
_GRACE: Final = 1 << 26
#: Bytes of a character in UTF-8, at most.
_MOST_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader accepts, so that no input can exhaust the machine.

    Attributes:
        record_bytes: Longest record: a line of JSONL, a record of CSV, the text of a row.
        file_bytes: Most bytes that may come out of one compressed file.
        ratio: Most bytes that may come out of one compressed byte, on average, once 64 MiB have come out.

    Raises:
        ConfigError: A limit is not positive.
    """

    record_bytes: int = 16 << 20
    file_bytes: int = 1 << 40
    ratio: int = 200

    def __post_init__(self) -> None:
        for name in ("record_bytes", "file_bytes", "ratio"):
            advice = "Give such a number" + (" (`--max-ratio`)." if name == "ratio" else ".")
            object.__setattr__(self, name, check_count(name, getattr(self, name), 1, advice))

    def holds(self, text: str) -> bool:
        """Whether a text is no longer than a record may be, in bytes of UTF-8."""
        if len(text) > self.record_bytes or len(text) * _MOST_BYTES <= self.record_bytes:
            return len(text) <= self.record_bytes
        return len(text.encode("utf-8", "surrogatepass")) <= self.record_bytes


@dataclass(slots=True)
class Progress:
    """How far a reader is in all of its input; the reader writes it, others look.

    Attributes:
        done: Bytes or rows read so far.
        total: Bytes or rows there are, or None where that is not known.
    """

    done: int = 0
    total: int | None = None

    @property
    def fraction(self) -> float | None:
        """Part of the input that was read, in [0, 1]; None where that is not known."""
        return min(self.done / self.total, 1.0) if self.total else None


@dataclass(frozen=True, slots=True)
class Line:
    r"""One line of a file.

    Attributes:
        number: From 1.
        content: Its bytes without the ``\n``; None if it is longer than the limit.
    """

    number: int
    content: bytes | None


def lines(path: Path, limits: Limits, progress: Progress) -> Iterator[Line]:
    r"""Read a file line by line, decompressed if its name says so.

    Args:
        path: The file. A byte order mark of UTF-8 at its beginning is left out; a file with one of UTF-16 comes out as
            UTF-8, by which the limits go.
        limits: The longest line that is kept, and how much may come out of a compressed file.
        progress: ``done`` grows by the bytes that are read from the disk.

    Yields:
        Its lines. They end at ``\n`` alone, and keep a ``\r`` before it.

    Raises:
        InputError: The file cannot be read to its end: it is damaged, cut short, or expands beyond the limits. What
            was read before has been yielded.
    """
    number = 0
    held: list[bytes] = []
    size = 0
    for piece in _as_utf8(_pieces(path, limits, progress)):
        *whole, rest = piece.split(b"\n")
        for part in whole:
            number += 1
            fits = size + len(part) <= limits.record_bytes
            yield Line(number, _trim(b"".join([*held, part]), number) if fits else None)
            held, size = [], 0
        size += len(rest)
        held = [*held, rest] if size <= limits.record_bytes else []
    if size:
        number += 1
        fits = size <= limits.record_bytes
        yield Line(number, _trim(b"".join(held), number) if fits else None)


def _as_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, unless they begin with a byte order mark of UTF-16: then they are written in UTF-8."""
    first = b""
    for piece in pieces:
        first += piece
        if len(first) > 1:
            break
    while first.startswith(codecs.BOM_UTF16_LE) and len(first) < 4 and (piece := next(pieces, b"")):
        first += piece
    if first.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise InputError(expected("file", "in UTF-8 or UTF-16", Described("UTF-32"), "Convert it to UTF-8."))
    if not first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield first
        yield from pieces
        return
    # A half of a pair becomes bytes that are no UTF-8, and costs its record alone.
    decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
    for piece in chain([first], pieces):
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        raise InputError(
            expected("file", "whole in UTF-16", Described("half a character at its end"), "Restore the file.")
        )


def _trim(line: bytes, number: int) -> bytes:
    return line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _pieces(path: Path, limits: Limits, progress: Progress) -> Iterator[bytes]:
    """The file's bytes, decompressed, in pieces of bounded size."""
    codec = CODECS.get(path.suffix.lower())
    came = 0
    before = progress.done
    try:
        with path.open("rb") as raw:
            size = raw.seek(0, 2)
            raw.seek(0)
            for piece in _DECODERS[codec](raw):
                came += len(piece)
                progress.done = before + raw.tell()
                if codec is not None:
                    _check_expansion(came, raw.tell(), limits)
                yield piece
        progress.done = before + size
    except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
        reason = Described(getattr(error, "strerror", None) or str(error))
        raise InputError(expected("file", "readable to its end", reason, "Restore or replace the file.")) from error


def _plain(raw: BinaryIO) -> Iterator[bytes]:
    while piece := raw.read(_PIECE):
        yield piece


def _unzstd(raw: BinaryIO) -> Iterator[bytes]:
    source = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
    while piece := source.read(_PIECE):
        yield piece


def _gunzip(raw: BinaryIO) -> Iterator[bytes]:
    """Member after member (RFC 1952); of a file that was cut short, all that is there comes out."""
    data = raw.read(_PIECE)
    while data:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            if not data and not (data := raw.read(_PIECE)):
                raise EOFError("a compressed file that is cut short")
            if piece := member.decompress(data, _PIECE):
                yield piece
            data = member.unconsumed_tail
        # Some tools fill the last block of a file with zeros.
        data = member.unused_data.lstrip(b"\0")
        while not data and (more := raw.read(_PIECE)):
            data = more.lstrip(b"\0")


_DECODERS: Final[Mapping[str | None, Callable[[BinaryIO], Iterator[bytes]]]] = {
    None: _plain,
    "gzip": _gunzip,
    "zstd": _unzstd,
}


def _check_expansion(came: int, read: int, limits: Limits) -> None:
    advice = "If the file is to be trusted, raise the limit (`Limits({}=...)`{})."
    if came > limits.file_bytes:
        to_be = f"at most {limits.file_bytes:,} bytes when decompressed"
        raise InputError(expected("file", to_be, Described("more"), advice.format("file_bytes", "")))
    if came > _GRACE and came > limits.ratio * read:
        got = Described(f"{came // max(read, 1):,} bytes a byte")
        told = advice.format("ratio", ", `--max-ratio`")
        raise InputError(expected("file", f"compressed at most {limits.ratio} to 1", got, told))
