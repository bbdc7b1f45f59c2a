"""Variants that need no file: what they change, how they are refused, and that they run."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from small_worlds import columns, different, world

from reforms import check, load
from reforms.reform import LANGUAGES
from reforms.templates import TEMPLATES, is_variant
from sim.data import municipality_names
from sim.errors import InputError
from sim.parameters import load_parameters
from sim.states import State

CODES = np.array([101, 851, 860])  # Copenhagen, Aalborg, Hjørring


def in_force(spec: str, parameter: str, day: date) -> list[float]:
    """A parameter in three municipalities on a day, with the variant."""
    found = load_parameters().with_changes(load(spec).changes).at(day, CODES)[parameter]
    return [float(each) for each in np.asarray(found).reshape(len(CODES), -1)[:, 0]]


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.name)
def test_every_template_explains_itself_and_its_example_is_right(template) -> None:  # type: ignore[no-untyped-def]
    reform = load(template.example)
    assert reform.changes
    assert reform.name == template.example
    assert template.form.startswith(template.name)
    for language in LANGUAGES:
        assert len(reform.title(language)) > 5
        assert len(reform.summary(language)) > 40
        assert len(reform.why(language)) > 100
    assert [finding for finding in check([template.example]) if finding.severity == "error"] == []


def test_a_cut_comes_in_equal_steps_and_stays() -> None:
    name = "staffing.planned_saving_mio_kr"
    days = [date(2025, 12, 29), date(2026, 1, 5), date(2028, 1, 3), date(2035, 1, 1)]
    assert [in_force("cut:2.5bn@2026-2030", name, day)[0] for day in days] == [0, 500, 1500, 2500]
    assert in_force("cut:400mio@2027", name, date(2027, 1, 4))[0] == 400


def test_the_a_kasse_holds_the_contact_for_half_a_year() -> None:
    day = date(2026, 1, 5)
    assert in_force("a-kasse-contact:6m", "contact.a_kasse_weeks", day) == [26, 26, 26]
    assert in_force("a-kasse-contact:6m", "contact.a_kasse_interviews", day) == [6, 6, 6]


def test_refund_steps_are_mirrored_in_cofinancing() -> None:
    world_ = (
        load_parameters().with_changes(load("refund:70/50/30/0@2027").changes).at(date(2027, 1, 4), CODES)
    )
    assert world_.vector("refund.state_share").tolist() == [0.7, 0.5, 0.3, 0.0]
    assert world_.vector("refund.cofinancing_share").tolist() == [0.3, 0.5, 0.7, 1.0]


def test_interviews_reach_the_groups_and_places_named_and_no_others() -> None:
    spec = "interviews:every-4-weeks-for-kontanthjælp-in-Aalborg,Hjørring@2027-W10"
    world_ = load_parameters().with_changes(load(spec).changes)
    before, after = (world_.at(day, CODES) for day in (date(2027, 3, 1), date(2027, 3, 8)))
    interval = after["contact.interval_weeks_after_26"]
    assert before["contact.interval_weeks_after_26"][:, 1].tolist() == [0, 0, 0]
    assert interval[:, 1].tolist() == interval[:, 2].tolist() == [0, 4, 4]
    assert interval[:, 0].tolist() == [0, 0, 0]
    assert after["contact.interviews_first_26_weeks"][:, 1].tolist() == [4, 6, 6]


def test_a_ceiling_a_share_and_a_roll_out_hold_where_they_should() -> None:
    day = date(2027, 1, 4)
    assert in_force("caseload:35-in-Aalborg", "staffing.caseload_ceiling", day) == [0, 35, 0]
    assert in_force("digital:60%-in-860", "contact.digital_share", day) == [0.44, 0.44, 0.6]
    rolled = in_force("roll-out:no-focus-targets-in-Aalborg", "supervision.focus_targets_in_force", day)
    assert rolled == [1, 0, 1]


def test_a_mass_layoff_is_one_week_and_stacks_with_the_response() -> None:
    layoff = load("mass-layoff:800-in-Lolland@2026-W10+rapid-response")
    (laid_off,) = [change for change in layoff.changes if change.parameter == "demand.mass_layoff_persons"]
    assert (laid_off.start, laid_off.until) == (date(2026, 3, 2), date(2026, 3, 9))
    assert [municipality_names()[code] for code in laid_off.municipalities or ()] == ["Lolland"]
    assert layoff.parts == ("mass-layoff:800-in-Lolland@2026-W10", "rapid-response")


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("cut:2.5", "expected cut:AMOUNT@YEARS with the amount in bn or mio (kr. a year), such as cut:2.5bn"),
        ("cut:99bn", "found 99000 million kr., beyond 0 to 9000"),
        ("cut:2bn@2030-2026", "found @2030-2026"),
        ("cuts:3bn", "no variant 'cuts'. Did you mean 'cut'?"),
        ("caseload:35-in-Ålbrg", "unknown municipality 'Ålbrg'. Did you mean 'Aalborg'?"),
        ("interviews:every-4-weeks-for-konthjaelp", "Did you mean 'kontanthjaelp'?"),
        ("mass-layoff:800-in-Lolland", "found no week"),
        ("mass-layoff:800@2026-W10", "found no single municipality"),
        ("roll-out:no-focus-target-in-Aalborg", "Did you mean 'no-focus-targets'?"),
        ("refund:80/40/30/20", "the steps of today"),
        ("a-kasse-contact:3m", "never takes effect"),
        ("rapid-respons", "Did you mean 'rapid-response'?"),
        ("digital:60%@soon", "found @soon"),
        ("digital:", "found nothing where the value stands"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_form(spec: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        load(spec)
    assert words in str(caught.value)


def test_names_of_the_catalogue_are_no_variants() -> None:
    assert not is_variant("cut-3bn")
    assert is_variant("cut:3bn")
    assert is_variant("rapid-response")
    assert not is_variant("cut")


def test_a_mass_layoff_takes_jobs_in_the_municipality_and_the_response_meets_the_dismissed() -> None:
    """800 at Lolland's largest workplaces at scale 0.02: 16 persons lose 16 jobs, none of them refilled."""
    made = {}
    for spec in (
        "",
        "mass-layoff:800-in-Lolland@2024-W05",
        "mass-layoff:800-in-Lolland@2024-W05+rapid-response@2024",
    ):
        parameters = load_parameters().with_changes(load(spec).changes) if spec else None
        made[spec] = world(parameters, end="2024-W06", scale=0.02)
        for _ in range(5):
            made[spec].step()
    plain, laid_off, met = made.values()
    lolland = int(np.flatnonzero(plain.world.codes == 360)[0])
    closed = laid_off.world.employers.closed[lolland] - plain.world.employers.closed[lolland]
    assert 14 <= closed <= 16  # 16, less those of its jobs that would have been closed anyway
    was = plain.citizens.status.state == State.EMPLOYED
    lost = was & np.isin(laid_off.citizens.status.state, [State.DAGPENGE, 2, State.OUTSIDE])
    assert lost.sum() >= 14  # a few may have found something else in the same week
    seen = met.citizens.contact.last_interview[lost] == 4
    insured = met.citizens.status.state[lost] == State.DAGPENGE
    assert seen[insured].all()
    assert not (laid_off.citizens.contact.last_interview[lost] == 4).any()
    assert "contact.next_due" in different(columns(met), columns(laid_off))
