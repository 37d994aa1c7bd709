"""Tables and lists of words of the package's data files, checked as they are read: what can never match is an error."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .errors import ConfigError, expected


def check_keys(table: Collection[str], known: Collection[str], place: str) -> None:
    """Check that a table has no keys but known ones: a misspelt one would be read by nobody.

    Args:
        table: The table, or its keys.
        known: What may be there.
        place: Where it stands, for the message.

    Raises:
        ConfigError: A key is none of them.
    """
    for key in table:
        if key not in known:
            among = f"a table with keys among {', '.join(sorted(known))}"
            raise ConfigError(expected(place, among, key, "Correct the key's spelling."))


def check_words(words: Iterable[str], place: str, joints: str = " -") -> None:
    """Check that the entries of a list are single words: of several joined the one beside a span is never equal to it.

    Args:
        words: The entries.
        place: Where the list stands, for the message.
        joints: Characters at which the text's words are parted.

    Raises:
        ConfigError: An entry holds one of the joints.
    """
    for word in words:
        if any(joint in word for joint in joints):
            advice = "Write the word that stands alone, or use a list of strings (`led`, `follows`)."
            raise ConfigError(expected(place, "a list of single words", word, advice))
