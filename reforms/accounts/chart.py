"""The municipal chart of accounts: the line of a budget on which each entry of the ledger stands.

The table is ``chart.yaml``, with source ids, or the reason of an assumption.  A benefit, what the state
refunds of it and what is co-financed stand on the same account, so that the payers of an account add up.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.outcomes.ledger import ENTRIES, PUBLIC
from sim.outcomes.measures import Words
from sim.parameters.document import read_document

TOTAL = "total"
_NET_COST = Words("Net cost", "Nettoudgift")
_FILE = Path(__file__).with_name("chart.yaml")


class Account(NamedTuple):
    """A line of the chart.

    Attributes
    ----------
    number
        As budgets write it, with what is told apart below it after a stroke; or a word where no municipality
        has such an account.
    entries
        Accounts of the ledger that stand on it.
    caseload
        States whose recipients stand for its size.
    sourced
        Whether account and content were read; otherwise ``reason`` says why it stands there.
    stands_in
        Number of the line that holds what belongs here and the model does not tell apart; or an empty text.
    """

    number: str
    title: Words
    entries: tuple[str, ...]
    caseload: tuple[str, ...]
    sourced: bool
    ids: tuple[str, ...]
    reason: str
    note: str
    stands_in: str

    @property
    def is_municipal(self) -> bool:
        """Whether a municipality has the account."""
        return self.number[0].isdigit()

    @property
    def is_paid_by_municipalities(self) -> bool:
        """Whether a municipality pays anything out on the line."""
        return any(e.account in self.entries and e.payer == "municipality" for e in ENTRIES)


@cache
def chart() -> dict[str, Account]:
    """Return the chart by number, in its order."""
    return {
        number: Account(
            number=number,
            title=Words(said["title"]["en"], said["title"]["da"]),
            entries=tuple(said["entries"]),
            caseload=tuple(said.get("caseload", ())),
            sourced=said["kind"] == "sourced",
            ids=tuple(said.get("ids", ())),
            reason=said.get("reason", ""),
            note=said.get("note", ""),
            stands_in=str(said.get("stands_in", "")),
        )
        for number, said in read_document(_FILE).content.items()
    }


@cache
def account_of() -> dict[str, str]:
    """Return the number of the line on which each account of the ledger stands.

    Public payments that no line of the table names stand on a line of their own, under their own name.
    """
    named = {entry: line.number for line in chart().values() for entry in line.entries}
    public = {e.account for e in ENTRIES if e.payer in PUBLIC or e.receiver in PUBLIC}
    return named | {name: name for name in sorted(public - set(named))}


def line_of(entry: str) -> str:
    """Return the number of an entry's line; an entry that this Jobvej does not know stands for itself."""
    return account_of().get(entry, entry)


def without_entries() -> dict[str, Account]:
    """Return the municipal lines on which the model books nothing, by number."""
    return {line.number: line for line in chart().values() if line.is_municipal and not line.entries}


def title_of(number: str, lang: str = "en") -> str:
    """Return what a line of the accounts is called."""
    if number == TOTAL:
        return _NET_COST.of(lang)
    line = chart().get(number)
    return line.title.of(lang) if line else number.replace("_", " ")
