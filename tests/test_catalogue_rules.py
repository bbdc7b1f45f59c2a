"""Rules that proposals ask for act as they say, reckoned by hand, and do nothing as they stand."""

from __future__ import annotations

import math
from datetime import date
from functools import cache

import numpy as np
import pytest
from small_worlds import move_by_hand, world

from sim import LabourMarket
from sim.calendar import WEEKS_A_YEAR
from sim.mechanisms.clarification import _by_situation
from sim.mechanisms.contact import is_due
from sim.mechanisms.exemption import is_exempt, review_exemptions
from sim.mechanisms.expected_return import is_expected_back
from sim.mechanisms.freed_hours import cases_and_offers, freed_by_now, largest_saving, minutes_a_week
from sim.mechanisms.other_contact import count_other_contact, has_other_effort
from sim.mechanisms.outcome_benchmark import (
    BenchmarkRules,
    Pull,
    count_lasting,
    nothing_counted,
    ratio_to_expected,
    share_lasting,
    strength,
)
from sim.mechanisms.refunds import _after_deductions
from sim.parameters import Change, Origin, ParameterSet, load_parameters
from sim.rules.earnings_limit import chosen_hours, kept_share
from sim.rules.recovery import RecoveryRules, half_well_after
from sim.states import NOBODY, State
from sim.vocabulary import Barrier, Group, Health, Programme, Task
from sim.world.columns import NEVER

DAY = date(2024, 1, 1)
FAR = "kontanthjaelp_activity_ready"
FAR_GROUP = int(Group.KONTANTHJAELP_ACTIVITY_READY)


def law(**numbers: float | dict[str, float]) -> ParameterSet:
    """The parameters with numbers, or components, set by a reform; ``__`` stands for the dot of a name."""
    changes = [
        Change(f"{name.replace('__', '.')}[{group}]" if group else name.replace("__", "."), "set",
               ((DAY, float(x)),), origin=Origin("test"))
        for name, given in numbers.items()
        for group, x in (given.items() if isinstance(given, dict) else [("", given)])
    ]  # fmt: skip
    return load_parameters().with_changes(changes)


@cache
def after(weeks: int, scale: float, *numbers: tuple[str, object]) -> LabourMarket:
    made = world(law(**dict(numbers)), start="2024-W01", end="2025-W52", scale=scale)  # type: ignore[arg-type]
    for _ in range(weeks):
        made.step()
    return made


def clients_who(made: LabourMarket, test: object, rules: object) -> np.ndarray:
    """Rows of clients of whom a compiled test says yes."""
    k, now = made.world.clients.settled, made.world.now
    return np.array([i for i in range(k.id.size) if k.state[i] != NOBODY and test(i, now, k, rules)], int)  # type: ignore[operator]


# ---------------------------------------------------------------- expected return


def by_hand(*rates: float) -> RecoveryRules:
    return RecoveryRules(
        by_barrier=np.array(rates), employability=0.5, late_week=9, late=0.5, chronic_week=29, chronic=0.25
    )


def test_half_are_well_when_their_rate_has_added_up_to_ln_2() -> None:
    """Ten weeks at the rate, twenty at half of it, then at a quarter."""
    r = by_hand(0.1, 0.04, 0.01)
    assert half_well_after(0, 0.0, r) == pytest.approx(math.log(2) / 0.1)
    assert half_well_after(1, 0.0, r) == pytest.approx(10 + (math.log(2) - 0.4) / 0.02)
    assert half_well_after(2, 0.0, r) == pytest.approx(30 + (math.log(2) - 0.1 - 0.1) / 0.0025)
    assert half_well_after(1, 2.0, r) == pytest.approx(math.log(2) / (0.04 * math.e))


def test_who_is_sick_from_a_job_and_expected_back_is_not_followed_up() -> None:
    numbers = ("sickness__exempt_return_within_weeks", 26.0), ("sickness__forecast_error", 0.0)
    made = after(6, 0.01, *numbers, ("sickness__employer_agrees_share", 1.0))
    k, contact = made.world.clients.settled, made.world.rules["statutory_contact"]
    r = contact.expected
    usual = np.array(
        [
            half_well_after(*who, r.recovery)
            for who in zip(k.person.barrier, k.person.employability, strict=True)
        ]
    )
    sick = (k.state == State.SYGEDAGPENGE) & (k.spell.employer >= 0)
    expected = sick & (made.world.now.week - k.spell.entered < 26) & (usual <= 26)
    assert np.flatnonzero(expected).tolist() == clients_who(made, is_expected_back, r).tolist()
    assert 0 < expected.sum() < sick.sum()
    assert not np.isin(made.world.this_week.due.client, np.flatnonzero(expected)).any()
    assert len(clients_who(after(6, 0.01), is_expected_back, r._replace(within=0 * r.within))) == 0


def test_a_wrong_forecast_exempts_some_and_an_employer_who_disagrees_nobody() -> None:
    made = after(6, 0.01, ("sickness__exempt_return_within_weeks", 26.0))
    r = made.world.rules["statutory_contact"].expected
    sure, unsure = (len(clients_who(made, is_expected_back, r._replace(error=e * np.ones_like(r.error))))
                    for e in (0.0, 1.5))  # fmt: skip
    assert 0 < unsure < sure  # most are expected back in time, so an error exempts fewer
    assert len(clients_who(made, is_expected_back, r._replace(agrees=0.0 * r.agrees))) == 0


# ---------------------------------------------------------------- exemption


def exempting(share: float, accuracy: float = 1.0) -> tuple[tuple[str, object], ...]:
    return (
        ("exemption__share", FrozenGroups({FAR: share})),
        ("exemption__accuracy", FrozenGroups({FAR: accuracy})),
    )


class FrozenGroups(dict[str, float]):
    """Components by group that can be remembered by a cache."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


def sanctioned_of_those_complex_all_along(made: LabourMarket) -> int:
    """How many activity-ready clients who had complex barriers from the first week were sanctioned since."""
    k = made.world.clients.settled
    complex_before = after(0, 0.01).world.people.person.barrier[k.id] == Barrier.COMPLEX
    there = (k.spell.group == FAR_GROUP) & (k.person.barrier == Barrier.COMPLEX) & (k.state != NOBODY)
    there &= complex_before & (k.spell.entered < 0)
    return int((k.contact.sanction_until[there] > made.world.rules["sanctions"].weeks.max()).sum())


def test_who_is_seen_as_complex_is_exempt_from_all_duties_at_once() -> None:
    made, today = after(12, 0.01, *exempting(1.0)), after(12, 0.01)
    k, contact = made.world.clients.settled, made.world.rules["statutory_contact"]
    there = (k.state != NOBODY) & (k.spell.group == FAR_GROUP)
    exempt = clients_who(made, is_exempt, contact.exemption)
    assert exempt.tolist() == np.flatnonzero(there & (k.person.barrier == Barrier.COMPLEX)).tolist()
    due = made.world.this_week.due
    assert not np.isin(due.client[due.statutory == 1], exempt).any()
    found = [sanctioned_of_those_complex_all_along(market) for market in (made, today)]
    assert found[0] == 0 < found[1]
    assert clients_who(today, is_exempt, today.world.rules["statutory_contact"].exemption).size == 0


def test_a_caseworker_errs_both_ways_and_an_exemption_lasts_its_period() -> None:
    made = after(4, 0.01, *exempting(0.5, 0.9))
    k, now = made.world.clients.settled, made.world.now
    r = made.world.rules["statutory_contact"].exemption
    there = np.flatnonzero((k.state != NOBODY) & (k.spell.group == FAR_GROUP))
    complex_ = k.person.barrier[there] == Barrier.COMPLEX
    in_period = now.week - (now.week - k.spell.course_start[there]) % 26
    exempt = np.array([is_exempt(i, now, k, r) for i in there.tolist()])
    for rows, share in ((complex_, 0.45), (~complex_, 0.05)):  # 0.5 * 0.9 and 0.5 * 0.1
        spread = 4 * math.sqrt(share * (1 - share) / rows.sum())
        assert exempt[rows].mean() == pytest.approx(share, abs=spread)
    for weeks in (0, 25):
        then = [now._replace(week=int(start) + weeks) for start in in_period]
        assert [is_exempt(i, at, k, r) for i, at in zip(there.tolist(), then, strict=True)] == exempt.tolist()
    later = [
        is_exempt(i, now._replace(week=int(s) + 26), k, r)
        for i, s in zip(there.tolist(), in_period, strict=True)
    ]
    assert later != exempt.tolist()


def test_the_end_of_an_exemption_is_work() -> None:
    made = after(4, 0.01, *exempting(1.0), ("exemption__review_minutes", 60.0))
    w, k = made.world, made.world.clients.settled
    course = w.now.week - k.spell.course_start
    ends = (k.spell.group == FAR_GROUP) & (k.person.barrier == Barrier.COMPLEX) & (course > 0)
    ends &= (course % 26 == 0) & (k.contact.caseworker >= 0) & (k.state != NOBODY)
    before = w.caseworkers.backlog_task[:, Task.CASE_ADMINISTRATION].sum()
    review_exemptions.do(w, w.rules["exemption"])
    more = w.caseworkers.backlog_task[:, Task.CASE_ADMINISTRATION].sum() - before
    assert ends.sum() > 0
    assert more == pytest.approx(60.0 * ends.sum())


# ---------------------------------------------------------------- other contact


def test_an_effort_of_others_stands_for_an_interview_and_gives_no_job() -> None:
    numbers = ("other_contact__counts", FrozenGroups({FAR: 1.0})), ("other_contact__share", 1.0)
    made = after(9, 0.01, *numbers)
    made.world.now = made.world.now._replace(week=made.world.now.week + 1)
    w, k = made.world, made.world.clients.settled
    contact, r = w.rules["statutory_contact"], w.rules["other_contact"]
    here = np.flatnonzero((k.state != NOBODY) & (k.contact.caseworker >= 0))
    due = [i for i in here.tolist() if has_other_effort(i, w.now, k, r) and is_due(i, w.now, k, contact)]
    assert len(due) > 0
    assert set(k.spell.group[due].tolist()) == {FAR_GROUP}
    assert ((k.person.barrier[due] == Barrier.COMPLEX) | (k.condition.health[due] != Health.WELL)).all()
    kept = k.contact.last_interview[due].copy(), k.contact.met[due].copy()
    before = w.caseworkers.backlog_task.sum()
    count_other_contact.do(w, r)
    assert not any(is_due(i, w.now, k, contact) for i in due)
    assert w.caseworkers.backlog_task.sum() - before == pytest.approx(12.0 * len(due))
    assert k.contact.last_interview[due].tolist() == kept[0].tolist()
    assert k.contact.met[due].tolist() == kept[1].tolist()


# ---------------------------------------------------------------- freed hours


def test_a_saving_that_waits_is_no_larger_than_what_was_freed() -> None:
    planned, waits = np.array([3000.0, 3000.0, 100.0]), np.array([True, False, True])
    assert largest_saving(planned, 250.0, waits).tolist() == [250.0, 3000.0, 100.0]
    assert largest_saving(planned, -5.0, waits).tolist() == [0.0, 3000.0, 0.0]


def test_freed_hours_are_the_minutes_that_the_law_no_longer_asks_for() -> None:
    """A minute less of rules a case and week: 460 kr. an hour, three quarters of it harvested."""
    rules_today = load_parameters().in_force("casework.rules_minutes_per_case_week", DAY)[0]
    fewer = law(
        casework__rules_minutes_per_case_week=rules_today - 1.0,
        saving__waits_for_rules=1.0,
        staffing__planned_saving_mio_kr=3000.0,
    )
    made = world(fewer, start="2024-W50", end="2025-W10", scale=0.005)
    for _ in range(2):
        made.step()
    assert made.world.rules["staffing"].saving.max() == 0.0
    w, r = made.world, made.world.rules["freed_hours"]
    k = w.clients.everybody
    cases = ((k.state != NOBODY) & (k.contact.caseworker >= 0)).sum()
    freed = (minutes_a_week(w, r.before) - minutes_a_week(w, r.now)).sum()
    assert freed == pytest.approx(cases)
    made.step()
    made.step()
    kr = 9000.0 / (12_500 * 30 * 60 * WEEKS_A_YEAR) * 0.75
    assert r.kr_a_minute == pytest.approx(kr)
    by_now = freed_by_now(made.world)
    assert by_now == pytest.approx(cases * kr * WEEKS_A_YEAR / 0.005, rel=0.05)  # cases of two weeks later
    assert made.world.rules["staffing"].saving == pytest.approx(by_now * 1e6)


def test_a_saving_that_waits_does_not_come_while_no_rule_goes() -> None:
    waits = law(saving__waits_for_rules=1.0, staffing__planned_saving_mio_kr=3000.0)
    made = world(waits, start="2024-W50", end="2025-W10", scale=0.005)
    for _ in range(6):
        made.step()
    assert freed_by_now(made.world) == 0.0
    assert made.world.rules["staffing"].saving.max() == 0.0


def freed_in(**numbers: float | dict[str, float]) -> float:
    """Million kr. a year that rules removed from the first day have freed by the end of a year."""
    changed = law(saving__waits_for_rules=1.0, staffing__planned_saving_mio_kr=3000.0, **numbers)
    made = world(changed, start="2024-W48", end="2025-W10", scale=0.02)
    for _ in range(6):
        made.step()
    return freed_by_now(made.world)


def test_purchases_that_the_law_no_longer_asks_for_count_among_what_is_freed() -> None:
    """Half of the certificates of open cases are fees and minutes; offers owed to nobody cost nothing."""
    changed = law(clarification__certificates_a_case=1.0, saving__waits_for_rules=1.0)
    made = world(changed, start="2024-W48", end="2025-W10", scale=0.02)
    made.step()
    w, r = made.world, made.world.rules["freed_hours"]
    k = w.clients.everybody
    cases = ((k.state != NOBODY) & (k.contact.clarify_at != NEVER)).sum()
    before, now = (cases_and_offers(w, each, r.case_weeks) for each in (r.before, r.now))
    assert cases > 20
    assert w.law is not None
    of = w.law.before
    weeks = of.scalar("clarification.preparation_weeks") + of.scalar("clarification.team_weeks")
    spared = of.scalar("clarification.certificates_a_case") - 1.0
    kr = spared * of.scalar("clarification.certificate_kr") * cases / weeks
    minutes = spared * of.scalar("casework.certificate_minutes") * cases / weeks
    assert (before[1] - now[1]).sum() == pytest.approx(kr)
    assert (before[0] - now[0]).sum() == pytest.approx(minutes)


def test_follow_ups_and_offers_that_go_let_a_saving_come() -> None:
    follow_ups = {"follow_ups__required": {"flexjob": 0.0}}
    assert freed_in(**follow_ups) > 0.0
    no_offers = {"activation__offer_within_weeks": {FAR: 0.0}}
    assert freed_in(**no_offers) > 0.0
    assert freed_in() == 0.0


# ---------------------------------------------------------------- clarification by situation


def test_a_case_that_looks_clear_asks_for_less_and_one_that_only_looked_so_for_more() -> None:
    """0.3 of the weeks and half of the certificates; wrongly seen as clear 1.3 and 1.5 of them."""
    made = world(law(clarification__clear_cases_short=1.0), scale=0.01)
    made.step()
    k, now, r = made.world.clients.settled, made.world.now, made.world.rules["clarification"]
    rows = np.flatnonzero(k.state != NOBODY)
    found = np.array([_by_situation(i, now, k, r) for i in rows.tolist()])
    unable = k.condition.health[rows] == Health.UNABLE
    assert {tuple(each) for each in np.round(found[unable], 6).tolist()} == {(0.3, 0.5), (1.0, 1.0)}
    assert {tuple(each) for each in np.round(found[~unable], 6).tolist()} == {(1.3, 1.5), (1.0, 1.0)}
    seen = (found[unable, 0] < 1.0).mean()
    accuracy = r.accuracy[k.person.rule_row[rows[unable]], k.spell.group[rows[unable]]].mean()
    assert seen == pytest.approx(accuracy, abs=4.0 * math.sqrt(accuracy * (1 - accuracy) / unable.sum()))
    r_today = world(scale=0.01)
    r_today.step()
    same = r_today.world.rules["clarification"]
    assert {_by_situation(i, now, k, same) for i in rows[:200].tolist()} == {(1.0, 1.0)}


def test_clear_cases_are_decided_sooner() -> None:
    numbers = (("clarification__clear_cases_short", 1.0),)
    made, today = after(12, 0.02, *numbers), after(12, 0.02)
    to_pension = [m.world.tally.flows[:, :, State.FOERTIDSPENSION].sum() for m in (made, today)]
    assert to_pension[0] > to_pension[1]


# ---------------------------------------------------------------- benchmark of outcomes


def test_lasting_jobs_are_counted_and_set_against_the_countrys() -> None:
    """One group: 3 of 4 jobs last in 100 and 300 person-weeks, so 0.75 and 2.25 are expected."""
    counts = nothing_counted(2)
    group, none = int(Group.DAGPENGE), int(Barrier.NONE)
    due = np.array([[1, 0, group, none]] * 2 + [[2, 0, group, int(Barrier.SOME)]] * 2, np.int32)
    count_lasting(due, np.array([0, 0, 1, 1], np.int16), np.array([True, True, True, False]), counts)
    counts.weeks[:, group] = 100.0, 300.0
    assert counts.lasting.tolist() == [2.0, 1.0]
    assert ratio_to_expected(counts, 0.1, 1.0) == pytest.approx(np.array([2 / 0.75, 1 / 2.25]))
    assert share_lasting(counts.by_barrier).tolist() == [1.0, 0.5, 1.0]
    real = 0.01 * 0.75 / (0.01 * 0.75 + 0.5)  # at half of the population
    assert ratio_to_expected(counts, 0.1, 0.5)[0] == pytest.approx(1 + (2 / 0.75 - 1) * real)


def test_only_who_is_below_the_benchmark_answers_each_as_it_draws() -> None:
    r = BenchmarkRules(np.array([True, True, True, False]), 26, np.full(4, 0.25), 0.1,
                       np.array([False, False, True, False]))  # fmt: skip
    pulled = strength(np.array([0.9, 1.1, 0.9, 0.9]), np.array([0.8, 0.8, 0.8, 0.8]), r)
    assert pulled == pytest.approx(np.array([0.4, 0.0, 0.0, 0.0]))


def test_a_published_benchmark_sends_hours_elsewhere_from_the_next_year() -> None:
    published = law(benchmark__published=1.0, benchmark__reaction=0.5, benchmark__lasting_weeks=4.0)
    made, today = (world(each, start="2024-W40", end="2025-W12", scale=0.01)
                   for each in (published, load_parameters()))  # fmt: skip
    for market in (made, today):
        market.run(until=13)
    assert made.world.tally.interviews.tobytes() == today.world.tally.interviews.tobytes()
    pull: Pull = made.world.memory["benchmark.pull"]
    assert 0 < (pull.strength > 0).sum() < 98
    assert 0 < pull.lasting.min() < 1  # of hardly any complex cases has one found a job
    for market in (made, today):
        market.run(until=24)
    assert made.world.tally.interviews.tobytes() != today.world.tally.interviews.tobytes()


# ---------------------------------------------------------------- clarification


#: Everybody on assistance for a year or more is assessed each week.
WEEKLY = (
    ("clarification__assessment_after_weeks", 52.0),
    ("clarification__reassessment_weeks", 1.0),
    ("clarification__assessment_from_age", 16.0),
)


def new(made: LabourMarket, column: str) -> np.ndarray:
    """Rows of clients with something set that they have not in the world without a reform."""
    k, today = made.world.clients.settled, after(1, 0.01).world.clients.settled
    assert k.id.tolist() == today.id.tolist()
    group = "contact" if column == "clarify_at" else "programme"
    values = [getattr(getattr(each, group), column) for each in (k, today)]
    return np.flatnonzero((values[0] != NEVER) & (values[1] == NEVER) & (k.state != NOBODY))


def test_a_rule_on_long_courses_is_about_its_groups_and_leaves_out_who_has_been_assessed() -> None:
    only = FrozenGroups({each.name.lower(): float(each == FAR_GROUP) for each in Group})
    everybody = after(1, 0.01, *WEEKLY)
    far = after(1, 0.01, *WEEKLY, ("clarification__assessed_groups", only))
    assert len(new(everybody, "clarify_at")) > len(new(far, "clarify_at")) > 0
    assert set(far.world.clients.settled.spell.group[new(far, "clarify_at")].tolist()) == {FAR_GROUP}
    nobody = after(1, 0.01, *WEEKLY, ("clarification__already_assessed_share", 1.0))
    assert len(new(nobody, "clarify_at")) == 0


def test_an_assessment_that_finds_no_lost_capacity_may_give_an_offer() -> None:
    made = after(1, 0.01, *WEEKLY, ("clarification__assessment_offer_share", 1.0))
    k, offered = made.world.clients.settled, new(made, "planned")
    assert len(offered) > 0
    assert (made.world.now.week - k.spell.course_start[offered] >= 52).all()
    assert (k.contact.clarify_at[offered] == NEVER).all()
    assert (k.programme.kind[offered] == Programme.NONE).all()


def test_a_case_stays_open_at_a_shift_where_the_rule_says_so() -> None:
    left = []
    for rules in (law(), law(clarification__case_closes_at_shift=0.0)):
        made = world(rules, scale=0.005)
        made.step()
        k = made.world.clients.settled
        row = int(np.flatnonzero(k.state == State.KONTANTHJAELP_ACTIVITY_READY)[0])
        k.contact.clarify_at[row] = 30
        move_by_hand(made, int(k.id[row]), State.SYGEDAGPENGE, 2)
        left.append(int(made.world.clients.everybody.contact.clarify_at[row]))
    assert left == [NEVER, 30]


# ---------------------------------------------------------------- earnings limit


def test_below_the_limit_all_is_kept_and_hours_lie_at_the_kink() -> None:
    free = np.array([0.0, 3.7, 0.4, 20.0])
    assert chosen_hours(free, 8).tolist() == [8, 3, 1, 8]
    assert kept_share(free[1:], 8) == pytest.approx(np.array([3.7 / 8, 0.05, 1.0]))


def test_a_limit_sets_off_what_is_above_it_and_nothing_below() -> None:
    """The hours that 2,000 kr. a month pay for are free; each hour above costs what it earns."""
    made = after(1, 0.005, ("ordinary_hours__free_earnings_kr_month", FrozenGroups({FAR: 2000.0})))
    hours, pay = made.world.rules["ordinary_hours"], made.world.rules["payments"]
    assert made.world.law is not None
    wage = made.world.law.now["wages.by_education_kr_year"][0, 0] / (WEEKS_A_YEAR * 37)
    free = 2000.0 * 12 / WEEKS_A_YEAR / wage
    assert pay.free[0, FAR_GROUP] == round(free * 10_000)
    assert pay.free[0, Group.KONTANTHJAELP_JOB_READY] == 0
    assert set(pay.set_off_above.tolist()) == {12_500}  # 1 / (1 - 0.2)
    assert hours.chosen[0, FAR_GROUP] == math.floor(free)
    assert hours.answer[0, FAR_GROUP] == pytest.approx([(free / 8 / 0.2) ** 0.3, (1 / 0.2) ** 0.3])
    assert set(hours.answer[0, Group.KONTANTHJAELP_JOB_READY].tolist()) == {1.0}
    k, now = made.world.clients.settled, made.world.now
    row = int(np.flatnonzero((k.spell.group == FAR_GROUP) & (k.state != NOBODY))[0])
    k.contact.sanction_until[row] = NEVER
    paid = []
    for worked in (0, int(free), 8):
        k.contact.ordinary_hours[row] = worked
        paid.append(_after_deductions(row, now, 100_000, k, pay))
    above = (8 - free) * 1.25  # hours set off in full, where today's eight count at 0.8
    assert paid[:2] == [100_000, 100_000]
    assert paid[2] == pytest.approx(100_000 * (1 - above / 37), abs=20)
