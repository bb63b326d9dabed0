"""The program `flashgen`: what is asked for most is started without the library that parses arguments."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from flashgen import console
from flashgen.commands import building, checking

_TERMINATED: Final = 128 + signal.SIGTERM
_HAND_OVER: Final = 0.0005  # seconds
_PLAIN: Final[Mapping[str, Callable[..., object]]] = {
    "build": building.build,
    "check": checking.check,
    "status": checking.status,
}


def run() -> None:
    """Runs the command that the arguments of this process name, and ends the process."""
    # Tokens hold no cycles, and looking for some among millions of them takes a third of the time of a build.
    gc.disable()
    # A thread that deflates needs Python's lock for a moment after each piece, and by default one that works keeps it
    # for ten times as long.
    sys.setswitchinterval(_HAND_OVER)
    # As an exception it lets files and processes be cleaned up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    status = 0
    try:
        try:
            # What a process has taken is the system's again at its end: to clear away millions of objects before takes
            # as long as to build a small project.
            _left = _command(sys.argv[1:])
        except SystemExit as end:
            status = int(end.code or 0)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError as fault:
        console.end_mute(fault)
    os._exit(status)


def _command(arguments: list[str]) -> object:
    """Runs a command, and gives what is left of it, where it is plain and has done what it should."""
    if not _is_plain(arguments):
        from flashgen.cli import app

        app(arguments, prog_name="flashgen")
        return None
    from flashgen import ahead

    console.prepare()
    try:
        path = Path(*arguments[1:])
        with ahead.begun(path) as coloured:
            return _PLAIN[arguments[0]](path, ahead=coloured)
    except KeyboardInterrupt:
        console.fail("Aborted!")


def _is_plain(arguments: list[str]) -> bool:
    """Whether a command is called with nothing but a path that can be read, or without one."""
    if len(arguments) not in (1, 2) or arguments[0] not in _PLAIN:
        return False
    try:
        os.getcwd()
    except OSError:
        return False
    return all(not path.startswith("-") and os.access(path, os.R_OK) for path in arguments[1:])
