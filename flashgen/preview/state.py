"""What the preview shows: a project as it was last compiled, and what is different from the time before."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import secrets
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from flashgen import pipeline, report, watching
from flashgen.diagnostics import Diagnostic
from flashgen.model import Note, Span
from flashgen.notetypes import card_name
from flashgen.pipeline import Compiled
from flashgen.preview import sides

_BETWEEN: Final = 10
"""For how many milliseconds nothing more may have changed before it is shown: an editor's renaming is over by then."""
_IDLE: Final = 1.0
_GONE: Final = "the folder of this project cannot be read"


@dataclass(frozen=True, slots=True)
class Entry:
    """A note of the list: where it stands, what its cards are called, and what is wrong with it.

    `content` is a digest of all that its cards are made of. `changes` are what became of the note since the last build.
    """

    note: Note = field(compare=False)
    content: str
    file: str
    line: int
    text: str
    cards: tuple[tuple[int, str, str], ...]
    changes: tuple[str, ...]
    faults: tuple[Diagnostic, ...]

    def told(self) -> dict[str, object]:
        """The entry as data for the page."""
        return {
            "id": self.note.id,
            "kind": self.note.kind,
            "type": self.note.notetype.name,
            "deck": self.note.deck,
            "tags": list(self.note.tags),
            "content": self.content,
            "file": self.file,
            "line": self.line,
            "text": self.text,
            "cards": [{"ordinal": ordinal, "name": name, "title": title} for ordinal, name, title in self.cards],
            "changes": list(self.changes),
            "faults": [report.as_data(one, one.span.file) for one in self.faults],
        }


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A project at one moment. `since` has the version in which each entry became what it is."""

    compiled: Compiled
    entries: Mapping[str, Entry]
    elsewhere: tuple[Diagnostic, ...]
    version: int = 1
    since: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""

    def told(self, since: int = 0) -> dict[str, object]:
        """The list as data for the page: all in their order, and the rest of each newer than `since`."""
        newer = {key: one for key, one in self.entries.items() if self.since[key] > since}
        return {
            "version": self.version,
            "project": self.compiled.chosen or self.compiled.project.default_namespace,
            "problem": self.problem,
            "order": list(self.entries),
            "entries": {key: one.told() for key, one in newer.items()},
            "styles": {one.note.notetype.name: one.note.notetype.css for one in newer.values()},
            "faults": [report.as_data(one, one.span.file) for one in self.elsewhere],
        }

    def card(self, key: str, ordinal: int) -> dict[str, object] | None:
        """Both sides of a card as data; None where there is no such card."""
        entry = self.entries.get(key)
        return sides.of(entry.note, ordinal) if entry is not None and ordinal in entry.note.cards else None


class Preview:
    """A project that is compiled again whenever something changes; who waits for it is told.

    `clock` gives the time of a build. `instance` is a name of this run: versions of another one mean nothing here.
    """

    def __init__(self, path: Path, clock: Callable[[], int]) -> None:
        self._path = path
        self._clock = clock
        self.instance = secrets.token_hex(8)
        self.snapshot = _snapshot(pipeline.compile(path, clock=clock(), keep_cards=True), None)
        self.is_closed = False
        self._turn = asyncio.Event()

    def look(self) -> Snapshot:
        """The project as it is now: the last snapshot itself where nothing that is shown has changed."""
        before = self.snapshot
        try:
            sources = before.compiled.sources
            compiled = pipeline.compile(self._path, clock=self._clock(), before=sources, keep_cards=True)
            now = _snapshot(compiled, before)
        except OSError as fault:
            now = replace(before, problem=f"{_GONE}: {fault.strerror or fault}")
        same = (
            list(now.entries.items()) == list(before.entries.items())
            and now.elsewhere == before.elsewhere
            and now.problem == before.problem
        )
        # What is served are the media of the newest.
        return replace(before, compiled=now.compiled) if same else replace(now, version=before.version + 1)

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Looks again after each change and tells those who wait, who run in `loop`, until it is closed.

        To be called in a thread of its own. Raises UnwatchableError.
        """
        collecting: asyncio.TimerHandle | None = None

        def tell(snapshot: Snapshot) -> None:
            nonlocal collecting
            self.snapshot = snapshot
            self._tell()
            if collecting is not None:
                collecting.cancel()
            # A build leaves its cycles to its end, which this program has not. There is time for them when nothing is
            # asked any more.
            collecting = loop.call_later(_IDLE, gc.collect)

        def run(changed: tuple[Path, ...]) -> list[Path]:
            snapshot = self.look()
            loop.call_soon_threadsafe(tell, snapshot)
            project = snapshot.compiled.project
            # By these it is seen that there was a build, after which nothing is changed.
            return [project.ledger, project.memory, *(file.path for file in snapshot.compiled.sources.shown)]

        watching.repeat(self._path, run, lambda: None, between=_BETWEEN, is_over=lambda: self.is_closed)

    def close(self) -> None:
        """Ends all waiting."""
        self.is_closed = True
        self._tell()

    async def wait(self, version: int) -> int | None:
        """The first version after this one; None when there will be none."""
        while self.snapshot.version == version and not self.is_closed:
            await self._turn.wait()
        return None if self.is_closed else self.snapshot.version

    def _tell(self) -> None:
        turn, self._turn = self._turn, asyncio.Event()
        turn.set()


def _snapshot(compiled: Compiled, before: Snapshot | None) -> Snapshot:
    spans = compiled.spans
    notes = compiled.notes()
    found, elsewhere = _placed(compiled.chosen_diagnostics, {note.order: spans[note.order] for note in notes})
    changes: dict[tuple[str, str], list[str]] = {}
    # Before there was a build, that everything is added tells nothing.
    for change in compiled.chosen_changes if compiled.ledger_before.rows else ():
        changes.setdefault((change.note_kind, change.id), []).append(change.kind.value)
    known = before.entries if before is not None else {}
    entries = dict[str, Entry]()
    since = dict[str, int]()
    version = before.version + 1 if before is not None else 1
    for note in notes:
        key = f"{note.kind}/{note.id}"
        was = known.get(key)
        now = _entry(note, spans[note.order], changes.get((note.kind, note.id), ()), found.get(note.order, ()), was)
        entries[key] = now
        since[key] = before.since[key] if before is not None and now == was else version
    return Snapshot(compiled, entries, elsewhere, version, since)


def _entry(note: Note, span: Span, changes: Iterable[str], faults: Iterable[Diagnostic], was: Entry | None) -> Entry:
    content = _digest(note)
    if was is not None and was.content == content:
        # What is read out of the fields is so still.
        text, cards = was.text, was.cards
    else:
        text = sides.text_of(note)
        titles = sides.titles_of(note)
        cards = tuple(
            (one, card_name(note.notetype, one), title) for one, title in zip(note.cards, titles, strict=True)
        )
    return Entry(note, content, span.file, span.line, text, cards, tuple(changes), tuple(faults))


def _digest(note: Note) -> str:
    parts = (note.notetype.name, note.deck, *note.tags, note.text, *map(str, note.cards))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _placed(
    faults: Iterable[Diagnostic], spans: Mapping[int, Span]
) -> tuple[dict[int, list[Diagnostic]], tuple[Diagnostic, ...]]:
    """The faults by the order of the card they stand in, and those that stand in none."""
    places: dict[str, list[tuple[int, int, int]]] = {}
    for order, span in spans.items():
        places.setdefault(span.file, []).append((span.line, max(span.line, span.last_line), order))
    found: dict[int, list[Diagnostic]] = {}
    elsewhere = list[Diagnostic]()
    for one in faults:
        orders = list(_holding(places.get(one.span.file, []), one.span.line))
        for order in orders:
            found.setdefault(order, []).append(one)
        if not orders:
            elsewhere.append(one)
    return found, tuple(elsewhere)


def _holding(places: list[tuple[int, int, int]], line: int) -> Iterator[int]:
    """The card that stands on a line; the lines of cards never overlap, and stand in order."""
    place = bisect_right(places, (line, 1 << 62, 1 << 62)) - 1
    if place >= 0 and places[place][0] <= line <= places[place][1]:
        yield places[place][2]
