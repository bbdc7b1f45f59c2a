"""The chain as text, 80 columns wide."""

from __future__ import annotations

import math
import textwrap

import pandas as pd

from reforms.chain.links import STAGES
from reforms.chain.replaced import LINEAR

WIDTH = 80
_LABEL, _LEVEL, _CHANGE = 29, 11, 10
#: Unit of money, of which only the difference is shown: its level is benefits less tax and says nothing.
_MONEY = "mio. kr. a year"
#: Decimals of a level and of a difference by unit; persons and hours have none.
_DECIMALS: dict[str, tuple[int, int]] = {
    "a week": (4, 5),
    "a person-year": (4, 5),
    "weeks": (2, 3),
    "mio. kr. a year": (1, 1),
    "share": (2, 2),
    "clients": (2, 2),
    "vacancies": (3, 4),
}
_NO_INTERVAL = (
    "No interval: these are of one pair of runs, or of one draw of the uncertain numbers. Ask for more "
    "(--draws 8 --replicates 2) before a figure is quoted."
)
#: Units that are told shorter than in the table.
_SHORT = {"mio. kr. a year": "DKK m", "a person-year": "a year", "person-weeks": "weeks"}


def as_text(rows: pd.DataFrame, *, all_links: bool = False, evidence: bool = True) -> str:
    """Return the chain of one reform in one year, stage by stage.

    Parameters
    ----------
    rows
        The chain, perhaps with the marks of replaced links.
    all_links
        Benefit by benefit as well.
    evidence
        Whether the evidence of each link stands under its stage.
    """
    marked = "mark" in rows
    if not all_links:
        keep = rows["main"] | (rows["mark"] != "" if marked else False)
        rows = rows[keep]
    scenario, year = rows["scenario"].iloc[0], rows["year"].iloc[0]
    heads = f"{'before':>{_LEVEL}} {'after':>{_LEVEL}} {'difference':>{_CHANGE}} unit"
    lines = [f"{scenario}, {year}, all of Denmark", " " * (_LABEL + 2) + heads]
    for stage, heading in STAGES.items():
        part = rows[rows["stage"] == stage]
        if len(part):
            lines += ["", heading, *_stage(part, evidence)]
    if rows["low95"].isna().all():
        lines += ["", *textwrap.wrap(_NO_INTERVAL, WIDTH)]
    if marked and (rows["mark"] != "").any():
        lines += ["", *textwrap.wrap(LINEAR, WIDTH)]
    return "\n".join(lines)


def _stage(part: pd.DataFrame, evidence: bool) -> list[str]:
    """Return the lines of a stage, and under them the evidence, each text once."""
    texts = list(dict.fromkeys(part["evidence"]))
    lines = []
    for row in part.to_dict("records"):
        letter = f" [{_letter(row['evidence'], texts)}]" if evidence and len(texts) > 1 else ""
        first, *more = textwrap.wrap(row["label"], _LABEL - 1)
        level, change = _DECIMALS.get(row["unit"], (0, 0))
        of_money = row["unit"] == _MONEY
        before, after = ("" if of_money else _number(row[at], level) for at in ("before", "after"))
        numbers = f"{before:>{_LEVEL}} {after:>{_LEVEL}} {_number(row['difference'], change, '+'):>{_CHANGE}}"
        unit = _SHORT.get(row["unit"], row["unit"])
        lines.append(f"{row.get('mark') or ' '} {first:<{_LABEL}}{numbers} {unit}{letter}")
        lines += [f"    {text}" for text in more]
    if evidence:
        for text in texts:
            letter = f"[{_letter(text, texts)}] " if len(texts) > 1 else "evidence: "
            lines += textwrap.wrap(letter + text, WIDTH, initial_indent="    ", subsequent_indent="        ")
    return lines


def _letter(text: str, texts: list[str]) -> str:
    return chr(ord("a") + texts.index(text))


def _number(value: float, decimals: int, sign: str = "") -> str:
    """Return a number; nothing known is '..', and only nothing at all is '0'."""
    if math.isnan(value):
        return ".."
    return "0" if value == 0.0 else f"{value:{sign},.{decimals}f}"
