"""Months by municipality: the main stocks and flows, in the measures of a user's figures and beside them.

The counters of the running year (:mod:`sim.outcomes.tally`) add up person-weeks; what a month added to them
is the month's.  Nobody is looked at again.  Weeks belong to the month of their Thursday, so a month has four
or five: stocks are means of its weeks, flows are brought to the days of the month.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import Week
from sim.outcomes.tally import Tally
from sim.states import N_STATES, NOBODY, STATES, State, members_of, states_with

Array = NDArray[Any]
#: Codes of municipalities are positive; this is the country.
COUNTRY = 0
_DAYS_A_WEEK = 7


class Monthly(NamedTuple):
    """A measure by month and municipality."""

    name: str
    unit: str
    what: str
    counter: Callable[[Tally], Array]  # (m,) of the year so far, in person-weeks or persons
    over: Callable[[Tally], Array] | None = None  # (m,) a share of these, per cent
    flow: bool = False


_INSURED = states_with("insured")


def _states(names: tuple[str, ...]) -> list[int]:
    return [State[name.upper()] for name in names]


def _weeks_on(*names: str) -> Callable[[Tally], Array]:
    at = _states(names)
    return lambda tally: tally.stock_weeks[:, at].sum(axis=1)


def _into(*names: str) -> Callable[[Tally], Array]:
    inside = _states(names)
    outside = [state for state in range(N_STATES) if state not in inside]
    return lambda tally: tally.flows[:, outside][:, :, inside].sum(axis=(1, 2))


def _out_of(*names: str) -> Callable[[Tally], Array]:
    inside = _states(names)
    outside = [state for state in range(NOBODY + 1) if state not in inside]
    return lambda tally: tally.flows[:, inside][:, :, outside].sum(axis=(1, 2))


_ASSISTANCE, _TEMPORARY = members_of("kontanthjaelp_benefits"), members_of("temporary_support")
_FULL_TIME, _A_MONTH = "full-time persons", "persons a month"

MONTHLY: tuple[Monthly, ...] = (
    Monthly(
        "gross_unemployed", _FULL_TIME,
        "on dagpenge, on job-ready kontanthjælp, or job-ready on the integration benefit",
        lambda tally: tally.gross_weeks,
    ),
    Monthly("gross_unemployed_dagpenge", _FULL_TIME, "on dagpenge", _weeks_on("dagpenge")),
    Monthly(
        "gross_unemployed_kontanthjaelp", _FULL_TIME, "gross unemployed who are not on dagpenge",
        lambda tally: tally.gross_weeks - tally.stock_weeks[:, _INSURED].sum(axis=1),
    ),
    Monthly(
        "long_term_unemployed", "persons",
        "on dagpenge or job-ready kontanthjælp, 52 weeks or more into an unbroken course of benefits",
        lambda tally: tally.long_term_weeks,
    ),
    Monthly(
        "kontanthjaelp_all", _FULL_TIME, "on any benefit of kontanthjælp", _weeks_on(*_ASSISTANCE)
    ),
    Monthly(
        "kontanthjaelp_activation_degree", "percent",
        "weeks on these benefits in a programme, of all weeks on them",
        lambda tally: tally.activated_assistance, over=_weeks_on(*_ASSISTANCE),
    ),
    Monthly("sygedagpenge", _FULL_TIME, "on sickness benefit", _weeks_on("sygedagpenge")),
    Monthly("temporary_support", "persons", "on any temporary benefit", _weeks_on(*_TEMPORARY)),
    Monthly("employed", "persons", "in ordinary work and on no benefit", _weeks_on("employed")),
    Monthly("into_dagpenge", _A_MONTH, "who come to dagpenge", _into("dagpenge"), flow=True),
    Monthly("out_of_dagpenge", _A_MONTH, "who leave dagpenge", _out_of("dagpenge"), flow=True),
    Monthly(
        "into_kontanthjaelp", _A_MONTH, "who come to a benefit of kontanthjælp from none of them",
        _into(*_ASSISTANCE), flow=True,
    ),
    Monthly(
        "out_of_kontanthjaelp", _A_MONTH, "who leave all benefits of kontanthjælp", _out_of(*_ASSISTANCE),
        flow=True,
    ),
    Monthly(
        "into_temporary_support", _A_MONTH, "who come to a temporary benefit from none of them",
        _into(*_TEMPORARY), flow=True,
    ),
    Monthly(
        "out_of_temporary_support", _A_MONTH, "who leave all temporary benefits", _out_of(*_TEMPORARY),
        flow=True,
    ),
    Monthly("job_starts", _A_MONTH, "hires, job-to-job included", lambda tally: tally.hires, flow=True),
)  # fmt: skip

assert set(_ASSISTANCE) <= set(STATES)


class MonthRows(NamedTuple):
    """What a month added to the counters of each measure and of what it is a share of: (2, measures, m)."""

    month: str
    weeks: int
    added: Array


def counted(tally: Tally) -> Array:
    """Return the year so far of each measure, and of what it is a share of: (2, measures, m)."""
    parts = [
        [each.counter(tally) for each in MONTHLY],
        [(each.over or each.counter)(tally) for each in MONTHLY],
    ]
    return np.array(parts, np.float64)


def month_of(week: Week) -> str:
    """Return the month of a week as 2024-01."""
    return f"{week.year}-{week.month:02d}"


def monthly_table(rows: list[MonthRows], codes: Array, scale: float) -> pd.DataFrame:
    """Return months by municipality, one measure after the other.

    Columns: month, municipality (0: the country), measure, value, unit.
    """
    where = np.concatenate([[COUNTRY], codes]).astype(np.int32)
    values = [_values(row, scale) for row in rows]  # of each month: (measures, 1 + m)
    n, size = len(rows), len(MONTHLY) * len(where)
    names = [each.name for each in MONTHLY]
    frame = {
        "month": pd.Categorical.from_codes(
            np.repeat(np.arange(n), size), categories=[row.month for row in rows]
        ),
        "municipality": np.tile(where, n * len(MONTHLY)),
        "measure": pd.Categorical.from_codes(
            np.tile(np.repeat(np.arange(len(MONTHLY)), len(where)), n), categories=names
        ),
        "value": np.concatenate([each.ravel() for each in values]) if rows else np.empty(0),
        "unit": _units(np.tile(np.repeat(np.arange(len(MONTHLY)), len(where)), n)),
    }
    return pd.DataFrame(frame)


def _units(measure: Array) -> pd.Categorical:
    units = list(dict.fromkeys(each.unit for each in MONTHLY))
    of_measure = np.array([units.index(each.unit) for each in MONTHLY])
    return pd.Categorical.from_codes(of_measure[measure], categories=units)


def _values(row: MonthRows, scale: float) -> Array:
    """Return the month's values (measures, 1 + m), the country first."""
    added = np.concatenate([row.added.sum(axis=2, keepdims=True), row.added], axis=2)
    year, month = (int(part) for part in row.month.split("-"))
    days = monthrange(year, month)[1]
    value = added[0] / row.weeks / scale
    for at, each in enumerate(MONTHLY):
        if each.flow:
            value[at] *= days / _DAYS_A_WEEK
        elif each.over is not None:
            there = added[1, at] > 0
            share = np.divide(added[0, at], added[1, at], out=np.full(len(there), np.nan), where=there)
            value[at] = 100.0 * share
    return np.asarray(value)
