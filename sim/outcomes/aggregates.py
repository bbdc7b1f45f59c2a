"""Groups that sum several states, and what a reader calls them."""

from __future__ import annotations

from sim.states import CLIENT_STATES, STATES

#: All benefits on which a jobcentre follows its clients.
_TEMPORARY = tuple(STATES[state] for state in CLIENT_STATES)

AGGREGATES: dict[str, tuple[str, ...]] = {
    "unemployed_gross": ("dagpenge", "kontanthjaelp_job_ready"),
    "kontanthjaelp_benefits": (
        "kontanthjaelp_job_ready",
        "kontanthjaelp_activity_ready",
        "uddannelseshjaelp",
        "integration_benefit",
        "revalidering",
    ),
    "temporary_support": _TEMPORARY,
    "public_support": (*_TEMPORARY, "fleksjob", "foertidspension", "early_retirement", "leave"),
}
#: English and Danish; "all" is what a measure without a division into groups is given for.
AGGREGATE_LABELS: dict[str, tuple[str, str]] = {
    "unemployed_gross": ("Gross unemployed", "Bruttoledige"),
    "kontanthjaelp_benefits": ("Social assistance benefits", "Kontanthjælpsydelser"),
    "temporary_support": ("All temporary benefits", "Alle midlertidige ydelser"),
    "public_support": ("All public support", "Offentlig forsørgelse i alt"),
    "all": ("All", "Alle"),
}
