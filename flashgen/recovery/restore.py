"""A lost ledger, restored: the sources and a package or an exported collection in, the ledger to be written out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flashgen import bounds, config, identity, journal, ledger, pipeline, places, restoring
from flashgen.diagnostics import (
    AMBIGUOUS_EDIT,
    FOREIGN_PACKAGE,
    LEDGER_CONFLICT,
    UNREADABLE_PACKAGE,
    Diagnostic,
    in_order,
)
from flashgen.ledger import files, memory, restored
from flashgen.ledger.rows import is_newer
from flashgen.model import (
    BETWEEN_FIELDS,
    Change,
    ChangeKind,
    Identified,
    Ledger,
    Note,
    Pairing,
    Remembered,
    Span,
    StoredNote,
)
from flashgen.notetypes import field_names, for_kind
from flashgen.output import Output, Written, write_all
from flashgen.pipeline import Sources
from flashgen.restoring import Renderings, UnreadableError

_DERIVED: Final = frozenset({"Id", "Bare", "ExampleGap", "Spare1", "Spare2"})


class Difference(Struct, frozen=True):
    """A note that is not in the file as the sources have it today.

    `fields` are those that differ by name, each with what it says there and here, in plain text; `tags` are those of
    both sides, where they differ. It `stays` as it is in Anki until it changes in the sources; else the next build
    replaces it there.
    """

    span: Span
    question: str
    fields: tuple[tuple[str, str, str], ...]
    tags: tuple[tuple[str, ...], tuple[str, ...]] | None
    stays: bool


class Restoration(Struct, frozen=True):
    """A ledger to be written, and what became of the notes on the way.

    `changes` tell how the notes of the file and the old ledger became those of the sources, `differences` what the file
    has otherwise. `exact` counts the notes that it has just so, `sorted` tells which of its notes are left out.
    `merged` counts the rows of the old ledger that are kept, `broken` says that some of its lines could not be.
    `aside` is where the old ledger goes, with its bytes, if any of it is given up.
    """

    sources: Sources
    ledger: Ledger
    changes: tuple[Change, ...]
    differences: tuple[Difference, ...]
    exact: int
    sorted: restored.Sorted
    merged: int
    faults: tuple[Diagnostic, ...]
    broken: bool = False
    aside: Output | None = None

    @property
    def is_certain(self) -> bool:
        """Whether each card has found its row, or has none, without a question to the author."""
        return not any(one.rule is AMBIGUOUS_EDIT for one in self.faults)


def restore(
    file: Path, path: Path, *, clock: int, force: bool = False
) -> tuple[Restoration | None, tuple[Diagnostic, ...]]:
    """The ledger of the project around `path`, made again from the package or collection `file`; nothing is written.

    A ledger that is there keeps all it knows, unless `force` puts the file in its place. None, with the faults, where
    the sources have errors, the file cannot be read, or none of its notes are of these sources.
    """
    sources = pipeline.read(path)
    if any(one.is_error for one in sources.faults):
        return None, in_order(sources.faults)
    if bounds.leads_out(sources.project.ledger, sources.project.root):
        return None, files.load(sources.project.ledger, sources.project.root)[2]
    try:
        notes = restoring.notes_of(restoring.database_of(file), sorted({card.kind for card in sources.cards}))
    except UnreadableError as fault:
        return None, (_unreadable(file, str(fault)),)
    if not notes:
        return None, (_foreign(file, "this file holds no notes of flashgen's note types"),)
    candidates = _namespaces(sources)
    known, broken, faults = _known(sources, restored.namespace_of(notes, candidates), force=force)
    if faults:
        return None, faults
    sorts = restored.sort(_found(notes, sources), sources.cards, known, [known.namespace, *candidates])
    done = _restoration(sources, known, sorts, clock)
    own = {one.name for one in sorts.own}
    if not force and not any((row.id, row.kind) in own and not row.removed for row in done.ledger.rows):
        return None, (_foreign(file, "no note of this file is of these sources"),)
    return replace(done, broken=broken, aside=_aside(sources.project, clock) if broken or force else None), ()


def _restoration(sources: Sources, known: Ledger, sorts: restored.Sorted, clock: int) -> Restoration:
    folder = sources.project.sources.relative_to(sources.project.root).as_posix()
    rows = restored.rows_of(sorts.own, sources.cards, known.namespace, "" if folder == "." else f"{folder}/")
    joined = restored.join(known, rows)
    pairings, doubts = ledger.pair(sources.cards, joined)
    certain = not any(one.rule is AMBIGUOUS_EDIT for one in doubts)
    remembered = memory.read(pipeline.kept_text(sources.project.memory, sources.project))
    identified = identity.identify(pairings, sources.rendered, joined, clock=clock, complete=certain, memory=remembered)
    now = {(row.id, row.kind): row.stored for row in identified.ledger.rows if not row.removed}
    built: defaultdict[restored.Name, list[Remembered]] = defaultdict(list)
    for row in known.rows:
        built[row.id, row.kind].append(Remembered(row.id, row.kind, row.stored, row.modified))
    for name, one in remembered.items():
        built[name].append(one)
    there = {(row.id, row.kind): Remembered(row.id, row.kind, row.stored, row.modified) for row in rows}
    written = restored.settled(joined, pairings, now, restored.Known(built, there), certain=certain)
    exact, differences = _compared(sorts, pairings, identified, written)
    return Restoration(
        sources=sources,
        ledger=written,
        changes=tuple(filter(_is_told, identified.changes)),
        differences=differences,
        exact=exact,
        sorted=sorts,
        merged=len(known.rows),
        faults=in_order((*sources.faults, *doubts)),
    )


def write(restoration: Restoration) -> Written:
    """Writes the ledger, and what is left of the old one beside it; all or nothing, and then what went wrong."""
    outputs = [Output(restoration.sources.project.ledger, ledger.serialize(restoration.ledger).encode())]
    if restoration.aside is not None:
        outputs.insert(0, restoration.aside)
    return write_all(outputs, journal.beside(restoration.sources.project.ledger))


def _namespaces(sources: Sources) -> list[str]:
    """What the namespace may have been, the likeliest first; that of a file that was built alone, too."""
    project = sources.project
    alone = [config.alone(file.path).default_namespace for file in sources.files]
    configured = [project.namespace.text] if project.namespace else []
    return list(dict.fromkeys([*configured, project.default_namespace, *alone]))


def _known(sources: Sources, namespace: str, *, force: bool) -> tuple[Ledger, bool, tuple[Diagnostic, ...]]:
    """What the old ledger still knows, and whether lines of it are broken; an empty one where it is to be replaced."""
    project = sources.project
    # What the config says stands, also where no GUID follows from it: they are kept in the rows then.
    namespace = project.namespace.text if project.namespace else namespace
    if force:
        return Ledger(namespace), False, ()
    _, known, faults = files.load(project.ledger, project.root)
    broken = known is None and bool(faults)
    if broken:
        text = pipeline.kept_text(project.ledger, project)
        # Nothing is broken in these, and no package says what to do about them.
        if is_newer(text) or any(one.rule is LEDGER_CONFLICT for one in faults):
            return Ledger(namespace), broken, faults
        known = files.salvage(text, namespace)
    if known is None:
        return Ledger(namespace), broken, ()
    return known, broken, ledger.check_namespace(known, project.namespace)


def _found(notes: Sequence[StoredNote], sources: Sources) -> list[restored.Found]:
    renderings = Renderings.of(sources.cards, sources.rendered)
    found: list[restored.Found] = []
    for note in notes:
        fields = {**note.fields, "Id": note.id}
        text = BETWEEN_FIELDS.join(fields.get(name, "") for name in field_names(for_kind(note.kind)))
        stored = identity.digest(text, note.tags)
        found.append(restored.Found(note, restoring.keys_of(note, renderings), stored))
    return found


def _compared(
    sorts: restored.Sorted, pairings: Sequence[Pairing], identified: Identified, written: Ledger
) -> tuple[int, tuple[Difference, ...]]:
    """How many notes the file has as the sources do, and how the others differ."""
    there = {one.name: one for one in sorts.own}
    notes = {note.order: note for note in identified.notes}
    stored = {(row.id, row.kind): row for row in written.rows}
    exact, differences = 0, list[Difference]()
    for pairing in pairings:
        note = notes.get(pairing.card.order)
        one = there.get((pairing.now.id, pairing.now.kind))
        if note is None or one is None or pairing.was is None:
            continue
        fields = dict(zip((field.name for field in note.notetype.fields), note.fields, strict=True))
        now = identity.digest(note.text, note.tags)
        if now == one.stored:
            exact += 1
        else:
            name = (note.id, note.kind)
            # What the last build stored is older there than what somebody wrote in Anki.
            stays = stored[name].stored == now and one.note.modified >= stored[name].modified
            differences.append(_difference(pairing, note, fields, one, stays=stays))
    return exact, tuple(differences)


def _difference(
    pairing: Pairing, note: Note, fields: Mapping[str, str], one: restored.Found, *, stays: bool
) -> Difference:
    texts = {name: one.note.fields.get(name, "") for name in fields if name not in _DERIVED}
    differing = tuple((name, html) for name, html in texts.items() if html != fields[name])
    tags = (tuple(sorted(one.note.tags)), tuple(sorted(set(note.tags))))
    return Difference(
        pairing.card.span,
        pairing.now.question,
        tuple((name, restoring.plain(html), restoring.plain(fields[name])) for name, html in differing),
        tags if tags[0] != tags[1] else None,
        stays,
    )


def _is_told(change: Change) -> bool:
    """All but edits of content, which the differences tell with what they are."""
    return change.kind is not ChangeKind.EDITED or change.part != "content"


def _aside(project: config.Project, clock: int) -> Output | None:
    """The old ledger under another name, so that nothing that it said is lost."""
    try:
        data = journal.read(project.ledger, journal.beside(project.ledger))
    except OSError:
        return None
    if not data.strip():
        return None
    names = (f"{project.ledger.name}.{clock + later}.old" for later in count())
    return Output(next(path for path in map(project.ledger.with_name, names) if not path.exists()), data)


def _unreadable(file: Path, why: str) -> Diagnostic:
    help = "give a package that flashgen built, or one that Anki wrote by File > Export"
    return UNREADABLE_PACKAGE.at(Span(str(places.absolute(file)), 1), f"this file cannot be read: {why}", help)


def _foreign(file: Path, message: str) -> Diagnostic:
    help = (
        "give a package that flashgen built of these cards, or an export of the collection that they were imported to"
    )
    return FOREIGN_PACKAGE.at(Span(str(places.absolute(file)), 1), message, help)
