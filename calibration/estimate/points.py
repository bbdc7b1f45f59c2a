"""One point: runs with given parameter values, and the moments that they show.

Points are kept in the store ``DIR/points``, so that a calibration that was stopped goes on where it was.  A
point that is hopeless after half a year or a year (a large stock off by more than :data:`HOPELESS`) is not
run to its end.  What was counted under the law of another year is measured in a second world under that law
(:mod:`calibration.targets.laws`).  What is to last is the mean of the last years of a third world, of ten
years under the law of its first week.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration import moments, watch
from calibration.levels import END as LAST_WEEK
from calibration.levels import KEEPS, YEARLY, aim, lasting, read_pairs
from calibration.levels import WEEKS as TEN_YEARS
from calibration.moments import Observed, measure_target
from calibration.observing import START, ObservedRun, observe, under_other_laws
from calibration.point import TRIED, point_changes
from calibration.targets import Target, laws_of_targets, load_targets
from calibration.targets.laws import load_laws
from calibration.watch import Watch
from sim.calendar import Week
from sim.parameters import load_parameters
from sim.runs.execute import Files, Has, OneTask, complete
from sim.runs.store import Store, address, digest_of_files, simulated
from sim.states import State

END = "2025-W52"
WEEKS = 104
#: Weeks after which a point is looked at, and the factor that makes it hopeless.
LOOKS = (26, 52)
HOPELESS = 1.6
WATCHED = (State.DAGPENGE, State.SYGEDAGPENGE, State.UDDANNELSESHJAELP, State.KONTANTHJAELP_ACTIVITY_READY)


#: Ending of the id of what is to last.
LASTING = " lasting"

#: How a run is observed is part of the result too.
_CODE = digest_of_files(Path(str(file)) for file in (moments.__file__, watch.__file__, __file__))
_FILE = "moments.json"


@dataclass(frozen=True)
class Point:
    """Parameter values and the run in which they are tried."""

    values: tuple[tuple[str, float], ...]
    scale: float
    seed: int
    replicate: int
    parameters: str  # digest of what the values are set on
    ten_years: bool = True  # whether what is to last is measured too

    @cached_property
    def identity(self) -> dict[str, Any]:
        """Everything that decides the result, in plain types."""
        return simulated(
            calibration=_CODE, parameters=self.parameters, values=[list(each) for each in self.values],
            scale=self.scale, seed=self.seed, replicate=self.replicate, ten_years=self.ten_years,
            targets=[target.measured_as for target in load_targets().values()],
            laws={name: sorted(load_laws()[name].settings.items()) for name in laws_of_targets()},
        )  # fmt: skip

    @cached_property
    def key(self) -> str:
        """Address of the result."""
        return address(self.identity)


def moments_at(point: Point, tell: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
    """Run a point; return its ``moments`` and the week in which it was ``stopped``, or 0."""
    from sim import LabourMarket

    parameters = load_parameters().with_changes(point_changes(dict(point.values), TRIED))
    market = LabourMarket(
        parameters=parameters, start=START, end=END, scale=point.scale, seed=point.seed,
        replicate=point.replicate,
    )  # fmt: skip
    record = Watch(market)
    first = market.world.tally.stock.sum(axis=0).astype(np.float64)
    for week in range(1, market.weeks + 1):
        market.step()
        record.see(market)
        tell(week)
        if week in LOOKS and _hopeless(market.world.tally.stock.sum(axis=0), first):
            return {"stopped": week, "moments": {}}
    run = ObservedRun(parameters, WEEKS, point.scale, point.seed, point.replicate)
    under = {
        law: observe(other, partial(_later, tell, WEEKS * (1 + at)))
        for at, (law, other) in enumerate(under_other_laws(run).items())
    }
    seen = Observed(market.outcomes(), record.year, record, under)
    targets = [t for t in load_targets().values() if t.measure != "trial"]
    found = {t.id: measure_target(seen, t) for t in targets}
    if point.ten_years:
        found |= _lasting(point, partial(_later, tell, WEEKS * (1 + len(under))))
    return {"stopped": 0, "moments": found}


def _lasting(point: Point, tell: Callable[[int], None]) -> dict[str, float]:
    """Run ten years under the law of the first week; return what is to last."""
    parameters = load_parameters().held(Week.parse(START).monday)
    parameters = parameters.with_changes(point_changes(dict(point.values), TRIED))
    seen = observe(ObservedRun(parameters, TEN_YEARS, point.scale, point.seed, point.replicate), tell)
    last = Week.parse(LAST_WEEK).year
    return {each.id: lasting(seen, each.measure, each.arguments, last) for each in lasting_targets()}


def lasting_targets() -> list[Target]:
    """Return what is to last: stocks and yearly flows of the targets, and the stocks of the first week.

    The mean of the sixth to the tenth year is held against the same figure as the second year, so that a
    level is met and kept.
    """
    known = [t for t in load_targets().values() if t.measure in YEARLY and t.law is None and t.counts]
    found = [each.model_copy(update={"id": each.id + LASTING}) for each in known]
    states = {each.arguments["group"] for each in known if each.measure == "stock"}
    for pair in read_pairs():
        state = pair.target.removeprefix(KEEPS)
        if pair.target.startswith(KEEPS) and state not in states:
            found.append(_kept(state, known[0]))
    return found


def _kept(state: str, like: Target) -> Target:
    """Return the stock of the first week as what is to last; its own error is 1 per cent, a register's."""
    name, value = KEEPS + state, aim(KEEPS + state)
    return like.model_copy(
        update={
            "id": name + LASTING, "label": name.capitalize(), "value": value, "se": 0.01 * value,
            "measure": "stock", "arguments": {"group": state}, "comparable": "partly", "unit": "persons",
        }
    )  # fmt: skip


def _later(tell: Callable[[int], None], done: int, week: int) -> None:
    """Tell the weeks of a run that comes after others."""
    tell(done + week)


def simulate_point(job: OneTask, has: Has, progress: Callable[[int], None]) -> Iterator[tuple[Point, Files]]:
    """Simulate a point and yield its moments."""
    found = {"values": dict(job.task.values), **moments_at(job.task, progress)}
    yield job.task, {_FILE: json.dumps(found, indent=1).encode()}


def _hopeless(stock: NDArray[Any], first: NDArray[np.float64]) -> bool:
    ratio = stock[list(WATCHED)] / np.maximum(first[list(WATCHED)], 1.0)
    return bool((ratio > HOPELESS).any() or (ratio < 1 / HOPELESS).any())


def simulate_all(
    points: Sequence[Point], folder: Path, *, workers: int | None, executor: str | None = None
) -> list[dict[str, Any]]:
    """Simulate the points that the folder's store does not hold yet; return all results in order."""
    store = Store(folder / "points")
    complete(store, _jobs, points, simulate_point, workers=workers, executor=executor, quiet=True)
    return [json.loads(store.read(point)[_FILE]) for point in points]


def _jobs(points: Sequence[Point], workers: int) -> list[OneTask]:
    return [
        OneTask(point, WEEKS * (1 + len(laws_of_targets())) + TEN_YEARS * point.ten_years) for point in points
    ]
