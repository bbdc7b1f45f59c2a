"""Municipalities as deciding agents: what each has decided about staff, budgets and strategy."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from sim.vocabulary import TARGET_GROUPS, Strategy


class Municipality(mesa.Agent):
    """One of the 98 municipalities; :mod:`sim.mechanisms.staffing` settles its budget.

    Attributes
    ----------
    code, name, position
        Official code, Danish name, position in code order.
    share
        Its part of the country's spending on the employment effort.
    began
        Staff of the first week relative to that counted in 2022, to which spending belongs.
    staff
        Caseworker hours relative to the first week.
    cut
        What savings have taken of the staff by now, relative to the first week.
    programme_budget_kr
        Money for programmes, kr. a year at scale 1.
    extra
        Caseworkers beyond the budget by target group, full time at scale 1: an investment.
    strategy, reaction
        Index in STRATEGIES; how far money moves its priorities (0-1).
    supervised
        Under tightened supervision this year.
    """

    def __init__(self, model: Any, code: int, name: str, position: int, share: float, began: float) -> None:
        super().__init__(model)
        self.code = code
        self.name = name
        self.position = position
        self.share = share
        self.began = began
        self.staff = 1.0
        self.extra = np.zeros(len(TARGET_GROUPS))
        self.cut = 0.0
        self.programme_budget_kr = 0.0
        self.strategy = int(Strategy.UNIFORM)
        self.reaction = 0.0
        self.supervised = False

    def __repr__(self) -> str:
        return f"<Municipality {self.name}: staff {self.staff:.2f} of the first week's>"
