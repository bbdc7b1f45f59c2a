"""Facts held out, the page of hits and misses, and the sensitivity of an answer; all of it tiny."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from calibration import sensitivity
from calibration.experiments.library import catalogue
from calibration.moments import Observed
from calibration.targets import load_targets
from calibration.validate import (
    COLUMNS,
    DETAILS,
    REFERENCE_COMMAND,
    FactEntry,
    fact_verdict,
    load_facts,
    measured,
    reference_validation,
    render,
    shares,
)
from reforms.report.texts import translated
from sim.errors import InputError
from sim.parameters.posterior import Ensemble
from sim.stats.screening import KEPT, explained_unseen


def row(measure: str, group: str, value: float) -> dict[str, Any]:
    return {"period": "2025", "municipality": 0, "group": group, "measure": measure, "value": value}


SEEN = Observed(
    pd.DataFrame(
        [
            row("flow", "kontanthjaelp_job_ready>employed", 30.0),
            row("flow", "kontanthjaelp_job_ready>education", 10.0),
            row("flow", "kontanthjaelp_job_ready>kontanthjaelp_activity_ready", 500.0),
            row("flow", "dagpenge>employed", 999.0),
            row("stock", "fleksjob", 300.0),
            row("stock", "ledighedsydelse", 100.0),
        ]
    ),
    2025,
)


def fact(**words: Any) -> FactEntry:
    wanted: dict[str, Any] = {
        "label": {"en": "x", "da": "x"}, "unit": "per cent", "value": 100.0, "period": "2024",
        "compared": {"en": "as is", "da": "som det er"},
        "measure": {"kind": "ratio"}, "source": {"title": "x"},
    }  # fmt: skip
    return FactEntry.model_validate(wanted | words)


def test_exit_shares_leave_out_moves_within_the_set() -> None:
    states = ["kontanthjaelp_job_ready", "kontanthjaelp_activity_ready"]
    asked = {"kind": "exit_share", "origins": states, "destinations": ["employed"]}
    assert measured(fact(measure=asked), SEEN) == 75.0


def test_ratio_of_sums() -> None:
    asked = {
        "kind": "ratio",
        "over": [["stock", "ledighedsydelse"]],
        "under": [["stock", "fleksjob"], ["stock", "ledighedsydelse"]],
        "times": 100.0,
    }
    assert measured(fact(measure=asked), SEEN) == 25.0


@pytest.mark.parametrize(("model", "right"), [(109.0, True), (76.0, True), (130.0, False), (np.nan, None)])
def test_how_near_counts_as_right(model: float, right: bool | None) -> None:
    assert fact_verdict(fact(), model)[0] is right


def test_facts_held_out_are_no_targets() -> None:
    targets = {identity for target in load_targets().values() for identity in (target.id, *target.source.ids)}
    for name, (_, entry) in load_facts().items():
        assert name not in targets
        assert not targets & set(entry.source.ids)
        assert entry.label.da


def test_every_published_figure_can_be_read_in_danish() -> None:
    words = translated("units", "da")
    asked = {entry.unit for _, entry in load_facts().values()}
    asked |= {outcome.unit for trial in catalogue() for outcome in trial.entry.outcomes}
    assert len(asked) >= 8
    assert sorted(asked - set(words)) == []
    notes = [entry.compared for _, entry in load_facts().values()]
    assert all(note.da and note.da != note.en for note in notes)


def test_the_reference_is_whole_and_its_page_current() -> None:
    table = reference_validation()
    assert list(table.columns) == [*COLUMNS, *DETAILS]
    assert set(load_facts()) <= set(table["id"])
    page = Path(__file__).resolve().parent.parent / "docs" / "validation.md"
    assert page.read_text("utf-8") == render(table, "page.md.j2", REFERENCE_COMMAND)


def test_misses_stay_on_the_page() -> None:
    table = reference_validation()
    page = render(table, "page.html.j2")
    for each in table.itertuples():
        assert str(each.name_en).replace("&", "&amp;").replace("'", "&#39;") in page
    for right, of in shares(table).values():
        assert 0 <= right <= of


def test_morris_names_the_parameter_that_decides() -> None:
    """An answer that is 3 x of the second parameter: its mu* is 3 times the step's effect, all others 0."""
    names = tuple(parameter.name for parameter in sensitivity.uncertain())[:4]
    design = sensitivity._design("morris", names, points=0, trajectories=6, seed=1)
    table, _ = sensitivity._morris(sensitivity.Answer(names, design, 3.0 * design[:, 1]), 1)
    by_name = table.set_index("parameter")["total"]
    assert by_name.idxmax() == names[1]
    assert by_name.drop(names[1]).max() == pytest.approx(0.0, abs=1e-9)


def test_sobol_through_the_emulator_shares_out_the_variance() -> None:
    """2 x1 + x2: variances 4 to 1, so first-order indices of 0.8 and 0.2."""
    names = tuple(parameter.name for parameter in sensitivity.uncertain())[:6]
    design = sensitivity._design("sobol", names, points=80, trajectories=0, seed=1)
    answer = sensitivity.Answer(names, design, 2.0 * design[:, 0] + design[:, 1])
    table, explained = sensitivity._sobol(answer, 1)
    first = table.set_index("parameter")["first"]
    assert explained > 0.9
    assert first[names[0]] == pytest.approx(0.8, abs=0.08)
    assert first[names[1]] == pytest.approx(0.2, abs=0.08)


def test_noise_among_many_numbers_explains_nothing() -> None:
    """300 numbers, 96 points: the twelve that go most with luck predict nothing unseen."""
    random = np.random.default_rng(2)
    positions, noise = random.random((96, 300)), random.normal(0.0, 1.0, 96)
    assert explained_unseen(positions, noise) < 0.2
    assert explained_unseen(positions, 4.0 * positions[:, 7] + 2.0 * positions[:, 3] + 0.1 * noise) > 0.8


def test_what_is_not_told_from_noise_is_not_shown() -> None:
    table = pd.DataFrame(
        {"parameter": ["a", "b"], "label_en": ["A", "B"], "label_da": ["A", "B"], "kind": "assumption",
         "total": [0.9, 0.01], "total_low": [0.8, 0.0], "total_high": [1.0, 0.1], "first": [0.9, 0.01],
         "at_low": [0.0, 0.1], "at_high": [1.0, 0.1]}
    )  # fmt: skip
    about = {"pairs": 256, "mean": 1.0, "low": 0.1, "high": 2.0, "unit": "weeks", "measure": "mean_duration",
             "title": {"en": "A", "da": "A"}}  # fmt: skip
    known = sensitivity.Sensitivity(table, about | {"explained": 0.85})
    assert known.deciding["parameter"].tolist() == ["a"], "an inert number is left out"
    assert "What decides most: A." in known.sentences("en")
    loose = sensitivity.Sensitivity(table, about | {"explained": 0.6})
    assert loose.deciding.empty
    said = " ".join(loose.sentences("en"))
    assert "60 per cent" in said
    assert "what decides is uncertain" in said
    assert "What decides most" not in said
    loose.figure("da")


def test_a_tiny_analysis_is_kept_read_and_not_run_twice(tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "points": 10,
        "scale": 0.002,
        "start": "2024-W01",
        "end": "2024-W12",
        "workers": 1,
    }
    with pytest.raises(InputError, match="mean_duration"):
        sensitivity.run_sensitivity("cut-3bn", "mean_durations", tmp_path, quiet=True, **asked)
    asked |= {"end": "2026-W26"}
    table = sensitivity.run_sensitivity("cut-3bn", "stock", tmp_path, quiet=True, **asked)
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").glob("*/*.zip")}
    sensitivity.run_sensitivity("cut-3bn", "stock", tmp_path, quiet=True, **asked)
    assert written == {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").glob("*/*.zip")}
    assert len(written) == 20
    read = sensitivity.read(tmp_path)
    assert len(read.table) == len(table) == KEPT
    assert read.about == json.loads((tmp_path / "sensitivity.json").read_text("utf-8"))
    for lang in ("en", "da"):
        assert (tmp_path / f"tornado-{lang}.svg").stat().st_size > 1000
        assert all(sentence.endswith(".") for sentence in read.sentences(lang))


def test_a_calibrated_parameter_varies_over_its_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three members, the middle one of half the weight: the median is its value, whatever the prior is."""
    ensemble = Ensemble(
        ("health.illness_rate", "search.stigma"), ((0.1, 0.01), (0.2, 0.02), (0.3, 0.03)), (0.25, 0.5, 0.25)
    )
    monkeypatch.setattr(sensitivity, "read_posterior", lambda: ensemble)
    chosen = sensitivity.uncertain()
    names = [parameter.name for parameter in chosen]
    assert "health.illness_rate" in names, "a level constant has no prior of its own"
    made = sensitivity._drawn(chosen, np.full(len(chosen), 0.5))
    low = sensitivity._drawn(chosen, np.full(len(chosen), 0.125))
    middle = {each.parameter: dict(each.values)[date.min] for each in made if each.operation == "set"}
    ends = {each.parameter: dict(each.values)[date.min] for each in low}
    assert middle["health.illness_rate"] == pytest.approx(0.2)
    assert middle["search.stigma"] == pytest.approx(0.02)
    assert ends["search.stigma"] == pytest.approx(0.01)
