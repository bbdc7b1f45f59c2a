"""One list of run options: each with default, check and words, and no default stated anywhere else."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import jobvej
from sim.errors import InputError
from sim.rules.demand_paths import demand_path
from sim.runs.options import DEMANDS, RUN, RunFields, RunOptions, check_scale, options, shows_run_options

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "sim" / "runs" / "options.py"
#: Defaults of other things with the name of an option.
OTHERS = {
    ("calibration/estimate/run.py", "seed"),  # of the design of a calibration
    ("sim/stats/emulator.py", "seed"),  # of the parts of a cross-validation
    ("sim/stats/screening.py", "seed"),  # as above
    ("reforms/summary.py", "scale"),  # that results were made at: not known
    ("reforms/report/estimates.py", "scale"),
    ("jobvej/cli/reforming.py", "start"),  # of the run that a reform is checked for: none
    ("jobvej/cli/reforming.py", "end"),
}


def stated(source: str) -> Iterator[str]:
    """Names of run options that get a literal value as default of a parameter or a field."""
    for node in ast.walk(ast.parse(source)):
        pairs: list[tuple[str, ast.expr | None]] = []
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            taken = [*node.args.posonlyargs, *node.args.args]
            last = taken[len(taken) - len(node.args.defaults) :]
            names = [each.arg for each in (*last, *node.args.kwonlyargs)]
            pairs += zip(names, [*node.args.defaults, *node.args.kw_defaults], strict=True)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            pairs.append((node.target.id, node.value))
        for name, value in pairs:
            if name in options() and isinstance(value, ast.Constant) and value.value is not None:
                yield name


def test_no_default_is_stated_elsewhere() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), name)
        for package in ("jobvej", "sim", "reforms", "calibration")
        for path in sorted((ROOT / package).rglob("*.py"))
        if path != LIST
        for name in stated(path.read_text("utf-8"))
    }
    assert found == OTHERS


def test_a_default_elsewhere_would_be_found() -> None:
    assert list(stated("def f(scale: float = 0.1, *, draws=4, seed=None): ...")) == ["scale", "draws"]
    assert list(stated("class A:\n    end: str = '2030-W52'\n    start: str = RUN.start")) == ["end"]


def test_the_makefile_says_what_the_list_says() -> None:
    said = dict(re.findall(r"^(FROM|TO|SEED) \?= (\S+)$", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert said == {"FROM": RUN.start, "TO": RUN.end, "SEED": str(RUN.seed)}


def test_the_keywords_of_functions_are_the_fields_of_the_list() -> None:
    assert tuple(get_type_hints(RunFields)) == tuple(options())


def test_every_demand_is_a_path_of_the_model() -> None:
    for name in DEMANDS:
        demand_path(name)
    with pytest.raises(InputError):
        demand_path("bom")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"scale": 0.0005}, "scale is 0.0005; expected a share of the people, at least 0.001 and at most 1"),
        ({"scale": 1.5}, "scale is 1.5"),
        ({"seed": -1}, "seed is -1"),
        ({"replicates": 0}, "replicates is 0; expected 1 or more"),
        ({"draws": 0}, "draws is 0; expected 1 or more"),
        ({"workers": 0}, "workers is 0; expected 1 or more"),
        ({"demand": "bom"}, "Did you mean 'boom'?"),
        ({"executor": "desk://here:1"}, "no executor 'desk://here:1'"),
        ({"switched_off": ["serch"]}, "no mechanism is called 'serch'"),
        ({"start": "2024-01"}, "'2024-01' is not a week"),
        ({"start": "2026-W01", "end": "2025-W52"}, "the run ends in 2025-W52, before it starts in 2026-W01"),
    ],
)
def test_what_cannot_be_used_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        RUN.but(**changed)
    with pytest.raises(InputError, match=re.escape(message)):
        RunOptions(**changed)


@pytest.mark.parametrize("scale", [0.001, 0.5, 1])
def test_scales_that_can_be_simulated(scale: float) -> None:
    assert check_scale(scale) == scale


def test_an_option_that_does_not_exist_is_no_keyword() -> None:
    with pytest.raises(TypeError, match=r"no run option 'sede'\. Did you mean 'seed'\?"):
        RUN.but(sede=2)  # type: ignore[call-arg]


def test_settings_may_be_texts_or_numbers_by_name() -> None:
    expected = ("contact.minutes=45", "refund.state_share[weeks_1_4]=0.7")
    assert RUN.but(settings=expected).settings == expected
    by_name = {"contact.minutes": 45, "refund.state_share[weeks_1_4]": 0.7}
    assert RUN.but(settings=by_name).settings == expected


def test_the_words_ask_for_the_same_again() -> None:
    asked = RUN.but(
        scale=0.01, settings=["contact.minutes=45"], switched_off=["season", "relation"], workers=2
    )
    assert (
        asked.words()
        == (
            f"--from {RUN.start} --to {RUN.end} --scale 0.01 --seed 1 --replicates 1 --draws 1 --demand flat "
            "--baseline law-2024 "
            "--set contact.minutes=45 --switch-off relation --switch-off season"
        ).split()
    )
    assert asked.words("scale", "workers") == ["--scale", "0.01", "--workers", "2"]


def test_a_function_shows_the_options_that_it_takes() -> None:
    @shows_run_options(RUN.but(scale=0.2), without=["demand"], own=["draws"])
    def analyse(what: str, **options: Any) -> dict[str, Any]:
        """Analyse.

        **options
            And more.
        """
        return {"what": what, **options}

    import inspect

    shown = inspect.signature(analyse).parameters
    assert list(shown) == ["what", *(name for name in options() if name != "demand")]
    assert (shown["scale"].default, shown["draws"].default, shown["seed"].default) == (0.2, None, RUN.seed)
    assert "    scale = 0.2: Share of" in (analyse.__doc__ or "")
    assert analyse("x", draws=None, scale=0.5) == {"what": "x", "scale": 0.5}
    with pytest.raises(TypeError, match="analyse decides demand itself"):
        analyse("x", demand="boom")


@pytest.mark.parametrize(
    "command",
    [
        "absorption", "compare", "fit", "frontier", "invariance", "invest", "league", "placebo", "run",
        "sensitivity", "trial", "unemployment_point", "validate", "worth",
    ],
)  # fmt: skip
def test_a_command_asks_for_what_its_function_takes(command: str) -> None:
    from jobvej.cli.app import app

    call = next(
        each.callback
        for each in app.registered_commands
        if each.callback is not None and each.callback.__name__ == command
    )
    shown = set(inspect.signature(call).parameters) & set(options())
    taken = set(inspect.signature(getattr(jobvej, command)).parameters) & set(options())
    assert shown == taken - ({"quiet"} if command == "absorption" else set())
