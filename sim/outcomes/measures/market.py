"""The labour market: unemployment, hires, vacancies."""

from __future__ import annotations

import numpy as np

from sim.outcomes.aggregates import AGGREGATES
from sim.outcomes.measures.measure import Measure, Places, Ratio, Unit, Words
from sim.outcomes.measures.units import PER_CENT_OF_LABOUR_FORCE, PERSONS
from sim.outcomes.measures.year import Year
from sim.states import CLIENT_STATES, STATES, State

_UNEMPLOYED = sorted(STATES.index(name) for name in AGGREGATES["unemployed_gross"])
#: States of the labour force beside the unemployed.
_WORKING = [State.EMPLOYED, State.FLEKSJOB, State.LEAVE]


def _unemployment_rate(year: Year) -> Ratio:
    unemployed = year.stock[:, _UNEMPLOYED].sum(axis=1)
    working = year.stock[:, _WORKING].sum(axis=1)
    return Ratio(unemployed, unemployed + working + year.labour_force_outside, times=100)


def _tightness(year: Year) -> Places:
    tightness = year.tally.tightness_weeks / year.weeks
    return Places(tightness, np.array([tightness.mean()]))


_CLIENTS = list(CLIENT_STATES)
_BENEFITS = tuple(STATES[state] for state in CLIENT_STATES)
_OFFERS = Unit("job offers", "jobtilbud")


def _finding(year: Year) -> Places:
    finding = year.tally.finding_weeks / year.weeks
    return Places(finding, np.array([finding.mean()]))


MEASURES = (
    Measure(
        name="unemployment_rate",
        label=Words("Gross unemployment", "Bruttoledighed"),
        unit=PER_CENT_OF_LABOUR_FORCE,
        definition=Words(
            "Gross unemployed (dagpenge and job-ready kontanthjælp) in per cent of the labour force.",
            "Bruttoledige (dagpenge og jobparate kontanthjælpsmodtagere) i procent af arbejdsstyrken.",
        ),
        groups=("unemployed_gross",),
        count=_unemployment_rate,
        over_years="mean",
        better="lower",
        shown_by_name=True,
    ),
    Measure(
        name="long_term_unemployed",
        label=Words("Long-term unemployed", "Langtidsledige"),
        unit=PERSONS,
        definition=Words(
            "Gross unemployed with 52 weeks or more of public support in the running course.",
            "Bruttoledige med mindst 52 ugers sammenhængende offentlig forsørgelse.",
        ),
        groups=("unemployed_gross",),
        count=lambda year: year.tally.long_term_weeks * year.up_a_week,
        over_years="mean",
        better="lower",
    ),
    Measure(
        name="job_starts",
        label=Words("Hires", "Ansættelser"),
        unit=Unit("job starts", "ansættelser"),
        definition=Words(
            "Hires into ordinary jobs, job-to-job included.",
            "Ansættelser i ordinære job, jobskift medregnet.",
        ),
        groups=("all",),
        count=lambda year: year.tally.hires * year.up_to_a_year,
        over_years="sum",
        better="higher",
        shown_by_name=True,
    ),
    Measure(
        name="vacancies",
        label=Words("Unfilled jobs", "Ledige stillinger"),
        unit=Unit("vacancies", "stillinger"),
        definition=Words(
            "Average number of unfilled jobs.",
            "Gennemsnitligt antal ledige stillinger.",
        ),
        groups=("all",),
        count=lambda year: year.tally.vacancy_weeks * year.up_a_week,
        over_years="mean",
        shown_by_name=True,
    ),
    Measure(
        name="vacancy_rate",
        label=Words("Vacancy rate", "Andel ledige stillinger"),
        unit=Unit("per cent of posts", "pct. af stillingerne", decimals=1, fine=2),
        definition=Words(
            "Unfilled jobs in per cent of all, filled and unfilled, as Statistics Denmark counts them.",
            "Ledige stillinger i procent af alle, besatte og ledige, som Danmarks Statistik opgør dem.",
        ),
        groups=("all",),
        count=lambda year: Ratio(
            year.tally.vacancy_weeks, year.tally.vacancy_weeks + year.tally.filled_weeks, times=100
        ),
        over_years="mean",
    ),
    Measure(
        name="weeks_to_fill",
        label=Words("Weeks to fill a vacancy", "Uger om at besætte en stilling"),
        unit=Unit("weeks", "uger", decimals=1, fine=2),
        definition=Words(
            "Weeks that the vacancies filled in the period had been open, on average.",
            "Uger, som de stillinger, der blev besat i perioden, i gennemsnit havde været ledige.",
        ),
        groups=("all",),
        count=lambda year: Ratio(year.tally.weeks_open, year.tally.recruited),
        over_years="mean",
    ),
    Measure(
        name="recruitments_given_up",
        label=Words("Recruitments given up", "Opgivne rekrutteringer"),
        unit=Unit("per cent", "pct.", decimals=1, fine=2),
        definition=Words(
            "Recruitments that ended without anybody in per cent of all that ended.",
            "Rekrutteringer, der endte, uden at nogen blev ansat, i procent af alle afsluttede.",
        ),
        groups=("all",),
        count=lambda year: Ratio(year.tally.given_up, year.tally.recruited + year.tally.given_up, times=100),
        over_years="mean",
    ),
    Measure(
        name="tightness",
        label=Words("Tightness", "Stramhed"),
        unit=Unit("vacancies per effective seeker", "stillinger pr. effektiv jobsøgende", decimals=2, fine=3),
        definition=Words(
            "Vacancies over effective searchers.",
            "Ledige stillinger pr. effektiv jobsøgende.",
        ),
        groups=("all",),
        count=_tightness,
        over_years="mean",
    ),
    Measure(
        name="job_offers_normal",
        label=Words("Job offers at normal tightness", "Jobtilbud ved normal stramhed"),
        unit=_OFFERS,
        definition=Words(
            "Offers to be expected of clients' hazards h at the tightness of the first week, sum "
            "over clients and weeks "
            "of 1 - exp(-h): what search, interviews and programmes would give if seekers took no "
            "job from each "
            "other.",
            "Jobtilbud at vente af borgernes hazarder h ved den første uges stramhed, sum over "
            "borgere og uger af "
            "1 - exp(-h): hvad søgning, samtaler og tilbud ville give, hvis ingen jobsøgende tog job "
            "fra andre.",
        ),
        groups=_BENEFITS,
        count=lambda year: year.tally.job_offers_normal[:, _CLIENTS] * year.up_to_a_year,
        over_years="sum",
        better="higher",
    ),
    Measure(
        name="job_offers",
        label=Words("Job offers at the actual tightness", "Jobtilbud ved den faktiske stramhed"),
        unit=_OFFERS,
        definition=Words(
            "The same sum with each week's chances where the client lives and commutes to.",
            "Den samme sum med hver uges chancer dér, hvor borgeren bor og pendler til.",
        ),
        groups=_BENEFITS,
        count=lambda year: year.tally.job_offers[:, _CLIENTS] * year.up_to_a_year,
        over_years="sum",
    ),
    Measure(
        name="job_offers_lost",
        label=Words("Job offers without a vacancy", "Jobtilbud uden en ledig stilling"),
        unit=_OFFERS,
        definition=Words(
            "Offers of the period for which somebody else had taken the last vacancy of the place.",
            "Jobtilbud i perioden, hvor en anden havde taget stedets sidste ledige stilling.",
        ),
        groups=_BENEFITS,
        count=lambda year: year.tally.job_offers_lost[:, _CLIENTS] * year.up_to_a_year,
        over_years="sum",
    ),
    Measure(
        name="job_finding",
        label=Words("Chances of a job", "Chancer for et job"),
        unit=Unit("times the first week's", "gange den første uges", decimals=3, fine=4),
        definition=Words(
            "Chances of a job of seekers who are no clients of the jobcentre, relative to the first "
            "week; the "
            "mean of the municipalities.",
            "Chancer for et job for jobsøgende uden for jobcentret i forhold til den første uge; "
            "gennemsnit af "
            "kommunerne.",
        ),
        groups=("all",),
        count=_finding,
        over_years="mean",
    ),
)
