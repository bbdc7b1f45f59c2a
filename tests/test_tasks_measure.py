"""A stranger's task: a measure is added by editing one file, and is then counted, listed and reported."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pandas as pd
import pytest
from test_docs_examples import blocks

from sim.states import CLIENT_STATES, STATES

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("jobvej", "sim", "reforms", "calibration")
NAME = "handover_hours_per_client"
FILE = "sim/outcomes/measures/jobcentres.py"


def contents(project: Path) -> dict[str, bytes]:
    """Return the files of a copy of the project, machine code of Python left out."""
    files = (path for path in project.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in files}


def run(project: Path, *arguments: str) -> str:
    """Run the command line of a copy of the project."""
    result = subprocess.run(
        [sys.executable, "-m", "jobvej.cli", *arguments],
        cwd=project, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(project)},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project to which the measure of the guide has been added."""
    copy = tmp_path_factory.mktemp("project")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    before = contents(copy)
    (entry,) = blocks("adding-a-measure.md", "python")
    text = (copy / FILE).read_text("utf-8")
    assert text.endswith("\n)\n"), "the file ends with its measures"
    added = textwrap.indent(entry.rstrip() + ",\n", "    ")
    (copy / FILE).write_text(text.removesuffix(")\n") + added + ")\n", "utf-8")
    after = contents(copy)
    touched = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert touched == {FILE}
    return copy


@pytest.fixture(scope="module")
def folder(project: Path) -> Path:
    """Return a comparison of ten weeks that the copy has run."""
    out = project / "out"
    run(
        project,
        "compare", "--reform", "nothing", "--from", "2024-W01", "--to", "2024-W10", "--scale", "0.002",
        "--replicates", "2", "--workers", "1", "--out", str(out),
    )  # fmt: skip
    return out


def test_it_is_counted(folder: Path) -> None:
    """The country's value is hours of handovers over clients, both as other measures count them."""
    outcomes = pd.read_parquet(folder / "outcomes.parquet")
    mine = outcomes[(outcomes["measure"] == NAME) & (outcomes["scenario"] == "baseline")]
    assert len(mine) == 2 * 99
    assert set(mine["unit"]) == {"hours a client"}
    first = outcomes[(outcomes["scenario"] == "baseline") & (outcomes["replicate"] == 0)]
    country = first[(first["municipality"] == 0) & (first["period"] == "2024")]
    country = country.set_index(["measure", "group"])["value"]
    clients = sum(country["stock", STATES[state]] for state in CLIENT_STATES)
    assert country["hours", "handover"] > 0
    assert country[NAME, "all"] == pytest.approx(country["hours", "handover"] / clients)


@pytest.mark.parametrize(
    ("lang", "label", "unit"),
    [
        ("en", "Handover hours a client", "hours a client"),
        ("da", "Overdragelsestimer pr. borger", "timer pr. borger"),
    ],
)
def test_it_is_listed(project: Path, lang: str, label: str, unit: str) -> None:
    rows = json.loads(run(project, "measures", "list", "--lang", lang, "--json"))
    (found,) = [row for row in rows if row["name"] == NAME]
    assert (found["label"], found["unit"]) == (label, unit)


def test_it_is_reported_in_danish_with_table_and_definition(project: Path, folder: Path) -> None:
    file = Path(run(project, "report", str(folder), "--lang", "da", "--format", "md").split()[-1])
    text = (project / file).with_name(f"{file.stem}-appendix.md").read_text("utf-8")
    table = text.partition("Timer til overdragelse pr. borger")[2]
    assert table.startswith("** (timer pr. borger, 2024)")
    row = next(line for line in table.splitlines() if line.startswith("| Hele landet |"))
    level = float(row.split("|")[2].strip().replace(",", "."))
    outcomes = pd.read_parquet(folder / "outcomes.parquet")
    mine = outcomes[(outcomes["measure"] == NAME) & (outcomes["municipality"] == 0)]
    assert level == pytest.approx(mine["value"].mean(), abs=0.005)
    assert "**Overdragelsestimer pr. borger**: Sagsbehandlernes timer til overdragelse" in text
    assert "(enhed: timer pr. borger)" in text
