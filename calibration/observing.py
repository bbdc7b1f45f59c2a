"""Observed runs: the model without a reform, watched week by week, done where all runs are done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from calibration.first_week import YEARS, made, taken
from calibration.moments import Observed
from calibration.targets import laws_of_targets
from calibration.targets.laws import LARGEST_SCALE, under_law
from calibration.watch import Watch
from sim.calendar import Week
from sim.parameters import ParameterSet
from sim.runs.execute import available_cores, make_executor
from sim.runs.options import FIT
from sim.runs.progress import showing
from sim.start.first_people import FirstPeople

START = FIT.start
#: Weeks of a world under the law of another year: its second year is looked at.
LAW_WEEKS = 104


@dataclass(frozen=True)
class ObservedRun:
    """A run that is watched, its second year compared; ``weeks`` from the first week of :data:`START`.

    It begins with the records of ``people`` (None: the shipped ones), and gives those of its last years if
    they are to be ``taken``.
    """

    parameters: ParameterSet
    weeks: int
    scale: float
    seed: int
    replicate: int = 0
    people: FirstPeople | None = None
    taken: bool = False

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


def under_other_laws(run: ObservedRun) -> dict[str, ObservedRun]:
    """Return the same run under each law in which some target was counted: two years, as small as will do."""
    smaller = min(run.scale, LARGEST_SCALE)
    return {
        law: replace(
            run, parameters=under_law(run.parameters, law), weeks=LAW_WEEKS, scale=smaller, taken=False
        )
        for law in laws_of_targets()
    }


def observed_with_laws(
    run: ObservedRun,
    *,
    workers: int | None = FIT.workers,
    executor: str | None = None,
    title: str = "observe",
    quiet: bool = FIT.quiet,
) -> Observed:
    """Simulate a run, and the same under the laws of the targets; return what was seen of all of them."""
    others = under_other_laws(run)
    seen, *apart = observed(
        [run, *others.values()], workers=workers, executor=executor, title=title, quiet=quiet
    )
    return seen._replace(under=dict(zip(others, apart, strict=True)))


def observe(run: ObservedRun, tell: Callable[[int], None]) -> Observed:
    """Simulate one run, telling the weeks, and return what was seen."""
    from sim import LabourMarket

    market = LabourMarket(
        parameters=run.parameters, start=START, end=run.end, scale=run.scale, seed=run.seed,
        replicate=run.replicate, people=run.people,
    )  # fmt: skip
    watch, records = Watch(market), []
    while market.week < market.weeks:
        market.step()
        watch.see(market)
        tell(market.week)
        years_left = market.end.year - market.world.now.year
        if run.taken and years_left < YEARS and (market.start + market.week).number == 1:
            records.append(taken(market.world))
    assert market.world.law is not None
    people = made(records, market.world.law.country) if run.taken else None
    return Observed(market.outcomes(), watch.year, watch, people=people)
