"""Which tax base stands for a municipality's: sim/rules/taxable_income.py."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim import data
from sim.parameters import load_parameters
from sim.rules.municipal_finance import rungs
from sim.rules.taxable_income import borne_out

CODES = data.municipality_codes()


def test_one_year_of_high_incomes_does_not_put_a_place_beside_the_richest() -> None:
    """Vejen's residents had 361,047 kr. in 2024 and 23.6 per cent of them a higher education."""
    r = load_parameters().at(date(2026, 1, 5), CODES)
    kept = dict(zip(data.municipalities()["name"].to_numpy(str), rungs(r).tolist(), strict=True))
    assert kept["Vejen"] == pytest.approx(0.25)
    highest = {name for name, share in kept.items() if share == pytest.approx(0.07)}
    assert highest == {
        "Gentofte", "Rudersdal", "Hørsholm", "Lyngby-Taarbæk", "Dragør", "Furesø", "Allerød"
    }  # fmt: skip


def test_only_bases_above_the_threshold_are_held() -> None:
    bases = np.linspace(0.5, 2.0, len(CODES))
    held = borne_out(bases, 1.25)
    assert (held[bases <= 1.25] == bases[bases <= 1.25]).all()
    assert set(held[held != bases]) == {1.25}
    assert 0 < (held != bases).sum() < (bases > 1.25).sum()


def test_a_base_that_is_given_is_not_held() -> None:
    r = load_parameters().at(date(2026, 1, 5), CODES)
    bases = np.full(len(CODES), 100.0)
    vejen = list(CODES).index(575)
    bases[vejen] = 130.0
    assert rungs(r, bases)[vejen] == pytest.approx(0.07)
