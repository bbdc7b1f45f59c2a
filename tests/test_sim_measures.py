"""Measures: what an entry counts becomes rows, counters are declared once, and every reference is known."""

from __future__ import annotations

from typing import get_type_hints

import numpy as np
import pytest

from reforms.report.texts import load_texts
from sim.outcomes.exits import EXITS
from sim.outcomes.ledger import ENTRIES
from sim.outcomes.measures import AGGREGATES, HEADLINES, MEASURES, TOPICS, Measure, Unit, Words, Year
from sim.outcomes.measures.measure import Counted, Country, Places, Ratio
from sim.outcomes.tally import (
    ChanceTally,
    ContactTally,
    MoveTally,
    Tally,
    WeekTally,
    clear_year,
    counters,
    new_tally,
    part_of,
)
from sim.states import STATES
from sim.vocabulary import PROGRAMMES, TASKS


def year(weeks: int = 26, scale: float = 0.5) -> Year:
    """Return half a year of two municipalities, nothing counted yet, half of the people simulated."""
    zeros = np.zeros(2)
    return Year(new_tally(2, 3), np.zeros((2, 26), np.int64), zeros, np.array([5.0, 15.0]), scale, weeks)


def made(counted: Counted, *groups: str, only_nonzero: bool = False) -> dict[str, list[float]]:
    """Return the values of a measure that counts this, by group."""
    words = Words("x", "x")
    measure = Measure(
        name="x", label=words, unit=Unit("x", "x"), definition=words, groups=groups,
        count=lambda _: counted, over_years="sum", only_nonzero=only_nonzero,
    )  # fmt: skip
    return {group: values.tolist() for group, values in measure.values(year()).items()}


def test_the_country_is_the_sum_of_an_array() -> None:
    assert made(np.array([[1, 2], [3, 5]]), "a", "b") == {"a": [4, 1, 3], "b": [7, 2, 5]}
    assert made(np.array([1.5, 2.0]), "all") == {"all": [3.5, 1.5, 2.0]}


def test_the_country_of_a_ratio_is_the_ratio_of_the_sums() -> None:
    found = made(Ratio(np.array([1.0, 8.0]), np.array([2.0, 4.0]), times=100), "all")
    assert found == {"all": [150.0, 50.0, 200.0]}


def test_the_country_is_as_given() -> None:
    assert made(Places(np.array([1.0, 2.0]), np.array([9.0])), "all") == {"all": [9, 1, 2]}
    assert made(Country(np.array([1.0, 0.0])), "a", "b") == {"a": [1], "b": [0]}
    assert made(Country(np.array([1.0, 0.0])), "a", "b", only_nonzero=True) == {"a": [1]}


def test_a_count_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="x: counted 1 groups, expected 2"):
        made(np.array([1.0, 2.0]), "a", "b")


def test_a_year_counted_by_hand() -> None:
    """Two municipalities; simulated persons stand for two, and half of the year was simulated."""
    some = year()
    some.tally.stock_weeks[:, STATES.index("dagpenge")] = [26, 52]
    some.tally.stock_weeks[:, STATES.index("employed")] = [260, 26]
    some.tally.minutes[:, TASKS.index("handover")] = [60, 30]
    some.tally.caseworker_weeks[:] = [13, 13]
    some.tally.flows[0, STATES.index("dagpenge"), STATES.index("employed")] = 4
    some.tally.flows[1, STATES.index("employed"), STATES.index("employed")] = 7

    def found(name: str, group: str) -> list[float]:
        values: list[float] = MEASURES[name].values(some)[group].tolist()
        return values

    assert found("stock", "dagpenge") == found("stock", "unemployed_gross") == [6, 2, 4]
    assert found("hours", "handover") == [3, 2, 1]
    assert found("caseload", "all") == [3, 2, 4]
    assert found("inflow", "employed") == [8, 8, 0]  # who changes jobs has not entered work
    assert found("exits_to_job", "temporary_support") == [8, 8, 0]
    assert MEASURES["flow"].values(some).keys() == {"dagpenge>employed"}
    # 2 of 2 + 20 + 5 in the one, 4 of 4 + 2 + 15 in the other
    assert found("unemployment_rate", "unemployed_gross") == pytest.approx([12.5, 100 * 2 / 27, 100 * 4 / 21])


def test_self_support_and_exits_counted_by_hand() -> None:
    """Two municipalities; simulated persons stand for two."""
    some = year()
    weeks, flows, at = some.tally.stock_weeks, some.tally.flows, STATES.index
    weeks[:, at("employed")], weeks[:, at("outside")] = [260, 26], [3, 1]
    weeks[:, at("education")] = weeks[:, at("fleksjob")] = weeks[:, at("dagpenge")] = weeks[
        :, at("leave")
    ] = 100
    support = MEASURES["self_support_weeks"].values(some)
    assert {group: values.tolist() for group, values in support.items()} == {
        "all": [580, 526, 54], "employed": [572, 520, 52], "outside": [8, 6, 2],
    }  # fmt: skip
    dagpenge, sick = at("dagpenge"), at("sygedagpenge")
    flows[0, dagpenge, at("employed")], flows[1, sick, at("employed")] = 4, 7
    some.tally.returned[1, sick] = 5
    flows[0, dagpenge, sick] = 3  # leaves dagpenge, not the benefits
    flows[1, dagpenge, at("foertidspension")], flows[1, dagpenge, at("fleksjob")] = 2, 1
    flows[1, dagpenge, len(STATES)] = 6  # leaves the population
    flows[1, at("employed"), at("foertidspension")] = 50  # was on no temporary benefit
    exits = {group: values.tolist() for group, values in MEASURES["exits"].values(some).items()}

    def told(benefit: str) -> dict[str, float]:
        found = {name: exits[f"{benefit}>{name}"][0] for name in EXITS}
        return {name: number for name, number in found.items() if number}

    leaving = {"disability_pension": 4.0, "flexjob": 2.0, "elsewhere": 12.0}
    assert told("dagpenge") == {"job": 8.0, "other_temporary": 6.0, **leaving}
    assert told("sygedagpenge") == {"job": 4.0, "own_employer": 10.0}
    assert told("temporary_support") == {"job": 12.0, "own_employer": 10.0, **leaving}
    assert sum(told("dagpenge").values()) == MEASURES["outflow"].values(some)["dagpenge"][0]


def test_money_is_in_kroner_a_year() -> None:
    some = year()
    some.ledger[:, 0] = [100, 300]  # an a-kasse pays dagpenge, in øre
    expected = np.array([4.0, 1.0, 3.0]) * 2 * 2  # half of the people, half of a year
    cells = {"gross_benefits": "dagpenge", "net_cost_a_kasse": "all", "net_public_cost": "all"}
    for name, group in cells.items():
        assert MEASURES[name].values(some)[group] == pytest.approx(expected, rel=0.01)
    assert MEASURES["net_cost_state"].values(some)["all"].tolist() == [0, 0, 0]


def test_no_two_measures_share_a_name() -> None:
    assert len(MEASURES) == sum(len(topic) for topic in TOPICS)


def test_measures_are_told_in_both_languages() -> None:
    for measure in MEASURES.values():
        for words in (measure.label, measure.definition, measure.unit.words):
            assert words.en, measure.name
            assert words.da, measure.name
    units: dict[str, Unit] = {}
    for measure in MEASURES.values():
        assert units.setdefault(measure.unit.name, measure.unit) == measure.unit, measure.name


def test_tables_ask_for_sections_that_the_report_has() -> None:
    entries = load_texts("en").entries
    sections = {measure.table.section for measure in MEASURES.values() if measure.table}
    assert sections
    assert {f"{section}.heading" for section in sections} <= entries.keys()


def test_groups_have_a_name_that_is_known_elsewhere() -> None:
    known = {*STATES, *AGGREGATES, *TASKS, *PROGRAMMES, *EXITS, *(entry.account for entry in ENTRIES), "all"}
    for measure in MEASURES.values():
        assert measure.groups, measure.name
        for group in measure.groups:
            assert set(group.split(">")) <= known, measure.name


def test_headlines_are_cells_of_outcomes() -> None:
    for told in HEADLINES:
        assert told.group in MEASURES[told.measure].groups
        assert told.on_screen or told.in_pairing or told.column
    names = [told.column.name for told in HEADLINES if told.column]
    assert len(set(names)) == len(names)


def test_what_is_counted_in_a_year_begins_anew_and_persons_now_stay() -> None:
    tally = new_tally(2, 3)
    for counter in tally:
        counter[...] = 1
    clear_year(tally)
    assert [name for name in Tally._fields if getattr(tally, name).any()] == ["stock"]


def test_a_counter_has_the_axes_and_the_type_that_it_declares() -> None:
    tally = new_tally(2, 3)
    assert tally.flows.shape == (2, len(STATES) + 1, len(STATES) + 1)
    assert tally.minutes.shape == (2, len(TASKS))
    assert tally.seen.shape == (3,)
    assert tally.seen.dtype == np.dtype(np.uint32)
    assert set(counters()) == set(Tally._fields)
    declared = get_type_hints(Tally)
    for part in (MoveTally, ContactTally, WeekTally, ChanceTally):
        assert get_type_hints(part) == {name: declared[name] for name in part._fields}
        taken = part_of(tally, part)
        assert all(getattr(taken, name) is getattr(tally, name) for name in part._fields)
    for name, counter in counters().items():
        assert str(np.dtype(counter.dtype)) in str(declared[name]), name
