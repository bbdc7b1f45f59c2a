"""Asking for a person's record before its turn comes.

People who are gone through in the order of their events lie anywhere in hundreds of megabytes; waiting for
memory then takes longer than the work.  The record of the person a few turns ahead is therefore asked for
early: the processor fetches it meanwhile.  Nothing is read or written, so results cannot change.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array
from numpy.typing import NDArray

from sim.engine.compiled import part

#: How many turns ahead: the work of so many persons takes longer than a fetch.
_TURNS = 12
_CACHE_LINE = 64


@part
def person_ahead(people: NDArray[np.integer[Any]], at: int) -> int:
    """Return whose turn comes a few turns after ``at`` (at the end, the last one's)."""
    return people[min(at + _TURNS, people.size - 1)]


@intrinsic
def prefetch(_context: Any, column: Any, position: Any) -> Any:
    """Ask for ``column[position]``, a number or a record, to be brought to the processor's cache."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_type = signature.args[0]
        array = make_array(array_type)(context, builder, arguments[0])
        at = context.cast(builder, arguments[1], signature.args[1], types.intp)
        item = cgutils.get_item_pointer(context, builder, array_type, array, [at], wraparound=False)
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        first = builder.bitcast(item, byte)
        size = context.get_abi_sizeof(context.get_data_type(array_type.dtype))
        ends = [0] if _CACHE_LINE % size == 0 else [0, size - 1]  # a record may lie in two lines
        of_llvm = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        ask = cgutils.get_or_insert_function(builder.module, of_llvm, "llvm.prefetch")
        for end in ends:
            where = builder.gep(first, [context.get_constant(types.intp, end)])
            builder.call(ask, [where, number(1), number(3), number(1)])  # to write, to keep, data
        return context.get_dummy_value()

    return types.void(column, position), generate
