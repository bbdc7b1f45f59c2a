"""``python -m fuzz``: try to break Jobvej, and print what came of it; exit code 1 if anything was found."""

from __future__ import annotations

import argparse
import sys
import time

from fuzz.run import as_table, run
from fuzz.ways import WAYS


def main() -> int:
    """Read the options, run the cases, print the table."""
    reader = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    reader.add_argument("--cases", type=int, default=10_000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--first", type=int, default=0, help="number of the first case, to see one again")
    reader.add_argument("--only", action="append", choices=sorted(WAYS), help="a way in; repeatable")
    asked = reader.parse_args()
    began = time.monotonic()
    counts = run(asked.cases, asked.seed, asked.only or tuple(WAYS), first=asked.first, say=_say)
    print(as_table(counts))
    print(f"\n{time.monotonic() - began:.0f} s, seed {asked.seed}.")
    return int(any(count.findings for count in counts.values()))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
