"""The benchmark does the same work in all engines. Its times are not looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench import agreement, reduced, with_numpy
from bench.national import Timing
from bench.page import page
from bench.ratios import Pace
from bench.startup import Startup

ROOT = Path(__file__).resolve().parent.parent


def test_plain_numpy_lives_the_same_lives_to_the_oere() -> None:
    world = reduced.reduced_world(0.01, seed=4)
    again = with_numpy.live(world, reduced.rules_of(world), 30)
    ours = reduced.live(world, 30)
    assert ours.unemployed.tolist() == again.unemployed.tolist()
    assert ours[1:] == again[1:]
    assert min(ours[1:]) > 0
    assert len(set(ours.unemployed.tolist())) > 5


def test_mesa_agents_agree_within_sampling_error() -> None:
    for row in agreement.compare(scale=0.004, weeks=20, seeds=8):
        assert row.jobvej == row.numpy, row
        assert abs(row.deviation) < 4.0, row
        assert abs(row.mesa / row.jobvej - 1.0) < 0.15, row


def test_a_national_run_is_measured_and_written_down() -> None:
    command = [sys.executable, "-m", "bench.national", "0.002", "4"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    timing = Timing(**json.loads(done.stdout))
    assert (timing.scale, timing.weeks) == (0.002, 4)
    assert timing.citizens > 7000
    starts = [Startup("first start (compiles)", 30.0, 50.0), Startup("every later start", 2.0, 3.0)]
    text = page(
        timing._replace(start=6.0, simulating=0.4, half=0.2, writing=1.0),
        timing._replace(simulating=0.05),
        starts,
        [Pace("Mesa agents", 0.01, 10, 5.0, 1e5), Pace("Jobvej", 0.01, 10, 0.1, 5e6)],
        agreement.compare(scale=0.001, weeks=2, seeds=2),
        (0.1, 1.0),
    )
    assert "| 520 weeks (from 4 weeks) | 59 s | 60 s | met |" in text
    assert "| 30.0 s | 50.0 s | 20 s, missed: 1.5 times as much |" in text
    assert "| a week at scale 0.002 over one at 0.002 | 8.0 | 10.5 | met |" in text
    assert "| Mesa agents | 0.01 | 10 | 5.00 s | 0.10 m | 50.0 |" in text
