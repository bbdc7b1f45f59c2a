"""How many are in each state, and how they move between states."""

from __future__ import annotations

import numpy as np

from sim.outcomes.aggregates import AGGREGATES
from sim.outcomes.exits import EXITS, STATES_OF_EXIT
from sim.outcomes.measures.measure import Array, Country, Measure, Unit, Words
from sim.outcomes.measures.units import PERSON_WEEKS, PERSONS
from sim.outcomes.measures.year import Year
from sim.states import CLIENT_STATES, STATES, State, states_with

_N = len(STATES)
_MEMBERS = [[STATES.index(name) for name in members] for members in AGGREGATES.values()]
#: States (and leaving the population) that an aggregate does not hold.
_OTHERS = [[at for at in range(_N + 1) if at not in members] for members in _MEMBERS]
_WITHOUT_WORK = [at for at in range(_N) if at != State.EMPLOYED]


def _stock(year: Year) -> Array:
    aggregates = [year.stock[:, at].sum(axis=1) for at in _MEMBERS]
    return np.column_stack([year.stock, *aggregates])


def _inflow(year: Year) -> Array:
    states = year.moves[:, :, :_N].sum(axis=1)
    aggregates = [
        year.moves[:, others][:, :, members].sum(axis=(1, 2))
        for members, others in zip(_MEMBERS, _OTHERS, strict=True)
    ]
    return np.column_stack([states, *aggregates]) * year.up_to_a_year


def _outflow(year: Year) -> Array:
    states = year.moves[:, :_N, :].sum(axis=2)
    aggregates = [
        year.moves[:, members][:, :, others].sum(axis=(1, 2))
        for members, others in zip(_MEMBERS, _OTHERS, strict=True)
    ]
    return np.column_stack([states, *aggregates]) * year.up_to_a_year


def _exits_to_job(year: Year) -> Array:
    to_job = year.moves[:, :, State.EMPLOYED]
    aggregates = [to_job[:, at].sum(axis=1) for at in _MEMBERS]
    return np.column_stack([to_job[:, _WITHOUT_WORK], *aggregates]) * year.up_to_a_year


def _flow(year: Year) -> Country:
    moves = year.moves.sum(axis=0)[:_N, :_N]
    return Country(moves[~np.eye(_N, dtype=bool)] * year.up_to_a_year)


#: Work, or own means: no public support.  The same states make the weeks of self-support of the refund act.
_SELF_SUPPORTED = states_with("self_supported")


def _self_support(year: Year) -> Array:
    weeks = year.tally.stock_weeks[:, _SELF_SUPPORTED] * year.up_to_a_year
    return np.column_stack([weeks.sum(axis=1), weeks])


#: Benefits whose exits are told apart, and the aggregates that hold nothing but such.
_EXITS_FROM: dict[str, list[int]] = {STATES[state]: [int(state)] for state in CLIENT_STATES} | {
    name: members
    for name, members in zip(AGGREGATES, _MEMBERS, strict=True)
    if set(members) <= set(CLIENT_STATES)
}


def _exits(year: Year) -> Country:
    """Return exits by benefit and kind; a move within an aggregate is none of its exits."""
    moves, returned = year.moves.sum(axis=0), year.tally.returned.sum(axis=0)
    found = []
    for members in _EXITS_FROM.values():
        back = returned[members].sum()
        for name in EXITS:
            to = STATES_OF_EXIT["job" if name == "own_employer" else name]
            outside = [state for state in to if state not in members]
            number = moves[np.ix_(members, outside)].sum()
            found.append({"own_employer": back, "job": number - back}.get(name, number))
    return Country(np.array(found, np.float64) * year.up_to_a_year)


MEASURES = (
    Measure(
        name="stock",
        label=Words("Recipients", "Modtagere"),
        unit=PERSONS,
        definition=Words(
            "Average number of citizens in the state over the weeks of the period.",
            "Gennemsnitligt antal borgere i tilstanden over periodens uger.",
        ),
        groups=(*STATES, *AGGREGATES),
        count=_stock,
        over_years="mean",
        better="lower",
        shown_by_name=True,
    ),
    Measure(
        name="self_support_weeks",
        label=Words("Person-weeks in self-support", "Personuger i selvforsørgelse"),
        unit=PERSON_WEEKS,
        definition=Words(
            "Weeks in the period that people aged 16-66 lived on work or on own means, without "
            "public support: "
            "the states employed (ordinary work) and outside (self-supporting without a job). Education, "
            "flexjobs, leave, pensions and every benefit do not count.",
            "Uger i perioden, hvor 16-66-årige levede af arbejde eller egne midler uden offentlig "
            "forsørgelse: "
            "tilstandene beskæftigelse (ordinært arbejde) og uden for arbejdsmarkedet, selvforsørgende. "
            "Uddannelse, fleksjob, barsel, pension og alle ydelser tæller ikke med.",
        ),
        groups=("all", *(STATES[state] for state in _SELF_SUPPORTED)),
        count=_self_support,
        over_years="sum",
        better="higher",
        shown_by_name=True,
    ),
    Measure(
        name="inflow",
        label=Words("Entries", "Tilgang"),
        unit=PERSONS,
        definition=Words("Entries into the state in the period.", "Tilgang til tilstanden i perioden."),
        groups=(*STATES, *AGGREGATES),
        count=_inflow,
        over_years="sum",
    ),
    Measure(
        name="outflow",
        label=Words("Exits", "Afgang"),
        unit=PERSONS,
        definition=Words("Exits from the state in the period.", "Afgang fra tilstanden i perioden."),
        groups=(*STATES, *AGGREGATES),
        count=_outflow,
        over_years="sum",
    ),
    Measure(
        name="touched",
        label=Words("Different persons", "Forskellige personer"),
        unit=PERSONS,
        definition=Words(
            "Different persons in the state at some time in the period.",
            "Forskellige personer, der har været i tilstanden i perioden.",
        ),
        groups=STATES,
        count=lambda year: year.tally.touched * year.up,
        over_years="mean",
    ),
    Measure(
        name="exits_to_job",
        label=Words("Exits to work", "Afgang til arbejde"),
        unit=PERSONS,
        definition=Words(
            "Exits from the state to ordinary work in the period.",
            "Afgang fra tilstanden til ordinært arbejde i perioden.",
        ),
        groups=(*(STATES[at] for at in _WITHOUT_WORK), *AGGREGATES),
        count=_exits_to_job,
        over_years="sum",
        better="higher",
        shown_by_name=True,
    ),
    Measure(
        name="returns_to_own_job",
        label=Words("Returns to the own employer", "Tilbage til egen arbejdsgiver"),
        unit=PERSONS,
        definition=Words(
            "Clients of the jobcentre who went back to the job they had kept, in the period; part of "
            "exits to work.",
            "Borgere i jobcentret, der gik tilbage til det job, de havde beholdt, i perioden; en del af "
            "afgang til arbejde.",
        ),
        groups=tuple(STATES[state] for state in CLIENT_STATES),
        count=lambda year: year.tally.returned[:, CLIENT_STATES] * year.up_to_a_year,
        over_years="sum",
        better="higher",
    ),
    Measure(
        name="exits",
        label=Words("Exits by kind", "Afgang efter art"),
        unit=PERSONS,
        definition=Words(
            'Exits from a benefit by where they lead, by "benefit>exit" (the whole country): a job; the own '
            "employer (the job that was kept); education; own means, no benefit and no job; another "
            "temporary "
            "benefit; disability pension; a flexjob; early retirement; elsewhere (leave, age, "
            "moving, death).",
            'Afgang fra en ydelse efter, hvortil den fører, efter "ydelse>afgang" (hele landet): et '
            "job; egen "
            "arbejdsgiver (det job, der var beholdt); uddannelse; egne midler, uden ydelse og uden job; en "
            "anden midlertidig ydelse; førtidspension; fleksjob; efterløn, seniorpension eller "
            "tidlig pension; "
            "andet (barsel, alder, flytning, død).",
        ),
        groups=tuple(f"{benefit}>{name}" for benefit in _EXITS_FROM for name in EXITS),
        count=_exits,
        over_years="sum",
        shown_by_name=True,
    ),
    Measure(
        name="benefit_shifts",
        label=Words("Shifts between benefits", "Skift mellem ydelser"),
        unit=Unit("shifts", "skift"),
        definition=Words(
            "Moves from one of the jobcentre's benefits straight to another.",
            "Skift direkte fra én af jobcentrets ydelser til en anden.",
        ),
        groups=("all",),
        count=lambda year: year.tally.shifts * year.up_to_a_year,
        over_years="sum",
    ),
    Measure(
        name="flow",
        label=Words("Moves", "Skift"),
        unit=PERSONS,
        definition=Words(
            'Moves from one state straight to another in the period, by "from>to" (the whole country).',
            'Skift direkte fra en tilstand til en anden i perioden, efter "fra>til" (hele landet).',
        ),
        groups=tuple(f"{origin}>{target}" for origin in STATES for target in STATES if origin != target),
        count=_flow,
        over_years="sum",
        shown_by_name=True,
    ),
)
