"""One point: a world of two years with given parameter values, and the moments that it shows.

Points are kept one by one in ``DIR/points`` under the hash of everything that decides them, so that a
calibration that was stopped goes on where it was.  A point that is hopeless after half a year or a year (a
large stock off by more than :data:`HOPELESS`) is not lived to its end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.fit import START
from calibration.moments import Observed, measure
from calibration.point import TRIED, point_changes
from calibration.targets import load_targets
from calibration.watch import Watch
from sim.errors import InputError
from sim.parameters import load_parameters
from sim.runs.execute import make_executor
from sim.runs.store import write_json
from sim.runs.version import code_digest, data_digest
from sim.states import State

END = "2025-W52"
WEEKS = 104
#: Weeks after which a point is looked at, and the factor that makes it hopeless.
LOOKS = (26, 52)
HOPELESS = 1.6
WATCHED = (State.DAGPENGE, State.SYGEDAGPENGE, State.UDDANNELSESHJAELP, State.KONTANTHJAELP_ACTIVITY_READY)


@dataclass(frozen=True)
class Point:
    """Parameter values and the world they are tried in."""

    values: tuple[tuple[str, float], ...]
    scale: float
    seed: int
    replicate: int
    parameters: str  # digest of what the values are set on

    @property
    def key(self) -> str:
        """Address of the result: hash of everything that decides it."""
        said = {"values": self.values, "scale": self.scale, "seed": self.seed, "replicate": self.replicate,
                "code": code_digest(), "data": data_digest(), "parameters": self.parameters,
                "targets": [t.measured_as for t in load_targets().values()]}  # fmt: skip
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:24]


def simulate(point: Point, tell: Callable[[int], None]) -> dict[str, Any]:
    """Live two years at the point; return its moments by target, or the week in which it was given up."""
    from sim import LabourMarket

    parameters = load_parameters().with_changes(point_changes(dict(point.values), TRIED))
    world = LabourMarket(
        parameters=parameters, start=START, end=END, scale=point.scale, seed=point.seed,
        replicate=point.replicate,
    )  # fmt: skip
    watch = Watch(world)
    first = world.tally.stock.sum(axis=0).astype(np.float64)
    for week in range(1, world.weeks + 1):
        world.step()
        watch.see(world)
        tell(week)
        if week in LOOKS and _hopeless(world.tally.stock.sum(axis=0), first):
            return {"stopped": week, "moments": {}}
    seen = Observed(world.outcomes(), watch.year, watch)
    targets = [t for t in load_targets().values() if t.measure != "trial"]
    return {"stopped": 0, "moments": {t.id: measure(seen, t.measure, t.arguments) for t in targets}}


def _hopeless(stock: NDArray[Any], first: NDArray[np.float64]) -> bool:
    ratio = stock[list(WATCHED)] / np.maximum(first[list(WATCHED)], 1.0)
    return bool((ratio > HOPELESS).any() or (ratio < 1 / HOPELESS).any())


def simulate_all(
    points: Sequence[Point],
    folder: Path,
    *,
    workers: int,
    executor: str | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """Simulate the points that are not in the folder yet; return all results in order."""
    store = folder / "points"
    store.mkdir(parents=True, exist_ok=True)
    missing = [p for p in dict.fromkeys(points) if not (store / f"{p.key}.json").is_file()]
    if missing:
        runner = make_executor(workers, len(missing), name=executor)
        for position, result in runner.run(missing, simulate, watch or (lambda *_: None)):
            point = missing[position]
            write_json(store / f"{point.key}.json", {"values": dict(point.values), **result})
    return [_read(store / f"{p.key}.json") for p in points]


def _read(path: Path) -> dict[str, Any]:
    try:
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as problem:
        raise InputError(f"{path} is not a point of a calibration ({problem}); delete it") from problem
    return result
