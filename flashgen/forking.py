"""Processes that are forked off this one: how they leave it alone, and how they are ended."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # <linux/prctl.h>


def leave_ctrl_c() -> None:
    """Leaves Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def die_with(parent: int) -> None:
    """Has Linux kill this process with its parent."""
    # In this form mypy knows, which reads the code as other systems do too.
    if sys.platform == "win32":
        raise AssertionError("there is no fork there")
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def wait_for(process: int) -> None:
    """Waits for the end of a child of this process."""
    # Whoever began this process may have it that the system clears its children away.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process, 0)


def end(process: int) -> None:
    """Ends a child of this process, whatever it still does."""
    if sys.platform == "win32":
        raise AssertionError("there is no fork there")
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    wait_for(process)
