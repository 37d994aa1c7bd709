"""The three tables of a scored corpus, column by column.

========== ============================================== ======================================================
table      a row is                                       columns
========== ============================================== ======================================================
articles   one article and one measured actor, mentioned  `ARTICLES`, then the input's own columns, then ``extra``
           or not
mentions   one sentence and one actor that it mentions    `MENTIONS`
failures   one record that could not be read or scored    `FAILURES`
========== ============================================== ======================================================

*articles*: ``id`` the article's id: the input's, or ``file:position`` where it has none; ``file`` the input file, as a
path relative to the folder that holds all input files (null where the input is no file); ``position`` number of the
line (JSONL, CSV) or the row (all others) in that file, from 1; ``title``, ``date`` (``YYYY-MM-DD``), ``outlet`` as
given, null where they are not; ``length`` characters of the text; ``n_sentences`` sentences of the article;
``skipped`` sentences for which the model gave no finite answer; ``actor``, ``actor_name`` id and name of the actor;
``mentions`` spans that refer to it; ``sentences`` sentences with at least one; ``share`` its part of all mentions of
measured actors, in [0, 1]; ``verdict`` *negative*, *positive*, *balanced* or *insufficient evidence*; ``evidence``
indices of the sentences that move its score most, strongest first. Then, for each of the six parts ``sentiment``,
``stance`` (whoever speaks), ``author_sentiment``, ``author_stance``, ``attributed_sentiment``, ``attributed_stance``
(one voice only): ``*_score``, ``*_low``, ``*_high`` in [-1, 1], null where no sentence is behind them, and ``*_n``, the
number of sentences. All columns of the input that have no role of their own follow under their own names (with
``input_`` before a name that is taken), and ``extra`` holds, as a JSON object, the values that fit no column (null if
there are none).

*mentions*: ``id`` of the article; ``actor`` id; ``sentence`` its index from 0; ``start``, ``end`` half-open character
offsets of the sentence in the text; ``spans`` offsets of the mentions, likewise in the text; ``kinds`` how each of them
refers to the actor (*name*, *demonym*, *metonym*, *person*, *paraphrase*, *anaphor*); ``voice`` *author* or
*attributed*; ``source`` whose words they are, where the text names it; ``sentiment_negative``, ``sentiment_neutral``,
``sentiment_positive`` and ``stance_against``, ``stance_none``, ``stance_favor`` probabilities that sum to 1 for each
task; ``truncated`` whether the sentence was longer than the model's window and was scored in a window around the actor.

*failures*: ``id`` as far as it is known; ``file``, ``position`` as above (``position`` is null where the whole file is
meant); ``stage`` *read* or *score*; ``reason`` in words.

Every file's schema carries metadata: ``biasscore.table`` names the table, ``biasscore.schema`` the version of this
layout, and ``biasscore.provenance`` is a JSON object with ``version``, ``model``, ``weights`` (hash), ``config`` (hash
of everything that is measured), ``backend`` and ``libraries``: see `biasscore.records.Provenance`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pyarrow as pa

from .records import Provenance

#: What the manifest of an output folder is called, and the format that it names.
MANIFEST: Final = "_manifest.json"
FORMAT: Final = "biasscore-corpus-1"

#: Version of the layout. A reader of version n need not understand version n + 1.
VERSION: Final = "1"
#: The six parts of an actor's profile that have an estimate.
PARTS: Final = (
    "sentiment",
    "stance",
    "author_sentiment",
    "author_stance",
    "attributed_sentiment",
    "attributed_stance",
)
TABLES: Final = ("articles", "mentions", "failures")
#: Name of the column with what fits no other.
EXTRA: Final = "extra"


def _estimates() -> list[pa.Field]:
    return [
        pa.field(f"{part}_{name}", pa.int32() if name == "n" else pa.float64(), nullable=name != "n")
        for part in PARTS
        for name in ("score", "low", "high", "n")
    ]


def _needed(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


#: Columns of *articles* without those of the input.
ARTICLES: Final = pa.schema(
    [
        _needed("id", pa.string()),
        pa.field("file", pa.string()),
        pa.field("position", pa.int64()),
        pa.field("title", pa.string()),
        pa.field("date", pa.string()),
        pa.field("outlet", pa.string()),
        _needed("length", pa.int32()),
        _needed("n_sentences", pa.int32()),
        _needed("skipped", pa.int32()),
        _needed("actor", pa.string()),
        _needed("actor_name", pa.string()),
        _needed("mentions", pa.int32()),
        _needed("sentences", pa.int32()),
        _needed("share", pa.float64()),
        _needed("verdict", pa.string()),
        _needed("evidence", pa.list_(pa.int32())),
        *_estimates(),
    ]
)

MENTIONS: Final = pa.schema(
    [
        _needed("id", pa.string()),
        _needed("actor", pa.string()),
        _needed("sentence", pa.int32()),
        _needed("start", pa.int32()),
        _needed("end", pa.int32()),
        _needed("spans", pa.list_(pa.struct([_needed("start", pa.int32()), _needed("end", pa.int32())]))),
        _needed("kinds", pa.list_(pa.string())),
        _needed("voice", pa.string()),
        pa.field("source", pa.string()),
        _needed("sentiment_negative", pa.float32()),
        _needed("sentiment_neutral", pa.float32()),
        _needed("sentiment_positive", pa.float32()),
        _needed("stance_against", pa.float32()),
        _needed("stance_none", pa.float32()),
        _needed("stance_favor", pa.float32()),
        _needed("truncated", pa.bool_()),
    ]
)

FAILURES: Final = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("file", pa.string()),
        pa.field("position", pa.int64()),
        _needed("stage", pa.string()),
        _needed("reason", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Tables:
    """The answer for some articles.

    Attributes:
        articles: One row an article and actor, schema `ARTICLES` and the input's own columns.
        mentions: One row a sentence and actor, schema `MENTIONS`.
        failures: One row a record that could not be scored, schema `FAILURES`.
    """

    articles: pa.Table
    mentions: pa.Table
    failures: pa.Table

    def named(self) -> dict[str, pa.Table]:
        """The tables by their names, in the order of `TABLES`."""
        return {name: getattr(self, name) for name in TABLES}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of the input have a role; all others are carried along.

    Attributes:
        text: The article. Every record must have it.
        id: A name for it, a string or a whole number; no two records may share one.
        title: The headline.
        date: The day of publication: a date, or text that begins with ``YYYY-MM-DD``.
        outlet: Who published it.
    """

    text: str = "text"
    id: str = "id"
    title: str = "title"
    date: str = "date"
    outlet: str = "outlet"

    def roles(self) -> dict[str, str]:
        """Role -> column."""
        return asdict(self)


#: Names that are taken although *articles* does not begin with them: the text is beside it until it is scored.
_TAKEN: Final = frozenset({EXTRA, "text"})


def carried_name(name: str) -> str:
    """What an input's own column is called in *articles*."""
    return f"input_{name}" if name in ARTICLES.names or name in _TAKEN else name


def articles_schema(carried: pa.Schema) -> pa.Schema:
    """The schema of *articles* for an input.

    Args:
        carried: The input's columns without a role, under the names of the input.

    Returns:
        `ARTICLES`, then the carried columns under the names of `carried_name`, all nullable, then ``extra``.
    """
    own = [pa.field(carried_name(field.name), field.type) for field in carried]
    return pa.schema([*ARTICLES, *own, pa.field(EXTRA, pa.string())])


def with_provenance(table: pa.Table, name: str, provenance: Mapping[str, Any]) -> pa.Table:
    """Write into a table's schema what made it, in place of whatever metadata it had.

    Args:
        table: One of the three tables.
        name: Its name.
        provenance: As of `provenance_dict`.

    Returns:
        The same table with metadata.
    """
    return table.replace_schema_metadata(
        {
            "biasscore.table": name,
            "biasscore.schema": VERSION,
            "biasscore.provenance": json.dumps(provenance, sort_keys=True),
        }
    )


def provenance_dict(provenance: Provenance) -> dict[str, Any]:
    """Provenance as plain dictionaries and strings, sorted by name."""
    plain = asdict(provenance)
    plain["libraries"] = dict(sorted(provenance.libraries.items()))
    return dict(sorted(plain.items()))
