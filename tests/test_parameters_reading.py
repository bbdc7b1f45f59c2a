"""Parameter files: what is read from them, and what is refused, with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.parameters import load_parameters
from sim.parameters.document import CombinedInputError, read_document

GOOD = """\
contact.minutes:
  label: Minutes per interview
  label_da: Minutter pr. samtale
  kind: assumption
  unit: minutes
  values:
    2024-01-01: 30
    2026-01-01: 45.5
  bounds: [0, 120]
  range: [20, 60]
  reason: not measured
"""

LAW = """\
refund.share:
  label: Refund
  label_da: Refusion
  kind: law
  unit: share
  index: refund_step
  values:
    2016-01-04: {weeks_1_4: 0.8, weeks_5_26: 0.4, weeks_27_52: 0.3, weeks_53_plus: 0.2}
  bounds: [0, 1]
  source: {title: The act, publisher: The parliament, year: 2015, ids: [R1, R2]}
  confidence: high
"""


def folder(tmp_path: Path, **files: str) -> Path:
    """Write files (theme__kind=text) into a folder of parameters."""
    for name, text in files.items():
        theme, kind = name.split("__")
        path = tmp_path / kind / f"{theme}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        load_parameters(path)
    return caught.value


def test_everything_an_entry_says_is_kept(tmp_path: Path) -> None:
    base = load_parameters(folder(tmp_path, contact__assumption=GOOD, refund__law=LAW))
    minutes, share = base["contact.minutes"], base["refund.share"]
    assert base.names == ("contact.minutes", "refund.share")
    assert minutes.values == ((date(2024, 1, 1), (30.0,)), (date(2026, 1, 1), (45.5,)))
    assert (minutes.range, minutes.bounds, minutes.reason) == ((20.0, 60.0), (0.0, 120.0), "not measured")
    assert share.values == ((date(2016, 1, 4), (0.8, 0.4, 0.3, 0.2)),)
    assert share.source is not None
    assert (share.source.year, share.source.ids, share.confidence) == ("2015", ("R1", "R2"), "high")
    assert (share.line, Path(share.file).name) == (1, "refund.yaml")


@pytest.mark.parametrize(
    ("text", "old", "new", "line", "words"),
    [
        (GOOD, "  unit:", "  unti:", 5, "unknown key 'unti'. Did you mean 'unit'?"),
        (GOOD, "  unit: minutes\n", "", 1, "lacks the key 'unit'"),
        (
            GOOD,
            "    2026-01-01: 45.5",
            "    2026-01-01: 300",
            8,
            "found 300, which is impossible: expected 0 to 120",
        ),
        (
            GOOD,
            "    2026-01-01: 45.5",
            "    2026-01-01: 61",
            8,
            "found 61, outside its own range: expected 20 to 60",
        ),
        (GOOD, "    2026-01-01: 45.5", "    2026-13-01: 45.5", 8, "month must be in 1..12"),
        (GOOD, "    2026-01-01: 45.5", "    2026-1-1: 45.5", 8, "found '2026-1-1', expected a date"),
        (GOOD, "    2026-01-01: 45.5", "    2026: 45.5", 8, "found 2026, expected a date"),
        (GOOD, "    2026-01-01: 45.5", "    2026-01-01: many", 8, "found 'many', expected a number"),
        (GOOD, "    2026-01-01: 45.5", "    2026-01-01: yes", 8, "found 'yes', expected a number"),
        (GOOD, "    2026-01-01: 45.5", "    2026-01-01: .nan", 8, "found '.nan', expected a number"),
        (GOOD, "    2026-01-01: 45.5", "    2026-01-01:", 8, "found nothing, expected a number"),
        (
            GOOD,
            "    2026-01-01: 45.5",
            "    2024-01-01: 45.5",
            8,
            "'2024-01-01' stands twice: first on line 7",
        ),
        (GOOD, "  reason: not measured\n", "", 1, "lacks a 'reason'"),
        (GOOD, "  range: [20, 60]\n", "", 1, "lacks a 'prior' or a 'range'"),
        (GOOD, "  range: [20, 60]", "  range: [60, 20]", 10, "expected [low, high]"),
        (GOOD, "  reason:", "  confidence: high\n  reason:", 11, "an assumption has no confidence"),
        (GOOD, "  reason:", "  prior: {distribution: cauchy, low: 1, high: 60}\n  reason:", 11, "'cauchy'"),
        (
            GOOD,
            "  reason:",
            "  prior: {distribution: uniform, low: 60, high: 1}\n  reason:",
            11,
            "low below high",
        ),
        (GOOD, "  kind: assumption", "  kind: evidence", 4, "kind is 'evidence' in the folder 'assumption'"),
        (LAW, "  source: {title", "  sauce: {title", 10, "Did you mean 'source'?"),
        (LAW, "year: 2015", "yaer: 2015", 10, "unknown key 'yaer'. Did you mean 'year'?"),
        (LAW, "  confidence: high\n", "", 1, "lacks a 'confidence'"),
        (LAW, "  confidence: high", "  confidence: sure", 11, "found 'sure'"),
        (LAW, "index: refund_step", "index: refund_steps", 6, "Did you mean 'refund_step'?"),
        (LAW, "weeks_27_52: 0.3", "weeks_27_51: 0.3", 8, "Did you mean 'weeks_27_52'?"),
        (LAW, ", weeks_53_plus: 0.2", "", 8, "no value for weeks_53_plus"),
        (LAW, "weeks_27_52: 0.3", "weeks_27_52: 1.3", 8, "found 1.3, which is impossible"),
        (LAW, "weeks_27_52: 0.3", "weeks_27_52: 0.3, weeks_27_52: 0.3", 8, "'weeks_27_52' stands twice"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_line(
    tmp_path: Path, text: str, old: str, new: str, line: int, words: str
) -> None:
    assert text.count(old) == 1
    kind = "law" if text is LAW else "assumption"
    error = refused(folder(tmp_path, **{f"theme__{kind}": text.replace(old, new)}))
    first = error.errors[0] if isinstance(error, CombinedInputError) else error
    assert first.line == line
    assert first.file is not None
    assert first.file.endswith(f"{kind}/theme.yaml")
    assert words in str(error)


def test_law_without_source_is_refused(tmp_path: Path) -> None:
    text = "\n".join(line for line in LAW.splitlines() if "source:" not in line)
    assert "'refund.share' is law and lacks a 'source'" in str(refused(folder(tmp_path, refund__law=text)))


def test_a_name_in_two_files_is_refused_with_both_places(tmp_path: Path) -> None:
    error = refused(folder(tmp_path, one__assumption=GOOD, two__assumption="\n\n" + GOOD))
    assert (error.line, Path(str(error.file)).name) == (3, "two.yaml")
    assert "stands twice: first at" in error.message
    assert "one.yaml:1" in error.message


def test_a_name_twice_in_one_file_is_refused(tmp_path: Path) -> None:
    error = refused(folder(tmp_path, one__assumption=GOOD + GOOD))
    assert (error.line, "first on line 1" in error.message) == (12, True)


def test_every_error_of_every_file_is_listed(tmp_path: Path) -> None:
    bad = GOOD.replace("unit:", "unti:")
    error = refused(
        folder(tmp_path, one__assumption=bad, two__assumption="{", three__law=LAW.replace("law", "lov"))
    )
    assert isinstance(error, CombinedInputError)
    files = {Path(str(each.file)).name for each in error.errors}
    assert files == {"one.yaml", "two.yaml", "three.yaml"}


@pytest.mark.parametrize("name", ["contact", "Contact.minutes", "contact.minutes per week", "3.x"])
def test_a_name_has_a_theme_and_small_letters(tmp_path: Path, name: str) -> None:
    error = refused(folder(tmp_path, one__assumption=GOOD.replace("contact.minutes:", f"{name}:", 1)))
    assert "expected a name such as" in error.message


def test_files_that_would_be_overlooked_are_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, one__assumption=GOOD)
    (path / "assumption" / "two.yml").write_text(GOOD, encoding="utf-8")
    assert ".yaml, not .yml" in refused(path).message


def test_a_file_that_is_not_utf8_is_refused_at_the_line(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_bytes("a: 1\nb: 2\nnavn: Ærø\n".encode("latin-1"))
    with pytest.raises(InputError) as caught:
        read_document(path)
    assert caught.value.line == 3


def test_unknown_name_gives_the_nearest(tmp_path: Path) -> None:
    base = load_parameters(folder(tmp_path, contact__assumption=GOOD))
    with pytest.raises(
        InputError, match=r"unknown parameter 'contact\.minuts'\. Did you mean 'contact\.minutes'\?"
    ):
        base["contact.minuts"]
