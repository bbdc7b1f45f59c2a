"""The calibrated parameter sets: an ensemble with weights, written by ``jobvej calibrate``.

``posterior.csv`` has the columns draw, weight and one for each calibrated parameter, ``name`` or
``name[component]``.  Draw k of a run takes the member at the k-th point of an additive recurrence over the
cumulated weights, so that few draws spread evenly over the ensemble and the first N of M are the N.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from sim.errors import InputError
from sim.parameters.changes import Change, Origin
from sim.parameters.fitted import fitted_change
from sim.parameters.schema import number

FILE = Path(__file__).resolve().parent / "posterior.csv"
#: Step of the recurrence: the golden ratio, whose multiples spread most evenly.
_STEP = 0.6180339887498949


@dataclass(frozen=True)
class Ensemble:
    """Parameter sets with weights: ``rows[member][column]`` of the parameters ``names``."""

    names: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]

    def member(self, draw: int) -> int:
        """Return the position of the member that a draw (1, 2 ...) takes."""
        u = (0.5 + draw * _STEP) % 1.0 * sum(self.weights)
        return next((k for k, so_far in enumerate(accumulate(self.weights)) if u < so_far),
                    len(self.weights) - 1)  # fmt: skip

    def changes(self, draw: int) -> tuple[Change, ...]:
        """Return a draw's parameter values as changes that replace the fitted ones."""
        origin = Origin(f"draw {draw}", kind="draw")
        row = self.rows[self.member(draw)]
        return tuple(fitted_change(n, v, origin=origin) for n, v in zip(self.names, row, strict=True))

    @property
    def parameters(self) -> frozenset[str]:
        """Names of the parameters without their components."""
        return frozenset(name.partition("[")[0] for name in self.names)


@cache
def read_posterior(path: Path = FILE) -> Ensemble | None:
    """Read the ensemble; None where nothing has been calibrated.

    Raises
    ------
    InputError
        The file has other columns, something that is no number, or weights that do not add up.
    """
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file)) or [[]]
    if header[:2] != ["draw", "weight"] or len(header) < 3 or not rows:
        raise InputError("expected the columns draw, weight and the calibrated parameters", file=path, line=1)
    table = []
    for line, row in enumerate(rows, start=2):
        read = [number(_plain(cell)) for cell in row]
        if len(row) != len(header) or None in read:
            raise InputError(
                f"found {','.join(row)[:60]}, expected {len(header)} numbers", file=path, line=line
            )
        table.append(tuple(float(value) for value in read if value is not None))
    weights = tuple(row[1] for row in table)
    if min(weights) < 0 or abs(sum(weights) - 1.0) > 1e-3:
        raise InputError(f"the weights add up to {sum(weights):g}, expected 1", file=path)
    return Ensemble(tuple(header[2:]), tuple(row[2:] for row in table), weights)


def _plain(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell
