"""A comparison's folder as the report needs it: scenarios in their order, estimates, spells and people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd

from reforms.accounts.balance import bridge, steps_of
from reforms.accounts.sheet import inhabitants, sheet
from reforms.fiscal import TOTAL, in_prices, world_accounts
from reforms.load import load
from reforms.report.estimates import KEYS, Estimate, Estimates, summarise
from reforms.report.numbers import Language
from reforms.report.places import Place, place_of
from sim.errors import InputError
from sim.outcomes.ledger import PUBLIC
from sim.runs.reading import has_table, manifest_of, refuse_changed, table_path
from sim.states import ROWS, STATES, Block
from sim.stats.interval import FEWEST_PEOPLE, TOLD, hide
from sim.vocabulary import TASKS

BASELINE = "baseline"
#: Measures shown municipality by municipality; stocks give the number of inhabitants.
MUNICIPAL_MEASURES = ("mean_duration", "net_cost_municipality", "stock")
#: Blocks of states between which the moves are drawn: every state is in the one that its row names.
BLOCKS: dict[str, tuple[str, ...]] = {
    block.value: tuple(row.name for row in sorted(ROWS, key=attrgetter("rung")) if row.block is block)
    for block in Block
}
_BLOCK_OF = {state: block for block, states in BLOCKS.items() for state in states}
_PAIR = ["scenario", "draw", "replicate"]
_VALUES = ["baseline", "reform", "difference"]


@dataclass(frozen=True)
class Scenario:
    """A reform as the report shows it: its place decides letter and colour everywhere."""

    name: str
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    fidelity: str
    left_out: Mapping[str, Sequence[str]]
    already_law: str
    parts: tuple[str, ...]
    position: int

    @property
    def is_package(self) -> bool:
        """Whether it combines other reforms."""
        return len(self.parts) > 1

    def title(self, lang: Language) -> str:
        """Return its title in the language."""
        return self.titles[lang]


@dataclass(frozen=True)
class Results:
    """Everything read from DIR.

    `national` holds the estimates for the whole country by year, `here` those the edition is about (the
    country, or one municipality), `beside` those of the municipality and its comparables by code.
    """

    directory: Path
    manifest: Mapping[str, Any]
    scenarios: tuple[Scenario, ...]
    years: tuple[str, ...]
    national: Estimates
    draws: int
    replicates: int
    here: Estimates
    place: Place | None = None
    beside: Mapping[int, Estimates] = field(default_factory=dict)

    @property
    def main(self) -> Scenario:
        """The scenario of the first page: the last package, else the first reform."""
        packages = [s for s in self.scenarios if s.is_package]
        return packages[-1] if packages else self.scenarios[0]

    @property
    def singles(self) -> tuple[Scenario, ...]:
        """The reforms that are no package."""
        return tuple(s for s in self.scenarios if not s.is_package)

    @property
    def last_year(self) -> str:
        """The last simulated year."""
        return self.years[-1]

    def effect(self, measure: str, group: str, scenario: Scenario | None = None) -> Estimate:
        """Return what a reform (the main one if none is given) changes in the last year."""
        return self.here.get((scenario or self.main).name, self.last_year, measure, group)

    def national_effect(self, measure: str, group: str) -> Estimate:
        """Return what the main reform changes in the whole country in the last year, in any edition."""
        return self.national.get(self.main.name, self.last_year, measure, group)

    def effects(self, measure: str, group: str, scenario: Scenario | None = None) -> list[Estimate]:
        """Return :meth:`effect` for every year."""
        return [self.here.get((scenario or self.main).name, year, measure, group) for year in self.years]

    @property
    def pairs(self) -> int:
        """How many pairs of runs a figure rests on."""
        return self.draws * self.replicates

    @property
    def with_intervals(self) -> bool:
        """Whether there can be intervals: one draw says nothing of the uncertain numbers."""
        return self.draws > 1

    @property
    def scale(self) -> float:
        """Share of Denmark's people that was simulated."""
        return float(self.manifest.get("scale", 1.0))

    @cached_property
    def municipal(self) -> pd.DataFrame:
        """Estimates of the last year by (scenario, municipality, measure); stock is all of working age."""
        rows = _read(
            table_path(self.directory, "differences"),
            [
                ("municipality", ">", 0),
                ("period", "==", self.last_year),
                ("measure", "in", MUNICIPAL_MEASURES),
            ],
        )
        shown = {"mean_duration": ["temporary_support"], "stock": list(STATES)}
        clients = rows[(rows["measure"] == "stock") & (rows["group"] == "temporary_support")]
        by = ["scenario", "municipality", "measure"]
        if rows.empty:
            return pd.DataFrame(columns=[*by, *_VALUES, *TOLD]).set_index(by)
        kept = [
            part[part["group"].isin(shown.get(str(measure), ["all"]))]
            for measure, part in rows.groupby("measure", sort=False)
        ]
        summed = pd.concat(kept).groupby([*by, "draw", "replicate"])[_VALUES].sum(min_count=1).reset_index()
        found = summarise(summed, by).sort_index()
        level = clients.groupby(["scenario", "municipality"])["baseline"].mean() * self.scale
        few = set(level[level < FEWEST_PEOPLE].index)
        return hide(found, [key[:2] in few for key in found.index])

    @cached_property
    def by_draw(self) -> pd.DataFrame:
        """Differences of the main scenario in the last year by draw: draw x measure (duration, net cost)."""
        rows = _read(
            table_path(self.directory, "differences"),
            [
                ("municipality", "==", self.place.code if self.place else 0),
                ("period", "==", self.last_year),
                ("scenario", "==", self.main.name),
                ("measure", "in", ("mean_duration", "net_public_cost")),
            ],
        )
        group = {"mean_duration": "temporary_support", "net_public_cost": "all"}
        kept = rows[rows["group"] == rows["measure"].map(group)]
        return kept.pivot_table(index="draw", columns="measure", values="difference", aggfunc="mean")

    @property
    def inhabitants(self) -> float:
        """Inhabitants of the edition's place, in January 2024."""
        return inhabitants(self.place.code if self.place else None)

    @cached_property
    def books(self) -> pd.DataFrame:
        """The accounts of the edition's place as a budget keeps them (:mod:`reforms.accounts.sheet`)."""
        return sheet(self.directory, municipality=self.place.code if self.place else None)

    @cached_property
    def conventions(self) -> pd.DataFrame:
        """The public balance of the country as the ministry counts, as Jobvej counts, and the bridge."""
        return bridge(self.directory)

    def spells(self) -> pd.DataFrame | None:
        """Return the spells of the edition's place, or None if DIR holds none."""
        return self._of_place("spells")

    def people(self) -> pd.DataFrame | None:
        """Return the people of the edition's place, or None if DIR holds none."""
        return self._of_place("people")

    def _of_place(self, name: str) -> pd.DataFrame | None:
        if not has_table(self.directory, name):
            return None
        where = [("municipality", "==", self.place.code)] if self.place else None
        return _read(table_path(self.directory, name), where)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn categories into plain strings, so that grouping sees only what is there."""
    texts = frame.select_dtypes("category").columns
    return frame.astype(dict.fromkeys(texts, "object")) if len(texts) else frame


def _read(path: Path, filters: list[tuple[str, str, Any]] | None) -> pd.DataFrame:
    return _plain(pd.read_parquet(path, filters=filters))


def _parts(name: str, argument: str) -> tuple[str, ...]:
    """Return the reforms that a package combines; a reform whose file is gone is judged by its name."""
    try:
        return load(argument or name).parts
    except (InputError, OSError):
        return tuple(name.split("+"))


def _scenarios(manifest: Mapping[str, Any], names: list[str]) -> tuple[Scenario, ...]:
    """Describe the reforms, single ones first and packages last, otherwise in the order of the command."""
    told = {entry["name"]: entry for entry in manifest.get("scenarios", [])}
    ordered = [name for name in told if name in names] or names
    parts = {name: _parts(name, told.get(name, {}).get("argument", "")) for name in ordered}
    ordered.sort(key=lambda name: len(parts[name]) > 1)
    same = dict.fromkeys(("en", "da"), "")
    return tuple(
        Scenario(
            name,
            told.get(name, {}).get("title") or dict.fromkeys(same, name),
            told.get(name, {}).get("summary") or same,
            told.get(name, {}).get("fidelity", ""),
            told.get(name, {}).get("left_out") or {},
            told.get(name, {}).get("already_law", ""),
            parts[name],
            place,
        )
        for place, name in enumerate(ordered)
    )


def _in_fixed_prices(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the books in the prices of the price year, as every table of the report is."""
    priced = in_prices(ledger.assign(year=ledger["period"].astype(int)), "fixed").drop(columns="year")
    return priced.assign(reform=priced["baseline"] + priced["difference"])


def _party_rows(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return what each party (and the public sector) pays less what it receives, by year."""
    by = [*_PAIR, "period"]
    paid = ledger.groupby([*by, "payer"])[_VALUES].sum()
    received = ledger.groupby([*by, "receiver"])[_VALUES].sum()
    names = [*by, "group"]
    net = paid.rename_axis(index=names).sub(received.rename_axis(index=names), fill_value=0.0).reset_index()
    public = net[net["group"].isin(PUBLIC)].groupby(by)[_VALUES].sum().reset_index().assign(group="public")
    return pd.concat([net, public], ignore_index=True).assign(measure="booked")


def _account_rows(ledger: pd.DataFrame) -> pd.DataFrame:
    by = [*_PAIR, "period", "account"]
    rows = ledger.groupby(by)[_VALUES].sum().reset_index()
    return rows.rename(columns={"account": "group"}).assign(measure="account")


def _fiscal_rows(folder: Path, code: int | None, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return the fiscal accounts in fixed prices, kroner: net_paid by payer, headings by payer, and steps."""
    lines = world_accounts(folder, municipalities=None if code is None else [code])
    lines = lines[lines["prices"] == "fixed"]
    revenue = outcomes[outcomes["measure"] == "feedback"]
    stairs = steps_of(lines, revenue.assign(year=revenue["period"].astype(int)))
    stairs = stairs.assign(
        period=stairs.pop("year").astype(str), group=stairs.pop("step"), measure="step", baseline=0.0
    )
    stairs["reform"] = stairs["difference"]
    effort = stairs[stairs["group"].isin(_EFFORT)].groupby([*_PAIR, "period"])[_VALUES].sum().reset_index()
    effort = effort.assign(measure="chain", group="effort")
    total = lines["account"] == TOTAL
    rows = lines[_PAIR].assign(
        period=lines["year"].astype(str),
        group=lines["payer"].where(total, lines["account"]),
        measure=("heading_" + lines["payer"]).where(~total, "net_paid"),
        baseline=lines["baseline"] * 1e6,
        reform=(lines["baseline"] + lines["difference"]) * 1e6,
        difference=lines["difference"] * 1e6,
    )
    return pd.concat([rows, stairs, effort], ignore_index=True)


def _block_rows(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return stocks of the blocks of states and moves between them ("block>block")."""
    by = [*_PAIR, "period", "group", "measure"]
    stocks = outcomes[(outcomes["measure"] == "stock") & outcomes["group"].isin(list(_BLOCK_OF))]
    stocks = stocks.assign(group=stocks["group"].map(_BLOCK_OF), measure="block_stock")
    moves = outcomes[outcomes["measure"] == "flow"]
    ends = moves["group"].str.split(">", n=1, expand=True).reindex(columns=[0, 1])
    origin, target = ends[0].map(_BLOCK_OF), ends[1].map(_BLOCK_OF)
    moves = moves.assign(group=origin + ">" + target, measure="block_flow")[origin != target]
    return (
        pd.concat([part for part in (stocks, moves) if len(part)] or [stocks])
        .groupby(by)[_VALUES]
        .sum()
        .reset_index()
    )


#: Sums that the chain tells, a group each: measures, and the groups they are summed over.
_CHAIN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "hours": (("hours",), TASKS),
    "interviews": (("interviews", "interviews_a_kasse"), tuple(row.name for row in ROWS if row.client)),
}


#: Steps of the staircase that are spent on the effort itself.
_EFFORT = ("staff", "programmes")


def _chain_rows(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of the chain: hours of all tasks, interviews on all temporary benefits."""
    found = []
    for name, (measures, groups) in _CHAIN.items():
        rows = outcomes[outcomes["measure"].isin(measures) & outcomes["group"].isin(groups)]
        summed = rows.groupby([*_PAIR, "period"])[_VALUES].sum().reset_index()
        found.append(summed.assign(measure="chain", group=name))
    return pd.concat(found, ignore_index=True)


def _estimates(
    folder: Path, code: int | None, outcomes: pd.DataFrame, ledger: pd.DataFrame, scale: float
) -> Estimates:
    """Return the estimates of the country (None) or a municipality."""
    if code is not None:
        outcomes = outcomes[outcomes["municipality"] == code]
        ledger = ledger[ledger["municipality"] == code]
    parts = [outcomes, _block_rows(outcomes), _chain_rows(outcomes)]
    if len(ledger):
        parts += [_party_rows(ledger), _account_rows(ledger), _fiscal_rows(folder, code, outcomes)]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return Estimates.of(summarise(rows, KEYS), scale)


def _yearly(path: Path, codes: list[int]) -> pd.DataFrame:
    rows = _read(path, [("municipality", "in", codes)])
    return rows[rows["period"].astype(str).str.fullmatch(r"\d{4}")]


def read_results(directory: Path, municipality: int | None = None) -> Results:
    """Read a folder that `jobvej compare` wrote.

    Parameters
    ----------
    municipality
        Code of the municipality the edition is about; None for the country.

    Raises
    ------
    InputError
        If the folder is unfinished or holds no comparison.
    """
    refuse_changed(directory)
    manifest = manifest_of(directory)
    for name in ("differences", "ledger_differences"):
        if not has_table(directory, name):
            raise InputError(
                f"no {name}.parquet: a report compares reforms with the baseline; "
                "run `jobvej compare --reform NAME --out DIR` first",
                file=directory,
            )
    place = place_of(municipality) if municipality is not None else None
    codes = [place.code, *place.comparable] if place else []
    yearly = _yearly(table_path(directory, "differences"), [0, *codes])
    ledger = _in_fixed_prices(_plain(pd.read_parquet(table_path(directory, "ledger_differences"))))
    country = yearly[yearly["municipality"] == 0]
    names = [name for name in dict.fromkeys(country["scenario"]) if name != BASELINE]
    if not names:
        raise InputError("found no reform in differences.parquet, expected at least one", file=directory)
    scale = float(manifest.get("scale", 1.0))
    national = _estimates(directory, None, country, ledger, scale)
    beside = {code: _estimates(directory, code, yearly, ledger, scale) for code in codes}
    return Results(
        directory=directory,
        manifest=manifest,
        scenarios=_scenarios(manifest, names),
        years=tuple(sorted(country["period"].unique())),
        national=national,
        draws=int(country["draw"].nunique()),
        replicates=int(country["replicate"].nunique()),
        here=beside[place.code] if place else national,
        place=place,
        beside=beside,
    )
