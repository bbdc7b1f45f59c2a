"""An interview raises job finding for some weeks.

    b_meet * reach[barrier] * form * skill_j * (1 + a * (trust - reference)) * s(recent interviews)

with s saturating and fading (:mod:`sim.rules.recent_interviews`), and the estimated effect at the trust of
those for whom it was estimated (:mod:`sim.rules.trust`).  With who is ill for a time it is
``sickness.interview_effect`` * s, nothing as far as is known (E2-S01), on recovery as on a job.  Support of
another kind is a term of its own (:mod:`sim.mechanisms.job_hazard.supported_employment`).

The estimated effect is that of today's specialised teams. Where the law has fewer effort groups (n) than
before (n0) a caseworker must know more target groups (of G), and an interview gives less of what a
specialist adds:

    b_meet = ``search.interview_effect`` - ``casework.specialist_effect`` * ``casework.generalist_loss``
             * (n0 - n) / (G - 1)

Evidence: Finland (M21), capped by Hurtigt i gang (M02); M12; C20 for caseworkers' skill; E2-S01 for the
ill.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.rules.effort import teams_merged
from sim.rules.recent_interviews import FadeRules, fade_rules, interview_effect
from sim.rules.trust import TrustEffect, interview_by_trust, trust_effect
from sim.vocabulary import Health
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now

_ILL = int(Health.ILL)


class InterviewRules(NamedTuple):
    """w = rule rows of persons."""

    meeting: NDArray[np.float64]  # (w, 3) recent interview: effect x reach by barrier x form and quality
    trust: TrustEffect
    ill: float  # of who is ill for a time
    fade: FadeRules


def rules(law: Law) -> InterviewRules:
    """Return the size of the effect; an interview held digitally has ``contact.digital_effect`` of it."""
    r, before = law.now, law.before
    specialists = r["casework.specialist_effect"] - before["casework.specialist_effect"]
    lost = teams_merged(r["target_groups.effort_group"], before["target_groups.effort_group"])
    lost = r["casework.specialist_effect"] * r["casework.generalist_loss"] * lost
    size = r["search.interview_effect"] + specialists - lost
    digital = r["contact.digital_share"]
    form = (1.0 - digital * (1.0 - r["contact.digital_effect"])) * r["contact.quality_factor"]
    return InterviewRules(
        meeting=size[:, None] * r["search.interview_reach"] * form[:, None],
        trust=trust_effect(law),
        ill=r.scalar("sickness.interview_effect"),
        fade=fade_rules(r),
    )


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: InterviewRules) -> float:
    """Term of recent interviews; others' are weighted with their quality when they are held."""
    c = k.contact
    recent = interview_effect(c.interview_stock[i], c.last_interview[i], now.week, r.fade)
    if k.condition.health[i] == _ILL:
        return r.ill * recent
    j = c.caseworker[i]
    skill = cw.skill[j] if j >= 0 else 1.0
    w = k.person.rule_row[i]
    trust = interview_by_trust(i, now.week, w, k, r.trust)
    return r.meeting[w, k.person.barrier[i]] * skill * trust * recent


TERM = Term(
    name="interview_effect",
    label="An interview raises job finding for some weeks",
    label_da="Virkning af en samtale",
    equation="b * s(meetings)",
    evidence="M21, M02, M12, C20, E2-S01",
    when_off="interviews change nothing",
    rules=rules,
    of_client=of_client,
)
