"""Changes of parameters: what holds when and where, against a reference that paints days one by one."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.parameters import Change, Origin, Parameter, ParameterSet
from sim.parameters.document import CombinedInputError

START = date(2024, 1, 1)
STEPS = ("weeks_1_4", "weeks_5_26", "weeks_27_52", "weeks_53_plus")
CODES = np.array([101, 751, 860])


def day(offset: int) -> date:
    return START + timedelta(days=offset)


def parameter(name: str, path: dict[int, tuple[float, ...]], **more: Any) -> Parameter:
    values = tuple((day(offset), row) for offset, row in sorted(path.items()))
    index = "refund_step" if len(next(iter(path.values()))) == 4 else None
    return Parameter(name, "assumption", name, name, "number", values, index=index, **more)


BASE = ParameterSet(
    [
        parameter("a.number", {0: (8.0,), 20: (16.0,)}),
        parameter("a.share", {0: (0.5,)}, bounds=(0.0, 1.0)),
        parameter("a.steps", {0: (1.0, 2.0, 3.0, 4.0)}),
    ]
)


def change(target: str, operation: str, path: dict[int, float], **more: Any) -> Change:
    more.setdefault("origin", Origin("mine", "mine.yaml", 7, kind="user"))
    return Change(target, operation, tuple((day(offset), value) for offset, value in path.items()), **more)


def number_on(world: ParameterSet, offset: int, name: str = "a.number") -> list[float]:
    found: list[float] = world.at(day(offset), CODES)[name].tolist()
    return found


def test_set_replaces_the_path_from_its_date_until_it_ends() -> None:
    world = BASE.with_changes([change("a.number", "set", {10: 3.0, 15: 5.0}, until=day(25))])
    assert [number_on(world, at)[0] for at in (9, 10, 14, 15, 24, 25)] == [8.0, 3.0, 3.0, 5.0, 5.0, 16.0]


def test_multiply_and_add_transform_the_path_that_set_leaves() -> None:
    changes = [
        change("a.number", "add", {0: 1.0}),
        change("a.number", "multiply", {12: 10.0}),
        change("a.number", "set", {10: 3.0}),
    ]
    world = BASE.with_changes(changes)
    assert [number_on(world, at)[0] for at in (0, 10, 12, 30)] == [9.0, 4.0, 31.0, 31.0]


def test_a_change_reaches_only_its_municipalities() -> None:
    world = BASE.with_changes([change("a.number", "multiply", {5: 0.5}, municipalities=frozenset({751}))])
    assert number_on(world, 5) == [8.0, 4.0, 8.0]
    assert number_on(world, 4) == [8.0, 8.0, 8.0]
    with pytest.raises(ValueError, match="differs between municipalities"):
        world.at(day(5), CODES).scalar("a.number")
    assert world.at(day(5), np.array([751])).scalar("a.number") == 4.0


def test_a_component_changes_alone_and_a_plain_name_changes_all() -> None:
    world = BASE.with_changes(
        [change("a.steps[weeks_27_52]", "set", {0: 30.0}), change("a.steps", "add", {0: 1.0})]
    )
    assert world.at(day(0), CODES).vector("a.steps").tolist() == [2.0, 3.0, 31.0, 5.0]


def test_arrays_are_read_only_float64_and_contiguous() -> None:
    resolved = BASE.at(day(0), CODES)
    for name, shape in (("a.number", (3,)), ("a.steps", (3, 4))):
        array = resolved[name]
        assert (array.shape, array.dtype, array.flags.c_contiguous) == (shape, np.dtype(np.float64), True)
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    with pytest.raises(ValueError, match="use vector"):
        resolved.scalar("a.steps")
    with pytest.raises(ValueError, match="use scalar"):
        resolved.vector("a.number")


def test_change_dates_are_those_on_which_a_value_differs() -> None:
    assert BASE.change_dates(day(0), day(100)) == (day(20),)
    changes = [
        change("a.number", "set", {30: 16.0, 40: 17.0}, municipalities=frozenset({860})),
        change("a.share", "multiply", {50: 0.5}, until=day(60)),
    ]
    world = BASE.with_changes(changes)
    assert world.change_dates(day(0), day(100)) == (day(20), day(40), day(50), day(60))
    assert world.change_dates(day(20), day(60)) == (day(40), day(50))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (change("a.numbr", "set", {0: 1.0}), "unknown parameter 'a.numbr'. Did you mean 'a.number'?"),
        (change("a.steps[weeks_1_5]", "set", {0: 1.0}), "Did you mean 'weeks_1_4'?"),
        (change("a.number[weeks_1_4]", "set", {0: 1.0}), "none: it is a single number"),
        (change("a.number", "sett", {0: 1.0}), "unknown operation 'sett'"),
        (change("a.number", "set", {}), "no values"),
        (change("a.number", "set", {0: math.nan}), "expected a finite number"),
        (change("a.share", "set", {0: 1.5}), "found 1.5, which is impossible: expected 0 to 1"),
        (change("a.share", "multiply", {0: 3.0}), "becomes 1.5 on"),
        (change("a.share", "add", {0: -1.0}), "becomes -0.5 on"),
        (change("a.number", "set", {9: 1.0}, until=day(9)), "a value never takes effect"),
        (change("a.number", "set", {0: 1.0}, municipalities=frozenset()), "no municipality gets the change"),
        (Change("a.number", "set", ((day(1), 1.0), (day(1), 2.0))), "a date stands twice"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(wrong: Change, words: str) -> None:
    with pytest.raises(InputError) as caught:
        BASE.with_changes([wrong])
    assert words in str(caught.value)
    assert wrong.origin.file is None or (caught.value.file, caught.value.line) == ("mine.yaml", 7)


def test_all_errors_are_listed_and_nothing_is_changed() -> None:
    before = BASE.digest()
    wrong = [change("a.numbr", "set", {0: 1.0}), change("a.share", "set", {0: 7.0})]
    with pytest.raises(CombinedInputError) as caught:
        BASE.with_changes([change("a.number", "set", {0: 1.0}), *wrong])
    assert len(caught.value.errors) == 2
    assert BASE.digest() == before
    assert number_on(BASE, 0) == [8.0, 8.0, 8.0]


def test_a_contradiction_names_both_lines() -> None:
    first = change("a.steps", "set", {0: 1.0}, origin=Origin("one", "one.yaml", 3))
    second = change("a.steps[weeks_1_4]", "set", {50: 2.0}, origin=Origin("two", "two.yaml", 9))
    for world, changes in ((BASE, [first, second]), (BASE.with_changes([first]), [second])):
        with pytest.raises(InputError, match="contradiction") as caught:
            world.with_changes(changes)
        assert "one.yaml:3" in str(caught.value)
        assert "two.yaml:9" in str(caught.value)


def test_a_draw_meets_the_fitted_point_and_not_the_reform() -> None:
    fitted = change("a.number", "set", {0: 5.0}, origin=Origin("the fitted point", kind="fit"))
    draw = change("a.number", "multiply", {0: 2.0}, origin=Origin("draw 1", kind="draw"))
    reform = change("a.number", "add", {10: 1.0}, origin=Origin("r", "r.yaml", 1))
    for order in ([fitted, draw, reform], [reform, draw, fitted]):
        world = BASE.with_changes(order)
        assert [number_on(world, at)[0] for at in (0, 10)] == [10.0, 11.0]


def test_a_reform_overrides_a_draw_without_contradiction() -> None:
    draw = change("a.number", "set", {0: 5.0}, origin=Origin("draw 1", kind="draw"))
    reform = change("a.number", "set", {10: 7.0}, origin=Origin("r", "r.yaml", 1))
    for world in (
        BASE.with_changes([draw]).with_changes([reform]),
        BASE.with_changes([reform]).with_changes([draw]),
    ):
        assert [number_on(world, at)[0] for at in (0, 10)] == [5.0, 7.0]


@pytest.mark.parametrize(
    "idle",
    [
        change("a.number", "multiply", {0: 1.0}, origin=Origin("r", "r.yaml", 4)),
        change("a.number", "add", {0: 0.0}, origin=Origin("r", "r.yaml", 4)),
        change("a.number", "set", {0: 8.0}, until=day(20), origin=Origin("r", "r.yaml", 4)),
    ],
)
def test_a_reform_that_never_takes_effect_is_refused(idle: Change) -> None:
    with pytest.raises(InputError, match="never takes effect") as caught:
        BASE.with_changes([idle])
    assert (caught.value.file, caught.value.line) == ("r.yaml", 4)


def test_changes_that_a_run_never_meets_are_known() -> None:
    late, over, met = (
        change("a.number", "add", {90: 1.0}),
        change("a.share", "add", {0: 0.1}, until=day(5)),
        change("a.steps", "add", {20: 1.0}),
    )
    world = BASE.with_changes([late, over, met])
    assert set(world.idle_in(day(5), day(89))) == {late, over}


# --- the reference: every day of every municipality is painted -------------------------------------------

DAYS = 60
PLACES = (101, 751, 860, 461)  # the last is never named by a change


@st.composite
def any_change(draw: st.DrawFn) -> Change:
    target = draw(st.sampled_from(["a.number", "a.steps", *(f"a.steps[{step}]" for step in STEPS)]))
    offsets = draw(st.lists(st.integers(0, DAYS - 1), min_size=1, max_size=3, unique=True))
    numbers = st.sampled_from([0.0, 0.5, 1.0, 2.0, 4.0, -2.0])
    return change(
        target,
        draw(st.sampled_from(["set", "multiply", "add"])),
        {offset: draw(numbers) for offset in sorted(offsets)},
        municipalities=draw(st.none() | st.frozensets(st.sampled_from(PLACES[:3]), min_size=1)),
        until=draw(st.none() | st.integers(max(offsets) + 1, DAYS + 10).map(day)),
    )


def painted(changes: list[Change], name: str, base: np.ndarray) -> tuple[np.ndarray, int]:
    """Return base[day, place, component] after the changes, and how many sets claim the fullest cell."""
    value, claims = base.copy(), np.zeros(base.shape, dtype=int)
    factor, term = np.ones(base.shape), np.zeros(base.shape)
    for each in changes:
        if each.parameter.split("[")[0] != name:
            continue
        step = each.parameter.partition("[")[2].rstrip("]")
        columns = [STEPS.index(step)] if step else list(range(base.shape[2]))
        rows = [PLACES.index(code) for code in (each.municipalities or PLACES)]
        own, covered = np.zeros(DAYS), np.zeros(DAYS, dtype=bool)
        for moment, number in each.values:
            own[(moment - START).days :] = number
            covered[(moment - START).days :] = True
        if each.until is not None:
            covered[(each.until - START).days :] = False
        for cell in ((slice(None), row, column) for row in rows for column in columns):
            if each.operation == "set":
                value[cell] = np.where(covered, own, value[cell])
                claims[cell] += covered
            elif each.operation == "multiply":
                factor[cell] *= np.where(covered, own, 1.0)
            else:
                term[cell] += np.where(covered, own, 0.0)
    return value * factor + term, int(claims.max())


def unchanged(name: str) -> np.ndarray:
    if name == "a.steps":
        return np.tile(np.array([1.0, 2.0, 3.0, 4.0]), (DAYS, len(PLACES), 1))
    return np.where(np.arange(DAYS) < 20, 8.0, 16.0)[:, None, None].repeat(len(PLACES), axis=1)


@settings(max_examples=150, deadline=None)
@given(st.lists(any_change(), max_size=5), st.randoms(use_true_random=False))
def test_any_changes_do_what_painting_every_day_gives(changes: list[Change], random: Any) -> None:
    expected = {name: painted(changes, name, unchanged(name)) for name in ("a.number", "a.steps")}
    if max(claims for _, claims in expected.values()) > 1:
        with pytest.raises(InputError, match="contradiction"):
            BASE.with_changes(changes)
        return
    world = BASE.with_changes(changes)
    for name, (values, _) in expected.items():
        found = np.stack([world.at(day(at), PLACES)[name].reshape(len(PLACES), -1) for at in range(DAYS)])
        np.testing.assert_array_equal(found, values)
    differs = [
        at
        for at in range(1, DAYS)
        if any((values[at] != values[at - 1]).any() for values, _ in expected.values())
    ]
    assert world.change_dates(day(0), day(DAYS)) == tuple(day(at) for at in differs)
    shuffled = random.sample(changes, len(changes))
    assert BASE.with_changes(shuffled[:2]).with_changes(shuffled[2:]).digest() == world.digest()
