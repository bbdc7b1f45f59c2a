"""What is said of the week is true: who writes what, and that no two decisions share random numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from small_worlds import HEADLINE, act_named, brought_forward, reformed, world
from watched_world import MOVE, Watch, superfluous, undeclared

from sim import LabourMarket
from sim.mechanism import Act
from sim.mechanisms import transition
from sim.parameters import Change, Origin
from sim.week import ACTS, set_law
from sim.world.copying import copy_world
from sim.world.world import World

DAY = date(2025, 12, 15)
COPENHAGEN, LOLLAND = 101, 360
#: Levers that give mechanisms work which the law of today does not.
LEVERS = {
    "contact.rapid_response_share": 0.5,
    "kontanthjaelp.longest_weeks": 40.0,
    "sickness.review_1_week": 8.0,
    "sickness.graded_return_agreed": 1.0,
    "clarification.assessment_after_weeks": 104.0,
    "clarification.flexjob_before_clarified": 1.0,
    "contact.provider_interval_weeks": 6.0,
    "supported_employment.share": 0.1,
    "treatment.places": 1.5,
    "treatment.coordinated_share": 0.5,
    "employers.named_share": 0.5,
    "employers.a_kasse_clients_visible": 0.5,
    "adoption.share": 0.5,
    "adoption.measured_weeks": 6.0,
    "adoption.lag_weeks": 4.0,
    "adoption.least_gain": -1.0,
    "activation.immediate_under_age": 30.0,
    "programmes.internship_to_subsidy_share": 0.2,
    "programmes.invested_starts": 0.2,
    "programmes.guidance_cap_kr_person": 3000.0,
    "contact.profiled": 1.0,
    "casework.handover_in_person": 1.0,
    "clarification.records_shared": 1.0,
    "clarification.attendees_by_need": 1.0,
    "programmes.joint_review": 1.0,
    "programmes.internship_first": 1.0,
    "contact.next_agreed": 1.0,
    "contact.on_request": 1.0,
    "contact.requests_a_year": 6.0,
    "contact.guidance_by_judgement": 1.0,
    "contact.client_picks_time": 1.0,
    "sickness.screened": 1.0,
    "other_contact.calls_count": 1.0,
    "casework.competence_share": 0.02,
    "staffing.outlay_mio_kr": 100.0,
    "refund.cofinancing_by_task": 1.0,
    "contact.minimum_share": 0.7,
    "employers.vacancies_reached": 1.5,
    "employers.search_radius": 1.2,
    "ordinary_hours.employer_subsidy_share": 0.3,
    "refund.block_grant_neutral": 1.0,
    "municipality.reaction": 0.3,
    "exemption.share": 0.3,
    "exemption.weeks": 8.0,
    "other_contact.counts": 1.0,
    "sickness.exempt_return_within_weeks": 10.0,
    "saving.waits_for_rules": 1.0,
    "benchmark.published": 1.0,
    "benchmark.lasting_weeks": 4.0,
    "clarification.assessment_offer_share": 0.5,
    "ordinary_hours.free_earnings_kr_month": 2000.0,
    "follow_ups.required": 0.0,
    "self_service.open": 1.0,
    "clarification.clear_cases_short": 1.0,
}


def busy_world() -> LabourMarket:
    """A year and a quarter of a recession in which every mechanism and lever has work."""
    origin = Origin("levers", kind="reform")
    levers = [Change(name, "set", ((DAY, value),), origin=origin) for name, value in LEVERS.items()]
    fired = Change("demand.mass_layoff_persons", "set", ((DAY, 200.0),), frozenset({LOLLAND}), origin=origin)
    lower = Change("benefits.dagpenge_max_kr_month", "multiply", ((DAY, 0.8),), origin=Origin("lower"))
    hires = Change("staffing.extra_caseworkers", "set", ((DAY, 1.0),), frozenset({LOLLAND}), origin=origin)
    fewer = ((DAY, -0.8),)  # so many that Copenhagen gives up posts at this scale
    saves = Change("staffing.extra_caseworkers_share", "set", fewer, frozenset({COPENHAGEN}), origin=origin)
    tried = Change(
        "casework.training_share",
        "add",
        ((DAY, 0.01),),
        frozenset({LOLLAND}),
        date(2027, 1, 18),
        origin=origin,
    )
    later = brought_forward("no-focus-targets", date(2026, 3, 2))
    reforms = reformed([name for name in HEADLINE if name != "no-focus-targets"], DAY)
    parameters = reforms.with_changes([fired, lower, hires, saves, tried, *levers, *later])
    return world(parameters, start="2025-W48", end="2027-W04", scale=0.015, demand="recession")


@pytest.fixture(scope="module")
def written() -> dict[str, set[str]]:
    """What each act wrote in the busy world, and in a trial whose arm some people are put in."""
    watch = Watch()
    busy = busy_world()
    watch.run(busy, 24)
    busy.run(until=46)
    watch.run(busy, busy.weeks - 46)
    watch.run(trial(), 4)
    watch.run(world(switched_off=["displacement"]), 3)
    return watch.written


def trial() -> LabourMarket:
    """A trial after its first week, with every third person in its arm."""
    more = Change("contact.interviews_first_26_weeks", "multiply", ((date(2024, 1, 1), 2.0),))
    made = world(arms=[[more]], scale=0.005)
    made.step()
    made.assign(np.arange(0, len(made.world.people.person), 3, dtype=np.int32), 1)
    return made


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_an_act_writes_what_it_says_and_no_more(act: Act, written: dict[str, set[str]]) -> None:
    assert undeclared(written[act.name], act.writes) == []


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_an_act_says_nothing_that_it_never_writes(act: Act, written: dict[str, set[str]]) -> None:
    assert superfluous(written[act.name], act.writes) == []


def test_a_move_writes_what_it_says_and_no_more(written: dict[str, set[str]]) -> None:
    assert undeclared(written[MOVE], transition.WRITES) == []
    assert superfluous(written[MOVE], transition.WRITES) == []


def flipped(*names: str) -> Callable[[World], None]:
    """Return a function that changes the first number of an array of the world, named step by step."""

    def spoil(world: World) -> None:
        found: Any = world
        for name in names:
            found = getattr(found, name)
        at = (0,) * found.ndim
        found[at] = 1 if found[at] != 1 else 2

    return spoil


def noted(world: World) -> None:
    world.memory["note"] = np.ones(1)


def strict(world: World) -> None:
    world.decisions = world.decisions._replace(strictness=world.decisions.strictness * 2.0)


def richer(world: World) -> None:
    world.municipalities[7].extra[2] += 1.0


def settled(world: World) -> None:
    world.stale = not world.stale


#: Things that an act could change behind our back, by the name under which that must be found.
SPOILT: dict[str, Callable[[World], None]] = {
    "person.sex": flipped("people", "person", "sex"),
    "status.graduate": flipped("people", "status", "graduate"),
    "on_file.last": flipped("people", "on_file", "last"),
    "calendar.birth_week": flipped("people", "calendar", "birth_week"),
    "clients.state": flipped("clients", "settled", "state"),
    "clients.person.sex": flipped("clients", "settled", "person", "sex"),
    "clients.spell.graduate": flipped("clients", "settled", "spell", "graduate"),
    "clients.contact.met": flipped("clients", "settled", "contact", "met"),
    "clients.programme.kind": flipped("clients", "settled", "programme", "kind"),
    "clients.used": flipped("clients", "used"),
    "caseworkers.skill": flipped("caseworkers", "skill"),
    "employers.willing": flipped("employers", "willing"),
    "flows.inflow": flipped("flows", "inflow"),
    "payroll.heads": flipped("payroll", "heads"),
    "tally.seen": flipped("tally", "seen"),
    "log": flipped("log", "used"),
    "ledger": flipped("ledger"),
    "this_week.value": flipped("this_week", "value"),
    "commuting": flipped("commuting"),
    "start_states": flipped("start_states"),
    "full_minutes": flipped("full_minutes"),
    "memory.note": noted,
    "decisions": strict,
    "municipalities": richer,
    "stale": settled,
}


@pytest.mark.parametrize("name", SPOILT)
def test_the_watch_would_see_an_act_that_writes_more_than_it_says(name: str) -> None:
    def spoiling(world: World, rules: Any) -> None:
        SPOILT[name](world)

    honest = act_named("forget_applicants")
    watch = Watch()
    watch.run(small(), 1, [set_law, honest._replace(do=spoiling)])
    assert undeclared(watch.written[honest.name], honest.writes) == [name]
    assert superfluous(watch.written[honest.name], honest.writes) == ["this_week.applicants"]


def test_the_watch_would_see_rules_that_an_act_has_changed() -> None:
    def spoiling(world: World, rules: Any) -> None:
        rules.level[0] += 1.0

    with pytest.raises(AssertionError, match="changed rules"):
        Watch().run(small(), 1, [set_law, act_named("fill_hazards")._replace(do=spoiling)])


@cache
def first_week() -> LabourMarket:
    return world(scale=0.001, end="2024-W02")


def small() -> LabourMarket:
    """A very small world of two weeks, of one's own."""
    return copy_world(first_week())
