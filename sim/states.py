"""What people live on: one row a state.  All lookup arrays of the model (:mod:`sim.lookup`) derive from it.

A state is what a citizen lives on in a week (exactly one).  Its row says what it is called, whether the
jobcentre follows its recipients, in which target group and by whose specialists, what it pays and from which
account, who finances it, and how the first week's stock is shared among municipalities.  What happens to
people follows from these columns wherever it can; where law or evidence names one benefit, a mechanism names
the state (``State.SYGEDAGPENGE``), never its number.

To add a benefit, add a row here and its parameters (``docs/adding-a-state.md``).
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple

from sim.vocabulary import INDEXES as VOCABULARY
from sim.vocabulary import TARGET_GROUPS


class State(IntEnum):
    """What a citizen lives on in a week: positions of the rows of :data:`ROWS`."""

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


class Finance(IntEnum):
    """Who bears a benefit (lov om kommunernes finansiering af visse offentlige ydelser)."""

    NONE = 0  #: nothing is paid
    WAGE = 1  #: an employer's wage
    STATE = 2  #: the state alone
    REFUNDED = 3  #: the municipality, which the state refunds a share at the step of the refund clock
    COFINANCED_FUND = (
        4  #: the a-kasse and the state, co-financed by the municipality at the step of the clock
    )
    COFINANCED_STATE = 5  #: the state, co-financed by the municipality


class Rate(IntEnum):
    """How a benefit's weekly amount is found (:mod:`sim.rules.benefit_rates`)."""

    NONE = 0
    FLAT = 1  #: one rate for all: the row's ``amount``
    INSURANCE = 2  #: dagpenge: supplement in the first weeks, graduates' rates
    ASSISTANCE = 3  #: kontanthjælp: by age and providing for children
    EDUCATION = 4  #: uddannelseshjælp: by providing for children


class Block(StrEnum):
    """States that reports show together: benefits from near to work to far from it, then all others."""

    INSURED = "insured"
    SOCIAL_ASSISTANCE = "social_assistance"
    SICKNESS = "sickness"
    CLARIFICATION = "clarification"
    FLEXJOB = "flexjob"
    PENSION = "pension"
    APART = "apart"  #: neither in work nor on a benefit for want of it
    WORK = "work"


class Amount(NamedTuple):
    """The flat rate of a benefit, from parameters.

    ``parameters`` are multiplied; ``unit`` is that of the first.  ``mixed_with`` is a second
    parameter for those who are not in the share ``mixing``.
    """

    parameters: tuple[str, ...]
    unit: str = "kr. a month"  # or "kr. a week"
    mixed_with: str = ""
    mixing: str = ""


#: Last age of what is open to everybody under the state pension age, whatever that is in the year.
UNTIL_PENSION = 66


class Row(NamedTuple):
    """One state."""

    name: str
    label_en: str
    label_da: str
    block: Block  # in reports: the box of the picture of moves, and the place in tables
    rung: int = 0  # place within the block in reports; equal ones stand in the order of this table
    survival_shown: bool = False  # reports draw how long its spells last (large benefits)
    recipients_shown: bool = True  # if a benefit: its people have a row of reports' table of recipients
    client: bool = False  # the jobcentre meets and follows its recipients
    group: tuple[str, str] | None = None  # target group (LAB section 6) of who is not ready, of who is ready
    team: str = ""  # target group whose specialists take its clients in the first week
    finance: Finance = Finance.NONE
    account: str = ""  # of the benefit in the ledger
    rate: Rate = Rate.NONE
    amount: Amount | None = None  # of a flat rate
    aggregates: tuple[str, ...] = ()  # sums of states that outcomes show
    on_refund_clock: bool = False  # its weeks count on the refund clock
    self_supported: bool = False  # its weeks count as self-support
    keeps_job: bool = False  # a job that waits is kept while in it
    leave_from_job: bool = False  # who comes from work has not lost the job: it waits
    labour_force: bool = False
    insured: bool = False  # for members of an a-kasse
    for_the_ill: bool = False  # ends when the person is well again
    assessed: bool = False  # a caseworker's finding of how ready somebody is decides between such benefits
    means_tested: bool = False  # a partner's income and savings count
    availability_demanded: bool = False  # recipients must be available for work and apply for jobs
    orders_education: bool = False  # the young without an education are told to take one
    sanctioned_at: str = ""  # the parameter that says how often its recipients are sanctioned
    long_course_assessed: bool = False  # whoever has been on it for long is assessed, where the law says so
    resource_course: bool = False  # the course that clarifies whether capacity to work can be developed
    may_be_limited: bool = False  # a limit on kontanthjælp would end it
    gain_made_plain: bool = False  # recipients can be shown how much work would pay
    residence_ends_it: bool = False  # time in the country leads to the next benefit, whatever caseworkers do
    focus_target: bool = False  # its long courses count in the focus targets
    ordinary_hours: bool = False  # recipients may have a few paid hours
    seeks_quietly: bool = False  # its people apply for jobs though the jobcentre does not follow them
    ages: tuple[int, int] = (16, UNTIL_PENSION)  # ages at which the law, or the word, allows it
    shared_by: tuple[str, ...] = ()  # columns of municipalities.csv (multiplied) that share the first stock
    inflow_by: str = ""  # what people enter it relative to, where local stocks say how often: workers, people


_UNEMPLOYED = ("unemployed_gross", "temporary_support", "public_support")
_ASSISTANCE = ("kontanthjaelp_benefits", "temporary_support", "public_support")
_TEMPORARY = ("temporary_support", "public_support")
_SUPPORT = ("public_support",)

ROWS: tuple[Row, ...] = (
    Row(
        "employed", "Employed", "Beskæftigelse",
        block=Block.WORK,
        finance=Finance.WAGE, self_supported=True, keeps_job=True, leave_from_job=True, labour_force=True,
        seeks_quietly=True, ages=(18, UNTIL_PENSION), shared_by=("employed_residence_2022",),
    ),
    Row(
        "dagpenge", "Unemployment insurance (dagpenge)", "Dagpenge",
        block=Block.INSURED, survival_shown=True,
        client=True, group=("dagpenge", "dagpenge"), team="dagpenge",
        finance=Finance.COFINANCED_FUND, account="dagpenge", rate=Rate.INSURANCE,
        aggregates=_UNEMPLOYED, on_refund_clock=True, labour_force=True, insured=True, focus_target=True,
        ages=(18, UNTIL_PENSION), shared_by=("gross_unemployed_dagpenge_2024_avg",),
        availability_demanded=True,
        sanctioned_at="sanctions.dagpenge_a_year", long_course_assessed=True,
    ),
    Row(
        "kontanthjaelp_job_ready", "Social assistance, job-ready", "Kontanthjælp, jobparat",
        block=Block.SOCIAL_ASSISTANCE, survival_shown=True,
        client=True, group=("kontanthjaelp_job_ready", "kontanthjaelp_job_ready"),
        team="kontanthjaelp_job_ready",
        finance=Finance.REFUNDED, account="kontanthjaelp", rate=Rate.ASSISTANCE,
        aggregates=("unemployed_gross", *_ASSISTANCE), on_refund_clock=True, labour_force=True,
        focus_target=True, ordinary_hours=True,
        ages=(18, UNTIL_PENSION), shared_by=("gross_unemployed_kontanthjaelp_2024_avg",), inflow_by="people",
        assessed=True, means_tested=True, availability_demanded=True, keeps_job=True,
        sanctioned_at="sanctions.kontanthjaelp_job_ready_a_year",
        long_course_assessed=True, may_be_limited=True, gain_made_plain=True,
    ),
    Row(
        "kontanthjaelp_activity_ready", "Social assistance, activity-ready",
        "Kontanthjælp, aktivitetsparat",
        block=Block.SOCIAL_ASSISTANCE, survival_shown=True,
        client=True, group=("kontanthjaelp_activity_ready", "kontanthjaelp_activity_ready"),
        team="kontanthjaelp_activity_ready",
        finance=Finance.REFUNDED, account="kontanthjaelp", rate=Rate.ASSISTANCE,
        aggregates=_ASSISTANCE, on_refund_clock=True, focus_target=True, ordinary_hours=True,
        ages=(18, UNTIL_PENSION), shared_by=("kontanthjaelp_fulltime_2024_avg",), inflow_by="people",
        assessed=True, means_tested=True, keeps_job=True,
        sanctioned_at="sanctions.kontanthjaelp_activity_ready_a_year",
        long_course_assessed=True, may_be_limited=True, gain_made_plain=True,
    ),
    Row(
        "uddannelseshjaelp", "Education assistance", "Uddannelseshjælp",
        block=Block.SOCIAL_ASSISTANCE,
        client=True, group=("uddannelseshjaelp_activity_ready", "uddannelseshjaelp_education_ready"),
        team="uddannelseshjaelp_activity_ready",
        finance=Finance.REFUNDED, account="uddannelseshjaelp", rate=Rate.EDUCATION,
        aggregates=_ASSISTANCE, on_refund_clock=True, focus_target=True, ordinary_hours=True,
        ages=(18, 29), shared_by=("kontanthjaelp_fulltime_2024_avg",), inflow_by="people",
        means_tested=True, orders_education=True, keeps_job=True,
        sanctioned_at="sanctions.uddannelseshjaelp_a_year", long_course_assessed=True,
    ),
    Row(
        "sygedagpenge", "Sickness benefit", "Sygedagpenge",
        block=Block.SICKNESS, survival_shown=True,
        client=True, group=("sygedagpenge", "sygedagpenge"), team="sygedagpenge",
        finance=Finance.REFUNDED, account="sygedagpenge", rate=Rate.FLAT,
        amount=Amount(
            ("benefits.sygedagpenge_max_kr_week", "benefits.sickness_average_share"), unit="kr. a week"
        ),
        aggregates=_TEMPORARY, on_refund_clock=True, keeps_job=True, leave_from_job=True,
        ages=(18, UNTIL_PENSION), shared_by=("bm_actual_sygedagpenge_2022",), inflow_by="workers",
        for_the_ill=True, long_course_assessed=True,
    ),
    Row(
        "jobafklaring", "Job clarification", "Jobafklaringsforløb",
        block=Block.SICKNESS,
        client=True, group=("jobafklaring", "jobafklaring"), team="jobafklaring",
        finance=Finance.REFUNDED, account="ressourceforloebsydelse", rate=Rate.ASSISTANCE,
        aggregates=_TEMPORARY, on_refund_clock=True,
        ages=(18, UNTIL_PENSION), shared_by=("bm_actual_sygedagpenge_2022",),
        for_the_ill=True, keeps_job=True,
        long_course_assessed=True,
    ),
    Row(
        "ressourceforloeb", "Resource course", "Ressourceforløb",
        block=Block.CLARIFICATION,
        client=True, group=("ressourceforloeb", "ressourceforloeb"), team="ressourceforloeb",
        finance=Finance.REFUNDED, account="ressourceforloebsydelse", rate=Rate.ASSISTANCE,
        aggregates=_TEMPORARY, on_refund_clock=True,
        ages=(18, UNTIL_PENSION), shared_by=("bm_actual_total_2022",),
        for_the_ill=True, keeps_job=True,
        long_course_assessed=True, resource_course=True,
    ),
    Row(
        "ledighedsydelse", "Waiting for a flexjob (ledighedsydelse)", "Ledighedsydelse",
        block=Block.CLARIFICATION,
        client=True, group=("fleksjob_visited", "fleksjob_visited"), team="fleksjob_visited",
        finance=Finance.REFUNDED, account="ledighedsydelse", rate=Rate.FLAT,
        amount=Amount(("benefits.dagpenge_max_kr_month", "benefits.ledighedsydelse_share_of_dagpenge")),
        aggregates=_TEMPORARY, on_refund_clock=True,
        ages=(18, UNTIL_PENSION), shared_by=("bm_actual_total_2022",),
        availability_demanded=True, long_course_assessed=True,
    ),
    Row(
        "revalidering", "Vocational rehabilitation", "Revalidering",
        block=Block.SOCIAL_ASSISTANCE, rung=1,
        client=True, group=("revalidering", "revalidering"), team="revalidering",
        finance=Finance.REFUNDED, account="revalideringsydelse", rate=Rate.FLAT,
        amount=Amount(("benefits.dagpenge_max_kr_month", "benefits.revalidering_share_of_dagpenge")),
        aggregates=_ASSISTANCE, on_refund_clock=True,
        ages=(18, UNTIL_PENSION), shared_by=("kontanthjaelp_fulltime_2024_avg",),
        long_course_assessed=True,
    ),
    Row(
        "integration_benefit", "Self-support and integration benefit",
        "Selvforsørgelses- og hjemrejse- samt overgangsydelse",
        block=Block.SOCIAL_ASSISTANCE,
        client=True, group=("kontanthjaelp_activity_ready", "kontanthjaelp_job_ready"),
        team="kontanthjaelp_activity_ready",
        finance=Finance.REFUNDED, account="integration_benefit", rate=Rate.EDUCATION,
        aggregates=_ASSISTANCE, on_refund_clock=True, focus_target=True, ordinary_hours=True,
        ages=(18, UNTIL_PENSION), shared_by=("kontanthjaelp_fulltime_2024_avg",), inflow_by="people",
        means_tested=True, residence_ends_it=True, keeps_job=True,
        sanctioned_at="sanctions.integration_benefit_a_year",
    ),
    Row(
        "fleksjob", "Flexjob", "Fleksjob",
        block=Block.FLEXJOB,
        group=("fleksjob_visited", "fleksjob_visited"),
        finance=Finance.REFUNDED, account="flexjob_wage_supplement", rate=Rate.FLAT,
        amount=Amount(("benefits.flexjob_supplement_kr_month",)),
        aggregates=_SUPPORT, on_refund_clock=True, labour_force=True,
        shared_by=("bm_actual_total_2022",),
    ),
    Row(
        "foertidspension", "Disability pension", "Førtidspension",
        block=Block.PENSION,
        group=("foertidspension", "foertidspension"),
        finance=Finance.COFINANCED_STATE, account="foertidspension", rate=Rate.FLAT,
        amount=Amount(
            ("benefits.foertidspension_single_kr_month",),
            mixed_with="benefits.foertidspension_cohabiting_kr_month",
            mixing="benefits.share_single_pensioners",
        ),
        aggregates=_SUPPORT, on_refund_clock=True,
        shared_by=("bm_actual_total_2022",),
    ),
    Row(
        "education", "Education", "Uddannelse",
        block=Block.APART, seeks_quietly=True, ages=(16, 44),
    ),
    Row(
        "outside", "Outside the labour market, self-supporting",
        "Uden for arbejdsmarkedet, selvforsørgende",
        block=Block.APART,
        self_supported=True, seeks_quietly=True,
    ),
    Row(
        "early_retirement", "Early retirement", "Efterløn, seniorpension og tidlig pension",
        block=Block.PENSION, recipients_shown=False,
        finance=Finance.STATE, account="early_retirement", rate=Rate.FLAT,
        amount=Amount(("benefits.dagpenge_max_kr_month", "benefits.early_retirement_share_of_dagpenge")),
        aggregates=_SUPPORT, ages=(60, 66), shared_by=("population_2024m01", "share_65plus_pct"),
    ),
    Row(
        "leave", "Parental leave and other benefits", "Barsel og øvrige ydelser",
        block=Block.APART, recipients_shown=False,
        finance=Finance.STATE, account="leave_benefits", rate=Rate.FLAT,
        amount=Amount(("benefits.sygedagpenge_max_kr_week",), unit="kr. a week"),
        aggregates=_SUPPORT, keeps_job=True, leave_from_job=True, labour_force=True,
        shared_by=("employed_residence_2022",),
    ),
)  # fmt: skip

assert [row.name.upper() for row in ROWS] == [state.name for state in State]

N_STATES = len(ROWS)
#: The state of nobody: of who has left the population, and of an empty row in the clients' table.
NOBODY = N_STATES
STATES: tuple[str, ...] = tuple(row.name for row in ROWS)
STATE_LABELS_DA: dict[str, str] = {row.name: row.label_da for row in ROWS}
STATE_LABELS_EN: dict[str, str] = {row.name: row.label_en for row in ROWS}

#: States in which a jobcentre client is met and followed.
CLIENT_STATES: tuple[State, ...] = tuple(State(at) for at, row in enumerate(ROWS) if row.client)
#: States whose end is scheduled ahead: all others.
QUIET_STATES: tuple[State, ...] = tuple(State(at) for at, row in enumerate(ROWS) if not row.client)


def states_with(column: str) -> list[State]:
    """Return the states for which a column of the table is true, in the table's order."""
    return [State(at) for at, row in enumerate(ROWS) if getattr(row, column)]


def members_of(aggregate: str) -> tuple[str, ...]:
    """Return the names of the states that an aggregate sums."""
    return tuple(row.name for row in ROWS if aggregate in row.aggregates)


#: Position of no target group: of states outside the 13.
NO_GROUP = -1


#: Position in TARGET_GROUPS of the team that takes a client state's people in the first week.
TEAM_OF_STATE: dict[State, int] = {state: TARGET_GROUPS.index(ROWS[state].team) for state in CLIENT_STATES}

#: Every index that a parameter may have one value per component of.
INDEXES: dict[str, tuple[str, ...]] = {"state": STATES, **VOCABULARY}
