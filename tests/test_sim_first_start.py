"""The first start compiles once, says so, and leaves no old machine code behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import numba
import pytest

from sim.engine import compiled, draws, first_start
from sim.week import WEEK


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "jobvej" / "kernels"


def test_it_is_said_and_done_once(kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    done: list[bool] = []

    def compiled() -> bool:
        done.append(True)
        return True

    monkeypatch.setattr(first_start, "_compile", compiled)
    for _ in range(3):
        first_start.compile_if_new(said.append)
    assert said == [first_start.MESSAGE]
    assert done == [True]
    assert len(list(kernels.glob("compiled-*"))) == 1


def test_the_two_processes_share_the_week() -> None:
    shared = [name for half in first_start.HALVES for name in half]
    assert sorted(shared) == sorted(phase.name for phase in WEEK)


def test_it_is_done_again_after_a_failure(kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(first_start, "_compile", lambda: False)
    for _ in range(2):
        first_start.compile_if_new(said.append)
    assert len(said) == 2
    assert list(kernels.glob("compiled-*")) == []


def test_only_what_nobody_uses_any_more_is_removed(kernels: Path) -> None:
    for name in ("used-1", "stale-1", "new-1"):
        (kernels / name).mkdir(parents=True)
    (kernels / "compiled-now").write_text("used-1")
    (kernels / "compiled-then").write_text("stale-1")
    for name, age in (("used-1", 100), ("stale-1", 100), ("new-1", 900), ("compiled-then", 100)):
        os.utime(kernels / name, (age, age))
    first_start.remove_unused(before=500)
    assert sorted(path.name for path in kernels.iterdir()) == ["compiled-now", "new-1", "used-1"]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    said: list[str] = []
    first_start.compile_if_new(said.append)
    assert len(said) == 1
    assert "compiled in memory" in said[0]


def test_machine_code_of_two_compilers_lies_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    file = compiled.PROJECT / "sim" / "engine" / "draws.py"
    digests = []
    for version in ("0.62.0", "0.68.1", "0.62.0"):
        monkeypatch.setattr(numba, "__version__", version)
        compiled.source_digest.cache_clear()
        digests.append(compiled.source_digest(file))
    compiled.source_digest.cache_clear()
    assert digests[0] == digests[2] != digests[1]


def test_machine_code_depends_on_what_its_file_imports_and_on_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "PROJECT", tmp_path)
    texts = {
        "kernel": "if TYPE_CHECKING:\n    from sim import annotated\nfrom sim.direct import (\n    one,\n)\n"
        "def later() -> None:\n    import sim.lazy\n",
        "direct": "import sim.package\n",
        "package/__init__": "names = iter_modules(__path__)\n",
        "package/found": "", "annotated": "", "lazy": "", "stranger": "",
    }  # fmt: skip
    for name, text in texts.items():
        file = tmp_path / "sim" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def digest() -> str:
        compiled._known.cache_clear()
        compiled.source_digest.cache_clear()
        return compiled.source_digest(tmp_path / "sim" / "kernel.py")

    plain, matter = digest(), set()
    for name, text in texts.items():
        file = tmp_path / "sim" / f"{name}.py"
        file.write_text(text + "changed = True\n", "utf-8")
        matter |= {name} if digest() != plain else set()
        file.write_text(text, "utf-8")
    assert digest() == plain
    assert matter == {"kernel", "direct", "package/__init__", "package/found"}
    compiled._known.cache_clear()
    compiled.source_digest.cache_clear()


#: Imports the model and prints each import that was done on the way and is not among those of the file.
_ALL_IMPORTS = """
import builtins, sys
from pathlib import Path
done, real = set(), builtins.__import__
def noting(name, globals=None, locals=None, fromlist=(), level=0):
    found, by = real(name, globals, locals, fromlist, level), (globals or {}).get("__name__", "")
    if by.startswith("sim") and name.startswith("sim"):
        done.update((by, each) for each in (name, *(f"{name}.{part}" for part in fromlist or ())))
    return found
builtins.__import__ = noting
import sim.model
builtins.__import__ = real
from sim.engine.compiled import imports
done = {(by, name) for by, name in done if name in sys.modules}
place = {name: Path(sys.modules[name].__file__) for pair in done for name in pair}
print(len(done) > 500, [pair for pair in sorted(done) if place[pair[1]] not in imports(place[pair[0]])])
"""


def test_no_file_of_the_model_imports_another_behind_the_back_of_its_machine_code() -> None:
    """A constant made by a function that imports would come into machine code from a file nobody looks at."""
    done = subprocess.run([sys.executable, "-c", _ALL_IMPORTS], capture_output=True, text=True, check=True)
    assert done.stdout == "True []\n"


def test_machine_code_for_a_table_is_not_that_for_one_with_its_columns_in_another_order() -> None:
    """numba holds both for one type where class and types agree: the code would read the wrong column."""

    columns = []
    tables: tuple[Any, ...] = (namedtuple("Table", ("one", "other")), namedtuple("Table", ("other", "one")))
    for table in tables:
        for second in (1, 1.0):  # numba has a type of its own for tables whose columns are all alike
            inside = (1, (table(1, second),))
            columns.append(compiled.columns_of(numba.typeof(inside)))
    assert len(set(columns)) == 2
    assert columns[0] == columns[1] == ("", ((("one", ""), ("other", "")),))
    kernel: Any = draws._fill_uniform
    key = kernel._cache._index_key((numba.typeof(inside),), kernel.targetctx.codegen())
    assert key[-1] == (columns[-1],)
