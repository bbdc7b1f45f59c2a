"""Nothing that anybody gives breaks Jobvej: some hundreds of mutated inputs, through every way in.

``python -m fuzz --cases 10000`` is the long run of the same; its last figures stand in ``docs/trust.md``.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.judge import FINDINGS, TAKEN, commanded, judged, nothing_runs
from fuzz.mutations import NO_NUMBERS, of_bytes, of_document, of_text
from fuzz.run import as_table, run
from fuzz.ways import WAYS, asked_of, commands, make_results
from reforms.load import load
from sim.errors import InputError
from sim.parameters.document import parse_document
from sim.runs.options import RUN, RunOptions, options

CASES = int(os.environ.get("JOBVEJ_FUZZ", "510"))
GOOD = "name: x\nchanges:\n  - parameter: a\n    values: {2026-01-01: 0.5}\n    municipalities: [101, 0740]\n"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("fuzz"))


def test_no_input_breaks_it(tmp_path: Path) -> None:
    counts = run(CASES, seed=3, results=tmp_path / "made")
    found = [f"{name} #{n}: {o.what}: {o.words}" for name, c in counts.items() for n, o in c.findings]
    assert found == []
    table = as_table(counts)
    assert f"| **all** | {CASES // len(WAYS) * len(WAYS):,} |" in table
    for name in ("reform files", "trial files", "parameter files", "variants and settings", "budgets"):
        assert counts[name].outcomes[TAKEN], f"{name}: everything is refused, so nothing is tried"


def test_every_command_is_taken_with_what_it_needs(good: Path, tmp_path: Path) -> None:
    """Else its options would all be refused for another reason than their own."""
    with nothing_runs():
        for words, parameters in commands():
            if words[0] in ("forecast", "nowcast"):  # want a year of a user's figures: tests/test_forecast.py
                continue
            if words[0] in ("design", "bridge"):  # plan all their runs first, longer than a case may take
                continue
            folder = tmp_path / "-".join(words)
            folder.mkdir()
            assert asked_of(words, parameters, {}, folder).what == TAKEN, words


def test_mutations_of_a_document_put_what_is_no_number_in_the_place_of_one() -> None:
    for seed in range(40):
        text, place = of_document(GOOD, random.Random(seed))
        assert place.startswith("changes/0/")
        try:
            found = parse_document(text, "m.yaml").content
        except InputError:  # what is no number may be what no file holds
            continue
        number = found["changes"][0]
        for part in place.split("/")[2:]:
            by_name = dict(enumerate(number)) if isinstance(number, list) else number
            number = {str(key): value for key, value in by_name.items()}[part]
        assert isinstance(number, bool) or not isinstance(number, int | float)
    assert of_document("name: x", random.Random(1)) == ("name: x", "")


def test_mutations_change_something_and_are_the_same_again() -> None:
    texts = [of_text(GOOD, random.Random(seed)) for seed in range(200)]
    assert texts == [of_text(GOOD, random.Random(seed)) for seed in range(200)]
    assert sum(text != GOOD for text in texts) > 180
    contents = [of_bytes(GOOD.encode(), random.Random(seed)) for seed in range(200)]
    assert sum(content != GOOD.encode() for content in contents) > 190


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: 1 / 0, "traceback"),
        (lambda: [None for _ in iter(int, 1)], "hang"),
        (lambda: (_ for _ in ()).throw(InputError("no place")), "no file and line"),
        (lambda: (_ for _ in ()).throw(InputError("wrong", file="f.yaml", line=3)), "refused"),
        (lambda: None, "silent"),
    ],
)
def test_what_is_wrong_is_found(call: Any, what: str) -> None:
    assert judged(call, where="f.yaml", must_refuse=True).what == what
    assert (what in FINDINGS) == (what != "refused")


def test_a_command_that_fails_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    load("cut-3bn")  # reading the parameters for the first time takes longer than a refusal may
    assert commanded(["reforms", "show", "nobody"]).what == "refused"
    assert commanded(["reforms", "show", "cut-3bn"], must_refuse=True).what == "silent"
    monkeypatch.setattr("jobvej.cli.reforming.print_facts", lambda *_: 1 / 0)
    assert commanded(["reforms", "show", "cut-3bn"]).what == "traceback"


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.binary(max_size=4),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.floats(), max_size=2),
    st.sampled_from([*NO_NUMBERS, "2024-W01", "2026-W53", "2025-W53", "flat", "here", 0.01, 1.0, 2**63]),
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(options())), ODD, min_size=1, max_size=2))
def test_options_of_any_type_are_kept_or_refused(asked: dict[str, Any]) -> None:
    try:
        made = RUN.but(**asked)
    except InputError as refused:
        said = str(refused)
    else:
        said = "kept"
        in_range(made)
    assert 0 < len(said) < 1500


def in_range(made: RunOptions) -> None:
    assert 0.001 <= made.scale <= 1
    assert 0 <= made.seed < 2**63
    assert made.weeks >= 1
