"""Targets under the law of their year, and what the law on interviews asks for and gets first."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_worlds import changed, laid_by, world

from calibration.moments import Observed, measure_target
from calibration.observing import ObservedRun, under_other_laws
from calibration.targets import load_targets, read_targets
from calibration.targets.laws import LARGEST_SCALE, load_laws, read_laws, under_law
from sim import LabourMarket
from sim.engine.draws import make_key, normals
from sim.errors import InputError
from sim.mechanisms import casework, contact, early_effort, supervision
from sim.parameters import load_parameters
from sim.rules.contact_law import intervals
from sim.states import NOBODY, State
from sim.vocabulary import Barrier, Health, Task
from sim.world.columns import NEVER
from sim.world.copying import copy_world

DAY = date(2024, 1, 1)

LAW = """\
as-in-2019:
  label: L
  label_da: L
  settings:
    contact.a_kasse_weeks: 0
    {setting}: 6
  note: N
  sources: [{{title: T, publisher: P, year: 2018, locator: L, url: 'https://example.org'}}]
"""
TARGET = """\
X1:
  label: Something
  label_da: Noget
  value: 10
  unit: persons
  period: '2019'
  definition: counted
  measure: stock
  law: {law}
  with: {{group: dagpenge}}
  compared: the same
  comparable: full
  source: {{title: T, publisher: P, year: 2023, url: 'https://example.org', ids: [X1]}}
  confidence: high
"""


@cache
def _begun() -> LabourMarket:
    made = world(end="2024-W40", scale=0.01)
    for _ in range(4):
        made.step()
    made.world.clients.settle(made.world.people.calendar.row)
    return made


def begun() -> LabourMarket:
    """A small world of one's own after its first weeks."""
    return copy_world(_begun())


# targets ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("contact.a_kasse_week", r"laws.yaml:6: as-in-2019: unknown parameter 'contact.a_kasse_week'.*weeks"),
        ("contact.interviews_first_26_weeks[dagpeng]", r"laws.yaml:6: .*no component 'dagpeng'.*dagpenge"),
    ],
)
def test_a_law_that_sets_what_there_is_not_is_refused(tmp_path: Path, setting: str, said: str) -> None:
    file = tmp_path / "laws.yaml"
    file.write_text(LAW.format(setting=setting), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_laws(file)


def test_a_target_under_an_unknown_law_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "stocks.yaml"
    file.write_text(TARGET.format(law="contact-2091"), encoding="utf-8")
    with pytest.raises(InputError, match=r"stocks.yaml:9: X1: 'contact-2091' is no law.*contact-2019"):
        read_targets(file)


def test_what_was_counted_in_2019_is_under_the_law_of_2019() -> None:
    for name, target in load_targets().items():
        if target.period == "2019" and target.group == "contact":
            assert target.law == "contact-2019", name


def test_the_settings_hold_over_everything_else_and_for_the_whole_run() -> None:
    changed = under_law(load_parameters(), "contact-2019")
    for day in (date(2023, 12, 31), DAY, date(2030, 1, 1)):
        asked = changed.in_force("contact.interviews_first_26_weeks", day)
        at = changed["contact.interviews_first_26_weeks"].components.index("dagpenge")
        assert asked[at] == 6
        assert changed.in_force("contact.a_kasse_weeks", day)[0] == 0


def test_a_target_is_measured_in_the_world_under_its_law(tmp_path: Path) -> None:
    file = tmp_path / "stocks.yaml"
    file.write_text(TARGET.format(law="contact-2019"), encoding="utf-8")
    target = read_targets(file)["X1"]

    def seen(value: float) -> Observed:
        row = {"period": "2025", "municipality": 0, "group": "dagpenge", "measure": "stock", "value": value}
        return Observed(pd.DataFrame([row]), 2025)

    assert np.isnan(measure_target(seen(1.0), target))
    assert measure_target(seen(1.0)._replace(under={"contact-2019": seen(2.0)}), target) == 2.0
    assert measure_target(seen(1.0), target.model_copy(update={"law": None})) == 1.0


def test_the_other_worlds_are_small_and_differ_by_the_law_alone() -> None:
    run = ObservedRun(load_parameters(), 520, 0.5, seed=3, replicate=1)
    (other,) = under_other_laws(run).values()
    assert (other.seed, other.replicate, other.weeks, other.scale) == (3, 1, 104, LARGEST_SCALE)
    changed = {
        name
        for name in run.parameters.names
        if run.parameters.in_force(name, DAY) != other.parameters.in_force(name, DAY)
    }
    assert changed <= {name.partition("[")[0] for name in load_laws()["contact-2019"].settings}


# what the law asks for --------------------------------------------------------------------------------------


def test_the_first_interview_and_the_next_are_as_the_law_of_the_year_has_them() -> None:
    today, then = world(), world(under_law(load_parameters(), "contact-2019"))
    rules = [each.terms.first_law(each.world.codes, each.world.decisions) for each in (today, then)]
    found = [contact.rules(each) for each in rules]
    dagpenge, sick, resource = 0, 5, 7
    assert [r.within[0, dagpenge] for r in found] == [13, 4]
    assert [r.interval_first[0, dagpenge] for r in found] == pytest.approx([13 / 3, 26 / 6])
    assert [r.interval_after[0, dagpenge] for r in found] == [0, 13]
    # the sick: four in the first half year from week 8 on, which is every six weeks; then by need
    assert (found[0].within[0, sick], found[0].interval_first[0, sick]) == (8, 6.0)
    assert found[0].interval_after[0, sick] == 0
    # until the end of 2023, by what was read of it: every four weeks from week 8 on
    old = intervals(load_parameters().at(date(2023, 12, 25), today.world.codes))
    assert (old[0][0, sick], old[1][0, sick]) == (4.0, 4)
    # four at even distances fit in the first half year
    r = found[0]
    assert r.within[0, resource] + 3 * r.interval_first[0, resource] <= 26


def test_the_mean_distance_of_interviews_is_the_laws_over_the_share_that_does_not_lapse() -> None:
    made = begun()
    k, r = made.world.clients.settled, made.world.rules["statutory_contact"]
    here = np.flatnonzero(k.state != NOBODY)
    for interval in (13 / 3, 4.0):
        weeks = [contact._weeks_to_next(i, interval, made.world.now, k, r) for i in here.tolist()]
        assert np.mean(weeks) == pytest.approx(interval / (1 - 0.17), rel=0.05)
    all_held = r._replace(lapsed=np.zeros_like(r.lapsed))
    even = np.array([contact._weeks_to_next(i, 4.5, made.world.now, k, all_held) for i in here.tolist()])
    assert set(even) == {4, 5}
    assert even.mean() == pytest.approx(4.5, abs=0.05)


def test_nobody_is_called_in_unasked_before_or_near_an_interview_that_the_law_plans() -> None:
    made = begun()
    k, now = made.world.clients.settled, made.world.now
    r = made.world.rules["statutory_contact"]
    i = int(np.flatnonzero(k.state == State.SYGEDAGPENGE)[0])
    c = k.contact
    k.programme.kind[i] = 0
    cases = [  # next due, held, last, called
        (now.week + 6, 0, NEVER, False),  # the first is planned
        (now.week + 3, 1, now.week - 8, False),  # the next is near
        (now.week + 6, 1, now.week - 8, True),
        (NEVER, 1, now.week - 8, True),  # by need
        (NEVER, 1, now.week - 2, False),  # just met
        (now.week - 1, 0, NEVER, True),  # the law's has been let pass
    ]
    for due, held, last, called in cases:
        c.next_due[i], c.held[i], c.last_interview[i] = due, held, last
        assert contact._may_be_called(i, now, k, r) == called


def test_interviews_of_the_country_are_near_those_of_the_law_of_2022() -> None:
    """F28: 1.7 m in 2022, when the jobcentres held them all, the a-kasser none.

    In a world of 2025's size.  There were 2.1 m with the sick met every fourth week for as long as they were
    ill and everybody called in unasked each month.
    """
    made = world(under_law(load_parameters(), "contact-2022"), scale=0.02, end="2025-W52")
    made.run()
    table = made.outcomes()
    held = table[(table["period"] == "2025") & (table["municipality"] == 0)]
    by = {name: held[held["measure"] == name]["value"].sum() for name in ("interviews", "interviews_a_kasse")}
    assert by["interviews_a_kasse"] == 0.0
    assert by["interviews"] == pytest.approx(1.7e6, rel=0.12)


# the law first ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "share", "more", "found"),
    [
        ([100.0, 0.0], 1.0, 0.0, [90.0, 0.0]),  # more than there is: all of it
        ([30.0, 0.0], 1.0, 0.0, [30 + 60 * 60 / 90, 60 * 30 / 90]),  # the rest as it was
        ([30.0, 0.0], 0.5, 0.0, [0.5 * (60 + 70), 0.5 * (30 + 20)]),
        ([0.0, 0.0], 1.0, 0.0, [60.0, 30.0]),
        ([100.0, 0.0], 1.0, 10.0, [100.0, 0.0]),  # ten minutes that other houses have laid by
        ([30.0, 0.0], 1.0, -30.0, [30 + 30 * 60 / 90, 30 * 30 / 90]),  # thirty that this one lays by
        ([30.0, 0.0], 0.5, -30.0, [0.5 * (60 + 50), 0.5 * (30 + 10)]),
    ],
)
def test_hours_of_a_house_go_first_where_the_law_asks(
    asked: list[float], share: float, more: float, found: list[float]
) -> None:
    cw = begun().world.caseworkers
    m = int(np.argmax(np.diff(cw.first)))
    houses = cw.first.size - 1
    here = slice(cw.first[m], cw.first[m + 1])
    law = np.zeros(cw.minutes.size)
    cw.budget[here] = 0.0  # everybody else is absent
    j = cw.first[m]
    cw.budget[j : j + 2], law[j : j + 2] = [60.0, 30.0], asked
    law[j + 2] = 500.0  # of whose clients the law asks, but who is not there
    others = np.delete(np.arange(cw.minutes.size), np.arange(here.start, here.stop))
    before = cw.budget[others].copy()
    minutes, by_law = np.empty(houses), np.empty(houses)
    casework._asked_of_houses(cw, law, minutes, by_law)
    assert (minutes[m], by_law[m]) == (90.0, sum(asked))
    changed = np.zeros(houses)
    changed[m] = more
    casework._law_over_teams(cw, np.full(houses, share), law, minutes, by_law, changed)
    assert cw.budget[j : j + 2] == pytest.approx(found)
    assert cw.budget[here].sum() == pytest.approx(90.0 + share * more)
    assert np.array_equal(cw.budget[others], before)


def test_a_sample_lays_by_what_luck_leaves_and_no_more_than_it_may() -> None:
    luck = np.array([30.0, -50.0, 10.0])
    assert casework.borrowed(luck, 0.0, 100.0) == pytest.approx(luck)  # ten more are laid by
    assert casework.borrowed(luck, 95.0, 100.0) == pytest.approx([30.0, -45.0, 10.0])  # 100 at most
    # 40 wanted, 100 owed already: as much as others lay by
    assert casework.borrowed(np.array([30.0, -20.0, 10.0]), -100.0, 100.0) == pytest.approx([15, -20, 5])
    assert casework.borrowed(np.array([30.0, 10.0]), -100.0, 100.0) == pytest.approx([0.0, 0.0])


def test_a_post_that_stands_for_many_loses_the_share_of_them_who_are_sick() -> None:
    made = world(scale=0.01)
    now = made.world.now
    one = [casework._present(who, 1, 0.1, now) for who in range(2000)]
    many = [casework._present(who, 100, 0.1, now) for who in range(2000)]
    assert set(one) == {0.0, 1.0}
    assert np.mean(one) == pytest.approx(0.9, abs=0.02)
    assert np.mean(many) == pytest.approx(0.9, abs=0.002)
    assert np.std(many) == pytest.approx(np.sqrt(0.1 * 0.9 / 100), rel=0.1)


def test_tasks_that_come_together_are_no_overload_and_those_beyond_the_hours_are() -> None:
    made = world(scale=0.01, end="2024-W40")
    cw = made.world.caseworkers
    made.run(until=30)
    assert cw.backlog.sum() > 20 * 60 * 0.01 * 100  # small houses: some tasks always wait
    assert cw.overload.sum() < 0.01 * cw.backlog.sum()
    little = world(changed(DAY, **{"casework.backlog_share": 0.01}), scale=0.01, end="2024-W40")
    little.run(until=30)
    cw = little.world.caseworkers
    assert cw.overload.sum() > 0.7 * cw.backlog.sum()
    assert (cw.overload <= cw.backlog + 1e-6).all()


def test_tasks_of_a_year_sum_to_the_hours_that_are_present() -> None:
    made = world(scale=0.01, end="2024-W40")
    cw, worked, present = made.world.caseworkers, 0.0, 0.0
    sick = load_parameters().in_force("casework.sick_share", DAY)[0]
    for week in range(30):
        made.step()
        if week == 3:
            start, worked_before = cw.carried.sum() + laid_by(made).sum(), made.world.tally.minutes.sum()
        elif week > 3:
            present += (cw.minutes * cw.active).sum()
    worked = made.world.tally.minutes.sum() - worked_before
    present *= 1 - sick
    saved = cw.carried.sum() + laid_by(made).sum() - start
    # who is sick is drawn: half a per cent is three standard deviations of it
    assert worked + saved == pytest.approx(present, rel=0.005)


# consequences -----------------------------------------------------------------------------------------------


def test_as_many_municipalities_cross_a_limit_in_a_sample_as_in_denmark() -> None:
    key, who = make_key(1, 0), np.arange(20_000, dtype=np.uint32)
    z = [normals(key, purpose, who, 0) for purpose in (901, 902, 903, 904, 905)]
    e, spread, persons = 0.2, 0.03, 400.0
    own_luck = e * (1 - e) / persons
    everybody = e + spread * z[0] + np.sqrt(own_luck) * z[1]
    expected, differences = np.full(who.size, e), (z[3], z[4])
    for scale in (0.01, 0.2):
        n = persons * scale
        sample = everybody + np.sqrt(e * (1 - e) / n * (1 - scale)) * z[2]
        number = np.full(who.size, n)
        if n >= 1:
            found = supervision.as_in_denmark(sample, expected, number, spread, scale, differences)
            assert found.std() == pytest.approx(everybody.std(), rel=0.03)
            assert (found > 0.25).mean() == pytest.approx((everybody > 0.25).mean(), rel=0.15)
    all_ = np.full(who.size, persons)
    assert supervision.as_in_denmark(everybody, expected, all_, spread, 1.0, differences) == pytest.approx(
        np.clip(everybody, 0.0, 1.0)
    )


def test_early_effort_is_followed_up_where_too_few_have_had_the_interviews() -> None:
    limit = np.full(3, 0.8)
    met, number = np.array([79.0, 81.0, 100.0]), np.array([100.0, 100.0, 100.0])
    assert early_effort.chance_below(met, number, limit, 0.05, 1.0) == pytest.approx([1.0, 0.0, 0.0])
    few = early_effort.chance_below(np.array([8.0, 0.0]), np.array([10.0, 0.0]), limit[:2], 0.05, 0.001)
    assert few == pytest.approx([0.5, 0.5])  # at the limit; not known


def test_an_answer_to_the_state_waits_among_the_tasks_at_the_scale_of_the_run() -> None:
    made = begun()
    w = made.world
    rules = w.rules["early_effort"]
    asked = rules._replace(limit=np.full_like(rules.limit, 2.0))  # nobody can have enough
    before = w.caseworkers.backlog_task.copy()
    w.now = w.now._replace(week_of_year=27)
    early_effort.follow_up.do(w, asked)
    more = w.caseworkers.backlog_task - before
    assert more[:, Task.COMPLAINTS] == pytest.approx(np.full(len(w.codes), 3000 * w.scale))
    assert more.sum() == pytest.approx(more[:, Task.COMPLAINTS].sum())
    no_law = asked._replace(in_force=np.zeros_like(rules.in_force))
    early_effort.follow_up.do(w, no_law)
    assert (w.caseworkers.backlog_task - before).sum() == pytest.approx(more.sum())


def test_without_interviews_in_the_law_nobody_is_missed() -> None:
    made = begun()
    w, r = made.world, made.world.rules["early_effort"]
    number, met = np.zeros(len(w.codes)), np.zeros(len(w.codes))
    early_effort._count(w.now, w.clients.settled, r._replace(enough=np.zeros_like(r.enough)), number, met)
    assert number.sum() == met.sum() == 0.0


# a lasting caseload -----------------------------------------------------------------------------------------


def test_a_caseload_that_lasts_wears_off_for_the_long_term_unemployed_alone() -> None:
    from sim.rules import effort

    made = begun()
    w = made.world
    k, cw, r = w.clients.settled, w.caseworkers, w.rules["caseload_effect"].caseload
    i = int(np.flatnonzero((k.state == State.DAGPENGE) & (k.contact.caseworker >= 0))[0])
    j = k.contact.caseworker[i]
    cw.ease[j], cw.lasting_ease[j] = 0.5, 0.4
    k.condition.health[i], k.person.barrier[i] = Health.WELL, Barrier.NONE
    of_long = r.effect[1]
    k.spell.course_start[i] = w.now.week - 52  # has just become long-term unemployed
    assert effort.caseload_effect(i, w.now, k, cw, r) == pytest.approx(of_long * 0.5)
    k.spell.course_start[i] = w.now.week - 62  # ten weeks later: 37 per cent of what lasts is left
    expected = of_long * (0.5 - 0.4 * (1 - np.exp(-1.0)))
    assert effort.caseload_effect(i, w.now, k, cw, r) == pytest.approx(expected)
    k.spell.course_start[i] = w.now.week - 10  # close to work: all of it
    assert effort.caseload_effect(i, w.now, k, cw, r) == pytest.approx(r.effect[0] * 0.5)
