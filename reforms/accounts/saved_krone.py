"""What a municipality keeps of each krone of benefit that it saves, by rung of the equalisation and benefit.

Somebody leaves a benefit for work one week sooner.  Of each krone of that benefit
(:func:`sim.rules.municipal_finance.kept_of_a_saved_week`):

    before settlement  own share of the benefit + local tax on wage less benefit
    alone              + what the equalisation takes of the tax + its population share of the settlement
    together           all municipalities save the same: the state takes the settled part home

Law and central values, without draws; the wage is that of a basic education.  The own share is that of a step
of the refund clock.  Of a benefit that is not in the budget guarantee, ``settlement.negotiated_share`` is
settled (an assumption), and whether dagpenge is settled by the employment grant is a switch
(``settlement.insured_by_grant``).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reforms.accounts.budget import Budget
from reforms.accounts.sheet import baseline_parameters, scenario_parameters
from sim import data
from sim.parameters import ParameterSet, Resolved
from sim.rules.benefit_rates import benefit_rates, typical_weekly_kr
from sim.rules.municipal_finance import (
    INSURED,
    Kept,
    in_employment_grant,
    kept_of_a_saved_week,
    population_shares,
    rungs,
    settled_nationally,
    tiers,
    unemployment_shares,
)
from sim.rules.own_cost import WHOLE, own_cost_rules
from sim.runs.plan import BASELINE
from sim.runs.reading import manifest_of
from sim.states import ROWS, Finance
from sim.vocabulary import Education

#: Where a municipality stands in the equalisation of tax bases, from the smallest base to the largest.
RUNGS = ("low", "middle", "high")
_ORE = 100.0
_BORNE = (Finance.REFUNDED, Finance.COFINANCED_FUND)


class _Place(NamedTuple):
    """A municipality, or one of average size on a rung, as the settlement sees it."""

    name: str
    row: int  # of parameters that differ by municipality
    rung: float
    people: float  # share of the inhabitants
    unemployed: float  # share of the insured unemployed


def saved_krone(
    folder: Path, year: int, *, municipality: int | None = None, budget: Budget | None = None
) -> pd.DataFrame:
    """Return what is kept of a krone of benefit saved, øre, in the middle of a year.

    Parameters
    ----------
    folder
        Results of a comparison or a run.
    municipality
        Code; None: one of average size on each rung.
    budget
        The municipality's own figures: its tax base decides on the rung.

    Returns
    -------
    Frame of scenario (the baseline, and each reform under which anything of this differs), place (code or
    rung), benefit (state), from_week (of the refund clock), and in øre of a krone of benefit: own_share, tax,
    before, given_away, settled_alone, alone, settled_together, together, state_takes_home.
    """
    day = date(year, 7, 1)
    law = _of_law(baseline_parameters(folder), day, municipality, budget)
    frames = [law.assign(scenario=BASELINE)]
    for said in manifest_of(folder).get("scenarios", []):
        name = str(said["name"])
        if name == BASELINE:
            continue
        found = _of_law(scenario_parameters(folder, name), day, municipality, budget)
        if not found.equals(law):
            frames.append(found.assign(scenario=name))
    table = pd.concat(frames, ignore_index=True)
    return table[["scenario", *(name for name in table if name != "scenario")]]


def _of_law(
    parameters: ParameterSet, day: date, municipality: int | None, budget: Budget | None
) -> pd.DataFrame:
    """Return the rows of one law."""
    now = parameters.at(day, data.municipality_codes())
    paid, owed = benefit_rates(now), own_cost_rules(now)
    weekly, wage = typical_weekly_kr(paid), float(paid.wage[Education.BASIC]) / _ORE
    settled = settled_nationally(now)
    kept_rungs = rungs(now)
    mean_rung = float((population_shares() * kept_rungs).sum())
    first_weeks = (1, *(int(last) + 1 for last in owed.last))
    rows = []
    for place in _places(now, kept_rungs, municipality, budget):
        exempt = float(now["municipality.own_gain_exempt_share"][place.row])
        left = exempt * (1.0 - now.scalar("settlement.gain_follows_country_share"))
        for state, row in enumerate(ROWS):
            if not row.client or row.finance not in _BORNE or weekly[place.row, state] <= 0.0:
                continue
            benefit = float(weekly[place.row, state])
            by_grant = row.account == INSURED and in_employment_grant(now)
            for step, week in enumerate(first_weeks):
                share = owed.cofinancing[place.row, step]
                if row.finance == Finance.REFUNDED:
                    share = WHOLE - owed.state_share[place.row, step]
                alone, together = (
                    _kept(
                        float(share) / WHOLE,
                        wage / benefit,
                        place,
                        tax_rate=now.scalar("taxes.municipal_share"),
                        settled=float(settled[state]) * (1.0 - left),
                        exempt=exempt,
                        grant_share=place.unemployed if by_grant else None,
                        together_at=at,
                    )
                    for at in (None, mean_rung)
                )
                ore = {
                    "own_share": alone.own_share, "tax": alone.tax, "before": alone.before,
                    "given_away": alone.equalised, "settled_alone": alone.settled, "alone": alone.after,
                    "settled_together": together.settled, "together": together.after,
                    "state_takes_home": together.state_takes_home,
                }  # fmt: skip
                where = {"place": place.name, "benefit": row.name, "from_week": week}
                rows.append(where | {name: _ORE * value for name, value in ore.items()})
    return pd.DataFrame(rows)


def _kept(
    own_share: float,
    wage: float,
    place: _Place,
    *,
    tax_rate: float,
    settled: float,
    exempt: float,
    grant_share: float | None,
    together_at: float | None,
) -> Kept:
    """Return what is kept of one krone of benefit; ``wage`` is over the benefit.

    Own cost and tax are reckoned apart, for where a reform lets gains be kept their exempt shares differ.

    Parameters
    ----------
    settled
        Share of the own cost that is settled nationally.
    exempt
        Share of the tax that is not settled.
    together_at
        Mean rung of the country where all act; None for a municipality alone.
    """
    together = together_at is not None
    of_cost = kept_of_a_saved_week(
        own_share, 1.0, 1.0, tax_rate, place.rung, place.people,
        guaranteed=settled, together=together, mean_rung=together_at, grant_share=grant_share,
    )  # fmt: skip
    of_tax = kept_of_a_saved_week(
        0.0, 1.0, max(wage, 1.0), tax_rate, place.rung, place.people,
        exempt=exempt, together=together, mean_rung=together_at,
    )  # fmt: skip
    return Kept(*(a + b for a, b in zip(of_cost, of_tax, strict=True)))


def _places(
    now: Resolved, kept: NDArray[np.float64], municipality: int | None, budget: Budget | None
) -> list[_Place]:
    """Return the municipality, or one of average size on each rung that anybody stands on."""
    if municipality is not None:
        row = list(data.municipality_codes()).index(municipality)
        own = budget.rung() if budget else None
        return [
            _Place(
                str(municipality),
                row,
                float(kept[row]) if own is None else own,
                float(population_shares()[row]),
                float(unemployment_shares()[row]),
            )
        ]
    law, average = tiers(now), 1.0 / len(kept)
    further = {"low": law.low, "middle": 0.0, "high": law.high}
    found = []
    for name in RUNGS:
        rung = 1.0 - law.national - further[name]
        there = np.flatnonzero(np.isclose(kept, rung))
        if len(there):
            found.append(_Place(name, int(there[0]), rung, average, average))
    return found
