"""Columns: records that lie side by side, one a person, and are handed whole to compiled code."""

from __future__ import annotations

from typing import Any, ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray

#: Week of something that never happened or is not running: before any that a run has.
NEVER = -30_000
#: Bytes of a line of the processor's cache.
_LINE = 64

U8 = NDArray[np.uint8]
I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
U16 = NDArray[np.uint16]
I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
_TYPES = {"U8": np.uint8, "I8": np.int8, "I16": np.int16, "U16": np.uint16, "I32": np.int32, "U32": np.uint32,
          "U64": np.uint64, "F32": np.float32}  # fmt: skip


class Columns(np.recarray):
    """Columns of a group, kept as one record a person; a subclass lists them with their types.

    ``STARTS`` gives the value of columns that do not start at zero.  ``WITHIN_A_LINE`` rounds a record's size
    up so that none lies in two lines of the processor's cache: for records that are looked at one by one.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _layout: ClassVar[np.dtype[np.void]]
    STARTS: ClassVar[dict[str, int]] = {}
    WITHIN_A_LINE: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        numbers = {
            name: np.dtype(_TYPES[text]) for name, text in cls.__annotations__.items() if text in _TYPES
        }
        cls._fields = tuple(numbers)
        widest_first = sorted(numbers, key=lambda name: -numbers[name].itemsize)
        packed = np.dtype([(name, numbers[name]) for name in widest_first], align=True)
        size = 1 << (packed.itemsize - 1).bit_length() if cls.WITHIN_A_LINE else packed.itemsize
        places: Any = packed.fields
        layout: Any = {
            "names": widest_first,
            "formats": [numbers[name] for name in widest_first],
            "offsets": [places[name][1] for name in widest_first],
            "itemsize": size,
        }
        cls._layout = np.dtype(layout, align=True)

    @classmethod
    def empty(cls, n: int) -> Self:
        """Return records of n persons with nothing filled in but what every record starts with."""
        nobody = np.zeros(1, cls._layout)
        for name, start in cls.STARTS.items():
            nobody[name] = start
        whole = np.dtype((np.void, cls._layout.itemsize))  # a record as one number: copied at memory speed
        made = _on_a_cache_line(n * cls._layout.itemsize)
        made.view(whole)[:] = nobody.view(whole)
        return made.view(cls._layout).view(cls)

    def of(self, here: slice | NDArray[np.integer[Any]]) -> Self:
        """Return some of the records: for a slice the same memory, not a copy."""
        return cast(Self, self[here])


def _on_a_cache_line(n_bytes: int) -> NDArray[np.uint8]:
    """Return zeroed memory that begins with a line of the processor's cache."""
    room = np.zeros(n_bytes + _LINE, np.uint8)
    begin = -room.ctypes.data % _LINE
    return room[begin : begin + n_bytes]
