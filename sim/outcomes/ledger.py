"""Every krone twice: who paid, who received, for what.

The ledger is an array of whole øre, ``amounts[municipality, entry]`` (int64), where an entry is a fixed
(payer, receiver, account) triple of :data:`ENTRIES`.  Because each entry has both a payer and a receiver,
the balances of the five parties sum to zero by construction; tests check that what is booked equals what
citizens, caseworkers and programmes were given.  Whole øre make sums exact and independent of order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.states import ROWS, Finance
from sim.vocabulary import PARTIES


class Entry(NamedTuple):
    """One kind of payment."""

    payer: str
    receiver: str
    account: str


#: How a municipality's own cost of a benefit is settled (:mod:`sim.rules.municipal_finance`): in the budget
#: guarantee, by negotiation, or as dagpenge of the insured.
SETTLED_AS: tuple[str, ...] = ("guaranteed", "negotiated", "insured")
#: What state and municipalities settle with each other (:mod:`sim.mechanisms.settlement`), as the
#: municipality receives it, below zero where it pays: budget guarantee, provisional; correction of last year;
#: other transfers as negotiated; employment grant; compensation for changed tasks (DUT); the place in the
#: grant of a saving agreed with the state; equalisation of tax bases, and its balancing line, which sum to 0.
SETTLED: tuple[str, ...] = (
    "budget_guarantee",
    "after_regulation",
    "negotiated_transfers",
    "employment_grant",
    "task_compensation",
    "agreed_saving",
    "equalisation",
    "equalisation_balance",
)
#: What municipalities lose that spend more than the service frame.
FRAME_SANCTION = "service_frame_sanction"


#: Account of the state's refund of a municipal benefit, by the account of the benefit.
REFUNDS: dict[str, str] = {
    row.account: f"refund_{row.account}" for row in ROWS if row.finance == Finance.REFUNDED
}

_CHART: tuple[Entry, ...] = (
    Entry("a_kasse", "citizen", "dagpenge"),
    Entry("state", "a_kasse", "dagpenge_reimbursement"),
    Entry("municipality", "state", "dagpenge_cofinancing"),
    Entry("municipality", "citizen", "kontanthjaelp"),
    Entry("municipality", "citizen", "uddannelseshjaelp"),
    Entry("municipality", "citizen", "integration_benefit"),
    Entry("municipality", "citizen", "sygedagpenge"),
    Entry("municipality", "citizen", "ressourceforloebsydelse"),
    Entry("municipality", "citizen", "ledighedsydelse"),
    Entry("municipality", "citizen", "revalideringsydelse"),
    Entry("municipality", "citizen", "flexjob_wage_supplement"),
    *(Entry("state", "municipality", account) for account in REFUNDS.values()),
    Entry("state", "citizen", "foertidspension"),
    Entry("municipality", "state", "pension_cofinancing"),
    Entry("state", "citizen", "early_retirement"),
    Entry("state", "citizen", "leave_benefits"),
    Entry("municipality", "citizen", "jobcentre_staff"),
    Entry("a_kasse", "citizen", "a_kasse_contact"),
    Entry("state", "a_kasse", "a_kasse_contact_grant"),
    Entry("municipality", "employer", "wage_subsidy"),
    Entry("municipality", "employer", "programme_purchases"),
    Entry("municipality", "employer", "medical_certificates"),
    Entry("employer", "citizen", "wages"),
    Entry("citizen", "state", "income_tax_state"),
    Entry("citizen", "municipality", "income_tax_municipality"),
    Entry("state", "municipality", "block_grant"),
    *(Entry("state", "municipality", account) for account in SETTLED),
    Entry("municipality", "state", FRAME_SANCTION),
)
_PAYERS = {
    Finance.STATE: "state",
    Finance.REFUNDED: "municipality",
    Finance.COFINANCED_FUND: "a_kasse",
    Finance.COFINANCED_STATE: "state",
}
_KNOWN = {entry.account for entry in _CHART}
#: The chart of accounts, in a fixed order; behind those above stand accounts that only a row of states names.
ENTRIES: tuple[Entry, ...] = (
    *_CHART,
    *(
        Entry(_PAYERS[row.finance], "citizen", row.account)
        for row in ROWS
        if row.account and row.account not in _KNOWN
    ),
)
ENTRY: dict[tuple[str, str, str], int] = {tuple(e): i for i, e in enumerate(ENTRIES)}  # type: ignore[misc]
ACCOUNT: dict[str, int] = {e.account: i for i, e in enumerate(ENTRIES)}

#: Public parties: net public cost is what these pay minus what they receive.
PUBLIC: tuple[str, ...] = ("state", "municipality", "a_kasse")


def new_ledger(n_municipalities: int) -> NDArray[np.int64]:
    """Return an empty ledger, shape (municipalities, entries), whole øre."""
    return np.zeros((n_municipalities, len(ENTRIES)), dtype=np.int64)


def balances(amounts: NDArray[np.int64]) -> dict[str, int]:
    """Return received minus paid by party, in øre; the five sum to zero."""
    total = amounts.sum(axis=0)
    result = dict.fromkeys(PARTIES, 0)
    for entry, amount in zip(ENTRIES, total.tolist(), strict=True):
        result[entry.payer] -= amount
        result[entry.receiver] += amount
    return result
