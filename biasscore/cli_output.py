"""What the commands print, harmless for any terminal, and their exit codes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import Any, Final

#: All went well; some of several articles could not be scored, or an actors file has collisions; nothing could be done.
ALL_WELL, SOME_BAD, NOTHING_DONE = 0, 1, 2
#: What may stand in a JSON string but not go to a terminal: DEL, C1, line separators, controls of direction, lone
#: surrogates.
_UNSAFE: Final = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object on one line of stdout, with escapes for what a terminal would act on.

    Args:
        value: Dictionaries, lists, strings and finite numbers.
    """
    unicode = (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not unicode, allow_nan=False)
    print(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def clean(text: str) -> str:
    """What a user wrote, harmless for stdout."""
    from .terminal import printable

    return printable(text, sys.stdout.encoding or "utf-8")


def complain(text: str) -> None:
    """Print one line on stderr."""
    from .terminal import printable

    print(printable(f"biasscore: {text}", sys.stderr.encoding or "utf-8"), file=sys.stderr)
