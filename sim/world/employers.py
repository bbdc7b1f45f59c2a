"""Employers as columns: workplaces with jobs, vacancies and a willingness to take people in programmes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Employers(NamedTuple):
    """Workplaces, each column of shape (n_employers,), sorted by municipality."""

    municipality: NDArray[np.int16]
    industry: NDArray[np.uint8]
    size: NDArray[np.float64]  # share of the municipality's jobs: where new vacancies open
    filled: NDArray[np.int32]  # jobs with a person in them (sick or on leave included)
    vacancies: NDArray[np.int32]  # jobs without one
    willing: NDArray[np.uint8]  # takes internships, subsidised jobs and flexjobs
    first: NDArray[np.int32]  # (n_municipalities + 1,): employers of municipality m are first[m]:first[m+1]
    opened: NDArray[np.int64]  # (n_municipalities,): vacancies opened beyond replacement, running total
    closed: NDArray[np.int64]  # (n_municipalities,): vacancies withdrawn, running total


def jobs(employers: Employers) -> int:
    """All jobs, filled and vacant: changes only by opened minus closed."""
    return int(employers.filled.sum()) + int(employers.vacancies.sum())
