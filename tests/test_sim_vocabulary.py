"""One vocabulary: states, accounts, measures and mechanisms fit together, and every parameter is read."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import HEADLINE, changed, run

from reforms import load
from sim.lookup import GROUP_OF
from sim.mechanism import Act, switch_names
from sim.mechanisms.refunds import BENEFIT_ACCOUNT
from sim.outcomes.ledger import ACCOUNT, ENTRIES, ENTRY, PUBLIC, balances, new_ledger
from sim.outcomes.measures import AGGREGATE_LABELS, AGGREGATES, MEASURES
from sim.parameters import Resolved, load_parameters
from sim.states import CLIENT_STATES, INDEXES, NO_GROUP, STATE_LABELS_DA, STATE_LABELS_EN, STATES, State
from sim.vocabulary import PARTIES, PROGRAMMES, TARGET_GROUPS, TASKS
from sim.week import ACTS, MECHANISMS, SWITCHES, phase_of
from sim.world.clients import Clients
from sim.world.people import empty_people

#: Rules of the law that are written down with their source but have no part in the model yet, and why.
NOT_MODELLED = {
    "activation.minimum_offer_weeks": "programmes have their own mean lengths, all of two weeks or more",
    "benefits.activity_supplement_25_29_kr_month": "who takes part in activation full-time is not known",
    "benefits.kontanthjaelp_under_30_home_kr_month": "who lives with their parents is no trait",
    "benefits.uddannelseshjaelp_home_kr_month": "who lives with their parents is no trait",
    "dagpenge.reference_window_weeks": "the right to dagpenge is used up in weeks, whatever the window",
    "sickness.first_follow_up_week": "follow-up of the sick is their contact course",
    "sickness.follow_up_interval_weeks": "follow-up of the sick is their contact course",
}
#: What only other runs ask for, and which.
READ_ELSEWHERE = {
    "population.most_long_term_ratio": "runs that begin at the level of a user's month",
    "population.ready_on_integration_benefit": "runs that begin at the level of a user's month",
}


@pytest.fixture(scope="module")
def read() -> set[str]:
    """Names of the parameters that a run over the turn of a year asks for."""
    asked: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        for method in ("__getitem__", "scalar", "vector"):
            original = getattr(Resolved, method)

            def noting(self: Resolved, name: str, original: object = original) -> object:
                asked.add(name)
                return original(self, name)  # type: ignore[operator]

            patch.setattr(Resolved, method, noting)
        run(start="2025-W51", end="2026-W05")
    return asked


def test_every_parameter_is_read_or_says_why_not(read: set[str]) -> None:
    assert set(load_parameters().names) - read == {*NOT_MODELLED, *READ_ELSEWHERE}


def test_nothing_is_read_that_is_no_parameter(read: set[str]) -> None:
    assert read <= set(load_parameters().names)


@pytest.mark.parametrize("name", HEADLINE)
def test_the_headline_reforms_change_only_what_is_read(name: str) -> None:
    assert not {change.name for change in load(name).changes} & set(NOT_MODELLED)


def test_a_higher_rate_reaches_the_ledger() -> None:
    """The parameters are not merely asked for: one that is raised is paid."""
    day = load_parameters()["benefits.sygedagpenge_max_kr_week"].values[-1][0].replace(year=2024)
    dear = run(changed(day, benefits__sygedagpenge_max_kr_week=9000.0), end="2024-W04")
    assert dear.ledger_table().query("account == 'sygedagpenge'")["amount_kr"].sum() > (
        run(end="2024-W04").ledger_table().query("account == 'sygedagpenge'")["amount_kr"].sum()
    )


def test_the_thirteen_target_groups_cover_every_client() -> None:
    assert len(TARGET_GROUPS) == 13
    for state in CLIENT_STATES:
        for ready in (0, 1):
            assert 0 <= GROUP_OF[state, ready] < 13
    named = {STATES[s]: TARGET_GROUPS[GROUP_OF[s, 0]] for s in CLIENT_STATES}
    for name in ("dagpenge", "kontanthjaelp_job_ready", "sygedagpenge", "jobafklaring", "revalidering"):
        assert named[name] == name
    assert named["ledighedsydelse"] == "fleksjob_visited"
    assert GROUP_OF[State.EMPLOYED, 1] == GROUP_OF[State.EDUCATION, 0] == NO_GROUP


def test_every_state_has_a_name_in_both_languages() -> None:
    assert set(STATE_LABELS_DA) == set(STATE_LABELS_EN) == set(STATES)
    assert set(AGGREGATE_LABELS) >= set(AGGREGATES)
    assert not [text for text in STATE_LABELS_DA.values() if "ae" in text.lower() or "oe" in text.lower()]


def test_every_index_has_distinct_components() -> None:
    assert all(len(set(names)) == len(names) for names in INDEXES.values())
    used = {load_parameters()[name].index for name in load_parameters().names}
    assert used - {None} <= set(INDEXES)


def test_aggregates_are_sums_of_states() -> None:
    for name, members in AGGREGATES.items():
        assert len(set(members)) == len(members), name
        assert set(members) <= set(STATES), name
    assert AGGREGATES["temporary_support"] == tuple(STATES[s] for s in CLIENT_STATES)


def test_every_entry_is_between_two_known_parties() -> None:
    assert len(ENTRY) == len(ACCOUNT) == len(ENTRIES)
    assert {p for entry in ENTRIES for p in (entry.payer, entry.receiver)} == set(PARTIES)
    assert all(entry.payer != entry.receiver for entry in ENTRIES)
    assert set(PUBLIC) < set(PARTIES)


def test_everybody_on_a_benefit_is_paid_by_someone_to_a_citizen() -> None:
    paid = {STATES[at] for at in np.flatnonzero(BENEFIT_ACCOUNT >= 0)}
    assert paid == set(STATES) - {"employed", "education", "outside"}
    assert all(ENTRIES[at].receiver == "citizen" for at in BENEFIT_ACCOUNT[BENEFIT_ACCOUNT >= 0])


@given(st.lists(st.integers(0, 10**9), min_size=len(ENTRIES), max_size=len(ENTRIES)))
def test_what_one_party_pays_another_receives(amounts: list[int]) -> None:
    ledger = new_ledger(3)
    ledger[1] = amounts
    found = balances(ledger)
    assert sum(found.values()) == 0
    paid = sum(x for x, entry in zip(amounts, ENTRIES, strict=True) if entry.payer == "state")
    received = sum(x for x, entry in zip(amounts, ENTRIES, strict=True) if entry.receiver == "state")
    assert found["state"] == received - paid


def test_every_mechanism_has_a_file_that_explains_it() -> None:
    assert len({mechanism.name for mechanism in MECHANISMS}) == len(MECHANISMS)
    for mechanism in MECHANISMS:
        text = import_module(mechanism.home).__doc__ or ""
        assert len(text) > 150, mechanism.name
        assert mechanism.home.startswith("sim.mechanisms."), mechanism.name
        for said in (mechanism.label, mechanism.label_da, mechanism.equation, mechanism.evidence):
            assert said, mechanism.name
        assert mechanism.when_off, mechanism.name


@pytest.mark.parametrize(
    ("name", "phase"),
    [
        ("season", "demand"),
        ("programmes", "programmes, transitions"),
        ("payments", "money"),
        ("cycle", ""),
        ("threat", ""),
        ("municipal_reaction", ""),
        ("transition", ""),
    ],
)
def test_a_mechanism_has_the_phases_of_its_acts_and_none_without_acts(name: str, phase: str) -> None:
    (mechanism,) = [each for each in MECHANISMS if each.name == name]
    assert phase_of(mechanism) == phase


def test_every_act_stands_in_the_week_once() -> None:
    """And every act that a mechanism's file defines is done in some phase."""
    assert len(set(ACTS)) == len(ACTS) == len({act.name for act in ACTS})
    for home in {mechanism.home for mechanism in MECHANISMS}:
        defined = {each for each in vars(import_module(home)).values() if isinstance(each, Act)}
        assert defined <= set(ACTS), home
    known = {mechanism.name for mechanism in MECHANISMS}
    for act in ACTS:
        assert act.mechanism in known | {""}, act.name
        assert act.text.endswith("."), act.name
        assert act.do.__module__.startswith("sim.mechanisms.") == bool(act.mechanism), act.name


def test_the_switches_read_off_the_files_are_those_of_the_week() -> None:
    assert switch_names() == tuple(sorted(SWITCHES))
    assert len(SWITCHES) > 25


def test_every_measure_of_a_run_is_registered_and_every_registered_one_is_measured() -> None:
    outcomes = run(scale=0.01, end="2024-W06").outcomes()
    assert set(outcomes["measure"]) == set(MEASURES)
    assert outcomes["unit"].notna().all()
    groups = outcomes.groupby("measure")["group"].agg(set)
    assert groups["hours"] == set(TASKS)
    assert set(PROGRAMMES) <= groups["participants"]
    assert set(STATES) | set(AGGREGATES) == groups["stock"]


def test_a_record_is_small() -> None:
    """All of Denmark in less than a gigabyte: everybody's records, and twice a tenth of them as clients."""
    everybody = sum(group.itemsize for group in (*empty_people(3)[:3], *empty_people(3).calendar))
    client = sum(column.itemsize for column in Clients.room(3))
    assert everybody > 50
    assert everybody * 3.8e6 + 2 * client * 0.38e6 < 0.8e9
