"""The settlement between state and municipalities: who pays when budget guarantee and grants have come.

At the end of each year, from the books of the year (:func:`sim.rules.municipal_finance.settle`):

    guarantee_m  = population_m * sum over all (estimate - presupposed)
    estimate     = (1 - seen) * last year + seen * this year;   this year - estimate is booked the year after
    equalised_m  = -(1 - kept_m) * more tax_m + population_m * sum of what all give

Presupposed is own spending in the run's first week, followed up by the rate of dagpenge under the law without
the reform: the path on which the grant was set.  So a level says how spending has moved since the run began,
and the difference between two runs says who pays for a reform.  A saving that is agreed with the state leaves
the grant as planned, realised or not (``saving.taken_home_share``), as far as it falls on the municipalities'
own frame (``saving.frame_share``) and is not already compensated as tasks removed; what is saved on
programmes returns through the guarantee, once.  Benefits are booked at the rates of the law, offers at the
price year's level: what is guaranteed is summed at the rates' level, at which it is settled.  Under a
rule that gains are kept only what the sample tells of a municipality's tax counts as its own
(:func:`sim.rules.luck.told`).  Where a grant makes up for a new refund scale
(``refund.block_grant_neutral``), what is presupposed moves with it.

Evidence: udligningsloven sections 2, 3 and 14 (R2-MF-01 to R2-MF-13), L 77 section 203 a (R2-MF-21).  Left
out: own estimates of the tax base (settled three years later), and needs, whose weights were not found.
Switch: ``settlement`` (nothing is settled, and municipalities reckon with their own share alone).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import WEEKS_A_YEAR, to_a_year
from sim.law import Law, whole
from sim.mechanism import Mechanism, act
from sim.mechanisms.refunds import no_compensation
from sim.outcomes.ledger import ACCOUNT, FRAME_SANCTION, SETTLED, SETTLED_AS
from sim.outcomes.prices import prices
from sim.rules.luck import told
from sim.rules.municipal_finance import (
    ACTIVATION,
    GUARANTEED,
    INSURED,
    NEGOTIATED,
    SettlementRules,
    Spending,
    frame_saving,
    in_employment_grant,
    own_cost_entries,
    own_gains_left_out,
    population_shares,
    provinces,
    rungs,
    settle,
    unemployment_shares,
)
from sim.states import CLIENT_STATES, State
from sim.world.world import World

_MEMORY = "settlement"
#: Øre of a million kroner.
_MILLION = 1e6 * 100.0


class Rules(NamedTuple):
    """How state and municipalities settle this year; m = municipalities."""

    settling: SettlementRules  # at scale 1, without what the municipalities' shares decide
    saving: NDArray[np.float64]  # (m,) planned saving of the country on the frame, that leaves the grant, øre
    cap: float  # øre a year on courses for each person, in the guarantee; 0: none
    rate: float  # by which benefits are followed up, under the law without the reform
    spread: float  # of municipalities' tax around the country's path, relative: what is theirs and no luck


def rules(law: Law) -> Rules:
    """Return how the year is settled, from ``settlement.*``, ``equalisation.*`` and ``saving.*``."""
    r = law.country
    agreed = frame_saving(r) * float(law.on("staffing"))
    settling = SettlementRules(
        population=population_shares(),
        unemployment=unemployment_shares(),
        province=provinces(),
        rung=rungs(r),
        exempt=r["municipality.own_gain_exempt_share"].copy(),
        follows=r.scalar("settlement.gain_follows_country_share"),
        seen=r.scalar("settlement.seen_in_year_share"),
        negotiated=r.scalar("settlement.negotiated_share"),
        by_grant=in_employment_grant(r),
        sanction=r.scalar("settlement.frame_sanction_share"),
        sanction_collective=r.scalar("settlement.frame_sanction_collective_share"),
        sanction_most=r.scalar("settlement.frame_sanction_most_mio_kr") * _MILLION,
        tasks=float(r.vector("municipality.task_compensation_mio_kr").sum()) * _MILLION,
        agreed=np.zeros(len(agreed)),
    )
    return Rules(
        settling=settling,
        saving=agreed * _MILLION,
        cap=r.scalar("settlement.course_cap_kr_person") * 100.0,
        rate=float(law.before["benefits.dagpenge_max_kr_month"].mean()),
        spread=r.scalar("settlement.spread_of_own_tax"),
    )


class Settled(NamedTuple):
    """What is remembered from year to year; 5 = fields of Spending, øre a week; m = municipalities."""

    presupposed: NDArray[np.float64]  # (5, m) of the run's first week
    last: NDArray[np.float64]  # (5, m) counted last year
    before_rule: NDArray[np.float64]  # (5, m) of the year before a gains-kept rule
    ruled: NDArray[np.bool_]  # (m,) such a rule has come
    owed: NDArray[np.float64]  # (m,) after-regulation of last year, øre of a year of 365.25 days
    shifted: NDArray[np.float64]  # (5, m) by which a new refund scale has moved what is presupposed
    rate: NDArray[np.float64]  # (2,) by which benefits were followed up: in the first week, and last year
    begun: NDArray[np.bool_]  # (1,) the first week has been seen
    running: NDArray[np.float64]  # (2,) weeks of this year so far, and weeks on benefit of clients in them


def nothing_settled(m: int) -> Settled:
    """Return the memory before the first week."""
    kinds = len(Spending._fields)
    return Settled(
        presupposed=np.zeros((kinds, m)), last=np.zeros((kinds, m)), before_rule=np.zeros((kinds, m)),
        ruled=np.zeros(m, np.bool_), owed=np.zeros(m), shifted=np.zeros((kinds, m)), rate=np.zeros(2),
        begun=np.zeros(1, np.bool_), running=np.zeros(2),
    )  # fmt: skip


def _own(ledger: NDArray[np.int64], benefits: tuple[str, ...]) -> NDArray[np.float64]:
    """Return what municipalities bear themselves of benefits (m,), øre."""
    cost = np.zeros(len(ledger), np.int64)
    for entry, sign in own_cost_entries(benefits).items():
        cost += sign * ledger[:, ACCOUNT[entry]]
    return cost.astype(np.float64)


def spending(ledger: NDArray[np.int64], weeks: float, most_on_courses: float, lift: float = 1.0) -> Spending:
    """Read the books: what the settlement looks at, in øre a week.

    Parameters
    ----------
    ledger
        (m, entries) of ``weeks`` weeks.
    most_on_courses
        Øre that the country's courses and mentors count at most; infinite without a cap.
    lift
        Level of the benefit rates over that at which offers are booked: both are guaranteed in one sum, at
        the level of the rates (:meth:`sim.outcomes.prices.Prices.booked_at`).
    """
    activation = lift * ledger[:, [ACCOUNT[name] for name in ACTIVATION]]
    courses = ACTIVATION.index("programme_purchases")
    total = float(activation[:, courses].sum())
    if total > most_on_courses:
        activation[:, courses] *= most_on_courses / total
    return Spending(
        guaranteed=(_own(ledger, GUARANTEED) + activation.sum(axis=1)) / weeks,
        negotiated=_own(ledger, NEGOTIATED) / weeks,
        insured=_own(ledger, (INSURED,)) / weeks,
        staff=ledger[:, ACCOUNT["jobcentre_staff"]] / weeks,
        tax=ledger[:, ACCOUNT["income_tax_municipality"]] / weeks,
    )


def _followed_up(amounts: NDArray[np.float64], rate: float, then: float) -> NDArray[np.float64]:
    """Return amounts (5, m), what follows the rates of benefits moved from the rate then to ``rate``."""
    ratio = rate / then if then > 0.0 else 1.0
    follows = np.array([name in SETTLED_AS for name in Spending._fields])
    return np.asarray(np.where(follows[:, None], amounts * ratio, amounts))


@act("settlement", writes=("ledger", f"memory.{_MEMORY}"))
def settle_accounts(world: World, r: Rules) -> None:
    """At the end of a year, or of the run, state and municipalities settle; the first week is remembered."""
    m = len(world.codes)
    kept = world.memory.setdefault(_MEMORY, nothing_settled(m))
    kept.running[:] += 1.0, float(world.tally.stock[:, CLIENT_STATES].sum())
    if not kept.begun[0]:
        start = spending(world.ledger, 1.0, np.inf, _lift(world))
        kept.presupposed[:], kept.last[:], kept.rate[:] = np.stack(start), np.stack(start), r.rate
        kept.begun[:] = True
    if not world.terms.ends_year(world.now):
        return
    weeks, persons = float(kept.running[0]), float(kept.running[1])
    kept.running[:] = 0.0
    _move_with_the_scale(world, kept)
    most = r.cap * persons / WEEKS_A_YEAR if r.cap > 0.0 else np.inf
    last = _followed_up(kept.last, r.rate, kept.rate[1])
    before_rule = _followed_up(kept.before_rule, r.rate, kept.rate[1])
    new = (r.settling.exempt > 0.0) & ~kept.ruled
    kept.before_rule[:] = np.where(new, last, before_rule)
    kept.ruled[:] |= new
    in_work = world.tally.stock[:, State.EMPLOYED]
    counted = own_gains_left_out(
        spending(world.ledger, weeks, most, _lift(world)),
        Spending(*kept.before_rule),
        r.settling.exempt,
        r.settling.follows,
        told(r.spread, np.maximum(in_work, 1), 1.0, world.scale),
    )
    presupposed = _followed_up(kept.presupposed, r.rate, kept.rate[0]) + kept.shifted
    share = np.array([each.share for each in world.municipalities]) * world.scale
    settling = r.settling._replace(
        agreed=r.saving * share,
        tasks=r.settling.tasks * world.scale,
        sanction_most=r.settling.sanction_most * world.scale,
    )
    of_a_year = to_a_year(world.now.year)
    owed = kept.owed / of_a_year
    done = settle(counted, Spending(*last), Spending(*presupposed), owed, weeks, WEEKS_A_YEAR, settling)
    for account in (*SETTLED, FRAME_SANCTION):
        amount = np.floor(getattr(done, account) + 0.5)
        world.ledger[:, ACCOUNT[account]] += whole(amount, "a settlement")
    kept.owed[:], kept.last[:], kept.rate[1] = done.owed * of_a_year, np.stack(counted), r.rate


def _lift(world: World) -> float:
    """Return the level of this year's benefit rates over that at which offers are booked."""
    level = prices()
    return level.booked_at(world.now.year, dated=True) / level.booked_at(world.now.year, dated=False)


def _move_with_the_scale(world: World, kept: Settled) -> None:
    """Move what is presupposed, and last year, by the grant that makes up for a new refund scale."""
    paid = world.memory.get("compensation", no_compensation(len(world.codes)))
    moved = np.zeros_like(kept.shifted)
    for at, name in enumerate(SETTLED_AS):
        moved[Spending._fields.index(name)] = paid.ore[:, at] * paid.settled
    kept.last[:] += moved - kept.shifted
    kept.shifted[:] = moved


MECHANISMS = (
    Mechanism(
        name="settlement",
        label="State and municipalities settle at the end of the year",
        label_da="Budgetgaranti, tilskud og udligning",
        equation="population * sum of (estimate - presupposed)",
        evidence="udligningsloven sections 2, 3 and 14; R2-MF-01 to R2-MF-13, R2-MF-21",
        when_off="nothing is settled: each municipality bears its own share, and keeps all of a gain",
        rules=rules,
    ),
)
