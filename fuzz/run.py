"""Runs cases and counts what came of them."""

from __future__ import annotations

import contextlib
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.judge import FINDINGS, REFUSED, TAKEN, Outcome, nothing_runs
from fuzz.ways import WAYS, make_results


@dataclass
class Count:
    """What came of the cases of a way in."""

    outcomes: Counter[str] = field(default_factory=Counter)
    #: Case by number, and what was found.
    findings: list[tuple[int, Outcome]] = field(default_factory=list)


def run(
    cases: int,
    seed: int = 1,
    ways: Sequence[str] = tuple(WAYS),
    *,
    results: Path | None = None,
    say: Callable[[str], None] = lambda text: None,
    first: int = 0,
) -> dict[str, Count]:
    """Try so many cases, shared out evenly among the ways in.

    Parameters
    ----------
    seed, first
        A case is the same for the same seed, way and number; numbers begin with ``first``.
    results
        Folder in which the good results are made; a temporary one if None.
    say
        Told of each finding.
    """
    counts = {name: Count() for name in ways}
    with tempfile.TemporaryDirectory(prefix="jobvej-fuzz-") as folder:
        make_results(results or Path(folder) / "made")
        with nothing_runs():
            for number in range(first, first + max(1, cases // len(ways))):
                for name in ways:
                    here = Path(folder) / "case"
                    shutil.rmtree(here, ignore_errors=True)
                    here.mkdir()
                    with contextlib.chdir(here):  # what is written under a relative name stays in the case
                        outcome = WAYS[name](random.Random(f"{seed}/{name}/{number}"), here)
                    counts[name].outcomes[outcome.what] += 1
                    if outcome.found:
                        counts[name].findings.append((number, outcome))
                        say(f"{name} #{number}: {outcome.what}: {outcome.words}")
    return counts


def as_table(counts: dict[str, Count]) -> str:
    """Return the counts as a table in Markdown."""
    lines = [
        f"| way in | cases | refused | taken | {' | '.join(FINDINGS)} |",
        f"|---|{'---:|' * (3 + len(FINDINGS))}",
    ]
    total: Counter[str] = Counter()
    for name, count in counts.items():
        total += count.outcomes
        lines.append(_line(name, count.outcomes))
    return "\n".join([*lines, _line("**all**", total)])


def _line(name: str, outcomes: Counter[str]) -> str:
    cells = [sum(outcomes.values()), *(outcomes[each] for each in (REFUSED, TAKEN, *FINDINGS))]
    return f"| {name} | {' | '.join(f'{each:,}' for each in cells)} |"
