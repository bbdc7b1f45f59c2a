"""``python -m bench``: measure, and write docs/performance.md."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from bench.agreement import compare
from bench.national import Timing
from bench.page import page
from bench.ratios import paces
from bench.startup import startups

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


def national(scale: float, weeks: int) -> Timing:
    """Time a full run in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "bench.national", str(scale), str(weeks)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PAGE.parent.parent)
    return Timing(**json.loads(done.stdout))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure everything and write the page."""
    options = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    options.add_argument("--weeks", type=int, default=520, help="weeks of the national run (520)")
    options.add_argument("--scale", type=float, default=1.0, help="share of Denmark of the national run (1)")
    options.add_argument("--out", type=Path, default=PAGE, help="page to write")
    given = options.parse_args()
    load = os.getloadavg()[0]
    _say("Starting, with an empty cache and again ...")
    started = startups()
    _say("The same rules in three engines ...")
    agreement = compare(scale=0.01, weeks=26, seeds=8)
    pace = paces(scale=given.scale, mesa_scale=min(0.02, given.scale), weeks=20)
    _say(f"{given.weeks} weeks at scale {given.scale:g} and a tenth of it ...")
    whole, tenth = national(given.scale, given.weeks), national(given.scale / 10, given.weeks)
    text = page(whole, tenth, started, pace, agreement, (load, os.getloadavg()[0]))
    given.out.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
