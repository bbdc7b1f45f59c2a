"""No order matters: of reforms, of what is stacked on what, of switches; of municipalities and of posts."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_worlds import columns, different, fingerprint, run, world

import jobvej
from reforms import load
from reforms.load import load as load_reform
from sim import LabourMarket, data
from sim.mechanisms import contact
from sim.parameters import Change, Origin, load_parameters
from sim.runs.options import RunFields
from sim.start import jobcentres
from sim.start.starting_stocks import whole_persons
from sim.states import STATES, State
from sim.vocabulary import TARGET_GROUPS
from sim.week import run_acts
from sim.world.caseworkers import Caseworkers

REFORMS = ("cut-3bn", "no-focus-targets", "refund-change")
SMALL: RunFields = {"start": "2026-W45", "end": "2027-W08", "scale": 0.002, "quiet": True}
DAY = date(2024, 1, 15)


def local(code: int, number: float) -> Change:
    """Other interviews in one municipality."""
    return Change(
        "contact.documentation_minutes", "set", ((DAY, number),), frozenset({code}), origin=Origin(str(code))
    )


@cache
def compared(*names: str) -> pd.DataFrame:
    """All differences of a comparison, by reform."""
    return jobvej.compare(names, **SMALL).summary


@pytest.mark.parametrize("names", list(permutations(REFORMS))[1:], ids="-".join)
def test_the_order_of_reforms_that_are_compared_changes_no_number(names: tuple[str, ...]) -> None:
    first, other = compared(*REFORMS), compared(*names)
    assert list(dict.fromkeys(other["scenario"])) == list(names)
    for name in REFORMS:
        mine, theirs = (each[each["scenario"] == name].reset_index(drop=True) for each in (first, other))
        pd.testing.assert_frame_equal(mine, theirs, check_exact=True)


def test_a_reform_gives_the_same_alone_and_beside_others() -> None:
    alone, beside = compared("cut-3bn"), compared(*REFORMS)
    beside = beside[beside["scenario"] == "cut-3bn"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, beside, check_exact=True)


def test_reforms_that_are_combined_in_any_order_are_the_same_parameters() -> None:
    digests = {
        load_parameters().with_changes(load("+".join(names)).changes).digest()
        for names in permutations(REFORMS)
    }
    assert len(digests) == 1


def test_reforms_that_are_stacked_one_by_one_run_like_the_combination() -> None:
    def stacked(names: tuple[str, ...]) -> LabourMarket:
        parameters = load_parameters()
        for name in names:
            parameters = parameters.with_changes(load_reform(name).changes)
        return run(parameters, start=SMALL["start"], end=SMALL["end"], scale=SMALL["scale"])

    whole = run(
        load_parameters().with_changes(load("+".join(REFORMS)).changes),
        start=SMALL["start"], end=SMALL["end"], scale=SMALL["scale"],
    )  # fmt: skip
    assert {fingerprint(stacked(names)) for names in (REFORMS, REFORMS[::-1])} == {fingerprint(whole)}


def test_municipalities_in_any_order_and_in_one_change_or_several() -> None:
    codes = (360, 101, 751, 860)
    apart = [local(code, 60.0) for code in codes]
    together = Change(
        "contact.documentation_minutes", "set", ((DAY, 60.0),), frozenset(codes), origin=Origin("all")
    )
    first = load_parameters().with_changes(apart)
    second = load_parameters().with_changes(apart[::-1])
    assert first.digest() == second.digest()
    prints = {fingerprint(run(each)) for each in (first, second, load_parameters().with_changes([together]))}
    assert len(prints) == 1
    assert prints != {fingerprint(run())}


def test_a_reforms_file_may_name_its_municipalities_in_any_order(tmp_path: Path) -> None:
    def written(names: str) -> str:
        text = """
name: some-places
title: {en: Some places, da: Nogle steder}
summary: {en: More documentation., da: Mere dokumentation.}
author: Jobvej
theme: simplification
source: {title: test}
changes:
  - parameter: contact.documentation_minutes
    operation: add
    values: {2026-01-01: 5}
    municipalities: [%s]
    reason: A test.
"""
        file = tmp_path / "some-places.yaml"
        file.write_text(text % names, "utf-8")
        return load_parameters().with_changes(load(str(file)).changes).digest()

    assert written("Lolland, Hjørring, Aarhus") == written("Aarhus, Lolland, Hjørring")


def test_switches_in_any_order() -> None:
    one = run(switched_off=["season", "ageing", "sanctions"])
    other = run(switched_off=["sanctions", "season", "ageing"])
    assert fingerprint(one) == fingerprint(other)


def test_which_of_two_interviews_was_found_first_decides_nothing() -> None:
    """The queue is turned round before interviews are held: ties are decided by keyed draws, not by place."""
    plain, turned = (world(scale=0.01, end="2024-W09") for _ in range(2))
    plain.run()
    for _ in range(turned.weeks):
        turned.enter_week()
        for act in run_acts(turned.world):
            if act is contact.find_due:
                queue = turned.world.this_week.due
                assert len(queue.client) > 10
                turned.world.this_week.due = contact.Queue(*(column[::-1].copy() for column in queue))
        turned.close_week()
    assert different(columns(plain), columns(turned)) == []


#: Sixty weeks, through a new year and five quarterly budgets, with a saving, so that posts are vacated.
WEEKS = 60
LIVED: dict[str, Any] = {"start": "2024-W01", "end": "2025-W20", "scale": 0.02, "seed": 3}


def lives(made: LabourMarket) -> pd.DataFrame:
    """What became of everybody and what they have had, by the person's identity."""
    people, w = made.world.people, made.world
    employer = people.status.employer
    frame = pd.DataFrame(
        {
            "state": people.status.state,
            "entered": people.status.entered,
            "workplace": np.where(employer >= 0, w.employers.key[employer], 0),
            "weeks_employed": people.status.weeks_employed,
            "weeks_supported": people.status.weeks_supported,
            "municipality": w.codes[people.person.municipality],
        },
        index=people.person.key,
    )
    return frame.sort_index()


def interviews(made: LabourMarket) -> dict[int, int]:
    """Interviews held this year by municipality."""
    held = made.world.tally.interviews.sum(axis=1)
    return dict(sorted(zip(made.world.codes.tolist(), held.tolist(), strict=True)))


def lived() -> LabourMarket:
    """The small world in the middle of a year, with less staff from the first summer on."""
    made = world(
        load_parameters().with_changes(
            (Change("staffing.extra_caseworkers_share", "set", ((date(2024, 6, 3), -0.2),)),)
        ),
        **LIVED,
    )
    for _ in range(WEEKS):
        made.step()
    return made


@cache
def as_usual() -> tuple[pd.DataFrame, dict[int, int]]:
    """The lives and the interviews in the usual order."""
    made = lived()
    cw = made.world.caseworkers
    assert np.bincount(cw.municipality * len(TARGET_GROUPS) + cw.group).max() > 3  # equals in a team
    assert (cw.active == 0).any()  # and posts that nobody fills
    return lives(made), interviews(made)


def same_as_usual(made: LabourMarket) -> None:
    """Nobody's life has changed, and no jobcentre's work."""
    usual, held = as_usual()
    pd.testing.assert_frame_equal(usual, lives(made), check_exact=True)
    assert interviews(made) == held
    assert sum(held.values()) > 0


def test_posts_of_a_jobcentre_in_another_order(monkeypatch: pytest.MonkeyPatch) -> None:
    made = jobcentres.create_caseworkers

    def turned(*given: Any) -> Caseworkers:
        cw = made(*given)
        n, ends = len(cw.group), zip(cw.first[:-1], cw.first[1:], strict=True)
        order = np.concatenate([np.arange(begin, end)[::-1] for begin, end in ends])
        columns: dict[str, Any] = cw._asdict()
        return Caseworkers(**{x: v[order] if v.shape == (n,) else v for x, v in columns.items()})

    as_usual()
    monkeypatch.setattr("sim.start.beginning.create_caseworkers", turned)
    same_as_usual(lived())


@pytest.mark.parametrize("how", ["from the last to the first", "in no order"])
def test_municipalities_of_the_country_in_another_order(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    as_usual()
    n = len(data.municipality_codes())
    order = np.arange(n)[::-1] if how != "in no order" else np.random.default_rng(1).permutation(n)
    table, distance = data.municipalities().iloc[order], data.distance_matrix()[np.ix_(order, order)]
    monkeypatch.setattr(data, "municipalities", lambda: table)
    monkeypatch.setattr(data, "distance_matrix", lambda: distance)
    monkeypatch.setattr("sim.model.municipality_codes", lambda: table.index.to_numpy(np.int64))
    made = lived()
    assert made.world.codes.tolist() == table.index.tolist()
    same_as_usual(made)


def test_records_are_rounded_in_the_order_of_codes() -> None:
    """Of 0.5, 0.4 and 0.6 the running sums are 0.5, 0.9 and 1.5: a record each time half of one is passed."""
    stocks = np.zeros((3, len(STATES)))
    stocks[:, State.DAGPENGE] = 500.0, 400.0, 600.0
    codes = np.array([101, 147, 151])
    expected = np.array([1, 0, 1])
    for order in permutations(range(3)):
        at = list(order)
        counts = whole_persons(stocks[at], 0.001, codes[at])
        assert counts[:, State.DAGPENGE].tolist() == expected[at].tolist()
