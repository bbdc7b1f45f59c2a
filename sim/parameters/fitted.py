"""The fitted values: the best point of the calibration, and constants that keep stocks where they begin.

They stand in ``fitted.yaml``, written by ``jobvej calibrate``, and apply before draws from
priors, settings and reforms, which may all overrule them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sim.errors import InputError
from sim.parameters.changes import Change, Origin
from sim.parameters.document import Document, raise_all, read_document

NAME = "fitted.yaml"
FILE = Path(__file__).resolve().parent / NAME
COMMAND = "jobvej calibrate"
#: Before any date in the law: a fitted value holds the whole time.
_ALWAYS = date.min


def fitted_change(name: str, value: float, target: str = "", origin: Origin | None = None) -> Change:
    """Return the change that sets a level constant, ``parameter`` or ``parameter[component]``, for all time.

    Parameters
    ----------
    target
        Id of the calibration target that the constant answers for.
    """
    whose = origin or Origin("the fitted values", kind="fit")
    aim = f"to {target} " if target else ""
    return Change(name, "set", ((_ALWAYS, value),), origin=whose, reason=f"fitted {aim}by {COMMAND}")


def read_fitted(path: Path = FILE, shown: str | None = None) -> tuple[Change, ...]:
    """Return the changes that set the fitted values; empty where nothing has been fitted.

    Parameters
    ----------
    shown
        The file as messages show it.

    Raises
    ------
    InputError
        The file has no mapping ``values`` from parameter to its value and target; every error is listed.
    """
    if not path.is_file():
        return ()
    document = read_document(path)
    entries = document.content.get("values") if isinstance(document.content, dict) else None
    if not isinstance(entries, dict):
        raise document.error("expected a mapping 'values' from parameter to value and target")
    read = [_read(document, str(name), entry, shown or document.file) for name, entry in entries.items()]
    raise_all([each for each in read if isinstance(each, InputError)])
    return tuple(each for each in read if isinstance(each, Change))


def _read(document: Document, name: str, entry: object, file: str) -> Change | InputError:
    if not isinstance(entry, dict) or set(entry) != {"value", "target"}:
        return document.error(f"'{name}': expected value and target", "values", name)
    from sim.parameters.schema import number  # the schema library is heavy

    value = number(entry["value"])
    if value is None:
        found = entry["value"]
        return document.error(f"'{name}': found {found!r}, expected a number", "values", name, "value")
    origin = Origin("the fitted values", file, document.line("values", name), kind="fit")
    return fitted_change(name, value, str(entry["target"]), origin)
