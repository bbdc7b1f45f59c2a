"""Reports take their lists of states from the table, in the order that readers know."""

from __future__ import annotations

from calibration.experiments.schema import GROUPS
from reforms.report import flows, tables
from reforms.report.results import BLOCKS
from reforms.report.texts import LANGUAGES, load_texts
from sim.states import CLIENT_STATES, STATES

TEMPORARY = (
    "dagpenge", "kontanthjaelp_job_ready", "kontanthjaelp_activity_ready", "uddannelseshjaelp",
    "integration_benefit", "revalidering", "sygedagpenge", "jobafklaring", "ressourceforloeb",
    "ledighedsydelse",
)  # fmt: skip


def test_every_state_is_in_one_block_that_has_a_name_and_a_place() -> None:
    assert sorted(state for states in BLOCKS.values() for state in states) == sorted(STATES)
    assert {*flows._LADDER, "apart", "work"} == BLOCKS.keys()
    assert len(flows._LADDER) == len(BLOCKS) - 2
    for lang in LANGUAGES:
        assert all(load_texts(lang).named("flow.block", block) != block for block in BLOCKS)


def test_every_temporary_benefit_has_a_row_from_near_to_work_to_far_from_it() -> None:
    assert tables.BENEFITS == TEMPORARY
    assert set(tables.BENEFITS) == {STATES[state] for state in CLIENT_STATES}


def test_the_table_of_recipients_ends_with_what_lasts_and_the_employed() -> None:
    after = ("temporary_support", "fleksjob", "foertidspension", "public_support", "employed")
    assert (*TEMPORARY, *after) == tables.STOCKS


def test_large_benefits_have_a_survival_curve() -> None:
    large = ("dagpenge", "kontanthjaelp_job_ready", "kontanthjaelp_activity_ready", "sygedagpenge")
    assert large == tables.SURVIVAL


def test_the_ladder_of_the_picture_of_moves_stands_as_drawn() -> None:
    ladder = ("social_assistance", "insured", "sickness", "clarification", "flexjob", "pension")
    assert ladder == flows._LADDER


def test_benefits_of_a_trial_are_the_states_that_the_jobcentre_follows() -> None:
    """In the order of the table: the first state is work, the last ones are not followed."""
    assert GROUPS["benefits"] == tuple(state for state in STATES if state in TEMPORARY)
