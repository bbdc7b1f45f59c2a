"""How a spell on a benefit ends: the exits that are told apart; "shorter" says nothing without them."""

from __future__ import annotations

from sim.states import CLIENT_STATES, N_STATES, State

#: What a reader calls each exit, in English and Danish.
EXIT_LABELS: dict[str, tuple[str, str]] = {
    "job": ("a job", "et job"),
    "own_employer": ("the own employer", "egen arbejdsgiver"),
    "education": ("education", "uddannelse"),
    "own_means": ("own means, no benefit and no job", "egne midler, uden ydelse og uden job"),
    "other_temporary": ("another temporary benefit", "en anden midlertidig ydelse"),
    "disability_pension": ("disability pension", "førtidspension"),
    "flexjob": ("a flexjob", "fleksjob"),
    "early_retirement": ("early retirement", "efterløn, seniorpension eller tidlig pension"),
    "elsewhere": ("leave, age, moving or death", "barsel, alder, flytning eller død"),
}
#: State after the spell (the last: out of the population) -> its exit, elsewhere if it has none of its own.
#: A job is parted in two by whether it was kept (``tally.returned``).
EXIT_TO: dict[int, str] = {
    **dict.fromkeys(range(N_STATES + 1), "elsewhere"),
    State.EMPLOYED: "job",
    State.EDUCATION: "education",
    State.OUTSIDE: "own_means",
    **dict.fromkeys(CLIENT_STATES, "other_temporary"),
    State.FOERTIDSPENSION: "disability_pension",
    State.FLEKSJOB: "flexjob",
    State.EARLY_RETIREMENT: "early_retirement",
}
EXITS: tuple[str, ...] = tuple(EXIT_LABELS)
#: States reached by each exit.
STATES_OF_EXIT: dict[str, list[int]] = {
    exit_: [state for state, name in EXIT_TO.items() if name == exit_] for exit_ in EXITS
}
