"""Observed runs: the model without a reform, watched week by week, done where all runs are done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from calibration.moments import Observed
from calibration.watch import Watch
from sim.calendar import Week
from sim.parameters import ParameterSet
from sim.runs.execute import available_cores, make_executor
from sim.runs.options import FIT
from sim.runs.progress import showing

START = FIT.start


@dataclass(frozen=True)
class ObservedRun:
    """A run that is watched, its second year compared; ``weeks`` from the first week of :data:`START`."""

    parameters: ParameterSet
    weeks: int
    scale: float
    seed: int
    replicate: int = 0

    @property
    def end(self) -> str:
        """Last week."""
        return (Week.parse(START) + (self.weeks - 1)).label


def observed(
    runs: Sequence[ObservedRun],
    *,
    workers: int | None = FIT.workers,
    executor: str | None = None,
    title: str = "observe",
    quiet: bool = FIT.quiet,
) -> list[Observed]:
    """Simulate runs and return what was seen of each, in order.

    Parameters
    ----------
    workers, executor
        See :func:`sim.runs.execute.make_executor`.
    title, quiet
        Of the progress that is shown.
    """
    place = make_executor(workers or available_cores(), len(runs), name=executor)
    with (
        showing([each.weeks for each in runs], title, quiet=quiet) as progress,
        closing(place.run(runs, observe, progress.weeks)) as results,
    ):
        seen = {}
        for at, each in results:
            seen[at] = each
            progress.finished(at)
    return [seen[at] for at in range(len(runs))]


def observe(run: ObservedRun, tell: Callable[[int], None]) -> Observed:
    """Simulate one run, telling the weeks, and return what was seen."""
    from sim import LabourMarket

    market = LabourMarket(
        parameters=run.parameters, start=START, end=run.end, scale=run.scale, seed=run.seed,
        replicate=run.replicate,
    )  # fmt: skip
    watch = Watch(market)
    while market.week < market.weeks:
        market.step()
        watch.see(market)
        tell(market.week)
    return Observed(market.outcomes(), watch.year, watch)
