"""Who pays: from the ledger of the year (:mod:`sim.outcomes.ledger`), in fixed prices.

    public balance = - (net public cost - VAT and duties),    VAT and duties = f * disposable income

with disposable income = what citizens receive in wages and benefits less income tax, and f the assumption
``taxes.feedback_share``.  Staff of jobcentres and a-kasser are left out, as they are of income tax.  A cost
counts positive in every measure but the balance.
"""

from __future__ import annotations

import numpy as np

from sim.outcomes.ledger import ENTRIES, PUBLIC
from sim.outcomes.measures.measure import Array, Measure, Words
from sim.outcomes.measures.units import FULL_TIME, KR_A_YEAR
from sim.outcomes.measures.year import Year
from sim.states import State

#: What citizens receive as work's pay and not as a benefit.
_WORK = ("wages", "jobcentre_staff", "a_kasse_contact")
_EFFORT = ("jobcentre_staff", "wage_subsidy", "programme_purchases", "medical_certificates")
_BENEFITS = [at for at, e in enumerate(ENTRIES) if e.receiver == "citizen" and e.account not in _WORK]
#: Pay that the books leave out of taxed income: that of the staff of jobcentres and a-kasser.
UNTAXED = ("jobcentre_staff", "a_kasse_contact")
_INCOME = [at for at, e in enumerate(ENTRIES) if e.receiver == "citizen" and e.account not in UNTAXED]
_PAID = [at for at, e in enumerate(ENTRIES) if e.payer == "citizen"]
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


def _feedback(year: Year) -> Array:
    """Return VAT and duties on disposable income by municipality (m,)."""
    income = year.kroner[:, _INCOME].sum(axis=1) - year.kroner[:, _PAID].sum(axis=1)
    return np.asarray(year.by.feedback_share * income)


def _public_cost(year: Year) -> Array:
    """Return the net cost of the three public payers together (m,)."""
    return np.sum([_net_cost(year, party) for party in PUBLIC], axis=0)


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
            "Benefits paid to citizens, before refunds, by benefit; a year of 365.25 days, 2024 prices.",
            "Ydelser udbetalt til borgere før refusion, efter ydelse; et år på 365,25 dage, 2024-priser.",
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
            "Sum of state, municipality and a-kasser, taxes included; a year of 365.25 days, 2024 prices.",
            "Sum af stat, kommune og a-kasser, inkl. skat; et år på 365,25 dage, 2024-priser.",
        ),
        groups=("all",),
        count=_public_cost,
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
    Measure(
        name="feedback",
        label=Words("VAT and duties (feedback)", "Moms og afgifter (tilbageløb)"),
        unit=KR_A_YEAR,
        definition=Words(
            "VAT and duties on what citizens have after income tax, by the assumed share "
            "taxes.feedback_share.",
            "Moms og afgifter af det, borgerne har efter indkomstskat, med den antagne andel "
            "taxes.feedback_share.",
        ),
        groups=("all",),
        count=_feedback,
        over_years="mean",
    ),
    Measure(
        name="public_balance",
        label=Words("Public balance after feedback", "Offentlig saldo efter tilbageløb"),
        unit=KR_A_YEAR,
        definition=Words(
            "Minus net public cost, plus VAT and duties: more is better for public finances. A "
            "difference from "
            "the baseline holds the direct effect, behaviour and feedback.",
            "Minus offentlig nettoudgift plus moms og afgifter: mere er bedre for de offentlige finanser. En "
            "forskel fra basisforløbet rummer den direkte virkning, adfærd og tilbageløb.",
        ),
        groups=("all",),
        count=lambda year: _feedback(year) - _public_cost(year),
        over_years="mean",
        better="higher",
    ),
    Measure(
        name="structural_employment",
        label=Words("Structural employment, full time", "Strukturel beskæftigelse, fuldtid"),
        unit=FULL_TIME,
        definition=Words(
            "Average number in ordinary work, counted full time by the assumed share "
            "employment.full_time_share. Under the flat path of demand a lasting difference from the "
            "baseline "
            "is a reform's structural effect; in the first years part of it is on its way (jobvej "
            "absorption).",
            "Gennemsnitligt antal i ordinært arbejde, omregnet til fuldtid med den antagne andel "
            "employment.full_time_share. Under den flade efterspørgsel er en varig forskel fra basisforløbet "
            "reformens strukturelle virkning; i de første år er en del af den undervejs (jobvej absorption).",
        ),
        groups=("all",),
        count=lambda year: year.stock[:, State.EMPLOYED] * year.by.full_time_share,
        over_years="mean",
        better="higher",
    ),
)
