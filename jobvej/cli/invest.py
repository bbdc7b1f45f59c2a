"""The command that works out a municipality's business case."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    OutOption,
    print_rows,
    rows_of,
    takes_run_options,
    whole,
    with_examples,
)
from sim.runs.options import INVESTMENT

if TYPE_CHECKING:
    import pandas as pd

    from jobvej import BusinessCase


@with_examples
@takes_run_options(INVESTMENT, without=["end"])
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
    group: Annotated[
        str, typer.Option("--for", metavar="GROUP", help="A benefit, several joined with +, or all.")
    ] = "all",
    years: Annotated[
        int,
        typer.Option(
            help="Years of the investment, from a year into the run.", parser=whole(), metavar="INTEGER"
        ),
    ] = 5,
    case: Annotated[
        str | None,
        typer.Option("--case", metavar="NAME", help="A published case instead (hilleroed, hjoerring, ...)."),
    ] = None,
    as_json: JsonOption = False,
    **options: Any,
) -> None:
    """Work out what a municipality's investment costs and returns: to itself, the state, a-kasser, society.

    Year by year, with refunds and co-financing, and with what happens in the other municipalities. A cost is
    positive. One municipality is small: below scale 0.1 and four replicates the interval says little.

    jobvej invest --municipality Hjørring --what caseworkers+10 --for sygedagpenge --out results/invest
    jobvej invest --case hilleroed --out results/hilleroed
    """
    import jobvej

    found = jobvej.invest(municipality, what, group=group, years=years, case=case, out=out, **options)
    if as_json:
        print_rows(rows_of(found.table), True, ())
        return
    _print(found)
    if case == "hilleroed":
        _print_hilleroed(found)
    if found.published is not None:
        _print_published(found.published, found.note)
    typer.echo(f"Tables and picture: {out}")


def _print(found: BusinessCase) -> None:
    """Print the lines by year, the people, and when the municipality has its money back."""
    from sim.stats.interval import told_of
    from sim.stats.words import in_hundred, in_words, no_interval, noise_in_words

    invested, table, people = found.invested, found.table, found.people
    typer.echo(f"{found.municipality}, {invested.what} for {invested.group}. {invested.said}")
    typer.echo("Net cost, DKK m in 2024 prices, with the investment minus without; costs are positive:")
    wide = table.pivot_table(index="line", columns="year", values="amount_mio_kr", sort=False)
    years = [year for year in wide.columns if year.isdigit()]
    columns = [*sorted(years), "sum", "present value"]
    ends = table[table["year"] == "sum"].set_index("line")
    heads = {"80": "80 % of the sum", "95": "95 % of the sum", "chance": "dearer"}
    rows = [{"line": "", **heads, **{name: name for name in columns}}]
    for name, line in wide.iterrows():
        told = told_of(ends.loc[str(name)])
        chance = f"in {in_hundred(told.p_higher)} of 100" if told.known else ""
        of_sum = {"80": _between(told.low80, told.high80), "95": _between(told.low95, told.high95)}
        numbers = {c: f"{line[c]:+.1f}" for c in columns}
        rows.append({"line": str(name), **of_sum, "chance": chance, **numbers})
    print_rows(rows, False, ["line", *columns, *heads])
    if ends["low95"].isna().all():
        first = told_of(ends.iloc[0])
        said = no_interval(first.draws, first.pairs)
        typer.echo(
            f"{said[0].upper()}{said[1:]}. Ask for more (--draws 8 --replicates 2, or a larger --scale)."
        )
    else:
        typer.echo(f"Of the municipality's sum: {noise_in_words(told_of(ends.loc['municipality']))}.")
    typer.echo(_back(found))
    last = people[people["year"] == people["year"].max()]
    for _, row in last.iterrows():
        told = told_of(row)
        between = in_words(told)
        if told.known:
            between += (
                f"; 80 %: {_between(told.low80, told.high80)}, 95 %: {_between(told.low95, told.high95)}"
            )
        known = f"{row['value']:+.1f} on {row['baseline']:,.1f} ({between})"
        typer.echo(f"{row['line']} in {row['year']}: {'not observed' if math.isnan(row['value']) else known}")


def _between(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"{low:+.1f} to {high:+.1f}"


def _back(found: BusinessCase) -> str:
    """Return when the municipality has its money back, in words."""
    if found.break_even is not None:
        return f"The municipality has its money back in {found.break_even}."
    if not (found.by_year > 0).any():
        return "It costs the municipality nothing in any year."
    return "The municipality does not get its money back in these years."


def _print_hilleroed(found: BusinessCase) -> None:
    """Print Hillerød's own arithmetic beside what the model says."""
    from reforms.invest.spreadsheet import hilleroed

    sheet = hilleroed()
    rows = [
        {"year": "year", "theirs": "Hillerød's own arithmetic (2012 prices)", "model": "Jobvej (2024 prices)"}
    ]
    for number, (year, amount) in enumerate(found.by_year.items()):
        theirs = f"{sheet.net_cost(number) / 1e6:+.3f}" if number else ""
        rows.append({"year": str(year), "theirs": theirs, "model": f"{amount:+.3f}"})
    typer.echo("Net cost to the municipality, DKK m; the investment begins in the second year shown:")
    print_rows(rows, False, ("year", "theirs", "model"))
    typer.echo(
        f"Their saving: {sheet.saving:,.0f} kr. a year at full effect; their cost: {sheet.cost:,.0f} kr."
    )


def _print_published(side: pd.DataFrame, note: str) -> None:
    typer.echo("Published, and what the model says:")
    rows = [
        {"figure": "", "published": "published", "model": "model", "verdict": "verdict", "claim": "claim"}
    ]
    for row in side.itertuples():
        between = f" ({row.low:,.1f} to {row.high:,.1f})" if row.low == row.low else ""
        model = "not in these years" if math.isinf(row.model) else f"{row.model:,.1f}{between}"
        model = "not observed" if math.isnan(row.model) else model
        rows.append(
            {"figure": f"{row.figure}, {row.unit}", "published": f"{row.published:,.1f}",
             "model": model, "verdict": row.verdict, "claim": row.claim}
        )  # fmt: skip
    print_rows(rows, False, ("figure", "published", "model", "verdict", "claim"))
    typer.echo(note)
