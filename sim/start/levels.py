"""The level at which a run begins: whose figures are its stocks, and what stands in for what is not known.

``population.stock`` holds the stocks of :data:`YEAR`, as calibration sees them.  A run that begins in that
year takes them as they are.  One that begins in another month takes that month's figures

    of the user's folder (``--data``), by municipality as far as they are there, or
    of the country, as they are shipped (``sim/data/national_months.csv``, 2021-08 to 2024-12),

for dagpenge, gross unemployed on kontanthjælp, kontanthjælp in all and, where there, other benefits.  Those
without months take the country's figure of that year (``sim/data/stocks_by_year.csv``), or of the nearest one
that has a figure.  Years without any figures begin with ``population.stock``.  Whatever stands in for another
is said: in the manifest (``begins_with``), and by the commands that run.

Shares of the municipalities within the country come from the figures of the month; hidden ones share what the
country has beyond the known ones.  How long people have been unemployed follows the share of long-term among
gross unemployed, relative to :data:`YEAR`, where the month has it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Week
from sim.data_in.measures import MEASURES
from sim.errors import InputError, named
from sim.states import ROWS, STATES, State, members_of

if TYPE_CHECKING:
    import pandas as pd

#: The year of ``population.stock`` (its note): in it, runs begin with those stocks.
YEAR = 2024
_DAGPENGE, _DAGPENGE_ALL = "gross_unemployed_dagpenge", "dagpenge_all"
_READY, _ASSISTANCE = "gross_unemployed_kontanthjaelp", "kontanthjaelp_all"
_LONG, _GROSS = "long_term_unemployed", "gross_unemployed"
#: Measures without which the months of a folder say nothing about stocks.
_CORE = (_DAGPENGE, _DAGPENGE_ALL, _READY, _ASSISTANCE, *(name for name in MEASURES if name in STATES))
#: The benefits that kontanthjaelp_all counts.
_ON_ASSISTANCE = tuple(State[name.upper()] for name in members_of("kontanthjaelp_benefits"))
_SHARED_REST = tuple(state for state in _ON_ASSISTANCE if state is not State.KONTANTHJAELP_JOB_READY)
COUNTRY = 0


class Levels(NamedTuple):
    """The figures that a run begins with, in place of those of ``population.stock``."""

    month: str  # whose figures they are, 2022-10
    figures: Mapping[str, Mapping[int, float]]  # by measure and code (0: the country)
    before: float  # share of long-term among gross unemployed in the year of population.stock; NaN: not known
    by_year: Mapping[str, tuple[int, float]]  # of benefits without months: year and persons of the country
    said: Mapping[str, Any]  # what the manifest says of it

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def digest(self) -> str:
        """The SHA-256 of everything here: it decides a run."""
        figures = {name: sorted(codes.items()) for name, codes in sorted(self.figures.items())}
        text = json.dumps([self.month, figures, repr(self.before), sorted(self.by_year.items())])
        return hashlib.sha256(text.encode()).hexdigest()


def levels_of(data: str | Path, start: str) -> Levels | None:
    """Return the level of a first week; None where the stocks of ``population.stock`` are taken as they are.

    Parameters
    ----------
    data
        A folder of figures (:mod:`sim.data_in`), or an empty text for what is shipped.

    Raises
    ------
    InputError
        The folder cannot be used, or has no figures of the month.
    """
    week = Week.parse(start)
    month = f"{week.year}-{week.month:02d}"
    if str(data):
        return _of_folder(Path(data), month)
    if week.year == YEAR:
        return None
    shipped = _shipped()
    if month not in shipped[_DAGPENGE]:
        return None
    figures = {name: {COUNTRY: months[month]} for name, months in shipped.items() if month in months}
    return _levels(month, month, figures, "sim/data/national_months.csv", {})


def said_of_levels(start: str, levels: Levels | None) -> dict[str, Any]:
    """Return what the manifest says about the stocks that a run begins with."""
    if levels is not None:
        return dict(levels.said)
    year = Week.parse(start).year
    return {
        "stocks_of": str(YEAR),
        "from": "population.stock: means of the year",
        "stands_in_for": "" if year == YEAR else str(year),
    }


def in_words(said: Mapping[str, Any]) -> list[str]:
    """Return what is said about the first stocks as lines for a terminal."""
    lines = [f"Begins with the stocks of {said['stocks_of']} ({said['from']})."]
    if said.get("stands_in_for"):
        lines[0] = lines[0][:-1] + f", which stand in for {said['stands_in_for']}: it has no figures."
    yearly = said.get("without_months", {})
    if yearly:
        each = ", ".join(f"{name} ({what})" for name, what in yearly.items())
        lines.append(f"Without months, the country's figure of a year: {each}.")
    return lines


def _of_folder(folder: Path, month: str) -> Levels:
    from sim.data_in.files import read_folder

    read = read_folder(folder)
    by_month: dict[str, dict[str, dict[int, float]]] = {}
    for each in read.figures:
        if each.value == each.value:
            by_month.setdefault(each.month, {}).setdefault(each.measure, {})[each.code] = each.value
    usable = sorted(each for each, has in by_month.items() if set(has) & set(_CORE))
    if not usable:
        raise InputError(
            f"{named('data')}: {folder} has no stocks to begin with; expected one of {', '.join(_CORE)}"
        )
    taken = month if month in usable else _month_before(month)
    if taken not in usable:
        raise InputError(
            f"{named('start')}: the run begins in {month}, and {folder} has stocks of {usable[0]} to "
            f"{usable[-1]}. Begin in one of those months (or the one after the last), or leave out "
            f"{named('data')}"
        )
    hashes = {source.path.name: source.sha256 for source in read.sources}
    figures = by_month[taken]
    return _levels(taken, month, figures, str(folder), hashes)


def _month_before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"


def _levels(
    taken: str,
    month: str,
    figures: Mapping[str, Mapping[int, float]],
    source: str,
    hashes: Mapping[str, str],
) -> Levels:
    """Return the level of a month, with yearly figures for benefits that have none."""
    shipped = _shipped()
    figures = {name: dict(codes) for name, codes in figures.items() if name in (*_CORE, _LONG, _GROSS)}
    added = []
    for name in (_DAGPENGE, _READY, _ASSISTANCE):
        here = _DAGPENGE_ALL if name == _DAGPENGE and _DAGPENGE_ALL in figures else name
        if here not in figures and taken in shipped[name]:
            figures[name] = {COUNTRY: shipped[name][taken]}
            added.append(name)
    yearly = _yearly(int(taken[:4]), set(figures))
    ratio = [shipped[_LONG][each] / shipped[_GROSS][each] for each in shipped[_LONG] if each[:4] == str(YEAR)]
    said: dict[str, Any] = {
        "stocks_of": taken,
        "from": source,
        "stands_in_for": "" if taken == month else month,
        "by_month": {
            name: _of_how_many(len(codes) - (COUNTRY in codes)) for name, codes in sorted(figures.items())
        },
        "without_months": {
            name: f"{year}" if year == int(taken[:4]) else f"{year} stands in for {taken[:4]}"
            for name, (year, _) in yearly.items()
        },
    }
    unknown = [name for name in (_DAGPENGE, _READY, _ASSISTANCE) if name not in figures]
    if _DAGPENGE_ALL in figures:
        unknown = [name for name in unknown if name != _DAGPENGE]
    if added:
        said["shipped_for_the_country"] = added
    if unknown:
        said["as_in_population_stock"] = unknown
    if hashes:
        said["files"] = dict(sorted(hashes.items()))
    return Levels(taken, figures, sum(ratio) / len(ratio) if ratio else float("nan"), yearly, said)


def _of_how_many(municipalities: int) -> str:
    if not municipalities:
        return "the country"
    return f"{municipalities} {'municipality' if municipalities == 1 else 'municipalities'}"


def _shipped() -> dict[str, dict[str, float]]:
    """Return the country's months that are shipped, by measure and month."""
    from sim.data import national_months

    found: dict[str, dict[str, float]] = {}
    for row in national_months().itertuples():
        found.setdefault(str(row.measure), {})[str(row.month)] = float(str(row.value))
    return found


def _yearly(year: int, with_months: set[str]) -> dict[str, tuple[int, float]]:
    """Return of each benefit without months the figure of the nearest year, the later of two as near."""
    from sim.data import stocks_by_year

    table, found = stocks_by_year(), {}
    for state in dict.fromkeys(table["state"]):
        if state in with_months:
            continue
        rows = table[table["state"] == state]
        years = {int(row.year): float(row.persons) for row in rows.itertuples()}
        nearest = min(years, key=lambda each: (abs(each - year), -each))
        found[str(state)] = (nearest, years[nearest])
    return found


class Begun(NamedTuple):
    """The stocks of the first week at scale 1."""

    national: NDArray[np.float64]  # (states,)
    stocks: NDArray[np.float64]  # (98, states): NaN where the country's figure is shared as ever
    stretch: NDArray[np.float64]  # (98, states): weeks so far in the state, times those of the records


class _Month:
    """The figures of a level, spread over municipalities."""

    def __init__(self, levels: Levels, table: pd.DataFrame, keys: NDArray[np.float64]) -> None:
        self.levels, self.codes = levels, [int(code) for code in table.index]
        self.table, self.keys = table, keys

    @cached_property
    def _unemployment_then(self) -> NDArray[np.float64]:
        """Each municipality's unemployment rate of that year over that of population.stock's (98,)."""
        years = [int(name[-4:]) for name in self.table if name.startswith("gross_unemployment_pct_")]
        year = min(years, key=lambda each: abs(each - int(self.levels.month[:4])))
        then, now = (
            self.table[f"gross_unemployment_pct_{each}"].to_numpy(np.float64) for each in (year, YEAR)
        )
        return np.where((then > 0) & (now > 0), then / np.where(now > 0, now, 1.0), 1.0)

    @cached_property
    def _assistance_key(self) -> NDArray[np.float64]:
        columns = {
            int(name[-8:-4]): name for name in self.table if name.startswith("kontanthjaelp_fulltime_")
        }
        year = min(columns, key=lambda each: abs(each - int(self.levels.month[:4])))
        column = self.table[columns[year]].to_numpy(np.float64)
        return np.where(np.isfinite(column), column, 0.0)

    def key_of(self, state: State) -> NDArray[np.float64]:
        """Return what shares a country's figure of a state among municipalities (98,)."""
        key = self.keys[:, state]
        if state in (State.DAGPENGE, State.KONTANTHJAELP_JOB_READY):
            key = key * self._unemployment_then
        return key / key.sum()

    def spread(self, name: str, key: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return a measure by municipality (98,), hidden ones sharing what is left; None if there is none."""
        figures = self.levels.figures.get(name)
        if not figures:
            return None
        values = np.array([figures.get(code, np.nan) for code in self.codes])
        known = np.isfinite(values)
        total = figures.get(COUNTRY)
        if total is None:
            total = values[known].sum() / max(key[known].sum(), np.finfo(float).tiny)
        left = max(total - values[known].sum(), 0.0)
        hidden = key[~known].sum()
        values[~known] = key[~known] * (left / hidden if hidden > 0 else 0.0)
        return values

    def dagpenge(self) -> NDArray[np.float64] | None:
        """Return the people on dagpenge by municipality (98,)."""
        key = self.key_of(State.DAGPENGE)
        found = self.spread(_DAGPENGE, key)
        return found if found is not None else self.spread(_DAGPENGE_ALL, key)

    def assistance(self, national: NDArray[np.float64], ready: float) -> dict[State, NDArray[np.float64]]:
        """Return the people on each benefit of kontanthjælp by municipality (98,).

        Gross unemployed on kontanthjælp are the job-ready and a share ``ready`` of the integration benefit,
        which is itself a share of all but the job-ready: with G and A of the month

            job-ready = (G - ready * i * A) / (1 - ready * i),    the rest as in population.stock.
        """
        key = self._assistance_key
        key = key / key.sum() if key.sum() > 0 else self.keys[:, State.KONTANTHJAELP_ACTIVITY_READY]
        total, gross = (
            self.spread(_ASSISTANCE, key),
            self.spread(_READY, self.key_of(State.KONTANTHJAELP_JOB_READY)),
        )
        rest = national[list(_SHARED_REST)]
        shares = rest / rest.sum()
        among = ready * float(shares[_SHARED_REST.index(State.INTEGRATION_BENEFIT)])
        if total is None and gross is None:
            return {}
        if total is None:
            total = key * float(national[list(_ON_ASSISTANCE)].sum())
        if gross is None:
            job_ready = self.key_of(State.KONTANTHJAELP_JOB_READY) * float(
                national[State.KONTANTHJAELP_JOB_READY]
            )
        else:
            job_ready = (gross - among * total) / (1.0 - among)
        job_ready = np.clip(job_ready, 0.0, total)
        left = total - job_ready
        found: dict[State, NDArray[np.float64]] = {
            state: left * share for state, share in zip(_SHARED_REST, shares, strict=True)
        }
        found[State.KONTANTHJAELP_JOB_READY] = job_ready
        return found

    def others(self) -> dict[State, NDArray[np.float64]]:
        """Return the people on the benefits that have months of their own (98,)."""
        spread = {
            State[name.upper()]: self.spread(name, self.key_of(State[name.upper()]))
            for name in self.levels.figures
            if name in STATES
        }
        return {state: values for state, values in spread.items() if values is not None}

    def long_term(self, most: float) -> NDArray[np.float64] | None:
        """Return the share of long-term among gross unemployed over that of population.stock's year (98,)."""
        figures, gross = self.levels.figures.get(_LONG), self.levels.figures.get(_GROSS)
        if not figures or not gross or not self.levels.before > 0:
            return None
        country = _ratio(figures.get(COUNTRY), gross.get(COUNTRY))
        shares = [_ratio(figures.get(code), gross.get(code)) for code in self.codes]
        known = [each for each in shares if each == each]
        if country != country:
            country = sum(known) / len(known) if known else float("nan")
        if country != country:
            return None
        relative = np.array([(each if each == each else country) / country for each in shares])
        return np.asarray(np.clip(relative, 1.0 / most, most) * country / self.levels.before)


def _ratio(part: float | None, whole: float | None) -> float:
    return part / whole if part is not None and whole else float("nan")


def begun(
    levels: Levels, table: pd.DataFrame, keys: NDArray[np.float64], usual: NDArray[np.float64],
    ready: float, elapsed: NDArray[np.float64], year_weeks: float, most: float,
) -> Begun:  # fmt: skip
    """Return the first stocks of a level.

    Parameters
    ----------
    keys
        (98, states) how a country's stock is shared among municipalities.
    usual
        (states,) the stocks of ``population.stock``.
    ready
        Share of the job-ready on the integration benefit.
    elapsed
        (states,) mean weeks in the state so far.
    year_weeks
        Weeks after which unemployment is long-term.
    most
        How many times the country's share of long-term unemployed a municipality's may be, or the reverse.
    """
    month = _Month(levels, table, keys)
    stocks = np.full(keys.shape, np.nan)
    found = {**month.assistance(usual, ready), **month.others()}
    dagpenge = month.dagpenge()
    if dagpenge is not None:
        found[State.DAGPENGE] = dagpenge
    national = usual.copy()
    for name, (_, persons) in levels.by_year.items():
        national[State[name.upper()]] = persons
    for state, values in found.items():
        stocks[:, state] = values
        national[state] = values.sum()
    national[State.EMPLOYED] += usual.sum() - national.sum()  # who is on no benefit works
    stretch = np.ones(keys.shape)
    share = month.long_term(most)
    if share is not None:
        for state in (State.DAGPENGE, State.KONTANTHJAELP_JOB_READY):
            stretch[:, state] = longer(share, float(elapsed[state]), year_weeks, most)
    return Begun(national, stocks, stretch)


def longer(share: NDArray[np.float64], mean: float, weeks: float, most: float) -> NDArray[np.float64]:
    """Return how much longer spells are so far where ``share`` times as many are beyond ``weeks``.

    With exponential spells of mean e, exp(-weeks / e) of them are; ``share`` times as many where the mean is
    e / (1 - (e / weeks) * log(share)).  Nobody's are more than ``most`` times as long.
    """
    beyond = np.log(np.maximum(share, np.finfo(float).tiny)) * mean / weeks
    return np.asarray(1.0 / np.maximum(1.0 - beyond, 1.0 / most))


assert all(ROWS[state].client for state in _ON_ASSISTANCE)
