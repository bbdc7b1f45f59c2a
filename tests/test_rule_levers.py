"""Rules, rights and tasks as levers: what follows is a number of the model, and its mechanism carries it."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from small_worlds import changed, columns, different, set_where_it_acts, world

from sim import LabourMarket
from sim.mechanisms import (
    competence,
    contact,
    expected_return,
    other_contact,
    programmes,
    requested_contact,
    sickness,
    turnover,
)
from sim.mechanisms.benefit_shifts import _for_good
from sim.mechanisms.clarification import decide_cases, open_case
from sim.mechanisms.expected_return import returns_by_degrees
from sim.mechanisms.job_hazard.employer_service import seen_across
from sim.outcomes.ledger import ACCOUNT
from sim.parameters import load_parameters
from sim.rules.offers import own_places
from sim.states import NOBODY, State
from sim.vocabulary import Barrier, Group, Health, Programme, Task
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
    "an interview for who asks": ((("contact__on_request", 1.0),), ("requested_contact",)),
    "guidance by judgement": ((("contact__guidance_by_judgement", 1.0),), ("caseload",)),
    "screening of the sick": (
        (("sickness__screened", 1.0), ("contact__interviews_first_26_weeks___sygedagpenge", 0.0)),
        ("statutory_contact", "discretionary_contact", "expected_return"),
    ),
    "own time": (
        (("contact__client_picks_time", 1.0),),
        ("statutory_contact", "discretionary_contact"),
    ),
    "calls count": (((f"other_contact__calls_count___{FAR}", 1.0),), ("other_contact",)),
    "sanctions by judgement": ((("sanctions__by_judgement", 1.0),), ("sanctions",)),
    "documents by judgement": ((("clarification__documents_by_judgement", 1.0),), ("clarification",)),
    "attendees by need": ((("clarification__attendees_by_need", 1.0),), ("clarification",)),
    "training": ((("casework__competence_share", 0.1),), ("competence",)),
    "shared vacancies": ((("employers__a_kasse_vacancies_shared", 1.0),), ("employer_service",)),
    "next contact agreed": (
        (("contact__next_agreed", 1.0),),
        ("statutory_contact", "discretionary_contact"),
    ),
    "internship first": ((("programmes__internship_first", 1.0),), ("programmes",)),
    "joint review": ((("programmes__joint_review", 1.0),), ("programmes",)),
    "vacancies across": ((("employers__vacancies_shared_across", 1.0),), ("employer_service",)),
    "flexjob before clarified": ((("clarification__flexjob_before_clarified", 1.0),), ("clarification",)),
    "own places": (
        (("programmes__citizen_finds_place", 1.0), ("programmes__workshop_minutes", 60.0)),
        ("programmes", "programme_lift"),
    ),
    "cost by task": ((("refund__cofinancing_by_task", 1.0),), ("municipal_reaction", "refund_incentive")),
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


def made_with(*numbers: tuple[str, float], scale: float = 0.02, **wanted: Any) -> LabourMarket:
    """A world in its first week in which a reform sets numbers from the first day on."""
    rules = set_where_it_acts(DAY, *numbers)
    return world(rules, start="2024-W01", end="2024-W40", scale=scale, **wanted)


@pytest.mark.parametrize("rule", [name for name, (_, off) in RULES.items() if off])
def test_a_rule_acts_through_its_mechanism_alone(rule: str) -> None:
    assert after(rule) != after("")
    off = RULES[rule][1]
    assert after(rule, *off) == after("", *off)


# ---------------------------------------------------------------- by hand


def stepped(*numbers: tuple[str, float], **wanted: Any) -> LabourMarket:
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
    rate = own_places(of)[0]
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


# ---------------------------------------------------------------- rights, guidance, screening


def followed(made: LabourMarket, group: Group) -> np.ndarray:
    """Rows of clients of a target group who have a caseworker."""
    k = made.world.clients.settled
    here = (k.state != NOBODY) & (k.contact.caseworker >= 0) & (k.spell.group == group)
    return np.flatnonzero(here)


def test_who_has_the_right_asks_for_an_interview_once_a_year_and_is_due_for_it() -> None:
    """1 - exp(-1 / 52.18) = 1.9 per cent a week; nobody before the first interview of the course."""
    made = stepped((f"contact__on_request___{FAR}", 1.0), scale=0.2)
    w, r = made.world, made.world.rules["requested_contact"]
    k, rows = w.clients.settled, followed(made, Group.KONTANTHJAELP_ACTIVITY_READY)
    k.contact.next_due[:], k.contact.held[:] = NEVER, 0
    k.contact.held[rows[::2]] = 1
    requested_contact.ask_for_interviews.do(w, r)
    asked = np.flatnonzero(k.contact.next_due == w.now.week)
    assert set(asked.tolist()) <= set(rows[::2].tolist())
    assert asked.size / rows[::2].size == pytest.approx(1.0 - np.exp(-7.0 / 365.25), rel=0.35)
    assert all(contact.is_due(i, w.now, k, w.rules["statutory_contact"]) for i in asked.tolist())


def test_guidance_leaves_interviews_and_comes_where_somebody_stays_away() -> None:
    """Of six minutes two thirds leave an interview in person; a quarter of an hour when nobody comes."""
    by_judgement = (f"contact__guidance_by_judgement___{FAR}", 1.0)
    made, plain = stepped(by_judgement), stepped()
    far, near = Group.KONTANTHJAELP_ACTIVITY_READY, Group.KONTANTHJAELP_JOB_READY
    rules = [each.world.rules["statutory_contact"] for each in (made, plain)]
    less = rules[1].face_minutes[0] - rules[0].face_minutes[0]
    r = made.world.law
    assert r is not None
    by_form = 1.0 - r.now.scalar("contact.digital_share") * (
        1.0 - r.now.scalar("contact.digital_time_factor")
    )
    assert less[far] == pytest.approx(6.0 * 0.67 * by_form)
    assert less[near] == 0.0
    assert rules[0].guidance[0, far] == 15.0
    assert rules[1].guidance.max() == 0.0
    online = stepped(by_judgement, ("self_service__open___guidance", 1.0)).world.rules["statutory_contact"]
    assert online.served.guidance[0, far] == pytest.approx(0.33 * online.served.guidance[0, near])


def test_nobody_who_stays_away_goes_untold_where_the_caseworker_judges() -> None:
    numbers = (f"contact__guidance_by_judgement___{FAR}", 1.0), ("contact__no_show_share", 0.9)
    told = []
    for here in (numbers, numbers[1:]):
        made = world(set_where_it_acts(DAY, *here), scale=0.02)
        for _ in range(6):
            made.step()
        told.append(made.world.tally.minutes[:, Task.CASE_ADMINISTRATION].sum())
    assert told[0] > told[1]


def test_who_picks_the_time_stays_away_three_quarters_as_often() -> None:
    rules = stepped(("contact__client_picks_time", 1.0)).world.rules["statutory_contact"]
    assert rules.no_show == pytest.approx(0.75 * stepped().world.rules["statutory_contact"].no_show)


def test_after_a_screening_only_those_at_risk_have_a_next_interview() -> None:
    """Those of whom more than half a year is expected are met each sixth week; the forecast tells who."""
    numbers = ("sickness__screened", 1.0), ("contact__interviews_first_26_weeks___sygedagpenge", 0.0)
    made = stepped(*numbers, scale=0.05)
    w, r = made.world, made.world.rules["statutory_contact"]
    k, now = w.clients.settled, w.now
    sick = np.flatnonzero(k.state == State.SYGEDAGPENGE)
    k.contact.held[sick] = 1
    apart = np.array([contact.interval_after(i, now, k, r) for i in sick.tolist()])
    assert set(apart.tolist()) == {0, 6}
    easy = k.person.employability[sick] - k.person.barrier[sick]
    assert easy[apart == 0].mean() > easy[apart == 6].mean() + 0.3
    k.contact.held[sick], k.contact.last_interview[sick] = 1, now.week
    before = w.caseworkers.backlog_task[:, Task.CASE_ADMINISTRATION].sum()
    expected_return.agree_on_graded_returns.do(w, w.rules["expected_return"])
    minutes = w.caseworkers.backlog_task[:, Task.CASE_ADMINISTRATION].sum() - before
    assert minutes == pytest.approx(30.0 * (k.contact.caseworker[sick] >= 0).sum())


def test_a_call_replaces_three_in_ten_interviews_of_those_seen_as_complex() -> None:
    made = stepped((f"other_contact__calls_count___{FAR}", 1.0), scale=0.2)
    w = made.world
    k, rows = w.clients.settled, followed(made, Group.KONTANTHJAELP_ACTIVITY_READY)
    k.contact.next_due[:], k.contact.held[:] = NEVER, 1
    k.contact.next_due[rows] = w.now.week
    before = w.caseworkers.backlog_task[:, Task.CASE_ADMINISTRATION].sum()
    other_contact.count_other_contact.do(w, w.rules["other_contact"])
    called = k.contact.next_due[rows] != w.now.week
    is_complex = k.person.barrier[rows] == Barrier.COMPLEX
    assert called[is_complex].mean() == pytest.approx(0.3 * 0.8, abs=0.04)
    assert called[~is_complex].mean() == pytest.approx(0.3 * 0.2, abs=0.04)
    minutes = w.caseworkers.backlog_task[:, Task.CASE_ADMINISTRATION].sum() - before
    assert minutes == pytest.approx(20.0 * called.sum())


def test_sanctions_by_judgement_are_those_that_are_needed() -> None:
    made, plain = stepped(("sanctions__by_judgement", 1.0)), stepped()
    rates = [each.world.rules["sanctions"].rate for each in (made, plain)]
    assert rates[0] == pytest.approx(0.5 * rates[1])


def test_documents_by_judgement_spare_certificates_alone_and_need_decides_who_attends() -> None:
    weeks, minutes = opened()
    as_long, papers = opened(("clarification__documents_by_judgement", 1.0))
    assert (weeks == as_long).all()
    assert set(np.round(papers[:, 1] / minutes[:, 1], 6).tolist()) == {0.5, 1.0, 1.5}
    _, fewer = opened(("clarification__attendees_by_need", 1.0))
    assert set(np.round(fewer[:, 0] / minutes[:, 0], 6).tolist()) == {0.5, 1.0}
    assert fewer[:, 1] == pytest.approx(minutes[:, 1])


# ---------------------------------------------------------------- training, money, vacancies


def test_caseworkers_are_trained_to_a_full_course_and_who_comes_new_begins_without() -> None:
    """A fifth of the week, two weeks of training: 1.1 after ten weeks at 0.05 log points ... and no more."""
    numbers = ("casework__competence_share", 0.2), ("casework__competence_gain", 0.05)
    made = stepped(*numbers, ("staffing__turnover_a_year", 0.0))
    w, r = made.world, made.world.rules["competence"]
    cw = w.caseworkers
    on = cw.active == 1
    first = cw.skill.copy()
    for _ in range(4):
        competence.train.do(w, r)
    assert cw.skill[on] == pytest.approx(first[on] * np.exp(0.05 * 4 * 0.2 / 2.0))
    for _ in range(30):
        competence.train.do(w, r)
    full = first[on] * np.exp(0.05 * (1.0 - 0.2 / 2.0))  # one week was trained before
    assert cw.skill[on] == pytest.approx(full)
    cw.started[on] = w.now.week
    cw.skill[on] = 1.0
    competence.train.do(w, r)
    assert cw.skill[on] == pytest.approx(np.exp(0.05 * 0.2 / 2.0))


def test_training_takes_hours_and_none_where_its_mechanism_is_off() -> None:
    numbers = (("casework__competence_share", 0.1),)
    plain = stepped().world.rules["caseload"].training
    assert stepped(*numbers).world.rules["caseload"].training == pytest.approx(plain + 0.1)
    off = stepped(*numbers, switched_off=("competence",))
    assert off.world.rules["caseload"].training == pytest.approx(plain)


def test_systems_are_paid_by_municipalities_for_the_whole_country() -> None:
    """52.18 million kr. a year are a million a week, less the staff that is paid anyhow."""
    booked = []
    for numbers in ((("staffing__outlay_mio_kr", 365.25 / 7.0),), ()):
        made = stepped(*numbers)
        booked.append(made.world.ledger[:, ACCOUNT["jobcentre_staff"]].sum())
    assert booked[0] - booked[1] == pytest.approx(1e8 * 0.02, abs=200)  # øre, at the scale of 0.02


def test_the_a_kasse_pays_the_municipalitys_part_while_it_has_the_contact() -> None:
    off = ("municipal_reaction", "refund_incentive")
    made = stepped(("refund__cofinancing_by_task", 1.0), switched_off=off)
    plain = stepped(switched_off=off)
    by_task, today = (each.world.ledger for each in (made, plain))
    paid, back, part = (
        ACCOUNT[name] for name in ("dagpenge", "dagpenge_reimbursement", "dagpenge_cofinancing")
    )
    assert by_task[:, paid].sum() == today[:, paid].sum()
    spared = today[:, part].sum() - by_task[:, part].sum()
    assert spared > 0
    assert today[:, back].sum() - by_task[:, back].sum() == spared


def test_shared_lists_bring_the_jobcentres_clients_a_tenth_more_vacancies() -> None:
    made, plain = stepped(("employers__a_kasse_vacancies_shared", 1.0)), stepped()
    vacancies = [each.world.rules["employer_service"].vacancies for each in (made, plain)]
    assert vacancies[0] == pytest.approx(1.1 * vacancies[1])


def test_the_next_contact_is_agreed_by_need() -> None:
    """Five weeks with complex problems, nine without, whatever rhythm the law has."""
    made = stepped(("contact__next_agreed", 1.0), ("contact__lapsed_share", 0.0), scale=0.05)
    k, now, r = made.world.clients.settled, made.world.now, made.world.rules["statutory_contact"]
    rows = followed(made, Group.KONTANTHJAELP_ACTIVITY_READY)
    for i in rows.tolist():
        contact.set_next(i, now, k, r)
    weeks, barrier = k.contact.next_due[rows] - now.week, k.person.barrier[rows]
    assert (weeks[barrier == Barrier.COMPLEX] == 5).all()
    assert (weeks[barrier == Barrier.NONE] == 9).all()


def test_without_the_reassessment_half_of_a_half_fewer_lose_the_approval() -> None:
    """Half lose it there, and half of the reassessments go on by judgement: 1 - 0.5 * 0.5 = 0.75."""
    frm, to = State.LEDIGHEDSYDELSE, State.KONTANTHJAELP_ACTIVITY_READY
    gone = ("follow_ups__required___ledighedsydelse", 0.0)
    made, plain = stepped(gone), stepped()
    rates = [each.world.rules["benefit_shifts"].rate[0, frm, to] for each in (made, plain)]
    assert rates[0] == pytest.approx(0.75 * rates[1])
    off = stepped(gone, switched_off=("follow_ups",)).world.rules["benefit_shifts"].rate[0, frm, to]
    assert off == pytest.approx(rates[1])


def test_the_young_find_a_flexjob_that_is_for_good_a_little_oftener() -> None:
    made = stepped(("follow_ups__required___temporary_flexjob", 0.0), scale=0.05)
    k, now, r = made.world.clients.settled, made.world.now, made.world.rules["benefit_shifts"]
    rows = np.flatnonzero(k.state == State.LEDIGHEDSYDELSE)
    more = np.array([_for_good(i, now, k, r) for i in rows.tolist()])
    young = now.year - k.person.birth_year[rows] < 40
    assert young.any()
    assert more[young] == pytest.approx(1.05)
    assert more[~young] == pytest.approx(1.0)
    assert stepped().world.rules["benefit_shifts"].permanent.max() == 0.0


def test_a_review_books_an_interview_and_opens_a_case_where_capacity_is_lost() -> None:
    made = stepped(("sickness__review_1_week", 18.0), scale=0.05)
    w = made.world
    k = w.clients.settled
    sick = np.flatnonzero((k.state == State.SYGEDAGPENGE) & (k.contact.caseworker >= 0))
    k.spell.entered[sick], k.contact.next_due[sick] = w.now.week - 17, w.now.week + 9
    reviewed = sick[::2]
    k.spell.entered[reviewed] = w.now.week - 18
    k.contact.clarify_at[sick], k.condition.health[sick] = NEVER, Health.ILL
    lost = sick[:40]
    k.condition.health[lost] = Health.REDUCED
    sickness.review_cases.do(w, w.rules["sickness"])
    assert (k.contact.next_due[reviewed] == w.now.week).all()
    assert (k.contact.next_due[sick[1::2]] == w.now.week + 9).all()
    opened_now = set(np.flatnonzero(k.contact.clarify_at != NEVER).tolist()) & set(sick.tolist())
    assert set(lost[::2].tolist()) <= opened_now
    assert not opened_now & set(sick[1::2].tolist())


def test_jobcentres_pass_on_a_part_of_what_others_know_within_reach() -> None:
    """Two municipalities; half of the one's residents look in the other: 0.3 * 0.5 * 2 / 0.5 = 0.6."""
    commuting = np.array([[0.5, 0.5], [0.0, 1.0]])
    share = np.array([0.3, 0.3])
    np.testing.assert_allclose(seen_across(commuting, np.array([1.0, 2.0]), share), [0.6, 0.0])
    np.testing.assert_allclose(seen_across(commuting, np.ones(2), 0.0 * share), [0.0, 0.0])


def test_a_wage_subsidy_begins_as_an_internship_and_the_employer_decides() -> None:
    """Nobody begins a subsidy but after four weeks of trial, and some trials end there."""
    made = made_with(("programmes__internship_first", 1.0), scale=0.05)
    began: dict[int, tuple[int, int]] = {}
    went_on = ended = 0
    subsidies = (Programme.PRIVATE_WAGE_SUBSIDY, Programme.PUBLIC_WAGE_SUBSIDY)
    seen = False
    for _ in range(30):
        before = {k_id: (kind, follows) for k_id, kind, follows in now_in(made)}
        made.step()
        week = made.world.now.week
        for person, kind, follows in now_in(made):
            was = before.get(person, (0, 0))
            if follows and not was[1]:
                assert kind == Programme.INTERNSHIP
                began[person] = (week, follows)
            if kind in subsidies and was[0] not in subsidies and seen:
                assert person in began, "a subsidy without a trial"
                assert week - began[person][0] == 4
                assert kind == began.pop(person)[1]
                went_on += 1
        after = {person for person, _, follows in now_in(made) if follows}
        ended += sum(1 for person in list(began) if person not in after and began[person][0] + 4 <= week)
        seen = True
    assert went_on > 20
    assert ended > 0


def now_in(made: LabourMarket) -> list[tuple[int, int, int]]:
    """Persons, the programme that each client is in, and what it is to go on as."""
    k = made.world.clients.everybody
    rows = np.flatnonzero(k.state != NOBODY)
    p = k.programme
    return list(zip(k.id[rows].tolist(), p.kind[rows].tolist(), p.follows[rows].tolist(), strict=True))


def test_an_offer_is_judged_together_when_it_ends_and_another_follows_or_none() -> None:
    made = stepped(("programmes__joint_review", 1.0), scale=0.2)
    w, r = made.world, made.world.rules["programmes"]
    k, cw = w.clients.settled, w.caseworkers
    k.programme.planned[:] = NEVER
    here = np.flatnonzero((k.programme.kind != Programme.NONE) & (k.state != NOBODY))
    k.programme.end[here] = w.now.week
    before = cw.backlog_task[:, Task.REFERRAL].sum()
    programmes.run_programmes.do(w, r)
    another = k.programme.planned[here] != NEVER
    assert another.mean() == pytest.approx(0.3, abs=0.05)
    judged = (k.contact.caseworker[here] >= 0).sum()
    assert cw.backlog_task[:, Task.REFERRAL].sum() - before == pytest.approx(30.0 * judged)
    certain = r._replace(start_rate=np.ones_like(r.start_rate), notice=r.notice)
    programmes.announce_starts.do(w, certain._replace(offer_within=np.zeros_like(r.offer_within)))
    for_duty = k.programme.planned[here[~another]] != NEVER
    assert for_duty.mean() < 0.2  # the focus targets ask all the same


def test_a_flexjob_before_the_case_is_clear_needs_an_employer_and_may_not_be_approved() -> None:
    """Clear in all cases: as many as find an employer; of them a tenth end where they were."""
    numbers = ("clarification__flexjob_before_clarified", 1.0), ("clarification__flexjob_early_share", 1.0)
    made = stepped(*numbers, scale=0.2)
    w, r = made.world, made.world.rules["clarification"]
    k = w.clients.settled
    found = w.rules["programmes"].openness[0, 0]
    rows = np.flatnonzero((k.state == State.KONTANTHJAELP_ACTIVITY_READY) & (k.person.municipality == 0))
    k.contact.clarify_at[:], k.contact.flexjob_early[:] = NEVER, 0
    k.condition.health[rows] = Health.REDUCED
    for i in rows.tolist():
        open_case(i, w.now, k, w.caseworkers, r, w.tally.certificates)
    early = rows[k.contact.flexjob_early[rows] == 1]
    assert early.size / rows.size == pytest.approx(found, abs=0.06)
    k.contact.clarify_at[rows] = w.now.week
    moves = decide_cases.do(w, r)
    assert moves is not None
    to = dict(zip(moves.who.tolist(), moves.to.tolist(), strict=True))
    in_flexjob = [person for person in k.id[early].tolist() if to.get(person) == State.FLEKSJOB]
    assert len(in_flexjob) / early.size == pytest.approx(0.9, abs=0.05)
    late = k.id[np.setdiff1d(rows, early)].tolist()
    assert all(to[person] == State.LEDIGHEDSYDELSE for person in late)
