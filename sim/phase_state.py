"""What all phases of the week share: the parts of the world, the clock, and the list of clients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Week
from sim.compiled import kernel
from sim.draws import Key
from sim.law.week import Decisions, LawOfTheWeek
from sim.mechanisms.transition import IS_CLIENT, Mover, Moves, Now, move_citizens
from sim.parameters import ParameterSet
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import Citizens
from sim.world.employers import Employers
from sim.world.municipalities import MunicipalityAgent
from sim.world.tally import Tally

#: A week later than any: of what has not begun.
NEVER_YET = 1_000_000


@kernel
def _all_clients(state: NDArray[np.uint8], out: NDArray[np.int32]) -> int:
    n = 0
    for i in range(state.size):
        if IS_CLIENT[state[i]]:
            out[n] = i
            n += 1
    return n


@kernel
def _update(
    clients: NDArray[np.int32],
    moved: NDArray[np.int32],
    arrivals: bool,
    state: NDArray[np.uint8],
    out: NDArray[np.int32],
) -> int:
    n, at = 0, 0
    for i in clients:
        while at < moved.size and moved[at] < i:
            if arrivals and IS_CLIENT[state[moved[at]]]:
                out[n] = moved[at]
                n += 1
            at += 1
        if at < moved.size and moved[at] == i:
            at += 1
            if not IS_CLIENT[state[i]]:
                continue
        out[n] = i
        n += 1
    while arrivals and at < moved.size:
        if IS_CLIENT[state[moved[at]]]:
            out[n] = moved[at]
            n += 1
        at += 1
    return n


def list_clients(state: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Positions (n_clients,) of all clients, in id order; ``state`` (n,) of all citizens."""
    out = np.empty(state.size, np.int32)
    return out[: _all_clients(state, out)]


def update_clients(
    clients: NDArray[np.int32], moved: list[NDArray[np.int32]], state: NDArray[np.uint8], *, arrivals: bool
) -> NDArray[np.int32]:
    """Return the list of clients after some people have moved; nobody else is looked at.

    ``arrivals`` false takes off the list who is no longer a client; true puts new clients on it as well.
    """
    who = np.unique(np.concatenate(moved)) if moved else np.empty(0, np.int32)
    out = np.empty(clients.size + who.size, np.int32)
    return out[: _update(clients, who, arrivals, state, out)]


class PhaseState:
    """The world as the phases see it; :class:`sim.model.LabourMarket` creates it.  m = municipalities."""

    citizens: Citizens
    employers: Employers
    mover: Mover
    tally: Tally
    law: LawOfTheWeek
    caseworkers: Caseworkers
    decisions: Decisions
    municipalities: list[MunicipalityAgent]
    parameters: ParameterSet
    worlds: list[ParameterSet]  # without a trial one; a trial adds one an arm
    codes: NDArray[np.int64]  # (m,) official codes
    key: Key
    switched_off: frozenset[str]
    scale: float
    start: Week
    week: int  # weeks simulated so far
    commuting: NDArray[np.float64]  # (m, d), rows sum to one
    reference_tightness: NDArray[np.float64] | None  # (d,), None before the first match
    ladder: NDArray[np.float64]  # (n_employers,), see sim.world.workplaces.size_ladder
    full_minutes: NDArray[np.float64]  # (n_caseworkers,) minutes a week in the first week
    ledger: NDArray[np.int64]  # (m, entries), øre, this year
    compensation: NDArray[np.int64]  # (m,), øre a week
    support_at_start: NDArray[np.float64]  # (m,), per cent

    def _begin_phases(self) -> None:
        """Set what one phase leaves for another to what it is before the first week."""
        m = len(self.codes)
        self._stale = True
        self._clients = list_clients(self.citizens.status.state)
        self._left: list[NDArray[np.int32]] = []  # moved since the list was last gone through
        self._came: list[NDArray[np.int32]] = []  # moved to a benefit since the last arrivals were admitted
        self._applicants = np.empty(0, np.int32)
        self._finding = np.ones(m)
        self._spending = np.zeros((m, 4))
        self._value = np.zeros((m, 2))
        self._shift = np.zeros(m, np.int64)
        self._compensated = np.zeros(m, np.bool_)
        self._a_kasse_held = np.zeros(m, np.int64)
        self._limit_since = np.full(1, NEVER_YET)

    @property
    def calendar_week(self) -> Week:
        """The week about to be simulated."""
        return self.start + self.week

    def _now(self) -> Now:
        label = self.calendar_week
        return Now(self.week, label.year, min(label.number, 52), label.month, self.key)

    def _on(self, mechanism: str) -> bool:
        return mechanism not in self.switched_off

    def clients(self) -> NDArray[np.int32]:
        """Positions of everybody the jobcentre follows at this moment, in id order.

        Who became a client in the present phase is not yet on the list.
        """
        if self._left:
            state = self.citizens.status.state
            self._clients = update_clients(self._clients, self._left, state, arrivals=False)
            self._left = []
        return self._clients

    def _admit_clients(self) -> None:
        """Put the phase's new clients on the list."""
        state = self.citizens.status.state
        self._clients = update_clients(self.clients(), self._came, state, arrivals=True)
        self._came = []

    def _move(self, moves: Moves, newcomers: bool = False) -> None:
        """Carry out a mechanism's decisions."""
        if moves.who.size:
            move_citizens(self._now(), moves, newcomers, self.mover)
            self._left.append(moves.who)
            self._came.append(moves.who[IS_CLIENT[moves.to] == 1])
