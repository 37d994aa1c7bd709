"""The one form in which words are compared: lower case, plain apostrophes, dashes and spaces, no letter moved."""

from __future__ import annotations

from typing import Final

_SPACES: Final = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u180e\u2028\u2029\u202f\u205f\u3000\u200b\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_APOSTROPHES: Final = "’‘ʼ′＇`´"
_DASHES: Final = "‐‑‒–—−﹣－"
_FOLDS: Final = (
    [(char, " ") for char in _SPACES]
    + [(char, "'") for char in _APOSTROPHES]
    + [(char, "-") for char in _DASHES]
    + [("ё", "е"), ("ς", "σ")]
)
_ASCII_FOLDS: Final = str.maketrans({old: new for old, new in _FOLDS if old < "\x80"})


def fold(text: str) -> str:
    """Put a text into the form in which aliases are compared, keeping its length.

    Lower case; every Unicode space, line breaks included, becomes a space; curly apostrophes become straight, dashes
    hyphens, "ё" "е".

    Args:
        text: Any string.

    Returns:
        A string with as many code points, each from the one at the same place.
    """
    # U+0130 is the one code point whose lower case is longer than itself.
    folded = text.replace("İ", "i").lower()
    if folded.isascii():
        return folded.translate(_ASCII_FOLDS)
    for old, new in _FOLDS:
        folded = folded.replace(old, new)
    return folded
