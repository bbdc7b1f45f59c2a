"""Where nobody is at risk there is no figure: from the outcomes to the league and the report."""

from __future__ import annotations

import html
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from report_fixture import Maker
from sealed_results import sealed
from test_league import made_table

import jobvej
from jobvej.cli.analyses import _league_rows
from reforms.effects import difference, of_the_same_pairs, told_by_enough
from reforms.league import ranked
from reforms.league_page import draw, write_page
from reforms.report import write
from reforms.report.numbers import KINDS, Numbers
from reforms.report.survival import kaplan_meier
from reforms.results import Comparison
from reforms.summary import in_short
from sim.outcomes.measures import MEASURES
from sim.outcomes.measures.jobcentres import FEWEST_RECORDS
from sim.outcomes.measures.measure import Ratio, _columns
from sim.stats.interval import NO_INTERVAL, TOLD

CELL = ["period", "municipality", "group", "measure"]
#: Measures that say something of those who are there: a mean, a rate, a share.
OF_SOMEBODY = ("mean_duration", "interviews_per_person_year")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Denmark with one person in 500, and the same when nobody is sent to jobafklaring any more."""
    folder = tmp_path_factory.mktemp("small")
    closed = folder / "closed.yaml"
    closed.write_text(
        "name: closed\ntitle: Closed\nauthor: A test\nsummary: No course begins\n"
        "source: {title: A test}\nchanges:\n"
        "  - parameter: clarification.jobafklaring_open\n    values: {2026-01-01: 0}\n",
        encoding="utf-8",
    )
    return jobvej.compare(
        str(closed), start="2026-W01", end="2026-W26", scale=0.002, replicates=2, quiet=True,
        workers=1, out=folder / "runs",
    )  # fmt: skip


def test_a_mean_of_nobody_is_missing_in_every_municipality_where_nobody_was(small: Comparison) -> None:
    values = small.outcomes.set_index(["scenario", "replicate", *CELL])["value"].unstack("measure")
    here = values[values["mean_duration"].index.get_level_values("group") == "ledighedsydelse"]
    here = here[here.index.get_level_values("municipality") > 0]
    empty = here["stock"] == 0
    assert 0.2 < empty.mean() < 0.9
    for measure in OF_SOMEBODY:
        assert here.loc[empty, measure].isna().all(), measure
    assert here.loc[~empty, "interviews_per_person_year"].notna().all()


def test_no_difference_is_made_of_a_missing_mean(small: Comparison) -> None:
    for measure in OF_SOMEBODY:
        rows = small.differences[small.differences["measure"] == measure]
        known = rows["baseline"].notna() & rows["reform"].notna()
        assert (rows["difference"].notna() == known).all()
        assert not (rows["baseline"].isna() & rows["reform"].isna()).any()
    summary = small.summary[small.summary["measure"] == "mean_duration"]
    assert summary.loc[summary["pairs"] == 0, ["difference", "median", *NO_INTERVAL]].isna().all(axis=None)
    told = summary[summary["pairs"] > 0]
    assert np.allclose(told["reform"] - told["baseline"], told["difference"])


def test_the_report_of_a_small_world_shows_no_such_number(small: Comparison) -> None:
    assert small.folder is not None
    for municipality in (None, "Samsø"):
        for lang in ("en", "da"):
            page = write(small.folder, lang, municipality=municipality).read_text(encoding="utf-8")
            words = html.unescape(re.sub(r"<[^>]+>", " ", page))
            found = re.search(r".{0,80}\b(nan|NaN|inf|None)\b.{0,80}", words)
            assert found is None, found
            assert '".."' in words


def test_a_ratio_of_nobody_is_missing() -> None:
    above, below = (
        np.array([[6.0, 0.0], [3.0, 0.0], [0.0, 0.0]]),
        np.array([[2.0, 0.0], [1.0, 0.0], [0.0, 0.0]]),
    )
    name = "interviews_per_person_year"
    made = MEASURES[name]
    groups = dict(zip(made.groups, range(len(made.groups)), strict=True))
    wide = [np.hstack([part, np.zeros((3, len(groups) - 2))]) for part in (above, below)]
    found = _columns(made, Ratio(wide[0], wide[1]))
    first, second = (found[group] for group in made.groups[:2])
    assert first.tolist()[:3] == [3.0, 3.0, 3.0]
    assert math.isnan(first[3])
    assert np.isnan(second).all()


def test_a_difference_from_beyond_what_is_followed_is_missing() -> None:
    def table(*values: float) -> pa.Table:
        rows = {"period": ["2026"] * 3, "measure": ["a", "b", "c"], "value": np.array(values)}
        return pa.table(rows)

    found = difference(
        table(60.0, math.inf, math.inf), table(math.inf, 70.0, math.inf), CELL[:1] + CELL[3:], "value"
    )
    rows = found.to_pandas()
    assert rows["difference"].isna().all()
    assert rows["baseline"].tolist() == [60.0, math.inf, math.inf]
    assert rows["reform"].tolist() == [math.inf, 70.0, math.inf]


def test_a_rate_of_a_handful_is_missing_in_the_country() -> None:
    """Five and twelve records a year on average at scale 1 in 100: 500 and 1,200 people."""
    held, people = np.array([[300.0, 400.0], [200.0, 800.0]]), np.array([[200.0, 500.0], [300.0, 700.0]])
    made = MEASURES["interviews_per_person_year"]
    wide = [np.hstack([part, np.zeros((2, len(made.groups) - 2))]) for part in (held, people)]
    found = _columns(made, Ratio(wide[0], wide[1], fewest=FEWEST_RECORDS / 0.01))
    first, second = (found[group] for group in made.groups[:2])
    assert math.isnan(first[0])
    assert second[0] == 1.0
    assert first[1:].tolist() == [1.5, pytest.approx(2 / 3)]


def test_what_one_pair_of_three_tells_is_not_told() -> None:
    nan = math.nan
    rows = pd.DataFrame(
        [
            ("closed", 3.0, 9.2, 6.2), ("closed", 3.1, nan, nan), ("closed", 3.2, nan, nan),
            ("open", 3.0, 3.5, 0.5), ("open", 3.1, 3.3, 0.2), ("open", 3.2, nan, nan),
            ("rare", 1.0, 2.0, 1.0),
        ],
        columns=["cell", "baseline", "reform", "difference"],
    )  # fmt: skip
    kept = told_by_enough(rows, ["cell"], 3)
    means = of_the_same_pairs(kept, ["cell"]).groupby("cell").mean()
    assert means.loc["closed", "baseline"] == pytest.approx(3.1)
    assert means.loc["closed", ["reform", "difference"]].isna().all()
    assert means.loc["open"].tolist() == pytest.approx([3.05, 3.4, 0.35])
    assert means.loc["rare"].isna().all()


def test_moves_that_a_run_has_none_of_are_nothing_and_not_missing(small: Comparison) -> None:
    """Moves counted apart, "from>to", come to as much as exits from the benefit, in means over runs, too.

    But for those who die or reach the age of old-age pension: they go to no state.  They are exits elsewhere
    that are no leave.
    """
    rows = small.outcomes[(small.outcomes["municipality"] == 0) & (small.outcomes["period"] == "2026")]
    run = ["scenario", "replicate"]
    runs = rows.groupby(run).ngroups
    flows = rows[rows["measure"] == "flow"]
    assert (flows["value"] == 0).any()
    assert (flows.groupby("group").size() == runs).all()
    means = flows.groupby("group")["value"].mean()
    exits = rows[(rows["measure"] == "outflow")].groupby("group")["value"].mean()
    kinds = rows[rows["measure"] == "exits"].groupby("group")["value"].mean()
    for benefit in ("jobafklaring", "sygedagpenge", "revalidering"):
        to = means[means.index.str.startswith(f"{benefit}>")].sum()
        gone = kinds[f"{benefit}>elsewhere"] - means[f"{benefit}>leave"]
        assert 0 <= gone < (0.4 if benefit == "revalidering" else 0.1) * exits[benefit]  # of a few persons
        assert to + gone == pytest.approx(exits[benefit])


def test_levels_are_of_the_pairs_that_tell_the_difference() -> None:
    nan, inf = math.nan, math.inf
    rows = pd.DataFrame(
        [
            ("a", 10.0, 12.0, 2.0), ("a", 50.0, nan, nan), ("a", 20.0, 26.0, 6.0),
            ("gone", 30.0, nan, nan), ("gone", 40.0, nan, nan),
            ("long", inf, 100.0, nan), ("long", 90.0, inf, nan),
            ("longer", inf, inf, nan), ("longer", inf, inf, nan),
        ],
        columns=["cell", "baseline", "reform", "difference"],
    )  # fmt: skip
    means = of_the_same_pairs(rows, ["cell"]).groupby("cell").mean()
    assert means.loc["a"].tolist() == [15.0, 19.0, 4.0]
    assert means.loc["gone", "baseline"] == 35.0
    assert means.loc["gone", ["reform", "difference"]].isna().all()
    assert means.loc["long"].isna().all()
    assert means.loc["longer", ["baseline", "reform"]].tolist() == [inf, inf]


def abolished(folder: Path) -> Path:
    """Results in which nobody is on jobafklaring with the reform, and a median is beyond 208 weeks."""
    rows = pd.read_parquet(folder / "differences.parquet")
    gone = (rows["group"] == "jobafklaring") & rows["measure"].isin(["mean_duration", "share_over_52_weeks"])
    rows.loc[gone, ["reform", "difference"]] = math.nan
    long = (rows["group"] == "ressourceforloeb") & (rows["measure"] == "median_duration")
    rows.loc[long, "reform"] = math.inf
    rows.loc[long, "difference"] = math.nan
    rows.to_parquet(folder / "differences.parquet", index=False)
    sealed(folder)
    return folder


def rows_of(page: str, key: str, label: str) -> list[str]:
    """The cells of a table's row."""
    table = page[page.index(f'id="{key}"') :]
    row = table[table.index(label) :]
    row = row[: row.index("</tr>")]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]


def test_a_benefit_that_is_gone_has_a_level_before_and_no_figure_after(tmp_path: Path) -> None:
    path = write(abolished(Maker(("cut-3bn",)).write(tmp_path)))
    page = path.with_name("report-en-appendix.html").read_text(encoding="utf-8")
    mean = rows_of(page, "t-duration-mean", "Job clarification")
    assert re.match(r"8\d\.\d", mean[0])
    assert mean[1:] == ["..", "..", ".."]
    median = rows_of(page, "t-duration-median", "Resource course")
    assert re.match(r"6\d\.\d", median[0])
    assert median[1:] == ["&gt; 208", "..", ".."]


def test_numbers_beyond_what_is_followed_are_written_so() -> None:
    assert Numbers("en").plain(math.inf, 1) == "> 208"
    assert Numbers("da").interval(math.inf, 3.0, KINDS["weeks"]) == ".."


def test_a_curve_ends_with_the_longest_spell() -> None:
    weeks, ended = np.array([5, 10, 20, 30, 30]), np.array([True, True, False, False, False])
    curve = kaplan_meier(weeks, ended, 52)
    assert curve.share[30] == pytest.approx(0.6)
    assert np.isnan(curve.share[31:]).all()
    assert kaplan_meier(weeks, np.ones(5, np.bool_), 52).share[31:].tolist() == [0.0] * 22


def test_a_reform_without_weeks_is_not_ranked(tmp_path: Path) -> None:
    table = made_table()
    table.loc[table["reform"] == "d", ["weeks", "weeks_low95", "weeks_high95", "self_support"]] = math.nan
    table = ranked(table)
    assert table["reform"].tolist() == ["c", "a", "b", "d"]
    assert table["rank"].tolist()[:3] == [1, 1, 3]
    assert pd.isna(table["rank"].iloc[3])
    printed = _league_rows(table)[-1]
    assert (printed["rank"], printed["weeks"], printed["self_support"]) == (
        "", "not observed", "not observed",
    )  # fmt: skip
    draw(table, "en", year="2030", draws=2, pairs=4)
    draw(table.assign(weeks=math.nan), "en", year="2030", draws=2, pairs=4)
    for page in write_page(tmp_path, table, [], year="2030", draws=2, pairs=4, command="jobvej league"):
        assert not re.search(r"\bnan\b|&lt;NA&gt;", page.read_text(encoding="utf-8"))


def test_the_command_line_says_that_it_was_not_observed() -> None:
    row = {
        "scenario": "x", "period": "2030", "municipality": 0, "group": "unemployed_gross",
        "measure": "mean_duration", "baseline": math.nan, "reform": 40.0, "difference": math.nan,
        "unit": "weeks", **dict.fromkeys(TOLD, math.nan), "draws": 0, "pairs": 0,
    }  # fmt: skip
    said = in_short(pd.DataFrame([row]))
    assert "not observed weeks, mean duration of unemployment" in said
    assert "nan" not in said
