"""The commands that weigh: designs of a saving, beliefs, the bridge between two of them, stress."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    LangOption,
    OutOption,
    ReformOption,
    command_group,
    language,
    print_facts,
    print_rows,
    rows_of,
    takes_run_options,
    whole,
    with_examples,
)
from sim.runs.options import DESIGN

if TYPE_CHECKING:
    import pandas as pd

    from reforms.decide.belief_table import BeliefTable
    from reforms.decide.stress import Stress
    from sim.parameters.beliefs import Belief

beliefs = command_group("Whose assumptions: named sets of cited parameters; each package under each of them.")


@with_examples
@takes_run_options(DESIGN)
def design(
    out: OutOption,
    saving: Annotated[
        str, typer.Option(metavar="AMOUNT", help="What is to be saved a year when phased in: 2.7bn, 300mio.")
    ] = "2.7bn",
    levers: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Your own levers (reforms/decide/levers.yaml says how)."),
    ] = None,
    protect: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GROUP",
            help="Who is not cut: near_work, far_from_work, youth, sick, barriers. Repeatable.",
        ),
    ] = None,
    points: Annotated[
        int, typer.Option(help="Designs that carry the emulator.", parser=whole(), metavar="INTEGER")
    ] = 96,
    chosen: Annotated[
        int, typer.Option(help="Designs of the front run in the model.", parser=whole(), metavar="INTEGER")
    ] = 8,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    **options: Any,
) -> None:
    """Find where a saving does least harm, and what must go first.

    Every design saves the same. Levers say where it is taken, whom the hours are for, what need not be done
    and when it begins; goals are self-support, work of people with barriers, net public cost after feedback,
    fairness between municipalities and spread of risk. An emulator over levers and draws finds the front; its
    designs, and the government's, KL's and Djøf's rules with the same saving, are then run in the model.

    jobvej design --saving 2.7bn --out results/design
    jobvej design --saving 1bn --protect sick --draws 12 --scale 0.05 --out results/protected
    """
    import jobvej
    from reforms.decide.design_picture import shown

    said = language(lang)
    found = jobvej.design(
        saving, levers=levers, protect=protect or (), points=points, chosen=chosen, out=out, **options
    )
    if as_json:
        print_rows(rows_of(found.front), True, ())
        return
    _print_frame(shown(found))
    for line in found.sentences(said):
        typer.echo(f"- {line}")
    typer.echo(f"Picture: {out / f'design-{said}.svg'}\nTable: {out / 'front.csv'}")


@beliefs.command("list")
@with_examples
def list_beliefs(lang: LangOption = "en", as_json: JsonOption = False) -> None:
    """List the beliefs: names, whose they are, what they rest on.

    jobvej beliefs list
    jobvej compare --reform cut-3bn --beliefs sceptic --out results/sceptic
    """
    from sim.parameters.beliefs import beliefs as names
    from sim.parameters.beliefs import load_belief

    said = language(lang)
    rows = [
        {"name": name, "title": each.title[said], "parameters": each.parameters, "ids": list(each.ids)}
        for name in names()
        for each in [load_belief(name)]
    ]
    shown = rows if as_json else [{**row, "parameters": f"{len(row['parameters'])} numbers"} for row in rows]
    print_rows(shown, as_json, ("name", "parameters", "title"))


@beliefs.command("show")
@with_examples
def show_belief(
    name: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A belief, a file, or several joined with +.")
    ],
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Show a belief: each assumption with its numbers, the reason and the rows of the data behind it.

    jobvej beliefs show ministry
    """
    from sim.parameters.beliefs import load_belief

    said, belief = language(lang), load_belief(name)
    if as_json:
        typer.echo(json.dumps(_belief_plainly(belief), indent=1, ensure_ascii=False))
        return
    print_facts([("name", belief.name), ("title", belief.title[said]), ("source", belief.source or "")])
    for each in belief.assumptions:
        typer.echo(f"- {each.title[said]}: {each.reason} [{', '.join(each.ids)}]")
        for parameter, value in each.parameters.items():
            typer.echo(f"    {parameter} = {value:g}")
    if belief.counted:
        ids = ", ".join(belief.counted.ids)
        typer.echo(f"- {belief.counted.title[said]}: {belief.counted.reason} [{ids}]")
    if belief.silent:
        typer.echo(f"Not said: {belief.silent[said]}")


def _belief_plainly(belief: Belief) -> dict[str, Any]:
    counted = belief.counted
    return {
        "name": belief.name,
        "title": dict(belief.title),
        "assumptions": [
            {"name": each.name, "title": dict(each.title), "parameters": dict(each.parameters),
             "reason": each.reason, "ids": list(each.ids)}
            for each in belief.assumptions
        ],
        "counted": {"convention": counted.convention, "reason": counted.reason, "ids": list(counted.ids)}
        if counted else None,
        "silent": dict(belief.silent) if belief.silent else None,
        "source": str(belief.source) if belief.source else None,
    }  # fmt: skip


@beliefs.command("table")
@with_examples
@takes_run_options(DESIGN, without=["beliefs"])
def belief_table(
    out: OutOption,
    reform: ReformOption = None,
    belief: Annotated[
        list[str] | None,
        typer.Option(
            "--belief",
            metavar="NAME|FILE",
            help="A belief; several together with +. Repeat for more. [default: posterior and all]",
        ),
    ] = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    **options: Any,
) -> None:
    """Run each package under each belief: where all agree, where they differ, what one must believe.

    All meet the same draws and random numbers, so what differs from column to column is the belief alone. A
    belief that counts kroner in its own way has its net cost counted so.

    jobvej beliefs table --out results/beliefs
    jobvej beliefs table --reform cut-3bn --belief posterior --belief sceptic+adam --out results/two
    """  # fmt: skip
    import jobvej
    from reforms.scenario import HEADLINES_AND_ALL

    said = language(lang)
    found = jobvej.believe(reform or HEADLINES_AND_ALL, belief or (), out=out, **options)
    if as_json:
        print_rows(rows_of(found.table), True, ())
        return
    _print_goals(found, said)
    for line in found.sentences(said):
        typer.echo(f"- {line}")
    typer.echo(f"Table: {out / 'beliefs.csv'}")


@with_examples
@takes_run_options(DESIGN, without=["start", "end", "beliefs"])
def bridge(
    out: OutOption,
    first: Annotated[
        str, typer.Option("--from", metavar="BELIEF", help="Whose answer it begins with.")
    ] = "ministry",
    last: Annotated[str, typer.Option("--to", metavar="BELIEF", help="Whose it ends with.")] = "posterior",
    reform: Annotated[
        str, typer.Option("--reform", "-r", metavar="NAME|FILE", help="What the answer is about.")
    ] = "cut-3bn",
    points: Annotated[
        int,
        typer.Option(help="Worlds that are run where all are too many.", parser=whole(), metavar="INTEGER"),
    ] = 48,
    first_week: Annotated[str, typer.Option(metavar="WEEK", help="First week.")] = DESIGN.start,
    last_week: Annotated[str, typer.Option(metavar="WEEK", help="Last week.")] = DESIGN.end,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    **options: Any,
) -> None:
    """Go from one answer to another, one assumption at a time: a staircase in kroner and weeks.

    Each step is the mean of what an assumption adds over all orders in which they could be taken (Shapley),
    so that the steps add up and no order decides. Up to four assumptions all combinations are run; beyond
    that the emulator gives those that were not, and what it misses is a step of its own.

    jobvej bridge --from ministry --to posterior --reform cut-3bn --out results/bridge
    jobvej bridge --from sceptic --to believer --reform headline --out results/interviews
    """
    import jobvej

    said = language(lang)
    found = jobvej.bridge(
        first, last, reform=reform, points=points, out=out, start=first_week, end=last_week, **options
    )
    if as_json:
        print_rows(rows_of(found.table), True, ())
        return
    shown = found.table.assign(title=[found.title(str(step), said) for step in found.table["step"]])
    _print_frame(shown[["measure", "mean", "low80", "high80", "title"]])
    for line in found.sentences(said):
        typer.echo(f"- {line}")
    typer.echo(f"Staircase: {out / f'bridge-{said}.svg'}\nTable: {out / 'bridge.csv'}")


@with_examples
@takes_run_options(DESIGN, without=["demand"])
def stress(
    out: OutOption,
    reform: ReformOption = None,
    layoff: Annotated[
        str | None,
        typer.Option(
            metavar="VARIANT", help="The mass layoff. [default: mass-layoff:700-in-Frederikshavn@2027-W23]"
        ),
    ] = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    **options: Any,
) -> None:
    """Run packages as planned and under stress: one table.

    In a recession, a boom, with a mass layoff, with 10 per cent fewer caseworkers than planned, and with the
    second phase never passed (what begins in 2027 or later). Told apart from the plan pair by pair.

    jobvej stress --out results/stress
    jobvej stress --reform agreement-2025 --layoff mass-layoff:800-in-Lolland@2027-W10 --out results/one
    """
    import jobvej
    from reforms.decide.goals import GOALS
    from reforms.decide.stress import LAYOFF_OF, TITLES
    from reforms.scenario import HEADLINES_AND_ALL

    said = language(lang)
    found = jobvej.stress(reform or HEADLINES_AND_ALL, layoff=layoff or LAYOFF_OF, out=out, **options)
    if as_json:
        print_rows(rows_of(found.table), True, ())
        return
    _print_goals(found, said)
    for row in found.table[found.table["apart"].isin(["better", "worse"])].to_dict("records"):
        title = TITLES[str(row["stress"])][said]
        typer.echo(f"- {row['package']}, {GOALS[str(row['goal'])].title.of(said)}: {title}: {row['apart']}")
    typer.echo(f"Table: {out / 'stress.csv'}")


def _print_goals(found: BeliefTable | Stress, said: str) -> None:
    """Print a table of packages for each goal."""
    from reforms.decide.goals import GOALS

    for goal in found.about["goals"]:
        typer.echo(f"{GOALS[goal].title.of(said)}, {GOALS[goal].unit.of(said)}:")
        _print_frame(found.wide(goal).reset_index())


def _print_frame(table: pd.DataFrame) -> None:
    """Print a frame as aligned columns with a head."""
    head = {str(name): str(name) for name in table.columns}
    rows = [{str(name): _shown(value) for name, value in row.items()} for row in table.to_dict("records")]
    print_rows([head, *rows], False, tuple(head))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:+,.1f}"
    return str(value)
