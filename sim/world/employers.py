"""Employers as columns: workplaces of their true size, with jobs, vacancies and what they remember."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Employers(NamedTuple):
    """Workplaces, each column of shape (n_employers,), sorted by municipality.

    In a sample of the people a workplace is there whole or not at all: it decides as one of ``staff`` jobs
    and holds, people of the sample in them, about as many; it stands for ``weight`` workplaces of Denmark.
    """

    key: NDArray[np.uint32]  # identity in every draw: municipality code and number within it
    municipality: NDArray[np.int16]
    industry: NDArray[np.uint8]
    staff: NDArray[np.float32]  # its true number of jobs in the first week
    size: NDArray[np.float64]  # share of the municipality's jobs: where new vacancies open
    filled: NDArray[np.int32]  # jobs with a person in them (sick or on leave included)
    vacancies: NDArray[np.int32]  # jobs without one
    waited: NDArray[np.float32]  # weeks that its vacancies have been open, added up
    fill_weeks: NDArray[np.float32]  # weeks that its last vacancies took to fill
    willing: NDArray[np.uint8]  # leans to taking internships, subsidised jobs, light jobs and flexjobs
    openness: NDArray[np.float32]  # how often it says yes when asked, over the municipality's mean by jobs
    experience: NDArray[np.float32]  # with those it took, -1 to 1: moves how often it is asked and says yes
    placed: NDArray[np.int32]  # people in a placement there now
    took: NDArray[np.int16]  # week in which it last took somebody, NEVER before it has
    first: NDArray[np.int32]  # (n_municipalities + 1,): employers of municipality m are first[m]:first[m+1]
    weight: NDArray[np.float64]  # (n_municipalities,): workplaces of Denmark that one here stands for
    willing_share: NDArray[np.float64]  # (n_municipalities,): of all workplaces of Denmark there
    opened: NDArray[np.int64]  # (n_municipalities,): vacancies opened beyond replacement, running total
    closed: NDArray[np.int64]  # (n_municipalities,): vacancies withdrawn, running total
    given_up: NDArray[np.int64]  # (n_municipalities,): of them, by an employer who did not find anybody
    recruited: NDArray[np.int64]  # (n_municipalities,): vacancies filled, running total
    weeks_open: NDArray[np.float64]  # (n_municipalities,): weeks that these had been open
    hired_by: NDArray[np.int64]  # (n_municipalities, channels): hires of clients by channel, running total
    asked: NDArray[np.int64]  # (n_municipalities,): times that a workplace was asked to take somebody
    accepted: NDArray[np.int64]  # (n_municipalities,): times that it said yes


def jobs(employers: Employers) -> int:
    """All jobs, filled and vacant: changes only by opened minus closed."""
    return int(employers.filled.sum()) + int(employers.vacancies.sum())
