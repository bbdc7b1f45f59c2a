"""Clarifications that are under way in the first week.

A client whose capacity is lost (or who is ill with complex barriers) and who has been in the state for w
weeks had a case opened at the present rate q a week (:mod:`sim.mechanisms.clarification`, without what
caseworkers do); one opened less than D weeks ago, D the preparation and the team phase, is still open.  So

    P(open case) = 1 - exp(-q * min(w, D)),    age of the case uniform on (0, min(w, D)),

and it is decided D less its age from now.  Without them nothing would be decided in the first weeks of a
run.
"""

from __future__ import annotations

import math

from sim.engine.compiled import kernel
from sim.engine.draws import Purpose, uniform
from sim.mechanisms.clarification import ClarificationRules, needs_clarification
from sim.vocabulary import Health
from sim.world.clients import Clients
from sim.world.clock import Now

_OPEN = int(Purpose.OPEN_CASE)
_ILL = int(Health.ILL)
#: Numbers of the draws: has a case, how old it is.
_CASE, _AGE = 0, 2


@kernel
def open_first_cases(now: Now, k: Clients, r: ClarificationRules) -> None:
    """Open the cases that are under way at the start."""
    for i in range(k.id.size):
        if not needs_clarification(i, now, k, r):
            continue
        w = k.person.rule_row[i]
        takes = r.preparation_weeks[w] + (r.team_weeks[w] if r.team_required[w] else 0.0)
        room = min(takes, now.week - k.spell.entered[i])
        rate = r.resource[w] if k.condition.health[i] == _ILL else r.opened[w]
        key = k.key[i]
        if room <= 0 or uniform(now.key, _OPEN, key, _CASE) >= 1.0 - math.exp(-rate * room):
            continue
        so_far = uniform(now.key, _OPEN, key, _AGE) * room
        k.contact.clarify_at[i] = now.week + max(int(takes - so_far + 0.5), 1)
