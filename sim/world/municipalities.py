"""Municipalities as deciding agents: staff, budgets, strategy and supervision (slow decisions)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import Key, Purpose, uniforms
from sim.mechanisms.staffing import ceiling_staff, gain_counted, programme_budget, staff_target
from sim.states import TARGET_GROUPS

if TYPE_CHECKING:
    from sim.parameters import Resolved


class MunicipalityAgent(mesa.Agent):
    """One of the 98 municipalities.

    Attributes
    ----------
    code, name, position
        Official code, Danish name, position in code order.
    share
        Its part of the country's spending on the employment effort.
    staff
        Caseworker hours relative to the first week.
    programme_budget_kr
        Money for programmes, kr. a year at scale 1.
    extra
        Caseworkers beyond the budget by target group, full time at scale 1: an investment.
    strategy, reaction
        Index in STRATEGIES; how far money moves its priorities (0-1).
    supervised
        Under tightened supervision this year.
    """

    def __init__(self, model: Any, code: int, name: str, position: int, share: float) -> None:
        super().__init__(model)
        self.code = code
        self.name = name
        self.position = position
        self.share = share
        self.staff = 1.0
        self.extra = np.zeros(len(TARGET_GROUPS))
        self.programme_budget_kr = 0.0
        self.strategy = 0
        self.reaction = 0.0
        self.supervised = False

    def settle_budget(self, r: Resolved, value_ratio: float, reacts: bool, caseload: float) -> None:
        """Quarterly: answer this year's saving and the value of shorter courses; staff moves with a lag.

        ``caseload``: cases a full-time caseworker would have with the first week's staff.
        """
        saving = float(r["staffing.planned_saving_mio_kr"][self.position]) * 1e6 * self.share
        realised = float(r["staffing.saving_realised_share"][self.position])
        part = float(r["staffing.saving_staff_share"][self.position])
        spending = r.scalar("staffing.staff_spending_mio_kr") * 1e6 * self.share
        purse = float(r["programmes.budget_mio_kr"][self.position]) * 1e6 * self.share
        reaction = float(r["staffing.reaction"][self.position]) if reacts else 0.0
        years = float(r["staffing.investment_years"][self.position])
        counted = gain_counted(years, r.scalar("staffing.gain_build_up_years"))
        target = staff_target(saving, part, realised, spending, reaction, value_ratio * counted)
        target += float(r["staffing.extra_caseworkers_share"][self.position])
        target = ceiling_staff(target, caseload, float(r["staffing.caseload_ceiling"][self.position]))
        speed = float(r["staffing.speed_per_quarter"][self.position])
        self.staff += speed * (target - self.staff)
        self.extra += speed * (r["staffing.extra_caseworkers"][self.position] - self.extra)
        self.programme_budget_kr = programme_budget(saving, part, realised, purse)
        self.programme_budget_kr += float(r["programmes.extra_budget_mio_kr"][self.position]) * 1e6


def draw_strategies(
    codes: NDArray[np.int64], shares: NDArray[np.float64], reaction: NDArray[np.float64], key: Key
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Strategy (m,) and reaction to money (m,) of each municipality: weak in most, strong in some (R03).

    ``shares`` (m, strategy) and ``reaction`` (m,), the mean, are those of the day; a municipality's luck
    stays the same.
    """
    who = codes.astype(np.uint32)
    ladder = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    strategy = (ladder < uniforms(key, int(Purpose.STRATEGY), who, 0)[:, None]).sum(axis=1)
    u = uniforms(key, int(Purpose.STRATEGY), who, 1)
    return np.minimum(strategy, shares.shape[1] - 1).astype(np.int64), np.minimum(-reaction * np.log(u), 0.8)
