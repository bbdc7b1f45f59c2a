"""Calibration reads the targets of its list and nothing that is kept for validation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from calibration.estimate.points import lasting_targets
from calibration.experiments.library import FOR_CALIBRATION
from calibration.targets import load_targets

ROOT = Path(__file__).resolve().parents[1]
#: What the compiled data name as targets of calibration; all else is validation.
ALLOWED = (
    "F001 F004 F106 F107 F013 F036 F009 F052 F058 F057 F139 F131 F080 F172 F203 F278 F082 F083 F164 F191 "
    "F334 F219 F225 F261 F232 F233 F234 M01 M02 M12 M21 C34 P01 B20"
).split()
GROUPS = ("level-", "season-", "municipal-")
#: Files whose facts calibration must not see (benchmark of other years, all facts, all experiments).
KEPT_AWAY = (
    "facts.csv",
    "evidence.csv",
    "benchmark_2020_2022.csv",
    "seed_figures.csv",
    "national_months.csv",
)

#: One point of the baseline, one of a trial, and every trial's file; not the store, which reads all data to
#: name a result by what it was made with.
CODE = """
import json, sys
opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)
from pathlib import Path
import numpy as np
from calibration.estimate.effects import tasks_of, trials_of
from calibration.estimate.points import Point, moments_at
from calibration.experiments.library import load_for_calibration
from calibration.experiments.trial_runs import run_of_trial
from calibration.estimate.problem import read_problem
from calibration.municipal import COLUMNS
problem = read_problem()
point = Point(tuple((f.name, f.centre) for f in problem.free), 0.001, 1, 0, "")
assert moments_at(point)["stopped"] in (0, 26, 52)
task = tasks_of("announced-programme", problem, np.array([[0.5, 0.5]]), 0.002)[0]
treated, twin = run_of_trial(task)
assert twin is not None and treated.who.size == twin.who.size
for trial in trials_of(problem.criteria):
    load_for_calibration(trial)
print(json.dumps([sorted(opened), [t.id for t in problem.targets], [c.name for c in COLUMNS]]))
"""


def test_the_targets_are_those_of_the_list() -> None:
    for name in load_targets():
        assert name in ALLOWED or name.startswith(GROUPS), name


def test_a_calibration_opens_nothing_that_validation_is_made_of() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True)
    opened, targets, columns = json.loads(done.stdout)
    names = {Path(file).name for file in opened if file.startswith(str(ROOT))}
    assert "municipalities.csv" in names
    assert names & set(KEPT_AWAY) == set()
    trials = {Path(file).stem for file in opened if "/calibration/trials/" in file}
    assert trials == set(FOR_CALIBRATION) - {"fair-caseload"}
    assert not [file for file in opened if "/calibration/validation/" in file]
    assert not [file for file in opened if "/calibration/backcasts/" in file]
    known = {target.id for target in lasting_targets()} | set(load_targets())
    assert set(targets) <= known
    assert {column for column in columns if "2022" not in column and "2023" not in column} == set()
