"""The calibration targets: complete, true to the facts they quote, refused when misspelt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calibration.moments import MOMENTS
from calibration.targets import load_targets, read_targets
from sim.data import facts, municipalities, national_months
from sim.errors import InputError

REQUIRED = (
    "F001 F004 F106 F107 F013 F036 F009 F052 F058 F057 F139 F131 F080 F172 F203 F278 F082 F083 F164 F191 "
    "F334 F219 F225 F261 F232 F233 F234 M01 M02 M12 M21 C34 P01 B20"
).split()
#: Targets whose value is another number than the fact's own: (expected, why).
OTHERWISE = {"F203": 0.329, "F164": 62.0}  # per employee (F340); middle of the band 57-67

ENTRY = """\
X1:
  label: Something
  label_da: Noget
  value: {value}
  unit: persons
  period: '2023'
  definition: counted
  measure: stock
  with: {{group: dagpenge}}
  compared: the same
  comparable: full
  source: {{title: T, publisher: P, year: 2023, url: 'https://example.org', ids: [X1]}}
  confidence: high
{extra}"""


def test_every_target_of_the_list_is_there() -> None:
    missing = [name for name in REQUIRED if name not in load_targets()]
    assert missing == []


def test_values_are_those_of_the_facts() -> None:
    table = facts()
    for name, target in load_targets().items():
        if name in table.index:
            assert target.value == pytest.approx(OTHERWISE.get(name, table.at[name, "number"])), name


def test_levels_and_seasons_are_those_of_the_national_months() -> None:
    months = national_months()
    for name, target in load_targets().items():
        if name.startswith("level-"):
            series = name.removeprefix("level-").replace("unemployment_rate", "gross_unemployment_rate")
            of_2023 = months[(months["measure"] == series) & months["month"].str.startswith("2023")]
            assert len(of_2023) == 12
            assert target.value == pytest.approx(of_2023["value"].mean(), rel=2e-3), name
    gross = months[months["measure"] == "gross_unemployed"].set_index("month")["value"]
    for month in range(1, 13):
        ratios = [
            gross[f"{year}-{month:02d}"] / gross[gross.index.str.startswith(str(year))].mean()
            for year in (2022, 2023)
        ]
        assert load_targets()[f"season-{month:02d}"].value == pytest.approx(np.mean(ratios), abs=6e-4)


def test_nothing_after_2023_is_fitted_but_the_first_quarter_of_2024() -> None:
    """Months count to 2023-12 and the cross-section to 2023; F052, F057 and F058 are of March 2024."""
    late = {name for name, target in load_targets().items() if "2024" in target.period}
    assert late == {"F052", "F057", "F058"}


def test_every_target_names_a_registered_measure_and_known_columns() -> None:
    columns = municipalities().columns
    for target in load_targets().values():
        assert target.measure in MOMENTS, target.id
        if target.measure == "municipal_correlation":
            assert target.arguments["column"] in columns


def test_the_assumed_error_is_five_per_cent_and_said() -> None:
    targets = load_targets()
    assert targets["F106"].error_assumed
    assert targets["F106"].error == pytest.approx(3_680)
    assert not targets["F057"].error_assumed
    assert targets["F057"].error == 800
    assert targets["municipal-rate-2023"].error is None


def test_a_misspelt_field_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "stocks.yaml"
    file.write_text(ENTRY.format(value=10, extra="  comparible: full\n"), encoding="utf-8")
    with pytest.raises(InputError, match=r"stocks.yaml:14: X1: unknown field 'comparible'.*comparable"):
        read_targets(file)


def test_an_impossible_value_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "stocks.yaml"
    file.write_text(ENTRY.format(value="many", extra=""), encoding="utf-8")
    with pytest.raises(InputError, match=r"stocks.yaml:4: X1: value"):
        read_targets(file)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "stocks.yaml"
    file.write_text(ENTRY.format(value=10, extra=""), encoding="utf-8")
    target = read_targets(file)["X1"]
    assert (target.value, target.group, target.arguments) == (10, "stocks", {"group": "dagpenge"})
