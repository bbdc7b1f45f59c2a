"""Who falls ill: the risk of a long illness relative to the average worker, whatever the person lives on.

    by_barrier[barrier] * (at_20 + by_year_of_age * (age - 20)) * by_sex * exp(-lambda * employability)

Evidence: women and older workers have more long absences (F315-F323); barriers are an assumption.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import part
from sim.parameters import Resolved

#: Age of the first value of the line in age, from the parameter's name: health.illness_at_20.
_FIRST_AGE = 20
#: Latent employability, a standard normal, beyond which the risk is that of this value: nobody's in practice.
_LOWEST = -4.0


class IllnessRisk(NamedTuple):
    """On whom illness falls."""

    by_barrier: NDArray[np.float64]  # (3,)
    at_20: float
    by_year_of_age: float
    women: float  # over the average of both; men the other way
    employability: float  # fall of the log risk with latent employability


def illness_risks(r: Resolved) -> IllnessRisk:
    """Return on whom illness falls, from ``health.illness_*``."""
    return IllnessRisk(
        by_barrier=r.vector("health.illness_by_barrier").copy(),
        at_20=r.scalar("health.illness_at_20"),
        by_year_of_age=r.scalar("health.illness_by_year_of_age"),
        women=r.scalar("health.illness_women"),
        employability=r.scalar("health.illness_employability"),
    )


@part
def illness_factor(age: int, sex: int, barrier: int, r: IllnessRisk) -> float:
    """Risk of a kind of people, relative to the average worker; latent employability is left out."""
    by_sex = r.women if sex else 2.0 - r.women
    return r.by_barrier[barrier] * (r.at_20 + r.by_year_of_age * (age - _FIRST_AGE)) * by_sex


@part
def by_employability(employability: float, r: IllnessRisk) -> float:
    """How the risk falls with latent employability."""
    return math.exp(-r.employability * max(employability, _LOWEST))


def largest_illness_factor(r: IllnessRisk, oldest: int) -> float:
    """Return a bound of both factors' product for people of any kind up to an age."""
    by_sex = max(r.women, 2.0 - r.women)
    by_age = max(r.at_20, r.at_20 + r.by_year_of_age * (oldest - _FIRST_AGE))
    return float(r.by_barrier.max() * by_sex * by_age * math.exp(-r.employability * _LOWEST))
