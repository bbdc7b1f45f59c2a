"""The tables: rows of cells that carry both the number and how it is written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from reforms.report.estimates import Estimate
from reforms.report.figures import Brush
from reforms.report.numbers import KINDS, MISSING, Kind
from reforms.report.results import Scenario


class Cell(NamedTuple):
    """A cell: what is written, the number behind it, how it is set, small print below, a foreign language.

    `style` is told or unclear (whether a difference can be told from zero), interval, word (running text),
    heading, first or repeat (rows that share a label).
    """

    text: str
    value: float | None = None
    style: str = ""
    below: str = ""
    foreign: bool = False


class Table(NamedTuple):
    """A table: caption, unit, column heads (with heads over groups of columns), rows led by their label."""

    key: str
    caption: str
    unit: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    spans: tuple[tuple[str, int], ...] = ()
    note: str = ""

    @property
