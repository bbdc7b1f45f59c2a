"""Draws from the priors: their quantiles, their strata, their independence of other parameters."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from reforms import load
from sim.parameters import Change, Origin, Parameter, ParameterSet, Prior, load_parameters
from sim.parameters.posterior import Ensemble, read_posterior
from sim.parameters.priors import BLOCK, deliberately_fixed, prior_of, quantile, sample, sized
from sim.runs.plan import BASELINE, Scenario, make_plan

DAY = date(2024, 1, 1)


def parameter(name: str, value: float | tuple[float, ...], prior: Prior | None, **more: Any) -> Parameter:
    values = value if isinstance(value, tuple) else (value,)
    return Parameter(name, "evidence", name, name, "number", ((DAY, values),), prior=prior, **more)


UNIFORM = parameter("a.uniform", 2.0, Prior("uniform", 0.0, 10.0))
NORMAL = parameter("a.normal", 1.0, Prior("normal", 0.0, 2.0), bounds=(0.5, 5.0))
FACTOR = parameter(
    "a.steps", (1.0, 2.0, 3.0, 0.0), Prior("uniform", 0.5, 1.5, factor=True), index="refund_step"
)
SURE = parameter("a.sure", 1.0, None)


def values_of(parameters: list[Parameter], name: str, n: int, seed: int = 1) -> list[float]:
    draws = sample(ParameterSet(parameters), n, seed)
    return [change.values[0][1] for draw in draws[1:] for change in draw if change.parameter == name]


def test_draw_zero_changes_nothing_and_the_others_change_what_is_uncertain() -> None:
    draws = sample(ParameterSet([UNIFORM, FACTOR, SURE]), 4, seed=1)
    assert draws[0] == ()
    for draw in draws[1:]:
        assert [(change.parameter, change.operation) for change in draw] == [
            ("a.steps", "multiply"),
            ("a.uniform", "set"),
        ]


def test_every_stratum_of_a_block_is_drawn_once() -> None:
    found = np.array(values_of([UNIFORM], "a.uniform", 2 * BLOCK + 1)).reshape(2, BLOCK)
    for block in found:
        assert sorted(np.floor(block / 10 * BLOCK).astype(int).tolist()) == list(range(BLOCK))


def test_fewer_draws_are_the_first_of_more() -> None:
    assert values_of([UNIFORM], "a.uniform", 40)[:6] == values_of([UNIFORM], "a.uniform", 7)


def test_what_is_calibrated_comes_from_the_ensemble_and_the_rest_from_priors() -> None:
    ensemble = Ensemble(("a.uniform",), ((3.0,), (4.0,)), (0.25, 0.75))
    draws = sample(ParameterSet([UNIFORM, NORMAL]), 41, 1, ensemble)
    uniform = [c.values[0][1] for draw in draws for c in draw if c.parameter == "a.uniform"]
    assert draws[0] == ()
    assert len(uniform) == 40
    assert abs(uniform.count(3.0) - 10) <= 1
    assert [c.parameter for c in draws[1]] == ["a.uniform", "a.normal"]


def test_a_draw_does_not_depend_on_the_other_parameters() -> None:
    alone = values_of([UNIFORM], "a.uniform", 9)
    assert values_of([UNIFORM, NORMAL, FACTOR], "a.uniform", 9) == alone
    assert values_of([UNIFORM], "a.uniform", 9, seed=2) != alone
    together = values_of([NORMAL, UNIFORM], "a.normal", 9)
    assert np.argsort(together).tolist() != np.argsort(alone).tolist()


def test_draws_stay_within_the_bounds() -> None:
    found = values_of([NORMAL], "a.normal", 200)
    assert min(found) == 0.5
    assert max(found) < 5.0
    world = ParameterSet([NORMAL])
    for draw in sample(world, 50, 3):
        world.with_changes(draw)


def test_a_factor_scales_every_component() -> None:
    world = ParameterSet([FACTOR])
    draw = sample(world, 3, seed=5)[1]
    factor = draw[0].values[0][1]
    assert 0.5 <= factor <= 1.5
    found = world.with_changes(draw).at(DAY, np.array([101])).vector("a.steps")
    np.testing.assert_allclose(found, [factor, 2 * factor, 3 * factor, 0.0], rtol=1e-15)


@pytest.mark.parametrize(
    ("prior", "centre", "expected"),
    [
        (Prior("uniform", 2.0, 6.0), 5.0, [2.1, 4.0, 5.9]),
        (Prior("normal", 0.0, 4.0), 1.0, [0.0, 1.0, 4.0]),
        (Prior("lognormal", 0.5, 8.0), 2.0, [0.5, 2.0, 8.0]),
        # triangle 0..4 with its peak at 4: the distribution function is x^2 / 16
        (Prior("triangular", 0.0, 4.0), 4.0, [4 * 0.025**0.5, 4 * 0.5**0.5, 4 * 0.975**0.5]),
    ],
)
def test_quantiles_are_those_of_the_distribution(prior: Prior, centre: float, expected: list[float]) -> None:
    np.testing.assert_allclose(quantile(prior, centre, np.array([0.025, 0.5, 0.975])), expected, atol=1e-12)


def test_at_least_one_draw_is_asked_for() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        sample(ParameterSet([UNIFORM]), 0, 1)


def test_each_doubt_is_drawn_or_says_why_not() -> None:
    """Each assumption and estimate: of the ensemble, a prior, a range that is a triangle, or a reason."""
    parameters, ensemble = load_parameters(), read_posterior()
    calibrated = ensemble.parameters if ensemble else frozenset()
    fixed = deliberately_fixed()
    silent = [
        p.name
        for p in parameters
        if p.kind != "law" and prior_of(p) is None and p.name not in calibrated and p.name not in fixed
    ]
    assert silent == [], "give them a prior, or name them with the reason in sim/parameters/fixed.yaml"
    assert [name for name in fixed if name not in parameters] == []
    assert [name for name in fixed if name in calibrated or parameters[name].prior is not None] == []
    assert all(reason["en"] and reason["da"] and reason["en"] != reason["da"] for reason in fixed.values())
    drawn = {change.parameter for change in sample(parameters, 2, 1)[1]}
    assert {p.name for p in parameters if prior_of(p) is not None} == drawn


def test_a_range_is_a_triangle_over_it() -> None:
    """0 to 4 with its peak at 1: a quarter of the triangle lies below 1, and half above 4 - sqrt(6)."""
    ranged = parameter("a.ranged", 1.0, None, range=(0.0, 4.0))
    assert prior_of(ranged) == Prior("triangular", 0.0, 4.0)
    found = np.array(values_of([ranged], "a.ranged", 10 * BLOCK + 1))
    assert (found < 1.0).mean() == pytest.approx(0.25, abs=0.03)
    assert np.median(found) == pytest.approx(4.0 - np.sqrt(6.0), abs=0.1)


def test_what_is_law_several_numbers_or_a_point_is_not_drawn_by_its_range() -> None:
    law = Parameter("a.law", "law", "a", "a", "number", ((DAY, (1.0,)),), range=(0.0, 4.0))
    steps = parameter("a.steps", (1.0, 2.0, 3.0, 0.0), None, index="refund_step", range=(0.0, 4.0))
    assert [prior_of(p) for p in (law, steps, parameter("a.point", 1.0, None, range=(1.0, 1.0)))] == [
        None
    ] * 3


def change(values: dict[int, float], ends: tuple[float, float] | None) -> Change:
    dated = tuple((date(year, 1, 1), value) for year, value in values.items())
    return Change("a.ranged", "multiply", dated, range=ends, origin=Origin("a-reform"))


def test_the_size_of_a_reform_is_drawn_over_its_range() -> None:
    """0.5 to 1 with its peak at 0.6; a first step half of the way from 1 to 0.6 stays half of the way."""
    base = ParameterSet([parameter("a.ranged", 1.0, None)])
    phased = change({2026: 0.8, 2028: 0.6}, (0.5, 1.0))
    drawn = [sized((phased,), draw, 2024, base)[0] for draw in range(1, 161)]
    ends = np.array([each.values[-1][1] for each in drawn])
    assert ends.min() >= 0.5
    assert ends.max() <= 1.0
    assert np.unique(ends).size == 160
    assert (ends < 0.6).mean() == pytest.approx(0.2, abs=0.03), "0.1 of 0.5 lies below the peak: a fifth"
    for each in drawn:
        assert each.values[0][1] == pytest.approx(1.0 + (each.values[-1][1] - 1.0) / 2)


def test_a_size_is_the_same_alone_and_in_a_package() -> None:
    base = ParameterSet([parameter("a.ranged", 1.0, None)])
    mine = change({2026: 0.6}, (0.5, 1.0))
    other = Change("a.ranged", "multiply", mine.values, range=mine.range, origin=Origin("another"))
    alone = sized((mine,), 5, 2024, base)
    assert sized((other, mine), 5, 2024, base)[1:] == alone
    assert sized((other,), 5, 2024, base)[0].values != alone[0].values
    assert sized((mine,), 0, 2024, base) == (mine,)


def test_a_change_without_a_range_or_beyond_it_keeps_its_size() -> None:
    base = ParameterSet([parameter("a.ranged", 1.0, None)])
    for kept in (change({2026: 0.6}, None), change({2026: 0.9}, (0.5, 0.8)), change({2026: 0.6}, (0.6, 0.6))):
        assert sized((kept,), 7, 2024, base) == (kept,)


def test_the_number_of_a_group_is_a_name_and_is_not_drawn() -> None:
    """Else two reforms that put the sick in one group would each put them in another, and be refused."""
    named = Change(
        "target_groups.effort_group[sygedagpenge]", "set", ((date(2027, 1, 1), 6.0),), range=(1.0, 6.0)
    )
    assert sized((named,), 3, 2024, load_parameters()) == (named,)


@pytest.mark.parametrize(
    "name", ["agreement-2025", "djoef-2023", "kl-2024", "six-cities-2023", "expert-group-2024"]
)
def test_a_package_can_be_run_in_every_draw(name: str) -> None:
    """Reforms of a package that agree on a number agree in every draw."""
    package, base = load(name), load_parameters()
    for draw in (1, 2, 3):
        base.with_changes(sized(package.changes, draw, 2024, base))


def test_reforms_that_agree_on_a_number_have_the_size_of_the_first_by_name() -> None:
    base = load_parameters()
    one, other, third = (
        Change("contact.digital_share", "set", ((date(year, 1, 1), 0.6),), range=span,
               origin=Origin(name, kind="reform"))
        for name, year, span in (("b", 2026, (0.5, 0.7)), ("a", 2027, (0.5, 0.8)), ("c", 2027, None))
    )  # fmt: skip
    together = sized((one, other, third), 2, 2024, base)
    (alone,) = sized((other,), 2, 2024, base)
    assert [change.values[-1][1] for change in together] == [alone.values[-1][1]] * 3
    assert alone.values[-1][1] != 0.6
    assert [change.range for change in together] == [(0.5, 0.7), (0.5, 0.8), None]
    base.with_changes(together)


def test_each_draw_of_a_plan_has_sizes_of_its_own() -> None:
    reform = load("headline")
    assert any(each.range is not None for each in reform.changes)
    scenarios = [Scenario(BASELINE), Scenario("x", reform.changes)]
    one = make_plan(scenarios, kind="compare", scale=0.002)
    assert one.tasks[1].changes == reform.changes, "the central draw is the reform as it stands"
    drawn = make_plan(scenarios, kind="compare", scale=0.002, draws=3, replicates=2)
    found = {task.draw: task.changes for task in drawn.tasks if task.scenario == "x"}
    assert len({tuple(change.values for change in each) for each in found.values()}) == 3
    assert len({task.key for task in drawn.tasks}) == len(drawn.tasks)
