"""``cut:AMOUNT@YEARS``: the employment effort gets so much less, in equal steps over the years.

    planned saving in year k of n = amount * k / n,   from the last year on: the amount

shared among the municipalities by their spending; staff and programmes are cut in their present proportion.
The amount is the user's; equal steps are an assumption, as in ``cut-3bn``, since no phasing was published
for any agreed saving.  What becomes of a plan is ``staffing.saving_realised_share``.
"""

from __future__ import annotations

from datetime import date

from reforms.reform import Size, Texts
from reforms.templates.variant import Asked, Draft, Template

_LEVER = "staffing.planned_saving_mio_kr"
_MOST_MIO_KR = 9000.0


def _build(asked: Asked) -> Draft:
    amount, unit = asked.read(r"(\d+(?:\.\d+)?)(bn|mio)").groups()
    million = float(amount) * (1000.0 if unit == "bn" else 1.0)
    if not 0.0 < million <= _MOST_MIO_KR:
        raise asked.error(f"found {million:g} million kr., beyond 0 to {_MOST_MIO_KR:g}")
    years = asked.years(2026, 2030)
    steps = {date(year, 1, 1): million * at / len(years) for at, year in enumerate(years, start=1)}
    en, da = f"{amount} {'bn' if unit == 'bn' else 'million'} kr.", _danish(amount, unit)
    span = f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0])
    how_en = "in equal steps" if len(years) > 1 else "at once"
    how_da = "i lige store trin" if len(years) > 1 else "på én gang"
    return Draft(
        Texts(f"Cut of {en} a year, {span}", f"Besparelse på {da} om året, {span}"),
        Texts(
            f"The employment effort gets {en} a year less by {years[-1]}, {how_en} from {years[0]}.",
            f"Beskæftigelsesindsatsen får {da} mindre om året i {years[-1]}, {how_da} fra {years[0]}.",
        ),
        (asked.path(_LEVER, steps),),
        (Size(_LEVER, "document", reason="The amount is the user's; equal steps are an assumption."),),
    )


def _danish(amount: str, unit: str) -> str:
    return f"{amount.replace('.', ',')} {'mia.' if unit == 'bn' else 'mio.'} kr."


TEMPLATE = Template(
    name="cut",
    form="cut:AMOUNT@YEARS with the amount in bn or mio (kr. a year)",
    example="cut:2.5bn@2026-2030",
    says=Texts("a cut, in equal steps over the years", "en besparelse i lige store trin over årene"),
    why=Texts(
        (
            "Money is the only cause changed: fewer caseworkers, with the lag with which staff "
            "follows a budget, and "
            "fewer places in programmes (mechanism: staffing). What does not fit in the hours "
            "waits."
        ),
        (
            "Penge er den eneste årsag, der ændres: færre sagsbehandlere, med den forsinkelse "
            "hvormed personale følger et "
            "budget, og færre pladser i tilbud (mekanisme: bemanding). Det, der ikke er timer "
            "til, venter."
        ),
    ),
    theme="savings",
    mechanisms=("staffing",),
    takes=("when",),
    build=_build,
)
