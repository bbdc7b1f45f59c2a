"""How far a run is, on stderr: a moving bar on a terminal, now and then a plain line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TextIO

#: Seconds between plain lines; the first comes at once.
LINE_SECONDS = 10.0
_BAR_SECONDS = 0.1


class Progress(Protocol):
    """Told how many weeks each task has done."""

    def weeks(self, position: int, done: int) -> None:
        """Task at ``position`` has done this many weeks."""

    def finished(self, position: int) -> None:
        """Task at ``position`` is on disk."""

    def say(self, text: str) -> None:
        """Print a line without disturbing the bar."""


class _Count:
    """Adds up the weeks of all tasks."""

    def __init__(self, weeks: Sequence[int]) -> None:
        self.lengths = list(weeks)
        self.done = [0] * len(weeks)
        self.total = sum(weeks)
        self.worlds = 0
        self.shown = 0.0

    def weeks(self, position: int, done: int) -> None:
        """Note the weeks of a task, and show them unless that was done a moment ago."""
        self.done[position] = min(done, self.lengths[position])
        if time.monotonic() - self.shown >= self.pause:
            self.shown = time.monotonic()
            self.show()

    pause = 0.0

    def finished(self, position: int) -> None:
        """Note that a task is on disk."""
        self.worlds += 1
        self.done[position] = self.lengths[position]
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

    def __init__(self, weeks: Sequence[int], title: str, stream: TextIO) -> None:
        super().__init__(weeks)
        self.title, self.stream = title, stream
        self.began = self.shown = time.monotonic()
        self.say(f"{title}: {len(weeks)} worlds of {max(weeks, default=0)} weeks")

    def show(self) -> None:
        """Print weeks done and the time that is left."""
        done, seconds = sum(self.done), time.monotonic() - self.began
        left = f", {seconds * (self.total - done) / done:.0f} s left" if 0 < done < self.total else ""
        worlds = f"{self.worlds} of {len(self.lengths)} worlds"
        self.say(f"{self.title}: {worlds}, {done} of {self.total} weeks in {seconds:.0f} s{left}")

    def say(self, text: str) -> None:
        """Print a line."""
        print(text, file=self.stream, flush=True)


class Bar(_Count):
    """A bar with the time left, for a terminal."""

    pause = _BAR_SECONDS

    def __init__(self, weeks: Sequence[int], title: str, stream: TextIO) -> None:
        from rich import progress
        from rich.console import Console

        super().__init__(weeks)
        self.bar = progress.Progress(
            progress.SpinnerColumn(),
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TextColumn("{task.percentage:>3.0f} %  {task.fields[worlds]}"),
            progress.TimeElapsedColumn(),
            progress.TextColumn("left"),
            progress.TimeRemainingColumn(),
            console=Console(file=stream),
        )
        self.task = self.bar.add_task(f"{title}: starting", total=self.total, worlds=self._worlds())
        self.title = title
        self.bar.start()

    def _worlds(self) -> str:
        return f"{self.worlds}/{len(self.lengths)} worlds"

    def show(self) -> None:
        """Move the bar."""
        self.bar.update(
            self.task, completed=sum(self.done), worlds=self._worlds(), description=f"{self.title}: weeks"
        )

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self.bar.console.print(text, highlight=False, markup=False)


@contextmanager
def showing(weeks: Sequence[int], title: str, *, quiet: bool) -> Iterator[Progress]:
    """Show the progress of tasks with these numbers of weeks while the block runs."""
    stream = sys.stderr
    if quiet:
        yield Silent(weeks)
    elif stream.isatty():
        bar = Bar(weeks, title, stream)
        try:
            yield bar
        finally:
            bar.bar.stop()
    else:
        yield Lines(weeks, title, stream)
