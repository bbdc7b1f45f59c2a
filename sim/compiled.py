"""The one way in which Jobvej compiles a function: numba, cached on disk, IEEE arithmetic.

No fast-math: results must be the same bytes on every run.  Compiled functions take whole named tuples of
columns, never long argument lists, and allocate nothing: their Python callers hand them room for results
(``out``).  Without allocation numba needs no reference counts, which makes compiling four times and
loops several times faster.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile a function on first use and keep the machine code on disk."""
    return cast(F, numba.njit(cache=True, error_model="numpy", _nrt=False)(function))
