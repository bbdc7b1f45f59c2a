"""What the listing commands print, as text and as the JSON that others read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jobvej.cli import main
from sim.week import MECHANISMS, SWITCHES, WEEK

HEADLINES = {"nothing", "no-focus-targets", "fewer-target-groups", "cut-3bn", "refund-change", "headline"}


def jobvej(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as leave:
        main(arguments)
    printed = capsys.readouterr()
    assert leave.value.code in (0, None), printed.err
    return printed.out


def jobvej_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(jobvej(capsys, *arguments, "--json"))
    return rows


def test_reforms_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    rows = jobvej_json(capsys, "reforms", "list")
    keys = {"name", "title", "author", "theme", "proposals", "mechanisms", "runnable", "reason", "nearest"}
    keys |= {"fidelity", "left_out", "already_law", "twin_of"}
    assert all(set(row) == keys for row in rows)
    found = {row["name"]: row for row in rows}
    assert set(found) >= HEADLINES
    assert found["cut-3bn"]["runnable"] is True
    assert found["nothing"]["proposals"] == []


def test_reforms_in_danish(capsys: pytest.CaptureFixture[str]) -> None:
    lines = jobvej(capsys, "reforms", "list", "--lang", "da").splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines if line.startswith("    nothing ")] == ["Ingenting"]
    assert {"Jobvej", "  Samlede pakker", "  Besparelser"} <= set(lines)


def test_a_reform_shows_its_changes(capsys: pytest.CaptureFixture[str]) -> None:
    text = jobvej(capsys, "reforms", "show", "no-focus-targets+cut-3bn")
    assert "name:        no-focus-targets+cut-3bn" in text
    assert "set supervision.focus_targets_in_force: 0 from" in text
    assert "staffing.planned_saving_mio_kr" in text


def test_parameters_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    rows = jobvej_json(capsys, "params", "list")
    assert all(set(row) == {"name", "kind", "value", "unit", "valid_from", "source"} for row in rows)
    found = {row["name"]: row for row in rows}
    share = found["refund.state_share"]
    assert share["value"] == {"weeks_1_4": 0.8, "weeks_5_26": 0.4, "weeks_27_52": 0.3, "weeks_53_plus": 0.2}
    assert (share["kind"], share["unit"], share["valid_from"]) == ("law", "share", "2016-01-04")
    assert "lov 994/2015" in share["source"]


def test_parameters_by_kind_and_word(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = {row["kind"] for row in jobvej_json(capsys, "params", "list", "--kind", "law")}
    assert kinds == {"law"}
    found = {row["name"] for row in jobvej_json(capsys, "params", "search", "refusion")}
    assert "refund.state_share" in found
    assert "supervision.offers_per_year" not in found


def test_a_parameter_shows_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    text = jobvej(capsys, "params", "show", "refund.state_share")
    assert "kind:        law" in text
    assert "https://elov.dk" in text
    assert "from 2016-01-04: weeks_1_4 0.8, weeks_5_26 0.4, weeks_27_52 0.3, weeks_53_plus 0.2" in text


def test_measures_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    rows = jobvej_json(capsys, "measures", "list")
    keys = {"name", "label", "unit", "definition", "groups", "over_years", "better"}
    assert all(set(row) == keys for row in rows)
    assert {"name": "stock", "unit": "persons", "over_years": "mean"}.items() <= rows[0].items()
    danish = jobvej_json(capsys, "measures", "list", "--lang", "da")
    assert danish[0]["definition"].startswith("Gennemsnitligt antal borgere")
    assert danish[0]["unit"] == "personer"


def test_mechanisms_in_the_order_of_the_week(capsys: pytest.CaptureFixture[str]) -> None:
    rows = jobvej_json(capsys, "mechanisms", "list")
    keys = {"phase", "act", "mechanism", "does", "switch", "label", "equation", "evidence", "when_off"}
    assert all(set(row) == keys | {"module"} for row in rows)
    planned = [(phase.name, act.name, act.mechanism) for phase in WEEK for act in phase.acts]
    listed = [(row["phase"], row["act"], row["mechanism"]) for row in rows]
    assert listed[: len(planned)] == planned
    alone = [name for _, _, name in listed[len(planned) :]]
    assert {(phase, act) for phase, act, _ in listed[len(planned) :]} == {("", "")}
    assert {"cycle", "discretionary_contact", "municipal_reaction", "threat", "person"} <= set(alone)
    acting = {act.mechanism for phase in WEEK for act in phase.acts}
    assert alone == [mechanism.name for mechanism in MECHANISMS if mechanism.name not in acting]
    assert {row["mechanism"] for row in rows if row["switch"]} == set(SWITCHES)
    assert all(row["does"] and row["module"].startswith("sim.") for row in rows)


def test_mechanisms_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [re.split(r" {2,}", line) for line in jobvej(capsys, "mechanisms", "list").splitlines()]
    found = {cells[1] if cells[1] != "-" else cells[2]: cells for cells in lines}
    assert len(found) == len(lines)
    assert found["refuse"][:4] == ["transitions", "refuse", "programmes", "switch skips it"]
    assert found["find_due"][:4] == ["contact", "find_due", "statutory_contact", "switch does not skip it"]
    assert found["pay_benefits"][:4] == ["money", "pay_benefits", "payments", "no switch"]
    assert found["count_week"][:4] == ["count", "count_week", "-", "no switch"]
    assert found["threat"] == ["-", "-", "threat", "switch leaves it out", "Threat of an announced programme"]


def test_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    word, number = jobvej(capsys, "--version").split()
    assert word == "jobvej"
    assert number[0].isdigit()


@pytest.mark.parametrize("command", [("run",), ("compare",), ("report",), ("fit",), ("reforms", "check")])
def test_help_teaches_with_an_example(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    lines = jobvej(capsys, *command, "--help").splitlines()
    assert any(line.startswith("  " + " ".join(("jobvej", *command, ""))) for line in lines)


def test_check_says_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert jobvej(capsys, "reforms", "check", "headline") == "headline: right\n"


def test_check_names_file_line_and_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    original = (Path(__file__).parent.parent / "reforms/catalogue/no-focus-targets.yaml").read_text("utf-8")
    wrong = original.replace("supervision.focus_targets_in_force", "supervision.focus_target_in_force")
    assert wrong != original
    file = tmp_path / "no-focus-targets.yaml"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(SystemExit) as leave:
        main(["reforms", "check", str(file)])
    assert leave.value.code == 2
    line = 1 + wrong.splitlines().index("  - parameter: supervision.focus_target_in_force")
    errors = capsys.readouterr().err
    assert f"{file}:{line}: " in errors
    assert "Did you mean 'supervision.focus_targets_in_force'?" in errors
