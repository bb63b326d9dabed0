"""The order of the stages; the only module that knows it.

`check`, `status` and `build` run `compile` and differ in what they do with its result.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path

from flashgen import (
    bounds,
    cards,
    check,
    config,
    diagnostics,
    discover,
    identity,
    journal,
    ledger,
    lock,
    media,
    parse,
    render,
)
from flashgen.config import Project
from flashgen.diagnostics import Diagnostic
from flashgen.ledger import files, memory
from flashgen.model import Card, Change, Deck, Identified, Ledger, Media, Note, Rendered, Row, Span
from flashgen.output import Output, write_all
from flashgen.parallel import in_chunks


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of a project, read and checked, before anything is known of their ledger.

    `chosen` is that of `Compiled`. `rendered` has the HTML of each card but drafts by its order, `media` the files by
    their names in Anki.
    """

    project: Project
    chosen: str
    files: tuple[discover.Found, ...]
    cards: tuple[Card, ...]
    rendered: Mapping[int, Rendered]
    media: Mapping[str, Media]
    faults: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A project, read, checked and identified; nothing is written yet.

    `chosen` is what the caller's path chose of the sources (a file or a folder, "" for all), relative to the project's
    root. `ledger` is the text of the ledger's file as it was, "" where there was none, `ledger_before` what it said.
    """

    project: Project
    chosen: str
    ledger: str
    ledger_before: Ledger
    cards: tuple[Card, ...]
    identified: Identified
    media: Mapping[str, Media]
    remembered: memory.Memory
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        return any(found.is_error for found in self.diagnostics)

    @property
    def chosen_diagnostics(self) -> tuple[Diagnostic, ...]:
        """Those of the chosen sources, and those that are in no source."""
        sources = {card.span.file for card in self.cards}
        return tuple(
            found
            for found in self.diagnostics
            if self.chooses(found.span.file) or (found.span.file not in sources and not found.span.file.endswith(".md"))
        )

    @property
    def chosen_changes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.identified.changes if self.chooses(change.span.file))

    @property
    def other_changes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.identified.changes if not self.chooses(change.span.file))

    @property
    def rows_left_before(self) -> tuple[Row, ...]:
        """The rows of notes that left the sources before this run, and are not back."""
        gone = {(row.id, row.kind) for row in self.identified.ledger.rows if row.removed}
        return tuple(row for row in self.ledger_before.rows if row.removed and (row.id, row.kind) in gone)

    @property
    def ledger_after(self) -> str:
        return ledger.serialize(self.identified.ledger)

    @property
    def ledger_is_current(self) -> bool:
        """Whether the ledger's file knows all that a build would write to it, in whatever order."""
        return ledger.is_current(self.ledger, self.identified.ledger)

    def notes(self, deck: str | None = None) -> tuple[Note, ...]:
        """The notes of the chosen sources, of one deck and those below it if one is named."""
        files = {card.order: card.span.file for card in self.cards}
        return tuple(
            note
            for note in self.identified.notes
            if self.chooses(files[note.order])
            and (deck is None or note.deck == deck or note.deck.startswith(f"{deck}::"))
        )

    def chooses(self, file: str) -> bool:
        """Whether a source is one of those that the caller's path chose."""
        return not self.chosen or file == self.chosen or file.startswith(f"{self.chosen}/")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build has written: each package with its deck; nothing where there are faults.

    `forgotten` is the file of the memory that could not be written, which spoils nothing else.
    """

    packages: tuple[tuple[Path, Deck], ...]
    faults: tuple[Diagnostic, ...] = ()
    forgotten: Path | None = None


@contextmanager
def alone(path: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """The project around `path` for this process alone, whatever an interrupted build has left finished first.

    For commands that write. What another process or such a build has to do with this one is told, a line at a time.
    """
    project, _ = config.find(path)
    waiting = "another flashgen writes this project; waiting until it is done"
    with lock.held(project.ledger.parent, lambda: tell(waiting)) as no_lock:
        if no_lock is not None:
            tell(f"this project cannot be locked ({no_lock.strerror or no_lock}): let no other flashgen write it now")
        try:
            out = bounds.leads_out(project.ledger, project.root)
            recovered = None if out else journal.recover(journal.beside(project.ledger))
        except OSError as fault:
            tell(f"what an interrupted build has left cannot be cleared away: {fault.strerror or fault}")
        else:
            if recovered is not None and recovered.stopped is not None:
                tell(f"an interrupted build is dropped at {_shown(project, recovered.stopped)}: {recovered.why}")
            elif recovered is not None:
                tell("the build before was interrupted; its files are all in place now")
        yield


def compile(path: Path, *, clock: int, refresh: bool = False) -> Compiled:
    """Everything about the project around `path` up to the notes that Anki will store.

    `clock` is the time of the build in seconds since 1970. Nothing is written. `path` must exist.
    """
    return identify(read(path), clock=clock, refresh=refresh)


def read(path: Path, *, instead: Mapping[str, bytes] | None = None) -> Sources:
    """All sources of the project around `path`, read, checked and rendered, without its ledger.

    `instead` gives the bytes of sources, by the names they have in messages, that are read in the place of their files.
    """
    project, faults = config.find(path)
    sources, more = discover.sources(project.root, project.sources)
    if instead:
        sources = tuple(replace(source, data=instead.get(source.file)) for source in sources)
    parts = in_chunks(partial(_read, project), sources, _size)
    written, rendered, shown = _joined(parts)
    all_faults = [*faults, *more, *(fault for part in parts for fault in part.faults)]
    all_faults += check.together(written)
    if not written and not any(one.is_error for one in all_faults):
        all_faults.append(_no_cards(project))
    return Sources(project, _chosen(project, path), sources, written, rendered, shown, tuple(all_faults))


def identify(read: Sources, *, clock: int, refresh: bool = False) -> Compiled:
    """The cards of a project with the identities that its ledger gives them, as `compile` has them."""
    project, written = read.project, read.cards
    all_faults = list(read.faults)
    text, known, more = _ledger(project, read.files)
    all_faults += more
    complete = not any(one.is_error for one in all_faults)
    pairings, more = ledger.pair(written, known)
    # A card that a fault keeps from being read leaves its row free, for others to look like.
    all_faults += [one for one in more if complete or one.rule is not diagnostics.AMBIGUOUS_EDIT]
    remembered = memory.read(kept_text(project.memory, project))
    if complete and not known.rows:
        all_faults += memory.unrecognized(remembered, pairings, project.ledger.relative_to(project.root).as_posix())
    identified = identity.identify(
        pairings,
        read.rendered,
        known,
        clock=clock,
        complete=complete,
        memory=remembered,
        refresh=refresh,
    )
    return Compiled(
        project=project,
        chosen=read.chosen,
        ledger=text,
        ledger_before=known,
        cards=written,
        identified=identified,
        media=read.media,
        remembered=remembered,
        diagnostics=diagnostics.in_order(all_faults),
    )


def advise(read: Sources) -> tuple[Diagnostic, ...]:
    """Advice on the quality of the cards that were read, in order; their sources are parsed once more for it."""
    from flashgen import style  # nothing else needs its words and patterns

    parts = in_chunks(partial(_advise, read.project), read.files, _size)
    return diagnostics.in_order([*(one for part in parts for one in part), *style.together(read.cards)])


def decks(compiled: Compiled, deck: str | None = None) -> tuple[Deck, ...]:
    """The chosen notes by top-level deck, in the order in which the decks first appear."""
    by_top: dict[str, list[Note]] = {}
    for note in compiled.notes(deck):
        by_top.setdefault(note.deck.partition("::")[0], []).append(note)
    texts = compiled.project.descriptions
    return tuple(Deck(top, tuple(notes), _html(texts.get(top, texts.get("", "")))) for top, notes in by_top.items())


def build(compiled: Compiled, packages: Sequence[tuple[Path, Deck]], *, locked: bool = False) -> Built:
    """Writes each deck to its path, with them the ledger (not where it is `locked`) and the memory: all, or nothing.

    `compiled` must be without errors.
    """
    from flashgen.package import package  # only a build needs genanki

    project = compiled.project
    cache = (project.memory, project.memory.parent / ".gitignore")
    for path in (*(path for path, _ in packages), *cache):
        if bounds.leads_out(path, project.root):
            fault = OSError("a link leads from it out of the project")
            return Built((), (_unwritable(project, path, fault, "nothing was changed"),))
    if lost := _lost(compiled, [path for path, _ in packages]):
        return Built((), lost)
    outputs = []
    try:
        for path, deck in packages:
            names = dict.fromkeys(name for note in deck.notes for name in note.media)
            latest = max(note.modified for note in deck.notes)
            content = package(deck, [compiled.media[name] for name in names], now=latest)
            outputs.append(Output(path, content))
    except OSError as fault:
        return Built((), (_changed_media(compiled.project, Path(fault.filename), fault),))
    packaged = _packaged_rows(compiled, (note for _, deck in packages for note in deck.notes))
    remembered = memory.serialize(memory.remember(compiled.remembered, packaged)).encode()
    # In this order: see the module `journal`.
    before = [Output(project.memory, remembered, optional=True)]
    if not locked:
        before.append(Output(project.ledger, compiled.ledger_after.encode(), was=compiled.ledger.encode()))
    written = write_all([*before, *outputs], journal.beside(project.ledger))
    if written.stopped is not None and written.fault is not None:
        return Built((), (_unwritable(project, written.stopped, written.fault, written.consequence),))
    _ignore(project.memory.parent)
    return Built(tuple(packages), forgotten=next(iter(written.left_out), None))


def _lost(compiled: Compiled, paths: Iterable[Path]) -> tuple[Diagnostic, ...]:
    """The fault of a project without rows that would replace a package whose notes need theirs."""
    if compiled.ledger_before.rows:
        return ()
    from flashgen import restoring  # only a lost ledger needs it

    kinds = sorted({card.kind for card in compiled.cards})
    now = {note.guid for note in compiled.identified.notes}
    for path in paths:
        try:
            notes = restoring.notes_of(restoring.database_of(path), kinds) if path.exists() else ()
        except restoring.UnreadableError:
            continue
        if strange := sum(note.guid not in now for note in notes):
            return (memory.lost(strange, _name_of(compiled.project, compiled.project.ledger), path.name),)
    return ()


@dataclass(frozen=True, slots=True)
class _Part:
    """What some of the sources hold: cards without tokens, the HTML of each (none of a draft), media, faults."""

    cards: list[Card]
    rendered: list[Rendered | None]
    media: Mapping[str, Media]
    faults: list[Diagnostic]


def _read(project: Project, sources: Sequence[discover.Found]) -> _Part:
    """Everything that can be known of these sources without the others.

    A document is done with before the next is read: the tokens of a large project would fill the memory.
    """
    library = media.Library(project.root)
    renderer = render.CardRenderer(library.name, media.is_played, unsafe_html=project.unsafe_html)
    written: list[Card] = []
    rendered: list[Rendered | None] = []
    faults: list[Diagnostic] = []
    for source in sources:
        document, more = parse.read(source.file, source.path, source.data)
        faults += more
        if document is None:
            continue
        gathered, more = cards.gather(document, project.settings, path_deck=source.deck, first=len(written))
        faults += more
        for card in gathered:
            faults += check.card(card)
            faults += library.locate(card)
            html = None
            if not card.draft:
                html, more = renderer.render(card)
                faults += more
                faults += check.rendered(card, html)
            rendered.append(html)
            written.append(replace(card, fields={}, context=(), document=None))
    return _Part(written, rendered, library.files, faults)


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


def _joined(parts: Sequence[_Part]) -> tuple[tuple[Card, ...], dict[int, Rendered], dict[str, Media]]:
    """All cards, counted through; the HTML of each by its order; all media by their names in Anki."""
    written = tuple(card for part in parts for card in part.cards)
    if len(parts) > 1:
        written = tuple(replace(card, order=order) for order, card in enumerate(written))
    htmls = (html for part in parts for html in part.rendered)
    rendered = {order: html for order, html in enumerate(htmls) if html is not None}
    return written, rendered, {name: file for part in parts for name, file in part.media.items()}


def _size(source: discover.Found) -> int:
    try:
        return source.path.stat().st_size
    except OSError:
        return 0


def _ledger(project: Project, sources: Sequence[discover.Found]) -> tuple[str, Ledger, tuple[Diagnostic, ...]]:
    """The text of the ledger's file, the ledger, and what is wrong with it; an empty one where there is none yet."""
    text, known, faults = files.load(project.ledger, project.root)
    if known is None:
        namespace = project.namespace.text if project.namespace else project.default_namespace
        known = Ledger(namespace)
        if project.is_single_file and not faults:
            faults += tuple(files.strays([project.root], project.root, discover.ENDINGS))
    faults += ledger.check_namespace(known, project.namespace)
    if not project.is_single_file:
        folders = {source.path.parent for source in sources}
        faults += tuple(files.strays(folders, project.root, discover.ENDINGS))
        known, more = files.with_singles(known, (source.path for source in sources), project.root)
        faults += more
    return text, known, faults


def kept_text(path: Path, project: Project) -> str:
    """The text of a file of the project that may be lost or spoilt without harm."""
    if bounds.leads_out(path, project.root):
        return ""
    try:
        return journal.read(path, journal.beside(project.ledger)).decode("utf-8", "replace")
    except OSError:
        return ""


def _chosen(project: Project, path: Path) -> str:
    path = config.absolute(path)
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


def _html(description: str) -> str:
    """A deck's description, which Anki shows as HTML."""
    return escape(description.strip(), quote=False).replace("\n", "<br>")


def _packaged_rows(compiled: Compiled, notes: Iterable[Note]) -> list[Row]:
    packaged = {(note.id, note.kind) for note in notes}
    return [row for row in compiled.identified.ledger.rows if (row.id, row.kind) in packaged]


def _changed_media(project: Project, path: Path, fault: OSError) -> Diagnostic:
    return diagnostics.UNREADABLE_FILE.at(
        Span(_shown(project, path), 1),
        f"this media file cannot be packaged: {fault.strerror or fault}; nothing was changed",
        "build again",
    )


def _unwritable(project: Project, path: Path, fault: OSError, consequence: str) -> Diagnostic:
    return diagnostics.UNWRITABLE_OUTPUT.at(
        Span(_shown(project, path), 1),
        f"this file cannot be written: {fault.strerror or fault}; {consequence}",
        "check the folder's rights and the space on the disk, or choose another place with --output",
    )


def _shown(project: Project, path: Path) -> str:
    """A path as messages name it: from the project's root if it is below."""
    path = config.absolute(path)
    return path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else str(path)


def _ignore(cache: Path) -> None:
    """Has git pass over the cache, which is this machine's own."""
    try:
        cache.mkdir(exist_ok=True)
        with (cache / ".gitignore").open("x", encoding="utf-8") as file:
            file.write("*\n")
    except OSError:
        return  # it is there already, or the memory cannot be written either, which is told


def _name_of(project: Project, path: Path) -> str:
    """A file as messages call it."""
    path = config.absolute(path)
    return path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else str(path)
