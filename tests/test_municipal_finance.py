"""Who pays in the end: what municipalities keep, and what the state takes home."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import changed, run

from sim import data
from sim.law import Law, no_decisions
from sim.mechanisms import staffing
from sim.mechanisms.post_cuts import posts_cut
from sim.mechanisms.post_cuts import rules as post_cut_rules
from sim.mechanisms.settlement import spending
from sim.outcomes.ledger import ACCOUNT, ENTRIES, FRAME_SANCTION, PUBLIC, SETTLED, balances, new_ledger
from sim.outcomes.prices import prices
from sim.parameters import load_parameters
from sim.rules.municipal_finance import (
    SettlementRules,
    Spending,
    Tiers,
    Transfers,
    equalise_bases,
    equalise_needs,
    frame_saving,
    kept_of_a_saved_week,
    kept_of_tax,
    kept_rules,
    own_gains_left_out,
    population_shares,
    relative_bases,
    rungs,
    settle,
    three_kroner,
)
from sim.states import State

CODES = data.municipality_codes()
LAW = Tiers(national=0.75, low_below=0.9, low=0.2, high_above=1.25, high=0.18)
#: Three municipalities, of the lowest, the middle and the highest rung, and their share of the country.
SHARES = np.array([0.2, 0.5, 0.3])
RUNGS = np.array([0.05, 0.25, 0.07])


# what one municipality keeps --------------------------------------------------------------------------------


def test_of_a_krone_more_of_tax_5_25_or_7_oere_are_kept() -> None:
    assert kept_of_tax(np.array([0.6, 0.89, 0.9, 1.0, 1.25, 1.26, 2.0]), LAW) == pytest.approx(
        [0.05, 0.05, 0.25, 0.25, 0.25, 0.07, 0.07]
    )


#: Benefit 3,000 a week, own share 80 per cent: 2,400.  Wage 7,000, tax 25 per cent of the 4,000 more: 1,000.
#: Rung, population share; what is given away; national settlement (2,400 less that); what is kept after all.
BY_HAND = [
    (0.25, 0.010, 750.0, 1650.0, 2400 + 250 - 16.50),
    (0.05, 0.005, 950.0, 1450.0, 2400 + 50 - 7.25),
    (0.07, 0.020, 930.0, 1470.0, 2400 + 70 - 29.40),
]


#: The same week in three places: 75,033, 367,095 and 39,632 of 5,961,157 people.  Gentofte keeps 7 øre:
#: 2,470 - 0.012587 x 1,470; Aarhus 25: 2,650 - 0.061581 x 1,650; Lolland 5: 2,450 - 0.006648 x 1,450.
IN_PLACES = {"Gentofte": 2451.50, "Aarhus": 2548.39, "Lolland": 2440.36}


@pytest.mark.parametrize("name", IN_PLACES)
def test_a_saved_week_in_gentofte_aarhus_and_lolland(name: str) -> None:
    r = load_parameters().at(date(2026, 1, 5), CODES)
    m = data.municipalities()["name"].tolist().index(name)
    kept = kept_of_a_saved_week(0.8, 3000.0, 7000.0, 0.25, float(rungs(r)[m]), float(population_shares()[m]))
    assert kept.after == pytest.approx(IN_PLACES[name], abs=0.01)


@pytest.mark.parametrize(("rung", "share", "given", "national", "after"), BY_HAND)
def test_who_saves_a_week_alone_keeps_its_own_share_and_its_rung_of_the_tax_less_its_share_of_the_settlement(
    rung: float, share: float, given: float, national: float, after: float
) -> None:
    kept = kept_of_a_saved_week(0.8, 3000.0, 7000.0, 0.25, rung, share)
    assert (kept.own_share, kept.tax, kept.before) == (2400.0, 1000.0, 3400.0)
    assert kept.equalised == pytest.approx(-given)
    assert kept.settled == pytest.approx(-share * national)
    assert kept.after == pytest.approx(after)


def test_when_all_save_a_week_the_state_takes_the_guaranteed_part_home() -> None:
    kept = kept_of_a_saved_week(0.8, 3000.0, 7000.0, 0.25, 0.25, 0.01, together=True)
    assert kept.after == pytest.approx(1000.0)  # the tax: equalisation gives back what it took
    assert kept.state_takes_home == 2400.0
    not_settled = kept_of_a_saved_week(0.8, 3000.0, 7000.0, 0.25, 0.25, 0.01, together=True, guaranteed=0.0)
    assert not_settled.after == pytest.approx(3400.0)
    exempt = kept_of_a_saved_week(0.8, 3000.0, 7000.0, 0.25, 0.05, 0.01, together=True, exempt=1.0)
    assert (exempt.after, exempt.state_takes_home) == (3400.0, 0.0)


def test_the_settlement_of_a_country_leaves_what_was_worked_out_for_a_week() -> None:
    """52 weeks saved by the middle one of three alone: books of two years against the sum by hand."""
    start = books([6000.0, 9000.0, 6000.0], tax=[5000.0, 9000.0, 8000.0])
    saved = books([6000.0, 6600.0, 6000.0], tax=[5000.0, 10_000.0, 8000.0])
    rules = plain(seen=0.3)
    first = settle(saved, start, start, np.zeros(3), 52.0, 52.0, rules)
    received = sum(received_of(first)) + first.owed  # owed is booked the year after
    gained = 52.0 * np.array([0.0, 2400.0 + 1000.0, 0.0])
    national = 52.0 * (2400.0 - 750.0)
    kept = 52.0 * np.array([0.0, 2400.0 + 250.0, 0.0]) - SHARES * national
    assert gained + received == pytest.approx(kept)
    alone = kept_of_a_saved_week(0.8, 3000.0, 7000.0, 0.25, 0.25, 0.5)
    assert kept[1] == pytest.approx(52.0 * alone.after)


# the year's settlement, by hand -----------------------------------------------------------------------------


def books(
    guaranteed: list[float], *, negotiated: list[float] | None = None, insured: list[float] | None = None,
    staff: list[float] | None = None, tax: list[float] | None = None,
) -> Spending:  # fmt: skip
    """What three municipalities spend and take a week."""
    none = [0.0, 0.0, 0.0]
    return Spending(*(np.array(each or none) for each in (guaranteed, negotiated, insured, staff, tax)))


def plain(**other: object) -> SettlementRules:
    """Nothing but guarantee and equalisation among the three, seen in the year itself."""
    rules = SettlementRules(
        population=SHARES, unemployment=np.array([0.5, 0.25, 0.25]), province=np.array([0, 0, 1]),
        rung=RUNGS, exempt=np.zeros(3), follows=0.0, seen=1.0, negotiated=1.0, by_grant=False, sanction=0.0,
        sanction_collective=0.4, sanction_most=1e9, tasks=0.0, agreed=np.zeros(3),
    )  # fmt: skip
    return rules._replace(**other)  # type: ignore[arg-type]


def received_of(done: Transfers) -> list[np.ndarray]:
    """What is received, the sanction as a loss."""
    return [getattr(done, name) for name in SETTLED] + [-done.service_frame_sanction]


def test_the_guarantee_is_krone_for_krone_once_it_has_been_corrected() -> None:
    before, after = books([50.0, 30.0, 20.0]), books([50.0, 10.0, 20.0])  # 20 a week less, for two years
    rules = plain(seen=0.25)
    first = settle(after, before, before, np.zeros(3), 52.0, 52.0, rules)
    second = settle(after, after, before, first.owed, 52.0, 52.0, rules)
    assert first.budget_guarantee == pytest.approx(-5 * 52 * SHARES)
    assert first.after_regulation == pytest.approx([0.0, 0.0, 0.0])
    assert second.after_regulation == pytest.approx(-15 * 52 * SHARES)
    assert second.budget_guarantee == pytest.approx(-20 * 52 * SHARES)
    assert second.owed == pytest.approx([0.0, 0.0, 0.0])


def test_other_transfers_follow_as_far_as_agreed_and_are_not_corrected() -> None:
    start = books([0.0] * 3, negotiated=[10.0] * 3, insured=[10.0] * 3)
    later = books([0.0] * 3, negotiated=[10.0, 10.0, 4.0], insured=[10.0, 6.0, 10.0])
    done = settle(later, start, start, np.zeros(3), 52.0, 52.0, plain(seen=0.5, negotiated=0.8))
    assert done.negotiated_transfers == pytest.approx(-0.8 * 0.5 * (6 + 4) * 52 * SHARES)
    assert not done.owed.any()
    assert not done.employment_grant.any()


def test_the_employment_grant_goes_by_unemployment_and_is_corrected_by_province() -> None:
    start = books([0.0] * 3, insured=[10.0] * 3)
    later = books([0.0] * 3, insured=[2.0, 10.0, 10.0])
    done = settle(later, start, start, np.zeros(3), 52.0, 52.0, plain(seen=0.5, by_grant=True))
    assert done.employment_grant == pytest.approx(-4 * 52 * np.array([0.5, 0.25, 0.25]))
    # the first province has spent 8 less and been granted 3 less, the second nothing and 1
    assert done.owed == pytest.approx(52 * np.array([-5 * 2 / 3, -5 / 3, 1.0]))
    assert not done.negotiated_transfers.any()


@given(
    amounts=st.lists(st.floats(-1e9, 1e9), min_size=12, max_size=12),
    rung=st.lists(st.sampled_from([0.05, 0.25, 0.07]), min_size=3, max_size=3),
    seen=st.floats(0, 1),
    by_grant=st.booleans(),
)
def test_whatever_is_spent_equalisation_gives_what_it_takes_and_the_grant_what_was_owed(
    amounts: list[float], rung: list[float], seen: float, by_grant: bool
) -> None:
    start = books([0.0] * 3)
    now = books(amounts[:3], negotiated=amounts[3:6], insured=amounts[6:9], tax=amounts[9:])
    rules = plain(seen=seen, by_grant=by_grant, rung=np.array(rung))
    first = settle(now, start, start, np.zeros(3), 1.0, 1.0, rules)
    then = settle(start, now, start, first.owed, 1.0, 1.0, rules)
    after = settle(start, start, start, then.owed, 1.0, 1.0, rules)
    years = (first, then, after)
    for done in years:
        assert (done.equalisation + done.equalisation_balance).sum() == pytest.approx(0.0, abs=1e-4)
    received = sum(
        (each.budget_guarantee + each.employment_grant + each.after_regulation).sum() for each in years
    )
    owed = sum(amounts[:3]) + (sum(amounts[6:9]) if by_grant else 0.0)
    assert received == pytest.approx(owed, abs=1e-3)


def test_equalisation_of_a_year_and_its_line_in_the_grant_sum_to_zero() -> None:
    start, later = books([0.0] * 3, tax=[10.0] * 3), books([0.0] * 3, tax=[20.0, 14.0, 10.0])
    done = settle(later, start, start, np.zeros(3), 52.0, 52.0, plain())
    assert done.equalisation == pytest.approx(52 * np.array([-9.5, -3.0, 0.0]))
    assert done.equalisation_balance == pytest.approx(52 * 12.5 * SHARES)
    assert (done.equalisation + done.equalisation_balance).sum() == pytest.approx(0.0)


def test_removed_tasks_and_agreed_savings_leave_the_grant_by_population() -> None:
    nothing = books([0.0] * 3, staff=[10.0] * 3)
    rules = plain(agreed=np.array([100.0, 0.0, 300.0]))
    done = settle(nothing, nothing, nothing, np.zeros(3), 26.0, 52.0, rules)
    assert done.agreed_saving == pytest.approx([-200 * 0.4, 0.0, -200 * 0.6])  # of those who have agreed
    # 100 for tasks, 50 of them in municipalities that have agreed: 350 are left of the 400
    both = settle(nothing, nothing, nothing, np.zeros(3), 26.0, 52.0, rules._replace(tasks=-100.0))
    assert both.task_compensation == pytest.approx(-50 * SHARES)
    assert both.agreed_saving == pytest.approx([-175 * 0.4, 0.0, -175 * 0.6])
    more = settle(nothing, nothing, nothing, np.zeros(3), 26.0, 52.0, rules._replace(tasks=-1000.0))
    assert more.task_compensation == pytest.approx(-500 * SHARES)
    assert not more.agreed_saving.any()


@given(planned=st.floats(0, 5000), removed=st.floats(0, 5000))
def test_no_krone_leaves_the_grant_both_as_a_task_and_by_agreement(planned: float, removed: float) -> None:
    nothing = books([0.0] * 3)
    rules = plain(agreed=planned * SHARES, tasks=-removed)
    done = settle(nothing, nothing, nothing, np.zeros(3), 52.0, 52.0, rules)
    taken = -(done.agreed_saving + done.task_compensation).sum()
    assert taken == pytest.approx(max(planned, removed), abs=1e-6)


def test_a_sanction_falls_on_who_is_above_the_frame_and_on_all() -> None:
    start, later = books([0.0] * 3, staff=[10.0] * 3), books([0.0] * 3, staff=[10.0, 16.0, 8.0])
    done = settle(later, start, start, np.zeros(3), 52.0, 52.0, plain(sanction=1.0))
    assert done.service_frame_sanction == pytest.approx(4 * 52 * (0.4 * SHARES + 0.6 * np.array([0, 1, 0])))
    capped = settle(later, start, start, np.zeros(3), 52.0, 52.0, plain(sanction=1.0, sanction_most=50.0))
    assert capped.service_frame_sanction.sum() == pytest.approx(50.0)
    agreed = plain(sanction=1.0, agreed=np.array([0.0, 520.0, 0.0]))  # 10 a week less in the frame
    assert settle(start, start, start, np.zeros(3), 52.0, 52.0, agreed).service_frame_sanction.sum() == 520.0


def test_a_gain_that_is_the_municipalitys_own_is_not_seen() -> None:
    before, now = books([50.0, 30.0, 20.0], tax=[10.0] * 3), books([48.0, 20.0, 21.0], tax=[12.0, 14.0, 9.0])
    counted = own_gains_left_out(now, before, np.array([0.0, 1.0, 0.5]))
    assert counted.guaranteed == pytest.approx([48.0, 30.0, 20.5])
    assert counted.tax == pytest.approx([12.0, 10.0, 9.5])
    # with a reference that follows the country, 100 to 89, gains against 44.5, 26.7, 17.8 sum to zero
    moved = own_gains_left_out(now, before, np.ones(3), follows=1.0)
    assert moved.guaranteed.sum() == pytest.approx(89.0)
    assert moved.tax == pytest.approx([35 / 3] * 3)
    # of what is above or below the path, 35/3, a sample tells all, half, or nothing of a municipality
    told = np.array([1.0, 0.5, 0.0])
    part = own_gains_left_out(now, before, np.ones(3), follows=1.0, real=told).tax
    assert part == pytest.approx([35 / 3, 14 - 7 / 6, 9.0])
    half = own_gains_left_out(now, before, np.ones(3), follows=0.5, real=0.5 * np.ones(3)).tax
    assert half[0] == pytest.approx(12 - 0.5 * (12 - 35 / 3) - 0.5 * 5 / 3)
    worse = books([60.0, 35.0, 20.0])
    assert own_gains_left_out(worse, before, np.ones(3)).guaranteed == pytest.approx(worse.guaranteed)


# equalisation as the law has it -----------------------------------------------------------------------------


def test_equalisation_with_its_balancing_line_sums_to_zero_over_98() -> None:
    people = data.municipalities()["population_2024m01"].to_numpy(float)
    base = 220_000.0 * relative_bases()
    for received, line in (
        equalise_bases(base, people, 0.25, LAW),
        equalise_needs(base[::-1].copy(), people, 0.93, 0.02),
    ):
        assert len(received) == 98
        assert abs(received).sum() > 1e9
        assert (received + line).sum() == pytest.approx(0.0, abs=1e-3)


def test_a_krone_more_of_base_leaves_the_rung_and_a_share_of_the_line() -> None:
    people, base = np.array([1e3, 2e3, 1e6]), np.array([80.0, 150.0, 100.0])
    at_first = np.add(*equalise_bases(base, people, 0.25, LAW))
    for place, rung in enumerate((0.05, 0.07, 0.25)):
        more = base.copy()
        more[place] += 1e-3
        gained = 0.25 * 1e-3 * people[place]
        lost = np.add(*equalise_bases(more, people, 0.25, LAW))[place] - at_first[place]
        share = people[place] / people.sum()
        assert (gained + lost) / gained == pytest.approx(rung + (1 - rung) * share, abs=0.01)


def test_the_98_stand_on_three_rungs_and_a_base_that_is_given_counts() -> None:
    r = load_parameters().at(date(2026, 1, 5), CODES)
    names = data.municipalities()["name"].to_numpy(str)
    by_name = dict(zip(names, rungs(r).tolist(), strict=True))
    assert by_name["Gentofte"] == pytest.approx(0.07)
    assert by_name["Lolland"] == pytest.approx(0.05)
    assert by_name["Aarhus"] == pytest.approx(0.25)
    assert rungs(r, np.full(98, 200_000.0)) == pytest.approx(np.full(98, 0.25))
    assert population_shares().sum() == pytest.approx(1.0)


def test_what_a_municipality_reacts_to_is_what_it_keeps_of_a_week() -> None:
    r = load_parameters().at(date(2026, 1, 5), CODES)
    rules, state = kept_rules(r, r), int(State.KONTANTHJAELP_JOB_READY)
    # the raised rate of 2026 (the three rates replaced the earlier ones on 1 July 2025), midway between
    # people without children, 85 per cent of whom have the supplement of single people, and providers
    weekly = 7 / 365.25 * 12 * (13_061 + (0.85 * 1141 + 2909) / 2)
    wage = r.vector("wages.by_education_kr_year")[0] * 7 / 365.25
    tax = 0.22 * (wage - weekly)
    assert r.scalar("taxes.municipal_share") == 0.22
    names = data.municipalities()["name"].tolist()
    for name, rung, people in (
        ("Gentofte", 0.07, 75_033),
        ("Aarhus", 0.25, 367_095),
        ("Lolland", 0.05, 39_632),
    ):
        m, own = names.index(name), 0.8 * weekly
        by_hand = own + rung * tax - people / 5_961_157 * (own - (1 - rung) * tax)
        found = weekly * (0.8 * rules.own[m, state] + rules.tax[m, state])
        assert found == pytest.approx(by_hand, rel=1e-4), name


def test_of_dagpenge_by_grant_a_municipality_bears_its_share_of_its_province() -> None:
    """One week less in year one: the province that saved it pays in the end, whatever was estimated."""
    start, saved = books([0.0] * 3, insured=[10.0] * 3), books([0.0] * 3, insured=[2.0, 10.0, 10.0])
    for seen in (0.0, 0.3, 1.0):
        rules = plain(seen=seen, by_grant=True)
        owed, last, received = np.zeros(3), start, np.zeros(3)
        for now in (saved, start, start, start):
            done = settle(now, last, start, owed, 1.0, 1.0, rules)
            received += done.employment_grant + done.after_regulation
            owed, last = done.owed, now
        assert received == pytest.approx([-8 * 2 / 3, -8 / 3, 0.0])  # unemployment 0.5 and 0.25 in the first
    by_grant = changed(date(2024, 1, 1), settlement__insured_by_grant=1.0).at(date(2026, 1, 5), CODES)
    kept = kept_rules(by_grant, by_grant).own[:, int(State.DAGPENGE)]
    names = data.municipalities()["name"].tolist()
    assert kept[names.index("Bornholm")] == pytest.approx(0.0, abs=1e-12)  # a province of its own
    assert 0.5 < kept[names.index("Lemvig")] < 1.0


# the books --------------------------------------------------------------------------------------------------


def test_what_is_guaranteed_is_read_off_the_books() -> None:
    ledger = new_ledger(2)
    for account, amount in {
        "kontanthjaelp": 100, "refund_kontanthjaelp": 20, "pension_cofinancing": 80, "sygedagpenge": 50,
        "refund_sygedagpenge": 30, "dagpenge": 90, "dagpenge_cofinancing": 70, "jobcentre_staff": 40,
        "programme_purchases": 10, "wage_subsidy": 5, "medical_certificates": 3, "foertidspension": 100,
        "income_tax_municipality": 33,
    }.items():  # fmt: skip
        ledger[0, ACCOUNT[account]] = amount
    found = spending(ledger, 2.0, np.inf)
    assert found.guaranteed.tolist() == [(80 + 80 + 10 + 5) / 2, 0.0]
    assert [each[0] for each in found[1:]] == [10.0, 35.0, 20.0, 16.5]


def test_courses_above_the_cap_of_the_country_do_not_count() -> None:
    ledger = new_ledger(2)
    ledger[:, ACCOUNT["programme_purchases"]] = [30, 10]
    assert spending(ledger, 1.0, 20.0).guaranteed.tolist() == [15.0, 5.0]
    assert spending(ledger, 1.0, 40.0).guaranteed.tolist() == [30.0, 10.0]


@pytest.mark.parametrize("seen", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("price", ["fixed", "current"])
def test_the_guarantee_adds_up_to_what_was_spent_in_every_price(price: str, seen: float) -> None:
    """Benefits at the rates of each year and offers at the level of 2024, more and less from year to year."""
    level, rules = prices(), plain(seen=seen)
    nothing, last, owed = books([0.0] * 3), books([0.0] * 3), np.zeros(3)
    settled = spent = 0.0
    for year, benefits, offers in [
        (2024, 500.0, 300.0), (2025, -700.0, 900.0), (2026, 200.0, -400.0), (2027, 100.0, 800.0),
        (2028, -50.0, 600.0), (2029, 0.0, 0.0), (2030, 0.0, 0.0),
    ]:  # fmt: skip
        ledger = new_ledger(3)
        ledger[1, ACCOUNT["kontanthjaelp"]] = round(1e6 * benefits)
        ledger[2, ACCOUNT["programme_purchases"]] = round(1e6 * offers)
        now = spending(ledger, 1.0, np.inf, level.booked_at(year, dated=True))
        done = settle(now, last, nothing, owed, 1.0, 1.0, rules)
        for account in ("budget_guarantee", "after_regulation"):
            settled += float(getattr(done, account).sum()) * level.factor_of(account, year, price)
        for account in ("kontanthjaelp", "programme_purchases"):
            spent += int(ledger[:, ACCOUNT[account]].sum()) * level.factor_of(account, year, price)
        last, owed = now, done.owed
    assert spent != pytest.approx(2_250e6, rel=1e-3)  # prices matter
    assert settled == pytest.approx(spent, rel=1e-9)


def test_every_transfer_of_the_settlement_is_between_public_payers() -> None:
    entries = [e for e in ENTRIES if e.account in (*SETTLED, FRAME_SANCTION)]
    assert len(entries) == len(SETTLED) + 1
    assert all({e.payer, e.receiver} <= set(PUBLIC) for e in entries)


@pytest.fixture(scope="module")
def year() -> np.ndarray:
    """The books of the last year of a run with a recession."""
    made = run(start="2024-W40", end="2025-W20", scale=0.002, demand="recession")
    return np.stack([amounts for _, amounts in made.recorder.ledger_rows])


def test_in_a_run_the_parties_sum_to_zero_and_equalisation_to_nothing(year: np.ndarray) -> None:
    for amounts in year:
        assert sum(balances(amounts).values()) == 0
        both = amounts[:, [ACCOUNT["equalisation"], ACCOUNT["equalisation_balance"]]]
        assert abs(both).sum() > 0
        assert abs(int(both.sum())) <= 98  # an øre for each that is rounded
        by_population = amounts[:, ACCOUNT["budget_guarantee"]] / population_shares()
        assert by_population == pytest.approx(np.full(98, by_population.mean()), rel=1e-3)
    assert year[0, :, ACCOUNT["after_regulation"]].sum() == 0
    assert year[1, :, ACCOUNT["after_regulation"]].sum() != 0


def test_without_the_mechanism_nothing_is_settled() -> None:
    made = run(end="2024-W03", scale=0.002, switched_off=("settlement",))
    amounts = made.recorder.ledger_rows[-1][1]
    assert not amounts[:, [ACCOUNT[name] for name in (*SETTLED, FRAME_SANCTION)]].any()


def test_an_agreed_saving_is_taken_home_as_planned_whatever_comes_of_it() -> None:
    day = date(2024, 1, 1)
    saved = {"staffing__planned_saving_mio_kr": 1000.0, "saving__taken_home_share": 0.9}
    taken = []
    for realised in (1.0, 0.0):
        made = run(
            changed(day, **saved, staffing__saving_realised_share=realised), end="2024-W04", scale=0.002
        )
        amounts = made.recorder.ledger_rows[-1][1][:, ACCOUNT["agreed_saving"]]
        taken.append(amounts / 100 / 0.002)
    weeks = 4 / (365.25 / 7)
    assert taken[0].sum() == pytest.approx(-1e9 * 0.625 * 0.9 * weeks, rel=1e-4)
    assert taken[0] == pytest.approx(taken[1])
    assert taken[0] / taken[0].sum() == pytest.approx(population_shares(), rel=1e-3)


# savings ----------------------------------------------------------------------------------------------------


def test_a_plan_in_steps_that_is_saved_ahead() -> None:
    # 2,220 of 3,000 are 74 per cent, as in Lemvig's first year: R2-SV-05
    planned, full = np.array([600.0, 0.0, 600.0]), np.array([3000.0, 3000.0, 0.0])
    assert staffing.saved_by_now(planned, full, np.full(3, 0.675)) == pytest.approx([2220.0, 0.0, 600.0])


def test_what_is_put_back_is_drawn_around_its_mean() -> None:
    u = np.array([0.0, 0.5, 1.0])
    assert staffing.put_back_shares(np.full(3, 0.2), 1.0, u) == pytest.approx([0.0, 0.2, 0.4])
    assert staffing.put_back_shares(np.full(3, 0.2), 0.5, u) == pytest.approx([0.1, 0.2, 0.3])
    assert not staffing.put_back_shares(np.zeros(3), 1.0, u).any()


#: What three municipalities have told, m kr. a year, against the law of 2030 (2,700 m): its population share
#: of the national saving, and what falls on its frame.  R2-SV-01, 04, 08, 10, 11, 12.
TOLD_BY = {
    "Lemvig": {"share_of_national": (8.66, 8.9), "frame": (5.41, 5.0), "staff": (6.14, 2.57)},
    "Fredensborg": {"share_of_national": (19.03, 23.1), "frame": (11.89, 16.0)},
    "Odense": {"share_of_national": (94.70, 90.0)},
}


@pytest.mark.parametrize("name", TOLD_BY)
def test_three_kroner_against_what_three_municipalities_tell(name: str) -> None:
    """By hand: 0.3206, 0.7047 and 3.5073 per cent of 2,700 m, 62.5 per cent of it, 70.9 per cent of it.

    Misses are kept: Odense +5, Lemvig's frame +8, Fredensborg -18 and -26 per cent; the model takes 2.4
    times as much on staff as Lemvig says it will.
    """
    r = load_parameters(baseline="law-now").at(date(2030, 7, 1), CODES)
    found = three_kroner(r, data.municipalities()["name"].tolist().index(name))
    for kind, (by_hand, told) in TOLD_BY[name].items():
        assert getattr(found, kind) == pytest.approx(by_hand, abs=0.01), kind
        if kind != "staff":
            assert getattr(found, kind) == pytest.approx(told, rel=0.27), kind
    assert found.grant == pytest.approx(found.frame)  # of it four removed tasks, 640 m of the country


def test_a_plan_on_offers_alone_takes_nothing_by_agreement() -> None:
    on_offers = changed(
        date(2024, 1, 1), staffing__planned_saving_mio_kr=870.0, staffing__saving_staff_share=0.0
    )
    assert not frame_saving(on_offers.at(date(2024, 6, 3), CODES)).any()  # the guarantee takes it home


# who is dismissed -------------------------------------------------------------------------------------------


def test_a_cut_of_3_bn_is_3400_posts() -> None:
    r = load_parameters().at(date(2030, 1, 7), CODES)
    law = Law(r, r, r, no_decisions(98), frozenset(), 1)
    rules = post_cut_rules(law)
    share = np.full(98, 1 / 98)
    cut = np.full(98, 3000 * 0.709 / 9000)
    expected = 3000e6 * 0.709 / rules.post_kr[0]
    assert posts_cut(cut, share, rules).sum() == pytest.approx(expected)
    assert 3000 < expected < 4000


def test_posts_that_are_cut_are_people_without_work_and_jobs_that_are_gone() -> None:
    saved = {"staffing__planned_saving_mio_kr": 6000.0, "post_cuts__dismissed_share": 1.0}
    law = changed(date(2024, 1, 1), **saved)
    made, still = (run(law, end="2024-W05", scale=0.02, switched_off=off) for off in ((), ("post_cuts",)))
    cut = np.array([m.cut * m.share for m in made.world.municipalities]).sum()
    posts = cut * 9000e6 / made.world.law.country["staffing.caseworker_kr_year"][0] * 0.02  # type: ignore[union-attr]
    gone = made.world.memory["post_cuts"]
    assert gone.dismissed.sum() == pytest.approx(posts, abs=10)  # a fraction for each of 98
    assert gone.dismissed.sum() > 20
    assert gone.vacant.sum() == 0
    employed = [each.citizens.status.state == State.EMPLOYED for each in (made, still)]
    assert employed[1].sum() - employed[0].sum() == pytest.approx(gone.dismissed.sum(), rel=0.3)
    closed = (made.world.employers.closed - made.world.employers.opened).sum()
    assert closed - (still.world.employers.closed - still.world.employers.opened).sum() > 20
    assert "post_cuts" not in still.world.memory
    wages, still_paid = (
        int(each.recorder.ledger_rows[-1][1][:, ACCOUNT["wages"]].sum()) for each in (made, still)
    )
    assert wages < still_paid
