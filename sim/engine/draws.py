"""Keyed random numbers: the only source of randomness in Jobvej.

A draw is a pure function of *seed, replicate, purpose, who and when*; nothing is consumed, so adding a
person, an employer or a mechanism changes nobody else's draws, and two worlds that differ only in a reform
give the same person the same random numbers in the same week.

Generator: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC11), key = (seed, replicate), counter = (who, when, purpose, 0).  The published test vectors are tests.
A draw per week is keyed by person and week; a draw per spell by person and the week in which the spell began,
so that two worlds whose lives agree again share it again.  What hangs on a state as well is keyed by
:func:`in_week` and :func:`in_year`, which pack several small numbers into the one word ``when``.
"""

from __future__ import annotations

import hashlib
import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numba import float64, int64, typeof, uint64
from numba.types import UniTuple
from numpy.typing import NDArray

from sim.engine.compiled import inlined, kernel

_MASK = np.uint64(0xFFFFFFFF)
_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_SHIFT = np.uint64(32)
_SCALE = 2.0**-32
#: Bits of ``when``: a week; a number within a year and the year.
_WEEK_BITS, _WEEK_MASK = 16, 0xFFFF
_NUMBER_BITS, _YEAR_BITS = 15, 12
#: Numbers within a year that :func:`in_year` tells apart.
MOST_IN_A_YEAR = 1 << _NUMBER_BITS


class Key(NamedTuple):
    """Identifies a replicate. Two worlds with the same key share every draw."""

    seed: np.uint64
    replicate: np.uint64


def make_key(seed: int, replicate: int) -> Key:
    """Return the key of a replicate; it depends on nothing else."""
    return Key(np.uint64(seed & 0xFFFFFFFF), np.uint64(replicate & 0xFFFFFFFF))


_KEY = typeof(Key(np.uint64(0), np.uint64(0)))
_OF = (int64, int64, int64)  # purpose, who, when
_WORDS = UniTuple(uint64, 4)


class Purpose(IntEnum):
    """What a draw decides: each decision has a purpose of its own.

    Numbers are part of the results: never renumber.  A purpose that no decision has any more keeps its
    number.  A new decision needs no member here: its file makes one with :func:`own_purpose`.
    """

    POPULATION = 1
    QUIET_SPELL = 2
    QUIET_KIND = 3
    MATCH = 4
    DESTINATION = 5
    HIRE_RACE = 6
    EMPLOYER_CHOICE = 7
    VACANCY_ROUNDING = 8
    VACANCY_EMPLOYER = 9
    INTERVIEW_TIE = 10
    NO_SHOW = 11
    POOLING = 12
    A_KASSE = 13
    PROGRAMME_START = 14
    PROGRAMME_KIND = 15
    PROGRAMME_RACE = 16
    SHIFT = 17
    SICKNESS = 18
    SANCTION = 19
    AGEING = 20
    NEWCOMER = 21
    CASEWORKER = 22
    TURNOVER = 23
    STRATEGY = 24
    SAMPLE = 25
    ORDINARY_HOURS = 26
    EMPLOYER = 27
    CLARIFICATION = 28
    WORKPLACE = 29
    PAST = 30
    EXHAUSTION = 31
    SUPERVISION = 32
    ACCEPTANCE = 33
    EARLY_RETIREMENT = 34
    CASEWORKER_FOLLOWS = 35
    ASSESSMENT = 36
    EARLY_FLEXJOB = 37
    COVERED = 38
    DUTY_COVERED = 39
    REFUSAL = 40
    INTERNSHIP_TO_SUBSIDY = 41
    LAYOFF = 42
    LAYOFF_DESTINATION = 43
    COLLECTIVE_DISMISSAL = 44
    MET_AT_WORK = 45
    NEW_CASEWORKER = 46
    FIRST_CASEWORKER = 47
    POST = 48
    STRICTNESS = 49
    TRIAL = 51
    SANCTION_LEAVES = 52
    MEANS_TEST = 53
    HEALTH = 54
    HEALTH_OF_A_YEAR = 55
    READINESS = 56
    REVALUATION = 57
    EXIT = 58
    DISMISSAL = 59
    LAYOFF_ROUNDING = 60
    EXHAUSTED_READINESS = 61
    BARRIER = 62
    READINESS_AT_ENTRY = 63
    CASE = 64
    READY_AT_START = 65
    LAYOFF_READINESS = 66


#: Numbers of purposes that mechanisms make of names begin here and end where a word of 32 bits does.
_FIRST_OWN, _AFTER_OWN = 1 << 16, 1 << 32
_named: dict[int, str] = {}


class OwnPurpose(int):
    """A purpose that a mechanism's file has made of a name."""

    name: str


def own_purpose(name: str) -> OwnPurpose:
    """Return the purpose of a decision, made of its name: 'lost_trust.lose_trust'.

    Its number follows from the name alone, wherever and whenever it is made.  A name is used for one decision
    in one file; the house tests hold that.

    Raises
    ------
    ValueError
        Another name has the same number (one chance in four billion): take another name.
    """
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    number = _FIRST_OWN + number % (_AFTER_OWN - _FIRST_OWN)
    if _named.setdefault(number, name) != name:
        raise ValueError(f"the purposes '{name}' and '{_named[number]}' have the same number: rename one")
    purpose = OwnPurpose(number)
    purpose.name = name
    return purpose


@inlined(_WORDS, *[uint64] * 6)
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Philox4x32-10: four 32-bit words from a 128-bit counter and a 64-bit key (uint64 carriers)."""
    for round_number in range(10):
        if round_number > 0:
            k0 = (k0 + _W0) & _MASK
            k1 = (k1 + _W1) & _MASK
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (
            (p1 >> _SHIFT) ^ c1 ^ k0,
            p1 & _MASK,
            (p0 >> _SHIFT) ^ c3 ^ k1,
            p0 & _MASK,
        )
    return c0, c1, c2, c3


@inlined(_WORDS, _KEY, *_OF)
def words(key: Key, purpose: int, who: int, when: int) -> tuple[int, int, int, int]:
    """Four independent 32-bit words for one decision of one person at one time."""
    return philox(
        np.uint64(who) & _MASK,
        np.uint64(when) & _MASK,
        np.uint64(purpose),
        np.uint64(0),
        key.seed,
        key.replicate,
    )


@inlined(int64, int64, int64)
def in_week(state: int, week: int) -> int:
    """``when`` of what happens in a state in a week: no two of ``state`` < 2^16 and int16 week are one."""
    return state << _WEEK_BITS | week & _WEEK_MASK


@inlined(int64, int64, int64, int64)
def in_year(state: int, year: int, number: int) -> int:
    """``when`` of the ``number``-th of what happens in a state in a year, of the calendar or of age.

    No two triples of ``state`` < 2^5, ``year`` < 2^12 and ``number`` < 2^15 are one.
    """
    return (state << _YEAR_BITS | year) << _NUMBER_BITS | number


@inlined(float64, uint64)
def as_uniform(word: int) -> float:
    """The number in the open interval (0, 1) that a 32-bit word of :func:`words` stands for."""
    return (np.float64(word) + 0.5) * _SCALE


@inlined(float64, _KEY, *_OF)
def uniform(key: Key, purpose: int, who: int, when: int) -> float:
    """One number in the open interval (0, 1)."""
    return as_uniform(words(key, purpose, who, when)[0])


@inlined(UniTuple(float64, 2), _KEY, *_OF)
def uniform_pair(key: Key, purpose: int, who: int, when: int) -> tuple[float, float]:
    """Two independent numbers in (0, 1) of the same decision."""
    w = words(key, purpose, who, when)
    return as_uniform(w[0]), as_uniform(w[1])


@inlined(float64, _KEY, *_OF)
def exponential(key: Key, purpose: int, who: int, when: int) -> float:
    """A unit exponential variate."""
    return -math.log(uniform(key, purpose, who, when))


@inlined(float64, _KEY, *_OF)
def normal(key: Key, purpose: int, who: int, when: int) -> float:
    """A standard normal variate (Box-Muller, first of the pair)."""
    u, v = uniform_pair(key, purpose, who, when)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@kernel
def _fill_uniform(
    key: Key, purpose: int, who: NDArray[np.uint32], when: int, out: NDArray[np.float64]
) -> None:
    for i in range(who.size):
        out[i] = uniform(key, purpose, who[i], when)


@kernel
def _fill_normal(
    key: Key, purpose: int, who: NDArray[np.uint32], when: int, out: NDArray[np.float64]
) -> None:
    for i in range(who.size):
        out[i] = normal(key, purpose, who[i], when)


def uniforms(key: Key, purpose: int, who: NDArray[np.uint32], when: int) -> NDArray[np.float64]:
    """Uniform draws for an array of persons, shape (n,), float64."""
    out = np.empty(who.size)
    _fill_uniform(key, purpose, who, when, out)
    return out


def normals(key: Key, purpose: int, who: NDArray[np.uint32], when: int) -> NDArray[np.float64]:
    """Standard normal draws for an array of persons, shape (n,), float64."""
    out = np.empty(who.size)
    _fill_normal(key, purpose, who, when, out)
    return out
