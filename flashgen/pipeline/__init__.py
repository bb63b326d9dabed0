"""The order of the stages; the only module that knows it.

`check`, `status` and `build` run `compile` and differ in what they do with its result.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from flashgen import bounds, config, diagnostics, discover, identity, journal, ledger, lock, places
from flashgen.ahead import Ahead
from flashgen.config import Project
from flashgen.diagnostics import Diagnostic
from flashgen.ledger import files, memory
from flashgen.model import Ledger
from flashgen.pipeline.compiled import Compiled
from flashgen.pipeline.gathering import Sources, advise, find, gather, unchanged
from flashgen.pipeline.gathering import digests as digests_of
from flashgen.pipeline.keeping import kept_text, recalled
from flashgen.pipeline.writing import Built, build, decks, keep_outcome, lost

__all__ = [
    "Built",
    "Compiled",
    "Sources",
    "advise",
    "alone",
    "build",
    "compile",
    "decks",
    "faults_of_text",
    "identify",
    "keep_outcome",
    "kept_text",
    "lost",
    "read",
]

_T = TypeVar("_T")


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
                place = places.named(project.root, recovered.stopped)
                tell(f"an interrupted build is dropped at {place}: {recovered.why}")
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
    found = find(path)
    # All sources are read for it, once, where there is something to hold them against.
    digests = functools.cache(partial(digests_of, found))
    kept = None if refresh or whole else recalled(found, digests)
    had = unchanged(found, digests(), before) if before is not None else {}
    sources = [gather(found, kept, had, ahead)]
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
    found = find(path)
    if instead:
        found = replace(found, files=tuple(replace(one, data=instead.get(one.file)) for one in found.files))
    return gather(found, None, {})


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
