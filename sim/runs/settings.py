"""Settings, ``parameter=value``: one number for all worlds of a run, the whole time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from sim.errors import InputError, named
from sim.plain_numbers import number_said

if TYPE_CHECKING:
    from sim.parameters import Change

#: Before any date in the law: the setting holds the whole time.
ALWAYS = date(1900, 1, 1)
_SETTING = re.compile(r"\s*(?P<name>[A-Za-z0-9_.]+(\[[A-Za-z0-9_]+\])?)\s*=\s*(?P<value>\S+)\s*")


def parse_settings(texts: Sequence[str]) -> tuple[Change, ...]:
    """Read settings such as ``contact.minutes=45`` or ``refund.state_share[weeks_1_4]=0.7``.

    Raises
    ------
    InputError
        If a text has another form, a parameter does not exist or a value is impossible.
    """
    if not texts:
        return ()
    from sim.parameters import load_parameters

    changes = tuple(_parse(text) for text in texts)
    load_parameters().with_changes(changes)
    return changes


def _parse(text: str) -> Change:
    from sim.parameters import Change, Origin

    found = _SETTING.fullmatch(text)
    if found is None:
        raise InputError(
            f"{named('settings')} got '{text}'; expected parameter=value or parameter[component]=value, "
            "such as refund.state_share[weeks_1_4]=0.7"
        )
    number = number_said(found["value"], f"{named('settings')} got '{text}'")
    origin = Origin(f"{named('settings')} {text}", kind="user")
    return Change(found["name"], "set", ((ALWAYS, number),), origin=origin)
