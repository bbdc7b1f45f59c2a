"""What a trial file may say: population, design, treatment, outcomes and what was published."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from reforms.schema import BothLanguages, name_errors
from sim.data import municipalities, municipality_code
from sim.errors import InputError, shortened, suggest
from sim.parameters import Change, Origin
from sim.parameters.document import Document
from sim.parameters.schema import Entry, SourceEntry, Text, read_entry
from sim.runs.options import MOST_RUNS, TRIAL, Demand, check_scale
from sim.states import CLIENT_STATES, STATES
from sim.vocabulary import BARRIERS, EDUCATIONS, PROGRAMMES

#: States that the words ``benefits`` and ``unemployed`` stand for in a list of states.
GROUPS: dict[str, tuple[str, ...]] = {
    "unemployed": ("dagpenge", "kontanthjaelp_job_ready"),
    "benefits": tuple(STATES[state] for state in CLIENT_STATES),
    "work": ("employed", "fleksjob"),
    "self_support": ("employed", "fleksjob", "education", "outside"),
    "any": STATES,
}
STATISTICS = (
    "median_weeks",
    "mean_weeks",
    "hazard_ratio",
    "exit_within",
    "share_after",
    "weeks_in",
    "job_chance",
    "interviews",
    "sanctioned_ratio",
    "sanctioned_chance",
    "exit_share",
    "activated",
)
CONTRASTS = ("treated_untreated", "treated_elsewhere", "untreated_elsewhere", "treated", "untreated")

#: Ages that the model's people can have, and weeks that a trial can be meant to take (twenty years).
AGES, MOST_WEEKS = (15, 75), 1040

Span = Annotated[list[int], Field(min_length=2, max_length=2)]


def _listed(found: object) -> object:
    return [found] if isinstance(found, str) else found


States = Annotated[list[str], BeforeValidator(_listed)]


class RuleEntry(Entry):
    """A change of one parameter for those it is given to."""

    parameter: str
    operation: Literal["set", "multiply", "add"] = "set"
    value: Any
    reason: Text = ""


class PopulationEntry(Entry):
    """Who takes part: entering during a window of weeks, or present at its only week."""

    states: States
    weeks_in_state: Span | None = None
    weeks_on_benefits: Span | None = None
    age: Span | None = None
    sex: Literal["women", "men"] | None = None
    insured: bool | None = None
    barrier: list[str] | None = None
    education: list[str] | None = None
    starts: list[str] | None = None
    regions: list[Text] | None = None
    municipalities: list[Any] | None = None
    window: Span


class DesignEntry(Entry):
    """How the treated are found."""

    kind: Literal["individual", "two_stage", "municipality", "law"]
    share: float = 0.5
    saturations: list[float] | None = None
    exposed: Literal["worse_than_benchmark"] | None = None
    before: Span | None = None


class StepEntry(Entry):
    """Part of a treatment: rules from one week after enrolment to another (None: to the end)."""

    from_week: int = 0
    to_week: int | None = None
    changes: list[RuleEntry]


class DoseEntry(Entry):
    """The first stage of an instrumental estimate: the effect is given per this much of it."""

    statistic: Literal["interviews", "interview_probability"]
    weeks: int
    size: float


class PublishedEntry(Entry):
    """What the paper found; ``sign`` alone where no size could be read."""

    sign: Literal["positive", "negative", "zero"]
    value: float | None = None
    low: float | None = None
    high: float | None = None
    negligible: float | None = None
    note: Text = ""


class OutcomeEntry(Entry):
    """One result of a trial."""

    id: Text
    label: BothLanguages
    unit: Text
    statistic: str
    weeks: int
    spell: States = Field(default_factory=list)
    to: States = Field(default_factory=lambda: ["work"])
    of: States | None = None
    contrast: str = "treated_untreated"
    shown_as: Literal["difference", "percent", "ratio", "log", "level"] = "difference"
    factor: float = 1.0
    dose: DoseEntry | None = None
    judged_by: Literal["estimate", "twin"] = "estimate"
    published: PublishedEntry
    comment: BothLanguages | None = None


class TrialEntry(Entry):
    """A trial file; see docs/trials.md."""

    name: Text
    title: BothLanguages
    summary: BothLanguages
    law: BothLanguages | None = None
    uses: Literal["calibration", "validation"]
    source: SourceEntry
    runnable: bool = True
    reason: Text = ""
    warm_up: int = 13
    world: list[RuleEntry] = Field(default_factory=list)
    here: list[RuleEntry] = Field(default_factory=list)
    demand: Demand = Field(default=TRIAL.demand, validate_default=True)
    population: PopulationEntry | None = None
    design: DesignEntry | None = None
    treatment: list[StepEntry] = Field(default_factory=list)
    while_on_benefits: bool = True
    follow_up: int = 52
    scale: float = TRIAL.scale
    replicates: int = TRIAL.replicates
    outcomes: list[OutcomeEntry] = Field(default_factory=list)


def states_of(names: list[str]) -> tuple[int, ...]:
    """Return the numbers of states given by name or by a word of :data:`GROUPS`."""
    return tuple(sorted({STATES.index(state) for name in names for state in GROUPS.get(name, (name,))}))


def read_trial(document: Document) -> TrialEntry | list[InputError]:
    """Check a trial file against the schema."""
    entry = read_entry(TrialEntry, document, content=document.content)
    if isinstance(entry, list):
        return entry
    return list(_errors(entry, document)) or entry


def _errors(entry: TrialEntry, document: Document) -> Iterator[InputError]:
    yield from name_errors(entry.name, document)
    if not entry.title.en.strip() or not entry.title.da.strip():
        yield document.error("'title': found an empty text, expected words", "title")
    if not entry.runnable:
        if not entry.reason.strip():
            yield document.error("a trial that cannot be run says why in 'reason'", "runnable")
        return
    for part in ("population", "design", "treatment", "outcomes"):
        if not getattr(entry, part):
            yield document.error(f"lacks the key '{part}', which a trial that is run needs")
    if entry.population is not None:
        yield from _population_errors(entry.population, document)
    if entry.design is not None:
        yield from _design_errors(entry.design, document)
    yield from _size_errors(entry, document)
    yield from _treatment_errors(entry, document)
    yield from _outcomes_errors(entry, document)


def _outcomes_errors(entry: TrialEntry, document: Document) -> Iterator[InputError]:
    seen: dict[str, int] = {}
    for position, outcome in enumerate(entry.outcomes):
        yield from _outcome_errors(outcome, entry, document, ("outcomes", position))
        here = ("outcomes", position, "id")
        if not outcome.id.strip():
            yield document.error("'id': found an empty text, expected a name", *here)
        elif outcome.id in seen:
            first = document.line("outcomes", seen[outcome.id], "id")
            yield document.error(f"the outcome '{outcome.id}' stands twice: first on line {first}", *here)
        seen.setdefault(outcome.id, position)


def _size_errors(entry: TrialEntry, document: Document) -> Iterator[InputError]:
    """Yield weeks, replicates and a scale that cannot be meant."""
    for name, least in (("follow_up", 1), ("warm_up", 0)):
        found = getattr(entry, name)
        if not least <= found <= MOST_WEEKS:
            yield document.error(
                f"'{name}': found {shortened(found)}, expected {least} to {MOST_WEEKS}", name
            )
    if not 1 <= entry.replicates <= MOST_RUNS:
        found = shortened(entry.replicates)
        yield document.error(f"'replicates': found {found}, expected 1 to {MOST_RUNS:,}", "replicates")
    try:
        check_scale(entry.scale)
    except InputError as error:
        yield document.error(f"'scale': {error.message}", "scale")


def _treatment_errors(entry: TrialEntry, document: Document) -> Iterator[InputError]:
    """Yield steps that lie before the enrolment, end before they begin, change nothing or overlap."""
    for position, step in enumerate(entry.treatment):
        here = ("treatment", position)
        if not step.changes and not entry.here:
            yield document.error("'changes': found none: the treated get nothing", *here, "changes")
        if step.from_week < 0:
            yield document.error(
                f"'from_week': found {step.from_week}, expected 0 or more", *here, "from_week"
            )
        if step.from_week >= entry.follow_up:
            said = f"found {step.from_week}, expected a week of the follow-up of {entry.follow_up}"
            yield document.error(f"'from_week': {said}", *here, "from_week")
        if step.to_week is not None and step.to_week <= step.from_week:
            said = f"found {step.to_week}, expected a week after from_week, {step.from_week}"
            yield document.error(f"'to_week': {said}", *here, "to_week")


def _population_errors(population: PopulationEntry, document: Document) -> Iterator[InputError]:
    here = ("population",)
    if not population.states:
        yield document.error("'states': found an empty list, so nobody takes part", *here, "states")
    for name in ("barrier", "starts", "education", "regions", "municipalities"):
        if getattr(population, name) == []:
            yield document.error(f"'{name}': found an empty list, so nobody takes part", *here, name)
    yield from _unknown(population.regions or [], _regions(), document, (*here, "regions"))
    yield from _unknown(population.states, (*GROUPS, *STATES), document, (*here, "states"))
    yield from _unknown(population.barrier or [], BARRIERS, document, (*here, "barrier"))
    yield from _unknown(population.starts or [], PROGRAMMES, document, (*here, "starts"))
    yield from _unknown(population.education or [], EDUCATIONS, document, (*here, "education"))
    for position, found in enumerate(population.municipalities or []):
        try:
            municipality_code(found)
        except InputError as error:
            yield document.error(error.message, *here, "municipalities", position)
    for name in ("window", "age", "weeks_in_state", "weeks_on_benefits"):
        span = getattr(population, name)
        least, most = AGES if name == "age" else (0, MOST_WEEKS)
        yield from _span_errors(name, span, least, most, document, *here)


@cache
def _regions() -> tuple[str, ...]:
    """Return the names of regions and parts of the country."""
    table = municipalities()
    return tuple(sorted({*table["region"], *table["landsdel"]}))


def _span_errors(
    name: str, span: list[int] | None, least: int, most: int, document: Document, *here: object
) -> Iterator[InputError]:
    if span is not None and not least <= span[0] <= span[1] <= most:
        said = f"found [{', '.join(map(shortened, span))}], expected [first, last]"
        yield document.error(f"'{name}': {said} from {least} to {most}", *here, name)


def _design_errors(design: DesignEntry, document: Document) -> Iterator[InputError]:
    if not 0.0 < design.share < 1.0:
        yield document.error(f"'share': found {design.share:g}, expected above 0 and below 1", "design")
    if (design.kind == "two_stage") != (design.saturations is not None):
        yield document.error("'saturations' belong to the design two_stage, and it needs them", "design")
    if design.saturations == []:
        yield document.error("'saturations': found an empty list, expected shares", "design", "saturations")
    if (design.kind == "law") != (design.exposed is not None):
        yield document.error("'exposed' belongs to the design law, and it needs it", "design")
    yield from _span_errors("before", design.before, 0, MOST_WEEKS, document, "design")
    if any(not 0.0 <= share <= 1.0 for share in design.saturations or []):
        yield document.error("'saturations': expected shares from 0 to 1", "design", "saturations")


def _outcome_errors(
    outcome: OutcomeEntry, entry: TrialEntry, document: Document, here: tuple[object, ...]
) -> Iterator[InputError]:
    yield from _unknown([outcome.statistic], STATISTICS, document, (*here, "statistic"))
    yield from _unknown([outcome.contrast], CONTRASTS, document, (*here, "contrast"))
    states = [*outcome.spell, *outcome.to, *(outcome.of or [])]
    yield from _unknown(states, (*GROUPS, *STATES), document, here)
    if outcome.of == []:
        yield document.error("'of': found an empty list, so nobody is counted", *here, "of")
    if not outcome.to:
        yield document.error("'to': found an empty list, expected states", *here, "to")
    if outcome.factor == 0.0:
        yield document.error("'factor': found 0, which makes every answer 0", *here, "factor")
    if outcome.dose is not None:
        if not 0 < outcome.dose.weeks <= entry.follow_up:
            said = f"found {outcome.dose.weeks}, expected 1 to the follow-up of {entry.follow_up}"
            yield document.error(f"'weeks': {said}", *here, "dose", "weeks")
        if outcome.dose.size == 0.0:
            yield document.error("'size': found 0, expected the size of the dose", *here, "dose", "size")
    low, high = outcome.published.low, outcome.published.high
    if low is not None and high is not None and low > high:
        yield document.error(f"found low {low:g} above high {high:g}", *here, "published")
    if not 0 < outcome.weeks <= entry.follow_up:
        found = f"'weeks': found {outcome.weeks}"
        yield document.error(f"{found}, expected 1 to the follow-up of {entry.follow_up}", *here, "weeks")


def _unknown(
    found: list[str], known: tuple[str, ...], document: Document, here: tuple[object, ...]
) -> Iterator[InputError]:
    for name in found:
        if name not in known:
            hint = suggest(name, known) or f" Known: {', '.join(known)}."
            yield document.error(f"unknown '{name}'.{hint}", *here)


def changes_of(
    rules: list[RuleEntry], name: str, document: Document, kind: str, *here: object
) -> list[Change]:
    """Return rules as changes that hold from the first week; values by component become one each."""
    from datetime import date

    made = []
    for position, rule in enumerate(rules):
        origin = Origin(name, document.file, document.line(*here, position), kind=kind)
        by_target = (
            {f"{rule.parameter}[{part}]": value for part, value in rule.value.items()}
            if isinstance(rule.value, dict)
            else {rule.parameter: rule.value}
        )
        if not by_target:
            message = f"'{rule.parameter}': found {{}}, expected a number, or one for each component"
            raise document.error(message, *here, position, "value")
        for target, value in by_target.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                message = f"'{target}': found {shortened(repr(value))}, expected a number"
                raise document.error(message, *here, position, "value")
            values = ((date(1990, 1, 1), float(value)),)
            made.append(Change(target, rule.operation, values, origin=origin, reason=rule.reason))
    return made
