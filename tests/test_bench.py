"""The benchmark does the same work in all engines. Its times are not looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_worlds import world

from bench import engines, reduced, reference, with_numpy
from bench.engines import Pace
from bench.model import Startup, Timing
from bench.page import Measured, page
from bench.reference import Reference

ROOT = Path(__file__).resolve().parent.parent


def test_plain_numpy_lives_the_same_lives_to_the_oere() -> None:
    market = reduced.reduced_world(0.01, seed=4)
    again = with_numpy.simulate(market, reduced.rules_of(market), 30)
    ours = reduced.simulate(market, 30)
    assert ours.unemployed.tolist() == again.unemployed.tolist()
    assert ours[1:] == again[1:]
    assert min(ours[1:]) > 0
    assert len(set(ours.unemployed.tolist())) > 5


def test_mesa_agents_agree_within_sampling_error() -> None:
    for row in engines.compare(scale=0.004, weeks=20, seeds=24):
        assert row.jobvej == row.numpy, row
        assert abs(row.deviation) < 4.0, row
        assert abs(row.mesa / row.jobvej - 1.0) < 0.15, row


PEOPLE, WEEKS = 60_000, 120


def bare_run(weeks: int = WEEKS, **changed: float) -> tuple[reference.Columns, reference.Totals]:
    columns, totals = reference.population(PEOPLE), reference.no_totals(weeks)
    for name, value in changed.items():
        getattr(columns, name)[:] = value
    reference.simulate(0, weeks, 1, columns, totals)
    return columns, totals


def test_in_the_bare_reference_everybody_works_or_is_a_client_once() -> None:
    columns, totals = bare_run()
    listed = [
        columns.clients["person"][first : first + n]
        for first, n in zip(columns.first[:-1], columns.n_clients, strict=True)
    ]
    clients = np.concatenate(listed)
    assert np.array_equal(np.sort(clients), np.flatnonzero(columns.ends < 0))
    assert clients.size == totals.unemployed[-1].sum()
    home = np.searchsorted(columns.first, clients, side="right") - 1
    assert home.tolist() == np.repeat(np.arange(reference.MUNICIPALITIES), columns.n_clients).tolist()


def test_the_bare_reference_pays_and_refunds_what_a_count_by_hand_gives() -> None:
    columns, totals = bare_run()
    m = int(np.argmax(columns.n_clients))
    ours = columns.clients[columns.first[m] : columns.first[m] + columns.n_clients[m]]
    weeks = (WEEKS - 1) - ours["since"]
    paid = np.array([4550.0, 2950.0, 4300.0])[ours["kind"]]
    share = np.where(weeks <= 4, 0.8, np.where(weeks <= 26, 0.4, np.where(weeks <= 52, 0.3, 0.2)))
    assert totals.paid[-1, m] == pytest.approx(paid.sum())
    assert totals.refunded[-1, m] == pytest.approx((paid * share).sum())


def test_caseworkers_of_the_bare_reference_see_eighteen_and_those_who_waited_longest() -> None:
    columns, _ = bare_run()
    for m in range(reference.MUNICIPALITIES):
        ours = columns.clients[columns.first[m] : columns.first[m] + columns.n_clients[m]]
        for worker in np.unique(ours["caseworker"]):
            mine = ours[ours["caseworker"] == worker]
            seen_now = mine["seen"] == WEEKS - 1
            assert seen_now.sum() == min(18, mine.size)
            if not seen_now.all():
                last = np.maximum(mine["seen"], mine["since"])[~seen_now]
                assert last.min() >= WEEKS - 12  # nobody is forgotten


def test_no_more_are_hired_in_the_bare_reference_than_there_are_posts() -> None:
    _, without = bare_run(1, vacancies=0.0)
    assert without.hired.sum() == 0
    _, few = bare_run(1, vacancies=2.5)
    assert few.hired.max() == 3
    assert few.hired[few.hired > 0].min() >= 1
    assert 0.05 < reference.measure(PEOPLE, WEEKS).unemployed < 0.08  # calibrated to some 6-7 per cent


def test_a_week_is_timed_by_phase_without_changing_it() -> None:
    timed, plain = world(end="2024-W02", scale=0.002), world(end="2024-W02", scale=0.002)
    spent = timed.timed_step()
    plain.step()
    assert timed.week == plain.week == 1
    assert len(spent) >= 7
    assert timed.citizens.status.state.tolist() == plain.citizens.status.state.tolist()
    timed.step()
    plain.step()
    assert timed.outcomes().equals(plain.outcomes())


def test_a_national_run_is_measured_and_written_down() -> None:
    command = [sys.executable, "-m", "bench.model", "0.002", "4"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    timing = Timing(**json.loads(done.stdout))
    assert (timing.scale, timing.weeks) == (0.002, 4)
    assert timing.people > 7000
    assert 0.0 < sum(timing.by_act.values()) <= timing.simulating
    bare = Reference(7600, 4, 10.0, 0.065, 18.0, 0.43)
    acts = {"demand: lose jobs": 0.3, "contact: meet": 0.08, "money: pay": 0.002, "money: refund": 0.001}
    measured = Measured(
        timing._replace(start=6.0, simulating=0.4, half=0.2, writing=1.0, by_act=acts),
        timing._replace(simulating=0.05),
        (bare, bare._replace(week_ms=15.0)),
        [
            Startup("first start (compiles)", 30.0, 50.0),
            Startup("every later start", 2.0, 3.0),
            Startup("`jobvej --help`", 0.3, 0.3),
            Startup("`jobvej reforms list`", 0.8, 0.8),
        ],
        [Pace("Mesa agents", 0.01, 10, 5.0, 1e5), Pace("Jobvej", 0.01, 10, 0.1, 5e6)],
        engines.compare(scale=0.001, weeks=2, seeds=2),
        (0.1, 1.0),
    )
    text = page(measured)
    assert "| **a week of the model over one of the bare reference** | **8.0** | 8 | met; later 5 |" in text
    assert "| a week of the bare reference, before and after | 10.0 and 15.0 ms |" in text
    assert "| 520 weeks (from 4 weeks) | 59 s | 45 s | missed: 1.3 times as much |" in text
    assert "| a week at scale 0.002 over one at 0.002 | 8.0 | 10.5 | met |" in text
    assert "| demand: lose jobs | 75.0 | 75% |" in text
    assert "| 2 more, each below 1% | 0.8 | 1% |" in text
    assert "| first start (compiles) | 30.0 s | 50.0 s | 25 s, missed: 1.2 times as much |" in text
    assert "| `jobvej reforms list` | 0.8 s | 0.8 s | 0.4 s, missed: 2.0 times as much |" in text
    assert "| Mesa agents | 0.01 | 10 | 5.00 s | 0.10 m | 50.0 |" in text
