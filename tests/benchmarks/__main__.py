"""`python -m tests.benchmarks`: what flashgen costs, as ratios to the straight line S in the same run.

S (`straight_line.py`) is markdown-it-py and genanki as their READMEs show them: no checks, no highlighting, no ids, no
ledger. Both compile the same cards (`corpus.py`), each in a fresh process, by turns. Only the ratios mean anything: the
seconds are those of this machine and hour.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import corpus

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Run:
    """One process: wall time in seconds, processor time in seconds, peak resident memory in MiB."""

    wall: float
    cpu: float
    memory: float


def run(command: Sequence[str]) -> Run:
    """Runs a command to its end. Raises RuntimeError if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} failed")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


class Corpus:
    """The same cards twice in `folder`: for flashgen, and for the straight line."""

    def __init__(self, folder: Path, cards: int) -> None:
        self.cards = cards
        self.ours = folder / f"flashgen-{cards}"
        self._theirs = folder / f"heading-{cards}"
        self._package = folder / f"straight-{cards}.apkg"
        corpus.write(self.ours / "cards", "flashgen", cards)
        corpus.write(self._theirs, "heading", cards)

    def cold(self) -> Run:
        """A first build: no ledger, no memory, no package."""
        for left in (self.ours / "decks", self.ours / ".flashgen_cache"):
            shutil.rmtree(left, ignore_errors=True)
        (self.ours / "cards" / "ledger.jsonl").unlink(missing_ok=True)
        return self.again()

    def again(self) -> Run:
        """Another build of the same cards."""
        return run([sys.executable, "-m", "flashgen", "build", str(self.ours)])

    def straight(self) -> Run:
        """The straight line over the same cards."""
        return run([sys.executable, str(_HERE / "straight_line.py"), str(self._theirs), str(self._package)])

    def sizes(self) -> tuple[int, int]:
        """The bytes of our package and of the one that genanki alone writes."""
        (ours,) = (self.ours / "decks").glob("*.apkg")
        return ours.stat().st_size, self._package.stat().st_size


def row(what: str, ratios: Sequence[float], limit: float | None = None) -> str:
    """A line of the table: the smallest, the middle and the largest ratio, and what the middle must not exceed."""
    middle = statistics.median(ratios)
    verdict = "– |" if limit is None else f"{limit:g} | {'ok' if middle <= limit else 'OVER'}"
    return f"| {what} | {min(ratios):.2f} | {middle:.2f} | {max(ratios):.2f} | {verdict} |"


def main() -> None:
    """Prints the table of all measured ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    names = ("flashgen", "genanki", "markdown-it-py", "Pygments", "typer")
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(", ".join(f"{name} {version(name)}" for name in names))
    with tempfile.TemporaryDirectory() as folder:
        whole, double = (Corpus(Path(folder), cards) for cards in (options.cards, 2 * options.cards))
        pairs = [(whole.cold(), whole.straight()) for _ in range(options.runs)]
        warm = [(whole.again(), whole.straight()) for _ in range(options.runs)]
        doubled = [(double.cold(), whole.cold()) for _ in range(options.runs)]
        ours, theirs = whole.sizes()
    middle = statistics.median(one.wall for one, _ in pairs), statistics.median(one.wall for _, one in pairs)
    print(f"{options.cards} cards, {options.runs} runs; cold build {middle[0]:.2f} s, S {middle[1]:.2f} s\n")
    print("| ratio | min | median | max | limit | |\n|---|---|---|---|---|---|")
    print(row("time of a cold build to S", [one.wall / other.wall for one, other in pairs], 3))
    print(row("processor time of all processes of it to S", [one.cpu / other.cpu for one, other in pairs]))
    print(row("peak memory of its largest process to S", [one.memory / other.memory for one, other in pairs], 3))
    print(row("time of a build without changes to S", [one.wall / other.wall for one, other in warm]))
    print(row("time of twice as many cards to as many", [one.wall / other.wall for one, other in doubled], 2.3))
    print(row("size of the package to genanki's", [ours / theirs], 0.3))


if __name__ == "__main__":
    main()
