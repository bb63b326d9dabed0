"""Code that is coloured ahead, by a process of its own, while this one is being imported and reads the cards.

The patterns of Pygments take longer to make than a small project takes to read. Where nothing is kept of one, a first
process looks for code in whatever Markdown is there, before anything is known of the project, and tells the colours of
what it finds. Code that it misses is coloured as ever.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from flashgen import places, reading
from flashgen.markdown import code

_LARGEST: Final = 1_000_000
"""From how much Markdown on, in bytes, several processes read it, each of which colours what it reads: file by file."""
_LARGEST_FILE: Final = 8_000_000
_BESIDE_IT: Final = 100_000  # bytes
_PIPE: Final = 1 << 20  # bytes, the most that Linux gives to everybody
_MOST_NAMES: Final = 10_000  # of files and folders that are looked through
_A_LINE: Final = 20  # blocks
_FENCE: Final = "```"


class Ahead:
    """What the other process tells, line by line: which code it will have coloured, and then the colours."""

    def __init__(self, process: int, told: BinaryIO) -> None:
        self._listener = os.getpid()
        self._process = process
        self._told = told
        self._promised: frozenset[str] | None = None
        self._colours: dict[str, str] = {}

    def has(self, key: str) -> bool:
        """Whether this code is among what is coloured."""
        return key in self._keys()

    def languages(self) -> frozenset[str]:
        """The languages of what is coloured."""
        return frozenset(key.partition(" ")[0] for key in self._keys())

    def colours(self, key: str) -> str | None:
        """The colours of this code, waited for where they are still to come; None where they will not."""
        while key not in self._colours and self.has(key):
            line = self._told.readline()
            if not line.endswith(b"\n"):
                # The other process has come to its end.
                self._promised = frozenset(self._colours)
                return None
            self._colours |= json.loads(line)
        return self._colours.get(key)

    def end(self) -> None:
        """Ends the other process, whatever it still does."""
        self._told.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    def _keys(self) -> frozenset[str]:
        if os.getpid() != self._listener:
            # Of what is told once, a fork must take nothing away.
            return frozenset()
        if self._promised is None:
            line = self._told.readline()
            self._promised = frozenset(json.loads(line) if line.endswith(b"\n") else ())
        return self._promised


@contextlib.contextmanager
def begun(path: Path) -> Iterator[Ahead | None]:
    """Has the code below `path` coloured by another process; None where nothing would be gained, or nothing is known.

    The process that asks must have no threads yet.
    """
    ahead = _begin(path) if _is_worth_it(path) else None
    try:
        yield ahead
    finally:
        if ahead is not None:
            ahead.end()


def _is_worth_it(path: Path) -> bool:
    if sys.platform != "linux" or (os.cpu_count() or 1) < 2:
        return False
    start = places.absolute(path)
    return not any(os.path.lexists(folder / places.CACHE) for folder in (start, *start.parents))


def _begin(path: Path) -> Ahead | None:
    try:
        reader, writer = os.pipe()
    except OSError:
        return None
    if sys.platform == "linux":
        import fcntl

        # So much can be told before anybody listens.
        with contextlib.suppress(OSError):
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, _PIPE)
    try:
        process = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        return None
    if process == 0:
        # Whatever goes wrong here, the other process does by itself, and tells.
        try:
            os.close(reader)
            _leave_alone()
            with open(writer, "wb") as told:
                _tell(path, told)
        finally:
            os._exit(0)
    os.close(writer)
    return Ahead(process, open(reader, "rb"))


def _leave_alone() -> None:
    """Leaves Ctrl-C and all that is open to the other process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)


def _tell(path: Path, told: BinaryIO) -> None:
    from flashgen import highlight

    blocks = [(text, language) for text, language in _code(path) if highlight.is_built_in(language)]
    found = {highlight.key(*block): block for block in blocks}
    _put(told, list(found))
    coloured: dict[str, str] = {}
    for count, (key, block) in enumerate(found.items(), start=1):
        if (colours := highlight.colours(*block)) is not None:
            coloured[key] = colours
        if count % _A_LINE == 0 or count == len(found):
            _put(told, coloured)
            coloured = {}


def _put(told: BinaryIO, what: object) -> None:
    told.write(json.dumps(what).encode() + b"\n")
    told.flush()


def _code(path: Path) -> Iterator[tuple[str, str]]:
    """The fenced code in all Markdown below `path`, with its languages; none where several processes will read that.

    All of it together may be as much code as one file may have coloured.
    """
    sizes: dict[str, int] = {}
    for file in _markdown(path):
        with contextlib.suppress(OSError):
            sizes[file] = os.stat(file).st_size
    largest, size = max(sizes.values(), default=0), sum(sizes.values())
    if size > _LARGEST and (size > _LARGEST_FILE or size - largest > _BESIDE_IT):
        return
    texts: list[str] = []
    for file in sizes:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            text = reading.content(Path(file), _LARGEST_FILE).decode()
            texts.append(text.replace("\r\n", "\n").replace("\r", "\n"))
    left = code.most(sum(map(len, texts)))
    for text in texts:
        for block, language in _fenced(text.split("\n")):
            cost = code.cost(block, language)
            if cost <= min(left, code.LARGEST):
                left -= cost
                yield block, language


def _markdown(path: Path) -> Iterator[str]:
    if path.is_file():
        yield str(path)
    names = 0
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        names += len(folders) + len(files)
        if names > _MOST_NAMES:
            return
        yield from (os.path.join(folder, name) for name in sorted(files) if name.endswith(places.SOURCES))


def _fenced(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Blocks between lines that begin and end them, as they will be coloured, be they indented."""
    language, margin, block = "", 0, list[str]()
    for line in lines:
        text = line.lstrip(" ")
        if language:
            if text.rstrip() == _FENCE:
                yield "\n".join(block).rstrip("\n"), language
                language = ""
            else:
                block.append(line[min(margin, len(line) - len(text)) :])
        elif text.startswith(_FENCE) and "`" not in text[len(_FENCE) :]:
            words = text[len(_FENCE) :].split()
            language, margin, block = words[0] if words else "", len(line) - len(text), []
