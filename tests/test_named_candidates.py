"""Vacancies that employer service passes on can go to named candidates of the lists of house and a-kasse."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from small_worlds import columns, different, world

from sim import LabourMarket
from sim.mechanisms.hiring import Lists, name_candidates
from sim.outcomes.ledger import ACCOUNT
from sim.parameters import Change, Origin, load_parameters
from sim.states import NOBODY, State
from sim.vocabulary import Channel, Task

DAY = date(2024, 1, 1)
SEEN = ("employers.a_kasse_clients_visible", 1.0)
NAMED = ("employers.named_share", 1.0)


@cache
def after(weeks: int, *numbers: tuple[str, float], off: str = "") -> LabourMarket:
    changes = [Change(name, "set", ((DAY, x),), origin=Origin("test")) for name, x in numbers]
    made = world(
        load_parameters().with_changes(changes), start="2024-W01", end="2025-W40", scale=0.02,
        switched_off=(off,) if off else (),
    )  # fmt: skip
    made.run(until=weeks)
    return made


def named(made: LabourMarket) -> tuple[np.ndarray, np.ndarray, Lists, float]:
    """Everybody with a caseworker in one municipality is found: who they are, and who is there afterwards."""
    w, k, r = made.world, made.world.clients.settled, made.world.rules["matching"].hiring
    here = np.flatnonzero((k.state != NOBODY) & (k.person.municipality == 0) & (k.contact.caseworker >= 0))
    found = k.id[here[::4]].copy()
    before = found.copy()
    begin = np.searchsorted(k.person.municipality, np.arange(99)).astype(np.int64)
    lists = Lists(begin, np.ones(k.id.size), np.zeros(k.id.size, np.uint8), np.zeros(98))
    work = w.caseworkers.backlog_task[:, Task.EMPLOYER_CONTACT].sum()
    name_candidates(w.now, found, w.people.calendar, k, w.caseworkers, lists, r)
    return before, found, lists, float(w.caseworkers.backlog_task[:, Task.EMPLOYER_CONTACT].sum() - work)


def test_a_named_candidate_has_the_vacancy_in_place_of_who_was_found() -> None:
    made = world(load_parameters().with_changes([Change(*NAMED_SET)]), scale=0.02)
    made.run(until=2)
    before, found, lists, minutes = named(made)
    new = found != before
    assert 0 < new.sum() < found.size  # those whom the municipality's channel has found
    assert not set(found[new].tolist()) & set(before.tolist())
    assert len(set(found.tolist())) == found.size
    k, calendar = made.world.clients.settled, made.world.people.calendar
    rows = calendar.row[found[new]]
    assert (k.person.municipality[rows] == 0).all()
    assert (k.contact.caseworker[rows] >= 0).all()  # the a-kasse's are not seen
    assert minutes == pytest.approx(3 * 20.0 * new.sum())
    assert lists.a_kasse.sum() == 0.0


def test_both_lists_are_named_from_where_data_are_shared() -> None:
    made = world(load_parameters().with_changes([Change(*NAMED_SET), Change(*SEEN_SET)]), scale=0.02)
    made.run(until=2)
    before, found, lists, minutes = named(made)
    new = found != before
    k, calendar = made.world.clients.settled, made.world.people.calendar
    theirs = k.contact.caseworker[calendar.row[found[new]]] < 0
    assert 0 < theirs.sum() < new.sum()
    assert set(k.state[calendar.row[found[new]][theirs]].tolist()) == {int(State.DAGPENGE)}
    assert lists.a_kasse.sum() > 0.0
    assert minutes / 20.0 + lists.a_kasse.sum() == pytest.approx(3 * new.sum())


NAMED_SET = ("employers.named_share", "set", ((DAY, 1.0),))
SEEN_SET = ("employers.a_kasse_clients_visible", "set", ((DAY, 1.0),))


def test_naming_brings_no_more_jobs_through_the_municipality() -> None:
    """The same vacancies go to others: the difference is chance, where hires differ by a few in a hundred."""
    hired = [
        after(20, *each).world.employers.hired_by[:, Channel.MUNICIPALITY].sum() for each in ((), (NAMED,))
    ]
    assert abs(float(hired[1]) - float(hired[0])) < 4.0 * np.sqrt(float(hired[0]))


def test_the_a_kasse_pays_for_its_names() -> None:
    account = ACCOUNT["a_kasse_contact"]
    one = world(load_parameters().with_changes([Change(*SEEN_SET), Change(*NAMED_SET)]), scale=0.1)
    other = world(load_parameters().with_changes([Change(*SEEN_SET)]), scale=0.1)
    for each in (one, other):
        each.run(until=1)
    assert one.world.this_week.a_kasse_held.tolist() == other.world.this_week.a_kasse_held.tolist()
    kr = (one.world.ledger[:, account] - other.world.ledger[:, account]).sum() / 100.0
    a_name = load_parameters().in_force("contact.a_kasse_kr_an_interview", DAY)[0] * 0.3
    names = kr / a_name
    assert names > 0
    assert names == pytest.approx(round(names), abs=1e-3)


def test_switched_off_nobody_is_named() -> None:
    for off in ("employer_service", "employers_decide"):
        assert different(columns(after(6, NAMED, off=off)), columns(after(6, off=off))) == []
    assert different(columns(after(6, NAMED)), columns(after(6))) != []
