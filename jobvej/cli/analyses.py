"""The commands that ask the large questions: accounts, the value of a point of unemployment."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    OutOption,
    ReformOption,
    print_rows,
    results_path,
    rows_of,
    takes_run_options,
    whole,
    with_examples,
)
from sim.errors import InputError
from sim.plain_numbers import number_said, whole_said
from sim.runs.options import ABSORPTION, INVARIANCE, LEAGUE, PLACEBO, UNEMPLOYMENT_POINT

if TYPE_CHECKING:
    import pandas as pd

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare.")]


@with_examples
@takes_run_options(UNEMPLOYMENT_POINT, without=["demand"])
def unemployment_point(out: OutOption, as_json: JsonOption = False, **options: Any) -> None:
    """Work out what a percentage point more unemployment costs, beside the 8 bn kr. of KL's paper.

    A recession against flat demand, with the same people and random numbers: extra net public cost over extra
    gross unemployment.

    jobvej unemployment-point --out results/point
    """
    import jobvej
    from reforms.unemployment_point import DIFFERENCES, beside_published

    rows = beside_published(jobvej.unemployment_point(out=out, **options))
    if as_json:
        print_rows(rows, True, ())
        return
    shown = [{**row, "value": _with_range(row)} for row in rows]
    print_rows(shown, False, ("who", "value", "source"))
    typer.echo("Why they may differ:")
    for line in DIFFERENCES:
        typer.echo(f"- {line}")


def _with_range(row: dict[str, Any]) -> str:
    person = f"{row['kr_per_person']:,.0f} kr. a person"
    text = f"{row['bn_kr_per_point']:.1f} bn kr. a year per percentage point, {person}"
    ends = [f"{of} %: {row[f'low{of}']:.1f} to {row[f'high{of}']:.1f}" for of in (80, 95) if row[f"low{of}"]]
    return f"{text} ({'; '.join(ends)})" if ends else text


@with_examples
@takes_run_options(LEAGUE)
def league(out: OutOption, reform: ReformOption = None, **options: Any) -> None:
    """Rank every single proposal by what it does alone: self-support, weeks, net cost.

    All meet the same people and random numbers, so small effects can be told apart. Under three hours on two
    cores; run again to continue. Packages and proposals that are no change of the model stand outside.

    jobvej league --out results/league
    jobvej league --reform cut-3bn --reform no-focus-targets --draws 8 --out results/two
    """
    import jobvej
    from reforms.league_page import floor_note

    found = jobvej.league(reform or (), out=out, **options)
    print_rows(_league_rows(found.table), False, ("rank", "self_support", "weeks", "public", "reform"))
    typer.echo(floor_note(found.floor, "en"))
    english, danish = found.pages
    typer.echo(f"Page: {english} (Danish: {danish.name})\nTable: {out / 'league.csv'}")


@with_examples
@takes_run_options(PLACEBO, without=["draws", "replicates"])
def placebo(
    out: OutOption,
    number: Annotated[
        int | None,
        typer.Option(
            "--draws",
            metavar="N",
            help="Placebos, each in a municipality and week drawn at random (200).",
            parser=whole(),
        ),
    ] = None,
    **options: Any,
) -> None:
    """Measure how far each measure moves for no reason: the noise floor of every comparison.

    A placebo is one minute of documentation more in one randomly drawn municipality and week. Of those
    that move a measure, 95 of 100 move it by no more than its floor: smaller differences show nothing.

    jobvej placebo --out results/placebo
    jobvej placebo --draws 50 --scale 0.05 --out results/headline/placebo
    """
    import jobvej
    from sim.outcomes.measures import HEADLINES

    table = jobvej.placebo(number, out=out, **options).table
    last = table[table["year"] == table["year"].max()].set_index(["measure", "group"])
    columns = ("floor", "unit", "measure")
    rows = [{name: name for name in columns}]
    for told in HEADLINES:
        if (told.measure, told.group) in last.index:
            row = last.loc[(told.measure, told.group)]
            floor = f"{row['noise_floor']:,.4g}"
            rows.append({"floor": floor, "unit": row["unit"], "measure": told.words.en})
    print_rows(rows, False, columns)
    typer.echo(f"Table: {out / 'noise_floor.csv'}")


@with_examples
@takes_run_options(INVARIANCE, without=["scale", "replicates"])
def invariance(
    out: OutOption,
    at: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCALE:PAIRS",
            help="A scale and its pairs of runs; several times. [default: 0.01:16 0.05:8 0.25:3 1:1]",
        ),
    ] = None,
    **options: Any,
) -> None:
    """Measure what should not matter: the headline reforms at several scales, and stocks without reform.

    jobvej invariance --out results/invariance
    jobvej invariance --at 0.01:8 --at 0.05:4 --to 2027-W52 --out results/invariance
    """
    import jobvej

    scales = dict(_scale_and_pairs(each) for each in at) if at else None
    agreement = jobvej.invariance(scales, out=out, **options)["agreement"]
    typer.echo(f"{int(agreement['agrees'].sum())} of {len(agreement)} cells agree with the largest scale.")
    typer.echo(f"Page: {out / 'invariance.md'}")


@with_examples
@takes_run_options(
    ABSORPTION, without=["end", "draws", "data", "beliefs", "workers", "executor", "branching", "quiet"]
)
def absorption(
    belief: Annotated[
        list[str] | None,
        typer.Option("--belief", metavar="NAME", help="A belief, or central; several times. [default: all]"),
    ] = None,
    years: Annotated[
        int, typer.Option("--years", metavar="INTEGER", help="Years to follow.", parser=whole(1, 50))
    ] = 10,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder of absorption.csv.", parser=results_path),
    ] = None,
    as_json: JsonOption = False,
    **options: Any,
) -> None:
    """Follow 27,000 persons more in the labour force, more search, and closed posts, year by year.

    A belief is a named set of parameters that gives a published model's path (makro, adam). The share of
    the long-run effect in work is held against what the model published; the second table says how much
    of what more search on dagpenge gains is taken from others. The last columns say how many are still
    out of work for each post that is closed, and of those who had them.

    jobvej absorption --scale 0.02 --years 3
    jobvej absorption --belief adam --json
    """
    import jobvej

    table = jobvej.absorption(belief or (), years=years, out=out, **options)
    if as_json:
        print_rows(rows_of(table), True, ())
        return
    _print_absorption(table)


def _print_absorption(table: pd.DataFrame) -> None:
    head = {
        "belief": "belief", "year": "year", "share": "in work", "published": "published",
        "unemployed": "unemployed", "wage": "wage", "gross": "gross", "net": "net", "taken": "taken",
        "lost": "lost", "still": "still lost", "said": "published", "out": "dismissed out",
    }  # fmt: skip
    rows = [head]
    for row in table.to_dict("records"):
        known = not math.isnan(row["published"])
        rows.append(
            {
                "belief": row["belief"],
                "year": str(row["year"]),
                "share": f"{row['employed_share']:.0%}",
                "published": f"{row['published']:.0%}" if known else "",
                "unemployed": f"{row['unemployed']:+,.0f}",
                "wage": f"{row['wage_pct']:+.2f} %",
                "gross": f"{row['gross']:+,.0f}",
                "net": f"{row['net']:+,.0f}",
                "taken": f"{row['taken']:.0%}",
                "lost": f"{row['jobs_lost']:.2f}",
                "still": f"{row['still_lost']:.2f}",
                "said": "" if math.isnan(row["posts_published"]) else f"{row['posts_published']:.2f}",
                "out": f"{row['dismissed_out']:.2f}",
            }
        )
    typer.echo(
        "27,000 persons more in the labour force: in work, as share of the long-run effect; unemployed more; "
        "wages.\n10 per cent more search on dagpenge: persons more in work if nobody competed (gross), as it "
        "is (net),\nand the share of the gain that is taken from others.\nPosts closed: persons fewer in "
        "work for each (lost), the same over the first year's (still lost;\npublished: R2-MA-05), and the "
        "share of the dismissed who are out of work and would not have been."
    )
    print_rows(rows, False, tuple(head))


def _scale_and_pairs(text: str) -> tuple[float, int]:
    """Read '0.05:8'."""
    scale, _, pairs = text.partition(":")
    try:
        return number_said(scale, "scale"), whole_said(pairs, "pairs")
    except InputError:
        raise InputError(f"--at '{text}': expected a scale and its pairs of runs, such as 0.05:8") from None


def _league_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the league as rows of text, with a head."""
    from reforms.league import shown_ranks

    head = {
        "rank": "", "self_support": "1000 weeks of self-support", "weeks": "weeks a spell",
        "public": "DKK m", "reform": "reform",
    }  # fmt: skip
    rows = [
        {
            "rank": rank,
            "self_support": "not observed" if math.isnan(row.self_support) else f"{row.self_support:+,.1f}",
            "weeks": "not observed" if math.isnan(row.weeks) else f"{row.weeks:+.2f}",
            "public": "not observed" if math.isnan(row.public) else f"{row.public:+,.0f}",
            "reform": row.reform,
        }
        for rank, row in zip(
            shown_ranks(table), table[["self_support", "weeks", "public", "reform"]].itertuples(), strict=True
        )
    ]
    return [head, *rows]
