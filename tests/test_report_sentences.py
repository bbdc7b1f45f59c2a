"""Sentences and numbers of the report follow the figures: sign, size, uncertainty, absence, language."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_fixture import Maker

from reforms.report import sentences
from reforms.report.estimates import Estimate, Estimates, Verdict
from reforms.report.numbers import KINDS, Numbers
from reforms.report.results import Results, read_results
from reforms.report.style import Brush
from reforms.report.texts import LANGUAGES, load_texts, placeholders
from sim.parameters import load_parameters
from sim.week import MECHANISMS

UP = {"en": "lengthen", "da": "forlænge"}
DOWN = {"en": "shorten", "da": "forkorte"}
MORE = {"en": " more in ", "da": " mere i "}
LESS = {"en": " less in ", "da": " mindre i "}
sizes = st.floats(1e-7, 1e6).map(lambda x: float(f"{x:.3g}"))
signed = st.one_of(st.just(0.0), sizes, sizes.map(lambda x: -x))


def brush(folder: Path, lang: str = "en") -> Brush:
    texts = load_texts(lang)
    return Brush(read_results(folder), texts, Numbers(texts.lang))


@pytest.mark.parametrize(
    ("low", "difference", "high", "expected"),
    [
        (0.1, 0.5, 0.9, "up"),
        (-0.9, -0.5, -0.1, "down"),
        (-0.1, 0.5, 0.9, "unclear"),
        (0.0, 0.0, 0.0, "zero"),
        (math.nan, 0.5, math.nan, "up_single"),
        (math.nan, -0.5, math.nan, "down_single"),
        (math.nan, 0.0, math.nan, "zero"),
        (math.nan, math.nan, math.nan, "missing"),
    ],
)
def test_the_verdict_follows_sign_and_uncertainty(
    low: float, difference: float, high: float, expected: Verdict
) -> None:
    assert Estimate(1.0, 1.0 + difference, difference, low, high, 3).verdict == expected


@pytest.mark.parametrize(
    ("value", "decimals", "english", "danish"),
    [
        (1234.5, 1, "1,234.5", "1.234,5"),
        (-1234567.0, 0, "−1,234,567", "−1.234.567"),
        (-0.04, 1, "0.0", "0,0"),
        (math.nan, 1, "..", ".."),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(
    value: float, decimals: int, english: str, danish: str
) -> None:
    assert Numbers("en").plain(value, decimals) == english
    assert Numbers("da").plain(value, decimals) == danish


def test_money_is_written_in_millions() -> None:
    assert Numbers("da").change(-1_234_400_000.0, KINDS["m_kr"]) == "−1.234"
    assert load_texts("da")(KINDS["m_kr"].unit).startswith("mio. kr.")
    assert load_texts("en")(KINDS["m_kr"].unit).startswith("m kr.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_mechanism_that_a_parameter_names_has_one_label(lang: str) -> None:
    of_mechanisms = {m.name for m in MECHANISMS if m.label and m.label_da}
    keys = load_texts(lang).entries
    others = {key.removeprefix("mechanism.") for key in keys if key.startswith("mechanism.")}
    named = {parameter.mechanism for parameter in load_parameters()} - {""}
    assert named <= of_mechanisms | others
    assert others <= named - of_mechanisms


def test_the_answer_flips_with_the_sign(tmp_path: Path) -> None:
    worse = brush(Maker(sign=1.0).write(tmp_path / "worse"))
    better = brush(Maker(sign=-1.0).write(tmp_path / "better"))
    assert "lengthen" in sentences.duration_sentence(worse)
    assert "shorten" in sentences.duration_sentence(better)
    assert " more in 2030" in sentences.cost_sentence(worse)
    assert " less in 2030" in sentences.cost_sentence(better)


def test_the_danish_answer_flips_with_the_sign(tmp_path: Path) -> None:
    assert "forlænge" in sentences.duration_sentence(brush(Maker(sign=1.0).write(tmp_path / "a"), "da"))
    assert "forkorte" in sentences.duration_sentence(brush(Maker(sign=-1.0).write(tmp_path / "b"), "da"))


def test_a_difference_within_its_uncertainty_is_not_given_a_direction(tmp_path: Path) -> None:
    noisy = brush(Maker(sign=1.0, noise=3.0).write(tmp_path))
    sentence = sentences.duration_sentence(noisy)
    assert "cannot be told" in sentence
    assert "would" not in sentence


def test_a_reform_that_changes_nothing_is_said_to_change_nothing(tmp_path: Path) -> None:
    same = brush(Maker(("nothing",), noise=0.0).write(tmp_path))
    assert "exactly as long" in sentences.duration_sentence(same)
    assert "exactly the same" in sentences.cost_sentence(same)


def test_one_pair_of_runs_gives_no_interval(tmp_path: Path) -> None:
    single = brush(Maker(replicates=1).write(tmp_path))
    sentence = sentences.duration_sentence(single)
    assert "one pair of runs" in sentence
    assert "interval" not in sentence
    assert "no intervals" in sentences.certainty_sentences(single)[0]


def test_several_draws_say_that_parameters_are_in_the_interval(tmp_path: Path) -> None:
    drawn = brush(Maker(draws=6, replicates=1).write(tmp_path))
    assert "6 draws" in sentences.certainty_sentences(drawn)[0]


def test_the_parts_are_sorted_by_what_they_do(tmp_path: Path) -> None:
    sentence = sentences.parts_sentence(brush(Maker().write(tmp_path)))
    longer, shorter = sentence.index("longer"), sentence.index("shorter")
    assert longer < sentence.index("A cut of 3 bn kr.") < shorter
    assert shorter < sentence.index("A refund scale")


def test_both_catalogues_have_the_same_keys_and_placeholders() -> None:
    english, danish = (load_texts(lang).entries for lang in LANGUAGES)
    assert english.keys() == danish.keys()
    different = [key for key in english if placeholders(english[key]) != placeholders(danish[key])]
    assert different == []


def test_no_text_is_left_in_the_other_language() -> None:
    english, danish = (load_texts(lang).entries for lang in LANGUAGES)
    alike = {key for key in english if english[key] == danish[key] and len(english[key].split()) > 3}
    shared = {key for key in alike if not english[key].replace("{", " {").split()[0].isalpha()}
    assert alike - shared == {"here.page.running"}
    assert not any(letter in text for text in english.values() for letter in "æå")


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
