"""Social assistance from 1 July 2025: three rates by residence and work, the work duty, and who came when."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from expected_payments import weekly
from numpy.typing import NDArray
from small_worlds import changed, columns, different, world

from sim import LabourMarket
from sim.data import municipalities
from sim.engine.compiled import kernel
from sim.lookup import GROUP_OF
from sim.mechanisms.ageing import become_newcomers
from sim.mechanisms.programmes import ProgrammeRules, owes_work
from sim.parameters import load_parameters
from sim.rules.benefit_rates import BenefitRates, benefit_of, benefit_rates
from sim.rules.residence import ResidenceRules, fails, worked_until
from sim.start.origin import origins
from sim.states import State
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.columns import NEVER

CODES = municipalities().index.to_numpy(np.int64)
WIDE = ResidenceRules(years=9, from_arrival_year=1968, weeks=130, within_years=10)
NARROW = WIDE._replace(from_arrival_year=2008)
READY, NOT_READY = State.KONTANTHJAELP_JOB_READY, State.KONTANTHJAELP_ACTIVITY_READY
YOUTH, NEW_HERE, CLARIFYING = State.UDDANNELSESHJAELP, State.INTEGRATION_BENEFIT, State.RESSOURCEFORLOEB


@kernel
def _paid(now: Now, k: Clients, b: BenefitRates, out: NDArray[np.int64]) -> None:
    for i in range(k.id.size):
        out[i] = benefit_of(i, now, k, b)


@kernel
def _owes(now: Now, k: Clients, r: ProgrammeRules, out: NDArray[np.int64]) -> None:
    for i in range(k.id.size):
        out[i] = owes_work(i, now, k, r)


@kernel
def _fails(came: NDArray[np.int64], to: NDArray[np.int64], r: ResidenceRules, out: NDArray[np.int64]) -> None:
    for i in range(came.size):
        out[i] = fails(came[i], to[i], 2025, r)


@kernel
def _until(weeks: NDArray[np.int64], r: ResidenceRules, out: NDArray[np.int64]) -> None:
    for i in range(weeks.size):
        out[i] = worked_until(110, weeks[i], 2025, r)


@pytest.mark.parametrize(
    ("came", "worked_to", "wide", "narrow"),
    [
        (0, 0, 0, 0),  # born in the realm, never worked
        (2020, 2030, 1, 1),  # five years here: too short, whatever the work
        (2016, 2025, 0, 0),  # nine years and work
        (2016, 2024, 1, 1),  # nine years, and the work is too old
        (1990, 0, 1, 0),  # came before 2008 and never worked: fails from 1 July 2025
        (1967, 0, 0, 0),  # came before 1968
    ],
)
def test_who_fails_the_requirements_in_2025(came: int, worked_to: int, wide: int, narrow: int) -> None:
    kept = np.array([max(came - 1900, 0)]), np.array([max(worked_to - 1900, 0)])
    for law, expected in ((WIDE, wide), (NARROW, narrow)):
        out = np.zeros(1, np.int64)
        _fails(*kept, law, out)
        assert out.tolist() == [expected]


def test_two_and_a_half_years_of_work_count_for_eight_years_more() -> None:
    out = np.zeros(3, np.int64)
    _until(np.array([129, 130, 500]), WIDE, out)
    assert out.tolist() == [110, 133, 133]  # kept as it was; 2025 + 10 - 2 = 2033


def client(market: LabourMarket, state: State, age: int, **traits: int) -> int:
    """The first client, made into somebody of this kind."""
    k, i = market.world.clients.settled, 0
    k.state[i], k.person.birth_year[i] = state, market.world.now.year - age
    for name, value in ({"arrived": 0, "provider": 0, "ready": 0, "worked_to": 0} | traits).items():
        (k.spell if name == "worked_to" else k.person)[name][i] = value
    k.spell.group[i] = GROUP_OF[state, k.person.ready[i]]
    return i


@pytest.fixture(scope="module")
def market() -> LabourMarket:
    made = world(start="2025-W28", end="2025-W29", scale=0.002)
    made.step()
    return made


FRESH, OLD, WORKED = 120, 95, 130  # came in 2020; came in 1995; has worked, counted until 2030
RAISED, BASE, LOWEST = 12498, 7205, 6789
CHILD, LONE_PARENT, LONE = 2784, 0.65 * 1638, 0.85 * 1092


@pytest.mark.parametrize(
    ("state", "age", "traits", "kroner"),
    [
        (READY, 30, {}, RAISED + LONE),
        (NOT_READY, 50, {"provider": 1}, RAISED + CHILD),  # single providers have no supplement on this rate
        (READY, 29, {}, BASE + LONE),
        (READY, 29, {"worked_to": WORKED}, RAISED + LONE),
        (READY, 24, {"worked_to": WORKED}, BASE + LONE),  # work counts from 25
        (NOT_READY, 26, {}, BASE + LONE + 2590),
        (YOUTH, 20, {"ready": 0}, BASE + LONE + 1036),
        (YOUTH, 20, {"ready": 1}, BASE + LONE),
        (YOUTH, 20, {"ready": 0, "provider": 1}, BASE + CHILD + LONE_PARENT + 2590),
        (YOUTH, 28, {"ready": 1, "provider": 1}, BASE + CHILD + LONE_PARENT),
        (NEW_HERE, 40, {"arrived": FRESH}, LOWEST),
        (NEW_HERE, 40, {"arrived": FRESH, "provider": 1}, LOWEST + CHILD + LONE_PARENT),
        (READY, 40, {"arrived": OLD}, LOWEST),  # nine years here, no work
        (READY, 40, {"arrived": OLD, "worked_to": WORKED}, RAISED + LONE),
        (NEW_HERE, 40, {}, RAISED + LONE),  # exempt: the displaced from Ukraine
        (CLARIFYING, 40, {"arrived": FRESH}, 12770),  # another benefit, at its own rate
    ],
)
def test_what_the_law_of_july_2025_pays(
    market: LabourMarket, state: State, age: int, traits: dict[str, int], kroner: float
) -> None:
    k = market.world.clients.settled
    i, out = client(market, state, age, **traits), np.zeros(k.id.size, np.int64)
    law = load_parameters().at(date(2025, 7, 7), CODES)
    _paid(market.world.now, k, benefit_rates(law), out)
    assert out[i] == weekly(kroner)


@pytest.mark.parametrize(
    ("state", "age", "traits", "kroner"),
    [
        (READY, 30, {"arrived": FRESH}, 12770),
        (READY, 29, {"worked_to": WORKED}, 8231),
        (YOUTH, 20, {"provider": 1}, 13995),
        (NEW_HERE, 40, {"arrived": FRESH}, 6997),
    ],
)
def test_until_then_the_benefit_alone_decides(
    market: LabourMarket, state: State, age: int, traits: dict[str, int], kroner: float
) -> None:
    k = market.world.clients.settled
    i, out = client(market, state, age, **traits), np.zeros(k.id.size, np.int64)
    _paid(market.world.now, k, benefit_rates(load_parameters().at(date(2025, 6, 30), CODES)), out)
    assert out[i] == weekly(kroner)


@pytest.mark.parametrize(
    ("state", "traits", "waited", "hours", "owes"),
    [
        (READY, {"arrived": OLD}, 30, 0, True),
        (READY, {"arrived": OLD, "worked_to": WORKED}, 30, 0, False),  # meets the requirements
        (READY, {}, 30, 0, False),
        (READY, {"arrived": OLD}, 30, 37, False),  # works full time beside the benefit
        (CLARIFYING, {"arrived": OLD}, 30, 0, False),  # another benefit
        (READY, {"arrived": OLD}, 0, 0, False),  # an offer ended this week
    ],
)
def test_who_owes_work(
    market: LabourMarket, state: State, traits: dict[str, int], waited: int, hours: int, owes: bool
) -> None:
    k, now = market.world.clients.settled, market.world.now
    i, out = client(market, state, 40, **traits), np.zeros(k.id.size, np.int64)
    k.programme.ended[i], k.spell.course_start[i] = now.week - waited, now.week - 60
    k.contact.ordinary_hours[i] = hours
    r: ProgrammeRules = market.world.rules["programmes"]
    everybody = r._replace(work_duty=np.ones(98), notice=np.zeros(98, np.int64), work_within=4)
    _owes(now, k, everybody, out)
    assert bool(out[i]) is owes
    _owes(now, k, everybody._replace(work_duty=np.zeros(98)), out)
    assert out.sum() == 0
    k.programme.ended[i] = NEVER


def test_origin_and_duty_change_nothing_before_their_day() -> None:
    none = changed(
        date(2024, 1, 1), **{"work_duty.reached_share": 1.0, "assistance.share_single_others": 0.1}
    )
    usual, other = (
        world(law, start="2024-W40", end="2024-W48", scale=0.002) for law in (load_parameters(), none)
    )
    usual.run()
    other.run()
    assert different(columns(usual), columns(other)) == []


def test_the_duty_gives_more_of_those_who_fail_an_offer() -> None:
    """A world in which municipalities reach everybody, and one in which there is no duty."""
    begun = {}
    for reached in (0.0, 1.0):
        made = world(
            changed(date(2024, 1, 1), **{"work_duty.reached_share": reached}),
            start="2025-W01",
            end="2025-W14",
            scale=0.01,
        )
        made.run()
        k = made.world.clients.settled
        new = k.state == NEW_HERE
        begun[reached] = int(((k.programme.kind > 0) | (k.programme.planned != NEVER))[new].sum())
    assert begun[1.0] > begun[0.0] + 20  # of some 100 whom the requirements hold for


def test_the_first_week_holds_who_came_from_elsewhere() -> None:
    c = world(scale=0.02).citizens
    state, arrived = c.status.state, c.person.arrived.astype(int) + 1900
    came = c.person.arrived > 0
    new = state == NEW_HERE
    assert came[new].mean() == pytest.approx(0.7, abs=0.08)  # the others are exempt; some 270 people
    assert set(2024 - arrived[new & came]) <= set(range(9))
    on_assistance = np.isin(state, (READY, NOT_READY, YOUTH))
    assert (2024 - arrived[on_assistance & came]).min() >= 9
    assert came[state == State.EMPLOYED].mean() == pytest.approx(0.13, abs=0.01)
    assert np.all(arrived[came] >= c.person.birth_year[came] - 1)


def test_municipalities_differ_as_their_immigrants_do() -> None:
    table = municipalities()
    share = origins(load_parameters().at(date(2024, 1, 1), CODES), table).arrived[:, State.EMPLOYED]
    immigrants = table["immigration_share_2026_pct"]
    many, few = int(np.argmax(immigrants)), int(np.argmin(immigrants))
    assert share[many] > 3 * share[few]
    people = table["population_2024m01"].to_numpy(float)
    assert np.average(share, weights=people) == pytest.approx(0.13, abs=0.01)


def test_the_young_who_come_are_mostly_born_here() -> None:
    made = world(start="2025-W28", end="2025-W30", scale=0.02)
    made.step()
    w = made.world
    w.this_week.gone = np.arange(4000, dtype=np.int32)
    rules = w.rules["ageing"]
    become_newcomers.do(w, rules)
    born = w.people.person.arrived[:4000] == 0
    assert 1 - born.mean() == pytest.approx(0.06, abs=0.012)
    assert (w.people.status.worked_to[:4000] == 0).all()
