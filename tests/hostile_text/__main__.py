"""`python -m tests.hostile_text [WORD …] [--size N]`: the cases with all these words, slowest first."""

from __future__ import annotations

import argparse
import sys

import flashgen.pipeline  # noqa: F401  # imported once, not in each process
from tests.hostile_text.catalogue import catalogue, special
from tests.hostile_text.measuring import answer


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--over", type=float, default=0.5, help="show what takes more seconds than this")
    parser.add_argument("--every", type=int, default=1, help="take each n-th case only")
    parser.add_argument("--special", action="store_true", help="leave the plain repetitions out")
    chosen = parser.parse_args()
    cases = [
        case for case in (special() if chosen.special else catalogue()) if all(w in case.name for w in chosen.words)
    ]
    cases = cases[:: chosen.every]
    found = []
    for case in cases:
        took = answer(case, chosen.size)
        found.append((case.name, took))
        if took.seconds > chosen.over or took.failed:
            print(f"{took.seconds:7.2f} {took.megabytes:6.0f} {case.name} {took.failed}", file=sys.stderr, flush=True)
    found.sort(key=lambda one: one[1].seconds, reverse=True)
    for name, took in found:
        if took.seconds > chosen.over or took.failed or took.megabytes > 200:
            print(f"{took.seconds:7.2f} s {took.megabytes:6.0f} MB  {name}  {took.failed}")
    slow = sum(took.seconds > 1 for _, took in found)
    print(f"{len(found)} cases of {chosen.size} bytes; {slow} took more than a second of a processor")


if __name__ == "__main__":
    _main()
