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
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from flashgen.cache import entries, state, store
from flashgen.diagnostics import Diagnostic
from flashgen.model import Ledger, Media, Row, Span, Standing

_FORMAT: Final = 1
# What stands in a document that this machine has signed is what `keep` has put there.
_Json = Any


class Basis(Struct, frozen=True):
    """What all sources of a project have in common: the texts of its config, its ledger and its memory."""

    config: str
    ledger: str
    memory: str

    def digest(self) -> str:
        """By which a cache tells whether it is of this config, this ledger and this memory."""
        parts = (str(_FORMAT), state.program(), self.config, self.ledger, self.memory)
        return state.digest("\0".join(state.digest(part.encode(errors="surrogatepass")) for part in parts).encode())


class Kept(Struct, frozen=True):
    """What the last build knew: all rows of its ledger, sorted, its media by their paths, and what can be taken over.

    `pages` are the whole sources that can be, by their names.
    """

    basis: Basis
    namespace: str
    rows: tuple[Row, ...]
    media: Mapping[Path, Media]
    pages: Mapping[str, Page]


class Page(Struct, frozen=True):
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
            yield Standing(
                order, Span(file, line, column, last_line), question, answer, row, entries.note(row, note, order)
            )


class Became(Struct, frozen=True):
    """What became of one source in a build: the digest of its bytes, its faults, the names of its media, its cards."""

    digest: str
    faults: Sequence[Diagnostic]
    media: Sequence[str]
    cards: Sequence[Standing]


class Cache:
    """The cache of one project, in `folder`; `name` tells apart those that share it, `root` is the project's."""

    def __init__(self, folder: Path, name: str, root: Path) -> None:
        self._folder = folder
        self._name = f"{name}kept"
        self._index = folder / f"{self._name}.json"
        self._root = root

    def recall(self, basis: Basis, sources: Mapping[str, str]) -> Kept | None:
        """What can be taken over for `sources`, the digests of their bytes by their names; None where nothing can."""
        index: _Json = store.read(self._index)
        if index is None or index["basis"] != basis.digest():
            return None
        media = {values[0]: entries.media(values) for values in index["media"]}
        shelves = state.Shelves(self._root)
        unchanged = {
            name: shelves.holds(file.path) and state.is_as_it_was(file.path, file.size, file.digest, file.state)
            for name, file in media.items()
        }
        rows, pages = [entries.row(values) for values in index["rows"]], dict[str, Page]()
        for file, entry in index["sources"].items():
            page: _Json = store.read(self._page(file))
            if page is None or page["name"] != entry["page"]:
                return None
            its_rows = [entries.row(card[0]) for card in page["cards"]]
            rows += its_rows
            if sources.get(file) == entry["bytes"] and all(unchanged[name] for name in entry["media"]):
                faults = tuple(map(entries.diagnostic, page["faults"]))
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
            faults, cards = (
                [entries.of_diagnostic(fault) for fault in became.faults],
                [entries.of_card(card) for card in became.cards],
            )
            if not store.write(self._page(file), {"name": name, "faults": faults, "cards": cards}):
                return False
        index = {
            "basis": basis.digest(),
            "namespace": ledger.namespace,
            "rows": [entries.of_row(row) for row in ledger.rows if (row.id, row.kind) not in in_sources],
            "media": [[one.name, str(one.path), one.size, one.digest, one.state] for one in media.values()],
            "sources": sources,
        }
        if not store.write(self._index, index):
            return False
        self._clear(sources)
        return True

    def _page(self, file: str) -> Path:
        return self._folder / f"{self._name}-{state.digest(file.encode())[:32]}.json"

    def _clear(self, sources: Iterable[str]) -> None:
        """Removes the pages of sources that are gone, so that the cache never has more than the project."""
        pages = {self._page(file).name for file in sources}
        with contextlib.suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.startswith(f"{self._name}-") and entry.name not in pages:
                    os.unlink(entry.path)
