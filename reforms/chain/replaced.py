"""A critic's own number in one link: what follows downstream, linearly.

What can be replaced, and what then follows:

``chance.<benefit>``
    the weekly chance of a job: more or fewer hires of that benefit's clients, carried on to persons
    (:mod:`reforms.chain.carried`); displacement takes the share of them that it takes in the run.
``exit_rate.<benefit>.<exit>``
    the yearly rate of an exit, as it is after displacement: carried on in the same way.
``displacement.share``
    the share of the jobs won that is taken from others: persons after displacement are those before it less
    that share of the change.

Weeks of self-support and on benefits follow from persons, and kroner from the run's own kroner for each
person more in self-support (net public cost without the effort's own).  All of that is linear: tightness,
vacancies, caseloads and budgets do not answer, and a replaced rate holds in every year from the first in
which the reform changes anything.  Durations are not reckoned again.

Links further up (kroner, posts, hours, interviews, offers) are not replaced: a run does not tell which part
of a hazard's change each of them made, so that a line from one of them would be invented.  Who doubts those
sets the parameter behind them (``jobvej compare --set``) and runs again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from reforms.chain.carried import Array, Moved, carried
from reforms.chain.links import BEFORE, BENEFITS, PERSONS, SHARE
from reforms.chain.make import years_of
from sim.calendar import WEEKS_A_YEAR
from sim.errors import InputError, suggest
from sim.outcomes.exits import STATES_OF_EXIT
from sim.states import STATES
from sim.stats.interval import NO_INTERVAL

#: What is said wherever replaced links are shown.
LINEAR = (
    "Links marked * follow linearly from the replaced one (marked >): tightness, vacancies, caseloads and "
    "budgets do not answer, and durations are not reckoned again."
)


SELF = "persons.self_supporting"


class Replacement(NamedTuple):
    """A link and the value put in its place."""

    link: str
    value: float


def parse(text: str) -> Replacement:
    """Return what LINK=VALUE says.

    Raises
    ------
    InputError
        If it is not of that form, or the value is no number.
    """
    link, found, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not (found and link.strip()) or not math.isfinite(value):
        raise InputError(f"--replace is '{text}'; expected LINK=VALUE with a number, such as {SHARE}=0.5")
    return Replacement(link.strip(), value)


def replace(rows: pd.DataFrame, folder: Path, replacement: Replacement) -> pd.DataFrame:
    """Return the chain of one reform in one year with a link replaced and what follows reckoned again.

    Parameters
    ----------
    rows
        The chain of one reform in one year.
    folder
        The comparison's.

    Returns
    -------
    The same rows with a column ``mark``: '>' for the link replaced, '*' for what follows, else ''.

    Raises
    ------
    InputError
        For a link that there is not, or that cannot be replaced honestly.
    """
    link, value = replacement
    _check(replacement, rows["link"])
    table = rows.set_index("link").assign(mark="")
    before, share = table["difference"].copy(), float(table.at[SHARE, "after"])
    change = value - float(table.at[link, "after"])
    if link == SHARE and change != 0.0:
        _displace(table, share, value)
    elif change != 0.0:
        more, hires = _more(folder, str(rows["scenario"].iloc[0]), str(rows["year"].iloc[0]), link, change)
        kept = 1.0 if link.startswith("exit_rate.") or math.isnan(share) else 1.0 - min(max(share, 0.0), 1.0)
        for name, (_, members) in PERSONS.items():
            persons = float(sum(more[STATES.index(state)] for state in members))
            _put(table, f"persons.{name}.{BEFORE}", before[f"persons.{name}.{BEFORE}"] + persons)
            _put(table, f"persons.{name}", before[f"persons.{name}"] + persons * kept)
        won = table.at[f"persons.in_work.{BEFORE}", "difference"]
        _put(table, SHARE, 1.0 - table.at["persons.in_work", "difference"] / won if won else math.nan)
        if link.startswith("chance."):
            for name, part in ((f"hires.clients.{BEFORE}", 1.0), ("hires.clients", kept)):
                _put(table, name, before[name] + hires * part)
    _follow(table, before)
    _put(table, link, value - table.at[link, "before"])
    table.loc[link, "mark"] = ">"
    return table.reset_index()[[*rows.columns, "mark"]]


def _check(replacement: Replacement, links: pd.Series) -> None:
    """Refuse a link that there is not, one that no line leads from, and a value that it cannot have."""
    link, value = replacement
    known = set(links)
    if link not in known:
        raise InputError(f"no link '{link}'.{suggest(link, known)} jobvej chain DIR --all lists them")
    if not _replaceable(link):
        raise InputError(
            f"'{link}' cannot be replaced: a run does not tell what follows from it alone. Expected "
            f"chance.BENEFIT, exit_rate.BENEFIT.EXIT or {SHARE}; for what lies further up, set the parameter "
            "behind it (--set) and run jobvej compare again"
        )
    least, most = (-math.inf if link == SHARE else 0.0), (1.0 if link.startswith("chance.") else math.inf)
    if not least <= value <= most:
        raise InputError(f"--replace is '{link}={value:g}'; expected a value from {least:g} to {most:g}")


def _displace(table: pd.DataFrame, share: float, value: float) -> None:
    """Let displacement take another share: everybody it takes, in proportion."""
    if not share or math.isnan(share):
        raise InputError(
            f"{SHARE} cannot be replaced here: displacement takes nobody in this year, so that nobody is "
            "there to take more or fewer of"
        )
    for name in PERSONS:
        won = table.at[f"persons.{name}.{BEFORE}", "difference"]
        lost = table.at[f"persons.{name}", "difference"] - won
        _put(table, f"persons.{name}", won + lost * value / share)


def _more(folder: Path, scenario: str, year: str, link: str, change: float) -> tuple[Array, float]:
    """Return the average persons by state in a year that a change of a rate adds (+) and takes (-).

    And how many more take the exit in that year.
    """
    kind, benefit, *rest = link.split(".")
    exit_ = rest[0] if rest else "job"
    frm, added, years = STATES.index(benefit), [], []
    to = [state for state in STATES_OF_EXIT["job" if exit_ == "own_employer" else exit_] if state != frm]
    for each in years_of(folder, scenario):
        if each.year > year:
            break
        per_week = change / WEEKS_A_YEAR
        if kind == "chance":
            offers = each.cells("job_offers_normal", benefit)
            per_week = change * (each.cells("exits", f"{benefit}>job") / offers if offers else 1.0)
        flow = np.zeros(len(STATES))
        if each.changed or each.year == year:
            number = per_week * each.moved.persons[frm]
            flow[frm] -= number
            flow += number * _shared(each.moved, frm, to)
        years.append(each.moved)
        added.append(flow)
    return carried(years, added)[-1], -float(added[-1][frm]) * years[-1].weeks


def _shared(moved: Moved, frm: int, to: Sequence[int]) -> Array:
    """Return how those who take an exit are shared among its states (s,): as the run's own are."""
    found = np.zeros(len(STATES))
    inside = [state for state in to if state < len(STATES)]
    going = moved.moves[frm, inside]
    if going.sum() > 0.0:
        found[inside] = going / going.sum()
    elif len(inside) == 1:
        found[inside] = 1.0
    else:
        raise InputError(
            f"nobody takes this exit from {STATES[frm]} in the run, so that where to is not known"
        )
    return found


def _follow(table: pd.DataFrame, before: pd.Series) -> None:
    """Reckon person-weeks and kroner again from persons."""
    for weeks, persons in (
        ("weeks.self_support", SELF),
        ("weeks.temporary_benefits", "persons.temporary_benefits"),
    ):
        if weeks in table.index:
            length = table.at[weeks, "before"] / table.at[persons, "before"]
            more = table.at[persons, "difference"] - before[persons]
            _put(table, weeks, before[weeks] + more * length)
    if not before[SELF] or "kroner.net.public" not in table.index:
        return
    factor = table.at[SELF, "difference"] / before[SELF]
    effort = before["kroner.effort"]
    for heading in ("kroner.benefits", "kroner.taxes"):
        _put(table, heading, before[heading] * factor)
    _put(table, "kroner.net.public", effort + (before["kroner.net.public"] - effort) * factor)


def _replaceable(link: str) -> bool:
    parts = link.split(".")
    if parts[0] == "chance":
        return parts[1] in BENEFITS
    return link == SHARE or (parts[0] == "exit_rate" and parts[1] in BENEFITS)


def _put(table: pd.DataFrame, link: str, difference: float) -> None:
    """Give a link another difference from the baseline, and mark it."""
    if link in table.index and not math.isclose(difference, table.at[link, "difference"], rel_tol=1e-12):
        table.at[link, "difference"] = difference
        table.at[link, "after"] = table.at[link, "before"] + difference
        table.loc[link, list(NO_INTERVAL)] = math.nan
        table.at[link, "mark"] = "*"
