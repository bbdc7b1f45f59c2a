"""Facts held out from calibration: published figures that an unreformed world can be held against.

The files lie in ``calibration/validation/``; nothing that calibrates opens them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from calibration.moments import Observed, municipal_correlation
from reforms.schema import BothLanguages
from sim.errors import InputError
from sim.parameters.document import Document, raise_all, read_document
from sim.parameters.schema import Entry, SourceEntry, Text, read_entry

FOLDER = Path(__file__).resolve().parent / "validation"
KINDS: dict[str, str] = {"facts.yaml": "fact", "seed_figures.yaml": "seed figure"}

Cell = list[str]


class MeasureEntry(Entry):
    """How the model's counterpart is made of its yearly outcomes."""

    kind: Literal["ratio", "exit_share", "correlation"]
    over: Any = None
    under: list[Cell] = Field(default_factory=list)
    times: float = 1.0
    origins: list[str] = Field(default_factory=list)
    destinations: list[str] = Field(default_factory=list)
    column: str = ""
    group: str = "all"


class FactEntry(Entry):
    """One published figure."""

    label: BothLanguages
    unit: Text
    value: float
    low: float | None = None
    high: float | None = None
    period: Text
    measure: MeasureEntry
    compared: BothLanguages
    comment: BothLanguages | None = None
    source: SourceEntry


def load_facts() -> dict[str, tuple[str, FactEntry]]:
    """Return all facts by id, with the kind of each: 'fact' or 'seed figure'.

    Raises
    ------
    InputError
        A file does not fit its schema: every error with file and line.
    """
    found: dict[str, tuple[str, FactEntry]] = {}
    errors: list[InputError] = []
    for file, kind in KINDS.items():
        document = read_document(FOLDER / file)
        for name, content in _entries(document).items():
            entry = read_entry(FactEntry, document, name, content=content)
            if isinstance(entry, list):
                errors += entry
            else:
                found[str(name)] = (kind, entry)
    raise_all(errors)
    return found


def _entries(document: Document) -> dict[Any, Any]:
    if not isinstance(document.content, dict):
        raise document.error("expected ids of facts with their entries")
    return document.content


def measured(fact: FactEntry, seen: Observed) -> float:
    """Return a fact's counterpart in the year seen of an unreformed world."""
    m = fact.measure
    if m.kind == "correlation":
        return municipal_correlation(seen, m.column, str(m.over), m.group)
    if m.kind == "exit_share":
        return _exit_share(seen, m.origins, m.destinations)
    over = sum(seen.value(measure, group) for measure, group in m.over)
    under = sum(seen.value(measure, group) for measure, group in m.under) if m.under else 1.0
    return m.times * over / under


def _exit_share(seen: Observed, origins: list[str], destinations: list[str]) -> float:
    """Per cent of the moves out of a set of states that lead to certain others."""
    o = seen.outcomes
    rows = o[(o["measure"] == "flow") & (o["period"] == str(seen.year)) & (o["municipality"] == 0)]
    ends = rows["group"].str.split(">", expand=True)
    frame = pd.DataFrame({"origin": ends[0], "to": ends[1], "n": rows["value"]})
    out = frame[frame["origin"].isin(origins) & ~frame["to"].isin(origins)]
    total = float(out["n"].sum())
    return 100.0 * float(out.loc[out["to"].isin(destinations), "n"].sum()) / total if total else float("nan")


def fact_verdict(fact: FactEntry, model: float) -> tuple[bool | None, str]:
    """Return whether the model is near enough to count as right, and how near in words."""
    if np.isnan(model):
        return None, "not measured"
    if fact.low is not None and fact.high is not None:
        inside = fact.low <= model <= fact.high
        return inside, "inside the range asked for" if inside else "outside the range asked for"
    off = abs(model / fact.value - 1.0)
    if off <= 0.10:
        return True, "within 10 per cent"
    if off <= 0.25:
        return True, "within 25 per cent"
    return False, f"{100 * (model / fact.value - 1.0):+.0f} per cent".replace("-", "−")
