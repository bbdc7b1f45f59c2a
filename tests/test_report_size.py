"""The report is short, its appendix has the rest, and every picture and table comes with its numbers."""

from __future__ import annotations

import base64
import csv
import io
import re
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from report_fixture import Maker

from reforms.report import write
from reforms.report.data import sheet_of
from reforms.report.document import Cell, Table
from reforms.report.municipalities import FILLS
from reforms.report.results import read_results
from reforms.report.texts import load_texts

LANGS = ("en", "da")
MOST_PAGES, MOST_TABLES = 20, 15


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Maker().write(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return write(folder, "da").read_text(encoding="utf-8")


def _pages(path: Path) -> int:
    with pymupdf.open(path) as paper:  # type: ignore[no-untyped-call]
        return len(paper)


@pytest.mark.parametrize("place", [None, "Hjørring"])
def test_the_full_edition_is_short(folder: Path, place: str | None) -> None:
    assert _pages(write(folder, "da", "pdf", municipality=place)) <= MOST_PAGES
    text = write(folder, "da", municipality=place).read_text(encoding="utf-8")
    assert 4 <= text.count("<table id=") <= MOST_TABLES


def test_a_municipal_edition_has_its_name_in_its_title(folder: Path) -> None:
    with pymupdf.open(write(folder, "da", "pdf", municipality="Hjørring", audience="brief")) as paper:  # type: ignore[no-untyped-call]
        assert len(paper) == 2
        assert "Hjørring" in paper.metadata["title"]


def test_the_page_and_its_appendix_know_each_other(folder: Path, page: str) -> None:
    appendix = (folder / "report-da-appendix.html").read_text(encoding="utf-8")
    targets = set(re.findall(r'href="report-da-appendix\.html#([a-z]+)"', page))
    assert len(targets) > 5
    assert targets <= set(re.findall(r'<section id="([a-z]+)"', appendix))
    assert 'href="report-da.html"' in appendix


def test_every_picture_and_table_has_its_numbers_as_csv_and_in_the_workbook(folder: Path, page: str) -> None:
    appendix = (folder / "report-da-appendix.html").read_text(encoding="utf-8")
    numbered = re.findall(r'class="number">((?:Figur|Tabel)\xa0A?\d+)\.', page + appendix)
    assert len(numbered) == len(set(numbered)) > 60
    files = {path.name: path.read_bytes() for path in (folder / "report-da-csv").iterdir()}
    assert len(files) == len(numbered)
    inside = re.findall(r'href="data:text/csv;base64,([^"]+)" download="([^"]+)"', page + appendix)
    assert {name: base64.b64decode(text) for text, name in inside} == files
    with zipfile.ZipFile(folder / "report-da.xlsx") as book:
        named = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert named == ["Indhold", *(number.replace("\xa0", " ") for number in _in_order(page, appendix))]


def _in_order(*pages: str) -> list[str]:
    found = []
    for text in pages:
        numbers = re.findall(r'class="number">((?:Figur|Tabel)\xa0A?\d+)\.', text)
        found += [n for n in numbers if n.startswith("Figur")] + [n for n in numbers if n.startswith("Tabel")]
    return found


def test_the_numbers_of_a_picture_are_the_estimates(folder: Path, page: str) -> None:
    assert page
    results = read_results(folder)
    cell = results.effect("mean_duration", "temporary_support")
    text = (folder / "report-da-csv" / "figur-2.csv").read_text(encoding="utf-8-sig")
    *_, last = csv.reader(io.StringIO(text))
    assert [float(value) for value in last[1:]] == pytest.approx(
        [cell.shown, cell.low80, cell.high80, cell.low95, cell.high95]
    )


def test_a_tables_interval_becomes_four_columns() -> None:
    cells = (Cell("x"), Cell("+1", 1.0, ends=(0.5, 1.5, 0.1, 1.9)))
    sheet = sheet_of(Table("k", "c", "u", ("", "D"), (cells,)), load_texts("en"))
    assert sheet.heads == ("", "D", "D: 80 % from", "D: 80 % to", "D: 95 % from", "D: 95 % to")
    assert sheet.rows == (("x", 1.0, 0.5, 1.5, 0.1, 1.9),)


def test_files_of_numbers_are_the_same_byte_for_byte(folder: Path, page: str) -> None:
    before = (folder / "report-da.xlsx").read_bytes()
    assert write(folder, "da").read_text(encoding="utf-8") == page
    assert (folder / "report-da.xlsx").read_bytes() == before


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_the_colours_of_the_map_stay_apart_in_grey_print() -> None:
    grey = sorted(map(_lightness, FILLS))
    assert min(b - a for a, b in pairwise(grey)) > 15


def test_a_municipality_without_a_clear_change_is_grey_and_has_no_figure(tmp_path: Path) -> None:
    noisy = write(Maker(noise=9.0, seed=2).write(tmp_path), "da").read_text(encoding="utf-8")
    tiles = re.findall(r'<g class="tile">.*?</g>', noisy, flags=re.S)
    assert len(tiles) == 2 * 98
    open_ = [tile for tile in tiles if "var(--none" in tile]
    assert open_
    assert not any(re.search(r"[+−]\d", tile.partition("</title>")[2]) for tile in open_)
    told = [tile for tile in tiles if tile not in open_]
    assert all(re.search(r"[+−]\d", tile.partition("</title>")[2]) for tile in told)


@pytest.mark.parametrize("lang", LANGS)
def test_no_level_in_millions_has_a_minus_sign(folder: Path, lang: str) -> None:
    """Tables of money have differences alone, but for benefits paid, which are never below zero."""
    path = write(folder, lang)
    text = path.read_text(encoding="utf-8")
    text += path.with_name(f"{path.stem}-appendix.html").read_text(encoding="utf-8")
    baseline = load_texts(lang)("column.baseline")
    rows = re.findall(rf"<td[^>]*>{baseline}</td>(.*?)</tr>", text, flags=re.S)
    assert rows
    assert not any("−" in row for row in rows)
    assert 'id="t-levels' not in text


def test_no_word_of_a_picture_is_clipped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the widest of the fonts: labels, notes, legends and titles lie inside each picture."""
    outside, seen = [], 0
    saved = Figure.savefig

    def checked(self: Figure, *args: Any, **kwargs: Any) -> None:
        nonlocal seen
        renderer = FigureCanvasAgg(self).get_renderer()  # type: ignore[no-untyped-call]
        saved(self, *args, **kwargs)
        keys = [k for k in (*self.legends, *(axes.get_legend() for axes in self.axes)) if k is not None]
        texts = [*self.texts, *(text for key in keys for text in key.get_texts())]
        for axes in self.axes:
            low, high = sorted(axes.get_ylim())
            ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
            texts += [
                *axes.texts,
                axes.xaxis.label,
                *(label for at, label in ticks if axes.axison and low <= at <= high),
            ]
        for text in texts:
            if text.get_visible() and text.get_text():
                seen += 1
                box = text.get_window_extent(renderer)
                if box.x0 < -1 or box.x1 > self.bbox.x1 + 1 or box.y0 < -1 or box.y1 > self.bbox.y1 + 1:
                    outside.append(text.get_text())

    monkeypatch.setattr(Figure, "savefig", checked)
    write(folder, "da")
    write(folder, "en", municipality="Hjørring")
    assert seen > 300
    assert not outside, outside
