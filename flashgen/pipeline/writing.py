"""What a build writes: packages, ledger and memory, all or nothing."""

from __future__ import annotations

import contextlib
import io
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

from flashgen import bounds, diagnostics, journal, places
from flashgen.cache import kept as cache
from flashgen.cache import last, store
from flashgen.cache import state as cache_state
from flashgen.cache.packed import Packed
from flashgen.config import Project
from flashgen.diagnostics import Diagnostic
from flashgen.ledger import memory
from flashgen.model import Deck, Deflated, Media, Note, Row, Span
from flashgen.output import Output, write_all
from flashgen.pipeline import keeping
from flashgen.pipeline.compiled import Compiled

_MUCH_TEXT: Final = 16 * 1024 * 1024
"""How many bytes of a ledger need not be in the memory, which is full of its cards."""


class Built(Struct, frozen=True):
    """What a build has written: each package with its deck; nothing where there are faults.

    `forgotten` is the file of the memory that could not be written, which spoils nothing else. `facts` are what this
    outcome depends on, None where another build of the same sources might tell something else.
    """

    packages: tuple[tuple[Path, Deck], ...]
    faults: tuple[Diagnostic, ...] = ()
    forgotten: Path | None = None
    facts: last.Facts | None = None


def decks(compiled: Compiled, deck: str | None = None) -> tuple[Deck, ...]:
    """The chosen notes by top-level deck, in the order in which the decks first appear."""
    notes = compiled.notes(deck)
    tops = {name: name.partition("::")[0] for name in {note.deck for note in notes}}
    by_top: dict[str, list[Note]] = {}
    for note in notes:
        by_top.setdefault(tops[note.deck], []).append(note)
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
    kept = compiled.sources.kept
    origin_before = _origins(compiled, kept.basis.digest() if kept is not None and not compiled.sources.read else "")
    try:
        # While others deflate, this thread works.
        databases = [_deflated(deck, packed, origin_before(deck)) for _, deck in packages]
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
            was_digest = compiled.ledger_digest
            outputs.append(Output(project.ledger, ledger_after, was_digest=was_digest, digest=digest_after))
        outputs += [Output(path, content, digest=digests[path]) for path, content in archives.items()]
        written = write_all(outputs, journal.beside(project.ledger))
    if written.stopped is not None and written.fault is not None:
        return Built((), (_unwritable(project, written.stopped, written.fault, written.consequence),))
    with contextlib.suppress(OSError):
        # What cannot be marked as a cache cannot be written either, which is told.
        store.prepare(project.memory.parent)
    facts, basis = None, ""
    if not written.left_out and (not locked or compiled.ledger_digest == digest_after):
        basis = cache.basis_of(keeping.config_text(project), digest_after, digests[project.memory])
        keeping.keep(compiled, basis)
        facts = keeping.facts(compiled, digests)
    origin = _origins(compiled, basis)
    packed.keep({path: (origin(deck), one) for one, (path, deck) in zip(deflated, packages, strict=True)})
    return Built(tuple(packages), forgotten=next(iter(written.left_out), None), facts=facts)


def keep_outcome(compiled: Compiled, built: Built, outcome: last.Outcome) -> None:
    """Keeps what commands will tell as long as everything stays as a build of all sources has left it."""
    if built.facts is not None:
        last.keep(last.document(compiled.project.memory.parent, compiled.project.sources), built.facts, outcome)


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


def _deflated(deck: Deck, packed: Packed, origin: str) -> Callable[[], Deflated]:
    """What gives the database of a deck of this `origin` when it is done: other threads may be at it."""
    known = packed.made_of(origin)
    if known is not None:
        return lambda: known
    # genanki takes as long to import as a small deck takes to compile.
    from flashgen.package.database import database
    from flashgen.package.deflating import Deflating

    return Deflating(database(deck, now=max(note.modified for note in deck.notes)), packed.pieces).done


def _origins(compiled: Compiled, basis: str) -> Callable[[Deck], str]:
    """What tells whether a deck's database is that of another build, which had this `basis`; "" for one without any.

    The GUIDs, times and tags of notes are in the ledger of the basis, or follow from it; their HTML comes from the
    sources and the media, the config and the program of the basis; `orders` tell which notes of all these the deck has.
    """
    if not basis:
        return lambda _: ""
    from flashgen.package.making import maker

    media = sorted((one.name, one.digest) for one in compiled.sources.shown)
    of_all = repr((basis, maker(), sorted(keeping.source_digests(compiled.sources).items()), media))
    common = cache_state.digest(of_all.encode(errors="surrogatepass"))

    def origin(deck: Deck) -> str:
        orders = array("q", [note.order for note in deck.notes]).tobytes()
        return cache_state.digest(repr((common, deck.name, deck.description)).encode() + orders)

    return origin


def _media_of(compiled: Compiled, deck: Deck) -> list[Media]:
    return [compiled.media[name] for name in dict.fromkeys(name for note in deck.notes for name in note.media)]


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
            package = places.named(compiled.project.root, path)
            return (memory.lost(strange, places.named(compiled.project.root, compiled.project.ledger), package),)
    return ()


def _html(description: str) -> str:
    """A deck's description, which Anki shows as HTML."""
    return escape(description.strip(), quote=False).replace("\n", "<br>")


def _rows_of(compiled: Compiled, notes: Iterable[Note]) -> Iterator[Row]:
    rows = {one.order: one.row for one in compiled.standing}
    return (rows[note.order] for note in notes)


def _changed_media(project: Project, path: Path, fault: OSError) -> Diagnostic:
    return diagnostics.UNREADABLE_FILE.at(
        Span(places.named(project.root, path), 1),
        f"this media file cannot be packaged: {fault.strerror or fault}; nothing was changed",
        "build again",
    )


def _unwritable(project: Project, path: Path, fault: OSError, consequence: str) -> Diagnostic:
    return diagnostics.UNWRITABLE_OUTPUT.at(
        Span(places.named(project.root, path), 1),
        f"this file cannot be written: {fault.strerror or fault}; {consequence}",
        "check the folder's rights and the space on the disk, or choose another place with --output",
    )
