"""A bar on the terminal for what takes long, with a word on what is being done; nothing for what does not."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress

_LONG: Final = 1.0
"""After how many seconds there is a bar."""


@contextmanager
def bar(stream: TextIO | None) -> Iterator[Callable[[str], None]]:
    """Gives what says the present stage. The bar is gone at the end, and is none where `stream` is no terminal, or one
    that cannot move its cursor.

    Nothing else may be written to the terminal meanwhile.
    """
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda stage: None
        return
    shown = _Bar(stream)
    timer = threading.Timer(_LONG, shown.begin)
    timer.daemon = True
    timer.start()
    try:
        yield shown.say
    finally:
        timer.cancel()
        timer.join()
        shown.end()


class _Bar:
    """A bar that may not have begun yet. It says no share of the work: no stage knows how long it takes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""
        self._progress: Progress | None = None

    def begin(self) -> None:
        # Only what takes long pays for its import.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(file=self._stream),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        progress.add_task(self._stage, total=None)
        progress.start()
        self._progress = progress
        # It may be another by now.
        self.say(self._stage)

    def say(self, stage: str) -> None:
        self._stage = stage
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], description=stage)

    def end(self) -> None:
        if self._progress is not None:
            self._progress.stop()
