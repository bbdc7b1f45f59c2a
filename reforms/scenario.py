"""A reform as a scenario of a run, and what the manifest tells about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

from sim.errors import InputError, shortened
from sim.runs.options import RUN, RunFields, RunOptions
from sim.runs.plan import BASELINE, Plan, Scenario, make_plan

if TYPE_CHECKING:
    from reforms.reform import Reform
    from sim.parameters import Change

#: A name of the catalogue, ``a+b``, a variant such as ``cut:2bn``, a file, or a reform that was loaded.
AnyReform: TypeAlias = "str | Path | Reform"

BASELINE_SCENARIO = Scenario(
    BASELINE,
    definition={
        "title": {
            "en": "The law before the agreement of April 2025",
            "da": "Reglerne før aftalen fra april 2025",
        },
        "changes": [],
    },
)


def scenario_of(reform: AnyReform) -> Scenario:
    """Return a reform as a scenario.

    Parameters
    ----------
    reform
        Catalogue name, ``a+b``, file or loaded reform.

    Raises
    ------
    InputError
        If there is no such reform, its file is wrong, or it is not runnable.
    """
    if not isinstance(reform, str | Path) and not hasattr(reform, "changes"):
        said = shortened(repr(reform))
        raise InputError(f"a reform is {said}; expected a name, a file or what jobvej.load_reform returns")
    argument = str(reform) if isinstance(reform, str | Path) else reform.name
    if isinstance(reform, str | Path):
        from reforms.load import load

        reform = load(str(reform))
    if reform.name == BASELINE:
        raise InputError(
            f"a reform cannot be called '{BASELINE}': that is the name of the run without reforms",
            file=reform.file,
        )
    if not reform.runnable:
        raise InputError(f"'{reform.name}' cannot be run: {reform.reason}")
    return Scenario(reform.name, tuple(reform.changes), argument, _definition(reform))


def _definition(reform: Reform) -> dict[str, Any]:
    return {
        "title": {lang: reform.title(lang) for lang in ("en", "da")},
        "summary": {lang: reform.summary(lang) for lang in ("en", "da")},
        "why": {lang: reform.why(lang) for lang in ("en", "da")},
        "author": reform.author,
        "source": str(reform.source),
        "proposals": list(reform.proposals),
        "fidelity": reform.fidelity,
        "left_out": {lang: [each(lang) for each in reform.left_out] for lang in ("en", "da")},
        "already_law": reform.already_law.date.isoformat() if reform.already_law else "",
        "digest": reform.digest(),
        "changes": [describe_change(change) for change in reform.changes],
    }


def describe_change(change: Change) -> dict[str, Any]:
    """Return a change in plain types for the manifest."""
    where = change.municipalities
    return {
        "parameter": change.parameter,
        "operation": change.operation,
        "values": {day.isoformat(): number for day, number in change.values},
        "until": change.until.isoformat() if change.until else None,
        "municipalities": "all" if where is None else sorted(where),
    }


#: The four headline reforms, and with them all of them together, in the order in which they are told.
HEADLINE_REFORMS: tuple[str, ...] = ("no-focus-targets", "fewer-target-groups", "cut-3bn", "refund-change")
HEADLINES_AND_ALL: tuple[str, ...] = (*HEADLINE_REFORMS, "headline")


def several(reforms: AnyReform | Sequence[AnyReform] | None) -> Sequence[AnyReform]:
    """Return one reform or several as several."""
    if reforms is None:
        return []
    return [reforms] if isinstance(reforms, str | Path) or not isinstance(reforms, Sequence) else reforms


def comparison_plan(
    reforms: AnyReform | Sequence[AnyReform], options: RunOptions = RUN, **changed: Unpack[RunFields]
) -> Plan:
    """Return the checked plan of a comparison: the baseline first, then the reforms as given."""
    compared = [scenario_of(reform) for reform in several(reforms)]
    if not compared:
        raise InputError("no reform to compare with the baseline: name at least one (jobvej reforms list)")
    scenarios = [BASELINE_SCENARIO, *compared]
    return make_plan(scenarios, options, kind="compare", **changed)
