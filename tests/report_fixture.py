"""Made-up results for the tests of the report: the schema of a comparison, numbers of no model.

Nothing here is a finding.  Levels are about Denmark's size so that the pages look as they will.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from sealed_results import sealed

from sim.data import municipality_codes
from sim.outcomes.ledger import ENTRIES, PUBLIC
from sim.states import STATES
from sim.vocabulary import TASKS

REFORMS = ("no-focus-targets", "fewer-target-groups", "cut-3bn", "refund-change", "headline")
#: Made-up weeks that each reform adds to the mean duration in the last year.
WEEKS = dict(zip(REFORMS, (-0.4, 0.05, 1.6, -0.7, 0.6), strict=True))
TITLES = {
    "no-focus-targets": ("Focus targets removed", "Fokusmål afskaffes"),
    "fewer-target-groups": ("Five target groups instead of 13", "Fem målgrupper i stedet for 13"),
    "cut-3bn": ("A cut of 3 bn kr.", "En besparelse på 3 mia. kr."),
    "refund-change": (
        "A refund scale that rewards short spells",
        "En refusionstrappe, der belønner korte forløb",
    ),
    "headline": ("All four headline reforms", "Alle fire hovedreformer"),
}
LEVELS = {
    "employed": 2_750_000, "dagpenge": 64_000, "kontanthjaelp_job_ready": 17_000,
    "kontanthjaelp_activity_ready": 49_000, "uddannelseshjaelp": 27_000, "sygedagpenge": 75_000,
    "jobafklaring": 16_000, "ressourceforloeb": 22_000, "ledighedsydelse": 14_000, "revalidering": 2_500,
    "integration_benefit": 12_000, "fleksjob": 98_000, "foertidspension": 255_000, "education": 190_000,
    "outside": 60_000, "early_retirement": 70_000, "leave": 55_000,
}  # fmt: skip
DURATIONS = {
    "dagpenge": 24,
    "kontanthjaelp_job_ready": 41,
    "kontanthjaelp_activity_ready": 96,
    "uddannelseshjaelp": 62,
    "sygedagpenge": 21,
    "jobafklaring": 88,
    "ressourceforloeb": 110,
    "ledighedsydelse": 57,
    "revalidering": 60,
    "integration_benefit": 48,
    "temporary_support": 34.2,
}
FLOWS = (
    ("employed", "dagpenge", 146_000.0), ("dagpenge", "employed", 149_000.0),
    ("employed", "sygedagpenge", 220_000.0), ("sygedagpenge", "employed", 204_000.0),
    ("education", "employed", 380_000.0), ("dagpenge", "sygedagpenge", 12_000.0),
    ("sygedagpenge", "dagpenge", 15_000.0), ("ressourceforloeb", "fleksjob", 11_800.0),
)  # fmt: skip
YEARS = [str(year) for year in range(2024, 2031)]


class Maker:
    """Writes a folder of made-up results."""

    def __init__(
        self,
        reforms: tuple[str, ...] = REFORMS,
        *,
        draws: int = 4,
        replicates: int = 2,
        sign: float = 1.0,
        noise: float = 0.03,
        seed: int = 7,
        parameters: str = "p" * 64,
    ) -> None:
        self.reforms = reforms
        self.draws = list(range(1, draws + 1)) if draws > 1 else [0]
        self.replicates = replicates
        self.sign, self.noise = sign, noise
        self.parameters = parameters
        self.random = np.random.default_rng(seed)

    def write(self, folder: Path) -> Path:
        """Write all tables and the manifest; return the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._differences().to_parquet(folder / "differences.parquet", index=False)
        self._ledger().to_parquet(folder / "ledger_differences.parquet", index=False)
        self._spells().to_parquet(folder / "spells.parquet", index=False)
        self._people().to_parquet(folder / "people.parquet", index=False)
        (folder / "manifest.json").write_text(json.dumps(self._manifest()), encoding="utf-8")
        return sealed(folder)

    @staticmethod
    def municipality_rows(folder: Path, code: int, measure: str) -> pd.DataFrame:
        """Return the rows of the package in the last year in one municipality."""
        rows = pd.read_parquet(folder / "differences.parquet")
        own = rows[(rows["municipality"] == code) & (rows["measure"] == measure)]
        return own[(own["scenario"] == "headline") & (own["period"] == YEARS[-1])]

    def _manifest(self) -> dict[str, object]:
        def entry(name: str) -> dict[str, object]:
            en, da = TITLES.get(name, (name, name))
            return {
                "name": name,
                "argument": name,
                "changes": [{"parameter": "staffing.planned_saving_mio_kr"}] if name == "cut-3bn" else [],
                "title": {"en": en, "da": da},
                "summary": {"en": f"Made up for a test: {en}.", "da": f"Opdigtet til en prøve: {da}."},
            }

        asked = " ".join(f"--reform {name}" for name in self.reforms)
        return {
            "kind": "compare",
            "command": f"jobvej compare {asked} --out DIR",
            "scale": 0.05,
            "seed": 1,
            "scenarios": [entry("baseline"), *map(entry, self.reforms)],
            "from": "2024-W01",
            "to": "2030-W52",
            "replicates": self.replicates,
            "draws": len(self.draws),
            "draw_numbers": self.draws,
            "demand": "flat",
            "set": [],
            "version": "0.0.0-test",
            "hashes": {"code": "c" * 64, "parameters": self.parameters},
        }

    def _runs(self) -> list[tuple[str, int, int]]:
        return [(r, d, k) for r in self.reforms for d in self.draws for k in range(self.replicates)]

    def _ramp(self, year: str) -> float:
        return max(0.0, (int(year) - 2025) / 5)

    def _cells(self, year: str, weeks: float) -> list[tuple[int, str, str, float, float, float]]:
        """Return municipality, group, measure, baseline, effect and noise of the national cells of a year."""
        push = weeks * self._ramp(year)
        cells = [
            (
                0,
                state,
                "stock",
                float(level),
                push * level * (0.02 if state in DURATIONS else -0.001),
                level * 4e-4,
            )
            for state, level in LEVELS.items()
        ]
        total = float(sum(LEVELS[s] for s in DURATIONS if s in LEVELS))
        cells.append((0, "temporary_support", "stock", total, push * total * 0.02, total * 4e-4))
        for group, mean in DURATIONS.items():
            cells += [
                (0, group, "mean_duration", float(mean), push * mean / 34.2, 0.05),
                (0, group, "median_duration", mean * 0.6, push * mean / 60, 0.05),
            ]
            cells += [
                (0, group, f"share_over_{w}_weeks", float(np.exp(-w / mean)), push * 0.008, 4e-4)
                for w in (26, 52, 104)
            ]
            cells += [
                (0, group, "interviews", 2e5, -9e3 * push, 900.0),
                (0, group, "interviews_per_person_year", 5.1, -0.2 * push, 0.02),
                (0, group, "gross_benefits", 9e9, push * 9e7, 5e6),
            ]
        for origin, target, level in FLOWS:
            cells.append((0, f"{origin}>{target}", "flow", level, push * level * 0.01, level * 1e-3))
        for state in ("dagpenge", "sygedagpenge", "kontanthjaelp_job_ready"):
            turn = -1.0 if state == "sygedagpenge" else 1.0
            cells.append((0, state, "exits_to_job", 9e4, push * 900 * turn, 60.0))
        cells += [(0, task, "hours", 4e5 + 7e4 * i, -3e4 * push, 3e3) for i, task in enumerate(TASKS)]
        cells += [
            (0, "all", "unemployment_rate", 2.9, 0.08 * push, 0.004),
            (0, "all", "caseworkers", 7900.0, -50 * push, 5.0),
            (0, "all", "caseload", 41.0, 0.4 * push, 0.1),
            (0, "all", "net_public_cost", 1.3e11, push * 4e8, 3e7),
            (0, "all", "feedback", 1.1e11, -push * 1e8, 3e6),
            (0, "all", "structural_employment", 2.1e6, -push * 4e3, 300.0),
            (0, "all", "self_support_weeks", 1.4e8, -push * 4e5, 2e4),
            (0, "temporary_support>job", "exits", 1.9e5, -push * 3e3, 100.0),
            (0, "temporary_support>education", "exits", 1.1e4, 0.0, 0.0),
            (0, "temporary_support>disability_pension", "exits", 1.8e4, push * 2e2, 10.0),
        ]
        return cells

    def _municipal(self, weeks: float) -> list[tuple[int, str, str, float, float, float]]:
        cells: list[tuple[int, str, str, float, float, float]] = []
        for i, code in enumerate(municipality_codes().tolist()):
            size = 4_000 + 3_900 * (i % 9) ** 2
            local = weeks * (0.5 + (i * 37 % 98) / 98 - 0.3)
            cells += [
                (code, "temporary_support", "mean_duration", 33.0 + i % 7, local, 40 / size**0.5),
                (code, "all", "net_cost_municipality", size * 3e4, local * size * 120, size**0.5 * 2e4),
                (code, "employed", "stock", size * 0.78, 0.0, 1.0),
                (code, "dagpenge", "stock", size * 0.22, 0.0, 1.0),
            ]
        return cells

    def _differences(self) -> pd.DataFrame:
        rows = []
        for reform, draw, replicate in self._runs():
            weeks = self.sign * WEEKS.get(reform, 0.0) * (1 + 0.3 * (draw % 5 - 2) / 2)
            for year in YEARS:
                cells = self._cells(year, weeks) + (self._municipal(weeks) if year == YEARS[-1] else [])
                for code, group, measure, level, effect, noise in cells:
                    change = effect + float(self.random.normal()) * noise * (self.noise / 0.03) * (
                        self._ramp(year) > 0
                    )
                    rows.append(
                        (
                            reform,
                            draw,
                            replicate,
                            year,
                            code,
                            group,
                            measure,
                            level,
                            level + change,
                            change,
                            "",
                        )
                    )
        names = [
            "scenario",
            "draw",
            "replicate",
            "period",
            "municipality",
            "group",
            "measure",
            "baseline",
            "reform",
            "difference",
            "unit",
        ]
        return pd.DataFrame(rows, columns=names)

    def _ledger(self) -> pd.DataFrame:
        rows = []
        for reform, draw, replicate in self._runs():
            for year in YEARS:
                push = self.sign * WEEKS.get(reform, 0.0) * self._ramp(year)
                for i, entry in enumerate(ENTRIES):
                    level = 2e9 + 5e8 * i
                    toward = 1 if entry.payer in PUBLIC else -1
                    change = push * toward * level * 0.01 + float(self.random.normal()) * 4e6 * (
                        self.noise / 0.03
                    )
                    rows.append((reform, draw, replicate, year, 101, *entry, level, level + change, change))
        names = [
            "scenario",
            "draw",
            "replicate",
            "period",
            "municipality",
            "payer",
            "receiver",
            "account",
            "baseline",
            "reform",
            "difference",
        ]
        return pd.DataFrame(rows, columns=names)

    def _spells(self) -> pd.DataFrame:
        frames = []
        for reform in ("baseline", *self.reforms):
            for group in ("dagpenge", "sygedagpenge", "kontanthjaelp_activity_ready"):
                n = 1500
                mean = DURATIONS[group] * (1 + self.sign * WEEKS.get(reform, 0.0) * 0.08)
                lasted = np.ceil(self.random.exponential(mean, n)).astype(int)
                start = self.random.integers(0, 250, n)
                weeks = np.minimum(lasted, 261 - start)
                labels = [f"{2026 + s // 52}-W{s % 52 + 1:02d}" for s in start]
                frames.append(
                    pd.DataFrame(
                        {
                            "scenario": reform,
                            "draw": self.draws[0],
                            "replicate": 0,
                            "municipality": 101,
                            "group": group,
                            "start_week": labels,
                            "weeks": weeks,
                            "ended": lasted == weeks,
                            "destination": "employed",
                        }
                    )
                )
        return pd.concat(frames, ignore_index=True)

    def _people(self) -> pd.DataFrame:
        n = 6000
        r = np.random.default_rng(3)
        traits = pd.DataFrame(
            {
                "person": np.arange(n, dtype=np.uint32),
                "municipality": 101,
                "sex": r.choice(["woman", "man"], n),
                "birth_year": r.integers(1960, 2006, n),
                "education": r.choice(["basic", "vocational_secondary", "short_medium", "long"], n),
                "barrier": r.choice(["none", "some", "complex"], n),
                "start_state": r.choice(STATES[:8], n),
            }
        )
        supported = r.integers(0, 300, n)
        frames = []
        for reform in ("baseline", *self.reforms):
            moved = (
                0
                if reform == "baseline"
                else np.round(r.normal(self.sign * WEEKS.get(reform, 0.0), 4, n)).astype(int)
            )
            now = np.clip(supported + moved * (r.random(n) < 0.2), 0, 364)
            frames.append(
                traits.assign(
                    scenario=reform,
                    draw=self.draws[0],
                    replicate=0,
                    weeks_supported=now,
                    weeks_employed=364 - now,
                )
            )
        return pd.concat(frames, ignore_index=True)
