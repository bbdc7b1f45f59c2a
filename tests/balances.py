"""What must balance in every week of every world: people, clients, jobs, hours, clocks and kroner."""

from __future__ import annotations

import numpy as np
import pytest
from expected_payments import expected_entries, law_of
from small_worlds import JOB_HOLDING, columns, do_phases, in_states, laid_by

from sim import LabourMarket
from sim.engine.draws import Purpose, uniforms
from sim.outcomes.ledger import ACCOUNT, balances
from sim.states import CLIENT_STATES, N_STATES, NOBODY, State
from sim.vocabulary import PARTIES
from sim.week import WEEK
from sim.world.clients import NO_CASEWORKER
from sim.world.columns import NEVER
from sim.world.employers import jobs
from sim.world.people import NO_ROW


def live_and_balance(made: LabourMarket) -> None:
    """Live all weeks of a world and hold every phase of each against what must balance."""
    for _ in range(made.weeks):
        made.enter_week()
        began = columns(made)
        for phase in WEEK:
            before = columns(made) | {"laid_by": laid_by(made)}
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
        clocks_balance(made, began)
        made.close_week()


def clocks_balance(made: LabourMarket, before: dict[str, np.ndarray]) -> None:
    """Who is where they were has the clock that they had: it grows by a week a week, and none runs ahead."""
    status = made.citizens.status
    same = (status.state == before["status.state"]) & (status.entered == before["status.entered"])
    for name in ("support_start", "refund_weeks", "course_start", "unemployed_start"):
        assert np.array_equal(status[name][same], before[f"status.{name}"][same]), name
    for name in ("support_start", "course_start", "unemployed_start", "entered"):
        started = status[name][status[name] != NEVER]
        assert started.max(initial=made.week) <= made.week + 1, name
    assert status.refund_weeks.min() >= 0


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


def present_share(made: LabourMarket) -> np.ndarray:
    """Share of each post's week that is not lost to sickness, of as many caseworkers as it stands for."""
    w, r = made.world, law_of(made)
    full = r.scalar("casework.hours_a_week") * 60
    stands_for = np.maximum(np.rint(w.full_minutes / (full * made.scale)), 1)
    here = np.zeros(stands_for.size)
    for one in range(int(stands_for.max())):
        luck = uniforms(w.now.key, int(Purpose.CASEWORKER), w.caseworkers.person, made.week + one * 4096)
        here += (luck >= r.scalar("casework.sick_share")) & (one < stands_for)
    return here / stands_for


def hours_balance(made: LabourMarket, before: dict[str, np.ndarray]) -> None:
    """Minutes booked by task, carried over and laid by are those of caseworkers at work; the rest waits."""
    cw = made.world.caseworkers
    booked = made.world.tally.minutes - before["tally.minutes"]
    assert booked.min() >= 0.0
    if "caseload" in made.switched_off:
        return
    at_work = cw.minutes * cw.active * present_share(made)
    minutes = np.bincount(cw.municipality, weights=at_work, minlength=98)
    carried = cw.carried - before["caseworkers.carried"]
    carried = np.bincount(cw.municipality, weights=carried, minlength=98)
    saved = laid_by(made) - before["laid_by"]
    assert booked.sum(axis=1) + carried + saved == pytest.approx(minutes, abs=1e-6)
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
