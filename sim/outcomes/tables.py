"""Tables of spells and of people at the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.engine.draws import Purpose, make_key, uniforms
from sim.lookup import IS_CLIENT, IS_UNEMPLOYED
from sim.outcomes.spells import COURSE_SPELL, SPELL_GROUPS, UNEMPLOYED_SPELL
from sim.states import NOBODY, STATES, State
from sim.vocabulary import BARRIERS, EDUCATIONS

if TYPE_CHECKING:
    from sim.calendar import Week
    from sim.world.world import World

_NAMES = {at: name for name, at in SPELL_GROUPS.items()}
_DESTINATIONS = (*STATES, "left_population")
assert len(_DESTINATIONS) == NOBODY + 1


class Market(Protocol):
    """What the tables ask of a run: :class:`sim.model.LabourMarket`."""

    world: World
    start: Week
    week: int  # weeks simulated
    scale: float


def weekly_reporters() -> dict[str, Callable[[Market], Any]]:
    """Return what Mesa's data collection sees of a week: its label and persons by state, at scale 1."""

    def persons(state: int) -> Callable[[Market], float]:
        return lambda model: float(model.world.tally.stock[:, state].sum()) / model.scale

    stocks = {name: persons(at) for at, name in enumerate(STATES)}
    return {"week": lambda model: (model.start + (model.week - 1)).label, **stocks}


def spells_table(model: Market) -> pd.DataFrame:
    """Spells of a keyed sample of persons.

    One row a spell: person (uint32 key, the same in every run), municipality code, group (benefit, or
    unemployed_gross, temporary_support), start_week, weeks, ended, destination ('' while ongoing).  Spells
    that began before the first week are included with their true start (left-truncated: weeks before the
    run were not observed).  The sample is of persons, the same in all worlds.
    """
    world, log = model.world, model.world.log
    rows = log.rows[: int(log.used[0])]
    ended = pd.DataFrame(
        {
            "person": log.person[: len(rows)],
            "municipality": world.codes[rows[:, 0]].astype(np.int32),
            "group": rows[:, 1],
            "start": rows[:, 2],
            "weeks": rows[:, 3],
            "ended": True,
            "destination": rows[:, 4],
        }
    )
    table = pd.concat([ended, _ongoing(model)], ignore_index=True)
    table["group"] = table["group"].map(_NAMES)
    table["destination"] = [_DESTINATIONS[d] if d >= 0 else "" for d in table["destination"].astype(int)]
    labels = {w: (model.start + int(w)).label for w in table["start"].unique()}
    table.insert(3, "start_week", table.pop("start").map(labels))
    return table.sort_values(
        ["person", "start_week", "weeks", "group", "destination"], kind="stable", ignore_index=True
    )


def _ongoing(model: Market) -> pd.DataFrame:
    """Spells of the sample that have not ended."""
    world = model.world
    everybody = world.clients.everybody
    u = uniforms(make_key(0, 0), int(Purpose.SAMPLE), everybody.key, 0)
    at = np.flatnonzero((everybody.state != NOBODY) & (u < world.log.threshold))
    at = at[np.argsort(everybody.id[at], kind="stable")]
    unemployed = at[IS_UNEMPLOYED[everybody.state[at]] == 1]
    spell, parts = everybody.spell, []
    for rows, group, start in (
        (at, everybody.state[at], spell.entered[at]),
        (at, np.full(at.size, COURSE_SPELL), spell.course_start[at]),
        (unemployed, np.full(unemployed.size, UNEMPLOYED_SPELL), spell.unemployed_start[unemployed]),
    ):
        parts.append(
            pd.DataFrame(
                {
                    "person": everybody.key[rows],
                    "municipality": world.codes[everybody.person.municipality[rows]].astype(np.int32),
                    "group": group,
                    "start": start,
                    "weeks": model.week - start,
                    "ended": False,
                    "destination": -1,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def people_table(model: Market) -> pd.DataFrame:
    """One row a person still or newly in the population, in id order.

    Columns: person (uint32 key), municipality, sex, birth_year, education, barrier, start_state,
    weeks_supported and weeks_employed (whole run, ongoing spells included).  Names are categorical
    (``pd.Categorical``): three million texts would take three times the memory of the whole world.
    """
    world = model.world
    p, s, _, calendar = world.people
    client = IS_CLIENT[s.state] == 1
    course_start = world.clients.everybody.spell.course_start[calendar.row[client]]
    weeks = {
        "weeks_supported": s.weeks_supported.astype(np.int32),
        "weeks_employed": s.weeks_employed.astype(np.int32),
    }
    weeks["weeks_supported"][client] += model.week - np.maximum(course_start, 0)
    working = s.state == State.EMPLOYED
    weeks["weeks_employed"][working] += model.week - np.maximum(s.entered[working], 0)
    return pd.DataFrame(
        {
            "person": p.key,
            "municipality": world.codes.astype(np.int32)[p.municipality],
            "sex": _named(p.sex, ("man", "woman")),
            "birth_year": p.birth_year,
            "education": _named(p.education, EDUCATIONS),
            "barrier": _named(p.barrier, BARRIERS),
            "start_state": _named(world.start_states, STATES),
            **weeks,
        }
    )


def _named(position: NDArray[np.uint8], names: tuple[str, ...]) -> pd.Categorical:
    """Names by position, a byte a person and each name once."""
    return pd.Categorical.from_codes(position.astype(np.int8), categories=list(names))
