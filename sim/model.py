"""The labour market: the world of a run, and a step of one week.

>>> from jobvej import LabourMarket
>>> market = LabourMarket(scale=0.01, end="2024-W10")
>>> market.run()
>>> market.outcomes().head()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import mesa
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import Week
from sim.data import municipality_codes
from sim.engine.draws import make_key
from sim.errors import InputError, shortened
from sim.law import no_decisions
from sim.mechanisms import contact
from sim.mechanisms.demand import check_multipliers
from sim.outcomes.measures.year import Reckoned
from sim.outcomes.recorder import Recorder
from sim.outcomes.snapshot import Citizens, citizens_of
from sim.outcomes.tables import people_table, spells_table, weekly_reporters
from sim.parameters import Change, ParameterSet, load_parameters
from sim.rules.demand_paths import demand_path
from sim.runs.options import RUN, check_scale, check_seed, check_switches, check_weeks, check_whole
from sim.start.beginning import begin
from sim.start.first_people import FirstPeople
from sim.start.levels import Levels, levels_of
from sim.terms import Terms
from sim.week import numbers_that_raise, run_acts, set_law, timed_week
from sim.world.clock import moment
from sim.world.copying import copy_world
from sim.world.people import NO_ROW

#: Numbers of replicates are words of 31 bits.
_MOST_REPLICATES = 2**31 - 1


class LabourMarket(mesa.Model):
    """The Danish employment system from one week to another.

    Parameters
    ----------
    parameters
        The parameters with their reform; None for the law as it is.
    start, end
        First and last simulated week, '2024-W01'.
    scale
        Share of the population simulated (1 = everybody).
    seed, replicate
        Key of all random numbers; two runs with the same key differ only in what the reform changes. A
        seed of None is refused: Mesa's ``batch_run`` gives it where no seeds were asked for.
    demand
        Name of a demand path: flat, recession, boom.
    switched_off
        Names of mechanisms to switch off (see :data:`sim.week.SWITCHES`).
    arms
        What each arm of a trial changes for the persons in it (:meth:`assign`); none by default.
    data
        A folder of figures (``jobvej data import``) whose stocks of the first month the run begins with; by
        default the shipped ones of that month, or ``population.stock``: see :mod:`sim.start.levels`.
    people
        Records of people to begin with; default the shipped ones: see :mod:`sim.start.first_people`.

    Attributes
    ----------
    world
        Everything there is, as columns: :class:`sim.world.world.World`.
    week
        Weeks simulated so far.

    Raises
    ------
    InputError
        For weeks, scales, paths or mechanisms that do not exist, and without a seed.
    """

    def __init__(
        self,
        parameters: ParameterSet | None = None,
        start: str = RUN.start,
        end: str = RUN.end,
        scale: float = RUN.scale,
        seed: int | None = RUN.seed,
        replicate: int = 0,
        demand: str = RUN.demand,
        switched_off: str | Iterable[str] = (),
        arms: Sequence[Sequence[Change]] = (),
        data: str | Path | Levels = RUN.data,
        people: FirstPeople | None = None,
    ) -> None:
        if not isinstance(parameters, ParameterSet | None):
            raise InputError(
                f"parameters: found {type(parameters).__name__}, expected a ParameterSet, such as "
                "jobvej.load_parameters().with_changes(jobvej.load_reform('cut-3bn').changes)"
            )
        check_whole("replicate", replicate, 0, _MOST_REPLICATES)
        if not isinstance(demand, str):
            raise InputError(
                f"demand is {shortened(repr(demand))}; expected the name of a path, such as flat"
            )
        if seed is None:
            raise InputError("the run has no seed; newer Mesa's batch_run takes seeds as rng=[1, 2]")
        super().__init__(rng=check_seed(seed))
        self.start, self.end = check_weeks(start, end)
        self.switched_off = frozenset(check_switches(switched_off))
        self.weeks = self.start.until(self.end) + 1
        scale = check_scale(scale)
        self.scale, self.week, self.demand, self.arms = scale, 0, demand, tuple(arms)
        self.levels = data if isinstance(data, Levels) else levels_of(data, start)
        self._put_under(parameters or load_parameters())
        key, codes = make_key(seed, replicate), municipality_codes()
        law = self.terms.first_law(codes, no_decisions(len(codes)))
        with numbers_that_raise("the beginning of the run"):
            self.world, outside = begin(
                law, codes, scale, self.weeks, moment(self.start, 0, key), self, self.levels, people
            )
        by = Reckoned(
            feedback_share=law.country.scalar("taxes.feedback_share"),
            full_time_share=law.country.scalar("employment.full_time_share"),
        )
        self.recorder = Recorder(codes, scale, outside, by)
        self.world.terms, self.world.recorder = self.terms, self.recorder
        check_multipliers(self.world, self.terms)
        self.datacollector = mesa.DataCollector(model_reporters=weekly_reporters())

    def __repr__(self) -> str:
        people = len(self.world.people.person)
        return (
            f"<LabourMarket {self.start.label} to {self.end.label}: {self.week} of {self.weeks} weeks done, "
            f"{people:,} people at scale {self.scale:g}>"
        )

    def _put_under(self, parameters: ParameterSet) -> None:
        """Take parameters under the path of demand."""
        under = parameters.with_changes(demand_path(self.demand))
        self.terms = Terms.of(self.start, self.weeks, under, self.arms, self.switched_off)

    @property
    def parameters(self) -> ParameterSet:
        """The parameters of the run, with their reform and the path of demand."""
        return self.terms.worlds[0]

    @property
    def calendar_week(self) -> Week:
        """The week about to be simulated."""
        return self.start + self.week

    @property
    def citizens(self) -> Citizens:
        """A copy of all columns of everybody as they are now: :class:`sim.outcomes.snapshot.Citizens`."""
        return citizens_of(self.world)

    def step(self) -> None:
        """Simulate one week: the acts of :data:`sim.week.WEEK` under the law of the week.

        Raises
        ------
        InputError
            After the last week: there is no room for more.
        """
        self.enter_week()
        for _ in run_acts(self.world):
            pass
        self.close_week()

    def timed_step(self) -> dict[str, float]:
        """Simulate one week as :meth:`step` does; return processor seconds by act, as 'phase: act'."""
        self.enter_week()
        spent = timed_week(self.world)
        self.close_week()
        return spent

    def enter_week(self) -> None:
        """Set the clock to the week that comes."""
        if self.week >= self.weeks:
            raise InputError(f"the run ended with {self.end.label}; give LabourMarket a later end")
        self.world.now = moment(self.start, self.week, self.world.now.key)

    def close_week(self) -> None:
        """Count the week as done and let Mesa collect."""
        self.week += 1
        self.running = self.week < self.weeks
        self.datacollector.collect(self)

    def run(self, progress: Callable[[int, int], None] | None = None, *, until: int | None = None) -> None:
        """Simulate all weeks, or until so many are done. ``progress(week, weeks)`` is called after each."""
        while self.week < (self.weeks if until is None else min(until, self.weeks)):
            self.step()
            if progress is not None:
                progress(self.week, self.weeks)

    def assign(self, who: NDArray[np.int32], arm: int) -> None:
        """Put people in an arm of a trial (0: none): from now on its rules are theirs.

        Parameters
        ----------
        who
            (n,) positions among the people.
        arm
            From 0 to the number of ``arms`` that the market was made with.

        Raises
        ------
        InputError
            If there is no such arm.
        """
        if not 0 <= arm <= len(self.arms):
            raise InputError(f"arm {arm}: this run has {len(self.arms)} (0 takes people out of the trial)")
        world = self.world
        if not world.rules:
            set_law.do(world, None)
        person, calendar = world.people.person, world.people.calendar
        person.rule_row[who] = person.municipality[who] + len(world.codes) * arm
        rows = calendar.row[who]
        rows = rows[rows != NO_ROW]
        k = world.clients.everybody
        k.person.rule_row[rows] = k.person.municipality[rows] + len(world.codes) * arm
        coming = moment(self.start, self.week, world.now.key)
        contact.call_in(coming, rows, k, world.rules["statutory_contact"])

    def branch(self, parameters: ParameterSet) -> LabourMarket:
        """Return a copy of this market that goes on under other parameters; see :meth:`change_law`."""
        return copy_world(self).change_law(parameters)

    def change_law(self, parameters: ParameterSet) -> LabourMarket:
        """Go on under parameters that were the same in every week so far, and return this market.

        It goes on as one that had these parameters from its first week: nothing in a week looks at the
        parameters of a later one.

        Raises
        ------
        ValueError
            If a change holds in a week already simulated, or in the first week's world.
        """
        before = self.parameters
        self._put_under(parameters)
        drawn, past = self.start.monday, (self.calendar_week + -1).monday
        for change in set(before.changes) ^ set(self.parameters.changes):
            was_drawn = change.origin.kind != "reform" and change.start <= drawn
            if was_drawn or (self.week > 0 and change.start <= past):
                raise ValueError(f"'{change.parameter}' changes on {change.start}: that week is simulated")
        check_multipliers(self.world, self.terms)
        self.world.terms, self.world.stale = self.terms, True
        return self

    def _recorded(self) -> Recorder:
        """The recorder, with the running year as far as it is simulated."""
        if self.recorder.weeks == 0:
            return self.recorder
        year = str((self.start + (self.week - 1)).year)
        world = self.world
        return self.recorder.so_far(year, world.tally, world.ledger, world.decisions.supervised)

    def outcomes(self) -> pd.DataFrame:
        """Tidy outcomes so far: period, municipality (0 = whole country), group, measure, value, unit."""
        return self._recorded().outcomes()

    def ledger_table(self) -> pd.DataFrame:
        """The ledger so far: period, municipality, payer, receiver, account, amount_kr."""
        return self._recorded().ledger_table()

    def monthly_municipal(self) -> pd.DataFrame:
        """Main stocks and flows so far by month and municipality: see :mod:`sim.outcomes.monthly`."""
        return self._recorded().monthly_municipal()

    def spells_table(self) -> pd.DataFrame:
        """Spells of the sampled persons, ended and ongoing: see :func:`sim.outcomes.tables.spells_table`."""
        return spells_table(self)

    def people_table(self) -> pd.DataFrame:
        """One row a person: traits, first state, weeks on temporary benefits and in work."""
        return people_table(self)
