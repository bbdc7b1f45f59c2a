"""The levers of the page: what a slider means as a reform on the command line, and what it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sim.parameters.document import parse_document


@dataclass(frozen=True)
class Lever:
    """A slider or a switch; at ``neutral`` it changes nothing.

    Attributes
    ----------
    name
        Key of its words in ``texts/*.yaml``.
    low, high, step
        Range of the slider in its unit; a switch goes from 0 to 1.
    neutral
        The value that stands for the law as it is.
    reform
        Gives the catalogue name or template of a value, as ``--reform`` takes it.
    """

    name: str
    low: float
    high: float
    step: float
    neutral: float
    reform: Callable[[float], str]

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return (self.low, self.high, self.step) == (0, 1, 1)


def _switch(name: str, reform: str) -> Lever:
    return Lever(name, 0, 1, 1, 0, lambda _: reform)


LEVERS: tuple[Lever, ...] = (
    Lever("cut", 0, 4, 0.5, 0, lambda value: f"cut:{value:g}bn"),
    Lever("digital", 4, 94, 10, 44, lambda value: f"digital:{value:g}%"),
    Lever("a_kasse", 0, 12, 1, 3, lambda value: f"a-kasse-contact:{value:g}m"),
    _switch("focus_targets", "no-focus-targets"),
    _switch("target_groups", "fewer-target-groups"),
    _switch("refund", "refund-change"),
)


def neutral() -> dict[str, float]:
    """Return the setting in which nothing is changed."""
    return {lever.name: lever.neutral for lever in LEVERS}


def reform_of(setting: Mapping[str, float]) -> str | None:
    """Return the reform of a setting, ``a+b+...`` in the order of the levers; None if nothing is changed."""
    parts = [
        lever.reform(setting[lever.name])
        for lever in LEVERS
        if abs(setting[lever.name] - lever.neutral) > lever.step / 100
    ]
    return "+".join(parts) or None


@cache
def words(lang: str) -> dict[str, str]:
    """Return the page's own words in a language; levers as ``lever.name``."""
    file = resources.files("reforms.explore").joinpath("texts", f"{lang}.yaml")
    read = parse_document(file.read_text("utf-8"), file.name).content
    levers = {f"lever.{name}": text for name, text in read.pop("lever").items()}
    return {**read, **levers}
