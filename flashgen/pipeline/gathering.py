"""The sources of a project: found, read, checked and rendered, each by itself and then together."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flashgen import (
    cards,
    check,
    config,
    diagnostics,
    discover,
    highlight,
    ledger,
    media,
    parse,
    places,
    reading,
    render,
)
from flashgen.ahead import Ahead
from flashgen.cache import last
from flashgen.cache import state as cache_state
from flashgen.cache.kept import Kept
from flashgen.config import Project
from flashgen.diagnostics import Diagnostic
from flashgen.ledger import files
from flashgen.model import Card, Code, Document, Field, Media, Rendered, Row, Span, Standing
from flashgen.parallel import in_chunks

_NO_FIELDS: Final[Mapping[str, Field]] = {}
_MUCH_CODE: Final = 100_000
"""From how many characters of code on (some 700 blocks) processes gain more than they cost."""


class Sources(Struct, frozen=True):
    """The sources of a project, read and checked, before anything is known of their ledger.

    `chosen` is that of `Compiled`. `faces` are those of the cards, by which the ledger knows them, and `rendered` has
    the HTML of each, None for a draft; `media` are the files by their names in Anki. `standing` are the cards of those
    sources that were taken over from what was `kept`, `read` is what the others gave; `cards` are those of these.
    `shown` are all media files, of which several may have one content and name. `around` is what was there before any
    was read. Once they are identified, they may be without cards (`has_cards`).
    """

    project: Project
    chosen: str
    files: tuple[discover.Found, ...]
    cards: tuple[Card, ...]
    faces: tuple[Row, ...]
    rendered: tuple[Rendered | None, ...]
    media: Mapping[str, Media]
    shown: tuple[Media, ...]
    faults: tuple[Diagnostic, ...]
    read: tuple[Read, ...]
    around: last.Surroundings
    kept: Kept | None = None
    standing: tuple[Standing, ...] = ()
    has_cards: bool = True

    def without_cards(self) -> Sources:
        """What a build needs of them once their cards are identified: neither the cards as written nor their HTML."""
        read = tuple(replace(one, cards=(), faces=(), rendered=()) for one in self.read)
        return replace(self, cards=(), faces=(), rendered=(), read=read, has_cards=False)


class Found(Struct, frozen=True):
    """A project and its sources, before any is read."""

    project: Project
    chosen: str
    around: last.Surroundings
    files: tuple[discover.Found, ...]
    faults: tuple[Diagnostic, ...]


class Read(Struct, frozen=True):
    """What a source holds: cards without tokens, the HTML of each (none of a draft), media, faults.

    `digest` is that of its bytes, "" where they are no text. The cards have their `faces`, by which the ledger knows
    them. `colours` are those of code, for a highlighter.
    """

    file: str
    digest: str
    cards: tuple[Card, ...]
    faces: tuple[Row, ...]
    rendered: tuple[Rendered | None, ...]
    media: tuple[Media, ...]
    faults: tuple[Diagnostic, ...]
    colours: Mapping[str, str]

    def counted_from(self, first: int) -> Read:
        """The same with `first` as the order of its first card."""
        if not self.cards or self.cards[0].order == first:
            return self
        return replace(self, cards=tuple(replace(card, order=order) for order, card in enumerate(self.cards, first)))


def find(path: Path) -> Found:
    """The project around `path`, which must exist, and its sources."""
    start = places.absolute(path)
    # Looked at before they are used: what is changed meanwhile is seen by the next build.
    configs = last.configs(start if start.is_dir() else start.parent)
    project, faults = config.find(path)
    tree = cache_state.tree(project.sources)
    sources, more = discover.sources(project.root, project.sources, config.is_project)
    around = last.Surroundings(configs, project.sources, tree)
    return Found(project, _chosen(project, path), around, sources, (*faults, *more))


def gather(found: Found, kept: Kept | None, had: dict[str, Read], ahead: Ahead | None = None) -> Sources:
    """All sources: what is kept of them as it is, and what this process `had` of them; the others read."""
    project, pages = found.project, kept.pages if kept is not None else {}
    to_read = [source for source in found.files if source.file not in pages and source.file not in had]
    known, colours = (kept.media, kept.colours) if kept is not None else ({}, {})
    reading_them = partial(_read, project, known, colours, ahead=ahead, is_alone=len(to_read) == 1)
    # No variable holds the chunks: a card that is counted anew below takes the place of the one before.
    read = {one.file: one for chunk in in_chunks(reading_them, to_read, _size) for one in chunk}
    read |= {file: one for file, one in had.items() if file not in pages}
    ids = {card.id.text for one in read.values() for card in one.cards if card.id is not None}
    if ids and any(card.row.id in ids for page in pages.values() for card in page.cards):
        # A card that is taken over may lose its row to one that has its id.
        return gather(found, None, had | read, ahead)
    written: list[Card] = []
    faces: list[Row] = []
    rendered: list[Rendered | None] = []
    shown: dict[Path, Media] = {}
    standing: list[Standing] = []
    faults = list(found.faults)
    for source in found.files:
        order = len(written) + len(standing)
        if source.file in pages:
            page = pages[source.file]
            standing += page.standing(source.file, order)
            shown |= {file.path: file for file in page.media}
            faults += page.faults
        elif source.file in read:
            one = read[source.file] = read[source.file].counted_from(order)
            written += one.cards
            faces += one.faces
            rendered += one.rendered
            shown |= {file.path: file for file in one.media}
            faults += one.faults
    faults += check.together(written, standing)
    if not written and not standing and not any(one.is_error for one in faults):
        faults.append(_no_cards(project))
    return Sources(
        project=project,
        chosen=found.chosen,
        files=found.files,
        cards=tuple(written),
        faces=tuple(faces),
        rendered=tuple(rendered),
        media={file.name: file for file in shown.values()},
        shown=tuple(shown.values()),
        faults=tuple(faults),
        read=tuple(read.values()),
        around=found.around,
        kept=kept,
        standing=tuple(standing),
    )


def unchanged(found: Found, digests: Mapping[str, str], before: Sources) -> dict[str, Read]:
    """What was read before of sources of which it still holds; not where a fault may have been mended elsewhere."""
    if not before.has_cards:
        raise ValueError("what was read before has let go of its cards")
    if before.project != found.project:
        return {}
    shelves = cache_state.Shelves(found.project.root)

    return {
        one.file: one
        for one in before.read
        if one.digest == digests.get(one.file)
        and not any(fault.is_error for fault in one.faults)
        and all(shelves.has(file.path, file.size, file.digest, file.state) for file in one.media)
    }


def digests(found: Found) -> dict[str, str]:
    """The digests of the sources that can be read, by their names."""
    of_sources = {}
    for source in found.files:
        with contextlib.suppress(OSError):
            of_sources[source.file] = cache_state.digest(reading.content(source.path, parse.LARGEST))
    return of_sources


def has_singles(project: Project, sources: Sequence[discover.Found]) -> bool:
    """Whether ledgers of files that were built alone have a say, which the cache does not look into."""
    return not project.is_single_file and files.has_singles(source.path.parent for source in sources)


def _read(
    project: Project,
    known: Mapping[Path, Media],
    colours: Mapping[str, str],
    sources: Sequence[discover.Found],
    *,
    ahead: Ahead | None = None,
    is_alone: bool = False,
) -> list[Read]:
    """Everything that can be known of these sources without the others; of `known` media without reading them.

    `colours` are those of code that was coloured before, others may come from `ahead`. A process that `is_alone` may
    have others help it.

    A document is done with before the next is read: the tokens of a large project would fill the memory.
    """
    library = media.Library(project.root, known)
    highlighter = highlight.Highlighter(colours, ahead)
    renderer = render.CardRenderer(library.name, media.is_played, highlighter, unsafe_html=project.unsafe_html)
    return [_read_one(project, library, renderer, highlighter, source, is_alone=is_alone) for source in sources]


def _read_one(
    project: Project,
    library: media.Library,
    renderer: render.CardRenderer,
    highlighter: highlight.Highlighter,
    source: discover.Found,
    *,
    is_alone: bool,
) -> Read:
    # What is to be typed is the text of tokens.
    knows = None if project.settings.typed else highlighter.is_known
    document, more = parse.read(source.file, source.path, source.data, knows=knows)
    faults = list(more)
    if document is None:
        return Read(source.file, "", (), (), (), (), tuple(faults), {})
    if is_alone:
        _colour(document, highlighter)
    gathered, more = cards.gather(document, project.settings, path_deck=source.deck, first=0)
    faults += more
    rendered: list[Rendered | None] = []
    for card in gathered:
        if card.simple is None:
            faults += check.card(card)
            faults += library.locate(card)
        html = None
        if not card.draft:
            html, more = renderer.render(card)
            faults += more
            if card.simple is None:
                faults += check.rendered(card, html)
        rendered.append(html)
    bare = tuple(replace(card, fields=_NO_FIELDS, context=(), document=None, simple=None) for card in gathered)
    return Read(
        file=source.file,
        digest=document.source.digest,
        cards=bare,
        faces=tuple(map(ledger.face_of, bare)),
        rendered=tuple(rendered),
        media=library.of(source.file),
        faults=tuple(faults),
        colours=highlighter.taken(),
    )


def _colour(document: Document, highlighter: highlight.Highlighter) -> None:
    """Colours the code of simple notes on all processors, where there is much that was not coloured before."""
    code = [
        part
        for note in document.simple
        for parts in note.fields.values()
        for part in parts
        if not isinstance(part, str) and highlighter.is_new(part)
    ]
    if sum(_length(one) for one in code) >= _MUCH_CODE:
        for colours in in_chunks(highlight.colours_of, code, _length, worth=_MUCH_CODE):
            highlighter.learn(colours)


def _length(code: Code) -> int:
    return len(code.text)


def _size(source: discover.Found) -> int:
    try:
        return source.path.stat().st_size
    except OSError:
        return 0


def _chosen(project: Project, path: Path) -> str:
    path = places.absolute(path)
    if project.sources.is_relative_to(path):
        return ""
    return unicodedata.normalize("NFC", path.relative_to(project.root).as_posix())


def _no_cards(project: Project) -> Diagnostic:
    file = project.sources.relative_to(project.root).as_posix()
    return diagnostics.NO_CARDS.at(
        Span("." if file == "." else file, 1),
        "there are no cards here",
        'write one in a file that ends in ".md": a line "Q: …" and a line "A: …"',
    )


def advise(read: Sources) -> tuple[Diagnostic, ...]:
    """Advice on the quality of the cards that were read, in order; their sources are parsed once more for it."""
    from flashgen import style  # nothing else needs its words and patterns

    parts = in_chunks(partial(_advise, read.project), read.files, _size)
    return diagnostics.in_order([*(one for part in parts for one in part), *style.together(read.cards)])


def _advise(project: Project, sources: Sequence[discover.Found]) -> list[Diagnostic]:
    """The advice on the cards of these sources, each by itself; their faults are told by whoever read them before."""
    from flashgen import style

    found: list[Diagnostic] = []
    for source in sources:
        document, _ = parse.read(source.file, source.path, source.data)
        if document is not None:
            gathered, _ = cards.gather(document, project.settings, path_deck=source.deck, first=0)
            found += [one for card in gathered for one in style.card(card)]
    return found
