"""The stored tables: their columns, types and order of rows.

Every table is Parquet with the columns below in this order, rows sorted by :data:`KEYS`; text is plain text.
The same frame gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_TEXT = pa.string()
_RUN = [("scenario", _TEXT), ("draw", pa.int32()), ("replicate", pa.int32())]
_CELL = [("period", _TEXT), ("municipality", pa.int32())]
_PAYMENT = [("payer", _TEXT), ("receiver", _TEXT), ("account", _TEXT)]
_PAIR = [("baseline", pa.float64()), ("reform", pa.float64()), ("difference", pa.float64())]

SCHEMAS: dict[str, pa.Schema] = {
    "outcomes": pa.schema(
        [*_RUN, *_CELL, ("group", _TEXT), ("measure", _TEXT), ("value", pa.float64()), ("unit", _TEXT)]
    ),
    "ledger": pa.schema(
        [*_RUN, *_CELL, *_PAYMENT, ("amount_kr", pa.float64())]
    ),
    "spells": pa.schema(
        [*_RUN, ("municipality", pa.int32()), ("group", _TEXT), ("start_week", _TEXT), ("weeks", pa.int32()),
         ("ended", pa.bool_()), ("destination", _TEXT)]
    ),
    "people": pa.schema(
        [*_RUN, ("person", pa.uint32()), ("municipality", pa.int32()), ("sex", _TEXT),
         ("birth_year", pa.int32()), ("education", _TEXT), ("barrier", _TEXT), ("start_state", _TEXT),
         ("weeks_supported", pa.int32()),         ("weeks_employed", pa.int32())]
    ),
    "differences": pa.schema(
        [*_RUN, *_CELL, ("group", _TEXT), ("measure", _TEXT), *_PAIR, ("unit", _TEXT)]
    ),
    "ledger_differences": pa.schema(
        [*_RUN, *_CELL, *_PAYMENT, *_PAIR]
    ),
}  # fmt: skip

#: What identifies a row within one world, in the order of sorting.
KEYS: dict[str, tuple[str, ...]] = {
    "outcomes": ("period", "municipality", "group", "measure"),
    "ledger": ("period", "municipality", "payer", "receiver", "account"),
    "spells": ("municipality", "group", "start_week", "weeks", "ended", "destination"),
    "people": ("person",),
}
#: Tables of every world, and those kept for the first draw and replicate only.
ALWAYS: tuple[str, ...] = ("outcomes", "ledger")
PERSONS: tuple[str, ...] = ("spells", "people")


def to_table(name: str, frame: pd.DataFrame, **constants: Any) -> pa.Table:
    """Return a frame as a table of the stored form, sorted.

    Parameters
    ----------
    name
        Key of :data:`SCHEMAS`.
    constants
        Values of columns that are the same in every row (scenario, draw, replicate).

    Raises
    ------
    ValueError
        If a column is missing or surplus, or a value does not fit its type.
    """
    schema = SCHEMAS[name]
    extra = set(frame.columns) - set(schema.names)
    missing = set(schema.names) - set(frame.columns) - set(constants)
    if extra or missing:
        raise ValueError(f"table {name}: missing columns {sorted(missing)}, unknown columns {sorted(extra)}")
    columns = []
    for column in schema:
        if column.name in constants:
            columns.append(pa.repeat(pa.scalar(constants[column.name], column.type), len(frame)))
        else:
            columns.append(pa.Array.from_pandas(frame[column.name]).cast(column.type))
    table = pa.Table.from_arrays(columns, schema=schema)
    return table.sort_by([(key, "ascending") for key in KEYS[name]]) if name in KEYS else table


def table_bytes(name: str, table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    stream = pa.BufferOutputStream()
    write_table(stream, name, [table])
    content: bytes = stream.getvalue().to_pybytes()
    return content


def write_table(path: Path | pa.NativeFile, name: str, tables: Iterable[pa.Table]) -> None:
    """Write tables one after the other into one Parquet file, a row group or more each."""
    with pq.ParquetWriter(path, SCHEMAS[name], compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)


def read_table(path: Path) -> pa.Table:
    """Read a stored table whole."""
    return pq.read_table(path)
