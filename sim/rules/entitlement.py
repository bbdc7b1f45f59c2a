"""Which benefit the law gives a person without work: it follows from the person, not from the last benefit.

1. insured, with a right that is not used up: dagpenge;
2. otherwise social assistance for who passes the means test (drawn once a life: a partner's income and
   savings), else nothing: back to a job that waits for who is well;
3. of social assistance: under the adult age without an education, uddannelseshjælp; else kontanthjælp,
   job-ready or activity-ready as a caseworker finds the person (with error).

    P(found not ready) = by_barrier[barrier] of who is well, ``when_ill`` of who is not

Who loses a job without unemployment insurance goes to assistance with probability
``separations.uninsured_to_assistance`` and otherwise lives outside public support.

Law: LAS sections 11-13 and 2 (1)-(3); dagpengeloven section 55.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part
from sim.engine.draws import Purpose, uniform
from sim.law import Law, whole
from sim.rules.flows import ASSISTANCE
from sim.states import State
from sim.vocabulary import Education, Health
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.people import OnFile, Person

_MEANS = int(Purpose.MEANS_TEST)
_DAGPENGE, _OUTSIDE, _YOUTH = int(State.DAGPENGE), int(State.OUTSIDE), int(State.UDDANNELSESHJAELP)
_EMPLOYED = int(State.EMPLOYED)
_READY, _NOT_READY = int(State.KONTANTHJAELP_JOB_READY), int(State.KONTANTHJAELP_ACTIVITY_READY)
_ASSISTANCE = int(ASSISTANCE)
_BASIC, _WELL = int(Education.BASIC), int(Health.WELL)


class Entitlement(NamedTuple):
    """w = rule rows of persons."""

    period: NDArray[np.int64]  # (w,) weeks of dagpenge
    graduate_period: NDArray[np.int64]  # (w,)
    passes_means_test: NDArray[np.float64]  # (2,) share of those without, and with, unemployment insurance
    adult_age: int  # from which assistance is kontanthjælp for everybody
    not_ready: NDArray[np.float64]  # (3,) chance that a well person is found not ready, by barrier
    not_ready_ill: float  # and one who is not well
    uninsured_to_assistance: float  # chance of assistance for the uninsured who lose a job


def entitlement(law: Law) -> Entitlement:
    """Return the law of the week."""
    r = law.now
    return Entitlement(
        period=whole(r["dagpenge.period_weeks"]),
        graduate_period=whole(r["dagpenge.graduate_period_weeks"]),
        passes_means_test=np.array(
            [r.scalar(f"kontanthjaelp.passes_means_test_{who}") for who in ("uninsured", "insured")]
        ),
        adult_age=round(r.scalar("benefits.adult_from_age")),
        not_ready=r.vector("assessment.not_ready_by_barrier").copy(),
        not_ready_ill=r.scalar("assessment.not_ready_when_ill"),
        uninsured_to_assistance=law.country.scalar("separations.uninsured_to_assistance"),
    )


@part
def dagpenge_used(i: int, now: Now, k: Clients) -> int:
    """Weeks of the right to dagpenge that client ``i`` has used."""
    used = int(k.spell.dagpenge_weeks[i])
    return used + now.week - k.spell.entered[i] if k.state[i] == _DAGPENGE else used


@part
def dagpenge_period(i: int, k: Clients, r: Entitlement) -> int:
    """Weeks of the right to dagpenge that client ``i`` has in all."""
    w = k.person.rule_row[i]
    return r.graduate_period[w] if k.spell.graduate[i] else r.period[w]


@part
def after_a_job(insured: int, u: float, r: Entitlement) -> int:
    """Dagpenge, assistance as such or nothing: where somebody goes who loses a job; ``u`` uniform."""
    if insured:
        return _DAGPENGE
    return _ASSISTANCE if u < r.uninsured_to_assistance else _OUTSIDE


@part
def found_ready(health: int, barrier: int, u: float, r: Entitlement) -> bool:
    """Whether a caseworker's look at a person finds them ready for work; ``u`` uniform."""
    return u >= (r.not_ready[barrier] if health == _WELL else r.not_ready_ill)


@part
def found(health: int, barrier: int, u: float, r: Entitlement) -> int:
    """Kontanthjælp that a caseworker's look at a person leads to, job-ready or not; ``u`` uniform."""
    return _READY if found_ready(health, barrier, u, r) else _NOT_READY


@part
def assistance_for(age: int, education: int, health: int, barrier: int, u: float, r: Entitlement) -> int:
    """Assistance that the law gives a person of this age, education, health and barrier; ``u`` uniform."""
    if age < r.adult_age and education == _BASIC:
        return _YOUTH
    return found(health, barrier, u, r)


@kernel
def send_job_losers(
    now: Now,
    who: NDArray[np.int32],
    destination: int,
    readiness: int,
    person: Person,
    on_file: OnFile,
    r: Entitlement,
    to: NDArray[np.uint8],
) -> None:
    """Write where each of ``who`` (n,) goes who lose their jobs in ``to`` (n,), none of them a client.

    ``destination`` and ``readiness``: the purposes for which the caller draws.
    """
    for at in range(who.size):
        i = who[at]
        to[at] = after_a_job(person.insured[i], uniform(now.key, destination, person.key[i], now.week), r)
        if to[at] == _ASSISTANCE:
            look = uniform(now.key, readiness, person.key[i], now.week)
            age = now.year - person.birth_year[i]
            to[at] = assistance_for(age, person.education[i], on_file.health[i], person.barrier[i], look, r)


@part
def looked_at(i: int, u: float, k: Clients, r: Entitlement) -> int:
    """Kontanthjælp that a caseworker's look at client ``i`` leads to; ``u`` uniform."""
    return found(k.condition.health[i], k.person.barrier[i], u, r)


@part
def without_support(i: int, k: Clients) -> int:
    """Where client ``i`` goes whose benefit ends and who gets no other: to a job that waits, else outside.

    Who is not well cannot do the job that waits: without a benefit they are outside, and it ends.
    """
    waits = k.spell.employer[i] >= 0 and k.condition.health[i] == _WELL
    return _EMPLOYED if waits else _OUTSIDE


@part
def assistance(i: int, u: float, now: Now, k: Clients, r: Entitlement) -> int:
    """Assistance that client ``i`` gets; ``u`` uniform, for how ready they are found."""
    if uniform(now.key, _MEANS, k.key[i], 0) >= r.passes_means_test[k.person.insured[i]]:
        return without_support(i, k)
    age, p = now.year - k.person.birth_year[i], k.person
    return assistance_for(age, p.education[i], k.condition.health[i], p.barrier[i], u, r)


@part
def benefit_without_work(i: int, u: float, now: Now, k: Clients, r: Entitlement) -> int:
    """What client ``i`` lives on who is able to work and has none."""
    if k.person.insured[i] and dagpenge_used(i, now, k) < dagpenge_period(i, k, r):
        return _DAGPENGE
    return assistance(i, u, now, k, r)
