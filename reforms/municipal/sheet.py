"""A municipality's decision sheet from finished results: lines, accounts, ten caseworkers, likes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from reforms.accounts import sheet as accounts_sheet
from reforms.accounts.chart import TOTAL
from reforms.invest.case import break_even
from reforms.municipal.comparable import comparable
from reforms.municipal.effects import area_of, municipal_effects, quantities
from sim.data import municipalities, municipality_code
from sim.errors import InputError
from sim.runs.plan import BASELINE
from sim.runs.reading import manifest_of
from sim.stats.interval import TOLD

#: What ``jobvej invest`` writes of its municipality's net cost, by year and in sum.
_CASE, _OWN, _SUM = "invest.csv", "municipality", "sum"


@dataclass(frozen=True)
class Invested:
    """What an investment gives and keeps, of ``jobvej invest``: DKK m over its years; costs are positive."""

    what: str
    group: str
    years: int
    median: float
    low80: float
    high80: float
    pays: float  # probability that it is no cost to the municipality; NaN: not known
    break_even: int | None


@dataclass(frozen=True)
class MunicipalSheet:
    """What is on the sheet.

    Attributes
    ----------
    code, name, area
        The municipality and its landsdel.
    lines
        :func:`reforms.municipal.effects.municipal_effects`, and the accounts as lines ``together`` and
        ``alone`` (kr. a year, current prices, always the municipality's own).
    likes
        name, inhabitants, unemployment (per cent), caseload, recipients (per cent of those aged 16-66), and
        the change of recipients with the reform (per cent), of comparable municipalities, itself first.
    invested
        Of ``--invest``, if it was given.
    """

    code: int
    name: str
    area: str
    lines: pd.DataFrame
    likes: pd.DataFrame
    invested: Invested | None = None


def municipal_sheet(
    folder: Path | str,
    municipality: str | int,
    *,
    reform: str | None = None,
    years: list[int] | None = None,
    invest: Path | str | None = None,
) -> MunicipalSheet:
    """Return a municipality's decision sheet.

    Parameters
    ----------
    folder
        Results of ``jobvej compare``.
    municipality
        Name or code.
    reform
        One reform of the comparison; all by default.
    years
        Calendar years; by default the first three in which the reform moves anything.
    invest
        Folder of ``jobvej invest`` for the same municipality.

    Raises
    ------
    InputError
        If municipality, reform, years or folder are not there.
    """
    folder, code = Path(folder), municipality_code(str(municipality))
    read = quantities(folder)
    known = list(dict.fromkeys(read["scenario"]))
    if reform is not None and reform not in known:
        raise InputError(f"no reform '{reform}' in it; it has {', '.join(known)}", file=folder)
    if reform is not None:
        read = read[read["scenario"] == reform]
    lines = municipal_effects(folder, code, years, read=read)
    lines = pd.concat([lines, _accounts(folder, code, lines)], ignore_index=True)
    asked = (code, *comparable(code))
    likes = pd.concat([_like(folder, each, lines, read) for each in asked], ignore_index=True)
    return MunicipalSheet(
        code, str(municipalities()["name"][code]), area_of(code)[0], lines, likes,
        None if invest is None else read_invested(Path(invest), code),
    )  # fmt: skip


def read_invested(folder: Path, code: int) -> Invested:
    """Return what an investment of municipality ``code`` gives and keeps: a folder of ``jobvej invest``."""
    path = folder / _CASE
    if not os.path.isfile(path):  # False too for what no file can be called
        raise InputError(f"{folder} holds no {_CASE}; jobvej invest --out {folder} makes it")
    said = next(each for each in manifest_of(folder / "worlds")["scenarios"] if each["name"] != BASELINE)
    if said.get("municipality") != code:
        names = municipalities()["name"]
        raise InputError(
            f"the investment is of {names[said['municipality']]}, not of {names[code]}", file=path
        )
    table = pd.read_csv(path)
    own = table[table["line"] == _OWN].astype({"year": str})
    by_year = own[own["year"].str.isdigit()].set_index("year")["amount_mio_kr"]
    by_year.index = by_year.index.astype(int)
    (total,) = own[own["year"] == _SUM].to_dict("records")
    return Invested(
        what=str(said["title"]["en"]), group=str(said["for"]), years=len(by_year),
        median=float(total["median"]), low80=float(total["low80"]),
        high80=float(total["high80"]), pays=1.0 - float(total["p_higher"]), break_even=break_even(by_year),
    )  # fmt: skip


def _accounts(folder: Path, code: int, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the municipality's total by perspective as lines, of the scenarios and years shown."""
    table = accounts_sheet(folder, municipality=code)
    table = table[
        (table["account"] == TOTAL) & (table["payer"] == "municipality") & (table["price"] == "current")
    ]
    shown = set(zip(lines["scenario"], lines["year"], strict=True))
    kept = [at in shown for at in zip(table["scenario"], table["year"], strict=True)]
    named = table[kept].rename(
        columns={"perspective": "line", "amount_kr": "difference", "baseline_kr": "baseline"}
    )
    named = named.assign(unit="kr. a year", told_at="municipality")
    return named[["scenario", "year", "line", "unit", "baseline", "difference", "told_at", *TOLD]]


def _like(folder: Path, code: int, lines: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Return a row of a comparable municipality for each scenario, in the last year shown of it."""
    m, rows = municipalities().loc[code], []
    for scenario, shown in lines.groupby("scenario", sort=False):
        year, own = int(shown["year"].max()), read[read["scenario"] == scenario]
        of = municipal_effects(folder, code, [year], read=own).set_index("line")
        recipients = of.loc["recipients"]
        rows.append(
            {
                "scenario": scenario,
                "name": str(m["name"]),
                "inhabitants": int(m["population_2024m01"]),
                "unemployment": float(m["gross_unemployment_pct_2024"]),
                "caseload": float(of.loc["caseload", "baseline"]),
                "recipients": 100.0
                * float(recipients["baseline"])
                / float(m["population_16_66_2022_derived"]),
                "change": 100.0 * float(recipients["difference"]) / float(recipients["baseline"]),
                "told_at": str(recipients["told_at"]),
            }
        )
    return pd.DataFrame(rows)
