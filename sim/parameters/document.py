"""Reads a YAML 1.2 file and remembers the line of everything in it.

Parameters, reforms and trials are all read through here, so that every refusal can name file and line.

The syntax is ruamel.yaml's.  What a plain word means is decided here and is narrower than YAML: what a
reader takes for a number is that number (0740 is 740), and what has a second meaning somewhere (1_0, 1:30,
0x1F, yes) stays the text that was written, so that it is refused by name where a number is expected.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from sim.errors import InputError, shortened
from sim.plain_numbers import MOST_DIGITS, plain_number

#: Far beyond any file that is meant: nesting, parts (aliases counted each time), characters.
DEEPEST, MOST_PARTS, LONGEST = 20, 20_000, 300_000
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Location = tuple[str, ...]


#: Refusals that are listed one by one.
_MOST_LISTED = 40


class CombinedInputError(InputError):
    """Several refusals at once; ``errors`` holds them one by one."""

    def __init__(self, errors: Iterable[InputError]) -> None:
        self.errors = tuple(errors)
        lines = [f"  {error}" for error in self.errors[:_MOST_LISTED]]
        if len(self.errors) > _MOST_LISTED:
            lines.append(f"  and {len(self.errors) - _MOST_LISTED} more")
        listed = "\n".join(lines)
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


def read_text(path: Path, shown: str) -> str:
    """Return the text of a file of a size that can be meant.

    Raises
    ------
    InputError
        There is no such file, it is no regular file, too long, or not UTF-8.
    """
    try:
        if path.exists() and not path.is_file():
            raise InputError("this is no file that can be read", file=shown)
        with path.open("rb") as stream:
            content = stream.read(4 * LONGEST + 1)
    except OSError as problem:
        raise InputError(f"cannot read the file: {problem.strerror}", file=shown) from problem
    except ValueError as problem:  # a name that no file can have
        raise InputError("no file can have this name", file=shown) from problem
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise InputError("the file is not UTF-8 text: save it as UTF-8", file=shown, line=line) from problem
    if len(text) > LONGEST:
        raise InputError(f"the file is too long: expected at most {LONGEST:,} characters", file=shown, line=1)
    return text


def read_document(path: str | Path) -> Document:
    """Read one YAML file.

    Raises
    ------
    InputError
        The file is missing, is not UTF-8 or not YAML, is nested or repeated beyond what can be meant, holds a
        tag, a key twice, a control character, an impossible date or a number beyond any.
    """
    shown = shown_path(Path(path))
    return parse_document(read_text(Path(path), shown), shown)


def parse_document(text: str, file: str) -> Document:
    """Read YAML from text; ``file`` is the name that errors show."""
    for number, written in enumerate(text.splitlines(), start=1):
        if written.startswith("%"):
            raise InputError(f"found the directive '{written}': leave it out", file=file, line=number)
    loader = YAML(typ="safe", pure=True)
    vars(loader)["Composer"] = _WithoutTags
    vars(loader)["max_depth"] = DEEPEST
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an anchor that stands twice
            node = loader.compose(text)
    except ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        found = f"U+{ord(text[problem.position]):04X}" if problem.position < len(text) else "a character"
        raise InputError(f"found {found}, a character that no text holds", file=file, line=line) from problem
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        said = problem.problem or problem.context
        if "maximum depth" in str(said):
            said = f"nested more than {DEEPEST} levels deep"
        raise InputError(f"not valid YAML: {said}", file=file, line=mark.line + 1 if mark else 1) from problem
    except (YAMLError, ValueError, AssertionError, IndexError, RecursionError) as problem:
        raise InputError(f"not valid YAML: {problem}", file=file, line=1) from problem
    reader = _Reader(file, {(): 1})
    content = None if node is None else reader.value(node, ())
    return Document(file, content, reader.lines)


def write_document(content: Any) -> str:
    """Return plain content as the text of a YAML file, keys in the order that they have."""
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    vars(writer)["sort_base_mapping_type_on_output"] = False
    stream = io.StringIO()
    writer.dump(content, stream)
    return stream.getvalue()


class _WithoutTags(Composer):
    """Refuses tags where they stand: what a value is, its place in the file says."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        if getattr(event, "ctag", None) is not None:
            tag = str(event.ctag).replace("tag:yaml.org,2002:", "!!")
            said = f"found the tag '{shortened(tag)}': write the value without one"
            raise ComposerError(None, None, said, event.start_mark)
        return super().compose_node(parent, index)


class _Reader:
    """Turns the nodes of a file into plain values, and notes the line of each."""

    def __init__(self, file: str, lines: dict[Location, int]) -> None:
        self.file = file
        self.lines = lines
        self._inside: list[int] = []
        self._parts = 0

    def value(self, node: Node, here: Location) -> Any:
        """Return what a node says."""
        self._refuse_impossible(node)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        self._inside.append(id(node))
        if isinstance(node, MappingNode):
            content: Any = dict(self._items(node, here))
        else:
            assert isinstance(node, SequenceNode)
            content = []
            for position, item in enumerate(node.value):
                deeper = (*here, str(position))
                self.lines[deeper] = _line(item)
                content.append(self.value(item, deeper))
        self._inside.pop()
        return content

    def _refuse_impossible(self, node: Node) -> None:
        if id(node) in self._inside:
            raise self._error(f"the alias *{node.anchor} stands inside what it repeats", node)
        self._parts += 1
        if self._parts > MOST_PARTS or len(self._inside) > DEEPEST:
            raise self._error(f"too much: expected at most {MOST_PARTS:,} words and numbers", node)

    def _items(self, node: MappingNode, here: Location) -> Iterator[tuple[Any, Any]]:
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise self._error("a key must be a word, a number or a date", key_node)
            key = self.value(key_node, here)
            deeper = (*here, str(key))
            if deeper in self.lines:
                raise self._error(f"'{key}' stands twice: first on line {self.lines[deeper]}", key_node)
            self.lines[deeper] = _line(key_node)
            yield key, self.value(value_node, deeper)

    def _scalar(self, node: ScalarNode) -> Any:
        text: str = node.value
        bad = next((letter for letter in text if unprintable(letter)), None)
        if bad is not None:
            raise self._error(f"found U+{ord(bad):04X}, a character that no text holds", node)
        if node.style is not None:
            return text
        if text in _NOTHING or text in _TRUTH:
            return _TRUTH.get(text)  # None where it is nothing
        if _DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError as problem:
                raise self._error(f"found '{text}', which is impossible: {problem}", node) from problem
        try:
            number = plain_number(text)
        except ValueError as problem:
            said = f"found '{shortened(text)}', beyond any number: expected at most {MOST_DIGITS} digits"
            raise self._error(said, node) from problem
        return text if number is None else number

    def _error(self, message: str, node: Node) -> InputError:
        return InputError(message, file=self.file, line=_line(node))


def unprintable(letter: str) -> bool:
    """Return whether a character is one that no text holds: control, half of a pair, or turning the line."""
    if letter in "\n\t":
        return False
    return unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") or letter in _TURNING


#: Characters that turn the direction of what is shown.
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
