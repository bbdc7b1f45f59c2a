"""The reduced job market that three engines simulate: lose a job, search, be paid, be refunded.

Jobvej runs it with most mechanisms switched off and a few parameters set to nothing:

* an insured worker loses the job with the intensity of :mod:`sim.mechanisms.separations`;
* who is on dagpenge searches with the hazard of :mod:`sim.mechanisms.search` (traits, duration, exhaustion)
  and is hired, as there is a job for everybody who finds one;
* the right runs out (:mod:`sim.mechanisms.exhaustion`);
* benefits are paid and co-financed by the refund clock (:mod:`sim.mechanisms.refunds`).

Everybody else stays what they are.  All engines start from the same people.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import LabourMarket
from sim.outcomes.ledger import ACCOUNT
from sim.parameters import Change, load_parameters
from sim.states import CLIENT_STATES, STATES, State
from sim.week import SWITCHES as NAMES

KEPT = ("separations", "matching", "duration_dependence", "anticipation", "exhaustion")
#: Nobody comes to another benefit than dagpenge, and nobody is on one; a sanction that runs in the first week
#: takes nothing.
NOTHING = (
    "sanctions.loss_share",
    "search.own_belief",
    "health.illness_rate",
    "separations.uninsured_to_assistance",
    "kontanthjaelp.passes_means_test_insured",
    "kontanthjaelp.passes_means_test_uninsured",
)
EMPTY = tuple(f"population.stock[{STATES[state]}]" for state in CLIENT_STATES if state is not State.DAGPENGE)
#: Of a benefit that is to have nobody: less than a person, at any scale.
_NOBODY = 0.01


class Course(NamedTuple):
    """What happened, in persons and whole øre of the simulated share."""

    unemployed: NDArray[np.int64]  # (weeks,) on dagpenge at the end of each week
    job_losses: int
    hires: int
    benefits: int
    cofinancing: int


def reduced_world(scale: float, seed: int = 1) -> LabourMarket:
    """Return a world of 2024 that follows the reduced rules."""
    parameters = load_parameters()
    start = parameters["search.weekly_hazard"].values[0][0]
    lost = "flows.employed_to_dagpenge"
    zero = [name for name in parameters.names if name.startswith("flows.") and name != lost]
    changes = [Change(name, "set", ((start, 0.0),)) for name in (*zero, *NOTHING)]
    changes += [Change(name, "set", ((start, _NOBODY),)) for name in EMPTY]
    off = [name for name in NAMES if name not in KEPT]
    reduced = parameters.with_changes(tuple(changes))
    market = LabourMarket(reduced, end="2024-W52", scale=scale, seed=seed, switched_off=off)
    market.world.clients.everybody.contact.ordinary_hours[:] = 0  # whoever had some in the first week
    return market


def simulate(market: LabourMarket, weeks: int) -> Course:
    """Simulate the first ``weeks`` of the year."""
    unemployed = np.zeros(weeks, np.int64)
    for week in range(weeks):
        market.step()
        unemployed[week] = market.world.tally.stock[:, State.DAGPENGE].sum()
    flows, paid = market.world.tally.flows.sum(axis=0), market.world.ledger.sum(axis=0)
    return Course(
        unemployed,
        int(flows[State.EMPLOYED, State.DAGPENGE]),
        int(market.world.tally.hires.sum()),
        int(paid[ACCOUNT["dagpenge"]]),
        int(paid[ACCOUNT["dagpenge_cofinancing"]]),
    )


class Rules(NamedTuple):
    """The numbers of the reduced rules, taken from the world's law; m = municipalities."""

    loss: NDArray[np.float64]  # (m,) job losses a week at factor 1
    settled: float
    slope: float
    under_30: float
    over_55: float
    bound: float
    group: float
    education: NDArray[np.float64]
    barrier: NDArray[np.float64]
    age_slope: float
    sigma: float
    municipality: NDArray[np.float64]  # (m,)
    delta: float
    stigma: float
    stigma_week: int
    near_exhaustion: float
    period: int
    graduate_period: int
    requalifying: int
    benefit: dict[str, int]  # øre a week
    cofinancing: NDArray[np.int64]  # (m, step) ten-thousandths
    last: tuple[int, int, int]
    restart_weeks: int
    restart_window: int


def rules_of(market: LabourMarket) -> Rules:
    """Read the rules from a world made by :func:`reduced_world`."""
    from sim.rules.flows import LARGEST_MULTIPLIER
    from sim.week import set_law

    market.enter_week()
    set_law.do(market.world, None)
    flows, rules, law = market.world.flows, market.world.rules, market.world.law
    assert law is not None
    person, duration, paid = rules["person"], rules["duration_dependence"], rules["payments"]
    names = ("dagpenge", "supplement", "graduate_provider", "graduate_first", "graduate_under_30")
    return Rules(
        loss=flows.rate[State.EMPLOYED, State.DAGPENGE] * flows.inflow[:, State.DAGPENGE],
        settled=flows.settled,
        slope=flows.job_loss_employability,
        under_30=law.now.scalar("separations.job_loss_under_30"),
        over_55=law.now.scalar("separations.job_loss_over_55"),
        bound=LARGEST_MULTIPLIER,
        group=float(rules["search"].level[0]),
        education=person.education,
        barrier=person.barrier,
        age_slope=person.age_slope,
        sigma=person.sigma,
        municipality=rules["place"].exits,
        delta=duration.delta,
        stigma=duration.stigma,
        stigma_week=duration.stigma_week,
        near_exhaustion=rules["anticipation"].exhaustion,
        period=int(rules["exhaustion"].period[0]),
        graduate_period=int(rules["exhaustion"].graduate_period[0]),
        requalifying=rules["separations"].requalifying_weeks,
        benefit={name: int(getattr(paid.rates, name)[0]) for name in (*names, "graduate_30_plus")},
        cofinancing=paid.own_cost.cofinancing,
        last=(int(paid.own_cost.last[0]), int(paid.own_cost.last[1]), int(paid.own_cost.last[2])),
        restart_weeks=rules["transition"].restart_weeks,
        restart_window=rules["transition"].restart_window,
    )
