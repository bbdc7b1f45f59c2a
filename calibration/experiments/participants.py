"""Who takes part in a trial, who of them is treated, and which state they are in week by week."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from calibration.experiments.schema import DesignEntry, PopulationEntry, states_of
from sim import data
from sim.engine.draws import Key, Purpose, uniforms
from sim.lookup import IS_CLIENT
from sim.mechanisms.matching import offered
from sim.rules.focus_targets import benchmark_gap
from sim.states import NOBODY
from sim.vocabulary import BARRIERS, EDUCATIONS, PROGRAMMES, Programme
from sim.world.columns import NEVER

if TYPE_CHECKING:
    from sim import LabourMarket

#: Numbers of the draws of a trial, keyed by person or municipality.
_PERSON, _MUNICIPALITY, _SATURATION = 0, 1, 2
_NO_PROGRAMME = int(Programme.NONE)
#: Where a participant belongs: in the treated places, or elsewhere for comparison.
HERE, ELSEWHERE = 1, 0


@dataclass(frozen=True)
class Places:
    """By municipality (m,): whether the trial takes place there, and the share it treats."""

    here: NDArray[np.bool_]
    share: NDArray[np.float64]


def places_of(population: PopulationEntry, design: DesignEntry, codes: NDArray[np.int64], key: Key) -> Places:
    """Return where the trial takes place; draws of municipalities are keyed by the replicate."""
    table = data.municipalities()
    here = np.ones(len(table), np.bool_)
    if population.regions is not None:
        here &= (
            table["region"].isin(population.regions) | table["landsdel"].isin(population.regions)
        ).to_numpy()
    if population.municipalities is not None:
        here &= np.isin(codes, [data.municipality_code(each) for each in population.municipalities])
    who = codes.astype(np.uint32)
    if design.kind == "two_stage":
        levels = np.array(design.saturations, np.float64)
        rank = np.argsort(np.argsort(uniforms(key, int(Purpose.TRIAL), who, _SATURATION)))
        share = levels[rank % len(levels)]
        return Places(here & (share > 0.0), share * here)
    if design.exposed is not None:
        here &= benchmark_gap() > 0.0
        return Places(here, here.astype(np.float64))
    if design.kind == "municipality":
        if population.regions is None and population.municipalities is None:
            here = uniforms(key, int(Purpose.TRIAL), who, _MUNICIPALITY) < design.share
        return Places(here, here.astype(np.float64))
    return Places(here, here * np.float64(design.share))


@dataclass
class Participants:
    """Columns of the participants (n,) and their weeks (n, follow-up)."""

    follow_up: int
    who: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    key: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))
    week: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    origin: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    place: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    treated: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    after: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    state: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 0), np.uint8))
    met: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 0), np.uint8))
    sanctioned: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 0), np.uint8))
    chance: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))
    activated: NDArray[np.uint8] = field(default_factory=lambda: np.empty((0, 0), np.uint8))

    def enrol(self, market: LabourMarket, new: NDArray[np.int32], places: Places, after: bool) -> None:
        """Take in new participants as of this week; the treated are drawn by person."""
        p, status = market.world.people.person, market.world.people.status
        m = p.municipality[new]
        drawn = uniforms(market.world.now.key, int(Purpose.TRIAL), p.key[new], _PERSON)
        n = len(new)
        self.who, self.key = np.append(self.who, new), np.append(self.key, p.key[new])
        self.week = np.append(self.week, np.full(n, market.week, np.int32))
        self.origin = np.append(self.origin, status.state[new])
        self.place = np.append(self.place, places.here[m].astype(np.uint8))
        self.treated = np.append(self.treated, ((drawn < places.share[m]) & after).astype(np.uint8))
        self.after = np.append(self.after, np.full(n, after, np.uint8))
        room = np.full((n, self.follow_up), NOBODY, np.uint8)
        self.state = np.concatenate([self.state.reshape(-1, self.follow_up), room])
        self.met = np.concatenate([self.met.reshape(-1, self.follow_up), np.zeros_like(room)])
        self.sanctioned = np.concatenate([self.sanctioned.reshape(-1, self.follow_up), np.zeros_like(room)])
        self.activated = np.concatenate([self.activated.reshape(-1, self.follow_up), np.zeros_like(room)])
        never = np.zeros(room.shape, np.float32)
        self.chance = np.concatenate([self.chance.reshape(-1, self.follow_up), never])

    def see(self, market: LabourMarket) -> None:
        """Write down the week that has just been simulated."""
        since = market.week - 1 - self.week
        rows = np.flatnonzero((since >= 0) & (since < self.follow_up))
        who, column = self.who[rows], since[rows]
        c = market.citizens
        same = c.person.key[who] == self.key[rows]
        self.state[rows, column] = np.where(same, c.status.state[who], NOBODY)
        self.met[rows, column] = same & (c.contact.last_interview[who] == market.week - 1)
        self.sanctioned[rows, column] = same & (c.contact.sanction_until[who] >= market.week)
        self.chance[rows, column] = same * offered(market.world, who)
        self.activated[rows, column] = same & (c.programme.kind[who] != _NO_PROGRAMME)

    def untreated_copy(self) -> Participants:
        """Return the same participants with empty histories, for the twin world."""
        return Participants(
            self.follow_up, self.who, self.key, self.week, self.origin, self.place, self.treated, self.after,
            np.full_like(self.state, NOBODY), np.zeros_like(self.met), np.zeros_like(self.met),
            np.zeros_like(self.chance), np.zeros_like(self.met),
        )  # fmt: skip


def eligible(market: LabourMarket, population: PopulationEntry) -> NDArray[np.int32]:
    """Positions of the citizens who meet the filter at the beginning of the coming week, in id order."""
    c = market.citizens
    person, status = c.person, c.status
    chosen = np.isin(status.state, states_of(population.states))
    who = np.flatnonzero(chosen)
    keep = np.ones(who.size, np.bool_)

    def within(values: NDArray[np.integer], span: list[int] | None) -> None:
        if span is not None:
            np.logical_and(keep, (values >= span[0]) & (values <= span[1]), out=keep)

    within(market.week - 1 - status.entered[who], population.weeks_in_state)
    started = status.course_start[who]
    within(np.where(started == NEVER, -1, market.week - 1 - started), population.weeks_on_benefits)
    within(market.calendar_week.year - person.birth_year[who], population.age)
    if population.sex is not None:
        keep &= person.sex[who] == (population.sex == "women")
    if population.insured is not None:
        keep &= person.insured[who] == population.insured
    if population.barrier is not None:
        keep &= np.isin(person.barrier[who], [BARRIERS.index(name) for name in population.barrier])
    if population.starts is not None:
        programme, started_in = c.programme.kind[who], c.contact.last_offer[who]
        kinds = [PROGRAMMES.index(name) + 1 for name in population.starts]
        keep &= np.isin(programme, kinds) & (started_in == market.week - 1)
    if population.education is not None:
        keep &= np.isin(person.education[who], [EDUCATIONS.index(name) for name in population.education])
    return who[keep].astype(np.int32)


def on_benefits(market: LabourMarket, who: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether each person is a client now."""
    return IS_CLIENT[market.world.people.status.state[who]] == 1
