"""A folder in, its source files out, in the order in which a person would count them."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from flashgen import bounds, diagnostics
from flashgen.diagnostics import Diagnostic
from flashgen.model import Span
from flashgen.patterns import late
from flashgen.places import ALMOST_SOURCES, CONFIG_FILES, SOURCES, is_passed_over

_DIGITS: Final = late(r"(\d+)")


class Found(Struct, frozen=True):
    """A source file: its name in messages and in the ledger, its path, and the deck that its place gives.

    `data` are bytes to be read in the place of the file's, None for those that it has.
    """

    file: str
    path: Path
    deck: str
    data: bytes | None = None


def sources(
    root: Path, place: Path, is_project: Callable[[Path], bool]
) -> tuple[tuple[Found, ...], tuple[Diagnostic, ...]]:
    """All Markdown files under `place` (or `place` itself, a file), named relative to `root`.

    Left out are `README.md`, all names that begin with `_` or `.`, and folders that are projects of their own, whose
    cards have their notes there.
    """
    if place.is_file() and not _is_text(place.name):
        return (), (_unreadable(_name(place, root), "the name of this file is not valid UTF-8"),)
    if place.is_file():
        file = unicodedata.normalize("NFC", place.relative_to(root).as_posix())
        return (Found(file, place, unicodedata.normalize("NFC", place.stem)),), ()
    found, faults = list[Found](), list[Diagnostic]()
    out: dict[Path, bool] = {}
    for path in _markdown(place, root, is_project, faults):
        # Folders are asked once; most files are no links.
        linked = path if path.is_symlink() else path.parent
        if linked not in out:
            out[linked] = bounds.leads_out(linked, root)
            if out[linked]:
                faults.append(_unreadable(_name(linked, root), "a link leads from here out of the project"))
        if out[linked]:
            continue
        parts = path.relative_to(place).with_suffix("").parts
        if not _is_text("".join(parts)):
            whose = "file" if not _is_text(path.name) else "file's folder"
            faults.append(_unreadable(_name(path, root), f"the name of this {whose} is not valid UTF-8"))
            continue
        deck = unicodedata.normalize("NFC", "::".join(parts))
        found.append(Found(unicodedata.normalize("NFC", path.relative_to(root).as_posix()), path, deck))
    found.sort(key=lambda one: [_natural(part) for part in one.path.relative_to(place).parts])
    named: dict[str, Found] = {}
    for one in found:
        if named.setdefault(one.file, one) is not one:
            faults.append(_unreadable(one.file, "two files have this name, its accents written in two ways"))
    return tuple(named.values()), tuple(faults)


def _markdown(place: Path, root: Path, is_project: Callable[[Path], bool], faults: list[Diagnostic]) -> Iterator[Path]:
    """The sources below a folder. A folder that several links lead to is taken once, by itself if it lies below."""
    seen: set[tuple[int, int]] = set()
    linked = [place]
    while linked:
        # Whatever is no link first, so that what the links add to it is known.
        folders, linked = linked, []
        while folders:
            folder = folders.pop()
            try:
                status = folder.stat()
                if (status.st_dev, status.st_ino) in seen:
                    continue
                seen.add((status.st_dev, status.st_ino))
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as fault:
                faults.append(_unreadable(_name(folder, root), f"this folder cannot be read: {_why(fault)}"))
                continue
            has_config = any(entry.name in CONFIG_FILES for entry in entries)
            if has_config and folder != place and not folder.is_symlink() and is_project(folder):
                continue
            for entry in entries:
                if is_passed_over(entry.name):
                    continue
                path = folder / entry.name
                try:
                    if entry.is_dir():
                        (linked if entry.is_symlink() else folders).append(path)
                        continue
                except OSError as fault:
                    faults.append(_unreadable(_name(path, root), f"this cannot be read: {_why(fault)}"))
                    continue
                if entry.name.casefold().endswith(SOURCES):
                    yield path
                elif entry.name.casefold().endswith(ALMOST_SOURCES):
                    faults.append(_almost_source(_name(path, root)))
        linked.sort(reverse=True)


def _why(fault: OSError) -> str:
    return fault.strerror or str(fault)


def _unreadable(file: str, message: str) -> Diagnostic:
    return diagnostics.UNREADABLE_FILE.at(
        Span(file, 1), message, "rename it, check its rights, or put a _ before its name"
    )


def _almost_source(file: str) -> Diagnostic:
    message = f'this file is not read, as its name ends in ".{file.rpartition(".")[2]}"'
    return diagnostics.CARD_OUTSIDE.at(Span(file, 1), message, 'let it end in ".md", or put a _ before its name')


def _name(path: Path, root: Path) -> str:
    name = path.relative_to(root).as_posix()
    return os.fsencode(name).decode("utf-8", "replace")


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _natural(text: str) -> tuple[list[tuple[int, int, str]], str]:
    """A key that sorts `2-x` before `10-x`, and letters without regard to their case."""
    folded = unicodedata.normalize("NFC", text).casefold()
    parts = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(folded) if part]
    return parts, text
