"""Commands that test the model: virtual trials, what it gets right and wrong, which parameters decide."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    LangOption,
    OutOption,
    command_group,
    language,
    one_of,
    print_rows,
    takes_run_options,
    whole,
    with_examples,
)
from sim.runs.options import SENSITIVITY, TRIAL, VALIDATION, WORTH

TrialArgument = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A trial by name, or a file.")]
PairedOption = Annotated[
    bool,
    typer.Option("--paired/--no-paired",
                 help="Also run each simulation untreated: the exact effect on the same persons."),
]  # fmt: skip
#: Options that a trial's file decides, and those that it has unless they are asked for.
NOT_ASKED = (
    "start", "end", "demand", "data", "beliefs", "settings", "switched_off", "branching", "baseline",
)  # fmt: skip
OWN = ("scale", "draws", "replicates")

trials = command_group("Published experiments that run again inside the model.")


@trials.command("list")
def list_trials(as_json: JsonOption = False, lang: LangOption = "en") -> None:
    """List the trials that come with the product, those that cannot be run with the reason."""
    from calibration.experiments.library import described

    rows = described(language(lang))
    shown = [
        row | {"what": str(row["title"]) + (f" (cannot be run: {row['reason']})" if row["reason"] else "")}
        for row in rows
    ]
    print_rows(rows if as_json else shown, as_json, ("name", "uses", "what"))


@with_examples
@takes_run_options(TRIAL, without=NOT_ASKED, own=OWN, own_is="what the trial asks for")
def trial(
    name: TrialArgument,
    out: OutOption,
    as_json: JsonOption = False,
    paired: PairedOption = True,
    **options: Any,
) -> None:
    """Run a published experiment inside the model: same randomisation, same estimator, beside its result.

    jobvej trial hurtigt-i-gang-1 --out results/trials

    jobvej trial my/trial.yaml --scale 0.1 --replicates 8 --json --out results/mine
    """
    import jobvej
    from calibration.experiments.results import ALSO_SHOWN, COLUMNS
    from calibration.experiments.words import as_text

    table = jobvej.trial(name, out, paired=paired, **options)
    if as_json:
        shown = [*COLUMNS, *ALSO_SHOWN]
        typer.echo(table[shown].to_json(orient="records", force_ascii=False, indent=1))
    else:
        typer.echo(as_text(table))


@with_examples
@takes_run_options(VALIDATION, without=NOT_ASKED, own=OWN, own_is="what each fact and trial asks for")
def validate(out: OutOption, as_json: JsonOption = False, **options: Any) -> None:
    """Test the model on what calibration never saw: facts, trials, seed figures; write one page of it.

    jobvej validate --out results/validation

    jobvej validate --scale 0.02 --replicates 1 --json --out results/quick
    """
    import jobvej
    from calibration.validate import COLUMNS, grade_lines, shares, write_page

    table = jobvej.validate(out, **options)
    page, _ = write_page(table, out)
    if as_json:
        typer.echo(table[list(COLUMNS)].to_json(orient="records", force_ascii=False, indent=1))
        return
    for line in grade_lines(table):
        typer.echo(line)
    for what, (right, all_) in shares(table).items():
        typer.echo(f"{what}: {right} of {all_} told are right")
    typer.echo(f"written: {page}")


@with_examples
@takes_run_options(TRIAL, without=NOT_ASKED, own=OWN, own_is="what each backcast asks for")
def backcast(
    out: OutOption,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Some; all if none.")] = None,
    as_json: JsonOption = False,
    **options: Any,
) -> None:
    """Run laws and savings of earlier years on today's people, beside what was published; write a page.

    jobvej backcast --out results/backcasts

    jobvej backcast saving-2017 --scale 0.02 --draws 2 --json --out results/quick
    """
    import jobvej
    from calibration.backcast import PAGE
    from calibration.experiments.results import ALSO_SHOWN, COLUMNS
    from calibration.experiments.words import as_text

    table = jobvej.backcast(out, names or (), **options)
    if as_json:
        shown = [*COLUMNS, *ALSO_SHOWN]
        typer.echo(table[shown].to_json(orient="records", force_ascii=False, indent=1))
        return
    typer.echo(as_text(table))
    typer.echo(f"written: {out / PAGE}")


@with_examples
@takes_run_options(
    SENSITIVITY,
    without=("replicates", "draws", "demand", "data", "baseline", "settings", "switched_off", "branching"),
)
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
    points: Annotated[
        int, typer.Option(help="Pairs of runs (sobol).", parser=whole(), metavar="INTEGER")
    ] = 256,
    trajectories: Annotated[
        int, typer.Option(help="Trajectories (morris).", parser=whole(), metavar="INTEGER")
    ] = 4,
    as_json: JsonOption = False,
    **options: Any,
) -> None:
    """Say which parameters decide the answer to a reform, how sure that is, and which are assumptions.

    jobvej sensitivity --reform headline --measure mean_duration --out results/sensitivity

    jobvej sensitivity --reform cut-3bn --measure stock --method morris --out results/morris
    """
    one_of("--method", method, ("sobol", "morris"))
    import jobvej
    from calibration.sensitivity import read

    table = jobvej.sensitivity(
        reform, measure, out, method="morris" if method == "morris" else "sobol", group=group, points=points,
        trajectories=trajectories, **options,
    )  # fmt: skip
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False, indent=1))
        return
    for sentence in read(out).sentences("en"):
        typer.echo(sentence)
    for row in table.head(12).itertuples():
        typer.echo(f"{row.parameter:<45} {row.kind:<11} first {row.first:7.3f}  total {row.total:7.3f}")


@with_examples
@takes_run_options(WORTH, without=("replicates", "branching"))
def worth(
    reform: Annotated[
        list[str],
        typer.Option(
            "--reform", "-r", metavar="NAME|FILE", help="An option of the decision; may be repeated."
        ),
    ],
    out: OutOption,
    kr_a_week: Annotated[
        int,
        typer.Option(
            help="Worth of a person-week in self-support beyond net public cost, kr.",
            parser=whole(0),
            metavar="INTEGER",
        ),
    ] = 0,
    as_json: JsonOption = False,
    **options: Any,
) -> None:
    """Say what it would be worth to know more before a reform is decided, and which experiment comes next.

    jobvej worth --reform cut-3bn --out results/worth

    jobvej worth --reform cut-3bn --reform cut-3bn+process-rules-removed --out results/worth
    """
    import jobvej

    found = jobvej.worth(reform, out, kr_a_week=kr_a_week, **options)
    if as_json:
        typer.echo(found.table.to_json(orient="records", force_ascii=False, indent=1))
        return
    for sentence in found.sentences("en"):
        typer.echo(sentence)
    if not found.about["enough"]:
        typer.echo(f"{found.about['draws']} draws: nothing is told from noise below 256 (--draws).")
    for row in found.table.head(12).itertuples():
        mark = "" if row.told else "  (not told from noise)"
        typer.echo(f"{row.number:<60} {row.perfect:8.1f}{mark}")
