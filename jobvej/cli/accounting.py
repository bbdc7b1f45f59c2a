"""The command that says who pays: the accounts as they are kept, and the public balance."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobvej.cli.options import (
    JsonOption,
    LangOption,
    language,
    note_if_made_otherwise,
    one_of,
    print_rows,
    rows_of,
    with_examples,
)
from sim.errors import InputError, suggest

if TYPE_CHECKING:
    import pandas as pd

    from reforms.accounts.budget import Budget

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Results of jobvej compare, or run.")]
PAYERS = ("state", "municipality", "a_kasse", "public")
#: Kroner below which a line is not printed: half of what is shown as 0.1 million.
_SMALLEST = 0.05e6
#: The lines that are not printed, together.
OTHER = "other"
_SAVED = (
    "Øre of each krone of benefit saved when somebody leaves it for work a week sooner, after a year on the "
    "refund clock (JSON has every step).\nbefore = own share + local tax; alone = when all is settled and no "
    "other municipality saved; together = when all save.\nplace: rung of the equalisation, for a "
    "municipality of average size. How far what is not in the budget guarantee is settled is an assumption."
)
_SAVED_DA = (
    "Øre af hver krone sparet ydelse, når en person kommer i arbejde en uge før, efter et år på "
    "refusionstrappen (JSON har alle trin).\nbefore = egen andel + kommuneskat; alone = når alt er "
    "reguleret, og ingen anden kommune sparer; together = når alle sparer.\nplace: trin i udligningen, "
    "for en kommune af gennemsnitlig størrelse. Hvor meget der reguleres uden for garantien, er antaget."
)
_PLANNED = (
    "What the planned saving in force in {year} is for a municipality, DKK m a year, prices of the plan.\n"
    "share of national = by inhabitants; of it, frame = on its own frame, staff = on staff (6.45.53); "
    "grant = what leaves its block grant (agreed, or for tasks removed)."
)
_PLANNED_DA = (
    "Hvad den planlagte besparelse i {year} er for en kommune, mio. kr. om året, planens priser.\n"
    "share of national = efter indbyggertal; heraf frame = på kommunens egen ramme, staff = på personale "
    "(6.45.53); grant = hvad der trækkes i bloktilskuddet (aftalt eller for opgaver, der falder bort)."
)
_SMALLER, _SMALLER_DA = "Smaller lines together", "Mindre linjer tilsammen"


@with_examples
def accounts(
    folder: FolderArgument,
    municipality: Annotated[
        str | None, typer.Option(metavar="NAME|CODE", help="One municipality's own accounts.")
    ] = None,
    budget: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The municipality's own figures (docs/accounts.md) as anchor."),
    ] = None,
    prices: Annotated[
        str | None,
        typer.Option(
            metavar="fixed|current",
            help="2024 prices (the country's default), or each year's (a municipality's).",
        ),
    ] = None,
    perspective: Annotated[
        str | None,
        typer.Option(
            metavar="together|alone",
            help="All municipalities act and the state settles, or each as if it alone had changed. "
            "[default: both for a municipality, together for the country]",
        ),
    ] = None,
    reform: Annotated[
        str | None, typer.Option("--reform", "-r", metavar="NAME", help="Only this reform of the results.")
    ] = None,
    payer: Annotated[
        str | None,
        typer.Option(metavar="state|municipality|a_kasse|public", help="Only this payer."),
    ] = None,
    balance: Annotated[
        bool,
        typer.Option("--balance", help="The public balance instead: as the ministry counts, and Jobvej."),
    ] = False,
    saved: Annotated[
        bool,
        typer.Option(
            "--saved-krone",
            help="What a municipality keeps of a krone of benefit saved, by rung and benefit: before and "
            "after settlement, alone and together. Law and central values.",
        ),
    ] = False,
    planned: Annotated[
        bool,
        typer.Option(
            "--planned",
            help="What a planned saving is for a municipality: its share of the country's, on its frame, on "
            "staff, and out of its block grant. Four amounts that are easily mixed.",
        ),
    ] = False,
    levels: Annotated[
        bool, typer.Option("--levels", help="Print baseline and reform beside the difference.")
    ] = False,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Show who pays for a reform, on the accounts of a budget, by year: reform minus baseline.

    Plus costs more. DKK m; the last columns are kr. per inhabitant in the last year, and the present
    value (2024 prices, the ministry's rates). JSON has every price, perspective and payer.

    jobvej accounts results/headline --payer public
    jobvej accounts results/headline --municipality Hjørring --budget hjoerring.yaml
    jobvej accounts results/headline --balance
    jobvej accounts results/headline --saved-krone
    jobvej accounts results/headline --planned --municipality Lemvig
    jobvej accounts results/headline --json
    """
    for option, value, known in (
        ("--prices", prices, ("fixed", "current")),
        ("--perspective", perspective, ("together", "alone")),
        ("--payer", payer, PAYERS),
    ):
        if value is not None:
            one_of(option, value, known)
    language(lang)
    from reforms.accounts import read_budget, sheet
    from reforms.results import finished_folder
    from sim.data import municipality_code
    from sim.runs.reading import manifest_of

    given = read_budget(budget) if budget else None
    code = municipality_code(municipality) if municipality is not None else None
    code = given.code if given and code is None else code
    finished_folder(folder)
    compared = balance or manifest_of(folder)["kind"] != "run"
    finished_folder(folder, "ledger_differences" if compared else "ledger")
    note_if_made_otherwise(folder)
    if balance:
        _print_balance(folder, reform, lang, as_json)
        return
    if saved or planned:
        show = partial(_print_saved, given=given) if saved else _print_planned
        show(folder, code, reform, lang, as_json)
        return
    table = sheet(folder, municipality=code, budget=given)
    table = _chosen(table, "scenario", reform, folder)
    if payer is not None:
        table = table[table["payer"] == payer]
    if as_json:
        for column, value in (("price", prices), ("perspective", perspective)):
            table = table if value is None else table[table[column] == value]
        print_rows(rows_of(table), True, ())
        return
    price = prices or ("fixed" if code is None else "current")
    views = [perspective] if perspective else ["together"] if code is None else ["together", "alone"]
    if payer is None and code is not None:
        table = table[table["payer"] == "municipality"]
    _print_sheet(table[table["perspective"].isin(views)], code, price, levels, lang)


def _print_sheet(table: pd.DataFrame, code: int | None, price: str, levels: bool, lang: str) -> None:
    """Print the lines of each payer with a column a year; ``levels``: baseline and reform above them.

    Small lines are one line together, so that what is printed adds up to the total.
    """
    import pandas as pd

    from reforms.accounts.chart import title_of
    from reforms.accounts.sheet import LEVEL, inhabitants, present_values

    keys = ["scenario", "payer", "perspective", "account"]
    table = _small_together(table, price, levels)
    shown = table[table["price"] == price]
    value = present_values(table).set_index(keys)["amount_kr"]
    in_order = pd.MultiIndex.from_frame(shown[keys].drop_duplicates())
    wide = shown.pivot_table(index=keys, columns="year", values="amount_kr").reindex(in_order)
    baseline = shown.pivot_table(index=keys, columns="year", values="baseline_kr").reindex(in_order)
    heads = inhabitants(code)
    years = {str(year): str(year) for year in wide.columns}
    names = {name: name for name in keys}
    rows: list[dict[str, Any]] = [names | years | {"head": "kr. a head", "pv": "present value", "title": ""}]
    for at, line in wide.iterrows():
        where = dict(zip(keys, at if isinstance(at, tuple) else (at,), strict=True))
        cells = {str(year): f"{amount / 1e6:+,.1f}" for year, amount in line.items()}
        last = f"{line.iloc[-1] / heads:+,.0f}"
        present = f"{value[at] / 1e6:+,.1f}" if at in value.index else ""
        account = where["account"]
        title = (_SMALLER_DA if lang == "da" else _SMALLER) if account == OTHER else title_of(account, lang)
        if levels:
            before = baseline.loc[at]
            for name, amounts in (("baseline", before), ("reform", before + line)):
                level = {str(year): f"{amount / 1e6:,.1f}" for year, amount in amounts.items()}
                rows.append(where | level | {"head": "", "pv": name, "title": title})
        rows.append(where | cells | {"head": last, "pv": present, "title": title})
    what = "Booked" if (table["what"] == LEVEL).any() else "Reform minus baseline"
    typer.echo(
        f"{what}, DKK m a year of 365.25 days, {price} prices (present value: 2024's). Plus costs more. "
        "together: all act and the state settles; alone: each as if it alone had changed."
    )
    print_rows(rows, False, [*keys, *years, "head", "pv", "title"])
    if code is not None:
        typer.echo(_below(lang))


def _small_together(table: pd.DataFrame, price: str, levels: bool) -> pd.DataFrame:
    """Return a sheet with the lines that are small in every year of a price as one, above the total.

    A line is small by its difference, and with ``levels`` by its baseline as well.
    """
    import pandas as pd

    from reforms.accounts.chart import TOTAL

    keys = ["scenario", "payer", "perspective", "account"]
    looked_at = ["amount_kr", "baseline_kr"] if levels else ["amount_kr"]

    def is_large(rows: pd.DataFrame) -> pd.Series:
        """Whether the line of each row is large in any year of the price."""
        here = rows[looked_at].abs().where(rows["price"] == price, 0.0).max(axis=1)
        return here.groupby([rows[key] for key in keys]).transform("max") > _SMALLEST

    is_total = table["account"] == TOTAL
    large = is_large(table)
    by = [*keys, "price", "what", "year"]
    small = table[~large & ~is_total].assign(account=OTHER)
    together = small.groupby(by, as_index=False, sort=False)[["amount_kr", "baseline_kr"]].sum()
    parts = [table[large & ~is_total], together[is_large(together)], table[is_total]]
    whole = pd.concat([part for part in parts if len(part)], ignore_index=True)
    order = {
        at: n for n, at in enumerate(table[keys[:3]].drop_duplicates().itertuples(index=False, name=None))
    }
    place = [order[at] for at in whole[keys[:3]].itertuples(index=False, name=None)]
    return whole.assign(place=place).sort_values("place", kind="stable").drop(columns="place")


def _below(lang: str) -> str:
    """Return what stands under a municipality's sheet: net of refunds, and accounts that are elsewhere."""
    from reforms.accounts.chart import without_entries

    lines = without_entries()
    inside = [(number, line.stands_in) for number, line in lines.items() if line.stands_in]
    empty = [number for number, line in lines.items() if not line.stands_in]
    if lang == "da":
        joined = "; ".join(f"{number} ligger i {other}" for number, other in inside)
        return (
            "Beløb er netto: efter refusion og medfinansiering; spending_kr i --budget er før refusion. "
            f"{joined}; modellen har intet på {', '.join(empty)} (docs/accounts.md)."
        )
    joined = "; ".join(f"{number} stands in {other}" for number, other in inside)
    return (
        "Amounts are net: after refunds and co-financing; spending_kr of --budget is before refunds. "
        f"{joined}; the model has nothing on {', '.join(empty)} (docs/accounts.md)."
    )


def _print_balance(folder: Path, reform: str | None, lang: str, as_json: bool) -> None:
    """Print the public balance as the ministry counts and as Jobvej counts, and what lies between."""
    from reforms.accounts.balance import bridge, title_of_step

    table = _chosen(bridge(folder), "scenario", reform, folder)
    if as_json:
        print_rows(rows_of(table), True, ())
        return
    keys = ["scenario", "convention", "step"]
    wide = table.pivot_table(index=keys, columns="year", values="amount_kr", sort=False)
    years = {str(year): str(year) for year in wide.columns}
    rows: list[dict[str, Any]] = [{name: name for name in keys} | years | {"title": ""}]
    for at, line in wide.iterrows():
        where = dict(zip(keys, at if isinstance(at, tuple) else (at,), strict=True))
        cells = {str(year): f"{amount / 1e6:+,.0f}" for year, amount in line.items()}
        rows.append(where | cells | {"title": title_of_step(where["step"], lang)})
    typer.echo("Reform minus baseline, DKK m a year of 365.25 days, 2024 prices. Plus costs more.")
    print_rows(rows, False, [*keys, *years, "title"])


def _print_saved(
    folder: Path, code: int | None, reform: str | None, lang: str, as_json: bool, *, given: Budget | None
) -> None:
    """Print what is kept of a krone of benefit saved: of the law, and of reforms that change it."""
    from reforms.accounts.saved_krone import saved_krone
    from reforms.accounts.sheet import last_year
    from sim.data import municipalities
    from sim.runs.plan import BASELINE
    from sim.states import STATE_LABELS_DA, STATE_LABELS_EN

    table = saved_krone(folder, last_year(folder), municipality=code, budget=given)
    if reform is not None:
        _known_scenario(folder, reform)
        table = table[table["scenario"].isin([BASELINE, reform])]
    if as_json:
        print_rows(rows_of(table), True, ())
        return
    table = table[table["from_week"] == table["from_week"].max()]
    words = ["scenario", "place", "benefit"]
    amounts = [name for name in table if name not in (*words, "from_week")]
    names, labels = municipalities()["name"], STATE_LABELS_DA if lang == "da" else STATE_LABELS_EN
    rows: list[dict[str, Any]] = [{name: name.replace("_", " ") for name in (*words, *amounts)}]
    for row in table.to_dict("records"):
        place = str(row["place"])
        said = {"scenario": row["scenario"], "benefit": labels[row["benefit"]]}
        said["place"] = str(names[int(place)]) if place.isdigit() else place
        rows.append(said | {name: f"{row[name]:.1f}" for name in amounts})
    typer.echo(_SAVED_DA if lang == "da" else _SAVED)
    print_rows(rows, False, [*words, *amounts])


def _print_planned(folder: Path, code: int | None, reform: str | None, lang: str, as_json: bool) -> None:
    """Print the four amounts of each scenario that plans a saving."""
    from reforms.accounts.planned import planned_kroner
    from reforms.accounts.sheet import last_year
    from sim.data import municipalities

    year = last_year(folder)
    table = planned_kroner(folder, year, municipality=code)
    if reform is not None:
        _known_scenario(folder, reform)
        table = table[table["scenario"] == reform]
    if as_json:
        print_rows(rows_of(table), True, ())
        return
    if table.empty:
        typer.echo(f"No scenario of {folder} plans a saving in {year}.")
        return
    names = municipalities()["name"]
    amounts = ("share_of_national", "frame", "staff", "grant")
    rows: list[dict[str, Any]] = [
        {name: name.replace("_", " ") for name in ("scenario", "municipality", *amounts)}
    ]
    for row in table.to_dict("records"):
        said = {"scenario": row["scenario"], "municipality": str(names[row["municipality"]])}
        rows.append(said | {name: f"{row[name] / 1e6:,.2f}" for name in amounts})
    typer.echo((_PLANNED_DA if lang == "da" else _PLANNED).format(year=year))
    print_rows(rows, False, ["scenario", "municipality", *amounts])


def _known_scenario(folder: Path, reform: str) -> None:
    """Refuse a name that is no scenario of the folder."""
    from sim.runs.plan import BASELINE

    known = {BASELINE, *_scenarios(folder)}
    if reform not in known:
        raise InputError(f"{folder} holds no scenario '{reform}'.{suggest(reform, sorted(known))}")


def _scenarios(folder: Path) -> list[str]:
    """Return the names of the reforms of a folder."""
    from sim.runs.reading import manifest_of

    return [str(said["name"]) for said in manifest_of(folder).get("scenarios", [])]


def _chosen(table: pd.DataFrame, column: str, value: str | None, folder: Path) -> pd.DataFrame:
    """Return the rows of one value of a column; refuse one that is not there."""
    if value is None:
        return table
    known = sorted(table[column].unique())
    if value not in known:
        has = ", ".join(known)
        raise InputError(f"{folder} holds no {column} '{value}'; it has {has}.{suggest(value, known)}")
    return table[table[column] == value]
