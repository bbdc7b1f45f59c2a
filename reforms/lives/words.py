"""Two lives in a few sentences, in English or Danish."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from reforms.report.numbers import numbers_in
from reforms.words import words_in
from sim.data import municipality_names
from sim.states import STATE_LABELS_DA, STATE_LABELS_EN

#: The words of a part of the file, by name: :func:`reforms.words.words_in`.
words_of = partial(words_in, Path(__file__).with_name("texts.yaml"))


def number(value: float, lang: str, *, sign: bool = False) -> str:
    """Return a whole number as the language writes it, with a true minus."""
    return numbers_in(lang).signed(value) if sign else numbers_in(lang).plain(value)


def named(name: str, lang: str) -> str:
    """Return what a reader calls a state, a programme or who held an interview."""
    states = STATE_LABELS_DA if lang == "da" else STATE_LABELS_EN
    return states.get(name) or words_of("seen", lang).get(name, name)


def person(pair: Mapping[str, Any], lang: str) -> str:
    """Return who a picked person is: sex, age at the start, municipality."""
    place = municipality_names()[int(pair["municipality"])]
    said = words_of("who", lang)[str(pair["sex"])].format(age=pair["age"], municipality=place)
    return said[:1].upper() + said[1:]


def difference(pair: Mapping[str, Any], lang: str) -> str:
    """Return what first differed."""
    kind = str(pair["first_kind"])
    seen = {side: str(pair[f"first_{side}"]) for side in ("without", "with")}
    if kind == "income":
        values = {side: number(float(value), lang) for side, value in seen.items()}
    else:
        values = {side: named(value, lang) for side, value in seen.items()}
    return words_of("difference", lang)[kind].format(**values)


def sentence(pair: Mapping[str, Any], about: Mapping[str, Any], lang: str = "en") -> str:
    """Return who it is, what differed first, where the ways part and what it came to."""
    said = words_of("said", lang)
    at_once = pair["first_week"] == pair["parted_week"] and pair["first_kind"] == pair["parted_kind"]
    parts = [
        words_of("who", lang)["begins"].format(
            who=person(pair, lang), state=named(str(pair["start_state"]), lang)
        )
    ]
    if not at_once:
        parts.append(said["first"].format(week=pair["first_week"], what=difference(pair, lang)))
        counts = {
            f"{what}_{side}": pair[f"{what}_{side}"]
            for what in ("interviews", "offers")
            for side in ("without", "with")
        }
        parts.append(said["before"].format(**counts))
    elif pair["parted_kind"] == "state":
        parts.append(said["nothing_before"])
    if pair["parted_kind"] == "state":
        states = {side: named(str(pair[f"state_{side}"]), lang) for side in ("without", "with")}
        parts.append(said["parted_state"].format(week=pair["parted_week"], **states))
    else:
        money = {side: number(float(pair[f"kr_a_week_{side}"]), lang) for side in ("without", "with")}
        state = named(str(pair["state_with"]), lang)
        parts.append(said["parted_income"].format(week=pair["parted_week"], state=state, **money))
    parts.append(
        said["sum"].format(
            weeks=number(float(pair["self_support_weeks"]), lang, sign=True),
            kr=number(float(pair["kr"]), lang, sign=True),
        )
    )
    return " ".join(parts)
