"""Commands that test the model: virtual trials, what it gets right and wrong, which parameters decide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import (
    DrawsOption,
    ExecutorOption,
    JsonOption,
    LangOption,
    OutOption,
    QuietOption,
    SeedOption,
    WorkersOption,
    command_group,
    language,
    print_rows,
    with_examples,
)

TrialArgument = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A trial by name, or a file.")]
OwnScale = Annotated[
    float | None,
    typer.Option("--scale", help="Share of Denmark's people (default: what the trial asks for)."),
]
OwnReplicates = Annotated[
    int | None,
    typer.Option("--replicates", help="Worlds with other luck (default: what the trial asks for)."),
]
PairedOption = Annotated[
    bool,
    typer.Option("--paired/--no-paired",
                 help="Also live through each world untreated: the exact effect on the same persons."),
]  # fmt: skip

trials = command_group("Published experiments that run again inside the model.")


@trials.command("list")
def list_trials(as_json: JsonOption = False, lang: LangOption = "en") -> None:
    """List the trials that come with the product, those that cannot be run with the reason."""
    from calibration.experiments.library import catalogue

    lang = language(lang)
    rows = [
        {
            "name": trial.name,
            "title": getattr(trial.entry.title, lang),
            "uses": trial.entry.uses,
            "runnable": trial.entry.runnable,
            "outcomes": len(trial.entry.outcomes),
            "reason": trial.entry.reason.strip(),
            "source": trial.entry.source.title,
        }
        for trial in catalogue()
    ]
    shown = [
        row | {"what": str(row["title"]) + (f" (cannot be run: {row['reason']})" if row["reason"] else "")}
        for row in rows
    ]
    print_rows(rows if as_json else shown, as_json, ("name", "uses", "what"))


@with_examples
def trial(
    name: TrialArgument,
    out: OutOption,
    as_json: JsonOption = False,
    scale: OwnScale = None,
    replicates: OwnReplicates = None,
    draws: DrawsOption = 1,
    seed: SeedOption = 1,
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    paired: PairedOption = True,
    quiet: QuietOption = False,
) -> None:
    """Run a published experiment inside the model: same randomisation, same estimator, beside its result.

    jobvej trial hurtigt-i-gang-1 --out results/trials

    jobvej trial my/trial.yaml --scale 0.1 --replicates 8 --json --out results/mine
    """
    from calibration.experiments.results import COLUMNS, run_trial

    table = run_trial(
        name,
        Path(out),
        scale=scale,
        replicates=replicates,
        draws=draws,
        seed=seed,
        workers=workers,
        executor=executor,
        paired=paired,
        quiet=quiet,
    )
    if as_json:
        typer.echo(table[list(COLUMNS)].to_json(orient="records", force_ascii=False, indent=1))
        return
    from calibration.experiments.words import as_text

    typer.echo(as_text(table))
