"""Checks reform files before anything runs: all errors, and what their author may not have meant."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

import sim
from reforms.fidelity import is_effect
from reforms.load import CATALOGUE, catalogue_names, load
from reforms.reform import Reform
from sim.calendar import Week
from sim.errors import InputError, suggest
from sim.parameters import Change, Origin, ParameterSet, load_parameters
from sim.parameters.baselines import still_to_come
from sim.parameters.changes import OPERATIONS, shared_period
from sim.parameters.dated import differs, has_effect, monday_from
from sim.parameters.parameter import Parameter
from sim.parameters.priors import prior_of
from sim.runs.options import RUN
from sim.runs.plan import never_met


@dataclass(frozen=True)
class Finding:
    """Something wrong (``error``: the reform is refused) or doubtful (``warning``: it runs) in a reform."""

    severity: str
    problem: InputError

    def __str__(self) -> str:
        return f"{self.severity}: {self.problem}"


def check(
    specs: Iterable[str | Path],
    parameters: ParameterSet | None = None,
    start: date | None = None,
    end: date | None = None,
) -> list[Finding]:
    """Return everything that is wrong or doubtful in these reforms (files or names), in their order.

    Parameters
    ----------
    specs
        Files, or names of the catalogue.
    parameters
        The parameters that they are to change; the baseline's by default.
    start, end
        First and last day of the run that is planned; dates outside it are doubtful.  A reform of which no
        week of that run (by default that of :data:`sim.runs.options.RUN`) has anything is refused, as
        ``jobvej compare`` refuses it.
    """
    base = parameters or load_parameters()
    findings: list[Finding] = []
    for spec in specs:
        try:
            reform = _to_come(spec, base, parameters)
        except InputError as error:
            findings += [Finding("error", each) for each in getattr(error, "errors", (error,))]
        else:
            findings += [Finding("error", each) for each in _refused(reform, base, start, end)]
            doubts = [*_doubts(reform), *_idle(reform, base), *_cancelled(reform, base)]
            doubts += [*_twice(reform), *_outside(reform.changes, start, end), *_last_week(reform, base, end)]
            findings += [Finding("warning", each) for each in doubts]
    return findings


def _to_come(spec: str | Path, base: ParameterSet, parameters: ParameterSet | None) -> Reform:
    """Return a reform without what its baseline already holds, as a comparison runs it."""
    if all(change.origin.kind != "law" for change in base.changes):
        return load(spec, parameters)
    reform = load(spec)
    left = still_to_come(reform.changes, base)
    if reform.changes and not left:
        raise InputError(f"'{reform.name}' is already law under this baseline", file=reform.file)
    base.with_changes(left)
    return replace(reform, changes=left)


def _refused(
    reform: Reform, base: ParameterSet, start: date | None, end: date | None
) -> Iterator[InputError]:
    """Yield why a comparison would refuse a reform that is right in itself."""
    if not reform.runnable:
        yield InputError(f"'{reform.name}' cannot be run: {reform.reason.strip()}", file=reform.file)
        return
    first = Week.parse(RUN.start).monday if start is None else monday_from(start)
    last = max(first, _last_monday(end))
    idle = never_met(reform.name, base.with_changes(reform.changes), base, reform.changes, first, last)
    if idle is not None:
        yield InputError(idle.message, file=reform.file)


def _cancelled(reform: Reform, base: ParameterSet) -> Iterator[InputError]:
    """Yield changes that set a number for good and so undo what the law has decided for later dates."""
    for change in reform.changes:
        if change.operation != OPERATIONS[0] or change.until is not None:
            continue
        last = change.values[-1][0]
        undone = _later(change, base)
        if undone:
            index = _and_index(change, base[change.name].value_at(last), base)
            yield change.error(
                f"'{change.parameter}' is set for good on {last}, which undoes what is decided for later: "
                f"{_steps(undone)}. Add these dates to 'values', give 'until', or {index}"
            )


Steps = list[tuple[date, tuple[float, ...]]]


def _later(change: Change, parameters: ParameterSet) -> Steps:
    """Return the later steps of the law, of what a change sets, that are other than the one before."""
    parameter, last = parameters[change.name], change.values[-1][0]
    parts = parameter.components
    at = parts.index(change.component) if change.component in parts else None
    path = parameters.paths(change.name).country
    before, found = path.at(last), []
    for day in path.days:
        row = path.at(day)
        if day > last and (row != before if at is None else row[at] != before[at]):
            found.append((day, row if at is None else (row[at],)))
            before = row
    return found


def _steps(steps: Steps) -> str:
    return "; ".join(f"{', '.join(f'{number:g}' for number in numbers)} from {day}" for day, numbers in steps)


def _and_index(change: Change, held: tuple[float, ...], base: ParameterSet) -> str:
    """Return how the change could be written so that later steps are kept: as a factor on them."""
    day, value = change.values[-1]
    parts = base[change.name].components
    was = held[parts.index(change.component)] if change.component in parts else held[0]
    in_kroner = base[change.name].unit.startswith("kr.")
    one = len(set(held)) == 1 or change.component in parts
    if not in_kroner or not one or was == 0 or value == 0:
        return "multiply or add"
    return f"change it and index it with the law: 'operation: multiply', {day}: {value / was:.4g}"


def _doubts(reform: Reform) -> Iterator[InputError]:
    def doubt(message: str) -> InputError:
        return InputError(message, file=reform.file)

    if not reform.why.en or not reform.why.da:
        yield doubt("'why' is missing: say which causes the reform changes and through which mechanism")
    if (
        reform.name in catalogue_names()
        and Path(reform.file).resolve().parent != CATALOGUE
        and len(reform.parts) == 1
    ):
        yield doubt(f"the catalogue has another reform called '{reform.name}'")
    yield from _unknown_words(reform)
    for change in reform.changes:
        if is_effect(change.parameter):
            yield change.error(
                f"'{change.parameter}' is an effect: a reform changes causes (rules, tasks, money, rights, "
                "who does what), and what comes of them is the model's answer"
            )


def _unknown_words(reform: Reform) -> Iterator[InputError]:
    """Yield proposals, sources and nearest levers that the product does not know."""
    cited = {each for size in reform.sizes for each in size.ids}
    named = ((reform.proposals, "proposal", proposal_ids()), (sorted(cited), "id in 'sizes'", data_ids()))
    for found, what, known in named:
        for each in found:
            if each not in known:
                yield InputError(f"unknown {what} '{each}'.{suggest(each, known)}", file=reform.file)
    if reform.twin_of and reform.twin_of not in catalogue_names():
        hint = suggest(reform.twin_of, catalogue_names())
        yield InputError(f"'twin_of': no reform '{reform.twin_of}'.{hint}", file=reform.file)
    if reform.nearest:
        levers = (*load_parameters().names, *catalogue_names())
        for each in reform.nearest:
            if each.partition("[")[0] not in levers:
                message = f"'nearest': no parameter or reform '{each}'.{suggest(each, levers)}"
                yield InputError(message, file=reform.file)


def _idle(reform: Reform, parameters: ParameterSet) -> Iterator[InputError]:
    """Yield changes, and dates within them, that alter no value in any week."""
    places: dict[tuple[Origin, str], list[Change]] = {}
    for change in reform.changes:
        places.setdefault((change.origin, change.name), []).append(change)
    for (origin, name), here in places.items():
        parameter, first = parameters[name], here[0]
        met = [each for each in parameters.changes if each.name == name]
        alike = [each for (where, _), each in places.items() if where.reform == origin.reform]
        others = met + [each for found in alike if found is not here for each in found if each.name == name]
        if not has_effect(parameter, here, others):
            alone = has_effect(parameter, here, met)
            why = "another change has the last word" if alone else "the value is the same without it"
            yield first.error(f"'{first.parameter}': the change never takes effect: {why}")
            continue
        days = sorted({day for change in here for day, _ in change.values})
        for day in days if len(days) > 1 else ():
            idle = not differs(parameter, [*others, *_without(here, day)], [*others, *here])
            if idle and not (day == days[0] and _pins(parameter, here)):
                yield first.error(f"'{first.parameter}': the step of {day} never takes effect")


def _pins(parameter: Parameter, changes: Sequence[Change]) -> bool:
    """Say whether changes that begin at the central value still act: they set what is drawn from a prior."""
    return prior_of(parameter) is not None and all(each.operation == "set" for each in changes)


def _without(changes: Sequence[Change], day: date) -> list[Change]:
    """Return the changes without the steps of a day."""
    kept = [replace(each, values=tuple(step for step in each.values if step[0] != day)) for each in changes]
    return [change for change in kept if change.values]


def _twice(reform: Reform) -> Iterator[InputError]:
    """Yield pairs of changes that transform the same number from the same date."""
    for first, second in combinations(reform.changes, 2):
        if (first.name, first.operation) != (second.name, second.operation) or first.origin == second.origin:
            continue
        if first.origin.reform != second.origin.reform or not shared_period(first, second):
            continue  # two reforms of a combination may meet
        days = sorted({day for day, _ in first.values} & {day for day, _ in second.values})
        if days:
            yield second.error(
                f"'{second.parameter}' is changed twice from {days[0]}: here and at {first.origin}; "
                f"both apply ({first.operation})"
            )


def _outside(changes: Sequence[Change], start: date | None, end: date | None) -> Iterator[InputError]:
    """Yield dates outside the run."""
    for change in changes:
        if start and change.until and change.until <= start:
            yield change.error(f"'{change.parameter}' is over before the run begins ({start})")
        for day, value in change.values:
            if end and day > end:
                yield change.error(f"'{change.parameter}': {day}: {value:g} comes after the run ends ({end})")


def _last_week(reform: Reform, base: ParameterSet, end: date | None) -> Iterator[InputError]:
    """Yield a reform that makes a difference in the last week of the run alone: nothing can come of it."""
    last = _last_monday(end)
    before = last - timedelta(weeks=1)
    changed = base.with_changes(reform.changes)
    if not reform.changes or never_met(reform.name, changed, base, reform.changes, date.min, before) is None:
        return
    if never_met(reform.name, changed, base, reform.changes, date.min, last) is None:
        week = Week.of(last).label
        message = f"'{reform.name}' makes a difference in the last week of the run alone ({week})"
        yield InputError(f"{message}: nothing can come of it. Let the run end later", file=reform.file)


def _last_monday(end: date | None) -> date:
    """Return the Monday of the last week of the run that is planned."""
    return Week.parse(RUN.end).monday if end is None else end - timedelta(days=end.weekday())


@cache
def proposal_ids() -> frozenset[str]:
    """Return the ids of the proposals that the product knows."""
    return _ids(Path(sim.__file__).parent / "data" / "proposals.csv")


@cache
def data_ids() -> frozenset[str]:
    """Return the ids of all rows of the product's data: evidence, rules, facts, reform elements ..."""
    files = sorted((Path(sim.__file__).parent / "data").glob("*.csv"))
    return frozenset().union(*(_ids(file) for file in files))


def _ids(file: Path) -> frozenset[str]:
    with file.open(encoding="utf-8", newline="") as rows:
        return frozenset(row["id"] for row in csv.DictReader(rows) if "id" in row)
