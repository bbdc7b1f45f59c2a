"""Reads a YAML file and remembers the line of everything in it.

Parameters and reforms are both read through here, so that every refusal can name file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sim.errors import InputError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"

Location = tuple[str, ...]


class CombinedInputError(InputError):
    """Several refusals at once; ``errors`` holds them one by one."""

    def __init__(self, errors: Iterable[InputError]) -> None:
        self.errors = tuple(errors)
        listed = "\n".join(f"  {error}" for error in self.errors)
        super().__init__(f"{len(self.errors)} errors:\n{listed}")


def raise_all(errors: list[InputError]) -> None:
    """Raise nothing, the one error itself, or all of them together as :class:`CombinedInputError`."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise CombinedInputError(errors)


@dataclass(frozen=True)
class Document:
    """The content of a YAML file, and the line at which each part of it stands.

    ``lines`` maps a location, the keys and list positions on the way down written as text, to a line
    (from 1).
    """

    file: str
    content: Any
    lines: dict[Location, int] = field(repr=False)

    def line(self, *location: object) -> int:
        """Return the line of the innermost known part of a location (parts it does not know are skipped)."""
        here: Location = ()
        for part in location:
            deeper = (*here, str(part))
            if deeper in self.lines:
                here = deeper
        return self.lines.get(here, 1)

    def error(self, message: str, *location: object) -> InputError:
        """Return (not raise) a refusal that names this file and the line of the location."""
        return InputError(message, file=self.file, line=self.line(*location))


def shown_path(path: Path) -> str:
    """Return the path as a reader would type it: relative to the working folder where it can be."""
    resolved = path.resolve()
    here = Path.cwd()
    return resolved.relative_to(here).as_posix() if resolved.is_relative_to(here) else str(resolved)


def read_document(path: str | Path) -> Document:
    """Read one YAML file.

    Raises
    ------
    InputError
        The file is missing, is not UTF-8 or not YAML, holds a key twice, or holds an impossible date.
    """
    path = Path(path)
    shown = shown_path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise InputError(f"cannot read the file: {problem.strerror}", file=shown) from problem
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise InputError("the file is not UTF-8 text: save it as UTF-8", file=shown, line=line) from problem
    return parse_document(text, shown)


def parse_document(text: str, file: str) -> Document:
    """Read YAML from text; ``file`` is the name that errors show."""
    loader = _Loader(text)
    lines: dict[Location, int] = {(): 1}
    try:
        node = loader.get_single_node()
        content = None if node is None else _value(loader, node, (), file, lines)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise InputError(
            f"not valid YAML: {problem.problem or problem.context}",
            file=file,
            line=mark.line + 1 if mark else None,
        ) from problem
    except yaml.YAMLError as problem:
        raise InputError(f"not valid YAML: {problem}", file=file) from problem
    finally:
        loader.dispose()
    return Document(file, content, lines)


def _value(loader: Any, node: yaml.Node, here: Location, file: str, lines: dict[Location, int]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return dict(_items(loader, node, here, file, lines))
    if isinstance(node, yaml.SequenceNode):
        items = []
        for position, item in enumerate(node.value):
            deeper = (*here, str(position))
            lines[deeper] = item.start_mark.line + 1
            items.append(_value(loader, item, deeper, file, lines))
        return items
    return _scalar(loader, node, file)


def _items(
    loader: Any, node: yaml.MappingNode, here: Location, file: str, lines: dict[Location, int]
) -> Iterator[tuple[Any, Any]]:
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise InputError("a key must be a word, a number or a date", file=file, line=line)
        key = _scalar(loader, key_node, file)
        deeper = (*here, str(key))
        if deeper in lines:
            raise InputError(f"'{key}' stands twice: first on line {lines[deeper]}", file=file, line=line)
        lines[deeper] = line
        yield key, _value(loader, value_node, deeper, file, lines)


def _scalar(loader: Any, node: yaml.Node, file: str) -> Any:
    if node.tag in (_STRING, _MERGE):
        return node.value
    try:
        return loader.construct_object(node)
    except ValueError as problem:
        raise InputError(
            f"found '{node.value}', which is impossible: {problem}", file=file, line=node.start_mark.line + 1
        ) from problem
