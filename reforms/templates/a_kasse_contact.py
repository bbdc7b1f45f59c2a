"""``a-kasse-contact:MONTHS``: the a-kasse holds the contact with the insured for so many months.

    weeks = months * 52.18 / 12, rounded,   interviews = 3 * weeks / 13, rounded, at least 1

Three interviews in three months are the law (LAB section 31); as many a month in a longer period are an
assumption (range: one a month less to the same).  The jobcentre meets the insured only afterwards.
"""

from __future__ import annotations

from reforms.reform import Size, Texts
from reforms.templates.variant import Asked, Draft, Template
from sim.calendar import WEEKS_A_YEAR


def _build(asked: Asked) -> Draft:
    months = int(asked.read(r"(\d{1,2})m")[1])
    if months > 12:
        raise asked.error(f"found {months} months, more than 12")
    weeks = round(months * WEEKS_A_YEAR / 12.0)
    interviews = max(round(3.0 * weeks / 13.0), 1) if weeks else 0
    en, da = asked.where("en"), asked.where("da")
    changes = [asked.change("contact.a_kasse_weeks", weeks)]
    if interviews != 3:
        changes.append(asked.change("contact.a_kasse_interviews", interviews))
    return Draft(
        Texts(
            f"The a-kasse holds the contact for {months} months{en}",
            f"A-kassen har kontakten i {months} måneder{da}",
        ),
        Texts(
            (
                f"The a-kasse meets the insured in the first {weeks} weeks, {interviews} times; "
                "the jobcentre follows."
            ),
            (
                f"A-kassen møder de forsikrede i de første {weeks} uger, {interviews} gange; "
                "derefter jobcentret."
            ),
        ),
        tuple(changes),
        (
            Size("contact.a_kasse_weeks", "document", reason="The months are the user's."),
            Size(
                changes[-1].parameter,
                "assumption",
                ("CON-05",),
                "As many interviews a month as the law asks for today.",
                max(changes[-1].values[0][1] - max(months, 1), 0.0),
                changes[-1].values[0][1],
            ),
        ),
    )


TEMPLATE = Template(
    name="a-kasse-contact",
    form="a-kasse-contact:MONTHSm[-in-MUNICIPALITIES][@DATE]",
    example="a-kasse-contact:6m",
    says=Texts("how long the a-kasse holds the contact", "hvor længe a-kassen har kontakten"),
    why=Texts(
        (
            "Who holds the contact in the first months changes (mechanisms: a-kasse contact and "
            "statutory contact): the "
            "jobcentre's hours are freed, the state pays the a-kasse, and the jobcentre knows the "
            "insured later."
        ),
        (
            "Det ændres, hvem der har kontakten i de første måneder (mekanismer: a-kassens og "
            "lovpligtige samtaler): "
            "jobcentrets timer frigøres, staten betaler a-kassen, og jobcentret lærer de "
            "forsikrede at kende senere."
        ),
    ),
    theme="contact",
    mechanisms=("a_kasse_contact", "interview_effect", "relation", "caseload"),
    takes=("places", "when"),
    build=_build,
)
