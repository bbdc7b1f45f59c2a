"""PDF, Markdown, the short and the municipal edition: whole, in the right language, with the same numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pymupdf
import pytest
from markdown_it import MarkdownIt
from matplotlib.figure import Figure
from report_fixture import Maker

from reforms.report import write
from reforms.report.places import comparable, find_place
from reforms.report.results import read_results
from sim.data import municipalities
from sim.errors import InputError

LANGS = ("en", "da")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Maker().write(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module", params=LANGS)
def brief(request: pytest.FixtureRequest, folder: Path) -> tuple[str, Path]:
    return request.param, write(folder, request.param, "pdf", audience="brief")


def _text(path: Path) -> str:
    with pymupdf.open(path) as paper:  # type: ignore[no-untyped-call]
        return " ".join(page.get_text() for page in paper)


def test_the_short_edition_is_two_pages_of_a4(brief: tuple[str, Path]) -> None:
    with pymupdf.open(brief[1]) as paper:  # type: ignore[no-untyped-call]
        assert len(paper) == 2
        assert {(round(p.rect.width), round(p.rect.height)) for p in paper} == {(595, 842)}


def test_paper_speaks_the_language(brief: tuple[str, Path]) -> None:
    lang, path = brief
    text = re.sub(r"-\n", "", _text(path))
    own, other = ("Hvor sikkert", "How sure")[:: 1 if lang == "da" else -1]
    assert own in text
    assert other not in text
    assert re.findall(r"\{[a-z_]+\}|\bnan\b|\bNone\b", text) == []


def test_paper_embeds_its_fonts(brief: tuple[str, Path]) -> None:
    with pymupdf.open(brief[1]) as paper:  # type: ignore[no-untyped-call]
        fonts = {font[:4] for number in range(len(paper)) for font in paper.get_page_fonts(number)}
        assert fonts
        for xref, kind, _, name in fonts:
            assert kind != "n/a", name
            assert "+" in name, "a subset of the font is in the file"
            assert paper.extract_font(xref)[3], name


def test_paper_numbers_its_pages_and_has_a_title(brief: tuple[str, Path]) -> None:
    lang, path = brief
    with pymupdf.open(path) as paper:  # type: ignore[no-untyped-call]
        last = len(paper)
        word, of = ("Side", "af") if lang == "da" else ("Page", "of")
        assert f"{word} {last} {of} {last}" in re.sub(r"\s+", " ", paper[-1].get_text())
        assert paper.metadata["title"].startswith("Jobvej")


def test_paper_says_the_same_figures_as_the_screen(folder: Path, brief: tuple[str, Path]) -> None:
    lang, path = brief
    page = write(folder, lang).read_text(encoding="utf-8")
    front = re.search(r'<section class="answer".*?</section>.*?<ol class="chain">.*?</ol>', page, flags=re.S)
    assert front is not None
    told = re.findall(r'<dd class="value">([^<]+)<|<dd class="sure">([^<]+)<|<b>([^<]+)</b>', front[0])
    figures = re.findall(r"\d[\d.,]*\d", " ".join(map("".join, told)))
    assert len(figures) > 15
    text = _text(path)
    assert [figure for figure in figures if figure not in text] == []


def test_paper_is_the_same_byte_for_byte(folder: Path, brief: tuple[str, Path]) -> None:
    lang, path = brief
    before = path.read_bytes()
    assert write(folder, lang, "pdf", audience="brief").read_bytes() == before


def test_markdown_has_every_table_of_the_page(folder: Path) -> None:
    text = write(folder, "da", "md").read_text(encoding="utf-8")
    page = write(folder, "da").read_text(encoding="utf-8")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    count = sum(token.type == "table_open" for token in tokens)
    assert count == page.count("<table id=") > 5
    headings = [tokens[i + 1].content for i, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings[0].startswith("De fire reformer samlet: ")
    assert "Hvor sikkert er det?" in headings


def test_markdown_rows_have_as_many_cells_as_heads(folder: Path) -> None:
    tokens = (
        MarkdownIt("commonmark")
        .enable("table")
        .parse(write(folder, "en", "md", audience="brief").read_text(encoding="utf-8"))
    )
    heads = cells = 0
    for token in tokens:
        if token.type == "table_open":
            heads = 0
        heads += token.type == "th_open"
        if token.type == "tr_open":
            cells = 0
        cells += token.type == "td_open"
        if token.type == "tr_close" and cells:
            assert cells == heads


def test_a_municipal_edition_is_about_its_municipality(folder: Path) -> None:
    path = write(folder, "da", municipality="hjorring")
    assert path.name == "report-860-da.html"
    text = path.read_text(encoding="utf-8")
    assert "for Hjørring" in text
    assert "<title>Jobvej, Hjørring: " in text
    assert 'id="map"' not in text, "the map is the country's"
    place = find_place("860")
    results = read_results(folder, place.code)
    own = results.here.get("headline", "2030", "mean_duration", "temporary_support")
    rows = Maker.municipality_rows(folder, 860, "mean_duration")
    assert own.difference == pytest.approx(rows["difference"].mean())
    assert set(results.beside) == {860, *place.comparable}


def test_money_is_told_per_inhabitant_and_without_levels(folder: Path) -> None:
    """One denominator: the inhabitants of January 2024."""
    path = write(folder, "en", municipality="hjorring")
    text = path.read_text(encoding="utf-8")
    text += path.with_name("report-860-en-appendix.html").read_text(encoding="utf-8")

    def heads_and_row(key: str) -> tuple[list[str], list[float]]:
        table = re.search(rf'<table id="t-{key}".*?</table>', text, flags=re.S)
        assert table is not None, key
        row = re.search(r'<th scope="row"[^>]*>All of Denmark<.*?</tr>', table[0], flags=re.S)
        assert row is not None, key
        heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table[0], flags=re.S)
        return heads, [float(value) for value in re.findall(r'data-value="([^"]+)"', row[0])]

    levels, _ = heads_and_row("beside-level")
    changes, values = heads_and_row("beside-change")
    assert not any("net cost" in head for head in levels)
    assert any("net cost" in head for head in changes)
    national = read_results(folder).national
    paid = [national.get("headline", "2030", "net_paid", who).shown for who in ("municipality", "public")]
    people = float(municipalities()["population_2024m01"].sum())
    assert any(value == pytest.approx(paid[0] / people, rel=1e-6) for value in values)
    assert any(value == pytest.approx(paid[1] / people, rel=1e-6) for value in values)
    assert "of working age, 2024 prices" not in text


def test_both_editions_say_what_is_kept_of_a_krone(folder: Path) -> None:
    for place, columns in ((None, 10), ("hjorring", 9)):
        text = write(folder, "en", municipality=place).read_text(encoding="utf-8")
        table = re.search(r'<table id="t-saved".*?</table>', text, flags=re.S)
        assert table is not None
        row = re.search(r'<th scope="row"[^>]*>Sickness benefit<.*?</tr>', table[0], flags=re.S)
        assert row is not None
        values = [float(value) for value in re.findall(r'data-value="([^"]+)"', row[0])]
        assert len(values) == columns
        assert values[0] == pytest.approx(100.0), "the main reform ends the refund of long spells"
        assert values[2] == pytest.approx(values[0] + values[1])


def test_comparable_municipalities_are_near_in_size_and_expected_share() -> None:
    aarhus = comparable(751)
    assert {851, 461} <= set(aarhus), "Aalborg and Odense"
    assert 825 not in aarhus, "Læsø"
    assert 751 not in aarhus
    assert len(set(aarhus)) == 6


class _Analysis:
    """An analysis of sensitivity that shows itself, made up."""

    table = pd.DataFrame({"parameter": ["x"]})

    def figure(self, lang: str) -> Figure:
        figure = Figure(figsize=(5, 2))
        figure.subplots().text(0.1, 0.5, f"made up in {lang}")
        return figure

    def sentences(self, lang: str) -> list[str]:
        return [f"The made-up number decides ({lang})."]


def test_an_analysis_of_sensitivity_says_on_the_first_page_what_decides(folder: Path) -> None:
    text = write(folder, "en", sensitivity=_Analysis(), audience="brief").read_text(encoding="utf-8")
    first, rest = text.split('<section id="durations">')
    assert "The made-up number decides (en)." in first
    assert '<section id="sensitivity">' in rest
    assert "made up in en" in rest


@pytest.mark.parametrize("written", ["Hjørring", "hjoerring", "HJØRRING KOMMUNE", "860"])
def test_a_municipality_is_found_however_it_is_written(written: str) -> None:
    assert find_place(written).code == 860


def test_an_unknown_municipality_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'Hjørring'"):
        find_place("Hjøring")


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"format": "docx"}, "html, pdf, md"),
        ({"audience": "short"}, "full, brief"),
        ({"lang": "sv"}, "en, da"),
    ],
)
def test_refuses_what_it_cannot_write(folder: Path, wrong: dict[str, str], expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        write(folder, **wrong)  # type: ignore[arg-type]
