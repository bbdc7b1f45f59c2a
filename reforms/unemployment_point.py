"""What one percentage point more unemployment costs the public purse, from the model.

A run with the product's own recession is compared with the same run without it:

    kr. per point = extra net public cost, all years / extra gross unemployment (points), all years

KL's paper of 2024 says 8 bn kr. (F26) without a definition; :data:`DIFFERENCES` names what may differ.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Unpack

import pandas as pd

from reforms.fiscal import world_accounts
from reforms.price_level import price_level
from reforms.results import Comparison, do_plan, finishers_of, results_folder
from reforms.scenario import BASELINE_SCENARIO
from sim.outcomes.measures import Words
from sim.parameters import Origin
from sim.runs.options import UNEMPLOYMENT_POINT, RunFields, RunOptions, shows_run_options
from sim.runs.plan import Plan, Scenario, make_plan
from sim.stats.interval import UNKNOWN, Told, of_denmark, told_of

SCENARIO = "recession"
PUBLISHED = "F26"
MINISTRY = "R2-FM-07"
#: Why the model's figure and KL's are not the same thing.
DIFFERENCES = (
    "KL does not say whether its per cent is a percentage point; it is read as one.",
    "KL does not say which unemployment; here gross unemployed (dagpenge and job-ready kontanthjælp) in per "
    "cent of the labour force, while more people become sick, students or leave the labour force as well, "
    "and their cost is in the figure.",
    "KL does not say which costs; here benefits, refunds, effort and income taxes of state, municipalities "
    "and a-kasser, without VAT and duties.",
    "In the model more people leave work than become gross unemployed (most of the rest are outside the "
    "labour market for a time), and all of their taxes are forgone: that is why taxes weigh so much.",
    "The model's income tax is an average rate; wages are those of 2024 by education.",
)


def point_plan(options: RunOptions = UNEMPLOYMENT_POINT, **changed: Unpack[RunFields]) -> Plan:
    """Return the plan: the flat path, and the recession as a scenario beside it.

    Parameters
    ----------
    options, changed
        What :func:`sim.runs.plan.make_plan` takes; the demand must stay flat.
    """
    from sim.rules.demand_paths import demand_path

    origin = Origin(SCENARIO)
    changes = tuple(replace(change, origin=origin) for change in demand_path(SCENARIO))
    definition = {"title": {"en": "Recession", "da": "Lavkonjunktur"}, "changes": []}
    scenario = Scenario(SCENARIO, changes, SCENARIO, definition)
    return make_plan([BASELINE_SCENARIO, scenario], options, kind="compare", **changed)


@shows_run_options(UNEMPLOYMENT_POINT, without=["demand"])
def unemployment_point(*, out: Path | str | None = None, **options: Unpack[RunFields]) -> pd.DataFrame:
    """Work out what a percentage point more unemployment costs the public purse.

    A recession is held against flat demand, with the same people and random numbers: extra net public cost
    over extra gross unemployment.

    Parameters
    ----------
    out
        Folder of the results; run again with the same to continue.  If None, nothing is kept.
    **options
        The demand is the analysis's own.

    Returns
    -------
    What :func:`point_table` says: bn kr. a year per percentage point, by payer and account, 2024 prices;
    :func:`beside_published` holds it against KL's figure.

    Raises
    ------
    InputError
        If an option cannot be used; nothing has been run then.

    Examples
    --------
    >>> import jobvej
    >>> jobvej.unemployment_point(scale=0.05).query("payer == 'public'")  # doctest: +SKIP
    """
    asked = UNEMPLOYMENT_POINT.but(**options)
    plan = point_plan(asked)
    folder = results_folder(out)
    do_plan(plan, folder, asked, finishers_of(plan))
    return point_table(Comparison(folder, temporary=out is None))


def point_table(comparison: Comparison) -> pd.DataFrame:
    """Return bn kr. a year (fixed prices) per percentage point of gross unemployment.

    Returns
    -------
    Frame of payer, account (headings, spending = all but taxes, total), bn_kr_per_point, what is known of it
    about Denmark (:data:`sim.stats.interval.TOLD`), points (mean extra unemployment, percentage points).
    """
    changed = comparison.differences
    rate = changed[(changed["measure"] == "unemployment_rate") & (changed["municipality"] == 0)]
    points = rate.groupby(["draw", "replicate"])["difference"].sum()
    years = int(rate["period"].nunique())
    lines = world_accounts(comparison.folder)
    lines = lines[lines["prices"] == "fixed"]
    spent = lines[~lines["account"].isin(("taxes", "total"))].assign(account="spending")
    lines = pd.concat([lines, spent], ignore_index=True)
    keys = ["draw", "replicate", "payer", "account"]
    cost = lines.groupby(keys, sort=True)["difference"].sum() / 1e3
    ratio = cost.div(points).rename("difference").reset_index()
    by = ["payer", "account"]
    mean = ratio.groupby(by, sort=True)["difference"].mean().rename("bn_kr_per_point")
    table = mean.to_frame().join(of_denmark(ratio, by)).reset_index()
    return table.assign(points=float(points.mean()) / years)


class Said(NamedTuple):
    """What somebody says that a person out of work, or a point of unemployment, costs the public a year."""

    who: Words
    kr_per_person: float
    told: Told  # of kr_per_person about Denmark; of what is published at most the ends
    definition: Words
    source: str

    def bn_per_point(self, kr_per_person: float | None = None) -> float:
        """Return the same for one per cent of the labour force, bn kr."""
        each = self.kr_per_person if kr_per_person is None else kr_per_person
        return each * persons_of_a_point() / 1e9


def persons_of_a_point() -> float:
    """Return one per cent of the labour force (2024)."""
    from sim.data import municipalities

    return float(municipalities()["labour_force_2024_derived"].sum()) / 100.0


def published() -> list[Said]:
    """Return KL's 8 bn kr. a point and the ministry's 70,000 kr. a person, each on both scales."""
    from reforms.accounts.balance import ministry
    from sim.data import facts, rules

    kl, fm, by = facts().loc[PUBLISHED], rules().loc[MINISTRY], ministry()
    return [
        Said(
            Words("KL", "KL"),
            float(kl["value"]) * 1e9 / persons_of_a_point(),
            UNKNOWN,
            Words(
                "8 bn kr. for one per cent higher unemployment; neither unemployment nor costs are defined. "
                "Per person: over one per cent of the labour force.",
                "8 mia. kr. ved en procent højere ledighed; hverken ledighed eller udgifter er defineret. "
                "Pr. person: delt med en procent af arbejdsstyrken.",
            ),
            f"{kl['source_title']} ({kl['publisher']} {kl['source_year']}), {PUBLISHED}",
        ),
        Said(
            Words("Ministry of Employment", "Beskæftigelsesministeriet"),
            by.benefit_kr_a_person,
            UNKNOWN._replace(low95=by.benefit_range[0], high95=by.benefit_range[1]),
            Words(
                "70,000 kr. a year for each person from public support to a private job, 2014-17: benefits "
                "alone, no tax, no effort; brought to 2024 prices.",
                "70.000 kr. om året pr. person fra offentlig forsørgelse til privat job, 2014-17: alene "
                "ydelser, uden skat og indsats; omregnet til 2024-priser.",
            ),
            f"{fm['source_title']} ({fm['publisher']}), {MINISTRY}",
        ),
    ]


def of_the_model(benefit: float, source: str) -> list[Said]:
    """Return what the model's books say of one person for a year, by two definitions.

    Parameters
    ----------
    benefit
        Average benefit of a recipient a year before tax, fixed prices.
    source
        Where it is from.
    """
    from sim.parameters import load_parameters
    from sim.vocabulary import Education

    law, day = load_parameters(), date(price_level().price_year, 7, 1)
    tax = sum(law.in_force(name, day)[0] for name in ("taxes.state_share", "taxes.municipal_share"))
    wage = law.in_force("wages.by_education_kr_year", day)[Education.BASIC]
    back = law.in_force("taxes.feedback_share", day)[0]
    more = (1.0 - tax) * (wage - benefit)
    return [
        Said(
            Words("Jobvej, benefit alone", "Jobvej, alene ydelsen"), benefit, UNKNOWN,
            Words(
                "Average temporary benefit of a full year before tax, paid by state, municipality and "
                "a-kasse together.",
                "Gennemsnitlig midlertidig ydelse i et helt år før skat, betalt af stat, kommune og a-kasse "
                "tilsammen.",
            ),
            source,
        ),
        Said(
            Words("Jobvej, benefit, income tax, feedback", "Jobvej, ydelse, indkomstskat og tilbageløb"),
            benefit + tax * (wage - benefit) + back * more, UNKNOWN,
            Words(
                "The benefit, income tax on the wage of a basic education less benefit, and VAT and duties "
                "on what is left of it: somebody goes from benefit to work, and takes nobody's place.",
                "Ydelsen, indkomstskat af lønnen med grundskole minus ydelsen, og moms og afgifter af det, "
                "der er tilbage: en person går fra ydelse til arbejde og tager ingens plads.",
            ),
            source,
        ),
    ]  # fmt: skip


def of_a_recession(table: pd.DataFrame) -> list[Said]:
    """Return what a run of :func:`unemployment_point` says, with and without taxes forgone.

    Parameters
    ----------
    table
        What :func:`point_table` returns.
    """
    public = table[table["payer"] == "public"].set_index("account")
    each = 1e9 / persons_of_a_point()
    told = (
        (
            "total",
            Words("Jobvej, a recession, tax forgone", "Jobvej, lavkonjunktur, med mistet skat"),
        ),
        ("spending", Words("Jobvej, a recession, spending alone", "Jobvej, lavkonjunktur, alene udgifter")),
    )
    return [
        Said(
            who,
            float(public.loc[account, "bn_kr_per_point"]) * each,
            told_of(public.loc[account]).times(each),
            Words(
                "Extra net public cost over extra gross unemployment (points), all years; others who leave "
                "work are in the cost.",
                "Ekstra offentlig nettoudgift over ekstra bruttoledighed (procentpoint), alle år; andre, der "
                "forlader arbejde, er med i udgiften.",
            ),
            "this run, 2024 prices",
        )
        for account, who in told
    ]


def beside_published(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the model's figure, with and without taxes forgone, beside the published ones, as rows to print.

    Parameters
    ----------
    table
        What :func:`point_table` returns.
    """
    return [
        {
            "who": said.who.en,
            "bn_kr_per_point": said.bn_per_point(),
            **{
                name: None if math.isnan(end) else said.bn_per_point(end)
                for name in ("low80", "high80", "low95", "high95")
                for end in (getattr(said.told, name),)
            },
            "kr_per_person": said.kr_per_person,
            "definition": said.definition.en,
            "source": said.source,
        }
        for said in (*of_a_recession(table), *published())
    ]
