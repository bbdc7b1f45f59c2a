"""Results are what was written, nobody's work is lost, and nothing outside the folder is touched."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from report_fixture import Maker
from runs_fake_world import REFORMS, REQUEST, FakeWorld
from typer.testing import CliRunner

import jobvej
from jobvej.cli import app
from reforms.explore.serve import OwnPagesOnly
from reforms.explore.small_runs import command_line
from reforms.pairing import measure_pairing
from reforms.report import write
from reforms.results import Comparison, compare, finishers_of
from reforms.scenario import comparison_plan
from sim import LabourMarket
from sim.engine import compiled, kept_list
from sim.engine.sums import row_times, times_column
from sim.errors import InputError, readable
from sim.law import whole
from sim.mechanisms.refunds import _set_off
from sim.runs.folder import held, out_folder
from sim.runs.plan import make_plan, refuse_too_many
from sim.runs.reading import made_otherwise, refuse_changed, table_path
from sim.runs.run import run_plan
from sim.runs.verify import verdicts
from sim.week import numbers_that_raise

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = comparison_plan(REFORMS, **{**REQUEST, "replicates": 4})
    folder = tmp_path_factory.mktemp("results") / "r"
    return run_plan(plan, folder, quiet=True, finishers=finishers_of(plan), make_world=FakeWorld)


@pytest.fixture
def copy(results: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(results, tmp_path / "copy"))


def test_whole_results_are_read(copy: Path) -> None:
    assert refuse_changed(copy) == copy
    assert {each.state for each in verdicts(copy)} == {"as written"}
    assert len(Comparison(copy).differences)
    assert made_otherwise(copy) == ()


def times_hundred(path: Path) -> None:
    table = pd.read_parquet(path)
    table["difference"] *= 100
    table.to_parquet(path)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def swapped(path: Path) -> None:
    path.write_bytes((path.parent / "summary.parquet").read_bytes())


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [times_hundred, cut, swapped, gone])
@pytest.mark.parametrize("table", ["differences", "ledger_differences"])
def test_a_table_that_is_not_that_of_the_manifest_is_refused_by_name(
    copy: Path, change: Any, table: str
) -> None:
    change(copy / f"{table}.parquet")
    for read in (write, measure_pairing, lambda folder: getattr(Comparison(folder), table)):
        with pytest.raises(InputError, match=rf"{table}\.parquet: the file is (not that of|missing)"):
            read(copy)
    for command in ("report", "accounts", "pairing"):
        found = CliRunner().invoke(app, [command, str(copy)])
        assert isinstance(found.exception, InputError), command
    assert CliRunner().invoke(app, ["verify", str(copy)]).exit_code == 1


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"files": 3}', '{"files": {}, "scenarios": [3]}', "null", "\0"]
)
def test_a_damaged_manifest_is_refused(copy: Path, text: str) -> None:
    (copy / "manifest.json").write_text(text, "utf-8")
    for read in (write, measure_pairing, refuse_changed):
        with pytest.raises(InputError, match=r"manifest\.json"):
            read(copy)


def test_a_manifest_cannot_name_files_elsewhere(copy: Path) -> None:
    said = json.loads((copy / "manifest.json").read_text("utf-8"))
    said["files"]["../../etc/passwd"] = "0" * 64
    (copy / "manifest.json").write_text(json.dumps(said), "utf-8")
    with pytest.raises(InputError, match="missing"):
        refuse_changed(copy)


def test_results_of_another_jobvej_are_said_to_be_so(tmp_path: Path) -> None:
    folder = Maker(("cut-3bn",)).write(tmp_path)
    said = json.loads((folder / "manifest.json").read_text("utf-8"))
    said["hashes"] = {"code": "another", "parameters": "another"}
    (folder / "manifest.json").write_text(json.dumps(said), "utf-8")
    assert made_otherwise(folder) == ("version", "code", "parameters")
    text = write(folder, format="md").read_text("utf-8")
    assert "made by another version of Jobvej or with other numbers" in text


@pytest.mark.parametrize("out", ["", "  ", "a\0b", "x" * 300, 3, None])
def test_no_folder_is_called_so(out: Any) -> None:
    with pytest.raises(InputError, match="option out"):
        out_folder(out)


def test_what_cannot_be_a_folder_is_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for place in ("file", "file/inside", "loop", "loop/inside"):
        with pytest.raises(InputError, match="option out"):
            out_folder(tmp_path / place)
    assert out_folder(tmp_path / "new" / "er") == tmp_path / "new" / "er"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["run"], ["compare", "-r", "cut-3bn"], ["trial", "lost-meeting"], ["validate"], ["frontier"],
        ["league"],
        ["sensitivity", "-r", "cut-3bn", "--measure", "stock"], ["worth", "-r", "cut-3bn"],
        ["placebo"], ["unemployment-point"],
        ["calibrate"],
        ["invest", "--case", "hilleroed"], ["invariance"], ["fit"],
    ],
)  # fmt: skip
def test_every_command_refuses_an_out_without_a_name(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(app, [*words, "--out", ""])
    assert found.exit_code == 2
    assert "--out" in found.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["1_0", "１", "0x1", "1e3", "²", ""])
def test_options_are_read_as_they_are_written(value: str) -> None:
    for option in ("--seed", "--replicates", "--draws", "--workers"):
        found = CliRunner().invoke(app, ["run", "--out", "never", option, value])
        assert found.exit_code == 2, option
    assert not Path("never").exists()


@pytest.mark.parametrize("value", ["nan", "inf", "０.５", "0.5_0", "0x1"])
def test_scales_are_read_as_they_are_written(value: str) -> None:
    assert CliRunner().invoke(app, ["run", "--out", "never", "--scale", value]).exit_code == 2


def test_more_runs_than_can_be_meant_are_refused_with_what_fits() -> None:
    with pytest.raises(InputError, match=r"400,000 runs.*fits: option draws=500 or option replicates=100"):
        refuse_too_many(2, 1000, 200)
    refuse_too_many(2, 1000, 100)
    with pytest.raises(InputError, match="200,000"):
        comparison_plan("cut-3bn", draws=1000, replicates=1000)


def hold(folder: Path, seconds: float, said: Any) -> None:
    with held(folder):
        said.send("held")
        time.sleep(seconds)


def test_a_folder_belongs_to_one_run_at_a_time(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    heard, said = context.Pipe(duplex=False)
    other = context.Process(target=hold, args=(tmp_path / "out", 60.0, said))
    other.start()
    try:
        assert heard.recv() == "held"
        plan = make_plan(comparison_plan("refund-change", **REQUEST).scenarios, kind="compare", **REQUEST)
        with pytest.raises(InputError, match="another run is writing"):
            run_plan(plan, tmp_path / "out", quiet=True, make_world=FakeWorld)
    finally:
        other.kill()
        other.join()
    with held(tmp_path / "out"), held(tmp_path / "out"):
        pass


def test_terminating_a_run_says_what_is_kept(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]\n"
        "from functools import partial\nimport jobvej.cli, reforms.results\nimport sim.runs.work as work\n"
        "from runs_fake_world import FakeWorld\n"
        "work.labour_market = partial(FakeWorld, seconds=0.05)\n"
        "jobvej.cli.main(['run', '--from', '2026-W01', '--to', '2030-W10', '--scale', '0.001', '--executor', "
        "'here', '--out', sys.argv[3]])\n"
    )
    words = [sys.executable, "-c", script, str(ROOT), str(ROOT / "tests"), str(tmp_path / "out")]
    run = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    assert run.stderr is not None
    said = run.stderr.readline()
    time.sleep(2)
    run.send_signal(signal.SIGTERM)
    said += run.communicate(timeout=60)[1]
    assert run.returncode == 143, said
    assert "0 of 1 runs are finished and kept in" in said


def test_a_call_without_a_folder_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Stopped(FakeWorld):
        def run(self, *_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(KeyboardInterrupt, match="nothing of it is kept"):
        compare("refund-change", make_world=Stopped, **{**REQUEST, "quiet": True})
    assert list(tmp_path.iterdir()) == []


def test_reports_of_results_that_may_only_be_read_go_elsewhere(copy: Path, tmp_path: Path) -> None:
    folder = Maker(("cut-3bn",)).write(tmp_path / "made")
    target = tmp_path / "elsewhere.md"
    assert jobvej.report(folder, format="md", to=target) == target
    assert target.stat().st_size > 1000
    for nowhere in (tmp_path / "no" / "such" / "r.md", tmp_path):
        with pytest.raises(InputError, match="--to"):
            write(folder, format="md", to=nowhere)


def test_a_cache_that_others_may_write_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "jobvej"
    folder.mkdir(mode=0o700)
    assert kept_list.trusted(folder)
    folder.chmod(folder.stat().st_mode | stat.S_IWOTH)
    assert not kept_list.trusted(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert "others may write" in compiled.why_not_kept()
    (tmp_path / "a.yaml").write_text("a", "utf-8")
    kept_list.kept("x", [tmp_path], lambda: [{"a": 1}])
    for file in folder.glob("x-*.json"):
        file.write_text('[{"a": "planted"}]', "utf-8")
    assert kept_list.kept("x", [tmp_path], lambda: [{"a": 1}]) == [{"a": 1}]


def test_no_home_and_no_cache_is_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")
    assert compiled.why_not_kept()
    assert kept_list.kept("y", [], lambda: [{"a": 1}]) == [{"a": 1}]

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(Path, "home", homeless)
    assert compiled.why_not_kept()
    assert not kept_list.trusted(kept_list.cache_folder())


def test_a_damaged_kept_list_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for text in ("[", '{"a": 1}', "[1]", ""):
        kept_list.kept("z", [], lambda: [{"a": 1}])
        (file,) = (tmp_path / "jobvej").glob("z-*.json")
        file.write_text(text, "utf-8")
        assert kept_list.kept("z", [], lambda: [{"a": 1}]) == [{"a": 1}]


def answered(kind: str, headers: dict[str, str], method: str = "GET") -> bool:
    reached: list[str] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["type"])

    async def nothing(*_: Any) -> dict[str, str]:
        return {"type": "websocket.connect"}

    scope = {
        "type": kind,
        "method": method,
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }
    asyncio.run(OwnPagesOnly(inner, 8765)(scope, nothing, nothing))
    return bool(reached)


def test_only_own_pages_are_answered() -> None:
    own = {"origin": "http://127.0.0.1:8765"}
    assert answered("websocket", own)
    assert answered("websocket", {"origin": "http://localhost:8765"})
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8765", ""):
        assert not answered("websocket", {"origin": origin})
        assert not answered("http", {"origin": origin})
    assert not answered("websocket", {})
    assert answered("http", {})
    assert answered("http", {"sec-fetch-site": "none"})
    assert answered("http", {"sec-fetch-site": "same-origin"})
    assert not answered("http", {"sec-fetch-site": "cross-site"})
    linked = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert answered("http", linked)
    assert not answered("http", {**linked, "sec-fetch-dest": "iframe"})
    assert not answered("http", {}, "POST")
    assert answered("http", own, "POST")


def test_code_in_the_folder_of_a_user_is_not_run(tmp_path: Path) -> None:
    for name in ("typing", "json", "typer", "jobvej", "sim", "reforms"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')", "utf-8")
    found = subprocess.run(
        [*command_line(), "--version"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert found.stdout.startswith("jobvej "), found.stderr


def test_products_are_summed_row_by_row() -> None:
    random = np.random.default_rng(3)
    row, table = random.random(98), random.random((98, 98))
    expected = np.zeros(98)
    for i in range(98):
        for j in range(98):
            expected[j] += row[i] * table[i, j]
    assert row_times(row, table).tolist() == expected.tolist()
    assert times_column(table.T, row).tolist() == expected.tolist()


def test_what_is_kept_at_its_bound_is_todays() -> None:
    kept, today = np.array([1.0, 0.5, 0.9, 0.75]), np.array([1.0, 0.5, 0.5, 0.5])
    assert _set_off(kept, today).tolist() == [10_000, 10_000, 2_000, 5_000]
    with pytest.raises(InputError, match="no amount"):
        _set_off(np.array([0.5]), np.array([1.0]))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, 2.0**62])
def test_what_is_no_number_never_becomes_a_whole_one(value: float) -> None:
    with pytest.raises(InputError, match="no amount"):
        whole(np.array([1.0, value]))
    with pytest.raises(InputError, match="an act: the parameters"), numbers_that_raise("an act"):
        np.array([value]).astype(np.int32)


def test_a_division_by_zero_stops_a_run() -> None:
    with pytest.raises(InputError, match="that is none"), numbers_that_raise("an act"):
        np.array([1.0]) / np.array([0.0])
    with pytest.raises(InputError, match="that is none"), numbers_that_raise("an act"):
        np.array([0.0]) / np.array([0.0])


def test_tables_are_read_at_any_week_and_change_nothing() -> None:
    market, other = (LabourMarket(scale=0.001, end="2024-W04") for _ in range(2))
    assert market.outcomes().empty
    assert market.ledger_table().empty
    for week in range(4):
        market.step()
        other.step()
        stock = market.outcomes().query("measure == 'stock' and municipality == 0 and period == '2024'")
        assert len(stock)
        assert market.ledger_table()["amount_kr"].sum() > 0
        assert len(market.people_table()) == len(market.spells_table()) or week >= 0
    pd.testing.assert_frame_equal(market.outcomes(), other.outcomes())
    pd.testing.assert_frame_equal(market.ledger_table(), other.ledger_table())


@pytest.mark.parametrize(
    "asked",
    [
        {"seed": -1}, {"seed": "1"}, {"replicate": -1}, {"demand": 3}, {"switched_off": 3}, {"scale": "1"},
        {"start": 2024}, {"end": date(2024, 1, 1)}, {"parameters": "cut-3bn"},
    ],
)  # fmt: skip
def test_a_market_is_asked_for_in_the_words_of_the_options(asked: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        LabourMarket(**{"scale": 0.001, "end": "2024-W04", **asked})


@pytest.mark.parametrize("reform", [3, [3], None, [None], object(), b"cut-3bn"])
def test_what_is_no_reform_is_refused(reform: Any) -> None:
    with pytest.raises(InputError, match="reform"):
        compare(reform, end="2027-W01", scale=0.001)


def test_messages_can_be_shown_and_are_short() -> None:
    assert readable("found '\x1b[31m'") == r"found '\x1b[31m'"
    assert len(readable("found '" + "x" * 100_000 + "'")) < 100
    assert len(readable("a b " * 100_000)) < 1100
    assert readable("Læsø, 'Ærø'") == "Læsø, 'Ærø'"
    assert str(InputError("no such file", file="a\x7fb.yaml", line=3)) == r"a\x7fb.yaml:3: no such file"


def test_the_table_asked_for_is_named(copy: Path) -> None:
    with pytest.raises(InputError, match="no table nothing"):
        table_path(copy, "nothing")
    assert os.fspath(table_path(copy, "outcomes")).endswith("outcomes.parquet")
