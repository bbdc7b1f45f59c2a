"""Bad input: exit code 2, one message that says what to do, nothing run and nothing written."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jobvej.cli import main
from jobvej.cli.options import in_flags
from sim.errors import named
from sim.runs.options import options

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "--reform", "hedline"], "Did you mean 'headline'?"),
        (["compare", "--reform", "headline", "--reform", "headline"], "asked for 2 times"),
        (["compare", "--reform", "no-focus-targets+cut-3b"], "Did you mean 'cut-3bn'?"),
        (["compare", "--reform", "missing.yaml"], "missing.yaml: no such file"),
        (["compare"], "compare needs a reform"),
        (["run", "--set", "refund.state_shar=1"], "Did you mean 'refund.state_share'?"),
        (["run", "--set", "refund.state_share[weeks_1_4]=7"], "impossible: expected 0 to 1"),
        (["run", "--set", "refund.state_share"], "expected parameter=value"),
        (["run", "--switch-off", "serch"], "no mechanism is called 'serch'"),
        (["run", "--demand", "bom"], "Did you mean 'boom'?"),
        (["run", "--from", "2024-01"], "expected a label such as 2024-W01"),
        (["run", "--to", "2023-W52"], "before it starts"),
        (["run", "--scale", "2"], "at most 1"),
        (["run", "--scale", "much"], "'much' is not a number"),
        (["run", "--workers", "0"], "workers is 0; expected 1 or more"),
        (["run", "--sede", "1"], "--seed"),
        (["league", "--executor", "desk://here:1"], "Did you mean 'dask://'?"),
        (["frontier", "--executor", "desk://here:1"], "Did you mean 'dask://'?"),
        (["invest", "--case", "hilleroed", "--executor", "desk://here:1"], "Did you mean 'dask://'?"),
        (["unemployment-point", "--executor", "desk://here:1"], "Did you mean 'dask://'?"),
        (["compare", "--reform", "cut-3bn", "--to", "2025-W40"], "'cut-3bn' changes nothing between"),
    ],
)
def test_nothing_is_run_and_nothing_written(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with pytest.raises(SystemExit) as leave:
        main([*arguments, "--out", str(out)])
    printed = capsys.readouterr()
    assert leave.value.code == 2
    assert message in printed.err
    assert printed.out == ""
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["comapre"], "Did you mean 'compare'"),
        (["reforms", "lst"], "Did you mean 'list'"),
        (["reforms", "show", "cut-3b"], "Did you mean 'cut-3bn'?"),
        (["params", "show", "refund.state_shar"], "Did you mean 'refund.state_share'?"),
        (["params", "list", "--kind", "laws"], "Did you mean 'law'?"),
        (["params", "list", "--on", "2024"], "expected a date such as 2024-01-01"),
        (["reforms", "list", "--lang", "dk"], "expected en or da"),
        (["run"], "Missing option '--out'"),
    ],
)
def test_the_nearest_valid_name_is_offered(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leave:
        main(arguments)
    assert leave.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["report", "."], "holds no finished results"),
        (["report", ".", "--lang", "sv"], "--lang is 'sv'; expected en or da"),
        (["report", ".", "--format", "doc"], "--format is 'doc'"),
    ],
)
def test_a_report_needs_finished_results(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as leave:
        main(arguments)
    assert leave.value.code == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_no_traceback_and_nothing_heavy_is_loaded_for_a_refusal() -> None:
    code = (
        "import sys\n"
        "from jobvej.cli import main\n"
        "try:\n"
        "    main(['compare', '--reform', 'hedline', '--out', 'never-made'])\n"
        "finally:\n"
        "    heavy = {'pandas', 'mesa', 'numba', 'scipy', 'pyarrow', 'matplotlib'} & set(sys.modules)\n"
        "    print('heavy:', sorted(heavy))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 2
    assert result.stdout == "heavy: []\n"
    assert result.stderr == "jobvej: unknown reform 'hedline'. Did you mean 'headline'?\n"
    assert not (ROOT / "never-made").exists()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (named("end"), "--to"),
        (named("workers", 2), "--workers 2"),
        (named("scale", "0.01"), "--scale 0.01"),
        (named("branching", False), "--no-branching"),
        (named("settings"), "--set"),
        (named("out"), "--out"),
        ("no option of that kind", "no option of that kind"),
    ],
)
def test_options_that_a_message_names_are_shown_as_words_of_the_command_line(said: str, shown: str) -> None:
    assert in_flags(f"Try ({said}).") == f"Try ({shown})."


def test_the_model_names_no_word_of_the_command_line_in_what_it_refuses() -> None:
    """Python's users have options by name; the list of options alone knows the words."""
    flags = {"--out", *(flag for each in options().values() for flag in each.about.flags[0].split("/"))}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "sim").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Raise)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
        if flags & set(re.findall(r"--[a-z-]+", part.value))
    ]
    assert found == [], "name options by sim.errors.named"
