"""Beliefs as files, every command under them, the table, and the bridge from one to another."""

# ruff: noqa: PD011 - values of a change or a parameter, not of a frame
from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from decide_fake_world import FormulaWorld
from typer.testing import CliRunner

import jobvej
from jobvej.cli import app
from reforms.decide.bridge import EXACT, all_worlds, bits, shapley, steps_between, worlds_to_run
from reforms.decide.bridged import COUNTING, END, IN_KRONER, IN_WEEKS, REST, START
from reforms.decide.goals import COUNTED, Years
from reforms.decide.paired import Case, pairs_of
from reforms.scenario import comparison_plan
from sim.errors import InputError
from sim.parameters import load_parameters
from sim.parameters.beliefs import FOLDER, beliefs, load_belief
from sim.runs.options import DESIGN, RUN

FEW: dict[str, Any] = {"draws": 3, "replicates": 1, "scale": 0.01, "quiet": True, "end": "2030-W52"}
MINE = """\
title: {en: "Mine", da: "Min"}
assumptions:
  interviews:
    title: {en: "Interviews do something", da: "Samtaler gør noget"}
    parameters:
      search.interview_effect: 0.2
    reason: A test.
silent: {en: "All else", da: "Alt andet"}
source: {title: A test}
"""


# --- files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", beliefs())
def test_every_number_of_a_belief_is_cited_and_within_what_is_held_possible(name: str) -> None:
    from sim import data

    belief, parameters = load_belief(name), load_parameters()
    tables = (data.evidence(), data.facts(), data.rules())
    known = {str(row) for table in tables for row in table.index}
    text = (FOLDER.parents[1] / "sim" / "data").glob("*.csv")
    known |= {line.split(",")[0] for file in text for line in file.read_text("utf-8").splitlines()}
    assert belief.silent
    assert belief.silent["en"] != belief.silent["da"]
    for assumption in belief.assumptions:
        assert assumption.reason
        assert assumption.ids
        for parameter, value in assumption.parameters.items():
            said = parameters[parameter.partition("[")[0]]
            ends = (said.prior.low, said.prior.high) if said.prior and not said.prior.factor else said.range
            if said.name in (
                "staffing.saving_staff_share",
                "staffing.reaction",
                "programmes.public_fee_response",
            ):
                continue  # evidence and conventions whose range is narrower than what actors say
            assert ends is not None
            assert ends[0] <= value <= ends[1], parameter
    assert [row for row in belief.ids if row not in known] == []


def test_the_governments_share_of_staff_is_what_3000_posts_cost() -> None:
    belief = load_belief("government")
    cost = load_parameters()["staffing.caseworker_kr_year"].values[0][1][0]
    assert belief.parameters["staffing.saving_staff_share"] == pytest.approx(3000 * cost / 2.7e9, abs=1e-3)


def test_kls_answer_to_a_fee_is_that_of_its_own_comparison() -> None:
    assert load_belief("kl").parameters["programmes.public_fee_response"] == pytest.approx(
        np.log(67.7 / 41.8), abs=0.005
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("search.interview_effect", "search.interview_efect", r"mine.yaml:6: .*Did you mean 'search.int"),
        ("0.2", "9", r"mine.yaml:6: .*impossible"),
        ("assumptions:", "asumptions:", r"mine.yaml:2: unknown key 'asumptions'.*Did you mean 'assumptions'"),
        ("    reason: A test.\n", "", r"mine.yaml:3: .*lacks the key 'reason'"),
        ("    reason: A test.\n", "    reason: ''\n", r"mine.yaml:3: .*neither a reason nor a row"),
    ],
)  # fmt: skip
def test_a_file_is_refused_at_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "mine.yaml"
    assert old in MINE
    file.write_text(MINE.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=said):
        load_belief(str(file))


def test_two_beliefs_that_claim_one_number_are_refused_with_both_lines() -> None:
    with pytest.raises(InputError, match=r"(?s)adam.yaml:\d+.*makro.yaml:\d+"):
        load_belief("adam+makro")
    both = load_belief("ministry+makro")
    assert {each.belief for each in both.assumptions} == {"ministry", "makro"}
    with pytest.raises(InputError, match="count kroner in different ways"):
        load_belief("ministry+kl")


def test_a_name_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'ministry'"):
        RUN.but(beliefs="minstry")
    with pytest.raises(InputError, match="named 2 times"):
        RUN.but(beliefs="makro+makro")
    with pytest.raises(InputError, match="there is no file"):
        RUN.but(beliefs="not-there.yaml")


# --- runs under a belief ------------------------------------------------------------------------------------


def test_a_belief_takes_the_place_of_what_is_drawn_and_settings_and_reforms_of_the_belief() -> None:
    plan = comparison_plan("cut-3bn", RUN.but(draws=3, beliefs="sceptic"))
    for task in plan.tasks:
        day = task.parameters().at(next(iter({pd.Timestamp("2028-07-03").date()})), [101])
        assert day["search.interview_effect"][0] == 0.1
    by_hand = comparison_plan(
        "cut-3bn", RUN.but(draws=2, beliefs="sceptic", settings={"search.interview_effect": 0.3})
    )
    day = by_hand.tasks[0].parameters().at(pd.Timestamp("2028-07-03").date(), [101])
    assert day["search.interview_effect"][0] == 0.3
    assert day["sickness.interview_effect"][0] == 0.0
    split = comparison_plan("cut:1bn@2026", RUN.but(beliefs="ministry"))
    assert split.tasks[-1].parameters().in_force(
        "staffing.planned_saving_mio_kr", pd.Timestamp("2028-07-03").date()
    ) == (1000.0,)


def test_the_manifest_says_whose_belief_it_was_and_nothing_where_there_is_none() -> None:
    with_belief = comparison_plan("cut-3bn", RUN.but(beliefs="makro"))
    assert with_belief.definition["beliefs"] == "makro"
    assert len(with_belief.definition["beliefs_sha256"]) == 64
    assert "--beliefs makro" in with_belief.command
    without = comparison_plan("cut-3bn", RUN.but(beliefs="posterior"))
    assert "beliefs" not in without.definition
    assert without.tasks[0].key == comparison_plan("cut-3bn", RUN).tasks[0].key
    assert with_belief.tasks[0].key != without.tasks[0].key


def test_a_belief_of_nobody_changes_nothing() -> None:
    (plain,) = pairs_of([Case("a", jobvej.load_reform("cut-3bn").changes)], DESIGN.but(draws=1, replicates=1))
    asked = DESIGN.but(draws=1, replicates=1, beliefs="djoef")
    (silent,) = pairs_of([Case("a", jobvej.load_reform("cut-3bn").changes)], asked)
    assert load_belief("djoef").changes() == ()
    assert plain.with_it.key == silent.with_it.key


# --- how kroner are counted ---------------------------------------------------------------------------------


def test_kroner_as_the_ministry_and_kl_count_them_by_hand() -> None:
    from reforms.accounts.balance import ministry

    def year(support: float, effort: float, rate: float) -> dict[str, object]:
        cells = {
            "stock:public_support": support,
            "effort_cost:all": effort,
            "unemployment_rate:unemployed_gross": rate,
        }
        return {"years": {"2030": cells}, "places": {}, "people": {}}

    before, after, years = year(7e5, 1e10, 3.0), year(7.1e5, 9e9, 3.05), Years(2030, 2030)
    a_person = ministry().benefit_kr_a_person
    as_ministry = COUNTED["ministry"](before, after, years, 0.2)
    assert as_ministry == pytest.approx(-1000.0 + 10_000 * a_person * 0.8 / 1e6)
    assert COUNTED["kl"](before, after, years, 0.2) == pytest.approx(-1000.0 + 0.05 * 8000.0)


# --- the bridge ---------------------------------------------------------------------------------------------


def test_shapley_shares_are_the_means_over_all_orders() -> None:
    rng_free = np.array([0.0, 3.0, 5.0, 11.0, 2.0, 4.0, 9.0, 20.0])  # of three assumptions, bit by bit
    expected = np.zeros(3)
    for order in itertools.permutations(range(3)):
        world = 0
        for i in order:
            expected[i] += (rng_free[world | 1 << i] - rng_free[world]) / 6.0
            world |= 1 << i
    assert shapley(rng_free, 3) == pytest.approx(expected)
    assert shapley(rng_free, 3).sum() == pytest.approx(20.0)


def test_an_assumption_that_changes_nothing_has_no_share_and_two_alike_share() -> None:
    values = np.array([bin(world & 0b011).count("1") ** 2 for world in range(8)], float)
    assert shapley(values, 3) == pytest.approx([2.0, 2.0, 0.0])


def test_assumptions_that_claim_the_same_numbers_are_one_step() -> None:
    steps = steps_between(load_belief("adam"), load_belief("makro"))
    assert [step.name for step in steps] == ["jobs_follow"]
    assert {change.origin.reform for change in steps[0].before} == {"adam"}
    assert {change.origin.reform for change in steps[0].after} == {"makro"}
    alone = steps_between(load_belief("ministry"), load_belief("posterior"))
    assert len(alone) == 3
    assert all(step.before and not step.after for step in alone)
    same = steps_between(load_belief("ministry"), load_belief("government"))
    taken = {change.parameter for step in same for change in step.before}
    assert "staffing.saving_realised_share" not in taken  # both hold that all of it comes


def test_few_assumptions_are_run_in_all_worlds_and_many_in_a_design() -> None:
    assert worlds_to_run(EXACT, 5) == list(range(1 << EXACT))
    some = worlds_to_run(8, 40)
    assert len(some) == 40 == len(set(some))
    assert {0, 255, *(1 << i for i in range(8)), *(255 ^ 1 << i for i in range(8))} <= set(some)


def test_the_emulator_gives_worlds_that_were_not_run() -> None:
    n, weights = 6, np.array([1.0, -2.0, 3.0, 0.5, 0.0, 4.0])
    run = worlds_to_run(n, 40)
    truth = bits(range(1 << n), n) @ weights
    found = all_worlds(truth[run][None, :], run, n)
    assert found[0] == pytest.approx(truth, abs=0.05)
    assert shapley(found[0], n) == pytest.approx(weights, abs=0.05)


@pytest.fixture(scope="module")
def bridged(tmp_path_factory: pytest.TempPathFactory) -> jobvej.Bridge:
    out = tmp_path_factory.mktemp("bridge")
    return jobvej.bridge("ministry", "posterior", reform="cut:2bn", out=out, make_world=FormulaWorld, **FEW)


def test_the_steps_add_up_from_one_answer_to_the_other(bridged: jobvej.Bridge) -> None:
    for measure in (IN_KRONER, IN_WEEKS):
        rows = bridged.table[bridged.table["measure"] == measure].set_index("step")["mean"]
        assert rows.drop(END).sum() == pytest.approx(rows[END])
        assert REST not in rows
    weeks = bridged.table[bridged.table["measure"] == IN_WEEKS].set_index("step")["mean"]
    assert COUNTING not in weeks  # how kroner are counted moves nobody
    assert weeks["municipalities_do_not_answer"] == pytest.approx(
        0.0, abs=1e-6
    )  # nobody answers in the formula
    assert weeks["plan_is_kept"] > 0  # less of the saving comes in the draws, so less is lost
    # under the ministry's 2/3 the formula loses 1 + 3 (0.6667 - 0.709)^2 times as much: 0.54 per cent
    assert abs(weeks["one_third_purchases"]) < 0.02 * abs(weeks[START])


def test_the_counting_is_a_step_in_kroner_and_the_ends_are_counted_each_in_its_way(
    bridged: jobvej.Bridge,
) -> None:
    kroner = bridged.table[bridged.table["measure"] == IN_KRONER].set_index("step")["mean"]
    assert COUNTING in kroner
    assert bridged.title(COUNTING) != bridged.title(COUNTING, "da")
    assert bridged.about["exact"]
    assert bridged.about["worlds"] == 8
    for lang in ("en", "da"):
        assert (bridged.folder / f"bridge-{lang}.svg").stat().st_size > 4000
        assert len(bridged.sentences(lang)) == 5


def test_a_bridge_between_the_same_is_refused() -> None:
    with pytest.raises(InputError, match="nothing differs between djoef and posterior"):
        jobvej.bridge("djoef", "posterior")


# --- the table ----------------------------------------------------------------------------------------------


def test_each_package_under_each_belief(tmp_path: Path) -> None:
    found = jobvej.believe(
        ["cut:2bn", "cut:1bn"], ["posterior", "sceptic", "believer", "ministry"], out=tmp_path,
        make_world=FormulaWorld, **FEW,
    )  # fmt: skip
    wide = found.wide("self_support")
    assert list(wide.columns) == ["posterior", "sceptic", "believer", "ministry"]
    # the formula's loss goes with the effect of an interview: 0.1 and 0.45, in the same draws
    assert wide.loc["cut:2bn", "believer"] / wide.loc["cut:2bn", "sceptic"] == pytest.approx(4.5)
    assert wide.loc["cut:1bn", "sceptic"] / wide.loc["cut:2bn", "sceptic"] == pytest.approx(0.5)
    said = found.agreement().set_index(["package", "goal"])
    assert said.loc[("cut:2bn", "self_support"), "up"] == ""
    assert said.loc[("cut:2bn", "self_support"), "says"] in ("down", "open")
    assert len(found.sentences("da")) == 2 * len(found.about["goals"])


def test_a_split_says_what_one_must_hold() -> None:
    rows = [
        ("p", name, "cost", way) for name, way in (("posterior", "up"), ("sceptic", "down"), ("kl", "open"))
    ]
    table = pd.DataFrame(rows, columns=["package", "belief", "goal", "way"])
    about = {"titles": {name: dict(load_belief(name).title) for name in ("posterior", "sceptic", "kl")}}
    found = jobvej.BeliefTable(Path(), table, about)
    (said,) = found.sentences("en")
    assert "it turns with the belief" in said
    assert "For it to be down one must hold: A sceptic of interviews" in said


def test_the_command_line_lists_shows_and_refuses() -> None:
    listed = CliRunner().invoke(app, ["beliefs", "list", "--json"])
    assert {row["name"] for row in json.loads(listed.output)} == set(beliefs())
    shown = CliRunner().invoke(app, ["beliefs", "show", "ministry"])
    assert "staffing.saving_staff_share = 0.666667" in shown.output
    assert "R2-FM-01" in shown.output
    helped = CliRunner().invoke(app, ["bridge", "--help"])
    assert "jobvej bridge --from ministry --to posterior" in helped.output
    assert "--beliefs" in CliRunner().invoke(app, ["compare", "--help"]).output
    refused = CliRunner().invoke(app, ["bridge", "--from", "minstry", "--out", "x"])
    assert "Did you mean 'ministry'" in str(refused.exception)
