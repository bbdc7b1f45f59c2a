"""``digital:SHARE%``: so many of the jobcentre's interviews are held by telephone or video (44 today).

    minutes of an interview = in person * (1 - share * (1 - contact.digital_time_factor))
    effect of an interview  = in person * (1 - share * (1 - contact.digital_effect))

Both factors are labelled assumptions (0.85, range 0.7-1; 0.7, range 0-1): no study was read.
"""

from __future__ import annotations

from reforms.reform import Size, Texts
from reforms.templates.variant import Asked, Draft, Template


def _build(asked: Asked) -> Draft:
    percent = float(asked.read(r"(\d{1,3}(?:\.\d+)?)%")[1])
    if percent > 100.0:
        raise asked.error(f"found {percent:g} per cent, more than 100")
    where_en, where_da = asked.where("en"), asked.where("da")
    return Draft(
        Texts(
            f"{percent:g} per cent digital interviews{where_en}",
            f"{percent:g} pct. digitale samtaler{where_da}",
        ),
        Texts(
            (
                f"{percent:g} per cent of the jobcentre's interviews are held digitally{where_en}, "
                "44 per cent today."
            ),
            (f"{percent:g} pct. af jobcentrets samtaler holdes digitalt{where_da} mod 44 pct. i dag."),
        ),
        (asked.change("contact.digital_share", percent / 100.0),),
        (Size("contact.digital_share", "document", reason="The share is the user's."),),
    )


TEMPLATE = Template(
    name="digital",
    form="digital:PERCENT%[-in-MUNICIPALITIES][@DATE]",
    example="digital:60%",
    says=Texts("the share of interviews held digitally", "andelen af samtaler, der holdes digitalt"),
    why=Texts(
        (
            "A digital interview takes less time (mechanism: caseload) and may give less "
            "(mechanism: interview effect); which "
            "of the two weighs more is not known."
        ),
        (
            "En digital samtale tager mindre tid (mekanisme: sagsstamme) og giver måske mindre "
            "(mekanisme: samtalens virkning); "
            "hvad der vejer tungest, vides ikke."
        ),
    ),
    theme="digitalisation",
    mechanisms=("caseload", "interview_effect"),
    takes=("places", "when"),
    build=_build,
)
