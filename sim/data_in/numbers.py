"""Numbers as Danes and others write them, each judged by its own marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sim.errors import shortened

#: What stands where a number is hidden or not known: missing, never zero.
HIDDEN = frozenset({"", ".", "..", "...", "…", ":", "-", "–", "x"})
#: Longer ones are no numbers of people.
_LONGEST = 30
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_DECIMAL = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
#: Thousands in groups, by the mark between them; the other mark stands before decimals.
_GROUPED = {
    mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+(?:{end}[0-9]+)?")
    for mark, end in ((".", ","), (",", "[.]"), (" ", "[.,]"), ("'", "[.,]"))
}
_OTHER = {".": ",", ",": "."}


def number(text: str, most: float, mark: str | None = None) -> float:
    """Return a number by its own marks, whatever the separator of the file; NaN where it is hidden.

    1.234,5 and 1,234.5 are told by the mark that comes last; 3,1 and 3.1 by what follows it.  80.123 is
    eighty thousand in Danish and eighty in English: ``mark``, the decimal mark of the file, decides, and
    without it the number is refused unless only one of the two is possible.

    Raises
    ------
    ValueError
        It is no number from 0 up, or may be two.
    """
    plain = _plain(text)
    if plain.casefold() in HIDDEN:
        return float("nan")
    if len(plain) <= _LONGEST:
        if _EITHER.fullmatch(plain):
            return _either(plain, most, mark)
        if _DECIMAL.fullmatch(plain):
            return float(plain.replace(",", "."))
        for thousands, pattern in _GROUPED.items():
            if pattern.fullmatch(plain):
                return float(plain.replace(thousands, "").replace(",", "."))
    raise ValueError(
        f"found value '{shortened(text)}', expected a number from 0 up (or nothing where it is hidden)"
    )


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'").strip()


def _either(plain: str, most: float, mark: str | None) -> float:
    whole, after = re.split("[.,]", plain)
    decimal = float(f"{whole}.{after}")
    if float(whole + after) > most:
        return decimal
    if mark is not None:
        return decimal if mark in plain else float(whole + after)
    raise ValueError(
        f"found value '{plain}', which may be {whole}{after} or {whole} and {after} thousandths: "
        f"write {whole}{after}, or other decimals"
    )


def decimal_mark(texts: Iterable[str]) -> str | None:
    """Return the decimal mark that the numbers of a column show; None if they show none, or both."""
    shown = {found for text in texts if (found := _shown(_plain(text)))}
    return shown.pop() if len(shown) == 1 else None


def _shown(plain: str) -> str:
    if _EITHER.fullmatch(plain):
        return ""
    if _DECIMAL.fullmatch(plain):
        return next((mark for mark in _OTHER if mark in plain), "")
    for thousands, pattern in _GROUPED.items():
        if pattern.fullmatch(plain):
            return _OTHER.get(thousands) or next((mark for mark in _OTHER if mark in plain), "")
    return ""
