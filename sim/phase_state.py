"""What all phases of the week share: the parts of the world, the clock, and the list of clients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Week
from sim.engine.client_list import ClientList, list_clients, update_clients
from sim.engine.draws import Key
from sim.law.week import Decisions, LawOfTheWeek
from sim.mechanisms.transition import IS_CLIENT, Mover, Moves, Now, move_citizens
from sim.outcomes.tally import Tally
from sim.parameters import ParameterSet
from sim.world.caseworkers import Caseworkers
from sim.world.citizens import Citizens
from sim.world.employers import Employers
from sim.world.municipalities import MunicipalityAgent

#: A week later than any: of what has not begun.
NEVER_YET = 1_000_000


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
    _moment: Now | None = None  # of the week it names
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
        self._listed = list_clients(self.citizens.person.key, self.citizens.status.state)
        self._left: list[
            NDArray[np.int32]
        ] = []  # clients who have moved since the list was last gone through
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
        if self._moment is None or self._moment.week != self.week:
            label = self.calendar_week
            self._moment = Now(self.week, label.year, min(label.number, 52), label.month, self.key)
        return self._moment

    def _on(self, mechanism: str) -> bool:
        return mechanism not in self.switched_off

    def clients(self) -> NDArray[np.int32]:
        """Positions of everybody the jobcentre follows at this moment, in id order.

        Who became a client in the present phase is not yet on the list.
        """
        return self._list().who

    @property
    def _clients(self) -> NDArray[np.int32]:
        """Clients when the list was last gone through: moves since then do not show."""
        return self._listed.who

    def _list(self) -> ClientList:
        """Clients at this moment, as :meth:`clients`, with their identities and states."""
        if self._left:
            self._listed = self._updated(self._left, arrivals=False)
            self._left = []
        return self._listed

    def _admit_clients(self) -> None:
        """Put the phase's new clients on the list."""
        self._list()
        self._listed = self._updated(self._came, arrivals=True)
        self._came = []

    def _updated(self, moved: list[NDArray[np.int32]], *, arrivals: bool) -> ClientList:
        key, state = self.citizens.person.key, self.citizens.status.state
        return update_clients(self._listed, moved, key, state, arrivals=arrivals)

    def _move(self, moves: Moves, newcomers: bool = False) -> None:
        """Carry out a mechanism's decisions."""
        if moves.who.size:
            self._left.append(moves.who[IS_CLIENT[self.citizens.status.state[moves.who]] == 1])
            move_citizens(self._now(), moves, newcomers, self.mover)
            self._came.append(moves.who[IS_CLIENT[moves.to] == 1])
