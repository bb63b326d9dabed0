"""The order of the stages; the only module that knows it.

`check`, `status` and `build` run `compile` and differ in what they do with its result.
"""

from __future__ import annotations

import contextlib
import functools
import io
import tempfile
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from html import escape
from pathlib import Path
from typing import IO, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from flashgen import (
    bounds,
    cards,
    check,
    config,
    diagnostics,
    discover,
    highlight,
    identity,
    journal,
    ledger,
    lock,
    media,
    parse,
    places,
    reading,
    render,
)
from flashgen.ahead import Ahead
from flashgen.cache import kept as cache
from flashgen.cache import last, store
from flashgen.cache import state as cache_state
from flashgen.cache.kept import Kept
from flashgen.cache.packed import Packed
from flashgen.config import Project
from flashgen.diagnostics import Diagnostic
from flashgen.ledger import files, memory
from flashgen.model import (
    Card,
    Change,
    Code,
    Deck,
    Deflated,
    Document,
    Field,
    Identified,
    Ledger,
    Media,
    Note,
    Rendered,
    Row,
    Span,
    Standing,
)
from flashgen.output import Output, write_all
from flashgen.parallel import in_chunks

_T = TypeVar("_T")

_NO_FIELDS: Final[Mapping[str, Field]] = {}
_MUCH_TEXT: Final = 16 * 1024 * 1024
"""How many bytes of a ledger need not be in the memory, which is full of its cards."""
_MUCH_CODE: Final = 100_000
"""From how many characters of code on (some 700 blocks) processes gain more than they cost."""


class Sources(Struct, frozen=True):
    """The sources of a project, read and checked, before anything is known of their ledger.

    `chosen` is that of `Compiled`. `faces` are those of the cards, by which the ledger knows them, and `rendered` has
    the HTML of each, None for a draft; `media` are the files by their names in Anki. `standing` are the cards
    of those sources that were taken over from what was `kept`, `read` is what the others gave; `cards` are those of
    these. `shown` are all media files, of which several may have one content and name. `around` is what was there
    before any was read. Once they are identified, they may be without cards (`has_cards`).
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
    read: tuple[_Read, ...]
    around: last.Surroundings
    kept: Kept | None = None
    standing: tuple[Standing, ...] = ()
    has_cards: bool = True

    def without_cards(self) -> Sources:
        """What a build needs of them once their cards are identified: neither the cards as written nor their HTML."""
        read = tuple(replace(one, cards=(), faces=(), rendered=()) for one in self.read)
        return replace(self, cards=(), faces=(), rendered=(), read=read, has_cards=False)


class Compiled(Struct, frozen=True):
    """A project, read, checked and identified; nothing is written yet.

    `chosen` is what the caller's path chose of the sources (a file or a folder, "" for all), relative to the project's
    root. `ledger` is what the ledger's file held, b"" where there was none, `ledger_before` what that said.
    """

    sources: Sources
    ledger: bytes
    ledger_before: Ledger
    identified: Identified
    remembered: memory.Memory
    diagnostics: tuple[Diagnostic, ...]

    @property
    def project(self) -> Project:
        return self.sources.project

    @property
    def chosen(self) -> str:
        return self.sources.chosen

    @property
    def media(self) -> Mapping[str, Media]:
        return self.sources.media

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards as written, of a `whole` all; none where they were let go."""
        return self.sources.cards

    @property
    def standing(self) -> tuple[Standing, ...]:
        """All cards with what has become of them, in no order."""
        return (*self.identified.standing, *self.sources.standing)

    @property
    def spans(self) -> Mapping[int, Span]:
        """Where each card stands, by its order."""
        return {one.order: one.span for one in self.standing}

    @property
    def files(self) -> list[str]:
        """The source of each card, in no order."""
        return [one.span.file for one in self.standing]

    @property
    def has_errors(self) -> bool:
        return any(found.is_error for found in self.diagnostics)

    @property
    def chosen_diagnostics(self) -> tuple[Diagnostic, ...]:
        """Those of the chosen sources, and those that are in no source."""
        if not self.chosen:
            return self.diagnostics
        sources = set(self.files)
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
    def ledger_digest(self) -> str:
        """The journal's digest of what the ledger's file held."""
        kept = self.sources.kept
        return kept.basis.ledger_digest if kept is not None else journal.digest(self.ledger)

    @property
    def ledger_after(self) -> bytes:
        """The content of the ledger's file as a build would write it."""
        file = io.BytesIO()
        self.write_ledger(file)
        return file.getvalue()

    def write_ledger(self, file: IO[bytes]) -> None:
        """Writes the content of the ledger's file as a build would write it. Raises OSError as `file` does."""
        before = self.ledger_before if self.sources.kept is not None else None
        ledger.write(self.identified.ledger, file, before, self.ledger)

    @property
    def ledger_is_current(self) -> bool:
        """Whether the ledger's file knows all that a build would write to it, in whatever order."""
        return ledger.is_current(self.ledger.decode(), self.identified.ledger)

    def notes(self, deck: str | None = None) -> tuple[Note, ...]:
        """The notes of the chosen sources, of one deck and those below it if one is named."""
        if deck is None and not self.chosen:
            return self.identified.notes
        spans = self.spans
        return tuple(
            note
            for note in self.identified.notes
            if self.chooses(spans[note.order].file)
            and (deck is None or note.deck == deck or note.deck.startswith(f"{deck}::"))
        )

    def chooses(self, file: str) -> bool:
        """Whether a source is one of those that the caller's path chose."""
        return not self.chosen or file == self.chosen or file.startswith(f"{self.chosen}/")


class Built(Struct, frozen=True):
    """What a build has written: each package with its deck; nothing where there are faults.

    `forgotten` is the file of the memory that could not be written, which spoils nothing else. `facts` are what this
    outcome depends on, None where another build of the same sources might tell something else.
    """

    packages: tuple[tuple[Path, Deck], ...]
    faults: tuple[Diagnostic, ...] = ()
    forgotten: Path | None = None
    facts: last.Facts | None = None


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


def compile(
    path: Path,
    *,
    clock: int,
    refresh: bool = False,
    whole: bool = False,
    before: Sources | None = None,
    keep_cards: bool = False,
    ahead: Ahead | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Compiled:
    """Everything about the project around `path` up to the notes that Anki will store.

    `clock` is the time of the build in seconds since 1970. Nothing is written. `path` must exist. Sources that are as
    the last build left them are not read again, unless the cards of all are wanted as a `whole`; nor are those that are
    as this process has read them `before`, which must have kept its cards (`keep_cards`; a `whole` does). What is being
    done is told to `say`.
    """
    say("reading the cards")
    found = _found(path)
    # All sources are read for it, once, where there is something to hold them against.
    digests = functools.cache(partial(_digests, found))
    kept = None if refresh or whole else _recalled(found, digests)
    had = _unchanged(found, digests(), before) if before is not None else {}
    sources = [_all(found, kept, had, ahead)]
    say("recognizing them")
    # A variable would hold their cards until they all are notes.
    return identify(sources.pop(), clock=clock, refresh=refresh, keep_cards=keep_cards or whole)


def faults_of_text(file: Path, data: bytes, *, clock: int) -> tuple[Path, tuple[Diagnostic, ...]]:
    """The root of the project around `file`, and the faults that the file would have with `data` as its content.

    `file` must exist; `clock` is that of `compile`.
    """
    project, _ = config.find(file)
    name = unicodedata.normalize("NFC", places.absolute(file).relative_to(project.root).as_posix())
    compiled = identify(read(file, instead={name: data}), clock=clock)
    return project.root, tuple(one for one in compiled.diagnostics if one.span.file == name)


def read(path: Path, *, instead: Mapping[str, bytes] | None = None) -> Sources:
    """All sources of the project around `path`, read, checked and rendered, without its ledger.

    `instead` gives the bytes of sources, by the names they have in messages, that are read in the place of their files.
    """
    found = _found(path)
    if instead:
        found = replace(found, files=tuple(replace(one, data=instead.get(one.file)) for one in found.files))
    return _all(found, None, {})


class _Found(Struct, frozen=True):
    """A project and its sources, before any is read."""

    project: Project
    chosen: str
    around: last.Surroundings
    files: tuple[discover.Found, ...]
    faults: tuple[Diagnostic, ...]


def _found(path: Path) -> _Found:
    start = places.absolute(path)
    # Looked at before they are used: what is changed meanwhile is seen by the next build.
    configs = last.configs(start if start.is_dir() else start.parent)
    project, faults = config.find(path)
    tree = cache_state.tree(project.sources)
    sources, more = discover.sources(project.root, project.sources, config.is_project)
    around = last.Surroundings(configs, project.sources, tree)
    return _Found(project, _chosen(project, path), around, sources, (*faults, *more))


def _all(found: _Found, kept: Kept | None, had: dict[str, _Read], ahead: Ahead | None = None) -> Sources:
    """All sources: what is kept of them as it is, and what this process `had` of them; the others read."""
    project, pages = found.project, kept.pages if kept is not None else {}
    to_read = [source for source in found.files if source.file not in pages and source.file not in had]
    known, colours = (kept.media, kept.colours) if kept is not None else ({}, {})
    chunks = in_chunks(partial(_read, project, known, colours, ahead=ahead, is_alone=len(to_read) == 1), to_read, _size)
    read = {one.file: one for chunk in chunks for one in chunk}
    read |= {file: one for file, one in had.items() if file not in pages}
    ids = {card.id.text for one in read.values() for card in one.cards if card.id is not None}
    if ids and any(card.row.id in ids for page in pages.values() for card in page.cards):
        # A card that is taken over may lose its row to one that has its id.
        return _all(found, None, had | read, ahead)
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


def identify(read: Sources, *, clock: int, refresh: bool = False, keep_cards: bool = True) -> Compiled:
    """The cards of a project with the identities that its ledger gives them, as `compile` has them.

    Unless told to `keep_cards`, it leaves none as they were written, so that the memory need not hold them.
    """
    project = read.project
    all_faults = list(read.faults)
    if read.kept is None:
        content, known, more = _ledger(project, read.files)
        remembered = memory.read(kept_text(project.memory, project))
    else:
        content, known, more = read.kept.basis.ledger, Ledger(read.kept.namespace, read.kept.rows), ()
        remembered = memory.read(read.kept.basis.memory)
    all_faults += more
    complete = not any(one.is_error for one in all_faults)
    pairings, more = ledger.pair_one_by_one(read.cards, read.faces, known, read.standing)
    # A card that a fault keeps from being read leaves its row free, for others to look like.
    all_faults += [one for one in more if complete or one.rule is not diagnostics.AMBIGUOUS_EDIT]
    rendered = _let_go(read.rendered)
    if not keep_cards:
        read = read.without_cards()
    identified = identity.identify(
        pairings,
        rendered,
        known,
        clock=clock,
        complete=complete,
        memory=remembered,
        refresh=refresh,
        standing=read.standing,
    )
    if complete and not known.rows:
        own = project.ledger.relative_to(project.root).as_posix()
        all_faults += memory.unrecognized(remembered, identified.ledger.rows, own)
    return Compiled(
        sources=read,
        ledger=content,
        ledger_before=known,
        identified=identified,
        remembered=remembered,
        diagnostics=diagnostics.in_order(all_faults),
    )


def _let_go(of: Sequence[_T]) -> Iterator[_T]:
    """The items one by one, in their order, none of which is held any longer than whoever asks for it does."""
    left = list(reversed(of))
    return (left.pop() for _ in range(len(left)))


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
    # Only a build needs these.
    from flashgen.package import archive

    project = compiled.project
    beside = (project.memory, project.memory.parent / ".gitignore")
    for path in (*(path for path, _ in packages), *beside):
        if bounds.leads_out(path, project.root):
            fault = OSError("a link leads from it out of the project")
            return Built((), (_unwritable(project, path, fault, "nothing was changed"),))
    if faults := lost(compiled, [path for path, _ in packages]):
        return Built((), faults)
    packed = Packed(project.memory.parent / f"{last.name(project.sources)}packed", project.decks)
    try:
        # While others deflate, this thread works.
        databases = [_deflated(compiled, deck, packed) for _, deck in packages]
        packaged = _rows_of(compiled, (note for _, deck in packages for note in deck.notes))
        remembered = memory.serialize(memory.remember(compiled.remembered, packaged))
        ledger_after, digest_after = _ledger_after(compiled)
        deflated = [done() for done in databases]
    except OSError as fault:
        return Built((), (_unwritable(project, Path(tempfile.gettempdir()), fault, "nothing was changed"),))
    with ledger_after:
        try:
            archives = {
                path: archive(database, _media_of(compiled, deck))
                for database, (path, deck) in zip(deflated, packages, strict=True)
            }
        except OSError as fault:
            return Built((), (_changed_media(compiled.project, Path(fault.filename), fault),))
        digests = {path: journal.digest(content) for path, content in archives.items()}
        digests |= {project.memory: journal.digest(remembered), project.ledger: digest_after}
        # In this order: see the module `journal`.
        outputs = [Output(project.memory, remembered, optional=True, digest=digests[project.memory])]
        if not locked:
            was = compiled.ledger_digest
            outputs.append(Output(project.ledger, ledger_after, was_digest=was, digest=digest_after))
        outputs += [Output(path, content, digest=digests[path]) for path, content in archives.items()]
        written = write_all(outputs, journal.beside(project.ledger))
    if written.stopped is not None and written.fault is not None:
        return Built((), (_unwritable(project, written.stopped, written.fault, written.consequence),))
    with contextlib.suppress(OSError):
        # What cannot be marked as a cache cannot be written either, which is told.
        store.prepare(project.memory.parent)
    facts, basis = None, ""
    if not written.left_out and (not locked or compiled.ledger_digest == digests[project.ledger]):
        basis = cache.basis_of(_config(project), digests[project.ledger], digests[project.memory])
        _keep(compiled, basis)
        facts = _facts(compiled, digests)
    packed.keep(
        {
            path: (_origin(compiled, deck, basis), database)
            for database, (path, deck) in zip(deflated, packages, strict=True)
        }
    )
    return Built(tuple(packages), forgotten=next(iter(written.left_out), None), facts=facts)


def _ledger_after(compiled: Compiled) -> tuple[IO[bytes], str]:
    """The content of the ledger's file as a build would write it, as a file without a name; and its digest."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(_MUCH_TEXT)  # noqa: SIM115 - whoever writes it closes it
    try:
        compiled.write_ledger(file)
        return file, journal.digest(file)
    except OSError:
        # There may be no place for it.
        file.close()
    file = io.BytesIO()
    compiled.write_ledger(file)
    return file, journal.digest(file)


def _deflated(compiled: Compiled, deck: Deck, packed: Packed) -> Callable[[], Deflated]:
    """What gives the database of a deck when it is done: other threads may be at it."""
    kept = compiled.sources.kept
    if kept is not None and not compiled.sources.read:
        known = packed.made_of(_origin(compiled, deck, kept.basis.digest()))
        if known is not None:
            return lambda: known
    # genanki takes as long to import as a small deck takes to compile.
    from flashgen.package.database import database
    from flashgen.package.deflating import Deflating

    return Deflating(database(deck, now=max(note.modified for note in deck.notes)), packed.pieces).done


def _origin(compiled: Compiled, deck: Deck, basis: str) -> str:
    """What tells whether a deck's database is that of another build, which had this `basis`; "" for one without any.

    The GUIDs, times and tags of notes are in the ledger of the basis, or follow from it; their HTML comes from the
    sources and the media, the config and the program of the basis; `orders` tell which notes of all these the deck has.
    """
    from flashgen.package.making import maker

    if not basis:
        return ""
    media = sorted((one.name, one.digest) for one in compiled.sources.shown)
    orders = array("q", [note.order for note in deck.notes]).tobytes()
    parts = basis, maker(), deck.name, deck.description, sorted(_source_digests(compiled.sources).items()), media
    return cache_state.digest(repr(parts).encode(errors="surrogatepass") + orders)


def _source_digests(sources: Sources) -> dict[str, str]:
    pages = sources.kept.pages if sources.kept is not None else {}
    return {file: page.digest for file, page in pages.items()} | {one.file: one.digest for one in sources.read}


def _media_of(compiled: Compiled, deck: Deck) -> list[Media]:
    return [compiled.media[name] for name in dict.fromkeys(name for note in deck.notes for name in note.media)]


def keep_outcome(compiled: Compiled, built: Built, outcome: last.Outcome) -> None:
    """Keeps what commands will tell as long as everything stays as a build of all sources has left it."""
    if built.facts is not None:
        last.keep(last.document(compiled.project.memory.parent, compiled.project.sources), built.facts, outcome)


def lost(compiled: Compiled, paths: Iterable[Path]) -> tuple[Diagnostic, ...]:
    """The fault of a project without rows, where a build would replace a package at `paths` whose notes need theirs.

    A build writes nothing then. No package is looked into where there are rows.
    """
    if compiled.ledger_before.rows or not (there := [path for path in paths if path.exists()]):
        return ()
    from flashgen import restoring  # only a lost ledger needs it

    kinds = sorted({one.row.kind for one in compiled.standing})
    now = {note.guid for note in compiled.identified.notes}
    for path in there:
        try:
            notes = restoring.notes_of(restoring.database_of(path), kinds)
        except restoring.UnreadableError:
            continue
        if strange := sum(note.guid not in now for note in notes):
            package = _shown(compiled.project, path)
            return (memory.lost(strange, _shown(compiled.project, compiled.project.ledger), package),)
    return ()


class _Read(Struct, frozen=True):
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

    def counted_from(self, first: int) -> _Read:
        """The same with `first` as the order of its first card."""
        if not self.cards or self.cards[0].order == first:
            return self
        return replace(self, cards=tuple(replace(card, order=order) for order, card in enumerate(self.cards, first)))


def _read(
    project: Project,
    known: Mapping[Path, Media],
    colours: Mapping[str, str],
    sources: Sequence[discover.Found],
    *,
    ahead: Ahead | None = None,
    is_alone: bool = False,
) -> list[_Read]:
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
) -> _Read:
    # What is to be typed is the text of tokens.
    knows = None if project.settings.typed else highlighter.is_known
    document, more = parse.read(source.file, source.path, source.data, knows=knows)
    faults = list(more)
    if document is None:
        return _Read(source.file, "", (), (), (), (), tuple(faults), {})
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
    return _Read(
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


def _has_singles(project: Project, sources: Sequence[discover.Found]) -> bool:
    """Whether ledgers of files that were built alone have a say, which the cache does not look into."""
    return not project.is_single_file and files.has_singles(source.path.parent for source in sources)


def _digests(found: _Found) -> dict[str, str]:
    """The digests of the sources that can be read, by their names."""
    digests = {}
    for source in found.files:
        with contextlib.suppress(OSError):
            digests[source.file] = cache_state.digest(reading.content(source.path, parse.LARGEST))
    return digests


def _unchanged(found: _Found, digests: Mapping[str, str], before: Sources) -> dict[str, _Read]:
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


def _recalled(found: _Found, digests: Callable[[], Mapping[str, str]]) -> Kept | None:
    """What can be taken over from the last build, None where nothing can."""
    project = found.project
    if bounds.leads_out(project.ledger, project.root) or not found.files:
        return None
    try:
        content = journal.read(project.ledger, journal.beside(project.ledger))
    except OSError:
        return None
    if _has_singles(project, found.files):
        return None
    basis = cache.Basis(_config(project), content, journal.digest(content), kept_text(project.memory, project))
    return _cache(project).recall(basis, digests)


def _keep(compiled: Compiled, basis: str) -> None:
    """Keeps what became of the sources in a build for the next one, whose basis has this digest.

    What cannot be kept costs that one time.
    """
    sources, identified, project = compiled.sources, compiled.identified, compiled.project
    if not all(one.digest for one in sources.read):
        return
    cards_of: defaultdict[str, list[Standing]] = defaultdict(list)
    for card in identified.standing:
        cards_of[card.span.file].append(card)
    _cache(project).keep(
        basis,
        identified.ledger,
        sources.kept.pages if sources.kept is not None else {},
        {
            one.file: cache.Became(one.digest, one.faults, one.media, one.colours, cards_of[one.file])
            for one in sources.read
        },
        sources.shown,
    )


def _facts(compiled: Compiled, outputs: Mapping[Path, str]) -> last.Facts | None:
    """What the outcome of a build of all sources depends on; None for one that need not come again.

    `outputs` are the digests of what was written. What is wrong with a ledger is mended by writing it.
    """
    sources, project = compiled.sources, compiled.project
    own = _shown(project, project.ledger)
    if (
        compiled.chosen
        or any(one.span.file == own for one in compiled.diagnostics)
        or _has_singles(project, sources.files)
    ):
        return None
    digests = _source_digests(sources)
    below = [folder for folder in (project.sources, *project.sources.parents) if folder.is_relative_to(project.root)]
    # A config in the folder of the sources would make that another project.
    paths = [folder for folder in below if config.find(folder)[0] == project]
    configs = [folder / name for folder in paths if folder != project.root for name in places.CONFIG_FILES]
    return last.Facts(
        paths=tuple(map(str, paths)),
        around=sources.around,
        sources={source.path: digests[source.file] for source in sources.files},
        outputs=dict(outputs),
        decks=(project.decks, last.packages(project.decks, outputs)),
        media=tuple((one.path, one.size, one.digest, one.state) for one in sources.shown),
        absent=(*journal.files(journal.beside(project.ledger)), *configs),
    )


def _config(project: Project) -> str:
    """All that the config says of how sources are read, and where they are."""
    return repr(project)


def _cache(project: Project) -> cache.Cache:
    return cache.Cache(project.memory.parent, last.name(project.sources), project.root)


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


def _size(source: discover.Found) -> int:
    try:
        return source.path.stat().st_size
    except OSError:
        return 0


def _ledger(project: Project, sources: Sequence[discover.Found]) -> tuple[bytes, Ledger, tuple[Diagnostic, ...]]:
    """The content of the ledger's file, the ledger, and what is wrong with it; an empty one where there is none yet."""
    text, known, faults = files.load(project.ledger, project.root)
    if known is None:
        namespace = project.namespace.text if project.namespace else project.default_namespace
        known = Ledger(namespace)
        if project.is_single_file and not faults:
            faults += tuple(files.strays([project.root], project.root, places.SOURCES))
    faults += ledger.check_namespace(known, project.namespace)
    if not project.is_single_file:
        folders = {source.path.parent for source in sources}
        faults += tuple(files.strays(folders, project.root, places.SOURCES))
        known, more = files.with_singles(known, (source.path for source in sources), project.root)
        faults += more
    return text.encode(), known, faults


def kept_text(path: Path, project: Project) -> str:
    """The text of a file of the project that may be lost or spoilt without harm."""
    if bounds.leads_out(path, project.root):
        return ""
    try:
        return journal.read(path, journal.beside(project.ledger)).decode("utf-8", "replace")
    except OSError:
        return ""


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


def _html(description: str) -> str:
    """A deck's description, which Anki shows as HTML."""
    return escape(description.strip(), quote=False).replace("\n", "<br>")


def _rows_of(compiled: Compiled, notes: Iterable[Note]) -> Iterator[Row]:
    rows = {one.order: one.row for one in compiled.standing}
    return (rows[note.order] for note in notes)


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
    path = places.absolute(path)
    return path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else str(path)
