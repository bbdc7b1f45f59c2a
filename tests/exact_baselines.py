"""Three small Denmarks whose results stand in the repository to the last person, move and thousand kroner.

They change on purpose only: ``python tests/exact_baselines.py "why they changed"`` makes them anew and writes
the table and a line of the changelog's list.  ``tests/test_exact_baselines.py`` holds the one against the
other.
"""

from __future__ import annotations

import hashlib
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from small_worlds import HEADLINE, brought_forward, world

from reforms import load
from sim import LabourMarket
from sim.parameters import load_parameters
from sim.states import STATES

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "tests" / "exact_baselines.csv"
CHANGELOG = ROOT / "CHANGELOG.md"
#: Above the reasons in the changelog, the newest first.
HEADING = "### Why the exact baselines changed\n\n"
_PEOPLE: dict[str, Any] = {"scale": 0.004, "seed": 7}


def markets() -> dict[str, LabourMarket]:
    """Return them: the law of 2024, all headline reforms in a recession, the law now with its phase 2."""
    headline = load_parameters().with_changes(
        tuple(change for name in HEADLINE for change in brought_forward(name, date(2026, 3, 2)))
    )
    phase_2 = load_parameters(baseline="law-now").with_changes(load("agreement-2025-phase-2").changes)
    return {
        "law-2024": world(start="2024-W01", end="2025-W13", **_PEOPLE),
        "headline-in-a-recession": world(
            headline, start="2026-W01", end="2027-W13", demand="recession", **_PEOPLE
        ),
        "law-now-phase-2": world(phase_2, start="2026-W27", end="2027-W39", **_PEOPLE),
    }


def table() -> pd.DataFrame:
    """Run the three; return scenario, what, name and value: people by state and moves, kroner by account."""
    rows = []
    for name, made in markets().items():
        made.run()
        stocks = np.bincount(made.citizens.status.state, minlength=len(STATES) + 1)
        told = made.outcomes().query("measure == 'outflow' and municipality == 0")
        exits = told.groupby("group", sort=False)["value"].sum()
        paid = made.ledger_table().groupby("account")["amount_kr"].sum()
        rows += [(name, "people simulated", state, int(n)) for state, n in zip(STATES, stocks, strict=False)]
        rows += [(name, "exits of Denmark, all years", str(group), round(n)) for group, n in exits.items()]
        rows += [
            (name, "m kr. of Denmark, all years", str(account), round(kr / 1e6, 3))
            for account, kr in paid.items()
        ]
    return pd.DataFrame(rows, columns=["scenario", "what", "name", "value"])


def mark(text: str) -> str:
    """Return what stands for a table in the changelog: eight digits of its hash."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('Usage: python tests/exact_baselines.py "why they changed"')
    written = table().to_csv(index=False, lineterminator="\n")
    TABLE.write_text(written, "utf-8")
    said = CHANGELOG.read_text("utf-8")
    assert HEADING in said, f"{CHANGELOG} has no heading {HEADING.strip()!r}"
    CHANGELOG.write_text(said.replace(HEADING, f"{HEADING}- `{mark(written)}` {sys.argv[1]}\n"), "utf-8")
