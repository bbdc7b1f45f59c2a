"""A parameter on one day: its value under each baseline, since when, and the rows of its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sim import data
from sim.calendar import Week
from sim.parameters import Parameter, ParameterSet, Source, load_parameters
from sim.parameters.baselines import DEFAULT, NOW, TITLES, decided_on
from sim.parameters.dated import monday_from

#: How rows of the law that was decided after 2024 begin.
_LATER = "REFORM:"


class OnDay(NamedTuple):
    """What holds on a day under a baseline."""

    baseline: str
    values: tuple[float, ...]
    since: date | None  # None: the first number, which also holds before its date
    sources: tuple[Source, ...]
    notes: tuple[str, ...]


def on_day(name: str, day: date) -> list[OnDay]:
    """Return the law of a day under ``law-2024``, and under ``law-now`` where that is another.

    Raises
    ------
    InputError
        There is no such parameter.
    """
    first = _under(load_parameters(), DEFAULT, name, day)
    now = _under(load_parameters(baseline=NOW), NOW, name, day)
    return [first, now] if now.values != first.values else [first]


def _under(parameters: ParameterSet, baseline: str, name: str, day: date) -> OnDay:
    entry, path = parameters[name], parameters.paths(name).country
    days = [start for start in path.days if start <= day and start != date.min]
    later = decided_on(name, day) if baseline == NOW else ()
    sources = [each.source for each in later]
    sources += [entry.source] if entry.source and entry.source not in sources else []
    notes = tuple(dict.fromkeys(each.note for each in later if each.note))
    since = max(days, default=None)
    return OnDay(baseline, path.at(day), since, tuple(dict.fromkeys(sources)), notes)


def rows_in_force(sources: Sequence[Source], day: date, baseline: str = NOW) -> Iterator[str]:
    """Yield the rows of the project's data that the sources name and that hold on a day, a line each.

    Those of the reform that was decided later are left out under ``law-2024``.
    """
    wanted = [each for source in sources for each in source.ids]
    found = {
        str(row["id"]): row
        for table in (data.rules(), data.reform_elements())
        for row in table[table.index.isin(wanted)].reset_index().to_dict("records")
    }
    for each in dict.fromkeys(wanted):
        row = found.get(each, {})
        if baseline == DEFAULT and row.get("parameter", "").startswith(_LATER):
            continue
        if "valid_from" in row and _holds(row["valid_from"], row["valid_to"], day):
            until = f" to {row['valid_to']}" if row["valid_to"] else " on"
            of = ", ".join(text for text in (row["publisher"], row["source_year"], row["locator"]) if text)
            yield (
                f"{each}: {row['parameter']}: {row['value']} {row['unit']}, {row['valid_from']}{until} "
                f"({row['source_title']}; {of}) {row['url']}"
            )


def _holds(first: str, last: str, day: date) -> bool:
    """Whether a day lies between two dates of a table: 2026-07-01, 2026-07 or 2026; an open end is empty."""
    said = day.isoformat()
    return bool(first) and first[:10] <= said and (not last or said[: len(last)] <= last)


def lines_of(entry: Parameter, day: date) -> Iterator[str]:
    """Yield what is said of a parameter's law on a day."""
    week = Week.of(day)
    found = on_day(entry.name, day)
    for each in found:
        numbers = zip(entry.components, each.values, strict=True) if entry.index else ()
        shown = ", ".join(f"{part} {number:g}" for part, number in numbers) or f"{each.values[0]:g}"
        since = f", from {each.since}" if each.since else ""
        yield f"{each.baseline} ({TITLES[each.baseline]['en']}) on {day}: {shown} {entry.unit}{since}"
        for source in each.sources:
            yield f"  source: {source}"
            if source.url:
                yield f"  address: {source.url}"
        for note in each.notes:
            yield f"  note: {note}"
        for row in rows_in_force(each.sources, day, each.baseline):
            yield f"  {row}"
    if len(found) == 1:
        yield f"{NOW}: the same."
    monday = week.monday
    held = load_parameters(baseline=NOW).paths(entry.name).country
    if held.at(monday) != held.at(day):
        yield (
            f"A week has the law of its Monday: {week.label} that of {monday}; what holds on {day} begins in "
            f"{Week.of(monday_from(day)).label}."
        )
