"""People, jobs, hours and kroner balance every week, in random small worlds under random reforms."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from balances import clients_balance, jobs_balance, live_and_balance, people_balance
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import HEADLINE, columns, do_phases, reformed, world

from sim import LabourMarket, data
from sim.calendar import Week
from sim.states import CLIENT_STATES, State
from sim.week import SWITCHES, WEEK

WEEKS = 6


@st.composite
def worlds(draw: st.DrawFn) -> LabourMarket:
    """A small Denmark somewhere between 2024 and 2027, its reforms beginning within the run."""
    start = Week.parse("2024-W01") + draw(st.integers(0, 200))
    reforms = draw(st.lists(st.sampled_from(HEADLINE), unique=True))
    day = start.monday + timedelta(weeks=draw(st.integers(0, WEEKS - 1)))
    return world(
        reformed(reforms, max(day, date(2024, 1, 8))),
        start=start.label,
        end=(start + (WEEKS - 1)).label,
        scale=draw(st.sampled_from((0.002, 0.004, 0.007))),
        seed=draw(st.integers(0, 2**31)),
        replicate=draw(st.integers(0, 99)),
        demand=draw(st.sampled_from(("flat", "recession", "boom"))),
        switched_off=draw(st.lists(st.sampled_from(SWITCHES), unique=True, max_size=4)),
    )


@settings(max_examples=25)
@given(worlds())
def test_everything_balances_every_week(made: LabourMarket) -> None:
    live_and_balance(made)


def test_the_check_of_people_would_see_a_person_lost() -> None:
    made = world()
    before = columns(made)
    people_balance(made, before)
    made.world.people.status.state[0] = State.FOERTIDSPENSION
    with pytest.raises(AssertionError):
        people_balance(made, before)


def test_the_check_of_jobs_would_see_a_job_lost() -> None:
    made = world()
    before = columns(made)
    jobs_balance(made, before)
    made.world.employers.vacancies[0] += 1
    with pytest.raises(AssertionError):
        jobs_balance(made, before)


@pytest.mark.parametrize("column", ["id", "key", "state"])
def test_the_check_of_clients_would_see_a_wrong_row(column: str) -> None:
    made = world()
    client = np.isin(made.citizens.status.state, CLIENT_STATES)
    clients_balance(made, client)
    getattr(made.world.clients.everybody, column)[7] += 1
    with pytest.raises(AssertionError):
        clients_balance(made, client)


def test_the_first_week_has_as_many_people_as_the_scale_says() -> None:
    national = data.municipalities()["population_16_66_2022_derived"].sum()
    made = world(scale=0.02)
    key = made.world.people.person.key
    assert len(key) == pytest.approx(0.02 * national, rel=0.002)
    assert len(np.unique(key)) == len(key)


#: Column groups that a phase may write; the count and money write none of people's.
WRITES = {
    "demand": ("person", "status", "contact", "programme"),
    "contact": ("contact",),
    "programmes": ("contact", "programme"),
    "matching": ("person", "status", "contact", "programme"),
    "transitions": ("person", "status", "contact", "programme"),
    "money": (),
    "slow decisions": ("contact",),
    "count": (),
    "law": (),
    "record": (),
}


def test_each_phase_writes_only_its_columns() -> None:
    made = world(reformed(HEADLINE, date(2024, 1, 15)), scale=0.01, end="2024-W08")
    written: dict[str, set[str]] = {phase.name: set() for phase in WEEK}
    for _ in range(made.weeks):
        made.enter_week()
        for phase in WEEK:
            before = columns(made)
            do_phases(made, phase.name)
            after = columns(made)
            written[phase.name] |= {n for n in before if before[n].tobytes() != after[n].tobytes()}
        made.close_week()
    groups = {name: {n.split(".")[0] for n in found} for name, found in written.items()}
    citizens = {"person", "status", "contact", "programme"}
    assert {name: found & citizens - set(WRITES[name]) for name, found in groups.items()} == {
        name: set() for name in WRITES
    }
    assert written["contact"] & {"contact.last_interview", "contact.caseworker"}
    assert {n for n in written["programmes"] if n.startswith("contact.")} <= {"contact.last_offer"}
    assert {n for n in written["slow decisions"] if n.startswith("contact.")} <= {"contact.met"}
    assert written["money"] <= {"ledger", "tally.certificates"}
