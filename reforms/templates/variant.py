"""What all templates share: the form of a variant, how it is read, and its refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from reforms.reform import Reform, Size, Texts
from sim.calendar import Week
from sim.data import municipality_code, municipality_names
from sim.errors import InputError, suggest
from sim.parameters import Change, Origin
from sim.vocabulary import TARGET_GROUPS

#: First day of a variant that names none.
DEFAULT_START = date(2026, 1, 1)
#: First and last day that a variant may name.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
#: Groups with interviews: a variant for all groups leaves out the others.
MET_GROUPS = tuple(g for g in TARGET_GROUPS if g not in ("foertidspension", "self_supporting", "under_18"))
#: Short names of groups, beside the target groups' own.
GROUPS: dict[str, tuple[str, ...]] = {
    "all": MET_GROUPS,
    "kontanthjaelp": ("kontanthjaelp_job_ready", "kontanthjaelp_activity_ready"),
    "uddannelseshjaelp": ("uddannelseshjaelp_education_ready", "uddannelseshjaelp_activity_ready"),
    "ledighedsydelse": ("fleksjob_visited",),
    "sick": ("sygedagpenge",),
    "job-ready": ("kontanthjaelp_job_ready",),
    "activity-ready": ("kontanthjaelp_activity_ready",),
    **{group: (group,) for group in TARGET_GROUPS},
}
#: What a reader calls the groups of a variant, in English and Danish.
GROUP_NAMES: dict[str, tuple[str, str]] = {
    "dagpenge": ("dagpenge", "dagpenge"),
    "kontanthjaelp_job_ready": ("job-ready kontanthjælp", "jobparat kontanthjælp"),
    "kontanthjaelp_activity_ready": ("activity-ready kontanthjælp", "aktivitetsparat kontanthjælp"),
    "uddannelseshjaelp_education_ready": (
        "education-ready uddannelseshjælp",
        "uddannelsesparat uddannelseshjælp",
    ),
    "uddannelseshjaelp_activity_ready": (
        "activity-ready uddannelseshjælp",
        "aktivitetsparat uddannelseshjælp",
    ),
    "sygedagpenge": ("sickness benefit", "sygedagpenge"),
    "jobafklaring": ("job clarification", "jobafklaring"),
    "ressourceforloeb": ("resource courses", "ressourceforløb"),
    "fleksjob_visited": ("ledighedsydelse", "ledighedsydelse"),
    "revalidering": ("revalidation", "revalidering"),
    "foertidspension": ("disability pension", "førtidspension"),
    "self_supporting": ("self-supporting", "selvforsørgende"),
    "under_18": ("under 18", "unge under 18"),
}
_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


@dataclass(frozen=True)
class Asked:
    """A variant as a user wrote it, taken apart."""

    spec: str
    value: str
    groups: tuple[str, ...]  # target groups, empty if none were named
    places: frozenset[int] | None  # codes of municipalities, None for all
    when: str  # what stands after @, empty if nothing does
    form: str
    example: str
    find: Callable[[str], Reform]  # another reform by name, not yet checked against the parameters

    def error(self, found: str) -> InputError:
        """Return (not raise) a refusal that shows the form and an example."""
        return InputError(f"'{self.spec}': {found}; expected {self.form}, such as {self.example}")

    def read(self, pattern: str) -> re.Match[str]:
        """Return the value's parts; InputError if it has another form."""
        found = re.fullmatch(pattern, self.value, re.ASCII)
        if found is None:
            raise self.error(f"found '{self.value}'")
        return found

    def first_day(self) -> date:
        """Return the day from which the variant holds: @2027, @2027-07-01 or @2027-W10."""
        return self._day(self.when) if self.when else DEFAULT_START

    def week(self) -> Week:
        """Return the week named after @; InputError if there is none."""
        if not re.fullmatch(r"[0-9]{4}-W[0-9]{2}", self.when):
            raise self.error(f"found {f'@{self.when}' if self.when else 'no week'}")
        return Week.of(self._near(Week.parse(self.when).monday))

    def years(self, first: int, last: int) -> range:
        """Return the years of @2026-2030 or @2026, else from ``first`` to ``last``."""
        if not self.when:
            return range(first, last + 1)
        found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", self.when)
        if found is None or int(found[2] or found[1]) < int(found[1]):
            raise self.error(f"found @{self.when}")
        years = range(int(found[1]), int(found[2] or found[1]) + 1)
        if years[0] < FIRST_DAY.year or years[-1] > LAST_DAY.year:
            raise self.error(f"found @{self.when}, beyond {FIRST_DAY.year} to {LAST_DAY.year}")
        return years

    def _near(self, day: date) -> date:
        if not FIRST_DAY <= day <= LAST_DAY:
            raise self.error(f"found @{self.when}, beyond {FIRST_DAY.year} to {LAST_DAY.year}")
        return day

    def _day(self, text: str) -> date:
        if re.fullmatch(r"[0-9]{4}", text) and FIRST_DAY.year <= int(text) <= LAST_DAY.year:
            return date(int(text), 1, 1)
        if re.fullmatch(r"[0-9]{4}-W[0-9]{2}", text):
            return self._near(Week.parse(text).monday)
        try:
            day = date.fromisoformat(text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else "")
        except ValueError as error:
            raise self.error(f"found @{text}") from error
        return self._near(day)

    def change(self, parameter: str, number: float, until: date | None = None) -> Change:
        """Return a change that sets a parameter from the variant's first day, in its municipalities."""
        return self.path(parameter, {self.first_day(): number}, until)

    def path(self, parameter: str, values: dict[date, float], until: date | None = None) -> Change:
        """Return a change that sets a parameter along a path of dates, in the variant's municipalities."""
        return Change(
            parameter=parameter,
            operation="set",
            values=tuple(values.items()),
            municipalities=self.places,
            until=until,
            origin=Origin(self.spec),
        )

    def who(self, language: str) -> str:
        """Return the groups as a reader calls them."""
        if not self.groups:
            return "alle" if language == "da" else "all"
        return ", ".join(GROUP_NAMES[group][language == "da"] for group in self.groups)

    def where(self, language: str) -> str:
        """Return ' in Aalborg, Vejle', or nothing where all municipalities get it."""
        if self.places is None:
            return ""
        names = sorted(municipality_names()[code] for code in self.places)
        return f" {'i' if language == 'da' else 'in'} {', '.join(names)}"


@dataclass(frozen=True)
class Draft:
    """What a template makes of a variant."""

    title: Texts
    summary: Texts
    changes: tuple[Change, ...]
    sizes: tuple[Size, ...] = ()


@dataclass(frozen=True)
class Template:
    """A kind of variant.

    Parameters
    ----------
    name, form, example
        What stands before the colon, the whole form, and one that works.
    says
        One line for the list.
    why
        Which causes it changes and through which mechanisms.
    takes
        Which of ``groups``, ``places`` and ``when`` may be named.
    default
        The value where none is written; empty if one must be.
    """

    name: str
    form: str
    example: str
    says: Texts
    why: Texts
    theme: str
    mechanisms: tuple[str, ...]
    takes: tuple[str, ...]
    build: Callable[[Asked], Draft]
    default: str = ""


def parse(spec: str, rest: str, template: Template, find: Callable[[str], Reform]) -> Asked:
    """Return a variant taken apart; InputError for what is unknown or not taken by the template."""
    body, at, when = rest.partition("@")
    body, places = _split(body, "-in-") if "places" in template.takes else (body, "")
    body, groups = _split(body, "-for-") if "groups" in template.takes else (body, "")
    asked = Asked(spec, body.strip(), (), None, when.strip(), template.form, template.example, find)
    if not asked.value or (at and not asked.when):
        raise asked.error("found nothing where the value stands" if not asked.value else "found @ alone")
    if asked.when and "when" not in template.takes:
        raise asked.error(f"found @{asked.when}, but this variant has no date")
    return replace(
        asked,
        groups=tuple(dict.fromkeys(g for name in _names(groups) for g in _groups(name, asked))),
        places=frozenset(_place(name, asked) for name in _names(places)) if places else None,
    )


def _split(text: str, mark: str) -> tuple[str, str]:
    """Return what stands before and after the last ``mark``; all of it and nothing where there is none."""
    before, found, after = text.rpartition(mark)
    return (before, after) if found else (text, "")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _groups(name: str, asked: Asked) -> tuple[str, ...]:
    plain = name.casefold().translate(_DANISH)
    if plain not in GROUPS:
        hint = suggest(plain, GROUPS) or f" Groups: {', '.join(GROUPS)}."
        raise asked.error(f"no group '{name}'.{hint}")
    return GROUPS[plain]


def _place(name: str, asked: Asked) -> int:
    try:
        return municipality_code(name)
    except InputError as error:
        raise asked.error(error.message) from None


def week_after(day: date) -> date:
    """Return the day a week later."""
    return day + timedelta(weeks=1)
