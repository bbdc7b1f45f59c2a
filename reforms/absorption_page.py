"""The page of ``jobvej absorption``: what became of more people, and of closed posts, year by year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.runs.store import write_whole

#: The table behind the page that stands in ``docs/absorption.md``, and how it was made.
REFERENCE = Path(__file__).resolve().parent / "absorption.csv"
REFERENCE_COMMAND = "jobvej absorption --belief adam --belief makro --out DIR"

_HEAD = """# How fast jobs follow people, year by year

Made with `jobvej absorption --out DIR` (`DIR/absorption.md`), which writes the same table as
`DIR/absorption.csv`. What the experiments are: [analyses.md](analyses.md).
"""

_SUPPLY = """
## 27,000 persons more in the labour force

*In work* is persons more in work over the long-run effect; *published* is what the model that the belief is
named after has.

| belief | year | in work | published | unemployed | wage |
|---|---|---|---|---|---|
"""

_POSTS = """
## Posts closed for good, and who had them

30,000 posts are closed, and who had them is dismissed. *Lost* is persons fewer in work for each post, *still
lost* the same over the first year's. *Published* is the path of a lasting change of public employment in
MAKRO with its sign turned, over its first year (R2-MA-05: 36, 22, 12, 5 thousand and, in year 6, -1). *Solved
again* is that of an independent solution of the same model (19.8, 6.2, 2.6, 1.0 and -0.7). No such figure of
ADAM was found. *Dismissed out of work* are those who would be in work had they kept their posts.

| belief | year | lost | still lost | published | solved again | dismissed out of work |
|---|---|---|---|---|---|---|
"""


def _share(number: float) -> str:
    return "" if pd.isna(number) else f"{number:.2f}".replace("-0.00", "0.00")


def page(table: pd.DataFrame) -> str:
    """Return the page (Markdown) of a table of :func:`reforms.absorption.absorption`."""
    rows = table.to_dict("records")
    supply = [
        f"| {r['belief']} | {r['year']} | {_share(r['employed_share'])} | {_share(r['published'])} "
        f"| {r['unemployed']:+,.0f} | {r['wage_pct']:+.2f} % |"
        for r in rows
    ]
    posts = [
        f"| {r['belief']} | {r['year']} | {_share(r['jobs_lost'])} | {_share(r['still_lost'])} "
        f"| {_share(r['posts_published'])} | {_share(r['posts_solved_again'])} "
        f"| {_share(r['dismissed_out'])} |"
        for r in rows
    ]
    return f"{_HEAD}{_SUPPLY}" + "\n".join(supply) + f"\n{_POSTS}" + "\n".join(posts) + "\n"


def write_page(table: pd.DataFrame, path: Path) -> None:
    """Write the page of a table to ``path``."""
    write_whole(path, page(table).encode("utf-8"))
