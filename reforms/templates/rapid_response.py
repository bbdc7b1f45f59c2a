"""``rapid-response`` or ``rapid-response:SHARE%``: the jobcentre meets those in a collective dismissal.

    share met at the workplace before they leave, and every fourth week from the first week of unemployment

100 per cent unless another share is given; KL's proposal (``kl-rapid-response``) is taken as 80.  What an
interview gives is the model's; a German trial of interviews before job loss found nothing (M19).
"""

from __future__ import annotations

from reforms.reform import Size, Texts
from reforms.templates.variant import Asked, Draft, Template


def _build(asked: Asked) -> Draft:
    percent = float(asked.read(r"(\d{1,3})%")[1])
    if not 0.0 < percent <= 100.0:
        raise asked.error(f"found {percent:g} per cent, beyond 0 to 100")
    en, da = asked.where("en"), asked.where("da")
    return Draft(
        Texts(f"Rapid response to mass layoffs{en}", f"Hurtig indsats ved større afskedigelser{da}"),
        Texts(
            f"The jobcentre meets {percent:g} per cent of those in a collective dismissal at work{en}.",
            f"Jobcentret møder {percent:g} pct. af de berørte af en større fyring på arbejdspladsen{da}.",
        ),
        (asked.change("contact.rapid_response_share", percent / 100.0),),
        (Size("contact.rapid_response_share", "document", ("M19",), "The share is the user's."),),
    )


TEMPLATE = Template(
    name="rapid-response",
    form="rapid-response[:PERCENT%][-in-MUNICIPALITIES][@DATE]",
    example="rapid-response:80%",
    says=Texts("meet those in a mass layoff at work", "mød de berørte af en massefyring på arbejdspladsen"),
    why=Texts(
        (
            "An interview before the job ends starts the search earlier, and the jobcentre stays in touch"
            " beside the a-kasse, at the cost of caseworkers' hours (mechanism: mass layoffs)."
        ),
        (
            "En samtale, inden jobbet ophører, sætter søgningen tidligere i gang, og jobcentret holder "
            "kontakten ved siden af a-kassen, på bekostning af sagsbehandlertimer (mekanisme: større "
            "afskedigelser)."
        ),
    ),
    theme="employers",
    mechanisms=("mass_layoffs",),
    takes=("places", "when"),
    build=_build,
    default="100%",
)
