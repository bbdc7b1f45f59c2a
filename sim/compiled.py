"""The one way in which Jobvej compiles a function: numba, cached on disk, IEEE arithmetic.

No fast-math: results must be the same bytes on every run.  ``kernel`` functions take named tuples of
columns, never long argument lists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile a function on first use and keep the machine code on disk."""
    return cast(F, numba.njit(cache=True, error_model="numpy")(function))


def inlined(function: F) -> F:
    """Compile a small function that is called from other kernels."""
    return cast(F, numba.njit(cache=True, error_model="numpy", inline="never")(function))
