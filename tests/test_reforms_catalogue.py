"""The reforms that come with the product: what they change, and that combining them is adding them up."""

from __future__ import annotations

import itertools
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import reforms
from reforms import catalogue, combine, load
from reforms.reform import LANGUAGES, Reform
from sim.errors import InputError
from sim.parameters import load_parameters
from sim.parameters.document import read_document

HEADLINE = ("no-focus-targets", "fewer-target-groups", "cut-3bn", "refund-change")
CODES = np.array([101, 860])
FIRST_WEEK_OF_2026, FIRST_WEEK_OF_2027 = date(2026, 1, 5), date(2027, 1, 4)
LAST_WEEK_OF_2026 = date(2026, 12, 28)


def test_the_headline_files_ship() -> None:
    assert {"nothing", "headline", *HEADLINE} <= {reform.name for reform in catalogue()}


@pytest.mark.parametrize("reform", catalogue(), ids=lambda reform: reform.name)
def test_every_reform_fits_the_baseline_and_explains_itself(reform: Reform) -> None:
    assert load(reform.name).digest() == reform.digest()
    for language in LANGUAGES:
        texts = (reform.title(language), reform.summary(language), reform.why(language))
        assert all(len(text) > least for text, least in zip(texts, (5, 40, 100), strict=True))
    assert reform.summary("en") != reform.summary("da")
    assert reform.source.title
    assert reform.theme


@pytest.mark.parametrize("reform", catalogue(), ids=lambda reform: reform.name)
def test_danish_texts_are_written_with_danish_letters(reform: Reform) -> None:
    danish = " ".join((reform.title("da"), reform.summary("da"), reform.why("da"))).lower()
    assert set("æøå") & set(danish)
    for transcribed in ("maalgruppe", "foertids", "loen", "aarlig", "foer ", "paa ", "faerre", "kroe"):
        assert transcribed not in danish


def test_nothing_changes_nothing() -> None:
    nothing = load("nothing")
    assert (nothing.changes, nothing.first_change) == ((), None)
    assert load_parameters().with_changes(nothing.changes).digest() == load_parameters().digest()


def test_no_focus_targets_ends_supervision_and_nothing_else() -> None:
    reform = load("no-focus-targets")
    assert {change.name for change in reform.changes} == {"supervision.focus_targets_in_force"}
    world = load_parameters().with_changes(reform.changes)
    before, after = date(2026, 1, 26), date(2026, 2, 2)
    found = [world.at(day, CODES).scalar("supervision.focus_targets_in_force") for day in (before, after)]
    assert found == [1.0, 0.0]


def test_thirteen_target_groups_become_five() -> None:
    world = load_parameters().with_changes(load("fewer-target-groups").changes)
    groups = world["target_groups.effort_group"].components
    before = world.at(LAST_WEEK_OF_2026, CODES).vector("target_groups.effort_group")
    after = dict(
        zip(
            groups,
            world.at(FIRST_WEEK_OF_2027, CODES).vector("target_groups.effort_group").tolist(),
            strict=True,
        )
    )
    assert len(set(before.tolist())) == 13
    assert set(after.values()) == {1.0, 2.0, 3.0, 4.0, 5.0}
    assert [group for group in groups if after[group] == 1.0] == ["dagpenge"]
    assert {group for group in groups if after[group] == 2.0} == {"sygedagpenge", "jobafklaring"}
    assert [group for group in groups if after[group] == 4.0] == ["fleksjob_visited"]
    assert len([group for group in groups if after[group] == 3.0]) == 3


def test_every_size_that_no_source_gives_has_a_range_and_a_reason() -> None:
    changes = [each for each in load("fewer-target-groups").changes if each.name.startswith("casework.")]
    assert len(changes) == 1
    for change in changes:
        assert change.range is not None
        assert change.range[0] <= change.values[0][1] <= change.range[1]
        assert change.reason


def test_the_cut_reaches_three_billion_in_five_equal_steps() -> None:
    world = load_parameters().with_changes(load("cut-3bn").changes)
    mondays = [date(2025, 12, 29), FIRST_WEEK_OF_2026, FIRST_WEEK_OF_2027, date(2028, 1, 3), date(2029, 1, 1)]
    mondays += [date(2029, 12, 31), date(2030, 1, 7), date(2035, 12, 24)]
    path = [world.at(day, CODES).scalar("staffing.planned_saving_mio_kr") for day in mondays]
    assert path == [0.0, 600.0, 1200.0, 1800.0, 2400.0, 2400.0, 3000.0, 3000.0]
    assert world.at(date(2030, 1, 7), CODES).scalar("staffing.saving_realised_share") == 1.0


def test_the_steeper_refund_scale_is_mirrored_and_gains_are_kept() -> None:
    world = load_parameters().with_changes(load("refund-change").changes)
    for day, share, kept in (
        (LAST_WEEK_OF_2026, [0.8, 0.4, 0.3, 0.2], 0.0),
        (FIRST_WEEK_OF_2027, [0.8, 0.5, 0.2, 0], 1.0),
    ):
        resolved = world.at(day, CODES)
        assert resolved.vector("refund.state_share").tolist() == share
        np.testing.assert_allclose(
            resolved.vector("refund.cofinancing_share"), 1 - np.array(share), atol=1e-12
        )
        assert resolved.scalar("municipality.own_gain_exempt_share") == kept


def test_headline_is_the_sum_of_the_four_in_any_order() -> None:
    base, headline = load_parameters(), load("headline")
    expected = base.with_changes(headline.changes).digest()
    assert headline.parts == HEADLINE
    for order in itertools.permutations(HEADLINE):
        assert base.with_changes(load("+".join(order)).changes).digest() == expected
    one_by_one = base
    for name in reversed(HEADLINE):
        one_by_one = one_by_one.with_changes(load(name).changes)
    assert one_by_one.digest() == expected
    without = base.with_changes(load("+".join(HEADLINE[1:])).changes).digest()
    assert without != expected


def test_a_combination_carries_what_its_parts_say() -> None:
    both = load("no-focus-targets+cut-3bn")
    assert (both.name, both.parts) == ("no-focus-targets+cut-3bn", ("no-focus-targets", "cut-3bn"))
    assert both.title("da") == "Fokusmålene afskaffes + Besparelse på 3 mia. kr. om året i 2030"
    assert both.proposals == ("DJ03", "KL12")
    assert both.first_change == date(2026, 1, 1)


def test_a_reform_counts_once() -> None:
    with pytest.raises(InputError, match="'cut-3bn' is in the combination headline \\+ cut-3bn twice"):
        load("headline+cut-3bn")
    with pytest.raises(InputError, match="expected names of reforms"):
        combine([])


def test_a_contradiction_names_both_files_and_lines(tmp_path: Path) -> None:
    path = tmp_path / "smaller-cut.yaml"
    head = "name: smaller-cut\ntitle: Smaller cut\nauthor: Me\nsummary: Half\nsource: {title: Me}\nchanges:\n"
    change = "  - parameter: staffing.planned_saving_mio_kr\n    values: {2029-01-01: 1500}\n"
    path.write_text(head + change, encoding="utf-8")
    with pytest.raises(InputError, match="contradiction") as caught:
        load(f"cut-3bn+{path}")
    cut = read_document(Path(reforms.__file__).parent / "catalogue" / "cut-3bn.yaml")
    assert f"cut-3bn.yaml:{cut.line('changes', 0)}" in str(caught.value)
    assert f"smaller-cut.yaml:{7}" in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("cut-3bm", "unknown reform 'cut-3bm'. Did you mean 'cut-3bn'?"),
        ("nothing+headlin", "Did you mean 'headline'?"),
        ("zzzzzz", "jobvej reforms list shows the "),
    ],
)
def test_an_unknown_name_gives_the_nearest(spec: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        load(spec)
    assert words in str(caught.value)


def test_the_functions_stay_functions_after_their_modules_were_imported() -> None:
    program = (
        "import reforms.load, reforms.reform, reforms.check, reforms\n"
        "from reforms import load, combine, check, catalogue\n"
        "assert reforms.load is load and callable(load) and callable(combine) and callable(check)\n"
        "assert load('nothing').name == 'nothing'\n"
        "import sys; print([name for name in ('pandas', 'numpy', 'mesa', 'scipy') if name in sys.modules])\n"
    )
    root = Path(reforms.__file__).parent.parent
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root
    )
    assert ran.stdout.strip() == "[]"
