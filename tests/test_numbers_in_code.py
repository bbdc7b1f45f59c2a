"""No number that an economist could argue with stands in the model's code: they are parameters.

What may stand there: the few numbers of :data:`PLAIN`, positions in a table, the numbers by which draws are
told apart, and constants of a module under a ``#:`` comment that says why each is no matter of opinion.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: Where the model's economics stand.
SCANNED = (
    "sim/mechanisms",
    "sim/rules",
    "sim/start",
    "sim/world",
    "sim/outcomes/count.py",
    "sim/week.py",
    "sim/terms.py",
    "sim/model.py",
)
#: Counting, halves (rounding, switches, the mean of a log-normal), and changes of unit: minutes an hour, øre
#: a krone, thousands and millions of kroner.
PLAIN = (0, 1, 2, 0.5, 60, 100, 1000, 1e6)
#: Functions whose numbers tell draws apart (:mod:`sim.engine.draws`).
DRAWS = {"uniform", "uniforms", "uniform_pair", "normal", "normals", "exponential", "words"}


def _is_explained(statement: ast.stmt, lines: list[str]) -> bool:
    """Whether the comment right above a module's statement begins with ``#:``."""
    above = statement.lineno - 2
    while above > 0 and lines[above].startswith("#") and lines[above - 1].startswith("#"):
        above -= 1
    return lines[above].startswith("#:")


def _numbers(node: ast.AST) -> Iterator[tuple[int, float]]:
    """Yield line and value of numbers that are neither plain, nor a position, nor a draw's own number."""
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, int | float) and not isinstance(value, bool) and value not in PLAIN:
            yield node.lineno, value
        return
    for name, part in ast.iter_fields(node):
        if isinstance(node, ast.Subscript) and name == "slice":
            continue
        if isinstance(node, ast.Call) and name != "func" and getattr(node.func, "id", "") in DRAWS:
            continue
        for each in part if isinstance(part, list) else [part]:
            if isinstance(each, ast.AST):
                yield from _numbers(each)


def numbers_in(text: str) -> list[tuple[int, float]]:
    """Return line and value of each number in a module's text that may not stand there."""
    lines = text.splitlines()
    found: list[tuple[int, float]] = []
    for statement in ast.parse(text).body:
        constant = isinstance(statement, ast.Assign | ast.AnnAssign)
        if not (constant and _is_explained(statement, lines)):
            found += _numbers(statement)
    return found


def _files() -> list[Path]:
    places = [ROOT / place for place in SCANNED]
    return sorted(each for place in places for each in (place.rglob("*.py") if place.is_dir() else [place]))


def test_the_models_code_holds_no_number_to_argue_with() -> None:
    files = _files()
    assert len(files) > 40
    found = [
        f"{path.relative_to(ROOT)}:{line}: {value}"
        for path in files
        for line, value in numbers_in(path.read_text("utf-8"))
    ]
    assert not found, (
        "make them parameters (docs/parameters.md), or constants under a #: comment that says why"
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("def long(weeks):\n    return weeks >= 39\n", 39),
        ("def tie(u):\n    return 1e-6 * u\n", 1e-6),
        ("def pay(hours=8):\n    return hours\n", 8),
        ("def below(x):\n    return x < -0.25\n", 0.25),
        ("PENSION_AGE = 67\n", 67),
        ("# A plain comment.\nPENSION_AGE = 67\n", 67),
        ("#: Of something else.\nOTHER = 1\nPENSION_AGE = 67\n", 67),
        ("class Rules:\n    #: Inside a class.\n    weeks: int = 17\n", 17),
        ("def draw(u):\n    return uniform(u) < 0.3\n", 0.3),
        ("def part(x):\n    return x[0] * 0.2\n", 0.2),
    ],
)
def test_a_number_in_code_is_found(text: str, value: float) -> None:
    assert [number for _, number in numbers_in(text)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "def rounded(x):\n    return int(x + 0.5) * 100.0\n",
        "#: Why it is no opinion.\nMOST = 255\n",
        "#: Why it is no opinion,\n# in two lines.\nMOST: int = 255\n",
        "def draw(key):\n    return uniform(key, 1_000_000)\n",
        "def column(log, row):\n    log[row, 3] = True\n",
        'def names():\n    """Of 39 weeks."""\n    return "17"\n',
    ],
)
def test_what_is_no_opinion_may_stand(text: str) -> None:
    assert not numbers_in(text)
