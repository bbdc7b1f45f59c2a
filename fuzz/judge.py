"""One case, and what came of it: refused in the user's words, taken, or a finding."""

from __future__ import annotations

import contextlib
import io
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any
from unittest.mock import patch

from sim.errors import InputError, RunError
from sim.parameters.document import CombinedInputError

#: Seconds of the processor that a refusal may take, and of the clock for what waits.
LONGEST, LONGEST_WAIT = 2.0, 20.0
REFUSED, TAKEN = "refused", "taken"
TRACEBACK, HANG, NOWHERE, SILENT = "traceback", "hang", "no file and line", "silent"
FINDINGS = (TRACEBACK, HANG, NOWHERE, SILENT)
#: The longest refusal that is still read.
MOST_WORDS = 6_000


@dataclass(frozen=True)
class Outcome:
    """What came of a case, and the words for it."""

    what: str
    words: str = ""

    @property
    def found(self) -> bool:
        """Whether it is a finding."""
        return self.what in FINDINGS


class Reached(BaseException):
    """The input was taken: a run would begin now."""


class TooSlow(BaseException):
    """The case took longer than a refusal may take."""


@contextmanager
def in_time() -> Iterator[None]:
    """Raise :class:`TooSlow` in a block that takes too long; the main thread's alone."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = [signal.signal(each, stop) for each in (signal.SIGVTALRM, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_WAIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for each, handler in zip((signal.SIGVTALRM, signal.SIGALRM), before, strict=True):
            signal.signal(each, handler)


@contextmanager
def nothing_runs() -> Iterator[None]:
    """Raise :class:`Reached` where a world would begin, a page would be served or a report be written."""
    import calibration.observing
    import reforms.explore.serve
    import reforms.report.write
    import sim.model
    import sim.runs.execute
    import sim.runs.run

    def reached(*_: Any, **__: Any) -> None:
        raise Reached

    with contextlib.ExitStack() as patches:
        for module, name in (
            (sim.runs.run, "run_jobs"),
            (sim.runs.execute, "run_jobs"),
            (calibration.observing, "make_executor"),
            (reforms.explore.serve, "serve"),
            (sim.model.LabourMarket, "__init__"),
            (sys.modules["reforms.report.write"], "compose"),
        ):
            patches.enter_context(patch.object(module, name, reached))
        patches.enter_context(patch("sim.engine.first_start.compile_if_new", lambda *_, **__: None))
        yield


def judged(call: Callable[[], object], *, where: str = "", must_refuse: bool = False) -> Outcome:
    """Call and say what came of it.

    Parameters
    ----------
    where
        The file that a refusal must name with a line; empty if the input is no file.
    must_refuse
        The input cannot be meant: to take it is a finding.
    """
    try:
        with in_time(), quiet():
            call()
    except InputError as problem:
        return refusal(problem, where)
    except RunError as problem:
        return Outcome(REFUSED, str(problem))
    except Reached:
        return Outcome(SILENT, "taken") if must_refuse else Outcome(TAKEN)
    except TooSlow:
        return Outcome(HANG, _last_line())
    except BaseException:
        return Outcome(TRACEBACK, _last_line())
    return Outcome(SILENT, "taken") if must_refuse else Outcome(TAKEN)


def refusal(problem: InputError, where: str) -> Outcome:
    """Return what a refusal is: a finding if it does not say file and line, or says too much."""
    said = str(problem)
    if len(said) > MOST_WORDS or not all(each.isprintable() or each in "\n\t" for each in said):
        return Outcome(NOWHERE, f"too long or not to be shown: {said[:200]!r}")
    for each in problem.errors if isinstance(problem, CombinedInputError) else (problem,):
        if where and not re.search(rf"{re.escape(where)}(:\d+)?: ", str(each)):
            return Outcome(NOWHERE, said[:300])
        if where and each.line is None and "line" not in each.message and "file" not in each.message:
            return Outcome(NOWHERE, said[:300])
    return Outcome(REFUSED, said[:300])


def commanded(arguments: list[str], *, must_refuse: bool = False, where: str = "") -> Outcome:
    """Give a command and say what came of it: exit code 2 and words on stderr is a refusal.

    ``where`` is a name that the refusal must have in it (of a table, which has no lines).
    """
    from jobvej.cli import main

    said = io.StringIO()
    code: object = None
    try:
        with in_time(), quiet(said):
            main(arguments)
    except SystemExit as leave:
        code = leave.code
    except Reached:
        code = 0
    except TooSlow:
        return Outcome(HANG, f"{arguments}: {_last_line()}")
    except BaseException:
        return Outcome(TRACEBACK, f"{arguments}: {_last_line()}")
    words = said.getvalue()
    if code == 2:
        if not words.strip() or "Traceback" in words or len(words) > MOST_WORDS:
            return Outcome(TRACEBACK, f"{arguments}: {words[:300]!r}")
        if where not in words:
            return Outcome(NOWHERE, f"{arguments}: {words[:300]}")
        return Outcome(REFUSED, words[:300])
    if code not in (0, None, 1):
        return Outcome(TRACEBACK, f"{arguments}: exit code {code}: {words[:300]}")
    if must_refuse:
        return Outcome(SILENT, f"{arguments}: taken, exit code {code}")
    return Outcome(TAKEN)


@contextmanager
def quiet(said: io.StringIO | None = None) -> Iterator[None]:
    """Keep what is printed."""
    kept = said if said is not None else io.StringIO()
    with contextlib.redirect_stdout(kept), contextlib.redirect_stderr(kept):
        yield


def _last_line() -> str:
    kind, problem, where = sys.exc_info()
    frames = [each for each in traceback.extract_tb(where) if "/fuzz/" not in each.filename]
    at = "; ".join(f"{each.filename.rsplit('/', 3)[-1]}:{each.lineno}" for each in frames[-3:])
    return f"{kind.__name__ if kind else '?'}: {str(problem)[:200]} ({at})"
