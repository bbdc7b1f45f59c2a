"""What the report says and in which order: the first page, then a section for each question.

Sections with calculations of their own stand in :mod:`municipalities`, :mod:`people`, :mod:`assumptions` and
:mod:`trust`.
"""

from __future__ import annotations

import math
import os
from typing import NamedTuple

import pandas as pd

from reforms.accounts.balance import not_found
from reforms.fidelity import FIDELITY
from reforms.report import (
    assumptions,
    figures,
    flows,
    front,
    municipalities,
    people,
    sentences,
    survival,
    tables,
    trust,
)
from reforms.report.document import (
    Answer,
    Block,
    Document,
    Mark,
    Panel,
    Section,
    appendix_part,
    heading,
    main_part,
    note,
    numbered,
    panels,
    shortened,
    tabled,
    without_gaps,
)
from reforms.report.figures import Bar
from reforms.report.findings import finding, largest
from reforms.report.numbers import KINDS, Kind
from reforms.report.results import BLOCKS, Scenario
from reforms.report.style import Brush
from reforms.report.tables import Series
from reforms.report.trust import Evidence, Shown
from sim.parameters import load_parameters
from sim.parameters.baselines import law_of
from sim.runs.reading import made_otherwise
from sim.vocabulary import TASKS

#: Benefits with a smaller share of all recipients are left to the tables: chance would fill the picture.
SMALLEST_SHARE = 0.015


class Report(NamedTuple):
    """What a report is written as: the report itself, and its appendix (none for the short edition)."""

    main: Document
    appendix: Document | None


def compose(brush: Brush, evidence: Evidence, *, audience: str, command: str) -> Report:
    """Return the whole report.

    Parameters
    ----------
    evidence
        What the caller brings: fit, validation, sensitivity.
    audience
        "full", or "brief": two pages.
    command
        The command that writes this report, as it is shown.
    """
    t, results = brush.t, brush.results
    weights = assumptions.ranked(results, load_parameters())
    every = _sections(brush, evidence, weights, command)
    part = shortened if audience == "brief" else main_part
    kept = [short for section in every if (short := part(section)) is not None]
    manifest, lang = results.manifest, brush.numbers.lang
    title = results.main.title(lang)
    said = tuple(evidence.sensitivity.sentences(lang)) if evidence.sensitivity else ()
    document = Document(
        lang=lang,
        title=t("page.title", title=title),
        description=t("page.description", first=results.years[0], last=results.last_year),
        kicker=t("page.kicker"),
        running=t("page.running", title=title),
        made=t(
            "page.made",
            start=manifest.get("from", "?"),
            end=manifest.get("to", "?"),
            baseline=law_of(manifest)[1][brush.numbers.lang],
            municipalities=results.municipal.index.get_level_values("municipality").nunique(),
            version=manifest.get("version", "?"),
        )
        + _made_otherwise(brush),
        answer=answer(brush, weights, said),
        marks=marks(brush),
        sections=tuple(kept),
        full=audience == "full",
    )
    appendix = None
    if audience == "full":
        rest = tuple(found for section in every if (found := appendix_part(section)) is not None)
        named = t("page.appendix_title", title=title)
        appendix = document._replace(title=named, running=named, answer=None, sections=rest)
        appendix = numbered(
            appendix, f"{t('page.figure')}\N{NO-BREAK SPACE}A", f"{t('page.table')}\N{NO-BREAK SPACE}A"
        )
    return Report(numbered(document, t("page.figure"), t("page.table")), appendix)


def _made_otherwise(brush: Brush) -> str:
    """Return that results are of another Jobvej than this one, to stand behind what they are."""
    other = made_otherwise(brush.results.directory)
    if not other:
        return ""
    return " · " + brush.t("page.otherwise", what=", ".join(brush.t(f"otherwise.{name}") for name in other))


def _sections(brush: Brush, evidence: Evidence, weights: pd.Series, command: str) -> list[Section]:
    """Return all sections: a municipality's edition has those about it, without what is the country's."""
    place = brush.results.place
    frontier = None if place else _frontier(brush)
    sensitivity = None if place else evidence.sensitivity
    found = [
        municipalities.beside(brush, place) if place else None,
        durations(brush),
        stocks(brush),
        displacement(brush),
        costs(brush),
        time(brush),
        None if place else municipalities.countrywide(brush),
        people.persons(brush),
        None if place else people.lived(brush),
        trust.analysis("frontier", frontier, brush) if frontier else None,
        trust.analysis("sensitivity", sensitivity, brush) if sensitivity else None,
        None if place else assumptions.assumed(brush, weights),
        trust.trusted(brush, evidence),
        None if place else assumptions.sources(brush),
        trust.repeated(brush, command),
    ]
    return [_with_measures(section, brush) for section in found if section is not None]


def _with_measures(section: Section, brush: Brush) -> Section:
    """Return a section with the tables that measures ask for in its appendix."""
    asked = tables.of_measures(section.key, brush)
    if not asked:
        return section
    return section._replace(blocks=without_gaps([*section.blocks, tabled(*asked, appendix=True)]))


def _frontier(brush: Brush) -> Shown | None:
    """Return the frontier of the results folder, None if there is none."""
    folder = brush.results.directory / "frontier"
    if not os.path.isdir(folder):
        return None
    from reforms.frontier import read  # its libraries are wanted only where there is a frontier

    return read(folder)


def _forest(measure: str, group: str, kind: Kind, key: str, title: str, found: str, brush: Brush) -> Panel:
    """Return the picture of all reforms' differences in the last year, one below the other."""
    results = brush.results
    rows = [
        Bar(
            tables.named(scenario, brush),
            results.effect(measure, group, scenario),
            brush.look(scenario).colour,
            brush.look(scenario).marker,
        )
        for scenario in results.scenarios
    ]
    sub = f"{title}. {brush.t('answer.key_sub', year=results.last_year)}"
    return Panel(found, sub, figures.forest(rows, kind, key, title, brush), marks=False)


def marks(brush: Brush) -> tuple[Mark, ...]:
    """Return each reform's mark, colour, title, summary, and how true it is to its document."""
    lang = brush.numbers.lang
    return tuple(
        Mark(brush.look(s).mark, brush.look(s).colour, s.title(lang), s.summaries[lang], _standing(s, brush))
        for s in brush.results.scenarios
    )


def _standing(scenario: Scenario, brush: Brush) -> str:
    """Return how true a reform is to its document, what it leaves out, and since when it is law."""
    t, lang = brush.t, brush.numbers.lang
    said = []
    if scenario.fidelity:
        said.append(t("page.fidelity", grade=FIDELITY[scenario.fidelity][lang == "da"]))
    if scenario.already_law:
        said.append(t("page.already_law", date=brush.numbers.day(scenario.already_law)))
    if left := scenario.left_out.get(lang):
        said.append(t("page.left_out", what=" ".join(left)))
    return " ".join(said)


def answer(brush: Brush, weights: pd.Series, sensitivity: tuple[str, ...]) -> Answer:
    """Return the first page.

    Parameters
    ----------
    weights
        Drawn numbers by their weight on the effect, strongest first; empty without enough draws.
    sensitivity
        What an analysis of sensitivity says, in the report's language; empty if none was run.
    """
    t, results = brush.t, brush.results
    stairs, title = t("costs.stairs"), t("answer.key_duration")
    weeks, money = KINDS["weeks"], KINDS["m_kr"]
    duration = results.effect("mean_duration", "temporary_support")
    pictures = (
        Panel(
            finding("cost", results.effect("net_paid", "public"), money, brush),
            t("costs.stairs_sub", title=tables.named(results.main, brush), year=results.last_year),
            figures.staircase("stairs", stairs, brush),
            marks=False,
        ),
        _forest("mean_duration", "temporary_support", weeks, "key-duration", title,
                finding("duration", duration, weeks, brush), brush),
    )  # fmt: skip
    said = (
        sentences.payers_sentence(brush),
        sentences.parts_sentence(brush),
        sentences.exits_sentence(brush),
    )
    decides = sensitivity or (sentences.deciding_sentences(weights, brush) if len(weights) else ())
    return Answer(
        front.title(brush),
        sentences.question(brush),
        front.facts(brush),
        said,
        pictures,
        front.chain(brush),
        sentences.sure_sentences(brush),
        decides,
    )


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
    for group in tables.SURVIVAL:
        found = survival.curves(spells, group, week)
        if "baseline" not in found or len(found) < 2:
            continue
        benefit = t.group(group)
        titles = [t(f"durations.{name}", benefit=benefit) for name in ("survival_of", "gap_of")]
        said = survival.findings(found, benefit, brush)
        curve = survival.draw(found, f"surv-{group}", titles[0], brush)
        gap = survival.draw_gaps(found, f"gap-{group}", titles[1], brush)
        out += [
            Panel(said[0], f"{titles[0]}. {t('durations.survival_sub')}", curve),
            Panel(said[1], f"{titles[1]}. {t('durations.gap_sub')}", gap),
        ]
    return out


def durations(brush: Brush) -> Section:
    """Durations by benefit and year; survival curves, medians and shares of long spells in the appendix."""
    t, results, weeks = brush.t, brush.results, KINDS["weeks"]
    main, year = results.main, results.last_year
    duration = results.effect("mean_duration", "temporary_support")
    title = t("durations.picture")
    mean = tables.series_of(brush, "mean_duration", tables.WITH_TOTAL)
    median = tables.series_of(brush, "median_duration", tables.WITH_TOTAL)
    line = Panel(
        finding("duration_years", duration, weeks, brush),
        f"{title}. {t('durations.picture_sub', main=tables.named(main, brush))}",
        figures.by_year("mean_duration", "temporary_support", weeks, "duration-years", title, brush),
    )
    by_benefit_title = t("durations.by_benefit")
    ladder = _ladder("mean_duration", brush)
    by_benefit = Panel(
        largest("by_benefit", ladder, weeks, brush),
        t("durations.by_benefit_sub", title=tables.named(main, brush), year=year),
        figures.ladder(ladder, weeks, "by-benefit", by_benefit_title, brush),
        marks=False,
    )
    week = first_week(brush)
    curves = _survival_panels(week, brush)
    blocks = [
        panels(line, *([by_benefit] if ladder else []), brief=True),
        tabled(tables.by_scenario("duration-all", t("durations.all"), mean, weeks, brush)),
        tabled(
            tables.last_year("duration-mean", t("durations.last_year"), mean, weeks, main, brush),
            tables.last_year("duration-median", t("durations.median"), median, weeks, main, brush),
            tables.duration_shares(main, brush),
            *tables.all_scenarios("duration-years", t("durations.by_year"), mean, weeks, brush),
            appendix=True,
        ),
        heading(t("durations.survival"), appendix=True),
        note(t("durations.survival_note", week=week) if curves else t("durations.no_spells"), appendix=True),
        panels(*curves, appendix=True),
    ]
    leads = (sentences.duration_sentence(brush),)
    return Section("durations", t("durations.nav"), t("durations.heading"), leads, without_gaps(blocks))


def _ladder(measure: str, brush: Brush) -> list[Bar]:
    """Return the main reform's differences in the last year, a row per benefit that is not small."""
    results = brush.results
    look = brush.look(results.main)
    rows = []
    total = results.effect("stock", "temporary_support").baseline
    for series in tables.series_of(brush, measure, tables.WITH_TOTAL):
        cell = results.effect(measure, series.group)
        stock = results.effect("stock", series.group).baseline
        if not math.isnan(cell.difference) and not stock < SMALLEST_SHARE * total:
            rows.append(Bar(series.label, cell, look.colour, look.marker))
    return rows


def _rate_series(brush: Brush) -> tuple[Series, ...]:
    groups = brush.results.here.groups("unemployment_rate")
    return tuple(Series(brush.t("stocks.rate"), "unemployment_rate", group) for group in groups[:1])


def stocks(brush: Brush) -> Section:
    """Recipients by benefit and year, unemployment, and the moves between states."""
    t, results, persons = brush.t, brush.results, KINDS["persons"]
    total = results.effect("stock", "temporary_support")
    title, rate_title = t("stocks.picture"), t("stocks.rate")
    drawn = figures.by_year("stock", "temporary_support", persons, "stock-years", title, brush)
    shown = [Panel(finding("stock", total, persons, brush), f"{title}. {t('stocks.picture_sub')}", drawn)]
    leads = [sentences.change_sentence("subject.recipients", total, persons, brush)]
    for row in _rate_series(brush):
        rate = results.effect(row.measure, row.group)
        leads.append(sentences.change_sentence("subject.unemployment", rate, KINDS["rate"], brush))
        drawn = figures.levels(row.measure, row.group, KINDS["rate"], "rate-years", rate_title, brush)
        said = finding("rate", rate, KINDS["rate"], brush)
        shown.append(Panel(said, f"{rate_title}. {t('stocks.rate_sub')}", drawn))
    rows = tables.series_of(brush, "stock", tables.STOCKS)
    every = tables.all_scenarios("stocks", t("stocks.table"), rows, persons, brush)
    rates = tables.all_scenarios("rates", t("stocks.rate_table"), _rate_series(brush), KINDS["rate"], brush)
    blocks = [
        panels(*shown),
        tabled(tables.by_scenario("stocks-all", t("stocks.all"), rows, persons, brush)),
        *_flow_blocks(brush),
        tabled(*every, *rates, appendix=True),
    ]
    return Section("stocks", t("stocks.nav"), t("stocks.heading"), tuple(leads), without_gaps(blocks))


def _flow_blocks(brush: Brush) -> list[Block]:
    """Return the diagram of stocks and flows and its table; nothing where moves were not counted."""
    t, results = brush.t, brush.results
    found = flows.moves(brush)
    if not found:
        return []
    title, main = t("flow.picture"), results.main
    rows = [
        Series(
            f"{t.named('flow.block', m.origin)} → {t.named('flow.block', m.target)}",
            "block_flow",
            f"{m.origin}>{m.target}",
        )
        for m in found
    ]
    bars = [Bar(row.label, move.estimate) for row, move in zip(rows, found, strict=True)]
    diagram = Panel(
        largest("flow", bars, KINDS["persons"], brush),
        f"{title}. {t('flow.picture_sub', title=tables.named(main, brush), year=results.last_year)}",
        flows.flow_diagram(found, "flows", title, brush),
        marks=False,
        wide=True,
    )
    table = tables.last_year("flows", t("flow.table"), rows, KINDS["persons"], main, brush)
    members = "; ".join(
        t("flow.member", block=t.named("flow.block", b), states=t.listing([t.group(s) for s in states]))
        for b, states in BLOCKS.items()
        if len(states) > 1
    )
    return [panels(diagram), note(t("flow.note", members=members)), tabled(table, appendix=True)]


def displacement(brush: Brush) -> Section | None:
    """Exits to work won by some groups and lost by others: whether helping one displaces another."""
    t, results = brush.t, brush.results
    cells = [(g, results.effect("exits_to_job", g)) for g in tables.BENEFITS]
    if all(math.isnan(cell.difference) for _, cell in cells):
        return None
    total = results.effect("exits_to_job", "temporary_support")
    starts = results.effect("job_starts", "all")
    title = t("displacement.picture")
    bars, key_sub = _ladder("exits_to_job", brush), t("answer.key_sub", year=results.last_year)
    picture = Panel(
        largest("exits", bars, KINDS["persons"], brush),
        f"{title}. {tables.named(results.main, brush)}: {key_sub}",
        figures.ladder(bars, KINDS["persons"], "exits", title, brush),
        marks=False,
    )
    leads = (
        sentences.displacement_sentence([cell for _, cell in cells], brush),
        sentences.change_sentence("subject.exits", total, KINDS["persons"], brush),
        sentences.change_sentence("subject.job_starts", starts, KINDS["persons"], brush),
    )
    rows = [
        *tables.series_of(brush, "exits_to_job", tables.WITH_TOTAL),
        Series(t("displacement.job_starts"), "job_starts", "all"),
        Series(t("displacement.vacancies"), "vacancies", "all"),
    ]
    table = tables.by_scenario("exits", t("displacement.table"), rows, KINDS["persons"], brush)
    blocks = [panels(picture), note(t("displacement.note")), tabled(table, appendix=True)]
    return Section(
        "displacement", t("displacement.nav"), t("displacement.heading"), leads, without_gaps(blocks)
    )


def costs(brush: Brush) -> Section:
    """Net cost by payer and year, who pays, the lines of a budget; every payment is in the appendix."""
    t, results, money = brush.t, brush.results, KINDS["m_kr"]
    main = results.main
    title = t("costs.picture")
    payers = [Bar(t.group(p), results.effect("net_paid", p)) for p in ("state", "municipality", "a_kasse")]
    by_year = Panel(
        largest("payers", payers, money, brush),
        t("costs.picture_sub", title=tables.named(main, brush)),
        figures.payers_by_year("payers", title, brush),
        marks=False,
    )
    total = _forest("net_paid", "public", money, "key-cost", t("answer.key_cost"),
                    finding("cost", results.effect("net_paid", "public"), money, brush), brush)  # fmt: skip
    by_payer = [
        _forest(
            "net_paid",
            payer,
            money,
            f"payer-{payer}",
            t("costs.payer_of", payer=t(f"answer.the.{payer}")),
            finding("payer", results.effect("net_paid", payer), money, brush, payer=t(f"answer.the.{payer}")),
            brush,
        )
        for payer in ("state", "municipality", "a_kasse")
    ]
    series = tables.series_of(brush, "net_paid", tables.PAYERS)
    ordered = [main, *(s for s in results.scenarios if s != main)]
    years = [
        tables.changes_by_year(
            f"payers-{s.position}", f"{t('costs.table')}: {tables.named(s, brush)}", series, money, s, brush
        )
        for s in ordered
    ]
    parties = tables.series_of(brush, "booked", tables.PARTIES_ALL)
    gross = tables.series_of(brush, "gross_benefits", results.here.groups("gross_benefits"))
    blocks = [
        panels(by_year, total, brief=results.place is None),
        tabled(tables.who_pays(brush), tables.staircase(brush)),
        tabled(tables.books(brush)),
        note(t("costs.books.note")),
        tabled(tables.saved(brush)),
        note(t("saved.note")),
        tabled(None if results.place else tables.conventions(brush)),
        *([] if results.place else [note(f"{t('costs.counted.note')} {not_found(brush.numbers.lang)}")]),
        panels(*by_payer, appendix=True),
        tabled(
            tables.fiscal(brush),
            tables.money_moves(brush),
            tables.changes("parties", t("costs.parties"), parties, main, brush),
            appendix=True,
        ),
        note(t("costs.parties_note"), appendix=True),
        tabled(*years, appendix=True),
        tabled(None if results.place else tables.point(brush), appendix=True),
        *([] if results.place else [note(t("costs.point.note"), appendix=True)]),
        tabled(*tables.all_scenarios("benefits", t("costs.benefits"), gross, money, brush), appendix=True),
    ]
    leads = (sentences.cost_sentence(brush), t("costs.reading"))
    return Section("costs", t("costs.nav"), t("costs.heading"), leads, without_gaps(blocks))


def _hours_panels(hours: Kind, brush: Brush) -> tuple[Panel, Panel]:
    """Return the hours by task with and without the reform, and their difference."""
    t, results = brush.t, brush.results
    look = brush.look(results.main)
    cells = [(task, results.effect("hours", task)) for task in TASKS]
    known = sorted((c for c in cells if not math.isnan(c[1].baseline)), key=lambda c: -c[1].baseline)
    rows = [Bar(t.group(task), cell, look.colour, look.marker) for task, cell in known]
    titles = t("time.picture"), t("time.difference")
    said = t("finding.hours", task=rows[0].label) if rows else titles[0]
    return (
        Panel(
            said,
            f"{titles[0]}. {t('time.picture_sub', year=results.last_year)}",
            figures.dumbbell("hours", TASKS, hours, "hours", titles[0], brush),
            marks=False,
        ),
        Panel(
            largest("hours_gap", rows, hours, brush),
            t("time.difference_sub", title=tables.named(results.main, brush), year=results.last_year),
            figures.ladder(rows, hours, "hours-gap", titles[1], brush),
            marks=False,
        ),
    )


def time(brush: Brush) -> Section:
    """Caseworkers' hours by task; what measures show of jobcentres follows."""
    t, hours = brush.t, KINDS["thousand_hours"]
    pictures = _hours_panels(hours, brush) if brush.results.here.groups("hours") else ()
    table = tables.by_scenario(
        "hours", t("time.hours"), tables.series_of(brush, "hours", TASKS), hours, brush
    )
    blocks = [panels(*pictures), tabled(table)]
    leads = sentences.time_sentences(brush)
    return Section("time", t("time.nav"), t("time.heading"), leads, without_gaps(blocks))
