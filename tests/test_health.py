"""Health is the person's, and the law gives the benefit: rates by hand, and who goes where."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from small_worlds import brought_forward, in_states, world

from reforms.invariance import SAME_THING
from sim import LabourMarket
from sim.engine.compiled import kernel
from sim.mechanisms import health
from sim.parameters import load_parameters
from sim.rules import entitlement
from sim.rules.illness import illness_factor, illness_risks
from sim.rules.recovery import recovery
from sim.states import NOBODY, STATES, State
from sim.vocabulary import Barrier, Education, Health
from sim.week import ACTS, run_acts
from sim.world.clients import Clients
from sim.world.copying import copy_world
from sim.world.people import by_birth_week

DAY = date(2024, 1, 1)


@cache
def first_week() -> LabourMarket:
    made = world(end="2025-W52", scale=0.01)
    made.step()
    return made


def begun() -> LabourMarket:
    """A world of one's own after its first week."""
    return copy_world(first_week())


def value(name: str) -> float:
    return float(load_parameters().at(DAY, [101]).scalar(name))


def component(name: str, of: str) -> float:
    parameter = load_parameters()[name]
    return float(parameter.values[-1][1][parameter.components.index(of)])


def only(market: LabourMarket, act: str) -> None:
    """Do one act of a week, with the moves that it decides."""
    for _ in run_acts(market.world, tuple(each for each in ACTS if each.name == act)):
        pass


def test_illness_falls_on_people_as_the_parameters_say() -> None:
    risk = illness_risks(load_parameters().at(DAY, [101]))
    women, at_20, slope = (value(f"health.illness_{name}") for name in ("women", "at_20", "by_year_of_age"))
    some = component("health.illness_by_barrier", "some")
    assert illness_factor(40, 1, Barrier.SOME, risk) == pytest.approx(some * (at_20 + 20 * slope) * women)
    assert illness_factor(20, 0, Barrier.NONE, risk) == pytest.approx(at_20 * (2.0 - women))


@kernel
def _recovery(barrier: int, weeks: int, r: health.HealthRules) -> float:
    return recovery(barrier, 0.0, weeks, r.recovery)


def test_recovery_falls_twice_with_the_weeks_of_illness() -> None:
    rules = first_week().world.rules["health"]
    rho = component("health.recovery_by_barrier", "none")
    late, chronic = 1 - value("health.recovery_late_fade"), 1 - value("health.recovery_chronic_fade")
    assert _recovery(Barrier.NONE, 13, rules) == pytest.approx(rho)
    assert _recovery(Barrier.NONE, 14, rules) == pytest.approx(rho * late)
    assert _recovery(Barrier.NONE, 400, rules) == pytest.approx(rho * late * chronic)


@pytest.mark.parametrize("state", [State.DAGPENGE, State.JOBAFKLARING, State.RESSOURCEFORLOEB])
def test_the_ill_recover_as_fast_on_every_benefit(state: State) -> None:
    """A week's recovery of people alike, put on one benefit or another: the same people recover."""
    market = begun()
    k = market.world.clients.settled
    here = k.state != NOBODY
    k.condition.health[:], k.condition.ill_since[:] = Health.ILL, -4
    k.state[here] = state
    only(market, "change_health")
    there = k.condition.health
    plain = begun()
    q = plain.world.clients.settled
    q.condition.health[:], q.condition.ill_since[:] = Health.ILL, -4
    only(plain, "change_health")
    assert (there == q.condition.health).all()
    assert 0.02 < (there[here] == Health.WELL).mean() < 0.12


@kernel
def _benefit(rows: int, u: float, market: tuple[Any, Any, Any], out: np.ndarray) -> None:
    now, k, r = market
    for i in range(rows):
        out[i] = entitlement.benefit_without_work(i, u, now, k, r)


def benefits(change: Callable[[Clients], None], u: float = 0.5) -> set[str]:
    """What the law gives all clients without work when they are made alike by ``change``."""
    market = begun()
    k = market.world.clients.settled
    change(k)
    out = np.zeros(k.id.size, np.int64)
    _benefit(k.id.size, u, (market.world.now, k, market.world.rules["benefit_shifts"].law), out)
    return {STATES[state] for state in np.unique(out)}


def alike(**traits: float) -> Callable[[Clients], None]:
    def change(k: Clients) -> None:
        k.state[:], k.spell.employer[:] = State.JOBAFKLARING, -1
        for name, number in traits.items():
            group = "condition" if name == "health" else "spell" if name == "dagpenge_weeks" else "person"
            getattr(getattr(k, group), name)[:] = number

    return change


def test_the_law_gives_a_benefit_by_who_the_person_is() -> None:
    grown = {"birth_year": 1984, "education": int(Education.LONG), "barrier": 0, "health": 0}
    assert benefits(alike(insured=1, dagpenge_weeks=10, **grown)) == {"dagpenge"}
    used_up = benefits(alike(insured=1, dagpenge_weeks=104, **grown))
    assert used_up == {"kontanthjaelp_job_ready", "outside"}
    poor = grown | {"insured": 0, "dagpenge_weeks": 0}
    assert benefits(alike(**poor)) == {"kontanthjaelp_job_ready", "outside"}
    assert benefits(alike(**poor | {"barrier": 2})) == {"kontanthjaelp_activity_ready", "outside"}
    assert benefits(alike(**poor | {"health": 1})) == {"kontanthjaelp_activity_ready", "outside"}
    young = poor | {"birth_year": 2002, "education": int(Education.BASIC)}
    assert benefits(alike(**young)) == {"uddannelseshjaelp", "outside"}


def test_the_recovered_go_back_to_the_job_they_kept_or_where_the_law_sends_them() -> None:
    market = begun()
    k = market.world.clients.settled
    sick = k.state == State.SYGEDAGPENGE
    k.condition.health[sick] = Health.WELL
    who, employer = k.id[sick].copy(), k.spell.employer[sick].copy()
    before = market.world.tally.returned[:, State.SYGEDAGPENGE].sum()
    only(market, "shift_benefits")
    status = market.world.people.status
    held = employer >= 0
    assert held.sum() > 300
    assert (status.state[who[held]] == State.EMPLOYED).all()
    assert (status.employer[who[held]] == employer[held]).all()
    assert market.world.tally.returned[:, State.SYGEDAGPENGE].sum() - before == held.sum()
    others = {STATES[state] for state in np.unique(status.state[who[~held]])}
    assert "sygedagpenge" not in others
    assert "dagpenge" in others


def test_who_falls_ill_on_dagpenge_has_sickness_benefit() -> None:
    market = begun()
    k = market.world.clients.settled
    insured = (k.state == State.DAGPENGE) & (k.condition.found_fit == 0)
    assert insured.sum() > 700
    k.condition.health[insured] = Health.ILL
    who = k.id[insured].copy()
    only(market, "shift_benefits")
    assert (market.world.people.status.state[who] == State.SYGEDAGPENGE).all()


class Lived(NamedTuple):
    """What two years have made of people: by record, and how many are on jobafklaring."""

    key: np.ndarray
    ill: np.ndarray
    clarifying: int


def two_years(seed: int, reform: str = "") -> Lived:
    """A hundred weeks of a world, with a reform of :data:`SAME_THING` from the first day or without."""
    changes = brought_forward(reform, DAY) if reform else ()
    made = world(load_parameters().with_changes(changes), end="2025-W52", scale=0.01, seed=seed)
    for _ in range(100):
        made.step()
    w = made.world
    health, row = w.people.on_file.health.copy(), w.people.calendar.row
    health[row >= 0] = w.clients.everybody.condition.health[row[row >= 0]]
    return Lived(
        w.people.person.key.copy(), health != Health.WELL, int(in_states(made, "jobafklaring").sum())
    )


@pytest.mark.slow
def test_two_ways_of_ending_job_clarification_leave_people_equally_ill() -> None:
    """Sickness benefit for as long as it takes, or assistance after 22 weeks: health does not know which.

    The same people in three pairs of worlds.  A few are well a week sooner where caseworkers see them sooner;
    of those who are ill in one world alone, as many are so in the one as in the other, within three standard
    deviations of a fair coin.
    """
    assert len(SAME_THING) == 2
    ill, apart, more = 0, 0, 0
    for seed in (1, 2, 3):
        plain = two_years(seed)
        assisted, longer = (two_years(seed, reform) for reform in SAME_THING)
        for made in (longer, assisted):
            assert made.clarifying < 0.15 * plain.clarifying
        same = longer.key == assisted.key
        assert same.mean() > 0.999
        ill += int(longer.ill[same].sum())
        apart += int((longer.ill != assisted.ill)[same].sum())
        more += int(longer.ill[same].sum()) - int(assisted.ill[same].sum())
    assert apart < 0.03 * ill
    assert abs(more) < 3 * math.sqrt(apart)


def test_uddannelseshjaelp_ends_on_the_thirtieth_birthday() -> None:
    """Nobody is on it a week after 30; at the birthday the person is found ready for work or not."""
    made = world(end="2025-W52", scale=0.01)
    people = made.world.people
    older = 0
    for _ in range(80):
        was = people.status.state.copy()
        made.step()
        now, person = made.world.now, people.person
        age = now.year - person.birth_year - (people.calendar.birth_week > now.week_of_year)
        on = people.status.state == State.UDDANNELSESHJAELP
        assert not (on & (age >= 30)).any()
        turned = (was == State.UDDANNELSESHJAELP) & (people.calendar.birth_week == now.week_of_year)
        turned &= now.year - person.birth_year == 30
        older += int(turned.sum())
        shifts = np.bincount(people.status.state[turned], minlength=len(STATES))
        assert shifts[State.UDDANNELSESHJAELP] == 0
    assert older > 10
    flows = made.world.tally.flows[:, State.UDDANNELSESHJAELP]
    assert flows[:, State.KONTANTHJAELP_ACTIVITY_READY].sum() > 0  # nearly all have barriers


def test_who_turns_thirty_is_found_ready_or_not_by_health_and_barrier() -> None:
    made = begun()
    w = made.world
    k = w.clients.everybody
    young = np.flatnonzero(k.state == State.UDDANNELSESHJAELP)
    who = k.id[young]
    w.people.person.birth_year[who] = k.person.birth_year[young] = w.now.year - 30
    w.people.calendar.birth_week[who] = w.now.week_of_year
    w.birthdays = by_birth_week(w.people.calendar.birth_week)
    k.condition.health[young] = Health.WELL
    k.person.barrier[young] = Barrier.NONE
    k.condition.health[young[::2]] = Health.ILL
    only(made, "celebrate_birthdays")
    state = w.people.status.state[who]
    assert set(state) == {State.KONTANTHJAELP_JOB_READY, State.KONTANTHJAELP_ACTIVITY_READY}
    ill, well = state[::2], state[1::2]
    not_ready = component("assessment.not_ready_by_barrier", "none")
    found = (well == State.KONTANTHJAELP_ACTIVITY_READY).mean()
    assert found == pytest.approx(not_ready, abs=4 * math.sqrt(0.25 / len(well)))
    when_ill = value("assessment.not_ready_when_ill")
    found = (ill == State.KONTANTHJAELP_ACTIVITY_READY).mean()
    assert found == pytest.approx(when_ill, abs=4 * math.sqrt(0.25 / len(ill)))
