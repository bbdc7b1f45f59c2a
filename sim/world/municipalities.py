"""Municipalities as deciding agents: what each has decided about staff, budgets and strategy."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import mesa
import numpy as np

from sim.vocabulary import TARGET_GROUPS, Strategy


class _NumbersByModel(WeakKeyDictionary[mesa.Model, Iterator[int]]):
    """Counters of agents by model, which keep no model alive that nobody else holds."""

    def __getitem__(self, model: mesa.Model) -> Iterator[int]:
        """Return the counter of a model; a new one begins at 1."""
        return self.setdefault(model, itertools.count(1))


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

    #: Before 3.5 Mesa counts its agents in a dictionary of all models ever made, and so frees none of them: a
    #: process that makes many runs would end without memory.
    _ids = _NumbersByModel()

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
