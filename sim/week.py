"""The week, on one page: its phases, and in each its acts, in their order.  There is no other order.

``jobvej mechanisms list``, the switches, ``docs/odd.md`` and the timing are read off :data:`WEEK`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from sim.engine.draws import Purpose
from sim.errors import InputError, suggest
from sim.law import Law
from sim.mechanism import Act, Mechanism, act, mechanisms_of, switch_names
from sim.mechanisms import (
    a_kasse_contact,
    adoption,
    ageing,
    benefit_shifts,
    casework,
    clarification,
    competence,
    contact,
    demand,
    early_effort,
    employers,
    exemption,
    exhaustion,
    expected_return,
    follow_ups,
    freed_hours,
    health,
    mass_layoffs,
    matching,
    ordinary_hours,
    other_contact,
    outcome_benchmark,
    own_exits,
    post_cuts,
    programmes,
    reallocation,
    refunds,
    requested_contact,
    sanctions,
    search,
    self_service,
    separations,
    settlement,
    sickness,
    staffing,
    subsidised_jobs,
    supervision,
    taking_part,
    transition,
    treatment,
    turnover,
    vacancies,
    wages,
)
from sim.mechanisms.job_hazard import caseload_effect, employer_service, supported_employment
from sim.outcomes import count
from sim.outcomes.tally import MoveTally, part_of
from sim.start.beginning import mark_present
from sim.start.strategies import draw_strategies
from sim.world.world import World


class Phase(NamedTuple):
    """One phase of the week."""

    name: str
    label: str
    acts: tuple[Act, ...]


@act(writes=("decisions", "municipalities", "stale", "terms", "law", "rules"), purposes=(Purpose.STRATEGY,))
def set_law(world: World, rules: None) -> None:
    """Look the law up and make all rules anew, when a date or a municipality's decision has changed them."""
    terms = world.terms
    monday = terms.week_of(world.now).monday
    if monday < terms.next_change and not world.stale:
        return
    law = terms.law(monday, world.codes, world.decisions)
    law = adoption.with_adopted(law, world)
    law = freed_hours.with_waiting_saving(law, freed_hours.freed_by_now(world))
    strategy, reaction = draw_strategies(
        world.codes,
        law.country["municipality.strategy_share"],
        law.country["municipality.reaction"],
        law.country["municipality.largest_reaction"],
        world.now.key,
    )
    world.decisions = world.decisions._replace(strategy=strategy, reaction=reaction)
    for agent in world.municipalities:
        agent.strategy, agent.reaction = int(strategy[agent.position]), float(reaction[agent.position])
    make_rules(world, law._replace(decisions=world.decisions))
    world.stale = False


@act(writes=("clients", "calendar.row"))
def settle_clients(world: World, rules: None) -> None:
    """Who became a client since the last time is followed from now on."""
    world.clients.settle(world.people.calendar.row)


@act(writes=("recorder",))
def record_week(world: World, rules: None) -> None:
    """Add the week's stocks to the running month."""
    world.recorder.week(world.terms.week_of(world.now), world.tally)


@act(writes=("recorder", "ledger", "tally"))
def close_year(world: World, rules: None) -> None:
    """At the end of a year, or of the run: write its outcomes, begin counters and accounts anew."""
    if not world.terms.ends_year(world.now):
        return
    year = str(world.terms.week_of(world.now).year)
    world.recorder.close_year(year, world.tally, world.ledger, world.decisions.supervised)
    person, status = world.people.person, world.people.status
    mark_present(person.municipality, status.state, part_of(world.tally, MoveTally))


WEEK: tuple[Phase, ...] = (
    Phase("law", "Law: what a date or a decision has changed", (set_law,)),
    Phase(
        "demand",
        "Demand: separations and other scheduled transitions, mass layoffs",
        (
            demand.set_multipliers,
            taking_part.answer_benefit_levels,
            separations.forget_applicants,
            separations.end_spells,
            mass_layoffs.lay_off,
            mass_layoffs.close_jobs,
            mass_layoffs.respond,
            post_cuts.cut_posts,
            settle_clients,
        ),
    ),
    Phase(
        "contact",
        "Contact: who is due, who is seen, what is left undone",
        (
            casework.assign_caseworkers,
            reallocation.share_hours,
            caseload_effect.measure_caseloads,
            supported_employment.support,
            treatment.coordinate,
            a_kasse_contact.hold_a_kasse_interviews,
            exemption.review_exemptions,
            other_contact.count_other_contact,
            self_service.serve_users,
            requested_contact.ask_for_interviews,
            contact.find_due,
            follow_ups.find_freed,
            employer_service.ask_for_vacancies,
            casework.open_week,
            employer_service.pass_vacancies_on,
            contact.hold_interviews,
            casework.close_week,
        ),
    ),
    Phase(
        "programmes",
        "Programmes: ends, announcements, starts within employers' openness and budget",
        (
            employers.remember,
            programmes.run_programmes,
            programmes.announce_starts,
            programmes.start_programmes,
            subsidised_jobs.stand_in,
        ),
    ),
    Phase(
        "matching",
        "Search, application and matching over commuting areas; vacancies answer",
        (
            search.fill_hazards,
            matching.measure_tightness,
            count.count_chances,
            matching.hire,
            count.count_lost_offers,
            wages.move_wages,
            vacancies.answer_tightness,
        ),
    ),
    Phase(
        "transitions",
        "Transitions: health, exhaustion, shifts, exits, clarification, sanctions, hours, age",
        (
            health.change_health,
            health.change_health_of_others,
            health.change_barriers,
            sickness.review_cases,
            expected_return.agree_on_graded_returns,
            sickness.dismiss,
            exhaustion.exhaust_dagpenge,
            exhaustion.end_assistance,
            benefit_shifts.shift_benefits,
            employers.take_flexjobs,
            own_exits.leave_without_a_job,
            clarification.open_cases,
            clarification.assess_long_courses,
            clarification.decide_cases,
            sanctions.sanction,
            programmes.refuse,
            ordinary_hours.change_hours,
            ageing.celebrate_birthdays,
            ageing.become_newcomers,
        ),
    ),
    Phase(
        "money",
        "Money: every krone booked twice",
        (refunds.pay_benefits, refunds.pay_for_the_effort, refunds.compensate, settlement.settle_accounts),
    ),
    Phase(
        "slow decisions",
        "Slow decisions: turnover, staff and budgets each quarter, supervision each year",
        (
            turnover.replace_leavers,
            competence.train,
            freed_hours.value_freed_hours,
            staffing.settle_budgets,
            supervision.supervise,
            early_effort.follow_up,
            outcome_benchmark.follow_exits,
            adoption.follow_trials,
        ),
    ),
    Phase("count", "Count: stocks, durations, exposure", (count.count_week,)),
    Phase("record", "Record: the week, and the year when it ends", (record_week, close_year)),
)

ACTS: tuple[Act, ...] = tuple(each for phase in WEEK for each in phase.acts)
#: In the order of the week; last those that only lend rules to others.
MECHANISMS: tuple[Mechanism, ...] = mechanisms_of(ACTS, transition)
#: What can be switched off.
SWITCHES: tuple[str, ...] = tuple(mechanism.name for mechanism in MECHANISMS if mechanism.switch)


def check_acts(acts: Iterable[Act], mechanisms: Iterable[Mechanism]) -> None:
    """Refuse an act of a mechanism that there is not: it would run without rules and without a switch."""
    names = [mechanism.name for mechanism in mechanisms]
    for each in acts:
        if each.mechanism and each.mechanism not in names:
            raise InputError(
                f"act '{each.name}' in {each.do.__module__}: no mechanism is called '{each.mechanism}'."
                f"{suggest(each.mechanism, names)}"
            )


def check_switches_are_written(switches: Iterable[str], written: Iterable[str]) -> None:
    """Refuse a switch of the week that is not read off the files' text, and one that is only read there."""
    here, there = Counter(switches), Counter(written)
    for name in sorted(here - there):
        raise InputError(
            f"the switch '{name}' is not found in the text of sim/mechanisms: its Mechanism or Term has to "
            f'begin with name="{name}", and end on a line of its own'
        )
    for name in sorted(there - here):
        raise InputError(
            f"the text of sim/mechanisms has a switch '{name}' that the week has not: no act of its file "
            "stands in WEEK, or another mechanism has the same name"
        )


check_acts(ACTS, MECHANISMS)
check_switches_are_written(SWITCHES, switch_names())


def phase_of(mechanism: Mechanism) -> str:
    """Return the phase in which a mechanism acts, several with commas; nothing for one without acts."""
    acting = (phase for phase in WEEK if any(each.mechanism == mechanism.name for each in phase.acts))
    return ", ".join(phase.name for phase in acting)


def make_rules(world: World, law: Law) -> None:
    """Make the rules of all acts from the law of the week."""
    world.law = law
    made: dict[object, object] = {}
    for mechanism in MECHANISMS:
        if mechanism.rules not in made:
            with numbers_that_raise(f"the rules of {mechanism.name}"):
                made[mechanism.rules] = mechanism.rules(law)
        world.rules[mechanism.name] = made[mechanism.rules]


@contextmanager
def numbers_that_raise(where: str) -> Iterator[None]:
    """Refuse the run where a number becomes none: 0/0, a division by zero, more than can be held.

    Without this the run would go on with numbers that mean nothing and say so nowhere.
    """
    try:
        with np.errstate(invalid="raise", divide="raise", over="raise"):
            yield
    except (FloatingPointError, OverflowError, ZeroDivisionError) as problem:
        raise InputError(
            f"{where}: the parameters lead to a number that is none ({problem}); "
            "some of them do not go together at the values that they have"
        ) from problem


def run_acts(world: World, acts: tuple[Act, ...] = ACTS) -> Iterator[Act]:
    """Run acts one by one, those of the whole week by default, and yield each when it is done."""
    for each in acts:
        if each.mechanism and not each.always and not world.on(each.mechanism):
            continue
        with numbers_that_raise(each.name):
            moves = each.do(world, world.rules[each.mechanism] if each.mechanism else None)
        if moves is not None:
            transition.move(world, moves, world.rules["transition"])
        yield each


def timed_week(world: World) -> dict[str, float]:
    """Run a week's acts; return processor seconds by act, as 'phase: act'."""
    phases = {each: phase.name for phase in WEEK for each in phase.acts}
    spent, before = {}, time.process_time()
    for each in run_acts(world):
        now = time.process_time()
        spent[f"{phases[each]}: {each.name}"] = now - before
        before = now
    return spent
