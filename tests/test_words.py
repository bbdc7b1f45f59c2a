"""Words that a reader stumbled on are gone from everything that people read; so are half-English pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from report_fixture import Maker

from reforms.report import write
from reforms.report.codes import CODE, readable, sources
from reforms.report.texts import load_texts

ROOT = Path(__file__).resolve().parent.parent
#: What was said, and what is said instead.
SAID = {
    r"(hvad der sker|which), (kan ikke afgøres|cannot be told)": "the direction is uncertain",
    r"kan ikke afgøres": "retningen er usikker",
    r"kan ikke skelnes fra|cannot be told from unchanged": "ingen tydelig ændring; no clear change",
    r"one more pair of worlds|endnu et par verdener": "(gone)",
    r"(Svaret følger|hænger) tættest|goes most closely|most closely correlated": "depends most on",
    r"første side svarer for|the first page answers for": "alle fire samlet; the package",
    r"Et job får den, der": "jobbet går til den ansøger, arbejdsgiveren vælger",
    r"Over for (kendsgerninger|tal), (som )?modellen": "test på andre tal",
    r"Marks in the pictures": "key",
    r"står enkeltvis": "modellen ser ikke på husstande",
    r"når de aktivitetsparate en femtedel": "virker en femtedel så meget",
    r"størrelsen kan ikke læses": "kilden oplyser ingen størrelse",
    r"[Ee]t håndtag[:,] ": "kan ændres, 0 i dag",
    r"med det samme held": "samme tilfældige hændelser",
    r"holds zero": "includes zero",
    r"\bm kr\.": "DKK m",
    r"What a run tells": "output measures",
    r"a cost is (\+|positive)": "costs are positive",
    r"before courses get longer": "before spells get longer",
    r"[Oo]ne record a person": "one record per person",
    r"persons near by": "neighbouring municipalities",
    r"Simulated were": "we simulated",
    r"\bone a core": "one per core",
    r"easily gets": "can by chance get",
    r"worlds with other luck": "replications with other seeds",
}
#: In reports and catalogues of words there is one word for the scale of refunds.
ONE_WORD = r"[Rr]efusionsskala"
_READ = (".py", ".yaml", ".yml", ".md", ".j2", ".typ", ".ipynb", ".csv")


def _texts() -> Iterator[tuple[Path, str]]:
    """Yield what people read: words, help, documents, notebooks; not documents made of sim's parameters."""
    folders = ("reforms", "calibration", "jobvej", "docs", "notebooks")
    files = [*ROOT.glob("*.md"), *(path for name in folders for path in (ROOT / name).rglob("*"))]
    for path in files:
        if path.suffix not in _READ or not path.is_file() or path.name == "odd.md":
            continue
        text = path.read_text("utf-8")
        if path.suffix == ".ipynb":
            text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
        yield path.relative_to(ROOT), text


@pytest.fixture(scope="module")
def texts() -> list[tuple[Path, str]]:
    return list(_texts())


@pytest.mark.parametrize("said", SAID)
def test_nobody_says_it_any_more(said: str, texts: list[tuple[Path, str]]) -> None:
    found = [f"{path}: {match[0]}" for path, text in texts for match in re.finditer(said, text)]
    assert found == [], f"say {SAID[said]}"


def test_the_search_for_words_finds_them() -> None:
    assert len(list(_texts())) > 300
    assert re.search(r"\bm kr\.", "saves 3 m kr. a year")


def test_reports_have_one_word_for_the_scale_of_refunds() -> None:
    folder = ROOT / "reforms" / "report" / "texts"
    for path in folder.glob("*da.yaml"):
        values = [line for line in path.read_text("utf-8").splitlines() if re.search(ONE_WORD, line)]
        assert values == [], path.name


def test_money_is_dkk_in_english_and_kroner_in_danish() -> None:
    assert [
        k for k, text in load_texts("en").entries.items() if re.search(r"mio\.|mia\.|\bbn kr", text)
    ] == []
    assert [k for k, text in load_texts("da").entries.items() if re.search(r"DKK", text)] == []


@pytest.fixture(scope="module")
def danish(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the Danish page and its appendix."""
    path = write(Maker().write(tmp_path_factory.mktemp("results")), "da")
    appendix = path.with_name("report-da-appendix.html")
    return {"page": path.read_text("utf-8"), "appendix": appendix.read_text("utf-8")}


def test_the_danish_page_has_no_english_reason(danish: dict[str, str]) -> None:
    tables = re.findall(r'<table id="t-(?:assumptions|validation).*?</table>', danish["appendix"], flags=re.S)
    assert len(tables) > 1
    assert re.findall(r'<td class="word" lang="en"[^>]*>[^<]+', " ".join(tables)) == []
    assert not any("own calculation" in text for text in danish.values())
    assert "Beregnet af Jobvej" in danish["appendix"]


def test_every_code_in_a_reason_is_explained(danish: dict[str, str]) -> None:
    tables = re.findall(r'<table id="t-assumptions-all".*?</table>', danish["appendix"], flags=re.S)
    bracketed = re.findall(r"\(([^()]*)\)", unescape(re.sub(r"<[^>]+>", " ", tables[0])))
    alone = [text for text in bracketed if re.fullmatch(r"(?:[A-Z][A-Z0-9]*-?[A-Z]*\d+(?:, | og )?)+", text)]
    codes = {code for text in alone for code in CODE.findall(text)}
    assert len(codes) > 50
    explained = set(re.findall(r'<b lang="mul">([A-Z0-9-]+)[,<]', danish["appendix"]))
    assert codes <= explained


def test_codes_that_nobody_can_look_up_are_left_out() -> None:
    known = sorted(sources())[:2]
    assert (
        readable(f"Four months ({known[0]}), read as 17 weeks.")
        == f"Four months ({known[0]}), read as 17 weeks."
    )
    assert readable("A tenth (ZZ99), at most.") == "A tenth, at most."
    assert readable(f"Both ({known[0]}, ZZ99).") == f"Both ({known[0]})."
    assert readable("In 2024 (LK 6).") == "In 2024 (LK 6)."
