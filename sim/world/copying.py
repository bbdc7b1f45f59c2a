"""A copy of a world that goes on by itself."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


def copy_world(world: T) -> T:
    """Return a world of the same state that shares nothing with the first that either could change.

    Read-only arrays are shared: machine code is made for arrays that may be written or for such that may not,
    and a copy of the second would be of the first kind.
    """
    return copy.deepcopy(world, {id(array): array for array in _read_only(vars(world).values())})


def _read_only(parts: Any) -> Iterator[np.ndarray[Any, Any]]:
    for part in parts:
        if isinstance(part, np.ndarray):
            if not part.flags.writeable:
                yield part
        elif isinstance(part, tuple):
            yield from _read_only(part)
