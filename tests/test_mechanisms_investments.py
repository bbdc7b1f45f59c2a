"""A municipality's investment in caseworkers: hours to the right team, the bill, nothing anywhere else."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from small_worlds import world

from sim import LabourMarket
from sim.mechanisms.staffing import add_hours
from sim.parameters import Change, load_parameters
from sim.states import State
from sim.vocabulary import TARGET_GROUPS, Programme

AALBORG = 851
SICK = TARGET_GROUPS.index("sygedagpenge")


def invested(number: float) -> Change:
    values = ((date(2024, 1, 1), number),)
    return Change("staffing.extra_caseworkers[sygedagpenge]", "set", values, frozenset({AALBORG}))


def groups_apart(made: LabourMarket) -> np.ndarray:
    return np.tile(np.arange(len(TARGET_GROUPS)), (len(made.world.codes), 1))


def test_the_teams_posts_share_the_hours() -> None:
    made = world(scale=0.2)
    cw, at = made.world.caseworkers, list(made.world.codes).index(AALBORG)
    before = cw.minutes.copy()
    extra = np.zeros((len(made.world.codes), len(TARGET_GROUPS)))
    extra[at, SICK] = 2.0
    weight = np.ones(len(before))
    add_hours(cw, extra, 1000.0, weight, groups_apart(made))
    gained = cw.minutes - before
    team = (cw.municipality == at) & (cw.group == SICK)
    assert team.sum() > 1
    assert gained[team] == pytest.approx(2000.0 / team.sum())
    assert not gained[~team].any()
    together = groups_apart(made)
    together[:, TARGET_GROUPS.index("jobafklaring")] = SICK
    cw.minutes[:] = before
    add_hours(cw, extra, 1000.0, weight, together)
    wider = (cw.municipality == at) & np.isin(cw.group, (SICK, TARGET_GROUPS.index("jobafklaring")))
    assert (cw.minutes - before)[wider] == pytest.approx(2000.0 / wider.sum())


def test_a_group_without_cases_leaves_its_extra_hours_to_the_house() -> None:
    made = world(scale=0.002)
    cw, at = made.world.caseworkers, 7
    before = cw.minutes.copy()
    extra = np.zeros((len(made.world.codes), len(TARGET_GROUPS)))
    extra[at, SICK] = 1.0
    add_hours(cw, extra, 600.0, (cw.group != SICK).astype(float), groups_apart(made))
    assert (cw.minutes - before)[cw.municipality == at].sum() == pytest.approx(600.0)


def test_the_bill_comes_with_the_people() -> None:
    """Ten asked for, 35 % of the way at the end of the first week, 620,000 kr. a year each for 12 weeks.

    The ledger's table brings the 52 weeks of 2024 to a year of 365.25 days.
    """
    parameters = load_parameters()
    plain = world(parameters, end="2024-W13")
    more = world(parameters.with_changes((invested(10),)), end="2024-W13")
    plain.run()
    more.run()
    names = ["payer", "receiver", "account", "municipality"]
    bills = [w.ledger_table().query("account == 'jobcentre_staff'").set_index(names) for w in (plain, more)]
    changed = bills[1]["amount_kr"] - bills[0]["amount_kr"]
    assert changed.xs(AALBORG, level="municipality").sum() == pytest.approx(
        10 * 0.35 * 620_000 * 12 / 52.18 * 365.25 / (52 * 7), rel=1e-3
    )
    assert not changed.drop(AALBORG, level="municipality").any()


def test_bought_places_are_used_by_the_group_alone() -> None:
    """Four starts a person-year in private wage subsidies for the sick of Aalborg, and only there."""
    parameters, day = load_parameters(), date(2024, 1, 1)
    here = frozenset({AALBORG})
    changes = (
        Change("programmes.invested_starts[sygedagpenge]", "set", ((day, 4.0),), here),
        Change("programmes.invested_kind", "set", ((day, 2.0),), here),
        Change("programmes.extra_budget_mio_kr", "set", ((day, 100.0),), here),
    )
    sick_in_subsidies = []
    for each in (parameters, parameters.with_changes(changes)):
        made = world(each, end="2024-W26", scale=0.02)
        made.run()
        c, at = made.citizens, list(made.world.codes).index(AALBORG)
        sick = (c.status.state == State.SYGEDAGPENGE) & (c.programme.kind == Programme.PRIVATE_WAGE_SUBSIDY)
        sick_in_subsidies.append([int((sick & (c.person.municipality == at)).sum()), int(sick.sum())])
    (here_before, all_before), (here_after, all_after) = sick_in_subsidies
    assert here_after >= here_before + 5
    assert abs((all_after - here_after) - (all_before - here_before)) <= 2
