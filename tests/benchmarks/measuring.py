"""One process, measured; and the ratios of two that ran by turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One process: wall time in seconds, processor time in seconds, peak resident memory in MiB."""

    wall: float
    cpu: float
    memory: float


def run(command: Sequence[str]) -> Run:
    """Runs a command to its end. Raises RuntimeError if it fails."""
    # Programs that were installed find the bytecode of their modules, whatever is set here.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} failed")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@dataclass(frozen=True)
class Ratios:
    """How much more one thing took than another, in each of several pairs, and what it may take."""

    what: str
    values: tuple[float, ...]
    limit: float | None = None

    def line(self) -> str:
        """A line of the table: how many ratios, the smallest, middle and largest, what the middle must not exceed."""
        middle = statistics.median(self.values)
        verdict = "– |" if self.limit is None else f"{self.limit:g} | {'ok' if middle <= self.limit else 'OVER'}"
        ratios = f"{len(self.values)} | {min(self.values):.2f} | **{middle:.2f}** | {max(self.values):.2f}"
        return f"| {self.what} | {ratios} | {verdict} |"


def paired(
    what: str, runs: int, one: Callable[[], float], other: Callable[[], float], limit: float | None = None
) -> Ratios:
    """The ratios of `one` to `other`, which run by turns, once each before it counts."""
    one(), other()
    return Ratios(what, tuple(one() / other() for _ in range(runs)), limit)
