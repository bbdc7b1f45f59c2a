"""Packages under stress: what each stress is, and one table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from decide_fake_world import FormulaWorld

import jobvej
from reforms.decide.paired import pairs_of
from reforms.decide.stress import LAYOFF_OF, second_phase_left_out, stressed
from sim.errors import InputError
from sim.runs.options import DESIGN

ONE: dict[str, Any] = {"draws": 1, "replicates": 1, "scale": 0.01, "quiet": True, "end": "2030-W52"}


def test_the_second_phase_is_what_begins_in_2027_and_the_saving_is_passed() -> None:
    changes = jobvej.load_reform("agreement-2025").changes
    first = second_phase_left_out(changes)
    left_out = {change.name for change in changes} - {change.name for change in first}
    assert "target_groups.effort_group" in left_out
    assert "staffing.planned_saving_mio_kr" in {change.name for change in first}
    assert all(change.start < date(2027, 1, 1) or change.name.startswith("staffing.") for change in first)


def test_both_worlds_have_what_is_not_the_packages_doing() -> None:
    changes = jobvej.load_reform("cut-3bn").changes
    layoff = jobvej.load_reform(LAYOFF_OF).changes
    cases = {case.name.split(" | ")[1]: case for case in stressed("cut-3bn", changes, layoff)}
    assert "no-second-phase" not in cases  # it has none to lose
    pairs = {
        pair.case.name.split(" | ")[1]: pair for pair in pairs_of(list(cases.values()), DESIGN.but(**ONE))
    }
    assert pairs["layoff"].without.changes == layoff
    assert pairs["recession"].without.demand == pairs["recession"].with_it.demand == "recession"
    short = pairs["short-of-staff"]
    assert short.without.key == pairs["plain"].without.key
    day = short.with_it.parameters().in_force("staffing.extra_caseworkers_share", date(2028, 7, 1))
    assert day == (-0.1,)


def test_one_table_of_packages_and_stresses(tmp_path: Path) -> None:
    found = jobvej.stress(["cut:2bn", "refund-change"], out=tmp_path, make_world=FormulaWorld, **ONE)
    wide = found.wide("self_support")
    # in the formula an interview does twice as much in a recession, a boom and a layoff change nothing
    assert wide.loc["cut:2bn", "recession"] == pytest.approx(2.0 * wide.loc["cut:2bn", "plain"])
    assert wide.loc["cut:2bn", "boom"] == wide.loc["cut:2bn", "layoff"] == wide.loc["cut:2bn", "plain"]
    assert list(wide.columns) == ["plain", "recession", "boom", "layoff", "short-of-staff"]
    assert found.about["command"].startswith("jobvej stress --reform cut:2bn")


def test_a_layoff_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="--layoff is 'cut:1bn'"):
        jobvej.stress("cut:1bn", layoff="cut:1bn")
