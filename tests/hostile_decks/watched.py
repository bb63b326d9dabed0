"""Runs flashgen and prints what it asked of the machine: `python watched.py build PATH`.

Each line is an event of Python's audit hooks with what it was about, as JSON.
"""

from __future__ import annotations

import json
import os
import sys

_EVENTS = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "ctypes.dlopen",
)
_WRITES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "shutil.")


def main() -> None:
    """Watches from here on; modules are loaded before, so that their own files are not told."""
    import nh3  # noqa: F401 - loaded for the first card with HTML
    import pygments.lexers

    import flashgen.cli
    import flashgen.package.database

    pygments.lexers.get_lexer_by_name("python")
    told: list[tuple[str, list[str]]] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            told.append(("write" if writes else "read", [os.fsdecode(path) if isinstance(path, (str, bytes)) else ""]))
        elif event.startswith(_EVENTS + _WRITES):
            told.append((event, [os.fsdecode(one) for one in arguments if isinstance(one, (str, bytes))]))

    sys.addaudithook(watch)
    status = 0
    try:
        flashgen.cli.app(sys.argv[1:], standalone_mode=True)
    except SystemExit as end:
        status = int(end.code or 0)
    for event in tuple(told):
        print(json.dumps(event), file=sys.stderr)
    sys.exit(status)


main()
