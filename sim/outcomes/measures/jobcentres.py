"""What jobcentres do: interviews, sanctions, caseworkers' hours, programmes."""

from __future__ import annotations

import numpy as np

from sim.outcomes.measures.measure import Array, Measure, Places, Ratio, ReportTable, Unit, Words
from sim.outcomes.measures.units import HOURS, INTERVIEWS, PERSONS
from sim.outcomes.measures.year import Year
from sim.states import CLIENT_STATES, STATES
from sim.vocabulary import PROGRAMMES, TASKS

_CLIENTS = list(CLIENT_STATES)
BENEFITS = tuple(STATES[state] for state in CLIENT_STATES)
#: Key of the section of the report on caseworkers' time.
_TIME = "time"
#: Records, a mean over the year, below which nothing is said of what the country's recipients are given.
FEWEST_RECORDS = 10.0


def _interviews_per_person_year(year: Year) -> Ratio:
    held = year.tally.interviews[:, _CLIENTS] + year.tally.interviews_a_kasse[:, _CLIENTS]
    fewest = FEWEST_RECORDS * year.up * year.years
    return Ratio(held * year.up, year.stock[:, _CLIENTS] * year.years, fewest=fewest)


def _caseload(year: Year) -> Places:
    """Clients per caseworker, missing where nobody was a client; the country's is the ratio of the sums."""
    clients = year.stock[:, _CLIENTS].sum(axis=1)
    caseworkers = year.tally.caseworker_weeks * year.up_a_week
    there = (clients > 0.0) & (caseworkers > 0.0)
    local = np.divide(clients, caseworkers, out=np.full(clients.shape, np.nan), where=there)
    whole = caseworkers.sum()
    return Places(local, np.array([clients.sum() / whole if whole > 0.0 else np.nan]))


def _participants(year: Year) -> Array:
    tally = year.tally
    return np.column_stack([tally.participants, tally.activated_unemployed]) * year.up_a_week


MEASURES = (
    Measure(
        name="interviews",
        label=Words("Interviews", "Samtaler"),
        unit=INTERVIEWS,
        definition=Words(
            "Interviews held by the jobcentre, by benefit.",
            "Samtaler holdt af jobcentret efter ydelse.",
        ),
        groups=BENEFITS,
        count=lambda year: year.tally.interviews[:, _CLIENTS] * year.up_to_a_year,
        over_years="sum",
        table=ReportTable(
            _TIME,
            Words(
                "Interviews held by the jobcentre, by benefit", "Samtaler holdt af jobcentret efter ydelse"
            ),
        ),
    ),
    Measure(
        name="interviews_a_kasse",
        label=Words("Interviews held by the a-kasse", "Samtaler i a-kassen"),
        unit=INTERVIEWS,
        definition=Words("Interviews held by the a-kasse.", "Samtaler holdt af a-kassen."),
        groups=BENEFITS,
        count=lambda year: year.tally.interviews_a_kasse[:, _CLIENTS] * year.up_to_a_year,
        over_years="sum",
    ),
    Measure(
        name="interviews_missed",
        label=Words("Interviews missed", "Samtaler, der ikke blev holdt"),
        unit=INTERVIEWS,
        definition=Words(
            "Interviews due by law that were not held within four weeks.",
            "Lovpligtige samtaler, der ikke blev holdt inden for fire uger.",
        ),
        groups=BENEFITS,
        count=lambda year: year.tally.missed[:, _CLIENTS] * year.up_to_a_year,
        over_years="sum",
    ),
    Measure(
        name="sanctions",
        label=Words("Sanctions", "Sanktioner"),
        unit=Unit("sanctions", "sanktioner"),
        definition=Words("Sanctions given in the period, by benefit.", "Sanktioner i perioden efter ydelse."),
        groups=BENEFITS,
        count=lambda year: year.tally.sanctions[:, _CLIENTS] * year.up_to_a_year,
        over_years="sum",
    ),
    Measure(
        name="interviews_per_person_year",
        label=Words("Interviews a person-year", "Samtaler pr. personår"),
        unit=Unit(
            "interviews a person-year",
            "samtaler pr. personår",
            shown=Words("per person-year", "pr. personår"),
            decimals=1,
            fine=2,
        ),
        definition=Words(
            "All interviews held (jobcentre and a-kasse) over person-years in the state.",
            "Alle afholdte samtaler (jobcenter og a-kasse) pr. personår i tilstanden.",
        ),
        groups=BENEFITS,
        count=_interviews_per_person_year,
        over_years="mean",
        table=ReportTable(
            _TIME, Words("Interviews per person-year, by benefit", "Samtaler pr. personår efter ydelse")
        ),
    ),
    Measure(
        name="hours",
        label=Words("Caseworkers' hours", "Sagsbehandlernes timer"),
        unit=HOURS,
        definition=Words(
            "Caseworkers' hours, by task (idle included).",
            "Sagsbehandlernes timer efter opgave (inkl. ledig tid).",
        ),
        groups=TASKS,
        count=lambda year: year.tally.minutes * (year.up_to_a_year / 60.0),
        over_years="sum",
        shown_by_name=True,
    ),
    Measure(
        name="backlog_hours",
        label=Words("Work waiting", "Arbejde i kø"),
        unit=HOURS,
        definition=Words(
            "Average work waiting at the end of a week.", "Gennemsnitligt arbejde i kø ved ugens slutning."
        ),
        groups=("all",),
        count=lambda year: year.tally.backlog_minutes * (year.up / 60.0 / year.weeks),
        over_years="mean",
    ),
    Measure(
        name="caseworkers",
        label=Words("Caseworkers", "Sagsbehandlere"),
        unit=Unit("full-time caseworkers", "fuldtidssagsbehandlere"),
        definition=Words(
            "Average number of caseworkers, full time.", "Gennemsnitligt antal sagsbehandlere, fuldtid."
        ),
        groups=("all",),
        count=lambda year: year.tally.caseworker_weeks * year.up_a_week,
        over_years="mean",
        table=ReportTable(_TIME, Words("Number of caseworkers", "Antal sagsbehandlere")),
    ),
    Measure(
        name="caseload",
        label=Words("Caseload", "Sagstal"),
        unit=Unit("citizens per caseworker", "borgere pr. sagsbehandler", decimals=1, fine=2),
        definition=Words("Clients per full-time caseworker.", "Sager pr. fuldtidssagsbehandler."),
        groups=("all",),
        count=_caseload,
        over_years="mean",
        table=ReportTable(_TIME, Words("Caseload", "Sager pr. sagsbehandler")),
    ),
    Measure(
        name="participants",
        label=Words("Participants", "Deltagere"),
        unit=PERSONS,
        definition=Words(
            "Average number in a programme, by programme.", "Gennemsnitligt antal deltagere efter tilbud."
        ),
        groups=(*PROGRAMMES, "unemployed_gross"),
        count=_participants,
        over_years="mean",
    ),
)
