"""The examples of the documents run as printed."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent


def blocks(file: str, language: str) -> list[str]:
    text = (ROOT / "docs" / file).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.fixture
def lost_trust(tmp_path: Path) -> ModuleType:
    (code,) = blocks("adding-a-mechanism.md", "python")
    file = tmp_path / "lost_trust.py"
    file.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("lost_trust", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("chance", "left"), [(0.0, 1.0), (1.0, 0.9)])
def test_the_mechanism_of_the_page_compiles_and_works(
    lost_trust: ModuleType, chance: float, left: float
) -> None:
    from sim.engine.draws import make_key

    trust = np.ones(4, np.float32)
    lost_trust.lose_trust(
        make_key(1, 0),
        30,
        np.arange(3, dtype=np.int32),
        np.arange(4, dtype=np.uint32),
        np.array([2, 2, 0, 2], np.uint8),
        np.array([0, 29, 0, 0], np.int32),
        trust,
        chance,
        13,
    )
    assert trust.tolist() == pytest.approx([left, 1.0, 1.0, 1.0])


def test_the_parameter_of_the_page_is_a_valid_entry(tmp_path: Path) -> None:
    from sim.parameters import load_parameters

    (text,) = blocks("adding-a-mechanism.md", "yaml")
    (tmp_path / "assumption").mkdir()
    (tmp_path / "assumption" / "trust.yaml").write_text(text, encoding="utf-8")
    read = load_parameters(tmp_path, fitted=False)
    assert read["trust.loss_unseen"].values[0][1] == (0.02,)


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
