"""The first page: the question, the answer, the picture of it, who pays, how sure, what decides it."""

from __future__ import annotations

import pandas as pd

from reforms.report import figures, tables, words
from reforms.report.document import Answer, Mark, Panel
from reforms.report.figures import Bar, Brush
from reforms.report.numbers import KINDS, Kind


def bars(measure: str, group: str, brush: Brush) -> list[Bar]:
    """Return a row per reform with its difference in the last year."""
    results = brush.results
    return [
        Bar(
            tables.named(scenario, brush),
            results.here.get(scenario.name, results.last_year, measure, group),
            brush.look(scenario).colour,
            brush.look(scenario).marker,
        )
        for scenario in results.scenarios
    ]


def forest(measure: str, group: str, kind: Kind, key: str, title: str, sub: str, brush: Brush) -> Panel:
    """Return the picture of all reforms' differences, one below the other."""
    return Panel(
        title, sub, figures.forest(bars(measure, group, brush), kind, key, title, brush), marks=False
    )


def marks(brush: Brush) -> tuple[Mark, ...]:
    """Return each reform's mark, colour, title and summary."""
    lang = brush.numbers.lang
    return tuple(
        Mark(brush.look(s).mark, brush.look(s).colour, s.title(lang), s.summaries[lang])
        for s in brush.results.scenarios
    )


def answer(brush: Brush, weights: pd.Series, sensitivity: tuple[str, ...]) -> Answer:
    """Build the first page.

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
    pictures = (
        forest("mean_duration", "temporary_support", weeks, "key-duration", title, sub, brush),
        forest("net_paid", "public", money, "key-cost", cost_title, sub, brush),
    )
    sentences = (words.duration_sentence(brush), words.cost_sentence(brush), words.parts_sentence(brush))
    sure = (*words.certainty_sentences(brush), words.sum_sentence(brush))
    return Answer(
        words.question(brush),
        sentences,
        pictures,
        tables.who_pays(brush),
        tuple(s for s in sure if s),
        sensitivity[:2] or words.deciding_sentences(weights, brush),
    )
