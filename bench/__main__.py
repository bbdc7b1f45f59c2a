"""``python -m bench``: measure, and write docs/performance.md."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.engines import compare, paces
from bench.model import Timing, startups
from bench.page import Measured, page
from bench.reference import Reference

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"


def in_its_own_process(module: str, *arguments: str) -> dict[str, Any]:
    """Run ``python -m bench.<module>``, so that its memory is its own; return the JSON it prints."""
    command = [sys.executable, "-m", f"bench.{module}", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure everything and write the page."""
    options = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    options.add_argument("--weeks", type=int, default=520, help="weeks of the national run (520)")
    options.add_argument("--scale", type=float, default=1.0, help="share of Denmark of the national run (1)")
    options.add_argument("--out", type=Path, default=PAGE, help="page to write")
    options.add_argument(
        "--short",
        action="store_true",
        help="try the benchmark: 8 weeks at scale 0.02, fewer seeds, the page only printed",
    )
    given = options.parse_args()
    weeks, scale = (8, 0.02) if given.short else (given.weeks, given.scale)
    load = os.getloadavg()[0]
    _say("Starting, with an empty cache and again ...")
    started = startups()
    _say("The same rules in three engines ...")
    agreement = compare(
        scale=0.002 if given.short else 0.01, weeks=min(weeks, 26), seeds=2 if given.short else 8
    )
    pace = paces(scale=scale, mesa_scale=min(0.02, scale / 2), weeks=min(weeks, 20))
    _say(f"{weeks} weeks at scale {scale:g} and a tenth of it; the bare reference before and after ...")
    # People of the whole model at this scale, so that both simulate as many.
    people, half = str(round(3.8e6 * scale)), str(max(weeks // 2, 1))
    before = Reference(**in_its_own_process("reference", people, half))
    whole = Timing(**in_its_own_process("model", str(scale), str(weeks)))
    after = Reference(**in_its_own_process("reference", people, half))
    tenth = Timing(**in_its_own_process("model", str(scale / 10), str(weeks)))
    measured = Measured(whole, tenth, (before, after), started, pace, agreement, (load, os.getloadavg()[0]))
    text = page(measured)
    if not given.short:
        given.out.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
