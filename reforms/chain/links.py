"""The links of the chain: what each is, in which unit, and whose evidence it rests on.

A link's evidence is that of the mechanisms that make it (``evidence`` of :class:`sim.mechanism.Mechanism`),
by the files in which they live, so that it is written once.  What only adds up or divides what was counted
is "accounting".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import NamedTuple

import pandas as pd

from sim.calendar import WEEKS_A_YEAR
from sim.outcomes.exits import EXIT_LABELS, EXITS
from sim.outcomes.measures import AGGREGATE_LABELS
from sim.states import CLIENT_STATES, ROWS, STATES, State
from sim.vocabulary import PROGRAMMES, TASKS

ACCOUNTING = "accounting"
ASSUMPTION = "assumption"
BENEFITS = tuple(STATES[state] for state in CLIENT_STATES)
TEMPORARY = "temporary_support"
UNEMPLOYED = "unemployed_gross"
#: Stage -> its heading, in the order of the chain.
STAGES: dict[str, str] = {
    "spending": "Kroner spent on the effort",
    "posts": "Posts",
    "hours": "Caseworkers' hours",
    "effort": "Interviews, offers, cases decided, sanctions",
    "hazards": "Hazards: of a job at normal tightness, and rates of every exit",
    "hires": "Hires, before and after displacement",
    "weeks": "Weeks",
    "persons": "Persons, before and after displacement",
    "kroner": "Net public cost",
}
#: Last part of the name of what would have been without displacement.
BEFORE = "before_displacement"
SHARE = "displacement.share"
#: Links whose value is not taken from what was counted alone: :mod:`reforms.chain.make` reckons them.
PERSONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "in_work": ("in ordinary work", ("employed",)),
    "self_supporting": (
        "self-supporting (work or own means)",
        tuple(row.name for row in ROWS if row.self_supported),
    ),
    "temporary_benefits": ("on temporary benefits", BENEFITS),
    "disability_pension": ("on disability pension", ("foertidspension",)),
    "flexjob": ("in a flexjob", ("fleksjob",)),
    "early_retirement": ("in early retirement", ("early_retirement",)),
    "education": ("in education", ("education",)),
}


class Cells:
    """Outcomes of the country in many runs and years (rows): baseline's, or the reform's."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table  # columns: (measure, group)

    def __call__(self, measure: str, group: str = "all") -> pd.Series:
        """Return a cell's values; not a number where it is not there."""
        if (measure, group) in self._table:
            return self._table[measure, group]
        return pd.Series(float("nan"), index=self._table.index)

    def sum(self, measure: str, groups: Iterable[str]) -> pd.Series:
        """Return the sum of the cells that are there; not a number where none is."""
        there = [(measure, group) for group in groups if (measure, group) in self._table]
        if not there:
            return pd.Series(float("nan"), index=self._table.index)
        return self._table[there].sum(axis=1, min_count=1)

    def moves(self, pairs: Iterable[tuple[str, str]]) -> pd.Series:
        """Return how many moved; moves that nobody made are not in the tables."""
        told = self("stock", "employed") * 0.0
        return told + self.sum("flow", (f"{origin}>{target}" for origin, target in pairs)).fillna(0.0)

    @property
    def weeks(self) -> pd.Series:
        """Weeks of the year that were simulated, as the year's sums count them (a whole year has 52.18)."""
        return self("self_support_weeks", "employed") / self("stock", "employed")


class Link(NamedTuple):
    """One link: its name, what a reader is told, and how it is counted."""

    name: str
    stage: str
    label: str
    group: str  # benefit, task, programme ... that it is of
    unit: str
    homes: tuple[str, ...]  # files of sim/mechanisms whose evidence it rests on; none: accounting
    of: Callable[[Cells], pd.Series]
    main: bool = True  # printed without being asked for


_STATE: dict[str, str] = {row.name: row.label_en for row in ROWS}
_STAFF, _CASEWORK = ("staffing", "turnover"), ("casework", "contact", "reallocation", "supervision")
_HAZARD = ("search", "job_hazard")
#: Files whose mechanisms decide an exit.
_EXIT_HOMES: dict[str, tuple[str, ...]] = {
    "job": ("search", "job_hazard", "matching", "vacancies", "wages"),
    "own_employer": ("benefit_shifts", "health"),
    "education": ("own_exits",),
    "own_means": ("own_exits", "taking_part", "exhaustion"),
    "other_temporary": ("benefit_shifts", "exhaustion", "sickness"),
    "disability_pension": ("clarification", "health"),
    "flexjob": ("clarification", "health"),
    "early_retirement": ("ageing",),
    "elsewhere": ("ageing", "separations"),
}
_DECIDED = {
    "disability_pension": ("disability pension given", ("foertidspension",)),
    "flexjob": ("flexjob approved", ("ledighedsydelse", "fleksjob")),
    "resource_course": ("resource course given", ("ressourceforloeb",)),
}


def _chance(group: str) -> Callable[[Cells], pd.Series]:
    """Return how the weekly chance of a job at normal tightness is counted."""
    members = BENEFITS if group == TEMPORARY else (group,)
    return lambda c: c.sum("job_offers_normal", members) / (c("stock", group) * c.weeks)


def _exit_rate(group: str, exit_: str) -> Callable[[Cells], pd.Series]:
    """Return how an exit's yearly rate is counted."""
    return lambda c: c("exits", f"{group}>{exit_}") / (c("stock", group) * c.weeks / WEEKS_A_YEAR)


def _decided(to: tuple[str, ...]) -> Callable[[Cells], pd.Series]:
    """Return how decisions are counted: moves of clients who were not there already."""
    waiting = STATES[State.LEDIGHEDSYDELSE]
    pairs = [
        (origin, target)
        for origin in BENEFITS
        for target in to
        if origin != target and (origin, target) != (waiting, STATES[State.FLEKSJOB])
    ]
    return lambda c: c.moves(pairs)


def _of(measure: str, group: str = "all") -> Callable[[Cells], pd.Series]:
    return lambda c: c(measure, group)


def _sum(measures: tuple[str, ...], groups: tuple[str, ...]) -> Callable[[Cells], pd.Series]:
    """Return the sum of measures over groups; a measure that is not there counts as nothing."""

    def total(c: Cells) -> pd.Series:
        parts = pd.concat([c.sum(measure, groups) for measure in measures], axis=1)
        return parts.sum(axis=1, min_count=1)

    return total


def _effort() -> list[Link]:
    """Return the links from posts to sanctions."""
    held = ("interviews", "interviews_a_kasse")
    return [
        Link("posts.caseworkers", "posts", "caseworkers, full time", "all", "posts", _STAFF,
             _of("caseworkers")),
        Link("posts.caseload", "posts", "clients per caseworker", "all", "clients", _STAFF, _of("caseload")),
        Link("hours.total", "hours", "all tasks", "all", "hours", _CASEWORK, _sum(("hours",), TASKS)),
        *(
            Link(f"hours.{task}", "hours", task.replace("_", " "), task, "hours", _CASEWORK,
                 _of("hours", task))
            for task in TASKS
        ),
        Link("interviews.total", "effort", "interviews", "all", "interviews",
             ("contact", "a_kasse_contact"), _sum(held, BENEFITS)),
        *(
            Link(f"interviews.{benefit}", "effort", f"interviews, {_named(benefit)}", benefit, "interviews",
                 ("contact", "a_kasse_contact"), _sum(held, (benefit,)), main=False)
            for benefit in BENEFITS
        ),
        Link("interviews.missed", "effort", "interviews of the law missed", "all", "interviews",
             ("contact",), _sum(("interviews_missed",), BENEFITS)),
        *(
            Link(f"offers.{programme}", "effort", f"in {programme.replace('_', ' ')}", programme, "persons",
                 ("programmes",), _of("participants", programme))
            for programme in PROGRAMMES
        ),
        *(
            Link(f"cases.{name}", "effort", label, name, "cases", ("clarification",), _decided(to))
            for name, (label, to) in _DECIDED.items()
        ),
        Link("sanctions.total", "effort", "sanctions", "all", "sanctions", ("sanctions",),
             _sum(("sanctions",), BENEFITS)),
    ]  # fmt: skip


def _hazards() -> list[Link]:
    """Return chances of a job and rates of every exit."""
    return [
        *(
            Link(f"chance.{group}", "hazards", f"job, {_named(group)}", group, "a week", _HAZARD,
                 _chance(group))
            for group in (TEMPORARY, *BENEFITS)
        ),
        *(
            Link(f"exit_rate.{group}.{exit_}", "hazards", f"to {EXIT_LABELS[exit_][0]}"
                 + ("" if group == TEMPORARY else f", {_named(group)}"), group, "a person-year",
                 _EXIT_HOMES[exit_], _exit_rate(group, exit_), main=group == TEMPORARY)
            for group in (TEMPORARY, UNEMPLOYED, *BENEFITS)
            for exit_ in EXITS
            if (group, exit_) != (TEMPORARY, "other_temporary")
        ),
    ]  # fmt: skip


def _weeks() -> list[Link]:
    """Return lengths of spells, and person-weeks."""
    return [
        *(
            Link(f"duration.{group}", "weeks", f"a spell: {_named(group)}", group, "weeks", (),
                 _of("mean_duration", group), main=group in (TEMPORARY, UNEMPLOYED))
            for group in (TEMPORARY, UNEMPLOYED, *BENEFITS)
        ),
        Link("weeks.temporary_benefits", "weeks", "on temporary benefits", TEMPORARY, "person-weeks", (),
             lambda c: c("stock", TEMPORARY) * c.weeks),
        Link("weeks.self_support", "weeks", "in self-support", "all", "person-weeks", (),
             _of("self_support_weeks")),
    ]  # fmt: skip


def _named(group: str) -> str:
    words = AGGREGATE_LABELS[group][0] if group in AGGREGATE_LABELS else _STATE[group]
    return words[0].lower() + words[1:]


#: What is taken from the outcomes as it stands; the kroner, the hires and the persons are reckoned.
COUNTED: tuple[Link, ...] = (*_effort(), *_hazards(), *_weeks())
#: Files behind the links that are reckoned, by stage.
HOMES: Mapping[str, tuple[str, ...]] = {
    "spending": ("staffing", "programmes", "refunds"),
    BEFORE: _HAZARD,
    "hires": ("matching", "vacancies", "wages", "subsidised_jobs"),
    "kroner": ("refunds",),
}


@cache
def evidence_of(homes: tuple[str, ...]) -> str:
    """Return the evidence of all mechanisms of files (or folders) of ``sim/mechanisms``.

    Raises
    ------
    ValueError
        If a file has no mechanism.
    """
    from sim.week import MECHANISMS  # compiles: only where a table is made

    found: dict[str, None] = {}
    for home in homes:
        prefix = f"sim.mechanisms.{home}"
        here = [m.evidence for m in MECHANISMS if m.home == prefix or m.home.startswith(f"{prefix}.")]
        if not here:
            raise ValueError(f"no mechanism lives in sim/mechanisms/{home}")
        found |= dict.fromkeys(text for text in here if text and not text.startswith("see "))
    return "; ".join(found) or (ASSUMPTION if homes else ACCOUNTING)
