"""The command that maps cuts against simplification."""

from __future__ import annotations

from typing import Annotated

import typer

from jobvej.cli.options import (
    DemandOption,
    DrawsOption,
    ExecutorOption,
    FromOption,
    OutOption,
    QuietOption,
    ReplicatesOption,
    ScaleOption,
    SeedOption,
    ToOption,
    WorkersOption,
    with_examples,
)
from sim.errors import InputError, suggest


@with_examples
def frontier(
    out: OutOption,
    reform: Annotated[
        str, typer.Option("--reform", "-r", metavar="NAME|FILE", help="What simplification means, all of it.")
    ] = "process-rules-removed",
    cut: Annotated[
        str, typer.Option(metavar="BN,BN,...", help="Cuts of the map, bn kr. a year.")
    ] = "0,0.5,...,4",
    simplification: Annotated[
        str, typer.Option(metavar="SHARE,...", help="Shares of the simplification really carried out.")
    ] = "0,0.1,...,1",
    measure: Annotated[
        str, typer.Option(metavar="NAME[:GROUP]", help="What must not get worse (jobvej measures list).")
    ] = "mean_duration:temporary_support",
    points: Annotated[int, typer.Option(help="Worlds inside the map, besides its corners.")] = 13,
    start: FromOption = "2024-W01",
    end: ToOption = "2031-W52",
    scale: ScaleOption = 0.02,
    seed: SeedOption = 1,
    replicates: ReplicatesOption = 1,
    draws: DrawsOption = 4,
    demand: DemandOption = "flat",
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    quiet: QuietOption = False,
) -> None:
    """Map how large a cut can be before courses get longer, by how much simplification really happens.

    A few worlds (three corners and a quasi-random design, paired with the baseline) carry a surface. The line
    where nothing gets worse is drawn with its band; the government, KL and others are marked, and the order
    of phasing is shown. Cut and rules come in equal steps from 2026 to 2030 and are read in the last year.

    jobvej frontier --out results/frontier
    jobvej frontier --reform no-focus-targets+fewer-target-groups --cut 0,1,2,3 --draws 8 --out results/map
    """
    from jobvej.cli.running import run_and_keep
    from reforms import load
    from reforms.effects import national_finishers
    from reforms.frontier.design import axis, design, frontier_plan, phasing
    from reforms.frontier.results import write

    cuts, shares = axis(cut, "--cut", 9.0), axis(simplification, "--simplification", 1.0)
    name, group = _measure(measure)
    if points < 4:
        raise InputError(f"--points is {points}; a surface needs 4 or more")
    wanted = load(reform)
    mapped = design(cuts[-1], shares[-1], points)
    every = (*mapped, *phasing())
    plan = frontier_plan(
        wanted, every, start=start, end=end, scale=scale, seed=seed, replicates=replicates, draws=draws,
        demand=demand,
    )  # fmt: skip
    run_and_keep(plan, out / "worlds", workers, quiet, national_finishers(plan), executor=executor)
    asked = {
        "reform": reform, "cut": cut, "simplification": simplification, "measure": measure, "points": points,
        "from": start, "to": end, "scale": f"{scale:g}", "seed": seed, "replicates": replicates,
        "draws": draws, "demand": demand,
    }  # fmt: skip
    command = " ".join(
        ["jobvej frontier", *(f"--{key} {value}" for key, value in asked.items()), "--out DIR"]
    )
    about = {
        "cuts": cuts, "shares": shares, "measure": name, "group": group, "command": command, "draws": draws,
        "replicates": replicates, "scale": scale, "version": plan.definition["version"],
    }  # fmt: skip
    found = write(out, out / "worlds", wanted, every, len(mapped), about)
    for line in found.sentences("en"):
        typer.echo(f"- {line}")
    typer.echo(f"Map: {out / 'frontier-en.svg'} (Danish: frontier-da.svg)\nTables: {out}")


def _measure(text: str) -> tuple[str, str]:
    """Return measure and group of ``name[:group]``; only measures of benefits that get worse by growing."""
    from sim.outcomes.measures import MEASURES

    usual = "temporary_support"
    names = [m.name for m in MEASURES.values() if m.better == "lower" and usual in m.groups]
    name, _, group = text.partition(":")
    group = group or usual
    if name not in names:
        raise InputError(f"--measure is '{text}'; expected {', '.join(names)}.{suggest(name, names)}")
    groups = MEASURES[name].groups
    if group not in groups:
        raise InputError(f"--measure is '{text}': no group '{group}'.{suggest(group, groups)}")
    return name, group
