"""Areas of a table: a municipality, the country, or one that no municipality is (region, RAR, province)."""

from __future__ import annotations

import re
from functools import lru_cache

from sim.data import municipality_code
from sim.errors import InputError

WHOLE_COUNTRY = 0
_COUNTRY = frozenset(
    {"0", "00", "000", "hele landet", "hele danmark", "landet", "danmark", "all denmark", "denmark", "dk"}
)
#: Areas that tables have beside municipalities: labour market regions, regions, provinces, unknown ones.
_OTHER_AREA = re.compile(
    r"(rar|region|landsdel|province)[ -]\S.*|uoplyst.*|ukendt.*|unknown.*|udland.*|abroad.*|christians[øo]e?"
    r"|0?411|0?08[1-5]|0?[0-9]{2}|\S.* kommune og \S.*"
)


class OtherArea(Exception):  # noqa: N818 - nothing is wrong with it
    """The area is known and is neither a municipality nor the country."""


@lru_cache(maxsize=4096)
def area_code(text: str) -> int:
    """Return the code of a municipality, or 0 for the country.

    Raises
    ------
    OtherArea
        A region, a labour market region (RAR), a province, or 'unknown'.
    InputError
        No area is called that; the nearest municipality is named.
    """
    plain = " ".join(text.casefold().split())
    if plain in _COUNTRY:
        return WHOLE_COUNTRY
    if _OTHER_AREA.fullmatch(plain):
        raise OtherArea(text)
    try:
        return municipality_code(text)
    except InputError as error:
        raise InputError(f"{error.message} 0 or 'Hele landet' is the country.") from None
