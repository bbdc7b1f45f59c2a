"""What a picture finds, as its title: direction and size, or that no change is clear."""

from __future__ import annotations

from collections.abc import Sequence

from reforms.report.estimates import FALLS, RISES, Estimate
from reforms.report.figures import Bar
from reforms.report.numbers import Kind
from reforms.report.style import Brush

#: Verdicts from the surest on: a picture's title names the largest change of the surest kind that it has.
_SURE = (("up", "down"), ("likely_up", "likely_down"), ("up_single", "down_single"))


def way(estimate: Estimate) -> str:
    """Return whether a difference is told or likely to go up or down; open if neither."""
    return "up" if estimate.verdict in RISES else "down" if estimate.verdict in FALLS else "open"


def likely(estimate: Estimate, brush: Brush) -> str:
    """Return the word before a change that is likely, or that one pair of runs alone shows; with a space."""
    if estimate.verdict.startswith("likely"):
        return f"{brush.t('word.likely')} "
    return f"{brush.t('word.simulated')} " if estimate.verdict.endswith("_single") else ""


def finding(key: str, estimate: Estimate, kind: Kind, brush: Brush, **values: str) -> str:
    """Return the title of a picture of one quantity: the text of ``finding.key`` for the way it goes."""
    if estimate.verdict == "missing":
        return brush.t("finding.missing")
    return capital(
        brush.t(
            f"finding.{key}.{way(estimate)}",
            likely=likely(estimate, brush),
            size=brush.numbers.size(estimate.shown, kind),
            unit=brush.t(kind.difference_unit),
            year=brush.results.last_year,
            **values,
        )
    )


def largest(key: str, rows: Sequence[Bar], kind: Kind, brush: Brush, *, one_pair: bool = False) -> str:
    """Return the title of a picture of many rows: its largest change of the surest kind that there is.

    What has no interval counts only where nothing has one: in runs without draws, or with ``one_pair``.
    """
    for sure in _SURE if one_pair or not brush.results.with_intervals else _SURE[:2]:
        told = [row for row in rows if row.estimate.verdict in sure]
        if told:
            most = max(told, key=lambda row: abs(row.estimate.shown))
            return capital(
                brush.t(
                    f"finding.{key}.told",
                    likely=likely(most.estimate, brush),
                    label=f"{most.label[:1].lower()}{most.label[1:]}",
                    difference=brush.numbers.change(most.estimate.shown, kind),
                    unit=brush.t(kind.difference_unit),
                    year=brush.results.last_year,
                )
            )
    return brush.t(f"finding.{key}.open")


def capital(words: str) -> str:
    """Return words with a capital first letter."""
    return f"{words[:1].upper()}{words[1:]}"
