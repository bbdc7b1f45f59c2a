"""The accounts of a municipality that acts alone: only its own kroner have changed.

In a comparison all municipalities act at once, and the books hold what the state then takes home
(:mod:`sim.mechanisms.settlement`): that is *together*.  *Alone* is what the same change of its own spending
and taxes would leave a municipality if no other had changed anything.  The settlement is linear in what has
changed, so for municipality m with population share p, kept share k of a krone of tax, share s of the
insured unemployed, and e the estimate of the year (:func:`sim.rules.municipal_finance.settle`):

    budget guarantee      p e(guaranteed_m)            after-regulation  p (guaranteed_m - e) of last year
    negotiated transfers  n p e(negotiated_m)          employment grant  s e(dagpenge_m)
    equalisation          -(1 - k) tax_m + p (1 - k) tax_m

The after-regulation of the employment grant takes the province to what it spent: q dagpenge_m - s
e(dagpenge_m) of last year, with q the municipality's share of the insured unemployed of its province.
Offers count at the level of the benefit rates, as in the settlement.

A saving agreed with the state, tasks moved by law and a sanction of the frame need more than one
municipality: alone they are nil.  The shares are those of the parameters of the run's own draw.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import data
from sim.outcomes.ledger import FRAME_SANCTION, SETTLED
from sim.outcomes.prices import prices
from sim.parameters import ParameterSet
from sim.rules.municipal_finance import (
    ACTIVATION,
    GUARANTEED,
    INSURED,
    NEGOTIATED,
    in_employment_grant,
    own_cost_entries,
    population_shares,
    rungs,
    unemployment_in_province,
    unemployment_shares,
)

Vector = NDArray[np.float64]
#: Entries that are settled between state and municipalities.
SETTLEMENT: tuple[str, ...] = (*SETTLED, FRAME_SANCTION)
_TAX = "income_tax_municipality"


#: Which entries of the ledger make up what is settled, with their sign.
SIGNS: dict[str, dict[str, int]] = {
    "guaranteed": own_cost_entries(GUARANTEED) | dict.fromkeys(ACTIVATION, 1),
    "negotiated": own_cost_entries(NEGOTIATED),
    "insured": own_cost_entries((INSURED,)),
    "tax": {_TAX: 1},
}
#: Entries that have to be read for each municipality.
NEEDED: tuple[str, ...] = tuple(dict.fromkeys(name for part in SIGNS.values() for name in part))


class Shares(NamedTuple):
    """What a municipality's part of a settlement depends on; m = municipalities."""

    population: Vector
    unemployment: Vector
    of_province: Vector  # of the insured unemployed of its province
    rung: Vector
    exempt: Vector  # share of its own change of tax that is not settled
    exempt_cost: Vector  # share of its own saving on benefits and activation that is not settled
    seen: float
    negotiated: float
    by_grant: bool


def shares(parameters: ParameterSet, day: date, rung: dict[int, float] | None = None) -> Shares:
    """Return the shares that parameters give on a day.

    Parameters
    ----------
    rung
        Share of a krone of tax that is kept, by municipality, where it is known better than by assumption.
    """
    codes = data.municipality_codes()
    now = parameters.at(day, codes)
    exempt = np.asarray(now["municipality.own_gain_exempt_share"], np.float64)
    kept = rungs(now)
    for code, share in (rung or {}).items():
        kept[int(np.searchsorted(codes, code))] = share
    return Shares(
        population=population_shares(),
        unemployment=unemployment_shares(),
        of_province=unemployment_in_province(),
        rung=kept,
        exempt=exempt,
        exempt_cost=exempt * (1.0 - now.scalar("settlement.gain_follows_country_share")),
        seen=now.scalar("settlement.seen_in_year_share"),
        negotiated=now.scalar("settlement.negotiated_share"),
        by_grant=in_employment_grant(now),
    )


def settled_alone(changed: dict[str, Vector], s: Shares) -> dict[str, Vector]:
    """Return what each municipality would receive if it alone had changed, by entry (years, m).

    Parameters
    ----------
    changed
        Change of own cost (guaranteed, negotiated, insured) and of tax by year and municipality (years, m).
    """
    cost = {
        name: changed[name] - s.exempt_cost * np.minimum(changed[name], 0.0)
        for name in ("guaranteed", "negotiated", "insured")
    }
    tax = (1.0 - s.exempt) * changed["tax"]
    estimate = {name: (1.0 - s.seen) * _year_before(each) + s.seen * each for name, each in cost.items()}
    rest = {name: each - estimate[name] for name, each in cost.items()}
    given = (1.0 - s.rung) * tax
    other = estimate["negotiated"] + (0.0 if s.by_grant else estimate["insured"])
    owed = s.population * rest["guaranteed"]
    if s.by_grant:
        owed = owed + s.of_province * cost["insured"] - s.unemployment * estimate["insured"]
    nothing = np.zeros_like(tax)
    return dict.fromkeys(SETTLEMENT, nothing) | {
        "budget_guarantee": s.population * estimate["guaranteed"],
        "after_regulation": _year_before(owed),
        "negotiated_transfers": s.negotiated * s.population * other,
        "employment_grant": s.unemployment * estimate["insured"] if s.by_grant else nothing,
        "equalisation": -given,
        "equalisation_balance": s.population * given,
    }


def _year_before(each: Vector) -> Vector:
    """Return the values of the year before; nothing had changed before the first."""
    return np.vstack([np.zeros_like(each[:1]), each[:-1]])


def alone(rows: pd.DataFrame, s: Shares) -> pd.DataFrame:
    """Return the settlement of one run, municipality by municipality, as if each had acted alone.

    Parameters
    ----------
    rows
        Ledger rows of a run: year, municipality, account, difference; every municipality, years in a row.

    Returns
    -------
    Frame of year, municipality, account, difference.
    """
    wide = rows.pivot_table(
        index=["year", "municipality"], columns="account", values="difference", aggfunc="sum", fill_value=0.0
    )
    years = np.arange(rows["year"].min(), rows["year"].max() + 1)
    codes = data.municipality_codes()
    wide = wide.reindex(pd.MultiIndex.from_product([years, codes], names=wide.index.names), fill_value=0.0)
    offers = [name for name in ACTIVATION if name in wide]
    rates = np.array([prices().booked_at(int(year), dated=True) for year in years])
    wide[offers] = wide[offers].mul(np.repeat(rates, len(codes)), axis=0)
    changed = {
        name: np.asarray(
            sum(sign * wide[entry].to_numpy() for entry, sign in signs.items() if entry in wide)
            + np.zeros(len(wide))
        ).reshape(len(years), len(codes))
        for name, signs in SIGNS.items()
    }
    frames = [
        pd.DataFrame(
            {
                "year": np.repeat(years, len(codes)),
                "municipality": np.tile(codes, len(years)),
                "account": account,
                "difference": amounts.ravel(),
            }
        )
        for account, amounts in settled_alone(changed, s).items()
    ]
    return pd.concat(frames, ignore_index=True)
