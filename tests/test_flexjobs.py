"""A flexjob is a job: its chance follows the labour market and what workplaces have tried."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from small_worlds import act_named, changed, world

from sim import LabourMarket
from sim.mechanisms.benefit_shifts import experience_by_size, flexjob_factor
from sim.parameters import load_parameters
from sim.states import State
from sim.week import run_acts

DAY = date(2024, 1, 1)
#: Weeks of 2024, 2025 and 2026.
BEFORE_2027 = 52 + 52 + 53


def first_week() -> LabourMarket:
    made = world(scale=0.02, end="2024-W52")
    made.step()
    return made


def test_the_factor_by_hand() -> None:
    r = first_week().world.rules["benefit_shifts"]._replace(tightness=0.5, openness=1.0)
    found = flexjob_factor(np.array([1.0, 0.64, 1.0, 0.0]), np.array([0.0, 0.0, -0.2, 0.0]), r)
    assert found.tolist() == pytest.approx([1.0, 0.8, 0.8, 0.0])
    closed = flexjob_factor(np.ones(1), -np.ones(1), r)
    assert 0.0 < closed[0] < 1e-5
    assert flexjob_factor(np.array([0.3]), np.array([0.4]), r._replace(tightness=0.0, openness=0.0)) == [1.0]


def test_experience_is_weighed_by_size() -> None:
    e = first_week().world.employers
    e.experience[:] = 0.0
    largest = e.first[0] + int(np.argmax(e.size[e.first[0] : e.first[1]]))
    e.experience[largest] = -0.5
    found = experience_by_size(e)
    assert found[0] == pytest.approx(-0.5 * e.size[largest])
    assert (found[1:] == 0.0).all()


def got_one(finding: float, experience: float = 0.0) -> tuple[int, int]:
    """How many of those who wait get a flexjob in a week, at a rate of 10 a year; and how many wait."""
    made = world(changed(DAY, flows__ledighedsydelse_to_fleksjob=10.0), scale=0.05, end="2024-W52")
    made.step()
    made.enter_week()
    w = made.world
    w.this_week.finding[:] = finding
    w.employers.experience[:] = experience
    waits = np.flatnonzero(w.people.status.state == State.LEDIGHEDSYDELSE)
    for _ in run_acts(w, (act_named("shift_benefits"),)):
        pass
    return int((w.people.status.state[waits] == State.FLEKSJOB).sum()), len(waits)


def test_a_week_gives_as_many_as_the_equation_says() -> None:
    """1 - exp(-10 / 52.18 * 0.5 ^ 0.5) of those who wait where jobs are found half as fast."""
    a = load_parameters().at(DAY, [101]).scalar("flexjob.tightness")
    b = load_parameters().at(DAY, [101]).scalar("flexjob.openness")
    for finding, experience in ((1.0, 0.0), (0.5, 0.0), (1.0, -0.5), (1.6, 0.2)):
        number, wait = got_one(finding, experience)
        chance = 1.0 - np.exp(-10.0 / 52.18 * finding**a * (1.0 + experience) ** b)
        # caseloads and the other flows from the benefit move it a little
        assert number / wait == pytest.approx(chance, abs=0.02 + 3.0 * np.sqrt(chance * (1 - chance) / wait))
    assert got_one(0.3)[0] < 0.75 * got_one(1.0)[0]


@pytest.mark.slow
def test_a_recession_makes_flexjobs_rarer() -> None:
    """Flexjobs a year of waiting in 2027: jobs are found a sixth slower then than without a recession."""

    def rate(path: str, **numbers: float) -> tuple[float, float]:
        waits, to, finding = 0.0, 0.0, []
        for seed in (1, 2):
            made = world(changed(DAY, **numbers), end="2027-W52", scale=0.03, seed=seed, demand=path)
            for week in range(BEFORE_2027 + 39):
                made.step()
                if week >= BEFORE_2027:
                    state = made.world.people.status.state
                    waits += float((state == State.LEDIGHEDSYDELSE).sum()) / 52.18
                    finding.append(made.world.this_week.finding.mean())
            assert made.world.now.week_of_year == 39
            to += made.world.tally.flows[:, State.LEDIGHEDSYDELSE, State.FLEKSJOB].sum()
        return float(to / waits), float(np.mean(finding))

    as_others = {"flexjob__tightness": 1.0, "flexjob__openness": 0.0}
    (flat, easy), (recession, hard) = rate("flat", **as_others), rate("recession", **as_others)
    assert hard < 0.9 * easy
    assert recession / flat == pytest.approx(hard / easy, abs=0.07)
    deaf = {"flexjob__tightness": 0.0, "flexjob__openness": 0.0}
    assert rate("recession", **deaf)[0] == pytest.approx(rate("flat", **deaf)[0], rel=0.05)
