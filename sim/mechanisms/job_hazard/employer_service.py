"""Employer service: vacancies that reach the jobcentre's clients, how far they look, and the hours it takes.

A share w of clients' chances of a job runs through vacancies that the jobcentre passes on
(``employers.jobcentre_channel_share``); the rest they find themselves. If employer service brings v times
as many vacancies as today, a client's hazard is multiplied by

    1 + w * (v - 1)          a client of the jobcentre
    1 + w * v * a            an insured person whom the a-kasse still follows, a share a of whom employer
                             service also offers to employers (``employers.a_kasse_clients_visible``)

and of their hires the share w * v / (1 + w * (v - 1)), or w * v * a / (1 + w * v * a), comes that way
(:mod:`sim.mechanisms.matching`).  Vacancies do not come by themselves: somebody works for them,

    v_m = V * (hours worked in m / hours usually wanted there) ^ s

with V ``employers.vacancies_reached``, more by ``employers.a_kasse_vacancies`` where those that a-kasser
know of are shared (``employers.a_kasse_vacancies_shared``), s ``employers.service_elasticity`` and hours a
mean over some weeks. Usually wanted are ``employers.recruiting_minutes`` a client and year, of the law
without a reform. The hours are tasks of the house like others (contact with employers,
:mod:`sim.mechanisms.casework`), wait like them when there is too much else, and without hours nobody is
hired that way. With ``employers_decide`` off v is V.

Where jobcentres see each other's vacancies (``employers.vacancies_shared_across``), each also passes on the
share s of others' that are within reach (``employers.seen_across_share``),

    v_m + s * sum over d other than m of W[m, d] * v_d / W[m, m],

W being where residents look for work; how far they travel stays.

More effective seekers then meet the same vacancies (:mod:`sim.mechanisms.matching`): what clients gain,
others may lose.  With a radius of r (``employers.search_radius``) clients look r times as far:

    W'[m, d] proportional to W[m, d] * exp(distance[m, d] / kappa * (1 - 1/r)).

Evidence: C169 as an anchor for w; C11 and C166 (sign: more caseworkers, more vacancies registered); the
rest are labelled assumptions. Switch: ``employer_service``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term, act
from sim.states import CLIENT_STATES, State
from sim.vocabulary import Task
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now
from sim.world.geography import distances_km
from sim.world.world import World

PARAMETERS = """
employers.recruiting_minutes:
  label: Hours for contact with employers about vacancies, a client and year
  label_da: Tid til kontakt med virksomheder om ledige stillinger pr. borger og år
  kind: assumption
  unit: minutes a year
  values: {2016-01-01: 8}
  bounds: [0, 10000]
  range: [4, 24]
  reason: >-
    No time use by task was found. 8 per cent of clients' job finding (employers.jobcentre_channel_share) is
    about 14,000 hires a year, at some three hours each: eight minutes for each of 300,000 clients.
  mechanism: employer_service
employers.service_elasticity:
  label: Elasticity of vacancies passed on to clients in the hours worked for them
  label_da: Elasticiteten i formidlede stillinger med hensyn til den tid, der bruges på dem
  kind: assumption
  unit: elasticity
  values: {2016-01-01: 0.6}
  bounds: [0.01, 1]
  prior: {distribution: triangular, low: 0.3, high: 1.0}
  range: [0.3, 1.0]
  reason: >-
    More caseworkers brought more registered vacancies in Germany (C11, C166), by how much was not read. The
    easiest employers are seen first, so below one.
  mechanism: employer_service
employers.service_weeks:
  label: Weeks over which hours for employers bring vacancies
  label_da: Uger, hvorover tid til virksomhederne giver stillinger
  kind: assumption
  unit: weeks
  values: {2016-01-01: 13}
  bounds: [1, 260]
  range: [4, 26]
  reason: A visit is remembered for a quarter; not measured.
  mechanism: employer_service
"""
_CONTACT = int(Task.EMPLOYER_CONTACT)
#: Where the mechanism keeps the hours of employer service.
_MEMORY = "employer_service"
#: Guard of divisions: fewer minutes than any municipality works.
_NOTHING = 1e-9
_DAGPENGE = int(State.DAGPENGE)


def reach(
    channel: NDArray[np.float64], vacancies: NDArray[np.float64], visible: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Log multiplier of the hazard (w, 2): clients with a caseworker, the a-kasse's own clients.

    ``channel`` (w,) share of chances that run through the jobcentre, ``vacancies`` (w,) relative to today,
    ``visible`` (w,) share of the a-kasse's clients whom employer service offers.
    """
    more = np.stack([channel * (vacancies - 1.0), channel * vacancies * visible], axis=1)
    return np.asarray(np.log1p(np.maximum(more, _NOTHING - 1.0)))


def widened(
    commuting: NDArray[np.float64],
    distances_km: NDArray[np.float64],
    decay_km: float,
    radius: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return where clients look (m, d), rows summing to one; the commuting table itself at a radius of 1.

    ``commuting`` (m, d) rows sum to one; ``radius`` (m,) relative to today.
    """
    if (radius == 1.0).all():
        return commuting
    wide = commuting * np.exp(distances_km / decay_km * (1.0 - 1.0 / radius)[:, None])
    return np.asarray(wide / wide.sum(axis=1, keepdims=True))


class LookRules(NamedTuple):
    """m = municipalities."""

    radius: NDArray[np.float64]  # (m,) how far clients look, relative to today
    decay_km: float  # of commuting


def look_rules(law: Law) -> LookRules:
    """Return how far clients look for work."""
    radius = law.country["employers.search_radius"]
    return LookRules(
        radius=radius if law.on("employer_service") else np.ones_like(radius),
        decay_km=law.country.scalar("geography.commuting_decay_km"),
    )


def where_clients_look(commuting: NDArray[np.float64], r: LookRules) -> NDArray[np.float64]:
    """Where clients look for work (m, d): as they commute, unless employer service widens it."""
    if (r.radius == 1.0).all():
        return commuting
    return widened(commuting, distances_km(), r.decay_km, r.radius)


class EmployerServiceRules(NamedTuple):
    """m = municipalities, w = rule rows of persons."""

    channel: NDArray[np.float64]  # (w,) share of chances through the jobcentre
    vacancies: NDArray[np.float64]  # (w,) relative to today, by other means than hours
    visible: NDArray[np.float64]  # (w,) share of the a-kasse's clients whom employer service offers
    minutes: NDArray[np.float64]  # (m,) a client and week for contact with employers about vacancies
    usual: NDArray[np.float64]  # (m,) the same without a reform
    elasticity: float
    weeks: float
    by_hours: bool  # hours decide
    across: NDArray[np.float64]  # (m,) share of others' vacancies within reach that are passed on


def rules(law: Law) -> EmployerServiceRules:
    """Return what employer service brings, and the hours it takes."""
    r, name = law.now, "employers.recruiting_minutes"
    m = len(law.country[name])
    theirs = r["employers.a_kasse_vacancies_shared"] * r["employers.a_kasse_vacancies"]
    return EmployerServiceRules(
        channel=r["employers.jobcentre_channel_share"].copy(),
        vacancies=r["employers.vacancies_reached"] * (1.0 + theirs),
        visible=r["employers.a_kasse_clients_visible"].copy(),
        minutes=law.country[name] / WEEKS_A_YEAR,
        usual=law.before[name][:m] / WEEKS_A_YEAR,
        elasticity=r.scalar("employers.service_elasticity"),
        weeks=r.scalar("employers.service_weeks"),
        by_hours=law.on("employers_decide"),
        across=law.country["employers.vacancies_shared_across"] * law.country["employers.seen_across_share"],
    )


class Hours(NamedTuple):
    """Minutes of employer service for vacancies, each (m,)."""

    waiting: NDArray[np.float64]  # of it in the backlog
    before: NDArray[np.float64]  # of all contact with employers in the backlog, before the week's work
    worked: NDArray[np.float64]  # a week, mean of some weeks
    usual: NDArray[np.float64]  # a week, that would usually be wanted, mean of as many


def served(hours: Hours, elasticity: float) -> NDArray[np.float64]:
    """Return vacancies that hours bring (m,), relative to those of usual hours."""
    return np.asarray((hours.worked / np.maximum(hours.usual, _NOTHING)) ** elasticity)


def seen_across(
    commuting: NDArray[np.float64], vacancies: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return others' vacancies that a jobcentre passes on (m,), over what its own usual hours bring.

    ``commuting`` (m, d): where residents look, rows sum to one; ``vacancies`` (m,) that hours bring;
    ``share`` (m,) of those within reach that are passed on.  A jobcentre's own are those of its municipality.
    """
    own = np.maximum(np.diag(commuting), _NOTHING)
    return np.asarray(share * (commuting @ vacancies - own * vacancies) / own)


def share_through(
    channel: NDArray[np.float64], vacancies: NDArray[np.float64], visible: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of chances that run through the jobcentre (w, 2), as :func:`reach` has them."""
    ours, theirs = channel * vacancies, channel * vacancies * visible
    return np.stack([ours / np.maximum(1.0 - channel + ours, _NOTHING), theirs / (1.0 + theirs)], axis=1)


def service_of(world: World) -> NDArray[np.float64]:
    """Vacancies that hours bring this week (m,), relative to the usual; 1 where hours do not decide."""
    r: EmployerServiceRules = world.rules["employer_service"]
    hours: Hours | None = world.memory.get(_MEMORY)
    return np.ones(len(world.codes)) if hours is None else served(hours, r.elasticity)


@act("employer_service", writes=("caseworkers.backlog_task", f"memory.{_MEMORY}"))
def ask_for_vacancies(world: World, r: EmployerServiceRules) -> None:
    """Contact with employers about vacancies waits for somebody's time."""
    if not r.by_hours:
        return
    clients = world.tally.stock[:, CLIENT_STATES].sum(axis=1)
    usual, backlog = r.usual * clients, world.caseworkers.backlog_task
    if _MEMORY not in world.memory:
        world.memory[_MEMORY] = Hours(np.zeros(len(usual)), np.zeros(len(usual)), usual.copy(), usual.copy())
    hours: Hours = world.memory[_MEMORY]
    more = r.minutes * clients
    backlog[:, _CONTACT] += more
    hours.waiting[:] += more
    hours.before[:] = backlog[:, _CONTACT]
    hours.usual[:] += (usual - hours.usual) / r.weeks


@act("employer_service", writes=("caseworkers.reach", "caseworkers.through", f"memory.{_MEMORY}"))
def pass_vacancies_on(world: World, r: EmployerServiceRules) -> None:
    """What hours of the week bring, as chances of clients."""
    cw, vacancies = world.caseworkers, r.vacancies
    if r.by_hours:
        hours: Hours = world.memory[_MEMORY]
        left = cw.backlog_task[:, _CONTACT] / np.maximum(hours.before, _NOTHING)
        worked = hours.waiting * (1.0 - np.minimum(left, 1.0))
        hours.waiting[:] -= worked
        hours.worked[:] += (worked - hours.worked) / r.weeks
        arms = len(vacancies) // len(hours.worked)
        ours = served(hours, r.elasticity)
        vacancies = vacancies * np.tile(
            ours + seen_across(world.commuting, ours, r.across[: ours.size]), arms
        )
    cw.reach[:] = reach(r.channel, vacancies, r.visible)
    cw.through[:] = share_through(r.channel, vacancies, r.visible)


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: EmployerServiceRules) -> float:
    """Term of the vacancies brought to the client."""
    w = k.person.rule_row[i]
    if k.contact.caseworker[i] >= 0:
        return cw.reach[w, 0]
    return cw.reach[w, 1] if k.state[i] == _DAGPENGE else 0.0


TERM = Term(
    name="employer_service",
    label="Vacancies that employer service brings to clients",
    label_da="Virksomhedsservice",
    equation="1 + w * (v - 1), v = V * (hours / usual hours)^s",
    evidence="C169",
    when_off="clients hear of as many vacancies, and look as far, as today",
    rules=rules,
    of_client=of_client,
)
