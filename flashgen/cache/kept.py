"""What became of each source in the last build, to be taken over as a whole where nothing that it came from is another.

A source's cards depend on its bytes, its name, the project's config, its media and the program; which notes they are
depends on their rows in the ledger, and when these were last changed, on the memory. All of it is compared; where the
ledger or the memory has been written by anything but the last build, nothing is taken over.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from flashgen import notetypes, reading
from flashgen.cache import state, store
from flashgen.diagnostics import RULES, Diagnostic
from flashgen.model import ClozeNumber, Ledger, Media, Note, Row, Span, Standing

_FORMAT: Final = 1
_ROW: Final = tuple(one.name for one in fields(Row))
_CLOZES, _CARDS, _TAGS = (_ROW.index(name) for name in ("clozes", "cards", "tags"))

# What stands in a document that this machine has signed is what `keep` has put there.
_Json = Any


@dataclass(frozen=True, slots=True)
class Basis:
    """What all sources of a project have in common: the texts of its config, its ledger and its memory."""

    config: str
    ledger: str
    memory: str

    def digest(self) -> str:
        """By which a cache tells whether it is of this config, this ledger and this memory."""
        parts = (str(_FORMAT), state.program(), self.config, self.ledger, self.memory)
        return state.digest("\0".join(state.digest(part.encode(errors="surrogatepass")) for part in parts).encode())


@dataclass(frozen=True, slots=True)
class Kept:
    """What the last build knew: all rows of its ledger, sorted, its media by their paths, and what can be taken over.

    `pages` are the whole sources that can be, by their names.
    """

    basis: Basis
    namespace: str
    rows: tuple[Row, ...]
    media: Mapping[Path, Media]
    pages: Mapping[str, Page]


@dataclass(frozen=True, slots=True)
class Page:
    """What became of one source: its faults, its media by their names in Anki, the rows of its cards in order.

    `digest` is that of its bytes, `name` tells the page from others of the same source.
    """

    name: str
    digest: str
    faults: tuple[Diagnostic, ...]
    media: Mapping[str, Media]
    rows: Sequence[Row]
    _cards: Sequence[_Json]

    def standing(self, file: str, first: int) -> Iterator[Standing]:
        """Its cards; `first` is the order of the first."""
        for order, (row, card) in enumerate(zip(self.rows, self._cards, strict=True), start=first):
            _, line, column, last_line, question, answer, note = card
            yield Standing(order, Span(file, line, column, last_line), question, answer, row, _note(row, note, order))


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one source in a build: the digest of its bytes, its faults, the names of its media, its cards."""

    digest: str
    faults: Sequence[Diagnostic]
    media: Sequence[str]
    cards: Sequence[Standing]


class Cache:
    """The cache of one project, in `folder`; `name` tells apart those that share it, `root` is the project's."""

    def __init__(self, folder: Path, name: str, root: Path) -> None:
        self._index = folder / f"{name}kept.json"
        self._pages = folder / f"{name}kept"
        self._root = root

    def recall(self, basis: Basis, sources: Mapping[str, str]) -> Kept | None:
        """What can be taken over for `sources`, the digests of their bytes by their names; None where nothing can."""
        index: _Json = store.read(self._index)
        if index is None or index["basis"] != basis.digest():
            return None
        media = {values[0]: _media(values) for values in index["media"]}
        shelves = state.Shelves(self._root)
        unchanged = {name: shelves.holds(file.path) and _is_as_it_was(file) for name, file in media.items()}
        rows, pages = [_row(values) for values in index["rows"]], dict[str, Page]()
        for file, entry in index["sources"].items():
            page: _Json = store.read(self._page(file))
            if page is None or page["name"] != entry["page"]:
                return None
            its_rows = [_row(card[0]) for card in page["cards"]]
            rows += its_rows
            if sources.get(file) == entry["bytes"] and all(unchanged[name] for name in entry["media"]):
                faults = tuple(map(_diagnostic, page["faults"]))
                shown = {name: media[name] for name in entry["media"]}
                pages[file] = Page(entry["page"], entry["bytes"], faults, shown, its_rows, page["cards"])
        rows.sort(key=lambda row: (row.id, row.kind))
        return Kept(basis, index["namespace"], tuple(rows), {file.path: file for file in media.values()}, pages)

    def keep(
        self,
        basis: Basis,
        ledger: Ledger,
        taken_over: Mapping[str, Page],
        read: Mapping[str, Became],
        media: Mapping[str, Media],
    ) -> bool:
        """Keeps what a build made of all sources, by their names; tells whether it could be written.

        `basis` and `ledger` are as they are after it. The pages of sources that were `taken_over` are there already.
        """
        sources: dict[str, object] = {
            file: {"bytes": page.digest, "page": page.name, "media": list(page.media)}
            for file, page in taken_over.items()
        }
        in_sources = {(row.id, row.kind) for page in taken_over.values() for row in page.rows}
        for file, became in read.items():
            name = secrets.token_hex(8)
            in_sources |= {(card.row.id, card.row.kind) for card in became.cards}
            sources[file] = {"bytes": became.digest, "page": name, "media": list(became.media)}
            faults, cards = [_entry(fault) for fault in became.faults], [_card(card) for card in became.cards]
            if not store.write(self._page(file), {"name": name, "faults": faults, "cards": cards}):
                return False
        index = {
            "basis": basis.digest(),
            "namespace": ledger.namespace,
            "rows": [_values(row) for row in ledger.rows if (row.id, row.kind) not in in_sources],
            "media": [[one.name, str(one.path), one.size, one.digest, one.state] for one in media.values()],
            "sources": sources,
        }
        if not store.write(self._index, index):
            return False
        self._clear(sources)
        return True

    def _page(self, file: str) -> Path:
        return self._pages / f"{state.digest(file.encode())[:32]}.json"

    def _clear(self, sources: Iterable[str]) -> None:
        """Removes the pages of sources that are gone, so that the cache never has more than the project."""
        pages = {self._page(file).name for file in sources}
        with contextlib.suppress(OSError), os.scandir(self._pages) as entries:
            for entry in entries:
                if entry.name.endswith(".json") and entry.name not in pages:
                    os.unlink(entry.path)


def _is_as_it_was(media: Media) -> bool:
    if media.state is not None and media.state == reading.state(media.path):
        return True
    try:
        return reading.digest(media.path) == (media.digest, media.size)
    except OSError:
        return False


def _media(values: _Json) -> Media:
    name, path, size, digest, state = values
    return Media(name, Path(path), size, digest, tuple(state) if state is not None else None)


def _values(row: Row) -> list[object]:
    values = [getattr(row, name) for name in _ROW]
    values[_CLOZES] = [[entry.number, entry.text, entry.place] for entry in row.clozes]
    return values


def _row(values: _Json) -> Row:
    if values[_CLOZES]:
        values[_CLOZES] = tuple(ClozeNumber(*entry) for entry in values[_CLOZES])
    else:
        values[_CLOZES] = ()
    values[_CARDS], values[_TAGS] = tuple(values[_CARDS]), tuple(values[_TAGS])
    return Row(*values)


def _card(card: Standing) -> list[object]:
    span, note = card.span, card.note
    of_note = None if note is None else [note.guid, note.fields, note.media]
    return [_values(card.row), span.line, span.column, span.last_line, card.question, card.answer, of_note]


def _note(row: Row, values: _Json, order: int) -> Note | None:
    if values is None:
        return None
    guid, fields, media = values
    return Note(
        guid,
        row.id,
        row.kind,
        notetypes.for_kind(row.kind),
        tuple(fields),
        row.tags,
        row.deck,
        row.cards,
        row.modified,
        row.created,
        order,
        tuple(media),
    )


def _entry(fault: Diagnostic) -> list[object]:
    span = fault.span
    return [fault.rule.name, span.file, span.line, span.column, span.last_line, fault.message, fault.help]


def _diagnostic(values: _Json) -> Diagnostic:
    rule, file, line, column, last_line, message, help = values
    return Diagnostic(RULES[rule], Span(file, line, column, last_line), message, help)
