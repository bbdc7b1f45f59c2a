"""Reports in Danish give the reason of every assumption in Danish."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.parameters import load_parameters
from sim.parameters.document import read_document

FILE = Path(__file__).resolve().parents[1] / "reforms" / "report" / "texts" / "reasons_da.yaml"
#: Sources and parameters that a reason names: they are the same in every language.
_SOURCE = r"\b[A-Z][A-Z0-9]{0,2}-?[A-Z]{0,2}\d+\b"
_PARAMETER = r"\b[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z0-9]+)*\b"


@pytest.fixture(scope="module")
def danish() -> dict[str, str]:
    return dict(read_document(FILE).content)


def test_every_assumption_has_its_reason_in_danish(danish: dict[str, str]) -> None:
    missing = {
        p.name: p.reason for p in load_parameters() if p.kind == "assumption" and p.reason not in danish
    }
    assert missing == {}, f"to be translated in {FILE.name}"


def test_no_translation_is_of_a_reason_that_nobody_gives(danish: dict[str, str]) -> None:
    assert sorted(set(danish) - {p.reason for p in load_parameters()}) == []


def test_a_translation_names_the_same_sources_and_parameters(danish: dict[str, str]) -> None:
    for english, translated in danish.items():
        for pattern in (_SOURCE, _PARAMETER):
            assert set(re.findall(pattern, translated)) == set(re.findall(pattern, english)), english
