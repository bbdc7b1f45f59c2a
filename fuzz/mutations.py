"""Mutations of good input: of any text or bytes, and of the numbers in a YAML file.

Mutations of the first kind (:func:`of_text`, :func:`of_bytes`) may or may not be refused.  Those of the
second (:func:`of_document`) put something in the place of a number that cannot be meant there; to take one of
them is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from sim.parameters.document import parse_document, write_document

#: What no reader takes for the number that it is to YAML 1.1 or to Python, and what is no number at all.
NO_NUMBERS = (
    "1_0", "1:30", "190:20:30", "0x1F", "0b11", "0o17", "=10", "１０", "٣", "²", ".inf", "-.inf", ".nan",
    "NaN",
    "inf", "1e999", "9" * 400, "yes", "'0.5'", "~", "[]", "{}", "[1]", "2024-01-01", "1 000", "1.2.3", "--1",
    "0.5.", "1,5", "½", "1e", "e5", "+", "5%", "\"5\"", "true", "null", "x" * 300, "1e-99999", "0,1",
    "1.000,5",
)  # fmt: skip
#: Names that are none of any list here, and that become no path.
NO_NAMES = (
    "Atlantis", "''", "'../../x'", "/etc/passwd", "a/b", "'a\\b'", "x" * 300, "'\\0'", '"\\x1b[31m"',
    "' '", "-1",
    "é" * 90, '"\\u202e"', "NUL:", "..", "~", "{a: 1}", "[[]]", "=cmd()", "１０１", "'*'", "CON\u200b",
)  # fmt: skip
#: What is put anywhere into a text.
PIECES = (
    "\0", "\t", "\n", "\r", "\x07", "\u202e", "\ufeff", "é", "１", "²", "&a ", "*a", "!!int ", "!x ",
    "%YAML 1.1\n", "---\n",
    "...\n", "[" * 50, "{" * 50, "}", "]", "? ", ": ", "- ", "|\n", ">\n", "'", '"', "#", "@", "`", "\\",
    "\u2028",
    "-", "0", "9" * 30, "1e400", "~", "null", "\x85", "  ", "<<: *a\n", "&a [*a]", ";", ",", ".", "'' ''",
)  # fmt: skip
_MARK = "QQMARKQQ"


def of_text(text: str, rng: random.Random) -> str:
    """Return a text with one to three parts of it cut, doubled, swapped or replaced."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        lines = text.split("\n")
        at, to = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        kind = rng.randrange(9)
        if kind == 0:
            text = text[:at] + rng.choice(PIECES) + text[at:]
        elif kind == 1:
            text = text[:at] + text[min(to, at + rng.choice((1, 2, 8, 60))) :]
        elif kind == 2:
            text = text[:at]
        elif kind == 3:
            lines[one], lines[other] = lines[other], lines[one]
            text = "\n".join(lines)
        elif kind == 4:
            text = "\n".join([*lines[:one], lines[one], lines[one], *lines[one + 1 :]])
        elif kind == 5:
            text = "\n".join([*lines[:one], *lines[one + 1 :]])
        elif kind == 6:
            lines[one] = " " * rng.choice((1, 2, 3)) + lines[one]
            text = "\n".join(lines)
        elif kind == 7:
            text = (
                text[:at]
                + chr(rng.choice((0x41, 0x30, 0x7F, 0xE6, 0xFF11, 0x1F600, 0xFFFE)))
                + text[at + 1 :]
            )
        else:
            lines[one] = lines[one].replace(rng.choice((":", ",", ";", ".", "-", " ")), rng.choice(PIECES), 1)
            text = "\n".join(lines)
    return text


def of_bytes(content: bytes, rng: random.Random) -> bytes:
    """Return bytes with one to three of them changed, some cut out, or the end cut off."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 2, 3))):
        if not changed:
            break
        at = rng.randrange(len(changed))
        kind = rng.randrange(4)
        if kind == 0:
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del changed[at:]
        elif kind == 2:
            del changed[at : at + rng.choice((1, 4, 100))]
        else:
            changed[at:at] = rng.randbytes(rng.choice((1, 4, 100)))
    return bytes(changed)


def of_document(text: str, rng: random.Random) -> tuple[str, str]:
    """Return a YAML file with one number replaced by what is none, and where that is.

    The place is the way down to it, such as ``changes/0/values/2026-01-01``; it is empty where the file
    has no number.
    """
    content = parse_document(text, "good.yaml").content
    places = [place for place, value in _leaves(content) if _is_number(value)]
    if not places:
        return text, ""
    place = rng.choice(places)
    _put(content, place, _MARK)
    return write_document(content).replace(_MARK, rng.choice(NO_NUMBERS), 1), "/".join(map(str, place))


#: Keys below which a name of a list of Jobvej's stands, or one that becomes a path.
_NAMED = frozenset(
    {
        "parameter", "operation", "states", "regions", "barrier", "education", "starts", "municipalities",
        "statistic", "spell", "to", "contrast", "shown_as", "judged_by", "kind", "sign", "municipality",
        "fidelity",
    }
)  # fmt: skip


def with_no_name(text: str, rng: random.Random) -> tuple[str, str]:
    """Return a YAML file with one name replaced by one that there is not, and where that is; or empty."""
    content = parse_document(text, "good.yaml").content
    places = [
        place
        for place, value in _leaves(content)
        if isinstance(value, str | int) and (place == ("name",) or _NAMED & set(place))
    ]
    if not places:
        return text, ""
    place = rng.choice(places)
    _put(content, place, _MARK)
    return write_document(content).replace(_MARK, rng.choice(NO_NAMES), 1), "/".join(map(str, place))


def emptied(text: str, rng: random.Random) -> tuple[str, str]:
    """Return a YAML file with a list of what is changed, or of whom, emptied, and where that is; or empty."""
    content = parse_document(text, "good.yaml").content
    places = [
        place
        for place in _lists(content)
        if place and place[-1] in ("changes", "states", "regions", "municipalities", "to")
    ]
    if "here" in content:  # the treated get what holds around them, and so may get no change of their own
        places = [place for place in places if place[-1] != "changes"]
    if not places:
        return text, ""
    place = rng.choice(places)
    _put(content, place, _MARK)
    return write_document(content).replace(_MARK, "[]", 1), "/".join(map(str, place))


def _lists(content: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content if isinstance(content, list) else ())
    )
    if isinstance(content, list) and content:
        yield here
    for key, value in inside:
        yield from _lists(value, (*here, key))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _leaves(content: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _leaves(value, (*here, key))
    elif isinstance(content, list):
        for position, value in enumerate(content):
            yield from _leaves(value, (*here, position))
    else:
        yield here, content


def _put(content: Any, place: tuple[Any, ...], value: object) -> None:
    for part in place[:-1]:
        content = content[part]
    content[place[-1]] = value
