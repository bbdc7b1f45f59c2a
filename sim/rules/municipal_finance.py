"""Who pays in the end: block grant, budget guarantee, task compensation, equalisation of tax bases.

A municipality's own cost of a benefit (:mod:`sim.rules.own_cost`) is not the end of it.  State and
municipalities settle, in kroner of the country, by population:

    guarantee      national own spending on the listed benefits and on activation, against what the block
                   grant presupposes: krone for krone; a first estimate in the year, the rest the year after
    negotiated     sickness benefit, flexjob, and dagpenge where no employment grant is: as far as agreed
    grant          dagpenge, where the employment grant is: first by unemployment in the country; in the end
                   each province has what its municipalities spent, by unemployment in it (R2-MF-24)
    equalisation   of a krone more of tax a municipality of the middle rung keeps 25 øre, of the lowest 5, of
                   the highest 7; what it gives is a line of everybody's block grant and sums to zero over all
    tasks, savings tasks removed by law (DUT) leave the grant, and of a saving agreed with the state what
                   falls on the municipalities' frame, by population; no krone of the two twice

So one municipality that acts alone keeps nearly all of its own share of a saved week, and loses most of the
tax; when all act, the state takes the guaranteed part home.  Both are in :func:`kept_of_a_saved_week`.

Law: udligningsloven sections 2, 3 and 14 (R2-MF-01 to R2-MF-13), L 77 section 203 a for the cap on courses
(R2-MF-21).  Left out: self-budgeting of taxes, differences of tax rates, and limits of the equalisation
(R2-MF-07); the weights of the criteria of need, which were not found (only :func:`equalise_needs`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import data
from sim.engine.compiled import part
from sim.outcomes.ledger import REFUNDS, SETTLED_AS
from sim.rules.benefit_rates import benefit_rates, typical_weekly_kr
from sim.rules.own_cost import WHOLE, OwnCostRules, own_share_of
from sim.rules.taxable_income import borne_out
from sim.states import N_STATES, ROWS, Finance
from sim.vocabulary import Education
from sim.world.clients import Clients

if TYPE_CHECKING:
    from sim.law import Law
    from sim.parameters import Resolved

Vector = NDArray[np.float64]

#: Accounts of benefits in the budget guarantee: section 14, 2, no. 5 a (R2-MF-09).
GUARANTEED: tuple[str, ...] = (
    "kontanthjaelp",
    "uddannelseshjaelp",
    "integration_benefit",
    "ledighedsydelse",
    "ressourceforloebsydelse",
    "revalideringsydelse",
    "foertidspension",
)
#: And of what activates people: of these benefits, of the insured and of the sick (no. 5 b to f, R2-MF-10).
ACTIVATION: tuple[str, ...] = ("programme_purchases", "wage_subsidy")
#: Benefits that are not in its list (R2-MF-11): their money is agreed each year.
NEGOTIATED: tuple[str, ...] = ("sygedagpenge", "flexjob_wage_supplement")
#: Not in the list either; how it is settled is not told in the sources (R2-MF-23).
INSURED = "dagpenge"

#: Guard of divisions: less than any benefit costs, fewer people than anywhere.
_NOTHING = 1e-9
#: Of a sum: less is rounding.
_ROUNDING = 1e-9
#: Column that stands for the tax base.
_INCOME = "avg_disposable_income_2024_dkk"


#: What of a municipality's own cost stands on another account than benefit and refund.
_COFINANCED = {"foertidspension": "pension_cofinancing", INSURED: "dagpenge_cofinancing"}


def own_cost_entries(benefits: tuple[str, ...]) -> dict[str, int]:
    """Return the ledger's entries that make up what municipalities bear of benefits, with sign 1 or -1."""
    found: dict[str, int] = {}
    for benefit in benefits:
        if benefit in _COFINANCED:
            found[_COFINANCED[benefit]] = 1
        else:
            found |= {benefit: 1, REFUNDS[benefit]: -1}
    return found


def provinces() -> NDArray[np.int64]:
    """Return the number of each municipality's province (m,), from 0."""
    names = data.municipalities()["landsdel"].to_numpy(str)
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def settled_as(account: str) -> int:
    """Position in SETTLED_AS of a benefit's account: what is in neither list is the insured's."""
    name = "guaranteed" if account in GUARANTEED else "negotiated" if account in NEGOTIATED else "insured"
    return SETTLED_AS.index(name)


class Tiers(NamedTuple):
    """The rungs of the equalisation of tax bases: shares of the average base and of the difference."""

    national: float  # share of every difference to the average
    low_below: float  # of the average base, below which there is a further share
    low: float  # of the gap to it
    high_above: float  # of the average base, above which there is a further share
    high: float  # of the excess


def tiers(r: Resolved) -> Tiers:
    """Return the rungs in force, from ``equalisation.*``."""
    return Tiers(
        national=r.scalar("equalisation.national_share"),
        low_below=r.scalar("equalisation.low_below"),
        low=r.scalar("equalisation.low_share"),
        high_above=r.scalar("equalisation.high_above"),
        high=r.scalar("equalisation.high_share"),
    )


def kept_of_tax(relative_base: Vector, t: Tiers) -> Vector:
    """Share of a krone more of local tax that a municipality keeps, by its base over the average (m,)."""
    further = np.where(relative_base < t.low_below, t.low, np.where(relative_base > t.high_above, t.high, 0))
    return np.asarray(1.0 - t.national - further)


def equalise_bases(base: Vector, population: Vector, tax_rate: float, t: Tiers) -> tuple[Vector, Vector]:
    """What the equalisation of tax bases gives each municipality, and its line in the block grant.

    Parameters
    ----------
    base
        Tax base per inhabitant (m,), kr. a year.
    population
        (m,)
    tax_rate
        Average municipal tax rate.

    Returns
    -------
    Received (m,), kr. a year, and what everybody pays by population so that the two sum to zero.
    """
    average = float((base * population).sum() / population.sum())
    received = t.national * (average - base)
    received += t.low * np.maximum(t.low_below * average - base, 0.0)
    received -= t.high * np.maximum(base - t.high_above * average, 0.0)
    received = received * tax_rate * population
    return received, -received.sum() * population / population.sum()


def equalise_needs(need: Vector, population: Vector, share: float, above: float) -> tuple[Vector, Vector]:
    """What the equalisation of expenditure needs gives each municipality, and its line in the block grant.

    Parameters
    ----------
    need
        Expenditure need per inhabitant (m,), kr. a year.
    share
        Of the difference to the average need that is equalised.
    above
        Further share where need is above the average.
    """
    difference = need - float((need * population).sum() / population.sum())
    received = (share * difference + above * np.maximum(difference, 0.0)) * population
    return received, -received.sum() * population / population.sum()


class Kept(NamedTuple):
    """What a saved week of a benefit leaves one municipality, kr.; the state's part is what it takes home."""

    own_share: float  # of the benefit, in the week itself
    tax: float  # local tax on wage less benefit
    equalised: float  # of the tax, given away (below zero)
    settled: float  # its share of the national settlement (below zero: the municipality pays)
    state_takes_home: float  # of what all municipalities together saved, by the guarantee

    @property
    def before(self) -> float:
        """Before anything is settled."""
        return self.own_share + self.tax

    @property
    def after(self) -> float:
        """When all is settled."""
        return self.before + self.equalised + self.settled


def kept_of_a_saved_week(
    own_share: float,
    benefit: float,
    wage: float,
    tax_rate: float,
    rung: float,
    population_share: float,
    *,
    guaranteed: float = 1.0,
    exempt: float = 0.0,
    together: bool = False,
    mean_rung: float | None = None,
    grant_share: float | None = None,
) -> Kept:
    """What a municipality keeps of one week less on a benefit that becomes a week of work.

    Alone: its own share of the benefit + ``rung`` of the local tax on wage less benefit - its population
    share of the national settlement (what the guarantee takes, less what the equalisation gives back).

    Parameters
    ----------
    own_share
        Share of the benefit that it bears itself (:func:`sim.rules.own_cost.own_share`).
    benefit, wage
        Kr. a week before tax.
    tax_rate
        Average municipal tax of both.
    rung
        Share of a krone of tax that it keeps: 0.25, 0.05 or 0.07 (:func:`kept_of_tax`).
    population_share
        Of the country.
    guaranteed
        Share of a changed own cost that is settled nationally: 1 in the budget guarantee.
    exempt
        Share of its own gain that is not settled (``municipality.own_gain_exempt_share``).
    together
        All municipalities save a week, each by its population, at the same own share and wage.
    mean_rung
        ``rung`` of the country, weighted by population, where all act; the municipality's own by default.
    grant_share
        Its share of the settlement where that is not its population share: employment grant, its share of the
        insured unemployed of its province.
    """
    own, tax = own_share * benefit, tax_rate * (wage - benefit)
    share = population_share if grant_share is None else grant_share
    taken, equalised = guaranteed * (1.0 - exempt) * own, (1.0 - rung) * (1.0 - exempt) * tax
    if together:
        all_rungs = rung if mean_rung is None else mean_rung
        given_back = (1.0 - all_rungs) * (1.0 - exempt) * tax
        return Kept(own, tax, -equalised, given_back - taken, taken)
    return Kept(own, tax, -equalised, population_share * equalised - share * taken, taken)


class KeptRules(NamedTuple):
    """What a municipality that acts alone keeps, by state; m = municipalities."""

    own: Vector  # (m, state) of its own share of a benefit
    tax: Vector  # (m, state) local tax on wage less benefit that it keeps, over the benefit


def population() -> Vector:
    """Inhabitants of the municipalities (m,), in the order of their codes."""
    return data.municipalities()["population_2024m01"].to_numpy(np.float64)


def population_shares() -> Vector:
    """Each municipality's share of the inhabitants (m,)."""
    people = population()
    return np.asarray(people / people.sum())


def relative_bases(bases: Vector | None = None) -> Vector:
    """Tax base per inhabitant over the country's (m,): an assumption unless ``bases`` (kr. a head) are given.

    The tax base of a municipality is not in the data; its average disposable income stands for it
    (``equalisation.base_spread``: by how much the bases differ more than that).
    """
    people = population()
    each = data.municipalities()[_INCOME].to_numpy(np.float64) if bases is None else bases
    return np.asarray(each * people.sum() / (each * people).sum())


def rungs(r: Resolved, bases: Vector | None = None) -> Vector:
    """Share of a krone more of local tax that each municipality keeps (m,)."""
    relative = relative_bases(bases)
    if bases is None:
        relative = np.maximum(1.0 + r.scalar("equalisation.base_spread") * (relative - 1.0), 0.0)
        relative = borne_out(relative, r.scalar("equalisation.high_above"))
    return kept_of_tax(relative, tiers(r))


def in_employment_grant(r: Resolved) -> bool:
    """Whether dagpenge of the insured is settled by the employment grant: not told in the sources."""
    return r.scalar("settlement.insured_by_grant") > 0.5


def unemployment_shares() -> Vector:
    """Each municipality's share of the insured unemployed (m,), who share out the employment grant."""
    insured = data.municipalities()["gross_unemployed_dagpenge_2024_avg"].to_numpy(np.float64)
    insured = np.where(np.isfinite(insured), insured, 0.0)
    return np.asarray(insured / insured.sum())


def unemployment_in_province() -> Vector:
    """Each municipality's share of the insured unemployed of its province (m,).

    That is what it bears in the end of a krone of the employment grant: the final settlement of the year
    after is made up by province, from what the province's municipalities have spent (R2-MF-24).
    """
    shares, where = unemployment_shares(), provinces()
    total = np.bincount(where, weights=shares)[where]
    return np.divide(shares, total, out=np.zeros_like(shares), where=total > 0.0)


def settled_nationally(r: Resolved) -> Vector:
    """Share of a changed own cost of each state's benefit that is settled for the country (states,)."""
    agreed = r.scalar("settlement.negotiated_share")
    share = np.zeros(N_STATES)
    for state, row in enumerate(ROWS):
        if row.account in GUARANTEED:
            share[state] = 1.0
        elif row.account in NEGOTIATED:
            share[state] = agreed
        elif row.finance == Finance.COFINANCED_FUND:
            share[state] = 1.0 if in_employment_grant(r) else agreed
    return share


def kept_rules(r: Resolved, rates: Resolved) -> KeptRules:
    """Return what a municipality that acts alone keeps of a saved week, over the benefit (rows of ``r``).

    Of the wage of who has a basic education, which is whom it thinks of, and of the benefits of ``rates``: a
    benefit that a reform lowers is no greater gain to a municipality because the tax is larger beside it.
    """
    exempt = r["municipality.own_gain_exempt_share"]
    arms = len(exempt) // data.N_MUNICIPALITIES
    people = np.tile(population_shares(), arms)[:, None]
    paid = benefit_rates(rates)
    weekly = typical_weekly_kr(paid)
    grant = np.repeat(people, N_STATES, axis=1)
    if in_employment_grant(r):
        insured = [state for state, row in enumerate(ROWS) if row.account == INSURED]
        grant[:, insured] = np.tile(unemployment_in_province(), arms)[:, None]
    equalised = (1.0 - np.tile(rungs(r), arms)) * (1.0 - exempt)
    wage = paid.wage[Education.BASIC] / 100.0
    tax = r.scalar("taxes.municipal_share") * np.maximum(wage / np.maximum(weekly, _NOTHING) - 1.0, 0.0)
    left = exempt * (1.0 - r.scalar("settlement.gain_follows_country_share"))  # of the national settlement
    return KeptRules(
        own=1.0 - settled_nationally(r) * (1.0 - left)[:, None] * grant,
        tax=np.where(weekly > 0.0, tax * (1.0 - equalised[:, None] * (1.0 - people)), 0.0),
    )


def kept_in_force(law: Law) -> tuple[KeptRules, KeptRules]:
    """Return what is kept now, and what would be without the reform."""
    if law.on("settlement"):
        return kept_rules(law.now, law.before), kept_rules(law.before, law.before)
    rows = len(law.now["municipality.own_gain_exempt_share"])
    all_of_it = KeptRules(np.ones((rows, N_STATES)), np.zeros((rows, N_STATES)))
    return all_of_it, all_of_it


@part
def value_of_week(i: int, week: int, k: Clients, own: OwnCostRules, kept: KeptRules) -> float:
    """What a week less on benefit leaves the municipality of the client in row ``i`` when all is settled.

    In ten-thousandths of the benefit.
    """
    m, state = k.person.municipality[i], k.state[i]
    return own_share_of(i, week, k, own) * kept.own[m, state] + WHOLE * kept.tax[m, state]


class Spending(NamedTuple):
    """What the settlement looks at, by municipality (m,), in øre a week."""

    guaranteed: Vector  # own cost of benefits in the budget guarantee, and of activation
    negotiated: Vector  # own cost of sickness benefit and flexjob
    insured: Vector  # co-financing of dagpenge
    staff: Vector  # administration, 6.45.53
    tax: Vector  # local income tax


class SettlementRules(NamedTuple):
    """How state and municipalities settle; m = municipalities."""

    population: Vector  # (m,) shares
    unemployment: Vector  # (m,) shares of the insured unemployed
    province: NDArray[np.int64]  # (m,) number of the landsdel
    rung: Vector  # (m,) share of a krone of tax that is kept
    exempt: Vector  # (m,) share of a municipality's own gain that is not settled
    follows: float  # how far the year before such a rule is moved with the country
    seen: float  # share of the year's change that the year's own estimates hold
    negotiated: float  # share of other transfers' change that is agreed into the grant
    by_grant: bool  # dagpenge of the insured is settled by the employment grant
    sanction: float  # share of spending on staff above its place in the frame that is taken back
    sanction_collective: float  # part of it that all bear by population
    sanction_most: float  # øre a year of the country
    tasks: float  # øre a year of the country, below zero for removed tasks (DUT)
    agreed: Vector  # (m,) øre a year of a saving agreed with the state that falls on the frame


class Transfers(NamedTuple):
    """What each municipality receives of the state in a year (m,), øre; below zero it pays.

    Every krone is one payer's and one receiver's: the state's part is the opposite of the sum.
    """

    budget_guarantee: Vector
    after_regulation: Vector  # booked this year, of last year's
    negotiated_transfers: Vector
    employment_grant: Vector
    task_compensation: Vector
    agreed_saving: Vector
    equalisation: Vector
    equalisation_balance: Vector  # with the former it sums to zero over the municipalities
    service_frame_sanction: Vector  # paid by the municipality: 0 or more
    owed: Vector  # booked next year as after-regulation


def own_gains_left_out(
    now: Spending, before: Spending, exempt: Vector, follows: float = 0.0, real: Vector | float = 1.0
) -> Spending:
    """Return spending and tax as counted: an exempt share of a gain against ``before`` is not seen.

    A gain is less spending than in the year before the rule, if those who have the rule gain together (the
    guarantee is national), and more tax; less tax is a loss, which is borne in the same way.

    Parameters
    ----------
    follows
        How far that year's amounts are moved with the country's: 0 holds them fixed; at 1 a gain is only what
        a municipality does better than the country, and where all have the rule the gains sum to zero.
    real
        Share of a municipality's tax above or below the country's path (m,) that is no luck of the sample's
        few people (:func:`sim.rules.luck.told`); the rest is equalised as without the rule.
    """

    def country(each: Vector, last: Vector) -> float:
        return float(each.sum()) / max(float(last.sum()), _NOTHING)

    def cost(each: Vector, last: Vector) -> Vector:
        reference = last * (1.0 + follows * (country(each, last) - 1.0))
        gain = exempt * (reference - each)
        together = float(gain.sum()) > _ROUNDING * float(np.abs(each).sum())
        return each + (gain if together else np.zeros_like(gain))

    def tax(each: Vector, last: Vector) -> Vector:
        path = last * country(each, last)
        return np.asarray(each - exempt * (real * (each - path) + (1.0 - follows) * (path - last)))

    return Spending(
        guaranteed=cost(now.guaranteed, before.guaranteed),
        negotiated=cost(now.negotiated, before.negotiated),
        insured=cost(now.insured, before.insured),
        staff=now.staff,
        tax=tax(now.tax, before.tax),
    )


def settle(
    now: Spending,
    last: Spending,
    presupposed: Spending,
    owed: Vector,
    weeks: float,
    year: float,
    r: SettlementRules,
) -> Transfers:
    """Settle a year between state and municipalities.

    Parameters
    ----------
    now, last
        What is counted of this year and of the last (:func:`own_gains_left_out`).
    presupposed
        What the block grant presupposes.
    owed
        After-regulation of last year (m,), øre.
    weeks
        Weeks of the year that were simulated.
    year
        Weeks of a year, to which yearly amounts belong.
    """
    people = r.population
    estimate = [(1.0 - r.seen) * before + r.seen * this for before, this in zip(last, now, strict=True)]
    provisional = Spending(*estimate)
    guarantee = float((provisional.guaranteed - presupposed.guaranteed).sum())
    correction = float((now.guaranteed - provisional.guaranteed).sum()) * people
    other = float((provisional.negotiated - presupposed.negotiated).sum())
    insured = provisional.insured - presupposed.insured
    grant = np.zeros_like(people)
    if r.by_grant:
        grant = float(insured.sum()) * r.unemployment
        correction = correction + _by_province(now.insured - presupposed.insured - grant, r)
    else:
        other += float(insured.sum())
    more_tax = now.tax - presupposed.tax
    given = (1.0 - r.rung) * more_tax
    part_of_year = weeks / year
    agreed, by_agreement = float(r.agreed.sum()), _among(r.agreed > 0.0, people)
    removed = max(-r.tasks, 0.0)
    twice = min(
        removed * float(people[r.agreed > 0.0].sum()), agreed
    )  # is in the tasks' compensation already
    frame = np.maximum(r.agreed, removed * people)
    return Transfers(
        budget_guarantee=guarantee * people * weeks,
        after_regulation=owed,
        negotiated_transfers=r.negotiated * other * people * weeks,
        employment_grant=grant * weeks,
        task_compensation=r.tasks * people * part_of_year,
        agreed_saving=-(agreed - twice) * by_agreement * part_of_year,
        equalisation=-given * weeks,
        equalisation_balance=float(given.sum()) * people * weeks,
        service_frame_sanction=_sanction(now.staff, presupposed.staff - frame / year, year, r) * part_of_year,
        owed=correction * weeks,
    )


def _among(taking_part: NDArray[np.bool_], shares: Vector) -> Vector:
    """Return shares among those who take part, 0 for the others (m,)."""
    of_those = np.where(taking_part, shares, 0.0)
    return np.asarray(of_those / max(float(of_those.sum()), _NOTHING))


def _by_province(change: Vector, r: SettlementRules) -> Vector:
    """Return the correction of the employment grant: each province's own, by unemployment in it (m,).

    ``change`` is what each municipality has spent more than the provisional grant gave it: the final need of
    a province is what its municipalities together have spent (L 184 (2011-12), section 23 a, 7; R2-MF-24).
    """
    total = np.bincount(r.province, weights=change)[r.province]
    weight = np.bincount(r.province, weights=r.unemployment)[r.province]
    return np.asarray(total * r.unemployment / np.maximum(weight, _NOTHING))


def _sanction(staff: Vector, frame: Vector, year: float, r: SettlementRules) -> Vector:
    """Return what spending on staff above its place in the service frame costs (m,), øre a year."""
    excess = max(float((staff - frame).sum()) * year, 0.0)
    total = min(excess * r.sanction, r.sanction_most)
    own = np.maximum(staff - frame, 0.0)
    alone = own / max(float(own.sum()), _NOTHING)
    return np.asarray(total * (r.sanction_collective * r.population + (1.0 - r.sanction_collective) * alone))


class ThreeKroner(NamedTuple):
    """Three amounts that papers call a municipality's saving, m kr. a year, and what its grant loses.

    They are never mixed: the first is the country's plan, the second the council's budget, the third people;
    the fourth is what leaves the block grant by agreement or as compensation for removed tasks (DUT).
    """

    share_of_national: float  # population share of the national saving, benefits and activation included
    frame: float  # of it, what falls on the municipalities' own frame
    staff: float  # of it, what is planned on administration and staff (6.45.53)
    grant: float  # of the frame, what leaves the block grant


def frame_saving(r: Resolved) -> Vector:
    """Return what of a planned saving of the country leaves the block grant by agreement (m,), m kr. a year.

    The frame's part (``saving.frame_share``), as far as it falls on staff: what is saved on offers returns
    through the budget guarantee by itself, once it is realised, and would else be taken twice.
    """
    frame = np.minimum(r["saving.frame_share"], r["staffing.saving_staff_share"])
    return np.asarray(r["staffing.planned_saving_mio_kr"] * frame * r["saving.taken_home_share"])


def three_kroner(r: Resolved, m: int) -> ThreeKroner:
    """Return what the national saving in force is for municipality ``m`` (a row of 98), in three senses.

    Held against what Lemvig, Fredensborg and Odense have told (R2-SV-01, R2-SV-08, R2-SV-10 to R2-SV-12) in
    ``docs/accounts.md`` and the tests.
    """
    planned = float(r["staffing.planned_saving_mio_kr"][m])
    of_all = planned * float(population_shares()[m])
    agreed = float(frame_saving(r)[m]) * float(population_shares()[m])
    tasks = float(r.vector("municipality.task_compensation_mio_kr").sum())
    removed = max(-tasks, 0.0) * float(population_shares()[m])
    return ThreeKroner(
        share_of_national=of_all,
        frame=of_all * float(r["saving.frame_share"][m]),
        staff=of_all * float(r["staffing.saving_staff_share"][m]),
        grant=max(agreed, removed),
    )
