"""Jobvej simulates the Danish employment system: who is without work for how long, and who pays.

Everything that a notebook needs is here; each name is imported when it is first used, and has a docstring
with an example (``help(jobvej.compare)``).

Ask a question
    compare         baseline and reforms with the same people: differences, intervals, winners, kroner
    headlines       the headline reforms against the law of 2024 and against the law as it is now
    run             the baseline or reforms, without comparing
    report          a comparison as a page to read, in Danish or English
    league          every proposal alone, ranked
    placebo         the noise floor: how far measures move for no reason
    invariance      the same reforms at several scales, and stocks without any
    absorption      how fast more people who look for work become more people in work
    believe         each package under each belief
    bridge          from one belief's answer to another's, one assumption at a time
    stress          packages in a recession, a boom, short of staff ...
    design          where a saving does least harm, and what must go first
    frontier        how large a cut can be, by how much simplification really happens
    invest          a municipality's business case
    unemployment_point   what a percentage point more unemployment costs
    accounts, present_value   what a comparison costs whom
    lives           two lives of the same simulated person, and where they part
    municipal_sheet   one municipality: posts, caseloads, people, accounts, comparable ones
    pairing         what the shared random numbers of a comparison save

Reforms and numbers
    catalogue, load_reform, check_reform, load_parameters

Trust
    fit, trial, validate, backcast, sensitivity, worth
    reference_fit, reference_validation, trials, ensemble   what ships with the product, as tables

The model itself
    LabourMarket    a ``mesa.Model``, week by week

>>> import jobvej
>>> jobvej.load_reform("cut-3bn")
<Reform 'cut-3bn': 1 change from 2026-01-01>
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calibration.backcast import backcast
    from calibration.experiments.results import run_trial as trial
    from calibration.fit import Fit
    from calibration.fit import checks as fit_checks
    from calibration.fit import reference_table as reference_fit
    from calibration.fitting import fit
    from calibration.sensitivity import run_sensitivity as sensitivity
    from calibration.validate import reference_validation, validate
    from calibration.worth import run_worth as worth
    from jobvej.reports import report
    from jobvej.tables import ensemble, trials
    from reforms.absorption import absorption
    from reforms.check import check as check_reform
    from reforms.decide.belief_table import BeliefTable, believe
    from reforms.decide.bridge import bridge
    from reforms.decide.bridge_results import Bridge
    from reforms.decide.design import design
    from reforms.decide.design_results import Designed
    from reforms.decide.design_results import read as read_design
    from reforms.decide.stress import Stress, stress
    from reforms.fiscal import accounts, present_value
    from reforms.frontier.results import Frontier
    from reforms.frontier.results import read as read_frontier
    from reforms.frontier.run import frontier
    from reforms.headline_table import headlines
    from reforms.invariance import invariance
    from reforms.invest.run import BusinessCase, invest
    from reforms.league_run import League, league
    from reforms.lives.made import lives
    from reforms.lives.results import TwoLives
    from reforms.lives.results import read as read_lives
    from reforms.load import catalogue
    from reforms.load import load as load_reform
    from reforms.municipal.sheet import MunicipalSheet, municipal_sheet
    from reforms.noise_floor import NoiseFloor, read_floor
    from reforms.pairing import measure_pairing as pairing
    from reforms.placebo import placebo
    from reforms.reform import Reform
    from reforms.results import Comparison, Results, compare, run
    from reforms.unemployment_point import unemployment_point
    from sim.errors import InputError, RunError
    from sim.model import LabourMarket
    from sim.parameters import Parameter, ParameterSet, load_parameters
    from sim.runs.options import RunOptions

#: Name -> where it is: the module, and after a colon its name there if that is another.
_HOMES = {
    "BeliefTable": "reforms.decide.belief_table",
    "Bridge": "reforms.decide.bridge_results",
    "BusinessCase": "reforms.invest.run",
    "Comparison": "reforms.results",
    "Designed": "reforms.decide.design_results",
    "Fit": "calibration.fit",
    "Frontier": "reforms.frontier.results",
    "InputError": "sim.errors",
    "LabourMarket": "sim.model",
    "League": "reforms.league_run",
    "MunicipalSheet": "reforms.municipal.sheet",
    "NoiseFloor": "reforms.noise_floor",
    "Parameter": "sim.parameters",
    "ParameterSet": "sim.parameters",
    "Reform": "reforms.reform",
    "Results": "reforms.results",
    "RunError": "sim.errors",
    "Stress": "reforms.decide.stress",
    "RunOptions": "sim.runs.options",
    "TwoLives": "reforms.lives.results",
    "absorption": "reforms.absorption",
    "accounts": "reforms.fiscal",
    "backcast": "calibration.backcast",
    "believe": "reforms.decide.belief_table",
    "bridge": "reforms.decide.bridge",
    "catalogue": "reforms.load",
    "check_reform": "reforms.check:check",
    "compare": "reforms.results",
    "design": "reforms.decide.design",
    "ensemble": "jobvej.tables",
    "fit": "calibration.fitting",
    "fit_checks": "calibration.fit:checks",
    "frontier": "reforms.frontier.run",
    "headlines": "reforms.headline_table",
    "invest": "reforms.invest.run",
    "league": "reforms.league_run",
    "lives": "reforms.lives.made",
    "load_parameters": "sim.parameters",
    "load_reform": "reforms.load:load",
    "municipal_sheet": "reforms.municipal.sheet",
    "pairing": "reforms.pairing:measure_pairing",
    "placebo": "reforms.placebo",
    "invariance": "reforms.invariance",
    "present_value": "reforms.fiscal",
    "read_design": "reforms.decide.design_results:read",
    "read_floor": "reforms.noise_floor",
    "read_frontier": "reforms.frontier.results:read",
    "read_lives": "reforms.lives.results:read",
    "reference_fit": "calibration.fit:reference_table",
    "reference_validation": "calibration.validate",
    "report": "jobvej.reports",
    "run": "reforms.results",
    "sensitivity": "calibration.sensitivity:run_sensitivity",
    "stress": "reforms.decide.stress",
    "trial": "calibration.experiments.results:run_trial",
    "trials": "jobvej.tables",
    "unemployment_point": "reforms.unemployment_point",
    "validate": "calibration.validate",
    "worth": "calibration.worth:run_worth",
}

__all__ = [
    "BeliefTable",
    "Bridge",
    "BusinessCase",
    "Comparison",
    "Designed",
    "Fit",
    "Frontier",
    "InputError",
    "LabourMarket",
    "League",
    "MunicipalSheet",
    "NoiseFloor",
    "Parameter",
    "ParameterSet",
    "Reform",
    "Results",
    "RunError",
    "RunOptions",
    "Stress",
    "TwoLives",
    "absorption",
    "accounts",
    "backcast",
    "believe",
    "bridge",
    "catalogue",
    "check_reform",
    "compare",
    "design",
    "ensemble",
    "fit",
    "fit_checks",
    "frontier",
    "headlines",
    "invariance",
    "invest",
    "league",
    "lives",
    "load_parameters",
    "load_reform",
    "municipal_sheet",
    "pairing",
    "placebo",
    "present_value",
    "read_design",
    "read_floor",
    "read_frontier",
    "read_lives",
    "reference_fit",
    "reference_validation",
    "report",
    "run",
    "sensitivity",
    "stress",
    "trial",
    "trials",
    "unemployment_point",
    "validate",
    "worth",
]


if not TYPE_CHECKING:  # a type checker reads the imports above, and refuses other names

    def __getattr__(name: str) -> Any:
        """Import a name when it is first asked for, so that ``import jobvej`` costs nothing."""
        if name == "__version__":
            from sim.runs.version import version

            return version()
        if name not in _HOMES:
            raise AttributeError(f"module 'jobvej' has no attribute '{name}'")
        module, _, inside = _HOMES[name].partition(":")
        value = getattr(import_module(module), inside or name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
