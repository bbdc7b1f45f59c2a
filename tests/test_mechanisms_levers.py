"""Levers of single proposals: each moves the cause it names, and nothing while it stands at its default."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from small_worlds import changed, columns, different, world

from sim import LabourMarket
from sim.mechanisms import contact, programmes, sanctions
from sim.mechanisms.staffing import ceiling_staff
from sim.states import State
from sim.vocabulary import PROGRAMMES, Barrier, Programme, Strategy
from sim.world.clients import HANDOVER_OWED
from sim.world.columns import NEVER

DAY = date(2024, 1, 15)
WEEKS = 16


def run_of(
    weeks: int = WEEKS, scale: float = 0.01, off: tuple[str, ...] = (), **numbers: Any
) -> LabourMarket:
    """A small Denmark after some weeks, with numbers set from its third week on (``__`` for the dot)."""
    made = world(changed(DAY, **numbers) if numbers else None, end="2024-W40", scale=scale, switched_off=off)
    for _ in range(weeks):
        made.step()
    return made


@pytest.fixture(scope="module")
def plain() -> LabourMarket:
    return run_of()


def test_a_profile_leaves_out_those_with_the_best_prospects(plain: LabourMarket) -> None:
    """Half are left out, whoever picks; by lot their prospects are the same, with a profile better."""
    k, now = plain.world.clients.everybody, plain.world.now
    some = np.flatnonzero((k.state == State.DAGPENGE) & (k.person.barrier == Barrier.NONE))[:600]
    better = {}
    for accuracy in (0.0, 0.8):
        covered = np.array([contact._is_covered(i, 0.5, accuracy, now, k) for i in some])
        assert 0.4 < covered.mean() < 0.75  # who is unemployed has poorer prospects than most
        employability = k.person.employability[some]
        better[accuracy] = float(employability[~covered].mean() - employability[covered].mean())
    assert abs(better[0.0]) < 0.25
    assert better[0.8] == pytest.approx(0.8 * 2 * 0.798, abs=0.25)  # twice the mean of a half-normal


def test_a_strategy_laid_down_is_followed_by_all_but_the_supervised(plain: LabourMarket) -> None:
    made = run_of(weeks=4, municipality__strategy_in_force=2)
    free = ~made.world.decisions.supervised
    followed = made.world.rules["statutory_contact"].strategy
    assert set(followed[free].tolist()) == {Strategy.NEED}
    their_own = plain.world.rules["statutory_contact"].strategy[~plain.world.decisions.supervised]
    assert set(their_own.tolist()) == set(Strategy)


def test_the_sick_who_are_not_followed_have_no_interview_by_law() -> None:
    off = ("discretionary_contact",)
    held = {}
    for followed in (1.0, 0.0):
        c = run_of(off=off, sickness__followed_share=followed).citizens
        sick = (c.status.state == State.SYGEDAGPENGE) & (c.status.entered >= 3)
        held[followed] = int((c.contact.held[sick] > 0).sum())
        assert sick.sum() > 100
    assert held[1.0] > 20
    assert held[0.0] == 0


def test_a_personal_handover_keeps_a_part_of_the_relation(plain: LabourMarket) -> None:
    made = run_of(casework__handover_in_person=1.0, casework__handover_relation_kept=1.0)
    for world_, most in ((plain, 0.2), (made, 1.1)):
        c = world_.citizens
        shifted = (
            (c.status.course_start != NEVER)
            & (c.status.entered > 12)
            & (c.contact.caseworker == HANDOVER_OWED)
        )
        assert (c.contact.met[shifted] > 0).mean() <= most
    assert made.citizens.contact.met.sum() > plain.citizens.contact.met.sum()


def test_reviews_of_sickness_cases_bring_recovery_forward(plain: LabourMarket) -> None:
    made = run_of(sickness__review_1_week=12, sickness__review_effect=1.5)
    back = [w.world.tally.flows[:, State.SYGEDAGPENGE, State.EMPLOYED].sum() for w in (plain, made)]
    assert back[1] > back[0]


def test_the_young_are_activated_at_once() -> None:
    waiting = []
    for age in (0, 30):
        c = run_of(scale=0.03, activation__immediate_under_age=age).citizens
        ready = (c.status.state == State.KONTANTHJAELP_JOB_READY) | (
            (c.status.state == State.UDDANNELSESHJAELP) & (c.person.ready == 1)
        )
        new = ready & (2024 - c.person.birth_year < 30) & (c.contact.contact_start >= 4)
        new &= (c.contact.contact_start < WEEKS - 1) & (c.status.entered == c.contact.contact_start)
        assert new.sum() > 20
        none_yet = c.contact.last_offer[new] < c.contact.contact_start[new]
        none_now = (c.programme.planned[new] == NEVER) & (c.programme.kind[new] == Programme.NONE)
        # who brings an offer along from the last benefit has it first
        none_now &= c.programme.ended[new] < c.contact.contact_start[new]
        waiting.append(float((none_yet & none_now).mean()))
    assert waiting[0] > 0.2
    assert waiting[1] == 0.0


def test_of_those_activated_at_once_some_do_not_turn_up() -> None:
    ready, left = [State.KONTANTHJAELP_JOB_READY, State.UDDANNELSESHJAELP], {}
    for share in (0.0, 1.0):
        made = run_of(scale=0.03, activation__immediate_under_age=30, activation__immediate_refusal=share)
        left[share] = int(made.world.tally.flows[:, ready, State.OUTSIDE].sum())
    assert left[1.0] > 1.2 * left[0.0]
    unused = run_of(weeks=8, activation__immediate_refusal=0.9)
    assert different(columns(unused), columns(run_of(weeks=8))) == []


def test_interviews_lead_the_young_without_an_education_to_one() -> None:
    started = {}
    for size, off in ((0.0, ()), (2.0, ()), (0.0, ("interview_effect",)), (2.0, ("interview_effect",))):
        flows = run_of(weeks=12, off=off, exits__interview_to_education=size).world.tally.flows
        started[size, off] = int(flows[:, [State.DAGPENGE, State.UDDANNELSESHJAELP], State.EDUCATION].sum())
    assert started[2.0, ()] > 1.3 * started[0.0, ()]
    assert started[2.0, ("interview_effect",)] == started[0.0, ("interview_effect",)]


def test_a_provider_meets_the_insured_beside_the_public_service(plain: LabourMarket) -> None:
    made = run_of(contact__provider_interval_weeks=1)
    c = made.citizens
    on = c.status.state == State.DAGPENGE
    met_last_week = c.contact.last_interview[on] == made.week - 1
    assert met_last_week.mean() > 0.9
    ours, theirs = (each.world.rules["statutory_contact"].interval_first for each in (made, plain))
    assert (ours == theirs).all()


def test_internships_lead_straight_into_a_private_subsidy(plain: LabourMarket) -> None:
    made = run_of(programmes__internship_to_subsidy_share=1.0)
    at = PROGRAMMES.index("private_wage_subsidy")
    assert made.world.tally.participants[:, at].sum() > 1.1 * plain.world.tally.participants[:, at].sum()


def test_a_cap_on_courses_is_kept() -> None:
    made = run_of(programmes__guidance_cap_kr_person=500)
    at = PROGRAMMES.index("guidance_upgrading")
    cap = programmes.guidance_cap(made.world, made.world.rules["programmes"]).sum()
    spending, freely = (each.world.this_week.programme_kr[:, at].sum() for each in (made, run_of()))
    assert spending < freely
    assert spending < 4.0 * cap  # courses that ran when the cap came run on, and each place has begun one


def test_a_limit_ends_assistance_so_long_after_it_came(plain: LabourMarket) -> None:
    made = run_of(kontanthjaelp__longest_weeks=8)
    on_assistance = [State.KONTANTHJAELP_JOB_READY, State.KONTANTHJAELP_ACTIVITY_READY]
    c = made.citizens
    here = np.isin(c.status.state, on_assistance) & (c.status.entered < made.week - 1)
    assert (made.week - 1 - np.maximum(c.status.course_start[here], 2) < 8).all()
    assert here.sum() < 0.5 * np.isin(plain.citizens.status.state, on_assistance).sum()


def test_a_ceiling_asks_for_the_staff_that_keeps_it() -> None:
    assert ceiling_staff(0.9, 80.0, 0.0) == 0.9
    assert ceiling_staff(0.9, 80.0, 40.0) == 2.0
    assert ceiling_staff(1.3, 40.0, 80.0) == 1.3


def test_own_found_places_need_no_search_and_leave_more() -> None:
    """By barrier 0.35, 0.25 and 0.12 of the places, each of 0.1 more lift; courses are found by nobody."""
    made, before = run_of(weeks=3, programmes__citizen_finds_place=1.0), run_of(weeks=3)
    terms, today = (each.world.rules["programmes"] for each in (made, before))
    found = np.array([0.35, 0.25, 0.12])
    np.testing.assert_allclose(terms.employer_minutes, (1.0 - found) * today.employer_minutes)
    np.testing.assert_allclose(terms.openness, found + (1.0 - found) * today.openness, atol=1e-12)
    lift, lift_today = (each.world.rules["programme_lift"].lift[0] for each in (made, before))
    more = np.outer(0.1 * found, [0, 1, 1, 1, 0])
    np.testing.assert_allclose(lift - lift_today, np.stack([more, more], axis=1), atol=1e-12)


def test_plainer_gains_act_as_a_lower_benefit() -> None:
    """A gain 10 per cent larger, benefit over wage rho: 1 - 1.1 (1 - rho), times -0.3 (far off a fifth)."""
    made = run_of(weeks=3, benefits__perceived_gain=1.1)
    rho = made.world.rules["staffing"].weekly_kr[0, State.KONTANTHJAELP_JOB_READY] / (340_000 / (365.25 / 7))
    r = made.world.rules["benefit_incentive"]
    seen = np.log((1 - 1.1 * (1 - rho)) / rho)
    assert r.change[0, State.KONTANTHJAELP_JOB_READY] == pytest.approx(seen)
    assert (r.elasticity, r.far_from_work, r.ill) == pytest.approx((-0.3, -0.06, -0.33))
    assert r.change[0, State.DAGPENGE] == 0.0


def test_levers_that_need_another_one_change_nothing_alone(plain: LabourMarket) -> None:
    alone = run_of(
        contact__profiled=1.0,
        sickness__profiling_accuracy=0.9,
        sickness__graded_return_share=0.9,
        sickness__graded_return_minutes=30.0,
        casework__handover_relation_kept=0.9,
        casework__handover_meeting_minutes=90.0,
        casework__pooling_gain_one_team=1.4,
        casework__pooling_gain_free=0.6,
        clarification__untested_weeks_share=0.1,
        clarification__untested_minutes_share=0.1,
        clarification__untested_offers_share=0.9,
        clarification__hospital_share=0.9,
        clarification__records_weeks=9.0,
        clarification__records_certificates_share=0.1,
        programmes__department_places_filled=0.1,
        sickness__review_effect=0.4,
        casework__review_minutes=500,
        programmes__own_found_lift=0.2,
        programmes__public_fee_response=1.0,
        ordinary_hours__employer_elasticity=2.0,
        separations__collective_share=0.25,
    )
    assert different(columns(alone), columns(plain)) == []


def test_leaving_support_for_a_sanction_does_not_depend_on_what_exempts_complex_cases() -> None:
    made = run_of(weeks=3, scale=0.05, sanctions__leaves_support_share=0.3)
    market, k = made.world, made.world.clients.settled
    given, left = np.zeros(3), np.zeros(3)
    insured = k.state == State.DAGPENGE
    for week in range(3, 120):
        market.now = market.now._replace(week=week)
        before = k.contact.sanction_until.copy()
        moves = sanctions.sanction.do(market, market.rules["sanctions"])
        assert moves is not None
        new = (k.contact.sanction_until != before) & ~insured
        given += np.bincount(k.person.barrier[new], minlength=3)
        left += np.bincount(k.person.barrier[new & np.isin(k.id, moves.who)], minlength=3)
    assert given.min() > 100
    error = np.sqrt(0.3 * 0.7 / given)
    assert (np.abs(left / given - 0.3) < 4.0 * error).all(), (given, left)
