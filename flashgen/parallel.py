"""One function over many things, on all processors where that pays."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Final, TypeVar, cast

from flashgen import forking

_T = TypeVar("_T")
_R = TypeVar("_R")

WORTH: Final = 1_000_000
"""From how much work on (in bytes of sources, some 4 000 cards) processes gain more than they cost."""

_CHUNKS_A_PROCESS: Final = 24
_MOST_PROCESSES: Final = 61  # Windows cannot wait for more at once
# A fork shares what is imported, and this process can work as well; elsewhere it is not safe beside the system's own
# threads.
_START: Final = "fork" if sys.platform == "linux" else "spawn"
_TURN: Final = 4  # bytes of a number


def in_chunks(
    function: Callable[[Sequence[_T]], _R], things: Sequence[_T], work: Callable[[_T], int], *, worth: int = WORTH
) -> list[_R]:
    """The results of `function` over consecutive chunks of `things`, in their order.

    `work` tells how much there is to do for one thing. Below `worth` in all, and on one processor, all things are one
    chunk in this process; else the results must be picklable, and where processes are no forks the rest as well.
    """
    amounts = [work(thing) for thing in things]
    number = processes(os.cpu_count(), len(things))
    if number < 2 or sum(amounts) < worth:
        return [function(things)]
    chunks = _chunks(things, amounts, sum(amounts) // (number * _CHUNKS_A_PROCESS))
    return _forked(function, chunks, number) if _START == "fork" else _spawned(function, chunks, number)


def processes(processors: int | None, things: int) -> int:
    """How many processes are worth it on a machine of so many processors (None where it does not tell)."""
    return min(processors or 1, things, _MOST_PROCESSES)


def _forked(function: Callable[[Sequence[_T]], _R], chunks: Sequence[Sequence[_T]], number: int) -> list[_R]:
    """The results of this process and its forks, each of which takes the next chunk that none has taken."""
    results: dict[int, _R] = {}
    turns, ends = os.pipe()
    with open(turns, "rb", buffering=0) as waiting:
        with open(ends, "wb") as all_turns:
            all_turns.write(b"".join(place.to_bytes(_TURN) for place in range(len(chunks))))
        with contextlib.ExitStack() as others:
            told = [others.enter_context(_fork(function, chunks, waiting)) for _ in range(number - 1)]
            results.update(_taken(function, chunks, waiting))
            for one in told:
                results.update(one())
    # What is missing was with a process that was killed, for want of memory most likely, or met with an error, which
    # comes again here where it is the work's own.
    return [results[place] if place in results else function(chunk) for place, chunk in enumerate(chunks)]


@contextlib.contextmanager
def _fork(
    function: Callable[[Sequence[_T]], _R], chunks: Sequence[Sequence[_T]], waiting: BinaryIO
) -> Iterator[Callable[[], Iterator[tuple[int, _R]]]]:
    """Another process at the same work; what comes waits for its end and gives its results. It does not outlive this.

    They stand in a file: a process that works does not listen, and a pipe would hold the other up.
    """
    if sys.platform != "linux":
        raise AssertionError("only there processes are forks")
    import pickle  # most projects are read by one process

    parent = os.getpid()
    with _unnamed() as told:
        try:
            process = os.fork()
        except OSError:
            # The others do without.
            yield lambda: iter(())
            return
        if process == 0:
            try:
                forking.leave_ctrl_c()
                forking.die_with(parent)
                for one in _taken(function, chunks, waiting):
                    pickle.dump(one, told, pickle.HIGHEST_PROTOCOL)
                told.flush()
            finally:
                os._exit(0)
        ended = False

        def results() -> Iterator[tuple[int, _R]]:
            nonlocal ended
            forking.wait_for(process)
            ended = True
            told.seek(0)
            with contextlib.suppress(EOFError, pickle.UnpicklingError):
                while True:
                    yield pickle.load(told)

        try:
            yield results
        finally:
            if not ended:
                forking.end(process)


def _unnamed() -> BinaryIO:
    """A file without a name, in memory where the system and this Python have that."""
    if sys.platform != "linux":
        raise AssertionError("only there processes are forks")
    try:
        return open(os.memfd_create("flashgen"), "w+b")
    except (AttributeError, OSError):
        import tempfile

        return cast("BinaryIO", tempfile.TemporaryFile())


def _taken(
    function: Callable[[Sequence[_T]], _R], chunks: Sequence[Sequence[_T]], waiting: BinaryIO
) -> Iterator[tuple[int, _R]]:
    while turn := waiting.read(_TURN):
        place = int.from_bytes(turn)
        yield place, function(chunks[place])


def _spawned(function: Callable[[Sequence[_T]], _R], chunks: Sequence[Sequence[_T]], number: int) -> list[_R]:
    # Most projects are small, and need none of these.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(
        number, mp_context=multiprocessing.get_context("spawn"), initializer=forking.leave_ctrl_c
    )
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
