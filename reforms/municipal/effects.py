"""What a reform does in one municipality, from the smallest place at which that can be told.

A municipality's own runs are noisy: at 5 per cent of the people Hjørring has some 150 simulated clients.
Each line is therefore told at the first of three places at which it can be told from luck,

    municipality   its own difference
    area           the relative difference of its landsdel, times the municipality's own level
    country        the relative difference of Denmark, times the municipality's own level

and says which.  Commuting areas are not in the data; the landsdel, one of eleven, stands for it.  A line can
be told where the 95 % interval does not hold zero, or is so short that the difference is known to be small
(:data:`SMALL` of the level).  Where none can, the country's stands, marked ``none``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.dataset as ds

from reforms.results import finished_folder
from sim.data import municipalities
from sim.errors import InputError
from sim.runs.reading import manifest_of, table_path
from sim.states import STATES, states_with
from sim.stats.interval import FEWEST_PEOPLE, TOLD, UNKNOWN, of_denmark

#: A difference inside this share of the level is small: whoever plans a budget rounds by more.
SMALL = 0.02
PLACES = ("municipality", "area", "country")
NONE = "none"
#: Budget years that a sheet shows.
YEARS = 3
_CLIENTS = frozenset(STATES[state] for state in states_with("client"))
_TEMPORARY = "temporary_support"
_RUN = ["scenario", "draw", "replicate", "period"]


class Line(NamedTuple):
    """A line of the sheet: sums over municipalities, and what is reckoned from them."""

    name: str
    unit: str
    needs: tuple[str, ...]  # sums it is reckoned from
    value: Callable[[pd.DataFrame], pd.Series]  # of the sums, a column each
    about_persons: bool = False  # then too few simulated ones give no interval


def _same(name: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda sums: sums[name]


LINES = (
    Line("caseworkers", "full-time caseworkers", ("caseworkers",), _same("caseworkers")),
    Line(
        "caseload", "clients per caseworker", ("clients", "caseworkers"),
        lambda sums: sums["clients"] / sums["caseworkers"],
    ),
    Line("interviews", "interviews a year", ("interviews",), _same("interviews")),
    Line("recipients", "persons", ("recipients",), _same("recipients"), about_persons=True),
    Line("employed", "persons", ("employed",), _same("employed"), about_persons=True),
    Line("benefits", "kr. a year", ("benefits",), _same("benefits"), about_persons=True),
)  # fmt: skip


def area_of(code: int) -> tuple[str, list[int]]:
    """Return the landsdel of a municipality and the codes of those in it."""
    places = municipalities()
    name = str(places.loc[code, "landsdel"])
    return name, [int(each) for each in places.index[places["landsdel"] == name]]


def municipal_effects(
    folder: Path, code: int, years: list[int] | None = None, *, read: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return what each reform of a comparison does in a municipality, by year.

    Parameters
    ----------
    folder
        Results of ``jobvej compare``.
    code
        The municipality.
    years
        Calendar years; by default the first :data:`YEARS` in which the reform moves anything.
    read
        What :func:`quantities` gave of the folder, where several municipalities are asked for.

    Returns
    -------
    Frame of scenario, year, line, unit, baseline, difference, told_at (one of :data:`PLACES`, or "none"), and
    what is known of the difference (:data:`sim.stats.interval.TOLD`).

    Raises
    ------
    InputError
        If the folder holds no comparison, or not the years.
    """
    scale = float(manifest_of(folder)["scale"])
    read = quantities(folder) if read is None else read
    _, area = area_of(code)
    by_place = {"municipality": _sums(read, [code]), "area": _sums(read, area), "country": _sums(read)}
    shown = _years(by_place["country"], years, folder)
    rows = []
    for (scenario, year), own in by_place["municipality"].groupby(["scenario", "period"], sort=False):
        if int(year) not in shown.get(str(scenario), ()):
            continue
        there = {
            place: sums[(sums["scenario"] == scenario) & (sums["period"] == year)]
            for place, sums in by_place.items()
        }
        rows += [
            {"scenario": scenario, "year": int(year)} | _told_line(line, own, there, scale) for line in LINES
        ]
    return pd.DataFrame(rows)


def _told_line(
    line: Line, own: pd.DataFrame, there: dict[str, pd.DataFrame], scale: float
) -> dict[str, object]:
    """Return a line at the first place at which it is told."""
    level = float(_values(line, own)["baseline"].mean())
    first: dict[str, object] | None = None
    for place in PLACES:
        pairs = _values(line, there[place])
        mean = float(pairs["baseline"].mean())
        factor = level / mean if mean else np.nan
        told = of_denmark(pairs.assign(cell=0, difference=pairs["difference"] * factor), ["cell"]).iloc[0]
        few = line.about_persons and scale * _persons(there[place]) < FEWEST_PEOPLE
        said = told.to_dict() if not few else UNKNOWN._asdict()
        found = {
            "line": line.name, "unit": line.unit, "baseline": level,
            "difference": float(pairs["difference"].mean()) * factor, "told_at": place,
        } | {name: said[name] for name in TOLD}  # fmt: skip
        if _is_told(found, level):
            return found
        first = found
    assert first is not None
    return first | {"told_at": NONE}


def _is_told(found: dict[str, object], level: float) -> bool:
    """Whether the sign is told, or the difference is known to be small."""
    low, high = float(str(found["low95"])), float(str(found["high95"]))
    return low > 0 or high < 0 or (max(abs(low), abs(high)) <= SMALL * abs(level))


def _persons(sums: pd.DataFrame) -> float:
    """Persons on temporary benefits at a place, on average."""
    return float(sums["recipients"].mean())


def _values(line: Line, sums: pd.DataFrame) -> pd.DataFrame:
    """Return baseline and difference of a line for each pair of runs."""
    before = line.value(sums[list(line.needs)])
    after = line.value(pd.DataFrame({name: sums[name] + sums[f"{name} moved"] for name in line.needs}))
    return sums[["draw", "replicate"]].assign(baseline=before, difference=after - before)


def quantities(folder: Path) -> pd.DataFrame:
    """Return the quantities that lines are reckoned from, by run, year and municipality.

    Returns
    -------
    Frame of scenario, draw, replicate, period, municipality, and of caseworkers, clients, interviews,
    recipients, employed and benefits each the baseline's level and, as "NAME moved", what the reform adds.
    """
    finished_folder(folder, "differences")
    wanted = ["caseworkers", "caseload", "interviews", "stock", "gross_benefits"]
    table = ds.dataset(table_path(folder, "differences")).to_table(
        columns=[*_RUN, "municipality", "group", "measure", "baseline", "difference"],
        filter=(pc.field("municipality") > 0) & pc.field("measure").isin(wanted),
    )
    rows = table.to_pandas()
    if rows.empty:
        raise InputError("no outcomes by municipality in it", file=folder)
    texts = ["scenario", "period", "group", "measure"]
    rows[texts] = rows[texts].astype(str)
    rows = rows[rows["period"].str.fullmatch(r"\d{4}")]
    measure, group = rows["measure"], rows["group"]
    kinds = {
        "caseworkers": measure == "caseworkers",
        "caseload": measure == "caseload",
        "interviews": (measure == "interviews") & group.isin(_CLIENTS),
        "recipients": (measure == "stock") & (group == _TEMPORARY),
        "employed": (measure == "stock") & (group == "employed"),
        "benefits": (measure == "gross_benefits") & group.isin(_CLIENTS),
    }
    keys = [*_RUN, "municipality"]
    sums = {kind: rows[of].groupby(keys)[["baseline", "difference"]].sum() for kind, of in kinds.items()}
    before = pd.DataFrame({kind: of["baseline"] for kind, of in sums.items()})
    moved = pd.DataFrame({kind: of["difference"] for kind, of in sums.items()})
    clients = before["caseload"] * before["caseworkers"]
    after = (before["caseload"] + moved["caseload"]) * (before["caseworkers"] + moved["caseworkers"])
    before = before.drop(columns="caseload").assign(clients=clients)
    moved = moved.drop(columns="caseload").assign(clients=after - clients)
    return before.join(moved.add_suffix(" moved")).reset_index()


def _sums(read: pd.DataFrame, codes: list[int] | None = None) -> pd.DataFrame:
    """Return the sums over municipalities (all, if none are named) by run and year."""
    of = read if codes is None else read[read["municipality"].isin(codes)]
    return of.drop(columns="municipality").groupby(_RUN, sort=False).sum().reset_index()


def _years(country: pd.DataFrame, years: list[int] | None, folder: Path) -> dict[str, list[int]]:
    """Return the years that are shown of each reform."""
    has = sorted({int(year) for year in country["period"]})
    if years is not None:
        if missing := [year for year in years if year not in has]:
            raise InputError(f"no year {missing[0]}; it has {has[0]} to {has[-1]}", file=folder)
        return dict.fromkeys(country["scenario"].unique(), years)
    moved = [name for name in country if str(name).endswith(" moved")]
    acts = country[(country[moved] != 0).any(axis=1)]
    first = acts.groupby("scenario")["period"].min()
    return {
        str(name): [year for year in has if year >= int(first.get(name, has[0]))][:YEARS]
        for name in country["scenario"].unique()
    }
