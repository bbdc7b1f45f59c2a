"""A parameter set: frozen, the same in every process, searchable."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.parameters import Change, Origin, Parameter, ParameterSet, Source, load_parameters

ROOT = Path(__file__).parent.parent
JANUARY = date(2027, 1, 1)


def world() -> ParameterSet:
    held = Parameter(
        "contact.minutes",
        "law",
        "Minutes per interview",
        "Minutter pr. samtale",
        "minutes",
        ((date(2024, 1, 1), (30.0,)),),
        source=Source("The act on effort", "STAR", "2020", "§ 6"),
    )
    return ParameterSet([held])


def test_nothing_in_a_set_can_be_changed() -> None:
    held = world()
    resolved = held.at(JANUARY, np.array([101]))
    change = Change("x.y", "set", ((JANUARY, 1.0),))
    things: tuple[tuple[object, str], ...] = (
        (held, "_parameters"),
        (held, "new"),
        (resolved, "_day"),
        (resolved, "new"),
        (held["contact.minutes"], "unit"),
        (change, "operation"),
    )
    for thing, name in things:
        with pytest.raises(AttributeError):
            setattr(thing, name, {})
    with pytest.raises(AttributeError, match="frozen"):
        del held._changes


def test_a_changed_world_leaves_the_first_as_it_was() -> None:
    held = world()
    changed = held.with_changes([Change("contact.minutes", "set", ((date(2024, 1, 1), 10.0),))])
    assert held.at(JANUARY, np.array([101])).scalar("contact.minutes") == 30.0
    assert changed.at(JANUARY, np.array([101])).scalar("contact.minutes") == 10.0
    assert held.changes == ()


def test_the_digest_follows_content_and_not_places() -> None:
    def changed(value: float, origin: Origin) -> str:
        return (
            world()
            .with_changes([Change("contact.minutes", "set", ((JANUARY, value),), origin=origin)])
            .digest()
        )

    here, there = Origin("r", "here.yaml", 1), Origin("r", "there.yaml", 99)
    assert changed(10.0, here) == changed(10.0, there)
    assert len({world().digest(), changed(10.0, here), changed(11.0, here)}) == 3


def test_copies_and_pickles_are_the_same_world() -> None:
    held = world().with_changes([Change("contact.minutes", "add", ((JANUARY, 1.0),))])
    for other in (pickle.loads(pickle.dumps(held)), copy.deepcopy(held)):
        assert other.digest() == held.digest()
        assert other.at(JANUARY, np.array([101])).scalar("contact.minutes") == 31.0


@pytest.mark.parametrize("word", ["interview", "SAMTALE", "minutter samtale", "star", "effort 2020"])
def test_search_finds_words_of_labels_and_source(word: str) -> None:
    assert [found.name for found in world().search(word)] == ["contact.minutes"]


def test_search_finds_nothing_where_a_word_is_missing() -> None:
    assert world().search("interview bicycle") == ()


def test_the_digest_is_the_same_in_every_process() -> None:
    program = (
        "from datetime import date\n"
        "from sim.parameters import Change, load_parameters\n"
        "codes = frozenset(str(n) for n in (101, 751, 860, 851, 461))\n"
        "path = ((date(2027, 1, 1), 0.5),)\n"
        "change = Change('refund.state_share', 'multiply', path, frozenset(map(int, codes)))\n"
        "print(load_parameters().with_changes([change]).digest())\n"
    )
    digests = set()
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
            cwd="/",
        )
        digests.add(ran.stdout.strip())
    assert len(digests) == 1
    assert len(digests.pop()) == 64


def test_the_files_are_read_once_per_process() -> None:
    assert load_parameters() is load_parameters()


def test_listing_parameters_imports_no_heavy_library() -> None:
    program = (
        "import sys; from sim.parameters import load_parameters; load_parameters(); "
        "print([name for name in ('pandas', 'numpy', 'scipy', 'mesa', 'numba') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ran.stdout.strip() == "[]"
