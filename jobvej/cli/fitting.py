"""The commands that hold the model against the facts, and bring it near them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    OutOption,
    decimal,
    results_path,
    takes_run_options,
    whole,
    with_examples,
)
from sim.runs.options import FIT, LEVELS, RUN, check_scale, options

#: What the fit and the calibration decide themselves.
FIT_DECIDES = set(options()) - {"scale", "seed", "quiet"}
LEVELS_DECIDES = FIT_DECIDES - {"executor"}
CALIBRATION_DECIDES = set(options()) - {"workers", "executor", "quiet"}


@with_examples
@takes_run_options(FIT, without=FIT_DECIDES)
def fit(
    as_json: JsonOption = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            parser=results_path,
            help="Also write the tables and pictures into this folder.",
        ),
    ] = None,
    years: Annotated[
        int,
        typer.Option(
            help="Years to run (2 to 12); with more than two, also how steady they are.",
            parser=whole(2, 12),
            metavar="INTEGER",
        ),
    ] = 2,
    **options: Any,
) -> None:
    """Run the model without a reform and hold it against the facts of Denmark, misses included.

    jobvej fit
    jobvej fit --json --scale 0.05
    jobvej fit --years 10 --scale 0.05
    jobvej fit --out results/fit
    """
    import jobvej
    from calibration.fit import FAR, as_text
    from calibration.municipal import cross_section, cross_section_text
    from calibration.stability import stability_text, yearly

    found = jobvej.fit(years=years, out=out, **options)
    if as_json:
        typer.echo(found.table.to_json(orient="records", force_ascii=False, indent=1))
        return
    typer.echo(as_text(found.table))
    typer.echo(cross_section_text(cross_section(found.seen)))
    if years > 2:
        typer.echo(stability_text(yearly(found.seen), FAR))


@with_examples
@takes_run_options(RUN, without=CALIBRATION_DECIDES)
def calibrate(
    out: OutOption,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Fewer and smaller runs: about half an hour on two cores, not a night."),
    ] = False,
    first: Annotated[
        int | None, typer.Option(help="Points of the first design.", parser=whole(), metavar="INTEGER")
    ] = None,
    second: Annotated[
        int | None,
        typer.Option(help="Points around the plausible region.", parser=whole(), metavar="INTEGER"),
    ] = None,
    members: Annotated[
        int | None, typer.Option(help="Parameter sets of the ensemble.", parser=whole(), metavar="INTEGER")
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(help="Share of Denmark's people in each run.", parser=decimal, metavar="FLOAT"),
    ] = None,
    trial_points: Annotated[
        int | None,
        typer.Option(help="Points of each experiment's own design.", parser=whole(), metavar="INTEGER"),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Also tell whether intervals cover on data that the model has made."),
    ] = False,
    install: Annotated[
        bool, typer.Option("--install", help="Make the result what 'jobvej run' and '--draws' use.")
    ] = False,
    **options: Any,
) -> None:
    """Find the parameter values that fit Denmark and the experiments: a best point and an ensemble.

    Finished runs are kept in DIR; run the same again to go on after an interruption. The result is
    posterior.csv (parameter sets with weights), fitted.yaml (the best point), what each target and each
    experiment comes to, diagnostics and pictures; with --check, coverage.csv.

    jobvej calibrate --quick --out results/calibration
    jobvej calibrate --out results/calibration --check --install
    """
    from calibration.estimate.run import FULL, QUICK, Calibration, best_values, check_coverage, write_result
    from calibration.estimate.run import install as install_result
    from calibration.stability import without_reform

    asked = RUN.but(**options)
    if scale is not None:
        check_scale(scale)
    changed = {
        "first": first, "second": second, "members": members, "scale": scale, "trial_points": trial_points,
    }  # fmt: skip
    settings = (QUICK if quick else FULL).but(**{k: v for k, v in changed.items() if v is not None})
    said = [f" --{name.replace('_', '-')} {value:g}" for name, value in changed.items() if value is not None]
    command = "jobvej calibrate" + (" --quick" if quick else "") + "".join(said) + " --out DIR"

    def say(text: str) -> None:
        if not asked.quiet:
            sys.stderr.write(text + "\n")

    run = Calibration(out, settings, workers=asked.workers, executor=asked.executor, say=say)
    found = run.run()
    say("ten years at the best point")
    kept = without_reform(best_values(found), settings.scale)
    write_result(found, out, command, kept)
    if check:
        typer.echo(check_coverage(found, out, say).round(3).head(1).to_string(index=False))
    if install:
        install_result(out)
    typer.echo(f"{out}: posterior.csv, fitted.yaml, diagnostics.yaml" + (" (installed)" if install else ""))


@with_examples
@takes_run_options(LEVELS, without=LEVELS_DECIDES)
def levels(
    rounds: Annotated[
        int,
        typer.Option(
            help="Most rounds; it ends before when every target is met.", parser=whole(), metavar="INTEGER"
        ),
    ] = 8,
    **options: Any,
) -> None:
    """Fit the level constants, the centre from which calibrate starts, and write sim/parameters/fitted.yaml.

    jobvej levels --scale 0.05
    """
    from calibration.levels import fit_and_write

    fit_and_write(rounds, **options)
