"""Code that is coloured ahead, by a process of its own, while this one is being imported and reads the cards.

The patterns of Pygments take longer to make than a small project takes to read. Where nothing is kept of one, a first
process looks for the code of cards in the Markdown that is there, before anything is known of the project, and tells
the colours of what it finds. Code that it misses is coloured as ever.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from flashgen import forking, places, reading
from flashgen.patterns import late

_LARGEST: Final = 1_000_000
"""How many bytes of Markdown one process reads; of more, each of several colours what it reads."""
_LARGEST_FILE: Final = 8_000_000
"""As many where they are nearly all in one file, which no others can read; to colour it, many are better than one."""
_BESIDE_IT: Final = 100_000
"""How many bytes may be in other files than that."""
_MANY: Final = 4  # processors
_PIPE: Final = 1 << 20  # bytes, the most that Linux gives to everybody
_MOST_NAMES: Final = 10_000  # of files and folders that are looked through
_SECONDS: Final = 0.3
_SECONDS_A_LETTER: Final = 1e-6
_A_LINE: Final = 20  # blocks
_FENCE: Final = "```"
_LABEL: Final = late(r"[A-Z][A-Za-z]*[ \u00a0\u202f]?:")
_ENDS: Final = ("#", "---")


class Ahead:
    """What the other process tells, line by line: which code it will have coloured, and then the colours."""

    def __init__(self, process: int, told: BinaryIO) -> None:
        self._listener = os.getpid()
        self._process = process
        self._told = told
        self._promised: frozenset[str] | None = None
        self._colours: dict[str, str] = {}

    def has(self, key: str) -> bool:
        """Whether the colours of this code are to be told, and were not missing in the end."""
        return key in self._keys()

    def languages(self) -> frozenset[str]:
        """The languages of all code whose colours are to be told."""
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
        forking.end(self._process)

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
    """Has the code of cards below `path` coloured by another process; None on one processor, or where there is a cache.

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
    if sys.platform != "linux":
        raise AssertionError("only there anything is begun")
    import fcntl

    try:
        reader, writer = os.pipe()
    except OSError:
        return None
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
        # What is not told for a fault here, the parent does by itself, and tells of the fault.
        try:
            os.close(reader)
            forking.leave_ctrl_c()
            _leave_streams()
            with open(writer, "wb") as told:
                _tell(path, told)
        finally:
            os._exit(0)
    os.close(writer)
    return Ahead(process, open(reader, "rb"))


def _leave_streams() -> None:
    """Leaves to the parent what others may wait for the end of."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)


def _tell(path: Path, told: BinaryIO) -> None:
    if sys.platform != "linux":
        raise AssertionError("only there anything is begun")
    from flashgen import highlight

    texts = _texts(path)
    # Some lexers take long for some texts, and nobody may ask for these: after as long as it commonly takes, and some
    # more, this process ends.
    signal.setitimer(signal.ITIMER_PROF, _SECONDS + _SECONDS_A_LETTER * sum(map(len, texts)))
    blocks = [(text, language) for text, language in _code(texts) if highlight.is_built_in(language)]
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


def _texts(path: Path) -> list[str]:
    """All Markdown below `path` that may hold cards; none where several processes will read it."""
    sizes: dict[str, int] = {}
    for file in _markdown(path):
        with contextlib.suppress(OSError):
            sizes[file] = os.stat(file).st_size
    largest, size = max(sizes.values(), default=0), sum(sizes.values())
    is_one_file = size <= _LARGEST_FILE and size - largest <= _BESIDE_IT and (os.cpu_count() or 1) < _MANY
    if size > _LARGEST and not is_one_file:
        return []
    texts: list[str] = []
    for file in sizes:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            text = reading.content(Path(file), _LARGEST_FILE).decode()
            texts.append(text.replace("\r\n", "\n").replace("\r", "\n"))
    return texts


def _code(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The fenced code of cards, with its languages; as much as a file of that size may have coloured."""
    from flashgen.markdown import code  # for the other process alone

    left = code.most(sum(map(len, texts)))
    for text in texts:
        for block, language in _fenced(text.split("\n")):
            cost = code.cost(block, language)
            if cost <= min(left, code.LARGEST):
                left -= cost
                yield block, language


def _markdown(path: Path) -> Iterator[str]:
    """The files below a path that are sources by their names; what a link leads to may be out of bounds."""
    if path.is_file() and not path.is_symlink():
        yield str(path)
    names = 0
    cards = path / "cards"
    for folder, folders, files in os.walk(cards if cards.is_dir() else path):
        folders[:] = sorted(name for name in folders if not places.is_passed_over(name))
        names += len(folders) + len(files)
        if names > _MOST_NAMES:
            return
        for name in sorted(files):
            file = os.path.join(folder, name)
            is_source = name.casefold().endswith(places.SOURCES) and not places.is_passed_over(name)
            if is_source and not os.path.islink(file):
                yield file


def _fenced(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The code of notes: blocks between lines that begin and end them, as they will be coloured, be they indented."""
    is_note, language, margin, block = False, "", 0, list[str]()
    for line in lines:
        text = line.lstrip(" ")
        if language:
            if text.rstrip() == _FENCE:
                yield "\n".join(block).rstrip("\n"), language
                language = ""
            else:
                block.append(line[min(margin, len(line) - len(text)) :])
        elif line.startswith(_ENDS):
            is_note = False
        elif not is_note:
            is_note = _LABEL.match(line) is not None
        elif text.startswith(_FENCE) and "`" not in text[len(_FENCE) :]:
            words = text[len(_FENCE) :].split()
            language, margin, block = words[0] if words else "", len(line) - len(text), []
