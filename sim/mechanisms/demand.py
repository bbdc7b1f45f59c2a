"""Demand: seasons and the business cycle, and all else that multiplies scheduled transitions in a week.

    job loss in week t = level * season[month] * demand.job_loss_index(t)
    new jobs           = jobs * (demand.job_growth(t) / 52.18 + answer to tightness)
                         (sim.mechanisms.vacancies)
    into a job         = level * last week's chance of a job, relative to the first week
                         (from work, education and outside; sim.mechanisms.matching)
    any flow           = level * rate in force / rate of the first week

Transitions are drawn ahead at :data:`sim.rules.flows.LARGEST_MULTIPLIER` times their rate, so no flow can be
multiplied by more: parameters that ask for it are refused before the run (:func:`check_multipliers`), and the
chance of a job of those who look for one quietly ends there, as it ends for clients at
``matching.largest_finding_factor``.

The default path is flat: seasons as in the data, no cycle; a recession and a boom ship as dated changes of
the two parameters (:mod:`sim.rules.demand_paths`).  Evidence: national months of gross unemployment.
Switches: ``season``, ``cycle``.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.law import Law
from sim.lookup import IS_QUIET
from sim.mechanism import Mechanism, act
from sim.rules.flows import LARGEST_MULTIPLIER, rates_in_force
from sim.states import N_STATES, STATES, State, states_with
from sim.world.world import World

if TYPE_CHECKING:
    from sim.parameters import Resolved
    from sim.terms import Terms

_SEEKING_QUIETLY = states_with("seeks_quietly")
_QUIET = IS_QUIET[:N_STATES, None] == 1
_JOB_LOSS = (int(State.EMPLOYED), int(State.DAGPENGE))
_GRADUATES = (int(State.EDUCATION), int(State.DAGPENGE))
#: Beginnings of the names of parameters that multiply flows.
_MULTIPLY = ("demand.job_loss_index", "demand.season_", "flows.", "clarification.revalidering_open")


class DemandRules(NamedTuple):
    """Multipliers of flows; m = municipalities."""

    season_job_loss: NDArray[np.float64]  # (12,) by month, mean about 1
    season_graduates: NDArray[np.float64]  # (12,)
    job_loss_index: NDArray[np.float64]  # (m,)
    rate: NDArray[np.float64]  # (m, from, to) a week, in force


def rules(law: Law) -> DemandRules:
    """Return the multipliers in force."""
    r = law.country
    season = r.vector("demand.season_job_loss")
    index = r["demand.job_loss_index"]
    return DemandRules(
        season_job_loss=season if law.on("season") else np.ones_like(season),
        season_graduates=r.vector("demand.season_graduates"),
        job_loss_index=index if law.on("cycle") else np.ones_like(index),
        rate=rates_in_force(law.now)[: len(index)],
    )


@act("season", writes=("flows.now",), always=True)
def set_multipliers(world: World, r: DemandRules) -> None:
    """Season, cycle, last week's chances of a job and changed rates, as multipliers of scheduled flows.

    Transitions were scheduled with the country's first rates: a change, or a municipality's own rate,
    multiplies the chance that one is accepted.
    """
    flows, month = world.flows, world.now.month - 1
    flows.now[:, :, :] = 1.0
    flows.now[:, State.EMPLOYED, State.DAGPENGE] = r.season_job_loss[month] * r.job_loss_index
    flows.now[:, State.EDUCATION, State.DAGPENGE] = r.season_graduates[month]
    for state in _SEEKING_QUIETLY:
        flows.now[:, state, State.EMPLOYED] = world.this_week.finding
    first = flows.rate
    known = first > 0.0
    ratio = np.where(known, r.rate / np.where(known, first, 1.0), 1.0)
    flows.now[:] *= np.where(_QUIET, ratio, 1.0)
    for state in _SEEKING_QUIETLY:
        chance = flows.now[:, state, State.EMPLOYED]
        np.minimum(chance, LARGEST_MULTIPLIER, out=chance)


def check_multipliers(world: World, terms: Terms) -> None:
    """Refuse the terms of a run if some week would multiply a flow by more than can be simulated.

    Raises
    ------
    InputError
        It names the parameters, the day and the municipality.
    """
    first, (start, after) = world.flows.rate, terms.days
    for each in terms.worlds:
        named = [name for name in each.names if name.startswith(_MULTIPLY)]
        changing = {day for name in named for path in each.paths(name).all for day in path.changes_on}
        for day in sorted({start, *(day for day in changing if start < day < after)}):
            _check_day(each.at(day, world.codes), first, day, world.codes, terms.off)


def _check_day(
    r: Resolved, first: NDArray[np.float64], day: date, codes: NDArray[np.int64], off: frozenset[str]
) -> None:
    """Refuse the parameters of a day that multiply a flow by too much in its worst month."""
    known = (first > 0.0) & _QUIET
    ratio = np.where(known, rates_in_force(r) / np.where(known, first, 1.0), 1.0)
    times = ratio.copy()
    parts: dict[tuple[int, int], list[tuple[str, float | NDArray[np.float64]]]] = {}
    loss, graduates = parts.setdefault(_JOB_LOSS, []), parts.setdefault(_GRADUATES, [])
    graduates.append(("demand.season_graduates", float(r.vector("demand.season_graduates").max())))
    if "season" not in off:
        loss.append(("demand.season_job_loss", float(r.vector("demand.season_job_loss").max())))
    if "cycle" not in off:
        loss.append(("demand.job_loss_index", r["demand.job_loss_index"]))
    for (frm, to), factors in parts.items():
        for _, factor in factors:
            times[:, frm, to] *= factor
    m, a, b = (int(at) for at in np.unravel_index(int(np.argmax(times)), times.shape))
    if times[m, a, b] <= LARGEST_MULTIPLIER:
        return
    said = [(f"flows.{STATES[a]}_to_{STATES[b]} over its first rate", ratio[m, a, b])]
    said += [(name, np.broadcast_to(value, len(codes))[m]) for name, value in parts.get((a, b), [])]
    raise InputError(
        f"{' x '.join(f'{name} {value:g}' for name, value in said if value != 1.0)}: on {day} that is "
        f"{times[m, a, b]:.3g} times the first week's flow in municipality {codes[m]}; "
        f"at most {LARGEST_MULTIPLIER:g} times can be simulated"
    )


MECHANISMS = (
    Mechanism(
        name="season",
        label="Seasons in job loss",
        label_da="Sæson i jobtab",
        equation="s[month]",
        evidence="national months of gross unemployment",
        when_off="every month has the yearly average",
        rules=rules,
    ),
    Mechanism(
        name="cycle",
        label="Business cycle",
        label_da="Konjunktur",
        equation="demand.job_loss_index, demand.job_growth",
        evidence="demand paths (assumption)",
        when_off="no cycle whatever the path",
        rules=rules,
    ),
)
