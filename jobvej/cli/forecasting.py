"""The commands about months to come: forecast and nowcast."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from jobvej.cli.options import results_path, whole, with_examples
from sim.errors import InputError
from sim.runs.options import AHEAD, NOWCAST, RUN

DataOption = Annotated[
    Path,
    typer.Option("--data", metavar="DIR", help="Folder of figures: jobvej data import, or extracts."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def _tell(quiet: bool) -> Callable[[str], None]:
    def tell(said: str) -> None:
        if not quiet:
            typer.echo(said, err=True)

    return tell


@with_examples
def forecast(
    data: DataOption,
    to: Annotated[str, typer.Option("--to", metavar="MONTH", help="Last month, such as 2026-07.")] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for forecast.parquet.", parser=results_path),
    ] = None,
    reform: Annotated[
        str, typer.Option("--reform", "-r", metavar="NAME|FILE", help="A reform that the model's runs have.")
    ] = "",
    demand: Annotated[
        str, typer.Option("--demand", metavar="NAME|FILE", help="Path of demand of the model's runs.")
    ] = RUN.demand,
    scale: Annotated[
        float, typer.Option("--scale", help="Share of the people in the model's runs.")
    ] = AHEAD.scale,
    draws: Annotated[
        int, typer.Option("--draws", metavar="INTEGER", parser=whole(1, 100), help="Draws of parameters.")
    ] = AHEAD.draws,
    municipality: Annotated[
        str | None,
        typer.Option(
            "--municipality", metavar="NAME|CODE", help="Whose forecast is printed; default: the country's."
        ),
    ] = None,
    model: Annotated[
        bool, typer.Option("--model/--no-model", help="Without the model: the statistical members alone.")
    ] = True,
    score: Annotated[
        Path | None,
        typer.Option("--score", metavar="FILE", help="Instead: score past forecasts, and write the page."),
    ] = None,
    quiet: QuietOption = RUN.quiet,
) -> None:
    """Forecast the months after your last figures, by municipality and with fans of 80 and 95 per cent.

    The model's path from there is weighed with the season, a damped trend and persistence, by how far off
    each was from earlier months; docs/forecast.md has the scores.

    jobvej forecast --data my-figures --to 2026-07 --out results/ahead

    jobvej forecast --data my-figures --to 2026-07 --out results/ahead --municipality Silkeborg

    jobvej forecast --data my-figures --score docs/forecast.md
    """
    tell = _tell(quiet)
    if score is not None:
        from calibration.forecasting.score import score_page

        page, _ = score_page(data, model=model, scale=scale, tell=tell)
        score.write_text(page, encoding="utf-8")
        typer.echo(f"Scores: {score}")
        return
    if not to or out is None:
        raise InputError("forecast needs --to MONTH and --out DIR (or --score FILE)")
    from calibration.forecasting.forecast import forecast as make
    from calibration.forecasting.forecast import in_short

    table = make(
        data, to, out, scale=scale, draws=draws, demand=demand, reform=reform, model=model,
        tell=tell,
    )  # fmt: skip
    typer.echo(in_short(table, municipality))
    typer.echo(f"Results: {out}/forecast.parquet")


@with_examples
def nowcast(
    data: DataOption,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for demand.csv.", parser=results_path)
    ],
    scale: Annotated[
        float, typer.Option("--scale", help="Share of the people in the model's runs.")
    ] = NOWCAST.scale,
    seed: Annotated[int, typer.Option("--seed", metavar="INTEGER", parser=whole(0))] = RUN.seed,
    quiet: QuietOption = RUN.quiet,
) -> None:
    """Find the demand for labour for which the model follows your months, as a file that runs take.

    jobvej nowcast --data my-figures --out results/demand

    jobvej run --data my-figures --from 2023-W01 --demand results/demand/demand.csv --out results/as-it-went
    """
    from calibration.forecasting.nowcast import in_short
    from calibration.forecasting.nowcast import nowcast as find

    typer.echo(in_short(find(data, out, scale=scale, seed=seed, tell=_tell(quiet))))
    typer.echo(f"For runs: --demand {out}/demand.csv")
