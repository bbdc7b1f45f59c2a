"""Who the client is: education, barriers, age, latent employability, own belief in a job.

    education + barrier - slope * (age over 45) + sigma * employability + own belief

Evidence: S02-S04, S12 for how much of falling exits is selection; levels are calibrated (F225, F261).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.law import Law
from sim.mechanism import Term
from sim.world.caseworkers import Caseworkers
from sim.world.clients import Clients
from sim.world.clock import Now


class PersonRules(NamedTuple):
    """Coefficients on the log scale."""

    education: NDArray[np.float64]  # (4,)
    barrier: NDArray[np.float64]  # (3,)
    age_slope: float  # per year above age_from
    age_from: int
    sigma: float  # spread of latent employability
    own_belief: float


def rules(law: Law) -> PersonRules:
    """Return the coefficients, from ``search.*``."""
    r = law.now
    return PersonRules(
        education=r.vector("search.education"),
        barrier=r.vector("search.barrier"),
        age_slope=r.scalar("search.age_slope"),
        age_from=round(r.scalar("search.age_slope_from_age")),
        sigma=r.scalar("search.heterogeneity"),
        own_belief=r.scalar("search.own_belief"),
    )


@part
def of_client(i: int, now: Now, k: Clients, cw: Caseworkers, r: PersonRules) -> float:
    """Term of the person."""
    p = k.person
    x = r.education[p.education[i]] + r.barrier[p.barrier[i]] + r.sigma * p.employability[i]
    x -= r.age_slope * max(now.year - p.birth_year[i] - r.age_from, 0)
    return x + r.own_belief * k.contact.belief[i]


TERM = Term(
    name="person",
    label="Who the client is",
    label_da="Hvem borgeren er",
    equation="education + barrier + age + sigma * employability + belief",
    evidence="S02-S04, S12; F225, F261",
    when_off="cannot be switched off",
    rules=rules,
    of_client=of_client,
    switch=False,
)
