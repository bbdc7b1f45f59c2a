"""The project's own facts: what is known about Denmark, each row with its source.

One reader per file.  Every reader is cached for the process and returns a table that the callers share:
treat it as read-only, copy before changing.  Pandas is imported on first use, so that importing this
package costs nothing.  What each file holds, where it comes from and what to beware of when comparing
measures: ``docs/data.md``; the same in short, by file: :func:`files`.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError, shortened, suggest

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

FOLDER = Path(__file__).parent
N_MUNICIPALITIES = 98


def _read(name: str, *, numbers: bool = True) -> pd.DataFrame:
    """Read one file of the folder; ``numbers=False`` keeps every cell as text, blank as ''."""
    import pandas as pd

    path = FOLDER / name
    if numbers:
        return pd.read_csv(path, encoding="utf-8")
    return pd.read_csv(path, encoding="utf-8", dtype=str, keep_default_na=False)


def _text_table(name: str) -> pd.DataFrame:
    """A table of text indexed by ``id``, in file order."""
    return _read(name, numbers=False).set_index("id", verify_integrity=True)


@cache
def files() -> pd.DataFrame:
    """What each data file holds: file, what, rows, source_title, publisher, period, url, licence, note."""
    return _read("files.csv", numbers=False).set_index("file", verify_integrity=True)


@cache
def municipalities() -> pd.DataFrame:
    """The 98 municipalities, one row each, indexed by ``code`` in ascending order.

    Columns, units, periods and sources: :func:`municipality_columns`.  A blank (small numbers that
    Jobindsats hides) is NaN, never zero.  Source: Statistics Denmark and Jobindsats.
    """
    return _read("municipalities.csv").set_index("code", verify_integrity=True).sort_index()


@cache
def municipality_columns() -> pd.DataFrame:
    """Where each column of :func:`municipalities` comes from: unit, period, source_title, url, licence."""
    return _read("municipality_columns.csv", numbers=False).set_index("column", verify_integrity=True)


@cache
def municipality_codes() -> NDArray[np.int64]:
    """The 98 municipality codes, ascending: int64 (98,), read-only."""
    codes: NDArray[np.int64] = municipalities().index.to_numpy(dtype="int64", copy=True)
    codes.setflags(write=False)
    return codes


@cache
def municipality_names() -> dict[int, str]:
    """Danish name by code, in code order; read without pandas, so that a name is checked in no time."""
    with (FOLDER / "municipalities.csv").open(encoding="utf-8", newline="") as rows:
        return dict(sorted((int(row["code"]), row["name"]) for row in csv.DictReader(rows)))


def municipality_code(asked: object) -> int:
    """The code of a municipality given by code (101, '101') or by name.

    A name may be in any case, with æ, ø and å as they are often typed (or as two characters, as some
    systems write å) and with the word Kommune: 'Hjørring', 'hjoerring', 'HJØRRING KOMMUNE', 'Københavns
    Kommune', 'Copenhagen'.  A code may have the zero that registers put before it: '0101'.

    Raises
    ------
    InputError
        When no municipality has that name or code; the message names the nearest.
    """
    names, text = municipality_names(), unicodedata.normalize("NFC", str(asked)).strip()
    digits = re.fullmatch("0?([0-9]{3})", text) is not None and not isinstance(asked, float)
    if digits and int(text) in names:
        return int(text)
    code = _codes_by_plain_name().get(_plain(text))
    if code is not None:
        return code
    if digits:
        hint = f" Did you mean '{min(names, key=lambda each: abs(each - int(text)))}'?"
    else:
        hint = suggest(text[:1].upper() + text[1:], names.values())
    raise InputError(
        f"unknown municipality '{shortened(text)}'.{hint} Expected the name or the code of one of the 98."
    )


@cache
def _codes_by_plain_name() -> dict[str, int]:
    names = {_plain(name): code for code, name in municipality_names().items()}
    return names | {_plain(english): names[_plain(danish)] for english, danish in _ENGLISH.items()}


#: What municipalities are called abroad.
_ENGLISH = {"Copenhagen": "København", "Elsinore": "Helsingør"}


def _plain(name: str) -> str:
    """A name in small letters, without the word Kommune, with one spelling of æ, ø and å.

    Hyphens are spaces, and an s at the end does not count: Københavns Kommune, Nordfyn.
    """
    plain = " ".join(name.casefold().replace("-", " ").split()).removesuffix(" kommune")
    for letter, typed in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        plain = plain.replace(letter, typed)
    return plain.replace("aa", "a").replace("oe", "o").replace("ae", "a").rstrip("s")


@cache
def distance_matrix() -> NDArray[np.float32]:
    """Road-equivalent kilometres between municipalities: float32 (98, 98), code order, symmetric, read-only.

    The diagonal is 0: the way to work within a municipality is in the column ``avg_commute_km_2022`` and in
    :func:`commute_bands`.
    """
    table = _read("distance_km.csv").set_index("code").sort_index()
    table.columns = table.columns.astype(int)
    matrix: NDArray[np.float32] = table[table.index].to_numpy(dtype="float32", copy=True)
    matrix.setflags(write=False)
    return matrix


@cache
def neighbours() -> pd.DataFrame:
    """Pairs of municipalities that touch or are linked by bridge or ferry: code_a, code_b, link_type, km."""
    return _read("neighbours.csv")


@cache
def commute_bands() -> pd.DataFrame:
    """Employed residents by distance to work (persons, November 2022), indexed by code."""
    return _read("commute_bands.csv").set_index("code", verify_integrity=True).sort_index()


@cache
def benchmark() -> pd.DataFrame:
    """The ministry's benchmark 2020-2022: full-time recipients expected and actual, by benefit group."""
    return _read("benchmark_2020_2022.csv")


@cache
def national_months() -> pd.DataFrame:
    """The country by month, 2021-08 to 2024-12: month (text 'YYYY-MM'), measure, unit, value, series."""
    return _read("national_months.csv")


@cache
def stocks_by_year() -> pd.DataFrame:
    """Benefits without months, the country by year: state, year, persons, facts (ids, added up), period."""
    return _read("stocks_by_year.csv")


@cache
def facts() -> pd.DataFrame:
    """National stocks, flows, durations, staff, time and prices, indexed by id.

    Columns: table, group, measure, value (text as published), number (float, NaN when the value is not one
    number), unit, period, note, source_title, publisher, source_year, locator, url, confidence.
    """
    import pandas as pd

    table = _text_table("facts.csv")
    table.insert(3, "number", pd.to_numeric(table["value"], errors="coerce"))
    return table


def fact(fact_id: str) -> float:
    """The number of one row of :func:`facts`.

    Raises
    ------
    InputError
        When there is no such id, or its value is not a single number.
    """
    table = facts()
    if fact_id not in table.index:
        raise InputError(f"No fact has the id '{fact_id}'.{suggest(fact_id, table.index)}")
    number = float(table.at[fact_id, "number"])
    if number != number:
        raise InputError(f"Fact {fact_id} is '{table.at[fact_id, 'value']}', not one number.")
    return number


@cache
def rules() -> pd.DataFrame:
    """Law, rates, spending and savings with sources, indexed by id; the law parameters cite these ids."""
    return _text_table("rules.csv")


@cache
def reform_elements() -> pd.DataFrame:
    """Elements of the agreement of 2025 and of other actors' plans, with dates and savings, indexed by id."""
    return _text_table("reform_elements.csv")


@cache
def proposals() -> pd.DataFrame:
    """The 88 proposals of the five documents, with the mechanism each works through, indexed by id."""
    return _text_table("proposals.csv")


@cache
def proposals_review() -> pd.DataFrame:
    """Each proposal, package and plan read against its document, indexed by id.

    Columns: verdict, passage, today (what the file did when it was read), make_faithful, size_basis, twins.
    """
    return _text_table("proposals_review.csv")


@cache
def seed_figures_review() -> pd.DataFrame:
    """Whether and how the model computes each figure of the documents: computable, measure_or_reason."""
    return _text_table("seed_figures_review.csv")


@cache
def evidence() -> pd.DataFrame:
    """Estimated effects with design and source, indexed by id; the evidence parameters cite these ids."""
    return _text_table("evidence.csv")


@cache
def capacity_assumptions() -> pd.DataFrame:
    """What is assumed about minutes per task and staff shares (central, low, high), indexed by id."""
    import pandas as pd

    table = _text_table("capacity_assumptions.csv")
    for column in ("central", "low", "high"):
        table[column] = pd.to_numeric(table[column])
    return table


@cache
def tile_map() -> pd.DataFrame:
    """Tile grid of Denmark, indexed by code: name, col (from west to east), row (from north to south)."""
    return _read("tile_map.csv").set_index("code", verify_integrity=True).sort_index()
