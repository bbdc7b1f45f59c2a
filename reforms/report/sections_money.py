"""What stands in the sections on money and on caseworkers' time."""

from __future__ import annotations

import math

from reforms.report import figures, figures_money, tables, words
from reforms.report.document import Panel, Section, folded, note, panels, tabled, without_gaps
from reforms.report.figures import Bar, Brush
from reforms.report.front import forest
from reforms.report.numbers import KINDS, Kind
from sim.states import TASKS


def costs(brush: Brush) -> Section:
    """Net cost by payer and year, the steps from baseline to reform, and the payments that move."""
    t, results, money = brush.t, brush.results, KINDS["m_kr"]
    main, year = results.main, results.last_year
    title, stairs = t("costs.picture"), t("costs.stairs")
    first = (
        Panel(
            stairs,
            t("costs.stairs_sub", title=tables.named(main, brush), year=year),
            figures_money.staircase("stairs", stairs, brush),
            marks=False,
        ),
        Panel(
            title,
            t("costs.picture_sub", title=tables.named(main, brush)),
            figures_money.payers_by_year("payers", title, brush),
            marks=False,
        ),
    )
    sub = t("costs.payer_sub", year=year)
    by_payer = [
        forest(
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
    years = tables.all_scenarios("payers", t("costs.table"), series, money, brush)
    parties = tables.series_of(brush, "booked", tables.PARTIES_ALL)
    gross = tables.series_of(brush, "gross_benefits", results.here.groups("gross_benefits"))
    benefits = tables.all_scenarios("benefits", t("costs.benefits"), gross, money, brush)
    blocks = [
        panels(*first, brief=True),
        tabled(tables.fiscal(brush)),
        panels(*by_payer),
        tabled(
            years[0],
            tables.money_moves(brush),
            tables.last_year("parties", t("costs.parties"), parties, money, main, brush),
        ),
        note(t("costs.parties_note")),
        folded(t("page.more", title=t("costs.table")), *years[1:]),
        folded(t("page.more", title=t("costs.benefits")), *benefits),
    ]
    leads = (words.cost_sentence(brush), t("costs.reading"))
    return Section("costs", t("costs.nav"), t("costs.heading"), leads, without_gaps(blocks))


def _hours_panels(hours: Kind, brush: Brush) -> tuple[Panel, Panel]:
    """Return the hours by task in two worlds, and their difference."""
    t, results = brush.t, brush.results
    look = brush.look(results.main)
    cells = [(task, results.here.get(results.main.name, results.last_year, "hours", task)) for task in TASKS]
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
    leads = words.time_sentences(brush)
    return Section("time", t("time.nav"), t("time.heading"), leads, without_gaps(blocks))
