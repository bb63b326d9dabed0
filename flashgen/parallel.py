"""One function over many things, on all processors where that pays."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")

WORTH: Final = 1_000_000
"""From how much work on (in bytes of sources, some 4 000 cards) processes gain more than they cost."""

_CHUNKS_A_PROCESS: Final = 4


def in_chunks(
    function: Callable[[Sequence[_T]], _R], things: Sequence[_T], work: Callable[[_T], int], *, worth: int = WORTH
) -> list[_R]:
    """The results of `function` over consecutive chunks of `things`, in their order.

    `work` tells how much there is to do for one thing. Below `worth` in all, and on one processor, all things are one
    chunk in this process; else `function`, the things and the results must be picklable.
    """
    amounts = [work(thing) for thing in things]
    processes = min(os.cpu_count() or 1, len(things))
    if processes < 2 or sum(amounts) < worth:
        return [function(things)]
    chunks = _chunks(things, amounts, sum(amounts) // (processes * _CHUNKS_A_PROCESS))
    # A fork shares what is imported; elsewhere it is not safe beside the system's own threads.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with context.Pool(processes) as pool:
        return pool.map(function, chunks, chunksize=1)


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
