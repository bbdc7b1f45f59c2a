"""Which spells have a life table, and how their length is counted."""

from __future__ import annotations

from sim.states import CLIENT_STATES, N_STATES, STATES

#: Positions in the counters: the states, then gross unemployment and the course of temporary benefits.
UNEMPLOYED_SPELL = N_STATES
COURSE_SPELL = N_STATES + 1
N_SPELL_GROUPS = N_STATES + 2
#: Groups with a life table and their position in the counters.
SPELL_GROUPS: dict[str, int] = {STATES[s]: int(s) for s in CLIENT_STATES} | {
    "unemployed_gross": UNEMPLOYED_SPELL,
    "temporary_support": COURSE_SPELL,
}
#: Weeks of a spell that are counted one by one; longer spells count in the last.
LIFE_TABLE_WEEKS = 208
#: Upper ends (weeks) of the coarse duration bands kept by municipality.
BANDS: tuple[int, ...] = (4, 13, 26, 52, 104, 208)
