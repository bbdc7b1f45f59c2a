"""Every switch turns its mechanism off, and does what the registry says that means."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from small_worlds import HEADLINE, columns, different, do_phases, in_states, reformed, world

from sim import LabourMarket
from sim.mechanism import Term
from sim.mechanisms import search
from sim.mechanisms.job_hazard import TERMS
from sim.parameters import Change, Origin, load_parameters
from sim.states import CLIENT_STATES, NOBODY, STATES, State
from sim.vocabulary import Task
from sim.week import SWITCHES
from sim.world.copying import copy_world

WEEKS = 16
DAY = date(2026, 1, 12)
LOLLAND, COPENHAGEN = 360, 101
#: Rules that the law does not have, so that their mechanisms have work.
PROPOSED = {
    "exemption.share": 0.3,
    "other_contact.counts": 1.0,
    "sickness.exempt_return_within_weeks": 26.0,
    "treatment.places": 1.5,
    "follow_ups.required[first_team_meeting]": 0.0,
    "self_service.open[interview]": 1.0,
    "contact.on_request": 1.0,
    "casework.competence_share": 0.1,
    "adoption.share": 1.0,
    "adoption.measured_weeks": 4.0,
    "adoption.lag_weeks": 2.0,
    "adoption.least_gain": -1.0,
}
#: Rules that act from the turn of a year on.
YEARLY = {"freed_hours": {"saving.waits_for_rules": 1.0}, "outcome_benchmark": {"benchmark.published": 1.0}}


@cache
def run_of(*off: str) -> LabourMarket:
    """Sixteen weeks of a recession with all headline reforms, and dagpenge that is lower and shorter.

    Some are in supported employment: every mechanism has work.
    """
    lower = Change("benefits.dagpenge_max_kr_month", "multiply", ((DAY, 0.6),), origin=Origin("lower"))
    shorter = Change("dagpenge.period_weeks", "set", ((DAY, 90.0),), origin=Origin("shorter"))
    job_first = Change("supported_employment.share", "set", ((DAY, 0.2),), origin=Origin("job first"))
    fired = Change(
        "demand.mass_layoff_persons", "set", ((DAY, 200.0),), frozenset({LOLLAND}), origin=Origin("fired")
    )
    tried = Change(
        "casework.rules_minutes_per_case_week", "multiply", ((DAY, 0.5),), frozenset({COPENHAGEN}),
        date(2026, 5, 4), origin=Origin("tried"),
    )  # fmt: skip
    known = Change("employers.vacancies_reached", "set", ((DAY, 1.5),), origin=Origin("known"))
    asked = [Change(name, "set", ((DAY, x),), origin=Origin("proposed")) for name, x in PROPOSED.items()]
    made = world(
        reformed(HEADLINE, DAY).with_changes([lower, shorter, job_first, fired, tried, known, *asked]),
        start="2026-W01",
        end="2026-W30",
        scale=0.01,
        demand="recession",
        switched_off=off,
    )
    for _ in range(WEEKS):
        made.step()
    return made


@pytest.mark.parametrize("name", YEARLY)
def test_each_switch_of_a_yearly_rule_runs_and_changes_something(name: str) -> None:
    rule = [Change(each, "set", ((date(2026, 6, 1), x),)) for each, x in YEARLY[name].items()]
    made = []
    for off in ((), (name,)):
        changed = reformed(HEADLINE, date(2026, 6, 1)).with_changes(rule)
        made.append(world(changed, start="2026-W22", end="2027-W16", scale=0.01, switched_off=off))
        made[-1].run(until=40)
    assert different(columns(made[0]), columns(made[1])) != []


@pytest.mark.parametrize("name", [each for each in SWITCHES if each not in YEARLY])
def test_each_switch_runs_and_changes_something(name: str) -> None:
    assert different(columns(run_of(name)), columns(run_of())) != []


def flows(made: LabourMarket, frm: str, *to: str) -> int:
    """Moves so far from a state to any of others."""
    return int(made.world.tally.flows[:, STATES.index(frm), [STATES.index(name) for name in to]].sum())


CLIENTS = tuple(STATES[state] for state in CLIENT_STATES)


def test_separations_off_keeps_people_in_quiet_states() -> None:
    made = run_of("separations", "mass_layoffs", "post_cuts")  # the three ways to lose a job
    gone = [flows(made, frm, *CLIENTS) for frm in ("employed", "education", "outside", "leave")]
    assert gone == [0, 0, 0, 0]
    assert flows(run_of(), "employed", "dagpenge") > 0


def test_matching_off_lets_no_client_find_a_job() -> None:
    made = run_of("matching", "health")
    held = made.world.tally.returned.sum()
    assert sum(flows(made, state, "employed") for state in CLIENTS) == held
    assert sum(flows(run_of("health"), state, "employed") for state in CLIENTS) > held + 100


def test_health_off_lets_nobody_fall_ill_or_recover() -> None:
    off = ("health", "ageing", "separations")
    assert run_of(*off).world.clients.settled.condition.ill_since.max() <= 0
    assert run_of(*off[1:]).world.clients.settled.condition.ill_since.max() > 0
    assert flows(run_of(*off), "dagpenge", "sygedagpenge") == 0
    assert flows(run_of(*off[1:]), "dagpenge", "sygedagpenge") > 0


def test_sickness_off_dismisses_nobody_during_illness() -> None:
    assert lost_while_ill(run_of("sickness", "matching", "clarification", "ageing", "separations")) == 0
    assert lost_while_ill(run_of("matching", "clarification", "ageing", "separations")) > 0


def lost_while_ill(made: LabourMarket) -> int:
    """People on sickness benefit for longer than the run who had a job at its start and have none now."""
    begun = world(start="2026-W01", end="2026-W30", scale=0.01)
    there = in_states(made, "sygedagpenge") & in_states(begun, "sygedagpenge")
    had, has = begun.citizens.status.employer >= 0, made.citizens.status.employer >= 0
    return int((there & had & ~has).sum())


def test_own_exits_off_leaves_only_the_other_roads_to_education() -> None:
    off = ("own_exits", "exhaustion", "sanctions", "benefit_shifts")
    assert flows(run_of(*off), "dagpenge", "education", "outside") == 0


def test_exhaustion_off_lets_dagpenge_run_on() -> None:
    shared = ("benefit_shifts", "clarification", "sanctions", "own_exits")
    assert flows(run_of(*shared), "dagpenge", "kontanthjaelp_job_ready", "outside") > 0
    made = run_of("exhaustion", *shared)
    assert flows(made, "dagpenge", "kontanthjaelp_job_ready", "outside") == 0
    on = in_states(made, "dagpenge")
    status = made.citizens.status
    used = status.dagpenge_weeks[on].astype(int) + made.week - status.entered[on]
    assert used.max() > 104


def test_exhaustion_ends_dagpenge_after_104_weeks_and_52_for_graduates() -> None:
    made = run_of()
    on, s = in_states(made, "dagpenge"), made.citizens.status
    used = s.dagpenge_weeks.astype(int) + made.week - 1 - s.entered
    assert used[on & (s.graduate == 0)].max() < 104
    assert used[on & (s.graduate == 1)].max() < 52


def test_benefit_shifts_off_leaves_only_the_other_roads_between_benefits() -> None:
    off = ("benefit_shifts", "exhaustion", "clarification", "ageing")  # the thirtieth birthday is a road, too
    assert run_of(*off).world.tally.shifts.sum() == 0
    assert run_of(*off[1:]).world.tally.shifts.sum() > 0


def test_clarification_off_decides_no_case() -> None:
    states = ("kontanthjaelp_activity_ready", "uddannelseshjaelp", "jobafklaring", "ressourceforloeb")
    decided = [
        sum(flows(made, frm, "foertidspension", "ledighedsydelse") for frm in states)
        for made in (run_of("clarification"), run_of())
    ]
    assert decided[0] == 0
    assert decided[1] > 0


def test_sanctions_off_gives_none() -> None:
    assert run_of("sanctions").world.tally.sanctions.sum() == 0
    assert run_of().world.tally.sanctions.sum() > 0


def test_ageing_off_stops_birthdays() -> None:
    made = run_of("ageing")
    assert made.world.tally.flows[:, NOBODY, :].sum() == made.world.tally.flows[:, :, NOBODY].sum() == 0
    assert run_of().world.tally.flows[:, NOBODY, State.EDUCATION].sum() > 0
    oldest = 2026 - run_of().citizens.person.birth_year.astype(int)
    assert oldest.max() <= 67


def test_programmes_off_starts_none() -> None:
    assert run_of("programmes").world.tally.participants.sum() == 0
    assert run_of().world.tally.participants.sum(axis=0).min() > 0


def test_contact_switches_stop_their_interviews() -> None:
    assert run_of("a_kasse_contact").world.tally.interviews_a_kasse.sum() == 0
    assert run_of("statutory_contact").world.tally.minutes[:, Task.STATUTORY_INTERVIEW].sum() == 0
    assert run_of("discretionary_contact").world.tally.minutes[:, Task.DISCRETIONARY_INTERVIEW].sum() == 0
    assert run_of("statutory_contact", "discretionary_contact").world.tally.interviews.sum() == 0
    assert (
        run_of().world.tally.minutes[:, [Task.STATUTORY_INTERVIEW, Task.DISCRETIONARY_INTERVIEW]].sum(axis=0)
        > 0
    ).all()
    assert run_of().world.tally.interviews_a_kasse.sum() > 0


def test_turnover_off_keeps_every_caseworker() -> None:
    assert (run_of("turnover").world.caseworkers.started == -52).all()
    assert (run_of().world.caseworkers.started > 0).any()


def test_staffing_off_keeps_hours_and_budgets() -> None:
    made = run_of("staffing")
    assert made.world.caseworkers.active.all()
    assert made.world.caseworkers.minutes.sum() == pytest.approx(made.world.full_minutes.sum())
    assert {m.staff for m in made.world.municipalities} == {1.0}
    full = load_parameters().at(DAY, made.world.codes).scalar("programmes.budget_mio_kr")
    assert sum(m.programme_budget_kr for m in made.world.municipalities) / 1e6 == pytest.approx(full)


def test_job_creation_off_opens_no_job_beyond_those_left() -> None:
    made = run_of("job_creation", "post_cuts")
    elsewhere = made.world.codes != LOLLAND  # the mass layoff closes jobs there
    assert made.world.employers.opened.sum() == made.world.employers.closed[elsewhere].sum() == 0
    assert run_of().world.employers.opened.sum() > 0


def test_season_off_is_the_average_month() -> None:
    off, on = run_of("season", "cycle"), run_of("cycle")
    assert np.unique(off.world.flows.now[:, State.EMPLOYED, State.DAGPENGE]).tolist() == [1.0]
    assert np.unique(on.world.flows.now[:, State.EMPLOYED, State.DAGPENGE]).tolist() != [1.0]


def test_a_recession_costs_jobs_and_the_switch_of_the_cycle_ends_it() -> None:
    lost = flows(run_of(), "employed", "dagpenge"), flows(run_of("cycle"), "employed", "dagpenge")
    assert lost[0] > 1.3 * lost[1]


def hires_with(vacancies: float, *off: str) -> np.ndarray:
    """Who has been hired after three weeks, vacancies multiplied at the start of each."""
    made = world(scale=0.01, switched_off=("job_creation", *off))
    for _ in range(3):
        made.world.employers.vacancies[:] = (made.world.employers.vacancies * vacancies).astype(np.int32)
        made.step()
    return np.flatnonzero(
        (made.citizens.status.state == State.EMPLOYED) & (made.world.start_states != State.EMPLOYED)
    )


def test_displacement_off_makes_hires_independent_of_vacancies() -> None:
    few, many = hires_with(0.0, "displacement"), hires_with(5.0, "displacement")
    assert few.tolist() == many.tolist()
    assert len(few) > 50


def test_displacement_lets_seekers_compete() -> None:
    assert len(hires_with(0.1)) < 0.8 * len(hires_with(5.0))


def test_one_more_hire_is_one_vacancy_less() -> None:
    made = world(scale=0.01, switched_off=("job_creation",))
    made.enter_week()
    do_phases(made, "demand", "contact", "programmes")
    employer = made.world.people.status.employer
    before = (made.world.employers.vacancies.sum(), made.world.employers.filled.sum())
    employed = (employer >= 0).sum()
    do_phases(made, "matching")
    found = (employer >= 0).sum() - employed
    assert found > 0
    assert (
        before[0] - made.world.employers.vacancies.sum()
        == made.world.employers.filled.sum() - before[1]
        == found
    )


def test_caseload_off_lets_no_interview_wait() -> None:
    for off in ((), ("caseload",)):
        made, waiting = world(scale=0.01, switched_off=off, end="2024-W20"), []
        while made.running:
            made.step()
            waiting.append(made.world.this_week.waiting)
        assert bool(sum(waiting)) == (off == ())
        assert bool(made.world.caseworkers.backlog.sum()) == (off == ())


SWITCHED = [term for term in TERMS if term.switch]


@pytest.mark.parametrize("term", SWITCHED, ids=lambda term: term.name)
def test_a_terms_switch_leaves_it_out_and_no_other(term: Term) -> None:
    on, off = run_of().world.rules["search"].on, run_of(term.name).world.rules["search"].on
    assert [TERMS[at].name for at in np.flatnonzero(on != off)] == [term.name]
    assert set(on) == {1.0}
    assert off[TERMS.index(term)] == 0.0


@pytest.mark.parametrize("term", SWITCHED, ids=lambda term: term.name)
def test_the_hazard_is_the_sum_of_its_terms(term: Term) -> None:
    """With and without the term, log hazards of the same people differ by the term, person by person."""
    made = copy_world(run_of())
    rules, week, k = made.world.rules["search"], made.world.this_week, made.world.clients.settled
    hazards = []
    for on in (rules.on, np.where(np.arange(len(TERMS)) == TERMS.index(term), 0.0, rules.on)):
        search.fill_hazards.do(made.world, rules._replace(on=on))
        hazards.append(week.hazard)
    seeking = np.flatnonzero(hazards[0] > 0)
    own, now, cw = made.world.rules[term.name], made.world.now, made.world.caseworkers
    terms = np.array([term.of_client(i, now, k, cw, own) for i in seeking])
    found = np.log(hazards[0][seeking] / hazards[1][seeking])
    assert found == pytest.approx(terms, abs=1e-6)  # columns are float32
    assert np.abs(terms).max() > 0.005  # 0.04 * log(1 / 0.8), the refund's term, is 0.009


def test_lower_benefits_raise_search_where_they_are_lowered() -> None:
    r = run_of().world.rules["benefit_incentive"]
    parameters = load_parameters().at(DAY, np.array([101]))
    assert r.change[0, State.DAGPENGE] == pytest.approx(np.log(0.6), rel=0.001)
    assert r.change[0, State.KONTANTHJAELP_JOB_READY] == 0
    assert r.elasticity == parameters.scalar("search.benefit_elasticity") < 0
    assert r.ill == parameters.scalar("search.benefit_elasticity_when_ill") < 0
