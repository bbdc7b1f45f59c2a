"""A comparison's folder as the report needs it: scenarios in their order, estimates, spells and people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from reforms import load
from reforms.report.estimates import KEYS, Estimates, summarise
from reforms.report.numbers import Language
from sim.errors import InputError
from sim.ledger import PUBLIC
from sim.states import STATES

BASELINE = "baseline"
#: Measures shown municipality by municipality; stocks give the number of inhabitants.
MUNICIPAL_MEASURES = ("mean_duration", "net_cost_municipality", "stock")
_PAIR = ["scenario", "draw", "replicate"]
_VALUES = ["baseline", "reform", "difference"]


@dataclass(frozen=True)
class Scenario:
    """A reform as the report shows it: its place decides letter and colour everywhere."""

    name: str
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
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
    """Everything read from DIR; `national` holds the estimates for the whole country by year."""

    directory: Path
    manifest: Mapping[str, Any]
    scenarios: tuple[Scenario, ...]
    years: tuple[str, ...]
    national: Estimates
    draws: int
    replicates: int

    @property
    def main(self) -> Scenario:
        """The scenario the first page answers for: the last package, else the first reform."""
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

    @property
    def pairs(self) -> int:
        """How many pairs of worlds an interval rests on; one pair gives none."""
        return self.draws * self.replicates

    @cached_property
    def municipal(self) -> pd.DataFrame:
        """Estimates of the last year by (scenario, municipality, measure); stock is all of working age."""
        rows = _read(
            self.directory / "differences.parquet",
            [
                ("municipality", ">", 0),
                ("period", "==", self.last_year),
                ("measure", "in", MUNICIPAL_MEASURES),
            ],
        )
        shown = {"mean_duration": ["temporary_support"], "stock": list(STATES)}
        by = ["scenario", "municipality", "measure"]
        if rows.empty:
            return pd.DataFrame(columns=[*by, *_VALUES, "low", "high", "pairs"]).set_index(by)
        kept = [
            part[part["group"].isin(shown.get(str(measure), ["all"]))]
            for measure, part in rows.groupby("measure", sort=False)
        ]
        summed = pd.concat(kept).groupby([*by, "draw", "replicate"])[_VALUES].sum(min_count=1).reset_index()
        return summarise(summed, by).sort_index()

    @cached_property
    def by_draw(self) -> pd.DataFrame:
        """Differences of the main scenario in the last year by draw: draw x measure (duration, net cost)."""
        rows = _read(
            self.directory / "differences.parquet",
            [
                ("municipality", "==", 0),
                ("period", "==", self.last_year),
                ("scenario", "==", self.main.name),
                ("measure", "in", ("mean_duration", "net_public_cost")),
            ],
        )
        group = {"mean_duration": "temporary_support", "net_public_cost": "all"}
        kept = rows[rows["group"] == rows["measure"].map(group)]
        return kept.pivot_table(index="draw", columns="measure", values="difference", aggfunc="mean")

    def spells(self) -> pd.DataFrame | None:
        """Return the spells, or None if DIR holds none."""
        path = self.directory / "spells.parquet"
        return _plain(pd.read_parquet(path)) if path.is_file() else None

    def people(self) -> pd.DataFrame | None:
        """Return the people, or None if DIR holds none."""
        path = self.directory / "people.parquet"
        return _plain(pd.read_parquet(path)) if path.is_file() else None


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn categories into plain strings, so that grouping sees only what is there."""
    texts = frame.select_dtypes("category").columns
    return frame.astype(dict.fromkeys(texts, "object")) if len(texts) else frame


def _read(path: Path, filters: list[tuple[str, str, Any]]) -> pd.DataFrame:
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
            parts[name],
            place,
        )
        for place, name in enumerate(ordered)
    )


def _party_rows(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return what each party (and the public sector) pays less what it receives, nationally by year."""
    by = [*_PAIR, "period"]
    paid = ledger.groupby([*by, "payer"])[_VALUES].sum()
    received = ledger.groupby([*by, "receiver"])[_VALUES].sum()
    names = [*by, "group"]
    net = paid.rename_axis(index=names).sub(received.rename_axis(index=names), fill_value=0.0).reset_index()
    public = net[net["group"].isin(PUBLIC)].groupby(by)[_VALUES].sum().reset_index().assign(group="public")
    return pd.concat([net, public], ignore_index=True).assign(measure="net_paid")


def _account_rows(ledger: pd.DataFrame) -> pd.DataFrame:
    by = [*_PAIR, "period", "account"]
    rows = ledger.groupby(by)[_VALUES].sum().reset_index()
    return rows.rename(columns={"account": "group"}).assign(measure="account")


def _manifest(directory: Path) -> Mapping[str, Any]:
    path = directory / "manifest.json"
    if not path.is_file():
        raise InputError("no manifest.json: this is no finished result folder", file=directory)
    manifest: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def read_results(directory: Path) -> Results:
    """Read a folder that `jobvej compare` wrote.

    Raises
    ------
    InputError
        If the folder is unfinished or holds no comparison.
    """
    manifest = _manifest(directory)
    for name in ("differences.parquet", "ledger_differences.parquet"):
        if not (directory / name).is_file():
            raise InputError(
                f"no {name}: a report compares reforms with the baseline; "
                "run `jobvej compare --reform NAME --out DIR` first",
                file=directory,
            )
    outcomes = _read(directory / "differences.parquet", [("municipality", "==", 0)])
    yearly = outcomes[outcomes["period"].astype(str).str.fullmatch(r"\d{4}")]
    ledger = _plain(pd.read_parquet(directory / "ledger_differences.parquet"))
    rows = pd.concat([yearly, _party_rows(ledger), _account_rows(ledger)], ignore_index=True)
    names = [name for name in dict.fromkeys(yearly["scenario"]) if name != BASELINE]
    if not names:
        raise InputError("found no reform in differences.parquet, expected at least one", file=directory)
    return Results(
        directory=directory,
        manifest=manifest,
        scenarios=_scenarios(manifest, names),
        years=tuple(sorted(yearly["period"].unique())),
        national=Estimates.of(summarise(rows, KEYS)),
        draws=int(yearly["draw"].nunique()),
        replicates=int(yearly["replicate"].nunique()),
    )
