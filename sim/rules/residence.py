"""Residence and work: who meets the requirements of full social assistance, and who has to work for it.

A person has a year of arrival in the realm (``arrived``; none: born in it, or exempt as those who fled from
Ukraine under the special act are, R2-KH-28) and a year until which the employment requirement is met
(``worked_to``).  In year t

    meets residence    arrived <= t - residence.years
    meets employment   worked_to >= t, or arrived before residence.employment_from_arrival_year
    fails              arrived, and not both

The employment requirement is w weeks of work (``residence.employment_weeks``) within the last
``residence.employment_within_years``.  Whoever leaves a job after so many weeks of work meets it until that
work is too old: in t + within - w / 52.  Work spread over shorter jobs counts as far as it lies in the run;
what lies before it is drawn with the first population (:mod:`sim.start.origin`).

Law: aktivloven section 11 (R2-KH-07 to R2-KH-09), KH-25-1; work duty ACT-09, R2-KH-27.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.calendar import WHOLE_WEEKS_A_YEAR
from sim.engine.compiled import part
from sim.parameters import Resolved
from sim.world.clients import Clients

#: Years are kept in a byte as years after this one.
FIRST_YEAR = 1900
#: The latest year that fits in the byte.
_LAST = 255


class ResidenceRules(NamedTuple):
    """The requirements of the week: one law in all municipalities."""

    years: int  # in the realm
    from_arrival_year: int  # first year of arrival for which the employment requirement holds
    weeks: int  # of work that meet it
    within_years: int  # of now


def residence_rules(r: Resolved) -> ResidenceRules:
    """Return the requirements in force."""
    return ResidenceRules(
        years=round(r.scalar("residence.years")),
        from_arrival_year=round(r.scalar("residence.employment_from_arrival_year")),
        weeks=round(r.scalar("residence.employment_weeks")),
        within_years=round(r.scalar("residence.employment_within_years")),
    )


@part
def fails(arrived: int, worked_to: int, year: int, r: ResidenceRules) -> bool:
    """Whether somebody with these columns fails the requirements of residence or employment in a year."""
    if arrived == 0:
        return False
    came = FIRST_YEAR + arrived
    lived = came + r.years <= year
    return not lived or (came >= r.from_arrival_year and FIRST_YEAR + worked_to < year)


@part
def fails_requirements(i: int, year: int, k: Clients, r: ResidenceRules) -> bool:
    """Whether client ``i`` fails the requirements of residence or employment."""
    return fails(int(k.person.arrived[i]), int(k.spell.worked_to[i]), year, r)


@part
def has_worked(i: int, year: int, k: Clients) -> bool:
    """Whether client ``i`` meets the employment requirement."""
    return FIRST_YEAR + k.spell.worked_to[i] >= year


@part
def worked_until(worked_to: int, weeks: int, year: int, r: ResidenceRules) -> int:
    """Until when the employment requirement is met by who leaves work after so many weeks of it, as kept."""
    if weeks < r.weeks:
        return worked_to
    until = year - FIRST_YEAR + r.within_years - r.weeks // WHOLE_WEEKS_A_YEAR
    return max(worked_to, min(until, _LAST))
