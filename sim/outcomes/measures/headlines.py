"""Figures of the whole country that stand for everything where only a few lines are told."""

from __future__ import annotations

from typing import NamedTuple

from sim.outcomes.measures.measure import Words


class Column(NamedTuple):
    """A column of the league: its name in the table, and its head on the page."""

    name: str
    head: Words


class Headline(NamedTuple):
    """A measure of a group, and where it is told.

    Attributes
    ----------
    measure, group
        The cell of the outcomes.
    words
        What it is called, without its unit.
    on_screen
        Whether the command line prints it when a comparison is done.
    in_pairing
        Whether ``jobvej pairing`` tells what pairing saves in it.
    column
        Its column in the league, if it has one.
    with_level
        Whether the baseline's level is told beside the difference; that of the public books says nothing.
    """

    measure: str
    group: str
    words: Words
    on_screen: bool = False
    in_pairing: bool = False
    column: Column | None = None
    with_level: bool = True


#: In the order in which they are told.
HEADLINES: tuple[Headline, ...] = (
    Headline(
        "self_support_weeks",
        "all",
        Words("in self-support (work or own means)", "i selvforsørgelse (arbejde eller egne midler)"),
        on_screen=True,
        in_pairing=True,
        column=Column(
            "self_support", Words("thousand weeks of self-support", "tusind ugers selvforsørgelse")
        ),
    ),
    Headline(
        "mean_duration",
        "unemployed_gross",
        Words("mean duration of unemployment", "gennemsnitlig varighed af ledighed"),
        on_screen=True,
        in_pairing=True,
    ),
    Headline(
        "mean_duration",
        "temporary_support",
        Words("mean duration on temporary benefits", "gennemsnitlig varighed på midlertidige ydelser"),
        in_pairing=True,
        column=Column("weeks", Words("weeks", "uger")),
    ),
    Headline("stock", "unemployed_gross", Words("gross unemployed", "bruttoledige"), on_screen=True),
    Headline(
        "stock",
        "temporary_support",
        Words("on temporary benefits", "på midlertidige ydelser"),
        on_screen=True,
        column=Column("persons", Words("persons on benefits", "personer på ydelse")),
    ),
    Headline(
        "net_public_cost",
        "all",
        Words("net public cost", "offentlig nettoudgift"),
        on_screen=True,
        in_pairing=True,
        with_level=False,
    ),
    Headline(
        "public_balance",
        "all",
        Words(
            "public balance after feedback (plus: better)", "offentlig saldo efter tilbageløb (plus: bedre)"
        ),
        on_screen=True,
        with_level=False,
    ),
    Headline(
        "structural_employment",
        "all",
        Words("in ordinary work", "i ordinært arbejde"),
        on_screen=True,
    ),
)
