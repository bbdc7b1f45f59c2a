"""The vocabulary: states, target groups, programmes, tasks and parties, by number and by name.

Every list here is an *index*: parameters that have one value per component name the index
(:data:`INDEXES`), and columns store the position in it as a small integer.
"""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """What a citizen lives on in a week (exactly one)."""

    EMPLOYED = 0
    DAGPENGE = 1
    KONTANTHJAELP_JOB_READY = 2
    KONTANTHJAELP_ACTIVITY_READY = 3
    UDDANNELSESHJAELP = 4
    SYGEDAGPENGE = 5
    JOBAFKLARING = 6
    RESSOURCEFORLOEB = 7
    LEDIGHEDSYDELSE = 8
    REVALIDERING = 9
    INTEGRATION_BENEFIT = 10
    FLEKSJOB = 11
    FOERTIDSPENSION = 12
    EDUCATION = 13
    OUTSIDE = 14
    EARLY_RETIREMENT = 15
    LEAVE = 16


N_STATES = len(State)
STATES: tuple[str, ...] = tuple(s.name.lower() for s in State)

#: What a Danish reader calls each state.
STATE_LABELS_DA: dict[str, str] = {
    "employed": "Beskæftigelse",
    "dagpenge": "Dagpenge",
    "kontanthjaelp_job_ready": "Kontanthjælp, jobparat",
    "kontanthjaelp_activity_ready": "Kontanthjælp, aktivitetsparat",
    "uddannelseshjaelp": "Uddannelseshjælp",
    "sygedagpenge": "Sygedagpenge",
    "jobafklaring": "Jobafklaringsforløb",
    "ressourceforloeb": "Ressourceforløb",
    "ledighedsydelse": "Ledighedsydelse",
    "revalidering": "Revalidering",
    "integration_benefit": "Selvforsørgelses- og hjemrejse- samt overgangsydelse",
    "fleksjob": "Fleksjob",
    "foertidspension": "Førtidspension",
    "education": "Uddannelse",
    "outside": "Uden for arbejdsmarkedet, selvforsørgende",
    "early_retirement": "Efterløn, seniorpension og tidlig pension",
    "leave": "Barsel og øvrige ydelser",
}

STATE_LABELS_EN: dict[str, str] = {
    "employed": "Employed",
    "dagpenge": "Unemployment insurance (dagpenge)",
    "kontanthjaelp_job_ready": "Social assistance, job-ready",
    "kontanthjaelp_activity_ready": "Social assistance, activity-ready",
    "uddannelseshjaelp": "Education assistance",
    "sygedagpenge": "Sickness benefit",
    "jobafklaring": "Job clarification",
    "ressourceforloeb": "Resource course",
    "ledighedsydelse": "Waiting for a flexjob (ledighedsydelse)",
    "revalidering": "Vocational rehabilitation",
    "integration_benefit": "Self-support and integration benefit",
    "fleksjob": "Flexjob",
    "foertidspension": "Disability pension",
    "education": "Education",
    "outside": "Outside the labour market, self-supporting",
    "early_retirement": "Early retirement",
    "leave": "Parental leave and other benefits",
}

#: States in which a jobcentre client is met and followed: the packed list of a week.
CLIENT_STATES: tuple[State, ...] = (
    State.DAGPENGE,
    State.KONTANTHJAELP_JOB_READY,
    State.KONTANTHJAELP_ACTIVITY_READY,
    State.UDDANNELSESHJAELP,
    State.SYGEDAGPENGE,
    State.JOBAFKLARING,
    State.RESSOURCEFORLOEB,
    State.LEDIGHEDSYDELSE,
    State.REVALIDERING,
    State.INTEGRATION_BENEFIT,
)

#: The 13 target groups of LAB section 6 (1-11 numbered in the act; 12 and 13 named by Cabi).
TARGET_GROUPS: tuple[str, ...] = (
    "dagpenge",
    "kontanthjaelp_job_ready",
    "kontanthjaelp_activity_ready",
    "uddannelseshjaelp_education_ready",
    "uddannelseshjaelp_activity_ready",
    "sygedagpenge",
    "jobafklaring",
    "ressourceforloeb",
    "fleksjob_visited",
    "revalidering",
    "foertidspension",
    "self_supporting",
    "under_18",
)

REFUND_STEPS: tuple[str, ...] = ("weeks_1_4", "weeks_5_26", "weeks_27_52", "weeks_53_plus")

PROGRAMMES: tuple[str, ...] = (
    "internship",
    "private_wage_subsidy",
    "public_wage_subsidy",
    "guidance_upgrading",
)

#: What a caseworker's hours go to.
TASKS: tuple[str, ...] = (
    "statutory_interview",
    "discretionary_interview",
    "preparation_documentation",
    "rules_guidance",
    "rehabilitation_team",
    "medical_certificates",
    "handover",
    "sanctions",
    "placement",
    "employer_contact",
    "case_administration",
    "idle",
)

EDUCATIONS: tuple[str, ...] = ("basic", "vocational_secondary", "short_medium", "long")
BARRIERS: tuple[str, ...] = ("none", "some", "complex")

#: Statistics Denmark's grouping of industries in ten.
INDUSTRIES: tuple[str, ...] = (
    "agriculture",
    "manufacturing",
    "construction",
    "trade_transport",
    "information",
    "finance",
    "real_estate",
    "business_services",
    "public_health_education",
    "culture_other",
)

PARTIES: tuple[str, ...] = ("state", "municipality", "a_kasse", "employer", "citizen")
STRATEGIES: tuple[str, ...] = ("uniform", "need", "effect_per_krone", "shortest_queue")

#: Ages at which early retirement can begin.
RETIREMENT_AGES: tuple[str, ...] = tuple(f"age_{age}" for age in range(60, 67))

MONTHS: tuple[str, ...] = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

INDEXES: dict[str, tuple[str, ...]] = {
    "state": STATES,
    "target_group": TARGET_GROUPS,
    "refund_step": REFUND_STEPS,
    "programme": PROGRAMMES,
    "task": TASKS,
    "education": EDUCATIONS,
    "barrier": BARRIERS,
    "industry": INDUSTRIES,
    "strategy": STRATEGIES,
    "month": MONTHS,
    "retirement_age": RETIREMENT_AGES,
}
