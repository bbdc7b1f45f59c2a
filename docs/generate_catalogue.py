"""Writes docs/catalogue.md from the reform files: how true each is to its document, and what it leaves out.

``python docs/generate_catalogue.py`` writes it; with ``--check`` it only says whether it is current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from reforms import catalogue
from reforms.fidelity import FIDELITY
from reforms.reform import Reform

CATALOGUE = Path(__file__).resolve().parent / "catalogue.md"
_HEAD = """# The catalogue: how true each reform is to its document

Written from the files in `reforms/catalogue/` by `docs/generate_catalogue.py` (`make docs`). What the
grades mean, what is ranked and how a file says so: [reforms.md](reforms.md). Of the 88 proposals of the five
documents {counts}.
"""


def render() -> str:
    """Return the page."""
    reforms = [reform for reform in catalogue() if reform.fidelity]
    lines = [_HEAD.format(counts=_counts(reforms))]
    for author in sorted({reform.author for reform in reforms}):
        lines += ["", f"## {author}", ""]
        lines += ["| reform | proposal | grade | what is left out |", "|---|---|---|---|"]
        lines += [_row(reform) for reform in reforms if reform.author == author]
    return "\n".join(lines) + "\n"


def _counts(reforms: list[Reform]) -> str:
    single = [reform for reform in reforms if len(reform.proposals) == 1 and len(reform.parts) == 1]
    numbers = {grade: sum(reform.fidelity == grade for reform in single) for grade in FIDELITY}
    said = [
        f"{numbers['faithful']} files are faithful",
        f"{numbers['partial']} say a part",
        f"{numbers['illustration']} are illustrations",
    ]
    return f"{', '.join(said)} and {numbers['not runnable']} cannot be run"


def _row(reform: Reform) -> str:
    left = " ".join(_left_out(reform))
    return f"| `{reform.name}`: {reform.title()} | {_proposal(reform)} | {_grade(reform)} | {left} |"


def _proposal(reform: Reform) -> str:
    return reform.proposals[0] if len(reform.proposals) == 1 else ""


def _grade(reform: Reform) -> str:
    law = f"; law since {reform.already_law.date}" if reform.already_law else ""
    twin = f"; as `{reform.twin_of}`" if reform.twin_of else ""
    return f"{reform.fidelity}{law}{twin}"


def _left_out(reform: Reform) -> Iterator[str]:
    if not reform.runnable:
        yield reform.reason.strip()
    yield from (each() for each in reform.left_out)


def main(arguments: list[str]) -> int:
    """Write the page, or say whether it is current."""
    text = render()
    if "--check" in arguments:
        return 0 if CATALOGUE.read_text("utf-8") == text else 1
    CATALOGUE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
