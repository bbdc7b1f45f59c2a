"""The stored tables: their columns, types and order of rows, how they are written and read run by run.

Every table has the columns below in this order, rows sorted by :data:`KEYS`; the same frame gives the same
bytes.  A part keeps its tables in Arrow's own form, which is read many times faster than Parquet; the merged
tables are Parquet, one run after the other.  Small runs share a row group, so that a file of very many runs
has a short index and is opened quickly.  Texts are dictionaries in memory and plain text in Parquet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_TEXT = pa.dictionary(pa.int32(), pa.string())
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
    "monthly_municipal": pa.schema(
        [*_RUN, ("month", _TEXT), ("municipality", pa.int32()), ("measure", _TEXT), ("value", pa.float64()),
         ("unit", _TEXT)]
    ),
    "spells": pa.schema(
        [*_RUN, ("person", pa.uint32()), ("municipality", pa.int32()), ("group", _TEXT),
         ("start_week", _TEXT), ("weeks", pa.int32()), ("ended", pa.bool_()), ("destination", _TEXT)]
    ),
    "people": pa.schema(
        [*_RUN, ("person", pa.uint32()), ("municipality", pa.int32()), ("sex", _TEXT),
         ("birth_year", pa.int32()), ("education", _TEXT), ("barrier", _TEXT), ("start_state", _TEXT),
         ("weeks_supported", pa.int32()), ("weeks_employed", pa.int32())]
    ),
    "differences": pa.schema(
        [*_RUN, *_CELL, ("group", _TEXT), ("measure", _TEXT), *_PAIR, ("unit", _TEXT)]
    ),
    "ledger_differences": pa.schema(
        [*_RUN, *_CELL, *_PAYMENT, *_PAIR]
    ),
}  # fmt: skip

#: What identifies a row within one run, in the order of sorting.
KEYS: dict[str, tuple[str, ...]] = {
    "outcomes": ("period", "municipality", "group", "measure"),
    "ledger": ("period", "municipality", "payer", "receiver", "account"),
    "monthly_municipal": ("month", "municipality", "measure"),
    "spells": ("person", "start_week", "weeks", "group", "ended", "destination"),
    "people": ("person",),
}
#: Tables of every run, and those kept for the first draw and replicate only.
ALWAYS: tuple[str, ...] = ("outcomes", "ledger", "monthly_municipal")
PERSONS: tuple[str, ...] = ("spells", "people")
#: Runs of fewer rows are written together, so many rows to a row group.
ROWS_A_GROUP = 1 << 17


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
    keys = KEYS.get(name, ())
    arrays = {column: pa.Array.from_pandas(frame[column]) for column in frame.columns}
    rows = pa.table({column: _plain(array) if column in keys else array for column, array in arrays.items()})
    if keys:
        rows = rows.sort_by([(key, "ascending") for key in keys])
    return stored(name, rows, **constants)


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def stored(name: str, rows: pa.Table, **constants: Any) -> pa.Table:
    """Return a table in the stored form, its rows in the order that they have; see :func:`to_table`."""
    columns = {column: rows[column] for column in rows.column_names}
    for column, value in constants.items():
        columns[column] = _repeated(value, rows.num_rows)
    cast = [_cast(columns[each.name], each.type) for each in SCHEMAS[name]]
    return pa.Table.from_arrays(cast, schema=SCHEMAS[name])


def _cast(column: pa.Array | pa.ChunkedArray, to: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """Cast; names of a few categories, a byte a row, do not become texts on the way."""
    if pa.types.is_dictionary(column.type) and pa.types.is_dictionary(to):
        pieces = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        return pa.chunked_array(
            [
                pa.DictionaryArray.from_arrays(
                    piece.indices.cast(to.index_type), piece.dictionary.cast(to.value_type)
                )
                for piece in pieces
            ],
            to,
        )
    return column.cast(to)


def _repeated(value: Any, n: int) -> pa.Array:
    if isinstance(value, str):
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int32)), pa.array([value]))
    return pa.repeat(pa.scalar(value), n)


def frame_bytes(name: str, frame: pd.DataFrame, **constants: Any) -> bytes:
    """Return a frame as :func:`table_bytes` of :func:`to_table`.

    Millions of people, told apart by a number, take the stored form piece by piece: whole, it is twice as
    large.
    """
    key = KEYS[name][0]
    if len(frame) <= ROWS_A_GROUP or KEYS[name] != (key,):
        return table_bytes(name, [to_table(name, frame, **constants)])
    order = np.argsort(frame[key].to_numpy(), kind="stable")
    pieces = (frame.iloc[order[at : at + ROWS_A_GROUP]] for at in range(0, len(order), ROWS_A_GROUP))
    return table_bytes(name, (to_table(name, piece, **constants) for piece in pieces))


def table_bytes(name: str, tables: Iterable[pa.Table]) -> bytes:
    """Return tables of the stored form, one after the other, as the bytes of an Arrow file."""
    stream = pa.BufferOutputStream()
    compressed = pa.ipc.IpcWriteOptions(compression="zstd", unify_dictionaries=True, use_threads=False)
    with pa.ipc.new_file(stream, SCHEMAS[name], options=compressed) as writer:
        for table in tables:
            writer.write_table(table)
    content: bytes = stream.getvalue().to_pybytes()
    return content


def table_from(content: bytes) -> pa.Table:
    """Return the table that :func:`table_bytes` was given."""
    alone = pa.ipc.IpcReadOptions(use_threads=False)  # handing it to threads takes longer than reading it
    return pa.ipc.open_file(pa.BufferReader(content), options=alone).read_all()


def write_table(path: Path, name: str, tables: Iterable[pa.Table]) -> None:
    """Write tables one after the other into one Parquet file."""
    with TableWriter(path, SCHEMAS[name]) as writer:
        for table in tables:
            writer.add(table)


class TableWriter:
    """Writes tables one after the other into one Parquet file; used in a ``with`` block.

    Parameters
    ----------
    path
        File.
    schema
        Columns and types.

    Attributes
    ----------
    rows
        Number of rows added so far.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        # without the schema of Arrow in the file its texts are read as plain text
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", store_schema=False)
        self._waiting: list[pa.Table] = []
        self._rows = self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is None:
            self._write()
        self._writer.close()

    def close(self) -> None:
        """Write what is waiting and close the file."""
        self.__exit__(None)

    def add(self, table: pa.Table) -> None:
        """Append a table; it is written when :data:`ROWS_A_GROUP` rows are waiting."""
        if table.num_rows:
            self._waiting.append(table.cast(self._schema))
            self._rows += table.num_rows
            self.rows += table.num_rows
        if self._rows >= ROWS_A_GROUP:
            self._write()

    def _write(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting).unify_dictionaries())
        self._waiting, self._rows = [], 0


class Run(NamedTuple):
    """What a row of a merged table belongs to."""

    scenario: str
    draw: int
    replicate: int


def runs_in(path: Path, scenario: str | None = None) -> Iterator[tuple[Run, pa.Table]]:
    """Yield the rows of one run after the other, in the order of a merged table; the file is read once.

    Parameters
    ----------
    scenario
        Stop at the first run of another scenario: for the first scenario of a file alone.

    Yields
    ------
    The run, and its rows without the columns that name it; texts are dictionaries.
    """
    waiting: list[pa.Table] = []
    now: Run | None = None
    for run, rows in _stretches(path):
        if now is not None and run != now:
            yield now, pa.concat_tables(waiting)
            waiting = []
        if scenario is not None and run.scenario != scenario:
            return
        now = run
        waiting.append(rows)
    if now is not None:
        yield now, pa.concat_tables(waiting)


def _stretches(path: Path) -> Iterator[tuple[Run, pa.Table]]:
    """Yield stretches of rows of the same run, none of them longer than a row group."""
    texts = [column.name for column in pq.read_schema(path) if column.type == pa.string()]
    file = pq.ParquetFile(path, read_dictionary=texts)
    for at in range(file.num_row_groups):
        table = file.read_row_group(at)
        scenarios = table["scenario"].unify_dictionaries().combine_chunks()
        numbers = [scenarios.indices, table["draw"], table["replicate"]]
        keys = np.column_stack([column.to_numpy() for column in numbers])
        ends = [*np.flatnonzero((keys[1:] != keys[:-1]).any(axis=1)) + 1, len(keys)]
        rows = table.drop_columns(list(Run._fields))
        for first, end in zip([0, *ends[:-1]], ends, strict=True):
            name, draw, replicate = keys[first].tolist()
            yield Run(scenarios.dictionary[name].as_py(), draw, replicate), rows.slice(first, end - first)
