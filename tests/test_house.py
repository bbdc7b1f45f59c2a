"""The house rules: who may import whom, sizes, names, randomness, and a README that holds."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("jobvej", "sim", "reforms", "calibration")
#: With what measures them, which is not shipped.
ALL_CODE = (*PACKAGES, "bench")
#: Package -> packages that it must not know.  The command line is the rim and knows all, lazily.
FORBIDDEN = {
    "sim": ("jobvej", "reforms", "calibration", "bench"),
    "reforms": ("jobvej", "calibration", "bench"),
    "calibration": ("jobvej", "bench"),
    "bench": ("jobvej", "calibration"),
}
RIM = "jobvej/cli/"
#: A Latin hypercube over priors, chains, errors of made-up data and draws taken again, each keyed by a
#: seed; no draw of the world.
KEYED_DESIGN = (
    "calibration/estimate/coverage.py",
    "calibration/estimate/posterior.py",
    "sim/parameters/priors.py",
    "sim/stats/worth.py",
)
#: Lines above which a file of code is to be looked at: what belongs together may stand together.
LONGEST_FILE = 700
DATA_FILES = (".csv", ".yaml", ".html", ".j2", ".css", ".js", ".svg", ".typ", ".otf")
UNKEYED = ("np.random", "numpy.random")
#: Modules that draw, or read the clock of the machine into a number.
RANDOM_MODULES = ("random", "secrets", "uuid", "numpy.random")
VAGUE = {
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "common",
    "tools",
    "base",
    "core",
}
#: A package index, written so that this file does not name one.
INDEX_HOST = re.compile(
    r"(files\.|test\.|upload\.)?(py" + r"pi|python" + r"hosted)\.org|registry\.npm" + r"js|/simp" + r"le/"
)
#: Text that is checked; data files quote sources and may hold any address.
CHECKED = {".py", ".toml", ".lock", ".yaml", ".yml", ".md", ".cfg", ".txt", ".ipynb", ""}


def modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the direction"
            yield node.module or ""
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("import_module")
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)


def wrong_imports(path: str, source: str) -> list[str]:
    unknown = FORBIDDEN.get(path.split("/")[0], ()) if not path.startswith(RIM) else ()
    return [
        f"{path} imports {found}" for found in imported(ast.parse(source)) if found.split(".")[0] in unknown
    ]


def random_uses(path: str, source: str) -> list[str]:
    """Uses of numpy's or Python's own random numbers; every draw must be keyed (sim/engine/draws.py)."""
    tree = ast.parse(source)
    found = [f"{path} imports {m}" for m in imported(tree) if m.startswith(RANDOM_MODULES)]
    attributes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    named = ((node.lineno, ast.unparse(node)) for node in attributes)
    return found + [
        f"{path}:{line} uses {text}" for line, text in named if text in UNKEYED or text.endswith(".urandom")
    ]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    files = [ROOT / line for line in listed.split("\0") if line]
    if not files:  # not a clone: an unpacked archive
        files = [path for path in ROOT.rglob("*") if ".venv" not in path.parts]
    return [path for path in files if path.suffix in CHECKED and path.is_file()]


def test_imports_point_one_way() -> None:
    wrong = [text for p in modules(*ALL_CODE) for text in wrong_imports(name(p), p.read_text("utf-8"))]
    assert wrong == []


def test_a_wrong_import_would_be_found() -> None:
    assert wrong_imports("sim/model.py", "def f():\n    from reforms.load import load") != []
    assert wrong_imports("reforms/load.py", "import calibration") != []
    assert wrong_imports("sim/x.py", "import importlib\nimportlib.import_module('reforms')") != []
    assert wrong_imports("jobvej/cli/app.py", "from reforms import load") == []


def test_the_rim_imports_its_neighbours_lazily() -> None:
    for path in (name(file) for file in modules(RIM)):
        top = ast.Module(
            [
                n
                for n in ast.parse((ROOT / path).read_text("utf-8")).body
                if isinstance(n, ast.Import | ast.ImportFrom)
            ],
            [],
        )
        assert [m for m in imported(top) if m.split(".")[0] in ("reforms", "calibration")] == [], path


def too_long(sizes: dict[str, int]) -> list[str]:
    """Return the files above the limit, the longest first, with their lines."""
    order = sorted(sizes, key=lambda path: (-sizes[path], path))
    return [f"{path} {sizes[path]}" for path in order if sizes[path] > LONGEST_FILE]


def test_no_file_is_too_long_to_be_read_at_one_go() -> None:
    sizes = {name(p): len(p.read_text("utf-8").splitlines()) for p in modules(*ALL_CODE, "tests", "docs")}
    assert too_long(sizes) == []


def test_the_longest_files_are_named() -> None:
    assert too_long({"a.py": 701, "b.py": 900, "c.py": 700}) == ["b.py 900", "a.py 701"]


def test_no_module_has_a_vague_name() -> None:
    assert [name(p) for p in modules(*ALL_CODE, "tests") if set(p.stem.split("_")) & VAGUE] == []


def test_all_randomness_is_keyed() -> None:
    paths = [p for p in modules(*ALL_CODE) if name(p) not in KEYED_DESIGN]
    found = [text for p in paths for text in random_uses(name(p), p.read_text("utf-8"))]
    assert found == []


def test_unkeyed_randomness_would_be_found() -> None:
    assert random_uses("x.py", "import numpy as np\nnp.random.default_rng()") != []
    assert random_uses("x.py", "from random import shuffle") != []
    assert random_uses("x.py", "import uuid") != []
    assert random_uses("x.py", "os.urandom(4)") != []


def test_no_package_index_is_named() -> None:
    named = [
        f"{name(p)}:{number}"
        for p in tracked()
        for number, line in enumerate(p.read_text("utf-8", errors="replace").splitlines(), start=1)
        if INDEX_HOST.search(line)
    ]
    assert named == []


def test_an_index_would_be_found() -> None:
    assert INDEX_HOST.search("--index-url https://py" + "pi.org/simple")


def test_the_version_has_one_source() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert version("jobvej") == project["version"]
    assert f"\nversion: {project['version']}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_a_wheel_carries_every_data_file(tmp_path: Path) -> None:
    """The tool that ``pip install .`` gives has its parameters, facts, reforms, targets and templates."""
    source = tmp_path / "source"
    skip = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=skip)
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source / file)
    wheel = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*wheel, str(source)], check=True, capture_output=True)
    (built,) = tmp_path.glob("jobvej-*.whl")
    inside = set(zipfile.ZipFile(built).namelist())
    data = [name(p) for package in PACKAGES for p in (ROOT / package).rglob("*") if p.suffix in DATA_FILES]
    assert len(data) > 20
    assert [file for file in data if file not in inside] == []


def code_blocks(file: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / file).read_text("utf-8"), flags=re.DOTALL)


def readme_commands() -> list[str]:
    lines = [line for block in code_blocks("README.md", "sh") for line in block.splitlines()]
    commands = (line.split("#")[0].strip().removeprefix(".venv/bin/") for line in lines)
    return [command for command in commands if command.startswith("jobvej ")]


@pytest.mark.parametrize("command", readme_commands())
def test_every_command_of_the_readme_parses(command: str) -> None:
    import shlex

    import typer

    from jobvej.cli import app

    words = shlex.split(command)[1:]
    if words == ["--help"]:
        return
    here = typer.main.get_command(app)
    while hasattr(here, "commands"):
        assert words[0] in here.commands, command
        here = here.commands[words.pop(0)]
    here.make_context(here.name, [*words], resilient_parsing=False)


def test_the_readme_shows_commands() -> None:
    assert len(readme_commands()) >= 8


def test_the_readmes_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As printed, but for a smaller scale, a shorter time and another folder."""
    (code,) = code_blocks("README.md", "python")
    smaller = code.replace("scale=0.01", "scale=0.001").replace("2026-W52", "2026-W20")
    assert smaller != code
    monkeypatch.chdir(tmp_path)
    exec(compile(smaller, "README.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].split() == ["scenario", "period", "baseline", "difference", "unit"]
    assert {line.split()[0] for line in printed[1:]} == {"no-focus-targets", "cut-3bn"}
    assert {line.split()[-1] for line in printed[1:]} == {"weeks"}


def test_the_readmes_main_job_is_that_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    asked = re.findall(r"--reform (\S+)", makefile.partition("# The main job")[0])
    (documented,) = [
        command for command in readme_commands() if "results/headline" in command and "compare" in command
    ]
    assert re.findall(r"--reform (\S+)", documented) == asked
    for setting in ("FROM ?= 2024-W01", "TO ?= 2030-W52", "DRAWS ?= 6"):
        assert setting in makefile
        assert setting.split()[-1] in documented
