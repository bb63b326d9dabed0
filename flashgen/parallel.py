"""One function over many things, on all processors where that pays."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")

WORTH: Final = 1_000_000
"""From how much work on (in bytes of sources, some 4 000 cards) processes gain more than they cost."""

_CHUNKS_A_PROCESS: Final = 8
_MOST_PROCESSES: Final = 61  # Windows cannot wait for more at once
_PR_SET_PDEATHSIG: Final = 1  # <linux/prctl.h>
# A fork shares what is imported; elsewhere it is not safe beside the system's own threads.
_START: Final = "fork" if sys.platform == "linux" else "spawn"


def in_chunks(
    function: Callable[[Sequence[_T]], _R], things: Sequence[_T], work: Callable[[_T], int], *, worth: int = WORTH
) -> list[_R]:
    """The results of `function` over consecutive chunks of `things`, in their order.

    `work` tells how much there is to do for one thing. Below `worth` in all, and on one processor, all things are one
    chunk in this process; else `function`, the things and the results must be picklable.
    """
    amounts = [work(thing) for thing in things]
    number = processes(os.cpu_count(), len(things))
    if number < 2 or sum(amounts) < worth:
        return [function(things)]
    return _in_processes(function, _chunks(things, amounts, sum(amounts) // (number * _CHUNKS_A_PROCESS)), number)


def processes(processors: int | None, things: int) -> int:
    """How many processes are worth it on a machine of so many processors (None where it does not tell)."""
    return min(processors or 1, things, _MOST_PROCESSES)


def _in_processes(function: Callable[[Sequence[_T]], _R], chunks: Sequence[Sequence[_T]], number: int) -> list[_R]:
    # Most projects are small, and need none of these.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(number, mp_context=multiprocessing.get_context(_START), initializer=_be_a_worker)
    try:
        results = list(pool.map(function, chunks))
    except BaseException as fault:
        pool.shutdown(wait=False, cancel_futures=True)
        if not isinstance(fault, BrokenProcessPool):
            raise
        # A worker was killed, for want of memory most likely; one process needs the least of it.
        return [function(chunk) for chunk in chunks]
    pool.shutdown()
    return results


def _be_a_worker() -> None:
    """Leaves Ctrl-C to the parent, and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _chunks(things: Sequence[_T], amounts: Sequence[int], size: int) -> list[list[_T]]:
    chunks: list[list[_T]] = [[]]
    filled = 0
    for thing, amount in zip(things, amounts, strict=True):
        if filled > size:
            chunks.append([])
            filled = 0
        chunks[-1].append(thing)
        filled += amount
    return chunks
