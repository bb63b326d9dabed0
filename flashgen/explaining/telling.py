"""What stands on a line of a source, as lines of text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flashgen import report
from flashgen.explaining.places import Place, Written
from flashgen.notetypes import for_kind
from flashgen.shown import Paint, number, shown_path, visible

_SEARCH: Final = "in Anki"


def told(place: Place, paint: Paint) -> Iterator[str]:
    """The note of a line with its fields, cards and identity, or why there is none; then the faults there."""
    head = paint(f"{shown_path(place.root, place.file)}:{place.line}", "bold")
    if place.written is None:
        yield f"{head} {visible(place.why)}"
    else:
        span = place.written.card.span
        lines = f"lines {span.line} to {span.last_line}" if span.last_line > span.line else f"line {span.line}"
        yield f"{head} a note of the type {for_kind(place.written.card.kind).name}, {lines}"
        yield from _entries(place.written, paint)
    yield from report.faults(place.faults, place.root, "text", paint)
    elsewhere = place.errors - sum(one.is_error for one in place.faults)
    if place.written is not None and elsewhere:
        yield f"nothing can be built yet: {number(elsewhere, 'error')} elsewhere in the project"


def _entries(written: Written, paint: Paint) -> Iterator[str]:
    entries = [*written.fields, *_as_note(written)]
    width = max(len(name) for name, _ in entries)
    for name, text in entries:
        first, *others = text.split("\n")
        yield f"  {paint(f'{name:<{width}}', 'cyan')}  {visible(first)}".rstrip()
        yield from (f"  {'':<{width}}  {visible(line)}".rstrip() for line in others)


def _as_note(written: Written) -> Iterator[tuple[str, str]]:
    card, note, row = written.card, written.note, written.row
    yield "deck", card.deck
    if card.tags:
        yield "tags", ", ".join(card.tags)
    yield "cards", "\n".join(written.cards) or ("none: it is a draft" if card.draft else "none, for its faults")
    if row is not None:
        yield "id", row.id
    if note is not None:
        yield "GUID", note.guid
    if row is not None:
        yield "history", _history(written)
        # What was never packaged, Anki cannot find.
        yield from ((_SEARCH, search) for search in report.searches({row.kind: [row.id]}) if note is not None)


def _history(written: Written) -> str:
    if written.changes:
        return "\n".join(report.what(change) for change in written.changes)
    return "known, and nothing changed since the last build" if written.known else "new"
