"""``interviews:every-N-weeks-for-GROUPS``: statutory interviews at least every N weeks, as long as it takes.

    interviews in the first 26 weeks = 26 / N (dagpenge: 13 / N, after the a-kasse's)
    interval after = N weeks

Rounded to whole interviews, at least one.  A rule of law, so the number is the user's; what does not fit in
caseworkers' hours waits.
"""

from __future__ import annotations

from reforms.reform import Size, Texts
from reforms.templates.variant import MET_GROUPS, Asked, Draft, Template


def _build(asked: Asked) -> Draft:
    weeks = int(asked.read(r"every-(\d{1,2})-weeks?")[1])
    if not 1 <= weeks <= 52:
        raise asked.error(f"found every {weeks} weeks, beyond 1 to 52")
    groups = asked.groups or MET_GROUPS
    changes = []
    for group in groups:
        first = max(round((13.0 if group == "dagpenge" else 26.0) / weeks), 1)
        changes.append(asked.change(f"contact.interviews_first_26_weeks[{group}]", first))
        changes.append(asked.change(f"contact.interval_weeks_after_26[{group}]", weeks))
    who_en, who_da = asked.who("en"), asked.who("da")
    return Draft(
        Texts(
            f"Interviews every {weeks} weeks for {who_en}{asked.where('en')}",
            f"Samtaler hver {weeks}. uge for {who_da}{asked.where('da')}",
        ),
        Texts(
            (
                f"The law asks for an interview at least every {weeks} weeks with {who_en}, "
                "however long it takes."
            ),
            (f"Loven kræver en samtale mindst hver {weeks}. uge med {who_da}, uanset forløbets længde."),
        ),
        tuple(changes),
        (Size("contact.interval_weeks_after_26", "document", reason="The weeks are the user's."),),
    )


TEMPLATE = Template(
    name="interviews",
    form="interviews:every-N-weeks[-for-GROUPS][-in-MUNICIPALITIES][@DATE]",
    example="interviews:every-4-weeks-for-kontanthjaelp",
    says=Texts("interviews at least every N weeks", "samtaler mindst hver N. uge"),
    why=Texts(
        (
            "Statutory interviews claim caseworkers' hours first (mechanism: statutory contact); "
            "an interview raises job "
            "finding for some weeks, and what it pushes aside is what the hours went to before."
        ),
        (
            "Lovpligtige samtaler lægger først beslag på sagsbehandlernes timer (mekanisme: "
            "lovpligtige samtaler); en samtale "
            "øger jobchancen i nogle uger, og det, den fortrænger, er det, timerne før gik til."
        ),
    ),
    theme="contact",
    mechanisms=("statutory_contact",),
    takes=("groups", "places", "when"),
    build=_build,
)
