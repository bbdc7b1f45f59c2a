"""The headline reforms in a table for each baseline: the law of 2024, and the law as it is now.

The first is what the report tells.  The second asks the same of what is left to decide: a reform whose
content the baseline holds already is named as law with its date and has no figures, and a package runs with
the rest of it (:func:`sim.parameters.baselines.still_to_come`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Unpack

import pandas as pd

from reforms.load import load
from reforms.reform import Reform
from reforms.results import Comparison, compare
from reforms.scenario import HEADLINES_AND_ALL
from sim.outcomes.measures import HEADLINES, MEASURES, Headline
from sim.parameters import load_parameters
from sim.parameters.baselines import DEFAULT, NOW, TITLES, Baseline, check_baseline, still_to_come
from sim.runs.folder import out_folder
from sim.runs.options import RUN, RunFields, shows_run_options
from sim.runs.store import write_whole
from sim.stats.interval import told_of

LAWS: tuple[Baseline, ...] = (DEFAULT, NOW)
PAGE = "headlines.md"

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "The headline reforms, against two laws",
        "head": "Reform less baseline in {year}, all of Denmark: median and 95 per cent interval.",
        "made": "Made by `jobvej headlines`: {start} to {end}, scale {scale:g}, {draws} draws, {replicates} "
        "replicates.",
        "reform": "reform",
        "law": "already law since {date}",
        "is_law": "already law",
        "held": "Of `{name}` the baseline holds already: {changes}.",
        "interval": "{median} ({low} to {high})",
        "none": "{median} (no interval: too few draws)",
    },
    "da": {
        "title": "Hovedreformerne mod to sæt regler",
        "head": "Reform minus grundforløb i {year}, hele Danmark: median og 95 pct.-interval.",
        "made": "Lavet af `jobvej headlines`: {start} til {end}, skala {scale:g}, {draws} trækninger, "
        "{replicates} gentagelser.",
        "reform": "reform",
        "law": "allerede lov fra {date}",
        "is_law": "allerede lov",
        "held": "Af `{name}` er dette allerede i grundforløbet: {changes}.",
        "interval": "{median} ({low} til {high})",
        "none": "{median} (intet interval: for få trækninger)",
    },
}


class Standing(NamedTuple):
    """Which of the headline reforms are left to decide under a baseline."""

    to_run: tuple[Reform, ...]
    law: tuple[Reform, ...]
    held: Mapping[str, tuple[str, ...]]  # reform -> parameters of its changes that are law already


def standing(baseline: str, reforms: Sequence[str] = HEADLINES_AND_ALL) -> Standing:
    """Return which reforms a baseline leaves to decide, and what of them it holds already."""
    base = load_parameters(baseline=check_baseline(baseline))
    to_run: list[Reform] = []
    law: list[Reform] = []
    held: dict[str, tuple[str, ...]] = {}
    for reform in map(load, reforms):
        left = still_to_come(reform.changes, base)
        (to_run if left else law).append(reform)
        gone = tuple(dict.fromkeys(each.parameter for each in reform.changes if each not in left))
        if gone:
            held[reform.name] = gone
    return Standing(tuple(to_run), tuple(law), held)


@shows_run_options(RUN, without=["baseline"])
def headlines(
    out: Path | str,
    reforms: Sequence[str] = HEADLINES_AND_ALL,
    *,
    lang: str = "en",
    **options: Unpack[RunFields],
) -> dict[str, Comparison]:
    """Compare the headline reforms with the law of 2024 and with the law as it is now: a table of each.

    Parameters
    ----------
    out
        Folder of the results: a comparison for each baseline in a folder of its name, and ``headlines.md``;
        run again with the same to continue.
    reforms
        Others than the headline reforms.
    lang
        en or da.
    **options
        All but the baseline.

    Returns
    -------
    The comparison of each baseline by its name.

    Raises
    ------
    InputError
        If anything asked for cannot be done; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.headlines("results/headlines", scale=0.02, draws=8)  # doctest: +SKIP
    """
    RUN.but(**options)
    folder, stand = out_folder(out), {law: standing(law, reforms) for law in LAWS}
    found: dict[str, Comparison] = {}
    for law, each in stand.items():
        asked: RunFields = {**options, "baseline": law}
        found[law] = compare(list(each.to_run), out=folder / law, **asked)
    text = page({law: (stand[law], found[law]) for law in LAWS}, reforms, lang)
    write_whole(folder / PAGE, text.encode())
    return found


def page(
    told: Mapping[str, tuple[Standing, Comparison]],
    reforms: Sequence[str] = HEADLINES_AND_ALL,
    lang: str = "en",
) -> str:
    """Return the tables of all baselines as a page in Markdown."""
    words = _TEXTS[lang]
    lines = [f"# {words['title']}", ""]
    for law, (stand, comparison) in told.items():
        asked = comparison.manifest
        lines += [
            f"## {law}: {TITLES[law][lang]}",
            "",
            *table(stand, comparison.summary, reforms, lang),
            "",
            *(
                words["held"].format(name=name, changes=", ".join(f"`{each}`" for each in changes))
                for name, changes in stand.held.items()
                if name in {each.name for each in stand.to_run}
            ),
            words["made"].format(
                start=asked["from"], end=asked["to"], scale=asked["scale"], draws=asked["draws"],
                replicates=asked["replicates"],
            ),
            "",
        ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def table(
    stand: Standing, summary: pd.DataFrame, reforms: Sequence[str] = HEADLINES_AND_ALL, lang: str = "en"
) -> list[str]:
    """Return the lines of one baseline's table, the last year of the country, a row a reform."""
    words, shown = _TEXTS[lang], [each for each in HEADLINES if each.on_screen]
    country = summary[(summary["municipality"] == 0) & (summary["period"].str.len() == 4)]
    year = country["period"].max()
    last = country[country["period"] == year]
    heads = [
        f"{getattr(each.words, lang)}, {getattr(MEASURES[each.measure].unit.words, lang)}" for each in shown
    ]
    lines = [
        words["head"].format(year=year),
        "",
        f"| {words['reform']} | {' | '.join(heads)} |",
        f"|---|{'---|' * len(shown)}",
    ]
    law = {each.name: each for each in stand.law}
    for name in reforms:
        if name in law:
            since = law[name].already_law
            said = words["law"].format(date=since.date.isoformat()) if since else words["is_law"]
            cells = [said, *["–"] * (len(shown) - 1)]
        else:
            rows = last[last["scenario"] == name]
            cells = [_cell(rows, each, words) for each in shown]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return lines


def _cell(rows: pd.DataFrame, told: Headline, words: Mapping[str, str]) -> str:
    found = rows[(rows["measure"] == told.measure) & (rows["group"] == told.group)]
    if found.empty or math.isnan(found["difference"].iloc[0]):
        return "–"
    row, factor = found.iloc[0], MEASURES[told.measure].unit.factor
    known = told_of(row)
    if not known.known:
        return words["none"].format(median=_number(row["difference"] * factor))
    shown = known.times(factor)
    return words["interval"].format(
        median=_number(shown.median), low=_number(shown.low95), high=_number(shown.high95)
    )


def _number(value: float) -> str:
    """Return a number with three figures and a proper minus sign."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:+,.{digits}f}".replace("-", "−")
