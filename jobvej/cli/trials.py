"""Commands that test the model: virtual trials, what it gets right and wrong, which parameters decide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobvej.cli.options import (
    DrawsOption,
    ExecutorOption,
    FromOption,
    JsonOption,
    LangOption,
    OutOption,
    QuietOption,
    ScaleOption,
    SeedOption,
    ToOption,
    WorkersOption,
    command_group,
    language,
    one_of,
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
    from calibration.experiments.results import ALSO_SHOWN, COLUMNS, run_trial

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
        shown = [*COLUMNS, *ALSO_SHOWN]
        typer.echo(table[shown].to_json(orient="records", force_ascii=False, indent=1))
        return
    from calibration.experiments.words import as_text

    typer.echo(as_text(table))


@with_examples
def validate(
    out: OutOption,
    as_json: JsonOption = False,
    scale: OwnScale = None,
    replicates: OwnReplicates = None,
    draws: DrawsOption = 1,
    seed: SeedOption = 1,
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    quiet: QuietOption = False,
) -> None:
    """Test the model on what calibration never saw: facts, trials, seed figures; write one page of it.

    jobvej validate --out results/validation

    jobvej validate --scale 0.02 --replicates 1 --json --out results/quick
    """
    from calibration.validate import COLUMNS, shares, write_page
    from calibration.validate import validate as run_validation

    table = run_validation(
        Path(out),
        scale=scale,
        replicates=replicates,
        draws=draws,
        seed=seed,
        workers=workers,
        executor=executor,
        quiet=quiet,
    )
    page, _ = write_page(table, Path(out))
    if as_json:
        typer.echo(table[list(COLUMNS)].to_json(orient="records", force_ascii=False, indent=1))
        return
    for what, (right, all_) in shares(table).items():
        typer.echo(f"{what}: {right} of {all_} right")
    typer.echo(f"written: {page}")


@with_examples
def sensitivity(
    reform: Annotated[
        str, typer.Option("--reform", "-r", metavar="NAME|FILE", help="The reform asked about.")
    ],
    measure: Annotated[str, typer.Option(help="What is asked (jobvej measures list).")],
    out: OutOption,
    group: Annotated[str, typer.Option(help="Group of the measure.")] = "unemployed_gross",
    method: Annotated[
        str, typer.Option(metavar="sobol|morris", help="How the answer is taken apart.")
    ] = "sobol",
    points: Annotated[int, typer.Option(help="Pairs of worlds (sobol).")] = 96,
    trajectories: Annotated[int, typer.Option(help="Trajectories (morris).")] = 4,
    scale: ScaleOption = 0.01,
    start: FromOption = "2024-W01",
    end: ToOption = "2027-W52",
    seed: SeedOption = 1,
    workers: WorkersOption = None,
    executor: ExecutorOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say which parameters decide the answer to a reform, how sure that is, and which are assumptions.

    jobvej sensitivity --reform headline --measure mean_duration --out results/sensitivity

    jobvej sensitivity --reform cut-3bn --measure stock --method morris --out results/morris
    """
    one_of("--method", method, ("sobol", "morris"))
    from calibration.sensitivity import read, run_sensitivity

    table = run_sensitivity(
        reform,
        measure,
        Path(out),
        method="morris" if method == "morris" else "sobol",
        group=group,
        points=points,
        trajectories=trajectories,
        scale=scale,
        start=start,
        end=end,
        seed=seed,
        workers=workers,
        executor=executor,
        quiet=quiet,
    )
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False, indent=1))
        return
    for sentence in read(out).sentences("en"):
        typer.echo(sentence)
    for row in table.head(12).itertuples():
        typer.echo(f"{row.parameter:<45} {row.kind:<11} first {row.first:7.3f}  total {row.total:7.3f}")
