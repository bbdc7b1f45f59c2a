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
    """Told how many weeks each task has done."""

    def weeks(self, position: int, done: int) -> None:
        """Task at ``position`` has done this many weeks."""

    def finished(self, position: int) -> None:
        """The worlds of the task at ``position`` are on disk."""

    def say(self, text: str) -> None:
        """Print a line without disturbing the bar."""


class _Count:
    """Adds up the weeks of all tasks, and the worlds that are finished by them.

    ``milestones`` holds, by task, the weeks after which one more of its worlds is finished.
    """

    def __init__(self, milestones: Sequence[Sequence[int]]) -> None:
        self.milestones = milestones
        self.lengths = [each[-1] for each in milestones]
        self.done = [0] * len(milestones)
        self.total = sum(self.lengths)
        self.shown = 0.0

    @property
    def worlds(self) -> str:
        """Worlds finished of all, as text."""
        found = sum(bisect_right(each, done) for each, done in zip(self.milestones, self.done, strict=True))
        return f"{found} of {sum(map(len, self.milestones))} worlds"

    def weeks(self, position: int, done: int) -> None:
        """Note the weeks of a task, and show them unless that was done a moment ago."""
        self.done[position] = max(self.done[position], min(done, self.lengths[position]))
        if time.monotonic() - self.shown >= self.pause:
            self.shown = time.monotonic()
            self.show()

    pause = 0.0

    def finished(self, position: int) -> None:
        """Note that a task is on disk."""
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

    def __init__(self, milestones: Sequence[Sequence[int]], title: str, stream: TextIO) -> None:
        super().__init__(milestones)
        self.title, self.stream = title, stream
        self.began = self.shown = time.monotonic()
        self.say(f"{title}: {self.worlds.split(' of ')[1]}, {self.total} weeks to simulate")

    def show(self) -> None:
        """Print weeks done and the time that is left."""
        done, seconds = sum(self.done), time.monotonic() - self.began
        left = f", {seconds * (self.total - done) / done:.0f} s left" if 0 < done < self.total else ""
        self.say(f"{self.title}: {self.worlds}, {done} of {self.total} weeks in {seconds:.0f} s{left}")

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
            progress.TextColumn("{task.percentage:>3.0f} %  {task.fields[worlds]}"),
            progress.TimeElapsedColumn(),
            progress.TextColumn("left"),
            progress.TimeRemainingColumn(),
            console=Console(file=stream),
        )
        self.task = self.bar.add_task(f"{title}: starting", total=self.total, worlds=self.worlds)
        self.title = title
        self.bar.start()

    def show(self) -> None:
        """Move the bar."""
        self.bar.update(
            self.task, completed=sum(self.done), worlds=self.worlds, description=f"{self.title}: weeks"
        )

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self.bar.console.print(text, highlight=False, markup=False)


@contextmanager
def showing(weeks: Sequence[int | Sequence[int]], title: str, *, quiet: bool) -> Iterator[Progress]:
    """Show the progress of tasks while the block runs.

    Parameters
    ----------
    weeks
        By task: its number of weeks or, if it makes several worlds, the weeks after which each is finished.
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
