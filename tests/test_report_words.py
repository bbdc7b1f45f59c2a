"""Sentences and numbers of the report follow the figures: sign, uncertainty, absence, language."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from report_fixture import Maker

from reforms.report import words
from reforms.report.estimates import Estimate, Verdict
from reforms.report.figures import Brush
from reforms.report.numbers import KINDS, Numbers
from reforms.report.results import read_results
from reforms.report.texts import LANGUAGES, load_texts, placeholders


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


def test_the_answer_flips_with_the_sign(tmp_path: Path) -> None:
    worse = brush(Maker(sign=1.0).write(tmp_path / "worse"))
    better = brush(Maker(sign=-1.0).write(tmp_path / "better"))
    assert "lengthen" in words.duration_sentence(worse)
    assert "shorten" in words.duration_sentence(better)
    assert " more in 2030" in words.cost_sentence(worse)
    assert " less in 2030" in words.cost_sentence(better)


def test_the_danish_answer_flips_with_the_sign(tmp_path: Path) -> None:
    assert "forlænge" in words.duration_sentence(brush(Maker(sign=1.0).write(tmp_path / "a"), "da"))
    assert "forkorte" in words.duration_sentence(brush(Maker(sign=-1.0).write(tmp_path / "b"), "da"))


def test_a_difference_within_its_uncertainty_is_not_given_a_direction(tmp_path: Path) -> None:
    noisy = brush(Maker(sign=1.0, noise=3.0).write(tmp_path))
    sentence = words.duration_sentence(noisy)
    assert "cannot be told" in sentence
    assert "would" not in sentence


def test_a_reform_that_changes_nothing_is_said_to_change_nothing(tmp_path: Path) -> None:
    same = brush(Maker(("nothing",), noise=0.0).write(tmp_path))
    assert "exactly as long" in words.duration_sentence(same)
    assert "exactly the same" in words.cost_sentence(same)


def test_one_pair_of_worlds_gives_no_interval(tmp_path: Path) -> None:
    single = brush(Maker(replicates=1).write(tmp_path))
    sentence = words.duration_sentence(single)
    assert "one pair of worlds" in sentence
    assert "interval" not in sentence
    assert "no intervals" in words.certainty_sentences(single)[0]


def test_several_draws_say_that_parameters_are_in_the_interval(tmp_path: Path) -> None:
    drawn = brush(Maker(draws=6, replicates=1).write(tmp_path))
    assert "6 draws" in words.certainty_sentences(drawn)[0]


def test_the_parts_are_sorted_by_what_they_do(tmp_path: Path) -> None:
    sentence = words.parts_sentence(brush(Maker().write(tmp_path)))
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
