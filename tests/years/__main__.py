"""`python -m tests.years --examples 2000 --steps 30 --seed 1`: the years in the long form, and what they were."""

from __future__ import annotations

import argparse
import time

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.years.machine import TALLY, Years


def main() -> None:
    """Run, print the counts, and end with the failure if there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.years")
    parser.add_argument("--examples", type=int, default=2000, help="sequences")
    parser.add_argument("--steps", type=int, default=30, help="steps of each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-shrink", action="store_true", help="print the first failure as it is")
    wanted = parser.parse_args()
    phases = [Phase.generate] if wanted.no_shrink else [Phase.generate, Phase.shrink]
    profile = settings(
        max_examples=wanted.examples,
        stateful_step_count=wanted.steps,
        phases=phases,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    started = time.monotonic()
    try:
        run_state_machine_as_test(seed(wanted.seed)(Years), settings=profile)
    finally:
        for name, times in sorted(TALLY.counts.items()):
            print(f"{times:8} {name}")
        print(
            f"{time.monotonic() - started:8.0f} seconds, {time.process_time():.0f} of this process, seed {wanted.seed}"
        )


if __name__ == "__main__":
    main()
