"""The league to look at: a picture with a row for each reform, and a page with picture and table."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from jinja2 import Environment, FileSystemLoader
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reforms.league import BELOW_FLOOR, LAW, PEOPLE, TABLE, TWIN, grouped, shown_ranks
from reforms.reform import AUTHORS_DA, THEMES
from reforms.report.numbers import Language, Numbers
from reforms.report.style import DOWN, GREY, INK, LOOK, PALE, UP, svg_of
from sim.outcomes.measures import MEASURES
from sim.parameters.document import read_document
from sim.stats.words import LIKELY, in_hundred

if TYPE_CHECKING:
    from matplotlib.artist import Artist

_ROW, _HEAD, _FOOT = 0.185, 1.0, 0.95
_WIDTH = 9.0
#: Letters of a line of the note below the picture.
_NOTE = 118
_PANELS = (("weeks", 0.47, 0.71, 2), ("public", 0.765, 0.975, 0))
WORDS: dict[Language, dict[str, str]] = read_document(Path(__file__).with_name("league_words.yaml")).content


def draw(table: pd.DataFrame, lang: Language, *, year: str, draws: int, pairs: int) -> Figure:
    """Return the picture: reforms by author."""
    words, numbers = WORDS[lang], Numbers(lang)
    rows = _rows(table)
    height = _HEAD + _FOOT + _ROW * len(rows)
    with mpl.rc_context(LOOK):
        figure = Figure(figsize=(_WIDTH, height))
        spot = (_FOOT / height, (height - _HEAD - _FOOT) / height)
        for column, left, right, decimals in _PANELS:
            axes = figure.add_axes((left, spot[0], right - left, spot[1]))
            _panel(axes, rows, table, column)
            _finish(axes, words[column], numbers, decimals, len(rows))
        _labels(figure.axes[0], rows, lang)
        figure.text(0.012, 1 - 0.28 / height, words["title"], fontsize=11, fontweight="bold")
        _key(figure, words, 1 - 0.56 / height)
        note = words["note" if draws > 1 else "single"].format(year=year, pairs=pairs, draws=draws)
        figure.text(0.012, 0.1 / height, textwrap.fill(note, _NOTE), fontsize=8, color=GREY, va="bottom")
    return figure


def _rows(table: pd.DataFrame) -> list[str | pd.Series]:
    """Return authors (text), by name, and their reforms (rows)."""
    order = sorted(set(table["author"]))
    rows: list[str | pd.Series] = []
    for author in order:
        rows.append(str(author))
        rows += [row for _, row in table[table["author"] == author].iterrows()]
    return rows


def _panel(axes: Axes, rows: Sequence[str | pd.Series], table: pd.DataFrame, column: str) -> None:
    largest = float(table[column].abs().max())
    reach = 1.25 * largest if largest > 0 else 1.0
    axes.set_xlim(-reach, reach)
    axes.axvline(0, color=INK, lw=0.9)
    for y, row in enumerate(rows):
        if isinstance(row, str):
            continue
        value, low, high = (float(row[f"{column}{end}"]) for end in ("", "_low95", "_high95"))
        if math.isnan(value):
            continue
        likely = row[f"{column}_p_higher"]
        sure = math.isnan(low) or low > 0 or high < 0
        shaded = sure or likely >= LIKELY or likely <= 1.0 - LIKELY
        colour = (DOWN if value < 0 else UP) if shaded else GREY
        if not math.isnan(low):
            axes.plot([low, high], [y, y], color=colour, lw=0.8, alpha=0.5, solid_capstyle="butt")
            ends = [float(row[f"{column}_{end}"]) for end in ("low80", "high80")]
            axes.plot(ends, [y, y], color=colour, lw=2.4, alpha=0.5, solid_capstyle="butt")
            for end, marker in ((low, "<"), (high, ">")):  # an arrow where an interval leaves the picture
                if abs(end) > reach:
                    axes.plot(math.copysign(reach, end), y, marker, ms=4, color=colour, clip_on=False)
        face = colour if sure else "white"
        axes.plot(value, y, "o" if value <= 0 else "D", ms=4.6, mfc=face, mec=colour, mew=1.1)


def _finish(axes: Axes, label: str, numbers: Numbers, decimals: int, rows: int) -> None:
    axes.set_ylim(rows - 0.4, -0.8)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.signed(value, decimals)))
    axes.tick_params(axis="x", labelsize=8, labeltop=rows > 30)
    axes.set_xlabel(label, fontsize=8.5)
    axes.grid(axis="x", color=PALE, lw=0.6)


def _labels(axes: Axes, rows: Sequence[str | pd.Series], lang: Language) -> None:
    """Write titles and authors left of the first panel, inside the picture."""
    across = axes.get_yaxis_transform()
    left = -(0.47 - 0.012) / (0.71 - 0.47)
    for y, row in enumerate(rows):
        if isinstance(row, str):
            text = textwrap.shorten(row, 72, placeholder="…")
            axes.text(left, y + 0.1, text, transform=across, va="center", fontsize=8.5, fontweight="bold")
        else:
            standing = standing_words(str(row.get("standing", "")), WORDS[lang], short=True)
            text = textwrap.shorten(str(row[f"title_{lang}"]), 66 - len(standing), placeholder="…") + standing
            colour = GREY if standing else INK
            axes.text(
                left + 0.05, y, text, transform=across, va="center", fontsize=7.6, clip_on=False, color=colour
            )


def _key(figure: Figure, words: dict[str, str], y: float) -> None:
    marks = [("o", DOWN, DOWN, "better"), ("D", UP, UP, "worse"), ("o", "white", GREY, "unclear")]
    handles: list[Artist] = [
        mpl.lines.Line2D([], [], ls="", marker=mark, mfc=face, mec=edge, ms=5, label=words[word])
        for mark, face, edge, word in marks
    ]
    figure.legend(
        handles=handles, loc="center right", bbox_to_anchor=(0.985, y), ncols=3, frameon=False, fontsize=8
    )


def write_page(
    out: Path,
    table: pd.DataFrame,
    left_out: Sequence[tuple[str, str]],
    *,
    year: str,
    draws: int,
    pairs: int,
    command: str,
    floor: float = math.nan,
) -> list[Path]:
    """Write table (csv, parquet), pictures (svg, png) and pages (html), each in both languages."""
    table.to_csv(out / f"{TABLE}.csv", index=False, float_format="%.5g")
    table.to_parquet(out / f"{TABLE}.parquet", index=False)
    for by in ("author", "theme"):
        grouped(table, by).to_csv(out / f"{TABLE}-by-{by}.csv", index=False, float_format="%.4g")
    pages = []
    for lang in WORDS:
        shown = table.replace({"author": AUTHORS_DA}) if lang == "da" else table
        figure = draw(shown, lang, year=year, draws=draws, pairs=pairs)
        with mpl.rc_context(LOOK):
            figure.savefig(out / f"{TABLE}-{lang}.svg", metadata={"Date": None})
            figure.savefig(out / f"{TABLE}-{lang}.png", dpi=130)
            picture = svg_of(figure, f"{TABLE}-{lang}", WORDS[lang]["title"])
        page = _page(shown, left_out, lang, picture=picture, command=command, floor=floor)
        pages.append(out / f"{TABLE}-{lang}.html")
        pages[-1].write_text(page, encoding="utf-8")
    return pages


def standing_words(standing: str, words: dict[str, str], *, short: bool = False) -> str:
    """Return why a reform is shown without a rank; ``short`` in brackets, for the picture."""
    kind, _, rest = standing.partition(" ")
    if not kind or (short and kind == BELOW_FLOOR):
        return ""
    if short:
        kept = "" if kind == TWIN else f" {rest[:4]}" if kind == LAW else ""
        return f" ({words['standing_short_' + kind]}{kept})"
    return words["standing_" + kind].format(rest=rest)


def floor_note(floor: float, lang: Language) -> str:
    """Return what the page says of the noise floor of what decides the order."""
    if math.isnan(floor):
        return WORDS[lang]["floor_missing"]
    return WORDS[lang]["floor"].format(floor=Numbers(lang).general(floor))


def _page(
    table: pd.DataFrame,
    left_out: Sequence[tuple[str, str]],
    lang: Language,
    *,
    picture: Any,
    command: str,
    floor: float,
) -> str:
    words, numbers = WORDS[lang], Numbers(lang)
    themes = {name: labels[lang == "da"] for name, labels in THEMES.items()}
    tables = [_main_table(table, words, numbers, themes, lang)]
    tables += [_group_table(grouped(table, by), by, words, numbers, themes) for by in ("author", "theme")]
    pages = Environment(autoescape=True, loader=FileSystemLoader(Path(__file__).parent))
    return pages.get_template(f"{TABLE}.html.j2").render(
        lang=lang, w=words, picture=picture, tables=tables, left_out=left_out, command=command,
        names=["", words["by_author"], words["by_theme"]], floor=floor_note(floor, lang),
    )  # fmt: skip


def _main_table(
    table: pd.DataFrame, words: dict[str, str], numbers: Numbers, themes: dict[str, str], lang: Language
) -> tuple[list[str], list[list[str]]]:
    money = ("public", "state", "municipality", "a_kasse", "effort")
    people = {name: MEASURES[told.measure].unit.fine for name, told in PEOPLE.items()}
    head = [
        *(words[name] for name in ("rank", "reform", "author", "theme", "standing")),
        *(told.column.head.of(lang) for told in PEOPLE.values() if told.column),
        *(words[name] for name in ("public_short", *money[1:], "per_krone")),
    ]
    rows = [
        [rank, str(row[f"title_{lang}"]), str(row["author"]),
         themes.get(row["theme"], row["theme"]), standing_words(str(row.get("standing", "")), words),
         *(_cell(row, name, numbers, decimals) for name, decimals in people.items()),
         *(_cell(row, name, numbers, 0) for name in money), _cell(row, "per_krone", numbers, 2)]
        for rank, (_, row) in zip(shown_ranks(table), table.iterrows(), strict=True)
    ]  # fmt: skip
    return head, rows


def _cell(row: pd.Series, name: str, numbers: Numbers, decimals: int) -> str:
    """Return a median with its 80 % interval and in how many of 100 it is higher; nothing where missing."""
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low80", "_high80"))
    if math.isnan(value):
        return ""
    text = numbers.signed(value, decimals)
    if math.isnan(low):
        return text
    chance = in_hundred(float(row[f"{name}_p_higher"]))
    return f"{text} ({numbers.signed(low, decimals)}; {numbers.signed(high, decimals)}) {chance}"


def _group_table(
    groups: pd.DataFrame, by: str, words: dict[str, str], numbers: Numbers, themes: dict[str, str]
) -> tuple[list[str], list[list[str]]]:
    counts = ("reforms", "shorten", "lengthen")
    head = [
        "",
        words[by],
        "",
        *(words[name] for name in counts),
        words["median_weeks"],
        words["median_public"],
    ]
    rows = [
        ["", themes.get(row[by], row[by]), "", *(str(row[name]) for name in counts),
         numbers.signed(float(row["median_weeks"]), 2), numbers.signed(float(row["median_public"]), 0)]
        for _, row in groups.iterrows()
    ]  # fmt: skip
    return head, rows
