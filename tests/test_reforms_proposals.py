"""Every proposal of the debate is a reform, runs, and works through the mechanism that its file names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from small_worlds import brought_forward, world

from reforms import catalogue, check
from reforms.check import proposal_ids
from reforms.reform import LANGUAGES, Reform
from sim import LabourMarket
from sim.parameters import Change, Origin, load_parameters

#: First letters of the proposals of each author, and the package that combines them.
PACKAGES = {
    "SC": "six-cities-2023",
    "DJ": "djoef-2023",
    "KD": "kl-deloitte-2012",
    "KL": "kl-2024",
    "VU": "kl-vulnerable-2021",
}
DAY = date(2026, 1, 5)
#: Scale and weeks of the worlds in which a proposal may show; the first in which it does is looked at.
SIZES = ((0.002, 16), (0.01, 22), (0.04, 30), (0.2, 40))
#: Of rules that act from the turn of a year on, or from the year after that in which trials are followed.
LATER = {"DJ04": ((0.01, 60), (0.02, 60)), "KD11": ((0.02, 60),)}
#: No part of its author's package: KL's condition for a saving that it does not propose.
LEFT_OUT = {"KL18"}
#: Numbers that no small world of half a year would notice, made large or near enough to be seen.
VISIBLE = {
    "programmes.public_fee_kr_month": 20_000.0,
    "adoption.measured_weeks": 6.0,
    "adoption.lag_weeks": 4.0,
}

#: Conditions on a plan of others, which act beside it; and who comes first, which matters where hours lack.
BESIDE = {"DJ19": "cut-3bn", "DJ04": "cut-3bn", "DJ17": "djoef-welfare-agreements"}
#: Numbers beside a proposal: what is tried is sure to work.
SURE = {"DJ17": {"adoption.least_gain": -1.0}}

SINGLE = {
    reform.proposals[0]: reform
    for reform in catalogue()
    if len(reform.proposals) == 1 and len(reform.parts) == 1
}
RUNNABLE = {proposal: reform for proposal, reform in sorted(SINGLE.items()) if reform.runnable}
OTHERS = [reform for reform in catalogue() if reform not in SINGLE.values()]


def test_every_proposal_is_one_reform_of_its_own() -> None:
    singles = [each.proposals[0] for each in catalogue() if len(each.proposals) == 1 and len(each.parts) == 1]
    assert sorted(singles) == sorted(proposal_ids())
    assert len(singles) == 88


def test_at_least_75_run_and_the_others_say_what_comes_nearest() -> None:
    assert len(RUNNABLE) >= 75
    for reform in set(SINGLE.values()) - set(RUNNABLE.values()):
        assert len(reform.reason) > 40
        assert reform.nearest
        assert not reform.changes


@pytest.mark.parametrize("package", PACKAGES.values())
def test_a_package_is_all_that_its_author_proposes_and_can_run(package: str) -> None:
    (whole,) = [reform for reform in catalogue() if reform.name == package]
    prefix = next(letters for letters, name in PACKAGES.items() if name == package)
    proposed = [(proposal, reform) for proposal, reform in RUNNABLE.items() if proposal not in LEFT_OUT]
    wanted = {reform.name for proposal, reform in proposed if proposal.startswith(prefix)}
    assert set(whole.parts) == wanted
    assert whole.runnable


@pytest.mark.parametrize("reform", SINGLE.values(), ids=list(SINGLE))
def test_nothing_in_a_proposal_is_doubtful(reform: Reform) -> None:
    doubts = [str(finding) for finding in check([reform.name])]
    assert len(doubts) == (not reform.runnable)
    assert all("cannot be run" in doubt for doubt in doubts)


@pytest.mark.parametrize("reform", RUNNABLE.values(), ids=list(RUNNABLE))
def test_a_proposal_says_its_document_mechanism_and_what_each_size_rests_on(reform: Reform) -> None:
    assert reform.source.title
    assert reform.source.publisher
    assert reform.source.year
    assert reform.source.locator
    assert reform.theme
    assert reform.mechanisms
    explained = {size.parameter.partition("[")[0] for size in reform.sizes}
    assert {change.name for change in reform.changes} == explained
    for language in LANGUAGES:
        assert len(reform.title(language)) < 110


@cache
def trunk(size: tuple[float, int], *off: str) -> LabourMarket:
    """A world in its first week, with mechanisms switched off."""
    return world(start="2026-W02", end="2027-W12", scale=size[0], switched_off=off)


def lived(size: tuple[float, int], changes: tuple[Change, ...], *off: str) -> dict[str, bytes]:
    """What has become of everybody: each column of the citizens' status, after the weeks of the size."""
    first = trunk(size, *off)
    made = first.branch(load_parameters().with_changes(changes))
    for _ in range(size[1]):
        made.step()
    status = made.citizens.status
    return {name: status[name].tobytes() for name in status.dtype.names}


def beside(proposal: str) -> tuple[Change, ...]:
    """The changes that there are with and without a proposal."""
    sure = tuple(
        Change(name, "set", ((DAY, x),), origin=Origin("sure")) for name, x in SURE.get(proposal, {}).items()
    )
    return (*brought_forward(BESIDE[proposal], DAY), *sure) if proposal in BESIDE else ()


@cache
def baseline(size: tuple[float, int], other: tuple[Change, ...], *off: str) -> dict[str, bytes]:
    return lived(size, other, *off)


def begun(reform: Reform) -> tuple[Change, ...]:
    """The changes of a reform from the first week on, each large enough to be seen in a small world."""
    changes = brought_forward(reform.name, DAY)
    return beside(reform.proposals[0]) + tuple(
        replace(change, values=((change.start, VISIBLE[change.name]),)) if change.name in VISIBLE else change
        for change in changes
    )


@pytest.mark.parametrize("proposal", RUNNABLE)
def test_the_mechanism_named_carries_the_effect(proposal: str) -> None:
    """With it, people live other lives; with it switched off in both worlds nobody's life differs at all.

    What a change costs whom (the ledger) is not looked at: a refund is paid whoever reacts to it.
    """
    reform = RUNNABLE[proposal]
    off, other = tuple(sorted(reform.mechanisms)), beside(proposal)
    showing = (
        size for size in LATER.get(proposal, SIZES) if lived(size, begun(reform)) != baseline(size, other)
    )
    size = next(showing, None)
    assert size is not None, "the proposal changes nobody's life"
    left = lived(size, begun(reform), *off)
    assert [name for name, column in left.items() if column != baseline(size, other, *off)[name]] == []


@pytest.mark.parametrize("reform", OTHERS, ids=lambda reform: reform.name)
def test_every_other_reform_runs(reform: Reform) -> None:
    changes = brought_forward(reform.name, DAY) if reform.changes else ()
    made = trunk((0.001, 3)).branch(load_parameters().with_changes(changes))
    people = made.citizens.status.state.size
    for _ in range(3):
        made.step()
    assert made.world.tally.stock.sum() == people
