"""Three small scenarios give what stands in the repository; the changelog has the reason for every change."""

from __future__ import annotations

import io
import re

import pandas as pd
from exact_baselines import CHANGELOG, HEADING, TABLE, mark, table


def test_three_small_scenarios_give_what_stands_in_the_repository() -> None:
    stored, found = pd.read_csv(TABLE), pd.read_csv(io.StringIO(table().to_csv(index=False)))
    changed = stored.compare(found) if stored.shape == found.shape else found
    assert stored.equals(found), f"python tests/exact_baselines.py WHY, if it was meant:\n{changed}"


def test_the_changelog_says_why_they_are_what_they_are() -> None:
    _, _, after = CHANGELOG.read_text("utf-8").partition(HEADING)
    newest = re.match(r"- `([0-9a-f]{8})` \w.{20,}", after)
    assert newest is not None, "no reason under the heading"
    assert newest[1] == mark(TABLE.read_text("utf-8")), "the table was changed without a reason"
