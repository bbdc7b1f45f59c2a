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
from sim.states import EDUCATIONS, N_STATES, State
from sim.world.citizens import Person, Status

_EMPLOYED, _FLEXJOB, _PENSION = int(State.EMPLOYED), int(State.FLEKSJOB), int(State.FOERTIDSPENSION)
_EARLY, _LEAVE = int(State.EARLY_RETIREMENT), int(State.LEAVE)
#: Clocks that began longer before the run than so many weeks are counted as if they began then.
PAST_WEEKS = 2000


class Payroll(NamedTuple):
    """Heads by what decides their payment; w = law rows of persons."""

    workers: NDArray[np.int64]  # (w, education)
    heads: NDArray[np.int64]  # (w, state): early retirement and leave
    on_clock: NDArray[np.int64]  # (2: flexjob and disability pension, w, PAST_WEEKS + week the clock began)


def new_payroll(rows: int, weeks: int) -> Payroll:
    """Return an empty payroll for a number of law rows and a run of ``weeks``."""
    return Payroll(
        np.zeros((rows, len(EDUCATIONS)), np.int64),
        np.zeros((rows, N_STATES), np.int64),
        np.zeros((2, rows, PAST_WEEKS + weeks + 1), np.int64),
    )


@part
def put_on_payroll(i: int, state: int, people: int, person: Person, status: Status, payroll: Payroll) -> None:
    """Add citizen ``i`` in ``state`` to the payroll (``people`` 1), or take them off it (-1)."""
    w = person.law_row[i]
    if state == _EMPLOYED:
        payroll.workers[w, person.education[i]] += people
    elif state in (_FLEXJOB, _PENSION):
        began = np.int64(status.support_start[i]) - status.refund_weeks[i]
        payroll.on_clock[state - _FLEXJOB, w, max(began + PAST_WEEKS, 0)] += people
    elif state in (_EARLY, _LEAVE):
        payroll.heads[w, state] += people


@kernel
def count_payroll(person: Person, status: Status, payroll: Payroll) -> None:
    """Count everybody anew: in the first week, and whenever people may have changed their row of the law."""
    payroll.workers[:, :] = 0
    payroll.heads[:, :] = 0
    payroll.on_clock[:, :, :] = 0
    for i in range(status.state.size):
        put_on_payroll(i, status.state[i], 1, person, status, payroll)
