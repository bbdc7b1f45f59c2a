"""A municipality's own figures: read, checked, and what they do to its accounts.

The model's municipality is drawn from national figures; its own budget knows better how large a line is.  So
the budget anchors the levels, and the model says by how much a reform moves them:

    line = line of the model * f,     f = own spending on the account / the model's, in the budget's year

with both as the municipality pays it out (before refunds), in the prices of the budget's year.  Without
spending on an account, its caseload stands for it, and for 6.45.53 the number of staff; without either f = 1.
The factor holds for every year, for baseline and reform, and for all payers of the account, so that they
still add up.  What is given for an account that the model does not tell apart (5.68.98) is added to the line
that holds it (5.68.90).  The tax base decides on which rung of the equalisation the municipality stands.

Format: ``docs/accounts.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from reforms.accounts.chart import chart
from sim.data import municipality_code, municipality_codes
from sim.errors import InputError, suggest
from sim.outcomes.aggregates import AGGREGATES
from sim.parameters import load_parameters
from sim.parameters.document import Document, raise_all, read_document
from sim.rules.municipal_finance import kept_of_tax, tiers
from sim.states import STATES

#: What a file may hold, and what has to stand in it.
FIELDS = (
    "municipality",
    "year",
    "staff_full_time",
    "spending_kr",
    "caseloads",
    "tax_base_kr_per_inhabitant",
    "country_tax_base_kr_per_inhabitant",
    "note",
)
REQUIRED = ("municipality", "year")
STAFF = "6.45.53"


@dataclass(frozen=True)
class Budget:
    """A municipality's own figures of one year.

    Attributes
    ----------
    code, year
        The municipality, and the budget year.
    staff
        Full-time caseworkers; None if not given.
    spending
        Kroner by account as paid out, before refunds, in the prices of the year; what the model does not tell
        apart is on the line that holds it.
    caseloads
        Average recipients in the year by state or sum of states.
    relative_base
        Tax base per inhabitant over the country's; None if not given.
    """

    code: int
    year: int
    staff: float | None
    spending: Mapping[str, float]
    caseloads: Mapping[str, float]
    relative_base: float | None

    def rung(self) -> float | None:
        """Share of a krone more of tax that the municipality keeps; None without a tax base."""
        if self.relative_base is None:
            return None
        law = tiers(load_parameters().at(date(self.year, 7, 1), municipality_codes()))
        return float(kept_of_tax(np.array([self.relative_base]), law)[0])


def read_budget(path: Path | str) -> Budget:
    """Read a file of a municipality's own figures.

    Raises
    ------
    InputError
        With file and line for each thing that is wrong, and the nearest name for a misspelt one.
    """
    document = read_document(path)
    said = document.content
    if not isinstance(said, dict):
        raise document.error(f"found no entries, expected {', '.join(REQUIRED)} and figures")
    errors = [
        document.error(
            f"found '{name}', expected one of {', '.join(FIELDS)}.{suggest(str(name), FIELDS)}", name
        )
        for name in said
        if name not in FIELDS
    ]
    errors += [document.error(f"'{name}' is missing") for name in REQUIRED if name not in said]
    spending = _joined(_amounts(document, "spending_kr", tuple(chart()), errors, _not_given))
    caseloads = _amounts(document, "caseloads", (*STATES, *AGGREGATES), errors)
    single = {name: _amount(document, said.get(name), errors, name) for name in FIELDS[2:7] if name in said
              and name not in ("spending_kr", "caseloads")}  # fmt: skip
    code = _code(document, said.get("municipality"), errors) if "municipality" in said else 0
    year = _year(document, said.get("year"), errors) if "year" in said else 0
    own, country = (single.get(f"{name}tax_base_kr_per_inhabitant") for name in ("", "country_"))
    if (own is None) != (country is None) and not errors:
        given, lacking = ("", "country_") if country is None else ("country_", "")
        errors.append(
            document.error(
                f"{given}tax_base_kr_per_inhabitant stands alone; expected "
                f"{lacking}tax_base_kr_per_inhabitant beside it: the rung is the one over the other",
                f"{given}tax_base_kr_per_inhabitant",
            )
        )
    raise_all(errors)
    base = own / country if own is not None and country else None
    return Budget(code, year, single.get("staff_full_time"), spending, caseloads, base)


def _not_given(name: str) -> str:
    """Return why an account of the chart cannot be given, or an empty text."""
    line = chart()[name]
    if not line.is_municipal:
        return "no municipality has this account"
    if line.stands_in:
        return ""
    if not line.entries:
        return f"the model has nothing on this account, so it cannot be anchored. {line.note}"
    if name.startswith("7.62."):
        return "settlements are reckoned, not given"
    if not line.is_paid_by_municipalities:
        return "this is income, which the model reckons; give spending, and the tax base for the rung"
    return ""


def accounts_to_give() -> tuple[str, ...]:
    """Return the numbers of the accounts for which a file can give spending."""
    return tuple(name for name in chart() if not _not_given(name))


def _joined(spending: Mapping[str, float]) -> dict[str, float]:
    """Return spending by line of the model: what it does not tell apart is added to the line that holds it.

    One without the other is taken as all that was given.
    """
    found: dict[str, float] = {}
    for number, amount in spending.items():
        line = chart()[number].stands_in or number
        found[line] = found.get(line, 0.0) + amount
    return found


def _amounts(
    document: Document,
    field: str,
    known: tuple[str, ...],
    errors: list[InputError],
    refused: Any = lambda _: "",
) -> dict[str, float]:
    said = document.content.get(field, {})
    if said is None:
        return {}
    if not isinstance(said, dict):
        errors.append(
            document.error(f"{field}: expected a line for each name, such as {known[0]}: 100", field)
        )
        return {}
    found = {}
    for key, value in said.items():
        name = str(key)
        if name not in known:
            near = _near(name, known)
            errors.append(document.error(f"{field}: found '{name}', which there is not.{near}", field, name))
            continue
        if why := refused(name):
            errors.append(document.error(f"{field}: '{name}': {why}", field, name))
            continue
        amount = _amount(document, value, errors, field, name)
        if amount is not None:
            found[name] = amount
    return found


def _near(name: str, known: tuple[str, ...]) -> str:
    """Return the nearest name; of a number all accounts that can be given: its neighbour is another one."""
    if name[:1].isdigit():
        return f" Accounts that can be given: {', '.join(accounts_to_give())}."
    return suggest(name, known)


def _amount(document: Document, value: object, errors: list[InputError], *location: str) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return float(value)
    named = ": ".join(location)
    errors.append(document.error(f"{named}: found '{value}', expected a number above 0", *location))
    return None


def _code(document: Document, value: object, errors: list[InputError]) -> int:
    try:
        return municipality_code(value)
    except InputError as problem:
        errors.append(document.error(problem.message, "municipality"))
        return 0


def _year(document: Document, value: object, errors: list[InputError]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 2000 <= value <= 2100:
        return value
    errors.append(document.error(f"year: found '{value}', expected a year such as 2026", "year"))
    return 0


def factors(
    budget: Budget, paid_out: Mapping[str, float], recipients: Mapping[str, float], staff: float | None
) -> dict[str, float]:
    """Return by how much each account of the model is multiplied.

    Parameters
    ----------
    paid_out
        What the model's municipality pays out by account in the budget's year, in its prices.
    recipients
        The model's average recipients by state or sum of states.
    staff
        The model's full-time caseworkers; None if it has none.
    """
    found = {}
    for number, line in chart().items():
        own, model = budget.spending.get(number), paid_out.get(number, 0.0)
        known = [name for name in line.caseload if name in budget.caseloads]
        if own is not None:
            found[number] = own / model if model > 0.0 else np.nan
        elif known and (counted := sum(recipients.get(name, 0.0) for name in known)) > 0.0:
            found[number] = sum(budget.caseloads[name] for name in known) / counted
        elif number == STAFF and budget.staff is not None and staff:
            found[number] = budget.staff / staff
    lacking = [number for number, factor in found.items() if not np.isfinite(factor)]
    if lacking:
        raise InputError(
            f"the results have no spending on {', '.join(lacking)} in {budget.year}, so the budget cannot "
            "anchor it: run at a larger scale, or leave the account out"
        )
    return found
