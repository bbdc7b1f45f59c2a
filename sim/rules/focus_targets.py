"""Focus targets: which municipalities they press, and which clients a municipality covers for their sake.

A municipality is tested only when more of its people are on support than the ministry's benchmark expects
(SUP-02, SUP-03), and may leave ``supervision.focus_share_threshold`` of its long courses without an effort
(SUP-01).  It does not know next year's benchmark, so how hard it is pressed follows how near it is,

    pressure = Phi(gap / s),    1 under tightened supervision

gap being relative to the country's (the benchmark moves with it) and s how much it changes from one year to
the next (``supervision.benchmark_change``).  It aims at

    covered = pressure * max(0, 1 - (threshold - margin) / q)

of its long courses, q being the share without an effort among those that are not covered for the targets'
sake: what happens anyway counts too.  How far that reaches people differs by target group
(``supervision.compliance``); under tightened supervision it reaches all of them.  Who is covered is drawn
once a course (:mod:`sim.mechanisms.supervision`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim import data
from sim.lookup import GROUP_OF
from sim.states import states_with
from sim.vocabulary import TARGET_GROUPS

if TYPE_CHECKING:
    from sim.law import Law
    from sim.parameters import Resolved

#: Target groups whose long courses the focus targets count.
FOCUS_GROUPS = sorted({int(group) for state in states_with("focus_target") for group in GROUP_OF[state]})
#: Guard of a division: a smaller share than one person is of any municipality.
_NOBODY = 1e-9


def benchmark_gap() -> NDArray[np.float64]:
    """Actual less expected share on public support, percentage points (m,), mean of 2020-22."""
    return np.asarray(data.municipalities()["bm_diff_pp_mean_2020_2022"].to_numpy(np.float64))


def focus_targets(law: Law) -> NDArray[np.bool_]:
    """Whether the focus targets are in force (w,); they are not when ``supervision`` is switched off."""
    in_force = law.now["supervision.focus_targets_in_force"] > 0.5
    return in_force if law.on("supervision") else np.zeros_like(in_force)


def pressure(
    gap: NDArray[np.float64],
    change: NDArray[np.float64],
    gate: NDArray[np.float64],
    tested: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """How hard the targets press each municipality (m,), 0-1.

    Parameters
    ----------
    gap
        (m,) share on support less the expected, percentage points.
    change
        (m,) standard deviation of the gap's change in a year.
    gate
        (m,) 1: only who is worse than the benchmark is tested.
    tested
        (m,) already under tightened supervision.
    """
    chance = np.array([0.5 * (1.0 + math.erf(x / math.sqrt(2.0))) for x in gap / np.maximum(change, _NOBODY)])
    return np.where(tested | (gate < 0.5), 1.0, chance)


def aimed_at(without: NDArray[np.float64], most_without: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of long courses to cover (m,) so that at most ``most_without`` of all are without an effort.

    ``without`` (m,): the share without one among those who are not covered.
    """
    return np.clip(1.0 - most_without / np.maximum(without, _NOBODY), 0.0, 1.0)


def most_without(r: Resolved) -> NDArray[np.float64]:
    """Share of long courses that a municipality means to leave without an effort (m,)."""
    return np.maximum(r["supervision.focus_share_threshold"] - r["supervision.focus_margin"], 0.0)


def first_coverage(r: Resolved) -> NDArray[np.float64]:
    """What municipalities aim at (m,) before they have seen a year: nothing happens of itself."""
    gap, nobody = benchmark_gap(), r["supervision.focus_targets_in_force"] > np.inf
    hard = pressure(gap, r["supervision.benchmark_change"], r["supervision.benchmark_gate"], nobody)
    return np.asarray(hard * aimed_at(np.ones(len(gap)), most_without(r)))


def coverage(law: Law) -> NDArray[np.float64]:
    """Share of clients on long courses who are covered for the targets' sake (w, g)."""
    in_force, supervised = focus_targets(law), law.rows(law.decisions.supervised)
    complied = np.zeros((len(in_force), len(TARGET_GROUPS)))
    complied[:, FOCUS_GROUPS] = law.now["supervision.compliance"][:, FOCUS_GROUPS]
    complied[:, FOCUS_GROUPS] = np.where(supervised[:, None], 1.0, complied[:, FOCUS_GROUPS])
    return np.asarray((law.rows(law.decisions.focus) * in_force)[:, None] * complied)
