"""Sentences from numbers: they follow the sign, say when it is uncertain, and when a number is missing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from reforms.report.estimates import FALLS, RISES, Estimate
from reforms.report.numbers import KINDS, Kind
from reforms.report.results import Scenario
from reforms.report.style import Brush
from sim.outcomes.exits import EXIT_LABELS, EXITS
from sim.parameters import load_parameters
from sim.stats.interval import correlation_by_chance
from sim.stats.words import in_hundred

#: Whose exits are told: a course on temporary benefits, whatever the benefit.
COURSES = "temporary_support"
#: With fewer draws nothing can be said to decide: too much of a correlation is chance.
FEWEST_DRAWS = 256


def _values(estimate: Estimate, kind: Kind, brush: Brush) -> dict[str, str]:
    """Return the figures of an estimate as a sentence needs them."""
    numbers, t = brush.numbers, brush.t
    known, falls = estimate.known, estimate.verdict in FALLS
    chance = 1.0 - estimate.p_higher if falls else estimate.p_higher
    one_sign = estimate.low80 * estimate.high80 > 0
    unit = t(kind.difference_unit)
    levels = [numbers.level(level, kind) for level in (estimate.baseline, estimate.reform)]
    alike = "word.still" if levels[0] == levels[1] else "word.from_to"
    return {
        "size": _size(estimate.shown, kind, brush),
        "difference": numbers.change(estimate.shown, kind),
        "unit": unit,
        "by": t(
            "word.by" if one_sign else "word.by_either",
            range=numbers.span(estimate.low80, estimate.high80, kind),
            unit=unit,
        ),
        "chance": str(in_hundred(chance)) if known else "",
        "range": numbers.span(estimate.low80, estimate.high80, kind),
        "why": t(f"no_interval.{estimate.why_none}"),
        "interval": numbers.interval(estimate.low95, estimate.high95, kind, fine=True),
        "baseline": levels[0],
        "levels": t(alike, baseline=levels[0], reform=levels[1]),
        "level_unit": t(kind.unit),
        "year": brush.results.last_year,
    }


def _size(value: float, kind: Kind, brush: Brush) -> str:
    """Return the size of a difference; one that is smaller than what is written is "under" that."""
    least = 10.0**-kind.difference_decimals
    written = abs(value) * kind.factor
    if 0.0 < written < least / 2.0:
        return brush.t("word.under", least=brush.numbers.plain(least, kind.difference_decimals))
    return brush.numbers.size(value, kind)


def _signed(value: float, kind: Kind, brush: Brush) -> str:
    """Return a difference with its sign; one that is smaller than what is written is "under" that."""
    size = _size(value, kind, brush)
    if size != brush.numbers.size(value, kind):
        return size
    return f"{brush.t('word.minus' if value < 0 else 'word.plus')}{size}"


def reform_name(scenario: Scenario, brush: Brush) -> str:
    """Return how a sentence calls a reform: its title in quotation marks."""
    return brush.t("word.quoted", text=scenario.title(brush.numbers.lang))


def subject(scenario: Scenario, brush: Brush) -> str:
    """Return who acts in a sentence: the reforms together, or one reform."""
    if not scenario.is_package:
        return brush.t("answer.subject_one", title=reform_name(scenario, brush))
    return brush.t("answer.subject_all", count=_count(len(scenario.parts), brush))


def subject_name(scenario: Scenario, brush: Brush) -> str:
    """Return who acts in a title: the reforms together, or one reform by its title."""
    if not scenario.is_package:
        return scenario.title(brush.numbers.lang)
    return brush.t("front.together", count=_count(len(scenario.parts), brush))


def _count(number: int, brush: Brush) -> str:
    """Return a small number as a word."""
    return brush.t.entries.get(f"number.n{number}", str(number))


def question(brush: Brush) -> str:
    """Return the question the report answers."""
    main = brush.results.main
    if main.is_package:
        return brush.t("answer.question_all", count=_count(len(main.parts), brush))
    return brush.t("answer.question_one", title=reform_name(main, brush))


def self_support_sentence(brush: Brush) -> str:
    """Say what the main reform does to person-weeks in self-support in the last year."""
    estimate = brush.results.effect("self_support_weeks", "all")
    sentence = change_sentence("subject.self_support", estimate, KINDS["person_weeks"], brush)
    return brush.t("answer.about", sentence=sentence)


#: Exits that end a spell on a temporary benefit without making anybody self-supporting.
_NOT_SELF_SUPPORT = ("disability_pension", "flexjob", "early_retirement")


def exits_sentence(brush: Brush) -> str:
    """Say which exits from temporary benefits change: shorter spells alone may be more pensions."""
    t, numbers, results = brush.t, brush.numbers, brush.results
    cells = {name: results.national_effect("exits", f"{COURSES}>{name}") for name in EXITS}
    if all(cell.verdict == "missing" for cell in cells.values()):
        return t("answer.exits.missing", year=results.last_year)
    danish = numbers.lang == "da"
    told = [
        t(
            f"answer.exits.{'more' if cell.shown > 0 else 'fewer'}",
            exit=EXIT_LABELS[name][danish],
            size=numbers.plain(abs(cell.shown)),
        )
        for name, cell in cells.items()
        if name != "elsewhere" and cell.verdict in (*RISES, *FALLS)
    ]
    if not told:
        return t("answer.exits.none", year=results.last_year)
    said = t("answer.exits.told", exits=t.listing(told), year=results.last_year)
    shorter = results.effect("mean_duration", COURSES).verdict in FALLS
    if shorter and any(cells[name].verdict in RISES for name in _NOT_SELF_SUPPORT):
        return f"{said} {t('answer.exits.pensions')}"
    return said


def duration_sentence(brush: Brush) -> str:
    """Say what the main reform does to the mean duration on temporary support in the last year."""
    results = brush.results
    estimate = results.effect("mean_duration", "temporary_support")
    sentence = brush.t(
        f"answer.duration.{estimate.verdict}",
        subject=subject(results.main, brush),
        **_values(estimate, KINDS["weeks"], brush),
    )
    return brush.t("answer.about", sentence=sentence)


def cost_sentence(brush: Brush) -> str:
    """Say what the main reform does to net public cost in the last year, and for whom."""
    results = brush.results
    estimate = results.effect("net_paid", "public")
    sentence = brush.t(
        f"answer.cost.{estimate.verdict}",
        payers=_payers(brush),
        **_values(estimate, KINDS["m_kr"], brush),
    )
    return brush.t("answer.about", sentence=sentence)


def payers_sentence(brush: Brush) -> str:
    """Say who pays more and less, of the net cost that stands above it."""
    return brush.t("answer.payers", payers=_payers(brush))


def _payers(brush: Brush) -> str:
    """Say who pays more and less, and for whom the direction is uncertain."""
    results, t = brush.results, brush.t
    told: list[str] = []
    open_: list[str] = []
    for name in ("state", "municipality", "a_kasse"):
        estimate = results.effect("net_paid", name)
        phrase = t(
            f"answer.payer.{estimate.verdict}",
            payer=t(f"answer.the.{name}"),
            **_values(estimate, KINDS["m_kr"], brush),
        )
        (open_ if estimate.verdict == "unclear" else told).append(phrase)
    unclear = [t("answer.payers_unclear", names=t.listing(open_))] if open_ else []
    return "; ".join([*([t.listing(told)] if told else []), *unclear])


def parts_sentence(brush: Brush) -> str:
    """Say which single reforms lengthen and which shorten, or for one reform what long spells do."""
    results = brush.results
    if len(results.singles) < 2:
        return _long_spells(brush)
    ways = ("longer", "shorter")
    told_as = ("{}", "likely_{}", "{}_single")
    kinds = (*(form.format(way) for way in ways for form in told_as), "unclear", "zero", "missing")
    found: dict[str, list[str]] = {kind: [] for kind in kinds}
    for scenario in results.singles:
        estimate = results.effect("mean_duration", "temporary_support", scenario)
        name = f"{brush.look(scenario).mark} {reform_name(scenario, brush)}"
        way = "longer" if estimate.verdict in RISES else "shorter" if estimate.verdict in FALLS else ""
        likely = "likely_" if estimate.verdict.startswith("likely") else ""
        single = "_single" if estimate.verdict.endswith("_single") else ""
        kind = f"{likely}{way}{single}" if way else estimate.verdict
        figure = _signed(estimate.shown, KINDS["weeks"], brush)
        plain = kind in ("zero", "missing")
        found[kind].append(name if plain else brush.t("answer.part", name=name, difference=figure))
    said = [
        brush.t(f"answer.parts.{kind}", names=brush.t.listing(names))
        for kind, names in found.items()
        if names
    ]
    return brush.t("answer.parts.whole", parts="; ".join(said))


def _long_spells(brush: Brush) -> str:
    results = brush.results
    estimate = results.effect("share_over_52_weeks", "temporary_support")
    return change_sentence("subject.long_spells", estimate, KINDS["share"], brush)


def change_sentence(subject_key: str, estimate: Estimate, kind: Kind, brush: Brush) -> str:
    """Say how something changes: one sentence for each verdict."""
    return brush.t(
        f"change.{estimate.verdict}", subject=brush.t(subject_key), **_values(estimate, kind, brush)
    )


def sum_sentence(brush: Brush) -> str:
    """Compare the package with the sum of its parts; empty if there is no package or a part is missing."""
    results = brush.results
    single = {s.name: s for s in results.singles}
    if not results.main.is_package or not set(results.main.parts) <= single.keys():
        return ""
    measure = ("mean_duration", "temporary_support")
    each = [results.effect(*measure, single[part]).shown for part in results.main.parts]
    together = results.effect(*measure).shown
    if math.isnan(together) or any(math.isnan(one) for one in each):
        return ""
    numbers, kind = brush.numbers, KINDS["weeks"]
    return brush.t(
        "answer.sum", total=numbers.change(sum(each), kind), together=numbers.change(together, kind)
    )


def sure_sentences(brush: Brush) -> tuple[str, ...]:
    """Say on the first page what the intervals rest on; more of it stands further back."""
    results, numbers, t = brush.results, brush.numbers, brush.t
    scale = results.manifest.get("scale")
    share = numbers.general(float(scale) * 100) if isinstance(scale, int | float) else "?"
    if not results.with_intervals:
        first = certainty_sentences(brush)[0]
    else:
        first = t("sure.short", draws=numbers.plain(results.draws))
    luck = results.effect("mean_duration", COURSES).share_simulation
    noise = [] if math.isnan(luck) else [t("sure.share_short", share=numbers.plain(100 * luck))]
    return (" ".join([first, *noise, t("sure.scale", share=share)]),)


def certainty_sentences(brush: Brush) -> list[str]:
    """Say what the intervals rest on and what they leave out."""
    results, numbers, t = brush.results, brush.numbers, brush.t
    scale = results.manifest.get("scale")
    share = numbers.general(float(scale) * 100) if isinstance(scale, int | float) else "?"
    if results.draws > 1:
        first = t(
            "sure.draws", draws=numbers.plain(results.draws), replicates=numbers.plain(results.replicates)
        )
    elif results.replicates > 1:
        first = t("sure.replicates", replicates=numbers.plain(results.replicates))
    else:
        first = t("sure.single")
    cells = [results.effect("mean_duration", "temporary_support", s) for s in results.scenarios]
    told = sum(cell.verdict in ("up", "down") for cell in cells)
    likely = sum(cell.verdict in ("likely_up", "likely_down") for cell in cells)
    out = [first]
    if results.with_intervals:
        count = {"told": str(told), "likely": str(likely), "all": str(len(cells))}
        out.append(t("sure.told" if told or likely else "sure.none", **count))
        luck = results.effect("mean_duration", "temporary_support").share_simulation
        out.append(
            t("sure.not_apart") if math.isnan(luck) else t("sure.share", share=numbers.plain(100 * luck))
        )
    out.append(t("sure.scale", share=share))
    return out


def time_sentences(brush: Brush) -> tuple[str, ...]:
    """Say what happens to statutory interviews' hours, to discretionary ones', and to the caseworkers."""
    results = brush.results
    told = (
        ("statutory_hours", "hours", "statutory_interview", "thousand_hours"),
        ("discretionary_hours", "hours", "discretionary_interview", "thousand_hours"),
        ("caseworkers", "caseworkers", "all", "full_time"),
    )
    cells = ((subject, results.effect(measure, group), KINDS[kind]) for subject, measure, group, kind in told)
    said = [
        change_sentence(f"subject.{subject}", cell, kind, brush)
        for subject, cell, kind in cells
        if cell.verdict != "missing"
    ]
    return (" ".join(said),) if said else ()


def displacement_sentence(cells: Sequence[Estimate], brush: Brush) -> str:
    """Say how many exits to work some benefits win and others lose.

    The ratio of means hides chance: where no benefit's change is likely to go one way, only that is said.
    """
    t, numbers = brush.t, brush.numbers
    won = sum(cell.shown for cell in cells if cell.verdict in RISES)
    lost = -sum(cell.shown for cell in cells if cell.verdict in FALLS)
    figures = {"won": numbers.plain(won), "lost": numbers.plain(lost), "year": brush.results.last_year}
    if won > 0 and lost > 0:
        share = numbers.plain(100 * min(lost / won, won / lost))
        return t("displacement.both" if won >= lost else "displacement.more_lost", share=share, **figures)
    if won > 0:
        return t("displacement.only_won", **figures)
    return t("displacement.only_lost" if lost > 0 else "displacement.neither", **figures)


def deciding_sentences(weights: pd.Series, brush: Brush, most: int = 3) -> tuple[str, ...]:
    """Say which drawn numbers matter most for the answer, where that is told from noise.

    Parameters
    ----------
    weights
        Rank correlations by parameter, strongest first; empty if they are not told from noise.  Its ``attrs``
        hold what share of the variation in draws left out is ``explained``, where that was worked out.
    """
    t, numbers = brush.t, brush.numbers
    share = numbers.plain(100 * max(float(weights.attrs.get("explained", 0.0)), 0.0))
    if not len(weights):
        if "explained" in weights.attrs:
            return (t("decides.none", draws=str(brush.results.draws), share=share),)
        few = brush.results.draws < FEWEST_DRAWS
        return (t("decides.unranked" if few else "decides.other"),)
    parameters = load_parameters()
    rough = correlation_by_chance(brush.results.draws)
    strong = weights.head(most)
    danish = numbers.lang == "da"
    names = []
    for key, weight in strong.items():
        entry = parameters[str(key).split("[")[0]]
        label = entry.label_da if danish else entry.label
        sign = t("decides.longer" if weight > 0 else "decides.shorter")
        names.append(
            t(
                "decides.one",
                label=label,
                kind=t(f"kind.{entry.kind}"),
                sign=sign,
                weight=numbers.signed(weight, 2),
            )
        )
    return (
        t("decides.first", names="; ".join(names)),
        t("decides.rough", draws=str(brush.results.draws), share=share, rough=numbers.plain(rough, 2)),
    )
