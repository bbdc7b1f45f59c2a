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


def commands() -> list[str]:
    names = ["guide.md", "adding-a-reform.md", "reforms.md", "parameters.md"]
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
