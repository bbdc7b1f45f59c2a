"""Rules, rights and tasks as levers: what follows is a number of the model, and its mechanism carries it."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from small_worlds import changed, columns, different, set_where_it_acts, world

from sim import LabourMarket
from sim.mechanisms import contact, programmes, turnover
from sim.mechanisms.clarification import open_case
from sim.mechanisms.expected_return import returns_by_degrees
from sim.parameters import load_parameters
from sim.states import NOBODY, State
from sim.vocabulary import Group, Programme, Task
from sim.world.columns import NEVER

DAY = date(2024, 1, 1)
JOB_READY, FAR = "kontanthjaelp_job_ready", "kontanthjaelp_activity_ready"
#: Groups of one team each, but for two that share one: a step of twelve on the way to one team for all.
STEPS = len(Group) - 1

#: The rule that a reform pulls on (with what it needs to bite), and the mechanisms that carry it.
RULES: dict[str, tuple[tuple[tuple[str, float], ...], tuple[str, ...]]] = {
    "profile": (
        ((f"contact__minimum_share___{JOB_READY}", 0.5), (f"contact__profiled___{JOB_READY}", 1.0)),
        ("statutory_contact",),
    ),
    "wider teams": (((f"target_groups__effort_group___{FAR}", 5.0),), ()),
    "free organisation": ((("casework__free_organisation", 1.0),), ("caseload",)),
    "handover in person": (
        (("casework__handover_in_person", 1.0),),
        ("relation", "caseload", "turnover", "interview_effect", "caseload_effect"),
    ),
    "return by degrees": ((("sickness__graded_return_agreed", 1.0),), ("sickness", "expected_return")),
    "testing by judgement": ((("clarification__testing_required", 0.0),), ("clarification",)),
    "shared records": ((("clarification__records_shared", 1.0),), ("clarification",)),
    "departments' places": (((f"programmes__department_places___{FAR}", 0.3),), ("programmes",)),
}


@cache
def after(rule: str, *off: str) -> dict[str, bytes]:
    """What has become of everybody after some months, with mechanisms switched off; "" is without a rule."""
    made = made_with(*RULES[rule][0], switched_off=off) if rule else made_with(switched_off=off)
    for _ in range(made.weeks):
        made.step()
    status = made.citizens.status
    return {name: status[name].tobytes() for name in status.dtype.names}


def made_with(*numbers: tuple[str, float], scale: float = 0.02, **wanted: object) -> LabourMarket:
    """A world in its first week in which a reform sets numbers from the first day on."""
    rules = set_where_it_acts(DAY, *numbers)
    return world(rules, start="2024-W01", end="2024-W40", scale=scale, **wanted)


@pytest.mark.parametrize("rule", [name for name, (_, off) in RULES.items() if off])
def test_a_rule_acts_through_its_mechanism_alone(rule: str) -> None:
    assert after(rule) != after("")
    off = RULES[rule][1]
    assert after(rule, *off) == after("", *off)


# ---------------------------------------------------------------- by hand


def stepped(*numbers: tuple[str, float], **wanted: object) -> LabourMarket:
    """A world after its first week."""
    made = made_with(*numbers, **wanted)
    made.step()
    return made


def test_wider_teams_and_free_organisation_let_colleagues_take_more_over() -> None:
    """0.25 * (1 + 0.75 * 1 / 12 + 0.2) = 0.315625; as the law is, 0.25."""
    both = (f"target_groups__effort_group___{FAR}", 1.0), ("casework__free_organisation", 1.0)
    made = stepped(*both)
    assert made.world.law is not None
    assert contact.pooling(made.world.law) == pytest.approx(0.25 * (1.0 + 0.75 / STEPS + 0.2))
    assert stepped().world.rules["statutory_contact"].pooling == pytest.approx(0.25)


def test_a_profile_picks_those_with_good_prospects_and_a_lot_does_not() -> None:
    """Those who are left out have better chances than those who are called in, by the profile alone."""
    better = []
    for profiled in (0.0, 1.0):
        numbers = (
            (f"contact__minimum_share___{JOB_READY}", 0.5),
            (f"contact__profiled___{JOB_READY}", profiled),
        )
        made = stepped(*numbers, scale=0.05)
        k, r, now = made.world.clients.settled, made.world.rules["statutory_contact"], made.world.now
        rows = np.flatnonzero((k.state != NOBODY) & (k.spell.group == Group.KONTANTHJAELP_JOB_READY))
        k.contact.next_due[rows], k.contact.held[rows] = now.week, 1
        due = np.array([contact.is_due(i, now, k, r) for i in rows.tolist()])
        chances = k.person.employability[rows] - k.person.barrier[rows]
        better.append(chances[~due].mean() - chances[due].mean())
    assert abs(better[0]) < 0.15
    assert better[1] > 0.3


def test_who_takes_a_case_over_in_person_knows_half_of_what_the_leaver_knew() -> None:
    """All leave: of three interviews 0.5 * 3, rounded up, 2 are known; the meetings take 45 minutes each."""
    for in_person, known, minutes in ((0.0, 0, 0.0), (1.0, 2, 45.0)):
        made = stepped(("casework__handover_in_person", in_person))
        w, r = made.world, made.world.rules["turnover"]
        k, cw = w.clients.everybody, w.caseworkers
        k.contact.met[:] = 3
        r = r._replace(rate=np.full_like(r.rate, 1e3))
        before = cw.backlog_task[:, Task.HANDOVER].sum()
        turnover.replace_leavers.do(w, r)
        mine = (k.state != NOBODY) & (k.contact.caseworker >= 0)
        mine[mine] = cw.active[k.contact.caseworker[mine]] == 1
        assert mine.sum() > 100
        assert (k.contact.met[mine] == known).all()
        added = cw.backlog_task[:, Task.HANDOVER].sum() - before
        assert added == pytest.approx(minutes * mine.sum())


def test_return_by_degrees_is_agreed_on_with_a_share_of_those_who_are_not_expected_back() -> None:
    made = stepped(
        ("sickness__graded_return_agreed", 1.0), ("sickness__graded_return_share", 0.4), scale=0.05
    )
    k, now, r = made.world.clients.settled, made.world.now, made.world.rules["expected_return"]
    ill = np.flatnonzero((k.state == State.SYGEDAGPENGE) & (k.spell.employer >= 0))
    agreed = np.array([returns_by_degrees(i, now, k, r) for i in ill.tolist()])
    assert ill.size > 500
    assert agreed.mean() == pytest.approx(0.4, abs=0.07)
    nobody = r._replace(graded=np.zeros_like(r.graded))
    assert not any(returns_by_degrees(i, now, k, nobody) for i in ill.tolist())


def opened(*numbers: tuple[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Weeks until the decision, and minutes of the team's and the certificates' tasks, of new cases."""
    made = stepped(*numbers)
    w, r = made.world, made.world.rules["clarification"]
    k, cw = w.clients.settled, w.caseworkers
    cw.overload[:] = 0.0
    rows = np.flatnonzero((k.state != NOBODY) & (k.contact.caseworker >= 0))[:400]
    weeks, minutes = [], []
    for i in rows.tolist():
        before = cw.backlog_task[:, [Task.REHABILITATION_TEAM, Task.MEDICAL_CERTIFICATES]].sum(axis=0)
        open_case(i, w.now, k, cw, r, w.tally.certificates)
        now = cw.backlog_task[:, [Task.REHABILITATION_TEAM, Task.MEDICAL_CERTIFICATES]].sum(axis=0)
        weeks.append(k.contact.clarify_at[i] - w.now.week)
        minutes.append(now - before)
    return np.array(weeks), np.array(minutes)


def test_a_case_that_need_not_be_tested_takes_half_the_weeks_and_three_quarters_of_the_time() -> None:
    """10 weeks and 600 minutes: 5 and 450, beside the team's own weeks; the certificates are as before."""
    weeks, minutes = opened()
    fewer, less = opened(("clarification__testing_required", 0.0))
    assert (weeks - fewer == 5).all()
    assert less[:, 0] == pytest.approx(0.75 * minutes[:, 0])
    assert less[:, 1] == pytest.approx(minutes[:, 1])


def test_of_those_whom_a_hospital_has_treated_shared_records_spare_weeks_and_certificates() -> None:
    weeks, minutes = opened()
    fewer, less = opened(("clarification__records_shared", 1.0))
    spared = weeks - fewer
    assert set(spared.tolist()) == {0, 4}
    assert (spared == 4).mean() == pytest.approx(0.5, abs=0.1)
    assert less[spared == 4, 1] == pytest.approx(0.5 * minutes[spared == 4, 1])
    assert less[spared == 0, 1] == pytest.approx(minutes[spared == 0, 1])


def test_fewer_offers_are_made_for_the_testings_sake_and_only_while_a_case_is_open() -> None:
    announced = {}
    for required in (1.0, 0.0):
        made = stepped(("clarification__testing_required", required), scale=0.05)
        k = made.world.clients.settled
        half = (k.key % 2 == 0) & (k.state != NOBODY)
        k.contact.clarify_at[:] = np.where(half, made.world.now.week + 50, NEVER)
        k.programme.planned[:], k.programme.kind[:] = NEVER, Programme.NONE
        r = made.world.rules["programmes"]
        programmes.announce_starts.do(made.world, r._replace(start_rate=np.full_like(r.start_rate, 0.2)))
        planned = k.programme.planned != NEVER
        announced[required] = planned & half, planned & ~half & (k.state != NOBODY)
    (with_case, without), (fewer, as_many) = announced[1.0], announced[0.0]
    assert (without == as_many).all()
    assert not (fewer & ~with_case).any()
    assert fewer.sum() / with_case.sum() == pytest.approx(0.5, abs=0.1)


def test_a_place_of_a_department_takes_somebody_new_each_time_an_internship_ends() -> None:
    """A place for every fifth client, filled 0.8 of the time, 13 weeks each: 0.2 * 0.8 / 13 starts a week."""
    numbers = (f"programmes__department_places___{FAR}", 0.2), ("programmes__weeks___internship", 13.0)
    of = set_where_it_acts(DAY, *numbers).at(DAY, np.array([101]))
    rate = programmes.own_places(of)[0]
    assert rate[Group.KONTANTHJAELP_ACTIVITY_READY] == pytest.approx(0.2 * 0.8 / 13.0)
    assert rate.sum() == rate[Group.KONTANTHJAELP_ACTIVITY_READY]


def test_without_their_rule_the_numbers_that_follow_from_it_change_nothing() -> None:
    numbers = {
        "contact__profiling_accuracy": 0.9,
        "casework__pooling_gain_one_team": 1.3,
        "clarification__untested_weeks_share": 0.2,
        "programmes__department_places_filled": 1.0,
    }
    made = world(changed(DAY, **numbers), scale=0.005)
    plain = world(load_parameters(), scale=0.005)
    made.run()
    plain.run()
    assert different(columns(made), columns(plain)) == []
