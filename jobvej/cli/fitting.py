"""The commands that hold the model against the facts, and bring it near them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobvej.cli.options import (
    ExecutorOption,
    JsonOption,
    OutOption,
    QuietOption,
    ScaleOption,
    SeedOption,
    WorkersOption,
    with_examples,
)

#: Weeks in the years that are run: the second calendar year is held against the facts.
YEAR_WEEKS = 52


@with_examples
def fit(
    as_json: JsonOption = False,
    scale: ScaleOption = 0.1,
    seed: SeedOption = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Also write the tables and pictures into this folder."),
    ] = None,
    years: Annotated[
        int, typer.Option(min=2, max=12, help="Years to run; with more than two, also how steady they are.")
    ] = 2,
    quiet: QuietOption = False,
) -> None:
    """Run the unreformed world and hold it against the facts of Denmark, misses included.

    jobvej fit
    jobvej fit --json --scale 0.05
    jobvej fit --years 10 --scale 0.05
    jobvej fit --out results/fit
    """
    from calibration.fit import FAR, as_text, run_fit
    from calibration.municipal import cross_section, cross_section_text
    from calibration.stability import stability_text, yearly
    from sim.runs.execute import interrupts_deferred
    from sim.runs.progress import showing

    weeks = years * YEAR_WEEKS
    with showing([weeks], "fit", quiet=quiet) as progress, interrupts_deferred() as stop_if_asked:

        def tell(done: int, _: int) -> None:
            stop_if_asked()
            progress.weeks(0, done)

        fitted = run_fit(scale=scale, seed=seed, weeks=weeks, progress=tell)
    places, steady = cross_section(fitted.seen), yearly(fitted.seen)
    if out is not None:
        from calibration.estimate.run import DIAGNOSTICS
        from calibration.pictures import draw_pictures

        out.mkdir(parents=True, exist_ok=True)
        fitted.table.to_csv(out / "fit.csv", index=False)
        places.to_csv(out / "municipalities.csv", index=False)
        steady.to_csv(out / "stability.csv", index=False)
        draw_pictures(fitted.table, steady if years > 2 else None, out, DIAGNOSTICS)
    if as_json:
        typer.echo(fitted.table.to_json(orient="records", force_ascii=False, indent=1))
    else:
        typer.echo(as_text(fitted.table))
        typer.echo(cross_section_text(places))
        if years > 2:
            typer.echo(stability_text(steady, FAR))


@with_examples
def calibrate(
    out: OutOption,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Fewer and smaller worlds: about 20 minutes on two cores, not two hours."
        ),
    ] = False,
    first: Annotated[int | None, typer.Option(help="Points of the first design.")] = None,
    second: Annotated[int | None, typer.Option(help="Points around the plausible region.")] = None,
    members: Annotated[int | None, typer.Option(help="Parameter sets of the ensemble.")] = None,
    scale: Annotated[float | None, typer.Option(help="Share of Denmark's people in each world.")] = None,
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    install: Annotated[
        bool, typer.Option("--install", help="Make the result what 'jobvej run' and '--draws' use.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Find the parameter values that bring the unreformed world near Denmark: a best point and an ensemble.

    Worlds that are finished are kept in DIR; run the same again to go on after an interruption. The result is
    posterior.csv (parameter sets with weights), fitted.yaml (the best point), diagnostics and pictures.

    jobvej calibrate --quick --out results/calibration
    jobvej calibrate --out results/calibration --install
    """
    from calibration.estimate.run import FULL, QUICK, Calibration, best_values, write_result
    from calibration.estimate.run import install as install_result
    from calibration.stability import without_reform
    from sim.runs.execute import available_cores

    changed = {"first": first, "second": second, "members": members, "scale": scale}
    settings = (QUICK if quick else FULL).but(**{k: v for k, v in changed.items() if v is not None})
    said = [f" --{name} {value:g}" for name, value in changed.items() if value is not None]
    command = "jobvej calibrate" + (" --quick" if quick else "") + "".join(said) + " --out DIR"

    def say(text: str) -> None:
        if not quiet:
            sys.stderr.write(text + "\n")

    run = Calibration(out, settings, workers=workers or available_cores(), executor=executor, say=say)
    found = run.run()
    say("ten years at the best point")
    kept = without_reform(best_values(found), settings.scale)
    write_result(found, out, command, kept)
    if install:
        install_result(out)
    typer.echo(f"{out}: posterior.csv, fitted.yaml, diagnostics.yaml" + (" (installed)" if install else ""))
