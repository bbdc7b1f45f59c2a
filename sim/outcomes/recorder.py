"""Recording: from the week's counters to tidy yearly tables, scaled up to the whole population.

The recorder reads the counters that mechanisms keep (:mod:`sim.outcomes.tally`), never the other way round.
Once a year it writes one block of rows for each measure (:mod:`sim.outcomes.measures`) and group, and clears
the yearly counters.
"""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import Week, to_a_year
from sim.outcomes.ledger import ENTRIES
from sim.outcomes.measures import AGGREGATES, MEASURES, TOPICS, Year
from sim.outcomes.measures.year import Reckoned
from sim.outcomes.monthly import MonthRows, counted, month_of, monthly_table
from sim.outcomes.tally import Tally, clear_year
from sim.states import STATES

Array = NDArray[Any]


class Row(NamedTuple):
    """One block of outcomes: the same measure and group for all municipalities (country first)."""

    period: str
    group: str
    measure: str
    numbers: Array  # (1 + m,), or (1,) if it is given for the country alone


class Recorder:
    """Keeps the rows of a run.

    Parameters
    ----------
    codes
        Municipality codes (m,).
    scale
        Share of the population simulated; every count is divided by it.
    labour_force_outside
        Persons of the labour force whom the model does not hold as states (m,), at scale 1: students and
        people over 66 with a job. Constant.

    Attributes
    ----------
    weeks
        Weeks of the running year that were simulated.
    by
        The numbers by which feedback and full-time persons are reckoned.
    """

    def __init__(
        self, codes: Array, scale: float, labour_force_outside: Array, by: Reckoned | None = None
    ) -> None:
        self.codes = codes
        self.scale = scale
        self.labour_force_outside = labour_force_outside
        self.rows: list[Row] = []
        self.ledger_rows: list[tuple[str, Array]] = []
        self._month = ""
        self._month_stock = np.zeros(len(STATES))
        self._month_weeks = 0
        self.weeks = 0
        self.months: list[MonthRows] = []  # by municipality
        self._counted: Array | float = 0.0  # the year's counters when the running month began
        self._weeks_counted = 0  # of the running month
        self.by = by or Reckoned()

    def week(self, label: Week, tally: Tally) -> None:
        """Add a week to the running year, and to the running month of national stocks."""
        self.weeks += 1
        month = f"{label.year}-M{label.month:02d}"
        if month != self._month:
            self._close_month()
            self._month = month
        self._month_stock += tally.stock.sum(axis=0)
        self._month_weeks += 1
        self._weeks_counted += 1
        if (label + 1).month != label.month:
            self._count_month(month_of(label), tally)

    def _count_month(self, month: str, tally: Tally) -> None:
        """Keep what the running month added to the counters of each municipality."""
        if self._weeks_counted:
            now = counted(tally)
            self.months.append(MonthRows(month, self._weeks_counted, now - self._counted))
            self._counted, self._weeks_counted = now, 0

    def _close_month(self) -> None:
        if self._month_weeks:
            mean = self._month_stock / self._month_weeks / self.scale
            for name, value in zip(STATES, mean, strict=True):
                self.rows.append(Row(self._month, name, "stock", np.array([value])))
            for group, members in AGGREGATES.items():
                total = sum(mean[STATES.index(name)] for name in members)
                self.rows.append(Row(self._month, group, "stock", np.array([total])))
        self._month_stock[:] = 0.0
        self._month_weeks = 0

    def close_year(self, period: str, tally: Tally, ledger: Array, supervised: Array) -> None:
        """Write the rows of a year, as far as it was simulated, and clear the yearly counters."""
        weeks, self.weeks = self.weeks, 0
        if weeks == 0:
            return
        self._count_month(self._month.replace("-M", "-"), tally)
        self._close_month()
        outside, number = self.labour_force_outside, int(period)
        year = Year(tally, ledger, supervised, outside, self.scale, weeks, number, self.by)
        for topic in TOPICS:
            counted = {measure.name: measure.values(year) for measure in topic}
            groups = dict.fromkeys(group for values in counted.values() for group in values)
            self.rows += [
                Row(period, group, name, values[group])
                for group in groups
                for name, values in counted.items()
                if group in values
            ]
        self.ledger_rows.append((period, ledger.copy()))
        ledger[:] = 0
        clear_year(tally)
        self._counted = 0.0

    def so_far(self, period: str, tally: Tally, ledger: Array, supervised: Array) -> Recorder:
        """Return the recorder as if the running year ended here; nothing of the run is changed."""
        if self.weeks == 0:
            return self
        read = copy.copy(self)
        read.rows, read.ledger_rows = list(self.rows), list(self.ledger_rows)
        read.months = list(self.months)
        read._month_stock = self._month_stock.copy()
        read.close_year(period, copy.deepcopy(tally), ledger.copy(), supervised)
        return read

    def outcomes(self) -> pd.DataFrame:
        """All rows as a tidy table: period, municipality (0 = country), group, measure, value, unit."""
        where = np.concatenate([[0], self.codes])
        sizes = [len(row.numbers) for row in self.rows]
        frame = pd.DataFrame(
            {
                "period": np.repeat([row.period for row in self.rows], sizes),
                "municipality": np.concatenate([where[:0], *(where[:n] for n in sizes)]).astype(np.int32),
                "group": np.repeat([row.group for row in self.rows], sizes),
                "measure": np.repeat([row.measure for row in self.rows], sizes),
                "value": np.concatenate([np.empty(0), *(row.numbers for row in self.rows)]).astype(
                    np.float64
                ),
            }
        )
        frame["unit"] = frame["measure"].map({name: m.unit.name for name, m in MEASURES.items()})
        return frame

    def monthly_municipal(self) -> pd.DataFrame:
        """Months by municipality (0 = country): month, municipality, measure, value, unit."""
        return monthly_table(self.months, self.codes, self.scale)

    def ledger_table(self) -> pd.DataFrame:
        """The ledger by year and municipality: period, municipality, payer, receiver, account, amount_kr.

        As booked, summed over the weeks of the ISO year and brought to a year of 365.25 days.
        """
        parts = []
        for period, amounts in self.ledger_rows:
            whole = to_a_year(int(period))
            for at, entry in enumerate(ENTRIES):
                parts.append(
                    pd.DataFrame(
                        {
                            "period": period,
                            "municipality": self.codes.astype(np.int32),
                            "payer": entry.payer,
                            "receiver": entry.receiver,
                            "account": entry.account,
                            "amount_kr": amounts[:, at] / 100.0 / self.scale * whole,
                        }
                    )
                )
        names = ("period", "municipality", "payer", "receiver", "account", "amount_kr")
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(names))
