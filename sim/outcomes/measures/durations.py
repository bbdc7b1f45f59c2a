"""How long spells last: from the life tables of the year (:mod:`sim.outcomes.life_tables`)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.life_tables import band_duration, mean_of, median_of, share_over, survival
from sim.outcomes.measures.measure import Country, Measure, Places, Words
from sim.outcomes.measures.units import SHARE, WEEKS
from sim.outcomes.measures.year import Year
from sim.outcomes.spells import SPELL_GROUPS

Survival = NDArray[np.float64]
_AT = list(SPELL_GROUPS.values())


def _of_life_tables(year: Year, figure: Callable[[Survival], float]) -> Country:
    """Return a figure of the survival of each group's spells."""
    tables = (survival(year.tally.exits[at], year.tally.at_risk[at]) for at in _AT)
    return Country(np.array([figure(table) for table in tables]))


def _mean(year: Year) -> Places:
    tally = year.tally
    local = [band_duration(tally.band_exits[:, at], tally.band_weeks[:, at]) for at in _AT]
    return Places(np.column_stack(local), _of_life_tables(year, mean_of).values)


def _share_over(weeks: int) -> Measure:
    """Return the measure of the spells that last longer than so many weeks."""
    return Measure(
        name=f"share_over_{weeks}_weeks",
        label=Words(f"Share over {weeks} weeks", f"Andel over {weeks} uger"),
        unit=SHARE,
        definition=Words(
            f"Share of spells longer than {weeks} weeks, same life table.",
            f"Andel af forløb over {weeks} uger, samme overlevelsestabel.",
        ),
        groups=tuple(SPELL_GROUPS),
        count=lambda year: _of_life_tables(year, lambda table: share_over(table, weeks)),
        over_years="mean",
        better="lower",
        shown_by_name=True,
    )


MEASURES = (
    Measure(
        name="mean_duration",
        label=Words("Mean duration", "Gennemsnitlig varighed"),
        unit=WEEKS,
        definition=Words(
            "Mean length of a spell, from the period's own exit rates by week of the spell (a life table; "
            "restricted to 208 weeks; ongoing spells count as censored).",
            "Gennemsnitlig varighed af et forløb ud fra periodens egne afgangsrater efter uge i forløbet "
            "(overlevelsestabel, højst 208 uger; igangværende forløb indgår som censurerede).",
        ),
        groups=tuple(SPELL_GROUPS),
        count=_mean,
        over_years="mean",
        better="lower",
        shown_by_name=True,
    ),
    Measure(
        name="median_duration",
        label=Words("Median duration", "Medianvarighed"),
        unit=WEEKS,
        definition=Words(
            "Median length of a spell, same life table (infinite if more than half last over 208 weeks).",
            "Median for varigheden af et forløb, samme overlevelsestabel (uendelig, hvis flere end halvdelen "
            "varer over 208 uger).",
        ),
        groups=tuple(SPELL_GROUPS),
        count=lambda year: _of_life_tables(year, median_of),
        over_years="mean",
        better="lower",
        shown_by_name=True,
    ),
    *(_share_over(weeks) for weeks in (26, 52, 104)),
)
