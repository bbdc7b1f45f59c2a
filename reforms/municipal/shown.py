"""A municipality's decision sheet in words and tables, in English or Danish."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from reforms.municipal.effects import NONE
from reforms.municipal.sheet import MunicipalSheet
from reforms.report.numbers import numbers_in
from reforms.words import words_in

#: The words of a part of the file, by name: :func:`reforms.words.words_in`.
words_of = partial(words_in, Path(__file__).with_name("texts.yaml"))
_MILLIONS = ("benefits", "together", "alone")
_ONE_DECIMAL = ("caseworkers", "caseload")


def number(value: float, lang: str, *, decimals: int = 0, sign: bool = False) -> str:
    """Return a number as the language writes it, with a true minus; a dash if there is none."""
    if not math.isfinite(value):
        return "–"
    return numbers_in(lang).signed(value, decimals) if sign else numbers_in(lang).plain(value, decimals)


def line_rows(found: MunicipalSheet, scenario: str, lang: str) -> list[dict[str, str]]:
    """Return the lines of a reform as texts, the heading first."""
    labels, places, heads = (words_of(part, lang) for part in ("labels", "places", "heads"))
    columns = ("line", "year", "baseline", "difference", "interval", "told_at")
    rows = [{name: heads[name] for name in columns}]
    shown = found.lines[found.lines["scenario"] == scenario]
    for line, of in shown.groupby("line", sort=False):
        unit = 1e-6 if line in _MILLIONS else 1.0
        decimals = 1 if line in (*_MILLIONS, *_ONE_DECIMAL) else 0
        for row in of.to_dict("records"):
            told = str(row["told_at"])
            ends = [
                number(unit * row[end], lang, decimals=decimals, sign=True) for end in ("low80", "high80")
            ]
            difference = number(unit * row["difference"], lang, decimals=decimals, sign=True)
            rows.append(
                {
                    "line": labels[str(line)],
                    "year": str(row["year"]),
                    "baseline": number(unit * row["baseline"], lang, decimals=decimals),
                    "difference": "–" if told == NONE else difference,
                    "interval": " … ".join(ends) if math.isfinite(row["low80"]) else "–",
                    "told_at": places[told].format(area=found.area),
                }
            )
    return rows


def like_rows(found: MunicipalSheet, scenario: str, lang: str) -> list[dict[str, str]]:
    """Return the comparable municipalities as texts, the heading first and itself second."""
    heads, places = words_of("heads", lang), words_of("places", lang)
    columns = ("name", "inhabitants", "unemployment", "caseload", "recipients", "change", "told_at")
    rows = [{name: heads[name] for name in columns}]
    for row in found.likes[found.likes["scenario"] == scenario].to_dict("records"):
        told = str(row["told_at"])
        rows.append(
            {
                "name": str(row["name"]),
                "inhabitants": number(row["inhabitants"], lang),
                "unemployment": number(row["unemployment"], lang, decimals=1) + " %",
                "caseload": number(row["caseload"], lang, decimals=1),
                "recipients": number(row["recipients"], lang, decimals=1) + " %",
                "change": "–" if told == NONE else number(row["change"], lang, decimals=1, sign=True) + " %",
                "told_at": places[told].format(area="" if told != "area" else "landsdel"),
            }
        )
    return rows


def unsaid(found: MunicipalSheet, scenario: str, lang: str) -> str:
    """Return the sentence that names what cannot be told, or nothing."""
    of = found.lines[(found.lines["scenario"] == scenario) & (found.lines["told_at"] == NONE)]
    labels = words_of("labels", lang)
    names = ", ".join(
        f"{labels[str(name)].lower()} ({', '.join(str(year) for year in rows['year'])})"
        for name, rows in of.groupby("line", sort=False)
    )
    return words_of("said", lang)["unsaid"].format(lines=names) if names else ""


def invested(found: MunicipalSheet, lang: str) -> str:
    """Return what an investment gives and keeps, or how to find out."""
    said, of = words_of("said", lang), found.invested
    if of is None:
        return said["no_ten"].format(name=found.name)
    if not math.isfinite(of.low80):
        return said["ten_unknown"].format(what=of.what, group=of.group)
    even = said["never"] if of.break_even is None else said["even"].format(year=of.break_even)
    return said["ten"].format(
        what=of.what, group=of.group, years=of.years, median=number(of.median, lang, decimals=1, sign=True),
        low=number(of.low80, lang, decimals=1, sign=True),
        high=number(of.high80, lang, decimals=1, sign=True),
        chance=number(100.0 * of.pays, lang), even=even,
    )  # fmt: skip


def title(found: MunicipalSheet, scenario: str, lang: str) -> str:
    """Return the title of a reform's part."""
    years = sorted(set(found.lines.loc[found.lines["scenario"] == scenario, "year"]))
    named = f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0])
    return words_of("said", lang)["title"].format(name=found.name, reform=scenario, years=named)


def as_records(found: MunicipalSheet) -> list[dict[str, Any]]:
    """Return the lines as plain objects, missing numbers as null."""
    frame = found.lines.assign(municipality=found.code)
    return [
        {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]


def table_text(rows: list[dict[str, str]]) -> pd.DataFrame:
    """Return texts as a frame with the heading as column names, for notebooks."""
    return pd.DataFrame(rows[1:]).rename(columns=rows[0])
