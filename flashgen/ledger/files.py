"""The ledger's file of a project: its path in, the ledger out, with what is wrong with the file."""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from flashgen import bounds, journal
from flashgen.diagnostics import LEDGER_CORRUPT, STRAY_LEDGER, Diagnostic
from flashgen.ledger.rows import read, serialize, take_over
from flashgen.model import Ledger, Span
from flashgen.places import SINGLE_LEDGER

_RESTORE: Final = 'restore it from git, or by "flashgen ledger restore" from a package'


def load(path: Path, root: Path) -> tuple[str, Ledger | None, tuple[Diagnostic, ...]]:
    """The text of a ledger's file and the ledger; no text and no ledger where there is no file yet.

    A build that was interrupted counts as its journal says.
    `root` is the folder that messages name the file from. No ledger and faults where the file cannot be trusted.
    """
    file = path.relative_to(root).as_posix()
    if bounds.leads_out(path, root):
        what = "the ledger cannot be read: a link leads from it out of the project"
        return "", None, (LEDGER_CORRUPT.at(Span(file, 1), what, "put the file itself here"),)
    try:
        text = journal.read(path, journal.beside(path)).decode("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        # A name that is too long for a file is the name of none.
        if isinstance(fault, OSError) and fault.errno in (errno.ENOENT, errno.ENAMETOOLONG):
            return "", None, ()
        what = f"the ledger cannot be read: {(fault.strerror if isinstance(fault, OSError) else None) or fault}"
        return "", None, (LEDGER_CORRUPT.at(Span(file, 1), what, _RESTORE),)
    if not text.removeprefix("\ufeff").strip():
        what = "the ledger is empty: without its rows Anki takes edited cards for new ones"
        return text, None, (LEDGER_CORRUPT.at(Span(file, 1), what, _RESTORE),)
    ledger, faults = read(text.replace("\r\n", "\n"), file)
    return text, ledger, faults


def salvage(text: str, namespace: str) -> Ledger | None:
    """What can still be read of the text of a broken ledger, line by line; None where that is no row at all.

    `namespace` is that of a ledger whose header is lost.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    _, faults = read("\n".join(lines), "")
    bad = {fault.span.line for fault in faults if fault.is_error}
    left = "\n".join("" if number in bad else line for number, line in enumerate(lines, start=1))
    found, _ = read(left, "")
    if found is None:
        found, _ = read(f"{serialize(Ledger(namespace))}{left}", "")
    return found if found is not None and found.rows else None


def with_singles(ledger: Ledger, sources: Iterable[Path], root: Path) -> tuple[Ledger, tuple[Diagnostic, ...]]:
    """The ledger of a folder with the rows of those of its `sources` that were built alone before."""
    faults: list[Diagnostic] = []
    for source in sources:
        _, single, more = load(source.with_name(f"{source.stem}{SINGLE_LEDGER}"), root)
        faults += more
        if single is not None:
            under = unicodedata.normalize("NFC", source.parent.relative_to(root).as_posix())
            ledger = take_over(ledger, single, under.removeprefix("."))
    return ledger, tuple(faults)


def has_singles(folders: Iterable[Path]) -> bool:
    """Whether the ledger of a file that was built alone stands in one of the folders, or one cannot be looked into."""
    try:
        return any(name.endswith(SINGLE_LEDGER) for folder in set(folders) for name in os.listdir(folder))
    except OSError:
        return True


def strays(folders: Iterable[Path], root: Path, endings: Iterable[str]) -> Iterator[Diagnostic]:
    """Ledgers of single files that are gone: probably renamed, and without the ledger all their cards would be new.

    `endings` are those of source files.
    """
    for path in sorted(path for folder in set(folders) for path in folder.glob(f"*{SINGLE_LEDGER}")):
        stem = path.name.removesuffix(SINGLE_LEDGER)
        if not any(path.with_name(f"{stem}{ending}").exists() for ending in endings):
            yield STRAY_LEDGER.at(
                Span(path.relative_to(root).as_posix(), 1),
                f'this is the ledger of "{stem}.md", which is gone',
                f'if that file was renamed, to x.md say, rename this to "x{SINGLE_LEDGER}"; else move it away',
            )
