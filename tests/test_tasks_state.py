"""A stranger's task: a benefit is a row of the table of states and a file with its parameters."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pandas as pd
import pytest
from project_copy import contents, copied_to, python, replaced, run, touched
from test_docs_examples import blocks

from reforms.report.texts import load_texts

NAME, LABEL = "training_benefit", "Uddannelsesydelse"
PARAMETERS = f"sim/parameters/assumption/{NAME}.yaml"
#: Prints what the report counts in the block of the benefit, and the stocks and moves that it is made of.
IN_BLOCKS = """
import json
from pathlib import Path
from reforms.report.results import BLOCKS, read_results

results = read_results(Path(r"{folder}"))

def level(measure, group):
    return results.effect(measure, group).baseline

print(json.dumps(dict(
    stock={{state: level("stock", state) for state in BLOCKS["insured"]}},
    block_stock=level("block_stock", "insured"),
    moves={{move: level("flow", move) for move in results.here.groups("flow")}},
    block_to_work=level("block_flow", "insured>work"),
)))
"""


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


def rows_of(report: str, caption: str) -> set[str]:
    """Return the first cells of the tables with a caption in a report in Markdown."""
    table = re.compile(rf"^\*\*[^\n]*{re.escape(caption)}[^\n]*\n\n((?:\|[^\n]*\n)+)", re.MULTILINE)
    return {row.split("|")[1].strip() for rows in table.findall(report) for row in rows.splitlines()}


def country(folder: Path) -> pd.Series:
    """Return the benefit's measures of the year in the country without reform."""
    outcomes = pd.read_parquet(folder / "outcomes.parquet")
    mine = outcomes[(outcomes["group"] == NAME) & (outcomes["period"] == "2024")]
    mine = mine[(mine["municipality"] == 0) & (mine["scenario"] == "baseline")]
    return mine.set_index("measure")["value"]


@pytest.mark.slow
def test_people_live_on_it_come_and_go(folder: Path) -> None:
    mine = country(folder)
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
    stock = country(folder)["stock"]
    weekly = 0.8 * 20_359 * 12 / (365.25 / 7)
    # less what sanctions, wage subsidies and paid hours take away
    # and a few persons come and go between the counting and the payment
    assert 0.85 * stock * 52 * weekly < paid["amount_kr"].sum() <= 1.01 * stock * 52 * weekly


@pytest.mark.slow
def test_it_has_a_row_in_the_tables_of_the_danish_report(folder: Path) -> None:
    run(folder.parent, "report", str(folder), "--lang", "da", "--format", "md")
    t = load_texts("da")
    text = "".join(path.read_text("utf-8") for path in sorted(folder.glob("*.md")))  # report and appendix
    for caption in ("durations.last_year", "durations.shares", "stocks.table", "displacement.table"):
        assert LABEL in rows_of(text, t(caption)), caption


@pytest.mark.slow
def test_its_people_and_moves_are_in_a_block_of_the_report(folder: Path) -> None:
    shown = json.loads(python(folder.parent, IN_BLOCKS.format(folder=folder)))
    assert set(shown["stock"]) == {"dagpenge", NAME}
    assert shown["stock"][NAME] > 0
    assert shown["block_stock"] == pytest.approx(sum(shown["stock"].values()))
    assert {f"dagpenge>{NAME}", f"{NAME}>dagpenge", f"{NAME}>employed"} <= shown["moves"].keys()
    to_work = sum(shown["moves"].get(f"{state}>employed", 0.0) for state in shown["stock"])
    assert shown["block_to_work"] == pytest.approx(to_work)
