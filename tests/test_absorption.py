"""More people who look for work: what the command follows, and the beliefs that it is run under."""

from __future__ import annotations

import json

import numpy as np
import pytest
from small_worlds import world
from typer.testing import CliRunner

import jobvej
from jobvej.cli import app
from reforms.absorption import by_year, follow, followed, look_harder, newcomers
from sim.errors import InputError
from sim.parameters import load_parameters
from sim.parameters.beliefs import load_belief
from sim.runs.options import ABSORPTION
from sim.states import State


def test_there_are_the_two_published_models() -> None:
    assert followed() == ("adam", "makro")


def test_an_unknown_belief_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no belief is called 'macro'.*Did you mean 'makro'"):
        load_belief("macro")


@pytest.mark.parametrize("name", ["adam", "makro"])
def test_a_belief_sets_parameters_within_their_priors(name: str) -> None:
    belief, parameters = load_belief(name), load_parameters()
    assert belief.parameters
    for parameter, value in belief.parameters.items():
        prior = parameters[parameter].prior
        assert prior is not None
        assert prior.low <= value <= prior.high


def test_what_was_published_is_what_the_sources_say() -> None:
    # E2-E01: 1.50, 6.53, 10.89, 17.11 of 27 thousand; R2-MA-02: 45, 85, 91 per cent
    adam = {1: 1.50 / 27, 3: 6.53 / 27, 5: 10.89 / 27, 10: 17.11 / 27}
    assert dict(load_belief("adam").published or {}) == pytest.approx(adam, abs=0.015)
    assert dict(load_belief("makro").published or {}) == {1: 0.45, 2: 0.85, 3: 0.91}


def test_years_are_means_of_52_weeks() -> None:
    assert by_year(np.arange(104.0)).tolist() == [25.5, 77.5]


def test_newcomers_are_the_same_people_in_every_run_and_come_from_outside() -> None:
    one, other = world(scale=0.01), world(scale=0.01, switched_off=("displacement",))
    who = newcomers(one.world, 100)
    assert who.tolist() == newcomers(other.world, 100).tolist()
    assert (one.world.people.status.state[who] == State.OUTSIDE).all()
    assert set(newcomers(one.world, 40)) <= set(who)
    with pytest.raises(InputError, match="there are"):
        newcomers(one.world, 10**6)


def test_more_search_is_so_much_more_hazard_of_those_on_dagpenge_alone() -> None:
    made = world(scale=0.01)
    made.step()
    w = made.world
    before, seeking = w.this_week.hazard.copy(), w.this_week.searching.sum()
    mine = w.clients.settled.state == State.DAGPENGE
    look_harder(w, 0.1)
    assert w.this_week.hazard[mine] == pytest.approx(1.1 * before[mine])
    assert (w.this_week.hazard[~mine] == before[~mine]).all()
    assert w.this_week.searching.sum() - seeking == pytest.approx(0.1 * before[mine].sum())


def test_in_the_world_without_them_newcomers_never_work() -> None:
    run = ABSORPTION.but(scale=0.005, end="2024-W20")
    without = follow(load_parameters(), run, 0, supply=False, more=0.0, compete=True)
    with_them = follow(load_parameters(), run, 0, supply=True, more=0.0, compete=True)
    assert without.newcomers_employed.max() == 0.0
    assert with_them.newcomers_employed[-1] > 0.2 * 27_000
    assert (with_them.employed[0], with_them.unemployed[0]) == (without.employed[0], without.unemployed[0])


def test_slow_wages_absorb_more_slowly() -> None:
    table = jobvej.absorption(("adam", "makro"), years=2, scale=0.01).set_index(["belief", "year"])
    second = table.xs(2, level="year")
    assert second.loc["adam", "employed_share"] < second.loc["makro", "employed_share"] - 0.3
    assert second.loc["adam", "taken"] > second.loc["makro", "taken"]
    assert (table["wage_pct"] < 0).all()


def test_the_command_prints_objects_and_refuses_what_is_not_there() -> None:
    words = ["absorption", "--belief", "makro", "--years", "1", "--scale", "0.005", "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    (row,) = json.loads(done.stdout)
    assert (row["belief"], row["year"]) == ("makro", 1)
    assert {"employed_share", "unemployed", "taken"} <= set(row)
    assert row["unemployed"] > 0
