"""How many people whom the jobcentre does not follow are paid what, kept up to date as they come and go.

Their payment follows from few facts that do not change while they stay: a worker's wage from education, a
flexjobber's and a pensioner's refund from the week in which their refund clock began.  Counting heads by
these facts lets :mod:`sim.mechanisms.refunds` pay three million people without looking at any of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.lookup import FINANCE
from sim.states import N_STATES, ROWS, Finance, State
from sim.vocabulary import EDUCATIONS
from sim.world.people import Person, Status

#: States outside the jobcentre whose payment depends on the refund clock, and those with one rate for all.
ON_CLOCK: tuple[State, ...] = tuple(s for s in State if ROWS[s].on_refund_clock and not ROWS[s].client)
BY_HEAD: tuple[State, ...] = tuple(s for s in State if ROWS[s].finance == Finance.STATE)
_WAGE, _STATE = int(Finance.WAGE), int(Finance.STATE)
#: Position in ON_CLOCK, -1 for other states.
_SLOT = np.array([*(ON_CLOCK.index(s) if s in ON_CLOCK else -1 for s in State), -1], np.int8)
#: Clocks that began longer before the run than so many weeks are counted as if they began then: no step of
#: the refund scale may end later.
PAST_WEEKS = 520


class Payroll(NamedTuple):
    """Heads by what decides their payment; w = rule rows of persons."""

    workers: NDArray[np.int64]  # (w, education)
    heads: NDArray[np.int64]  # (w, state): where one rate holds for all
    on_clock: NDArray[np.int64]  # (states ON_CLOCK, w, PAST_WEEKS + week the clock began)


def new_payroll(rows: int, weeks: int) -> Payroll:
    """Return an empty payroll for a number of rule rows and a run of ``weeks``."""
    return Payroll(
        np.zeros((rows, len(EDUCATIONS)), np.int64),
        np.zeros((rows, N_STATES), np.int64),
        np.zeros((len(ON_CLOCK), rows, PAST_WEEKS + weeks + 1), np.int64),
    )


@part
def put_on_payroll(i: int, state: int, people: int, person: Person, status: Status, payroll: Payroll) -> None:
    """Add citizen ``i`` in ``state`` to the payroll (``people`` 1), or take them off it (-1)."""
    w = person.rule_row[i]
    if FINANCE[state] == _WAGE:
        payroll.workers[w, person.education[i]] += people
    elif _SLOT[state] >= 0:
        began = np.int64(status.support_start[i]) - status.refund_weeks[i]
        payroll.on_clock[_SLOT[state], w, max(began + PAST_WEEKS, 0)] += people
    elif FINANCE[state] == _STATE:
        payroll.heads[w, state] += people


@kernel
def count_payroll(person: Person, status: Status, payroll: Payroll) -> None:
    """Count everybody anew: in the first week, and whenever people may have changed their rule row."""
    payroll.workers[:, :] = 0
    payroll.heads[:, :] = 0
    payroll.on_clock[:, :, :] = 0
    for i in range(status.state.size):
        put_on_payroll(i, status.state[i], 1, person, status, payroll)
