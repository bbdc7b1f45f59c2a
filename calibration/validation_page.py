"""The page of what the model gets right and wrong, in HTML and Markdown."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, select_autoescape

from calibration.experiments.library import catalogue
from calibration.experiments.words import number, span
from calibration.validate import shares

_KINDS = (
    ("trial", "Virtual trials that calibration never saw"),
    ("calibration trial", "Virtual trials that calibration may use"),
    ("fact", "Facts held out"),
    ("seed figure", "Figures of the reform documents"),
)
_NO_EXPLANATION = "No explanation has been tested."


def _rows(table: pd.DataFrame, kind: str) -> list[dict[str, str]]:
    made = []
    for row in table[table["kind"] == kind].itertuples():
        wrong = (
            row.size_right is False
            or row.sign_right is False
            or row.verdict.startswith(("sign wrong", "no effect seen", "−"))
        )
        comment = str(row.comment) if isinstance(row.comment, str) else ""
        published = number(row.published) + span(row.published_low, row.published_high)
        made.append(
            {
                "name": row.name_en,
                "unit": row.unit,
                "model": number(row.model) + span(row.low, row.high),
                "published": published if row.published == row.published else f"sign: {row.sign}",
                "verdict": row.verdict,
                "comment": comment or (_NO_EXPLANATION if wrong else ""),
                "source": row.source,
                "id": row.id,
                "wrong": "yes" if wrong else "",
            }
        )
    return made


def _content(table: pd.DataFrame) -> dict[str, object]:
    return {
        "summary": [
            f"{what}: {right} of {all_} right" for what, (right, all_) in shares(table).items() if all_
        ],
        "sections": [{"title": title, "rows": _rows(table, kind)} for kind, title in _KINDS],
        "not_run": [
            {
                "title": trial.entry.title.en,
                "reason": trial.entry.reason.strip(),
                "source": trial.entry.source.title,
            }
            for trial in catalogue()
            if not trial.entry.runnable
        ],
    }


def render(table: pd.DataFrame, template: str, made: str = "") -> str:
    """Return the page; ``template`` is page.html.j2 or page.md.j2, ``made`` the command behind the table."""
    environment = Environment(
        loader=PackageLoader("calibration", "validation"),
        autoescape=select_autoescape(("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**_content(table), made=made)


def write_page(table: pd.DataFrame, folder: Path) -> tuple[Path, Path]:
    """Write ``validation.html`` and ``validation.md`` to a folder."""
    written = []
    for name in ("html", "md"):
        path = folder / f"validation.{name}"
        partial = folder / f".validation.{name}"
        partial.write_text(render(table, f"page.{name}.j2"), encoding="utf-8")
        partial.replace(path)
        written.append(path)
    return written[0], written[1]
