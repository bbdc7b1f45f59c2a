"""Who pays: from the ledger of the year (:mod:`sim.outcomes.ledger`)."""

from __future__ import annotations

import numpy as np

from sim.outcomes.ledger import ENTRIES, PUBLIC
from sim.outcomes.measures.measure import Array, Measure, Words
from sim.outcomes.measures.units import KR_A_YEAR
from sim.outcomes.measures.year import Year

#: What citizens receive as work's pay and not as a benefit.
_WORK = ("wages", "jobcentre_staff", "a_kasse_contact")
_EFFORT = ("jobcentre_staff", "wage_subsidy", "programme_purchases", "medical_certificates")
_BENEFITS = [at for at, e in enumerate(ENTRIES) if e.receiver == "citizen" and e.account not in _WORK]
_EFFORT_ENTRIES = [at for at, e in enumerate(ENTRIES) if e.account in _EFFORT]


def _net_cost(year: Year, party: str) -> Array:
    """Return what a party pays less what it receives, by municipality (m,)."""
    net = np.zeros(len(year.kroner))
    for at, entry in enumerate(ENTRIES):
        if entry.payer == party:
            net = net + year.kroner[:, at]
        if entry.receiver == party:
            net = net - year.kroner[:, at]
    return net


def _net_cost_of(party: str, label: Words, definition: Words) -> Measure:
    """Return the measure of what a party pays less what it receives."""
    return Measure(
        name=f"net_cost_{party}",
        label=label,
        unit=KR_A_YEAR,
        definition=definition,
        groups=("all",),
        count=lambda year: _net_cost(year, party),
        over_years="mean",
        better="lower",
    )


MEASURES = (
    Measure(
        name="gross_benefits",
        label=Words("Benefits before refund", "Ydelser før refusion"),
        unit=KR_A_YEAR,
        definition=Words(
            "Benefits paid to citizens, before refunds, by benefit.",
            "Ydelser udbetalt til borgere før refusion, efter ydelse.",
        ),
        groups=tuple(ENTRIES[at].account for at in _BENEFITS),
        count=lambda year: year.kroner[:, _BENEFITS],
        over_years="mean",
        shown_by_name=True,
    ),
    _net_cost_of(
        "state",
        Words("The state's net cost", "Statens nettoudgift"),
        Words(
            "What the state pays less what it receives, taxes included.",
            "Statens udgifter minus indtægter, inkl. skat.",
        ),
    ),
    _net_cost_of(
        "municipality",
        Words("The municipality's net cost", "Kommunens nettoudgift"),
        Words(
            "What the municipality pays less what it receives, taxes included.",
            "Kommunens udgifter minus indtægter, inkl. skat.",
        ),
    ),
    _net_cost_of(
        "a_kasse",
        Words("The a-kasser's net cost", "A-kassernes nettoudgift"),
        Words("What the a-kasser pay less what they receive.", "A-kassernes udgifter minus indtægter."),
    ),
    Measure(
        name="net_public_cost",
        label=Words("Net public cost", "Offentlig nettoudgift"),
        unit=KR_A_YEAR,
        definition=Words(
            "Sum of state, municipality and a-kasser, taxes included.",
            "Sum af stat, kommune og a-kasser, inkl. skat.",
        ),
        groups=("all",),
        count=lambda year: np.sum([_net_cost(year, party) for party in PUBLIC], axis=0),
        over_years="mean",
        better="lower",
    ),
    Measure(
        name="effort_cost",
        label=Words("Cost of the effort", "Indsatsens udgift"),
        unit=KR_A_YEAR,
        definition=Words(
            "Jobcentre staff, programmes and certificates.",
            "Jobcenterpersonale, tilbud og lægeattester.",
        ),
        groups=("all",),
        count=lambda year: year.kroner[:, _EFFORT_ENTRIES].sum(axis=1),
        over_years="mean",
    ),
)
