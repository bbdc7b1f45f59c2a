"""The assumptions of a forecast: ``settings.yaml``, each with label, unit, range and reason."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.parameters.document import read_document

_FILE = Path(__file__).with_name("settings.yaml")


class Settings(NamedTuple):
    """Values of ``settings.yaml`` by name."""

    trend_kept_a_month: float
    growth_over_months: float
    own_level_follows: float
    own_season_most: float
    season_ridge: float
    year_ridge: float
    outlier_from: float
    half_life_months: float
    prior_origins: float
    weight_power: float
    model_weight_most: float
    growth_a_loss: float
    growth_of_spread: float
    tails_df: float


@cache
def settings() -> Settings:
    """Return the assumptions of a forecast."""
    content = read_document(_FILE).content
    return Settings(**{name: float(content[name]["value"]) for name in Settings._fields})
