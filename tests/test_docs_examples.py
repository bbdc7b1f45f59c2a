"""The examples of the documents run as printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def blocks(file: str, language: str) -> list[str]:
    text = (ROOT / "docs" / file).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_the_parameters_of_the_page_are_valid_entries(tmp_path: Path) -> None:
    """The page's mechanism and benefit are put into a copy of the project by tests/test_tasks_*.py."""
    from sim.parameters import load_parameters

    (text,) = blocks("adding-a-state.md", "yaml")
    (tmp_path / "assumption").mkdir()
    entries = text[text.index("benefits.") :]
    (tmp_path / "assumption" / "training.yaml").write_text(entries, encoding="utf-8")
    read = load_parameters(tmp_path, fitted=False)
    assert read["benefits.training_share_of_dagpenge"].values[0][1] == (0.8,)


def test_the_recipe_of_the_guide_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("guide.md", "python")
    exec(compile(code, "guide.md", "exec"), {})
    assert "cut:2bn+no-focus-targets" in capsys.readouterr().out


#: Tables as the sites hand them out, by the names that docs/data-in.md uses; numbers are made up.
TABLES = {
    "y25i01.csv": "Område;Periode;Ydelse;Antal bruttoledige\n"
    + "".join(
        f"{area};2024M10;{kind};{number}\n"
        for area, numbers in (("Hele landet", (83344, 71468, 11877)), ("København", (14000, 12700, 1300)))
        for kind, number in zip(("Bruttoledige i alt", "A-dagpenge", "Kontanthjælp"), numbers, strict=True)
    ),
    "y60a02.csv": "Område\tPeriode\tAntal fuldtidspersoner\n"
    "Hele landet\t2024M10\t84.496\nRAR Fyn\t2024M10\t7.001\n",
    "ledige.csv": '"Ledige"\n"";"2024M11";"2024M12"\n"Hele landet";83579;80457\n"Kilde: DST"\n',
    "y07a02.csv": "Område;Periode;KØN;Antal fuldtidspersoner\n"
    "Aarhus;2024M10;Kvinder;2.100\nAarhus;2024M10;Mænd;1.600\n",
}


def test_the_commands_about_your_own_figures_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import shlex

    from jobvej.cli import main

    monkeypatch.chdir(tmp_path)
    for name, text in TABLES.items():
        Path(name).write_text(text, "latin-1" if name.startswith("y") else "utf-8")
    lines = [line for block in blocks("data-in.md", "sh") for line in block.splitlines()]
    assert len(lines) >= 6
    told = {"out": "", "err": ""}
    for line in lines:
        with pytest.raises(SystemExit) as left:
            main(shlex.split(line)[1:])
        words = capsys.readouterr()
        told["out"] += words.out
        told["err"] += words.err
        if "forecast" in line or "nowcast" in line or "demand.csv" in line:
            # they want a year of figures, and have it in tests/test_forecast.py; here there is a month
            assert left.value.code == 2
            assert "months" in words.err
            continue
        assert left.value.code in (0, None), (line, words.err)
    assert "my-figures/gross_unemployed.csv: 2 figures" in told["out"]
    assert "stocks of 2024-10 (my-figures)" in told["err"]
    assert {path.name for path in Path("my-figures").iterdir()} == {
        "gross_unemployed.csv",
        "gross_unemployed_dagpenge.csv",
        "gross_unemployed_kontanthjaelp.csv",
        "kontanthjaelp_all.csv",
        "imported.json",
    }
    assert (
        "0,2024-10,kontanthjaelp_all,full-time persons,84496"
        in Path("my-figures/kontanthjaelp_all.csv").read_text()
    )
    assert (
        "751,2024-10,sygedagpenge,full-time persons,2100" in Path("women-only/sygedagpenge.csv").read_text()
    )


def commands() -> list[str]:
    names = ["guide.md", "adding-a-reform.md", "data-in.md", "reforms.md", "parameters.md"]
    return sorted(
        {
            text
            for name in names
            for text in re.findall(
                r"`jobvej ([a-z-]+(?: [a-z-]+)?)", (ROOT / "docs" / name).read_text("utf-8")
            )
        }
    )


@pytest.mark.parametrize("command", commands())
def test_every_command_of_the_pages_exists(command: str) -> None:
    import typer

    from jobvej.cli import app

    here = typer.main.get_command(app)
    for word in command.split():
        if hasattr(here, "commands"):
            assert word in here.commands, command
            here = here.commands[word]
