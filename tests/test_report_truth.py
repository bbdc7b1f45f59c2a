"""The sentences stay true whatever the figures: any sign, any size, any interval, or none."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import given, settings
from hypothesis import strategies as st
from report_fixture import Maker

from reforms.report import sentences
from reforms.report.estimates import Estimate, Estimates
from reforms.report.numbers import KINDS, Numbers
from reforms.report.results import Results, read_results
from reforms.report.style import Brush
from reforms.report.texts import load_texts

UP = {"en": "lengthen", "da": "forlænge"}
DOWN = {"en": "shorten", "da": "forkorte"}
MORE = {"en": " more in ", "da": " mere i "}
LESS = {"en": " less in ", "da": " mindre i "}
sizes = st.floats(1e-7, 1e6).map(lambda x: float(f"{x:.3g}"))
signed = st.one_of(st.just(0.0), sizes, sizes.map(lambda x: -x))


@cache
def made() -> Results:
    return read_results(Maker(("cut-3bn",)).write(Path(mkdtemp())))


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    difference = draw(st.one_of(signed, st.just(math.nan)))
    baseline = draw(st.floats(1, 1e5))
    if math.isnan(difference):
        return Estimate(baseline, math.nan, math.nan, math.nan, math.nan, 0)
    if draw(st.booleans()):
        reach = draw(st.one_of(st.just(0.0), sizes))
        return Estimate(
            baseline, baseline + difference, difference, difference - reach, difference + reach, 3
        )
    return Estimate(baseline, baseline + difference, difference, math.nan, math.nan, 1)


def brush_with(estimate: Estimate, measure: str, group: str, lang: str) -> Brush:
    results = made()
    cells = {**results.here.cells, ("cut-3bn", results.last_year, measure, group): estimate}
    texts = load_texts(lang)
    return Brush(replace(results, here=Estimates(cells)), texts, Numbers(texts.lang))


def number(text: str, lang: str) -> float:
    point, comma = (",", ".") if lang == "da" else (".", ",")
    return float(text.replace(comma, "").replace(point, ".").replace("−", "-").replace("+", ""))


@settings(deadline=None, max_examples=60)
@given(estimates(), st.sampled_from(["en", "da"]))
def test_the_answer_has_the_direction_of_a_figure_that_can_be_told(estimate: Estimate, lang: str) -> None:
    said = sentences.duration_sentence(brush_with(estimate, "mean_duration", "temporary_support", lang))
    up, down = UP[lang] in said, DOWN[lang] in said
    if math.isnan(estimate.difference):
        assert not up
        assert not down
    elif math.isnan(estimate.low):
        assert (up, down) == (estimate.difference > 0, estimate.difference < 0)
    elif estimate.low > 0 or estimate.high < 0:
        assert (up, down) == (estimate.low > 0, estimate.high < 0)
    else:
        assert up == down, "both or neither: no direction is taken"


@settings(deadline=None, max_examples=60)
@given(estimates(), st.sampled_from(["en", "da"]))
def test_more_is_said_of_a_rise_and_less_of_a_fall(estimate: Estimate, lang: str) -> None:
    said = sentences.cost_sentence(brush_with(estimate, "net_paid", "public", lang))
    first = said.split(":")[0]
    told = not math.isnan(estimate.difference) and (
        math.isnan(estimate.low) or estimate.low > 0 or estimate.high < 0
    )
    assert (MORE[lang] in first) == (told and estimate.difference > 0)
    assert (LESS[lang] in first) == (told and estimate.difference < 0)


@settings(deadline=None, max_examples=60)
@given(estimates(), st.sampled_from(["en", "da"]))
def test_a_change_that_can_be_told_is_never_written_as_nothing(estimate: Estimate, lang: str) -> None:
    brush = brush_with(estimate, "mean_duration", "temporary_support", lang)
    said = sentences.duration_sentence(brush)
    if estimate.verdict in ("up", "down", "up_single", "down_single"):
        size = re.search(r"(?:by|med) ([\d.,]+) (?:weeks|uger)", said)
        assert size is not None, said
        assert number(size[1], lang) > 0
    if estimate.verdict in ("up", "down"):
        ends = re.search(r"interval ([+−\d.,]+) (?:to|til) ([+−\d.,]+)\)", said)
        assert ends is not None, said
        low, high = (number(end, lang) for end in ends.groups())
        assert (low > 0) or (high < 0), "the interval that is shown leaves zero out"


@settings(deadline=None, max_examples=60)
@given(st.lists(estimates(), min_size=1, max_size=8), st.sampled_from(["en", "da"]))
def test_displacement_is_claimed_only_where_some_win_and_others_lose(
    cells: list[Estimate], lang: str
) -> None:
    texts = load_texts(lang)
    brush = Brush(made(), texts, Numbers(texts.lang))
    said = sentences.displacement_sentence(cells, brush)
    won = any(cell.verdict in sentences.RISES for cell in cells)
    lost = any(cell.verdict in sentences.FALLS for cell in cells)
    claims = ("for each hundred", "For hver hundrede")
    assert any(claim in said for claim in claims) == (won and lost)


@settings(deadline=None, max_examples=60)
@given(signed, st.sampled_from(sorted(KINDS)), st.sampled_from(["en", "da"]))
def test_a_size_is_zero_only_if_it_is(value: float, kind: str, lang: str) -> None:
    written = Numbers("da" if lang == "da" else "en").size(value, KINDS[kind])
    if value == 0 or abs(value * KINDS[kind].factor) > 1e-8:
        assert (number(written, lang) == 0) == (value == 0)
