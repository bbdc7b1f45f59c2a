"""The vocabulary beside the states: target groups, programmes, tasks, parties and the like.

Every list here is an *index*: parameters that have one value per component name the index
(:data:`INDEXES`), and columns store the position in it as a small integer.
"""

from __future__ import annotations

from enum import IntEnum


class Group(IntEnum):
    """A target group of LAB section 6 (1-11 numbered in the act; 12 and 13 named by Cabi)."""

    DAGPENGE = 0
    KONTANTHJAELP_JOB_READY = 1
    KONTANTHJAELP_ACTIVITY_READY = 2
    UDDANNELSESHJAELP_EDUCATION_READY = 3
    UDDANNELSESHJAELP_ACTIVITY_READY = 4
    SYGEDAGPENGE = 5
    JOBAFKLARING = 6
    RESSOURCEFORLOEB = 7
    FLEKSJOB_VISITED = 8
    REVALIDERING = 9
    FOERTIDSPENSION = 10
    SELF_SUPPORTING = 11
    UNDER_18 = 12


TARGET_GROUPS: tuple[str, ...] = tuple(each.name.lower() for each in Group)

REFUND_STEPS: tuple[str, ...] = ("weeks_1_4", "weeks_5_26", "weeks_27_52", "weeks_53_plus")


class Programme(IntEnum):
    """An offer; NONE for who takes part in nothing."""

    NONE = 0
    INTERNSHIP = 1
    PRIVATE_WAGE_SUBSIDY = 2
    PUBLIC_WAGE_SUBSIDY = 3
    GUIDANCE_UPGRADING = 4


PROGRAMMES: tuple[str, ...] = tuple(each.name.lower() for each in Programme if each is not Programme.NONE)


class Task(IntEnum):
    """What a caseworker's hours go to."""

    STATUTORY_INTERVIEW = 0
    DISCRETIONARY_INTERVIEW = 1
    PREPARATION_DOCUMENTATION = 2
    RULES_GUIDANCE = 3
    REHABILITATION_TEAM = 4
    MEDICAL_CERTIFICATES = 5
    HANDOVER = 6
    SANCTIONS = 7
    PLACEMENT = 8
    EMPLOYER_CONTACT = 9
    CASE_ADMINISTRATION = 10
    IDLE = 11
    NEW_CASE = 12
    SHIFT = 13
    PAYMENT_MONTH = 14
    PLAN = 15
    REFERRAL = 16
    MEETINGS = 17
    COMPLAINTS = 18


TASKS: tuple[str, ...] = tuple(each.name.lower() for each in Task)


class Education(IntEnum):
    """Highest education."""

    BASIC = 0
    VOCATIONAL_SECONDARY = 1
    SHORT_MEDIUM = 2
    LONG = 3


EDUCATIONS: tuple[str, ...] = tuple(each.name.lower() for each in Education)


class Barrier(IntEnum):
    """Barriers of health or social life between a person and work."""

    NONE = 0
    SOME = 1
    COMPLEX = 2


BARRIERS: tuple[str, ...] = tuple(each.name.lower() for each in Barrier)


class Health(IntEnum):
    """How able to work a person is, whatever they live on."""

    WELL = 0
    ILL = 1  #: for a time
    REDUCED = 2  #: for good: able to work few hours (a flexjob)
    UNABLE = 3  #: for good: hardly able to work at all (disability pension)


HEALTH: tuple[str, ...] = tuple(each.name.lower() for each in Health)

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


class Channel(IntEnum):
    """How a workplace and the client whom it hires find each other."""

    OWN = 0
    A_KASSE = 1
    MUNICIPALITY = 2


CHANNELS: tuple[str, ...] = tuple(each.name.lower() for each in Channel)


class FollowUp(IntEnum):
    """A follow-up, reassessment or meeting that the law asks for at a date of its own."""

    FIRST_TEAM_MEETING = 0  #: of the rehabilitation team, at the move from sickness benefit to jobafklaring
    LEDIGHEDSYDELSE = 1  #: whether the approval for a flexjob still holds
    FLEXJOB = 2
    TEMPORARY_FLEXJOB = 3  #: whether who was young when it began still fulfils the conditions
    PERSONAL_ASSISTANCE = 4
    PENSIONERS_JOB = 5  #: a disability pensioner's job with a wage subsidy (skånejob)


FOLLOW_UPS: tuple[str, ...] = tuple(each.name.lower() for each in FollowUp)


class Service(IntEnum):
    """What a client may do by self-service instead of by a caseworker's time."""

    INTERVIEW = 0  #: one that the law asks for, after the first
    OFFER = 1  #: one that the law asks for
    PAYMENT = 2  #: what a month's payment asks for
    GUIDANCE = 3  #: about rights and duties
    JOURNAL = 4  #: of education, jobs and wishes, before the first interview
    FORM = 5  #: interviews by phone or video


SERVICES: tuple[str, ...] = tuple(each.name.lower() for each in Service)

PARTIES: tuple[str, ...] = ("state", "municipality", "a_kasse", "employer", "citizen")


class Strategy(IntEnum):
    """Where a municipality sends hours that no rule claims."""

    UNIFORM = 0
    NEED = 1
    EFFECT_PER_KRONE = 2
    SHORTEST_QUEUE = 3


STRATEGIES: tuple[str, ...] = tuple(each.name.lower() for each in Strategy)

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


#: Tasks that the block grant compensates when the law changes them (DUT), one amount each.
COMPENSATED_TASKS = (
    "resource_courses",
    "revalidation",
    "rehabilitation_teams",
    "job_clarification",
    "interviews",
    "other",
)

INDEXES: dict[str, tuple[str, ...]] = {
    "target_group": TARGET_GROUPS,
    "refund_step": REFUND_STEPS,
    "compensated_task": COMPENSATED_TASKS,
    "programme": PROGRAMMES,
    "task": TASKS,
    "education": EDUCATIONS,
    "barrier": BARRIERS,
    "health": HEALTH,
    "industry": INDUSTRIES,
    "strategy": STRATEGIES,
    "follow_up": FOLLOW_UPS,
    "service": SERVICES,
    "month": MONTHS,
    "retirement_age": RETIREMENT_AGES,
}
