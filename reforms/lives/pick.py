"""Whose two lives are shown: a rule each, of those whose ways part; and winners and losers by group.

    typical     nearest to the group's median difference in weeks of self-support, then in kroner
    most-won    most weeks of self-support more, then most kroner
    most-lost   most weeks fewer, then most kroner

The smaller person key decides among equals.  A group is what people lived on in the first week; nobody is
most won who won nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reforms.lives.parting import NEVER, Partings
from sim.calendar import WEEKS_A_YEAR
from sim.states import STATES

RULES: tuple[str, ...] = ("typical", "most-won", "most-lost")
EVERYBODY = "all"


class Picked(NamedTuple):
    """A person whose two lives are shown."""

    group: str
    rule: str
    who: int  # position among the people


def groups_of(found: Partings) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield everybody, then each state of the first week that somebody was in, with who is in it (n,)."""
    yield EVERYBODY, np.ones(found.group.size, np.bool_)
    for state, name in enumerate(STATES):
        who = found.group == state
        if who.any():
            yield name, who


def pick(found: Partings, key: NDArray[np.uint32]) -> list[Picked]:
    """Return who is shown, by group and rule; groups in which no ways part have nobody."""
    weeks = found.weeks[:, 1] - found.weeks[:, 0]
    kroner = found.ore[:, 1] - found.ore[:, 0]
    picked = []
    for name, inside in groups_of(found):
        who = np.flatnonzero(inside & (found.parted != NEVER))
        if who.size == 0:
            continue
        w, kr, ties = weeks[who], kroner[who], key[who]
        far, far_kr = np.abs(w - np.median(w)), np.abs(kr - np.median(kr))
        orders = {
            "typical": np.lexsort((ties, far_kr, far)),
            "most-won": np.lexsort((ties, -kr, -w)),
            "most-lost": np.lexsort((ties, kr, w)),
        }
        for rule in RULES:
            at = orders[rule][0]
            gain = (w[at], kr[at])
            if (rule == "most-won" and gain <= (0, 0)) or (rule == "most-lost" and gain >= (0, 0)):
                continue
            picked.append(Picked(name, rule, int(who[at])))
    return picked


def winners_and_losers(found: Partings, weeks: int, scale: float) -> pd.DataFrame:
    """Return who is better and worse off with the reform, by group: weeks of self-support, own kroner.

    Parameters
    ----------
    weeks
        Weeks of the run.
    scale
        Share of Denmark's people that was simulated.

    Returns
    -------
    Frame of group; simulated (people); persons, parted (their ways part), and by kroner and by weeks better,
    worse and same, persons at scale 1; kr_a_person_year and weeks_a_person_year, mean differences over
    everybody in the group; kr_of_better and kr_of_worse, those of who is better or worse off in kroner.
    """
    won, kr = found.weeks[:, 1] - found.weeks[:, 0], (found.ore[:, 1] - found.ore[:, 0]) / 100.0
    years = weeks / WEEKS_A_YEAR
    rows = []
    for name, who in groups_of(found):
        row: dict[str, object] = {
            "group": name,
            "simulated": int(who.sum()),
            "persons": float(who.sum() / scale),
            "parted": float((found.parted[who] != NEVER).sum() / scale),
        }
        for unit, change in (("kr", kr[who]), ("weeks", won[who])):
            row |= {
                f"better_{unit}": float((change > 0).sum() / scale),
                f"worse_{unit}": float((change < 0).sum() / scale),
                f"same_{unit}": float((change == 0).sum() / scale),
                f"{unit}_a_person_year": float(change.mean() / years),
            }
        row["kr_of_better"] = _mean(kr[who & (kr > 0)]) / years
        row["kr_of_worse"] = _mean(kr[who & (kr < 0)]) / years
        rows.append(row)
    return pd.DataFrame(rows)


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if values.size else 0.0
