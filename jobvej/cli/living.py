"""The command that shows two lives of the same simulated person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    LangOption,
    language,
    print_rows,
    rows_of,
    takes_run_options,
    with_examples,
)
from sim.runs.options import RUN, options

#: The rest is the comparison's own.
_OWN = ("scale", "workers", "executor", "branching", "quiet")


@with_examples
@takes_run_options(
    RUN, without=[name for name in options() if name not in _OWN], own=["scale"],
    own_is="that of DIR, at most 0.05",
)  # fmt: skip
def lives(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare.")],
    reform: Annotated[
        list[str] | None,
        typer.Option(
            "--reform",
            "-r",
            metavar="NAME",
            help="A reform of the comparison; repeat for more. [default: that of the report]",
        ),
    ] = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
    **options: Any,
) -> None:
    """Show two lives of the same simulated person, without and with a reform, and where they part.

    One pair of the comparison's runs is simulated again and watched person by person. Of those whose ways
    part, the typical, who wins most and who loses most are drawn, in all and by what people lived on in the
    first week; winners and losers are counted in weeks of self-support and in kroner of their own. Written
    to DIR/lives: pictures, lives.parquet, pairs.csv, winners.csv; three go into the report.

    jobvej lives results/headline

    jobvej lives results/headline --reform cut-3bn --scale 0.01 --lang da --json
    """  # fmt: skip
    import jobvej

    said = language(lang)
    found = jobvej.lives(folder, reforms=reform or (), **options)
    from reforms.lives.picture import save

    pictures = save(found, said)
    if as_json:
        pairs = [{"what": "pair", **row, "said": found.sentence(row, said)} for row in rows_of(found.pairs)]
        print_rows([*pairs, *({"what": "group", **row} for row in rows_of(found.winners))], True, ())
        return
    _print(found, said)
    typer.echo(f"{len(pictures)} pictures and the tables: {found.folder}")


def _print(found: Any, lang: str) -> None:
    from reforms.lives.pick import EVERYBODY
    from reforms.lives.words import named, number, words_of

    for reform in found.about["reforms"]:
        typer.echo(f"{reform}:")
        for pair in found.of(reform):
            typer.echo(f"- {words_of('rule', lang)[pair['rule']]}. {found.sentence(pair, lang)}")
        rows = found.winners[found.winners["reform"] == reform]
        columns = ("group", "better_kr", "worse_kr", "same_kr", "kr_a_person_year")
        head = dict(zip(columns, ("", "better off", "worse off", "same", "kr. a person-year"), strict=True))
        shown = [
            {
                "group": named(str(row["group"]), lang) if row["group"] != EVERYBODY else EVERYBODY,
                **{name: number(float(row[name]), lang) for name in columns[1:]},
            }
            for row in rows.to_dict("records")
        ]
        print_rows([head, *shown], False, columns)
    typer.echo("One pair of runs: most single gains and losses are knock-on effects of who gets which job.")
    typer.echo(words_of("picture", lang)["simulated"])
