"""The measures: everything that is reported of a run.

A measure is one entry in one of the files of this folder, and its entry says all that anybody needs to know
of it: see :class:`~sim.outcomes.measures.measure.Measure` and ``docs/adding-a-measure.md``.
"""

from __future__ import annotations

from sim.outcomes.aggregates import AGGREGATE_LABELS, AGGREGATES
from sim.outcomes.measures import durations, jobcentres, market, money, stocks, supervision
from sim.outcomes.measures.headlines import HEADLINES, Headline
from sim.outcomes.measures.measure import Measure, ReportTable, Unit, Words
from sim.outcomes.measures.year import Year

__all__ = [
    "AGGREGATES",
    "AGGREGATE_LABELS",
    "HEADLINES",
    "MEASURES",
    "TOPICS",
    "UNITS",
    "Headline",
    "Measure",
    "ReportTable",
    "Unit",
    "Words",
    "Year",
]

#: The measures by topic, in the order of the rows of outcomes: within a topic group by group.
TOPICS: tuple[tuple[Measure, ...], ...] = (
    stocks.MEASURES,
    durations.MEASURES,
    market.MEASURES,
    jobcentres.MEASURES,
    money.MEASURES,
    supervision.MEASURES,
)
#: All measures by name.
MEASURES: dict[str, Measure] = {measure.name: measure for topic in TOPICS for measure in topic}
#: All their units by name.
UNITS: dict[str, Unit] = {measure.unit.name: measure.unit for measure in MEASURES.values()}
assert len(MEASURES) == sum(map(len, TOPICS)), "two measures share a name"
