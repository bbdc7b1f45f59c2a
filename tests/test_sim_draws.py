"""Keyed draws: the published generator, uniform, and independent of every part of the key.

Every test is of fixed keys, so it gives the same answer each time; thresholds are such that a right generator
would fail one of them in a million.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.engine.draws import Key, Purpose, exponential, make_key, normals, philox, uniform, uniforms

ONE_IN_A_MILLION = 1e-6
PEOPLE = np.arange(200_000, dtype=np.uint32)
#: Random123's kat_vectors for philox4x32 with ten rounds: counter, key, result.
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def hexadecimal(text: str) -> list[Any]:
    return [np.uint64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN_ANSWERS)
def test_philox_gives_the_published_words(counter: str, key: str, expected: str) -> None:
    found = philox(*hexadecimal(counter), *hexadecimal(key))
    assert [int(word) for word in found] == [int(word) for word in hexadecimal(expected)]


def test_a_draw_is_the_published_generator_at_person_week_purpose_and_replicate() -> None:
    first, *_ = philox(*hexadecimal("00000007 0000002a 00000004 00000000"), *hexadecimal("00000001 00000003"))
    assert uniform(make_key(1, 3), int(Purpose.MATCH), 7, 42) == (int(first) + 0.5) / 2**32


def test_weeks_before_the_first_have_draws_of_their_own() -> None:
    drawn = [uniform(make_key(1, 0), 1, 5, week) for week in (-2, -1, 0, 1)]
    assert len(set(drawn)) == 4


def axis(name: str, n: int) -> list[np.ndarray]:
    """Draws of 200,000 persons at neighbouring values of one part of the key."""
    key = make_key(7, 0)
    if name == "week":
        return [uniforms(key, int(Purpose.MATCH), PEOPLE, week) for week in range(n)]
    if name == "purpose":
        return [uniforms(key, purpose, PEOPLE, 3) for purpose in range(1, n + 1)]
    if name == "seed":
        return [uniforms(make_key(seed, 0), int(Purpose.MATCH), PEOPLE, 3) for seed in range(n)]
    if name == "replicate":
        return [uniforms(make_key(7, number), int(Purpose.MATCH), PEOPLE, 3) for number in range(n)]
    return [uniforms(key, int(Purpose.MATCH), PEOPLE + np.uint32(shift), 3) for shift in range(n)]


@pytest.mark.parametrize("part", ["week", "purpose", "seed", "replicate"])
def test_draws_are_uniform(part: str) -> None:
    for drawn in axis(part, 4):
        assert 0.0 < drawn.min() < 1e-4
        assert 1.0 > drawn.max() > 1 - 1e-4
        observed = np.bincount((drawn * 1000).astype(int), minlength=1000)
        assert stats.chisquare(observed).pvalue > ONE_IN_A_MILLION
        assert stats.kstest(drawn, "uniform").pvalue > ONE_IN_A_MILLION


@pytest.mark.parametrize("part", ["person", "week", "purpose", "seed", "replicate"])
def test_neighbours_are_independent(part: str) -> None:
    for one, other in pairwise(axis(part, 4)):
        cells = np.bincount((one * 16).astype(int) * 16 + (other * 16).astype(int), minlength=256)
        assert stats.chi2_contingency(cells.reshape(16, 16)).pvalue > ONE_IN_A_MILLION
        assert stats.pearsonr(one, other).pvalue > ONE_IN_A_MILLION


def test_the_tests_of_independence_would_see_a_shared_draw() -> None:
    one, other = axis("week", 2)
    leaked = np.where(PEOPLE % 50 == 0, one, other)  # two persons in a hundred keep last week's luck
    assert stats.pearsonr(one, leaked).pvalue < ONE_IN_A_MILLION


@pytest.mark.parametrize("shift", [1, 2, 7, 98, 1 << 16, 1 << 20])
def test_persons_and_weeks_however_far_apart_are_independent(shift: int) -> None:
    """Keys that differ in a high bit, or in a person's municipality, are as apart as next neighbours."""
    key = make_key(7, 0)
    people, later = PEOPLE[:50_000], PEOPLE[:50_000] + np.uint32(shift)
    one = uniforms(key, int(Purpose.MATCH), people, 3)
    for who, week in ((later, 3), (people, 3 + shift)):
        other = uniforms(key, int(Purpose.MATCH), who, week)
        assert stats.pearsonr(one, other).pvalue > ONE_IN_A_MILLION
        cells = np.bincount((one * 16).astype(int) * 16 + (other * 16).astype(int), minlength=256)
        assert stats.chi2_contingency(cells.reshape(16, 16)).pvalue > ONE_IN_A_MILLION


def test_every_two_purposes_are_independent() -> None:
    """All purposes of one week beside each other: no correlation is larger than chance allows."""
    key, people = make_key(7, 0), PEOPLE[:20_000]
    drawn = np.array([uniforms(key, int(purpose), people, 5) for purpose in Purpose])
    between = np.corrcoef(drawn)[np.triu_indices(len(drawn), 1)]
    largest = stats.norm.isf(ONE_IN_A_MILLION / 2 / between.size) / np.sqrt(people.size)
    assert np.abs(between).max() < largest


def test_a_person_and_the_next_in_the_next_week_are_independent() -> None:
    """Diagonals of the table of persons by weeks, both ways."""
    key = make_key(7, 0)
    weeks = np.array([uniforms(key, int(Purpose.MATCH), PEOPLE[:2_000], week) for week in range(50)])
    for one, other in ((weeks[:-1, :-1], weeks[1:, 1:]), (weeks[:-1, 1:], weeks[1:, :-1])):
        assert stats.pearsonr(one.ravel(), other.ravel()).pvalue > ONE_IN_A_MILLION


def test_one_persons_draws_over_time_are_uniform_too() -> None:
    key = make_key(7, 0)
    drawn = [uniform(key, int(Purpose.MATCH), 101 << 20, week) for week in range(20_000)]
    assert stats.kstest(drawn, "uniform").pvalue > ONE_IN_A_MILLION


def test_a_key_depends_on_seed_and_replicate_alone() -> None:
    assert make_key(5, 2) == Key(np.uint64(5), np.uint64(2))
    pairs = [(1, 0), (0, 1), (1, 1), (2, 0)]
    assert len({uniforms(make_key(*pair), 1, PEOPLE[:8], 0).tobytes() for pair in pairs}) == 4


def test_exponential_variates_have_the_moments_of_an_exponential() -> None:
    drawn = np.array([exponential(make_key(3, 0), int(Purpose.HIRE_RACE), i, 0) for i in range(50_000)])
    assert stats.kstest(drawn, "expon").pvalue > ONE_IN_A_MILLION
    assert drawn.mean() == pytest.approx(1.0, abs=5 / np.sqrt(50_000))
    assert drawn.var() == pytest.approx(1.0, abs=5 * np.sqrt(8 / 50_000))


def test_normal_variates_have_the_moments_of_a_normal() -> None:
    drawn = normals(make_key(3, 0), int(Purpose.CASEWORKER), PEOPLE, 0)
    assert stats.kstest(drawn, "norm").pvalue > ONE_IN_A_MILLION
    assert drawn.mean() == pytest.approx(0.0, abs=5 / np.sqrt(PEOPLE.size))
    assert drawn.var() == pytest.approx(1.0, abs=5 * np.sqrt(2 / PEOPLE.size))
    assert stats.kurtosis(drawn) == pytest.approx(0.0, abs=5 * np.sqrt(24 / PEOPLE.size))


def test_no_two_purposes_share_a_number() -> None:
    assert len({int(purpose) for purpose in Purpose}) == len(Purpose.__members__)
