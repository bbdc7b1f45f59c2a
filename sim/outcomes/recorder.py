"""Recording: from the week's counters to tidy yearly tables, scaled up to the whole population.

The recorder reads the counters that mechanisms keep (:mod:`sim.outcomes.tally`), never the other way round.
Once a year it writes one block of rows and clears the yearly counters.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR, Week
from sim.outcomes.ledger import ENTRIES, PUBLIC
from sim.outcomes.life_tables import SPELL_GROUPS, band_duration, life_table_measures
from sim.outcomes.measures import AGGREGATES, MEASURES
from sim.outcomes.tally import Tally
from sim.states import CLIENT_STATES, IS_UNEMPLOYED, STATES
from sim.vocabulary import PROGRAMMES, TASKS

Array = NDArray[Any]
_CUMULATIVE = (
    "flows",
    "exits",
    "at_risk",
    "band_exits",
    "band_weeks",
    "stock_weeks",
    "touched",
    "long_term_weeks",
    "hires",
    "shifts",
    "interviews",
    "interviews_a_kasse",
    "missed",
    "minutes",
    "backlog_minutes",
    "caseworker_weeks",
    "participants",
    "activated_unemployed",
    "sanctions",
    "certificates",
    "vacancy_weeks",
    "tightness_weeks",
)


class Row(NamedTuple):
    """One block of outcomes: the same measure and group for all municipalities (country first)."""

    period: str
    group: str
    measure: str
    numbers: Array  # (1 + m,)


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
    """

    def __init__(self, codes: Array, scale: float, labour_force_outside: Array) -> None:
        self.codes = codes
        self.scale = scale
        self.labour_force_outside = labour_force_outside
        self.rows: list[Row] = []
        self.ledger_rows: list[tuple[str, Array]] = []
        self._month = ""
        self._month_stock = np.zeros(len(STATES))
        self._month_weeks = 0

    def week(self, label: Week, tally: Tally) -> None:
        """Add a week to the running month of national stocks."""
        month = f"{label.year}-M{label.month:02d}"
        if month != self._month:
            self._close_month()
            self._month = month
        self._month_stock += tally.stock.sum(axis=0)
        self._month_weeks += 1

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

    def _add(
        self, period: str, measure: str, group: str, by_municipality: Array, national: float | None = None
    ) -> None:
        values = np.asarray(by_municipality, np.float64)
        total = float(values.sum()) if national is None else national
        self.rows.append(Row(period, group, measure, np.concatenate([[total], values])))

    def close_year(self, period: str, weeks: int, tally: Tally, ledger: Array, supervised: Array) -> None:
        """Write a year's rows (``weeks`` of it were simulated) and clear the yearly counters."""
        if weeks == 0:
            return
        self._close_month()
        self._stocks_and_flows(period, weeks, tally)
        self._durations(period, tally)
        self._labour_market(period, weeks, tally)
        self._jobcentres(period, weeks, tally)
        self._money(period, weeks, ledger)
        self._add(period, "supervised", "all", supervised.astype(np.float64), float(supervised.mean()))
        self.ledger_rows.append((period, ledger.copy()))
        ledger[:] = 0
        for name in _CUMULATIVE:
            getattr(tally, name)[...] = 0
        tally.seen[:] = 0

    def _stocks_and_flows(self, period: str, weeks: int, tally: Tally) -> None:
        up = 1.0 / self.scale
        stock = tally.stock_weeks * (up / weeks)
        n = len(STATES)
        inside = tally.flows.copy()
        inside[:, np.arange(n), np.arange(n)] = 0
        for at, name in enumerate(STATES):
            self._add(period, "stock", name, stock[:, at])
            self._add(period, "inflow", name, inside[:, :, at].sum(axis=1) * up)
            self._add(period, "outflow", name, inside[:, at, :].sum(axis=1) * up)
            self._add(period, "touched", name, tally.touched[:, at] * up)
            if at != 0:
                self._add(period, "exits_to_job", name, inside[:, at, 0] * up)
        for group, members in AGGREGATES.items():
            at_ = [STATES.index(name) for name in members]
            others = [k for k in range(n + 1) if k not in at_]
            self._add(period, "stock", group, stock[:, at_].sum(axis=1))
            self._add(period, "inflow", group, inside[:, others][:, :, at_].sum(axis=(1, 2)) * up)
            self._add(period, "outflow", group, inside[:, at_][:, :, others].sum(axis=(1, 2)) * up)
            self._add(period, "exits_to_job", group, inside[:, at_, 0].sum(axis=1) * up)
        self._add(period, "benefit_shifts", "all", tally.shifts * up)
        self._flows(period, inside.sum(axis=0) * up)

    def _flows(self, period: str, moves: Array) -> None:
        """Write the country's moves between states, ``moves[from, to]`` of persons, where there are any."""
        for origin, name in enumerate(STATES):
            for target in np.flatnonzero(moves[origin, : len(STATES)]):
                group = f"{name}>{STATES[target]}"
                self.rows.append(Row(period, group, "flow", moves[origin, target : target + 1]))

    def _durations(self, period: str, tally: Tally) -> None:
        for group, at in SPELL_GROUPS.items():
            national = life_table_measures(tally.exits[at], tally.at_risk[at])
            local = band_duration(tally.band_exits[:, at], tally.band_weeks[:, at])
            for measure, value in national.items():
                if measure == "mean_duration":
                    self._add(period, measure, group, local, value)
                else:
                    self.rows.append(Row(period, group, measure, np.array([value])))

    def _labour_market(self, period: str, weeks: int, tally: Tally) -> None:
        up = 1.0 / self.scale
        stock = tally.stock_weeks * (up / weeks)
        unemployed = stock[:, IS_UNEMPLOYED[: len(STATES)] == 1].sum(axis=1)
        working = stock[:, [STATES.index(s) for s in ("employed", "fleksjob", "leave")]].sum(axis=1)
        force = unemployed + working + self.labour_force_outside
        self._add(
            period,
            "unemployment_rate",
            "unemployed_gross",
            100 * unemployed / force,
            float(100 * unemployed.sum() / force.sum()),
        )
        self._add(period, "long_term_unemployed", "unemployed_gross", tally.long_term_weeks * (up / weeks))
        self._add(period, "job_starts", "all", tally.hires * up)
        self._add(period, "vacancies", "all", tally.vacancy_weeks * (up / weeks))
        tight = tally.tightness_weeks / weeks
        self._add(period, "tightness", "all", tight, float(tight.mean()))

    def _jobcentres(self, period: str, weeks: int, tally: Tally) -> None:
        up = 1.0 / self.scale
        years = weeks / WEEKS_A_YEAR
        stock = tally.stock_weeks * (up / weeks)
        for state in CLIENT_STATES:
            name = STATES[state]
            held = (tally.interviews[:, state] + tally.interviews_a_kasse[:, state]) * up
            self._add(period, "interviews", name, tally.interviews[:, state] * up)
            self._add(period, "interviews_a_kasse", name, tally.interviews_a_kasse[:, state] * up)
            self._add(period, "interviews_missed", name, tally.missed[:, state] * up)
            self._add(period, "sanctions", name, tally.sanctions[:, state] * up)
            person_years = np.maximum(stock[:, state] * years, 1e-9)
            rate = float(held.sum() / person_years.sum())
            self._add(period, "interviews_per_person_year", name, held / person_years, rate)
        for at, task in enumerate(TASKS):
            self._add(period, "hours", task, tally.minutes[:, at] * (up / 60.0))
        fte = tally.caseworker_weeks * (up / weeks)
        clients = stock[:, list(CLIENT_STATES)].sum(axis=1)
        self._add(period, "backlog_hours", "all", tally.backlog_minutes * (up / 60.0 / weeks))
        self._add(period, "caseworkers", "all", fte)
        self._add(
            period, "caseload", "all", clients / np.maximum(fte, 1e-9), float(clients.sum() / fte.sum())
        )
        for at, kind in enumerate(PROGRAMMES):
            self._add(period, "participants", kind, tally.participants[:, at] * (up / weeks))
        self._add(period, "participants", "unemployed_gross", tally.activated_unemployed * (up / weeks))

    def _money(self, period: str, weeks: int, ledger: Array) -> None:
        yearly = ledger / 100.0 / self.scale * (WEEKS_A_YEAR / weeks)
        net = {party: np.zeros(len(self.codes)) for party in PUBLIC}
        for at, entry in enumerate(ENTRIES):
            if entry.payer in net:
                net[entry.payer] = net[entry.payer] + yearly[:, at]
            if entry.receiver in net:
                net[entry.receiver] = net[entry.receiver] - yearly[:, at]
            if entry.receiver == "citizen" and entry.account not in (
                "wages",
                "jobcentre_staff",
                "a_kasse_contact",
            ):
                self._add(period, "gross_benefits", entry.account, yearly[:, at])
        for party in PUBLIC:
            self._add(period, f"net_cost_{party}", "all", net[party])
        self._add(period, "net_public_cost", "all", np.sum(list(net.values()), axis=0))
        effort = [
            at
            for at, e in enumerate(ENTRIES)
            if e.account in ("jobcentre_staff", "wage_subsidy", "programme_purchases", "medical_certificates")
        ]
        self._add(period, "effort_cost", "all", yearly[:, effort].sum(axis=1))

    def outcomes(self) -> pd.DataFrame:
        """All rows as a tidy table: period, municipality (0 = country), group, measure, value, unit."""
        where = np.concatenate([[0], self.codes])
        sizes = [len(row.numbers) for row in self.rows]
        frame = pd.DataFrame(
            {
                "period": np.repeat([row.period for row in self.rows], sizes),
                "municipality": np.concatenate([where[:n] for n in sizes]).astype(np.int32),
                "group": np.repeat([row.group for row in self.rows], sizes),
                "measure": np.repeat([row.measure for row in self.rows], sizes),
                "value": np.concatenate([row.numbers for row in self.rows]).astype(np.float64),
            }
        )
        frame["unit"] = frame["measure"].map({name: m.unit for name, m in MEASURES.items()})
        return frame

    def ledger_table(self) -> pd.DataFrame:
        """The ledger by year and municipality: period, municipality, payer, receiver, account, amount_kr."""
        parts = []
        for period, amounts in self.ledger_rows:
            for at, entry in enumerate(ENTRIES):
                parts.append(
                    pd.DataFrame(
                        {
                            "period": period,
                            "municipality": self.codes.astype(np.int32),
                            "payer": entry.payer,
                            "receiver": entry.receiver,
                            "account": entry.account,
                            "amount_kr": amounts[:, at] / 100.0 / self.scale,
                        }
                    )
                )
        return pd.concat(parts, ignore_index=True)
