"""What is imported is declared, what is declared is used, and the lock holds it for every Python named."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PRODUCT = ("jobvej", "sim", "reforms", "calibration")
OURS = {*PRODUCT, "bench", "fuzz", *(path.stem for path in (ROOT / "tests").glob("*.py"))}
#: Declared though no line imports it, and why.
FOR_ANOTHER_REASON = {
    "dask": "the commands `dask scheduler` and `dask worker`",
    "ipyvuetify": "a bound on what Solara brings",
    "solara-assets": "browser files, so that a page needs no other machine",
    "ipykernel": "runs the notebooks",
    "mypy": "a command",
    "pytest-xdist": "an option of pytest",
    "ruff": "a command",
    "setuptools": "builds the project",
    "uv": "a command",
}
#: The package that is declared, for what it brings under another name: it is empty itself.
DECLARED_AS = {"solara-ui": "solara"}
PYTHONS = [text.split(" :: ")[-1] for text in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", text)]


def declared(*extras: str) -> dict[NormalizedName, Requirement]:
    texts = [*PROJECT["dependencies"]]
    for extra in extras:
        texts += PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(each.name): each for each in map(Requirement, texts)}


def imports_of(source: str) -> Iterator[str]:
    """First parts of the names of modules that a text imports and that Python does not bring."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("import_module", "importorskip")
        ):
            names = [str(node.args[0].value)] if isinstance(node.args[0], ast.Constant) else []
        yield from (name.split(".")[0] for name in names)


def imported(*folders: str) -> set[str]:
    texts = (path.read_text("utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py"))
    found = {name for text in texts for name in imports_of(text)}
    return found - OURS - set(sys.stdlib_module_names)


@cache
def distributions() -> dict[str, list[str]]:
    found = metadata.packages_distributions()
    return {
        module: [DECLARED_AS.get(n, n) for n in map(canonicalize_name, names)]
        for module, names in found.items()
    }


def undeclared(modules: set[str], names: Iterable[str]) -> list[str]:
    return sorted(module for module in modules if not {*names} & {*distributions().get(module, [])})


def test_what_the_product_imports_is_declared() -> None:
    modules = imported(*PRODUCT, "bench")
    assert {"numpy", "ruamel", "sklearn"} <= modules
    assert undeclared(modules, declared()) == []


def test_what_tests_and_docs_import_is_declared() -> None:
    assert undeclared(imported("tests", "docs"), declared("dev")) == []


def test_an_undeclared_import_would_be_found() -> None:
    source = "import sklearn.tree\ndef f():\n    from numpy import x\n    importlib.import_module('pytest.a')"
    modules = set(imports_of(source))
    assert modules == {"sklearn", "numpy", "pytest"}
    assert undeclared(modules, {"numpy"}) == ["pytest", "sklearn"]
    assert undeclared(modules, {"numpy", "scikit-learn", "pytest"}) == []


def test_what_is_declared_is_used() -> None:
    modules = imported(*PRODUCT, "bench", "tests", "docs")
    used = {name for module in modules for name in distributions().get(module, [])}
    assert sorted(set(declared("dev")) - used - set(FOR_ANOTHER_REASON)) == []
    assert sorted(set(FOR_ANOTHER_REASON) - set(declared("dev"))) == []


def needed_by(requirements: list[Requirement]) -> set[str]:
    """Names of packages that an installation of ``requirements`` brings, on this machine."""
    seen: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(each.name), extra) for each in requirements for extra in ("", *each.extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for each in map(Requirement, metadata.requires(name) or []):
            if each.marker is None or each.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(each.name), wanted) for wanted in ("", *each.extras)]
    return {name for name, _ in seen}


BLOCKED = """
import importlib.abc, pkgutil, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in blocked:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

blocked = set(sys.argv[1].split(","))
sys.meta_path.insert(0, Absent())
for package in sys.argv[2].split(","):
    for module in pkgutil.walk_packages(__import__(package).__path__, package + "."):
        if not module.name.endswith("__main__"):
            __import__(module.name)
"""


def test_the_product_can_be_imported_where_nothing_else_is_installed() -> None:
    """All modules are imported while what the product does not ask for is kept from them."""
    there = needed_by(list(declared().values()))
    assert {"numpy", "llvmlite", "tornado"} <= there
    assert "pytest" not in there
    absent = [
        name
        for name, owners in distributions().items()
        if not there.intersection(owners) and "jobvej" not in owners and name not in sys.stdlib_module_names
    ]
    assert "pytest" in absent
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, ",".join(absent), ",".join(PRODUCT)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@cache
def locked() -> list[tuple[Requirement, int]]:
    """Each pin of the lock and its number of hashes."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(Requirement(line.split(" --hash")[0]), line.count("--hash=sha256:")) for line in lines]


def test_every_package_of_the_lock_is_one_version_with_hashes() -> None:
    assert len(locked()) > 40
    for pin, hashes in locked():
        assert re.fullmatch(r"==[\w.+!]+", str(pin.specifier)), pin
        assert hashes > 0, pin


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_the_lock_holds_what_is_declared_for_every_python(python: str, system: str) -> None:
    place = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    here = [pin for pin, _ in locked() if pin.marker is None or pin.marker.evaluate(place)]
    versions = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in here}
    assert len(versions) == len(here), "two versions of one package"
    for name, wanted in declared("dev").items():
        assert wanted.specifier.contains(versions[name]), name


def test_the_pythons_named_are_the_same_everywhere() -> None:
    assert len(PYTHONS) >= 3
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    named = f"Python {', '.join(PYTHONS[:-1])} or {PYTHONS[-1]}"
    assert named in (ROOT / "README.md").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert f"PYTHONS := {' '.join(PYTHONS)}\n" in makefile
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert tools["mypy"]["python_version"] == PYTHONS[0]
    assert tools["ruff"]["target-version"] == f"py{PYTHONS[0].replace('.', '')}"
