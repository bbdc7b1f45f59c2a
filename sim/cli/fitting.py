"""The command that holds the model against the facts."""

from __future__ import annotations

import typer

from sim.cli.options import JsonOption, QuietOption, ScaleOption, SeedOption, with_examples

#: Weeks of the unreformed world that are held against the facts: the second calendar year counts.
FIT_WEEKS = 104


@with_examples
def fit(
    as_json: JsonOption = False,
    scale: ScaleOption = 0.1,
    seed: SeedOption = 1,
    quiet: QuietOption = False,
) -> None:
    """Run the unreformed world and hold it against the facts of Denmark, misses included.

    jobvej fit
    jobvej fit --json --scale 0.05
    """
    from calibration.fit import as_text, run_fit
    from sim.runs.execute import interrupts_deferred
    from sim.runs.progress import showing

    with showing([FIT_WEEKS], "fit", quiet=quiet) as progress, interrupts_deferred() as stop_if_asked:

        def tell(done: int, _: int) -> None:
            stop_if_asked()
            progress.weeks(0, done)

        fitted = run_fit(scale=scale, seed=seed, weeks=FIT_WEEKS, progress=tell)
    if as_json:
        typer.echo(fitted.table.to_json(orient="records", force_ascii=False, indent=1))
    else:
        typer.echo(as_text(fitted.table))
