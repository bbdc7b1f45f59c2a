"""``roll-out:REFORM-in-MUNICIPALITIES``: a reform in some municipalities only, as in the welfare agreements.

    every change of the reform, with the same dates and sizes, in the municipalities named and nowhere else

The other municipalities are in the same run and share the labour market, so displacement across borders is
seen.  A reform that is itself for some municipalities, or changes a number that holds for the country, is
refused.
"""

from __future__ import annotations

from dataclasses import replace

from reforms.reform import Texts
from reforms.templates.variant import Asked, Draft, Template
from sim.parameters import Origin


def _build(asked: Asked) -> Draft:
    if asked.places is None:
        raise asked.error("found no municipalities")
    reform = asked.find(asked.value)
    if not reform.runnable or not reform.changes:
        raise asked.error(f"'{asked.value}' has no changes to roll out")
    bound = next((change for change in reform.changes if change.municipalities is not None), None)
    if bound is not None:
        raise asked.error(f"'{asked.value}' changes '{bound.parameter}' in municipalities of its own")
    origin = Origin(asked.spec)
    changes = tuple(replace(each, municipalities=asked.places, origin=origin) for each in reform.changes)
    en, da = asked.where("en"), asked.where("da")
    return Draft(
        Texts(f"{reform.title('en')}{en}", f"{reform.title('da')}{da}"),
        Texts(f"Only{en}: {reform.summary('en')}", f"Kun{da}: {reform.summary('da')}"),
        changes,
        reform.sizes,
    )


TEMPLATE = Template(
    name="roll-out",
    form="roll-out:REFORM-in-MUNICIPALITIES",
    example="roll-out:fewer-target-groups-in-Aarhus,Odense",
    says=Texts("a reform in some municipalities only", "en reform kun i nogle kommuner"),
    why=Texts(
        (
            "The same causes as in the reform, through the same mechanisms, where it is rolled out; the "
            "others feel it only through the labour market they share (mechanisms: matching and "
            "displacement)."
        ),
        (
            "De samme årsager som i reformen, gennem de samme mekanismer, hvor den rulles ud; de andre "
            "mærker den kun gennem det arbejdsmarked, de deler (mekanismer: matching og fortrængning)."
        ),
    ),
    theme="governance",
    mechanisms=(),
    takes=("places",),
    build=_build,
)
