"""The frontier in sentences, Danish and English."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reforms.frontier.design import PHASING_AT
from reforms.report.numbers import Language, Numbers
from reforms.report.texts import LANGUAGES, Texts
from sim.errors import InputError
from sim.parameters.document import read_document

if TYPE_CHECKING:
    from reforms.frontier.mapped import MappedFrontier
    from reforms.frontier.surface import Surface

_FILE = Path(__file__).with_name("texts.yaml")
#: Cuts that the sentences speak of, bn kr. a year: the agreement of 2025 and the government of 2022.
SPOKEN_OF = (2.7, 3.0)
#: Persons below which the order of phasing is said to make no difference.
_FEW = 200


@cache
def texts(lang: str) -> Texts:
    """Return the words of a language; InputError for an unknown one."""
    language = next((known for known in LANGUAGES if known == lang), None)
    if language is None:
        raise InputError(f"found language '{lang}', expected one of {', '.join(LANGUAGES)}")
    return Texts(language, read_document(_FILE).content[language])


def value_at(surface: Surface, cut: float, share: float) -> float:
    """Return a surface's mean at the grid point nearest to a cut and a share."""
    i = int(np.argmin(np.abs(surface.shares - share)))
    j = int(np.argmin(np.abs(surface.cuts - cut)))
    return float(surface.mean[i, j])


def sentences(frontier: MappedFrontier, lang: str) -> list[str]:
    """Return what the map says: shares needed, kroner per freed point, what order does, the error."""
    t = texts(lang)
    numbers = Numbers(t.lang)
    largest = frontier.about["cuts"][-1]
    said = [_needed(frontier, cut, t, numbers) for cut in SPOKEN_OF if cut <= largest]
    said += [_kroner(frontier, t, numbers), _alone(frontier, min(SPOKEN_OF[0], largest), t, numbers)]
    said += [_order(frontier, t, numbers), _error(frontier, t, numbers)]
    return said


def _needed(frontier: MappedFrontier, cut: float, t: Texts, numbers: Numbers) -> str:
    share, low, high = frontier.needed(cut)
    amount = numbers.plain(cut, 1)
    if math.isinf(share):
        return t("needed_never", cut=amount)
    ends = [numbers.plain(100 * end) if math.isfinite(end) else t("at_once_not") for end in (low, high)]
    one = math.isnan(low) and math.isnan(high)
    between = t("one_draw") if one else t("needed_range", low=ends[0], high=ends[1])
    return t("needed", cut=amount, share=numbers.plain(100 * share), range=between)


def _kroner(frontier: MappedFrontier, t: Texts, numbers: Numbers) -> str:
    amount, low, high = frontier.per_point()
    one = math.isnan(low) and math.isnan(high)
    between = (
        t("one_draw") if one else t("kroner_range", low=_round(low, numbers), high=_round(high, numbers))
    )
    return t("kroner", amount=_round(amount, numbers), range=between, freed=numbers.plain(frontier.freed, 1))


def _round(amount: float, numbers: Numbers) -> str:
    return numbers.plain(round(amount, -1)) if abs(amount) >= 50 else numbers.plain(amount)


def _alone(frontier: MappedFrontier, cut: float, t: Texts, numbers: Numbers) -> str:
    alone, half, whole = (
        numbers.signed(value_at(frontier.duration, cut, share), 2) for share in (0.0, 0.5, 1.0)
    )
    return t("alone", cut=numbers.plain(cut, 1), alone=alone, half=half, whole=whole)


def _order(frontier: MappedFrontier, t: Texts, numbers: Numbers) -> str:
    paths = frontier.paths()
    gap = paths["cut-first"] - paths["rules-first"]
    year = int(gap.abs().idxmax())
    cut = numbers.plain(PHASING_AT[0], 1)
    if float(gap.loc[year]) < _FEW:
        return t(
            "order_less", more=numbers.plain(max(_FEW, math.ceil(abs(gap.loc[year]) / 100) * 100)), cut=cut
        )
    return t("order", more=numbers.plain(round(float(gap.loc[year]), -2)), year=year, cut=cut)


def _error(frontier: MappedFrontier, t: Texts, numbers: Numbers) -> str:
    surface = frontier.duration
    return t(
        "error", points=map_points(frontier), draws=surface.draws, error=numbers.plain(surface.error, 2),
        size=numbers.plain(surface.scale, 2),
    )  # fmt: skip


def map_points(frontier: MappedFrontier) -> int:
    """Return how many different points carry the surface."""
    rows = frontier.table[frontier.table["on_map"]]
    return int(rows[["cut_bn_kr", "share"]].drop_duplicates().shape[0])


def lang_of(lang: str) -> Language:
    """Return a known language, or refuse."""
    return texts(lang).lang
