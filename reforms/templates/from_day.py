"""``from:REFORM@DATE``: a reform that begins on another day, such as a law whose date is open.

    every date of the reform is moved by as many days as its first one

Sizes, municipalities and the distances between its dates stay.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from reforms.reform import Texts
from reforms.templates.variant import FIRST_DAY, LAST_DAY, Asked, Draft, Template
from sim.parameters import Change


def moved(change: Change, days: timedelta) -> Change:
    """Return a change with all its dates moved."""
    values = tuple((day + days, value) for day, value in change.values)
    return replace(change, values=values, until=change.until and change.until + days)


def _build(asked: Asked) -> Draft:
    if not asked.when:
        raise asked.error("found no date")
    reform, first = asked.find(asked.value), asked.first_day()
    if not reform.runnable or reform.first_change is None:
        raise asked.error(f"'{asked.value}' has no changes to move")
    days = first - reform.first_change
    dates = [day for each in reform.changes for day in (*(day for day, _ in each.values), each.until) if day]
    if not all(_possible(day, days) for day in dates):
        raise asked.error(f"a date of '{asked.value}' would lie beyond {FIRST_DAY.year} to {LAST_DAY.year}")
    en, da = f" from {first}", f" fra {first}"
    return Draft(
        Texts(f"{reform.title('en')},{en}", f"{reform.title('da')},{da}"),
        Texts(
            f"All dates moved so that it begins{en}: {reform.summary('en')}",
            f"Alle datoer er flyttet, så den begynder{da}: {reform.summary('da')}",
        ),
        tuple(moved(each, days) for each in reform.changes),
        reform.sizes,
    )


def _possible(day: date, days: timedelta) -> bool:
    return FIRST_DAY - day <= days <= LAST_DAY - day


TEMPLATE = Template(
    name="from",
    form="from:REFORM@DATE",
    example="from:agreement-2025-phase-2@2028-01-01",
    says=Texts("a reform that begins on another day", "en reform, der begynder en anden dag"),
    why=Texts(
        (
            "The same causes as in the reform, through the same mechanisms, sooner or later: for what has "
            "been drafted and has no date, or to see what waiting costs."
        ),
        (
            "De samme årsager som i reformen, gennem de samme mekanismer, før eller senere: til det, der er "
            "udarbejdet uden en dato, eller for at se, hvad det koster at vente."
        ),
    ),
    theme="governance",
    mechanisms=(),
    takes=("when",),
    build=_build,
)
