"""What is left after so many weeks, and whom flows out of quiet states fall on, by hand."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from sim import LabourMarket
from sim.rules.fading import fading, left_after
from sim.states import State
from sim.world.people import by_birth_week


@pytest.mark.parametrize("weeks", [0.7, 4.0, 52.0])
def test_37_per_cent_are_left_after_the_weeks_named_and_nothing_in_the_end(weeks: float) -> None:
    shares = fading(weeks)
    assert left_after(0, shares) == 1.0
    assert left_after(3, shares) == pytest.approx(math.exp(-3.0 / weeks))
    assert left_after(100_000, shares) == 0.0


def test_everybody_has_one_birthday_a_year() -> None:
    born = np.array([52, 1, 7, 1, 53, 7, 7], np.uint8)
    weeks = by_birth_week(born)
    assert len(weeks) == 54
    assert [people.tolist() for people in weeks if people.size] == [[1, 3], [2, 5, 6], [0], [4]]
    assert weeks[7].tolist() == [2, 5, 6]


def test_flows_fall_on_people_as_the_parameters_say() -> None:
    market = LabourMarket(start="2024-W01", end="2024-W02", scale=0.002)
    flows, value = market.world.flows, market.parameters.at(date(2024, 1, 1), [101]).scalar

    def factor(frm: State, to: State, age: int, sex: int = 0, barrier: int = 0, insured: int = 1) -> float:
        way = flows.ways[frm].tolist().index(to)
        return float(flows.factor[frm, age, sex, barrier, insured, way])

    job, dole = State.EMPLOYED, State.DAGPENGE
    young, weak = value("separations.job_loss_under_30"), value("separations.job_loss_uninsured")
    assert factor(job, dole, 40) == 1.0
    assert factor(job, dole, 29) == young
    assert factor(job, dole, 29, insured=0) == pytest.approx(young * weak)
    assert factor(job, dole, 60) == value("separations.job_loss_over_55")
    women = value("health.illness_women")
    assert factor(job, State.SYGEDAGPENGE, 45, sex=1) / factor(job, State.SYGEDAGPENGE, 45) == pytest.approx(
        women / (2.0 - women)
    )
    assert factor(State.EDUCATION, job, 17) == 0.0
    assert factor(State.OUTSIDE, dole, 40, insured=0) == 0.0
    steep = value("separations.assistance_barrier")
    assert factor(State.OUTSIDE, State.KONTANTHJAELP_JOB_READY, 40, barrier=2) == 1.0 + 2 * steep
    assert factor(State.LEAVE, job, 30) == 1.0
