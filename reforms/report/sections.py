"""What stands in the sections on people's time on benefits: durations, stocks and flows, displacement."""

from __future__ import annotations

import math

from reforms.report import figures, figures_flows, figures_survival, survival, tables, words
from reforms.report.document import (
    Block,
    Panel,
    Section,
    folded,
    heading,
    note,
    panels,
    tabled,
    without_gaps,
)
from reforms.report.figures import Bar, Brush
from reforms.report.numbers import KINDS
from reforms.report.results import BLOCKS
from reforms.report.tables import Series

#: Benefits with a survival curve: the large ones, from near to work to far from it.
SURVIVAL = ("dagpenge", "kontanthjaelp_job_ready", "kontanthjaelp_activity_ready", "sygedagpenge")

#: Benefits with a smaller share of all recipients are left to the tables: chance would fill the picture.
SMALLEST_SHARE = 0.015


def first_week(brush: Brush) -> str:
    """Return the first week of the first year in which any reform makes a difference."""
    results = brush.results
    for year in results.years:
        cells = (results.national.get(s.name, year, "stock", "temporary_support") for s in results.scenarios)
        if any(cell.difference != 0 for cell in cells):
            return f"{year}-W01"
    return f"{results.years[0]}-W01"


def _survival_panels(week: str, brush: Brush) -> list[Panel]:
    spells, t = brush.results.spells(), brush.t
    if spells is None:
        return []
    out: list[Panel] = []
    for group in SURVIVAL:
        found = survival.curves(spells, group, week)
        if "baseline" not in found or len(found) < 2:
            continue
        benefit = t.group(group)
        titles = [t(f"durations.{name}", benefit=benefit) for name in ("survival_of", "gap_of")]
        curve = figures_survival.survival(found, f"surv-{group}", titles[0], brush)
        gap = figures_survival.survival_difference(found, f"gap-{group}", titles[1], brush)
        out += [
            Panel(titles[0], t("durations.survival_sub"), curve),
            Panel(titles[1], t("durations.gap_sub"), gap),
        ]
    return out


def durations(brush: Brush) -> Section:
    """Durations by benefit and year, shares of long spells, survival curves."""
    t, results, weeks = brush.t, brush.results, KINDS["weeks"]
    main, year = results.main, results.last_year
    long_spells = results.here.get(main.name, year, "share_over_52_weeks", "temporary_support")
    title = t("durations.picture")
    mean = tables.series_of(brush, "mean_duration", tables.WITH_TOTAL)
    median = tables.series_of(brush, "median_duration", tables.WITH_TOTAL)
    line = Panel(
        title,
        t("durations.picture_sub"),
        figures.by_year("mean_duration", "temporary_support", weeks, "duration-years", title, brush),
    )
    by_benefit_title = t("durations.by_benefit")
    by_benefit = Panel(
        by_benefit_title,
        t("durations.by_benefit_sub", title=tables.named(main, brush), year=year),
        figures.ladder(_ladder("mean_duration", brush), weeks, "by-benefit", by_benefit_title, brush),
        marks=False,
    )
    week = first_week(brush)
    curves = _survival_panels(week, brush)
    years = tables.all_scenarios("duration-years", t("durations.by_year"), mean, weeks, brush)
    blocks = [
        panels(line, by_benefit, brief=True),
        tabled(tables.last_year("duration-mean", t("durations.last_year"), mean, weeks, main, brush)),
        tabled(
            tables.by_scenario("duration-all", t("durations.all"), mean, weeks, brush),
            tables.last_year("duration-median", t("durations.median"), median, weeks, main, brush),
            tables.duration_shares(main, brush),
        ),
        folded(t("page.more", title=t("durations.by_year")), *years),
        heading(t("durations.survival")),
        note(t("durations.survival_note", week=week) if curves else t("durations.no_spells")),
        panels(*curves),
    ]
    lead = words.change_sentence("subject.long_spells", long_spells, KINDS["share"], brush)
    leads = () if math.isnan(long_spells.baseline) else (lead,)
    return Section("durations", t("durations.nav"), t("durations.heading"), leads, without_gaps(blocks))


def _ladder(measure: str, brush: Brush) -> list[Bar]:
    """Return the main reform's differences in the last year, a row per benefit that is not small."""
    results = brush.results
    look = brush.look(results.main)
    rows = []
    total = results.here.get(results.main.name, results.last_year, "stock", "temporary_support").baseline
    for series in tables.series_of(brush, measure, tables.WITH_TOTAL):
        cell = results.here.get(results.main.name, results.last_year, measure, series.group)
        stock = results.here.get(results.main.name, results.last_year, "stock", series.group).baseline
        if not math.isnan(cell.difference) and not stock < SMALLEST_SHARE * total:
            rows.append(Bar(series.label, cell, look.colour, look.marker))
    return rows


def _rate_series(brush: Brush) -> tuple[Series, ...]:
    groups = brush.results.here.groups("unemployment_rate")
    return tuple(Series(brush.t("stocks.rate"), "unemployment_rate", group) for group in groups[:1])


def stocks(brush: Brush) -> Section:
    """Recipients by benefit and year, unemployment, and the moves between states."""
    t, results, persons = brush.t, brush.results, KINDS["persons"]
    main, year = results.main, results.last_year
    total = results.here.get(main.name, year, "stock", "temporary_support")
    title, rate_title = t("stocks.picture"), t("stocks.rate")
    svg = figures.by_year("stock", "temporary_support", persons, "stock-years", title, brush)
    shown = [Panel(title, t("stocks.picture_sub"), svg)]
    leads = [words.change_sentence("subject.recipients", total, persons, brush)]
    for row in _rate_series(brush):
        rate = results.here.get(main.name, year, row.measure, row.group)
        leads.append(words.change_sentence("subject.unemployment", rate, KINDS["rate"], brush))
        svg = figures.levels(row.measure, row.group, KINDS["rate"], "rate-years", rate_title, brush)
        shown.append(Panel(rate_title, t("stocks.rate_sub"), svg))
    rows = tables.series_of(brush, "stock", tables.STOCKS)
    every = tables.all_scenarios("stocks", t("stocks.table"), rows, persons, brush)
    rates = tables.all_scenarios("rates", t("stocks.rate_table"), _rate_series(brush), KINDS["rate"], brush)
    blocks = [
        panels(*shown),
        tabled(every[0]),
        *_flow_blocks(brush),
        folded(t("page.more", title=t("stocks.table")), *every[1:], *rates),
    ]
    return Section("stocks", t("stocks.nav"), t("stocks.heading"), tuple(leads), without_gaps(blocks))


def _flow_blocks(brush: Brush) -> list[Block]:
    """Return the diagram of stocks and flows and its table; nothing where moves were not counted."""
    t, results = brush.t, brush.results
    found = figures_flows.moves(brush)
    if not found:
        return []
    title = t("flow.picture")
    diagram = Panel(
        title,
        t("flow.picture_sub", title=tables.named(results.main, brush), year=results.last_year),
        figures_flows.flow_diagram(found, "flows", title, brush),
        marks=False,
        wide=True,
    )
    rows = [
        Series(
            f"{t.named('flow.block', m.origin)} → {t.named('flow.block', m.target)}",
            "block_flow",
            f"{m.origin}>{m.target}",
        )
        for m in found
    ]
    table = tables.last_year("flows", t("flow.table"), rows, KINDS["persons"], results.main, brush)
    members = "; ".join(
        t("flow.member", block=t.named("flow.block", b), states=t.listing([t.group(s) for s in states]))
        for b, states in BLOCKS.items()
        if len(states) > 1
    )
    return [
        heading(title),
        panels(diagram),
        note(t("flow.note", members=members)),
        folded(t("page.more", title=t("flow.table")), table),
    ]


def displacement(brush: Brush) -> Section | None:
    """Exits to work won by some groups and lost by others: whether helping one displaces another."""
    t, results = brush.t, brush.results
    cells = [
        (g, results.here.get(results.main.name, results.last_year, "exits_to_job", g))
        for g in tables.BENEFITS
    ]
    if all(math.isnan(cell.difference) for _, cell in cells):
        return None
    total = results.here.get(results.main.name, results.last_year, "exits_to_job", "temporary_support")
    starts = results.here.get(results.main.name, results.last_year, "job_starts", "all")
    title = t("displacement.picture")
    picture = Panel(
        title,
        t("answer.key_sub_of", title=tables.named(results.main, brush), year=results.last_year),
        figures.ladder(_ladder("exits_to_job", brush), KINDS["persons"], "exits", title, brush),
        marks=False,
    )
    leads = (
        words.displacement_sentence([cell for _, cell in cells], brush),
        words.change_sentence("subject.exits", total, KINDS["persons"], brush),
        words.change_sentence("subject.job_starts", starts, KINDS["persons"], brush),
    )
    rows = [
        *tables.series_of(brush, "exits_to_job", tables.WITH_TOTAL),
        Series(t("displacement.job_starts"), "job_starts", "all"),
        Series(t("displacement.vacancies"), "vacancies", "all"),
    ]
    table = tables.by_scenario("exits", t("displacement.table"), rows, KINDS["persons"], brush)
    blocks = [panels(picture), tabled(table), note(t("displacement.note"))]
    return Section(
        "displacement", t("displacement.nav"), t("displacement.heading"), leads, without_gaps(blocks)
    )
