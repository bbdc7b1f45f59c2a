"""Makes finished results again from what their manifest says, and compares the bytes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from reforms.results import do_plan, finishers_of
from reforms.scenario import BASELINE_SCENARIO, scenario_of
from sim.errors import InputError
from sim.parameters.baselines import DEFAULT
from sim.runs.options import RUN
from sim.runs.plan import BASELINE, Plan, Scenario, make_plan
from sim.runs.reading import manifest_of
from sim.runs.results import describe_differences
from sim.runs.verify import Verdict, compared


def made_again(folder: Path) -> list[Verdict]:
    """Return of each file of results whether it comes out again, byte by byte.

    Raises
    ------
    InputError
        The results are of another Jobvej, or of an analysis that has its own command.
    """
    said = manifest_of(folder)
    plan = plan_of(said)
    again = Path(tempfile.mkdtemp(prefix="jobvej-again-"))
    try:
        finishers = finishers_of(plan) if plan.kind == "compare" else []
        do_plan(plan, again, RUN.but(workers=None), finishers)
        return compared(folder, again)
    finally:
        shutil.rmtree(again, ignore_errors=True)


def plan_of(said: dict[str, Any]) -> Plan:
    """Return the plan that a manifest describes; InputError if it does not, or not one of this Jobvej."""
    try:
        options = RUN.but(
            start=said["from"], end=said["to"], scale=said["scale"], seed=said["seed"],
            replicates=said["replicates"], draws=said["draws"], demand=said["demand"],
            data=said.get("data", ""), baseline=said.get("baseline", DEFAULT),
            beliefs=said.get("beliefs", ""), settings=tuple(said["set"]),
            switched_off=tuple(said["switched_off"]),
        )  # fmt: skip
        kind, asked = said["kind"], said["scenarios"]
    except (KeyError, TypeError) as problem:
        raise InputError(f"its manifest does not say what was asked for ({problem})") from problem
    scenarios = [_scenario(each) for each in asked]
    if kind not in ("run", "compare"):
        raise InputError("its manifest names no command")
    plan = make_plan(scenarios, options, kind="compare" if kind == "compare" else "run")
    there = {key: value for key, value in said.items() if key != "files"}
    if differing := describe_differences(there, plan.definition):
        raise InputError("; ".join(differing))
    return plan


def _scenario(said: dict[str, Any]) -> Scenario:
    if said["name"] == BASELINE:
        return BASELINE_SCENARIO
    if "digest" not in said:
        raise InputError(f"'{said['name']}' was made by an analysis; give the command of that analysis again")
    return scenario_of(str(said.get("argument") or said["name"]))
