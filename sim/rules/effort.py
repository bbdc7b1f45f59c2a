"""What caseworkers do for exits beside the number of interviews: one factor wherever an exit has a rate.

    caseload    b[distance from work] * e,    e = log(hours a case now / hours a case in the first week)
                of the long-term unemployed   e - l * (1 - exp(-weeks as such / fade)),   l what e has lasted
    quality     sd * standing - sd^2 / 2,   standing in standard deviations of log skill

on the log of the rate. Hours a case are those of the client's team, measured each week
(:mod:`sim.mechanisms.job_hazard.caseload_effect`), for the long-term unemployed less what they have got
used to, within ``search.caseload_largest_ratio`` of the first week's, which is what experiments have tried.
``search.caseload_own_ratio`` is the caseload of a trial's own team over the house's. Who the a-kasse still
follows has no caseworker, and neither.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.rules.distance import Distance, distance_from_work
from sim.rules.fading import fading, left_after
from sim.vocabulary import Barrier
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

_LONG_TERM, _NO_BARRIER = int(Distance.LONG_TERM), int(Barrier.NONE)
_NAMES = {
    Distance.CLOSE: "search.caseload_close_to_work",
    Distance.LONG_TERM: "search.caseload_long_term",
    Distance.FAR: "search.caseload_far_from_work",
}


def teams_merged(now: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far caseworkers are on the way from a team a target group to one team for all, (w,).

    ``now`` and ``before`` (w, g) are the effort group of each target group; below 0 where there are more.
    """
    groups = now.shape[1]
    counts = [np.array([np.unique(row).size for row in table]) for table in (before, now)]
    return (counts[0] - counts[1]) / (groups - 1)


class CaseloadRules(NamedTuple):
    """w = rule rows of persons."""

    effect: NDArray[np.float64]  # (3,) by distance, log points a log point of hours a case
    own: NDArray[np.float64]  # (w,) log of hours a case of the person's own team over the house's
    largest: float  # log of the largest change that counts
    long_term_weeks: int  # of a course
    used_to_left: NDArray[np.float64]  # share of a lasting caseload's effect left after weeks as long-term

    @property
    def largest_effect(self) -> float:
        """No rate is raised by more than this, on the log scale."""
        return float(self.largest * np.abs(self.effect).max())


def caseload_rules(law: Law) -> CaseloadRules:
    """Return the effect of a caseload; none where ``caseload_effect`` is switched off."""
    r, on = law.now, float(law.on("caseload_effect"))
    return CaseloadRules(
        effect=on * np.array([r.scalar(_NAMES[each]) for each in Distance]),
        own=-np.log(r["search.caseload_own_ratio"]),
        largest=math.log(r.scalar("search.caseload_largest_ratio")),
        long_term_weeks=round(r.scalar("search.long_term_weeks")),
        used_to_left=fading(r.scalar("search.caseload_fade_weeks")),
    )


class QualityRules(NamedTuple):
    """w = rule rows of persons."""

    sd: float  # log points of a caseworker one standard deviation better
    shift: NDArray[np.float64]  # (w,) standard deviations by which caseworkers are better than today's

    def largest_effect(self, cw: Caseworkers) -> float:
        """No rate is raised by more than this, on the log scale, by the caseworkers there are."""
        furthest = np.abs(cw.standing).max(initial=0.0) + np.abs(self.shift).max()
        return float(abs(self.sd) * furthest)


def quality_rules(law: Law) -> QualityRules:
    """Return the direct effect of a better caseworker; none where ``caseworker_quality`` is switched off."""
    sd = law.now.scalar("search.caseworker_quality") * float(law.on("caseworker_quality"))
    return QualityRules(sd, law.now["casework.quality_shift"].copy())


@part
def caseload_effect(i: int, now: Now, k: Clients, cw: Caseworkers, r: CaseloadRules) -> float:
    """What the caseload of client ``i``'s team adds to the log of a rate of leaving."""
    j = k.contact.caseworker[i]
    if j < 0:
        return 0.0
    ease = cw.ease[j] + r.own[k.person.rule_row[i]]
    distance = distance_from_work(i, now, r.long_term_weeks, k)
    if distance == _LONG_TERM:
        weeks = now.week - k.spell.course_start[i]
        if k.person.barrier[i] == _NO_BARRIER:
            weeks -= r.long_term_weeks
        ease -= cw.lasting_ease[j] * (1.0 - left_after(max(weeks, 0), r.used_to_left))
    ease = min(max(ease, -r.largest), r.largest)
    return r.effect[distance] * ease


@part
def quality_effect(i: int, k: Clients, cw: Caseworkers, r: QualityRules) -> float:
    """What the caseworker of client ``i`` adds by being better than the middle one, interviews apart."""
    j = k.contact.caseworker[i]
    if j < 0:
        return 0.0
    return r.sd * (cw.standing[j] + r.shift[k.person.rule_row[i]]) - 0.5 * r.sd * r.sd
