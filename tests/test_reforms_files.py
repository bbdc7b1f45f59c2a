"""Reform files: what is read from them, and what is refused, with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reforms import check, load
from sim.errors import InputError
from sim.parameters import Parameter, ParameterSet, load_parameters
from sim.parameters.document import CombinedInputError
from sim.vocabulary import REFUND_STEPS

DAY = date(2020, 1, 1)


def world() -> ParameterSet:
    def law(name: str, values: tuple[float, ...], index: str | None = None) -> Parameter:
        return Parameter(name, "law", name, name, "share", ((DAY, values),), index=index, bounds=(0.0, 1.0))

    shares = law("refund.share", (0.8, 0.4, 0.3, 0.2), "refund_step")
    return ParameterSet([shares, law("targets.in_force", (1.0,))])


GOOD = """\
name: mine
title: {en: Mine, da: Min}
author: Me
summary: {en: What it does, da: Hvad den gør}
why: {en: Because, da: Fordi}
source: {title: My head, year: 2026}
proposals: [DJ03]
theme: governance
changes:
  - parameter: targets.in_force
    values: {2027-01-01: 0}
    until: 2029-01-01
    municipalities: [101, Hjørring, gentofte]
  - parameter: refund.share
    values:
      2027-01-01: {weeks_5_26: 0.5, weeks_53_plus: 0}
      2028-01-01: {weeks_53_plus: 0.1}
  - parameter: refund.share[weeks_27_52]
    operation: multiply
    values:
      2027-01-01: 0.5
"""


def written(folder: Path, text: str, name: str = "mine") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path | str) -> InputError:
    with pytest.raises(InputError) as caught:
        load(path, world())
    return caught.value


def test_everything_a_file_says_is_kept(tmp_path: Path) -> None:
    reform = load(written(tmp_path, GOOD), world())
    assert (reform.name, reform.author, reform.proposals, reform.theme) == (
        "mine",
        "Me",
        ("DJ03",),
        "governance",
    )
    assert (reform.title("en"), reform.title("da"), reform.why("da")) == ("Mine", "Min", "Fordi")
    assert (reform.source.title, reform.source.year) == ("My head", "2026")
    assert (reform.runnable, reform.first_change) == (True, date(2027, 1, 1))
    first = reform.changes[0]
    assert (first.parameter, first.operation, first.until) == ("targets.in_force", "set", date(2029, 1, 1))
    assert first.municipalities == frozenset({101, 860, 157})
    assert (first.origin.reform, first.origin.line) == ("mine", 10)
    assert Path(str(first.origin.file)).name == "mine.yaml"


def test_values_by_component_become_one_change_each(tmp_path: Path) -> None:
    reform = load(str(written(tmp_path, GOOD)), world())
    found = {each.parameter: each.values for each in reform.changes[1:]}
    assert found == {
        "refund.share[weeks_5_26]": ((date(2027, 1, 1), 0.5),),
        "refund.share[weeks_53_plus]": ((date(2027, 1, 1), 0.0), (date(2028, 1, 1), 0.1)),
        "refund.share[weeks_27_52]": ((date(2027, 1, 1), 0.5),),
    }
    resolved = world().with_changes(reform.changes).at(date(2028, 1, 3), [101])
    assert resolved.vector("refund.share").tolist() == [0.8, 0.5, 0.15, 0.1]
    assert len(REFUND_STEPS) == 4


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("author: Me", "autor: Me", 3, "unknown key 'autor'. Did you mean 'author'?"),
        ("author: Me\n", "", 1, "lacks the key 'author'"),
        ("name: mine", "name: My Reform", 1, "expected small letters, digits and hyphens"),
        ("da: Min}", "dk: Min}", 2, "Did you mean 'da'?"),
        ("source: {title: My head, year: 2026}", "source: my head", 6, "found 'my head'"),
        (
            "- parameter: targets.in_force",
            "- parameter: targets.inforce",
            10,
            "Did you mean 'targets.in_force'?",
        ),
        ("    values: {2027-01-01: 0}", "    value: {2027-01-01: 0}", 11, "Did you mean 'values'?"),
        ("{2027-01-01: 0}", "{2027-01-32: 0}", 11, "day is out of range for month"),
        ("{2027-01-01: 0}", "{next year: 0}", 11, "found 'next year', expected a date"),
        ("{2027-01-01: 0}", "{2027-01-01: off and on}", 11, "expected a number"),
        ("{2027-01-01: 0}", "{2027-01-01: 2}", 10, "found 2, which is impossible: expected 0 to 1"),
        ("{2027-01-01: 0}", "{2027-01-01: 1}", 10, "the change never takes effect"),
        ("until: 2029-01-01", "until: 2027-01-01", 10, "a value never takes effect"),
        ("until: 2029-01-01", "until: never", 12, "'until': found 'never', expected a date"),
        (
            "[101, Hjørring, gentofte]",
            "[101, Hjøring]",
            13,
            "unknown municipality 'Hjøring'. Did you mean 'Hjørring'?",
        ),
        ("[101, Hjørring, gentofte]", "[102]", 13, "unknown municipality '102'"),
        ("[101, Hjørring, gentofte]", "none", 13, "expected 'all' or a list"),
        (
            "operation: multiply",
            "operation: multiplyy",
            19,
            "found 'multiplyy', expected 'set', 'multiply' or 'add'",
        ),
        ("{weeks_53_plus: 0.1}", "{weeks_54_plus: 0.1}", 14, "Did you mean 'weeks_53_plus'?"),
        (
            "      2027-01-01: 0.5",
            "      2027-01-01: {weeks_1_4: 0.5}",
            21,
            "names a component, so expected one number",
        ),
        (
            "refund.share[weeks_27_52]\n    operation: multiply",
            "refund.share[weeks_5_26]",
            14,
            "contradiction",
        ),
    ],
)
def test_what_does_not_fit_is_refused_at_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert GOOD.count(old) == 1
    error = refused(written(tmp_path, GOOD.replace(old, new)))
    first = error.errors[0] if isinstance(error, CombinedInputError) else error
    assert (Path(str(first.file)).name, first.line) == ("mine.yaml", line)
    assert words in str(first)


@pytest.mark.parametrize("tail", ["changes: []\ncombines: [nothing]\n", ""])
def test_a_reform_changes_or_combines(tmp_path: Path, tail: str) -> None:
    error = refused(written(tmp_path, GOOD[: GOOD.index("changes:")] + tail))
    assert "either 'changes' (the empty list [] if it cannot be run) or 'combines'" in error.message


def test_all_errors_of_a_file_are_listed(tmp_path: Path) -> None:
    text = (
        GOOD.replace("{2027-01-01: 0}", "{soon: 0}")
        .replace("Hjørring", "Hjøring")
        .replace("      2028", "      28")
    )
    error = refused(written(tmp_path, text))
    assert isinstance(error, CombinedInputError)
    assert [each.line for each in error.errors] == [11, 13, 17]


def test_one_text_serves_both_languages(tmp_path: Path) -> None:
    reform = load(written(tmp_path, GOOD.replace("{en: Mine, da: Min}", "Mine")), world())
    assert reform.title("en") == reform.title("da") == "Mine"
    with pytest.raises(ValueError, match="expected en or da"):
        reform.title("de")


def test_a_package_takes_neighbours_and_names_the_line_of_what_it_lacks(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    head = GOOD[: GOOD.index("changes:")].replace("name: mine", "name: pack")
    pack = load(written(tmp_path, head + "combines:\n  - mine\n  - nothing\n", "pack"), world())
    assert pack.name == "pack"
    assert pack.parts == ("mine", "nothing")
    assert len(pack.changes) == 4
    error = refused(written(tmp_path, head + "combines:\n  - mine\n  - noting\n", "pack"))
    assert (error.line, "Did you mean 'nothing'?" in error.message) == (11, True)


def test_a_package_that_combines_itself_is_refused(tmp_path: Path) -> None:
    head = GOOD[: GOOD.index("changes:")]
    written(tmp_path, head.replace("name: mine", "name: one") + "combines: [two]\n", "one")
    path = written(tmp_path, head.replace("name: mine", "name: two") + "combines: [one]\n", "two")
    assert "two > one > two" in refused(path).message


def test_check_lists_errors_and_doubts(tmp_path: Path) -> None:
    good = written(tmp_path, GOOD)
    assert check([good], world()) == []
    doubtful = GOOD.replace("why: {en: Because, da: Fordi}\n", "").replace("DJ03", "DJ99")
    warnings = check([written(tmp_path, doubtful, "doubtful")], world())
    assert [finding.severity for finding in warnings] == ["warning", "warning"]
    assert "unknown proposal 'DJ99'" in str(warnings[1])
    wrong = written(tmp_path, GOOD.replace("author:", "autor:").replace("theme:", "them:"), "wrong")
    errors = check([good, wrong], world())
    assert [(finding.severity, finding.problem.line) for finding in errors] == [("error", 3), ("error", 8)]


def test_check_doubts_a_name_that_the_catalogue_has(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("name: mine", "name: cut-3bn"))
    assert "the catalogue has another reform called 'cut-3bn'" in str(check([path], world())[0])


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert "cannot read the file" in str(refused(tmp_path / "none.yaml"))
    assert "no such file" in str(refused(str(tmp_path / "none.yaml")))


def examples(document: str) -> list[str]:
    """Return the YAML examples of a page of the documentation."""
    text = (Path(__file__).parent.parent / "docs" / document).read_text(encoding="utf-8")
    return [block.partition("```")[0] for block in text.split("```yaml\n")[1:]]


def test_the_example_of_the_documentation_is_right(tmp_path: Path) -> None:
    assert check([written(tmp_path, examples("reforms.md")[0], "fewer-rules-trial")]) == []


def test_the_example_of_a_parameter_is_right(tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "refund.yaml").write_text(examples("parameters.md")[0], encoding="utf-8")
    assert load_parameters(tmp_path)["refund.state_share"].values[0][1] == (0.8, 0.4, 0.3, 0.2)


SIZES = """\
mechanism: matching
sizes:
  - {parameter: targets.in_force, basis: document, reason: The proposal says so.}
  - {parameter: refund.share, basis: assumption, ids: [R02], low: 0, high: 1, reason: Nobody knows.}
"""


def test_sizes_and_mechanisms_are_kept_and_an_assumed_size_is_the_range_of_its_changes(
    tmp_path: Path,
) -> None:
    reform = load(written(tmp_path, GOOD + SIZES), world())
    assert reform.mechanisms == ("matching",)
    assert [(size.parameter, size.basis, size.ids) for size in reform.sizes] == [
        ("targets.in_force", "document", ()),
        ("refund.share", "assumption", ("R02",)),
    ]
    assert {change.name for change in reform.assumptions} == {"refund.share"}
    assert {(change.range, change.reason) for change in reform.assumptions} == {((0.0, 1.0), "Nobody knows.")}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("theme: governance", "theme: governence", "unknown theme 'governence'. Did you mean 'governance'?"),
        ("mechanism: matching", "mechanism: machting", "Did you mean 'matching'?"),
        ("{parameter: targets.in_force", "{parameter: targets.in_frce", "Did you mean 'targets.in_force'?"),
        ("basis: document", "basis: evidence", "names it in 'ids'"),
        ("low: 0, ", "", "has 'low', 'high' and 'reason'"),
        ("low: 0, ", "low: 2, ", "found low 2 above high 1"),
        ("low: 0, high: 1", "low: 0.2, high: 1", "0.1 lies outside its range 0.2 to 1"),
        ("basis: assumption", "basis: guess", "'assumption'"),
    ],
)
def test_what_sizes_and_words_cannot_be(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = GOOD + SIZES
    assert text.count(old) == 1
    assert words in str(refused(written(tmp_path, text.replace(old, new))))


def test_what_cannot_be_run_names_what_comes_nearest(tmp_path: Path) -> None:
    text = (
        GOOD[: GOOD.index("changes:")]
        + "changes: []\nrunnable: false\nreason: A word.\nnearest: refund.share\n"
    )
    reform = load(written(tmp_path, text), world())
    assert (reform.runnable, reform.nearest) == (False, ("refund.share",))
