"""No module needs another that needs it: not to be imported, nor later, inside a function.

Imports for type checkers alone are not counted: a table may name the type of the whole that it is part of.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sim", "reforms", "calibration", "jobvej")


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a text's nodes, those for type checkers alone left out."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.If) and ast.unparse(each.test).endswith("TYPE_CHECKING"):
            for other in each.orelse:
                yield other
                yield from statements(other)
            continue
        yield each
        yield from statements(each)


def needed(source: str, modules: Iterable[str]) -> set[str]:
    """Names of our modules that a text imports, at once or inside a function; not those for types alone."""
    known, found = set(modules), set()
    for each in statements(ast.parse(source)):
        if isinstance(each, ast.Import):
            found |= {alias.name for alias in each.names}
        elif isinstance(each, ast.ImportFrom):
            inside = {f"{each.module}.{alias.name}" for alias in each.names}
            found |= inside
            if inside - known:  # names that the package itself has
                found.add(each.module or "")
    return found & known


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Return modules each of which needs the next, the last being the first again; or none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(name) for name in reversed(error.args[1])]
    return []


def test_no_module_needs_itself() -> None:
    texts = {
        module_of(path): path.read_text("utf-8")
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    }
    graph = {name: needed(text, texts) for name, text in texts.items()}
    assert len(graph) > 100
    assert sum(map(len, graph.values())) > 300
    assert "sim.mechanism" in graph["sim.week"]
    assert circle(graph) == []


def test_a_circle_would_be_found() -> None:
    texts = {
        "sim.a": "from sim import b",
        "sim.b": "try:\n    import sim.c\nexcept ImportError:\n    pass",
        "sim.c": "class C:\n    from sim.a import name",
        "sim.d": "import sim.a",
    }
    graph = {name: needed(text, texts) for name, text in texts.items()}
    assert graph == {"sim.a": {"sim.b"}, "sim.b": {"sim.c"}, "sim.c": {"sim.a"}, "sim.d": {"sim.a"}}
    found = circle(graph)
    assert found[0] == found[-1]
    assert all(after in graph[name] for name, after in pairwise(found))


def test_an_import_inside_a_function_counts_and_one_for_types_alone_does_not() -> None:
    known = ("sim.a", "sim.b")
    assert needed("def f():\n    import sim.a", known) == {"sim.a"}
    assert needed("class C:\n    def f(self):\n        from sim import a", known) == {"sim.a"}
    assert needed("if TYPE_CHECKING:\n    import sim.a\nelse:\n    import sim.b", known) == {"sim.b"}
