"""What recovery found and did, as lines of text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from flashgen import report
from flashgen.model import ChangeKind, Row
from flashgen.recovery.pin import Pins
from flashgen.recovery.restore import Difference, Restoration
from flashgen.shown import Paint, number, shown_path

_QUOTED: Final = 60
_NOT_RESTORED: Final = (ChangeKind.ADDED, ChangeKind.DRAFTED)


def restored(done: Restoration, file: Path, paint: Paint) -> Iterator[str]:
    """What was restored, what the file has otherwise than the sources, and what the next build will do."""
    root = done.sources.project.root
    told = [change for change in done.changes if change.kind not in _NOT_RESTORED]
    yield from report.changes(told, root, "text", paint)
    for one in done.differences:
        if one.fields or one.tags is not None:
            place = f"{shown_path(root, one.span.file)}:{one.span.line}"
            yield f"{paint('≠', 'yellow')} {place} in {file.name}: {_difference(one)}"
    yield from _consequences(done.differences)
    kinds = [change.kind for change in done.changes]
    counts = [
        f"{number(done.exact, 'note')} as in the sources",
        f"{len(done.differences)} different",
        f"{kinds.count(ChangeKind.REMOVED)} no longer in the sources",
        f"{number(kinds.count(ChangeKind.ADDED) + kinds.count(ChangeKind.RETYPED), 'card')} of the sources not in it",
    ]
    ledger = shown_path(root, str(done.sources.project.ledger))
    yield f"{ledger}: {', '.join(counts)}"
    yield from _left_out(done)
    if done.merged:
        yield f"the ledger that was there keeps all it knew of {number(done.merged, 'note')}"
        if ChangeKind.REMOVED in kinds:
            yield "where that ledger was begun anew and your reviews are in this file, give --force: the file decides"
    if done.aside is not None:
        why = "lines of the old ledger cannot be read" if done.broken else "the old ledger was replaced"
        yield f"{why}; it is kept as {shown_path(root, str(done.aside.path))}"
    if not done.is_certain:
        yield "the ledger is written, but for what only you can decide: paste the comments above into their cards"
    yield from report.left_to_the_user(done.changes)


def pinned(pins: Pins) -> Iterator[str]:
    """How many ids were written into which file."""
    for file, count in pins.written.items():
        yield f"{shown_path(pins.project.root, file)}: {number(count, 'id')} written"
    yield f"{number(sum(pins.written.values()), 'id')} written; {number(pins.there, 'card')} had one"
    for span in pins.numbered:
        place = f"{shown_path(pins.project.root, span.file)}:{span.line}"
        yield f"{place} has cloze numbers that only the ledger knows: without it, reviews would be of another deletion"


def forgotten(rows: Sequence[Row]) -> Iterator[str]:
    """Which rows were forgotten, the searches for their notes, and what forgetting means."""
    if not rows:
        yield "no note has left the sources; there is nothing to forget"
        return
    for row in rows:
        yield f"- {row.file} {row.id}: {_quoted(row.question)}"
    yield f"{number(len(rows), 'note')} forgotten: one that is pasted back later starts new"
    yield from report.to_delete("Anki may still have them; to delete them there:", rows)


def _difference(one: Difference) -> str:
    parts = [_difference_of_field(name, there, here) for name, there, here in one.fields]
    if one.tags is not None:
        there, here = (set(tags) for tags in one.tags)
        parts.append("tags " + " ".join([*(f"+{tag}" for tag in sorted(there - here)), *_minus(here - there)]))
    return ", ".join(parts)


def _difference_of_field(name: str, there: str, here: str) -> str:
    if there == here:
        return f"another form of {name}"
    return f'{name} "{_quoted(there)}"' if there else f"no {name}"


def _minus(tags: set[str]) -> list[str]:
    return [f"-{tag}" for tag in sorted(tags)]


def _consequences(differences: Sequence[Difference]) -> Iterator[str]:
    stay = sum(one.stays for one in differences)
    if replaced := len(differences) - stay:
        yield (
            f"the next build puts the sources' text into {number(replaced, 'note')} of these; copy what was written "
            "in Anki into the sources first, if it is to stay"
        )
    if stay:
        yield f"{number(stay, 'note')} of these were edited in Anki alone, and stay so until they change in the sources"


def _left_out(done: Restoration) -> Iterator[str]:
    left = done.sorted
    if left.strangers:
        yield f"{number(len(left.strangers), 'note')} left out: by their GUIDs they are not of this project"
    if left.nameless:
        yield f"{number(len(left.nameless), 'note')} left out: the field Id holds no id"
    if left.others:
        yield (
            f"{number(len(left.others), 'note')} left out: the ledger has other GUIDs under these ids; "
            "with --force the file decides"
        )
    if left.copies:
        yield f"{number(len(left.copies), 'note')} left out: copies with the id of another note, which has more reviews"


def _quoted(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1].rstrip() + "…"
