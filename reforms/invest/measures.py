"""What a municipality may invest in, as written on the command line, turned into changes of parameters.

``caseworkers+10``
    ten full-time caseworkers more for a target group (or shared among all by workload)
``caseload=35``
    as many more as give the group's caseworkers 35 cases each, from the clients there are at the start
``programme:NAME+50``
    fifty full-time places more in a programme for the group
``wage-subsidy-weeks=4``
    wage subsidies of the municipality last so many weeks
``reform:NAME``
    a reform of the catalogue, in this municipality alone, from the day of the investment
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from reforms.load import load
from sim.calendar import WEEKS_A_YEAR
from sim.errors import InputError, suggest
from sim.parameters import Change, Origin, load_parameters
from sim.states import CLIENT_STATES, STATES, TEAM_OF_STATE
from sim.vocabulary import PROGRAMMES, TARGET_GROUPS

ALL = "all"
_FORMS = "caseworkers+10, caseload=35, programme:internship+50, wage-subsidy-weeks=4 or reform:NAME"
_SUBSIDIES = tuple(name for name in PROGRAMMES if "subsidy" in name)


@dataclass(frozen=True)
class Investment:
    """One investment: where, what, for whom, and the changes that make it.

    ``said`` tells what was worked out on the way (so many caseworkers for a caseload).
    """

    municipality: int
    what: str
    group: str
    changes: tuple[Change, ...]
    said: str = ""


@dataclass(frozen=True)
class Team:
    """Clients and caseworkers (full time) of one or more target groups in a municipality at the start."""

    clients: dict[str, float]
    caseworkers: dict[str, float]

    @property
    def caseload(self) -> float:
        """Clients for each full-time caseworker."""
        return sum(self.clients.values()) / max(sum(self.caseworkers.values()), 1e-9)


def groups_of(text: str) -> tuple[str, ...]:
    """Return the target groups of ``--for``: ``all``, or names of benefits or groups joined with a plus.

    Raises
    ------
    InputError
        For a name that is neither.
    """
    of_state = {STATES[state]: TARGET_GROUPS[team] for state, team in TEAM_OF_STATE.items()}
    teams = tuple(dict.fromkeys(of_state.values()))
    if text == ALL:
        return teams
    found = []
    for name in text.split("+"):
        group = name if name in teams else of_state.get(name.strip())
        if group is None:
            known = sorted({*teams, *of_state, ALL})
            hint = suggest(name, known) or f" There is {', '.join(known)}."
            raise InputError(f"--for is '{text}': no group '{name}'.{hint}")
        found.append(group)
    return tuple(dict.fromkeys(found))


def states_of(groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return the benefits whose clients the teams of these groups have."""
    return tuple(STATES[state] for state, team in TEAM_OF_STATE.items() if TARGET_GROUPS[team] in groups)


def team(code: int, groups: tuple[str, ...]) -> Team:
    """Return clients and caseworkers of target groups, as the model begins with them (scale 1)."""
    from sim.data import municipalities
    from sim.rules.staff import caseworkers_fte
    from sim.start.jobcentres import workload_by_group
    from sim.start.starting_stocks import stocks_by_municipality

    table = municipalities()
    at = list(table.index).index(code)
    r = load_parameters().at(date(2024, 1, 1), [code])
    least = r.scalar("population.least_residual_share")
    stocks = stocks_by_municipality(table, r.vector("population.stock"), least)
    load = workload_by_group(stocks, r.vector("staffing.workload_weight"))
    posts = caseworkers_fte(r)
    each = posts * load[at] / load.sum()
    clients = dict.fromkeys(groups, 0.0)
    for state in CLIENT_STATES:
        group = TARGET_GROUPS[TEAM_OF_STATE[state]]
        if group in clients:
            clients[group] += float(stocks[at, state])
    return Team(clients, {group: float(each[TARGET_GROUPS.index(group)]) for group in groups})


def investment(code: int, what: str, group: str, start: date) -> Investment:
    """Return an investment as changes of parameters.

    Parameters
    ----------
    code
        The municipality.
    what, group
        See the top of the module.
    start
        First day.

    Raises
    ------
    InputError
        What is asked for is none of the forms, or cannot be done.
    """
    groups = groups_of(group)
    here = _Here(code, start, what)
    if found := re.fullmatch(r"caseworkers([+-]\d+(?:\.\d+)?)", what, re.ASCII):
        return _caseworkers(here, groups, group, float(found[1]))
    if found := re.fullmatch(r"caseload=(\d+(?:\.\d+)?)", what, re.ASCII):
        return _caseload(here, groups, group, float(found[1]))
    if found := re.fullmatch(r"programme:([a-z_-]+)\+(\d+)", what, re.ASCII):
        return _programme(here, groups, group, found[1].replace("-", "_"), float(found[2]))
    if found := re.fullmatch(r"wage-subsidy-weeks=(\d+)", what, re.ASCII):
        changes = tuple(here.set(f"programmes.weeks[{name}]", float(found[1])) for name in _SUBSIDIES)
        return Investment(code, what, group, changes)
    if found := re.fullmatch(r"reform:(.+)", what, re.ASCII):
        return _reform(here, group, found[1])
    raise InputError(f"--what is '{what}'; expected {_FORMS}.{suggest(what, _FORMS.split(', '))}")


@dataclass(frozen=True)
class _Here:
    """Where and when, for making changes."""

    code: int
    start: date
    what: str

    def set(self, parameter: str, value: float) -> Change:
        values = ((self.start, value),)
        return Change(parameter, "set", values, frozenset({self.code}), origin=Origin(self.what))


def _caseworkers(here: _Here, groups: tuple[str, ...], group: str, number: float) -> Investment:
    """Share caseworkers among groups as those that are there."""
    now = team(here.code, groups)
    total = sum(now.caseworkers.values())
    if total + number < 0:
        raise InputError(f"--what is '{here.what}': there are only {total:.1f} caseworkers for {group}")
    parts = {name: number * posts / total for name, posts in now.caseworkers.items()}
    changes = tuple(here.set(f"staffing.extra_caseworkers[{name}]", part) for name, part in parts.items())
    after = sum(now.clients.values()) / (total + number) if total + number > 0 else float("inf")
    said = (
        f"{number:+g} full-time caseworkers on {total:.1f} for {sum(now.clients.values()):,.0f} clients: "
        f"{now.caseload:.0f} cases each become {after:.0f}"
    )
    return Investment(here.code, here.what, group, changes, said)


def _caseload(here: _Here, groups: tuple[str, ...], group: str, ceiling: float) -> Investment:
    now = team(here.code, groups)
    if ceiling <= 0 or ceiling >= now.caseload:
        raise InputError(
            f"--what is '{here.what}': each caseworker of {group} has {now.caseload:.0f} cases today; "
            "expected fewer than that"
        )
    needed = sum(now.clients.values()) / ceiling - sum(now.caseworkers.values())
    return _caseworkers(here, groups, group, needed)


def _programme(here: _Here, groups: tuple[str, ...], group: str, name: str, places: float) -> Investment:
    """Add places: starts that keep them filled, and the money for them."""
    if name not in PROGRAMMES:
        known = ", ".join(PROGRAMMES)
        raise InputError(
            f"--what is '{here.what}': no programme '{name}'; there is {known}.{suggest(name, PROGRAMMES)}"
        )
    clients = sum(team(here.code, groups).clients.values())
    if places > 0.5 * clients:
        raise InputError(f"--what is '{here.what}': {group} has only {clients:,.0f} clients there")
    at, parameters = PROGRAMMES.index(name), load_parameters()
    weeks = parameters.in_force("programmes.weeks", here.start)[at]
    cost = parameters.in_force("programmes.cost_kr_week", here.start)[at]
    rate = places * WEEKS_A_YEAR / weeks / (clients - places)
    changes = [here.set(f"programmes.invested_starts[{each}]", rate) for each in groups]
    if at:  # the first programme is what the parameter says anyway
        changes.append(here.set("programmes.invested_kind", at + 1.0))
    if cost > 0:
        changes.append(here.set("programmes.extra_budget_mio_kr", places * cost * WEEKS_A_YEAR / 1e6))
    said = f"{places:g} places of {weeks:g} weeks for {clients:,.0f} clients: {rate:.2f} starts a person-year"
    return Investment(here.code, here.what, group, tuple(changes), said)


def _reform(here: _Here, group: str, name: str) -> Investment:
    """Give a reform to this municipality alone, its first change on the day of the investment."""
    reform = load(name)
    if not reform.changes:
        raise InputError(f"--what is '{here.what}': the reform changes nothing")
    first = min(change.start for change in reform.changes)
    moved = tuple(
        replace(
            change,
            municipalities=frozenset({here.code}),
            values=tuple((day + (here.start - first), value) for day, value in change.values),
            until=change.until and change.until + (here.start - first),
        )
        for change in reform.changes
    )
    return Investment(here.code, here.what, group, moved, reform.title("en"))
