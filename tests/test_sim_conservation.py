"""People, jobs, hours and kroner balance every week, in random small worlds under random reforms."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from expected_payments import expected_entries, law_of
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import HEADLINE, JOB_HOLDING, columns, do_phases, in_states, reformed, world

from sim import LabourMarket, data
from sim.calendar import Week
from sim.engine.draws import Purpose, uniforms
from sim.outcomes.ledger import ACCOUNT, balances
from sim.states import CLIENT_STATES, N_STATES, NOBODY, State
from sim.vocabulary import PARTIES
from sim.week import SWITCHES, WEEK
from sim.world.clients import NO_CASEWORKER
from sim.world.columns import NEVER
from sim.world.employers import jobs
from sim.world.people import NO_ROW

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
    for _ in range(made.weeks):
        made.enter_week()
        for phase in WEEK:
            before = columns(made)
            do_phases(made, phase.name)
            if phase.name == "record":  # a year that ends begins its counters anew
                continue
            people_balance(made, before)
            jobs_balance(made, before)
            if phase.name == "contact":
                hours_balance(made, before)
            if phase.name == "money":
                kroner_balance(made, before)
            if phase.name == "count":
                counted = made.world.tally.stock_weeks - before["tally.stock_weeks"]
                assert np.array_equal(counted, people_by_state(made))
        made.close_week()


def people_by_state(made: LabourMarket) -> np.ndarray:
    """Persons by municipality and state (98, states), counted one by one."""
    people = made.world.people
    at = people.person.municipality.astype(int) * N_STATES + people.status.state
    return np.bincount(at, minlength=98 * N_STATES).reshape(98, N_STATES)


def people_balance(made: LabourMarket, before: dict[str, np.ndarray]) -> None:
    """Nobody is lost: stocks follow flows, and every clock runs exactly while its state lasts."""
    stock, c = made.world.tally.stock, made.citizens
    status = c.status
    assert np.array_equal(stock, people_by_state(made))
    flows = made.world.tally.flows - before["tally.flows"]
    change = flows.sum(axis=1) - flows.sum(axis=2)
    assert np.array_equal(stock - before["tally.stock"], change[:, :N_STATES])
    assert np.array_equal(flows[:, :, NOBODY].sum(axis=1), flows[:, NOBODY, :].sum(axis=1))
    assert np.array_equal(stock.sum(axis=1), before["tally.stock"].sum(axis=1))
    client = np.isin(status.state, CLIENT_STATES)
    clock = client | np.isin(status.state, (State.FLEKSJOB, State.FOERTIDSPENSION))
    unemployed = np.isin(status.state, (State.DAGPENGE, State.KONTANTHJAELP_JOB_READY))
    assert np.array_equal(status.course_start != NEVER, client)
    assert np.array_equal(status.support_start != NEVER, clock)
    assert np.array_equal(status.unemployed_start != NEVER, unemployed)
    assert not c.programme.kind[~client].any()
    assert (c.contact.caseworker[~client] == NO_CASEWORKER).all()
    clients_balance(made, client)


def clients_balance(made: LabourMarket, client: np.ndarray) -> None:
    """The clients' table holds every client once, in the row that the calendar names, as the record says."""
    k, (person, status, _, calendar) = made.world.clients.everybody, made.world.people
    rows = np.flatnonzero(k.state != NOBODY)
    assert np.array_equal(np.sort(k.id[rows]), np.flatnonzero(client))
    assert np.array_equal(calendar.row[k.id[rows]], rows)
    assert (calendar.row[~client] == NO_ROW).all()
    assert np.array_equal(k.key[rows], person.key[k.id[rows]])
    assert np.array_equal(k.state[rows], status.state[k.id[rows]])
    for copies, records in ((k.person, person), (k.spell, status)):
        for name in set(copies._fields) & set(records._fields):
            assert np.array_equal(copies[name][rows], records[name][k.id[rows]]), name


def jobs_balance(made: LabourMarket, before: dict[str, np.ndarray]) -> None:
    """Every worker has an employer who counts them; jobs change only by what is opened and closed."""
    e, employer = made.world.employers, made.world.people.status.employer
    assert (employer[in_states(made, "employed")] >= 0).all()
    assert (employer[~in_states(made, *JOB_HOLDING)] == -1).all()
    assert employer.max() < len(e.filled)
    assert np.array_equal(np.bincount(employer[employer >= 0], minlength=len(e.filled)), e.filled)
    assert e.vacancies.min() >= 0
    opened = e.opened - before["employers.opened"] - (e.closed - before["employers.closed"])
    in_all = np.add.reduceat(e.filled + e.vacancies, e.first[:-1])
    earlier = before["employers.filled"] + before["employers.vacancies"]
    assert np.array_equal(in_all - np.add.reduceat(earlier, e.first[:-1]), opened)
    assert jobs(e) == in_all.sum()


def hours_balance(made: LabourMarket, before: dict[str, np.ndarray]) -> None:
    """Minutes booked by task and carried over are those of caseworkers at work; what is not done waits."""
    cw, r = made.world.caseworkers, law_of(made)
    booked = made.world.tally.minutes - before["tally.minutes"]
    assert booked.min() >= 0.0
    if "caseload" in made.switched_off:
        return
    luck = uniforms(made.world.now.key, int(Purpose.CASEWORKER), cw.person, made.week)
    present = (cw.active == 1) & (luck >= r.scalar("casework.sick_share"))
    minutes = np.bincount(cw.municipality[present], weights=cw.minutes[present], minlength=98)
    carried = cw.carried - before["caseworkers.carried"]
    carried = np.bincount(cw.municipality, weights=carried, minlength=98)
    assert booked.sum(axis=1) + carried == pytest.approx(minutes, abs=1e-6)
    assert cw.backlog_task.min() >= -1e-9
    assert cw.backlog == pytest.approx(cw.backlog_task.sum(axis=1))
    staff = np.array([m.staff for m in made.world.municipalities])
    extra = sum(m.extra.sum() for m in made.world.municipalities)
    assert extra == 0.0
    in_all = cw.minutes[cw.active == 1].sum()
    assert in_all == pytest.approx((cw.house_start * staff).sum())


def kroner_balance(made: LabourMarket, before: dict[str, np.ndarray]) -> None:
    """What is paid is what everybody was due, and what one party pays another receives."""
    paid = made.world.ledger - before["ledger"]
    for account, amounts in expected_entries(made).items():
        assert paid[:, ACCOUNT[account]].tolist() == amounts.tolist(), account
    assert set(balances(paid)) == set(PARTIES)
    assert sum(balances(paid).values()) == 0


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
