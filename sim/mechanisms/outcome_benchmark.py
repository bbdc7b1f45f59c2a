"""Outcome benchmark: what municipalities lead to lasting work is published, and those below it answer.

Where ``benchmark.published`` is 1, everybody who leaves a benefit for a new job is followed for
``benchmark.lasting_weeks``; the job has lasted if it is one spell of work all that time.  Who returns to a
job that was kept is not counted.  At the turn
of the year each municipality sees

    lasting jobs of the year / sum over target groups of (person-weeks * the country's lasting jobs a week)

drawn towards 1 by what a sample does not tell (:mod:`sim.rules.luck`).  Of those below 1, each shifts the
share

    b_m = 2 * ``benchmark.reaction`` * u_m,   u uniform and the same every year

of the priority of interviews that the law does not ask for, in the coming year, to

    gain of an interview * share of jobs that last, by barrier * usual minutes / minutes of the interview

so towards whom an hour leads to lasting work, whatever the benefit costs (:mod:`sim.mechanisms.contact`).
How many jobs last by barrier is the country's own figure of the year.  Municipalities under tightened
supervision follow the focus targets instead.  Before any reform no such benchmark is published.

Evidence: incentives act only where they are pursued (C158); paying for exits makes providers choose whom
they help (E2-I11).  Switch: ``outcome_benchmark``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import own_purpose, uniforms
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.rules.luck import told, towards
from sim.states import NOBODY, State
from sim.vocabulary import Barrier, Group
from sim.world.world import World

_EXITS, _COUNTS, PULL = "benchmark.exits", "benchmark.counts", "benchmark.pull"
_REACTION = own_purpose("outcome_benchmark.reaction")
_EMPLOYED, _GROUPS, _BARRIERS = int(State.EMPLOYED), len(Group), len(Barrier)
#: What is kept of somebody who has found a job: id, week, target group, barrier.
_COLUMNS = 4
#: Guard of divisions: fewer jobs than one person finds.
_NO_JOBS = 1e-9


class BenchmarkRules(NamedTuple):
    """m = municipalities."""

    published: NDArray[np.bool_]  # (m,)
    lasting_weeks: int
    reaction: NDArray[np.float64]  # (m,) mean share of priority that is shifted
    spread: float  # of municipalities' true ratios
    supervised: NDArray[np.bool_]  # (m,)


def rules(law: Law) -> BenchmarkRules:
    """Return whether a benchmark is published, and how strongly municipalities answer."""
    r = law.country
    return BenchmarkRules(
        published=(r["benchmark.published"] > 0.5) & law.on("outcome_benchmark"),
        lasting_weeks=round(r.scalar("benchmark.lasting_weeks")),
        reaction=r["benchmark.reaction"].copy(),
        spread=r.scalar("benchmark.spread"),
        supervised=law.decisions.supervised,
    )


class Counts(NamedTuple):
    """What the year has shown so far; m = municipalities, g = target groups, b = barriers."""

    lasting: NDArray[np.float64]  # (m,) jobs that have lasted
    weeks: NDArray[np.float64]  # (m, g) person-weeks of clients
    by_group: NDArray[np.float64]  # (g,) jobs that have lasted, by the group left
    by_barrier: NDArray[np.float64]  # (b, 2) jobs, and those that have lasted


def nothing_counted(m: int) -> Counts:
    """Return the counts of a year that begins."""
    return Counts(np.zeros(m), np.zeros((m, _GROUPS)), np.zeros(_GROUPS), np.zeros((_BARRIERS, 2)))


class Pull(NamedTuple):
    """Where the benchmark sends hours; (m,) share of priority, and (b,) share of jobs that last."""

    strength: NDArray[np.float64]
    lasting: NDArray[np.float64]


def no_pull(m: int) -> Pull:
    """Return that nobody answers a benchmark."""
    return Pull(np.zeros(m), np.ones(_BARRIERS))


def pull_of(world: World) -> Pull:
    """Return where the benchmark sends hours now."""
    pull: Pull | None = world.memory.get(PULL)
    return no_pull(len(world.codes)) if pull is None else pull


def ratio_to_expected(counts: Counts, spread: float, scale: float) -> NDArray[np.float64]:
    """Lasting jobs over those expected of the municipality's benefits (m,), without the luck of a sample."""
    rate = counts.by_group / np.maximum(counts.weeks.sum(axis=0), 1.0)
    expected = counts.weeks @ rate
    ratio = counts.lasting / np.maximum(expected, _NO_JOBS)
    real = told(spread, np.maximum(expected, _NO_JOBS), 1.0, scale)
    return np.asarray(np.where(expected > 0.0, towards(1.0, ratio, real), 1.0))


def strength(ratio: NDArray[np.float64], u: NDArray[np.float64], r: BenchmarkRules) -> NDArray[np.float64]:
    """Share of priority that each municipality shifts in the coming year (m,)."""
    answers = r.published & (ratio < 1.0) & ~r.supervised
    return np.asarray(np.where(answers, np.minimum(2.0 * r.reaction * u, 1.0), 0.0))


def share_lasting(by_barrier: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of jobs that last by barrier (b,): 1 where nobody has found any."""
    jobs, lasted = by_barrier.T
    return np.asarray(np.where(jobs > 0.0, lasted / np.maximum(jobs, 1.0), 1.0))


def _new_exits(world: World) -> NDArray[np.int32]:
    """Who of the clients has found a new job this week: id, week, target group and barrier (n, 4)."""
    k, status = world.clients.settled, world.people.status
    left = np.flatnonzero((k.state == NOBODY) & (k.spell.employer < 0))
    left = left[status.state[k.id[left]] == _EMPLOYED]
    week = np.full(left.size, world.now.week)
    found = (k.id[left], week, k.spell.group[left], k.person.barrier[left])
    return np.stack([column.astype(np.int32) for column in found], axis=1)


def _count_weeks(world: World, counts: Counts) -> None:
    """Add the week's clients to the person-weeks of their municipality and target group."""
    k = world.clients.settled
    here = k.state != NOBODY
    groups = counts.weeks.shape[1]
    at = k.person.municipality[here].astype(np.int64) * groups + k.spell.group[here]
    counts.weeks[:] += np.bincount(at, minlength=counts.weeks.size).reshape(counts.weeks.shape)


def count_lasting(
    due: NDArray[np.int32], municipality: NDArray[np.int16], lasts: NDArray[np.bool_], counts: Counts
) -> None:
    """Count jobs whose weeks are over: ``due`` (n, 4), and whether each ``lasts`` (n,)."""
    held = lasts.astype(np.float64)
    counts.lasting[:] += np.bincount(municipality, held, counts.lasting.size)
    counts.by_group[:] += np.bincount(due[:, 2], held, _GROUPS)
    counts.by_barrier[:, 0] += np.bincount(due[:, 3], minlength=_BARRIERS)
    counts.by_barrier[:, 1] += np.bincount(due[:, 3], held, _BARRIERS)


@act(
    "outcome_benchmark",
    writes=(f"memory.{_EXITS}", f"memory.{_COUNTS}", f"memory.{PULL}"),
    purposes=(_REACTION,),
)
def follow_exits(world: World, r: BenchmarkRules) -> None:
    """Follow who has found a job; at the turn of the year, publish and let municipalities answer."""
    m, week, status = len(world.codes), world.now.week, world.people.status
    if not r.published.any():
        world.memory.pop(PULL, None)
        return
    counts: Counts = world.memory.setdefault(_COUNTS, nothing_counted(m))
    exits: NDArray[np.int32] = world.memory.get(_EXITS, np.empty((0, _COLUMNS), np.int32))
    over = week - exits[:, 1] >= r.lasting_weeks
    due = exits[over]
    who = due[:, 0]
    lasts = (status.state[who] == _EMPLOYED) & (status.entered[who] <= due[:, 1])
    count_lasting(due, world.people.person.municipality[who], lasts, counts)
    world.memory[_EXITS] = np.concatenate([exits[~over], _new_exits(world)])
    _count_weeks(world, counts)
    if world.terms.ends_year(world.now) and counts.lasting.any():
        u = uniforms(world.now.key, _REACTION, world.codes.astype(np.uint32), 0)
        ratio = ratio_to_expected(counts, r.spread, world.scale)
        world.memory[PULL] = Pull(strength(ratio, u, r), share_lasting(counts.by_barrier))
        world.memory[_COUNTS] = nothing_counted(m)


MECHANISMS = (
    Mechanism(
        name="outcome_benchmark",
        label="A benchmark of lasting work is published, and municipalities below it answer",
        label_da="En benchmark for varigt arbejde offentliggøres, og kommuner under den svarer",
        equation="lasting jobs over expected < 1: a share of priority to lasting self-support an hour",
        evidence="C158, E2-I11; assumption",
        when_off="no benchmark of outcomes is published",
        rules=rules,
    ),
)
