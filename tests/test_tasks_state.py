"""A stranger's task: a benefit is a row of the table of states and a file with its parameters."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pandas as pd
import pytest
from project_copy import contents, copied_to, replaced, run, touched
from test_docs_examples import blocks

NAME = "training_benefit"
PARAMETERS = f"sim/parameters/assumption/{NAME}.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a year of a copy of the project to which the guide's benefit has been added."""
    copy = copied_to(tmp_path_factory.mktemp("project"))
    (member,) = blocks("adding-a-state.md", "text")
    (row,) = blocks("adding-a-state.md", "python")
    (parameters,) = blocks("adding-a-state.md", "yaml")
    before = contents(copy)
    states = copy / "sim/states.py"
    replaced(states, "    LEAVE = 16\n", "    LEAVE = 16\n" + member)
    text = states.read_text("utf-8")
    end = ")  # fmt: skip\n"
    assert text.count(end) == 1, "the table ends with its last row"
    states.write_text(
        text.replace(end, textwrap.indent(row.removesuffix("  # fmt: skip\n") + ",\n", "    ") + end), "utf-8"
    )
    (copy / PARAMETERS).write_text(parameters, "utf-8")
    assert touched(before, contents(copy)) == {"sim/states.py", PARAMETERS}
    out = copy / "out"
    run(
        copy,
        "compare", "--reform", "nothing", "--from", "2024-W01", "--to", "2024-W52", "--scale", "0.005",
        "--workers", "1", "--out", str(out),
    )  # fmt: skip
    return out


def country(folder: Path) -> pd.Series:
    """Return the benefit's measures of the year in the country without reform."""
    outcomes = pd.read_parquet(folder / "outcomes.parquet")
    mine = outcomes[(outcomes["group"] == NAME) & (outcomes["period"] == "2024")]
    mine = mine[(mine["municipality"] == 0) & (mine["scenario"] == "baseline")]
    return mine.set_index("measure")["value"]


@pytest.mark.slow
def test_people_live_on_it_come_and_go(folder: Path) -> None:
    outcomes = pd.read_parquet(folder / "outcomes.parquet").query(
        "municipality == 0 and scenario == 'baseline'"
    )
    mine = outcomes[(outcomes["group"] == NAME) & (outcomes["period"] == "2024")].set_index("measure")[
        "value"
    ]
    assert 1000 < mine["stock"] < 6000
    assert mine["inflow"] > 0
    assert mine["outflow"] > 0
    assert mine["mean_duration"] > 1
    assert mine["interviews"] > 0


@pytest.mark.slow
def test_it_is_paid_and_refunded_to_the_krone(folder: Path) -> None:
    """80 per cent of the highest dagpenge of 2024 (20,359 kr. a month, rules.csv), for every person-week."""
    ledger = pd.read_parquet(folder / "ledger.parquet").query("scenario == 'baseline'")
    paid = ledger[ledger["account"] == NAME]
    assert set(zip(paid["payer"], paid["receiver"], strict=True)) == {("municipality", "citizen")}
    outcomes = pd.read_parquet(folder / "outcomes.parquet").query(
        "municipality == 0 and scenario == 'baseline'"
    )
    stock = outcomes.query(f"measure == 'stock' and group == '{NAME}' and period == '2024'")["value"].item()
    weekly = 0.8 * 20_359 * 12 / (365.25 / 7)
    # less what sanctions, wage subsidies and paid hours take away
    assert 0.85 * stock * 52 * weekly < paid["amount_kr"].sum() <= 1.001 * stock * 52 * weekly


@pytest.mark.slow
def test_it_is_reported_in_danish(folder: Path) -> None:
    run(folder.parent, "report", str(folder), "--lang", "da", "--format", "md")
    (report,) = folder.glob("*.md")
    assert "Uddannelsesydelse" in report.read_text("utf-8")
