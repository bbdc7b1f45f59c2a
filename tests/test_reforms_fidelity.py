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
from sim.mechanisms.job_hazard.interview_effect import knowledge_lost
from sim.parameters import load_parameters

#: The baseline's own file has no document.
GRADED = [reform for reform in catalogue() if reform.name != "nothing"]
SINGLE = [reform for reform in GRADED if len(reform.parts) == 1]
#: What the verdicts of the reading are called in the files; a file that was contrary must be another.
VERDICTS = {"faithful": "faithful", "partial": "partial", "illustration": "illustration",
            "not_runnable_ok": "not runnable"}  # fmt: skip
#: Files that are another than when they were read, with the reason.
REGRADED = {
    "KL09": ("partial", "what a case asks for goes by what the caseworker sees of it; none fluctuates"),
    "SC08": ("partial", "which benefits go is a reading; the thirteen groups keep deadlines of their own"),
    "KL11": ("partial", "person by person, as DJ10; how many more return by degrees is assumed"),
    "KL06": ("partial", "the education-ready and digital offers as well; every municipality must go by need"),
    "KL17": ("faithful", "interviews, offers and guidance of those who are ready and want it"),
    "VU08": ("partial", "a limit with a kink is KL's example; the gain is not made visible"),
    "VU04": ("partial", "an effort of others satisfies the duty, without a judgement; no other contact form"),
    "KL08": ("faithful", "one dated exemption for all duties, with a review at its end"),
    "DJ23": ("partial", "efforts of other sectors count, and their coordination takes hours"),
    "DJ10": ("faithful", "a job held, a forecast within 22 weeks and consent; municipalities drawn by lot"),
    "DJ06": ("faithful", "kontanthjælp alone, waived where it has been done, those past two years once"),
    "DJ04": ("faithful", "a benchmark of lasting work is published, and who is below it answers"),
    "SC10": ("partial", "a case stays open at a shift, and a decision is owed at a cumulated length"),
    "SC01": ("partial", "candidates are named; help with the sick and firms made willing are not there"),
    "SC02": ("partial", "named from both lists; vacancies that an a-kasse knows of reach no other clients"),
    "SC03": ("partial", "no longer SC02 alone: what is shared saves minutes of employer contact"),
    "SC05": ("faithful", "each registration is a task with minutes of its own"),
    "SC06": ("partial", "learning a new act takes hours of the first year"),
    "SC07": ("partial", "the days of training; the effect of an interview is no longer set"),
    "SC09": ("partial", "the focus targets and the a-kasse's interviews remain rules of some groups"),
    "SC11": ("partial", "treatment is a queue, and offers run beside it; how many places is still set"),
    "SC12": ("faithful", "coordination takes hours, and one plan lets offers run beside other efforts"),
    "SC14": ("partial", "the fetching of information, and the wait for it, as KL09"),
    "SC16": ("not runnable", "it set caseworkers' belief"),
    "SC17": ("partial", "by readiness and choice; the law itself becomes no simpler"),
    "SC18": ("partial", "journal and form by readiness and choice; no platform"),
    "SC19": ("partial", "only what goes better than in the country is kept, and the refund rules stay"),
    "SC20": ("partial", "the ceiling goes and the horizon is set; no pool, no rule"),
    "SC22": ("partial", "the rule of set-off, as VU08"),
    "DJ01": ("partial", "the form is freed with the number, as a share for all, not as a right"),
    "DJ07": ("partial", "the evidence takes the case's minutes; the share is set, and no employer is needed"),
    "DJ09": ("partial", "what interviews contain, and the right to ask for support, are no rules here"),
    "DJ11": ("faithful", "a meeting at each move, still held with whom the caseworker sees as complex"),
    "DJ13": ("partial", "an assessment at 4.5 years goes; the freedom with the other follow-ups is DJ15"),
    "DJ14": ("partial", "half of the reassessments are made in the contact; who loses the approval stays"),
    "DJ15": ("faithful", "follow-ups at their dates of people in flexjob and skånejob and with assistance"),
    "DJ16": ("faithful", "applicants drawn by lot, more rules freed, hours to set up"),
    "DJ17": ("partial", "contrary: all became law; now what has worked, 'good' read as no worse"),
    "DJ18": ("partial", "the hours that putting a reform into effect takes"),
    "DJ19": ("faithful", "purchases, teams, certificates and follow-ups count among what rules have freed"),
    "DJ20": ("partial", "the demands that lock the hours go"),
    "DJ21": ("illustration", "contrary: a new national demand for contact; that is gone"),
    "DJ22": ("partial", "by readiness and choice; which solutions are opened is a reading"),
    "KD02": ("illustration", "all that acts is an assumed effect of a review"),
    "KD04": ("partial", "each municipality reckons its own case: as KD01"),
    "KD06": ("partial", "phone and shorter intervals beside oftener looks at a case"),
    "KD07": ("illustration", "hours of caseworkers stand for networks of mayors; nobody trains mentors"),
    "KD11": ("partial", "a trial is measured, and who looks at it takes over what works"),
    "KD15": ("partial", "efforts start side by side; how many are in offers is Holstebro's, by hand"),
    "KD16": ("partial", "what a personal handover keeps is assumed; how many share a case is not there"),
    "KL01": ("partial", "the a-kasser's newly unemployed can be referred"),
    "KL02": ("partial", "the municipality no longer pays without the task; the state does, not the a-kasse"),
    "KL04": ("not runnable", "it set how often paid hours start; KL asks to keep what there is"),
    "KL07": ("partial", "decisions follow capacity; the holistic effort on assistance is not there"),
    "KL10": ("partial", "contrary: the ill became activity-ready; now they keep caseworker and course"),
    "KL12": ("partial", "control ends; that results steer instead is DJ04"),
    "KL15": ("partial", "time to plan falls as well, and a new act is learnt; no purpose clause"),
    "KL16": ("partial", "referral to an offer is a task"),
    "KL18": ("partial", "the saving is bound to the hours that the rules have freed"),
    "VU02": ("not runnable", "contrary: the limit that KL argues against is a file of Jobvej's own"),
    "VU03": ("partial", "guidance comes in the sanction case, not when staff choose"),
    "VU05": ("partial", "the weeks are set; which parts of the testing fall away is not there"),
    "VU06": ("partial", "a certificate and hours fall in each case, not by what the case needs"),
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


def test_each_proposal_of_kl_picks_with_an_accuracy_of_its_own() -> None:
    """KL06 exempts those with good prospects; KL08's exempt activity-ready are no pick of the best."""
    accuracy = value("kl-2024", "contact.profiling_accuracy")
    assert accuracy["dagpenge"] == accuracy["kontanthjaelp_job_ready"] == 0.5
    assert accuracy["kontanthjaelp_activity_ready"] == 0.0


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
    np.testing.assert_allclose(knowledge_lost(now, before), [8 / 12, 1.0])
    np.testing.assert_allclose(knowledge_lost(before, before), [0.0, 0.0])


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
    for words in ("tro mod dokumentet", "2026-02-01", "kl-results-not-counting",
                  "Om målene ophører 1. februar eller 1. juli 2026"):  # fmt: skip
        assert words in shown
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
