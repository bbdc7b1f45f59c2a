"""Who keeps a job that waits and who has lost it; and no workplace has fewer vacancies than none."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from small_worlds import changed, move_by_hand, reformed, world

from sim import LabourMarket
from sim.parameters import Change
from sim.rules.entitlement import without_support
from sim.states import State
from sim.vocabulary import Health

ASSISTANCE = (State.KONTANTHJAELP_JOB_READY, State.KONTANTHJAELP_ACTIVITY_READY, State.UDDANNELSESHJAELP)


@pytest.fixture
def made() -> LabourMarket:
    return world()


def an_uninsured_worker(made: LabourMarket) -> int:
    """Somebody in work at a workplace, outside the a-kasser."""
    person, status = made.world.people.person, made.world.people.status
    works = (status.state == State.EMPLOYED) & (status.employer >= 0) & (person.insured == 0)
    return int(np.flatnonzero(works)[0])


@pytest.mark.parametrize("benefit", ASSISTANCE)
def test_who_comes_from_work_to_assistance_has_no_job(made: LabourMarket, benefit: State) -> None:
    """The job is a vacancy of the workplace, and none waits that would end the spell a week later."""
    i, e, status = an_uninsured_worker(made), made.world.employers, made.world.people.status
    left = int(status.employer[i])
    filled, vacancies = int(e.filled[left]), int(e.vacancies[left])
    move_by_hand(made, i, benefit, 1)
    row = made.world.people.calendar.row[i]
    assert status.state[i] == benefit
    assert status.employer[i] == -1
    assert made.world.clients.everybody.spell.employer[row] == -1  # from which one would return
    assert (int(e.filled[left]), int(e.vacancies[left])) == (filled - 1, vacancies + 1)


@pytest.mark.parametrize("benefit", [State.SYGEDAGPENGE, State.LEAVE])
def test_the_job_of_the_sick_and_of_those_on_leave_waits(made: LabourMarket, benefit: State) -> None:
    i, e, status = an_uninsured_worker(made), made.world.employers, made.world.people.status
    job = int(status.employer[i])
    filled, vacancies = int(e.filled[job]), int(e.vacancies[job])
    move_by_hand(made, i, benefit, 1)
    assert status.employer[i] == job
    assert (int(e.filled[job]), int(e.vacancies[job])) == (filled, vacancies)


def test_who_is_dismissed_to_assistance_stays_without_a_job_in_the_weeks_after() -> None:
    """With nobody hired, none is back at work: before, the job that had been lost waited."""
    made = world(switched_off=["matching"])
    made.step()
    person, status = made.world.people.person, made.world.people.status
    works = (status.state == State.EMPLOYED) & (status.employer >= 0) & (person.insured == 0)
    chosen = np.flatnonzero(works)[:60]
    for i in chosen:
        move_by_hand(made, int(i), State.KONTANTHJAELP_JOB_READY, made.world.now.week)
    for _ in range(3):
        chosen = chosen[
            np.isin(status.state[chosen], ASSISTANCE)
        ]  # who goes on to something else may be hired
        made.step()
        back = (status.state[chosen] == State.EMPLOYED) | (status.employer[chosen] >= 0)
        assert chosen.size > 30
        assert not back.any()


def test_no_workplace_has_fewer_vacancies_than_none_when_posts_are_cut() -> None:
    """A post that is cut is withdrawn when it is left: one who kept it would leave a vacancy below none."""
    day = date(2024, 1, 1)
    often = ("post_cuts.dismissed_share", "separations.uninsured_to_assistance")
    more = [Change(name, "set", ((day, 1.0),)) for name in often]
    more.append(Change("staffing.planned_saving_mio_kr", "multiply", ((day, 3.0),)))
    made = world(reformed(["cut-3bn"], day).with_changes(more), end="2024-W26", scale=0.05)
    for _ in range(made.weeks):
        made.step()
        e = made.world.employers
        assert e.vacancies.min() >= 0
        assert e.filled.min() >= 0
    assert made.world.memory["post_cuts"].dismissed.sum() > 0


def test_a_job_that_waits_is_gone_to_by_the_well_and_lost_by_the_ill(made: LabourMarket) -> None:
    k = made.world.clients.settled
    i = int(np.flatnonzero((k.state == State.SYGEDAGPENGE) & (k.spell.employer >= 0))[0])
    k.condition.health[i] = Health.WELL
    assert without_support(i, k) == State.EMPLOYED
    for health in (Health.ILL, Health.REDUCED, Health.UNABLE):
        k.condition.health[i] = health
        assert without_support(i, k) == State.OUTSIDE
    k.condition.health[i], k.spell.employer[i] = Health.WELL, -1
    assert without_support(i, k) == State.OUTSIDE


def test_a_benefit_that_ends_makes_nobody_well() -> None:
    """The sick whose benefit is not prolonged, and who pass no means test, live outside without a job."""
    day = date(2024, 1, 1)
    law = {
        "clarification__jobafklaring_open": 0.0,
        "sickness__extension_share": 0.0,
        "sickness__found_fit_share": 0.0,
        "sickness__dismissal_rate": 0.0,
        "kontanthjaelp__passes_means_test_insured": 0.0,
        "kontanthjaelp__passes_means_test_uninsured": 0.0,
    }
    made = world(changed(day, **law), end="2024-W26")
    status, out = made.world.people.status, 0
    for _ in range(made.weeks):
        sick = np.flatnonzero((status.state == State.SYGEDAGPENGE) & (status.employer >= 0))
        made.step()
        gone = sick[status.state[sick] == State.OUTSIDE]
        assert (made.world.people.on_file.health[gone] != Health.WELL).all()
        assert (status.employer[gone] == -1).all()
        out += gone.size
    assert out > 10
