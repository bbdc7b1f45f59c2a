"""Draws from the priors: their quantiles, their strata, their independence of other parameters."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from sim.parameters import Parameter, ParameterSet, Prior
from sim.parameters.posterior import Ensemble
from sim.parameters.priors import BLOCK, quantile, sample

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
