"""How sure something is, in words: the same in the terminal, the report, pictures and tables."""

from __future__ import annotations

import math
from typing import Literal

from sim.stats.interval import Told

Language = Literal["en", "da"]
#: From this probability on a direction is likely.
LIKELY = 0.8
_WHY: dict[Language, dict[str, str]] = {
    "en": {
        "nothing": "no figure", "pair": "one pair of runs", "draw": "one draw of the uncertain numbers",
        "few": "too few people, or all pairs alike",
    },
    "da": {
        "nothing": "intet tal", "pair": "ét par kørsler", "draw": "ét træk af de usikre tal",
        "few": "for få mennesker, eller alle par er ens",
    },
}  # fmt: skip

Why = Literal["nothing", "pair", "draw", "few"]
Direction = Literal["up", "down", "likely_up", "likely_down", "unclear"]


def direction(p_higher: float, low95: float, high95: float) -> Direction:
    """Return which way a difference goes: told if the 95 % interval leaves zero out, else likely or not."""
    if low95 > 0:
        return "up"
    if high95 < 0:
        return "down"
    if p_higher >= LIKELY:
        return "likely_up"
    return "likely_down" if p_higher <= 1.0 - LIKELY else "unclear"


def in_hundred(probability: float) -> int:
    """Return a probability as so many of 100; never 0 or 100, which no finite number of runs shows."""
    return int(min(max(round(100.0 * probability), 1), 99))


def why_no_interval(draws: int, pairs: int) -> Why:
    """Return why a number has no interval."""
    if pairs < 1:
        return "nothing"
    return "pair" if pairs == 1 else "draw" if draws == 1 else "few"


def no_interval(draws: int, pairs: int, lang: Language = "en") -> str:
    """Say that there is no interval, and why."""
    why = _WHY[lang][why_no_interval(draws, pairs)]
    return f"no interval: {why}" if lang == "en" else f"intet interval: {why}"


def in_words(told: Told, higher: str = "higher", lower: str = "lower") -> str:
    """Say how likely it is higher or lower, as a fiscal council does: ``likely longer (in 88 of 100)``."""
    if math.isnan(told.p_higher):
        return no_interval(told.draws, told.pairs)
    way = direction(told.p_higher, told.low95, told.high95)
    if way == "unclear":
        return f"{higher} in {in_hundred(told.p_higher)} of 100: open"
    up = way.endswith("up")
    chance = told.p_higher if up else 1.0 - told.p_higher
    sure = "likely" if way.startswith("likely") else "almost certainly"
    return f"{sure} {higher if up else lower} (in {in_hundred(chance)} of 100)"


def noise_in_words(told: Told) -> str:
    """Say how much of the variance is the simulation's, which more runs take away."""
    if math.isnan(told.p_higher):
        return ""
    if math.isnan(told.share_simulation):
        return "luck of single runs not taken out: that takes four draws of two replicates"
    return f"simulation {100.0 * told.share_simulation:.0f} % of the variance"
