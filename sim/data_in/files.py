"""Files and folders of figures: the one way in for everything that a user brings."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sim.data_in.extract import COLUMNS, Figure, figures_of, is_extract, table_of
from sim.data_in.tables import Reading, read_table
from sim.data_in.text import read_text
from sim.errors import InputError, named, shortened
from sim.runs.store import write_whole

if TYPE_CHECKING:
    import pandas as pd

#: What a folder of imported figures says of where they come from.
LOG = "imported.json"


def read_file(
    path: str | Path, measure: str | None = None, where: Mapping[str, str] | None = None
) -> Reading:
    """Read a file: an extract, or a table as Jobindsats or StatBank hands it out.

    Parameters
    ----------
    measure, where
        Of a table: see :func:`sim.data_in.tables.read_table`.

    Raises
    ------
    InputError
        It cannot be used, with file, line, what was found and what was expected.
    """
    path = Path(path)
    text = read_text(path)
    if not text.strip():
        raise InputError(
            f"the extract is empty; expected the columns {', '.join(COLUMNS)}", file=path, line=1
        )
    if is_extract(text):
        return Reading(figures_of(path, text))
    return read_table(path, text, measure, where)


def read_extract(path: str | Path) -> pd.DataFrame:
    """Read a file as a table.

    Returns
    -------
    DataFrame
        code (int64), month (text 2023-08), measure, unit, value (float64, NaN where hidden), in file order.

    Raises
    ------
    InputError
        As :func:`read_file`.
    """
    return table_of(read_file(path).figures)


class Source(NamedTuple):
    """A file that figures came from."""

    path: Path
    sha256: str


class Folder(NamedTuple):
    """All figures of a folder (or of one file), each said once, in order of measure, code and month."""

    figures: tuple[Figure, ...]
    sources: tuple[Source, ...]

    def table(self) -> pd.DataFrame:
        """Return the figures as a table: code, month, measure, unit, value."""
        return table_of(self.figures)


def read_folder(folder: str | Path) -> Folder:
    """Read a folder of imported files or extracts; one file alone will do too.

    Files of other kinds, and CSV that is no extract, are left alone.

    Raises
    ------
    InputError
        There is none, an extract in it cannot be used, or two files say different things.
    """
    place = Path(folder)
    paths = [place] if os.path.isfile(place) else sorted(place.glob("*.csv"))
    if not os.path.exists(place):
        raise InputError(f"{named('data')}: there is no folder {shortened(place)}")
    found: dict[tuple[str, int, str], tuple[Figure, Path]] = {}
    sources = []
    for path in paths:
        text = read_text(path)
        if not is_extract(text):
            if place.is_file():
                raise InputError(
                    f"expected an extract with the columns {', '.join(COLUMNS)}; a table of Jobindsats or "
                    "StatBank becomes one with: jobvej data import",
                    file=path,
                    line=1,
                )
            continue
        for figure in figures_of(path, text):
            _add(found, figure, path)
        sources.append(Source(path, hashlib.sha256(path.read_bytes()).hexdigest()))
    if not sources:
        raise InputError(
            f"{named('data')}: {place} holds no extract: expected CSV with the columns {', '.join(COLUMNS)}. "
            "Tables of Jobindsats and StatBank become extracts with: jobvej data import"
        )
    return Folder(tuple(found[key][0] for key in sorted(found)), tuple(sources))


def _add(found: dict[tuple[str, int, str], tuple[Figure, Path]], figure: Figure, path: Path) -> None:
    key = (figure.measure, figure.code, figure.month)
    before, where = found.setdefault(key, (figure, path))
    if _same(before.value, figure.value):
        return
    if math.isnan(before.value):
        found[key] = (figure, path)
    elif not math.isnan(figure.value):
        raise InputError(
            f"{figure.measure} of {figure.code} in {figure.month} is {figure.value:g} here and "
            f"{before.value:g} in {where}:{before.line}: let one of them go",
            file=path,
            line=figure.line,
        )


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


class Imported(NamedTuple):
    """What an import did: figures by measure, and how many there were before with another value."""

    written: dict[str, int]
    revised: dict[str, int]


def import_files(files: Sequence[tuple[Path, Reading]], out: str | Path) -> Imported:
    """Write what was read of files to a folder, a file of the tidy form for each measure.

    What is in the folder stays; a figure that is read anew takes the place of the old one.

    Raises
    ------
    InputError
        Two of the files say different things, or the folder cannot be written.
    """
    folder = Path(out)
    fresh: dict[tuple[str, int, str], tuple[Figure, Path]] = {}
    for path, reading in files:
        for figure in reading.figures:
            _add(fresh, figure, path)
    by_measure: dict[str, dict[tuple[int, str], Figure]] = {}
    for (measure, code, month), (figure, _) in fresh.items():
        by_measure.setdefault(measure, {})[code, month] = figure
    written, revised = {}, {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for measure, figures in sorted(by_measure.items()):
            path = folder / f"{measure}.csv"
            before = _before(path)
            changed = [
                key
                for key, each in figures.items()
                if key in before and not _same(before[key].value, each.value)
            ]
            revised[measure] = len(changed)
            together = before | figures
            _write(path, [together[key] for key in sorted(together)])
            written[measure] = len(figures)
        _log(folder, files)
    except OSError as problem:
        raise InputError(f"cannot write to {folder}: {problem.strerror} ({named('out')})") from problem
    return Imported(written, revised)


def _before(path: Path) -> dict[tuple[int, str], Figure]:
    if not path.exists():
        return {}
    return {(each.code, each.month): each for each in read_file(path).figures}


def _write(path: Path, figures: Iterable[Figure]) -> None:
    lines = [",".join(COLUMNS)]
    for each in figures:
        value = "" if math.isnan(each.value) else f"{each.value:.12g}"
        lines.append(f"{each.code},{each.month},{each.measure},{each.unit},{value}")
    write_whole(path, ("\n".join(lines) + "\n").encode())


def _log(folder: Path, files: Sequence[tuple[Path, Reading]]) -> None:
    """Remember each file that was imported: its name, hash, table, months and what was left out."""
    path = folder / LOG
    try:
        log = json.loads(path.read_text("utf-8")) if path.exists() else []
    except ValueError:
        log = []
    for file, reading in files:
        months = sorted({each.month for each in reading.figures})
        log.append(
            {
                "file": file.name,
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
                "table": reading.table,
                "measures": sorted({each.measure for each in reading.figures}),
                "from": months[0],
                "to": months[-1],
                "left_out": dict(reading.left_out),
            }
        )
    write_whole(path, (json.dumps(log, indent=1, ensure_ascii=False) + "\n").encode())
