"""The tables: rows of cells that carry both the number and how it is written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from reforms.fiscal import HEADINGS
from reforms.report.document import Cell, Table
from reforms.report.estimates import Estimate
from reforms.report.numbers import KINDS, Kind, kind_of_unit
from reforms.report.results import BLOCKS, Scenario
from reforms.report.style import Brush
from sim.outcomes.measures import MEASURES
from sim.states import ROWS, Finance


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
PAYERS = ("state", "municipality", "a_kasse", "public")
PARTIES_ALL = ("state", "municipality", "a_kasse", "employer", "citizen")


def level_cell(value: float, kind: Kind, brush: Brush) -> Cell:
    """Return a level."""
    return Cell(brush.numbers.level(value, kind), _known(value * kind.factor))


def change_cell(estimate: Estimate, kind: Kind, brush: Brush) -> Cell:
    """Return a difference, pale where it cannot be told from zero."""
    style = "unclear" if estimate.verdict in ("unclear", "zero", "missing") else "told"
    return Cell(
        brush.numbers.change(estimate.difference, kind), _known(estimate.difference * kind.factor), style
    )


def interval_cell(estimate: Estimate, kind: Kind, brush: Brush) -> Cell:
    """Return the interval of a difference."""
    fine = estimate.verdict in ("up", "down")  # what can be told from zero is not shown to reach it
    return Cell(brush.numbers.interval(estimate.low, estimate.high, kind, fine=fine), None, "interval")


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def four_cells(estimate: Estimate, kind: Kind, brush: Brush) -> tuple[Cell, ...]:
    """Return baseline, reform, difference and interval."""
    return (
        level_cell(estimate.baseline, kind, brush),
        level_cell(estimate.reform, kind, brush),
        change_cell(estimate, kind, brush),
        interval_cell(estimate, kind, brush),
    )


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
    return brush.t("table.note" if brush.results.pairs > 1 else "table.note_single")


def who_pays(brush: Brush) -> Table:
    """Return the main reform's net cost by payer in the last year."""
    rows = series_of(brush, "net_paid", PAYERS)
    return last_year("who-pays", brush.t("answer.net_cost"), rows, KINDS["m_kr"], brush.results.main, brush)


def fiscal(brush: Brush) -> Table:
    """Return the change of each payer's accounts by heading in the last year, and of its net cost."""
    results, t, kind = brush.results, brush.t, KINDS["m_kr"]
    measures = [f"heading_{payer}" for payer in PAYERS]
    rows: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys(HEADINGS.values()):
        cells = [results.effect(measure, name) for measure in measures]
        if any(cell.difference for cell in cells if not math.isnan(cell.difference)):
            shown = [change_cell(c, kind, brush) for c in cells]
            rows.append((Cell(t(f"costs.heading_of.{name}")), *shown))
    totals = [results.effect("net_paid", payer) for payer in PAYERS]
    below = [change_cell(c, kind, brush)._replace(below=interval_cell(c, kind, brush).text) for c in totals]
    rows.append((Cell(t("costs.total"), style="strong"), *below))
    unit = t("table.unit_year", unit=t(kind.unit), year=results.last_year)
    caption = f"{t('costs.fiscal')}: {named(results.main, brush)}"
    return Table("fiscal", caption, unit, ("", *(t.group(p) for p in PAYERS)), tuple(rows), note=_note(brush))


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
    return last_year("money-moves", brush.t("costs.accounts"), moved, KINDS["m_kr"], results.main, brush)
