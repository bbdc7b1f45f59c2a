"""Each decision draws random numbers of its own: no purpose serves two."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest

from sim.engine import draws
from sim.engine.draws import OwnPurpose, Purpose, make_key, own_purpose, uniforms
from sim.mechanisms import transition
from sim.week import ACTS, MECHANISMS

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("sim", "reforms", "calibration", "jobvej")
#: Purposes of decisions that are no more; their numbers stay theirs.
RETIRED = {
    Purpose.PAST,
    Purpose.SUPERVISION,
    Purpose.EARLY_RETIREMENT,
    Purpose.EXHAUSTION,
    Purpose.SICKNESS,
    Purpose.ASSESSMENT,
}
#: Where a number that has been drawn is looked up again, and why that is no second decision.
LOOKED_UP: dict[tuple[Purpose | OwnPurpose, str], str] = {
    (Purpose.EMPLOYER_CHOICE, "sim/mechanisms/hiring.py"): "which workplace, if jobs appear",
    (Purpose.PROGRAMME_KIND, "sim/mechanisms/programmes.py"): "the other half of one pair",
    (own_purpose("programmes.asked"), "sim/mechanisms/programmes.py"): "which workplace was asked first",
    (Purpose.PROGRAMME_START, "sim/mechanisms/programmes.py"): "what the start was announced for",
    (Purpose.SAMPLE, "sim/outcomes/tables.py"): "whose spells were logged",
}


class Site(NamedTuple):
    """A call that draws: the purpose's name, and the number of the draw where that is a constant."""

    purpose: str
    number: int | None


def purpose_of(node: ast.expr) -> str | None:
    """The X of Purpose.X or int(Purpose.X); the name that own_purpose makes one of."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "int" and node.args:
        node = node.args[0]
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "own_purpose":
        (name,) = node.args
        assert isinstance(name, ast.Constant), "the name of a purpose is a constant"
        return str(name.value)
    is_purpose = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Purpose"
    return node.attr if is_purpose and isinstance(node, ast.Attribute) else None


def constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Names that a module gives to expressions, one by one."""
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from ((ast.unparse(t), v) for t, v in zip(target.elts, node.value.elts, strict=True))
            else:
                yield ast.unparse(target), node.value


def number(when: list[ast.expr], named: dict[str, ast.expr]) -> int | None:
    """The value of an argument that is a whole number or a module's name for one."""
    values = [named.get(ast.unparse(node), node) for node in when]
    return next((v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, int)), None)


def sites(source: str) -> Iterator[Site]:
    """The calls of a file that draw for a purpose: f(key, purpose, who, when)."""
    tree = ast.parse(source)
    named = dict(constants(tree))
    purposes = {name: purpose for name, value in named.items() if (purpose := purpose_of(value))}
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or ast.unparse(call.func) in ("int", "act", "own_purpose"):
            continue
        for at, argument in enumerate(call.args):
            purpose = purpose_of(argument) or purposes.get(ast.unparse(argument))
            if purpose is not None:
                yield Site(purpose, number(call.args[at + 2 : at + 3], named))


def shared(drawn: dict[str, list[tuple[str, int | None]]]) -> list[str]:
    """Purposes that more than one call draws for, but for draws of one file that are told apart by number."""
    found = []
    for purpose, places in drawn.items():
        rest = list(places)
        for known, file in LOOKED_UP:
            if known.name == purpose and len(rest) > 1:
                rest.remove(next(place for place in rest if place[0] == file))
        numbers = [number for _, number in rest]
        apart = (
            len({file for file, _ in rest}) == 1 and None not in numbers and len(set(numbers)) == len(rest)
        )
        if len(rest) > 1 and not apart:
            found.append(purpose)
    return found


def drawn_in(sources: dict[str, str]) -> dict[str, list[tuple[str, int | None]]]:
    """By purpose, the file and the number of each call that draws for it."""
    drawn: dict[str, list[tuple[str, int | None]]] = defaultdict(list)
    for file, source in sources.items():
        for site in sites(source):
            drawn[site.purpose].append((file, site.number))
    return drawn


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[tuple[str, int | None]]]:
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return drawn_in({path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files})


def test_no_two_acts_share_a_purpose() -> None:
    declared = Counter(purpose for act in ACTS for purpose in act.purposes) + Counter(transition.PURPOSES)
    assert [purpose.name for purpose, times in declared.items() if times > 1] == []


def files_of(home: str) -> Iterator[ModuleType]:
    """A mechanism's file, and a file that draws for its acts: the one whose ``PURPOSES`` it imports."""
    module = import_module(home)
    yield module
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "PURPOSES" for alias in node.names):
            yield import_module(str(node.module))


def purposes_named_in(module: ModuleType) -> set[str]:
    """Names of the purposes that a file speaks of."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    return {name for node in ast.walk(tree) if isinstance(node, ast.expr) and (name := purpose_of(node))}


@pytest.mark.parametrize("home", sorted({mechanism.home for mechanism in MECHANISMS}))
def test_a_file_draws_for_the_purposes_that_its_acts_declare(home: str) -> None:
    files = tuple(files_of(home))
    named = set().union(*map(purposes_named_in, files))
    declared = {purpose.name for act in ACTS if act.do.__module__ == home for purpose in act.purposes}
    declared |= {purpose.name for file in files for purpose in getattr(file, "PURPOSES", ())}
    assert named == declared


def test_a_file_that_draws_for_anothers_acts_lists_what_it_draws() -> None:
    homes = sorted({mechanism.home for mechanism in MECHANISMS})
    others = {file.__name__: file for home in homes for file in tuple(files_of(home))[1:]}
    assert "sim.mechanisms.hiring" in others
    for name, file in others.items():
        assert purposes_named_in(file) == {purpose.name for purpose in file.PURPOSES}, name


def test_the_purposes_of_mechanisms_own_are_made_once_and_differ() -> None:
    """Nobody takes the name, or by accident the number, of another file's decision."""
    made = Counter(
        purpose_of(node)
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "own_purpose"
    )
    assert [name for name, times in made.items() if times > 1] == []
    assert len({own_purpose(str(name)) for name in made}) == len(made)


def test_an_own_purpose_follows_from_its_name_and_keeps_clear_of_the_numbered() -> None:
    assert own_purpose("a.b") == own_purpose("a.b") == 4_094_330_863
    assert own_purpose("a.b") != own_purpose("a.c")
    assert own_purpose("a.b").name == "a.b"
    assert max(Purpose) < 1 << 16 <= own_purpose("a.b") < 1 << 32
    u = uniforms(make_key(1, 0), own_purpose("a.b"), np.arange(20_000, dtype=np.uint32), 3)
    assert abs(u.mean() - 0.5) < 0.01


def test_two_names_of_one_number_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    number = own_purpose("a.b")
    monkeypatch.setitem(draws._named, number, "someone.else")
    with pytest.raises(ValueError, match=r"'a\.b' and 'someone\.else'"):
        own_purpose("a.b")


def test_each_purpose_is_drawn_at_one_place(drawn: dict[str, list[tuple[str, int | None]]]) -> None:
    assert shared(drawn) == []


def test_what_is_declared_is_drawn(drawn: dict[str, list[tuple[str, int | None]]]) -> None:
    assert {purpose.name for purpose in Purpose} - set(drawn) == {purpose.name for purpose in RETIRED}
    for act in ACTS:
        home = act.do.__module__.replace(".", "/") + ".py"
        through = (ROOT / home).read_text("utf-8")  # a function of another file may draw for it
        for purpose in act.purposes:
            places = {place for place, _ in drawn[purpose.name]}
            modules = {place.removesuffix(".py").replace("/", ".") for place in places}
            assert home in places or any(f"from {each} import" in through for each in modules), purpose.name


def test_what_is_looked_up_again_is_drawn_elsewhere_too(
    drawn: dict[str, list[tuple[str, int | None]]],
) -> None:
    for purpose, file in LOOKED_UP:
        places = [place for place, _ in drawn[purpose.name]]
        assert len(places) == 2, purpose.name
        assert file in places, purpose.name


OWN = "_A = own_purpose('MATCH')\nu = uniform(key, _A, who, week)\n"
ONE = "_A = int(Purpose.MATCH)\nu = uniform(key, _A, who, week)\n"


@pytest.mark.parametrize(
    "sources",
    [
        {"a": ONE + "v = normal(key, _A, who, spell)"},
        {"a": OWN + "v = normal(key, _A, who, spell)"},
        {"a": ONE, "b": ONE},
        {"a": ONE + "v = uniforms(key, int(Purpose.MATCH), who, 3)"},
        {"a": "_A = int(Purpose.MATCH)\nu = f(key, _A, who, 1), f(key, _A, who, 1)"},
        {"a": "_A, _N = int(Purpose.MATCH), 7\nu = f(key, _A, who, _N), f(key, _A, who, _N + week)"},
        {"a": ONE, "b": "c = contenders(now.key, Purpose.MATCH, now.week, k.key, k.state, first)"},
    ],
)
def test_a_purpose_of_two_decisions_would_be_found(sources: dict[str, str]) -> None:
    assert shared(drawn_in(sources)) == ["MATCH"]


def test_numbered_draws_of_one_file_are_apart() -> None:
    numbered = "_A, _N = int(Purpose.MATCH), 7\nu = f(key, _A, who, _N), f(key, _A, who, 8)"
    assert shared(drawn_in({"a": numbered})) == []
    assert drawn_in({"a": numbered}) == {"MATCH": [("a", 7), ("a", 8)]}
