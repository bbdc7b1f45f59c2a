"""The labour market: the world of a run and its week, on one page.

>>> from sim import LabourMarket
>>> world = LabourMarket(scale=0.01, end="2024-W10")
>>> world.run()
>>> world.outcomes().head()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import mesa
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import data
from sim.calendar import Week
from sim.engine.draws import make_key
from sim.errors import InputError, suggest
from sim.law.contact_rules import transition_rules
from sim.law.week import Decisions, law_of_the_week
from sim.mechanisms import NAMES
from sim.mechanisms.demand import demand_path
from sim.outcomes.ledger import new_ledger
from sim.outcomes.recorder import Recorder, count_week
from sim.outcomes.tables import people_table, spells_table, weekly_reporters
from sim.outcomes.tally import WeekTally, part_of
from sim.parameters import Change, ParameterSet, Resolved, load_parameters, stacked
from sim.phases import PhaseMethods
from sim.world.beginning import Beginning, begin, flow_rates, mark_present
from sim.world.copying import copy_world
from sim.world.municipalities import MunicipalityAgent, draw_strategies
from sim.world.workplaces import size_ladder


class Phase(NamedTuple):
    """One phase of the week: what it is called, what it does, the method that does it."""

    name: str
    label: str
    method: str


#: The plan of a week. Phases can be listed (`jobvej mechanisms list`), timed and run one by one.
WEEK: tuple[Phase, ...] = (
    Phase("law", "Law of the week: parameters in force in each municipality", "bring_law_into_force"),
    Phase("demand", "Demand: separations, other quiet events, jobs opened and withdrawn", "separate"),
    Phase("contact", "Contact: who is due, who is seen, what is left undone", "meet"),
    Phase(
        "programmes",
        "Programmes: ends, announcements, starts within employers' openness and budget",
        "run_programmes",
    ),
    Phase("matching", "Search, application and matching over commuting areas", "match"),
    Phase(
        "transitions",
        "Transitions: recovery, exhaustion, shifts, clarification, sanctions, hours, age",
        "move",
    ),
    Phase("money", "Money: every krone booked twice", "pay"),
    Phase("slow decisions", "Slow decisions: staff, budgets, supervision, turnover", "decide_slowly"),
)


class LabourMarket(PhaseMethods, mesa.Model):
    """The Danish employment system from one week to another.

    Parameters
    ----------
    parameters
        The world's parameters with its reform; None for the law as it is.
    start, end
        First and last simulated week, '2024-W01'.
    scale
        Share of the population simulated (1 = everybody).
    seed, replicate
        Key of all draws; two worlds with the same key differ only in what the reform changes. A seed of
        None is refused: Mesa's ``batch_run`` gives it where no seeds were asked for.
    demand
        Name of a demand path: flat, recession, boom.
    switched_off
        Names of mechanisms to switch off (see ``sim.mechanisms.NAMES``).
    arms
        What each arm of a trial changes for the persons in it (:meth:`assign`); none by default.

    Raises
    ------
    InputError
        For weeks, scales, paths or mechanisms that do not exist, and without a seed.
    """

    def __init__(
        self,
        parameters: ParameterSet | None = None,
        start: str = "2024-W01",
        end: str = "2030-W52",
        scale: float = 0.05,
        seed: int | None = 1,
        replicate: int = 0,
        demand: str = "flat",
        switched_off: Iterable[str] = (),
        arms: Sequence[Sequence[Change]] = (),
    ) -> None:
        if seed is None:
            raise InputError("the run has no seed; newer Mesa's batch_run takes seeds as rng=[1, 2]")
        super().__init__(rng=seed)
        self.start, self.end = Week.parse(start), Week.parse(end)
        self.switched_off = _checked_switches(switched_off)
        self.weeks = self.start.until(self.end) + 1
        if self.weeks < 1:
            raise InputError(f"the run ends ({end}) before it begins ({start})")
        if not 0.001 <= scale <= 1.0:
            raise InputError(
                f"scale {scale:g} is impossible; expected a share of the population from 0.001 to 1"
            )
        self.scale, self.week, self.demand, self.arms = scale, 0, demand, tuple(arms)
        self._live_under(parameters or load_parameters())
        self.codes = data.municipality_codes()
        self.key = make_key(seed, replicate)
        self._create_world()

    def _live_under(self, parameters: ParameterSet) -> None:
        """Take parameters and, beside them, the same without reforms and those of a trial's arms."""
        self.parameters = parameters.with_changes(demand_path(self.demand))
        self.reference = self.parameters.without_reforms()
        self.worlds = [self.parameters, *(self.parameters.with_changes(arm) for arm in self.arms)]

    def _create_world(self) -> None:
        """Draw the first week's world and its deciding actors."""
        r = self.reference.at(self.start.monday, self.codes)
        rules = transition_rules(r)
        first = begin(
            self.parameters, r, rules, self.codes, self.scale, self.weeks, len(self.worlds), self._now()
        )
        self.citizens, self.employers, self.mover = first.citizens, first.employers, first.mover
        self.tally, self.caseworkers = first.tally, first.caseworkers
        self.commuting, self.reference_tightness = first.commuting, None
        self.ladder = size_ladder(self.employers)
        self.full_minutes = self.caseworkers.minutes.copy()
        names, shares = data.municipality_names(), first.spending_share.tolist()
        self.municipalities = [
            MunicipalityAgent(self, int(code), names[int(code)], at, shares[at])
            for at, code in enumerate(self.codes)
        ]
        self.decisions = self._first_decisions(r, first)
        self.ledger = new_ledger(len(self.codes))
        self.compensation = np.zeros(len(self.codes), np.int64)
        self.recorder = Recorder(self.codes, self.scale, first.labour_force_outside)
        self.start_states = self.citizens.status.state.copy()
        self.datacollector = mesa.DataCollector(model_reporters=weekly_reporters())
        self.support_at_start = self._support_share()
        self._weeks_of_year = 0
        self._next_change = self.start.monday
        self._begin_phases()

    def _first_decisions(self, r: Resolved, first: Beginning) -> Decisions:
        """What municipalities have decided before the first week."""
        m, e = len(self.codes), first.employers
        willing = np.bincount(e.municipality, weights=e.willing, minlength=m) / np.diff(e.first)
        return Decisions(
            *draw_strategies(self.codes, *_leanings(r), self.key),
            np.zeros(m, np.bool_),
            willing,
            first.strictness,
            first.unemployment_ratio,
            first.effectiveness,
        )

    def step(self) -> None:
        """Simulate one week: the phases of :data:`WEEK`, then the count."""
        for phase in WEEK:
            getattr(self, phase.method)()
        self._count()
        self.week += 1
        self.running = self.week < self.weeks
        self.datacollector.collect(self)

    def run(self, progress: Callable[[int, int], None] | None = None, *, until: int | None = None) -> None:
        """Simulate all weeks, or until so many are lived. ``progress(week, weeks)`` is called after each."""
        while self.week < (self.weeks if until is None else min(until, self.weeks)):
            self.step()
            if progress is not None:
                progress(self.week, self.weeks)

    def branch(self, parameters: ParameterSet) -> LabourMarket:
        """Return a copy of this world that lives on under other parameters; see :meth:`change_law`."""
        return copy_world(self).change_law(parameters)

    def change_law(self, parameters: ParameterSet) -> LabourMarket:
        """Live on under parameters that were the same in every week lived so far, and return this world.

        It goes on as a world that had these parameters from its first week: nothing in a week looks at the
        parameters of a later one.

        Raises
        ------
        ValueError
            If a change holds in a week already lived, or in the world of the first week.
        """
        before = self.parameters
        self._live_under(parameters)
        drawn, lived = self.start.monday, (self.calendar_week + -1).monday
        for change in set(before.changes) ^ set(self.parameters.changes):
            was_drawn = change.origin.kind != "reform" and change.start <= drawn
            if was_drawn or (self.week > 0 and change.start <= lived):
                raise ValueError(f"'{change.parameter}' changes on {change.start}: that week has been lived")
        self._stale = True
        return self

    def bring_law_into_force(self) -> None:
        """Gather the law of the week when a date or a municipality's decision has changed it."""
        monday = self.calendar_week.monday
        if monday < self._next_change and not self._stale:
            return
        reference = self.reference.at(monday, self.codes)
        resolved = [world.at(monday, self.codes) for world in self.worlds]
        strategy, reaction = draw_strategies(self.codes, *_leanings(resolved[0]), self.key)
        self.decisions = self.decisions._replace(strategy=strategy, reaction=reaction)
        for agent in self.municipalities:
            agent.strategy, agent.reaction = int(strategy[agent.position]), float(reaction[agent.position])
        self.law = law_of_the_week(resolved, reference, self.decisions, self.switched_off)
        self.mover = self.mover._replace(rules=self.law.transition)
        self._change_flows(flow_rates(self.parameters, stacked(resolved)))
        after = (self.end + 1).monday
        sets = (*self.worlds, self.reference)
        later = [day for each in sets for day in each.change_dates(monday, after)]
        self._next_change = min(later, default=after)
        self._stale = False

    def _count(self) -> None:
        """Count the week; close the year after its last week."""
        label = self.calendar_week
        tally, c = self.tally, self.citizens
        count_week(self._now(), self.clients(), c.person.municipality, c.status, part_of(tally, WeekTally))
        self.recorder.week(label, tally)
        self._weeks_of_year += 1
        last = self.week == self.weeks - 1
        if last or (label + 1).year != label.year:
            self.recorder.close_year(
                str(label.year), self._weeks_of_year, tally, self.ledger, self.decisions.supervised
            )
            self._weeks_of_year = 0
            mark_present(c.person.municipality, c.status.state, self.mover.tally)

    def outcomes(self) -> pd.DataFrame:
        """Tidy outcomes so far: period, municipality (0 = whole country), group, measure, value, unit."""
        return self.recorder.outcomes()

    def ledger_table(self) -> pd.DataFrame:
        """The ledger so far: period, municipality, payer, receiver, account, amount_kr."""
        return self.recorder.ledger_table()

    def spells_table(self) -> pd.DataFrame:
        """Spells of the sampled persons, ended and ongoing: see :func:`sim.outcomes.tables.spells_table`."""
        return spells_table(self)

    def people_table(self) -> pd.DataFrame:
        """One row a person: traits, first state, weeks on temporary benefits and in work."""
        return people_table(self)


def _leanings(r: Resolved) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of the strategies (m, strategy) and mean reaction to money (m,) in force."""
    return r["municipality.strategy_share"], r["municipality.reaction"]


def _checked_switches(names: Iterable[str]) -> frozenset[str]:
    """Return the switches; refuse unknown ones."""
    chosen = frozenset(names)
    for name in sorted(chosen):
        if name not in NAMES:
            raise InputError(f"no mechanism '{name}'.{suggest(name, NAMES)}")
    return chosen
