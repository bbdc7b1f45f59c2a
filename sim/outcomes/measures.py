"""Outcome measures by name: unit and definition. Nothing is reported that is not registered here."""

from __future__ import annotations

from typing import NamedTuple


class Measure(NamedTuple):
    """A named outcome."""

    name: str
    unit: str
    definition: str
    definition_da: str


def _m(name: str, unit: str, definition: str, definition_da: str) -> tuple[str, Measure]:
    return name, Measure(name, unit, definition, definition_da)


MEASURES: dict[str, Measure] = dict(
    (
        _m(
            "stock",
            "persons",
            "Average number of citizens in the state over the weeks of the period.",
            "Gennemsnitligt antal borgere i tilstanden over periodens uger.",
        ),
        _m(
            "inflow", "persons", "Entries into the state in the period.", "Tilgang til tilstanden i perioden."
        ),
        _m("outflow", "persons", "Exits from the state in the period.", "Afgang fra tilstanden i perioden."),
        _m(
            "flow",
            "persons",
            'Moves from one state straight to another in the period, by "from>to" (the whole country).',
            'Skift direkte fra en tilstand til en anden i perioden, efter "fra>til" (hele landet).',
        ),
        _m(
            "exits_to_job",
            "persons",
            "Exits from the state to ordinary work in the period.",
            "Afgang fra tilstanden til ordinært arbejde i perioden.",
        ),
        _m(
            "mean_duration",
            "weeks",
            "Mean length of a spell, from the period's own exit rates by week of the spell (a life table; "
            "restricted to 208 weeks; ongoing spells count as censored).",
            "Gennemsnitlig varighed af et forløb ud fra periodens egne afgangsrater efter uge i forløbet "
            "(overlevelsestabel, højst 208 uger; igangværende forløb indgår som censurerede).",
        ),
        _m(
            "median_duration",
            "weeks",
            "Median length of a spell, same life table (208 if not reached).",
            "Median for varigheden af et forløb, samme overlevelsestabel (208 hvis ikke nået).",
        ),
        _m(
            "share_over_26_weeks",
            "share",
            "Share of spells longer than 26 weeks, same life table.",
            "Andel af forløb over 26 uger, samme overlevelsestabel.",
        ),
        _m(
            "share_over_52_weeks",
            "share",
            "Share of spells longer than 52 weeks, same life table.",
            "Andel af forløb over 52 uger, samme overlevelsestabel.",
        ),
        _m(
            "share_over_104_weeks",
            "share",
            "Share of spells longer than 104 weeks, same life table.",
            "Andel af forløb over 104 uger, samme overlevelsestabel.",
        ),
        _m(
            "touched",
            "persons",
            "Different persons in the state at some time in the period.",
            "Forskellige personer, der har været i tilstanden i perioden.",
        ),
        _m(
            "unemployment_rate",
            "per cent of labour force",
            "Gross unemployed (dagpenge and job-ready kontanthjælp) in per cent of the labour force.",
            "Bruttoledige (dagpenge og jobparate kontanthjælpsmodtagere) i procent af arbejdsstyrken.",
        ),
        _m(
            "long_term_unemployed",
            "persons",
            "Gross unemployed with 52 weeks or more of public support in the running course.",
            "Bruttoledige med mindst 52 ugers sammenhængende offentlig forsørgelse.",
        ),
        _m(
            "job_starts",
            "job starts",
            "Hires into ordinary jobs, job-to-job included.",
            "Ansættelser i ordinære job, jobskift medregnet.",
        ),
        _m(
            "vacancies",
            "vacancies",
            "Average number of unfilled jobs.",
            "Gennemsnitligt antal ledige stillinger.",
        ),
        _m(
            "tightness",
            "vacancies per effective seeker",
            "Vacancies over effective searchers.",
            "Ledige stillinger pr. effektiv jobsøgende.",
        ),
        _m(
            "benefit_shifts",
            "shifts",
            "Moves from one of the jobcentre's benefits straight to another.",
            "Skift direkte fra én af jobcentrets ydelser til en anden.",
        ),
        _m(
            "interviews",
            "interviews",
            "Interviews held by the jobcentre, by benefit.",
            "Samtaler holdt af jobcentret efter ydelse.",
        ),
        _m(
            "interviews_a_kasse",
            "interviews",
            "Interviews held by the a-kasse.",
            "Samtaler holdt af a-kassen.",
        ),
        _m(
            "interviews_per_person_year",
            "interviews a person-year",
            "All interviews held (jobcentre and a-kasse) over person-years in the state.",
            "Alle afholdte samtaler (jobcenter og a-kasse) pr. personår i tilstanden.",
        ),
        _m(
            "interviews_missed",
            "interviews",
            "Interviews due by law that were not held within four weeks.",
            "Lovpligtige samtaler, der ikke blev holdt inden for fire uger.",
        ),
        _m(
            "hours",
            "hours",
            "Caseworkers' hours, by task (idle included).",
            "Sagsbehandlernes timer efter opgave (inkl. ledig tid).",
        ),
        _m(
            "backlog_hours",
            "hours",
            "Average work waiting at the end of a week.",
            "Gennemsnitligt arbejde i kø ved ugens slutning.",
        ),
        _m(
            "caseworkers",
            "full-time caseworkers",
            "Average number of caseworkers, full time.",
            "Gennemsnitligt antal sagsbehandlere, fuldtid.",
        ),
        _m(
            "caseload",
            "citizens per caseworker",
            "Clients per full-time caseworker.",
            "Sager pr. fuldtidssagsbehandler.",
        ),
        _m(
            "participants",
            "persons",
            "Average number in a programme, by programme.",
            "Gennemsnitligt antal deltagere efter tilbud.",
        ),
        _m(
            "sanctions",
            "sanctions",
            "Sanctions given in the period, by benefit.",
            "Sanktioner i perioden efter ydelse.",
        ),
        _m(
            "supervised",
            "share",
            "Share of municipalities (or of the year) under tightened supervision.",
            "Andel af kommuner (eller af året) under skærpet tilsyn.",
        ),
        _m(
            "gross_benefits",
            "kr. a year",
            "Benefits paid to citizens, before refunds, by benefit.",
            "Ydelser udbetalt til borgere før refusion, efter ydelse.",
        ),
        _m(
            "net_cost_state",
            "kr. a year",
            "What the state pays less what it receives, taxes included.",
            "Statens udgifter minus indtægter, inkl. skat.",
        ),
        _m(
            "net_cost_municipality",
            "kr. a year",
            "What the municipality pays less what it receives, taxes included.",
            "Kommunens udgifter minus indtægter, inkl. skat.",
        ),
        _m(
            "net_cost_a_kasse",
            "kr. a year",
            "What the a-kasser pay less what they receive.",
            "A-kassernes udgifter minus indtægter.",
        ),
        _m(
            "net_public_cost",
            "kr. a year",
            "Sum of state, municipality and a-kasser, taxes included.",
            "Sum af stat, kommune og a-kasser, inkl. skat.",
        ),
        _m(
            "effort_cost",
            "kr. a year",
            "Jobcentre staff, programmes and certificates.",
            "Jobcenterpersonale, tilbud og lægeattester.",
        ),
    )
)

#: Groups that sum several states.
AGGREGATES: dict[str, tuple[str, ...]] = {
    "unemployed_gross": ("dagpenge", "kontanthjaelp_job_ready"),
    "kontanthjaelp_benefits": (
        "kontanthjaelp_job_ready",
        "kontanthjaelp_activity_ready",
        "uddannelseshjaelp",
        "integration_benefit",
        "revalidering",
    ),
    "temporary_support": (
        "dagpenge",
        "kontanthjaelp_job_ready",
        "kontanthjaelp_activity_ready",
        "uddannelseshjaelp",
        "sygedagpenge",
        "jobafklaring",
        "ressourceforloeb",
        "ledighedsydelse",
        "revalidering",
        "integration_benefit",
    ),
    "public_support": (
        "dagpenge",
        "kontanthjaelp_job_ready",
        "kontanthjaelp_activity_ready",
        "uddannelseshjaelp",
        "sygedagpenge",
        "jobafklaring",
        "ressourceforloeb",
        "ledighedsydelse",
        "revalidering",
        "integration_benefit",
        "fleksjob",
        "foertidspension",
        "early_retirement",
        "leave",
    ),
}
AGGREGATE_LABELS: dict[str, tuple[str, str]] = {
    "unemployed_gross": ("Gross unemployed", "Bruttoledige"),
    "kontanthjaelp_benefits": ("Social assistance benefits", "Kontanthjælpsydelser"),
    "temporary_support": ("All temporary benefits", "Alle midlertidige ydelser"),
    "public_support": ("All public support", "Offentlig forsørgelse i alt"),
    "all": ("All", "Alle"),
}
