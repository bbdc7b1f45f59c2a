"""What the report says and in which order: the first page, then a section for each question.

Sections with calculations of their own stand in :mod:`municipalities`, :mod:`people`, :mod:`assumptions` and
:mod:`trust`.
"""

from __future__ import annotations

import math
import os

import pandas as pd

from reforms.accounts.balance import not_found
from reforms.fidelity import FIDELITY
from reforms.report import (
    assumptions,
    figures,
    flows,
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
    folded,
    heading,
    note,
    numbered,
    panels,
    shortened,
    tabled,
    without_gaps,
)
from reforms.report.figures import Bar
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


def compose(brush: Brush, evidence: Evidence, *, audience: str, command: str) -> Document:
    """Return the whole report.

    Parameters
    ----------
    evidence
        What the caller brings: fit, validation, sensitivity.
    audience
        "full", or "brief": the first page and what a meeting needs.
    command
        The command that writes this report, as it is shown.
    """
    t, results = brush.t, brush.results
    weights = assumptions.ranked(results, load_parameters())
    every = _sections(brush, evidence, weights, command)
    if audience == "brief":
        every = [short for section in every if (short := shortened(section)) is not None]
    manifest = results.manifest
    lang = brush.numbers.lang
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
        sections=tuple(every),
        full=audience == "full",
    )
    return numbered(document, t("page.figure"), t("page.table"))


def _made_otherwise(brush: Brush) -> str:
    """Return that results are of another Jobvej than this one, to stand behind what they are."""
    other = made_otherwise(brush.results.directory)
    if not other:
        return ""
    return " · " + brush.t("page.otherwise", what=", ".join(brush.t(f"otherwise.{name}") for name in other))


def _sections(brush: Brush, evidence: Evidence, weights: pd.Series, command: str) -> list[Section]:
    place = brush.results.place
    displaced = displacement(brush)
    frontier = _frontier(brush)
    found = [
        municipalities.beside(brush, place) if place else None,
        durations(brush),
        stocks(brush),
        displaced,
        costs(brush),
        time(brush),
        municipalities.countrywide(brush),
        people.persons(brush),
        people.lived(brush) if not place else None,
        trust.analysis("frontier", frontier, brush) if frontier else None,
        trust.analysis("sensitivity", evidence.sensitivity, brush) if evidence.sensitivity else None,
        assumptions.assumed(brush, weights),
        trust.trusted(brush, evidence),
        assumptions.sources(brush),
        levels(brush),
        trust.repeated(brush, command),
    ]
    return [_with_measures(section, brush) for section in found if section is not None]


def _with_measures(section: Section, brush: Brush) -> Section:
    """Return a section with the tables that measures ask for at its end."""
    asked = tables.of_measures(section.key, brush)
    if not asked:
        return section
    blocks = list(section.blocks)
    own = blocks.pop().tables if blocks and blocks[-1].kind == "tables" else ()
    return section._replace(blocks=without_gaps([*blocks, tabled(*own, *asked)]))


def _frontier(brush: Brush) -> Shown | None:
    """Return the frontier of the results folder, None if there is none."""
    folder = brush.results.directory / "frontier"
    if not os.path.isdir(folder):
        return None
    from reforms.frontier import read  # its libraries are wanted only where there is a frontier

    return read(folder)


def _forest(measure: str, group: str, kind: Kind, key: str, title: str, sub: str, brush: Brush) -> Panel:
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
    return Panel(title, sub, figures.forest(rows, kind, key, title, brush), marks=False)


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
        said.append(t("page.already_law", date=scenario.already_law))
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
    t = brush.t
    sub = t("answer.key_sub", year=brush.results.last_year)
    weeks, money = KINDS["weeks"], KINDS["m_kr"]
    title, cost_title = t("answer.key_duration"), t("answer.key_cost")
    support = t("answer.key_self_support")
    pictures = (
        _forest("self_support_weeks", "all", KINDS["person_weeks"], "key-support", support, sub, brush),
        _forest("mean_duration", "temporary_support", weeks, "key-duration", title, sub, brush),
        _forest("net_paid", "public", money, "key-cost", cost_title, sub, brush),
    )
    said = (
        sentences.self_support_sentence(brush),
        sentences.duration_sentence(brush),
        sentences.exits_sentence(brush),
        sentences.cost_sentence(brush),
        sentences.parts_sentence(brush),
    )
    sure = (*sentences.certainty_sentences(brush), sentences.sum_sentence(brush))
    return Answer(
        sentences.question(brush),
        said,
        pictures,
        tables.who_pays(brush),
        tuple(s for s in sure if s),
        sensitivity or sentences.deciding_sentences(weights, brush),
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
        curve = survival.draw(found, f"surv-{group}", titles[0], brush)
        gap = survival.draw_gaps(found, f"gap-{group}", titles[1], brush)
        out += [
            Panel(titles[0], t("durations.survival_sub"), curve),
            Panel(titles[1], t("durations.gap_sub"), gap),
        ]
    return out


def durations(brush: Brush) -> Section:
    """Durations by benefit and year, shares of long spells, survival curves."""
    t, results, weeks = brush.t, brush.results, KINDS["weeks"]
    main, year = results.main, results.last_year
    long_spells = results.effect("share_over_52_weeks", "temporary_support")
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
    lead = sentences.change_sentence("subject.long_spells", long_spells, KINDS["share"], brush)
    leads = () if math.isnan(long_spells.baseline) else (lead,)
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
    svg = figures.by_year("stock", "temporary_support", persons, "stock-years", title, brush)
    shown = [Panel(title, t("stocks.picture_sub"), svg)]
    leads = [sentences.change_sentence("subject.recipients", total, persons, brush)]
    for row in _rate_series(brush):
        rate = results.effect(row.measure, row.group)
        leads.append(sentences.change_sentence("subject.unemployment", rate, KINDS["rate"], brush))
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
    found = flows.moves(brush)
    if not found:
        return []
    title = t("flow.picture")
    diagram = Panel(
        title,
        t("flow.picture_sub", title=tables.named(results.main, brush), year=results.last_year),
        flows.flow_diagram(found, "flows", title, brush),
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
    cells = [(g, results.effect("exits_to_job", g)) for g in tables.BENEFITS]
    if all(math.isnan(cell.difference) for _, cell in cells):
        return None
    total = results.effect("exits_to_job", "temporary_support")
    starts = results.effect("job_starts", "all")
    title = t("displacement.picture")
    picture = Panel(
        title,
        t("answer.key_sub_of", title=tables.named(results.main, brush), year=results.last_year),
        figures.ladder(_ladder("exits_to_job", brush), KINDS["persons"], "exits", title, brush),
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
    blocks = [panels(picture), tabled(table), note(t("displacement.note"))]
    return Section(
        "displacement", t("displacement.nav"), t("displacement.heading"), leads, without_gaps(blocks)
    )


def costs(brush: Brush) -> Section:
    """Net cost by payer and year, the steps from baseline to reform, and the payments that move."""
    t, results, money = brush.t, brush.results, KINDS["m_kr"]
    main, year = results.main, results.last_year
    title, stairs = t("costs.picture"), t("costs.stairs")
    first = (
        Panel(
            stairs,
            t("costs.stairs_sub", title=tables.named(main, brush), year=year),
            figures.staircase("stairs", stairs, brush),
            marks=False,
        ),
        Panel(
            title,
            t("costs.picture_sub", title=tables.named(main, brush)),
            figures.payers_by_year("payers", title, brush),
            marks=False,
        ),
    )
    sub = t("costs.payer_sub", year=year)
    by_payer = [
        _forest(
            "net_paid",
            payer,
            money,
            f"payer-{payer}",
            t("costs.payer_of", payer=t(f"answer.the.{payer}")),
            sub,
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
    blocks = [
        panels(*first, brief=True),
        tabled(tables.staircase(brush), brief=True),
        tabled(tables.books(brush), tables.fiscal(brush)),
        note(t("costs.books.note")),
        tabled(tables.saved(brush)),
        note(t("saved.note")),
        tabled(None if results.place else tables.conventions(brush)),
        note(f"{t('costs.counted.note')} {not_found(brush.numbers.lang)}"),
        panels(*by_payer),
        tabled(
            years[0],
            tables.money_moves(brush),
            tables.changes("parties", t("costs.parties"), parties, main, brush),
        ),
        note(t("costs.parties_note")),
        tabled(tables.point(brush)),
        note(t("costs.point.note")),
        folded(t("page.more", title=t("costs.table")), *years[1:]),
    ]
    leads = (sentences.cost_sentence(brush), t("costs.reading"))
    return Section("costs", t("costs.nav"), t("costs.heading"), leads, without_gaps(blocks))


def levels(brush: Brush) -> Section | None:
    """The appendix: what is paid with and without each reform, of which the differences are parts."""
    t, results, money = brush.t, brush.results, KINDS["m_kr"]
    series = tables.series_of(brush, "net_paid", tables.PAYERS)
    paid = tables.all_scenarios("levels", t("levels.table"), series, money, brush)
    gross = tables.series_of(brush, "gross_benefits", results.here.groups("gross_benefits"))
    benefits = tables.all_scenarios("benefits", t("costs.benefits"), gross, money, brush)
    blocks = [
        folded(t("page.more", title=t("levels.table")), *paid),
        folded(t("page.more", title=t("costs.benefits")), *benefits),
    ]
    kept = without_gaps(blocks)
    if not kept:
        return None
    return Section("levels", t("levels.nav"), t("levels.heading"), (t("levels.lead"),), kept)


def _hours_panels(hours: Kind, brush: Brush) -> tuple[Panel, Panel]:
    """Return the hours by task with and without the reform, and their difference."""
    t, results = brush.t, brush.results
    look = brush.look(results.main)
    cells = [(task, results.effect("hours", task)) for task in TASKS]
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
    """Caseworkers' hours by task; what measures show of jobcentres follows."""
    t, hours = brush.t, KINDS["thousand_hours"]
    pictures = _hours_panels(hours, brush)
    table = tables.by_scenario(
        "hours", t("time.hours"), tables.series_of(brush, "hours", TASKS), hours, brush
    )
    blocks = [panels(*pictures), tabled(table)]
    leads = sentences.time_sentences(brush)
    return Section("time", t("time.nav"), t("time.heading"), leads, without_gaps(blocks))
