"""Arms of a trial: rules by person, without a trace where there is no trial."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from small_worlds import columns, different, run, world

from sim import LabourMarket
from sim.errors import InputError
from sim.parameters import Change, Origin, load_parameters
from sim.states import State

DAY = date(2024, 1, 1)
#: What is kept for each row of rules, and so has more rows with an arm: not people's lives.
BY_ROW_OF_RULES = {"caseworkers.reach", "caseworkers.through"}


def given(**numbers: float) -> tuple[Change, ...]:
    """Changes from the first day on; ``__`` stands for the dot of a name."""
    origin = Origin("test", kind="treatment")
    return tuple(
        Change(name.replace("__", "."), "set", ((DAY, x),), origin=origin) for name, x in numbers.items()
    )


def put_everybody_in_the_arm(made: LabourMarket) -> None:
    """Before the first week: the arm's rules are everybody's, and nobody is called in for it."""
    for columns_ in (made.world.people.person, made.world.clients.everybody.person):
        columns_.rule_row[:] += len(made.world.codes)


#: What can be given to persons: contact and its form, its effect, programmes, sanctions and law.  Rates of
#: benefits are not among them: the first event of who is outside when a run begins follows everybody's law.
PERSONAL = {
    "interviews": {"contact__interviews_first_26_weeks": 12.0, "contact__no_show_share": 0.0},
    "form": {"contact__digital_share": 1.0, "casework__specialist_effect": 0.3},
    "programmes": {"programmes__start_rate": 4.0, "programmes__notice_weeks": 1.0},
    "sanctions": {"sanctions__dagpenge_a_year": 2.0, "sanctions__weeks": 2.0, "sanctions__loss_share": 1.0},
    "right": {"dagpenge__period_weeks": 60.0},
    "sickness": {"sickness__revaluation_week": 8.0, "clarification__team_weeks": 0.0},
    "flows": {"flows__ledighedsydelse_to_fleksjob": 3.0, "ordinary_hours__start_rate": 1.0},
}


@pytest.mark.parametrize("what", PERSONAL)
def test_everybody_in_an_arm_lives_as_if_its_rules_were_the_law(what: str) -> None:
    changes = given(**PERSONAL[what])
    law = run(load_parameters().with_changes(changes))
    trial = world(arms=[changes])
    put_everybody_in_the_arm(trial)
    trial.run()
    without = run()
    # What a house plans to have left for interviews is reckoned by its municipality's form of them.
    planned = {"caseworkers.carried"} if what == "form" else set()
    apart = set(different(columns(law), columns(trial))) - planned
    assert apart == {"person.rule_row", *BY_ROW_OF_RULES}
    assert different(columns(law), columns(without))


def test_an_arm_with_nobody_in_it_changes_nothing() -> None:
    trial = run(arms=[given(search__threat=1.0), given(contact__no_show_share=0.5)])
    assert set(different(columns(run()), columns(trial))) == BY_ROW_OF_RULES


def test_a_newcomer_does_not_inherit_the_arm_of_the_record() -> None:
    trial = world(arms=[given(search__threat=1.0)])
    person, m = trial.world.people.person, len(trial.world.codes)
    before = person.key.copy()
    put_everybody_in_the_arm(trial)
    trial.run()
    new = person.key != before
    assert new.any()
    assert (person.rule_row[new] == person.municipality[new]).all()
    assert (person.rule_row[~new] == person.municipality[~new] + m).all()


def test_who_is_put_in_an_arm_with_more_contact_is_called_in() -> None:
    trial = world(arms=[given(contact__interval_weeks_after_26=2.0, contact__interviews_first_26_weeks=13.0)])
    trial.step()
    before = trial.citizens
    k, state = before.contact, before.status.state
    met = (state == State.KONTANTHJAELP_ACTIVITY_READY) & (k.last_interview >= k.contact_start)
    who = np.flatnonzero(met).astype(np.int32)[::2]
    trial.assign(who, 1)
    due = trial.citizens.contact.next_due
    assert who.size > 10
    assert (due[who] == np.maximum(k.last_interview[who] + 2, trial.week)).all()
    rest = np.ones(len(due), bool)
    rest[who] = False
    assert (due[rest] == k.next_due[rest]).all()


def test_people_can_be_put_in_an_arm_before_the_first_week() -> None:
    trial = world(arms=[given(search__threat=1.0)])
    trial.assign(np.arange(len(trial.world.people.person), dtype=np.int32), 1)
    trial.step()
    person = trial.world.people.person
    kept = person.rule_row == person.municipality + len(trial.world.codes)
    assert kept.mean() > 0.99


@pytest.mark.parametrize("arm", [-1, 2])
def test_an_arm_that_the_run_does_not_have_is_refused(arm: int) -> None:
    trial = world(arms=[given(search__threat=1.0)])
    with pytest.raises(InputError, match=f"arm {arm}: this run has 1"):
        trial.assign(np.zeros(1, np.int32), arm)


@pytest.mark.parametrize(
    "name",
    [
        "casework.specialist_effect",
        "contact.no_show_share",
        "clarification.revalidering_open",
        "search.interview_effect",
        "staffing.turnover_a_year",
    ],
)
def test_a_number_of_one_municipality_is_its_own(name: str) -> None:
    change = Change(name, "multiply", ((DAY, 0.5),), municipalities=frozenset({101}))
    if name == "casework.specialist_effect":
        change = Change(name, "set", ((DAY, 0.1),), municipalities=frozenset({101}))
    assert run(load_parameters().with_changes([change]), end="2024-W03").week == 3
