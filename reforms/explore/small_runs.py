"""One setting of the levers becomes one comparison on disk, made by the command that the page shows.

The folder of a comparison is the address of all that decides it, code, data and parameters included
(:mod:`sim.runs.store`), so a setting is not run twice and an older Jobvej's results are not shown.
"""

from __future__ import annotations

import asyncio
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from sim.errors import RunError
from sim.parameters import load_parameters
from sim.runs.options import EXPLORE, RunOptions
from sim.runs.results import is_finished
from sim.runs.store import address, simulated

#: Where this Jobvej is.
PROJECT = Path(__file__).resolve().parents[2]
#: Waits this long for the sliders to come to rest before a run begins, in seconds.
REST = 0.5


def command_line() -> list[str]:
    """Return the words that start this very Jobvej, and no code of the folder it is started from."""
    here = repr(str(PROJECT))
    begin = (
        f"import sys; {here} in sys.path or sys.path.insert(0, {here}); from jobvej.cli import main; main()"
    )
    return [sys.executable, "-P", "-c", begin]


@dataclass(frozen=True)
class Request:
    """What every small run of the page shares."""

    folder: Path
    options: RunOptions = EXPLORE

    def place(self, reform: str) -> Path:
        """Return the folder of a reform's results, named by everything that decides them."""
        identity = simulated(
            parameters=load_parameters().digest(), told=" ".join([reform, *self.options.words()])
        )
        return self.folder / "explored" / address(identity)

    def arguments(self, reform: str) -> list[str]:
        """Return the words after ``jobvej`` that make (or find) the results."""
        return [
            "compare", "--reform", reform, *self.options.words("start", "end", "scale", "seed", "draws"),
            "--out", str(self.place(reform)),
        ]  # fmt: skip

    def command(self, reform: str) -> str:
        """Return the command that makes the same results, to be copied into a terminal."""
        return shlex.join(["jobvej", *self.arguments(reform)])


async def run(request: Request, reform: str) -> Path:
    """Run the comparison of a reform, unless it is there already; cancelled, it stops the command.

    Returns
    -------
    Folder with a finished comparison.

    Raises
    ------
    RunError
        If the command failed; finished runs are kept.
    """
    place = request.place(reform)
    if is_finished(place):
        return place
    await asyncio.sleep(REST)
    process = await asyncio.create_subprocess_exec(
        *command_line(), *request.arguments(reform), "--quiet",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if process.returncode:
        raise RunError(said.decode("utf-8", "replace").strip() or f"it ended with code {process.returncode}")
    return place
