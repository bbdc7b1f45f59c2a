"""Self-service: who is ready and wants it uses what is open, and nobody else is touched."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from small_worlds import columns, different, set_where_it_acts, world

from reforms import load
from sim import LabourMarket
from sim.calendar import WEEKS_A_YEAR
from sim.mechanisms.contact import _minutes
from sim.mechanisms.self_service import serve_users
from sim.parameters import ParameterSet, load_parameters
from sim.rules.self_service import ABLE, NO_USER, UNABLE, kind_of_user, quality_by_form
from sim.states import NOBODY
from sim.vocabulary import Barrier, Education, Task
from sim.world.columns import NEVER

DAY = date(2024, 1, 1)
ALL_READY = (
    *((f"self_service__ready_by_education___{each.name.lower()}", 1.0) for each in Education),
    *((f"self_service__ready_by_barrier___{each.name.lower()}", 1.0) for each in Barrier),
    ("self_service__ready_from_55", 1.0),
)
SURE = (("self_service__accuracy", 1.0), ("self_service__wants_share", 1.0))
EVERYBODY = (*ALL_READY, *SURE)
#: The clauses of each file: what it opens.
FILES = {
    "six-cities-self-service": ("payment", "guidance"),
    "kl-digital-services": ("interview", "offer", "guidance"),
    "djoef-digital-used-wisely": ("payment", "journal", "form"),
    "six-cities-shared-digital-solutions": ("journal",),
    "kl-effort-by-expected-time": ("offer", "guidance"),
}


def law(*numbers: tuple[str, float]) -> ParameterSet:
    """The parameters with numbers set by a reform."""
    return set_where_it_acts(DAY, *numbers)


@cache
def after(weeks: int, *numbers: tuple[str, float], off: tuple[str, ...] = ()) -> LabourMarket:
    made = world(law(*numbers), start="2024-W01", end="2025-W26", scale=0.01, switched_off=off)
    for _ in range(weeks):
        made.step()
    return made


def opened(*services: str) -> tuple[tuple[str, float], ...]:
    return tuple((f"self_service__open___{service}", 1.0) for service in services)


def kinds(made: LabourMarket) -> tuple[np.ndarray, np.ndarray]:
    """Rows of clients, and what each is to self-service."""
    k, now, r = made.world.clients.settled, made.world.now, made.world.rules["self_service"].users
    rows = np.flatnonzero(k.state != NOBODY)
    return rows, np.array([kind_of_user(i, now, k, r) for i in rows.tolist()])


def test_users_are_those_seen_as_ready_who_want_it() -> None:
    """Half are ready, four in five seen rightly, half want it: 0.2 are able users, 0.05 try in vain."""
    half = tuple((name, 0.5 if "education" in name else 1.0) for name, _ in ALL_READY)
    judged = ("self_service__accuracy", 0.8), ("self_service__wants_share", 0.5)
    rows, found = kinds(after(1, *half, *judged, *opened("payment")))
    for kind, share in ((ABLE, 0.2), (UNABLE, 0.05), (NO_USER, 0.75)):
        error = 4.0 * np.sqrt(share * (1.0 - share) / rows.size)
        assert (found == kind).mean() == pytest.approx(share, abs=error)


def test_readiness_goes_by_education_barriers_and_age() -> None:
    none = "self_service__ready_by_education___basic", "self_service__ready_by_barrier___complex"
    ready = {**dict(ALL_READY), **dict.fromkeys((*none, "self_service__ready_from_55"), 0.0)}
    made = after(1, *ready.items(), *SURE, *opened("payment"))
    rows, found = kinds(made)
    p = made.world.clients.settled.person
    old = made.world.now.year - p.birth_year[rows] >= 55
    unready = (p.education[rows] == Education.BASIC) | (p.barrier[rows] == Barrier.COMPLEX) | old
    assert found[~unready].tolist() == [ABLE] * int((~unready).sum())
    assert set(found[unready].tolist()) == {NO_USER}


def test_it_is_voluntary_and_a_group_may_be_left_out() -> None:
    _, found = kinds(after(1, *ALL_READY, ("self_service__accuracy", 1.0),
                           ("self_service__wants_share", 0.0), *opened("payment")))  # fmt: skip
    assert set(found.tolist()) == {NO_USER}
    made = after(1, *EVERYBODY, *opened("payment"), ("self_service__groups___dagpenge", 0.0))
    rows, found = kinds(made)
    dagpenge = made.world.clients.settled.spell.group[rows] == 0
    assert set(found[dagpenge].tolist()) == {NO_USER}
    assert set(found[~dagpenge].tolist()) == {ABLE}


def test_self_service_stands_for_interviews_by_law_after_the_first() -> None:
    made, today = (after(8, *each) for each in ((*EVERYBODY, *opened("interview")), ()))
    due = made.world.this_week.due
    again = due.client[due.statutory == 1]
    # the queue is of the week before: held counts what has been held in it as well
    held_before = made.world.clients.settled.contact.held[again].astype(int)
    assert (held_before <= 1).all()
    assert (today.world.clients.settled.contact.held[today.world.this_week.due.client] > 1).any()
    task = [each.world.tally.minutes[:, Task.STATUTORY_INTERVIEW].sum() for each in (made, today)]
    assert task[0] < 0.7 * task[1]


def test_what_stands_for_an_interview_costs_its_minutes_as_a_task() -> None:
    made = after(8, *EVERYBODY, *opened("interview"))
    free = after(8, *EVERYBODY, *opened("interview"), ("self_service__minutes", 0.0))
    tasks = [
        each.world.tally.minutes[:, Task.CASE_ADMINISTRATION].sum()
        + each.world.caseworkers.backlog_task[:, Task.CASE_ADMINISTRATION].sum()
        for each in (made, free)
    ]
    assert tasks[0] > tasks[1]


def test_a_digital_offer_stands_for_the_one_that_the_law_asks_for() -> None:
    """Without offers by judgement and focus targets only the law's are announced."""
    groups = load_parameters()["programmes.start_rate"].components
    alone = (
        *((f"programmes__start_rate___{group}", 0.0) for group in groups),
        ("supervision__focus_targets_in_force", 0.0), ("work_duty__in_force", 0.0),
    )  # fmt: skip
    planned = []
    for numbers in ((*EVERYBODY, *opened("offer")), ()):
        k = after(6, *alone, *numbers).world.clients.settled
        planned.append(int(((k.programme.planned != NEVER) & (k.state != NOBODY)).sum()))
    assert planned[0] < 0.2 * planned[1]


def test_payments_of_able_users_are_spared_and_help_costs() -> None:
    made = after(1, *EVERYBODY, *opened("payment"))
    served = made.world.this_week.self_served
    with_cases = np.bincount(made.world.caseworkers.municipality, made.world.caseworkers.cases) > 0
    # some have become clients, or left, between the count of cases and now
    np.testing.assert_allclose(served[with_cases], 0.5, atol=0.02)
    payment = [each.world.tally.minutes[:, Task.PAYMENT_MONTH].sum() for each in (made, after(1))]
    assert payment[0] == pytest.approx(0.5 * payment[1], rel=0.05)


def test_who_tries_and_is_not_able_costs_help_and_is_served_as_before() -> None:
    nobody_ready = tuple((name, 0.0) for name, _ in ALL_READY)
    unseen = ("self_service__accuracy", 0.5), ("self_service__wants_share", 1.0)
    made = after(3, *nobody_ready, *unseen, *opened("payment", "interview", "guidance"))
    made.enter_week()
    rows, found = kinds(made)
    assert {NO_USER, UNABLE} == set(found.tolist())
    cw, k = made.world.caseworkers, made.world.clients.settled
    helped = (found == UNABLE) & (k.contact.caseworker[rows] >= 0)
    before = cw.backlog_task.copy()
    serve_users.do(made.world, made.world.rules["self_service"])
    more = (cw.backlog_task - before)[:, Task.CASE_ADMINISTRATION]
    expected = 20.0 * 12.0 / WEEKS_A_YEAR * np.bincount(k.person.municipality[rows[helped]], minlength=98)
    np.testing.assert_allclose(more, expected)
    assert not made.world.this_week.self_served.any()


def test_guidance_read_before_and_a_journal_shorten_interviews_by_their_minutes() -> None:
    """6 minutes of guidance, 0.7 read; 15 of preparation, 0.4 spared, before the first one only."""
    form = 1.0 - 0.44 * (1.0 - 0.85)
    made, today = after(2, *EVERYBODY, *opened("guidance", "journal")), after(2)
    k, r, usual = made.world.clients.settled, made.world.rules["statutory_contact"], today.world.rules
    first = set()
    for i in np.flatnonzero(k.state != NOBODY)[:300].tolist():
        w, group = k.person.rule_row[i], k.spell.group[i]
        face, desk = _minutes(i, made.world.now, k, r)
        assert usual["statutory_contact"].face_minutes[w, group] - face == pytest.approx(6 * 0.7 * form)
        spared = usual["statutory_contact"].desk_minutes[w] - desk
        assert spared == pytest.approx(15 * 0.4 * form if k.contact.held[i] == 0 else 0.0)
        first.add(bool(k.contact.held[i] == 0))
    assert first == {True, False}


def test_the_form_of_a_users_interviews_takes_and_gives_what_it_does() -> None:
    """A digital one takes 0.85 and gives 0.7 of one in person; 44 of 100 are digital."""
    made, today = after(2, *EVERYBODY, *opened("form"), ("contact__digital_effect", 0.7)), after(2)
    k, r = made.world.clients.settled, made.world.rules["statutory_contact"]
    i = int(np.flatnonzero(k.state != NOBODY)[0])
    face, _ = _minutes(i, made.world.now, k, r)
    usual = today.world.rules["statutory_contact"].face_minutes[k.person.rule_row[i], k.spell.group[i]]
    assert face / usual == pytest.approx(0.85 / (1.0 - 0.44 * 0.15))
    assert quality_by_form(i, made.world.now, k, r.served) == pytest.approx(0.7 / (1.0 - 0.44 * 0.3))


def test_nothing_is_open_today() -> None:
    wanted = after(6, *EVERYBODY)
    assert different(columns(wanted), columns(after(6))) == []


@pytest.mark.parametrize(("name", "service"), [(name, each) for name, its in FILES.items() for each in its])
def test_each_clause_of_a_file_acts_and_goes_with_its_mechanism(name: str, service: str) -> None:
    set_there = {change.parameter for change in load(name).changes}
    assert {f"self_service.open[{each}]" for each in FILES[name]} <= set_there
    assert different(columns(after(8, *opened(service))), columns(after(8))) != []
    off = [columns(after(8, *each, off=("self_service",))) for each in (opened(service), ())]
    assert different(*off) == []
