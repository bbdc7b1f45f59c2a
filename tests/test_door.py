"""The door: what ``import jobvej`` offers is there, documented, cheap until used, and says what it is."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import typer
import typer.core
from runs_fake_world import REQUEST, FakeWorld

import jobvej
from jobvej.cli import app
from reforms.frontier import read
from sim.runs.options import options

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = [name for name in jobvej.__all__ if inspect.isfunction(getattr(jobvej, name))]
#: Commands with a function of the same name (underscores for hyphens) behind the door.
COMMANDS = (
    "run", "compare", "league", "frontier", "invest", "unemployment-point", "trial", "validate", "fit",
    "sensitivity", "worth", "report", "placebo",
)  # fmt: skip


@pytest.mark.parametrize("name", jobvej.__all__)
def test_everything_is_there_and_documented(name: str) -> None:
    value = getattr(jobvej, name)
    assert name in dir(jobvej)
    text = inspect.getdoc(value)
    assert text is not None
    assert len(text) > 40
    if name in FUNCTIONS:
        taken = inspect.signature(value).parameters
        assert [each for each in taken if each not in text] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_notebook_calls_has_an_example(name: str) -> None:
    function = getattr(jobvej, name.replace("-", "_"))
    assert ">>> " in (inspect.getdoc(function) or "")
    assert "Returns\n-------" in (inspect.getdoc(function) or "")


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(AttributeError, match="no attribute 'comparison'"):
        _ = jobvej.comparison  # type: ignore[attr-defined]


def test_the_import_loads_nothing_heavy_and_a_reform_is_read_without_the_model() -> None:
    code = (
        "import sys, jobvej\n"
        "heavy = {'numpy', 'pandas', 'numba', 'mesa', 'scipy', 'pyarrow', 'matplotlib', "
        "'ruamel', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "jobvej.load_reform('cut-3bn')\n"
        "print(sorted((heavy - {'ruamel', 'pydantic'}) & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "[]\n[]\n"


def test_what_comes_back_says_what_it_is() -> None:
    assert repr(jobvej.load_reform("cut-3bn")) == "<Reform 'cut-3bn': 2 changes from 2026-01-01>"
    assert repr(jobvej.load_reform("nothing")) == "<Reform 'nothing': no changes>"
    parameters = jobvej.load_parameters()
    assert repr(parameters).startswith(f"<ParameterSet: {len(parameters)} parameters (")
    assert repr(parameters["contact.a_kasse_weeks"]).startswith("<Parameter 'contact.a_kasse_weeks': ")
    shown = repr(read(ROOT / "results" / "reference" / "frontier"))
    assert shown.startswith("<Frontier of 'process-rules-removed': cuts to 4 bn kr.")


def test_a_run_and_a_comparison_say_what_they_are_and_go_with_their_folder() -> None:
    asked = {key: value for key, value in REQUEST.items() if key != "replicates"}
    result = jobvej.run(quiet=True, make_world=FakeWorld, **asked)
    assert result.scenarios == ("baseline",)
    assert repr(result).startswith(f"<Results of baseline: {asked['start']} to {asked['end']}, scale ")
    assert isinstance(result.outcomes, pd.DataFrame)
    folder = result.folder
    assert folder.is_dir()
    del result
    assert not folder.exists()
    comparison = jobvej.compare("nothing", quiet=True, make_world=FakeWorld, **asked)
    assert repr(comparison).startswith("<Comparison of baseline, nothing: ")


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    nothing = jobvej.Comparison(tmp_path)
    assert repr(nothing) == f"<Comparison in {tmp_path}: not finished>"
    with pytest.raises(jobvej.InputError, match="holds no finished results"):
        _ = nothing.summary
    with pytest.raises(jobvej.InputError, match="holds no finished results"):
        jobvej.report(tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_the_defaults_of_its_function(name: str) -> None:
    """Except for workers: the command line takes every core, which a script without a main guard cannot."""
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    taken = inspect.signature(getattr(jobvej, name.replace("-", "_"))).parameters
    told = {parameter.name: parameter.default for parameter in group.commands[name].params}
    shared = (set(told) & set(taken)) - {"workers", "out"}
    assert (set(options()) & set(taken)) <= set(told)
    for each in shared:
        default = None if taken[each].default is inspect.Parameter.empty else taken[each].default
        assert (told[each] or None) == (default or None), each


def test_a_comparison_without_a_reform_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(jobvej.InputError, match="no reform to compare"):
        jobvej.compare([], out=tmp_path / "results")
    assert not (tmp_path / "results").exists()
