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
from scipy.stats import norm

from reforms.report import sentences
from reforms.report.estimates import FALLS, RISES, Estimate, Estimates, Verdict
from reforms.report.numbers import KINDS, Numbers
from reforms.report.results import Results, read_results
from reforms.report.style import Brush
from reforms.report.texts import LANGUAGES, load_texts, placeholders
from sim.parameters import load_parameters
from sim.stats.interval import UNKNOWN, Told
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
    ("low", "difference", "high", "chance", "expected"),
    [
        (0.1, 0.5, 0.9, 0.99, "up"),
        (-0.9, -0.5, -0.1, 0.01, "down"),
        (-0.1, 0.5, 0.9, 0.88, "likely_up"),
        (-0.9, -0.5, 0.1, 0.12, "likely_down"),
        (-0.4, 0.5, 0.9, 0.7, "unclear"),
        (math.nan, 0.5, math.nan, math.nan, "up_single"),
        (math.nan, -0.5, math.nan, math.nan, "down_single"),
        (math.nan, 0.0, math.nan, math.nan, "zero"),
        (math.nan, math.nan, math.nan, math.nan, "missing"),
    ],
)
def test_the_verdict_follows_sign_and_uncertainty(
    low: float, difference: float, high: float, chance: float, expected: Verdict
) -> None:
    told = UNKNOWN._replace(median=difference, low95=low, high95=high, p_higher=chance, draws=3, pairs=6)
    assert Estimate.of(1.0, 1.0 + difference, difference, told).verdict == expected


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
    assert load_texts("en")(KINDS["m_kr"].unit).startswith("DKK m")


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


@pytest.mark.parametrize(
    ("difference", "reach", "english", "danish"),
    [
        (
            0.8, 0.7,
            "would almost certainly lengthen a spell on a temporary benefit (in 99 of 100), by 0.34 to 1.26 "
            "weeks in 2030; median +0.80, 95 % interval +0.10 to +1.50;",
            "vil næsten sikkert forlænge et forløb på en midlertidig ydelse (i 99 af 100 tilfælde), med 0,34 "
            "til 1,26 uger i 2030; median +0,80, 95 pct.-interval +0,10 til +1,50;",
        ),
        (
            -0.8, 1.1,
            "would likely shorten a spell on a temporary benefit (in 92 of 100), by 0.08 to 1.52 "
            "weeks in 2030; median −0.80,",
            "vil sandsynligvis forkorte et forløb på en midlertidig ydelse (i 92 af 100 tilfælde), med 0,08 "
            "til 1,52 uger i 2030; median −0,80,",
        ),
        (
            0.8, 1.8,
            "would likely lengthen a spell on a temporary benefit (in 81 of 100), a change of −0.38 to +1.98 "
            "weeks in 2030;",
            "vil sandsynligvis forlænge et forløb på en midlertidig ydelse (i 81 af 100 tilfælde), en "
            "ændring på −0,38 til +1,98 uger i 2030;",
        ),
        (
            0.3, 1.8, "direction is uncertain. A spell on a temporary benefit becomes longer in 63 of 100 ",
            "Retningen er usikker. Et forløb på en midlertidig ydelse bliver længere i 63 af 100 tilfælde",
        ),
    ],
)  # fmt: skip
def test_the_answer_says_how_likely_and_by_how_much(
    difference: float, reach: float, english: str, danish: str
) -> None:
    for lang, words in (("en", english), ("da", danish)):
        said = brush_with(estimate_of(100.0, difference, reach), "mean_duration", "temporary_support", lang)
        assert words in sentences.duration_sentence(said)


def test_a_difference_within_its_uncertainty_is_not_given_a_direction(tmp_path: Path) -> None:
    noisy = brush(Maker(sign=1.0, noise=9.0, seed=2).write(tmp_path))
    sentence = sentences.duration_sentence(noisy)
    assert "the direction is uncertain" in sentence
    assert "would" not in sentence


def test_a_reform_that_changes_nothing_is_said_to_change_nothing(tmp_path: Path) -> None:
    same = brush(Maker(("nothing",), noise=0.0).write(tmp_path))
    assert "exactly as long" in sentences.duration_sentence(same)
    assert "exactly the same" in sentences.cost_sentence(same)


def test_one_pair_of_runs_gives_no_interval(tmp_path: Path) -> None:
    single = brush(Maker(draws=1, replicates=1).write(tmp_path))
    sentence = sentences.duration_sentence(single)
    assert "no interval, because there is one pair of runs" in sentence
    assert "no intervals" in sentences.certainty_sentences(single)[0]


def test_one_draw_gives_no_interval_however_many_pairs(tmp_path: Path) -> None:
    single = brush(Maker(draws=1, replicates=3).write(tmp_path))
    sentence = sentences.duration_sentence(single)
    assert "no interval, because there is one draw of the uncertain parameters" in sentence
    assert "central values" in sentences.certainty_sentences(single)[0]


def test_several_draws_say_that_parameters_are_in_the_interval(tmp_path: Path) -> None:
    drawn = brush(Maker(draws=6, replicates=1).write(tmp_path))
    assert "6 draws" in sentences.certainty_sentences(drawn)[0]
    assert "not taken out" in sentences.certainty_sentences(drawn)[2]


def test_the_share_that_more_runs_would_take_away_is_said(tmp_path: Path) -> None:
    paired = brush(Maker(draws=6, replicates=2).write(tmp_path))
    share = paired.results.effect("mean_duration", "temporary_support").share_simulation
    assert f"{100 * share:.0f} per cent is the simulation's own" in sentences.certainty_sentences(paired)[2]


def test_the_parts_are_sorted_by_what_they_do(tmp_path: Path) -> None:
    sentence = sentences.parts_sentence(brush(Maker().write(tmp_path)))
    longer, shorter = sentence.index("longer"), sentence.index("shorter")
    assert longer < sentence.index("A cut of 3 bn kr.") < shorter
    assert shorter < sentence.index("A refund scale")


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "in the runs simulated"), ("da", "i de simulerede kørsler")]
)
def test_the_parts_of_one_draw_are_not_almost_certain(tmp_path: Path, lang: str, said: str) -> None:
    sentence = sentences.parts_sentence(brush(Maker(draws=1, replicates=1).write(tmp_path), lang))
    assert said in sentence
    assert "almost certainly" not in sentence
    assert "næsten sikkert" not in sentence


def test_a_size_below_what_is_written_is_under_it_and_levels_that_look_alike_are_not_told_twice() -> None:
    tiny = Estimate.of(27.4, 27.4004, 0.0004, UNKNOWN._replace(median=0.0004, draws=1, pairs=1))
    for lang, by, still in (
        ("en", "by under 0.01 weeks", "still about 27.4 weeks on average"),
        ("da", "med under 0,01 uger", "fortsat omkring 27,4 uger i gennemsnit"),
    ):
        said = sentences.duration_sentence(brush_with(tiny, "mean_duration", "temporary_support", lang))
        assert by in said
        assert still in said


def test_every_unit_of_a_parameter_is_danish_on_the_danish_page() -> None:
    danish = load_texts("da")
    english = {p.unit for p in load_parameters() if not danish.speaks(danish.unit(p.unit))}
    assert english == set()


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
        return Estimate.of(baseline, math.nan, math.nan)
    if draw(st.booleans()):
        return estimate_of(baseline, difference, draw(sizes))
    single = UNKNOWN._replace(median=difference, draws=1, pairs=1)
    return Estimate.of(baseline, baseline + difference, difference, single)


def estimate_of(baseline: float, difference: float, reach: float) -> Estimate:
    """Return an estimate whose distribution is normal, with half the width of its 95 % interval."""
    spread = reach / 1.959964
    likely = 1.281552 * spread
    known = Told(
        difference, difference - likely, difference + likely, difference - reach, difference + reach,
        float(norm.cdf(difference / spread)), 0.1, 24, 48,
    )  # fmt: skip
    return Estimate.of(baseline, baseline + difference, difference, known)


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
    elif not estimate.known:
        assert (up, down) == (estimate.difference > 0, estimate.difference < 0)
    elif estimate.p_higher >= 0.8 or estimate.p_higher <= 0.2:
        assert (up, down) == (estimate.p_higher >= 0.8, estimate.p_higher <= 0.2)
    else:
        assert up == down, "both or neither: no direction is taken"


@settings(deadline=None, max_examples=60)
@given(estimates(), st.sampled_from(["en", "da"]))
def test_more_is_said_of_a_rise_and_less_of_a_fall(estimate: Estimate, lang: str) -> None:
    said = sentences.cost_sentence(brush_with(estimate, "net_paid", "public", lang))
    first = said.split(":")[0]
    told = not math.isnan(estimate.difference) and (
        not estimate.known or estimate.p_higher >= 0.8 or estimate.p_higher <= 0.2
    )
    assert (MORE[lang] in first) == (told and estimate.difference > 0)
    assert (LESS[lang] in first) == (told and estimate.difference < 0)


@settings(deadline=None, max_examples=60)
@given(estimates(), st.sampled_from(["en", "da"]))
def test_a_change_that_can_be_told_is_never_written_as_nothing(estimate: Estimate, lang: str) -> None:
    brush = brush_with(estimate, "mean_duration", "temporary_support", lang)
    said = sentences.duration_sentence(brush)
    if estimate.verdict in ("up_single", "down_single"):
        size = re.search(r"(?:by|med) (?:under )?([\d.,]+) (?:weeks|uger)", said)
        assert size is not None, said
        assert number(size[1], lang) > 0
    if estimate.verdict in ("up", "down"):
        by = re.search(r"(?:by|med) ([\d.,]+) (?:to|til) ([\d.,]+) (?:weeks|uger)", said)
        assert by is not None, said
        assert number(by[1], lang) > 0
        ends = re.search(r"interval ([+−\d.,]+) (?:to|til) ([+−\d.,]+?)[;,]? ", said)
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
    won = any(cell.verdict in RISES for cell in cells)
    lost = any(cell.verdict in FALLS for cell in cells)
    claims = ("for each hundred", "For hver hundrede")
    assert any(claim in said for claim in claims) == (won and lost)


@settings(deadline=None, max_examples=60)
@given(signed, st.sampled_from(sorted(KINDS)), st.sampled_from(["en", "da"]))
def test_a_size_is_zero_only_if_it_is(value: float, kind: str, lang: str) -> None:
    written = Numbers("da" if lang == "da" else "en").size(value, KINDS[kind])
    if value == 0 or abs(value * KINDS[kind].factor) > 1e-8:
        assert (number(written, lang) == 0) == (value == 0)
