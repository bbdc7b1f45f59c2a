"""Checks reform files before anything runs: all errors, and what their author may not have meant."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sim
from reforms.load import CATALOGUE, catalogue_names, load
from reforms.reform import Reform
from sim.errors import InputError, suggest
from sim.parameters import ParameterSet


@dataclass(frozen=True)
class Finding:
    """Something wrong (``error``: the reform is refused) or doubtful (``warning``: it runs) in a reform."""

    severity: str
    problem: InputError

    def __str__(self) -> str:
        return f"{self.severity}: {self.problem}"


def check(specs: Iterable[str | Path], parameters: ParameterSet | None = None) -> list[Finding]:
    """Return everything that is wrong or doubtful in these reforms (files or names), in their order."""
    findings: list[Finding] = []
    for spec in specs:
        try:
            reform = load(spec, parameters)
        except InputError as error:
            findings += [Finding("error", each) for each in getattr(error, "errors", (error,))]
        else:
            findings += [Finding("warning", each) for each in _doubts(reform)]
    return findings


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
    if not reform.changes and reform.runnable and reform.name != "nothing":
        yield doubt("the reform changes nothing")
    known = proposal_ids()
    for each in reform.proposals:
        if each not in known:
            yield doubt(f"unknown proposal '{each}'.{suggest(each, known)}")


@cache
def proposal_ids() -> frozenset[str]:
    """Return the ids of the proposals that the product knows."""
    file = Path(sim.__file__).parent / "data" / "proposals.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        return frozenset(row["id"] for row in csv.DictReader(rows))
