"""All parameters of a world, frozen, and what they are in a week and a municipality."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sim.errors import InputError, suggest
from sim.parameters.changes import REFORMS, Change, Origin, contradictions, own_errors
from sim.parameters.dated import Paths, bound_errors, has_effect, in_order, paths_of
from sim.parameters.document import raise_all
from sim.parameters.parameter import Parameter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]


T = TypeVar("T")


class Frozen:
    """A class whose attributes cannot be set after it was made."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: '{name}' cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: '{name}' cannot be removed")

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return itself: what cannot change needs no copy."""
        return self

    def _keep(self, **attributes: object) -> None:
        for name, value in attributes.items():
            object.__setattr__(self, name, value)


class Resolved(Frozen):
    """The parameters in force in one week, by municipality: ``resolved[name]`` is a read-only array."""

    __slots__ = ("_codes", "_day", "_made", "_paths")
    _codes: tuple[int, ...]
    _day: date
    _made: dict[str, Vector]
    _paths: dict[str, Paths]

    def __init__(self, paths: dict[str, Paths], day: date, codes: tuple[int, ...]) -> None:
        self._keep(_paths=paths, _day=day, _codes=codes, _made={})

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(self._paths)

    def __getitem__(self, name: str) -> Vector:
        """Return the values by municipality, in the order of the codes asked for.

        Returns
        -------
        float64, read-only, C-contiguous: (n_municipalities,), or (n_municipalities, n_components) if indexed.
        """
        if name not in self._made:
            self._made[name] = self._array(name)
        return self._made[name]

    def _array(self, name: str) -> Vector:
        import numpy as np  # here, so that listing parameters does not pay for it

        paths = _known(self._paths, name)
        if paths.local:
            rows = np.array([paths.of(code).at(self._day) for code in self._codes], dtype=np.float64)
        else:
            rows = np.tile(np.array(paths.country.at(self._day), dtype=np.float64), (len(self._codes), 1))
        array = rows[:, 0].copy() if not paths.indexed else np.ascontiguousarray(rows)
        array.setflags(write=False)
        return array

    def scalar(self, name: str) -> float:
        """Return a single number that holds in all municipalities; ValueError if it differs or is indexed."""
        array = self[name]
        if array.ndim != 1:
            raise ValueError(f"'{name}' has one number per component: use vector()")
        return float(self._same(name, array))

    def vector(self, name: str) -> Vector:
        """Return the components that hold in all municipalities; ValueError if they differ or it has none."""
        array = self[name]
        if array.ndim != 2:
            raise ValueError(f"'{name}' is a single number: use scalar()")
        return self._same(name, array)

    def _same(self, name: str, array: Vector) -> Any:
        if not (array == array[:1]).all():
            raise InputError(f"'{name}' differs between municipalities or persons, but holds for the country")
        return array[0]


class _Stacked(Resolved):
    """Several worlds of the same day, one below the other: rows of the first, then of the second ..."""

    __slots__ = ("_worlds",)
    _worlds: tuple[Resolved, ...]

    def __init__(self, worlds: Sequence[Resolved]) -> None:
        self._keep(_worlds=tuple(worlds), _made={})

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return self._worlds[0].names

    def _array(self, name: str) -> Vector:
        import numpy as np

        array = np.concatenate([world[name] for world in self._worlds])
        array.setflags(write=False)
        return array


class _Replaced(Resolved):
    """A world of a day, some of whose values have been settled in the run."""

    __slots__ = ("_under",)
    _under: Resolved

    def __init__(self, under: Resolved, values: Mapping[str, Vector]) -> None:
        self._keep(_under=under, _made={})
        for name, value in values.items():
            array = value.astype(float)
            if array.shape != under[name].shape:
                raise ValueError(f"'{name}': found shape {array.shape}, expected {under[name].shape}")
            array.setflags(write=False)
            self._made[name] = array

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return self._under.names

    def _array(self, name: str) -> Vector:
        return self._under[name]


def with_values(resolved: Resolved, values: Mapping[str, Vector]) -> Resolved:
    """Return the parameters of a day with other ``values`` of some, which the run itself has settled."""
    return _Replaced(resolved, values)


def stacked(worlds: Sequence[Resolved]) -> Resolved:
    """Return worlds stacked row by row, for the arms of a trial; a single one as it is."""
    return worlds[0] if len(worlds) == 1 else _Stacked(worlds)


class ParameterSet(Frozen):
    """The parameters of one world: those of the files, and the changes made to them.

    Nothing in it can be changed; :meth:`with_changes` returns another world.
    """

    __slots__ = ("_breaks", "_changes", "_digest", "_parameters", "_paths", "_resolved")
    _breaks: tuple[date, ...]
    _changes: tuple[Change, ...]
    _digest: dict[str, str]
    _parameters: dict[str, Parameter]
    _paths: dict[str, Paths]
    _resolved: dict[tuple[int, tuple[int, ...]], Resolved]

    def __init__(self, parameters: Iterable[Parameter], changes: Iterable[Change] = ()) -> None:
        ordered = sorted(parameters, key=lambda parameter: parameter.name)
        self._settle({parameter.name: parameter for parameter in ordered}, {}, in_order(tuple(changes)))

    def _settle(
        self, parameters: dict[str, Parameter], paths: dict[str, Paths], changes: tuple[Change, ...]
    ) -> None:
        by_name: dict[str, list[Change]] = {}
        for change in changes:
            by_name.setdefault(change.name, []).append(change)
        settled = {
            name: paths[name] if name in paths else paths_of(parameter, by_name.get(name, ()))
            for name, parameter in parameters.items()
        }
        breaks = {day for each in settled.values() for path in each.all for day in path.changes_on}
        self._keep(_parameters=parameters, _changes=changes, _paths=settled, _breaks=tuple(sorted(breaks)))
        self._keep(_digest={}, _resolved={})

    def __reduce__(self) -> tuple[Any, ...]:
        return ParameterSet, (tuple(self._parameters.values()), self._changes)

    def __repr__(self) -> str:
        kinds = Counter(parameter.kind for parameter in self)
        counted = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        made = Counter(change.origin.kind for change in self._changes)
        changed = ", ".join(f"{number} from {kind}" for kind, number in sorted(made.items())) or "none"
        return f"<ParameterSet: {len(self)} parameters ({counted}); changes: {changed}>"

    def __getitem__(self, name: str) -> Parameter:
        """Return the entry of a parameter; InputError with the nearest name if there is none."""
        return _known(self._parameters, name)

    def __contains__(self, name: object) -> bool:
        return name in self._parameters

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._parameters.values())

    def __len__(self) -> int:
        return len(self._parameters)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(self._parameters)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes that make this world differ from the files, in the order in which they apply."""
        return self._changes

    def in_force(self, name: str, day: date) -> tuple[float, ...]:
        """Return a parameter's values on a day after all changes, where no municipality has its own."""
        return _known(self._paths, name).country.at(day)

    def paths(self, name: str) -> Paths:
        """Return how a parameter goes over time, in the country and in municipalities that differ from it."""
        return _known(self._paths, name)

    def changes_of(self, name: str, kind: str) -> tuple[Change, ...]:
        """Return the changes of one parameter that come from one kind of origin, such as ``fit``."""
        return tuple(each for each in self._changes if each.name == name and each.origin.kind == kind)

    def without_reforms(self) -> ParameterSet:
        """Return the world as it is before any reform: the same entries, and all other changes."""
        kept = tuple(change for change in self._changes if change.origin.kind not in REFORMS)
        return self if kept == self._changes else ParameterSet(self, kept)

    def held(self, day: date) -> ParameterSet:
        """Return the world in which the law, and all else that is dated, stays as it is on a day.

        Changes apply as ever: a reform comes on its date.
        """
        return ParameterSet((each.held(day) for each in self), self._changes)

    def search(self, words: str) -> tuple[Parameter, ...]:
        """Return the parameters in which every word stands: in the name, labels, note, source or unit."""
        wanted = words.casefold().split()
        return tuple(
            parameter for parameter in self if all(word in _searchable(parameter) for word in wanted)
        )

    def digest(self) -> str:
        """Return the sha256 of all content, changes included: the same in every process and machine."""
        if not self._digest:
            content = [[p.content() for p in self], [change.content() for change in self._changes]]
            text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
            self._digest["sha256"] = hashlib.sha256(text.encode()).hexdigest()
        return self._digest["sha256"]

    def with_changes(self, changes: Iterable[Change]) -> ParameterSet:
        """Return the world after these changes too.

        The order of changes, and whether they come in one call or several, makes no difference.

        Raises
        ------
        InputError
            Any change does not fit: every error is listed with its file and line.
        """
        new = tuple(changes)
        errors = [error for change in new for error in own_errors(change, self._parameters)]
        raise_all(errors)
        together = in_order((*self._changes, *new))
        errors = list(contradictions((*self._changes, *new)))
        errors += self._idle_errors(new)
        raise_all(errors)
        touched = {change.name for change in new}
        world = object.__new__(ParameterSet)
        kept = {name: paths for name, paths in self._paths.items() if name not in touched}
        world._settle(self._parameters, kept, together)
        for name in sorted(touched):
            mine = [change for change in together if change.name == name]
            errors += bound_errors(self._parameters[name], world._paths[name], mine)
        raise_all(errors)
        return world

    def _idle_errors(self, new: Sequence[Change]) -> Iterator[InputError]:
        """Yield a refusal for each place in a reform whose changes never make a difference, even alone."""
        places: dict[tuple[Origin, str], list[Change]] = {}
        for change in new:
            if change.origin.kind in REFORMS:
                places.setdefault((change.origin, change.name), []).append(change)
        for (_, name), together in places.items():
            stage = together[0].stage
            met = [change for change in self._changes if change.name == name and change.stage < stage]
            if not has_effect(self._parameters[name], together, met):
                message = "the change never takes effect: the value is the same without it"
                yield together[0].error(f"'{together[0].parameter}': {message}")

    def idle_in(self, start: date, end: date) -> tuple[Change, ...]:
        """Return the changes that a run between two days never meets: over before or begun after it."""
        return tuple(
            change
            for change in self._changes
            if change.start > end or (change.until is not None and change.until <= start)
        )

    def change_dates(self, start: date, end: date) -> tuple[date, ...]:
        """Return the days strictly between at which any value changes in any municipality."""
        return tuple(day for day in self._breaks if start < day < end)

    def at(self, day: date, municipality_codes: NDArray[np.integer[Any]] | Sequence[int]) -> Resolved:
        """Return the parameters in force on a day, by municipality.

        Parameters
        ----------
        day
            The Monday of the week.
        municipality_codes
            (n,) whole numbers: the municipalities, in the order in which the arrays will hold them.
        """
        codes = tuple(int(code) for code in municipality_codes)
        key = (bisect_right(self._breaks, day), codes)
        if key not in self._resolved:
            self._resolved[key] = Resolved(self._paths, day, codes)
        return self._resolved[key]


def _known(entries: dict[str, T], name: str) -> T:
    if name not in entries:
        raise InputError(f"unknown parameter '{name}'.{suggest(str(name), entries)}")
    return entries[name]


def _searchable(parameter: Parameter) -> str:
    words = (parameter.name, parameter.label, parameter.label_da, parameter.note, parameter.reason)
    return " ".join((*words, str(parameter.source or ""), parameter.unit, parameter.mechanism)).casefold()
