"""A point of a design: two worlds in the same luck, without and with the reform."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim import LabourMarket
from sim.calendar import Week
from sim.parameters import Change
from sim.runs.plan import world_of
from sim.runs.version import code_digest, data_digest


@dataclass(frozen=True)
class PairTask:
    """Two worlds: the same draw of all uncertain parameters, without and with the reform."""

    reform: tuple[Change, ...]
    drawn: tuple[Change, ...]
    scale: float
    start: str
    end: str
    seed: int

    @property
    def weeks(self) -> int:
        """Weeks of both worlds together."""
        return 2 * (Week.parse(self.start).until(Week.parse(self.end)) + 1)

    @cached_property
    def key(self) -> str:
        """Address of the result: everything that decides it."""
        identity = [
            code_digest(), data_digest(), world_of(self.drawn).with_changes(self.reform).digest(), self.scale,
            self.start, self.end, self.seed,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32]


def pair_of_worlds(folder: Path | None, task: PairTask, progress: Callable[[int], None]) -> tuple[str, str]:
    """Live through both worlds and keep all measures of the country in the last year.

    Returns the name of the result, and its content where ``folder`` is None.
    """
    found: dict[str, Any] = {}
    lived = 0
    for position, reform in enumerate(((), task.reform)):
        world = LabourMarket(
            world_of(task.drawn).with_changes(reform),
            start=task.start, end=task.end, scale=task.scale, seed=task.seed,
        )  # fmt: skip

        def tell(done: int, _: int, before: int = lived) -> None:
            progress(before + done)

        world.run(tell)
        lived += world.weeks
        o = world.outcomes()
        last = o[(o["municipality"] == 0) & (o["period"] == str(world.end.year))]
        for row in last.itertuples():
            entry = found.setdefault(str(row.measure), {"unit": str(row.unit), "groups": {}})
            entry["groups"].setdefault(str(row.group), [0.0, 0.0])[position] = float(row.value)
    content = json.dumps(found)
    if folder is None:
        return task.key, content
    partial = folder / f"{task.key}.{os.getpid()}.part"
    partial.write_text(content, encoding="utf-8")
    partial.replace(folder / f"{task.key}.json")
    return task.key, ""
