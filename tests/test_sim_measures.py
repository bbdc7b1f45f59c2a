"""Measures: what an entry counts becomes rows, counters are declared once, and every reference is known."""

from __future__ import annotations

from dataclasses import replace
from typing import get_type_hints

import numpy as np
import pytest

from reforms.report.texts import load_texts
from sim.outcomes.exits import EXITS
from sim.outcomes.ledger import ACCOUNT, ENTRIES
from sim.outcomes.measures import AGGREGATES, HEADLINES, MEASURES, TOPICS, Measure, Unit, Words, Year
from sim.outcomes.measures.measure import Counted, Country, Places, Ratio
from sim.outcomes.measures.year import Reckoned
from sim.outcomes.prices import Prices
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

#: Prices that do not rise.
STILL = Prices(2024, 0.0, (2022, 2026))
#: 2026 has 53 ISO weeks, 2025 has 52.
LONG, SHORT = 2026, 2025
#: What a sum over the weeks of 2025 is multiplied by: 365.25 days over 52 weeks of 7.
A_YEAR = 365.25 / 364


def year(weeks: int = 26, scale: float = 0.5, number: int = SHORT, by: Reckoned | None = None) -> Year:
    """Return half a year of two municipalities, nothing counted yet, half of the people simulated."""
    by = by or Reckoned()
    zeros = np.zeros(2)
    ledger = np.zeros((2, len(ENTRIES)), np.int64)
    return Year(new_tally(2, 3), ledger, zeros, np.array([5.0, 15.0]), scale, weeks, number, by, STILL)


def made(counted: Counted, *groups: str) -> dict[str, list[float]]:
    """Return the values of a measure that counts this, by group."""
    words = Words("x", "x")
    measure = Measure(
        name="x", label=words, unit=Unit("x", "x"), definition=words, groups=groups,
        count=lambda _: counted, over_years="sum",
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
    assert found("caseload", "all") == [3, 2, 4]
    for name, group, sums in (
        ("hours", "handover", [3, 2, 1]),
        ("inflow", "employed", [8, 8, 0]),  # who changes jobs has not entered work
        ("exits_to_job", "temporary_support", [8, 8, 0]),
    ):
        assert found(name, group) == pytest.approx([A_YEAR * each for each in sums])
    flows = {group: values[0] for group, values in MEASURES["flow"].values(some).items()}
    assert len(flows) == len(STATES) * (len(STATES) - 1)
    assert {group for group, number in flows.items() if number} == {"dagpenge>employed"}
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
    assert {group: (values / A_YEAR).round(9).tolist() for group, values in support.items()} == {
        "all": [580, 526, 54], "employed": [572, 520, 52], "outside": [8, 6, 2],
    }  # fmt: skip
    dagpenge, sick = at("dagpenge"), at("sygedagpenge")
    flows[0, dagpenge, at("employed")], flows[1, sick, at("employed")] = 4, 7
    some.tally.returned[1, sick] = 5
    flows[0, dagpenge, sick] = 3  # leaves dagpenge, not the benefits
    flows[1, dagpenge, at("foertidspension")], flows[1, dagpenge, at("fleksjob")] = 2, 1
    flows[1, dagpenge, len(STATES)] = 6  # leaves the population
    flows[1, at("employed"), at("foertidspension")] = 50  # was on no temporary benefit
    counted = MEASURES["exits"].values(some).items()
    exits = {group: (values / A_YEAR).round(9).tolist() for group, values in counted}

    def told(benefit: str) -> dict[str, float]:
        found = {name: exits[f"{benefit}>{name}"][0] for name in EXITS}
        return {name: number for name, number in found.items() if number}

    leaving = {"disability_pension": 4.0, "flexjob": 2.0, "elsewhere": 12.0}
    assert told("dagpenge") == {"job": 8.0, "other_temporary": 6.0, **leaving}
    assert told("sygedagpenge") == {"job": 4.0, "own_employer": 10.0}
    assert told("temporary_support") == {"job": 12.0, "own_employer": 10.0, **leaving}
    out = MEASURES["outflow"].values(some)["dagpenge"][0]
    assert sum(told("dagpenge").values()) == pytest.approx(out / A_YEAR)


def test_money_is_in_kroner_a_year() -> None:
    some = year()
    some.ledger[:, 0] = [100, 300]  # an a-kasse pays dagpenge, in øre
    expected = np.array([4.0, 1.0, 3.0]) * 2 * A_YEAR  # half of the people; of half a year, half a year's
    cells = {"gross_benefits": "dagpenge", "net_cost_a_kasse": "all", "net_public_cost": "all"}
    for name, group in cells.items():
        assert MEASURES[name].values(some)[group] == pytest.approx(expected, rel=1e-12)
    assert MEASURES["net_cost_state"].values(some)["all"].tolist() == [0, 0, 0]


def test_a_year_of_53_weeks_is_no_longer_than_another() -> None:
    """The same every week in a year of 52 and one of 53: the same amounts, persons and rates a year."""
    told = {}
    for number, weeks in ((SHORT, 52), (LONG, 53)):
        some = year(weeks, number=number)
        for counter in some.tally:
            counter[...] = weeks
        some.ledger[...] = 700 * weeks  # 7 kr. a week
        told[number] = {
            (measure.name, group): values
            for measure in MEASURES.values()
            for group, values in measure.values(some).items()
            if measure.name not in ("touched", "supervised")  # not counted by the week
        }
    assert len(told[SHORT]) > 300
    for cell, values in told[SHORT].items():
        assert told[LONG][cell] == pytest.approx(values, rel=1e-12, nan_ok=True), cell
    # 7 kr. a week is a krone a day: 365.25 in a year, and each simulated person stands for two
    assert told[LONG]["gross_benefits", "dagpenge"].tolist() == pytest.approx([1461.0, 730.5, 730.5])


def test_part_of_a_year_keeps_its_part() -> None:
    """13 of 52 weeks: a quarter of the year's kroner, and the persons of those weeks."""
    part, whole = year(13), year(52)
    for some in (part, whole):
        some.ledger[:, 0] = 100 * some.weeks
        some.tally.stock_weeks[:, STATES.index("dagpenge")] = 3 * some.weeks
    assert part.kroner[:, 0] * 4 == pytest.approx(whole.kroner[:, 0])
    assert part.stock.tolist() == whole.stock.tolist()


def test_kroner_are_those_of_one_price_year() -> None:
    """Prices rise by 10 %: benefits of 2026 follow the rates and go back two years; staff does not."""
    rising = Prices(2024, 0.1, (2022, 2026))
    some = replace(year(number=LONG), prices=rising, scale=1.0)
    some.ledger[...] = 53 * 100
    at = {entry.account: some.kroner[0, place] / (365.25 / 7) for place, entry in enumerate(ENTRIES)}
    for account in ("dagpenge", "benefit_refund", "pension_cofinancing", "seniorpension"):
        if account in at:
            assert at[account] == pytest.approx(1 / 1.21)
    for account in ("jobcentre_staff", "wages", "income_tax_municipality", "programme_purchases"):
        assert at[account] == pytest.approx(1.0)


def test_feedback_and_full_time_persons_by_hand() -> None:
    """Wages of 1,000 kr. taxed with 350, benefits of 100: 750 left, and a fifth of it is VAT and duties."""
    some = replace(year(number=SHORT, by=Reckoned(0.2, 0.8)), scale=1.0)
    booked = {"wages": 1000, "dagpenge": 100, "income_tax_state": 130, "income_tax_municipality": 220,
              "jobcentre_staff": 400}  # fmt: skip
    for account, kroner in booked.items():
        some.ledger[0, ACCOUNT[account]] = kroner * 100
    some.tally.stock_weeks[0, STATES.index("employed")] = 26 * 10
    feedback = MEASURES["feedback"].values(some)["all"]
    assert feedback == pytest.approx([150 * A_YEAR, 150 * A_YEAR, 0])
    # paid: dagpenge 100 and staff 400, received: taxes 350
    assert MEASURES["public_balance"].values(some)["all"] == pytest.approx([0, 0, 0], abs=1e-9)
    assert MEASURES["structural_employment"].values(some)["all"] == pytest.approx([8, 8, 0])


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
