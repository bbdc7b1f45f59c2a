"""What caseworkers and benefits do for exits: sizes by hand, on jobs and on every other exit."""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from small_worlds import act_named, run, world

from sim import LabourMarket
from sim.engine.compiled import kernel
from sim.mechanisms import clarification, own_exits, sickness
from sim.mechanisms.job_hazard import TERMS, caseload_effect
from sim.mechanisms.job_hazard.caseload_effect import measure_caseloads
from sim.parameters import Change, Origin, load_parameters
from sim.rules.distance import Distance, distance_from_work
from sim.rules.recent_interviews import interview_effect
from sim.states import NOBODY, State
from sim.vocabulary import Barrier, Health, Programme, Task
from sim.world.clients import NO_CASEWORKER
from sim.world.columns import NEVER
from sim.world.copying import copy_world

DAY = date(2024, 1, 1)


@cache
def _first_week(off: tuple[str, ...], numbers: tuple[tuple[str, float], ...]) -> LabourMarket:
    reform = [
        Change(name.replace("__", "."), "set", ((DAY, number),), origin=Origin("reform"))
        for name, number in numbers
    ]
    made = world(load_parameters().with_changes(reform), end="2024-W40", scale=0.01, switched_off=off)
    made.step()
    made.world.clients.settle(made.world.people.calendar.row)
    return made


def begun(*off: str, **numbers: float) -> LabourMarket:
    """A world of one's own after its first week, with single numbers set by a reform."""
    return copy_world(_first_week(off, tuple(numbers.items())))


def term(market: LabourMarket, name: str) -> np.ndarray:
    """A term of the log hazard of a job of every client (n,)."""
    (found,) = (each for each in TERMS if each.name == name)
    w, k = market.world, market.world.clients.settled
    rules = w.rules[name]
    here = np.flatnonzero(k.state != NOBODY)
    out = np.zeros(k.id.size)
    out[here] = [found.of_client(i, w.now, k, w.caseworkers, rules) for i in here]
    return out


def distances(market: LabourMarket) -> np.ndarray:
    k, now = market.world.clients.settled, market.world.now
    return np.array([distance_from_work(i, now, 52, k) for i in range(k.id.size)])


@kernel
def _exits(n: int, of: tuple[Any, ...], out: np.ndarray) -> None:
    now, k, cw, r = of
    for i in range(n):
        if k.state[i] == NOBODY:
            continue
        effort = own_exits._effort(i, now, k, cw, r)
        stock: float = np.float64(k.contact.interview_stock[i])
        recent = interview_effect(stock, k.contact.last_interview[i], now.week, r.fade)
        out[0, i] = effort
        out[1, i] = effort * own_exits._to_education(i, recent, now, k, r)
        out[2, i] = effort * own_exits._to_self_support(i, recent, k, r)


def exits(market: LabourMarket) -> np.ndarray:
    """Factor of what caseworkers do, and rates to education and to self-support, by client (3, n)."""
    w = market.world
    k = w.clients.settled
    out = np.ones((3, k.id.size))
    _exits(k.id.size, (w.now, k, w.caseworkers, w.rules["own_exits"]), out)
    return out


@kernel
def _clarifying(n: int, of: tuple[Any, ...], out: np.ndarray) -> None:
    now, k, cw, r = of
    for i in range(n):
        out[i] = clarification._sooner(i, now, k, cw, r)


def clarifying(market: LabourMarket) -> np.ndarray:
    """How much sooner a case of clarification opens, by client (n,)."""
    w = market.world
    k = w.clients.settled
    out = np.zeros(k.id.size)
    _clarifying(k.id.size, (w.now, k, w.caseworkers, w.rules["clarification"]), out)
    return out


def with_more_hours(market: LabourMarket, times: float) -> LabourMarket:
    market.world.caseworkers.minutes[:] *= times
    measure_caseloads.do(market.world, market.world.rules["caseload_effect"])
    return market


def test_nobody_has_more_or_less_hours_a_case_in_the_first_week() -> None:
    assert np.abs(begun().world.caseworkers.ease).max() < 1e-9


def test_ten_per_cent_more_hours_a_case_by_distance_from_work() -> None:
    """ln 1.1 = 0.09531; times 0.15, 0.08 and 0.03."""
    market = with_more_hours(begun(), 1.1)
    k = market.world.clients.settled
    followed = (k.contact.caseworker >= 0) & (k.state != NOBODY)
    found = term(market, "caseload_effect") - term(with_more_hours(begun(), 1.0), "caseload_effect")
    distance, cw = distances(market), market.world.caseworkers
    in_a_team = (
        np.abs(cw.ease[k.contact.caseworker]) < 1.0
    )  # who left this week may leave a team with one case
    for group, expected in zip(Distance, (0.014297, 0.007625, 0.002859), strict=True):
        here = followed & (distance == group) & in_a_team
        assert here.sum() > 50
        assert found[here] == pytest.approx(expected, abs=1e-6)
    assert not found[~followed].any()
    assert (~followed).sum() > 50


def test_the_effect_ends_at_three_times_the_hours_and_a_trials_own_team_counts() -> None:
    """0.15 ln 3 = 0.16479, whether hours are ten times as many; 0.15 ln 2 = 0.10397 with half the cases."""
    many = with_more_hours(begun(), 10.0)
    assert term(many, "caseload_effect").max() == pytest.approx(0.16479, abs=1e-5)
    half = begun(search__caseload_own_ratio=0.5)
    assert term(half, "caseload_effect").max() == pytest.approx(0.10397, abs=1e-5)


def test_hours_a_case_act_on_every_exit_as_on_jobs() -> None:
    before, after = with_more_hours(begun(), 1.0), with_more_hours(begun(), 1.1)
    job = np.exp(term(after, "caseload_effect") - term(before, "caseload_effect"))
    assert job.max() > 1.014
    own = exits(after) / np.where(exits(before) > 0.0, exits(before), 1.0)
    for found in (own[0], clarifying(after) / clarifying(before)):
        assert found == pytest.approx(job, abs=1e-9)
    possible = exits(before)[1:] > 0.0
    assert own[1:][possible] == pytest.approx(np.tile(job, (2, 1))[possible], abs=1e-9)


def test_switched_off_a_caseload_does_nothing_for_any_exit() -> None:
    few, many = (with_more_hours(begun("caseload_effect"), times) for times in (1.0, 2.0))
    assert (exits(few) == exits(many)).all()
    assert (clarifying(few) == clarifying(many)).all()
    assert not term(many, "caseload_effect").any()


def test_without_shared_hours_each_post_is_measured_against_its_own_first_week() -> None:
    market = begun("reallocation")
    assert np.abs(market.world.caseworkers.ease).max() < 1e-9
    before = with_more_hours(copy_world(market), 1.0).world.caseworkers.ease
    after = with_more_hours(market, 1.5).world.caseworkers
    assert (after.ease - before)[after.cases > 5] == pytest.approx(math.log(1.5))


def test_hours_a_case_of_two_teams_by_hand() -> None:
    """Posts of a team count together: (600 + 300) minutes for weights of 20 + 10 are 30 each."""
    cw = begun().world.caseworkers
    three = np.flatnonzero(cw.municipality == cw.municipality[0])[:3]
    group = cw.group.copy()
    group[three] = [0, 0, 1]
    minutes, work = np.zeros(cw.minutes.size), np.zeros(cw.minutes.size)
    minutes[three], work[three] = [600, 300, 500], [20, 10, 10]
    found = caseload_effect.hours_a_case(cw._replace(group=group), minutes, work)
    assert found[cw.municipality[0], :2] == pytest.approx([30.0, 50.0])
    assert found.sum() == pytest.approx(80.0)
    ease = caseload_effect.ease_of(found, np.full_like(found, 40.0))
    assert ease[cw.municipality[0], :2] == pytest.approx([math.log(0.75), math.log(1.25)])


def test_a_samples_luck_moves_hours_a_case_little() -> None:
    """Half a year later a house's hours a case differ by far less than its number of cases does by luck."""
    made = run(end="2024-W26", scale=0.005)
    cw = made.world.caseworkers
    cases = np.add.reduceat(cw.cases, cw.first[:-1])
    spread = np.std(cw.ease[cw.first[:-1]][cases > 0])
    assert spread < 0.3 * float(np.mean(1.0 / np.sqrt(cases[cases > 0])))


def test_a_better_caseworker_by_hand() -> None:
    """One standard deviation better: 0.1 - 0.1^2 / 2 = 0.095; the middle one -0.005; shifted by one 0.195."""
    for shift, more in ((0.0, 0.0), (1.0, 0.1)):
        shifted = {"casework__quality_shift": shift} if shift else {}
        market = begun("caseload_effect", **shifted)
        w = market.world
        cw, caseworker = w.caseworkers, w.clients.settled.contact.caseworker
        cw.skill[:] = np.where(np.arange(cw.skill.size) % 2, math.exp(0.6 - 0.18), math.exp(-0.18))
        measure_caseloads.do(w, w.rules["caseload_effect"])
        found = term(market, "caseworker_quality")
        followed = (caseworker >= 0) & (w.clients.settled.state != NOBODY)
        better = followed & (caseworker % 2 == 1)
        assert found[better] == pytest.approx(0.095 + more)
        assert found[followed & ~better] == pytest.approx(-0.005 + more)
        assert not found[~followed].any()
        assert exits(market)[0][better] == pytest.approx(math.exp(0.095 + more))


def test_caseworkers_of_the_first_week_are_as_good_as_the_middle_one_on_average() -> None:
    market = begun()
    standing = market.world.caseworkers.standing
    assert abs(standing.mean()) < 4 / math.sqrt(standing.size)
    assert abs(standing.std() - 1.0) < 4 / math.sqrt(2 * standing.size)


def test_an_interview_acts_on_exits_without_a_job() -> None:
    """A single interview of this week: s = (1 - exp(-1)) / norm; self-support exp(0.1 s), education b s."""
    market = begun()
    k, r = market.world.clients.settled, market.world.rules["own_exits"]
    k.contact.last_interview[:], k.contact.interview_stock[:] = NEVER, 0.0
    before = exits(market)
    k.contact.last_interview[:], k.contact.interview_stock[:] = market.world.now.week, 1.0
    after, s = exits(market), (1 - math.exp(-1)) / r.fade.norm
    assert 1.0 < s < 1.6
    here, age = k.state != NOBODY, market.world.now.year - k.person.birth_year
    young = here & (age < 30) & (k.person.education == 0)
    others = here & ~young
    assert after[2][here] / before[2][here] == pytest.approx(math.exp(0.1 * s))
    assert after[1][others] / before[1][others] == pytest.approx(math.exp(0.1 * s))
    assert after[1][young] - before[1][young] == pytest.approx(0.1 / 52.1775 * s * after[0][young], rel=1e-4)


@pytest.mark.parametrize("times", [0.05, 1.0, 20.0])
def test_no_rate_of_leaving_is_above_the_bound_that_decides_who_is_looked_at(times: float) -> None:
    market = with_more_hours(begun(exits__interview_effect=0.27, search__caseworker_quality=0.2), times)
    w = market.world
    k = w.clients.settled
    k.contact.last_interview[:], k.contact.interview_stock[:] = w.now.week, 5.0
    bounds = own_exits._bounds(w.rules["own_exits"], w.caseworkers)
    found, here = exits(market), k.state != NOBODY
    ill = np.maximum(w.rules["own_exits"].ill, 1.0)
    for rate, bound in zip(found[1:], bounds, strict=True):
        assert (rate[here] * ill <= bound[k.state[here]]).all()
    r = w.rules["clarification"]
    largest = clarification._largest_rates(r)
    soonest = clarifying(market)[here]
    assert (r.resource.max() * soonest <= largest[Health.ILL] * (1 + 1e-9)).all()
    assert (r.opened.max() * soonest <= largest[Health.UNABLE] * (1 + 1e-9)).all()


def test_interviews_with_the_ill_do_nothing_for_job_or_recovery() -> None:
    market = begun()
    k = market.world.clients.settled
    k.contact.last_interview[:], k.contact.interview_stock[:] = market.world.now.week, 1.0
    k.condition.health[:] = Health.ILL
    assert not term(market, "interview_effect").any()
    assert (recovery(market) == 1.0).all()
    drawn = begun(sickness__interview_effect=0.04)
    q = drawn.world.clients.settled
    q.contact.last_interview[:], q.contact.interview_stock[:] = drawn.world.now.week, 1.0
    q.condition.health[:] = Health.ILL
    s = (1 - math.exp(-1)) / drawn.world.rules["own_exits"].fade.norm
    here = q.state != NOBODY
    assert term(drawn, "interview_effect")[here] == pytest.approx(0.04 * s)
    assert recovery(drawn)[here] == pytest.approx(math.exp(0.04 * s))


@kernel
def _recovering(n: int, of: tuple[Any, ...], out: np.ndarray) -> None:
    now, k, r = of
    for i in range(n):
        if k.state[i] == NOBODY:
            continue
        out[i] = sickness.effort_on_recovery(i, now, k, r)


def recovery(market: LabourMarket) -> np.ndarray:
    """What multiplies recovery, by client (n,)."""
    w = market.world
    k = w.clients.settled
    out = np.ones(k.id.size)
    _recovering(k.id.size, (w.now, k, w.rules["health"].effort), out)
    return out


def supported(**numbers: float) -> tuple[LabourMarket, np.ndarray, np.ndarray]:
    """A world with supported employment; its term; who could have it."""
    market = begun(**{f"supported_employment__{name}": number for name, number in numbers.items()})
    could = (distances(market) == Distance.FAR) & (market.world.clients.settled.contact.caseworker >= 0)
    return market, term(market, "supported_employment"), could


def test_supported_employment_is_for_those_far_from_work() -> None:
    assert not supported()[1].any()
    _, everybody, could = supported(share=1.0)
    assert (everybody[could] == 0.25).all()
    assert not everybody[~could].any()
    _, volunteers, could = supported(share=1.0, volunteers=1.0)
    assert (volunteers[could] == 0.45).all()
    _, some, could = supported(share=0.3, volunteers=0.5)
    n = could.sum()
    assert abs((some > 0.0).sum() - 0.3 * n) < 4 * math.sqrt(0.3 * 0.7 * n)
    assert abs((some == 0.45).sum() - 0.15 * n) < 4 * math.sqrt(0.15 * 0.85 * n)
    assert not some[~could].any()


def test_supported_employment_takes_110_minutes_a_client_and_week() -> None:
    market, effect, _ = supported(share=0.3)
    w = market.world
    k = w.clients.settled
    here = (k.state != NOBODY) & (k.spell.employer < 0)
    before = w.caseworkers.backlog_task[:, Task.PLACEMENT].sum()
    act_named("support").do(w, w.rules["supported_employment"])
    added = w.caseworkers.backlog_task[:, Task.PLACEMENT].sum() - before
    assert added == pytest.approx(110.0 * (effect[here] > 0.0).sum())
    assert added > 1000


def test_an_interview_in_the_a_kasse_counts_by_its_quality() -> None:
    good, poor = begun(), begun(contact__a_kasse_quality=0.5)
    for market in (good, poor):
        k = market.world.clients.settled
        k.contact.interview_stock[:], k.contact.last_interview[:] = 0.0, NEVER
        act_named("hold_a_kasse_interviews").do(market.world, market.world.rules["a_kasse_contact"])
    one, half = (each.world.clients.settled.contact.interview_stock for each in (good, poor))
    assert set(one) == {0.0, 1.0}
    assert half == pytest.approx(0.5 * one)


def test_who_the_a_kasse_follows_knows_its_adviser_half_as_well() -> None:
    """0.105 * (0.5 - 1) = -0.0525 on dagpenge without a caseworker."""
    market = begun()
    k = market.world.clients.settled
    alone = (k.contact.caseworker == NO_CASEWORKER) & (k.state == State.DAGPENGE)
    assert alone.sum() > 50
    assert term(market, "relation")[alone] == pytest.approx(-0.0525)


def test_an_announced_programme_moves_men_and_women() -> None:
    market = begun()
    k = market.world.clients.settled
    k.programme.kind[:], k.programme.planned[:] = Programme.NONE, market.world.now.week + 2
    found = term(market, "threat")
    assert set(found[k.person.sex == 0]) == {0.22}
    assert set(found[k.person.sex == 1]) == {0.12}


@pytest.mark.parametrize(
    ("kind", "close", "far"),
    [
        (Programme.INTERNSHIP, 0.05, 0.3),
        (Programme.PRIVATE_WAGE_SUBSIDY, 0.15, 0.3),
        (Programme.PUBLIC_WAGE_SUBSIDY, 0.05, 0.3),
        (Programme.GUIDANCE_UPGRADING, 0.05, 0.05),
    ],
)
def test_lift_after_a_programme_and_a_year_later(kind: Programme, close: float, far: float) -> None:
    market = begun()
    k, week = market.world.clients.settled, market.world.now.week
    k.programme.kind[:], k.programme.last[:] = Programme.NONE, kind
    is_far = distances(market) == Distance.FAR
    for since, left in ((0, 1.0), (52, math.exp(-1))):
        k.programme.ended[:] = week - since
        found = term(market, "programme_lift")
        assert found[is_far] == pytest.approx(far * left)
        assert found[~is_far] == pytest.approx(close * left)


def test_far_from_work_is_who_is_not_well_or_has_complex_barriers() -> None:
    market = begun()
    k, week = market.world.clients.settled, market.world.now.week
    k.person.barrier[:4], k.condition.health[:4] = Barrier.NONE, Health.WELL
    k.spell.course_start[:4] = week - 51
    k.person.barrier[1], k.spell.course_start[2], k.condition.health[3] = Barrier.SOME, week - 52, Health.ILL
    expected = [Distance.CLOSE, Distance.LONG_TERM, Distance.LONG_TERM, Distance.FAR]
    assert distances(market)[:4].tolist() == expected
    k.person.barrier[0] = Barrier.COMPLEX
    assert distances(market)[0] == Distance.FAR


def test_a_lower_benefit_moves_the_ill_by_their_own_elasticity() -> None:
    """A sickness benefit 10 per cent lower: -0.33 * ln 0.9 = 0.034769, on a job and on recovery alike."""
    full = load_parameters().at(DAY, [101]).scalar("benefits.sygedagpenge_max_kr_week")
    market = begun(benefits__sygedagpenge_max_kr_week=0.9 * full)
    k, plain = market.world.clients.settled, market.world.rules["benefit_incentive"].change
    sick = k.state == State.SYGEDAGPENGE
    fall = plain[0, State.SYGEDAGPENGE]
    k.condition.health[:] = Health.ILL
    assert fall == pytest.approx(math.log(0.9), abs=1e-4)
    assert term(market, "benefit_incentive")[sick] == pytest.approx(0.034769, abs=1e-4)
    assert recovery(market)[sick] == pytest.approx(math.exp(0.034769), abs=1e-4)
    assert recovery(market)[k.state == State.DAGPENGE] == pytest.approx(1.0)


def test_share_returned_of_two_weeks_by_hand() -> None:
    """(1 - e^-0.1) + e^-0.15 (1 - e^-0.1) = 0.0951626 * 1.8607080 = 0.1770698."""
    h = sickness.ReturnHazards(np.full(2, 0.1), np.full(2, 0.05))
    assert sickness.share_returned(h, np.ones((1, 2))) == pytest.approx([0.1770698])


def test_return_by_degrees_is_earlier_and_no_more_return() -> None:
    """A third of illnesses are mental: 1 + 0.67 * (e^0.19 - 1) = 1.1402 until week 26, then slower."""
    market = begun(sickness__graded_return_agreed=1.0, sickness__graded_return_share=1.0)
    factor = market.world.rules["health"].effort.graded[0]
    assert factor[:8] == pytest.approx(1.0)
    assert factor[8:26] == pytest.approx(1.140197, abs=1e-6)
    assert factor[26:104] == pytest.approx(factor[60])
    assert 0.0 < factor[60] < 1.0
    assert factor[104] == 1.0
    assert market.world.law is not None
    h = sickness.return_hazards(market.world.law, 104)

    def returned(times: np.ndarray, weeks: int) -> float:
        early = sickness.ReturnHazards(h.recovery[:weeks], h.lost[:weeks])
        return float(sickness.share_returned(early, times[None, :weeks])[0])

    plain = np.ones(104)
    assert returned(factor[:104], 104) == pytest.approx(returned(plain, 104), abs=1e-9)
    assert returned(factor[:104], 26) > returned(plain, 26) + 0.01
    k = market.world.clients.settled
    k.condition.ill_since[:] = market.world.now.week - 20
    assert recovery(market)[k.spell.employer >= 0] == pytest.approx(1.140197, abs=1e-6)
    assert recovery(market)[k.spell.employer < 0] == pytest.approx(1.0)


def test_a_right_43_weeks_shorter_works_in_every_week_of_the_spell() -> None:
    """0.0022 * 43 = 0.0946, on jobs and on exits without one; graduates' right is not touched."""
    market = begun(dagpenge__period_weeks=61.0)
    k = market.world.clients.settled
    on = k.state == State.DAGPENGE
    ordinary, graduate = on & (k.spell.graduate == 0), on & (k.spell.graduate == 1)
    found = term(market, "shorter_right")
    assert found[ordinary] == pytest.approx(0.0946)
    assert not found[graduate].any()
    assert not found[~on].any()
    k.contact.caseworker[:] = NO_CASEWORKER
    assert exits(market)[0][ordinary] == pytest.approx(math.exp(0.0946))


def test_graduates_search_harder_in_the_last_weeks_of_their_own_right() -> None:
    """A graduate's right is 52 weeks, so from week 35; others' 104, so from week 87."""
    market = begun()
    k, week = market.world.clients.settled, market.world.now.week
    k.state[:4], k.spell.graduate[:4], k.spell.entered[:4] = State.DAGPENGE, [1, 1, 0, 0], week
    k.spell.dagpenge_weeks[:4] = [34, 35, 86, 87]
    assert term(market, "anticipation")[:4].tolist() == [0.0, 0.15, 0.0, 0.15]


def test_a_lower_benefit_lets_more_live_without_it_and_fewer_come() -> None:
    """Dagpenge 10 per cent lower: 0.9^-0.3 = 1.0321 times as many leave, 0.9^0.2 = 0.9791 times come."""
    full = load_parameters().at(DAY, [101]).scalar("benefits.dagpenge_max_kr_month")
    market, plain = begun(benefits__dagpenge_max_kr_month=0.9 * full), begun()
    leaving = market.world.rules["own_exits"].level[0]
    assert leaving[State.DAGPENGE] == pytest.approx(1.0321, abs=1e-4)
    assert leaving[State.KONTANTHJAELP_JOB_READY] == 1.0
    coming = market.world.flows.now[:, State.OUTSIDE] / plain.world.flows.now[:, State.OUTSIDE]
    assert coming[:, State.DAGPENGE] == pytest.approx(0.9791, abs=1e-4)
    assert (coming[:, State.KONTANTHJAELP_JOB_READY] == 1.0).all()
    assert (coming[:, State.EMPLOYED] == 1.0).all()
    off = begun("taking_part", benefits__dagpenge_max_kr_month=0.9 * full)
    assert (off.world.rules["own_exits"].level == 1.0).all()
    assert (off.world.flows.now == plain.world.flows.now).all()


def test_the_new_terms_are_summed_with_the_others() -> None:
    names = {each.name for each in TERMS}
    assert {"caseload_effect", "caseworker_quality", "shorter_right", "supported_employment"} <= names
    assert len(begun().world.rules["search"].terms) == len(TERMS)
