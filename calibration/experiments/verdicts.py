"""How a published effect and the model's are held against each other, so that few runs never help.

    sign    told where the model's 95 % interval leaves zero out; then right or wrong, else not told
    score   how likely a value at least as far from the model's median is, with both uncertainties:
            2 (1 - F(|published - median| / sqrt(model's variance + published variance)))
    size    right where the score is at least 5 %, or within a factor of two; wrong otherwise; not told while
            the simulation's own error is larger than wanted

The error that is wanted is set by what was published, before anything is run: half its standard error, or a
quarter of its size where no interval was published.  :func:`draws_needed` says how many draws give it.
Grades of design stand in ``calibration/trial_quality.csv`` (``trial_quality_2.csv`` for the second list of
evidence): A randomised, B quasi-experiment, C the rest.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from scipy.stats import norm

from calibration.experiments.schema import PublishedEntry
from sim.stats.interval import Told
from sim.stats.quantiles import HALF_OF_95

_CALIBRATION = Path(__file__).resolve().parents[1]
GRADES_FILES = (_CALIBRATION / "trial_quality.csv", _CALIBRATION / "trial_quality_2.csv")
#: The simulation's error that is wanted: this share of the published standard error, or of the size.
OF_ERROR, OF_SIZE = 0.5, 0.25
#: A score below which the published value does not fit the model's distribution.
LEAST_SCORE = 0.05

Outcome = Literal["right", "wrong", "not told", "not measured"]


class Judged(NamedTuple):
    """A verdict: sign and size right, wrong or not told (None), the score, all of it in one and in words."""

    sign_right: bool | None
    size_right: bool | None
    score: float
    outcome: Outcome
    words: str


def published_error(published: PublishedEntry) -> float:
    """Return the standard error behind a published 95 % interval; not a number without both ends."""
    if published.low is None or published.high is None:
        return math.nan
    return (published.high - published.low) / 2.0 / HALF_OF_95


def wanted_error(published: PublishedEntry) -> float:
    """Return how large the simulation's own error may be; infinite where only a sign was published."""
    error = published_error(published)
    if error > 0:
        return OF_ERROR * error
    if published.negligible:
        return OF_SIZE * published.negligible
    return OF_SIZE * abs(published.value) if published.value else math.inf


def draws_needed(found: Told, published: PublishedEntry) -> int:
    """Return how many draws make the simulation's error as small as is wanted; those there are if it is."""
    wanted = wanted_error(published)
    if not found.known or found.error <= wanted:
        return found.draws
    return math.ceil(found.draws * (found.error / wanted) ** 2)


def score_of(found: Told, published: PublishedEntry) -> float:
    """Return how likely a value at least as far from the model's median as the published one is."""
    if published.value is None or not found.known:
        return math.nan
    error = published_error(published)
    spread = math.hypot(found.spread, 0.0 if math.isnan(error) else error)
    return float(2.0 * norm.sf(abs(published.value - found.median) / spread))


def judge(found: Told, published: PublishedEntry) -> Judged:
    """Return the verdict on what the model finds."""
    if math.isnan(found.median):
        return Judged(None, None, math.nan, "not measured", "not measured")
    if not found.known:
        return Judged(None, None, math.nan, "not told", "not told: one draw has no interval")
    if published.sign == "zero":
        return _zero(found, published)
    right = found.told and (found.median > 0) == (published.sign == "positive")
    sign = right if found.told else None
    score = score_of(found, published)
    size = _size(found, published, score)
    if sign is False:
        return Judged(False, None if published.value is None else False, score, "wrong", "sign wrong")
    if size is False:
        told = "sign right" if sign else "sign not told"
        return Judged(sign, False, score, "wrong", f"{told}, size off by more than a factor of two")
    if sign is None:
        return Judged(None, size, score, "not told", "sign not told: the model's interval includes zero")
    if published.value is None:
        return Judged(True, None, score, "right", "sign right")
    words = "sign and size right" if size else "sign right, size not told: too few runs"
    return Judged(True, size, score, "right", words)


def _size(found: Told, published: PublishedEntry, score: float) -> bool | None:
    if published.value is None:
        return None
    near = found.median / published.value if published.value else math.inf
    if score < LEAST_SCORE and not 0.5 <= near <= 2.0:
        return False
    return True if found.error <= wanted_error(published) else None


def _zero(found: Told, published: PublishedEntry) -> Judged:
    """Judge what was published as no effect: right only where the model's interval is small enough."""
    least = published.negligible
    if least is None:
        error = published_error(published)
        least = HALF_OF_95 * error if error > 0 else 0.0
    score = score_of(found, published)
    if found.low95 > least or found.high95 < -least:
        return Judged(False, False, score, "wrong", "an effect where none was found")
    if -least <= found.low95 and found.high95 <= least:
        return Judged(True, True, score, "right", "no effect, as published")
    return Judged(None, None, score, "not told", "not told: the model's interval includes zero and more")


@cache
def grades() -> dict[str, str]:
    """Return the grade of design (A, B or C) of each published result by its id."""
    found = {}
    for path in GRADES_FILES:
        with path.open(encoding="utf-8", newline="") as file:
            found.update({row["id"]: row["grade"] for row in csv.DictReader(file)})
    return found


def grade_of(identity: str) -> str:
    """Return the grade of an outcome's id (M01, P07-P09): of the weakest of its results, C if unknown."""
    known = grades()
    found = [known[part] for part in (identity, *identity.split("-")) if part in known]
    return known.get(identity) or max(found, default="C")
