"""Jobcentre staff as it was counted, less what savings decided since have taken.

    staff in force = staff counted in 2022 * (1 - staffing.gone_since_count_share)

Spending on staff was counted in the same year, so that a post costs the same before and after.  A run begins
with the staff in force in its first week; what is taken later is a saving like others
(:mod:`sim.mechanisms.staffing`).  Evidence: C047, C002 (2022); AR20-00, AR22-01 (savings of 2022-2024).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.parameters import Resolved


def staff_left(r: Resolved) -> float:
    """Return the staff in force relative to that counted in 2022."""
    return 1.0 - r.scalar("staffing.gone_since_count_share")


def caseworkers_fte(r: Resolved) -> float:
    """Return the caseworkers in force, full-time persons of the whole country."""
    counted = r.scalar("staffing.jobcentre_staff_fte") * r.scalar("staffing.caseworker_share")
    return counted * staff_left(r)
