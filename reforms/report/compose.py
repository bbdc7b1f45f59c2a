"""Puts a report together: first page and sections, for a country or a municipality, in full or in brief."""

from __future__ import annotations

import pandas as pd

from reforms.report import (
    assumptions,
    front,
    sections,
    sections_money,
    sections_trust,
    sections_where,
    tables,
)
from reforms.report.document import Document, Section, numbered, shortened, tabled, without_gaps
from reforms.report.figures import Brush
from reforms.report.sections_trust import Evidence, Shown
from sim.parameters import load_parameters


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
            municipalities=results.municipal.index.get_level_values("municipality").nunique(),
            version=manifest.get("version", "?"),
        ),
        answer=front.answer(brush, weights, said),
        marks=front.marks(brush),
        sections=tuple(every),
        full=audience == "full",
    )
    return numbered(document, t("page.figure"), t("page.table"))


def _sections(brush: Brush, evidence: Evidence, weights: pd.Series, command: str) -> list[Section]:
    place = brush.results.place
    displaced = sections.displacement(brush)
    frontier = _frontier(brush)
    found = [
        sections_where.beside(brush, place) if place else None,
        sections.durations(brush),
        sections.stocks(brush),
        displaced,
        sections_money.costs(brush),
        sections_money.time(brush),
        sections_where.municipalities(brush),
        sections_where.persons(brush),
        sections_trust.analysis("frontier", frontier, brush) if frontier else None,
        sections_trust.analysis("sensitivity", evidence.sensitivity, brush) if evidence.sensitivity else None,
        sections_trust.assumed(brush, weights),
        sections_trust.trusted(brush, evidence),
        sections_trust.sources(brush),
        sections_trust.repeated(brush, command),
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
    """Return the frontier that was run into the results folder, None if none was."""
    folder = brush.results.directory / "frontier"
    if not folder.is_dir():
        return None
    from reforms.frontier import read  # its libraries are wanted only where there is a frontier

    return read(folder)
