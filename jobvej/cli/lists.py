"""The commands that list and show what there is: parameters, measures, mechanisms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    LangOption,
    command_group,
    language,
    print_facts,
    print_rows,
    with_examples,
)
from sim.engine.kept_list import kept
from sim.errors import InputError, suggest

if TYPE_CHECKING:
    from sim.mechanism import Mechanism
    from sim.parameters import Change, Parameter, ParameterSet

#: The day on which parameters are listed unless another is asked for: the first day of a run.
FIRST_DAY = "2024-01-01"

DayOption = Annotated[str, typer.Option("--on", metavar="DATE", help="The law and the numbers of this day.")]


params = command_group("Every number of the model, with its source: list, show, search.")
measures = command_group("Output measures.")
mechanisms = command_group("What happens in a week of the model.")


def _day(text: str, option: str = "--on") -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{option} is '{text}'; expected a date such as {FIRST_DAY}") from error


def _row(parameter: Parameter, parameters: ParameterSet, day: date) -> dict[str, Any]:
    values = parameters.in_force(parameter.name, day)
    held = [start for start, _ in parameter.values if start <= day] or [parameter.values[0][0]]
    origins = [str(parameter.source)] if parameter.source else []
    origins += [_fitted(change) for change in parameters.changes_of(parameter.name, "fit")]
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "value": _named(parameter, values),
        "unit": parameter.unit,
        "valid_from": held[-1].isoformat(),
        "source": "; ".join(origins) or None,
    }


def _fitted(change: Change) -> str:
    """Return what a fitted value answers for: 'fitted to F106 by jobvej levels'."""
    return f"{change.component} {change.reason}" if change.component else change.reason


def _print_parameters(found: Iterable[Parameter], parameters: ParameterSet, on: str, as_json: bool) -> None:
    rows = [_row(parameter, parameters, _day(on)) for parameter in found]
    shown = [{**row, "value": _plain(row["value"])} for row in rows]
    print_rows(rows if as_json else shown, as_json, ("name", "kind", "unit", "value"))


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number:g}" for name, number in value.items())
    return f"{value:g}"


@params.command("list")
@with_examples
def params_list(
    as_json: JsonOption = False,
    kind: Annotated[
        str | None, typer.Option(metavar="law|evidence|assumption", help="Only this kind.")
    ] = None,
    on: DayOption = FIRST_DAY,
) -> None:
    """List all parameters and what they are on a day.

    jobvej params list --kind assumption
    """
    from sim.parameters import load_parameters
    from sim.parameters.parameter import KINDS

    if kind is not None and kind not in KINDS:
        raise InputError(f"--kind is '{kind}'; expected {', '.join(KINDS)}.{suggest(kind, KINDS)}")
    parameters = load_parameters()
    _print_parameters((each for each in parameters if kind in (None, each.kind)), parameters, on, as_json)


@params.command("search")
@with_examples
def params_search(
    words: Annotated[list[str], typer.Argument(metavar="WORD...")],
    as_json: JsonOption = False,
    on: DayOption = FIRST_DAY,
) -> None:
    """Find parameters by words in their name, label, note or source.

    jobvej params search refusion
    """
    from sim.parameters import load_parameters

    parameters = load_parameters()
    _print_parameters(parameters.search(" ".join(words)), parameters, on, as_json)


def _span(ends: tuple[float, float] | None) -> str:
    return f"{ends[0]:g} to {ends[1]:g}" if ends else ""


@params.command("show")
@with_examples
def params_show(
    name: str,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DATE", help="The law of one day alone, with its source, by baseline."),
    ] = None,
) -> None:
    """Show all there is to know about a parameter: values by date, source, confidence, prior, range, reason.

    jobvej params show refund.state_share

    jobvej params show contact.minimum_share --at 2026-07-01
    """
    from sim.parameters import load_parameters
    from sim.parameters.baselines import decided

    parameters = load_parameters()
    found = parameters[name]
    if at is not None:
        from jobvej.cli.law_of_a_day import lines_of

        for line in lines_of(found, _day(at, "--at")):
            typer.echo(line)
        return
    prior = found.prior
    print_facts(
        (
            ("name", found.name), ("label", found.label), ("dansk", found.label_da), ("kind", found.kind),
            ("unit", found.unit), ("source", str(found.source or "")),
            ("address", found.source.url if found.source else ""), ("confidence", found.confidence),
            ("prior", f"{prior.distribution}, {_span((prior.low, prior.high))}" if prior else ""),
            ("range", _span(found.range)), ("reason", found.reason), ("bounds", _span(found.bounds)),
            ("note", found.note), ("mechanism", found.mechanism), ("file", f"{found.file}:{found.line}"),
        )
    )  # fmt: skip
    for start, _ in found.values:
        typer.echo(f"from {start}: {_plain(_named(found, parameters.in_force(name, start)))}")
    for later in (each for each in decided() if each.change.name == name):
        change = later.change
        steps = ", ".join(f"{value:g} from {start}" for start, value in change.values)
        typer.echo(f"law-now, {change.parameter} ({change.operation}): {steps} [{later.source}]")
    for change in parameters.changes_of(name, "fit"):
        typer.echo(f"{_fitted(change)}: {change.values[0][1]:g}; before the fit {_before(change, found)}")


def _named(parameter: Parameter, values: Sequence[float]) -> object:
    """Return values by component, or the one number."""
    return dict(zip(parameter.components, values, strict=True)) if parameter.index else values[0]


def _before(change: Change, parameter: Parameter) -> str:
    """Return what a fitted number was in the file: its central value, by date where that changes."""
    at = parameter.components.index(change.component) if change.component else 0
    path = [(start, values[at]) for start, values in parameter.values]
    if len({value for _, value in path}) == 1:
        return f"{path[0][1]:g}"
    return ", ".join(f"{value:g} from {start}" for start, value in path)


@measures.command("list")
@with_examples
def measures_list(as_json: JsonOption = False, lang: LangOption = "en") -> None:
    """List the measures of a run: name, unit, label, definition; as JSON also groups and how they add up."""
    language(lang)
    rows = _kept(f"measures-{lang}", lambda: _measures(lang))
    print_rows(rows, as_json, ("name", "unit", "label", "definition"))


@mechanisms.command("list")
@with_examples
def mechanisms_list(as_json: JsonOption = False) -> None:
    """List what happens in a week: phase, act, mechanism, what its switch does, what the act does.

    In the order in which it happens. Last, with '-' for phase and act, mechanisms that change what
    other acts do: terms of the hazard of a job, parts of rules. As JSON also equation and evidence.

    jobvej compare --reform cut-3bn --switch-off MECHANISM --out results/without
    """
    rows = _kept("mechanisms", _mechanisms)
    shown = [{name: text or "-" for name, text in row.items()} for row in rows]
    for row in shown:
        row["switch"] = "no switch" if row["switch"] == "-" else f"switch {row['switch']}"
    print_rows(rows if as_json else shown, as_json, ("phase", "act", "mechanism", "switch", "does"))


def _kept(name: str, make: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return what is read off the model, which is heavy, kept until its code changes."""
    here = Path(__file__).resolve()
    return kept(name, [here.parents[2] / "sim", here.parent], make, patterns=["*.py"])


def _measures(lang: str) -> list[dict[str, Any]]:
    """Describe the measures."""
    from sim.outcomes.measures import MEASURES

    return [
        {
            "name": m.name,
            "label": m.label.of(lang),
            "unit": m.unit.danish if lang == "da" else m.unit.name,
            "definition": m.definition.of(lang),
            "groups": list(m.groups),
            "over_years": m.over_years,
            "better": m.better,
        }
        for m in MEASURES.values()
    ]


def _mechanisms() -> list[dict[str, Any]]:
    """Describe the acts of the week in their order, then the mechanisms that have none."""
    from sim.week import ACTS, MECHANISMS, WEEK

    named = {mechanism.name: mechanism for mechanism in MECHANISMS}
    rows = [
        _happening(
            named.get(act.mechanism),
            phase=phase.name,
            act=act.name,
            does=act.text.rstrip("."),
            switch="does not skip it" if act.always else "skips it",
            module=act.do.__module__,
        )
        for phase in WEEK
        for act in phase.acts
    ]
    without_acts = (each for each in MECHANISMS if each.name not in {act.mechanism for act in ACTS})
    return rows + [
        _happening(each, does=each.label, switch="leaves it out", module=each.home) for each in without_acts
    ]


def _happening(
    mechanism: Mechanism | None, *, phase: str = "", act: str = "", does: str, switch: str, module: str
) -> dict[str, Any]:
    """Return the row of an act, or of a mechanism without acts; what there is not is empty."""
    return {
        "phase": phase,
        "act": act,
        "mechanism": mechanism.name if mechanism else "",
        "does": does,
        "switch": switch if mechanism and mechanism.switch else "",
        "label": mechanism.label if mechanism else "",
        "equation": mechanism.equation if mechanism else "",
        "evidence": mechanism.evidence if mechanism else "",
        "when_off": mechanism.when_off if mechanism and mechanism.switch else "",
        "module": module,
    }
