"""The world: everything there is in a run, and what one act of the week leaves for another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.ledger import SETTLED_AS
from sim.outcomes.tally import MoveTally, SpellLog, Tally, part_of
from sim.states import CLIENT_STATES
from sim.world.caseworkers import Caseworkers
from sim.world.clients import ClientTable
from sim.world.clock import Now
from sim.world.employers import Employers
from sim.world.municipalities import Municipality
from sim.world.payroll import Payroll
from sim.world.people import People

if TYPE_CHECKING:
    from sim.law import Decisions, Law
    from sim.outcomes.recorder import Recorder
    from sim.rules.flows import QuietFlows
    from sim.terms import Terms


@dataclass
class ThisWeek:
    """What acts leave for later acts of the same week; m = municipalities.

    A value stays until the act that makes it runs again.
    """

    moved: NDArray[np.int32]  # (n,) people whose scheduled transition was a move this week
    moved_from: NDArray[np.uint8]  # (n,) the states that they left
    moved_to: NDArray[np.uint8]  # (n,)
    applicants: NDArray[np.int32]  # (n,) people who apply for a job though the jobcentre does not follow them
    laid_off: NDArray[np.int32]  # (n,) by mass layoffs
    closed_at: NDArray[np.int32]  # (n,) the workplaces that they lost
    due: Any  # queue of interviews: sim.mechanisms.contact.Queue
    asked: NDArray[np.float64]  # (n_caseworkers,) minutes that interviews due by law with their clients take
    newly_due: NDArray[np.float64]  # (m,) minutes of those that have become due this week, no-shows counted
    freed: NDArray[np.float64]  # (m,) minutes of the week's follow-ups that a reform frees, without shrinking
    self_served: NDArray[np.float64]  # (m,) share of the month's payments that clients spare the caseworkers
    missed: NDArray[np.float64]  # (m,) interviews due by law that have become too late this week
    waiting: int  # statutory interviews that were due and not held
    hazard: NDArray[np.float64]  # (n_clients,) of a job a week at normal tightness, in the clients' order
    clients: NDArray[np.int32]  # (n_clients,) whose hazards they are
    searching: NDArray[np.float64]  # (m,) sum of clients' hazards by residence
    tightness: NDArray[np.float64]  # (m,) vacancies over effective seekers in the commuting area
    ease: NDArray[np.float64]  # (d,) tightness where an employer's workers live, relative to the start
    stood_in: NDArray[np.float64]  # (d,) ordinary posts that subsidised jobs stand in for
    look_by: NDArray[np.float64]  # (m, d) weights with which people outside the clients look for work
    clients_look_by: NDArray[np.float64]  # (m, d) and clients
    finding: NDArray[np.float64]  # (m,) chances of a job of people outside the clients, relative to the start
    finding_clients: NDArray[np.float64]  # (m,) and of clients
    gone: NDArray[np.int32]  # (n,) people who leave the population
    value: NDArray[np.float64]  # (m, 2) what a week on benefits costs: with the reform, and without
    a_kasse_held: NDArray[np.int64]  # (m,) interviews of the a-kasse
    programme_kr: NDArray[np.float64]  # (m, programme) what programmes cost this week
    burden: NDArray[np.int64]  # (m, settled as) øre it bears more of benefits than without the reform

    @classmethod
    def empty(cls, m: int, programmes: int) -> ThisWeek:
        """Return what the first week begins with."""
        nobody, states = np.empty(0, np.int32), np.empty(0, np.uint8)
        return cls(
            moved=nobody, moved_from=states, moved_to=states, applicants=nobody, laid_off=nobody,
            closed_at=nobody, due=None, asked=np.zeros(m), newly_due=np.zeros(m), freed=np.zeros(m),
            self_served=np.zeros(m), missed=np.zeros(m),
            waiting=0, hazard=np.empty(0), clients=nobody, searching=np.zeros(m), tightness=np.ones(m),
            ease=np.ones(m), stood_in=np.zeros(m), look_by=np.zeros((m, m)),
            clients_look_by=np.zeros((m, m)), finding=np.ones(m), finding_clients=np.ones(m), gone=nobody,
            value=np.zeros((m, 2)), a_kasse_held=np.zeros(m, np.int64),
            programme_kr=np.zeros((m, programmes)), burden=np.zeros((m, len(SETTLED_AS)), np.int64),
        )  # fmt: skip


@dataclass
class World:
    """Tables, accounts and counters of a run; m = municipalities, d = municipalities of work."""

    codes: NDArray[np.int64]  # (m,) official codes
    scale: float  # share of the population simulated
    now: Now
    people: People
    clients: ClientTable
    caseworkers: Caseworkers
    employers: Employers
    municipalities: list[Municipality]
    commuting: NDArray[np.float64]  # (m, d), rows sum to one
    size_ladder: NDArray[np.float64]  # (n_employers,) running share of size within the municipality
    flows: QuietFlows
    payroll: Payroll
    tally: Tally
    log: SpellLog
    ledger: NDArray[np.int64]  # (m, entries), øre, this year
    decisions: Decisions
    birthdays: tuple[NDArray[np.int32], ...]  # by week of the year: who has birthday, in id order
    start_states: NDArray[np.uint8]  # (n,) states of the first week
    support_at_start: NDArray[np.float64]  # (m,) per cent on temporary benefits in the first week
    full_minutes: NDArray[np.float64]  # (n_caseworkers,) minutes a week in the first week
    this_week: ThisWeek
    law: Law | None = None
    rules: dict[str, Any] = field(default_factory=dict)  # by mechanism
    memory: dict[str, Any] = field(default_factory=dict)  # what a mechanism keeps, by mechanism
    terms: Terms = field(init=False)  # the weeks of the run and the parameters that hold in them
    recorder: Recorder = field(init=False)
    stale: bool = True  # a decision has changed the rules: make them anew

    @property
    def counted(self) -> tuple[MoveTally, SpellLog, Payroll]:
        """What is counted when somebody moves."""
        return part_of(self.tally, MoveTally), self.log, self.payroll

    def on(self, mechanism: str) -> bool:
        """Whether a mechanism is switched on."""
        assert self.law is not None
        return self.law.on(mechanism)

    def support_share(self) -> NDArray[np.float64]:
        """Share of each municipality's people on temporary benefits, per cent (m,)."""
        stock = self.tally.stock
        return np.asarray(100.0 * stock[:, CLIENT_STATES].sum(axis=1) / stock.sum(axis=1))
