"""What the guidelines of the corpus say of sentences of public sets: labels beside the identifiers of rows, no text.

``relabelled/newsmtsc.jsonl`` has the author's stance toward the persons of NewsMTSC whose sentiment is not neutral,
``relabelled/dse.jsonl`` sentiment and stance toward entities of DSE, whose own labels say something else (who in the
sentence is for or against whom).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Final, Literal

from ..labels import label_index
from .examples import UNKNOWN, Labels

#: The sets that have such labels.
Relabelled = Literal["newsmtsc", "dse"]
_FOLDER: Final = "relabelled"


def read_relabelled(name: Relabelled) -> Mapping[str, Labels]:
    """Read the labels of one set.

    Args:
        name: Which.

    Returns:
        Identifier of a row -> its labels.
    """
    file = resources.files("biasscore.training").joinpath(_FOLDER).joinpath(f"{name}.jsonl")
    found: dict[str, Labels] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        sentiment = label_index(record["sentiment"]) if "sentiment" in record else UNKNOWN
        found[record["id"]] = Labels(sentiment, label_index(record["stance"]))
    return found
