"""The levers that proposals pull on do what their equations say, and nothing at their neutral values."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from small_worlds import brought_forward, columns, different, in_states, nobody_is_owed_a_handover, world

from sim import LabourMarket
from sim.engine.draws import make_key
from sim.mechanisms.job_hazard.employer_service import reach, widened
from sim.mechanisms.staffing import gain_counted
from sim.parameters import Change, Origin, ParameterSet, load_parameters
from sim.rules.effort import teams_merged
from sim.start.strategies import draw_strategies
from sim.states import State
from sim.vocabulary import Barrier, Health, Strategy, Task
from sim.world.columns import NEVER

DAY = date(2024, 1, 1)


def reformed(**numbers: float) -> ParameterSet:
    """The parameters with single numbers set by a reform; ``__`` stands for the dot of a name."""
    changes = [
        Change(name.replace("__", "."), "set", ((DAY, x),), origin=Origin("test"))
        for name, x in numbers.items()
    ]
    return load_parameters().with_changes(changes)


def run_of(parameters: ParameterSet, weeks: int, *off: str, scale: float = 0.005) -> LabourMarket:
    made = world(parameters, start="2024-W01", end="2025-W52", scale=scale, switched_off=off)
    for _ in range(weeks):
        made.step()
    return made


def test_a_quarter_more_vacancies_through_a_channel_of_eight_per_cent_is_two_per_cent() -> None:
    found = np.exp(reach(np.array([0.08, 0.08]), np.array([1.25, 1.0]), np.array([0.5, 0.0])))
    assert found == pytest.approx(np.array([[1.02, 1.05], [1.0, 1.0]]))


def test_a_wider_radius_moves_search_to_the_far_and_none_is_lost() -> None:
    commuting = np.array([[0.9, 0.1], [0.2, 0.8]])
    distances = np.array([[5.0, 40.0], [40.0, 5.0]])
    assert widened(commuting, distances, 15.0, np.ones(2)) is commuting
    wide = widened(commuting, distances, 15.0, np.array([1.2, 1.0]))
    ratio = math.exp((40.0 - 5.0) / 15.0 * (1.0 - 1.0 / 1.2))
    assert wide[0, 1] / wide[0, 0] == pytest.approx(0.1 / 0.9 * ratio)
    assert wide[1] == pytest.approx(commuting[1])
    assert wide.sum(axis=1) == pytest.approx(1.0)


def test_what_a_municipality_counts_of_a_gain_that_takes_years() -> None:
    assert gain_counted(1.0, 2.0) == 1.0
    assert gain_counted(4.0, 2.0) == pytest.approx((1 - math.exp(-2)) / (1 - math.exp(-0.5)))
    assert gain_counted(4.0, 0.1) == pytest.approx(1.0, rel=1e-3)  # it has all come in the first year


def test_strategies_follow_their_shares_and_a_municipality_keeps_its_luck() -> None:
    codes, key = np.arange(98, dtype=np.int64), make_key(1, 0)
    even, one = np.full((98, 4), 0.25), np.tile([0.0, 0.0, 1.0, 0.0], (98, 1))
    half = even.copy()
    half[:49] = one[:49]
    drawn = [
        draw_strategies(codes, shares, np.full(98, 0.2), np.full(98, 0.8), key)[0]
        for shares in (even, one, half)
    ]
    assert set(drawn[0].tolist()) == set(Strategy)
    assert set(drawn[1].tolist()) == {Strategy.EFFECT_PER_KRONE}
    assert drawn[2].tolist() == [*drawn[1][:49].tolist(), *drawn[0][49:].tolist()]


def test_a_caseworker_who_follows_spares_the_handover_and_keeps_the_relation() -> None:
    always = Change("casework.caseworker_follows_share", "set", ((DAY, 1.0),))
    handovers = []
    for parameters in (load_parameters().with_changes([always]), load_parameters()):
        made = world(parameters, end="2025-W52")
        nobody_is_owed_a_handover(made)
        made.run(until=12)
        handovers.append(made.world.tally.minutes[:, Task.HANDOVER].sum())
    assert handovers[0] < 0.2 * handovers[1]  # the rest: whom the a-kasse held had nobody to follow


def test_long_courses_are_assessed_from_the_laws_week_and_age() -> None:
    law = reformed(clarification__assessment_after_weeks=104)
    # Of the first week's people most who have been ill for years have their case, or are on what it led to:
    # some ten in a thousand of those on these benefits are reached in three weeks, so more are simulated.
    made, today = (run_of(each, 3, "benefit_shifts", scale=0.05) for each in (law, load_parameters()))
    c = made.citizens
    new = (c.contact.clarify_at != NEVER) & (today.citizens.contact.clarify_at == NEVER)
    s, p = c.status, c.person
    assert new.sum() > 5
    assert (made.week - s.course_start[new] > 104).all()
    assert (2024 - p.birth_year[new].astype(int) >= 30).all()
    assert (c.condition.health[new] != Health.WELL).all()
    assert not np.isin(s.state[new], [State.DAGPENGE, State.SYGEDAGPENGE, State.LEDIGHEDSYDELSE]).any()
    assert ((c.condition.health[new] != Health.ILL) | (p.barrier[new] == Barrier.COMPLEX)).all()


def test_an_early_flexjob_comes_instead_of_waiting_for_one() -> None:
    law = reformed(clarification__flexjob_before_clarified=1.0, clarification__flexjob_early_share=1.0)
    made, today = run_of(law, 26), run_of(load_parameters(), 26)
    into = [world_.world.tally.flows[:, :, State.FLEKSJOB].sum(axis=0) for world_ in (made, today)]
    clients = [State.KONTANTHJAELP_ACTIVITY_READY, State.JOBAFKLARING, State.RESSOURCEFORLOEB]
    assert into[0][clients].sum() > 0
    assert into[1][clients].sum() == 0


def test_hours_set_aside_for_training_are_hours_not_worked_on_cases() -> None:
    law = reformed(casework__training_share=0.1)
    made, today = run_of(law, 12), run_of(load_parameters(), 12)
    worked = [
        each.world.tally.minutes.sum()
        + each.world.caseworkers.carried.sum()
        + each.world.memory["caseload.laid_by"].sum()  # what houses of a sample have laid by together
        for each in (made, today)
    ]
    assert worked[0] == pytest.approx(worked[1], rel=1e-4)  # who is sick has other cases, so other hours
    assert made.world.tally.interviews.sum() < today.world.tally.interviews.sum()


def test_what_is_kept_of_earnings_is_not_set_off() -> None:
    half = reformed(ordinary_hours__earnings_kept_share=0.6, ordinary_hours__kept_elasticity=0.0)
    made, before = run_of(half, 1).world.rules, run_of(load_parameters(), 1).world.rules
    assert set(made["payments"].set_off.tolist()) == {5000}  # (1 - 0.6) / (1 - 0.2)
    assert set(before["payments"].set_off.tolist()) == {10_000}
    start, today = made["ordinary_hours"].start, before["ordinary_hours"].start
    assert start.tolist() == today.tolist()
    doubled = reformed(ordinary_hours__earnings_kept_share=0.4, ordinary_hours__kept_elasticity=0.5)
    assert run_of(doubled, 1).world.rules["ordinary_hours"].start == pytest.approx(today * math.sqrt(2.0))


def test_guidance_is_part_of_the_interview_that_it_shortens() -> None:
    law = reformed(contact__rights_guidance_minutes=0)
    made, today = run_of(law, 1).world.rules, run_of(load_parameters(), 1).world.rules
    guidance = load_parameters().in_force("contact.rights_guidance_minutes", DAY)[0]
    digital = 1.0 - 0.44 * (1.0 - 0.85)
    face, face_today = (rules["statutory_contact"].face_minutes for rules in (made, today))
    assert face_today - face == pytest.approx(guidance * digital)


def test_five_groups_cost_an_interview_half_of_what_a_specialist_adds() -> None:
    """0.02 log points x 0.75 x (13 - 5) / 12 groups = 0.01 off the effect of an interview."""
    law = load_parameters()
    changes = brought_forward("fewer-target-groups", DAY)
    day, codes = date(2024, 1, 8), np.array([101, 860])
    now, before = law.with_changes(changes).at(day, codes), law.at(day, codes)
    assert before.scalar("casework.specialist_effect") == 0.02
    lost = teams_merged(now["target_groups.effort_group"], before["target_groups.effort_group"])
    size = 0.02 * before.scalar("casework.generalist_loss") * lost
    np.testing.assert_allclose(size, 0.01)
    made = [run_of(law.with_changes(each), 1, scale=0.002) for each in ((), changes)]
    plain, five = (m.world.rules["interview_effect"].meeting for m in made)
    effect = before.scalar("search.interview_effect")
    np.testing.assert_allclose(five / plain, (effect - 0.01) / effect)


def test_belief_moves_every_client_with_a_caseworker_and_no_other() -> None:
    law = reformed(casework__belief_shift=1.0)
    made, today = run_of(law, 1), run_of(load_parameters(), 1)
    assert set(made.world.rules["relation"].belief_shift.tolist()) == {1.0}
    assert different(columns(made), columns(today)) != []
    assert (
        different(columns(run_of(law, 4, "relation")), columns(run_of(load_parameters(), 4, "relation")))
        == []
    )


def test_offering_the_a_kasses_clients_helps_those_without_a_caseworker() -> None:
    law = reformed(employers__a_kasse_clients_visible=1.0, employers__jobcentre_channel_share=0.5)
    made, today = run_of(law, 13), run_of(load_parameters(), 13)
    out = [world_.world.tally.flows[:, State.DAGPENGE, State.EMPLOYED].sum() for world_ in (made, today)]
    assert out[0] > 1.05 * out[1]
    assert in_states(made, "dagpenge").sum() < in_states(today, "dagpenge").sum()
