"""What holds whatever is reformed: random stacks of the catalogue, parameters anywhere in their ranges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from balances import kroner_balance, live_and_balance
from expected_payments import expected_entries
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small_worlds import brought_forward, columns, do_phases, world

from reforms.load import catalogue_names, load
from sim import LabourMarket
from sim.errors import InputError
from sim.outcomes.ledger import ACCOUNT
from sim.parameters import Change, Origin, Parameter, load_parameters
from sim.week import WEEK

#: Parameters by their first word of which a payment is made.
MONEY = {"refund", "ordinary_hours", "benefits", "sanctions", "taxes", "wages", "insurance"}
DAY = date(2024, 1, 15)


def moves_money(name: str) -> bool:
    """Whether a reform of the catalogue can be run and changes what is paid, or who bears it."""
    reform = load(name)
    return reform.runnable and any(change.name.partition(".")[0] in MONEY for change in reform.changes)


FINANCING = [name for name in catalogue_names() if moves_money(name)]


def test_the_reforms_of_financing_are_all_there() -> None:
    assert {"refund-before-2016", "refund-change", "kl-responsibility-follows-task", "headline"} <= set(
        FINANCING
    )


@pytest.mark.parametrize("name", FINANCING)
def test_every_payment_of_a_financing_reform_is_what_an_independent_formula_says(name: str) -> None:
    """Payer, receiver and refund share of everybody's clock, from the week in which the whole of it holds."""
    whole = tuple(
        replace(each, values=((DAY, each.values[-1][1]),)) for each in load(name).changes if not each.until
    )
    assert whole
    made = world(load_parameters().with_changes(whole), end="2024-W06", scale=0.004)
    checked = 0
    for _ in range(made.weeks):
        made.enter_week()
        for phase in WEEK:
            before = columns(made)
            do_phases(made, phase.name)
            if phase.name == "money":
                kroner_balance(made, before)
                checked += 1
        made.close_week()
    assert checked == made.weeks


def adjustable(parameter: Parameter) -> bool:
    """Whether any value of a parameter's range is one that a world can be made with."""
    low, high = ends_of(parameter)
    return parameter.kind != "law" and low < high


def ends_of(parameter: Parameter) -> tuple[float, float]:
    """The range of a parameter, or of its prior; a point where it has none."""
    if parameter.range is None and parameter.prior is not None:
        return parameter.prior.low, parameter.prior.high
    return parameter.range or (0.0, 0.0)


RUNNABLE = [name for name in catalogue_names() if load(name).runnable and load(name).changes]
ADJUSTABLE = [each for each in load_parameters() if adjustable(each)]


@st.composite
def anywhere(draw: st.DrawFn) -> LabourMarket:
    """A small Denmark with up to three reforms of the catalogue and up to five parameters in their ranges."""
    parameters = load_parameters()
    moved: list[Change] = []
    for each in draw(st.lists(st.sampled_from(ADJUSTABLE), unique_by=lambda p: p.name, max_size=5)):
        low, high = ends_of(each)
        value = draw(st.one_of(st.sampled_from((low, high)), st.floats(low, high)))
        moved.append(Change(each.name, "set", ((date(1990, 1, 1), value),)))
    names = draw(st.lists(st.sampled_from(RUNNABLE), unique=True, max_size=3))
    try:
        made = parameters.with_changes(tuple(moved))
        made = made.with_changes(tuple(c for name in names for c in brought_forward(name, DAY)))
        return world(
            made,
            end="2024-W05",
            scale=draw(st.sampled_from((0.002, 0.004))),
            seed=draw(st.integers(0, 2**31)),
        )
    except InputError:  # reforms that contradict each other, a value beyond a bound
        assume(False)
        raise


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(anywhere())
def test_everything_balances_whatever_is_reformed(made: LabourMarket) -> None:
    live_and_balance(made)


def paid_of_the_same_people(**numbers: float) -> dict[str, int]:
    """What is booked in one week for the same people under a reform, sums over the country in øre."""
    changes = [
        Change(name.replace("__", "."), "set", ((DAY, value),), origin=Origin("theory"))
        for name, value in numbers.items()
    ]
    made = world(load_parameters().with_changes(tuple(changes)), end="2024-W03", scale=0.01)
    for _ in range(2):
        made.step()
    made.enter_week()
    do_phases(made, "law")
    before = made.world.ledger.copy()
    do_phases(made, "money")
    paid = (made.world.ledger - before).sum(axis=0)
    return {name: int(paid[at]) for name, at in ACCOUNT.items()}


def test_money_moves_the_way_that_theory_says() -> None:
    """More refund, co-financing or benefit, less set-off: what follows for the same people is certain."""
    plain = paid_of_the_same_people()
    refunded = paid_of_the_same_people(refund__state_share=0.9)
    assert refunded["refund_sygedagpenge"] > plain["refund_sygedagpenge"]
    assert refunded["sygedagpenge"] == plain["sygedagpenge"]
    assert refunded["dagpenge_cofinancing"] == plain["dagpenge_cofinancing"]
    mirrored = paid_of_the_same_people(refund__cofinancing_share=1.0)
    assert mirrored["dagpenge_cofinancing"] > plain["dagpenge_cofinancing"]
    assert mirrored["dagpenge_cofinancing"] == mirrored["dagpenge"]
    free = paid_of_the_same_people(refund__cofinancing_free_weeks=104)
    assert free["dagpenge_cofinancing"] < 0.1 * plain["dagpenge_cofinancing"]
    assert free["pension_cofinancing"] == plain["pension_cofinancing"]
    kept = paid_of_the_same_people(ordinary_hours__earnings_kept_share=1.0)
    assert kept["kontanthjaelp"] > plain["kontanthjaelp"]
    dear = paid_of_the_same_people(benefits__dagpenge_max_kr_month=30_000)
    assert dear["dagpenge"] > plain["dagpenge"]
    assert dear["wages"] == plain["wages"]


def test_the_formula_would_see_a_wrong_share() -> None:
    made = world(end="2024-W02")
    made.enter_week()
    do_phases(made, "law")
    before = columns(made)
    do_phases(made, "money")
    kroner_balance(made, before)
    made.world.ledger[3, ACCOUNT["refund_sygedagpenge"]] += 1
    with pytest.raises(AssertionError, match="refund_sygedagpenge"):
        kroner_balance(made, before)
    assert np.all(expected_entries(made)["sygedagpenge"] >= 0)
