"""Numbers as a reader takes them: plain digits, and nothing that means another number somewhere.

Files, options, variants and extracts all read their numbers here.  ``int`` and ``float`` take more than a
reader sees: 1_0 is ten, digits of other scripts count, ``nan`` and ``inf`` are numbers.
"""

from __future__ import annotations

import math
import re

from sim.errors import InputError, shortened

#: A float holds no more.
MOST_DIGITS = 15
_WHOLE = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")


def plain_number(text: str) -> int | float | None:
    """Return the number that a text is, or None if it is none.

    Raises
    ------
    ValueError
        It is a number beyond any that can be held.
    """
    if _WHOLE.fullmatch(text):
        if len(text.lstrip("+-0")) > MOST_DIGITS:
            raise ValueError("more digits than a number holds")
        return int(text)
    if not _NUMBER.fullmatch(text):
        return None
    if len(text) > 40:
        raise ValueError("more digits than a number holds")
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("beyond any number")
    return number


def number_said(text: str, what: str) -> float:
    """Return the number that somebody wrote; InputError, with the text as written, if it is none."""
    try:
        found = plain_number(text.strip())
    except ValueError as problem:
        raise InputError(f"{what}: '{shortened(text)}' is beyond any number") from problem
    if found is None:
        raise InputError(f"{what}: '{shortened(text)}' is not a number")
    return float(found)


def whole_said(text: str, what: str) -> int:
    """Return the whole number that somebody wrote; InputError, with the text as written, if it is none."""
    if not _WHOLE.fullmatch(text.strip()):
        raise InputError(f"{what}: '{shortened(text)}' is not a whole number")
    if len(text.strip().lstrip("+-0")) > 2 * MOST_DIGITS:
        raise InputError(f"{what}: '{shortened(text)}' is beyond any number")
    return int(text)
