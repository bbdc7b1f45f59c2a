"""The options of a run: one list with default, unit, help and check of each.

:class:`RunOptions` is the list.  Functions take its fields as keywords (``**options: Unpack[RunFields]``) and
turn them into checked options with ``USUAL.but(**options)``, where ``USUAL`` is one of the sets at the end of
this page: :data:`RUN`, :data:`LEAGUE` ...  The command line makes its options from the same fields, and a run
says in its manifest which words ask for it again (:meth:`RunOptions.words`).  No default stands elsewhere.

>>> RUN.but(scale=0.01, end="2026-W52").words()[:4]
['--from', '2024-W01', '--to', '2026-W52']
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral, Real
from textwrap import TextWrapper
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    ParamSpec,
    Self,
    TypedDict,
    TypeVar,
    Unpack,
    get_args,
    get_type_hints,
)

from sim.calendar import Week
from sim.errors import InputError, named, shortened, suggest
from sim.parameters.baselines import BASELINES, DEFAULT, Baseline, check_baseline

P = ParamSpec("P")
R = TypeVar("R")

#: Paths of the demand for labour (``sim/rules/demand_paths.yaml``).
Demand = Literal["flat", "recession", "boom"]
DEMANDS: tuple[Demand, ...] = get_args(Demand)
#: Fewest people that can be simulated, as a share of Denmark's.
SMALLEST_SCALE = 0.001
_LARGEST_SEED = 2**63 - 1
#: Beyond these nothing is meant: runs of a kind, processes, weeks of a run (sixty years).
MOST_RUNS, MOST_WORKERS, MOST_WEEKS = 10_000, 4096, 3131
#: Runs of one request: scenarios times draws times replicates.
MOST_TOGETHER = 200_000


class About(NamedTuple):
    """What is said of an option: words on the command line, what it means, how a value is checked."""

    flags: tuple[str, ...]
    help: str
    check: Callable[[Any], Any] = lambda value: value
    metavar: str | None = None
    #: Whether it decides the result; the others say how and where the run is done.
    decides: bool = True


def check_week(week: str) -> str:
    """Return the label of a week, '2024-W01'; InputError if it is none."""
    return Week.parse(week).label


def check_weeks(start: str, end: str) -> tuple[Week, Week]:
    """Return the first and last week of a run; InputError if one is no week or the last comes first."""
    first, last = Week.parse(start), Week.parse(end)
    if first.until(last) >= MOST_WEEKS:
        weeks = first.until(last) + 1
        raise InputError(f"the run would have {weeks:,} weeks; expected at most {MOST_WEEKS:,} (sixty years)")
    if first.until(last) < 0:
        raise InputError(f"the run ends in {last.label}, before it starts in {first.label}")
    return first, last


def check_scale(scale: Any) -> float:
    """Return the share of the people that is simulated; InputError if it is not from 0.001 to 1."""
    if isinstance(scale, bool) or not isinstance(scale, Real):
        raise InputError(f"scale is {shortened(repr(scale))}; expected a number such as 0.05")
    if not SMALLEST_SCALE <= float(scale) <= 1:
        raise InputError(
            f"scale is {scale:g}; expected a share of the people, at least {SMALLEST_SCALE:g} and at most 1 "
            "(1 is everybody)"
        )
    return float(scale)


def check_whole(name: str, number: Any, least: int, most: int) -> int:
    """Return a whole number of an option; InputError if it is none, or not from least to most."""
    if isinstance(number, bool) or not isinstance(number, Integral):
        raise InputError(f"{name} is {shortened(repr(number))}; expected a whole number")
    if int(number) < least:
        raise InputError(f"{name} is {shortened(number)}; expected {least:,} or more")
    if int(number) > most:
        raise InputError(f"{name} is {shortened(number)}; expected {least:,} to {most:,}")
    return int(number)


def check_seed(seed: Any) -> int:
    """Return the seed; InputError if it is no whole number of 0 or more, or beyond 63 bits."""
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= int(seed) <= _LARGEST_SEED:
        said = shortened(seed if isinstance(seed, Integral) else repr(seed))
        raise InputError(f"seed is {said}; expected a whole number of 0 or more")
    return int(seed)


def _count(name: str, most: int, *, open_: bool = False) -> Callable[[int | None], int | None]:
    def check(number: int | None) -> int | None:
        if number is None and open_:
            return None
        return check_whole(name, number, 1, most)

    return check


def check_flag(name: str) -> Callable[[Any], bool]:
    """Return a check that refuses what is neither True nor False."""

    def check(value: Any) -> bool:
        if not isinstance(value, bool):
            raise InputError(f"{name} is {shortened(repr(value))}; expected True or False")
        return value

    return check


def _demand(demand: Any) -> str:
    if not isinstance(demand, str):
        raise InputError(f"demand is {shortened(repr(demand))}; expected one of {', '.join(DEMANDS)}")
    if demand not in DEMANDS and not demand.casefold().endswith(".csv"):
        raise InputError(
            f"unknown demand '{demand}'; there is {', '.join(DEMANDS)}, or a file such as demand.csv."
            f"{suggest(demand, DEMANDS)}"
        )
    return demand


def _data(data: Any) -> str:
    """Return a folder of figures as text, or an empty text; what is in it is read when a plan is made."""
    if data is None or (isinstance(data, str) and not data.strip()):
        return ""
    if not isinstance(data, str | os.PathLike):
        raise InputError(f"{named('data')} is {shortened(repr(data))}; expected the name of a folder")
    if not os.path.exists(data):
        raise InputError(f"{named('data')}: there is no folder '{shortened(os.fspath(data))}'")
    return str(os.fspath(data))


def _beliefs(beliefs: Any) -> str:
    """Return a belief as it is asked for, an empty text for none; names that there are not are refused."""
    if beliefs is None or beliefs == "":
        return ""
    from sim.parameters.beliefs import check_beliefs

    return check_beliefs(beliefs)


def _settings(settings: Any) -> tuple[str, ...]:
    """Return settings as texts; what they say is checked against the parameters when a plan is made."""
    if isinstance(settings, Mapping):
        for name, value in settings.items():
            if isinstance(value, bool) or not isinstance(value, Real):
                raise InputError(
                    f"{named('settings')}: {name} is {shortened(repr(value))}; expected a number"
                )
        return tuple(f"{name}={value}" for name, value in settings.items())
    return texts_of("settings", settings)


def texts_of(name: str, texts: Any) -> tuple[str, ...]:
    """Return one text or several as several; InputError for what is neither."""
    if isinstance(texts, str):
        return (texts,)
    kept = list(texts) if isinstance(texts, Iterable) else [texts]
    if not all(isinstance(text, str) for text in kept):
        raise InputError(f"{name} is {shortened(repr(texts))}; expected a text or a list of texts")
    return tuple(kept)


def check_switches(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return the mechanisms to switch off, sorted; unknown ones raise InputError."""
    wanted = sorted(set(texts_of("switched_off", names)))
    if not wanted:
        return ()
    from sim.mechanism import switch_names

    known = switch_names()
    for name in wanted:
        if name not in known:
            raise InputError(
                f"no mechanism is called '{name}'.{suggest(name, known)} See: jobvej mechanisms list"
            )
    return tuple(wanted)


def _executor(name: Any) -> str | None:
    if name is not None:
        if not isinstance(name, str):
            raise InputError(
                f"executor is {shortened(repr(name))}; expected processes, here or dask://HOST:PORT"
            )
        from sim.runs.execute import check_executor

        check_executor(name)
    return name


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What can be asked of a run; checked when it is made, and never changed afterwards.

    Raises
    ------
    InputError
        For a value that cannot be used, with what was expected.
    """

    start: Annotated[str, About(("--from",), "First week.", check_week, "WEEK")] = "2024-W01"
    end: Annotated[str, About(("--to",), "Last week.", check_week, "WEEK")] = "2030-W52"
    scale: Annotated[
        float,
        About(("--scale",), "Share of Denmark's people that is simulated: 1 is everybody.", check_scale),
    ] = 0.05
    seed: Annotated[int, About(("--seed",), "Number that all random numbers come from.", check_seed)] = 1
    replicates: Annotated[
        int,
        About(
            ("--replicates",),
            "Runs with other random numbers, paired across the reforms.",
            _count("replicates", MOST_RUNS),
        ),
    ] = 1
    draws: Annotated[
        int,
        About(
            ("--draws",),
            "Draws of the uncertain parameters; 1: their central values alone.",
            _count("draws", MOST_RUNS),
        ),
    ] = 1
    demand: Annotated[
        str,
        About(
            ("--demand",),
            "Path of the demand for labour: a name, or a file of indices by month (jobvej nowcast).",
            _demand,
            f"{'|'.join(DEMANDS)}|FILE.csv",
        ),
    ] = "flat"
    data: Annotated[
        str,
        About(
            ("--data",),
            "Folder of figures (jobvej data import) whose stocks of the first month the run begins with. "
            "Default: those that are shipped, and 2024's where there are none.",
            _data,
            "DIR",
        ),
    ] = ""
    baseline: Annotated[
        Baseline,
        About(
            ("--baseline",),
            "The law that reforms are held against: all that was decided by 31 December 2024, by "
            "November 2026, or the law of 1 January 2024 unchanged ever after.",
            check_baseline,
            "|".join(BASELINES),
        ),
    ] = DEFAULT
    beliefs: Annotated[
        str,
        About(
            ("--beliefs",),
            "Whose assumptions take the place of what is drawn (jobvej beliefs list): a name, a file, or "
            "several joined with +. Default: the posterior.",
            _beliefs,
            "NAME|FILE",
        ),
    ] = ""
    settings: Annotated[
        tuple[str, ...],
        About(
            ("--set",),
            "Another number for a parameter, in all scenarios and the whole run; "
            "parameter[component]=value for one component. Repeatable.",
            _settings,
            "PARAMETER=VALUE",
        ),
    ] = ()
    switched_off: Annotated[
        tuple[str, ...],
        About(
            ("--switch-off",),
            "Leave a mechanism out (jobvej mechanisms list). Repeatable.",
            check_switches,
            "MECHANISM",
        ),
    ] = ()
    workers: Annotated[
        int | None,
        About(
            ("--workers",),
            "Processes at once; default: one for each core. Results do not depend on it.",
            _count("workers", MOST_WORKERS, open_=True),
            decides=False,
        ),
    ] = 1
    executor: Annotated[
        str | None,
        About(
            ("--executor",),
            "Where runs are done: processes of this machine, one after the other here, or the workers of a "
            "Dask cluster. Results do not depend on it.",
            _executor,
            "processes|here|dask://HOST:PORT",
            decides=False,
        ),
    ] = None
    branching: Annotated[
        bool,
        About(
            ("--branching/--no-branching",),
            "Simulate the weeks that scenarios share once. Results do not depend on it.",
            check_flag("branching"),
            decides=False,
        ),
    ] = True
    quiet: Annotated[bool, About(("--quiet", "-q"), "No progress.", check_flag("quiet"), decides=False)] = (
        False
    )

    def __post_init__(self) -> None:
        for name, option in options().items():
            object.__setattr__(self, name, option.about.check(getattr(self, name)))
        check_weeks(self.start, self.end)

    def but(self, **changed: Unpack[RunFields]) -> Self:
        """Return these options with some changed.

        Raises
        ------
        InputError
            For a value that cannot be used.
        TypeError
            For an option that does not exist, with the nearest name.
        """
        for name in changed:
            if name not in options():
                raise TypeError(f"there is no run option '{name}'.{suggest(name, options())}")
        return replace(self, **changed)  # type: ignore[arg-type]

    def words(self, *names: str) -> list[str]:
        """Return the words of the command line that ask for this, by default all that decide the result.

        An option that is empty (no data, no belief, no settings, no mechanism switched off) is left out.
        """
        said: list[str] = []
        for name, option in options().items():
            value = getattr(self, name)
            if name in names if names else option.about.decides:
                for one in value if isinstance(value, tuple) else () if value == "" else (value,):
                    said += [option.about.flags[0], f"{one:g}" if isinstance(one, float) else str(one)]
        return said

    @property
    def weeks(self) -> int:
        """Number of weeks, both ends included."""
        return Week.parse(self.start).until(Week.parse(self.end)) + 1


class RunFields(TypedDict, total=False):
    """The fields of :class:`RunOptions` as keywords of functions; settings may also be ``{name: number}``."""

    start: str
    end: str
    scale: float
    seed: int
    replicates: int
    draws: int
    demand: str
    data: str | os.PathLike[str]
    baseline: str
    beliefs: str
    settings: Sequence[str] | Mapping[str, float]
    switched_off: Sequence[str]
    workers: int | None
    executor: str | None
    branching: bool
    quiet: bool


class Option(NamedTuple):
    """A field of :class:`RunOptions`: its type, and what is said of it."""

    type: Any
    about: About


@functools.cache
def options() -> Mapping[str, Option]:
    """Return the fields of :class:`RunOptions` by name, in the order in which they are shown."""
    hints = get_type_hints(RunOptions, include_extras=True)
    return {name: Option(*get_args(hint)) for name, hint in hints.items()}


def shows_run_options(
    usual: RunOptions, *, without: Iterable[str] = (), own: Iterable[str] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Show the run options that a function takes as ``**options`` in its signature and docstring.

    Parameters
    ----------
    usual
        The options of the function unless it is told otherwise: the defaults shown.
    without
        Options that the function decides itself; asking for one is a TypeError.
    own
        Options whose default depends on what is run: None unless asked for.
    """
    decided, left_open = frozenset(without), frozenset(own)
    default = {
        name: None if name in left_open else getattr(usual, name) for name in options() if name not in decided
    }

    def show(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def checked(*arguments: P.args, **keywords: P.kwargs) -> R:
            for name in decided & set(keywords):
                raise TypeError(f"{function.__name__} decides {name} itself")
            for name in left_open & set(keywords):
                if keywords[name] is None:
                    del keywords[name]
            return function(*arguments, **keywords)

        signature = inspect.signature(function)
        before = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
        more = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=value, annotation=options()[name].type
            )
            for name, value in default.items()
        ]
        vars(checked)["__signature__"] = signature.replace(parameters=[*before, *more])
        checked.__doc__ = _with_options(function.__doc__ or "", default)
        return checked

    return show


def _with_options(text: str, default: Mapping[str, Any]) -> str:
    """Return a docstring with each option explained below the line ``**options``."""
    lines = TextWrapper(width=100, initial_indent="    ", subsequent_indent=" " * 8)
    told = [
        lines.fill(f"{name} = {value!r}: {options()[name].about.help}") for name, value in default.items()
    ]
    return inspect.cleandoc(text).replace("**options\n", "\n".join(["**options", *told, ""]), 1)


#: What each analysis asks for unless it is told otherwise.
RUN = RunOptions()
ABSORPTION = RUN.but(scale=0.05)
#: The law stays: its own steps move stocks, too.
INVARIANCE = RUN.but(baseline="law-held")
LEAGUE = RUN.but(scale=0.02, draws=4, replicates=2)
#: Of the smallest of changes, which show what chance alone moves.
PLACEBO = RUN.but(end="2026-W52", scale=0.02)
FRONTIER = RUN.but(end="2031-W52", scale=0.02, draws=6)
#: Of the pairs behind a design, a table of beliefs, a bridge and the packages under stress.
DESIGN = RUN.but(end="2031-W52", scale=0.02, draws=8, replicates=2)
UNEMPLOYMENT_POINT = RUN.but(scale=0.02, draws=4, replicates=2)
INVESTMENT = RUN.but(scale=0.1, draws=4, replicates=2)
SENSITIVITY = RUN.but(end="2027-W52", scale=0.01)
#: Of the draws behind the worth of knowing more: below 256 nothing is told from noise.
WORTH = RUN.but(scale=0.02, draws=256)
#: Of a trial whose file does not say.
TRIAL = RUN.but(scale=0.1, draws=4, replicates=2)
#: Of the facts that calibration never saw; each trial has its own scale and draws.
VALIDATION = RUN.but(end="2025-W52", scale=0.1, draws=4)
#: The second year is held against the facts.
FIT = RUN.but(end="2025-W52", scale=0.1)
#: Of the ten years in which level constants are fitted.
LEVELS = RUN.but(end="2033-W52")
#: Of the small runs behind the page with sliders.
EXPLORE = RUN.but(start="2025-W01", end="2028-W52", scale=0.005)
#: Of the model's runs from a month of a user's figures on, and of those that demand is found by.
AHEAD = RUN.but(scale=0.02, draws=6)
NOWCAST = RUN.but(scale=0.05)
