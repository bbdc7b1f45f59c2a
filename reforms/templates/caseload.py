"""``caseload:N-in-MUNICIPALITIES``: no full-time caseworker has more than N cases.

    staff aimed at = max(staff aimed at otherwise, open cases / N)

Staff moves towards it with its usual lag, and the municipality pays.  Published ceilings: 40-55 were
recommended in 2013 (C27), Hjørring went from 80 to 35 (C145).  N is the user's.
"""

from __future__ import annotations

from reforms.reform import Size, Texts
from reforms.templates.variant import Asked, Draft, Template


def _build(asked: Asked) -> Draft:
    cases = int(asked.read(r"(\d{1,3})")[1])
    if cases < 5:
        raise asked.error(f"found {cases} cases, fewer than 5")
    where_en, where_da = asked.where("en"), asked.where("da")
    return Draft(
        Texts(
            f"At most {cases} cases a caseworker{where_en}",
            f"Højst {cases} sager pr. sagsbehandler{where_da}",
        ),
        Texts(
            f"Municipalities hire until no full-time caseworker has more than {cases} cases{where_en}.",
            f"Kommunerne ansætter, til ingen fuldtidssagsbehandler har mere end {cases} sager{where_da}.",
        ),
        (asked.change("staffing.caseload_ceiling", cases),),
        (Size("staffing.caseload_ceiling", "document", ("C27", "C145"), "The number is the user's."),),
    )


TEMPLATE = Template(
    name="caseload",
    form="caseload:CASES[-in-MUNICIPALITIES][@DATE]",
    example="caseload:35-in-Aalborg",
    says=Texts("at most so many cases a caseworker", "højst så mange sager pr. sagsbehandler"),
    why=Texts(
        (
            "More caseworkers share the cases, with the lag with which staff follows a budget, at "
            "the municipality's cost "
            "(mechanism: staffing); due interviews are held and there is time for more."
        ),
        (
            "Flere sagsbehandlere deler sagerne, med den forsinkelse hvormed personale følger et "
            "budget og for kommunens "
            "regning (mekanisme: bemanding); samtaler holdes til tiden, og der bliver tid til "
            "flere."
        ),
    ),
    theme="organisation",
    mechanisms=("staffing",),
    takes=("places", "when"),
    build=_build,
)
