"""Ids written into the sources: the cards of a project in, its files with an id in each card out."""

from __future__ import annotations

import os
import subprocess
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flashgen import cards, config, journal, ledger, parse, pinning, pipeline, places, reading
from flashgen.diagnostics import UNCOMMITTED_CHANGES, Diagnostic, in_order
from flashgen.discover import Found
from flashgen.model import Card, Ledger, Note, Row, Span
from flashgen.output import Output, Written, write_all
from flashgen.pipeline import Compiled

_GIT: Final = (
    *("git", "-c", "core.fsmonitor=false", "--literal-pathspecs", "status", "--porcelain=v1"),
    *("--untracked-files=all", "--ignored=matching"),
)


class Pins(Struct, frozen=True):
    """What is to be written: the files with their new bytes, and the ledger where it knew all before.

    `written` counts the ids by file, `there` the cards that have one already. `refused` are cards that with an id would
    not be the same notes, or not with the same ids. `numbered` are clozes whose numbers stand in the ledger alone, as
    deletions came and went.
    """

    project: config.Project
    outputs: tuple[Output, ...]
    written: Mapping[str, int]
    there: int
    refused: tuple[Span, ...] = ()
    numbered: tuple[Span, ...] = ()


def pin(paths: Sequence[Path], *, clock: int, force: bool = False) -> tuple[Pins | None, tuple[Diagnostic, ...]]:
    """The ids of all cards of the sources at `paths`, written into them; nothing on the disk changes.

    All `paths` are of one project. None, with the faults, where its sources have errors, or where git does not hold a
    file as it is, unless `force` says that it need not; without faults, where it has no ledger to take ids from.
    """
    sources = pipeline.read(paths[0])
    before = pipeline.identify(sources, clock=clock)
    if before.has_errors:
        return None, before.diagnostics
    if not before.ledger:
        return None, ()
    chosen = [_name(path, before.project.root) for path in paths]
    pairings, _ = ledger.pair(before.cards, before.ledger_before)
    ids = {pairing.card.order: pairing.now.id for pairing in pairings}
    of_file: defaultdict[str, dict[int, str]] = defaultdict(dict)
    there = 0
    for card in before.cards:
        if any(_holds(path, card.span.file) for path in chosen):
            if card.id is None:
                of_file[card.span.file][card.order] = ids[card.order]
            else:
                there += 1
    files = [file for file in sources.files if file.file in of_file]
    if not force and (faults := _uncommitted(before.project.root, files)):
        return None, faults

    content = {file.file: reading.content(file.path) for file in files}
    pinned = {file.file: _pinned(file, content[file.file], before, of_file[file.file]) for file in files}
    after = pipeline.identify(pipeline.read(paths[0], instead=pinned), clock=clock)
    refused = tuple(_changed(before, after))
    outputs = [Output(file.path, pinned[file.file], was_digest=journal.digest(content[file.file])) for file in files]
    if before.ledger_is_current and outputs:
        outputs.append(Output(before.project.ledger, after.ledger_after, was_digest=before.ledger_digest))
    counts = {file.file: len(of_file[file.file]) for file in files}
    anew, _ = ledger.pair(before.cards, Ledger(before.ledger_before.namespace))
    numbered = tuple(
        one.card.span
        for one, other in zip(pairings, anew, strict=True)
        if one.numbers != other.numbers and any(_holds(path, one.card.span.file) for path in chosen)
    )
    return Pins(before.project, tuple(outputs) if not refused else (), counts, there, refused, numbered), ()


def by_project(paths: Sequence[Path]) -> list[list[Path]]:
    """The paths, put together where they share a ledger."""
    groups: defaultdict[Path, list[Path]] = defaultdict(list)
    for path in paths:
        groups[config.find(path)[0].ledger].append(path)
    return list(groups.values())


def write(pins: Pins) -> Written:
    """Writes all files, or none and then what went wrong."""
    return write_all(pins.outputs, journal.beside(pins.project.ledger))


def _name(path: Path, root: Path) -> str:
    return unicodedata.normalize("NFC", places.absolute(path).relative_to(root).as_posix())


def _holds(path: str, file: str) -> bool:
    return path in (".", file) or file.startswith(f"{path}/")


def _pinned(file: Found, data: bytes, before: Compiled, ids: Mapping[int, str]) -> bytes:
    document, _ = parse.read(file.file, file.path, data)
    assert document is not None, "a source without errors was read before"
    first = next(card.order for card in before.cards if card.span.file == file.file)
    gathered, _ = cards.gather(document, before.project.settings, path_deck=file.deck, first=first)
    return pinning.pin(data.decode("utf-8"), document, gathered, ids).encode()


def _changed(before: Compiled, after: Compiled) -> Iterator[Span]:
    """The cards that are other notes with their ids than without, and places of faults that ids brought in."""
    faults = Counter(one.rule for one in after.diagnostics) - Counter(one.rule for one in before.diagnostics)
    yield from (one.span for one in after.diagnostics if one.rule in faults)
    if len(before.cards) != len(after.cards):
        yield from (card.span for card in before.cards[:1])
        return
    # Drafts have no notes, but rows.
    for one, other in zip(_states(before), _states(after), strict=True):
        if one[1:] != other[1:]:
            yield one[0].span


def _states(compiled: Compiled) -> Iterator[tuple[Card, Row, Note | None]]:
    notes = {note.order: note for note in compiled.identified.notes}
    rows = {(row.id, row.kind): replace(row, source="") for row in compiled.identified.ledger.rows}
    pairings, _ = ledger.pair(compiled.cards, compiled.ledger_before)
    for pairing in pairings:
        card = pairing.card
        yield card, rows[pairing.now.id, pairing.now.kind], notes.get(card.order)


def _uncommitted(root: Path, files: Sequence[Found]) -> tuple[Diagnostic, ...]:
    """The files that git does not hold as they are, where a repository holds the project at all."""
    if not files or not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return ()
    paths = [str(file.path.relative_to(root)) for file in files]
    try:
        # One question for all, and more only where the answer is not what it should be.
        changed = (
            [file for file, path in zip(files, paths, strict=True) if _is_told_of(root, [path])]
            if _is_told_of(root, paths)
            else []
        )
    except (OSError, subprocess.CalledProcessError) as fault:
        said = fault.stderr if isinstance(fault, subprocess.CalledProcessError) else str(fault)
        message = f"git cannot tell whether this file is committed: {said.strip()}"
        return (UNCOMMITTED_CHANGES.at(Span(files[0].file, 1), message, "mend that, or give --force"),)
    help = "commit it, so that git can show what the ids change and take it back; or give --force"
    message = "this file has changes that are not committed"
    return in_order(UNCOMMITTED_CHANGES.at(Span(file.file, 1), message, help) for file in changed)


def _is_told_of(root: Path, paths: Sequence[str]) -> bool:
    # Asking must not take locks that another git waits for.
    quietly = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    done = subprocess.run(
        [*_GIT, "--", *paths],
        cwd=root,
        capture_output=True,
        check=True,
        env=quietly,
        encoding="utf-8",
        errors="replace",
    )
    return bool(done.stdout)
