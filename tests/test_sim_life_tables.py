"""Durations: the life table is Kaplan and Meier's estimator, and the counters hold every spell's weeks."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from small_worlds import world

from sim.outcomes.life_tables import band_duration, mean_of, median_of, share_over, survival
from sim.outcomes.spells import BANDS, LIFE_TABLE_WEEKS, SPELL_GROUPS
from sim.states import STATES


def simulated_spells(seed: int, n: int = 4000) -> pd.DataFrame:
    """Spells with falling hazards, seen from some week on (``entry``), some still running when last seen."""
    rng = np.random.default_rng(seed)
    full = 1 + np.floor(rng.weibull(0.8, n) * 40).astype(int)
    entry = rng.integers(0, 30, n) * rng.integers(0, 2, n)
    last = entry + rng.integers(1, 150, n)
    seen = pd.DataFrame({"entry": entry, "weeks": np.minimum(full, last), "ended": full <= last})
    return seen[full > entry]


def counters(spells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Spells that ended in each week, and spells at risk in it, counted one by one."""
    exits, at_risk = np.zeros(LIFE_TABLE_WEEKS, int), np.zeros(LIFE_TABLE_WEEKS, int)
    for spell in spells.itertuples():
        at_risk[spell.entry : spell.weeks] += 1
        exits[spell.weeks - 1] += spell.ended
    return exits, at_risk


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_life_table_is_kaplan_meier(seed: int) -> None:
    spells = simulated_spells(seed)
    spells = spells[spells["weeks"] <= LIFE_TABLE_WEEKS]
    exits, at_risk = counters(spells)
    fitted = KaplanMeierFitter().fit(spells["weeks"], spells["ended"], entry=spells["entry"])
    weeks = np.arange(1, LIFE_TABLE_WEEKS + 1)
    expected = fitted.survival_function_at_times(weeks).to_numpy()
    found = survival(exits, at_risk)
    seen = int(np.argmin(at_risk > 0))  # the first week of a spell in which nobody was
    assert seen > 150
    assert found[:seen] == pytest.approx(expected[:seen], abs=1e-9)
    assert median_of(found) == fitted.median_survival_time_
    for week in (26, 52, 104):
        assert share_over(found, week) == pytest.approx(fitted.predict(week))
    assert mean_of(expected) == pytest.approx(1 + sum(expected[:207]))


def test_the_mean_of_a_constant_hazard_is_its_inverse() -> None:
    at_risk = np.full(LIFE_TABLE_WEEKS, 1000)
    exits = np.full(LIFE_TABLE_WEEKS, 100)
    assert mean_of(survival(exits, at_risk)) == pytest.approx(10.0, abs=1e-6)
    lengths = np.diff([0, *BANDS])
    local = band_duration((lengths * 1000 * 0.05)[None, :], (lengths * 1000)[None, :])
    assert local == pytest.approx([20.0], rel=1e-3)


def test_nobody_leaves_is_the_whole_table() -> None:
    found = survival(np.zeros(LIFE_TABLE_WEEKS), np.ones(LIFE_TABLE_WEEKS))
    assert mean_of(found) == 208.0
    assert median_of(found) == math.inf  # more than half last longer than is followed
    assert [share_over(found, weeks) for weeks in (26, 52, 104)] == [1.0, 1.0, 1.0]


def test_where_nobody_was_nothing_is_known() -> None:
    nobody = np.zeros(LIFE_TABLE_WEEKS, int)
    found = survival(nobody, nobody)
    assert np.isnan(found).all()
    assert all(math.isnan(x) for x in (mean_of(found), median_of(found), share_over(found, 26)))
    assert np.isnan(band_duration(np.zeros((2, len(BANDS))), np.zeros((2, len(BANDS))))).all()


def test_what_is_known_ends_with_the_last_band_in_which_somebody_was() -> None:
    """Spells seen for half a year, of which a tenth ends each week: 0.9^26 = 6 % go where nobody was seen."""
    at_risk, exits = np.zeros(LIFE_TABLE_WEEKS, int), np.zeros(LIFE_TABLE_WEEKS, int)
    at_risk[:26], exits[:26] = 1000, 100
    found = survival(exits, at_risk)
    assert found[25] == pytest.approx(0.9**26)
    assert np.isnan(found[26:]).all()
    assert math.isnan(mean_of(found))
    assert median_of(found) == 7  # 0.9^7 = 0.48
    assert share_over(found, 26) == pytest.approx(0.9**26)
    assert math.isnan(share_over(found, 52))


def test_the_few_who_last_longer_than_anybody_seen_go_on_as_before() -> None:
    """0.8^26 = 0.3 % of spells go where nobody was seen: the mean is that of the constant hazard, 5 weeks."""
    at_risk, exits = np.zeros(LIFE_TABLE_WEEKS, int), np.zeros(LIFE_TABLE_WEEKS, int)
    at_risk[:26], exits[:26] = 1000, 200
    assert mean_of(survival(exits, at_risk)) == pytest.approx(5.0, abs=1e-6)


def test_a_week_in_which_nobody_was_has_the_hazard_of_its_band() -> None:
    at_risk, exits = np.full(LIFE_TABLE_WEEKS, 1000), np.full(LIFE_TABLE_WEEKS, 50)
    gaps = [6, 30, 31, 77, 130]
    at_risk[gaps] = exits[gaps] = 0
    assert survival(exits, at_risk) == pytest.approx(0.95 ** np.arange(1, LIFE_TABLE_WEEKS + 1))


def test_more_than_half_are_left_when_what_is_known_ends() -> None:
    at_risk, exits = np.zeros(LIFE_TABLE_WEEKS, int), np.zeros(LIFE_TABLE_WEEKS, int)
    at_risk[:26], exits[:26] = 1000, 10
    assert math.isnan(median_of(survival(exits, at_risk)))


def test_a_municipality_where_nobody_was_long_enough_has_no_mean() -> None:
    weeks = np.array([[400, 900, 1300, 0, 0, 0], [400, 900, 1300, 0, 0, 0], [0] * 6])
    exits = np.array([[80, 180, 260, 0, 0, 0], [8, 18, 26, 0, 0, 0], [0] * 6])
    fast, slow, empty = band_duration(exits, weeks)
    assert fast == pytest.approx(5.0, rel=1e-3)  # exp(-0.2 * 26) = 0.6 % are left
    assert math.isnan(slow)  # 59 % are
    assert math.isnan(empty)


def test_the_counters_hold_every_week_of_every_logged_spell() -> None:
    """Exposure and exits of the life tables, rebuilt from the spell table, spell by spell."""
    made = world(end="2024-W40", scale=0.01)
    for _ in range(30):
        made.step()
    assert made.world.log.threshold == 1.0, "all spells must be logged"
    table = made.spells_table()
    first = {(made.start + week).label: week for week in range(-6000, 40)}
    start = table["start_week"].map(first).to_numpy()
    for group, at in SPELL_GROUPS.items():
        mine = table["group"] == group
        exits, at_risk = np.zeros(LIFE_TABLE_WEEKS, int), np.zeros(LIFE_TABLE_WEEKS, int)
        for began, weeks, ended in zip(start[mine], table["weeks"][mine], table["ended"][mine], strict=True):
            lived = np.arange(max(0, -began), weeks)  # weeks of the spell that were lived in the run
            np.add.at(at_risk, np.minimum(lived, LIFE_TABLE_WEEKS - 1), 1)
            exits[min(max(weeks - 1, 0), LIFE_TABLE_WEEKS - 1)] += ended
        assert made.world.tally.exits[at].tolist() == exits.tolist(), group
        assert made.world.tally.at_risk[at].tolist() == at_risk.tolist(), group
        assert exits.sum() > 0, group


def test_the_spells_of_a_person_are_that_persons_journey() -> None:
    """Each logged spell of a person ends where the person is, and the next on benefits begins no earlier."""
    made = world(end="2024-W40", scale=0.01)
    for _ in range(30):
        made.step()
    benefits = made.spells_table().query("group not in ('unemployed_gross', 'temporary_support')")
    label = {name: at for at, name in enumerate(STATES)}
    where = dict(zip(made.citizens.person.key, made.citizens.status.state, strict=True))
    last = {person: rows.iloc[-1] for person, rows in benefits.groupby("person")}
    still = [person for person, row in last.items() if not row["ended"]]
    assert len(still) > 1000
    assert all(where[person] == label[last[person]["group"]] for person in still)
    following = benefits["person"].eq(benefits["person"].shift(-1))
    onward = benefits["destination"].isin(benefits["group"].unique()) & following
    assert onward.sum() > 100
    nexts = benefits.shift(-1)[onward]
    assert (nexts["group"] == benefits.loc[onward, "destination"]).all()
    assert (nexts["start_week"] >= benefits.loc[onward, "start_week"]).all()
