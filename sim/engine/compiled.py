"""The one way in which Jobvej compiles a function: numba, cached on disk, IEEE arithmetic.

No fast-math: results must be the same bytes on every run.  Compiled functions take whole named tuples of
columns, never long argument lists, and allocate nothing: their Python callers hand them room for results
(``out``).  Without allocation numba needs no reference counts, which makes compiling four times and
loops several times faster.

Machine code is kept in the user's cache folder under the content of the function's file and of every file
of ``sim`` that is imported with it, directly or not, under the columns of the tables it is given, and under
the versions of numba and numpy.  So code that was compiled from another text of a callee, for other tables or
by another compiler, is never used; a second copy of the project compiles nothing, and a changed file only the
code that depends on it.  Where that folder cannot be written, a ready one is read all the same, and what is
missing is compiled in memory; what others may have written there is not run.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba.core.caching import CacheImpl, FunctionCache, _CacheLocator
from numba.extending import register_jitable

from sim.engine.kept_list import cache_folder, trusted

#: Nothing calls from C: leaving that wrapper out, less is compiled.
_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}

#: Bytes that the machine code of one version takes at the most.
_ROOM = 40_000_000

F = TypeVar("F", bound=Callable[..., Any])

PROJECT = Path(__file__).resolve().parents[2]


def imports(file: Path) -> tuple[Path, ...]:
    """Return the files of ``sim`` that are imported while a file is: all that its machine code may depend on.

    What only annotations need (under ``if TYPE_CHECKING``) and what a function imports when it is called does
    not come into machine code: compiled functions cannot import, and the columns of the tables that they are
    given are part of what their code is kept under.
    """
    text = file.read_text("utf-8")
    parts = [PROJECT.joinpath(*name.split(".")) for name in _modules(ast.parse(text))]
    files = [each for part in parts for each in (part.with_suffix(".py"), part / "__init__.py")]
    if file.name == "__init__.py" and "iter_modules(__path__)" in text:
        files += sorted(file.parent.glob("*.py"))  # it finds its modules by itself and depends on all of them
    return tuple(each for each in files if each.is_file())


def _modules(code: ast.AST) -> Iterator[str]:
    """Yield the names of what is imported, and of what may be a module in it, as code is run from the top."""
    for part in ast.iter_child_nodes(code):
        if isinstance(part, ast.Import):
            yield from (each.name for each in part.names)
        elif isinstance(part, ast.ImportFrom) and part.module:
            yield from (part.module, *(f"{part.module}.{each.name}" for each in part.names))
        elif isinstance(part, ast.If) and ast.unparse(part.test) == "TYPE_CHECKING":
            yield from (name for each in part.orelse for name in _modules(ast.Module([each], [])))
        elif not isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from _modules(part)


@functools.cache
def _known(file: Path) -> tuple[str, tuple[Path, ...]]:
    """Return the digest of a file's place and text, and what it imports."""
    place = file.relative_to(PROJECT).as_posix() if file.is_relative_to(PROJECT) else file.name
    digest = hashlib.sha256(f"{place}\n".encode() + file.read_bytes()).hexdigest()
    return digest, imports(file)


@functools.cache
def source_digest(file: Path) -> str:
    """Return a hash of a file, of all files of ``sim`` that it depends on, and of the compiler's version.

    It has 32 hexadecimal digits.  Two versions of numba that share a folder would read each other's code.
    """
    seen: dict[Path, str] = {}
    waiting = [file]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen[here], needed = _known(here)
            waiting.extend(needed)
    parts = (*sorted(seen.values()), numba.__version__, np.__version__)
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:32]


class _ContentLocator(_CacheLocator):
    """Tells numba where a function's machine code lies: a folder named by the content it was made from."""

    def __init__(self, function: Callable[..., Any], file: Path) -> None:
        self._line = function.__code__.co_firstlineno
        self._digest = source_digest(file)
        self._folder = cache_folder() / "kernels" / f"{file.stem}-{self._digest}"

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> str:
        return self._digest

    def get_disambiguator(self) -> str:
        return str(self._line)

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> _ContentLocator | None:
        path = Path(file).resolve()
        if not path.is_relative_to(PROJECT / "sim"):
            return None
        locator = cls(function, path)
        if not _ready(locator._folder):
            locator._folder = Path(os.devnull) / "nowhere"
        return locator


def _ready(folder: Path) -> bool:
    """Make a folder for machine code if it can be made; return whether what lies there may be run."""
    for place in (folder.parent.parent, folder.parent, folder):
        with contextlib.suppress(OSError):
            place.mkdir(mode=0o700)
    return all(trusted(place) for place in (folder, folder.parent, folder.parent.parent))


class _Kept(FunctionCache):
    """numba's cache, for which a disk that is full, read-only or damaged is no reason to stop."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return kept code, or None where there is none that can be read."""
        try:
            return super().load_overload(sig, target_context)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep code where that is possible."""
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        """Return what code is kept under: the types, and by name the columns, which these hide."""
        return (*super()._index_key(sig, codegen), tuple(map(columns_of, getattr(sig, "args", sig))))


def columns_of(type_: Any) -> Any:
    """Return the columns of a table's type: numba holds two named tuples for one if class and types agree."""
    if isinstance(type_, (numba.types.NamedTuple, numba.types.NamedUniTuple)):
        return tuple((name, columns_of(each)) for name, each in zip(type_.fields, type_.types, strict=True))
    if isinstance(type_, numba.types.BaseTuple):
        return tuple(map(columns_of, type_))
    return ""


def why_not_kept() -> str:
    """Return why machine code cannot be kept on this machine; an empty string where it can."""
    folder = cache_folder() / "kernels"
    with contextlib.suppress(OSError):
        folder.parent.parent.mkdir(parents=True, exist_ok=True)
    if not _ready(folder / "here"):
        for place in (folder.parent, folder):
            if place.is_dir() and not trusted(place):
                return f"others may write into {place}"
    beside = folder / f".room.{os.getpid()}"
    try:
        beside.write_bytes(bytes(_ROOM))
    except OSError as problem:
        return f"{folder}: {problem.strerror}"
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
    return ""


CacheImpl._locator_classes.insert(0, _ContentLocator)
numba.core.dispatcher.FunctionCache = _Kept


def kernel(function: F) -> F:
    """Compile a function on first use and keep the machine code on disk: what Python calls."""
    return cast(F, numba.njit(**_OPTIONS)(function))


def part(function: F) -> F:
    """Make a function part of kernels: compiled with the kernel that calls it, without a wrapper for Python.

    Such wrappers, which take records and tables of rules apart, are a third of the work of compiling.  The
    code is put where it is called: passing whole tables of columns costs more than what most parts do, some
    thousand instructions for a person who moves.  Called from Python, a part is plain Python.
    """
    return cast(F, register_jitable(no_cpython_wrapper=True, forceinline=True, **_OPTIONS)(function))


def inlined(result: Any, *arguments: Any) -> Callable[[F], F]:
    """Compile for arguments of these types alone, and put the code where it is called.

    Arguments of other types are converted, so one function is compiled once however many kernels call it, and
    loops over it use wide registers.
    """

    def compiled(function: F) -> F:
        signature = result(*arguments)
        return cast(F, numba.njit([signature], forceinline=True, **_OPTIONS)(function))

    return compiled


@inlined(numba.uint64, numba.int64)
def unsigned(place: int) -> int:
    """Return a place that is never negative as such a number: for the hottest loops.

    At a signed place compiled code asks at every column whether it is counted from the end.
    """
    return np.uint64(place)  # type: ignore[return-value]
