"""Every error that biasscore raises on purpose.

::

    BiasscoreError
    ├── InputError          a text, a file or a record that cannot be scored
    ├── ActorError          an actor or an actors file that makes no sense
    ├── ConfigError         a setting outside its range
    ├── LabelError          labels that cannot be mapped without guessing
    ├── ModelError          a checkpoint that cannot be loaded or run
    └── OutputError         an output folder that cannot be written, is in use, or belongs to another run

Each of them is also a `ValueError`, so that code that knows nothing of biasscore can catch it. The messages share one
grammar: *Expected `x` to be ..., got .... What to do.*
"""

from __future__ import annotations


class BiasscoreError(ValueError):
    """Base class of every error raised on purpose."""


class InputError(BiasscoreError):
    """A text, a file or a record that cannot be scored."""


class ActorError(BiasscoreError):
    """An actor, an alias or an actors file that makes no sense."""


class ConfigError(BiasscoreError):
    """A setting outside its range."""


class LabelError(BiasscoreError):
    """Labels of a data set or a checkpoint that cannot be mapped without guessing."""


class ModelError(BiasscoreError):
    """A checkpoint that cannot be loaded or run."""


class OutputError(BiasscoreError):
    """An output folder that cannot be written, is in use, or belongs to another run."""


class Described(str):
    """Words of ours about what came, such as "none" or "one that is damaged": shown as they are, not quoted."""

    __slots__ = ()


def expected(name: str, to_be: str, got: object, advice: str) -> str:
    """Compose an error message in the one grammar of this package.

    Args:
        name: What was wrong, as the user knows it (an argument, an option, a file with its record).
        to_be: What was expected of it.
        got: What came instead: a string, which is quoted, since it is what a user or a file said; a `type`, which is
            named; what is `Described`, or any other value, as it is. All are cut at 80 characters.
        advice: What the user can do about it, one sentence.

    Returns:
        The message.
    """
    if isinstance(got, type):
        shown = got.__name__
    else:
        shown = repr(got) if isinstance(got, str) and not isinstance(got, Described) else str(got)
    if len(shown) > 80:
        shown = shown[:77] + "..."
    return f"Expected `{name}` to be {to_be}, got {shown}. {advice}"
