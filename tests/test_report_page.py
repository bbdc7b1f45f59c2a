"""The page: whole, self-contained, accessible, in both languages, and its words equal its tables."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from report_fixture import REFORMS, Maker
from sealed_results import sealed

from reforms.fiscal import accounts
from reforms.report import write
from reforms.report.numbers import KINDS, Numbers
from reforms.report.results import read_results
from reforms.report.tables import PAYERS
from reforms.report.texts import load_texts
from reforms.results import Comparison
from reforms.summary import summarise
from sim.data import municipality_names
from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.outcomes.prices import DATED_ACCOUNTS
from sim.parameters import load_parameters
from sim.parameters.document import read_document
from sim.runs.plan import Scenario
from sim.states import STATE_LABELS_DA, STATE_LABELS_EN
from sim.stats.interval import TOLD
from sim.week import MECHANISMS

LANGS = ("en", "da")
ROOT = Path(__file__).resolve().parent.parent
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """What the tests ask of a page: tags with attributes, ids, visible text, cells with their numbers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.foreign: list[bool] = []
        self.native: list[str] = []
        self.words: list[str] = []
        self.cells: list[tuple[float, str]] = []
        self.unbalanced: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
            self.foreign.append(tag != "html" and "lang" in dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)
        self.foreign.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self.open[-1:] or not data.strip():
            return
        self.words.append(data)
        if not any(self.foreign):
            self.native.append(data)
        tag, attributes = self.tags[-1]
        if tag == "td" and "data-value" in attributes:
            self.cells.append((float(attributes["data-value"]), data.strip()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Maker().write(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def texts(folder: Path) -> dict[str, str]:
    """Return each language's report, and its appendix as "en-appendix"."""
    found = {}
    for lang in LANGS:
        path = write(folder, lang)
        found[lang] = path.read_text(encoding="utf-8")
        found[f"{lang}-appendix"] = path.with_name(f"{path.stem}-appendix.html").read_text(encoding="utf-8")
    return found


@pytest.fixture(scope="module", params=[*LANGS, *(f"{lang}-appendix" for lang in LANGS)])
def page(request: pytest.FixtureRequest, texts: dict[str, str]) -> tuple[str, str, Page]:
    return request.param[:2], texts[request.param], Page(texts[request.param])


def test_writes_where_it_says(folder: Path) -> None:
    assert write(folder, "da") == folder / "report-da.html"


def test_states_its_language(page: tuple[str, str, Page]) -> None:
    lang, _, parsed = page
    assert next(attributes for tag, attributes in parsed.tags if tag == "html")["lang"] == lang


def test_refers_to_nothing_outside_but_sources(page: tuple[str, str, Page]) -> None:
    _, text, parsed = page
    links = [a["href"] for tag, a in parsed.tags if tag == "a" and not a["href"].startswith("#")]
    assert links, "the appendix, numbers and sources have addresses"
    for link in links:
        text = text.replace(f'href="{link}"', "").replace(f'href="{link.replace("&", "&amp;")}"', "")
    assert re.findall(r"https?:|//[a-z]+\.|@import|url\((?!#)", text) == []
    assert not {"script", "link", "iframe", "object", "embed"} & {tag for tag, _ in parsed.tags}


def test_every_picture_says_what_it_shows(page: tuple[str, str, Page]) -> None:
    _, _, parsed = page
    pictures = [a for tag, a in parsed.tags if tag in ("svg", "img")]
    assert len(pictures) > 5
    assert all(len(a.get("aria-label", a.get("alt", ""))) > 40 for a in pictures)


def test_tags_are_balanced_and_ids_unique(page: tuple[str, str, Page]) -> None:
    _, _, parsed = page
    assert parsed.unbalanced == []
    assert parsed.open == []
    ids = [a["id"] for _, a in parsed.tags if "id" in a]
    assert sorted({i for i in ids if ids.count(i) > 1}) == []
    used = [a["href"][1:] for _, a in parsed.tags if a.get("href", "").startswith("#")]
    assert set(used) <= set(ids)


def test_leaves_no_placeholder_and_no_key(page: tuple[str, str, Page]) -> None:
    _, _, parsed = page
    shown = " ".join([*parsed.words, *(a.get("aria-label", "") for _, a in parsed.tags)])
    assert re.findall(r"\{[a-z_]+\}|\{\{|\{%|\bnan\b|\bNone\b|Undefined", shown) == []
    keys = r"\b(?:answer|page|column|unit|durations|stocks|costs|time|map|people|group|trust|alt)\.[a-z_]+\b"
    assert re.findall(keys, shown) == []


def test_the_danish_page_is_danish(texts: dict[str, str]) -> None:
    shown = " ".join(Page(texts["da"]).native + Page(texts["da-appendix"]).native)
    for english in ("Baseline", "Difference", "municipalities", "caseworker", "Sickness"):
        assert english not in shown
    assert "Sygedagpenge" in shown
    assert "Sickness benefit" in " ".join(Page(texts["en"]).words)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-zæøå]{4,}", text.casefold()))


def test_no_english_word_is_left_on_the_danish_page(texts: dict[str, str]) -> None:
    """Every word of the English catalogue and registries that no Danish text has, looked for on the page."""
    folder = ROOT / "reforms" / "report" / "texts"
    english = _words(" ".join(load_texts("en").entries.values()))
    english |= _words(" ".join(STATE_LABELS_EN.values()))
    english |= _words(" ".join(f"{p.label} {p.unit} {p.reason}" for p in load_parameters()))
    english |= _words(" ".join(f"{m.definition.en} {m.label.en} {m.unit.name}" for m in MEASURES.values()))
    english |= _words(" ".join(m.label for m in MECHANISMS))
    danish = _words(" ".join(load_texts("da").entries.values()))
    danish |= _words(" ".join(STATE_LABELS_DA.values()))
    for name in ("reasons_da", "units_da", "targets_da"):
        danish |= _words(" ".join(read_document(folder / f"{name}.yaml").content.values()))
    danish |= _words(" ".join(p.label_da for p in load_parameters()))
    danish |= _words(" ".join(m.label_da for m in MECHANISMS))
    danish |= _words(" ".join(municipality_names().values()))
    danish |= _words(" ".join(f"{m.definition.da} {m.label.da} {m.unit.danish}" for m in MEASURES.values()))
    assert len(english - danish) > 600
    native = [*Page(texts["da"]).native, *Page(texts["da-appendix"]).native]
    shown = re.sub(r"--?[a-z-]+|[a-z_]+(?:\.[a-z_]+)+|jobvej [^.]*", " ", " ".join(native))
    assert sorted(_words(shown) & (english - danish)) == []


def test_numbers_are_written_in_the_language(page: tuple[str, str, Page]) -> None:
    lang, _, parsed = page
    shown = " ".join(text for _, text in parsed.cells)
    thousands, wrong = ((r"\d,\d{3}\b", r"\d\.\d{3}\b"), (r"\d\.\d{3}\b", r"\d,\d{3}\b"))[lang == "da"]
    assert re.search(thousands, shown)
    assert not re.search(wrong, shown)


def test_every_cell_is_its_number(page: tuple[str, str, Page]) -> None:
    lang, _, parsed = page
    assert len(parsed.cells) > 300
    point, comma = (",", ".") if lang == "da" else (".", ",")
    for value, text in parsed.cells:
        written = text.replace(comma, "").replace(point, ".").replace("−", "-").replace("+", "")
        decimals = len(written.partition(".")[2])
        assert float(written) == pytest.approx(value, abs=0.5 * 10**-decimals + 1e-9), text


def _cell(folder: Path, measure: str, group: str) -> pd.DataFrame:
    rows = pd.read_parquet(folder / "differences.parquet")
    chosen = (rows["scenario"] == "headline") & (rows["period"] == "2030") & (rows["municipality"] == 0)
    return rows[chosen & (rows["measure"] == measure) & (rows["group"] == group)]


def test_the_first_sentence_says_what_the_results_hold(folder: Path, texts: dict[str, str]) -> None:
    rows = _cell(folder, "mean_duration", "temporary_support")
    median = rows.groupby("draw")["difference"].mean().mean()
    levels = [f"{rows[side].mean():.1f}" for side in ("baseline", "reform")]
    answer = re.search(r'<section class="answer".*?</section>', texts["en"], flags=re.S)
    title = re.search(r"<h1>(.*?)</h1>", texts["en"])
    assert answer is not None
    assert title is not None
    assert f"{median:.2f} weeks longer" in answer[0]
    assert f"{median:.2f} weeks longer" in title[1]
    assert f"median {median:+.2f}, 95 % interval" in texts["en"]
    assert f"from {levels[0]} to {levels[1]} weeks" in texts["en"]


def _cell_of(page: str, key: str, label: str, column: int) -> float:
    """Return the number behind a cell: the table's key, the row's label, the column among numbers."""
    table = re.search(rf'<table id="t-{key}".*?</table>', page, flags=re.S)
    assert table is not None, key
    row = re.search(rf'<th scope="row"[^>]*>{label}<.*?</tr>', table[0], flags=re.S)
    assert row is not None, label
    return float(re.findall(r'data-value="([^"]+)"', row[0])[column])


def test_the_books_are_summed_by_party(folder: Path, texts: dict[str, str]) -> None:
    rows = pd.read_parquet(folder / "ledger_differences.parquet")
    rows = rows[(rows["scenario"] == "headline") & (rows["period"] == "2030")]
    # benefits are booked at the rates of 2026, the last that the law gives: two per cent a year above 2024
    at_rates = rows["account"].isin(DATED_ACCOUNTS)
    rows = rows.assign(difference=rows["difference"] / np.where(at_rates, 1.02**2, 1.0))
    assert at_rates.any()
    paid = rows.loc[rows["payer"] == "municipality", "difference"].sum()
    received = rows.loc[rows["receiver"] == "municipality", "difference"].sum()
    expected = (paid - received) / len(rows[["draw", "replicate"]].drop_duplicates()) / 1e6
    assert _cell_of(texts["en-appendix"], "parties", "The municipalities", 0) == pytest.approx(expected)


def test_who_pays_is_what_the_fiscal_accounts_say(folder: Path, texts: dict[str, str]) -> None:
    table = accounts(Comparison(folder))
    chosen = (table["scenario"] == "headline") & (table["year"] == 2030) & (table["prices"] == "fixed")
    totals = table[chosen & (table["account"] == "total")].set_index("payer")["amount_mio_kr"]
    for payer, label in (
        ("state", "The state"),
        ("municipality", "The municipalities"),
        ("public", "The public sector"),
    ):
        assert _cell_of(texts["en"], "who-pays", label, 0) == pytest.approx(totals[payer])
        column = list(PAYERS).index(payer)
        assert _cell_of(texts["en-appendix"], "fiscal", "Net cost", column) == pytest.approx(totals[payer])


def test_the_five_parties_add_up_to_zero(folder: Path) -> None:
    national = read_results(folder).national
    parties = ("state", "municipality", "a_kasse", "employer", "citizen")
    differences = [national.get("headline", "2030", "booked", party).difference for party in parties]
    assert max(map(abs, differences)) > 1e6
    assert sum(differences) == pytest.approx(0.0, abs=1.0)


def test_intervals_are_those_of_the_summary(folder: Path) -> None:
    summary = summarise(folder / "differences.parquet", [Scenario(name) for name in REFORMS], 0.05)
    cells = summary[(summary["municipality"] == 0) & (summary["measure"] == "stock")]
    national = read_results(folder).national
    assert len(cells) > 500
    for row in cells.itertuples():
        mine = national.get(str(row.scenario), str(row.period), "stock", str(row.group))
        for name in TOLD:
            assert getattr(mine, name) == pytest.approx(getattr(row, name), nan_ok=True), name
    assert cells["low95"].notna().any()


def test_the_key_picture_shows_each_reform_with_its_interval(folder: Path, texts: dict[str, str]) -> None:
    picture = re.search(
        r'<svg [^>]*aria-label="Mean duration of a spell[^>]*>.*?</svg>', texts["en"], flags=re.S
    )
    assert picture is not None
    national = read_results(folder).national
    for reform in REFORMS:
        estimate = national.get(reform, "2030", "mean_duration", "temporary_support")
        written = Numbers("en").interval(estimate.low80, estimate.high80, KINDS["weeks"])
        assert picture[0].count(written) == 2, "in the picture and in its description"


def test_the_same_reform_has_the_same_colour_everywhere(texts: dict[str, str]) -> None:
    chips = re.findall(r'class="chip" style="--c:(#\w+)">([^<]+)<', texts["en"])
    assert len({mark for _, mark in chips}) == len(REFORMS)
    assert len({(colour, mark) for colour, mark in chips}) == len(REFORMS)


def test_the_map_has_every_municipality(texts: dict[str, str]) -> None:
    tiles = re.findall(r'<g class="tile"><title>([^:]+):', texts["da"])
    assert len(tiles) == 2 * 98
    assert len(set(tiles)) == 98
    assert "Ærø" in tiles


def test_is_the_same_byte_for_byte(folder: Path, texts: dict[str, str]) -> None:
    assert write(folder, "en").read_text(encoding="utf-8") == texts["en"]


def test_is_written_without_spells_people_and_municipalities(tmp_path: Path) -> None:
    folder = Maker(("cut-3bn",)).write(tmp_path)
    (folder / "spells.parquet").unlink()
    (folder / "people.parquet").unlink()
    rows = pd.read_parquet(folder / "differences.parquet")
    rows[rows["municipality"] == 0].to_parquet(folder / "differences.parquet", index=False)
    sealed(folder)
    text = write(folder).read_text(encoding="utf-8")
    assert "holds no persons" in text
    assert "too few spells" in (tmp_path / "report-en-appendix.html").read_text(encoding="utf-8")
    assert "no figures by municipality" in text


def test_missing_numbers_are_shown_as_missing(tmp_path: Path) -> None:
    folder = Maker(("cut-3bn",)).write(tmp_path)
    rows = pd.read_parquet(folder / "differences.parquet")
    gone = (rows["measure"] == "mean_duration") & (rows["municipality"] == 0)
    rows.loc[gone, ["baseline", "reform", "difference"]] = math.nan
    rows.to_parquet(folder / "differences.parquet", index=False)
    sealed(folder)
    text = write(folder).read_text(encoding="utf-8")
    assert "was not observed" in text
    assert not re.search(r"\bnan\b", " ".join(Page(text).words))


def test_shows_the_fit_it_is_given_with_its_misses(folder: Path) -> None:
    fit = pd.DataFrame(
        {
            "id": ["F001", "F004"],
            "measure": ["stock", "stock"],
            "unit": ["persons", "persons"],
            "data": [60_000.0, 10_000.0],
            "se": [600.0, 100.0],
            "model": [61_200.0, 14_000.0],
            "z": [2.0, 40.0],
            "deviation_pct": [2.0, 40.0],
        }
    )
    text = write(folder, fit=fit).read_text(encoding="utf-8")
    assert "Of 2 figures that could be measured, 1 lie within 15 per cent" in text
    assert "+40.0" in (folder / "report-en-appendix.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("lang", "format_"), [("sv", "html"), ("en", "docx")])
def test_refuses_what_it_cannot_write(folder: Path, lang: str, format_: str) -> None:
    with pytest.raises(InputError, match="expected"):
        write(folder, lang, format_)


def test_refuses_a_folder_without_a_comparison(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"manifest\.json"):
        write(tmp_path)
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="jobvej compare"):
        write(tmp_path)
