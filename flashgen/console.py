"""What commands say: results on the standard output, all else on the standard error output; and how they end.

A command that has been parsed needs nothing of the library that parses: its import takes as long as a small build.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterable
from typing import Final, NoReturn, TextIO

from flashgen.shown import Paint, plain, visible

FAULTY: Final = 1
"""The exit status where there are faults, or something cannot be done."""
MISUSED: Final = 2
"""The exit status where a command is called in a way that makes no sense."""

_CODES: Final = {"bold": 1, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
# Anki hands the time of a note on in 32 bits.
_END_OF_TIME: Final = 2**32


class Ended(SystemExit):
    """The end of a command before its last line, with its exit status."""

    code: int


def prepare() -> None:
    """Makes the streams such that no report fails for a letter that a terminal does not have."""
    for stream in (sys.stdout, sys.stderr):
        # Some that stand in for them are none that can.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    if sys.platform == "win32":
        os.system("")  # after which its terminal knows colours


def end_mute(fault: OSError) -> NoReturn:
    """Ends where the output cannot be written, on a full disk say: all else that can fail is a diagnostic."""
    if fault.errno != errno.EPIPE:
        # Who closes a pipe has read enough.
        why = fault.strerror or fault
        with contextlib.suppress(OSError):
            print(f"flashgen: what was to be said cannot be written: {why}", file=sys.stderr, flush=True)
    os._exit(FAULTY)


def print_results(lines: Iterable[str]) -> None:
    """Says lines on the standard output."""
    for line in lines:
        print(line)
    if sys.stdout is not None:
        sys.stdout.flush()


def print_faults(lines: Iterable[str]) -> None:
    """Says lines on the standard error output."""
    for line in lines:
        if sys.stderr is not None:
            print(line, file=sys.stderr)


def tell(line: str) -> None:
    """Says one line on the standard error output."""
    print_faults([visible(line)])


def fail(message: str) -> NoReturn:
    """Ends the command with what cannot be done, and why."""
    tell(message)
    raise Ended(FAULTY)


def misuse(message: str) -> NoReturn:
    """Ends the command with what makes no sense in how it was called."""
    tell(f"flashgen: {message}")
    raise Ended(MISUSED)


def paint_for(stream: TextIO | None) -> Paint:
    """Colours for a terminal, none for anything else, be it closed."""
    if os.environ.get("NO_COLOR") or stream is None or not stream.isatty():
        return plain
    return lambda text, colour: f"\033[{_CODES[colour]}m{text}\033[0m"


def clock() -> int:
    """The time of this run in seconds since 1970: SOURCE_DATE_EPOCH where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return int(time.time())
    if not (epoch.isascii() and epoch.isdigit() and len(epoch) <= 10 and int(epoch) < _END_OF_TIME):
        misuse(f"SOURCE_DATE_EPOCH is {epoch!r}, which is no number of seconds")
    return int(epoch)
