"""What became of each source in the last build, to be taken over as a whole where nothing that it came from is another.

A source's cards depend on its bytes, its name, the project's config, its media and the program; which notes they are
depends on their rows in the ledger, and when these were last changed, on the memory. All of it is compared; where the
ledger or the memory has been written by anything but the last build, nothing is taken over.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from flashgen.cache import entries, state, store
from flashgen.diagnostics import Diagnostic
from flashgen.model import Ledger, Media, Row, Standing, in_order

_T = TypeVar("_T")
_FORMAT: Final = 5


class Basis(Struct, frozen=True):
    """What all sources of a project have in common: the text of its config, its ledger's file, and its memory.

    `ledger_digest` is that of the ledger.
    """

    config: str
    ledger: bytes
    ledger_digest: str
    memory: str

    def digest(self) -> str:
        """By which a cache tells whether it is of this config, this ledger and this memory."""
        return basis_of(self.config, self.ledger_digest, state.digest(self.memory.encode()))


def basis_of(config: str, ledger: str, memory: str) -> str:
    """The digest of a basis with this config, and with a ledger and a memory of which these are the digests."""
    parts = (str(_FORMAT), state.program(), config)
    digests = (*(state.digest(part.encode(errors="surrogatepass")) for part in parts), ledger, memory)
    return state.digest("\0".join(digests).encode())


class Kept(Struct, frozen=True):
    """What the last build knew: all rows of its ledger, sorted, its media by their paths, and what can be taken over.

    `pages` are the whole sources that can be, by their names; `colours` those of code in all others.
    """

    basis: Basis
    namespace: str
    rows: tuple[Row, ...]
    media: Mapping[Path, Media]
    pages: Mapping[str, Page]
    colours: Mapping[str, str]


class Page(Struct, frozen=True):
    """What became of one source: its faults, its media, its cards in order.

    `digest` is that of its bytes, `name` tells the page from others of the same source.
    """

    name: str
    digest: str
    faults: tuple[Diagnostic, ...]
    media: Sequence[Media]
    cards: Sequence[entries.CardEntry]

    def standing(self, file: str, first: int) -> Iterator[Standing]:
        """Its cards; `first` is the order of the first."""
        return (card.standing(file, order) for order, card in enumerate(self.cards, start=first))


class Became(Struct, frozen=True):
    """What became of one source in a build: the digest of its bytes, its faults, media, colours of code, cards."""

    digest: str
    faults: Sequence[Diagnostic]
    media: Sequence[Media]
    colours: Mapping[str, str]
    cards: Sequence[Standing]


class Cache:
    """The cache of one project, in `folder`; `name` tells apart those that share it, `root` is the project's."""

    def __init__(self, folder: Path, name: str, root: Path) -> None:
        self._folder = folder
        self._name = f"{name}kept"
        self._index = folder / f"{self._name}.json"
        self._root = root

    def recall(self, basis: Basis, digests: Callable[[], Mapping[str, str]]) -> Kept | None:
        """What can be taken over; None where nothing can.

        `digests` gives those of the sources' bytes by their names, and is not asked in vain.
        """
        index = self._read(self._index, entries.Index)
        if index is None or index.basis != basis.digest():
            return None
        sources = digests()
        media = {one.path: one.media() for one in index.media}
        shelves = state.Shelves(self._root)
        unchanged = {path: shelves.has(file.path, file.size, file.digest, file.state) for path, file in media.items()}
        rows, pages, colours = list(index.rows), dict[str, Page](), dict[str, str]()
        for file, source in index.sources.items():
            page = self._read(self._page(file), entries.PageEntry)
            if page is None or page.name != source.page:
                return None
            rows += [card.row for card in page.cards]
            if sources.get(file) == source.bytes and all(unchanged[path] for path in source.media):
                faults = tuple(fault.diagnostic() for fault in page.faults)
                pages[file] = Page(
                    source.page, source.bytes, faults, [media[path] for path in source.media], page.cards
                )
            else:
                colours |= page.colours
        return Kept(
            basis, index.namespace, tuple(in_order(rows)), {file.path: file for file in media.values()}, pages, colours
        )

    def keep(
        self,
        basis: str,
        ledger: Ledger,
        taken_over: Mapping[str, Page],
        read: Mapping[str, Became],
        media: Iterable[Media],
    ) -> bool:
        """Keeps what a build made of all sources, by their names; tells whether it could be written.

        `basis` (its digest) and `ledger` are as they are after it. Pages that were `taken_over` are there already.
        """
        sources = {
            file: entries.SourceEntry(page.digest, page.name, _paths(page.media)) for file, page in taken_over.items()
        }
        # What a source has is the row of the ledger itself.
        in_sources = {id(card.row) for page in taken_over.values() for card in page.cards}
        for file, became in read.items():
            name = os.urandom(8).hex()
            in_sources |= {id(card.row) for card in became.cards}
            sources[file] = entries.SourceEntry(became.digest, name, _paths(became.media))
            faults = tuple(entries.of_fault(fault) for fault in became.faults)
            page = entries.PageEntry(name, faults, became.colours, tuple(map(entries.of_card, became.cards)))
            if not self._write(self._page(file), page):
                return False
        index = entries.Index(
            basis=basis,
            namespace=ledger.namespace,
            rows=tuple(row for row in ledger.rows if id(row) not in in_sources),
            media=tuple(map(entries.of_media, media)),
            sources=sources,
        )
        if not self._write(self._index, index):
            return False
        self._clear(sources)
        return True

    def _read(self, path: Path, form: type[_T]) -> _T | None:
        body = store.read(path)
        try:
            return msgspec.json.decode(body, type=form) if body is not None else None
        except msgspec.MsgspecError:
            return None

    def _write(self, path: Path, document: Struct) -> bool:
        try:
            body = msgspec.json.encode(document)
        except UnicodeEncodeError:
            # Not every path is text.
            return False
        return store.write(path, body)

    def _page(self, file: str) -> Path:
        return self._folder / f"{self._name}-{state.digest(file.encode())[:32]}.json"

    def _clear(self, sources: Iterable[str]) -> None:
        """Removes the pages of sources that are gone, so that the cache never has more than the project."""
        pages = {self._page(file).name for file in sources}
        is_page = re.compile(rf"{re.escape(self._name)}-[0-9a-f]{{32}}\.json").fullmatch
        with contextlib.suppress(OSError), os.scandir(self._folder) as found:
            for entry in found:
                if is_page(entry.name) and entry.name not in pages:
                    os.unlink(entry.path)


def _paths(media: Iterable[Media]) -> tuple[str, ...]:
    return tuple(str(file.path) for file in media)
