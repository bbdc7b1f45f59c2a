"""What can be brought: each measure with its unit, its table, and its counterpart in the model."""

from __future__ import annotations

from typing import NamedTuple

FULL_TIME, PERSONS = "full-time persons", "persons"
OF_LABOUR_FORCE, OF_RECIPIENTS, PERCENT = "percent of labour force", "percent of recipients", "percent"
#: More people than there are, so that a number in the wrong unit is noticed.
MOST_PEOPLE = 7e6
MOST_PERCENT = 100.0


class Series(NamedTuple):
    """What a measure is: its unit, Jobindsats' table and its counterpart in the model."""

    unit: str
    table: str
    counterpart: tuple[str, str] | None  # measure and group of the model with the same definition

    @property
    def most(self) -> float:
        """The largest value that can be meant."""
        return MOST_PERCENT if "percent" in self.unit else MOST_PEOPLE


MEASURES: dict[str, Series] = {
    "gross_unemployed": Series(FULL_TIME, "y25i01", ("stock", "unemployed_gross")),
    "gross_unemployed_dagpenge": Series(FULL_TIME, "y25i01", ("stock", "dagpenge")),
    "gross_unemployed_kontanthjaelp": Series(FULL_TIME, "y25i01", ("stock", "kontanthjaelp_job_ready")),
    "gross_unemployment_rate": Series(OF_LABOUR_FORCE, "y25i01", ("unemployment_rate", "unemployed_gross")),
    "long_term_unemployed": Series(PERSONS, "y25i09", None),
    "kontanthjaelp_all": Series(FULL_TIME, "y60a02", ("stock", "kontanthjaelp_benefits")),
    "kontanthjaelp_activation_degree": Series(PERCENT, "y60c07", None),
    "kontanthjaelp_with_ordinary_hours": Series(OF_RECIPIENTS, "y60j01", None),
    "dagpenge_all": Series(FULL_TIME, "y01a02", ("stock", "dagpenge")),
    "sygedagpenge": Series(FULL_TIME, "y07a02", ("stock", "sygedagpenge")),
    "jobafklaring": Series(FULL_TIME, "y12a02", ("stock", "jobafklaring")),
    "ressourceforloeb": Series(FULL_TIME, "y11a02", ("stock", "ressourceforloeb")),
    "ledighedsydelse": Series(FULL_TIME, "y09a02", ("stock", "ledighedsydelse")),
    "fleksjob": Series(FULL_TIME, "y08a02", ("stock", "fleksjob")),
    "foertidspension": Series(FULL_TIME, "y10a02", ("stock", "foertidspension")),
}

#: Tables of StatBank (by their number) and the measure that each has.
STATBANK: dict[str, tuple[str, ...]] = {"aup02": ("gross_unemployment_rate",)}

#: Measures of a table that differ by the kind of benefit: what the kind says in it, and which measure it is.
BY_BENEFIT: dict[str, tuple[tuple[str, str], ...]] = {
    "y25i01": (
        ("kontanthjælp", "gross_unemployed_kontanthjaelp"),
        ("social assistance", "gross_unemployed_kontanthjaelp"),
        ("dagpenge", "gross_unemployed_dagpenge"),
        ("unemployment benefit", "gross_unemployed_dagpenge"),
        ("insurance", "gross_unemployed_dagpenge"),
    ),
}


def measures_of_table(table: str) -> tuple[str, ...]:
    """Return the measures of a table of Jobindsats or StatBank; none if it is not known.

    Where a table has several of one unit, the first is that of everybody (:data:`BY_BENEFIT` has the others).
    """
    known = STATBANK.get(table)
    return known or tuple(name for name, series in MEASURES.items() if series.table == table)
