"""Units that several measures share."""

from __future__ import annotations

from sim.outcomes.measures.measure import Unit, Words

_POINTS = Words("percentage points", "procentpoint")
_THOUSAND = Words("thousand", "tusind")

PERSONS = Unit("persons", "personer")
PERSON_WEEKS = Unit(
    "person-weeks", "personuger", factor=1e-3,
    shown=Words("thousand person-weeks", "tusind personuger"), decimals=0, fine=1,
)  # fmt: skip
WEEKS = Unit("weeks", "uger", decimals=1, fine=2)
SHARE = Unit(
    "share", "andel", factor=100.0, shown=Words("per cent", "procent"), decimals=1, fine=2, change=_POINTS
)
PER_CENT_OF_LABOUR_FORCE = Unit(
    "per cent of labour force", "procent af arbejdsstyrken", shown=Words("per cent", "procent"),
    decimals=2, fine=2, change=_POINTS,
)  # fmt: skip
INTERVIEWS = Unit("interviews", "samtaler", factor=1e-3, shown=_THOUSAND, decimals=1, fine=1)
HOURS = Unit(
    "hours", "timer", factor=1e-3, shown=Words("thousand hours a year", "tusind timer om året"), fine=1
)
#: Sums over an ISO year's 52 or 53 weeks, brought to a year of 365.25 days (:func:`sim.calendar.to_a_year`).
KR_A_YEAR = Unit(
    "kr. a year", "kr. om året", factor=1e-6,
    shown=Words("DKK m a year, 2024 prices", "mio. kr. om året, 2024-priser"),
)  # fmt: skip
FULL_TIME = Unit("full-time persons", "fuldtidspersoner")
