"""Mass layoffs, and the jobcentre's rapid response to them.

In a week with ``demand.mass_layoff_persons`` > 0 in municipality d, so many of those who work at its largest
workplaces lose their jobs, wherever they live, and the jobs are gone:

    laid off in week t = demand.mass_layoff_persons(d, t) * scale

They go to dagpenge or, uninsured, to kontanthjælp or out of support, as others who lose a job do.

A rapid response meets a share ``contact.rapid_response_share`` of those whom a collective dismissal strikes
while they are still at work: one interview at the workplace, at the cost of caseworkers' time, and contact
with the jobcentre every fourth week from the first week on, beside the a-kasse's. Among ordinary job losses
so many are collective dismissals as ``separations.collective_share`` says. Whether that helps is what
interviews do (:mod:`sim.mechanisms.search`); a German trial of interviews before the job loss found nothing
(M19).

Evidence: 700 dismissed in Sæby in 2023 (KL, 2024); X10; M19.  Switch: ``mass_layoffs``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import Key, Purpose, uniforms
from sim.mechanisms.casework import T_EMPLOYER
from sim.mechanisms.transition import Moves, Now
from sim.states import State
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import Citizens, Person, Status
from sim.world.employers import Employers

_ACCEPT = int(Purpose.ACCEPTANCE)
#: Draws of this mechanism stand apart from the others of the same purpose.
_WHO, _WHERE_TO, _MET = 5_000_000, 6_000_000, 7_000_000
#: Weeks between the jobcentre's interviews with those whom a rapid response has reached.
RESPONSE_INTERVAL = 4


def _drawn(key: Key, who: NDArray[np.uint32], purpose_week: int) -> NDArray[np.float64]:
    return uniforms(key, _ACCEPT, who, purpose_week)


def choose_laid_off(
    now: Now, wanted: NDArray[np.float64], person: Person, status: Status, e: Employers
) -> NDArray[np.int32]:
    """Who loses the job in this week's mass layoffs, in id order.

    Parameters
    ----------
    wanted
        Persons laid off by municipality of the workplace (m,), at the run's scale; rounded to whole ones.
    """
    chosen = [np.empty(0, np.int32)]
    for d in np.flatnonzero(wanted > 0.0):
        count = int(wanted[d] + 0.5)
        workplaces = np.arange(e.first[d], e.first[d + 1])
        largest = workplaces[np.argsort(-e.filled[workplaces], kind="stable")]
        place = np.full(e.filled.size, e.filled.size)
        place[largest] = np.arange(largest.size)
        works = np.flatnonzero((status.state == State.EMPLOYED) & (status.employer >= 0))
        works = works[place[status.employer[works]] < largest.size]
        order = np.lexsort(
            (_drawn(now.key, person.key[works], _WHO + now.week), place[status.employer[works]])
        )
        chosen.append(works[order[:count]].astype(np.int32))
    return np.sort(np.concatenate(chosen))


def dismissals(now: Now, who: NDArray[np.int32], person: Person, to_assistance: float) -> Moves:
    """Where those who are laid off go: dagpenge with insurance, else kontanthjælp or out of support."""
    u = _drawn(now.key, person.key[who], _WHERE_TO + now.week)
    without = np.where(u < to_assistance, State.KONTANTHJAELP_JOB_READY, State.OUTSIDE)
    to = np.where(person.insured[who] == 1, State.DAGPENGE, without)
    return Moves(who, to.astype(np.uint8))


def close_jobs(workplaces: NDArray[np.int32], e: Employers) -> None:
    """Take away the jobs that were left at ``workplaces`` (n,), one each: a closed job is not advertised."""
    np.subtract.at(e.vacancies, workplaces, 1)
    np.add.at(e.closed, e.municipality[workplaces], 1)


def collectively_dismissed(
    now: Now, moves: Moves, was: NDArray[np.uint8], person: Person, share: float
) -> NDArray[np.int32]:
    """Who of those who lose a job this week do so in a collective dismissal; ``was``: states before."""
    lost = (was == State.EMPLOYED) & (moves.to == State.DAGPENGE)
    who = moves.who[lost]
    return who[_drawn(now.key, person.key[who], _WHO + now.week) < share]


def respond(
    now: Now,
    who: NDArray[np.int32],
    share: NDArray[np.float64],
    minutes: NDArray[np.float64],
    c: Citizens,
    cw: Caseworkers,
) -> int:
    """Meet a ``share`` (w,) of those dismissed at their workplace; return how many.

    ``minutes`` (w,) of caseworkers' time an interview, shared by the municipality's caseworkers.
    """
    row = c.person.law_row[who]
    met = who[_drawn(now.key, c.person.key[who], _MET + now.week) < share[row]]
    met = met[c.status.state[met] == State.DAGPENGE]
    k = c.contact
    k.interview_stock[met] = 1.0
    k.last_interview[met] = now.week
    k.held[met] = 1
    k.next_due[met] = now.week + RESPONSE_INTERVAL
    m = c.person.municipality[met]
    work = np.bincount(m, weights=minutes[c.person.law_row[met]], minlength=cw.first.size - 1)
    posts = np.diff(cw.first)
    cw.backlog_task[:, T_EMPLOYER] += np.repeat(work / np.maximum(posts, 1), posts)
    return int(met.size)
