"""States, target groups, programmes, strategies and tasks are named: none is compared with a number."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sim", "reforms", "calibration", "jobvej", "bench", "docs")
#: Names and columns that hold a state, a target group, a kind of programme, a strategy, a task or a barrier.
CODED = frozenset(
    "state states frm to old new origin target destination group kind last strategy task barrier "
    "education".split()
)
#: Arrays whose last axes are states, tasks or programmes.
BY_CODE = frozenset(
    "stock flows stock_weeks touched interviews interviews_a_kasse missed sanctions minutes participants "
    "backlog_task".split()
)

#: Tables of states and target groups, whose places follow from their rows.
TABLES = frozenset("ROWS STATES CLIENT_STATES QUIET_STATES TARGET_GROUPS".split())


def _coded(node: ast.expr) -> bool:
    """Whether an expression is a code: a name, a column, some places of a column, or one of these as int."""
    if isinstance(node, ast.Subscript):
        return _coded(node.value)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            return node.func.attr in ("astype", "copy") and _coded(node.func.value)
        return ast.unparse(node.func) == "int" and any(map(_coded, node.args))
    if isinstance(node, ast.Attribute):
        return node.attr in CODED
    return isinstance(node, ast.Name) and node.id in CODED


def _number(node: ast.expr) -> bool:
    """Whether an expression is a whole number other than -1, or a collection of such."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_number(each) for each in node.elts)
    return isinstance(node, ast.Constant) and type(node.value) is int


def _meets_a_number(node: ast.Compare) -> bool:
    """Whether a comparison holds a code against a number, but for whether there is one (< 0, >= 0)."""
    sides = [node.left, *node.comparators]
    numbers = [each for each in sides if _number(each)]
    if not numbers or not any(_coded(each) for each in sides):
        return False
    asks_whether = all(isinstance(each, ast.Lt | ast.GtE) for each in node.ops)
    return not (asks_whether and all(ast.unparse(each) == "0" for each in numbers))


def _is_looked_up_by_number(node: ast.Call) -> bool:
    """Whether codes are looked for among numbers: np.isin(state, [1, 2])."""
    return ast.unparse(node.func) == "np.isin" and _coded(node.args[0]) and _number(node.args[1])


def _is_cut_by_number(node: ast.Subscript) -> bool:
    """Whether an axis of codes is taken by number."""
    array = node.value
    name = array.attr if isinstance(array, ast.Attribute) else getattr(array, "id", "")
    if name not in BY_CODE:
        return False
    axes = node.slice.elts[1:] if isinstance(node.slice, ast.Tuple) else []
    bounds = [
        bound
        for axis in axes
        for bound in ([axis.lower, axis.upper] if isinstance(axis, ast.Slice) else [axis])
    ]
    return any(bound is not None and _number(bound) for bound in bounds)


def _whole(node: ast.expr) -> bool:
    """Whether an expression is a whole number written out, also below zero."""
    return _number(node.operand if isinstance(node, ast.UnaryOp) else node)


def _is_table_by_number(node: ast.Subscript) -> bool:
    """Whether a table is taken apart by number: STATES[1:11], ROWS[0], TARGET_GROUPS[-1]."""
    name = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    cut = node.slice
    bounds = [cut.lower, cut.upper, cut.step] if isinstance(cut, ast.Slice) else [cut]
    return name in TABLES and any(bound is not None and _whole(bound) for bound in bounds)


def violations(source: str) -> Iterator[int]:
    """Yield the lines in which a code meets a number."""
    for node in ast.walk(ast.parse(source)):
        if (
            (isinstance(node, ast.Compare) and _meets_a_number(node))
            or (isinstance(node, ast.Subscript) and (_is_cut_by_number(node) or _is_table_by_number(node)))
            or (isinstance(node, ast.Call) and _is_looked_up_by_number(node))
        ):
            yield node.lineno


def test_no_code_is_compared_with_a_number() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for line in violations(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "if state == 1: pass",
        "if 2 <= k.state[i] <= 3: pass",
        "if k.state[i] in (1, 2): pass",
        "kind = c.programme.kind[i] > 0",
        "if task != 3: pass",
        "x = tally.stock[:, 1:11].sum()",
        "x = tally.flows[m, 0, 5]",
        "x = stock[:, 1:11].sum()",
        "x = state[who] != 3",
        "x = int(c.status.state[i]) in {2, 3}",
        "x = status.state.astype(int) >= 11",
        "x = np.isin(c.status.state, [2, 3])",
        "x = k.person.barrier[:, None] > 0",
        "x = STATES[1:11]",
        "x = states.ROWS[0].label_en",
        "x = TARGET_GROUPS[-1]",
        "x = STATES[:-2]",
    ],
)
def test_a_number_would_be_found(source: str) -> None:
    assert list(violations(source)) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "if state == State.DAGPENGE: pass",
        "if to < 0: pass",
        "x = tally.flows[:, State.LEAVE]",
        "x = stock[0].sum()",
        "x = np.isin(state, CLIENT_STATES)",
        "n == 1",
        "x = STATES[state]",
        "x = ROWS[State.LEAVE].ages[0]",
        "x = TARGET_GROUPS[TEAM_OF_STATE[state]]",
    ],
)
def test_names_are_welcome(source: str) -> None:
    assert list(violations(source)) == []
