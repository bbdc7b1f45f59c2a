"""Two lives: where hand-made lives part and why, who is picked, and a small comparison watched again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jobvej.cli import main
from reforms.lives.made import lives
from reforms.lives.parting import KINDS, NEVER, Partings, partings
from reforms.lives.pick import pick, winners_and_losers
from reforms.lives.picture import draw, stretches
from reforms.lives.results import TwoLives, read
from reforms.lives.words import sentence, words_of
from reforms.results import compare
from sim.errors import InputError
from sim.outcomes.lives import JOBCENTRE, NO_ONE, Columns, Courses, Traits
from sim.parameters.document import read_document
from sim.runs.plan import BASELINE
from sim.states import State

REFORM = "no-focus-targets"
WEEKS = 10
#: Weekly income of the hand-made lives, øre.
WAGE, BENEFIT = 900_000, 400_000


class Hand:
    """Lives made by hand: ten weeks on dagpenge with caseworker 7, but for what is written."""

    def __init__(self, people: int = 1, state: State = State.DAGPENGE) -> None:
        n = people * WEEKS
        self.people = people
        client = state == State.DAGPENGE
        self.columns: dict[str, Any] = {
            "caseworker": np.full(n, 7 if client else NO_ONE, np.int64),
            "interview": np.zeros(n, np.uint8),
            "programme": np.zeros(n, np.uint8),
            "state": np.full(n, state, np.uint8),
            "employer": np.full(n, NO_ONE, np.int32),
            "hours": np.zeros(n, np.uint8),
            "sanctioned": np.zeros(n, np.uint8),
            "income": np.full(n, BENEFIT if client else WAGE, np.int64),
        }

    def write(self, name: str, value: int, first: int, end: int = WEEKS, who: int = 0) -> Hand:
        self.columns[name].reshape(self.people, WEEKS)[who, first:end] = value
        return self

    def job(self, first: int, who: int = 0, end: int = WEEKS) -> Hand:
        self.write("state", State.EMPLOYED, first, end, who).write("income", WAGE, first, end, who)
        return self.write("employer", 3, first, end, who).write("caseworker", NO_ONE, first + 1, end, who)

    def courses(self) -> Courses:
        who = np.repeat(np.arange(self.people, dtype=np.int32), WEEKS)
        week = np.tile(np.arange(WEEKS, dtype=np.int16), self.people)
        n = self.people
        start = self.columns["state"][::WEEKS].copy()
        traits = Traits(np.zeros(n, np.int16), np.zeros(n, np.uint8), np.zeros(n, np.int16), start)
        key = np.arange(self.people, dtype=np.uint32) + 100
        return Courses(key, traits, WEEKS, who, week, np.ones(who.size, np.int64), Columns(**self.columns))


def parted(without: Hand, with_it: Hand) -> tuple[int, str, int, str]:
    found = partings(without.courses(), with_it.courses())
    kinds = (*KINDS, "nothing")
    return (
        int(found.first[0]), kinds[found.first_kind[0]], int(found.parted[0]), kinds[found.parted_kind[0]],
    )  # fmt: skip


# where lives part


def test_the_same_lives_never_part() -> None:
    assert parted(Hand().job(4), Hand().job(4)) == (NEVER, "nothing", NEVER, "nothing")


def test_an_interview_comes_before_the_job_that_it_leads_to() -> None:
    with_it = Hand().write("interview", JOBCENTRE, 2, 3).job(5)
    assert parted(Hand().job(8), with_it) == (2, "interview", 5, "state")


def test_of_a_week_the_first_in_the_order_of_the_week_counts() -> None:
    """A job and an interview in the same week, of a client: the interview came first."""
    with_it = Hand().write("interview", JOBCENTRE, 5, 6).job(5)
    assert parted(Hand(), with_it) == (5, "interview", 5, "state")
    with_it.write("caseworker", 9, 5, 6)
    assert parted(Hand(), with_it)[1] == "caseworker"


def test_who_was_no_client_parts_by_the_state() -> None:
    """Laid off in one life and seen by the jobcentre in the same week: the job was lost first."""
    laid_off = Hand(state=State.EMPLOYED).write("state", State.DAGPENGE, 4).write("income", BENEFIT, 4)
    laid_off.write("caseworker", 7, 4).write("interview", JOBCENTRE, 4, 5)
    assert parted(Hand(state=State.EMPLOYED), laid_off) == (4, "state", 4, "state")


def test_money_alone_parts_and_a_caseworker_alone_does_not() -> None:
    assert parted(Hand(), Hand().write("income", BENEFIT + 1, 6)) == (6, "income", 6, "income")
    assert parted(Hand(), Hand().write("caseworker", 8, 3)) == (3, "caseworker", NEVER, "nothing")


def test_weeks_and_kroner_are_sums_over_the_weeks() -> None:
    found = partings(Hand().job(8).courses(), Hand().job(5, end=7).courses())
    assert found.weeks.tolist() == [[2, 2]]
    assert found.ore.tolist() == [[2 * WAGE + 8 * BENEFIT, 2 * WAGE + 8 * BENEFIT]]
    outside = partings(Hand().courses(), Hand().write("state", State.OUTSIDE, 3).courses())
    assert outside.weeks.tolist() == [[0, 7]]
    study = partings(Hand().courses(), Hand().write("state", State.EDUCATION, 3).courses())
    assert study.weeks.tolist() == [[0, 0]]


def test_other_people_are_no_pair() -> None:
    with pytest.raises(ValueError, match="not of the same people"):
        partings(Hand(2).courses(), Hand(3).courses())


# who is picked


def made(
    differences: list[tuple[int, int]], groups: list[State], apart: list[bool] | None = None
) -> Partings:
    """Partings of people by weeks and øre more with the reform."""
    n = len(differences)
    week = np.where(apart if apart is not None else np.ones(n, bool), 4, NEVER)
    kind = np.where(week == NEVER, NEVER, KINDS.index("state"))
    change = np.array(differences, np.int64)
    nothing = np.zeros(n, np.int64)
    return Partings(
        week, kind, week, kind, np.stack([nothing, change[:, 0]], axis=1),
        np.stack([nothing, change[:, 1]], axis=1), np.array(groups, np.uint8),
    )  # fmt: skip


KEYS = np.array([50, 40, 30, 20, 10], np.uint32)


def picked(found: Partings, group: str = "all") -> dict[str, int]:
    return {each.rule: each.who for each in pick(found, KEYS) if each.group == group}


def test_typical_is_nearest_to_the_median_of_those_whose_ways_part() -> None:
    """Medians of the four: 2 weeks and 250; those with 1 and 3 weeks are as near, 200 kr. nearer than 400."""
    dagpenge = [State.DAGPENGE] * 5
    found = made([(-9, 100), (1, 200), (3, 400), (8, 300), (2, 250)], dagpenge, [True] * 4 + [False])
    assert picked(found) == {"typical": 1, "most-won": 3, "most-lost": 0}


def test_kroner_decide_among_equal_weeks_and_the_smaller_key_among_equals() -> None:
    found = made([(5, 10), (5, 30), (5, 30), (-2, -8), (-2, -9)], [State.DAGPENGE] * 5)
    assert picked(found)["most-won"] == 2  # key 30 before key 40
    assert picked(found)["most-lost"] == 4


def test_nobody_is_most_won_who_won_nothing() -> None:
    found = made([(-1, -1), (-2, 5), (0, -3), (0, 0), (-4, 0)], [State.DAGPENGE] * 5)
    assert set(picked(found)) == {"typical", "most-lost"}


def test_groups_are_those_of_the_first_week_and_pick_for_themselves() -> None:
    groups = [State.DAGPENGE, State.DAGPENGE, State.SYGEDAGPENGE, State.SYGEDAGPENGE, State.EMPLOYED]
    found = made([(9, 1), (1, 1), (3, 1), (4, 1), (20, 1)], groups, [True] * 4 + [False])
    assert picked(found)["most-won"] == 0
    assert picked(found, "sygedagpenge")["most-won"] == 3
    assert picked(found, "employed") == {}


def test_winners_and_losers_by_hand() -> None:
    """Two years of 52.18 weeks at a hundredth of the people."""
    found = made([(4, 30_000), (-2, -10_000), (0, 0)], [State.DAGPENGE, State.DAGPENGE, State.EMPLOYED])
    table = winners_and_losers(found, 104, 0.01).set_index("group")
    assert table.index.tolist() == ["all", "employed", "dagpenge"]
    years = 104 / (365.25 / 7)
    mine = table.loc["dagpenge"]
    assert (mine["simulated"], mine["persons"], mine["parted"]) == (2, 200, 200)
    assert (mine["better_kr"], mine["worse_kr"], mine["same_kr"]) == (100, 100, 0)
    assert mine["kr_a_person_year"] == pytest.approx((300 - 100) / 2 / years)
    assert mine["weeks_a_person_year"] == pytest.approx((4 - 2) / 2 / years)
    assert (mine["kr_of_better"], mine["kr_of_worse"]) == pytest.approx((300 / years, -100 / years))
    assert table.loc["all", "kr_a_person_year"] == pytest.approx((300 - 100) / 3 / years)
    assert table.loc["employed", "same_weeks"] == 100


# words


PAIR: dict[str, Any] = {
    "reform": REFORM, "group": "all", "rule": "typical", "person": 1, "sex": "woman", "age": 34,
    "municipality": 860, "start_state": "dagpenge", "first_week": "2026-W10", "first_kind": "interview",
    "first_without": "jobcentre", "first_with": "none", "parted_week": "2026-W23", "parted_kind": "state",
    "interviews_without": 5, "interviews_with": 4, "offers_without": 1, "offers_with": 0,
    "state_without": "employed", "state_with": "dagpenge", "kr_a_week_without": 9000.0,
    "kr_a_week_with": 4200.0, "self_support_weeks": -31, "kr": -120_000.4,
}  # fmt: skip


def test_a_pair_is_told_in_plain_sentences() -> None:
    said = sentence(PAIR, {}, "en")
    assert said == (
        "A woman of 34, Hjørring, who begins in: Unemployment insurance (dagpenge). "
        "First difference, 2026-W10: "
        "an interview (without the reform: the jobcentre; with it: none). "
        "Until the ways part: 5 and 4 interviews, 1 and 0 offers (without, with). "
        "The ways part in 2026-W23: Employed without the reform, Unemployment insurance (dagpenge) with it. "
        "Over the run: −31 weeks of self-support and −120,000 kr. of the person's own with the reform."
    )
    assert "−120.000 kr." in sentence(PAIR, {}, "da")
    alone = PAIR | {"first_week": "2026-W23", "first_kind": "state"}
    assert "chances did" in sentence(alone, {}, "en")
    assert "First difference" not in sentence(alone, {}, "en")


def test_every_kind_and_rule_has_words_in_both_languages() -> None:
    content = read_document(Path(__file__).parent.parent / "reforms" / "lives" / "texts.yaml").content
    for part, entries in content.items():
        assert all(set(said) == {"en", "da"} for said in entries.values()), part
    assert set(words_of("difference", "da")) == set(KINDS)


def test_stretches_of_a_life() -> None:
    assert list(stretches(pd.Series(["a", "a", "b", "a"]))) == [(0, 2, "a"), (2, 1, "b"), (3, 1, "a")]


# a small comparison


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lives") / "results"
    asked: dict[str, Any] = {"start": "2025-W45", "end": "2026-W26", "scale": 0.005, "quiet": True}
    compare(["nothing", REFORM], out=out, workers=1, **asked)
    return out


@pytest.fixture(scope="module")
def found(folder: Path) -> TwoLives:
    return lives(folder, reforms=["nothing", REFORM], quiet=True)


def test_a_reform_that_changes_nothing_parts_nobody(found: TwoLives) -> None:
    assert found.of("nothing") == []
    rows = found.winners[found.winners["reform"] == "nothing"]
    assert len(rows) > 10
    same = ["persons", "same_kr", "same_weeks"]
    assert (rows[same].nunique(axis=1) == 1).all()
    assert (rows[["parted", "kr_a_person_year", "weeks_a_person_year"]] == 0).all(axis=None)


def test_lives_are_the_same_until_the_first_difference_and_then_differ(found: TwoLives) -> None:
    pairs = found.of(REFORM)
    assert [pair["rule"] for pair in pairs] == ["typical", "most-won", "most-lost"]
    for pair in pairs:
        without, with_it = (life.drop(columns="scenario") for life in found.courses(pair))
        before = without["week"] < pair["first_week"]
        assert before.any()
        pd.testing.assert_frame_equal(without[before], with_it[before])
        here = without["week"] == pair["first_week"]
        assert not without[here].equals(with_it[here])
        living = ["state", "income_kr"]
        early = without["week"] < pair["parted_week"]
        pd.testing.assert_frame_equal(without.loc[early, living], with_it.loc[early, living])
        assert pair["kr"] == pytest.approx(with_it["income_kr"].sum() - without["income_kr"].sum())
        in_support = ["employed", "outside"]
        weeks = [int(life["state"].isin(in_support).sum()) for life in (without, with_it)]
        assert pair["self_support_weeks"] == weeks[1] - weeks[0]


def test_everybody_watched_is_everybody_of_the_first_week(folder: Path, found: TwoLives) -> None:
    assert found.about["checked_against_people"]
    row = found.winners.set_index(["reform", "group"]).loc[(REFORM, "all")]
    people = pd.read_parquet(folder / "people.parquet")
    assert abs(row["simulated"] - (people["scenario"] == BASELINE).sum()) < 0.02 * row["simulated"]
    by_group = found.winners[(found.winners["reform"] == REFORM) & (found.winners["group"] != "all")]
    assert by_group["simulated"].sum() == row["simulated"]


def test_a_picture_says_that_nobody_is_real(found: TwoLives) -> None:
    (pair, *_) = found.of(REFORM)
    for lang, word in (("en", "simulated"), ("da", "simuleret")):
        texts = [text.get_text() for text in draw(found, pair, lang).texts]
        assert any(word in text and text == words_of("picture", lang)["simulated"] for text in texts)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "lives").iterdir()) if path.is_file()}


def test_workers_branching_and_resuming_change_no_byte(folder: Path, found: TwoLives, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("lives"))
    lives(other, reforms=["nothing", REFORM], workers=2, branching=False, quiet=True)
    mine = {name: content for name, content in bytes_of(folder).items() if not name.endswith(".svg")}
    assert bytes_of(other) == mine
    lives(other, reforms=["nothing", REFORM], quiet=True)
    assert bytes_of(other) == mine


def ran(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leave:
        main([str(each) for each in arguments])
    printed = capsys.readouterr()
    return int(leave.value.code or 0), printed.out, printed.err


def test_the_command_writes_inside_the_folder_and_prints_json(
    folder: Path, found: TwoLives, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    code, out, _ = ran(capsys, "lives", folder, "--reform", "nothing", "--reform", REFORM, "-q", "--json")
    assert code == 0
    rows = json.loads(out)
    assert {row["what"] for row in rows} == {"pair", "group"}
    assert sum(row["what"] == "pair" for row in rows) == len(found.pairs)
    assert (folder / "lives" / f"{REFORM}-all-typical-en.svg").is_file()
    assert list(tmp_path.iterdir()) == []
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    code, out, _ = ran(capsys, "lives", folder, "--reform", REFORM, "--reform", "nothing", "-q")
    assert code == 0
    assert "kr. a person-year" in out


def test_what_cannot_be_asked_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, said = ran(capsys, "lives", tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert "no finished results" in said
    code, _, said = ran(capsys, "lives", folder, "--reform", "no-focus-target")
    assert code == 2
    assert f"Did you mean '{REFORM}'?" in said
    code, _, said = ran(capsys, "lives", folder, "--scale", "2")
    assert code == 2
    assert "at most 1" in said
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    manifest = json.loads((other / "manifest.json").read_text("utf-8"))
    manifest["hashes"]["code"] = "0" * 64
    (other / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    code, _, said = ran(capsys, "lives", other)
    assert code == 2
    assert "other code" in said


def test_lives_of_other_results_and_changed_tables_are_refused(
    folder: Path, found: TwoLives, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "manifest.json").write_text((folder / "manifest.json").read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(InputError, match="of other results"):
        read(other)
    shutil.copy(folder / "manifest.json", other / "manifest.json")
    assert len(read(other).pairs) == len(found.pairs)
    path = other / "lives" / "pairs.csv"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(InputError, match="changed"):
        read(other)
    shutil.rmtree(other / "lives")
    with pytest.raises(InputError, match="no finished lives"):
        read(other)
