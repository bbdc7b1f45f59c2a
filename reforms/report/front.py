"""The first page: the finding as its title, how many, how long, how much, and the chain behind it."""

from __future__ import annotations

from typing import NamedTuple

from reforms.report.document import Fact, Link
from reforms.report.estimates import Estimate
from reforms.report.findings import capital, likely, way
from reforms.report.numbers import KINDS, Kind
from reforms.report.sentences import question, subject_name
from reforms.report.style import Brush
from sim.calendar import WEEKS_A_YEAR
from sim.stats.words import in_hundred

#: Weeks of many persons as persons all year round.
_ALL_YEAR = Kind(1.0 / WEEKS_A_YEAR, 0, 0, "unit.full_year", "unit.full_year")
_DAYS_A_WEEK = 7
#: From this many days on a change of weeks is told in weeks alone.
_MOST_DAYS = 30


class _Quantity(NamedTuple):
    """A quantity of the first page, by its texts and its cell."""

    key: str
    measure: str
    group: str
    kind: Kind


FACTS = (
    _Quantity("persons", "stock", "temporary_support", KINDS["persons"]),
    _Quantity("weeks", "mean_duration", "temporary_support", KINDS["weeks"]),
    _Quantity("self_support", "self_support_weeks", "all", _ALL_YEAR),
    _Quantity("cost", "net_paid", "public", KINDS["m_kr"]),
)
#: From the money for the effort over posts, hours and interviews to work and to the public's money.
CHAIN = (
    _Quantity("effort", "chain", "effort", KINDS["m_kr"]),
    _Quantity("posts", "caseworkers", "all", KINDS["full_time"]),
    _Quantity("hours", "chain", "hours", KINDS["thousand_hours"]),
    _Quantity("interviews", "chain", "interviews", KINDS["thousand"]),
    _Quantity("exits", "exits_to_job", "temporary_support", KINDS["persons"]),
    _Quantity("weeks", "mean_duration", "temporary_support", KINDS["weeks"]),
    _Quantity("self_support", "self_support_weeks", "all", _ALL_YEAR),
    _Quantity("cost", "net_paid", "public", KINDS["m_kr"]),
)


def title(brush: Brush) -> str:
    """Return the finding: who, how much longer or shorter on benefits, how much dearer or cheaper."""
    results, t = brush.results, brush.t
    weeks, cost = (results.effect(q.measure, q.group) for q in (FACTS[1], FACTS[3]))
    if "missing" in (weeks.verdict, cost.verdict):
        return question(brush)
    said = [
        t(
            f"front.{name}.{'zero' if cell.verdict == 'zero' else way(cell)}",
            likely=likely(cell, brush),
            size=brush.numbers.size(cell.shown, kind),
        )
        for name, cell, kind in (("duration", weeks, KINDS["weeks"]), ("cost", cost, KINDS["m_kr"]))
    ]
    return capital(t("front.title", who=subject_name(results.main, brush), what=brush.numbers.listing(said)))


def facts(brush: Brush) -> tuple[Fact, ...]:
    """Return who, how long, and what it costs: the median, how likely, and the 80 % interval in words."""
    found = []
    for quantity in FACTS:
        cell = brush.results.effect(quantity.measure, quantity.group)
        label = brush.t(f"fact.{quantity.key}.label", year=brush.results.last_year)
        found.append(Fact(label, _value(quantity, cell, brush), _sure(quantity, cell, brush)))
    return tuple(found)


def _value(quantity: _Quantity, cell: Estimate, brush: Brush) -> str:
    """Return the median in words: "3,200 more", or that no change is clear."""
    t = brush.t
    if cell.verdict in ("zero", "missing", "unclear"):
        return t(f"fact.{cell.verdict}")
    return _amount(quantity, cell.shown, brush) + _in_days(quantity, cell.shown, brush)


def _amount(quantity: _Quantity, value: float, brush: Brush) -> str:
    size = brush.numbers.size(value, quantity.kind)
    return brush.t(f"fact.{quantity.key}.{'more' if value > 0 else 'less'}", size=size)


def _in_days(quantity: _Quantity, value: float, brush: Brush) -> str:
    """Return a change of some weeks in days as well."""
    days = abs(value) * _DAYS_A_WEEK
    if quantity.key != "weeks" or days >= _MOST_DAYS:
        return ""
    key = "day_under" if days < 1.0 else "day" if round(days) == 1 else "days"
    return f" ({brush.t(f'fact.{key}', days=str(round(days)))})"


def _sure(quantity: _Quantity, cell: Estimate, brush: Brush) -> str:
    """Return how likely the direction is, and between which sizes it lies with 80 per cent."""
    t = brush.t
    if cell.verdict in ("zero", "missing"):
        return ""
    if not cell.known:
        return t("fact.no_interval", why=t(f"no_interval.{cell.why_none}"))
    goes = way(cell)
    chance = 1.0 - cell.p_higher if goes == "down" else cell.p_higher
    sure = "open" if goes == "open" else "likely" if cell.verdict.startswith("likely") else "certain"
    ends = (
        sorted((cell.low80, cell.high80), key=abs)
        if cell.low80 * cell.high80 > 0
        else (
            cell.low80,
            cell.high80,
        )
    )
    low, high = (_amount(quantity, end, brush) for end in ends)
    said = t(
        f"fact.sure.{sure}",
        chance=str(in_hundred(chance)),
        more=t(f"fact.{quantity.key}.word"),
        median=_amount(quantity, cell.shown, brush),
    )
    return f"{said} {t('fact.between', low=low, high=high)}"


def chain(brush: Brush) -> tuple[Link, ...]:
    """Return what the main reform does link by link; links that were not counted are left out."""
    found = []
    for quantity in CHAIN:
        cell = brush.results.effect(quantity.measure, quantity.group)
        if cell.verdict == "missing":
            continue
        told = way(cell) != "open"
        change = (
            brush.t(f"fact.{cell.verdict}")
            if not told
            else (
                f"{brush.numbers.change(cell.shown, quantity.kind)} {brush.t(f'chain.unit.{quantity.key}')}"
            )
        )
        found.append(Link(brush.t(f"chain.{quantity.key}"), change, told))
    return tuple(found)
