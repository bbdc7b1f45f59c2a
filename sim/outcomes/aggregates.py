"""Groups that sum several states, and what a reader calls them."""

from __future__ import annotations

from sim.states import members_of

#: English and Danish; "all" is what a measure without a division into groups is given for.
AGGREGATE_LABELS: dict[str, tuple[str, str]] = {
    "unemployed_gross": ("Gross unemployed", "Bruttoledige"),
    "kontanthjaelp_benefits": ("Social assistance benefits", "Kontanthjælpsydelser"),
    "temporary_support": ("All temporary benefits", "Alle midlertidige ydelser"),
    "public_support": ("All public support", "Offentlig forsørgelse i alt"),
    "all": ("All", "Alle"),
}

#: Which states each sums, in the order of :data:`sim.states.ROWS`, whose rows name the aggregates.
AGGREGATES: dict[str, tuple[str, ...]] = {
    name: members for name in AGGREGATE_LABELS if (members := members_of(name))
}
