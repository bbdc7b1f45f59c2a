"""Wages answer slack, slowly: the way by which more people who look for work become more people in work.

With ease_d the tightness that employers in municipality d meet, relative to the start, wages there move by

    dw_d/dt = kappa * log(ease_d) - rho * w_d                w log wage over its path, t in years

a Phillips curve in tightness: while vacancies are filled faster than usual, wages fall behind, and employers
want more staff (:mod:`sim.mechanisms.vacancies`).  The second term is the return of wages when firms have
grown: capital has followed, and the jobs stay.

How fast is what economists disagree on.  In ADAM wages hardly move: a labour supply of 1 % more lowers them
by 0.25 % in the first year and 1.6 % in the fifth (E2-E05), and 5 % of the newcomers' jobs are there after
a year, 39 % after five (E2-E01).  In MAKRO they fall by 0.4 to 0.9 % within three years (R2-MA-04), and
85 % of the jobs are there in the second year (R2-MA-02).  The priors span both; ``jobvej absorption`` makes
the same experiment, and ``reforms/beliefs`` holds the numbers that give each model's path.

The wage moves jobs only.  Benefits, taxes and the public purse are reckoned at the wages of the law's year.
Switch: ``wages``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR
from sim.law import Law
from sim.mechanism import Mechanism, act
from sim.world.world import World

PARAMETERS = """
wages.answer_to_tightness:
  label: What wages gain in a year on their path for each log point of tightness
  label_da: Det, lønnen på et år vinder på sin sti for hvert logpoint stramhed
  kind: assumption
  unit: log points a year per log point
  values: {2016-01-01: 0.04}
  bounds: [0, 1]
  prior: {distribution: lognormal, low: 0.012, high: 0.13}
  range: [0.012, 0.13]
  reason: 'Two published models of Denmark stand for what economists disagree on. The experiment of both, a
    lasting supply of 27,000 more, is met with about 0.015 for ADAM (wages -0.25 per cent in the first year
    and -1.63 in the fifth for one per cent more hours, E2-E05; jobs E2-E01) and 0.1 for MAKRO (-0.36 to
    -0.86 in years one to three, R2-MA-04; jobs R2-MA-02). Central: between the two, on the log scale.'
  source:
    title: ADAM multipliers, sections 10 and 11; Shock Reactions in MAKRO
    publisher: Danmarks Statistik; DREAM
    year: '2017, 2025'
    locator: tables 10 and 11a; shock Arbejdsudbud_beskæftigelse
    url: https://rss.dst.dk/extranet/AdamMultiplikatorer/2017jul/section_11.htm
    ids: [E2-E01, E2-E05, R2-MA-02, R2-MA-04]
  mechanism: wages
wages.return_a_year:
  label: Share of a change in wages that is gone after a year, as capital follows
  label_da: Andel af en lønændring, der er væk efter et år, når kapitalen følger med
  kind: assumption
  unit: a year
  values: {2016-01-01: 0.04}
  bounds: [0, 1]
  prior: {distribution: triangular, low: 0, high: 0.09}
  range: [0, 0.09]
  reason: 'In MAKRO wages are 1.3 per cent down in 2033 and 0.3 in 2050 after the same shock (R2-MA-04):
    0.09 a year. In ADAM they do not return within twenty years (E2-E05): 0. It moves wages and not jobs.'
  source:
    title: Shock Reactions in MAKRO
    publisher: DREAM
    year: '2025'
    locator: shock Arbejdsudbud_beskæftigelse, series vhW
    url: https://dreamgruppen.dk/Media/638833322447461188/shock_reactions_in_makro_may_2025.pdf
    ids: [R2-MA-04, E2-E05]
  mechanism: wages
wages.labour_demand_elasticity:
  label: Elasticity of the staff that employers want in the wage, with its sign turned
  label_da: Elasticiteten i arbejdsgivernes ønskede bemanding med hensyn til lønnen, med omvendt fortegn
  kind: assumption
  unit: elasticity
  values: {2016-01-01: 0.45}
  bounds: [0, 5]
  prior: {distribution: lognormal, low: 0.2, high: 1.0}
  range: [0.2, 1.0]
  reason: 'Jobs gained over wages lost in the two models: ADAM 0.22 to 0.26 (5.6 to 63 per cent of one per
    cent more hours in work at wages 0.25 to 2.45 per cent down, E2-E01 and E2-E05), MAKRO 0.7 to 1.6 (91 to
    97 per cent at 1.3 or 0.86 per cent down, R2-MA-02 to R2-MA-04). Central: between the two, on the log
    scale.'
  source:
    title: ADAM multipliers, sections 10 and 11; Shock Reactions in MAKRO
    publisher: Danmarks Statistik; DREAM
    year: '2017, 2025'
    locator: tables 10 and 11a; shock Arbejdsudbud_beskæftigelse
    url: https://rss.dst.dk/extranet/AdamMultiplikatorer/2014jun/section_10.htm
    ids: [E2-E01, E2-E05, R2-MA-02, R2-MA-03, R2-MA-04]
  mechanism: wages
"""
#: Where the mechanism keeps wages (d,), log over their path.
_MEMORY = "wages"


class WageRules(NamedTuple):
    """Yearly."""

    answer: float  # kappa: log points of wage per log point of tightness
    comes_back: float  # rho: share of a change that is gone
    demand: float  # epsilon: log points of wanted staff per log point of wage, sign turned


def rules(law: Law) -> WageRules:
    """Return how wages move, and what they move."""
    r = law.country
    return WageRules(
        answer=r.scalar("wages.answer_to_tightness"),
        comes_back=r.scalar("wages.return_a_year"),
        demand=r.scalar("wages.labour_demand_elasticity"),
    )


def wages(world: World) -> NDArray[np.float64]:
    """Return wages at each workplace municipality (d,), log over their path."""
    return np.asarray(world.memory.get(_MEMORY, np.zeros(len(world.codes))))


def jobs_from_wages(log_ease: NDArray[np.float64], r: WageRules) -> NDArray[np.float64]:
    """Return the change a year in log wanted staff (d,) that this week's tightness brings about.

    Wages give epsilon times their change; what they lose by returning, capital that has followed gives back.
    """
    return np.asarray(-r.demand * r.answer * log_ease)


@act("wages", writes=(f"memory.{_MEMORY}",))
def move_wages(world: World, r: WageRules) -> None:
    """Wages follow the week's tightness, and return."""
    now = wages(world)
    change = r.answer * np.log(world.this_week.ease) - r.comes_back * now
    world.memory[_MEMORY] = now + change / WEEKS_A_YEAR


MECHANISMS = (
    Mechanism(
        name="wages",
        label="Wages answer slack, and jobs answer wages",
        label_da="Lønnen svarer på ledigheden, og jobbene på lønnen",
        equation="dw/dt = kappa * log(tightness) - rho * w; staff wanted falls with epsilon * w",
        evidence="E2-E01 to E2-E05, R2-MA-01 to R2-MA-04",
        when_off="wages stay, and the staff that employers want does not follow supply",
        rules=rules,
    ),
)
