"""The frontier: reforms in part, the design, the surface and its line, against numbers worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from scipy.stats import norm

from reforms import load
from reforms.frontier import read
from reforms.frontier.design import axis, design, frontier_plan, phasing
from reforms.frontier.partial import ORDERS, partial_changes
from reforms.frontier.results import ABOUT, POINTS, Frontier
from reforms.frontier.surface import first_crossing, map_surface, surface_emulator
from sim.data import municipalities
from sim.errors import InputError
from sim.parameters import load_parameters
from sim.runs.reading import write_about

REFORM = load("process-rules-removed")
MINUTES = "casework.rules_minutes_per_case_week"


def test_no_cut_and_no_simplification_is_the_baseline_itself() -> None:
    assert partial_changes(REFORM, 0.0, 0.0) == ()
    points = np.array([[1.0, 0], [0, 1], [1, 1], [0.4, 0.7]])
    surface = surface_emulator().fit(points, np.array([0.9, -0.7, 0.1, -0.2]))
    assert surface.predict(np.zeros((1, 2))) == pytest.approx(0.0, abs=1e-12)


def test_half_of_a_reform_goes_half_of_the_way() -> None:
    world = load_parameters().with_changes(partial_changes(REFORM, 3.0, 0.5))
    before = load_parameters().in_force(MINUTES, date(2025, 6, 1))[0]
    assert [world.in_force(MINUTES, date(year, 6, 1))[0] for year in (2025, 2026, 2030)] == [
        before, pytest.approx(before * (1 - 0.5 * 0.2)), pytest.approx(before * 0.5),
    ]  # fmt: skip
    saving = [world.in_force("staffing.planned_saving_mio_kr", date(year, 6, 1))[0] for year in (2026, 2030)]
    assert saving == [600.0, 3000.0]
    shares = world.in_force("contact.minimum_share", date(2031, 1, 1))
    assert set(shares) == {0.5, 0.3}  # half of everybody, and of the six in ten of the sick from 2025


def test_a_switch_reaches_municipalities_with_the_share_of_the_people() -> None:
    table = municipalities()
    people = table["labour_force_2024_derived"].to_numpy()
    codes = table.index.to_numpy()
    reached = []
    for share in (0.25, 0.5, 1.0):
        world = load_parameters().with_changes(partial_changes(REFORM, 0.0, share))
        on = world.at(date(2031, 1, 6), codes)["supervision.focus_targets_in_force"] < 0.5
        assert people[on].sum() / people.sum() == pytest.approx(share, abs=0.04)
        reached.append(set(codes[on]))
    assert reached[0] < reached[1] < reached[2] == set(codes)


def test_orders_put_rules_and_money_where_they_say() -> None:
    orders = {order.name: order for order in ORDERS}
    early = partial_changes(REFORM, 2.7, 1.0, orders["cut-first"])
    world = load_parameters().with_changes(early)
    assert world.in_force("staffing.planned_saving_mio_kr", date(2027, 6, 1))[0] == 2700.0
    assert world.in_force(MINUTES, date(2028, 6, 1)) == load_parameters().in_force(MINUTES, date(2028, 6, 1))
    assert world.in_force(MINUTES, date(2030, 6, 1))[0] == 0.0


def test_more_points_hold_fewer() -> None:
    few, many = design(4.0, 1.0, 5), design(4.0, 1.0, 20)
    assert many[: len(few)] == few
    assert len({point.name for point in (*many, *phasing())}) == len(many) + len(phasing())
    assert {(p.cut, p.share) for p in few[:3]} == {(4.0, 0.0), (0.0, 1.0), (4.0, 1.0)}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("0,0.5,...,2", (0, 0.5, 1, 1.5, 2)), ("0, 1,3", (0, 1, 3)), ("0,1,2,...,4", (0, 1, 2, 3, 4))],
)
def test_axes_may_be_abbreviated(text: str, numbers: tuple[float, ...]) -> None:
    assert axis(text, "--cut", 9.0) == numbers


@pytest.mark.parametrize("text", ["", "0,a", "1,0", "0,...", "0,1,...,99", "-1,2", "3"])
def test_other_axes_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="--cut is"):
        axis(text, "--cut", 9.0)


def test_the_line_is_where_a_row_rises_above_zero() -> None:
    cuts = np.array([0.0, 1.0, 2.0])
    rows = np.array([[0.0, 1.0, 2.0], [-1.0, 1.0, 2.0], [-3.0, -2.0, -1.0], [1.0, 2.0, 3.0]])
    assert first_crossing(rows, cuts, 0.0).tolist() == pytest.approx([0.0, 0.5, 2.0, np.nan], nan_ok=True)


def test_a_known_surface_is_found_again() -> None:
    """0.2 c - 0.6 s without noise: a cut of 3 s bn kr. is the line, and nothing is missed."""
    points = design(4.0, 1.0, 9)
    x = np.array([(point.cut, point.share) for point in points])
    y = 0.2 * x[:, 0] - 0.6 * x[:, 1]
    surface = map_surface(x, np.stack([y, y]), np.linspace(0, 4, 41), np.linspace(0, 1, 11))
    assert surface.mean[0, 0] == 0.0
    assert surface.line() == pytest.approx(3.0 * surface.shares, abs=0.02)
    assert surface.error < 0.01
    low, high = surface.band(0.95)
    assert (low <= surface.line() + 0.01).all()
    assert np.nanmax(high - low) < 0.3


def test_the_band_is_of_what_is_not_known_and_not_of_the_runs_luck() -> None:
    """(0.2 + b) c - 0.6 s with b normal, sd 0.02, over 24 draws and luck of 0.05 at each of 24 points.

    The line at s = 1 is 0.6 / (0.2 + b): 80 % of b within 0.0256 of 0.2, so from 2.66 to 3.44 bn kr.
    """
    random = np.random.default_rng(4)
    x = np.array([(point.cut, point.share) for point in design(4.0, 1.0, 21)])
    slope = 0.2 + 0.02 * norm.ppf((np.arange(24) + 0.5) / 24)
    y = slope[:, None] * x[:, 0] - 0.6 * x[:, 1] + random.normal(0.0, 0.05, (24, len(x)))
    surface = map_surface(x, y, np.linspace(0, 4, 81), np.linspace(0, 1, 11))
    low, high = (ends[-1] for ends in surface.band(0.8))
    assert (low, high) == pytest.approx((2.66, 3.44), abs=0.15)
    wide = surface.band(0.95)
    assert wide[0][-1] < low < high < wide[1][-1]


def test_one_draw_has_a_line_and_no_band() -> None:
    x = np.array([(point.cut, point.share) for point in design(4.0, 1.0, 9)])
    surface = map_surface(
        x, (0.2 * x[:, 0] - 0.6 * x[:, 1])[None], np.linspace(0, 4, 41), np.linspace(0, 1, 11)
    )
    assert surface.line()[-1] == pytest.approx(3.0, abs=0.02)
    assert np.isnan(surface.band(0.8)[0]).all()


def test_a_reform_that_only_saves_has_no_frontier() -> None:
    with pytest.raises(InputError, match="cut-3bn"):
        frontier_plan(load("cut-3bn"), design(4.0, 1.0, 4), scale=0.002)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Frontier:
    """A frontier whose line is 4 s bn kr., frees 20 per cent of the hours, in two draws."""
    folder = tmp_path_factory.mktemp("frontier")
    rows = []
    every = [(point, True, False) for point in design(4.0, 1.0, 9)] + [(p, False, True) for p in phasing()]
    for point, on_map, on_path in every:
        for draw in (1, 2):
            for year in (2030, 2031) if on_path else (2031,):
                change = 0.25 * point.cut - 1.0 * point.share
                late = 3000.0 if point.order.name == "cut-first" else 0.0
                values = {"duration": change, "persons": 1e4 * change + late, "cost": -700 * point.cut}
                place = (point.cut, point.share, point.order.name, on_map, on_path)
                rows += [(draw, 0, year, name, "", 30.0, value, *place) for name, value in values.items()]
    names = ["draw", "replicate", "year", "measure", "unit", "baseline", "difference"]
    names += ["cut_bn_kr", "share", "order", "on_map", "on_path"]
    pd.DataFrame(rows, columns=names).to_csv(folder / POINTS, index=False)
    about = {
        "cuts": [0.0, 4.0], "shares": [0.0, 1.0], "measure": "mean_duration", "group": "temporary_support",
        "freed": {"rules_guidance": 0.2}, "titles": {"en": "All rules", "da": "Alle regler"}, "scale": 0.02,
    }  # fmt: skip
    write_about(folder, ABOUT, about, [POINTS])
    return read(folder)


def test_what_a_freed_point_pays_for(made_up: Frontier) -> None:
    """The line is 4 bn kr. for 20 points: 200 mio. kr. for each; 2.7 bn kr. need 67.5 per cent."""
    assert made_up.per_point()[0] == pytest.approx(200.0, rel=0.02)
    assert made_up.needed(2.7)[0] == pytest.approx(0.675, abs=0.02)
    said = made_up.sentences("en")
    assert "68 per cent" in said[0] or "69 per cent" in said[0]
    assert "DKK 200 m a year" in " ".join(said)
    assert "3,000 more people" in " ".join(said)


@pytest.mark.parametrize("lang", ["en", "da"])
def test_the_picture_says_its_words_and_units(made_up: Frontier, lang: str) -> None:
    figure = made_up.figure(lang)
    written = " ".join(str(text.get_text()) for text in figure.findobj(Text)).replace("\n", " ")
    wanted = {
        "en": (
            "bn kr. a year",
            "Djøf 2023",
            "Agreement 2025",
            "All rules",
            "cut first",
            "cross-validated error",
        ),
        "da": (
            "mia. kr. om året",
            "Djøf 2023",
            "Aftalen 2025",
            "Alle regler",
            "besparelsen først",
            "krydsvalideret",
        ),
    }[lang]
    assert [text for text in wanted if text not in written] == []


def test_a_folder_without_a_frontier_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished frontier"):
        read(tmp_path)
