"""The tables: rows of cells that carry both the number and how it is written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import pandas as pd

from reforms.accounts.balance import BRIDGE, JOBVEJ, MINISTRY, NET, STEPS, title_of_step
from reforms.accounts.chart import title_of
from reforms.accounts.saved_krone import saved_krone
from reforms.accounts.sheet import ALONE, TOGETHER, inhabitants
from reforms.fiscal import HEADINGS
from reforms.report.document import Cell, Ends, Table
from reforms.report.estimates import NOTHING, Estimate
from reforms.report.numbers import KINDS, MISSING, Kind, kind_of_unit
from reforms.report.results import BLOCKS, Scenario
from reforms.report.style import Brush
from reforms.results import Comparison
from reforms.unemployment_point import of_a_recession, of_the_model, point_table, published
from sim.outcomes.measures import MEASURES
from sim.runs.plan import BASELINE
from sim.runs.reading import has_table
from sim.runs.store import MANIFEST
from sim.states import ROWS, Finance
from sim.stats.interval import told_of
from sim.stats.words import in_hundred


class Series(NamedTuple):
    """What one row (or column) of a table shows."""

    label: str
    measure: str
    group: str


_ROW_OF = {row.name: row for row in ROWS}
_IN_ORDER = tuple(_ROW_OF[state] for states in BLOCKS.values() for state in states)
#: Temporary benefits from the nearest to work to the farthest, then their total.
BENEFITS = tuple(row.name for row in _IN_ORDER if row.client)
WITH_TOTAL = (*BENEFITS, "temporary_support")
#: Benefits whose recipients the jobcentre does not follow.
LASTING = tuple(
    row.name
    for row in _IN_ORDER
    if row.recipients_shown and not row.client and row.finance not in (Finance.NONE, Finance.WAGE)
)
STOCKS = (*WITH_TOTAL, *LASTING, "public_support", "employed")
#: Temporary benefits with a survival curve: the large ones.
SURVIVAL = tuple(row.name for row in _IN_ORDER if row.survival_shown)
#: Accounts of the benefits that the jobcentre follows.
_TEMPORARY = tuple(dict.fromkeys(row.account for row in ROWS if row.client and row.account))
#: Kroner below which no cell of a line of the accounts counts.
SMALLEST_LINE = 0.5e6
PAYERS = ("state", "municipality", "a_kasse", "public")
PARTIES_ALL = ("state", "municipality", "a_kasse", "employer", "citizen")


def level_cell(value: float, kind: Kind, brush: Brush) -> Cell:
    """Return a level."""
    return Cell(brush.numbers.level(value, kind), _known(value * kind.factor))


def change_cell(estimate: Estimate, kind: Kind, brush: Brush) -> Cell:
    """Return the median of a difference, pale where either sign is as likely or there are too few to tell."""
    untold = estimate.verdict.endswith("_single") and brush.results.with_intervals  # too few people
    style = "unclear" if untold or estimate.verdict in ("unclear", "zero", "missing") else "told"
    value = _known(estimate.shown * kind.factor)
    return Cell(brush.numbers.change(estimate.shown, kind), value, style, ends=_ends(estimate, kind))


def _ends(estimate: Estimate, kind: Kind) -> Ends | None:
    """Return the ends of both intervals in the kind's unit, for files of numbers."""
    if not estimate.known:
        return None
    low80, high80 = estimate.low80 * kind.factor, estimate.high80 * kind.factor
    return low80, high80, estimate.low95 * kind.factor, estimate.high95 * kind.factor


def interval_cell(estimate: Estimate, kind: Kind, brush: Brush) -> Cell:
    """Return the 95 % interval of a difference."""
    fine = estimate.verdict in ("up", "down")  # what can be told from zero is not shown to reach it
    return Cell(brush.numbers.interval(estimate.low95, estimate.high95, kind, fine=fine), None, "interval")


def both_intervals(estimate: Estimate, kind: Kind, brush: Brush) -> Cell:
    """Return the 80 % interval of a difference, and the 95 % interval below it."""
    likely = brush.numbers.interval(estimate.low80, estimate.high80, kind)
    below = interval_cell(estimate, kind, brush).text if estimate.known else ""
    return Cell(likely, None, "interval", below)


def chance_cell(estimate: Estimate, brush: Brush) -> Cell:
    """Return in how many of 100 a difference is above zero."""
    if not estimate.known:
        return Cell(MISSING, None, "interval")
    chance = in_hundred(estimate.p_higher)
    return Cell(brush.numbers.plain(chance), float(chance))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def four_cells(estimate: Estimate, kind: Kind, brush: Brush) -> tuple[Cell, ...]:
    """Return baseline, reform, difference and intervals."""
    return (
        level_cell(estimate.baseline, kind, brush),
        level_cell(estimate.reform, kind, brush),
        change_cell(estimate, kind, brush),
        both_intervals(estimate, kind, brush),
    )


def per_head(estimate: Estimate, brush: Brush) -> Cell:
    """Return a difference in kroner for each inhabitant of the edition's place."""
    if math.isnan(estimate.difference):
        return Cell(MISSING)
    return change_cell(estimate.per(brush.results.inhabitants), KINDS["kr"], brush)


def _per_inhabitant_of(what: str, brush: Brush) -> str:
    """Return the head of a column of kroner per inhabitant of one of a table's columns."""
    return brush.t("column.per_inhabitant_of", title=what)


def changes(key: str, caption: str, rows: Sequence[Series], scenario: Scenario, brush: Brush) -> Table:
    """Return differences of money alone in the last year: DKK m, intervals, chance, kr. an inhabitant."""
    results, t, kind = brush.results, brush.t, KINDS["m_kr"]
    body = []
    for row in rows:
        cell = results.effect(row.measure, row.group, scenario)
        style = "strong" if row.group in ("public", NET) else ""
        body.append(
            (
                Cell(row.label, style=style),
                change_cell(cell, kind, brush),
                both_intervals(cell, kind, brush),
                chance_cell(cell, brush),
                per_head(cell, brush),
            )
        )
    unit = t("table.unit_year", unit=t(kind.unit), year=results.last_year)
    heads = (
        "",
        t("column.difference"),
        t("column.intervals"),
        t("column.chance"),
        t("column.per_inhabitant"),
    )
    return Table(key, f"{caption}: {named(scenario, brush)}", unit, heads, tuple(body), note=_note(brush))


def staircase(brush: Brush) -> Table:
    """Return the steps of each reform in the last year, DKK m with intervals, and kr. an inhabitant."""
    results, t, kind, lang = brush.results, brush.t, KINDS["m_kr"], brush.numbers.lang
    body = []
    for step in (*STEPS, NET):
        cells = [results.effect("step", step, s) for s in results.scenarios]
        if all(math.isnan(cell.difference) for cell in cells):
            continue
        shown = [
            change_cell(c, kind, brush)._replace(below=interval_cell(c, kind, brush).text) for c in cells
        ]
        label = Cell(title_of_step(step, lang), style="strong" if step == NET else "")
        body.append((label, *shown, per_head(results.effect("step", step), brush)))
    unit = t("table.unit_year", unit=t(kind.unit), year=results.last_year)
    last = t("column.per_inhabitant_of", title=results.main.title(lang))
    heads = ("", *(named(s, brush) for s in results.scenarios), last)
    return Table("staircase", t("costs.stairs_table"), unit, heads, tuple(body), note=_note(brush))


def conventions(brush: Brush) -> Table | None:
    """Return the staircase of the main reform as the ministry counts, the bridge, and as Jobvej counts."""
    results, t, kind, lang = brush.results, brush.t, KINDS["m_kr"], brush.numbers.lang
    found = results.conventions
    found = found[(found["scenario"] == results.main.name) & (found["year"] == int(results.last_year))]
    amounts = _estimates(found, ["convention", "step"])
    body = []
    for step in (*STEPS, NET):
        between = f"bridge_{step}"
        three = [amounts.get(at) for at in ((MINISTRY, step), (BRIDGE, between), (JOBVEJ, step))]
        shown = [each for each in three if each is not None]
        if len(shown) < len(three):
            continue
        cells = [change_cell(each, kind, brush) for each in shown]
        why = "" if step == NET else title_of_step(f"bridge_{step}", lang)
        label = Cell(title_of_step(step, lang), style="strong" if step == NET else "")
        body.append((label, *cells, per_head(shown[-1], brush), Cell(why, style="word")))
    names = [t(f"costs.counted.{name}") for name in (MINISTRY, BRIDGE, JOBVEJ)]
    heads = ("", *names, _per_inhabitant_of(names[-1], brush), t("costs.counted.why"))
    unit = t("table.unit_year", unit=t(kind.unit), year=results.last_year)
    caption = f"{t('costs.counted.title')}: {named(results.main, brush)}"
    return Table("conventions", caption, unit, heads, tuple(body), note=_note(brush)) if body else None


def _estimates(rows: pd.DataFrame, keys: list[str]) -> dict[tuple[str, ...], Estimate]:
    """Return the amounts of accounts, with what they say about Denmark, by cell."""
    return {
        tuple(row[key] for key in keys): Estimate.of(math.nan, math.nan, row["amount_kr"], told_of(row))
        for _, row in rows.iterrows()
    }


def books(brush: Brush) -> Table | None:
    """Return the main reform on the accounts of a budget: payers together, and municipalities alone."""
    results, t, kind, lang = brush.results, brush.t, KINDS["m_kr"], brush.numbers.lang
    if not results.here.groups("account"):
        return None
    found = results.books
    found = found[
        (found["scenario"] == results.main.name)
        & (found["year"] == int(results.last_year))
        & (found["price"] == "fixed")
    ]
    amounts = _estimates(found, ["account", "perspective", "payer"])
    columns = [(TOGETHER, payer) for payer in PAYERS] + [(ALONE, "municipality")]
    body = []
    for account in dict.fromkeys(found["account"]):
        values = [amounts.get((account, *column), NOTHING) for column in columns]
        if any(abs(each.difference) >= SMALLEST_LINE for each in values):
            label = title_of(account, lang)
            number = f"{account.split('/')[0]} " if account[0].isdigit() else ""
            style = "strong" if account == "total" else ""
            cells = [change_cell(each, kind, brush) for each in values]
            own = [per_head(values[columns.index((at, "municipality"))], brush) for at in (TOGETHER, ALONE)]
            body.append((Cell(f"{number}{label}", style=style), *cells[:-1], own[0], cells[-1], own[1]))
    spans = (("", 1), (t("costs.books.together"), len(PAYERS) + 1), (t("costs.books.alone"), 2))
    municipality = t.group("municipality")
    per = _per_inhabitant_of(municipality, brush)
    heads = ("", *(t.group(payer) for payer in PAYERS), per, municipality, per)
    unit = t("table.unit_year", unit=t(kind.unit), year=results.last_year)
    caption = f"{t('costs.books.title')}: {named(results.main, brush)}"
    return Table("books", caption, unit, heads, tuple(body), spans, _note(brush))


def saved(brush: Brush) -> Table:
    """Return what a municipality keeps of a krone of benefit saved, after a year on the refund clock.

    The country: a municipality of average size on each rung, alone and together.  A municipality: every step
    from its own share to what it keeps.
    """
    results, t, kind = brush.results, brush.t, KINDS["ore"]
    place = results.place.code if results.place else None
    found = saved_krone(results.directory, int(results.last_year), municipality=place)
    law = results.main.name if results.main.name in set(found["scenario"]) else BASELINE
    found = found[(found["scenario"] == law) & (found["from_week"] == found["from_week"].max())]
    places = list(dict.fromkeys(found["place"]))
    values = found.set_index(["benefit", "place"])
    parts: list[tuple[str, str, str]] = [(part, places[0], "") for part in ("own_share", "tax", "before")]
    if place is None:
        parts += [(part, each, part) for part in ("alone", "together") for each in places]
    else:
        parts += [
            (part, places[0], "")
            for part in ("given_away", "settled_alone", "alone", "settled_together", "together")
        ]
    parts.append(("state_takes_home", places[0], ""))
    body = tuple(
        (
            Cell(t.group(str(benefit))),
            *(_ore(float(values.at[(benefit, where), part]), kind, brush) for part, where, _ in parts),
        )
        for benefit in dict.fromkeys(found["benefit"])
    )
    heads = ("", *(t(f"saved.rung.{at}") if over else t(f"saved.{part}") for part, at, over in parts))
    counted = [(over, len(list(run))) for over, run in groupby(over for *_, over in parts)]
    spans = (("", 1), *((t(f"saved.by_base.{over}") if over else "", width) for over, width in counted))
    kept = spans if place is None else ()
    unit = t("table.unit_year", unit=t(kind.unit), year=results.last_year)
    title = t("saved.title") if law == BASELINE else f"{t('saved.title')}: {named(results.main, brush)}"
    return Table("saved", title, unit, heads, body, kept)


def _ore(value: float, kind: Kind, brush: Brush) -> Cell:
    return Cell(brush.numbers.level(value, kind), value)


def point(brush: Brush) -> Table | None:
    """Return what a person out of work, or a point of unemployment, costs: published, and in the model."""
    results, t, lang = brush.results, brush.t, brush.numbers.lang
    people = results.national_effect("stock", "temporary_support").baseline
    paid = [results.national_effect("gross_benefits", account).baseline for account in _TEMPORARY]
    total = sum(value for value in paid if not math.isnan(value))
    said = published()
    if total > 0.0 and people > 0.0:
        said += of_the_model(total / people, t("costs.point.here", year=results.last_year))
    folder = results.directory / "point"
    if (folder / MANIFEST).is_file() and has_table(folder, "ledger_differences"):
        said += of_a_recession(point_table(Comparison(folder)))
    body = tuple(
        (
            Cell(each.who.of(lang)),
            level_cell(each.bn_per_point() * 1e9, KINDS["bn_kr"], brush),
            level_cell(each.kr_per_person, KINDS["kr"], brush),
            level_cell(each.bn_per_point() * 1e9 / inhabitants(), KINDS["kr"], brush),
            Cell(each.definition.of(lang), style="word"),
            Cell(each.source, style="word", foreign=True),
        )
        for each in said
    )
    heads = (
        "",
        *(t(f"costs.point.{name}") for name in ("bn", "person", "inhabitant", "definition", "source")),
    )
    return Table("point", t("costs.point.title"), t("costs.point.unit"), heads, body)


def _heads(brush: Brush) -> tuple[str, ...]:
    t = brush.t
    return t("column.baseline"), t("column.reform"), t("column.difference"), t("column.interval")


def series_of(brush: Brush, measure: str, groups: Sequence[str]) -> tuple[Series, ...]:
    """Return a row for each group the measure has been counted for."""
    there = set(brush.results.here.groups(measure))
    return tuple(Series(brush.t.group(group), measure, group) for group in groups if group in there)


def last_year(
    key: str, caption: str, rows: Sequence[Series], kind: Kind, scenario: Scenario, brush: Brush
) -> Table:
    """Return baseline, reform, difference and interval in the last year, a row per series."""
    results = brush.results
    body = tuple(
        (
            Cell(row.label),
            *four_cells(results.effect(row.measure, row.group, scenario), kind, brush),
        )
        for row in rows
    )
    unit = brush.t("table.unit_year", unit=brush.t(kind.unit), year=results.last_year)
    return Table(
        key, f"{caption}: {named(scenario, brush)}", unit, ("", *_heads(brush)), body, note=_note(brush)
    )


def by_scenario(key: str, caption: str, rows: Sequence[Series], kind: Kind, brush: Brush) -> Table:
    """Return the differences in the last year, a row per series and a column per reform (interval below)."""
    results, t = brush.results, brush.t
    body: list[tuple[Cell, ...]] = []
    for row in rows:
        cells = [results.effect(row.measure, row.group, s) for s in results.scenarios]
        shown = [
            change_cell(c, kind, brush)._replace(below=interval_cell(c, kind, brush).text) for c in cells
        ]
        body.append((Cell(row.label), level_cell(cells[0].baseline, kind, brush), *shown))
    spans = (("", 1), ("", 1), (t("column.difference_interval"), len(results.scenarios)))
    heads = ("", t("column.baseline"), *(named(s, brush) for s in results.scenarios))
    unit = t("table.unit_year", unit=t(kind.unit), year=results.last_year)
    return Table(key, caption, unit, heads, tuple(body), spans, _note(brush))


def of_measures(section: str, brush: Brush) -> list[Table]:
    """Return the tables that measures ask for in a section: :func:`by_scenario`, a row per group."""
    found = []
    for measure in MEASURES.values():
        if measure.table is not None and measure.table.section == section:
            if measure.groups == ("all",):
                rows: Sequence[Series] = [Series(brush.t("time.country"), measure.name, "all")]
            else:
                rows = series_of(brush, measure.name, tuple(dict.fromkeys((*WITH_TOTAL, *measure.groups))))
            key, title = measure.name.replace("_", "-"), measure.table.title.of(brush.numbers.lang)
            found.append(by_scenario(key, title, rows, kind_of_unit(measure.unit), brush))
    return found


def by_year(
    key: str, caption: str, rows: Sequence[Series], kind: Kind, scenario: Scenario, brush: Brush
) -> Table:
    """Return baseline, reform and difference by year, three rows per series, and the last year's interval."""
    results, t = brush.results, brush.t
    body: list[tuple[Cell, ...]] = []
    for row in rows:
        cells = results.effects(row.measure, row.group, scenario)
        blank = Cell("")
        body += [
            (
                Cell(row.label, style="first"),
                Cell(t("column.baseline")),
                *(level_cell(c.baseline, kind, brush) for c in cells),
                blank,
            ),
            (
                Cell(row.label, style="repeat"),
                Cell(t("column.reform")),
                *(level_cell(c.reform, kind, brush) for c in cells),
                blank,
            ),
            (
                Cell(row.label, style="repeat"),
                Cell(t("column.difference")),
                *(change_cell(c, kind, brush) for c in cells),
                interval_cell(cells[-1], kind, brush),
            ),
        ]
    heads = ("", "", *results.years, t("column.interval_year", year=results.last_year))
    return Table(key, caption, t(kind.unit), heads, tuple(body), note=_note(brush))


def changes_by_year(
    key: str, caption: str, rows: Sequence[Series], kind: Kind, scenario: Scenario, brush: Brush
) -> Table:
    """Return differences of money by year, a row per series; of the last year interval and kr. a head."""
    results, t = brush.results, brush.t
    body = []
    for row in rows:
        cells = results.effects(row.measure, row.group, scenario)
        shown = (change_cell(c, kind, brush) for c in cells)
        last = interval_cell(cells[-1], kind, brush), per_head(cells[-1], brush)
        body.append((Cell(row.label), *shown, *last))
    year = results.last_year
    heads = ("", *results.years, t("column.interval_year", year=year), _per_inhabitant_of(year, brush))
    return Table(key, caption, t(kind.unit), heads, tuple(body), note=_note(brush))


def all_scenarios(key: str, caption: str, rows: Sequence[Series], kind: Kind, brush: Brush) -> list[Table]:
    """Return :func:`by_year` for each reform, the main one first."""
    results = brush.results
    ordered = [results.main, *(s for s in results.scenarios if s != results.main)]
    return [
        by_year(f"{key}-{s.position}", f"{caption}: {named(s, brush)}", rows, kind, s, brush) for s in ordered
    ]


def named(scenario: Scenario, brush: Brush) -> str:
    """Return a reform's mark and title."""
    title = scenario.title(brush.numbers.lang)
    return title if scenario.is_package else f"{brush.look(scenario).mark}\N{NO-BREAK SPACE} {title}"


def _note(brush: Brush) -> str:
    return brush.t("table.note" if brush.results.with_intervals else "table.note_single")


def who_pays(brush: Brush) -> Table:
    """Return the main reform's net cost by payer in the last year."""
    rows = series_of(brush, "net_paid", PAYERS)
    if brush.results.here.groups("step"):
        rows = (*rows, Series(title_of_step(NET, brush.numbers.lang), "step", NET))
    return changes("who-pays", brush.t("answer.net_cost"), rows, brush.results.main, brush)


def fiscal(brush: Brush) -> Table:
    """Return the change of each payer's accounts by heading in the last year, and of its net cost."""
    results, t, kind = brush.results, brush.t, KINDS["m_kr"]
    measures = [f"heading_{payer}" for payer in PAYERS]
    rows: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys(HEADINGS.values()):
        cells = [results.effect(measure, name) for measure in measures]
        if any(cell.difference for cell in cells if not math.isnan(cell.difference)):
            shown = [change_cell(c, kind, brush) for c in cells]
            rows.append((Cell(t(f"costs.heading_of.{name}")), *shown, per_head(cells[-1], brush)))
    totals = [results.effect("net_paid", payer) for payer in PAYERS]
    below = [change_cell(c, kind, brush)._replace(below=interval_cell(c, kind, brush).text) for c in totals]
    rows.append((Cell(t("costs.total"), style="strong"), *below, per_head(totals[-1], brush)))
    unit = t("table.unit_year", unit=t(kind.unit), year=results.last_year)
    caption = f"{t('costs.fiscal')}: {named(results.main, brush)}"
    heads = ("", *(t.group(p) for p in PAYERS), _per_inhabitant_of(t.group(PAYERS[-1]), brush))
    return Table("fiscal", caption, unit, heads, tuple(rows), note=_note(brush))


def duration_shares(scenario: Scenario, brush: Brush) -> Table:
    """Return the shares of spells over 26, 52 and 104 weeks by benefit in the last year."""
    results, t, kind = brush.results, brush.t, KINDS["share"]
    measures = [f"share_over_{weeks}_weeks" for weeks in (26, 52, 104)]
    body = tuple(
        (
            Cell(row.label),
            *(
                cell
                for measure in measures
                for cell in four_cells(results.effect(measure, row.group, scenario), kind, brush)[:3]
            ),
        )
        for row in series_of(brush, measures[0], WITH_TOTAL)
    )
    spans = (("", 1), *((t("column.over_weeks", weeks=weeks), 3) for weeks in (26, 52, 104)))
    heads = ("", *(_heads(brush)[:3] * 3))
    unit = t("table.unit_year", unit=t(kind.unit), year=results.last_year)
    return Table(
        "duration-shares",
        f"{t('durations.shares')}: {named(scenario, brush)}",
        unit,
        heads,
        body,
        spans,
        _note(brush),
    )


def money_moves(brush: Brush, most: int = 12) -> Table:
    """Return the accounts whose yearly amounts the main reform changes most."""
    results = brush.results
    rows = series_of(brush, "account", results.here.groups("account"))

    def size(row: Series) -> float:
        cell = results.effect(row.measure, row.group)
        return 0.0 if math.isnan(cell.difference) else -abs(cell.difference)

    moved = [row for row in sorted(rows, key=size) if size(row) < 0][:most]
    return changes("money-moves", brush.t("costs.accounts"), moved, results.main, brush)
