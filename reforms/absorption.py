"""Absorption: how fast more people who look for work become more people in work.

Three experiments, each paired with the same world without it:

supply
    27,000 persons more in the labour force for good, the shock of the published models (E2-E01, R2-MA-01).
    They are people from outside, well and in their prime.  In both worlds they live off the labour market in
    the first week, which is what later ones are measured against.  In the world without them they stay there
    the whole time; in the world with them they come to dagpenge and then live as everybody else does.
search
    Everybody on dagpenge finds 10 per cent more offers of a job for good.

posts
    30,000 posts are closed for good where municipalities spend on jobcentres, and who had them is dismissed
    as by a saving (:mod:`sim.mechanisms.post_cuts`): the mirror of a shock to public employment (R2-MA-05).

Each is run under the belief's parameters; and, for what would come of it if nobody competed, with a job for
whoever is hired (the switch ``displacement``).  From these come, year by year,

    employed_share   persons more in work on average, over the long-run effect: those of the newcomers who
                     would be in work, once settled, if nobody competed
    unemployed       gross unemployed more, persons
    taken            share of the gain in persons in work of more search that is taken from others: 1 less
                     what is gained over what would be gained if nobody competed
    jobs_lost        persons fewer in work for each post closed
    still_lost       the same over that of the first year, beside what was published (posts_published, and
                     posts_solved_again by another solution of the same model)
    dismissed_out    share of the dismissed who are out of work and would be in work had they kept their posts

"In work" is to hold a job, absence from it included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reforms.absorption_page import write_page
from sim.calendar import WHOLE_WEEKS_A_YEAR, Week
from sim.engine.draws import own_purpose, uniforms
from sim.errors import InputError
from sim.lookup import IS_UNEMPLOYED
from sim.mechanisms import post_cuts, search, transition
from sim.mechanisms.wages import wages
from sim.model import LabourMarket
from sim.parameters import ParameterSet, load_parameters
from sim.parameters.beliefs import Belief, beliefs, load_belief
from sim.runs.available import refuse_large_worlds
from sim.runs.folder import out_folder
from sim.runs.options import (
    ABSORPTION,
    RunFields,
    RunOptions,
    check_whole,
    shows_run_options,
    texts_of,
)
from sim.runs.settings import parse_settings
from sim.states import N_STATES, State
from sim.vocabulary import Barrier, Health
from sim.week import run_acts, set_law
from sim.world.moves import all_to
from sim.world.world import World

#: The shock of the published models (E2-E01): persons.
SHOCK = 27_000
#: Posts closed in the third experiment: ten times the 3,000 of the agreement of 2025 (STAFF-1), so that the
#: effect stands out from chance; it is given for each post.
POSTS = 30_000
#: What everybody on dagpenge gets more of offers in the second experiment.
MORE_SEARCH = 0.1
#: Ages of the newcomers in the first week: nobody leaves the labour market by age within the run.
FROM_AGE, UNDER_AGE = 25, 50
#: The long-run effect is that of years from the third on, of a run of five years or more: newcomers have
#: found their jobs by then, and lose and find them as others do.
#: Most years that are followed.
MOST_YEARS = 50
SETTLED_AFTER, LONG_RUN = 2, 5
#: Where newcomers live until they come: nobody leaves it but by age, and nobody there looks for work.
_APART = State.EARLY_RETIREMENT
_NEWCOMER = own_purpose("absorption.newcomer")


class Course(NamedTuple):
    """A run's weeks: persons of the whole country, each (weeks,)."""

    employed: NDArray[np.float64]
    unemployed: NDArray[np.float64]
    newcomers_employed: NDArray[np.float64]
    wage: NDArray[np.float64]  # log over its path, mean over jobs
    dismissed_employed: NDArray[np.float64]  # of those who are, or in this run are not, dismissed


def newcomers(world: World, number: int) -> NDArray[np.int32]:
    """Return the people (n,) from outside who are to look for work, in id order; the same in every run.

    Raises
    ------
    InputError
        There are not so many.
    """
    person, status, on_file = world.people.person, world.people.status, world.people.on_file
    age = world.now.year - person.birth_year
    able = (status.state == State.OUTSIDE) & (age >= FROM_AGE) & (age < UNDER_AGE)
    able &= (person.barrier == Barrier.NONE) & (on_file.health == Health.WELL)
    who = np.flatnonzero(able)
    if who.size < number:
        raise InputError(f"{number} people from outside are to look for work; there are {who.size}")
    luck = uniforms(world.now.key, _NEWCOMER, np.ascontiguousarray(person.key[who]), 0)
    return np.sort(who[np.argsort(luck, kind="stable")[:number]]).astype(np.int32)


def posts_by_municipality(world: World, number: int) -> NDArray[np.int64]:
    """Return how many of ``number`` posts are closed in each municipality (m,), by its spending on staff."""
    share = np.array([each.share for each in world.municipalities])
    wanted = share / share.sum() * number
    posts = wanted.astype(np.int64)
    last = np.argsort(-(wanted - posts), kind="stable")[: number - int(posts.sum())]
    posts[last] += 1
    return posts


def follow(
    parameters: ParameterSet,
    run: RunOptions,
    replicate: int,
    *,
    supply: bool = False,
    more: float = 0.0,
    cut: bool = False,
    compete: bool = True,
) -> Course:
    """Simulate one world and return its path.

    Parameters
    ----------
    supply
        The newcomers come after the first week; else they stay off the labour market the whole time.
    more
        What everybody on dagpenge gets more of offers.
    cut
        Posts are closed after the first week.
    compete
        Vacancies are limited; else there is a job for whoever is hired.
    """
    off = run.switched_off if compete else {*run.switched_off, "displacement"}
    market = LabourMarket(
        parameters, start=run.start, end=run.end, scale=run.scale, seed=run.seed, replicate=replicate,
        demand=run.demand, switched_off=off,
    )  # fmt: skip
    world = market.world
    market.enter_week()
    set_law.do(world, None)
    who = newcomers(world, round(SHOCK * run.scale))
    world.people.person.insured[who] = 1
    transition.move(world, all_to(who, _APART), world.rules["transition"])
    rows, dismissed = [], np.empty(0, np.int32)
    while market.week < market.weeks:
        if market.week == 1:
            market.enter_week()
            dismissed = post_cuts.chosen(world, posts_by_municipality(world, round(POSTS * run.scale)))
            if supply:
                transition.move(world, all_to(who, State.DAGPENGE), world.rules["transition"])
            if cut:
                moves = post_cuts.dismiss(world, dismissed, world.rules["post_cuts"].law)
                transition.move(world, moves, world.rules["transition"])
        rows.append((*_week(market, who, more if market.week else 0.0), _working(world, dismissed)))
    employed, unemployed, theirs, wage, of_dismissed = np.array(rows).T
    up = 1.0 / run.scale
    return Course(employed * up, unemployed * up, theirs * up, wage, of_dismissed * up)


def _working(world: World, who: NDArray[np.int32]) -> float:
    """Return how many of ``who`` (n,) hold a job."""
    return float((world.people.status.employer[who] >= 0).sum())


def _week(market: LabourMarket, who: NDArray[np.int32], more: float) -> tuple[float, ...]:
    """Simulate a week; return employed, unemployed, newcomers in work and the wage."""
    world = market.world
    market.enter_week()
    for act in run_acts(world):
        if act is search.fill_hazards and more:
            look_harder(world, more)
    market.close_week()
    e, stock = world.employers, world.tally.stock[:, :N_STATES]
    wage = wages(world)
    jobs = np.add.reduceat(e.filled, e.first[:-1])
    return (
        float(e.filled.sum()),
        float(stock[:, IS_UNEMPLOYED[:N_STATES] == 1].sum()),
        _working(world, who),
        float((wage * jobs).sum() / jobs.sum()),
    )


def look_harder(world: World, more: float) -> None:
    """Raise this week's hazards of everybody on dagpenge by a share ``more``."""
    k, week = world.clients.settled, world.this_week
    theirs = k.state == State.DAGPENGE
    extra = week.hazard[theirs] * more
    week.hazard[theirs] += extra
    where = k.person.municipality[theirs]
    week.searching += np.bincount(where, weights=extra, minlength=len(world.codes))


def by_year(weeks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return means over whole years of 52 weeks (years,) of a path (weeks,)."""
    return np.asarray(weeks.reshape(-1, WHOLE_WEEKS_A_YEAR).mean(axis=1))


@shows_run_options(
    ABSORPTION, without=["end", "draws", "data", "beliefs", "workers", "executor", "branching"]
)
def absorption(
    belief: Iterable[str] | str = (),
    *,
    years: int = 10,
    out: Path | str | None = None,
    **options: Unpack[RunFields],
) -> pd.DataFrame:
    """Follow a lasting supply of labour, and more search, year by year under each belief.

    Parameters
    ----------
    belief
        Names of beliefs (``reforms/beliefs``); by default those of models with a published path. ``central``
        is the parameters as they stand.
    years
        Years to follow.
    out
        Folder of ``absorption.csv`` and of the page ``absorption.md``; None: no file.
    **options
        Of all runs.

    Returns
    -------
    Frame of belief, year, employed_share, published (of the model that the belief is named after, where there
    is a figure), unemployed and employed (persons), wage_pct, gross, net (persons more in work of more search
    without and with competition), taken, jobs_lost, still_lost, posts_published,
    posts_solved_again and dismissed_out.

    Raises
    ------
    InputError
        A belief does not exist (with the nearest), or an option cannot be used.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.absorption("makro", years=3, scale=0.02)  # doctest: +SKIP
    """
    check_whole("years", years, 1, MOST_YEARS)
    believed = [_belief(name) for name in texts_of("belief", belief) or followed()]
    asked = _lasting(ABSORPTION.but(**options), years)
    if out is not None:
        out_folder(out)
    refuse_large_worlds(asked.scale, 1)
    base = load_parameters(baseline=asked.baseline).with_changes(parse_settings(asked.settings))
    without = _free(base, asked)
    rows = [row for each in believed for row in _rows(each, base, asked, without)]
    table = pd.DataFrame(rows)
    if out is not None:
        folder = out_folder(out)
        folder.mkdir(parents=True, exist_ok=True)
        table.to_csv(folder / "absorption.csv", index=False, float_format="%.6g")
        write_page(table, folder / "absorption.md")
    return table


#: The parameters as they stand, among the beliefs.
CENTRAL = "central"


def followed() -> tuple[str, ...]:
    """Return the beliefs that are of a model with a published path."""
    return tuple(name for name in beliefs() if load_belief(name).published)


def _belief(name: str) -> Belief:
    if name == CENTRAL:
        title = {"en": "the parameters as they stand", "da": "parametrene, som de står"}
        return Belief(CENTRAL, title)
    return load_belief(name)


class _Free(NamedTuple):
    """What would come of the experiments if nobody competed, by year (years,)."""

    newcomers: NDArray[np.float64]
    more_search: NDArray[np.float64]

    @property
    def long_run(self) -> float:
        """Newcomers in work once they have settled."""
        return float(self.newcomers[SETTLED_AFTER:].mean())


def _mean(follow_one: Callable[[int], NDArray[np.float64]], run: RunOptions) -> NDArray[np.float64]:
    """Return the mean over replicates."""
    return np.asarray(np.mean([follow_one(replicate) for replicate in range(run.replicates)], axis=0))


def _free(base: ParameterSet, run: RunOptions) -> _Free:
    longer = run if run.weeks >= LONG_RUN * WHOLE_WEEKS_A_YEAR else _lasting(run, LONG_RUN)

    def settled(replicate: int) -> NDArray[np.float64]:
        supply = follow(base, longer, replicate, supply=True, compete=False)
        return by_year(supply.newcomers_employed)

    def gained(replicate: int) -> NDArray[np.float64]:
        plain = follow(base, run, replicate, compete=False)
        harder = follow(base, run, replicate, more=MORE_SEARCH, compete=False)
        return by_year(harder.employed - plain.employed)

    return _Free(_mean(settled, run), _mean(gained, run))


def _lasting(run: RunOptions, years: int) -> RunOptions:
    """Return the options of a run of so many years of 52 weeks."""
    end = Week.parse(run.start) + (years * WHOLE_WEEKS_A_YEAR - 1)
    return run.but(end=end.label)


def _rows(belief: Belief, base: ParameterSet, run: RunOptions, free: _Free) -> list[dict[str, object]]:
    parameters = base.with_changes(belief.changes())

    def one(replicate: int) -> NDArray[np.float64]:
        plain = follow(parameters, run, replicate)
        supply = follow(parameters, run, replicate, supply=True)
        harder = follow(parameters, run, replicate, more=MORE_SEARCH)
        fewer = follow(parameters, run, replicate, cut=True)
        return np.stack(
            [
                by_year(supply.employed - plain.employed),
                by_year(supply.unemployed - plain.unemployed),
                by_year(supply.wage - plain.wage),
                by_year(harder.employed - plain.employed),
                by_year(plain.employed - fewer.employed) / POSTS,
                by_year(plain.dismissed_employed - fewer.dismissed_employed) / POSTS,
            ]
        )

    employed, unemployed, wage, net, jobs_lost, dismissed_out = _mean(one, run)
    share = employed / free.long_run
    return [
        {
            "belief": belief.name,
            "year": year,
            "employed_share": float(share[year - 1]),
            "published": (belief.published or {}).get(year, float("nan")),
            "unemployed": float(unemployed[year - 1]),
            "employed": float(employed[year - 1]),
            "wage_pct": float(np.expm1(wage[year - 1]) * 100),
            "gross": float(free.more_search[year - 1]),
            "net": float(net[year - 1]),
            "taken": float(1.0 - net[year - 1] / free.more_search[year - 1]),
            "jobs_lost": float(jobs_lost[year - 1]),
            "still_lost": float(jobs_lost[year - 1] / jobs_lost[0]),
            "posts_published": (belief.published_posts or {}).get(year, float("nan")),
            "posts_solved_again": (belief.posts_solved_again or {}).get(year, float("nan")),
            "dismissed_out": float(dismissed_out[year - 1]),
        }
        for year in range(1, len(share) + 1)
    ]
