"""Where the law sends who loses a job, and what caseworkers have no part in."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_worlds import world

from sim.mechanisms import benefit_shifts, mass_layoffs
from sim.rules.entitlement import after_a_job, send_job_losers
from sim.rules.flows import ASSISTANCE
from sim.states import State
from sim.world.people import NO_ROW


@pytest.mark.parametrize(
    ("insured", "u", "to"),
    [(1, 0.99, State.DAGPENGE), (0, 0.29, ASSISTANCE), (0, 0.31, State.OUTSIDE)],
)
def test_the_uninsured_go_to_assistance_with_the_laws_chance(insured: int, u: float, to: State) -> None:
    market = world(end="2024-W02", scale=0.002)
    market.step()
    r = market.world.rules["separations"].law._replace(uninsured_to_assistance=0.3)
    assert after_a_job(insured, u, r) == to


def test_a_mass_layoff_sends_people_where_any_job_loss_does() -> None:
    """Everybody insured: dagpenge.  Nobody, and no assistance for any: out of public support."""
    market = world(end="2024-W02", scale=0.002)
    market.step()
    w = market.world
    who = np.flatnonzero(w.people.status.state == State.EMPLOYED)[:50].astype(np.int32)
    to, r = np.empty(who.size, np.uint8), w.rules["mass_layoffs"]
    for insured, chance, wanted in (
        (1, 0.0, {State.DAGPENGE}),
        (0, 0.0, {State.OUTSIDE}),
        (
            0,
            1.0,
            {State.KONTANTHJAELP_JOB_READY, State.KONTANTHJAELP_ACTIVITY_READY, State.UDDANNELSESHJAELP},
        ),
    ):
        w.people.person.insured[who] = insured
        under = r.law._replace(uninsured_to_assistance=chance)
        purposes = mass_layoffs._DESTINATION, mass_layoffs._READINESS
        send_job_losers(w.now, who, *purposes, w.people.person, w.people.on_file, under, to)
        assert set(to.tolist()) <= {int(state) for state in wanted}
        assert len(set(to.tolist())) > (chance > 0.0)


def test_residence_ends_the_integration_benefit_at_one_pace_whatever_the_caseload() -> None:
    market = world(end="2024-W02", scale=0.01)
    market.step()
    w = market.world
    k, cw, r = w.clients.settled, w.caseworkers, w.rules["benefit_shifts"]
    r = r._replace(caseload=r.caseload._replace(effect=np.ones(3)))
    seen = (k.contact.caseworker >= 0) & (w.people.calendar.row[k.id] != NO_ROW)
    i = int(np.flatnonzero(seen & (k.state == State.INTEGRATION_BENEFIT))[0])
    chance = -math.expm1(-r.total[k.person.rule_row[i], State.INTEGRATION_BENEFIT])
    assert 0.0 < chance < 0.1
    for ease in (-0.5, 0.0, 0.5):
        cw.ease[:] = ease
        stays = benefit_shifts._by_look(i, chance * 1.0001, 0.5, w.now, k, cw, 1.0, r)
        leaves = benefit_shifts._by_look(i, chance * 0.9999, 0.5, w.now, k, cw, 1.0, r)
        assert stays == State.INTEGRATION_BENEFIT != leaves
