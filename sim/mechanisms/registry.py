"""The mechanisms of the model by name, in the order of the week: what each is, its evidence, its switch."""

from __future__ import annotations

from typing import NamedTuple


class Mechanism(NamedTuple):
    """A named, separately switchable piece of the week."""

    name: str
    label: str
    phase: str
    equation: str
    evidence: str
    module: str
    when_off: str


MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism("season", "Seasons in job loss", "demand", "s[month]", "national months of gross unemployment",
              "sim.mechanisms.demand", "every month has the yearly average"),
    Mechanism("cycle", "Business cycle", "demand", "demand.job_loss_index, demand.job_growth", "demand paths (assumption)",
              "sim.mechanisms.demand", "no cycle whatever the path"),
    Mechanism("separations", "Jobs, studies and other quiet states end", "demand",
              "integrated hazard against one exponential a spell", "F080, F172, F203", "sim.mechanisms.separations",
              "quiet states end only by ageing"),
    Mechanism("job_creation", "Vacancies answer tightness and demand", "demand",
              "jobs * (gamma/52 * log(theta*/theta) + growth)", "X20, X02, X03", "sim.mechanisms.vacancies",
              "only jobs that are left are advertised"),
    Mechanism("statutory_contact", "Interviews the law and the focus targets ask for", "contact",
              "first within, n in 26 weeks, interval after", "LAB 31-32, C159", "sim.mechanisms.contact",
              "nobody is due by law"),
    Mechanism("discretionary_contact", "Interviews a caseworker chooses to hold", "contact", "strategy score",
              "R02, KD06, KD14", "sim.mechanisms.contact", "hours left over are idle"),
    Mechanism("a_kasse_contact", "The a-kasse's interviews", "contact", "n interviews in the first weeks", "F266, LAB 31",
              "sim.mechanisms.contact", "the a-kasse holds none"),
    Mechanism("caseload", "Caseworkers have limited hours", "contact", "hours = tasks + interviews + idle",
              "C047, C079, C088, C034", "sim.mechanisms.casework", "time is unlimited"),
    Mechanism("supervision", "Focus targets and tightened supervision", "contact", "share without effort > 30 %, benchmark gap",
              "SUP-01 - SUP-04", "sim.mechanisms.supervision", "no focus targets, whatever the law"),
    Mechanism("turnover", "Caseworkers leave", "contact", "1 - exp(-rate)", "A17, C069-C071", "sim.mechanisms.turnover",
              "nobody leaves"),
    Mechanism("programmes", "Programmes start, lock in and end", "programmes", "duty, focus target, judgement; budget",
              "P05, P10, P18, P20, P32, P41, P42", "sim.mechanisms.programmes", "no programme starts"),
    Mechanism("interview_effect", "An interview raises job finding for some weeks", "search", "b * s(meetings)",
              "M21, M02, M12, C20", "sim.mechanisms.search", "interviews change nothing"),
    Mechanism("relation", "Knowing each other and believing in the client", "search",
              "continuity * (min(met,3)/3 - 1) + belief", "C13, C14, C15", "sim.mechanisms.search", "relations do not matter"),
    Mechanism("duration_dependence", "Genuine duration dependence and stigma", "search", "-delta*weeks - stigma",
              "S02-S04, S12, S14", "sim.mechanisms.search", "only selection lowers hazards over the spell"),
    Mechanism("threat", "Threat of an announced programme", "search", "+threat before the start", "M15, M27",
              "sim.mechanisms.search", "announcements change nothing"),
    Mechanism("lock_in", "Lock-in during a programme", "search", "multiplier in the programme", "P05, section 1.6",
              "sim.mechanisms.search", "participants search like others"),
    Mechanism("programme_lift", "Lift after a programme", "search", "lift * exp(-t/52)", "P05, P12, P20, P41",
              "sim.mechanisms.search", "programmes leave nothing behind"),
    Mechanism("sanction_effect", "A sanctioned UI recipient searches harder", "search", "log 2 for 13 weeks", "P01",
              "sim.mechanisms.search", "sanctions do not change search"),
    Mechanism("benefit_incentive", "Benefit levels and search", "search", "elasticity * log(benefit ratio)", "B20, B21, B10",
              "sim.mechanisms.search", "benefit levels do not change search"),
    Mechanism("matching", "Clients find jobs", "matching", "1 - exp(-h * lambda)", "X12, X14, X17",
              "sim.mechanisms.matching", "no client finds a job"),
    Mechanism("displacement", "Seekers compete for a limited number of vacancies", "matching",
              "lambda = (theta/theta*)^(1-eta)", "E01, E07, E08", "sim.mechanisms.matching",
              "tightness is constant and a job appears for whoever is hired"),
    Mechanism("sickness", "Recovery and the revaluation after 22 weeks", "transitions", "rho[barrier]", "F013, F315-F323",
              "sim.mechanisms.sickness", "nobody recovers or is revalued"),
    Mechanism("exhaustion", "Dagpenge runs out after two years", "transitions", "used >= 104 weeks", "DP-P1, DP-P2",
              "sim.mechanisms.exhaustion", "dagpenge has no end"),
    Mechanism("benefit_shifts", "Moves from one benefit to another", "transitions", "competing yearly rates", "seed F01, F304-F308",
              "sim.mechanisms.benefit_shifts", "nobody shifts"),
    Mechanism("clarification", "Resource courses, flexjobs and pensions are decided", "transitions",
              "preparation + team + backlog", "C096, C097, F288-F290", "sim.mechanisms.clarification",
              "no case is ever decided"),
    Mechanism("sanctions", "Sanctions", "transitions", "rate * strictness", "P01, P04, P35-P38", "sim.mechanisms.sanctions",
              "nobody is sanctioned"),
    Mechanism("ordinary_hours", "Paid hours while on benefit", "transitions", "start and stop rates", "y60j01, P14, P15",
              "sim.mechanisms.ordinary_hours", "nobody starts or stops"),
    Mechanism("ageing", "Birthdays, early retirement, pension age", "transitions", "age", "F006, F011, F012",
              "sim.mechanisms.ageing", "nobody grows older"),
    Mechanism("staffing", "Savings change staff and budgets", "slow decisions", "target with a lag", "C001-C003, C049",
              "sim.mechanisms.staffing", "staff and budgets stay as they were"),
    Mechanism("municipal_reaction", "Municipalities react to what a week costs them", "slow decisions",
              "reaction * (value/value0 - 1)", "R01-R03, C158", "sim.mechanisms.staffing", "money changes no priorities"),
)
NAMES: tuple[str, ...] = tuple(m.name for m in MECHANISMS)
