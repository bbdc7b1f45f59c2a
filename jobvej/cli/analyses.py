"""The commands that ask the large questions: accounts, the value of a point of unemployment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobvej.cli.options import (
    DemandOption,
    DrawsOption,
    ExecutorOption,
    FromOption,
    JsonOption,
    OutOption,
    QuietOption,
    ReformOption,
    ReplicatesOption,
    ScaleOption,
    SeedOption,
    ToOption,
    WorkersOption,
    one_of,
    print_rows,
    rows_of,
    with_examples,
)
from sim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare.")]


@with_examples
def accounts(
    folder: FolderArgument,
    prices: Annotated[
        str, typer.Option(metavar="fixed|current", help="2024 prices, or each year's.")
    ] = "fixed",
    reform: Annotated[
        str | None, typer.Option("--reform", "-r", metavar="NAME", help="Only this reform of the results.")
    ] = None,
    payer: Annotated[
        str | None, typer.Option(metavar="state|municipality|a_kasse|public", help="Only this payer.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a reform costs whom: benefits, refunds, effort, taxes forgone, by year and in present value.

    A cost is positive. Million kr.; the last column is the present value at the Ministry of Finance's rates.

    jobvej accounts results/headline --payer municipality
    jobvej accounts results/headline --prices current --json
    """
    one_of("--prices", prices, ("fixed", "current"))
    if payer is not None:
        one_of("--payer", payer, ("state", "municipality", "a_kasse", "public"))
    from reforms.compare import Comparison
    from reforms.fiscal import accounts as fiscal_accounts
    from reforms.fiscal import present_value

    comparison = Comparison(_finished(folder))
    table = fiscal_accounts(comparison).query("prices == @prices")
    table = _chosen(table, "scenario", reform, folder)
    value = _chosen(present_value(comparison), "scenario", reform, folder)
    if payer is not None:
        table, value = table[table["payer"] == payer], value[value["payer"] == payer]
    if as_json:
        print_rows(rows_of(table), True, ())
        return
    _print_accounts(table, value, prices)


def _print_accounts(table: pd.DataFrame, value: pd.DataFrame, prices: str) -> None:
    keys = ["scenario", "payer", "account"]
    wide = table.pivot_table(index=keys, columns="year", values="amount_mio_kr", sort=False)
    wide = wide[(wide.abs() > 0.05).any(axis=1)]
    present = value.set_index(keys)["amount_mio_kr"].reindex(wide.index)
    years = {str(year): str(year) for year in wide.columns}
    rows = [{name: name for name in keys} | years | {"pv": "present value"}]
    for at, line in wide.iterrows():
        cells = {str(year): f"{amount:,.0f}" for year, amount in line.items()}
        names = dict(zip(keys, at if isinstance(at, tuple) else (at,), strict=True))
        rows.append(names | cells | {"pv": f"{present[at]:,.0f}"})
    typer.echo(
        f"Reform minus baseline, mio. kr., {prices} prices (present value: 2024's). A cost is positive."
    )
    print_rows(rows, False, [*keys, *years, "pv"])


@with_examples
def unemployment_point(
    out: OutOption,
    start: FromOption = "2024-W01",
    end: ToOption = "2030-W52",
    scale: ScaleOption = 0.02,
    seed: SeedOption = 1,
    replicates: ReplicatesOption = 2,
    draws: DrawsOption = 1,
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Work out what a percentage point more unemployment costs, beside the 8 bn kr. of KL's paper.

    A recession against flat demand, in paired worlds: extra net public cost over extra gross unemployment.

    jobvej unemployment-point --out results/point
    """
    from jobvej.cli.running import run_and_keep
    from reforms.compare import Comparison
    from reforms.unemployment_point import DIFFERENCES, beside_published, point_plan, point_table

    plan = point_plan(start=start, end=end, scale=scale, seed=seed, replicates=replicates, draws=draws)
    run_and_keep(plan, out, workers, quiet, None, executor=executor)
    rows = beside_published(point_table(Comparison(out)))
    if as_json:
        print_rows(rows, True, ())
        return
    shown = [{**row, "value": _with_range(row)} for row in rows]
    print_rows(shown, False, ("who", "value", "source"))
    typer.echo("Why they may differ:")
    for line in DIFFERENCES:
        typer.echo(f"- {line}")


def _with_range(row: dict[str, Any]) -> str:
    text = f"{row['bn_kr_per_point']:.1f} bn kr. a year per percentage point"
    known = row["low"] is not None and row["low"] == row["low"]
    return f"{text} ({row['low']:.1f} to {row['high']:.1f})" if known else text


def _finished(folder: Path) -> Path:
    """Return a folder that holds finished results, or refuse."""
    if not (folder / "manifest.json").is_file() or not (folder / "ledger_differences.parquet").is_file():
        raise InputError(
            f"{folder} holds no finished comparison (no manifest.json with ledger_differences.parquet); "
            f"run jobvej compare --out {folder}"
        )
    return folder


def _chosen(table: pd.DataFrame, column: str, value: str | None, folder: Path) -> pd.DataFrame:
    """Return the rows of one value of a column; refuse one that is not there."""
    from sim.errors import suggest

    if value is None:
        return table
    known = sorted(table[column].unique())
    if value not in known:
        has = ", ".join(known)
        raise InputError(f"{folder} holds no {column} '{value}'; it has {has}.{suggest(value, known)}")
    return table[table[column] == value]


@with_examples
def league(
    out: OutOption,
    reform: ReformOption = None,
    start: FromOption = "2024-W01",
    end: ToOption = "2030-W52",
    scale: ScaleOption = 0.02,
    seed: SeedOption = 1,
    replicates: ReplicatesOption = 1,
    draws: DrawsOption = 3,
    demand: DemandOption = "flat",
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    quiet: QuietOption = False,
) -> None:
    """Rank every single proposal by what it does alone: weeks, net cost by payer, return of a krone.

    All meet the same people with the same luck, so small effects can be told apart. Under an hour on two
    cores; run again to continue. Packages and proposals that are no change of the model stand outside.

    jobvej league --out results/league
    jobvej league --reform cut-3bn --reform no-focus-targets --draws 8 --out results/two
    """
    from jobvej.cli.running import run_and_keep
    from reforms.effects import national_finishers
    from reforms.league import entrants, league_plan, league_table
    from reforms.league_page import write_page

    taking_part = entrants(reform or (), start, end)
    plan = league_plan(
        taking_part, start=start, end=end, scale=scale, seed=seed, replicates=replicates, draws=draws,
        demand=demand,
    )  # fmt: skip
    run_and_keep(plan, out / "worlds", workers, quiet, national_finishers(plan), executor=executor)
    chosen = "".join(f" --reform {name}" for name in reform or ())
    command = (
        f"jobvej league{chosen} --from {start} --to {end} --scale {scale:g} --seed {seed} "
        f"--replicates {replicates} --draws {draws} --demand {demand} --out DIR"
    )
    table = league_table(out / "worlds", taking_part.reforms)
    pairs = plan.replicates * len(plan.draw_numbers)
    pages = write_page(out, table, taking_part.left_out, year=end[:4], pairs=pairs, command=command)
    shown = _league_rows(table)
    print_rows(shown, False, ("rank", "weeks", "public", "reform"))
    typer.echo(f"Page: {pages[0]} (Danish: {pages[1].name})\nTable: {out / 'league.csv'}")


def _league_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the league as rows of text, with a head."""
    head = {"rank": "", "weeks": "weeks", "public": "mio. kr.", "reform": "reform"}
    rows = [
        {
            "rank": row.rank,
            "weeks": f"{row.weeks:+.2f}",
            "public": f"{row.public:+,.0f}",
            "reform": row.reform,
        }
        for row in table[["rank", "weeks", "public", "reform"]].itertuples()
    ]
    return [head, *rows]
