"""The input's own columns on their way into the table of articles.

A corpus in Parquet has one schema from the first shard to the last, while records of JSONL may each have other keys. So
the first records decide the columns and their types, and what fits none of them later (a new key, a number where there
was text) is not lost: it goes into the JSON object of the column ``extra``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from .files import clean
from .schema import EXTRA, carried_name

#: More columns than that are not made; the values go into ``extra``.
_MOST: Final = 200
_INT64: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class Shape:
    """The carried columns of a corpus.

    Attributes:
        schema: Their names in the input and their types.
    """

    schema: pa.Schema

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]], declared: Mapping[str, pa.DataType]) -> Shape:
        """Decide the columns.

        Args:
            records: The first records, without the columns that have a role.
            declared: Types that the input itself declares (Parquet, Arrow), in the input's order.

        Returns:
            The declared columns, then the others in the order in which they turn up: text, whole numbers, numbers and
            truth values keep their type if all agree; everything else becomes JSON text.
        """
        kinds: dict[str, pa.DataType | None] = dict(declared)
        for record in records:
            for name, value in record.items():
                if name not in declared and value is not None:
                    kinds[name] = _wider(kinds.get(name), _kind(value))
        fields = [pa.field(name, kind) for name, kind in kinds.items() if kind is not None]
        taken: dict[str, pa.Field] = {}
        for field in fields[:_MOST]:
            taken.setdefault(carried_name(field.name), field)
        return cls(pa.schema(list(taken.values())))

    def fit(self, records: Sequence[dict[str, Any]]) -> tuple[list[pa.Array], pa.Array]:
        """Bring records into the columns.

        Args:
            records: n records without the columns that have a role.

        Returns:
            One array of n for each column, and the column ``extra``: JSON text, or null where everything fitted.
        """
        rest: list[dict[str, Any]] = [
            {name: value for name, value in record.items() if value is not None and name not in self._names()}
            for record in records
        ]
        arrays = [self._column(field, records, rest) for field in self.schema]
        extra = [json_text(left) if left else None for left in rest]
        return arrays, pa.array(extra, pa.string())

    def _names(self) -> frozenset[str]:
        return frozenset(self.schema.names)

    def _column(
        self, field: pa.Field, records: Sequence[Mapping[str, Any]], rest: Sequence[dict[str, Any]]
    ) -> pa.Array:
        values = [_shaped(record.get(field.name), field.type) for record in records]
        try:
            return pa.array(values, field.type)
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            pass
        for index, value in enumerate(values):
            try:
                pa.scalar(value, field.type)
            except (pa.ArrowException, OverflowError, TypeError, ValueError):
                rest[index][field.name] = values[index]
                values[index] = None
        return pa.array(values, field.type)


def names(schema: pa.Schema) -> list[str]:
    """The carried columns of a chunk's table, as they are called there."""
    return [*(carried_name(name) for name in schema.names), EXTRA]


def json_text(value: object) -> str:
    """JSON of a value of any kind: sorted keys, and text for what JSON does not know."""
    return clean(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str))


def _kind(value: object) -> pa.DataType:
    if isinstance(value, bool):
        return pa.bool_()
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return pa.int64()
    if isinstance(value, float):
        return pa.float64()
    return pa.string()


def _wider(first: pa.DataType | None, second: pa.DataType) -> pa.DataType:
    if first is None or first == second:
        return second
    return pa.float64() if {first, second} == {pa.int64(), pa.float64()} else pa.string()


def _shaped(value: Any, kind: pa.DataType) -> Any:
    """Bring a value near its column's type, where nothing is lost by it."""
    if value is None or kind != pa.string():
        return value
    return clean(value) if isinstance(value, str) else json_text(value)
