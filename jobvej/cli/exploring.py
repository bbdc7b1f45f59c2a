"""The command that serves a page to play with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobvej.cli.options import decimal, one_of, whole, with_examples
from sim.errors import InputError
from sim.runs.options import EXPLORE


@with_examples
def explore(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Finished results to look at, or where small runs are kept.")
    ],
    lang: Annotated[str, typer.Option(metavar="en|da", help="Language of the page.")] = "en",
    scale: Annotated[
        float, typer.Option(help="Share of the people in the small runs.", parser=decimal, metavar="FLOAT")
    ] = EXPLORE.scale,
    end: Annotated[
        str, typer.Option("--to", metavar="WEEK", help="Last week of the small runs.")
    ] = EXPLORE.end,
    port: Annotated[
        int, typer.Option(help="Port on this machine.", parser=whole(1024, 65535), metavar="INTEGER")
    ] = 8765,
) -> None:
    """Serve a page with sliders for the levers; durations, costs and the map answer. Ctrl-C ends it.

    The page is for this machine alone: nothing is fetched from outside and no other machine is answered.

    jobvej explore results/headline
    jobvej explore results/play --lang da --scale 0.01
    """
    from sim.calendar import Week

    one_of("--lang", lang, ("en", "da"))
    asked = EXPLORE.but(scale=scale, end=end)
    if Week.parse("2026-W01").until(Week.parse(asked.end)) < 4:
        raise InputError(f"--to is {end}; the levers are pulled in 2026-W01, so a small run ends later")
    from reforms.explore.serve import HOST, serve

    typer.echo(f"http://{HOST}:{port}/  (Ctrl-C ends it)")
    serve(folder, lang, asked.scale, asked.end, port)
