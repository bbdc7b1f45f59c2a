"""The command that works out a municipality's business case."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobvej.cli.options import (
    DrawsOption,
    ExecutorOption,
    JsonOption,
    OutOption,
    QuietOption,
    ReplicatesOption,
    ScaleOption,
    SeedOption,
    WorkersOption,
    print_rows,
    rows_of,
    with_examples,
)
from sim.errors import InputError, suggest

if TYPE_CHECKING:
    import pandas as pd

    from reforms.invest.measures import Investment


@with_examples
def invest(
    out: OutOption,
    municipality: Annotated[str | None, typer.Option(metavar="NAME|CODE", help="Who invests.")] = None,
    what: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="caseworkers+10, caseload=35, programme:internship+50, wage-subsidy-weeks=4 or reform:NAME.",
        ),
    ] = None,
    for_: Annotated[
        str, typer.Option("--for", metavar="GROUP", help="A benefit, several joined with +, or all.")
    ] = "all",
    years: Annotated[int, typer.Option(help="Years of the investment, from a year into the run.")] = 5,
    case: Annotated[
        str | None,
        typer.Option("--case", metavar="NAME", help="A published case instead (hilleroed, hjoerring, ...)."),
    ] = None,
    scale: ScaleOption = 0.1,
    seed: SeedOption = 1,
    replicates: ReplicatesOption = 4,
    draws: DrawsOption = 1,
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Work out what a municipality's investment costs and returns: to itself, the state, a-kasser, society.

    Year by year, with refunds and co-financing, and with what happens in the other municipalities. A cost is
    positive. One municipality is small: below scale 0.1 and four replicates the interval says little.

    jobvej invest --municipality Hjørring --what caseworkers+10 --for sygedagpenge --out results/invest
    jobvej invest --case hilleroed --out results/hilleroed
    """
    from jobvej.cli.running import run_and_keep
    from reforms.invest.case import first_day, invest_plan, invest_table, people_lines, world_lines
    from reforms.invest.measures import groups_of, investment, states_of
    from reforms.invest.published import beside, cases, model_figures
    from sim.data import municipality_code

    published = _case(case, cases(), municipality, what)
    if published is not None:
        municipality, what, for_ = published["municipality"], published["what"], published["for"]
        years = int(published["years"])
    if municipality is None or what is None:
        raise InputError("invest needs --municipality and --what, or --case. See: jobvej invest --help")
    if not 1 <= years <= 11:
        raise InputError(f"--years is {years}; expected 1 to 11")
    code = municipality_code(municipality)
    invested = investment(code, what, for_, first_day("2024-W01"))
    plan = invest_plan(invested, years, scale=scale, seed=seed, replicates=replicates, draws=draws)
    run_and_keep(plan, out / "worlds", workers, quiet, None, executor=executor)
    lines = world_lines(out / "worlds", code)
    table = invest_table(lines)
    people = people_lines(out / "worlds", code, states_of(groups_of(for_)))
    table.to_csv(out / "invest.csv", index=False, float_format="%.4f")
    people.to_csv(out / "people.csv", index=False, float_format="%.4f")
    if as_json:
        print_rows(rows_of(table), True, ())
        return
    _print(invested, table, people, municipality)
    _hilleroed(case, table)
    _picture(out, table, municipality, what)
    if published is not None:
        side = beside(published, model_figures(table, people, years))
        side.to_csv(out / "published.csv", index=False, float_format="%.4f")
        _print_published(side, str(published["note"]))
    typer.echo(f"Tables and picture: {out}")


def _case(
    name: str | None, known: dict[str, dict[str, Any]], municipality: str | None, what: str | None
) -> dict[str, Any] | None:
    """Return the published case asked for; refuse an unknown one, and a case together with a measure."""
    if name is None:
        return None
    if name not in known:
        raise InputError(f"--case is '{name}'; there is {', '.join(known)}.{suggest(name, known)}")
    if municipality is not None or what is not None:
        raise InputError(
            "--case brings its own municipality and measure: leave --municipality and --what out"
        )
    return known[name]


def _print(invested: Investment, table: pd.DataFrame, people: pd.DataFrame, municipality: str) -> None:
    """Print the lines by year, the people, and when the municipality has its money back."""
    from reforms.invest.case import break_even

    typer.echo(f"{municipality}, {invested.what} for {invested.group}. {invested.said}")
    typer.echo("Net cost, mio. kr. in 2024 prices, with the investment minus without; a cost is +:")
    wide = table.pivot_table(index="line", columns="year", values="amount_mio_kr", sort=False)
    years = [year for year in wide.columns if year.isdigit()]
    columns = [*sorted(years), "sum", "present value"]
    ends = table[table["year"] == "sum"].set_index("line")
    rows = [{"line": "", "interval": "of the sum", **{name: name for name in columns}}]
    for name, line in wide.iterrows():
        low, high = ends.loc[name, "low"], ends.loc[name, "high"]
        between = f"{low:+.1f} to {high:+.1f}" if low == low else ""
        rows.append({"line": str(name), "interval": between, **{c: f"{line[c]:+.1f}" for c in columns}})
    print_rows(rows, False, ["line", *columns, "interval"])
    own = wide.loc["municipality", sorted(years)]
    own.index = own.index.astype(int)
    when = break_even(own)
    typer.echo(_back(own, when))
    last = people[people["year"] == people["year"].max()]
    for row in last.itertuples():
        between = f" ({row.low:+.1f} to {row.high:+.1f})" if row.low == row.low else ""
        typer.echo(f"{row.line} in {row.year}: {row.value:+.1f}{between} on {row.baseline:,.1f}")


def _back(own: pd.Series, when: int | None) -> str:
    """Return when the municipality has its money back, in words."""
    if when is not None:
        return f"The municipality has its money back in {when}."
    if not (own > 0).any():
        return "It costs the municipality nothing in any year."
    return "The municipality does not get its money back in these years."


def _hilleroed(case: str | None, table: pd.DataFrame) -> None:
    """Print Hillerød's own arithmetic beside what the model says."""
    if case != "hilleroed":
        return
    from reforms.invest.spreadsheet import hilleroed

    sheet = hilleroed()
    own = table[(table["line"] == "municipality") & table["year"].str.isdigit()].sort_values("year")
    rows = [
        {"year": "year", "theirs": "Hillerød's own arithmetic (2012 prices)", "model": "Jobvej (2024 prices)"}
    ]
    for number, row in enumerate(own.itertuples()):
        theirs = f"{sheet.net_cost(number) / 1e6:+.3f}" if number else ""
        rows.append({"year": str(row.year), "theirs": theirs, "model": f"{row.amount_mio_kr:+.3f}"})
    typer.echo("Net cost to the municipality, mio. kr.; the investment begins in the second year shown:")
    print_rows(rows, False, ("year", "theirs", "model"))
    typer.echo(
        f"Their saving: {sheet.saving:,.0f} kr. a year at full effect; their cost: {sheet.cost:,.0f} kr."
    )


def _picture(out: Path, table: pd.DataFrame, municipality: str, what: str) -> None:
    from reforms.invest.picture import save

    save(table, out, f"{municipality}: {what}")


def _print_published(side: pd.DataFrame, note: str) -> None:
    typer.echo("Published, and what the model says:")
    rows = [
        {"figure": "", "published": "published", "model": "model", "verdict": "verdict", "claim": "claim"}
    ]
    for row in side.itertuples():
        between = f" ({row.low:,.1f} to {row.high:,.1f})" if row.low == row.low else ""
        model = "not in these years" if math.isinf(row.model) else f"{row.model:,.1f}{between}"
        rows.append(
            {"figure": f"{row.figure}, {row.unit}", "published": f"{row.published:,.1f}",
             "model": model, "verdict": row.verdict, "claim": row.claim}
        )  # fmt: skip
    print_rows(rows, False, ("figure", "published", "model", "verdict", "claim"))
    typer.echo(note)
