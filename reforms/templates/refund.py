"""``refund:A/B/C/D``: the state's refund in per cent in the four steps of the refund clock.

    state share = A, B, C, D per cent in weeks 1-4, 5-26, 27-52 and after;   co-financing = 100 - the same

Today it is 80/40/30/20 (lov om kommunernes finansiering, section 5), mirrored in the same way.  No lump sum
makes up for what a scale costs municipalities or the state: ``--set refund.block_grant_neutral=1`` adds it.
"""

from __future__ import annotations

from reforms.reform import Size, Texts
from reforms.templates.variant import Asked, Draft, Template
from sim.parameters import Change
from sim.vocabulary import REFUND_STEPS

_TODAY = (80.0, 40.0, 30.0, 20.0)


def _build(asked: Asked) -> Draft:
    steps = [float(each) for each in asked.read(r"(\d{1,3})/(\d{1,3})/(\d{1,3})/(\d{1,3})").groups()]
    if max(steps) > 100.0:
        raise asked.error(f"found {max(steps):g} per cent, more than 100")
    if tuple(steps) == _TODAY:
        raise asked.error("found the steps of today, which change nothing")
    scale = "/".join(f"{percent:g}" for percent in steps)
    en, da = asked.where("en"), asked.where("da")
    return Draft(
        Texts(f"Refund of {scale} per cent{en}", f"Refusion på {scale} pct.{da}"),
        Texts(
            f"The state refunds {scale} per cent in weeks 1-4, 5-26, 27-52 and later; the rest is municipal.",
            f"Staten refunderer {scale} pct. i uge 1-4, 5-26, 27-52 og senere; resten er kommunens.",
        ),
        tuple(_changes(asked, steps)),
        (Size("refund.state_share", "document", reason="The steps are the user's."),),
    )


def _changes(asked: Asked, steps: list[float]) -> list[Change]:
    """Return the steps that differ from today's: a change that changes nothing is refused as a mistake."""
    changes = []
    for step, percent, today in zip(REFUND_STEPS, steps, _TODAY, strict=True):
        if percent != today:
            changes.append(asked.change(f"refund.state_share[{step}]", percent / 100.0))
            changes.append(asked.change(f"refund.cofinancing_share[{step}]", (100.0 - percent) / 100.0))
    return changes


TEMPLATE = Template(
    name="refund",
    form="refund:A/B/C/D[-in-MUNICIPALITIES][@DATE], per cent in weeks 1-4, 5-26, 27-52 and after",
    example="refund:80/50/20/0@2027",
    says=Texts("the steps of the refund scale, per cent", "refusionstrappens trin i procent"),
    why=Texts(
        (
            "The value to a municipality of a week less on benefit is (1 - refund) times the benefit. "
            "With other steps hours and staff follow other weeks, within bounds (mechanism: municipal "
            "reaction)."
        ),
        (
            "Værdien for en kommune af en uge mindre på ydelse er (1 - refusion) gange ydelsen. Med andre"
            " trin følger timer og personale andre uger, inden for grænser (mekanisme: kommunernes "
            "reaktion på økonomi)."
        ),
    ),
    theme="refund",
    mechanisms=("municipal_reaction",),
    takes=("places", "when"),
    build=_build,
)
