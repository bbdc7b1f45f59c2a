"""What stands in each section of the report, in order, as blocks that the template knows how to set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from reforms.report import figures, figures_survival, people, survival, tables, tilemap, words
from reforms.report.figures import Bar, Brush
from reforms.report.numbers import KINDS, Kind
from reforms.report.results import Scenario
from reforms.report.tables import Series, Table
from reforms.report.tilemap import TileMap
from sim.data import tile_map
from sim.states import TASKS

#: Benefits with a survival curve: the large ones, from near to work to far from it.
SURVIVAL = ("dagpenge", "kontanthjaelp_job_ready", "kontanthjaelp_activity_ready", "sygedagpenge")


class Panel(NamedTuple):
    """A picture with the words above it."""

    title: str
    sub: str
    svg: Markup
    marks: bool = True


class Block(NamedTuple):
    """A part of a section: `kind` says how the template sets it."""

    kind: str
    panels: tuple[Panel, ...] = ()
    tables: tuple[Table, ...] = ()
    maps: tuple[TileMap, ...] = ()
    title: str = ""


class Section(NamedTuple):
    """A section: opening sentences, then blocks."""

    key: str
    nav: str
    heading: str
    leads: tuple[str, ...]
    blocks: tuple[Block, ...]


class Answer(NamedTuple):
    """The first screen."""

    question: str
    sentences: tuple[str, ...]
    panels: tuple[Panel, ...]
    payers: Table
    sure: tuple[str, ...]


class Mark(NamedTuple):
    """A reform in the list of marks."""

    mark: str
    colour: str
    title: str
    summary: str


def _panels(*panels: Panel) -> Block:
    return Block("panels", panels=panels)


def _tables(*shown: Table) -> Block:
    kept = [table for table in shown if not tables.is_empty(table)]
    return Block("tables", tables=tuple(_one_note(kept)))


def _one_note(shown: Sequence[Table]) -> list[Table]:
    """Keep a note that several tables share under the last of them only."""
    last = {table.note: table.key for table in shown}
    return [table if last[table.note] == table.key else table._replace(note="") for table in shown]


def _fold(brush: Brush, title: str, shown: Sequence[Table]) -> Block:
    """Fold tables for all reforms away; the reader opens them, paper shows them."""
    kept = [table for table in shown if not tables.is_empty(table)]
    return Block("fold", tables=tuple(_one_note(kept)), title=brush.t("page.more", title=title))


def marks(brush: Brush) -> tuple[Mark, ...]:
    """Return each reform's mark, colour, title and summary."""
    lang = brush.numbers.lang
    return tuple(
        Mark(brush.look(s).mark, brush.look(s).colour, s.title(lang), s.summaries[lang])
        for s in brush.results.scenarios
    )


def _bars(measure: str, group: str, brush: Brush) -> list[Bar]:
    results = brush.results

    def bar(scenario: Scenario) -> Bar:
        look, label = brush.look(scenario), tables.named(scenario, brush)
        estimate = results.national.get(scenario.name, results.last_year, measure, group)
        return Bar(label, estimate, look.colour, look.marker)

    return [bar(scenario) for scenario in results.scenarios]


def _forest(measure: str, group: str, kind: Kind, key: str, title: str, sub: str, brush: Brush) -> Panel:
    svg = figures.forest(_bars(measure, group, brush), kind, key, title, brush)
    return Panel(title, sub, svg, marks=False)


def answer(brush: Brush) -> Answer:
    """Build the first screen: question, answer, key picture, who pays, how sure."""
    t = brush.t
    sub = t("answer.key_sub", year=brush.results.last_year)
    panels = (
        _forest(
            "mean_duration",
            "temporary_support",
            KINDS["weeks"],
            "key-duration",
            t("answer.key_duration"),
            sub,
            brush,
        ),
        _forest("net_paid", "public", KINDS["m_kr"], "key-cost", t("answer.key_cost"), sub, brush),
    )
    sentences = (words.duration_sentence(brush), words.cost_sentence(brush), words.parts_sentence(brush))
    sure = (*words.certainty_sentences(brush), words.sum_sentence(brush))
    return Answer(
        words.question(brush), sentences, panels, tables.who_pays(brush), tuple(s for s in sure if s)
    )


def _first_week(brush: Brush) -> str:
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
        out += [
            Panel(
                titles[0],
                t("durations.survival_sub"),
                figures_survival.survival(found, f"surv-{group}", titles[0], brush),
            ),
            Panel(
                titles[1],
                t("durations.gap_sub"),
                figures_survival.survival_difference(found, f"gap-{group}", titles[1], brush),
            ),
        ]
    return out


def durations(brush: Brush) -> Section:
    """Durations by benefit and year, shares of long spells, survival curves."""
    t, results, weeks = brush.t, brush.results, KINDS["weeks"]
    long_spells = results.national.get(
        results.main.name, results.last_year, "share_over_52_weeks", "temporary_support"
    )
    title = t("durations.picture")
    mean = tables.series_of(brush, "mean_duration", tables.WITH_TOTAL)
    median = tables.series_of(brush, "median_duration", tables.WITH_TOTAL)
    line = figures.by_year("mean_duration", "temporary_support", weeks, "duration-years", title, brush)
    share_title = t("subject.long_spells").rstrip(",")
    shares = _forest(
        "share_over_52_weeks",
        "temporary_support",
        KINDS["share"],
        "share-52",
        share_title,
        t("answer.key_sub", year=results.last_year),
        brush,
    )
    week = _first_week(brush)
    curves = _survival_panels(week, brush)
    blocks = [
        _panels(Panel(title, t("durations.picture_sub"), line), shares),
        _tables(
            tables.last_year("duration-mean", t("durations.last_year"), mean, weeks, results.main, brush),
            tables.by_scenario("duration-all", t("durations.all"), mean, weeks, brush),
            tables.last_year("duration-median", t("durations.median"), median, weeks, results.main, brush),
            tables.duration_shares(results.main, brush),
        ),
        _fold(
            brush,
            t("durations.by_year"),
            tables.all_scenarios("duration-years", t("durations.by_year"), mean, weeks, brush),
        ),
        Block("title", title=t("durations.survival")),
        Block("text", title=t("durations.survival_note", week=week) if curves else t("durations.no_spells")),
        _panels(*curves),
    ]
    lead = words.change_sentence("subject.long_spells", long_spells, KINDS["share"], brush)
    return Section("durations", t("durations.nav"), t("durations.heading"), (lead,), tuple(blocks))


def _rate_series(brush: Brush) -> tuple[Series, ...]:
    groups = brush.results.national.groups("unemployment_rate")
    return tuple(Series(brush.t("stocks.rate"), "unemployment_rate", group) for group in groups[:1])


def stocks(brush: Brush) -> Section:
    """Recipients by benefit and year, and unemployment."""
    t, results, persons = brush.t, brush.results, KINDS["persons"]
    total = results.national.get(results.main.name, results.last_year, "stock", "temporary_support")
    title, rate_title = t("stocks.picture"), t("stocks.rate")
    panels = [
        Panel(
            title,
            t("stocks.picture_sub"),
            figures.by_year("stock", "temporary_support", persons, "stock-years", title, brush),
        )
    ]
    leads = [words.change_sentence("subject.recipients", total, persons, brush)]
    for row in _rate_series(brush):
        rate = results.national.get(results.main.name, results.last_year, row.measure, row.group)
        leads.append(words.change_sentence("subject.unemployment", rate, KINDS["rate"], brush))
        svg = figures.levels(row.measure, row.group, KINDS["rate"], "rate-years", rate_title, brush)
        panels.append(Panel(rate_title, t("stocks.rate_sub"), svg))
    rows = tables.series_of(brush, "stock", tables.STOCKS)
    every = tables.all_scenarios("stocks", t("stocks.table"), rows, persons, brush)
    rates = tables.all_scenarios("rates", t("stocks.rate_table"), _rate_series(brush), KINDS["rate"], brush)
    blocks = (_panels(*panels), _tables(every[0]), _fold(brush, t("stocks.table"), [*every[1:], *rates]))
    return Section("stocks", t("stocks.nav"), t("stocks.heading"), tuple(leads), blocks)


def costs(brush: Brush) -> Section:
    """Net cost by payer and year, gross benefits, and the payments that move."""
    t, results, money = brush.t, brush.results, KINDS["m_kr"]
    title = t("costs.picture")
    panels = [
        Panel(title, t("costs.picture_sub"), figures.payers_by_year("payers", title, brush), marks=False)
    ]
    panels += [
        _forest(
            "net_paid",
            payer,
            money,
            f"payer-{payer}",
            t("costs.payer_of", payer=t(f"answer.the.{payer}")),
            t("costs.payer_sub", year=results.last_year),
            brush,
        )
        for payer in ("state", "municipality", "a_kasse")
    ]
    payers = tables.all_scenarios(
        "payers", t("costs.table"), tables.series_of(brush, "net_paid", tables.PAYERS), money, brush
    )
    parties = tables.last_year(
        "parties",
        t("costs.parties"),
        tables.series_of(brush, "net_paid", tables.PARTIES_ALL),
        money,
        results.main,
        brush,
    )
    gross = tables.series_of(brush, "gross_benefits", results.national.groups("gross_benefits"))
    benefits = tables.all_scenarios("benefits", t("costs.benefits"), gross, money, brush)
    blocks = (
        _panels(*panels),
        _tables(payers[0], tables.money_moves(brush), parties),
        Block("text", title=t("costs.parties_note")),
        _fold(brush, t("costs.table"), payers[1:]),
        _fold(brush, t("costs.benefits"), benefits),
    )
    return Section("costs", t("costs.nav"), t("costs.heading"), (words.cost_sentence(brush),), blocks)


def _hours_panels(hours: Kind, brush: Brush) -> tuple[Panel, Panel]:
    """Return the hours by task in two worlds, and their difference."""
    t, results = brush.t, brush.results
    look = brush.look(results.main)
    cells = [
        (task, results.national.get(results.main.name, results.last_year, "hours", task)) for task in TASKS
    ]
    known = sorted((c for c in cells if not math.isnan(c[1].baseline)), key=lambda c: -c[1].baseline)
    rows = [Bar(t.group(task), cell, look.colour, look.marker) for task, cell in known]
    titles = t("time.picture"), t("time.difference")
    return (
        Panel(
            titles[0],
            t("time.picture_sub", year=results.last_year),
            figures.dumbbell("hours", TASKS, hours, "hours", titles[0], brush),
            marks=False,
        ),
        Panel(
            titles[1],
            t("time.difference_sub", title=tables.named(results.main, brush), year=results.last_year),
            figures.ladder(rows, hours, "hours-gap", titles[1], brush),
            marks=False,
        ),
    )


def time(brush: Brush) -> Section:
    """Caseworkers' hours by task, interviews and caseload."""
    t, hours = brush.t, KINDS["thousand_hours"]
    panels = _hours_panels(hours, brush)
    shown = [
        tables.by_scenario("hours", t("time.hours"), tables.series_of(brush, "hours", TASKS), hours, brush),
        tables.by_scenario(
            "interviews",
            t("time.interviews"),
            tables.series_of(brush, "interviews", tables.WITH_TOTAL),
            KINDS["thousand"],
            brush,
        ),
        tables.by_scenario(
            "interviews-year",
            t("time.per_year"),
            tables.series_of(brush, "interviews_per_person_year", tables.WITH_TOTAL),
            KINDS["per_year"],
            brush,
        ),
        *(
            tables.by_scenario(
                measure, t(f"time.{measure}"), [Series(t("time.country"), measure, "all")], KINDS[kind], brush
            )
            for measure, kind in (("caseworkers", "full_time"), ("caseload", "caseload"))
        ),
    ]
    blocks = (_panels(*panels), _tables(*shown))
    return Section("time", t("time.nav"), t("time.heading"), (words.time_sentence(brush),), blocks)


def municipalities(brush: Brush) -> Section:
    """The tile maps and the largest gains and losses."""
    t, grid = brush.t, tile_map()
    measures = ("mean_duration", "net_cost_municipality")
    maps = tuple(tilemap.tile_map(measure, grid, brush) for measure in measures)
    extremes = [tilemap.extremes(measure, grid, brush) for measure in measures]
    every = _fold(brush, t("map.every"), [tilemap.everyone(measures, grid, brush)])
    blocks = (
        Block("maps", maps=maps, title=t("map.sub")),
        _tables(*extremes),
        every._replace(title=t("map.every")),
    )
    return Section("map", t("map.nav"), t("map.heading"), tuple(tilemap.sentences(grid, brush)), blocks)


def persons(brush: Brush) -> Section:
    """Winners and losers by group."""
    t, groups = brush.t, people.fates(brush)
    blocks: tuple[Block, ...] = (Block("text", title=t("people.missing")),)
    if groups:
        shown = {t.group(name) for name in (*tables.BENEFITS, "employed")}
        states = (fate for fate in groups.get("start_state", []) if fate.label in shown)
        rows = [(fate.label, fate.gain, fate.lose) for fate in states]
        title = t("people.picture")
        picture = Panel(
            title,
            t("people.picture_sub"),
            figures.gains_and_losses(rows, "people", title, brush),
            marks=False,
        )
        blocks = (_panels(picture), _tables(people.table(groups, brush)))
    return Section("people", t("people.nav"), t("people.heading"), (), blocks)
