"""What several commands share: options, the checks of them, and how rows are printed."""

from __future__ import annotations

import functools
import inspect
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec, get_args

import typer

from sim.errors import InputError, shortened
from sim.plain_numbers import number_said, whole_said
from sim.runs.options import RunOptions, options

if TYPE_CHECKING:
    import pandas as pd

P = ParamSpec("P")

INTERRUPTED, TERMINATED = 130, 143
#: An option as messages name it.
_NAMED = re.compile(r"option (?P<name>[a-z_]+)(=(?P<value>[\w.]+))?")

ReformOption = Annotated[
    list[str] | None,
    typer.Option("--reform", "-r", metavar="NAME|FILE",
                 help="A reform of the catalogue, a file, or several as one: a+b. Repeat for more runs."),
]  # fmt: skip


def results_path(text: str) -> Path:
    """Read --out: a folder that can be one."""
    from sim.runs.folder import out_folder

    try:
        return out_folder(text)
    except InputError as problem:
        raise typer.BadParameter(in_flags(problem.message)) from problem


OutOption = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", help="Folder of the results; run again to continue.", parser=results_path
    ),
]
LangOption = Annotated[str, typer.Option(metavar="en|da", help="Language of titles and definitions.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print an array of JSON objects.")]


def whole(least: int | None = None, most: int | None = None) -> Callable[[str], int]:
    """Return what reads an option of a whole number: plain digits alone."""

    def integer(text: str) -> int:
        try:
            found = whole_said(str(text), "found")
        except InputError as problem:
            raise typer.BadParameter(problem.message) from problem
        if (least is not None and found < least) or (most is not None and found > most):
            raise typer.BadParameter(f"found {shortened(text)}, expected {least} to {most}")
        return found

    return integer


def decimal(text: str) -> float:
    """Read an option that takes a number."""
    try:
        return number_said(str(text), "found")
    except InputError as problem:
        raise typer.BadParameter(problem.message) from problem


def takes_run_options(
    usual: RunOptions, *, without: Iterable[str] = (), own: Iterable[str] = (), own_is: str = ""
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the run options of the one list (:class:`RunOptions`) in place of its ``**options``.

    The command gets what was asked for by the names of the fields and passes it on.  Ctrl-C while it
    runs ends the process with 130 and says what is kept.

    Parameters
    ----------
    usual
        The options unless they are asked for; on the command line ``workers`` is one per core.
    without
        Options that the command does not have.
    own
        Options that what is run has itself: passed on only if they are asked for.
    own_is
        What help says of those, such as 'what the trial asks for'.
    """
    decided, left_open = frozenset(without), frozenset(own)
    default = {name: getattr(usual, name) for name in options() if name not in decided}
    default |= {name: None for name in (*left_open, "workers") if name in default}

    def give(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def parsed(**arguments: Any) -> None:
            for name, value in default.items():
                if name in left_open and arguments.get(name) is None:
                    arguments.pop(name, None)
                elif isinstance(value, tuple):
                    arguments[name] = arguments.get(name) or ()
            try:
                command(**arguments)
            except KeyboardInterrupt as stop:
                typer.echo(f"\nInterrupted. {stop}".rstrip(), err=True)
                _leave_at_once(exit_code_of_interrupt())

        before = inspect.signature(command, eval_str=True).parameters.values()
        made = [
            _parameter(name, value, own_is if name in left_open else "") for name, value in default.items()
        ]
        own_parameters = [each for each in before if each.kind is not each.VAR_KEYWORD]
        signature = inspect.Signature([*own_parameters, *made], return_annotation=None)
        vars(parsed)["__signature__"] = signature
        parsed.__annotations__ = {each.name: each.annotation for each in signature.parameters.values()}
        del vars(parsed)["__wrapped__"]
        return parsed

    return give


def _parameter(name: str, default: Any, own_is: str) -> inspect.Parameter:
    """Return an option of the list as a parameter that the command line can read."""
    type_, about = options()[name]
    text = f"{about.help.rstrip('.')} (default: {own_is})." if own_is else about.help
    if isinstance(default, tuple):
        type_, default = list[str] | None, None
    elif name in ("demand", "baseline"):
        type_ = str  # refused by the list itself, with the nearest name
    elif default is None and type(None) not in get_args(type_):
        type_ |= None
    numbers: dict[Any, Callable[[str], Any]] = {int: whole(), float: decimal}
    kind = next((each for each in (type_, *get_args(type_)) if each in numbers), None)
    read_as = numbers.get(kind)
    metavar = {int: "INTEGER", float: "FLOAT"}.get(kind) if kind else None
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default,
        annotation=Annotated[
            type_, typer.Option(*about.flags, metavar=about.metavar or metavar, help=text, parser=read_as)
        ],
    )  # fmt: skip


_asked_to_end: list[int] = []


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does in a block: stop between two weeks, and say what is kept."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _: object) -> None:
        _asked_to_end.append(number)
        signal.raise_signal(signal.SIGINT)  # whoever holds Ctrl-C back holds this back

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def exit_code_of_interrupt() -> int:
    """Return the exit code of a process that was interrupted, or asked to end."""
    return TERMINATED if _asked_to_end else INTERRUPTED


def _leave_at_once(code: int) -> NoReturn:
    """End the process without waiting for library threads that the interrupt may have left holding a lock.

    Everything that is kept has been written; workers end with their parent.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def command_group(text: str) -> typer.Typer:
    """Return an empty group of commands that shows its help when it is called bare."""
    return typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=text)


def language(lang: str) -> str:
    """Return the language of a --lang, or refuse it."""
    if lang not in {"en", "da"}:
        raise InputError(f"--lang is '{lang}'; expected en or da")
    return lang


def with_examples(command: Callable[P, None]) -> Callable[P, None]:
    """Keep lines of examples (paragraphs that begin with jobvej) apart when help shows a docstring."""
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    kept_apart = ["\b\n" + text if text.startswith("jobvej ") else text for text in paragraphs]
    command.__doc__ = "\n\n".join(kept_apart)
    return command


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table with None where a number is missing, as JSON wants it."""
    return [
        {name: (None if value != value else value) for name, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def print_rows(rows: Sequence[Mapping[str, Any]], as_json: bool, columns: Sequence[str]) -> None:
    """Print rows as JSON, or as aligned columns of text."""
    if as_json:
        typer.echo(json.dumps(list(rows), indent=1, ensure_ascii=False))
        return
    texts = [[str(row[column]) for column in columns] for row in rows]
    widths = [max((len(text[i]) for text in texts), default=0) for i in range(len(columns) - 1)]
    for text in texts:
        padded = [cell.ljust(width) for cell, width in zip(text, widths, strict=False)]
        typer.echo("  ".join([*padded, text[-1]]).rstrip())


def print_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Print labelled lines, leaving out what is empty."""
    for label, value in facts:
        if value not in (None, "", ()):
            typer.echo(f"{label + ':':<13}{value}")


def note_if_made_otherwise(folder: Path) -> None:
    """Say on stderr if results were made by another Jobvej than this one."""
    from sim.runs.reading import made_otherwise, manifest_of, said_of

    note = said_of(made_otherwise(folder), str(manifest_of(folder).get("version", "")))
    if note:
        typer.echo(f"Note: {note}", err=True)


def in_flags(text: str) -> str:
    """Return a message with the options that it names (:func:`sim.errors.named`) as the command line's."""
    return _NAMED.sub(_flag, text)


def _flag(found: re.Match[str]) -> str:
    name, value = found["name"], found["value"]
    if name != "out" and name not in options():
        return found[0]
    flags = options()[name].about.flags[0].split("/") if name != "out" else ["--out"]
    if len(flags) > 1:  # a switch
        return flags[value == "False"]
    return flags[0] if value is None else f"{flags[0]} {value}"


def one_of(option: str, value: str, valid: tuple[str, ...]) -> None:
    """Refuse a value that is not among the valid ones."""
    if value not in valid:
        raise InputError(f"{option} is '{value}'; expected {' or '.join(valid)}")
