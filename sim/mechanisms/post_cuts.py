"""Posts that a saving takes are people: who is dismissed looks for work, and the post is gone.

    posts_m      = cut_m * staff spending_m / cost of a caseworker          (cut_m: sim.mechanisms.staffing)
    dismissed_m  = dismissed share * posts_m;   the other posts fall vacant and are not filled again

One job less is one job less for good: employers' wanted staff falls by the post
(:mod:`sim.mechanisms.vacancies`), and work comes back only as wages give way, at the pace of the belief: the
mirror image of a shock to public employment (R2-MA-05: 36 thousand jobs in the first year, 22, 12 and 5 in
the next, in one model; 19.8, 6.2, 2.6 and 1.0 in another solution of it).  ``jobvej absorption`` makes that
experiment here.  Whoever is dismissed goes to dagpenge, assistance or out of support as others who
lose a job do, drawn among those with a short or medium education who work in the municipality: who is a
caseworker is no column of a person.  Posts that come back are not told apart from other jobs.

Evidence: R2-MA-05 for what becomes of the jobs, STAFF-1 for how many; how many are dismissed is an
assumption.  Switch: ``post_cuts`` (posts are cut from the accounts and nobody loses a job).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.draws import own_purpose, uniforms
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.rules.entitlement import Entitlement, entitlement, send_job_losers
from sim.states import State
from sim.vocabulary import Education
from sim.world.moves import Moves
from sim.world.world import World

PARAMETERS = """
post_cuts.dismissed_share:
  label: Share of posts cut that somebody is dismissed from; the others fall vacant and are not filled again
  label_da: Andel af nedlagte stillinger, hvor nogen afskediges; de øvrige bliver ledige og genbesættes ikke
  kind: assumption
  unit: share
  values: {2016-01-01: 0.6}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0.2, high: 0.9}
  range: [0.2, 0.9]
  reason: >-
    Not found. About a sixth of municipal staff leave by themselves each year (C071), which a saving in steps
    can use, but not always in the right house. In both cases the country has one job less.
  source:
    title: Hver sjette ansatte i kommunen rejser
    publisher: Sjællandske Nyheder
    year: '2020'
    locator: full text; used as an anchor
    url: https://sn.dk/Roskilde-Avis/Hver-sjette-ansatte-i-kommunen-rejser/artikel/1297251?rss
    ids: [C071, STAFF-1, R2-MA-05]
  mechanism: post_cuts
"""

_MEMORY = "post_cuts"
_WHO, _ROUNDING = own_purpose("post_cuts.who"), own_purpose("post_cuts.rounding")
_DESTINATION, _READINESS = own_purpose("post_cuts.destination"), own_purpose("post_cuts.readiness")


class PostCutRules(NamedTuple):
    """m = municipalities."""

    spending: float  # on staff, of the whole country, kr. a year
    post_kr: NDArray[np.float64]  # (m,) a year
    dismissed: float  # share of posts cut
    law: Entitlement


def rules(law: Law) -> PostCutRules:
    """Return how posts become people."""
    r = law.country
    return PostCutRules(
        spending=r.scalar("staffing.staff_spending_mio_kr") * 1e6,
        post_kr=r["staffing.caseworker_kr_year"].copy(),
        dismissed=r.scalar("post_cuts.dismissed_share"),
        law=entitlement(law),
    )


class Gone(NamedTuple):
    """Posts cut until now, in the run; m = municipalities."""

    dismissed: NDArray[np.int64]  # (m,)
    vacant: NDArray[np.int64]  # (m,) and posts not filled again


def posts_cut(cut: NDArray[np.float64], share: NDArray[np.float64], r: PostCutRules) -> NDArray[np.float64]:
    """Posts that savings have taken (m,), full time at scale 1.

    Parameters
    ----------
    cut
        What savings have taken of staff, relative to the first week (m,).
    share
        The first week's spending of each municipality over the country's counted in 2022 (m,).
    """
    return np.asarray(np.maximum(cut, 0.0) * share * r.spending / r.post_kr)


def chosen(world: World, more: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return who is dismissed (n,), ``more`` (m,) persons in each municipality of work, in id order.

    Drawn among those with a short or medium education who work there; fewer where there are not so many.
    """
    now, person, status = world.now, world.people.person, world.people.status
    works = np.flatnonzero(
        (status.state == State.EMPLOYED)
        & (status.employer >= 0)
        & (person.education == Education.SHORT_MEDIUM)
    )
    at = world.employers.municipality[status.employer[works]]
    works, at = works[more[at] > 0], at[more[at] > 0]
    order = np.lexsort((uniforms(now.key, _WHO, person.key[works], now.week), at))
    works, at = works[order], at[order]
    place = np.arange(at.size) - np.searchsorted(at, at)
    return np.sort(works[place < more[at]]).astype(np.int32)


def _leave_vacant(world: World, more: NDArray[np.int64]) -> NDArray[np.int64]:
    """Withdraw ``more`` (m,) vacancies of each municipality, and return how many there were (m,)."""
    e, done = world.employers, np.zeros_like(more)
    for d in np.flatnonzero(more > 0):
        span = np.arange(e.first[d], e.first[d + 1])
        for _ in range(int(more[d])):
            largest = span[np.argmax(e.vacancies[span])] if span.size else -1
            if largest < 0 or e.vacancies[largest] <= 0:
                break  # the rest waits for a week in which a post falls vacant
            e.vacancies[largest] -= 1
            e.closed[d] += 1
            done[d] += 1
    return done


def dismiss(world: World, who: NDArray[np.int32], law: Entitlement) -> Moves:
    """Close the jobs of people ``who`` (n,) and return where they go: to what others get who lose a job."""
    e, to = world.employers, np.empty(who.size, np.uint8)
    left = world.people.status.employer[who]
    np.subtract.at(e.vacancies, left, 1)  # the job is not advertised when it is left
    np.add.at(e.closed, e.municipality[left], 1)
    person, _, on_file, _ = world.people
    send_job_losers(world.now, who, _DESTINATION, _READINESS, person, on_file, law, to)
    return Moves(who, to)


@act(
    "post_cuts",
    writes=("employers.vacancies", "employers.closed", f"memory.{_MEMORY}"),
    purposes=(_WHO, _ROUNDING, _DESTINATION, _READINESS),
)
def cut_posts(world: World, r: PostCutRules) -> Moves | None:
    """Posts that the last budget has cut are gone: people are dismissed, or nobody is hired again."""
    m = len(world.codes)
    gone = world.memory.setdefault(_MEMORY, Gone(np.zeros(m, np.int64), np.zeros(m, np.int64)))
    cut = np.array([each.cut for each in world.municipalities])
    if not cut.any():
        return None
    share = np.array([each.share * each.began for each in world.municipalities])
    posts = posts_cut(cut, share, r) * world.scale
    codes = world.codes.astype(np.uint32)
    of_dismissed = uniforms(world.now.key, _ROUNDING, codes, 0)
    of_vacant = uniforms(world.now.key, _ROUNDING, codes, 1)
    dismissed = (r.dismissed * posts + of_dismissed).astype(np.int64)
    vacant = ((1.0 - r.dismissed) * posts + of_vacant).astype(np.int64)
    gone.vacant[:] += _leave_vacant(world, np.maximum(vacant - gone.vacant, 0))
    more = np.maximum(dismissed - gone.dismissed, 0)
    if not more.any():
        return None
    who = chosen(world, more)
    at = world.employers.municipality[world.people.status.employer[who]]
    gone.dismissed[:] += np.bincount(at, minlength=m)
    return dismiss(world, who, r.law)


MECHANISMS = (
    Mechanism(
        name="post_cuts",
        label="Posts that are cut are people who look for work",
        label_da="Nedlagte stillinger og afskedigede",
        equation="cut * staff spending / cost of a caseworker",
        evidence="R2-MA-05, STAFF-1",
        when_off="posts are cut from the accounts and nobody loses a job",
        rules=rules,
    ),
)
