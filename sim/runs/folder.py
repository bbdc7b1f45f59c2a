"""The folder of results: refused before anything runs if it cannot be one, and held by one run at a time."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import InputError, named, shortened

#: Folders that this process holds.
_HELD: set[Path] = set()


def out_folder(out: Path | str) -> Path:
    """Return the folder where results are to go, without making it.

    Raises
    ------
    InputError
        It has no name, is a file, lies inside one, cannot be written or cannot be made.
    """
    if not isinstance(out, str | Path):
        raise InputError(f"{named('out')} is {shortened(repr(out))}; expected the name of a folder")
    if not str(out).strip():
        raise InputError(f"{named('out')} is empty; expected the name of a folder")
    folder = Path(out)
    if not str(out).isprintable():
        raise InputError(f"{named('out')}: no folder can be called {out!r}")
    try:
        nearest = next(place for place in (folder, *folder.absolute().parents) if os.path.lexists(place))
        whole = nearest.resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise InputError(f"{named('out')}: no folder can be {shortened(out)}: {why}") from problem
    if not whole.is_dir():
        if nearest == folder:
            raise InputError(f"{out} is a file; {named('out')} needs a folder")
        raise InputError(f"cannot write results to {out}: {nearest} is a file ({named('out')})")
    if not os.access(whole, os.W_OK | os.X_OK):
        raise InputError(f"cannot write results to {out}: {whole} may not be written ({named('out')})")
    too_long = [part for part in folder.parts if len(part.encode()) > 255]
    if too_long:
        raise InputError(
            f"{named('out')}: no folder can be called '{shortened(too_long[0])}': it is too long"
        )
    return folder


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder of results, so that no other run writes there meanwhile.

    Raises
    ------
    InputError
        Another run holds it.
    """
    place = folder.resolve()
    if place in _HELD:  # an analysis that holds its folder runs inside it
        yield
        return
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = _opened(folder)
    except OSError as problem:
        raise InputError(f"cannot write results to {folder}: {problem.strerror}") from problem
    try:
        if not _locked(descriptor):
            raise InputError(
                f"another run is writing to {folder}: wait until it is done, or choose another folder "
                f"({named('out')})"
            )
        _HELD.add(place)
        yield
    finally:
        _HELD.discard(place)
        os.close(descriptor)
        with contextlib.suppress(OSError):  # what was made and has nothing in it goes again
            for each in missing:
                each.rmdir()


def _opened(folder: Path) -> int:
    """Open what is locked: the folder itself, or a file in it where folders cannot be opened."""
    if sys.platform == "win32":
        return os.open(folder / ".lock", os.O_RDWR | os.O_CREAT)
    return os.open(folder, os.O_RDONLY)


def _locked(descriptor: int) -> bool:
    """Lock until it is closed; True too where the disk knows no locks."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a disk without locks
        return True
    return True
