"""The two baselines: what is decided by when, nothing is done twice, and every text says which it is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from small_worlds import columns, different, world
from typer.testing import CliRunner

from jobvej.cli import app
from reforms import catalogue, check, load
from reforms.check import data_ids
from reforms.scenario import comparison_plan
from sim.errors import InputError
from sim.parameters import ParameterSet, load_parameters
from sim.parameters.baselines import BASELINES, DEFAULT, NOW, TITLES, decided, still_to_come
from sim.parameters.dated import differ_between

FIRST, LAST = date(2012, 1, 2), date(2025, 12, 29)
SAVING = "staffing.planned_saving_mio_kr"


def now() -> ParameterSet:
    return load_parameters(baseline=NOW)


def test_the_default_is_what_the_files_say() -> None:
    assert DEFAULT == "law-2024"
    assert load_parameters(baseline=DEFAULT).digest() == load_parameters().digest() != now().digest()


def test_both_are_the_same_law_until_the_end_of_2025() -> None:
    files, later = load_parameters(), now()
    for name in files.names:
        assert not differ_between(files.paths(name), later.paths(name), FIRST, LAST), name


@pytest.mark.parametrize(
    ("name", "part", "day", "before", "after"),
    [
        ("supervision.focus_targets_in_force", None, date(2026, 1, 26), 1, 1),
        ("supervision.focus_targets_in_force", None, date(2026, 2, 2), 1, 0),
        ("contact.minimum_share", "dagpenge", date(2026, 6, 29), 1, 1),
        ("contact.minimum_share", "dagpenge", date(2026, 7, 6), 1, 0.75),
        ("contact.minimum_share", "kontanthjaelp_activity_ready", date(2026, 7, 6), 1, 1),
        ("activation.minimum_share", "kontanthjaelp_job_ready", date(2026, 7, 6), 1, 0.75),
        ("contact.interviews_first_26_weeks", "dagpenge", date(2026, 7, 6), 3, 2),
        ("contact.interviews_first_26_weeks", "kontanthjaelp_job_ready", date(2026, 7, 6), 4, 4),
        ("contact.a_kasse_interviews", None, date(2026, 7, 6), 3, 2),
        ("early_effort.in_force", None, date(2026, 7, 6), 1, 0),
        ("clarification.ressourceforloeb_open", None, date(2026, 7, 6), 1, 0),
        ("settlement.course_cap_kr_person", None, date(2026, 1, 5), 0, 10602),
        (SAVING, None, date(2030, 1, 7), 0, 2700),
        ("ageing.pension_age", None, date(2029, 12, 31), 67, 67),
        ("ageing.pension_age", None, date(2030, 1, 7), 68, 68),
        ("ageing.pension_age", None, date(2035, 1, 1), 69, 69),
        ("ageing.pension_age", None, date(2040, 1, 2), 69, 70),
    ],
)
def test_each_decision_holds_from_its_day(
    name: str, part: str | None, day: date, before: float, after: float
) -> None:
    for parameters, expected in ((load_parameters(), before), (now(), after)):
        at = parameters[name].components.index(part) if part else 0
        assert parameters.in_force(name, day)[at] == expected


def test_every_later_decision_takes_effect_and_names_its_source() -> None:
    for each in decided():
        assert each.source.title
        assert each.source.url
        assert set(each.source.ids) <= data_ids()
        assert each.change.start >= date(2025, 1, 1)
        files, later = load_parameters().paths(each.change.name), now().paths(each.change.name)
        assert differ_between(files, later), each.change.parameter


def test_the_second_phase_is_no_law() -> None:
    phase_2 = load("agreement-2025-phase-2")
    assert still_to_come(phase_2.changes, now()) == phase_2.changes
    assert phase_2.first_change == date(2027, 1, 1)
    assert SAVING not in {change.name for change in phase_2.changes}


def test_a_reform_can_begin_on_another_day() -> None:
    drafted, later = load("agreement-2025-phase-2"), load("from:agreement-2025-phase-2@2028-07-03")
    days = date(2028, 7, 3) - date(2027, 1, 1)
    moved = [[day + days for day, _ in change.values] for change in drafted.changes]
    assert [[day for day, _ in change.values] for change in later.changes] == moved
    untils = [change.until + days for change in drafted.changes if change.until]
    assert [change.until for change in later.changes if change.until] == untils
    with pytest.raises(InputError, match="no date"):
        load("from:agreement-2025-phase-2")
    with pytest.raises(InputError, match="2000 to 2100"):
        load("from:agreement-2025-phase-2@2099")


IN_LAW_NOW = [
    reform.name for reform in catalogue() if reform.already_law and reform.name.startswith("agreement-2025")
]


@pytest.mark.parametrize("name", ["no-focus-targets", *IN_LAW_NOW])
def test_what_is_law_is_told_to_be_law_and_not_done_twice(name: str) -> None:
    assert still_to_come(load(name).changes, now()) == ()
    with pytest.raises(InputError, match=f"'{name}' is already law under the baseline law-now"):
        comparison_plan(name, baseline=NOW)
    assert comparison_plan(name).scenarios[1].changes
    (found,) = check([name], now())
    assert (found.severity, "already law" in str(found)) == ("error", True)


def test_a_package_runs_with_what_is_left_of_it() -> None:
    plan = comparison_plan("headline", baseline=NOW)
    told = plan.definition["scenarios"][1]
    assert told["held_by_baseline"] == ["supervision.focus_targets_in_force"]
    names = {change.name for change in plan.scenarios[1].changes}
    assert names == {change.name for change in load("headline").changes} - set(told["held_by_baseline"])


def test_a_saving_replaces_the_agreements_and_never_adds_to_it() -> None:
    both = now().with_changes(load("cut-3bn").changes)
    assert [both.in_force(SAVING, date(year, 1, 7))[0] for year in (2026, 2028, 2030)] == [600, 1800, 3000]
    for other in ("agreement-2025-saving", "agreement-2025"):
        with pytest.raises(InputError, match=SAVING):
            load(f"cut-3bn+{other}")


def test_the_manifest_and_the_command_say_which_law() -> None:
    plans = {name: comparison_plan("cut-3bn", baseline=name, end="2026-W10") for name in BASELINES}
    for name, plan in plans.items():
        assert plan.definition["baseline"] == name
        assert f"--baseline {name} " in plan.command
        assert plan.tasks[0].parameters().digest() == load_parameters(baseline=name).digest()
    titles = {plan.definition["scenarios"][0]["title"]["en"] for plan in plans.values()}
    assert titles == {TITLES[name]["en"] for name in BASELINES}
    keys = [task.key for plan in plans.values() for task in plan.tasks]
    assert len(set(keys)) == len(keys) == 2 * len(BASELINES)


@pytest.mark.parametrize(("name", "said"), [("law-nwo", "Did you mean"), ("2024", "law-2024, law-now")])
def test_another_name_is_refused(name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        comparison_plan("cut-3bn", baseline=name)
    with pytest.raises(InputError, match="unknown baseline"):
        load_parameters(baseline=name)


def test_worlds_under_the_two_laws_are_one_until_the_first_difference() -> None:
    old, new = (
        world(load_parameters(baseline=name), start="2025-W50", end="2026-W10", scale=0.002)
        for name in (DEFAULT, NOW)
    )
    for market in (old, new):
        market.run(until=3)
    assert different(columns(old), columns(new)) == []
    for market in (old, new):
        market.run()
    before, after = old.world.law, new.world.law
    assert before is not None
    assert after is not None
    assert np.any(before.now["supervision.focus_targets_in_force"] == 1.0)
    assert np.all(after.now["supervision.focus_targets_in_force"] == 0.0)


def shown(*words: str) -> str:
    found = CliRunner().invoke(app, ["params", "show", *words])
    assert found.exit_code == 0, found.output
    return found.output


def test_the_law_of_a_day_is_printed_with_its_source() -> None:
    said = shown("contact.minimum_share", "--at", "2026-07-01")
    old, new = said.split("law-now (")
    assert "dagpenge 1, " in old
    assert "REFORM" not in old
    assert "dagpenge 0.75, " in new
    assert "from 2026-07-01" in new
    assert "CON-20" in new
    assert "begins in 2026-W28" in new  # 1 July 2026 is a Wednesday
    same = shown("benefits.dagpenge_max_kr_month", "--at", "2025-03-01")
    assert "21092 kr. per month, from 2025-01-01" in same
    assert "DP-25-1" in same
    assert "DP-24-1" not in same
    assert "law-now: the same." in same


def test_check_speaks_of_the_last_week_and_of_days_between_two_mondays(tmp_path: Path) -> None:
    def found(values: str, baseline: str = DEFAULT) -> list[str]:
        file = tmp_path / "mine.yaml"
        file.write_text(
            "name: mine\ntitle: {en: Mine all, da: Min æøå}\nauthor: me\n"
            "summary: {en: s, da: s}\nwhy: {en: w, da: w}\nsource: {title: t}\ntheme: contact\nchanges:\n"
            f"  - {{parameter: benefits.dagpenge_max_kr_month, operation: set, values: {{{values}}}}}\n",
            encoding="utf-8",
        )
        return [str(each) for each in check([file], load_parameters(baseline=baseline))]

    (undone,) = found("2024-07-01: 21000")  # 21,000 over 20,359 is 1.031
    assert "21092 from 2025-01-01; 22041 from 2026-01-01" in undone
    assert "index it with the law: 'operation: multiply', 2024-07-01: 1.031" in undone
    last = date(2030, 12, 23)  # the Monday of 2030-W52
    (only,) = found(f"{last}: 21000")
    assert "the last week of the run alone (2030-W52)" in only
    (never,) = found(f"{last + timedelta(days=1)}: 21000")
    assert never.startswith("error")
    between = found("2030-01-08: 21000, 2030-01-10: 21500")  # a Tuesday and the Thursday after it
    assert any("the step of 2030-01-08 never takes effect" in each for each in between)
