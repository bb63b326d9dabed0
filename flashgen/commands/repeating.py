"""A command again after every save."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flashgen.console import MISUSED, Ended, fail, tell
from flashgen.shown import number, shown_path

if TYPE_CHECKING:
    from flashgen.model import Media


def repeat(path: Path, once: Callable[[], Sequence[Media]]) -> None:
    """Runs `once` (which gives the media that it has read) now and after each change; Ctrl-C ends it, as meant."""
    from flashgen import watching

    shown: list[Path] = []

    def run(changed: Sequence[Path]) -> Sequence[Path]:
        if changed:
            more = f" and {number(len(changed) - 1, 'other')}" if len(changed) > 1 else ""
            tell(f"{shown_path(Path(), str(changed[0]))}{more} changed")
        try:
            if path.exists():
                shown[:] = [file.path for file in once()]
            else:
                tell(f"{shown_path(Path(), str(path))} is gone")
        except Ended as ended:
            # What is misused from the beginning, no save mends.
            if ended.code == MISUSED and not changed:
                raise
        # Nobody else looks for cycles (see `run`), and this process may run for days.
        gc.collect()
        return shown

    with until_ctrl_c(path):
        watching.repeat(path, run, lambda: tell("watching; Ctrl-C ends"))


@contextlib.contextmanager
def until_ctrl_c(path: Path) -> Iterator[None]:
    """What watches the folders of a path, and is meant to be ended so."""
    from flashgen import watching

    try:
        yield
    except KeyboardInterrupt:
        raise Ended(0) from None
    except watching.UnwatchableError as fault:
        fail(f"the system does not watch the folders of {shown_path(Path(), str(path))}: {fault}")
