"""Each reform file is honest about what it is: its grade, what it leaves out, whose content it has."""

from __future__ import annotations

import json
import runpy
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from report_fixture import Maker
from test_cli_reforms import jobvej

import reforms
from reforms import catalogue, load
from reforms.check import check, data_ids
from reforms.fidelity import EFFECTS, FIDELITY, INCOMPLETE, is_effect, weakest
from reforms.reform import Reform
from reforms.report.write import write
from sim.data import proposals_review
from sim.errors import InputError
from sim.parameters import load_parameters
from sim.rules.effort import teams_merged

#: The baseline's own file has no document.
GRADED = [reform for reform in catalogue() if reform.name != "nothing"]
SINGLE = [reform for reform in GRADED if len(reform.parts) == 1]
#: What the verdicts of the reading are called in the files; a file that was contrary must be another.
VERDICTS = {"faithful": "faithful", "partial": "partial", "illustration": "illustration",
            "not_runnable_ok": "not runnable"}  # fmt: skip
#: Files that are another than when they were read, with the reason.
REGRADED = {
    "KD12": ("partial", "judged together, and another follows or none; orders to providers are not there"),
    "KD09": ("faithful", "each wage subsidy begins as an internship, and the employer decides by the work"),
    "SC15": ("faithful", "guidance and sanctions by the caseworker's judgement"),
    "SC04": ("faithful", "process demands go, guidance by judgement, results are published"),
    "KD05": ("partial", "who can finds a place; that citizens own and present the plan is not there"),
    "KL09": ("partial", "what a case asks for goes by what the caseworker sees of it; none fluctuates"),
    "SC08": ("partial", "which benefits go is a reading; the thirteen groups keep deadlines of their own"),
    "KL11": ("faithful", "exempt person by person; those at risk are screened and met"),
    "KL06": ("partial", "those near work by what is expected; every municipality must go by need"),
    "KL17": ("partial", "interviews, offers and guidance of citizens; services to firms are not there"),
    "VU08": ("partial", "a limit with a kink is KL's example; the gain is not made visible"),
    "VU04": ("partial", "others' efforts, calls and visits satisfy the duty; no dispensation from rules"),
    "KL08": ("faithful", "one dated exemption for all duties, with a review at its end"),
    "DJ23": ("partial", "demands of the employment act give way; social and health law stays"),
    "DJ10": ("faithful", "a job held, a forecast within 22 weeks and consent; municipalities drawn by lot"),
    "DJ06": ("faithful", "kontanthjælp alone, waived where it has been done, those past two years once"),
    "DJ04": ("faithful", "a benchmark of lasting work is published, and who is below it answers"),
    "SC10": ("illustration", "a clock and a decision stand for how target groups are put together"),
    "SC01": ("partial", "candidates are named; help with the sick and firms made willing are not there"),
    "SC02": ("faithful", "named from both lists, vacancies of both shared, and data paid for"),
    "SC03": ("faithful", "each jobcentre sees the others' vacancies within reach, and data are paid for"),
    "SC05": ("partial", "minutes to document an interview; registration in other tasks has no number"),
    "SC06": ("partial", "learning a new act takes hours of the first year"),
    "SC07": ("faithful", "days of training, what they give is drawn, and leavers take it along"),
    "SC09": ("partial", "the same first interview and right to ask; other rules still differ by group"),
    "SC11": ("partial", "treatment is a queue, and offers run beside it; how many places is still set"),
    "SC12": ("partial", "one coordinator, offers beside other efforts; no outreach"),
    "SC14": ("partial", "a hospital's records are shared, and paid for; social services' are not"),
    "SC16": ("not runnable", "it set caseworkers' belief"),
    "SC17": ("partial", "by readiness and choice, and paid for; simpler law is a tenth of rule-reading"),
    "SC18": ("partial", "a journal, candidates named and vacancies shared; no robots or job worlds"),
    "SC19": ("partial", "only what goes better than in the country is kept, and the refund rules stay"),
    "SC20": ("partial", "the ceiling goes and the horizon is set; no pool, no rule"),
    "SC22": ("partial", "the rule of set-off, as VU08"),
    "DJ01": ("faithful", "no number, form by readiness and choice, and an interview for whoever asks"),
    "DJ07": ("faithful", "before the clarification, where an employer is found; some are not approved"),
    "DJ09": ("faithful", "all are screened, those at risk are met, the others when they ask"),
    "DJ11": ("faithful", "a meeting at each move, still held with whom the caseworker sees as complex"),
    "DJ13": ("faithful", "the assessment goes, and employers take the young a little more readily"),
    "DJ14": ("faithful", "half of the reassessments are made in the contact, and fewer lose the approval"),
    "DJ15": ("faithful", "follow-ups at their dates of people in flexjob and skånejob and with assistance"),
    "DJ16": ("faithful", "applicants drawn by lot, more rules freed, hours to set up"),
    "DJ17": ("partial", "contrary: all became law; now what has worked, 'good' read as no worse"),
    "DJ18": ("partial", "the hours that putting a reform into effect takes"),
    "DJ19": ("faithful", "purchases, teams, certificates and follow-ups count among what rules have freed"),
    "DJ20": ("partial", "of the central demands only the number of interviews goes"),
    "DJ21": ("illustration", "contrary: a new national demand for contact; that is gone"),
    "DJ22": ("partial", "by readiness and choice, brought in with hours and money; free hours go as today"),
    "KD02": ("partial", "a review books what is overdue; other benefits and the coordinator are not there"),
    "KD04": ("partial", "each municipality reckons its own case: as KD01"),
    "KD06": ("partial", "the next contact is agreed by need, for few problems more rarely than the law asks"),
    "KD07": ("illustration", "hours of caseworkers stand for networks of mayors; nobody trains mentors"),
    "KD11": ("partial", "a trial is measured, and who looks at it takes over what works"),
    "KD15": ("partial", "side by side, by barriers and not by length of support; no common measurement"),
    "KD16": ("partial", "handed over in person; how many are on a case is left out"),
    "KL01": ("partial", "the a-kasser's newly unemployed can be referred"),
    "KL02": ("partial", "the a-kasse pays while it has the task; what it would do then is not known"),
    "KL04": ("not runnable", "it set how often paid hours start; KL asks to keep what there is"),
    "KL07": ("faithful", "new cases end, decisions follow capacity, and complex cases are coordinated"),
    "KL10": ("partial", "caseworker and course go on; rules on follow-up, the rate and its name stay"),
    "KL12": ("faithful", "control ends and results are published"),
    "KL15": ("partial", "time to plan falls as well, and a new act is learnt; no purpose clause"),
    "KL16": ("partial", "referral to an offer is a task"),
    "KL18": ("partial", "the saving is bound to the hours that the rules have freed"),
    "VU02": ("not runnable", "contrary: the limit that KL argues against is a file of Jobvej's own"),
    "VU03": ("faithful", "the caseworker judges when to guide; who stays away is told"),
    "VU05": ("faithful", "the demand for testing goes: weeks, hours and placements for its sake with it"),
    "VU06": ("faithful", "documents and attendees by what the caseworker sees in the case"),
    "VU07": ("not runnable", "it set the gain from work that people see"),
    "agreement-2025": ("partial", "contrary through its parts"),
    "agreement-2025-cap-on-courses": ("partial", "contrary: local; now national, on courses alone"),
    "agreement-2025-flexible-contact": ("partial", "whom municipalities pick, and how well, is assumed"),
    "agreement-2025-job-clarification-ends": ("partial", "contrary: as KL10"),
    "agreement-2025-job-ready-by-default": ("not runnable", "contrary: it doubled sanctions"),
    "agreement-2025-resource-courses-end": ("faithful", "decisions follow capacity, as in KL07"),
    "agreement-2025-simpler-sanctions": ("partial", "how often is set; the default rule is not there"),
    "expert-group-2024-resource-courses-end": ("partial", "contrary: as KL10"),
}  # fmt: skip
#: Effects that reforms of the catalogue once set; none may again.
ONCE_SET = (
    "contact.quality_factor", "contact.digital_effect", "contact.no_show_share", "contact.trust_gain",
    "search.interview_reach", "sickness.review_effect", "programmes.start_rate", "casework.belief_shift",
    "casework.specialist_effect", "flows.fleksjob_to_ledighedsydelse", "sanctions.trust_loss",
    "flows.ledighedsydelse_to_kontanthjaelp_activity_ready", "ordinary_hours.start_rate",
    "benefits.perceived_gain", "employers.vacancies_reached", "employers.search_radius",
    "programmes.employer_openness",
)  # fmt: skip
HEAD = "name: mine\ntitle: Mine\nauthor: Me\nsummary: Half\nsource: {title: Me}\n"
RULES = "changes:\n  - parameter: casework.rules_minutes_per_case_week\n    values: {2027-01-01: 2}\n"


@pytest.mark.parametrize("reform", GRADED, ids=lambda reform: reform.name)
def test_a_file_says_how_true_it_is_and_what_it_leaves_out(reform: Reform) -> None:
    assert reform.fidelity in FIDELITY
    assert reform.left_out or reform.fidelity not in INCOMPLETE
    for each in reform.left_out:
        assert each.en != each.da
        assert each.en[-1] == each.da[-1] == "."
        for transcribed in ("aarlig", "foer ", "paa ", "faerre", "kroe", "loen", " oeg", "aa "):
            assert transcribed not in each.da.casefold()


def test_what_is_left_out_is_written_with_danish_letters() -> None:
    danish = [each.da for reform in GRADED for each in reform.left_out]
    assert sum(bool(set("æøå") & set(each)) for each in danish) > 0.75 * len(danish)


@pytest.mark.parametrize("reform", SINGLE, ids=lambda reform: reform.name)
def test_a_file_has_changes_that_act_or_cannot_be_run(reform: Reform) -> None:
    """Every change of a file that runs alters a value in some week; one that cannot be run has none."""
    assert reform.runnable == (reform.fidelity != "not runnable")
    assert bool(reform.changes) == reform.runnable
    doubts = [str(finding) for finding in check([reform.name])]
    assert len(doubts) == (not reform.runnable)
    assert all("cannot be run" in doubt for doubt in doubts)
    if not reform.runnable:
        assert reform.reason
        assert reform.nearest


def test_the_grades_are_those_of_the_reading_but_for_files_that_have_changed() -> None:
    graded = {reform.name: reform for reform in GRADED}
    graded |= {reform.proposals[0]: reform for reform in SINGLE if len(reform.proposals) == 1}
    read = proposals_review()
    assert len(read) == 128
    for name, verdict in read["verdict"].items():
        expected = REGRADED[name][0] if name in REGRADED else VERDICTS[str(verdict)]
        assert graded[str(name)].fidelity == expected, name
    assert {name for name in read.index if read.loc[name, "verdict"] == "contrary"} <= set(REGRADED)


def test_every_effect_in_the_list_is_a_parameter() -> None:
    names = load_parameters().names
    for pattern in EFFECTS:
        assert any(is_effect(name) and name.startswith(pattern.rstrip("*")) for name in names), pattern
    assert all(is_effect(name) for name in ONCE_SET)
    assert is_effect("search.interview_reach[complex]")
    causes = (
        "casework.rules_minutes_per_case_week",
        "contact.minimum_share",
        "staffing.planned_saving_mio_kr",
    )
    assert not any(is_effect(name) for name in causes)


@pytest.mark.parametrize("reform", SINGLE, ids=lambda reform: reform.name)
def test_no_reform_sets_an_effect(reform: Reform) -> None:
    assert [change.parameter for change in reform.changes if is_effect(change.parameter)] == []


def test_a_file_that_sets_an_effect_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    changes = "changes:\n  - parameter: contact.quality_factor\n    values: {2027-01-01: 1.1}\n"
    path.write_text(HEAD + changes, encoding="utf-8")
    said = [str(finding) for finding in check([path])]
    assert any("mine.yaml:7" in each and "'contact.quality_factor' is an effect" in each for each in said)


# ---------------------------------------------------------------- twins and law


def content(reform: Reform) -> tuple[object, ...]:
    """What a reform changes, whenever it does."""
    return tuple(
        sorted(
            (
                change.parameter,
                change.operation,
                tuple(value for _, value in change.values),
                tuple(sorted(change.municipalities or ())),
                change.until is None,
            )
            for change in reform.changes
        )
    )


def test_files_with_the_same_content_are_twins_and_no_others() -> None:
    by_name = {reform.name: reform for reform in SINGLE}
    same: dict[tuple[object, ...], set[str]] = {}
    for reform in SINGLE:
        if reform.changes:
            same.setdefault(content(reform), set()).add(reform.name)
    for names in same.values():
        assert {by_name[name].twin_of or name for name in names} <= names
        assert len([name for name in names if not by_name[name].twin_of]) == 1, names
    for reform in SINGLE:
        if reform.twin_of:
            assert content(reform) == content(by_name[reform.twin_of])


def test_what_is_law_already_says_since_when_and_where() -> None:
    found = {reform.name: reform.already_law for reform in GRADED if reform.already_law}
    assert {"djoef-no-focus-targets", "kl-results-not-counting", "djoef-no-first-team-meeting",
            "djoef-sickness-exemption-trial", "six-cities-one-employer-entrance",
            "kl-no-resource-courses", "kl-focus-on-long-sickness"} <= found.keys()  # fmt: skip
    for law in found.values():
        assert law.date in (date(2025, 1, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 7, 1))
        assert any(each.strip(",") in data_ids() for each in law.source.split())


# ---------------------------------------------------------------- what was contrary or false


def value(reform: str, name: str, day: date = date(2029, 1, 1)) -> dict[str, float]:
    world = load_parameters().with_changes(load(reform).changes)
    numbers = np.ravel(world.at(day, np.array([101])).vector(name)).tolist()
    return dict(zip(world[name].components, numbers, strict=True))


@pytest.mark.parametrize("reform", ["six-cities-results-not-process", "djoef-welfare-agreements"])
def test_the_sick_are_due_no_oftener_when_their_interviews_are_free(reform: str) -> None:
    """Without a number in the first half-year the interval of four weeks would hold from week 8 on."""
    day = date(2027, 1, 4)
    assert value(reform, "contact.interviews_first_26_weeks", day)["sygedagpenge"] == 0
    assert value(reform, "contact.interval_weeks_after_26", day)["sygedagpenge"] == 0


def test_rights_and_duties_stay_in_the_welfare_agreements() -> None:
    assert "activation.offer_within_weeks" not in {c.name for c in load("djoef-welfare-agreements").changes}


@pytest.mark.parametrize("package", ["kl-2024", "djoef-2023", "agreement-2025", "expert-group-2024"])
def test_the_sick_who_are_not_extended_keep_team_and_course(package: str) -> None:
    groups = value(package, "target_groups.effort_group")
    assert groups["jobafklaring"] == groups["sygedagpenge"]
    assert "clarification.jobafklaring_open" not in {change.name for change in load(package).changes}


def test_long_courses_under_way_are_assessed_once_when_the_rule_begins() -> None:
    """2027 has 52 weeks: an interval as long reaches all past two years once, whatever week they are in."""
    name = "clarification.reassessment_weeks"
    days = [date(2027, 1, 4), date(2027, 12, 27), date(2028, 1, 3)]
    law = load_parameters().with_changes(load("djoef-assess-long-courses").changes)
    assert [law.at(day, np.array([101])).scalar(name) for day in days] == [52, 52, 520]
    assert days[1] - days[0] == timedelta(weeks=51)


@pytest.mark.parametrize(("steps", "doubts"), [("2027-01-01: 52, 2028-01-01: 520", 0),
                                               ("2027-01-01: 520, 2028-01-01: 520", 1)])  # fmt: skip
def test_a_first_step_that_fixes_what_is_drawn_acts_and_one_that_repeats_does_not(
    tmp_path: Path, steps: str, doubts: int
) -> None:
    path = tmp_path / "mine.yaml"
    change = f"changes:\n  - parameter: clarification.reassessment_weeks\n    values: {{{steps}}}\n"
    path.write_text(HEAD + change, encoding="utf-8")
    assert sum("never takes effect" in str(finding) for finding in check([path])) == doubts


def test_only_those_whom_kl_tells_by_their_prospects_are_picked_by_a_profile() -> None:
    """KL06 exempts those with good prospects; KL08's exempt activity-ready are no pick of the best."""
    profiled = value("kl-2024", "contact.profiled")
    assert profiled["dagpenge"] == profiled["kontanthjaelp_job_ready"] == 1.0
    assert profiled["kontanthjaelp_activity_ready"] == 0.0


def test_nobody_says_under_an_authors_name_what_the_author_rejects() -> None:
    (no_limit,) = [reform for reform in SINGLE if reform.proposals == ("VU02",)]
    assert not no_limit.changes
    assert load("time-limit-on-assistance").author == "Jobvej"
    savings = [r.author for r in SINGLE if "staffing.planned_saving_mio_kr" in {c.name for c in r.changes}]
    assert "Djøf 2023" not in savings


def test_the_steeper_scale_is_named_as_jobvejs_own() -> None:
    scale = load("refund-change")
    assert (scale.author, scale.fidelity) == ("Jobvej", "illustration")
    assert "own" in scale.title()
    assert "gain" in scale.summary("en")  # the six cities' rule is named, not their steps


def test_generalists_know_less_by_how_many_groups_share_a_team() -> None:
    """13 groups in 13 teams lose nothing, in one team everything, in 5 teams 8 of 12 steps."""
    before = np.tile(np.arange(1.0, 14.0), (2, 1))
    five = np.array([1, 2, 2, 3, 3, 3, 4, 5, 5, 5, 5, 5, 5], float)
    now = np.stack([five, np.ones(13)])
    np.testing.assert_allclose(teams_merged(now, before), [8 / 12, 1.0])
    np.testing.assert_allclose(teams_merged(before, before), [0.0, 0.0])


# ---------------------------------------------------------------- the reader


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("fidelity: partal\n" + RULES, 6,
         "expected faithful, partial, illustration, not runnable. Did you mean 'partial'?"),
        ("fidelity: partial\n" + RULES, 6, "so expected 'left_out'"),
        ("fidelity: not runnable\n" + RULES, 6, "so expected 'runnable: false' and 'changes: []'"),
        ("fidelity: faithful\nrunnable: false\nreason: None.\nchanges: []\n", 6, "a file that cannot be run"),
        ("already_law: {date: soon, source: Law 1}\n" + RULES, 6, "expected a date written as 2026-01-31"),
        ("twin_of: mine\n" + RULES, 6, "not its own twin"),
    ],
)  # fmt: skip
def test_a_grade_that_the_file_denies_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(path)
    assert f"mine.yaml:{line}" in str(caught.value)
    assert words in str(caught.value)


def test_one_sentence_may_serve_both_languages_in_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + "fidelity: partial\nleft_out: [Half of it.]\n" + RULES, encoding="utf-8")
    assert [each("da") for each in load(path).left_out] == ["Half of it."]


def test_what_stands_together_has_the_grade_of_its_weakest_part() -> None:
    assert weakest(["faithful", "illustration", "partial"]) == "illustration"
    assert weakest(["faithful", ""]) == ""
    both = load("djoef-shift-does-not-restart+djoef-time-to-implement")
    assert both.fidelity == "partial"
    assert len(both.left_out) == 3


# ---------------------------------------------------------------- shown


def test_list_and_show_say_it(capsys: pytest.CaptureFixture[str]) -> None:
    shown = jobvej(capsys, "reforms", "show", "agreement-2025-supervision-ends", "--lang", "da")
    for words in ("tro mod dokumentet", "2026-02-01", "Om målene ophører 1. februar eller 1. juli 2026"):
        assert words in shown
    assert "djoef-no-focus-targets" in jobvej(capsys, "reforms", "show", "no-focus-targets")
    shown = jobvej(capsys, "reforms", "show", "agreement-2025-free-organisation", "--lang", "da")
    assert "en illustration, aldrig rangordnet" in shown
    listed = jobvej(capsys, "reforms", "list", "--author", "Djøf")
    assert "[DJ03] (faithful; law since 2026-02-01)" in listed
    assert "[DJ17] (partial)" in listed


def test_the_page_of_the_catalogue_is_current() -> None:
    docs = Path(reforms.__file__).parent.parent / "docs"
    page = runpy.run_path(str(docs / "generate_catalogue.py"))["render"]()
    assert (docs / "catalogue.md").read_text("utf-8") == page, "out of date: make docs"
    for reform in GRADED:
        assert f"`{reform.name}`" in page
        assert all(each.en in page for each in reform.left_out)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            ("a part of what the document says", "In force since 1 February 2026", "Left out: Half of it."),
        ),
        (
            "da",
            ("en del af det, dokumentet siger", "Gælder siden 1. februar 2026", "Udeladt: Halvdelen af det."),
        ),
    ],
)
def test_the_report_says_it_under_the_reforms_title(
    tmp_path: Path, lang: str, words: tuple[str, ...]
) -> None:
    folder = Maker(("cut-3bn",)).write(tmp_path)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["scenarios"][1] |= {
        "fidelity": "partial",
        "left_out": {"en": ["Half of it."], "da": ["Halvdelen af det."]},
        "already_law": "2026-02-01",
    }
    path.write_text(json.dumps(manifest), encoding="utf-8")
    for form in ("md", "html"):
        page = write(folder, lang, form).read_text("utf-8")
        assert [each for each in words if each not in page] == []
