"""Competence: caseworkers are trained, their interviews give more for it, and who leaves takes it along.

A share c of a caseworker's week goes to training (``casework.competence_share``), which takes it from the
hours (:mod:`sim.mechanisms.casework`). Of a full course of D working weeks (``casework.competence_weeks``)
a week is the part c / D, until the course is full, and

    log skill += ``casework.competence_gain`` * the part,

skill being what multiplies the effect of an interview (:mod:`sim.mechanisms.job_hazard.interview_effect`).
A new holder of a post (:mod:`sim.mechanisms.turnover`) begins without training, and is trained while
training goes on. What caseworkers do beside their interviews is not changed.

Evidence: none of what a course moves (assumption, nothing included); C19 on how caseworkers differ. Switch:
``competence``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.world.world import World

#: Where the mechanism keeps the part of a full course that each post's holder has had, and since when (2, n).
_MEMORY = "competence"


class CompetenceRules(NamedTuple):
    """m = municipalities."""

    a_week: NDArray[np.float64]  # (m,) part of a full course
    gain: float  # log points of a full course


def rules(law: Law) -> CompetenceRules:
    """Return how fast caseworkers are trained, and what it gives."""
    r = law.country
    a_week = r["casework.competence_share"] / r.scalar("casework.competence_weeks")
    return CompetenceRules(a_week, r.scalar("casework.competence_gain"))


@act("competence", writes=("caseworkers.skill", f"memory.{_MEMORY}"))
def train(world: World, r: CompetenceRules) -> None:
    """Caseworkers who are trained get better, until they have had a full course."""
    cw = world.caseworkers
    if _MEMORY not in world.memory:
        if not r.a_week.any():
            return
        world.memory[_MEMORY] = np.stack([np.zeros(cw.skill.size), cw.started.astype(np.float64)])
    had, since = world.memory[_MEMORY]
    had[since != cw.started] = 0.0
    since[:] = cw.started
    part = np.minimum(r.a_week[cw.municipality] * cw.active, 1.0 - had)
    had += part
    cw.skill[:] = cw.skill * np.exp(r.gain * part)


MECHANISMS = (
    Mechanism(
        name="competence",
        label="Caseworkers are trained",
        label_da="Sagsbehandlere uddannes",
        equation="log skill += gain * weeks of training / weeks of a full course",
        evidence="C19; assumption",
        when_off="nobody is trained more than today",
        rules=rules,
    ),
)
