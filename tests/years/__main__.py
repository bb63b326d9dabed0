"""`python -m tests.years --examples 2000 --steps 30 --seed 1`: the years in the long form, and what they were."""

from __future__ import annotations

import argparse
import time

from tests.years.machine import TALLY
from tests.years.running import run


def main() -> None:
    """Run, print the counts, and end with the failure if there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.years")
    parser.add_argument("--examples", type=int, default=2000, help="sequences")
    parser.add_argument("--steps", type=int, default=30, help="steps of each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-shrink", action="store_true", help="print the first failure as it is")
    wanted = parser.parse_args()
    started = time.monotonic()
    try:
        run(wanted.examples, wanted.steps, number=wanted.seed, shrinks=not wanted.no_shrink)
    finally:
        for name, times in sorted(TALLY.counts.items()):
            print(f"{times:8} {name}")
        taken, busy = time.monotonic() - started, time.process_time()
        print(f"{taken:8.0f} seconds, {busy:.0f} of them busy; seed {wanted.seed}")


if __name__ == "__main__":
    main()
