"""``mass-layoff:N-in-MUNICIPALITY@WEEK``: so many lose their jobs in one week at the largest workplaces.

    laid off = N of those who work at the largest workplaces, wherever they live; their jobs are gone

Sæby in 2023 was 700.  With ``+rapid-response`` the jobcentre meets them; the difference between the two is
what that does. See :mod:`sim.mechanisms.mass_layoffs`.
"""

from __future__ import annotations

from reforms.reform import Size, Texts
from reforms.templates.variant import Asked, Draft, Template, week_after


def _build(asked: Asked) -> Draft:
    persons = int(asked.read(r"(\d{1,6})")[1])
    if asked.places is None or len(asked.places) != 1:
        raise asked.error("found no single municipality")
    if persons == 0:
        raise asked.error("found nobody laid off")
    week = asked.week()
    days = {week.monday: float(persons)}
    where_en, where_da = asked.where("en"), asked.where("da")
    return Draft(
        Texts(
            f"{persons:,} laid off{where_en} in {week.label}",
            f"{persons:,} fyret{where_da} i {week.label}".replace(",", ".", 1 if persons > 999 else 0),
        ),
        Texts(
            (
                f"In {week.label} {persons} persons lose their jobs at the largest "
                f"workplaces{where_en}; the jobs are gone."
            ),
            (
                f"I {week.label} mister {persons} personer jobbet på de største "
                f"arbejdspladser{where_da}; jobbene er væk."
            ),
        ),
        (asked.path("demand.mass_layoff_persons", days, until=week_after(week.monday)),),
        (Size("demand.mass_layoff_persons", "document", reason="The number and the week are the user's."),),
    )


TEMPLATE = Template(
    name="mass-layoff",
    form="mass-layoff:PERSONS-in-MUNICIPALITY@WEEK",
    example="mass-layoff:800-in-Lolland@2026-W10",
    says=Texts("a mass layoff (add +rapid-response)", "en massefyring (læg +rapid-response til)"),
    why=Texts(
        (
            "Jobs are gone and people are without work at once (mechanism: mass layoffs); they "
            "compete with others for the "
            "vacancies of the commuting area, and it takes years before as many jobs are there "
            "again."
        ),
        (
            "Job forsvinder, og borgere bliver ledige på én gang (mekanisme: større "
            "afskedigelser); de konkurrerer med andre om de "
            "ledige stillinger i pendlingsoplandet, og der går år, før der igen er lige så mange "
            "job."
        ),
    ),
    theme="employers",
    mechanisms=("mass_layoffs",),
    takes=("places", "when"),
    build=_build,
)
