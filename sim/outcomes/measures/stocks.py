"""How many are in each state, and how they move between states."""

from __future__ import annotations

import numpy as np

from sim.outcomes.aggregates import AGGREGATES
from sim.outcomes.measures.measure import Array, Country, Measure, Unit, Words
from sim.outcomes.measures.units import PERSONS
from sim.outcomes.measures.year import Year
from sim.states import CLIENT_STATES, STATES, State

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
    return np.column_stack([states, *aggregates]) * year.up


def _outflow(year: Year) -> Array:
    states = year.moves[:, :_N, :].sum(axis=2)
    aggregates = [
        year.moves[:, members][:, :, others].sum(axis=(1, 2))
        for members, others in zip(_MEMBERS, _OTHERS, strict=True)
    ]
    return np.column_stack([states, *aggregates]) * year.up


def _exits_to_job(year: Year) -> Array:
    to_job = year.moves[:, :, State.EMPLOYED]
    aggregates = [to_job[:, at].sum(axis=1) for at in _MEMBERS]
    return np.column_stack([to_job[:, _WITHOUT_WORK], *aggregates]) * year.up


def _flow(year: Year) -> Country:
    moves = year.moves.sum(axis=0)[:_N, :_N]
    return Country(moves[~np.eye(_N, dtype=bool)] * year.up)


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
        count=lambda year: year.tally.returned[:, CLIENT_STATES] * year.up,
        over_years="sum",
        better="higher",
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
        count=lambda year: year.tally.shifts * year.up,
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
        only_nonzero=True,
        over_years="sum",
        shown_by_name=True,
    ),
)
