"""Errors that a user can act on.

Every refusal of bad input in Jobvej is an :class:`InputError`: it says where (file and line), what was
found, what was expected and, for a misspelt name, the nearest valid one.  The command line prints it
and leaves with exit code 2.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path


class InputError(ValueError):
    """Input that cannot be used; raised before anything runs.

    Parameters
    ----------
    message
        What was found and what was expected.
    file, line
        Where, when the input came from a file.
    """

    def __init__(self, message: str, *, file: str | Path | None = None, line: int | None = None) -> None:
        self.message = readable(message)
        self.file = str(file) if file is not None else None
        self.line = line
        super().__init__(str(self))

    def __str__(self) -> str:
        if self.file is None:
            return self.message
        file = readable(self.file)
        where = file if self.line is None else f"{file}:{self.line}"
        return f"{where}: {self.message}"


def shortened(text: object, most: int = 60) -> str:
    """Return a text, or its beginning where it is long."""
    said = str(text)
    return said if len(said) <= most else f"{said[: most - 3]}..."


#: A word that nobody reads to its end, and the longest line of a message.
_LONG_WORD = re.compile(r"[^\s/]{200,}")
_LONGEST_LINE = 1000


def readable(message: str) -> str:
    """Return a message whose characters can all be shown, and which echoes nothing that is very long."""
    short = _LONG_WORD.sub(lambda found: shortened(found[0]), message)
    lines = [_cut(line) for line in short.split("\n")]
    return "".join(
        each if each.isprintable() or each in "\n\t" else ascii(each)[1:-1] for each in "\n".join(lines)
    )


def _cut(line: str) -> str:
    """Return a line without its middle where it is very long."""
    half = _LONGEST_LINE // 2
    return line if len(line) <= _LONGEST_LINE else f"{line[:half]} ... {line[-half:]}"


class RunError(RuntimeError):
    """A run that could not finish for a reason outside the input: workers, disk, changed files."""


def named(option: str, value: object = None) -> str:
    """Return how a message names an option of a run, 'option scale' or 'option scale=0.01'.

    Whoever called Python reads it as it stands; the command line puts its own word in its place.
    """
    return f"option {option}" if value is None else f"option {option}={value}"


def suggest(name: str, valid: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest valid name, or an empty string."""
    if len(name) > 200:
        return ""
    near = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.5)
    return f" Did you mean '{near[0]}'?" if near else ""
