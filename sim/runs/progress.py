"""How far a run is, on stderr: a moving bar on a terminal, now and then a plain line elsewhere."""

from __future__ import annotations

import sys
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TextIO

#: Seconds between plain lines; the first comes at once.
LINE_SECONDS = 10.0
_BAR_SECONDS = 0.1


class Progress(Protocol):
    """Told how many weeks each job has done."""

    def weeks(self, position: int, done: int) -> None:
        """The job at ``position`` has done this many weeks."""

    def finished(self, position: int) -> None:
        """The runs of the job at ``position`` are in the store."""

    def say(self, text: str) -> None:
        """Print a line without disturbing the bar."""


class _Count:
    """Adds up the weeks of all jobs, and the runs that are finished by them.

    ``milestones`` holds, by job, the weeks after which one more of its runs is finished.  The sums are kept
    up to date, so that showing them takes no longer with very many jobs.
    """

    def __init__(self, milestones: Sequence[Sequence[int]]) -> None:
        self.milestones = milestones
        self.weeks_of = [0] * len(milestones)
        self.done = self.runs_done = 0
        self.total = sum(each[-1] for each in milestones)
        self.all_runs = sum(map(len, milestones))
        self.shown = 0.0

    @property
    def runs(self) -> str:
        """Runs finished of all, as text."""
        return f"{self.runs_done} of {self.all_runs} runs"

    def weeks(self, position: int, done: int) -> None:
        """Note the weeks of a job, and show them unless that was done a moment ago."""
        self._note(position, done)
        self._show_now_and_then()

    def _note(self, position: int, done: int) -> None:
        before, milestones = self.weeks_of[position], self.milestones[position]
        now = max(before, min(done, milestones[-1]))
        self.weeks_of[position] = now
        self.done += now - before
        self.runs_done += bisect_right(milestones, now) - bisect_right(milestones, before)

    pause = 0.0

    def finished(self, position: int) -> None:
        """Note that a job is done, and show it unless that was done a moment ago; the last always is."""
        self._note(position, self.milestones[position][-1])
        self._show_now_and_then(last=self.runs_done == self.all_runs)

    def _show_now_and_then(self, *, last: bool = False) -> None:
        if last or time.monotonic() - self.shown >= self.pause:
            self.shown = time.monotonic()
            self.show()

    def show(self) -> None:
        """Show the sum."""

    def say(self, text: str) -> None:
        """Print a line."""


class Silent(_Count):
    """Says nothing."""


class Lines(_Count):
    """Plain lines, for logs and pipes."""

    pause = LINE_SECONDS

    def __init__(self, milestones: Sequence[Sequence[int]], title: str, stream: TextIO) -> None:
        super().__init__(milestones)
        self.title, self.stream = title, stream
        self.began = self.shown = time.monotonic()
        self.say(f"{title}: {self.runs.split(' of ')[1]}, {self.total} weeks to simulate")

    def show(self) -> None:
        """Print weeks done and the time that is left."""
        done, seconds = self.done, time.monotonic() - self.began
        left = f", {seconds * (self.total - done) / done:.0f} s left" if 0 < done < self.total else ""
        self.say(f"{self.title}: {self.runs}, {done} of {self.total} weeks in {seconds:.0f} s{left}")

    def say(self, text: str) -> None:
        """Print a line."""
        print(text, file=self.stream, flush=True)


class Bar(_Count):
    """A bar with the time left, for a terminal."""

    pause = _BAR_SECONDS

    def __init__(self, milestones: Sequence[Sequence[int]], title: str, stream: TextIO) -> None:
        from rich import progress
        from rich.console import Console

        super().__init__(milestones)
        self.bar = progress.Progress(
            progress.SpinnerColumn(),
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TextColumn("{task.percentage:>3.0f} %  {task.fields[runs]}"),
            progress.TimeElapsedColumn(),
            progress.TextColumn("left"),
            progress.TimeRemainingColumn(),
            console=Console(file=stream),
        )
        self.task = self.bar.add_task(f"{title}: starting", total=self.total, runs=self.runs)
        self.title = title
        self.bar.start()

    def show(self) -> None:
        """Move the bar."""
        self.bar.update(self.task, completed=self.done, runs=self.runs, description=f"{self.title}: weeks")

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self.bar.console.print(text, highlight=False, markup=False)


@contextmanager
def showing(weeks: Sequence[int | Sequence[int]], title: str, *, quiet: bool) -> Iterator[Progress]:
    """Show the progress of jobs while the block runs.

    Parameters
    ----------
    weeks
        By job: its number of weeks or, if it makes several runs, the weeks after which each is finished.
    """
    stream = sys.stderr
    milestones = [(each,) if isinstance(each, int) else tuple(each) for each in weeks]
    if quiet:
        yield Silent(milestones)
    elif stream.isatty():
        bar = Bar(milestones, title, stream)
        try:
            yield bar
        finally:
            bar.bar.stop()
    else:
        yield Lines(milestones, title, stream)
