"""The command that maps cuts against simplification."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jobvej.cli.options import OutOption, takes_run_options, whole, with_examples
from sim.runs.options import FRONTIER


@with_examples
@takes_run_options(FRONTIER)
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
    points: Annotated[
        int, typer.Option(help="Runs inside the map, besides its corners.", parser=whole(), metavar="INTEGER")
    ] = 13,
    **options: Any,
) -> None:
    """Map how large a cut can be before spells get longer, by how much simplification really happens.

    A few runs (three corners and a quasi-random design, paired with the baseline) carry a surface. The line
    where nothing gets worse is drawn with its band; the government, KL and others are marked, and the order
    of phasing is shown. Cut and rules come in equal steps from 2026 to 2030 and are read in the last year.

    jobvej frontier --out results/frontier
    jobvej frontier --reform no-focus-targets+fewer-target-groups --cut 0,1,2,3 --draws 8 --out results/map
    """
    import jobvej

    found = jobvej.frontier(
        reform, cut=cut, simplification=simplification, measure=measure, points=points, out=out, **options
    )
    for line in found.sentences("en"):
        typer.echo(f"- {line}")
    typer.echo(f"Map: {out / 'frontier-en.svg'} (Danish: frontier-da.svg)\nTables: {out}")
